"""transformer: A transformer block

A NumPy module made by symbp from the equations of the network. The number before an
equation is its number in the notes. NAME_bar is dL/dNAME, and W1[i,j] is the weight
to unit i from unit j. Arrays are float32 or float64 throughout; the batch comes first.
"""

from __future__ import annotations

from collections.abc import Callable
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
    # (45)  prob[n,t,k] = e[n,t,k]/s[n,t]
    prob = e / s[:, :, None]
    # (46)  L = sum[n,t](-(yhat[n,t,y[n,t]] - lse[n,t])/(N*T))
    L = -float(np.sum(yhat[np.arange(N)[:, None], np.arange(T), y] - lse)) / (N * T)
    # (47)  z11_bar[n,t,k] = prob[n,t,k]/(N*T);  z11_bar[n,t,y[n,t]] += -1/(N*T)
    z11_bar = prob / (N * T)
    z11_bar[np.arange(N)[:, None], np.arange(T), y] += -1 / (N * T)
    # (48)  b8_bar[i] = sum[n,t](z11_bar[n,t,i])
    b8_bar = z11_bar.sum(axis=(0, 1))
    # (49)  W8_bar[i,j] = sum[n,t](z11_bar[n,t,i]*a10[n,t,j])
    W8_bar = z11_bar.reshape(N * T, 12).T @ a10.reshape(N * T, 8)
    # (50)  a10_bar[n,t,j] = sum[i](z11_bar[n,t,i]*W8[i,j])
    a10_bar = z11_bar @ W8
    # (51)  beta7_bar[i] = sum[n,t](a10_bar[n,t,i])
    beta7_bar = a10_bar.sum(axis=(0, 1))
    # (52)  gamma7_bar[i] = sum[n,t](a10_bar[n,t,i]*xhat10[n,t,i])
    gamma7_bar = np.sum(a10_bar * xhat10, axis=(0, 1))
    # (53)  xhat10_bar[n,t,i] = a10_bar[n,t,i]*gamma7[i]
    xhat10_bar = a10_bar * gamma7
    # (54)  xhat10_bar_moment[n,t] = sum[i](xhat10_bar[n,t,i]*xhat10[n,t,i]/8)
    xhat10_bar_moment = np.sum(xhat10_bar * xhat10, axis=2) / 8
    # (55)  xhat10_bar_mean[n,t] = sum[i](xhat10_bar[n,t,i]/8)
    xhat10_bar_mean = xhat10_bar.sum(axis=2) / 8
    # (56)  z8_bar[n,t,i] = (xhat10_bar[n,t,i]
    #           - xhat10_bar_moment[n,t]*xhat10[n,t,i] - xhat10_bar_mean[n,t])/s10[n,t]
    difference2 = xhat10_bar - xhat10_bar_moment[:, :, None] * xhat10
    difference = difference2 - xhat10_bar_mean[:, :, None]
    z8_bar = difference / s10[:, :, None]
    # (57)  b6_bar[i] = sum[n,t](z8_bar[n,t,i])
    b6_bar = z8_bar.sum(axis=(0, 1))
    # (58)  W6_bar[i,j] = sum[n,t](z8_bar[n,t,i]*a7[n,t,j])
    W6_bar = z8_bar.reshape(N * T, 8).T @ a7.reshape(N * T, 32)
    # (59)  a7_bar[n,t,j] = sum[i](z8_bar[n,t,i]*W6[i,j])
    a7_bar = z8_bar @ W6
    # (60)  z7_bar[n,t,i] = a7_bar[n,t,i]*(normal_cdf_z7[n,t,i]
    #           + sqrt(2)*z7[n,t,i]*exp(-z7[n,t,i]**2/2)/(2*sqrt(pi)))
    z7_bar = a7_bar * (normal_cdf_z7 + 0.3989422804014327 * (z7 * np.exp(-(z7**2) / 2)))
    # (61)  b5_bar[i] = sum[n,t](z7_bar[n,t,i])
    b5_bar = z7_bar.sum(axis=(0, 1))
    # (62)  W5_bar[i,j] = sum[n,t](z7_bar[n,t,i]*a6[n,t,j])
    W5_bar = z7_bar.reshape(N * T, 32).T @ a6.reshape(N * T, 8)
    # (63)  a6_bar[n,t,j] = sum[i](z7_bar[n,t,i]*W5[i,j])
    a6_bar = z7_bar @ W5
    # (64)  beta4_bar[i] = sum[n,t](a6_bar[n,t,i])
    beta4_bar = a6_bar.sum(axis=(0, 1))
    # (65)  gamma4_bar[i] = sum[n,t](a6_bar[n,t,i]*xhat6[n,t,i])
    gamma4_bar = np.sum(a6_bar * xhat6, axis=(0, 1))
    # (66)  xhat6_bar[n,t,i] = a6_bar[n,t,i]*gamma4[i]
    xhat6_bar = a6_bar * gamma4
    # (67)  xhat6_bar_moment[n,t] = sum[i](xhat6_bar[n,t,i]*xhat6[n,t,i]/8)
    xhat6_bar_moment = np.sum(xhat6_bar * xhat6, axis=2) / 8
    # (68)  xhat6_bar_mean[n,t] = sum[i](xhat6_bar[n,t,i]/8)
    xhat6_bar_mean = xhat6_bar.sum(axis=2) / 8
    # (69)  a4_bar[n,t,i] = z8_bar[n,t,i]
    #           + (xhat6_bar[n,t,i] - xhat6_bar_moment[n,t]*xhat6[n,t,i]
    #           - xhat6_bar_mean[n,t])/s6[n,t]
    a4_bar = z8_bar.copy()
    difference4 = xhat6_bar - xhat6_bar_moment[:, :, None] * xhat6
    difference3 = difference4 - xhat6_bar_mean[:, :, None]
    a4_bar += difference3 / s6[:, :, None]
    # (70)  bo3_bar[i] = sum[n,t](a4_bar[n,t,i])
    bo3_bar = a4_bar.sum(axis=(0, 1))
    # (71)  O3_bar[i,j] = sum[n,t](a4_bar[n,t,i]*g4[n,t,j])
    O3_bar = a4_bar.reshape(N * T, 8).T @ g4.reshape(N * T, 8)
    # (72)  g4_bar[n,t,j] = sum[i](a4_bar[n,t,i]*O3[i,j])
    g4_bar = a4_bar @ O3
    # (73)  o4_bar[n,h,t,d] = g4_bar[n,t,4*h+d]
    o4_bar = g4_bar.reshape(N, T, 2, 4).transpose(0, 2, 1, 3)
    # (74)  p4_bar[n,h,t,u] = sum[d](o4_bar[n,h,t,d]*v4[n,h,u,d])
    p4_bar = o4_bar @ v4.mT
    # (75)  v4_bar[n,h,u,d] = sum[t](o4_bar[n,h,t,d]*p4[n,h,t,u])
    v4_bar = p4.mT @ o4_bar
    # (76)  p4_bar_mean[n,h,t] = sum[u](p4_bar[n,h,t,u]*p4[n,h,t,u])
    p4_bar_mean = np.sum(p4_bar * p4, axis=3)
    # (77)  s4_bar[n,h,t,u] = p4[n,h,t,u]*(p4_bar[n,h,t,u] - p4_bar_mean[n,h,t])
    s4_bar = p4 * (p4_bar - p4_bar_mean[:, :, :, None])
    # (78)  k4_bar[n,h,u,d] = sum[t](s4_bar[n,h,t,u]*q4[n,h,t,d]/2)
    k4_bar = s4_bar.mT @ q4 / 2
    # (79)  q4_bar[n,h,t,d] = sum[u](s4_bar[n,h,t,u]*k4[n,h,u,d]/2)
    q4_bar = s4_bar @ k4 / 2
    # (80)  z4_bar[n,t,4*h+d] = q4_bar[n,h,t,d];
    #           z4_bar[n,t,4*h+d+8] = k4_bar[n,h,t,d];
    #           z4_bar[n,t,4*h+d+16] = v4_bar[n,h,t,d]
    z4_bar = np.empty((N, T, 24), dtype)
    z4_bar[:, :, :8].reshape(N, T, 2, 4)[...] = q4_bar.transpose(0, 2, 1, 3)
    z4_bar[:, :, 8:16].reshape(N, T, 2, 4)[...] = k4_bar.transpose(0, 2, 1, 3)
    z4_bar[:, :, 16:].reshape(N, T, 2, 4)[...] = v4_bar.transpose(0, 2, 1, 3)
    # (81)  b3_bar[f] = sum[n,t](z4_bar[n,t,f])
    b3_bar = z4_bar.sum(axis=(0, 1))
    # (82)  W3_bar[f,j] = sum[n,t](z4_bar[n,t,f]*a3[n,t,j])
    W3_bar = z4_bar.reshape(N * T, 24).T @ a3.reshape(N * T, 8)
    # (83)  a3_bar[n,t,j] = sum[f](z4_bar[n,t,f]*W3[f,j])
    a3_bar = z4_bar @ W3
    # (84)  beta2_bar[i] = sum[n,t](a3_bar[n,t,i])
    beta2_bar = a3_bar.sum(axis=(0, 1))
    # (85)  gamma2_bar[i] = sum[n,t](a3_bar[n,t,i]*xhat3[n,t,i])
    gamma2_bar = np.sum(a3_bar * xhat3, axis=(0, 1))
    # (86)  xhat3_bar[n,t,i] = a3_bar[n,t,i]*gamma2[i]
    xhat3_bar = a3_bar * gamma2
    # (87)  xhat3_bar_moment[n,t] = sum[i](xhat3_bar[n,t,i]*xhat3[n,t,i]/8)
    xhat3_bar_moment = np.sum(xhat3_bar * xhat3, axis=2) / 8
    # (88)  xhat3_bar_mean[n,t] = sum[i](xhat3_bar[n,t,i]/8)
    xhat3_bar_mean = xhat3_bar.sum(axis=2) / 8
    # (89)  a1_bar[n,t,i] = a4_bar[n,t,i]
    #           + (xhat3_bar[n,t,i] - xhat3_bar_moment[n,t]*xhat3[n,t,i]
    #           - xhat3_bar_mean[n,t])/s3[n,t]
    a1_bar = a4_bar.copy()
    difference6 = xhat3_bar - xhat3_bar_moment[:, :, None] * xhat3
    difference5 = difference6 - xhat3_bar_mean[:, :, None]
    a1_bar += difference5 / s3[:, :, None]
    # (90)  E1_bar[x[n,t],i] += a1_bar[n,t,i]
    E1_bar = np.zeros((12, 8), dtype)
    place = np.arange(96).reshape(12, 8)[x]
    np.add.at(E1_bar.reshape(-1), place.reshape(-1), a1_bar.reshape(-1))
    g = Parameters(
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
    )
    return L, g


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
            np.empty(batch * T * 8, self.dtype),
            np.empty(T * 8, self.dtype),
            np.empty(4, self.dtype),
            np.empty(T * 4, self.dtype),
            np.empty(T * 4, self.dtype),
            np.empty(batch * T * 9, self.dtype),
            np.empty(batch * T * 8, self.dtype),
            np.empty(batch * T * 24, self.dtype),
            np.empty(batch * T * 24, self.dtype),
            np.empty(batch * T * T * 2, self.dtype),
            np.empty(batch * T * T * 2, self.dtype),
            np.empty(batch * T * 8, self.dtype),
            np.empty(batch * T, self.dtype),
            np.empty(batch * T * 32, self.dtype),
            np.empty(batch * T * 32, self.dtype),
            np.empty(batch * T * 32, self.dtype),
            np.empty(batch * T * 32, self.dtype),
            np.empty(batch * T * 32, self.dtype),
            np.empty(batch * T * 32, self.dtype),
            np.empty(batch * T * 32, self.dtype),
            np.empty(batch * T * 32, self.dtype),
            np.empty(batch * T, np.intp),
            np.empty(batch * T * 8, np.intp),
            np.empty(batch * T * T * 2, self.dtype),
            np.arange(4, dtype=self.dtype),
            np.arange(T, dtype=self.dtype),
            np.arange(T)[:, None] >= np.arange(T),
            np.arange(96).reshape(12, 8),
        )
        self._rows = np.arange(batch * T)
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
            self._buffers[10][: N * T * T * 2].reshape(N, 2, T, T),  # s4
            self._buffers[11][: N * T * T * 2].reshape(N, 2, T, T),  # value
            self._buffers[8][: N * T * 2].reshape(N, 2, T),  # m4
            self._buffers[11][: N * T * T * 2].reshape(N, 2, T, T),  # e4
            self._buffers[8][: N * T * 2].reshape(N, 2, T),  # r4
            self._buffers[10][: N * T * T * 2].reshape(N, 2, T, T),  # spare8
            self._buffers[11][: N * T * T * 2].reshape(N, 2, T, T),  # p4
            self._buffers[8][: N * T * 8].reshape(N, 2, T, 4),  # o4
            self._buffers[8][N * T * 16 : N * T * 24].reshape(N, T, 8),  # g4
            self._buffers[8][: N * T * 8].reshape(N, T, 8),  # a4
            self._buffers[12][: N * T * 8].reshape(N, T, 8),  # spare9
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # a5
            self._buffers[8][: N * T].reshape(N, T),  # mu6
            self._buffers[12][: N * T * 8].reshape(N, T, 8),  # d6
            self._buffers[8][: N * T * 8].reshape(N, T, 8),  # power_d6
            self._buffers[13][: N * T].reshape(N, T),  # v6
            self._buffers[13][: N * T].reshape(N, T),  # s6
            self._buffers[12][: N * T * 8].reshape(N, T, 8),  # xhat6
            self._buffers[8][: N * T * 8].reshape(N, T, 8),  # a6
            self._buffers[14][: N * T * 8].reshape(N, T, 8),  # spare10
            self._buffers[14][: N * T * 32].reshape(N, T, 32),  # z7
            self._buffers[15][: N * T * 32].reshape(N, T, 32),  # spare11
            self._buffers[18][: N * T * 32].reshape(N, T, 32),  # spare12
            self._buffers[19][: N * T * 32].reshape(N, T, 32),  # spare13
            self._buffers[20][: N * T * 32].reshape(N, T, 32),  # spare14
            self._buffers[21][: N * T * 32].reshape(N, T, 32),  # normal_cdf_z7
            self._buffers[18][: N * T * 32].reshape(N, T, 32),  # a7
            self._buffers[19][: N * T * 8].reshape(N, T, 8),  # a8
            self._buffers[19][N * T * 8 : N * T * 16].reshape(N, T, 8),  # spare15
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # a9
            self._buffers[19][: N * T].reshape(N, T),  # mu10
            self._buffers[19][N * T : N * T * 9].reshape(N, T, 8),  # spare16
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # d10
            self._buffers[19][: N * T * 8].reshape(N, T, 8),  # power_d10
            self._buffers[19][N * T * 8 : N * T * 9].reshape(N, T),  # v10
            self._buffers[19][N * T * 8 : N * T * 9].reshape(N, T),  # s10
            self._buffers[19][: N * T * 8].reshape(N, T, 8),  # spare17
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # xhat10
            self._buffers[19][: N * T * 8].reshape(N, T, 8),  # a10
            self._buffers[19][N * T * 9 : N * T * 17].reshape(N, T, 8),  # spare18
            self._buffers[19][N * T * 9 : N * T * 21].reshape(N, T, 12),  # yhat
            self._buffers[20][: N * T * 12].reshape(N, T, 12),  # spare19
            self._buffers[19][N * T * 21 : N * T * 22].reshape(N, T),  # m
            self._buffers[20][: N * T * 12].reshape(N, T, 12),  # e
            self._buffers[19][N * T * 22 : N * T * 23].reshape(N, T),  # s
            self._buffers[19][N * T * 23 : N * T * 24].reshape(N, T),  # spare20
            self._buffers[19][N * T * 21 : N * T * 22].reshape(N, T),  # lse
            self._buffers[20][N * T * 12 : N * T * 24].reshape(N, T, 12),  # spare21
            self._buffers[20][: N * T * 12].reshape(N, T, 12),  # prob
            self._buffers[22][: N * T].reshape(N, T),  # label2
            self._buffers[23][: N * T].reshape(N, T),  # place
            self._buffers[19][N * T * 22 : N * T * 23].reshape(N, T),  # spare22
            self._buffers[19][N * T * 22 : N * T * 23].reshape(N, T),  # difference
            self._buffers[20][: N * T * 12].reshape(N, T, 12),  # z11_bar
            self._buffers[20][N * T * 12 : N * T * 13].reshape(N, T),  # z11_bar_at
            self._buffers[19][: N * T * 8].reshape(N, T, 8),  # a10_bar
            self._buffers[19][N * T * 9 : N * T * 17].reshape(N, T, 8),  # product
            self._buffers[19][: N * T * 8].reshape(N, T, 8),  # xhat10_bar
            self._buffers[19][N * T * 17 : N * T * 18].reshape(
                N, T
            ),  # xhat10_bar_moment
            self._buffers[19][N * T * 9 : N * T * 10].reshape(N, T),  # xhat10_bar_mean
            self._buffers[19][N * T * 18 : N * T * 26].reshape(N, T, 8),  # spare23
            self._buffers[19][: N * T * 8].reshape(N, T, 8),  # z8_bar
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # spare24
            self._buffers[18][: N * T * 32].reshape(N, T, 32),  # a7_bar
            self._buffers[14][: N * T * 32].reshape(N, T, 32),  # spare25
            self._buffers[18][: N * T * 32].reshape(N, T, 32),  # z7_bar
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # a6_bar
            self._buffers[8][: N * T * 8].reshape(N, T, 8),  # product2
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # xhat6_bar
            self._buffers[19][N * T * 8 : N * T * 9].reshape(N, T),  # xhat6_bar_moment
            self._buffers[8][: N * T].reshape(N, T),  # xhat6_bar_mean
            self._buffers[19][: N * T * 8].reshape(N, T, 8),  # a4_bar
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # g4_bar
            self._buffers[8][: N * T * 8].reshape(N, 2, T, 4),  # o4_bar
            self._buffers[10][: N * T * T * 2].reshape(N, 2, T, T),  # p4_bar
            self._buffers[1][: N * T * 8].reshape(N, 2, T, 4),  # v4_bar
            self._buffers[24][: N * T * T * 2].reshape(N, 2, T, T),  # product3
            self._buffers[8][: N * T * 2].reshape(N, 2, T),  # p4_bar_mean
            self._buffers[24][: N * T * T * 2].reshape(N, 2, T, T),  # spare26
            self._buffers[11][: N * T * T * 2].reshape(N, 2, T, T),  # s4_bar
            self._buffers[8][: N * T * 8].reshape(N, 2, T, 4),  # k4_bar
            self._buffers[8][N * T * 16 : N * T * 24].reshape(N, 2, T, 4),  # q4_bar
            self._buffers[19][N * T * 8 : N * T * 32].reshape(N, T, 24),  # z4_bar
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # a3_bar
            self._buffers[7][: N * T * 8].reshape(N, T, 8),  # product4
            self._buffers[1][: N * T * 8].reshape(N, T, 8),  # xhat3_bar
            self._buffers[13][: N * T].reshape(N, T),  # xhat3_bar_moment
            self._buffers[7][: N * T].reshape(N, T),  # xhat3_bar_mean
            self._buffers[6][N * T : N * T * 9].reshape(N, T, 8),  # spare27
            self._buffers[19][: N * T * 8].reshape(N, T, 8),  # a1_bar
            self._buffers[23][: N * T * 8].reshape(N, T, 8),  # place2
            self._rows[: N * T].reshape(N, T),  # rows
            self._buffers[25],  # count
            self._buffers[26][:T],  # count2
            self._buffers[27][:T, :T],  # mask
            self._buffers[28],  # places
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
            spare12,
            spare13,
            spare14,
            normal_cdf_z7,
            a7,
            a8,
            spare15,
            a9,
            mu10,
            spare16,
            d10,
            power_d10,
            v10,
            s10,
            spare17,
            xhat10,
            a10,
            spare18,
            yhat,
            spare19,
            m,
            e,
            s,
            spare20,
            lse,
            spare21,
            prob,
            label2,
            place,
            spare22,
            difference,
            z11_bar,
            z11_bar_at,
            a10_bar,
            product,
            xhat10_bar,
            xhat10_bar_moment,
            xhat10_bar_mean,
            spare23,
            z8_bar,
            spare24,
            a7_bar,
            spare25,
            z7_bar,
            a6_bar,
            product2,
            xhat6_bar,
            xhat6_bar_moment,
            xhat6_bar_mean,
            a4_bar,
            g4_bar,
            o4_bar,
            p4_bar,
            v4_bar,
            product3,
            p4_bar_mean,
            spare26,
            s4_bar,
            k4_bar,
            q4_bar,
            z4_bar,
            a3_bar,
            product4,
            xhat3_bar,
            xhat3_bar_moment,
            xhat3_bar_mean,
            spare27,
            a1_bar,
            place2,
            rows,
            count,
            count2,
            mask,
            places,
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
        np.copyto(label, x)
        np.take(E1, label, axis=0, out=a1, mode="clip")
        # (2)  wave2[t,2*i] = sin(t/10000**(i/4));  wave2[t,2*i+1] = cos(t/10000**(i/4))
        wave2.fill(0)
        np.divide(count, 4, out=spare)
        np.power(10000, spare, out=power)
        np.copyto(spare2, power)
        np.copyto(spare3, count2[:, None])
        np.divide(spare3, spare2, out=quotient)
        np.sin(quotient, out=sin_value)
        wave2[:, ::2] = sin_value
        np.cos(quotient, out=cos_value)
        wave2[:, 1::2] = cos_value
        # (3)  a2[n,t,i] = a1[n,t,i] + wave2[t,i]
        np.copyto(spare4, wave2)
        np.add(a1, spare4, out=a2)
        # (4)  mu3[n,t] = sum[i](a2[n,t,i]/8)
        a2.sum(axis=2, out=mu3)
        mu3 /= 8
        # (5)  d3[n,t,i] = a2[n,t,i] - mu3[n,t]
        np.copyto(d3, mu3[:, :, None])
        np.subtract(a2, d3, out=d3)
        # (6)  v3[n,t] = sum[i](d3[n,t,i]**2/8)
        np.square(d3, out=power_d3)
        power_d3.sum(axis=2, out=v3)
        v3 /= 8
        # (7)  s3[n,t] = sqrt(v3[n,t] + 1/100000)
        np.add(v3, 1e-05, out=s3)
        np.sqrt(s3, out=s3)
        # (8)  xhat3[n,t,i] = d3[n,t,i]/s3[n,t]
        np.copyto(spare5, s3[:, :, None])
        np.divide(d3, spare5, out=xhat3)
        # (9)  a3[n,t,i] = gamma2[i]*xhat3[n,t,i] + beta2[i]
        np.copyto(a3, gamma2)
        a3 *= xhat3
        np.copyto(spare6, beta2)
        a3 += spare6
        # (10)  z4[n,t,f] = sum[j](W3[f,j]*a3[n,t,j]) + b3[f]
        np.matmul(a3, W3.T, out=z4)
        np.copyto(spare7, b3)
        z4 += spare7
        # (11)  q4[n,h,t,d] = z4[n,t,4*h+d]
        np.copyto(q4, z4[:, :, :8].reshape(N, T, 2, 4).transpose(0, 2, 1, 3))
        # (12)  k4[n,h,t,d] = z4[n,t,4*h+d+8]
        np.copyto(k4, z4[:, :, 8:16].reshape(N, T, 2, 4).transpose(0, 2, 1, 3))
        # (13)  v4[n,h,t,d] = z4[n,t,4*h+d+16]
        np.copyto(v4, z4[:, :, 16:].reshape(N, T, 2, 4).transpose(0, 2, 1, 3))
        # (14)  s4[n,h,t,u] = sum[d](q4[n,h,t,d]*k4[n,h,u,d]/2)
        np.matmul(q4, k4.mT, out=s4)
        s4 /= 2
        # (15)  m4[n,h,t] = max[u](s4[n,h,t,u]) where t >= u
        value.fill(-np.inf)
        np.copyto(value, s4, where=mask)
        value.max(axis=3, out=m4)
        # (16)  e4[n,h,t,u] = exp(s4[n,h,t,u] - m4[n,h,t]) where t >= u
        np.copyto(e4, m4[:, :, :, None])
        s4 -= e4
        e4.fill(-np.inf)
        np.copyto(e4, s4, where=mask)
        np.exp(e4, out=e4)
        # (17)  r4[n,h,t] = sum[u](e4[n,h,t,u])
        e4.sum(axis=3, out=r4)
        # (18)  p4[n,h,t,u] = e4[n,h,t,u]/r4[n,h,t]
        np.copyto(spare8, r4[:, :, :, None])
        np.divide(e4, spare8, out=p4)
        # (19)  o4[n,h,t,d] = sum[u](v4[n,h,u,d]*p4[n,h,t,u])
        np.matmul(p4, v4, out=o4)
        # (20)  g4[n,t,4*h+d] = o4[n,h,t,d]
        np.copyto(g4.reshape(N, T, 2, 4), o4.transpose(0, 2, 1, 3))
        # (21)  a4[n,t,i] = sum[j](O3[i,j]*g4[n,t,j]) + bo3[i]
        np.matmul(g4, O3.T, out=a4)
        np.copyto(spare9, bo3)
        a4 += spare9
        # (22)  a5[n,t,i] = a2[n,t,i] + a4[n,t,i]
        np.add(a2, a4, out=a5)
        # (23)  mu6[n,t] = sum[i](a5[n,t,i]/8)
        a5.sum(axis=2, out=mu6)
        mu6 /= 8
        # (24)  d6[n,t,i] = a5[n,t,i] - mu6[n,t]
        np.copyto(d6, mu6[:, :, None])
        np.subtract(a5, d6, out=d6)
        # (25)  v6[n,t] = sum[i](d6[n,t,i]**2/8)
        np.square(d6, out=power_d6)
        power_d6.sum(axis=2, out=v6)
        v6 /= 8
        # (26)  s6[n,t] = sqrt(v6[n,t] + 1/100000)
        np.add(v6, 1e-05, out=s6)
        np.sqrt(s6, out=s6)
        # (27)  xhat6[n,t,i] = d6[n,t,i]/s6[n,t]
        np.copyto(spare6, s6[:, :, None])
        np.divide(d6, spare6, out=xhat6)
        # (28)  a6[n,t,i] = gamma4[i]*xhat6[n,t,i] + beta4[i]
        np.copyto(a6, gamma4)
        a6 *= xhat6
        np.copyto(spare10, beta4)
        a6 += spare10
        # (29)  z7[n,t,i] = sum[j](W5[i,j]*a6[n,t,j]) + b5[i]
        np.matmul(a6, W5.T, out=z7)
        np.copyto(spare11, b5)
        z7 += spare11
        # (30)  normal_cdf_z7[n,t,i] = normal_cdf(z7[n,t,i])
        _normal_cdf_into(z7, normal_cdf_z7, spare12, spare13, spare14)
        # (31)  a7[n,t,i] = z7[n,t,i]*normal_cdf_z7[n,t,i]
        np.multiply(z7, normal_cdf_z7, out=a7)
        # (32)  a8[n,t,i] = sum[j](W6[i,j]*a7[n,t,j]) + b6[i]
        np.matmul(a7, W6.T, out=a8)
        np.copyto(spare15, b6)
        a8 += spare15
        # (33)  a9[n,t,i] = a5[n,t,i] + a8[n,t,i]
        np.add(a5, a8, out=a9)
        # (34)  mu10[n,t] = sum[i](a9[n,t,i]/8)
        a9.sum(axis=2, out=mu10)
        mu10 /= 8
        # (35)  d10[n,t,i] = a9[n,t,i] - mu10[n,t]
        np.copyto(spare16, mu10[:, :, None])
        np.subtract(a9, spare16, out=d10)
        # (36)  v10[n,t] = sum[i](d10[n,t,i]**2/8)
        np.square(d10, out=power_d10)
        power_d10.sum(axis=2, out=v10)
        v10 /= 8
        # (37)  s10[n,t] = sqrt(v10[n,t] + 1/100000)
        np.add(v10, 1e-05, out=s10)
        np.sqrt(s10, out=s10)
        # (38)  xhat10[n,t,i] = d10[n,t,i]/s10[n,t]
        np.copyto(spare17, s10[:, :, None])
        np.divide(d10, spare17, out=xhat10)
        # (39)  a10[n,t,i] = gamma7[i]*xhat10[n,t,i] + beta7[i]
        np.copyto(a10, gamma7)
        a10 *= xhat10
        np.copyto(spare18, beta7)
        a10 += spare18
        # (40)  yhat[n,t,i] = sum[j](W8[i,j]*a10[n,t,j]) + b8[i]
        np.matmul(a10, W8.T, out=yhat)
        np.copyto(spare19, b8)
        yhat += spare19
        # (41)  m[n,t] = max[k](yhat[n,t,k])
        yhat.max(axis=2, out=m)
        # (42)  e[n,t,k] = exp(yhat[n,t,k] - m[n,t])
        np.copyto(e, m[:, :, None])
        np.subtract(yhat, e, out=e)
        np.exp(e, out=e)
        # (43)  s[n,t] = sum[k](e[n,t,k])
        e.sum(axis=2, out=s)
        # (44)  lse[n,t] = m[n,t] + log(s[n,t])
        np.log(s, out=spare20)
        np.add(m, spare20, out=lse)
        # (45)  prob[n,t,k] = e[n,t,k]/s[n,t]
        np.copyto(spare21, s[:, :, None])
        np.divide(e, spare21, out=prob)
        # (46)  L = sum[n,t](-(yhat[n,t,y[n,t]] - lse[n,t])/(N*T))
        np.copyto(label2, y)
        np.multiply(rows, 12, out=place)
        place += label2
        np.take(yhat, place, out=spare22, mode="clip")
        np.subtract(spare22, lse, out=difference)
        L = -float(difference.sum()) / (N * T)
        # (47)  z11_bar[n,t,k] = prob[n,t,k]/(N*T);  z11_bar[n,t,y[n,t]] += -1/(N*T)
        np.divide(prob, N * T, out=z11_bar)
        np.take(z11_bar, place, out=z11_bar_at, mode="clip")
        z11_bar_at -= 1 / (N * T)
        np.put(z11_bar, place, z11_bar_at, mode="clip")
        # (48)  b8_bar[i] = sum[n,t](z11_bar[n,t,i])
        z11_bar.sum(axis=(0, 1), out=b8_bar)
        # (49)  W8_bar[i,j] = sum[n,t](z11_bar[n,t,i]*a10[n,t,j])
        np.matmul(z11_bar.reshape(N * T, 12).T, a10.reshape(N * T, 8), out=W8_bar)
        # (50)  a10_bar[n,t,j] = sum[i](z11_bar[n,t,i]*W8[i,j])
        np.matmul(z11_bar, W8, out=a10_bar)
        # (51)  beta7_bar[i] = sum[n,t](a10_bar[n,t,i])
        a10_bar.sum(axis=(0, 1), out=beta7_bar)
        # (52)  gamma7_bar[i] = sum[n,t](a10_bar[n,t,i]*xhat10[n,t,i])
        np.multiply(a10_bar, xhat10, out=product)
        product.sum(axis=(0, 1), out=gamma7_bar)
        # (53)  xhat10_bar[n,t,i] = a10_bar[n,t,i]*gamma7[i]
        np.copyto(spare18, gamma7)
        np.multiply(a10_bar, spare18, out=xhat10_bar)
        # (54)  xhat10_bar_moment[n,t] = sum[i](xhat10_bar[n,t,i]*xhat10[n,t,i]/8)
        np.multiply(xhat10_bar, xhat10, out=product)
        product.sum(axis=2, out=xhat10_bar_moment)
        xhat10_bar_moment /= 8
        # (55)  xhat10_bar_mean[n,t] = sum[i](xhat10_bar[n,t,i]/8)
        xhat10_bar.sum(axis=2, out=xhat10_bar_mean)
        xhat10_bar_mean /= 8
        # (56)  z8_bar[n,t,i] = (xhat10_bar[n,t,i]
        #           - xhat10_bar_moment[n,t]*xhat10[n,t,i]
        #           - xhat10_bar_mean[n,t])/s10[n,t]
        np.copyto(spare23, xhat10_bar_moment[:, :, None])
        spare23 *= xhat10
        np.subtract(xhat10_bar, spare23, out=z8_bar)
        np.copyto(spare24, xhat10_bar_mean[:, :, None])
        z8_bar -= spare24
        np.copyto(spare24, s10[:, :, None])
        z8_bar /= spare24
        # (57)  b6_bar[i] = sum[n,t](z8_bar[n,t,i])
        z8_bar.sum(axis=(0, 1), out=b6_bar)
        # (58)  W6_bar[i,j] = sum[n,t](z8_bar[n,t,i]*a7[n,t,j])
        np.matmul(z8_bar.reshape(N * T, 8).T, a7.reshape(N * T, 32), out=W6_bar)
        # (59)  a7_bar[n,t,j] = sum[i](z8_bar[n,t,i]*W6[i,j])
        np.matmul(z8_bar, W6, out=a7_bar)
        # (60)  z7_bar[n,t,i] = a7_bar[n,t,i]*(normal_cdf_z7[n,t,i]
        #           + sqrt(2)*z7[n,t,i]*exp(-z7[n,t,i]**2/2)/(2*sqrt(pi)))
        np.square(z7, out=spare14)
        spare14 *= -0.5
        np.exp(spare14, out=spare14)
        z7 *= spare14
        np.multiply(z7, 0.3989422804014327, out=spare25)
        normal_cdf_z7 += spare25
        np.multiply(a7_bar, normal_cdf_z7, out=z7_bar)
        # (61)  b5_bar[i] = sum[n,t](z7_bar[n,t,i])
        z7_bar.sum(axis=(0, 1), out=b5_bar)
        # (62)  W5_bar[i,j] = sum[n,t](z7_bar[n,t,i]*a6[n,t,j])
        np.matmul(z7_bar.reshape(N * T, 32).T, a6.reshape(N * T, 8), out=W5_bar)
        # (63)  a6_bar[n,t,j] = sum[i](z7_bar[n,t,i]*W5[i,j])
        np.matmul(z7_bar, W5, out=a6_bar)
        # (64)  beta4_bar[i] = sum[n,t](a6_bar[n,t,i])
        a6_bar.sum(axis=(0, 1), out=beta4_bar)
        # (65)  gamma4_bar[i] = sum[n,t](a6_bar[n,t,i]*xhat6[n,t,i])
        np.multiply(a6_bar, xhat6, out=product2)
        product2.sum(axis=(0, 1), out=gamma4_bar)
        # (66)  xhat6_bar[n,t,i] = a6_bar[n,t,i]*gamma4[i]
        np.copyto(spare6, gamma4)
        np.multiply(a6_bar, spare6, out=xhat6_bar)
        # (67)  xhat6_bar_moment[n,t] = sum[i](xhat6_bar[n,t,i]*xhat6[n,t,i]/8)
        np.multiply(xhat6_bar, xhat6, out=product2)
        product2.sum(axis=2, out=xhat6_bar_moment)
        xhat6_bar_moment /= 8
        # (68)  xhat6_bar_mean[n,t] = sum[i](xhat6_bar[n,t,i]/8)
        xhat6_bar.sum(axis=2, out=xhat6_bar_mean)
        xhat6_bar_mean /= 8
        # (69)  a4_bar[n,t,i] = z8_bar[n,t,i]
        #           + (xhat6_bar[n,t,i] - xhat6_bar_moment[n,t]*xhat6[n,t,i]
        #           - xhat6_bar_mean[n,t])/s6[n,t]
        np.copyto(spare18, xhat6_bar_moment[:, :, None])
        spare18 *= xhat6
        xhat6_bar -= spare18
        np.copyto(spare9, xhat6_bar_mean[:, :, None])
        np.subtract(xhat6_bar, spare9, out=spare24)
        np.copyto(spare6, s6[:, :, None])
        spare24 /= spare6
        np.add(z8_bar, spare24, out=a4_bar)
        # (70)  bo3_bar[i] = sum[n,t](a4_bar[n,t,i])
        a4_bar.sum(axis=(0, 1), out=bo3_bar)
        # (71)  O3_bar[i,j] = sum[n,t](a4_bar[n,t,i]*g4[n,t,j])
        np.matmul(a4_bar.reshape(N * T, 8).T, g4.reshape(N * T, 8), out=O3_bar)
        # (72)  g4_bar[n,t,j] = sum[i](a4_bar[n,t,i]*O3[i,j])
        np.matmul(a4_bar, O3, out=g4_bar)
        # (73)  o4_bar[n,h,t,d] = g4_bar[n,t,4*h+d]
        np.copyto(o4_bar, g4_bar.reshape(N, T, 2, 4).transpose(0, 2, 1, 3))
        # (74)  p4_bar[n,h,t,u] = sum[d](o4_bar[n,h,t,d]*v4[n,h,u,d])
        np.matmul(o4_bar, v4.mT, out=p4_bar)
        # (75)  v4_bar[n,h,u,d] = sum[t](o4_bar[n,h,t,d]*p4[n,h,t,u])
        np.matmul(p4.mT, o4_bar, out=v4_bar)
        # (76)  p4_bar_mean[n,h,t] = sum[u](p4_bar[n,h,t,u]*p4[n,h,t,u])
        np.multiply(p4_bar, p4, out=product3)
        product3.sum(axis=3, out=p4_bar_mean)
        # (77)  s4_bar[n,h,t,u] = p4[n,h,t,u]*(p4_bar[n,h,t,u] - p4_bar_mean[n,h,t])
        np.copyto(spare26, p4_bar_mean[:, :, :, None])
        p4_bar -= spare26
        np.multiply(p4, p4_bar, out=s4_bar)
        # (78)  k4_bar[n,h,u,d] = sum[t](s4_bar[n,h,t,u]*q4[n,h,t,d]/2)
        np.matmul(s4_bar.mT, q4, out=k4_bar)
        k4_bar /= 2
        # (79)  q4_bar[n,h,t,d] = sum[u](s4_bar[n,h,t,u]*k4[n,h,u,d]/2)
        np.matmul(s4_bar, k4, out=q4_bar)
        q4_bar /= 2
        # (80)  z4_bar[n,t,4*h+d] = q4_bar[n,h,t,d];
        #           z4_bar[n,t,4*h+d+8] = k4_bar[n,h,t,d];
        #           z4_bar[n,t,4*h+d+16] = v4_bar[n,h,t,d]
        np.copyto(z4_bar[:, :, :8].reshape(N, T, 2, 4), q4_bar.transpose(0, 2, 1, 3))
        np.copyto(z4_bar[:, :, 8:16].reshape(N, T, 2, 4), k4_bar.transpose(0, 2, 1, 3))
        np.copyto(z4_bar[:, :, 16:].reshape(N, T, 2, 4), v4_bar.transpose(0, 2, 1, 3))
        # (81)  b3_bar[f] = sum[n,t](z4_bar[n,t,f])
        z4_bar.sum(axis=(0, 1), out=b3_bar)
        # (82)  W3_bar[f,j] = sum[n,t](z4_bar[n,t,f]*a3[n,t,j])
        np.matmul(z4_bar.reshape(N * T, 24).T, a3.reshape(N * T, 8), out=W3_bar)
        # (83)  a3_bar[n,t,j] = sum[f](z4_bar[n,t,f]*W3[f,j])
        np.matmul(z4_bar, W3, out=a3_bar)
        # (84)  beta2_bar[i] = sum[n,t](a3_bar[n,t,i])
        a3_bar.sum(axis=(0, 1), out=beta2_bar)
        # (85)  gamma2_bar[i] = sum[n,t](a3_bar[n,t,i]*xhat3[n,t,i])
        np.multiply(a3_bar, xhat3, out=product4)
        product4.sum(axis=(0, 1), out=gamma2_bar)
        # (86)  xhat3_bar[n,t,i] = a3_bar[n,t,i]*gamma2[i]
        np.copyto(spare5, gamma2)
        np.multiply(a3_bar, spare5, out=xhat3_bar)
        # (87)  xhat3_bar_moment[n,t] = sum[i](xhat3_bar[n,t,i]*xhat3[n,t,i]/8)
        np.multiply(xhat3_bar, xhat3, out=product4)
        product4.sum(axis=2, out=xhat3_bar_moment)
        xhat3_bar_moment /= 8
        # (88)  xhat3_bar_mean[n,t] = sum[i](xhat3_bar[n,t,i]/8)
        xhat3_bar.sum(axis=2, out=xhat3_bar_mean)
        xhat3_bar_mean /= 8
        # (89)  a1_bar[n,t,i] = a4_bar[n,t,i]
        #           + (xhat3_bar[n,t,i] - xhat3_bar_moment[n,t]*xhat3[n,t,i]
        #           - xhat3_bar_mean[n,t])/s3[n,t]
        np.copyto(spare6, xhat3_bar_moment[:, :, None])
        spare6 *= xhat3
        xhat3_bar -= spare6
        np.copyto(spare27, xhat3_bar_mean[:, :, None])
        np.subtract(xhat3_bar, spare27, out=spare24)
        np.copyto(spare27, s3[:, :, None])
        spare24 /= spare27
        np.add(a4_bar, spare24, out=a1_bar)
        # (90)  E1_bar[x[n,t],i] += a1_bar[n,t,i]
        E1_bar.fill(0)
        np.take(places, label, axis=0, out=place2, mode="clip")
        np.add.at(E1_bar.reshape(-1), place2.reshape(-1), a1_bar.reshape(-1))
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
    _fits("v", v, (1092,), v.dtype)
    arrays, start = [], 0
    for shape in _SHAPES:
        stop = start + int(np.prod(shape))
        arrays.append(v[start:stop].reshape(shape))
        start = stop
    return Parameters(*arrays)


# (t + 4) exp(t^2/2) Phi(-t) as a polynomial in u = (t - 4)/(t + 4), highest power first
_TAIL = (
    3.51569242668093e-10,
    -1.1742107539247065e-10,
    -3.798041859957449e-09,
    -6.021003727951476e-10,
    2.1604426842720404e-08,
    1.7881872409503415e-08,
    -8.713294621467491e-08,
    -1.5982676610438677e-07,
    2.727176083262385e-07,
    1.0248325060946323e-06,
    -6.299974265164222e-07,
    -5.921638801978817e-06,
    7.167263978705016e-07,
    3.5145122560125815e-05,
    -1.908265085342679e-06,
    -0.00023109501999200649,
    0.00013334431270030784,
    0.0016308184678064444,
    -0.0034796923673884156,
    -0.007540188967419565,
    0.06039657489093607,
    -0.18652185795963533,
    0.38713740074221453,
    -0.6078966419718923,
    0.7552851304157515,
)


def _normal_tail_into(t: Array, out: Array, u: Array) -> None:
    """exp(t^2/2) Phi(-t) for t >= 0, into ``out``; ``u`` is scratch."""
    np.subtract(t, 4, out=u)
    np.add(t, 4, out=out)
    u /= out
    out.fill(_TAIL[0])
    for coefficient in _TAIL[1:]:
        out *= u
        out += coefficient
    np.add(t, 4, out=u)
    out /= u


def _normal_cdf_into(z: Array, out: Array, t: Array, u: Array, h: Array) -> None:
    """Phi(z) into ``out``; ``t``, ``u`` and ``h`` are scratch."""
    np.abs(z, out=t)
    np.minimum(t, 40, out=t)
    _normal_tail_into(t, out, u)
    # exp(-t^2/2) = exp(-(t - h)(t + h)/2) exp(-h^2/2), and h^2 is exact: h is short
    np.multiply(t, 16, out=h)
    np.rint(h, out=h)
    h /= 16
    np.subtract(t, h, out=u)
    t += h
    u *= t
    u *= -0.5
    np.exp(u, out=u)
    out *= u
    np.square(h, out=u)
    u *= -0.5
    np.exp(u, out=u)
    out *= u
    # 1 - out where z > 0
    np.sign(z, out=u)
    u += 1
    u *= 0.5
    np.multiply(out, -2, out=h)
    h += 1
    h *= u
    out += h


def _normal_cdf(z: Array) -> Array:
    """Phi(z) to the last digits, in the lower tail too."""
    out, t, u, h = (np.empty_like(z) for _ in range(4))
    _normal_cdf_into(z, out, t, u, h)
    return out


def _check_inputs(p: Parameters, X: Array, dtype: np.dtype[Any]) -> tuple[int, int]:
    """The run-time sizes, of arguments that fit."""
    if dtype.char not in "fd":
        raise ValueError(f"p.E1 has dtype {dtype}, needs float32 or float64")
    _check_arrays("p", p, dtype)
    N = _length("X", X, 0, "(N, T)")
    T = _length("X", X, 1, "(N, T)", "one step")
    _fits_labels("X", X, (N, T), 12)
    return N, T


def _check_targets(Y: Array, N: int, T: int, dtype: np.dtype[Any]) -> None:
    """Raises ValueError unless the targets fit the inputs."""
    _fits_labels("Y", Y, (N, T), 12)


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
