"""Whether a candidate is told from the gradient, where it differs, and what it looks like."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from symbp import load
from symbp.compare import compare, judge
from symbp.derive import NetworkDerivation, derive
from symbp.errors import SpecError
from symbp.formulas import quantity

EXAMPLES = Path(__file__).parents[1] / "examples"


@cache
def derivation(name: str) -> NetworkDerivation:
    return derive(load(EXAMPLES / f"{name}.toml"))


def test_a_function_that_is_the_gradient_is_equal() -> None:
    found = judge(derivation("relay"), "W1", lambda v: np.einsum("ni,nj->ij", v["z1_bar"], v["x"]))
    assert found.equal and found.error < 1e-12 and found.text() == "equal: this is dL/dW1"


def test_a_lost_slope_is_named_with_its_line() -> None:
    found = judge(derivation("relay"), "W1", lambda v: v["a1_bar"].T @ v["x"])
    assert not found and [seed.mistake.key for seed in found.causes] == ["lost-slope"]
    assert found.leaves is not None and (found.leaves.number, found.leaves.tensor) == (11, "z1_bar")
    assert found.wrong == ((1, 1), (1, 2), (2, 1), (2, 2)) and found.right == ()
    assert found.difference is not None and found.difference.example


RELATIONS = [
    ("W1", lambda v: 2 * v["W1_bar"], ("2 times the right gradient",)),
    ("W1", lambda v: -v["W1_bar"], ("the right gradient with the other sign",)),
    ("W1", lambda v: v["W1_bar"].T, ("the transpose of the right gradient",)),
    ("W1", lambda v: v["W1"] - 0.1 * v["W1_bar"], ("W1 after one step against the gradient, not the gradient",)),
    ("w31", lambda v: v["W2_bar"][0, 1], ("the value of dL/dw32",)),
    ("b1", lambda v: 3.5 * v["b1_bar"], ("3.5 times the right gradient",)),
    ("W2", lambda v: 0 * v["W2"], ("zero everywhere",)),
    ("W2", lambda v: np.nan * v["W2"], ("not a finite number",)),
]


@pytest.mark.parametrize(("wrt", "function", "expected"), RELATIONS, ids=[e[0] for _, _, e in RELATIONS])
def test_what_is_no_mistake_of_the_table_is_told_by_what_it_is(wrt, function, expected) -> None:  # type: ignore[no-untyped-def]
    found = judge(derivation("relay"), wrt, function)
    assert not found.equal and (found.causes or found.relations == expected)


def test_a_gradient_that_the_derivation_has_not_is_derived() -> None:
    assert judge(derivation("relay"), "x", lambda v: v["z1_bar"] @ v["W1"]).equal


def test_elements_that_are_right_are_told_from_the_others() -> None:
    def candidate(v):  # type: ignore[no-untyped-def]
        found = v["W1_bar"].copy()
        found[1, 0] += 1
        return found

    found = judge(derivation("relay"), "W1", candidate)
    assert found.wrong == ((2, 1),) and found.right == ((1, 1), (1, 2), (2, 2))


def test_another_shape_is_a_fault() -> None:
    with pytest.raises(SpecError) as caught:
        judge(derivation("relay"), "W1", lambda v: v["W2"])
    assert str(caught.value) == "the candidate is an array of the shape 1 x 2; dL/dW1 is an array of the shape 2 x 2"


QUANTITIES = {
    "w31": ("W2", (0, 0)),
    "W1": ("W1", None),
    "W1[1,2]": ("W1", (0, 1)),
    "W2 1 2": ("W2", (0, 1)),
    "delta3": ("z2_bar", (0, 0)),
    "dL/dw31": ("W2_bar", (0, 0)),
    "dL/dW2[1,2]": ("W2_bar", (0, 1)),
    "z2[1]": ("z2", (0, 0)),
    "delta_3": ("z2_bar", (0, 0)),
    "δ₃": ("z2_bar", (0, 0)),
    "w_31": ("W2", (0, 0)),
    "yhat": ("yhat", (0, 0)),
    "x": ("x", None),
    "L": ("L", ()),
}


@pytest.mark.parametrize("text", QUANTITIES)
def test_quantities_are_found_by_what_is_typed(text: str) -> None:
    assert quantity(text, derivation("relay")) == QUANTITIES[text]


def test_states_of_a_recurrence_count_from_zero_as_on_paper() -> None:
    assert quantity("h1[0,2]", derivation("rnn")) == ("h1", (0, 0, 1))
    assert quantity("h1_32", derivation("rnn")) == ("h1", (0, 3, 1))


UNKNOWN = {
    "w99": 'there is no quantity "w99"\n    w99\n    ^^^\n  Known arrays: x, y, W1, b1, z1, a1, W2, b2, z2, yhat;'
    " gradients: dL/dNAME.",
    "W1[3,1]": "position 1 of W1 goes from 1 to 2, not 3\n    W1[3,1]\n    ^^^^^^^\n  Its shape is 2x2.",
    "W1[1]": "W1 takes 2 positions, not 1\n    W1[1]\n    ^^^^^\n  Its shape is 2x2.",
    "dL/dy": "y has no gradient in this derivation\n    dL/dy\n    ^^^^^\n  It is given, or frozen.",
}


@pytest.mark.parametrize("text", UNKNOWN)
def test_a_quantity_that_is_not_there_is_a_fault(text: str) -> None:
    with pytest.raises(SpecError) as caught:
        quantity(text, derivation("relay"))
    assert str(caught.value) == UNKNOWN[text]


EQUAL = [
    ("relay", "w31", "2*(yhat-y)*yhat*(1-yhat)*a1"),
    ("relay", "w31", "dL/dyhat*dyhat/dz3*dz3/dw31"),
    ("relay", "w11", "delta3*w31*sigma'(z1)*x1"),
    ("relay", "W1", "delta1*x^T"),
    ("relay", "W1", "δ₁ xᵀ"),
    ("relay", "W1", "diag(sigma'(z1))*W2^T*delta2*x^T"),
    ("relay", "W1", "Delta1^T*X"),
    ("relay", "W1", "sum_n(delta1*x^T)"),
    ("relay", "W1", "sum[n](delta1[n,i]*x[n,j])"),
    ("relay", "W1[o,p]", "delta1[o]*x[p]"),
    ("relay", "z1", "W2^T*delta2 .* a1 .* (1-a1)"),
    ("classes", "W1", "(W2^T*(softmax(z2)-y)) ∘ (1-a1²) * x^T"),
    ("xor", "W2", "1/N*sum_n((yhat-y)*a1^T)"),
    ("xor", "W2", "(yhat-y)*a1^T"),
    ("rnn", "U1", "sum[n,t](z1_bar[n,t,i]*h1[n,t,k])"),
]


@pytest.mark.parametrize(("name", "wrt", "text"), EQUAL)
def test_a_right_formula_is_equal_in_every_notation(name: str, wrt: str, text: str) -> None:
    assert compare(derivation(name), wrt, text).equal


def test_a_formula_with_a_mistake_is_told_with_its_line() -> None:
    found = compare(derivation("relay"), "W1", "(W2^T*delta2)*x^T")
    assert not found.equal and "lost-slope" in {seed.mistake.key for seed in found.causes}
    assert found.leaves is not None and found.leaves.number == 11
