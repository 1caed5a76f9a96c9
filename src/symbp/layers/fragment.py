"""What a layer or a loss contributes to a program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import sympy

from symbp.equation import Access, Affine, Equation, Guard, Index, Read, Size, Statement, Tensor

BATCH = Size("N")
AXES = "irch"  # the indices of a sample: unit or channel, row, column, and one more
Shape: TypeAlias = tuple[int, ...]  # of one sample
Position: TypeAlias = Affine | Index | Access | int


@dataclass(frozen=True)
class Fragment:
    """Tensors and the equations that compute them, in order.

    Attributes:
        updates: What a state of the program is after the batch, ``mean[i] = 0.9*mean[i] + 0.1*mu[i]``: the left
            side is the new value, the right side reads the old one.
    """

    tensors: tuple[Tensor, ...] = ()
    equations: tuple[Statement, ...] = ()
    updates: tuple[Equation, ...] = ()

    def __add__(self, other: Fragment) -> Fragment:
        return Fragment(self.tensors + other.tensors, self.equations + other.equations, self.updates + other.updates)


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
    """The batch and one index for each axis of a sample: ``n, i, r, c``."""
    return (Index("n", BATCH), *(Index(name, extent) for name, extent in zip(AXES, tensor.shape[1:], strict=False)))


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


def extents(indices: Iterable[Index]) -> Shape:
    """The extents of indices that run over numbers known beforehand."""
    return tuple(i.extent for i in indices if isinstance(i.extent, int))
