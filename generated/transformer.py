"""transformer: A transformer block

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

    E1: Array  # (12, 8)
    gamma2: Array  # (8,)
    beta2: Array  # (8,)
    W3: Array  # (24, 8)
    b3: Array  # (24,)
    O3: Array  # (8, 8)
    bo3: Array  # (8,)
    gamma4: Array  # (8,)
    beta4: Array  # (8,)
    W5: Array  # (32, 8)
    b5: Array  # (32,)
    W6: Array  # (8, 32)
    b6: Array  # (8,)
    gamma7: Array  # (8,)
    beta7: Array  # (8,)
    W8: Array  # (12, 8)
    b8: Array  # (12,)


_SHAPES: tuple[tuple[int, ...], ...] = (
    (12, 8),
    (8,),
    (8,),
    (24, 8),
    (24,),
    (8, 8),
    (8,),
    (8,),
    (8,),
    (32, 8),
    (32,),
    (8, 32),
    (8,),
    (8,),
    (8,),
    (12, 8),
    (12,),
)


def init(seed: int = 0, dtype: npt.DTypeLike = np.float32) -> Parameters:
    """New parameters.

    Glorot uniform, He normal before relu-like activations, N(0, 1) for embeddings, zero
    biases, scales of one.
    """
    rng = np.random.default_rng(seed)
    return Parameters(
        E1=rng.standard_normal((12, 8)).astype(dtype),
        gamma2=np.ones((8,), dtype),
        beta2=np.zeros((8,), dtype),
        W3=_glorot_uniform(rng, (24, 8), dtype),
        b3=np.zeros((24,), dtype),
        O3=_glorot_uniform(rng, (8, 8), dtype),
        bo3=np.zeros((8,), dtype),
        gamma4=np.ones((8,), dtype),
        beta4=np.zeros((8,), dtype),
        W5=_he_normal(rng, (32, 8), dtype),
        b5=np.zeros((32,), dtype),
        W6=_glorot_uniform(rng, (8, 32), dtype),
        b6=np.zeros((8,), dtype),
        gamma7=np.ones((8,), dtype),
        beta7=np.zeros((8,), dtype),
        W8=_glorot_uniform(rng, (12, 8), dtype),
        b8=np.zeros((12,), dtype),
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
    """The output yhat for a batch of inputs, (N, T, 12).

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    N, T = _check_inputs(p, X, p[0].dtype)
    dtype = p[0].dtype
    (
        E1,
        gamma2,
        beta2,
        W3,
        b3,
        O3,
        bo3,
        gamma4,
        beta4,
        W5,
        b5,
        W6,
        b6,
        gamma7,
        beta7,
        W8,
        b8,
    ) = p
    x = X
    # (1)  a1[n,t,i] = E1[x[n,t],i]
    a1 = E1[x]
    # (2)  wave2[t,2*i] = sin(t/10000**(i/4));  wave2[t,2*i+1] = cos(t/10000**(i/4))
    wave2 = np.zeros((T, 8), dtype)
    power = 10000 ** (np.arange(4, dtype=dtype) / 4)
    quotient = np.arange(T, dtype=dtype)[:, None] / power
    wave2[:, ::2] = np.sin(quotient)
    power2 = 10000 ** (np.arange(4, dtype=dtype) / 4)
    quotient2 = np.arange(T, dtype=dtype)[:, None] / power2
    wave2[:, 1::2] = np.cos(quotient2)
    # (3)  a2[n,t,i] = a1[n,t,i] + wave2[t,i]
    a2 = a1 + wave2
    # (4)  mu3[n,t] = sum[i](a2[n,t,i]/8)
    mu3 = a2.sum(axis=2) / 8
    # (5)  d3[n,t,i] = a2[n,t,i] - mu3[n,t]
    d3 = a2 - mu3[:, :, None]
    # (6)  v3[n,t] = sum[i](d3[n,t,i]**2/8)
    v3 = np.sum(d3**2, axis=2) / 8
    # (7)  s3[n,t] = sqrt(v3[n,t] + 1/100000)
    s3 = np.sqrt(v3 + 1e-05)
    # (8)  xhat3[n,t,i] = d3[n,t,i]/s3[n,t]
    xhat3 = d3 / s3[:, :, None]
    # (9)  a3[n,t,i] = gamma2[i]*xhat3[n,t,i] + beta2[i]
    a3 = gamma2 * xhat3 + beta2
    # (10)  z4[n,t,f] = sum[j](W3[f,j]*a3[n,t,j]) + b3[f]
    z4 = a3 @ W3.T + b3
    # (11)  q4[n,h,t,d] = z4[n,t,4*h+d]
    q4 = z4[:, :, :8].reshape(N, T, 2, 4).transpose(0, 2, 1, 3)
    # (12)  k4[n,h,t,d] = z4[n,t,4*h+d+8]
    k4 = z4[:, :, 8:16].reshape(N, T, 2, 4).transpose(0, 2, 1, 3)
    # (13)  v4[n,h,t,d] = z4[n,t,4*h+d+16]
    v4 = z4[:, :, 16:].reshape(N, T, 2, 4).transpose(0, 2, 1, 3)
    # (14)  s4[n,h,t,u] = sum[d](q4[n,h,t,d]*k4[n,h,u,d]/2)
    s4 = q4 @ k4.mT / 2
    # (15)  m4[n,h,t] = max[u](s4[n,h,t,u]) where t >= u
    allowed = np.arange(T)[:, None] >= np.arange(T)
    m4 = np.max(np.where(allowed, s4, -np.inf), axis=3)
    # (16)  e4[n,h,t,u] = exp(s4[n,h,t,u] - m4[n,h,t]) where t >= u
    e4 = np.exp(np.where(allowed, s4 - m4[:, :, :, None], -np.inf))
    # (17)  r4[n,h,t] = sum[u](e4[n,h,t,u])
    r4 = e4.sum(axis=3)
    # (18)  p4[n,h,t,u] = e4[n,h,t,u]/r4[n,h,t]
    p4 = e4 / r4[:, :, :, None]
    # (19)  o4[n,h,t,d] = sum[u](v4[n,h,u,d]*p4[n,h,t,u])
    o4 = p4 @ v4
    # (20)  g4[n,t,4*h+d] = o4[n,h,t,d]
    g4 = o4.transpose(0, 2, 1, 3).reshape(N, T, 8)
    # (21)  a4[n,t,i] = sum[j](O3[i,j]*g4[n,t,j]) + bo3[i]
    a4 = g4 @ O3.T + bo3
    # (22)  a5[n,t,i] = a2[n,t,i] + a4[n,t,i]
    a5 = a2 + a4
    # (23)  mu6[n,t] = sum[i](a5[n,t,i]/8)
    mu6 = a5.sum(axis=2) / 8
    # (24)  d6[n,t,i] = a5[n,t,i] - mu6[n,t]
    d6 = a5 - mu6[:, :, None]
    # (25)  v6[n,t] = sum[i](d6[n,t,i]**2/8)
    v6 = np.sum(d6**2, axis=2) / 8
    # (26)  s6[n,t] = sqrt(v6[n,t] + 1/100000)
    s6 = np.sqrt(v6 + 1e-05)
    # (27)  xhat6[n,t,i] = d6[n,t,i]/s6[n,t]
    xhat6 = d6 / s6[:, :, None]
    # (28)  a6[n,t,i] = gamma4[i]*xhat6[n,t,i] + beta4[i]
    a6 = gamma4 * xhat6 + beta4
    # (29)  z7[n,t,i] = sum[j](W5[i,j]*a6[n,t,j]) + b5[i]
    z7 = a6 @ W5.T + b5
    # (30)  normal_cdf_z7[n,t,i] = normal_cdf(z7[n,t,i])
    normal_cdf_z7 = _normal_cdf(z7)
    # (31)  a7[n,t,i] = z7[n,t,i]*normal_cdf_z7[n,t,i]
    a7 = z7 * normal_cdf_z7
    # (32)  a8[n,t,i] = sum[j](W6[i,j]*a7[n,t,j]) + b6[i]
    a8 = a7 @ W6.T + b6
    # (33)  a9[n,t,i] = a5[n,t,i] + a8[n,t,i]
    a9 = a5 + a8
    # (34)  mu10[n,t] = sum[i](a9[n,t,i]/8)
    mu10 = a9.sum(axis=2) / 8
    # (35)  d10[n,t,i] = a9[n,t,i] - mu10[n,t]
    d10 = a9 - mu10[:, :, None]
    # (36)  v10[n,t] = sum[i](d10[n,t,i]**2/8)
    v10 = np.sum(d10**2, axis=2) / 8
    # (37)  s10[n,t] = sqrt(v10[n,t] + 1/100000)
    s10 = np.sqrt(v10 + 1e-05)
    # (38)  xhat10[n,t,i] = d10[n,t,i]/s10[n,t]
    xhat10 = d10 / s10[:, :, None]
    # (39)  a10[n,t,i] = gamma7[i]*xhat10[n,t,i] + beta7[i]
    a10 = gamma7 * xhat10 + beta7
    # (40)  yhat[n,t,i] = sum[j](W8[i,j]*a10[n,t,j]) + b8[i]
    yhat: Array = a10 @ W8.T + b8
    return yhat


def loss(p: Parameters, X: Array, Y: Array) -> float:
    """The loss L.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    N, T = _check_inputs(p, X, p[0].dtype)
    _check_targets(Y, N, T, p[0].dtype)
    dtype = p[0].dtype
    (
        E1,
        gamma2,
        beta2,
        W3,
        b3,
        O3,
        bo3,
        gamma4,
        beta4,
        W5,
        b5,
        W6,
        b6,
        gamma7,
        beta7,
        W8,
        b8,
    ) = p
    x, y = X, Y
    # (1)  a1[n,t,i] = E1[x[n,t],i]
    a1 = E1[x]
    # (2)  wave2[t,2*i] = sin(t/10000**(i/4));  wave2[t,2*i+1] = cos(t/10000**(i/4))
    wave2 = np.zeros((T, 8), dtype)
    power = 10000 ** (np.arange(4, dtype=dtype) / 4)
    quotient = np.arange(T, dtype=dtype)[:, None] / power
    wave2[:, ::2] = np.sin(quotient)
    power2 = 10000 ** (np.arange(4, dtype=dtype) / 4)
    quotient2 = np.arange(T, dtype=dtype)[:, None] / power2
    wave2[:, 1::2] = np.cos(quotient2)
    # (3)  a2[n,t,i] = a1[n,t,i] + wave2[t,i]
    a2 = a1 + wave2
    # (4)  mu3[n,t] = sum[i](a2[n,t,i]/8)
    mu3 = a2.sum(axis=2) / 8
    # (5)  d3[n,t,i] = a2[n,t,i] - mu3[n,t]
    d3 = a2 - mu3[:, :, None]
    # (6)  v3[n,t] = sum[i](d3[n,t,i]**2/8)
    v3 = np.sum(d3**2, axis=2) / 8
    # (7)  s3[n,t] = sqrt(v3[n,t] + 1/100000)
    s3 = np.sqrt(v3 + 1e-05)
    # (8)  xhat3[n,t,i] = d3[n,t,i]/s3[n,t]
    xhat3 = d3 / s3[:, :, None]
    # (9)  a3[n,t,i] = gamma2[i]*xhat3[n,t,i] + beta2[i]
    a3 = gamma2 * xhat3 + beta2
    # (10)  z4[n,t,f] = sum[j](W3[f,j]*a3[n,t,j]) + b3[f]
    z4 = a3 @ W3.T + b3
    # (11)  q4[n,h,t,d] = z4[n,t,4*h+d]
    q4 = z4[:, :, :8].reshape(N, T, 2, 4).transpose(0, 2, 1, 3)
    # (12)  k4[n,h,t,d] = z4[n,t,4*h+d+8]
    k4 = z4[:, :, 8:16].reshape(N, T, 2, 4).transpose(0, 2, 1, 3)
    # (13)  v4[n,h,t,d] = z4[n,t,4*h+d+16]
    v4 = z4[:, :, 16:].reshape(N, T, 2, 4).transpose(0, 2, 1, 3)
    # (14)  s4[n,h,t,u] = sum[d](q4[n,h,t,d]*k4[n,h,u,d]/2)
    s4 = q4 @ k4.mT / 2
    # (15)  m4[n,h,t] = max[u](s4[n,h,t,u]) where t >= u
    allowed = np.arange(T)[:, None] >= np.arange(T)
    m4 = np.max(np.where(allowed, s4, -np.inf), axis=3)
    # (16)  e4[n,h,t,u] = exp(s4[n,h,t,u] - m4[n,h,t]) where t >= u
    e4 = np.exp(np.where(allowed, s4 - m4[:, :, :, None], -np.inf))
    # (17)  r4[n,h,t] = sum[u](e4[n,h,t,u])
    r4 = e4.sum(axis=3)
    # (18)  p4[n,h,t,u] = e4[n,h,t,u]/r4[n,h,t]
    p4 = e4 / r4[:, :, :, None]
    # (19)  o4[n,h,t,d] = sum[u](v4[n,h,u,d]*p4[n,h,t,u])
    o4 = p4 @ v4
    # (20)  g4[n,t,4*h+d] = o4[n,h,t,d]
    g4 = o4.transpose(0, 2, 1, 3).reshape(N, T, 8)
    # (21)  a4[n,t,i] = sum[j](O3[i,j]*g4[n,t,j]) + bo3[i]
    a4 = g4 @ O3.T + bo3
    # (22)  a5[n,t,i] = a2[n,t,i] + a4[n,t,i]
    a5 = a2 + a4
    # (23)  mu6[n,t] = sum[i](a5[n,t,i]/8)
    mu6 = a5.sum(axis=2) / 8
    # (24)  d6[n,t,i] = a5[n,t,i] - mu6[n,t]
    d6 = a5 - mu6[:, :, None]
    # (25)  v6[n,t] = sum[i](d6[n,t,i]**2/8)
    v6 = np.sum(d6**2, axis=2) / 8
    # (26)  s6[n,t] = sqrt(v6[n,t] + 1/100000)
    s6 = np.sqrt(v6 + 1e-05)
    # (27)  xhat6[n,t,i] = d6[n,t,i]/s6[n,t]
    xhat6 = d6 / s6[:, :, None]
    # (28)  a6[n,t,i] = gamma4[i]*xhat6[n,t,i] + beta4[i]
    a6 = gamma4 * xhat6 + beta4
    # (29)  z7[n,t,i] = sum[j](W5[i,j]*a6[n,t,j]) + b5[i]
    z7 = a6 @ W5.T + b5
    # (30)  normal_cdf_z7[n,t,i] = normal_cdf(z7[n,t,i])
    normal_cdf_z7 = _normal_cdf(z7)
    # (31)  a7[n,t,i] = z7[n,t,i]*normal_cdf_z7[n,t,i]
    a7 = z7 * normal_cdf_z7
    # (32)  a8[n,t,i] = sum[j](W6[i,j]*a7[n,t,j]) + b6[i]
    a8 = a7 @ W6.T + b6
    # (33)  a9[n,t,i] = a5[n,t,i] + a8[n,t,i]
    a9 = a5 + a8
    # (34)  mu10[n,t] = sum[i](a9[n,t,i]/8)
    mu10 = a9.sum(axis=2) / 8
    # (35)  d10[n,t,i] = a9[n,t,i] - mu10[n,t]
    d10 = a9 - mu10[:, :, None]
    # (36)  v10[n,t] = sum[i](d10[n,t,i]**2/8)
    v10 = np.sum(d10**2, axis=2) / 8
    # (37)  s10[n,t] = sqrt(v10[n,t] + 1/100000)
    s10 = np.sqrt(v10 + 1e-05)
    # (38)  xhat10[n,t,i] = d10[n,t,i]/s10[n,t]
    xhat10 = d10 / s10[:, :, None]
    # (39)  a10[n,t,i] = gamma7[i]*xhat10[n,t,i] + beta7[i]
    a10 = gamma7 * xhat10 + beta7
    # (40)  yhat[n,t,i] = sum[j](W8[i,j]*a10[n,t,j]) + b8[i]
    yhat = a10 @ W8.T + b8
    # (41)  m[n,t] = max[k](yhat[n,t,k])
    m = yhat.max(axis=2)
    # (42)  e[n,t,k] = exp(yhat[n,t,k] - m[n,t])
    e = np.exp(yhat - m[:, :, None])
    # (43)  s[n,t] = sum[k](e[n,t,k])
    s = e.sum(axis=2)
    # (44)  lse[n,t] = m[n,t] + log(s[n,t])
    lse = m + np.log(s)
    # (46)  L = sum[n,t](-(yhat[n,t,y[n,t]] - lse[n,t])/(N*T))
    L = -float(np.sum(yhat[np.arange(N)[:, None], np.arange(T), y] - lse)) / (N * T)
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
            np.empty(batch * T, np.intp),
            _aligned(batch * T * 8, self.dtype),
            _aligned(T * 8, self.dtype),
            _aligned(4, self.dtype),
            _aligned(T * 4, self.dtype),
            _aligned(T * 4, self.dtype),
            _aligned(batch * T * 9, self.dtype),
            _aligned(batch * T * 8, self.dtype),
            _aligned(batch * T * 24, self.dtype),
            _aligned(batch * T * 24, self.dtype),
            _aligned(batch * T * T * 2, self.dtype),
            _aligned(batch * T * T * 2, self.dtype),
            _aligned(batch * T, self.dtype),
            _aligned(batch * T * 32, self.dtype),
            _aligned(batch * T * 32, self.dtype),
            _aligned(batch * T * 32, self.dtype),
            _aligned(batch * T * 32, self.dtype),
            _aligned(batch * T * 32, self.dtype),
            np.empty(batch * T * 32, np.bool_),
            _aligned(batch * T * 32, self.dtype),
            np.empty(batch * T * 8, np.intp),
            _aligned(batch, self.dtype),
            _aligned(batch * T * T * 2, self.dtype),
            np.arange(4, dtype=self.dtype),
            np.array(0.25, self.dtype),
            np.array(10000, self.dtype),
            np.arange(T, dtype=self.dtype),
            np.array(0.125, self.dtype),
            np.array(1e-05, self.dtype),
            np.array(0.5, self.dtype),
            np.where(np.arange(T) >= np.arange(T)[:, None], np.inf, -np.inf).astype(
                self.dtype
            ),
            np.array(-0.5, self.dtype),
            np.array(0.3989422804014327, self.dtype),
            np.arange(96).reshape(12, 8),
            np.ones(12, self.dtype),
            np.ones(T, self.dtype),
            np.ones(batch, self.dtype),
            np.ones(batch * T, self.dtype),
        )
        self._most_T = T
        self._views: dict[tuple[int, int], tuple[Array, ...]] = {}

    def _cut(self, N: int, T: int) -> tuple[Array, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        return (
            self._buffers[0][: N * T].reshape(N, T),  # label
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # a1
            self._buffers[2][: T * 8].reshape(T, 8),  # wave2
            self._buffers[3][:4],  # spare
            self._buffers[3][:4],  # power
            self._buffers[4][: T * 4].reshape(T, 4),  # spare2
            self._buffers[5][: T * 4].reshape(T, 4),  # spare3
            self._buffers[5][: T * 4].reshape(T, 4),  # quotient
            self._buffers[4][: T * 4].reshape(T, 4),  # sin_value
            self._buffers[5][: T * 4].reshape(T, 4),  # cos_value
            self._buffers[6][: N * T * 8].reshape(N, T, 8),  # spare4
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # a2
            self._buffers[6][: N * T].reshape(N, T),  # mu3
            self._buffers[6][N * T : N * T * 9].reshape(N, T, 8),  # d3
            self._buffers[7][: N * T * 8].reshape(N, T, 8),  # power_d3
            self._buffers[6][: N * T].reshape(N, T),  # v3
            self._buffers[6][: N * T].reshape(N, T),  # s3
            self._buffers[7][: N * T * 8].reshape(N, T, 8),  # spare5
            self._buffers[6][N * T : N * T * 9].reshape(N, T, 8),  # xhat3
            self._buffers[7][: N * T * 8].reshape(N, T, 8),  # a3
            self._buffers[8][: N * T * 8].reshape(N, T, 8),  # spare6
            self._buffers[8][: N * T * 24].reshape(N, T, 24),  # z4
            self._buffers[9][: N * T * 24].reshape(N, T, 24),  # spare7
            self._buffers[9][: N * T * 8].reshape(N, 2, T, 4),  # q4
            self._buffers[9][N * T * 8 : N * T * 16].reshape(N, 2, T, 4),  # k4
            self._buffers[9][N * T * 16 : N * T * 24].reshape(N, 2, T, 4),  # v4
            self._buffers[8][: N * T * 8].reshape(N, 2, 4, T),  # q4_turned
            self._buffers[10][: N * T * T * 2].reshape(N, 2, T, T),  # s4
            self._buffers[11][: N * T * T * 2].reshape(N, 2, T, T),  # value
            self._buffers[8][: N * T * 2].reshape(N, 2, T),  # m4
            self._buffers[11][: N * T * T * 2].reshape(N, 2, T, T),  # e4
            self._buffers[8][: N * T * 2].reshape(N, 2, T),  # r4
            self._buffers[10][: N * T * T * 2].reshape(N, 2, T, T),  # spare8
            self._buffers[11][: N * T * T * 2].reshape(N, 2, T, T),  # p4
            self._buffers[8][: N * T * 8].reshape(N, 2, T, 4),  # o4
            self._buffers[8][N * T * 8 : N * T * 16].reshape(N, T, 8),  # g4
            self._buffers[8][: N * T * 8].reshape(N, T, 8),  # a4
            self._buffers[8][N * T * 16 : N * T * 24].reshape(N, T, 8),  # spare9
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # a5
            self._buffers[8][: N * T].reshape(N, T),  # mu6
            self._buffers[8][N * T * 16 : N * T * 24].reshape(N, T, 8),  # d6
            self._buffers[8][: N * T * 8].reshape(N, T, 8),  # power_d6
            self._buffers[12][: N * T].reshape(N, T),  # v6
            self._buffers[12][: N * T].reshape(N, T),  # s6
            self._buffers[8][N * T * 16 : N * T * 24].reshape(N, T, 8),  # xhat6
            self._buffers[8][: N * T * 8].reshape(N, T, 8),  # a6
            self._buffers[13][: N * T * 8].reshape(N, T, 8),  # spare10
            self._buffers[13][: N * T * 32].reshape(N, T, 32),  # z7
            self._buffers[14][: N * T * 32].reshape(N, T, 32),  # spare11
            self._buffers[14][: N * T * 32].reshape(N, T, 32),  # exp_value
            self._buffers[15][: N * T * 32].reshape(N, T, 32),  # spare12
            self._buffers[16][: N * T * 32].reshape(N, T, 32),  # spare13
            self._buffers[17][: N * T * 32].reshape(N, T, 32),  # spare14
            self._buffers[18][: N * T * 32].reshape(N, T, 32),  # mask2
            self._buffers[19][: N * T * 32].reshape(N, T, 32),  # normal_cdf_z7
            self._buffers[15][: N * T * 32].reshape(N, T, 32),  # a7
            self._buffers[19][: N * T * 32].reshape(N, T, 32),  # a7_slope
            self._buffers[13][: N * T * 8].reshape(N, T, 8),  # a8
            self._buffers[13][N * T * 8 : N * T * 16].reshape(N, T, 8),  # spare15
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # a9
            self._buffers[13][: N * T].reshape(N, T),  # mu10
            self._buffers[13][N * T : N * T * 9].reshape(N, T, 8),  # spare16
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # d10
            self._buffers[13][: N * T * 8].reshape(N, T, 8),  # power_d10
            self._buffers[13][N * T * 8 : N * T * 9].reshape(N, T),  # v10
            self._buffers[13][N * T * 8 : N * T * 9].reshape(N, T),  # s10
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # xhat10
            self._buffers[13][: N * T * 8].reshape(N, T, 8),  # a10
            self._buffers[13][N * T * 9 : N * T * 17].reshape(N, T, 8),  # spare17
            self._buffers[13][N * T * 9 : N * T * 21].reshape(12, N, T),  # yhat
            self._buffers[14][: N * T * 12].reshape(12, N, T),  # spare18
            self._buffers[13][N * T * 21 : N * T * 22].reshape(N, T),  # m
            self._buffers[14][: N * T * 12].reshape(12, N, T),  # e
            self._buffers[13][N * T * 22 : N * T * 23].reshape(N, T),  # s
            self._buffers[13][N * T * 23 : N * T * 24].reshape(N, T),  # spare19
            self._buffers[13][N * T * 21 : N * T * 22].reshape(N, T),  # lse
            self._buffers[14][N * T * 12 : N * T * 24].reshape(12, N, T),  # spare20
            self._buffers[14][: N * T * 12].reshape(12, N, T),  # prob
            self._buffers[20][: N * T].reshape(N, T),  # label2
            self._buffers[20][: N * T].reshape(N, T),  # place
            self._buffers[13][N * T * 22 : N * T * 23].reshape(N, T),  # spare21
            self._buffers[13][N * T * 22 : N * T * 23].reshape(N, T),  # difference
            self._buffers[21][:N],  # total
            self._buffers[14][: N * T * 12].reshape(12, N, T),  # z11_bar
            self._buffers[14][N * T * 12 : N * T * 13].reshape(N, T),  # z11_bar_at
            self._buffers[13][: N * T * 8].reshape(N, T, 8),  # a10_bar
            self._buffers[13][N * T * 9 : N * T * 17].reshape(N, T, 8),  # product
            self._buffers[13][: N * T * 8].reshape(N, T, 8),  # xhat10_bar
            self._buffers[13][N * T * 17 : N * T * 18].reshape(
                N, T
            ),  # xhat10_bar_moment
            self._buffers[13][N * T * 9 : N * T * 10].reshape(N, T),  # xhat10_bar_mean
            self._buffers[13][N * T * 18 : N * T * 26].reshape(N, T, 8),  # spare22
            self._buffers[13][: N * T * 8].reshape(N, T, 8),  # z8_bar
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # spare23
            self._buffers[14][: N * T * 32].reshape(N, T, 32),  # a7_bar
            self._buffers[14][: N * T * 32].reshape(N, T, 32),  # z7_bar
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # a6_bar
            self._buffers[8][: N * T * 8].reshape(N, T, 8),  # product2
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # xhat6_bar
            self._buffers[13][N * T * 8 : N * T * 9].reshape(N, T),  # xhat6_bar_moment
            self._buffers[8][: N * T].reshape(N, T),  # xhat6_bar_mean
            self._buffers[13][: N * T * 8].reshape(N, T, 8),  # a4_bar
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # g4_bar
            self._buffers[8][: N * T * 8].reshape(N, 2, T, 4),  # o4_bar
            self._buffers[1][: N * T * 8].reshape(N, 2, 4, T),  # o4_bar_turned
            self._buffers[10][: N * T * T * 2].reshape(N, 2, T, T),  # p4_bar
            self._buffers[1][: N * T * 8].reshape(N, 2, T, 4),  # v4_bar
            self._buffers[22][: N * T * T * 2].reshape(N, 2, T, T),  # product3
            self._buffers[9][N * T * 16 : N * T * 18].reshape(N, 2, T),  # p4_bar_mean
            self._buffers[22][: N * T * T * 2].reshape(N, 2, T, T),  # spare24
            self._buffers[11][: N * T * T * 2].reshape(N, 2, T, T),  # s4_bar
            self._buffers[9][N * T * 16 : N * T * 24].reshape(N, 2, T, 4),  # k4_bar
            self._buffers[9][: N * T * 8].reshape(N, 2, T, 4),  # q4_bar
            self._buffers[8][: N * T * 24].reshape(N, T, 24),  # z4_bar
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # a3_bar
            self._buffers[7][: N * T * 8].reshape(N, T, 8),  # product4
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # xhat3_bar
            self._buffers[12][: N * T].reshape(N, T),  # xhat3_bar_moment
            self._buffers[7][: N * T].reshape(N, T),  # xhat3_bar_mean
            self._buffers[6][N * T : N * T * 9].reshape(N, T, 8),  # spare25
            self._buffers[13][: N * T * 8].reshape(N, T, 8),  # a1_bar
            self._buffers[20][: N * T * 8].reshape(N, T, 8),  # place2
            self._buffers[1][: N * T * 8].reshape(N * T, 8),  # a2_2d
            self._buffers[6][: N * T],  # mu3_flat
            self._buffers[7][: N * T * 8].reshape(N * T, 8),  # power_d3_2d
            self._buffers[6][: N * T],  # v3_flat
            self._buffers[7][: N * T * 8].reshape(N * T, 8),  # a3_2d
            self._buffers[8][: N * T * 24].reshape(N * T, 24),  # z4_2d
            self._buffers[11][: N * T * T * 2].reshape(N * 2, T, T),  # value_3d
            self._buffers[8][: N * T * 2].reshape(N * 2, T),  # m4_2d
            self._buffers[11][: N * T * T * 2].reshape(N * 2, T, T),  # e4_3d
            self._buffers[8][: N * T * 2].reshape(N * 2, T),  # r4_2d
            self._buffers[11][: N * T * T * 2].reshape(N, 2, T, T).mT,  # p4_T
            self._buffers[8][N * T * 8 : N * T * 16].reshape(N * T, 8),  # g4_2d
            self._buffers[8][: N * T * 8].reshape(N * T, 8),  # a4_2d
            self._buffers[1][: N * T * 8].reshape(N * T, 8),  # a5_2d
            self._buffers[8][: N * T],  # mu6_flat
            self._buffers[8][: N * T * 8].reshape(N * T, 8),  # power_d6_2d
            self._buffers[12][: N * T],  # v6_flat
            self._buffers[8][: N * T * 8].reshape(N * T, 8),  # a6_2d
            self._buffers[13][: N * T * 32].reshape(N * T, 32),  # z7_2d
            self._buffers[15][: N * T * 32].reshape(N * T, 32),  # a7_2d
            self._buffers[13][: N * T * 8].reshape(N * T, 8),  # a8_2d
            self._buffers[1][: N * T * 8].reshape(N * T, 8),  # a9_2d
            self._buffers[13][: N * T],  # mu10_flat
            self._buffers[13][: N * T * 8].reshape(N * T, 8),  # power_d10_2d
            self._buffers[13][N * T * 8 : N * T * 9],  # v10_flat
            self._buffers[13][: N * T * 8].reshape(N * T, 8).T,  # a10_2d_T
            self._buffers[13][N * T * 9 : N * T * 21].reshape(12, N * T),  # yhat_2d
            self._buffers[14][: N * T * 12].reshape(12, N * T),  # e_2d
            self._buffers[13][N * T * 22 : N * T * 23],  # s_flat
            self._buffers[14][: N * T * 12].reshape(12, N * T),  # z11_bar_2d
            self._buffers[13][: N * T * 8].reshape(N * T, 8),  # a10_2d
            self._buffers[14][: N * T * 12].reshape(12, N * T).T,  # z11_bar_2d_T
            self._buffers[13][: N * T * 8].reshape(N * T, 8),  # a10_bar_2d
            self._buffers[13][N * T * 9 : N * T * 17].reshape(N * T, 8),  # product_2d
            self._buffers[13][N * T * 17 : N * T * 18],  # xhat10_bar_moment_flat
            self._buffers[13][: N * T * 8].reshape(N * T, 8),  # xhat10_bar_2d
            self._buffers[13][N * T * 9 : N * T * 10],  # xhat10_bar_mean_flat
            self._buffers[13][: N * T * 8].reshape(N * T, 8),  # z8_bar_2d
            self._buffers[13][: N * T * 8].reshape(N * T, 8).T,  # z8_bar_2d_T
            self._buffers[14][: N * T * 32].reshape(N * T, 32),  # a7_bar_2d
            self._buffers[14][: N * T * 32].reshape(N * T, 32),  # z7_bar_2d
            self._buffers[14][: N * T * 32].reshape(N * T, 32).T,  # z7_bar_2d_T
            self._buffers[1][: N * T * 8].reshape(N * T, 8),  # a6_bar_2d
            self._buffers[8][: N * T * 8].reshape(N * T, 8),  # product2_2d
            self._buffers[13][N * T * 8 : N * T * 9],  # xhat6_bar_moment_flat
            self._buffers[1][: N * T * 8].reshape(N * T, 8),  # xhat6_bar_2d
            self._buffers[8][: N * T],  # xhat6_bar_mean_flat
            self._buffers[13][: N * T * 8].reshape(N * T, 8),  # a4_bar_2d
            self._buffers[13][: N * T * 8].reshape(N * T, 8).T,  # a4_bar_2d_T
            self._buffers[1][: N * T * 8].reshape(N * T, 8),  # g4_bar_2d
            self._buffers[22][: N * T * T * 2].reshape(N * 2, T, T),  # product3_3d
            self._buffers[9][N * T * 16 : N * T * 18].reshape(
                N * 2, T
            ),  # p4_bar_mean_2d
            self._buffers[11][: N * T * T * 2].reshape(N, 2, T, T).mT,  # s4_bar_T
            self._buffers[8][: N * T * 24].reshape(N * T, 24),  # z4_bar_2d
            self._buffers[8][: N * T * 24].reshape(N * T, 24).T,  # z4_bar_2d_T
            self._buffers[1][: N * T * 8].reshape(N * T, 8),  # a3_bar_2d
            self._buffers[7][: N * T * 8].reshape(N * T, 8),  # product4_2d
            self._buffers[12][: N * T],  # xhat3_bar_moment_flat
            self._buffers[1][: N * T * 8].reshape(N * T, 8),  # xhat3_bar_2d
            self._buffers[7][: N * T],  # xhat3_bar_mean_flat
            self._buffers[23],  # count
            self._buffers[24],  # c0_25
            self._buffers[25],  # c10000
            self._buffers[26][:T],  # count2
            self._buffers[27],  # c0_125
            self._buffers[28],  # c1e_05
            self._buffers[29],  # half
            self._buffers[30][:T, :T],  # cap
            self._buffers[31],  # minus_half
            np.array(N * T, np.intp),  # factor
            np.arange(N * T).reshape(N, T),  # rows
            np.array(1 / (N * T), self.dtype),  # one_over_NT
            self._buffers[32],  # c0_398942
            self._buffers[33],  # places
            self._buffers[34][:8],  # ones
            self._buffers[34][:12],  # ones3
            self._buffers[35][:T],  # ones2
            self._buffers[36][:N],  # ones4
            self._buffers[37][: N * T],  # ones5
        )

    def loss_and_grad(
        self, p: Parameters, X: Array, Y: Array
    ) -> tuple[float, Parameters]:
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
        (
            E1,
            gamma2,
            beta2,
            W3,
            b3,
            O3,
            bo3,
            gamma4,
            beta4,
            W5,
            b5,
            W6,
            b6,
            gamma7,
            beta7,
            W8,
            b8,
        ) = p
        x, y = X, Y
        if (N, T) not in self._views:
            self._views[(N, T)] = self._cut(N, T)
        (
            label,
            a1,
            wave2,
            spare,
            power,
            spare2,
            spare3,
            quotient,
            sin_value,
            cos_value,
            spare4,
            a2,
            mu3,
            d3,
            power_d3,
            v3,
            s3,
            spare5,
            xhat3,
            a3,
            spare6,
            z4,
            spare7,
            q4,
            k4,
            v4,
            q4_turned,
            s4,
            value,
            m4,
            e4,
            r4,
            spare8,
            p4,
            o4,
            g4,
            a4,
            spare9,
            a5,
            mu6,
            d6,
            power_d6,
            v6,
            s6,
            xhat6,
            a6,
            spare10,
            z7,
            spare11,
            exp_value,
            spare12,
            spare13,
            spare14,
            mask2,
            normal_cdf_z7,
            a7,
            a7_slope,
            a8,
            spare15,
            a9,
            mu10,
            spare16,
            d10,
            power_d10,
            v10,
            s10,
            xhat10,
            a10,
            spare17,
            yhat,
            spare18,
            m,
            e,
            s,
            spare19,
            lse,
            spare20,
            prob,
            label2,
            place,
            spare21,
            difference,
            total,
            z11_bar,
            z11_bar_at,
            a10_bar,
            product,
            xhat10_bar,
            xhat10_bar_moment,
            xhat10_bar_mean,
            spare22,
            z8_bar,
            spare23,
            a7_bar,
            z7_bar,
            a6_bar,
            product2,
            xhat6_bar,
            xhat6_bar_moment,
            xhat6_bar_mean,
            a4_bar,
            g4_bar,
            o4_bar,
            o4_bar_turned,
            p4_bar,
            v4_bar,
            product3,
            p4_bar_mean,
            spare24,
            s4_bar,
            k4_bar,
            q4_bar,
            z4_bar,
            a3_bar,
            product4,
            xhat3_bar,
            xhat3_bar_moment,
            xhat3_bar_mean,
            spare25,
            a1_bar,
            place2,
            a2_2d,
            mu3_flat,
            power_d3_2d,
            v3_flat,
            a3_2d,
            z4_2d,
            value_3d,
            m4_2d,
            e4_3d,
            r4_2d,
            p4_T,
            g4_2d,
            a4_2d,
            a5_2d,
            mu6_flat,
            power_d6_2d,
            v6_flat,
            a6_2d,
            z7_2d,
            a7_2d,
            a8_2d,
            a9_2d,
            mu10_flat,
            power_d10_2d,
            v10_flat,
            a10_2d_T,
            yhat_2d,
            e_2d,
            s_flat,
            z11_bar_2d,
            a10_2d,
            z11_bar_2d_T,
            a10_bar_2d,
            product_2d,
            xhat10_bar_moment_flat,
            xhat10_bar_2d,
            xhat10_bar_mean_flat,
            z8_bar_2d,
            z8_bar_2d_T,
            a7_bar_2d,
            z7_bar_2d,
            z7_bar_2d_T,
            a6_bar_2d,
            product2_2d,
            xhat6_bar_moment_flat,
            xhat6_bar_2d,
            xhat6_bar_mean_flat,
            a4_bar_2d,
            a4_bar_2d_T,
            g4_bar_2d,
            product3_3d,
            p4_bar_mean_2d,
            s4_bar_T,
            z4_bar_2d,
            z4_bar_2d_T,
            a3_bar_2d,
            product4_2d,
            xhat3_bar_moment_flat,
            xhat3_bar_2d,
            xhat3_bar_mean_flat,
            count,
            c0_25,
            c10000,
            count2,
            c0_125,
            c1e_05,
            half,
            cap,
            minus_half,
            factor,
            rows,
            one_over_NT,
            c0_398942,
            places,
            ones,
            ones3,
            ones2,
            ones4,
            ones5,
        ) = self._views[(N, T)]
        (
            E1_bar,
            gamma2_bar,
            beta2_bar,
            W3_bar,
            b3_bar,
            O3_bar,
            bo3_bar,
            gamma4_bar,
            beta4_bar,
            W5_bar,
            b5_bar,
            W6_bar,
            b6_bar,
            gamma7_bar,
            beta7_bar,
            W8_bar,
            b8_bar,
        ) = self._gradient
        # (1)  a1[n,t,i] = E1[x[n,t],i]
        label[...] = x
        E1.take(label, axis=0, out=a1, mode="clip")
        # (2)  wave2[t,2*i] = sin(t/10000**(i/4));  wave2[t,2*i+1] = cos(t/10000**(i/4))
        wave2.fill(0)
        np.multiply(count, c0_25, out=spare)
        np.power(c10000, spare, out=power)
        spare2[...] = power
        spare3[...] = count2[:, None]
        np.divide(spare3, spare2, out=quotient)
        np.sin(quotient, out=sin_value)
        wave2[:, ::2] = sin_value
        np.cos(quotient, out=cos_value)
        wave2[:, 1::2] = cos_value
        # (3)  a2[n,t,i] = a1[n,t,i] + wave2[t,i]
        spare4[...] = wave2
        np.add(a1, spare4, out=a2)
        # (4)  mu3[n,t] = sum[i](a2[n,t,i]/8)
        a2_2d.dot(ones, out=mu3_flat)
        mu3 *= c0_125
        # (5)  d3[n,t,i] = a2[n,t,i] - mu3[n,t]
        d3[...] = mu3[:, :, None]
        np.subtract(a2, d3, out=d3)
        # (6)  v3[n,t] = sum[i](d3[n,t,i]**2/8)
        np.square(d3, out=power_d3)
        power_d3_2d.dot(ones, out=v3_flat)
        v3 *= c0_125
        # (7)  s3[n,t] = sqrt(v3[n,t] + 1/100000)
        np.add(v3, c1e_05, out=s3)
        np.sqrt(s3, out=s3)
        # (8)  xhat3[n,t,i] = d3[n,t,i]/s3[n,t]
        spare5[...] = s3[:, :, None]
        np.divide(d3, spare5, out=xhat3)
        # (9)  a3[n,t,i] = gamma2[i]*xhat3[n,t,i] + beta2[i]
        a3[...] = gamma2
        a3 *= xhat3
        spare6[...] = beta2
        a3 += spare6
        # (10)  z4[n,t,f] = sum[j](W3[f,j]*a3[n,t,j]) + b3[f]
        a3_2d.dot(W3.T, out=z4_2d)
        spare7[...] = b3
        z4 += spare7
        # (11)  q4[n,h,t,d] = z4[n,t,4*h+d]
        q4[...] = z4[:, :, :8].reshape(N, T, 2, 4).transpose(0, 2, 1, 3)
        # (12)  k4[n,h,t,d] = z4[n,t,4*h+d+8]
        k4[...] = z4[:, :, 8:16].reshape(N, T, 2, 4).transpose(0, 2, 1, 3)
        # (13)  v4[n,h,t,d] = z4[n,t,4*h+d+16]
        v4[...] = z4[:, :, 16:].reshape(N, T, 2, 4).transpose(0, 2, 1, 3)
        # (14)  s4[n,h,t,u] = sum[d](q4[n,h,t,d]*k4[n,h,u,d]/2)
        # in memory s4[n,h,u,t], and all like it: maxima over u take rows together
        q4_turned[...] = q4.mT
        np.matmul(k4, q4_turned, out=s4)
        s4 *= half
        # (15)  m4[n,h,t] = max[u](s4[n,h,t,u]) where t >= u
        value[...] = cap
        np.minimum(value, s4, out=value)
        np.maximum.reduce(value_3d, axis=1, out=m4_2d)
        # (16)  e4[n,h,t,u] = exp(s4[n,h,t,u] - m4[n,h,t]) where t >= u
        e4[...] = m4[:, :, None, :]
        s4 -= e4
        e4[...] = cap
        np.minimum(e4, s4, out=e4)
        np.exp(e4, out=e4)
        # (17)  r4[n,h,t] = sum[u](e4[n,h,t,u])
        np.matmul(ones2, e4_3d, out=r4_2d)
        # (18)  p4[n,h,t,u] = e4[n,h,t,u]/r4[n,h,t]
        spare8[...] = r4[:, :, None, :]
        np.divide(e4, spare8, out=p4)
        # (19)  o4[n,h,t,d] = sum[u](v4[n,h,u,d]*p4[n,h,t,u])
        np.matmul(p4_T, v4, out=o4)
        # (20)  g4[n,t,4*h+d] = o4[n,h,t,d]
        g4.reshape(N, T, 2, 4)[...] = o4.transpose(0, 2, 1, 3)
        # (21)  a4[n,t,i] = sum[j](O3[i,j]*g4[n,t,j]) + bo3[i]
        g4_2d.dot(O3.T, out=a4_2d)
        spare9[...] = bo3
        a4 += spare9
        # (22)  a5[n,t,i] = a2[n,t,i] + a4[n,t,i]
        np.add(a2, a4, out=a5)
        # (23)  mu6[n,t] = sum[i](a5[n,t,i]/8)
        a5_2d.dot(ones, out=mu6_flat)
        mu6 *= c0_125
        # (24)  d6[n,t,i] = a5[n,t,i] - mu6[n,t]
        d6[...] = mu6[:, :, None]
        np.subtract(a5, d6, out=d6)
        # (25)  v6[n,t] = sum[i](d6[n,t,i]**2/8)
        np.square(d6, out=power_d6)
        power_d6_2d.dot(ones, out=v6_flat)
        v6 *= c0_125
        # (26)  s6[n,t] = sqrt(v6[n,t] + 1/100000)
        np.add(v6, c1e_05, out=s6)
        np.sqrt(s6, out=s6)
        # (27)  xhat6[n,t,i] = d6[n,t,i]/s6[n,t]
        spare6[...] = s6[:, :, None]
        np.divide(d6, spare6, out=xhat6)
        # (28)  a6[n,t,i] = gamma4[i]*xhat6[n,t,i] + beta4[i]
        a6[...] = gamma4
        a6 *= xhat6
        spare10[...] = beta4
        a6 += spare10
        # (29)  z7[n,t,i] = sum[j](W5[i,j]*a6[n,t,j]) + b5[i]
        a6_2d.dot(W5.T, out=z7_2d)
        spare11[...] = b5
        z7 += spare11
        # (30)  normal_cdf_z7[n,t,i] = normal_cdf(z7[n,t,i])
        np.square(z7, out=spare11)
        spare11 *= minus_half
        np.exp(spare11, out=exp_value)
        _normal_cdf_into(z7, exp_value, normal_cdf_z7, spare12, spare13, spare14, mask2)
        # (31)  a7[n,t,i] = z7[n,t,i]*normal_cdf_z7[n,t,i]
        np.multiply(z7, normal_cdf_z7, out=a7)
        # a7_slope, the factor of a7_bar in (60): all it needs is at hand
        z7 *= exp_value
        z7 *= c0_398942
        np.add(normal_cdf_z7, z7, out=a7_slope)
        # (32)  a8[n,t,i] = sum[j](W6[i,j]*a7[n,t,j]) + b6[i]
        a7_2d.dot(W6.T, out=a8_2d)
        spare15[...] = b6
        a8 += spare15
        # (33)  a9[n,t,i] = a5[n,t,i] + a8[n,t,i]
        np.add(a5, a8, out=a9)
        # (34)  mu10[n,t] = sum[i](a9[n,t,i]/8)
        a9_2d.dot(ones, out=mu10_flat)
        mu10 *= c0_125
        # (35)  d10[n,t,i] = a9[n,t,i] - mu10[n,t]
        spare16[...] = mu10[:, :, None]
        np.subtract(a9, spare16, out=d10)
        # (36)  v10[n,t] = sum[i](d10[n,t,i]**2/8)
        np.square(d10, out=power_d10)
        power_d10_2d.dot(ones, out=v10_flat)
        v10 *= c0_125
        # (37)  s10[n,t] = sqrt(v10[n,t] + 1/100000)
        np.add(v10, c1e_05, out=s10)
        np.sqrt(s10, out=s10)
        # (38)  xhat10[n,t,i] = d10[n,t,i]/s10[n,t]
        spare10[...] = s10[:, :, None]
        np.divide(d10, spare10, out=xhat10)
        # (39)  a10[n,t,i] = gamma7[i]*xhat10[n,t,i] + beta7[i]
        a10[...] = gamma7
        a10 *= xhat10
        spare17[...] = beta7
        a10 += spare17
        # (40)  yhat[n,t,i] = sum[j](W8[i,j]*a10[n,t,j]) + b8[i]
        # in memory yhat[i,n,t], and all like it: maxima over i take rows together
        W8.dot(a10_2d_T, out=yhat_2d)
        spare18[...] = b8[:, None, None]
        yhat += spare18
        # (41)  m[n,t] = max[k](yhat[n,t,k])
        np.maximum.reduce(yhat, axis=0, out=m)
        # (42)  e[n,t,k] = exp(yhat[n,t,k] - m[n,t])
        e[...] = m
        np.subtract(yhat, e, out=e)
        np.exp(e, out=e)
        # (43)  s[n,t] = sum[k](e[n,t,k])
        ones3.dot(e_2d, out=s_flat)
        # (44)  lse[n,t] = m[n,t] + log(s[n,t])
        np.log(s, out=spare19)
        np.add(m, spare19, out=lse)
        # (45)  prob[n,t,k] = e[n,t,k]/s[n,t]
        spare20[...] = s
        np.divide(e, spare20, out=prob)
        # (46)  L = sum[n,t](-(yhat[n,t,y[n,t]] - lse[n,t])/(N*T))
        label2[...] = y
        np.multiply(label2, factor, out=place)
        place += rows
        yhat.take(place, out=spare21, mode="clip")
        np.subtract(spare21, lse, out=difference)
        difference.dot(ones2, out=total)
        L = -float(total.dot(ones4)) / (N * T)
        # (47)  z11_bar[n,t,k] = prob[n,t,k]/(N*T);  z11_bar[n,t,y[n,t]] += -1/(N*T)
        np.multiply(prob, one_over_NT, out=z11_bar)
        z11_bar.take(place, out=z11_bar_at, mode="clip")
        z11_bar_at -= one_over_NT
        z11_bar.put(place, z11_bar_at, "clip")
        # (48)  b8_bar[i] = sum[n,t](z11_bar[n,t,i])
        z11_bar_2d.dot(ones5, out=b8_bar)
        # (49)  W8_bar[i,j] = sum[n,t](z11_bar[n,t,i]*a10[n,t,j])
        z11_bar_2d.dot(a10_2d, out=W8_bar)
        # (50)  a10_bar[n,t,j] = sum[i](z11_bar[n,t,i]*W8[i,j])
        z11_bar_2d_T.dot(W8, out=a10_bar_2d)
        # (51)  beta7_bar[i] = sum[n,t](a10_bar[n,t,i])
        ones5.dot(a10_bar_2d, out=beta7_bar)
        # (52)  gamma7_bar[i] = sum[n,t](a10_bar[n,t,i]*xhat10[n,t,i])
        np.multiply(a10_bar, xhat10, out=product)
        ones5.dot(product_2d, out=gamma7_bar)
        # (53)  xhat10_bar[n,t,i] = a10_bar[n,t,i]*gamma7[i]
        spare17[...] = gamma7
        np.multiply(a10_bar, spare17, out=xhat10_bar)
        # (54)  xhat10_bar_moment[n,t] = sum[i](xhat10_bar[n,t,i]*xhat10[n,t,i]/8)
        np.multiply(xhat10_bar, xhat10, out=product)
        product_2d.dot(ones, out=xhat10_bar_moment_flat)
        xhat10_bar_moment *= c0_125
        # (55)  xhat10_bar_mean[n,t] = sum[i](xhat10_bar[n,t,i]/8)
        xhat10_bar_2d.dot(ones, out=xhat10_bar_mean_flat)
        xhat10_bar_mean *= c0_125
        # (56)  z8_bar[n,t,i] = (xhat10_bar[n,t,i]
        #           - xhat10_bar_moment[n,t]*xhat10[n,t,i]
        #           - xhat10_bar_mean[n,t])/s10[n,t]
        spare22[...] = xhat10_bar_moment[:, :, None]
        spare22 *= xhat10
        np.subtract(xhat10_bar, spare22, out=z8_bar)
        spare23[...] = xhat10_bar_mean[:, :, None]
        z8_bar -= spare23
        spare23[...] = s10[:, :, None]
        z8_bar /= spare23
        # (57)  b6_bar[i] = sum[n,t](z8_bar[n,t,i])
        ones5.dot(z8_bar_2d, out=b6_bar)
        # (58)  W6_bar[i,j] = sum[n,t](z8_bar[n,t,i]*a7[n,t,j])
        z8_bar_2d_T.dot(a7_2d, out=W6_bar)
        # (59)  a7_bar[n,t,j] = sum[i](z8_bar[n,t,i]*W6[i,j])
        z8_bar_2d.dot(W6, out=a7_bar_2d)
        # (60)  z7_bar[n,t,i] = a7_bar[n,t,i]*(normal_cdf_z7[n,t,i]
        #           + sqrt(2)*z7[n,t,i]*exp(-z7[n,t,i]**2/2)/(2*sqrt(pi)))
        np.multiply(a7_bar, a7_slope, out=z7_bar)
        # (61)  b5_bar[i] = sum[n,t](z7_bar[n,t,i])
        ones5.dot(z7_bar_2d, out=b5_bar)
        # (62)  W5_bar[i,j] = sum[n,t](z7_bar[n,t,i]*a6[n,t,j])
        z7_bar_2d_T.dot(a6_2d, out=W5_bar)
        # (63)  a6_bar[n,t,j] = sum[i](z7_bar[n,t,i]*W5[i,j])
        z7_bar_2d.dot(W5, out=a6_bar_2d)
        # (64)  beta4_bar[i] = sum[n,t](a6_bar[n,t,i])
        ones5.dot(a6_bar_2d, out=beta4_bar)
        # (65)  gamma4_bar[i] = sum[n,t](a6_bar[n,t,i]*xhat6[n,t,i])
        np.multiply(a6_bar, xhat6, out=product2)
        ones5.dot(product2_2d, out=gamma4_bar)
        # (66)  xhat6_bar[n,t,i] = a6_bar[n,t,i]*gamma4[i]
        spare6[...] = gamma4
        np.multiply(a6_bar, spare6, out=xhat6_bar)
        # (67)  xhat6_bar_moment[n,t] = sum[i](xhat6_bar[n,t,i]*xhat6[n,t,i]/8)
        np.multiply(xhat6_bar, xhat6, out=product2)
        product2_2d.dot(ones, out=xhat6_bar_moment_flat)
        xhat6_bar_moment *= c0_125
        # (68)  xhat6_bar_mean[n,t] = sum[i](xhat6_bar[n,t,i]/8)
        xhat6_bar_2d.dot(ones, out=xhat6_bar_mean_flat)
        xhat6_bar_mean *= c0_125
        # (69)  a4_bar[n,t,i] = z8_bar[n,t,i]
        #           + (xhat6_bar[n,t,i] - xhat6_bar_moment[n,t]*xhat6[n,t,i]
        #           - xhat6_bar_mean[n,t])/s6[n,t]
        spare17[...] = xhat6_bar_moment[:, :, None]
        spare17 *= xhat6
        xhat6_bar -= spare17
        spare9[...] = xhat6_bar_mean[:, :, None]
        xhat6_bar -= spare9
        spare6[...] = s6[:, :, None]
        xhat6_bar /= spare6
        np.add(z8_bar, xhat6_bar, out=a4_bar)
        # (70)  bo3_bar[i] = sum[n,t](a4_bar[n,t,i])
        ones5.dot(a4_bar_2d, out=bo3_bar)
        # (71)  O3_bar[i,j] = sum[n,t](a4_bar[n,t,i]*g4[n,t,j])
        a4_bar_2d_T.dot(g4_2d, out=O3_bar)
        # (72)  g4_bar[n,t,j] = sum[i](a4_bar[n,t,i]*O3[i,j])
        a4_bar_2d.dot(O3, out=g4_bar_2d)
        # (73)  o4_bar[n,h,t,d] = g4_bar[n,t,4*h+d]
        o4_bar[...] = g4_bar.reshape(N, T, 2, 4).transpose(0, 2, 1, 3)
        # (74)  p4_bar[n,h,t,u] = sum[d](o4_bar[n,h,t,d]*v4[n,h,u,d])
        o4_bar_turned[...] = o4_bar.mT
        np.matmul(v4, o4_bar_turned, out=p4_bar)
        # (75)  v4_bar[n,h,u,d] = sum[t](o4_bar[n,h,t,d]*p4[n,h,t,u])
        np.matmul(p4, o4_bar, out=v4_bar)
        # (76)  p4_bar_mean[n,h,t] = sum[u](p4_bar[n,h,t,u]*p4[n,h,t,u])
        np.multiply(p4_bar, p4, out=product3)
        np.matmul(ones2, product3_3d, out=p4_bar_mean_2d)
        # (77)  s4_bar[n,h,t,u] = p4[n,h,t,u]*(p4_bar[n,h,t,u] - p4_bar_mean[n,h,t])
        spare24[...] = p4_bar_mean[:, :, None, :]
        p4_bar -= spare24
        np.multiply(p4, p4_bar, out=s4_bar)
        # (78)  k4_bar[n,h,u,d] = sum[t](s4_bar[n,h,t,u]*q4[n,h,t,d]/2)
        np.matmul(s4_bar, q4, out=k4_bar)
        k4_bar *= half
        # (79)  q4_bar[n,h,t,d] = sum[u](s4_bar[n,h,t,u]*k4[n,h,u,d]/2)
        np.matmul(s4_bar_T, k4, out=q4_bar)
        q4_bar *= half
        # (80)  z4_bar[n,t,4*h+d] = q4_bar[n,h,t,d];
        #           z4_bar[n,t,4*h+d+8] = k4_bar[n,h,t,d];
        #           z4_bar[n,t,4*h+d+16] = v4_bar[n,h,t,d]
        z4_bar[:, :, :8].reshape(N, T, 2, 4)[...] = q4_bar.transpose(0, 2, 1, 3)
        z4_bar[:, :, 8:16].reshape(N, T, 2, 4)[...] = k4_bar.transpose(0, 2, 1, 3)
        z4_bar[:, :, 16:].reshape(N, T, 2, 4)[...] = v4_bar.transpose(0, 2, 1, 3)
        # (81)  b3_bar[f] = sum[n,t](z4_bar[n,t,f])
        ones5.dot(z4_bar_2d, out=b3_bar)
        # (82)  W3_bar[f,j] = sum[n,t](z4_bar[n,t,f]*a3[n,t,j])
        z4_bar_2d_T.dot(a3_2d, out=W3_bar)
        # (83)  a3_bar[n,t,j] = sum[f](z4_bar[n,t,f]*W3[f,j])
        z4_bar_2d.dot(W3, out=a3_bar_2d)
        # (84)  beta2_bar[i] = sum[n,t](a3_bar[n,t,i])
        ones5.dot(a3_bar_2d, out=beta2_bar)
        # (85)  gamma2_bar[i] = sum[n,t](a3_bar[n,t,i]*xhat3[n,t,i])
        np.multiply(a3_bar, xhat3, out=product4)
        ones5.dot(product4_2d, out=gamma2_bar)
        # (86)  xhat3_bar[n,t,i] = a3_bar[n,t,i]*gamma2[i]
        spare5[...] = gamma2
        np.multiply(a3_bar, spare5, out=xhat3_bar)
        # (87)  xhat3_bar_moment[n,t] = sum[i](xhat3_bar[n,t,i]*xhat3[n,t,i]/8)
        np.multiply(xhat3_bar, xhat3, out=product4)
        product4_2d.dot(ones, out=xhat3_bar_moment_flat)
        xhat3_bar_moment *= c0_125
        # (88)  xhat3_bar_mean[n,t] = sum[i](xhat3_bar[n,t,i]/8)
        xhat3_bar_2d.dot(ones, out=xhat3_bar_mean_flat)
        xhat3_bar_mean *= c0_125
        # (89)  a1_bar[n,t,i] = a4_bar[n,t,i]
        #           + (xhat3_bar[n,t,i] - xhat3_bar_moment[n,t]*xhat3[n,t,i]
        #           - xhat3_bar_mean[n,t])/s3[n,t]
        spare6[...] = xhat3_bar_moment[:, :, None]
        spare6 *= xhat3
        xhat3_bar -= spare6
        spare25[...] = xhat3_bar_mean[:, :, None]
        xhat3_bar -= spare25
        spare25[...] = s3[:, :, None]
        xhat3_bar /= spare25
        np.add(a4_bar, xhat3_bar, out=a1_bar)
        # (90)  E1_bar[x[n,t],i] += a1_bar[n,t,i]
        E1_bar.fill(0)
        places.take(label, axis=0, out=place2, mode="clip")
        np.add.at(E1_bar.reshape(-1), place2.reshape(-1), a1_bar.reshape(-1))
        return L, self._gradient


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
    ) -> tuple[float, Parameters]:
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
    _fits("v", v, (1092,), v.dtype)
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


# exp(t^2/2) Phi(-t) = (a t^n + b t^(n-1) + ...)/(t^(n+1) + c t^n + ...): a, b, ...; c, ...
_QUOTIENTS = {
    "d": (
        (
            0.3989422804014327,
            11.643977560698644,
            168.54405586310057,
            1567.9722557466378,
            10290.011256192309,
            49526.594142026894,
            176672.53199134002,
            461470.995892225,
            847745.4251977447,
            996981.4873926918,
            579042.5512235523,
        ),
        (
            29.187123382816143,
            423.47729594742714,
            3959.510713476024,
            26213.710456788765,
            128016.71057984451,
            467810.6419772239,
            1273312.2515818102,
            2520398.854135845,
            3444660.4458678523,
            2917981.1981237344,
            1158085.1024471046,
        ),
    ),
    "f": (
        (
            0.39894229346831217,
            3.569615719947336,
            14.981919255630928,
            33.68556338211312,
            35.521269940791264,
        ),
        (
            8.947716836011129,
            38.552769480214714,
            93.42272089549492,
            124.05499983024178,
            71.04253809812036,
        ),
    ),
}
_TAIL = {
    dtype: tuple(tuple(np.array(c, dtype) for c in part) for part in parts)
    for dtype, parts in _QUOTIENTS.items()
}


def _normal_tail_into(t: Array, out: Array, u: Array) -> None:
    """exp(t^2/2) Phi(-t) for t >= 0, into ``out``; ``u`` is scratch."""
    top, bottom = _TAIL[t.dtype.char]
    np.multiply(t, top[0], out=out)
    out += top[1]
    for coefficient in top[2:]:
        out *= t
        out += coefficient
    np.add(t, bottom[0], out=u)
    for coefficient in bottom[1:]:
        u *= t
        u += coefficient
    out /= u


def _normal_cdf_into(
    z: Array, e: Array, out: Array, t: Array, u: Array, h: Array, right: Array
) -> None:
    """Phi(z) into ``out``, where e is exp(-z^2/2); the arrays behind it are scratch."""
    z.clip(-40, 40, out=t)
    np.abs(t, out=t)
    # t^2 = h^2 + (t - h)(t + h), where h^2 is exact, as h is short; into h what is lost
    np.multiply(t, 16, out=h)
    np.rint(h, out=h)
    h *= 0.0625
    np.subtract(t, h, out=u)
    np.add(t, h, out=out)
    u *= out
    np.square(h, out=h)
    np.square(t, out=out)
    h -= out
    h += u
    _normal_tail_into(t, out, u)
    # exp(-t^2/2) is e (1 - h/2)
    h *= -0.5
    h += 1
    out *= h
    out *= e
    # 1 - out where z > 0
    np.greater(z, 0, out=right)
    h[...] = right
    out -= h
    np.abs(out, out=out)


def _normal_cdf(z: Array) -> Array:
    """Phi(z) to the last digits, in the lower tail too."""
    e = np.exp(z.clip(-40, 40) ** 2 * -0.5)
    out, t, u, h = (np.empty_like(z) for _ in range(4))
    _normal_cdf_into(z, e, out, t, u, h, np.empty(z.shape, np.bool_))
    return out


def _check_inputs(p: Parameters, X: Array, dtype: np.dtype[Any]) -> tuple[int, int]:
    """The run-time sizes, of arguments that fit."""
    if dtype.char not in "fd":
        raise ValueError(f"p.E1 has dtype {dtype}, needs float32 or float64")
    _check_arrays("p", p, dtype)
    N = _length("X", X, 0, 2, "(N, T)")
    T = _length("X", X, 1, 2, "(N, T)", "one step")
    _fits_labels("X", X, (N, T), 12)
    return N, T


def _check_targets(Y: Array, N: int, T: int, dtype: np.dtype[Any]) -> None:
    """Raises ValueError unless the targets fit the inputs."""
    _fits_labels("Y", Y, (N, T), 12)


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
