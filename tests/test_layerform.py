"""The layer view: matrices recognised from index equations, in both layouts, as text and as values."""

from typing import Any

import numpy as np
import pytest
import sympy
from networks import every_kind, network, values_for
from programs import GENERAL, N, eq, n, program

from symbp import functions as f
from symbp import mathtree as m
from symbp.chain_rule import adjoint
from symbp.derive import derive
from symbp.equation import Access, Index, Length, read
from symbp.layers import Dense
from symbp.program import Program
from symbp.reference import evaluate, multiprecision
from symbp.rewrite import rewrite
from symbp.views.layerform import ONES, LayerForm, Layout, NoMatrixForm

KINDS = every_kind()


def form(built: Program, layout: Layout) -> LayerForm:
    return LayerForm(built, layout, lambda access: m.Symbol(access.tensor))


def text(built: Program, name: str, layout: Layout) -> str:
    return m.reading(form(built, layout).right_side(built.defining(name)))


# As text.

SOFTPLUS = derive(network(Dense(4, "softplus"), Dense(2), loss="cross_entropy")).result
FORMS = [
    ("z1", "W1 · x + b1", "x · W1⊤ + 1 · b1⊤"),
    ("a1", "softplus(z1)", "softplus(z1)"),
    ("yhat", "W2 · a1 + b2", "a1 · W2⊤ + 1 · b2⊤"),
    ("z2_bar", "1/N · (prob − y)", "1/N · (prob − y)"),
    ("b2_bar", "z2_bar", "z2_bar⊤ · 1"),
    ("W2_bar", "z2_bar · a1⊤", "z2_bar⊤ · a1"),
    ("a1_bar", "W2⊤ · z2_bar", "z2_bar · W2"),
    ("z1_bar", "a1_bar ⊙ σ(z1)", "a1_bar ⊙ σ(z1)"),
    ("W1_bar", "z1_bar · x⊤", "z1_bar⊤ · x"),
]


@pytest.mark.parametrize(("name", "column", "batch"), FORMS)
def test_dense_layers_in_both_layouts(name: str, column: str, batch: str) -> None:
    assert text(SOFTPLUS, name, "column") == column
    assert text(SOFTPLUS, name, "batch") == batch


def test_contributions_of_shared_weights_are_added() -> None:
    built = derive(network(Dense(3, "softplus", name="a"), Dense(3, share="a"))).result
    assert text(built, "W1_bar", "column") == "z2_bar · a1⊤ + z1_bar · x⊤"
    assert text(built, "b1_bar", "batch") == "z2_bar⊤ · 1 + z1_bar⊤ · 1"


def test_penalties_are_added_entry_by_entry() -> None:
    built = derive(network(Dense(2, "tanh"), regularization={"l2": 0.1, "l1": 0.01})).result
    assert text(built, "W1_bar", "batch") == "z1_bar⊤ · x + (0.1 · W1 + 0.01 · sgn(W1))"


def test_the_form_of_an_array_may_be_put_in_its_place() -> None:
    built = derive(network(Dense(2, "softplus"), Dense(1))).result

    def array_of(access: Access) -> m.Node:
        name = access.tensor
        return form(built, "column").right_side(built.defining(name)) if name == "a1_bar" else m.Symbol(name)

    put_in = LayerForm(built, "column", array_of)
    assert m.reading(put_in.right_side(built.defining("z1_bar"))) == "(W2⊤ · z2_bar) ⊙ σ(z1)"


def test_a_coefficient_stands_before_a_product() -> None:
    i, j = Index("i", 2), Index("j", 3)
    built = program(
        (
            eq(read("h", n, i), read("W", i, j) * read("x", n, j) * 3 / Length("N"), (j,)),
            eq(read("L"), read("h", n, i) ** 2, (n, i)),
        ),
        {"x": (N, 3)},
        {"h": (N, 2)},
        {"W": (2, 3)},
    )
    assert text(built, "h", "column") == "3/N · W · x"


def test_which_side_is_transposed_follows_from_where_the_indices_stand() -> None:
    """The same weight kept as (in, out): the transposes change places."""
    i, j = Index("i", 2), Index("j", 3)
    built = program(
        (eq(read("h", n, i), read("V", j, i) * read("x", n, j), (j,)), eq(read("L"), read("h", n, i) ** 2, (n, i))),
        {"x": (N, 3)},
        {"h": (N, 2)},
        {"V": (3, 2)},
    )
    assert (text(built, "h", "column"), text(built, "h", "batch")) == ("V⊤ · x", "x · V")
    backward = rewrite(adjoint(built, ["V"])).result
    assert (text(backward, "V_bar", "column"), text(backward, "V_bar", "batch")) == ("x · h_bar⊤", "x⊤ · h_bar")


# As values.


def matrices(built: Program, values: dict[str, Any], layout: Layout) -> m.Environment:
    """Every array as rows: samples are rows in a batch; a vector, and the only sample, is a column."""
    known: dict[m.Symbol, Any] = {m.Symbol("N"): 1 if layout == "column" else 3}
    known[ONES] = ((1,),) * (1 if layout == "column" else 3)
    for name, tensor in built.tensor.items():
        value = values.get(name)
        if value is None or tensor.dtype == "int":
            continue
        if not tensor.shape:
            known[m.Symbol(name)] = value[()]
        elif layout == "column" and tensor.shape[0] == N:
            known[m.Symbol(name)] = m.matrix(value.reshape(-1, 1))
        else:
            known[m.Symbol(name)] = m.matrix(value if value.ndim == 2 else value.reshape(-1, 1))
    return m.Environment(known)


@pytest.mark.parametrize("layout", ["column", "batch"])
@pytest.mark.parametrize("name", KINDS)
def test_every_form_has_the_value_of_its_equation(name: str, layout: Layout) -> None:
    net, samples = KINDS[name], 1 if layout == "column" else 3
    d = derive(net)
    values = evaluate(d.result, values_for(net, samples), {"N": samples}, multiprecision(50))
    environment, found = matrices(d.result, values, layout), 0
    for tensor in d.numbers:
        try:
            right = form(d.result, layout).right_side(d.result.defining(tensor))
        except NoMatrixForm:
            continue
        computed, expected = m.value(right, environment), environment.symbols[m.Symbol(tensor)]
        assert np.shape(computed) == np.shape(expected)
        assert np.max(np.abs(np.array(computed) - np.array(expected))) < 1e-13
        found += 1
    forward_and_gradients = sum(2 for layer in net.layers if layer.share is None and not layer.frozen)
    assert found >= forward_and_gradients


# Where there is none.


@pytest.mark.parametrize("layout", ["column", "batch"])
@pytest.mark.parametrize(
    ("kind", "name"),
    [("convolution", "h"), ("max pool", "p"), ("embedding", "h"), ("attention", "u"), ("batch normalisation", "xhat")],
)
def test_other_equations_have_no_matrix_form(kind: str, name: str, layout: Layout) -> None:
    built = GENERAL[kind]()
    with pytest.raises(NoMatrixForm):
        form(built, layout).right_side(built.defining(name))


def of_one_equation(body: sympy.Expr, over: tuple[Index, ...] = (), reduction: str = "sum") -> Program:
    i, j = Index("i", 3), Index("j", 3)
    return program(
        (eq(read("h", n, i), body, over, reduction), eq(read("L"), read("h", n, j) ** 2, (n, j))),
        {"x": (N, 3), "u": (3, 3)},
        {"h": (N, 3)},
    )


I3, J3 = Index("i", 3), Index("j", 3)


@pytest.mark.parametrize(
    ("body", "over", "reduction"),
    [
        (1 - read("x", n, I3), (), ""),
        (read("u", I3, I3), (), ""),
        (read("x", n, J3), (J3,), "max"),
        (f.tanh(read("x", n, J3)) * read("u", I3, J3), (J3,), "sum"),
        (read("x", n, I3) * read("x", n, J3), (J3,), "sum"),
        (read("x", n, J3) * read("u", I3, J3) * read("x", n, J3), (J3,), "sum"),
        (read("x", n, J3) + read("u", I3, J3), (J3,), "sum"),
    ],
)
def test_what_no_matrix_notation_says_is_refused(body: sympy.Expr, over: tuple[Index, ...], reduction: str) -> None:
    built = of_one_equation(body, over, reduction)
    with pytest.raises(NoMatrixForm):
        form(built, "column").right_side(built.defining("h"))
