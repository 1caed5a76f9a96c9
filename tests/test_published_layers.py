"""Figures that others have published for layers: each must be what the module's value rounds to.

``data/published_layers.json`` holds the networks and the printed figures; the numbers that go in are made here, as the
sources make them.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import mpmath
import numpy as np
import pytest
from emitted import Array, Arrays, vjp
from test_published import rounds_to
from test_textbook_formulas import convolved

EXAMPLES = {e["id"]: e for e in json.loads((Path(__file__).parent / "data" / "published_layers.json").read_text())}


# What the sources compute on: their random numbers, channels first. Each gives the values and the adjoint of yhat.

ONE_BY_ONE = np.eye(2)[:, :, None, None]
ROWS = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]])


def channels_first(array: Array) -> Array:
    return np.ascontiguousarray(array.transpose(0, 3, 1, 2))


def coursera_convolution() -> tuple[Arrays, Array]:
    rng = np.random.RandomState(1)
    x, W, b = rng.randn(10, 4, 4, 3), rng.randn(2, 2, 3, 8), rng.randn(1, 1, 1, 8)
    values = {"x": channels_first(x), "W1": np.ascontiguousarray(W.transpose(3, 2, 0, 1)), "b1": b.ravel()}
    return values, convolved(values["x"], values["W1"], values["b1"], 2, 2)


def coursera_pooling() -> tuple[Arrays, Array]:
    rng = np.random.RandomState(1)
    x, adjoint = rng.randn(5, 5, 3, 2), rng.randn(5, 4, 2, 2)
    return {"x": channels_first(x), "W1": ONE_BY_ONE}, channels_first(adjoint)


def cs231n_convolution() -> tuple[Arrays, Array]:
    x, W = np.linspace(-0.1, 0.5, 96).reshape(2, 3, 4, 4), np.linspace(-0.2, 0.3, 144).reshape(3, 3, 4, 4)
    return {"x": x, "W1": W, "b1": np.linspace(-0.1, 0.2, 3)}, np.ones((2, 3, 2, 2))


def cs231n_pooling() -> tuple[Arrays, Array]:
    x = np.linspace(-0.3, 0.4, 96).reshape(2, 3, 4, 4)
    return {"x": x, "W1": np.ones((3, 1, 1, 1))}, np.ones((2, 3, 2, 2))


def normal(gamma: list[float], beta: list[float]) -> Callable[[], tuple[Arrays, Array]]:
    return lambda: ({"x": ROWS, "gamma1": np.array(gamma), "beta1": np.array(beta)}, np.ones((2, 3)))


GIVEN: dict[str, Callable[[], tuple[Arrays, Array]]] = {
    "coursera-conv": coursera_convolution,
    "coursera-max-pool": coursera_pooling,
    "coursera-avg-pool": coursera_pooling,
    "cs231n-conv": cs231n_convolution,
    "cs231n-max-pool": cs231n_pooling,
    "mlbites-plain": normal([1.0, 1, 1], [0.0, 0, 0]),
    "mlbites-scaled": normal([1.0, 2, 3], [0.5, -1, 2]),
    "mlbites-backward": normal([1.0, 1, 1], [0.0, 0, 0]),
}


@cache
def quantities(name: str) -> Arrays:
    """As the source lays them out."""
    values, adjoint = GIVEN[name]()
    found = vjp(EXAMPLES[name]["layers"], values, adjoint)
    if EXAMPLES[name].get("layout") != "NHWC":
        return found
    return {k: v.transpose(0, 2, 3, 1) if k in ("x", "yhat", "yhat_bar") else v for k, v in found.items()}


FIGURES = [(name, *figure) for name, example in EXAMPLES.items() for figure in example["figures"]]


@pytest.mark.parametrize(("name", "quantity", "position", "printed"), FIGURES, ids=str)
def test_a_published_figure_comes_out(name: str, quantity: str, position: list[int] | str, printed: str) -> None:
    found = quantities(name)[quantity]
    value = found.mean() if position == "mean" else found[tuple(position)]
    assert rounds_to(mpmath.mpf(float(value)), printed), (value, printed)


def test_the_examples_of_the_file_are_those_that_are_given_here() -> None:
    assert EXAMPLES.keys() == GIVEN.keys()
    assert len(FIGURES) == 98


def test_equal_adjoints_reach_no_input_through_a_layer_normalisation() -> None:
    """Example 3 of MLBites prints 0: what is there is rounding alone."""
    assert np.abs(quantities("mlbites-backward")["x"]).max() < 1e-15
