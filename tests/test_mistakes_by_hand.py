"""Backward passes written by hand, each with one mistake as people make it: the table of mistakes names it.

Cells, attention, normalisation, a softmax with its loss; multilayer perceptrons, simple recurrences and convolutions
are in test_mistakes.py.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from test_mistakes import Arrays, sigmoid, told_apart

from symbp.layers import Attention, BatchNorm, Dense, Dropout, Gru, LayerNorm, Lstm
from symbp.network import Network


def lstm(v: Arrays, wrong: str = "") -> Arrays:
    """A cell with gates i, f, g, o whose last state is the output; half the squared error."""
    W, U, b, x, y = (v[k] for k in ("W1", "U1", "b1", "x", "y"))
    samples, steps, _ = x.shape
    units = U.shape[1]
    h, c = [np.zeros((samples, units))], [np.zeros((samples, units))]
    gates = []
    for t in range(steps):
        z = x[:, t] @ W.T + h[t] @ U.T + b
        i, f, o = (sigmoid(z[:, k * units : (k + 1) * units]) for k in (0, 1, 3))
        g = np.tanh(z[:, 2 * units : 3 * units])
        gates.append((i, f, g, o))
        c.append(f * c[t] + i * g)
        h.append(o * np.tanh(c[t + 1]))
    h_bar, c_bar = (h[-1] - y) / samples, np.zeros_like(h[0])
    found = {"W1": np.zeros_like(W), "U1": np.zeros_like(U), "b1": np.zeros_like(b)}
    for t in reversed(range(steps)):
        i, f, g, o = gates[t]
        s = np.tanh(c[t + 1])
        c_bar = c_bar + h_bar * o * (1 if wrong == "lost-slope" else 1 - s**2)
        if wrong == "lost-path":
            c_bar = c_bar - h_bar * o * (1 - s**2)
        i_bar = c_bar * (i if wrong == "other-operand" else f if wrong == "wrong-gate" else g)
        f_bar = c_bar * (c[t + 1] if wrong == "wrong-step" else c[t])
        slope = g * (1 - g) if wrong == "other-slope" else 1 - g**2
        blocks = [i_bar * i * (1 - i), f_bar * f * (1 - f), c_bar * i * slope, h_bar * s * o * (1 - o)]
        if wrong == "wrong-gate-rows":
            blocks = [blocks[k] for k in (0, 1, 3, 2)]
        z_bar = np.concatenate(blocks, axis=1)
        found["W1"] += z_bar.T @ x[:, t]
        found["U1"] += z_bar.T @ h[t]
        found["b1"] += z_bar.sum(axis=0)
        h_bar = z_bar @ U if wrong != "not-carried-h" else 0 * h_bar
        c_bar = c_bar * (1 if wrong == "lost-factor" else f) if wrong != "not-carried-c" else 0 * c_bar
        if wrong == "not-carried":
            h_bar, c_bar = 0 * h_bar, 0 * c_bar
    return found


def gru(v: Arrays, wrong: str = "") -> Arrays:
    """Gates r, z, n as in PyTorch; half the squared error of the last state."""
    W, U, b, bh, x, y = (v[k] for k in ("W1", "U1", "b1", "bh1", "x", "y"))
    samples, steps, _ = x.shape
    m = U.shape[1]
    h, kept = [np.zeros((samples, m))], []
    for t in range(steps):
        p, q = x[:, t] @ W.T + b, h[t] @ U.T + bh
        r, z = sigmoid(p[:, :m] + q[:, :m]), sigmoid(p[:, m : 2 * m] + q[:, m : 2 * m])
        n = np.tanh(p[:, 2 * m :] + r * q[:, 2 * m :])
        kept.append((r, z, n, q[:, 2 * m :]))
        h.append((1 - z) * n + z * h[t])
    h_bar = (h[-1] - y) / samples
    found = {"W1": np.zeros_like(W), "U1": np.zeros_like(U), "b1": np.zeros_like(b), "bh1": np.zeros_like(bh)}
    for t in reversed(range(steps)):
        r, z, n, q = kept[t]
        pre = h_bar * (z if wrong == "wrong-gate" else 1 - z) * (1 if wrong == "lost-slope" else 1 - n**2)
        z_pre = h_bar * (h[t] - n) * z * (1 - z) * (-1 if wrong == "sign" else 1)
        r_pre = pre * q * r * (1 - r)
        p_bar = np.concatenate([r_pre, z_pre, pre], axis=1)
        q_bar = np.concatenate([r_pre, z_pre, pre if wrong == "lost-factor" else pre * r], axis=1)
        found["W1"] += p_bar.T @ x[:, t]
        found["b1"] += p_bar.sum(axis=0)
        found["U1"] += q_bar.T @ h[t]
        found["bh1"] += q_bar.sum(axis=0)
        h_bar = (0 if wrong == "not-carried" else h_bar * z) + q_bar @ U
    return found


def attention(v: Arrays, wrong: str = "") -> Arrays:
    """One head of width 2 over 3 steps, causal; mean squared error."""
    W, b, mix, bo, x, y = (v[k] for k in ("W1", "b1", "O1", "bo1", "x", "y"))
    z = x @ W.T + b
    q, k, w = z[..., :2], z[..., 2:4], z[..., 4:]
    seen = np.tril(np.ones((3, 3)))
    e = np.exp(q @ k.transpose(0, 2, 1) / np.sqrt(2)) * seen
    p = e / e.sum(axis=-1, keepdims=True)
    out = (p @ w) @ mix.T + bo
    out_bar = 2 * (out - y) / out.size
    if wrong == "output-mean":
        out_bar = out_bar * out.shape[-1]
    o_bar = out_bar @ (mix.T if wrong == "transposed" else mix)
    p_bar = o_bar @ w.transpose(0, 2, 1)
    w_bar = (p if wrong == "transposed-p" else p.transpose(0, 2, 1)) @ o_bar
    s_bar = p * p_bar if wrong == "softmax-diagonal" else p * (p_bar - (p * p_bar).sum(axis=-1, keepdims=True))
    if wrong == "lost-softmax":
        s_bar = p_bar * seen
    scale = 1 if wrong == "lost-scale" else 1 / np.sqrt(2)
    q_bar, k_bar = scale * s_bar @ k, s_bar.transpose(0, 2, 1) @ q / np.sqrt(2)
    if wrong == "lost-path":
        w_bar = 0 * w_bar
    z_bar = np.concatenate([q_bar, k_bar, w_bar], axis=-1)
    return {
        "W1": np.einsum("ntf,ntj->fj", z_bar, x),
        "b1": z_bar.sum(axis=(0, 1)),
        "O1": np.einsum("nti,ntj->ij", out_bar, p @ w),
        "bo1": out_bar.sum(axis=(0, 1)),
    }


def normalised(axis: int) -> Callable[..., Arrays]:
    """A dense layer, normalisation over the samples (axis 0) or the units (axis 1), tanh, a dense layer."""

    def by_hand(v: Arrays, wrong: str = "") -> Arrays:
        gamma, beta = (v[next(k for k in v if k.startswith(name) and "_" not in k)] for name in ("gamma", "beta"))
        names = sorted(k for k in v if k[0] in "Wb" and k[1:].isdigit())
        W1, W2, b1, b2 = (v[k] for k in names)
        x, y = v["x"], v["y"]
        a = x @ W1.T + b1
        mean, variance = (
            a.mean(axis=axis, keepdims=True),
            a.var(axis=axis, keepdims=True, ddof=int(wrong == "sample-variance")),
        )
        root = np.sqrt(variance + (0 if wrong == "lost-epsilon" else 1e-5))
        xhat = (a - mean) / root
        out = np.tanh(gamma * xhat + beta)
        yhat = out @ W2.T + b2
        yhat_bar = 2 * (yhat - y) / len(x)
        z_bar = yhat_bar @ W2 * (1 - out**2)
        xhat_bar = z_bar * (1 if wrong == "lost-factor" else gamma)
        a_bar = xhat_bar / root
        if wrong not in ("constant-variance", "constant-both"):
            count = a.shape[axis] - int(wrong == "sample-variance")
            a_bar = a_bar - xhat * (xhat_bar * xhat).sum(axis=axis, keepdims=True) / count / root
        if wrong not in ("constant-mean", "constant-both"):
            a_bar = a_bar - (xhat_bar / root).mean(axis=axis, keepdims=True)
        gradient = {
            "W1": a_bar.T @ x,
            "b1": a_bar.sum(axis=0),
            names[1]: yhat_bar.T @ out,
            names[3]: yhat_bar.sum(axis=0),
        }
        named = {"gamma": (z_bar * xhat).sum(axis=0), "beta": z_bar.sum(axis=0)}
        return gradient | {next(k for k in v if k.startswith(n) and "_" not in k): g for n, g in named.items()}

    return by_hand


def classifier(v: Arrays, wrong: str = "") -> Arrays:
    """tanh, dropout of one half, softmax, cross entropy, a penalty."""
    W1, b1, W2, b2, x, y = (v[k] for k in ("W1", "b1", "W2", "b2", "x", "y"))
    mask = v["mask2"]
    a1 = np.tanh(x @ W1.T + b1)
    dropped = 2 * mask * a1
    z2 = dropped @ W2.T + b2
    p = np.exp(z2) / np.exp(z2).sum(axis=1, keepdims=True)
    n = len(x)
    z2_bar = (p - y) / n
    if wrong == "softmax-diagonal":
        z2_bar = -y * (1 - p) / n
    if wrong == "lost-softmax":
        z2_bar = -y / p / n
    if wrong == "batch-mean":
        z2_bar = z2_bar * n
    if wrong == "slope-twice":
        z2_bar = z2_bar * p * (1 - p)
    a1_bar = z2_bar @ W2
    a1_bar = a1_bar * {"dropout-mask": 2, "dropout-factor": mask}.get(wrong, 2 * mask)
    z1_bar = a1_bar * (1 - a1**2)
    decay = {"penalty": 0, "penalty-twice": 0.2}.get(wrong, 0.1)
    return {
        "W1": z1_bar.T @ x + decay * W1,
        "b1": z1_bar.sum(axis=0),
        "W2": z2_bar.T @ dropped + decay * W2,
        "b2": z2_bar.sum(axis=0),
    }


SEQUENCE: dict[str, Any] = {"shape": ["T", 2]}
CASES: dict[str, tuple[Network, dict[str, int], Callable[..., Arrays], dict[str, str]]] = {
    "lstm": (
        Network("cell", SEQUENCE, [Lstm(2)], "half_squared_error"),
        {"N": 2, "T": 3},
        lstm,
        {
            "lost-slope": "W1",
            "lost-path": "W1",
            "other-operand": "W1",
            "wrong-gate": "W1",
            "wrong-gate-rows": "b1",
            "wrong-step": "U1",
            "other-slope": "b1",
            "not-carried-h": "W1",
            "not-carried-c": "W1",
            "not-carried": "W1",
            "lost-factor": "W1",
        },
    ),
    "gru": (
        Network("cell", SEQUENCE, [Gru(2)], "half_squared_error"),
        {"N": 2, "T": 3},
        gru,
        {"wrong-gate": "W1", "lost-slope": "W1", "sign": "W1", "lost-factor": "U1", "not-carried": "W1"},
    ),
    "attention": (
        Network("heads", {"shape": [3, 2]}, [Attention(causal=True)], "mse"),
        {"N": 2},
        attention,
        {
            "output-mean": "W1",
            "transposed": "W1",
            "transposed-p": "W1",
            "softmax-diagonal": "W1",
            "lost-softmax": "W1",
            "lost-scale": "W1",
            "lost-path": "W1",
        },
    ),
    "batch normalisation": (
        Network("norm", 2, [Dense(3), BatchNorm(activation="tanh"), Dense(2)], "squared_error"),
        {"N": 4},
        normalised(0),
        {
            "constant-mean": "W1",
            "constant-variance": "W1",
            "constant-both": "W1",
            "lost-epsilon": "W1",
            "sample-variance": "W1",
            "lost-factor": "W1",
        },
    ),
    "layer normalisation": (
        Network("norm", 2, [Dense(3), LayerNorm(activation="tanh"), Dense(2)], "squared_error"),
        {"N": 2},
        normalised(1),
        {
            "constant-mean": "W1",
            "constant-variance": "W1",
            "constant-both": "W1",
            "lost-epsilon": "W1",
            "sample-variance": "W1",
        },
    ),
    "classifier": (
        Network(
            "classes",
            2,
            [Dense(4, "tanh"), Dropout(0.5), Dense(3, "softmax")],
            "cross_entropy",
            regularization={"l2": 0.1},
        ),
        {"N": 3},
        classifier,
        {
            "softmax-diagonal": "W1",
            "lost-softmax": "W1",
            "batch-mean": "b1",
            "slope-twice": "W1",
            "dropout-mask": "W1",
            "dropout-factor": "W1",
            "penalty": "W1",
            "penalty-twice": "W1",
        },
    ),
}
KEYS = {
    "wrong-gate-rows": "wrong-gate",
    "not-carried-h": "not-carried",
    "not-carried-c": "not-carried",
    "transposed-p": "transposed",
    "constant-mean": "constant-statistics",
    "constant-variance": "constant-statistics",
    "constant-both": "constant-statistics",
    "dropout-factor": "dropout-mask",
    "penalty-twice": "penalty",
}


@pytest.mark.parametrize("name", CASES)
def test_each_mistake_is_named(name: str) -> None:
    network, sizes, by_hand, mistakes = CASES[name]
    told_apart(network, sizes, by_hand, [(wrt, wrong, KEYS.get(wrong, wrong)) for wrong, wrt in mistakes.items()])
