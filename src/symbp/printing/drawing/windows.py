"""How a convolution or a pooling reads its input: the window, the kernel, and the one output computed from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from symbp.mathtree.nodes import Node
from symbp.mathtree.reading import reading
from symbp.printing.drawing.grids import Cell, Grid, View, view
from symbp.printing.drawing.shapes import Drawing, Label, Polyline, Shape
from symbp.printing.drawing.words import joined, text_width

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
    operation: str
    added: Node | None = None


def windows_drawing(picture: WindowPicture, title: str) -> Drawing:
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

    content: Node | str

    @property
    def font(self) -> float:
        return SIGN if isinstance(self.content, str) else WORD

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

    word: str

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


def _description(picture: WindowPicture) -> str:
    """The sizes of the grids, where the window is, and what is in it."""
    parts = [f"The input has {_extents(picture.input)}{_padding(picture.input)}."]
    parts.append(f"The window is at {_marked(picture.input)}.")
    if picture.kernel is not None:
        cells = frozenset((i, j) for i in range(picture.kernel.rows) for j in range(picture.kernel.columns))
        parts.append(f"The kernel has {_extents(picture.kernel)}{_numbers(picture.kernel, cells)}.")
    if picture.added is not None:
        parts.append(f"Added is {reading(picture.added)}.")
    name = NAMES.get(picture.operation, picture.operation)
    parts.append(f"Their {name} is the output" if picture.kernel else f"The {name} of the window is the output")
    return " ".join(parts) + f" at {_marked(picture.output)}. The output has {_extents(picture.output)}."


NAMES = {"∗": "sum of products", "max": "maximum"}


def _extents(grid: Grid) -> str:
    return joined((_count(grid.rows, "row"), _count(grid.columns, "column")))


def _count(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _padding(grid: Grid) -> str:
    """How much of the grid is padding."""
    sides = zip(grid.padding, ("above", "below", "at the left", "at the right"), strict=True)
    named = tuple(f"{count} {side}" for count, side in sides if count)
    return f", of them padding: {joined(named)}" if named else ""


def _marked(grid: Grid) -> str:
    """The highlighted rows and columns, counted from 1 with the padding, and their numbers."""
    rows = sorted({row for row, _ in grid.highlighted})
    columns = sorted({column for _, column in grid.highlighted})
    where = ", ".join((_listed(rows, "row"), _listed(columns, "column")))
    return where + _numbers(grid, grid.highlighted)


def _listed(numbers: list[int], unit: str) -> str:
    counted = tuple(str(number + 1) for number in numbers)
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{unit}s {counted[0]} to {counted[-1]}"
    return f"{unit} {counted[0]}" if len(counted) == 1 else f"{unit}s {joined(counted)}"


def _numbers(grid: Grid, cells: frozenset[Cell]) -> str:
    """The numbers in some cells, row by row."""
    read = [reading(content) for i, j in sorted(cells) if (content := grid.cells[i][j]) is not None]
    return f": {', '.join(read)}" if 0 < len(read) <= MOST_READ else ""
