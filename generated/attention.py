"""attention: Attention

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

    W1: Array  # (12, 4)
    b1: Array  # (12,)
    O1: Array  # (4, 4)
    bo1: Array  # (4,)


_SHAPES: tuple[tuple[int, ...], ...] = ((12, 4), (12,), (4, 4), (4,))


def init(seed: int = 0, dtype: npt.DTypeLike = np.float32) -> Parameters:
    """New parameters: Glorot uniform, zero biases."""
    rng = np.random.default_rng(seed)
    return Parameters(
        W1=_glorot_uniform(rng, (12, 4), dtype),
        b1=np.zeros((12,), dtype),
        O1=_glorot_uniform(rng, (4, 4), dtype),
        bo1=np.zeros((4,), dtype),
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
    W1 = np.array(
        [
            [0.5, -0.2, 0.1, 0.3],
            [0.1, 0.4, -0.3, 0.2],
            [-0.4, 0.3, 0.2, 0.1],
            [0.2, 0.1, 0.5, -0.1],
            [0.3, 0.2, -0.1, 0.4],
            [-0.2, 0.5, 0.3, 0.1],
            [0.1, -0.3, 0.4, 0.2],
            [0.4, 0.1, 0.2, -0.3],
            [0.6, 0.1, -0.2, 0.3],
            [-0.1, 0.5, 0.2, 0.4],
            [0.2, -0.4, 0.3, 0.1],
            [0.3, 0.2, -0.5, 0.6],
        ],
        dtype,
    )
    b1 = np.array([0.1, 0.0, -0.1, 0.2, 0.0, 0.1, 0.0, -0.2, 0.1, 0.2, 0.0, 0.1], dtype)
    O1 = np.array(
        [
            [0.4, -0.1, 0.3, 0.2],
            [0.1, 0.5, -0.2, 0.3],
            [-0.3, 0.2, 0.6, 0.1],
            [0.2, 0.3, 0.1, -0.4],
        ],
        dtype,
    )
    bo1 = np.array([0.0, 0.1, -0.1, 0.0], dtype)
    X = np.array(
        [[[1.0, 0.0, 0.5, -1.0], [0.0, 1.0, -0.5, 0.5], [0.5, -0.5, 1.0, 0.0]]], dtype
    )
    Y = np.array(
        [[[0.5, 0.0, 0.0, -0.5], [0.0, 0.5, 0.5, 0.0], [0.0, 0.0, 0.5, 0.5]]], dtype
    )
    p = Parameters(W1, b1, O1, bo1)
    return p, X, Y


def predict(p: Parameters, X: Array) -> Array:
    """The output yhat for a batch of inputs, (N, 3, 4).

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    N = _check_inputs(p, X, p[0].dtype)
    W1, b1, O1, bo1 = p
    x = X
    # (1)  z1[n,t,f] = sum[j](W1[f,j]*x[n,t,j]) + b1[f]
    z1 = x @ W1.T + b1
    # (2)  q1[n,h,t,d] = z1[n,t,2*h+d]
    q1 = z1[:, :, :4].reshape(N, 3, 2, 2).transpose(0, 2, 1, 3)
    # (3)  k1[n,h,t,d] = z1[n,t,2*h+d+4]
    k1 = z1[:, :, 4:8].reshape(N, 3, 2, 2).transpose(0, 2, 1, 3)
    # (4)  v1[n,h,t,d] = z1[n,t,2*h+d+8]
    v1 = z1[:, :, 8:].reshape(N, 3, 2, 2).transpose(0, 2, 1, 3)
    # (5)  s1[n,h,t,u] = sum[d](q1[n,h,t,d]*k1[n,h,u,d]/sqrt(2))
    s1 = 0.7071067811865476 * (q1 @ k1.mT)
    # (6)  m1[n,h,t] = max[u](s1[n,h,t,u]) where t >= u
    allowed = np.arange(3)[:, None] >= np.arange(3)
    m1 = np.max(np.where(allowed, s1, -np.inf), axis=3)
    # (7)  e1[n,h,t,u] = exp(s1[n,h,t,u] - m1[n,h,t]) where t >= u
    e1 = np.exp(np.where(allowed, s1 - m1[:, :, :, None], -np.inf))
    # (8)  r1[n,h,t] = sum[u](e1[n,h,t,u])
    r1 = e1.sum(axis=3)
    # (9)  p1[n,h,t,u] = e1[n,h,t,u]/r1[n,h,t]
    p1 = e1 / r1[:, :, :, None]
    # (10)  o1[n,h,t,d] = sum[u](v1[n,h,u,d]*p1[n,h,t,u])
    o1 = p1 @ v1
    # (11)  g1[n,t,2*h+d] = o1[n,h,t,d]
    g1 = o1.transpose(0, 2, 1, 3).reshape(N, 3, 4)
    # (12)  yhat[n,t,i] = sum[j](O1[i,j]*g1[n,t,j]) + bo1[i]
    yhat: Array = g1 @ O1.T + bo1
    return yhat


def loss(p: Parameters, X: Array, Y: Array) -> float:
    """The loss L.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    N = _check_inputs(p, X, p[0].dtype)
    _check_targets(Y, N, p[0].dtype)
    W1, b1, O1, bo1 = p
    x, y = X, Y
    # (1)  z1[n,t,f] = sum[j](W1[f,j]*x[n,t,j]) + b1[f]
    z1 = x @ W1.T + b1
    # (2)  q1[n,h,t,d] = z1[n,t,2*h+d]
    q1 = z1[:, :, :4].reshape(N, 3, 2, 2).transpose(0, 2, 1, 3)
    # (3)  k1[n,h,t,d] = z1[n,t,2*h+d+4]
    k1 = z1[:, :, 4:8].reshape(N, 3, 2, 2).transpose(0, 2, 1, 3)
    # (4)  v1[n,h,t,d] = z1[n,t,2*h+d+8]
    v1 = z1[:, :, 8:].reshape(N, 3, 2, 2).transpose(0, 2, 1, 3)
    # (5)  s1[n,h,t,u] = sum[d](q1[n,h,t,d]*k1[n,h,u,d]/sqrt(2))
    s1 = 0.7071067811865476 * (q1 @ k1.mT)
    # (6)  m1[n,h,t] = max[u](s1[n,h,t,u]) where t >= u
    allowed = np.arange(3)[:, None] >= np.arange(3)
    m1 = np.max(np.where(allowed, s1, -np.inf), axis=3)
    # (7)  e1[n,h,t,u] = exp(s1[n,h,t,u] - m1[n,h,t]) where t >= u
    e1 = np.exp(np.where(allowed, s1 - m1[:, :, :, None], -np.inf))
    # (8)  r1[n,h,t] = sum[u](e1[n,h,t,u])
    r1 = e1.sum(axis=3)
    # (9)  p1[n,h,t,u] = e1[n,h,t,u]/r1[n,h,t]
    p1 = e1 / r1[:, :, :, None]
    # (10)  o1[n,h,t,d] = sum[u](v1[n,h,u,d]*p1[n,h,t,u])
    o1 = p1 @ v1
    # (11)  g1[n,t,2*h+d] = o1[n,h,t,d]
    g1 = o1.transpose(0, 2, 1, 3).reshape(N, 3, 4)
    # (12)  yhat[n,t,i] = sum[j](O1[i,j]*g1[n,t,j]) + bo1[i]
    yhat = g1 @ O1.T + bo1
    # (13)  L = sum[n,t,k]((yhat[n,t,k] - y[n,t,k])**2/(12*N))
    difference = yhat - y
    L = float(np.vdot(difference, difference)) / (12 * N)
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
            _aligned(batch * 36, self.dtype),
            _aligned(batch * 36, self.dtype),
            _aligned(batch * 12, self.dtype),
            _aligned(batch * 18, self.dtype),
            np.array(0.7071067811865476, self.dtype),
            np.where(np.arange(3)[:, None] >= np.arange(3), np.inf, -np.inf).astype(
                self.dtype
            ),
            np.ones(3, self.dtype),
            np.ones(batch * 3, self.dtype),
        )
        self._views: dict[int, tuple[Array, ...]] = {}

    def _cut(self, N: int) -> tuple[Array, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        return (
            self._buffers[0][: N * 36].reshape(N, 3, 12),  # z1
            self._buffers[1][: N * 36].reshape(N, 3, 12),  # spare
            self._buffers[1][: N * 12].reshape(N, 2, 3, 2),  # q1
            self._buffers[1][N * 12 : N * 24].reshape(N, 2, 3, 2),  # k1
            self._buffers[1][N * 24 : N * 36].reshape(N, 2, 3, 2),  # v1
            self._buffers[0][: N * 18].reshape(N, 2, 3, 3),  # s1
            self._buffers[0][N * 18 : N * 36].reshape(N, 2, 3, 3),  # value
            self._buffers[2][: N * 6].reshape(N, 2, 3),  # m1
            self._buffers[0][N * 18 : N * 36].reshape(N, 2, 3, 3),  # e1
            self._buffers[2][: N * 6].reshape(N, 2, 3),  # r1
            self._buffers[0][: N * 18].reshape(N, 2, 3, 3),  # spare2
            self._buffers[0][N * 18 : N * 36].reshape(N, 2, 3, 3),  # p1
            self._buffers[0][: N * 12].reshape(N, 2, 3, 2),  # o1
            self._buffers[2][: N * 12].reshape(N, 3, 4),  # g1
            self._buffers[0][: N * 12].reshape(N, 3, 4),  # yhat
            self._buffers[3][: N * 12].reshape(N, 3, 4),  # spare3
            self._buffers[0][: N * 12].reshape(N, 3, 4),  # yhat_bar
            self._buffers[2][: N * 12].reshape(N, 3, 4),  # g1_bar
            self._buffers[3][: N * 12].reshape(N, 2, 3, 2),  # o1_bar
            self._buffers[0][: N * 18].reshape(N, 2, 3, 3),  # p1_bar
            self._buffers[1][N * 24 : N * 36].reshape(N, 2, 3, 2),  # v1_bar
            self._buffers[3][: N * 18].reshape(N, 2, 3, 3),  # product
            self._buffers[2][: N * 6].reshape(N, 2, 3),  # p1_bar_mean
            self._buffers[3][: N * 18].reshape(N, 2, 3, 3),  # spare4
            self._buffers[0][N * 18 : N * 36].reshape(N, 2, 3, 3),  # s1_bar
            self._buffers[2][: N * 12].reshape(N, 2, 3, 2),  # k1_bar
            self._buffers[1][: N * 12].reshape(N, 2, 3, 2),  # q1_bar
            self._buffers[0][: N * 36].reshape(N, 3, 12),  # z1_bar
            self._buffers[0][: N * 36].reshape(N * 3, 12),  # z1_2d
            self._buffers[1][N * 12 : N * 24].reshape(N, 2, 3, 2).mT,  # k1_T
            self._buffers[0][N * 18 : N * 36].reshape(N * 6, 3),  # e1_2d
            self._buffers[2][: N * 6],  # r1_flat
            self._buffers[2][: N * 12].reshape(N * 3, 4),  # g1_2d
            self._buffers[0][: N * 12].reshape(N * 3, 4),  # yhat_2d
            self._buffers[0][: N * 12].reshape(N * 3, 4),  # yhat_bar_2d
            self._buffers[0][: N * 12].reshape(N * 3, 4).T,  # yhat_bar_2d_T
            self._buffers[2][: N * 12].reshape(N * 3, 4),  # g1_bar_2d
            self._buffers[1][N * 24 : N * 36].reshape(N, 2, 3, 2).mT,  # v1_T
            self._buffers[0][N * 18 : N * 36].reshape(N, 2, 3, 3).mT,  # p1_T
            self._buffers[3][: N * 18].reshape(N * 6, 3),  # product_2d
            self._buffers[2][: N * 6],  # p1_bar_mean_flat
            self._buffers[0][N * 18 : N * 36].reshape(N, 2, 3, 3).mT,  # s1_bar_T
            self._buffers[0][: N * 36].reshape(N * 3, 12),  # z1_bar_2d
            self._buffers[0][: N * 36].reshape(N * 3, 12).T,  # z1_bar_2d_T
            self._buffers[4],  # c0_707107
            self._buffers[5],  # cap
            np.array(1 / (6 * N), self.dtype),  # one_over_6N
            self._buffers[6][:3],  # ones
            self._buffers[7][: N * 3],  # ones2
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
        W1, b1, O1, bo1 = p
        x, y = X, Y
        if N not in self._views:
            self._views[N] = self._cut(N)
        (
            z1,
            spare,
            q1,
            k1,
            v1,
            s1,
            value,
            m1,
            e1,
            r1,
            spare2,
            p1,
            o1,
            g1,
            yhat,
            spare3,
            yhat_bar,
            g1_bar,
            o1_bar,
            p1_bar,
            v1_bar,
            product,
            p1_bar_mean,
            spare4,
            s1_bar,
            k1_bar,
            q1_bar,
            z1_bar,
            z1_2d,
            k1_T,
            e1_2d,
            r1_flat,
            g1_2d,
            yhat_2d,
            yhat_bar_2d,
            yhat_bar_2d_T,
            g1_bar_2d,
            v1_T,
            p1_T,
            product_2d,
            p1_bar_mean_flat,
            s1_bar_T,
            z1_bar_2d,
            z1_bar_2d_T,
            c0_707107,
            cap,
            one_over_6N,
            ones,
            ones2,
        ) = self._views[N]
        W1_bar, b1_bar, O1_bar, bo1_bar = self._gradient
        # (1)  z1[n,t,f] = sum[j](W1[f,j]*x[n,t,j]) + b1[f]
        x.reshape(N * 3, 4).dot(W1.T, out=z1_2d)
        spare[...] = b1
        z1 += spare
        # (2)  q1[n,h,t,d] = z1[n,t,2*h+d]
        q1[...] = z1[:, :, :4].reshape(N, 3, 2, 2).transpose(0, 2, 1, 3)
        # (3)  k1[n,h,t,d] = z1[n,t,2*h+d+4]
        k1[...] = z1[:, :, 4:8].reshape(N, 3, 2, 2).transpose(0, 2, 1, 3)
        # (4)  v1[n,h,t,d] = z1[n,t,2*h+d+8]
        v1[...] = z1[:, :, 8:].reshape(N, 3, 2, 2).transpose(0, 2, 1, 3)
        # (5)  s1[n,h,t,u] = sum[d](q1[n,h,t,d]*k1[n,h,u,d]/sqrt(2))
        np.matmul(q1, k1_T, out=s1)
        s1 *= c0_707107
        # (6)  m1[n,h,t] = max[u](s1[n,h,t,u]) where t >= u
        value[...] = cap
        np.minimum(value, s1, out=value)
        np.maximum.reduce(value, axis=3, out=m1)
        # (7)  e1[n,h,t,u] = exp(s1[n,h,t,u] - m1[n,h,t]) where t >= u
        e1[...] = m1[:, :, :, None]
        s1 -= e1
        e1[...] = cap
        np.minimum(e1, s1, out=e1)
        np.exp(e1, out=e1)
        # (8)  r1[n,h,t] = sum[u](e1[n,h,t,u])
        e1_2d.dot(ones, out=r1_flat)
        # (9)  p1[n,h,t,u] = e1[n,h,t,u]/r1[n,h,t]
        spare2[...] = r1[:, :, :, None]
        np.divide(e1, spare2, out=p1)
        # (10)  o1[n,h,t,d] = sum[u](v1[n,h,u,d]*p1[n,h,t,u])
        np.matmul(p1, v1, out=o1)
        # (11)  g1[n,t,2*h+d] = o1[n,h,t,d]
        g1.reshape(N, 3, 2, 2)[...] = o1.transpose(0, 2, 1, 3)
        # (12)  yhat[n,t,i] = sum[j](O1[i,j]*g1[n,t,j]) + bo1[i]
        g1_2d.dot(O1.T, out=yhat_2d)
        spare3[...] = bo1
        yhat += spare3
        # (13)  L = sum[n,t,k]((yhat[n,t,k] - y[n,t,k])**2/(12*N))
        yhat -= y
        L = float(np.vdot(yhat, yhat)) / (12 * N)
        # (14)  yhat_bar[n,t,k] = (yhat[n,t,k] - y[n,t,k])/(6*N)
        np.multiply(yhat, one_over_6N, out=yhat_bar)
        # (15)  bo1_bar[i] = sum[n,t](yhat_bar[n,t,i])
        ones2.dot(yhat_bar_2d, out=bo1_bar)
        # (16)  O1_bar[i,j] = sum[n,t](yhat_bar[n,t,i]*g1[n,t,j])
        yhat_bar_2d_T.dot(g1_2d, out=O1_bar)
        # (17)  g1_bar[n,t,j] = sum[i](yhat_bar[n,t,i]*O1[i,j])
        yhat_bar_2d.dot(O1, out=g1_bar_2d)
        # (18)  o1_bar[n,h,t,d] = g1_bar[n,t,2*h+d]
        o1_bar[...] = g1_bar.reshape(N, 3, 2, 2).transpose(0, 2, 1, 3)
        # (19)  p1_bar[n,h,t,u] = sum[d](o1_bar[n,h,t,d]*v1[n,h,u,d])
        np.matmul(o1_bar, v1_T, out=p1_bar)
        # (20)  v1_bar[n,h,u,d] = sum[t](o1_bar[n,h,t,d]*p1[n,h,t,u])
        np.matmul(p1_T, o1_bar, out=v1_bar)
        # (21)  p1_bar_mean[n,h,t] = sum[u](p1_bar[n,h,t,u]*p1[n,h,t,u])
        np.multiply(p1_bar, p1, out=product)
        product_2d.dot(ones, out=p1_bar_mean_flat)
        # (22)  s1_bar[n,h,t,u] = p1[n,h,t,u]*(p1_bar[n,h,t,u] - p1_bar_mean[n,h,t])
        spare4[...] = p1_bar_mean[:, :, :, None]
        p1_bar -= spare4
        np.multiply(p1, p1_bar, out=s1_bar)
        # (23)  k1_bar[n,h,u,d] = sum[t](s1_bar[n,h,t,u]*q1[n,h,t,d]/sqrt(2))
        np.matmul(s1_bar_T, q1, out=k1_bar)
        k1_bar *= c0_707107
        # (24)  q1_bar[n,h,t,d] = sum[u](s1_bar[n,h,t,u]*k1[n,h,u,d]/sqrt(2))
        np.matmul(s1_bar, k1, out=q1_bar)
        q1_bar *= c0_707107
        # (25)  z1_bar[n,t,2*h+d] = q1_bar[n,h,t,d];
        #           z1_bar[n,t,2*h+d+4] = k1_bar[n,h,t,d];
        #           z1_bar[n,t,2*h+d+8] = v1_bar[n,h,t,d]
        z1_bar[:, :, :4].reshape(N, 3, 2, 2)[...] = q1_bar.transpose(0, 2, 1, 3)
        z1_bar[:, :, 4:8].reshape(N, 3, 2, 2)[...] = k1_bar.transpose(0, 2, 1, 3)
        z1_bar[:, :, 8:].reshape(N, 3, 2, 2)[...] = v1_bar.transpose(0, 2, 1, 3)
        # (26)  b1_bar[f] = sum[n,t](z1_bar[n,t,f])
        ones2.dot(z1_bar_2d, out=b1_bar)
        # (27)  W1_bar[f,j] = sum[n,t](z1_bar[n,t,f]*x[n,t,j])
        z1_bar_2d_T.dot(x.reshape(N * 3, 4), out=W1_bar)
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
    _fits("v", v, (80,), v.dtype)
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
    N = _length("X", X, 0, 3, "(N, 3, 4)")
    _fits("X", X, (N, 3, 4), dtype)
    return N


def _check_targets(Y: Array, N: int, dtype: np.dtype[Any]) -> None:
    """Raises ValueError unless the targets fit the inputs."""
    _fits("Y", Y, (N, 3, 4), dtype)


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
