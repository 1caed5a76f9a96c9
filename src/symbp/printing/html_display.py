"""Displays as HTML: rows of formulas that the browser breaks where a screen is narrow, derivations in levels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from math import inf

from symbp.mathtree.layout import layout
from symbp.mathtree.lines import DisplayRow, breakable, rows
from symbp.mathtree.nodes import Display, Line
from symbp.mathtree.numbering import anchor
from symbp.mathtree.pieces import Framed, Piece, Row, Sign, Space
from symbp.mathtree.reading import piece_reading
from symbp.printing.document import Fold, Formula
from symbp.printing.html_scrolled import MOST_UNBROKEN, display_scrolls
from symbp.printing.latex import slashed
from symbp.printing.mathml import html_inline, math_element, side_element, spoken
from symbp.printing.pages import whole


@dataclass(frozen=True)
class Places:
    """Where links of a page lead, and the words of it that are not in the document.

    Attributes:
        lines: The line of the module that computes an equation, by the equation's number.
        words: Fixed text in the language of the page.
        speak: How a formula is said in that language.
    """

    lines: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    speak: Callable[[Piece], str] = piece_reading

    def code(self, number: str) -> int | None:
        """The line of the module for an equation, or for a line or form of it: (7), (7.b), (7.M)."""
        return self.lines.get(number.partition(".")[0])


def html_formula(formula: Formula, places: Places) -> str:
    """A display: what its folds say in levels, all else line by line."""
    display = formula.display
    parts = list(_parts(formula, places))
    name = f' id="{escape(whole(display))}"' if whole(display) else ""
    if len(parts) == 1 and not formula.folds:
        return parts[0].replace("<div", f"<div{name}", 1)
    return f'<div class="derivations"{name}>\n' + "\n".join(parts) + "\n</div>"


def _parts(formula: Formula, places: Places) -> Iterator[str]:
    """The display cut at its folds."""
    place = 0
    for fold in formula.folds:
        if place < fold.first:
            yield _lines(formula.display, place, fold.first, places)
        yield _fold(formula.display, fold, places)
        place = fold.stop
    if place < len(formula.display.lines):
        yield _lines(formula.display, place, len(formula.display.lines), places)


def _fold(display: Display, fold: Fold, places: Places) -> str:
    """Result, factors and proof, each behind the one before it."""
    outer, inner = (" open" if fold.shown > level else "" for level in (0, 1))
    factors = _lines(display, fold.first, fold.proof, places) + "\n" if fold.first < fold.proof else ""
    proof = _lines(display, fold.proof, fold.stop, places) if fold.proof < fold.stop else ""
    if factors and proof:
        proof = f"<details{inner}><summary>{escape(places.words['proof'])}</summary>\n{proof}\n</details>"
    result = _result(display.lines[fold.first : fold.stop], places)
    return f'<details class="told"{outer}>{result}\n{factors}{proof}\n</details>'


def _result(lines: tuple[Line, ...], places: Places) -> str:
    """What a derivation comes to: its last left side and its last right side, and how it was checked."""
    left = next(line.left for line in reversed(lines) if line.left is not None)
    last = lines[-1]
    right = layout(last.right)
    right = right.body if isinstance(right, Framed) else right
    begin = layout(slashed(left)), Sign(last.relation, "relation")
    first, *others = [part for term in breakable(right, MOST_UNBROKEN) for part in term]
    parts = [math_element(piece, "") for piece in (Row((*begin, first)), *others)]
    printed = spoken(places.speak(Row((*begin, right))), "<wbr>".join(parts))
    check = f' <span class="why">{_check(str(last.check))}</span>' if last.check else ""
    return f"<summary>{printed}{check}</summary>"


def _lines(display: Display, first: int, stop: int, places: Places) -> str:
    """Some lines of a display as a grid of formulas: sides, number, and a remark where there is room for it."""
    numbers = display.numbers[first:stop]
    part = Display(tuple(_with(line, n) for line, n in zip(display.lines[first:stop], numbers, strict=True)))
    printed = rows(part, inf)
    label = escape(places.speak(printed[0].right))
    scrolled = f' tabindex="0" role="group" aria-label="{label}"' if display_scrolls(printed) else ""
    return f'<div class="display"{scrolled}>\n' + "\n".join(_row(row, places) for row in printed) + "\n</div>"


def _with(line: Line, number: str) -> Line:
    return line if line.number == number else replace(line, number=number)


def _row(row: DisplayRow, places: Places) -> str:
    begins = " begins" if row.begins else ""
    why = _why(row, places)
    remark = f'<span class="why">{why}</span>' if why else ""
    return (
        f'<div class="row{begins}"><span class="left">{_left(row, places)}</span>'
        f'<span class="right"><span class="formula">{_right(row.right, places)}</span>{remark}</span>'
        f"{_number(row, places)}</div>"
    )


def _left(row: DisplayRow, places: Places) -> str:
    """The left side and the relation; the space after it is the page's."""
    if row.relation is None or (row.relation == Space() and row.left is None):
        return ""
    pieces = [p for p in (row.left, row.relation) if p is not None and p != Space()]
    relation = row.relation.text if isinstance(row.relation, Sign) else ""
    return side_element(row.left, relation, places.speak(Row(tuple(pieces))).strip())


def _right(piece: Piece, places: Places) -> str:
    """The right side; a browser may break it before a term, and before a part of a term that is too wide.

    A term in parts begins a line where it does not fit; but the first one stands beside the relation.
    """
    first, *others = ["<wbr>".join(_math(part, places) for part in term) for term in breakable(piece, MOST_UNBROKEN)]
    return "<wbr>".join((first, *(f'<span class="term">{t}</span>' if "<wbr>" in t else t for t in others)))


def _math(piece: Piece, places: Places) -> str:
    return math_element(piece, places.speak(piece).strip(), True)


def _why(row: DisplayRow, places: Places) -> str:
    return "; ".join(filter(None, (html_inline(row.remark, places.speak), _check(str(row.check)) if row.check else "")))


def _check(check: str) -> str:
    return f"✓ {escape(check)}"


def _number(row: DisplayRow, places: Places) -> str:
    """The number of a row, which leads to the line of the module that computes what begins there."""
    if not row.number:
        return ""
    number, line = escape(row.number), places.code(row.number) if row.left else None
    if line is not None:
        title = escape(places.words["line"].format(line=line))
        printed = f'<a href="#line-{line}" title="{title}">({number})</a>'
    else:
        printed = f"({number})"
    return f'<span class="number" id="{escape(anchor(row.number))}">{printed}</span>'
