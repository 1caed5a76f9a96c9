"""Documents as LaTeX: ``templates/notes/article.tex.j2`` and its filters."""

from __future__ import annotations

from symbp.mathtree.nodes import Display
from symbp.mathtree.reading import piece_reading
from symbp.printing.document import Alignment, Code, Document, Items, Sentence, numbered
from symbp.printing.drawing import tikz, tikz_colours
from symbp.printing.latex import latex_bookmark, latex_display, latex_inline, latex_text
from symbp.printing.pages import Filters, are_many, filled, whole
from symbp.printing.solutions import solutions_last


def tex_source(document: Document) -> str:
    """The document as a LaTeX article that needs nothing beyond TeX Live's recommended packages and pictures."""
    contents = are_many(document)
    tight = any(isinstance(block, Items) and block.tight for block in document.blocks())
    told = numbered(solutions_last(document))
    return filled("tex", "article.tex.j2", FILTERS, told, colours=tikz_colours(), contents=contents, tight=tight)


def _tex_display(display: Display) -> str:
    """The display as a paragraph of its own; without ``noindent`` an empty line would stand above it."""
    return display_name(display) + "\\keephere\\noindent%\n" + latex_display(display)


def display_name(display: Display) -> str:
    """The name of a display whose lines have names of their own."""
    return rf"\symbpname{{{whole(display)}}}{{{latex_text(display.number)}}}" if whole(display) else ""


CODE_LINES = 4  # at the beginning and at the end of a listing, that no page break parts

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


def _tex_code(code: Code) -> str:
    """Lines of code with their numbers: every space counts, and a long line is broken rather than cut.

    No page ends with the first few lines alone, and none begins with the last few.
    """
    lines = code.text.rstrip("\n").split("\n")
    printed = [_tex_code_line(line, code.first + place if code.first else 0) for place, line in enumerate(lines)]
    together = {*range(CODE_LINES - 1), *range(len(lines) - CODE_LINES, len(lines) - 1)}
    return "\n".join(f"{line}\\nobreak" if place in together else line for place, line in enumerate(printed))


def _tex_code_line(line: str, number: int) -> str:
    stripped = line.lstrip(" ")
    indent = 0.525 * (len(line) - len(stripped))  # em of a typewriter letter
    text = latex_text(stripped).replace(" ", "\\ ").replace("'", r"\textquotesingle{}")
    return rf"\symbpcode{{{number or ''}}}{{{indent:.3f}}}{{{text or '~'}}}"


FILTERS: Filters = {
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
