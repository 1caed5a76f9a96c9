"""digits_conv: Handwritten digits by convolution

A NumPy module made by symbp from the equations of the network. The number before an
equation is its number in the notes. NAME_bar is dL/dNAME, and W1[i,j] is the weight
to unit i from unit j. Arrays are float32 or float64 throughout; the batch comes first.
"""

from __future__ import annotations

from collections.abc import Callable
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
    # (1)  z1[n,i,r,c] = sum[j,u,v](W1[i,j,u,v]*x[n,j,r+u-1,c+v-1])
    #          where 0 <= r+u-1 < 8, 0 <= c+v-1 < 8;  z1[n,i,r,c] += b1[i]
    x_padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    x_columns = _windows(
        x_padded, (0, 1, N), (1, 1, 1), (2, 1, 3), (3, 1, 3), (2, 1, 8), (3, 1, 8)
    ).copy()
    z1 = (W1.reshape(32, 9) @ x_columns.reshape(N, 9, 64)).reshape(N, 32, 8, 8)
    z1 += b1[:, None, None]
    # (2)  a1[n,i,r,c] = relu(z1[n,i,r,c])
    a1 = np.maximum(z1, 0)
    # (3)  a2[n,i,r,c] = max[u,v](a1[n,i,2*r+u,2*c+v])
    a2 = np.full((N, 32, 4, 4), -np.inf, dtype)
    for u, v in np.ndindex(2, 2):
        a2 = np.maximum(a2, a1[:, :, u : u + 7 : 2, v : v + 7 : 2])
    # (5)  z3[n,i,r,c] = sum[j,u,v](W2[i,j,u,v]*a2[n,j,r+u-1,c+v-1])
    #          where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4;  z3[n,i,r,c] += b2[i]
    a2_padded = np.pad(a2, ((0, 0), (0, 0), (1, 1), (1, 1)))
    a2_columns = _windows(
        a2_padded, (0, 1, N), (1, 1, 32), (2, 1, 3), (3, 1, 3), (2, 1, 4), (3, 1, 4)
    ).copy()
    z3 = (W2.reshape(64, 288) @ a2_columns.reshape(N, 288, 16)).reshape(N, 64, 4, 4)
    z3 += b2[:, None, None]
    # (6)  a3[n,i,r,c] = relu(z3[n,i,r,c])
    a3 = np.maximum(z3, 0)
    # (7)  a4[n,i,r,c] = max[u,v](a3[n,i,2*r+u,2*c+v])
    a4 = np.full((N, 64, 2, 2), -np.inf, dtype)
    for u, v in np.ndindex(2, 2):
        a4 = np.maximum(a4, a3[:, :, u : u + 3 : 2, v : v + 3 : 2])
    # a6[n,4*i+2*r+c] = a4[n,i,r,c]
    a6 = a4.reshape(N, 256)
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
    # (1)  z1[n,i,r,c] = sum[j,u,v](W1[i,j,u,v]*x[n,j,r+u-1,c+v-1])
    #          where 0 <= r+u-1 < 8, 0 <= c+v-1 < 8;  z1[n,i,r,c] += b1[i]
    x_padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    x_columns = _windows(
        x_padded, (0, 1, N), (1, 1, 1), (2, 1, 3), (3, 1, 3), (2, 1, 8), (3, 1, 8)
    ).copy()
    z1 = (W1.reshape(32, 9) @ x_columns.reshape(N, 9, 64)).reshape(N, 32, 8, 8)
    z1 += b1[:, None, None]
    # (2)  a1[n,i,r,c] = relu(z1[n,i,r,c])
    a1 = np.maximum(z1, 0)
    # (3)  a2[n,i,r,c] = max[u,v](a1[n,i,2*r+u,2*c+v])
    a2 = np.full((N, 32, 4, 4), -np.inf, dtype)
    for u, v in np.ndindex(2, 2):
        a2 = np.maximum(a2, a1[:, :, u : u + 7 : 2, v : v + 7 : 2])
    # (5)  z3[n,i,r,c] = sum[j,u,v](W2[i,j,u,v]*a2[n,j,r+u-1,c+v-1])
    #          where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4;  z3[n,i,r,c] += b2[i]
    a2_padded = np.pad(a2, ((0, 0), (0, 0), (1, 1), (1, 1)))
    a2_columns = _windows(
        a2_padded, (0, 1, N), (1, 1, 32), (2, 1, 3), (3, 1, 3), (2, 1, 4), (3, 1, 4)
    ).copy()
    z3 = (W2.reshape(64, 288) @ a2_columns.reshape(N, 288, 16)).reshape(N, 64, 4, 4)
    z3 += b2[:, None, None]
    # (6)  a3[n,i,r,c] = relu(z3[n,i,r,c])
    a3 = np.maximum(z3, 0)
    # (7)  a4[n,i,r,c] = max[u,v](a3[n,i,2*r+u,2*c+v])
    a4 = np.full((N, 64, 2, 2), -np.inf, dtype)
    for u, v in np.ndindex(2, 2):
        a4 = np.maximum(a4, a3[:, :, u : u + 3 : 2, v : v + 3 : 2])
    # (9)  a5[n,4*i+2*r+c] = a4[n,i,r,c]
    a5 = a4.reshape(N, 256)
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

    Dropout draws from ``rng``, a generator or a seed, or takes ``masks``.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    N = _check_inputs(p, X, p[0].dtype)
    _check_targets(Y, N, p[0].dtype)
    dtype = p[0].dtype
    (mask6,) = _chosen_masks(masks, rng, N, dtype)
    W1, b1, W2, b2, W3, b3 = p
    x, y = X, Y
    # (1)  z1[n,i,r,c] = sum[j,u,v](W1[i,j,u,v]*x[n,j,r+u-1,c+v-1])
    #          where 0 <= r+u-1 < 8, 0 <= c+v-1 < 8;  z1[n,i,r,c] += b1[i]
    x_padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    x_columns = _windows(
        x_padded, (0, 1, N), (1, 1, 1), (2, 1, 3), (3, 1, 3), (2, 1, 8), (3, 1, 8)
    ).copy()
    z1 = (W1.reshape(32, 9) @ x_columns.reshape(N, 9, 64)).reshape(N, 32, 8, 8)
    z1 += b1[:, None, None]
    # (2)  a1[n,i,r,c] = relu(z1[n,i,r,c])
    a1 = np.maximum(z1, 0)
    # (3)  a2[n,i,r,c] = max[u,v](a1[n,i,2*r+u,2*c+v])
    a2 = np.full((N, 32, 4, 4), -np.inf, dtype)
    for u, v in np.ndindex(2, 2):
        a2 = np.maximum(a2, a1[:, :, u : u + 7 : 2, v : v + 7 : 2])
    # (4)  a2_at[n,i,r,c] = argmax[u,v](a1[n,i,2*r+u,2*c+v])
    a2_at = np.zeros((N, 32, 4, 4), np.int64)
    for u, v in reversed(list(np.ndindex(2, 2))):
        a2_at[a1[:, :, u : u + 7 : 2, v : v + 7 : 2] == a2] = 2 * u + v
    # (5)  z3[n,i,r,c] = sum[j,u,v](W2[i,j,u,v]*a2[n,j,r+u-1,c+v-1])
    #          where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4;  z3[n,i,r,c] += b2[i]
    a2_padded = np.pad(a2, ((0, 0), (0, 0), (1, 1), (1, 1)))
    a2_columns = _windows(
        a2_padded, (0, 1, N), (1, 1, 32), (2, 1, 3), (3, 1, 3), (2, 1, 4), (3, 1, 4)
    ).copy()
    z3 = (W2.reshape(64, 288) @ a2_columns.reshape(N, 288, 16)).reshape(N, 64, 4, 4)
    z3 += b2[:, None, None]
    # (6)  a3[n,i,r,c] = relu(z3[n,i,r,c])
    a3 = np.maximum(z3, 0)
    # (7)  a4[n,i,r,c] = max[u,v](a3[n,i,2*r+u,2*c+v])
    a4 = np.full((N, 64, 2, 2), -np.inf, dtype)
    for u, v in np.ndindex(2, 2):
        a4 = np.maximum(a4, a3[:, :, u : u + 3 : 2, v : v + 3 : 2])
    # (8)  a4_at[n,i,r,c] = argmax[u,v](a3[n,i,2*r+u,2*c+v])
    a4_at = np.zeros((N, 64, 2, 2), np.int64)
    for u, v in reversed(list(np.ndindex(2, 2))):
        a4_at[a3[:, :, u : u + 3 : 2, v : v + 3 : 2] == a4] = 2 * u + v
    # (9)  a5[n,4*i+2*r+c] = a4[n,i,r,c]
    a5 = a4.reshape(N, 256)
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
    # (16)  prob[n,k] = e[n,k]/s[n]
    prob = e / s[:, None]
    # (17)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N)
    #           + sum[i,j,u,v](W1[i,j,u,v]**2/20000)
    #           + sum[i,j,u,v](W2[i,j,u,v]**2/20000) + sum[i,j](W3[i,j]**2/20000)
    L = -float(np.sum(yhat[np.arange(N), y] - lse)) / N
    L += 5e-05 * float(np.vdot(W1, W1))
    L += 5e-05 * float(np.vdot(W2, W2))
    L += 5e-05 * float(np.vdot(W3, W3))
    # (18)  z7_bar[n,k] = prob[n,k]/N;  z7_bar[n,y[n]] += -1/N
    z7_bar = prob / N
    z7_bar[np.arange(N), y] += -1 / N
    # (19)  b3_bar[i] = sum[n](z7_bar[n,i])
    b3_bar = z7_bar.sum(axis=0)
    # (20)  W3_bar[i,j] = sum[n](z7_bar[n,i]*a6[n,j]) + W3[i,j]/10000
    W3_bar = z7_bar.T @ a6 + 0.0001 * W3
    # (21)  a6_bar[n,j] = sum[i](z7_bar[n,i]*W3[i,j])
    a6_bar = z7_bar @ W3
    # (22)  a5_bar[n,i] = 2*a6_bar[n,i]*mask6[n,i]
    a5_bar = 2 * (a6_bar * mask6)
    # (23)  a4_bar[n,i,r,c] = a5_bar[n,4*i+2*r+c]
    a4_bar = a5_bar.reshape(N, 64, 2, 2)
    # (24)  a3_bar[n,i,2*r+u,2*c+v] += a4_bar[n,i,r,c] where 2*u+v == a4_at[n,i,r,c]
    a3_bar = np.zeros((N, 64, 4, 4), dtype)
    for u, v in np.ndindex(2, 2):
        a3_bar[:, :, u : u + 3 : 2, v : v + 3 : 2] = (a4_at == 2 * u + v) * a4_bar
    # (25)  z3_bar[n,i,r,c] = a3_bar[n,i,r,c]*step(a3[n,i,r,c])
    z3_bar = a3_bar * (a3 > 0)
    # (26)  b2_bar[i] = sum[n,r,c](z3_bar[n,i,r,c])
    b2_bar = z3_bar.sum(axis=(0, 2, 3))
    # (27)  W2_bar[i,j,u,v] = W2[i,j,u,v]/10000;
    #           W2_bar[i,j,u,v] += sum[n,r,c](z3_bar[n,i,r,c]
    #           *a2[n,j,r+u-1,c+v-1]) where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4
    W2_bar = 0.0001 * W2
    product = (z3_bar.reshape(N, 64, 16) @ a2_columns.reshape(N, 288, 16).mT).reshape(
        N, 64, 32, 3, 3
    )
    W2_bar += product.sum(axis=0)
    # (28)  a2_bar[n,j,r+u-1,c+v-1] += sum[i](z3_bar[n,i,r,c]*W2[i,j,u,v])
    #           where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4
    a2_bar_padded = np.zeros((N, 32, 6, 6), dtype)
    a2_bar_columns = (W2.reshape(64, 288).T @ z3_bar.reshape(N, 64, 16)).reshape(
        N, 32, 3, 3, 4, 4
    )
    for u, v in np.ndindex(3, 3):
        a2_bar_padded[:, :, u : u + 4, v : v + 4] += a2_bar_columns[:, :, u, v]
    a2_bar = a2_bar_padded[:, :, 1:5, 1:5].copy()
    # (29)  a1_bar[n,i,2*r+u,2*c+v] += a2_bar[n,i,r,c] where 2*u+v == a2_at[n,i,r,c]
    a1_bar = np.zeros((N, 32, 8, 8), dtype)
    for u, v in np.ndindex(2, 2):
        a1_bar[:, :, u : u + 7 : 2, v : v + 7 : 2] = (a2_at == 2 * u + v) * a2_bar
    # (30)  z1_bar[n,i,r,c] = a1_bar[n,i,r,c]*step(a1[n,i,r,c])
    z1_bar = a1_bar * (a1 > 0)
    # (31)  b1_bar[i] = sum[n,r,c](z1_bar[n,i,r,c])
    b1_bar = z1_bar.sum(axis=(0, 2, 3))
    # (32)  W1_bar[i,j,u,v] = W1[i,j,u,v]/10000;
    #           W1_bar[i,j,u,v] += sum[n,r,c](z1_bar[n,i,r,c]
    #           *x[n,j,r+u-1,c+v-1]) where 0 <= r+u-1 < 8, 0 <= c+v-1 < 8
    W1_bar = 0.0001 * W1
    product2 = (z1_bar.reshape(N, 32, 64) @ x_columns.reshape(N, 9, 64).mT).reshape(
        N, 32, 1, 3, 3
    )
    W1_bar += product2.sum(axis=0)
    g = Parameters(W1_bar, b1_bar, W2_bar, b2_bar, W3_bar, b3_bar)
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
            np.empty(batch * 2048, self.dtype),
            np.empty(batch * 576, self.dtype),
            np.empty(batch * 6272, self.dtype),
            np.empty(batch * 512, np.intp),
            np.empty(batch * 2048, np.bool_),
            np.empty(batch * 512, np.intp),
            np.empty(batch * 1280, self.dtype),
            np.empty(18432, self.dtype),
            np.empty(batch * 18432, self.dtype),
        )
        self._rows = np.arange(batch)
        self._masks = (np.empty(batch * 256, self.dtype),)
        self._drawn = np.empty(batch * 256)
        self._kept = np.empty(self._drawn.size, np.bool_)
        self._views: dict[int, tuple[Array, ...]] = {}

    def _cut(self, N: int) -> tuple[Array, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        return (
            self._buffers[0][: N * 100].reshape(N, 1, 10, 10),  # x_padded
            self._buffers[1][: N * 576].reshape(N, 1, 3, 3, 8, 8),  # x_columns
            self._buffers[0][: N * 2048].reshape(N, 32, 8, 8),  # z1
            self._buffers[2][: N * 2048].reshape(N, 32, 8, 8),  # spare
            self._buffers[0][: N * 2048].reshape(N, 32, 8, 8),  # a1
            self._buffers[2][: N * 512].reshape(N, 32, 4, 4),  # a2
            self._buffers[2][N * 512 : N * 1024].reshape(N, 32, 4, 4),  # spare2
            self._buffers[3][: N * 512].reshape(N, 32, 4, 4),  # a2_at
            self._buffers[4][: N * 512].reshape(N, 32, 4, 4),  # hit
            self._buffers[5][: N * 512].reshape(N, 32, 4, 4),  # place
            self._buffers[2][N * 512 : N * 1664].reshape(N, 32, 6, 6),  # a2_padded
            self._buffers[2][N * 1664 : N * 6272].reshape(
                N, 32, 3, 3, 4, 4
            ),  # a2_columns
            self._buffers[2][: N * 1024].reshape(N, 64, 4, 4),  # z3
            self._buffers[6][: N * 1024].reshape(N, 64, 4, 4),  # spare3
            self._buffers[2][: N * 1024].reshape(N, 64, 4, 4),  # a3
            self._buffers[2][N * 1024 : N * 1280].reshape(N, 64, 2, 2),  # a4
            self._buffers[2][N * 1280 : N * 1536].reshape(N, 64, 2, 2),  # spare4
            self._buffers[5][: N * 256].reshape(N, 64, 2, 2),  # a4_at
            self._buffers[4][: N * 256].reshape(N, 64, 2, 2),  # hit2
            self._buffers[5][N * 256 : N * 512].reshape(N, 64, 2, 2),  # place2
            self._buffers[6][: N * 256].reshape(N, 256),  # a5
            self._buffers[6][: N * 256].reshape(N, 256),  # a6
            self._buffers[2][N * 1536 : N * 1546].reshape(N, 10),  # yhat
            self._buffers[2][N * 1546 : N * 1556].reshape(N, 10),  # spare5
            self._buffers[2][N * 1546 : N * 1547],  # m
            self._buffers[2][N * 1547 : N * 1557].reshape(N, 10),  # e
            self._buffers[2][N * 1557 : N * 1558],  # s
            self._buffers[2][N * 1558 : N * 1559],  # spare6
            self._buffers[2][N * 1546 : N * 1547],  # lse
            self._buffers[2][N * 1558 : N * 1568].reshape(N, 10),  # spare7
            self._buffers[2][N * 1547 : N * 1557].reshape(N, 10),  # prob
            self._buffers[5][N * 256 : N * 257],  # label
            self._buffers[5][N * 257 : N * 258],  # place3
            self._buffers[2][N * 1557 : N * 1558],  # spare8
            self._buffers[2][N * 1557 : N * 1558],  # difference
            self._buffers[2][N * 1547 : N * 1557].reshape(N, 10),  # z7_bar
            self._buffers[2][N * 1536 : N * 1537],  # z7_bar_at
            self._buffers[7][:2560].reshape(10, 256),  # spare9
            self._buffers[2][N * 1024 : N * 1280].reshape(N, 256),  # a6_bar
            self._buffers[2][N * 1024 : N * 1280].reshape(N, 256),  # a5_bar
            self._buffers[6][: N * 256].reshape(N, 64, 2, 2),  # a4_bar
            self._buffers[6][N * 256 : N * 1280].reshape(N, 64, 4, 4),  # a3_bar
            self._buffers[4][: N * 256].reshape(N, 64, 2, 2),  # mask
            self._buffers[2][N * 1024 : N * 1280].reshape(N, 64, 2, 2),  # value
            self._buffers[4][: N * 1024].reshape(N, 64, 4, 4),  # mask2
            self._buffers[2][: N * 1024].reshape(N, 64, 4, 4),  # spare10
            self._buffers[6][N * 256 : N * 1280].reshape(N, 64, 4, 4),  # z3_bar
            self._buffers[8][: N * 18432].reshape(N, 64, 32, 3, 3),  # product
            self._buffers[7][:18432].reshape(64, 32, 3, 3),  # spare11
            self._buffers[2][: N * 1152].reshape(N, 32, 6, 6),  # a2_bar_padded
            self._buffers[2][N * 1536 : N * 6144].reshape(
                N, 32, 3, 3, 4, 4
            ),  # a2_bar_columns
            self._buffers[6][: N * 512].reshape(N, 32, 4, 4),  # taken
            self._buffers[6][N * 512 : N * 1024].reshape(N, 32, 4, 4),  # spare12
            self._buffers[6][: N * 512].reshape(N, 32, 4, 4),  # a2_bar
            self._buffers[2][N * 1536 : N * 3584].reshape(N, 32, 8, 8),  # a1_bar
            self._buffers[4][: N * 512].reshape(N, 32, 4, 4),  # mask3
            self._buffers[6][N * 512 : N * 1024].reshape(N, 32, 4, 4),  # value2
            self._buffers[4][: N * 2048].reshape(N, 32, 8, 8),  # mask4
            self._buffers[0][: N * 2048].reshape(N, 32, 8, 8),  # spare13
            self._buffers[2][N * 1536 : N * 3584].reshape(N, 32, 8, 8),  # z1_bar
            self._buffers[2][: N * 288].reshape(N, 32, 1, 3, 3),  # product2
            self._buffers[7][:288].reshape(32, 1, 3, 3),  # spare14
            self._rows[:N],  # rows
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
            x_padded,
            x_columns,
            z1,
            spare,
            a1,
            a2,
            spare2,
            a2_at,
            hit,
            place,
            a2_padded,
            a2_columns,
            z3,
            spare3,
            a3,
            a4,
            spare4,
            a4_at,
            hit2,
            place2,
            a5,
            a6,
            yhat,
            spare5,
            m,
            e,
            s,
            spare6,
            lse,
            spare7,
            prob,
            label,
            place3,
            spare8,
            difference,
            z7_bar,
            z7_bar_at,
            spare9,
            a6_bar,
            a5_bar,
            a4_bar,
            a3_bar,
            mask,
            value,
            mask2,
            spare10,
            z3_bar,
            product,
            spare11,
            a2_bar_padded,
            a2_bar_columns,
            taken,
            spare12,
            a2_bar,
            a1_bar,
            mask3,
            value2,
            mask4,
            spare13,
            z1_bar,
            product2,
            spare14,
            rows,
        ) = self._views[N]
        W1_bar, b1_bar, W2_bar, b2_bar, W3_bar, b3_bar = self._gradient
        # (1)  z1[n,i,r,c] = sum[j,u,v](W1[i,j,u,v]*x[n,j,r+u-1,c+v-1])
        #          where 0 <= r+u-1 < 8, 0 <= c+v-1 < 8;  z1[n,i,r,c] += b1[i]
        x_padded.fill(0)
        x_padded[:, :, 1:9, 1:9] = x
        np.copyto(
            x_columns,
            _windows(
                x_padded,
                (0, 1, N),
                (1, 1, 1),
                (2, 1, 3),
                (3, 1, 3),
                (2, 1, 8),
                (3, 1, 8),
            ),
        )
        np.matmul(
            W1.reshape(32, 9), x_columns.reshape(N, 9, 64), out=z1.reshape(N, 32, 64)
        )
        np.copyto(spare, b1[:, None, None])
        z1 += spare
        # (2)  a1[n,i,r,c] = relu(z1[n,i,r,c])
        np.maximum(z1, 0, out=a1)
        # (3)  a2[n,i,r,c] = max[u,v](a1[n,i,2*r+u,2*c+v])
        a2.fill(-np.inf)
        for u in range(2):
            for v in range(2):
                np.copyto(spare2, a1[:, :, u : u + 7 : 2, v : v + 7 : 2])
                np.maximum(a2, spare2, out=a2)
        # (4)  a2_at[n,i,r,c] = argmax[u,v](a1[n,i,2*r+u,2*c+v])
        a2_at.fill(0)
        for u in range(2):
            for v in range(2):
                np.copyto(spare2, a1[:, :, u : u + 7 : 2, v : v + 7 : 2])
                np.equal(spare2, a2, out=hit)
                np.copyto(place, hit)
                place *= 3 - 2 * u - v
                np.maximum(a2_at, place, out=a2_at)
        np.subtract(3, a2_at, out=a2_at)
        # (5)  z3[n,i,r,c] = sum[j,u,v](W2[i,j,u,v]*a2[n,j,r+u-1,c+v-1])
        #          where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4;  z3[n,i,r,c] += b2[i]
        a2_padded.fill(0)
        a2_padded[:, :, 1:5, 1:5] = a2
        np.copyto(
            a2_columns,
            _windows(
                a2_padded,
                (0, 1, N),
                (1, 1, 32),
                (2, 1, 3),
                (3, 1, 3),
                (2, 1, 4),
                (3, 1, 4),
            ),
        )
        np.matmul(
            W2.reshape(64, 288),
            a2_columns.reshape(N, 288, 16),
            out=z3.reshape(N, 64, 16),
        )
        np.copyto(spare3, b2[:, None, None])
        z3 += spare3
        # (6)  a3[n,i,r,c] = relu(z3[n,i,r,c])
        np.maximum(z3, 0, out=a3)
        # (7)  a4[n,i,r,c] = max[u,v](a3[n,i,2*r+u,2*c+v])
        a4.fill(-np.inf)
        for u in range(2):
            for v in range(2):
                np.copyto(spare4, a3[:, :, u : u + 3 : 2, v : v + 3 : 2])
                np.maximum(a4, spare4, out=a4)
        # (8)  a4_at[n,i,r,c] = argmax[u,v](a3[n,i,2*r+u,2*c+v])
        a4_at.fill(0)
        for u in range(2):
            for v in range(2):
                np.copyto(spare4, a3[:, :, u : u + 3 : 2, v : v + 3 : 2])
                np.equal(spare4, a4, out=hit2)
                np.copyto(place2, hit2)
                place2 *= 3 - 2 * u - v
                np.maximum(a4_at, place2, out=a4_at)
        np.subtract(3, a4_at, out=a4_at)
        # (9)  a5[n,4*i+2*r+c] = a4[n,i,r,c]
        np.copyto(a5.reshape(N, 64, 2, 2), a4)
        # (10)  a6[n,i] = 2*a5[n,i]*mask6[n,i]
        np.multiply(a5, mask6, out=a6)
        a6 *= 2
        # (11)  yhat[n,i] = sum[j](W3[i,j]*a6[n,j]) + b3[i]
        np.matmul(a6, W3.T, out=yhat)
        np.copyto(spare5, b3)
        yhat += spare5
        # (12)  m[n] = max[k](yhat[n,k])
        yhat.max(axis=1, out=m)
        # (13)  e[n,k] = exp(yhat[n,k] - m[n])
        np.copyto(e, m[:, None])
        np.subtract(yhat, e, out=e)
        np.exp(e, out=e)
        # (14)  s[n] = sum[k](e[n,k])
        e.sum(axis=1, out=s)
        # (15)  lse[n] = m[n] + log(s[n])
        np.log(s, out=spare6)
        np.add(m, spare6, out=lse)
        # (16)  prob[n,k] = e[n,k]/s[n]
        np.copyto(spare7, s[:, None])
        np.divide(e, spare7, out=prob)
        # (17)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N)
        #           + sum[i,j,u,v](W1[i,j,u,v]**2/20000)
        #           + sum[i,j,u,v](W2[i,j,u,v]**2/20000) + sum[i,j](W3[i,j]**2/20000)
        np.copyto(label, y)
        np.multiply(rows, 10, out=place3)
        place3 += label
        np.take(yhat, place3, out=spare8, mode="clip")
        np.subtract(spare8, lse, out=difference)
        L = -float(difference.sum()) / N
        L += 5e-05 * float(np.vdot(W1, W1))
        L += 5e-05 * float(np.vdot(W2, W2))
        L += 5e-05 * float(np.vdot(W3, W3))
        # (18)  z7_bar[n,k] = prob[n,k]/N;  z7_bar[n,y[n]] += -1/N
        np.divide(prob, N, out=z7_bar)
        np.take(z7_bar, place3, out=z7_bar_at, mode="clip")
        z7_bar_at -= 1 / N
        np.put(z7_bar, place3, z7_bar_at, mode="clip")
        # (19)  b3_bar[i] = sum[n](z7_bar[n,i])
        z7_bar.sum(axis=0, out=b3_bar)
        # (20)  W3_bar[i,j] = sum[n](z7_bar[n,i]*a6[n,j]) + W3[i,j]/10000
        np.matmul(z7_bar.T, a6, out=W3_bar)
        np.multiply(W3, 0.0001, out=spare9)
        W3_bar += spare9
        # (21)  a6_bar[n,j] = sum[i](z7_bar[n,i]*W3[i,j])
        np.matmul(z7_bar, W3, out=a6_bar)
        # (22)  a5_bar[n,i] = 2*a6_bar[n,i]*mask6[n,i]
        np.multiply(a6_bar, mask6, out=a5_bar)
        a5_bar *= 2
        # (23)  a4_bar[n,i,r,c] = a5_bar[n,4*i+2*r+c]
        np.copyto(a4_bar, a5_bar.reshape(N, 64, 2, 2))
        # (24)  a3_bar[n,i,2*r+u,2*c+v] += a4_bar[n,i,r,c] where 2*u+v == a4_at[n,i,r,c]
        a3_bar.fill(0)
        for u in range(2):
            for v in range(2):
                np.equal(a4_at, 2 * u + v, out=mask)
                np.copyto(value, mask)
                value *= a4_bar
                a3_bar[:, :, u : u + 3 : 2, v : v + 3 : 2] = value
        # (25)  z3_bar[n,i,r,c] = a3_bar[n,i,r,c]*step(a3[n,i,r,c])
        np.greater(a3, 0, out=mask2)
        np.copyto(spare10, mask2)
        np.multiply(a3_bar, spare10, out=z3_bar)
        # (26)  b2_bar[i] = sum[n,r,c](z3_bar[n,i,r,c])
        z3_bar.sum(axis=(0, 2, 3), out=b2_bar)
        # (27)  W2_bar[i,j,u,v] = W2[i,j,u,v]/10000;
        #           W2_bar[i,j,u,v] += sum[n,r,c](z3_bar[n,i,r,c]
        #           *a2[n,j,r+u-1,c+v-1]) where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4
        np.matmul(
            z3_bar.reshape(N, 64, 16),
            a2_columns.reshape(N, 288, 16).mT,
            out=product.reshape(N, 64, 288),
        )
        product.sum(axis=0, out=W2_bar)
        np.multiply(W2, 0.0001, out=spare11)
        W2_bar += spare11
        # (28)  a2_bar[n,j,r+u-1,c+v-1] += sum[i](z3_bar[n,i,r,c]
        #           *W2[i,j,u,v]) where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4
        a2_bar_padded.fill(0)
        np.matmul(
            W2.reshape(64, 288).T,
            z3_bar.reshape(N, 64, 16),
            out=a2_bar_columns.reshape(N, 288, 16),
        )
        for u in range(3):
            for v in range(3):
                np.copyto(taken, a2_bar_padded[:, :, u : u + 4, v : v + 4])
                np.copyto(spare12, a2_bar_columns[:, :, u, v])
                taken += spare12
                a2_bar_padded[:, :, u : u + 4, v : v + 4] = taken
        np.copyto(a2_bar, a2_bar_padded[:, :, 1:5, 1:5])
        # (29)  a1_bar[n,i,2*r+u,2*c+v] += a2_bar[n,i,r,c] where 2*u+v == a2_at[n,i,r,c]
        a1_bar.fill(0)
        for u in range(2):
            for v in range(2):
                np.equal(a2_at, 2 * u + v, out=mask3)
                np.copyto(value2, mask3)
                value2 *= a2_bar
                a1_bar[:, :, u : u + 7 : 2, v : v + 7 : 2] = value2
        # (30)  z1_bar[n,i,r,c] = a1_bar[n,i,r,c]*step(a1[n,i,r,c])
        np.greater(a1, 0, out=mask4)
        np.copyto(spare13, mask4)
        np.multiply(a1_bar, spare13, out=z1_bar)
        # (31)  b1_bar[i] = sum[n,r,c](z1_bar[n,i,r,c])
        z1_bar.sum(axis=(0, 2, 3), out=b1_bar)
        # (32)  W1_bar[i,j,u,v] = W1[i,j,u,v]/10000;
        #           W1_bar[i,j,u,v] += sum[n,r,c](z1_bar[n,i,r,c]
        #           *x[n,j,r+u-1,c+v-1]) where 0 <= r+u-1 < 8, 0 <= c+v-1 < 8
        np.matmul(
            z1_bar.reshape(N, 32, 64),
            x_columns.reshape(N, 9, 64).mT,
            out=product2.reshape(N, 32, 9),
        )
        product2.sum(axis=0, out=W1_bar)
        np.multiply(W1, 0.0001, out=spare14)
        W1_bar += spare14
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
    return np.lib.stride_tricks.as_strided(a, shape, strides)


def _check_inputs(p: Parameters, X: Array, dtype: np.dtype[Any]) -> int:
    """The run-time sizes, of arguments that fit."""
    if dtype.char not in "fd":
        raise ValueError(f"p.W1 has dtype {dtype}, needs float32 or float64")
    _check_arrays("p", p, dtype)
    N = _length("X", X, 0, "(N, 1, 8, 8)")
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
