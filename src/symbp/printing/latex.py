r"""Formula trees as LaTeX: amsmath, amssymb and nothing else for formulas, mathtools' ``\coloneqq`` for ``:=``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from symbp.mathtree import pieces as lay
from symbp.mathtree.extent import height
from symbp.mathtree.layout import layout
from symbp.mathtree.lines import NUMBER_WIDTH, DisplayRow, rows
from symbp.mathtree.nodes import Display, Emphasis, Gap, Hyperlink, Inline, Mono, Node, Partial, Strong
from symbp.mathtree.numbering import anchor
from symbp.mathtree.signs import COMMANDS, PRIMES
from symbp.mathtree.walks import transform
from symbp.wording import english

PAGE = 40.5  # em of text width in the article template: 455 pt at 11 pt, less a margin for estimates
GREEK = {char: f"\\{name}" for name, char in lay.GREEK.items()} | {"ε": r"\varepsilon", "∂": r"\partial"}
STYLES = {"bold": r"\boldsymbol", "script": r"\mathcal", "upright": r"\mathrm", "double": r"\mathbb"}
ACCENTS = {name: f"\\{name}" for name in ("hat", "bar", "tilde", "dot", "vec", "overline")}
GAPS = {"thin": r"\,", "medium": r"\:", "thick": r"\;", "word": "~", "quad": r"\quad ", "wide": r"\qquad "}
SIGNS = {
    **COMMANDS,
    "−": "-", lay.INVISIBLE_TIMES: r"\,", lay.APPLICATION: "", "{": r"\{", "}": r"\}", "‖": r"\|",
    "⟨": r"\langle", "⟩": r"\rangle", "⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil",
}  # fmt: skip
FENCES = {
    "(": "(", ")": ")", "[": "[", "]": "]", "|": (r"\lvert", r"\rvert"), "‖": (r"\lVert", r"\rVert"),
    **{char: SIGNS[char] for char in "{}⟨⟩⌊⌋⌈⌉"},
}  # fmt: skip
SIZES = (("", ""), (r"\bigl", r"\bigr"), (r"\left", r"\right"))
SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "`": r"\textasciigrave{}", "'": "'", "-": "{-}", "–": "--",
    "—": "---", "’": "'", "“": "``", "”": "''", "…": r"\ldots{}", "\u00a0": "~", "×": r"\ensuremath{\times}",
    "✓": r"\ensuremath{\checkmark}", "→": r"\ensuremath{\rightarrow}", "·": r"\ensuremath{\cdot}",
    "−": r"\ensuremath{-}", "≤": r"\ensuremath{\le}", "≥": r"\ensuremath{\ge}", "≈": r"\ensuremath{\approx}",
    "∂": r"\ensuremath{\partial}", "′": r"\ensuremath{'}", "⊤": r"\ensuremath{\top}", "⊙": r"\ensuremath{\odot}",
    "⋮": r"\ensuremath{\vdots}", "„": ",,", "‚": ",", "‘": "`", "∞": r"\ensuremath{\infty}",
    **{raised: rf"\ensuremath{{{{}}^{c}}}" for raised, c in zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789", strict=True)},
}  # fmt: skip


def latex(node: Node) -> str:
    r"""The formula in LaTeX's mathematics.

    >>> from symbp.mathtree import Partial, Symbol
    >>> latex(Partial(Symbol("L"), Symbol("w", "(1)", (1, 2))))
    '\\frac{\\partial L}{\\partial w_{12}^{(1)}}'
    """
    return _tex(layout(node))


def latex_text(text: str) -> str:
    r"""Plain text, so that LaTeX prints it as it is.

    Letters beyond Latin-1 that no table has are printed as their code point: pdfTeX would stop at them.

    >>> latex_text(r"\input{x} 50 %")
    '\\textbackslash{}input\\{x\\} 50 \\%'
    """
    return "".join(map(_character, text))


def _character(char: str) -> str:
    if char in SPECIAL:
        return SPECIAL[char]
    if char in GREEK:
        return rf"\ensuremath{{{GREEK[char]}}}"
    if char.isspace() or not char.isprintable():
        return " "
    return char if ord(char) < 0x180 else f"[U+{ord(char):04X}]"


def latex_bookmark(text: str) -> str:
    """Plain text for the outline and the title of a PDF, where hyperref takes letters by their numbers."""
    return "".join(map(_bookmark_character, text))


def _bookmark_character(char: str) -> str:
    if not char.isprintable():
        return " "
    return char if char.isascii() and (char.isalnum() or char in " .:,()/+-=") else f'\\unichar{{"{ord(char):04X}}}'


def latex_inline(parts: tuple[Inline, ...]) -> str:
    """A sentence of text and formulas."""
    return "".join(map(_inline, parts))


def _inline(part: Inline) -> str:
    if isinstance(part, Node):
        return f"${latex(slashed(part))}$"
    if isinstance(part, Mono):
        return rf"\texttt{{{latex_text(part.text)}}}"
    if isinstance(part, Hyperlink):
        return rf"\href{{{_address(part.address)}}}{{{latex_text(part.text)}}}"
    if isinstance(part, Gap):
        return rf"\rule[-3pt]{{{part.letters / 2:g}em}}{{0.4pt}}"
    if isinstance(part, Emphasis | Strong):
        return rf"{STRESSED[type(part)]}{{{latex_text(english(part.text))}}}"
    return latex_text(english(part))


STRESSED = {Emphasis: r"\emph", Strong: r"\textbf"}


def _address(address: str) -> str:
    """A link's address, which hyperref takes as it is but for these signs."""
    return re.sub(r"([%#&_~^\\{}$])", lambda match: rf"\{match[1]}", address)


def slashed(node: Node) -> Node:
    """The formula for a line of text: derivatives with a slash, so that the lines keep their distance."""
    return transform(node, lambda n: Partial(n.of, n.wrt, slash=True) if isinstance(n, Partial) else n)


def latex_display(display: Display, available: float = PAGE) -> str:
    """The display as a ``flalign`` environment: aligned at the relations, remarks and numbers at the right."""
    printed = rows(display, available)
    beside = max((row.remark_width for row in printed if not row.remark_below), default=0.0)
    number = max((len(row.number) + 2 for row in printed if row.number), default=0) * NUMBER_WIDTH
    body = "".join(_ended(row, printed[place + 1 :], beside, number) for place, row in enumerate(printed))
    return f"\\begin{{flalign}}\n{body}\\end{{flalign}}"


def _ended(row: DisplayRow, after: tuple[DisplayRow, ...], beside: float, number: float) -> str:
    r"""The lines of a row with the ends that lead to the next: ``\\*`` where no page may break."""
    space = "[10pt]" if after and after[0].begins else ""
    end = rf" \\{'*' if row.together else ''}{space}" if after else ""
    return " \\\\*[-3pt]\n".join(_rows(row, beside, number)) + end + "\n"


def _rows(row: DisplayRow, beside: float, number: float) -> list[str]:
    left = _tex(row.left) if row.left else ""
    relation = _tex(row.relation).strip() if row.relation else r"\quad{}"
    right = rf"\symbpfit{{{_tex(row.right)}}}" if row.too_wide else _tex(row.right)
    remark = latex_remark(row)
    if remark and row.remark_below:
        below = rf"  & && \tag*{{\symbpremarkbelow{{{remark}}}}}"
        return [f"  {left} &{relation} {right} && {_tag(row.number, '')}", below]
    # A wide formula leaves its remark less room: it then stands nearer to the number.
    wide = max(row.remark_width, min(beside, row.room))
    remark = f"{{{wide:.1f}em}}{{{remark}}}" if remark else ""
    return [f"  {left} &{relation} {right} && {_tag(row.number, remark, number)}"]


def _tag(number: str, remark: str, wide: float = 0.0) -> str:
    """The number at the right margin, with the remark before it; a tag is what amsmath never lets collide."""
    if not number:
        return rf"\symbptag{remark}{{{wide:.1f}em}}{{}}" if remark else r"\notag"
    tag = rf"\symbptag{remark}{{{wide:.1f}em}}{{{latex_text(number)}}}" if remark else rf"\tag{{{latex_text(number)}}}"
    return rf"{tag}\label{{{anchor(number)}}}"


def latex_remark(row: DisplayRow) -> str:
    """What stands at the right of a row: why it holds, and how it was checked."""
    check = rf"\ensuremath{{\checkmark}} {latex_text(row.check)}" if row.check else ""
    return "; ".join(filter(None, (latex_inline(row.remark), check)))


Tex: TypeAlias = Callable[[lay.Piece], str]


def latex_printer(others: Mapping[type[lay.Piece], Callable[[Any, Tex], str]]) -> Tex:
    """What prints pieces as LaTeX's mathematics, some kinds in another way than the article does."""
    table = {**TEX, **others}

    def tex(piece: lay.Piece) -> str:
        return table[type(piece)](piece, tex)

    return tex


def piece_latex(piece: lay.Piece) -> str:
    """A piece of layout in LaTeX's mathematics."""
    return TEX[type(piece)](piece, piece_latex)


_tex = piece_latex


def _joined(parts: list[str]) -> str:
    """The parts side by side, with a space where a command would swallow a letter, and around relations."""
    out = ""
    for part in parts:
        if out and part and part[0].isalpha() and _ends_in_command(out):
            out += " "
        out += f"{{-}}{part[1:]}" if out.endswith("}") and part.startswith("-") else part  # a sign, no difference
    return out


def _ends_in_command(text: str) -> bool:
    tail = text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return len(tail) < len(text) and tail.endswith("\\")


def _letters(piece: lay.Letters, tex: Tex) -> str:
    text = "".join(GREEK.get(c, c) for c in piece.text)
    if len(piece.text) == 1 and piece.text in GREEK:
        return rf"\boldsymbol{{{text}}}" if piece.style == "bold" else text
    if not piece.text.isalnum() or not piece.text.isascii():
        return rf"\text{{{latex_text(piece.text)}}}"
    return text if piece.style == "italic" else f"{STYLES[piece.style]}{{{text}}}"


def _sign(piece: lay.Sign, tex: Tex) -> str:
    text = SIGNS.get(piece.text, piece.text)
    if piece.text == lay.INVISIBLE_TIMES:
        return text
    return f" {text} " if piece.kind in ("binary", "relation") else text


def _script(piece: lay.Script, tex: Tex) -> str:
    base = tex(piece.base)
    sub = f"_{{{tex(piece.sub)}}}" if piece.sub else ""
    if isinstance(piece.sup, lay.Sign) and piece.sup.text in PRIMES:
        return base + "'" * PRIMES[piece.sup.text] + sub
    if isinstance(piece.base, lay.Script | lay.Row | lay.Framed | lay.Braced):
        base = f"{{{base}}}"
    return base + sub + (f"^{{{tex(piece.sup).strip()}}}" if piece.sup else "")


def _fence(piece: lay.Fence, tex: Tex) -> str:
    size = SIZES[height(piece.body) if piece.left and piece.right else 2]
    left, right = (_side(piece, side, size[side]) for side in (0, 1))
    return _joined([left, tex(piece.body), right])


def _side(piece: lay.Fence, side: int, size: str) -> str:
    """One parenthesis of a pair; none at all is a dot."""
    bar = (piece.left, piece.right)[side]
    return size + (_bar(bar, side) if bar else ".")


def _bar(bar: str, side: int) -> str:
    text = FENCES[bar]
    return text if isinstance(text, str) else text[side]


def _grid(piece: lay.Grid, tex: Tex) -> str:
    body = r" \\ ".join(" & ".join(map(tex, row)) for row in piece.rows)
    if piece.left == "{" and not piece.right:
        return rf"\begin{{cases}} {body} \end{{cases}}"
    columns = "c" * len(piece.rows[0])
    array = rf"\begin{{array}}{{{columns}}} {body} \end{{array}}"
    if not piece.left and not piece.right:
        return array
    left, right = (_bar(bar, side) if bar else "." for side, bar in enumerate((piece.left, piece.right)))
    return rf"\left{left}{array}\right{right}"


def _big(piece: lay.Big, tex: Tex) -> str:
    over = f"^{{{tex(piece.over)}}}" if piece.over else ""
    return f"{tex(piece.operator)}_{{{tex(piece.under)}}}{over} "


TEX: dict[type[lay.Piece], Callable[[Any, Tex], str]] = {
    lay.Letters: _letters,
    lay.FunctionName: lambda p, tex: p.latex,
    lay.Digits: lambda p, tex: r"\infty" if p.text == "∞" else p.text,
    lay.Sign: _sign,
    lay.Space: lambda p, tex: "{}",
    lay.Gap: lambda p, tex: GAPS[p.name],
    lay.Words: lambda p, tex: rf"\text{{{latex_text(p.text)}}}",
    lay.Link: lambda p, tex: rf"\symbpref{{{anchor(p.number)}}}{{{latex_text(p.number)}}}",
    lay.Row: lambda p, tex: _joined(list(map(tex, p.items))),
    lay.Fraction: lambda p, tex: rf"\frac{{{tex(p.numerator)}}}{{{tex(p.denominator)}}}",
    lay.Script: _script,
    lay.Big: _big,
    lay.Accented: lambda p, tex: rf"{ACCENTS[p.accent]}{{{tex(p.base)}}}",
    lay.Fence: _fence,
    lay.Root: lambda p, tex: rf"\sqrt{f'[{{{tex(p.degree)}}}]' if p.degree else ''}{{{tex(p.body)}}}",
    lay.Grid: _grid,
    lay.Framed: lambda p, tex: rf"\boxed{{{tex(p.body)}}}",
    lay.Braced: lambda p, tex: rf"\underbrace{{{tex(p.body)}}}_{{{tex(p.label)}}}",
}
