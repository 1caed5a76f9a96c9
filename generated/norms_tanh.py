"""norms_tanh: Thirty layers of tanh

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
    """New parameters: Glorot uniform, zero biases."""
    rng = np.random.default_rng(seed)
    return Parameters(
        W1=_glorot_uniform(rng, (64, 64), dtype),
        b1=np.zeros((64,), dtype),
        W2=_glorot_uniform(rng, (64, 64), dtype),
        b2=np.zeros((64,), dtype),
        W3=_glorot_uniform(rng, (64, 64), dtype),
        b3=np.zeros((64,), dtype),
        W4=_glorot_uniform(rng, (64, 64), dtype),
        b4=np.zeros((64,), dtype),
        W5=_glorot_uniform(rng, (64, 64), dtype),
        b5=np.zeros((64,), dtype),
        W6=_glorot_uniform(rng, (64, 64), dtype),
        b6=np.zeros((64,), dtype),
        W7=_glorot_uniform(rng, (64, 64), dtype),
        b7=np.zeros((64,), dtype),
        W8=_glorot_uniform(rng, (64, 64), dtype),
        b8=np.zeros((64,), dtype),
        W9=_glorot_uniform(rng, (64, 64), dtype),
        b9=np.zeros((64,), dtype),
        W10=_glorot_uniform(rng, (64, 64), dtype),
        b10=np.zeros((64,), dtype),
        W11=_glorot_uniform(rng, (64, 64), dtype),
        b11=np.zeros((64,), dtype),
        W12=_glorot_uniform(rng, (64, 64), dtype),
        b12=np.zeros((64,), dtype),
        W13=_glorot_uniform(rng, (64, 64), dtype),
        b13=np.zeros((64,), dtype),
        W14=_glorot_uniform(rng, (64, 64), dtype),
        b14=np.zeros((64,), dtype),
        W15=_glorot_uniform(rng, (64, 64), dtype),
        b15=np.zeros((64,), dtype),
        W16=_glorot_uniform(rng, (64, 64), dtype),
        b16=np.zeros((64,), dtype),
        W17=_glorot_uniform(rng, (64, 64), dtype),
        b17=np.zeros((64,), dtype),
        W18=_glorot_uniform(rng, (64, 64), dtype),
        b18=np.zeros((64,), dtype),
        W19=_glorot_uniform(rng, (64, 64), dtype),
        b19=np.zeros((64,), dtype),
        W20=_glorot_uniform(rng, (64, 64), dtype),
        b20=np.zeros((64,), dtype),
        W21=_glorot_uniform(rng, (64, 64), dtype),
        b21=np.zeros((64,), dtype),
        W22=_glorot_uniform(rng, (64, 64), dtype),
        b22=np.zeros((64,), dtype),
        W23=_glorot_uniform(rng, (64, 64), dtype),
        b23=np.zeros((64,), dtype),
        W24=_glorot_uniform(rng, (64, 64), dtype),
        b24=np.zeros((64,), dtype),
        W25=_glorot_uniform(rng, (64, 64), dtype),
        b25=np.zeros((64,), dtype),
        W26=_glorot_uniform(rng, (64, 64), dtype),
        b26=np.zeros((64,), dtype),
        W27=_glorot_uniform(rng, (64, 64), dtype),
        b27=np.zeros((64,), dtype),
        W28=_glorot_uniform(rng, (64, 64), dtype),
        b28=np.zeros((64,), dtype),
        W29=_glorot_uniform(rng, (64, 64), dtype),
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
    # (24)  a12[n,i] = tanh(z12[n,i])
    a12 = np.tanh(z12)
    # (25)  z13[n,i] = sum[j](W13[i,j]*a12[n,j]) + b13[i]
    z13 = a12 @ W13.T + b13
    # (26)  a13[n,i] = tanh(z13[n,i])
    a13 = np.tanh(z13)
    # (27)  z14[n,i] = sum[j](W14[i,j]*a13[n,j]) + b14[i]
    z14 = a13 @ W14.T + b14
    # (28)  a14[n,i] = tanh(z14[n,i])
    a14 = np.tanh(z14)
    # (29)  z15[n,i] = sum[j](W15[i,j]*a14[n,j]) + b15[i]
    z15 = a14 @ W15.T + b15
    # (30)  a15[n,i] = tanh(z15[n,i])
    a15 = np.tanh(z15)
    # (31)  z16[n,i] = sum[j](W16[i,j]*a15[n,j]) + b16[i]
    z16 = a15 @ W16.T + b16
    # (32)  a16[n,i] = tanh(z16[n,i])
    a16 = np.tanh(z16)
    # (33)  z17[n,i] = sum[j](W17[i,j]*a16[n,j]) + b17[i]
    z17 = a16 @ W17.T + b17
    # (34)  a17[n,i] = tanh(z17[n,i])
    a17 = np.tanh(z17)
    # (35)  z18[n,i] = sum[j](W18[i,j]*a17[n,j]) + b18[i]
    z18 = a17 @ W18.T + b18
    # (36)  a18[n,i] = tanh(z18[n,i])
    a18 = np.tanh(z18)
    # (37)  z19[n,i] = sum[j](W19[i,j]*a18[n,j]) + b19[i]
    z19 = a18 @ W19.T + b19
    # (38)  a19[n,i] = tanh(z19[n,i])
    a19 = np.tanh(z19)
    # (39)  z20[n,i] = sum[j](W20[i,j]*a19[n,j]) + b20[i]
    z20 = a19 @ W20.T + b20
    # (40)  a20[n,i] = tanh(z20[n,i])
    a20 = np.tanh(z20)
    # (41)  z21[n,i] = sum[j](W21[i,j]*a20[n,j]) + b21[i]
    z21 = a20 @ W21.T + b21
    # (42)  a21[n,i] = tanh(z21[n,i])
    a21 = np.tanh(z21)
    # (43)  z22[n,i] = sum[j](W22[i,j]*a21[n,j]) + b22[i]
    z22 = a21 @ W22.T + b22
    # (44)  a22[n,i] = tanh(z22[n,i])
    a22 = np.tanh(z22)
    # (45)  z23[n,i] = sum[j](W23[i,j]*a22[n,j]) + b23[i]
    z23 = a22 @ W23.T + b23
    # (46)  a23[n,i] = tanh(z23[n,i])
    a23 = np.tanh(z23)
    # (47)  z24[n,i] = sum[j](W24[i,j]*a23[n,j]) + b24[i]
    z24 = a23 @ W24.T + b24
    # (48)  a24[n,i] = tanh(z24[n,i])
    a24 = np.tanh(z24)
    # (49)  z25[n,i] = sum[j](W25[i,j]*a24[n,j]) + b25[i]
    z25 = a24 @ W25.T + b25
    # (50)  a25[n,i] = tanh(z25[n,i])
    a25 = np.tanh(z25)
    # (51)  z26[n,i] = sum[j](W26[i,j]*a25[n,j]) + b26[i]
    z26 = a25 @ W26.T + b26
    # (52)  a26[n,i] = tanh(z26[n,i])
    a26 = np.tanh(z26)
    # (53)  z27[n,i] = sum[j](W27[i,j]*a26[n,j]) + b27[i]
    z27 = a26 @ W27.T + b27
    # (54)  a27[n,i] = tanh(z27[n,i])
    a27 = np.tanh(z27)
    # (55)  z28[n,i] = sum[j](W28[i,j]*a27[n,j]) + b28[i]
    z28 = a27 @ W28.T + b28
    # (56)  a28[n,i] = tanh(z28[n,i])
    a28 = np.tanh(z28)
    # (57)  z29[n,i] = sum[j](W29[i,j]*a28[n,j]) + b29[i]
    z29 = a28 @ W29.T + b29
    # (58)  a29[n,i] = tanh(z29[n,i])
    a29 = np.tanh(z29)
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
    # (24)  a12[n,i] = tanh(z12[n,i])
    a12 = np.tanh(z12)
    # (25)  z13[n,i] = sum[j](W13[i,j]*a12[n,j]) + b13[i]
    z13 = a12 @ W13.T + b13
    # (26)  a13[n,i] = tanh(z13[n,i])
    a13 = np.tanh(z13)
    # (27)  z14[n,i] = sum[j](W14[i,j]*a13[n,j]) + b14[i]
    z14 = a13 @ W14.T + b14
    # (28)  a14[n,i] = tanh(z14[n,i])
    a14 = np.tanh(z14)
    # (29)  z15[n,i] = sum[j](W15[i,j]*a14[n,j]) + b15[i]
    z15 = a14 @ W15.T + b15
    # (30)  a15[n,i] = tanh(z15[n,i])
    a15 = np.tanh(z15)
    # (31)  z16[n,i] = sum[j](W16[i,j]*a15[n,j]) + b16[i]
    z16 = a15 @ W16.T + b16
    # (32)  a16[n,i] = tanh(z16[n,i])
    a16 = np.tanh(z16)
    # (33)  z17[n,i] = sum[j](W17[i,j]*a16[n,j]) + b17[i]
    z17 = a16 @ W17.T + b17
    # (34)  a17[n,i] = tanh(z17[n,i])
    a17 = np.tanh(z17)
    # (35)  z18[n,i] = sum[j](W18[i,j]*a17[n,j]) + b18[i]
    z18 = a17 @ W18.T + b18
    # (36)  a18[n,i] = tanh(z18[n,i])
    a18 = np.tanh(z18)
    # (37)  z19[n,i] = sum[j](W19[i,j]*a18[n,j]) + b19[i]
    z19 = a18 @ W19.T + b19
    # (38)  a19[n,i] = tanh(z19[n,i])
    a19 = np.tanh(z19)
    # (39)  z20[n,i] = sum[j](W20[i,j]*a19[n,j]) + b20[i]
    z20 = a19 @ W20.T + b20
    # (40)  a20[n,i] = tanh(z20[n,i])
    a20 = np.tanh(z20)
    # (41)  z21[n,i] = sum[j](W21[i,j]*a20[n,j]) + b21[i]
    z21 = a20 @ W21.T + b21
    # (42)  a21[n,i] = tanh(z21[n,i])
    a21 = np.tanh(z21)
    # (43)  z22[n,i] = sum[j](W22[i,j]*a21[n,j]) + b22[i]
    z22 = a21 @ W22.T + b22
    # (44)  a22[n,i] = tanh(z22[n,i])
    a22 = np.tanh(z22)
    # (45)  z23[n,i] = sum[j](W23[i,j]*a22[n,j]) + b23[i]
    z23 = a22 @ W23.T + b23
    # (46)  a23[n,i] = tanh(z23[n,i])
    a23 = np.tanh(z23)
    # (47)  z24[n,i] = sum[j](W24[i,j]*a23[n,j]) + b24[i]
    z24 = a23 @ W24.T + b24
    # (48)  a24[n,i] = tanh(z24[n,i])
    a24 = np.tanh(z24)
    # (49)  z25[n,i] = sum[j](W25[i,j]*a24[n,j]) + b25[i]
    z25 = a24 @ W25.T + b25
    # (50)  a25[n,i] = tanh(z25[n,i])
    a25 = np.tanh(z25)
    # (51)  z26[n,i] = sum[j](W26[i,j]*a25[n,j]) + b26[i]
    z26 = a25 @ W26.T + b26
    # (52)  a26[n,i] = tanh(z26[n,i])
    a26 = np.tanh(z26)
    # (53)  z27[n,i] = sum[j](W27[i,j]*a26[n,j]) + b27[i]
    z27 = a26 @ W27.T + b27
    # (54)  a27[n,i] = tanh(z27[n,i])
    a27 = np.tanh(z27)
    # (55)  z28[n,i] = sum[j](W28[i,j]*a27[n,j]) + b28[i]
    z28 = a27 @ W28.T + b28
    # (56)  a28[n,i] = tanh(z28[n,i])
    a28 = np.tanh(z28)
    # (57)  z29[n,i] = sum[j](W29[i,j]*a28[n,j]) + b29[i]
    z29 = a28 @ W29.T + b29
    # (58)  a29[n,i] = tanh(z29[n,i])
    a29 = np.tanh(z29)
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
    # (24)  a12[n,i] = tanh(z12[n,i])
    a12 = np.tanh(z12)
    # (25)  z13[n,i] = sum[j](W13[i,j]*a12[n,j]) + b13[i]
    z13 = a12 @ W13.T + b13
    # (26)  a13[n,i] = tanh(z13[n,i])
    a13 = np.tanh(z13)
    # (27)  z14[n,i] = sum[j](W14[i,j]*a13[n,j]) + b14[i]
    z14 = a13 @ W14.T + b14
    # (28)  a14[n,i] = tanh(z14[n,i])
    a14 = np.tanh(z14)
    # (29)  z15[n,i] = sum[j](W15[i,j]*a14[n,j]) + b15[i]
    z15 = a14 @ W15.T + b15
    # (30)  a15[n,i] = tanh(z15[n,i])
    a15 = np.tanh(z15)
    # (31)  z16[n,i] = sum[j](W16[i,j]*a15[n,j]) + b16[i]
    z16 = a15 @ W16.T + b16
    # (32)  a16[n,i] = tanh(z16[n,i])
    a16 = np.tanh(z16)
    # (33)  z17[n,i] = sum[j](W17[i,j]*a16[n,j]) + b17[i]
    z17 = a16 @ W17.T + b17
    # (34)  a17[n,i] = tanh(z17[n,i])
    a17 = np.tanh(z17)
    # (35)  z18[n,i] = sum[j](W18[i,j]*a17[n,j]) + b18[i]
    z18 = a17 @ W18.T + b18
    # (36)  a18[n,i] = tanh(z18[n,i])
    a18 = np.tanh(z18)
    # (37)  z19[n,i] = sum[j](W19[i,j]*a18[n,j]) + b19[i]
    z19 = a18 @ W19.T + b19
    # (38)  a19[n,i] = tanh(z19[n,i])
    a19 = np.tanh(z19)
    # (39)  z20[n,i] = sum[j](W20[i,j]*a19[n,j]) + b20[i]
    z20 = a19 @ W20.T + b20
    # (40)  a20[n,i] = tanh(z20[n,i])
    a20 = np.tanh(z20)
    # (41)  z21[n,i] = sum[j](W21[i,j]*a20[n,j]) + b21[i]
    z21 = a20 @ W21.T + b21
    # (42)  a21[n,i] = tanh(z21[n,i])
    a21 = np.tanh(z21)
    # (43)  z22[n,i] = sum[j](W22[i,j]*a21[n,j]) + b22[i]
    z22 = a21 @ W22.T + b22
    # (44)  a22[n,i] = tanh(z22[n,i])
    a22 = np.tanh(z22)
    # (45)  z23[n,i] = sum[j](W23[i,j]*a22[n,j]) + b23[i]
    z23 = a22 @ W23.T + b23
    # (46)  a23[n,i] = tanh(z23[n,i])
    a23 = np.tanh(z23)
    # (47)  z24[n,i] = sum[j](W24[i,j]*a23[n,j]) + b24[i]
    z24 = a23 @ W24.T + b24
    # (48)  a24[n,i] = tanh(z24[n,i])
    a24 = np.tanh(z24)
    # (49)  z25[n,i] = sum[j](W25[i,j]*a24[n,j]) + b25[i]
    z25 = a24 @ W25.T + b25
    # (50)  a25[n,i] = tanh(z25[n,i])
    a25 = np.tanh(z25)
    # (51)  z26[n,i] = sum[j](W26[i,j]*a25[n,j]) + b26[i]
    z26 = a25 @ W26.T + b26
    # (52)  a26[n,i] = tanh(z26[n,i])
    a26 = np.tanh(z26)
    # (53)  z27[n,i] = sum[j](W27[i,j]*a26[n,j]) + b27[i]
    z27 = a26 @ W27.T + b27
    # (54)  a27[n,i] = tanh(z27[n,i])
    a27 = np.tanh(z27)
    # (55)  z28[n,i] = sum[j](W28[i,j]*a27[n,j]) + b28[i]
    z28 = a27 @ W28.T + b28
    # (56)  a28[n,i] = tanh(z28[n,i])
    a28 = np.tanh(z28)
    # (57)  z29[n,i] = sum[j](W29[i,j]*a28[n,j]) + b29[i]
    z29 = a28 @ W29.T + b29
    # (58)  a29[n,i] = tanh(z29[n,i])
    a29 = np.tanh(z29)
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
    # (64)  prob[n,k] = e[n,k]/s[n]
    prob = e / s[:, None]
    # (65)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N)
    L = -float(np.sum(yhat[np.arange(N), y] - lse)) / N
    # (66)  z30_bar[n,k] = prob[n,k]/N;  z30_bar[n,y[n]] += -1/N
    z30_bar = prob / N
    z30_bar[np.arange(N), y] += -1 / N
    # (67)  b30_bar[i] = sum[n](z30_bar[n,i])
    b30_bar = z30_bar.sum(axis=0)
    # (68)  W30_bar[i,j] = sum[n](z30_bar[n,i]*a29[n,j])
    W30_bar = z30_bar.T @ a29
    # (69)  a29_bar[n,j] = sum[i](z30_bar[n,i]*W30[i,j])
    a29_bar = z30_bar @ W30
    # (70)  z29_bar[n,i] = a29_bar[n,i]*(1 - a29[n,i]**2)
    z29_bar = a29_bar * (1 - a29**2)
    # (71)  b29_bar[i] = sum[n](z29_bar[n,i])
    b29_bar = z29_bar.sum(axis=0)
    # (72)  W29_bar[i,j] = sum[n](z29_bar[n,i]*a28[n,j])
    W29_bar = z29_bar.T @ a28
    # (73)  a28_bar[n,j] = sum[i](z29_bar[n,i]*W29[i,j])
    a28_bar = z29_bar @ W29
    # (74)  z28_bar[n,i] = a28_bar[n,i]*(1 - a28[n,i]**2)
    z28_bar = a28_bar * (1 - a28**2)
    # (75)  b28_bar[i] = sum[n](z28_bar[n,i])
    b28_bar = z28_bar.sum(axis=0)
    # (76)  W28_bar[i,j] = sum[n](z28_bar[n,i]*a27[n,j])
    W28_bar = z28_bar.T @ a27
    # (77)  a27_bar[n,j] = sum[i](z28_bar[n,i]*W28[i,j])
    a27_bar = z28_bar @ W28
    # (78)  z27_bar[n,i] = a27_bar[n,i]*(1 - a27[n,i]**2)
    z27_bar = a27_bar * (1 - a27**2)
    # (79)  b27_bar[i] = sum[n](z27_bar[n,i])
    b27_bar = z27_bar.sum(axis=0)
    # (80)  W27_bar[i,j] = sum[n](z27_bar[n,i]*a26[n,j])
    W27_bar = z27_bar.T @ a26
    # (81)  a26_bar[n,j] = sum[i](z27_bar[n,i]*W27[i,j])
    a26_bar = z27_bar @ W27
    # (82)  z26_bar[n,i] = a26_bar[n,i]*(1 - a26[n,i]**2)
    z26_bar = a26_bar * (1 - a26**2)
    # (83)  b26_bar[i] = sum[n](z26_bar[n,i])
    b26_bar = z26_bar.sum(axis=0)
    # (84)  W26_bar[i,j] = sum[n](z26_bar[n,i]*a25[n,j])
    W26_bar = z26_bar.T @ a25
    # (85)  a25_bar[n,j] = sum[i](z26_bar[n,i]*W26[i,j])
    a25_bar = z26_bar @ W26
    # (86)  z25_bar[n,i] = a25_bar[n,i]*(1 - a25[n,i]**2)
    z25_bar = a25_bar * (1 - a25**2)
    # (87)  b25_bar[i] = sum[n](z25_bar[n,i])
    b25_bar = z25_bar.sum(axis=0)
    # (88)  W25_bar[i,j] = sum[n](z25_bar[n,i]*a24[n,j])
    W25_bar = z25_bar.T @ a24
    # (89)  a24_bar[n,j] = sum[i](z25_bar[n,i]*W25[i,j])
    a24_bar = z25_bar @ W25
    # (90)  z24_bar[n,i] = a24_bar[n,i]*(1 - a24[n,i]**2)
    z24_bar = a24_bar * (1 - a24**2)
    # (91)  b24_bar[i] = sum[n](z24_bar[n,i])
    b24_bar = z24_bar.sum(axis=0)
    # (92)  W24_bar[i,j] = sum[n](z24_bar[n,i]*a23[n,j])
    W24_bar = z24_bar.T @ a23
    # (93)  a23_bar[n,j] = sum[i](z24_bar[n,i]*W24[i,j])
    a23_bar = z24_bar @ W24
    # (94)  z23_bar[n,i] = a23_bar[n,i]*(1 - a23[n,i]**2)
    z23_bar = a23_bar * (1 - a23**2)
    # (95)  b23_bar[i] = sum[n](z23_bar[n,i])
    b23_bar = z23_bar.sum(axis=0)
    # (96)  W23_bar[i,j] = sum[n](z23_bar[n,i]*a22[n,j])
    W23_bar = z23_bar.T @ a22
    # (97)  a22_bar[n,j] = sum[i](z23_bar[n,i]*W23[i,j])
    a22_bar = z23_bar @ W23
    # (98)  z22_bar[n,i] = a22_bar[n,i]*(1 - a22[n,i]**2)
    z22_bar = a22_bar * (1 - a22**2)
    # (99)  b22_bar[i] = sum[n](z22_bar[n,i])
    b22_bar = z22_bar.sum(axis=0)
    # (100)  W22_bar[i,j] = sum[n](z22_bar[n,i]*a21[n,j])
    W22_bar = z22_bar.T @ a21
    # (101)  a21_bar[n,j] = sum[i](z22_bar[n,i]*W22[i,j])
    a21_bar = z22_bar @ W22
    # (102)  z21_bar[n,i] = a21_bar[n,i]*(1 - a21[n,i]**2)
    z21_bar = a21_bar * (1 - a21**2)
    # (103)  b21_bar[i] = sum[n](z21_bar[n,i])
    b21_bar = z21_bar.sum(axis=0)
    # (104)  W21_bar[i,j] = sum[n](z21_bar[n,i]*a20[n,j])
    W21_bar = z21_bar.T @ a20
    # (105)  a20_bar[n,j] = sum[i](z21_bar[n,i]*W21[i,j])
    a20_bar = z21_bar @ W21
    # (106)  z20_bar[n,i] = a20_bar[n,i]*(1 - a20[n,i]**2)
    z20_bar = a20_bar * (1 - a20**2)
    # (107)  b20_bar[i] = sum[n](z20_bar[n,i])
    b20_bar = z20_bar.sum(axis=0)
    # (108)  W20_bar[i,j] = sum[n](z20_bar[n,i]*a19[n,j])
    W20_bar = z20_bar.T @ a19
    # (109)  a19_bar[n,j] = sum[i](z20_bar[n,i]*W20[i,j])
    a19_bar = z20_bar @ W20
    # (110)  z19_bar[n,i] = a19_bar[n,i]*(1 - a19[n,i]**2)
    z19_bar = a19_bar * (1 - a19**2)
    # (111)  b19_bar[i] = sum[n](z19_bar[n,i])
    b19_bar = z19_bar.sum(axis=0)
    # (112)  W19_bar[i,j] = sum[n](z19_bar[n,i]*a18[n,j])
    W19_bar = z19_bar.T @ a18
    # (113)  a18_bar[n,j] = sum[i](z19_bar[n,i]*W19[i,j])
    a18_bar = z19_bar @ W19
    # (114)  z18_bar[n,i] = a18_bar[n,i]*(1 - a18[n,i]**2)
    z18_bar = a18_bar * (1 - a18**2)
    # (115)  b18_bar[i] = sum[n](z18_bar[n,i])
    b18_bar = z18_bar.sum(axis=0)
    # (116)  W18_bar[i,j] = sum[n](z18_bar[n,i]*a17[n,j])
    W18_bar = z18_bar.T @ a17
    # (117)  a17_bar[n,j] = sum[i](z18_bar[n,i]*W18[i,j])
    a17_bar = z18_bar @ W18
    # (118)  z17_bar[n,i] = a17_bar[n,i]*(1 - a17[n,i]**2)
    z17_bar = a17_bar * (1 - a17**2)
    # (119)  b17_bar[i] = sum[n](z17_bar[n,i])
    b17_bar = z17_bar.sum(axis=0)
    # (120)  W17_bar[i,j] = sum[n](z17_bar[n,i]*a16[n,j])
    W17_bar = z17_bar.T @ a16
    # (121)  a16_bar[n,j] = sum[i](z17_bar[n,i]*W17[i,j])
    a16_bar = z17_bar @ W17
    # (122)  z16_bar[n,i] = a16_bar[n,i]*(1 - a16[n,i]**2)
    z16_bar = a16_bar * (1 - a16**2)
    # (123)  b16_bar[i] = sum[n](z16_bar[n,i])
    b16_bar = z16_bar.sum(axis=0)
    # (124)  W16_bar[i,j] = sum[n](z16_bar[n,i]*a15[n,j])
    W16_bar = z16_bar.T @ a15
    # (125)  a15_bar[n,j] = sum[i](z16_bar[n,i]*W16[i,j])
    a15_bar = z16_bar @ W16
    # (126)  z15_bar[n,i] = a15_bar[n,i]*(1 - a15[n,i]**2)
    z15_bar = a15_bar * (1 - a15**2)
    # (127)  b15_bar[i] = sum[n](z15_bar[n,i])
    b15_bar = z15_bar.sum(axis=0)
    # (128)  W15_bar[i,j] = sum[n](z15_bar[n,i]*a14[n,j])
    W15_bar = z15_bar.T @ a14
    # (129)  a14_bar[n,j] = sum[i](z15_bar[n,i]*W15[i,j])
    a14_bar = z15_bar @ W15
    # (130)  z14_bar[n,i] = a14_bar[n,i]*(1 - a14[n,i]**2)
    z14_bar = a14_bar * (1 - a14**2)
    # (131)  b14_bar[i] = sum[n](z14_bar[n,i])
    b14_bar = z14_bar.sum(axis=0)
    # (132)  W14_bar[i,j] = sum[n](z14_bar[n,i]*a13[n,j])
    W14_bar = z14_bar.T @ a13
    # (133)  a13_bar[n,j] = sum[i](z14_bar[n,i]*W14[i,j])
    a13_bar = z14_bar @ W14
    # (134)  z13_bar[n,i] = a13_bar[n,i]*(1 - a13[n,i]**2)
    z13_bar = a13_bar * (1 - a13**2)
    # (135)  b13_bar[i] = sum[n](z13_bar[n,i])
    b13_bar = z13_bar.sum(axis=0)
    # (136)  W13_bar[i,j] = sum[n](z13_bar[n,i]*a12[n,j])
    W13_bar = z13_bar.T @ a12
    # (137)  a12_bar[n,j] = sum[i](z13_bar[n,i]*W13[i,j])
    a12_bar = z13_bar @ W13
    # (138)  z12_bar[n,i] = a12_bar[n,i]*(1 - a12[n,i]**2)
    z12_bar = a12_bar * (1 - a12**2)
    # (139)  b12_bar[i] = sum[n](z12_bar[n,i])
    b12_bar = z12_bar.sum(axis=0)
    # (140)  W12_bar[i,j] = sum[n](z12_bar[n,i]*a11[n,j])
    W12_bar = z12_bar.T @ a11
    # (141)  a11_bar[n,j] = sum[i](z12_bar[n,i]*W12[i,j])
    a11_bar = z12_bar @ W12
    # (142)  z11_bar[n,i] = a11_bar[n,i]*(1 - a11[n,i]**2)
    z11_bar = a11_bar * (1 - a11**2)
    # (143)  b11_bar[i] = sum[n](z11_bar[n,i])
    b11_bar = z11_bar.sum(axis=0)
    # (144)  W11_bar[i,j] = sum[n](z11_bar[n,i]*a10[n,j])
    W11_bar = z11_bar.T @ a10
    # (145)  a10_bar[n,j] = sum[i](z11_bar[n,i]*W11[i,j])
    a10_bar = z11_bar @ W11
    # (146)  z10_bar[n,i] = a10_bar[n,i]*(1 - a10[n,i]**2)
    z10_bar = a10_bar * (1 - a10**2)
    # (147)  b10_bar[i] = sum[n](z10_bar[n,i])
    b10_bar = z10_bar.sum(axis=0)
    # (148)  W10_bar[i,j] = sum[n](z10_bar[n,i]*a9[n,j])
    W10_bar = z10_bar.T @ a9
    # (149)  a9_bar[n,j] = sum[i](z10_bar[n,i]*W10[i,j])
    a9_bar = z10_bar @ W10
    # (150)  z9_bar[n,i] = a9_bar[n,i]*(1 - a9[n,i]**2)
    z9_bar = a9_bar * (1 - a9**2)
    # (151)  b9_bar[i] = sum[n](z9_bar[n,i])
    b9_bar = z9_bar.sum(axis=0)
    # (152)  W9_bar[i,j] = sum[n](z9_bar[n,i]*a8[n,j])
    W9_bar = z9_bar.T @ a8
    # (153)  a8_bar[n,j] = sum[i](z9_bar[n,i]*W9[i,j])
    a8_bar = z9_bar @ W9
    # (154)  z8_bar[n,i] = a8_bar[n,i]*(1 - a8[n,i]**2)
    z8_bar = a8_bar * (1 - a8**2)
    # (155)  b8_bar[i] = sum[n](z8_bar[n,i])
    b8_bar = z8_bar.sum(axis=0)
    # (156)  W8_bar[i,j] = sum[n](z8_bar[n,i]*a7[n,j])
    W8_bar = z8_bar.T @ a7
    # (157)  a7_bar[n,j] = sum[i](z8_bar[n,i]*W8[i,j])
    a7_bar = z8_bar @ W8
    # (158)  z7_bar[n,i] = a7_bar[n,i]*(1 - a7[n,i]**2)
    z7_bar = a7_bar * (1 - a7**2)
    # (159)  b7_bar[i] = sum[n](z7_bar[n,i])
    b7_bar = z7_bar.sum(axis=0)
    # (160)  W7_bar[i,j] = sum[n](z7_bar[n,i]*a6[n,j])
    W7_bar = z7_bar.T @ a6
    # (161)  a6_bar[n,j] = sum[i](z7_bar[n,i]*W7[i,j])
    a6_bar = z7_bar @ W7
    # (162)  z6_bar[n,i] = a6_bar[n,i]*(1 - a6[n,i]**2)
    z6_bar = a6_bar * (1 - a6**2)
    # (163)  b6_bar[i] = sum[n](z6_bar[n,i])
    b6_bar = z6_bar.sum(axis=0)
    # (164)  W6_bar[i,j] = sum[n](z6_bar[n,i]*a5[n,j])
    W6_bar = z6_bar.T @ a5
    # (165)  a5_bar[n,j] = sum[i](z6_bar[n,i]*W6[i,j])
    a5_bar = z6_bar @ W6
    # (166)  z5_bar[n,i] = a5_bar[n,i]*(1 - a5[n,i]**2)
    z5_bar = a5_bar * (1 - a5**2)
    # (167)  b5_bar[i] = sum[n](z5_bar[n,i])
    b5_bar = z5_bar.sum(axis=0)
    # (168)  W5_bar[i,j] = sum[n](z5_bar[n,i]*a4[n,j])
    W5_bar = z5_bar.T @ a4
    # (169)  a4_bar[n,j] = sum[i](z5_bar[n,i]*W5[i,j])
    a4_bar = z5_bar @ W5
    # (170)  z4_bar[n,i] = a4_bar[n,i]*(1 - a4[n,i]**2)
    z4_bar = a4_bar * (1 - a4**2)
    # (171)  b4_bar[i] = sum[n](z4_bar[n,i])
    b4_bar = z4_bar.sum(axis=0)
    # (172)  W4_bar[i,j] = sum[n](z4_bar[n,i]*a3[n,j])
    W4_bar = z4_bar.T @ a3
    # (173)  a3_bar[n,j] = sum[i](z4_bar[n,i]*W4[i,j])
    a3_bar = z4_bar @ W4
    # (174)  z3_bar[n,i] = a3_bar[n,i]*(1 - a3[n,i]**2)
    z3_bar = a3_bar * (1 - a3**2)
    # (175)  b3_bar[i] = sum[n](z3_bar[n,i])
    b3_bar = z3_bar.sum(axis=0)
    # (176)  W3_bar[i,j] = sum[n](z3_bar[n,i]*a2[n,j])
    W3_bar = z3_bar.T @ a2
    # (177)  a2_bar[n,j] = sum[i](z3_bar[n,i]*W3[i,j])
    a2_bar = z3_bar @ W3
    # (178)  z2_bar[n,i] = a2_bar[n,i]*(1 - a2[n,i]**2)
    z2_bar = a2_bar * (1 - a2**2)
    # (179)  b2_bar[i] = sum[n](z2_bar[n,i])
    b2_bar = z2_bar.sum(axis=0)
    # (180)  W2_bar[i,j] = sum[n](z2_bar[n,i]*a1[n,j])
    W2_bar = z2_bar.T @ a1
    # (181)  a1_bar[n,j] = sum[i](z2_bar[n,i]*W2[i,j])
    a1_bar = z2_bar @ W2
    # (182)  z1_bar[n,i] = a1_bar[n,i]*(1 - a1[n,i]**2)
    z1_bar = a1_bar * (1 - a1**2)
    # (183)  b1_bar[i] = sum[n](z1_bar[n,i])
    b1_bar = z1_bar.sum(axis=0)
    # (184)  W1_bar[i,j] = sum[n](z1_bar[n,i]*x[n,j])
    W1_bar = z1_bar.T @ x
    g = Parameters(
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
    )
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
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(batch * 85, self.dtype),
            np.empty(batch, np.intp),
            np.empty(batch, np.intp),
        )
        self._rows = np.arange(batch)
        self._views: dict[int, tuple[Array, ...]] = {}

    def _cut(self, N: int) -> tuple[Array, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        return (
            self._buffers[0][: N * 64].reshape(N, 64),  # z1
            self._buffers[1][: N * 64].reshape(N, 64),  # spare
            self._buffers[0][: N * 64].reshape(N, 64),  # a1
            self._buffers[1][: N * 64].reshape(N, 64),  # z2
            self._buffers[2][: N * 64].reshape(N, 64),  # spare2
            self._buffers[1][: N * 64].reshape(N, 64),  # a2
            self._buffers[2][: N * 64].reshape(N, 64),  # z3
            self._buffers[3][: N * 64].reshape(N, 64),  # spare3
            self._buffers[2][: N * 64].reshape(N, 64),  # a3
            self._buffers[3][: N * 64].reshape(N, 64),  # z4
            self._buffers[4][: N * 64].reshape(N, 64),  # spare4
            self._buffers[3][: N * 64].reshape(N, 64),  # a4
            self._buffers[4][: N * 64].reshape(N, 64),  # z5
            self._buffers[5][: N * 64].reshape(N, 64),  # spare5
            self._buffers[4][: N * 64].reshape(N, 64),  # a5
            self._buffers[5][: N * 64].reshape(N, 64),  # z6
            self._buffers[6][: N * 64].reshape(N, 64),  # spare6
            self._buffers[5][: N * 64].reshape(N, 64),  # a6
            self._buffers[6][: N * 64].reshape(N, 64),  # z7
            self._buffers[7][: N * 64].reshape(N, 64),  # spare7
            self._buffers[6][: N * 64].reshape(N, 64),  # a7
            self._buffers[7][: N * 64].reshape(N, 64),  # z8
            self._buffers[8][: N * 64].reshape(N, 64),  # spare8
            self._buffers[7][: N * 64].reshape(N, 64),  # a8
            self._buffers[8][: N * 64].reshape(N, 64),  # z9
            self._buffers[9][: N * 64].reshape(N, 64),  # spare9
            self._buffers[8][: N * 64].reshape(N, 64),  # a9
            self._buffers[9][: N * 64].reshape(N, 64),  # z10
            self._buffers[10][: N * 64].reshape(N, 64),  # spare10
            self._buffers[9][: N * 64].reshape(N, 64),  # a10
            self._buffers[10][: N * 64].reshape(N, 64),  # z11
            self._buffers[11][: N * 64].reshape(N, 64),  # spare11
            self._buffers[10][: N * 64].reshape(N, 64),  # a11
            self._buffers[11][: N * 64].reshape(N, 64),  # z12
            self._buffers[12][: N * 64].reshape(N, 64),  # spare12
            self._buffers[11][: N * 64].reshape(N, 64),  # a12
            self._buffers[12][: N * 64].reshape(N, 64),  # z13
            self._buffers[13][: N * 64].reshape(N, 64),  # spare13
            self._buffers[12][: N * 64].reshape(N, 64),  # a13
            self._buffers[13][: N * 64].reshape(N, 64),  # z14
            self._buffers[14][: N * 64].reshape(N, 64),  # spare14
            self._buffers[13][: N * 64].reshape(N, 64),  # a14
            self._buffers[14][: N * 64].reshape(N, 64),  # z15
            self._buffers[15][: N * 64].reshape(N, 64),  # spare15
            self._buffers[14][: N * 64].reshape(N, 64),  # a15
            self._buffers[15][: N * 64].reshape(N, 64),  # z16
            self._buffers[16][: N * 64].reshape(N, 64),  # spare16
            self._buffers[15][: N * 64].reshape(N, 64),  # a16
            self._buffers[16][: N * 64].reshape(N, 64),  # z17
            self._buffers[17][: N * 64].reshape(N, 64),  # spare17
            self._buffers[16][: N * 64].reshape(N, 64),  # a17
            self._buffers[17][: N * 64].reshape(N, 64),  # z18
            self._buffers[18][: N * 64].reshape(N, 64),  # spare18
            self._buffers[17][: N * 64].reshape(N, 64),  # a18
            self._buffers[18][: N * 64].reshape(N, 64),  # z19
            self._buffers[19][: N * 64].reshape(N, 64),  # spare19
            self._buffers[18][: N * 64].reshape(N, 64),  # a19
            self._buffers[19][: N * 64].reshape(N, 64),  # z20
            self._buffers[20][: N * 64].reshape(N, 64),  # spare20
            self._buffers[19][: N * 64].reshape(N, 64),  # a20
            self._buffers[20][: N * 64].reshape(N, 64),  # z21
            self._buffers[21][: N * 64].reshape(N, 64),  # spare21
            self._buffers[20][: N * 64].reshape(N, 64),  # a21
            self._buffers[21][: N * 64].reshape(N, 64),  # z22
            self._buffers[22][: N * 64].reshape(N, 64),  # spare22
            self._buffers[21][: N * 64].reshape(N, 64),  # a22
            self._buffers[22][: N * 64].reshape(N, 64),  # z23
            self._buffers[23][: N * 64].reshape(N, 64),  # spare23
            self._buffers[22][: N * 64].reshape(N, 64),  # a23
            self._buffers[23][: N * 64].reshape(N, 64),  # z24
            self._buffers[24][: N * 64].reshape(N, 64),  # spare24
            self._buffers[23][: N * 64].reshape(N, 64),  # a24
            self._buffers[24][: N * 64].reshape(N, 64),  # z25
            self._buffers[25][: N * 64].reshape(N, 64),  # spare25
            self._buffers[24][: N * 64].reshape(N, 64),  # a25
            self._buffers[25][: N * 64].reshape(N, 64),  # z26
            self._buffers[26][: N * 64].reshape(N, 64),  # spare26
            self._buffers[25][: N * 64].reshape(N, 64),  # a26
            self._buffers[26][: N * 64].reshape(N, 64),  # z27
            self._buffers[27][: N * 64].reshape(N, 64),  # spare27
            self._buffers[26][: N * 64].reshape(N, 64),  # a27
            self._buffers[27][: N * 64].reshape(N, 64),  # z28
            self._buffers[28][: N * 64].reshape(N, 64),  # spare28
            self._buffers[27][: N * 64].reshape(N, 64),  # a28
            self._buffers[28][: N * 64].reshape(N, 64),  # z29
            self._buffers[29][: N * 64].reshape(N, 64),  # spare29
            self._buffers[28][: N * 64].reshape(N, 64),  # a29
            self._buffers[29][: N * 10].reshape(N, 10),  # yhat
            self._buffers[29][N * 10 : N * 20].reshape(N, 10),  # spare30
            self._buffers[29][N * 10 : N * 11],  # m
            self._buffers[29][N * 11 : N * 21].reshape(N, 10),  # e
            self._buffers[29][N * 21 : N * 22],  # s
            self._buffers[29][N * 22 : N * 23],  # spare31
            self._buffers[29][N * 10 : N * 11],  # lse
            self._buffers[29][N * 22 : N * 32].reshape(N, 10),  # spare32
            self._buffers[29][N * 11 : N * 21].reshape(N, 10),  # prob
            self._buffers[30][:N],  # label
            self._buffers[31][:N],  # place
            self._buffers[29][N * 21 : N * 22],  # spare33
            self._buffers[29][N * 21 : N * 22],  # difference
            self._buffers[29][N * 11 : N * 21].reshape(N, 10),  # z30_bar
            self._buffers[29][:N],  # z30_bar_at
            self._buffers[29][N * 21 : N * 85].reshape(N, 64),  # a29_bar
            self._buffers[29][N * 21 : N * 85].reshape(N, 64),  # z29_bar
            self._buffers[28][: N * 64].reshape(N, 64),  # a28_bar
            self._buffers[28][: N * 64].reshape(N, 64),  # z28_bar
            self._buffers[27][: N * 64].reshape(N, 64),  # a27_bar
            self._buffers[27][: N * 64].reshape(N, 64),  # z27_bar
            self._buffers[26][: N * 64].reshape(N, 64),  # a26_bar
            self._buffers[26][: N * 64].reshape(N, 64),  # z26_bar
            self._buffers[25][: N * 64].reshape(N, 64),  # a25_bar
            self._buffers[25][: N * 64].reshape(N, 64),  # z25_bar
            self._buffers[24][: N * 64].reshape(N, 64),  # a24_bar
            self._buffers[24][: N * 64].reshape(N, 64),  # z24_bar
            self._buffers[23][: N * 64].reshape(N, 64),  # a23_bar
            self._buffers[23][: N * 64].reshape(N, 64),  # z23_bar
            self._buffers[22][: N * 64].reshape(N, 64),  # a22_bar
            self._buffers[22][: N * 64].reshape(N, 64),  # z22_bar
            self._buffers[21][: N * 64].reshape(N, 64),  # a21_bar
            self._buffers[21][: N * 64].reshape(N, 64),  # z21_bar
            self._buffers[20][: N * 64].reshape(N, 64),  # a20_bar
            self._buffers[20][: N * 64].reshape(N, 64),  # z20_bar
            self._buffers[19][: N * 64].reshape(N, 64),  # a19_bar
            self._buffers[19][: N * 64].reshape(N, 64),  # z19_bar
            self._buffers[18][: N * 64].reshape(N, 64),  # a18_bar
            self._buffers[18][: N * 64].reshape(N, 64),  # z18_bar
            self._buffers[17][: N * 64].reshape(N, 64),  # a17_bar
            self._buffers[17][: N * 64].reshape(N, 64),  # z17_bar
            self._buffers[16][: N * 64].reshape(N, 64),  # a16_bar
            self._buffers[16][: N * 64].reshape(N, 64),  # z16_bar
            self._buffers[15][: N * 64].reshape(N, 64),  # a15_bar
            self._buffers[15][: N * 64].reshape(N, 64),  # z15_bar
            self._buffers[14][: N * 64].reshape(N, 64),  # a14_bar
            self._buffers[14][: N * 64].reshape(N, 64),  # z14_bar
            self._buffers[13][: N * 64].reshape(N, 64),  # a13_bar
            self._buffers[13][: N * 64].reshape(N, 64),  # z13_bar
            self._buffers[12][: N * 64].reshape(N, 64),  # a12_bar
            self._buffers[12][: N * 64].reshape(N, 64),  # z12_bar
            self._buffers[11][: N * 64].reshape(N, 64),  # a11_bar
            self._buffers[11][: N * 64].reshape(N, 64),  # z11_bar
            self._buffers[10][: N * 64].reshape(N, 64),  # a10_bar
            self._buffers[10][: N * 64].reshape(N, 64),  # z10_bar
            self._buffers[9][: N * 64].reshape(N, 64),  # a9_bar
            self._buffers[9][: N * 64].reshape(N, 64),  # z9_bar
            self._buffers[8][: N * 64].reshape(N, 64),  # a8_bar
            self._buffers[8][: N * 64].reshape(N, 64),  # z8_bar
            self._buffers[7][: N * 64].reshape(N, 64),  # a7_bar
            self._buffers[7][: N * 64].reshape(N, 64),  # z7_bar
            self._buffers[6][: N * 64].reshape(N, 64),  # a6_bar
            self._buffers[6][: N * 64].reshape(N, 64),  # z6_bar
            self._buffers[5][: N * 64].reshape(N, 64),  # a5_bar
            self._buffers[5][: N * 64].reshape(N, 64),  # z5_bar
            self._buffers[4][: N * 64].reshape(N, 64),  # a4_bar
            self._buffers[4][: N * 64].reshape(N, 64),  # z4_bar
            self._buffers[3][: N * 64].reshape(N, 64),  # a3_bar
            self._buffers[3][: N * 64].reshape(N, 64),  # z3_bar
            self._buffers[2][: N * 64].reshape(N, 64),  # a2_bar
            self._buffers[2][: N * 64].reshape(N, 64),  # z2_bar
            self._buffers[1][: N * 64].reshape(N, 64),  # a1_bar
            self._buffers[0][: N * 64].reshape(N, 64),  # spare34
            self._buffers[1][: N * 64].reshape(N, 64),  # z1_bar
            self._rows[:N],  # rows
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
            a12,
            z13,
            spare13,
            a13,
            z14,
            spare14,
            a14,
            z15,
            spare15,
            a15,
            z16,
            spare16,
            a16,
            z17,
            spare17,
            a17,
            z18,
            spare18,
            a18,
            z19,
            spare19,
            a19,
            z20,
            spare20,
            a20,
            z21,
            spare21,
            a21,
            z22,
            spare22,
            a22,
            z23,
            spare23,
            a23,
            z24,
            spare24,
            a24,
            z25,
            spare25,
            a25,
            z26,
            spare26,
            a26,
            z27,
            spare27,
            a27,
            z28,
            spare28,
            a28,
            z29,
            spare29,
            a29,
            yhat,
            spare30,
            m,
            e,
            s,
            spare31,
            lse,
            spare32,
            prob,
            label,
            place,
            spare33,
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
            spare34,
            z1_bar,
            rows,
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
        np.matmul(x, W1.T, out=z1)
        np.copyto(spare, b1)
        z1 += spare
        # (2)  a1[n,i] = tanh(z1[n,i])
        np.tanh(z1, out=a1)
        # (3)  z2[n,i] = sum[j](W2[i,j]*a1[n,j]) + b2[i]
        np.matmul(a1, W2.T, out=z2)
        np.copyto(spare2, b2)
        z2 += spare2
        # (4)  a2[n,i] = tanh(z2[n,i])
        np.tanh(z2, out=a2)
        # (5)  z3[n,i] = sum[j](W3[i,j]*a2[n,j]) + b3[i]
        np.matmul(a2, W3.T, out=z3)
        np.copyto(spare3, b3)
        z3 += spare3
        # (6)  a3[n,i] = tanh(z3[n,i])
        np.tanh(z3, out=a3)
        # (7)  z4[n,i] = sum[j](W4[i,j]*a3[n,j]) + b4[i]
        np.matmul(a3, W4.T, out=z4)
        np.copyto(spare4, b4)
        z4 += spare4
        # (8)  a4[n,i] = tanh(z4[n,i])
        np.tanh(z4, out=a4)
        # (9)  z5[n,i] = sum[j](W5[i,j]*a4[n,j]) + b5[i]
        np.matmul(a4, W5.T, out=z5)
        np.copyto(spare5, b5)
        z5 += spare5
        # (10)  a5[n,i] = tanh(z5[n,i])
        np.tanh(z5, out=a5)
        # (11)  z6[n,i] = sum[j](W6[i,j]*a5[n,j]) + b6[i]
        np.matmul(a5, W6.T, out=z6)
        np.copyto(spare6, b6)
        z6 += spare6
        # (12)  a6[n,i] = tanh(z6[n,i])
        np.tanh(z6, out=a6)
        # (13)  z7[n,i] = sum[j](W7[i,j]*a6[n,j]) + b7[i]
        np.matmul(a6, W7.T, out=z7)
        np.copyto(spare7, b7)
        z7 += spare7
        # (14)  a7[n,i] = tanh(z7[n,i])
        np.tanh(z7, out=a7)
        # (15)  z8[n,i] = sum[j](W8[i,j]*a7[n,j]) + b8[i]
        np.matmul(a7, W8.T, out=z8)
        np.copyto(spare8, b8)
        z8 += spare8
        # (16)  a8[n,i] = tanh(z8[n,i])
        np.tanh(z8, out=a8)
        # (17)  z9[n,i] = sum[j](W9[i,j]*a8[n,j]) + b9[i]
        np.matmul(a8, W9.T, out=z9)
        np.copyto(spare9, b9)
        z9 += spare9
        # (18)  a9[n,i] = tanh(z9[n,i])
        np.tanh(z9, out=a9)
        # (19)  z10[n,i] = sum[j](W10[i,j]*a9[n,j]) + b10[i]
        np.matmul(a9, W10.T, out=z10)
        np.copyto(spare10, b10)
        z10 += spare10
        # (20)  a10[n,i] = tanh(z10[n,i])
        np.tanh(z10, out=a10)
        # (21)  z11[n,i] = sum[j](W11[i,j]*a10[n,j]) + b11[i]
        np.matmul(a10, W11.T, out=z11)
        np.copyto(spare11, b11)
        z11 += spare11
        # (22)  a11[n,i] = tanh(z11[n,i])
        np.tanh(z11, out=a11)
        # (23)  z12[n,i] = sum[j](W12[i,j]*a11[n,j]) + b12[i]
        np.matmul(a11, W12.T, out=z12)
        np.copyto(spare12, b12)
        z12 += spare12
        # (24)  a12[n,i] = tanh(z12[n,i])
        np.tanh(z12, out=a12)
        # (25)  z13[n,i] = sum[j](W13[i,j]*a12[n,j]) + b13[i]
        np.matmul(a12, W13.T, out=z13)
        np.copyto(spare13, b13)
        z13 += spare13
        # (26)  a13[n,i] = tanh(z13[n,i])
        np.tanh(z13, out=a13)
        # (27)  z14[n,i] = sum[j](W14[i,j]*a13[n,j]) + b14[i]
        np.matmul(a13, W14.T, out=z14)
        np.copyto(spare14, b14)
        z14 += spare14
        # (28)  a14[n,i] = tanh(z14[n,i])
        np.tanh(z14, out=a14)
        # (29)  z15[n,i] = sum[j](W15[i,j]*a14[n,j]) + b15[i]
        np.matmul(a14, W15.T, out=z15)
        np.copyto(spare15, b15)
        z15 += spare15
        # (30)  a15[n,i] = tanh(z15[n,i])
        np.tanh(z15, out=a15)
        # (31)  z16[n,i] = sum[j](W16[i,j]*a15[n,j]) + b16[i]
        np.matmul(a15, W16.T, out=z16)
        np.copyto(spare16, b16)
        z16 += spare16
        # (32)  a16[n,i] = tanh(z16[n,i])
        np.tanh(z16, out=a16)
        # (33)  z17[n,i] = sum[j](W17[i,j]*a16[n,j]) + b17[i]
        np.matmul(a16, W17.T, out=z17)
        np.copyto(spare17, b17)
        z17 += spare17
        # (34)  a17[n,i] = tanh(z17[n,i])
        np.tanh(z17, out=a17)
        # (35)  z18[n,i] = sum[j](W18[i,j]*a17[n,j]) + b18[i]
        np.matmul(a17, W18.T, out=z18)
        np.copyto(spare18, b18)
        z18 += spare18
        # (36)  a18[n,i] = tanh(z18[n,i])
        np.tanh(z18, out=a18)
        # (37)  z19[n,i] = sum[j](W19[i,j]*a18[n,j]) + b19[i]
        np.matmul(a18, W19.T, out=z19)
        np.copyto(spare19, b19)
        z19 += spare19
        # (38)  a19[n,i] = tanh(z19[n,i])
        np.tanh(z19, out=a19)
        # (39)  z20[n,i] = sum[j](W20[i,j]*a19[n,j]) + b20[i]
        np.matmul(a19, W20.T, out=z20)
        np.copyto(spare20, b20)
        z20 += spare20
        # (40)  a20[n,i] = tanh(z20[n,i])
        np.tanh(z20, out=a20)
        # (41)  z21[n,i] = sum[j](W21[i,j]*a20[n,j]) + b21[i]
        np.matmul(a20, W21.T, out=z21)
        np.copyto(spare21, b21)
        z21 += spare21
        # (42)  a21[n,i] = tanh(z21[n,i])
        np.tanh(z21, out=a21)
        # (43)  z22[n,i] = sum[j](W22[i,j]*a21[n,j]) + b22[i]
        np.matmul(a21, W22.T, out=z22)
        np.copyto(spare22, b22)
        z22 += spare22
        # (44)  a22[n,i] = tanh(z22[n,i])
        np.tanh(z22, out=a22)
        # (45)  z23[n,i] = sum[j](W23[i,j]*a22[n,j]) + b23[i]
        np.matmul(a22, W23.T, out=z23)
        np.copyto(spare23, b23)
        z23 += spare23
        # (46)  a23[n,i] = tanh(z23[n,i])
        np.tanh(z23, out=a23)
        # (47)  z24[n,i] = sum[j](W24[i,j]*a23[n,j]) + b24[i]
        np.matmul(a23, W24.T, out=z24)
        np.copyto(spare24, b24)
        z24 += spare24
        # (48)  a24[n,i] = tanh(z24[n,i])
        np.tanh(z24, out=a24)
        # (49)  z25[n,i] = sum[j](W25[i,j]*a24[n,j]) + b25[i]
        np.matmul(a24, W25.T, out=z25)
        np.copyto(spare25, b25)
        z25 += spare25
        # (50)  a25[n,i] = tanh(z25[n,i])
        np.tanh(z25, out=a25)
        # (51)  z26[n,i] = sum[j](W26[i,j]*a25[n,j]) + b26[i]
        np.matmul(a25, W26.T, out=z26)
        np.copyto(spare26, b26)
        z26 += spare26
        # (52)  a26[n,i] = tanh(z26[n,i])
        np.tanh(z26, out=a26)
        # (53)  z27[n,i] = sum[j](W27[i,j]*a26[n,j]) + b27[i]
        np.matmul(a26, W27.T, out=z27)
        np.copyto(spare27, b27)
        z27 += spare27
        # (54)  a27[n,i] = tanh(z27[n,i])
        np.tanh(z27, out=a27)
        # (55)  z28[n,i] = sum[j](W28[i,j]*a27[n,j]) + b28[i]
        np.matmul(a27, W28.T, out=z28)
        np.copyto(spare28, b28)
        z28 += spare28
        # (56)  a28[n,i] = tanh(z28[n,i])
        np.tanh(z28, out=a28)
        # (57)  z29[n,i] = sum[j](W29[i,j]*a28[n,j]) + b29[i]
        np.matmul(a28, W29.T, out=z29)
        np.copyto(spare29, b29)
        z29 += spare29
        # (58)  a29[n,i] = tanh(z29[n,i])
        np.tanh(z29, out=a29)
        # (59)  yhat[n,i] = sum[j](W30[i,j]*a29[n,j]) + b30[i]
        np.matmul(a29, W30.T, out=yhat)
        np.copyto(spare30, b30)
        yhat += spare30
        # (60)  m[n] = max[k](yhat[n,k])
        yhat.max(axis=1, out=m)
        # (61)  e[n,k] = exp(yhat[n,k] - m[n])
        np.copyto(e, m[:, None])
        np.subtract(yhat, e, out=e)
        np.exp(e, out=e)
        # (62)  s[n] = sum[k](e[n,k])
        e.sum(axis=1, out=s)
        # (63)  lse[n] = m[n] + log(s[n])
        np.log(s, out=spare31)
        np.add(m, spare31, out=lse)
        # (64)  prob[n,k] = e[n,k]/s[n]
        np.copyto(spare32, s[:, None])
        np.divide(e, spare32, out=prob)
        # (65)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N)
        np.copyto(label, y)
        np.multiply(rows, 10, out=place)
        place += label
        np.take(yhat, place, out=spare33, mode="clip")
        np.subtract(spare33, lse, out=difference)
        L = -float(difference.sum()) / N
        # (66)  z30_bar[n,k] = prob[n,k]/N;  z30_bar[n,y[n]] += -1/N
        np.divide(prob, N, out=z30_bar)
        np.take(z30_bar, place, out=z30_bar_at, mode="clip")
        z30_bar_at -= 1 / N
        np.put(z30_bar, place, z30_bar_at, mode="clip")
        # (67)  b30_bar[i] = sum[n](z30_bar[n,i])
        z30_bar.sum(axis=0, out=b30_bar)
        # (68)  W30_bar[i,j] = sum[n](z30_bar[n,i]*a29[n,j])
        np.matmul(z30_bar.T, a29, out=W30_bar)
        # (69)  a29_bar[n,j] = sum[i](z30_bar[n,i]*W30[i,j])
        np.matmul(z30_bar, W30, out=a29_bar)
        # (70)  z29_bar[n,i] = a29_bar[n,i]*(1 - a29[n,i]**2)
        np.square(a29, out=a29)
        np.subtract(1, a29, out=spare28)
        np.multiply(a29_bar, spare28, out=z29_bar)
        # (71)  b29_bar[i] = sum[n](z29_bar[n,i])
        z29_bar.sum(axis=0, out=b29_bar)
        # (72)  W29_bar[i,j] = sum[n](z29_bar[n,i]*a28[n,j])
        np.matmul(z29_bar.T, a28, out=W29_bar)
        # (73)  a28_bar[n,j] = sum[i](z29_bar[n,i]*W29[i,j])
        np.matmul(z29_bar, W29, out=a28_bar)
        # (74)  z28_bar[n,i] = a28_bar[n,i]*(1 - a28[n,i]**2)
        np.square(a28, out=a28)
        np.subtract(1, a28, out=spare27)
        np.multiply(a28_bar, spare27, out=z28_bar)
        # (75)  b28_bar[i] = sum[n](z28_bar[n,i])
        z28_bar.sum(axis=0, out=b28_bar)
        # (76)  W28_bar[i,j] = sum[n](z28_bar[n,i]*a27[n,j])
        np.matmul(z28_bar.T, a27, out=W28_bar)
        # (77)  a27_bar[n,j] = sum[i](z28_bar[n,i]*W28[i,j])
        np.matmul(z28_bar, W28, out=a27_bar)
        # (78)  z27_bar[n,i] = a27_bar[n,i]*(1 - a27[n,i]**2)
        np.square(a27, out=a27)
        np.subtract(1, a27, out=spare26)
        np.multiply(a27_bar, spare26, out=z27_bar)
        # (79)  b27_bar[i] = sum[n](z27_bar[n,i])
        z27_bar.sum(axis=0, out=b27_bar)
        # (80)  W27_bar[i,j] = sum[n](z27_bar[n,i]*a26[n,j])
        np.matmul(z27_bar.T, a26, out=W27_bar)
        # (81)  a26_bar[n,j] = sum[i](z27_bar[n,i]*W27[i,j])
        np.matmul(z27_bar, W27, out=a26_bar)
        # (82)  z26_bar[n,i] = a26_bar[n,i]*(1 - a26[n,i]**2)
        np.square(a26, out=a26)
        np.subtract(1, a26, out=spare25)
        np.multiply(a26_bar, spare25, out=z26_bar)
        # (83)  b26_bar[i] = sum[n](z26_bar[n,i])
        z26_bar.sum(axis=0, out=b26_bar)
        # (84)  W26_bar[i,j] = sum[n](z26_bar[n,i]*a25[n,j])
        np.matmul(z26_bar.T, a25, out=W26_bar)
        # (85)  a25_bar[n,j] = sum[i](z26_bar[n,i]*W26[i,j])
        np.matmul(z26_bar, W26, out=a25_bar)
        # (86)  z25_bar[n,i] = a25_bar[n,i]*(1 - a25[n,i]**2)
        np.square(a25, out=a25)
        np.subtract(1, a25, out=spare24)
        np.multiply(a25_bar, spare24, out=z25_bar)
        # (87)  b25_bar[i] = sum[n](z25_bar[n,i])
        z25_bar.sum(axis=0, out=b25_bar)
        # (88)  W25_bar[i,j] = sum[n](z25_bar[n,i]*a24[n,j])
        np.matmul(z25_bar.T, a24, out=W25_bar)
        # (89)  a24_bar[n,j] = sum[i](z25_bar[n,i]*W25[i,j])
        np.matmul(z25_bar, W25, out=a24_bar)
        # (90)  z24_bar[n,i] = a24_bar[n,i]*(1 - a24[n,i]**2)
        np.square(a24, out=a24)
        np.subtract(1, a24, out=spare23)
        np.multiply(a24_bar, spare23, out=z24_bar)
        # (91)  b24_bar[i] = sum[n](z24_bar[n,i])
        z24_bar.sum(axis=0, out=b24_bar)
        # (92)  W24_bar[i,j] = sum[n](z24_bar[n,i]*a23[n,j])
        np.matmul(z24_bar.T, a23, out=W24_bar)
        # (93)  a23_bar[n,j] = sum[i](z24_bar[n,i]*W24[i,j])
        np.matmul(z24_bar, W24, out=a23_bar)
        # (94)  z23_bar[n,i] = a23_bar[n,i]*(1 - a23[n,i]**2)
        np.square(a23, out=a23)
        np.subtract(1, a23, out=spare22)
        np.multiply(a23_bar, spare22, out=z23_bar)
        # (95)  b23_bar[i] = sum[n](z23_bar[n,i])
        z23_bar.sum(axis=0, out=b23_bar)
        # (96)  W23_bar[i,j] = sum[n](z23_bar[n,i]*a22[n,j])
        np.matmul(z23_bar.T, a22, out=W23_bar)
        # (97)  a22_bar[n,j] = sum[i](z23_bar[n,i]*W23[i,j])
        np.matmul(z23_bar, W23, out=a22_bar)
        # (98)  z22_bar[n,i] = a22_bar[n,i]*(1 - a22[n,i]**2)
        np.square(a22, out=a22)
        np.subtract(1, a22, out=spare21)
        np.multiply(a22_bar, spare21, out=z22_bar)
        # (99)  b22_bar[i] = sum[n](z22_bar[n,i])
        z22_bar.sum(axis=0, out=b22_bar)
        # (100)  W22_bar[i,j] = sum[n](z22_bar[n,i]*a21[n,j])
        np.matmul(z22_bar.T, a21, out=W22_bar)
        # (101)  a21_bar[n,j] = sum[i](z22_bar[n,i]*W22[i,j])
        np.matmul(z22_bar, W22, out=a21_bar)
        # (102)  z21_bar[n,i] = a21_bar[n,i]*(1 - a21[n,i]**2)
        np.square(a21, out=a21)
        np.subtract(1, a21, out=spare20)
        np.multiply(a21_bar, spare20, out=z21_bar)
        # (103)  b21_bar[i] = sum[n](z21_bar[n,i])
        z21_bar.sum(axis=0, out=b21_bar)
        # (104)  W21_bar[i,j] = sum[n](z21_bar[n,i]*a20[n,j])
        np.matmul(z21_bar.T, a20, out=W21_bar)
        # (105)  a20_bar[n,j] = sum[i](z21_bar[n,i]*W21[i,j])
        np.matmul(z21_bar, W21, out=a20_bar)
        # (106)  z20_bar[n,i] = a20_bar[n,i]*(1 - a20[n,i]**2)
        np.square(a20, out=a20)
        np.subtract(1, a20, out=spare19)
        np.multiply(a20_bar, spare19, out=z20_bar)
        # (107)  b20_bar[i] = sum[n](z20_bar[n,i])
        z20_bar.sum(axis=0, out=b20_bar)
        # (108)  W20_bar[i,j] = sum[n](z20_bar[n,i]*a19[n,j])
        np.matmul(z20_bar.T, a19, out=W20_bar)
        # (109)  a19_bar[n,j] = sum[i](z20_bar[n,i]*W20[i,j])
        np.matmul(z20_bar, W20, out=a19_bar)
        # (110)  z19_bar[n,i] = a19_bar[n,i]*(1 - a19[n,i]**2)
        np.square(a19, out=a19)
        np.subtract(1, a19, out=spare18)
        np.multiply(a19_bar, spare18, out=z19_bar)
        # (111)  b19_bar[i] = sum[n](z19_bar[n,i])
        z19_bar.sum(axis=0, out=b19_bar)
        # (112)  W19_bar[i,j] = sum[n](z19_bar[n,i]*a18[n,j])
        np.matmul(z19_bar.T, a18, out=W19_bar)
        # (113)  a18_bar[n,j] = sum[i](z19_bar[n,i]*W19[i,j])
        np.matmul(z19_bar, W19, out=a18_bar)
        # (114)  z18_bar[n,i] = a18_bar[n,i]*(1 - a18[n,i]**2)
        np.square(a18, out=a18)
        np.subtract(1, a18, out=spare17)
        np.multiply(a18_bar, spare17, out=z18_bar)
        # (115)  b18_bar[i] = sum[n](z18_bar[n,i])
        z18_bar.sum(axis=0, out=b18_bar)
        # (116)  W18_bar[i,j] = sum[n](z18_bar[n,i]*a17[n,j])
        np.matmul(z18_bar.T, a17, out=W18_bar)
        # (117)  a17_bar[n,j] = sum[i](z18_bar[n,i]*W18[i,j])
        np.matmul(z18_bar, W18, out=a17_bar)
        # (118)  z17_bar[n,i] = a17_bar[n,i]*(1 - a17[n,i]**2)
        np.square(a17, out=a17)
        np.subtract(1, a17, out=spare16)
        np.multiply(a17_bar, spare16, out=z17_bar)
        # (119)  b17_bar[i] = sum[n](z17_bar[n,i])
        z17_bar.sum(axis=0, out=b17_bar)
        # (120)  W17_bar[i,j] = sum[n](z17_bar[n,i]*a16[n,j])
        np.matmul(z17_bar.T, a16, out=W17_bar)
        # (121)  a16_bar[n,j] = sum[i](z17_bar[n,i]*W17[i,j])
        np.matmul(z17_bar, W17, out=a16_bar)
        # (122)  z16_bar[n,i] = a16_bar[n,i]*(1 - a16[n,i]**2)
        np.square(a16, out=a16)
        np.subtract(1, a16, out=spare15)
        np.multiply(a16_bar, spare15, out=z16_bar)
        # (123)  b16_bar[i] = sum[n](z16_bar[n,i])
        z16_bar.sum(axis=0, out=b16_bar)
        # (124)  W16_bar[i,j] = sum[n](z16_bar[n,i]*a15[n,j])
        np.matmul(z16_bar.T, a15, out=W16_bar)
        # (125)  a15_bar[n,j] = sum[i](z16_bar[n,i]*W16[i,j])
        np.matmul(z16_bar, W16, out=a15_bar)
        # (126)  z15_bar[n,i] = a15_bar[n,i]*(1 - a15[n,i]**2)
        np.square(a15, out=a15)
        np.subtract(1, a15, out=spare14)
        np.multiply(a15_bar, spare14, out=z15_bar)
        # (127)  b15_bar[i] = sum[n](z15_bar[n,i])
        z15_bar.sum(axis=0, out=b15_bar)
        # (128)  W15_bar[i,j] = sum[n](z15_bar[n,i]*a14[n,j])
        np.matmul(z15_bar.T, a14, out=W15_bar)
        # (129)  a14_bar[n,j] = sum[i](z15_bar[n,i]*W15[i,j])
        np.matmul(z15_bar, W15, out=a14_bar)
        # (130)  z14_bar[n,i] = a14_bar[n,i]*(1 - a14[n,i]**2)
        np.square(a14, out=a14)
        np.subtract(1, a14, out=spare13)
        np.multiply(a14_bar, spare13, out=z14_bar)
        # (131)  b14_bar[i] = sum[n](z14_bar[n,i])
        z14_bar.sum(axis=0, out=b14_bar)
        # (132)  W14_bar[i,j] = sum[n](z14_bar[n,i]*a13[n,j])
        np.matmul(z14_bar.T, a13, out=W14_bar)
        # (133)  a13_bar[n,j] = sum[i](z14_bar[n,i]*W14[i,j])
        np.matmul(z14_bar, W14, out=a13_bar)
        # (134)  z13_bar[n,i] = a13_bar[n,i]*(1 - a13[n,i]**2)
        np.square(a13, out=a13)
        np.subtract(1, a13, out=spare12)
        np.multiply(a13_bar, spare12, out=z13_bar)
        # (135)  b13_bar[i] = sum[n](z13_bar[n,i])
        z13_bar.sum(axis=0, out=b13_bar)
        # (136)  W13_bar[i,j] = sum[n](z13_bar[n,i]*a12[n,j])
        np.matmul(z13_bar.T, a12, out=W13_bar)
        # (137)  a12_bar[n,j] = sum[i](z13_bar[n,i]*W13[i,j])
        np.matmul(z13_bar, W13, out=a12_bar)
        # (138)  z12_bar[n,i] = a12_bar[n,i]*(1 - a12[n,i]**2)
        np.square(a12, out=a12)
        np.subtract(1, a12, out=spare11)
        np.multiply(a12_bar, spare11, out=z12_bar)
        # (139)  b12_bar[i] = sum[n](z12_bar[n,i])
        z12_bar.sum(axis=0, out=b12_bar)
        # (140)  W12_bar[i,j] = sum[n](z12_bar[n,i]*a11[n,j])
        np.matmul(z12_bar.T, a11, out=W12_bar)
        # (141)  a11_bar[n,j] = sum[i](z12_bar[n,i]*W12[i,j])
        np.matmul(z12_bar, W12, out=a11_bar)
        # (142)  z11_bar[n,i] = a11_bar[n,i]*(1 - a11[n,i]**2)
        np.square(a11, out=a11)
        np.subtract(1, a11, out=spare10)
        np.multiply(a11_bar, spare10, out=z11_bar)
        # (143)  b11_bar[i] = sum[n](z11_bar[n,i])
        z11_bar.sum(axis=0, out=b11_bar)
        # (144)  W11_bar[i,j] = sum[n](z11_bar[n,i]*a10[n,j])
        np.matmul(z11_bar.T, a10, out=W11_bar)
        # (145)  a10_bar[n,j] = sum[i](z11_bar[n,i]*W11[i,j])
        np.matmul(z11_bar, W11, out=a10_bar)
        # (146)  z10_bar[n,i] = a10_bar[n,i]*(1 - a10[n,i]**2)
        np.square(a10, out=a10)
        np.subtract(1, a10, out=spare9)
        np.multiply(a10_bar, spare9, out=z10_bar)
        # (147)  b10_bar[i] = sum[n](z10_bar[n,i])
        z10_bar.sum(axis=0, out=b10_bar)
        # (148)  W10_bar[i,j] = sum[n](z10_bar[n,i]*a9[n,j])
        np.matmul(z10_bar.T, a9, out=W10_bar)
        # (149)  a9_bar[n,j] = sum[i](z10_bar[n,i]*W10[i,j])
        np.matmul(z10_bar, W10, out=a9_bar)
        # (150)  z9_bar[n,i] = a9_bar[n,i]*(1 - a9[n,i]**2)
        np.square(a9, out=a9)
        np.subtract(1, a9, out=spare8)
        np.multiply(a9_bar, spare8, out=z9_bar)
        # (151)  b9_bar[i] = sum[n](z9_bar[n,i])
        z9_bar.sum(axis=0, out=b9_bar)
        # (152)  W9_bar[i,j] = sum[n](z9_bar[n,i]*a8[n,j])
        np.matmul(z9_bar.T, a8, out=W9_bar)
        # (153)  a8_bar[n,j] = sum[i](z9_bar[n,i]*W9[i,j])
        np.matmul(z9_bar, W9, out=a8_bar)
        # (154)  z8_bar[n,i] = a8_bar[n,i]*(1 - a8[n,i]**2)
        np.square(a8, out=a8)
        np.subtract(1, a8, out=spare7)
        np.multiply(a8_bar, spare7, out=z8_bar)
        # (155)  b8_bar[i] = sum[n](z8_bar[n,i])
        z8_bar.sum(axis=0, out=b8_bar)
        # (156)  W8_bar[i,j] = sum[n](z8_bar[n,i]*a7[n,j])
        np.matmul(z8_bar.T, a7, out=W8_bar)
        # (157)  a7_bar[n,j] = sum[i](z8_bar[n,i]*W8[i,j])
        np.matmul(z8_bar, W8, out=a7_bar)
        # (158)  z7_bar[n,i] = a7_bar[n,i]*(1 - a7[n,i]**2)
        np.square(a7, out=a7)
        np.subtract(1, a7, out=spare6)
        np.multiply(a7_bar, spare6, out=z7_bar)
        # (159)  b7_bar[i] = sum[n](z7_bar[n,i])
        z7_bar.sum(axis=0, out=b7_bar)
        # (160)  W7_bar[i,j] = sum[n](z7_bar[n,i]*a6[n,j])
        np.matmul(z7_bar.T, a6, out=W7_bar)
        # (161)  a6_bar[n,j] = sum[i](z7_bar[n,i]*W7[i,j])
        np.matmul(z7_bar, W7, out=a6_bar)
        # (162)  z6_bar[n,i] = a6_bar[n,i]*(1 - a6[n,i]**2)
        np.square(a6, out=a6)
        np.subtract(1, a6, out=spare5)
        np.multiply(a6_bar, spare5, out=z6_bar)
        # (163)  b6_bar[i] = sum[n](z6_bar[n,i])
        z6_bar.sum(axis=0, out=b6_bar)
        # (164)  W6_bar[i,j] = sum[n](z6_bar[n,i]*a5[n,j])
        np.matmul(z6_bar.T, a5, out=W6_bar)
        # (165)  a5_bar[n,j] = sum[i](z6_bar[n,i]*W6[i,j])
        np.matmul(z6_bar, W6, out=a5_bar)
        # (166)  z5_bar[n,i] = a5_bar[n,i]*(1 - a5[n,i]**2)
        np.square(a5, out=a5)
        np.subtract(1, a5, out=spare4)
        np.multiply(a5_bar, spare4, out=z5_bar)
        # (167)  b5_bar[i] = sum[n](z5_bar[n,i])
        z5_bar.sum(axis=0, out=b5_bar)
        # (168)  W5_bar[i,j] = sum[n](z5_bar[n,i]*a4[n,j])
        np.matmul(z5_bar.T, a4, out=W5_bar)
        # (169)  a4_bar[n,j] = sum[i](z5_bar[n,i]*W5[i,j])
        np.matmul(z5_bar, W5, out=a4_bar)
        # (170)  z4_bar[n,i] = a4_bar[n,i]*(1 - a4[n,i]**2)
        np.square(a4, out=a4)
        np.subtract(1, a4, out=spare3)
        np.multiply(a4_bar, spare3, out=z4_bar)
        # (171)  b4_bar[i] = sum[n](z4_bar[n,i])
        z4_bar.sum(axis=0, out=b4_bar)
        # (172)  W4_bar[i,j] = sum[n](z4_bar[n,i]*a3[n,j])
        np.matmul(z4_bar.T, a3, out=W4_bar)
        # (173)  a3_bar[n,j] = sum[i](z4_bar[n,i]*W4[i,j])
        np.matmul(z4_bar, W4, out=a3_bar)
        # (174)  z3_bar[n,i] = a3_bar[n,i]*(1 - a3[n,i]**2)
        np.square(a3, out=a3)
        np.subtract(1, a3, out=spare2)
        np.multiply(a3_bar, spare2, out=z3_bar)
        # (175)  b3_bar[i] = sum[n](z3_bar[n,i])
        z3_bar.sum(axis=0, out=b3_bar)
        # (176)  W3_bar[i,j] = sum[n](z3_bar[n,i]*a2[n,j])
        np.matmul(z3_bar.T, a2, out=W3_bar)
        # (177)  a2_bar[n,j] = sum[i](z3_bar[n,i]*W3[i,j])
        np.matmul(z3_bar, W3, out=a2_bar)
        # (178)  z2_bar[n,i] = a2_bar[n,i]*(1 - a2[n,i]**2)
        np.square(a2, out=a2)
        np.subtract(1, a2, out=spare)
        np.multiply(a2_bar, spare, out=z2_bar)
        # (179)  b2_bar[i] = sum[n](z2_bar[n,i])
        z2_bar.sum(axis=0, out=b2_bar)
        # (180)  W2_bar[i,j] = sum[n](z2_bar[n,i]*a1[n,j])
        np.matmul(z2_bar.T, a1, out=W2_bar)
        # (181)  a1_bar[n,j] = sum[i](z2_bar[n,i]*W2[i,j])
        np.matmul(z2_bar, W2, out=a1_bar)
        # (182)  z1_bar[n,i] = a1_bar[n,i]*(1 - a1[n,i]**2)
        np.square(a1, out=a1)
        np.subtract(1, a1, out=spare34)
        np.multiply(a1_bar, spare34, out=z1_bar)
        # (183)  b1_bar[i] = sum[n](z1_bar[n,i])
        z1_bar.sum(axis=0, out=b1_bar)
        # (184)  W1_bar[i,j] = sum[n](z1_bar[n,i]*x[n,j])
        np.matmul(z1_bar.T, x, out=W1_bar)
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


def _check_inputs(p: Parameters, X: Array, dtype: np.dtype[Any]) -> int:
    """The run-time sizes, of arguments that fit."""
    if dtype.char not in "fd":
        raise ValueError(f"p.W1 has dtype {dtype}, needs float32 or float64")
    _check_arrays("p", p, dtype)
    N = _length("X", X, 0, "(N, 64)")
    _fits("X", X, (N, 64), dtype)
    return N


def _check_targets(Y: Array, N: int, dtype: np.dtype[Any]) -> None:
    """Raises ValueError unless the targets fit the inputs."""
    _fits_labels("Y", Y, (N,), 10)


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
