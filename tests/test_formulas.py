"""Formulas as they are typed: what is read, in which notation, and what is refused with which words."""

from functools import cache
from pathlib import Path

import mpmath
import numpy as np
import pytest

from symbp import compare, load
from symbp.derive import NetworkDerivation, derive
from symbp.errors import SpecError
from symbp.formulas import parse_formula
from symbp.formulas.sizes import free_sizes
from symbp.verify.shrink import small_sizes

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


@pytest.mark.parametrize("name", ["relay", "rnn", "attention"])
def test_formulas_draw_the_sizes_that_checks_draw(name: str) -> None:
    program = derivation(name).start
    assert free_sizes(program) == small_sizes(program)


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
    ("w31", "sigma(z3, 1)"): "sigmoid takes 1 argument, not 2\n    sigma(z3, 1)\n    ^^^^^^^^^^^^",
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
