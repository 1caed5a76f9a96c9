"""Windows laid out as the columns of a matrix, once for all products that need them."""

from __future__ import annotations

from dataclasses import replace
from math import prod

from symbp.equation import Affine, Index
from symbp.schedule.arrays import Apply, Array, Axes, MatMul, Operand, Reduce, View
from symbp.schedule.blocks import lying, runs
from symbp.schedule.local import Locals, plain_name
from symbp.schedule.statements import Assign
from symbp.schedule.taps import is_windowed

_KEPT = 2**17  # numbers of a sample that are worth their memory from the forward to the backward pass


def with_columns(local: Locals, value: Array) -> tuple[tuple[Assign, ...], Array]:
    """The value with the windows in its matrix products as tensors of their own, and what computes these."""
    match value:
        case MatMul(left=left, right=right):
            before, left = _column(local, left, value.left_groups)
            more, right = _column(local, right, value.right_groups)
            return (*before, *more), replace(value, left=left, right=right)
        case Apply(args=args):
            parts = [with_columns(local, a) for a in args]
            return tuple(s for p in parts for s in p[0]), replace(value, args=tuple(p[1] for p in parts))
        case Reduce(arg=arg):
            before, arg = with_columns(local, arg)
            return before, replace(value, arg=arg)
    return (), value


def _column(local: Locals, side: Array, groups: tuple[Axes, ...]) -> tuple[tuple[Assign, ...], Array]:
    """A factor as the product takes it; a mere reshape stays what it is."""
    memory = lying(side)
    if not isinstance(side, View) or not is_windowed(side) or (memory is not None and runs(memory, groups)):
        return with_columns(local, side)
    axes = {index: Index(f"axis{k}", index.extent) for k, index in enumerate(side.axes)}
    mapping = {old: Affine.of(new) for old, new in axes.items()}
    view = View(side.tensor, side.shape, tuple(p.substitute(mapping) for p in side.positions), tuple(axes.values()))
    key = (side.tensor, view)
    if key in local.known:
        return (), Operand(local.known[key].name, side.axes)
    extents = tuple(i.extent for i in side.axes)
    tensor = local.add(f"{plain_name(side.tensor)}_columns", side.tensor, extents)
    if prod(e for e in extents if isinstance(e, int)) <= _KEPT:
        local.known[key] = tensor
    return (Assign(tensor.name, view.axes, view),), Operand(tensor.name, side.axes)
