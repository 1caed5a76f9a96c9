"""Expressions over whole arrays: what an equation becomes once its loops are NumPy's.

Grammar::

    array ::= Scalar                          a number, perhaps with run-time lengths: 2/(3*N)
            | Operand                         a tensor, its axes in the order of its memory
            | Gather                          E[tok[n,t],d], yhat[n,y[n]]
            | Apply function (array, ...)     elementwise, broadcast by the names of the axes
            | MatMul array array              sum over one index of a product of two arrays
            | Dot array array                 sum over all indices of a product of two arrays
            | Einsum (array, ...)             any other sum of a product
            | Reduce kind array               sum, max or argmax over some axes
            | Masked array                    the array, but 0 where an index equals a label

Every node has ``axes``, the indices of its result in order; an array without axes is a Python number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import sympy

from symbp.equation import Access, Index

Axes: TypeAlias = tuple[Index, ...]
Position: TypeAlias = Index | Access


@dataclass(frozen=True)
class Scalar:
    value: sympy.Expr
    axes: Axes = ()


@dataclass(frozen=True)
class Operand:
    tensor: str
    axes: Axes = ()


@dataclass(frozen=True)
class Gather:
    """A read at positions of which at least one is an element of an integer tensor."""

    tensor: str
    positions: tuple[Position, ...]
    axes: Axes


@dataclass(frozen=True)
class Apply:
    """``function`` is add, subtract, multiply, divide, negative, power, sqrt or a row of the table of functions."""

    function: str
    args: tuple[Array, ...]
    axes: Axes


@dataclass(frozen=True)
class MatMul:
    """``left[batch, m, k] right[batch, k, n]``; m or n may be missing, batch is empty for plain matrices.

    ``left_axes`` and ``right_axes`` are the orders in which the product needs them.
    """

    left: Array
    right: Array
    left_axes: Axes
    right_axes: Axes
    axes: Axes


@dataclass(frozen=True)
class Dot:
    left: Array
    right: Array
    axes: Axes = ()


@dataclass(frozen=True)
class Einsum:
    operands: tuple[Array, ...]
    axes: Axes


@dataclass(frozen=True)
class Reduce:
    kind: Literal["sum", "max", "argmax"]
    arg: Array
    over: Axes
    axes: Axes


@dataclass(frozen=True)
class Masked:
    """``arg`` where ``index != label``, 0 where they are equal."""

    arg: Array
    index: Index
    label: Access
    axes: Axes


Array: TypeAlias = Scalar | Operand | Gather | Apply | MatMul | Dot | Einsum | Reduce | Masked

ZERO = Scalar(sympy.Integer(0))
ONE = Scalar(sympy.Integer(1))


def children(node: Array) -> tuple[Array, ...]:
    """The arrays that a node is made of, in the order in which they are written."""
    match node:
        case Apply(args=args):
            return args
        case MatMul(left=left, right=right) | Dot(left=left, right=right):
            return (left, right)
        case Einsum(operands=operands):
            return operands
        case Reduce(arg=arg) | Masked(arg=arg):
            return (arg,)
    return ()
