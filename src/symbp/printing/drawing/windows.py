"""How a convolution or a pooling reads its input: the window, the kernel, and the one output computed from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from symbp.mathtree.nodes import Node
from symbp.printing.drawing.glyphs import plain
from symbp.printing.drawing.grids import Cell, Grid, View, view
from symbp.printing.drawing.shapes import Drawing, Label, Polyline, Shape, Text, Told
from symbp.printing.drawing.words import joined, listed, sentences, text_width
from symbp.wording import Message, say, say_many

PAGE = 430.0
TALLEST = 400.0
MARGIN = 2.0
GAP = 8.0  # between a grid and a sign
BELOW = 14.0  # between two lines of grids
SIGN, WORD = 14.0, 9.5
ARROW = 34.0  # the length of the arrow below the name of a pooling
MOST, FEWEST, MOST_IN_ROW = 10, 3, 15  # cells to a side that are shown; of a grid of one row
FEW = 5  # so few cells to a side only where they are wide: then the input may stand above the others
MOST_READ = 25  # numbers that the description reads out


@dataclass(frozen=True)
class WindowPicture:
    """A window over an input at one position of the output.

    Attributes:
        input: One channel with its padding; the cells of the window are highlighted.
        kernel: The weights of that channel; ``None`` for a pooling.
        output: One channel of the output; the cell that the window gives is highlighted.
        operation: The sign or the word between: ``∗``, ``max``, ``mean``.
        added: What is added to the product of window and kernel, such as the bias.
    """

    input: Grid
    kernel: Grid | None
    output: Grid
    operation: Text
    added: Node | None = None


def windows_drawing(picture: WindowPicture, title: Text) -> Drawing:
    """The grids with the signs between them, on one line or more; large ones are cut to about ten cells a side."""
    for whole in _arrangements(picture):
        if whole.size[0] <= PAGE - 2 * MARGIN and whole.size[1] <= TALLEST:
            break
    width, height = whole.size
    shapes = tuple(whole.shapes(MARGIN, MARGIN))
    return Drawing(width + 2 * MARGIN, height + 2 * MARGIN, shapes, title, _description(picture))


def _arrangements(picture: WindowPicture) -> Iterator[Stack]:
    """How the grids may stand, best first: with ever fewer cells to a side."""
    for most in range(MOST_IN_ROW if picture.input.rows == 1 else MOST, FEWEST - 1, -1):
        first, *others = _views(picture, most)
        if picture.kernel is None:
            onward: tuple[tuple[Item, ...], ...] = ((Arrow(picture.operation), others[0]),)
        else:
            plus = () if picture.added is None else (Sign("+"), Sign(picture.added))
            onward = (Sign(picture.operation), others[0], *plus), (Sign("="), others[1])
        line = tuple(item for part in onward for item in part)
        yield Stack(((first, *line),))
        if picture.kernel is not None and picture.input.rows > 1:
            yield Stack(((first, Stack(onward, "start")),))
        if picture.input.rows == 1 or most <= FEW:
            yield Stack(((first,), line))


def _views(picture: WindowPicture, most: int) -> tuple[View, ...]:
    """What is shown of input, kernel and output; the cells of the window are as wide as those of the kernel."""
    first, output = view(picture.input, most, "input", "hidden"), view(picture.output, most, "edge", "output")
    if picture.kernel is None:
        return first, output
    kernel = view(picture.kernel, most, "hidden", "hidden")
    width = max(first.cell_width, kernel.cell_width)
    return replace(first, cell_width=width), replace(kernel, cell_width=width), output


@dataclass(frozen=True)
class Sign:
    """A sign, or a further term of the sum, between two grids."""

    content: Text

    @property
    def font(self) -> float:
        return WORD if isinstance(self.content, Node) else SIGN

    @property
    def size(self) -> tuple[float, float]:
        return text_width(self.content, self.font), self.font

    @property
    def axis(self) -> float:
        return self.font / 2

    def shapes(self, x: float, y: float) -> list[Shape]:
        return [Label(x + self.size[0] / 2, y + self.axis, self.content, size=self.font)]


@dataclass(frozen=True)
class Arrow:
    """An arrow below the word for what it does."""

    word: Text

    @property
    def size(self) -> tuple[float, float]:
        return max(ARROW, text_width(self.word, WORD) + 8), 2 * self.axis

    @property
    def axis(self) -> float:
        return 14.0

    def shapes(self, x: float, y: float) -> list[Shape]:
        width, y = self.size[0], y + self.axis
        return [Polyline(((x, y), (x + width, y)), arrow=True), Label(x + width / 2, y - 8, self.word, size=WORD)]


@dataclass(frozen=True)
class Stack:
    """Lines below one another; in each, items side by side with their axes at one height."""

    lines: tuple[tuple[Item, ...], ...]
    anchor: Literal["start", "middle"] = "middle"

    @property
    def size(self) -> tuple[float, float]:
        widths, heights = zip(*map(_extent, self.lines), strict=True)
        return max(widths), sum(heights) + BELOW * (len(heights) - 1)

    @property
    def axis(self) -> float:
        return self.size[1] / 2

    def shapes(self, x: float, y: float) -> list[Shape]:
        out: list[Shape] = []
        for line in self.lines:
            width, height = _extent(line)
            at = x + ((self.size[0] - width) / 2 if self.anchor == "middle" else 0.0)
            axis = y + max(item.axis for item in line)
            for item in line:
                out += item.shapes(at, axis - item.axis)
                at += item.size[0] + GAP
            y += height + BELOW
        return out


Item: TypeAlias = View | Sign | Arrow | Stack


def _extent(line: tuple[Item, ...]) -> tuple[float, float]:
    """The width and the height of a line."""
    below = max(item.size[1] - item.axis for item in line)
    return sum(item.size[0] for item in line) + GAP * (len(line) - 1), max(item.axis for item in line) + below


def _description(picture: WindowPicture) -> Message:
    """The sizes of the grids, where the window is, and what is in it."""
    extents, padding = _extents(picture.input), _padding(picture.input)
    size = say("The input has {extents}.", extents=extents)
    if padding:
        size = say(
            "The input has {extents}, of them padding: {padding}.",
            extents=_extents(picture.input),
            padding=joined(padding),
        )
    told: list[Text] = [size, say("The window is at {cells}.", cells=_marked(picture.input))]
    if picture.kernel is not None:
        cells = frozenset((i, j) for i in range(picture.kernel.rows) for j in range(picture.kernel.columns))
        kernel = _with_numbers(_extents(picture.kernel), picture.kernel, cells)
        told.append(say("The kernel has {extents}.", extents=kernel))
    if picture.added is not None:
        told.append(say("Added is {number}.", number=picture.added))
    operation = NAMES.get(plain(picture.operation), picture.operation)
    cells_told = _marked(picture.output)
    told.append(
        say("Their {operation} is the output at {cells}.", operation=operation, cells=cells_told)
        if picture.kernel
        else say("The {operation} of the window is the output at {cells}.", operation=operation, cells=cells_told)
    )
    return sentences([*told, say("The output has {extents}.", extents=_extents(picture.output))])


NAMES = {"∗": say("sum of products"), "max": say("maximum"), "mean": say("mean")}


def _extents(grid: Grid) -> Message:
    rows = say_many(grid.rows, "one row", "{count} rows")
    columns = say_many(grid.columns, "one column", "{count} columns")
    return say("{rows} and {columns}", rows=rows, columns=columns)


def _padding(grid: Grid) -> Told:
    """How much of the grid is padding, side by side."""
    above, below, left, right = grid.padding
    sides = (
        (above, say("{count} above", count=above)),
        (below, say("{count} below", count=below)),
        (left, say("{count} at the left", count=left)),
        (right, say("{count} at the right", count=right)),
    )
    return tuple(told for count, told in sides if count)


def _marked(grid: Grid) -> Text:
    """The highlighted rows and columns, counted from 1 with the padding, and their numbers."""
    rows = sorted({row + 1 for row, _ in grid.highlighted})
    columns = sorted({column + 1 for _, column in grid.highlighted})
    where = say("{rows}, {columns}", rows=_rows(rows), columns=_columns(columns))
    return _with_numbers(where, grid, grid.highlighted)


def _rows(rows: list[int]) -> Message:
    if _is_run(rows):
        return say("rows {first} to {last}", first=rows[0], last=rows[-1])
    return say_many(len(rows), "row {rows}", "rows {rows}", rows=joined(tuple(map(str, rows))))


def _columns(columns: list[int]) -> Message:
    if _is_run(columns):
        return say("columns {first} to {last}", first=columns[0], last=columns[-1])
    return say_many(len(columns), "column {columns}", "columns {columns}", columns=joined(tuple(map(str, columns))))


def _is_run(numbers: list[int]) -> bool:
    """Whether there are more than two numbers, one next to the other."""
    return len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1


def _with_numbers(where: Text, grid: Grid, cells: frozenset[Cell]) -> Text:
    """Some cells, and the numbers in them, row by row."""
    read = [content for i, j in sorted(cells) if (content := grid.cells[i][j]) is not None]
    if not 0 < len(read) <= MOST_READ:
        return where
    return say("{cells}: {numbers}", cells=where, numbers=listed(read))
