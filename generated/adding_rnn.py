"""adding_rnn: A recurrent network that is to add two marked numbers of a sequence

A NumPy module made by symbp from the equations of the network. The number before an
equation is its number in the notes. NAME_bar is dL/dNAME, and W1[i,j] is the weight
to unit i from unit j. Arrays are float32 or float64 throughout; the batch comes first.
Several threads may call its functions at once, each with a Workspace of its own.
What a loop over steps goes through is stored step by step: h[n,t,i] is h[t, n, i] here.
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

    W1: Array  # (16, 2)
    U1: Array  # (16, 16)
    b1: Array  # (16,)
    W2: Array  # (1, 16)
    b2: Array  # (1,)


_SHAPES: tuple[tuple[int, ...], ...] = ((16, 2), (16, 16), (16,), (1, 16), (1,))


def init(seed: int = 0, dtype: npt.DTypeLike = np.float32) -> Parameters:
    """New parameters: Glorot uniform, orthogonal from state to state, zero biases."""
    rng = np.random.default_rng(seed)
    return Parameters(
        W1=_glorot_uniform(rng, (16, 2), dtype),
        U1=_orthogonal(rng, (16, 16), dtype),
        b1=np.zeros((16,), dtype),
        W2=_glorot_uniform(rng, (1, 16), dtype),
        b2=np.zeros((1,), dtype),
    )


def _glorot_uniform(
    rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike
) -> Array:
    """U(-r, r) with r = sqrt(6 / (inputs + outputs)): Glorot and Bengio (2010)."""
    r = (6 / sum(shape)) ** 0.5
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
    W1 = np.array(
        [
            [0.4, 0.3],
            [-0.09, -0.28],
            [0.01, -0.11],
            [0.33, -0.23],
            [-0.03, 0.1],
            [0.47, 0.01],
            [-0.25, 0.3],
            [0.14, -0.29],
            [0.47, 0.56],
            [0.36, 0.46],
            [-0.22, 0.27],
            [0.46, 0.21],
            [-0.03, -0.46],
            [-0.08, 0.13],
            [0.48, 0.54],
            [-0.03, 0.42],
        ],
        dtype,
    )
    U1_text = """
        -0.21 0.26 0.04 -0.42 0.19 -0.09 0.28 0.15 -0.43 -0.01 0.32 -0.22 -0.15 0.32
        -0.27 0.06 -0.23 0.4 0.26 -0.05 -0.36 -0.16 0.01 0.37 -0.34 0.04 0.18 0.04 0.27
        0.03 0.4 0.09 0.08 -0.05 0.08 -0.1 0.07 -0.18 -0.27 -0.27 0.1 0.14 -0.02 -0.36
        0.22 0.33 0.37 0.3 0.34 0.37 0.04 -0.09 0.18 -0.19 0.27 0.3 0.34 0.08 0.39 0.07
        -0.04 0.14 0.43 0.36 0.25 -0.36 0.1 -0.01 0.11 0.3 -0.22 0.2 -0.33 -0.24 0.26
        -0.15 0.27 -0.35 -0.31 0.17 -0.39 0.06 0.36 0.03 0.16 -0.41 0.12 0.09 0.07 -0.09
        -0.11 0.42 -0.4 -0.41 0.4 -0.27 -0.33 -0.25 0.26 0.38 -0.41 -0.06 -0.35 -0.21
        -0.24 0.13 -0.13 -0.28 0.01 -0.4 -0.35 0.42 -0.26 -0.12 0.2 0.29 0.36 -0.29 0.15
        0.4 -0.38 0.15 0.3 -0.14 -0.22 0.08 -0.05 -0.28 -0.02 -0.08 0.06 0.01 -0.16
        -0.12 0.29 -0.22 0.05 -0.42 0.21 -0.14 -0.39 -0.19 -0.23 0.39 -0.13 -0.18 -0.12
        0.39 0.12 0.1 0.19 -0.1 -0.07 0.13 -0.43 -0.27 -0.14 -0.23 0.12 -0.11 0.33 0.06
        -0.07 -0.08 0.17 -0.07 0.14 -0.39 -0.05 -0.21 -0.3 0.02 -0.01 0.05 0.22 0.33
        0.01 -0.16 -0.03 0.27 0.32 0.27 -0.27 0.43 0.12 -0.36 0.2 0.42 -0.09 0.15 -0.16
        -0.25 0.19 -0.43 0.28 0.02 -0.35 -0.33 0.13 0.32 -0.19 0.41 -0.35 0.31 -0.09
        -0.36 -0.2 -0.04 0.25 0.31 -0.32 0.02 0.13 -0.13 0.32 -0.19 -0.42 -0.4 0.16 0.05
        0.39 0.38 0.35 -0.4 0.22 0.17 0.13 0.18 0.35 0.12 -0.11 0.03 -0.25 0.08 -0.43
        -0.3 -0.14 0.25 0.19 -0.14 0.1 -0.4 -0.29 0.42 -0.18 -0.09 0.04 -0.18 -0.02
        -0.23 -0.39 -0.28 0.02 -0.37 -0.08 -0.15
    """
    U1 = np.array(U1_text.split(), dtype).reshape(16, 16)
    b1 = np.array(
        [
            -0.09,
            -0.4,
            0.41,
            -0.03,
            0.34,
            0.48,
            -0.16,
            -0.02,
            0.2,
            -0.07,
            -0.2,
            0.23,
            0.39,
            0.42,
            0.13,
            -0.12,
        ],
        dtype,
    )
    W2 = np.array(
        [
            [
                0.56,
                0.17,
                -0.52,
                -0.49,
                0.3,
                -0.52,
                -0.58,
                -0.13,
                0.02,
                -0.06,
                -0.01,
                0.1,
                0.21,
                -0.09,
                -0.16,
                0.58,
            ],
        ],
        dtype,
    )
    b2 = np.array([-0.24], dtype)
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
    # (1)  h1[n,0,i] = 0
    h1 = np.full((N, 16), 0, dtype)
    # (2)  z1[n,t,i] = sum[j](W1[i,j]*x[n,t,j]) + b1[i]
    z1 = x.transpose(1, 0, 2) @ W1.T + b1
    # for t = 0 .. T-1
    for t in range(T):
        # (2)  z1[n,t,i] += sum[k](U1[i,k]*h1[n,t,k])
        z1[t] += h1 @ U1.T
        # (1)  h1[n,t+1,i] = tanh(z1[n,t,i])
        h1 = np.tanh(z1[t])
    # (3)  a1[n,i] = h1[n,T,i]
    a1 = h1.copy()
    # (4)  yhat[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
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
    # (1)  h1[n,0,i] = 0
    h1 = np.full((N, 16), 0, dtype)
    # (2)  z1[n,t,i] = sum[j](W1[i,j]*x[n,t,j]) + b1[i]
    z1 = x.transpose(1, 0, 2) @ W1.T + b1
    # for t = 0 .. T-1
    for t in range(T):
        # (2)  z1[n,t,i] += sum[k](U1[i,k]*h1[n,t,k])
        z1[t] += h1 @ U1.T
        # (1)  h1[n,t+1,i] = tanh(z1[n,t,i])
        h1 = np.tanh(z1[t])
    # (3)  a1[n,i] = h1[n,T,i]
    a1 = h1.copy()
    # (4)  yhat[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
    yhat = a1 @ W2.T + b2
    # (5)  L = sum[n,k]((yhat[n,k] - y[n,k])**2/N)
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
            _aligned(256, self.dtype),
            _aligned(batch * T * 16, self.dtype),
            _aligned(batch * T * 16, self.dtype),
            _aligned(batch * 17, self.dtype),
            _aligned(batch * 16, self.dtype),
            _aligned(batch * T * 2, self.dtype),
            np.array(1, self.dtype),
            np.ones(batch, self.dtype),
            np.ones(batch * T, self.dtype),
        )
        self._most_T = T
        self._views: dict[tuple[int, int], tuple[Any, ...]] = {}

    def _cut(self, N: int, T: int) -> tuple[Any, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        h1 = self._buffers[0][: (T + 1) * N * 16].reshape(T + 1, N, 16)
        W1_T = self._buffers[1][:32].reshape(2, 16)
        z1 = self._buffers[2][: T * N * 16].reshape(T, N, 16)
        spare = self._buffers[3][: T * N * 16].reshape(T, N, 16)
        U1_T = self._buffers[1][:256].reshape(16, 16)
        spare2 = self._buffers[4][: N * 16].reshape(N, 16)
        yhat = self._buffers[4][:N].reshape(N, 1)
        spare3 = self._buffers[4][N : N * 2].reshape(N, 1)
        z2_bar = self._buffers[4][:N].reshape(N, 1)
        h1_bar = self._buffers[4][N : N * 17].reshape(N, 16)
        z1_bar = self._buffers[2][: T * N * 16].reshape(T, N, 16)
        spare4 = self._buffers[5][: N * 16].reshape(N, 16)
        x_turned = self._buffers[3][: T * N * 2].reshape(T, N, 2)
        x_bar = self._buffers[6][: N * T * 2].reshape(N, T, 2)
        z2_bar_T = z2_bar.T
        z1_bar_2d_T = z1_bar.reshape(T * N, 16).T
        h1_2d = h1[:T].reshape(T * N, 16)
        z1_bar_2d = z1_bar.reshape(T * N, 16)
        x_turned_2d = x_turned.reshape(T * N, 2)
        z1_bar_turned = z1_bar.transpose(1, 0, 2)
        two_over_N = np.array(2 / N, self.dtype)
        one = self._buffers[7]
        ones = self._buffers[8][:N]
        ones2 = self._buffers[9][: T * N]
        steps = _steps(z1, h1[:T], h1[1:])
        steps2 = _steps(z1_bar, h1[1:])
        return (
            h1,
            W1_T,
            z1,
            spare,
            U1_T,
            spare2,
            yhat,
            spare3,
            z2_bar,
            h1_bar,
            spare4,
            x_turned,
            x_bar,
            z2_bar_T,
            z1_bar_2d_T,
            h1_2d,
            z1_bar_2d,
            x_turned_2d,
            z1_bar_turned,
            two_over_N,
            one,
            ones,
            ones2,
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
            W1_T,
            z1,
            spare,
            U1_T,
            spare2,
            yhat,
            spare3,
            z2_bar,
            h1_bar,
            spare4,
            x_turned,
            x_bar,
            z2_bar_T,
            z1_bar_2d_T,
            h1_2d,
            z1_bar_2d,
            x_turned_2d,
            z1_bar_turned,
            two_over_N,
            one,
            ones,
            ones2,
            steps,
            steps2,
        ) = self._views[(N, T)]
        W1_bar, U1_bar, b1_bar, W2_bar, b2_bar = self._gradient
        # (1)  h1[n,0,i] = 0
        h1[0].fill(0)
        # (2)  z1[n,t,i] = sum[j](W1[i,j]*x[n,t,j]) + b1[i]
        W1_T[...] = W1.T
        np.matmul(x.transpose(1, 0, 2), W1_T, out=z1)
        spare[...] = b1
        z1 += spare
        # for t = 0 .. T-1
        U1_T[...] = U1.T
        for z1_t, h1_t, h1_t1 in steps:
            # (2)  z1[n,t,i] += sum[k](U1[i,k]*h1[n,t,k])
            h1_t.dot(U1_T, out=spare2)
            z1_t += spare2
            # (1)  h1[n,t+1,i] = tanh(z1[n,t,i])
            np.tanh(z1_t, out=h1_t1)
        # (3)  a1[n,i] = h1[n,T,i]
        a1 = h1[T]
        # (4)  yhat[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
        a1.dot(W2.T, out=yhat)
        spare3[...] = b2
        yhat += spare3
        # (5)  L = sum[n,k]((yhat[n,k] - y[n,k])**2/N)
        yhat -= y
        L = float(np.vdot(yhat, yhat)) / N
        # (6)  z2_bar[n,k] = 2*(yhat[n,k] - y[n,k])/N
        np.multiply(yhat, two_over_N, out=z2_bar)
        # (7)  b2_bar[i] = sum[n](z2_bar[n,i])
        ones.dot(z2_bar, out=b2_bar)
        # (8)  W2_bar[i,j] = sum[n](z2_bar[n,i]*a1[n,j])
        z2_bar_T.dot(a1, out=W2_bar)
        # (9)  a1_bar[n,j] = sum[i](z2_bar[n,i]*W2[i,j])
        # (10)  h1_bar[n,T,i] = a1_bar[n,i]
        z2_bar.dot(W2, out=h1_bar)
        # for t = T-1 .. 0
        for z1_bar_t, h1_t1 in reversed(steps2):
            # (11)  z1_bar[n,t,i] = h1_bar[n,t+1,i]*(1 - h1[n,t+1,i]**2)
            np.square(h1_t1, out=spare4)
            np.subtract(one, spare4, out=spare4)
            np.multiply(h1_bar, spare4, out=z1_bar_t)
            # (10)  h1_bar[n,t,k] = sum[i](z1_bar[n,t,i]*U1[i,k])
            z1_bar_t.dot(U1, out=h1_bar)
        # (12)  U1_bar[i,k] = sum[n,t](z1_bar[n,t,i]*h1[n,t,k])
        z1_bar_2d_T.dot(h1_2d, out=U1_bar)
        # (13)  b1_bar[i] = sum[n,t](z1_bar[n,t,i])
        ones2.dot(z1_bar_2d, out=b1_bar)
        # (14)  W1_bar[i,j] = sum[n,t](z1_bar[n,t,i]*x[n,t,j])
        x_turned[...] = x.transpose(1, 0, 2)
        z1_bar_2d_T.dot(x_turned_2d, out=W1_bar)
        # (15)  x_bar[n,t,j] = sum[i](z1_bar[n,t,i]*W1[i,j])
        np.matmul(z1_bar_turned, W1, out=x_bar)
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
    _fits("v", v, (321,), v.dtype)
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
