"""Products of so few rows at a time that BLAS need not pack the factors."""

from __future__ import annotations

from symbp.equation import Extent
from symbp.numpy_code.scalars import extent_text
from symbp.numpy_code.windows import product_text, view_text
from symbp.numpy_code.workspace.costs import count, flat, is_cut, is_turned, memory, turning_pays
from symbp.numpy_code.workspace.factors import is_known, ordered, side
from symbp.numpy_code.workspace.ops import Emitter, Place, Seen, Value, spelled_out, values_of
from symbp.schedule.arrays import Array, Axes, MatMul, Operand, View, is_block

_OURS: tuple[Place, ...] = ("planned", "pinned")


def in_slabs(emitter: Emitter, node: MatMul, out: Value) -> bool:
    """The product in slabs, if its sizes allow it, and where the factors and the result lie."""
    turned = is_turned(node) and (is_known(emitter, node) or turning_pays(node, cut=True))
    lies = turned or memory(node.right) == flat(node.right_groups)
    if not (lies and is_cut(node) and out.place in _OURS and _has_slabs(emitter, node.left)):
        return False
    (rows, inner), (_, columns) = node.left_groups, node.right_groups
    slab = f"-1, _slab({product_text(_extents(rows))}, {count((*inner, *columns))})"
    left = _left(emitter, node, slab)
    right = (ordered if turned else side)(emitter, node.right, node.right_groups)
    args = values_of([left, right])
    first, second = (spelled_out(a, args) for a in (left, right))
    result = emitter.view(Seen(out, f"{{}}.reshape({slab}, {count(columns)})"))
    emitter.emit(f"np.matmul({first}, {second}, out={{out}})", args, result)
    return True


def _has_slabs(emitter: Emitter, node: Array) -> bool:
    """Whether an array's rows lie so that a view of them in slabs is no copy; of a part, those of all of its tensor."""
    if not isinstance(node, Operand | View):
        return True
    place = emitter.tensors[node.tensor].place
    if isinstance(node, Operand):
        return place in _OURS or (place == "given" and bool(emitter.tensors[node.tensor].extents))
    return place in _OURS and is_block(node) and _extents(node.axes) == node.shape[-len(node.axes) :]


def _left(emitter: Emitter, node: MatMul, slab: str) -> Seen:
    """The rows in slabs: of ``h[t]`` the slabs of all steps are one view, an argument is cut like the result."""
    array, inner = node.left, count(node.left_groups[1])
    if isinstance(array, View):
        before = "".join(f"{extent_text(e)}, " for e in array.shape[: -len(array.axes)])
        whole = Seen(emitter.tensors[array.tensor], f"{{}}.reshape({before}{slab}, {inner})")
        return Seen(emitter.view(whole), view_text(array, "{}"))
    value = emitter.value(array)
    if value.place in _OURS:
        return Seen(emitter.view(Seen(value, f"{{}}.reshape({slab}, {inner})")), "{}")
    return Seen(value, f"{{}}.reshape(len({{out}}), -1, {inner})")


def _extents(axes: Axes) -> tuple[Extent, ...]:
    return tuple(i.extent for i in axes)
