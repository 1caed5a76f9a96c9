r"""Blocks as HTML whose formulas MathJax sets, as learning platforms take them: no script, no style sheet, no MathML.

The classes are those of Bootstrap, which Moodle and PrairieLearn both come with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from html import escape
from typing import Any

from symbp.mathtree import pieces as lay
from symbp.mathtree.layout import layout
from symbp.mathtree.nodes import Emphasis, Gap, Hyperlink, Inline, Mono, Node, Reference, Strong
from symbp.mathtree.reading import piece_reading
from symbp.mathtree.signs import PRIMES
from symbp.printing.document import (
    Block,
    Code,
    Figure,
    Formula,
    Items,
    Paragraph,
    Remark,
    Sentence,
    Solution,
    Table,
)
from symbp.printing.drawing import Drawing
from symbp.printing.drawing.glyphs import plain
from symbp.printing.latex import slashed
from symbp.printing.markdown.figures import svg_file
from symbp.printing.markdown.mathematics import aligned, formula, mathematics
from symbp.printing.markdown.text import address, printable
from symbp.wording import Message, english

# Signs of plain text that would begin a formula, a place of a template or an embedded answer. Where MathJax reads what
# a browser has made of entities, a sign that opens mathematics stands in an element of its own.
SIGNS = str.maketrans({"{": "&#123;", "}": "&#125;", "$": "<span>&#36;</span>", "\\": "<span>&#92;</span>"})
IN_ATTRIBUTE = str.maketrans({sign: f"&#{ord(sign)};" for sign in "{}$\\"})
# In formulas, two braces are parted, and the entity stands for one that would begin an answer or its place.
OPENED_TWICE = re.compile(r"(?<=\{)(?=\{)")
BEGINS_ANSWER = re.compile(r"\{(?=\d*:|#)")
COLUMNS = {"left": "text-left", "center": "text-center", "right": "text-right", "wrap": "text-left"}
SCROLLS = "overflow-x: auto; overflow-y: hidden"
TABLE = "table table-sm table-bordered w-auto"
ROLE = re.compile(r"\.drawing \.([\w-]+)\{")  # a line of the style of drawings
VARIABLE = re.compile(r"var\([\w-]+,(#\w+)\)")  # a colour that a page may set
TEX = mathematics()


def html_text(text: str) -> str:
    """Plain text, in which neither HTML nor MathJax nor a template finds anything to read.

    >>> html_text("a < b, {{c}}")
    'a &lt; b, &#123;&#123;c&#125;&#125;'
    """
    return escape(text if text.isprintable() else printable(text)).translate(SIGNS)


def html_attribute(text: str) -> str:
    """Plain text between the quotes of an attribute; filters of platforms look for formulas there too."""
    return escape(printable(text)).translate(IN_ATTRIBUTE)


@dataclass(frozen=True)
class Hypertext:
    r"""How a platform takes blocks.

    Attributes:
        inline: What stands before and after a formula within a line: ``\(`` and ``\)``.
        display: The same of a displayed formula.
        picture: The element that shows a drawing.
    """

    inline: tuple[str, str]
    display: tuple[str, str]
    picture: Callable[[Drawing], str]

    def blocks(self, blocks: Iterable[Block]) -> str:
        """Blocks one after the other, each on a line of its own."""
        return "\n".join(map(self.block, blocks))

    def block(self, block: Block) -> str:
        return PRINTERS[block.kind](block, self)

    def sentence(self, parts: Sentence) -> str:
        """A sentence of text and formulas."""
        return "".join(map(self._part, parts))

    def equals(self, part: Inline) -> str:
        """What is asked for and the sign before the place to fill in."""
        if isinstance(part, Node):
            return self._formula(f"{formula(part, TEX)} =", self.inline)
        return f"{self.sentence((part,))} ="

    def displayed(self, tex: str) -> str:
        """A displayed formula, which scrolls where it is wider than the page."""
        return f'<div style="{SCROLLS}">{self._formula(tex, self.display)}</div>'

    def _formula(self, tex: str, marks: tuple[str, str]) -> str:
        opening, closing = marks
        html = escape(OPENED_TWICE.sub(" ", tex), quote=False)
        return f"{opening}{BEGINS_ANSWER.sub('&#123;', html)}{closing}"

    def _part(self, part: Inline) -> str:
        if isinstance(part, Reference):
            return html_text(f"({part.number})")
        if isinstance(part, Node):
            return self._formula(formula(part, TEX), self.inline)
        if isinstance(part, Hyperlink):
            return f'<a href="{html_attribute(address(part.address))}">{html_text(part.text)}</a>'
        if isinstance(part, Mono | Emphasis | Strong):
            name = ELEMENTS[type(part)]
            return f"<{name}>{html_text(english(part.text))}</{name}>"
        return html_text(part.text if isinstance(part, Gap) else english(part))


ELEMENTS: dict[type, str] = {Mono: "code", Emphasis: "em", Strong: "strong"}


def plain_sentence(parts: Sentence) -> str:
    """A sentence as HTML without mathematics, for places in which no MathJax looks.

    >>> from symbp.mathtree import Symbol
    >>> plain_sentence(("not ", Symbol("w", "", (3, 1))))
    'not w<sub>31</sub>'
    """
    return "".join(map(_plain_part, parts))


def _plain_part(part: Inline) -> str:
    if isinstance(part, Node):
        return _plain_formula(layout(slashed(part)))
    return html_text(plain(part if isinstance(part, str | Message) else part.text))


def _plain_formula(piece: lay.Piece) -> str:
    """A formula in a line, raised and lowered where that is possible."""
    if isinstance(piece, lay.Row):
        return "".join(map(_plain_formula, piece.items))
    if isinstance(piece, lay.Script) and not (isinstance(piece.sup, lay.Sign) and piece.sup.text in PRIMES):
        sub = f"<sub>{_plain_formula(piece.sub)}</sub>" if piece.sub else ""
        sup = f"<sup>{_plain_formula(piece.sup)}</sup>" if piece.sup else ""
        return _plain_formula(piece.base) + sub + sup
    return html_text(piece_reading(piece))


def figures(blocks: Iterable[Block]) -> Iterator[tuple[str, bytes]]:
    """The drawings in blocks as files: a name, and SVG."""
    for block in blocks:
        if isinstance(block, Figure):
            yield figure_name(block.drawing), _svg(block.drawing)
        elif isinstance(block, Remark | Solution):
            yield from figures(block.blocks)


def figure_name(drawing: Drawing) -> str:
    """The name of a drawing as a file: the same picture has the same name, whoever is asked about it."""
    return f"figure-{sha256(_svg(drawing)).hexdigest()[:12]}.svg"


@lru_cache(maxsize=64)
def _svg(drawing: Drawing) -> bytes:
    """The drawing as a file, with the colours of what is in it alone: there may be one in each question."""
    text = svg_file(drawing, "figure")
    used = set(re.findall(r'class="([\w-]+)', text))
    kept = [line for line in text.split("\n") if not (found := ROLE.match(line)) or found[1] in used]
    return VARIABLE.sub(r"\1", "\n".join(kept)).encode()


def figure_size(drawing: Drawing) -> int:
    """How wide a drawing is shown, in pixels."""
    return round(drawing.width * 4 / 3)


def _paragraph(block: Paragraph, html: Hypertext) -> str:
    return f"<p>{html.sentence(block.parts)}</p>"


def _formula(block: Formula, html: Hypertext) -> str:
    return "\n".join(map(html.displayed, aligned(block.display, TEX).split("\n\n")))


def _table(block: Table, html: Hypertext) -> str:
    caption = f"<caption>{html.sentence(block.caption)}</caption>\n" if block.caption else ""
    classes = [COLUMNS[kind] for kind in block.alignment]
    head = "".join(
        f'<th scope="col" class="{name}">{html.sentence(cell)}</th>'
        for name, cell in zip(classes, block.header, strict=True)
    )
    body = "\n".join(_row(row, classes, html) for row in block.rows)
    return (
        f'<div class="table-responsive"><table class="{TABLE}">\n{caption}<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def _row(row: tuple[Sentence, ...], classes: list[str], html: Hypertext) -> str:
    cells = (f'<td class="{name}">{html.sentence(cell)}</td>' for name, cell in zip(classes, row, strict=True))
    return f"<tr>{''.join(cells)}</tr>"


def _figure(block: Figure, html: Hypertext) -> str:
    caption = f"\n<figcaption>{html.sentence(block.caption)}</figcaption>" if block.caption else ""
    return f"<figure>{html.picture(block.drawing)}{caption}</figure>"


def _code(block: Code, html: Hypertext) -> str:
    lines = block.text.rstrip("\n").split("\n")
    return f"<pre><code>{chr(10).join(map(html_text, lines))}</code></pre>"


def _items(block: Items, html: Hypertext) -> str:
    name = "ol" if block.ordered else "ul"
    items = "\n".join(f"<li>{html.sentence(item)}</li>" for item in block.items)
    return f"<{name}>\n{items}\n</{name}>"


def _titled(block: Remark | Solution, html: Hypertext) -> str:
    return f"<p><strong>{html.sentence(block.title)}</strong></p>\n{html.blocks(block.blocks)}"


PRINTERS: dict[str, Callable[[Any, Hypertext], str]] = {
    "paragraph": _paragraph,
    "formula": _formula,
    "table": _table,
    "figure": _figure,
    "code": _code,
    "items": _items,
    "remark": _titled,
    "solution": _titled,
}
