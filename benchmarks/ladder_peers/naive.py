"""A textbook's NumPy: forward and backward by hand, one array operation a line, nothing kept for the next step."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.ladders.case import Case, Program
from benchmarks.rungs import Array, Rung, activations

try:
    from scipy.special import erf
except ImportError:
    erf = np.vectorize(math.erf)

Gradients = list[Array]


def naive(case: Case) -> Program:
    function = _FAMILIES[case.rung.family]
    return Program(lambda: function(case.rung, case.p, case.X, case.Y), lambda result: result)


# --- activations and losses: what each gives, and its derivative ---------------------------------------------------


def sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def gelu_tanh(z: Array) -> Array:
    return 0.5 * z * (1 + np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))


def gelu_tanh_prime(z: Array) -> Array:
    t = np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))
    return 0.5 * (1 + t) + 0.5 * z * (1 - t**2) * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z**2)


def gelu(z: Array) -> Array:
    return 0.5 * z * (1 + erf(z / math.sqrt(2)))


def gelu_prime(z: Array) -> Array:
    return 0.5 * (1 + erf(z / math.sqrt(2))) + z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "identity": (lambda z: z, np.ones_like),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: z > 0),
    "gelu": (gelu, gelu_prime),
    "gelu_tanh": (gelu_tanh, gelu_tanh_prime),
}


def softmax(z: Array) -> Array:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def loss_of(rung: Rung, yhat: Array, y: Array) -> tuple[float, Array]:
    """The loss, and its gradient for ``yhat``."""
    if not rung.labels:
        d = yhat - y
        return float((d**2).mean()), 2 * d / d.size
    N = len(y)
    prob = softmax(yhat)
    L = -float(np.log(prob[np.arange(N), y]).mean())
    prob[np.arange(N), y] -= 1
    return L, prob / N


# --- networks ------------------------------------------------------------------------------------------------------


def dense(rung: Rung, p: Any, X: Array, Y: Array) -> tuple[float, Gradients]:
    names, weights, biases = activations(rung), p[::2], p[1::2]
    a, z = [X], []
    for W, b, name in zip(weights, biases, names, strict=True):
        z.append(a[-1] @ W.T + b)
        a.append(ACTIVATIONS[name][0](z[-1]))
    L, delta = loss_of(rung, a[-1], Y)
    g: Gradients = []
    for k in reversed(range(len(weights))):
        if names[k] != "identity":
            delta = delta * ACTIVATIONS[names[k]][1](z[k])
        g = [delta.T @ a[k], delta.sum(axis=0), *g]
        if k:
            delta = delta @ weights[k]
    return L, g


def rnn(rung: Rung, p: Any, X: Array, Y: Array) -> tuple[float, Gradients]:
    W, U, b = p
    N, T, _ = X.shape
    h = [np.zeros((N, U.shape[1]), X.dtype)]
    for t in range(T):
        h.append(np.tanh(X[:, t] @ W.T + h[t] @ U.T + b))
    L, dh = loss_of(rung, h[T], Y)
    dW, dU, db = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    for t in reversed(range(T)):
        dz = dh * (1 - h[t + 1] ** 2)
        dW += dz.T @ X[:, t]
        dU += dz.T @ h[t]
        db += dz.sum(axis=0)
        dh = dz @ U
    return L, [dW, dU, db]


def lstm(rung: Rung, p: Any, X: Array, Y: Array) -> tuple[float, Gradients]:
    W, U, b = p
    N, T, _ = X.shape
    H = U.shape[1]
    h, c = [np.zeros((N, H), X.dtype)], [np.zeros((N, H), X.dtype)]
    gates = []
    for t in range(T):
        z = X[:, t] @ W.T + h[t] @ U.T + b
        i, f, g, o = sigmoid(z[:, :H]), sigmoid(z[:, H : 2 * H]), np.tanh(z[:, 2 * H : 3 * H]), sigmoid(z[:, 3 * H :])
        c.append(f * c[t] + i * g)
        h.append(o * np.tanh(c[t + 1]))
        gates.append((i, f, g, o))
    L, dh = loss_of(rung, h[T], Y)
    dc = np.zeros((N, H), X.dtype)
    dW, dU, db = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    for t in reversed(range(T)):
        i, f, g, o = gates[t]
        s = np.tanh(c[t + 1])
        dc = dc + dh * o * (1 - s**2)
        dz = np.concatenate(
            [dc * g * i * (1 - i), dc * c[t] * f * (1 - f), dc * i * (1 - g**2), dh * s * o * (1 - o)], axis=1
        )
        dW += dz.T @ X[:, t]
        dU += dz.T @ h[t]
        db += dz.sum(axis=0)
        dh, dc = dz @ U, dc * f
    return L, [dW, dU, db]


def columns(x: Array) -> Array:
    """The windows of 3 x 3 side by side: ``(N, channels * 9, places)``."""
    N, J, R, C = x.shape
    found = np.empty((N, J, 3, 3, R - 2, C - 2), x.dtype)
    for u in range(3):
        for v in range(3):
            found[:, :, u, v] = x[:, :, u : u + R - 2, v : v + C - 2]
    return found.reshape(N, J * 9, (R - 2) * (C - 2))


def conv(rung: Rung, p: Any, X: Array, Y: Array) -> tuple[float, Gradients]:
    *convolutions, W, b = p
    f, f_prime = ACTIVATIONS[rung.activation]
    x, kept = X, []
    for K, bias in zip(convolutions[::2], convolutions[1::2], strict=True):
        N, side = len(x), x.shape[2] - 2
        cols = columns(x)
        z = (K.reshape(len(K), -1) @ cols).reshape(N, len(K), side, side) + bias[:, None, None]
        a = f(z)
        half = side // 2
        quads = a[:, :, : 2 * half, : 2 * half].reshape(N, len(K), half, 2, half, 2).transpose(0, 1, 2, 4, 3, 5)
        quads = quads.reshape(N, len(K), half, half, 4)
        kept.append((x.shape, cols, z, quads.argmax(axis=-1)))
        x = quads.max(axis=-1)
    flat = x.reshape(len(x), -1)
    L, delta = loss_of(rung, flat @ W.T + b, Y)
    g: Gradients = [delta.T @ flat, delta.sum(axis=0)]
    dx = (delta @ W).reshape(x.shape)
    for k in reversed(range(len(kept))):
        shape, cols, z, at = kept[k]
        K, (N, filters, half, _) = convolutions[2 * k], at.shape
        quads = (np.arange(4) == at[..., None]) * dx[..., None]
        dz = np.zeros_like(z)
        unfolded = quads.reshape(N, filters, half, half, 2, 2).transpose(0, 1, 2, 4, 3, 5)
        dz[:, :, : 2 * half, : 2 * half] = unfolded.reshape(N, filters, 2 * half, 2 * half)
        dz = (dz * f_prime(z)).reshape(N, filters, -1)
        g = [(dz @ cols.transpose(0, 2, 1)).sum(axis=0).reshape(K.shape), dz.sum(axis=(0, 2)), *g]
        if k:
            dx = folded(K.reshape(filters, -1).T @ dz, shape)
    return L, g


def folded(cols: Array, shape: tuple[int, ...]) -> Array:
    """The sum of windows of 3 x 3, each where it was taken."""
    N, J, R, C = shape
    cols = cols.reshape(N, J, 3, 3, R - 2, C - 2)
    x = np.zeros(shape, cols.dtype)
    for u in range(3):
        for v in range(3):
            x[:, :, u : u + R - 2, v : v + C - 2] += cols[:, :, u, v]
    return x


def normalised(x: Array) -> tuple[Array, Array]:
    """Each step's features with mean 0 and variance 1, and the deviation."""
    s = np.sqrt(x.var(axis=-1, keepdims=True) + 1e-5)
    return (x - x.mean(axis=-1, keepdims=True)) / s, s


def normalised_back(dxhat: Array, xhat: Array, s: Array) -> Array:
    return (dxhat - dxhat.mean(axis=-1, keepdims=True) - xhat * (dxhat * xhat).mean(axis=-1, keepdims=True)) / s


def linear_back(dz: Array, x: Array, W: Array) -> tuple[Array, Array, Array]:
    """The gradients of input, weight and bias, where ``z = x @ W.T + b`` at each step."""
    flat = dz.reshape(-1, dz.shape[-1])
    return dz @ W, flat.T @ x.reshape(-1, x.shape[-1]), flat.sum(axis=0)


def block(rung: Rung, p: Any, X: Array, Y: Array) -> tuple[float, Gradients]:
    gamma1, beta1, W, b, O, bo, gamma2, beta2, W1, b1, W2, b2 = p  # noqa: E741
    f, f_prime = ACTIVATIONS[rung.activation]
    N, T, J = X.shape
    heads, D = rung.heads, J // rung.heads
    xhat1, s1 = normalised(X)
    x1 = gamma1 * xhat1 + beta1
    q, k, v = (x1 @ W.T + b).reshape(N, T, 3, heads, D).transpose(2, 0, 3, 1, 4)
    prob = softmax(q @ k.transpose(0, 1, 3, 2) / math.sqrt(D))
    o = (prob @ v).transpose(0, 2, 1, 3).reshape(N, T, J)
    middle = X + o @ O.T + bo
    xhat2, s2 = normalised(middle)
    x2 = gamma2 * xhat2 + beta2
    z = x2 @ W1.T + b1
    a = f(z)
    L, dy = loss_of(rung, middle + a @ W2.T + b2, Y)

    da, dW2, db2 = linear_back(dy, a, W2)
    dx2, dW1, db1 = linear_back(da * f_prime(z), x2, W1)
    dmiddle = dy + normalised_back(dx2 * gamma2, xhat2, s2)
    do, dO, dbo = linear_back(dmiddle, o, O)
    do = do.reshape(N, T, heads, D).transpose(0, 2, 1, 3)
    dprob = do @ v.transpose(0, 1, 3, 2)
    ds = prob * (dprob - (dprob * prob).sum(axis=-1, keepdims=True)) / math.sqrt(D)
    dqkv = np.stack([ds @ k, ds.transpose(0, 1, 3, 2) @ q, prob.transpose(0, 1, 3, 2) @ do])
    dx1, dW, db = linear_back(dqkv.transpose(1, 3, 0, 2, 4).reshape(N, T, 3 * J), x1, W)
    g = [(dx1 * xhat1).sum(axis=(0, 1)), dx1.sum(axis=(0, 1)), dW, db, dO, dbo]
    return L, [*g, (dx2 * xhat2).sum(axis=(0, 1)), dx2.sum(axis=(0, 1)), dW1, db1, dW2, db2]


_FAMILIES: dict[str, Callable[[Rung, Any, Array, Array], tuple[float, Gradients]]] = {
    "dense": dense,
    "rnn": rnn,
    "lstm": lstm,
    "conv": conv,
    "block": block,
}
