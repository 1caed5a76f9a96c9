"""Formula trees as Typst's mathematics; the template defines ``boxed`` and ``eqref``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symbp.mathtree import pieces as lay
from symbp.mathtree.layout import layout
from symbp.mathtree.nodes import Emphasis, Gap, Hyperlink, Inline, Mono, Node, Strong
from symbp.mathtree.numbering import anchor
from symbp.mathtree.signs import PRIMES
from symbp.printing.latex import slashed
from symbp.wording import english

ACCENTS = {"hat": "hat", "bar": "macron", "tilde": "tilde", "dot": "dot", "vec": "arrow", "overline": "overline"}
STYLES = {"bold": "bold", "script": "cal", "upright": "upright", "double": "bb"}
SIGNS = {
    **{char: f"\\{char}" for char in "()[]{}⟨⟩⌊⌋⌈⌉|;:.,!/"},
    "·": "⋅", lay.INVISIBLE_TIMES: "thin", lay.APPLICATION: "", ":=": "≔", "∑": "sum", "∏": "product", "∫": "integral",
}  # fmt: skip
GAPS = {"thin": "thin", "medium": "med", "thick": "thick", "word": "space", "quad": "quad", "wide": "wide"}


def typst_math(node: Node) -> str:
    """The formula in Typst's mathematics, without the dollar signs.

    >>> from symbp.mathtree import Partial, Symbol
    >>> typst_math(Partial(Symbol("L"), Symbol("w", "(1)", (1, 2))))
    'frac(∂ L, ∂ w_(1 2)^(( 1 )))'
    """
    return piece_typst(layout(node))


def typst_string(text: str) -> str:
    r"""Any text as a string literal of Typst.

    >>> print(typst_string('a "b" \\c'))
    "a \"b\" \\c"
    """
    clean = "".join(c if c.isprintable() else " " for c in text)
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'


def typst_text(text: str) -> str:
    """Plain text in Typst's markup: a string, so that nothing in it is markup."""
    return f"#{typst_string(text)};" if text else ""


def typst_inline(parts: tuple[Inline, ...]) -> str:
    """A sentence of text and formulas."""
    return "".join(map(_inline, parts))


def _inline(part: Inline) -> str:
    if isinstance(part, Node):
        return f"${typst_math(slashed(part))}$"
    if isinstance(part, Mono):
        return f"#raw({typst_string(part.text)});"
    if isinstance(part, Hyperlink):
        return f"#link({typst_string(part.address)})[{typst_text(part.text)}]"
    if isinstance(part, Gap):
        return f"#box(width: {part.letters / 2:g}em, stroke: (bottom: 0.4pt), outset: (bottom: 3pt));"
    if isinstance(part, Emphasis | Strong):
        return f"#{STRESSED[type(part)]}({typst_string(english(part.text))});"
    return typst_text(english(part))


STRESSED = {Emphasis: "emph", Strong: "strong"}


def piece_typst(piece: lay.Piece) -> str:
    """A piece of layout in Typst's mathematics."""
    return TYPST[type(piece)](piece)


_typ = piece_typst


def _letters(piece: lay.Letters) -> str:
    text = piece.text if len(piece.text) == 1 and piece.text.isalpha() else typst_string(piece.text)
    if piece.text in ("∂", "∇"):
        return piece.text
    return text if piece.style == "italic" else f"{STYLES[piece.style]}({text})"


def _sign(piece: lay.Sign) -> str:
    text = SIGNS.get(piece.text, piece.text)
    return f"{text} " if piece.kind == "prefix" else text


def _script(piece: lay.Script) -> str:
    base = _typ(piece.base)
    if isinstance(piece.sup, lay.Sign) and piece.sup.text in PRIMES:
        return base + "'" * PRIMES[piece.sup.text] + (f"_({_typ(piece.sub)})" if piece.sub else "")
    if isinstance(piece.base, lay.Script | lay.Row):
        base = f"attach({base}"
        subs = f", b: {_typ(piece.sub)}" if piece.sub else ""
        return base + subs + (f", t: {_typ(piece.sup)})" if piece.sup else ")")
    sub = f"_({_typ(piece.sub)})" if piece.sub else ""
    return base + sub + (f"^({_typ(piece.sup)})" if piece.sup else "")


def _big(piece: lay.Big) -> str:
    over = f"^({_typ(piece.over)})" if piece.over else ""
    operator = _typ(piece.operator).strip()
    if isinstance(piece.operator, lay.FunctionName):  # "max" with what it runs over below it
        operator = f"op({typst_string(piece.operator.text)}, limits: #true)"
    return f"{operator}_({_typ(piece.under)}){over}"


FENCES = {"()": "( {} )", "[]": "[ {} ]", "||": "abs({})", "‖‖": "norm({})"}


def _fence(piece: lay.Fence) -> str:
    sides = piece.left + piece.right
    if sides in FENCES:
        return FENCES[sides].format(_typ(piece.body))
    left, right = (SIGNS.get(side, side) for side in (piece.left, piece.right))
    return f"lr({left} {_typ(piece.body)} {right})"


DELIMITERS = {"[]": '"["', "()": '"("', "{}": '"{"', "||": '"|"', "‖‖": '"‖"', "": "#none"}


def _grid(piece: lay.Grid) -> str:
    if piece.left == "{" and not piece.right:
        return "cases(" + ", ".join(" & quad ".join(map(_typ, row)) for row in piece.rows) + ")"
    rows = "; ".join(", ".join(map(_typ, row)) for row in piece.rows)
    return f"mat(delim: {DELIMITERS[piece.left + piece.right]}, {rows})"


TYPST: dict[type[lay.Piece], Callable[[Any], str]] = {
    lay.Letters: _letters,
    lay.FunctionName: lambda p: f"op({typst_string(p.text)})" if p.text.isascii() else p.text,
    lay.Digits: lambda p: p.text,
    lay.Sign: _sign,
    lay.Space: lambda p: '""',
    lay.Gap: lambda p: GAPS[p.name],
    lay.Words: lambda p: typst_string(p.text),
    lay.Link: lambda p: f"#eqref({typst_string(p.number)}, {typst_string(anchor(p.number))})",
    lay.Row: lambda p: " ".join(map(_typ, p.items)),
    lay.Fraction: lambda p: f"frac({_typ(p.numerator)}, {_typ(p.denominator)})",
    lay.Script: _script,
    lay.Big: _big,
    lay.Accented: lambda p: f"{ACCENTS[p.accent]}({_typ(p.base)})",
    lay.Fence: _fence,
    lay.Root: lambda p: f"root({_typ(p.degree)}, {_typ(p.body)})" if p.degree else f"sqrt({_typ(p.body)})",
    lay.Grid: _grid,
    lay.Framed: lambda p: f"boxed({_typ(p.body)})",
    lay.Braced: lambda p: f"underbrace({_typ(p.body)}, {_typ(p.label)})",
}
