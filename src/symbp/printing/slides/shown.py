"""Slides as values: what stands on each, and what is said to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from symbp.mathtree.lines import DisplayRow
from symbp.mathtree.nodes import Node
from symbp.printing.document import Code, Figure, Items, Paragraph, Sentence, Table


@dataclass(frozen=True)
class Steps:
    """Rows of a display that are shown one line after the other.

    Attributes:
        name, number: The anchor and the number of a display of several lines, where it begins.
    """

    kind: ClassVar[str] = "steps"
    rows: tuple[DisplayRow, ...]
    name: str = ""
    number: str = ""

    @property
    def lines(self) -> tuple[tuple[DisplayRow, ...], ...]:
        """The rows of each line, which appear together."""
        out: list[list[DisplayRow]] = []
        for row in self.rows:
            if row.relation or not out:
                out.append([])
            out[-1].append(row)
        return tuple(map(tuple, out))


@dataclass(frozen=True)
class Picture:
    """A figure with the em of height that a slide has left for it."""

    kind: ClassVar[str] = "picture"
    figure: Figure
    room: float


@dataclass(frozen=True)
class Grid:
    """Rows of a table with the em of height that a slide has left for them."""

    kind: ClassVar[str] = "grid"
    table: Table
    room: float


SlideBlock: TypeAlias = Paragraph | Items | Steps | Grid | Picture | Code


@dataclass(frozen=True)
class Slide:
    """One slide.

    Attributes:
        title: The title of its section.
        about: The quantities that it is about, for its heading.
        spoken: The paragraphs whose gist it shows.
        section: The title of the section that begins with it, if one does.
        continues: That it goes on with what the slide before it is about.
    """

    title: Sentence
    blocks: tuple[SlideBlock, ...]
    about: tuple[Node, ...] = ()
    spoken: tuple[Sentence, ...] = ()
    section: Sentence = ()
    continues: bool = False
