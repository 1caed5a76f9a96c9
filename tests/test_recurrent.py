"""The recurrent layers: their equations against loops over the steps, and both ways to call the module."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from emitted import Arrays, Emitted, errors

from symbp.equation import Size
from symbp.functions import Elementary, step
from symbp.layers import Gru, Layer, Lstm, Recurrent, Rnn
from symbp.network import Network
from symbp.reference import evaluate
from symbp.verify.draw import draws

Array = np.ndarray[Any, Any]
Step = Callable[[Any, Array, tuple[Array, ...], dict[str, Array]], tuple[Array, ...]]


def sigma(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def rnn(layer: Rnn, x: Array, state: tuple[Array, ...], p: dict[str, Array]) -> tuple[Array, ...]:
    (h,) = state
    z = x @ p["W"].T + p.get("b", 0) + h @ p["U"].T + p.get("bh", 0)
    return (np.maximum(z, 0) if layer.activation.name == "relu" else np.tanh(z),)  # type: ignore[union-attr]


def lstm(layer: Lstm, x: Array, state: tuple[Array, ...], p: dict[str, Array]) -> tuple[Array, ...]:
    h, c = state
    z = x @ p["W"].T + p.get("b", 0) + h @ p["U"].T + p.get("bh", 0)
    i, f, g, o = np.split(z, 4, axis=1)
    c = sigma(f) * c + sigma(i) * np.tanh(g)
    return sigma(o) * np.tanh(c), c


def gru(layer: Gru, x: Array, state: tuple[Array, ...], p: dict[str, Array]) -> tuple[Array, ...]:
    (h,) = state
    H = h.shape[1]
    px = x @ p["W"].T + p.get("b", 0)
    bh = p.get("bh", np.zeros(3 * H))
    q = h @ p["U"].T + bh
    r, z = sigma(px[:, :H] + q[:, :H]), sigma(px[:, H : 2 * H] + q[:, H : 2 * H])
    reset = r * q[:, 2 * H :] if layer.reset_after else (r * h) @ p["U"][2 * H :].T + bh[2 * H :]
    return ((1 - z) * np.tanh(px[:, 2 * H :] + reset) + z * h,)


SIZES = {"N": 2, "T": 3}
STEPS: dict[type[Layer], Any] = {Rnn: rnn, Lstm: lstm, Gru: gru}


def walked(layer: Any, values: Arrays, mark: str) -> Array:
    """What one direction gives at each step, in the order of the sequence."""
    x = values["x"]
    p = {letter: values[f"{letter}{mark}1"] for letter in ("W", "U", "b", "bh") if f"{letter}{mark}1" in values}
    letters = ("h", "c")[: 2 if layer.kind == "lstm" else 1]
    zero = np.zeros((len(x), layer.units))
    state = tuple(values.get(f"{letter}{mark}1_0", zero) for letter in letters)
    found: dict[int, Array] = {}
    for t in range(x.shape[1])[:: -1 if mark else 1]:
        state = STEPS[type(layer)](layer, x[:, t], state, p)
        found[t] = state[0]
    return np.stack([found[t] for t in sorted(found)], axis=1)


def expected(layer: Any, values: Arrays) -> Array:
    sides = [(walked(layer, values, mark), mark) for mark in layer.marks]
    if layer.returns == "sequence":
        return np.concatenate([side for side, _ in sides], axis=2)
    return np.concatenate([side[:, 0 if mark else -1] for side, mark in sides], axis=1)


LAYERS: list[tuple[Any, tuple[int | str, int]]] = [
    (Rnn(3), (4, 2)),
    (Rnn(1, bias=False), (1, 1)),
    (Rnn(2, "relu", returns="sequence", recurrent_bias=True), (3, 2)),
    (Rnn(2, bidirectional=True, initial="given"), (3, 2)),
    (Lstm(3), (4, 2)),
    (Lstm(1, returns="sequence"), (1, 1)),
    (Lstm(2, returns="sequence", initial="given", bidirectional=True, recurrent_bias=True), (3, 2)),
    (Lstm(2, bias=False), (2, 3)),
    (Gru(3), (4, 2)),
    (Gru(1, returns="sequence"), (1, 1)),
    (Gru(2, initial="given", bidirectional=True), (3, 2)),
    (Gru(2, reset_after=False, returns="sequence", initial="given"), (3, 2)),
    (Gru(2, reset_after=False, recurrent_bias=False, bidirectional=True), (3, 2)),
    (Rnn(2, bidirectional=True), ("T", 2)),
    (Lstm(2, returns="sequence", initial="given", bidirectional=True), ("T", 2)),
    (Gru(2), ("T", 1)),
]


@cache
def emitted(layer: Recurrent, shape: tuple[int | str, int]) -> tuple[Emitted, Arrays]:
    net = Network("walk", {"shape": list(shape)}, [layer], "squared_error", input_gradient=True)
    return Emitted(net), dict(next(draws(net.program(), SIZES, 0)).values)


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=str)
def test_a_cell_goes_through_the_steps(layer: Any, shape: tuple[int | str, int]) -> None:
    found, values = emitted(layer, shape)
    yhat = np.asarray(evaluate(found.net.program(), values, SIZES)["yhat"], float)
    assert yhat.shape[1:] == tuple(SIZES["T"] if isinstance(e, Size) else e for e in found.net.shapes[-1])
    np.testing.assert_allclose(yhat, expected(layer, values), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=str)
def test_the_module_computes_the_gradient_of_the_equations(layer: Any, shape: tuple[int | str, int]) -> None:
    found, values = emitted(layer, shape)
    final = evaluate(found.derivation.result, values, SIZES)
    reference = {name: np.asarray(final[f"{name}_bar"], float) for name in found.derivation.wrt}
    reference["L"] = np.asarray(final["L"], float)
    for call in (found.plain, found.workspace):
        assert max(errors(call(values), reference).values()) < 1e-12


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=str)
def test_backwards_no_activation_is_computed_again(layer: Any, shape: tuple[int | str, int]) -> None:
    """What the steps have named is read: ``1 - h**2``, ``f*(1 - f)``."""
    found, _ = emitted(layer, shape)
    backward = [e for e in found.derivation.result.equations() if e.target.endswith("_bar")]
    assert backward and {type(a) for e in backward for a in e.body.atoms(Elementary)} <= {step}
