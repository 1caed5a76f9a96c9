"""Formulas as runs of text at fixed places, for SVG, whose text knows no formulas.

Labels of drawings are symbols and numbers: scripts, signs and parentheses in one line. A fraction is
printed with a slash.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from symbp.mathtree import pieces as lay
from symbp.mathtree.extent import SCRIPT, width
from symbp.mathtree.layout import layout
from symbp.mathtree.nodes import Node
from symbp.mathtree.reading import ACCENTS, reading
from symbp.printing.drawing.shapes import Text
from symbp.wording import Message

WORD_WIDTH = 0.5
LEAN = 0.08  # how far a slanted letter reaches over its width


@dataclass(frozen=True)
class Run:
    """Text at a place relative to the start of the base line."""

    text: str
    x: float
    y: float
    size: float
    italic: bool


def plain(content: Any) -> str:
    """The words of a label or of what is told, in English as long as no language has been chosen; formulas in a line.

    >>> from symbp.wording import say
    >>> plain(say("{a} and {b}", a=("x", ", ", "y"), b="z"))
    'x, y and z'
    """
    if isinstance(content, Message):
        text = content.plural if content.plural and content.count != 1 else content.text
        return text.format(**{name: plain(part) for name, part in content.parts})
    if isinstance(content, tuple):
        return "".join(map(plain, content))
    return reading(content) if isinstance(content, Node) else str(content)


def runs(content: Text, size: float) -> tuple[tuple[Run, ...], float]:
    """The runs of a label and its width, in points."""
    if not isinstance(content, Node):
        words = plain(content)
        return (Run(words, 0.0, 0.0, size, False),), WORD_WIDTH * size * len(words)
    piece = layout(content)
    return tuple(_runs(piece, 0.0, 0.0, size)), width(piece) * size


def _runs(piece: lay.Piece, x: float, y: float, size: float) -> Iterator[Run]:
    if isinstance(piece, lay.Script):
        yield from _script(piece, x, y, size)
        return
    parts = _parts(piece)
    if parts is None:
        yield Run(_text(piece), x + _lead(piece) * size, y, size, _italic(piece))
        return
    for part in parts:
        yield from _runs(part, x, y, size)
        x += width(part) * size


def _script(piece: lay.Script, x: float, y: float, size: float) -> Iterator[Run]:
    yield from _runs(piece.base, x, y, size)
    beside = x + (width(piece.base) + (LEAN if _italic(piece.base) else 0.0)) * size
    if piece.sub:
        yield from _runs(piece.sub, beside, y + 0.24 * size, SCRIPT * size)
    if piece.sup:
        yield from _runs(piece.sup, beside, y - 0.4 * size, SCRIPT * size)


def _parts(piece: lay.Piece) -> tuple[lay.Piece, ...] | None:
    """The pieces that stand side by side in this one; ``None`` for a single run of text."""
    if isinstance(piece, lay.Row):
        return piece.items
    if isinstance(piece, lay.Fence):
        return (lay.Digits(piece.left), piece.body, lay.Digits(piece.right))
    if isinstance(piece, lay.Fraction):
        return (piece.numerator, lay.Sign("/", "plain"), piece.denominator)
    return (piece.body,) if isinstance(piece, lay.Framed | lay.Braced) else None


def _lead(piece: lay.Piece) -> float:
    """The space before a sign, half of what its width counts for both sides."""
    spaced = isinstance(piece, lay.Sign) and piece.kind in ("binary", "relation")
    return 0.23 if spaced and _text(piece) else 0.0


def _italic(piece: lay.Piece) -> bool:
    base = piece.base if isinstance(piece, lay.Accented) else piece
    return isinstance(base, lay.Letters) and base.style == "italic"


def _text(piece: lay.Piece) -> str:
    if isinstance(piece, lay.Accented):
        return _text(piece.base) + ACCENTS[piece.accent]
    text: str = getattr(piece, "text", "")
    return "" if text == lay.INVISIBLE_TIMES else text
