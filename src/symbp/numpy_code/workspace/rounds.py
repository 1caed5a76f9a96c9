"""The blocks of memory that each round of a loop over steps touches, cut once for a batch and not in each round.

``h[t]`` takes NumPy 0.12 us, as much as it takes to multiply fifty numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from symbp.equation import Affine, Index
from symbp.numpy_code.arguments import words
from symbp.numpy_code.layout import INDENT, WIDTH
from symbp.numpy_code.names import Names, spelled
from symbp.numpy_code.scalars import extent_text
from symbp.numpy_code.windows import view_text
from symbp.numpy_code.workspace.ops import Op, Value
from symbp.schedule import Recurrence
from symbp.schedule.arrays import View, free_indices

_OWN = ("planned", "view", "pinned")


@dataclass
class BlockNames:
    """What blocks are called: the same in each loop."""

    names: Names
    called: dict[str, str] = field(default_factory=dict)

    def of(self, block: str, name: str) -> str:
        if block not in self.called:
            self.called[block] = self.names.fresh(name)
        return self.called[block]


@dataclass
class Rounds:
    """A loop over steps.

    Attributes:
        found: For each block that a round touches the array that it is called, and the expression of all of them.
        every: The name of the blocks of all rounds and the expression that makes them, once they are known.
    """

    loop: Recurrence
    names: BlockNames
    found: dict[str, tuple[Value, str]] = field(default_factory=dict)
    every: tuple[str, str] = ("", "")

    def block(self, node: View, whole: Value) -> Value | None:
        """The block of a round that a view shows, unless it lies in memory that is new in each call."""
        if whole.place not in _OWN or free_indices(node) != {self.loop.index}:
            return None
        text = view_text(node, whole.name)
        if text not in self.found:
            everything = view_text(replace(node, axes=(self.loop.index, *node.axes)), whole.name)
            extents = tuple(i.extent for i in node.axes)
            value = Value(self.names.of(text, _name(node, whole)), extents, whole.kind, "given")
            self.found[text] = value, everything
        return self.found[text][0]

    def lines(self, ops: Iterable[Op]) -> list[str]:
        """The head of the loop, whose round these operations are."""
        index = spelled(self.loop.index.name)
        used = words(text for op in ops for text in (op.template, *(v.name for v in op.touched)))
        steps = [(index, f"range({extent_text(self.loop.index.extent)})")] if index in used else []
        pairs = [*steps, *((value.name, text) for value, text in self.found.values())]
        called = self.names.names.fresh("steps")
        self.every = called, f"_steps({', '.join(text for _, text in pairs)})"
        source = f"reversed({called})" if self.loop.reverse else called
        names = [name for name, _ in pairs]
        line = f"for {f'({names[0]},)' if len(names) == 1 else ', '.join(names)} in {source}:"
        if len(INDENT * 2 + line) <= WIDTH:
            return [line]
        return ["for (", *(f"{INDENT}{name}," for name in names), f") in {source}:"]


def _name(node: View, whole: Value) -> str:
    """``h_t`` of ``h[t]``, ``h_t1`` of ``h[t + 1]``, ``z_t_0`` of ``z[t, 0]``."""
    numbers = (p for p in node.positions if not set(p.indices()) & set(node.axes))
    return "_".join([whole.name, *map(_number_name, numbers)])


def _number_name(position: Affine) -> str:
    """``t1`` of ``t + 1``."""
    index = next((a.name for _, a in position.terms if isinstance(a, Index)), "")
    return f"{index}{str(position.constant).replace('-', '_') if position.constant or not index else ''}"


def steps_of(rounds: Iterable[Rounds]) -> Iterator[tuple[str, str]]:
    """Names and expressions of all loops that have blocks."""
    yield from (r.every for r in rounds if r.found)
