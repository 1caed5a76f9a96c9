"""A formula cut into tokens, each with its place in the text, within limits.

Signs of mathematics are read as those of a keyboard: ``·`` and ``×`` as ``*``, ``−`` as ``-``, ``⊙`` and ``∘`` as
``.*``, ``ᵀ`` as ``^T``, ``δ₁`` as ``delta1``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from symbp.errors import Fault, Span, quoted

LONGEST = 2_000
MOST_TOKENS = 800

NUMBER, NAME, DERIVATIVE, SIGN, END = "number", "name", "derivative", "sign", "end"
_WORD = r"[^\W\d_ᵀ²³][^\Wᵀ²³]*"
_TOKEN = re.compile(
    rf"""(?P<blank>\s+)
    |(?P<number>(?:[0-9]+\.[0-9]+|[0-9]+\.(?![*/^T])|\.[0-9]+|[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<derivative>(?:[d∂](?P<of>{_WORD})\s*/\s*[d∂](?P<by>{_WORD})|dL_d(?P<alone>{_WORD})))
    |(?P<transpose>\^\s*\{{?\s*(?:T|⊤|\\top)\b\s*\}}?|\^\s*\(\s*T\s*\)|\.T\b|ᵀ|⊤)
    |(?P<square>[²³])
    |(?P<name>{_WORD})
    |(?P<sign>\*\*|\.\*|\./|\.\^|[-+*/@^()\[\],'’′∘⊙⋅·×−<>=!])""",
    re.VERBOSE,
)
_SIGNS = {
    "**": "^",
    ".^": "^",
    "./": "/",
    "∘": ".*",
    "⊙": ".*",
    "⋅": "*",
    "·": "*",
    "×": "*",
    "−": "-",
    "’": "'",
    "′": "'",
}
_GREEK = {"δ": "delta", "Δ": "Delta", "σ": "sigma", "η": "eta", "γ": "gamma", "β": "beta", "μ": "mu", "φ": "phi"}
_HATS = {"ŷ": "yhat", "Ŷ": "Yhat"}
_INSTEAD = {
    "{": "Write ( and ).",
    "}": "Write ( and ).",
    "\\": "LaTeX is not read: write sigma, delta1, W2^T.",
    "#": "Comments stand outside the formula.",
    "=": "Write the right side alone: what it is the gradient of is said before it.",
    ".": "Write * for a product, and functions without a module's name, such as exp(z1).",
    "Σ": "Write sum[n](...) or sum_n(...).",
    "∑": "Write sum[n](...) or sum_n(...).",
}


@dataclass(frozen=True)
class Token:
    """A piece of a text. ``text`` is what it means: ``^T`` for ``ᵀ``."""

    kind: str
    text: str
    span: Span
    by: str = ""  # of a derivative: what it is by


def tokens(text: str) -> list[Token]:
    """The tokens of a text, and one that says where it ends.

    >>> [token.text for token in tokens("δ₁ * xᵀ")]
    ['delta1', '*', 'x', '^T', '']

    Raises:
        Fault: the text is empty, too long, or has a character that no formula has.
    """
    if not text.strip():
        raise Fault("the formula is empty", "Write one, such as delta1 * x^T.")
    if len(text) > LONGEST:
        raise Fault(f"the formula has {len(text):,} characters; at most {LONGEST:,} are read", "Name a part of it.")
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise _foreign(text, place)
        place = match.end()
        found += _token(match)
    if len(found) > MOST_TOKENS:
        raise Fault(f"the formula has {len(found):,} parts; at most {MOST_TOKENS:,} are read", "Name a part of it.")
    return [*found, Token(END, "", (len(text.rstrip()), len(text.rstrip()) + 1))]


def _token(match: re.Match[str]) -> list[Token]:
    kind, span = match.lastgroup or "", match.span()
    if match["blank"]:
        return []
    if match["derivative"]:
        of, by = ("L", match["alone"]) if match["alone"] else (match["of"], match["by"])
        return [Token(DERIVATIVE, plain_name(of), span, plain_name(by))]
    if match["transpose"]:
        return [Token(SIGN, "^T", span)]
    if match["square"]:
        return [Token(SIGN, "^", span), Token(NUMBER, "2" if match[0] == "²" else "3", span)]
    if match["name"]:
        return [Token(NAME, plain_name(match[0]), span)]
    return [Token(kind, _SIGNS.get(match[0], match[0]), span)]


def plain_name(word: str) -> str:
    """A name in the letters of a keyboard: ``delta1`` for ``δ₁``."""
    spelled = unicodedata.normalize("NFC", word)
    for letter, name in (*_HATS.items(), *_GREEK.items()):
        spelled = spelled.replace(letter, name)
    return unicodedata.normalize("NFKC", spelled)


def _foreign(text: str, place: int) -> Fault:
    character = text[place]
    named = f" ({unicodedata.name(character, 'no character')})" if not character.isascii() else ""
    problem = f"unexpected character {quoted(character)}{named}"
    return Fault(problem, _INSTEAD.get(character, ""), (), text, (place, place + 1))
