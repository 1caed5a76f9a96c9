"""digits_conv: Handwritten digits by convolution

A NumPy module made by symbp from the equations of the network. The number before an
equation is its number in the notes. NAME_bar is dL/dNAME, and W1[i,j] is the weight
to unit i from unit j. Arrays are float32 or float64 throughout; the batch comes first.
Several threads may call its functions at once, each with a Workspace of its own.
What windows slide over is stored by rows, the samples last: a[n,i,r,c] is a[r, i, c, n] here.
"""

from __future__ import annotations

import os
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

    W1: Array  # (32, 1, 3, 3)
    b1: Array  # (32,)
    W2: Array  # (64, 32, 3, 3)
    b2: Array  # (64,)
    W3: Array  # (10, 256)
    b3: Array  # (10,)


_SHAPES: tuple[tuple[int, ...], ...] = (
    (32, 1, 3, 3),
    (32,),
    (64, 32, 3, 3),
    (64,),
    (10, 256),
    (10,),
)


def init(seed: int = 0, dtype: npt.DTypeLike = np.float32) -> Parameters:
    """New parameters.

    Glorot uniform, He normal before relu-like activations, zero biases.
    """
    rng = np.random.default_rng(seed)
    return Parameters(
        W1=_he_normal(rng, (32, 1, 3, 3), dtype),
        b1=np.zeros((32,), dtype),
        W2=_he_normal(rng, (64, 32, 3, 3), dtype),
        b2=np.zeros((64,), dtype),
        W3=_glorot_uniform(rng, (10, 256), dtype),
        b3=np.zeros((10,), dtype),
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


class Masks(NamedTuple):
    """For each unit that dropout may leave out whether it is kept: 1 or 0."""

    mask6: Array  # (N, 256)


_KEPT: tuple[float, ...] = (0.5,)


def draw_masks(
    N: int, rng: np.random.Generator | int, dtype: npt.DTypeLike = np.float32
) -> Masks:
    """New masks for N samples; a whole number is the seed of a generator of its own."""
    rng = np.random.default_rng(rng)
    return Masks(
        mask6=(rng.random((N, 256)) < 0.5).astype(dtype),
    )


def predict(p: Parameters, X: Array) -> Array:
    """The output yhat for a batch of inputs, (N, 10).

    Nothing is left out: dropout is for training.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    N = _check_inputs(p, X, p[0].dtype)
    dtype = p[0].dtype
    W1, b1, W2, b2, W3, b3 = p
    x = X
    # x stored by rows, the samples innermost: what a window takes are long runs of memory
    x_rows = x.transpose(2, 1, 3, 0).copy()
    # (1)  z1[n,i,r,c] = sum[j,u,v](W1[i,j,u,v]*x[n,j,r+u-1,c+v-1])
    #          where 0 <= r+u-1 < 8, 0 <= c+v-1 < 8;  z1[n,i,r,c] += b1[i]
    # its maxima come first: what follows keeps the order of numbers
    x_rows_padded = np.pad(x_rows, ((1, 1), (0, 0), (1, 1), (0, 0)))
    x_columns = _windows(
        x_rows_padded, (0, 1, 8), (1, 1, 1), (0, 1, 3), (2, 1, 3), (2, 1, 8), (3, 1, N)
    ).copy()
    z1 = (W1.reshape(32, 9) @ x_columns.reshape(8, 9, N * 8)).reshape(8, 32, 8, N)
    z1_max = np.full((4, 32, 4, N), -np.inf, dtype)
    for u, v in np.ndindex(2, 2):
        np.maximum(z1_max, z1[u : u + 7 : 2, :, v : v + 7 : 2], out=z1_max)
    # (2)  a1[n,i,r,c] = relu(z1[n,i,r,c])
    # (3)  a2[n,i,r,c] = max[u,v](a1[n,i,2*r+u,2*c+v])
    a2 = np.maximum(z1_max + b1[:, None, None], 0)
    # (5)  z3[n,i,r,c] = sum[j,u,v](W2[i,j,u,v]*a2[n,j,r+u-1,c+v-1])
    #          where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4;  z3[n,i,r,c] += b2[i]
    # its maxima come first: what follows keeps the order of numbers
    a2_padded = np.pad(a2, ((1, 1), (0, 0), (1, 1), (0, 0)))
    a2_columns = _windows(
        a2_padded, (0, 1, 4), (1, 1, 32), (0, 1, 3), (2, 1, 3), (2, 1, 4), (3, 1, N)
    ).copy()
    z3 = (W2.reshape(64, 288) @ a2_columns.reshape(4, 288, N * 4)).reshape(4, 64, 4, N)
    z3_max = np.full((2, 64, 2, N), -np.inf, dtype)
    for u, v in np.ndindex(2, 2):
        np.maximum(z3_max, z3[u : u + 3 : 2, :, v : v + 3 : 2], out=z3_max)
    # (6)  a3[n,i,r,c] = relu(z3[n,i,r,c])
    # (7)  a4[n,i,r,c] = max[u,v](a3[n,i,2*r+u,2*c+v])
    a4 = np.maximum(z3_max + b2[:, None, None], 0)
    # a6[n,4*i+2*r+c] = a4[n,i,r,c]
    a6 = a4.transpose(3, 1, 0, 2).reshape(N, 256)
    # (11)  yhat[n,i] = sum[j](W3[i,j]*a6[n,j]) + b3[i]
    yhat: Array = a6 @ W3.T + b3
    return yhat


def loss(
    p: Parameters,
    X: Array,
    Y: Array,
    *,
    masks: Masks | None = None,
    rng: np.random.Generator | int | None = None,
) -> float:
    """The loss L.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    N = _check_inputs(p, X, p[0].dtype)
    _check_targets(Y, N, p[0].dtype)
    dtype = p[0].dtype
    (mask6,) = _chosen_masks(masks, rng, N, dtype)
    W1, b1, W2, b2, W3, b3 = p
    x, y = X, Y
    # x stored by rows, the samples innermost: what a window takes are long runs of memory
    x_rows = x.transpose(2, 1, 3, 0).copy()
    # (1)  z1[n,i,r,c] = sum[j,u,v](W1[i,j,u,v]*x[n,j,r+u-1,c+v-1])
    #          where 0 <= r+u-1 < 8, 0 <= c+v-1 < 8;  z1[n,i,r,c] += b1[i]
    # its maxima come first: what follows keeps the order of numbers
    x_rows_padded = np.pad(x_rows, ((1, 1), (0, 0), (1, 1), (0, 0)))
    x_columns = _windows(
        x_rows_padded, (0, 1, 8), (1, 1, 1), (0, 1, 3), (2, 1, 3), (2, 1, 8), (3, 1, N)
    ).copy()
    z1 = (W1.reshape(32, 9) @ x_columns.reshape(8, 9, N * 8)).reshape(8, 32, 8, N)
    z1_max = np.full((4, 32, 4, N), -np.inf, dtype)
    for u, v in np.ndindex(2, 2):
        np.maximum(z1_max, z1[u : u + 7 : 2, :, v : v + 7 : 2], out=z1_max)
    # (2)  a1[n,i,r,c] = relu(z1[n,i,r,c])
    # (3)  a2[n,i,r,c] = max[u,v](a1[n,i,2*r+u,2*c+v])
    a2 = np.maximum(z1_max + b1[:, None, None], 0)
    # (5)  z3[n,i,r,c] = sum[j,u,v](W2[i,j,u,v]*a2[n,j,r+u-1,c+v-1])
    #          where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4;  z3[n,i,r,c] += b2[i]
    # its maxima come first: what follows keeps the order of numbers
    a2_padded = np.pad(a2, ((1, 1), (0, 0), (1, 1), (0, 0)))
    a2_columns = _windows(
        a2_padded, (0, 1, 4), (1, 1, 32), (0, 1, 3), (2, 1, 3), (2, 1, 4), (3, 1, N)
    ).copy()
    z3 = (W2.reshape(64, 288) @ a2_columns.reshape(4, 288, N * 4)).reshape(4, 64, 4, N)
    z3_max = np.full((2, 64, 2, N), -np.inf, dtype)
    for u, v in np.ndindex(2, 2):
        np.maximum(z3_max, z3[u : u + 3 : 2, :, v : v + 3 : 2], out=z3_max)
    # (6)  a3[n,i,r,c] = relu(z3[n,i,r,c])
    # (7)  a4[n,i,r,c] = max[u,v](a3[n,i,2*r+u,2*c+v])
    a4 = np.maximum(z3_max + b2[:, None, None], 0)
    # (9)  a5[n,4*i+2*r+c] = a4[n,i,r,c]
    a5 = a4.transpose(3, 1, 0, 2).reshape(N, 256)
    # (10)  a6[n,i] = 2*a5[n,i]*mask6[n,i]
    a6 = 2 * (a5 * mask6)
    # (11)  yhat[n,i] = sum[j](W3[i,j]*a6[n,j]) + b3[i]
    yhat = a6 @ W3.T + b3
    # (12)  m[n] = max[k](yhat[n,k])
    m = yhat.max(axis=1)
    # (13)  e[n,k] = exp(yhat[n,k] - m[n])
    e = np.exp(yhat - m[:, None])
    # (14)  s[n] = sum[k](e[n,k])
    s = e.sum(axis=1)
    # (15)  lse[n] = m[n] + log(s[n])
    lse = m + np.log(s)
    # (17)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N)
    #           + sum[i,j,u,v](W1[i,j,u,v]**2/20000)
    #           + sum[i,j,u,v](W2[i,j,u,v]**2/20000) + sum[i,j](W3[i,j]**2/20000)
    L = -float(np.sum(yhat[np.arange(N), y] - lse)) / N
    L += 5e-05 * float(np.vdot(W1, W1))
    L += 5e-05 * float(np.vdot(W2, W2))
    L += 5e-05 * float(np.vdot(W3, W3))
    return L


def loss_and_grad(
    p: Parameters,
    X: Array,
    Y: Array,
    *,
    masks: Masks | None = None,
    rng: np.random.Generator | int | None = None,
) -> tuple[float, Parameters]:
    """The loss L and its gradient, in new arrays.

    Computed in a workspace that each thread keeps: memory for the largest batch so far.

    Dropout draws from ``rng``, a generator or a seed, or takes ``masks``.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    L, g = _kept_workspace(p, X, Y).loss_and_grad(p, X, Y, masks=masks, rng=rng)
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
            _aligned(batch * 576, self.dtype),
            _aligned(batch * 5760, self.dtype),
            _aligned(batch * 512, self.dtype),
            np.empty(batch * 512, np.uint8),
            _aligned(batch * 1280, self.dtype),
            np.empty(batch * 512, np.bool_),
            np.empty(batch * 512, np.uint8),
            np.empty(batch, np.intp),
            _aligned(73728, self.dtype),
            _aligned(73728, self.dtype),
            np.array(2, self.dtype),
            np.array(0.0001, self.dtype),
            np.array(0, self.dtype),
            np.zeros(batch * 512, self.dtype),
            np.ones(10, self.dtype),
            np.ones(batch * 4, self.dtype),
        )
        self._masks = (np.empty(batch * 256, self.dtype),)
        self._drawn = np.empty(batch * 256)
        self._kept = np.empty(self._drawn.size, np.bool_)
        self._views: dict[int, tuple[Any, ...]] = {}

    def _cut(self, N: int) -> tuple[Any, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        block = min(N, 256)
        x_rows = self._buffers[0][: N * 64].reshape(8, 1, 8, N)
        x_rows_padded = self._buffers[1][: N * 100].reshape(10, 1, 10, N)
        x_columns = self._buffers[0][: N * 576].reshape(8, 1, 3, 3, 8, N)
        z1 = self._buffers[1][: N * 2048].reshape(8, 32, 8, N)
        z1_max = self._buffers[2][: N * 512].reshape(4, 32, 4, N)
        a2_at = self._buffers[3][: N * 512].reshape(4, 32, 4, N)
        tap = self._buffers[4][: N * 512].reshape(4, 32, 4, N)
        hit = self._buffers[5][: N * 512].reshape(4, 32, 4, N)
        number = self._buffers[6][: N * 512].reshape(4, 32, 4, N)
        spare = self._buffers[4][: N * 512].reshape(4, 32, 4, N)
        a2 = self._buffers[2][: N * 512].reshape(4, 32, 4, N)
        a2_padded = self._buffers[1][: N * 1152].reshape(6, 32, 6, N)
        a2_columns = self._buffers[1][N * 1152 : N * 5760].reshape(4, 32, 3, 3, 4, N)
        z3 = self._buffers[1][: N * 1024].reshape(4, 64, 4, N)
        z3_max = self._buffers[4][: N * 256].reshape(2, 64, 2, N)
        a4_at = self._buffers[6][: N * 256].reshape(2, 64, 2, N)
        tap2 = self._buffers[4][N * 256 : N * 512].reshape(2, 64, 2, N)
        hit2 = self._buffers[5][: N * 256].reshape(2, 64, 2, N)
        number2 = self._buffers[6][N * 256 : N * 512].reshape(2, 64, 2, N)
        spare2 = self._buffers[4][N * 256 : N * 512].reshape(2, 64, 2, N)
        a4 = self._buffers[4][: N * 256].reshape(2, 64, 2, N)
        a5 = self._buffers[4][N * 256 : N * 512].reshape(N, 256)
        a6 = self._buffers[4][N * 256 : N * 512].reshape(N, 256)
        yhat = self._buffers[1][: N * 10].reshape(10, N)
        spare3 = self._buffers[1][N * 10 : N * 20].reshape(10, N)
        m = self._buffers[1][N * 10 : N * 11]
        e = self._buffers[1][N * 11 : N * 21].reshape(10, N)
        s = self._buffers[1][N * 21 : N * 22]
        spare4 = self._buffers[1][N * 22 : N * 23]
        lse = self._buffers[1][N * 10 : N * 11]
        spare5 = self._buffers[1][N * 22 : N * 32].reshape(10, N)
        prob = self._buffers[1][N * 11 : N * 21].reshape(10, N)
        label = self._buffers[7][:N]
        place = self._buffers[7][:N]
        spare6 = self._buffers[1][N * 21 : N * 22]
        difference = self._buffers[1][N * 21 : N * 22]
        z7_bar = self._buffers[1][N * 11 : N * 21].reshape(10, N)
        z7_bar_at = self._buffers[1][:N]
        spare7 = self._buffers[8][:2560].reshape(10, 256)
        a6_bar = self._buffers[4][N * 256 : N * 512].reshape(N, 256)
        a5_bar = self._buffers[4][N * 256 : N * 512].reshape(N, 256)
        a4_bar = self._buffers[1][: N * 256].reshape(2, 64, 2, N)
        mask = self._buffers[5][: N * 256].reshape(2, 64, 2, N)
        spare8 = self._buffers[4][: N * 256].reshape(2, 64, 2, N)
        z3_max_bar = self._buffers[1][: N * 256].reshape(2, 64, 2, N)
        value = self._buffers[4][: N * 256].reshape(2, 64, 2, N)
        z3_bar = self._buffers[4][N * 256 : N * 1280].reshape(4, 64, 4, N)
        total = self._buffers[8][:128].reshape(2, 64)
        product = self._buffers[8][:73728].reshape(4, 64, 32, 3, 3)
        spare9 = self._buffers[9][:73728].reshape(4, 64, 32, 3, 3)
        spare10 = self._buffers[8][:18432].reshape(64, 32, 3, 3)
        a2_bar_padded = self._buffers[1][: N * 1152].reshape(6, 32, 6, N)
        a2_bar_columns = self._buffers[1][N * 1152 : N * 5760].reshape(
            4, 32, 3, 3, 4, N
        )
        taken = self._buffers[4][: N * 512].reshape(4, 32, 4, N)
        spare11 = self._buffers[4][N * 512 : N * 1024].reshape(4, 32, 4, N)
        a2_bar = self._buffers[4][: N * 512].reshape(4, 32, 4, N)
        mask2 = self._buffers[5][: N * 512].reshape(4, 32, 4, N)
        spare12 = self._buffers[2][: N * 512].reshape(4, 32, 4, N)
        z1_max_bar = self._buffers[4][: N * 512].reshape(4, 32, 4, N)
        value2 = self._buffers[2][: N * 512].reshape(4, 32, 4, N)
        z1_bar = self._buffers[1][: N * 2048].reshape(8, 32, 8, N)
        total2 = self._buffers[8][:128].reshape(4, 32)
        product2 = self._buffers[8][:2304].reshape(8, 32, 1, 3, 3)
        spare13 = self._buffers[8][2304:4608].reshape(8, 32, 1, 3, 3)
        spare14 = self._buffers[8][:288].reshape(32, 1, 3, 3)
        x_columns_slabs = x_columns.reshape(8, 9, -1, _slab(N * 8, 288)).transpose(
            0, 2, 1, 3
        )
        z1_slabs = z1.reshape(8, 32, -1, _slab(N * 8, 288)).transpose(0, 2, 1, 3)
        hit_part = hit.view(np.uint8)
        a2_columns_3d = a2_columns.reshape(4, 288, N * 4)
        z3_3d = z3.reshape(4, 64, N * 4)
        hit2_part = hit2.view(np.uint8)
        a6_T = a6.T
        z7_bar_T = z7_bar.T
        z3_max_bar_2d = z3_max_bar.reshape(128, N * 2)
        total_flat = total.reshape(-1)
        z3_bar_slabs = z3_bar.reshape(4, 1, 64, -1, _slab(N * 4, 1152)).transpose(
            3, 0, 1, 2, 4
        )
        a2_columns_slabs = a2_columns.reshape(
            4, 16, 18, -1, _slab(N * 4, 1152)
        ).transpose(3, 0, 1, 4, 2)
        spare9_4d_turned = spare9.reshape(4, 64, 16, 18).transpose(0, 2, 1, 3)
        product_2d = product.reshape(4, 18432)
        z3_bar_3d = z3_bar.reshape(4, 64, N * 4)
        a2_bar_columns_3d = a2_bar_columns.reshape(4, 288, N * 4)
        z1_max_bar_2d = z1_max_bar.reshape(128, N * 4)
        total2_flat = total2.reshape(-1)
        z1_bar_slabs = z1_bar.reshape(8, 1, 32, -1, _slab(N * 8, 288)).transpose(
            3, 0, 1, 2, 4
        )
        x_columns_slabs2 = x_columns.reshape(8, 1, 9, -1, _slab(N * 8, 288)).transpose(
            3, 0, 1, 4, 2
        )
        spare13_4d_turned = spare13.reshape(8, 32, 1, 9).transpose(0, 2, 1, 3)
        product2_2d = product2.reshape(8, 288)
        two = self._buffers[10]
        by_N = np.array(N, np.intp)
        rows = np.arange(N)
        one_over_N = np.array(1 / N, self.dtype)
        c0_0001 = self._buffers[11]
        zero = self._buffers[12]
        zeros = self._buffers[13][: N * 512].reshape(4, 32, 4, N)
        zeros2 = self._buffers[13][: N * 256].reshape(2, 64, 2, N)
        ones = self._buffers[14][:10]
        ones4 = self._buffers[14][:2]
        ones5 = self._buffers[14][:4]
        ones7 = self._buffers[14][:8]
        ones2 = self._buffers[15][:N]
        ones3 = self._buffers[15][: N * 2]
        ones6 = self._buffers[15][: N * 4]
        blocks = _blocks(N, block, (a5, a6))
        blocks2 = _blocks(N, block, (a6_bar, a5_bar))
        return (
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
            a2_padded,
            a2_columns,
            z3,
            z3_max,
            a4_at,
            tap2,
            hit2,
            number2,
            spare2,
            a4,
            a5,
            a6,
            yhat,
            spare3,
            m,
            e,
            s,
            spare4,
            lse,
            spare5,
            prob,
            label,
            place,
            spare6,
            difference,
            z7_bar,
            z7_bar_at,
            spare7,
            a6_bar,
            a5_bar,
            a4_bar,
            mask,
            spare8,
            z3_max_bar,
            value,
            z3_bar,
            total,
            product,
            spare9,
            spare10,
            a2_bar_padded,
            a2_bar_columns,
            taken,
            spare11,
            a2_bar,
            mask2,
            spare12,
            z1_max_bar,
            value2,
            z1_bar,
            total2,
            product2,
            spare13,
            spare14,
            x_columns_slabs,
            z1_slabs,
            hit_part,
            a2_columns_3d,
            z3_3d,
            hit2_part,
            a6_T,
            z7_bar_T,
            z3_max_bar_2d,
            total_flat,
            z3_bar_slabs,
            a2_columns_slabs,
            spare9_4d_turned,
            product_2d,
            z3_bar_3d,
            a2_bar_columns_3d,
            z1_max_bar_2d,
            total2_flat,
            z1_bar_slabs,
            x_columns_slabs2,
            spare13_4d_turned,
            product2_2d,
            two,
            by_N,
            rows,
            one_over_N,
            c0_0001,
            zero,
            zeros,
            zeros2,
            ones,
            ones4,
            ones5,
            ones7,
            ones2,
            ones3,
            ones6,
            blocks,
            blocks2,
        )

    def _chosen_masks(
        self, masks: Masks | None, rng: np.random.Generator | int | None, N: int
    ) -> Masks:
        """The masks that are given, or new ones in the workspace's memory."""
        if masks is not None or rng is None:
            return _chosen_masks(masks, rng, N, self.dtype)
        generator, chosen = np.random.default_rng(rng), []
        shapes = _mask_shapes(N)
        for mask, keep, shape in zip(self._masks, _KEPT, shapes, strict=True):
            units = mask[: prod(shape)]
            drawn, kept = self._drawn[: units.size], self._kept[: units.size]
            generator.random(out=drawn)
            np.less(drawn, keep, out=kept)
            np.copyto(units, kept)
            chosen.append(units.reshape(shape))
        return Masks(*chosen)

    def loss_and_grad(
        self,
        p: Parameters,
        X: Array,
        Y: Array,
        *,
        masks: Masks | None = None,
        rng: np.random.Generator | int | None = None,
    ) -> tuple[float, Parameters]:
        """As the function ``loss_and_grad``, but allocates nothing after its first call."""
        N = _check_inputs(p, X, self.dtype)
        if N > self.batch:
            raise ValueError(
                f"the batch has {N} samples, this workspace holds {self.batch}"
            )
        _check_targets(Y, N, self.dtype)
        (mask6,) = self._chosen_masks(masks, rng, N)
        W1, b1, W2, b2, W3, b3 = p
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
            a2_padded,
            a2_columns,
            z3,
            z3_max,
            a4_at,
            tap2,
            hit2,
            number2,
            spare2,
            a4,
            a5,
            a6,
            yhat,
            spare3,
            m,
            e,
            s,
            spare4,
            lse,
            spare5,
            prob,
            label,
            place,
            spare6,
            difference,
            z7_bar,
            z7_bar_at,
            spare7,
            a6_bar,
            a5_bar,
            a4_bar,
            mask,
            spare8,
            z3_max_bar,
            value,
            z3_bar,
            total,
            product,
            spare9,
            spare10,
            a2_bar_padded,
            a2_bar_columns,
            taken,
            spare11,
            a2_bar,
            mask2,
            spare12,
            z1_max_bar,
            value2,
            z1_bar,
            total2,
            product2,
            spare13,
            spare14,
            x_columns_slabs,
            z1_slabs,
            hit_part,
            a2_columns_3d,
            z3_3d,
            hit2_part,
            a6_T,
            z7_bar_T,
            z3_max_bar_2d,
            total_flat,
            z3_bar_slabs,
            a2_columns_slabs,
            spare9_4d_turned,
            product_2d,
            z3_bar_3d,
            a2_bar_columns_3d,
            z1_max_bar_2d,
            total2_flat,
            z1_bar_slabs,
            x_columns_slabs2,
            spare13_4d_turned,
            product2_2d,
            two,
            by_N,
            rows,
            one_over_N,
            c0_0001,
            zero,
            zeros,
            zeros2,
            ones,
            ones4,
            ones5,
            ones7,
            ones2,
            ones3,
            ones6,
            blocks,
            blocks2,
        ) = self._views[N]
        W1_bar, b1_bar, W2_bar, b2_bar, W3_bar, b3_bar = self._gradient
        # x stored by rows, the samples innermost: what a window takes are long runs of memory
        x_rows[...] = x.transpose(2, 1, 3, 0)
        # (1)  z1[n,i,r,c] = sum[j,u,v](W1[i,j,u,v]*x[n,j,r+u-1,c+v-1])
        #          where 0 <= r+u-1 < 8, 0 <= c+v-1 < 8;  z1[n,i,r,c] += b1[i]
        # its maxima come first: what follows keeps the order of numbers
        x_rows_padded.fill(0)
        x_rows_padded[1:9, :, 1:9] = x_rows
        x_columns[...] = _windows(
            x_rows_padded,
            (0, 1, 8),
            (1, 1, 1),
            (0, 1, 3),
            (2, 1, 3),
            (2, 1, 8),
            (3, 1, N),
        )
        np.matmul(W1.reshape(32, 9), x_columns_slabs, out=z1_slabs)
        # (4)  a2_at[n,i,r,c] = argmax[u,v](a1[n,i,2*r+u,2*c+v])
        z1_max.fill(-np.inf)
        a2_at.fill(0)
        for u in range(2):
            for v in range(2):
                tap[...] = z1[u : u + 7 : 2, :, v : v + 7 : 2]
                np.greater(tap, z1_max, out=hit)
                np.multiply(hit_part, 2 * u + v, out=number)
                np.maximum(a2_at, number, out=a2_at)
                np.maximum(z1_max, tap, out=z1_max)
        # (2)  a1[n,i,r,c] = relu(z1[n,i,r,c])
        # (3)  a2[n,i,r,c] = max[u,v](a1[n,i,2*r+u,2*c+v])
        spare[...] = b1[:, None, None]
        np.add(z1_max, spare, out=a2)
        np.maximum(a2, zeros, out=a2)
        # (5)  z3[n,i,r,c] = sum[j,u,v](W2[i,j,u,v]*a2[n,j,r+u-1,c+v-1])
        #          where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4;  z3[n,i,r,c] += b2[i]
        # its maxima come first: what follows keeps the order of numbers
        a2_padded.fill(0)
        a2_padded[1:5, :, 1:5] = a2
        a2_columns[...] = _windows(
            a2_padded, (0, 1, 4), (1, 1, 32), (0, 1, 3), (2, 1, 3), (2, 1, 4), (3, 1, N)
        )
        np.matmul(W2.reshape(64, 288), a2_columns_3d, out=z3_3d)
        # (8)  a4_at[n,i,r,c] = argmax[u,v](a3[n,i,2*r+u,2*c+v])
        z3_max.fill(-np.inf)
        a4_at.fill(0)
        for u in range(2):
            for v in range(2):
                tap2[...] = z3[u : u + 3 : 2, :, v : v + 3 : 2]
                np.greater(tap2, z3_max, out=hit2)
                np.multiply(hit2_part, 2 * u + v, out=number2)
                np.maximum(a4_at, number2, out=a4_at)
                np.maximum(z3_max, tap2, out=z3_max)
        # (6)  a3[n,i,r,c] = relu(z3[n,i,r,c])
        # (7)  a4[n,i,r,c] = max[u,v](a3[n,i,2*r+u,2*c+v])
        spare2[...] = b2[:, None, None]
        np.add(z3_max, spare2, out=a4)
        np.maximum(a4, zeros2, out=a4)
        # (9)  a5[n,4*i+2*r+c] = a4[n,i,r,c]
        a5.reshape(N, 64, 2, 2)[...] = a4.transpose(3, 1, 0, 2)
        for at, a5_k, a6_k in blocks:
            # (10)  a6[n,i] = 2*a5[n,i]*mask6[n,i]
            np.multiply(a5_k, mask6[at], out=a6_k)
            a6_k *= two
        # (11)  yhat[n,i] = sum[j](W3[i,j]*a6[n,j]) + b3[i]
        # in memory yhat[i,n], and all like it: maxima over i take rows together
        W3.dot(a6_T, out=yhat)
        spare3[...] = b3[:, None]
        yhat += spare3
        # (12)  m[n] = max[k](yhat[n,k])
        np.maximum.reduce(yhat, axis=0, out=m)
        # (13)  e[n,k] = exp(yhat[n,k] - m[n])
        e[...] = m
        np.subtract(yhat, e, out=e)
        np.exp(e, out=e)
        # (14)  s[n] = sum[k](e[n,k])
        ones.dot(e, out=s)
        # (15)  lse[n] = m[n] + log(s[n])
        np.log(s, out=spare4)
        np.add(m, spare4, out=lse)
        # (16)  prob[n,k] = e[n,k]/s[n]
        spare5[...] = s
        np.divide(e, spare5, out=prob)
        # (17)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N)
        #           + sum[i,j,u,v](W1[i,j,u,v]**2/20000)
        #           + sum[i,j,u,v](W2[i,j,u,v]**2/20000) + sum[i,j](W3[i,j]**2/20000)
        label[...] = y
        np.multiply(label, by_N, out=place)
        place += rows
        yhat.take(place, out=spare6, mode="clip")
        np.subtract(spare6, lse, out=difference)
        L = -float(difference.dot(ones2)) / N
        L += 5e-05 * float(np.vdot(W1, W1))
        L += 5e-05 * float(np.vdot(W2, W2))
        L += 5e-05 * float(np.vdot(W3, W3))
        # (18)  z7_bar[n,k] = prob[n,k]/N;  z7_bar[n,y[n]] += -1/N
        np.multiply(prob, one_over_N, out=z7_bar)
        z7_bar.take(place, out=z7_bar_at, mode="clip")
        z7_bar_at -= one_over_N
        z7_bar.put(place, z7_bar_at, "clip")
        # (19)  b3_bar[i] = sum[n](z7_bar[n,i])
        z7_bar.dot(ones2, out=b3_bar)
        # (20)  W3_bar[i,j] = sum[n](z7_bar[n,i]*a6[n,j]) + W3[i,j]/10000
        z7_bar.dot(a6, out=W3_bar)
        np.multiply(W3, c0_0001, out=spare7)
        W3_bar += spare7
        # (21)  a6_bar[n,j] = sum[i](z7_bar[n,i]*W3[i,j])
        z7_bar_T.dot(W3, out=a6_bar)
        for at, a6_bar_k, a5_bar_k in blocks2:
            # (22)  a5_bar[n,i] = 2*a6_bar[n,i]*mask6[n,i]
            np.multiply(a6_bar_k, mask6[at], out=a5_bar_k)
            a5_bar_k *= two
        # (23)  a4_bar[n,i,r,c] = a5_bar[n,4*i+2*r+c]
        a4_bar[...] = a5_bar.reshape(N, 64, 2, 2).transpose(2, 1, 3, 0)
        # (24)  a3_bar[n,i,2*r+u,2*c+v] += a4_bar[n,i,r,c] where 2*u+v == a4_at[n,i,r,c]
        # (25)  z3_bar[n,i,r,c] = a3_bar[n,i,r,c]*step(a3[n,i,r,c])
        np.greater(a4, zero, out=mask)
        spare8[...] = mask
        np.multiply(a4_bar, spare8, out=z3_max_bar)
        for u in range(2):
            for v in range(2):
                np.equal(a4_at, 2 * u + v, out=mask)
                value[...] = mask
                value *= z3_max_bar
                z3_bar[u : u + 3 : 2, :, v : v + 3 : 2] = value
        # (26)  b2_bar[i] = sum[n,r,c](z3_bar[n,i,r,c])
        z3_max_bar_2d.dot(ones3, out=total_flat)
        ones4.dot(total, out=b2_bar)
        # (27)  W2_bar[i,j,u,v] = W2[i,j,u,v]/10000;
        #           W2_bar[i,j,u,v] += sum[n,r,c](z3_bar[n,i,r,c]
        #           *a2[n,j,r+u-1,c+v-1]) where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4
        product.fill(0)
        for z_part, x_part in zip(z3_bar_slabs, a2_columns_slabs, strict=True):
            np.matmul(z_part, x_part, out=spare9_4d_turned)
            product += spare9
        ones5.dot(product_2d, out=W2_bar.reshape(-1))
        np.multiply(W2, c0_0001, out=spare10)
        W2_bar += spare10
        # (28)  a2_bar[n,j,r+u-1,c+v-1] += sum[i](z3_bar[n,i,r,c]
        #           *W2[i,j,u,v]) where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4
        a2_bar_padded.fill(0)
        np.matmul(W2.reshape(64, 288).T, z3_bar_3d, out=a2_bar_columns_3d)
        for u in range(3):
            for v in range(3):
                taken[...] = a2_bar_padded[u : u + 4, :, v : v + 4]
                spare11[...] = a2_bar_columns[:, :, u, v]
                taken += spare11
                a2_bar_padded[u : u + 4, :, v : v + 4] = taken
        a2_bar[...] = a2_bar_padded[1:5, :, 1:5]
        # (29)  a1_bar[n,i,2*r+u,2*c+v] += a2_bar[n,i,r,c] where 2*u+v == a2_at[n,i,r,c]
        # (30)  z1_bar[n,i,r,c] = a1_bar[n,i,r,c]*step(a1[n,i,r,c])
        np.greater(a2, zero, out=mask2)
        spare12[...] = mask2
        np.multiply(a2_bar, spare12, out=z1_max_bar)
        for u in range(2):
            for v in range(2):
                np.equal(a2_at, 2 * u + v, out=mask2)
                value2[...] = mask2
                value2 *= z1_max_bar
                z1_bar[u : u + 7 : 2, :, v : v + 7 : 2] = value2
        # (31)  b1_bar[i] = sum[n,r,c](z1_bar[n,i,r,c])
        z1_max_bar_2d.dot(ones6, out=total2_flat)
        ones5.dot(total2, out=b1_bar)
        # (32)  W1_bar[i,j,u,v] = W1[i,j,u,v]/10000;
        #           W1_bar[i,j,u,v] += sum[n,r,c](z1_bar[n,i,r,c]
        #           *x[n,j,r+u-1,c+v-1]) where 0 <= r+u-1 < 8, 0 <= c+v-1 < 8
        product2.fill(0)
        for z_part2, x_part2 in zip(z1_bar_slabs, x_columns_slabs2, strict=True):
            np.matmul(z_part2, x_part2, out=spare13_4d_turned)
            product2 += spare13
        ones7.dot(product2_2d, out=W1_bar.reshape(-1))
        np.multiply(W1, c0_0001, out=spare14)
        W1_bar += spare14
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
        self,
        p: Parameters,
        X: Array,
        Y: Array,
        *,
        masks: Masks | None = None,
        rng: np.random.Generator | int | None = None,
    ) -> tuple[float, Parameters]:
        """As ``loss_and_grad`` of a ``Workspace``; what it returns lasts until the next call."""
        N = _check_inputs(p, X, self.dtype)
        if N > self.batch:
            raise ValueError(
                f"the batch has {N} samples, this workspace holds {self.batch}"
            )
        _check_targets(Y, N, self.dtype)
        masks = _chosen_masks(masks, rng, N, self.dtype)
        share = -(-N // len(self._parts))
        cuts = [slice(k, min(k + share, N)) for k in range(0, N, share)]
        steps = [
            self._pool.submit(
                copy_context().run,
                part.loss_and_grad,
                p,
                X[cut],
                Y[cut],
                masks=Masks(*(mask[cut] for mask in masks)),
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
    _fits("v", v, (21386,), v.dtype)
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


def _blocks(
    N: int, rows: int, whole: tuple[Array, ...], short: tuple[Array, ...] = ()
) -> tuple[tuple[Any, ...], ...]:
    """Blocks of rows: where each lies, that part of ``whole``, as many rows of ``short``."""
    cuts = [slice(k, min(k + rows, N)) for k in range(0, N, rows)]
    return tuple(
        (at, *(a[at] for a in whole), *(a[: at.stop - at.start] for a in short))
        for at in cuts
    )


_ONE_THREAD = "1" in map(os.environ.get, ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"))


def _slab(rows: int, size: int) -> int:
    """How many of the rows are multiplied at a time by a matrix of ``size`` elements.

    OpenBLAS is fastest where it need not rearrange the matrices: below a million
    multiply-adds. With several threads, which share one large product, it is all rows.
    """
    most = min(rows, 1_000_000 // size) if _ONE_THREAD else rows
    return next((b for b in range(most - most % 4, 3, -4) if rows % b == 0), rows)


def _check_inputs(p: Parameters, X: Array, dtype: np.dtype[Any]) -> int:
    """The run-time sizes, of arguments that fit."""
    if dtype.char not in "fd":
        raise ValueError(f"p.W1 has dtype {dtype}, needs float32 or float64")
    _check_arrays("p", p, dtype)
    N = _length("X", X, 0, 4, "(N, 1, 8, 8)")
    _fits("X", X, (N, 1, 8, 8), dtype)
    return N


def _check_targets(Y: Array, N: int, dtype: np.dtype[Any]) -> None:
    """Raises ValueError unless the targets fit the inputs."""
    _fits_labels("Y", Y, (N,), 10)


def _mask_shapes(N: int) -> tuple[tuple[int, ...], ...]:
    return ((N, 256),)


def _chosen_masks(
    masks: Masks | None,
    rng: np.random.Generator | int | None,
    N: int,
    dtype: np.dtype[Any],
) -> Masks:
    """The masks that are given, if they fit, or new ones."""
    if (masks is None) == (rng is None):
        has = "neither" if rng is None else "both"
        raise ValueError(f"dropout needs rng= or masks=, has {has}")
    if masks is None:
        assert rng is not None
        return draw_masks(N, rng, dtype)
    shapes = _mask_shapes(N)
    if len(masks) != len(shapes):
        needed = ", ".join(Masks._fields)
        raise ValueError(
            f"masks has {len(masks)} arrays, needs {len(shapes)}: {needed}"
        )
    for name, a, shape in zip(Masks._fields, masks, shapes, strict=True):
        _fits(f"masks.{name}", a, shape, dtype)
    return Masks(*masks)


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
