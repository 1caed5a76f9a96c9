"""The way back as the mistakes see it, and ways to change it in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import sympy

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation
from symbp.equation import Access, Affine, Equation, Extent, Guard, Index, Read, Size, reads
from symbp.mistakes.slip import Slip
from symbp.program import Program, Scan
from symbp.views.naming import LOSS
from symbp.wording import Message

Exchange = Mapping[Equation, Equation | None]


@dataclass(frozen=True)
class Link:
    """One contribution of the chain rule: the forward equation, and what one of its reads gets from its adjoint.

    Attributes:
        scan: The index of the scan of the way back that it stands in, if it stands in one.
    """

    forward: Equation
    backward: Equation
    scan: Index | None = None

    @property
    def adjoint(self) -> Read:
        """What arrives: the adjoint of what the forward equation computes."""
        return Read(Access(adjoint_name(self.forward.target), self.forward.lhs.indices))

    @property
    def local(self) -> sympy.Expr:
        """The local derivative, with which what arrives is multiplied."""
        return self.backward.body.xreplace({self.adjoint: sympy.Integer(1)})

    @property
    def target(self) -> str:
        return self.backward.target

    def times(self, factor: sympy.Expr | int) -> Equation:
        return self.with_body(self.backward.body * factor)

    def with_local(self, local: sympy.Expr | int) -> Equation:
        return self.with_body(self.adjoint * local)

    def with_body(self, body: sympy.Expr) -> Equation:
        return replace(self.backward, body=body)

    def only_where(self, *guards: Guard) -> Equation:
        """The contribution at fewer points."""
        return replace(self.backward, guards=(*self.backward.guards, *guards))


@dataclass(frozen=True)
class Way:
    """The way forward and back of one derivation, as the chain rule gives it.

    >>> from symbp.derive import derive
    >>> from symbp.network import Dense, Network
    >>> way = Way(derive(Network("one", 1, [Dense(1, "tanh")], "mse")))
    >>> [link.target for link in way.links]
    ['yhat_bar', 'z1_bar', 'b1_bar', 'W1_bar']
    """

    derivation: NetworkDerivation

    @property
    def program(self) -> Program:
        return self.derivation.chain_result

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The contributions, in the order of the way back."""
        scans = {e: s.index for s in self.program.statements if isinstance(s, Scan) for e in s.body}
        present = set(self.program.equations())
        steps = [s for s in self.derivation.steps if s.rule == "chain rule" and s.after[0] in present]
        return tuple(Link(s.before[0], s.after[0], scans.get(s.after[0])) for s in steps)

    @cached_property
    def to(self) -> Mapping[str, tuple[Link, ...]]:
        """The contributions to each adjoint."""
        found: dict[str, tuple[Link, ...]] = {}
        for link in self.links:
            found[link.target] = (*found.get(link.target, ()), link)
        return found

    def from_(self, forward: Equation) -> tuple[Link, ...]:
        """The contributions of one forward equation."""
        return tuple(k for k in self._from.get(forward.target, ()) if k.forward == forward)

    @cached_property
    def _from(self) -> Mapping[str, tuple[Link, ...]]:
        found: dict[str, tuple[Link, ...]] = {}
        for link in self.links:
            found[link.forward.target] = (*found.get(link.forward.target, ()), link)
        return found

    @cached_property
    def at_the_loss(self) -> tuple[Link, ...]:
        """The contributions from the loss to what is no parameter."""
        from_loss = [link for link in self.links if link.forward.target == self.program.output]
        return tuple(link for link in from_loss if not self.is_parameter(self.of(link.target)))

    @cached_property
    def at_parameters(self) -> tuple[Link, ...]:
        """The contributions to gradients, but for those of penalties."""
        kept = [link for link in self.links if self.is_parameter(self.of(link.target))]
        return tuple(link for link in kept if link.forward.target != self.program.output)

    @cached_property
    def penalties(self) -> tuple[Link, ...]:
        from_loss = [link for link in self.links if link.forward.target == self.program.output]
        return tuple(link for link in from_loss if self.is_parameter(self.of(link.target)))

    def of(self, adjoint: str) -> str:
        """The tensor of which this is the adjoint."""
        return self.program.tensor[adjoint].of or adjoint

    def is_parameter(self, name: str) -> bool:
        return self.program.tensor[name].role == "parameter"

    def letter(self, name: str) -> str:
        return self.program.tensor[self.of(name)].letter

    def size(self, extent: Extent) -> int:
        """An extent as a number, a run-time size being that of the example."""
        return self.derivation.sizes.get(extent.name, 3) + extent.plus if isinstance(extent, Size) else extent

    def named(self, name: str) -> m.Node:
        """A tensor as it is printed, an adjoint as the derivative of the loss."""
        tensor = self.program.tensor[name]
        if tensor.of is None:
            return self.derivation.naming.whole(name)
        return m.Partial(LOSS, self.derivation.naming.whole(tensor.of))

    def slip(self, at: str, told: Message, exchange: Exchange) -> Slip:
        """The program with equations exchanged, or left out where nothing is in their place."""
        return Slip(at, exchanged(self.program, exchange), told, frozenset(e.target for e in exchange))


def exchanged(program: Program, exchange: Exchange) -> Program:
    targets = {equation.target for equation in exchange}  # to hash an equation takes long

    def change(equation: Equation) -> Equation | tuple[Equation, ...]:
        new = exchange.get(equation, equation) if equation.target in targets else equation
        return () if new is None else new

    changed = program.map(change)
    kept = tuple(s for s in changed.statements if not isinstance(s, Scan) or s.body)
    return replace(changed, statements=kept)


def only(index: Index, place: int | Affine) -> Guard:
    """The condition that an index has one value."""
    return Guard(Affine.of(index) - place, "==")


def last(index: Index) -> Affine:
    """The last value of an index."""
    return Affine.of(index.extent) - 1


def other_than(index: Index, place: int) -> Guard:
    return Guard(Affine.of(index) - place, "!=")


def is_pointwise(equation: Equation) -> bool:
    """Whether each element is computed from one element of each tensor that is read."""
    return not equation.reduction and not equation.accumulate


def moved(access: Access, axis: int, position: Affine) -> Access:
    """The access with another position along one axis."""
    return replace(access, indices=(*access.indices[:axis], position, *access.indices[axis + 1 :]))


def swapped(access: Access, one: int, other: int) -> Access:
    """The access with two positions exchanged."""
    return moved(moved(access, one, access.indices[other]), other, access.indices[one])


def put(body: sympy.Expr, exchange: Mapping[Read, sympy.Expr]) -> sympy.Expr:
    return body.xreplace(dict(exchange))


def factors(expression: sympy.Expr) -> tuple[sympy.Expr, ...]:
    found: tuple[sympy.Expr, ...] = sympy.Mul.make_args(expression)
    return found


def read_of(body: sympy.Expr, tensor: str) -> Read | None:
    """The first read of a tensor in a body."""
    return next((r for r in reads(body) if r.access.tensor == tensor), None)


def inside(position: Affine, extent: Extent) -> tuple[Guard, Guard]:
    """The conditions that a position is one of an axis."""
    return Guard(position, ">="), Guard(Affine.of(extent) - 1 - position, ">=")
