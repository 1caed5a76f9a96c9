"""Displays on slides: as few as hold one, no line of it divided, each beginning with a left side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import TypeAlias

from symbp.mathtree.extent import width
from symbp.mathtree.layout import layout
from symbp.mathtree.lines import DisplayRow, rows
from symbp.mathtree.nodes import Display, Node
from symbp.printing.document import Formula, Sentence
from symbp.printing.pages import whole
from symbp.printing.slides.fill import shares
from symbp.printing.slides.heights import LINE_WIDTH, ROOM, row_height
from symbp.printing.slides.shown import Slide, Steps

MOST_ABOUT = 2  # quantities in a heading
WIDEST_ABOUT = 12.0  # em

Pair: TypeAlias = tuple[DisplayRow, Node | None]  # a row, and the left side that it belongs to
Pairs: TypeAlias = tuple[Pair, ...]


def formula(title: Sentence, block: Formula, taken: float) -> Iterator[Slide]:
    """The slides of a display, of the first of which some room is taken."""
    before: tuple[Node, ...] = ()
    for place, part in enumerate(_parts(_pairs(block.display), taken)):
        first, left = part[0]
        shown = (replace(first, left=layout(left) if left else None), *(row for row, _ in part[1:]))
        name = (whole(block.display), block.display.number) if place == 0 and whole(block.display) else ("", "")
        lefts = about([left for _, left in part if left])
        yield Slide(title, (Steps(shown, *name),), about=lefts, continues=place > 0 and lefts == before)
        before = lefts


def about(lefts: list[Node]) -> tuple[Node, ...]:
    """The quantities for the heading, unless they are many or wide."""
    found = tuple(dict.fromkeys(lefts))
    few = len(found) <= MOST_ABOUT and sum(width(layout(node)) for node in found) <= WIDEST_ABOUT
    return found if few else ()


def _pairs(display: Display) -> Pairs:
    out: list[Pair] = []
    lines = iter(display.lines)
    left: Node | None = None
    for row in rows(display, LINE_WIDTH):
        if row.relation:
            left = next(lines).left or left
        out.append((row, left))
    return tuple(out)


def _parts(pairs: Pairs, taken: float) -> Iterator[Pairs]:
    """The rows of each slide: derivations as a whole, but one that is longer than a slide line by line, on its own."""
    groups = _runs(pairs, lambda row: row.left is not None)
    for is_long, some in groupby(groups, lambda group: _height(group) > ROOM):
        together = list(some)
        for batch in [_runs(group, lambda row: bool(row.relation)) for group in together] if is_long else [together]:
            for units in shares(batch, _height, ROOM, taken):
                yield tuple(pair for unit in units for pair in unit)
            taken = 0.0


def _runs(pairs: Pairs, begins: Callable[[DisplayRow], bool]) -> list[Pairs]:
    out: list[list[Pair]] = []
    for pair in pairs:
        if not out or begins(pair[0]):
            out.append([])
        out[-1].append(pair)
    return list(map(tuple, out))


def _height(pairs: Pairs) -> float:
    return sum(row_height(row) for row, _ in pairs)
