"""digits: Handwritten digits

A NumPy module made by symbp from the equations of the network. The number before an
equation is its number in the notes. NAME_bar is dL/dNAME, and W1[i,j] is the weight
to unit i from unit j. Arrays are float32 or float64 throughout; the batch comes first.
Several threads may call its functions at once, each with a Workspace of its own.
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
        self._gradient = Parameters(*(np.zeros(shape, self.dtype) for shape in _SHAPES))
        self._buffers: tuple[Array, ...] = (
            _aligned(batch * 32, self.dtype),
            _aligned(batch * 53, self.dtype),
            np.empty(batch, np.intp),
            _aligned(2048, self.dtype),
            np.empty(batch * 32, np.bool_),
            np.array(0.0001, self.dtype),
            np.array(0, self.dtype),
            np.zeros(batch * 32, self.dtype),
            np.ones(10, self.dtype),
            np.ones(batch, self.dtype),
        )
        self._views: dict[int, tuple[Array, ...]] = {}

    def _cut(self, N: int) -> tuple[Array, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        return (
            self._buffers[0][: N * 32].reshape(N, 32),  # z1
            self._buffers[1][: N * 32].reshape(N, 32),  # spare
            self._buffers[0][: N * 32].reshape(N, 32),  # a1
            self._buffers[1][: N * 10].reshape(10, N),  # yhat
            self._buffers[1][N * 10 : N * 20].reshape(10, N),  # spare2
            self._buffers[1][N * 10 : N * 11],  # m
            self._buffers[1][N * 11 : N * 21].reshape(10, N),  # e
            self._buffers[1][N * 21 : N * 22],  # s
            self._buffers[1][N * 22 : N * 23],  # spare3
            self._buffers[1][N * 10 : N * 11],  # lse
            self._buffers[1][N * 22 : N * 32].reshape(10, N),  # spare4
            self._buffers[1][N * 11 : N * 21].reshape(10, N),  # prob
            self._buffers[2][:N],  # label
            self._buffers[2][:N],  # place
            self._buffers[1][N * 21 : N * 22],  # spare5
            self._buffers[1][N * 21 : N * 22],  # difference
            self._buffers[1][N * 11 : N * 21].reshape(10, N),  # z2_bar
            self._buffers[1][:N],  # z2_bar_at
            self._buffers[3][:320].reshape(10, 32),  # spare6
            self._buffers[1][N * 21 : N * 53].reshape(N, 32),  # a1_bar
            self._buffers[4][: N * 32].reshape(N, 32),  # mask
            self._buffers[0][: N * 32].reshape(N, 32),  # spare7
            self._buffers[1][N * 21 : N * 53].reshape(N, 32),  # z1_bar
            self._buffers[3][:2048].reshape(32, 64),  # spare8
            self._buffers[0][: N * 32].reshape(N, 32).T,  # a1_T
            self._buffers[1][N * 11 : N * 21].reshape(10, N).T,  # z2_bar_T
            self._buffers[1][N * 21 : N * 53].reshape(N, 32).T,  # z1_bar_T
            np.array(N, np.intp),  # by_N
            np.arange(N),  # rows
            np.array(1 / N, self.dtype),  # one_over_N
            self._buffers[5],  # c0_0001
            self._buffers[6],  # zero
            self._buffers[7][: N * 32].reshape(N, 32),  # zeros
            self._buffers[8][:10],  # ones
            self._buffers[9][:N],  # ones2
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
            a1_T,
            z2_bar_T,
            z1_bar_T,
            by_N,
            rows,
            one_over_N,
            c0_0001,
            zero,
            zeros,
            ones,
            ones2,
        ) = self._views[N]
        W1_bar, b1_bar, W2_bar, b2_bar = self._gradient
        # (1)  z1[n,i] = sum[j](W1[i,j]*x[n,j]) + b1[i]
        x.dot(W1.T, out=z1)
        spare[...] = b1
        z1 += spare
        # (2)  a1[n,i] = relu(z1[n,i])
        np.maximum(z1, zeros, out=a1)
        # (3)  yhat[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
        # in memory yhat[i,n], and all like it: maxima over i take rows together
        W2.dot(a1_T, out=yhat)
        spare2[...] = b2[:, None]
        yhat += spare2
        # (4)  m[n] = max[k](yhat[n,k])
        np.maximum.reduce(yhat, axis=0, out=m)
        # (5)  e[n,k] = exp(yhat[n,k] - m[n])
        e[...] = m
        np.subtract(yhat, e, out=e)
        np.exp(e, out=e)
        # (6)  s[n] = sum[k](e[n,k])
        ones.dot(e, out=s)
        # (7)  lse[n] = m[n] + log(s[n])
        np.log(s, out=spare3)
        np.add(m, spare3, out=lse)
        # (8)  prob[n,k] = e[n,k]/s[n]
        spare4[...] = s
        np.divide(e, spare4, out=prob)
        # (9)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N)
        #          + sum[i,j](W1[i,j]**2/20000) + sum[i,j](W2[i,j]**2/20000)
        label[...] = y
        np.multiply(label, by_N, out=place)
        place += rows
        yhat.take(place, out=spare5, mode="clip")
        np.subtract(spare5, lse, out=difference)
        L = -float(difference.dot(ones2)) / N
        L += 5e-05 * float(np.vdot(W1, W1))
        L += 5e-05 * float(np.vdot(W2, W2))
        # (10)  z2_bar[n,k] = prob[n,k]/N;  z2_bar[n,y[n]] += -1/N
        np.multiply(prob, one_over_N, out=z2_bar)
        z2_bar.take(place, out=z2_bar_at, mode="clip")
        z2_bar_at -= one_over_N
        z2_bar.put(place, z2_bar_at, "clip")
        # (11)  b2_bar[i] = sum[n](z2_bar[n,i])
        z2_bar.dot(ones2, out=b2_bar)
        # (12)  W2_bar[i,j] = sum[n](z2_bar[n,i]*a1[n,j]) + W2[i,j]/10000
        z2_bar.dot(a1, out=W2_bar)
        np.multiply(W2, c0_0001, out=spare6)
        W2_bar += spare6
        # (13)  a1_bar[n,j] = sum[i](z2_bar[n,i]*W2[i,j])
        z2_bar_T.dot(W2, out=a1_bar)
        # (14)  z1_bar[n,i] = a1_bar[n,i]*step(a1[n,i])
        np.greater(a1, zero, out=mask)
        spare7[...] = mask
        np.multiply(a1_bar, spare7, out=z1_bar)
        # (15)  b1_bar[i] = sum[n](z1_bar[n,i])
        ones2.dot(z1_bar, out=b1_bar)
        # (16)  W1_bar[i,j] = sum[n](z1_bar[n,i]*x[n,j]) + W1[i,j]/10000
        z1_bar_T.dot(x, out=W1_bar)
        np.multiply(W1, c0_0001, out=spare8)
        W1_bar += spare8
        return L, self._gradient


class ParallelWorkspace:
    """A batch cut into equal parts, each with a thread and a ``Workspace`` of its own.

    The loss is a mean over samples that do not know of one another, so the loss and the
    gradient are the means of those of the parts. Before NumPy is imported its BLAS must
    be told to use one thread, as by OPENBLAS_NUM_THREADS=1: each part has one of its own.

    Raises:
        ValueError: the batch is no positive whole number, or the dtype no float;
            or threads is no positive whole number.
    """

    def __init__(
        self, batch: int, dtype: npt.DTypeLike = np.float32, threads: int = 2
    ) -> None:
        if not isinstance(threads, int) or threads < 1:
            raise ValueError(f"threads is {threads!r}, needs a whole number from 1 on")
        if not isinstance(batch, int) or batch < 1:
            raise ValueError(f"batch is {batch!r}, needs a whole number from 1 on")
        share = -(-batch // threads)
        self.batch = batch
        self._parts = [Workspace(share, dtype) for _ in range(threads)]
        self.dtype = self._parts[0].dtype
        self._pool = ThreadPoolExecutor(threads)

    def loss_and_grad(
        self, p: Parameters, X: Array, Y: Array
    ) -> tuple[float, Parameters]:
        """As ``loss_and_grad`` of a ``Workspace``; what it returns lasts until the next call."""
        N = _check_inputs(p, X, self.dtype)
        if N > self.batch:
            raise ValueError(
                f"the batch has {N} samples, this workspace holds {self.batch}"
            )
        _check_targets(Y, N, self.dtype)
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
        (L, g), *others = (step.result() for step in steps)
        weights = [(cut.stop - cut.start) / N for cut in cuts]
        L *= weights[0]
        for array in g:
            array *= weights[0]
        for part, weight in zip(others, weights[1:], strict=True):
            L += weight * part[0]
            for array, more in zip(g, part[1], strict=True):
                more *= weight
                array += more
        return L, g


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
    N = _length("X", X, 0, 2, "(N, 64)")
    _fits("X", X, (N, 64), dtype)
    return N


def _check_targets(Y: Array, N: int, dtype: np.dtype[Any]) -> None:
    """Raises ValueError unless the targets fit the inputs."""
    _fits_labels("Y", Y, (N,), 10)


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
