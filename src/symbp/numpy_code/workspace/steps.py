"""Loops over the steps of a sequence in the workspace."""

from __future__ import annotations

from collections.abc import Iterator

from symbp.numpy_code.workspace.ops import Emitter, verbatim
from symbp.numpy_code.workspace.products import turn_before
from symbp.schedule import Assign, Recurrence, terms
from symbp.schedule.arrays import Apply, Array, Axes, Operand, View, children, free_indices


def recurrence(emitter: Emitter, statement: Recurrence) -> None:
    """A loop; rows that are the same in all rounds are spread over the batch before it."""
    lasting = [emitter.tensors[name] for name in statement.lasting]
    emitter.emit("", lasting, None)  # from its first round on nothing else may lie in their memory
    for node, axes in _spread(statement):
        emitter.argument(node, axes)
    turn_before(emitter, statement)
    start = len(emitter.ops)
    before = {v for op in emitter.ops for v in op.touched}
    with emitter.round_of(statement), emitter.remembered():
        for group in statement.groups:
            emitter.emit(verbatim(emitter.comments(group, emitter.depth)), (), None)
            emitter.group(group)
            emitter.forget(group.written)
    used = dict.fromkeys(v for op in emitter.ops[start:] for v in op.touched)
    emitter.emit("", [v for v in used if v in before or v.place != "planned"], None)


def _spread(statement: Recurrence) -> Iterator[tuple[Operand | View, Axes]]:
    """Tensors that no round writes, with the axes that a round needs them over."""
    written = {e.target for group in statement.groups for e in group.equations}
    for group in statement.groups:
        for inner in group.statements:
            if isinstance(inner, Assign):
                found = ((term, inner.axes) for _, term in terms(inner.value))
                yield from (
                    pair for node, axes in found for pair in _narrow(node, axes) if pair[0].tensor not in written
                )


def _narrow(node: Array, axes: Axes) -> Iterator[tuple[Operand | View, Axes]]:
    if isinstance(node, Operand | View) and node.axes and node.axes != axes and not free_indices(node):
        yield node, axes
    if isinstance(node, Apply):
        for child in children(node):
            yield from _narrow(child, node.axes)
