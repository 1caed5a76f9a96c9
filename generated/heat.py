"""heat: A rod and its law

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

    w: Array  # (3,)
    b: Array  # (3,)
    a: Array  # (3,)


_SHAPES: tuple[tuple[int, ...], ...] = ((3,), (3,), (3,))


def init(seed: int = 0, dtype: npt.DTypeLike = np.float32) -> Parameters:
    """New parameters: zero biases."""
    return Parameters(
        w=np.zeros((3,), dtype),
        b=np.zeros((3,), dtype),
        a=np.zeros((3,), dtype),
    )


def example(
    dtype: npt.DTypeLike = np.float64,
) -> tuple[Parameters, Array, Array]:
    """The worked example of the notes: (p, X, f)."""
    w = np.array([1.5, -2.0, 0.8], dtype)
    b = np.array([-0.3, 0.9, 0.2], dtype)
    a = np.array([0.6, 0.5, -0.4], dtype)
    X = np.array(
        [0, 0.142857, 0.285714, 0.428571, 0.571429, 0.714286, 0.857143, 1], dtype
    )
    f = np.array([1.0, 1.0, 2.0, 2.0, 1.0, 1.0], dtype)
    p = Parameters(w, b, a)
    return p, X, f


def loss(p: Parameters, X: Array, f: Array) -> float:
    """The loss L.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    _check_inputs(p, X, f, p[0].dtype)
    w, b, a = p
    x = X
    # (1)  h[g,i] = tanh(w[i]*x[g] + b[i])
    h = np.tanh(w * x[:, None] + b)
    # (2)  u[g] = sum[i](a[i]*h[g,i])
    u = np.sum(h * a, axis=1)
    # (3)  d[p] = u[p+2] + u[p] - 2*u[p+1]
    d = u[2:] + u[:6] - 2 * u[1:7]
    # (4)  q[p] = f[p] + 49*d[p]
    q = f + 49 * d
    # (5)  L = sum[p](q[p]**2/6) + u[0]**2 + u[7]**2
    L = float(q.dot(q)) / 6 + float(u[0]) ** 2 + float(u[7]) ** 2
    return L


def loss_and_grad(p: Parameters, X: Array, f: Array) -> tuple[float, Parameters]:
    """The loss L and its gradient, in new arrays.

    Computed in a workspace that each thread keeps: memory for the largest batch so far.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    L, g = _kept_workspace(p, X, f).loss_and_grad(p, X, f)
    return L, Parameters(*(a.copy() for a in g))


_thread = threading.local()


def _kept_workspace(p: Parameters, X: Array, f: Array) -> Workspace:
    """The workspace of this thread, made anew if what is given does not fit into it."""
    try:
        kept: Workspace = _thread.workspace
        if kept.dtype == p[0].dtype:
            return kept
    except (AttributeError, IndexError, TypeError):
        pass  # there is none yet, or an argument has no such shape
    _check_inputs(p, X, f, p[0].dtype)
    kept = _thread.workspace = Workspace(1, p[0].dtype)
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
            _aligned(24, self.dtype),
            _aligned(38, self.dtype),
            _aligned(24, self.dtype),
            np.array(2, self.dtype),
            np.array(49, self.dtype),
            np.array(1 / 3, self.dtype),
            np.array(1, self.dtype),
            np.ones(8, self.dtype),
        )
        self._views: dict[int, tuple[Array, ...]] = {}

    def _cut(self) -> tuple[Array, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        return (
            self._buffers[0][:24].reshape(8, 3),  # h
            self._buffers[1][:24].reshape(8, 3),  # spare
            self._buffers[1][:24].reshape(8, 3),  # product3
            self._buffers[2][:8],  # u
            self._buffers[1][:6],  # d
            self._buffers[1][6:12],  # spare2
            self._buffers[1][:6],  # q
            self._buffers[1][:6],  # q_bar
            self._buffers[1][:6],  # d_bar
            self._buffers[1][6:14],  # u_bar
            self._buffers[2][:6],  # spare3
            self._buffers[1][14:38].reshape(8, 3),  # spare4
            self._buffers[1][14:38].reshape(8, 3),  # product4
            self._buffers[1][14:38].reshape(8, 3),  # h_bar
            self._buffers[2][:24].reshape(8, 3),  # spare5
            self._buffers[2][:24].reshape(8, 3),  # product5
            self._buffers[0][:24].reshape(8, 3),  # spare6
            self._buffers[3],  # two
            self._buffers[4],  # c49
            self._buffers[5],  # one_over_three
            self._buffers[6],  # one
            self._buffers[7][:3],  # ones
            self._buffers[7][:8],  # ones2
        )

    def loss_and_grad(
        self, p: Parameters, X: Array, f: Array
    ) -> tuple[float, Parameters]:
        """As the function ``loss_and_grad``, but allocates nothing after its first call."""
        _check_inputs(p, X, f, self.dtype)
        w, b, a = p
        x = X
        if 0 not in self._views:
            self._views[0] = self._cut()
        (
            h,
            spare,
            product3,
            u,
            d,
            spare2,
            q,
            q_bar,
            d_bar,
            u_bar,
            spare3,
            spare4,
            product4,
            h_bar,
            spare5,
            product5,
            spare6,
            two,
            c49,
            one_over_three,
            one,
            ones,
            ones2,
        ) = self._views[0]
        w_bar, b_bar, a_bar = self._gradient
        # (1)  h[g,i] = tanh(w[i]*x[g] + b[i])
        h[...] = w
        spare[...] = x[:, None]
        h *= spare
        spare[...] = b
        h += spare
        np.tanh(h, out=h)
        # (2)  u[g] = sum[i](a[i]*h[g,i])
        spare[...] = a
        np.multiply(h, spare, out=product3)
        product3.dot(ones, out=u)
        # (3)  d[p] = u[p+2] + u[p] - 2*u[p+1]
        np.add(u[2:], u[:6], out=d)
        np.multiply(u[1:7], two, out=spare2)
        d -= spare2
        # (4)  q[p] = f[p] + 49*d[p]
        np.multiply(d, c49, out=q)
        q += f
        # (5)  L = sum[p](q[p]**2/6) + u[0]**2 + u[7]**2
        L = float(q.dot(q)) / 6
        L += float(u[0]) ** 2
        L += float(u[7]) ** 2
        # (6)  q_bar[p] = q[p]/3
        np.multiply(q, one_over_three, out=q_bar)
        # (7)  d_bar[p] = 49*q_bar[p]
        np.multiply(q_bar, c49, out=d_bar)
        # (8)  u_bar[0] += 2*u[0];  u_bar[7] += 2*u[7];
        #          u_bar[p+1] += -2*d_bar[p];  u_bar[p+2] += d_bar[p];
        #          u_bar[p] += d_bar[p]
        u_bar.fill(0)
        product = 2 * float(u[0])
        u_bar[0] += product
        product2 = 2 * float(u[7])
        u_bar[7] += product2
        np.multiply(d_bar, two, out=spare3)
        u_bar[1:7] -= spare3
        u_bar[2:] += d_bar
        u_bar[:6] += d_bar
        # (9)  a_bar[i] = sum[g](u_bar[g]*h[g,i])
        spare4[...] = u_bar[:, None]
        np.multiply(h, spare4, out=product4)
        ones2.dot(product4, out=a_bar)
        # (10)  h_bar[g,i] = u_bar[g]*a[i]
        h_bar[...] = u_bar[:, None]
        spare5[...] = a
        h_bar *= spare5
        # (11)  b_bar[i] = sum[g](h_bar[g,i]*(1 - h[g,i]**2))
        np.square(h, out=spare5)
        np.subtract(one, spare5, out=spare5)
        np.multiply(h_bar, spare5, out=product5)
        ones2.dot(product5, out=b_bar)
        # (12)  w_bar[i] = sum[g](h_bar[g,i]*x[g]*(1 - h[g,i]**2))
        np.square(h, out=h)
        np.subtract(one, h, out=h)
        h_bar *= h
        spare6[...] = x[:, None]
        np.multiply(h_bar, spare6, out=product4)
        ones2.dot(product4, out=w_bar)
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


def _aligned(count: int, dtype: np.dtype[Any]) -> Array:
    """New memory from a multiple of 64 bytes on, as wide as a load: NumPy is faster there."""
    size = count * dtype.itemsize
    memory = np.empty(size + 64, np.uint8)
    start = -memory.ctypes.data % 64
    return memory[start : start + size].view(dtype)


def _check_inputs(p: Parameters, X: Array, f: Array, dtype: np.dtype[Any]) -> None:
    """The run-time sizes, of arguments that fit."""
    if dtype.char not in "fd":
        raise ValueError(f"p.w has dtype {dtype}, needs float32 or float64")
    _check_arrays("p", p, dtype)
    _fits("X", X, (8,), dtype)
    _fits("f", f, (6,), dtype)


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
