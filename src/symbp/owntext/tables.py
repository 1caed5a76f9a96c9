"""A table of an own text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from symbp.mathtree.nodes import Inline
from symbp.mathtree.reading import piece_reading
from symbp.owntext.inline import Reader
from symbp.printing.document import Alignment, Sentence, Table

if TYPE_CHECKING:
    from markdown_it.token import Token

_BAR = re.compile(r"\\.|\|")
_NORM = re.compile(r"\$[^$|]*\\\|[^$]*\$")
MOST_COLUMNS = 10
PAGE = 80  # characters that fit into a row; of a wider table the widest column breaks its text


def table_of(reader: Reader, tokens: list[Token]) -> Table:
    """The table of some tokens, without a caption.

    Raises:
        Fault: it has no rows or too many columns, or a row has more cells than the head.
    """
    rows = list(_rows(tokens))
    head, *body = rows
    first = (tokens[0].map or [0])[0]
    if not body or len(head) > MOST_COLUMNS:
        problem = f"a table has {len(head)} columns; at most {MOST_COLUMNS} are read" if body else "a table has no rows"
        remedy = "Write several tables." if body else "Write a row below the line of dashes."
        raise reader.source.fault(problem, remedy, reader.source.line(first))
    for row in rows:
        _check_cells(reader, row, len(head))
    header, *cells = ([*_sentences(reader, row)] for row in rows)
    return Table((), tuple(header), tuple(map(tuple, cells)), _alignments(tokens, [header, *cells]))


def _rows(tokens: list[Token]) -> Iterator[list[Token]]:
    """The cells of each row, as tokens."""
    cells: list[Token] = []
    for token in tokens:
        if token.type == "inline":
            cells.append(token)
        elif token.type == "tr_close":
            yield cells
            cells = []


def _check_cells(reader: Reader, row: list[Token], columns: int) -> None:
    number = (row[0].map or [0])[0]
    line = reader.source.lines[number].strip().removeprefix("|")
    bars = [match for match in _BAR.findall(line) if match == "|"]
    if _NORM.search(line):
        problem = r'in a table "\|" is the sign | and not the two bars of a norm'
        raise reader.source.fault(problem, r"Write \lVert x \rVert, or \vert for one bar.", reader.source.line(number))
    count = len(bars) + (0 if line.endswith("|") and not line.endswith("\\|") else 1)
    if count > columns:
        problem = f"a row has {count} cells, but the head of the table has {columns}"
        remedy = r"Write \| for the sign within a cell, or $\vert$ in mathematics."
        raise reader.source.fault(problem, remedy, reader.source.line(number))


def _sentences(reader: Reader, row: list[Token]) -> Iterator[Sentence]:
    """The cells of a row; each is searched for behind the one before it."""
    column = 0
    for token in row:
        line = reader.source.lines[(token.map or [0])[0]]
        yield reader.sentence(token, column)
        column = max(column, line.find(token.content, column) + len(token.content))


def _alignments(tokens: list[Token], rows: list[list[Sentence]]) -> tuple[Alignment, ...]:
    styles = [str(token.attrs.get("style", "")) for token in tokens if token.type == "th_open"]
    found: list[Alignment] = [_alignment(style) for style in styles]
    widths = [max(sum(map(_width, row[k])) for row in rows) for k in range(len(found))]
    if sum(widths) > PAGE:
        found[widths.index(max(widths))] = "wrap"
    return tuple(found)


def _alignment(style: str) -> Alignment:
    return "center" if style.endswith("center") else "right" if style.endswith("right") else "left"


def _width(part: Inline) -> int:
    return len(piece_reading(part))
