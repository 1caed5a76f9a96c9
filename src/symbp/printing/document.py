"""A document: sections of blocks, whose text is plain text and formula trees. Escaping is the printers' work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Literal, TypeAlias

from symbp.mathtree.nodes import Display, Inline
from symbp.printing.drawing import Drawing
from symbp.wording import Message

Alignment: TypeAlias = Literal["left", "center", "right", "wrap"]
Sentence: TypeAlias = tuple[Inline, ...]


@dataclass(frozen=True)
class Paragraph:
    kind: ClassVar[str] = "paragraph"
    parts: Sentence


@dataclass(frozen=True)
class Fold:
    """Lines of a display that a page on a screen folds away: the result stays in sight and opens what it follows from.

    What is printed line after line prints them as they are.

    Attributes:
        first: The first of the lines, counted from 0: the chain rule with its factors.
        proof: The line with which the proof begins, a level below; ``stop`` where there is no such level.
        stop: The line after the last one, which ends in the result.
        shown: How many levels below the result are in sight at first.
    """

    first: int
    proof: int
    stop: int
    shown: Literal[0, 1, 2] = 0


@dataclass(frozen=True)
class Formula:
    """A display as a block; of a derivation, ``folds`` says which of its lines are told in levels, in order."""

    kind: ClassVar[str] = "formula"
    display: Display
    folds: tuple[Fold, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table with a caption. ``number`` is given when the document is numbered.

    ``alignment`` has one entry a column; a ``wrap`` column breaks its text.
    """

    kind: ClassVar[str] = "table"
    caption: Sentence
    header: tuple[Sentence, ...]
    rows: tuple[tuple[Sentence, ...], ...]
    alignment: tuple[Alignment, ...]
    number: int = 0


@dataclass(frozen=True)
class Figure:
    kind: ClassVar[str] = "figure"
    drawing: Drawing
    caption: Sentence
    number: int = 0


@dataclass(frozen=True)
class Code:
    """Lines of code; ``first`` is the number of the first of them, 0 where nobody counts them."""

    kind: ClassVar[str] = "code"
    text: str
    language: str = "python"
    first: int = 0


@dataclass(frozen=True)
class Items:
    """Items of a list; a ``tight`` one has no room around it."""

    kind: ClassVar[str] = "items"
    items: tuple[Sentence, ...]
    ordered: bool = False
    tight: bool = False


@dataclass(frozen=True)
class Remark:
    """Blocks set apart under a title: a remark, an exercise. No page ends within one that is ``whole``."""

    kind: ClassVar[str] = "remark"
    title: Sentence
    blocks: tuple[Block, ...]
    whole: bool = False


@dataclass(frozen=True)
class Solution:
    """Blocks that a page hides until they are asked for."""

    kind: ClassVar[str] = "solution"
    title: Sentence
    blocks: tuple[Block, ...]


Block: TypeAlias = Paragraph | Formula | Table | Figure | Code | Items | Remark | Solution


@dataclass(frozen=True)
class Section:
    """A section; ``level`` 1 is numbered and listed, 2 is a heading within it.

    Attributes:
        key: The name by which it is chosen and linked to; a heading within a section may have none.
    """

    title: Sentence
    blocks: tuple[Block, ...]
    level: Literal[1, 2] = 1
    key: str = ""


@dataclass(frozen=True)
class Cell:
    """Code that a notebook runs.

    Attributes:
        about: What is said before it.
        key: The section after which it stands; before all sections where it has none.
        gives: What it computes: the name that numbers have it by (``Number.of``), and an expression of the code.
    """

    text: str
    about: Sentence = ()
    key: str = ""
    gives: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Document:
    """A document.

    Attributes:
        cells: The code that computes the numbers of the document, for formats that can run it.
        module: The text of the module that this code is a part of, or whose functions it calls.
    """

    title: str
    sections: tuple[Section, ...]
    subtitle: str | Message = ""
    language: str = "en"
    cells: tuple[Cell, ...] = ()
    module: str = ""

    def blocks(self) -> Iterator[Block]:
        """All blocks in order, those inside remarks included."""
        for section in self.sections:
            for block in section.blocks:
                yield from _within(block)

    def displays(self) -> Iterator[Display]:
        """All displayed formulas in order."""
        return (block.display for block in self.blocks() if isinstance(block, Formula))


def _within(block: Block) -> Iterator[Block]:
    yield block
    if isinstance(block, Remark | Solution):
        for inner in block.blocks:
            yield from _within(inner)


def numbered(document: Document) -> Document:
    """The document with its tables and figures numbered in order, each kind from 1."""
    counts = {"table": 0, "figure": 0}

    def change(block: Block) -> Block:
        if isinstance(block, Table | Figure):
            counts[block.kind] += 1
            return replace(block, number=counts[block.kind])
        if isinstance(block, Remark | Solution):
            return replace(block, blocks=tuple(map(change, block.blocks)))
        return block

    return replace(
        document,
        sections=tuple(replace(s, blocks=tuple(map(change, s.blocks))) for s in document.sections),
    )
