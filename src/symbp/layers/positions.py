"""Where a step of a sequence stands, added to what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import sympy

from symbp.equation import Access, Affine, Equation, Index, IndexValue, Size
from symbp.errors import Fault
from symbp.functions import cos, sin
from symbp.layers.fragment import Fragment, Shape, Site, at, define, fixed, sample_axes, steps
from symbp.layers.layer import Sequences, Trained, option, optional, times
from symbp.names import one_of, size
from symbp.program import Tensor

METHODS = ("sinusoidal", "learned")
LONGEST_WAVE = 10_000  # its length is 2 pi times as many steps


def method(value: object) -> str:
    return one_of(value, METHODS, "method")


@dataclass(frozen=True)
class PositionalEncoding(Trained):
    r"""A vector for each place of a sequence, added to what stands there: ``a[n,t,i] = x[n,t,i] + P[t,i]``.

    .. math:: P_{t,\,2i} = \sin\frac{t}{10000^{2i/D}}, \qquad P_{t,\,2i+1} = \cos\frac{t}{10000^{2i/D}}

    where places count from 0 and ``D`` is the number of features, or a table ``P`` that is learned, drawn from N(0, 1).

    >>> PositionalEncoding().output_shape(((7, 4),))
    (7, 4)

    Args:
        method: ``"sinusoidal"`` or ``"learned"``.
        length: Of a learned table: how many places it has; sequences are no longer.

    Source: Vaswani, Shazeer, Parmar, Uszkoreit, Jones, Gomez, Kaiser and Polosukhin (2017), Attention Is All You
    Need, section 3.5; learned: Gehring, Auli, Grangier, Yarats and Dauphin (2017), section 3.1.
    """

    kind: ClassVar[str] = "positional_encoding"
    size_key: ClassVar[str] = "length"
    sequences: ClassVar[Sequences] = "read"

    method: str = option(method, default="sinusoidal")
    length: int | None = option(optional(size), default=None)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.method == "learned" and self.length is None:
            remedy = "Such as length = 100: sequences are no longer than that."
            raise Fault("a learned table needs its length", remedy, ("method",))
        if self.method != "learned" and self.length is not None:
            raise Fault("waves have no length", 'Leave length out, or write method = "learned".', ("length",))

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        (shape,) = inputs
        if len(shape) != 2:
            problem = (
                f"positional_encoding reads sequences of vectors, but the input {times(shape)} has rank {len(shape)}"
            )
            raise Fault(problem, 'The shape of a sequence is its steps and its features, such as ["T", 32].')
        if self.length is not None and isinstance(shape[0], int) and shape[0] > self.length:
            problem = f"the sequence has {shape[0]} steps, but the table {self.length} places"
            raise Fault(problem, f"Make it at least {shape[0]} long.", ("length",))
        return (steps(shape[0]), *shape[1:])

    def arithmetic(self, inputs: tuple[Shape, ...]) -> str:
        return f"length {self.length}" if self.length is not None else ""

    def parameters(self, inputs: tuple[Shape, ...], number: int) -> tuple[Tensor, ...]:
        """``P[length, width]`` of a learned table."""
        return () if self.length is None else (self.parameter("P", number, (self.length, *inputs[0][1:])),)

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        n, t, i = sample_axes(out)
        table, waves = (own[0], Fragment()) if own else _waves(out, site.number)
        total = define(out, (n, t, i), at(sources[0], n, t, i) + at(table, t, i))
        limits = ((t.extent.name, self.length),) if self.length is not None and isinstance(t.extent, Size) else ()
        return waves + Fragment((out,), (total,), limits=limits)


def _waves(out: Tensor, number: int) -> tuple[Tensor, Fragment]:
    """The table of sines and cosines, in turn."""
    _, t, unit = sample_axes(out)
    (width,) = fixed((unit.extent,))
    table = Tensor(f"wave{number}", out.shape[1:], letter="P", layer=number)
    equations = []
    for offset, wave in enumerate((sin, cos)):
        i = Index("i", (width + 1 - offset) // 2)
        if i.extent:
            angle = IndexValue(t) / sympy.Integer(LONGEST_WAVE) ** (2 * IndexValue(i) / width)
            place = Access.of(table.name, t, Affine.of(i) * 2 + offset)
            equations.append(Equation(place, wave(angle), (t, i)))
    return table, Fragment((table,), tuple(equations))
