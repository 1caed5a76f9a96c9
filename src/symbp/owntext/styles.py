"""Letters in another style: bold, upright, script, double-struck; letters that stand upright are one word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, TypeAlias

from symbp.mathtree.pieces import Accented, Digits, Letters, Piece, Row, Script

LetterStyle: TypeAlias = Literal["italic", "bold", "upright", "script", "double"]


def styled(piece: Piece, style: LetterStyle) -> Piece:
    """The piece with its letters, those of its scripts and accents too, in a style; signs stay as they are."""
    if isinstance(piece, Letters):
        return replace(piece, style=style)
    if isinstance(piece, Digits):
        return Letters(piece.text, "bold") if style == "bold" and piece.text.isdigit() else piece
    if isinstance(piece, Row):
        items = tuple(_words(styled(item, style) for item in piece.items))
        return items[0] if len(items) == 1 else Row(items)
    if isinstance(piece, Script):
        sub, sup = (styled(s, style) if s else None for s in (piece.sub, piece.sup))
        return Script(styled(piece.base, style), sub, sup)
    return replace(piece, base=styled(piece.base, style)) if isinstance(piece, Accented) else piece


def letters_of(piece: Piece) -> Iterator[str]:
    """The letters and digits that a style applies to."""
    if isinstance(piece, Letters | Digits):
        yield piece.text
    elif isinstance(piece, Row):
        for item in piece.items:
            yield from letters_of(item)
    elif isinstance(piece, Script | Accented):
        yield from letters_of(piece.base)


def _words(items: Iterator[Piece]) -> list[Piece]:
    """The items, with upright letters and digits that follow one another as one word."""
    out: list[Piece] = []
    for item in items:
        last = out[-1] if out else None
        if isinstance(last, Letters) and last.style == "upright" and _joins(item):
            out[-1] = replace(last, text=last.text + item.text)  # type: ignore[attr-defined]
        else:
            out.append(item)
    return out


def _joins(item: Piece) -> bool:
    upright = isinstance(item, Letters) and item.style == "upright"
    return (upright or isinstance(item, Digits)) and item.text.isascii() and item.text.isalnum()  # type: ignore[attr-defined]
