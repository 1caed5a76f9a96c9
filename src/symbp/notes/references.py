"""References that lead somewhere: to an equation's own display, or to the form of it that the page has."""

from __future__ import annotations

from dataclasses import replace

from symbp import mathtree as m
from symbp.mathtree import Inline
from symbp.printing.document import Block, Document, Items, Paragraph, Remark, Sentence, Solution, Table

FORMS = ("I", "M", "V")  # index, matrix and vector form


def resolved(document: Document) -> Document:
    """The document with each reference to an equation that is shown only in another form led there."""
    known = {n for d in document.displays() for n in (d.number, *d.numbers) if n}
    return replace(
        document,
        sections=tuple(replace(s, blocks=tuple(_block(b, known) for b in s.blocks)) for s in document.sections),
    )


def _block(block: Block, known: set[str]) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, parts=_sentence(block.parts, known))
    if isinstance(block, Table):
        return replace(block, rows=tuple(tuple(_sentence(cell, known) for cell in row) for row in block.rows))
    if isinstance(block, Items):
        return replace(block, items=tuple(_sentence(item, known) for item in block.items))
    if isinstance(block, Remark | Solution):
        return replace(block, blocks=tuple(_block(b, known) for b in block.blocks))
    return block


def _sentence(parts: Sentence, known: set[str]) -> Sentence:
    return tuple(_reference(p, known) if isinstance(p, m.Reference) else p for p in parts)


def _reference(reference: m.Reference, known: set[str]) -> Inline:
    """The reference itself, one to another form of its equation, or its bare number."""
    forms = (reference.number, *(f"{reference.number}.{form}" for form in FORMS))
    shown = next((number for number in forms if number in known), None)
    return f"({reference.number})" if shown is None else replace(reference, number=shown)
