"""What a slide holds, and how high what stands on it will be, in em of its text; rather too high than too low."""

from __future__ import annotations

from symbp.mathtree.lines import DisplayRow
from symbp.mathtree.rise import reach
from symbp.printing.document import Code, Items, Paragraph, Sentence, Table
from symbp.printing.slides.brief import LINE, text_height
from symbp.printing.slides.shown import Grid, SlideBlock, Steps

LINE_WIDTH = 34.0  # of a line of text
ROOM = 15.9  # below the heading
TEXT_GAP = 0.5  # between paragraphs
BETWEEN = 0.6  # rows of a display
BEGINS = 0.45  # and more above one that begins the next derivation
SMALL = 0.85  # the size of a table's text
TABLE_ROW = 1.26
ABOVE_TABLE = 3.4  # its caption and its header
CODE_LINE = 0.8
CODE_LETTERS = 92  # of code on a line


def paragraph_height(parts: Sentence) -> float:
    return text_height(parts, LINE_WIDTH - 2) + TEXT_GAP  # 2: the bullet of a list


def row_height(row: DisplayRow) -> float:
    """A row of a display with the space above it."""
    reaches = [reach(piece) for piece in (row.left, row.right) if piece]
    own = max(above for above, _ in reaches) + max(below for _, below in reaches)
    return max(own, 1.0) + BETWEEN + (BEGINS if row.begins else 0.0) + (LINE if row.remark_below else 0.0)


def table_row_height(table: Table, row: tuple[Sentence, ...]) -> float:
    """A row of a table, whose columns that wrap may need several lines."""
    wide = 0.42 * LINE_WIDTH / SMALL
    broken = [text_height(cell, wide) / LINE for cell, a in zip(row, table.alignment, strict=True) if a == "wrap"]
    return TABLE_ROW * max(broken, default=1.0)


def code_height(lines: list[str]) -> float:
    return sum(CODE_LINE * (1 + len(line) // CODE_LETTERS) for line in lines)


def block_height(block: SlideBlock) -> float:
    """A block of a slide; a picture takes what there is."""
    if isinstance(block, Steps):
        return sum(map(row_height, block.rows))
    if isinstance(block, Grid):
        return ABOVE_TABLE + sum(table_row_height(block.table, row) for row in block.table.rows)
    if isinstance(block, Code):
        return code_height(block.text.split("\n"))
    if isinstance(block, Paragraph):
        return paragraph_height(block.parts)
    return sum(map(paragraph_height, block.items)) if isinstance(block, Items) else ROOM
