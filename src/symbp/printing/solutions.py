"""Solutions at the end of their section, as a reader of paper wants them: a page on a screen hides them instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symbp.printing.document import Block, Document, Remark, Section, Sentence, Solution
from symbp.printing.spelled import catalogue, in_words
from symbp.wording import say

TITLE: Sentence = (say("Solutions"),)


def solutions_last(document: Document) -> Document:
    """The document with the solutions of a section's exercises under a heading of their own behind them."""
    title = in_words(TITLE, catalogue(document.language))
    return replace(document, sections=tuple(s for section in document.sections for s in _parted(section, title)))


def _parted(section: Section, title: Sentence) -> Iterator[Section]:
    """The section without solutions, and a section of these, if there are some."""
    solutions = tuple(found for block in section.blocks for found in _solutions(block))
    if not solutions:
        yield section
        return
    yield replace(section, blocks=tuple(map(_without, section.blocks)))
    yield Section(title, tuple(Remark(_ended(s.title), s.blocks) for s in solutions), level=2)


def _solutions(block: Block) -> Iterator[Solution]:
    if isinstance(block, Remark):
        yield from (inner for inner in block.blocks if isinstance(inner, Solution))


def _without(block: Block) -> Block:
    if not isinstance(block, Remark):
        return block
    return replace(block, blocks=tuple(inner for inner in block.blocks if not isinstance(inner, Solution)))


def _ended(title: Sentence) -> Sentence:
    return (*title, ".")
