"""HIPS autograd: ``value_and_grad`` of a loss in its NumPy."""

import math
from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
from autograd import value_and_grad
from autograd.scipy.special import erf

from benchmarks.ladders.case import Case, Program
from benchmarks.rungs import Rung, activations

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.maximum(z, 0),
    "gelu": lambda z: 0.5 * z * (1 + erf(z / math.sqrt(2))),
    "gelu_tanh": lambda z: 0.5 * z * (1 + anp.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z * z * z))),
}
sigmoid = ACTIVATIONS["sigmoid"]


def grad(case: Case) -> Program:
    forward = _FAMILIES[case.rung.family]
    measure = cross_entropy if case.rung.labels else mse
    both = value_and_grad(lambda p: measure(forward(case.rung, p, case.X), case.Y))
    return Program(lambda: both(case.p), lambda result: (float(result[0]), result[1]))


def cross_entropy(yhat: Any, y: Any) -> Any:
    d = yhat - anp.max(yhat, axis=1, keepdims=True)
    lse = anp.log(anp.sum(anp.exp(d), axis=1))
    return anp.mean(lse - d[anp.arange(len(y)), y])


def mse(yhat: Any, y: Any) -> Any:
    return anp.mean((yhat - y) ** 2)


def dense(rung: Rung, p: Any, x: Any) -> Any:
    for W, b, name in zip(p[::2], p[1::2], activations(rung), strict=True):
        x = ACTIVATIONS[name](anp.dot(x, W.T) + b)
    return x


def rnn(rung: Rung, p: Any, x: Any) -> Any:
    W, U, b = p
    h = anp.zeros((x.shape[0], rung.widths[1]), x.dtype)
    for t in range(x.shape[1]):
        h = anp.tanh(anp.dot(x[:, t], W.T) + anp.dot(h, U.T) + b)
    return h


def lstm(rung: Rung, p: Any, x: Any) -> Any:
    W, U, b = p
    H = rung.widths[1]
    h = c = anp.zeros((x.shape[0], H), x.dtype)
    for t in range(x.shape[1]):
        z = anp.dot(x[:, t], W.T) + anp.dot(h, U.T) + b
        c = sigmoid(z[:, H : 2 * H]) * c + sigmoid(z[:, :H]) * anp.tanh(z[:, 2 * H : 3 * H])
        h = sigmoid(z[:, 3 * H :]) * anp.tanh(c)
    return h


def conv(rung: Rung, p: Any, x: Any) -> Any:
    """Windows of 3 x 3 side by side, then products; a maximum over each square of four."""
    *convolutions, W, b = p
    for kernel, bias in zip(convolutions[::2], convolutions[1::2], strict=True):
        N, side = x.shape[0], x.shape[2] - 2
        windows = [x[:, :, u : u + side, v : v + side] for u in range(3) for v in range(3)]
        columns = anp.reshape(anp.stack(windows, axis=2), (N, -1, side * side))
        z = anp.matmul(anp.reshape(kernel, (len(bias), -1)), columns) + bias[:, None]
        a = anp.reshape(ACTIVATIONS[rung.activation](z), (N, len(bias), side, side))
        half = side // 2
        squares = anp.reshape(a[:, :, : 2 * half, : 2 * half], (N, len(bias), half, 2, half, 2))
        x = anp.max(squares, axis=(3, 5))
    return anp.dot(anp.reshape(x, (x.shape[0], -1)), W.T) + b


def layer_norm(x: Any, gamma: Any, beta: Any) -> Any:
    d = x - anp.mean(x, axis=-1, keepdims=True)
    return gamma * d / anp.sqrt(anp.mean(d * d, axis=-1, keepdims=True) + 1e-5) + beta


def block(rung: Rung, p: Any, x: Any) -> Any:
    gamma1, beta1, W, b, O, bo, gamma2, beta2, W1, b1, W2, b2 = p  # noqa: E741
    x = x + anp.dot(attention(rung, anp.dot(layer_norm(x, gamma1, beta1), W.T) + b), O.T) + bo
    a = ACTIVATIONS[rung.activation](anp.dot(layer_norm(x, gamma2, beta2), W1.T) + b1)
    return x + anp.dot(a, W2.T) + b2


def attention(rung: Rung, z: Any) -> Any:
    N, T, J = z.shape
    D = J // 3 // rung.heads
    q, k, v = anp.transpose(anp.reshape(z, (N, T, 3, rung.heads, D)), (2, 0, 3, 1, 4))
    s = anp.matmul(q, anp.transpose(k, (0, 1, 3, 2))) / math.sqrt(D)
    e = anp.exp(s - anp.max(s, axis=-1, keepdims=True))
    weights = e / anp.sum(e, axis=-1, keepdims=True)
    return anp.reshape(anp.transpose(anp.matmul(weights, v), (0, 2, 1, 3)), (N, T, J // 3))


_FAMILIES: dict[str, Callable[[Rung, Any, Any], Any]] = {
    "dense": dense,
    "rnn": rnn,
    "lstm": lstm,
    "conv": conv,
    "block": block,
}
