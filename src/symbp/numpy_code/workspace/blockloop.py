"""A loop over blocks of rows in text: its head, what its arrays are called in it, and how they are cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symbp.equation import Size
from symbp.numpy_code.layout import INDENT
from symbp.numpy_code.names import Names
from symbp.numpy_code.scalars import extent_text
from symbp.numpy_code.workspace.ops import Op, Run, Value


@dataclass(frozen=True)
class BlockLoop:
    """Attributes:
    head: The lines before its statements.
    names: What each array is called in it.
    cut: The expression that makes the blocks of all arrays, once for each size of the batch.
    """

    head: tuple[str, ...]
    names: dict[Value, str]
    cut: str


@dataclass
class BlockNames:
    """What blocks of arrays are called: the same in each loop."""

    names: Names
    found: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        if name not in self.found:
            self.found[name] = self.names.fresh(f"{name}_k" if name else "at")
        return self.found[name]


def block_loop(run: Run, ops: Sequence[Op], planned: Mapping[Value, str], names: BlockNames) -> BlockLoop:
    """The loop of a run whose arrays have names outside of it."""
    values = dict.fromkeys(v for op in ops if op.run is run for v in op.touched)
    outer = {v: planned.get(v, v.name) for v in values}
    given = _called(outer, [v for v in values if v.place == "given" and v.extents[:1] == (run.extent,)])
    whole = _called(outer, [v for v in values if v.place != "given" and v.extents[:1] == (run.extent,)])
    short = _called(outer, [v for v in values if v.extents[:1] == (run.block,)])
    at = names.of("") if given else "_"
    once = {name: f"{name}[{at}]" for name in given if _uses(name, run, ops) == 1}
    inner = {name: once.get(name) or names.of(name) for name in (*given, *whole, *short)}
    head = [f"for {', '.join([at, *(inner[n] for n in (*whole, *short))])} in {run.views}:"]
    head += [f"{INDENT}{inner[name]} = {name}[{at}]" for name in given if name not in once]
    groups = [f"({', '.join(part)}{',' if len(part) == 1 else ''})" for part in (whole, short)]
    sizes = f"{extent_text(run.extent)}, {extent_text(run.block)}"
    cut = f"_blocks({', '.join([sizes, *(groups if short else groups[:1])])})"
    return BlockLoop(tuple(head), {v: inner.get(name, name) for v, name in outer.items()}, cut)


def _uses(name: str, run: Run, ops: Sequence[Op]) -> int:
    """How often a given array stands in the statements of a run: what is read once needs no name."""
    return sum(
        op.template.count(f"{{{k}}}") for op in ops if op.run is run for k, v in enumerate(op.args) if v.name == name
    )


def _called(outer: Mapping[Value, str], values: Sequence[Value]) -> list[str]:
    return list(dict.fromkeys(outer[v] for v in values))


def block_count(run: Run) -> tuple[str, str]:
    """The name of the number of rows of a block, and the number; ``{N}`` stands for the batch."""
    extent = "{N}" if run.extent == Size("N") else extent_text(run.extent)
    return extent_text(run.block), f"min({extent}, {run.most})"
