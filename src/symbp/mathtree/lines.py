"""Displayed lines as rows that fit a page: long right sides are broken at signs, remarks give way to formulas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from symbp.mathtree.extent import width
from symbp.mathtree.layout import layout
from symbp.mathtree.nodes import Display, Inline, Line, Node
from symbp.mathtree.pieces import Piece, Row, Sign, Space
from symbp.wording import Message, english

NUMBER_WIDTH = 0.55  # em a character
REMARK_WIDTH = 0.4  # a letter in small print
WIDE_REMARK = 0.66  # a capital, and the signs that are as wide
WIDE_SIGNS = "×=<>−+✓mwMW"
GAP = 1.2
PLUS = frozenset({"+", "−"})
TIMES = frozenset({"·", "×", "⊙", "\u2062"})
MOST_TOGETHER = 8  # rows of one left side that a page break does not part
MOST_WHOLE = 6  # rows of a display that no page break parts


@dataclass(frozen=True)
class DisplayRow:
    """One printed row of a display.

    Attributes:
        left, right: The sides; a row that goes on from the row before has no left side and no relation.
        relation: The sign between them; a line without one has a space in its place.
        remark, check: What stands at the right; the caller prints the check after a tick.
        number: The equation's number, on the last row of its line.
        too_wide: That even broken the row is wider than the page, as far as one can tell.
        remark_below: That the remark has no room beside the formula.
        remark_width: How wide the remark is.
        room: How wide a remark may be beside the formula.
        begins: That it begins the next of several derivations: some space belongs above it.
        together: That a page break should not part it from the row below.
    """

    left: Piece | None
    relation: Sign | Space | None
    right: Piece
    remark: tuple[Inline, ...]
    check: str
    number: str
    too_wide: bool
    remark_below: bool
    remark_width: float
    room: float
    begins: bool = False
    together: bool = False


def rows(display: Display, available: float) -> tuple[DisplayRow, ...]:
    """The rows of a display on a page ``available`` em wide."""
    margin = max((width(layout(line.left)) for line in display.lines if line.left), default=0.0)
    out: list[DisplayRow] = []
    for line, number in zip(display.lines, display.numbers, strict=True):
        out += _line_rows(line, number, margin, available)
    return tuple(_grouped(out))


def _grouped(printed: list[DisplayRow]) -> Iterator[DisplayRow]:
    """The rows, those of one left side kept together, with space above the next if there are several."""
    groups: list[list[DisplayRow]] = []
    for row in printed:
        if row.left is not None or not groups:
            groups.append([])
        groups[-1].append(row)
    whole = len(printed) <= MOST_WHOLE
    for before, group in zip([[], *groups], groups, strict=False):
        last = len(group) - 1
        for place, row in enumerate(group):
            together = place < last <= MOST_TOGETHER or (whole and row is not printed[-1])
            yield replace(row, begins=place == 0 and len(before) > 1, together=together)


def _line_rows(line: Line, number: str, margin: float, available: float) -> list[DisplayRow]:
    remark = remark_width(line)
    label = NUMBER_WIDTH * (len(number) + 2) + GAP if number else 0.0
    space = available - margin - 1.5 - label  # 1.5: the relation
    chunks = broken(layout(line.right), space)
    left = layout(line.left) if line.left else None
    out = []
    for position, chunk in enumerate(chunks):
        first, last = position == 0, position == len(chunks) - 1
        out.append(
            DisplayRow(
                left=left if first else None,
                relation=_relation(line) if first else None,
                right=chunk,
                remark=line.remark if last else (),
                check=english(line.check) if last else "",
                number=number if last else "",
                too_wide=width(chunk) + (0 if first else 2.0) > space,
                remark_below=bool(remark) and width(chunk) + GAP + remark > space,
                remark_width=remark if last else 0.0,
                room=space - width(chunk) - GAP,
            )
        )
    return out


def _relation(line: Line) -> Sign | Space:
    return Sign(line.relation, "relation") if line.relation else Space()


def remark_width(line: Line) -> float:
    check = small_width(f"✓ {english(line.check)}; ") if line.check else 0.0
    return sum(map(inline_width, line.remark)) + check


def inline_width(part: Inline) -> float:
    """The width of a part of a sentence in small print, in em of the text."""
    if isinstance(part, Node):
        return width(layout(part))
    return small_width(english(part if isinstance(part, str | Message) else part.text))


def small_width(text: str) -> float:
    """The width of small print, rather too wide than too narrow."""
    return sum(WIDE_REMARK if c.isupper() or c in WIDE_SIGNS else REMARK_WIDTH for c in text)


def broken(piece: Piece, space: float) -> list[Piece]:
    """The piece in as few rows as fit the space, broken before a plus or minus, or else before a product's sign."""
    if width(piece) <= space or not isinstance(piece, Row):
        return [piece]
    items = _flat(piece)
    for signs in (PLUS, TIMES):
        atoms = _split(items, signs)
        if len(atoms) > 1:
            first, *more = _filled(atoms, space)
            return [Row(tuple(first)), *(Row((Space(), *row)) for row in more)]
    return [piece]


def breakable(piece: Piece, most: float) -> list[list[Piece]]:
    """The terms of a formula, each in parts, for a page that breaks lines itself, where it is wider than ``most`` em.

    A line may break before each term, and before each part of a term that is too wide as well.
    """
    if width(piece) <= most or not isinstance(piece, Row):
        return [[piece]]
    terms = _split(_flat(piece), PLUS)
    parts = [_split(term, TIMES) if width(Row(tuple(term))) > most else [term] for term in terms]
    return [
        [Row(tuple(part)) if first == second == 0 else Row((Space(), *part)) for second, part in enumerate(term)]
        for first, term in enumerate(parts)
    ]


def _flat(piece: Row) -> list[Piece]:
    """The items of a row, with those of rows inside it; what is in parentheses stays together."""
    out: list[Piece] = []
    for item in piece.items:
        out += _flat(item) if isinstance(item, Row) else [item]
    return out


def _split(items: list[Piece], signs: frozenset[str]) -> list[list[Piece]]:
    """Runs of items, each but the first beginning with one of the signs."""
    count = 0

    def run(item: Piece) -> int:
        nonlocal count
        count += isinstance(item, Sign) and item.kind == "binary" and item.text in signs
        return count

    return [list(group) for _, group in groupby(items, run)]


def _filled(atoms: list[list[Piece]], space: float) -> list[list[Piece]]:
    filled = [atoms[0]]
    for atom in atoms[1:]:
        if width(Row((*filled[-1], *atom))) + 2.0 <= space:
            filled[-1] = [*filled[-1], *atom]
        else:
            filled.append(atom)
    return filled
