"""Grids of cells with their numbers, cut to what is shown, at a place."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TypeAlias

from symbp.mathtree.nodes import Node
from symbp.printing.drawing.shapes import DASH, Label, Outline, Rectangle, Role, Shape, Text
from symbp.printing.drawing.words import broken, text_width

Cell: TypeAlias = tuple[int, int]  # row and column, from 0

SIZE = 20.0  # of a cell; a wide number widens the cells of its grid
WIDEST = 60.0
NUMBER = 8.5
HEADING, LINE = 9.5, 11.5
NARROWEST_HEADING = 64.0
FEWEST_ROWS = 5  # cells may be wide, but they are not high
DOTS = 14.0  # the room for dots at a side that is cut


@dataclass(frozen=True)
class Grid:
    """A grid of numbers, or of one row.

    Attributes:
        cells: All cells, row by row, the padding included; ``None`` is an empty cell.
        highlighted: The cells of the window, or the one that is computed from it, as (row, column) in ``cells``.
        padding: How many rows above and below and columns at the left and at the right are padding.
        heading: The words above the grid.
    """

    cells: tuple[tuple[Node | None, ...], ...]
    highlighted: frozenset[Cell] = frozenset()
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    heading: Text = ""

    @property
    def rows(self) -> int:
        return len(self.cells)

    @property
    def columns(self) -> int:
        return len(self.cells[0])

    def is_padding(self, cell: Cell) -> bool:
        above, below, left, right = self.padding
        inside = above <= cell[0] < self.rows - below and left <= cell[1] < self.columns - right
        return not inside


@dataclass(frozen=True)
class View:
    """What is shown of a grid: some rows and columns next to one another; and the roles of its cells."""

    grid: Grid
    rows: range
    columns: range
    cell_width: float  # every number shown fits in it; a multiple of two dashes
    plain: Role
    marked: Role

    @property
    def cut(self) -> tuple[bool, bool, bool, bool]:
        """Whether cells are left out above, below, at the left and at the right."""
        rows, columns = self.rows, self.columns
        return rows.start > 0, rows.stop < self.grid.rows, columns.start > 0, columns.stop < self.grid.columns

    @property
    def inner(self) -> tuple[float, float]:
        """The width and the height of the cells with the dots at their sides."""
        above, below, left, right = (DOTS * cut for cut in self.cut)
        return len(self.columns) * self.cell_width + left + right, len(self.rows) * SIZE + above + below

    @property
    def heading(self) -> tuple[str, ...]:
        return broken(self.grid.heading, max(NARROWEST_HEADING, self.inner[0]), HEADING)

    @property
    def size(self) -> tuple[float, float]:
        """The width and the height of all that is drawn."""
        words = max((text_width(line, HEADING) for line in self.heading), default=0.0)
        return max(words, self.inner[0]), self.inner[1] + self.head

    @property
    def axis(self) -> float:
        """The middle of the cells, below the top of all that is drawn."""
        return self.head + self.inner[1] / 2

    @property
    def head(self) -> float:
        """The height of the words above the cells."""
        return LINE * len(self.heading) + (3.0 if self.heading else 0.0)

    def shapes(self, x: float, y: float) -> list[Shape]:
        """The grid with its upper left corner at a place; the highlighted cells lie on top of the others."""
        width, height = self.inner
        middle = x + self.size[0] / 2
        left, top = middle - width / 2 + DOTS * self.cut[2], y + self.head + DOTS * self.cut[0]
        out: list[Shape] = [
            Label(middle, y + LINE * (i + 0.5), line, size=HEADING) for i, line in enumerate(self.heading)
        ]
        cells = [(row, column) for row in self.rows for column in self.columns]
        for cell in sorted(cells, key=lambda c: (c in self.grid.highlighted, not self.grid.is_padding(c), c)):
            at = (left + (cell[1] - self.columns.start) * self.cell_width, top + (cell[0] - self.rows.start) * SIZE)
            out += self._cell(cell, *at)
        return out + self._dots(left, top)

    def _cell(self, cell: Cell, x: float, y: float) -> list[Shape]:
        padding, marked = self.grid.is_padding(cell), cell in self.grid.highlighted
        role: Role = self.marked if marked else "plain" if padding else self.plain
        outline: Outline = "dashed" if padding else "square"
        out: list[Shape] = [Rectangle(x, y, self.cell_width, SIZE, role, outline)]
        content = self.grid.cells[cell[0]][cell[1]]
        if content is None:
            return out
        size = min(NUMBER, NUMBER * (self.cell_width - 3) / text_width(content, NUMBER))
        text: Role = "axis" if padding and not marked else "text"
        return [*out, Label(x + self.cell_width / 2, y + SIZE / 2, content, text, size)]

    def _dots(self, left: float, top: float) -> list[Shape]:
        above, below, before, after = self.cut
        right, bottom = left + len(self.columns) * self.cell_width, top + len(self.rows) * SIZE
        x, y, half = (left + right) / 2, (top + bottom) / 2, DOTS / 2
        places = (
            (above, x, top - half, "⋮"),
            (below, x, bottom + half, "⋮"),
            (before, left - half, y, "⋯"),
            (after, right + half, y, "⋯"),
        )
        return [Label(u, v, dots, size=NUMBER) for cut, u, v, dots in places if cut]


def view(grid: Grid, most: int, plain: Role, marked: Role) -> View:
    """What is shown of a grid, in at most so many columns: the highlighted cells, and what is around them."""
    rows = _shown(grid.rows, max(most, FEWEST_ROWS), [row for row, _ in grid.highlighted])
    columns = _shown(grid.columns, most, [column for _, column in grid.highlighted])
    contents = {content for row in rows for column in columns if (content := grid.cells[row][column]) is not None}
    widest = max((text_width(content, NUMBER) for content in contents), default=0.0)
    width = min(WIDEST, max(SIZE, 2 * DASH * ceil((widest + 6) / (2 * DASH))))
    return View(grid, rows, columns, width, plain, marked)


def _shown(count: int, most: int, marked: list[int]) -> range:
    """Neighbouring numbers with the marked ones in their middle, as far as there are as many on both sides."""
    if count <= most:
        return range(count)
    first, last = min(marked, default=0), max(marked, default=0)
    start = first if last - first >= most else (first + last + 1 - most) // 2
    start = max(0, min(start, count - most))
    return range(start, start + most)
