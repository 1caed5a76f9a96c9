"""PyTensor: a graph with ``grad``, compiled by its own choice of backend, inputs trusted."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytensor
import pytensor.tensor as pt

from benchmarks.ladders.case import Case, Program
from benchmarks.rungs import Rung, activations

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "identity": lambda z: z,
    "sigmoid": pt.sigmoid,
    "tanh": pt.tanh,
    "relu": lambda z: pt.maximum(z, 0),
    "gelu": lambda z: 0.5 * z * (1 + pt.erf(z / constant(z, math.sqrt(2)))),
    "gelu_tanh": lambda z: 0.5 * z * (1 + pt.tanh(constant(z, math.sqrt(2 / math.pi)) * (z + cubic(z)))),
}


def constant(z: Any, value: float) -> Any:
    """A number in the dtype of the graph, which a double would widen."""
    return np.asarray(value, z.dtype)[()]


def cubic(z: Any) -> Any:
    return constant(z, 0.044715) * z * z * z


def graph(case: Case) -> Program:
    return compiled(case, pytensor.config.mode)


def graph_in_c(case: Case) -> Program:
    """With its older backend; where no BLAS can be linked, products are slow."""
    return compiled(case, "CVM")


def compiled(case: Case, mode: str) -> Program:
    pytensor.config.floatX = case.dtype
    p = [pt.tensor(dtype=case.dtype, shape=one.shape) for one in case.p]
    X = pt.tensor(dtype=case.dtype, shape=case.X.shape)
    Y = pt.tensor(dtype=str(case.Y.dtype), shape=case.Y.shape)
    measure = cross_entropy if case.rung.labels else mse
    loss = measure(_FAMILIES[case.rung.family](case.rung, p, X), Y)
    function = pytensor.function([*p, X, Y], [loss, *pt.grad(loss, p)], mode=mode)
    function.trust_input = True
    return Program(lambda: function(*case.p, case.X, case.Y), lambda result: (float(result[0]), result[1:]))


def cross_entropy(yhat: Any, y: Any) -> Any:
    return -pt.special.log_softmax(yhat, axis=1)[pt.arange(y.shape[0]), y].mean()


def mse(yhat: Any, y: Any) -> Any:
    return ((yhat - y) ** 2).mean()


def dense(rung: Rung, p: Any, x: Any) -> Any:
    for W, b, name in zip(p[::2], p[1::2], activations(rung), strict=True):
        x = ACTIVATIONS[name](x @ W.T + b)
    return x


def rnn(rung: Rung, p: Any, x: Any) -> Any:
    W, U, b = p
    z = (x @ W.T + b).dimshuffle(1, 0, 2)
    first = pt.zeros((rung.batch, rung.widths[1]), dtype=x.dtype)
    h = pytensor.scan(lambda z, h, U: pt.tanh(z + h @ U.T), z, [first], [U], return_updates=False)
    return h[-1]


def lstm(rung: Rung, p: Any, x: Any) -> Any:
    W, U, b = p
    H = rung.widths[1]

    def advance(z: Any, h: Any, c: Any, U: Any) -> Any:
        z = z + h @ U.T
        i, f, g, o = (z[:, k * H : (k + 1) * H] for k in range(4))
        c = pt.sigmoid(f) * c + pt.sigmoid(i) * pt.tanh(g)
        return pt.sigmoid(o) * pt.tanh(c), c

    z = (x @ W.T + b).dimshuffle(1, 0, 2)
    first = pt.zeros((rung.batch, H), dtype=x.dtype)
    h, _ = pytensor.scan(advance, z, [first, first], [U], return_updates=False)
    return h[-1]


def conv(rung: Rung, p: Any, x: Any) -> Any:
    """Windows of 3 x 3 side by side, then products; a maximum over each square of four."""
    *convolutions, W, b = p
    N, side = rung.batch, rung.steps
    for kernel, bias in zip(convolutions[::2], convolutions[1::2], strict=True):
        side, filters = side - 2, bias.type.shape[0]
        windows = [x[:, :, u : u + side, v : v + side] for u in range(3) for v in range(3)]
        columns = pt.stack(windows, axis=2).reshape((N, -1, side * side))
        z = kernel.reshape((filters, -1)) @ columns + bias[:, None]
        a = ACTIVATIONS[rung.activation](z).reshape((N, filters, side, side))
        side //= 2
        squares = a[:, :, : 2 * side, : 2 * side].reshape((N, filters, side, 2, side, 2))
        x = squares.max(axis=(3, 5))
    return x.reshape((N, -1)) @ W.T + b


def layer_norm(x: Any, gamma: Any, beta: Any) -> Any:
    d = x - x.mean(axis=-1, keepdims=True)
    return gamma * d / pt.sqrt((d**2).mean(axis=-1, keepdims=True) + constant(x, 1e-5)) + beta


def block(rung: Rung, p: Any, x: Any) -> Any:
    gamma1, beta1, W, b, O, bo, gamma2, beta2, W1, b1, W2, b2 = p  # noqa: E741
    x = x + attention(rung, layer_norm(x, gamma1, beta1) @ W.T + b) @ O.T + bo
    return x + ACTIVATIONS[rung.activation](layer_norm(x, gamma2, beta2) @ W1.T + b1) @ W2.T + b2


def attention(rung: Rung, z: Any) -> Any:
    N, T, J = rung.batch, rung.steps, rung.widths[0]
    parts = z.reshape((N, T, 3, rung.heads, J // rung.heads)).dimshuffle(2, 0, 3, 1, 4)
    q, k, v = parts[0], parts[1], parts[2]
    s = q @ k.dimshuffle(0, 1, 3, 2) / constant(z, math.sqrt(J // rung.heads))
    o = pt.special.softmax(s, axis=-1) @ v
    return o.dimshuffle(0, 2, 1, 3).reshape((N, T, J))


_FAMILIES: dict[str, Callable[[Rung, Any, Any], Any]] = {
    "dense": dense,
    "rnn": rnn,
    "lstm": lstm,
    "conv": conv,
    "block": block,
}
