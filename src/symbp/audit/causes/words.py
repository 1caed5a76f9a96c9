"""What the table of mistakes says, as plain text: ``z2`` for the symbol z with a 2, ``dL/da1`` for a derivative."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize

from symbp import mathtree as m
from symbp.mathtree.nodes import Partial
from symbp.mathtree.reading import reading
from symbp.wording import Message

ACCENTS = {"hat": "hat", "tilde": "_tilde", "bar": "_bar", "": ""}


def plain(words: Any) -> str:
    """A message, or what stands at one of its places, as it is typed."""
    if isinstance(words, Message):
        text = words.plural if words.plural and words.count != 1 else words.text
        return text.format(**{name: plain(part) for name, part in words.parts})
    if isinstance(words, tuple):
        return "".join(map(plain, words))
    if isinstance(words, m.Symbol):
        return _symbol(words)
    if isinstance(words, Partial):
        return f"d{plain(words.of)}/d{plain(words.wrt)}"
    return words if isinstance(words, str) else normalize("NFC", reading(words))


def _symbol(symbol: m.Symbol) -> str:
    stem = symbol.base + ACCENTS[symbol.accent] + plain(symbol.sup).strip("()").replace("′", "'")
    places = ",".join(str(p) if isinstance(p, int) else plain(p) for p in symbol.sub)
    return f"{stem}[{places}]" if places else stem


def as_clause(text: str) -> str:
    """A sentence as part of another one."""
    return text.strip().rstrip(".")
