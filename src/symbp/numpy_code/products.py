"""Sums of products in the workspace: each writes into an array that is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import prod

from symbp.numpy_code.expression import matrices, matrix, result_text, subscripts
from symbp.numpy_code.names import telling
from symbp.numpy_code.ops import Emitter, Seen, Value, values_of
from symbp.numpy_code.views import transposed
from symbp.numpy_code.windows import copies
from symbp.schedule import Assign, Recurrence
from symbp.schedule.arrays import (
    Array,
    Axes,
    Einsum,
    MatMul,
    Operand,
    View,
    children,
    free_indices,
    is_stack,
    memory_axes,
)
from symbp.schedule.blocks import lying

_PACKED = 1_000_000  # multiply-adds from which OpenBLAS rearranges both factors first
_ROWS = 48  # what a run-time size counts as: usual batches have 32 or 64 samples


def matmul(emitter: Emitter, node: MatMul, out: Value) -> None:
    """A product of matrices by ``a.dot(b, out=c)``, which is half a microsecond quicker than ``np.matmul``."""
    node = _rows_together(node)
    left = _side(emitter, node.left, node.left_groups)
    right = (_ordered if _turning_pays(node) else _side)(emitter, node.right, node.right_groups)
    result = emitter.view(Seen(out, "{}" + result_text(node)))
    args = values_of([left, right])
    first, second = (f"{{{args.index(side)}}}" for side in (left, right))
    single = all(all(groups) and len(groups) <= 2 for _, groups in matrices(node))
    template = f"{first}.dot({second}, out={{out}})" if single else f"np.matmul({first}, {second}, out={{out}})"
    emitter.emit(template, args, result)


def _rows_together(node: MatMul) -> MatMul:
    """``a[n, t, :] @ W`` as one product of all rows of ``a``, where one for each ``n`` would rearrange ``W`` each time.

    Smaller ones are faster one after the other. OpenBLAS, one thread, float32: (16, 64, 64) by (64, 256) 310 us, and
    366 us as (1024, 64) by (64, 256).
    """
    *rows, inner = node.left_groups
    together = (_flat(rows), inner)
    if len(rows) < 2 or not all(rows) or len(node.right_groups) != 2 or copies(_memory(node.left), together):
        return node
    return node if _count(rows[-1]) * _size(node) <= 1.1 * _PACKED else replace(node, left_groups=together)


def _turning_pays(node: MatMul) -> bool:
    """Whether a copy of a right factor that lies transposed in memory costs less than a product with it loses.

    In nanoseconds, by OpenBLAS on one thread in float32: each product loses 0.014 for each multiply-add (64 by 64 by
    64: 8.7 us, and 5.6 us with the copy, which takes 1.7), a large one 0.3 for each element of the factor.
    """
    *batch, inner, columns = ((), *node.right_groups)
    if _memory(node.right) != (*_flat(batch), *columns, *inner) or 1 in (_count(inner), _count(columns)):
        return False
    *batch, rows, _ = ((), (), *node.left_groups)
    size, count, times = _size(node), _count(rows), _count(_flat(batch))
    loss = 0.014 * count * size if count * size <= _PACKED else 0.3 * size
    copied = times if len(node.right_groups) > 2 else 1
    return times * loss > 600 + 0.4 * size * copied


def _size(node: MatMul) -> int:
    """The elements of the right factor, or of each of them."""
    return _count(_flat(node.right_groups[-2:]))


def _count(axes: Axes) -> int:
    return prod(i.extent if isinstance(i.extent, int) else _ROWS for i in axes)


def _flat(groups: Iterable[Axes]) -> Axes:
    return tuple(i for group in groups for i in group)


def _memory(node: Array) -> Axes:
    return memory_axes(node) or node.axes


def _side(emitter: Emitter, node: Array, groups: tuple[Axes, ...]) -> Value:
    """A factor in the groups that the product needs; it is brought there in an array of ours if NumPy would copy it."""
    if copies(_memory(node), groups) or (node, _flat(groups)) in emitter.known:
        return _ordered(emitter, node, groups)
    whole, view = matrix(node, groups)
    if isinstance(whole, View) and is_stack(whole):
        return emitter.part(whole, view)
    return emitter.view(Seen(emitter.value(whole), "{}" + view))


def _ordered(emitter: Emitter, node: Array, groups: tuple[Axes, ...]) -> Value:
    """A factor copied so that it lies as the product needs it."""
    axes = _flat(groups)
    if (node, axes) not in emitter.known:
        source = replace(node, axes=axes) if isinstance(node, View) else node
        name = node.tensor if isinstance(node, Operand | View) else telling(node)
        copy = replace(emitter.fresh(node, axes), telling=f"{name}_T" if len(axes) == 2 else f"{name}_turned")
        emitter.copy_of(emitter.seen(source), transposed(source.axes, axes), copy)
        emitter.known[node, axes] = copy
    return emitter.view(Seen(emitter.known[node, axes], "{}" + matrix(Operand("", axes), groups)[1]))


def turn_before(emitter: Emitter, statement: Recurrence) -> None:
    """Copies of the matrices that each round would read transposed: ``h[t] @ U.T``."""
    written = {e.target for group in statement.groups for e in group.equations}
    for node in _products(statement):
        right = node.right
        *batch, inner, columns = node.right_groups
        turned = columns and lying(right) == (*_flat(batch), *columns, *inner)
        constant = isinstance(right, Operand | View) and right.tensor not in written and not free_indices(right)
        if turned and constant:
            _ordered(emitter, right, node.right_groups)


def _products(statement: Recurrence) -> Iterator[MatMul]:
    """The products of matrices in a round."""
    found = [s.value for group in statement.groups for s in group.statements if isinstance(s, Assign)]
    while found:
        node = found.pop(0)
        found += children(node)
        if isinstance(node, MatMul):
            yield node


def einsum(emitter: Emitter, node: Einsum, out: Value) -> None:
    operands = [emitter.value(o) for o in node.operands]
    places = ", ".join(f"{{{k}}}" for k in range(len(operands)))
    emitter.emit(f'np.einsum("{subscripts(node)}", {places}, out={{out}})', operands, out)
