"""rbf: Radial basis functions

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

    c: Array  # (3, 2)
    w: Array  # (3,)
    A: Array  # (1, 3)


_SHAPES: tuple[tuple[int, ...], ...] = ((3, 2), (3,), (1, 3))


def init(seed: int = 0, dtype: npt.DTypeLike = np.float32) -> Parameters:
    """New parameters: Glorot uniform, zero biases."""
    rng = np.random.default_rng(seed)
    return Parameters(
        c=_glorot_uniform(rng, (3, 2), dtype),
        w=np.zeros((3,), dtype),
        A=_glorot_uniform(rng, (1, 3), dtype),
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
    c = np.array([[0.1, 0.9], [0.6, 0.5], [1.0, 0.1]], dtype)
    w = np.array([2.0, 1.5, 2.5], dtype)
    A = np.array([[0.7, -0.4, 0.5]], dtype)
    X = np.array([[0.2, 0.7], [0.9, 0.4]], dtype)
    Y = np.array([[0.8], [0.3]], dtype)
    p = Parameters(c, w, A)
    return p, X, Y


def predict(p: Parameters, X: Array) -> Array:
    """The output yhat for a batch of inputs, (N, 1).

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    _check_inputs(p, X, p[0].dtype)
    c, w, A = p
    x = X
    # (1)  r[n,i] = sum[j]((x[n,j] - c[i,j])**2)
    r = np.sum((x[:, None, :] - c) ** 2, axis=2)
    # (2)  h[n,i] = exp(-w[i]*r[n,i])
    h = np.exp(-(w * r))
    # (3)  yhat[n,k] = sum[i](A[k,i]*h[n,i])
    yhat: Array = h @ A.T
    return yhat


def loss(p: Parameters, X: Array, Y: Array) -> float:
    """The loss L.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    N = _check_inputs(p, X, p[0].dtype)
    _check_targets(Y, N, p[0].dtype)
    c, w, A = p
    x, y = X, Y
    # (1)  r[n,i] = sum[j]((x[n,j] - c[i,j])**2)
    r = np.sum((x[:, None, :] - c) ** 2, axis=2)
    # (2)  h[n,i] = exp(-w[i]*r[n,i])
    h = np.exp(-(w * r))
    # (3)  yhat[n,k] = sum[i](A[k,i]*h[n,i])
    yhat = h @ A.T
    # (4)  L = sum[n,k]((yhat[n,k] - y[n,k])**2/N)
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
        self._few = min(batch, 9)
        flat = np.zeros(12, self.dtype)
        self._gradient, self._memory = unflatten(flat), flat.data
        self._pack = struct.Struct(f"12{self.dtype.char}").pack_into
        self._buffers: tuple[Array, ...] = (
            _aligned(batch * 7, self.dtype),
            _aligned(batch * 6, self.dtype),
            _aligned(batch * 6, self.dtype),
            np.array(2, self.dtype),
            np.ones(2, self.dtype),
            np.ones(batch, self.dtype),
        )
        self._views: dict[int, tuple[Array, ...]] = {}

    def _cut(self, N: int) -> tuple[Array, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        return (
            self._buffers[0][: N * 6].reshape(N, 3, 2),  # spare
            self._buffers[1][: N * 6].reshape(N, 3, 2),  # spare2
            self._buffers[0][: N * 6].reshape(N, 3, 2),  # power
            self._buffers[1][: N * 3].reshape(N, 3),  # r
            self._buffers[1][N * 3 : N * 6].reshape(N, 3),  # h
            self._buffers[0][:N].reshape(N, 1),  # yhat
            self._buffers[0][:N].reshape(N, 1),  # yhat_bar
            self._buffers[0][N : N * 4].reshape(N, 3),  # h_bar
            self._buffers[0][N * 4 : N * 7].reshape(N, 3),  # r_bar
            self._buffers[0][N : N * 4].reshape(N, 3),  # product
            self._buffers[1][: N * 6].reshape(3, 2, N),  # spare3
            self._buffers[2][: N * 6].reshape(3, 2, N),  # spare4
            self._buffers[1][: N * 6].reshape(3, 2, N),  # product2
            self._buffers[0][: N * 6].reshape(N * 3, 2),  # power_2d
            self._buffers[1][: N * 3],  # r_flat
            self._buffers[0][:N].reshape(N, 1).T,  # yhat_bar_T
            self._buffers[1][: N * 6].reshape(6, N),  # product2_2d
            np.array(2 / N, self.dtype),  # two_over_N
            self._buffers[3],  # two
            self._buffers[4][:2],  # ones
            self._buffers[5][:N],  # ones2
        )

    def loss_and_grad(
        self, p: Parameters, X: Array, Y: Array
    ) -> tuple[float, Parameters]:
        """As the function ``loss_and_grad``, but allocates nothing after its first call."""
        # up to 9 samples in floats, which is faster; rounded to the dtype at the end
        try:
            c, w, A = p
            N = len(X)
            same = c.dtype is w.dtype is A.dtype == X.dtype == Y.dtype == self.dtype
            if same and 0 < N == len(Y) <= self._few:
                (c_11, c_12), (c_21, c_22), (c_31, c_32) = c.tolist()
                w_1, w_2, w_3 = w.tolist()
                ((A_11, A_12, A_13),) = A.tolist()
                L = 0.0
                A_bar_11 = A_bar_12 = A_bar_13 = 0.0
                w_bar_1 = w_bar_2 = w_bar_3 = 0.0
                c_bar_11 = c_bar_12 = c_bar_21 = c_bar_22 = c_bar_31 = c_bar_32 = 0.0
                ys = iter(Y.tolist())
                for x in X.tolist():
                    x_1, x_2 = x
                    (y_1,) = next(ys)
                    # (1)  r[n,i] = sum[j]((x[n,j] - c[i,j])**2)
                    difference = x_1 - c_11
                    r_1 = difference * difference
                    difference = x_2 - c_12
                    r_1 += difference * difference
                    difference = x_1 - c_21
                    r_2 = difference * difference
                    difference = x_2 - c_22
                    r_2 += difference * difference
                    difference = x_1 - c_31
                    r_3 = difference * difference
                    difference = x_2 - c_32
                    r_3 += difference * difference
                    # (2)  h[n,i] = exp(-w[i]*r[n,i])
                    h_1 = math.exp(-w_1 * r_1)
                    h_2 = math.exp(-w_2 * r_2)
                    h_3 = math.exp(-w_3 * r_3)
                    # (3)  yhat[n,k] = sum[i](A[k,i]*h[n,i])
                    yhat_1 = A_11 * h_1 + A_12 * h_2 + A_13 * h_3
                    # (4)  L = sum[n,k]((yhat[n,k] - y[n,k])**2/N)
                    difference2 = yhat_1 - y_1
                    L += difference2 * difference2 / N
                    # (5)  yhat_bar[n,k] = 2*(yhat[n,k] - y[n,k])/N
                    yhat_bar_1 = 2.0 * (yhat_1 - y_1) / N
                    # (6)  A_bar[k,i] = sum[n](yhat_bar[n,k]*h[n,i])
                    A_bar_11 += yhat_bar_1 * h_1
                    A_bar_12 += yhat_bar_1 * h_2
                    A_bar_13 += yhat_bar_1 * h_3
                    # (7)  h_bar[n,i] = sum[k](yhat_bar[n,k]*A[k,i])
                    h_bar_1 = yhat_bar_1 * A_11
                    h_bar_2 = yhat_bar_1 * A_12
                    h_bar_3 = yhat_bar_1 * A_13
                    # (8)  r_bar[n,i] = -h_bar[n,i]*w[i]*h[n,i]
                    r_bar_1 = -h_bar_1 * w_1 * h_1
                    r_bar_2 = -h_bar_2 * w_2 * h_2
                    r_bar_3 = -h_bar_3 * w_3 * h_3
                    # (9)  w_bar[i] = sum[n](-h_bar[n,i]*r[n,i]*h[n,i])
                    w_bar_1 -= h_bar_1 * r_1 * h_1
                    w_bar_2 -= h_bar_2 * r_2 * h_2
                    w_bar_3 -= h_bar_3 * r_3 * h_3
                    # (10)  c_bar[i,j] = sum[n](2*r_bar[n,i]*(c[i,j] - x[n,j]))
                    c_bar_11 += r_bar_1 * (2.0 * (c_11 - x_1))
                    c_bar_12 += r_bar_1 * (2.0 * (c_12 - x_2))
                    c_bar_21 += r_bar_2 * (2.0 * (c_21 - x_1))
                    c_bar_22 += r_bar_2 * (2.0 * (c_22 - x_2))
                    c_bar_31 += r_bar_3 * (2.0 * (c_31 - x_1))
                    c_bar_32 += r_bar_3 * (2.0 * (c_32 - x_2))
                if math.isfinite(L):
                    self._pack(
                        self._memory,
                        0,
                        c_bar_11,
                        c_bar_12,
                        c_bar_21,
                        c_bar_22,
                        c_bar_31,
                        c_bar_32,
                        w_bar_1,
                        w_bar_2,
                        w_bar_3,
                        A_bar_11,
                        A_bar_12,
                        A_bar_13,
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
        c, w, A = p
        x, y = X, Y
        if N not in self._views:
            self._views[N] = self._cut(N)
        (
            spare,
            spare2,
            power,
            r,
            h,
            yhat,
            yhat_bar,
            h_bar,
            r_bar,
            product,
            spare3,
            spare4,
            product2,
            power_2d,
            r_flat,
            yhat_bar_T,
            product2_2d,
            two_over_N,
            two,
            ones,
            ones2,
        ) = self._views[N]
        c_bar, w_bar, A_bar = self._gradient
        # (1)  r[n,i] = sum[j]((x[n,j] - c[i,j])**2)
        spare[...] = x[:, None, :]
        spare2[...] = c
        spare -= spare2
        np.square(spare, out=power)
        power_2d.dot(ones, out=r_flat)
        # (2)  h[n,i] = exp(-w[i]*r[n,i])
        h[...] = w
        h *= r
        np.negative(h, out=h)
        np.exp(h, out=h)
        # (3)  yhat[n,k] = sum[i](A[k,i]*h[n,i])
        h.dot(A.T, out=yhat)
        # (4)  L = sum[n,k]((yhat[n,k] - y[n,k])**2/N)
        yhat -= y
        L = float(np.vdot(yhat, yhat)) / N
        # (5)  yhat_bar[n,k] = 2*(yhat[n,k] - y[n,k])/N
        np.multiply(yhat, two_over_N, out=yhat_bar)
        # (6)  A_bar[k,i] = sum[n](yhat_bar[n,k]*h[n,i])
        yhat_bar_T.dot(h, out=A_bar)
        # (7)  h_bar[n,i] = sum[k](yhat_bar[n,k]*A[k,i])
        yhat_bar.dot(A, out=h_bar)
        # (8)  r_bar[n,i] = -h_bar[n,i]*w[i]*h[n,i]
        r_bar[...] = w
        r_bar *= h_bar
        r_bar *= h
        np.negative(r_bar, out=r_bar)
        # (9)  w_bar[i] = sum[n](-h_bar[n,i]*r[n,i]*h[n,i])
        h_bar *= r
        np.multiply(h_bar, h, out=product)
        ones2.dot(product, out=w_bar)
        np.negative(w_bar, out=w_bar)
        # (10)  c_bar[i,j] = sum[n](2*r_bar[n,i]*(c[i,j] - x[n,j]))
        spare3[...] = c[:, :, None]
        spare4[...] = x.T
        spare3 -= spare4
        spare3 *= two
        spare4[...] = r_bar.T[:, None, :]
        np.multiply(spare3, spare4, out=product2)
        product2_2d.dot(ones2, out=c_bar.reshape(-1))
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
    _fits("v", v, (12,), v.dtype)
    arrays, start = [], 0
    for shape in _SHAPES:
        stop = start + int(np.prod(shape))
        arrays.append(v[start:stop].reshape(shape))
        start = stop
    return Parameters(*arrays)


def _aligned(count: int, dtype: np.dtype[Any]) -> Array:
    """New memory from a multiple of 64 bytes on, as wide as a load: NumPy is faster there."""
    size = count * dtype.itemsize
    memory = np.empty(size + 64, np.uint8)
    start = -memory.ctypes.data % 64
    return memory[start : start + size].view(dtype)


def _check_inputs(p: Parameters, X: Array, dtype: np.dtype[Any]) -> int:
    """The run-time sizes, of arguments that fit."""
    if dtype.char not in "fd":
        raise ValueError(f"p.c has dtype {dtype}, needs float32 or float64")
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
