"""What all recurrent layers have in common: their keys, the rows of their states, and one scan in each direction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import sympy

from symbp.equation import Access, Affine, Equation, Index, Read
from symbp.errors import Fault
from symbp.layers.activations import Activation
from symbp.layers.draw import Draw, Rule
from symbp.layers.fragment import Fragment, Shape, Site, at, fixed, steps
from symbp.layers.layer import Sequences, Trained, option, ranked
from symbp.layers.recurrent.walk import Walk
from symbp.names import flag, one_of, size
from symbp.program import Scan, Tensor

RETURNS = ("last", "sequence")
INITIAL = ("zero", "given")
READS = 'A sample has the shape [T, features]; a recurrent layer gives such with returns = "sequence".'
BACKWARDS = "r"  # behind the letter of what belongs to the direction from the last step to the first


def returned(value: object) -> str:
    """The value, if it says what a layer gives."""
    return one_of(value, RETURNS, "value")


def begun(value: object) -> str:
    """The value, if it says what the first state is."""
    return one_of(value, INITIAL, "value")


@dataclass(frozen=True)
class Recurrent(Trained):
    """A layer that goes through a sequence step by step and keeps a state.

    Args:
        units: How many numbers its state has.
        returns: ``"last"``, what the last step gives, or ``"sequence"``, what every step gives.
        initial: Of the first state: ``"zero"``, or ``"given"`` through the keyword ``state=`` of the module.
        bidirectional: Whether a second cell of the same kind, with parameters of its own, goes from the last step to
            the first; what both give stands side by side, and the last step of that one is the first of the sequence.
        bias, recurrent_bias: Whether ``b`` is added to what is read of the input, and ``bh`` to what is read of the
            state.
    """

    size_key: ClassVar[str] = "units"
    sequences: ClassVar[Sequences] = "read"
    gates: ClassVar[int] = 1  # stacked in each parameter

    units: int = option(size)
    returns: str = option(returned, default="last", kw_only=True)
    initial: str = option(begun, default="zero", kw_only=True)
    bidirectional: bool = option(flag, default=False, kw_only=True)
    bias: bool = option(flag, default=True, kw_only=True)
    recurrent_bias: bool = option(flag, default=False, kw_only=True)

    @property
    def function(self) -> Activation:
        """None: what it gives is a state, and its activations stand inside its cell."""
        return Activation()

    @property
    def unit(self) -> Index:
        """The index of a number of the state: ``u`` where ``i`` is the name of a gate."""
        return Index("i" if self.gates == 1 else "u", self.units)

    @property
    def stacked(self) -> Index:
        """The index of the rows of ``W`` and ``U``."""
        return self.unit if self.gates == 1 else Index("m", self.gates * self.units)

    @property
    def marks(self) -> tuple[str, ...]:
        """A mark for each direction."""
        return ("", BACKWARDS) if self.bidirectional else ("",)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        length, _ = ranked(inputs, 2, self.kind, "sequences of vectors", READS)
        width = self.units * len(self.marks)
        return (steps(length), width) if self.returns == "sequence" else (width,)

    def arithmetic(self, inputs: tuple[Shape, ...]) -> str:
        both = ", bidirectional" if self.bidirectional else ""
        return f"units {self.units}, returns {self.returns}{both}"

    def parameters(self, inputs: tuple[Shape, ...], number: int) -> tuple[Tensor, ...]:
        """``W[G*units, features]``, ``U[G*units, units]``, ``b[G*units]`` and ``bh[G*units]`` of G gates."""
        return tuple(t for mark in self.marks for t in self._direction(inputs[0], number, mark))

    def _direction(self, shape: Shape, number: int, mark: str) -> Iterator[Tensor]:
        height, (width,) = self.gates * self.units, fixed(shape[1:])
        shapes: dict[str, Shape] = {"W": (height, width), "U": (height, self.units)}
        shapes |= {"b": (height,)} if self.bias else {}
        shapes |= {"bh": (height,)} if self.recurrent_bias else {}
        return (self.parameter(letter, number, shape, mark) for letter, shape in shapes.items())

    def draw(self, tensor: Tensor, before_relu: bool) -> Draw | None:
        """``W`` and ``U`` gate by gate: Glorot's, and orthogonal as Saxe, McClelland and Ganguli (2014) have it."""
        rules: dict[str, Rule] = {"W": "glorot_uniform", "U": "orthogonal"}
        return Draw(rules.get(tensor.letter, "zeros"), self.gates if tensor.letter in self.weights else 1)

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        found = Fragment()
        count = len(own) // len(self.marks)
        for place, mark in enumerate(self.marks):
            walk = Walk(sources[0], site.number, self.units, mark)
            mine = own[place * count : (place + 1) * count]
            found += self.scanned(walk, {t.letter: t for t in mine})
            found += Fragment((), (self._output(walk, out, place * self.units),))
        return found + Fragment((out,))

    def _output(self, walk: Walk, out: Tensor, offset: int) -> Equation:
        """What one direction gives, at its place among the features."""
        u = self.unit
        h = walk.rows("h")
        if self.returns == "last":
            lhs = Access.of(out.name, walk.n, Affine.of(u) + offset)
            return Equation(lhs, at(h, walk.n, walk.last, u), (walk.n, u))
        lhs = Access.of(out.name, walk.n, walk.t, Affine.of(u) + offset)
        return Equation(lhs, walk.new(h, u), (walk.n, walk.t, u))

    def scanned(self, walk: Walk, own: dict[str, Tensor]) -> Fragment:
        """The first rows of the states, and the scan that computes the others."""
        states = self.states(walk)
        given = tuple(walk.given(h.letter) for h in states) if self.initial == "given" else ()
        u = self.unit
        starts = tuple(
            Equation(
                Access.of(h.name, walk.n, walk.first, u),
                at(given[k], walk.n, u) if given else sympy.Integer(0),
                (walk.n, u),
            )
            for k, h in enumerate(states)
        )
        tensors, body = self.cell(walk, own)
        return Fragment((*given, *states, *tensors), (*starts, Scan(walk.t, body, walk.reverse)))

    def states(self, walk: Walk) -> tuple[Tensor, ...]:
        """What one step leaves to the next; ``h`` first."""
        return (walk.rows("h"),)

    def cell(self, walk: Walk, own: dict[str, Tensor]) -> tuple[tuple[Tensor, ...], tuple[Equation, ...]]:
        """The tensors of a step besides the states, and its equations."""
        raise NotImplementedError

    def weighed(self, walk: Walk, own: dict[str, Tensor], z: Tensor) -> tuple[Equation, ...]:
        """``z = W x + b``, of all gates at once."""
        m, j = self.stacked, walk.j
        product = walk.define(z, m, at(own["W"], m, j) * walk.step(walk.x, j), over=(j,))
        return (product, *self.shifted(walk, z, m, own.get("b")))

    def recalled(self, walk: Walk, own: dict[str, Tensor], z: Tensor, accumulate: bool = True) -> tuple[Equation, ...]:
        """``z (=|+=) U h + bh``, of all gates at once."""
        m, k = self.stacked, Index("k", self.units)
        body = at(own["U"], m, k) * walk.old(walk.rows("h"), k)
        return (walk.define(z, m, body, (k,), accumulate), *self.shifted(walk, z, m, own.get("bh")))

    def shifted(self, walk: Walk, z: Tensor, m: Index, bias: Tensor | None) -> tuple[Equation, ...]:
        """``z += b``, if there is a bias."""
        return () if bias is None else (walk.define(z, m, at(bias, m), accumulate=True),)

    def gate(self, walk: Walk, z: Tensor, number: int) -> Read:
        """The pre-activation of one of the stacked gates."""
        return walk.step(z, Affine.of(self.unit) + number * self.units)


def pointwise(value: object) -> Activation:
    """The activation that the value names, if it is a function of single numbers.

    Raises:
        Fault: it is not, or there is none.
    """
    activation = Activation.of(value)
    if not activation.pointwise:
        problem = f"{activation.name} is a function of vectors; a cell needs one of single numbers"
        raise Fault(problem, "Choose another, such as tanh.")
    return activation
