"""Numbered equations as comments, and user text made harmless."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TypeAlias

from symbp.equation import Equation
from symbp.numpy_code.ascii import definition_text, scan_text
from symbp.numpy_code.layout import WIDTH
from symbp.schedule import Group
from symbp.schedule.order import Order

_BREAKS = (";  ", " where ", " + ", " - ", ", ", "*")


def one_line(text: str) -> str:
    """Any text as one line of printable ASCII for a docstring, which it cannot close: Python reads it back.

    >>> print(one_line('a"b' + chr(10) + chr(233)))
    a\\x22b\\n\\xe9
    """
    return text.strip().encode("unicode_escape").decode("ascii").replace('"', "\\x22")


Numbered: TypeAlias = Callable[[tuple[Equation, ...]], int | None]


def comment_lines(order: Order, group: Group, number: Numbered, depth: int) -> Iterator[str]:
    """The group's definition under its number, without indentation: ``# (5)  z1_bar[n,i] = ...``.

    A scan has none: its definitions stand in its loop. What is computed at once for several tensors has one for each.
    """
    if group.scan is not None:
        yield f"# {scan_text(group.scan)}"
        return
    for _, members in groupby(group.equations, key=lambda e: e.target):
        equations = tuple(members)
        found = number(equations)
        head = f"# ({found})  " if found is not None else "# "
        for part in _broken(definition_text(order, equations), WIDTH - 4 * depth - len(head)):
            yield head + part
            head = "#" + " " * (len(head) - 1)
    yield from (f"# {part}" for part in _broken(group.note, WIDTH - 4 * depth - 2) if part)


def _broken(line: str, width: int) -> Iterator[str]:
    """The line in parts that fit, broken before a sign where there is one."""
    while len(line) > width:
        places = [line.rfind(mark, width // 3, width - 4) for mark in _BREAKS]
        place = next((p for p in places if p > 0), -1)
        if place < 0:
            break
        skipped = 3 if line.startswith(";  ", place) else 0
        yield line[: place + (skipped and 1)]
        line = "    " + line[place + skipped :].strip()
    yield line
