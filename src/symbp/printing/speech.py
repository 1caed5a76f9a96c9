"""Formulas as they are said aloud, in the language of a page: for those who hear it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

from symbp.mathtree import pieces as lay
from symbp.mathtree.signs import PRIMES
from symbp.printing.pages import in_language
from symbp.wording import Message, say

Words: TypeAlias = Mapping[str, str]


# Each place is filled for each formula.
PHRASES: dict[str, Message] = {
    # Translators: from here on, how formulas are read aloud.
    "derivative": say("the derivative of {of} by {by}", of="{of}", by="{by}"),
    "over": say("{above} over {below}", above="{above}", below="{below}"),
    "sub": say("{base} sub {sub}", base="{base}", sub="{sub}"),
    "sup": say("{base} superscript {sup}", base="{base}", sup="{sup}"),
    "power": say("{base} to the power {sup}", base="{base}", sup="{sup}"),
    "squared": say("{base} squared", base="{base}"),
    "⊤": say("{base} transposed", base="{base}"),
    "′": say("{base} prime", base="{base}"),
    "″": say("{base} double prime", base="{base}"),
    "‴": say("{base} triple prime", base="{base}"),
    "hat": say("{base} hat", base="{base}"),
    "bar": say("{base} bar", base="{base}"),
    "tilde": say("{base} tilde", base="{base}"),
    "dot": say("{base} dot", base="{base}"),
    "vec": say("vector {base}", base="{base}"),
    "overline": say("{base} with a line above", base="{base}"),
    "of": say("{function} of {argument}", function="{function}", argument="{argument}"),
    "∑": say("the sum over {under} of", under="{under}"),
    "∏": say("the product over {under} of", under="{under}"),
    "to": say("{under} to {over}", under="{under}", over="{over}"),
    "big": say("{operator} over {under} of", operator="{operator}", under="{under}"),
    "root": say("the root of {body}", body="{body}"),
    "degree": say("the root of degree {degree} of {body}", degree="{degree}", body="{body}"),
    "matrix": say("the matrix with the rows {rows}", rows="{rows}"),
    "row": say("the row {row}", row="{row}"),
    "cases": say("by cases: {rows}", rows="{rows}"),
    "brace": say("{body}, which is {label},", body="{body}", label="{label}"),
    # Translators: said between two formulas, as a screen reader reads them.
    "·": say("times"),
    "⊙": say("times, entry by entry,"),
    "−": say("minus"),
    "+": say("plus"),
    "/": say("divided by"),
}
SAME = {lay.INVISIBLE_TIMES: "·", "×": "·", "⋅": "·"}
DIFFERENTIAL = lay.Letters("∂", "upright")


@cache
def speaker(language: str) -> Callable[[lay.Piece], str]:
    """What says a piece of layout in a language.

    >>> from symbp.mathtree import Partial, Product, Symbol
    >>> from symbp.mathtree.layout import layout
    >>> speaker("en")(layout(Product((Partial(Symbol("L"), Symbol("w", "", (3, 1))), Symbol("x", "(2)")))))
    'the derivative of L by w sub 3 1 times x superscript 2'
    """
    words = in_language(PHRASES, language)
    return lambda piece: _said(piece, words)


def _said(piece: lay.Piece, words: Words) -> str:
    return SAID[type(piece)](piece, words)


def _row(piece: lay.Row, words: Words) -> str:
    return " ".join(filter(None, _parts(piece, words)))


def _parts(piece: lay.Row, words: Words) -> Iterator[str]:
    items = list(piece.items)
    while items:
        item, *rest = items
        slashed = _derivative(item, rest[1]) if len(rest) > 1 and rest[0] == lay.Sign("/", "plain") else None
        if slashed is not None:
            yield _by(slashed, words)
            items = rest[2:]
        elif _is_function(item) and rest and isinstance(rest[0], lay.Fence) and rest[0].left == "(":
            body = rest[0].body
            argument = _said(rest[0] if isinstance(body, lay.Row) else body, words)
            yield words["of"].format(function=_said(item, words), argument=argument)
            items = rest[1:]
        else:
            yield _said(item, words)
            items = rest


def _is_function(piece: lay.Piece) -> bool:
    return isinstance(piece, lay.FunctionName) or (isinstance(piece, lay.Script) and _is_function(piece.base))


def _derivative(above: lay.Piece, below: lay.Piece) -> tuple[lay.Piece, lay.Piece] | None:
    """Of what, and by what, if two pieces are differentials."""
    both = [p.items[1] for p in (above, below) if isinstance(p, lay.Row) and p.items[:-1] == (DIFFERENTIAL,)]
    return (both[0], both[1]) if len(both) == 2 else None


def _by(derivative: tuple[lay.Piece, lay.Piece], words: Words) -> str:
    of, by = (_said(piece, words) for piece in derivative)
    return words["derivative"].format(of=of, by=by)


def _fraction(piece: lay.Fraction, words: Words) -> str:
    derivative = _derivative(piece.numerator, piece.denominator)
    if derivative is not None:
        return _by(derivative, words)
    return words["over"].format(above=_grouped(piece.numerator, words), below=_grouped(piece.denominator, words))


def _grouped(piece: lay.Piece, words: Words) -> str:
    """In parentheses, where nobody would hear where it ends."""
    text = _said(piece, words)
    return f"({text})" if isinstance(piece, lay.Row | lay.Fraction) else text


def _script(piece: lay.Script, words: Words) -> str:
    text = _said(piece.base, words)
    if piece.sub is not None:
        text = words["sub"].format(base=text, sub=_said(piece.sub, words))
    return text if piece.sup is None else _raised(text, piece.sup, words)


def _raised(text: str, sup: lay.Piece, words: Words) -> str:
    if isinstance(sup, lay.Sign) and sup.text in ("⊤", *PRIMES):
        return words[sup.text].format(base=text)
    if sup == lay.Digits("2"):
        return words["squared"].format(base=text)
    if isinstance(sup, lay.Fence):  # the number of a layer
        return words["sup"].format(base=text, sup=_said(sup.body, words))
    if isinstance(sup, lay.Letters) and sup.style == "upright" and len(sup.text) > 1:  # a name
        return words["sup"].format(base=text, sup=sup.text)
    return words["power"].format(base=text, sup=_grouped(sup, words))


def _big(piece: lay.Big, words: Words) -> str:
    under = _said(piece.under, words)
    if piece.over is not None:
        under = words["to"].format(under=under, over=_said(piece.over, words))
    operator = piece.operator.text if isinstance(piece.operator, lay.Sign) else ""
    phrase = words.get(operator, words["big"])
    return phrase.format(operator=_said(piece.operator, words), under=under)


def _grid(piece: lay.Grid, words: Words) -> str:
    rows = [", ".join(_said(cell, words) for cell in row) for row in piece.rows]
    if piece.left == "{" and not piece.right:
        return words["cases"].format(rows="; ".join(rows))
    return words["row"].format(row=rows[0]) if len(rows) == 1 else words["matrix"].format(rows="; ".join(rows))


def _root(piece: lay.Root, words: Words) -> str:
    body = _grouped(piece.body, words)
    if piece.degree is None:
        return words["root"].format(body=body)
    return words["degree"].format(degree=_said(piece.degree, words), body=body)


def _sign(piece: lay.Sign, words: Words) -> str:
    if piece.text == lay.APPLICATION:
        return ""
    return words.get(SAME.get(piece.text, piece.text), piece.text) if piece.kind in ("binary", "prefix") else piece.text


def _brace(piece: lay.Braced, words: Words) -> str:
    return words["brace"].format(body=_said(piece.body, words), label=_said(piece.label, words))


SAID: dict[type[lay.Piece], Callable[[Any, Words], str]] = {
    lay.Letters: lambda p, _: p.text,
    lay.FunctionName: lambda p, _: p.text,
    lay.Digits: lambda p, _: p.text,
    lay.Sign: _sign,
    lay.Space: lambda p, _: "",
    lay.Gap: lambda p, _: "",
    lay.Words: lambda p, _: p.text.strip(),
    lay.Link: lambda p, _: f"({p.number})",
    lay.Row: _row,
    lay.Fraction: _fraction,
    lay.Script: _script,
    lay.Big: _big,
    lay.Accented: lambda p, words: words[p.accent].format(base=_said(p.base, words)),
    lay.Fence: lambda p, words: f"{p.left}{_said(p.body, words)}{p.right}",
    lay.Root: _root,
    lay.Grid: _grid,
    lay.Framed: lambda p, words: _said(p.body, words),
    lay.Braced: _brace,
}
