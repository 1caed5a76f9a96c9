"""The mathematics of own texts: (what is written, what is printed in LaTeX), and trees that come back as they were."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symbp.errors import Fault
from symbp.mathtree import nodes as m
from symbp.mathtree import pieces as lay
from symbp.mathtree.layout import layout
from symbp.mathtree.reading import line_reading, reading
from symbp.owntext.commands import COMMANDS, FUNCTIONS, SYMBOLS
from symbp.owntext.display import display
from symbp.owntext.mathematics import formula
from symbp.printing.latex import latex
from symbp.printing.mathml import mathml
from symbp.printing.typst_math import typst_math
from tests.test_printers import FORMULAS

WRITTEN = (
    ("x", "x"),
    (r"\frac{\partial L}{\partial w_{31}} = \delta_1 x_1", r"\frac{\partial L}{\partial w_{31}} = \delta_{1}x_{1}"),
    (r"\sigma'(z)=\sigma(z)(1-\sigma(z))", r"\sigma'(z) = \sigma(z)\bigl(1 - \sigma(z)\bigr)"),
    (r"\hat y - y", r"\hat{y} - y"),
    (r"-a+|x|-\|W^{(l)}\|_F^2", r"-a + \lvert x\rvert - \bigl\lVert W^{(l)}\bigr\rVert_{F}^{2}"),
    (r"\sum_{i=1}^n x_i\odot\nabla_\theta L", r"\sum_{i = 1}^{n} x_{i} \odot \nabla_{\theta}L"),
    (r"\prod\limits_k a_k", r"\prod_{k} a_{k}"),
    (r"\operatorname{softmax}(z)_k", r"\operatorname{softmax}(z)_{k}"),
    (r"\operatorname*{arg min}_\theta L", r"\operatorname*{arg\,min}_{\theta} L"),
    (r"\log x+\exp(x)+\max_k a_k", r"\log x + \exp(x) + \max_{k} a_{k}"),
    (r"\mathbf W^\top\mathbf x\in\mathbb R^{n\times m}",
     r"\boldsymbol{W}^{\top}\boldsymbol{x} \in \mathbb{R}^{n \times m}"),
    (r"\boldsymbol\delta^{(l)}, \mathcal{L}, \mathrm{softmax}, \mathrm d x",
     r"\boldsymbol{\delta}^{(l)},\mathcal{L},\mathrm{softmax},\mathrm{d}x"),
    (r"\left(\frac ab\right)^2", r"\left(\frac{a}{b}\right)^{2}"),
    (r"\left.f\right|_{x=0}", r"\left.f\right\rvert_{x = 0}"),
    (r"\bigl(a\bigr) + \Big[\frac{1}{2}\Big]", r"(a) + \left[\frac{1}{2}\right]"),
    (r"[0,1) \cup ]a,b[", r"[0,1) \cup ]a,b["),
    (r"(a + b", r"(a + b"),
    (r"P(x|y) = \frac12", r"P(x|y) = \frac{1}{2}"),
    (r"\underbrace{a+b}_{\text{the sum, 100\%}}", r"\underbrace{a + b}_{\text{the sum, 100\%}}"),
    (r"\begin{cases} a & \text{if } x>0 \\ 0 \end{cases}", r"\begin{cases} a & \text{if }x > 0 \\ 0 & {} \end{cases}"),
    (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \\ \end{pmatrix}^{-1}",
     r"\left(\begin{array}{cc} 1 & 2 \\ 3 & 4 \end{array}\right)^{-1}"),
    (r"\begin{bmatrix}a\end{bmatrix}", r"\left[\begin{array}{c} a \end{array}\right]"),
    (r"f''(x),f'^2,x^{-1},x^*", r"f''(x),f^{\prime2},x^{-1},x^{\ast}"),
    (r"\sqrt[3]{x}\cdot\sqrt2", r"\sqrt[{3}]{x} \cdot \sqrt{2}"),
    (r"a\mapsto b\quad\forall x\to\infty", r"a \mapsto b\quad \forall x \to \infty"),
    (r"\int_0^1 f(x)\,\mathrm dx", r"\int_{0}^{1}f(x)\,\mathrm{d}x"),
    (r"{}^2x", r"{}^{2}x"),
    (r"x := y \ne z \le 3 \approx \pi", r"x \coloneqq y \ne z \le 3 \approx \pi"),
    (r"\vec x\,\bar y\tilde z\dot w\overline{ab}", r"\vec{x}\,\bar{y}\tilde{z}\dot{w}\overline{ab}"),
    (r"1.5\cdot10^{-3}", r"1.5 \cdot 10^{-3}"),
    (r"x^12", r"x^{1}2"),
    (r"a,\dots,z,\cdots,\vdots", r"a,\ldots,z,\cdots,\vdots"),
    ("α ≤ ∂L·β − ∞", r"\alpha \le \partial L \cdot \beta - \infty"),
    (r"\varphi\phi\varepsilon\ell", r"\varphi\phi\varepsilon\ell"),
    (r"\boxed{x}", r"\boxed{x}"),
    (r"\mathbb{E}[\|x\|^2]", r"\mathbb{E}\bigl[\lVert x\rVert^{2}\bigr]"),
    (r"z^{[l]}_i", "z_{i}^{[l]}"),
)  # fmt: skip


@pytest.mark.parametrize(("written", "printed"), WRITTEN, ids=[written for written, _ in WRITTEN])
def test_a_formula(written: str, printed: str) -> None:
    assert latex(lay.Typeset(formula(written))) == printed
    assert latex(lay.Typeset(formula(printed))) == printed


@pytest.mark.parametrize("name", sorted(set(SYMBOLS) | set(FUNCTIONS)))
def test_every_letter_sign_and_function_is_printed_by_a_command_that_is_read(name: str) -> None:
    node = lay.Typeset(formula(rf"\{name}" if name not in ("%", "#", "&", "_", "$") else rf"\{name}"))
    assert latex(lay.Typeset(formula(latex(node)))) == latex(node)


def test_what_a_lecturer_writes_on_backpropagation_is_known() -> None:
    wanted = "frac partial sum prod sqrt exp log tanh max min sin cos left right cdot times odot otimes le ne ge to in "
    wanted += "forall nabla infty dots cdots ldots top intercal text underbrace overline quad hat bar tilde dot vec "
    wanted += "mathbf boldsymbol mathrm mathcal mathbb operatorname mapsto approx theta Sigma begin end lvert langle"
    assert set(wanted.split()) <= COMMANDS


# Formulas that symbp itself prints are mathematics that it reads.
NAMES = st.sampled_from(["x", "w", "sigma", "L", "delta"])
SYMBOL = st.builds(
    m.Symbol,
    NAMES,
    st.sampled_from(["", "(2)", "(l)"]),
    st.lists(st.integers(1, 12) | st.just(m.Index("k")), max_size=2).map(tuple),
    st.sampled_from(["", "hat", "bar", "tilde", "dot", "vec"]),
    st.sampled_from(["", "bold"]),
)
NODES = st.recursive(
    SYMBOL | st.builds(m.Number, st.integers(-20, 20)),
    lambda inner: st.one_of(
        st.builds(m.Sum, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(m.Product, st.lists(inner, min_size=2, max_size=3).map(tuple), st.sampled_from(["", "dot", "times"])),
        st.builds(m.Quotient, inner, inner),
        st.builds(m.Power, inner, inner),
        st.builds(m.Apply, st.sampled_from(["sigmoid", "tanh", "sqrt", "abs", "log", "exp"]), st.tuples(inner)),
        st.builds(m.Comparison, inner, st.sampled_from(["=", "≤", "≠", "≈"]), inner),
        st.builds(m.BigSum, st.just((m.Bound(m.Index("k"), m.Number(1), m.Symbol("n")),)), inner),
        st.builds(m.Matrix, st.tuples(st.tuples(inner, inner), st.tuples(inner, inner))),
        st.builds(m.Transpose, inner),
        st.builds(m.Underbrace, inner, inner),
        st.builds(m.Norm, inner, st.sampled_from(["", "F"])),
        st.builds(m.Partial, SYMBOL, SYMBOL),
        st.builds(
            lambda a, c, b: m.Cases(((a, c),), b), inner, st.builds(m.Comparison, inner, st.just(">"), inner), inner
        ),
    ),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first formula makes SymPy set itself up
@given(NODES)
def test_what_symbp_prints_reads_as_the_same_formula(node: m.Node) -> None:
    """In every language: LaTeX, MathML, Typst, and plain text but for products, which own text leaves unsaid."""
    printed = latex(node)
    own = lay.Typeset(formula(printed))
    assert latex(own) == printed
    assert latex(lay.Typeset(formula(latex(own)))) == printed
    assert mathml(lay.Typeset(formula(latex(own)))) == mathml(own)
    assert typst_math(lay.Typeset(formula(latex(own)))) == typst_math(own)
    assert "".join(c for c in reading(own) if c not in "· ()") == "".join(c for c in reading(node) if c not in "· ()")


@pytest.mark.parametrize("node", [n for n in FORMULAS if not isinstance(layout(n), lay.Words)], ids=reading)
def test_every_formula_of_the_printers_is_read(node: m.Node) -> None:
    printed = latex(node)
    if "ref" in printed or r"\text{x\_1" in printed:
        with pytest.raises(Fault):
            formula(r"\hyperref[eq]{x}")
        return
    assert latex(lay.Typeset(formula(printed))) == printed


def test_a_display_is_aligned_at_its_relations() -> None:
    shown = display("\\begin{aligned}\na &= b + c \\\\\n&\\le d \\\\ x &\\to y \\\\ &+ z \\\\ q = r\n\\end{aligned}")
    assert shown.own and shown.number == ""
    assert [line_reading(line) for line in shown.lines] == ["a = b + c", "≤ d", "x → y", "+z", "q = r"]
    assert [line.relation for line in shown.lines] == ["=", "≤", "→", "", "="]


def test_a_display_of_one_line_is_aligned_at_its_first_relation() -> None:
    (line,) = display("y = f(x) = 3").lines
    assert (line.relation, reading(line.right)) == ("=", "f(x) = 3") and line.left
    (line,) = display("x^2").lines
    assert (line.left, line.relation) == (None, "")
    (line,) = display("x" * 60 + " = 0").lines  # too wide a left side leaves no room
    assert line.left is None


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("f''''", "4 primes; at most 3 are read\n    f''''\n     ^^^^\n  Write a superscript: f^{(4)}."),
        ("\\", 'the command "\\" is not known here\n    \\\n    ^\n  docs/spec.md names the commands that are read.'),
        ("\\mathbb{=}", '"\\mathbb" has capital letters alone\n    \\mathbb{=}\n    ^^^^^^^^^^\n  Such as R.'),
    ],
)
def test_faults(written: str, message: str) -> None:
    with pytest.raises(Fault) as caught:
        formula(written)
    assert str(caught.value) == message


def test_a_long_formula_is_refused() -> None:
    with pytest.raises(Fault) as caught:
        formula("a" * 4001)
    assert caught.value.head == "a formula has 4,001 characters; at most 4,000 are read"
    assert caught.value.remedy == "Write several shorter ones."
