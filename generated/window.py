"""window: A convolution by hand

A NumPy module made by symbp from the equations of the network. The number before an
equation is its number in the notes. NAME_bar is dL/dNAME, and W1[i,j] is the weight
to unit i from unit j. Arrays are float32 or float64 throughout; the batch comes first.
"""

from __future__ import annotations

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
    """New parameters: Glorot uniform, He normal before relu-like activations, zero biases."""
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
    # (1)  z1[n,i,r,c] = sum[j,u,v](W1[i,j,u,v]*x[n,j,r+u-1,c+v-1])
    #          where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4;  z1[n,i,r,c] += b1[i]
    x_padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    x_columns = _windows(
        x_padded, (0, 1, N), (1, 1, 1), (2, 1, 3), (3, 1, 3), (2, 1, 4), (3, 1, 4)
    ).copy()
    z1 = (W1.reshape(2, 9) @ x_columns.reshape(N, 9, 16)).reshape(N, 2, 4, 4)
    z1 += b1[:, None, None]
    # (2)  a1[n,i,r,c] = relu(z1[n,i,r,c])
    a1 = np.maximum(z1, 0)
    # (3)  a2[n,i,r,c] = max[u,v](a1[n,i,2*r+u,2*c+v])
    a2 = np.full((N, 2, 2, 2), -np.inf, dtype)
    for u, v in np.ndindex(2, 2):
        a2 = np.maximum(a2, a1[:, :, u : u + 3 : 2, v : v + 3 : 2])
    # (5)  a3[n,4*i+2*r+c] = a2[n,i,r,c]
    a3 = a2.reshape(N, 8)
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
    # (1)  z1[n,i,r,c] = sum[j,u,v](W1[i,j,u,v]*x[n,j,r+u-1,c+v-1])
    #          where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4;  z1[n,i,r,c] += b1[i]
    x_padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    x_columns = _windows(
        x_padded, (0, 1, N), (1, 1, 1), (2, 1, 3), (3, 1, 3), (2, 1, 4), (3, 1, 4)
    ).copy()
    z1 = (W1.reshape(2, 9) @ x_columns.reshape(N, 9, 16)).reshape(N, 2, 4, 4)
    z1 += b1[:, None, None]
    # (2)  a1[n,i,r,c] = relu(z1[n,i,r,c])
    a1 = np.maximum(z1, 0)
    # (3)  a2[n,i,r,c] = max[u,v](a1[n,i,2*r+u,2*c+v])
    a2 = np.full((N, 2, 2, 2), -np.inf, dtype)
    for u, v in np.ndindex(2, 2):
        a2 = np.maximum(a2, a1[:, :, u : u + 3 : 2, v : v + 3 : 2])
    # (5)  a3[n,4*i+2*r+c] = a2[n,i,r,c]
    a3 = a2.reshape(N, 8)
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

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    N = _check_inputs(p, X, p[0].dtype)
    _check_targets(Y, N, p[0].dtype)
    dtype = p[0].dtype
    W1, b1, W2, b2 = p
    x, y = X, Y
    # (1)  z1[n,i,r,c] = sum[j,u,v](W1[i,j,u,v]*x[n,j,r+u-1,c+v-1])
    #          where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4;  z1[n,i,r,c] += b1[i]
    x_padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    x_columns = _windows(
        x_padded, (0, 1, N), (1, 1, 1), (2, 1, 3), (3, 1, 3), (2, 1, 4), (3, 1, 4)
    ).copy()
    z1 = (W1.reshape(2, 9) @ x_columns.reshape(N, 9, 16)).reshape(N, 2, 4, 4)
    z1 += b1[:, None, None]
    # (2)  a1[n,i,r,c] = relu(z1[n,i,r,c])
    a1 = np.maximum(z1, 0)
    # (3)  a2[n,i,r,c] = max[u,v](a1[n,i,2*r+u,2*c+v])
    a2 = np.full((N, 2, 2, 2), -np.inf, dtype)
    for u, v in np.ndindex(2, 2):
        a2 = np.maximum(a2, a1[:, :, u : u + 3 : 2, v : v + 3 : 2])
    # (4)  a2_at[n,i,r,c] = argmax[u,v](a1[n,i,2*r+u,2*c+v])
    a2_at = np.zeros((N, 2, 2, 2), np.int64)
    for u, v in reversed(list(np.ndindex(2, 2))):
        a2_at[a1[:, :, u : u + 3 : 2, v : v + 3 : 2] == a2] = 2 * u + v
    # (5)  a3[n,4*i+2*r+c] = a2[n,i,r,c]
    a3 = a2.reshape(N, 8)
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
    # (11)  yhat[n,i] = e4[n,i]/s4[n]
    yhat = e4 / s4[:, None]
    # (12)  L = sum[n,k](-y[n,k]*(z4[n,k] - lse4[n])/N)
    L = -float(np.vdot(y, z4 - lse4[:, None])) / N
    # (13)  z4_bar[n,i] = (yhat[n,i] - y[n,i])/N
    z4_bar = (yhat - y) / N
    # (14)  b2_bar[i] = sum[n](z4_bar[n,i])
    b2_bar = z4_bar.sum(axis=0)
    # (15)  W2_bar[i,j] = sum[n](z4_bar[n,i]*a3[n,j])
    W2_bar = z4_bar.T @ a3
    # (16)  a3_bar[n,j] = sum[i](z4_bar[n,i]*W2[i,j])
    a3_bar = z4_bar @ W2
    # (17)  a2_bar[n,i,r,c] = a3_bar[n,4*i+2*r+c]
    a2_bar = a3_bar.reshape(N, 2, 2, 2)
    # (18)  a1_bar[n,i,2*r+u,2*c+v] += a2_bar[n,i,r,c] where 2*u+v == a2_at[n,i,r,c]
    a1_bar = np.zeros((N, 2, 4, 4), dtype)
    for u, v in np.ndindex(2, 2):
        a1_bar[:, :, u : u + 3 : 2, v : v + 3 : 2] = (a2_at == 2 * u + v) * a2_bar
    # (19)  z1_bar[n,i,r,c] = a1_bar[n,i,r,c]*step(a1[n,i,r,c])
    z1_bar = a1_bar * (a1 > 0)
    # (20)  b1_bar[i] = sum[n,r,c](z1_bar[n,i,r,c])
    b1_bar = z1_bar.sum(axis=(0, 2, 3))
    # (21)  W1_bar[i,j,u,v] += sum[n,r,c](z1_bar[n,i,r,c]*x[n,j,r+u-1,c+v-1])
    #           where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4
    product = (z1_bar.reshape(N, 2, 16) @ x_columns.reshape(N, 9, 16).mT).reshape(
        N, 2, 1, 3, 3
    )
    W1_bar = product.sum(axis=0)
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
            np.empty(batch * 36, self.dtype),
            np.empty(batch * 144, self.dtype),
            np.empty(batch * 32, self.dtype),
            np.empty(batch * 8, self.dtype),
            np.empty(batch * 8, np.intp),
            np.empty(batch * 32, np.bool_),
            np.empty(batch * 8, np.intp),
            np.empty(batch * 32, self.dtype),
            np.empty(batch * 8, self.dtype),
            np.empty(batch * 2, self.dtype),
            np.empty(batch, self.dtype),
            np.empty(batch * 2, self.dtype),
        )
        self._sums = np.empty(batch, self.dtype)
        self._views: dict[int, tuple[Array, ...]] = {}

    def _cut(self, N: int) -> tuple[Array, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        return (
            self._buffers[0][: N * 36].reshape(N, 1, 6, 6),  # x_padded
            self._buffers[1][: N * 144].reshape(N, 1, 3, 3, 4, 4),  # x_columns
            self._buffers[0][: N * 32].reshape(N, 2, 4, 4),  # z1
            self._buffers[2][: N * 32].reshape(N, 2, 4, 4),  # spare
            self._buffers[0][: N * 32].reshape(N, 2, 4, 4),  # a1
            self._buffers[2][: N * 8].reshape(N, 2, 2, 2),  # a2
            self._buffers[3][: N * 8].reshape(N, 2, 2, 2),  # spare2
            self._buffers[4][: N * 8].reshape(N, 2, 2, 2),  # a2_at
            self._buffers[5][: N * 8].reshape(N, 2, 2, 2),  # hit
            self._buffers[6][: N * 8].reshape(N, 2, 2, 2),  # place
            self._buffers[7][: N * 8].reshape(N, 8),  # a3
            self._buffers[2][: N * 2].reshape(N, 2),  # z4
            self._buffers[8][: N * 2].reshape(N, 2),  # spare3
            self._buffers[8][:N],  # m4
            self._buffers[9][: N * 2].reshape(N, 2),  # e4
            self._buffers[10][:N],  # s4
            self._buffers[11][:N],  # spare4
            self._buffers[8][:N],  # lse4
            self._buffers[11][: N * 2].reshape(N, 2),  # spare5
            self._buffers[9][: N * 2].reshape(N, 2),  # yhat
            self._buffers[9][: N * 2].reshape(N, 2),  # z4_bar
            self._buffers[7][: N * 8].reshape(N, 8),  # a3_bar
            self._buffers[2][: N * 8].reshape(N, 2, 2, 2),  # a2_bar
            self._buffers[7][: N * 32].reshape(N, 2, 4, 4),  # a1_bar
            self._buffers[5][: N * 8].reshape(N, 2, 2, 2),  # mask
            self._buffers[8][: N * 8].reshape(N, 2, 2, 2),  # value
            self._buffers[5][: N * 32].reshape(N, 2, 4, 4),  # mask2
            self._buffers[7][: N * 32].reshape(N, 2, 4, 4),  # z1_bar
            self._buffers[2][: N * 18].reshape(N, 2, 1, 3, 3),  # product
        )

    def loss_and_grad(
        self, p: Parameters, X: Array, Y: Array
    ) -> tuple[float, Parameters]:
        """As the function ``loss_and_grad``, but allocates nothing after its first call."""
        N = _check_inputs(p, X, self.dtype)
        _check_targets(Y, N, self.dtype, self._sums[:N])
        if N > self.batch:
            raise ValueError(
                f"the batch has {N} samples, this workspace holds {self.batch}"
            )
        W1, b1, W2, b2 = p
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
            a3,
            z4,
            spare3,
            m4,
            e4,
            s4,
            spare4,
            lse4,
            spare5,
            yhat,
            z4_bar,
            a3_bar,
            a2_bar,
            a1_bar,
            mask,
            value,
            mask2,
            z1_bar,
            product,
        ) = self._views[N]
        W1_bar, b1_bar, W2_bar, b2_bar = self._gradient
        # (1)  z1[n,i,r,c] = sum[j,u,v](W1[i,j,u,v]*x[n,j,r+u-1,c+v-1])
        #          where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4;  z1[n,i,r,c] += b1[i]
        x_padded.fill(0)
        x_padded[:, :, 1:5, 1:5] = x
        np.copyto(
            x_columns,
            _windows(
                x_padded,
                (0, 1, N),
                (1, 1, 1),
                (2, 1, 3),
                (3, 1, 3),
                (2, 1, 4),
                (3, 1, 4),
            ),
        )
        np.matmul(
            W1.reshape(2, 9), x_columns.reshape(N, 9, 16), out=z1.reshape(N, 2, 16)
        )
        np.copyto(spare, b1[:, None, None])
        z1 += spare
        # (2)  a1[n,i,r,c] = relu(z1[n,i,r,c])
        np.maximum(z1, 0, out=a1)
        # (3)  a2[n,i,r,c] = max[u,v](a1[n,i,2*r+u,2*c+v])
        a2.fill(-np.inf)
        for u in range(2):
            for v in range(2):
                np.copyto(spare2, a1[:, :, u : u + 3 : 2, v : v + 3 : 2])
                np.maximum(a2, spare2, out=a2)
        # (4)  a2_at[n,i,r,c] = argmax[u,v](a1[n,i,2*r+u,2*c+v])
        a2_at.fill(0)
        for u in range(2):
            for v in range(2):
                np.copyto(spare2, a1[:, :, u : u + 3 : 2, v : v + 3 : 2])
                np.equal(spare2, a2, out=hit)
                np.copyto(place, hit)
                place *= 3 - 2 * u - v
                np.maximum(a2_at, place, out=a2_at)
        np.subtract(3, a2_at, out=a2_at)
        # (5)  a3[n,4*i+2*r+c] = a2[n,i,r,c]
        np.copyto(a3.reshape(N, 2, 2, 2), a2)
        # (6)  z4[n,i] = sum[j](W2[i,j]*a3[n,j]) + b2[i]
        np.matmul(a3, W2.T, out=z4)
        np.copyto(spare3, b2)
        z4 += spare3
        # (7)  m4[n] = max[i](z4[n,i])
        z4.max(axis=1, out=m4)
        # (8)  e4[n,i] = exp(z4[n,i] - m4[n])
        np.copyto(e4, m4[:, None])
        np.subtract(z4, e4, out=e4)
        np.exp(e4, out=e4)
        # (9)  s4[n] = sum[i](e4[n,i])
        e4.sum(axis=1, out=s4)
        # (10)  lse4[n] = m4[n] + log(s4[n])
        np.log(s4, out=spare4)
        np.add(m4, spare4, out=lse4)
        # (11)  yhat[n,i] = e4[n,i]/s4[n]
        np.copyto(spare5, s4[:, None])
        np.divide(e4, spare5, out=yhat)
        # (12)  L = sum[n,k](-y[n,k]*(z4[n,k] - lse4[n])/N)
        np.copyto(spare5, lse4[:, None])
        z4 -= spare5
        L = -float(np.vdot(y, z4)) / N
        # (13)  z4_bar[n,i] = (yhat[n,i] - y[n,i])/N
        np.subtract(yhat, y, out=z4_bar)
        z4_bar /= N
        # (14)  b2_bar[i] = sum[n](z4_bar[n,i])
        z4_bar.sum(axis=0, out=b2_bar)
        # (15)  W2_bar[i,j] = sum[n](z4_bar[n,i]*a3[n,j])
        np.matmul(z4_bar.T, a3, out=W2_bar)
        # (16)  a3_bar[n,j] = sum[i](z4_bar[n,i]*W2[i,j])
        np.matmul(z4_bar, W2, out=a3_bar)
        # (17)  a2_bar[n,i,r,c] = a3_bar[n,4*i+2*r+c]
        np.copyto(a2_bar, a3_bar.reshape(N, 2, 2, 2))
        # (18)  a1_bar[n,i,2*r+u,2*c+v] += a2_bar[n,i,r,c] where 2*u+v == a2_at[n,i,r,c]
        a1_bar.fill(0)
        for u in range(2):
            for v in range(2):
                np.equal(a2_at, 2 * u + v, out=mask)
                np.copyto(value, mask)
                value *= a2_bar
                a1_bar[:, :, u : u + 3 : 2, v : v + 3 : 2] = value
        # (19)  z1_bar[n,i,r,c] = a1_bar[n,i,r,c]*step(a1[n,i,r,c])
        np.greater(a1, 0, out=mask2)
        np.copyto(spare, mask2)
        np.multiply(a1_bar, spare, out=z1_bar)
        # (20)  b1_bar[i] = sum[n,r,c](z1_bar[n,i,r,c])
        z1_bar.sum(axis=(0, 2, 3), out=b1_bar)
        # (21)  W1_bar[i,j,u,v] += sum[n,r,c](z1_bar[n,i,r,c]
        #           *x[n,j,r+u-1,c+v-1]) where 0 <= r+u-1 < 4, 0 <= c+v-1 < 4
        np.matmul(
            z1_bar.reshape(N, 2, 16),
            x_columns.reshape(N, 9, 16).mT,
            out=product.reshape(N, 2, 9),
        )
        product.sum(axis=0, out=W1_bar)
        return L, self._gradient


def sgd(
    p: Parameters,
    g: Parameters,
    learning_rate: float,
    clip_norm: float | None = None,
) -> Parameters:
    """One step of gradient descent: w - learning_rate * dL/dw for every parameter w.

    A gradient longer than ``clip_norm``, all parameters together, is shortened to it.
    """
    rate = float(learning_rate)
    if clip_norm is not None:
        length = float(np.sqrt(sum(float(np.vdot(d, d)) for d in g)))
        rate *= min(1.0, clip_norm / length) if length else 1.0
    return Parameters(*(w - rate * d for w, d in zip(p, g, strict=True)))


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
    return np.lib.stride_tricks.as_strided(a, shape, strides)


def _check_inputs(p: Parameters, X: Array, dtype: np.dtype[Any]) -> int:
    """The run-time sizes, of arguments that fit."""
    if dtype.char not in "fd":
        raise ValueError(f"p.W1 has dtype {dtype}, needs float32 or float64")
    for name, a, shape in zip(Parameters._fields, p, _SHAPES, strict=True):
        _fits(f"p.{name}", a, shape, dtype)
    N = _length("X", X, 0, "(N, 1, 4, 4)")
    _fits("X", X, (N, 1, 4, 4), dtype)
    return N


def _check_targets(
    Y: Array, N: int, dtype: np.dtype[Any], sums: Array | None = None
) -> None:
    """Raises ValueError unless the targets fit the inputs."""
    _fits("Y", Y, (N, 2), dtype)
    _sums_to_one("Y", Y, sums)


def _length(name: str, a: Array, axis: int, needs: str) -> int:
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
    if not a.shape[axis]:
        raise ValueError(f"{name} has shape {a.shape}, needs at least one sample")
    return int(a.shape[axis])


def _fits(name: str, a: Array, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Raises an error unless the argument is an array of this shape and dtype."""
    if not isinstance(a, np.ndarray):
        raise TypeError(f"{name} is a {type(a).__name__}, needs an array {shape}")
    if a.shape != shape:
        raise ValueError(f"{name} has shape {a.shape}, needs {shape}")
    if a.dtype != dtype:
        raise ValueError(f"{name} has dtype {a.dtype}, needs {dtype}")


def _sums_to_one(name: str, a: Array, sums: Array | None = None) -> None:
    """Raises ValueError unless every row sums to one, which the gradient relies on."""
    sums = a.sum(axis=-1, out=sums)
    if max(np.maximum.reduce(sums) - 1, 1 - np.minimum.reduce(sums)) > 1e-4:
        k = int(np.abs(sums - 1).argmax())
        raise ValueError(f"{name}[{k}] sums to {sums[k]:.6g}, needs to sum to 1")
