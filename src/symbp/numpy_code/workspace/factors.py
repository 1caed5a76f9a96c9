"""The factors of products of matrices: as views made once, or copied so that they lie as BLAS is fastest."""

from __future__ import annotations

from dataclasses import replace

from symbp.numpy_code.expression import matrix
from symbp.numpy_code.names import telling
from symbp.numpy_code.views import transposed
from symbp.numpy_code.windows import copies
from symbp.numpy_code.workspace.costs import flat, memory
from symbp.numpy_code.workspace.ops import Emitter, Seen, Value
from symbp.schedule.arrays import Array, Axes, MatMul, Operand, View, is_block, is_stack, memory_axes


def side(emitter: Emitter, node: Array, groups: tuple[Axes, ...]) -> Value:
    """A factor in the groups that the product needs; it is brought there in an array of ours if NumPy would copy it."""
    if copies(memory(node), groups) or (node, flat(groups)) in emitter.known:
        return ordered(emitter, node, groups)
    whole, view = matrix(node, groups)
    if isinstance(whole, View) and is_stack(whole) and _merge_in_place(whole, groups):
        return emitter.part(whole, view)
    return emitter.view(Seen(emitter.value(whole), "{}" + view))


def has_gaps(node: Array) -> bool:
    """Whether a factor is a part of a tensor with something between its rows: ``dot`` would copy it, not ``matmul``."""
    return isinstance(node, View) and is_stack(node) and memory_axes(node) is None and not is_block(node)


def _merge_in_place(view: View, groups: tuple[Axes, ...]) -> bool:
    """Whether axes of a view that are one axis of the product lie without gaps: all but the first of them are whole."""
    whole = {
        p.index for p, extent in zip(view.positions, view.shape, strict=True) if p.index and p.index.extent == extent
    }
    return all(axis in whole for group in groups for axis in group[1:])


def is_known(emitter: Emitter, node: MatMul) -> bool:
    """Whether there is a copy of the right factor as the product needs it."""
    return (node.right, flat(node.right_groups)) in emitter.known


def ordered(emitter: Emitter, node: Array, groups: tuple[Axes, ...]) -> Value:
    """A factor copied so that it lies as the product needs it."""
    axes = flat(groups)
    if (node, axes) not in emitter.known:
        source = replace(node, axes=axes) if isinstance(node, View) else node
        name = node.tensor if isinstance(node, Operand | View) else telling(node)
        copy = replace(emitter.fresh(node, axes), telling=f"{name}_T" if len(axes) == 2 else f"{name}_turned")
        emitter.copy_of(emitter.seen(source), transposed(source.axes, axes), copy)
        emitter.known[node, axes] = copy
    return emitter.view(Seen(emitter.known[node, axes], "{}" + matrix(Operand("", axes), groups)[1]))
