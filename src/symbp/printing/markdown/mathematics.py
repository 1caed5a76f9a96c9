r"""Formulas for MathJax, KaTeX and LaTeX alike: what the article uses beyond the three is said in another way.

A display is an ``align*`` that stands by itself, without dollar signs: JupyterLab, nbconvert, Sphinx, mystmd, Quarto
and LaTeX all take it, and each of its lines has the number that it has in every other format, by ``\tag``. The
labels of MyST and Quarto would count the displays anew instead, and have one number for all lines of a display.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeAlias

from symbp.mathtree import pieces as lay
from symbp.mathtree.extent import width
from symbp.mathtree.layout import layout
from symbp.mathtree.lines import NUMBER_WIDTH, DisplayRow, rows
from symbp.mathtree.nodes import Display, Emphasis, Inline, Mono, Node, Strong
from symbp.mathtree.signs import COMMANDS
from symbp.printing.latex import GREEK, TEX, Tex, latex_printer, slashed
from symbp.printing.markdown.text import printable
from symbp.wording import Message, english

PAGE = 34.0  # em: MathJax's letters are wider than those around them, and books have margins
LARGE = 1.25  # how much larger remarks are here than in small print
SPACES = 5.0  # em: around a relation, before a remark and before a number
LONGEST = 4500  # characters
BEFORE = 1.0  # em: more room than in print is needed before a remark
SPECIAL = {
    **{char: f"{{{command}}}" for char, command in {**COMMANDS, **GREEK}.items() if char != ":="},
    "−": "{-}", "✓": r"{\checkmark}", "∞": r"{\infty}",
    "_": r"\_", "%": r"\%", "#": r"\#", "&": r"\&", "$": r"\$", "{": r"\{", "}": r"\}", "\\": r"\backslash ",
    "~": r"{\sim}", "^": r"{\wedge}", "|": r"\vert ", "<": r"{<}", ">": r"{>}", "`": r"\text{‘}",
}  # fmt: skip
RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
LOWERED = str.maketrans(RAISED, "-0123456789")
APART = re.compile(f"([{re.escape(''.join(SPECIAL))}]|[{RAISED}]+)")
LETTERS = frozenset(char for char in (*lay.GREEK.values(), "ε", "∂") if len(char) == 1)
SIGNS = {":=": r" \mathrel{:=} ", "‖": r"\Vert ", "|": r"\vert "}  # a bar would end the cell of a table
ENDS = " \\\\\n"

Link: TypeAlias = Callable[[str], str]  # the number of an equation within a formula, linked or not


def mathematics(link: Link = lambda number: words(f"({number})")) -> Tex:
    r"""What prints pieces as mathematics that MathJax, KaTeX and LaTeX know.

    >>> from symbp.mathtree import Comparison, Symbol
    >>> mathematics()(layout(Comparison(Symbol("a"), ":=", Symbol("b"))))
    'a \\mathrel{:=} b'
    """
    return latex_printer(
        {
            lay.Letters: lambda piece, tex: _letters(piece, tex),
            lay.Sign: lambda piece, tex: SIGNS.get(piece.text) or TEX[lay.Sign](piece, tex),
            lay.Words: lambda piece, tex: words(piece.text),
            lay.Link: lambda piece, tex: link(piece.number),
        }
    )


def _letters(piece: lay.Letters, tex: Tex) -> str:
    if piece.text in LETTERS or (piece.text.isalnum() and piece.text.isascii()):
        return TEX[lay.Letters](piece, tex)
    return words(piece.text)


def words(text: str, command: str = "text") -> str:
    r"""Plain text within a formula: MathJax knows no escapes inside ``\text``, so special signs stand outside.

    >>> words("50 % of a_b")
    '\\text{50 }\\%\\text{ of a}\\_\\text{b}'
    """
    parts = APART.split(printable(text))
    return "".join(SPECIAL.get(part) or _raised(part) or rf"\{command}{{{part}}}" for part in parts if part)


def _raised(part: str) -> str:
    """Raised digits as an exponent: few fonts have them all."""
    return f"{{}}^{{{part.translate(LOWERED)}}}" if part[0] in RAISED else ""


def formula(node: Node, tex: Tex) -> str:
    """A formula within a line of text, without the dollar signs."""
    return tex(layout(slashed(node))).strip()


def aligned(display: Display, tex: Tex) -> str:
    """The display as an ``align*``, aligned at the relations, with remarks and numbers at the right.

    MathJax reads no more than 5 KB at once: a long display becomes several.
    """
    printed = rows(display, PAGE)
    before = _before_remarks(printed)

    lengths = {id(row): sum(len(line + ENDS) for line in _rows(row, before, tex)) for row in printed}

    def size(part: Sequence[DisplayRow]) -> int:
        return sum(lengths[id(row)] for row in part)

    return "\n\n".join(_environment(part, before, tex) for part in _readable(printed, size))


def _readable(printed: tuple[DisplayRow, ...], size: Callable[[Sequence[DisplayRow]], int]) -> list[list[DisplayRow]]:
    """The rows in parts that are not too long; what one left side begins stays whole where that is possible."""
    parts: list[list[DisplayRow]] = []
    begun = [place for place, row in enumerate(printed) if row.left is not None or not place]
    for start, stop in pairwise([*begun, len(printed)]):
        group = printed[start:stop]
        for piece in [group] if size(group) <= LONGEST else [(row,) for row in group]:
            if parts and size((*parts[-1], *piece)) <= LONGEST:
                parts[-1] += piece
            else:
                parts.append([*piece])
    return parts


def _environment(printed: Sequence[DisplayRow], before: str, tex: Tex) -> str:
    lines = [line for place, row in enumerate(printed) for line in _ended(row, printed[place + 1 :], before, tex)]
    return "\\begin{align*}\n" + "".join(lines) + "\n\\end{align*}"


def _before_remarks(printed: tuple[DisplayRow, ...]) -> str:
    """What stands before remarks: the mark of a column of their own, if the page is wide enough for it."""
    left = max((width(row.left) for row in printed if row.left), default=0.0)
    right = max(width(row.right) for row in printed)
    why = LARGE * max(row.remark_width for row in printed)
    number = NUMBER_WIDTH * max(len(row.number) + 2 for row in printed)
    return "&& " if left + right + why + number + SPACES <= PAGE else r"\qquad "


def _ended(row: DisplayRow, after: Sequence[DisplayRow], before: str, tex: Tex) -> list[str]:
    """The lines of a row with the ends that lead to the next."""
    lines = _rows(row, before, tex)
    end = "" if not after else " \\\\[6pt]\n" if after[0].begins else ENDS
    return [*(line + ENDS for line in lines[:-1]), lines[-1] + end]


def _rows(row: DisplayRow, before: str, tex: Tex) -> list[str]:
    left = tex(row.left) if row.left else ""
    relation = tex(row.relation).strip() if row.relation else r"\quad"
    line = f"{left} &{relation} {tex(row.right).strip()}"
    remark = remark_in_formula(row, tex)
    tag = rf" \tag{{{row.number}}}" if row.number else ""
    if remark and (row.remark_below or LARGE * row.remark_width + BEFORE > row.room):
        return [line + tag, rf"&\quad {remark}"]
    return [line + (f" {before}{remark}" if remark else "") + tag]


def remark_in_formula(row: DisplayRow, tex: Tex) -> str:
    """What stands at the right of a row: why it holds, and how it was checked."""
    why = "".join(_in_formula(part, tex) for part in row.remark)
    told = words(f" {english(row.check)}")
    check = rf"\checkmark {told}" if row.check else ""
    return r"\text{; }".join(filter(None, (why, check)))


FONTS: dict[type, str] = {Mono: "texttt", Emphasis: "textit", Strong: "textbf"}


def _in_formula(part: Inline, tex: Tex) -> str:
    if isinstance(part, Node):
        return formula(part, tex)
    if isinstance(part, str | Message):
        return words(english(part))
    return words(str(part.text), FONTS.get(type(part), "text"))
