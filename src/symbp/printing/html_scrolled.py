"""What of a page may be too wide for a telephone and is scrolled there: it has to be reached by keyboard too."""

from __future__ import annotations

from symbp.mathtree.extent import width
from symbp.mathtree.lines import DisplayRow, breakable, inline_width
from symbp.mathtree.nodes import Node
from symbp.printing.document import Figure, Sentence, Table

SCREEN = 19.0  # em of text that fit a screen of 360 pixels
NUMBER = 3.0
PADDING = 0.9  # of a cell of a table
SMALL = 0.36  # em a letter: what nobody breaks is rather taken to be too narrow
WRAPPED = 8.0  # a column whose text is broken
DRAWING = 320.0  # pixels
PIXELS = 4 / 3 * 0.78  # of a unit of drawings, as small as the page makes them
MOST_UNBROKEN = 9.0  # em: a wider right side may be broken


def row_scrolls(row: DisplayRow) -> bool:
    """Whether a row of a display is too wide even where each part of it has a line of its own."""
    left = width(row.left) + 1.5 if row.left else 1.5
    widest = max(width(part) for term in breakable(row.right, MOST_UNBROKEN) for part in term)
    return left + widest + (NUMBER if row.number else 0.0) > SCREEN


def block_scrolls(block: Table | Figure) -> bool:
    """Whether a table or a figure is too wide."""
    if isinstance(block, Figure):
        return block.drawing.width * PIXELS > DRAWING
    columns = zip(block.alignment, zip(block.header, *block.rows, strict=True), strict=True)
    return sum(WRAPPED if kind == "wrap" else max(map(_width, cells)) + PADDING for kind, cells in columns) > SCREEN


def _width(cell: Sentence) -> float:
    return sum(inline_width(part) if isinstance(part, Node) else SMALL * len(str(part)) for part in cell)
