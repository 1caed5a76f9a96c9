"""Backpropagation through time as textbooks write it: one sample, one step at a time, against the module."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from emitted import Array, Arrays, errors, vjp

EXACT = 1e-12
Table = dict[str, Any]


def sigma(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def zeros(values: Arrays) -> Arrays:
    return {name: np.zeros_like(v) for name, v in values.items() if not name.endswith("_0")}


def rnn(values: Arrays, h_bar: Array) -> Arrays:
    """``delta_t = (1 - h_t^2) (dL/dh_t + U^T delta_{t+1})``, and ``dL/dU = sum of delta_t h_{t-1}^T``.

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, (10.20)-(10.28).
    """
    x, W, U, b = (values[name] for name in ("x", "W1", "U1", "b1"))
    bars = zeros(values)
    yhat = np.zeros_like(h_bar)
    for n in range(len(x)):
        h = [np.zeros(len(b))]
        for t in range(x.shape[1]):
            h.append(np.tanh(W @ x[n, t] + U @ h[-1] + b))
            yhat[n, t] = h[-1]
        delta = np.zeros(len(b))
        for t in reversed(range(x.shape[1])):
            delta = (1 - h[t + 1] ** 2) * (h_bar[n, t] + U.T @ delta)
            bars["W1"] += np.outer(delta, x[n, t])
            bars["U1"] += np.outer(delta, h[t])
            bars["b1"] += delta
            bars["x"][n, t] = W.T @ delta
    return {"yhat": yhat, **bars}


def product_of_jacobians(values: Arrays, h_bar: Array) -> Arrays:
    """``dL/dh_t = sum over s >= t of (J_{t+1}^T ... J_s^T) dL/dh_s``, ``J_s = diag(1 - h_s^2) U``, path by path.

    Source: Pascanu, Mikolov and Bengio (2013), On the difficulty of training recurrent neural networks, (3)-(5).
    """
    x, W, U, b = (values[name] for name in ("x", "W1", "U1", "b1"))
    bars, T = zeros(values), x.shape[1]
    for n in range(len(x)):
        h = [np.zeros(len(b))]
        for t in range(T):
            h.append(np.tanh(W @ x[n, t] + U @ h[-1] + b))
        for s in range(1, T + 1):
            along = h_bar[n, s - 1]
            for t in reversed(range(1, s + 1)):
                delta = (1 - h[t] ** 2) * along
                bars["W1"] += np.outer(delta, x[n, t - 1])
                bars["U1"] += np.outer(delta, h[t - 1])
                bars["b1"] += delta
                bars["x"][n, t - 1] += W.T @ delta
                along = (np.diag(1 - h[t] ** 2) @ U).T @ along
    return bars


def lstm(values: Arrays, h_bar: Array) -> Arrays:
    """The four gate gradients, from ``dL/dc_t = o_t (1 - tanh(c_t)^2) dL/dh_t + f_{t+1} dL/dc_{t+1}``.

    Source: Greff, Srivastava, Koutnik, Steunebrink and Schmidhuber (2017), LSTM: A Search Space Odyssey, appendix A,
    without peepholes.
    """
    x, W, U, b = (values[name] for name in ("x", "W1", "U1", "b1"))
    bars, H = zeros(values), U.shape[1]
    yhat = np.zeros_like(h_bar)
    for n in range(len(x)):
        h, c, gates = [np.zeros(H)], [np.zeros(H)], []
        for t in range(x.shape[1]):
            z = W @ x[n, t] + U @ h[-1] + b
            i, f, g, o = sigma(z[:H]), sigma(z[H : 2 * H]), np.tanh(z[2 * H : 3 * H]), sigma(z[3 * H :])
            gates.append((i, f, g, o))
            c.append(f * c[-1] + i * g)
            h.append(o * np.tanh(c[-1]))
            yhat[n, t] = h[-1]
        recurrent, carried = np.zeros(H), np.zeros(H)
        for t in reversed(range(x.shape[1])):
            i, f, g, o = gates[t]
            delta_h = h_bar[n, t] + recurrent
            delta_c = delta_h * o * (1 - np.tanh(c[t + 1]) ** 2) + carried
            delta = np.concatenate([
                delta_c * g * i * (1 - i),
                delta_c * c[t] * f * (1 - f),
                delta_c * i * (1 - g**2),
                delta_h * np.tanh(c[t + 1]) * o * (1 - o),
            ])  # fmt: skip
            bars["W1"] += np.outer(delta, x[n, t])
            bars["U1"] += np.outer(delta, h[t])
            bars["b1"] += delta
            bars["x"][n, t] = W.T @ delta
            recurrent, carried = U.T @ delta, delta_c * f
    return {"yhat": yhat, **bars}


def gru(values: Arrays, h_bar: Array) -> Arrays:
    """The candidate's, the update and the reset gate's delta, the reset gate before the product with U.

    Source: Cho et al. (2014), Learning phrase representations using RNN encoder-decoder, (5)-(8), differentiated.
    """
    x, W, U, b = (values[name] for name in ("x", "W1", "U1", "b1"))
    bars, H = zeros(values), U.shape[1]
    Ur, Uz, Un = np.split(U, 3)
    yhat = np.zeros_like(h_bar)
    for sample in range(len(x)):
        h, gates = [np.zeros(H)], []
        for t in range(x.shape[1]):
            p = W @ x[sample, t] + b
            r, z = sigma(p[:H] + Ur @ h[-1]), sigma(p[H : 2 * H] + Uz @ h[-1])
            n = np.tanh(p[2 * H :] + Un @ (r * h[-1]))
            gates.append((r, z, n))
            h.append((1 - z) * n + z * h[-1])
            yhat[sample, t] = h[-1]
        back = np.zeros(H)
        for t in reversed(range(x.shape[1])):
            (r, z, n), before = gates[t], h[t]
            delta_h = h_bar[sample, t] + back
            delta_n = delta_h * (1 - z) * (1 - n**2)
            delta_z = delta_h * (before - n) * z * (1 - z)
            reset = Un.T @ delta_n
            delta_r = reset * before * r * (1 - r)
            delta = np.concatenate([delta_r, delta_z, delta_n])
            bars["W1"] += np.outer(delta, x[sample, t])
            bars["U1"] += np.concatenate(
                [np.outer(delta_r, before), np.outer(delta_z, before), np.outer(delta_n, r * before)]
            )
            bars["b1"] += delta
            bars["x"][sample, t] = W.T @ delta
            back = delta_h * z + Ur.T @ delta_r + Uz.T @ delta_z + reset * r
    return {"yhat": yhat, **bars}


FORMULAS: dict[str, tuple[Any, Table, int]] = {
    "the recursion for delta": (rnn, {"kind": "rnn"}, 1),
    "the product of Jacobians": (product_of_jacobians, {"kind": "rnn"}, 1),
    "the gates of an LSTM": (lstm, {"kind": "lstm"}, 4),
    "the gates of a GRU": (gru, {"kind": "gru", "reset_after": False, "recurrent_bias": False}, 3),
}


@pytest.mark.parametrize("steps", [1, 2, 6])
@pytest.mark.parametrize("name", FORMULAS)
def test_backpropagation_through_time(name: str, steps: int) -> None:
    formula, layer, gates = FORMULAS[name]
    rng = np.random.default_rng(steps)
    shapes = {"x": (3, steps, 2), "W1": (gates * 4, 2), "U1": (gates * 4, 4), "b1": (gates * 4,)}
    values = {key: rng.normal(size=shape) for key, shape in shapes.items()}
    h_bar = rng.normal(size=(3, steps, 4))
    found = vjp([{**layer, "units": 4, "returns": "sequence"}], values, h_bar)
    expected = formula(values, h_bar)
    worst = errors({key: found[key] for key in expected}, expected)
    assert max(worst.values()) < EXACT, worst


def test_the_last_step_alone() -> None:
    """What comes back from the last step: all others get what the recurrence hands on."""
    rng = np.random.default_rng(3)
    values = {
        "x": rng.normal(size=(2, 5, 2)),
        "W1": rng.normal(size=(16, 2)),
        "U1": rng.normal(size=(16, 4)),
        "b1": rng.normal(size=16),
    }
    h_bar = np.zeros((2, 5, 4))
    h_bar[:, -1] = rng.normal(size=(2, 4))
    found = vjp([{"kind": "lstm", "units": 4}], values, h_bar[:, -1])
    expected = lstm(values, h_bar)
    assert max(errors({k: found[k] for k in values}, {k: expected[k] for k in values}).values()) < EXACT
