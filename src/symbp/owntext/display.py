"""A displayed formula of an own text: its lines, aligned at their relations."""

from __future__ import annotations

from typing import cast

from symbp.errors import Fault
from symbp.mathtree.extent import width
from symbp.mathtree.nodes import Display, Line, Relation
from symbp.mathtree.pieces import Piece, Sign, Typeset
from symbp.owntext.commands import ALIGNED
from symbp.owntext.mathematics import Reader, row

WIDEST_LEFT = 15.0  # em: beside a wider left side there is no room for what the line says of it


def display(latex: str) -> Display:
    r"""The lines of a formula between ``$$`` and ``$$``, without a number.

    >>> [line.relation for line in display(r"\begin{aligned} a &= b \\ &\le c \end{aligned}").lines]
    ['=', '≤']

    Raises:
        Fault: as :func:`symbp.owntext.mathematics.formula` does; or it is empty.
    """
    reader = Reader(latex)
    if not reader.peek():
        raise Fault("the formula is empty", "Write it between $$ and $$.", text=latex, span=(0, max(1, len(latex))))
    lines = _aligned(reader) if _is_aligned(reader) else (_line([reader.items()]),)
    reader.check_end()
    return Display(lines, own=True)


def _is_aligned(reader: Reader) -> bool:
    text = reader.latex[reader.position :].replace(" ", "")
    return any(text.startswith(f"\\begin{{{name}}}") for name in ALIGNED)


def _aligned(reader: Reader) -> tuple[Line, ...]:
    start = reader.position
    token = reader.take()
    name = reader.name_of_environment(token, start)
    rows = reader.cells(name, start)
    if max(map(len, rows)) > 2:
        raise reader.fault('a line has "&" more than once', "Align lines at one place: a &= b.", start)
    return tuple(_line(cells) for cells in rows)


def _line(cells: list[list[Piece]]) -> Line:
    """A line with its relation: the one after the ``&``, or the first."""
    if len(cells) == 1:
        place = next((k for k, item in enumerate(cells[0]) if k and _is_relation(item)), 0)
        wide = place and width(row(cells[0][:place])) > WIDEST_LEFT
        cells = [[], cells[0]] if wide or not place else [cells[0][:place], cells[0][place:]]
    left, right = cells
    relation = right[0] if right and _is_relation(right[0]) else None
    text = relation.text if isinstance(relation, Sign) else ""
    body = right[1:] if relation else right
    return Line(Typeset(row(left)) if left else None, Typeset(row(body)), cast(Relation, text))


def _is_relation(piece: Piece) -> bool:
    return isinstance(piece, Sign) and piece.kind == "relation"
