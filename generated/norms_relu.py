"""norms_relu: Thirty layers of ReLU

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

    W1: Array  # (64, 64)
    b1: Array  # (64,)
    W2: Array  # (64, 64)
    b2: Array  # (64,)
    W3: Array  # (64, 64)
    b3: Array  # (64,)
    W4: Array  # (64, 64)
    b4: Array  # (64,)
    W5: Array  # (64, 64)
    b5: Array  # (64,)
    W6: Array  # (64, 64)
    b6: Array  # (64,)
    W7: Array  # (64, 64)
    b7: Array  # (64,)
    W8: Array  # (64, 64)
    b8: Array  # (64,)
    W9: Array  # (64, 64)
    b9: Array  # (64,)
    W10: Array  # (64, 64)
    b10: Array  # (64,)
    W11: Array  # (64, 64)
    b11: Array  # (64,)
    W12: Array  # (64, 64)
    b12: Array  # (64,)
    W13: Array  # (64, 64)
    b13: Array  # (64,)
    W14: Array  # (64, 64)
    b14: Array  # (64,)
    W15: Array  # (64, 64)
    b15: Array  # (64,)
    W16: Array  # (64, 64)
    b16: Array  # (64,)
    W17: Array  # (64, 64)
    b17: Array  # (64,)
    W18: Array  # (64, 64)
    b18: Array  # (64,)
    W19: Array  # (64, 64)
    b19: Array  # (64,)
    W20: Array  # (64, 64)
    b20: Array  # (64,)
    W21: Array  # (64, 64)
    b21: Array  # (64,)
    W22: Array  # (64, 64)
    b22: Array  # (64,)
    W23: Array  # (64, 64)
    b23: Array  # (64,)
    W24: Array  # (64, 64)
    b24: Array  # (64,)
    W25: Array  # (64, 64)
    b25: Array  # (64,)
    W26: Array  # (64, 64)
    b26: Array  # (64,)
    W27: Array  # (64, 64)
    b27: Array  # (64,)
    W28: Array  # (64, 64)
    b28: Array  # (64,)
    W29: Array  # (64, 64)
    b29: Array  # (64,)
    W30: Array  # (10, 64)
    b30: Array  # (10,)


_SHAPES: tuple[tuple[int, ...], ...] = (
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (64, 64),
    (64,),
    (10, 64),
    (10,),
)


def init(seed: int = 0, dtype: npt.DTypeLike = np.float32) -> Parameters:
    """New parameters.

    Glorot uniform, He normal before relu-like activations, zero biases.
    """
    rng = np.random.default_rng(seed)
    return Parameters(
        W1=_he_normal(rng, (64, 64), dtype),
        b1=np.zeros((64,), dtype),
        W2=_he_normal(rng, (64, 64), dtype),
        b2=np.zeros((64,), dtype),
        W3=_he_normal(rng, (64, 64), dtype),
        b3=np.zeros((64,), dtype),
        W4=_he_normal(rng, (64, 64), dtype),
        b4=np.zeros((64,), dtype),
        W5=_he_normal(rng, (64, 64), dtype),
        b5=np.zeros((64,), dtype),
        W6=_he_normal(rng, (64, 64), dtype),
        b6=np.zeros((64,), dtype),
        W7=_he_normal(rng, (64, 64), dtype),
        b7=np.zeros((64,), dtype),
        W8=_he_normal(rng, (64, 64), dtype),
        b8=np.zeros((64,), dtype),
        W9=_he_normal(rng, (64, 64), dtype),
        b9=np.zeros((64,), dtype),
        W10=_he_normal(rng, (64, 64), dtype),
        b10=np.zeros((64,), dtype),
        W11=_he_normal(rng, (64, 64), dtype),
        b11=np.zeros((64,), dtype),
        W12=_he_normal(rng, (64, 64), dtype),
        b12=np.zeros((64,), dtype),
        W13=_he_normal(rng, (64, 64), dtype),
        b13=np.zeros((64,), dtype),
        W14=_he_normal(rng, (64, 64), dtype),
        b14=np.zeros((64,), dtype),
        W15=_he_normal(rng, (64, 64), dtype),
        b15=np.zeros((64,), dtype),
        W16=_he_normal(rng, (64, 64), dtype),
        b16=np.zeros((64,), dtype),
        W17=_he_normal(rng, (64, 64), dtype),
        b17=np.zeros((64,), dtype),
        W18=_he_normal(rng, (64, 64), dtype),
        b18=np.zeros((64,), dtype),
        W19=_he_normal(rng, (64, 64), dtype),
        b19=np.zeros((64,), dtype),
        W20=_he_normal(rng, (64, 64), dtype),
        b20=np.zeros((64,), dtype),
        W21=_he_normal(rng, (64, 64), dtype),
        b21=np.zeros((64,), dtype),
        W22=_he_normal(rng, (64, 64), dtype),
        b22=np.zeros((64,), dtype),
        W23=_he_normal(rng, (64, 64), dtype),
        b23=np.zeros((64,), dtype),
        W24=_he_normal(rng, (64, 64), dtype),
        b24=np.zeros((64,), dtype),
        W25=_he_normal(rng, (64, 64), dtype),
        b25=np.zeros((64,), dtype),
        W26=_he_normal(rng, (64, 64), dtype),
        b26=np.zeros((64,), dtype),
        W27=_he_normal(rng, (64, 64), dtype),
        b27=np.zeros((64,), dtype),
        W28=_he_normal(rng, (64, 64), dtype),
        b28=np.zeros((64,), dtype),
        W29=_he_normal(rng, (64, 64), dtype),
        b29=np.zeros((64,), dtype),
        W30=_glorot_uniform(rng, (10, 64), dtype),
        b30=np.zeros((10,), dtype),
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
    """The output yhat for a batch of inputs, (N, 10).

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
        W13,
        b13,
        W14,
        b14,
        W15,
        b15,
        W16,
        b16,
        W17,
        b17,
        W18,
        b18,
        W19,
        b19,
        W20,
        b20,
        W21,
        b21,
        W22,
        b22,
        W23,
        b23,
        W24,
        b24,
        W25,
        b25,
        W26,
        b26,
        W27,
        b27,
        W28,
        b28,
        W29,
        b29,
        W30,
        b30,
    ) = p
    x = X
    # (1)  z1[n,i] = sum[j](W1[i,j]*x[n,j]) + b1[i]
    z1 = x @ W1.T + b1
    # (2)  a1[n,i] = relu(z1[n,i])
    a1 = np.maximum(z1, 0)
    # (3)  z2[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
    z2 = a1 @ W2.T + b2
    # (4)  a2[n,i] = relu(z2[n,i])
    a2 = np.maximum(z2, 0)
    # (5)  z3[n,i] = sum[j](W3[i,j]*a2[n,j]) + b3[i]
    z3 = a2 @ W3.T + b3
    # (6)  a3[n,i] = relu(z3[n,i])
    a3 = np.maximum(z3, 0)
    # (7)  z4[n,i] = sum[j](W4[i,j]*a3[n,j]) + b4[i]
    z4 = a3 @ W4.T + b4
    # (8)  a4[n,i] = relu(z4[n,i])
    a4 = np.maximum(z4, 0)
    # (9)  z5[n,i] = sum[j](W5[i,j]*a4[n,j]) + b5[i]
    z5 = a4 @ W5.T + b5
    # (10)  a5[n,i] = relu(z5[n,i])
    a5 = np.maximum(z5, 0)
    # (11)  z6[n,i] = sum[j](W6[i,j]*a5[n,j]) + b6[i]
    z6 = a5 @ W6.T + b6
    # (12)  a6[n,i] = relu(z6[n,i])
    a6 = np.maximum(z6, 0)
    # (13)  z7[n,i] = sum[j](W7[i,j]*a6[n,j]) + b7[i]
    z7 = a6 @ W7.T + b7
    # (14)  a7[n,i] = relu(z7[n,i])
    a7 = np.maximum(z7, 0)
    # (15)  z8[n,i] = sum[j](W8[i,j]*a7[n,j]) + b8[i]
    z8 = a7 @ W8.T + b8
    # (16)  a8[n,i] = relu(z8[n,i])
    a8 = np.maximum(z8, 0)
    # (17)  z9[n,i] = sum[j](W9[i,j]*a8[n,j]) + b9[i]
    z9 = a8 @ W9.T + b9
    # (18)  a9[n,i] = relu(z9[n,i])
    a9 = np.maximum(z9, 0)
    # (19)  z10[n,i] = sum[j](W10[i,j]*a9[n,j]) + b10[i]
    z10 = a9 @ W10.T + b10
    # (20)  a10[n,i] = relu(z10[n,i])
    a10 = np.maximum(z10, 0)
    # (21)  z11[n,i] = sum[j](W11[i,j]*a10[n,j]) + b11[i]
    z11 = a10 @ W11.T + b11
    # (22)  a11[n,i] = relu(z11[n,i])
    a11 = np.maximum(z11, 0)
    # (23)  z12[n,i] = sum[j](W12[i,j]*a11[n,j]) + b12[i]
    z12 = a11 @ W12.T + b12
    # (24)  a12[n,i] = relu(z12[n,i])
    a12 = np.maximum(z12, 0)
    # (25)  z13[n,i] = sum[j](W13[i,j]*a12[n,j]) + b13[i]
    z13 = a12 @ W13.T + b13
    # (26)  a13[n,i] = relu(z13[n,i])
    a13 = np.maximum(z13, 0)
    # (27)  z14[n,i] = sum[j](W14[i,j]*a13[n,j]) + b14[i]
    z14 = a13 @ W14.T + b14
    # (28)  a14[n,i] = relu(z14[n,i])
    a14 = np.maximum(z14, 0)
    # (29)  z15[n,i] = sum[j](W15[i,j]*a14[n,j]) + b15[i]
    z15 = a14 @ W15.T + b15
    # (30)  a15[n,i] = relu(z15[n,i])
    a15 = np.maximum(z15, 0)
    # (31)  z16[n,i] = sum[j](W16[i,j]*a15[n,j]) + b16[i]
    z16 = a15 @ W16.T + b16
    # (32)  a16[n,i] = relu(z16[n,i])
    a16 = np.maximum(z16, 0)
    # (33)  z17[n,i] = sum[j](W17[i,j]*a16[n,j]) + b17[i]
    z17 = a16 @ W17.T + b17
    # (34)  a17[n,i] = relu(z17[n,i])
    a17 = np.maximum(z17, 0)
    # (35)  z18[n,i] = sum[j](W18[i,j]*a17[n,j]) + b18[i]
    z18 = a17 @ W18.T + b18
    # (36)  a18[n,i] = relu(z18[n,i])
    a18 = np.maximum(z18, 0)
    # (37)  z19[n,i] = sum[j](W19[i,j]*a18[n,j]) + b19[i]
    z19 = a18 @ W19.T + b19
    # (38)  a19[n,i] = relu(z19[n,i])
    a19 = np.maximum(z19, 0)
    # (39)  z20[n,i] = sum[j](W20[i,j]*a19[n,j]) + b20[i]
    z20 = a19 @ W20.T + b20
    # (40)  a20[n,i] = relu(z20[n,i])
    a20 = np.maximum(z20, 0)
    # (41)  z21[n,i] = sum[j](W21[i,j]*a20[n,j]) + b21[i]
    z21 = a20 @ W21.T + b21
    # (42)  a21[n,i] = relu(z21[n,i])
    a21 = np.maximum(z21, 0)
    # (43)  z22[n,i] = sum[j](W22[i,j]*a21[n,j]) + b22[i]
    z22 = a21 @ W22.T + b22
    # (44)  a22[n,i] = relu(z22[n,i])
    a22 = np.maximum(z22, 0)
    # (45)  z23[n,i] = sum[j](W23[i,j]*a22[n,j]) + b23[i]
    z23 = a22 @ W23.T + b23
    # (46)  a23[n,i] = relu(z23[n,i])
    a23 = np.maximum(z23, 0)
    # (47)  z24[n,i] = sum[j](W24[i,j]*a23[n,j]) + b24[i]
    z24 = a23 @ W24.T + b24
    # (48)  a24[n,i] = relu(z24[n,i])
    a24 = np.maximum(z24, 0)
    # (49)  z25[n,i] = sum[j](W25[i,j]*a24[n,j]) + b25[i]
    z25 = a24 @ W25.T + b25
    # (50)  a25[n,i] = relu(z25[n,i])
    a25 = np.maximum(z25, 0)
    # (51)  z26[n,i] = sum[j](W26[i,j]*a25[n,j]) + b26[i]
    z26 = a25 @ W26.T + b26
    # (52)  a26[n,i] = relu(z26[n,i])
    a26 = np.maximum(z26, 0)
    # (53)  z27[n,i] = sum[j](W27[i,j]*a26[n,j]) + b27[i]
    z27 = a26 @ W27.T + b27
    # (54)  a27[n,i] = relu(z27[n,i])
    a27 = np.maximum(z27, 0)
    # (55)  z28[n,i] = sum[j](W28[i,j]*a27[n,j]) + b28[i]
    z28 = a27 @ W28.T + b28
    # (56)  a28[n,i] = relu(z28[n,i])
    a28 = np.maximum(z28, 0)
    # (57)  z29[n,i] = sum[j](W29[i,j]*a28[n,j]) + b29[i]
    z29 = a28 @ W29.T + b29
    # (58)  a29[n,i] = relu(z29[n,i])
    a29 = np.maximum(z29, 0)
    # (59)  yhat[n,i] = sum[j](W30[i,j]*a29[n,j]) + b30[i]
    yhat: Array = a29 @ W30.T + b30
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
        W13,
        b13,
        W14,
        b14,
        W15,
        b15,
        W16,
        b16,
        W17,
        b17,
        W18,
        b18,
        W19,
        b19,
        W20,
        b20,
        W21,
        b21,
        W22,
        b22,
        W23,
        b23,
        W24,
        b24,
        W25,
        b25,
        W26,
        b26,
        W27,
        b27,
        W28,
        b28,
        W29,
        b29,
        W30,
        b30,
    ) = p
    x, y = X, Y
    # (1)  z1[n,i] = sum[j](W1[i,j]*x[n,j]) + b1[i]
    z1 = x @ W1.T + b1
    # (2)  a1[n,i] = relu(z1[n,i])
    a1 = np.maximum(z1, 0)
    # (3)  z2[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
    z2 = a1 @ W2.T + b2
    # (4)  a2[n,i] = relu(z2[n,i])
    a2 = np.maximum(z2, 0)
    # (5)  z3[n,i] = sum[j](W3[i,j]*a2[n,j]) + b3[i]
    z3 = a2 @ W3.T + b3
    # (6)  a3[n,i] = relu(z3[n,i])
    a3 = np.maximum(z3, 0)
    # (7)  z4[n,i] = sum[j](W4[i,j]*a3[n,j]) + b4[i]
    z4 = a3 @ W4.T + b4
    # (8)  a4[n,i] = relu(z4[n,i])
    a4 = np.maximum(z4, 0)
    # (9)  z5[n,i] = sum[j](W5[i,j]*a4[n,j]) + b5[i]
    z5 = a4 @ W5.T + b5
    # (10)  a5[n,i] = relu(z5[n,i])
    a5 = np.maximum(z5, 0)
    # (11)  z6[n,i] = sum[j](W6[i,j]*a5[n,j]) + b6[i]
    z6 = a5 @ W6.T + b6
    # (12)  a6[n,i] = relu(z6[n,i])
    a6 = np.maximum(z6, 0)
    # (13)  z7[n,i] = sum[j](W7[i,j]*a6[n,j]) + b7[i]
    z7 = a6 @ W7.T + b7
    # (14)  a7[n,i] = relu(z7[n,i])
    a7 = np.maximum(z7, 0)
    # (15)  z8[n,i] = sum[j](W8[i,j]*a7[n,j]) + b8[i]
    z8 = a7 @ W8.T + b8
    # (16)  a8[n,i] = relu(z8[n,i])
    a8 = np.maximum(z8, 0)
    # (17)  z9[n,i] = sum[j](W9[i,j]*a8[n,j]) + b9[i]
    z9 = a8 @ W9.T + b9
    # (18)  a9[n,i] = relu(z9[n,i])
    a9 = np.maximum(z9, 0)
    # (19)  z10[n,i] = sum[j](W10[i,j]*a9[n,j]) + b10[i]
    z10 = a9 @ W10.T + b10
    # (20)  a10[n,i] = relu(z10[n,i])
    a10 = np.maximum(z10, 0)
    # (21)  z11[n,i] = sum[j](W11[i,j]*a10[n,j]) + b11[i]
    z11 = a10 @ W11.T + b11
    # (22)  a11[n,i] = relu(z11[n,i])
    a11 = np.maximum(z11, 0)
    # (23)  z12[n,i] = sum[j](W12[i,j]*a11[n,j]) + b12[i]
    z12 = a11 @ W12.T + b12
    # (24)  a12[n,i] = relu(z12[n,i])
    a12 = np.maximum(z12, 0)
    # (25)  z13[n,i] = sum[j](W13[i,j]*a12[n,j]) + b13[i]
    z13 = a12 @ W13.T + b13
    # (26)  a13[n,i] = relu(z13[n,i])
    a13 = np.maximum(z13, 0)
    # (27)  z14[n,i] = sum[j](W14[i,j]*a13[n,j]) + b14[i]
    z14 = a13 @ W14.T + b14
    # (28)  a14[n,i] = relu(z14[n,i])
    a14 = np.maximum(z14, 0)
    # (29)  z15[n,i] = sum[j](W15[i,j]*a14[n,j]) + b15[i]
    z15 = a14 @ W15.T + b15
    # (30)  a15[n,i] = relu(z15[n,i])
    a15 = np.maximum(z15, 0)
    # (31)  z16[n,i] = sum[j](W16[i,j]*a15[n,j]) + b16[i]
    z16 = a15 @ W16.T + b16
    # (32)  a16[n,i] = relu(z16[n,i])
    a16 = np.maximum(z16, 0)
    # (33)  z17[n,i] = sum[j](W17[i,j]*a16[n,j]) + b17[i]
    z17 = a16 @ W17.T + b17
    # (34)  a17[n,i] = relu(z17[n,i])
    a17 = np.maximum(z17, 0)
    # (35)  z18[n,i] = sum[j](W18[i,j]*a17[n,j]) + b18[i]
    z18 = a17 @ W18.T + b18
    # (36)  a18[n,i] = relu(z18[n,i])
    a18 = np.maximum(z18, 0)
    # (37)  z19[n,i] = sum[j](W19[i,j]*a18[n,j]) + b19[i]
    z19 = a18 @ W19.T + b19
    # (38)  a19[n,i] = relu(z19[n,i])
    a19 = np.maximum(z19, 0)
    # (39)  z20[n,i] = sum[j](W20[i,j]*a19[n,j]) + b20[i]
    z20 = a19 @ W20.T + b20
    # (40)  a20[n,i] = relu(z20[n,i])
    a20 = np.maximum(z20, 0)
    # (41)  z21[n,i] = sum[j](W21[i,j]*a20[n,j]) + b21[i]
    z21 = a20 @ W21.T + b21
    # (42)  a21[n,i] = relu(z21[n,i])
    a21 = np.maximum(z21, 0)
    # (43)  z22[n,i] = sum[j](W22[i,j]*a21[n,j]) + b22[i]
    z22 = a21 @ W22.T + b22
    # (44)  a22[n,i] = relu(z22[n,i])
    a22 = np.maximum(z22, 0)
    # (45)  z23[n,i] = sum[j](W23[i,j]*a22[n,j]) + b23[i]
    z23 = a22 @ W23.T + b23
    # (46)  a23[n,i] = relu(z23[n,i])
    a23 = np.maximum(z23, 0)
    # (47)  z24[n,i] = sum[j](W24[i,j]*a23[n,j]) + b24[i]
    z24 = a23 @ W24.T + b24
    # (48)  a24[n,i] = relu(z24[n,i])
    a24 = np.maximum(z24, 0)
    # (49)  z25[n,i] = sum[j](W25[i,j]*a24[n,j]) + b25[i]
    z25 = a24 @ W25.T + b25
    # (50)  a25[n,i] = relu(z25[n,i])
    a25 = np.maximum(z25, 0)
    # (51)  z26[n,i] = sum[j](W26[i,j]*a25[n,j]) + b26[i]
    z26 = a25 @ W26.T + b26
    # (52)  a26[n,i] = relu(z26[n,i])
    a26 = np.maximum(z26, 0)
    # (53)  z27[n,i] = sum[j](W27[i,j]*a26[n,j]) + b27[i]
    z27 = a26 @ W27.T + b27
    # (54)  a27[n,i] = relu(z27[n,i])
    a27 = np.maximum(z27, 0)
    # (55)  z28[n,i] = sum[j](W28[i,j]*a27[n,j]) + b28[i]
    z28 = a27 @ W28.T + b28
    # (56)  a28[n,i] = relu(z28[n,i])
    a28 = np.maximum(z28, 0)
    # (57)  z29[n,i] = sum[j](W29[i,j]*a28[n,j]) + b29[i]
    z29 = a28 @ W29.T + b29
    # (58)  a29[n,i] = relu(z29[n,i])
    a29 = np.maximum(z29, 0)
    # (59)  yhat[n,i] = sum[j](W30[i,j]*a29[n,j]) + b30[i]
    yhat = a29 @ W30.T + b30
    # (60)  m[n] = max[k](yhat[n,k])
    m = yhat.max(axis=1)
    # (61)  e[n,k] = exp(yhat[n,k] - m[n])
    e = np.exp(yhat - m[:, None])
    # (62)  s[n] = sum[k](e[n,k])
    s = e.sum(axis=1)
    # (63)  lse[n] = m[n] + log(s[n])
    lse = m + np.log(s)
    # (65)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N)
    L = -float(np.sum(yhat[np.arange(N), y] - lse)) / N
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
        block = min(batch, 1024)
        self._buffers: tuple[Array, ...] = (
            _aligned(4096, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(block * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 10, self.dtype),
            _aligned(batch * 11, self.dtype),
            _aligned(batch, self.dtype),
            _aligned(batch * 64, self.dtype),
            np.empty(batch, np.intp),
            np.empty(block * 64, np.bool_),
            np.array(0, self.dtype),
            np.zeros(block * 64, self.dtype),
            np.ones(10, self.dtype),
            np.ones(batch, self.dtype),
        )
        self._views: dict[int, tuple[Any, ...]] = {}

    def _cut(self, N: int) -> tuple[Any, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        block = min(N, 1024)
        turned = self._buffers[0][:4096].reshape(64, 64)
        z1 = self._buffers[1][: N * 64].reshape(N, 64)
        b1_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a1 = self._buffers[1][: N * 64].reshape(N, 64)
        z2 = self._buffers[3][: N * 64].reshape(N, 64)
        b2_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a2 = self._buffers[3][: N * 64].reshape(N, 64)
        z3 = self._buffers[4][: N * 64].reshape(N, 64)
        b3_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a3 = self._buffers[4][: N * 64].reshape(N, 64)
        z4 = self._buffers[5][: N * 64].reshape(N, 64)
        b4_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a4 = self._buffers[5][: N * 64].reshape(N, 64)
        z5 = self._buffers[6][: N * 64].reshape(N, 64)
        b5_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a5 = self._buffers[6][: N * 64].reshape(N, 64)
        z6 = self._buffers[7][: N * 64].reshape(N, 64)
        b6_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a6 = self._buffers[7][: N * 64].reshape(N, 64)
        z7 = self._buffers[8][: N * 64].reshape(N, 64)
        b7_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a7 = self._buffers[8][: N * 64].reshape(N, 64)
        z8 = self._buffers[9][: N * 64].reshape(N, 64)
        b8_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a8 = self._buffers[9][: N * 64].reshape(N, 64)
        z9 = self._buffers[10][: N * 64].reshape(N, 64)
        b9_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a9 = self._buffers[10][: N * 64].reshape(N, 64)
        z10 = self._buffers[11][: N * 64].reshape(N, 64)
        b10_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a10 = self._buffers[11][: N * 64].reshape(N, 64)
        z11 = self._buffers[12][: N * 64].reshape(N, 64)
        b11_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a11 = self._buffers[12][: N * 64].reshape(N, 64)
        z12 = self._buffers[13][: N * 64].reshape(N, 64)
        b12_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a12 = self._buffers[13][: N * 64].reshape(N, 64)
        z13 = self._buffers[14][: N * 64].reshape(N, 64)
        b13_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a13 = self._buffers[14][: N * 64].reshape(N, 64)
        z14 = self._buffers[15][: N * 64].reshape(N, 64)
        b14_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a14 = self._buffers[15][: N * 64].reshape(N, 64)
        z15 = self._buffers[16][: N * 64].reshape(N, 64)
        b15_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a15 = self._buffers[16][: N * 64].reshape(N, 64)
        z16 = self._buffers[17][: N * 64].reshape(N, 64)
        b16_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a16 = self._buffers[17][: N * 64].reshape(N, 64)
        z17 = self._buffers[18][: N * 64].reshape(N, 64)
        b17_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a17 = self._buffers[18][: N * 64].reshape(N, 64)
        z18 = self._buffers[19][: N * 64].reshape(N, 64)
        b18_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a18 = self._buffers[19][: N * 64].reshape(N, 64)
        z19 = self._buffers[20][: N * 64].reshape(N, 64)
        b19_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a19 = self._buffers[20][: N * 64].reshape(N, 64)
        z20 = self._buffers[21][: N * 64].reshape(N, 64)
        b20_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a20 = self._buffers[21][: N * 64].reshape(N, 64)
        z21 = self._buffers[22][: N * 64].reshape(N, 64)
        b21_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a21 = self._buffers[22][: N * 64].reshape(N, 64)
        z22 = self._buffers[23][: N * 64].reshape(N, 64)
        b22_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a22 = self._buffers[23][: N * 64].reshape(N, 64)
        z23 = self._buffers[24][: N * 64].reshape(N, 64)
        b23_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a23 = self._buffers[24][: N * 64].reshape(N, 64)
        z24 = self._buffers[25][: N * 64].reshape(N, 64)
        b24_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a24 = self._buffers[25][: N * 64].reshape(N, 64)
        z25 = self._buffers[26][: N * 64].reshape(N, 64)
        b25_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a25 = self._buffers[26][: N * 64].reshape(N, 64)
        z26 = self._buffers[27][: N * 64].reshape(N, 64)
        b26_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a26 = self._buffers[27][: N * 64].reshape(N, 64)
        z27 = self._buffers[28][: N * 64].reshape(N, 64)
        b27_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a27 = self._buffers[28][: N * 64].reshape(N, 64)
        z28 = self._buffers[29][: N * 64].reshape(N, 64)
        b28_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a28 = self._buffers[29][: N * 64].reshape(N, 64)
        z29 = self._buffers[30][: N * 64].reshape(N, 64)
        b29_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a29 = self._buffers[30][: N * 64].reshape(N, 64)
        yhat = self._buffers[31][: N * 10].reshape(10, N)
        spare = self._buffers[32][: N * 10].reshape(10, N)
        m = self._buffers[32][:N]
        e = self._buffers[32][N : N * 11].reshape(10, N)
        s = self._buffers[33][:N]
        spare2 = self._buffers[34][:N]
        lse = self._buffers[32][:N]
        spare3 = self._buffers[34][: N * 10].reshape(10, N)
        prob = self._buffers[32][N : N * 11].reshape(10, N)
        label = self._buffers[35][:N]
        place = self._buffers[35][:N]
        spare4 = self._buffers[33][:N]
        difference = self._buffers[33][:N]
        z30_bar = self._buffers[32][N : N * 11].reshape(10, N)
        z30_bar_at = self._buffers[32][:N]
        a29_bar = self._buffers[34][: N * 64].reshape(N, 64)
        mask = self._buffers[36][: block * 64].reshape(block, 64)
        spare5 = self._buffers[2][: block * 64].reshape(block, 64)
        z29_bar = self._buffers[34][: N * 64].reshape(N, 64)
        a28_bar = self._buffers[30][: N * 64].reshape(N, 64)
        z28_bar = self._buffers[30][: N * 64].reshape(N, 64)
        a27_bar = self._buffers[29][: N * 64].reshape(N, 64)
        z27_bar = self._buffers[29][: N * 64].reshape(N, 64)
        a26_bar = self._buffers[28][: N * 64].reshape(N, 64)
        z26_bar = self._buffers[28][: N * 64].reshape(N, 64)
        a25_bar = self._buffers[27][: N * 64].reshape(N, 64)
        z25_bar = self._buffers[27][: N * 64].reshape(N, 64)
        a24_bar = self._buffers[26][: N * 64].reshape(N, 64)
        z24_bar = self._buffers[26][: N * 64].reshape(N, 64)
        a23_bar = self._buffers[25][: N * 64].reshape(N, 64)
        z23_bar = self._buffers[25][: N * 64].reshape(N, 64)
        a22_bar = self._buffers[24][: N * 64].reshape(N, 64)
        z22_bar = self._buffers[24][: N * 64].reshape(N, 64)
        a21_bar = self._buffers[23][: N * 64].reshape(N, 64)
        z21_bar = self._buffers[23][: N * 64].reshape(N, 64)
        a20_bar = self._buffers[22][: N * 64].reshape(N, 64)
        z20_bar = self._buffers[22][: N * 64].reshape(N, 64)
        a19_bar = self._buffers[21][: N * 64].reshape(N, 64)
        z19_bar = self._buffers[21][: N * 64].reshape(N, 64)
        a18_bar = self._buffers[20][: N * 64].reshape(N, 64)
        z18_bar = self._buffers[20][: N * 64].reshape(N, 64)
        a17_bar = self._buffers[19][: N * 64].reshape(N, 64)
        z17_bar = self._buffers[19][: N * 64].reshape(N, 64)
        a16_bar = self._buffers[18][: N * 64].reshape(N, 64)
        z16_bar = self._buffers[18][: N * 64].reshape(N, 64)
        a15_bar = self._buffers[17][: N * 64].reshape(N, 64)
        z15_bar = self._buffers[17][: N * 64].reshape(N, 64)
        a14_bar = self._buffers[16][: N * 64].reshape(N, 64)
        z14_bar = self._buffers[16][: N * 64].reshape(N, 64)
        a13_bar = self._buffers[15][: N * 64].reshape(N, 64)
        z13_bar = self._buffers[15][: N * 64].reshape(N, 64)
        a12_bar = self._buffers[14][: N * 64].reshape(N, 64)
        z12_bar = self._buffers[14][: N * 64].reshape(N, 64)
        a11_bar = self._buffers[13][: N * 64].reshape(N, 64)
        z11_bar = self._buffers[13][: N * 64].reshape(N, 64)
        a10_bar = self._buffers[12][: N * 64].reshape(N, 64)
        z10_bar = self._buffers[12][: N * 64].reshape(N, 64)
        a9_bar = self._buffers[11][: N * 64].reshape(N, 64)
        z9_bar = self._buffers[11][: N * 64].reshape(N, 64)
        a8_bar = self._buffers[10][: N * 64].reshape(N, 64)
        z8_bar = self._buffers[10][: N * 64].reshape(N, 64)
        a7_bar = self._buffers[9][: N * 64].reshape(N, 64)
        z7_bar = self._buffers[9][: N * 64].reshape(N, 64)
        a6_bar = self._buffers[8][: N * 64].reshape(N, 64)
        z6_bar = self._buffers[8][: N * 64].reshape(N, 64)
        a5_bar = self._buffers[7][: N * 64].reshape(N, 64)
        z5_bar = self._buffers[7][: N * 64].reshape(N, 64)
        a4_bar = self._buffers[6][: N * 64].reshape(N, 64)
        z4_bar = self._buffers[6][: N * 64].reshape(N, 64)
        a3_bar = self._buffers[5][: N * 64].reshape(N, 64)
        z3_bar = self._buffers[5][: N * 64].reshape(N, 64)
        a2_bar = self._buffers[4][: N * 64].reshape(N, 64)
        z2_bar = self._buffers[4][: N * 64].reshape(N, 64)
        a1_bar = self._buffers[3][: N * 64].reshape(N, 64)
        z1_bar = self._buffers[3][: N * 64].reshape(N, 64)
        a29_T = a29.T
        z30_bar_T = z30_bar.T
        z29_bar_T = z29_bar.T
        z28_bar_T = z28_bar.T
        z27_bar_T = z27_bar.T
        z26_bar_T = z26_bar.T
        z25_bar_T = z25_bar.T
        z24_bar_T = z24_bar.T
        z23_bar_T = z23_bar.T
        z22_bar_T = z22_bar.T
        z21_bar_T = z21_bar.T
        z20_bar_T = z20_bar.T
        z19_bar_T = z19_bar.T
        z18_bar_T = z18_bar.T
        z17_bar_T = z17_bar.T
        z16_bar_T = z16_bar.T
        z15_bar_T = z15_bar.T
        z14_bar_T = z14_bar.T
        z13_bar_T = z13_bar.T
        z12_bar_T = z12_bar.T
        z11_bar_T = z11_bar.T
        z10_bar_T = z10_bar.T
        z9_bar_T = z9_bar.T
        z8_bar_T = z8_bar.T
        z7_bar_T = z7_bar.T
        z6_bar_T = z6_bar.T
        z5_bar_T = z5_bar.T
        z4_bar_T = z4_bar.T
        z3_bar_T = z3_bar.T
        z2_bar_T = z2_bar.T
        z1_bar_T = z1_bar.T
        by_N = np.array(N, np.intp)
        rows = np.arange(N)
        one_over_N = np.array(1 / N, self.dtype)
        zero = self._buffers[37]
        zeros_rows = self._buffers[38][: block * 64].reshape(block, 64)
        ones = self._buffers[39][:10]
        ones2 = self._buffers[40][:N]
        blocks = _blocks(N, block, (z1, a1), (b1_rows, zeros_rows))
        blocks2 = _blocks(N, block, (z2, a2), (b2_rows, zeros_rows))
        blocks3 = _blocks(N, block, (z3, a3), (b3_rows, zeros_rows))
        blocks4 = _blocks(N, block, (z4, a4), (b4_rows, zeros_rows))
        blocks5 = _blocks(N, block, (z5, a5), (b5_rows, zeros_rows))
        blocks6 = _blocks(N, block, (z6, a6), (b6_rows, zeros_rows))
        blocks7 = _blocks(N, block, (z7, a7), (b7_rows, zeros_rows))
        blocks8 = _blocks(N, block, (z8, a8), (b8_rows, zeros_rows))
        blocks9 = _blocks(N, block, (z9, a9), (b9_rows, zeros_rows))
        blocks10 = _blocks(N, block, (z10, a10), (b10_rows, zeros_rows))
        blocks11 = _blocks(N, block, (z11, a11), (b11_rows, zeros_rows))
        blocks12 = _blocks(N, block, (z12, a12), (b12_rows, zeros_rows))
        blocks13 = _blocks(N, block, (z13, a13), (b13_rows, zeros_rows))
        blocks14 = _blocks(N, block, (z14, a14), (b14_rows, zeros_rows))
        blocks15 = _blocks(N, block, (z15, a15), (b15_rows, zeros_rows))
        blocks16 = _blocks(N, block, (z16, a16), (b16_rows, zeros_rows))
        blocks17 = _blocks(N, block, (z17, a17), (b17_rows, zeros_rows))
        blocks18 = _blocks(N, block, (z18, a18), (b18_rows, zeros_rows))
        blocks19 = _blocks(N, block, (z19, a19), (b19_rows, zeros_rows))
        blocks20 = _blocks(N, block, (z20, a20), (b20_rows, zeros_rows))
        blocks21 = _blocks(N, block, (z21, a21), (b21_rows, zeros_rows))
        blocks22 = _blocks(N, block, (z22, a22), (b22_rows, zeros_rows))
        blocks23 = _blocks(N, block, (z23, a23), (b23_rows, zeros_rows))
        blocks24 = _blocks(N, block, (z24, a24), (b24_rows, zeros_rows))
        blocks25 = _blocks(N, block, (z25, a25), (b25_rows, zeros_rows))
        blocks26 = _blocks(N, block, (z26, a26), (b26_rows, zeros_rows))
        blocks27 = _blocks(N, block, (z27, a27), (b27_rows, zeros_rows))
        blocks28 = _blocks(N, block, (z28, a28), (b28_rows, zeros_rows))
        blocks29 = _blocks(N, block, (z29, a29), (b29_rows, zeros_rows))
        blocks30 = _blocks(N, block, (a29, a29_bar, z29_bar), (mask, spare5))
        blocks31 = _blocks(N, block, (a28, a28_bar, z28_bar), (mask, spare5))
        blocks32 = _blocks(N, block, (a27, a27_bar, z27_bar), (mask, spare5))
        blocks33 = _blocks(N, block, (a26, a26_bar, z26_bar), (mask, spare5))
        blocks34 = _blocks(N, block, (a25, a25_bar, z25_bar), (mask, spare5))
        blocks35 = _blocks(N, block, (a24, a24_bar, z24_bar), (mask, spare5))
        blocks36 = _blocks(N, block, (a23, a23_bar, z23_bar), (mask, spare5))
        blocks37 = _blocks(N, block, (a22, a22_bar, z22_bar), (mask, spare5))
        blocks38 = _blocks(N, block, (a21, a21_bar, z21_bar), (mask, spare5))
        blocks39 = _blocks(N, block, (a20, a20_bar, z20_bar), (mask, spare5))
        blocks40 = _blocks(N, block, (a19, a19_bar, z19_bar), (mask, spare5))
        blocks41 = _blocks(N, block, (a18, a18_bar, z18_bar), (mask, spare5))
        blocks42 = _blocks(N, block, (a17, a17_bar, z17_bar), (mask, spare5))
        blocks43 = _blocks(N, block, (a16, a16_bar, z16_bar), (mask, spare5))
        blocks44 = _blocks(N, block, (a15, a15_bar, z15_bar), (mask, spare5))
        blocks45 = _blocks(N, block, (a14, a14_bar, z14_bar), (mask, spare5))
        blocks46 = _blocks(N, block, (a13, a13_bar, z13_bar), (mask, spare5))
        blocks47 = _blocks(N, block, (a12, a12_bar, z12_bar), (mask, spare5))
        blocks48 = _blocks(N, block, (a11, a11_bar, z11_bar), (mask, spare5))
        blocks49 = _blocks(N, block, (a10, a10_bar, z10_bar), (mask, spare5))
        blocks50 = _blocks(N, block, (a9, a9_bar, z9_bar), (mask, spare5))
        blocks51 = _blocks(N, block, (a8, a8_bar, z8_bar), (mask, spare5))
        blocks52 = _blocks(N, block, (a7, a7_bar, z7_bar), (mask, spare5))
        blocks53 = _blocks(N, block, (a6, a6_bar, z6_bar), (mask, spare5))
        blocks54 = _blocks(N, block, (a5, a5_bar, z5_bar), (mask, spare5))
        blocks55 = _blocks(N, block, (a4, a4_bar, z4_bar), (mask, spare5))
        blocks56 = _blocks(N, block, (a3, a3_bar, z3_bar), (mask, spare5))
        blocks57 = _blocks(N, block, (a2, a2_bar, z2_bar), (mask, spare5))
        blocks58 = _blocks(N, block, (a1, a1_bar, z1_bar), (mask, spare5))
        return (
            turned,
            z1,
            b1_rows,
            a1,
            z2,
            b2_rows,
            a2,
            z3,
            b3_rows,
            a3,
            z4,
            b4_rows,
            a4,
            z5,
            b5_rows,
            a5,
            z6,
            b6_rows,
            a6,
            z7,
            b7_rows,
            a7,
            z8,
            b8_rows,
            a8,
            z9,
            b9_rows,
            a9,
            z10,
            b10_rows,
            a10,
            z11,
            b11_rows,
            a11,
            z12,
            b12_rows,
            a12,
            z13,
            b13_rows,
            a13,
            z14,
            b14_rows,
            a14,
            z15,
            b15_rows,
            a15,
            z16,
            b16_rows,
            a16,
            z17,
            b17_rows,
            a17,
            z18,
            b18_rows,
            a18,
            z19,
            b19_rows,
            a19,
            z20,
            b20_rows,
            a20,
            z21,
            b21_rows,
            a21,
            z22,
            b22_rows,
            a22,
            z23,
            b23_rows,
            a23,
            z24,
            b24_rows,
            a24,
            z25,
            b25_rows,
            a25,
            z26,
            b26_rows,
            a26,
            z27,
            b27_rows,
            a27,
            z28,
            b28_rows,
            a28,
            z29,
            b29_rows,
            a29,
            yhat,
            spare,
            m,
            e,
            s,
            spare2,
            lse,
            spare3,
            prob,
            label,
            place,
            spare4,
            difference,
            z30_bar,
            z30_bar_at,
            a29_bar,
            z29_bar,
            a28_bar,
            z28_bar,
            a27_bar,
            z27_bar,
            a26_bar,
            z26_bar,
            a25_bar,
            z25_bar,
            a24_bar,
            z24_bar,
            a23_bar,
            z23_bar,
            a22_bar,
            z22_bar,
            a21_bar,
            z21_bar,
            a20_bar,
            z20_bar,
            a19_bar,
            z19_bar,
            a18_bar,
            z18_bar,
            a17_bar,
            z17_bar,
            a16_bar,
            z16_bar,
            a15_bar,
            z15_bar,
            a14_bar,
            z14_bar,
            a13_bar,
            z13_bar,
            a12_bar,
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
            a29_T,
            z30_bar_T,
            z29_bar_T,
            z28_bar_T,
            z27_bar_T,
            z26_bar_T,
            z25_bar_T,
            z24_bar_T,
            z23_bar_T,
            z22_bar_T,
            z21_bar_T,
            z20_bar_T,
            z19_bar_T,
            z18_bar_T,
            z17_bar_T,
            z16_bar_T,
            z15_bar_T,
            z14_bar_T,
            z13_bar_T,
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
            by_N,
            rows,
            one_over_N,
            zero,
            ones,
            ones2,
            blocks,
            blocks2,
            blocks3,
            blocks4,
            blocks5,
            blocks6,
            blocks7,
            blocks8,
            blocks9,
            blocks10,
            blocks11,
            blocks12,
            blocks13,
            blocks14,
            blocks15,
            blocks16,
            blocks17,
            blocks18,
            blocks19,
            blocks20,
            blocks21,
            blocks22,
            blocks23,
            blocks24,
            blocks25,
            blocks26,
            blocks27,
            blocks28,
            blocks29,
            blocks30,
            blocks31,
            blocks32,
            blocks33,
            blocks34,
            blocks35,
            blocks36,
            blocks37,
            blocks38,
            blocks39,
            blocks40,
            blocks41,
            blocks42,
            blocks43,
            blocks44,
            blocks45,
            blocks46,
            blocks47,
            blocks48,
            blocks49,
            blocks50,
            blocks51,
            blocks52,
            blocks53,
            blocks54,
            blocks55,
            blocks56,
            blocks57,
            blocks58,
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
            W13,
            b13,
            W14,
            b14,
            W15,
            b15,
            W16,
            b16,
            W17,
            b17,
            W18,
            b18,
            W19,
            b19,
            W20,
            b20,
            W21,
            b21,
            W22,
            b22,
            W23,
            b23,
            W24,
            b24,
            W25,
            b25,
            W26,
            b26,
            W27,
            b27,
            W28,
            b28,
            W29,
            b29,
            W30,
            b30,
        ) = p
        x, y = X, Y
        if N not in self._views:
            self._views[N] = self._cut(N)
        (
            turned,
            z1,
            b1_rows,
            a1,
            z2,
            b2_rows,
            a2,
            z3,
            b3_rows,
            a3,
            z4,
            b4_rows,
            a4,
            z5,
            b5_rows,
            a5,
            z6,
            b6_rows,
            a6,
            z7,
            b7_rows,
            a7,
            z8,
            b8_rows,
            a8,
            z9,
            b9_rows,
            a9,
            z10,
            b10_rows,
            a10,
            z11,
            b11_rows,
            a11,
            z12,
            b12_rows,
            a12,
            z13,
            b13_rows,
            a13,
            z14,
            b14_rows,
            a14,
            z15,
            b15_rows,
            a15,
            z16,
            b16_rows,
            a16,
            z17,
            b17_rows,
            a17,
            z18,
            b18_rows,
            a18,
            z19,
            b19_rows,
            a19,
            z20,
            b20_rows,
            a20,
            z21,
            b21_rows,
            a21,
            z22,
            b22_rows,
            a22,
            z23,
            b23_rows,
            a23,
            z24,
            b24_rows,
            a24,
            z25,
            b25_rows,
            a25,
            z26,
            b26_rows,
            a26,
            z27,
            b27_rows,
            a27,
            z28,
            b28_rows,
            a28,
            z29,
            b29_rows,
            a29,
            yhat,
            spare,
            m,
            e,
            s,
            spare2,
            lse,
            spare3,
            prob,
            label,
            place,
            spare4,
            difference,
            z30_bar,
            z30_bar_at,
            a29_bar,
            z29_bar,
            a28_bar,
            z28_bar,
            a27_bar,
            z27_bar,
            a26_bar,
            z26_bar,
            a25_bar,
            z25_bar,
            a24_bar,
            z24_bar,
            a23_bar,
            z23_bar,
            a22_bar,
            z22_bar,
            a21_bar,
            z21_bar,
            a20_bar,
            z20_bar,
            a19_bar,
            z19_bar,
            a18_bar,
            z18_bar,
            a17_bar,
            z17_bar,
            a16_bar,
            z16_bar,
            a15_bar,
            z15_bar,
            a14_bar,
            z14_bar,
            a13_bar,
            z13_bar,
            a12_bar,
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
            a29_T,
            z30_bar_T,
            z29_bar_T,
            z28_bar_T,
            z27_bar_T,
            z26_bar_T,
            z25_bar_T,
            z24_bar_T,
            z23_bar_T,
            z22_bar_T,
            z21_bar_T,
            z20_bar_T,
            z19_bar_T,
            z18_bar_T,
            z17_bar_T,
            z16_bar_T,
            z15_bar_T,
            z14_bar_T,
            z13_bar_T,
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
            by_N,
            rows,
            one_over_N,
            zero,
            ones,
            ones2,
            blocks,
            blocks2,
            blocks3,
            blocks4,
            blocks5,
            blocks6,
            blocks7,
            blocks8,
            blocks9,
            blocks10,
            blocks11,
            blocks12,
            blocks13,
            blocks14,
            blocks15,
            blocks16,
            blocks17,
            blocks18,
            blocks19,
            blocks20,
            blocks21,
            blocks22,
            blocks23,
            blocks24,
            blocks25,
            blocks26,
            blocks27,
            blocks28,
            blocks29,
            blocks30,
            blocks31,
            blocks32,
            blocks33,
            blocks34,
            blocks35,
            blocks36,
            blocks37,
            blocks38,
            blocks39,
            blocks40,
            blocks41,
            blocks42,
            blocks43,
            blocks44,
            blocks45,
            blocks46,
            blocks47,
            blocks48,
            blocks49,
            blocks50,
            blocks51,
            blocks52,
            blocks53,
            blocks54,
            blocks55,
            blocks56,
            blocks57,
            blocks58,
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
            W13_bar,
            b13_bar,
            W14_bar,
            b14_bar,
            W15_bar,
            b15_bar,
            W16_bar,
            b16_bar,
            W17_bar,
            b17_bar,
            W18_bar,
            b18_bar,
            W19_bar,
            b19_bar,
            W20_bar,
            b20_bar,
            W21_bar,
            b21_bar,
            W22_bar,
            b22_bar,
            W23_bar,
            b23_bar,
            W24_bar,
            b24_bar,
            W25_bar,
            b25_bar,
            W26_bar,
            b26_bar,
            W27_bar,
            b27_bar,
            W28_bar,
            b28_bar,
            W29_bar,
            b29_bar,
            W30_bar,
            b30_bar,
        ) = self._gradient
        # (1)  z1[n,i] = sum[j](W1[i,j]*x[n,j]) + b1[i]
        x.dot(_turned(W1, turned, N), out=z1)
        b1_rows[...] = b1
        for _, z1_k, a1_k, b1_rows_k, zeros_rows_k in blocks:
            z1_k += b1_rows_k
            # (2)  a1[n,i] = relu(z1[n,i])
            np.maximum(z1_k, zeros_rows_k, out=a1_k)
        # (3)  z2[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
        a1.dot(_turned(W2, turned, N), out=z2)
        b2_rows[...] = b2
        for _, z2_k, a2_k, b2_rows_k, zeros_rows_k in blocks2:
            z2_k += b2_rows_k
            # (4)  a2[n,i] = relu(z2[n,i])
            np.maximum(z2_k, zeros_rows_k, out=a2_k)
        # (5)  z3[n,i] = sum[j](W3[i,j]*a2[n,j]) + b3[i]
        a2.dot(_turned(W3, turned, N), out=z3)
        b3_rows[...] = b3
        for _, z3_k, a3_k, b3_rows_k, zeros_rows_k in blocks3:
            z3_k += b3_rows_k
            # (6)  a3[n,i] = relu(z3[n,i])
            np.maximum(z3_k, zeros_rows_k, out=a3_k)
        # (7)  z4[n,i] = sum[j](W4[i,j]*a3[n,j]) + b4[i]
        a3.dot(_turned(W4, turned, N), out=z4)
        b4_rows[...] = b4
        for _, z4_k, a4_k, b4_rows_k, zeros_rows_k in blocks4:
            z4_k += b4_rows_k
            # (8)  a4[n,i] = relu(z4[n,i])
            np.maximum(z4_k, zeros_rows_k, out=a4_k)
        # (9)  z5[n,i] = sum[j](W5[i,j]*a4[n,j]) + b5[i]
        a4.dot(_turned(W5, turned, N), out=z5)
        b5_rows[...] = b5
        for _, z5_k, a5_k, b5_rows_k, zeros_rows_k in blocks5:
            z5_k += b5_rows_k
            # (10)  a5[n,i] = relu(z5[n,i])
            np.maximum(z5_k, zeros_rows_k, out=a5_k)
        # (11)  z6[n,i] = sum[j](W6[i,j]*a5[n,j]) + b6[i]
        a5.dot(_turned(W6, turned, N), out=z6)
        b6_rows[...] = b6
        for _, z6_k, a6_k, b6_rows_k, zeros_rows_k in blocks6:
            z6_k += b6_rows_k
            # (12)  a6[n,i] = relu(z6[n,i])
            np.maximum(z6_k, zeros_rows_k, out=a6_k)
        # (13)  z7[n,i] = sum[j](W7[i,j]*a6[n,j]) + b7[i]
        a6.dot(_turned(W7, turned, N), out=z7)
        b7_rows[...] = b7
        for _, z7_k, a7_k, b7_rows_k, zeros_rows_k in blocks7:
            z7_k += b7_rows_k
            # (14)  a7[n,i] = relu(z7[n,i])
            np.maximum(z7_k, zeros_rows_k, out=a7_k)
        # (15)  z8[n,i] = sum[j](W8[i,j]*a7[n,j]) + b8[i]
        a7.dot(_turned(W8, turned, N), out=z8)
        b8_rows[...] = b8
        for _, z8_k, a8_k, b8_rows_k, zeros_rows_k in blocks8:
            z8_k += b8_rows_k
            # (16)  a8[n,i] = relu(z8[n,i])
            np.maximum(z8_k, zeros_rows_k, out=a8_k)
        # (17)  z9[n,i] = sum[j](W9[i,j]*a8[n,j]) + b9[i]
        a8.dot(_turned(W9, turned, N), out=z9)
        b9_rows[...] = b9
        for _, z9_k, a9_k, b9_rows_k, zeros_rows_k in blocks9:
            z9_k += b9_rows_k
            # (18)  a9[n,i] = relu(z9[n,i])
            np.maximum(z9_k, zeros_rows_k, out=a9_k)
        # (19)  z10[n,i] = sum[j](W10[i,j]*a9[n,j]) + b10[i]
        a9.dot(_turned(W10, turned, N), out=z10)
        b10_rows[...] = b10
        for _, z10_k, a10_k, b10_rows_k, zeros_rows_k in blocks10:
            z10_k += b10_rows_k
            # (20)  a10[n,i] = relu(z10[n,i])
            np.maximum(z10_k, zeros_rows_k, out=a10_k)
        # (21)  z11[n,i] = sum[j](W11[i,j]*a10[n,j]) + b11[i]
        a10.dot(_turned(W11, turned, N), out=z11)
        b11_rows[...] = b11
        for _, z11_k, a11_k, b11_rows_k, zeros_rows_k in blocks11:
            z11_k += b11_rows_k
            # (22)  a11[n,i] = relu(z11[n,i])
            np.maximum(z11_k, zeros_rows_k, out=a11_k)
        # (23)  z12[n,i] = sum[j](W12[i,j]*a11[n,j]) + b12[i]
        a11.dot(_turned(W12, turned, N), out=z12)
        b12_rows[...] = b12
        for _, z12_k, a12_k, b12_rows_k, zeros_rows_k in blocks12:
            z12_k += b12_rows_k
            # (24)  a12[n,i] = relu(z12[n,i])
            np.maximum(z12_k, zeros_rows_k, out=a12_k)
        # (25)  z13[n,i] = sum[j](W13[i,j]*a12[n,j]) + b13[i]
        a12.dot(_turned(W13, turned, N), out=z13)
        b13_rows[...] = b13
        for _, z13_k, a13_k, b13_rows_k, zeros_rows_k in blocks13:
            z13_k += b13_rows_k
            # (26)  a13[n,i] = relu(z13[n,i])
            np.maximum(z13_k, zeros_rows_k, out=a13_k)
        # (27)  z14[n,i] = sum[j](W14[i,j]*a13[n,j]) + b14[i]
        a13.dot(_turned(W14, turned, N), out=z14)
        b14_rows[...] = b14
        for _, z14_k, a14_k, b14_rows_k, zeros_rows_k in blocks14:
            z14_k += b14_rows_k
            # (28)  a14[n,i] = relu(z14[n,i])
            np.maximum(z14_k, zeros_rows_k, out=a14_k)
        # (29)  z15[n,i] = sum[j](W15[i,j]*a14[n,j]) + b15[i]
        a14.dot(_turned(W15, turned, N), out=z15)
        b15_rows[...] = b15
        for _, z15_k, a15_k, b15_rows_k, zeros_rows_k in blocks15:
            z15_k += b15_rows_k
            # (30)  a15[n,i] = relu(z15[n,i])
            np.maximum(z15_k, zeros_rows_k, out=a15_k)
        # (31)  z16[n,i] = sum[j](W16[i,j]*a15[n,j]) + b16[i]
        a15.dot(_turned(W16, turned, N), out=z16)
        b16_rows[...] = b16
        for _, z16_k, a16_k, b16_rows_k, zeros_rows_k in blocks16:
            z16_k += b16_rows_k
            # (32)  a16[n,i] = relu(z16[n,i])
            np.maximum(z16_k, zeros_rows_k, out=a16_k)
        # (33)  z17[n,i] = sum[j](W17[i,j]*a16[n,j]) + b17[i]
        a16.dot(_turned(W17, turned, N), out=z17)
        b17_rows[...] = b17
        for _, z17_k, a17_k, b17_rows_k, zeros_rows_k in blocks17:
            z17_k += b17_rows_k
            # (34)  a17[n,i] = relu(z17[n,i])
            np.maximum(z17_k, zeros_rows_k, out=a17_k)
        # (35)  z18[n,i] = sum[j](W18[i,j]*a17[n,j]) + b18[i]
        a17.dot(_turned(W18, turned, N), out=z18)
        b18_rows[...] = b18
        for _, z18_k, a18_k, b18_rows_k, zeros_rows_k in blocks18:
            z18_k += b18_rows_k
            # (36)  a18[n,i] = relu(z18[n,i])
            np.maximum(z18_k, zeros_rows_k, out=a18_k)
        # (37)  z19[n,i] = sum[j](W19[i,j]*a18[n,j]) + b19[i]
        a18.dot(_turned(W19, turned, N), out=z19)
        b19_rows[...] = b19
        for _, z19_k, a19_k, b19_rows_k, zeros_rows_k in blocks19:
            z19_k += b19_rows_k
            # (38)  a19[n,i] = relu(z19[n,i])
            np.maximum(z19_k, zeros_rows_k, out=a19_k)
        # (39)  z20[n,i] = sum[j](W20[i,j]*a19[n,j]) + b20[i]
        a19.dot(_turned(W20, turned, N), out=z20)
        b20_rows[...] = b20
        for _, z20_k, a20_k, b20_rows_k, zeros_rows_k in blocks20:
            z20_k += b20_rows_k
            # (40)  a20[n,i] = relu(z20[n,i])
            np.maximum(z20_k, zeros_rows_k, out=a20_k)
        # (41)  z21[n,i] = sum[j](W21[i,j]*a20[n,j]) + b21[i]
        a20.dot(_turned(W21, turned, N), out=z21)
        b21_rows[...] = b21
        for _, z21_k, a21_k, b21_rows_k, zeros_rows_k in blocks21:
            z21_k += b21_rows_k
            # (42)  a21[n,i] = relu(z21[n,i])
            np.maximum(z21_k, zeros_rows_k, out=a21_k)
        # (43)  z22[n,i] = sum[j](W22[i,j]*a21[n,j]) + b22[i]
        a21.dot(_turned(W22, turned, N), out=z22)
        b22_rows[...] = b22
        for _, z22_k, a22_k, b22_rows_k, zeros_rows_k in blocks22:
            z22_k += b22_rows_k
            # (44)  a22[n,i] = relu(z22[n,i])
            np.maximum(z22_k, zeros_rows_k, out=a22_k)
        # (45)  z23[n,i] = sum[j](W23[i,j]*a22[n,j]) + b23[i]
        a22.dot(_turned(W23, turned, N), out=z23)
        b23_rows[...] = b23
        for _, z23_k, a23_k, b23_rows_k, zeros_rows_k in blocks23:
            z23_k += b23_rows_k
            # (46)  a23[n,i] = relu(z23[n,i])
            np.maximum(z23_k, zeros_rows_k, out=a23_k)
        # (47)  z24[n,i] = sum[j](W24[i,j]*a23[n,j]) + b24[i]
        a23.dot(_turned(W24, turned, N), out=z24)
        b24_rows[...] = b24
        for _, z24_k, a24_k, b24_rows_k, zeros_rows_k in blocks24:
            z24_k += b24_rows_k
            # (48)  a24[n,i] = relu(z24[n,i])
            np.maximum(z24_k, zeros_rows_k, out=a24_k)
        # (49)  z25[n,i] = sum[j](W25[i,j]*a24[n,j]) + b25[i]
        a24.dot(_turned(W25, turned, N), out=z25)
        b25_rows[...] = b25
        for _, z25_k, a25_k, b25_rows_k, zeros_rows_k in blocks25:
            z25_k += b25_rows_k
            # (50)  a25[n,i] = relu(z25[n,i])
            np.maximum(z25_k, zeros_rows_k, out=a25_k)
        # (51)  z26[n,i] = sum[j](W26[i,j]*a25[n,j]) + b26[i]
        a25.dot(_turned(W26, turned, N), out=z26)
        b26_rows[...] = b26
        for _, z26_k, a26_k, b26_rows_k, zeros_rows_k in blocks26:
            z26_k += b26_rows_k
            # (52)  a26[n,i] = relu(z26[n,i])
            np.maximum(z26_k, zeros_rows_k, out=a26_k)
        # (53)  z27[n,i] = sum[j](W27[i,j]*a26[n,j]) + b27[i]
        a26.dot(_turned(W27, turned, N), out=z27)
        b27_rows[...] = b27
        for _, z27_k, a27_k, b27_rows_k, zeros_rows_k in blocks27:
            z27_k += b27_rows_k
            # (54)  a27[n,i] = relu(z27[n,i])
            np.maximum(z27_k, zeros_rows_k, out=a27_k)
        # (55)  z28[n,i] = sum[j](W28[i,j]*a27[n,j]) + b28[i]
        a27.dot(_turned(W28, turned, N), out=z28)
        b28_rows[...] = b28
        for _, z28_k, a28_k, b28_rows_k, zeros_rows_k in blocks28:
            z28_k += b28_rows_k
            # (56)  a28[n,i] = relu(z28[n,i])
            np.maximum(z28_k, zeros_rows_k, out=a28_k)
        # (57)  z29[n,i] = sum[j](W29[i,j]*a28[n,j]) + b29[i]
        a28.dot(_turned(W29, turned, N), out=z29)
        b29_rows[...] = b29
        for _, z29_k, a29_k, b29_rows_k, zeros_rows_k in blocks29:
            z29_k += b29_rows_k
            # (58)  a29[n,i] = relu(z29[n,i])
            np.maximum(z29_k, zeros_rows_k, out=a29_k)
        # (59)  yhat[n,i] = sum[j](W30[i,j]*a29[n,j]) + b30[i]
        # in memory yhat[i,n], and all like it: maxima over i take rows together
        W30.dot(a29_T, out=yhat)
        spare[...] = b30[:, None]
        yhat += spare
        # (60)  m[n] = max[k](yhat[n,k])
        np.maximum.reduce(yhat, axis=0, out=m)
        # (61)  e[n,k] = exp(yhat[n,k] - m[n])
        e[...] = m
        np.subtract(yhat, e, out=e)
        np.exp(e, out=e)
        # (62)  s[n] = sum[k](e[n,k])
        ones.dot(e, out=s)
        # (63)  lse[n] = m[n] + log(s[n])
        np.log(s, out=spare2)
        np.add(m, spare2, out=lse)
        # (64)  prob[n,k] = e[n,k]/s[n]
        spare3[...] = s
        np.divide(e, spare3, out=prob)
        # (65)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N)
        label[...] = y
        np.multiply(label, by_N, out=place)
        place += rows
        yhat.take(place, out=spare4, mode="clip")
        np.subtract(spare4, lse, out=difference)
        L = -float(difference.dot(ones2)) / N
        # (66)  z30_bar[n,k] = prob[n,k]/N;  z30_bar[n,y[n]] += -1/N
        np.multiply(prob, one_over_N, out=z30_bar)
        z30_bar.take(place, out=z30_bar_at, mode="clip")
        z30_bar_at -= one_over_N
        z30_bar.put(place, z30_bar_at, "clip")
        # (67)  b30_bar[i] = sum[n](z30_bar[n,i])
        z30_bar.dot(ones2, out=b30_bar)
        # (68)  W30_bar[i,j] = sum[n](z30_bar[n,i]*a29[n,j])
        z30_bar.dot(a29, out=W30_bar)
        # (69)  a29_bar[n,j] = sum[i](z30_bar[n,i]*W30[i,j])
        z30_bar_T.dot(W30, out=a29_bar)
        for _, a29_k, a29_bar_k, z29_bar_k, mask_k, spare5_k in blocks30:
            # (70)  z29_bar[n,i] = a29_bar[n,i]*step(a29[n,i])
            np.greater(a29_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a29_bar_k, spare5_k, out=z29_bar_k)
        # (71)  b29_bar[i] = sum[n](z29_bar[n,i])
        ones2.dot(z29_bar, out=b29_bar)
        # (72)  W29_bar[i,j] = sum[n](z29_bar[n,i]*a28[n,j])
        z29_bar_T.dot(a28, out=W29_bar)
        # (73)  a28_bar[n,j] = sum[i](z29_bar[n,i]*W29[i,j])
        z29_bar.dot(W29, out=a28_bar)
        for _, a28_k, a28_bar_k, z28_bar_k, mask_k, spare5_k in blocks31:
            # (74)  z28_bar[n,i] = a28_bar[n,i]*step(a28[n,i])
            np.greater(a28_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a28_bar_k, spare5_k, out=z28_bar_k)
        # (75)  b28_bar[i] = sum[n](z28_bar[n,i])
        ones2.dot(z28_bar, out=b28_bar)
        # (76)  W28_bar[i,j] = sum[n](z28_bar[n,i]*a27[n,j])
        z28_bar_T.dot(a27, out=W28_bar)
        # (77)  a27_bar[n,j] = sum[i](z28_bar[n,i]*W28[i,j])
        z28_bar.dot(W28, out=a27_bar)
        for _, a27_k, a27_bar_k, z27_bar_k, mask_k, spare5_k in blocks32:
            # (78)  z27_bar[n,i] = a27_bar[n,i]*step(a27[n,i])
            np.greater(a27_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a27_bar_k, spare5_k, out=z27_bar_k)
        # (79)  b27_bar[i] = sum[n](z27_bar[n,i])
        ones2.dot(z27_bar, out=b27_bar)
        # (80)  W27_bar[i,j] = sum[n](z27_bar[n,i]*a26[n,j])
        z27_bar_T.dot(a26, out=W27_bar)
        # (81)  a26_bar[n,j] = sum[i](z27_bar[n,i]*W27[i,j])
        z27_bar.dot(W27, out=a26_bar)
        for _, a26_k, a26_bar_k, z26_bar_k, mask_k, spare5_k in blocks33:
            # (82)  z26_bar[n,i] = a26_bar[n,i]*step(a26[n,i])
            np.greater(a26_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a26_bar_k, spare5_k, out=z26_bar_k)
        # (83)  b26_bar[i] = sum[n](z26_bar[n,i])
        ones2.dot(z26_bar, out=b26_bar)
        # (84)  W26_bar[i,j] = sum[n](z26_bar[n,i]*a25[n,j])
        z26_bar_T.dot(a25, out=W26_bar)
        # (85)  a25_bar[n,j] = sum[i](z26_bar[n,i]*W26[i,j])
        z26_bar.dot(W26, out=a25_bar)
        for _, a25_k, a25_bar_k, z25_bar_k, mask_k, spare5_k in blocks34:
            # (86)  z25_bar[n,i] = a25_bar[n,i]*step(a25[n,i])
            np.greater(a25_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a25_bar_k, spare5_k, out=z25_bar_k)
        # (87)  b25_bar[i] = sum[n](z25_bar[n,i])
        ones2.dot(z25_bar, out=b25_bar)
        # (88)  W25_bar[i,j] = sum[n](z25_bar[n,i]*a24[n,j])
        z25_bar_T.dot(a24, out=W25_bar)
        # (89)  a24_bar[n,j] = sum[i](z25_bar[n,i]*W25[i,j])
        z25_bar.dot(W25, out=a24_bar)
        for _, a24_k, a24_bar_k, z24_bar_k, mask_k, spare5_k in blocks35:
            # (90)  z24_bar[n,i] = a24_bar[n,i]*step(a24[n,i])
            np.greater(a24_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a24_bar_k, spare5_k, out=z24_bar_k)
        # (91)  b24_bar[i] = sum[n](z24_bar[n,i])
        ones2.dot(z24_bar, out=b24_bar)
        # (92)  W24_bar[i,j] = sum[n](z24_bar[n,i]*a23[n,j])
        z24_bar_T.dot(a23, out=W24_bar)
        # (93)  a23_bar[n,j] = sum[i](z24_bar[n,i]*W24[i,j])
        z24_bar.dot(W24, out=a23_bar)
        for _, a23_k, a23_bar_k, z23_bar_k, mask_k, spare5_k in blocks36:
            # (94)  z23_bar[n,i] = a23_bar[n,i]*step(a23[n,i])
            np.greater(a23_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a23_bar_k, spare5_k, out=z23_bar_k)
        # (95)  b23_bar[i] = sum[n](z23_bar[n,i])
        ones2.dot(z23_bar, out=b23_bar)
        # (96)  W23_bar[i,j] = sum[n](z23_bar[n,i]*a22[n,j])
        z23_bar_T.dot(a22, out=W23_bar)
        # (97)  a22_bar[n,j] = sum[i](z23_bar[n,i]*W23[i,j])
        z23_bar.dot(W23, out=a22_bar)
        for _, a22_k, a22_bar_k, z22_bar_k, mask_k, spare5_k in blocks37:
            # (98)  z22_bar[n,i] = a22_bar[n,i]*step(a22[n,i])
            np.greater(a22_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a22_bar_k, spare5_k, out=z22_bar_k)
        # (99)  b22_bar[i] = sum[n](z22_bar[n,i])
        ones2.dot(z22_bar, out=b22_bar)
        # (100)  W22_bar[i,j] = sum[n](z22_bar[n,i]*a21[n,j])
        z22_bar_T.dot(a21, out=W22_bar)
        # (101)  a21_bar[n,j] = sum[i](z22_bar[n,i]*W22[i,j])
        z22_bar.dot(W22, out=a21_bar)
        for _, a21_k, a21_bar_k, z21_bar_k, mask_k, spare5_k in blocks38:
            # (102)  z21_bar[n,i] = a21_bar[n,i]*step(a21[n,i])
            np.greater(a21_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a21_bar_k, spare5_k, out=z21_bar_k)
        # (103)  b21_bar[i] = sum[n](z21_bar[n,i])
        ones2.dot(z21_bar, out=b21_bar)
        # (104)  W21_bar[i,j] = sum[n](z21_bar[n,i]*a20[n,j])
        z21_bar_T.dot(a20, out=W21_bar)
        # (105)  a20_bar[n,j] = sum[i](z21_bar[n,i]*W21[i,j])
        z21_bar.dot(W21, out=a20_bar)
        for _, a20_k, a20_bar_k, z20_bar_k, mask_k, spare5_k in blocks39:
            # (106)  z20_bar[n,i] = a20_bar[n,i]*step(a20[n,i])
            np.greater(a20_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a20_bar_k, spare5_k, out=z20_bar_k)
        # (107)  b20_bar[i] = sum[n](z20_bar[n,i])
        ones2.dot(z20_bar, out=b20_bar)
        # (108)  W20_bar[i,j] = sum[n](z20_bar[n,i]*a19[n,j])
        z20_bar_T.dot(a19, out=W20_bar)
        # (109)  a19_bar[n,j] = sum[i](z20_bar[n,i]*W20[i,j])
        z20_bar.dot(W20, out=a19_bar)
        for _, a19_k, a19_bar_k, z19_bar_k, mask_k, spare5_k in blocks40:
            # (110)  z19_bar[n,i] = a19_bar[n,i]*step(a19[n,i])
            np.greater(a19_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a19_bar_k, spare5_k, out=z19_bar_k)
        # (111)  b19_bar[i] = sum[n](z19_bar[n,i])
        ones2.dot(z19_bar, out=b19_bar)
        # (112)  W19_bar[i,j] = sum[n](z19_bar[n,i]*a18[n,j])
        z19_bar_T.dot(a18, out=W19_bar)
        # (113)  a18_bar[n,j] = sum[i](z19_bar[n,i]*W19[i,j])
        z19_bar.dot(W19, out=a18_bar)
        for _, a18_k, a18_bar_k, z18_bar_k, mask_k, spare5_k in blocks41:
            # (114)  z18_bar[n,i] = a18_bar[n,i]*step(a18[n,i])
            np.greater(a18_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a18_bar_k, spare5_k, out=z18_bar_k)
        # (115)  b18_bar[i] = sum[n](z18_bar[n,i])
        ones2.dot(z18_bar, out=b18_bar)
        # (116)  W18_bar[i,j] = sum[n](z18_bar[n,i]*a17[n,j])
        z18_bar_T.dot(a17, out=W18_bar)
        # (117)  a17_bar[n,j] = sum[i](z18_bar[n,i]*W18[i,j])
        z18_bar.dot(W18, out=a17_bar)
        for _, a17_k, a17_bar_k, z17_bar_k, mask_k, spare5_k in blocks42:
            # (118)  z17_bar[n,i] = a17_bar[n,i]*step(a17[n,i])
            np.greater(a17_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a17_bar_k, spare5_k, out=z17_bar_k)
        # (119)  b17_bar[i] = sum[n](z17_bar[n,i])
        ones2.dot(z17_bar, out=b17_bar)
        # (120)  W17_bar[i,j] = sum[n](z17_bar[n,i]*a16[n,j])
        z17_bar_T.dot(a16, out=W17_bar)
        # (121)  a16_bar[n,j] = sum[i](z17_bar[n,i]*W17[i,j])
        z17_bar.dot(W17, out=a16_bar)
        for _, a16_k, a16_bar_k, z16_bar_k, mask_k, spare5_k in blocks43:
            # (122)  z16_bar[n,i] = a16_bar[n,i]*step(a16[n,i])
            np.greater(a16_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a16_bar_k, spare5_k, out=z16_bar_k)
        # (123)  b16_bar[i] = sum[n](z16_bar[n,i])
        ones2.dot(z16_bar, out=b16_bar)
        # (124)  W16_bar[i,j] = sum[n](z16_bar[n,i]*a15[n,j])
        z16_bar_T.dot(a15, out=W16_bar)
        # (125)  a15_bar[n,j] = sum[i](z16_bar[n,i]*W16[i,j])
        z16_bar.dot(W16, out=a15_bar)
        for _, a15_k, a15_bar_k, z15_bar_k, mask_k, spare5_k in blocks44:
            # (126)  z15_bar[n,i] = a15_bar[n,i]*step(a15[n,i])
            np.greater(a15_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a15_bar_k, spare5_k, out=z15_bar_k)
        # (127)  b15_bar[i] = sum[n](z15_bar[n,i])
        ones2.dot(z15_bar, out=b15_bar)
        # (128)  W15_bar[i,j] = sum[n](z15_bar[n,i]*a14[n,j])
        z15_bar_T.dot(a14, out=W15_bar)
        # (129)  a14_bar[n,j] = sum[i](z15_bar[n,i]*W15[i,j])
        z15_bar.dot(W15, out=a14_bar)
        for _, a14_k, a14_bar_k, z14_bar_k, mask_k, spare5_k in blocks45:
            # (130)  z14_bar[n,i] = a14_bar[n,i]*step(a14[n,i])
            np.greater(a14_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a14_bar_k, spare5_k, out=z14_bar_k)
        # (131)  b14_bar[i] = sum[n](z14_bar[n,i])
        ones2.dot(z14_bar, out=b14_bar)
        # (132)  W14_bar[i,j] = sum[n](z14_bar[n,i]*a13[n,j])
        z14_bar_T.dot(a13, out=W14_bar)
        # (133)  a13_bar[n,j] = sum[i](z14_bar[n,i]*W14[i,j])
        z14_bar.dot(W14, out=a13_bar)
        for _, a13_k, a13_bar_k, z13_bar_k, mask_k, spare5_k in blocks46:
            # (134)  z13_bar[n,i] = a13_bar[n,i]*step(a13[n,i])
            np.greater(a13_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a13_bar_k, spare5_k, out=z13_bar_k)
        # (135)  b13_bar[i] = sum[n](z13_bar[n,i])
        ones2.dot(z13_bar, out=b13_bar)
        # (136)  W13_bar[i,j] = sum[n](z13_bar[n,i]*a12[n,j])
        z13_bar_T.dot(a12, out=W13_bar)
        # (137)  a12_bar[n,j] = sum[i](z13_bar[n,i]*W13[i,j])
        z13_bar.dot(W13, out=a12_bar)
        for _, a12_k, a12_bar_k, z12_bar_k, mask_k, spare5_k in blocks47:
            # (138)  z12_bar[n,i] = a12_bar[n,i]*step(a12[n,i])
            np.greater(a12_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a12_bar_k, spare5_k, out=z12_bar_k)
        # (139)  b12_bar[i] = sum[n](z12_bar[n,i])
        ones2.dot(z12_bar, out=b12_bar)
        # (140)  W12_bar[i,j] = sum[n](z12_bar[n,i]*a11[n,j])
        z12_bar_T.dot(a11, out=W12_bar)
        # (141)  a11_bar[n,j] = sum[i](z12_bar[n,i]*W12[i,j])
        z12_bar.dot(W12, out=a11_bar)
        for _, a11_k, a11_bar_k, z11_bar_k, mask_k, spare5_k in blocks48:
            # (142)  z11_bar[n,i] = a11_bar[n,i]*step(a11[n,i])
            np.greater(a11_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a11_bar_k, spare5_k, out=z11_bar_k)
        # (143)  b11_bar[i] = sum[n](z11_bar[n,i])
        ones2.dot(z11_bar, out=b11_bar)
        # (144)  W11_bar[i,j] = sum[n](z11_bar[n,i]*a10[n,j])
        z11_bar_T.dot(a10, out=W11_bar)
        # (145)  a10_bar[n,j] = sum[i](z11_bar[n,i]*W11[i,j])
        z11_bar.dot(W11, out=a10_bar)
        for _, a10_k, a10_bar_k, z10_bar_k, mask_k, spare5_k in blocks49:
            # (146)  z10_bar[n,i] = a10_bar[n,i]*step(a10[n,i])
            np.greater(a10_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a10_bar_k, spare5_k, out=z10_bar_k)
        # (147)  b10_bar[i] = sum[n](z10_bar[n,i])
        ones2.dot(z10_bar, out=b10_bar)
        # (148)  W10_bar[i,j] = sum[n](z10_bar[n,i]*a9[n,j])
        z10_bar_T.dot(a9, out=W10_bar)
        # (149)  a9_bar[n,j] = sum[i](z10_bar[n,i]*W10[i,j])
        z10_bar.dot(W10, out=a9_bar)
        for _, a9_k, a9_bar_k, z9_bar_k, mask_k, spare5_k in blocks50:
            # (150)  z9_bar[n,i] = a9_bar[n,i]*step(a9[n,i])
            np.greater(a9_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a9_bar_k, spare5_k, out=z9_bar_k)
        # (151)  b9_bar[i] = sum[n](z9_bar[n,i])
        ones2.dot(z9_bar, out=b9_bar)
        # (152)  W9_bar[i,j] = sum[n](z9_bar[n,i]*a8[n,j])
        z9_bar_T.dot(a8, out=W9_bar)
        # (153)  a8_bar[n,j] = sum[i](z9_bar[n,i]*W9[i,j])
        z9_bar.dot(W9, out=a8_bar)
        for _, a8_k, a8_bar_k, z8_bar_k, mask_k, spare5_k in blocks51:
            # (154)  z8_bar[n,i] = a8_bar[n,i]*step(a8[n,i])
            np.greater(a8_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a8_bar_k, spare5_k, out=z8_bar_k)
        # (155)  b8_bar[i] = sum[n](z8_bar[n,i])
        ones2.dot(z8_bar, out=b8_bar)
        # (156)  W8_bar[i,j] = sum[n](z8_bar[n,i]*a7[n,j])
        z8_bar_T.dot(a7, out=W8_bar)
        # (157)  a7_bar[n,j] = sum[i](z8_bar[n,i]*W8[i,j])
        z8_bar.dot(W8, out=a7_bar)
        for _, a7_k, a7_bar_k, z7_bar_k, mask_k, spare5_k in blocks52:
            # (158)  z7_bar[n,i] = a7_bar[n,i]*step(a7[n,i])
            np.greater(a7_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a7_bar_k, spare5_k, out=z7_bar_k)
        # (159)  b7_bar[i] = sum[n](z7_bar[n,i])
        ones2.dot(z7_bar, out=b7_bar)
        # (160)  W7_bar[i,j] = sum[n](z7_bar[n,i]*a6[n,j])
        z7_bar_T.dot(a6, out=W7_bar)
        # (161)  a6_bar[n,j] = sum[i](z7_bar[n,i]*W7[i,j])
        z7_bar.dot(W7, out=a6_bar)
        for _, a6_k, a6_bar_k, z6_bar_k, mask_k, spare5_k in blocks53:
            # (162)  z6_bar[n,i] = a6_bar[n,i]*step(a6[n,i])
            np.greater(a6_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a6_bar_k, spare5_k, out=z6_bar_k)
        # (163)  b6_bar[i] = sum[n](z6_bar[n,i])
        ones2.dot(z6_bar, out=b6_bar)
        # (164)  W6_bar[i,j] = sum[n](z6_bar[n,i]*a5[n,j])
        z6_bar_T.dot(a5, out=W6_bar)
        # (165)  a5_bar[n,j] = sum[i](z6_bar[n,i]*W6[i,j])
        z6_bar.dot(W6, out=a5_bar)
        for _, a5_k, a5_bar_k, z5_bar_k, mask_k, spare5_k in blocks54:
            # (166)  z5_bar[n,i] = a5_bar[n,i]*step(a5[n,i])
            np.greater(a5_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a5_bar_k, spare5_k, out=z5_bar_k)
        # (167)  b5_bar[i] = sum[n](z5_bar[n,i])
        ones2.dot(z5_bar, out=b5_bar)
        # (168)  W5_bar[i,j] = sum[n](z5_bar[n,i]*a4[n,j])
        z5_bar_T.dot(a4, out=W5_bar)
        # (169)  a4_bar[n,j] = sum[i](z5_bar[n,i]*W5[i,j])
        z5_bar.dot(W5, out=a4_bar)
        for _, a4_k, a4_bar_k, z4_bar_k, mask_k, spare5_k in blocks55:
            # (170)  z4_bar[n,i] = a4_bar[n,i]*step(a4[n,i])
            np.greater(a4_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a4_bar_k, spare5_k, out=z4_bar_k)
        # (171)  b4_bar[i] = sum[n](z4_bar[n,i])
        ones2.dot(z4_bar, out=b4_bar)
        # (172)  W4_bar[i,j] = sum[n](z4_bar[n,i]*a3[n,j])
        z4_bar_T.dot(a3, out=W4_bar)
        # (173)  a3_bar[n,j] = sum[i](z4_bar[n,i]*W4[i,j])
        z4_bar.dot(W4, out=a3_bar)
        for _, a3_k, a3_bar_k, z3_bar_k, mask_k, spare5_k in blocks56:
            # (174)  z3_bar[n,i] = a3_bar[n,i]*step(a3[n,i])
            np.greater(a3_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a3_bar_k, spare5_k, out=z3_bar_k)
        # (175)  b3_bar[i] = sum[n](z3_bar[n,i])
        ones2.dot(z3_bar, out=b3_bar)
        # (176)  W3_bar[i,j] = sum[n](z3_bar[n,i]*a2[n,j])
        z3_bar_T.dot(a2, out=W3_bar)
        # (177)  a2_bar[n,j] = sum[i](z3_bar[n,i]*W3[i,j])
        z3_bar.dot(W3, out=a2_bar)
        for _, a2_k, a2_bar_k, z2_bar_k, mask_k, spare5_k in blocks57:
            # (178)  z2_bar[n,i] = a2_bar[n,i]*step(a2[n,i])
            np.greater(a2_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a2_bar_k, spare5_k, out=z2_bar_k)
        # (179)  b2_bar[i] = sum[n](z2_bar[n,i])
        ones2.dot(z2_bar, out=b2_bar)
        # (180)  W2_bar[i,j] = sum[n](z2_bar[n,i]*a1[n,j])
        z2_bar_T.dot(a1, out=W2_bar)
        # (181)  a1_bar[n,j] = sum[i](z2_bar[n,i]*W2[i,j])
        z2_bar.dot(W2, out=a1_bar)
        for _, a1_k, a1_bar_k, z1_bar_k, mask_k, spare5_k in blocks58:
            # (182)  z1_bar[n,i] = a1_bar[n,i]*step(a1[n,i])
            np.greater(a1_k, zero, out=mask_k)
            spare5_k[...] = mask_k
            np.multiply(a1_bar_k, spare5_k, out=z1_bar_k)
        # (183)  b1_bar[i] = sum[n](z1_bar[n,i])
        ones2.dot(z1_bar, out=b1_bar)
        # (184)  W1_bar[i,j] = sum[n](z1_bar[n,i]*x[n,j])
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
    _fits("v", v, (121290,), v.dtype)
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


def _blocks(
    N: int, rows: int, whole: tuple[Array, ...], short: tuple[Array, ...] = ()
) -> tuple[tuple[Any, ...], ...]:
    """Blocks of rows: where each lies, that part of ``whole``, as many rows of ``short``."""
    cuts = [slice(k, min(k + rows, N)) for k in range(0, N, rows)]
    return tuple(
        (at, *(a[at] for a in whole), *(a[: at.stop - at.start] for a in short))
        for at in cuts
    )


def _turned(W: Array, copy: Array, rows: int) -> Array:
    """``W.T``, in ``copy`` if that makes up for itself: BLAS reads a small matrix faster so."""
    if rows < 32 or rows * W.size > 1_000_000:
        return W.T
    copy[...] = W.T
    return copy


def _check_inputs(p: Parameters, X: Array, dtype: np.dtype[Any]) -> int:
    """The run-time sizes, of arguments that fit."""
    if dtype.char not in "fd":
        raise ValueError(f"p.W1 has dtype {dtype}, needs float32 or float64")
    _check_arrays("p", p, dtype)
    N = _length("X", X, 0, 2, "(N, 64)")
    _fits("X", X, (N, 64), dtype)
    return N


def _check_targets(Y: Array, N: int, dtype: np.dtype[Any]) -> None:
    """Raises ValueError unless the targets fit the inputs."""
    _fits_labels("Y", Y, (N,), 10)


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
