"""What a layer or a loss contributes to a program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import sympy

from symbp.equation import Access, Affine, Equation, Index, Read, Size, Tensor

BATCH = Size("N")
Position: TypeAlias = Affine | Index | Access | int


@dataclass(frozen=True)
class Fragment:
    """Tensors and the equations that compute them, in order."""

    tensors: tuple[Tensor, ...] = ()
    equations: tuple[Equation, ...] = ()

    def __add__(self, other: Fragment) -> Fragment:
        return Fragment(self.tensors + other.tensors, self.equations + other.equations)


@dataclass(frozen=True)
class Site:
    """Where a layer stands in its network.

    Attributes:
        number: Its position among all layers, from 1: it names ``z2`` and ``a2``.
        parameters: The number in the names of its parameters: ``W1``.
        owner: Whether it declares them, or reads another layer's.
        output: The name of the tensor that it gives.
    """

    number: int
    parameters: int
    owner: bool
    output: str


def at(tensor: Tensor, *positions: Position) -> Read:
    """The value of a tensor at a position, as an atom of an expression."""
    return Read(Access.of(tensor.name, *positions))


def define(
    tensor: Tensor, domain: tuple[Index, ...], body: sympy.Expr, over: tuple[Index, ...] = (), accumulate: bool = False
) -> Equation:
    """``tensor[domain] (=|+=) sum[over](body)``."""
    lhs = Access.of(tensor.name, *domain)
    return Equation(lhs, body, domain, over, "sum" if over else "", (), accumulate)
