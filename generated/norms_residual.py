"""norms_residual: Thirty layers with a way around each

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
            _aligned(batch * 64, self.dtype),
            _aligned(batch * 10, self.dtype),
            _aligned(batch * 11, self.dtype),
            _aligned(batch, self.dtype),
            _aligned(batch * 10, self.dtype),
            np.empty(batch, np.intp),
            np.array(1, self.dtype),
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
        a2 = self._buffers[3][: N * 64].reshape(N, 64)
        z3 = self._buffers[4][: N * 64].reshape(N, 64)
        b2_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a3 = self._buffers[4][: N * 64].reshape(N, 64)
        a4 = self._buffers[5][: N * 64].reshape(N, 64)
        z5 = self._buffers[6][: N * 64].reshape(N, 64)
        b3_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a5 = self._buffers[6][: N * 64].reshape(N, 64)
        a6 = self._buffers[7][: N * 64].reshape(N, 64)
        z7 = self._buffers[8][: N * 64].reshape(N, 64)
        b4_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a7 = self._buffers[8][: N * 64].reshape(N, 64)
        a8 = self._buffers[9][: N * 64].reshape(N, 64)
        z9 = self._buffers[10][: N * 64].reshape(N, 64)
        b5_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a9 = self._buffers[10][: N * 64].reshape(N, 64)
        a10 = self._buffers[11][: N * 64].reshape(N, 64)
        z11 = self._buffers[12][: N * 64].reshape(N, 64)
        b6_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a11 = self._buffers[12][: N * 64].reshape(N, 64)
        a12 = self._buffers[13][: N * 64].reshape(N, 64)
        z13 = self._buffers[14][: N * 64].reshape(N, 64)
        b7_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a13 = self._buffers[14][: N * 64].reshape(N, 64)
        a14 = self._buffers[15][: N * 64].reshape(N, 64)
        z15 = self._buffers[16][: N * 64].reshape(N, 64)
        b8_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a15 = self._buffers[16][: N * 64].reshape(N, 64)
        a16 = self._buffers[17][: N * 64].reshape(N, 64)
        z17 = self._buffers[18][: N * 64].reshape(N, 64)
        b9_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a17 = self._buffers[18][: N * 64].reshape(N, 64)
        a18 = self._buffers[19][: N * 64].reshape(N, 64)
        z19 = self._buffers[20][: N * 64].reshape(N, 64)
        b10_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a19 = self._buffers[20][: N * 64].reshape(N, 64)
        a20 = self._buffers[21][: N * 64].reshape(N, 64)
        z21 = self._buffers[22][: N * 64].reshape(N, 64)
        b11_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a21 = self._buffers[22][: N * 64].reshape(N, 64)
        a22 = self._buffers[23][: N * 64].reshape(N, 64)
        z23 = self._buffers[24][: N * 64].reshape(N, 64)
        b12_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a23 = self._buffers[24][: N * 64].reshape(N, 64)
        a24 = self._buffers[25][: N * 64].reshape(N, 64)
        z25 = self._buffers[26][: N * 64].reshape(N, 64)
        b13_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a25 = self._buffers[26][: N * 64].reshape(N, 64)
        a26 = self._buffers[27][: N * 64].reshape(N, 64)
        z27 = self._buffers[28][: N * 64].reshape(N, 64)
        b14_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a27 = self._buffers[28][: N * 64].reshape(N, 64)
        a28 = self._buffers[29][: N * 64].reshape(N, 64)
        z29 = self._buffers[30][: N * 64].reshape(N, 64)
        b15_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a29 = self._buffers[30][: N * 64].reshape(N, 64)
        a30 = self._buffers[31][: N * 64].reshape(N, 64)
        z31 = self._buffers[32][: N * 64].reshape(N, 64)
        b16_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a31 = self._buffers[32][: N * 64].reshape(N, 64)
        a32 = self._buffers[33][: N * 64].reshape(N, 64)
        z33 = self._buffers[34][: N * 64].reshape(N, 64)
        b17_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a33 = self._buffers[34][: N * 64].reshape(N, 64)
        a34 = self._buffers[35][: N * 64].reshape(N, 64)
        z35 = self._buffers[36][: N * 64].reshape(N, 64)
        b18_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a35 = self._buffers[36][: N * 64].reshape(N, 64)
        a36 = self._buffers[37][: N * 64].reshape(N, 64)
        z37 = self._buffers[38][: N * 64].reshape(N, 64)
        b19_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a37 = self._buffers[38][: N * 64].reshape(N, 64)
        a38 = self._buffers[39][: N * 64].reshape(N, 64)
        z39 = self._buffers[40][: N * 64].reshape(N, 64)
        b20_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a39 = self._buffers[40][: N * 64].reshape(N, 64)
        a40 = self._buffers[41][: N * 64].reshape(N, 64)
        z41 = self._buffers[42][: N * 64].reshape(N, 64)
        b21_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a41 = self._buffers[42][: N * 64].reshape(N, 64)
        a42 = self._buffers[43][: N * 64].reshape(N, 64)
        z43 = self._buffers[44][: N * 64].reshape(N, 64)
        b22_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a43 = self._buffers[44][: N * 64].reshape(N, 64)
        a44 = self._buffers[45][: N * 64].reshape(N, 64)
        z45 = self._buffers[46][: N * 64].reshape(N, 64)
        b23_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a45 = self._buffers[46][: N * 64].reshape(N, 64)
        a46 = self._buffers[47][: N * 64].reshape(N, 64)
        z47 = self._buffers[48][: N * 64].reshape(N, 64)
        b24_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a47 = self._buffers[48][: N * 64].reshape(N, 64)
        a48 = self._buffers[49][: N * 64].reshape(N, 64)
        z49 = self._buffers[50][: N * 64].reshape(N, 64)
        b25_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a49 = self._buffers[50][: N * 64].reshape(N, 64)
        a50 = self._buffers[51][: N * 64].reshape(N, 64)
        z51 = self._buffers[52][: N * 64].reshape(N, 64)
        b26_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a51 = self._buffers[52][: N * 64].reshape(N, 64)
        a52 = self._buffers[53][: N * 64].reshape(N, 64)
        z53 = self._buffers[54][: N * 64].reshape(N, 64)
        b27_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a53 = self._buffers[54][: N * 64].reshape(N, 64)
        a54 = self._buffers[55][: N * 64].reshape(N, 64)
        z55 = self._buffers[56][: N * 64].reshape(N, 64)
        b28_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a55 = self._buffers[56][: N * 64].reshape(N, 64)
        a56 = self._buffers[57][: N * 64].reshape(N, 64)
        z57 = self._buffers[58][: N * 64].reshape(N, 64)
        b29_rows = self._buffers[2][: block * 64].reshape(block, 64)
        a57 = self._buffers[58][: N * 64].reshape(N, 64)
        a58 = self._buffers[59][: N * 64].reshape(N, 64)
        yhat = self._buffers[60][: N * 10].reshape(10, N)
        spare = self._buffers[61][: N * 10].reshape(10, N)
        m = self._buffers[61][:N]
        e = self._buffers[61][N : N * 11].reshape(10, N)
        s = self._buffers[62][:N]
        spare2 = self._buffers[63][:N]
        lse = self._buffers[61][:N]
        spare3 = self._buffers[63][: N * 10].reshape(10, N)
        prob = self._buffers[61][N : N * 11].reshape(10, N)
        label = self._buffers[64][:N]
        place = self._buffers[64][:N]
        spare4 = self._buffers[62][:N]
        difference = self._buffers[62][:N]
        z59_bar = self._buffers[61][N : N * 11].reshape(10, N)
        z59_bar_at = self._buffers[61][:N]
        a57_bar = self._buffers[59][: N * 64].reshape(N, 64)
        z57_bar = self._buffers[58][: N * 64].reshape(N, 64)
        a55_bar = self._buffers[57][: N * 64].reshape(N, 64)
        z55_bar = self._buffers[56][: N * 64].reshape(N, 64)
        a53_bar = self._buffers[55][: N * 64].reshape(N, 64)
        z53_bar = self._buffers[54][: N * 64].reshape(N, 64)
        a51_bar = self._buffers[53][: N * 64].reshape(N, 64)
        z51_bar = self._buffers[52][: N * 64].reshape(N, 64)
        a49_bar = self._buffers[51][: N * 64].reshape(N, 64)
        z49_bar = self._buffers[50][: N * 64].reshape(N, 64)
        a47_bar = self._buffers[49][: N * 64].reshape(N, 64)
        z47_bar = self._buffers[48][: N * 64].reshape(N, 64)
        a45_bar = self._buffers[47][: N * 64].reshape(N, 64)
        z45_bar = self._buffers[46][: N * 64].reshape(N, 64)
        a43_bar = self._buffers[45][: N * 64].reshape(N, 64)
        z43_bar = self._buffers[44][: N * 64].reshape(N, 64)
        a41_bar = self._buffers[43][: N * 64].reshape(N, 64)
        z41_bar = self._buffers[42][: N * 64].reshape(N, 64)
        a39_bar = self._buffers[41][: N * 64].reshape(N, 64)
        z39_bar = self._buffers[40][: N * 64].reshape(N, 64)
        a37_bar = self._buffers[39][: N * 64].reshape(N, 64)
        z37_bar = self._buffers[38][: N * 64].reshape(N, 64)
        a35_bar = self._buffers[37][: N * 64].reshape(N, 64)
        z35_bar = self._buffers[36][: N * 64].reshape(N, 64)
        a33_bar = self._buffers[35][: N * 64].reshape(N, 64)
        z33_bar = self._buffers[34][: N * 64].reshape(N, 64)
        a31_bar = self._buffers[33][: N * 64].reshape(N, 64)
        z31_bar = self._buffers[32][: N * 64].reshape(N, 64)
        a29_bar = self._buffers[31][: N * 64].reshape(N, 64)
        z29_bar = self._buffers[30][: N * 64].reshape(N, 64)
        a27_bar = self._buffers[29][: N * 64].reshape(N, 64)
        z27_bar = self._buffers[28][: N * 64].reshape(N, 64)
        a25_bar = self._buffers[27][: N * 64].reshape(N, 64)
        z25_bar = self._buffers[26][: N * 64].reshape(N, 64)
        a23_bar = self._buffers[25][: N * 64].reshape(N, 64)
        z23_bar = self._buffers[24][: N * 64].reshape(N, 64)
        a21_bar = self._buffers[23][: N * 64].reshape(N, 64)
        z21_bar = self._buffers[22][: N * 64].reshape(N, 64)
        a19_bar = self._buffers[21][: N * 64].reshape(N, 64)
        z19_bar = self._buffers[20][: N * 64].reshape(N, 64)
        a17_bar = self._buffers[19][: N * 64].reshape(N, 64)
        z17_bar = self._buffers[18][: N * 64].reshape(N, 64)
        a15_bar = self._buffers[17][: N * 64].reshape(N, 64)
        z15_bar = self._buffers[16][: N * 64].reshape(N, 64)
        a13_bar = self._buffers[15][: N * 64].reshape(N, 64)
        z13_bar = self._buffers[14][: N * 64].reshape(N, 64)
        a11_bar = self._buffers[13][: N * 64].reshape(N, 64)
        z11_bar = self._buffers[12][: N * 64].reshape(N, 64)
        a9_bar = self._buffers[11][: N * 64].reshape(N, 64)
        z9_bar = self._buffers[10][: N * 64].reshape(N, 64)
        a7_bar = self._buffers[9][: N * 64].reshape(N, 64)
        z7_bar = self._buffers[8][: N * 64].reshape(N, 64)
        a5_bar = self._buffers[7][: N * 64].reshape(N, 64)
        z5_bar = self._buffers[6][: N * 64].reshape(N, 64)
        a3_bar = self._buffers[5][: N * 64].reshape(N, 64)
        z3_bar = self._buffers[4][: N * 64].reshape(N, 64)
        a1_bar = self._buffers[3][: N * 64].reshape(N, 64)
        z1_bar = self._buffers[3][: N * 64].reshape(N, 64)
        a58_T = a58.T
        z59_bar_T = z59_bar.T
        z57_bar_T = z57_bar.T
        z55_bar_T = z55_bar.T
        z53_bar_T = z53_bar.T
        z51_bar_T = z51_bar.T
        z49_bar_T = z49_bar.T
        z47_bar_T = z47_bar.T
        z45_bar_T = z45_bar.T
        z43_bar_T = z43_bar.T
        z41_bar_T = z41_bar.T
        z39_bar_T = z39_bar.T
        z37_bar_T = z37_bar.T
        z35_bar_T = z35_bar.T
        z33_bar_T = z33_bar.T
        z31_bar_T = z31_bar.T
        z29_bar_T = z29_bar.T
        z27_bar_T = z27_bar.T
        z25_bar_T = z25_bar.T
        z23_bar_T = z23_bar.T
        z21_bar_T = z21_bar.T
        z19_bar_T = z19_bar.T
        z17_bar_T = z17_bar.T
        z15_bar_T = z15_bar.T
        z13_bar_T = z13_bar.T
        z11_bar_T = z11_bar.T
        z9_bar_T = z9_bar.T
        z7_bar_T = z7_bar.T
        z5_bar_T = z5_bar.T
        z3_bar_T = z3_bar.T
        z1_bar_T = z1_bar.T
        by_N = np.array(N, np.intp)
        rows = np.arange(N)
        one_over_N = np.array(1 / N, self.dtype)
        one = self._buffers[65]
        ones = self._buffers[66][:10]
        ones2 = self._buffers[67][:N]
        blocks = _blocks(N, block, (z1, a1, a2), (b1_rows,))
        blocks2 = _blocks(N, block, (z3, a3, a2, a4), (b2_rows,))
        blocks3 = _blocks(N, block, (z5, a5, a4, a6), (b3_rows,))
        blocks4 = _blocks(N, block, (z7, a7, a6, a8), (b4_rows,))
        blocks5 = _blocks(N, block, (z9, a9, a8, a10), (b5_rows,))
        blocks6 = _blocks(N, block, (z11, a11, a10, a12), (b6_rows,))
        blocks7 = _blocks(N, block, (z13, a13, a12, a14), (b7_rows,))
        blocks8 = _blocks(N, block, (z15, a15, a14, a16), (b8_rows,))
        blocks9 = _blocks(N, block, (z17, a17, a16, a18), (b9_rows,))
        blocks10 = _blocks(N, block, (z19, a19, a18, a20), (b10_rows,))
        blocks11 = _blocks(N, block, (z21, a21, a20, a22), (b11_rows,))
        blocks12 = _blocks(N, block, (z23, a23, a22, a24), (b12_rows,))
        blocks13 = _blocks(N, block, (z25, a25, a24, a26), (b13_rows,))
        blocks14 = _blocks(N, block, (z27, a27, a26, a28), (b14_rows,))
        blocks15 = _blocks(N, block, (z29, a29, a28, a30), (b15_rows,))
        blocks16 = _blocks(N, block, (z31, a31, a30, a32), (b16_rows,))
        blocks17 = _blocks(N, block, (z33, a33, a32, a34), (b17_rows,))
        blocks18 = _blocks(N, block, (z35, a35, a34, a36), (b18_rows,))
        blocks19 = _blocks(N, block, (z37, a37, a36, a38), (b19_rows,))
        blocks20 = _blocks(N, block, (z39, a39, a38, a40), (b20_rows,))
        blocks21 = _blocks(N, block, (z41, a41, a40, a42), (b21_rows,))
        blocks22 = _blocks(N, block, (z43, a43, a42, a44), (b22_rows,))
        blocks23 = _blocks(N, block, (z45, a45, a44, a46), (b23_rows,))
        blocks24 = _blocks(N, block, (z47, a47, a46, a48), (b24_rows,))
        blocks25 = _blocks(N, block, (z49, a49, a48, a50), (b25_rows,))
        blocks26 = _blocks(N, block, (z51, a51, a50, a52), (b26_rows,))
        blocks27 = _blocks(N, block, (z53, a53, a52, a54), (b27_rows,))
        blocks28 = _blocks(N, block, (z55, a55, a54, a56), (b28_rows,))
        blocks29 = _blocks(N, block, (z57, a57, a56, a58), (b29_rows,))
        blocks30 = _blocks(N, block, (a57, z57_bar, a57_bar))
        blocks31 = _blocks(N, block, (a55_bar, a57_bar, a55, z55_bar))
        blocks32 = _blocks(N, block, (a53_bar, a55_bar, a53, z53_bar))
        blocks33 = _blocks(N, block, (a51_bar, a53_bar, a51, z51_bar))
        blocks34 = _blocks(N, block, (a49_bar, a51_bar, a49, z49_bar))
        blocks35 = _blocks(N, block, (a47_bar, a49_bar, a47, z47_bar))
        blocks36 = _blocks(N, block, (a45_bar, a47_bar, a45, z45_bar))
        blocks37 = _blocks(N, block, (a43_bar, a45_bar, a43, z43_bar))
        blocks38 = _blocks(N, block, (a41_bar, a43_bar, a41, z41_bar))
        blocks39 = _blocks(N, block, (a39_bar, a41_bar, a39, z39_bar))
        blocks40 = _blocks(N, block, (a37_bar, a39_bar, a37, z37_bar))
        blocks41 = _blocks(N, block, (a35_bar, a37_bar, a35, z35_bar))
        blocks42 = _blocks(N, block, (a33_bar, a35_bar, a33, z33_bar))
        blocks43 = _blocks(N, block, (a31_bar, a33_bar, a31, z31_bar))
        blocks44 = _blocks(N, block, (a29_bar, a31_bar, a29, z29_bar))
        blocks45 = _blocks(N, block, (a27_bar, a29_bar, a27, z27_bar))
        blocks46 = _blocks(N, block, (a25_bar, a27_bar, a25, z25_bar))
        blocks47 = _blocks(N, block, (a23_bar, a25_bar, a23, z23_bar))
        blocks48 = _blocks(N, block, (a21_bar, a23_bar, a21, z21_bar))
        blocks49 = _blocks(N, block, (a19_bar, a21_bar, a19, z19_bar))
        blocks50 = _blocks(N, block, (a17_bar, a19_bar, a17, z17_bar))
        blocks51 = _blocks(N, block, (a15_bar, a17_bar, a15, z15_bar))
        blocks52 = _blocks(N, block, (a13_bar, a15_bar, a13, z13_bar))
        blocks53 = _blocks(N, block, (a11_bar, a13_bar, a11, z11_bar))
        blocks54 = _blocks(N, block, (a9_bar, a11_bar, a9, z9_bar))
        blocks55 = _blocks(N, block, (a7_bar, a9_bar, a7, z7_bar))
        blocks56 = _blocks(N, block, (a5_bar, a7_bar, a5, z5_bar))
        blocks57 = _blocks(N, block, (a3_bar, a5_bar, a3, z3_bar))
        blocks58 = _blocks(N, block, (a1_bar, a3_bar, a1, z1_bar))
        return (
            turned,
            z1,
            b1_rows,
            a2,
            z3,
            b2_rows,
            a4,
            z5,
            b3_rows,
            a6,
            z7,
            b4_rows,
            a8,
            z9,
            b5_rows,
            a10,
            z11,
            b6_rows,
            a12,
            z13,
            b7_rows,
            a14,
            z15,
            b8_rows,
            a16,
            z17,
            b9_rows,
            a18,
            z19,
            b10_rows,
            a20,
            z21,
            b11_rows,
            a22,
            z23,
            b12_rows,
            a24,
            z25,
            b13_rows,
            a26,
            z27,
            b14_rows,
            a28,
            z29,
            b15_rows,
            a30,
            z31,
            b16_rows,
            a32,
            z33,
            b17_rows,
            a34,
            z35,
            b18_rows,
            a36,
            z37,
            b19_rows,
            a38,
            z39,
            b20_rows,
            a40,
            z41,
            b21_rows,
            a42,
            z43,
            b22_rows,
            a44,
            z45,
            b23_rows,
            a46,
            z47,
            b24_rows,
            a48,
            z49,
            b25_rows,
            a50,
            z51,
            b26_rows,
            a52,
            z53,
            b27_rows,
            a54,
            z55,
            b28_rows,
            a56,
            z57,
            b29_rows,
            a58,
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
            z1_bar,
            a58_T,
            z59_bar_T,
            z57_bar_T,
            z55_bar_T,
            z53_bar_T,
            z51_bar_T,
            z49_bar_T,
            z47_bar_T,
            z45_bar_T,
            z43_bar_T,
            z41_bar_T,
            z39_bar_T,
            z37_bar_T,
            z35_bar_T,
            z33_bar_T,
            z31_bar_T,
            z29_bar_T,
            z27_bar_T,
            z25_bar_T,
            z23_bar_T,
            z21_bar_T,
            z19_bar_T,
            z17_bar_T,
            z15_bar_T,
            z13_bar_T,
            z11_bar_T,
            z9_bar_T,
            z7_bar_T,
            z5_bar_T,
            z3_bar_T,
            z1_bar_T,
            by_N,
            rows,
            one_over_N,
            one,
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
            a2,
            z3,
            b2_rows,
            a4,
            z5,
            b3_rows,
            a6,
            z7,
            b4_rows,
            a8,
            z9,
            b5_rows,
            a10,
            z11,
            b6_rows,
            a12,
            z13,
            b7_rows,
            a14,
            z15,
            b8_rows,
            a16,
            z17,
            b9_rows,
            a18,
            z19,
            b10_rows,
            a20,
            z21,
            b11_rows,
            a22,
            z23,
            b12_rows,
            a24,
            z25,
            b13_rows,
            a26,
            z27,
            b14_rows,
            a28,
            z29,
            b15_rows,
            a30,
            z31,
            b16_rows,
            a32,
            z33,
            b17_rows,
            a34,
            z35,
            b18_rows,
            a36,
            z37,
            b19_rows,
            a38,
            z39,
            b20_rows,
            a40,
            z41,
            b21_rows,
            a42,
            z43,
            b22_rows,
            a44,
            z45,
            b23_rows,
            a46,
            z47,
            b24_rows,
            a48,
            z49,
            b25_rows,
            a50,
            z51,
            b26_rows,
            a52,
            z53,
            b27_rows,
            a54,
            z55,
            b28_rows,
            a56,
            z57,
            b29_rows,
            a58,
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
            z1_bar,
            a58_T,
            z59_bar_T,
            z57_bar_T,
            z55_bar_T,
            z53_bar_T,
            z51_bar_T,
            z49_bar_T,
            z47_bar_T,
            z45_bar_T,
            z43_bar_T,
            z41_bar_T,
            z39_bar_T,
            z37_bar_T,
            z35_bar_T,
            z33_bar_T,
            z31_bar_T,
            z29_bar_T,
            z27_bar_T,
            z25_bar_T,
            z23_bar_T,
            z21_bar_T,
            z19_bar_T,
            z17_bar_T,
            z15_bar_T,
            z13_bar_T,
            z11_bar_T,
            z9_bar_T,
            z7_bar_T,
            z5_bar_T,
            z3_bar_T,
            z1_bar_T,
            by_N,
            rows,
            one_over_N,
            one,
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
        for at, z1_k, a1_k, a2_k, b1_rows_k in blocks:
            z1_k += b1_rows_k
            # (2)  a1[n,i] = tanh(z1[n,i])
            np.tanh(z1_k, out=a1_k)
            # (3)  a2[n,i] = x[n,i] + a1[n,i]
            np.add(x[at], a1_k, out=a2_k)
        # (4)  z3[n,i] = sum[j](W2[i,j]*a2[n,j]) + b2[i]
        a2.dot(_turned(W2, turned, N), out=z3)
        b2_rows[...] = b2
        for _, z3_k, a3_k, a2_k, a4_k, b2_rows_k in blocks2:
            z3_k += b2_rows_k
            # (5)  a3[n,i] = tanh(z3[n,i])
            np.tanh(z3_k, out=a3_k)
            # (6)  a4[n,i] = a2[n,i] + a3[n,i]
            np.add(a2_k, a3_k, out=a4_k)
        # (7)  z5[n,i] = sum[j](W3[i,j]*a4[n,j]) + b3[i]
        a4.dot(_turned(W3, turned, N), out=z5)
        b3_rows[...] = b3
        for _, z5_k, a5_k, a4_k, a6_k, b3_rows_k in blocks3:
            z5_k += b3_rows_k
            # (8)  a5[n,i] = tanh(z5[n,i])
            np.tanh(z5_k, out=a5_k)
            # (9)  a6[n,i] = a4[n,i] + a5[n,i]
            np.add(a4_k, a5_k, out=a6_k)
        # (10)  z7[n,i] = sum[j](W4[i,j]*a6[n,j]) + b4[i]
        a6.dot(_turned(W4, turned, N), out=z7)
        b4_rows[...] = b4
        for _, z7_k, a7_k, a6_k, a8_k, b4_rows_k in blocks4:
            z7_k += b4_rows_k
            # (11)  a7[n,i] = tanh(z7[n,i])
            np.tanh(z7_k, out=a7_k)
            # (12)  a8[n,i] = a6[n,i] + a7[n,i]
            np.add(a6_k, a7_k, out=a8_k)
        # (13)  z9[n,i] = sum[j](W5[i,j]*a8[n,j]) + b5[i]
        a8.dot(_turned(W5, turned, N), out=z9)
        b5_rows[...] = b5
        for _, z9_k, a9_k, a8_k, a10_k, b5_rows_k in blocks5:
            z9_k += b5_rows_k
            # (14)  a9[n,i] = tanh(z9[n,i])
            np.tanh(z9_k, out=a9_k)
            # (15)  a10[n,i] = a8[n,i] + a9[n,i]
            np.add(a8_k, a9_k, out=a10_k)
        # (16)  z11[n,i] = sum[j](W6[i,j]*a10[n,j]) + b6[i]
        a10.dot(_turned(W6, turned, N), out=z11)
        b6_rows[...] = b6
        for _, z11_k, a11_k, a10_k, a12_k, b6_rows_k in blocks6:
            z11_k += b6_rows_k
            # (17)  a11[n,i] = tanh(z11[n,i])
            np.tanh(z11_k, out=a11_k)
            # (18)  a12[n,i] = a10[n,i] + a11[n,i]
            np.add(a10_k, a11_k, out=a12_k)
        # (19)  z13[n,i] = sum[j](W7[i,j]*a12[n,j]) + b7[i]
        a12.dot(_turned(W7, turned, N), out=z13)
        b7_rows[...] = b7
        for _, z13_k, a13_k, a12_k, a14_k, b7_rows_k in blocks7:
            z13_k += b7_rows_k
            # (20)  a13[n,i] = tanh(z13[n,i])
            np.tanh(z13_k, out=a13_k)
            # (21)  a14[n,i] = a12[n,i] + a13[n,i]
            np.add(a12_k, a13_k, out=a14_k)
        # (22)  z15[n,i] = sum[j](W8[i,j]*a14[n,j]) + b8[i]
        a14.dot(_turned(W8, turned, N), out=z15)
        b8_rows[...] = b8
        for _, z15_k, a15_k, a14_k, a16_k, b8_rows_k in blocks8:
            z15_k += b8_rows_k
            # (23)  a15[n,i] = tanh(z15[n,i])
            np.tanh(z15_k, out=a15_k)
            # (24)  a16[n,i] = a14[n,i] + a15[n,i]
            np.add(a14_k, a15_k, out=a16_k)
        # (25)  z17[n,i] = sum[j](W9[i,j]*a16[n,j]) + b9[i]
        a16.dot(_turned(W9, turned, N), out=z17)
        b9_rows[...] = b9
        for _, z17_k, a17_k, a16_k, a18_k, b9_rows_k in blocks9:
            z17_k += b9_rows_k
            # (26)  a17[n,i] = tanh(z17[n,i])
            np.tanh(z17_k, out=a17_k)
            # (27)  a18[n,i] = a16[n,i] + a17[n,i]
            np.add(a16_k, a17_k, out=a18_k)
        # (28)  z19[n,i] = sum[j](W10[i,j]*a18[n,j]) + b10[i]
        a18.dot(_turned(W10, turned, N), out=z19)
        b10_rows[...] = b10
        for _, z19_k, a19_k, a18_k, a20_k, b10_rows_k in blocks10:
            z19_k += b10_rows_k
            # (29)  a19[n,i] = tanh(z19[n,i])
            np.tanh(z19_k, out=a19_k)
            # (30)  a20[n,i] = a18[n,i] + a19[n,i]
            np.add(a18_k, a19_k, out=a20_k)
        # (31)  z21[n,i] = sum[j](W11[i,j]*a20[n,j]) + b11[i]
        a20.dot(_turned(W11, turned, N), out=z21)
        b11_rows[...] = b11
        for _, z21_k, a21_k, a20_k, a22_k, b11_rows_k in blocks11:
            z21_k += b11_rows_k
            # (32)  a21[n,i] = tanh(z21[n,i])
            np.tanh(z21_k, out=a21_k)
            # (33)  a22[n,i] = a20[n,i] + a21[n,i]
            np.add(a20_k, a21_k, out=a22_k)
        # (34)  z23[n,i] = sum[j](W12[i,j]*a22[n,j]) + b12[i]
        a22.dot(_turned(W12, turned, N), out=z23)
        b12_rows[...] = b12
        for _, z23_k, a23_k, a22_k, a24_k, b12_rows_k in blocks12:
            z23_k += b12_rows_k
            # (35)  a23[n,i] = tanh(z23[n,i])
            np.tanh(z23_k, out=a23_k)
            # (36)  a24[n,i] = a22[n,i] + a23[n,i]
            np.add(a22_k, a23_k, out=a24_k)
        # (37)  z25[n,i] = sum[j](W13[i,j]*a24[n,j]) + b13[i]
        a24.dot(_turned(W13, turned, N), out=z25)
        b13_rows[...] = b13
        for _, z25_k, a25_k, a24_k, a26_k, b13_rows_k in blocks13:
            z25_k += b13_rows_k
            # (38)  a25[n,i] = tanh(z25[n,i])
            np.tanh(z25_k, out=a25_k)
            # (39)  a26[n,i] = a24[n,i] + a25[n,i]
            np.add(a24_k, a25_k, out=a26_k)
        # (40)  z27[n,i] = sum[j](W14[i,j]*a26[n,j]) + b14[i]
        a26.dot(_turned(W14, turned, N), out=z27)
        b14_rows[...] = b14
        for _, z27_k, a27_k, a26_k, a28_k, b14_rows_k in blocks14:
            z27_k += b14_rows_k
            # (41)  a27[n,i] = tanh(z27[n,i])
            np.tanh(z27_k, out=a27_k)
            # (42)  a28[n,i] = a26[n,i] + a27[n,i]
            np.add(a26_k, a27_k, out=a28_k)
        # (43)  z29[n,i] = sum[j](W15[i,j]*a28[n,j]) + b15[i]
        a28.dot(_turned(W15, turned, N), out=z29)
        b15_rows[...] = b15
        for _, z29_k, a29_k, a28_k, a30_k, b15_rows_k in blocks15:
            z29_k += b15_rows_k
            # (44)  a29[n,i] = tanh(z29[n,i])
            np.tanh(z29_k, out=a29_k)
            # (45)  a30[n,i] = a28[n,i] + a29[n,i]
            np.add(a28_k, a29_k, out=a30_k)
        # (46)  z31[n,i] = sum[j](W16[i,j]*a30[n,j]) + b16[i]
        a30.dot(_turned(W16, turned, N), out=z31)
        b16_rows[...] = b16
        for _, z31_k, a31_k, a30_k, a32_k, b16_rows_k in blocks16:
            z31_k += b16_rows_k
            # (47)  a31[n,i] = tanh(z31[n,i])
            np.tanh(z31_k, out=a31_k)
            # (48)  a32[n,i] = a30[n,i] + a31[n,i]
            np.add(a30_k, a31_k, out=a32_k)
        # (49)  z33[n,i] = sum[j](W17[i,j]*a32[n,j]) + b17[i]
        a32.dot(_turned(W17, turned, N), out=z33)
        b17_rows[...] = b17
        for _, z33_k, a33_k, a32_k, a34_k, b17_rows_k in blocks17:
            z33_k += b17_rows_k
            # (50)  a33[n,i] = tanh(z33[n,i])
            np.tanh(z33_k, out=a33_k)
            # (51)  a34[n,i] = a32[n,i] + a33[n,i]
            np.add(a32_k, a33_k, out=a34_k)
        # (52)  z35[n,i] = sum[j](W18[i,j]*a34[n,j]) + b18[i]
        a34.dot(_turned(W18, turned, N), out=z35)
        b18_rows[...] = b18
        for _, z35_k, a35_k, a34_k, a36_k, b18_rows_k in blocks18:
            z35_k += b18_rows_k
            # (53)  a35[n,i] = tanh(z35[n,i])
            np.tanh(z35_k, out=a35_k)
            # (54)  a36[n,i] = a34[n,i] + a35[n,i]
            np.add(a34_k, a35_k, out=a36_k)
        # (55)  z37[n,i] = sum[j](W19[i,j]*a36[n,j]) + b19[i]
        a36.dot(_turned(W19, turned, N), out=z37)
        b19_rows[...] = b19
        for _, z37_k, a37_k, a36_k, a38_k, b19_rows_k in blocks19:
            z37_k += b19_rows_k
            # (56)  a37[n,i] = tanh(z37[n,i])
            np.tanh(z37_k, out=a37_k)
            # (57)  a38[n,i] = a36[n,i] + a37[n,i]
            np.add(a36_k, a37_k, out=a38_k)
        # (58)  z39[n,i] = sum[j](W20[i,j]*a38[n,j]) + b20[i]
        a38.dot(_turned(W20, turned, N), out=z39)
        b20_rows[...] = b20
        for _, z39_k, a39_k, a38_k, a40_k, b20_rows_k in blocks20:
            z39_k += b20_rows_k
            # (59)  a39[n,i] = tanh(z39[n,i])
            np.tanh(z39_k, out=a39_k)
            # (60)  a40[n,i] = a38[n,i] + a39[n,i]
            np.add(a38_k, a39_k, out=a40_k)
        # (61)  z41[n,i] = sum[j](W21[i,j]*a40[n,j]) + b21[i]
        a40.dot(_turned(W21, turned, N), out=z41)
        b21_rows[...] = b21
        for _, z41_k, a41_k, a40_k, a42_k, b21_rows_k in blocks21:
            z41_k += b21_rows_k
            # (62)  a41[n,i] = tanh(z41[n,i])
            np.tanh(z41_k, out=a41_k)
            # (63)  a42[n,i] = a40[n,i] + a41[n,i]
            np.add(a40_k, a41_k, out=a42_k)
        # (64)  z43[n,i] = sum[j](W22[i,j]*a42[n,j]) + b22[i]
        a42.dot(_turned(W22, turned, N), out=z43)
        b22_rows[...] = b22
        for _, z43_k, a43_k, a42_k, a44_k, b22_rows_k in blocks22:
            z43_k += b22_rows_k
            # (65)  a43[n,i] = tanh(z43[n,i])
            np.tanh(z43_k, out=a43_k)
            # (66)  a44[n,i] = a42[n,i] + a43[n,i]
            np.add(a42_k, a43_k, out=a44_k)
        # (67)  z45[n,i] = sum[j](W23[i,j]*a44[n,j]) + b23[i]
        a44.dot(_turned(W23, turned, N), out=z45)
        b23_rows[...] = b23
        for _, z45_k, a45_k, a44_k, a46_k, b23_rows_k in blocks23:
            z45_k += b23_rows_k
            # (68)  a45[n,i] = tanh(z45[n,i])
            np.tanh(z45_k, out=a45_k)
            # (69)  a46[n,i] = a44[n,i] + a45[n,i]
            np.add(a44_k, a45_k, out=a46_k)
        # (70)  z47[n,i] = sum[j](W24[i,j]*a46[n,j]) + b24[i]
        a46.dot(_turned(W24, turned, N), out=z47)
        b24_rows[...] = b24
        for _, z47_k, a47_k, a46_k, a48_k, b24_rows_k in blocks24:
            z47_k += b24_rows_k
            # (71)  a47[n,i] = tanh(z47[n,i])
            np.tanh(z47_k, out=a47_k)
            # (72)  a48[n,i] = a46[n,i] + a47[n,i]
            np.add(a46_k, a47_k, out=a48_k)
        # (73)  z49[n,i] = sum[j](W25[i,j]*a48[n,j]) + b25[i]
        a48.dot(_turned(W25, turned, N), out=z49)
        b25_rows[...] = b25
        for _, z49_k, a49_k, a48_k, a50_k, b25_rows_k in blocks25:
            z49_k += b25_rows_k
            # (74)  a49[n,i] = tanh(z49[n,i])
            np.tanh(z49_k, out=a49_k)
            # (75)  a50[n,i] = a48[n,i] + a49[n,i]
            np.add(a48_k, a49_k, out=a50_k)
        # (76)  z51[n,i] = sum[j](W26[i,j]*a50[n,j]) + b26[i]
        a50.dot(_turned(W26, turned, N), out=z51)
        b26_rows[...] = b26
        for _, z51_k, a51_k, a50_k, a52_k, b26_rows_k in blocks26:
            z51_k += b26_rows_k
            # (77)  a51[n,i] = tanh(z51[n,i])
            np.tanh(z51_k, out=a51_k)
            # (78)  a52[n,i] = a50[n,i] + a51[n,i]
            np.add(a50_k, a51_k, out=a52_k)
        # (79)  z53[n,i] = sum[j](W27[i,j]*a52[n,j]) + b27[i]
        a52.dot(_turned(W27, turned, N), out=z53)
        b27_rows[...] = b27
        for _, z53_k, a53_k, a52_k, a54_k, b27_rows_k in blocks27:
            z53_k += b27_rows_k
            # (80)  a53[n,i] = tanh(z53[n,i])
            np.tanh(z53_k, out=a53_k)
            # (81)  a54[n,i] = a52[n,i] + a53[n,i]
            np.add(a52_k, a53_k, out=a54_k)
        # (82)  z55[n,i] = sum[j](W28[i,j]*a54[n,j]) + b28[i]
        a54.dot(_turned(W28, turned, N), out=z55)
        b28_rows[...] = b28
        for _, z55_k, a55_k, a54_k, a56_k, b28_rows_k in blocks28:
            z55_k += b28_rows_k
            # (83)  a55[n,i] = tanh(z55[n,i])
            np.tanh(z55_k, out=a55_k)
            # (84)  a56[n,i] = a54[n,i] + a55[n,i]
            np.add(a54_k, a55_k, out=a56_k)
        # (85)  z57[n,i] = sum[j](W29[i,j]*a56[n,j]) + b29[i]
        a56.dot(_turned(W29, turned, N), out=z57)
        b29_rows[...] = b29
        for _, z57_k, a57_k, a56_k, a58_k, b29_rows_k in blocks29:
            z57_k += b29_rows_k
            # (86)  a57[n,i] = tanh(z57[n,i])
            np.tanh(z57_k, out=a57_k)
            # (87)  a58[n,i] = a56[n,i] + a57[n,i]
            np.add(a56_k, a57_k, out=a58_k)
        # (88)  yhat[n,i] = sum[j](W30[i,j]*a58[n,j]) + b30[i]
        # in memory yhat[i,n], and all like it: maxima over i take rows together
        W30.dot(a58_T, out=yhat)
        spare[...] = b30[:, None]
        yhat += spare
        # (89)  m[n] = max[k](yhat[n,k])
        np.maximum.reduce(yhat, axis=0, out=m)
        # (90)  e[n,k] = exp(yhat[n,k] - m[n])
        e[...] = m
        np.subtract(yhat, e, out=e)
        np.exp(e, out=e)
        # (91)  s[n] = sum[k](e[n,k])
        ones.dot(e, out=s)
        # (92)  lse[n] = m[n] + log(s[n])
        np.log(s, out=spare2)
        np.add(m, spare2, out=lse)
        # (93)  prob[n,k] = e[n,k]/s[n]
        spare3[...] = s
        np.divide(e, spare3, out=prob)
        # (94)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N)
        label[...] = y
        np.multiply(label, by_N, out=place)
        place += rows
        yhat.take(place, out=spare4, mode="clip")
        np.subtract(spare4, lse, out=difference)
        L = -float(difference.dot(ones2)) / N
        # (95)  z59_bar[n,k] = prob[n,k]/N;  z59_bar[n,y[n]] += -1/N
        np.multiply(prob, one_over_N, out=z59_bar)
        z59_bar.take(place, out=z59_bar_at, mode="clip")
        z59_bar_at -= one_over_N
        z59_bar.put(place, z59_bar_at, "clip")
        # (96)  b30_bar[i] = sum[n](z59_bar[n,i])
        z59_bar.dot(ones2, out=b30_bar)
        # (97)  W30_bar[i,j] = sum[n](z59_bar[n,i]*a58[n,j])
        z59_bar.dot(a58, out=W30_bar)
        # (98)  a57_bar[n,j] = sum[i](z59_bar[n,i]*W30[i,j])
        z59_bar_T.dot(W30, out=a57_bar)
        for _, a57_k, z57_bar_k, a57_bar_k in blocks30:
            # (99)  z57_bar[n,i] = a57_bar[n,i]*(1 - a57[n,i]**2)
            np.square(a57_k, out=z57_bar_k)
            np.subtract(one, z57_bar_k, out=z57_bar_k)
            z57_bar_k *= a57_bar_k
        # (100)  b29_bar[i] = sum[n](z57_bar[n,i])
        ones2.dot(z57_bar, out=b29_bar)
        # (101)  W29_bar[i,j] = sum[n](z57_bar[n,i]*a56[n,j])
        z57_bar_T.dot(a56, out=W29_bar)
        # (102)  a55_bar[n,j] = sum[i](z57_bar[n,i]*W29[i,j]);
        #            a55_bar[n,i] += a57_bar[n,i]
        z57_bar.dot(W29, out=a55_bar)
        for _, a55_bar_k, a57_bar_k, a55_k, z55_bar_k in blocks31:
            a55_bar_k += a57_bar_k
            # (103)  z55_bar[n,i] = a55_bar[n,i]*(1 - a55[n,i]**2)
            np.square(a55_k, out=z55_bar_k)
            np.subtract(one, z55_bar_k, out=z55_bar_k)
            z55_bar_k *= a55_bar_k
        # (104)  b28_bar[i] = sum[n](z55_bar[n,i])
        ones2.dot(z55_bar, out=b28_bar)
        # (105)  W28_bar[i,j] = sum[n](z55_bar[n,i]*a54[n,j])
        z55_bar_T.dot(a54, out=W28_bar)
        # (106)  a53_bar[n,j] = sum[i](z55_bar[n,i]*W28[i,j]);
        #            a53_bar[n,i] += a55_bar[n,i]
        z55_bar.dot(W28, out=a53_bar)
        for _, a53_bar_k, a55_bar_k, a53_k, z53_bar_k in blocks32:
            a53_bar_k += a55_bar_k
            # (107)  z53_bar[n,i] = a53_bar[n,i]*(1 - a53[n,i]**2)
            np.square(a53_k, out=z53_bar_k)
            np.subtract(one, z53_bar_k, out=z53_bar_k)
            z53_bar_k *= a53_bar_k
        # (108)  b27_bar[i] = sum[n](z53_bar[n,i])
        ones2.dot(z53_bar, out=b27_bar)
        # (109)  W27_bar[i,j] = sum[n](z53_bar[n,i]*a52[n,j])
        z53_bar_T.dot(a52, out=W27_bar)
        # (110)  a51_bar[n,j] = sum[i](z53_bar[n,i]*W27[i,j]);
        #            a51_bar[n,i] += a53_bar[n,i]
        z53_bar.dot(W27, out=a51_bar)
        for _, a51_bar_k, a53_bar_k, a51_k, z51_bar_k in blocks33:
            a51_bar_k += a53_bar_k
            # (111)  z51_bar[n,i] = a51_bar[n,i]*(1 - a51[n,i]**2)
            np.square(a51_k, out=z51_bar_k)
            np.subtract(one, z51_bar_k, out=z51_bar_k)
            z51_bar_k *= a51_bar_k
        # (112)  b26_bar[i] = sum[n](z51_bar[n,i])
        ones2.dot(z51_bar, out=b26_bar)
        # (113)  W26_bar[i,j] = sum[n](z51_bar[n,i]*a50[n,j])
        z51_bar_T.dot(a50, out=W26_bar)
        # (114)  a49_bar[n,j] = sum[i](z51_bar[n,i]*W26[i,j]);
        #            a49_bar[n,i] += a51_bar[n,i]
        z51_bar.dot(W26, out=a49_bar)
        for _, a49_bar_k, a51_bar_k, a49_k, z49_bar_k in blocks34:
            a49_bar_k += a51_bar_k
            # (115)  z49_bar[n,i] = a49_bar[n,i]*(1 - a49[n,i]**2)
            np.square(a49_k, out=z49_bar_k)
            np.subtract(one, z49_bar_k, out=z49_bar_k)
            z49_bar_k *= a49_bar_k
        # (116)  b25_bar[i] = sum[n](z49_bar[n,i])
        ones2.dot(z49_bar, out=b25_bar)
        # (117)  W25_bar[i,j] = sum[n](z49_bar[n,i]*a48[n,j])
        z49_bar_T.dot(a48, out=W25_bar)
        # (118)  a47_bar[n,j] = sum[i](z49_bar[n,i]*W25[i,j]);
        #            a47_bar[n,i] += a49_bar[n,i]
        z49_bar.dot(W25, out=a47_bar)
        for _, a47_bar_k, a49_bar_k, a47_k, z47_bar_k in blocks35:
            a47_bar_k += a49_bar_k
            # (119)  z47_bar[n,i] = a47_bar[n,i]*(1 - a47[n,i]**2)
            np.square(a47_k, out=z47_bar_k)
            np.subtract(one, z47_bar_k, out=z47_bar_k)
            z47_bar_k *= a47_bar_k
        # (120)  b24_bar[i] = sum[n](z47_bar[n,i])
        ones2.dot(z47_bar, out=b24_bar)
        # (121)  W24_bar[i,j] = sum[n](z47_bar[n,i]*a46[n,j])
        z47_bar_T.dot(a46, out=W24_bar)
        # (122)  a45_bar[n,j] = sum[i](z47_bar[n,i]*W24[i,j]);
        #            a45_bar[n,i] += a47_bar[n,i]
        z47_bar.dot(W24, out=a45_bar)
        for _, a45_bar_k, a47_bar_k, a45_k, z45_bar_k in blocks36:
            a45_bar_k += a47_bar_k
            # (123)  z45_bar[n,i] = a45_bar[n,i]*(1 - a45[n,i]**2)
            np.square(a45_k, out=z45_bar_k)
            np.subtract(one, z45_bar_k, out=z45_bar_k)
            z45_bar_k *= a45_bar_k
        # (124)  b23_bar[i] = sum[n](z45_bar[n,i])
        ones2.dot(z45_bar, out=b23_bar)
        # (125)  W23_bar[i,j] = sum[n](z45_bar[n,i]*a44[n,j])
        z45_bar_T.dot(a44, out=W23_bar)
        # (126)  a43_bar[n,j] = sum[i](z45_bar[n,i]*W23[i,j]);
        #            a43_bar[n,i] += a45_bar[n,i]
        z45_bar.dot(W23, out=a43_bar)
        for _, a43_bar_k, a45_bar_k, a43_k, z43_bar_k in blocks37:
            a43_bar_k += a45_bar_k
            # (127)  z43_bar[n,i] = a43_bar[n,i]*(1 - a43[n,i]**2)
            np.square(a43_k, out=z43_bar_k)
            np.subtract(one, z43_bar_k, out=z43_bar_k)
            z43_bar_k *= a43_bar_k
        # (128)  b22_bar[i] = sum[n](z43_bar[n,i])
        ones2.dot(z43_bar, out=b22_bar)
        # (129)  W22_bar[i,j] = sum[n](z43_bar[n,i]*a42[n,j])
        z43_bar_T.dot(a42, out=W22_bar)
        # (130)  a41_bar[n,j] = sum[i](z43_bar[n,i]*W22[i,j]);
        #            a41_bar[n,i] += a43_bar[n,i]
        z43_bar.dot(W22, out=a41_bar)
        for _, a41_bar_k, a43_bar_k, a41_k, z41_bar_k in blocks38:
            a41_bar_k += a43_bar_k
            # (131)  z41_bar[n,i] = a41_bar[n,i]*(1 - a41[n,i]**2)
            np.square(a41_k, out=z41_bar_k)
            np.subtract(one, z41_bar_k, out=z41_bar_k)
            z41_bar_k *= a41_bar_k
        # (132)  b21_bar[i] = sum[n](z41_bar[n,i])
        ones2.dot(z41_bar, out=b21_bar)
        # (133)  W21_bar[i,j] = sum[n](z41_bar[n,i]*a40[n,j])
        z41_bar_T.dot(a40, out=W21_bar)
        # (134)  a39_bar[n,j] = sum[i](z41_bar[n,i]*W21[i,j]);
        #            a39_bar[n,i] += a41_bar[n,i]
        z41_bar.dot(W21, out=a39_bar)
        for _, a39_bar_k, a41_bar_k, a39_k, z39_bar_k in blocks39:
            a39_bar_k += a41_bar_k
            # (135)  z39_bar[n,i] = a39_bar[n,i]*(1 - a39[n,i]**2)
            np.square(a39_k, out=z39_bar_k)
            np.subtract(one, z39_bar_k, out=z39_bar_k)
            z39_bar_k *= a39_bar_k
        # (136)  b20_bar[i] = sum[n](z39_bar[n,i])
        ones2.dot(z39_bar, out=b20_bar)
        # (137)  W20_bar[i,j] = sum[n](z39_bar[n,i]*a38[n,j])
        z39_bar_T.dot(a38, out=W20_bar)
        # (138)  a37_bar[n,j] = sum[i](z39_bar[n,i]*W20[i,j]);
        #            a37_bar[n,i] += a39_bar[n,i]
        z39_bar.dot(W20, out=a37_bar)
        for _, a37_bar_k, a39_bar_k, a37_k, z37_bar_k in blocks40:
            a37_bar_k += a39_bar_k
            # (139)  z37_bar[n,i] = a37_bar[n,i]*(1 - a37[n,i]**2)
            np.square(a37_k, out=z37_bar_k)
            np.subtract(one, z37_bar_k, out=z37_bar_k)
            z37_bar_k *= a37_bar_k
        # (140)  b19_bar[i] = sum[n](z37_bar[n,i])
        ones2.dot(z37_bar, out=b19_bar)
        # (141)  W19_bar[i,j] = sum[n](z37_bar[n,i]*a36[n,j])
        z37_bar_T.dot(a36, out=W19_bar)
        # (142)  a35_bar[n,j] = sum[i](z37_bar[n,i]*W19[i,j]);
        #            a35_bar[n,i] += a37_bar[n,i]
        z37_bar.dot(W19, out=a35_bar)
        for _, a35_bar_k, a37_bar_k, a35_k, z35_bar_k in blocks41:
            a35_bar_k += a37_bar_k
            # (143)  z35_bar[n,i] = a35_bar[n,i]*(1 - a35[n,i]**2)
            np.square(a35_k, out=z35_bar_k)
            np.subtract(one, z35_bar_k, out=z35_bar_k)
            z35_bar_k *= a35_bar_k
        # (144)  b18_bar[i] = sum[n](z35_bar[n,i])
        ones2.dot(z35_bar, out=b18_bar)
        # (145)  W18_bar[i,j] = sum[n](z35_bar[n,i]*a34[n,j])
        z35_bar_T.dot(a34, out=W18_bar)
        # (146)  a33_bar[n,j] = sum[i](z35_bar[n,i]*W18[i,j]);
        #            a33_bar[n,i] += a35_bar[n,i]
        z35_bar.dot(W18, out=a33_bar)
        for _, a33_bar_k, a35_bar_k, a33_k, z33_bar_k in blocks42:
            a33_bar_k += a35_bar_k
            # (147)  z33_bar[n,i] = a33_bar[n,i]*(1 - a33[n,i]**2)
            np.square(a33_k, out=z33_bar_k)
            np.subtract(one, z33_bar_k, out=z33_bar_k)
            z33_bar_k *= a33_bar_k
        # (148)  b17_bar[i] = sum[n](z33_bar[n,i])
        ones2.dot(z33_bar, out=b17_bar)
        # (149)  W17_bar[i,j] = sum[n](z33_bar[n,i]*a32[n,j])
        z33_bar_T.dot(a32, out=W17_bar)
        # (150)  a31_bar[n,j] = sum[i](z33_bar[n,i]*W17[i,j]);
        #            a31_bar[n,i] += a33_bar[n,i]
        z33_bar.dot(W17, out=a31_bar)
        for _, a31_bar_k, a33_bar_k, a31_k, z31_bar_k in blocks43:
            a31_bar_k += a33_bar_k
            # (151)  z31_bar[n,i] = a31_bar[n,i]*(1 - a31[n,i]**2)
            np.square(a31_k, out=z31_bar_k)
            np.subtract(one, z31_bar_k, out=z31_bar_k)
            z31_bar_k *= a31_bar_k
        # (152)  b16_bar[i] = sum[n](z31_bar[n,i])
        ones2.dot(z31_bar, out=b16_bar)
        # (153)  W16_bar[i,j] = sum[n](z31_bar[n,i]*a30[n,j])
        z31_bar_T.dot(a30, out=W16_bar)
        # (154)  a29_bar[n,j] = sum[i](z31_bar[n,i]*W16[i,j]);
        #            a29_bar[n,i] += a31_bar[n,i]
        z31_bar.dot(W16, out=a29_bar)
        for _, a29_bar_k, a31_bar_k, a29_k, z29_bar_k in blocks44:
            a29_bar_k += a31_bar_k
            # (155)  z29_bar[n,i] = a29_bar[n,i]*(1 - a29[n,i]**2)
            np.square(a29_k, out=z29_bar_k)
            np.subtract(one, z29_bar_k, out=z29_bar_k)
            z29_bar_k *= a29_bar_k
        # (156)  b15_bar[i] = sum[n](z29_bar[n,i])
        ones2.dot(z29_bar, out=b15_bar)
        # (157)  W15_bar[i,j] = sum[n](z29_bar[n,i]*a28[n,j])
        z29_bar_T.dot(a28, out=W15_bar)
        # (158)  a27_bar[n,j] = sum[i](z29_bar[n,i]*W15[i,j]);
        #            a27_bar[n,i] += a29_bar[n,i]
        z29_bar.dot(W15, out=a27_bar)
        for _, a27_bar_k, a29_bar_k, a27_k, z27_bar_k in blocks45:
            a27_bar_k += a29_bar_k
            # (159)  z27_bar[n,i] = a27_bar[n,i]*(1 - a27[n,i]**2)
            np.square(a27_k, out=z27_bar_k)
            np.subtract(one, z27_bar_k, out=z27_bar_k)
            z27_bar_k *= a27_bar_k
        # (160)  b14_bar[i] = sum[n](z27_bar[n,i])
        ones2.dot(z27_bar, out=b14_bar)
        # (161)  W14_bar[i,j] = sum[n](z27_bar[n,i]*a26[n,j])
        z27_bar_T.dot(a26, out=W14_bar)
        # (162)  a25_bar[n,j] = sum[i](z27_bar[n,i]*W14[i,j]);
        #            a25_bar[n,i] += a27_bar[n,i]
        z27_bar.dot(W14, out=a25_bar)
        for _, a25_bar_k, a27_bar_k, a25_k, z25_bar_k in blocks46:
            a25_bar_k += a27_bar_k
            # (163)  z25_bar[n,i] = a25_bar[n,i]*(1 - a25[n,i]**2)
            np.square(a25_k, out=z25_bar_k)
            np.subtract(one, z25_bar_k, out=z25_bar_k)
            z25_bar_k *= a25_bar_k
        # (164)  b13_bar[i] = sum[n](z25_bar[n,i])
        ones2.dot(z25_bar, out=b13_bar)
        # (165)  W13_bar[i,j] = sum[n](z25_bar[n,i]*a24[n,j])
        z25_bar_T.dot(a24, out=W13_bar)
        # (166)  a23_bar[n,j] = sum[i](z25_bar[n,i]*W13[i,j]);
        #            a23_bar[n,i] += a25_bar[n,i]
        z25_bar.dot(W13, out=a23_bar)
        for _, a23_bar_k, a25_bar_k, a23_k, z23_bar_k in blocks47:
            a23_bar_k += a25_bar_k
            # (167)  z23_bar[n,i] = a23_bar[n,i]*(1 - a23[n,i]**2)
            np.square(a23_k, out=z23_bar_k)
            np.subtract(one, z23_bar_k, out=z23_bar_k)
            z23_bar_k *= a23_bar_k
        # (168)  b12_bar[i] = sum[n](z23_bar[n,i])
        ones2.dot(z23_bar, out=b12_bar)
        # (169)  W12_bar[i,j] = sum[n](z23_bar[n,i]*a22[n,j])
        z23_bar_T.dot(a22, out=W12_bar)
        # (170)  a21_bar[n,j] = sum[i](z23_bar[n,i]*W12[i,j]);
        #            a21_bar[n,i] += a23_bar[n,i]
        z23_bar.dot(W12, out=a21_bar)
        for _, a21_bar_k, a23_bar_k, a21_k, z21_bar_k in blocks48:
            a21_bar_k += a23_bar_k
            # (171)  z21_bar[n,i] = a21_bar[n,i]*(1 - a21[n,i]**2)
            np.square(a21_k, out=z21_bar_k)
            np.subtract(one, z21_bar_k, out=z21_bar_k)
            z21_bar_k *= a21_bar_k
        # (172)  b11_bar[i] = sum[n](z21_bar[n,i])
        ones2.dot(z21_bar, out=b11_bar)
        # (173)  W11_bar[i,j] = sum[n](z21_bar[n,i]*a20[n,j])
        z21_bar_T.dot(a20, out=W11_bar)
        # (174)  a19_bar[n,j] = sum[i](z21_bar[n,i]*W11[i,j]);
        #            a19_bar[n,i] += a21_bar[n,i]
        z21_bar.dot(W11, out=a19_bar)
        for _, a19_bar_k, a21_bar_k, a19_k, z19_bar_k in blocks49:
            a19_bar_k += a21_bar_k
            # (175)  z19_bar[n,i] = a19_bar[n,i]*(1 - a19[n,i]**2)
            np.square(a19_k, out=z19_bar_k)
            np.subtract(one, z19_bar_k, out=z19_bar_k)
            z19_bar_k *= a19_bar_k
        # (176)  b10_bar[i] = sum[n](z19_bar[n,i])
        ones2.dot(z19_bar, out=b10_bar)
        # (177)  W10_bar[i,j] = sum[n](z19_bar[n,i]*a18[n,j])
        z19_bar_T.dot(a18, out=W10_bar)
        # (178)  a17_bar[n,j] = sum[i](z19_bar[n,i]*W10[i,j]);
        #            a17_bar[n,i] += a19_bar[n,i]
        z19_bar.dot(W10, out=a17_bar)
        for _, a17_bar_k, a19_bar_k, a17_k, z17_bar_k in blocks50:
            a17_bar_k += a19_bar_k
            # (179)  z17_bar[n,i] = a17_bar[n,i]*(1 - a17[n,i]**2)
            np.square(a17_k, out=z17_bar_k)
            np.subtract(one, z17_bar_k, out=z17_bar_k)
            z17_bar_k *= a17_bar_k
        # (180)  b9_bar[i] = sum[n](z17_bar[n,i])
        ones2.dot(z17_bar, out=b9_bar)
        # (181)  W9_bar[i,j] = sum[n](z17_bar[n,i]*a16[n,j])
        z17_bar_T.dot(a16, out=W9_bar)
        # (182)  a15_bar[n,j] = sum[i](z17_bar[n,i]*W9[i,j]);
        #            a15_bar[n,i] += a17_bar[n,i]
        z17_bar.dot(W9, out=a15_bar)
        for _, a15_bar_k, a17_bar_k, a15_k, z15_bar_k in blocks51:
            a15_bar_k += a17_bar_k
            # (183)  z15_bar[n,i] = a15_bar[n,i]*(1 - a15[n,i]**2)
            np.square(a15_k, out=z15_bar_k)
            np.subtract(one, z15_bar_k, out=z15_bar_k)
            z15_bar_k *= a15_bar_k
        # (184)  b8_bar[i] = sum[n](z15_bar[n,i])
        ones2.dot(z15_bar, out=b8_bar)
        # (185)  W8_bar[i,j] = sum[n](z15_bar[n,i]*a14[n,j])
        z15_bar_T.dot(a14, out=W8_bar)
        # (186)  a13_bar[n,j] = sum[i](z15_bar[n,i]*W8[i,j]);
        #            a13_bar[n,i] += a15_bar[n,i]
        z15_bar.dot(W8, out=a13_bar)
        for _, a13_bar_k, a15_bar_k, a13_k, z13_bar_k in blocks52:
            a13_bar_k += a15_bar_k
            # (187)  z13_bar[n,i] = a13_bar[n,i]*(1 - a13[n,i]**2)
            np.square(a13_k, out=z13_bar_k)
            np.subtract(one, z13_bar_k, out=z13_bar_k)
            z13_bar_k *= a13_bar_k
        # (188)  b7_bar[i] = sum[n](z13_bar[n,i])
        ones2.dot(z13_bar, out=b7_bar)
        # (189)  W7_bar[i,j] = sum[n](z13_bar[n,i]*a12[n,j])
        z13_bar_T.dot(a12, out=W7_bar)
        # (190)  a11_bar[n,j] = sum[i](z13_bar[n,i]*W7[i,j]);
        #            a11_bar[n,i] += a13_bar[n,i]
        z13_bar.dot(W7, out=a11_bar)
        for _, a11_bar_k, a13_bar_k, a11_k, z11_bar_k in blocks53:
            a11_bar_k += a13_bar_k
            # (191)  z11_bar[n,i] = a11_bar[n,i]*(1 - a11[n,i]**2)
            np.square(a11_k, out=z11_bar_k)
            np.subtract(one, z11_bar_k, out=z11_bar_k)
            z11_bar_k *= a11_bar_k
        # (192)  b6_bar[i] = sum[n](z11_bar[n,i])
        ones2.dot(z11_bar, out=b6_bar)
        # (193)  W6_bar[i,j] = sum[n](z11_bar[n,i]*a10[n,j])
        z11_bar_T.dot(a10, out=W6_bar)
        # (194)  a9_bar[n,j] = sum[i](z11_bar[n,i]*W6[i,j]);
        #            a9_bar[n,i] += a11_bar[n,i]
        z11_bar.dot(W6, out=a9_bar)
        for _, a9_bar_k, a11_bar_k, a9_k, z9_bar_k in blocks54:
            a9_bar_k += a11_bar_k
            # (195)  z9_bar[n,i] = a9_bar[n,i]*(1 - a9[n,i]**2)
            np.square(a9_k, out=z9_bar_k)
            np.subtract(one, z9_bar_k, out=z9_bar_k)
            z9_bar_k *= a9_bar_k
        # (196)  b5_bar[i] = sum[n](z9_bar[n,i])
        ones2.dot(z9_bar, out=b5_bar)
        # (197)  W5_bar[i,j] = sum[n](z9_bar[n,i]*a8[n,j])
        z9_bar_T.dot(a8, out=W5_bar)
        # (198)  a7_bar[n,j] = sum[i](z9_bar[n,i]*W5[i,j]);  a7_bar[n,i] += a9_bar[n,i]
        z9_bar.dot(W5, out=a7_bar)
        for _, a7_bar_k, a9_bar_k, a7_k, z7_bar_k in blocks55:
            a7_bar_k += a9_bar_k
            # (199)  z7_bar[n,i] = a7_bar[n,i]*(1 - a7[n,i]**2)
            np.square(a7_k, out=z7_bar_k)
            np.subtract(one, z7_bar_k, out=z7_bar_k)
            z7_bar_k *= a7_bar_k
        # (200)  b4_bar[i] = sum[n](z7_bar[n,i])
        ones2.dot(z7_bar, out=b4_bar)
        # (201)  W4_bar[i,j] = sum[n](z7_bar[n,i]*a6[n,j])
        z7_bar_T.dot(a6, out=W4_bar)
        # (202)  a5_bar[n,j] = sum[i](z7_bar[n,i]*W4[i,j]);  a5_bar[n,i] += a7_bar[n,i]
        z7_bar.dot(W4, out=a5_bar)
        for _, a5_bar_k, a7_bar_k, a5_k, z5_bar_k in blocks56:
            a5_bar_k += a7_bar_k
            # (203)  z5_bar[n,i] = a5_bar[n,i]*(1 - a5[n,i]**2)
            np.square(a5_k, out=z5_bar_k)
            np.subtract(one, z5_bar_k, out=z5_bar_k)
            z5_bar_k *= a5_bar_k
        # (204)  b3_bar[i] = sum[n](z5_bar[n,i])
        ones2.dot(z5_bar, out=b3_bar)
        # (205)  W3_bar[i,j] = sum[n](z5_bar[n,i]*a4[n,j])
        z5_bar_T.dot(a4, out=W3_bar)
        # (206)  a3_bar[n,j] = sum[i](z5_bar[n,i]*W3[i,j]);  a3_bar[n,i] += a5_bar[n,i]
        z5_bar.dot(W3, out=a3_bar)
        for _, a3_bar_k, a5_bar_k, a3_k, z3_bar_k in blocks57:
            a3_bar_k += a5_bar_k
            # (207)  z3_bar[n,i] = a3_bar[n,i]*(1 - a3[n,i]**2)
            np.square(a3_k, out=z3_bar_k)
            np.subtract(one, z3_bar_k, out=z3_bar_k)
            z3_bar_k *= a3_bar_k
        # (208)  b2_bar[i] = sum[n](z3_bar[n,i])
        ones2.dot(z3_bar, out=b2_bar)
        # (209)  W2_bar[i,j] = sum[n](z3_bar[n,i]*a2[n,j])
        z3_bar_T.dot(a2, out=W2_bar)
        # (210)  a1_bar[n,j] = sum[i](z3_bar[n,i]*W2[i,j]);  a1_bar[n,i] += a3_bar[n,i]
        z3_bar.dot(W2, out=a1_bar)
        for _, a1_bar_k, a3_bar_k, a1_k, z1_bar_k in blocks58:
            a1_bar_k += a3_bar_k
            # (211)  z1_bar[n,i] = a1_bar[n,i]*(1 - a1[n,i]**2)
            np.square(a1_k, out=a1_k)
            np.subtract(one, a1_k, out=a1_k)
            np.multiply(a1_bar_k, a1_k, out=z1_bar_k)
        # (212)  b1_bar[i] = sum[n](z1_bar[n,i])
        ones2.dot(z1_bar, out=b1_bar)
        # (213)  W1_bar[i,j] = sum[n](z1_bar[n,i]*x[n,j])
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
