"""What a layer or a loss contributes to a program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import sympy

from symbp.equation import Access, Affine, Equation, Extent, Guard, Index, Read, Size
from symbp.program import Statement, Tensor

BATCH = Size("N")
TIME = Size("T")  # how many steps a sequence has, where only a run tells
AXES = "irch"  # the indices of a sample: unit or channel, row, column, and one more
STEPS = "ti"  # those of a sequence: its step, and what it has at each
Shape: TypeAlias = tuple[Extent, ...]  # of one sample
Sizes: TypeAlias = tuple[int, ...]  # the same, where all of it is known beforehand
Position: TypeAlias = Affine | Index | Access | int


class Steps(int):
    """A number of steps that is known beforehand: the first extent of a sequence, and else a number like any other."""

    __slots__ = ()


def steps(extent: Extent) -> Extent:
    """The extent, as one of steps.

    >>> is_sequence((steps(5), 3)), is_sequence((5, 3)), is_sequence((Size("T"), 3))
    (True, False, True)
    """
    return extent if isinstance(extent, Size) else Steps(extent)


def is_sequence(shape: Sequence[Extent]) -> bool:
    """Whether a sample of this shape is a sequence of vectors: it has steps, then features."""
    return len(shape) == 2 and isinstance(shape[0], Size | Steps)


@dataclass(frozen=True)
class Fragment:
    """Tensors and the equations that compute them, in order.

    Attributes:
        updates: What a state of the program is after the batch, ``mean[i] = 0.9*mean[i] + 0.1*mu[i]``: the left
            side is the new value, the right side reads the old one.
        limits: How long a run-time length may be, by its name.
    """

    tensors: tuple[Tensor, ...] = ()
    equations: tuple[Statement, ...] = ()
    updates: tuple[Equation, ...] = ()
    limits: tuple[tuple[str, int], ...] = ()

    def __add__(self, other: Fragment) -> Fragment:
        return Fragment(
            self.tensors + other.tensors,
            self.equations + other.equations,
            self.updates + other.updates,
            self.limits + other.limits,
        )


@dataclass(frozen=True)
class Site:
    """Where a layer stands in its network.

    Attributes:
        number: Its position among all layers, from 1: it names ``z2`` and ``a2``.
        parameters: The number in the names of its parameters: ``W1``.
        owner: Whether it declares them, or reads another layer's.
        output: The name of the tensor that it gives.
        sources: Positions, from 1, of the layers that it reads; 0 is the input of the network.
    """

    number: int
    parameters: int
    owner: bool
    output: str
    sources: tuple[int, ...] = ()


def at(tensor: Tensor, *positions: Position) -> Read:
    """The value of a tensor at a position, as an atom of an expression."""
    return Read(Access.of(tensor.name, *positions))


def define(
    tensor: Tensor, domain: tuple[Index, ...], body: sympy.Expr, over: tuple[Index, ...] = (), accumulate: bool = False
) -> Equation:
    """``tensor[domain] (=|+=) sum[over](body)``."""
    lhs = Access.of(tensor.name, *domain)
    return Equation(lhs, body, domain, over, "sum" if over else "", (), accumulate)


def sample_axes(tensor: Tensor) -> tuple[Index, ...]:
    """The batch and one index for each axis of a sample: ``n, i, r, c``, of a sequence ``n, t, i``."""
    shape = tensor.shape[1:]
    names = STEPS if is_sequence(shape) else AXES
    return (Index("n", BATCH), *(Index(name, extent) for name, extent in zip(names, shape, strict=False)))


def batched(name: str, shape: Shape, letter: str, layer: int) -> Tensor:
    """An intermediate tensor with a value for each sample."""
    return Tensor(name, (BATCH, *shape), letter=letter, layer=layer)


def within(position: Affine, extent: int) -> tuple[Guard, ...]:
    """The guards that a position needs to stay inside an axis, where it can leave it."""
    low = position.constant + sum(c * _last(atom) for c, atom in position.terms if c < 0)
    high = position.constant + sum(c * _last(atom) for c, atom in position.terms if c > 0)
    below = (Guard(position, ">="),) if low < 0 else ()
    above = (Guard(Affine((), extent - 1) - position, ">="),) if high >= extent else ()
    return (*below, *above)


def _last(atom: object) -> int:
    assert isinstance(atom, Index) and isinstance(atom.extent, int)
    return atom.extent - 1


def fixed(shape: Iterable[Extent]) -> Sizes:
    """The sizes of a shape that are known beforehand: all of them, of what reads no sequences of any length."""
    return tuple(extent for extent in shape if isinstance(extent, int))
