"""deep: Twelve layers deep

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

    W1: Array  # (3, 3)
    b1: Array  # (3,)
    W2: Array  # (3, 3)
    b2: Array  # (3,)
    W3: Array  # (3, 3)
    b3: Array  # (3,)
    W4: Array  # (3, 3)
    b4: Array  # (3,)
    W5: Array  # (3, 3)
    b5: Array  # (3,)
    W6: Array  # (3, 3)
    b6: Array  # (3,)
    W7: Array  # (3, 3)
    b7: Array  # (3,)
    W8: Array  # (3, 3)
    b8: Array  # (3,)
    W9: Array  # (3, 3)
    b9: Array  # (3,)
    W10: Array  # (3, 3)
    b10: Array  # (3,)
    W11: Array  # (3, 3)
    b11: Array  # (3,)
    W12: Array  # (1, 3)
    b12: Array  # (1,)


_SHAPES: tuple[tuple[int, ...], ...] = (
    (3, 3),
    (3,),
    (3, 3),
    (3,),
    (3, 3),
    (3,),
    (3, 3),
    (3,),
    (3, 3),
    (3,),
    (3, 3),
    (3,),
    (3, 3),
    (3,),
    (3, 3),
    (3,),
    (3, 3),
    (3,),
    (3, 3),
    (3,),
    (3, 3),
    (3,),
    (1, 3),
    (1,),
)


def init(seed: int = 0, dtype: npt.DTypeLike = np.float32) -> Parameters:
    """New parameters: Glorot uniform, zero biases."""
    rng = np.random.default_rng(seed)
    return Parameters(
        W1=_glorot_uniform(rng, (3, 3), dtype),
        b1=np.zeros((3,), dtype),
        W2=_glorot_uniform(rng, (3, 3), dtype),
        b2=np.zeros((3,), dtype),
        W3=_glorot_uniform(rng, (3, 3), dtype),
        b3=np.zeros((3,), dtype),
        W4=_glorot_uniform(rng, (3, 3), dtype),
        b4=np.zeros((3,), dtype),
        W5=_glorot_uniform(rng, (3, 3), dtype),
        b5=np.zeros((3,), dtype),
        W6=_glorot_uniform(rng, (3, 3), dtype),
        b6=np.zeros((3,), dtype),
        W7=_glorot_uniform(rng, (3, 3), dtype),
        b7=np.zeros((3,), dtype),
        W8=_glorot_uniform(rng, (3, 3), dtype),
        b8=np.zeros((3,), dtype),
        W9=_glorot_uniform(rng, (3, 3), dtype),
        b9=np.zeros((3,), dtype),
        W10=_glorot_uniform(rng, (3, 3), dtype),
        b10=np.zeros((3,), dtype),
        W11=_glorot_uniform(rng, (3, 3), dtype),
        b11=np.zeros((3,), dtype),
        W12=_glorot_uniform(rng, (1, 3), dtype),
        b12=np.zeros((1,), dtype),
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
        [[0.69, 0.52, -0.16], [-0.48, 0.02, -0.19], [0.57, -0.39, -0.05]], dtype
    )
    b1 = np.array([0.08, 0.41, 0.01], dtype)
    W2 = np.array([[-0.44, 0.51, 0.24], [-0.5, 0.82, 0.97], [0.62, 0.8, -0.38]], dtype)
    b2 = np.array([0.23, 0.4, 0.18], dtype)
    W3 = np.array(
        [[-0.06, -0.8, -0.13], [0.22, 0.83, 0.93], [-0.05, 0.73, -0.48]], dtype
    )
    b3 = np.array([0.31, 0.05, -0.49], dtype)
    W4 = np.array(
        [[0.44, -0.2, 0.65], [0.34, -1.0, -0.01], [0.74, -0.51, -0.35]], dtype
    )
    b4 = np.array([0.37, -0.31, 0.07], dtype)
    W5 = np.array(
        [[-0.52, 0.94, 0.61], [-0.1, -0.84, -0.36], [0.02, 0.87, -0.78]], dtype
    )
    b5 = np.array([0.05, 0.21, 0.05], dtype)
    W6 = np.array([[0.63, 0.08, 0.93], [0.21, 0.18, -0.11], [0.19, -0.23, 0.15]], dtype)
    b6 = np.array([-0.21, -0.31, -0.31], dtype)
    W7 = np.array([[0.23, 0.31, -0.05], [-0.82, 0.52, 0.75], [0.85, 0.68, 0.8]], dtype)
    b7 = np.array([0.42, 0.04, -0.11], dtype)
    W8 = np.array([[0.41, -0.45, 0.62], [0.7, 0.79, 0.18], [0.9, 0.16, -0.1]], dtype)
    b8 = np.array([0.16, 0.5, 0.42], dtype)
    W9 = np.array(
        [[0.59, -0.84, 0.23], [-0.03, 0.26, 0.69], [-0.51, 0.46, -0.77]], dtype
    )
    b9 = np.array([-0.28, 0.29, -0.17], dtype)
    W10 = np.array([[0.63, -0.8, -0.71], [0.4, -0.91, 0.15], [0.82, 0.07, 0.36]], dtype)
    b10 = np.array([-0.47, 0.13, 0.11], dtype)
    W11 = np.array(
        [[0.15, -0.22, -0.26], [0.96, -0.93, -0.96], [0.92, -0.63, -0.75]], dtype
    )
    b11 = np.array([-0.29, 0.3, 0.44], dtype)
    W12 = np.array([[-1.17, -0.18, -0.98]], dtype)
    b12 = np.array([-0.24], dtype)
    X = np.array([[0.5, -0.2, 0.8]], dtype)
    Y = np.array([[0.5]], dtype)
    p = Parameters(
        W1,
        b1,
        W2,
        b2,
        W3,
        b3,
        W4,
        b4,
        W5,
        b5,
        W6,
        b6,
        W7,
        b7,
        W8,
        b8,
        W9,
        b9,
        W10,
        b10,
        W11,
        b11,
        W12,
        b12,
    )
    return p, X, Y


def predict(p: Parameters, X: Array) -> Array:
    """The output yhat for a batch of inputs, (N, 1).

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    _check_inputs(p, X, p[0].dtype)
    (
        W1,
        b1,
        W2,
        b2,
        W3,
        b3,
        W4,
        b4,
        W5,
        b5,
        W6,
        b6,
        W7,
        b7,
        W8,
        b8,
        W9,
        b9,
        W10,
        b10,
        W11,
        b11,
        W12,
        b12,
    ) = p
    x = X
    # (1)  z1[n,i] = sum[j](W1[i,j]*x[n,j]) + b1[i]
    z1 = x @ W1.T + b1
    # (2)  a1[n,i] = tanh(z1[n,i])
    a1 = np.tanh(z1)
    # (3)  z2[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
    z2 = a1 @ W2.T + b2
    # (4)  a2[n,i] = tanh(z2[n,i])
    a2 = np.tanh(z2)
    # (5)  z3[n,i] = sum[j](W3[i,j]*a2[n,j]) + b3[i]
    z3 = a2 @ W3.T + b3
    # (6)  a3[n,i] = tanh(z3[n,i])
    a3 = np.tanh(z3)
    # (7)  z4[n,i] = sum[j](W4[i,j]*a3[n,j]) + b4[i]
    z4 = a3 @ W4.T + b4
    # (8)  a4[n,i] = tanh(z4[n,i])
    a4 = np.tanh(z4)
    # (9)  z5[n,i] = sum[j](W5[i,j]*a4[n,j]) + b5[i]
    z5 = a4 @ W5.T + b5
    # (10)  a5[n,i] = tanh(z5[n,i])
    a5 = np.tanh(z5)
    # (11)  z6[n,i] = sum[j](W6[i,j]*a5[n,j]) + b6[i]
    z6 = a5 @ W6.T + b6
    # (12)  a6[n,i] = tanh(z6[n,i])
    a6 = np.tanh(z6)
    # (13)  z7[n,i] = sum[j](W7[i,j]*a6[n,j]) + b7[i]
    z7 = a6 @ W7.T + b7
    # (14)  a7[n,i] = tanh(z7[n,i])
    a7 = np.tanh(z7)
    # (15)  z8[n,i] = sum[j](W8[i,j]*a7[n,j]) + b8[i]
    z8 = a7 @ W8.T + b8
    # (16)  a8[n,i] = tanh(z8[n,i])
    a8 = np.tanh(z8)
    # (17)  z9[n,i] = sum[j](W9[i,j]*a8[n,j]) + b9[i]
    z9 = a8 @ W9.T + b9
    # (18)  a9[n,i] = tanh(z9[n,i])
    a9 = np.tanh(z9)
    # (19)  z10[n,i] = sum[j](W10[i,j]*a9[n,j]) + b10[i]
    z10 = a9 @ W10.T + b10
    # (20)  a10[n,i] = tanh(z10[n,i])
    a10 = np.tanh(z10)
    # (21)  z11[n,i] = sum[j](W11[i,j]*a10[n,j]) + b11[i]
    z11 = a10 @ W11.T + b11
    # (22)  a11[n,i] = tanh(z11[n,i])
    a11 = np.tanh(z11)
    # (23)  z12[n,i] = sum[j](W12[i,j]*a11[n,j]) + b12[i]
    z12 = a11 @ W12.T + b12
    # (24)  yhat[n,i] = tanh(z12[n,i])
    yhat: Array = np.tanh(z12)
    return yhat


def loss(p: Parameters, X: Array, Y: Array) -> float:
    """The loss L.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    N = _check_inputs(p, X, p[0].dtype)
    _check_targets(Y, N, p[0].dtype)
    (
        W1,
        b1,
        W2,
        b2,
        W3,
        b3,
        W4,
        b4,
        W5,
        b5,
        W6,
        b6,
        W7,
        b7,
        W8,
        b8,
        W9,
        b9,
        W10,
        b10,
        W11,
        b11,
        W12,
        b12,
    ) = p
    x, y = X, Y
    # (1)  z1[n,i] = sum[j](W1[i,j]*x[n,j]) + b1[i]
    z1 = x @ W1.T + b1
    # (2)  a1[n,i] = tanh(z1[n,i])
    a1 = np.tanh(z1)
    # (3)  z2[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
    z2 = a1 @ W2.T + b2
    # (4)  a2[n,i] = tanh(z2[n,i])
    a2 = np.tanh(z2)
    # (5)  z3[n,i] = sum[j](W3[i,j]*a2[n,j]) + b3[i]
    z3 = a2 @ W3.T + b3
    # (6)  a3[n,i] = tanh(z3[n,i])
    a3 = np.tanh(z3)
    # (7)  z4[n,i] = sum[j](W4[i,j]*a3[n,j]) + b4[i]
    z4 = a3 @ W4.T + b4
    # (8)  a4[n,i] = tanh(z4[n,i])
    a4 = np.tanh(z4)
    # (9)  z5[n,i] = sum[j](W5[i,j]*a4[n,j]) + b5[i]
    z5 = a4 @ W5.T + b5
    # (10)  a5[n,i] = tanh(z5[n,i])
    a5 = np.tanh(z5)
    # (11)  z6[n,i] = sum[j](W6[i,j]*a5[n,j]) + b6[i]
    z6 = a5 @ W6.T + b6
    # (12)  a6[n,i] = tanh(z6[n,i])
    a6 = np.tanh(z6)
    # (13)  z7[n,i] = sum[j](W7[i,j]*a6[n,j]) + b7[i]
    z7 = a6 @ W7.T + b7
    # (14)  a7[n,i] = tanh(z7[n,i])
    a7 = np.tanh(z7)
    # (15)  z8[n,i] = sum[j](W8[i,j]*a7[n,j]) + b8[i]
    z8 = a7 @ W8.T + b8
    # (16)  a8[n,i] = tanh(z8[n,i])
    a8 = np.tanh(z8)
    # (17)  z9[n,i] = sum[j](W9[i,j]*a8[n,j]) + b9[i]
    z9 = a8 @ W9.T + b9
    # (18)  a9[n,i] = tanh(z9[n,i])
    a9 = np.tanh(z9)
    # (19)  z10[n,i] = sum[j](W10[i,j]*a9[n,j]) + b10[i]
    z10 = a9 @ W10.T + b10
    # (20)  a10[n,i] = tanh(z10[n,i])
    a10 = np.tanh(z10)
    # (21)  z11[n,i] = sum[j](W11[i,j]*a10[n,j]) + b11[i]
    z11 = a10 @ W11.T + b11
    # (22)  a11[n,i] = tanh(z11[n,i])
    a11 = np.tanh(z11)
    # (23)  z12[n,i] = sum[j](W12[i,j]*a11[n,j]) + b12[i]
    z12 = a11 @ W12.T + b12
    # (24)  yhat[n,i] = tanh(z12[n,i])
    yhat = np.tanh(z12)
    # (25)  L = sum[n,k]((yhat[n,k] - y[n,k])**2/N)
    difference = yhat - y
    L = float(np.vdot(difference, difference)) / N
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
            _aligned(batch * 3, self.dtype),
            _aligned(batch * 3, self.dtype),
            _aligned(batch * 3, self.dtype),
            _aligned(batch * 3, self.dtype),
            _aligned(batch * 3, self.dtype),
            _aligned(batch * 3, self.dtype),
            _aligned(batch * 3, self.dtype),
            _aligned(batch * 3, self.dtype),
            _aligned(batch * 3, self.dtype),
            _aligned(batch * 3, self.dtype),
            _aligned(batch * 3, self.dtype),
            _aligned(batch * 5, self.dtype),
            np.array(1, self.dtype),
            np.ones(batch, self.dtype),
        )
        self._views: dict[int, tuple[Array, ...]] = {}

    def _cut(self, N: int) -> tuple[Array, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        return (
            self._buffers[0][: N * 3].reshape(N, 3),  # z1
            self._buffers[1][: N * 3].reshape(N, 3),  # spare
            self._buffers[0][: N * 3].reshape(N, 3),  # a1
            self._buffers[1][: N * 3].reshape(N, 3),  # z2
            self._buffers[2][: N * 3].reshape(N, 3),  # spare2
            self._buffers[1][: N * 3].reshape(N, 3),  # a2
            self._buffers[2][: N * 3].reshape(N, 3),  # z3
            self._buffers[3][: N * 3].reshape(N, 3),  # spare3
            self._buffers[2][: N * 3].reshape(N, 3),  # a3
            self._buffers[3][: N * 3].reshape(N, 3),  # z4
            self._buffers[4][: N * 3].reshape(N, 3),  # spare4
            self._buffers[3][: N * 3].reshape(N, 3),  # a4
            self._buffers[4][: N * 3].reshape(N, 3),  # z5
            self._buffers[5][: N * 3].reshape(N, 3),  # spare5
            self._buffers[4][: N * 3].reshape(N, 3),  # a5
            self._buffers[5][: N * 3].reshape(N, 3),  # z6
            self._buffers[6][: N * 3].reshape(N, 3),  # spare6
            self._buffers[5][: N * 3].reshape(N, 3),  # a6
            self._buffers[6][: N * 3].reshape(N, 3),  # z7
            self._buffers[7][: N * 3].reshape(N, 3),  # spare7
            self._buffers[6][: N * 3].reshape(N, 3),  # a7
            self._buffers[7][: N * 3].reshape(N, 3),  # z8
            self._buffers[8][: N * 3].reshape(N, 3),  # spare8
            self._buffers[7][: N * 3].reshape(N, 3),  # a8
            self._buffers[8][: N * 3].reshape(N, 3),  # z9
            self._buffers[9][: N * 3].reshape(N, 3),  # spare9
            self._buffers[8][: N * 3].reshape(N, 3),  # a9
            self._buffers[9][: N * 3].reshape(N, 3),  # z10
            self._buffers[10][: N * 3].reshape(N, 3),  # spare10
            self._buffers[9][: N * 3].reshape(N, 3),  # a10
            self._buffers[10][: N * 3].reshape(N, 3),  # z11
            self._buffers[11][: N * 3].reshape(N, 3),  # spare11
            self._buffers[10][: N * 3].reshape(N, 3),  # a11
            self._buffers[11][:N].reshape(N, 1),  # z12
            self._buffers[11][N : N * 2].reshape(N, 1),  # spare12
            self._buffers[11][:N].reshape(N, 1),  # yhat
            self._buffers[11][N : N * 2].reshape(N, 1),  # difference
            self._buffers[11][N : N * 2].reshape(N, 1),  # yhat_bar
            self._buffers[11][N : N * 2].reshape(N, 1),  # z12_bar
            self._buffers[11][N * 2 : N * 5].reshape(N, 3),  # a11_bar
            self._buffers[11][N * 2 : N * 5].reshape(N, 3),  # z11_bar
            self._buffers[10][: N * 3].reshape(N, 3),  # a10_bar
            self._buffers[10][: N * 3].reshape(N, 3),  # z10_bar
            self._buffers[9][: N * 3].reshape(N, 3),  # a9_bar
            self._buffers[9][: N * 3].reshape(N, 3),  # z9_bar
            self._buffers[8][: N * 3].reshape(N, 3),  # a8_bar
            self._buffers[8][: N * 3].reshape(N, 3),  # z8_bar
            self._buffers[7][: N * 3].reshape(N, 3),  # a7_bar
            self._buffers[7][: N * 3].reshape(N, 3),  # z7_bar
            self._buffers[6][: N * 3].reshape(N, 3),  # a6_bar
            self._buffers[6][: N * 3].reshape(N, 3),  # z6_bar
            self._buffers[5][: N * 3].reshape(N, 3),  # a5_bar
            self._buffers[5][: N * 3].reshape(N, 3),  # z5_bar
            self._buffers[4][: N * 3].reshape(N, 3),  # a4_bar
            self._buffers[4][: N * 3].reshape(N, 3),  # z4_bar
            self._buffers[3][: N * 3].reshape(N, 3),  # a3_bar
            self._buffers[3][: N * 3].reshape(N, 3),  # z3_bar
            self._buffers[2][: N * 3].reshape(N, 3),  # a2_bar
            self._buffers[2][: N * 3].reshape(N, 3),  # z2_bar
            self._buffers[1][: N * 3].reshape(N, 3),  # a1_bar
            self._buffers[1][: N * 3].reshape(N, 3),  # z1_bar
            self._buffers[11][N : N * 2].reshape(N, 1).T,  # z12_bar_T
            self._buffers[11][N * 2 : N * 5].reshape(N, 3).T,  # z11_bar_T
            self._buffers[10][: N * 3].reshape(N, 3).T,  # z10_bar_T
            self._buffers[9][: N * 3].reshape(N, 3).T,  # z9_bar_T
            self._buffers[8][: N * 3].reshape(N, 3).T,  # z8_bar_T
            self._buffers[7][: N * 3].reshape(N, 3).T,  # z7_bar_T
            self._buffers[6][: N * 3].reshape(N, 3).T,  # z6_bar_T
            self._buffers[5][: N * 3].reshape(N, 3).T,  # z5_bar_T
            self._buffers[4][: N * 3].reshape(N, 3).T,  # z4_bar_T
            self._buffers[3][: N * 3].reshape(N, 3).T,  # z3_bar_T
            self._buffers[2][: N * 3].reshape(N, 3).T,  # z2_bar_T
            self._buffers[1][: N * 3].reshape(N, 3).T,  # z1_bar_T
            np.array(2 / N, self.dtype),  # two_over_N
            self._buffers[12],  # one
            self._buffers[13][:N],  # ones
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
        (
            W1,
            b1,
            W2,
            b2,
            W3,
            b3,
            W4,
            b4,
            W5,
            b5,
            W6,
            b6,
            W7,
            b7,
            W8,
            b8,
            W9,
            b9,
            W10,
            b10,
            W11,
            b11,
            W12,
            b12,
        ) = p
        x, y = X, Y
        if N not in self._views:
            self._views[N] = self._cut(N)
        (
            z1,
            spare,
            a1,
            z2,
            spare2,
            a2,
            z3,
            spare3,
            a3,
            z4,
            spare4,
            a4,
            z5,
            spare5,
            a5,
            z6,
            spare6,
            a6,
            z7,
            spare7,
            a7,
            z8,
            spare8,
            a8,
            z9,
            spare9,
            a9,
            z10,
            spare10,
            a10,
            z11,
            spare11,
            a11,
            z12,
            spare12,
            yhat,
            difference,
            yhat_bar,
            z12_bar,
            a11_bar,
            z11_bar,
            a10_bar,
            z10_bar,
            a9_bar,
            z9_bar,
            a8_bar,
            z8_bar,
            a7_bar,
            z7_bar,
            a6_bar,
            z6_bar,
            a5_bar,
            z5_bar,
            a4_bar,
            z4_bar,
            a3_bar,
            z3_bar,
            a2_bar,
            z2_bar,
            a1_bar,
            z1_bar,
            z12_bar_T,
            z11_bar_T,
            z10_bar_T,
            z9_bar_T,
            z8_bar_T,
            z7_bar_T,
            z6_bar_T,
            z5_bar_T,
            z4_bar_T,
            z3_bar_T,
            z2_bar_T,
            z1_bar_T,
            two_over_N,
            one,
            ones,
        ) = self._views[N]
        (
            W1_bar,
            b1_bar,
            W2_bar,
            b2_bar,
            W3_bar,
            b3_bar,
            W4_bar,
            b4_bar,
            W5_bar,
            b5_bar,
            W6_bar,
            b6_bar,
            W7_bar,
            b7_bar,
            W8_bar,
            b8_bar,
            W9_bar,
            b9_bar,
            W10_bar,
            b10_bar,
            W11_bar,
            b11_bar,
            W12_bar,
            b12_bar,
        ) = self._gradient
        # (1)  z1[n,i] = sum[j](W1[i,j]*x[n,j]) + b1[i]
        x.dot(W1.T, out=z1)
        spare[...] = b1
        z1 += spare
        # (2)  a1[n,i] = tanh(z1[n,i])
        np.tanh(z1, out=a1)
        # (3)  z2[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
        a1.dot(W2.T, out=z2)
        spare2[...] = b2
        z2 += spare2
        # (4)  a2[n,i] = tanh(z2[n,i])
        np.tanh(z2, out=a2)
        # (5)  z3[n,i] = sum[j](W3[i,j]*a2[n,j]) + b3[i]
        a2.dot(W3.T, out=z3)
        spare3[...] = b3
        z3 += spare3
        # (6)  a3[n,i] = tanh(z3[n,i])
        np.tanh(z3, out=a3)
        # (7)  z4[n,i] = sum[j](W4[i,j]*a3[n,j]) + b4[i]
        a3.dot(W4.T, out=z4)
        spare4[...] = b4
        z4 += spare4
        # (8)  a4[n,i] = tanh(z4[n,i])
        np.tanh(z4, out=a4)
        # (9)  z5[n,i] = sum[j](W5[i,j]*a4[n,j]) + b5[i]
        a4.dot(W5.T, out=z5)
        spare5[...] = b5
        z5 += spare5
        # (10)  a5[n,i] = tanh(z5[n,i])
        np.tanh(z5, out=a5)
        # (11)  z6[n,i] = sum[j](W6[i,j]*a5[n,j]) + b6[i]
        a5.dot(W6.T, out=z6)
        spare6[...] = b6
        z6 += spare6
        # (12)  a6[n,i] = tanh(z6[n,i])
        np.tanh(z6, out=a6)
        # (13)  z7[n,i] = sum[j](W7[i,j]*a6[n,j]) + b7[i]
        a6.dot(W7.T, out=z7)
        spare7[...] = b7
        z7 += spare7
        # (14)  a7[n,i] = tanh(z7[n,i])
        np.tanh(z7, out=a7)
        # (15)  z8[n,i] = sum[j](W8[i,j]*a7[n,j]) + b8[i]
        a7.dot(W8.T, out=z8)
        spare8[...] = b8
        z8 += spare8
        # (16)  a8[n,i] = tanh(z8[n,i])
        np.tanh(z8, out=a8)
        # (17)  z9[n,i] = sum[j](W9[i,j]*a8[n,j]) + b9[i]
        a8.dot(W9.T, out=z9)
        spare9[...] = b9
        z9 += spare9
        # (18)  a9[n,i] = tanh(z9[n,i])
        np.tanh(z9, out=a9)
        # (19)  z10[n,i] = sum[j](W10[i,j]*a9[n,j]) + b10[i]
        a9.dot(W10.T, out=z10)
        spare10[...] = b10
        z10 += spare10
        # (20)  a10[n,i] = tanh(z10[n,i])
        np.tanh(z10, out=a10)
        # (21)  z11[n,i] = sum[j](W11[i,j]*a10[n,j]) + b11[i]
        a10.dot(W11.T, out=z11)
        spare11[...] = b11
        z11 += spare11
        # (22)  a11[n,i] = tanh(z11[n,i])
        np.tanh(z11, out=a11)
        # (23)  z12[n,i] = sum[j](W12[i,j]*a11[n,j]) + b12[i]
        a11.dot(W12.T, out=z12)
        spare12[...] = b12
        z12 += spare12
        # (24)  yhat[n,i] = tanh(z12[n,i])
        np.tanh(z12, out=yhat)
        # (25)  L = sum[n,k]((yhat[n,k] - y[n,k])**2/N)
        np.subtract(yhat, y, out=difference)
        L = float(np.vdot(difference, difference)) / N
        # (26)  yhat_bar[n,k] = 2*(yhat[n,k] - y[n,k])/N
        np.multiply(difference, two_over_N, out=yhat_bar)
        # (27)  z12_bar[n,i] = yhat_bar[n,i]*(1 - yhat[n,i]**2)
        np.square(yhat, out=yhat)
        np.subtract(one, yhat, out=yhat)
        np.multiply(yhat_bar, yhat, out=z12_bar)
        # (28)  b12_bar[i] = sum[n](z12_bar[n,i])
        ones.dot(z12_bar, out=b12_bar)
        # (29)  W12_bar[i,j] = sum[n](z12_bar[n,i]*a11[n,j])
        z12_bar_T.dot(a11, out=W12_bar)
        # (30)  a11_bar[n,j] = sum[i](z12_bar[n,i]*W12[i,j])
        z12_bar.dot(W12, out=a11_bar)
        # (31)  z11_bar[n,i] = a11_bar[n,i]*(1 - a11[n,i]**2)
        np.square(a11, out=a11)
        np.subtract(one, a11, out=a11)
        np.multiply(a11_bar, a11, out=z11_bar)
        # (32)  b11_bar[i] = sum[n](z11_bar[n,i])
        ones.dot(z11_bar, out=b11_bar)
        # (33)  W11_bar[i,j] = sum[n](z11_bar[n,i]*a10[n,j])
        z11_bar_T.dot(a10, out=W11_bar)
        # (34)  a10_bar[n,j] = sum[i](z11_bar[n,i]*W11[i,j])
        z11_bar.dot(W11, out=a10_bar)
        # (35)  z10_bar[n,i] = a10_bar[n,i]*(1 - a10[n,i]**2)
        np.square(a10, out=a10)
        np.subtract(one, a10, out=a10)
        np.multiply(a10_bar, a10, out=z10_bar)
        # (36)  b10_bar[i] = sum[n](z10_bar[n,i])
        ones.dot(z10_bar, out=b10_bar)
        # (37)  W10_bar[i,j] = sum[n](z10_bar[n,i]*a9[n,j])
        z10_bar_T.dot(a9, out=W10_bar)
        # (38)  a9_bar[n,j] = sum[i](z10_bar[n,i]*W10[i,j])
        z10_bar.dot(W10, out=a9_bar)
        # (39)  z9_bar[n,i] = a9_bar[n,i]*(1 - a9[n,i]**2)
        np.square(a9, out=a9)
        np.subtract(one, a9, out=a9)
        np.multiply(a9_bar, a9, out=z9_bar)
        # (40)  b9_bar[i] = sum[n](z9_bar[n,i])
        ones.dot(z9_bar, out=b9_bar)
        # (41)  W9_bar[i,j] = sum[n](z9_bar[n,i]*a8[n,j])
        z9_bar_T.dot(a8, out=W9_bar)
        # (42)  a8_bar[n,j] = sum[i](z9_bar[n,i]*W9[i,j])
        z9_bar.dot(W9, out=a8_bar)
        # (43)  z8_bar[n,i] = a8_bar[n,i]*(1 - a8[n,i]**2)
        np.square(a8, out=a8)
        np.subtract(one, a8, out=a8)
        np.multiply(a8_bar, a8, out=z8_bar)
        # (44)  b8_bar[i] = sum[n](z8_bar[n,i])
        ones.dot(z8_bar, out=b8_bar)
        # (45)  W8_bar[i,j] = sum[n](z8_bar[n,i]*a7[n,j])
        z8_bar_T.dot(a7, out=W8_bar)
        # (46)  a7_bar[n,j] = sum[i](z8_bar[n,i]*W8[i,j])
        z8_bar.dot(W8, out=a7_bar)
        # (47)  z7_bar[n,i] = a7_bar[n,i]*(1 - a7[n,i]**2)
        np.square(a7, out=a7)
        np.subtract(one, a7, out=a7)
        np.multiply(a7_bar, a7, out=z7_bar)
        # (48)  b7_bar[i] = sum[n](z7_bar[n,i])
        ones.dot(z7_bar, out=b7_bar)
        # (49)  W7_bar[i,j] = sum[n](z7_bar[n,i]*a6[n,j])
        z7_bar_T.dot(a6, out=W7_bar)
        # (50)  a6_bar[n,j] = sum[i](z7_bar[n,i]*W7[i,j])
        z7_bar.dot(W7, out=a6_bar)
        # (51)  z6_bar[n,i] = a6_bar[n,i]*(1 - a6[n,i]**2)
        np.square(a6, out=a6)
        np.subtract(one, a6, out=a6)
        np.multiply(a6_bar, a6, out=z6_bar)
        # (52)  b6_bar[i] = sum[n](z6_bar[n,i])
        ones.dot(z6_bar, out=b6_bar)
        # (53)  W6_bar[i,j] = sum[n](z6_bar[n,i]*a5[n,j])
        z6_bar_T.dot(a5, out=W6_bar)
        # (54)  a5_bar[n,j] = sum[i](z6_bar[n,i]*W6[i,j])
        z6_bar.dot(W6, out=a5_bar)
        # (55)  z5_bar[n,i] = a5_bar[n,i]*(1 - a5[n,i]**2)
        np.square(a5, out=a5)
        np.subtract(one, a5, out=a5)
        np.multiply(a5_bar, a5, out=z5_bar)
        # (56)  b5_bar[i] = sum[n](z5_bar[n,i])
        ones.dot(z5_bar, out=b5_bar)
        # (57)  W5_bar[i,j] = sum[n](z5_bar[n,i]*a4[n,j])
        z5_bar_T.dot(a4, out=W5_bar)
        # (58)  a4_bar[n,j] = sum[i](z5_bar[n,i]*W5[i,j])
        z5_bar.dot(W5, out=a4_bar)
        # (59)  z4_bar[n,i] = a4_bar[n,i]*(1 - a4[n,i]**2)
        np.square(a4, out=a4)
        np.subtract(one, a4, out=a4)
        np.multiply(a4_bar, a4, out=z4_bar)
        # (60)  b4_bar[i] = sum[n](z4_bar[n,i])
        ones.dot(z4_bar, out=b4_bar)
        # (61)  W4_bar[i,j] = sum[n](z4_bar[n,i]*a3[n,j])
        z4_bar_T.dot(a3, out=W4_bar)
        # (62)  a3_bar[n,j] = sum[i](z4_bar[n,i]*W4[i,j])
        z4_bar.dot(W4, out=a3_bar)
        # (63)  z3_bar[n,i] = a3_bar[n,i]*(1 - a3[n,i]**2)
        np.square(a3, out=a3)
        np.subtract(one, a3, out=a3)
        np.multiply(a3_bar, a3, out=z3_bar)
        # (64)  b3_bar[i] = sum[n](z3_bar[n,i])
        ones.dot(z3_bar, out=b3_bar)
        # (65)  W3_bar[i,j] = sum[n](z3_bar[n,i]*a2[n,j])
        z3_bar_T.dot(a2, out=W3_bar)
        # (66)  a2_bar[n,j] = sum[i](z3_bar[n,i]*W3[i,j])
        z3_bar.dot(W3, out=a2_bar)
        # (67)  z2_bar[n,i] = a2_bar[n,i]*(1 - a2[n,i]**2)
        np.square(a2, out=a2)
        np.subtract(one, a2, out=a2)
        np.multiply(a2_bar, a2, out=z2_bar)
        # (68)  b2_bar[i] = sum[n](z2_bar[n,i])
        ones.dot(z2_bar, out=b2_bar)
        # (69)  W2_bar[i,j] = sum[n](z2_bar[n,i]*a1[n,j])
        z2_bar_T.dot(a1, out=W2_bar)
        # (70)  a1_bar[n,j] = sum[i](z2_bar[n,i]*W2[i,j])
        z2_bar.dot(W2, out=a1_bar)
        # (71)  z1_bar[n,i] = a1_bar[n,i]*(1 - a1[n,i]**2)
        np.square(a1, out=a1)
        np.subtract(one, a1, out=a1)
        np.multiply(a1_bar, a1, out=z1_bar)
        # (72)  b1_bar[i] = sum[n](z1_bar[n,i])
        ones.dot(z1_bar, out=b1_bar)
        # (73)  W1_bar[i,j] = sum[n](z1_bar[n,i]*x[n,j])
        z1_bar_T.dot(x, out=W1_bar)
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
    _fits("v", v, (136,), v.dtype)
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
    N = _length("X", X, 0, 2, "(N, 3)")
    _fits("X", X, (N, 3), dtype)
    return N


def _check_targets(Y: Array, N: int, dtype: np.dtype[Any]) -> None:
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
