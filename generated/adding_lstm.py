"""adding_lstm: An LSTM that adds two marked numbers of a sequence

A NumPy module made by symbp from the equations of the network. The number before an
equation is its number in the notes. NAME_bar is dL/dNAME, and W1[i,j] is the weight
to unit i from unit j. Arrays are float32 or float64 throughout; the batch comes first.
Several threads may call its functions at once, each with a Workspace of its own.
What a loop over steps goes through is stored step by step: h[n,t,i] is h[t, n, i] here.
In a workspace gates that lie side by side in a row, z[n,t,i], have an axis of their own:
z[t, gate, n, i], or z[gate, t, n, i] where all steps of a gate are needed together.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Parameters(NamedTuple):
    """The parameters in the order of the layers; a gradient has the same fields."""

    W1: Array  # (64, 2)
    U1: Array  # (64, 16)
    b1: Array  # (64,)
    W2: Array  # (1, 16)
    b2: Array  # (1,)


_SHAPES: tuple[tuple[int, ...], ...] = ((64, 2), (64, 16), (64,), (1, 16), (1,))


def init(seed: int = 0, dtype: npt.DTypeLike = np.float32) -> Parameters:
    """New parameters.

    Glorot uniform, orthogonal from state to state, zero biases, biases of one for
    forget gates alone.
    """
    rng = np.random.default_rng(seed)
    return Parameters(
        W1=_glorot_uniform(rng, (64, 2), dtype, gates=4),
        U1=_orthogonal(rng, (64, 16), dtype, gates=4),
        b1=np.repeat(np.array([0, 1, 0, 0], dtype), 16),
        W2=_glorot_uniform(rng, (1, 16), dtype),
        b2=np.zeros((1,), dtype),
    )


def _glorot_uniform(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    dtype: npt.DTypeLike,
    gates: int = 1,
) -> Array:
    """U(-r, r) with r = sqrt(6 / (inputs + outputs)): Glorot and Bengio (2010)."""
    r = (6 / (shape[0] / gates + shape[1])) ** 0.5
    return rng.uniform(-r, r, shape).astype(dtype)


def _orthogonal(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    dtype: npt.DTypeLike,
    gates: int = 1,
) -> Array:
    """Orthogonal matrices, one below the other: Saxe, McClelland and Ganguli (2014)."""
    side = (shape[0] // gates, shape[1])
    pairs = [np.linalg.qr(rng.normal(size=side)) for _ in range(gates)]
    return np.concatenate([q * np.sign(np.diag(r)) for q, r in pairs]).astype(dtype)


def example(
    dtype: npt.DTypeLike = np.float64,
) -> tuple[Parameters, Array, Array]:
    """The worked example of the notes: (p, X, Y)."""
    W1_text = """
        0.21 0.16 -0.05 -0.15 0.01 -0.06 0.17 -0.12 -0.01 0.05 0.25 0.01 -0.13 0.15 0.07
        -0.15 0.25 0.29 0.19 0.24 -0.11 0.14 0.24 0.11 -0.02 -0.24 -0.04 0.07 0.25 0.28
        -0.01 0.22 -0.14 0.18 0.03 -0.29 0.13 -0.06 0.2 0.1 -0.3 0.01 0.22 -0.15 -0.11
        0.22 -0.19 0.04 -0.16 0.28 0.18 -0.03 -0.25 -0.11 0.01 0.26 -0.24 0.03 0.12 0.03
        0.19 0.02 0.28 0.06 0.05 -0.03 0.06 -0.07 0.05 -0.13 -0.19 -0.19 0.07 0.09 -0.01
        -0.25 0.16 0.23 0.26 0.21 0.24 0.26 0.02 -0.07 0.12 -0.14 0.19 0.21 0.24 0.05
        0.27 0.05 -0.03 0.1 0.3 0.25 0.18 -0.25 0.07 -0.01 0.08 0.21 -0.15 0.14 -0.23
        -0.17 0.18 -0.1 0.19 -0.24 -0.21 0.12 -0.27 0.04 0.25 0.02 0.11 -0.29 0.08 0.06
        0.05 -0.07 -0.08 0.29 -0.28 -0.29 0.28 -0.19
    """
    W1 = np.array(W1_text.split(), dtype).reshape(64, 2)
    U1_text = """
        -0.21 -0.16 0.16 0.24 -0.26 -0.04 -0.22 -0.13 -0.15 0.08 -0.08 -0.18 0.01 -0.25
        -0.22 0.27 -0.16 -0.08 0.13 0.19 0.23 -0.18 0.09 0.26 -0.24 0.1 0.19 -0.09 -0.14
        0.05 -0.03 -0.18 -0.02 -0.05 0.04 0.01 -0.1 -0.08 0.18 -0.14 0.03 -0.27 0.13
        -0.09 -0.25 -0.12 -0.14 0.25 -0.08 -0.12 -0.08 0.24 0.07 0.07 0.12 -0.06 -0.05
        0.08 -0.27 -0.17 -0.09 -0.14 0.08 -0.07 0.21 0.04 -0.05 -0.05 0.11 -0.04 0.09
        -0.25 -0.03 -0.13 -0.19 0.02 -0.01 0.03 0.14 0.21 0.01 -0.1 -0.02 0.17 0.21 0.17
        -0.17 0.27 0.07 -0.23 0.12 0.27 -0.05 0.1 -0.1 -0.16 0.12 -0.27 0.18 0.02 -0.22
        -0.21 0.08 0.2 -0.12 0.26 -0.22 0.19 -0.06 -0.23 -0.12 -0.03 0.16 0.2 -0.2 0.01
        0.08 -0.08 0.2 -0.12 -0.26 -0.25 0.1 0.03 0.24 0.24 0.22 -0.25 0.14 0.11 0.09
        0.12 0.22 0.08 -0.07 0.02 -0.16 0.05 -0.27 -0.19 -0.09 0.16 0.12 -0.09 0.07
        -0.25 -0.18 0.26 -0.12 -0.06 0.03 -0.11 -0.01 -0.14 -0.25 -0.18 0.01 -0.24 -0.05
        -0.09 -0.05 -0.22 0.22 -0.01 0.19 0.26 -0.09 -0.01 0.11 -0.04 -0.11 0.13 0.22
        0.23 0.07 -0.07 0.26 0.08 -0.24 -0.23 0.14 -0.24 -0.27 -0.06 0.01 -0.03 -0.01
        0.05 0.1 -0.04 -0.07 0.27 -0.13 0.15 -0.04 -0.08 -0.24 0.2 0.11 0.22 -0.03 0.1
        -0.21 -0.06 -0.16 -0.25 0.25 -0.16 -0.19 -0.17 -0.07 0.03 -0.19 0.27 0.26 -0.19
        -0.05 0.1 0.21 0.01 0.23 -0.1 0.01 0.01 0.09 -0.16 0.06 -0.15 -0.09 0.25 0.22
        0.17 -0.25 -0.19 -0.13 0.16 0.19 0.05 0.12 0.17 -0.24 -0.23 0.2 -0.25 -0.15
        -0.25 -0.27 0.19 -0.09 -0.19 -0.19 0.09 0.26 0.01 0.22 0.01 0.04 0.1 0.17 0.14
        0.27 0.14 0.22 -0.16 0.02 0.05 0.18 -0.01 0.16 -0.06 0.05 0.19 0.16 0.09 -0.27
        -0.17 0.01 -0.13 -0.24 0.2 0.24 -0.11 -0.05 0.17 -0.24 0.08 -0.2 -0.12 0.18
        -0.24 -0.25 -0.04 0.01 0.2 0.12 0.1 -0.19 0.27 -0.05 0.06 -0.06 -0.25 -0.02
        -0.19 -0.26 0.06 0.07 -0.22 0.03 -0.08 -0.06 0.15 -0.01 0.21 0.06 -0.02 0.07
        -0.09 -0.21 0.1 0.07 0.16 -0.2 0.23 0.16 0.23 0.2 0.1 0.17 0.01 0.16 -0.17 0.15
        -0.03 0.14 -0.02 0.16 -0.23 -0.25 0.24 -0.01 0.22 0.24 0.09 0.04 -0.16 -0.22
        0.17 0.21 0.15 0.11 -0.04 -0.11 -0.21 -0.04 0.04 0.23 0.24 -0.05 -0.22 0.15 0.13
        -0.26 -0.03 0.1 -0.26 0.23 0.25 0.12 -0.23 -0.24 -0.08 -0.26 -0.08 -0.27 0.26
        0.17 -0.24 0.22 -0.16 -0.16 0.1 0.24 -0.21 -0.27 -0.07 -0.26 0.06 0.2 -0.17
        -0.21 -0.09 0.25 -0.2 0.26 -0.08 -0.01 -0.11 0.24 0.25 0.07 -0.17 0.27 -0.22
        0.04 -0.19 0.22 0.24 0.17 -0.1 -0.14 0.14 -0.11 -0.04 -0.25 -0.2 -0.26 -0.23
        -0.23 -0.04 0.03 0.13 -0.2 -0.04 0.08 -0.23 -0.03 -0.07 0.25 -0.24 -0.05 -0.05
        0.12 -0.1 -0.16 -0.11 -0.02 0.25 0.16 -0.12 0.03 0.1 0.16 -0.03 -0.06 0.15 -0.04
        -0.14 -0.03 0.24 -0.2 -0.02 0.08 -0.01 -0.16 -0.27 0.11 0.07 -0.27 -0.11 0.15
        0.07 0.02 -0.19 0.11 -0.02 0.1 0.14 -0.15 0.14 -0.12 0.27 -0.21 0.21 -0.25 -0.13
        0.01 0.04 -0.06 -0.22 -0.14 -0.12 0.14 0.22 0.05 -0.25 0.16 -0.11 -0.09 0.02
        -0.14 0.23 -0.18 -0.05 -0.12 0.01 0.04 0.07 0.02 -0.05 0.07 -0.05 0.15 0.16
        -0.11 -0.07 0.07 -0.19 0.11 -0.06 0.05 -0.2 0.09 -0.08 -0.01 -0.05 -0.01 0.11
        -0.1 0.08 -0.24 -0.11 0.13 -0.25 0.07 -0.26 -0.02 0.21 -0.27 0.01 -0.24 0.2 0.1
        0.13 0.09 -0.27 -0.25 0.07 0.27 0.2 0.11 0.12 -0.15 0.14 -0.12 -0.22 -0.02 -0.09
        -0.18 -0.04 0.22 -0.04 -0.03 0.11 0.01 -0.2 0.22 -0.03 0.16 -0.06 0.17 -0.06
        -0.15 -0.17 0.24 0.05 -0.25 -0.06 -0.15 -0.23 -0.17 -0.24 0.08 -0.18 0.06 0.06
        0.11 0.01 -0.12 0.21 -0.08 -0.02 0.07 0.01 0.25 0.25 0.24 0.24 0.04 -0.01 0.11
        -0.16 -0.13 -0.25 -0.18 -0.27 0.08 -0.2 0.16 0.1 0.26 -0.06 0.23 -0.03 -0.09
        -0.22 0.21 0.16 -0.1 -0.02 -0.1 -0.26 -0.25 -0.07 -0.16 0.01 -0.17 -0.16 0.09
        0.13 -0.1 0.2 -0.13 -0.09 0.12 -0.25 0.24 -0.23 -0.02 0.12 -0.25 0.17 0.26 -0.02
        -0.21 -0.23 -0.22 0.15 -0.05 0.23 -0.03 -0.23 -0.04 0.14 0.18 -0.25 -0.18 -0.01
        -0.2 0.2 0.24 -0.1 -0.04 0.03 -0.12 0.02 -0.16 -0.11 -0.03 0.06 0.02 -0.13 -0.15
        -0.21 0.16 -0.22 0.13 -0.14 -0.12 0.13 0.09 0.13 0.01 0.2 -0.21 0.08 -0.21 0.13
        -0.08 0.1 0.11 0.09 -0.15 0.18 -0.14 0.01 0.1 -0.15 0.07 -0.12 -0.18 0.17 0.03
        -0.09 0.05 -0.26 -0.2 -0.06 0.26 0.01 -0.23 0.15 0.15 0.15 0.04 0.11 -0.16 0.13
        0.17 0.14 -0.08 0.05 0.07 0.22 -0.21 0.18 0.01 -0.08 -0.02 -0.27 -0.15 0.08 0.09
        0.01 0.25 -0.01 -0.1 0.19 -0.13 0.06 0.11 0.18 0.16 -0.06 -0.24 -0.25 0.12 0.25
        -0.09 -0.03 0.12 0.09 -0.13 0.09 -0.11 -0.08 0.02 0.13 -0.19 -0.26 0.07 -0.26
        -0.25 -0.15 0.08 -0.24 -0.24 0.26 -0.04 0.21 -0.16 -0.04 -0.08 -0.18 -0.09 0.27
        0.14 -0.06 -0.05 -0.13 0.02 0.13 0.1 -0.02 -0.25 0.23 -0.05 -0.06 -0.27 -0.2 0.2
        0.01 0.13 -0.19 -0.09 0.19 0.18 -0.14 -0.26 0.17 -0.18 0.16 0.1 -0.18 -0.23 0.23
        0.05 0.07 -0.02 -0.19 0.06 -0.14 0.17 0.13 -0.26 0.24 -0.25 -0.22 -0.11 -0.19
        -0.14 -0.08 0.13 -0.05 -0.13 0.01 -0.06 -0.1 0.22 0.03 0.26 0.15 0.04 -0.13 0.1
        -0.02 0.12 -0.05 0.01 -0.26 0.13 -0.26 0.1 0.04 0.15 -0.12 0.1 -0.16 0.02 -0.09
        0.26 0.26 -0.16 0.04 -0.09 0.26 0.23 0.05 0.12 0.1 -0.08 0.23 0.22 -0.09 0.14
        -0.27 0.17 0.04 0.25 -0.07 0.07 -0.1 0.15 0.06 0.27 -0.27 -0.2 -0.25 -0.2 0.24
        0.25 -0.01 0.24 0.17 0.15 0.14 -0.17 0.03 -0.04 0.25 -0.18 -0.18 0.09 -0.19
        -0.21 0.01 0.16 0.06 0.14 -0.13 -0.12 -0.04 0.27 0.12 0.24 0.02 0.03 0.27 -0.17
        0.15 0.16 0.19 0.14 -0.19 0.09 0.23 0.03 -0.08 0.25 0.03 -0.05 0.06 0.17 -0.15
        -0.27 0.02 0.24 0.1 0.07 0.07 0.01 0.13 -0.14 0.21 -0.12 0.24 0.23 -0.23 -0.03
        0.13 -0.03 0.01 0.17 0.11 0.25 -0.18 0.23 0.23 0.07 0.24 -0.14 0.21 0.15 0.06
        -0.22 -0.26 -0.27 -0.14 0.14 -0.06 0.15 0.07 -0.06 0.21 -0.25 -0.02 0.18 -0.2
        0.12 -0.09 -0.26 -0.01 0.01 -0.25 0.04 -0.08 -0.27 -0.17 -0.21 0.02 -0.25 0.23
        0.19 0.24 -0.1 0.22 0.27 0.14 -0.12 0.09 0.05 -0.05 -0.11 -0.24 -0.21 -0.2 -0.01
        0.08 0.14 -0.25 0.18 -0.25 0.03 0.13 0.07 0.25 -0.09 0.05 -0.23 0.03 0.17 -0.16
        -0.13 0.11 -0.13 -0.13 0.24 0.27 -0.19 0.22 0.03 -0.25 0.05 0.08 -0.26 0.14 0.17
        -0.23 0.08 -0.02 -0.14 -0.02 -0.19 -0.09
    """
    U1 = np.array(U1_text.split(), dtype).reshape(64, 16)
    b1 = np.array(
        [
            0.16,
            -0.02,
            0.06,
            0.04,
            0.32,
            -0.16,
            0.31,
            -0.42,
            -0.07,
            -0.15,
            -0.05,
            0.33,
            0.01,
            0.49,
            0.36,
            -0.38,
            -0.18,
            -0.48,
            0.23,
            -0.48,
            0.39,
            -0.31,
            -0.09,
            -0.44,
            -0.19,
            -0.11,
            -0.45,
            0.27,
            0.21,
            -0.14,
            0.34,
            -0.42,
            -0.45,
            -0.15,
            0.4,
            0.26,
            0.17,
            0.06,
            0.3,
            -0.09,
            -0.47,
            0.3,
            -0.31,
            -0.11,
            -0.14,
            -0.38,
            -0.15,
            -0.32,
            0.12,
            0.15,
            -0.49,
            -0.04,
            0.05,
            0.37,
            0.01,
            -0.42,
            -0.45,
            0.36,
            0.29,
            0.36,
            -0.24,
            0.15,
            -0.4,
            0.33,
        ],
        dtype,
    )
    W2 = np.array(
        [
            [
                -0.2,
                0.54,
                -0.03,
                -0.55,
                0.49,
                0.15,
                -0.25,
                -0.55,
                -0.15,
                -0.41,
                0.06,
                -0.42,
                -0.39,
                0.5,
                0.17,
                -0.31,
            ],
        ],
        dtype,
    )
    b2 = np.array([0.38], dtype)
    X = np.array([[[0.2, 1], [0.7, 0], [0.4, 1], [0.9, 0]]], dtype)
    Y = np.array([[0.6]], dtype)
    p = Parameters(W1, U1, b1, W2, b2)
    return p, X, Y


def predict(p: Parameters, X: Array) -> Array:
    """The output yhat for a batch of inputs, (N, 1).

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    N, T = _check_inputs(p, X, p[0].dtype)
    dtype = p[0].dtype
    W1, U1, b1, W2, b2 = p
    x = X
    # (1)  h1[n,0,u] = 0
    h1 = np.full((N, 16), 0, dtype)
    # (2)  c1[n,0,u] = 0
    c1 = np.full((N, 16), 0, dtype)
    # (3)  z1[n,t,m] = sum[j](W1[m,j]*x[n,t,j]) + b1[m]
    z1 = x.transpose(1, 0, 2) @ W1.T + b1
    # for t = 0 .. T-1
    for t in range(T):
        # (3)  z1[n,t,m] += sum[k](U1[m,k]*h1[n,t,k])
        z1[t] += h1 @ U1.T
        # (4)  i1[n,t,u] = sigmoid(z1[n,t,u])
        i1 = _sigmoid(z1[t, :, :16])
        # (5)  f1[n,t,u] = sigmoid(z1[n,t,u+16])
        f1 = _sigmoid(z1[t, :, 16:32])
        # (6)  g1[n,t,u] = tanh(z1[n,t,u+32])
        g1 = np.tanh(z1[t, :, 32:48])
        # (7)  o1[n,t,u] = sigmoid(z1[n,t,u+48])
        o1 = _sigmoid(z1[t, :, 48:])
        # (2)  c1[n,t+1,u] = c1[n,t,u]*f1[n,t,u] + i1[n,t,u]*g1[n,t,u]
        c1 = c1 * f1 + i1 * g1
        # (8)  s1[n,t,u] = tanh(c1[n,t+1,u])
        s1 = np.tanh(c1)
        # (1)  h1[n,t+1,u] = o1[n,t,u]*s1[n,t,u]
        h1 = o1 * s1
    # (9)  a1[n,u] = h1[n,T,u]
    a1 = h1.copy()
    # (10)  yhat[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
    yhat: Array = a1 @ W2.T + b2
    return yhat


def loss(p: Parameters, X: Array, Y: Array) -> float:
    """The loss L.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    N, T = _check_inputs(p, X, p[0].dtype)
    _check_targets(Y, N, T, p[0].dtype)
    dtype = p[0].dtype
    W1, U1, b1, W2, b2 = p
    x, y = X, Y
    # (1)  h1[n,0,u] = 0
    h1 = np.full((N, 16), 0, dtype)
    # (2)  c1[n,0,u] = 0
    c1 = np.full((N, 16), 0, dtype)
    # (3)  z1[n,t,m] = sum[j](W1[m,j]*x[n,t,j]) + b1[m]
    z1 = x.transpose(1, 0, 2) @ W1.T + b1
    # for t = 0 .. T-1
    for t in range(T):
        # (3)  z1[n,t,m] += sum[k](U1[m,k]*h1[n,t,k])
        z1[t] += h1 @ U1.T
        # (4)  i1[n,t,u] = sigmoid(z1[n,t,u])
        i1 = _sigmoid(z1[t, :, :16])
        # (5)  f1[n,t,u] = sigmoid(z1[n,t,u+16])
        f1 = _sigmoid(z1[t, :, 16:32])
        # (6)  g1[n,t,u] = tanh(z1[n,t,u+32])
        g1 = np.tanh(z1[t, :, 32:48])
        # (7)  o1[n,t,u] = sigmoid(z1[n,t,u+48])
        o1 = _sigmoid(z1[t, :, 48:])
        # (2)  c1[n,t+1,u] = c1[n,t,u]*f1[n,t,u] + i1[n,t,u]*g1[n,t,u]
        c1 = c1 * f1 + i1 * g1
        # (8)  s1[n,t,u] = tanh(c1[n,t+1,u])
        s1 = np.tanh(c1)
        # (1)  h1[n,t+1,u] = o1[n,t,u]*s1[n,t,u]
        h1 = o1 * s1
    # (9)  a1[n,u] = h1[n,T,u]
    a1 = h1.copy()
    # (10)  yhat[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
    yhat = a1 @ W2.T + b2
    # (11)  L = sum[n,k]((yhat[n,k] - y[n,k])**2/N)
    difference = yhat - y
    L = float(np.vdot(difference, difference)) / N
    return L


def loss_and_grad(p: Parameters, X: Array, Y: Array) -> tuple[float, Parameters, Array]:
    """The loss L and its gradient, and x_bar, in new arrays.

    Computed in a workspace that each thread keeps: memory for the largest batch so far.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    L, g, x_bar = _kept_workspace(p, X, Y).loss_and_grad(p, X, Y)
    return L, Parameters(*(a.copy() for a in g)), x_bar.copy()


_thread = threading.local()


def _kept_workspace(p: Parameters, X: Array, Y: Array) -> Workspace:
    """The workspace of this thread, made anew if what is given does not fit into it."""
    try:
        kept: Workspace = _thread.workspace
        if (
            kept.dtype == p[0].dtype
            and X.shape[0] <= kept.batch
            and X.shape[1] <= kept._most_T
        ):
            return kept
    except (AttributeError, IndexError, TypeError):
        pass  # there is none yet, or an argument has no such shape
    N, T = _check_inputs(p, X, p[0].dtype)
    _check_targets(Y, N, T, p[0].dtype)
    kept = _thread.workspace = Workspace(N, T, p[0].dtype)
    return kept


class Workspace:
    """``loss_and_grad`` in memory that is made once, for batches of at most ``batch``.

    What it returns is this memory and lasts until the next call. Tensors that are never
    needed at the same time share a buffer. Where NumPy would allocate to broadcast, rows
    are copied into a spare buffer first. Each thread needs a workspace of its own.

    Raises:
        ValueError: the batch or T is no positive whole number, or the dtype no float.
    """

    def __init__(self, batch: int, T: int, dtype: npt.DTypeLike = np.float32) -> None:
        if not isinstance(batch, int) or batch < 1:
            raise ValueError(f"batch is {batch!r}, needs a whole number from 1 on")
        if not isinstance(T, int) or T < 1:
            raise ValueError(f"T is {T!r}, needs a whole number from 1 on")
        self.batch = batch
        self.dtype = np.dtype(dtype)
        if self.dtype.char not in "fd":
            raise ValueError(f"dtype is {self.dtype}, needs float32 or float64")
        self._gradient = Parameters(*(np.zeros(shape, self.dtype) for shape in _SHAPES))
        self._buffers: tuple[Array, ...] = (
            _aligned(batch * (T + 1) * 16, self.dtype),
            _aligned(batch * (T + 1) * 16, self.dtype),
            _aligned(batch * T * 64, self.dtype),
            _aligned(batch * T * 80, self.dtype),
            _aligned(1024, self.dtype),
            _aligned(batch * 97, self.dtype),
            _aligned(batch * 16, self.dtype),
            _aligned(batch * 16, self.dtype),
            _aligned(batch * 16, self.dtype),
            _aligned(batch * T * 2, self.dtype),
            np.array(1, self.dtype),
            np.full(batch * 16, 40, self.dtype),
            np.ones(batch, self.dtype),
            np.ones(4, self.dtype),
            np.ones(batch * T, self.dtype),
        )
        self._most_T = T
        self._views: dict[tuple[int, int], tuple[Any, ...]] = {}

    def _cut(self, N: int, T: int) -> tuple[Any, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        h1 = self._buffers[0][: (T + 1) * N * 16].reshape(T + 1, N, 16)
        c1 = self._buffers[1][: (T + 1) * N * 16].reshape(T + 1, N, 16)
        z1 = self._buffers[2][: T * N * 64].reshape(T, 4, N, 16)
        spare = self._buffers[3][: T * N * 64].reshape(T, 4, N, 16)
        s1 = self._buffers[3][: T * N * 16].reshape(T, N, 16)
        U1_turned = self._buffers[4][:1024].reshape(4, 16, 16)
        spare2 = self._buffers[5][: N * 64].reshape(4, N, 16)
        spare3 = self._buffers[5][: N * 16].reshape(N, 16)
        exp_value = self._buffers[5][: N * 16].reshape(N, 16)
        spare4 = self._buffers[5][N * 16 : N * 32].reshape(N, 16)
        yhat = self._buffers[5][:N].reshape(N, 1)
        spare5 = self._buffers[5][N : N * 2].reshape(N, 1)
        z2_bar = self._buffers[5][:N].reshape(N, 1)
        h1_bar = self._buffers[5][N : N * 17].reshape(N, 16)
        c1_bar = self._buffers[5][N * 17 : N * 33].reshape(N, 16)
        z1_bar = self._buffers[3][T * N * 16 : T * N * 80].reshape(4, T, N, 16)
        o1_bar = self._buffers[5][N * 33 : N * 49].reshape(N, 16)
        s1_bar = self._buffers[5][N * 49 : N * 65].reshape(N, 16)
        spare6 = self._buffers[6][: N * 16].reshape(N, 16)
        f1_bar = self._buffers[5][N * 49 : N * 65].reshape(N, 16)
        g1_bar = self._buffers[6][: N * 16].reshape(N, 16)
        i1_bar = self._buffers[7][: N * 16].reshape(N, 16)
        spare7 = self._buffers[8][: N * 16].reshape(N, 16)
        spare8 = self._buffers[5][N * 33 : N * 49].reshape(N, 16)
        product = self._buffers[5][N * 33 : N * 97].reshape(4, N, 16)
        x_turned = self._buffers[3][: T * N * 2].reshape(T, N, 2)
        z1_bar_turned = self._buffers[2][: N * T * 64].reshape(N, T, 4, 16)
        x_bar = self._buffers[9][: N * T * 2].reshape(N, T, 2)
        i1 = z1[:, 0]
        f1 = z1[:, 1]
        g1 = z1[:, 2]
        o1 = z1[:, 3]
        z2_bar_T = z2_bar.T
        product_2d = product.reshape(4, N * 16)
        h1_bar_flat = h1_bar.reshape(-1)
        z1_bar_3d_T = z1_bar.reshape(4, T * N, 16).mT
        h1_2d = h1[:T].reshape(T * N, 16)
        z1_bar_3d = z1_bar.reshape(4, T * N, 16)
        x_turned_2d = x_turned.reshape(T * N, 2)
        z1_bar_turned_2d = z1_bar_turned.reshape(N * T, 64)
        x_bar_2d = x_bar.reshape(N * T, 2)
        one = self._buffers[10]
        two_over_N = np.array(2 / N, self.dtype)
        all_c40 = self._buffers[11][: N * 16].reshape(N, 16)
        ones = self._buffers[12][:N]
        ones2 = self._buffers[13][:4]
        ones3 = self._buffers[14][: T * N]
        steps = _steps(
            z1,
            h1[:T],
            i1,
            z1[:, 0],
            f1,
            z1[:, 1],
            g1,
            z1[:, 2],
            o1,
            z1[:, 3],
            c1[1:],
            c1[:T],
            s1,
            h1[1:],
        )
        steps2 = _steps(
            s1,
            o1,
            c1[:T],
            i1,
            g1,
            f1,
            z1_bar[3],
            z1_bar[2],
            z1_bar[1],
            z1_bar[0],
            z1_bar.transpose(1, 0, 2, 3),
        )
        return (
            h1,
            c1,
            z1,
            spare,
            U1_turned,
            spare2,
            spare3,
            exp_value,
            spare4,
            yhat,
            spare5,
            z2_bar,
            h1_bar,
            c1_bar,
            z1_bar,
            o1_bar,
            s1_bar,
            spare6,
            f1_bar,
            g1_bar,
            i1_bar,
            spare7,
            spare8,
            product,
            x_turned,
            z1_bar_turned,
            x_bar,
            z2_bar_T,
            product_2d,
            h1_bar_flat,
            z1_bar_3d_T,
            h1_2d,
            z1_bar_3d,
            x_turned_2d,
            z1_bar_turned_2d,
            x_bar_2d,
            one,
            two_over_N,
            all_c40,
            ones,
            ones2,
            ones3,
            steps,
            steps2,
        )

    def loss_and_grad(
        self, p: Parameters, X: Array, Y: Array
    ) -> tuple[float, Parameters, Array]:
        """As the function ``loss_and_grad``, but allocates nothing after its first call."""
        N, T = _check_inputs(p, X, self.dtype)
        if N > self.batch:
            raise ValueError(
                f"the batch has {N} samples, this workspace holds {self.batch}"
            )
        if self._most_T < T:
            raise ValueError(
                f"T is {T}, this workspace was made for at most {self._most_T}"
            )
        _check_targets(Y, N, T, self.dtype)
        W1, U1, b1, W2, b2 = p
        x, y = X, Y
        if (N, T) not in self._views:
            if len(self._views) == 16:  # each holds all its steps
                self._views.clear()
            self._views[(N, T)] = self._cut(N, T)
        (
            h1,
            c1,
            z1,
            spare,
            U1_turned,
            spare2,
            spare3,
            exp_value,
            spare4,
            yhat,
            spare5,
            z2_bar,
            h1_bar,
            c1_bar,
            z1_bar,
            o1_bar,
            s1_bar,
            spare6,
            f1_bar,
            g1_bar,
            i1_bar,
            spare7,
            spare8,
            product,
            x_turned,
            z1_bar_turned,
            x_bar,
            z2_bar_T,
            product_2d,
            h1_bar_flat,
            z1_bar_3d_T,
            h1_2d,
            z1_bar_3d,
            x_turned_2d,
            z1_bar_turned_2d,
            x_bar_2d,
            one,
            two_over_N,
            all_c40,
            ones,
            ones2,
            ones3,
            steps,
            steps2,
        ) = self._views[(N, T)]
        W1_bar, U1_bar, b1_bar, W2_bar, b2_bar = self._gradient
        # (1)  h1[n,0,u] = 0
        h1[0].fill(0)
        # (2)  c1[n,0,u] = 0
        c1[0].fill(0)
        # (3)  z1[n,t,m] = sum[j](W1[m,j]*x[n,t,j]) + b1[m]
        np.matmul(x.transpose(1, 0, 2)[:, None], W1.reshape(4, 16, 2).mT, out=z1)
        spare[...] = b1.reshape(4, 16)[:, None, :]
        z1 += spare
        # for t = 0 .. T-1
        U1_turned[...] = U1.reshape(4, 16, 16).mT
        for (
            z1_t,
            h1_t,
            i1_t,
            z1_t_0,
            f1_t,
            z1_t_1,
            g1_t,
            z1_t_2,
            o1_t,
            z1_t_3,
            c1_t1,
            c1_t,
            s1_t,
            h1_t1,
        ) in steps:
            # (3)  z1[n,t,m] += sum[k](U1[m,k]*h1[n,t,k])
            np.matmul(h1_t, U1_turned, out=spare2)
            z1_t += spare2
            # (4)  i1[n,t,u] = sigmoid(z1[n,t,u])
            np.minimum(z1_t_0, all_c40, out=spare3)
            np.exp(spare3, out=exp_value)
            np.add(one, exp_value, out=spare4)
            np.divide(exp_value, spare4, out=i1_t)
            # (5)  f1[n,t,u] = sigmoid(z1[n,t,u+16])
            np.minimum(z1_t_1, all_c40, out=spare3)
            np.exp(spare3, out=exp_value)
            np.add(one, exp_value, out=spare4)
            np.divide(exp_value, spare4, out=f1_t)
            # (6)  g1[n,t,u] = tanh(z1[n,t,u+32])
            np.tanh(z1_t_2, out=g1_t)
            # (7)  o1[n,t,u] = sigmoid(z1[n,t,u+48])
            np.minimum(z1_t_3, all_c40, out=spare3)
            np.exp(spare3, out=exp_value)
            np.add(one, exp_value, out=spare4)
            np.divide(exp_value, spare4, out=o1_t)
            # (2)  c1[n,t+1,u] = c1[n,t,u]*f1[n,t,u] + i1[n,t,u]*g1[n,t,u]
            np.multiply(c1_t, f1_t, out=spare3)
            np.multiply(i1_t, g1_t, out=spare4)
            np.add(spare3, spare4, out=c1_t1)
            # (8)  s1[n,t,u] = tanh(c1[n,t+1,u])
            np.tanh(c1_t1, out=s1_t)
            # (1)  h1[n,t+1,u] = o1[n,t,u]*s1[n,t,u]
            np.multiply(o1_t, s1_t, out=h1_t1)
        # (9)  a1[n,u] = h1[n,T,u]
        a1 = h1[T]
        # (10)  yhat[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
        a1.dot(W2.T, out=yhat)
        spare5[...] = b2
        yhat += spare5
        # (11)  L = sum[n,k]((yhat[n,k] - y[n,k])**2/N)
        yhat -= y
        L = float(np.vdot(yhat, yhat)) / N
        # (12)  z2_bar[n,k] = 2*(yhat[n,k] - y[n,k])/N
        np.multiply(yhat, two_over_N, out=z2_bar)
        # (13)  b2_bar[i] = sum[n](z2_bar[n,i])
        ones.dot(z2_bar, out=b2_bar)
        # (14)  W2_bar[i,j] = sum[n](z2_bar[n,i]*a1[n,j])
        z2_bar_T.dot(a1, out=W2_bar)
        # (15)  a1_bar[n,j] = sum[i](z2_bar[n,i]*W2[i,j])
        # (16)  h1_bar[n,T,u] = a1_bar[n,u]
        z2_bar.dot(W2, out=h1_bar)
        # for t = T-1 .. 0
        c1_bar.fill(0)
        for (
            s1_t,
            o1_t,
            c1_t,
            i1_t,
            g1_t,
            f1_t,
            z1_bar_3_t,
            z1_bar_2_t,
            z1_bar_1_t,
            z1_bar_0_t,
            z1_bar_t,
        ) in reversed(steps2):
            # (17)  o1_bar[n,t,u] = h1_bar[n,t+1,u]*s1[n,t,u]
            np.multiply(h1_bar, s1_t, out=o1_bar)
            # (18)  s1_bar[n,t,u] = h1_bar[n,t+1,u]*o1[n,t,u]
            np.multiply(h1_bar, o1_t, out=s1_bar)
            # (19)  c1_bar[n,t+1,u] += s1_bar[n,t,u]*(1 - s1[n,t,u]**2)
            np.square(s1_t, out=spare6)
            np.subtract(one, spare6, out=spare6)
            s1_bar *= spare6
            c1_bar += s1_bar
            # (20)  f1_bar[n,t,u] = c1_bar[n,t+1,u]*c1[n,t,u]
            np.multiply(c1_bar, c1_t, out=f1_bar)
            # (21)  g1_bar[n,t,u] = c1_bar[n,t+1,u]*i1[n,t,u]
            np.multiply(c1_bar, i1_t, out=g1_bar)
            # (22)  i1_bar[n,t,u] = c1_bar[n,t+1,u]*g1[n,t,u]
            np.multiply(c1_bar, g1_t, out=i1_bar)
            # (19)  c1_bar[n,t,u] += c1_bar[n,t+1,u]*f1[n,t,u]
            c1_bar *= f1_t
            # (23)  z1_bar[n,t,u+48] = o1_bar[n,t,u]*o1[n,t,u]*(1 - o1[n,t,u])
            o1_bar *= o1_t
            np.subtract(one, o1_t, out=spare7)
            np.multiply(o1_bar, spare7, out=z1_bar_3_t)
            # (23)  z1_bar[n,t,u+32] = g1_bar[n,t,u]*(1 - g1[n,t,u]**2)
            np.square(g1_t, out=spare8)
            np.subtract(one, spare8, out=spare8)
            np.multiply(g1_bar, spare8, out=z1_bar_2_t)
            # (23)  z1_bar[n,t,u+16] = f1_bar[n,t,u]*f1[n,t,u]*(1 - f1[n,t,u])
            f1_bar *= f1_t
            np.subtract(one, f1_t, out=spare8)
            np.multiply(f1_bar, spare8, out=z1_bar_1_t)
            # (23)  z1_bar[n,t,u] = i1_bar[n,t,u]*i1[n,t,u]*(1 - i1[n,t,u])
            i1_bar *= i1_t
            np.subtract(one, i1_t, out=spare6)
            np.multiply(i1_bar, spare6, out=z1_bar_0_t)
            # (16)  h1_bar[n,t,k] = sum[m](z1_bar[n,t,m]*U1[m,k])
            np.matmul(z1_bar_t, U1.reshape(4, 16, 16), out=product)
            ones2.dot(product_2d, out=h1_bar_flat)
        # (24)  U1_bar[m,k] = sum[n,t](z1_bar[n,t,m]*h1[n,t,k])
        np.matmul(z1_bar_3d_T, h1_2d, out=U1_bar.reshape(4, 16, 16))
        # (25)  b1_bar[m] = sum[n,t](z1_bar[n,t,m])
        np.matmul(ones3, z1_bar_3d, out=b1_bar.reshape(4, 16))
        # (26)  W1_bar[m,j] = sum[n,t](z1_bar[n,t,m]*x[n,t,j])
        x_turned[...] = x.transpose(1, 0, 2)
        np.matmul(z1_bar_3d_T, x_turned_2d, out=W1_bar.reshape(4, 16, 2))
        # (27)  x_bar[n,t,j] = sum[m](z1_bar[n,t,m]*W1[m,j])
        z1_bar_turned[...] = z1_bar.transpose(2, 1, 0, 3)
        z1_bar_turned_2d.dot(W1.reshape(64, 2), out=x_bar_2d)
        return L, self._gradient, x_bar


class ParallelWorkspace:
    """A batch cut into equal parts, each with a thread and a ``Workspace`` of its own.

    The loss is a mean over samples that do not know of one another, so the loss and the
    gradient are the means of those of the parts. Before NumPy is imported its BLAS must
    be told to use one thread, as by OPENBLAS_NUM_THREADS=1: each part has one of its own.

    Raises:
        ValueError: the batch or T is no positive whole number, or the dtype no float;
            or threads is no positive whole number.
    """

    def __init__(
        self, batch: int, T: int, dtype: npt.DTypeLike = np.float32, threads: int = 2
    ) -> None:
        if not isinstance(threads, int) or threads < 1:
            raise ValueError(f"threads is {threads!r}, needs a whole number from 1 on")
        if not isinstance(batch, int) or batch < 1:
            raise ValueError(f"batch is {batch!r}, needs a whole number from 1 on")
        share = -(-batch // threads)
        self.batch = batch
        self._parts = [Workspace(share, T, dtype) for _ in range(threads)]
        self.dtype = self._parts[0].dtype
        self._pool = ThreadPoolExecutor(threads)

    def loss_and_grad(
        self, p: Parameters, X: Array, Y: Array
    ) -> tuple[float, Parameters, Array]:
        """As ``loss_and_grad`` of a ``Workspace``; what it returns lasts until the next call."""
        N, T = _check_inputs(p, X, self.dtype)
        if N > self.batch:
            raise ValueError(
                f"the batch has {N} samples, this workspace holds {self.batch}"
            )
        _check_targets(Y, N, T, self.dtype)
        share = -(-N // len(self._parts))
        cuts = [slice(k, min(k + share, N)) for k in range(0, N, share)]
        steps = [
            self._pool.submit(
                copy_context().run,
                part.loss_and_grad,
                p,
                X[cut],
                Y[cut],
            )
            for part, cut in zip(self._parts, cuts, strict=False)
        ]
        wait(steps)
        (L, g, _), *others = (step.result() for step in steps)
        weights = [(cut.stop - cut.start) / N for cut in cuts]
        L *= weights[0]
        for array in g:
            array *= weights[0]
        for part, weight in zip(others, weights[1:], strict=True):
            L += weight * part[0]
            for array, more in zip(g, part[1], strict=True):
                more *= weight
                array += more
        x_bar = np.concatenate(
            [w * step.result()[2] for step, w in zip(steps, weights, strict=True)]
        )
        return L, g, x_bar


class OptimizerState(NamedTuple):
    """What one optimizer keeps from step to step.

    ``m`` is a running sum or mean of gradients, ``v`` one of their squares.
    """

    m: Parameters
    v: Parameters
    step: int


def init_optimizer(p: Parameters) -> OptimizerState:
    """The state before the first step: zeros."""
    m, v = (Parameters(*(np.zeros(w.shape, w.dtype) for w in p)) for _ in "mv")
    return OptimizerState(m, v, 0)


def sgd(
    p: Parameters, g: Parameters, learning_rate: float, clip_norm: float | None = 1.0
) -> Parameters:
    """One step of gradient descent.

    A gradient longer than ``clip_norm``, all parameters together, is shortened to it.
    Robbins and Monro (1951), Annals of Mathematical Statistics 22, 400-407.
    """
    learning_rate = _constant("learning_rate", learning_rate)
    pairs = zip(p, _clipped(p, g, clip_norm), strict=True)
    return Parameters(*(np.asarray(w - learning_rate * g) for w, g in pairs))


def momentum(
    p: Parameters,
    g: Parameters,
    state: OptimizerState,
    learning_rate: float,
    mu: float = 0.9,
    clip_norm: float | None = 1.0,
) -> tuple[Parameters, OptimizerState]:
    """One step of gradient descent with momentum.

    Polyak (1964), USSR Computational Mathematics and Mathematical Physics 4, 1-17.
    """
    learning_rate = _constant("learning_rate", learning_rate)
    mu = _constant("mu", mu, 1.0)

    def step(w: Array, g: Array, m: Array, v: Array, k: int) -> tuple[Array, ...]:
        m = mu * m + g
        w = w - learning_rate * m
        return w, m, v

    return _stepped(step, p, g, state, clip_norm)


def nesterov(
    p: Parameters,
    g: Parameters,
    state: OptimizerState,
    learning_rate: float,
    mu: float = 0.9,
    clip_norm: float | None = 1.0,
) -> tuple[Parameters, OptimizerState]:
    """One step of gradient descent with Nesterov's momentum.

    Sutskever, Martens, Dahl and Hinton (2013), ICML, section 2.
    """
    learning_rate = _constant("learning_rate", learning_rate)
    mu = _constant("mu", mu, 1.0)

    def step(w: Array, g: Array, m: Array, v: Array, k: int) -> tuple[Array, ...]:
        m = mu * m + g
        w = w - learning_rate * (mu * m + g)
        return w, m, v

    return _stepped(step, p, g, state, clip_norm)


def rmsprop(
    p: Parameters,
    g: Parameters,
    state: OptimizerState,
    learning_rate: float,
    alpha: float = 0.99,
    epsilon: float = 1e-08,
    clip_norm: float | None = 1.0,
) -> tuple[Parameters, OptimizerState]:
    """One step of RMSprop.

    Tieleman and Hinton (2012), COURSERA: Neural Networks for Machine Learning, 6.5.
    """
    learning_rate = _constant("learning_rate", learning_rate)
    alpha = _constant("alpha", alpha, 1.0)
    epsilon = _constant("epsilon", epsilon)

    def step(w: Array, g: Array, m: Array, v: Array, k: int) -> tuple[Array, ...]:
        v = alpha * v + (1 - alpha) * g**2
        w = w - learning_rate * g / (np.sqrt(v) + epsilon)
        return w, m, v

    return _stepped(step, p, g, state, clip_norm)


def adam(
    p: Parameters,
    g: Parameters,
    state: OptimizerState,
    learning_rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-08,
    clip_norm: float | None = 1.0,
) -> tuple[Parameters, OptimizerState]:
    """One step of Adam.

    Kingma and Ba (2015), ICLR, algorithm 1.
    """
    learning_rate = _constant("learning_rate", learning_rate)
    beta1 = _constant("beta1", beta1, 1.0)
    beta2 = _constant("beta2", beta2, 1.0)
    epsilon = _constant("epsilon", epsilon)

    def step(w: Array, g: Array, m: Array, v: Array, k: int) -> tuple[Array, ...]:
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**k)
        v_hat = v / (1 - beta2**k)
        w = w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
        return w, m, v

    return _stepped(step, p, g, state, clip_norm)


def adamw(
    p: Parameters,
    g: Parameters,
    state: OptimizerState,
    learning_rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-08,
    weight_decay: float = 0.01,
    clip_norm: float | None = 1.0,
) -> tuple[Parameters, OptimizerState]:
    """One step of AdamW.

    Loshchilov and Hutter (2019), ICLR, algorithm 2.
    """
    learning_rate = _constant("learning_rate", learning_rate)
    beta1 = _constant("beta1", beta1, 1.0)
    beta2 = _constant("beta2", beta2, 1.0)
    epsilon = _constant("epsilon", epsilon)
    weight_decay = _constant("weight_decay", weight_decay)

    def step(w: Array, g: Array, m: Array, v: Array, k: int) -> tuple[Array, ...]:
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**k)
        v_hat = v / (1 - beta2**k)
        w = w - learning_rate * (m_hat / (np.sqrt(v_hat) + epsilon) + weight_decay * w)
        return w, m, v

    return _stepped(step, p, g, state, clip_norm)


def _stepped(
    step: Callable[[Array, Array, Array, Array, int], tuple[Array, ...]],
    p: Parameters,
    g: Parameters,
    state: OptimizerState,
    clip_norm: float | None,
) -> tuple[Parameters, OptimizerState]:
    """New parameters and state: what a step makes of each array.

    Raises:
        ValueError: an array has another shape or dtype than it needs.
    """
    g, k = _clipped(p, g, clip_norm), state.step + 1
    _check_arrays("state.m", state.m, p[0].dtype)
    _check_arrays("state.v", state.v, p[0].dtype)
    rows = [step(*row, k) for row in zip(p, g, state.m, state.v, strict=True)]
    w, m, v = (Parameters(*map(np.asarray, each)) for each in zip(*rows, strict=True))
    return w, OptimizerState(m, v, k)


def _clipped(p: Parameters, g: Parameters, clip_norm: float | None) -> Parameters:
    """The gradient, no longer than ``clip_norm``."""
    _check_arrays("p", p, p[0].dtype)
    _check_arrays("g", g, p[0].dtype)
    if clip_norm is None:
        return g
    most = _constant("clip_norm", clip_norm)
    length = float(np.sqrt(sum(float(np.vdot(d, d)) for d in g)))
    if length <= most:
        return g
    return Parameters(*(np.asarray(most / length * d) for d in g))


def _constant(name: str, value: float, below: float = np.inf) -> float:
    """The value, if it is from 0 on and less than ``below``; else a ValueError."""
    if not 0 <= value < below:
        limit = "" if below == np.inf else f" and less than {below:g}"
        raise ValueError(f"{name} is {value}, needs a finite number from 0 on{limit}")
    return float(value)


def flatten(p: Parameters) -> Array:
    """All parameters as one vector, in the order of Parameters, row by row."""
    return np.concatenate([w.ravel() for w in p])


def unflatten(v: Array) -> Parameters:
    """The parameters that ``flatten`` made the vector of.

    Raises:
        ValueError: the vector has another length than the parameters need.
    """
    _fits("v", v, (1233,), v.dtype)
    arrays, start = [], 0
    for shape in _SHAPES:
        stop = start + int(np.prod(shape))
        arrays.append(v[start:stop].reshape(shape))
        start = stop
    return Parameters(*arrays)


def _sigmoid(z: Array) -> Array:
    """sigmoid(z), in a form that neither overflows nor cancels."""
    exp_value = np.exp(np.minimum(z, 40))
    result: Array = exp_value / (1 + exp_value)
    return result


def _aligned(count: int, dtype: np.dtype[Any]) -> Array:
    """New memory from a multiple of 64 bytes on, as wide as a load: NumPy is faster there."""
    size = count * dtype.itemsize
    memory = np.empty(size + 64, np.uint8)
    start = -memory.ctypes.data % 64
    return memory[start : start + size].view(dtype)


def _steps(*arrays: Any) -> tuple[tuple[Any, ...], ...]:
    """What each step of a loop touches: to cut it in the loop would take a tenth of a microsecond each."""
    return tuple(zip(*arrays, strict=True))


def _check_inputs(p: Parameters, X: Array, dtype: np.dtype[Any]) -> tuple[int, int]:
    """The run-time sizes, of arguments that fit."""
    if dtype.char not in "fd":
        raise ValueError(f"p.W1 has dtype {dtype}, needs float32 or float64")
    _check_arrays("p", p, dtype)
    N = _length("X", X, 0, 3, "(N, T, 2)")
    T = _length("X", X, 1, 3, "(N, T, 2)", "one step")
    _fits("X", X, (N, T, 2), dtype)
    return N, T


def _check_targets(Y: Array, N: int, T: int, dtype: np.dtype[Any]) -> None:
    """Raises ValueError unless the targets fit the inputs."""
    _fits("Y", Y, (N, 1), dtype)


def _length(
    name: str,
    a: Array,
    axis: int,
    rank: int,
    needs: str,
    least: str = "one sample",
    plus: int = 0,
) -> int:
    """The run-time size along an axis of an argument that has as many axes as it needs."""
    if not isinstance(a, np.ndarray):
        raise TypeError(f"{name} is a {type(a).__name__}, needs an array {needs}")
    if a.ndim == rank - 1:
        raise ValueError(
            f"{name} has shape {a.shape}, one sample without a batch axis; "
            f"needs {needs}: {name}[None] is a batch of one"
        )
    if a.ndim != rank:
        raise ValueError(f"{name} has shape {a.shape}, needs {needs}")
    if a.shape[axis] <= plus:
        raise ValueError(f"{name} has shape {a.shape}, needs at least {least}")
    return int(a.shape[axis]) - plus


def _check_arrays(name: str, arrays: Parameters, dtype: np.dtype[Any]) -> None:
    """Raises an error unless there is an array that fits for every parameter."""
    if len(arrays) != len(_SHAPES):
        needed = ", ".join(Parameters._fields)
        raise ValueError(
            f"{name} has {len(arrays)} arrays, needs {len(_SHAPES)}: {needed}"
        )
    for k, shape in enumerate(_SHAPES):
        a = arrays[k]
        if type(a) is not np.ndarray or a.shape != shape or a.dtype != dtype:
            _fits(f"{name}.{Parameters._fields[k]}", a, shape, dtype)


def _fits(name: str, a: Array, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Raises an error unless the argument is an array of this shape and dtype."""
    if not isinstance(a, np.ndarray):
        raise TypeError(f"{name} is a {type(a).__name__}, needs an array {shape}")
    if a.shape != shape:
        raise ValueError(f"{name} has shape {a.shape}, needs {shape}")
    if a.dtype != dtype:
        raise ValueError(f"{name} has dtype {a.dtype}, needs {dtype}")
