"""Products of a small matrix and a very wide one, in parts of the columns that the BLAS takes as they lie.

OpenBLAS rearranges both factors of a product of more than a million multiply-adds, which is wasted on the kernel of a
convolution: 16 by 72 by 2560, float32, one thread: 58 GFlop/s, and 104 in four parts; 16 by 2560 by 72: 36 and 100.
Where both factors lie along what is summed, it does so, too, for a result of more than 1200 elements: 16 by 1024 by
144: 36, and 89 in three blocks. How many samples there are is known when the buffers are cut, and so are the parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from symbp.equation import Size
from symbp.numpy_code.windows import product_text
from symbp.numpy_code.workspace.factors import side
from symbp.numpy_code.workspace.ops import Emitter, Seen, Value
from symbp.schedule.arrays import Axes, MatMul, Operand

_MOST = 1_000_000  # multiply-adds of a product that is taken as it lies
_RESULT = 1_200  # elements of a product of rows with rows that is taken as it lies
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


@dataclass(frozen=True)
class _Sums:
    """``out[r] = left[r] @ right[r].T``: rows of the left factor, columns of the right one, in so many blocks."""

    batch: Axes
    rows: Axes
    columns: Axes
    summed: Axes
    blocks: int

    @property
    def each(self) -> int:
        """The multiply-adds of a block for each number that is summed."""
        return _count(self.rows) * _count(self.columns) // self.blocks

    def views(self, emitter: Emitter, left: Value, right: Value, out: Value) -> tuple[Value, Value, Value]:
        """The factors with the parts of what is summed in front, and the result, all with the blocks as an axis."""
        first = f"{{}}.reshape({_shape((self.batch,))}, 1, {_shape((self.rows,))}, {self._slabs})"
        wide = f"{self.blocks}, {_count(self.columns) // self.blocks}"
        second = f"{{}}.reshape({_shape((self.batch,))}, {wide}, {self._slabs}).transpose(3, 0, 1, 4, 2)"
        third = f"{{}}.reshape({_shape((self.batch, self.rows))}, {wide}).transpose(0, 2, 1, 3)"
        texts = (f"{first}.transpose(3, 0, 1, 2, 4)", second, third)
        return tuple(emitter.view(Seen(v, text)) for v, text in zip((left, right, out), texts, strict=True))  # type: ignore[return-value]

    @property
    def _slabs(self) -> str:
        return f"-1, _slab({product_text(tuple(i.extent for i in self.summed))}, {self.each})"


def by_summed(emitter: Emitter, node: MatMul, out: Value) -> bool:
    """``out[r] = left[r] @ right[r].T`` in blocks of the result and parts of what is summed; whether it was emitted."""
    sums = _sums(node)
    if sums is None:
        return False
    left, right = emitter.value(node.left), emitter.value(node.right)
    if not _are_ours(left, right):
        return False
    part = Value("", out.extents, telling="part")
    *factors, result = sums.views(emitter, left, right, part)
    one, other = emitter.names.fresh("z_part"), emitter.names.fresh("x_part")
    emitter.emit("{out}.fill(0)", (), out)
    emitter.emit(f"for {one}, {other} in zip({{0}}, {{1}}, strict=True):", factors, None)
    emitter.depth += 1
    emitter.emit(f"np.matmul({one}, {other}, out={{out}})", factors, result)
    emitter.binary("add", out, part, out)
    emitter.depth -= 1
    return True


def _sums(node: MatMul) -> _Sums | None:
    """A product of two tensors that both lie with what is summed as their last axes, if cutting it pays."""
    if len(node.left_groups) != 3 or len(node.right_groups) != 3:
        return None
    (batch, rows, summed), columns = node.left_groups, node.right_groups[2]
    lies = node.left.axes == (*batch, *rows, *summed) and node.right.axes == (*batch, *columns, *summed)
    if not lies or not isinstance(node.left, Operand) or not isinstance(node.right, Operand):
        return None
    if len(batch) != 1 or not _are_numbers((*rows, *columns)):
        return None
    found = _Sums(batch, rows, columns, summed, _blocks(_count(rows), _count(columns)))
    sized = any(isinstance(i.extent, Size) for i in summed)
    return found if (sized and found.blocks > 1) or _are_wide(batch, found.each, summed) else None


def _blocks(rows: int, columns: int) -> int:
    """In how many blocks of columns a result is computed, so that the BLAS takes each as it lies."""
    return next((n for n in range(1, columns // 4) if columns % n == 0 and rows * columns <= n * _RESULT), 1)


def _are_numbers(axes: Axes) -> bool:
    return all(isinstance(i.extent, int) for i in axes)


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
