"""What of a page may be too wide for a telephone and is scrolled there: it has to be reached by keyboard too."""

from __future__ import annotations

from collections.abc import Sequence

from symbp.mathtree.extent import width
from symbp.mathtree.lines import DisplayRow, breakable, inline_width
from symbp.mathtree.nodes import Node
from symbp.printing.document import Figure, Sentence, Table

SCREEN = 19.0  # em of text that fit a screen of 360 pixels
WITHIN = 17.0  # within a remark or a derivation, where displays stand
NUMBER = 3.0
PADDING = 0.9  # of a cell of a table
SMALL = 0.36  # em a letter: what nobody breaks is rather taken to be too narrow
WRAPPED = 8.0  # a column whose text is broken
DRAWING = 320.0  # pixels
PIXELS = 4 / 3 * 0.78  # of a unit of drawings, as small as the page makes them
MOST_UNBROKEN = 9.0  # em: a wider right side may be broken


def display_scrolls(rows: Sequence[DisplayRow]) -> bool:
    """Whether a display is too wide even where each part of a right side has a line of its own.

    The rows have their columns in common, so that the widest left side and the widest right side add up.
    """
    left = max(width(row.left) if row.left else 0.0 for row in rows) + 1.5
    right = max(width(part) for row in rows for term in breakable(row.right, MOST_UNBROKEN) for part in term)
    return left + right + (NUMBER if any(row.number for row in rows) else 0.0) > WITHIN


def block_scrolls(block: Table | Figure) -> bool:
    """Whether a table or a figure is too wide."""
    if isinstance(block, Figure):
        return block.drawing.width * PIXELS > DRAWING
    columns = zip(block.alignment, zip(block.header, *block.rows, strict=True), strict=True)
    return sum(WRAPPED if kind == "wrap" else max(map(_width, cells)) + PADDING for kind, cells in columns) > SCREEN


def _width(cell: Sentence) -> float:
    return sum(inline_width(part) if isinstance(part, Node) else SMALL * len(str(part)) for part in cell)
