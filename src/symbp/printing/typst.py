"""Documents as Typst source: ``templates/notes/notes.typ.j2`` and its filters."""

from __future__ import annotations

from typing import Any

from symbp.mathtree.lines import DisplayRow, rows
from symbp.mathtree.nodes import Display
from symbp.mathtree.numbering import anchor
from symbp.printing.document import Document, numbered
from symbp.printing.drawing import typst_drawing
from symbp.printing.pages import Filters, are_many, filled, whole
from symbp.printing.solutions import solutions_last
from symbp.printing.typst_math import piece_typst, typst_inline, typst_string

PAGE = 40.0  # em


def typst_source(document: Document) -> str:
    """The document as Typst source."""
    filters: Filters = {
        "inline": typst_inline,
        "string": typst_string,
        "code": _typst_code,
        "display": typst_display,
        "cells": lambda row: ", ".join(f"[{typst_inline(cell)}]" for cell in row),
        "columns": lambda alignment: _tuple("42%" if a == "wrap" else "auto" for a in alignment),
        "alignments": lambda alignment: _tuple(f"{ {'wrap': 'left'}.get(a, a) } + horizon" for a in alignment),
        "drawing": typst_drawing,
    }
    return filled("typst", "notes.typ.j2", filters, numbered(solutions_last(document)), contents=are_many(document))


def _tuple(items: Any) -> str:
    return "(" + "".join(f"{item}, " for item in items) + ")"


def typst_display(display: Display) -> str:
    """The display as lines of sides, remark and number, aligned by the template."""
    return f"#lines({typst_string(whole(display))},\n" + "\n".join(map(_typst_row, rows(display, PAGE))) + "\n)"


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
