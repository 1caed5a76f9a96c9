"""Formula trees as MathML Core, which browsers print by themselves: no attribute that they do not know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any

from symbp.mathtree import pieces as lay
from symbp.mathtree.extent import height
from symbp.mathtree.layout import layout
from symbp.mathtree.nodes import Emphasis, Gap, Hyperlink, Inline, Mono, Node, Reference, Strong
from symbp.mathtree.numbering import anchor
from symbp.mathtree.reading import piece_reading, reading
from symbp.mathtree.signs import PRIMES
from symbp.printing.latex import slashed
from symbp.wording import english

ACCENTS = {"hat": "ˆ", "bar": "¯", "tilde": "˜", "dot": "˙", "vec": "→", "overline": "¯"}
GAPS = {"thin": "0.167em", "medium": "0.222em", "thick": "0.278em", "word": "0.333em", "quad": "1em", "wide": "2em"}
SPACE = '<mo lspace="0.08em" rspace="0.08em">&#x2062;</mo>'
FIXED = ' stretchy="false"'


def mathml(node: Node, display: bool = False) -> str:
    """The formula as one ``math`` element, with its plain reading for those who cannot see it.

    >>> from symbp.mathtree import Product, Symbol
    >>> mathml(Symbol("x", "", (1,)))
    '<math alttext="x_1"><msub><mi>x</mi><mn>1</mn></msub></math>'
    """
    return math_element(layout(node), reading(node), display)


def math_element(piece: lay.Piece, text: str, display: bool = False) -> str:
    """A ``math`` element around a piece of layout."""
    block = ' displaystyle="true"' if display else ""
    name = f' alttext="{escape(text)}"' if text else ""
    return f"<math{name}{block}>{_xml(piece)}</math>"


def side_element(left: lay.Piece | None, relation: str, text: str) -> str:
    """A ``math`` element of a left side, which may be none, and a relation, on one line; no space follows it."""
    space = "0.278em" if left is not None else "0"
    sign = f'<mo form="infix" lspace="{space}" rspace="0">{escape(SIGN_TEXTS.get(relation, relation))}</mo>'
    content = (_xml(left) if left else "") + (sign if relation else "")
    return f'<math alttext="{escape(text)}" displaystyle="true"><mrow>{content}</mrow></math>'


def spoken(text: str, printed: str) -> str:
    """What is printed, and a text for those who hear a page, where a formula alone does not count as one."""
    return f'<span class="spoken">{escape(text)}</span><span aria-hidden="true">{printed}</span>'


def html_inline(parts: tuple[Inline, ...], speak: Callable[[lay.Piece], str] = piece_reading) -> str:
    """A sentence of text and formulas, escaped; ``speak`` says each formula for those who cannot see it."""
    return "".join(_inline(part, speak) for part in parts)


def _inline(part: Inline, speak: Callable[[lay.Piece], str]) -> str:
    if isinstance(part, Reference):  # outside of a formula, whose parts nobody can reach by keyboard
        return f'<a href="#{escape(anchor(part.number))}">({escape(part.number)})</a>'
    if isinstance(part, Node):
        piece = layout(slashed(part))
        return math_element(piece, speak(piece))
    if isinstance(part, Mono):
        return f"<code>{escape(part.text)}</code>"
    if isinstance(part, Hyperlink):
        return f'<a href="{escape(part.address)}">{escape(part.text)}</a>'
    if isinstance(part, Gap):
        return f'<span style="{GAP}; width: {part.letters / 2:g}em"></span>'
    if isinstance(part, Strong):
        return f"<strong>{escape(english(part.text))}</strong>"
    return f"<em>{escape(english(part.text))}</em>" if isinstance(part, Emphasis) else escape(english(part))


GAP = "display: inline-block; border-bottom: 1px solid; height: 1.1em; vertical-align: -0.2em"


def _xml(piece: lay.Piece) -> str:
    return XML[type(piece)](piece)


def _element(name: str, *contents: lay.Piece) -> str:
    return f"<{name}>{''.join(map(_xml, contents))}</{name}>"


def _letters(piece: lay.Letters) -> str:
    if piece == DIFFERENTIAL:  # as an identifier, Firefox would set it apart from what follows, as it does with "sin"
        return '<mo form="prefix" lspace="0" rspace="0">∂</mo>'
    if piece.style in STYLED:
        return f"<mi{NORMAL}>{escape(''.join(map(STYLED[piece.style], piece.text)))}</mi>"
    upright = NORMAL if piece.style == "upright" and len(piece.text) == 1 else ""
    return f"<mi{upright}>{escape(piece.text)}</mi>"


DIFFERENTIAL = lay.Letters("∂", "upright")
NORMAL = ' mathvariant="normal"'
SCRIPT_LETTERS = {"B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ",
                  "e": "ℯ", "g": "ℊ", "o": "ℴ"}  # fmt: skip


def _bold(char: str) -> str:
    """The letter of Unicode's mathematical bold; MathML Core has no bold of its own."""
    for first, last, bold in (("A", "Z", 0x1D400), ("a", "z", 0x1D41A), ("0", "9", 0x1D7CE), ("α", "ω", 0x1D6C2)):
        if first <= char <= last:
            return chr(bold + ord(char) - ord(first))
    return chr(0x1D6A8 + ord(char) - ord("Α")) if "Α" <= char <= "Ω" else char


def _script_letter(char: str) -> str:
    if char in SCRIPT_LETTERS:
        return SCRIPT_LETTERS[char]
    for first, last, script in (("A", "Z", 0x1D49C), ("a", "z", 0x1D4B6)):
        if first <= char <= last:
            return chr(script + ord(char) - ord(first))
    return char


DOUBLE = {"C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ"}


def _double(char: str) -> str:
    """The letter of blackboards; there are capitals alone."""
    return DOUBLE.get(char) or (chr(0x1D538 + ord(char) - ord("A")) if "A" <= char <= "Z" else char)


STYLED: dict[str, Callable[[str], str]] = {"bold": _bold, "script": _script_letter, "double": _double}


def _sign(piece: lay.Sign) -> str:
    if piece.text in UNSEEN:
        return UNSEEN[piece.text]
    large = LARGE if piece.text in CIRCLED else ""
    return f"<mo{SIGN_ATTRIBUTES.get(piece.kind, '')}{large}>{escape(SIGN_TEXTS.get(piece.text, piece.text))}</mo>"


UNSEEN = {lay.INVISIBLE_TIMES: SPACE, lay.APPLICATION: '<mo lspace="0" rspace="0.17em">&#x2061;</mo>'}
CIRCLED, LARGE = frozenset("⊙⊗⊕"), ' largeop="false"'  # as large as a sum, if nobody says otherwise
SIGN_TEXTS = {"·": "⋅", ":=": "≔"}
SIGN_ATTRIBUTES = {
    "prefix": ' form="prefix"',
    "plain": ' lspace="0" rspace="0"',
    "separator": ' separator="true"',
    "fence": f' lspace="0" rspace="0"{FIXED}',
}


def _script(piece: lay.Script) -> str:
    if isinstance(piece.sup, lay.Sign) and piece.sup.text in PRIMES:  # a superscript would make it smaller than it is
        base = _script(replace(piece, sup=None))
        return f'<mrow>{base}<mo class="prime" lspace="0" rspace="0">{piece.sup.text}</mo></mrow>'
    if piece.sub and piece.sup:
        return _element("msubsup", piece.base, piece.sub, piece.sup)
    if piece.sub:
        return _element("msub", piece.base, piece.sub)
    return _element("msup", piece.base, piece.sup) if piece.sup else _xml(piece.base)


def _big(piece: lay.Big) -> str:
    if piece.over:
        return _element("munderover", piece.operator, piece.under, piece.over)
    return _element("munder", piece.operator, piece.under)


def _fence(piece: lay.Fence) -> str:
    stretch = "" if height(piece.body) > 1 else FIXED
    opening, closing = _side(piece.left, "prefix", stretch), _side(piece.right, "postfix", stretch)
    return f"<mrow>{opening}{_xml(piece.body)}{closing}</mrow>"


def _side(text: str, form: str, stretch: str = "") -> str:
    return f'<mo form="{form}"{stretch}>{escape(text)}</mo>' if text else ""


def _grid(piece: lay.Grid) -> str:
    kind = ' class="cases"' if piece.left == "{" and not piece.right else ""
    rows = "".join("<mtr>" + "".join(_element("mtd", cell) for cell in row) + "</mtr>" for row in piece.rows)
    left, right = _side(piece.left, "prefix"), _side(piece.right, "postfix")
    return f"<mrow>{left}<mtable{kind}>{rows}</mtable>{right}</mrow>"


def _accented(piece: lay.Accented) -> str:
    return f'<mover accent="true">{_xml(piece.base)}<mo{FIXED}>{ACCENTS[piece.accent]}</mo></mover>'


def _braced(piece: lay.Braced) -> str:
    return f'<munder><munder>{_xml(piece.body)}<mo stretchy="true">⏟</mo></munder>{_xml(piece.label)}</munder>'


def _words(text: str) -> str:
    """Text; spaces at its ends would be lost."""
    return f"<mtext>{escape(text.replace(' ', chr(0xA0)))}</mtext>"


XML: dict[type[lay.Piece], Callable[[Any], str]] = {
    lay.Letters: _letters,
    lay.FunctionName: lambda p: f"<mi>{escape(p.text)}</mi>",
    lay.Digits: lambda p: f"<mn>{escape(p.text)}</mn>",
    lay.Sign: _sign,
    lay.Space: lambda p: "<mrow></mrow>",
    lay.Gap: lambda p: f'<mspace width="{GAPS[p.name]}"></mspace>',
    lay.Words: lambda p: _words(p.text),
    lay.Link: lambda p: f'<mtext><a href="#{escape(anchor(p.number))}">({escape(p.number)})</a></mtext>',
    lay.Row: lambda p: _element("mrow", *p.items),
    lay.Fraction: lambda p: _element("mfrac", p.numerator, p.denominator),
    lay.Script: _script,
    lay.Big: _big,
    lay.Accented: _accented,
    lay.Fence: _fence,
    lay.Root: lambda p: _element("mroot", p.body, p.degree) if p.degree else _element("msqrt", p.body),
    lay.Grid: _grid,
    lay.Framed: lambda p: f'<mrow class="boxed">{_xml(p.body)}</mrow>',
    lay.Braced: _braced,
}
