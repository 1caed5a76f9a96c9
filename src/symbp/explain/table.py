"""The account of a step as a table, and as plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from symbp.explain.account import Account, Step

WIDTH = 46  # of an equation in the table
HEAD = ("equation", "kernels", "shape", "flops", "bytes", "buffer", "share")
NUMERIC = frozenset({"flops", "bytes", "share", "time"})


def record(account: Account) -> dict[str, Any]:
    """The account as plain lists and dictionaries, for JSON."""
    return {**asdict(account), "flops": account.flops, "moved": account.moved}


def table(account: Account, red: Callable[[str], str] = str) -> str:
    """The account as text: a line for each equation, the whole step last.

    Args:
        red: How to mark a line whose equation has no fast form.
    """
    head = HEAD if account.seconds is None else (*HEAD, "time")
    rows = [_cells(account, step) for step in account.steps]
    widths = [max(len(row[k]) for row in [head, *rows]) for k in range(len(head))]
    lines = [_line(head, head, widths), "  ".join("-" * width for width in widths)]
    for step, row in zip(account.steps, rows, strict=True):
        line = _line(head, row, widths)
        lines.append(red(line) if step.slow else line)
    return "\n".join([_title(account), "", *lines, "", *_summary(account)]) + "\n"


def _line(head: tuple[str, ...], row: tuple[str, ...], widths: list[int]) -> str:
    cells = (c.rjust(w) if h in NUMERIC else c.ljust(w) for h, c, w in zip(head, row, widths, strict=True))
    return "  ".join(cells).rstrip()


def _cells(account: Account, step: Step) -> tuple[str, ...]:
    numbers = "".join(f"({n})" for n in step.numbers)
    text = f"{numbers} {step.text}".strip()
    cells = (
        text if len(text) <= WIDTH else text[: WIDTH - 3] + "...",
        _kernels(step),
        "x".join(map(str, step.shape)) or "1",
        f"{step.flops:,}",
        f"{step.moved:,}",
        ", ".join(step.buffers),
        _percent(step.flops, account.flops),
    )
    if account.seconds is None:
        return cells
    timed = sum(s.seconds or 0.0 for s in account.steps)
    return (*cells[:-1], _percent(step.seconds or 0.0, timed), _time(step.seconds or 0.0))


def _kernels(step: Step) -> str:
    return ", ".join(name if count == 1 else f"{count} {name}" for name, count in step.kernels)


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else ""


def _time(seconds: float) -> str:
    return f"{1e6 * seconds:,.1f} us"


def _title(account: Account) -> str:
    sizes = ", ".join(f"{name} = {value}" for name, value in account.sizes.items())
    return f"{account.name}: one training step of the workspace, {sizes}, {account.dtype}"


def _summary(account: Account) -> list[str]:
    slow = [s for s in account.steps if s.slow]
    calls = sum(count for s in account.steps for _, count in s.kernels)
    lines = [
        f"{calls} calls, {account.flops:,} flops, {account.moved:,} bytes read and written",
        f"memory: {account.parameters:,} bytes of parameters, as many of the gradient, {account.memory:,} of buffers",
    ]
    if account.seconds is not None:
        rate = account.flops / account.seconds / 1e9
        lines.append(f"a step takes {_time(account.seconds)} ({rate:.1f} Gflop/s); share is of the time of all lines")
    if slow:
        lines.append(f"no fast form is known for {len(slow)} of {len(account.steps)} (marked red on a terminal)")
    return lines
