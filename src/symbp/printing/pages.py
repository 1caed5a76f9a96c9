"""Documents as LaTeX, HTML and Typst source: the templates in ``templates/notes/`` and their filters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from itertools import count
from typing import Any, TypeAlias

from markupsafe import Markup

from symbp.mathtree.lines import DisplayRow, rows
from symbp.mathtree.nodes import Display, anchor
from symbp.mathtree.pieces import Row, Space
from symbp.mathtree.reading import line_reading, piece_reading
from symbp.printing.document import Alignment, Document, Sentence, numbered
from symbp.printing.drawing import svg, svg_colours, tikz, tikz_colours, typst_drawing
from symbp.printing.latex import latex_bookmark, latex_display, latex_inline, latex_text
from symbp.printing.mathml import html_inline, math_element
from symbp.printing.typst_math import piece_typst, typst_inline, typst_string
from symbp.templates import Kind, environment

Filters: TypeAlias = dict[str, Callable[..., Any]]

HTML_PAGE = 44.0  # em: the widest a page gets; on a smaller screen a wide formula scrolls
TYPST_PAGE = 40.0


def _render(kind: Kind, template: str, filters: Filters, **context: Any) -> str:
    overlay = environment(kind).overlay()
    overlay.filters = {**overlay.filters, **filters}
    return overlay.get_template(f"notes/{template}").render(**context)


def tex_source(document: Document) -> str:
    """The document as a LaTeX article that needs nothing beyond TeX Live's recommended packages and pictures."""
    filters: Filters = {
        "text": latex_text,
        "bookmark": latex_bookmark,
        "inline": latex_inline,
        "heading": _tex_heading,
        "display": _tex_display,
        "cells": lambda row: " & ".join(map(latex_inline, row)),
        "columns": lambda alignment: "".join(TEX_COLUMNS[a] for a in alignment),
        "drawing": tikz,
        "code": _tex_code,
    }
    return _render("tex", "article.tex.j2", filters, document=numbered(document), colours=tikz_colours())


def _tex_display(display: Display) -> str:
    """The display as a paragraph of its own; without ``noindent`` an empty line would stand above it."""
    whole = _whole(display)
    return (rf"\phantomsection\label{{{whole}}}" if whole else "") + "\\keephere\\noindent%\n" + latex_display(display)


TEX_COLUMNS: dict[Alignment, str] = {
    "left": "l",
    "center": "c",
    "right": "r",
    "wrap": r">{\raggedright\arraybackslash}p{0.42\linewidth}",
}


def _tex_heading(title: Sentence) -> str:
    """A heading, with plain text for the bookmarks of the PDF where it holds formulas."""
    printed = latex_inline(title)
    plain = latex_bookmark("".join(map(piece_reading, title)))
    return printed if printed == plain else rf"\texorpdfstring{{{printed}}}{{{plain}}}"


def _tex_code(text: str) -> str:
    """Lines of code: every space counts, and a long line is broken rather than cut."""
    return "\n".join(_tex_code_line(line) for line in text.rstrip("\n").split("\n"))


def _tex_code_line(line: str) -> str:
    stripped = line.lstrip(" ")
    indent = len(line) - len(stripped)
    space = rf"\hspace*{{{indent * 0.525:.3f}em}}" if indent else ""
    text = latex_text(stripped).replace(" ", "\\ ").replace("'", r"\textquotesingle{}")
    return rf"\noindent\hangindent={indent * 0.525 + 2:.3f}em {space}{text or '~'}\par"


def html_source(document: Document) -> str:
    """The document as one HTML page: MathML, inline SVG, no script, nothing to fetch."""
    filters: Filters = {
        "inline": lambda parts: Markup(html_inline(parts)),
        "display": lambda display: Markup(html_display(display)),
        "drawing": lambda drawing, number: Markup(svg(drawing, f"figure-{number}")),
    }
    document = numbered(document)
    return _render(
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
            out.append(Heading("h2", Markup(f' id="section-{n}"'), label, section.title, section.blocks))
        else:
            out.append(Heading("h3", Markup(), Markup(), section.title, section.blocks))
    return out


def html_display(display: Display) -> str:
    """The display as a grid of formulas: sides, remark, number; each line is read aloud as one formula."""
    printed = rows(display, HTML_PAGE)
    readings = iter([line_reading(line) for line in display.lines])
    cells = [_html_row(row, next(readings) if row.relation else "") for row in printed]
    name = f' id="{escape(_whole(display))}"' if _whole(display) else ""
    return f'<div class="display"{name}>\n' + "\n".join(cells) + "\n</div>"


def _whole(display: Display) -> str:
    """The anchor of a display of several lines, each of which has one of its own."""
    return anchor(display.number) if display.number and len(display.lines) > 1 else ""


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
    pieces = tuple(p for p in (row.left, row.relation) if p)
    return math_element(Row((*pieces, Space())), "".join(map(piece_reading, pieces)).strip(), True) if pieces else ""


def _html_why(row: DisplayRow) -> str:
    check = f"✓ {escape(row.check)}" if row.check else ""
    return "; ".join(filter(None, (html_inline(row.remark), check)))


def typst_source(document: Document) -> str:
    """The document as Typst source."""
    filters: Filters = {
        "inline": typst_inline,
        "string": typst_string,
        "code": _typst_code,
        "display": typst_display,
        "cells": lambda row: ", ".join(f"[{typst_inline(cell)}]" for cell in row),
        "columns": lambda alignment: _tuple("1fr" if a == "wrap" else "auto" for a in alignment),
        "alignments": lambda alignment: _tuple(f"{ {'wrap': 'left'}.get(a, a) } + horizon" for a in alignment),
        "drawing": typst_drawing,
    }
    return _render("typst", "notes.typ.j2", filters, document=numbered(document))


def _tuple(items: Any) -> str:
    return "(" + "".join(f"{item}, " for item in items) + ")"


def typst_display(display: Display) -> str:
    """The display as lines of sides, remark and number, aligned by the template."""
    return f"#lines({typst_string(_whole(display))},\n" + "\n".join(map(_typst_row, rows(display, TYPST_PAGE))) + "\n)"


def _typst_row(row: DisplayRow) -> str:
    left = f"$display({piece_typst(row.left)})$" if row.left else ""
    relation = f'"" {piece_typst(row.relation)} ' if row.relation else ""
    right = f"{'' if row.relation else '#h(1.6em)'}$display({relation}{piece_typst(row.right)})$"
    check = f"$checkmark$ {typst_inline((row.check,))}" if row.check else ""
    why = "; ".join(filter(None, (typst_inline(row.remark), check)))
    below, begins, together = map(_typst_bool, (row.remark_below, row.begins, row.together))
    place = f"below: {below}, begins: {begins}, together: {together}"
    number = f"number: {typst_string(row.number)}, anchor: {typst_string(anchor(row.number))}"
    return f"  (left: [{left}], right: [{right}], why: [{why}], {place}, {number}),"


def _typst_bool(value: bool) -> str:
    return "true" if value else "false"


def _typst_code(text: str) -> str:
    """Code as a string literal, lines and all."""
    return '"' + "\\n".join(typst_string(line)[1:-1] for line in text.rstrip("\n").split("\n")) + '"'
