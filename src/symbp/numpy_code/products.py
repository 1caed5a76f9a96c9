"""Sums of products and reductions in the workspace: each writes into an array that is given."""

from __future__ import annotations

from dataclasses import replace

from symbp.numpy_code.expression import axis_text, kept_axes, matrices, matrix, merged_text, result_text, subscripts
from symbp.numpy_code.ops import Emitter, Seen, Value, spelled_out, values_of
from symbp.numpy_code.views import transposed
from symbp.numpy_code.windows import copies
from symbp.schedule.arrays import Array, Axes, Einsum, MatMul, Operand, Reduce, View, memory_axes


def matmul(emitter: Emitter, node: MatMul, out: Value) -> None:
    sides = [_side(emitter, array, groups) for array, groups in matrices(node)]
    args = values_of(sides)
    left, right = (spelled_out(s, args) for s in sides)
    emitter.emit(f"np.matmul({left}, {right}, out={{out}}{result_text(node)})", args, out)


def _side(emitter: Emitter, node: Array, groups: tuple[Axes, ...]) -> Seen:
    """A factor in the groups that the product needs; it is brought there in an array of ours if NumPy would copy it."""
    have = memory_axes(node) or node.axes
    if copies(have, groups):
        flat = tuple(i for group in groups for i in group)
        ordered = emitter.fresh(node, flat)
        turned = replace(node, axes=flat) if isinstance(node, View) else node
        emitter.copy_of(emitter.seen(turned), transposed(turned.axes, flat), ordered)
        return Seen(ordered, "{}" + matrix(Operand("", flat), groups)[1])
    whole, view = matrix(node, groups)
    return Seen(emitter.value(whole), "{}" + view)


def einsum(emitter: Emitter, node: Einsum, out: Value) -> None:
    operands = [emitter.value(o) for o in node.operands]
    places = ", ".join(f"{{{k}}}" for k in range(len(operands)))
    emitter.emit(f'np.einsum("{subscripts(node)}", {places}, out={{out}})', operands, out)


def reduce(emitter: Emitter, node: Reduce, out: Value) -> None:
    kept = kept_axes(node)
    target = out if kept == node.axes else emitter.fresh(node, kept, "int" if node.kind == "argmax" else "float")
    # of a view that is no mere reshape NumPy would make a copy of its own
    whole = memory_axes(node.arg) == node.arg.axes
    source = emitter.seen(node.arg) if whole else Seen(emitter.value(node.arg), "{}")
    inner = merged_text(node, source.text.replace("{}", "{0}"))
    emitter.emit(f"{inner}.{node.kind}({axis_text(node)}, out={{out}})", (source.value,), target)
    if target is not out:
        emitter.emit(f"{{out}}[...] = {{0}}{transposed(kept, node.axes)}", (target,), out)
