"""Documents as HTML: ``templates/notes/page.html.j2`` and its filters."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import count
from typing import Any

from markupsafe import Markup

from symbp.mathtree.lines import DisplayRow, rows
from symbp.mathtree.nodes import Display, anchor
from symbp.mathtree.pieces import Row, Space
from symbp.mathtree.reading import line_reading, piece_reading
from symbp.printing.document import Document, Sentence, numbered
from symbp.printing.drawing import svg, svg_colours
from symbp.printing.mathml import html_inline, math_element
from symbp.printing.pages import Filters, filled, whole

PAGE = 44.0  # em: the widest a page gets; on a smaller screen a wide formula scrolls


def html_source(document: Document) -> str:
    """The document as one HTML page: MathML, inline SVG, no script, nothing to fetch."""
    filters: Filters = {
        "inline": lambda parts: Markup(html_inline(parts)),
        "display": lambda display: Markup(html_display(display)),
        "drawing": lambda drawing, number: Markup(svg(drawing, f"figure-{number}")),
    }
    document = numbered(document)
    return filled(
        "html",
        "page.html.j2",
        filters,
        document=document,
        headed=_headings(document),
        colours=Markup(svg_colours()),
    )


@dataclass(frozen=True)
class Heading:
    """A section as the page prints it."""

    tag: str
    anchor: Markup
    label: Markup
    title: Sentence
    blocks: tuple[Any, ...]


def _headings(document: Document) -> list[Heading]:
    numbers = count(1)
    out = []
    for section in document.sections:
        if section.level == 1:
            n = next(numbers)
            label = Markup(f'<span class="n">{n}</span>')
            out.append(
                Heading(
                    "h2", Markup(f' id="{escape(section.key or f"section-{n}")}"'), label, section.title, section.blocks
                )
            )
        else:
            out.append(Heading("h3", Markup(), Markup(), section.title, section.blocks))
    return out


def html_display(display: Display) -> str:
    """The display as a grid of formulas: sides, remark, number; each line is read aloud as one formula."""
    printed = rows(display, PAGE)
    readings = iter([line_reading(line) for line in display.lines])
    cells = [_html_row(row, next(readings) if row.relation else "") for row in printed]
    name = f' id="{escape(whole(display))}"' if whole(display) else ""
    return f'<div class="display"{name}>\n' + "\n".join(cells) + "\n</div>"


def _html_row(row: DisplayRow, text: str) -> str:
    label = f' aria-label="{escape(text)}"' if text else ""
    number = f' id="{escape(anchor(row.number))}">({escape(row.number)})' if row.number else ">"
    kind = " below" if row.remark_below else "" if row.remark or row.check else " bare"
    kind += " begins" if row.begins else ""
    return (
        f'<div class="row{kind}" role="group"{label}><span class="left">{_html_left(row)}</span>'
        f'<span class="right">{math_element(row.right, piece_reading(row.right), True)}</span>'
        f'<span class="why">{_html_why(row)}</span>'
        f'<span class="number"{number}</span></div>'
    )


def _html_left(row: DisplayRow) -> str:
    """The left side and the relation, in one formula, so that their space is the browser's."""
    pieces = tuple(p for p in (row.left, row.relation) if p and p != Space())
    return math_element(Row((*pieces, Space())), "".join(map(piece_reading, pieces)).strip(), True) if pieces else ""


def _html_why(row: DisplayRow) -> str:
    check = f"✓ {escape(row.check)}" if row.check else ""
    return "; ".join(filter(None, (html_inline(row.remark), check)))
