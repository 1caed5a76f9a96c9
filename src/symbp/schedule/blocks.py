"""Matrix products over groups of indices: which indices of two arrays are rows, columns, summed or batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from symbp.equation import Index
from symbp.schedule.affine import digits
from symbp.schedule.arrays import Array, Axes, MatMul, Reduce, View, memory_axes
from symbp.schedule.taps import is_window

_FEW = 8  # products of parts instead of one for which the parts would have to be brought together


@dataclass(frozen=True)
class _Roles:
    """``result[batch, rows, columns] = sum over summed``; rows are those of the left array."""

    left: Array
    right: Array
    batch: Axes
    rows: Axes
    columns: Axes
    summed: Axes


def block_product(a: Array, b: Array, over: Axes, axes: Axes) -> Array | None:
    """``sum[over](a b)`` as one batched matrix product with the result's ``axes``, or None.

    What is summed but lies around the rows in memory is batch of the product, and summed after it: NumPy
    would have to copy all of the array to bring it together.
    """
    if not (set(over) <= set(a.axes) and set(over) <= set(b.axes)):
        return None
    roles = _apart(_roles(a, b, over, axes))
    if not roles.rows and not roles.columns or (roles.batch and not (roles.rows and roles.columns)):
        return None
    found = {*_outside(roles, roles.left), *_outside(roles, roles.right)}
    outer = tuple(i for i in over if i in found) if roles.rows and roles.columns else ()
    inner = tuple(i for i in roles.summed if i not in outer)
    product = _product(replace(roles, batch=(*outer, *roles.batch), summed=inner))
    return Reduce("sum", product, outer, axes) if outer else product


def _roles(a: Array, b: Array, over: Axes, axes: Axes) -> _Roles:
    right = b if axes and axes[-1] not in a.axes else a
    left = a if right is b else b
    columns = _trailing(axes, right, left)
    rest = axes[: len(axes) - len(columns)]
    rows = _trailing(rest, left, right)
    summed = tuple(i for i in left.axes if i in over)
    return _Roles(left, right, rest[: len(rest) - len(rows)], rows, columns, summed)


def _apart(roles: _Roles) -> _Roles:
    """The first rows as batch if they are few blocks of memory, with what is summed between them and the other rows."""
    memory = memory_axes(roles.left)
    if memory is None or roles.batch or not roles.columns or runs(memory, (roles.rows, roles.summed)):
        return roles
    first, rest = roles.rows[:1], roles.rows[1:]
    few = all(isinstance(i.extent, int) and i.extent <= _FEW for i in first)
    if rest and few and memory == (*first, *roles.summed, *rest):
        return replace(roles, batch=first, rows=rest)
    return roles


def _trailing(axes: Axes, mine: Array, other: Array) -> Axes:
    """The last of some axes that one array has and the other has not."""
    found: list[Index] = []
    for index in reversed(axes):
        if index not in mine.axes or index in other.axes:
            break
        found.insert(0, index)
    return tuple(found)


def _outside(roles: _Roles, array: Array) -> Axes:
    """The summed indices that lie before the rows or columns of an array, if each group lies together without them."""
    memory = lying(array)
    own = roles.rows if array is roles.left else roles.columns
    if memory is None or not own:
        return ()
    before = memory[: min(memory.index(i) for i in own)]
    outer = tuple(i for i in roles.summed if i in before)
    inner = tuple(i for i in roles.summed if i not in outer)
    singles = tuple((i,) for i in memory if i not in own and i not in inner)
    return outer if inner and runs(memory, (*singles, own, inner)) else ()


def lying(array: Array) -> Axes | None:
    """The axes in the order of memory, of a part of a tensor too; None for windows."""
    if not isinstance(array, View) or is_window(array):
        return memory_axes(array)
    terms = [term for p in array.positions for term in digits(p, array.axes)]
    return tuple(i for _, i in terms) if all(step > 0 for step, _ in terms) else None


def runs(have: Axes, groups: Sequence[Axes]) -> tuple[Axes, ...]:
    """The groups in the order in which they lie in memory, if each of them lies together; else none."""
    found = tuple(sorted((g for g in groups if g), key=lambda g: have.index(g[0])))
    return found if tuple(i for group in found for i in group) == have else ()


def _product(roles: _Roles) -> MatMul:
    batch = tuple((i,) for i in roles.batch)
    left = _groups(roles.left, batch, roles.rows, roles.summed)
    right = _groups(roles.right, batch, roles.summed, roles.columns)
    axes = (*roles.batch, *roles.rows, *roles.columns)
    return MatMul(_ordered(roles.left, left), _ordered(roles.right, right), left, right, axes)


def _groups(array: Array, batch: tuple[Axes, ...], first: Axes, second: Axes) -> tuple[Axes, ...]:
    """The groups of one side; a batch axis that it lacks has extent 1, or is left away if nothing is before it."""
    own = [group if group[0] in array.axes else () for group in batch]
    while own and not own[0]:
        own.pop(0)
    return (*own, *((first,) if first else ()), *((second,) if second else ()))


def _ordered(array: Array, groups: tuple[Axes, ...]) -> Array:
    """A view with its axes as the product needs them; what is contiguous in its tensor stays innermost."""
    memory = memory_axes(array)
    if not isinstance(array, View):
        return array
    if memory is not None and runs(memory, groups):
        return replace(array, axes=memory)
    innermost = _innermost(array)
    last = groups[-2:]
    if len(last) == 2 and innermost in last[0]:
        groups = (*groups[:-2], last[1], last[0])
    return replace(array, axes=tuple(i for group in groups for i in group))


def _innermost(view: View) -> Index | None:
    """The longest index of the last axis along which the view moves."""
    for position in reversed(view.positions):
        found = [i for _, i in position.terms if isinstance(i, Index) and i in view.axes]
        if found:
            return max(found, key=lambda i: i.extent if isinstance(i.extent, int) else float("inf"))
    return None
