"""standard: Batch normalisation by hand

A NumPy module made by symbp from the equations of the network. The number before an
equation is its number in the notes. NAME_bar is dL/dNAME, and W1[i,j] is the weight
to unit i from unit j. Arrays are float32 or float64 throughout; the batch comes first.
Several threads may call its functions at once, each with a Workspace of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Parameters(NamedTuple):
    """The parameters in the order of the layers; a gradient has the same fields."""

    W1: Array  # (2, 2)
    gamma2: Array  # (2,)
    beta2: Array  # (2,)
    W3: Array  # (1, 2)
    b3: Array  # (1,)


_SHAPES: tuple[tuple[int, ...], ...] = ((2, 2), (2,), (2,), (1, 2), (1,))


def init(seed: int = 0, dtype: npt.DTypeLike = np.float32) -> Parameters:
    """New parameters: Glorot uniform, zero biases, scales of one."""
    rng = np.random.default_rng(seed)
    return Parameters(
        W1=_glorot_uniform(rng, (2, 2), dtype),
        gamma2=np.ones((2,), dtype),
        beta2=np.zeros((2,), dtype),
        W3=_glorot_uniform(rng, (1, 2), dtype),
        b3=np.zeros((1,), dtype),
    )


def _glorot_uniform(
    rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike
) -> Array:
    """U(-r, r) with r = sqrt(6 / (inputs + outputs)): Glorot and Bengio (2010)."""
    r = (6 / sum(shape)) ** 0.5
    return rng.uniform(-r, r, shape).astype(dtype)


class State(NamedTuple):
    """The running statistics that ``predict`` reads; ``loss_and_grad`` moves them, in place."""

    mean2: Array  # (2,)
    variance2: Array  # (2,)


def init_state(dtype: npt.DTypeLike = np.float32) -> State:
    """The state before the first batch."""
    return State(
        mean2=np.zeros((2,), dtype),
        variance2=np.ones((2,), dtype),
    )


def example(
    dtype: npt.DTypeLike = np.float64,
) -> tuple[Parameters, Array, Array]:
    """The worked example of the notes: (p, X, Y)."""
    W1 = np.array([[0.4, 0.3], [0.6, -0.9]], dtype)
    gamma2 = np.array([1.2, 0.8], dtype)
    beta2 = np.array([0.1, -0.2], dtype)
    W3 = np.array([[0.5, -0.7]], dtype)
    b3 = np.array([0.3], dtype)
    X = np.array([[0.5, 0.1], [0.9, 0.7], [0.2, 0.6]], dtype)
    Y = np.array([[0.6], [0.1], [0.4]], dtype)
    p = Parameters(W1, gamma2, beta2, W3, b3)
    return p, X, Y


def predict(p: Parameters, X: Array, *, state: State) -> Array:
    """The output yhat for a batch of inputs, (N, 1).

    Normalised by the running statistics of ``state``, not by those of the batch.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    _check_inputs(p, X, p[0].dtype)
    dtype = p[0].dtype
    _check_state(state, dtype)
    mean2, variance2 = state
    W1, gamma2, beta2, W3, b3 = p
    x = X
    # (1)  a1[n,i] = sum[j](W1[i,j]*x[n,j])
    a1 = x @ W1.T
    # s2[i] = sqrt(variance2[i] + 1/100000)
    s2 = np.sqrt(variance2 + 1e-05)
    # xhat2[n,i] = (a1[n,i] - mean2[i])/s2[i]
    xhat2 = (a1 - mean2) / s2
    # (7)  z2[n,i] = gamma2[i]*xhat2[n,i] + beta2[i]
    z2 = gamma2 * xhat2 + beta2
    # (8)  a2[n,i] = tanh(z2[n,i])
    a2 = np.tanh(z2)
    # (9)  yhat[n,i] = sum[j](W3[i,j]*a2[n,j]) + b3[i]
    yhat: Array = a2 @ W3.T + b3
    return yhat


def loss(p: Parameters, X: Array, Y: Array) -> float:
    """The loss L.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    N = _check_inputs(p, X, p[0].dtype)
    _check_targets(Y, N, p[0].dtype)
    W1, gamma2, beta2, W3, b3 = p
    x, y = X, Y
    # (1)  a1[n,i] = sum[j](W1[i,j]*x[n,j])
    a1 = x @ W1.T
    # (2)  mu2[i] = sum[n](a1[n,i]/N)
    mu2 = a1.sum(axis=0) / N
    # (3)  d2[n,i] = a1[n,i] - mu2[i]
    d2 = a1 - mu2
    # (4)  v2[i] = sum[n](d2[n,i]**2/N)
    v2 = np.sum(d2**2, axis=0) / N
    # (5)  s2[i] = sqrt(v2[i] + 1/100000)
    s2 = np.sqrt(v2 + 1e-05)
    # (6)  xhat2[n,i] = d2[n,i]/s2[i]
    xhat2 = d2 / s2
    # (7)  z2[n,i] = gamma2[i]*xhat2[n,i] + beta2[i]
    z2 = gamma2 * xhat2 + beta2
    # (8)  a2[n,i] = tanh(z2[n,i])
    a2 = np.tanh(z2)
    # (9)  yhat[n,i] = sum[j](W3[i,j]*a2[n,j]) + b3[i]
    yhat = a2 @ W3.T + b3
    # (10)  L = sum[n,k]((yhat[n,k] - y[n,k])**2/N)
    difference = yhat - y
    L = float(np.vdot(difference, difference)) / N
    return L


def loss_and_grad(
    p: Parameters, X: Array, Y: Array, *, state: State | None = None
) -> tuple[float, Parameters]:
    """The loss L and its gradient, in new arrays.

    Computed in a workspace that each thread keeps: memory for the largest batch so far.

    Where ``state`` is given, its running statistics are moved towards the batch's, in place.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    L, g = _kept_workspace(p, X, Y).loss_and_grad(p, X, Y, state=state)
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
            _aligned(batch * 2, self.dtype),
            _aligned(2, self.dtype),
            _aligned(batch * 2, self.dtype),
            _aligned(2, self.dtype),
            _aligned(2, self.dtype),
            _aligned(batch * 3, self.dtype),
            _aligned(2, self.dtype),
            _aligned(2, self.dtype),
            np.array(1e-05, self.dtype),
            np.array(1, self.dtype),
            np.array(0.1, self.dtype),
            np.array(0.9, self.dtype),
            np.ones(batch, self.dtype),
        )
        self._views: dict[int, tuple[Array, ...]] = {}

    def _cut(self, N: int) -> tuple[Array, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        return (
            self._buffers[0][: N * 2].reshape(N, 2),  # a1
            self._buffers[1][:2],  # mu2
            self._buffers[2][: N * 2].reshape(N, 2),  # spare
            self._buffers[0][: N * 2].reshape(N, 2),  # d2
            self._buffers[2][: N * 2].reshape(N, 2),  # power_d2
            self._buffers[3][:2],  # v2
            self._buffers[4][:2],  # s2
            self._buffers[0][: N * 2].reshape(N, 2),  # xhat2
            self._buffers[2][: N * 2].reshape(N, 2),  # z2
            self._buffers[5][: N * 2].reshape(N, 2),  # spare2
            self._buffers[2][: N * 2].reshape(N, 2),  # a2
            self._buffers[5][:N].reshape(N, 1),  # yhat
            self._buffers[5][N : N * 2].reshape(N, 1),  # spare3
            self._buffers[5][:N].reshape(N, 1),  # z3_bar
            self._buffers[5][N : N * 3].reshape(N, 2),  # a2_bar
            self._buffers[5][N : N * 3].reshape(N, 2),  # z2_bar
            self._buffers[2][: N * 2].reshape(N, 2),  # product
            self._buffers[5][N : N * 3].reshape(N, 2),  # xhat2_bar
            self._buffers[6][:2],  # xhat2_bar_moment
            self._buffers[7][:2],  # xhat2_bar_mean
            self._buffers[5][N : N * 3].reshape(N, 2),  # z1_bar
            self._buffers[0][: N * 2].reshape(N, 2),  # spare4
            self._buffers[4][:2],  # spare5
            self._buffers[1][:2],  # spare6
            self._buffers[5][:N].reshape(N, 1).T,  # z3_bar_T
            self._buffers[5][N : N * 3].reshape(N, 2).T,  # z1_bar_T
            np.array(1 / N, self.dtype),  # one_over_N
            self._buffers[8],  # c1e_05
            np.array(2 / N, self.dtype),  # two_over_N
            self._buffers[9],  # one
            self._buffers[10],  # c0_1
            self._buffers[11],  # c0_9
            self._buffers[12][:N],  # ones
        )

    def loss_and_grad(
        self, p: Parameters, X: Array, Y: Array, *, state: State | None = None
    ) -> tuple[float, Parameters]:
        """As the function ``loss_and_grad``, but allocates nothing after its first call."""
        N = _check_inputs(p, X, self.dtype)
        if N > self.batch:
            raise ValueError(
                f"the batch has {N} samples, this workspace holds {self.batch}"
            )
        _check_targets(Y, N, self.dtype)
        W1, gamma2, beta2, W3, b3 = p
        x, y = X, Y
        if N not in self._views:
            self._views[N] = self._cut(N)
        (
            a1,
            mu2,
            spare,
            d2,
            power_d2,
            v2,
            s2,
            xhat2,
            z2,
            spare2,
            a2,
            yhat,
            spare3,
            z3_bar,
            a2_bar,
            z2_bar,
            product,
            xhat2_bar,
            xhat2_bar_moment,
            xhat2_bar_mean,
            z1_bar,
            spare4,
            spare5,
            spare6,
            z3_bar_T,
            z1_bar_T,
            one_over_N,
            c1e_05,
            two_over_N,
            one,
            c0_1,
            c0_9,
            ones,
        ) = self._views[N]
        W1_bar, gamma2_bar, beta2_bar, W3_bar, b3_bar = self._gradient
        # (1)  a1[n,i] = sum[j](W1[i,j]*x[n,j])
        x.dot(W1.T, out=a1)
        # (2)  mu2[i] = sum[n](a1[n,i]/N)
        ones.dot(a1, out=mu2)
        mu2 *= one_over_N
        # (3)  d2[n,i] = a1[n,i] - mu2[i]
        spare[...] = mu2
        np.subtract(a1, spare, out=d2)
        # (4)  v2[i] = sum[n](d2[n,i]**2/N)
        np.square(d2, out=power_d2)
        ones.dot(power_d2, out=v2)
        v2 *= one_over_N
        # (5)  s2[i] = sqrt(v2[i] + 1/100000)
        np.add(v2, c1e_05, out=s2)
        np.sqrt(s2, out=s2)
        # (6)  xhat2[n,i] = d2[n,i]/s2[i]
        spare[...] = s2
        np.divide(d2, spare, out=xhat2)
        # (7)  z2[n,i] = gamma2[i]*xhat2[n,i] + beta2[i]
        z2[...] = gamma2
        z2 *= xhat2
        spare2[...] = beta2
        z2 += spare2
        # (8)  a2[n,i] = tanh(z2[n,i])
        np.tanh(z2, out=a2)
        # (9)  yhat[n,i] = sum[j](W3[i,j]*a2[n,j]) + b3[i]
        a2.dot(W3.T, out=yhat)
        spare3[...] = b3
        yhat += spare3
        # (10)  L = sum[n,k]((yhat[n,k] - y[n,k])**2/N)
        yhat -= y
        L = float(np.vdot(yhat, yhat)) / N
        # (11)  z3_bar[n,k] = 2*(yhat[n,k] - y[n,k])/N
        np.multiply(yhat, two_over_N, out=z3_bar)
        # (12)  b3_bar[i] = sum[n](z3_bar[n,i])
        ones.dot(z3_bar, out=b3_bar)
        # (13)  W3_bar[i,j] = sum[n](z3_bar[n,i]*a2[n,j])
        z3_bar_T.dot(a2, out=W3_bar)
        # (14)  a2_bar[n,j] = sum[i](z3_bar[n,i]*W3[i,j])
        z3_bar.dot(W3, out=a2_bar)
        # (15)  z2_bar[n,i] = a2_bar[n,i]*(1 - a2[n,i]**2)
        np.square(a2, out=a2)
        np.subtract(one, a2, out=a2)
        np.multiply(a2_bar, a2, out=z2_bar)
        # (16)  beta2_bar[i] = sum[n](z2_bar[n,i])
        ones.dot(z2_bar, out=beta2_bar)
        # (17)  gamma2_bar[i] = sum[n](z2_bar[n,i]*xhat2[n,i])
        np.multiply(z2_bar, xhat2, out=product)
        ones.dot(product, out=gamma2_bar)
        # (18)  xhat2_bar[n,i] = z2_bar[n,i]*gamma2[i]
        spare[...] = gamma2
        np.multiply(z2_bar, spare, out=xhat2_bar)
        # (19)  xhat2_bar_moment[i] = gamma2_bar[i]*gamma2[i]/N
        np.multiply(gamma2_bar, gamma2, out=xhat2_bar_moment)
        xhat2_bar_moment *= one_over_N
        # (20)  xhat2_bar_mean[i] = beta2_bar[i]*gamma2[i]/N
        np.multiply(beta2_bar, gamma2, out=xhat2_bar_mean)
        xhat2_bar_mean *= one_over_N
        # (21)  z1_bar[n,i] = (xhat2_bar[n,i] - xhat2_bar_moment[i]*xhat2[n,i]
        #           - xhat2_bar_mean[i])/s2[i]
        spare[...] = xhat2_bar_moment
        spare *= xhat2
        np.subtract(xhat2_bar, spare, out=z1_bar)
        spare4[...] = xhat2_bar_mean
        z1_bar -= spare4
        spare4[...] = s2
        z1_bar /= spare4
        # (22)  W1_bar[i,j] = sum[n](z1_bar[n,i]*x[n,j])
        z1_bar_T.dot(x, out=W1_bar)
        if state is not None:
            _check_state(state, self.dtype)
            mean2, variance2 = state
            mu2 *= c0_1
            np.multiply(mean2, c0_9, out=spare5)
            np.add(mu2, spare5, out=mean2)
            v2 *= c0_1
            np.multiply(variance2, c0_9, out=spare6)
            np.add(v2, spare6, out=variance2)
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
    _fits("v", v, (11,), v.dtype)
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
    N = _length("X", X, 0, 2, "(N, 2)")
    _fits("X", X, (N, 2), dtype)
    return N


def _check_targets(Y: Array, N: int, dtype: np.dtype[Any]) -> None:
    """Raises ValueError unless the targets fit the inputs."""
    _fits("Y", Y, (N, 1), dtype)


def _check_state(state: State, dtype: np.dtype[Any]) -> None:
    """Raises ValueError unless the state fits."""
    shapes: tuple[tuple[int, ...], ...] = ((2,), (2,))
    if len(state) != len(shapes):
        needed = ", ".join(State._fields)
        raise ValueError(
            f"state has {len(state)} arrays, needs {len(shapes)}: {needed}"
        )
    for name, a, shape in zip(State._fields, state, shapes, strict=True):
        _fits(f"state.{name}", a, shape, dtype)


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
