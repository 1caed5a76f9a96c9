"""What the dialects of Markdown share: sentences, tables, lists and code, and where equations are linked to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from symbp.mathtree.lines import inline_width
from symbp.mathtree.nodes import (
    Display,
    Emphasis,
    Gap,
    Hyperlink,
    Inline,
    Mono,
    Node,
    Number,
    Reference,
    Strong,
)
from symbp.mathtree.numbering import anchor
from symbp.printing.document import Alignment, Block, Code, Document, Items, Paragraph, Sentence, Table
from symbp.printing.latex import Tex
from symbp.printing.markdown.mathematics import formula
from symbp.printing.markdown.text import address, code, escaped, guarded, longest_run, stressed
from symbp.wording import english

Printer: TypeAlias = Callable[[Any, "Page"], str]


@dataclass(frozen=True)
class Page:
    """A document on its way to a dialect of Markdown.

    Attributes:
        name: What the anchors of the document begin with: in a book, they are known to all of its pages.
        anchors: The anchor of the display that holds an equation, by the number of the equation.
        printers: How each kind of block is printed.
        tex: How formulas are.
        signs: How some signs of plain text are written, where not with a backslash.
        words: Words of a language that the format prints by itself: "Table", "Figure".
    """

    name: str
    anchors: Mapping[str, str]
    printers: Mapping[str, Printer]
    tex: Tex
    signs: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def block(self, block: Block) -> str:
        return self.printers[block.kind](block, self)

    def blocks(self, blocks: Iterable[Block]) -> str:
        """Blocks with an empty line between them."""
        return "\n\n".join(filter(None, map(self.block, blocks)))

    def inline(self, parts: Sentence) -> str:
        """A sentence of text and formulas."""
        printed = [self._part(part) for part in parts]
        return "".join(_apart(a, b) for a, b in zip(printed, [*printed[1:], ""], strict=False))

    def line(self, parts: Sentence) -> str:
        """A sentence that begins a block."""
        return guarded(self.inline(parts))

    def text(self, text: str) -> str:
        return escaped(text, self.signs)

    def anchor(self, display: Display) -> str:
        """The anchor of a display; empty where it has no number, or another display has the same."""
        numbers = _numbers(display)
        return self.anchors.get(numbers[0], "") if numbers else ""

    def _part(self, part: Inline) -> str:
        if isinstance(part, Reference):
            shown = f"({self.text(part.number)})"
            there = self.anchors.get(part.number)
            return f"[{shown}](#{there})" if there else shown
        if isinstance(part, Node):
            return f"${formula(part, self.tex)}$"
        if isinstance(part, Mono):
            return code(part.text)
        if isinstance(part, Hyperlink):
            return f"[{self.text(part.text)}]({address(part.address)})"
        if isinstance(part, Gap):
            return self.text(part.text)
        if isinstance(part, Emphasis | Strong):
            return stressed(self.text(english(part.text)), STARS[type(part)])
        return self.text(english(part))


def _apart(part: str, after: str) -> str:
    """A formula is no formula for some where a digit follows it."""
    return part + "<!-- -->" if part.endswith("$") and part.startswith("$") and after[:1].isdigit() else part


def anchors(document: Document, name: str) -> dict[str, str]:
    """The anchor of the display that holds each equation: ``relay-eq-7`` for the equations (7), (7.a), (7.b)."""
    found: dict[str, str] = {}
    for display in document.displays():
        numbers = _numbers(display)
        if numbers and numbers[0] not in found:
            there = f"{name}-{anchor(numbers[0])}".replace(".", "-").lower()
            found.update((number, there) for number in numbers if number not in found)
    return found


def _numbers(display: Display) -> list[str]:
    return [number for number in dict.fromkeys((display.number, *display.numbers)) if number]


def paragraph(block: Paragraph, page: Page) -> str:
    return page.line(block.parts)


def items(block: Items, page: Page) -> str:
    marks = (f"{n}. " if block.ordered else "- " for n, _ in enumerate(block.items, 1))
    return "\n".join(f"{mark}{page.line(item)}" for mark, item in zip(marks, block.items, strict=True))


def listing(block: Code, page: Page) -> str:
    return fenced(block.language, block.text.rstrip("\n"))


def fenced(head: str, body: str) -> str:
    """A body between fences that are longer than any in it."""
    fence = "`" * max(3, longest_run(body) + 1)
    return f"{fence}{head}\n{body}\n{fence}"


RULES: dict[Alignment, tuple[str, str]] = {
    "left": (":", "-"),
    "center": (":", ":"),
    "right": ("-", ":"),
    "wrap": (":", "-"),
}


def rows_of(table: Table, page: Page) -> str:
    """The rows of a table between bars; the rule below the header is as long as the columns are wide."""
    widths = [max(3, round(1.6 * max(map(_width, column)))) for column in zip(table.header, *table.rows, strict=True)]
    rule = [
        f"{left}{'-' * min(most, 60)}{right}"
        for (left, right), most in zip((RULES[a] for a in table.alignment), widths, strict=True)
    ]
    lines = [_row(table.header, page), f"| {' | '.join(rule)} |", *(_row(row, page) for row in table.rows)]
    return "\n".join(lines)


def _row(cells: tuple[Sentence, ...], page: Page) -> str:
    return f"| {' | '.join(_cell(cell, page) for cell in cells)} |"


def _cell(cell: Sentence, page: Page) -> str:
    """A cell; a number alone is no formula."""
    if len(cell) == 1 and isinstance(cell[0], Number) and cell[0].rounded.exponent is None:
        return page.text(cell[0].rounded.mantissa.replace("-", "−"))
    return page.inline(cell).strip()


def _width(cell: Sentence) -> float:
    return sum(map(inline_width, cell))


STARS: dict[type, str] = {Emphasis: "*", Strong: "**"}

SHARED: dict[str, Printer] = {"paragraph": paragraph, "items": items, "code": listing}
