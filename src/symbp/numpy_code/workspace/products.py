"""Sums of products in the workspace: each writes into an array that is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symbp.numpy_code.expression import matrices, result_text, subscripts
from symbp.numpy_code.windows import product_text
from symbp.numpy_code.workspace.costs import flat, is_turned, is_turned_late, rows_together, turning_pays
from symbp.numpy_code.workspace.factors import has_gaps, is_known, ordered, side
from symbp.numpy_code.workspace.ops import Emitter, Seen, Value, values_of
from symbp.numpy_code.workspace.parts import by_columns, by_summed
from symbp.numpy_code.workspace.slabs import in_slabs
from symbp.schedule import Assign, Recurrence
from symbp.schedule.arrays import (
    Einsum,
    MatMul,
    Operand,
    View,
    children,
    free_indices,
)
from symbp.schedule.blocks import lying


def matmul(emitter: Emitter, node: MatMul, out: Value) -> None:
    """A product of matrices by ``a.dot(b, out=c)``, which is half a microsecond quicker than ``np.matmul``."""
    node = rows_together(node)
    if in_slabs(emitter, node, out) or by_columns(emitter, node, out) or by_summed(emitter, node, out):
        return
    turned = is_turned(node) and (is_known(emitter, node) or turning_pays(node))
    left = side(emitter, node.left, node.left_groups)
    if is_turned(node) and not turned and is_turned_late(node) and not emitter.depth:
        _turned_late(emitter, node, left, out)
        return
    right = (ordered if turned else side)(emitter, node.right, node.right_groups)
    args = values_of([left, right])
    first, second = (f"{{{args.index(factor)}}}" for factor in (left, right))
    single = all(all(groups) and len(groups) <= 2 and not has_gaps(factor) for factor, groups in matrices(node))
    template = f"{first}.dot({second}, out={{out}})" if single else f"np.matmul({first}, {second}, out={{out}})"
    emitter.emit(template, args, emitter.view(Seen(out, "{}" + result_text(node))))


def _turned_late(emitter: Emitter, node: MatMul, left: Value, out: Value) -> None:
    """A product with a transposed matrix, which the module copies if there are enough samples."""
    (rows, _), right = node.left_groups, emitter.value(node.right)
    copy = replace(emitter.fresh(node.right, flat(node.right_groups)), telling="turned")
    args = values_of([left, right, copy])
    first, factor, memory = (f"{{{args.index(v)}}}" for v in (left, right, copy))
    count = product_text(tuple(i.extent for i in rows))
    emitter.emit(f"{first}.dot(_turned({factor}, {memory}, {count}), out={{out}})", args, out)


def turn_before(emitter: Emitter, statement: Recurrence) -> None:
    """Copies of the matrices that each round would read transposed: ``h[t] @ U.T``."""
    written = {e.target for group in statement.groups for e in group.equations}
    for node in _products(statement):
        right = node.right
        *batch, inner, columns = node.right_groups
        turned = columns and lying(right) == (*flat(batch), *columns, *inner)
        constant = isinstance(right, Operand | View) and right.tensor not in written and not free_indices(right)
        if turned and constant:
            ordered(emitter, right, node.right_groups)


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
