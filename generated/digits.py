"""digits: Handwritten digits

A NumPy module made by symbp from the equations of the network. The number before an
equation is its number in the notes. NAME_bar is dL/dNAME, and W1[i,j] is the weight
to unit i from unit j. Arrays are float32 or float64 throughout; the batch comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Parameters(NamedTuple):
    """The parameters in the order of the layers; a gradient has the same fields."""

    W1: Array  # (32, 64)
    b1: Array  # (32,)
    W2: Array  # (10, 32)
    b2: Array  # (10,)


_SHAPES: tuple[tuple[int, ...], ...] = ((32, 64), (32,), (10, 32), (10,))


def init(seed: int = 0, dtype: npt.DTypeLike = np.float32) -> Parameters:
    """New parameters.

    Glorot uniform, He normal before relu-like activations, zero biases.
    """
    rng = np.random.default_rng(seed)
    return Parameters(
        W1=_he_normal(rng, (32, 64), dtype),
        b1=np.zeros((32,), dtype),
        W2=_glorot_uniform(rng, (10, 32), dtype),
        b2=np.zeros((10,), dtype),
    )


def _glorot_uniform(
    rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike
) -> Array:
    """U(-r, r) with r = sqrt(6 / (inputs + outputs)): Glorot and Bengio (2010)."""
    r = (6 / sum(shape)) ** 0.5
    return rng.uniform(-r, r, shape).astype(dtype)


def _he_normal(
    rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike
) -> Array:
    """N(0, 2 / inputs): He, Zhang, Ren and Sun (2015)."""
    return rng.normal(0.0, (2 / shape[1]) ** 0.5, shape).astype(dtype)


def predict(p: Parameters, X: Array) -> Array:
    """The output yhat for a batch of inputs, (N, 10).

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    _check_inputs(p, X, p[0].dtype)
    W1, b1, W2, b2 = p
    x = X
    # (1)  z1[n,i] = sum[j](W1[i,j]*x[n,j]) + b1[i]
    z1 = x @ W1.T + b1
    # (2)  a1[n,i] = relu(z1[n,i])
    a1 = np.maximum(z1, 0)
    # (3)  yhat[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
    yhat: Array = a1 @ W2.T + b2
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
    # (2)  a1[n,i] = relu(z1[n,i])
    a1 = np.maximum(z1, 0)
    # (3)  yhat[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
    yhat = a1 @ W2.T + b2
    # (4)  m[n] = max[k](yhat[n,k])
    m = yhat.max(axis=1)
    # (5)  e[n,k] = exp(yhat[n,k] - m[n])
    e = np.exp(yhat - m[:, None])
    # (6)  s[n] = sum[k](e[n,k])
    s = e.sum(axis=1)
    # (7)  lse[n] = m[n] + log(s[n])
    lse = m + np.log(s)
    # (9)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N) + sum[i,j](W1[i,j]**2/20000)
    #          + sum[i,j](W2[i,j]**2/20000)
    L = -float(np.sum(yhat[np.arange(N), y] - lse)) / N
    L += 5e-05 * float(np.vdot(W1, W1))
    L += 5e-05 * float(np.vdot(W2, W2))
    return L


def loss_and_grad(p: Parameters, X: Array, Y: Array) -> tuple[float, Parameters]:
    """The loss L and its gradient, in new arrays.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    N = _check_inputs(p, X, p[0].dtype)
    _check_targets(Y, N, p[0].dtype)
    W1, b1, W2, b2 = p
    x, y = X, Y
    # (1)  z1[n,i] = sum[j](W1[i,j]*x[n,j]) + b1[i]
    z1 = x @ W1.T + b1
    # (2)  a1[n,i] = relu(z1[n,i])
    a1 = np.maximum(z1, 0)
    # (3)  yhat[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
    yhat = a1 @ W2.T + b2
    # (4)  m[n] = max[k](yhat[n,k])
    m = yhat.max(axis=1)
    # (5)  e[n,k] = exp(yhat[n,k] - m[n])
    e = np.exp(yhat - m[:, None])
    # (6)  s[n] = sum[k](e[n,k])
    s = e.sum(axis=1)
    # (7)  lse[n] = m[n] + log(s[n])
    lse = m + np.log(s)
    # (8)  prob[n,k] = e[n,k]/s[n]
    prob = e / s[:, None]
    # (9)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N) + sum[i,j](W1[i,j]**2/20000)
    #          + sum[i,j](W2[i,j]**2/20000)
    L = -float(np.sum(yhat[np.arange(N), y] - lse)) / N
    L += 5e-05 * float(np.vdot(W1, W1))
    L += 5e-05 * float(np.vdot(W2, W2))
    # (10)  z2_bar[n,k] = prob[n,k]/N;  z2_bar[n,y[n]] += -1/N
    z2_bar = prob / N
    z2_bar[np.arange(N), y] += -1 / N
    # (11)  b2_bar[i] = sum[n](z2_bar[n,i])
    b2_bar = z2_bar.sum(axis=0)
    # (12)  W2_bar[i,j] = sum[n](z2_bar[n,i]*a1[n,j]) + W2[i,j]/10000
    W2_bar = z2_bar.T @ a1 + 0.0001 * W2
    # (13)  a1_bar[n,j] = sum[i](z2_bar[n,i]*W2[i,j])
    a1_bar = z2_bar @ W2
    # (14)  z1_bar[n,i] = a1_bar[n,i]*step(a1[n,i])
    z1_bar = a1_bar * (a1 > 0)
    # (15)  b1_bar[i] = sum[n](z1_bar[n,i])
    b1_bar = z1_bar.sum(axis=0)
    # (16)  W1_bar[i,j] = sum[n](z1_bar[n,i]*x[n,j]) + W1[i,j]/10000
    W1_bar = z1_bar.T @ x + 0.0001 * W1
    g = Parameters(W1_bar, b1_bar, W2_bar, b2_bar)
    return L, g


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
        self._gradient = Parameters(*(np.zeros(shape, self.dtype) for shape in _SHAPES))
        self._buffers: tuple[Array, ...] = (
            np.empty(batch * 32, self.dtype),
            np.empty(batch * 53, self.dtype),
            np.empty(batch, np.intp),
            np.empty(batch, np.intp),
            np.empty(2048, self.dtype),
            np.empty(batch * 32, np.bool_),
        )
        self._rows = np.arange(batch)
        self._views: dict[int, tuple[Array, ...]] = {}

    def _cut(self, N: int) -> tuple[Array, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        return (
            self._buffers[0][: N * 32].reshape(N, 32),  # z1
            self._buffers[1][: N * 32].reshape(N, 32),  # spare
            self._buffers[0][: N * 32].reshape(N, 32),  # a1
            self._buffers[1][: N * 10].reshape(N, 10),  # yhat
            self._buffers[1][N * 10 : N * 20].reshape(N, 10),  # spare2
            self._buffers[1][N * 10 : N * 11],  # m
            self._buffers[1][N * 11 : N * 21].reshape(N, 10),  # e
            self._buffers[1][N * 21 : N * 22],  # s
            self._buffers[1][N * 22 : N * 23],  # spare3
            self._buffers[1][N * 10 : N * 11],  # lse
            self._buffers[1][N * 22 : N * 32].reshape(N, 10),  # spare4
            self._buffers[1][N * 11 : N * 21].reshape(N, 10),  # prob
            self._buffers[2][:N],  # label
            self._buffers[3][:N],  # place
            self._buffers[1][N * 21 : N * 22],  # spare5
            self._buffers[1][N * 21 : N * 22],  # difference
            self._buffers[1][N * 11 : N * 21].reshape(N, 10),  # z2_bar
            self._buffers[1][:N],  # z2_bar_at
            self._buffers[4][:320].reshape(10, 32),  # spare6
            self._buffers[1][N * 21 : N * 53].reshape(N, 32),  # a1_bar
            self._buffers[5][: N * 32].reshape(N, 32),  # mask
            self._buffers[0][: N * 32].reshape(N, 32),  # spare7
            self._buffers[1][N * 21 : N * 53].reshape(N, 32),  # z1_bar
            self._buffers[4][:2048].reshape(32, 64),  # spare8
            self._rows[:N],  # rows
        )

    def loss_and_grad(
        self, p: Parameters, X: Array, Y: Array
    ) -> tuple[float, Parameters]:
        """As the function ``loss_and_grad``, but allocates nothing after its first call."""
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
            yhat,
            spare2,
            m,
            e,
            s,
            spare3,
            lse,
            spare4,
            prob,
            label,
            place,
            spare5,
            difference,
            z2_bar,
            z2_bar_at,
            spare6,
            a1_bar,
            mask,
            spare7,
            z1_bar,
            spare8,
            rows,
        ) = self._views[N]
        W1_bar, b1_bar, W2_bar, b2_bar = self._gradient
        # (1)  z1[n,i] = sum[j](W1[i,j]*x[n,j]) + b1[i]
        np.matmul(x, W1.T, out=z1)
        np.copyto(spare, b1)
        z1 += spare
        # (2)  a1[n,i] = relu(z1[n,i])
        np.maximum(z1, 0, out=a1)
        # (3)  yhat[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
        np.matmul(a1, W2.T, out=yhat)
        np.copyto(spare2, b2)
        yhat += spare2
        # (4)  m[n] = max[k](yhat[n,k])
        yhat.max(axis=1, out=m)
        # (5)  e[n,k] = exp(yhat[n,k] - m[n])
        np.copyto(e, m[:, None])
        np.subtract(yhat, e, out=e)
        np.exp(e, out=e)
        # (6)  s[n] = sum[k](e[n,k])
        e.sum(axis=1, out=s)
        # (7)  lse[n] = m[n] + log(s[n])
        np.log(s, out=spare3)
        np.add(m, spare3, out=lse)
        # (8)  prob[n,k] = e[n,k]/s[n]
        np.copyto(spare4, s[:, None])
        np.divide(e, spare4, out=prob)
        # (9)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N)
        #          + sum[i,j](W1[i,j]**2/20000) + sum[i,j](W2[i,j]**2/20000)
        np.copyto(label, y)
        np.multiply(rows, 10, out=place)
        place += label
        np.take(yhat, place, out=spare5, mode="clip")
        np.subtract(spare5, lse, out=difference)
        L = -float(difference.sum()) / N
        L += 5e-05 * float(np.vdot(W1, W1))
        L += 5e-05 * float(np.vdot(W2, W2))
        # (10)  z2_bar[n,k] = prob[n,k]/N;  z2_bar[n,y[n]] += -1/N
        np.divide(prob, N, out=z2_bar)
        np.take(z2_bar, place, out=z2_bar_at, mode="clip")
        z2_bar_at -= 1 / N
        np.put(z2_bar, place, z2_bar_at, mode="clip")
        # (11)  b2_bar[i] = sum[n](z2_bar[n,i])
        z2_bar.sum(axis=0, out=b2_bar)
        # (12)  W2_bar[i,j] = sum[n](z2_bar[n,i]*a1[n,j]) + W2[i,j]/10000
        np.matmul(z2_bar.T, a1, out=W2_bar)
        np.multiply(W2, 0.0001, out=spare6)
        W2_bar += spare6
        # (13)  a1_bar[n,j] = sum[i](z2_bar[n,i]*W2[i,j])
        np.matmul(z2_bar, W2, out=a1_bar)
        # (14)  z1_bar[n,i] = a1_bar[n,i]*step(a1[n,i])
        np.greater(a1, 0, out=mask)
        np.copyto(spare7, mask)
        np.multiply(a1_bar, spare7, out=z1_bar)
        # (15)  b1_bar[i] = sum[n](z1_bar[n,i])
        z1_bar.sum(axis=0, out=b1_bar)
        # (16)  W1_bar[i,j] = sum[n](z1_bar[n,i]*x[n,j]) + W1[i,j]/10000
        np.matmul(z1_bar.T, x, out=W1_bar)
        np.multiply(W1, 0.0001, out=spare8)
        W1_bar += spare8
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
    _fits("v", v, (2410,), v.dtype)
    arrays, start = [], 0
    for shape in _SHAPES:
        stop = start + int(np.prod(shape))
        arrays.append(v[start:stop].reshape(shape))
        start = stop
    return Parameters(*arrays)


def _check_inputs(p: Parameters, X: Array, dtype: np.dtype[Any]) -> int:
    """The run-time sizes, of arguments that fit."""
    if dtype.char not in "fd":
        raise ValueError(f"p.W1 has dtype {dtype}, needs float32 or float64")
    _check_arrays("p", p, dtype)
    N = _length("X", X, 0, "(N, 64)")
    _fits("X", X, (N, 64), dtype)
    return N


def _check_targets(Y: Array, N: int, dtype: np.dtype[Any]) -> None:
    """Raises ValueError unless the targets fit the inputs."""
    _fits_labels("Y", Y, (N,), 10)


def _length(
    name: str,
    a: Array,
    axis: int,
    needs: str,
    least: str = "one sample",
    plus: int = 0,
) -> int:
    """The run-time size along an axis of an argument that has as many axes as it needs."""
    rank = needs.strip("(,)").count(",") + 1
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
    for field, a, shape in zip(Parameters._fields, arrays, _SHAPES, strict=True):
        _fits(f"{name}.{field}", a, shape, dtype)


def _fits(name: str, a: Array, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Raises an error unless the argument is an array of this shape and dtype."""
    if not isinstance(a, np.ndarray):
        raise TypeError(f"{name} is a {type(a).__name__}, needs an array {shape}")
    if a.shape != shape:
        raise ValueError(f"{name} has shape {a.shape}, needs {shape}")
    if a.dtype != dtype:
        raise ValueError(f"{name} has dtype {a.dtype}, needs {dtype}")


def _fits_labels(
    name: str, a: Array, shape: tuple[int, ...], count: int | None
) -> None:
    """Raises an error unless the argument holds whole numbers below ``count``."""
    if not isinstance(a, np.ndarray):
        raise TypeError(f"{name} is a {type(a).__name__}, needs an array {shape}")
    if a.shape != shape:
        raise ValueError(f"{name} has shape {a.shape}, needs {shape}")
    if a.dtype.kind not in "iu":
        raise ValueError(f"{name} has dtype {a.dtype}, needs integers")
    if count is not None:
        low, high = a.item(a.argmin()), a.item(a.argmax())
        if low < 0 or high >= count:
            raise ValueError(
                f"{name} has labels from {low} to {high}, needs 0 to {count - 1}"
            )
