"""The printers: (formula, LaTeX, MathML, Typst), and what each language allows."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from fractions import Fraction

import pytest

from symbp import mathtree as m
from symbp.mathtree.extent import width
from symbp.mathtree.layout import layout
from symbp.mathtree.lines import rows
from symbp.printing.latex import latex, latex_bookmark, latex_display, latex_inline, latex_text
from symbp.printing.mathml import html_inline, mathml
from symbp.printing.typst_math import typst_inline, typst_math, typst_text
from symbp.printing.typst_pdf import typst_pdf
from tests.formulas import DISPLAYS, S

Z, A, W11 = S("z"), S("a"), S("w", "(1)", (1, 1))
HALF = m.Number(Fraction(1, 2))
K = m.Index("k")


def total(body: m.Node) -> m.BigSum:
    return m.BigSum((m.Bound(K, m.Number(1), m.Number(2)),), body)


LATEX = (
    (S("x"), "x"),
    (S("delta", "(2)"), r"\delta^{(2)}"),
    (S("w", "", (3, 1)), "w_{31}"),
    (S("w", "", (10, 3)), "w_{10,3}"),
    (S("w", "", (m.Index("i"), m.Index("j"))), "w_{ij}"),
    (S("h", "", (m.Sum((m.Index("t"), m.Number(1))), m.Index("i"))), "h_{t + 1,i}"),
    (S("z", m.Sum((m.Index("l"), m.Negative(m.Number(1)))), (m.Index("i"),)), "z_{i}^{(l - 1)}"),
    (S("y", "", (), "hat"), r"\hat{y}"),
    (S("w", "new", (3, 1)), r"w_{31}^{\mathrm{new}}"),
    (S("x", style="bold"), r"\boldsymbol{x}"),
    (S("loss"), r"\mathrm{loss}"),
    (m.Partial(S("L"), W11), r"\frac{\partial L}{\partial w_{11}^{(1)}}"),
    (m.Partial(S("L"), W11, slash=True), r"\partial L/\partial w_{11}^{(1)}"),
    (m.Number(Fraction(3, 7)), "0.4286"),
    (m.Number(Fraction(-1, 2)), "-0.5"),
    (m.Number(Fraction(43861, 10**8)), r"4.386 \times 10^{-4}"),
    (m.Number(Fraction(1, 10**6)), "10^{-6}"),
    (m.Sum((A, m.Negative(Z))), "a - z"),
    (m.Sum((A, m.Number(Fraction(-1, 2)))), "a - 0.5"),
    (m.Sum((A, m.Negative(m.Number(Fraction(-1, 2))))), "a - (-0.5)"),
    (m.Sum((A, m.Product((m.Number(-2), Z)))), r"a - 2\,z"),
    (m.Negative(m.Sum((A, Z))), "-(a + z)"),
    (m.Product((m.Number(2), m.Sum((A, m.Negative(Z))))), r"2\,(a - z)"),
    (m.Product((HALF, HALF)), r"0.5 \cdot 0.5"),
    (m.Product((A, HALF)), r"a \cdot 0.5"),
    (m.Product((A, m.Number(-2))), r"a \cdot (-2)"),
    (m.Product((m.Sum((A, Z)), m.Negative(A))), r"(a + z)\,(-a)"),
    (m.Quotient(m.Number(1), m.Number(2)), r"\frac{1}{2}"),
    (m.Power(m.Sum((A, Z)), m.Number(2)), "(a + z)^{2}"),
    (m.Power(W11, m.Number(2)), r"\bigl(w_{11}^{(1)}\bigr)^{2}"),
    (m.Power(m.Quotient(A, Z), m.Number(2)), r"\left(\frac{a}{z}\right)^{2}"),
    (m.Apply("sigmoid", (Z,)), r"\sigma(z)"),
    (m.Apply("tanh", (S("z", "(1)"),)), r"\tanh\bigl(z^{(1)}\bigr)"),
    (m.Apply("relu", (Z,)), r"\operatorname{ReLU}(z)"),
    (m.Apply("exp", (m.Negative(Z),)), r"\mathrm{e}^{-z}"),
    (m.Apply("abs", (Z,)), r"\lvert z\rvert"),
    (m.Apply("sqrt", (Z,)), r"\sqrt{z}"),
    (m.Apply("elu", (Z, m.Number(1))), r"\operatorname{ELU}_{1}(z)"),
    (m.PrimeOf("sigmoid", (Z,)), r"\sigma'(z)"),
    (m.PrimeOf("elu", (Z, m.Number(1))), r"\operatorname{ELU}'_{1}(z)"),
    (total(m.Product((A, Z))), r"\sum_{k = 1}^{2} a\,z"),
    (total(m.Sum((A, Z))), r"\sum_{k = 1}^{2} (a + z)"),
    (m.Product((total(A), Z)), r"\left(\sum_{k = 1}^{2} a\right)\,z"),
    (m.Product((Z, total(A))), r"z\,\sum_{k = 1}^{2} a"),
    (m.Power(S("w", "", (3, 1)), m.Number(2)), "w_{31}^{2}"),
    (m.Power(m.Norm(S("W"), "F"), m.Number(2)), r"\lVert W\rVert_{F}^{2}"),
    (m.Transpose(S("W", "(2)")), r"\bigl(W^{(2)}\bigr)^{\top}"),
    (m.Hadamard((m.MatrixProduct((A, Z)), A)), r"(a\,z) \odot a"),
    (m.MatrixProduct((m.Hadamard((A, Z)), A)), r"(a \odot z)\,a"),
    (m.Norm(S("W"), "F"), r"\lVert W\rVert_{F}"),
    (m.Matrix(((A, Z), (Z, A))), r"\left[\begin{array}{cc} a & z \\ z & a \end{array}\right]"),
    (
        m.Cases(((A, m.Comparison(Z, ">", m.Number(0))),), Z),
        r"\begin{cases} a & \text{if }z > 0 \\ z & \text{otherwise} \end{cases}",
    ),
    (m.Underbrace(A, m.Text("x_1 & y")), r"\underbrace{a}_{\text{x\_1 \& y}}"),
    (m.Underbrace(A, m.Reference("2.1")), r"\underbrace{a}_{\symbpref{eq-2.1}{2.1}}"),
    (m.Box(A), r"\boxed{a}"),
    (m.Constant("pi"), r"\pi"),
    (m.Comparison(A, ":=", Z), r"a \coloneqq z"),
)  # fmt: skip


@pytest.mark.parametrize(("node", "text"), LATEX, ids=[text for _, text in LATEX])
def test_latex(node: m.Node, text: str) -> None:
    assert latex(node) == text


MATHML = (
    (S("w", "", (3, 1)), "<msub><mi>w</mi><mrow><mn>3</mn><mn>1</mn></mrow></msub>"),
    (m.Quotient(A, Z), "<mfrac><mi>a</mi><mi>z</mi></mfrac>"),
    (S("x", style="bold"), '<mi mathvariant="normal">𝐱</mi>'),
    (S("delta", style="bold"), '<mi mathvariant="normal">𝛅</mi>'),
    (S("L", style="script"), '<mi mathvariant="normal">ℒ</mi>'),
    (m.Negative(Z), '<mrow><mo form="prefix">−</mo><mi>z</mi></mrow>'),
    (m.Box(A), '<mrow class="boxed"><mi>a</mi></mrow>'),
    (m.Text("a < b"), "<mtext>a\u00a0&lt;\u00a0b</mtext>"),
    (m.Reference("2.1"), '<mtext><a href="#eq-2.1">(2.1)</a></mtext>'),
    (
        m.Underbrace(A, Z),
        '<munder><munder><mi>a</mi><mo stretchy="true">⏟</mo></munder><mi>z</mi></munder>',
    ),
)


@pytest.mark.parametrize(("node", "text"), MATHML, ids=[m.reading(n) for n, _ in MATHML])
def test_mathml(node: m.Node, text: str) -> None:
    assert re.sub(r"^<math[^>]*>|</math>$", "", mathml(node)) == text


TYPST = (
    (S("w", "", (3, 1)), "w_(3 1)"),
    (S("y", "", (), "hat"), "hat(y)"),
    (m.Partial(S("L"), Z), "frac(∂ L, ∂ z)"),
    (m.Apply("relu", (Z,)), 'op("ReLU") ( z )'),
    (m.PrimeOf("sigmoid", (Z,)), "σ' ( z )"),
    (m.Matrix(((A, Z),)), 'mat(delim: "[", a, z)'),
    (m.Text('say "a"'), '"say \\"a\\""'),
    (S("loss"), 'upright("loss")'),
)


@pytest.mark.parametrize(("node", "text"), TYPST, ids=[text for _, text in TYPST])
def test_typst(node: m.Node, text: str) -> None:
    assert typst_math(node) == text


# What MathML Core has; anything else a browser would ignore.
ELEMENTS = {"math", "mrow", "mi", "mn", "mo", "mtext", "mfrac", "msqrt", "msub", "msup", "msubsup", "munder", "mover",
            "munderover", "mtable", "mtr", "mtd", "a"}  # fmt: skip
ATTRIBUTES = {
    "alttext",
    "displaystyle",
    "form",
    "stretchy",
    "lspace",
    "rspace",
    "separator",
    "accent",
    "class",
    "href",
    "largeop",
}
FORMULAS = (*(n for n, _ in LATEX), *(n for n, _ in TYPST), *(line.right for d in DISPLAYS for line in d.lines))


@pytest.mark.parametrize("node", FORMULAS, ids=m.reading)
def test_mathml_is_well_formed_and_core(node: m.Node) -> None:
    for element in ET.fromstring(mathml(node, display=True)).iter():
        assert element.tag in ELEMENTS
        assert set(element.attrib) <= ATTRIBUTES | {"mathvariant"}
        assert element.get("mathvariant") in (None, "normal")


@pytest.mark.parametrize("node", FORMULAS, ids=m.reading)
def test_braces_of_latex_are_balanced(node: m.Node) -> None:
    text = re.sub(r"\\[{}]", "", latex(node))
    depth = 0
    for char in text:
        depth += {"{": 1, "}": -1}.get(char, 0)
        assert depth >= 0
    assert depth == 0
    assert text.count(r"\left") - text.count(r"\leftarrow") == text.count(r"\right")


def test_typst_compiles_every_formula() -> None:
    preamble = "#let boxed(b) = box(stroke: 0.5pt, b)\n#let eqref(n, a) = [(#n)]\n"
    printed = typst_pdf(preamble + "\n\n".join(f"$ {typst_math(n)} $" for n in FORMULAS))
    assert printed.log == ""
    assert printed.pdf


HOSTILE = r"\input{/etc/passwd} <script>alert(1)</script> #eval $x$ 100 % _a_ ~ ^ \" ` | & “x” — 日本 \r" + "\r\n\0\x1b"


def test_hostile_text_is_text_in_latex() -> None:
    text = latex_text(HOSTILE)
    assert r"\textbackslash{}input\{/etc/passwd\}" in text
    assert "\r" not in text and "\0" not in text and "\n" not in text
    assert re.sub(r"\\(textbackslash|textless|textgreater|textasciitilde|textasciicircum|textbar|textquotedbl|"
                  r"textasciigrave)\{\}|\\[{}$&#%_]|\{-\}", "", text).count("\\") == 0  # fmt: skip


def test_hostile_text_is_text_in_html_and_typst() -> None:
    assert "<script" not in html_inline((HOSTILE, m.Text(HOSTILE), m.Mono(HOSTILE), m.Emphasis(HOSTILE)))
    printed = typst_pdf(typst_inline((HOSTILE, m.Text(HOSTILE), m.Mono(HOSTILE), m.Emphasis(HOSTILE))))
    assert printed.log == ""
    assert typst_text("") == ""


def test_bookmarks_are_plain() -> None:
    assert latex_bookmark("a\\b ∂\n") == 'a\\unichar{"005C}b \\unichar{"2202} '


def test_a_sentence_has_derivatives_with_a_slash() -> None:
    sentence = ("Find ", m.Partial(S("L"), Z), ", in ", m.Mono("W1_bar"), ", ", m.Emphasis("now"), ".")
    assert latex_inline(sentence) == r"Find $\partial L/\partial z$, in \texttt{W1\_bar}, \emph{now}."
    assert typst_inline(sentence) == '#"Find ";$∂ L \\/ ∂ z$#", in ";#raw("W1_bar");#", ";#emph("now");#".";'
    assert "<mfrac>" not in html_inline(sentence)
    assert "<code>W1_bar</code>, <em>now</em>." in html_inline(sentence)


def test_a_display_in_latex() -> None:
    display = m.Display((m.Line(Z, A, remark=("why",)), m.Line(None, m.Box(m.Number(1)), check="exact")), "7")
    assert latex_display(display) == "\n".join(
        [
            r"\begin{flalign}",
            r"  z &= a && \symbptag{3.9em}{why}{2.8em}{7.a}\label{eq-7.a} \\*",
            r"   &= \boxed{1} && "
            r"\symbptag{3.9em}{\ensuremath{\checkmark} exact}{2.8em}{7.b}\label{eq-7.b}",
            r"\end{flalign}",
        ]
    )


LONG = m.Sum(tuple(m.Product((S("w", "", (n, 1)), S("x", "", (n,)))) for n in range(10, 60)))


def test_a_long_line_is_broken_before_its_signs() -> None:
    printed = rows(m.Display((m.Line(Z, LONG, remark=("r" * 40,)),), "1"), 38.0)
    assert len(printed) > 3
    assert all(width(row.right) <= 36 for row in printed)
    assert [row.number for row in printed] == [""] * (len(printed) - 1) + ["1"]
    assert not any(row.too_wide for row in printed)


def test_a_remark_without_room_stands_below() -> None:
    body = m.Sum(LONG.terms[:7])
    (row,) = rows(m.Display((m.Line(Z, body, remark=("r" * 40,)),), "1"), 38.0)
    assert row.remark_below
    assert r"\tag{1}" in latex_display(m.Display((m.Line(Z, body, remark=("r" * 40,)),), "1"))


def test_lines_of_one_left_side_stay_on_one_page() -> None:
    lines = (m.Line(Z, A), m.Line(None, m.Number(1)), *(m.Line(A, m.Number(n)) for n in range(5)))
    printed = rows(m.Display(lines, "7"), 38.0)
    assert [row.together for row in printed] == [True, *[False] * 6]
    assert [row.begins for row in printed] == [False, False, True, *[False] * 4]
    ends = [line.rpartition("}")[2] for line in latex_display(m.Display(lines, "7")).splitlines()[1:8]]
    assert ends == [r" \\*", r" \\[10pt]", *[r" \\"] * 4, ""]


def test_a_short_display_stays_on_one_page() -> None:
    lines = (m.Line(Z, A), m.Line(None, m.Number(1)), m.Line(A, m.Number(1)))
    assert [row.together for row in rows(m.Display(lines, "7"), 38.0)] == [True, True, False]
    ends = [line.rpartition("}")[2] for line in latex_display(m.Display(lines, "7")).splitlines()[1:4]]
    assert ends == [r" \\*", r" \\*[10pt]", ""]


def test_what_cannot_be_broken_is_made_to_fit() -> None:
    wide = m.Matrix((tuple(m.Number(Fraction(1, 7)) for _ in range(30)),))
    assert r"\symbpfit{" in latex_display(m.Display((m.Line(Z, wide),), "1"))


def test_nothing_of_a_broken_line_is_lost() -> None:
    whole = latex(LONG)
    parts = latex_display(m.Display((m.Line(Z, LONG),), "1"))
    for term in LONG.terms:
        assert parts.count(latex(term) + " ") + parts.count(latex(term) + "\n") == 1
    assert whole.count("+") == parts.count("+") == len(LONG.terms) - 1


def test_widths_grow_with_what_is_inside() -> None:
    assert width(layout(m.Sum((A, Z)))) > width(layout(A)) > 0
    assert width(layout(m.Quotient(LONG, A))) > width(layout(LONG))


def test_a_place_to_fill_in_is_a_line_in_every_format() -> None:
    sentence = ("a = ", m.Gap(6))
    assert latex_inline(sentence) == r"a = \rule[-3pt]{3em}{0.4pt}"
    style = "display: inline-block; border-bottom: 1px solid; height: 1.1em; vertical-align: -0.2em; width: 3em"
    assert html_inline(sentence) == f'a = <span style="{style}"></span>'
    assert typst_inline(sentence) == '#"a = ";#box(width: 3em, stroke: (bottom: 0.4pt), outset: (bottom: 3pt));'
    assert m.Gap(6).text == "______"
