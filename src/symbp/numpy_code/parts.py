"""Products of a small matrix and a very wide one, in parts of the columns that the BLAS takes as they lie.

OpenBLAS rearranges both factors of a product of more than a million multiply-adds, which is wasted on the kernel of a
convolution: 16 by 72 by 2560, float32, one thread: 58 GFlop/s, and 104 in four parts; 16 by 2560 by 72: 36 and 100.
How many samples there are is known when the buffers are cut, and with it the number of parts.
"""

from __future__ import annotations

from math import prod

from symbp.equation import Size
from symbp.numpy_code.factors import side
from symbp.numpy_code.ops import Emitter, Seen, Value
from symbp.numpy_code.windows import product_text
from symbp.schedule.arrays import Axes, MatMul, Operand

_MOST = 1_000_000  # multiply-adds of a product that is taken as it lies
_LEAST = 64  # columns that a part should have
_BATCH = 512  # samples; few batches are larger


def by_columns(emitter: Emitter, node: MatMul, out: Value) -> bool:
    """``out[r] = W @ right[r]`` in parts of the columns, if these are wide; whether it was emitted."""
    if len(node.left_groups) != 2 or len(node.right_groups) != 3 or not isinstance(node.right, Operand):
        return False
    rows, (batch, inner, columns) = node.left_groups[0], node.right_groups
    each = _count(rows) * _count(inner)
    if node.right.axes != (*batch, *inner, *columns) or node.axes != (*batch, *rows, *columns):
        return False
    if not _are_wide(batch, each, columns) or not _are_ours(out, emitter.value(node.right)):
        return False
    right = _parts(emitter, emitter.value(node.right), (batch, inner, columns), each, "0, 2, 1, 3")
    left = side(emitter, node.left, node.left_groups)
    result = _parts(emitter, out, (batch, rows, columns), each, "0, 2, 1, 3")
    emitter.emit("np.matmul({0}, {1}, out={out})", (left, right), result)
    return True


def by_summed(emitter: Emitter, node: MatMul, out: Value) -> bool:
    """``out[r] = left[r] @ right[r].T`` in parts of what is summed, if this is wide; whether it was emitted."""
    if len(node.left_groups) != 3 or len(node.right_groups) != 3:
        return False
    if not isinstance(node.left, Operand) or not isinstance(node.right, Operand):
        return False
    (batch, rows, summed), columns = node.left_groups, node.right_groups[2]
    each = _count(rows) * _count(columns)
    if node.left.axes != (*batch, *rows, *summed) or node.right.axes != (*batch, *columns, *summed):
        return False
    if not _are_wide(batch, each, summed) or not _are_ours(emitter.value(node.left), emitter.value(node.right)):
        return False
    left = _parts(emitter, emitter.value(node.left), (batch, rows, summed), each, "2, 0, 1, 3")
    right = _parts(emitter, emitter.value(node.right), (batch, columns, summed), each, "2, 0, 3, 1")
    part = Value("", out.extents, telling="part")
    result = emitter.view(Seen(part, f"{{}}.reshape({_shape((batch, rows, columns))})"))
    one, other = emitter.names.fresh("z_part"), emitter.names.fresh("x_part")
    emitter.emit("{out}.fill(0)", (), out)
    emitter.emit(f"for {one}, {other} in zip({{0}}, {{1}}, strict=True):", (left, right), None)
    emitter.depth += 1
    emitter.emit(f"np.matmul({one}, {other}, out={{out}})", (left, right), result)
    emitter.binary("add", out, part, out)
    emitter.depth -= 1
    return True


def _are_wide(batch: Axes, each: int, columns: Axes) -> bool:
    """Whether parts may be needed: a run-time size is among the columns, and a part has some of them."""
    sized = [i for i in columns if isinstance(i.extent, Size)]
    fixed = prod(i.extent for i in columns if isinstance(i.extent, int))
    return len(batch) == len(sized) == 1 and each <= _MOST // _LEAST and fixed * each * _BATCH > _MOST


def _are_ours(*values: Value) -> bool:
    """Whether arrays are memory of the workspace, of which views are made once."""
    return all(v.place in ("planned", "pinned") for v in values)


def _parts(emitter: Emitter, value: Value, groups: tuple[Axes, ...], each: int, order: str) -> Value:
    """The view of a tensor with the parts of its columns as an axis of their own."""
    *others, columns = groups
    count = product_text(tuple(i.extent for i in columns))
    shape = f"{_shape(tuple(others))}, -1, _slab({count}, {each})"
    return emitter.view(Seen(value, f"{{}}.reshape({shape}).transpose({order})"))


def _shape(groups: tuple[Axes, ...]) -> str:
    return ", ".join(product_text(tuple(i.extent for i in axes)) for axes in groups)


def _count(axes: Axes) -> int:
    return prod(i.extent if isinstance(i.extent, int) else _MOST for i in axes)
