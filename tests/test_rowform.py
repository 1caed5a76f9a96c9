"""Matrices of a sequence, its steps as rows: recognised from equations, evaluated as they are printed."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import sympy
from programs import GENERAL, N, eq, n, program

from symbp import functions as f
from symbp import mathtree as m
from symbp.chain_rule import adjoint
from symbp.derive import derive
from symbp.equation import Equation, Index, read
from symbp.errors import CheckFailed
from symbp.mathtree.reading import line_reading, piece_reading
from symbp.network import Network
from symbp.notes.about import subject
from symbp.notes.layers import layer_form
from symbp.notes.rows import Rows, row_blocks
from symbp.printing.document import Formula, Paragraph
from symbp.printing.spelled import ENGLISH, catalogue, in_words
from symbp.program import Program
from symbp.rewrite import rewrite
from symbp.spec import load
from symbp.views import rowform
from symbp.views.layerform import NoMatrixForm
from symbp.views.rowform import Block, Found, Part, RowForm, fixed_axes

EXAMPLES = Path(__file__).parents[1] / "examples"
LAYERS = {
    "two": ({"kind": "dense", "units": 4, "name": "p"}, {"kind": "attention", "heads": 2, "input": ["x", "p"]}),
    "beside": (
        {"kind": "dense", "units": 3, "name": "p", "activation": "tanh"},
        {"kind": "dense", "units": 2, "input": "x", "name": "q"},
        {"kind": "concatenate", "input": ["p", "q"]},
    ),
    "flat": ({"kind": "dense", "units": 3}, {"kind": "flatten"}, {"kind": "dense", "units": 2}),
    "four": ({"kind": "attention", "heads": 4, "bias": False},),
    "masked": ({"kind": "attention", "mask": True},),
}


@cache
def rows(name: str) -> Rows:
    shape = [3, 4] if name == "flat" else ["T", 4]
    built = Network(name, {"shape": shape}, LAYERS[name], "mse") if name in LAYERS else load(EXAMPLES / f"{name}.toml")
    return Rows(subject(derive(built), ("layer",)))


@cache
def lines(name: str) -> tuple[str, ...]:
    shown = (b.display for b in row_blocks(rows(name)) if isinstance(b, Formula))
    return tuple(
        f"({number}) {line_reading(line)}  {''.join(map(piece_reading, in_words(line.remark, catalogue(ENGLISH))))}"
        for display in shown
        for line, number in zip(display.lines, display.numbers, strict=True)
    )


# What is printed.

LINES = [
    ("attention", "(1.R) Z^(1) = X · (W^(1))⊤ + 1_3 · (b^(1))⊤  3×12 = (3×4)(4×12)"),
    ("attention", "(3.Ra) K^(1)_h = Z^(1)_{·,2 · h + 3…2 · h + 4}  3×2"),
    (
        "attention",
        "(2.Rb) = X · (W^(1)_{2 · h − 1…2 · h})⊤ + 1_3 · (b^(1)_{2 · h − 1…2 · h})⊤  3×2 = (3×4)(4×2)",
    ),
    ("attention", "(5.R) S^(1)_h = 1/√(2) · Q^(1)_h · (K^(1)_h)⊤  3×3 = (3×2)(2×3)"),
    ("attention", "(9.R) P^(1)_h = softmax_{u ≤ t}(S^(1)_h)  row t, columns u: 3×3"),
    ("attention", "(10.R) o^(1)_h = P^(1)_h · V^(1)_h  3×2 = (3×3)(3×2)"),
    ("attention", "(11.R) G^(1) = [o^(1)_1, o^(1)_2]  3×4"),
    ("attention", "(18.Rb) = ∂L/∂Y\u0302 · O^(1)_{·,2 · h − 1…2 · h}  3×2 = (3×4)(4×2)"),
    ("attention", "(20.R) ∂L/∂V^(1)_h = (P^(1)_h)⊤ · ∂L/∂o^(1)_h  3×2 = (3×3)(3×2)"),
    ("attention", "(21.R) μ^(1)_h = (∂L/∂P^(1)_h ⊙ P^(1)_h) · 1_3  3×1 = (3×3)(3×1)"),
    ("attention", "(22.R) ∂L/∂S^(1)_h = (∂L/∂P^(1)_h − μ^(1)_h · 1⊤_3) ⊙ P^(1)_h  3×3"),
    ("attention", "(23.R) ∂L/∂K^(1)_h = 1/√(2) · (∂L/∂S^(1)_h)⊤ · Q^(1)_h  3×2 = (3×3)(3×2)"),
    ("attention", "(27.R) ∂L/∂W^(1) = (Δ^(1))⊤ · X  12×4 = (12×3)(3×4)"),
    ("two", "(3.R) w^(2) = A^(1) · (W^(2)_{5…12})⊤ + 1_T · (b^(2)_{5…12})⊤  T×8 = (T×4)(4×8)"),
    ("two", "(31.Ra) ∂L/∂W^(2)_{1…4} = (Δ^(2))⊤ · X  4×4 = (4×T)(T×4)"),
    ("beside", "(4.R) Y\u0302 = [A^(1), A^(2)]  T×7"),
    ("beside", "(8.R) ∂L/∂A^(1) = ∂L/∂Y\u0302_{·,1…3}  T×3"),
    ("flat", "(1.R) A^(1) = X · (W^(1))⊤ + 1_2 · (b^(1))⊤  2×2 = (2×3)(3×2)"),
    ("four", "(11.R) G^(1) = [o^(1)_1, …, o^(1)_4]  T×4"),
    ("masked", "(5.R) S^(1)_h = 1/2 · Q^(1)_h · (K^(1)_h)⊤  T×T = (T×4)(4×T)"),
]


@pytest.mark.parametrize(("name", "text"), LINES)
def test_the_matrices_of_a_lecture(name: str, text: str) -> None:
    assert text in lines(name), "\n".join(lines(name))


def test_a_penalty_is_added_to_the_gradient_of_a_weight() -> None:
    net = Network("l2", {"shape": ["T", 3]}, [{"kind": "dense", "units": 2}], "mse", regularization={"l2": 0.1})
    shown = [b.display for b in row_blocks(Rows(subject(derive(net), ("layer",)))) if isinstance(b, Formula)]
    assert "∂L/∂W^(1) = (Δ^(1))⊤ · X + 0.1 · W^(1)" in [line_reading(k) for d in shown for k in d.lines]


@pytest.mark.parametrize(("name", "numbers"), [("attention", "(6), (7) and (8)"), ("masked", "(6), (7), (8) and (9)")])
def test_what_stays_in_index_form_is_named(name: str, numbers: str) -> None:
    told = [b for b in row_blocks(rows(name)) if isinstance(b, Paragraph)][-1]
    expected = f"Equations {numbers} stay in index form, as steps within a softmax or as what no matrices say."
    assert "".join(map(piece_reading, in_words(told.parts, catalogue(ENGLISH)))) == expected


def test_the_notes_have_both_forms_where_layers_hold_vectors_too() -> None:
    shown = lines("flat")
    assert not any(".M)" in line for line in shown)
    blocks = [b for section in layer_form(rows("flat").subject) for b in section.blocks if isinstance(b, Formula)]
    numbers = [number for b in blocks for number in b.display.numbers]
    assert {"1.R", "3.M"} <= set(numbers)
    assert len(numbers) == len(set(numbers))


# Seeded mistakes: each must stop the build.


def no_transpose(self: RowForm, block: Block, axes: tuple[Index, ...]) -> m.Node:
    return self.array_of(block)


def always_transposed(self: RowForm, block: Block, axes: tuple[Index, ...]) -> m.Node:
    return m.Transpose(self.array_of(block))


def one_row_further(self: Rows, part: Part | None) -> m.Node | None:
    return SPAN(self, part and Part(part.first + 1, part.extent))


def in_the_other_order(self: RowForm, equations: tuple[Equation, ...], left: list[Block]) -> Found:
    found = BESIDE(self, equations, left)
    assert isinstance(found.node, m.Beside)
    return Found(m.Beside(found.node.parts[::-1]))


def without_condition(self: Rows, name: str) -> Found | None:
    found = SOFTMAX(self, name)
    return found and Found(replace(found.node, where=()))


def without_coefficient(body: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    return sympy.Integer(1), COEFFICIENT(body)[1]


SPAN, BESIDE, SOFTMAX, COEFFICIENT = Rows._span, RowForm._beside, Rows._softmax, rowform._coefficient
MISTAKES: list[tuple[object, str, Callable[..., object], str]] = [
    (RowForm, "_oriented", no_transpose, "1.R"),
    (RowForm, "_oriented", always_transposed, "1.R"),
    (Rows, "_span", one_row_further, "2.Ra"),
    (RowForm, "_beside", in_the_other_order, "25.R"),
    (Rows, "_softmax", without_condition, "9.R"),
    (rowform, "_coefficient", without_coefficient, "5.R"),
    (rowform, "ones", lambda extent: m.Symbol("1", "", (str(extent + 1),), style="bold"), "1.R"),
]


@pytest.mark.parametrize(("owner", "name", "wrong", "number"), MISTAKES, ids=lambda v: getattr(v, "__name__", str(v)))
def test_a_wrong_line_stops_the_build(
    owner: object, name: str, wrong: Callable[..., object], number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = rows("attention").subject
    monkeypatch.setattr(owner, name, wrong)
    with pytest.raises(CheckFailed, match=rf"^equation \({number}\)"):
        list(row_blocks(Rows(about)))


def test_one_lost_transpose_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """P and dL/dS are square: without its transpose a product still has the right shape."""

    def lost(self: RowForm, block: Block, axes: tuple[Index, ...]) -> m.Node:
        return self.array_of(block) if block.tensor == "p1" else ORIENTED(self, block, axes)

    ORIENTED = RowForm._oriented
    monkeypatch.setattr(RowForm, "_oriented", lost)
    with pytest.raises(CheckFailed, match=r"^equation \(20\.R\).*does not hold, at h = 1"):
        list(row_blocks(Rows(rows("attention").subject)))


# From any equations, whatever wrote them.


def text(built: Program, name: str) -> str:
    def array_of(block: Block) -> m.Node:
        return m.Symbol(block.tensor)

    form = RowForm(built, fixed_axes(built.tensors, built.equations()), array_of)
    return m.reading(form.right_side(built.defining(name)).node)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("q", "x · Wq⊤"),
        ("u", "√(3)/3 · q · k⊤"),
        ("out", "p · v"),
        ("v_bar", "p⊤ · out_bar"),
        ("p_bar", "out_bar · v⊤"),
        ("k_bar", "√(3)/3 · u_bar⊤ · q"),
        ("Wq_bar", "q_bar⊤ · x"),
    ],
)
def test_attention_that_equations_state(name: str, expected: str) -> None:
    built = rewrite(adjoint(GENERAL["attention"](), ["Wq", "Wk", "Wv"])).result
    assert text(built, name).replace("1/√(3)", "√(3)/3") == expected


T, I4, J = Index("t", 3), Index("i", 4), Index("j", 4)
X, V = read("x", n, T, I4), read("v", I4)


def of_one_equation(body: sympy.Expr, over: tuple[Index, ...] = ()) -> Program:
    statements = (eq(read("h", n, T, I4), body, over), eq(read("L"), read("h", n, T, I4) ** 2, (n, T, I4)))
    return program(statements, {"x": (N, 3, 4), "v": (4,), "s": (), "u": (4, 4)}, {"h": (N, 3, 4)})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (X * V, "(1_3 · v⊤) ⊙ x"),
        (X**2, "x ⊙ x"),
        (1 - X, "1 − x"),
        (V, "1_3 · v⊤"),
    ],
)
def test_vectors_are_repeated(body: sympy.Expr, expected: str) -> None:
    factors = text(of_one_equation(body), "h")
    assert factors in (expected, "x ⊙ (1_3 · v⊤)")


@pytest.mark.parametrize(
    ("body", "over"),
    [
        (sympy.sqrt(X), ()),
        (X**3, ()),
        (f.exp(X), ()),
        (X * read("s"), ()),
        (read("u", I4, I4) * X, ()),
        (read("x", n, T, J) * read("u", I4, J) * V, (J,)),
        (sympy.Integer(2), ()),
    ],
)
def test_what_no_matrices_say_is_refused(body: sympy.Expr, over: tuple[Index, ...]) -> None:
    with pytest.raises(NoMatrixForm):
        text(of_one_equation(body, over), "h")


@pytest.mark.parametrize(("kind", "name"), [("convolution", "h"), ("max pool", "p"), ("batch normalisation", "mu")])
def test_other_equations_are_refused(kind: str, name: str) -> None:
    with pytest.raises(NoMatrixForm):
        text(GENERAL[kind](), name)


# Formulas.

A = m.matrix([[1, 2], [3, 4]])
KNOWN = m.Environment({m.Symbol("A", "", (1,)): A, m.Symbol("A", "", (2,)): ((5,), (6,)), m.Symbol("c"): 1})
A_H = m.Symbol("A", "", (m.Index("h"),))


def test_matrices_side_by_side() -> None:
    node = m.Beside((m.Each(m.Index("h"), 2, A_H), m.Symbol("A", "", (2,))))
    assert m.reading(node) == "[A_1, A_2, A_2]"
    assert m.value(node, KNOWN) == ((1, 2, 5, 5), (3, 4, 6, 6))
    assert m.free_indices(node) == ()
    with pytest.raises(m.NoValue, match="shapes do not fit: 2×2 beside a scalar"):
        m.value(m.Beside((m.Symbol("A", "", (1,)), m.Symbol("c"))), KNOWN)


def test_a_softmax_of_rows_over_what_is_seen() -> None:
    t, u = m.Index("t"), m.Index("u")
    node = m.RowSoftmax(m.Symbol("A", "", (1,)), t, u, (m.Comparison(u, "≤", t),))
    found = np.array(m.value(node, KNOWN), dtype=float)
    e = np.exp(-1.0)
    assert np.allclose(found, [[1, 0], [e / (1 + e), 1 / (1 + e)]], rtol=1e-15)
    with pytest.raises(m.NoValue, match="no column of row 1 is seen"):
        m.value(replace(node, where=(m.Comparison(t, "<", u), m.Comparison(u, "<", t))), KNOWN)
    with pytest.raises(m.NoValue, match="softmax needs a matrix"):
        m.value(replace(node, body=m.Symbol("c")), KNOWN)


def test_a_span_in_a_subscript_is_known_by_its_text() -> None:
    h = m.Index("h")
    symbol = m.Symbol("W", "", (m.Span(h, m.Sum((h, m.Number(1)))),))
    assert m.reading(symbol) == "W_{h…h + 1}"
    assert m.value(symbol, m.Environment({m.Symbol("W", "", ("2…3",)): A}), {"h": 2}) == A
