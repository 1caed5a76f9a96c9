"""Documents as HTML: ``templates/notes/page.html.j2`` and its filters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from markupsafe import Markup

from symbp.mathtree.layout import layout
from symbp.mathtree.nodes import Node
from symbp.mathtree.numbering import anchor
from symbp.mathtree.pieces import Piece
from symbp.mathtree.reading import piece_reading
from symbp.printing.document import Code, Document, Section, Sentence, numbered
from symbp.printing.drawing import svg, svg_colours
from symbp.printing.html_code import html_code, lines_of
from symbp.printing.html_display import Places, html_formula
from symbp.printing.html_scrolled import block_scrolls
from symbp.printing.mathml import html_inline, spoken
from symbp.printing.pages import Filters, filled, in_language, whole
from symbp.printing.speech import speaker
from symbp.wording import Message, say

# What a page says beyond the document.
WORDS: dict[str, Message] = {
    "skip": say("Skip to the notes"),
    "sections": say("Sections"),
    "proof": say("Local derivatives, numbers, check"),
    "line": say("Line {line} of the module", line="{line}"),
    "code": say("Lines of code"),
}


def html_source(document: Document) -> str:
    """The document as one HTML page: MathML, inline SVG, no script, nothing to fetch."""
    document = numbered(document)
    words = in_language(WORDS, document.language)
    speak = speaker(document.language)
    places = Places(_code_lines(document), words, speak)
    anchors = _anchors(document)
    filters: Filters = {
        "inline": lambda parts: Markup(html_inline(parts, speak)),
        "heading_cell": lambda parts: Markup(_heading_cell(parts, speak)),
        "scrolls": block_scrolls,
        "formula": lambda formula: Markup(html_formula(formula, places)),
        "code": lambda code: Markup(html_code(code, anchors)),
        "drawing": lambda drawing, number: Markup(svg(drawing, f"figure-{number}")),
    }
    headings = _headings(document)
    colours = Markup(svg_colours())
    page = filled("html", "page.html.j2", filters, document, words, headings=headings, colours=colours)
    return normalize("NFC", page)


@dataclass(frozen=True)
class Heading:
    """A section as the page prints it: its level, its number and what leads there, and the headings within it."""

    level: int
    number: str
    anchor: str
    title: Sentence
    blocks: tuple[Any, ...]
    inner: tuple[Heading, ...] = ()


def _headings(document: Document) -> list[Heading]:
    out: list[Heading] = []
    for number, group in enumerate(_grouped(document.sections)):
        first, *others = group
        key = first.key or f"section-{number}"
        inner = tuple(
            Heading(3, "", section.key or f"{key}-{place}", section.title, section.blocks)
            for place, section in enumerate(others, 1)
        )
        if first.title or first.blocks:
            out.append(Heading(2, str(number), key, first.title, first.blocks, inner))
        out += inner
    return out


def _grouped(sections: tuple[Section, ...]) -> list[list[Section]]:
    """Each section with those within it; what stands before the first one is within one that has no title."""
    groups: list[list[Section]] = [[Section((), ())]]
    for section in sections:
        if section.level == 1:
            groups.append([])
        groups[-1].append(section)
    return groups


def _code_lines(document: Document) -> dict[str, int]:
    """The line of the module for each equation that code in the document names."""
    codes = (block for block in document.blocks() if isinstance(block, Code))
    return {number: line for code in codes for number, line in lines_of(code).items()}


def _anchors(document: Document) -> frozenset[str]:
    """The names of all equations that the page shows."""
    lines = (anchor(n) for display in document.displays() for n in display.numbers if n)
    return frozenset((*lines, *map(whole, document.displays())))


def _heading_cell(parts: Sentence, speak: Callable[[Piece], str]) -> str:
    """The head of a row or column; a formula alone is also there in words, since a head needs some."""
    if any(isinstance(part, str) and part.strip() for part in parts) or not any(isinstance(p, Node) for p in parts):
        return html_inline(parts, speak)
    said = (speak(layout(part)) if isinstance(part, Node) else piece_reading(part) for part in parts)
    return spoken("".join(said), html_inline(parts, speak))
