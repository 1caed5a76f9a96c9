"""The helper for tests of somebody's own backward pass: what it accepts, and what the failure of a test says."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from emitted import Emitted

import symbp
from symbp.errors import SpecError
from symbp.layers import BatchNorm, Dense, Dropout, Embedding, Lstm
from symbp.network import Network
from symbp.testing import assert_gradient

RELAY = Path(__file__).parents[1] / "examples" / "relay.toml"
Array = np.ndarray[Any, Any]
Gradients = tuple[Array, Array, Array, Array]


def sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def backward(p: Any, X: Array, Y: Array) -> tuple[float, Gradients]:
    """The relay's own backward pass, by hand."""
    a1 = sigmoid(X @ p.W1.T + p.b1)
    yhat = sigmoid(a1 @ p.W2.T + p.b2)
    delta2 = 2 * (yhat - Y) / len(X) * yhat * (1 - yhat)
    delta1 = delta2 @ p.W2 * a1 * (1 - a1)
    loss = float(np.sum((yhat - Y) ** 2) / len(X))
    return loss, (delta1.T @ X, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0))


def changed(change: Callable[[float, Gradients], Any]) -> Callable[..., Any]:
    """The backward pass with something else returned."""

    def mine(p: Any, X: Array, Y: Array) -> Any:
        return change(*backward(p, X, Y))

    return mine


def failure(function: Any, spec: Any = RELAY, **options: Any) -> str:
    with pytest.raises(AssertionError) as caught:
        assert_gradient(function, spec, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    "form",
    [
        lambda loss, g: (loss, g),
        lambda loss, g: g,
        lambda loss, g: list(g),
        lambda loss, g: dict(zip(("W1", "b1", "W2", "b2"), g, strict=True)),
        lambda loss, g: {"loss": loss, **dict(zip(("dW1", "grad_b1", "dL_dW2", "b2_bar"), g, strict=True))},
        lambda loss, g: (np.float64(loss), [a.tolist() for a in g]),
    ],
)
def test_gradients_are_returned_in_many_forms(form: Any) -> None:
    assert_gradient(changed(form), RELAY)
    assert_gradient(changed(form), RELAY, samples=1, seed=2, dtype=np.float32)


def test_arguments_are_filled_by_name_or_by_place() -> None:
    d = symbp.derive(symbp.load(RELAY))
    assert_gradient(lambda weights, inputs, targets: backward(weights, inputs, targets), d)
    assert_gradient(lambda Y, X, *, p: backward(p, X, Y), d)
    assert_gradient(lambda W2, delta=1, *, yhat, y, a1, N: (2 * (yhat - y) / N * yhat * (1 - yhat)).T @ a1, d, wrt="W2")
    assert_gradient(lambda a1, z2_bar: z2_bar.T @ a1, d.network, wrt="W2")

    def grad_b2(z2_bar: Array, /) -> Array:
        return z2_bar.sum(axis=0)

    assert_gradient(grad_b2, d)


def test_a_module_is_compared_by_its_loss_and_grad() -> None:
    module = types.SimpleNamespace(__name__="mine", loss_and_grad=backward)
    assert_gradient(module, str(RELAY))
    module.loss_and_grad = changed(lambda loss, g: (loss, (-g[0], *g[1:])))
    assert failure(module).startswith("mine.loss_and_grad gives a wrong gradient\n")


def test_values_may_be_overwritten() -> None:
    def careless(p: Any, X: Array, Y: Array) -> Any:
        found = backward(p, X, Y)
        for array in (*p, X, Y):
            array[...] = np.nan
        return found

    assert_gradient(careless, RELAY)


def test_the_failure_of_a_test_says_where_and_why() -> None:
    def mine(p: Any, X: Array, Y: Array) -> Any:
        a1 = sigmoid(X @ p.W1.T + p.b1)
        yhat = sigmoid(a1 @ p.W2.T + p.b2)
        delta2 = 2 * (yhat - Y) / len(X) * yhat * (1 - yhat)
        delta1 = delta2 @ p.W2
        return delta1.T @ X, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)

    assert failure(mine) == (
        "mine gives 2 wrong gradients\n"
        "  right: b2, W2\n"
        "  wrong: b1, W1\n"
        "  dL/db1[2]: given 0.03755, right 0.008616, with the numbers of the example\n"
        "  dL/dW1[2,1]: given 0.01877, right 0.004308, with the numbers of the example\n"
        "It looks like: lost derivative of an activation. The derivative of a1 by z1 is missing.\n"
        "  What arrives at the output of an activation has to be multiplied by its derivative at the pre-activation.\n"
        "It leaves the derivation here:\n"
        "  (11)  dL/dz1[n,i] = dL/da1[n,i] * σ'(z1[n,i])"
    )


def test_a_mistake_that_nobody_knows_lies_between_two_lines() -> None:
    strange = changed(lambda loss, g: (loss, (g[0] ** 3, g[1] ** 3, *g[2:])))
    text = failure(strange)
    assert text.partition("It leaves")[2] == (
        " the derivation in one of these lines:\n"
        "  (10)  dL/da1[n,j] = sum[i](dL/dz2[n,i] * W2[i,j])\n"
        "  (11)  dL/dz1[n,i] = dL/da1[n,i] * σ'(z1[n,i])"
    )
    assert "looks like" not in text


def test_several_mistakes_are_told_one_by_one() -> None:
    text = failure(changed(lambda loss, g: (-g[0], g[1], 5 * g[2], g[3])))
    assert "wrong: W2, W1\n" in text
    assert "dL/dW1 looks like: wrong sign. What dL/dW1 gets has the wrong sign.\n" in text
    assert "dL/dW2 is 5 times the right gradient\n" in text


MESSAGES: dict[str, tuple[Any, str]] = {
    "loss": (
        lambda loss, g: (2 * loss, g),
        "mine gives another loss\n"
        "  Its loss is 0.0386911, and the right one 0.0193456, with the numbers of the example.",
    ),
    "missing": (
        lambda loss, g: {"W1": g[0], "W2": g[2]},
        "mine returns no gradient of b1, b2",
    ),
    "None": (
        lambda loss, g: None,
        "mine returns None; the network has the parameters W1, b1, W2 and b2\n"
        "  Return a gradient of each, in this order.",
    ),
    "one": (
        lambda loss, g: g[0],
        "mine returns one array; the network has the parameters W1, b1, W2 and b2\n"
        "  Return one for each, in this order, or say which one: wrt.",
    ),
    "too few": (
        lambda loss, g: g[:3],
        "mine returns a tuple of 3; the network has the parameters W1, b1, W2 and b2\n"
        "  Return one for each, in this order, or a dict with their names.",
    ),
    "none": (
        lambda loss, g: (),
        "mine returns an empty tuple; the network has the parameters W1, b1, W2 and b2\n"
        "  Return one for each, in this order, or a dict with their names.",
    ),
    "more": (
        lambda loss, g: (loss, g, g[0]),
        "mine returns 1 more behind the loss and the gradients of the parameters\n"
        "  The gradient of an input is expected there, where the spec has input_gradient = true.",
    ),
    "name": (
        lambda loss, g: {"W3": g[0]},
        "mine returns a gradient called W3; the network has the parameters W1, b1, W2 and b2\n  Known: W1, W2, b1, b2",
    ),
    "no array": (
        lambda loss, g: (loss, (*g[:3], "b2")),
        "mine returns a str as the gradient of b2\n  Return an array of the shape of b2.",
    ),
    "objects": (
        lambda loss, g: (loss, (*g[:3], g[3].astype(object))),
        "mine returns a ndarray of dtype object as the gradient of b2\n  Return an array of the shape of b2.",
    ),
    "complex": (
        lambda loss, g: (loss, (*g[:3], 1j * g[3])),
        "mine returns a ndarray of dtype complex128 as the gradient of b2\n  Return an array of the shape of b2.",
    ),
    "truth": (
        lambda loss, g: (loss, (*g[:3], g[3] > 0)),
        "mine returns an array of dtype bool as the gradient of b2, which has real numbers",
    ),
    "loss of an array": (
        lambda loss, g: {"loss": g[0], **dict(zip(("W1", "b1", "W2", "b2"), g, strict=True))},
        "mine returns an array of shape (2, 2) as the loss, which is one number",
    ),
    "shape": (
        lambda loss, g: (loss, (g[0], g[1], g[2].T, g[3])),
        "mine returns the gradient of W2 with the shape (2, 1); W2 has the shape (1, 2)\n"
        "  It is transposed: a weight is (units to, units from).",
    ),
    "another shape": (
        lambda loss, g: (loss, (g[0], g[1], g[2][0], g[3])),
        "mine returns the gradient of W2 with the shape (2,); W2 has the shape (1, 2)",
    ),
    "one axis too many": (
        lambda loss, g: (loss, (g[0], g[1][None], g[2], g[3])),
        "mine returns the gradient of b1 with the shape (1, 2); b1 has the shape (2,)\n"
        "  It has one axis too many: keepdims=True leaves one where a sum was.",
    ),
    "not a number": (
        lambda loss, g: (loss, (g[0] * np.array([[1, np.nan], [1, 1]]), *g[1:])),
        "mine gives nan as the gradient of W1[1,2], with the numbers of the example",
    ),
    "infinite loss": (
        lambda loss, g: (np.inf, g),
        "mine gives the loss inf, with the numbers of the example",
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_what_is_no_gradient_is_told_with_both_sides(name: str) -> None:
    change, message = MESSAGES[name]
    assert failure(changed(change)) == message


def test_the_batch_is_not_summed_over() -> None:
    def mine(z1_bar: Array) -> Array:
        return z1_bar

    assert failure(mine, wrt="b1") == (
        "mine returns the gradient of b1 with the shape (1, 2); b1 has the shape (2,)\n"
        "  Its first axis is the batch: the gradient is the sum over all samples."
    )


def test_a_function_for_one_sample_alone() -> None:
    def mine(x: Array, z1_bar: Array) -> Array:
        return np.outer(z1_bar, x)

    assert failure(mine, wrt="W1") == (
        "mine returns the gradient of W1 with the shape (10, 10); W1 has the shape (2, 2)\n"
        "  It fits for one sample: of several the gradients are summed."
    )


def test_arguments_that_are_no_tensors() -> None:
    def mine(w1: Array, x: Array) -> Array:
        return w1

    def other(alpha: Array, x: Array) -> Array:
        return x

    assert failure(mine) == "mine: its argument w1 is called like no tensor of the network\n  Did you mean W1?"
    assert failure(other) == (
        "other: its argument alpha is called like no tensor of the network\n"
        "  There are W1, b1, W2, b2, x and y, and the values of the forward pass."
    )


def test_exceptions_of_the_function_pass_as_they_are() -> None:
    def mine(p: Any, X: Array, Y: Array) -> Any:
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match=r"^mine$"):
        assert_gradient(mine, RELAY)


def test_what_cannot_be_compared() -> None:
    message = "^needs a function, or a module with loss_and_grad\\(p, X, Y\\); has int$"
    with pytest.raises(TypeError, match=message):
        assert_gradient(3, RELAY)
    message = "there is no gradient of W3 to compare with; there are those of W1, b1, W2, b2"
    with pytest.raises(SpecError, match=f"^{re.escape(message)}$"):
        assert_gradient(backward, RELAY, wrt="W3")
    with pytest.raises(SpecError, match=r"nowhere\.toml"):
        assert_gradient(backward, "nowhere.toml")


def test_a_tolerance_of_ones_own() -> None:
    close = changed(lambda loss, g: (loss, (g[0] * (1 + 1e-6), *g[1:])))
    assert_gradient(close, RELAY, rtol=1e-5)
    assert "dL/dW1[2,1]: given 0.00430785, right 0.00430784," in failure(close)


def test_float32_is_compared_as_such() -> None:
    def rounded(p: Any, X: Array, Y: Array) -> Any:
        return tuple(g.astype(np.float32) for g in backward(p, X, Y)[1])

    assert_gradient(rounded, RELAY)
    off = changed(lambda loss, g: tuple((g[k] * (1 + 1e-3)).astype(np.float32) for k in range(4)))
    assert "4 wrong gradients" in failure(off)


NETWORKS = {
    "masks": Network("net", 3, [Dense(4, "tanh"), Dropout(0.5), Dense(2)], "mse"),
    "statistics": Network("net", 3, [Dense(4), BatchNorm(), Dense(2)], "mse"),
    "tokens": Network("net", {"shape": ["T"], "dtype": "int"}, [Embedding(5, 3), Lstm(2), Dense(1)], "mse"),
    "labels": Network("net", 3, [Dense(4, "relu"), Dense(3)], "sparse_cross_entropy"),
    "input gradient": Network("net", 3, [Dense(2, "sigmoid")], "mse", input_gradient=True),
    "frozen": Network("net", 3, [Dense(2, "tanh", frozen=True), Dense(1)], "mse"),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_that_need_more(name: str) -> None:
    found = Emitted(NETWORKS[name])
    assert_gradient(found.plain_module, found.derivation, points=1)
    assert_gradient(found.module, found.derivation, points=1, dtype=np.float32)

    def wrong(*arguments: Any, **keywords: Any) -> Any:
        loss, g, *_ = found.plain_module.loss_and_grad(*arguments, **keywords)
        return loss, g._replace(**{g._fields[-1]: 2 * g[-1] + 1})

    wrong.__signature__ = inspect.signature(found.plain_module.loss_and_grad)  # type: ignore[attr-defined]
    assert f"wrong: {found.module.Parameters._fields[-1]}\n" in failure(wrong, found.derivation, points=1)
