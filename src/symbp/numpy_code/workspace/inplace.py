"""The body of the workspace's ``loss_and_grad``: calls that write into planned buffers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from symbp.equation import Size
from symbp.numpy_code.arguments import words
from symbp.numpy_code.layout import INDENT
from symbp.numpy_code.names import Names
from symbp.numpy_code.plain import Comments
from symbp.numpy_code.scalars import extent_text, grouped
from symbp.numpy_code.workspace.blocked import in_blocks
from symbp.numpy_code.workspace.blockloop import BlockLoop, BlockNames, block_count, block_loop
from symbp.numpy_code.workspace.buffers import Amount, Buffer, Region, View, planned
from symbp.numpy_code.workspace.constants import full_arrays
from symbp.numpy_code.workspace.linear import Linear
from symbp.numpy_code.workspace.ops import COPY, DTYPES, FLAT, Op, Place, Run, Value
from symbp.numpy_code.workspace.repeated import without_repeats
from symbp.numpy_code.workspace.rounds import steps_of
from symbp.numpy_code.workspace.slopes import slopes_early
from symbp.schedule import Schedule


@dataclass(frozen=True)
class InPlace:
    """The workspace in text.

    Attributes:
        groups: For each group of the schedule its lines, without indentation.
        buffers: The expressions that make the buffers.
        views: Pairs of a name and the expression that cuts it from ``buffers``.
        inside: The groups whose comment stands in a loop over blocks of rows.
        counts: Pairs of the name of a number of rows of a block and the expression for it, in which the batch is {N}.
        blocks: Pairs of the name of a row of blocks and the expression that cuts the views.
        steps: The same of the blocks that the rounds of a loop over steps touch.
    """

    groups: tuple[tuple[str, ...], ...]
    buffers: tuple[str, ...]
    views: tuple[tuple[str, str], ...]
    inside: frozenset[int] = frozenset()
    counts: tuple[tuple[str, str], ...] = ()
    blocks: tuple[tuple[str, str], ...] = ()
    steps: tuple[tuple[str, str], ...] = ()


def in_place(
    schedule: Schedule, names: Names, places: dict[str, Place], comments: Comments, stops: frozenset[int] = frozenset()
) -> InPlace:
    """The statements of a schedule with buffers planned for all that is not given.

    Args:
        places: Of the tensors that are not the workspace's own, or that are returned.
        comments: The lines above a group inside a loop.
        stops: Groups before which no loop over blocks may begin that goes on in them.
    """
    linear = Linear(schedule, names, places, comments)

    def above(group: int, depth: int) -> list[str]:
        return [*comments(schedule.groups[group], depth)]

    ops = tuple(without_repeats(slopes_early(linear.ops, names, above)))
    blocked = in_blocks(ops, names, above, stops)
    plan = planned(blocked.ops, names)
    called = BlockNames(names)
    loops = {run: block_loop(run, blocked.ops, plan.names, called) for run in blocked.runs}
    groups = _grouped(blocked.ops, plan.names, loops, len(schedule.groups))
    steps = tuple(steps_of(linear.rounds))
    views = [(v.name, v.text if v.text and (loops or steps) else _cut(v)) for v in plan.views]
    buffers = [*map(_made, plan.buffers)]
    # some memory is seen in other shapes alone; what is pinned is returned
    cuts = (*(loop.cut for loop in loops.values()), *(cut for _, cut in steps))
    used = words([*(line for lines in groups for line in lines), *cuts])
    used |= {name for value, name in plan.names.items() if value.place == "pinned"}
    used |= words(view for name, view in views if name in used)
    for constant in (c for c in linear.constants if c.value.name in used):
        made = constant.made
        views.append((constant.value.name, f"self._buffers[{len(buffers)}]{constant.cut}" if made else constant.cut))
        buffers += [made] if made else []
    for number, amount, parts in full_arrays(linear.numbers.full, blocked.short):
        views += [(v.name, _cut(View(v.name, _start(len(buffers), v), v.extents, through))) for v, through in parts]
        buffers.append(_filled(number, amount))
    return InPlace(
        groups,
        tuple(buffers),
        tuple(v for v in views if v[0] in used),
        blocked.inside,
        tuple(dict.fromkeys(block_count(run) for run in blocked.runs)),
        tuple((run.views, loop.cut) for run, loop in loops.items()),
        steps,
    )


def _grouped(
    ops: Iterable[Op], names: dict[Value, str], loops: Mapping[Run, BlockLoop], count: int
) -> tuple[tuple[str, ...], ...]:
    """The lines of each group; a loop over blocks begins with its first operation."""
    groups: list[list[str]] = [[] for _ in range(count)]
    begun: set[Run] = set()
    for op in ops:
        if op.run is not None and op.run not in begun:
            begun.add(op.run)
            groups[op.group] += loops[op.run].head
        groups[op.group] += _lines(op, names if op.run is None else loops[op.run].names)
    return tuple(map(tuple, groups))


def _start(buffer: int, value: Value) -> Region:
    """The beginning of a buffer, as much of it as a value takes."""
    return Region(buffer, 0, Amount.of(value.extents).count)


def _filled(number: str, amount: Amount) -> str:
    if number in ("0", "1"):
        return f"np.{'zeros' if number == '0' else 'ones'}({_count(amount)}, self.dtype)"
    return f"np.full({_count(amount)}, {number}, self.dtype)"


def _lines(op: Op, names: dict[Value, str]) -> Iterator[str]:
    def name(value: Value) -> str:
        return names.get(value, value.name)

    args = [name(a) for a in op.args]
    out = "" if op.out is None else name(op.out)
    yield from (INDENT * op.depth + line for line in _statement(op, args, out))


def _statement(op: Op, args: list[str], out: str) -> Iterator[str]:
    if not op.template:
        return
    named = not out.endswith(")")  # what a call gives cannot be assigned to
    if op.sign and named and args[0] == out:
        yield f"{out} {op.sign}= {op.operand.format(*args)}"
    elif op.sign in ("+", "*") and named and len(args) == 2 and args[1] == out:
        yield f"{out} {op.sign}= {args[0]}"
    elif op.template != COPY or args[0] != out:
        yield from op.template.format(*args, out=out).replace("][...] = ", "] = ").split("\n")


def _made(buffer: Buffer) -> str:
    make = "_aligned" if buffer.kind == "float" else "np.empty"
    return f"{make}({_count(buffer.amount)}, {DTYPES[buffer.kind]})"


def _count(amount: Amount) -> str:
    """How many numbers there are, in what ``__init__`` of a workspace knows."""
    sizes = ["batch" if s == Size("N") else grouped(extent_text(s)) for s in amount.sizes]
    count = [str(amount.count)] if amount.count != 1 or not sizes else []
    return " * ".join(sizes + count)


def _cut(view: View) -> str:
    """A part of a buffer in the shape of a view; an axis of one buffer stays as it is."""
    region = view.region
    buffer = f"self._buffers[{region.buffer}]"
    sizes = [grouped(extent_text(e)) for e in view.extents if isinstance(e, Size)]
    start, stop = (_times(sizes, number) for number in (region.start, region.stop))
    piece = f"{buffer}[{_slice(start, stop)}]"
    if view.through == FLAT:
        return piece
    if len(view.extents) == 1 or view.through.startswith(".reshape("):
        return piece + view.through
    return f"{piece}.reshape({', '.join(map(extent_text, view.extents))}){view.through}"


def _times(sizes: list[str], count: int) -> str:
    """A number times run-time sizes: ``N * 3``."""
    if not count:
        return ""
    factors = [*sizes, *([str(count)] if count != 1 or not sizes else [])]
    return factors[0] if len(factors) == 1 else " * ".join(factors)


def _slice(start: str, stop: str) -> str:
    if " " in start + stop:
        return f"{start} : {stop}".strip()
    return f"{start}:{stop}"
