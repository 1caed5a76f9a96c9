"""What products of matrices cost, by their sizes: which factors are copied first, which rows are multiplied together.

Measured with OpenBLAS 0.3.31 on one core with AVX2, in float32; float64 gains as much or more. Its products of up to a
million multiply-adds read the factors as they lie; it rearranges ("packs") both for larger ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import prod

from symbp.equation import Size
from symbp.numpy_code.windows import copies
from symbp.schedule.arrays import Array, Axes, MatMul, memory_axes

PACKED = 1_000_000  # multiply-adds
_FEWEST = 16  # rows of a slab: of larger factors the gain is lost in memory
_ROWS = 48  # what a run-time size counts as: usual batches have 32 or 64 samples


def rows_together(node: MatMul) -> MatMul:
    """``a[n, t, :] @ W`` as one product of all rows of ``a``, where NumPy takes one ``n`` after the other."""
    *rows, inner = node.left_groups
    together = (flat(rows), inner)
    if len(rows) < 2 or not all(rows) or len(node.right_groups) != 2 or copies(memory(node.left), together):
        return node
    return replace(node, left_groups=together)


def is_cut(node: MatMul) -> bool:
    """Whether rows are multiplied in slabs small enough for no factor to be packed: a tenth to a quarter faster.

    Us in one product and in slabs: (64, 512) by (512, 64) 45 and 37; (1024, 64) by (64, 256) 351 and 298;
    (1024, 128) by (128, 256) 679 and 597; (1024, 64) by (64, 64) in float64 190 and 151.
    """
    if len(node.left_groups) != 2 or len(node.right_groups) != 2 or memory(node.left) != flat(node.left_groups):
        return False
    (rows, inner), (_, columns) = node.left_groups, node.right_groups
    known = all(isinstance(i.extent, int) for i in (*inner, *columns))
    unknown = any(isinstance(i.extent, Size) for i in rows)
    return known and unknown and _FEWEST * _size(node) <= PACKED < count(rows) * _size(node)


def is_turned(node: MatMul) -> bool:
    """Whether the right factor lies transposed in memory."""
    *batch, inner, columns = ((), *node.right_groups)
    return memory(node.right) == (*flat(batch), *columns, *inner) and 1 not in (count(inner), count(columns))


def turning_pays(node: MatMul, cut: bool = False) -> bool:
    """Whether a copy of a transposed right factor costs less than a product with it loses.

    In nanoseconds: each product loses 0.014 for each multiply-add (64 by 64 by 64: 8.7 us, and 5.6 us with the copy,
    which takes 1.7), a large one 0.3 for each element of the factor, and what cutting it into slabs would gain.
    """
    *batch, rows, _ = ((), (), *node.left_groups)
    if len(node.left_groups) == 2 and _are_samples(rows) and not cut:
        return False
    size, height, times = _size(node), count(rows), count(flat(batch))
    loss = 0.014 * height * size if height * size <= PACKED else 0.3 * size
    gain = 0.0026 * height * size if cut else 0
    copied = times if len(node.right_groups) > 2 else 1
    return times * (loss + gain) > 600 + 0.5 * size * copied


def is_turned_late(node: MatMul) -> bool:
    """Whether the samples decide about the copy of a transposed right factor, when there are 32 or more of them.

    Us as it lies and with the copy, 64 by 64: of 64 rows 8.1 and 6.8, of one row 0.6 and 2.0; 128 by 128, 32 rows: 18.9
    and 20.3, where the copy's steps through memory are a large power of two.
    """
    single = len(node.left_groups) == len(node.right_groups) == 2
    return single and _are_samples(node.left_groups[0]) and 3_000 <= _size(node) <= 12_000


def _are_samples(rows: Axes) -> bool:
    return all(isinstance(i.extent, Size) for i in rows)


def _size(node: MatMul) -> int:
    """The elements of the right factor, or of each of them."""
    return count(flat(node.right_groups[-2:]))


def count(axes: Axes) -> int:
    return prod(i.extent if isinstance(i.extent, int) else _ROWS for i in axes)


def flat(groups: Iterable[Axes]) -> Axes:
    return tuple(i for group in groups for i in group)


def memory(node: Array) -> Axes:
    return memory_axes(node) or node.axes
