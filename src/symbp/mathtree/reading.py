"""A formula as one line of plain text: for messages, for alternative texts, for search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symbp.mathtree import pieces as lay
from symbp.mathtree.layout import layout
from symbp.mathtree.nodes import Line, Node
from symbp.mathtree.signs import PRIMES

ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "vec": "\u20d7", "overline": "\u0305"}
UNSEEN = {lay.INVISIBLE_TIMES: "·", lay.APPLICATION: " "}
SPACED = {"binary": " {} ", "relation": " {} ", "prefix": "{}", "separator": "{}", "plain": "{}", "fence": "{}"}


def reading(node: Node) -> str:
    """The formula as plain text, with every multiplication and every parenthesis in sight.

    >>> from symbp.mathtree.nodes import Apply, Number, Partial, Power, Product, Sum, Negative, Symbol
    >>> reading(Product((Partial(Symbol("L"), Symbol("w", "", (3, 1))), Sum((Number(1), Negative(Symbol("a")))))))
    '∂L/∂w_31 · (1 − a)'
    """
    return _read(layout(node))


def line_reading(line: Line) -> str:
    """One displayed line as plain text."""
    left = reading(line.left) + " " if line.left else ""
    return f"{left}{line.relation} {reading(line.right)}".strip()


def piece_reading(part: object) -> str:
    """A piece of layout, or a part of a sentence, as plain text."""
    if isinstance(part, lay.Piece):
        return _read(part)
    if isinstance(part, Node):
        return reading(part)
    return part if isinstance(part, str) else str(getattr(part, "text", ""))


def _read(piece: lay.Piece) -> str:
    return READINGS[type(piece)](piece)


def _grouped(piece: lay.Piece) -> str:
    """In parentheses, if the reading would fall apart without them."""
    text = _read(piece)
    return f"({text})" if isinstance(piece, lay.Row | lay.Fraction | lay.Braced) and not _is_partial(piece) else text


def _is_partial(piece: lay.Piece) -> bool:
    return isinstance(piece, lay.Row) and piece.items[0] == lay.Letters("∂", "upright") and len(piece.items) == 2


def _sign(piece: lay.Sign) -> str:
    text = UNSEEN.get(piece.text, piece.text)
    return SPACED[piece.kind].format(text)


def _script(piece: lay.Script) -> str:
    base = _read(piece.base)
    if isinstance(piece.sup, lay.Sign) and piece.sup.text in ("⊤", *PRIMES):
        base += _read(piece.sup)
    else:
        base += f"^{_superscript(piece.sup)}" if piece.sup else ""
    return base + (f"_{_subscript(piece.sub)}" if piece.sub else "")


def _subscript(piece: lay.Piece) -> str:
    text = _read(piece)
    return text if text.isalnum() else f"{{{text}}}"


def _superscript(piece: lay.Piece) -> str:
    return _grouped(piece)


def _big(piece: lay.Big) -> str:
    over = f"..{_read(piece.over)}" if piece.over else ""
    return f"{_read(piece.operator)}[{_read(piece.under).replace(' = ', '=')}{over}] "


def _accented(piece: lay.Accented) -> str:
    return _read(piece.base) + ACCENTS[piece.accent]


def _grid(piece: lay.Grid) -> str:
    rows = "; ".join(", ".join(map(_read, row)) for row in piece.rows)
    return f"{piece.left}{rows}{piece.right or ('}' if piece.left else '')}"


READINGS: dict[type[lay.Piece], Callable[[Any], str]] = {
    lay.Letters: lambda p: p.text,
    lay.FunctionName: lambda p: p.text,
    lay.Digits: lambda p: p.text,
    lay.Sign: _sign,
    lay.Space: lambda p: "",
    lay.Gap: lambda p: " ",
    lay.Words: lambda p: p.text,
    lay.Link: lambda p: f"({p.number})",
    lay.Row: lambda p: "".join(map(_read, p.items)),
    lay.Fraction: lambda p: f"{_grouped(p.numerator)}/{_grouped(p.denominator)}",
    lay.Script: _script,
    lay.Big: _big,
    lay.Accented: _accented,
    lay.Fence: lambda p: f"{p.left}{_read(p.body)}{p.right}",
    lay.Root: lambda p: f"{_read(p.degree) if p.degree else ''}√({_read(p.body)})",
    lay.Grid: _grid,
    lay.Framed: lambda p: _read(p.body),
    lay.Braced: lambda p: _read(p.body),
}
