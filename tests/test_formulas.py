"""Formulas as they are typed: what is read, in which notation, and what is refused with which words."""

import json
from functools import cache
from pathlib import Path

import mpmath
import numpy as np
import pytest
from click.testing import CliRunner

from symbp import compare, load
from symbp.cli import main
from symbp.derive import NetworkDerivation, derive
from symbp.errors import SpecError
from symbp.formulas import parse_formula
from symbp.layers import Dense
from symbp.network import Network

EXAMPLES = Path(__file__).parents[1] / "examples"
KNOWN = "Known: x, y, W1, b1, z1, a1, W2, b2, z2, yhat, L, delta of a layer, dL/d of each, N."


@cache
def derivation(name: str) -> NetworkDerivation:
    return derive(load(EXAMPLES / f"{name}.toml"))


NOTATIONS = {
    "2*(yhat - y)*yhat*(1-yhat)*a1": ("w31", "neuron"),
    "delta1[1]*x[2]": ("w12", "neuron"),
    "delta1*x^T": ("W1", "layer"),
    "sum_n(delta1*x^T)": ("W1", "layer"),
    "sum[n](delta1[n,i]*x[n,j])": ("W1", "index"),
    "delta1[i]*x[j]": ("W1", "index"),
}


@pytest.mark.parametrize("text", NOTATIONS)
def test_a_notation_is_told_by_what_stands_in_a_formula(text: str) -> None:
    wrt, notation = NOTATIONS[text]
    assert parse_formula(text, derivation("relay"), wrt).notation == notation


SPELLINGS = [
    ("w31", "2(yhat-y)yhat(1-yhat)a1"),
    ("w31", "2·(ŷ − y)·σ’(z₃)·a₁"),
    ("w_31", "dL_dz3*a_1"),
    ("w31", "δ3*a1"),
    ("w31", "2*(a3 - y)*sigmoid'(z3)*a1"),
    ("w31", "+2*-(y-yhat)*exp(-z3)/(1+exp(-z3))**2*a1"),
    ("dL/dw31", "∂L/∂z3 * a1"),
    ("W1", "δ₁ x⊤"),
    ("W1", "W2.T @ delta2 ⊙ a1 ⊙ (1-a1) @ x.T"),
    ("W1", "(z1_bar)*(x)^T"),
    ("W1", "delta1 a0^T"),
    ("b1", "W2^T delta2 .* (a1 - a1²)"),
    ("W2", "delta2*a1"),
    ("W1", "sum[n](dL/dz1[n,i] x[n,j])"),
]


@pytest.mark.parametrize(("wrt", "text"), SPELLINGS)
def test_what_people_type_is_read(wrt: str, text: str) -> None:
    assert compare(derivation("relay"), wrt, text).equal


def test_a_formula_has_a_value_in_fifty_digits() -> None:
    d = derivation("relay")
    with mpmath.workdps(50):
        exact = d.values["z1_bar"][0, 0]
        found = parse_formula("2*(yhat - y)*sigma'(z3)*w31*sigma'(z1)", d, "z1[1]").value(d.values)
        assert abs(found - exact) < mpmath.mpf(10) ** -45
        layer = parse_formula("W1*x + b1", d).value(d.values)
        assert abs(layer[1, 0] - d.values["z1"][0, 1]) < mpmath.mpf(10) ** -45
        index = parse_formula("sum[j](W1[i,j]*x[j]) + b1[i]", d).value(d.values)
        assert abs(index[1] - d.values["z1"][0, 1]) < mpmath.mpf(10) ** -45


def test_parts_have_places_and_values() -> None:
    d = derivation("relay")
    formula = parse_formula("(W2^T*delta2) .* sigma'(z1) * x^T", d, "W1")
    values = {name: np.asarray(v, float) for name, v in d.values.items()}
    parts = {part.text: part.value(values) for part in formula.parts}
    assert np.allclose(parts["W2^T*delta2"][:, 0], values["a1_bar"][0])
    assert np.allclose(parts["(W2^T*delta2) .* sigma'(z1)"][:, 0], values["z1_bar"][0])
    assert all(formula.text[slice(*part.span)].strip("( )") in formula.text for part in formula.parts)


REFUSED = {
    ("W1", ""): "the formula is empty\n  Write one, such as delta1 * x^T.",
    ("W1", "(delta1*x^T"): "this bracket is not closed\n    (delta1*x^T\n    ^",
    ("W1", "delta1*x^T)"): '")" closes no bracket\n    delta1*x^T)\n              ^',
    ("W1", "delta1[n,i*x[n,j]"): "this bracket is not closed\n    delta1[n,i*x[n,j]\n          ^",
    ("W1", "()*x"): "there is nothing in these brackets\n    ()*x\n    ^^",
    ("W1", "delta1*"): 'the formula ends after "*"\n    delta1*\n          ^',
    ("W1", "* x"): 'a number, a name or a bracket is missing before "*"\n    * x\n    ^',
    ("W1", "dW = delta1"): (
        "a formula has no =\n    dW = delta1\n       ^\n"
        "  Write the right side alone: what it is the gradient of is said before it."
    ),
    ("W1", "delta1; x"): 'unexpected character ";"\n    delta1; x\n          ^',
    ("W1", r"\delta_1"): (
        'unexpected character "\\\\"\n    \\delta_1\n    ^\n  LaTeX is not read: write sigma, delta1, W2^T.'
    ),
    ("W1", "∑(x)"): ('unexpected character "∑" (N-ARY SUMMATION)\n    ∑(x)\n    ^\n  Write sum[n](...) or sum_n(...).'),
    ("W1", "outer(delta1, x)"): (
        'unknown function "outer"\n    outer(delta1, x)\n    ^^^^^\n'
        "  Known: sigma, relu, tanh, exp, log, sqrt, softmax, diag, sum and others; a product is a*b^T."
    ),
    ("W1", "delt1*x^T"): f'unknown name "delt1"\n    delt1*x^T\n    ^^^^^\n  Did you mean delta1? {KNOWN}',
    ("W1", "dL/dz9*x^T"): f'unknown name "z9"\n    dL/dz9*x^T\n    ^^^^^^\n  {KNOWN}',
    ("W1", "dL/dx*x^T"): (
        "dL/dx is not among the gradients of this derivation\n    dL/dx*x^T\n    ^^^^^\n  It is given, or frozen."
    ),
    ("w31", "sigma'"): "\"sigma'\" is a function\n    sigma'\n    ^^^^^\n  Write sigma'(...).",
    ("w31", "sigma(z3, 1)"): "sigma takes 1 argument, not 2\n    sigma(z3, 1)\n    ^^^^^^^^^^^^",
    ("w31", "foo'(z3)"): (
        'unknown function "foo"\n    foo\'(z3)\n    ^^^\n  Known: sigma, relu, tanh, exp and others.'
    ),
    ("w31", "2**9999*a1"): (
        "the exponent 9999 is too large\n    2**9999*a1\n       ^^^^\n  Exponents go from -64 to 64."
    ),
    ("w31", "9^9^9^9"): "the exponent 9^9^9 is too large\n    9^9^9^9\n      ^^^^^\n  Exponents go from -64 to 64.",
    ("w31", "0.1234567890123456789*a1"): (
        '"0.1234567890123456789" has 19 digits; a float holds at most 17\n'
        "    0.1234567890123456789*a1\n    ^^^^^^^^^^^^^^^^^^^^^"
    ),
    ("w31", "dx1/dw31"): (
        "x1 does not depend on w31\n    dx1/dw31\n    ^^^^^^^^\n"
        "  A factor of the chain rule is of one quantity by an earlier one."
    ),
    ("W2", "a1*delta2"): (
        "this is 2x1, and dL/dW2 is 1x2\n    a1*delta2\n    ^^^^^^^^^\n  Its transpose has the right shape."
    ),
    ("W1", "delta2*a1^T"): "this is 1x2, and dL/dW1 is 2x2\n    delta2*a1^T\n    ^^^^^^^^^^^",
    ("w31", "delta1*x^T"): "this is 2x2, and dL/dw31 is one number\n    delta1*x^T\n    ^^^^^^^^^^",
    ("W1", "delta3*x1"): (
        "this is one number, and dL/dW1 has 2x2 of them\n    delta3*x1\n    ^^^^^^^^^\n"
        "  Ask for one element, or write it in layer notation."
    ),
    ("W1", "(W1 + x)*x^T"): (
        "these cannot be added: 2x2 and 2x1\n    (W1 + x)*x^T\n     ^^^^^^\n  Both sides of + and - have one shape."
    ),
    ("W1", "W1*W2"): (
        "these cannot be multiplied: W1 is 2x2, and W2 is 1x2\n    W1*W2\n    ^^^^^\n"
        "  A product of matrices needs as many columns on the left as rows on the right."
    ),
    ("W1", "W1 .* W2"): (
        "these cannot be multiplied entry by entry: W1 is 2x2, and W2 is 1x2\n    W1 .* W2\n    ^^^^^^^^\n"
        "  Entry by entry, both have one shape."
    ),
    ("W1", "diag(W1)"): "diag takes a column, and this is 2x2\n    diag(W1)\n         ^^",
    ("W1", "W2^T*w31"): (
        'two notations are mixed: "W2^T" is of whole arrays, "w31" is of single neurons\n'
        "    W2^T*w31\n    ^^^^ ^^^\n  Write all of it in one of them."
    ),
    ("W1", "delta1[n,i]*x^T"): (
        'two notations are mixed: "delta1[n,i]" is with indices, "x^T" is of whole arrays\n'
        "    delta1[n,i]*x^T\n    ^^^^^^^^^^^ ^^^\n  Write all of it in one of them."
    ),
    ("W1[i,j]", "delta1[n,i]*x[n,j]"): (
        "index n is free\n    delta1[n,i]*x[n,j]\n    ^^^^^^^^^^^\n"
        "  Sum over it, as in sum[n](...); the free indices of dL/dW1[i,j] are: i, j."
    ),
    ("W1", "sum[n](delta1[n,i]*x[n,k])"): (
        "which axis of W1 is i, k?\n    sum[n](delta1[n,i]*x[n,k])\n    ^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        '  Say so where you name it, such as "W1[i,k]".'
    ),
    ("W1", "sum[n](delta1[n]*x[n,j])"): (
        "x[n,j] has the index of the sample, and delta1[n] has not\n    sum[n](delta1[n]*x[n,j])\n"
        "           ^^^^^^^^^ ^^^^^^\n  Write it in all, or in none."
    ),
    ("W2[i,j]", "sum[n](delta2[n,j]*a1[n,j])"): (
        "index j runs over 2 in dL/dW2[i,j], and over 1 in delta2[n,j]\n    sum[n](delta2[n,j]*a1[n,j])\n"
        "           ^^^^^^^^^^^\n  Give one of them another letter."
    ),
    ("W1[i,j]", "sum[n](delta1[n,i]*x[n,j+1])"): (
        "position 2 lies outside the axis of x: 0 to 1\n    sum[n](delta1[n,i]*x[n,j+1])\n"
        "                           ^^^\n"
        "  Positions count from 0 among indices; a condition keeps them inside: ... where t >= 1."
    ),
    ("W1[i,j]", "sum[m](delta1[n,i])"): (
        "nothing in this sum has the index m\n    sum[m](delta1[n,i])\n        ^\n"
        "  An index stands in the brackets of a tensor."
    ),
    ("W1[i]", "delta1[i]"): "W1 has 2 axes, and W1[i] names 1\n    W1[i]\n    ^^^^^\n  Name one letter for each.",
}


@pytest.mark.parametrize(("wrt", "text"), REFUSED)
def test_a_formula_at_fault_is_refused_with_its_place(wrt: str, text: str) -> None:
    with pytest.raises(SpecError) as caught:
        compare(derivation("relay"), wrt, text)
    assert str(caught.value) == REFUSED[wrt, text]


LARGE = {
    "(" * 60 + "x" + ")" * 60: "the formula is nested deeper than 40",
    "x^" * 60 + "x": "the formula is nested deeper than 40",
    "x" + " + x" * 600: "the formula has 2,401 characters; at most 2,000 are read",
    "x" + "+x" * 450: "the formula has 901 parts; at most 800 are read",
}


@pytest.mark.parametrize("text", LARGE)
def test_a_formula_that_is_too_large_is_refused(text: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_formula(text, derivation("relay"), "W1")
    assert str(caught.value).split("\n")[0] == LARGE[text]
    assert str(caught.value).endswith("\n  Name a part of it.")


@pytest.mark.parametrize("text", ["-" * 700 + "a1", "2" + "*2" * 390, "sqrt(" * 39 + "a1" + ")" * 39, "1/0*a1", "0^-1"])
def test_odd_formulas_have_a_verdict(text: str) -> None:
    assert not compare(derivation("relay"), "w31", text).equal


OTHERS = {
    ("relay", "W1", "softmax(L)*x"): "softmax is of a vector\n    softmax(L)*x\n    ^^^^^^^^^^",
    ("relay", "W1", "softmax'(z1)*x^T"): (
        "softmax has no entrywise derivative\n    softmax'(z1)*x^T\n    ^^^^^^^\n  Write it out."
    ),
    ("relay", "W1", "sum_n(W1)"): "what sum_n is taken of is not of one sample each\n    sum_n(W1)\n          ^^",
    ("relay", "W1", "sum_n(delta1)*x^T"): (
        "the samples are not summed in all of this\n    sum_n(delta1)*x^T\n    ^^^^^^^^^^^^^^^^^"
    ),
    ("relay", "W1", "x/W1"): "these cannot be divided: 2x1 by 2x2\n    x/W1\n    ^^^^",
    ("relay", "W1[i,j]", "sum[n](delta1[n,i,j])"): (
        "delta1 takes 2 positions, not 3\n    sum[n](delta1[n,i,j])\n           ^^^^^^^^^^^^^\n  Its axes are N, 2."
    ),
    ("relay", "W1[i,j]", "delta1[i]*x"): (
        "x takes 1 position, not 0\n    delta1[i]*x\n              ^\n  Its axes are 2."
    ),
    ("relay", "W1[i,j]", "delta1[i]*q"): (
        'index "q" is not bound\n    delta1[i]*q\n              ^\n'
        "  An index stands in a sum or in what the gradient is by."
    ),
    ("relay", "W1[i,j]", "delta1[i]*x[j/2]"): (
        "this is not a position\n    delta1[i]*x[j/2]\n                ^^^\n"
        "  A position is made of indices and whole numbers."
    ),
    ("relay", "W1[i,j]", "delta1[i]*x[k+q]"): (
        'unknown index "k"\n    delta1[i]*x[k+q]\n                ^\n  Indices here: i, j.'
    ),
    ("relay", "W1[i,j]", "sum[n](delta1[n,i]*x[n,j]) where i >= 0"): (
        "no sum runs over the indices of this condition\n    sum[n](delta1[n,i]*x[n,j]) where i >= 0\n"
        "                                     ^^^^^^"
    ),
    ("relay", "W1[i,j]", "sum[n](x[n,j]) where n => 0"): (
        "this relation is not one of conditions\n    sum[n](x[n,j]) where n => 0\n"
        "                            ^\n  Known: <, <=, >, >=, ==, !="
    ),
    ("relay", "W1[i,j]", "sum[n](x[n,j]) where n"): (
        "this is not a condition\n    sum[n](x[n,j]) where n\n                         ^\n  Such as r + u - 1 >= 0."
    ),
    ("relay", "W1", "delta1*x^T where 1 > 0"): (
        "a condition belongs to a sum with indices\n    delta1*x^T where 1 > 0\n                     ^^^^^\n"
        "  Such as sum[n,t](...) where t >= 1."
    ),
    ("relay", "W1", "sum[1](x)"): "an index is a letter\n    sum[1](x)\n        ^\n  Such as sum[n](...).",
    ("relay", "W1", "sum_n x"): (
        "what sum_n is taken of stands in brackets\n    sum_n x\n    ^^^^^\n  Such as sum_n(...)."
    ),
    ("relay", "W1", "sum x"): "what sum is taken of stands in brackets\n    sum x\n    ^^^\n  Such as sum(...).",
    ("relay", "W1[i,i]", "delta1[i]*x[i]"): (
        "W1[i,i] names an index twice\n    W1[i,i]\n    ^^^^^^^\n  Name another letter for each axis."
    ),
    ("relay", "w31", "0,0312"): '"," may not stand here\n    0,0312\n     ^\n  Write a decimal point.',
    ("standard", "W1[i,j]", "delta2[i]*x[j]"): (
        "samples act on one another in this network: one alone says nothing\n    delta2[i]*x[j]\n"
        "    ^^^^^^^^^^^^^^\n  Write the index of the sample, as in x[n,j]."
    ),
    ("digits", "y", "1"): "y holds whole numbers: the loss has no derivative by it\n    y\n    ^",
    ("classes", "m2", "1"): (
        "m2 is named by a rewrite: the loss has no derivative by it\n    m2\n    ^^\n"
        "  Ask for one that the network's own equations have."
    ),
}


@pytest.mark.parametrize(("name", "wrt", "text"), OTHERS)
def test_a_formula_of_a_network_at_fault_is_refused(name: str, wrt: str, text: str) -> None:
    with pytest.raises(SpecError) as caught:
        compare(derivation(name), wrt, text)
    assert str(caught.value) == OTHERS[name, wrt, text]


def test_a_formula_on_the_command_line_may_begin_with_a_minus() -> None:
    spec = str(EXAMPLES / "relay.toml")
    done = CliRunner().invoke(main, ["compare", spec, "w31", "-2*(y - yhat)*yhat*(1 - yhat)*a1"])
    assert (done.exit_code, done.output) == (0, "equal: this is dL/dw31\n")
    done = CliRunner().invoke(main, ["compare", spec, "w31", "-0.03", "--json"])
    assert done.exit_code == 1 and json.loads(done.output)["difference"]["given"] == -0.03


def test_an_activation_that_is_not_clear_is_asked_for() -> None:
    d = derive(Network("two", 2, [Dense(2, "tanh"), Dense(1, "relu")], "mse"))
    with pytest.raises(SpecError) as caught:
        compare(d, "W2", "dL/dyhat .* sigma'(z2) * a1^T")
    assert str(caught.value) == (
        "sigma is not clear here: the network uses relu, tanh\n    dL/dyhat .* sigma'(z2) * a1^T\n"
        "                ^^^^^\n  Write which one."
    )
    assert compare(d, "W2", "dL/dyhat .* relu'(z2) * a1^T").equal


def test_a_product_that_is_too_large_is_refused() -> None:
    text = "sum[n,m,p,q](dL/dz1[n,i]*x[n,j]*W2[p,m]*W2[q,m]*b1[k]*b1[l]*b1[o]*b1[r])"
    with pytest.raises(SpecError) as caught:
        compare(derivation("digits"), "W1[i,j]", text)
    assert str(caught.value).startswith("a product has ") and "at most 20,000,000 are computed" in str(caught.value)
    assert str(caught.value).endswith("\n  Sum in parts, or compare in a smaller network.")
