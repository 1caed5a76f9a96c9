"""The arrays of a workspace: its tensors, and what blocks, parts and views of them are called."""

from __future__ import annotations

from symbp.numpy_code.windows import view_text
from symbp.numpy_code.workspace.ops import Seen, Value
from symbp.numpy_code.workspace.rounds import Rounds
from symbp.schedule.arrays import Array, View, free_indices, is_block, memory_axes


class Memory:
    """The tensors of a program as arrays.

    Attributes:
        whole: The array that a block, a part or a view is cut from.
        rounds: The loops over steps; the last one is that of the statements in a loop.
        depth: How many loops the statements are in.
    """

    def __init__(self, tensors: dict[str, Value]) -> None:
        self.tensors = tensors
        self.whole: dict[Value, Value] = {}
        self.rounds: list[Rounds] = []
        self.depth = 0
        self._views: dict[tuple[Value, str], Value] = {}

    def base(self, tensor: str) -> Value:
        """The array in whose memory a tensor lies."""
        value = self.tensors[tensor]
        return self.whole.get(value, value)

    def block(self, node: Array | None) -> Value | None:
        """A part of a tensor that lies together in memory, or all of one that the workspace has in another shape."""
        if not isinstance(node, View) or not node.axes:
            return None
        reshaped = self.tensors[node.tensor].place != "given" and memory_axes(node) == node.axes
        if not reshaped and not is_block(node):
            return None
        whole = self.tensors[node.tensor]
        block = self._block_of_round(node, whole)
        if block is None:
            block = Value(view_text(node, whole.name), tuple(i.extent for i in node.axes), whole.kind, "given")
        self.whole[block] = self.whole.get(whole, whole)
        return block

    def _block_of_round(self, node: View, whole: Value) -> Value | None:
        return self.rounds[-1].block(node, whole) if self.depth == 1 and self.rounds else None

    def part(self, node: View, more: str) -> Value:
        """A part of a tensor as it lies there, seen through ``more``, for products: BLAS steps from row to row."""
        whole, shown = self.tensors[node.tensor], view_text(node, "{}") + more
        if not free_indices(node):
            return self.view(Seen(whole, shown))
        part = None if more else self._block_of_round(node, whole)
        if part is None:
            part = Value(shown.replace("{}", whole.name), (), whole.kind, "given")
        self.whole[part] = self.whole.get(whole, whole)
        return part

    def view(self, source: Seen) -> Value:
        """The array that a view shows; if it is memory of the workspace, the view is made once for a batch."""
        key = (source.value, source.text)
        if source.text != "{}" and key not in self._views:
            self._views[key] = Value("", (), source.kind, "view", shown=source)
            self.whole[self._views[key]] = self.whole.get(source.value, source.value)
        return self._views.get(key, source.value)
