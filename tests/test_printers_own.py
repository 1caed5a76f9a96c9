"""The pieces that only a lecturer's own text needs, in every language of the printers."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from symbp.mathtree import pieces as lay
from symbp.mathtree.evaluate import Environment, value
from symbp.mathtree.lines import rows
from symbp.mathtree.nodes import Display, Hyperlink, Line, Strong
from symbp.mathtree.reading import line_reading, piece_reading, reading
from symbp.mathtree.signs import SIGNS
from symbp.mathtree.values import NoValue
from symbp.printing.document import Formula
from symbp.printing.html_display import Places, html_formula
from symbp.printing.latex import latex, latex_display, latex_inline
from symbp.printing.mathml import html_inline, mathml
from symbp.printing.typst_math import typst_inline, typst_math
from symbp.printing.typst_pdf import typst_pdf

A, X = lay.Letters("a"), lay.Letters("x")
HALF = lay.Fraction(A, X)
COMMA = lay.Sign(",", "separator")
GRID = ((A, X), (COMMA, HALF))

# piece, LaTeX, MathML, Typst, as plain text
PIECES: tuple[tuple[lay.Piece, str, str, str, str], ...] = (
    (lay.Gap("quad"), r"\quad ", '<mspace width="1em"></mspace>', "quad", " "),
    (lay.Root(X, A), r"\sqrt[{a}]{x}", "<mroot><mi>x</mi><mi>a</mi></mroot>", "root(a, x)", "a√(x)"),
    (lay.Letters("R", "double"), r"\mathbb{R}", '<mi mathvariant="normal">ℝ</mi>', "bb(R)", "R"),
    (lay.Letters("E", "double"), r"\mathbb{E}", '<mi mathvariant="normal">𝔼</mi>', "bb(E)", "E"),
    (
        lay.Accented(X, "vec"),
        r"\vec{x}",
        '<mover accent="true"><mi>x</mi><mo stretchy="false">→</mo></mover>',
        "arrow(x)",
        "x\u20d7",
    ),
    (
        lay.Script(X, sup=lay.Sign("″", "plain")),
        "x''",
        '<mrow><mi>x</mi><mo class="prime" lspace="0" rspace="0">″</mo></mrow>',
        "x''",
        "x″",
    ),
    (
        lay.Fence("[", A, ")"),
        "[a)",
        '<mrow><mo form="prefix" stretchy="false">[</mo><mi>a</mi><mo form="postfix" stretchy="false">)</mo></mrow>',
        r"lr(\[ a \))",
        "[a)",
    ),
    (
        lay.Fence("", HALF, "|"),
        r"\left.\frac{a}{x}\right\rvert",
        '<mrow><mfrac><mi>a</mi><mi>x</mi></mfrac><mo form="postfix">|</mo></mrow>',
        r"lr( frac(a, x) \|)",
        "a/x|",
    ),
    (
        lay.Grid(GRID, "(", ")"),
        r"\left(\begin{array}{cc} a & x \\ , & \frac{a}{x} \end{array}\right)",
        '<mrow><mo form="prefix">(</mo><mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>x</mi></mtd></mtr><mtr><mtd>'
        '<mo separator="true">,</mo></mtd><mtd><mfrac><mi>a</mi><mi>x</mi></mfrac></mtd></mtr></mtable>'
        '<mo form="postfix">)</mo></mrow>',
        r'mat(delim: "(", a, x; \,, frac(a, x))',
        "(a, x; ,, a/x)",
    ),
    (
        lay.Row((lay.FunctionName("log", r"\log"), lay.Sign(lay.APPLICATION, "plain"), X)),
        r"\log x",
        '<mrow><mi>log</mi><mo lspace="0" rspace="0.17em">&#x2061;</mo><mi>x</mi></mrow>',
        'op("log")  x',
        "log x",
    ),
    (
        lay.Sign("(", "fence"),
        "(",
        '<mo lspace="0" rspace="0" stretchy="false">(</mo>',
        r"\(",
        "(",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("piece", "tex", "xml", "typ", "plain"), PIECES, ids=[p[-1] for p in PIECES])
def test_a_piece(piece: lay.Piece, tex: str, xml: str, typ: str, plain: str) -> None:
    node = lay.Typeset(piece)
    assert latex(node) == tex
    assert re.sub(r"^<math[^>]*>|</math>$", "", mathml(node)) == xml
    assert typst_math(node) == typ
    assert reading(node) == plain


EVERY = (
    *(piece for piece, *_ in PIECES),
    *(lay.Row((A, lay.Sign(text, kind), X)) for text, kind in SIGNS.values()),
    *(lay.Fence(left, body, right) for left, right in ("{}", "⟨⟩", "⌊⌋", "⌈⌉", "||", "‖‖", "(]") for body in (A, HALF)),
    *(lay.Grid(GRID, left, right) for left, right in ("[]", "{}", "||", "‖‖", ("", ""), ("{", ""))),
    *(lay.Gap(name) for name in ("thin", "medium", "thick", "word", "wide")),
    *(lay.Sign(text, "fence") for text in "()[]{}|‖⟨⟩⌊⌋⌈⌉"),
    *(lay.Row((A, lay.Sign(text, "plain"), X)) for text in "!.?/∗:;"),
)


def test_typst_compiles_every_piece() -> None:
    printed = typst_pdf("\n\n".join(f"$ {typst_math(lay.Typeset(piece))} $" for piece in EVERY))
    assert printed.log == ""


@pytest.mark.parametrize("piece", EVERY, ids=piece_reading)
def test_every_piece_is_well_formed(piece: lay.Piece) -> None:
    ET.fromstring(mathml(lay.Typeset(piece), display=True))
    tex = latex(lay.Typeset(piece))
    assert tex.isascii() and "U+" not in tex
    plain = re.sub(r"\\[{}]", "", tex)
    assert plain.count("{") == plain.count("}")


def test_own_mathematics_has_no_value() -> None:
    with pytest.raises(NoValue, match="“x” has no value"):
        value(lay.Typeset(X), Environment({}))


def test_a_line_without_a_relation() -> None:
    display = Display((Line(None, lay.Typeset(HALF), ""), Line(lay.Typeset(A), lay.Typeset(X), "")), own=True)
    assert latex_display(display) == (
        "\\begin{flalign}\n   &{} \\frac{a}{x} && \\notag \\\\*\n  a &{} x && \\notag\n\\end{flalign}"
    )
    page = ET.fromstring(html_formula(Formula(display), Places()))
    assert [[f.get("alttext") for f in row.iter("math")] for row in page] == [["a/x"], ["a", "x"]]
    assert page[0][0].text is None and len(page[0][0]) == 0
    assert line_reading(display.lines[0]) == "a/x"
    assert [row.relation for row in rows(display, 40.0)] == [lay.Space(), lay.Space()]


def test_strong_words_and_links() -> None:
    sentence = (Strong("a & <b>"), Hyperlink("#1 & more", "https://example.org/a_b?c=%20#d~e&f"))
    assert latex_inline(sentence) == (
        r"\textbf{a \& \textless{}b\textgreater{}}\href{https://example.org/a\_b?c=\%20\#d\~e\&f}{\#1 \& more}"
    )
    assert html_inline(sentence) == (
        '<strong>a &amp; &lt;b&gt;</strong><a href="https://example.org/a_b?c=%20#d~e&amp;f">#1 &amp; more</a>'
    )
    assert typst_inline(sentence) == ('#strong("a & <b>");#link("https://example.org/a_b?c=%20#d~e&f")[#"#1 & more";]')
    assert typst_pdf(typst_inline(sentence)).log == ""
