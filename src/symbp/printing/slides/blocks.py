"""Tables, figures, code and lists on slides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from symbp.mathtree.nodes import Text
from symbp.printing.document import Code, Figure, Formula, Items, Sentence, Table
from symbp.printing.slides.brief import LINE, point, text_height
from symbp.printing.slides.displays import formula
from symbp.printing.slides.fill import beginning, shares
from symbp.printing.slides.heights import (
    ABOVE_TABLE,
    LINE_WIDTH,
    ROOM,
    code_height,
    paragraph_height,
    table_row_height,
)
from symbp.printing.slides.shown import Grid, Picture, Slide

SHRUNK = 1.2  # a table may be this much higher than the slide, and is made to fit it
MOST_TABLES = 3  # slides of one table; of a longer one the first rows stand for the others
GAP = 0.5


def _table(title: Sentence, block: Table, taken: float) -> Iterator[Slide]:
    """A table, with as many rows on a slide as can be read."""

    def height(row: tuple[Sentence, ...]) -> float:
        return table_row_height(block, row)

    caption = point(block.caption)
    room = ROOM - ABOVE_TABLE
    parts = shares(block.rows, height, SHRUNK * room, taken)
    if len(parts) > MOST_TABLES:
        dots = tuple((Text("⋮"),) for _ in block.header)
        parts = [(*beginning(block.rows, height, SHRUNK * room, taken + height(dots)), dots)]
    for place, some in enumerate(parts):
        left = ROOM - (0 if place else taken) - text_height(caption, LINE_WIDTH) - GAP
        spoken = () if place else (block.caption,)
        yield Slide(
            title, (Grid(replace(block, caption=caption, rows=some), left),), spoken=spoken, continues=place > 0
        )


def _figure(title: Sentence, block: Figure, taken: float) -> Iterator[Slide]:
    caption = point(block.caption)
    room = ROOM - taken - text_height(caption, LINE_WIDTH) - GAP
    yield Slide(title, (Picture(replace(block, caption=caption), room),), spoken=(block.caption,))


def _code(title: Sentence, block: Code, taken: float) -> Iterator[Slide]:
    """Code, where it can be divided before comments."""
    room = ROOM - 2 * LINE
    units: list[list[str]] = []
    for passage in _passages(block.text):
        units += [passage] if code_height(passage) <= room else [[line] for line in passage]
    first = block.first
    for place, some in enumerate(shares(units, code_height, room, taken)):
        lines = [line for passage in some for line in passage]
        yield Slide(title, (replace(block, text="\n".join(lines), first=first),), continues=place > 0)
        first += len(lines) if first else 0


def _passages(text: str) -> list[list[str]]:
    """Lines of code that belong together: each comment with the statements below it."""
    out: list[list[str]] = [[]]
    for line in text.rstrip("\n").split("\n"):
        if out[-1] and line.lstrip().startswith("#") and not out[-1][-1].lstrip().startswith("#"):
            out.append([])
        out[-1].append(line)
    return out


def _items(title: Sentence, block: Items, taken: float) -> Iterator[Slide]:
    spoken = iter(block.items)
    for place, some in enumerate(shares([point(item) for item in block.items], paragraph_height, ROOM, taken)):
        told = tuple(text for _, text in zip(some, spoken, strict=False))
        yield Slide(title, (replace(block, items=some),), spoken=told, continues=place > 0)


# The slides of a block under a title, where em of the first are taken by what leads to it.
SHOWN: dict[type, Callable[[Sentence, Any, float], Iterator[Slide]]] = {
    Formula: formula,
    Table: _table,
    Figure: _figure,
    Code: _code,
    Items: _items,
}
