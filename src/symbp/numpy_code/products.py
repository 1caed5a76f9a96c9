"""Sums of products in the workspace: each writes into an array that is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symbp.equation import Extent
from symbp.numpy_code.costs import count, flat, is_cut, is_turned, memory, rows_together, turning_pays
from symbp.numpy_code.expression import matrices, matrix, result_text, subscripts
from symbp.numpy_code.names import telling
from symbp.numpy_code.ops import Emitter, Place, Seen, Value, values_of
from symbp.numpy_code.scalars import extent_text
from symbp.numpy_code.views import transposed
from symbp.numpy_code.windows import copies, product_text, view_text
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
    is_block,
    is_stack,
)
from symbp.schedule.blocks import lying

_OURS: tuple[Place, ...] = ("planned", "pinned")


def matmul(emitter: Emitter, node: MatMul, out: Value) -> None:
    """A product of matrices by ``a.dot(b, out=c)``, which is half a microsecond quicker than ``np.matmul``."""
    ours = _is_ours(emitter, node.left) and out.place in _OURS
    node = rows_together(node, ours)
    cut = ours and is_cut(node)
    turned = is_turned(node) and ((node.right, flat(node.right_groups)) in emitter.known or turning_pays(node, cut))
    if cut and (turned or memory(node.right) == flat(node.right_groups)):
        _in_slabs(emitter, node, out)
        return
    left = _side(emitter, node.left, node.left_groups)
    right = (_ordered if turned else _side)(emitter, node.right, node.right_groups)
    args = values_of([left, right])
    first, second = (f"{{{args.index(side)}}}" for side in (left, right))
    single = all(all(groups) and len(groups) <= 2 for _, groups in matrices(node))
    template = f"{first}.dot({second}, out={{out}})" if single else f"np.matmul({first}, {second}, out={{out}})"
    emitter.emit(template, args, emitter.view(Seen(out, "{}" + result_text(node))))


def _is_ours(emitter: Emitter, node: Array) -> bool:
    """Whether a factor lies in the workspace, so that another view of it can be made once."""
    if not isinstance(node, Operand | View):
        return True
    whole = isinstance(node, Operand) or (is_block(node) and tuple(i.extent for i in node.axes) == _ends(node))
    return whole and emitter.tensors[node.tensor].place in _OURS


def _ends(view: View) -> tuple[Extent, ...]:
    """The extents of the last axes of a tensor, as many as a view of it has."""
    return view.shape[len(view.shape) - len(view.axes) :]


def _in_slabs(emitter: Emitter, node: MatMul, out: Value) -> None:
    """A product of so few rows at a time that BLAS does not pack the factors."""
    (rows, inner), (_, columns) = node.left_groups, node.right_groups
    size = count((*inner, *columns))
    slab = f"-1, _slab({product_text(tuple(i.extent for i in rows))}, {size})"
    right = (_ordered if is_turned(node) else _side)(emitter, node.right, node.right_groups)
    place, before = "", ""
    if isinstance(node.left, View):  # of h[t] the slabs of all steps are one view
        whole = emitter.tensors[node.left.tensor]
        place = view_text(node.left, "")
        before = "".join(f"{extent_text(e)}, " for e in node.left.shape[: len(node.left.shape) - len(node.left.axes)])
    else:
        whole = emitter.value(node.left)
    left = emitter.view(Seen(whole, f"{{}}.reshape({before}{slab}, {count(inner)})"))
    result = emitter.view(Seen(out, f"{{}}.reshape({slab}, {count(columns)})"))
    args = values_of([left, right])
    first, second = (f"{{{args.index(side)}}}" for side in (left, right))
    emitter.emit(f"np.matmul({first}{place}, {second}, out={{out}})", args, result)


def _side(emitter: Emitter, node: Array, groups: tuple[Axes, ...]) -> Value:
    """A factor in the groups that the product needs; it is brought there in an array of ours if NumPy would copy it."""
    if copies(memory(node), groups) or (node, flat(groups)) in emitter.known:
        return _ordered(emitter, node, groups)
    whole, view = matrix(node, groups)
    if isinstance(whole, View) and is_stack(whole):
        return emitter.part(whole, view)
    return emitter.view(Seen(emitter.value(whole), "{}" + view))


def _ordered(emitter: Emitter, node: Array, groups: tuple[Axes, ...]) -> Value:
    """A factor copied so that it lies as the product needs it."""
    axes = flat(groups)
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
        turned = columns and lying(right) == (*flat(batch), *columns, *inner)
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
