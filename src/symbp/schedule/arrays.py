"""Expressions over whole arrays: what an equation becomes once its loops are NumPy's.

Grammar::

    array ::= Scalar                          a number, perhaps with run-time lengths: 2/(3*N)
            | Counted                         0, 1, 2, ... along an index
            | Operand                         a tensor, its axes in the order of its memory
            | Gather                          E[tok[n,t],d], yhat[n,y[n]]
            | View                            x[n,2*r+u-1]: a tensor along other axes, or a part of it
            | Apply function (array, ...)     elementwise, broadcast by the names of the axes
            | MatMul array array              sum over some indices of a product of two arrays
            | Dot array array                 sum over all indices of a product of two arrays
            | Einsum (array, ...)             any other sum of a product
            | Reduce kind array               sum, max or argmax over some axes
            | Masked array                    the array, but 0 where an index equals a label
            | Guarded array                   the array, but 0, 1 or -inf where a condition on the indices fails

Every node has ``axes``, the indices of its result in order; an array without axes is a Python number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import sympy

from symbp.equation import Access, Affine, Extent, Guard, Index
from symbp.schedule.affine import digits, fills, split_range

Axes: TypeAlias = tuple[Index, ...]
Position: TypeAlias = Index | Access


@dataclass(frozen=True)
class Scalar:
    value: sympy.Expr
    axes: Axes = ()


@dataclass(frozen=True)
class Counted:
    """The values of an index, from 0 on; a number if it is no axis, but set by a loop around the statement."""

    index: Index
    axes: Axes


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
class View:
    """A read at affine positions, all of them inside the tensor.

    An index of the positions that is no axis is a number here: a loop around the statement sets it.
    """

    tensor: str
    shape: tuple[Extent, ...]
    positions: tuple[Affine, ...]
    axes: Axes


@dataclass(frozen=True)
class Apply:
    """``function`` is add, subtract, multiply, divide, negative, power, sqrt or a row of the table of functions."""

    function: str
    args: tuple[Array, ...]
    axes: Axes


@dataclass(frozen=True)
class MatMul:
    """``left[..., m, k] right[..., k, n]``, where each of these stands for a group of indices; m or n may be missing.

    ``left_groups`` and ``right_groups`` are the groups in the order in which the product needs them; those
    before the last two are the batch, which NumPy broadcasts: an empty group is an axis of extent 1.
    """

    left: Array
    right: Array
    left_groups: tuple[Axes, ...]
    right_groups: tuple[Axes, ...]
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


@dataclass(frozen=True)
class Guarded:
    """``arg`` where all guards hold, elsewhere 0 or 1, or the lowest number of all; ``known`` holds where they do;
    ``labels`` are what guards read."""

    arg: Array
    guards: tuple[Guard, ...]
    labels: tuple[tuple[Access, Operand | View], ...]
    other: Literal["0", "1", "-inf"]
    axes: Axes
    known: Operand | None = None


Array: TypeAlias = (
    Scalar | Counted | Operand | Gather | View | Apply | MatMul | Dot | Einsum | Reduce | Masked | Guarded
)


def memory_axes(node: Array) -> Axes | None:
    """The axes in the order in which their elements lie in memory; None for windows, which lie in no order."""
    if not isinstance(node, View):
        return node.axes
    if not fills(node.positions, node.shape, node.axes):
        return None
    return tuple(index for p in node.positions for _, index in digits(p, node.axes))


def is_block(view: View) -> bool:
    """Whether a view is one piece of memory: ``h[t]``, ``h[1:]``, but not ``h[:, 1:]``."""
    seen: list[Index] = []
    for position, extent in zip(view.positions, view.shape, strict=True):
        terms = digits(position, view.axes)
        if not terms and not seen:
            continue
        if len(terms) != 1 or terms[0][0] != 1 or (seen and (position.index is None or terms[0][1].extent != extent)):
            return False
        seen.append(terms[0][1])
    return tuple(seen) == view.axes


def is_stack(node: Array) -> bool:
    """Whether an array is a view of matrices as they lie in a tensor, whose products NumPy computes without a copy."""
    if not isinstance(node, View):
        return False
    terms = [digits(p, node.axes) for p in node.positions]
    found = tuple(i for t in terms for _, i in t)
    simple = all(not t or t[-1][0] == 1 for t in terms) and all(
        len(t) < 2 or split_range(p, node.axes) for p, t in zip(node.positions, terms, strict=True)
    )
    return simple and bool(terms[-1]) and found == node.axes


def is_read(tensor: str, node: Array) -> bool:
    """Whether an expression reads a tensor."""
    return getattr(node, "tensor", None) == tensor or any(is_read(tensor, child) for child in children(node))


def tensors_in(node: Array) -> frozenset[str]:
    """The tensors that an expression reads, those that its masks read included."""
    found = {getattr(node, "tensor", "")}
    match node:
        case Gather(positions=positions):
            found |= {p.tensor for p in positions if isinstance(p, Access)}
        case Masked(label=label):
            found.add(label.tensor)
        case Guarded(labels=labels, known=known):
            found |= {a.tensor for a, _ in labels} | ({known.tensor} if known else set())
    return frozenset(found - {""}).union(*(tensors_in(c) for c in children(node)))


_ARITHMETIC = ("add", "subtract", "multiply", "divide", "negative", "maximum", "minimum")


def is_elementwise(node: Array) -> bool:
    """Whether each element of the result depends on the same one of the arguments, in arithmetic."""
    return isinstance(node, Apply) and node.function in _ARITHMETIC


def free_indices(node: Array) -> frozenset[Index]:
    """The indices that a loop around the statement sets."""
    found: set[Index] = set()
    if isinstance(node, View):
        found = {i for p in node.positions for i in p.indices()}
    elif isinstance(node, Counted):
        found = {node.index}
    elif isinstance(node, Guarded):
        found = {i for g in node.guards for i in g.affine.indices()}
    return frozenset(found - set(node.axes)).union(*(free_indices(c) for c in children(node)))


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
        case Reduce(arg=arg) | Masked(arg=arg) | Guarded(arg=arg):
            return (arg,)
    return ()


def with_children(node: Array, new: tuple[Array, ...]) -> Array:
    """The node made of other arrays, in the order in which they are written."""
    match node:
        case Apply():
            return replace(node, args=new)
        case MatMul() | Dot():
            return replace(node, left=new[0], right=new[1])
        case Einsum():
            return replace(node, operands=new)
        case Reduce() | Masked() | Guarded():
            return replace(node, arg=new[0])
    return node
