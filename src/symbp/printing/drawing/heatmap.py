"""Matrices of numbers between 0 and 1 as heat maps side by side: the darker a cell, the larger its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symbp.mathtree.nodes import Number
from symbp.printing.drawing.shapes import Drawing, Label, Polyline, Role, Shape, Text, Tint
from symbp.printing.drawing.words import listed, narrowed, sentences, text_width
from symbp.wording import Message, say

PAGE = 430.0
ROLE: Role = "first"
STRONGEST = 0.55  # of the colour, so that numbers are read on it in black, and in white on dark paper
CELL, NARROW_CELL = 34.0, 13.0
NUMBERED = 11  # cells to a side at most, where each has its number
SHOWN = 28  # and without numbers
NUMBER, SMALL = 8.0, 9.0
TOP = 36.0  # the room for the heading, the name of the columns and their numbers
SIDE = 30.0  # the room for the numbers of the rows and their name
GAP = 16.0  # between two maps
LEGEND = 34.0
STEPS = 20  # of the legend
MOST_READ = 5  # rows of which the description has all numbers


@dataclass(frozen=True)
class HeatMap:
    """One matrix.

    Attributes:
        heading: What stands above it.
        cells: Its numbers, between 0 and 1, row by row; ``None`` is a cell that has none by rule.
    """

    heading: Text
    cells: tuple[tuple[float | None, ...], ...]

    @property
    def rows(self) -> int:
        return min(len(self.cells), SHOWN)

    @property
    def columns(self) -> int:
        return min(len(self.cells[0]), SHOWN)


@dataclass(frozen=True)
class Words:
    """The names of rows, of columns, of the numbers, and of cells that have none."""

    row: Text
    column: Text
    number: Text
    empty: Text


def heat_maps(maps: Sequence[HeatMap], words: Words, title: Text, digits: int = 3) -> Drawing:
    """Heat maps of one size side by side, in as many lines as they need, and a legend below them."""
    first = maps[0]
    cell = CELL if max(first.rows, first.columns) <= NUMBERED else NARROW_CELL
    width, height = SIDE + first.columns * cell, TOP + first.rows * cell
    across = max(1, min(len(maps), int((PAGE + GAP) // (width + GAP))))
    shapes: list[Shape] = []
    for place, one in enumerate(maps):
        line, column = divmod(place, across)
        page = _Map(one, words, cell, column * (width + GAP), line * (height + GAP), digits)
        shapes += page.shapes()
    lines = -(-len(maps) // across)
    bottom = lines * (height + GAP) - GAP
    legend = _Legend(words, any(v is None for one in maps for row in one.cells for v in row))
    whole = max(across * (width + GAP) - GAP, legend.width)
    shapes += legend.shapes(max(0.0, (whole - legend.width) / 2), bottom + 12)
    return Drawing(whole, bottom + LEGEND, tuple(shapes), title, _description(maps, words))


@dataclass(frozen=True)
class _Map:
    """One map at its place."""

    map: HeatMap
    words: Words
    cell: float
    x: float
    y: float
    digits: int

    def shapes(self) -> Iterator[Shape]:
        left, top = self.x + SIDE, self.y + TOP
        right, bottom = left + self.map.columns * self.cell, top + self.map.rows * self.cell
        yield Label((left + right) / 2, self.y + 6, self.map.heading, size=SMALL + 1)
        yield Label(left - 4, top - 6, self.words.row, "axis", NUMBER, "end")
        yield Label((left + right) / 2, top - 17, self.words.column, "axis", NUMBER)
        for place in range(self.map.columns):
            if self._is_named(place):
                yield Label(left + (place + 0.5) * self.cell, top - 6, Number(place + 1), "axis", NUMBER)
        for row in range(self.map.rows):
            y = top + row * self.cell
            if self._is_named(row):
                yield Label(left - 4, y + self.cell / 2, Number(row + 1), "axis", NUMBER, "end")
            for column in range(self.map.columns):
                yield from self._cell(self.map.cells[row][column], left + column * self.cell, y)
        yield Polyline(((left, top), (right, top), (right, bottom), (left, bottom), (left, top)), "edge")

    def _is_named(self, place: int) -> bool:
        """Whether a row or a column has room for its number."""
        return self.cell == CELL or place == 0 or place % 5 == 4

    def _cell(self, value: float | None, x: float, y: float) -> Iterator[Shape]:
        if value is None:
            yield from crossed(x, y, self.cell)
            return
        yield Tint(x, y, self.cell, self.cell, ROLE, round(STRONGEST * value, 4))
        if self.cell == CELL:
            number = narrowed(Number(value, self.digits), CELL - 3, NUMBER)
            yield Label(x + CELL / 2, y + CELL / 2, number, size=NUMBER)


def crossed(x: float, y: float, side: float) -> Iterator[Shape]:
    """A cell without a number: grey, with a line across it."""
    yield Tint(x, y, side, side, "edge", 0.2)
    yield Polyline(((x + 3, y + side - 3), (x + side - 3, y + 3)), "edge")


@dataclass(frozen=True)
class _Legend:
    """What the colours mean, from 0 to 1, and what a cell without a number is."""

    words: Words
    empties: bool

    @property
    def width(self) -> float:
        return self._bar + (18 + 12 + 6 + text_width(self.words.empty, SMALL) if self.empties else 0.0)

    @property
    def _bar(self) -> float:
        return text_width(self.words.number, SMALL) + 22 + 4 * STEPS + 14

    def shapes(self, x: float, y: float) -> Iterator[Shape]:
        yield Label(x, y + 6, self.words.number, "axis", SMALL, "start")
        x += text_width(self.words.number, SMALL) + 8
        yield Label(x + 4, y + 6, Number(0), "axis", SMALL)
        for step in range(STEPS):
            yield Tint(x + 14 + 4 * step, y, 4, 12, ROLE, round(STRONGEST * (step + 0.5) / STEPS, 4))
        x += 14 + 4 * STEPS
        yield Label(x + 8, y + 6, Number(1), "axis", SMALL)
        if self.empties:
            yield from crossed(x + 30, y, 12)
            yield Label(x + 48, y + 6, self.words.empty, "axis", SMALL, "start")


def _description(maps: Sequence[HeatMap], words: Words) -> Message:
    """The numbers, row by row, and in large matrices the largest of each row."""
    told: list[Text] = []
    for one in maps:
        rows = [_row(number, row, words) for number, row in enumerate(one.cells[: one.rows], 1)]
        told.append(say("{heading}: {rows}.", heading=one.heading, rows=listed(rows)))
    return sentences(told)


def _row(number: int, row: tuple[float | None, ...], words: Words) -> Text:
    if len(row) <= MOST_READ:
        told = listed(words.empty if v is None else f"{v:.2g}" for v in row)
        return say("{row} {number}: {values}", row=words.row, number=number, values=told)
    largest = max((v for v in row if v is not None), default=0.0)
    place = row.index(largest) + 1 if largest in row else 1
    return say(
        "{row} {number}: most, {value}, on {column} {place}",
        row=words.row,
        number=number,
        value=f"{largest:.2g}",
        column=words.column,
        place=place,
    )
