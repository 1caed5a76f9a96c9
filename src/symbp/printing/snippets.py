r"""The equations of a document one by one, each in a file that another LaTeX document can ``\input``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from symbp.mathtree.nodes import Display, Node
from symbp.mathtree.numbering import anchor
from symbp.printing.document import Document
from symbp.printing.latex import latex_display, latex_text
from symbp.printing.pages import filled
from symbp.printing.tex import FILTERS, display_name

LINE_WIDTH = 30.0  # em: what a narrow page has; on a wider one the remarks stand further to the right
NAMES = re.compile(r"\\(label|symbpname|symbpref)\{(?=eq-)")


def snippets(document: Document, name: str) -> dict[str, str]:
    """The text of each file, by its path: an equation each, what they need, and a page that shows them all.

    The lines of an equation have the numbers of the notes, and labels that begin with the network's name.
    """
    folder = f"{name}-equations"
    prefix = f"{name}:"
    shown = {anchor(display.number): _snippet(display, prefix) for display in _each(document)}
    filters = {**FILTERS, "code": latex_text}
    pages = {
        "preamble": filled("tex", "preamble.tex.j2", FILTERS, document, name=name, folder=folder, prefix=prefix),
        "all": filled("tex", "all.tex.j2", filters, document, name=name, files=tuple(shown)),
    }
    return {f"{folder}/{file}.tex": text for file, text in {**pages, **shown}.items()}


def _each(document: Document) -> Iterator[Display]:
    """The displays that have a number, and the lines of others that have one, each beginning with its left side."""
    for display in document.displays():
        left: Node | None = None
        for line in () if display.number else display.lines:
            left = line.left or left
            if line.number:
                yield Display((replace(line, left=left),), line.number)
        if display.number:
            yield display


def _snippet(display: Display, prefix: str) -> str:
    name = display_name(display)
    text = (name + "%\n" if name else "") + latex_display(display, LINE_WIDTH) + "%\n"
    return NAMES.sub(lambda match: rf"\{match[1]}{{{prefix}", text)
