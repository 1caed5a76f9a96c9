"""norms_residual: Thirty layers with a way around each

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
    # (3)  a2[n,i] = x[n,i] + a1[n,i]
    a2 = x + a1
    # (4)  z3[n,i] = sum[j](W2[i,j]*a2[n,j]) + b2[i]
    z3 = a2 @ W2.T + b2
    # (5)  a3[n,i] = tanh(z3[n,i])
    a3 = np.tanh(z3)
    # (6)  a4[n,i] = a2[n,i] + a3[n,i]
    a4 = a2 + a3
    # (7)  z5[n,i] = sum[j](W3[i,j]*a4[n,j]) + b3[i]
    z5 = a4 @ W3.T + b3
    # (8)  a5[n,i] = tanh(z5[n,i])
    a5 = np.tanh(z5)
    # (9)  a6[n,i] = a4[n,i] + a5[n,i]
    a6 = a4 + a5
    # (10)  z7[n,i] = sum[j](W4[i,j]*a6[n,j]) + b4[i]
    z7 = a6 @ W4.T + b4
    # (11)  a7[n,i] = tanh(z7[n,i])
    a7 = np.tanh(z7)
    # (12)  a8[n,i] = a6[n,i] + a7[n,i]
    a8 = a6 + a7
    # (13)  z9[n,i] = sum[j](W5[i,j]*a8[n,j]) + b5[i]
    z9 = a8 @ W5.T + b5
    # (14)  a9[n,i] = tanh(z9[n,i])
    a9 = np.tanh(z9)
    # (15)  a10[n,i] = a8[n,i] + a9[n,i]
    a10 = a8 + a9
    # (16)  z11[n,i] = sum[j](W6[i,j]*a10[n,j]) + b6[i]
    z11 = a10 @ W6.T + b6
    # (17)  a11[n,i] = tanh(z11[n,i])
    a11 = np.tanh(z11)
    # (18)  a12[n,i] = a10[n,i] + a11[n,i]
    a12 = a10 + a11
    # (19)  z13[n,i] = sum[j](W7[i,j]*a12[n,j]) + b7[i]
    z13 = a12 @ W7.T + b7
    # (20)  a13[n,i] = tanh(z13[n,i])
    a13 = np.tanh(z13)
    # (21)  a14[n,i] = a12[n,i] + a13[n,i]
    a14 = a12 + a13
    # (22)  z15[n,i] = sum[j](W8[i,j]*a14[n,j]) + b8[i]
    z15 = a14 @ W8.T + b8
    # (23)  a15[n,i] = tanh(z15[n,i])
    a15 = np.tanh(z15)
    # (24)  a16[n,i] = a14[n,i] + a15[n,i]
    a16 = a14 + a15
    # (25)  z17[n,i] = sum[j](W9[i,j]*a16[n,j]) + b9[i]
    z17 = a16 @ W9.T + b9
    # (26)  a17[n,i] = tanh(z17[n,i])
    a17 = np.tanh(z17)
    # (27)  a18[n,i] = a16[n,i] + a17[n,i]
    a18 = a16 + a17
    # (28)  z19[n,i] = sum[j](W10[i,j]*a18[n,j]) + b10[i]
    z19 = a18 @ W10.T + b10
    # (29)  a19[n,i] = tanh(z19[n,i])
    a19 = np.tanh(z19)
    # (30)  a20[n,i] = a18[n,i] + a19[n,i]
    a20 = a18 + a19
    # (31)  z21[n,i] = sum[j](W11[i,j]*a20[n,j]) + b11[i]
    z21 = a20 @ W11.T + b11
    # (32)  a21[n,i] = tanh(z21[n,i])
    a21 = np.tanh(z21)
    # (33)  a22[n,i] = a20[n,i] + a21[n,i]
    a22 = a20 + a21
    # (34)  z23[n,i] = sum[j](W12[i,j]*a22[n,j]) + b12[i]
    z23 = a22 @ W12.T + b12
    # (35)  a23[n,i] = tanh(z23[n,i])
    a23 = np.tanh(z23)
    # (36)  a24[n,i] = a22[n,i] + a23[n,i]
    a24 = a22 + a23
    # (37)  z25[n,i] = sum[j](W13[i,j]*a24[n,j]) + b13[i]
    z25 = a24 @ W13.T + b13
    # (38)  a25[n,i] = tanh(z25[n,i])
    a25 = np.tanh(z25)
    # (39)  a26[n,i] = a24[n,i] + a25[n,i]
    a26 = a24 + a25
    # (40)  z27[n,i] = sum[j](W14[i,j]*a26[n,j]) + b14[i]
    z27 = a26 @ W14.T + b14
    # (41)  a27[n,i] = tanh(z27[n,i])
    a27 = np.tanh(z27)
    # (42)  a28[n,i] = a26[n,i] + a27[n,i]
    a28 = a26 + a27
    # (43)  z29[n,i] = sum[j](W15[i,j]*a28[n,j]) + b15[i]
    z29 = a28 @ W15.T + b15
    # (44)  a29[n,i] = tanh(z29[n,i])
    a29 = np.tanh(z29)
    # (45)  a30[n,i] = a28[n,i] + a29[n,i]
    a30 = a28 + a29
    # (46)  z31[n,i] = sum[j](W16[i,j]*a30[n,j]) + b16[i]
    z31 = a30 @ W16.T + b16
    # (47)  a31[n,i] = tanh(z31[n,i])
    a31 = np.tanh(z31)
    # (48)  a32[n,i] = a30[n,i] + a31[n,i]
    a32 = a30 + a31
    # (49)  z33[n,i] = sum[j](W17[i,j]*a32[n,j]) + b17[i]
    z33 = a32 @ W17.T + b17
    # (50)  a33[n,i] = tanh(z33[n,i])
    a33 = np.tanh(z33)
    # (51)  a34[n,i] = a32[n,i] + a33[n,i]
    a34 = a32 + a33
    # (52)  z35[n,i] = sum[j](W18[i,j]*a34[n,j]) + b18[i]
    z35 = a34 @ W18.T + b18
    # (53)  a35[n,i] = tanh(z35[n,i])
    a35 = np.tanh(z35)
    # (54)  a36[n,i] = a34[n,i] + a35[n,i]
    a36 = a34 + a35
    # (55)  z37[n,i] = sum[j](W19[i,j]*a36[n,j]) + b19[i]
    z37 = a36 @ W19.T + b19
    # (56)  a37[n,i] = tanh(z37[n,i])
    a37 = np.tanh(z37)
    # (57)  a38[n,i] = a36[n,i] + a37[n,i]
    a38 = a36 + a37
    # (58)  z39[n,i] = sum[j](W20[i,j]*a38[n,j]) + b20[i]
    z39 = a38 @ W20.T + b20
    # (59)  a39[n,i] = tanh(z39[n,i])
    a39 = np.tanh(z39)
    # (60)  a40[n,i] = a38[n,i] + a39[n,i]
    a40 = a38 + a39
    # (61)  z41[n,i] = sum[j](W21[i,j]*a40[n,j]) + b21[i]
    z41 = a40 @ W21.T + b21
    # (62)  a41[n,i] = tanh(z41[n,i])
    a41 = np.tanh(z41)
    # (63)  a42[n,i] = a40[n,i] + a41[n,i]
    a42 = a40 + a41
    # (64)  z43[n,i] = sum[j](W22[i,j]*a42[n,j]) + b22[i]
    z43 = a42 @ W22.T + b22
    # (65)  a43[n,i] = tanh(z43[n,i])
    a43 = np.tanh(z43)
    # (66)  a44[n,i] = a42[n,i] + a43[n,i]
    a44 = a42 + a43
    # (67)  z45[n,i] = sum[j](W23[i,j]*a44[n,j]) + b23[i]
    z45 = a44 @ W23.T + b23
    # (68)  a45[n,i] = tanh(z45[n,i])
    a45 = np.tanh(z45)
    # (69)  a46[n,i] = a44[n,i] + a45[n,i]
    a46 = a44 + a45
    # (70)  z47[n,i] = sum[j](W24[i,j]*a46[n,j]) + b24[i]
    z47 = a46 @ W24.T + b24
    # (71)  a47[n,i] = tanh(z47[n,i])
    a47 = np.tanh(z47)
    # (72)  a48[n,i] = a46[n,i] + a47[n,i]
    a48 = a46 + a47
    # (73)  z49[n,i] = sum[j](W25[i,j]*a48[n,j]) + b25[i]
    z49 = a48 @ W25.T + b25
    # (74)  a49[n,i] = tanh(z49[n,i])
    a49 = np.tanh(z49)
    # (75)  a50[n,i] = a48[n,i] + a49[n,i]
    a50 = a48 + a49
    # (76)  z51[n,i] = sum[j](W26[i,j]*a50[n,j]) + b26[i]
    z51 = a50 @ W26.T + b26
    # (77)  a51[n,i] = tanh(z51[n,i])
    a51 = np.tanh(z51)
    # (78)  a52[n,i] = a50[n,i] + a51[n,i]
    a52 = a50 + a51
    # (79)  z53[n,i] = sum[j](W27[i,j]*a52[n,j]) + b27[i]
    z53 = a52 @ W27.T + b27
    # (80)  a53[n,i] = tanh(z53[n,i])
    a53 = np.tanh(z53)
    # (81)  a54[n,i] = a52[n,i] + a53[n,i]
    a54 = a52 + a53
    # (82)  z55[n,i] = sum[j](W28[i,j]*a54[n,j]) + b28[i]
    z55 = a54 @ W28.T + b28
    # (83)  a55[n,i] = tanh(z55[n,i])
    a55 = np.tanh(z55)
    # (84)  a56[n,i] = a54[n,i] + a55[n,i]
    a56 = a54 + a55
    # (85)  z57[n,i] = sum[j](W29[i,j]*a56[n,j]) + b29[i]
    z57 = a56 @ W29.T + b29
    # (86)  a57[n,i] = tanh(z57[n,i])
    a57 = np.tanh(z57)
    # (87)  a58[n,i] = a56[n,i] + a57[n,i]
    a58 = a56 + a57
    # (88)  yhat[n,i] = sum[j](W30[i,j]*a58[n,j]) + b30[i]
    yhat: Array = a58 @ W30.T + b30
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
    # (3)  a2[n,i] = x[n,i] + a1[n,i]
    a2 = x + a1
    # (4)  z3[n,i] = sum[j](W2[i,j]*a2[n,j]) + b2[i]
    z3 = a2 @ W2.T + b2
    # (5)  a3[n,i] = tanh(z3[n,i])
    a3 = np.tanh(z3)
    # (6)  a4[n,i] = a2[n,i] + a3[n,i]
    a4 = a2 + a3
    # (7)  z5[n,i] = sum[j](W3[i,j]*a4[n,j]) + b3[i]
    z5 = a4 @ W3.T + b3
    # (8)  a5[n,i] = tanh(z5[n,i])
    a5 = np.tanh(z5)
    # (9)  a6[n,i] = a4[n,i] + a5[n,i]
    a6 = a4 + a5
    # (10)  z7[n,i] = sum[j](W4[i,j]*a6[n,j]) + b4[i]
    z7 = a6 @ W4.T + b4
    # (11)  a7[n,i] = tanh(z7[n,i])
    a7 = np.tanh(z7)
    # (12)  a8[n,i] = a6[n,i] + a7[n,i]
    a8 = a6 + a7
    # (13)  z9[n,i] = sum[j](W5[i,j]*a8[n,j]) + b5[i]
    z9 = a8 @ W5.T + b5
    # (14)  a9[n,i] = tanh(z9[n,i])
    a9 = np.tanh(z9)
    # (15)  a10[n,i] = a8[n,i] + a9[n,i]
    a10 = a8 + a9
    # (16)  z11[n,i] = sum[j](W6[i,j]*a10[n,j]) + b6[i]
    z11 = a10 @ W6.T + b6
    # (17)  a11[n,i] = tanh(z11[n,i])
    a11 = np.tanh(z11)
    # (18)  a12[n,i] = a10[n,i] + a11[n,i]
    a12 = a10 + a11
    # (19)  z13[n,i] = sum[j](W7[i,j]*a12[n,j]) + b7[i]
    z13 = a12 @ W7.T + b7
    # (20)  a13[n,i] = tanh(z13[n,i])
    a13 = np.tanh(z13)
    # (21)  a14[n,i] = a12[n,i] + a13[n,i]
    a14 = a12 + a13
    # (22)  z15[n,i] = sum[j](W8[i,j]*a14[n,j]) + b8[i]
    z15 = a14 @ W8.T + b8
    # (23)  a15[n,i] = tanh(z15[n,i])
    a15 = np.tanh(z15)
    # (24)  a16[n,i] = a14[n,i] + a15[n,i]
    a16 = a14 + a15
    # (25)  z17[n,i] = sum[j](W9[i,j]*a16[n,j]) + b9[i]
    z17 = a16 @ W9.T + b9
    # (26)  a17[n,i] = tanh(z17[n,i])
    a17 = np.tanh(z17)
    # (27)  a18[n,i] = a16[n,i] + a17[n,i]
    a18 = a16 + a17
    # (28)  z19[n,i] = sum[j](W10[i,j]*a18[n,j]) + b10[i]
    z19 = a18 @ W10.T + b10
    # (29)  a19[n,i] = tanh(z19[n,i])
    a19 = np.tanh(z19)
    # (30)  a20[n,i] = a18[n,i] + a19[n,i]
    a20 = a18 + a19
    # (31)  z21[n,i] = sum[j](W11[i,j]*a20[n,j]) + b11[i]
    z21 = a20 @ W11.T + b11
    # (32)  a21[n,i] = tanh(z21[n,i])
    a21 = np.tanh(z21)
    # (33)  a22[n,i] = a20[n,i] + a21[n,i]
    a22 = a20 + a21
    # (34)  z23[n,i] = sum[j](W12[i,j]*a22[n,j]) + b12[i]
    z23 = a22 @ W12.T + b12
    # (35)  a23[n,i] = tanh(z23[n,i])
    a23 = np.tanh(z23)
    # (36)  a24[n,i] = a22[n,i] + a23[n,i]
    a24 = a22 + a23
    # (37)  z25[n,i] = sum[j](W13[i,j]*a24[n,j]) + b13[i]
    z25 = a24 @ W13.T + b13
    # (38)  a25[n,i] = tanh(z25[n,i])
    a25 = np.tanh(z25)
    # (39)  a26[n,i] = a24[n,i] + a25[n,i]
    a26 = a24 + a25
    # (40)  z27[n,i] = sum[j](W14[i,j]*a26[n,j]) + b14[i]
    z27 = a26 @ W14.T + b14
    # (41)  a27[n,i] = tanh(z27[n,i])
    a27 = np.tanh(z27)
    # (42)  a28[n,i] = a26[n,i] + a27[n,i]
    a28 = a26 + a27
    # (43)  z29[n,i] = sum[j](W15[i,j]*a28[n,j]) + b15[i]
    z29 = a28 @ W15.T + b15
    # (44)  a29[n,i] = tanh(z29[n,i])
    a29 = np.tanh(z29)
    # (45)  a30[n,i] = a28[n,i] + a29[n,i]
    a30 = a28 + a29
    # (46)  z31[n,i] = sum[j](W16[i,j]*a30[n,j]) + b16[i]
    z31 = a30 @ W16.T + b16
    # (47)  a31[n,i] = tanh(z31[n,i])
    a31 = np.tanh(z31)
    # (48)  a32[n,i] = a30[n,i] + a31[n,i]
    a32 = a30 + a31
    # (49)  z33[n,i] = sum[j](W17[i,j]*a32[n,j]) + b17[i]
    z33 = a32 @ W17.T + b17
    # (50)  a33[n,i] = tanh(z33[n,i])
    a33 = np.tanh(z33)
    # (51)  a34[n,i] = a32[n,i] + a33[n,i]
    a34 = a32 + a33
    # (52)  z35[n,i] = sum[j](W18[i,j]*a34[n,j]) + b18[i]
    z35 = a34 @ W18.T + b18
    # (53)  a35[n,i] = tanh(z35[n,i])
    a35 = np.tanh(z35)
    # (54)  a36[n,i] = a34[n,i] + a35[n,i]
    a36 = a34 + a35
    # (55)  z37[n,i] = sum[j](W19[i,j]*a36[n,j]) + b19[i]
    z37 = a36 @ W19.T + b19
    # (56)  a37[n,i] = tanh(z37[n,i])
    a37 = np.tanh(z37)
    # (57)  a38[n,i] = a36[n,i] + a37[n,i]
    a38 = a36 + a37
    # (58)  z39[n,i] = sum[j](W20[i,j]*a38[n,j]) + b20[i]
    z39 = a38 @ W20.T + b20
    # (59)  a39[n,i] = tanh(z39[n,i])
    a39 = np.tanh(z39)
    # (60)  a40[n,i] = a38[n,i] + a39[n,i]
    a40 = a38 + a39
    # (61)  z41[n,i] = sum[j](W21[i,j]*a40[n,j]) + b21[i]
    z41 = a40 @ W21.T + b21
    # (62)  a41[n,i] = tanh(z41[n,i])
    a41 = np.tanh(z41)
    # (63)  a42[n,i] = a40[n,i] + a41[n,i]
    a42 = a40 + a41
    # (64)  z43[n,i] = sum[j](W22[i,j]*a42[n,j]) + b22[i]
    z43 = a42 @ W22.T + b22
    # (65)  a43[n,i] = tanh(z43[n,i])
    a43 = np.tanh(z43)
    # (66)  a44[n,i] = a42[n,i] + a43[n,i]
    a44 = a42 + a43
    # (67)  z45[n,i] = sum[j](W23[i,j]*a44[n,j]) + b23[i]
    z45 = a44 @ W23.T + b23
    # (68)  a45[n,i] = tanh(z45[n,i])
    a45 = np.tanh(z45)
    # (69)  a46[n,i] = a44[n,i] + a45[n,i]
    a46 = a44 + a45
    # (70)  z47[n,i] = sum[j](W24[i,j]*a46[n,j]) + b24[i]
    z47 = a46 @ W24.T + b24
    # (71)  a47[n,i] = tanh(z47[n,i])
    a47 = np.tanh(z47)
    # (72)  a48[n,i] = a46[n,i] + a47[n,i]
    a48 = a46 + a47
    # (73)  z49[n,i] = sum[j](W25[i,j]*a48[n,j]) + b25[i]
    z49 = a48 @ W25.T + b25
    # (74)  a49[n,i] = tanh(z49[n,i])
    a49 = np.tanh(z49)
    # (75)  a50[n,i] = a48[n,i] + a49[n,i]
    a50 = a48 + a49
    # (76)  z51[n,i] = sum[j](W26[i,j]*a50[n,j]) + b26[i]
    z51 = a50 @ W26.T + b26
    # (77)  a51[n,i] = tanh(z51[n,i])
    a51 = np.tanh(z51)
    # (78)  a52[n,i] = a50[n,i] + a51[n,i]
    a52 = a50 + a51
    # (79)  z53[n,i] = sum[j](W27[i,j]*a52[n,j]) + b27[i]
    z53 = a52 @ W27.T + b27
    # (80)  a53[n,i] = tanh(z53[n,i])
    a53 = np.tanh(z53)
    # (81)  a54[n,i] = a52[n,i] + a53[n,i]
    a54 = a52 + a53
    # (82)  z55[n,i] = sum[j](W28[i,j]*a54[n,j]) + b28[i]
    z55 = a54 @ W28.T + b28
    # (83)  a55[n,i] = tanh(z55[n,i])
    a55 = np.tanh(z55)
    # (84)  a56[n,i] = a54[n,i] + a55[n,i]
    a56 = a54 + a55
    # (85)  z57[n,i] = sum[j](W29[i,j]*a56[n,j]) + b29[i]
    z57 = a56 @ W29.T + b29
    # (86)  a57[n,i] = tanh(z57[n,i])
    a57 = np.tanh(z57)
    # (87)  a58[n,i] = a56[n,i] + a57[n,i]
    a58 = a56 + a57
    # (88)  yhat[n,i] = sum[j](W30[i,j]*a58[n,j]) + b30[i]
    yhat = a58 @ W30.T + b30
    # (89)  m[n] = max[k](yhat[n,k])
    m = yhat.max(axis=1)
    # (90)  e[n,k] = exp(yhat[n,k] - m[n])
    e = np.exp(yhat - m[:, None])
    # (91)  s[n] = sum[k](e[n,k])
    s = e.sum(axis=1)
    # (92)  lse[n] = m[n] + log(s[n])
    lse = m + np.log(s)
    # (94)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N)
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
    # (3)  a2[n,i] = x[n,i] + a1[n,i]
    a2 = x + a1
    # (4)  z3[n,i] = sum[j](W2[i,j]*a2[n,j]) + b2[i]
    z3 = a2 @ W2.T + b2
    # (5)  a3[n,i] = tanh(z3[n,i])
    a3 = np.tanh(z3)
    # (6)  a4[n,i] = a2[n,i] + a3[n,i]
    a4 = a2 + a3
    # (7)  z5[n,i] = sum[j](W3[i,j]*a4[n,j]) + b3[i]
    z5 = a4 @ W3.T + b3
    # (8)  a5[n,i] = tanh(z5[n,i])
    a5 = np.tanh(z5)
    # (9)  a6[n,i] = a4[n,i] + a5[n,i]
    a6 = a4 + a5
    # (10)  z7[n,i] = sum[j](W4[i,j]*a6[n,j]) + b4[i]
    z7 = a6 @ W4.T + b4
    # (11)  a7[n,i] = tanh(z7[n,i])
    a7 = np.tanh(z7)
    # (12)  a8[n,i] = a6[n,i] + a7[n,i]
    a8 = a6 + a7
    # (13)  z9[n,i] = sum[j](W5[i,j]*a8[n,j]) + b5[i]
    z9 = a8 @ W5.T + b5
    # (14)  a9[n,i] = tanh(z9[n,i])
    a9 = np.tanh(z9)
    # (15)  a10[n,i] = a8[n,i] + a9[n,i]
    a10 = a8 + a9
    # (16)  z11[n,i] = sum[j](W6[i,j]*a10[n,j]) + b6[i]
    z11 = a10 @ W6.T + b6
    # (17)  a11[n,i] = tanh(z11[n,i])
    a11 = np.tanh(z11)
    # (18)  a12[n,i] = a10[n,i] + a11[n,i]
    a12 = a10 + a11
    # (19)  z13[n,i] = sum[j](W7[i,j]*a12[n,j]) + b7[i]
    z13 = a12 @ W7.T + b7
    # (20)  a13[n,i] = tanh(z13[n,i])
    a13 = np.tanh(z13)
    # (21)  a14[n,i] = a12[n,i] + a13[n,i]
    a14 = a12 + a13
    # (22)  z15[n,i] = sum[j](W8[i,j]*a14[n,j]) + b8[i]
    z15 = a14 @ W8.T + b8
    # (23)  a15[n,i] = tanh(z15[n,i])
    a15 = np.tanh(z15)
    # (24)  a16[n,i] = a14[n,i] + a15[n,i]
    a16 = a14 + a15
    # (25)  z17[n,i] = sum[j](W9[i,j]*a16[n,j]) + b9[i]
    z17 = a16 @ W9.T + b9
    # (26)  a17[n,i] = tanh(z17[n,i])
    a17 = np.tanh(z17)
    # (27)  a18[n,i] = a16[n,i] + a17[n,i]
    a18 = a16 + a17
    # (28)  z19[n,i] = sum[j](W10[i,j]*a18[n,j]) + b10[i]
    z19 = a18 @ W10.T + b10
    # (29)  a19[n,i] = tanh(z19[n,i])
    a19 = np.tanh(z19)
    # (30)  a20[n,i] = a18[n,i] + a19[n,i]
    a20 = a18 + a19
    # (31)  z21[n,i] = sum[j](W11[i,j]*a20[n,j]) + b11[i]
    z21 = a20 @ W11.T + b11
    # (32)  a21[n,i] = tanh(z21[n,i])
    a21 = np.tanh(z21)
    # (33)  a22[n,i] = a20[n,i] + a21[n,i]
    a22 = a20 + a21
    # (34)  z23[n,i] = sum[j](W12[i,j]*a22[n,j]) + b12[i]
    z23 = a22 @ W12.T + b12
    # (35)  a23[n,i] = tanh(z23[n,i])
    a23 = np.tanh(z23)
    # (36)  a24[n,i] = a22[n,i] + a23[n,i]
    a24 = a22 + a23
    # (37)  z25[n,i] = sum[j](W13[i,j]*a24[n,j]) + b13[i]
    z25 = a24 @ W13.T + b13
    # (38)  a25[n,i] = tanh(z25[n,i])
    a25 = np.tanh(z25)
    # (39)  a26[n,i] = a24[n,i] + a25[n,i]
    a26 = a24 + a25
    # (40)  z27[n,i] = sum[j](W14[i,j]*a26[n,j]) + b14[i]
    z27 = a26 @ W14.T + b14
    # (41)  a27[n,i] = tanh(z27[n,i])
    a27 = np.tanh(z27)
    # (42)  a28[n,i] = a26[n,i] + a27[n,i]
    a28 = a26 + a27
    # (43)  z29[n,i] = sum[j](W15[i,j]*a28[n,j]) + b15[i]
    z29 = a28 @ W15.T + b15
    # (44)  a29[n,i] = tanh(z29[n,i])
    a29 = np.tanh(z29)
    # (45)  a30[n,i] = a28[n,i] + a29[n,i]
    a30 = a28 + a29
    # (46)  z31[n,i] = sum[j](W16[i,j]*a30[n,j]) + b16[i]
    z31 = a30 @ W16.T + b16
    # (47)  a31[n,i] = tanh(z31[n,i])
    a31 = np.tanh(z31)
    # (48)  a32[n,i] = a30[n,i] + a31[n,i]
    a32 = a30 + a31
    # (49)  z33[n,i] = sum[j](W17[i,j]*a32[n,j]) + b17[i]
    z33 = a32 @ W17.T + b17
    # (50)  a33[n,i] = tanh(z33[n,i])
    a33 = np.tanh(z33)
    # (51)  a34[n,i] = a32[n,i] + a33[n,i]
    a34 = a32 + a33
    # (52)  z35[n,i] = sum[j](W18[i,j]*a34[n,j]) + b18[i]
    z35 = a34 @ W18.T + b18
    # (53)  a35[n,i] = tanh(z35[n,i])
    a35 = np.tanh(z35)
    # (54)  a36[n,i] = a34[n,i] + a35[n,i]
    a36 = a34 + a35
    # (55)  z37[n,i] = sum[j](W19[i,j]*a36[n,j]) + b19[i]
    z37 = a36 @ W19.T + b19
    # (56)  a37[n,i] = tanh(z37[n,i])
    a37 = np.tanh(z37)
    # (57)  a38[n,i] = a36[n,i] + a37[n,i]
    a38 = a36 + a37
    # (58)  z39[n,i] = sum[j](W20[i,j]*a38[n,j]) + b20[i]
    z39 = a38 @ W20.T + b20
    # (59)  a39[n,i] = tanh(z39[n,i])
    a39 = np.tanh(z39)
    # (60)  a40[n,i] = a38[n,i] + a39[n,i]
    a40 = a38 + a39
    # (61)  z41[n,i] = sum[j](W21[i,j]*a40[n,j]) + b21[i]
    z41 = a40 @ W21.T + b21
    # (62)  a41[n,i] = tanh(z41[n,i])
    a41 = np.tanh(z41)
    # (63)  a42[n,i] = a40[n,i] + a41[n,i]
    a42 = a40 + a41
    # (64)  z43[n,i] = sum[j](W22[i,j]*a42[n,j]) + b22[i]
    z43 = a42 @ W22.T + b22
    # (65)  a43[n,i] = tanh(z43[n,i])
    a43 = np.tanh(z43)
    # (66)  a44[n,i] = a42[n,i] + a43[n,i]
    a44 = a42 + a43
    # (67)  z45[n,i] = sum[j](W23[i,j]*a44[n,j]) + b23[i]
    z45 = a44 @ W23.T + b23
    # (68)  a45[n,i] = tanh(z45[n,i])
    a45 = np.tanh(z45)
    # (69)  a46[n,i] = a44[n,i] + a45[n,i]
    a46 = a44 + a45
    # (70)  z47[n,i] = sum[j](W24[i,j]*a46[n,j]) + b24[i]
    z47 = a46 @ W24.T + b24
    # (71)  a47[n,i] = tanh(z47[n,i])
    a47 = np.tanh(z47)
    # (72)  a48[n,i] = a46[n,i] + a47[n,i]
    a48 = a46 + a47
    # (73)  z49[n,i] = sum[j](W25[i,j]*a48[n,j]) + b25[i]
    z49 = a48 @ W25.T + b25
    # (74)  a49[n,i] = tanh(z49[n,i])
    a49 = np.tanh(z49)
    # (75)  a50[n,i] = a48[n,i] + a49[n,i]
    a50 = a48 + a49
    # (76)  z51[n,i] = sum[j](W26[i,j]*a50[n,j]) + b26[i]
    z51 = a50 @ W26.T + b26
    # (77)  a51[n,i] = tanh(z51[n,i])
    a51 = np.tanh(z51)
    # (78)  a52[n,i] = a50[n,i] + a51[n,i]
    a52 = a50 + a51
    # (79)  z53[n,i] = sum[j](W27[i,j]*a52[n,j]) + b27[i]
    z53 = a52 @ W27.T + b27
    # (80)  a53[n,i] = tanh(z53[n,i])
    a53 = np.tanh(z53)
    # (81)  a54[n,i] = a52[n,i] + a53[n,i]
    a54 = a52 + a53
    # (82)  z55[n,i] = sum[j](W28[i,j]*a54[n,j]) + b28[i]
    z55 = a54 @ W28.T + b28
    # (83)  a55[n,i] = tanh(z55[n,i])
    a55 = np.tanh(z55)
    # (84)  a56[n,i] = a54[n,i] + a55[n,i]
    a56 = a54 + a55
    # (85)  z57[n,i] = sum[j](W29[i,j]*a56[n,j]) + b29[i]
    z57 = a56 @ W29.T + b29
    # (86)  a57[n,i] = tanh(z57[n,i])
    a57 = np.tanh(z57)
    # (87)  a58[n,i] = a56[n,i] + a57[n,i]
    a58 = a56 + a57
    # (88)  yhat[n,i] = sum[j](W30[i,j]*a58[n,j]) + b30[i]
    yhat = a58 @ W30.T + b30
    # (89)  m[n] = max[k](yhat[n,k])
    m = yhat.max(axis=1)
    # (90)  e[n,k] = exp(yhat[n,k] - m[n])
    e = np.exp(yhat - m[:, None])
    # (91)  s[n] = sum[k](e[n,k])
    s = e.sum(axis=1)
    # (92)  lse[n] = m[n] + log(s[n])
    lse = m + np.log(s)
    # (93)  prob[n,k] = e[n,k]/s[n]
    prob = e / s[:, None]
    # (94)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N)
    L = -float(np.sum(yhat[np.arange(N), y] - lse)) / N
    # (95)  z59_bar[n,k] = prob[n,k]/N;  z59_bar[n,y[n]] += -1/N
    z59_bar = prob / N
    z59_bar[np.arange(N), y] += -1 / N
    # (96)  b30_bar[i] = sum[n](z59_bar[n,i])
    b30_bar = z59_bar.sum(axis=0)
    # (97)  W30_bar[i,j] = sum[n](z59_bar[n,i]*a58[n,j])
    W30_bar = z59_bar.T @ a58
    # (98)  a57_bar[n,j] = sum[i](z59_bar[n,i]*W30[i,j])
    a57_bar = z59_bar @ W30
    # (99)  z57_bar[n,i] = a57_bar[n,i]*(1 - a57[n,i]**2)
    z57_bar = a57_bar * (1 - a57**2)
    # (100)  b29_bar[i] = sum[n](z57_bar[n,i])
    b29_bar = z57_bar.sum(axis=0)
    # (101)  W29_bar[i,j] = sum[n](z57_bar[n,i]*a56[n,j])
    W29_bar = z57_bar.T @ a56
    # (102)  a55_bar[n,j] = sum[i](z57_bar[n,i]*W29[i,j]);  a55_bar[n,i] += a57_bar[n,i]
    a55_bar = z57_bar @ W29 + a57_bar
    # (103)  z55_bar[n,i] = a55_bar[n,i]*(1 - a55[n,i]**2)
    z55_bar = a55_bar * (1 - a55**2)
    # (104)  b28_bar[i] = sum[n](z55_bar[n,i])
    b28_bar = z55_bar.sum(axis=0)
    # (105)  W28_bar[i,j] = sum[n](z55_bar[n,i]*a54[n,j])
    W28_bar = z55_bar.T @ a54
    # (106)  a53_bar[n,j] = sum[i](z55_bar[n,i]*W28[i,j]);  a53_bar[n,i] += a55_bar[n,i]
    a53_bar = z55_bar @ W28 + a55_bar
    # (107)  z53_bar[n,i] = a53_bar[n,i]*(1 - a53[n,i]**2)
    z53_bar = a53_bar * (1 - a53**2)
    # (108)  b27_bar[i] = sum[n](z53_bar[n,i])
    b27_bar = z53_bar.sum(axis=0)
    # (109)  W27_bar[i,j] = sum[n](z53_bar[n,i]*a52[n,j])
    W27_bar = z53_bar.T @ a52
    # (110)  a51_bar[n,j] = sum[i](z53_bar[n,i]*W27[i,j]);  a51_bar[n,i] += a53_bar[n,i]
    a51_bar = z53_bar @ W27 + a53_bar
    # (111)  z51_bar[n,i] = a51_bar[n,i]*(1 - a51[n,i]**2)
    z51_bar = a51_bar * (1 - a51**2)
    # (112)  b26_bar[i] = sum[n](z51_bar[n,i])
    b26_bar = z51_bar.sum(axis=0)
    # (113)  W26_bar[i,j] = sum[n](z51_bar[n,i]*a50[n,j])
    W26_bar = z51_bar.T @ a50
    # (114)  a49_bar[n,j] = sum[i](z51_bar[n,i]*W26[i,j]);  a49_bar[n,i] += a51_bar[n,i]
    a49_bar = z51_bar @ W26 + a51_bar
    # (115)  z49_bar[n,i] = a49_bar[n,i]*(1 - a49[n,i]**2)
    z49_bar = a49_bar * (1 - a49**2)
    # (116)  b25_bar[i] = sum[n](z49_bar[n,i])
    b25_bar = z49_bar.sum(axis=0)
    # (117)  W25_bar[i,j] = sum[n](z49_bar[n,i]*a48[n,j])
    W25_bar = z49_bar.T @ a48
    # (118)  a47_bar[n,j] = sum[i](z49_bar[n,i]*W25[i,j]);  a47_bar[n,i] += a49_bar[n,i]
    a47_bar = z49_bar @ W25 + a49_bar
    # (119)  z47_bar[n,i] = a47_bar[n,i]*(1 - a47[n,i]**2)
    z47_bar = a47_bar * (1 - a47**2)
    # (120)  b24_bar[i] = sum[n](z47_bar[n,i])
    b24_bar = z47_bar.sum(axis=0)
    # (121)  W24_bar[i,j] = sum[n](z47_bar[n,i]*a46[n,j])
    W24_bar = z47_bar.T @ a46
    # (122)  a45_bar[n,j] = sum[i](z47_bar[n,i]*W24[i,j]);  a45_bar[n,i] += a47_bar[n,i]
    a45_bar = z47_bar @ W24 + a47_bar
    # (123)  z45_bar[n,i] = a45_bar[n,i]*(1 - a45[n,i]**2)
    z45_bar = a45_bar * (1 - a45**2)
    # (124)  b23_bar[i] = sum[n](z45_bar[n,i])
    b23_bar = z45_bar.sum(axis=0)
    # (125)  W23_bar[i,j] = sum[n](z45_bar[n,i]*a44[n,j])
    W23_bar = z45_bar.T @ a44
    # (126)  a43_bar[n,j] = sum[i](z45_bar[n,i]*W23[i,j]);  a43_bar[n,i] += a45_bar[n,i]
    a43_bar = z45_bar @ W23 + a45_bar
    # (127)  z43_bar[n,i] = a43_bar[n,i]*(1 - a43[n,i]**2)
    z43_bar = a43_bar * (1 - a43**2)
    # (128)  b22_bar[i] = sum[n](z43_bar[n,i])
    b22_bar = z43_bar.sum(axis=0)
    # (129)  W22_bar[i,j] = sum[n](z43_bar[n,i]*a42[n,j])
    W22_bar = z43_bar.T @ a42
    # (130)  a41_bar[n,j] = sum[i](z43_bar[n,i]*W22[i,j]);  a41_bar[n,i] += a43_bar[n,i]
    a41_bar = z43_bar @ W22 + a43_bar
    # (131)  z41_bar[n,i] = a41_bar[n,i]*(1 - a41[n,i]**2)
    z41_bar = a41_bar * (1 - a41**2)
    # (132)  b21_bar[i] = sum[n](z41_bar[n,i])
    b21_bar = z41_bar.sum(axis=0)
    # (133)  W21_bar[i,j] = sum[n](z41_bar[n,i]*a40[n,j])
    W21_bar = z41_bar.T @ a40
    # (134)  a39_bar[n,j] = sum[i](z41_bar[n,i]*W21[i,j]);  a39_bar[n,i] += a41_bar[n,i]
    a39_bar = z41_bar @ W21 + a41_bar
    # (135)  z39_bar[n,i] = a39_bar[n,i]*(1 - a39[n,i]**2)
    z39_bar = a39_bar * (1 - a39**2)
    # (136)  b20_bar[i] = sum[n](z39_bar[n,i])
    b20_bar = z39_bar.sum(axis=0)
    # (137)  W20_bar[i,j] = sum[n](z39_bar[n,i]*a38[n,j])
    W20_bar = z39_bar.T @ a38
    # (138)  a37_bar[n,j] = sum[i](z39_bar[n,i]*W20[i,j]);  a37_bar[n,i] += a39_bar[n,i]
    a37_bar = z39_bar @ W20 + a39_bar
    # (139)  z37_bar[n,i] = a37_bar[n,i]*(1 - a37[n,i]**2)
    z37_bar = a37_bar * (1 - a37**2)
    # (140)  b19_bar[i] = sum[n](z37_bar[n,i])
    b19_bar = z37_bar.sum(axis=0)
    # (141)  W19_bar[i,j] = sum[n](z37_bar[n,i]*a36[n,j])
    W19_bar = z37_bar.T @ a36
    # (142)  a35_bar[n,j] = sum[i](z37_bar[n,i]*W19[i,j]);  a35_bar[n,i] += a37_bar[n,i]
    a35_bar = z37_bar @ W19 + a37_bar
    # (143)  z35_bar[n,i] = a35_bar[n,i]*(1 - a35[n,i]**2)
    z35_bar = a35_bar * (1 - a35**2)
    # (144)  b18_bar[i] = sum[n](z35_bar[n,i])
    b18_bar = z35_bar.sum(axis=0)
    # (145)  W18_bar[i,j] = sum[n](z35_bar[n,i]*a34[n,j])
    W18_bar = z35_bar.T @ a34
    # (146)  a33_bar[n,j] = sum[i](z35_bar[n,i]*W18[i,j]);  a33_bar[n,i] += a35_bar[n,i]
    a33_bar = z35_bar @ W18 + a35_bar
    # (147)  z33_bar[n,i] = a33_bar[n,i]*(1 - a33[n,i]**2)
    z33_bar = a33_bar * (1 - a33**2)
    # (148)  b17_bar[i] = sum[n](z33_bar[n,i])
    b17_bar = z33_bar.sum(axis=0)
    # (149)  W17_bar[i,j] = sum[n](z33_bar[n,i]*a32[n,j])
    W17_bar = z33_bar.T @ a32
    # (150)  a31_bar[n,j] = sum[i](z33_bar[n,i]*W17[i,j]);  a31_bar[n,i] += a33_bar[n,i]
    a31_bar = z33_bar @ W17 + a33_bar
    # (151)  z31_bar[n,i] = a31_bar[n,i]*(1 - a31[n,i]**2)
    z31_bar = a31_bar * (1 - a31**2)
    # (152)  b16_bar[i] = sum[n](z31_bar[n,i])
    b16_bar = z31_bar.sum(axis=0)
    # (153)  W16_bar[i,j] = sum[n](z31_bar[n,i]*a30[n,j])
    W16_bar = z31_bar.T @ a30
    # (154)  a29_bar[n,j] = sum[i](z31_bar[n,i]*W16[i,j]);  a29_bar[n,i] += a31_bar[n,i]
    a29_bar = z31_bar @ W16 + a31_bar
    # (155)  z29_bar[n,i] = a29_bar[n,i]*(1 - a29[n,i]**2)
    z29_bar = a29_bar * (1 - a29**2)
    # (156)  b15_bar[i] = sum[n](z29_bar[n,i])
    b15_bar = z29_bar.sum(axis=0)
    # (157)  W15_bar[i,j] = sum[n](z29_bar[n,i]*a28[n,j])
    W15_bar = z29_bar.T @ a28
    # (158)  a27_bar[n,j] = sum[i](z29_bar[n,i]*W15[i,j]);  a27_bar[n,i] += a29_bar[n,i]
    a27_bar = z29_bar @ W15 + a29_bar
    # (159)  z27_bar[n,i] = a27_bar[n,i]*(1 - a27[n,i]**2)
    z27_bar = a27_bar * (1 - a27**2)
    # (160)  b14_bar[i] = sum[n](z27_bar[n,i])
    b14_bar = z27_bar.sum(axis=0)
    # (161)  W14_bar[i,j] = sum[n](z27_bar[n,i]*a26[n,j])
    W14_bar = z27_bar.T @ a26
    # (162)  a25_bar[n,j] = sum[i](z27_bar[n,i]*W14[i,j]);  a25_bar[n,i] += a27_bar[n,i]
    a25_bar = z27_bar @ W14 + a27_bar
    # (163)  z25_bar[n,i] = a25_bar[n,i]*(1 - a25[n,i]**2)
    z25_bar = a25_bar * (1 - a25**2)
    # (164)  b13_bar[i] = sum[n](z25_bar[n,i])
    b13_bar = z25_bar.sum(axis=0)
    # (165)  W13_bar[i,j] = sum[n](z25_bar[n,i]*a24[n,j])
    W13_bar = z25_bar.T @ a24
    # (166)  a23_bar[n,j] = sum[i](z25_bar[n,i]*W13[i,j]);  a23_bar[n,i] += a25_bar[n,i]
    a23_bar = z25_bar @ W13 + a25_bar
    # (167)  z23_bar[n,i] = a23_bar[n,i]*(1 - a23[n,i]**2)
    z23_bar = a23_bar * (1 - a23**2)
    # (168)  b12_bar[i] = sum[n](z23_bar[n,i])
    b12_bar = z23_bar.sum(axis=0)
    # (169)  W12_bar[i,j] = sum[n](z23_bar[n,i]*a22[n,j])
    W12_bar = z23_bar.T @ a22
    # (170)  a21_bar[n,j] = sum[i](z23_bar[n,i]*W12[i,j]);  a21_bar[n,i] += a23_bar[n,i]
    a21_bar = z23_bar @ W12 + a23_bar
    # (171)  z21_bar[n,i] = a21_bar[n,i]*(1 - a21[n,i]**2)
    z21_bar = a21_bar * (1 - a21**2)
    # (172)  b11_bar[i] = sum[n](z21_bar[n,i])
    b11_bar = z21_bar.sum(axis=0)
    # (173)  W11_bar[i,j] = sum[n](z21_bar[n,i]*a20[n,j])
    W11_bar = z21_bar.T @ a20
    # (174)  a19_bar[n,j] = sum[i](z21_bar[n,i]*W11[i,j]);  a19_bar[n,i] += a21_bar[n,i]
    a19_bar = z21_bar @ W11 + a21_bar
    # (175)  z19_bar[n,i] = a19_bar[n,i]*(1 - a19[n,i]**2)
    z19_bar = a19_bar * (1 - a19**2)
    # (176)  b10_bar[i] = sum[n](z19_bar[n,i])
    b10_bar = z19_bar.sum(axis=0)
    # (177)  W10_bar[i,j] = sum[n](z19_bar[n,i]*a18[n,j])
    W10_bar = z19_bar.T @ a18
    # (178)  a17_bar[n,j] = sum[i](z19_bar[n,i]*W10[i,j]);  a17_bar[n,i] += a19_bar[n,i]
    a17_bar = z19_bar @ W10 + a19_bar
    # (179)  z17_bar[n,i] = a17_bar[n,i]*(1 - a17[n,i]**2)
    z17_bar = a17_bar * (1 - a17**2)
    # (180)  b9_bar[i] = sum[n](z17_bar[n,i])
    b9_bar = z17_bar.sum(axis=0)
    # (181)  W9_bar[i,j] = sum[n](z17_bar[n,i]*a16[n,j])
    W9_bar = z17_bar.T @ a16
    # (182)  a15_bar[n,j] = sum[i](z17_bar[n,i]*W9[i,j]);  a15_bar[n,i] += a17_bar[n,i]
    a15_bar = z17_bar @ W9 + a17_bar
    # (183)  z15_bar[n,i] = a15_bar[n,i]*(1 - a15[n,i]**2)
    z15_bar = a15_bar * (1 - a15**2)
    # (184)  b8_bar[i] = sum[n](z15_bar[n,i])
    b8_bar = z15_bar.sum(axis=0)
    # (185)  W8_bar[i,j] = sum[n](z15_bar[n,i]*a14[n,j])
    W8_bar = z15_bar.T @ a14
    # (186)  a13_bar[n,j] = sum[i](z15_bar[n,i]*W8[i,j]);  a13_bar[n,i] += a15_bar[n,i]
    a13_bar = z15_bar @ W8 + a15_bar
    # (187)  z13_bar[n,i] = a13_bar[n,i]*(1 - a13[n,i]**2)
    z13_bar = a13_bar * (1 - a13**2)
    # (188)  b7_bar[i] = sum[n](z13_bar[n,i])
    b7_bar = z13_bar.sum(axis=0)
    # (189)  W7_bar[i,j] = sum[n](z13_bar[n,i]*a12[n,j])
    W7_bar = z13_bar.T @ a12
    # (190)  a11_bar[n,j] = sum[i](z13_bar[n,i]*W7[i,j]);  a11_bar[n,i] += a13_bar[n,i]
    a11_bar = z13_bar @ W7 + a13_bar
    # (191)  z11_bar[n,i] = a11_bar[n,i]*(1 - a11[n,i]**2)
    z11_bar = a11_bar * (1 - a11**2)
    # (192)  b6_bar[i] = sum[n](z11_bar[n,i])
    b6_bar = z11_bar.sum(axis=0)
    # (193)  W6_bar[i,j] = sum[n](z11_bar[n,i]*a10[n,j])
    W6_bar = z11_bar.T @ a10
    # (194)  a9_bar[n,j] = sum[i](z11_bar[n,i]*W6[i,j]);  a9_bar[n,i] += a11_bar[n,i]
    a9_bar = z11_bar @ W6 + a11_bar
    # (195)  z9_bar[n,i] = a9_bar[n,i]*(1 - a9[n,i]**2)
    z9_bar = a9_bar * (1 - a9**2)
    # (196)  b5_bar[i] = sum[n](z9_bar[n,i])
    b5_bar = z9_bar.sum(axis=0)
    # (197)  W5_bar[i,j] = sum[n](z9_bar[n,i]*a8[n,j])
    W5_bar = z9_bar.T @ a8
    # (198)  a7_bar[n,j] = sum[i](z9_bar[n,i]*W5[i,j]);  a7_bar[n,i] += a9_bar[n,i]
    a7_bar = z9_bar @ W5 + a9_bar
    # (199)  z7_bar[n,i] = a7_bar[n,i]*(1 - a7[n,i]**2)
    z7_bar = a7_bar * (1 - a7**2)
    # (200)  b4_bar[i] = sum[n](z7_bar[n,i])
    b4_bar = z7_bar.sum(axis=0)
    # (201)  W4_bar[i,j] = sum[n](z7_bar[n,i]*a6[n,j])
    W4_bar = z7_bar.T @ a6
    # (202)  a5_bar[n,j] = sum[i](z7_bar[n,i]*W4[i,j]);  a5_bar[n,i] += a7_bar[n,i]
    a5_bar = z7_bar @ W4 + a7_bar
    # (203)  z5_bar[n,i] = a5_bar[n,i]*(1 - a5[n,i]**2)
    z5_bar = a5_bar * (1 - a5**2)
    # (204)  b3_bar[i] = sum[n](z5_bar[n,i])
    b3_bar = z5_bar.sum(axis=0)
    # (205)  W3_bar[i,j] = sum[n](z5_bar[n,i]*a4[n,j])
    W3_bar = z5_bar.T @ a4
    # (206)  a3_bar[n,j] = sum[i](z5_bar[n,i]*W3[i,j]);  a3_bar[n,i] += a5_bar[n,i]
    a3_bar = z5_bar @ W3 + a5_bar
    # (207)  z3_bar[n,i] = a3_bar[n,i]*(1 - a3[n,i]**2)
    z3_bar = a3_bar * (1 - a3**2)
    # (208)  b2_bar[i] = sum[n](z3_bar[n,i])
    b2_bar = z3_bar.sum(axis=0)
    # (209)  W2_bar[i,j] = sum[n](z3_bar[n,i]*a2[n,j])
    W2_bar = z3_bar.T @ a2
    # (210)  a1_bar[n,j] = sum[i](z3_bar[n,i]*W2[i,j]);  a1_bar[n,i] += a3_bar[n,i]
    a1_bar = z3_bar @ W2 + a3_bar
    # (211)  z1_bar[n,i] = a1_bar[n,i]*(1 - a1[n,i]**2)
    z1_bar = a1_bar * (1 - a1**2)
    # (212)  b1_bar[i] = sum[n](z1_bar[n,i])
    b1_bar = z1_bar.sum(axis=0)
    # (213)  W1_bar[i,j] = sum[n](z1_bar[n,i]*x[n,j])
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
            np.empty(batch * 10, self.dtype),
            np.empty(batch * 11, self.dtype),
            np.empty(batch, self.dtype),
            np.empty(batch * 10, self.dtype),
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
            self._buffers[1][: N * 64].reshape(N, 64),  # a2
            self._buffers[2][: N * 64].reshape(N, 64),  # z3
            self._buffers[3][: N * 64].reshape(N, 64),  # spare2
            self._buffers[2][: N * 64].reshape(N, 64),  # a3
            self._buffers[3][: N * 64].reshape(N, 64),  # a4
            self._buffers[4][: N * 64].reshape(N, 64),  # z5
            self._buffers[5][: N * 64].reshape(N, 64),  # spare3
            self._buffers[4][: N * 64].reshape(N, 64),  # a5
            self._buffers[5][: N * 64].reshape(N, 64),  # a6
            self._buffers[6][: N * 64].reshape(N, 64),  # z7
            self._buffers[7][: N * 64].reshape(N, 64),  # spare4
            self._buffers[6][: N * 64].reshape(N, 64),  # a7
            self._buffers[7][: N * 64].reshape(N, 64),  # a8
            self._buffers[8][: N * 64].reshape(N, 64),  # z9
            self._buffers[9][: N * 64].reshape(N, 64),  # spare5
            self._buffers[8][: N * 64].reshape(N, 64),  # a9
            self._buffers[9][: N * 64].reshape(N, 64),  # a10
            self._buffers[10][: N * 64].reshape(N, 64),  # z11
            self._buffers[11][: N * 64].reshape(N, 64),  # spare6
            self._buffers[10][: N * 64].reshape(N, 64),  # a11
            self._buffers[11][: N * 64].reshape(N, 64),  # a12
            self._buffers[12][: N * 64].reshape(N, 64),  # z13
            self._buffers[13][: N * 64].reshape(N, 64),  # spare7
            self._buffers[12][: N * 64].reshape(N, 64),  # a13
            self._buffers[13][: N * 64].reshape(N, 64),  # a14
            self._buffers[14][: N * 64].reshape(N, 64),  # z15
            self._buffers[15][: N * 64].reshape(N, 64),  # spare8
            self._buffers[14][: N * 64].reshape(N, 64),  # a15
            self._buffers[15][: N * 64].reshape(N, 64),  # a16
            self._buffers[16][: N * 64].reshape(N, 64),  # z17
            self._buffers[17][: N * 64].reshape(N, 64),  # spare9
            self._buffers[16][: N * 64].reshape(N, 64),  # a17
            self._buffers[17][: N * 64].reshape(N, 64),  # a18
            self._buffers[18][: N * 64].reshape(N, 64),  # z19
            self._buffers[19][: N * 64].reshape(N, 64),  # spare10
            self._buffers[18][: N * 64].reshape(N, 64),  # a19
            self._buffers[19][: N * 64].reshape(N, 64),  # a20
            self._buffers[20][: N * 64].reshape(N, 64),  # z21
            self._buffers[21][: N * 64].reshape(N, 64),  # spare11
            self._buffers[20][: N * 64].reshape(N, 64),  # a21
            self._buffers[21][: N * 64].reshape(N, 64),  # a22
            self._buffers[22][: N * 64].reshape(N, 64),  # z23
            self._buffers[23][: N * 64].reshape(N, 64),  # spare12
            self._buffers[22][: N * 64].reshape(N, 64),  # a23
            self._buffers[23][: N * 64].reshape(N, 64),  # a24
            self._buffers[24][: N * 64].reshape(N, 64),  # z25
            self._buffers[25][: N * 64].reshape(N, 64),  # spare13
            self._buffers[24][: N * 64].reshape(N, 64),  # a25
            self._buffers[25][: N * 64].reshape(N, 64),  # a26
            self._buffers[26][: N * 64].reshape(N, 64),  # z27
            self._buffers[27][: N * 64].reshape(N, 64),  # spare14
            self._buffers[26][: N * 64].reshape(N, 64),  # a27
            self._buffers[27][: N * 64].reshape(N, 64),  # a28
            self._buffers[28][: N * 64].reshape(N, 64),  # z29
            self._buffers[29][: N * 64].reshape(N, 64),  # spare15
            self._buffers[28][: N * 64].reshape(N, 64),  # a29
            self._buffers[29][: N * 64].reshape(N, 64),  # a30
            self._buffers[30][: N * 64].reshape(N, 64),  # z31
            self._buffers[31][: N * 64].reshape(N, 64),  # spare16
            self._buffers[30][: N * 64].reshape(N, 64),  # a31
            self._buffers[31][: N * 64].reshape(N, 64),  # a32
            self._buffers[32][: N * 64].reshape(N, 64),  # z33
            self._buffers[33][: N * 64].reshape(N, 64),  # spare17
            self._buffers[32][: N * 64].reshape(N, 64),  # a33
            self._buffers[33][: N * 64].reshape(N, 64),  # a34
            self._buffers[34][: N * 64].reshape(N, 64),  # z35
            self._buffers[35][: N * 64].reshape(N, 64),  # spare18
            self._buffers[34][: N * 64].reshape(N, 64),  # a35
            self._buffers[35][: N * 64].reshape(N, 64),  # a36
            self._buffers[36][: N * 64].reshape(N, 64),  # z37
            self._buffers[37][: N * 64].reshape(N, 64),  # spare19
            self._buffers[36][: N * 64].reshape(N, 64),  # a37
            self._buffers[37][: N * 64].reshape(N, 64),  # a38
            self._buffers[38][: N * 64].reshape(N, 64),  # z39
            self._buffers[39][: N * 64].reshape(N, 64),  # spare20
            self._buffers[38][: N * 64].reshape(N, 64),  # a39
            self._buffers[39][: N * 64].reshape(N, 64),  # a40
            self._buffers[40][: N * 64].reshape(N, 64),  # z41
            self._buffers[41][: N * 64].reshape(N, 64),  # spare21
            self._buffers[40][: N * 64].reshape(N, 64),  # a41
            self._buffers[41][: N * 64].reshape(N, 64),  # a42
            self._buffers[42][: N * 64].reshape(N, 64),  # z43
            self._buffers[43][: N * 64].reshape(N, 64),  # spare22
            self._buffers[42][: N * 64].reshape(N, 64),  # a43
            self._buffers[43][: N * 64].reshape(N, 64),  # a44
            self._buffers[44][: N * 64].reshape(N, 64),  # z45
            self._buffers[45][: N * 64].reshape(N, 64),  # spare23
            self._buffers[44][: N * 64].reshape(N, 64),  # a45
            self._buffers[45][: N * 64].reshape(N, 64),  # a46
            self._buffers[46][: N * 64].reshape(N, 64),  # z47
            self._buffers[47][: N * 64].reshape(N, 64),  # spare24
            self._buffers[46][: N * 64].reshape(N, 64),  # a47
            self._buffers[47][: N * 64].reshape(N, 64),  # a48
            self._buffers[48][: N * 64].reshape(N, 64),  # z49
            self._buffers[49][: N * 64].reshape(N, 64),  # spare25
            self._buffers[48][: N * 64].reshape(N, 64),  # a49
            self._buffers[49][: N * 64].reshape(N, 64),  # a50
            self._buffers[50][: N * 64].reshape(N, 64),  # z51
            self._buffers[51][: N * 64].reshape(N, 64),  # spare26
            self._buffers[50][: N * 64].reshape(N, 64),  # a51
            self._buffers[51][: N * 64].reshape(N, 64),  # a52
            self._buffers[52][: N * 64].reshape(N, 64),  # z53
            self._buffers[53][: N * 64].reshape(N, 64),  # spare27
            self._buffers[52][: N * 64].reshape(N, 64),  # a53
            self._buffers[53][: N * 64].reshape(N, 64),  # a54
            self._buffers[54][: N * 64].reshape(N, 64),  # z55
            self._buffers[55][: N * 64].reshape(N, 64),  # spare28
            self._buffers[54][: N * 64].reshape(N, 64),  # a55
            self._buffers[55][: N * 64].reshape(N, 64),  # a56
            self._buffers[56][: N * 64].reshape(N, 64),  # z57
            self._buffers[57][: N * 64].reshape(N, 64),  # spare29
            self._buffers[56][: N * 64].reshape(N, 64),  # a57
            self._buffers[57][: N * 64].reshape(N, 64),  # a58
            self._buffers[58][: N * 10].reshape(N, 10),  # yhat
            self._buffers[59][: N * 10].reshape(N, 10),  # spare30
            self._buffers[59][:N],  # m
            self._buffers[59][N : N * 11].reshape(N, 10),  # e
            self._buffers[60][:N],  # s
            self._buffers[61][:N],  # spare31
            self._buffers[59][:N],  # lse
            self._buffers[61][: N * 10].reshape(N, 10),  # spare32
            self._buffers[59][N : N * 11].reshape(N, 10),  # prob
            self._buffers[62][:N],  # label
            self._buffers[63][:N],  # place
            self._buffers[60][:N],  # spare33
            self._buffers[60][:N],  # difference
            self._buffers[59][N : N * 11].reshape(N, 10),  # z59_bar
            self._buffers[59][:N],  # z59_bar_at
            self._buffers[57][: N * 64].reshape(N, 64),  # a57_bar
            self._buffers[56][: N * 64].reshape(N, 64),  # z57_bar
            self._buffers[55][: N * 64].reshape(N, 64),  # a55_bar
            self._buffers[54][: N * 64].reshape(N, 64),  # z55_bar
            self._buffers[53][: N * 64].reshape(N, 64),  # a53_bar
            self._buffers[52][: N * 64].reshape(N, 64),  # z53_bar
            self._buffers[51][: N * 64].reshape(N, 64),  # a51_bar
            self._buffers[50][: N * 64].reshape(N, 64),  # z51_bar
            self._buffers[49][: N * 64].reshape(N, 64),  # a49_bar
            self._buffers[48][: N * 64].reshape(N, 64),  # z49_bar
            self._buffers[47][: N * 64].reshape(N, 64),  # a47_bar
            self._buffers[46][: N * 64].reshape(N, 64),  # z47_bar
            self._buffers[45][: N * 64].reshape(N, 64),  # a45_bar
            self._buffers[44][: N * 64].reshape(N, 64),  # z45_bar
            self._buffers[43][: N * 64].reshape(N, 64),  # a43_bar
            self._buffers[42][: N * 64].reshape(N, 64),  # z43_bar
            self._buffers[41][: N * 64].reshape(N, 64),  # a41_bar
            self._buffers[40][: N * 64].reshape(N, 64),  # z41_bar
            self._buffers[39][: N * 64].reshape(N, 64),  # a39_bar
            self._buffers[38][: N * 64].reshape(N, 64),  # z39_bar
            self._buffers[37][: N * 64].reshape(N, 64),  # a37_bar
            self._buffers[36][: N * 64].reshape(N, 64),  # z37_bar
            self._buffers[35][: N * 64].reshape(N, 64),  # a35_bar
            self._buffers[34][: N * 64].reshape(N, 64),  # z35_bar
            self._buffers[33][: N * 64].reshape(N, 64),  # a33_bar
            self._buffers[32][: N * 64].reshape(N, 64),  # z33_bar
            self._buffers[31][: N * 64].reshape(N, 64),  # a31_bar
            self._buffers[30][: N * 64].reshape(N, 64),  # z31_bar
            self._buffers[29][: N * 64].reshape(N, 64),  # a29_bar
            self._buffers[28][: N * 64].reshape(N, 64),  # z29_bar
            self._buffers[27][: N * 64].reshape(N, 64),  # a27_bar
            self._buffers[26][: N * 64].reshape(N, 64),  # z27_bar
            self._buffers[25][: N * 64].reshape(N, 64),  # a25_bar
            self._buffers[24][: N * 64].reshape(N, 64),  # z25_bar
            self._buffers[23][: N * 64].reshape(N, 64),  # a23_bar
            self._buffers[22][: N * 64].reshape(N, 64),  # z23_bar
            self._buffers[21][: N * 64].reshape(N, 64),  # a21_bar
            self._buffers[20][: N * 64].reshape(N, 64),  # z21_bar
            self._buffers[19][: N * 64].reshape(N, 64),  # a19_bar
            self._buffers[18][: N * 64].reshape(N, 64),  # z19_bar
            self._buffers[17][: N * 64].reshape(N, 64),  # a17_bar
            self._buffers[16][: N * 64].reshape(N, 64),  # z17_bar
            self._buffers[15][: N * 64].reshape(N, 64),  # a15_bar
            self._buffers[14][: N * 64].reshape(N, 64),  # z15_bar
            self._buffers[13][: N * 64].reshape(N, 64),  # a13_bar
            self._buffers[12][: N * 64].reshape(N, 64),  # z13_bar
            self._buffers[11][: N * 64].reshape(N, 64),  # a11_bar
            self._buffers[10][: N * 64].reshape(N, 64),  # z11_bar
            self._buffers[9][: N * 64].reshape(N, 64),  # a9_bar
            self._buffers[8][: N * 64].reshape(N, 64),  # z9_bar
            self._buffers[7][: N * 64].reshape(N, 64),  # a7_bar
            self._buffers[6][: N * 64].reshape(N, 64),  # z7_bar
            self._buffers[5][: N * 64].reshape(N, 64),  # a5_bar
            self._buffers[4][: N * 64].reshape(N, 64),  # z5_bar
            self._buffers[3][: N * 64].reshape(N, 64),  # a3_bar
            self._buffers[2][: N * 64].reshape(N, 64),  # z3_bar
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
            a2,
            z3,
            spare2,
            a3,
            a4,
            z5,
            spare3,
            a5,
            a6,
            z7,
            spare4,
            a7,
            a8,
            z9,
            spare5,
            a9,
            a10,
            z11,
            spare6,
            a11,
            a12,
            z13,
            spare7,
            a13,
            a14,
            z15,
            spare8,
            a15,
            a16,
            z17,
            spare9,
            a17,
            a18,
            z19,
            spare10,
            a19,
            a20,
            z21,
            spare11,
            a21,
            a22,
            z23,
            spare12,
            a23,
            a24,
            z25,
            spare13,
            a25,
            a26,
            z27,
            spare14,
            a27,
            a28,
            z29,
            spare15,
            a29,
            a30,
            z31,
            spare16,
            a31,
            a32,
            z33,
            spare17,
            a33,
            a34,
            z35,
            spare18,
            a35,
            a36,
            z37,
            spare19,
            a37,
            a38,
            z39,
            spare20,
            a39,
            a40,
            z41,
            spare21,
            a41,
            a42,
            z43,
            spare22,
            a43,
            a44,
            z45,
            spare23,
            a45,
            a46,
            z47,
            spare24,
            a47,
            a48,
            z49,
            spare25,
            a49,
            a50,
            z51,
            spare26,
            a51,
            a52,
            z53,
            spare27,
            a53,
            a54,
            z55,
            spare28,
            a55,
            a56,
            z57,
            spare29,
            a57,
            a58,
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
            z59_bar,
            z59_bar_at,
            a57_bar,
            z57_bar,
            a55_bar,
            z55_bar,
            a53_bar,
            z53_bar,
            a51_bar,
            z51_bar,
            a49_bar,
            z49_bar,
            a47_bar,
            z47_bar,
            a45_bar,
            z45_bar,
            a43_bar,
            z43_bar,
            a41_bar,
            z41_bar,
            a39_bar,
            z39_bar,
            a37_bar,
            z37_bar,
            a35_bar,
            z35_bar,
            a33_bar,
            z33_bar,
            a31_bar,
            z31_bar,
            a29_bar,
            z29_bar,
            a27_bar,
            z27_bar,
            a25_bar,
            z25_bar,
            a23_bar,
            z23_bar,
            a21_bar,
            z21_bar,
            a19_bar,
            z19_bar,
            a17_bar,
            z17_bar,
            a15_bar,
            z15_bar,
            a13_bar,
            z13_bar,
            a11_bar,
            z11_bar,
            a9_bar,
            z9_bar,
            a7_bar,
            z7_bar,
            a5_bar,
            z5_bar,
            a3_bar,
            z3_bar,
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
        # (3)  a2[n,i] = x[n,i] + a1[n,i]
        np.add(x, a1, out=a2)
        # (4)  z3[n,i] = sum[j](W2[i,j]*a2[n,j]) + b2[i]
        np.matmul(a2, W2.T, out=z3)
        np.copyto(spare2, b2)
        z3 += spare2
        # (5)  a3[n,i] = tanh(z3[n,i])
        np.tanh(z3, out=a3)
        # (6)  a4[n,i] = a2[n,i] + a3[n,i]
        np.add(a2, a3, out=a4)
        # (7)  z5[n,i] = sum[j](W3[i,j]*a4[n,j]) + b3[i]
        np.matmul(a4, W3.T, out=z5)
        np.copyto(spare3, b3)
        z5 += spare3
        # (8)  a5[n,i] = tanh(z5[n,i])
        np.tanh(z5, out=a5)
        # (9)  a6[n,i] = a4[n,i] + a5[n,i]
        np.add(a4, a5, out=a6)
        # (10)  z7[n,i] = sum[j](W4[i,j]*a6[n,j]) + b4[i]
        np.matmul(a6, W4.T, out=z7)
        np.copyto(spare4, b4)
        z7 += spare4
        # (11)  a7[n,i] = tanh(z7[n,i])
        np.tanh(z7, out=a7)
        # (12)  a8[n,i] = a6[n,i] + a7[n,i]
        np.add(a6, a7, out=a8)
        # (13)  z9[n,i] = sum[j](W5[i,j]*a8[n,j]) + b5[i]
        np.matmul(a8, W5.T, out=z9)
        np.copyto(spare5, b5)
        z9 += spare5
        # (14)  a9[n,i] = tanh(z9[n,i])
        np.tanh(z9, out=a9)
        # (15)  a10[n,i] = a8[n,i] + a9[n,i]
        np.add(a8, a9, out=a10)
        # (16)  z11[n,i] = sum[j](W6[i,j]*a10[n,j]) + b6[i]
        np.matmul(a10, W6.T, out=z11)
        np.copyto(spare6, b6)
        z11 += spare6
        # (17)  a11[n,i] = tanh(z11[n,i])
        np.tanh(z11, out=a11)
        # (18)  a12[n,i] = a10[n,i] + a11[n,i]
        np.add(a10, a11, out=a12)
        # (19)  z13[n,i] = sum[j](W7[i,j]*a12[n,j]) + b7[i]
        np.matmul(a12, W7.T, out=z13)
        np.copyto(spare7, b7)
        z13 += spare7
        # (20)  a13[n,i] = tanh(z13[n,i])
        np.tanh(z13, out=a13)
        # (21)  a14[n,i] = a12[n,i] + a13[n,i]
        np.add(a12, a13, out=a14)
        # (22)  z15[n,i] = sum[j](W8[i,j]*a14[n,j]) + b8[i]
        np.matmul(a14, W8.T, out=z15)
        np.copyto(spare8, b8)
        z15 += spare8
        # (23)  a15[n,i] = tanh(z15[n,i])
        np.tanh(z15, out=a15)
        # (24)  a16[n,i] = a14[n,i] + a15[n,i]
        np.add(a14, a15, out=a16)
        # (25)  z17[n,i] = sum[j](W9[i,j]*a16[n,j]) + b9[i]
        np.matmul(a16, W9.T, out=z17)
        np.copyto(spare9, b9)
        z17 += spare9
        # (26)  a17[n,i] = tanh(z17[n,i])
        np.tanh(z17, out=a17)
        # (27)  a18[n,i] = a16[n,i] + a17[n,i]
        np.add(a16, a17, out=a18)
        # (28)  z19[n,i] = sum[j](W10[i,j]*a18[n,j]) + b10[i]
        np.matmul(a18, W10.T, out=z19)
        np.copyto(spare10, b10)
        z19 += spare10
        # (29)  a19[n,i] = tanh(z19[n,i])
        np.tanh(z19, out=a19)
        # (30)  a20[n,i] = a18[n,i] + a19[n,i]
        np.add(a18, a19, out=a20)
        # (31)  z21[n,i] = sum[j](W11[i,j]*a20[n,j]) + b11[i]
        np.matmul(a20, W11.T, out=z21)
        np.copyto(spare11, b11)
        z21 += spare11
        # (32)  a21[n,i] = tanh(z21[n,i])
        np.tanh(z21, out=a21)
        # (33)  a22[n,i] = a20[n,i] + a21[n,i]
        np.add(a20, a21, out=a22)
        # (34)  z23[n,i] = sum[j](W12[i,j]*a22[n,j]) + b12[i]
        np.matmul(a22, W12.T, out=z23)
        np.copyto(spare12, b12)
        z23 += spare12
        # (35)  a23[n,i] = tanh(z23[n,i])
        np.tanh(z23, out=a23)
        # (36)  a24[n,i] = a22[n,i] + a23[n,i]
        np.add(a22, a23, out=a24)
        # (37)  z25[n,i] = sum[j](W13[i,j]*a24[n,j]) + b13[i]
        np.matmul(a24, W13.T, out=z25)
        np.copyto(spare13, b13)
        z25 += spare13
        # (38)  a25[n,i] = tanh(z25[n,i])
        np.tanh(z25, out=a25)
        # (39)  a26[n,i] = a24[n,i] + a25[n,i]
        np.add(a24, a25, out=a26)
        # (40)  z27[n,i] = sum[j](W14[i,j]*a26[n,j]) + b14[i]
        np.matmul(a26, W14.T, out=z27)
        np.copyto(spare14, b14)
        z27 += spare14
        # (41)  a27[n,i] = tanh(z27[n,i])
        np.tanh(z27, out=a27)
        # (42)  a28[n,i] = a26[n,i] + a27[n,i]
        np.add(a26, a27, out=a28)
        # (43)  z29[n,i] = sum[j](W15[i,j]*a28[n,j]) + b15[i]
        np.matmul(a28, W15.T, out=z29)
        np.copyto(spare15, b15)
        z29 += spare15
        # (44)  a29[n,i] = tanh(z29[n,i])
        np.tanh(z29, out=a29)
        # (45)  a30[n,i] = a28[n,i] + a29[n,i]
        np.add(a28, a29, out=a30)
        # (46)  z31[n,i] = sum[j](W16[i,j]*a30[n,j]) + b16[i]
        np.matmul(a30, W16.T, out=z31)
        np.copyto(spare16, b16)
        z31 += spare16
        # (47)  a31[n,i] = tanh(z31[n,i])
        np.tanh(z31, out=a31)
        # (48)  a32[n,i] = a30[n,i] + a31[n,i]
        np.add(a30, a31, out=a32)
        # (49)  z33[n,i] = sum[j](W17[i,j]*a32[n,j]) + b17[i]
        np.matmul(a32, W17.T, out=z33)
        np.copyto(spare17, b17)
        z33 += spare17
        # (50)  a33[n,i] = tanh(z33[n,i])
        np.tanh(z33, out=a33)
        # (51)  a34[n,i] = a32[n,i] + a33[n,i]
        np.add(a32, a33, out=a34)
        # (52)  z35[n,i] = sum[j](W18[i,j]*a34[n,j]) + b18[i]
        np.matmul(a34, W18.T, out=z35)
        np.copyto(spare18, b18)
        z35 += spare18
        # (53)  a35[n,i] = tanh(z35[n,i])
        np.tanh(z35, out=a35)
        # (54)  a36[n,i] = a34[n,i] + a35[n,i]
        np.add(a34, a35, out=a36)
        # (55)  z37[n,i] = sum[j](W19[i,j]*a36[n,j]) + b19[i]
        np.matmul(a36, W19.T, out=z37)
        np.copyto(spare19, b19)
        z37 += spare19
        # (56)  a37[n,i] = tanh(z37[n,i])
        np.tanh(z37, out=a37)
        # (57)  a38[n,i] = a36[n,i] + a37[n,i]
        np.add(a36, a37, out=a38)
        # (58)  z39[n,i] = sum[j](W20[i,j]*a38[n,j]) + b20[i]
        np.matmul(a38, W20.T, out=z39)
        np.copyto(spare20, b20)
        z39 += spare20
        # (59)  a39[n,i] = tanh(z39[n,i])
        np.tanh(z39, out=a39)
        # (60)  a40[n,i] = a38[n,i] + a39[n,i]
        np.add(a38, a39, out=a40)
        # (61)  z41[n,i] = sum[j](W21[i,j]*a40[n,j]) + b21[i]
        np.matmul(a40, W21.T, out=z41)
        np.copyto(spare21, b21)
        z41 += spare21
        # (62)  a41[n,i] = tanh(z41[n,i])
        np.tanh(z41, out=a41)
        # (63)  a42[n,i] = a40[n,i] + a41[n,i]
        np.add(a40, a41, out=a42)
        # (64)  z43[n,i] = sum[j](W22[i,j]*a42[n,j]) + b22[i]
        np.matmul(a42, W22.T, out=z43)
        np.copyto(spare22, b22)
        z43 += spare22
        # (65)  a43[n,i] = tanh(z43[n,i])
        np.tanh(z43, out=a43)
        # (66)  a44[n,i] = a42[n,i] + a43[n,i]
        np.add(a42, a43, out=a44)
        # (67)  z45[n,i] = sum[j](W23[i,j]*a44[n,j]) + b23[i]
        np.matmul(a44, W23.T, out=z45)
        np.copyto(spare23, b23)
        z45 += spare23
        # (68)  a45[n,i] = tanh(z45[n,i])
        np.tanh(z45, out=a45)
        # (69)  a46[n,i] = a44[n,i] + a45[n,i]
        np.add(a44, a45, out=a46)
        # (70)  z47[n,i] = sum[j](W24[i,j]*a46[n,j]) + b24[i]
        np.matmul(a46, W24.T, out=z47)
        np.copyto(spare24, b24)
        z47 += spare24
        # (71)  a47[n,i] = tanh(z47[n,i])
        np.tanh(z47, out=a47)
        # (72)  a48[n,i] = a46[n,i] + a47[n,i]
        np.add(a46, a47, out=a48)
        # (73)  z49[n,i] = sum[j](W25[i,j]*a48[n,j]) + b25[i]
        np.matmul(a48, W25.T, out=z49)
        np.copyto(spare25, b25)
        z49 += spare25
        # (74)  a49[n,i] = tanh(z49[n,i])
        np.tanh(z49, out=a49)
        # (75)  a50[n,i] = a48[n,i] + a49[n,i]
        np.add(a48, a49, out=a50)
        # (76)  z51[n,i] = sum[j](W26[i,j]*a50[n,j]) + b26[i]
        np.matmul(a50, W26.T, out=z51)
        np.copyto(spare26, b26)
        z51 += spare26
        # (77)  a51[n,i] = tanh(z51[n,i])
        np.tanh(z51, out=a51)
        # (78)  a52[n,i] = a50[n,i] + a51[n,i]
        np.add(a50, a51, out=a52)
        # (79)  z53[n,i] = sum[j](W27[i,j]*a52[n,j]) + b27[i]
        np.matmul(a52, W27.T, out=z53)
        np.copyto(spare27, b27)
        z53 += spare27
        # (80)  a53[n,i] = tanh(z53[n,i])
        np.tanh(z53, out=a53)
        # (81)  a54[n,i] = a52[n,i] + a53[n,i]
        np.add(a52, a53, out=a54)
        # (82)  z55[n,i] = sum[j](W28[i,j]*a54[n,j]) + b28[i]
        np.matmul(a54, W28.T, out=z55)
        np.copyto(spare28, b28)
        z55 += spare28
        # (83)  a55[n,i] = tanh(z55[n,i])
        np.tanh(z55, out=a55)
        # (84)  a56[n,i] = a54[n,i] + a55[n,i]
        np.add(a54, a55, out=a56)
        # (85)  z57[n,i] = sum[j](W29[i,j]*a56[n,j]) + b29[i]
        np.matmul(a56, W29.T, out=z57)
        np.copyto(spare29, b29)
        z57 += spare29
        # (86)  a57[n,i] = tanh(z57[n,i])
        np.tanh(z57, out=a57)
        # (87)  a58[n,i] = a56[n,i] + a57[n,i]
        np.add(a56, a57, out=a58)
        # (88)  yhat[n,i] = sum[j](W30[i,j]*a58[n,j]) + b30[i]
        np.matmul(a58, W30.T, out=yhat)
        np.copyto(spare30, b30)
        yhat += spare30
        # (89)  m[n] = max[k](yhat[n,k])
        yhat.max(axis=1, out=m)
        # (90)  e[n,k] = exp(yhat[n,k] - m[n])
        np.copyto(e, m[:, None])
        np.subtract(yhat, e, out=e)
        np.exp(e, out=e)
        # (91)  s[n] = sum[k](e[n,k])
        e.sum(axis=1, out=s)
        # (92)  lse[n] = m[n] + log(s[n])
        np.log(s, out=spare31)
        np.add(m, spare31, out=lse)
        # (93)  prob[n,k] = e[n,k]/s[n]
        np.copyto(spare32, s[:, None])
        np.divide(e, spare32, out=prob)
        # (94)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N)
        np.copyto(label, y)
        np.multiply(rows, 10, out=place)
        place += label
        np.take(yhat, place, out=spare33, mode="clip")
        np.subtract(spare33, lse, out=difference)
        L = -float(difference.sum()) / N
        # (95)  z59_bar[n,k] = prob[n,k]/N;  z59_bar[n,y[n]] += -1/N
        np.divide(prob, N, out=z59_bar)
        np.take(z59_bar, place, out=z59_bar_at, mode="clip")
        z59_bar_at -= 1 / N
        np.put(z59_bar, place, z59_bar_at, mode="clip")
        # (96)  b30_bar[i] = sum[n](z59_bar[n,i])
        z59_bar.sum(axis=0, out=b30_bar)
        # (97)  W30_bar[i,j] = sum[n](z59_bar[n,i]*a58[n,j])
        np.matmul(z59_bar.T, a58, out=W30_bar)
        # (98)  a57_bar[n,j] = sum[i](z59_bar[n,i]*W30[i,j])
        np.matmul(z59_bar, W30, out=a57_bar)
        # (99)  z57_bar[n,i] = a57_bar[n,i]*(1 - a57[n,i]**2)
        np.square(a57, out=z57_bar)
        np.subtract(1, z57_bar, out=z57_bar)
        z57_bar *= a57_bar
        # (100)  b29_bar[i] = sum[n](z57_bar[n,i])
        z57_bar.sum(axis=0, out=b29_bar)
        # (101)  W29_bar[i,j] = sum[n](z57_bar[n,i]*a56[n,j])
        np.matmul(z57_bar.T, a56, out=W29_bar)
        # (102)  a55_bar[n,j] = sum[i](z57_bar[n,i]*W29[i,j]);
        #            a55_bar[n,i] += a57_bar[n,i]
        np.matmul(z57_bar, W29, out=a55_bar)
        a55_bar += a57_bar
        # (103)  z55_bar[n,i] = a55_bar[n,i]*(1 - a55[n,i]**2)
        np.square(a55, out=z55_bar)
        np.subtract(1, z55_bar, out=z55_bar)
        z55_bar *= a55_bar
        # (104)  b28_bar[i] = sum[n](z55_bar[n,i])
        z55_bar.sum(axis=0, out=b28_bar)
        # (105)  W28_bar[i,j] = sum[n](z55_bar[n,i]*a54[n,j])
        np.matmul(z55_bar.T, a54, out=W28_bar)
        # (106)  a53_bar[n,j] = sum[i](z55_bar[n,i]*W28[i,j]);
        #            a53_bar[n,i] += a55_bar[n,i]
        np.matmul(z55_bar, W28, out=a53_bar)
        a53_bar += a55_bar
        # (107)  z53_bar[n,i] = a53_bar[n,i]*(1 - a53[n,i]**2)
        np.square(a53, out=z53_bar)
        np.subtract(1, z53_bar, out=z53_bar)
        z53_bar *= a53_bar
        # (108)  b27_bar[i] = sum[n](z53_bar[n,i])
        z53_bar.sum(axis=0, out=b27_bar)
        # (109)  W27_bar[i,j] = sum[n](z53_bar[n,i]*a52[n,j])
        np.matmul(z53_bar.T, a52, out=W27_bar)
        # (110)  a51_bar[n,j] = sum[i](z53_bar[n,i]*W27[i,j]);
        #            a51_bar[n,i] += a53_bar[n,i]
        np.matmul(z53_bar, W27, out=a51_bar)
        a51_bar += a53_bar
        # (111)  z51_bar[n,i] = a51_bar[n,i]*(1 - a51[n,i]**2)
        np.square(a51, out=z51_bar)
        np.subtract(1, z51_bar, out=z51_bar)
        z51_bar *= a51_bar
        # (112)  b26_bar[i] = sum[n](z51_bar[n,i])
        z51_bar.sum(axis=0, out=b26_bar)
        # (113)  W26_bar[i,j] = sum[n](z51_bar[n,i]*a50[n,j])
        np.matmul(z51_bar.T, a50, out=W26_bar)
        # (114)  a49_bar[n,j] = sum[i](z51_bar[n,i]*W26[i,j]);
        #            a49_bar[n,i] += a51_bar[n,i]
        np.matmul(z51_bar, W26, out=a49_bar)
        a49_bar += a51_bar
        # (115)  z49_bar[n,i] = a49_bar[n,i]*(1 - a49[n,i]**2)
        np.square(a49, out=z49_bar)
        np.subtract(1, z49_bar, out=z49_bar)
        z49_bar *= a49_bar
        # (116)  b25_bar[i] = sum[n](z49_bar[n,i])
        z49_bar.sum(axis=0, out=b25_bar)
        # (117)  W25_bar[i,j] = sum[n](z49_bar[n,i]*a48[n,j])
        np.matmul(z49_bar.T, a48, out=W25_bar)
        # (118)  a47_bar[n,j] = sum[i](z49_bar[n,i]*W25[i,j]);
        #            a47_bar[n,i] += a49_bar[n,i]
        np.matmul(z49_bar, W25, out=a47_bar)
        a47_bar += a49_bar
        # (119)  z47_bar[n,i] = a47_bar[n,i]*(1 - a47[n,i]**2)
        np.square(a47, out=z47_bar)
        np.subtract(1, z47_bar, out=z47_bar)
        z47_bar *= a47_bar
        # (120)  b24_bar[i] = sum[n](z47_bar[n,i])
        z47_bar.sum(axis=0, out=b24_bar)
        # (121)  W24_bar[i,j] = sum[n](z47_bar[n,i]*a46[n,j])
        np.matmul(z47_bar.T, a46, out=W24_bar)
        # (122)  a45_bar[n,j] = sum[i](z47_bar[n,i]*W24[i,j]);
        #            a45_bar[n,i] += a47_bar[n,i]
        np.matmul(z47_bar, W24, out=a45_bar)
        a45_bar += a47_bar
        # (123)  z45_bar[n,i] = a45_bar[n,i]*(1 - a45[n,i]**2)
        np.square(a45, out=z45_bar)
        np.subtract(1, z45_bar, out=z45_bar)
        z45_bar *= a45_bar
        # (124)  b23_bar[i] = sum[n](z45_bar[n,i])
        z45_bar.sum(axis=0, out=b23_bar)
        # (125)  W23_bar[i,j] = sum[n](z45_bar[n,i]*a44[n,j])
        np.matmul(z45_bar.T, a44, out=W23_bar)
        # (126)  a43_bar[n,j] = sum[i](z45_bar[n,i]*W23[i,j]);
        #            a43_bar[n,i] += a45_bar[n,i]
        np.matmul(z45_bar, W23, out=a43_bar)
        a43_bar += a45_bar
        # (127)  z43_bar[n,i] = a43_bar[n,i]*(1 - a43[n,i]**2)
        np.square(a43, out=z43_bar)
        np.subtract(1, z43_bar, out=z43_bar)
        z43_bar *= a43_bar
        # (128)  b22_bar[i] = sum[n](z43_bar[n,i])
        z43_bar.sum(axis=0, out=b22_bar)
        # (129)  W22_bar[i,j] = sum[n](z43_bar[n,i]*a42[n,j])
        np.matmul(z43_bar.T, a42, out=W22_bar)
        # (130)  a41_bar[n,j] = sum[i](z43_bar[n,i]*W22[i,j]);
        #            a41_bar[n,i] += a43_bar[n,i]
        np.matmul(z43_bar, W22, out=a41_bar)
        a41_bar += a43_bar
        # (131)  z41_bar[n,i] = a41_bar[n,i]*(1 - a41[n,i]**2)
        np.square(a41, out=z41_bar)
        np.subtract(1, z41_bar, out=z41_bar)
        z41_bar *= a41_bar
        # (132)  b21_bar[i] = sum[n](z41_bar[n,i])
        z41_bar.sum(axis=0, out=b21_bar)
        # (133)  W21_bar[i,j] = sum[n](z41_bar[n,i]*a40[n,j])
        np.matmul(z41_bar.T, a40, out=W21_bar)
        # (134)  a39_bar[n,j] = sum[i](z41_bar[n,i]*W21[i,j]);
        #            a39_bar[n,i] += a41_bar[n,i]
        np.matmul(z41_bar, W21, out=a39_bar)
        a39_bar += a41_bar
        # (135)  z39_bar[n,i] = a39_bar[n,i]*(1 - a39[n,i]**2)
        np.square(a39, out=z39_bar)
        np.subtract(1, z39_bar, out=z39_bar)
        z39_bar *= a39_bar
        # (136)  b20_bar[i] = sum[n](z39_bar[n,i])
        z39_bar.sum(axis=0, out=b20_bar)
        # (137)  W20_bar[i,j] = sum[n](z39_bar[n,i]*a38[n,j])
        np.matmul(z39_bar.T, a38, out=W20_bar)
        # (138)  a37_bar[n,j] = sum[i](z39_bar[n,i]*W20[i,j]);
        #            a37_bar[n,i] += a39_bar[n,i]
        np.matmul(z39_bar, W20, out=a37_bar)
        a37_bar += a39_bar
        # (139)  z37_bar[n,i] = a37_bar[n,i]*(1 - a37[n,i]**2)
        np.square(a37, out=z37_bar)
        np.subtract(1, z37_bar, out=z37_bar)
        z37_bar *= a37_bar
        # (140)  b19_bar[i] = sum[n](z37_bar[n,i])
        z37_bar.sum(axis=0, out=b19_bar)
        # (141)  W19_bar[i,j] = sum[n](z37_bar[n,i]*a36[n,j])
        np.matmul(z37_bar.T, a36, out=W19_bar)
        # (142)  a35_bar[n,j] = sum[i](z37_bar[n,i]*W19[i,j]);
        #            a35_bar[n,i] += a37_bar[n,i]
        np.matmul(z37_bar, W19, out=a35_bar)
        a35_bar += a37_bar
        # (143)  z35_bar[n,i] = a35_bar[n,i]*(1 - a35[n,i]**2)
        np.square(a35, out=z35_bar)
        np.subtract(1, z35_bar, out=z35_bar)
        z35_bar *= a35_bar
        # (144)  b18_bar[i] = sum[n](z35_bar[n,i])
        z35_bar.sum(axis=0, out=b18_bar)
        # (145)  W18_bar[i,j] = sum[n](z35_bar[n,i]*a34[n,j])
        np.matmul(z35_bar.T, a34, out=W18_bar)
        # (146)  a33_bar[n,j] = sum[i](z35_bar[n,i]*W18[i,j]);
        #            a33_bar[n,i] += a35_bar[n,i]
        np.matmul(z35_bar, W18, out=a33_bar)
        a33_bar += a35_bar
        # (147)  z33_bar[n,i] = a33_bar[n,i]*(1 - a33[n,i]**2)
        np.square(a33, out=z33_bar)
        np.subtract(1, z33_bar, out=z33_bar)
        z33_bar *= a33_bar
        # (148)  b17_bar[i] = sum[n](z33_bar[n,i])
        z33_bar.sum(axis=0, out=b17_bar)
        # (149)  W17_bar[i,j] = sum[n](z33_bar[n,i]*a32[n,j])
        np.matmul(z33_bar.T, a32, out=W17_bar)
        # (150)  a31_bar[n,j] = sum[i](z33_bar[n,i]*W17[i,j]);
        #            a31_bar[n,i] += a33_bar[n,i]
        np.matmul(z33_bar, W17, out=a31_bar)
        a31_bar += a33_bar
        # (151)  z31_bar[n,i] = a31_bar[n,i]*(1 - a31[n,i]**2)
        np.square(a31, out=z31_bar)
        np.subtract(1, z31_bar, out=z31_bar)
        z31_bar *= a31_bar
        # (152)  b16_bar[i] = sum[n](z31_bar[n,i])
        z31_bar.sum(axis=0, out=b16_bar)
        # (153)  W16_bar[i,j] = sum[n](z31_bar[n,i]*a30[n,j])
        np.matmul(z31_bar.T, a30, out=W16_bar)
        # (154)  a29_bar[n,j] = sum[i](z31_bar[n,i]*W16[i,j]);
        #            a29_bar[n,i] += a31_bar[n,i]
        np.matmul(z31_bar, W16, out=a29_bar)
        a29_bar += a31_bar
        # (155)  z29_bar[n,i] = a29_bar[n,i]*(1 - a29[n,i]**2)
        np.square(a29, out=z29_bar)
        np.subtract(1, z29_bar, out=z29_bar)
        z29_bar *= a29_bar
        # (156)  b15_bar[i] = sum[n](z29_bar[n,i])
        z29_bar.sum(axis=0, out=b15_bar)
        # (157)  W15_bar[i,j] = sum[n](z29_bar[n,i]*a28[n,j])
        np.matmul(z29_bar.T, a28, out=W15_bar)
        # (158)  a27_bar[n,j] = sum[i](z29_bar[n,i]*W15[i,j]);
        #            a27_bar[n,i] += a29_bar[n,i]
        np.matmul(z29_bar, W15, out=a27_bar)
        a27_bar += a29_bar
        # (159)  z27_bar[n,i] = a27_bar[n,i]*(1 - a27[n,i]**2)
        np.square(a27, out=z27_bar)
        np.subtract(1, z27_bar, out=z27_bar)
        z27_bar *= a27_bar
        # (160)  b14_bar[i] = sum[n](z27_bar[n,i])
        z27_bar.sum(axis=0, out=b14_bar)
        # (161)  W14_bar[i,j] = sum[n](z27_bar[n,i]*a26[n,j])
        np.matmul(z27_bar.T, a26, out=W14_bar)
        # (162)  a25_bar[n,j] = sum[i](z27_bar[n,i]*W14[i,j]);
        #            a25_bar[n,i] += a27_bar[n,i]
        np.matmul(z27_bar, W14, out=a25_bar)
        a25_bar += a27_bar
        # (163)  z25_bar[n,i] = a25_bar[n,i]*(1 - a25[n,i]**2)
        np.square(a25, out=z25_bar)
        np.subtract(1, z25_bar, out=z25_bar)
        z25_bar *= a25_bar
        # (164)  b13_bar[i] = sum[n](z25_bar[n,i])
        z25_bar.sum(axis=0, out=b13_bar)
        # (165)  W13_bar[i,j] = sum[n](z25_bar[n,i]*a24[n,j])
        np.matmul(z25_bar.T, a24, out=W13_bar)
        # (166)  a23_bar[n,j] = sum[i](z25_bar[n,i]*W13[i,j]);
        #            a23_bar[n,i] += a25_bar[n,i]
        np.matmul(z25_bar, W13, out=a23_bar)
        a23_bar += a25_bar
        # (167)  z23_bar[n,i] = a23_bar[n,i]*(1 - a23[n,i]**2)
        np.square(a23, out=z23_bar)
        np.subtract(1, z23_bar, out=z23_bar)
        z23_bar *= a23_bar
        # (168)  b12_bar[i] = sum[n](z23_bar[n,i])
        z23_bar.sum(axis=0, out=b12_bar)
        # (169)  W12_bar[i,j] = sum[n](z23_bar[n,i]*a22[n,j])
        np.matmul(z23_bar.T, a22, out=W12_bar)
        # (170)  a21_bar[n,j] = sum[i](z23_bar[n,i]*W12[i,j]);
        #            a21_bar[n,i] += a23_bar[n,i]
        np.matmul(z23_bar, W12, out=a21_bar)
        a21_bar += a23_bar
        # (171)  z21_bar[n,i] = a21_bar[n,i]*(1 - a21[n,i]**2)
        np.square(a21, out=z21_bar)
        np.subtract(1, z21_bar, out=z21_bar)
        z21_bar *= a21_bar
        # (172)  b11_bar[i] = sum[n](z21_bar[n,i])
        z21_bar.sum(axis=0, out=b11_bar)
        # (173)  W11_bar[i,j] = sum[n](z21_bar[n,i]*a20[n,j])
        np.matmul(z21_bar.T, a20, out=W11_bar)
        # (174)  a19_bar[n,j] = sum[i](z21_bar[n,i]*W11[i,j]);
        #            a19_bar[n,i] += a21_bar[n,i]
        np.matmul(z21_bar, W11, out=a19_bar)
        a19_bar += a21_bar
        # (175)  z19_bar[n,i] = a19_bar[n,i]*(1 - a19[n,i]**2)
        np.square(a19, out=z19_bar)
        np.subtract(1, z19_bar, out=z19_bar)
        z19_bar *= a19_bar
        # (176)  b10_bar[i] = sum[n](z19_bar[n,i])
        z19_bar.sum(axis=0, out=b10_bar)
        # (177)  W10_bar[i,j] = sum[n](z19_bar[n,i]*a18[n,j])
        np.matmul(z19_bar.T, a18, out=W10_bar)
        # (178)  a17_bar[n,j] = sum[i](z19_bar[n,i]*W10[i,j]);
        #            a17_bar[n,i] += a19_bar[n,i]
        np.matmul(z19_bar, W10, out=a17_bar)
        a17_bar += a19_bar
        # (179)  z17_bar[n,i] = a17_bar[n,i]*(1 - a17[n,i]**2)
        np.square(a17, out=z17_bar)
        np.subtract(1, z17_bar, out=z17_bar)
        z17_bar *= a17_bar
        # (180)  b9_bar[i] = sum[n](z17_bar[n,i])
        z17_bar.sum(axis=0, out=b9_bar)
        # (181)  W9_bar[i,j] = sum[n](z17_bar[n,i]*a16[n,j])
        np.matmul(z17_bar.T, a16, out=W9_bar)
        # (182)  a15_bar[n,j] = sum[i](z17_bar[n,i]*W9[i,j]);
        #            a15_bar[n,i] += a17_bar[n,i]
        np.matmul(z17_bar, W9, out=a15_bar)
        a15_bar += a17_bar
        # (183)  z15_bar[n,i] = a15_bar[n,i]*(1 - a15[n,i]**2)
        np.square(a15, out=z15_bar)
        np.subtract(1, z15_bar, out=z15_bar)
        z15_bar *= a15_bar
        # (184)  b8_bar[i] = sum[n](z15_bar[n,i])
        z15_bar.sum(axis=0, out=b8_bar)
        # (185)  W8_bar[i,j] = sum[n](z15_bar[n,i]*a14[n,j])
        np.matmul(z15_bar.T, a14, out=W8_bar)
        # (186)  a13_bar[n,j] = sum[i](z15_bar[n,i]*W8[i,j]);
        #            a13_bar[n,i] += a15_bar[n,i]
        np.matmul(z15_bar, W8, out=a13_bar)
        a13_bar += a15_bar
        # (187)  z13_bar[n,i] = a13_bar[n,i]*(1 - a13[n,i]**2)
        np.square(a13, out=z13_bar)
        np.subtract(1, z13_bar, out=z13_bar)
        z13_bar *= a13_bar
        # (188)  b7_bar[i] = sum[n](z13_bar[n,i])
        z13_bar.sum(axis=0, out=b7_bar)
        # (189)  W7_bar[i,j] = sum[n](z13_bar[n,i]*a12[n,j])
        np.matmul(z13_bar.T, a12, out=W7_bar)
        # (190)  a11_bar[n,j] = sum[i](z13_bar[n,i]*W7[i,j]);
        #            a11_bar[n,i] += a13_bar[n,i]
        np.matmul(z13_bar, W7, out=a11_bar)
        a11_bar += a13_bar
        # (191)  z11_bar[n,i] = a11_bar[n,i]*(1 - a11[n,i]**2)
        np.square(a11, out=z11_bar)
        np.subtract(1, z11_bar, out=z11_bar)
        z11_bar *= a11_bar
        # (192)  b6_bar[i] = sum[n](z11_bar[n,i])
        z11_bar.sum(axis=0, out=b6_bar)
        # (193)  W6_bar[i,j] = sum[n](z11_bar[n,i]*a10[n,j])
        np.matmul(z11_bar.T, a10, out=W6_bar)
        # (194)  a9_bar[n,j] = sum[i](z11_bar[n,i]*W6[i,j]);
        #            a9_bar[n,i] += a11_bar[n,i]
        np.matmul(z11_bar, W6, out=a9_bar)
        a9_bar += a11_bar
        # (195)  z9_bar[n,i] = a9_bar[n,i]*(1 - a9[n,i]**2)
        np.square(a9, out=z9_bar)
        np.subtract(1, z9_bar, out=z9_bar)
        z9_bar *= a9_bar
        # (196)  b5_bar[i] = sum[n](z9_bar[n,i])
        z9_bar.sum(axis=0, out=b5_bar)
        # (197)  W5_bar[i,j] = sum[n](z9_bar[n,i]*a8[n,j])
        np.matmul(z9_bar.T, a8, out=W5_bar)
        # (198)  a7_bar[n,j] = sum[i](z9_bar[n,i]*W5[i,j]);  a7_bar[n,i] += a9_bar[n,i]
        np.matmul(z9_bar, W5, out=a7_bar)
        a7_bar += a9_bar
        # (199)  z7_bar[n,i] = a7_bar[n,i]*(1 - a7[n,i]**2)
        np.square(a7, out=z7_bar)
        np.subtract(1, z7_bar, out=z7_bar)
        z7_bar *= a7_bar
        # (200)  b4_bar[i] = sum[n](z7_bar[n,i])
        z7_bar.sum(axis=0, out=b4_bar)
        # (201)  W4_bar[i,j] = sum[n](z7_bar[n,i]*a6[n,j])
        np.matmul(z7_bar.T, a6, out=W4_bar)
        # (202)  a5_bar[n,j] = sum[i](z7_bar[n,i]*W4[i,j]);  a5_bar[n,i] += a7_bar[n,i]
        np.matmul(z7_bar, W4, out=a5_bar)
        a5_bar += a7_bar
        # (203)  z5_bar[n,i] = a5_bar[n,i]*(1 - a5[n,i]**2)
        np.square(a5, out=z5_bar)
        np.subtract(1, z5_bar, out=z5_bar)
        z5_bar *= a5_bar
        # (204)  b3_bar[i] = sum[n](z5_bar[n,i])
        z5_bar.sum(axis=0, out=b3_bar)
        # (205)  W3_bar[i,j] = sum[n](z5_bar[n,i]*a4[n,j])
        np.matmul(z5_bar.T, a4, out=W3_bar)
        # (206)  a3_bar[n,j] = sum[i](z5_bar[n,i]*W3[i,j]);  a3_bar[n,i] += a5_bar[n,i]
        np.matmul(z5_bar, W3, out=a3_bar)
        a3_bar += a5_bar
        # (207)  z3_bar[n,i] = a3_bar[n,i]*(1 - a3[n,i]**2)
        np.square(a3, out=z3_bar)
        np.subtract(1, z3_bar, out=z3_bar)
        z3_bar *= a3_bar
        # (208)  b2_bar[i] = sum[n](z3_bar[n,i])
        z3_bar.sum(axis=0, out=b2_bar)
        # (209)  W2_bar[i,j] = sum[n](z3_bar[n,i]*a2[n,j])
        np.matmul(z3_bar.T, a2, out=W2_bar)
        # (210)  a1_bar[n,j] = sum[i](z3_bar[n,i]*W2[i,j]);  a1_bar[n,i] += a3_bar[n,i]
        np.matmul(z3_bar, W2, out=a1_bar)
        a1_bar += a3_bar
        # (211)  z1_bar[n,i] = a1_bar[n,i]*(1 - a1[n,i]**2)
        np.square(a1, out=a1)
        np.subtract(1, a1, out=spare34)
        np.multiply(a1_bar, spare34, out=z1_bar)
        # (212)  b1_bar[i] = sum[n](z1_bar[n,i])
        z1_bar.sum(axis=0, out=b1_bar)
        # (213)  W1_bar[i,j] = sum[n](z1_bar[n,i]*x[n,j])
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
