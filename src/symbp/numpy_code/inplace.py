"""The body of the workspace's ``loss_and_grad``: calls that write into planned buffers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symbp.equation import Size
from symbp.numpy_code.buffers import Buffer, Plan, View, planned
from symbp.numpy_code.layout import INDENT
from symbp.numpy_code.linear import Linear
from symbp.numpy_code.lookup import most_rows, row_views
from symbp.numpy_code.names import Names
from symbp.numpy_code.ops import Op, Place, Value
from symbp.numpy_code.plain import Comments
from symbp.numpy_code.scalars import extent_text, grouped
from symbp.schedule import Schedule


@dataclass(frozen=True)
class InPlace:
    """The workspace in text.

    Attributes:
        groups: For each group of the schedule its lines, without indentation.
        buffers: The expressions that make the buffers.
        views: Pairs of a name and the expression that cuts it from ``buffers``.
        rows: How many numbers of rows are needed; empty if none.
    """

    groups: tuple[tuple[str, ...], ...]
    buffers: tuple[str, ...]
    views: tuple[tuple[str, str], ...]
    rows: str = ""


def in_place(schedule: Schedule, names: Names, places: dict[str, Place], comments: Comments) -> InPlace:
    """The statements of a schedule with buffers planned for all that is not given.

    Args:
        places: Of the tensors that are not the workspace's own, or that are returned.
        comments: The lines above a group inside a loop.
    """
    linear = Linear(schedule, names, places, comments)
    plan = planned(linear.ops, names)
    groups: list[list[str]] = [[] for _ in schedule.groups]
    for op in linear.ops:
        groups[op.group] += _lines(op, plan)
    views = [(v.name, _cut(v)) for v in plan.views]
    views += row_views(linear.lookups)
    buffers = [*map(_made, plan.buffers)]
    for constant in linear.constants:
        views.append((constant.value.name, f"self._buffers[{len(buffers)}]{constant.cut}"))
        buffers.append(constant.made)
    return InPlace(tuple(map(tuple, groups)), tuple(buffers), tuple(views), most_rows(linear.lookups))


def _lines(op: Op, plan: Plan) -> Iterator[str]:
    def name(value: Value) -> str:
        return plan.names.get(value, value.name)

    args = [name(a) for a in op.args]
    out = "" if op.out is None else name(op.out)
    yield from (INDENT * op.depth + line for line in _statement(op, args, out))


def _statement(op: Op, args: list[str], out: str) -> Iterator[str]:
    if not op.template:
        return
    if op.sign and args[0] == out:
        yield f"{out} {op.sign}= {op.operand.format(*args)}"
    elif op.sign in ("+", "*") and len(args) == 2 and args[1] == out:
        yield f"{out} {op.sign}= {args[0]}"
    elif op.template != "np.copyto({out}, {0})" or args[0] != out:
        yield from op.template.format(*args, out=out).split("\n")


_DTYPES = {"float": "self.dtype", "bool": "np.bool_", "int": "np.intp"}


def _made(buffer: Buffer) -> str:
    sizes = ["batch" if s == Size("N") else grouped(extent_text(s)) for s in buffer.amount.sizes]
    count = [str(buffer.amount.count)] if buffer.amount.count != 1 or not sizes else []
    return f"np.empty({' * '.join(sizes + count)}, {_DTYPES[buffer.kind]})"


def _cut(view: View) -> str:
    """A part of a buffer in the shape of a view; an axis of one buffer stays as it is."""
    region = view.region
    buffer = f"self._buffers[{region.buffer}]"
    sizes = [grouped(extent_text(e)) for e in view.extents if isinstance(e, Size)]
    start, stop = (_times(sizes, number) for number in (region.start, region.stop))
    if len(view.extents) == 1:
        return f"{buffer}[{_slice(start, stop)}]"
    return f"{buffer}[{_slice(start, stop)}].reshape({', '.join(map(extent_text, view.extents))})"


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
