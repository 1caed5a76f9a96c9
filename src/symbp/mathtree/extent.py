"""How wide and how tall a formula will be, roughly: for breaking lines and for the size of parentheses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symbp.mathtree import pieces as lay
from symbp.mathtree.signs import PRIMES

SCRIPT = 0.72  # the size of a script, relative to what it is attached to
SPACES = {"binary": 0.45, "relation": 0.56, "prefix": 0.05, "separator": 0.17, "plain": 0.0, "fence": 0.0}
GAPS = {"thin": 1 / 6, "medium": 2 / 9, "thick": 5 / 18, "word": 1 / 3, "quad": 1.0, "wide": 2.0}
WIDE_LETTERS = 0.62
WIDEST_LETTERS = {"m": 0.88, "w": 0.72, "M": 0.97, "W": 0.95}
NARROW_LETTERS = 0.5


def width(piece: lay.Piece) -> float:
    """The width in em of Computer Modern, good to a few percent and rather too wide than too narrow."""
    return WIDTHS[type(piece)](piece)


def height(piece: lay.Piece) -> int:
    """0: a line of text; 1: with superscripts or parentheses in it; 2: taller than that."""
    if isinstance(piece, lay.Fraction | lay.Grid | lay.Braced | lay.Big | lay.Framed | lay.Root):
        return 2
    if isinstance(piece, lay.Script):
        return max(1 if piece.sup and not _is_prime(piece.sup) else 0, height(piece.base))
    inner = max((height(p) for p in _parts(piece)), default=0)
    return max(inner, 1) if isinstance(piece, lay.Fence) else inner


def _is_prime(piece: lay.Piece) -> bool:
    return isinstance(piece, lay.Sign) and piece.text in PRIMES


def _parts(piece: lay.Piece) -> tuple[lay.Piece, ...]:
    if isinstance(piece, lay.Row):
        return piece.items
    return (piece.body,) if isinstance(piece, lay.Fence) else ()


def _optional(piece: lay.Piece | None) -> float:
    return width(piece) if piece else 0.0


def _sign(piece: lay.Sign) -> float:
    if piece.text == lay.INVISIBLE_TIMES:
        return 0.17
    if piece.kind == "fence":
        return 0.39
    own = {"∑": 1.45, "∏": 1.3, ",": 0.28, "·": 0.28, "′": 0.3, "/": 0.5}.get(piece.text, 0.78)
    return own + SPACES[piece.kind]


def _letters(piece: lay.Letters) -> float:
    return sum(WIDEST_LETTERS.get(c, WIDE_LETTERS if c.isupper() else NARROW_LETTERS) for c in piece.text) + 0.02


def _fence(piece: lay.Fence) -> float:
    return width(piece.body) + 2 * (0.39, 0.46, 0.74)[height(piece.body)]


def _grid(piece: lay.Grid) -> float:
    columns = [max(map(width, column)) for column in zip(*piece.rows, strict=True)]
    return sum(columns) + 1.0 * (len(columns) - 1) + 1.2


WIDTHS: dict[type[lay.Piece], Callable[[Any], float]] = {
    lay.Letters: _letters,
    lay.FunctionName: lambda p: NARROW_LETTERS * len(p.text) + 0.1,
    lay.Digits: lambda p: 0.5 * len(p.text) - 0.22 * p.text.count("."),
    lay.Sign: _sign,
    lay.Space: lambda p: 0.0,
    lay.Gap: lambda p: GAPS[p.name],
    lay.Words: lambda p: 0.47 * len(p.text),
    lay.Link: lambda p: 0.5 * len(p.number) + 0.78,
    lay.Row: lambda p: sum(map(width, p.items)),
    lay.Fraction: lambda p: max(width(p.numerator), width(p.denominator)) + 0.24,
    lay.Script: lambda p: width(p.base) + SCRIPT * max(_optional(p.sub), _optional(p.sup)) + 0.06,
    lay.Big: lambda p: max(width(p.operator), SCRIPT * width(p.under), SCRIPT * _optional(p.over)) + 0.17,
    lay.Accented: lambda p: width(p.base),
    lay.Fence: _fence,
    lay.Root: lambda p: width(p.body) + 0.9 + SCRIPT * _optional(p.degree),
    lay.Grid: _grid,
    lay.Framed: lambda p: width(p.body) + 0.7,
    lay.Braced: lambda p: max(width(p.body), SCRIPT * width(p.label)),
}
