"""window: A convolution by hand

A NumPy module made by symbp from the equations of the network. The number before an
equation is its number in the notes. NAME_bar is dL/dNAME, and W1[i,j] is the weight
to unit i from unit j. Arrays are float32 or float64 throughout; the batch comes first.
Several threads may call its functions at once, each with a Workspace of its own.
What windows slide over is stored by rows, the samples last: a[n,i,r,c] is a[r, i, c, n] here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from math import prod
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Parameters(NamedTuple):
    """The parameters in the order of the layers; a gradient has the same fields."""

    W1: Array  # (2, 1, 3, 3)
    b1: Array  # (2,)
    W2: Array  # (2, 8)
    b2: Array  # (2,)


_SHAPES: tuple[tuple[int, ...], ...] = ((2, 1, 3, 3), (2,), (2, 8), (2,))


def init(seed: int = 0, dtype: npt.DTypeLike = np.float32) -> Parameters:
    """New parameters.

    Glorot uniform, He normal before relu-like activations, zero biases.
    """
    rng = np.random.default_rng(seed)
    return Parameters(
        W1=_he_normal(rng, (2, 1, 3, 3), dtype),
        b1=np.zeros((2,), dtype),
        W2=_glorot_uniform(rng, (2, 8), dtype),
        b2=np.zeros((2,), dtype),
    )


def _glorot_uniform(
    rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike
) -> Array:
    """U(-r, r) with r = sqrt(6 / (inputs + outputs)): Glorot and Bengio (2010)."""
    r = (6 / (sum(shape[:2]) * prod(shape[2:]))) ** 0.5
    return rng.uniform(-r, r, shape).astype(dtype)


def _he_normal(
    rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike
) -> Array:
    """N(0, 2 / inputs): He, Zhang, Ren and Sun (2015)."""
    return rng.normal(0.0, (2 / prod(shape[1:])) ** 0.5, shape).astype(dtype)


def example(
    dtype: npt.DTypeLike = np.float64,
) -> tuple[Parameters, Array, Array]:
    """The worked example of the notes: (p, X, Y)."""
    W1 = np.array(
        [
            [[[-0.32, 0.11, 0.41], [-0.45, 0.06, 0.52], [-0.28, 0.14, 0.37]]],
            [[[-0.24, -0.38, -0.21], [0.13, 0.17, 0.08], [0.35, 0.46, 0.27]]],
        ],
        dtype,
    )
    b1 = np.array([0.25, 0.62], dtype)
    W2 = np.array(
        [
            [0.42, -0.31, 0.26, 0.17, -0.23, 0.14, 0.33, -0.12],
            [-0.18, 0.27, -0.35, 0.21, 0.39, -0.16, 0.11, 0.24],
        ],
        dtype,
    )
    b2 = np.array([0.05, -0.08], dtype)
    X = np.array(
        [
            [
                [
                    [0.12, 0.18, 0.83, 0.91],
                    [0.05, 0.24, 0.78, 0.96],
                    [0.15, 0.09, 0.87, 0.88],
                    [0.21, 0.14, 0.72, 0.93],
                ],
            ],
        ],
        dtype,
    )
    Y = np.array([[1, 0]], dtype)
    p = Parameters(W1, b1, W2, b2)
    return p, X, Y


def predict(p: Parameters, X: Array) -> Array:
    """The output yhat for a batch of inputs, (N, 2).

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    N = _check_inputs(p, X, p[0].dtype)
    dtype = p[0].dtype
    W1, b1, W2, b2 = p
    x = X
    # x stored by rows, the samples innermost: what a window takes are long runs of memory
    x_rows = x.transpose(2, 1, 3, 0).copy()
    # (1)  z1[n,i,r,c] = sum[j,u,v](W1[i,j,u,v]*x[n,j,r+u-1,c+v-1])
    #          where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4;  z1[n,i,r,c] += b1[i]
    # its maxima come first: what follows keeps the order of numbers
    x_rows_padded = np.pad(x_rows, ((1, 1), (0, 0), (1, 1), (0, 0)))
    x_columns = _windows(
        x_rows_padded, (0, 1, 4), (1, 1, 1), (0, 1, 3), (2, 1, 3), (2, 1, 4), (3, 1, N)
    ).copy()
    z1 = (W1.reshape(2, 9) @ x_columns.reshape(4, 9, N * 4)).reshape(4, 2, 4, N)
    z1_max = np.full((2, 2, 2, N), -np.inf, dtype)
    for u, v in np.ndindex(2, 2):
        np.maximum(z1_max, z1[u : u + 3 : 2, :, v : v + 3 : 2], out=z1_max)
    # (2)  a1[n,i,r,c] = relu(z1[n,i,r,c])
    # (3)  a2[n,i,r,c] = max[u,v](a1[n,i,2*r+u,2*c+v])
    a2 = np.maximum(z1_max + b1[:, None, None], 0)
    # (5)  a3[n,4*i+2*r+c] = a2[n,i,r,c]
    a3 = a2.transpose(3, 1, 0, 2).reshape(N, 8)
    # (6)  z4[n,i] = sum[j](W2[i,j]*a3[n,j]) + b2[i]
    z4 = a3 @ W2.T + b2
    # (7)  m4[n] = max[i](z4[n,i])
    m4 = z4.max(axis=1)
    # (8)  e4[n,i] = exp(z4[n,i] - m4[n])
    e4 = np.exp(z4 - m4[:, None])
    # (9)  s4[n] = sum[i](e4[n,i])
    s4 = e4.sum(axis=1)
    # (11)  yhat[n,i] = e4[n,i]/s4[n]
    yhat: Array = e4 / s4[:, None]
    return yhat


def loss(p: Parameters, X: Array, Y: Array) -> float:
    """The loss L.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    N = _check_inputs(p, X, p[0].dtype)
    _check_targets(Y, N, p[0].dtype)
    dtype = p[0].dtype
    W1, b1, W2, b2 = p
    x, y = X, Y
    # x stored by rows, the samples innermost: what a window takes are long runs of memory
    x_rows = x.transpose(2, 1, 3, 0).copy()
    # (1)  z1[n,i,r,c] = sum[j,u,v](W1[i,j,u,v]*x[n,j,r+u-1,c+v-1])
    #          where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4;  z1[n,i,r,c] += b1[i]
    # its maxima come first: what follows keeps the order of numbers
    x_rows_padded = np.pad(x_rows, ((1, 1), (0, 0), (1, 1), (0, 0)))
    x_columns = _windows(
        x_rows_padded, (0, 1, 4), (1, 1, 1), (0, 1, 3), (2, 1, 3), (2, 1, 4), (3, 1, N)
    ).copy()
    z1 = (W1.reshape(2, 9) @ x_columns.reshape(4, 9, N * 4)).reshape(4, 2, 4, N)
    z1_max = np.full((2, 2, 2, N), -np.inf, dtype)
    for u, v in np.ndindex(2, 2):
        np.maximum(z1_max, z1[u : u + 3 : 2, :, v : v + 3 : 2], out=z1_max)
    # (2)  a1[n,i,r,c] = relu(z1[n,i,r,c])
    # (3)  a2[n,i,r,c] = max[u,v](a1[n,i,2*r+u,2*c+v])
    a2 = np.maximum(z1_max + b1[:, None, None], 0)
    # (5)  a3[n,4*i+2*r+c] = a2[n,i,r,c]
    a3 = a2.transpose(3, 1, 0, 2).reshape(N, 8)
    # (6)  z4[n,i] = sum[j](W2[i,j]*a3[n,j]) + b2[i]
    z4 = a3 @ W2.T + b2
    # (7)  m4[n] = max[i](z4[n,i])
    m4 = z4.max(axis=1)
    # (8)  e4[n,i] = exp(z4[n,i] - m4[n])
    e4 = np.exp(z4 - m4[:, None])
    # (9)  s4[n] = sum[i](e4[n,i])
    s4 = e4.sum(axis=1)
    # (10)  lse4[n] = m4[n] + log(s4[n])
    lse4 = m4 + np.log(s4)
    # (12)  L = sum[n,k](-y[n,k]*(z4[n,k] - lse4[n])/N)
    L = -float(np.vdot(y, z4 - lse4[:, None])) / N
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
            _aligned(batch * 144, self.dtype),
            _aligned(batch * 40, self.dtype),
            np.empty(batch * 8, np.uint8),
            _aligned(batch * 8, self.dtype),
            np.empty(batch * 8, np.bool_),
            np.empty(batch * 8, np.uint8),
            _aligned(72, self.dtype),
            np.array(0, self.dtype),
            np.zeros(batch * 8, self.dtype),
            np.ones(4, self.dtype),
            np.ones(batch * 2, self.dtype),
        )
        self._sums = np.empty(batch, self.dtype)
        self._ones = np.ones(2, self.dtype)
        self._views: dict[int, tuple[Array, ...]] = {}

    def _cut(self, N: int) -> tuple[Array, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        return (
            self._buffers[0][: N * 16].reshape(4, 1, 4, N),  # x_rows
            self._buffers[1][: N * 36].reshape(6, 1, 6, N),  # x_rows_padded
            self._buffers[0][: N * 144].reshape(4, 1, 3, 3, 4, N),  # x_columns
            self._buffers[1][: N * 32].reshape(4, 2, 4, N),  # z1
            self._buffers[1][N * 32 : N * 40].reshape(2, 2, 2, N),  # z1_max
            self._buffers[2][: N * 8].reshape(2, 2, 2, N),  # a2_at
            self._buffers[3][: N * 8].reshape(2, 2, 2, N),  # tap
            self._buffers[4][: N * 8].reshape(2, 2, 2, N),  # hit
            self._buffers[5][: N * 8].reshape(2, 2, 2, N),  # number
            self._buffers[3][: N * 8].reshape(2, 2, 2, N),  # spare
            self._buffers[1][N * 32 : N * 40].reshape(2, 2, 2, N),  # a2
            self._buffers[3][: N * 8].reshape(N, 8),  # a3
            self._buffers[1][: N * 2].reshape(2, N),  # z4
            self._buffers[1][N * 2 : N * 4].reshape(2, N),  # spare2
            self._buffers[1][N * 2 : N * 3],  # m4
            self._buffers[1][N * 3 : N * 5].reshape(2, N),  # e4
            self._buffers[1][N * 5 : N * 6],  # s4
            self._buffers[1][N * 6 : N * 7],  # spare3
            self._buffers[1][N * 2 : N * 3],  # lse4
            self._buffers[1][N * 6 : N * 8].reshape(2, N),  # spare4
            self._buffers[1][N * 3 : N * 5].reshape(2, N),  # yhat
            self._buffers[1][N * 5 : N * 7].reshape(N, 2),  # spare5
            self._buffers[1][: N * 2].reshape(N, 2),  # spare6
            self._buffers[1][N * 5 : N * 7].reshape(N, 2),  # difference
            self._buffers[1][: N * 2].reshape(2, N),  # spare7
            self._buffers[1][N * 3 : N * 5].reshape(2, N),  # z4_bar
            self._buffers[3][: N * 8].reshape(N, 8),  # a3_bar
            self._buffers[1][: N * 8].reshape(2, 2, 2, N),  # a2_bar
            self._buffers[4][: N * 8].reshape(2, 2, 2, N),  # mask
            self._buffers[1][: N * 8].reshape(2, 2, 2, N),  # z1_max_bar
            self._buffers[3][: N * 8].reshape(2, 2, 2, N),  # value
            self._buffers[1][N * 8 : N * 40].reshape(4, 2, 4, N),  # z1_bar
            self._buffers[6][:4].reshape(2, 2),  # total
            self._buffers[0][: N * 144].reshape(4, 9, N * 4),  # x_columns_3d
            self._buffers[1][: N * 32].reshape(4, 2, N * 4),  # z1_3d
            self._buffers[4][: N * 8].reshape(2, 2, 2, N).view(np.uint8),  # hit_part
            self._buffers[3][: N * 8].reshape(N, 8).T,  # a3_T
            self._buffers[1][N * 3 : N * 5].reshape(2, N).T,  # z4_bar_T
            self._buffers[1][: N * 8].reshape(4, N * 2),  # z1_max_bar_2d
            self._buffers[6][:4],  # total_flat
            self._buffers[1][N * 8 : N * 40].reshape(4, 2, N * 4),  # z1_bar_3d
            self._buffers[0][: N * 144].reshape(4, 9, N * 4).mT,  # x_columns_3d_T
            self._buffers[6][:72].reshape(4, 2, 9),  # product_3d
            self._buffers[6][:72].reshape(4, 18),  # product_2d
            np.array(1 / N, self.dtype),  # one_over_N
            self._buffers[7],  # zero
            self._buffers[8][: N * 8].reshape(2, 2, 2, N),  # zeros
            self._buffers[9][:2],  # ones
            self._buffers[9][:4],  # ones4
            self._buffers[10][:N],  # ones2
            self._buffers[10][: N * 2],  # ones3
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
        _check_targets(Y, N, self.dtype, (self._ones, self._sums[:N]))
        W1, b1, W2, b2 = p
        x, y = X, Y
        if N not in self._views:
            self._views[N] = self._cut(N)
        (
            x_rows,
            x_rows_padded,
            x_columns,
            z1,
            z1_max,
            a2_at,
            tap,
            hit,
            number,
            spare,
            a2,
            a3,
            z4,
            spare2,
            m4,
            e4,
            s4,
            spare3,
            lse4,
            spare4,
            yhat,
            spare5,
            spare6,
            difference,
            spare7,
            z4_bar,
            a3_bar,
            a2_bar,
            mask,
            z1_max_bar,
            value,
            z1_bar,
            total,
            x_columns_3d,
            z1_3d,
            hit_part,
            a3_T,
            z4_bar_T,
            z1_max_bar_2d,
            total_flat,
            z1_bar_3d,
            x_columns_3d_T,
            product_3d,
            product_2d,
            one_over_N,
            zero,
            zeros,
            ones,
            ones4,
            ones2,
            ones3,
        ) = self._views[N]
        W1_bar, b1_bar, W2_bar, b2_bar = self._gradient
        # x stored by rows, the samples innermost: what a window takes are long runs of memory
        x_rows[...] = x.transpose(2, 1, 3, 0)
        # (1)  z1[n,i,r,c] = sum[j,u,v](W1[i,j,u,v]*x[n,j,r+u-1,c+v-1])
        #          where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4;  z1[n,i,r,c] += b1[i]
        # its maxima come first: what follows keeps the order of numbers
        x_rows_padded.fill(0)
        x_rows_padded[1:5, :, 1:5] = x_rows
        x_columns[...] = _windows(
            x_rows_padded,
            (0, 1, 4),
            (1, 1, 1),
            (0, 1, 3),
            (2, 1, 3),
            (2, 1, 4),
            (3, 1, N),
        )
        np.matmul(W1.reshape(2, 9), x_columns_3d, out=z1_3d)
        # (4)  a2_at[n,i,r,c] = argmax[u,v](a1[n,i,2*r+u,2*c+v])
        z1_max.fill(-np.inf)
        a2_at.fill(0)
        for u in range(2):
            for v in range(2):
                tap[...] = z1[u : u + 3 : 2, :, v : v + 3 : 2]
                np.greater(tap, z1_max, out=hit)
                np.multiply(hit_part, 2 * u + v, out=number)
                np.maximum(a2_at, number, out=a2_at)
                np.maximum(z1_max, tap, out=z1_max)
        # (2)  a1[n,i,r,c] = relu(z1[n,i,r,c])
        # (3)  a2[n,i,r,c] = max[u,v](a1[n,i,2*r+u,2*c+v])
        spare[...] = b1[:, None, None]
        np.add(z1_max, spare, out=a2)
        np.maximum(a2, zeros, out=a2)
        # (5)  a3[n,4*i+2*r+c] = a2[n,i,r,c]
        a3.reshape(N, 2, 2, 2)[...] = a2.transpose(3, 1, 0, 2)
        # (6)  z4[n,i] = sum[j](W2[i,j]*a3[n,j]) + b2[i]
        # in memory z4[i,n], and all like it: maxima over i take rows together
        W2.dot(a3_T, out=z4)
        spare2[...] = b2[:, None]
        z4 += spare2
        # (7)  m4[n] = max[i](z4[n,i])
        np.maximum.reduce(z4, axis=0, out=m4)
        # (8)  e4[n,i] = exp(z4[n,i] - m4[n])
        e4[...] = m4
        np.subtract(z4, e4, out=e4)
        np.exp(e4, out=e4)
        # (9)  s4[n] = sum[i](e4[n,i])
        ones.dot(e4, out=s4)
        # (10)  lse4[n] = m4[n] + log(s4[n])
        np.log(s4, out=spare3)
        np.add(m4, spare3, out=lse4)
        # (11)  yhat[n,i] = e4[n,i]/s4[n]
        spare4[...] = s4
        np.divide(e4, spare4, out=yhat)
        # (12)  L = sum[n,k](-y[n,k]*(z4[n,k] - lse4[n])/N)
        spare5[...] = z4.T
        spare6[...] = lse4[:, None]
        np.subtract(spare5, spare6, out=difference)
        L = -float(np.vdot(y, difference)) / N
        # (13)  z4_bar[n,i] = (yhat[n,i] - y[n,i])/N
        spare7[...] = y.T
        np.subtract(yhat, spare7, out=z4_bar)
        z4_bar *= one_over_N
        # (14)  b2_bar[i] = sum[n](z4_bar[n,i])
        z4_bar.dot(ones2, out=b2_bar)
        # (15)  W2_bar[i,j] = sum[n](z4_bar[n,i]*a3[n,j])
        z4_bar.dot(a3, out=W2_bar)
        # (16)  a3_bar[n,j] = sum[i](z4_bar[n,i]*W2[i,j])
        z4_bar_T.dot(W2, out=a3_bar)
        # (17)  a2_bar[n,i,r,c] = a3_bar[n,4*i+2*r+c]
        a2_bar[...] = a3_bar.reshape(N, 2, 2, 2).transpose(2, 1, 3, 0)
        # (18)  a1_bar[n,i,2*r+u,2*c+v] += a2_bar[n,i,r,c] where 2*u+v == a2_at[n,i,r,c]
        # (19)  z1_bar[n,i,r,c] = a1_bar[n,i,r,c]*step(a1[n,i,r,c])
        np.greater(a2, zero, out=mask)
        spare[...] = mask
        np.multiply(a2_bar, spare, out=z1_max_bar)
        for u in range(2):
            for v in range(2):
                np.equal(a2_at, 2 * u + v, out=mask)
                value[...] = mask
                value *= z1_max_bar
                z1_bar[u : u + 3 : 2, :, v : v + 3 : 2] = value
        # (20)  b1_bar[i] = sum[n,r,c](z1_bar[n,i,r,c])
        z1_max_bar_2d.dot(ones3, out=total_flat)
        ones.dot(total, out=b1_bar)
        # (21)  W1_bar[i,j,u,v] += sum[n,r,c](z1_bar[n,i,r,c]
        #           *x[n,j,r+u-1,c+v-1]) where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4
        np.matmul(z1_bar_3d, x_columns_3d_T, out=product_3d)
        ones4.dot(product_2d, out=W1_bar.reshape(-1))
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
    _fits("v", v, (38,), v.dtype)
    arrays, start = [], 0
    for shape in _SHAPES:
        stop = start + int(np.prod(shape))
        arrays.append(v[start:stop].reshape(shape))
        start = stop
    return Parameters(*arrays)


def _windows(a: Array, *axes: tuple[int, int, int]) -> Array:
    """A view of ``a``: each (axis, step, count) is an axis of count steps along it."""
    shape = [count for _, _, count in axes]
    strides = [step * a.strides[axis] for axis, step, _ in axes]
    if a.flags.c_contiguous:  # makes nothing but the view
        return np.ndarray(shape, a.dtype, a, 0, strides)
    return np.lib.stride_tricks.as_strided(a, shape, strides)


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
    N = _length("X", X, 0, 4, "(N, 1, 4, 4)")
    _fits("X", X, (N, 1, 4, 4), dtype)
    return N


def _check_targets(
    Y: Array, N: int, dtype: np.dtype[Any], scratch: tuple[Array, Array] | None = None
) -> None:
    """Raises ValueError unless the targets fit the inputs."""
    _fits("Y", Y, (N, 2), dtype)
    _sums_to_one("Y", Y, scratch)


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


def _sums_to_one(
    name: str, a: Array, scratch: tuple[Array, Array] | None = None
) -> None:
    """Raises ValueError unless every row sums to one, which the gradient relies on."""
    sums = a.sum(axis=-1) if scratch is None else a.dot(scratch[0], out=scratch[1])
    most, least = sums.item(sums.argmax()), sums.item(sums.argmin())
    if max(most - 1, 1 - least) > 1e-4:
        row = np.unravel_index(np.abs(sums - 1).argmax(), sums.shape)
        place = ", ".join(map(str, row))
        raise ValueError(f"{name}[{place}] sums to {sums[row]:.6g}, needs to sum to 1")
