"""relay: Three neurons in a relay

A NumPy module made by symbp from the equations of the network. The number before an
equation is its number in the notes. NAME_bar is dL/dNAME, and W1[i,j] is the weight
to unit i from unit j. Arrays are float32 or float64 throughout; the batch comes first.
Several threads may call its functions at once, each with a Workspace of its own.
"""

from __future__ import annotations

import math
import struct
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Parameters(NamedTuple):
    """The parameters in the order of the layers; a gradient has the same fields."""

    W1: Array  # (2, 2)
    b1: Array  # (2,)
    W2: Array  # (1, 2)
    b2: Array  # (1,)


_SHAPES: tuple[tuple[int, ...], ...] = ((2, 2), (2,), (1, 2), (1,))


def init(seed: int = 0, dtype: npt.DTypeLike = np.float32) -> Parameters:
    """New parameters: Glorot uniform, zero biases."""
    rng = np.random.default_rng(seed)
    return Parameters(
        W1=_glorot_uniform(rng, (2, 2), dtype),
        b1=np.zeros((2,), dtype),
        W2=_glorot_uniform(rng, (1, 2), dtype),
        b2=np.zeros((1,), dtype),
    )


def _glorot_uniform(
    rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike
) -> Array:
    """U(-r, r) with r = sqrt(6 / (inputs + outputs)): Glorot and Bengio (2010)."""
    r = (6 / sum(shape)) ** 0.5
    return rng.uniform(-r, r, shape).astype(dtype)


def example(
    dtype: npt.DTypeLike = np.float64,
) -> tuple[Parameters, Array, Array]:
    """The worked example of the notes: (p, X, Y)."""
    W1 = np.array([[0.4, 0.3], [0.6, 0.9]], dtype)
    b1 = np.array([0.1, 0.2], dtype)
    W2 = np.array([[0.5, 0.7]], dtype)
    b2 = np.array([0.3], dtype)
    X = np.array([[0.5, 0.1]], dtype)
    Y = np.array([[0.6]], dtype)
    p = Parameters(W1, b1, W2, b2)
    return p, X, Y


def predict(p: Parameters, X: Array) -> Array:
    """The output yhat for a batch of inputs, (N, 1).

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    _check_inputs(p, X, p[0].dtype)
    W1, b1, W2, b2 = p
    x = X
    # (1)  z1[n,i] = sum[j](W1[i,j]*x[n,j]) + b1[i]
    z1 = x @ W1.T + b1
    # (2)  a1[n,i] = sigmoid(z1[n,i])
    a1 = _sigmoid(z1)
    # (3)  z2[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
    z2 = a1 @ W2.T + b2
    # (4)  yhat[n,i] = sigmoid(z2[n,i])
    yhat: Array = _sigmoid(z2)
    return yhat


def loss(p: Parameters, X: Array, Y: Array) -> float:
    """The loss L.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    N = _check_inputs(p, X, p[0].dtype)
    _check_targets(Y, N, p[0].dtype)
    W1, b1, W2, b2 = p
    x, y = X, Y
    # (1)  z1[n,i] = sum[j](W1[i,j]*x[n,j]) + b1[i]
    z1 = x @ W1.T + b1
    # (2)  a1[n,i] = sigmoid(z1[n,i])
    a1 = _sigmoid(z1)
    # (3)  z2[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
    z2 = a1 @ W2.T + b2
    # (4)  yhat[n,i] = sigmoid(z2[n,i])
    yhat = _sigmoid(z2)
    # (5)  L = sum[n,k]((yhat[n,k] - y[n,k])**2/N)
    difference = yhat - y
    L = float(np.vdot(difference, difference)) / N
    return L


def loss_and_grad(p: Parameters, X: Array, Y: Array) -> tuple[float, Parameters]:
    """The loss L and its gradient, in new arrays.

    Computed in a workspace that each thread keeps: memory for the largest batch so far.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    L, g = _kept_workspace(p, X, Y).loss_and_grad(p, X, Y)
    return L, Parameters(*(a.copy() for a in g))


_thread = threading.local()


def _kept_workspace(p: Parameters, X: Array, Y: Array) -> Workspace:
    """The workspace of this thread, made anew if what is given does not fit into it."""
    try:
        kept: Workspace = _thread.workspace
        if kept.dtype == p[0].dtype and X.shape[0] <= kept.batch:
            return kept
    except (AttributeError, IndexError, TypeError):
        pass  # there is none yet, or an argument has no such shape
    N = _check_inputs(p, X, p[0].dtype)
    _check_targets(Y, N, p[0].dtype)
    kept = _thread.workspace = Workspace(N, p[0].dtype)
    return kept


class Workspace:
    """``loss_and_grad`` in memory that is made once, for batches of at most ``batch``.

    What it returns is this memory and lasts until the next call. Tensors that are never
    needed at the same time share a buffer. Where NumPy would allocate to broadcast, rows
    are copied into a spare buffer first. Each thread needs a workspace of its own.

    Raises:
        ValueError: the batch is no positive whole number, or the dtype no float.
    """

    def __init__(self, batch: int, dtype: npt.DTypeLike = np.float32) -> None:
        if not isinstance(batch, int) or batch < 1:
            raise ValueError(f"batch is {batch!r}, needs a whole number from 1 on")
        self.batch = batch
        self.dtype = np.dtype(dtype)
        if self.dtype.char not in "fd":
            raise ValueError(f"dtype is {self.dtype}, needs float32 or float64")
        self._few = min(batch, 14)
        flat = np.zeros(9, self.dtype)
        self._gradient, self._memory = unflatten(flat), flat.data
        self._pack = struct.Struct(f"9{self.dtype.char}").pack_into
        self._buffers: tuple[Array, ...] = (
            _aligned(batch * 2, self.dtype),
            _aligned(batch * 2, self.dtype),
            _aligned(batch * 2, self.dtype),
            np.array(1, self.dtype),
            np.full(batch * 2, 40, self.dtype),
            np.ones(batch, self.dtype),
        )
        self._views: dict[int, tuple[Array, ...]] = {}

    def _cut(self, N: int) -> tuple[Array, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        return (
            self._buffers[0][: N * 2].reshape(N, 2),  # z1
            self._buffers[1][: N * 2].reshape(N, 2),  # spare
            self._buffers[0][: N * 2].reshape(N, 2),  # a1
            self._buffers[1][:N].reshape(N, 1),  # z2
            self._buffers[1][N : N * 2].reshape(N, 1),  # spare2
            self._buffers[1][:N].reshape(N, 1),  # yhat
            self._buffers[1][N : N * 2].reshape(N, 1),  # difference
            self._buffers[1][N : N * 2].reshape(N, 1),  # yhat_bar
            self._buffers[1][N : N * 2].reshape(N, 1),  # z2_bar
            self._buffers[2][: N * 2].reshape(N, 2),  # a1_bar
            self._buffers[2][: N * 2].reshape(N, 2),  # z1_bar
            self._buffers[1][N : N * 2].reshape(N, 1).T,  # z2_bar_T
            self._buffers[2][: N * 2].reshape(N, 2).T,  # z1_bar_T
            self._buffers[3],  # one
            np.array(2 / N, self.dtype),  # two_over_N
            self._buffers[4][: N * 2].reshape(N, 2),  # all_c40
            self._buffers[4][:N].reshape(N, 1),  # all_c402
            self._buffers[5][:N],  # ones
        )

    def loss_and_grad(
        self, p: Parameters, X: Array, Y: Array
    ) -> tuple[float, Parameters]:
        """As the function ``loss_and_grad``, but allocates nothing after its first call."""
        # up to 14 samples in floats, which is faster; rounded to the dtype at the end
        try:
            W1, b1, W2, b2 = p
            N = len(X)
            same = (
                W1.dtype
                is b1.dtype
                is W2.dtype
                is b2.dtype
                == X.dtype
                == Y.dtype
                == self.dtype
            )
            if same and 0 < N == len(Y) <= self._few:
                (W1_11, W1_12), (W1_21, W1_22) = W1.tolist()
                b1_1, b1_2 = b1.tolist()
                ((W2_11, W2_12),) = W2.tolist()
                (b2_1,) = b2.tolist()
                L = 0.0
                b2_bar_1 = 0.0
                W2_bar_11 = W2_bar_12 = 0.0
                b1_bar_1 = b1_bar_2 = 0.0
                W1_bar_11 = W1_bar_12 = W1_bar_21 = W1_bar_22 = 0.0
                ys = iter(Y.tolist())
                for x in X.tolist():
                    x_1, x_2 = x
                    (y_1,) = next(ys)
                    # (1)  z1[n,i] = sum[j](W1[i,j]*x[n,j]) + b1[i]
                    z1_1 = W1_11 * x_1 + W1_12 * x_2 + b1_1
                    z1_2 = W1_21 * x_1 + W1_22 * x_2 + b1_2
                    # (2)  a1[n,i] = sigmoid(z1[n,i])
                    a1_1 = 1.0 / (1.0 + math.exp(-z1_1))
                    a1_2 = 1.0 / (1.0 + math.exp(-z1_2))
                    # (3)  z2[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
                    z2_1 = W2_11 * a1_1 + W2_12 * a1_2 + b2_1
                    # (4)  yhat[n,i] = sigmoid(z2[n,i])
                    yhat_1 = 1.0 / (1.0 + math.exp(-z2_1))
                    # (5)  L = sum[n,k]((yhat[n,k] - y[n,k])**2/N)
                    difference = yhat_1 - y_1
                    L += difference * difference / N
                    # (6)  yhat_bar[n,k] = 2*(yhat[n,k] - y[n,k])/N
                    yhat_bar_1 = 2.0 * (yhat_1 - y_1) / N
                    # (7)  z2_bar[n,i] = yhat_bar[n,i]*yhat[n,i]*(1 - yhat[n,i])
                    z2_bar_1 = yhat_bar_1 * yhat_1 * (1.0 - yhat_1)
                    # (8)  b2_bar[i] = sum[n](z2_bar[n,i])
                    b2_bar_1 += z2_bar_1
                    # (9)  W2_bar[i,j] = sum[n](z2_bar[n,i]*a1[n,j])
                    W2_bar_11 += z2_bar_1 * a1_1
                    W2_bar_12 += z2_bar_1 * a1_2
                    # (10)  a1_bar[n,j] = sum[i](z2_bar[n,i]*W2[i,j])
                    a1_bar_1 = z2_bar_1 * W2_11
                    a1_bar_2 = z2_bar_1 * W2_12
                    # (11)  z1_bar[n,i] = a1_bar[n,i]*a1[n,i]*(1 - a1[n,i])
                    z1_bar_1 = a1_bar_1 * a1_1 * (1.0 - a1_1)
                    z1_bar_2 = a1_bar_2 * a1_2 * (1.0 - a1_2)
                    # (12)  b1_bar[i] = sum[n](z1_bar[n,i])
                    b1_bar_1 += z1_bar_1
                    b1_bar_2 += z1_bar_2
                    # (13)  W1_bar[i,j] = sum[n](z1_bar[n,i]*x[n,j])
                    W1_bar_11 += z1_bar_1 * x_1
                    W1_bar_12 += z1_bar_1 * x_2
                    W1_bar_21 += z1_bar_2 * x_1
                    W1_bar_22 += z1_bar_2 * x_2
                if math.isfinite(L):
                    self._pack(
                        self._memory,
                        0,
                        W1_bar_11,
                        W1_bar_12,
                        W1_bar_21,
                        W1_bar_22,
                        b1_bar_1,
                        b1_bar_2,
                        W2_bar_11,
                        W2_bar_12,
                        b2_bar_1,
                    )
                    return L, self._gradient
        except (ArithmeticError, AttributeError, TypeError, ValueError):
            pass  # arrays say what does not fit, and have numbers for what overflows
        return self._in_arrays(p, X, Y)

    def _in_arrays(self, p: Parameters, X: Array, Y: Array) -> tuple[float, Parameters]:
        """The loss and its gradient, computed in arrays."""
        N = _check_inputs(p, X, self.dtype)
        if N > self.batch:
            raise ValueError(
                f"the batch has {N} samples, this workspace holds {self.batch}"
            )
        _check_targets(Y, N, self.dtype)
        W1, b1, W2, b2 = p
        x, y = X, Y
        if N not in self._views:
            self._views[N] = self._cut(N)
        (
            z1,
            spare,
            a1,
            z2,
            spare2,
            yhat,
            difference,
            yhat_bar,
            z2_bar,
            a1_bar,
            z1_bar,
            z2_bar_T,
            z1_bar_T,
            one,
            two_over_N,
            all_c40,
            all_c402,
            ones,
        ) = self._views[N]
        W1_bar, b1_bar, W2_bar, b2_bar = self._gradient
        # (1)  z1[n,i] = sum[j](W1[i,j]*x[n,j]) + b1[i]
        x.dot(W1.T, out=z1)
        spare[...] = b1
        z1 += spare
        # (2)  a1[n,i] = sigmoid(z1[n,i])
        np.minimum(z1, all_c40, out=a1)
        np.exp(a1, out=a1)
        np.add(one, a1, out=spare)
        a1 /= spare
        # (3)  z2[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
        a1.dot(W2.T, out=z2)
        spare2[...] = b2
        z2 += spare2
        # (4)  yhat[n,i] = sigmoid(z2[n,i])
        np.minimum(z2, all_c402, out=yhat)
        np.exp(yhat, out=yhat)
        np.add(one, yhat, out=spare2)
        yhat /= spare2
        # (5)  L = sum[n,k]((yhat[n,k] - y[n,k])**2/N)
        np.subtract(yhat, y, out=difference)
        L = float(np.vdot(difference, difference)) / N
        # (6)  yhat_bar[n,k] = 2*(yhat[n,k] - y[n,k])/N
        np.multiply(difference, two_over_N, out=yhat_bar)
        # (7)  z2_bar[n,i] = yhat_bar[n,i]*yhat[n,i]*(1 - yhat[n,i])
        np.multiply(yhat_bar, yhat, out=z2_bar)
        np.subtract(one, yhat, out=yhat)
        z2_bar *= yhat
        # (8)  b2_bar[i] = sum[n](z2_bar[n,i])
        ones.dot(z2_bar, out=b2_bar)
        # (9)  W2_bar[i,j] = sum[n](z2_bar[n,i]*a1[n,j])
        z2_bar_T.dot(a1, out=W2_bar)
        # (10)  a1_bar[n,j] = sum[i](z2_bar[n,i]*W2[i,j])
        z2_bar.dot(W2, out=a1_bar)
        # (11)  z1_bar[n,i] = a1_bar[n,i]*a1[n,i]*(1 - a1[n,i])
        np.multiply(a1_bar, a1, out=z1_bar)
        np.subtract(one, a1, out=a1)
        z1_bar *= a1
        # (12)  b1_bar[i] = sum[n](z1_bar[n,i])
        ones.dot(z1_bar, out=b1_bar)
        # (13)  W1_bar[i,j] = sum[n](z1_bar[n,i]*x[n,j])
        z1_bar_T.dot(x, out=W1_bar)
        return L, self._gradient


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
    p: Parameters, g: Parameters, learning_rate: float, clip_norm: float | None = None
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
    clip_norm: float | None = None,
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
    clip_norm: float | None = None,
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
    clip_norm: float | None = None,
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
    clip_norm: float | None = None,
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
    clip_norm: float | None = None,
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
    _fits("v", v, (9,), v.dtype)
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


def _check_inputs(p: Parameters, X: Array, dtype: np.dtype[Any]) -> int:
    """The run-time sizes, of arguments that fit."""
    if dtype.char not in "fd":
        raise ValueError(f"p.W1 has dtype {dtype}, needs float32 or float64")
    _check_arrays("p", p, dtype)
    N = _length("X", X, 0, 2, "(N, 2)")
    _fits("X", X, (N, 2), dtype)
    return N


def _check_targets(Y: Array, N: int, dtype: np.dtype[Any]) -> None:
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
