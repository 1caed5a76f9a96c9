"""Figures that others have published for attention: right ones must come out, wrong ones must not.

``data/published_attention.json`` holds, for each source, what it calls a figure, the tensor and the position that it
is here, and the figure as printed; the numbers that go in are made here, as the sources make them.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from emitted import DOT, Arrays, Emitted, compared, errors
from test_published import DIGITS, rounds_to

from symbp.chain_rule import adjoint
from symbp.layers import Attention, Dense, Equations, Layer
from symbp.network import Network
from symbp.reference import evaluate

EXAMPLES = {e["id"]: e for e in json.loads((Path(__file__).parent / "data" / "published_attention.json").read_text())}
FIRST = Equations("h[n,i] = x[n,1,i]", "h", {"i": 2})  # what is read out: the second of two steps


def everything(net: Network, values: Arrays) -> Arrays:
    """Every tensor of the chain rule alone, once the module agrees with it."""
    program = net.program()
    wrt = [t.name for t in program.of_role("input", "parameter")]
    result = adjoint(program, wrt).result
    found = {k: np.asarray(v, float) for k, v in evaluate(result, values, {"N": len(values["x"])}).items()}
    emitted = Emitted(net).plain(values)
    assert max(errors({k: emitted[k] for k in wrt}, {k: found[f"{k}_bar"] for k in wrt}).values()) < 1e-12
    return found


def network(steps: int, width: int, layers: list[Layer], loss: Any) -> Network:
    return Network("published", {"shape": [steps, width]}, layers, loss, input_gradient=True)


def povinelli() -> Arrays:
    """A loss of half the squared error, summed; printed is a run without the scale: queries are twice as long."""
    x = [[0.5, 0.2, 0.1, -0.1], [0.0, 0.3, -0.2, 0.2], [0.4, -0.1, 0.0, 0.3]]
    queries = [[0.2, -0.1, 0.0, 0.3], [0.1, 0.0, 0.2, -0.2], [-0.1, 0.3, 0.1, 0.0], [0.0, 0.2, -0.2, 0.1]]
    keys = [[0.1, 0.2, 0.0, -0.1], [0.0, 0.1, 0.3, 0.0], [0.2, -0.2, 0.1, 0.1], [-0.1, 0.0, 0.2, 0.2]]
    means = [[0.3, 0.1, 0.0, -0.2], [0.0, 0.2, 0.1, 0.0], [0.1, -0.1, 0.2, 0.1], [0.0, 0.1, -0.2, 0.3]]
    target = np.array([[[0.1, 0.0, 0.05, -0.05], [0.0, 0.1, -0.05, 0.05], [0.05, -0.05, 0.1, 0.0]]])
    W = np.concatenate([2 * np.array(queries).T, np.array(keys).T, np.array(means).T])
    net = network(3, 4, [Attention(bias=False)], DOT)
    values = {"x": np.array([x]), "W1": W, "O1": np.eye(4)}
    error = Emitted(net).predict({**values, "y": target}) - target
    found = everything(net, {**values, "y": error * compared(net, error)})
    found["W1_bar"][:4] *= 2
    return {**found, "E": (error**2).sum() / 2}


def lynx() -> Arrays:
    x = np.array([[0.5, 0.3, -0.2, 0.1], [-0.1, 0.4, 0.2, -0.3], [0.2, -0.1, 0.5, 0.1], [0.0, 0.0, 0.0, 0.2]])
    W = np.concatenate([np.eye(4) / 2, np.eye(4) / 2, np.eye(4)])
    net = network(4, 4, [Attention(bias=False)], "mse")
    found = everything(net, {"x": x[None], "W1": W, "O1": np.eye(4), "y": np.zeros((1, 4, 4))})
    return {**found, "XXT": x @ x.T}


def toyai() -> Arrays:
    layers = [Attention(bias=False), FIRST, Dense(4, bias=False)]
    mixed = np.array([[0.1, 0.0, 0.0, 0.0], [0.0, 0.0, 0.1, 0.0]]).T
    values = {"W1": np.concatenate([0.1 * np.eye(2)] * 3), "O1": np.eye(2), "W2": mixed}
    return everything(
        network(2, 2, layers, "sparse_cross_entropy"), values | {"x": np.eye(2)[None], "y": np.array([2])}
    )


GIVEN: dict[str, Callable[[], Arrays]] = {
    "povinelli-attention": povinelli,
    "lynx-length-4": lynx,
    "toyai-attention": toyai,
}


@cache
def quantities(name: str) -> Arrays:
    return GIVEN[name]()


def figures(kind: str) -> list[tuple[str, str, str, list[int], str]]:
    return [(name, *figure) for name, example in EXAMPLES.items() for figure in example[kind]]


def comes_out(example: str, tensor: str, position: list[int], printed: str) -> bool:
    value = float(np.asarray(quantities(example)[tensor])[tuple(position)])
    with mpmath.workdps(DIGITS):  # a half is a half, though floats miss it
        return rounds_to(mpmath.mpf(f"{value:.13g}"), printed)


@pytest.mark.parametrize(("example", "label", "tensor", "position", "printed"), figures("right"))
def test_a_right_figure_comes_out(example: str, label: str, tensor: str, position: list[int], printed: str) -> None:
    assert comes_out(example, tensor, position, printed)


@pytest.mark.parametrize(("example", "label", "tensor", "position", "printed"), figures("wrong"))
def test_a_wrong_figure_does_not(example: str, label: str, tensor: str, position: list[int], printed: str) -> None:
    assert not comes_out(example, tensor, position, printed)
