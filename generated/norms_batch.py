"""norms_batch: Thirty layers with batch normalisation

A NumPy module made by symbp from the equations of the network. The number before an
equation is its number in the notes. NAME_bar is dL/dNAME, and W1[i,j] is the weight
to unit i from unit j. Arrays are float32 or float64 throughout; the batch comes first.
Several threads may call its functions at once, each with a Workspace of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Parameters(NamedTuple):
    """The parameters in the order of the layers; a gradient has the same fields."""

    W1: Array  # (64, 64)
    gamma2: Array  # (64,)
    beta2: Array  # (64,)
    W3: Array  # (64, 64)
    gamma4: Array  # (64,)
    beta4: Array  # (64,)
    W5: Array  # (64, 64)
    gamma6: Array  # (64,)
    beta6: Array  # (64,)
    W7: Array  # (64, 64)
    gamma8: Array  # (64,)
    beta8: Array  # (64,)
    W9: Array  # (64, 64)
    gamma10: Array  # (64,)
    beta10: Array  # (64,)
    W11: Array  # (64, 64)
    gamma12: Array  # (64,)
    beta12: Array  # (64,)
    W13: Array  # (64, 64)
    gamma14: Array  # (64,)
    beta14: Array  # (64,)
    W15: Array  # (64, 64)
    gamma16: Array  # (64,)
    beta16: Array  # (64,)
    W17: Array  # (64, 64)
    gamma18: Array  # (64,)
    beta18: Array  # (64,)
    W19: Array  # (64, 64)
    gamma20: Array  # (64,)
    beta20: Array  # (64,)
    W21: Array  # (64, 64)
    gamma22: Array  # (64,)
    beta22: Array  # (64,)
    W23: Array  # (64, 64)
    gamma24: Array  # (64,)
    beta24: Array  # (64,)
    W25: Array  # (64, 64)
    gamma26: Array  # (64,)
    beta26: Array  # (64,)
    W27: Array  # (64, 64)
    gamma28: Array  # (64,)
    beta28: Array  # (64,)
    W29: Array  # (64, 64)
    gamma30: Array  # (64,)
    beta30: Array  # (64,)
    W31: Array  # (64, 64)
    gamma32: Array  # (64,)
    beta32: Array  # (64,)
    W33: Array  # (64, 64)
    gamma34: Array  # (64,)
    beta34: Array  # (64,)
    W35: Array  # (64, 64)
    gamma36: Array  # (64,)
    beta36: Array  # (64,)
    W37: Array  # (64, 64)
    gamma38: Array  # (64,)
    beta38: Array  # (64,)
    W39: Array  # (64, 64)
    gamma40: Array  # (64,)
    beta40: Array  # (64,)
    W41: Array  # (64, 64)
    gamma42: Array  # (64,)
    beta42: Array  # (64,)
    W43: Array  # (64, 64)
    gamma44: Array  # (64,)
    beta44: Array  # (64,)
    W45: Array  # (64, 64)
    gamma46: Array  # (64,)
    beta46: Array  # (64,)
    W47: Array  # (64, 64)
    gamma48: Array  # (64,)
    beta48: Array  # (64,)
    W49: Array  # (64, 64)
    gamma50: Array  # (64,)
    beta50: Array  # (64,)
    W51: Array  # (64, 64)
    gamma52: Array  # (64,)
    beta52: Array  # (64,)
    W53: Array  # (64, 64)
    gamma54: Array  # (64,)
    beta54: Array  # (64,)
    W55: Array  # (64, 64)
    gamma56: Array  # (64,)
    beta56: Array  # (64,)
    W57: Array  # (64, 64)
    gamma58: Array  # (64,)
    beta58: Array  # (64,)
    W59: Array  # (10, 64)
    b59: Array  # (10,)


_SHAPES: tuple[tuple[int, ...], ...] = (
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (64, 64),
    (64,),
    (64,),
    (10, 64),
    (10,),
)


def init(seed: int = 0, dtype: npt.DTypeLike = np.float32) -> Parameters:
    """New parameters: Glorot uniform, zero biases, scales of one."""
    rng = np.random.default_rng(seed)
    return Parameters(
        W1=_glorot_uniform(rng, (64, 64), dtype),
        gamma2=np.ones((64,), dtype),
        beta2=np.zeros((64,), dtype),
        W3=_glorot_uniform(rng, (64, 64), dtype),
        gamma4=np.ones((64,), dtype),
        beta4=np.zeros((64,), dtype),
        W5=_glorot_uniform(rng, (64, 64), dtype),
        gamma6=np.ones((64,), dtype),
        beta6=np.zeros((64,), dtype),
        W7=_glorot_uniform(rng, (64, 64), dtype),
        gamma8=np.ones((64,), dtype),
        beta8=np.zeros((64,), dtype),
        W9=_glorot_uniform(rng, (64, 64), dtype),
        gamma10=np.ones((64,), dtype),
        beta10=np.zeros((64,), dtype),
        W11=_glorot_uniform(rng, (64, 64), dtype),
        gamma12=np.ones((64,), dtype),
        beta12=np.zeros((64,), dtype),
        W13=_glorot_uniform(rng, (64, 64), dtype),
        gamma14=np.ones((64,), dtype),
        beta14=np.zeros((64,), dtype),
        W15=_glorot_uniform(rng, (64, 64), dtype),
        gamma16=np.ones((64,), dtype),
        beta16=np.zeros((64,), dtype),
        W17=_glorot_uniform(rng, (64, 64), dtype),
        gamma18=np.ones((64,), dtype),
        beta18=np.zeros((64,), dtype),
        W19=_glorot_uniform(rng, (64, 64), dtype),
        gamma20=np.ones((64,), dtype),
        beta20=np.zeros((64,), dtype),
        W21=_glorot_uniform(rng, (64, 64), dtype),
        gamma22=np.ones((64,), dtype),
        beta22=np.zeros((64,), dtype),
        W23=_glorot_uniform(rng, (64, 64), dtype),
        gamma24=np.ones((64,), dtype),
        beta24=np.zeros((64,), dtype),
        W25=_glorot_uniform(rng, (64, 64), dtype),
        gamma26=np.ones((64,), dtype),
        beta26=np.zeros((64,), dtype),
        W27=_glorot_uniform(rng, (64, 64), dtype),
        gamma28=np.ones((64,), dtype),
        beta28=np.zeros((64,), dtype),
        W29=_glorot_uniform(rng, (64, 64), dtype),
        gamma30=np.ones((64,), dtype),
        beta30=np.zeros((64,), dtype),
        W31=_glorot_uniform(rng, (64, 64), dtype),
        gamma32=np.ones((64,), dtype),
        beta32=np.zeros((64,), dtype),
        W33=_glorot_uniform(rng, (64, 64), dtype),
        gamma34=np.ones((64,), dtype),
        beta34=np.zeros((64,), dtype),
        W35=_glorot_uniform(rng, (64, 64), dtype),
        gamma36=np.ones((64,), dtype),
        beta36=np.zeros((64,), dtype),
        W37=_glorot_uniform(rng, (64, 64), dtype),
        gamma38=np.ones((64,), dtype),
        beta38=np.zeros((64,), dtype),
        W39=_glorot_uniform(rng, (64, 64), dtype),
        gamma40=np.ones((64,), dtype),
        beta40=np.zeros((64,), dtype),
        W41=_glorot_uniform(rng, (64, 64), dtype),
        gamma42=np.ones((64,), dtype),
        beta42=np.zeros((64,), dtype),
        W43=_glorot_uniform(rng, (64, 64), dtype),
        gamma44=np.ones((64,), dtype),
        beta44=np.zeros((64,), dtype),
        W45=_glorot_uniform(rng, (64, 64), dtype),
        gamma46=np.ones((64,), dtype),
        beta46=np.zeros((64,), dtype),
        W47=_glorot_uniform(rng, (64, 64), dtype),
        gamma48=np.ones((64,), dtype),
        beta48=np.zeros((64,), dtype),
        W49=_glorot_uniform(rng, (64, 64), dtype),
        gamma50=np.ones((64,), dtype),
        beta50=np.zeros((64,), dtype),
        W51=_glorot_uniform(rng, (64, 64), dtype),
        gamma52=np.ones((64,), dtype),
        beta52=np.zeros((64,), dtype),
        W53=_glorot_uniform(rng, (64, 64), dtype),
        gamma54=np.ones((64,), dtype),
        beta54=np.zeros((64,), dtype),
        W55=_glorot_uniform(rng, (64, 64), dtype),
        gamma56=np.ones((64,), dtype),
        beta56=np.zeros((64,), dtype),
        W57=_glorot_uniform(rng, (64, 64), dtype),
        gamma58=np.ones((64,), dtype),
        beta58=np.zeros((64,), dtype),
        W59=_glorot_uniform(rng, (10, 64), dtype),
        b59=np.zeros((10,), dtype),
    )


def _glorot_uniform(
    rng: np.random.Generator, shape: tuple[int, ...], dtype: npt.DTypeLike
) -> Array:
    """U(-r, r) with r = sqrt(6 / (inputs + outputs)): Glorot and Bengio (2010)."""
    r = (6 / sum(shape)) ** 0.5
    return rng.uniform(-r, r, shape).astype(dtype)


class State(NamedTuple):
    """The running statistics that ``predict`` reads; ``loss_and_grad`` moves them, in place."""

    mean2: Array  # (64,)
    variance2: Array  # (64,)
    mean4: Array  # (64,)
    variance4: Array  # (64,)
    mean6: Array  # (64,)
    variance6: Array  # (64,)
    mean8: Array  # (64,)
    variance8: Array  # (64,)
    mean10: Array  # (64,)
    variance10: Array  # (64,)
    mean12: Array  # (64,)
    variance12: Array  # (64,)
    mean14: Array  # (64,)
    variance14: Array  # (64,)
    mean16: Array  # (64,)
    variance16: Array  # (64,)
    mean18: Array  # (64,)
    variance18: Array  # (64,)
    mean20: Array  # (64,)
    variance20: Array  # (64,)
    mean22: Array  # (64,)
    variance22: Array  # (64,)
    mean24: Array  # (64,)
    variance24: Array  # (64,)
    mean26: Array  # (64,)
    variance26: Array  # (64,)
    mean28: Array  # (64,)
    variance28: Array  # (64,)
    mean30: Array  # (64,)
    variance30: Array  # (64,)
    mean32: Array  # (64,)
    variance32: Array  # (64,)
    mean34: Array  # (64,)
    variance34: Array  # (64,)
    mean36: Array  # (64,)
    variance36: Array  # (64,)
    mean38: Array  # (64,)
    variance38: Array  # (64,)
    mean40: Array  # (64,)
    variance40: Array  # (64,)
    mean42: Array  # (64,)
    variance42: Array  # (64,)
    mean44: Array  # (64,)
    variance44: Array  # (64,)
    mean46: Array  # (64,)
    variance46: Array  # (64,)
    mean48: Array  # (64,)
    variance48: Array  # (64,)
    mean50: Array  # (64,)
    variance50: Array  # (64,)
    mean52: Array  # (64,)
    variance52: Array  # (64,)
    mean54: Array  # (64,)
    variance54: Array  # (64,)
    mean56: Array  # (64,)
    variance56: Array  # (64,)
    mean58: Array  # (64,)
    variance58: Array  # (64,)


def init_state(dtype: npt.DTypeLike = np.float32) -> State:
    """The state before the first batch."""
    return State(
        mean2=np.zeros((64,), dtype),
        variance2=np.ones((64,), dtype),
        mean4=np.zeros((64,), dtype),
        variance4=np.ones((64,), dtype),
        mean6=np.zeros((64,), dtype),
        variance6=np.ones((64,), dtype),
        mean8=np.zeros((64,), dtype),
        variance8=np.ones((64,), dtype),
        mean10=np.zeros((64,), dtype),
        variance10=np.ones((64,), dtype),
        mean12=np.zeros((64,), dtype),
        variance12=np.ones((64,), dtype),
        mean14=np.zeros((64,), dtype),
        variance14=np.ones((64,), dtype),
        mean16=np.zeros((64,), dtype),
        variance16=np.ones((64,), dtype),
        mean18=np.zeros((64,), dtype),
        variance18=np.ones((64,), dtype),
        mean20=np.zeros((64,), dtype),
        variance20=np.ones((64,), dtype),
        mean22=np.zeros((64,), dtype),
        variance22=np.ones((64,), dtype),
        mean24=np.zeros((64,), dtype),
        variance24=np.ones((64,), dtype),
        mean26=np.zeros((64,), dtype),
        variance26=np.ones((64,), dtype),
        mean28=np.zeros((64,), dtype),
        variance28=np.ones((64,), dtype),
        mean30=np.zeros((64,), dtype),
        variance30=np.ones((64,), dtype),
        mean32=np.zeros((64,), dtype),
        variance32=np.ones((64,), dtype),
        mean34=np.zeros((64,), dtype),
        variance34=np.ones((64,), dtype),
        mean36=np.zeros((64,), dtype),
        variance36=np.ones((64,), dtype),
        mean38=np.zeros((64,), dtype),
        variance38=np.ones((64,), dtype),
        mean40=np.zeros((64,), dtype),
        variance40=np.ones((64,), dtype),
        mean42=np.zeros((64,), dtype),
        variance42=np.ones((64,), dtype),
        mean44=np.zeros((64,), dtype),
        variance44=np.ones((64,), dtype),
        mean46=np.zeros((64,), dtype),
        variance46=np.ones((64,), dtype),
        mean48=np.zeros((64,), dtype),
        variance48=np.ones((64,), dtype),
        mean50=np.zeros((64,), dtype),
        variance50=np.ones((64,), dtype),
        mean52=np.zeros((64,), dtype),
        variance52=np.ones((64,), dtype),
        mean54=np.zeros((64,), dtype),
        variance54=np.ones((64,), dtype),
        mean56=np.zeros((64,), dtype),
        variance56=np.ones((64,), dtype),
        mean58=np.zeros((64,), dtype),
        variance58=np.ones((64,), dtype),
    )


def predict(p: Parameters, X: Array, *, state: State) -> Array:
    """The output yhat for a batch of inputs, (N, 10).

    Normalised by the running statistics of ``state``, not by those of the batch.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    _check_inputs(p, X, p[0].dtype)
    dtype = p[0].dtype
    _check_state(state, dtype)
    (
        mean2,
        variance2,
        mean4,
        variance4,
        mean6,
        variance6,
        mean8,
        variance8,
        mean10,
        variance10,
        mean12,
        variance12,
        mean14,
        variance14,
        mean16,
        variance16,
        mean18,
        variance18,
        mean20,
        variance20,
        mean22,
        variance22,
        mean24,
        variance24,
        mean26,
        variance26,
        mean28,
        variance28,
        mean30,
        variance30,
        mean32,
        variance32,
        mean34,
        variance34,
        mean36,
        variance36,
        mean38,
        variance38,
        mean40,
        variance40,
        mean42,
        variance42,
        mean44,
        variance44,
        mean46,
        variance46,
        mean48,
        variance48,
        mean50,
        variance50,
        mean52,
        variance52,
        mean54,
        variance54,
        mean56,
        variance56,
        mean58,
        variance58,
    ) = state
    (
        W1,
        gamma2,
        beta2,
        W3,
        gamma4,
        beta4,
        W5,
        gamma6,
        beta6,
        W7,
        gamma8,
        beta8,
        W9,
        gamma10,
        beta10,
        W11,
        gamma12,
        beta12,
        W13,
        gamma14,
        beta14,
        W15,
        gamma16,
        beta16,
        W17,
        gamma18,
        beta18,
        W19,
        gamma20,
        beta20,
        W21,
        gamma22,
        beta22,
        W23,
        gamma24,
        beta24,
        W25,
        gamma26,
        beta26,
        W27,
        gamma28,
        beta28,
        W29,
        gamma30,
        beta30,
        W31,
        gamma32,
        beta32,
        W33,
        gamma34,
        beta34,
        W35,
        gamma36,
        beta36,
        W37,
        gamma38,
        beta38,
        W39,
        gamma40,
        beta40,
        W41,
        gamma42,
        beta42,
        W43,
        gamma44,
        beta44,
        W45,
        gamma46,
        beta46,
        W47,
        gamma48,
        beta48,
        W49,
        gamma50,
        beta50,
        W51,
        gamma52,
        beta52,
        W53,
        gamma54,
        beta54,
        W55,
        gamma56,
        beta56,
        W57,
        gamma58,
        beta58,
        W59,
        b59,
    ) = p
    x = X
    # (1)  a1[n,i] = sum[j](W1[i,j]*x[n,j])
    a1 = x @ W1.T
    # s2[i] = sqrt(variance2[i] + 1/100000)
    s2 = np.sqrt(variance2 + 1e-05)
    # xhat2[n,i] = (a1[n,i] - mean2[i])/s2[i]
    xhat2 = (a1 - mean2) / s2
    # (7)  z2[n,i] = gamma2[i]*xhat2[n,i] + beta2[i]
    z2 = gamma2 * xhat2 + beta2
    # (8)  a2[n,i] = tanh(z2[n,i])
    a2 = np.tanh(z2)
    # (9)  a3[n,i] = sum[j](W3[i,j]*a2[n,j])
    a3 = a2 @ W3.T
    # s4[i] = sqrt(variance4[i] + 1/100000)
    s4 = np.sqrt(variance4 + 1e-05)
    # xhat4[n,i] = (a3[n,i] - mean4[i])/s4[i]
    xhat4 = (a3 - mean4) / s4
    # (15)  z4[n,i] = gamma4[i]*xhat4[n,i] + beta4[i]
    z4 = gamma4 * xhat4 + beta4
    # (16)  a4[n,i] = tanh(z4[n,i])
    a4 = np.tanh(z4)
    # (17)  a5[n,i] = sum[j](W5[i,j]*a4[n,j])
    a5 = a4 @ W5.T
    # s6[i] = sqrt(variance6[i] + 1/100000)
    s6 = np.sqrt(variance6 + 1e-05)
    # xhat6[n,i] = (a5[n,i] - mean6[i])/s6[i]
    xhat6 = (a5 - mean6) / s6
    # (23)  z6[n,i] = gamma6[i]*xhat6[n,i] + beta6[i]
    z6 = gamma6 * xhat6 + beta6
    # (24)  a6[n,i] = tanh(z6[n,i])
    a6 = np.tanh(z6)
    # (25)  a7[n,i] = sum[j](W7[i,j]*a6[n,j])
    a7 = a6 @ W7.T
    # s8[i] = sqrt(variance8[i] + 1/100000)
    s8 = np.sqrt(variance8 + 1e-05)
    # xhat8[n,i] = (a7[n,i] - mean8[i])/s8[i]
    xhat8 = (a7 - mean8) / s8
    # (31)  z8[n,i] = gamma8[i]*xhat8[n,i] + beta8[i]
    z8 = gamma8 * xhat8 + beta8
    # (32)  a8[n,i] = tanh(z8[n,i])
    a8 = np.tanh(z8)
    # (33)  a9[n,i] = sum[j](W9[i,j]*a8[n,j])
    a9 = a8 @ W9.T
    # s10[i] = sqrt(variance10[i] + 1/100000)
    s10 = np.sqrt(variance10 + 1e-05)
    # xhat10[n,i] = (a9[n,i] - mean10[i])/s10[i]
    xhat10 = (a9 - mean10) / s10
    # (39)  z10[n,i] = gamma10[i]*xhat10[n,i] + beta10[i]
    z10 = gamma10 * xhat10 + beta10
    # (40)  a10[n,i] = tanh(z10[n,i])
    a10 = np.tanh(z10)
    # (41)  a11[n,i] = sum[j](W11[i,j]*a10[n,j])
    a11 = a10 @ W11.T
    # s12[i] = sqrt(variance12[i] + 1/100000)
    s12 = np.sqrt(variance12 + 1e-05)
    # xhat12[n,i] = (a11[n,i] - mean12[i])/s12[i]
    xhat12 = (a11 - mean12) / s12
    # (47)  z12[n,i] = gamma12[i]*xhat12[n,i] + beta12[i]
    z12 = gamma12 * xhat12 + beta12
    # (48)  a12[n,i] = tanh(z12[n,i])
    a12 = np.tanh(z12)
    # (49)  a13[n,i] = sum[j](W13[i,j]*a12[n,j])
    a13 = a12 @ W13.T
    # s14[i] = sqrt(variance14[i] + 1/100000)
    s14 = np.sqrt(variance14 + 1e-05)
    # xhat14[n,i] = (a13[n,i] - mean14[i])/s14[i]
    xhat14 = (a13 - mean14) / s14
    # (55)  z14[n,i] = gamma14[i]*xhat14[n,i] + beta14[i]
    z14 = gamma14 * xhat14 + beta14
    # (56)  a14[n,i] = tanh(z14[n,i])
    a14 = np.tanh(z14)
    # (57)  a15[n,i] = sum[j](W15[i,j]*a14[n,j])
    a15 = a14 @ W15.T
    # s16[i] = sqrt(variance16[i] + 1/100000)
    s16 = np.sqrt(variance16 + 1e-05)
    # xhat16[n,i] = (a15[n,i] - mean16[i])/s16[i]
    xhat16 = (a15 - mean16) / s16
    # (63)  z16[n,i] = gamma16[i]*xhat16[n,i] + beta16[i]
    z16 = gamma16 * xhat16 + beta16
    # (64)  a16[n,i] = tanh(z16[n,i])
    a16 = np.tanh(z16)
    # (65)  a17[n,i] = sum[j](W17[i,j]*a16[n,j])
    a17 = a16 @ W17.T
    # s18[i] = sqrt(variance18[i] + 1/100000)
    s18 = np.sqrt(variance18 + 1e-05)
    # xhat18[n,i] = (a17[n,i] - mean18[i])/s18[i]
    xhat18 = (a17 - mean18) / s18
    # (71)  z18[n,i] = gamma18[i]*xhat18[n,i] + beta18[i]
    z18 = gamma18 * xhat18 + beta18
    # (72)  a18[n,i] = tanh(z18[n,i])
    a18 = np.tanh(z18)
    # (73)  a19[n,i] = sum[j](W19[i,j]*a18[n,j])
    a19 = a18 @ W19.T
    # s20[i] = sqrt(variance20[i] + 1/100000)
    s20 = np.sqrt(variance20 + 1e-05)
    # xhat20[n,i] = (a19[n,i] - mean20[i])/s20[i]
    xhat20 = (a19 - mean20) / s20
    # (79)  z20[n,i] = gamma20[i]*xhat20[n,i] + beta20[i]
    z20 = gamma20 * xhat20 + beta20
    # (80)  a20[n,i] = tanh(z20[n,i])
    a20 = np.tanh(z20)
    # (81)  a21[n,i] = sum[j](W21[i,j]*a20[n,j])
    a21 = a20 @ W21.T
    # s22[i] = sqrt(variance22[i] + 1/100000)
    s22 = np.sqrt(variance22 + 1e-05)
    # xhat22[n,i] = (a21[n,i] - mean22[i])/s22[i]
    xhat22 = (a21 - mean22) / s22
    # (87)  z22[n,i] = gamma22[i]*xhat22[n,i] + beta22[i]
    z22 = gamma22 * xhat22 + beta22
    # (88)  a22[n,i] = tanh(z22[n,i])
    a22 = np.tanh(z22)
    # (89)  a23[n,i] = sum[j](W23[i,j]*a22[n,j])
    a23 = a22 @ W23.T
    # s24[i] = sqrt(variance24[i] + 1/100000)
    s24 = np.sqrt(variance24 + 1e-05)
    # xhat24[n,i] = (a23[n,i] - mean24[i])/s24[i]
    xhat24 = (a23 - mean24) / s24
    # (95)  z24[n,i] = gamma24[i]*xhat24[n,i] + beta24[i]
    z24 = gamma24 * xhat24 + beta24
    # (96)  a24[n,i] = tanh(z24[n,i])
    a24 = np.tanh(z24)
    # (97)  a25[n,i] = sum[j](W25[i,j]*a24[n,j])
    a25 = a24 @ W25.T
    # s26[i] = sqrt(variance26[i] + 1/100000)
    s26 = np.sqrt(variance26 + 1e-05)
    # xhat26[n,i] = (a25[n,i] - mean26[i])/s26[i]
    xhat26 = (a25 - mean26) / s26
    # (103)  z26[n,i] = gamma26[i]*xhat26[n,i] + beta26[i]
    z26 = gamma26 * xhat26 + beta26
    # (104)  a26[n,i] = tanh(z26[n,i])
    a26 = np.tanh(z26)
    # (105)  a27[n,i] = sum[j](W27[i,j]*a26[n,j])
    a27 = a26 @ W27.T
    # s28[i] = sqrt(variance28[i] + 1/100000)
    s28 = np.sqrt(variance28 + 1e-05)
    # xhat28[n,i] = (a27[n,i] - mean28[i])/s28[i]
    xhat28 = (a27 - mean28) / s28
    # (111)  z28[n,i] = gamma28[i]*xhat28[n,i] + beta28[i]
    z28 = gamma28 * xhat28 + beta28
    # (112)  a28[n,i] = tanh(z28[n,i])
    a28 = np.tanh(z28)
    # (113)  a29[n,i] = sum[j](W29[i,j]*a28[n,j])
    a29 = a28 @ W29.T
    # s30[i] = sqrt(variance30[i] + 1/100000)
    s30 = np.sqrt(variance30 + 1e-05)
    # xhat30[n,i] = (a29[n,i] - mean30[i])/s30[i]
    xhat30 = (a29 - mean30) / s30
    # (119)  z30[n,i] = gamma30[i]*xhat30[n,i] + beta30[i]
    z30 = gamma30 * xhat30 + beta30
    # (120)  a30[n,i] = tanh(z30[n,i])
    a30 = np.tanh(z30)
    # (121)  a31[n,i] = sum[j](W31[i,j]*a30[n,j])
    a31 = a30 @ W31.T
    # s32[i] = sqrt(variance32[i] + 1/100000)
    s32 = np.sqrt(variance32 + 1e-05)
    # xhat32[n,i] = (a31[n,i] - mean32[i])/s32[i]
    xhat32 = (a31 - mean32) / s32
    # (127)  z32[n,i] = gamma32[i]*xhat32[n,i] + beta32[i]
    z32 = gamma32 * xhat32 + beta32
    # (128)  a32[n,i] = tanh(z32[n,i])
    a32 = np.tanh(z32)
    # (129)  a33[n,i] = sum[j](W33[i,j]*a32[n,j])
    a33 = a32 @ W33.T
    # s34[i] = sqrt(variance34[i] + 1/100000)
    s34 = np.sqrt(variance34 + 1e-05)
    # xhat34[n,i] = (a33[n,i] - mean34[i])/s34[i]
    xhat34 = (a33 - mean34) / s34
    # (135)  z34[n,i] = gamma34[i]*xhat34[n,i] + beta34[i]
    z34 = gamma34 * xhat34 + beta34
    # (136)  a34[n,i] = tanh(z34[n,i])
    a34 = np.tanh(z34)
    # (137)  a35[n,i] = sum[j](W35[i,j]*a34[n,j])
    a35 = a34 @ W35.T
    # s36[i] = sqrt(variance36[i] + 1/100000)
    s36 = np.sqrt(variance36 + 1e-05)
    # xhat36[n,i] = (a35[n,i] - mean36[i])/s36[i]
    xhat36 = (a35 - mean36) / s36
    # (143)  z36[n,i] = gamma36[i]*xhat36[n,i] + beta36[i]
    z36 = gamma36 * xhat36 + beta36
    # (144)  a36[n,i] = tanh(z36[n,i])
    a36 = np.tanh(z36)
    # (145)  a37[n,i] = sum[j](W37[i,j]*a36[n,j])
    a37 = a36 @ W37.T
    # s38[i] = sqrt(variance38[i] + 1/100000)
    s38 = np.sqrt(variance38 + 1e-05)
    # xhat38[n,i] = (a37[n,i] - mean38[i])/s38[i]
    xhat38 = (a37 - mean38) / s38
    # (151)  z38[n,i] = gamma38[i]*xhat38[n,i] + beta38[i]
    z38 = gamma38 * xhat38 + beta38
    # (152)  a38[n,i] = tanh(z38[n,i])
    a38 = np.tanh(z38)
    # (153)  a39[n,i] = sum[j](W39[i,j]*a38[n,j])
    a39 = a38 @ W39.T
    # s40[i] = sqrt(variance40[i] + 1/100000)
    s40 = np.sqrt(variance40 + 1e-05)
    # xhat40[n,i] = (a39[n,i] - mean40[i])/s40[i]
    xhat40 = (a39 - mean40) / s40
    # (159)  z40[n,i] = gamma40[i]*xhat40[n,i] + beta40[i]
    z40 = gamma40 * xhat40 + beta40
    # (160)  a40[n,i] = tanh(z40[n,i])
    a40 = np.tanh(z40)
    # (161)  a41[n,i] = sum[j](W41[i,j]*a40[n,j])
    a41 = a40 @ W41.T
    # s42[i] = sqrt(variance42[i] + 1/100000)
    s42 = np.sqrt(variance42 + 1e-05)
    # xhat42[n,i] = (a41[n,i] - mean42[i])/s42[i]
    xhat42 = (a41 - mean42) / s42
    # (167)  z42[n,i] = gamma42[i]*xhat42[n,i] + beta42[i]
    z42 = gamma42 * xhat42 + beta42
    # (168)  a42[n,i] = tanh(z42[n,i])
    a42 = np.tanh(z42)
    # (169)  a43[n,i] = sum[j](W43[i,j]*a42[n,j])
    a43 = a42 @ W43.T
    # s44[i] = sqrt(variance44[i] + 1/100000)
    s44 = np.sqrt(variance44 + 1e-05)
    # xhat44[n,i] = (a43[n,i] - mean44[i])/s44[i]
    xhat44 = (a43 - mean44) / s44
    # (175)  z44[n,i] = gamma44[i]*xhat44[n,i] + beta44[i]
    z44 = gamma44 * xhat44 + beta44
    # (176)  a44[n,i] = tanh(z44[n,i])
    a44 = np.tanh(z44)
    # (177)  a45[n,i] = sum[j](W45[i,j]*a44[n,j])
    a45 = a44 @ W45.T
    # s46[i] = sqrt(variance46[i] + 1/100000)
    s46 = np.sqrt(variance46 + 1e-05)
    # xhat46[n,i] = (a45[n,i] - mean46[i])/s46[i]
    xhat46 = (a45 - mean46) / s46
    # (183)  z46[n,i] = gamma46[i]*xhat46[n,i] + beta46[i]
    z46 = gamma46 * xhat46 + beta46
    # (184)  a46[n,i] = tanh(z46[n,i])
    a46 = np.tanh(z46)
    # (185)  a47[n,i] = sum[j](W47[i,j]*a46[n,j])
    a47 = a46 @ W47.T
    # s48[i] = sqrt(variance48[i] + 1/100000)
    s48 = np.sqrt(variance48 + 1e-05)
    # xhat48[n,i] = (a47[n,i] - mean48[i])/s48[i]
    xhat48 = (a47 - mean48) / s48
    # (191)  z48[n,i] = gamma48[i]*xhat48[n,i] + beta48[i]
    z48 = gamma48 * xhat48 + beta48
    # (192)  a48[n,i] = tanh(z48[n,i])
    a48 = np.tanh(z48)
    # (193)  a49[n,i] = sum[j](W49[i,j]*a48[n,j])
    a49 = a48 @ W49.T
    # s50[i] = sqrt(variance50[i] + 1/100000)
    s50 = np.sqrt(variance50 + 1e-05)
    # xhat50[n,i] = (a49[n,i] - mean50[i])/s50[i]
    xhat50 = (a49 - mean50) / s50
    # (199)  z50[n,i] = gamma50[i]*xhat50[n,i] + beta50[i]
    z50 = gamma50 * xhat50 + beta50
    # (200)  a50[n,i] = tanh(z50[n,i])
    a50 = np.tanh(z50)
    # (201)  a51[n,i] = sum[j](W51[i,j]*a50[n,j])
    a51 = a50 @ W51.T
    # s52[i] = sqrt(variance52[i] + 1/100000)
    s52 = np.sqrt(variance52 + 1e-05)
    # xhat52[n,i] = (a51[n,i] - mean52[i])/s52[i]
    xhat52 = (a51 - mean52) / s52
    # (207)  z52[n,i] = gamma52[i]*xhat52[n,i] + beta52[i]
    z52 = gamma52 * xhat52 + beta52
    # (208)  a52[n,i] = tanh(z52[n,i])
    a52 = np.tanh(z52)
    # (209)  a53[n,i] = sum[j](W53[i,j]*a52[n,j])
    a53 = a52 @ W53.T
    # s54[i] = sqrt(variance54[i] + 1/100000)
    s54 = np.sqrt(variance54 + 1e-05)
    # xhat54[n,i] = (a53[n,i] - mean54[i])/s54[i]
    xhat54 = (a53 - mean54) / s54
    # (215)  z54[n,i] = gamma54[i]*xhat54[n,i] + beta54[i]
    z54 = gamma54 * xhat54 + beta54
    # (216)  a54[n,i] = tanh(z54[n,i])
    a54 = np.tanh(z54)
    # (217)  a55[n,i] = sum[j](W55[i,j]*a54[n,j])
    a55 = a54 @ W55.T
    # s56[i] = sqrt(variance56[i] + 1/100000)
    s56 = np.sqrt(variance56 + 1e-05)
    # xhat56[n,i] = (a55[n,i] - mean56[i])/s56[i]
    xhat56 = (a55 - mean56) / s56
    # (223)  z56[n,i] = gamma56[i]*xhat56[n,i] + beta56[i]
    z56 = gamma56 * xhat56 + beta56
    # (224)  a56[n,i] = tanh(z56[n,i])
    a56 = np.tanh(z56)
    # (225)  a57[n,i] = sum[j](W57[i,j]*a56[n,j])
    a57 = a56 @ W57.T
    # s58[i] = sqrt(variance58[i] + 1/100000)
    s58 = np.sqrt(variance58 + 1e-05)
    # xhat58[n,i] = (a57[n,i] - mean58[i])/s58[i]
    xhat58 = (a57 - mean58) / s58
    # (231)  z58[n,i] = gamma58[i]*xhat58[n,i] + beta58[i]
    z58 = gamma58 * xhat58 + beta58
    # (232)  a58[n,i] = tanh(z58[n,i])
    a58 = np.tanh(z58)
    # (233)  yhat[n,i] = sum[j](W59[i,j]*a58[n,j]) + b59[i]
    yhat: Array = a58 @ W59.T + b59
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
        gamma2,
        beta2,
        W3,
        gamma4,
        beta4,
        W5,
        gamma6,
        beta6,
        W7,
        gamma8,
        beta8,
        W9,
        gamma10,
        beta10,
        W11,
        gamma12,
        beta12,
        W13,
        gamma14,
        beta14,
        W15,
        gamma16,
        beta16,
        W17,
        gamma18,
        beta18,
        W19,
        gamma20,
        beta20,
        W21,
        gamma22,
        beta22,
        W23,
        gamma24,
        beta24,
        W25,
        gamma26,
        beta26,
        W27,
        gamma28,
        beta28,
        W29,
        gamma30,
        beta30,
        W31,
        gamma32,
        beta32,
        W33,
        gamma34,
        beta34,
        W35,
        gamma36,
        beta36,
        W37,
        gamma38,
        beta38,
        W39,
        gamma40,
        beta40,
        W41,
        gamma42,
        beta42,
        W43,
        gamma44,
        beta44,
        W45,
        gamma46,
        beta46,
        W47,
        gamma48,
        beta48,
        W49,
        gamma50,
        beta50,
        W51,
        gamma52,
        beta52,
        W53,
        gamma54,
        beta54,
        W55,
        gamma56,
        beta56,
        W57,
        gamma58,
        beta58,
        W59,
        b59,
    ) = p
    x, y = X, Y
    # (1)  a1[n,i] = sum[j](W1[i,j]*x[n,j])
    a1 = x @ W1.T
    # (2)  mu2[i] = sum[n](a1[n,i]/N)
    mu2 = a1.sum(axis=0) / N
    # (3)  d2[n,i] = a1[n,i] - mu2[i]
    d2 = a1 - mu2
    # (4)  v2[i] = sum[n](d2[n,i]**2/N)
    v2 = np.sum(d2**2, axis=0) / N
    # (5)  s2[i] = sqrt(v2[i] + 1/100000)
    s2 = np.sqrt(v2 + 1e-05)
    # (6)  xhat2[n,i] = d2[n,i]/s2[i]
    xhat2 = d2 / s2
    # (7)  z2[n,i] = gamma2[i]*xhat2[n,i] + beta2[i]
    z2 = gamma2 * xhat2 + beta2
    # (8)  a2[n,i] = tanh(z2[n,i])
    a2 = np.tanh(z2)
    # (9)  a3[n,i] = sum[j](W3[i,j]*a2[n,j])
    a3 = a2 @ W3.T
    # (10)  mu4[i] = sum[n](a3[n,i]/N)
    mu4 = a3.sum(axis=0) / N
    # (11)  d4[n,i] = a3[n,i] - mu4[i]
    d4 = a3 - mu4
    # (12)  v4[i] = sum[n](d4[n,i]**2/N)
    v4 = np.sum(d4**2, axis=0) / N
    # (13)  s4[i] = sqrt(v4[i] + 1/100000)
    s4 = np.sqrt(v4 + 1e-05)
    # (14)  xhat4[n,i] = d4[n,i]/s4[i]
    xhat4 = d4 / s4
    # (15)  z4[n,i] = gamma4[i]*xhat4[n,i] + beta4[i]
    z4 = gamma4 * xhat4 + beta4
    # (16)  a4[n,i] = tanh(z4[n,i])
    a4 = np.tanh(z4)
    # (17)  a5[n,i] = sum[j](W5[i,j]*a4[n,j])
    a5 = a4 @ W5.T
    # (18)  mu6[i] = sum[n](a5[n,i]/N)
    mu6 = a5.sum(axis=0) / N
    # (19)  d6[n,i] = a5[n,i] - mu6[i]
    d6 = a5 - mu6
    # (20)  v6[i] = sum[n](d6[n,i]**2/N)
    v6 = np.sum(d6**2, axis=0) / N
    # (21)  s6[i] = sqrt(v6[i] + 1/100000)
    s6 = np.sqrt(v6 + 1e-05)
    # (22)  xhat6[n,i] = d6[n,i]/s6[i]
    xhat6 = d6 / s6
    # (23)  z6[n,i] = gamma6[i]*xhat6[n,i] + beta6[i]
    z6 = gamma6 * xhat6 + beta6
    # (24)  a6[n,i] = tanh(z6[n,i])
    a6 = np.tanh(z6)
    # (25)  a7[n,i] = sum[j](W7[i,j]*a6[n,j])
    a7 = a6 @ W7.T
    # (26)  mu8[i] = sum[n](a7[n,i]/N)
    mu8 = a7.sum(axis=0) / N
    # (27)  d8[n,i] = a7[n,i] - mu8[i]
    d8 = a7 - mu8
    # (28)  v8[i] = sum[n](d8[n,i]**2/N)
    v8 = np.sum(d8**2, axis=0) / N
    # (29)  s8[i] = sqrt(v8[i] + 1/100000)
    s8 = np.sqrt(v8 + 1e-05)
    # (30)  xhat8[n,i] = d8[n,i]/s8[i]
    xhat8 = d8 / s8
    # (31)  z8[n,i] = gamma8[i]*xhat8[n,i] + beta8[i]
    z8 = gamma8 * xhat8 + beta8
    # (32)  a8[n,i] = tanh(z8[n,i])
    a8 = np.tanh(z8)
    # (33)  a9[n,i] = sum[j](W9[i,j]*a8[n,j])
    a9 = a8 @ W9.T
    # (34)  mu10[i] = sum[n](a9[n,i]/N)
    mu10 = a9.sum(axis=0) / N
    # (35)  d10[n,i] = a9[n,i] - mu10[i]
    d10 = a9 - mu10
    # (36)  v10[i] = sum[n](d10[n,i]**2/N)
    v10 = np.sum(d10**2, axis=0) / N
    # (37)  s10[i] = sqrt(v10[i] + 1/100000)
    s10 = np.sqrt(v10 + 1e-05)
    # (38)  xhat10[n,i] = d10[n,i]/s10[i]
    xhat10 = d10 / s10
    # (39)  z10[n,i] = gamma10[i]*xhat10[n,i] + beta10[i]
    z10 = gamma10 * xhat10 + beta10
    # (40)  a10[n,i] = tanh(z10[n,i])
    a10 = np.tanh(z10)
    # (41)  a11[n,i] = sum[j](W11[i,j]*a10[n,j])
    a11 = a10 @ W11.T
    # (42)  mu12[i] = sum[n](a11[n,i]/N)
    mu12 = a11.sum(axis=0) / N
    # (43)  d12[n,i] = a11[n,i] - mu12[i]
    d12 = a11 - mu12
    # (44)  v12[i] = sum[n](d12[n,i]**2/N)
    v12 = np.sum(d12**2, axis=0) / N
    # (45)  s12[i] = sqrt(v12[i] + 1/100000)
    s12 = np.sqrt(v12 + 1e-05)
    # (46)  xhat12[n,i] = d12[n,i]/s12[i]
    xhat12 = d12 / s12
    # (47)  z12[n,i] = gamma12[i]*xhat12[n,i] + beta12[i]
    z12 = gamma12 * xhat12 + beta12
    # (48)  a12[n,i] = tanh(z12[n,i])
    a12 = np.tanh(z12)
    # (49)  a13[n,i] = sum[j](W13[i,j]*a12[n,j])
    a13 = a12 @ W13.T
    # (50)  mu14[i] = sum[n](a13[n,i]/N)
    mu14 = a13.sum(axis=0) / N
    # (51)  d14[n,i] = a13[n,i] - mu14[i]
    d14 = a13 - mu14
    # (52)  v14[i] = sum[n](d14[n,i]**2/N)
    v14 = np.sum(d14**2, axis=0) / N
    # (53)  s14[i] = sqrt(v14[i] + 1/100000)
    s14 = np.sqrt(v14 + 1e-05)
    # (54)  xhat14[n,i] = d14[n,i]/s14[i]
    xhat14 = d14 / s14
    # (55)  z14[n,i] = gamma14[i]*xhat14[n,i] + beta14[i]
    z14 = gamma14 * xhat14 + beta14
    # (56)  a14[n,i] = tanh(z14[n,i])
    a14 = np.tanh(z14)
    # (57)  a15[n,i] = sum[j](W15[i,j]*a14[n,j])
    a15 = a14 @ W15.T
    # (58)  mu16[i] = sum[n](a15[n,i]/N)
    mu16 = a15.sum(axis=0) / N
    # (59)  d16[n,i] = a15[n,i] - mu16[i]
    d16 = a15 - mu16
    # (60)  v16[i] = sum[n](d16[n,i]**2/N)
    v16 = np.sum(d16**2, axis=0) / N
    # (61)  s16[i] = sqrt(v16[i] + 1/100000)
    s16 = np.sqrt(v16 + 1e-05)
    # (62)  xhat16[n,i] = d16[n,i]/s16[i]
    xhat16 = d16 / s16
    # (63)  z16[n,i] = gamma16[i]*xhat16[n,i] + beta16[i]
    z16 = gamma16 * xhat16 + beta16
    # (64)  a16[n,i] = tanh(z16[n,i])
    a16 = np.tanh(z16)
    # (65)  a17[n,i] = sum[j](W17[i,j]*a16[n,j])
    a17 = a16 @ W17.T
    # (66)  mu18[i] = sum[n](a17[n,i]/N)
    mu18 = a17.sum(axis=0) / N
    # (67)  d18[n,i] = a17[n,i] - mu18[i]
    d18 = a17 - mu18
    # (68)  v18[i] = sum[n](d18[n,i]**2/N)
    v18 = np.sum(d18**2, axis=0) / N
    # (69)  s18[i] = sqrt(v18[i] + 1/100000)
    s18 = np.sqrt(v18 + 1e-05)
    # (70)  xhat18[n,i] = d18[n,i]/s18[i]
    xhat18 = d18 / s18
    # (71)  z18[n,i] = gamma18[i]*xhat18[n,i] + beta18[i]
    z18 = gamma18 * xhat18 + beta18
    # (72)  a18[n,i] = tanh(z18[n,i])
    a18 = np.tanh(z18)
    # (73)  a19[n,i] = sum[j](W19[i,j]*a18[n,j])
    a19 = a18 @ W19.T
    # (74)  mu20[i] = sum[n](a19[n,i]/N)
    mu20 = a19.sum(axis=0) / N
    # (75)  d20[n,i] = a19[n,i] - mu20[i]
    d20 = a19 - mu20
    # (76)  v20[i] = sum[n](d20[n,i]**2/N)
    v20 = np.sum(d20**2, axis=0) / N
    # (77)  s20[i] = sqrt(v20[i] + 1/100000)
    s20 = np.sqrt(v20 + 1e-05)
    # (78)  xhat20[n,i] = d20[n,i]/s20[i]
    xhat20 = d20 / s20
    # (79)  z20[n,i] = gamma20[i]*xhat20[n,i] + beta20[i]
    z20 = gamma20 * xhat20 + beta20
    # (80)  a20[n,i] = tanh(z20[n,i])
    a20 = np.tanh(z20)
    # (81)  a21[n,i] = sum[j](W21[i,j]*a20[n,j])
    a21 = a20 @ W21.T
    # (82)  mu22[i] = sum[n](a21[n,i]/N)
    mu22 = a21.sum(axis=0) / N
    # (83)  d22[n,i] = a21[n,i] - mu22[i]
    d22 = a21 - mu22
    # (84)  v22[i] = sum[n](d22[n,i]**2/N)
    v22 = np.sum(d22**2, axis=0) / N
    # (85)  s22[i] = sqrt(v22[i] + 1/100000)
    s22 = np.sqrt(v22 + 1e-05)
    # (86)  xhat22[n,i] = d22[n,i]/s22[i]
    xhat22 = d22 / s22
    # (87)  z22[n,i] = gamma22[i]*xhat22[n,i] + beta22[i]
    z22 = gamma22 * xhat22 + beta22
    # (88)  a22[n,i] = tanh(z22[n,i])
    a22 = np.tanh(z22)
    # (89)  a23[n,i] = sum[j](W23[i,j]*a22[n,j])
    a23 = a22 @ W23.T
    # (90)  mu24[i] = sum[n](a23[n,i]/N)
    mu24 = a23.sum(axis=0) / N
    # (91)  d24[n,i] = a23[n,i] - mu24[i]
    d24 = a23 - mu24
    # (92)  v24[i] = sum[n](d24[n,i]**2/N)
    v24 = np.sum(d24**2, axis=0) / N
    # (93)  s24[i] = sqrt(v24[i] + 1/100000)
    s24 = np.sqrt(v24 + 1e-05)
    # (94)  xhat24[n,i] = d24[n,i]/s24[i]
    xhat24 = d24 / s24
    # (95)  z24[n,i] = gamma24[i]*xhat24[n,i] + beta24[i]
    z24 = gamma24 * xhat24 + beta24
    # (96)  a24[n,i] = tanh(z24[n,i])
    a24 = np.tanh(z24)
    # (97)  a25[n,i] = sum[j](W25[i,j]*a24[n,j])
    a25 = a24 @ W25.T
    # (98)  mu26[i] = sum[n](a25[n,i]/N)
    mu26 = a25.sum(axis=0) / N
    # (99)  d26[n,i] = a25[n,i] - mu26[i]
    d26 = a25 - mu26
    # (100)  v26[i] = sum[n](d26[n,i]**2/N)
    v26 = np.sum(d26**2, axis=0) / N
    # (101)  s26[i] = sqrt(v26[i] + 1/100000)
    s26 = np.sqrt(v26 + 1e-05)
    # (102)  xhat26[n,i] = d26[n,i]/s26[i]
    xhat26 = d26 / s26
    # (103)  z26[n,i] = gamma26[i]*xhat26[n,i] + beta26[i]
    z26 = gamma26 * xhat26 + beta26
    # (104)  a26[n,i] = tanh(z26[n,i])
    a26 = np.tanh(z26)
    # (105)  a27[n,i] = sum[j](W27[i,j]*a26[n,j])
    a27 = a26 @ W27.T
    # (106)  mu28[i] = sum[n](a27[n,i]/N)
    mu28 = a27.sum(axis=0) / N
    # (107)  d28[n,i] = a27[n,i] - mu28[i]
    d28 = a27 - mu28
    # (108)  v28[i] = sum[n](d28[n,i]**2/N)
    v28 = np.sum(d28**2, axis=0) / N
    # (109)  s28[i] = sqrt(v28[i] + 1/100000)
    s28 = np.sqrt(v28 + 1e-05)
    # (110)  xhat28[n,i] = d28[n,i]/s28[i]
    xhat28 = d28 / s28
    # (111)  z28[n,i] = gamma28[i]*xhat28[n,i] + beta28[i]
    z28 = gamma28 * xhat28 + beta28
    # (112)  a28[n,i] = tanh(z28[n,i])
    a28 = np.tanh(z28)
    # (113)  a29[n,i] = sum[j](W29[i,j]*a28[n,j])
    a29 = a28 @ W29.T
    # (114)  mu30[i] = sum[n](a29[n,i]/N)
    mu30 = a29.sum(axis=0) / N
    # (115)  d30[n,i] = a29[n,i] - mu30[i]
    d30 = a29 - mu30
    # (116)  v30[i] = sum[n](d30[n,i]**2/N)
    v30 = np.sum(d30**2, axis=0) / N
    # (117)  s30[i] = sqrt(v30[i] + 1/100000)
    s30 = np.sqrt(v30 + 1e-05)
    # (118)  xhat30[n,i] = d30[n,i]/s30[i]
    xhat30 = d30 / s30
    # (119)  z30[n,i] = gamma30[i]*xhat30[n,i] + beta30[i]
    z30 = gamma30 * xhat30 + beta30
    # (120)  a30[n,i] = tanh(z30[n,i])
    a30 = np.tanh(z30)
    # (121)  a31[n,i] = sum[j](W31[i,j]*a30[n,j])
    a31 = a30 @ W31.T
    # (122)  mu32[i] = sum[n](a31[n,i]/N)
    mu32 = a31.sum(axis=0) / N
    # (123)  d32[n,i] = a31[n,i] - mu32[i]
    d32 = a31 - mu32
    # (124)  v32[i] = sum[n](d32[n,i]**2/N)
    v32 = np.sum(d32**2, axis=0) / N
    # (125)  s32[i] = sqrt(v32[i] + 1/100000)
    s32 = np.sqrt(v32 + 1e-05)
    # (126)  xhat32[n,i] = d32[n,i]/s32[i]
    xhat32 = d32 / s32
    # (127)  z32[n,i] = gamma32[i]*xhat32[n,i] + beta32[i]
    z32 = gamma32 * xhat32 + beta32
    # (128)  a32[n,i] = tanh(z32[n,i])
    a32 = np.tanh(z32)
    # (129)  a33[n,i] = sum[j](W33[i,j]*a32[n,j])
    a33 = a32 @ W33.T
    # (130)  mu34[i] = sum[n](a33[n,i]/N)
    mu34 = a33.sum(axis=0) / N
    # (131)  d34[n,i] = a33[n,i] - mu34[i]
    d34 = a33 - mu34
    # (132)  v34[i] = sum[n](d34[n,i]**2/N)
    v34 = np.sum(d34**2, axis=0) / N
    # (133)  s34[i] = sqrt(v34[i] + 1/100000)
    s34 = np.sqrt(v34 + 1e-05)
    # (134)  xhat34[n,i] = d34[n,i]/s34[i]
    xhat34 = d34 / s34
    # (135)  z34[n,i] = gamma34[i]*xhat34[n,i] + beta34[i]
    z34 = gamma34 * xhat34 + beta34
    # (136)  a34[n,i] = tanh(z34[n,i])
    a34 = np.tanh(z34)
    # (137)  a35[n,i] = sum[j](W35[i,j]*a34[n,j])
    a35 = a34 @ W35.T
    # (138)  mu36[i] = sum[n](a35[n,i]/N)
    mu36 = a35.sum(axis=0) / N
    # (139)  d36[n,i] = a35[n,i] - mu36[i]
    d36 = a35 - mu36
    # (140)  v36[i] = sum[n](d36[n,i]**2/N)
    v36 = np.sum(d36**2, axis=0) / N
    # (141)  s36[i] = sqrt(v36[i] + 1/100000)
    s36 = np.sqrt(v36 + 1e-05)
    # (142)  xhat36[n,i] = d36[n,i]/s36[i]
    xhat36 = d36 / s36
    # (143)  z36[n,i] = gamma36[i]*xhat36[n,i] + beta36[i]
    z36 = gamma36 * xhat36 + beta36
    # (144)  a36[n,i] = tanh(z36[n,i])
    a36 = np.tanh(z36)
    # (145)  a37[n,i] = sum[j](W37[i,j]*a36[n,j])
    a37 = a36 @ W37.T
    # (146)  mu38[i] = sum[n](a37[n,i]/N)
    mu38 = a37.sum(axis=0) / N
    # (147)  d38[n,i] = a37[n,i] - mu38[i]
    d38 = a37 - mu38
    # (148)  v38[i] = sum[n](d38[n,i]**2/N)
    v38 = np.sum(d38**2, axis=0) / N
    # (149)  s38[i] = sqrt(v38[i] + 1/100000)
    s38 = np.sqrt(v38 + 1e-05)
    # (150)  xhat38[n,i] = d38[n,i]/s38[i]
    xhat38 = d38 / s38
    # (151)  z38[n,i] = gamma38[i]*xhat38[n,i] + beta38[i]
    z38 = gamma38 * xhat38 + beta38
    # (152)  a38[n,i] = tanh(z38[n,i])
    a38 = np.tanh(z38)
    # (153)  a39[n,i] = sum[j](W39[i,j]*a38[n,j])
    a39 = a38 @ W39.T
    # (154)  mu40[i] = sum[n](a39[n,i]/N)
    mu40 = a39.sum(axis=0) / N
    # (155)  d40[n,i] = a39[n,i] - mu40[i]
    d40 = a39 - mu40
    # (156)  v40[i] = sum[n](d40[n,i]**2/N)
    v40 = np.sum(d40**2, axis=0) / N
    # (157)  s40[i] = sqrt(v40[i] + 1/100000)
    s40 = np.sqrt(v40 + 1e-05)
    # (158)  xhat40[n,i] = d40[n,i]/s40[i]
    xhat40 = d40 / s40
    # (159)  z40[n,i] = gamma40[i]*xhat40[n,i] + beta40[i]
    z40 = gamma40 * xhat40 + beta40
    # (160)  a40[n,i] = tanh(z40[n,i])
    a40 = np.tanh(z40)
    # (161)  a41[n,i] = sum[j](W41[i,j]*a40[n,j])
    a41 = a40 @ W41.T
    # (162)  mu42[i] = sum[n](a41[n,i]/N)
    mu42 = a41.sum(axis=0) / N
    # (163)  d42[n,i] = a41[n,i] - mu42[i]
    d42 = a41 - mu42
    # (164)  v42[i] = sum[n](d42[n,i]**2/N)
    v42 = np.sum(d42**2, axis=0) / N
    # (165)  s42[i] = sqrt(v42[i] + 1/100000)
    s42 = np.sqrt(v42 + 1e-05)
    # (166)  xhat42[n,i] = d42[n,i]/s42[i]
    xhat42 = d42 / s42
    # (167)  z42[n,i] = gamma42[i]*xhat42[n,i] + beta42[i]
    z42 = gamma42 * xhat42 + beta42
    # (168)  a42[n,i] = tanh(z42[n,i])
    a42 = np.tanh(z42)
    # (169)  a43[n,i] = sum[j](W43[i,j]*a42[n,j])
    a43 = a42 @ W43.T
    # (170)  mu44[i] = sum[n](a43[n,i]/N)
    mu44 = a43.sum(axis=0) / N
    # (171)  d44[n,i] = a43[n,i] - mu44[i]
    d44 = a43 - mu44
    # (172)  v44[i] = sum[n](d44[n,i]**2/N)
    v44 = np.sum(d44**2, axis=0) / N
    # (173)  s44[i] = sqrt(v44[i] + 1/100000)
    s44 = np.sqrt(v44 + 1e-05)
    # (174)  xhat44[n,i] = d44[n,i]/s44[i]
    xhat44 = d44 / s44
    # (175)  z44[n,i] = gamma44[i]*xhat44[n,i] + beta44[i]
    z44 = gamma44 * xhat44 + beta44
    # (176)  a44[n,i] = tanh(z44[n,i])
    a44 = np.tanh(z44)
    # (177)  a45[n,i] = sum[j](W45[i,j]*a44[n,j])
    a45 = a44 @ W45.T
    # (178)  mu46[i] = sum[n](a45[n,i]/N)
    mu46 = a45.sum(axis=0) / N
    # (179)  d46[n,i] = a45[n,i] - mu46[i]
    d46 = a45 - mu46
    # (180)  v46[i] = sum[n](d46[n,i]**2/N)
    v46 = np.sum(d46**2, axis=0) / N
    # (181)  s46[i] = sqrt(v46[i] + 1/100000)
    s46 = np.sqrt(v46 + 1e-05)
    # (182)  xhat46[n,i] = d46[n,i]/s46[i]
    xhat46 = d46 / s46
    # (183)  z46[n,i] = gamma46[i]*xhat46[n,i] + beta46[i]
    z46 = gamma46 * xhat46 + beta46
    # (184)  a46[n,i] = tanh(z46[n,i])
    a46 = np.tanh(z46)
    # (185)  a47[n,i] = sum[j](W47[i,j]*a46[n,j])
    a47 = a46 @ W47.T
    # (186)  mu48[i] = sum[n](a47[n,i]/N)
    mu48 = a47.sum(axis=0) / N
    # (187)  d48[n,i] = a47[n,i] - mu48[i]
    d48 = a47 - mu48
    # (188)  v48[i] = sum[n](d48[n,i]**2/N)
    v48 = np.sum(d48**2, axis=0) / N
    # (189)  s48[i] = sqrt(v48[i] + 1/100000)
    s48 = np.sqrt(v48 + 1e-05)
    # (190)  xhat48[n,i] = d48[n,i]/s48[i]
    xhat48 = d48 / s48
    # (191)  z48[n,i] = gamma48[i]*xhat48[n,i] + beta48[i]
    z48 = gamma48 * xhat48 + beta48
    # (192)  a48[n,i] = tanh(z48[n,i])
    a48 = np.tanh(z48)
    # (193)  a49[n,i] = sum[j](W49[i,j]*a48[n,j])
    a49 = a48 @ W49.T
    # (194)  mu50[i] = sum[n](a49[n,i]/N)
    mu50 = a49.sum(axis=0) / N
    # (195)  d50[n,i] = a49[n,i] - mu50[i]
    d50 = a49 - mu50
    # (196)  v50[i] = sum[n](d50[n,i]**2/N)
    v50 = np.sum(d50**2, axis=0) / N
    # (197)  s50[i] = sqrt(v50[i] + 1/100000)
    s50 = np.sqrt(v50 + 1e-05)
    # (198)  xhat50[n,i] = d50[n,i]/s50[i]
    xhat50 = d50 / s50
    # (199)  z50[n,i] = gamma50[i]*xhat50[n,i] + beta50[i]
    z50 = gamma50 * xhat50 + beta50
    # (200)  a50[n,i] = tanh(z50[n,i])
    a50 = np.tanh(z50)
    # (201)  a51[n,i] = sum[j](W51[i,j]*a50[n,j])
    a51 = a50 @ W51.T
    # (202)  mu52[i] = sum[n](a51[n,i]/N)
    mu52 = a51.sum(axis=0) / N
    # (203)  d52[n,i] = a51[n,i] - mu52[i]
    d52 = a51 - mu52
    # (204)  v52[i] = sum[n](d52[n,i]**2/N)
    v52 = np.sum(d52**2, axis=0) / N
    # (205)  s52[i] = sqrt(v52[i] + 1/100000)
    s52 = np.sqrt(v52 + 1e-05)
    # (206)  xhat52[n,i] = d52[n,i]/s52[i]
    xhat52 = d52 / s52
    # (207)  z52[n,i] = gamma52[i]*xhat52[n,i] + beta52[i]
    z52 = gamma52 * xhat52 + beta52
    # (208)  a52[n,i] = tanh(z52[n,i])
    a52 = np.tanh(z52)
    # (209)  a53[n,i] = sum[j](W53[i,j]*a52[n,j])
    a53 = a52 @ W53.T
    # (210)  mu54[i] = sum[n](a53[n,i]/N)
    mu54 = a53.sum(axis=0) / N
    # (211)  d54[n,i] = a53[n,i] - mu54[i]
    d54 = a53 - mu54
    # (212)  v54[i] = sum[n](d54[n,i]**2/N)
    v54 = np.sum(d54**2, axis=0) / N
    # (213)  s54[i] = sqrt(v54[i] + 1/100000)
    s54 = np.sqrt(v54 + 1e-05)
    # (214)  xhat54[n,i] = d54[n,i]/s54[i]
    xhat54 = d54 / s54
    # (215)  z54[n,i] = gamma54[i]*xhat54[n,i] + beta54[i]
    z54 = gamma54 * xhat54 + beta54
    # (216)  a54[n,i] = tanh(z54[n,i])
    a54 = np.tanh(z54)
    # (217)  a55[n,i] = sum[j](W55[i,j]*a54[n,j])
    a55 = a54 @ W55.T
    # (218)  mu56[i] = sum[n](a55[n,i]/N)
    mu56 = a55.sum(axis=0) / N
    # (219)  d56[n,i] = a55[n,i] - mu56[i]
    d56 = a55 - mu56
    # (220)  v56[i] = sum[n](d56[n,i]**2/N)
    v56 = np.sum(d56**2, axis=0) / N
    # (221)  s56[i] = sqrt(v56[i] + 1/100000)
    s56 = np.sqrt(v56 + 1e-05)
    # (222)  xhat56[n,i] = d56[n,i]/s56[i]
    xhat56 = d56 / s56
    # (223)  z56[n,i] = gamma56[i]*xhat56[n,i] + beta56[i]
    z56 = gamma56 * xhat56 + beta56
    # (224)  a56[n,i] = tanh(z56[n,i])
    a56 = np.tanh(z56)
    # (225)  a57[n,i] = sum[j](W57[i,j]*a56[n,j])
    a57 = a56 @ W57.T
    # (226)  mu58[i] = sum[n](a57[n,i]/N)
    mu58 = a57.sum(axis=0) / N
    # (227)  d58[n,i] = a57[n,i] - mu58[i]
    d58 = a57 - mu58
    # (228)  v58[i] = sum[n](d58[n,i]**2/N)
    v58 = np.sum(d58**2, axis=0) / N
    # (229)  s58[i] = sqrt(v58[i] + 1/100000)
    s58 = np.sqrt(v58 + 1e-05)
    # (230)  xhat58[n,i] = d58[n,i]/s58[i]
    xhat58 = d58 / s58
    # (231)  z58[n,i] = gamma58[i]*xhat58[n,i] + beta58[i]
    z58 = gamma58 * xhat58 + beta58
    # (232)  a58[n,i] = tanh(z58[n,i])
    a58 = np.tanh(z58)
    # (233)  yhat[n,i] = sum[j](W59[i,j]*a58[n,j]) + b59[i]
    yhat = a58 @ W59.T + b59
    # (234)  m[n] = max[k](yhat[n,k])
    m = yhat.max(axis=1)
    # (235)  e[n,k] = exp(yhat[n,k] - m[n])
    e = np.exp(yhat - m[:, None])
    # (236)  s[n] = sum[k](e[n,k])
    s = e.sum(axis=1)
    # (237)  lse[n] = m[n] + log(s[n])
    lse = m + np.log(s)
    # (239)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N)
    L = -float(np.sum(yhat[np.arange(N), y] - lse)) / N
    return L


def loss_and_grad(
    p: Parameters, X: Array, Y: Array, *, state: State | None = None
) -> tuple[float, Parameters]:
    """The loss L and its gradient, in new arrays.

    Computed in a workspace that each thread keeps: memory for the largest batch so far.

    Where ``state`` is given, its running statistics are moved towards the batch's, in place.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    L, g = _kept_workspace(p, X, Y).loss_and_grad(p, X, Y, state=state)
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
            _aligned(9472, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(block * 64, self.dtype),
            _aligned(batch * 64, self.dtype),
            _aligned(block * 64, self.dtype),
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
            _aligned(batch * 10, self.dtype),
            _aligned(batch * 11, self.dtype),
            _aligned(batch, self.dtype),
            _aligned(batch * 64, self.dtype),
            np.empty(batch, np.intp),
            np.array(1e-05, self.dtype),
            np.array(1, self.dtype),
            np.array(0.1, self.dtype),
            np.array(0.9, self.dtype),
            np.ones(batch, self.dtype),
            np.ones(10, self.dtype),
        )
        self._views: dict[int, tuple[Any, ...]] = {}

    def _cut(self, N: int) -> tuple[Any, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        block = min(N, 1024)
        turned = self._buffers[0][:4096].reshape(64, 64)
        a1 = self._buffers[1][: N * 64].reshape(N, 64)
        mu2 = self._buffers[0][:64]
        mu2_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d2 = self._buffers[1][: N * 64].reshape(N, 64)
        power_d2 = self._buffers[3][: N * 64].reshape(N, 64)
        v2 = self._buffers[0][64:128]
        s2 = self._buffers[0][128:192]
        s2_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma2_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta2_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat2 = self._buffers[1][: N * 64].reshape(N, 64)
        a2 = self._buffers[3][: N * 64].reshape(N, 64)
        turned2 = self._buffers[0][192:4288].reshape(64, 64)
        a3 = self._buffers[6][: N * 64].reshape(N, 64)
        mu4 = self._buffers[0][192:256]
        mu4_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d4 = self._buffers[6][: N * 64].reshape(N, 64)
        power_d4 = self._buffers[7][: N * 64].reshape(N, 64)
        v4 = self._buffers[0][256:320]
        s4 = self._buffers[0][320:384]
        s4_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma4_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta4_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat4 = self._buffers[6][: N * 64].reshape(N, 64)
        a4 = self._buffers[7][: N * 64].reshape(N, 64)
        turned3 = self._buffers[0][384:4480].reshape(64, 64)
        a5 = self._buffers[8][: N * 64].reshape(N, 64)
        mu6 = self._buffers[0][384:448]
        mu6_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d6 = self._buffers[8][: N * 64].reshape(N, 64)
        power_d6 = self._buffers[9][: N * 64].reshape(N, 64)
        v6 = self._buffers[0][448:512]
        s6 = self._buffers[0][512:576]
        s6_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma6_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta6_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat6 = self._buffers[8][: N * 64].reshape(N, 64)
        a6 = self._buffers[9][: N * 64].reshape(N, 64)
        turned4 = self._buffers[0][576:4672].reshape(64, 64)
        a7 = self._buffers[10][: N * 64].reshape(N, 64)
        mu8 = self._buffers[0][576:640]
        mu8_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d8 = self._buffers[10][: N * 64].reshape(N, 64)
        power_d8 = self._buffers[11][: N * 64].reshape(N, 64)
        v8 = self._buffers[0][640:704]
        s8 = self._buffers[0][704:768]
        s8_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma8_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta8_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat8 = self._buffers[10][: N * 64].reshape(N, 64)
        a8 = self._buffers[11][: N * 64].reshape(N, 64)
        turned5 = self._buffers[0][768:4864].reshape(64, 64)
        a9 = self._buffers[12][: N * 64].reshape(N, 64)
        mu10 = self._buffers[0][768:832]
        mu10_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d10 = self._buffers[12][: N * 64].reshape(N, 64)
        power_d10 = self._buffers[13][: N * 64].reshape(N, 64)
        v10 = self._buffers[0][832:896]
        s10 = self._buffers[0][896:960]
        s10_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma10_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta10_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat10 = self._buffers[12][: N * 64].reshape(N, 64)
        a10 = self._buffers[13][: N * 64].reshape(N, 64)
        turned6 = self._buffers[0][960:5056].reshape(64, 64)
        a11 = self._buffers[14][: N * 64].reshape(N, 64)
        mu12 = self._buffers[0][960:1024]
        mu12_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d12 = self._buffers[14][: N * 64].reshape(N, 64)
        power_d12 = self._buffers[15][: N * 64].reshape(N, 64)
        v12 = self._buffers[0][1024:1088]
        s12 = self._buffers[0][1088:1152]
        s12_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma12_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta12_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat12 = self._buffers[14][: N * 64].reshape(N, 64)
        a12 = self._buffers[15][: N * 64].reshape(N, 64)
        turned7 = self._buffers[0][1152:5248].reshape(64, 64)
        a13 = self._buffers[16][: N * 64].reshape(N, 64)
        mu14 = self._buffers[0][1152:1216]
        mu14_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d14 = self._buffers[16][: N * 64].reshape(N, 64)
        power_d14 = self._buffers[17][: N * 64].reshape(N, 64)
        v14 = self._buffers[0][1216:1280]
        s14 = self._buffers[0][1280:1344]
        s14_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma14_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta14_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat14 = self._buffers[16][: N * 64].reshape(N, 64)
        a14 = self._buffers[17][: N * 64].reshape(N, 64)
        turned8 = self._buffers[0][1344:5440].reshape(64, 64)
        a15 = self._buffers[18][: N * 64].reshape(N, 64)
        mu16 = self._buffers[0][1344:1408]
        mu16_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d16 = self._buffers[18][: N * 64].reshape(N, 64)
        power_d16 = self._buffers[19][: N * 64].reshape(N, 64)
        v16 = self._buffers[0][1408:1472]
        s16 = self._buffers[0][1472:1536]
        s16_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma16_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta16_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat16 = self._buffers[18][: N * 64].reshape(N, 64)
        a16 = self._buffers[19][: N * 64].reshape(N, 64)
        turned9 = self._buffers[0][1536:5632].reshape(64, 64)
        a17 = self._buffers[20][: N * 64].reshape(N, 64)
        mu18 = self._buffers[0][1536:1600]
        mu18_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d18 = self._buffers[20][: N * 64].reshape(N, 64)
        power_d18 = self._buffers[21][: N * 64].reshape(N, 64)
        v18 = self._buffers[0][1600:1664]
        s18 = self._buffers[0][1664:1728]
        s18_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma18_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta18_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat18 = self._buffers[20][: N * 64].reshape(N, 64)
        a18 = self._buffers[21][: N * 64].reshape(N, 64)
        turned10 = self._buffers[0][1728:5824].reshape(64, 64)
        a19 = self._buffers[22][: N * 64].reshape(N, 64)
        mu20 = self._buffers[0][1728:1792]
        mu20_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d20 = self._buffers[22][: N * 64].reshape(N, 64)
        power_d20 = self._buffers[23][: N * 64].reshape(N, 64)
        v20 = self._buffers[0][1792:1856]
        s20 = self._buffers[0][1856:1920]
        s20_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma20_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta20_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat20 = self._buffers[22][: N * 64].reshape(N, 64)
        a20 = self._buffers[23][: N * 64].reshape(N, 64)
        turned11 = self._buffers[0][1920:6016].reshape(64, 64)
        a21 = self._buffers[24][: N * 64].reshape(N, 64)
        mu22 = self._buffers[0][1920:1984]
        mu22_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d22 = self._buffers[24][: N * 64].reshape(N, 64)
        power_d22 = self._buffers[25][: N * 64].reshape(N, 64)
        v22 = self._buffers[0][1984:2048]
        s22 = self._buffers[0][2048:2112]
        s22_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma22_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta22_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat22 = self._buffers[24][: N * 64].reshape(N, 64)
        a22 = self._buffers[25][: N * 64].reshape(N, 64)
        turned12 = self._buffers[0][2112:6208].reshape(64, 64)
        a23 = self._buffers[26][: N * 64].reshape(N, 64)
        mu24 = self._buffers[0][2112:2176]
        mu24_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d24 = self._buffers[26][: N * 64].reshape(N, 64)
        power_d24 = self._buffers[27][: N * 64].reshape(N, 64)
        v24 = self._buffers[0][2176:2240]
        s24 = self._buffers[0][2240:2304]
        s24_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma24_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta24_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat24 = self._buffers[26][: N * 64].reshape(N, 64)
        a24 = self._buffers[27][: N * 64].reshape(N, 64)
        turned13 = self._buffers[0][2304:6400].reshape(64, 64)
        a25 = self._buffers[28][: N * 64].reshape(N, 64)
        mu26 = self._buffers[0][2304:2368]
        mu26_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d26 = self._buffers[28][: N * 64].reshape(N, 64)
        power_d26 = self._buffers[29][: N * 64].reshape(N, 64)
        v26 = self._buffers[0][2368:2432]
        s26 = self._buffers[0][2432:2496]
        s26_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma26_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta26_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat26 = self._buffers[28][: N * 64].reshape(N, 64)
        a26 = self._buffers[29][: N * 64].reshape(N, 64)
        turned14 = self._buffers[0][2496:6592].reshape(64, 64)
        a27 = self._buffers[30][: N * 64].reshape(N, 64)
        mu28 = self._buffers[0][2496:2560]
        mu28_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d28 = self._buffers[30][: N * 64].reshape(N, 64)
        power_d28 = self._buffers[31][: N * 64].reshape(N, 64)
        v28 = self._buffers[0][2560:2624]
        s28 = self._buffers[0][2624:2688]
        s28_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma28_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta28_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat28 = self._buffers[30][: N * 64].reshape(N, 64)
        a28 = self._buffers[31][: N * 64].reshape(N, 64)
        turned15 = self._buffers[0][2688:6784].reshape(64, 64)
        a29 = self._buffers[32][: N * 64].reshape(N, 64)
        mu30 = self._buffers[0][2688:2752]
        mu30_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d30 = self._buffers[32][: N * 64].reshape(N, 64)
        power_d30 = self._buffers[33][: N * 64].reshape(N, 64)
        v30 = self._buffers[0][2752:2816]
        s30 = self._buffers[0][2816:2880]
        s30_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma30_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta30_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat30 = self._buffers[32][: N * 64].reshape(N, 64)
        a30 = self._buffers[33][: N * 64].reshape(N, 64)
        turned16 = self._buffers[0][2880:6976].reshape(64, 64)
        a31 = self._buffers[34][: N * 64].reshape(N, 64)
        mu32 = self._buffers[0][2880:2944]
        mu32_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d32 = self._buffers[34][: N * 64].reshape(N, 64)
        power_d32 = self._buffers[35][: N * 64].reshape(N, 64)
        v32 = self._buffers[0][2944:3008]
        s32 = self._buffers[0][3008:3072]
        s32_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma32_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta32_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat32 = self._buffers[34][: N * 64].reshape(N, 64)
        a32 = self._buffers[35][: N * 64].reshape(N, 64)
        turned17 = self._buffers[0][3072:7168].reshape(64, 64)
        a33 = self._buffers[36][: N * 64].reshape(N, 64)
        mu34 = self._buffers[0][3072:3136]
        mu34_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d34 = self._buffers[36][: N * 64].reshape(N, 64)
        power_d34 = self._buffers[37][: N * 64].reshape(N, 64)
        v34 = self._buffers[0][3136:3200]
        s34 = self._buffers[0][3200:3264]
        s34_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma34_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta34_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat34 = self._buffers[36][: N * 64].reshape(N, 64)
        a34 = self._buffers[37][: N * 64].reshape(N, 64)
        turned18 = self._buffers[0][3264:7360].reshape(64, 64)
        a35 = self._buffers[38][: N * 64].reshape(N, 64)
        mu36 = self._buffers[0][3264:3328]
        mu36_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d36 = self._buffers[38][: N * 64].reshape(N, 64)
        power_d36 = self._buffers[39][: N * 64].reshape(N, 64)
        v36 = self._buffers[0][3328:3392]
        s36 = self._buffers[0][3392:3456]
        s36_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma36_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta36_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat36 = self._buffers[38][: N * 64].reshape(N, 64)
        a36 = self._buffers[39][: N * 64].reshape(N, 64)
        turned19 = self._buffers[0][3456:7552].reshape(64, 64)
        a37 = self._buffers[40][: N * 64].reshape(N, 64)
        mu38 = self._buffers[0][3456:3520]
        mu38_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d38 = self._buffers[40][: N * 64].reshape(N, 64)
        power_d38 = self._buffers[41][: N * 64].reshape(N, 64)
        v38 = self._buffers[0][3520:3584]
        s38 = self._buffers[0][3584:3648]
        s38_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma38_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta38_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat38 = self._buffers[40][: N * 64].reshape(N, 64)
        a38 = self._buffers[41][: N * 64].reshape(N, 64)
        turned20 = self._buffers[0][3648:7744].reshape(64, 64)
        a39 = self._buffers[42][: N * 64].reshape(N, 64)
        mu40 = self._buffers[0][3648:3712]
        mu40_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d40 = self._buffers[42][: N * 64].reshape(N, 64)
        power_d40 = self._buffers[43][: N * 64].reshape(N, 64)
        v40 = self._buffers[0][3712:3776]
        s40 = self._buffers[0][3776:3840]
        s40_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma40_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta40_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat40 = self._buffers[42][: N * 64].reshape(N, 64)
        a40 = self._buffers[43][: N * 64].reshape(N, 64)
        turned21 = self._buffers[0][3840:7936].reshape(64, 64)
        a41 = self._buffers[44][: N * 64].reshape(N, 64)
        mu42 = self._buffers[0][3840:3904]
        mu42_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d42 = self._buffers[44][: N * 64].reshape(N, 64)
        power_d42 = self._buffers[45][: N * 64].reshape(N, 64)
        v42 = self._buffers[0][3904:3968]
        s42 = self._buffers[0][3968:4032]
        s42_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma42_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta42_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat42 = self._buffers[44][: N * 64].reshape(N, 64)
        a42 = self._buffers[45][: N * 64].reshape(N, 64)
        turned22 = self._buffers[0][4032:8128].reshape(64, 64)
        a43 = self._buffers[46][: N * 64].reshape(N, 64)
        mu44 = self._buffers[0][4032:4096]
        mu44_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d44 = self._buffers[46][: N * 64].reshape(N, 64)
        power_d44 = self._buffers[47][: N * 64].reshape(N, 64)
        v44 = self._buffers[0][4096:4160]
        s44 = self._buffers[0][4160:4224]
        s44_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma44_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta44_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat44 = self._buffers[46][: N * 64].reshape(N, 64)
        a44 = self._buffers[47][: N * 64].reshape(N, 64)
        turned23 = self._buffers[0][4224:8320].reshape(64, 64)
        a45 = self._buffers[48][: N * 64].reshape(N, 64)
        mu46 = self._buffers[0][4224:4288]
        mu46_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d46 = self._buffers[48][: N * 64].reshape(N, 64)
        power_d46 = self._buffers[49][: N * 64].reshape(N, 64)
        v46 = self._buffers[0][4288:4352]
        s46 = self._buffers[0][4352:4416]
        s46_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma46_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta46_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat46 = self._buffers[48][: N * 64].reshape(N, 64)
        a46 = self._buffers[49][: N * 64].reshape(N, 64)
        turned24 = self._buffers[0][4416:8512].reshape(64, 64)
        a47 = self._buffers[50][: N * 64].reshape(N, 64)
        mu48 = self._buffers[0][4416:4480]
        mu48_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d48 = self._buffers[50][: N * 64].reshape(N, 64)
        power_d48 = self._buffers[51][: N * 64].reshape(N, 64)
        v48 = self._buffers[0][4480:4544]
        s48 = self._buffers[0][4544:4608]
        s48_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma48_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta48_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat48 = self._buffers[50][: N * 64].reshape(N, 64)
        a48 = self._buffers[51][: N * 64].reshape(N, 64)
        turned25 = self._buffers[0][4608:8704].reshape(64, 64)
        a49 = self._buffers[52][: N * 64].reshape(N, 64)
        mu50 = self._buffers[0][4608:4672]
        mu50_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d50 = self._buffers[52][: N * 64].reshape(N, 64)
        power_d50 = self._buffers[53][: N * 64].reshape(N, 64)
        v50 = self._buffers[0][4672:4736]
        s50 = self._buffers[0][4736:4800]
        s50_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma50_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta50_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat50 = self._buffers[52][: N * 64].reshape(N, 64)
        a50 = self._buffers[53][: N * 64].reshape(N, 64)
        turned26 = self._buffers[0][4800:8896].reshape(64, 64)
        a51 = self._buffers[54][: N * 64].reshape(N, 64)
        mu52 = self._buffers[0][4800:4864]
        mu52_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d52 = self._buffers[54][: N * 64].reshape(N, 64)
        power_d52 = self._buffers[55][: N * 64].reshape(N, 64)
        v52 = self._buffers[0][4864:4928]
        s52 = self._buffers[0][4928:4992]
        s52_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma52_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta52_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat52 = self._buffers[54][: N * 64].reshape(N, 64)
        a52 = self._buffers[55][: N * 64].reshape(N, 64)
        turned27 = self._buffers[0][4992:9088].reshape(64, 64)
        a53 = self._buffers[56][: N * 64].reshape(N, 64)
        mu54 = self._buffers[0][4992:5056]
        mu54_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d54 = self._buffers[56][: N * 64].reshape(N, 64)
        power_d54 = self._buffers[57][: N * 64].reshape(N, 64)
        v54 = self._buffers[0][5056:5120]
        s54 = self._buffers[0][5120:5184]
        s54_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma54_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta54_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat54 = self._buffers[56][: N * 64].reshape(N, 64)
        a54 = self._buffers[57][: N * 64].reshape(N, 64)
        turned28 = self._buffers[0][5184:9280].reshape(64, 64)
        a55 = self._buffers[58][: N * 64].reshape(N, 64)
        mu56 = self._buffers[0][5184:5248]
        mu56_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d56 = self._buffers[58][: N * 64].reshape(N, 64)
        power_d56 = self._buffers[59][: N * 64].reshape(N, 64)
        v56 = self._buffers[0][5248:5312]
        s56 = self._buffers[0][5312:5376]
        s56_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma56_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta56_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat56 = self._buffers[58][: N * 64].reshape(N, 64)
        a56 = self._buffers[59][: N * 64].reshape(N, 64)
        turned29 = self._buffers[0][5376:9472].reshape(64, 64)
        a57 = self._buffers[60][: N * 64].reshape(N, 64)
        mu58 = self._buffers[0][5376:5440]
        mu58_rows = self._buffers[2][: block * 64].reshape(block, 64)
        d58 = self._buffers[60][: N * 64].reshape(N, 64)
        power_d58 = self._buffers[61][: N * 64].reshape(N, 64)
        v58 = self._buffers[0][5440:5504]
        s58 = self._buffers[0][5504:5568]
        s58_rows = self._buffers[2][: block * 64].reshape(block, 64)
        gamma58_rows = self._buffers[4][: block * 64].reshape(block, 64)
        beta58_rows = self._buffers[5][: block * 64].reshape(block, 64)
        xhat58 = self._buffers[60][: N * 64].reshape(N, 64)
        a58 = self._buffers[61][: N * 64].reshape(N, 64)
        yhat = self._buffers[62][: N * 10].reshape(10, N)
        spare = self._buffers[63][: N * 10].reshape(10, N)
        m = self._buffers[63][:N]
        e = self._buffers[63][N : N * 11].reshape(10, N)
        s = self._buffers[64][:N]
        spare2 = self._buffers[65][:N]
        lse = self._buffers[63][:N]
        spare3 = self._buffers[65][: N * 10].reshape(10, N)
        prob = self._buffers[63][N : N * 11].reshape(10, N)
        label = self._buffers[66][:N]
        place = self._buffers[66][:N]
        spare4 = self._buffers[64][:N]
        difference = self._buffers[64][:N]
        z59_bar = self._buffers[63][N : N * 11].reshape(10, N)
        z59_bar_at = self._buffers[63][:N]
        a58_bar = self._buffers[65][: N * 64].reshape(N, 64)
        z58_bar = self._buffers[65][: N * 64].reshape(N, 64)
        product = self._buffers[61][: N * 64].reshape(N, 64)
        gamma58_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat58_bar = self._buffers[65][: N * 64].reshape(N, 64)
        xhat58_bar_moment = self._buffers[0][5568:5632]
        xhat58_bar_mean = self._buffers[0][5632:5696]
        xhat58_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat58_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s58_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z57_bar = self._buffers[65][: N * 64].reshape(N, 64)
        a56_bar = self._buffers[60][: N * 64].reshape(N, 64)
        z56_bar = self._buffers[60][: N * 64].reshape(N, 64)
        product2 = self._buffers[59][: N * 64].reshape(N, 64)
        gamma56_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat56_bar = self._buffers[60][: N * 64].reshape(N, 64)
        xhat56_bar_moment = self._buffers[0][5504:5568]
        xhat56_bar_mean = self._buffers[0][5568:5632]
        xhat56_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat56_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s56_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z55_bar = self._buffers[60][: N * 64].reshape(N, 64)
        a54_bar = self._buffers[58][: N * 64].reshape(N, 64)
        z54_bar = self._buffers[58][: N * 64].reshape(N, 64)
        product3 = self._buffers[57][: N * 64].reshape(N, 64)
        gamma54_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat54_bar = self._buffers[58][: N * 64].reshape(N, 64)
        xhat54_bar_moment = self._buffers[0][5312:5376]
        xhat54_bar_mean = self._buffers[0][5504:5568]
        xhat54_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat54_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s54_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z53_bar = self._buffers[58][: N * 64].reshape(N, 64)
        a52_bar = self._buffers[56][: N * 64].reshape(N, 64)
        z52_bar = self._buffers[56][: N * 64].reshape(N, 64)
        product4 = self._buffers[55][: N * 64].reshape(N, 64)
        gamma52_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat52_bar = self._buffers[56][: N * 64].reshape(N, 64)
        xhat52_bar_moment = self._buffers[0][5120:5184]
        xhat52_bar_mean = self._buffers[0][5312:5376]
        xhat52_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat52_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s52_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z51_bar = self._buffers[56][: N * 64].reshape(N, 64)
        a50_bar = self._buffers[54][: N * 64].reshape(N, 64)
        z50_bar = self._buffers[54][: N * 64].reshape(N, 64)
        product5 = self._buffers[53][: N * 64].reshape(N, 64)
        gamma50_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat50_bar = self._buffers[54][: N * 64].reshape(N, 64)
        xhat50_bar_moment = self._buffers[0][4928:4992]
        xhat50_bar_mean = self._buffers[0][5120:5184]
        xhat50_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat50_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s50_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z49_bar = self._buffers[54][: N * 64].reshape(N, 64)
        a48_bar = self._buffers[52][: N * 64].reshape(N, 64)
        z48_bar = self._buffers[52][: N * 64].reshape(N, 64)
        product6 = self._buffers[51][: N * 64].reshape(N, 64)
        gamma48_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat48_bar = self._buffers[52][: N * 64].reshape(N, 64)
        xhat48_bar_moment = self._buffers[0][4736:4800]
        xhat48_bar_mean = self._buffers[0][4928:4992]
        xhat48_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat48_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s48_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z47_bar = self._buffers[52][: N * 64].reshape(N, 64)
        a46_bar = self._buffers[50][: N * 64].reshape(N, 64)
        z46_bar = self._buffers[50][: N * 64].reshape(N, 64)
        product7 = self._buffers[49][: N * 64].reshape(N, 64)
        gamma46_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat46_bar = self._buffers[50][: N * 64].reshape(N, 64)
        xhat46_bar_moment = self._buffers[0][4544:4608]
        xhat46_bar_mean = self._buffers[0][4736:4800]
        xhat46_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat46_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s46_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z45_bar = self._buffers[50][: N * 64].reshape(N, 64)
        a44_bar = self._buffers[48][: N * 64].reshape(N, 64)
        z44_bar = self._buffers[48][: N * 64].reshape(N, 64)
        product8 = self._buffers[47][: N * 64].reshape(N, 64)
        gamma44_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat44_bar = self._buffers[48][: N * 64].reshape(N, 64)
        xhat44_bar_moment = self._buffers[0][4352:4416]
        xhat44_bar_mean = self._buffers[0][4544:4608]
        xhat44_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat44_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s44_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z43_bar = self._buffers[48][: N * 64].reshape(N, 64)
        a42_bar = self._buffers[46][: N * 64].reshape(N, 64)
        z42_bar = self._buffers[46][: N * 64].reshape(N, 64)
        product9 = self._buffers[45][: N * 64].reshape(N, 64)
        gamma42_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat42_bar = self._buffers[46][: N * 64].reshape(N, 64)
        xhat42_bar_moment = self._buffers[0][4160:4224]
        xhat42_bar_mean = self._buffers[0][4352:4416]
        xhat42_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat42_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s42_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z41_bar = self._buffers[46][: N * 64].reshape(N, 64)
        a40_bar = self._buffers[44][: N * 64].reshape(N, 64)
        z40_bar = self._buffers[44][: N * 64].reshape(N, 64)
        product10 = self._buffers[43][: N * 64].reshape(N, 64)
        gamma40_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat40_bar = self._buffers[44][: N * 64].reshape(N, 64)
        xhat40_bar_moment = self._buffers[0][3968:4032]
        xhat40_bar_mean = self._buffers[0][4160:4224]
        xhat40_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat40_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s40_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z39_bar = self._buffers[44][: N * 64].reshape(N, 64)
        a38_bar = self._buffers[42][: N * 64].reshape(N, 64)
        z38_bar = self._buffers[42][: N * 64].reshape(N, 64)
        product11 = self._buffers[41][: N * 64].reshape(N, 64)
        gamma38_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat38_bar = self._buffers[42][: N * 64].reshape(N, 64)
        xhat38_bar_moment = self._buffers[0][3776:3840]
        xhat38_bar_mean = self._buffers[0][3968:4032]
        xhat38_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat38_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s38_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z37_bar = self._buffers[42][: N * 64].reshape(N, 64)
        a36_bar = self._buffers[40][: N * 64].reshape(N, 64)
        z36_bar = self._buffers[40][: N * 64].reshape(N, 64)
        product12 = self._buffers[39][: N * 64].reshape(N, 64)
        gamma36_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat36_bar = self._buffers[40][: N * 64].reshape(N, 64)
        xhat36_bar_moment = self._buffers[0][3584:3648]
        xhat36_bar_mean = self._buffers[0][3776:3840]
        xhat36_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat36_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s36_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z35_bar = self._buffers[40][: N * 64].reshape(N, 64)
        a34_bar = self._buffers[38][: N * 64].reshape(N, 64)
        z34_bar = self._buffers[38][: N * 64].reshape(N, 64)
        product13 = self._buffers[37][: N * 64].reshape(N, 64)
        gamma34_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat34_bar = self._buffers[38][: N * 64].reshape(N, 64)
        xhat34_bar_moment = self._buffers[0][3392:3456]
        xhat34_bar_mean = self._buffers[0][3584:3648]
        xhat34_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat34_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s34_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z33_bar = self._buffers[38][: N * 64].reshape(N, 64)
        a32_bar = self._buffers[36][: N * 64].reshape(N, 64)
        z32_bar = self._buffers[36][: N * 64].reshape(N, 64)
        product14 = self._buffers[35][: N * 64].reshape(N, 64)
        gamma32_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat32_bar = self._buffers[36][: N * 64].reshape(N, 64)
        xhat32_bar_moment = self._buffers[0][3200:3264]
        xhat32_bar_mean = self._buffers[0][3392:3456]
        xhat32_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat32_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s32_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z31_bar = self._buffers[36][: N * 64].reshape(N, 64)
        a30_bar = self._buffers[34][: N * 64].reshape(N, 64)
        z30_bar = self._buffers[34][: N * 64].reshape(N, 64)
        product15 = self._buffers[33][: N * 64].reshape(N, 64)
        gamma30_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat30_bar = self._buffers[34][: N * 64].reshape(N, 64)
        xhat30_bar_moment = self._buffers[0][3008:3072]
        xhat30_bar_mean = self._buffers[0][3200:3264]
        xhat30_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat30_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s30_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z29_bar = self._buffers[34][: N * 64].reshape(N, 64)
        a28_bar = self._buffers[32][: N * 64].reshape(N, 64)
        z28_bar = self._buffers[32][: N * 64].reshape(N, 64)
        product16 = self._buffers[31][: N * 64].reshape(N, 64)
        gamma28_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat28_bar = self._buffers[32][: N * 64].reshape(N, 64)
        xhat28_bar_moment = self._buffers[0][2816:2880]
        xhat28_bar_mean = self._buffers[0][3008:3072]
        xhat28_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat28_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s28_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z27_bar = self._buffers[32][: N * 64].reshape(N, 64)
        a26_bar = self._buffers[30][: N * 64].reshape(N, 64)
        z26_bar = self._buffers[30][: N * 64].reshape(N, 64)
        product17 = self._buffers[29][: N * 64].reshape(N, 64)
        gamma26_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat26_bar = self._buffers[30][: N * 64].reshape(N, 64)
        xhat26_bar_moment = self._buffers[0][2624:2688]
        xhat26_bar_mean = self._buffers[0][2816:2880]
        xhat26_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat26_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s26_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z25_bar = self._buffers[30][: N * 64].reshape(N, 64)
        a24_bar = self._buffers[28][: N * 64].reshape(N, 64)
        z24_bar = self._buffers[28][: N * 64].reshape(N, 64)
        product18 = self._buffers[27][: N * 64].reshape(N, 64)
        gamma24_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat24_bar = self._buffers[28][: N * 64].reshape(N, 64)
        xhat24_bar_moment = self._buffers[0][2432:2496]
        xhat24_bar_mean = self._buffers[0][2624:2688]
        xhat24_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat24_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s24_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z23_bar = self._buffers[28][: N * 64].reshape(N, 64)
        a22_bar = self._buffers[26][: N * 64].reshape(N, 64)
        z22_bar = self._buffers[26][: N * 64].reshape(N, 64)
        product19 = self._buffers[25][: N * 64].reshape(N, 64)
        gamma22_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat22_bar = self._buffers[26][: N * 64].reshape(N, 64)
        xhat22_bar_moment = self._buffers[0][2240:2304]
        xhat22_bar_mean = self._buffers[0][2432:2496]
        xhat22_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat22_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s22_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z21_bar = self._buffers[26][: N * 64].reshape(N, 64)
        a20_bar = self._buffers[24][: N * 64].reshape(N, 64)
        z20_bar = self._buffers[24][: N * 64].reshape(N, 64)
        product20 = self._buffers[23][: N * 64].reshape(N, 64)
        gamma20_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat20_bar = self._buffers[24][: N * 64].reshape(N, 64)
        xhat20_bar_moment = self._buffers[0][2048:2112]
        xhat20_bar_mean = self._buffers[0][2240:2304]
        xhat20_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat20_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s20_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z19_bar = self._buffers[24][: N * 64].reshape(N, 64)
        a18_bar = self._buffers[22][: N * 64].reshape(N, 64)
        z18_bar = self._buffers[22][: N * 64].reshape(N, 64)
        product21 = self._buffers[21][: N * 64].reshape(N, 64)
        gamma18_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat18_bar = self._buffers[22][: N * 64].reshape(N, 64)
        xhat18_bar_moment = self._buffers[0][1856:1920]
        xhat18_bar_mean = self._buffers[0][2048:2112]
        xhat18_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat18_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s18_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z17_bar = self._buffers[22][: N * 64].reshape(N, 64)
        a16_bar = self._buffers[20][: N * 64].reshape(N, 64)
        z16_bar = self._buffers[20][: N * 64].reshape(N, 64)
        product22 = self._buffers[19][: N * 64].reshape(N, 64)
        gamma16_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat16_bar = self._buffers[20][: N * 64].reshape(N, 64)
        xhat16_bar_moment = self._buffers[0][1664:1728]
        xhat16_bar_mean = self._buffers[0][1856:1920]
        xhat16_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat16_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s16_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z15_bar = self._buffers[20][: N * 64].reshape(N, 64)
        a14_bar = self._buffers[18][: N * 64].reshape(N, 64)
        z14_bar = self._buffers[18][: N * 64].reshape(N, 64)
        product23 = self._buffers[17][: N * 64].reshape(N, 64)
        gamma14_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat14_bar = self._buffers[18][: N * 64].reshape(N, 64)
        xhat14_bar_moment = self._buffers[0][1472:1536]
        xhat14_bar_mean = self._buffers[0][1664:1728]
        xhat14_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat14_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s14_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z13_bar = self._buffers[18][: N * 64].reshape(N, 64)
        a12_bar = self._buffers[16][: N * 64].reshape(N, 64)
        z12_bar = self._buffers[16][: N * 64].reshape(N, 64)
        product24 = self._buffers[15][: N * 64].reshape(N, 64)
        gamma12_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat12_bar = self._buffers[16][: N * 64].reshape(N, 64)
        xhat12_bar_moment = self._buffers[0][1280:1344]
        xhat12_bar_mean = self._buffers[0][1472:1536]
        xhat12_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat12_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s12_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z11_bar = self._buffers[16][: N * 64].reshape(N, 64)
        a10_bar = self._buffers[14][: N * 64].reshape(N, 64)
        z10_bar = self._buffers[14][: N * 64].reshape(N, 64)
        product25 = self._buffers[13][: N * 64].reshape(N, 64)
        gamma10_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat10_bar = self._buffers[14][: N * 64].reshape(N, 64)
        xhat10_bar_moment = self._buffers[0][1088:1152]
        xhat10_bar_mean = self._buffers[0][1280:1344]
        xhat10_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat10_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s10_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z9_bar = self._buffers[14][: N * 64].reshape(N, 64)
        a8_bar = self._buffers[12][: N * 64].reshape(N, 64)
        z8_bar = self._buffers[12][: N * 64].reshape(N, 64)
        product26 = self._buffers[11][: N * 64].reshape(N, 64)
        gamma8_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat8_bar = self._buffers[12][: N * 64].reshape(N, 64)
        xhat8_bar_moment = self._buffers[0][896:960]
        xhat8_bar_mean = self._buffers[0][1088:1152]
        xhat8_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat8_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s8_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z7_bar = self._buffers[12][: N * 64].reshape(N, 64)
        a6_bar = self._buffers[10][: N * 64].reshape(N, 64)
        z6_bar = self._buffers[10][: N * 64].reshape(N, 64)
        product27 = self._buffers[9][: N * 64].reshape(N, 64)
        gamma6_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat6_bar = self._buffers[10][: N * 64].reshape(N, 64)
        xhat6_bar_moment = self._buffers[0][704:768]
        xhat6_bar_mean = self._buffers[0][896:960]
        xhat6_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat6_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s6_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z5_bar = self._buffers[10][: N * 64].reshape(N, 64)
        a4_bar = self._buffers[8][: N * 64].reshape(N, 64)
        z4_bar = self._buffers[8][: N * 64].reshape(N, 64)
        product28 = self._buffers[7][: N * 64].reshape(N, 64)
        gamma4_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat4_bar = self._buffers[8][: N * 64].reshape(N, 64)
        xhat4_bar_moment = self._buffers[0][512:576]
        xhat4_bar_mean = self._buffers[0][704:768]
        xhat4_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat4_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s4_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z3_bar = self._buffers[8][: N * 64].reshape(N, 64)
        a2_bar = self._buffers[6][: N * 64].reshape(N, 64)
        z2_bar = self._buffers[6][: N * 64].reshape(N, 64)
        product29 = self._buffers[3][: N * 64].reshape(N, 64)
        gamma2_rows2 = self._buffers[2][: block * 64].reshape(block, 64)
        xhat2_bar = self._buffers[6][: N * 64].reshape(N, 64)
        xhat2_bar_moment = self._buffers[0][320:384]
        xhat2_bar_mean = self._buffers[0][512:576]
        xhat2_bar_moment_rows = self._buffers[2][: block * 64].reshape(block, 64)
        xhat2_bar_mean_rows = self._buffers[4][: block * 64].reshape(block, 64)
        s2_rows2 = self._buffers[5][: block * 64].reshape(block, 64)
        z1_bar = self._buffers[6][: N * 64].reshape(N, 64)
        spare5 = self._buffers[0][128:192]
        spare6 = self._buffers[0][:64]
        spare7 = self._buffers[0][320:384]
        spare8 = self._buffers[0][512:576]
        spare9 = self._buffers[0][704:768]
        spare10 = self._buffers[0][896:960]
        spare11 = self._buffers[0][1088:1152]
        spare12 = self._buffers[0][1280:1344]
        spare13 = self._buffers[0][1472:1536]
        spare14 = self._buffers[0][1664:1728]
        spare15 = self._buffers[0][1856:1920]
        spare16 = self._buffers[0][2048:2112]
        spare17 = self._buffers[0][2240:2304]
        spare18 = self._buffers[0][2432:2496]
        spare19 = self._buffers[0][2624:2688]
        spare20 = self._buffers[0][2816:2880]
        spare21 = self._buffers[0][3008:3072]
        spare22 = self._buffers[0][3200:3264]
        spare23 = self._buffers[0][3392:3456]
        spare24 = self._buffers[0][3584:3648]
        spare25 = self._buffers[0][3776:3840]
        spare26 = self._buffers[0][3968:4032]
        spare27 = self._buffers[0][4160:4224]
        spare28 = self._buffers[0][4352:4416]
        spare29 = self._buffers[0][4544:4608]
        spare30 = self._buffers[0][4736:4800]
        spare31 = self._buffers[0][4928:4992]
        spare32 = self._buffers[0][5120:5184]
        spare33 = self._buffers[0][5312:5376]
        spare34 = self._buffers[0][5504:5568]
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
        one_over_N = np.array(1 / N, self.dtype)
        c1e_05 = self._buffers[67]
        by_N = np.array(N, np.intp)
        rows = np.arange(N)
        one = self._buffers[68]
        c0_1 = self._buffers[69]
        c0_9 = self._buffers[70]
        ones = self._buffers[71][:N]
        ones2 = self._buffers[72][:10]
        blocks = _blocks(N, block, (a1, d2, power_d2), (mu2_rows,))
        blocks2 = _blocks(N, block, (d2, xhat2, a2), (s2_rows, gamma2_rows, beta2_rows))
        blocks3 = _blocks(N, block, (a3, d4, power_d4), (mu4_rows,))
        blocks4 = _blocks(N, block, (d4, xhat4, a4), (s4_rows, gamma4_rows, beta4_rows))
        blocks5 = _blocks(N, block, (a5, d6, power_d6), (mu6_rows,))
        blocks6 = _blocks(N, block, (d6, xhat6, a6), (s6_rows, gamma6_rows, beta6_rows))
        blocks7 = _blocks(N, block, (a7, d8, power_d8), (mu8_rows,))
        blocks8 = _blocks(N, block, (d8, xhat8, a8), (s8_rows, gamma8_rows, beta8_rows))
        blocks9 = _blocks(N, block, (a9, d10, power_d10), (mu10_rows,))
        blocks10 = _blocks(
            N, block, (d10, xhat10, a10), (s10_rows, gamma10_rows, beta10_rows)
        )
        blocks11 = _blocks(N, block, (a11, d12, power_d12), (mu12_rows,))
        blocks12 = _blocks(
            N, block, (d12, xhat12, a12), (s12_rows, gamma12_rows, beta12_rows)
        )
        blocks13 = _blocks(N, block, (a13, d14, power_d14), (mu14_rows,))
        blocks14 = _blocks(
            N, block, (d14, xhat14, a14), (s14_rows, gamma14_rows, beta14_rows)
        )
        blocks15 = _blocks(N, block, (a15, d16, power_d16), (mu16_rows,))
        blocks16 = _blocks(
            N, block, (d16, xhat16, a16), (s16_rows, gamma16_rows, beta16_rows)
        )
        blocks17 = _blocks(N, block, (a17, d18, power_d18), (mu18_rows,))
        blocks18 = _blocks(
            N, block, (d18, xhat18, a18), (s18_rows, gamma18_rows, beta18_rows)
        )
        blocks19 = _blocks(N, block, (a19, d20, power_d20), (mu20_rows,))
        blocks20 = _blocks(
            N, block, (d20, xhat20, a20), (s20_rows, gamma20_rows, beta20_rows)
        )
        blocks21 = _blocks(N, block, (a21, d22, power_d22), (mu22_rows,))
        blocks22 = _blocks(
            N, block, (d22, xhat22, a22), (s22_rows, gamma22_rows, beta22_rows)
        )
        blocks23 = _blocks(N, block, (a23, d24, power_d24), (mu24_rows,))
        blocks24 = _blocks(
            N, block, (d24, xhat24, a24), (s24_rows, gamma24_rows, beta24_rows)
        )
        blocks25 = _blocks(N, block, (a25, d26, power_d26), (mu26_rows,))
        blocks26 = _blocks(
            N, block, (d26, xhat26, a26), (s26_rows, gamma26_rows, beta26_rows)
        )
        blocks27 = _blocks(N, block, (a27, d28, power_d28), (mu28_rows,))
        blocks28 = _blocks(
            N, block, (d28, xhat28, a28), (s28_rows, gamma28_rows, beta28_rows)
        )
        blocks29 = _blocks(N, block, (a29, d30, power_d30), (mu30_rows,))
        blocks30 = _blocks(
            N, block, (d30, xhat30, a30), (s30_rows, gamma30_rows, beta30_rows)
        )
        blocks31 = _blocks(N, block, (a31, d32, power_d32), (mu32_rows,))
        blocks32 = _blocks(
            N, block, (d32, xhat32, a32), (s32_rows, gamma32_rows, beta32_rows)
        )
        blocks33 = _blocks(N, block, (a33, d34, power_d34), (mu34_rows,))
        blocks34 = _blocks(
            N, block, (d34, xhat34, a34), (s34_rows, gamma34_rows, beta34_rows)
        )
        blocks35 = _blocks(N, block, (a35, d36, power_d36), (mu36_rows,))
        blocks36 = _blocks(
            N, block, (d36, xhat36, a36), (s36_rows, gamma36_rows, beta36_rows)
        )
        blocks37 = _blocks(N, block, (a37, d38, power_d38), (mu38_rows,))
        blocks38 = _blocks(
            N, block, (d38, xhat38, a38), (s38_rows, gamma38_rows, beta38_rows)
        )
        blocks39 = _blocks(N, block, (a39, d40, power_d40), (mu40_rows,))
        blocks40 = _blocks(
            N, block, (d40, xhat40, a40), (s40_rows, gamma40_rows, beta40_rows)
        )
        blocks41 = _blocks(N, block, (a41, d42, power_d42), (mu42_rows,))
        blocks42 = _blocks(
            N, block, (d42, xhat42, a42), (s42_rows, gamma42_rows, beta42_rows)
        )
        blocks43 = _blocks(N, block, (a43, d44, power_d44), (mu44_rows,))
        blocks44 = _blocks(
            N, block, (d44, xhat44, a44), (s44_rows, gamma44_rows, beta44_rows)
        )
        blocks45 = _blocks(N, block, (a45, d46, power_d46), (mu46_rows,))
        blocks46 = _blocks(
            N, block, (d46, xhat46, a46), (s46_rows, gamma46_rows, beta46_rows)
        )
        blocks47 = _blocks(N, block, (a47, d48, power_d48), (mu48_rows,))
        blocks48 = _blocks(
            N, block, (d48, xhat48, a48), (s48_rows, gamma48_rows, beta48_rows)
        )
        blocks49 = _blocks(N, block, (a49, d50, power_d50), (mu50_rows,))
        blocks50 = _blocks(
            N, block, (d50, xhat50, a50), (s50_rows, gamma50_rows, beta50_rows)
        )
        blocks51 = _blocks(N, block, (a51, d52, power_d52), (mu52_rows,))
        blocks52 = _blocks(
            N, block, (d52, xhat52, a52), (s52_rows, gamma52_rows, beta52_rows)
        )
        blocks53 = _blocks(N, block, (a53, d54, power_d54), (mu54_rows,))
        blocks54 = _blocks(
            N, block, (d54, xhat54, a54), (s54_rows, gamma54_rows, beta54_rows)
        )
        blocks55 = _blocks(N, block, (a55, d56, power_d56), (mu56_rows,))
        blocks56 = _blocks(
            N, block, (d56, xhat56, a56), (s56_rows, gamma56_rows, beta56_rows)
        )
        blocks57 = _blocks(N, block, (a57, d58, power_d58), (mu58_rows,))
        blocks58 = _blocks(
            N, block, (d58, xhat58, a58), (s58_rows, gamma58_rows, beta58_rows)
        )
        blocks59 = _blocks(N, block, (a58, a58_bar, z58_bar))
        blocks60 = _blocks(N, block, (z58_bar, xhat58_bar), (gamma58_rows2,))
        blocks61 = _blocks(
            N,
            block,
            (xhat58, xhat58_bar, z57_bar),
            (xhat58_bar_moment_rows, xhat58_bar_mean_rows, s58_rows2),
        )
        blocks62 = _blocks(N, block, (a56, a56_bar, z56_bar))
        blocks63 = _blocks(N, block, (z56_bar, xhat56_bar), (gamma56_rows2,))
        blocks64 = _blocks(
            N,
            block,
            (xhat56, xhat56_bar, z55_bar),
            (xhat56_bar_moment_rows, xhat56_bar_mean_rows, s56_rows2),
        )
        blocks65 = _blocks(N, block, (a54, a54_bar, z54_bar))
        blocks66 = _blocks(N, block, (z54_bar, xhat54_bar), (gamma54_rows2,))
        blocks67 = _blocks(
            N,
            block,
            (xhat54, xhat54_bar, z53_bar),
            (xhat54_bar_moment_rows, xhat54_bar_mean_rows, s54_rows2),
        )
        blocks68 = _blocks(N, block, (a52, a52_bar, z52_bar))
        blocks69 = _blocks(N, block, (z52_bar, xhat52_bar), (gamma52_rows2,))
        blocks70 = _blocks(
            N,
            block,
            (xhat52, xhat52_bar, z51_bar),
            (xhat52_bar_moment_rows, xhat52_bar_mean_rows, s52_rows2),
        )
        blocks71 = _blocks(N, block, (a50, a50_bar, z50_bar))
        blocks72 = _blocks(N, block, (z50_bar, xhat50_bar), (gamma50_rows2,))
        blocks73 = _blocks(
            N,
            block,
            (xhat50, xhat50_bar, z49_bar),
            (xhat50_bar_moment_rows, xhat50_bar_mean_rows, s50_rows2),
        )
        blocks74 = _blocks(N, block, (a48, a48_bar, z48_bar))
        blocks75 = _blocks(N, block, (z48_bar, xhat48_bar), (gamma48_rows2,))
        blocks76 = _blocks(
            N,
            block,
            (xhat48, xhat48_bar, z47_bar),
            (xhat48_bar_moment_rows, xhat48_bar_mean_rows, s48_rows2),
        )
        blocks77 = _blocks(N, block, (a46, a46_bar, z46_bar))
        blocks78 = _blocks(N, block, (z46_bar, xhat46_bar), (gamma46_rows2,))
        blocks79 = _blocks(
            N,
            block,
            (xhat46, xhat46_bar, z45_bar),
            (xhat46_bar_moment_rows, xhat46_bar_mean_rows, s46_rows2),
        )
        blocks80 = _blocks(N, block, (a44, a44_bar, z44_bar))
        blocks81 = _blocks(N, block, (z44_bar, xhat44_bar), (gamma44_rows2,))
        blocks82 = _blocks(
            N,
            block,
            (xhat44, xhat44_bar, z43_bar),
            (xhat44_bar_moment_rows, xhat44_bar_mean_rows, s44_rows2),
        )
        blocks83 = _blocks(N, block, (a42, a42_bar, z42_bar))
        blocks84 = _blocks(N, block, (z42_bar, xhat42_bar), (gamma42_rows2,))
        blocks85 = _blocks(
            N,
            block,
            (xhat42, xhat42_bar, z41_bar),
            (xhat42_bar_moment_rows, xhat42_bar_mean_rows, s42_rows2),
        )
        blocks86 = _blocks(N, block, (a40, a40_bar, z40_bar))
        blocks87 = _blocks(N, block, (z40_bar, xhat40_bar), (gamma40_rows2,))
        blocks88 = _blocks(
            N,
            block,
            (xhat40, xhat40_bar, z39_bar),
            (xhat40_bar_moment_rows, xhat40_bar_mean_rows, s40_rows2),
        )
        blocks89 = _blocks(N, block, (a38, a38_bar, z38_bar))
        blocks90 = _blocks(N, block, (z38_bar, xhat38_bar), (gamma38_rows2,))
        blocks91 = _blocks(
            N,
            block,
            (xhat38, xhat38_bar, z37_bar),
            (xhat38_bar_moment_rows, xhat38_bar_mean_rows, s38_rows2),
        )
        blocks92 = _blocks(N, block, (a36, a36_bar, z36_bar))
        blocks93 = _blocks(N, block, (z36_bar, xhat36_bar), (gamma36_rows2,))
        blocks94 = _blocks(
            N,
            block,
            (xhat36, xhat36_bar, z35_bar),
            (xhat36_bar_moment_rows, xhat36_bar_mean_rows, s36_rows2),
        )
        blocks95 = _blocks(N, block, (a34, a34_bar, z34_bar))
        blocks96 = _blocks(N, block, (z34_bar, xhat34_bar), (gamma34_rows2,))
        blocks97 = _blocks(
            N,
            block,
            (xhat34, xhat34_bar, z33_bar),
            (xhat34_bar_moment_rows, xhat34_bar_mean_rows, s34_rows2),
        )
        blocks98 = _blocks(N, block, (a32, a32_bar, z32_bar))
        blocks99 = _blocks(N, block, (z32_bar, xhat32_bar), (gamma32_rows2,))
        blocks100 = _blocks(
            N,
            block,
            (xhat32, xhat32_bar, z31_bar),
            (xhat32_bar_moment_rows, xhat32_bar_mean_rows, s32_rows2),
        )
        blocks101 = _blocks(N, block, (a30, a30_bar, z30_bar))
        blocks102 = _blocks(N, block, (z30_bar, xhat30_bar), (gamma30_rows2,))
        blocks103 = _blocks(
            N,
            block,
            (xhat30, xhat30_bar, z29_bar),
            (xhat30_bar_moment_rows, xhat30_bar_mean_rows, s30_rows2),
        )
        blocks104 = _blocks(N, block, (a28, a28_bar, z28_bar))
        blocks105 = _blocks(N, block, (z28_bar, xhat28_bar), (gamma28_rows2,))
        blocks106 = _blocks(
            N,
            block,
            (xhat28, xhat28_bar, z27_bar),
            (xhat28_bar_moment_rows, xhat28_bar_mean_rows, s28_rows2),
        )
        blocks107 = _blocks(N, block, (a26, a26_bar, z26_bar))
        blocks108 = _blocks(N, block, (z26_bar, xhat26_bar), (gamma26_rows2,))
        blocks109 = _blocks(
            N,
            block,
            (xhat26, xhat26_bar, z25_bar),
            (xhat26_bar_moment_rows, xhat26_bar_mean_rows, s26_rows2),
        )
        blocks110 = _blocks(N, block, (a24, a24_bar, z24_bar))
        blocks111 = _blocks(N, block, (z24_bar, xhat24_bar), (gamma24_rows2,))
        blocks112 = _blocks(
            N,
            block,
            (xhat24, xhat24_bar, z23_bar),
            (xhat24_bar_moment_rows, xhat24_bar_mean_rows, s24_rows2),
        )
        blocks113 = _blocks(N, block, (a22, a22_bar, z22_bar))
        blocks114 = _blocks(N, block, (z22_bar, xhat22_bar), (gamma22_rows2,))
        blocks115 = _blocks(
            N,
            block,
            (xhat22, xhat22_bar, z21_bar),
            (xhat22_bar_moment_rows, xhat22_bar_mean_rows, s22_rows2),
        )
        blocks116 = _blocks(N, block, (a20, a20_bar, z20_bar))
        blocks117 = _blocks(N, block, (z20_bar, xhat20_bar), (gamma20_rows2,))
        blocks118 = _blocks(
            N,
            block,
            (xhat20, xhat20_bar, z19_bar),
            (xhat20_bar_moment_rows, xhat20_bar_mean_rows, s20_rows2),
        )
        blocks119 = _blocks(N, block, (a18, a18_bar, z18_bar))
        blocks120 = _blocks(N, block, (z18_bar, xhat18_bar), (gamma18_rows2,))
        blocks121 = _blocks(
            N,
            block,
            (xhat18, xhat18_bar, z17_bar),
            (xhat18_bar_moment_rows, xhat18_bar_mean_rows, s18_rows2),
        )
        blocks122 = _blocks(N, block, (a16, a16_bar, z16_bar))
        blocks123 = _blocks(N, block, (z16_bar, xhat16_bar), (gamma16_rows2,))
        blocks124 = _blocks(
            N,
            block,
            (xhat16, xhat16_bar, z15_bar),
            (xhat16_bar_moment_rows, xhat16_bar_mean_rows, s16_rows2),
        )
        blocks125 = _blocks(N, block, (a14, a14_bar, z14_bar))
        blocks126 = _blocks(N, block, (z14_bar, xhat14_bar), (gamma14_rows2,))
        blocks127 = _blocks(
            N,
            block,
            (xhat14, xhat14_bar, z13_bar),
            (xhat14_bar_moment_rows, xhat14_bar_mean_rows, s14_rows2),
        )
        blocks128 = _blocks(N, block, (a12, a12_bar, z12_bar))
        blocks129 = _blocks(N, block, (z12_bar, xhat12_bar), (gamma12_rows2,))
        blocks130 = _blocks(
            N,
            block,
            (xhat12, xhat12_bar, z11_bar),
            (xhat12_bar_moment_rows, xhat12_bar_mean_rows, s12_rows2),
        )
        blocks131 = _blocks(N, block, (a10, a10_bar, z10_bar))
        blocks132 = _blocks(N, block, (z10_bar, xhat10_bar), (gamma10_rows2,))
        blocks133 = _blocks(
            N,
            block,
            (xhat10, xhat10_bar, z9_bar),
            (xhat10_bar_moment_rows, xhat10_bar_mean_rows, s10_rows2),
        )
        blocks134 = _blocks(N, block, (a8, a8_bar, z8_bar))
        blocks135 = _blocks(N, block, (z8_bar, xhat8_bar), (gamma8_rows2,))
        blocks136 = _blocks(
            N,
            block,
            (xhat8, xhat8_bar, z7_bar),
            (xhat8_bar_moment_rows, xhat8_bar_mean_rows, s8_rows2),
        )
        blocks137 = _blocks(N, block, (a6, a6_bar, z6_bar))
        blocks138 = _blocks(N, block, (z6_bar, xhat6_bar), (gamma6_rows2,))
        blocks139 = _blocks(
            N,
            block,
            (xhat6, xhat6_bar, z5_bar),
            (xhat6_bar_moment_rows, xhat6_bar_mean_rows, s6_rows2),
        )
        blocks140 = _blocks(N, block, (a4, a4_bar, z4_bar))
        blocks141 = _blocks(N, block, (z4_bar, xhat4_bar), (gamma4_rows2,))
        blocks142 = _blocks(
            N,
            block,
            (xhat4, xhat4_bar, z3_bar),
            (xhat4_bar_moment_rows, xhat4_bar_mean_rows, s4_rows2),
        )
        blocks143 = _blocks(N, block, (a2, a2_bar, z2_bar))
        blocks144 = _blocks(N, block, (z2_bar, xhat2_bar), (gamma2_rows2,))
        blocks145 = _blocks(
            N,
            block,
            (xhat2, xhat2_bar, z1_bar),
            (xhat2_bar_moment_rows, xhat2_bar_mean_rows, s2_rows2),
        )
        return (
            turned,
            a1,
            mu2,
            mu2_rows,
            power_d2,
            v2,
            s2,
            s2_rows,
            gamma2_rows,
            beta2_rows,
            xhat2,
            a2,
            turned2,
            a3,
            mu4,
            mu4_rows,
            power_d4,
            v4,
            s4,
            s4_rows,
            gamma4_rows,
            beta4_rows,
            xhat4,
            a4,
            turned3,
            a5,
            mu6,
            mu6_rows,
            power_d6,
            v6,
            s6,
            s6_rows,
            gamma6_rows,
            beta6_rows,
            xhat6,
            a6,
            turned4,
            a7,
            mu8,
            mu8_rows,
            power_d8,
            v8,
            s8,
            s8_rows,
            gamma8_rows,
            beta8_rows,
            xhat8,
            a8,
            turned5,
            a9,
            mu10,
            mu10_rows,
            power_d10,
            v10,
            s10,
            s10_rows,
            gamma10_rows,
            beta10_rows,
            xhat10,
            a10,
            turned6,
            a11,
            mu12,
            mu12_rows,
            power_d12,
            v12,
            s12,
            s12_rows,
            gamma12_rows,
            beta12_rows,
            xhat12,
            a12,
            turned7,
            a13,
            mu14,
            mu14_rows,
            power_d14,
            v14,
            s14,
            s14_rows,
            gamma14_rows,
            beta14_rows,
            xhat14,
            a14,
            turned8,
            a15,
            mu16,
            mu16_rows,
            power_d16,
            v16,
            s16,
            s16_rows,
            gamma16_rows,
            beta16_rows,
            xhat16,
            a16,
            turned9,
            a17,
            mu18,
            mu18_rows,
            power_d18,
            v18,
            s18,
            s18_rows,
            gamma18_rows,
            beta18_rows,
            xhat18,
            a18,
            turned10,
            a19,
            mu20,
            mu20_rows,
            power_d20,
            v20,
            s20,
            s20_rows,
            gamma20_rows,
            beta20_rows,
            xhat20,
            a20,
            turned11,
            a21,
            mu22,
            mu22_rows,
            power_d22,
            v22,
            s22,
            s22_rows,
            gamma22_rows,
            beta22_rows,
            xhat22,
            a22,
            turned12,
            a23,
            mu24,
            mu24_rows,
            power_d24,
            v24,
            s24,
            s24_rows,
            gamma24_rows,
            beta24_rows,
            xhat24,
            a24,
            turned13,
            a25,
            mu26,
            mu26_rows,
            power_d26,
            v26,
            s26,
            s26_rows,
            gamma26_rows,
            beta26_rows,
            xhat26,
            a26,
            turned14,
            a27,
            mu28,
            mu28_rows,
            power_d28,
            v28,
            s28,
            s28_rows,
            gamma28_rows,
            beta28_rows,
            xhat28,
            a28,
            turned15,
            a29,
            mu30,
            mu30_rows,
            power_d30,
            v30,
            s30,
            s30_rows,
            gamma30_rows,
            beta30_rows,
            xhat30,
            a30,
            turned16,
            a31,
            mu32,
            mu32_rows,
            power_d32,
            v32,
            s32,
            s32_rows,
            gamma32_rows,
            beta32_rows,
            xhat32,
            a32,
            turned17,
            a33,
            mu34,
            mu34_rows,
            power_d34,
            v34,
            s34,
            s34_rows,
            gamma34_rows,
            beta34_rows,
            xhat34,
            a34,
            turned18,
            a35,
            mu36,
            mu36_rows,
            power_d36,
            v36,
            s36,
            s36_rows,
            gamma36_rows,
            beta36_rows,
            xhat36,
            a36,
            turned19,
            a37,
            mu38,
            mu38_rows,
            power_d38,
            v38,
            s38,
            s38_rows,
            gamma38_rows,
            beta38_rows,
            xhat38,
            a38,
            turned20,
            a39,
            mu40,
            mu40_rows,
            power_d40,
            v40,
            s40,
            s40_rows,
            gamma40_rows,
            beta40_rows,
            xhat40,
            a40,
            turned21,
            a41,
            mu42,
            mu42_rows,
            power_d42,
            v42,
            s42,
            s42_rows,
            gamma42_rows,
            beta42_rows,
            xhat42,
            a42,
            turned22,
            a43,
            mu44,
            mu44_rows,
            power_d44,
            v44,
            s44,
            s44_rows,
            gamma44_rows,
            beta44_rows,
            xhat44,
            a44,
            turned23,
            a45,
            mu46,
            mu46_rows,
            power_d46,
            v46,
            s46,
            s46_rows,
            gamma46_rows,
            beta46_rows,
            xhat46,
            a46,
            turned24,
            a47,
            mu48,
            mu48_rows,
            power_d48,
            v48,
            s48,
            s48_rows,
            gamma48_rows,
            beta48_rows,
            xhat48,
            a48,
            turned25,
            a49,
            mu50,
            mu50_rows,
            power_d50,
            v50,
            s50,
            s50_rows,
            gamma50_rows,
            beta50_rows,
            xhat50,
            a50,
            turned26,
            a51,
            mu52,
            mu52_rows,
            power_d52,
            v52,
            s52,
            s52_rows,
            gamma52_rows,
            beta52_rows,
            xhat52,
            a52,
            turned27,
            a53,
            mu54,
            mu54_rows,
            power_d54,
            v54,
            s54,
            s54_rows,
            gamma54_rows,
            beta54_rows,
            xhat54,
            a54,
            turned28,
            a55,
            mu56,
            mu56_rows,
            power_d56,
            v56,
            s56,
            s56_rows,
            gamma56_rows,
            beta56_rows,
            xhat56,
            a56,
            turned29,
            a57,
            mu58,
            mu58_rows,
            power_d58,
            v58,
            s58,
            s58_rows,
            gamma58_rows,
            beta58_rows,
            xhat58,
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
            a58_bar,
            z58_bar,
            product,
            gamma58_rows2,
            xhat58_bar_moment,
            xhat58_bar_mean,
            xhat58_bar_moment_rows,
            xhat58_bar_mean_rows,
            s58_rows2,
            z57_bar,
            a56_bar,
            z56_bar,
            product2,
            gamma56_rows2,
            xhat56_bar_moment,
            xhat56_bar_mean,
            xhat56_bar_moment_rows,
            xhat56_bar_mean_rows,
            s56_rows2,
            z55_bar,
            a54_bar,
            z54_bar,
            product3,
            gamma54_rows2,
            xhat54_bar_moment,
            xhat54_bar_mean,
            xhat54_bar_moment_rows,
            xhat54_bar_mean_rows,
            s54_rows2,
            z53_bar,
            a52_bar,
            z52_bar,
            product4,
            gamma52_rows2,
            xhat52_bar_moment,
            xhat52_bar_mean,
            xhat52_bar_moment_rows,
            xhat52_bar_mean_rows,
            s52_rows2,
            z51_bar,
            a50_bar,
            z50_bar,
            product5,
            gamma50_rows2,
            xhat50_bar_moment,
            xhat50_bar_mean,
            xhat50_bar_moment_rows,
            xhat50_bar_mean_rows,
            s50_rows2,
            z49_bar,
            a48_bar,
            z48_bar,
            product6,
            gamma48_rows2,
            xhat48_bar_moment,
            xhat48_bar_mean,
            xhat48_bar_moment_rows,
            xhat48_bar_mean_rows,
            s48_rows2,
            z47_bar,
            a46_bar,
            z46_bar,
            product7,
            gamma46_rows2,
            xhat46_bar_moment,
            xhat46_bar_mean,
            xhat46_bar_moment_rows,
            xhat46_bar_mean_rows,
            s46_rows2,
            z45_bar,
            a44_bar,
            z44_bar,
            product8,
            gamma44_rows2,
            xhat44_bar_moment,
            xhat44_bar_mean,
            xhat44_bar_moment_rows,
            xhat44_bar_mean_rows,
            s44_rows2,
            z43_bar,
            a42_bar,
            z42_bar,
            product9,
            gamma42_rows2,
            xhat42_bar_moment,
            xhat42_bar_mean,
            xhat42_bar_moment_rows,
            xhat42_bar_mean_rows,
            s42_rows2,
            z41_bar,
            a40_bar,
            z40_bar,
            product10,
            gamma40_rows2,
            xhat40_bar_moment,
            xhat40_bar_mean,
            xhat40_bar_moment_rows,
            xhat40_bar_mean_rows,
            s40_rows2,
            z39_bar,
            a38_bar,
            z38_bar,
            product11,
            gamma38_rows2,
            xhat38_bar_moment,
            xhat38_bar_mean,
            xhat38_bar_moment_rows,
            xhat38_bar_mean_rows,
            s38_rows2,
            z37_bar,
            a36_bar,
            z36_bar,
            product12,
            gamma36_rows2,
            xhat36_bar_moment,
            xhat36_bar_mean,
            xhat36_bar_moment_rows,
            xhat36_bar_mean_rows,
            s36_rows2,
            z35_bar,
            a34_bar,
            z34_bar,
            product13,
            gamma34_rows2,
            xhat34_bar_moment,
            xhat34_bar_mean,
            xhat34_bar_moment_rows,
            xhat34_bar_mean_rows,
            s34_rows2,
            z33_bar,
            a32_bar,
            z32_bar,
            product14,
            gamma32_rows2,
            xhat32_bar_moment,
            xhat32_bar_mean,
            xhat32_bar_moment_rows,
            xhat32_bar_mean_rows,
            s32_rows2,
            z31_bar,
            a30_bar,
            z30_bar,
            product15,
            gamma30_rows2,
            xhat30_bar_moment,
            xhat30_bar_mean,
            xhat30_bar_moment_rows,
            xhat30_bar_mean_rows,
            s30_rows2,
            z29_bar,
            a28_bar,
            z28_bar,
            product16,
            gamma28_rows2,
            xhat28_bar_moment,
            xhat28_bar_mean,
            xhat28_bar_moment_rows,
            xhat28_bar_mean_rows,
            s28_rows2,
            z27_bar,
            a26_bar,
            z26_bar,
            product17,
            gamma26_rows2,
            xhat26_bar_moment,
            xhat26_bar_mean,
            xhat26_bar_moment_rows,
            xhat26_bar_mean_rows,
            s26_rows2,
            z25_bar,
            a24_bar,
            z24_bar,
            product18,
            gamma24_rows2,
            xhat24_bar_moment,
            xhat24_bar_mean,
            xhat24_bar_moment_rows,
            xhat24_bar_mean_rows,
            s24_rows2,
            z23_bar,
            a22_bar,
            z22_bar,
            product19,
            gamma22_rows2,
            xhat22_bar_moment,
            xhat22_bar_mean,
            xhat22_bar_moment_rows,
            xhat22_bar_mean_rows,
            s22_rows2,
            z21_bar,
            a20_bar,
            z20_bar,
            product20,
            gamma20_rows2,
            xhat20_bar_moment,
            xhat20_bar_mean,
            xhat20_bar_moment_rows,
            xhat20_bar_mean_rows,
            s20_rows2,
            z19_bar,
            a18_bar,
            z18_bar,
            product21,
            gamma18_rows2,
            xhat18_bar_moment,
            xhat18_bar_mean,
            xhat18_bar_moment_rows,
            xhat18_bar_mean_rows,
            s18_rows2,
            z17_bar,
            a16_bar,
            z16_bar,
            product22,
            gamma16_rows2,
            xhat16_bar_moment,
            xhat16_bar_mean,
            xhat16_bar_moment_rows,
            xhat16_bar_mean_rows,
            s16_rows2,
            z15_bar,
            a14_bar,
            z14_bar,
            product23,
            gamma14_rows2,
            xhat14_bar_moment,
            xhat14_bar_mean,
            xhat14_bar_moment_rows,
            xhat14_bar_mean_rows,
            s14_rows2,
            z13_bar,
            a12_bar,
            z12_bar,
            product24,
            gamma12_rows2,
            xhat12_bar_moment,
            xhat12_bar_mean,
            xhat12_bar_moment_rows,
            xhat12_bar_mean_rows,
            s12_rows2,
            z11_bar,
            a10_bar,
            z10_bar,
            product25,
            gamma10_rows2,
            xhat10_bar_moment,
            xhat10_bar_mean,
            xhat10_bar_moment_rows,
            xhat10_bar_mean_rows,
            s10_rows2,
            z9_bar,
            a8_bar,
            z8_bar,
            product26,
            gamma8_rows2,
            xhat8_bar_moment,
            xhat8_bar_mean,
            xhat8_bar_moment_rows,
            xhat8_bar_mean_rows,
            s8_rows2,
            z7_bar,
            a6_bar,
            z6_bar,
            product27,
            gamma6_rows2,
            xhat6_bar_moment,
            xhat6_bar_mean,
            xhat6_bar_moment_rows,
            xhat6_bar_mean_rows,
            s6_rows2,
            z5_bar,
            a4_bar,
            z4_bar,
            product28,
            gamma4_rows2,
            xhat4_bar_moment,
            xhat4_bar_mean,
            xhat4_bar_moment_rows,
            xhat4_bar_mean_rows,
            s4_rows2,
            z3_bar,
            a2_bar,
            z2_bar,
            product29,
            gamma2_rows2,
            xhat2_bar_moment,
            xhat2_bar_mean,
            xhat2_bar_moment_rows,
            xhat2_bar_mean_rows,
            s2_rows2,
            spare5,
            spare6,
            spare7,
            spare8,
            spare9,
            spare10,
            spare11,
            spare12,
            spare13,
            spare14,
            spare15,
            spare16,
            spare17,
            spare18,
            spare19,
            spare20,
            spare21,
            spare22,
            spare23,
            spare24,
            spare25,
            spare26,
            spare27,
            spare28,
            spare29,
            spare30,
            spare31,
            spare32,
            spare33,
            spare34,
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
            one_over_N,
            c1e_05,
            by_N,
            rows,
            one,
            c0_1,
            c0_9,
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
            blocks59,
            blocks60,
            blocks61,
            blocks62,
            blocks63,
            blocks64,
            blocks65,
            blocks66,
            blocks67,
            blocks68,
            blocks69,
            blocks70,
            blocks71,
            blocks72,
            blocks73,
            blocks74,
            blocks75,
            blocks76,
            blocks77,
            blocks78,
            blocks79,
            blocks80,
            blocks81,
            blocks82,
            blocks83,
            blocks84,
            blocks85,
            blocks86,
            blocks87,
            blocks88,
            blocks89,
            blocks90,
            blocks91,
            blocks92,
            blocks93,
            blocks94,
            blocks95,
            blocks96,
            blocks97,
            blocks98,
            blocks99,
            blocks100,
            blocks101,
            blocks102,
            blocks103,
            blocks104,
            blocks105,
            blocks106,
            blocks107,
            blocks108,
            blocks109,
            blocks110,
            blocks111,
            blocks112,
            blocks113,
            blocks114,
            blocks115,
            blocks116,
            blocks117,
            blocks118,
            blocks119,
            blocks120,
            blocks121,
            blocks122,
            blocks123,
            blocks124,
            blocks125,
            blocks126,
            blocks127,
            blocks128,
            blocks129,
            blocks130,
            blocks131,
            blocks132,
            blocks133,
            blocks134,
            blocks135,
            blocks136,
            blocks137,
            blocks138,
            blocks139,
            blocks140,
            blocks141,
            blocks142,
            blocks143,
            blocks144,
            blocks145,
        )

    def loss_and_grad(
        self, p: Parameters, X: Array, Y: Array, *, state: State | None = None
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
            gamma2,
            beta2,
            W3,
            gamma4,
            beta4,
            W5,
            gamma6,
            beta6,
            W7,
            gamma8,
            beta8,
            W9,
            gamma10,
            beta10,
            W11,
            gamma12,
            beta12,
            W13,
            gamma14,
            beta14,
            W15,
            gamma16,
            beta16,
            W17,
            gamma18,
            beta18,
            W19,
            gamma20,
            beta20,
            W21,
            gamma22,
            beta22,
            W23,
            gamma24,
            beta24,
            W25,
            gamma26,
            beta26,
            W27,
            gamma28,
            beta28,
            W29,
            gamma30,
            beta30,
            W31,
            gamma32,
            beta32,
            W33,
            gamma34,
            beta34,
            W35,
            gamma36,
            beta36,
            W37,
            gamma38,
            beta38,
            W39,
            gamma40,
            beta40,
            W41,
            gamma42,
            beta42,
            W43,
            gamma44,
            beta44,
            W45,
            gamma46,
            beta46,
            W47,
            gamma48,
            beta48,
            W49,
            gamma50,
            beta50,
            W51,
            gamma52,
            beta52,
            W53,
            gamma54,
            beta54,
            W55,
            gamma56,
            beta56,
            W57,
            gamma58,
            beta58,
            W59,
            b59,
        ) = p
        x, y = X, Y
        if N not in self._views:
            self._views[N] = self._cut(N)
        (
            turned,
            a1,
            mu2,
            mu2_rows,
            power_d2,
            v2,
            s2,
            s2_rows,
            gamma2_rows,
            beta2_rows,
            xhat2,
            a2,
            turned2,
            a3,
            mu4,
            mu4_rows,
            power_d4,
            v4,
            s4,
            s4_rows,
            gamma4_rows,
            beta4_rows,
            xhat4,
            a4,
            turned3,
            a5,
            mu6,
            mu6_rows,
            power_d6,
            v6,
            s6,
            s6_rows,
            gamma6_rows,
            beta6_rows,
            xhat6,
            a6,
            turned4,
            a7,
            mu8,
            mu8_rows,
            power_d8,
            v8,
            s8,
            s8_rows,
            gamma8_rows,
            beta8_rows,
            xhat8,
            a8,
            turned5,
            a9,
            mu10,
            mu10_rows,
            power_d10,
            v10,
            s10,
            s10_rows,
            gamma10_rows,
            beta10_rows,
            xhat10,
            a10,
            turned6,
            a11,
            mu12,
            mu12_rows,
            power_d12,
            v12,
            s12,
            s12_rows,
            gamma12_rows,
            beta12_rows,
            xhat12,
            a12,
            turned7,
            a13,
            mu14,
            mu14_rows,
            power_d14,
            v14,
            s14,
            s14_rows,
            gamma14_rows,
            beta14_rows,
            xhat14,
            a14,
            turned8,
            a15,
            mu16,
            mu16_rows,
            power_d16,
            v16,
            s16,
            s16_rows,
            gamma16_rows,
            beta16_rows,
            xhat16,
            a16,
            turned9,
            a17,
            mu18,
            mu18_rows,
            power_d18,
            v18,
            s18,
            s18_rows,
            gamma18_rows,
            beta18_rows,
            xhat18,
            a18,
            turned10,
            a19,
            mu20,
            mu20_rows,
            power_d20,
            v20,
            s20,
            s20_rows,
            gamma20_rows,
            beta20_rows,
            xhat20,
            a20,
            turned11,
            a21,
            mu22,
            mu22_rows,
            power_d22,
            v22,
            s22,
            s22_rows,
            gamma22_rows,
            beta22_rows,
            xhat22,
            a22,
            turned12,
            a23,
            mu24,
            mu24_rows,
            power_d24,
            v24,
            s24,
            s24_rows,
            gamma24_rows,
            beta24_rows,
            xhat24,
            a24,
            turned13,
            a25,
            mu26,
            mu26_rows,
            power_d26,
            v26,
            s26,
            s26_rows,
            gamma26_rows,
            beta26_rows,
            xhat26,
            a26,
            turned14,
            a27,
            mu28,
            mu28_rows,
            power_d28,
            v28,
            s28,
            s28_rows,
            gamma28_rows,
            beta28_rows,
            xhat28,
            a28,
            turned15,
            a29,
            mu30,
            mu30_rows,
            power_d30,
            v30,
            s30,
            s30_rows,
            gamma30_rows,
            beta30_rows,
            xhat30,
            a30,
            turned16,
            a31,
            mu32,
            mu32_rows,
            power_d32,
            v32,
            s32,
            s32_rows,
            gamma32_rows,
            beta32_rows,
            xhat32,
            a32,
            turned17,
            a33,
            mu34,
            mu34_rows,
            power_d34,
            v34,
            s34,
            s34_rows,
            gamma34_rows,
            beta34_rows,
            xhat34,
            a34,
            turned18,
            a35,
            mu36,
            mu36_rows,
            power_d36,
            v36,
            s36,
            s36_rows,
            gamma36_rows,
            beta36_rows,
            xhat36,
            a36,
            turned19,
            a37,
            mu38,
            mu38_rows,
            power_d38,
            v38,
            s38,
            s38_rows,
            gamma38_rows,
            beta38_rows,
            xhat38,
            a38,
            turned20,
            a39,
            mu40,
            mu40_rows,
            power_d40,
            v40,
            s40,
            s40_rows,
            gamma40_rows,
            beta40_rows,
            xhat40,
            a40,
            turned21,
            a41,
            mu42,
            mu42_rows,
            power_d42,
            v42,
            s42,
            s42_rows,
            gamma42_rows,
            beta42_rows,
            xhat42,
            a42,
            turned22,
            a43,
            mu44,
            mu44_rows,
            power_d44,
            v44,
            s44,
            s44_rows,
            gamma44_rows,
            beta44_rows,
            xhat44,
            a44,
            turned23,
            a45,
            mu46,
            mu46_rows,
            power_d46,
            v46,
            s46,
            s46_rows,
            gamma46_rows,
            beta46_rows,
            xhat46,
            a46,
            turned24,
            a47,
            mu48,
            mu48_rows,
            power_d48,
            v48,
            s48,
            s48_rows,
            gamma48_rows,
            beta48_rows,
            xhat48,
            a48,
            turned25,
            a49,
            mu50,
            mu50_rows,
            power_d50,
            v50,
            s50,
            s50_rows,
            gamma50_rows,
            beta50_rows,
            xhat50,
            a50,
            turned26,
            a51,
            mu52,
            mu52_rows,
            power_d52,
            v52,
            s52,
            s52_rows,
            gamma52_rows,
            beta52_rows,
            xhat52,
            a52,
            turned27,
            a53,
            mu54,
            mu54_rows,
            power_d54,
            v54,
            s54,
            s54_rows,
            gamma54_rows,
            beta54_rows,
            xhat54,
            a54,
            turned28,
            a55,
            mu56,
            mu56_rows,
            power_d56,
            v56,
            s56,
            s56_rows,
            gamma56_rows,
            beta56_rows,
            xhat56,
            a56,
            turned29,
            a57,
            mu58,
            mu58_rows,
            power_d58,
            v58,
            s58,
            s58_rows,
            gamma58_rows,
            beta58_rows,
            xhat58,
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
            a58_bar,
            z58_bar,
            product,
            gamma58_rows2,
            xhat58_bar_moment,
            xhat58_bar_mean,
            xhat58_bar_moment_rows,
            xhat58_bar_mean_rows,
            s58_rows2,
            z57_bar,
            a56_bar,
            z56_bar,
            product2,
            gamma56_rows2,
            xhat56_bar_moment,
            xhat56_bar_mean,
            xhat56_bar_moment_rows,
            xhat56_bar_mean_rows,
            s56_rows2,
            z55_bar,
            a54_bar,
            z54_bar,
            product3,
            gamma54_rows2,
            xhat54_bar_moment,
            xhat54_bar_mean,
            xhat54_bar_moment_rows,
            xhat54_bar_mean_rows,
            s54_rows2,
            z53_bar,
            a52_bar,
            z52_bar,
            product4,
            gamma52_rows2,
            xhat52_bar_moment,
            xhat52_bar_mean,
            xhat52_bar_moment_rows,
            xhat52_bar_mean_rows,
            s52_rows2,
            z51_bar,
            a50_bar,
            z50_bar,
            product5,
            gamma50_rows2,
            xhat50_bar_moment,
            xhat50_bar_mean,
            xhat50_bar_moment_rows,
            xhat50_bar_mean_rows,
            s50_rows2,
            z49_bar,
            a48_bar,
            z48_bar,
            product6,
            gamma48_rows2,
            xhat48_bar_moment,
            xhat48_bar_mean,
            xhat48_bar_moment_rows,
            xhat48_bar_mean_rows,
            s48_rows2,
            z47_bar,
            a46_bar,
            z46_bar,
            product7,
            gamma46_rows2,
            xhat46_bar_moment,
            xhat46_bar_mean,
            xhat46_bar_moment_rows,
            xhat46_bar_mean_rows,
            s46_rows2,
            z45_bar,
            a44_bar,
            z44_bar,
            product8,
            gamma44_rows2,
            xhat44_bar_moment,
            xhat44_bar_mean,
            xhat44_bar_moment_rows,
            xhat44_bar_mean_rows,
            s44_rows2,
            z43_bar,
            a42_bar,
            z42_bar,
            product9,
            gamma42_rows2,
            xhat42_bar_moment,
            xhat42_bar_mean,
            xhat42_bar_moment_rows,
            xhat42_bar_mean_rows,
            s42_rows2,
            z41_bar,
            a40_bar,
            z40_bar,
            product10,
            gamma40_rows2,
            xhat40_bar_moment,
            xhat40_bar_mean,
            xhat40_bar_moment_rows,
            xhat40_bar_mean_rows,
            s40_rows2,
            z39_bar,
            a38_bar,
            z38_bar,
            product11,
            gamma38_rows2,
            xhat38_bar_moment,
            xhat38_bar_mean,
            xhat38_bar_moment_rows,
            xhat38_bar_mean_rows,
            s38_rows2,
            z37_bar,
            a36_bar,
            z36_bar,
            product12,
            gamma36_rows2,
            xhat36_bar_moment,
            xhat36_bar_mean,
            xhat36_bar_moment_rows,
            xhat36_bar_mean_rows,
            s36_rows2,
            z35_bar,
            a34_bar,
            z34_bar,
            product13,
            gamma34_rows2,
            xhat34_bar_moment,
            xhat34_bar_mean,
            xhat34_bar_moment_rows,
            xhat34_bar_mean_rows,
            s34_rows2,
            z33_bar,
            a32_bar,
            z32_bar,
            product14,
            gamma32_rows2,
            xhat32_bar_moment,
            xhat32_bar_mean,
            xhat32_bar_moment_rows,
            xhat32_bar_mean_rows,
            s32_rows2,
            z31_bar,
            a30_bar,
            z30_bar,
            product15,
            gamma30_rows2,
            xhat30_bar_moment,
            xhat30_bar_mean,
            xhat30_bar_moment_rows,
            xhat30_bar_mean_rows,
            s30_rows2,
            z29_bar,
            a28_bar,
            z28_bar,
            product16,
            gamma28_rows2,
            xhat28_bar_moment,
            xhat28_bar_mean,
            xhat28_bar_moment_rows,
            xhat28_bar_mean_rows,
            s28_rows2,
            z27_bar,
            a26_bar,
            z26_bar,
            product17,
            gamma26_rows2,
            xhat26_bar_moment,
            xhat26_bar_mean,
            xhat26_bar_moment_rows,
            xhat26_bar_mean_rows,
            s26_rows2,
            z25_bar,
            a24_bar,
            z24_bar,
            product18,
            gamma24_rows2,
            xhat24_bar_moment,
            xhat24_bar_mean,
            xhat24_bar_moment_rows,
            xhat24_bar_mean_rows,
            s24_rows2,
            z23_bar,
            a22_bar,
            z22_bar,
            product19,
            gamma22_rows2,
            xhat22_bar_moment,
            xhat22_bar_mean,
            xhat22_bar_moment_rows,
            xhat22_bar_mean_rows,
            s22_rows2,
            z21_bar,
            a20_bar,
            z20_bar,
            product20,
            gamma20_rows2,
            xhat20_bar_moment,
            xhat20_bar_mean,
            xhat20_bar_moment_rows,
            xhat20_bar_mean_rows,
            s20_rows2,
            z19_bar,
            a18_bar,
            z18_bar,
            product21,
            gamma18_rows2,
            xhat18_bar_moment,
            xhat18_bar_mean,
            xhat18_bar_moment_rows,
            xhat18_bar_mean_rows,
            s18_rows2,
            z17_bar,
            a16_bar,
            z16_bar,
            product22,
            gamma16_rows2,
            xhat16_bar_moment,
            xhat16_bar_mean,
            xhat16_bar_moment_rows,
            xhat16_bar_mean_rows,
            s16_rows2,
            z15_bar,
            a14_bar,
            z14_bar,
            product23,
            gamma14_rows2,
            xhat14_bar_moment,
            xhat14_bar_mean,
            xhat14_bar_moment_rows,
            xhat14_bar_mean_rows,
            s14_rows2,
            z13_bar,
            a12_bar,
            z12_bar,
            product24,
            gamma12_rows2,
            xhat12_bar_moment,
            xhat12_bar_mean,
            xhat12_bar_moment_rows,
            xhat12_bar_mean_rows,
            s12_rows2,
            z11_bar,
            a10_bar,
            z10_bar,
            product25,
            gamma10_rows2,
            xhat10_bar_moment,
            xhat10_bar_mean,
            xhat10_bar_moment_rows,
            xhat10_bar_mean_rows,
            s10_rows2,
            z9_bar,
            a8_bar,
            z8_bar,
            product26,
            gamma8_rows2,
            xhat8_bar_moment,
            xhat8_bar_mean,
            xhat8_bar_moment_rows,
            xhat8_bar_mean_rows,
            s8_rows2,
            z7_bar,
            a6_bar,
            z6_bar,
            product27,
            gamma6_rows2,
            xhat6_bar_moment,
            xhat6_bar_mean,
            xhat6_bar_moment_rows,
            xhat6_bar_mean_rows,
            s6_rows2,
            z5_bar,
            a4_bar,
            z4_bar,
            product28,
            gamma4_rows2,
            xhat4_bar_moment,
            xhat4_bar_mean,
            xhat4_bar_moment_rows,
            xhat4_bar_mean_rows,
            s4_rows2,
            z3_bar,
            a2_bar,
            z2_bar,
            product29,
            gamma2_rows2,
            xhat2_bar_moment,
            xhat2_bar_mean,
            xhat2_bar_moment_rows,
            xhat2_bar_mean_rows,
            s2_rows2,
            spare5,
            spare6,
            spare7,
            spare8,
            spare9,
            spare10,
            spare11,
            spare12,
            spare13,
            spare14,
            spare15,
            spare16,
            spare17,
            spare18,
            spare19,
            spare20,
            spare21,
            spare22,
            spare23,
            spare24,
            spare25,
            spare26,
            spare27,
            spare28,
            spare29,
            spare30,
            spare31,
            spare32,
            spare33,
            spare34,
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
            one_over_N,
            c1e_05,
            by_N,
            rows,
            one,
            c0_1,
            c0_9,
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
            blocks59,
            blocks60,
            blocks61,
            blocks62,
            blocks63,
            blocks64,
            blocks65,
            blocks66,
            blocks67,
            blocks68,
            blocks69,
            blocks70,
            blocks71,
            blocks72,
            blocks73,
            blocks74,
            blocks75,
            blocks76,
            blocks77,
            blocks78,
            blocks79,
            blocks80,
            blocks81,
            blocks82,
            blocks83,
            blocks84,
            blocks85,
            blocks86,
            blocks87,
            blocks88,
            blocks89,
            blocks90,
            blocks91,
            blocks92,
            blocks93,
            blocks94,
            blocks95,
            blocks96,
            blocks97,
            blocks98,
            blocks99,
            blocks100,
            blocks101,
            blocks102,
            blocks103,
            blocks104,
            blocks105,
            blocks106,
            blocks107,
            blocks108,
            blocks109,
            blocks110,
            blocks111,
            blocks112,
            blocks113,
            blocks114,
            blocks115,
            blocks116,
            blocks117,
            blocks118,
            blocks119,
            blocks120,
            blocks121,
            blocks122,
            blocks123,
            blocks124,
            blocks125,
            blocks126,
            blocks127,
            blocks128,
            blocks129,
            blocks130,
            blocks131,
            blocks132,
            blocks133,
            blocks134,
            blocks135,
            blocks136,
            blocks137,
            blocks138,
            blocks139,
            blocks140,
            blocks141,
            blocks142,
            blocks143,
            blocks144,
            blocks145,
        ) = self._views[N]
        (
            W1_bar,
            gamma2_bar,
            beta2_bar,
            W3_bar,
            gamma4_bar,
            beta4_bar,
            W5_bar,
            gamma6_bar,
            beta6_bar,
            W7_bar,
            gamma8_bar,
            beta8_bar,
            W9_bar,
            gamma10_bar,
            beta10_bar,
            W11_bar,
            gamma12_bar,
            beta12_bar,
            W13_bar,
            gamma14_bar,
            beta14_bar,
            W15_bar,
            gamma16_bar,
            beta16_bar,
            W17_bar,
            gamma18_bar,
            beta18_bar,
            W19_bar,
            gamma20_bar,
            beta20_bar,
            W21_bar,
            gamma22_bar,
            beta22_bar,
            W23_bar,
            gamma24_bar,
            beta24_bar,
            W25_bar,
            gamma26_bar,
            beta26_bar,
            W27_bar,
            gamma28_bar,
            beta28_bar,
            W29_bar,
            gamma30_bar,
            beta30_bar,
            W31_bar,
            gamma32_bar,
            beta32_bar,
            W33_bar,
            gamma34_bar,
            beta34_bar,
            W35_bar,
            gamma36_bar,
            beta36_bar,
            W37_bar,
            gamma38_bar,
            beta38_bar,
            W39_bar,
            gamma40_bar,
            beta40_bar,
            W41_bar,
            gamma42_bar,
            beta42_bar,
            W43_bar,
            gamma44_bar,
            beta44_bar,
            W45_bar,
            gamma46_bar,
            beta46_bar,
            W47_bar,
            gamma48_bar,
            beta48_bar,
            W49_bar,
            gamma50_bar,
            beta50_bar,
            W51_bar,
            gamma52_bar,
            beta52_bar,
            W53_bar,
            gamma54_bar,
            beta54_bar,
            W55_bar,
            gamma56_bar,
            beta56_bar,
            W57_bar,
            gamma58_bar,
            beta58_bar,
            W59_bar,
            b59_bar,
        ) = self._gradient
        # (1)  a1[n,i] = sum[j](W1[i,j]*x[n,j])
        x.dot(_turned(W1, turned, N), out=a1)
        # (2)  mu2[i] = sum[n](a1[n,i]/N)
        ones.dot(a1, out=mu2)
        mu2 *= one_over_N
        mu2_rows[...] = mu2
        for _, a1_k, d2_k, power_d2_k, mu2_rows_k in blocks:
            # (3)  d2[n,i] = a1[n,i] - mu2[i]
            np.subtract(a1_k, mu2_rows_k, out=d2_k)
            # (4)  v2[i] = sum[n](d2[n,i]**2/N)
            np.square(d2_k, out=power_d2_k)
        ones.dot(power_d2, out=v2)
        v2 *= one_over_N
        # (5)  s2[i] = sqrt(v2[i] + 1/100000)
        np.add(v2, c1e_05, out=s2)
        np.sqrt(s2, out=s2)
        s2_rows[...] = s2
        gamma2_rows[...] = gamma2
        beta2_rows[...] = beta2
        for _, d2_k, xhat2_k, a2_k, s2_rows_k, gamma2_rows_k, beta2_rows_k in blocks2:
            # (6)  xhat2[n,i] = d2[n,i]/s2[i]
            np.divide(d2_k, s2_rows_k, out=xhat2_k)
            # (7)  z2[n,i] = gamma2[i]*xhat2[n,i] + beta2[i]
            np.multiply(gamma2_rows_k, xhat2_k, out=a2_k)
            a2_k += beta2_rows_k
            # (8)  a2[n,i] = tanh(z2[n,i])
            np.tanh(a2_k, out=a2_k)
        # (9)  a3[n,i] = sum[j](W3[i,j]*a2[n,j])
        a2.dot(_turned(W3, turned2, N), out=a3)
        # (10)  mu4[i] = sum[n](a3[n,i]/N)
        ones.dot(a3, out=mu4)
        mu4 *= one_over_N
        mu4_rows[...] = mu4
        for _, a3_k, d4_k, power_d4_k, mu4_rows_k in blocks3:
            # (11)  d4[n,i] = a3[n,i] - mu4[i]
            np.subtract(a3_k, mu4_rows_k, out=d4_k)
            # (12)  v4[i] = sum[n](d4[n,i]**2/N)
            np.square(d4_k, out=power_d4_k)
        ones.dot(power_d4, out=v4)
        v4 *= one_over_N
        # (13)  s4[i] = sqrt(v4[i] + 1/100000)
        np.add(v4, c1e_05, out=s4)
        np.sqrt(s4, out=s4)
        s4_rows[...] = s4
        gamma4_rows[...] = gamma4
        beta4_rows[...] = beta4
        for _, d4_k, xhat4_k, a4_k, s4_rows_k, gamma4_rows_k, beta4_rows_k in blocks4:
            # (14)  xhat4[n,i] = d4[n,i]/s4[i]
            np.divide(d4_k, s4_rows_k, out=xhat4_k)
            # (15)  z4[n,i] = gamma4[i]*xhat4[n,i] + beta4[i]
            np.multiply(gamma4_rows_k, xhat4_k, out=a4_k)
            a4_k += beta4_rows_k
            # (16)  a4[n,i] = tanh(z4[n,i])
            np.tanh(a4_k, out=a4_k)
        # (17)  a5[n,i] = sum[j](W5[i,j]*a4[n,j])
        a4.dot(_turned(W5, turned3, N), out=a5)
        # (18)  mu6[i] = sum[n](a5[n,i]/N)
        ones.dot(a5, out=mu6)
        mu6 *= one_over_N
        mu6_rows[...] = mu6
        for _, a5_k, d6_k, power_d6_k, mu6_rows_k in blocks5:
            # (19)  d6[n,i] = a5[n,i] - mu6[i]
            np.subtract(a5_k, mu6_rows_k, out=d6_k)
            # (20)  v6[i] = sum[n](d6[n,i]**2/N)
            np.square(d6_k, out=power_d6_k)
        ones.dot(power_d6, out=v6)
        v6 *= one_over_N
        # (21)  s6[i] = sqrt(v6[i] + 1/100000)
        np.add(v6, c1e_05, out=s6)
        np.sqrt(s6, out=s6)
        s6_rows[...] = s6
        gamma6_rows[...] = gamma6
        beta6_rows[...] = beta6
        for _, d6_k, xhat6_k, a6_k, s6_rows_k, gamma6_rows_k, beta6_rows_k in blocks6:
            # (22)  xhat6[n,i] = d6[n,i]/s6[i]
            np.divide(d6_k, s6_rows_k, out=xhat6_k)
            # (23)  z6[n,i] = gamma6[i]*xhat6[n,i] + beta6[i]
            np.multiply(gamma6_rows_k, xhat6_k, out=a6_k)
            a6_k += beta6_rows_k
            # (24)  a6[n,i] = tanh(z6[n,i])
            np.tanh(a6_k, out=a6_k)
        # (25)  a7[n,i] = sum[j](W7[i,j]*a6[n,j])
        a6.dot(_turned(W7, turned4, N), out=a7)
        # (26)  mu8[i] = sum[n](a7[n,i]/N)
        ones.dot(a7, out=mu8)
        mu8 *= one_over_N
        mu8_rows[...] = mu8
        for _, a7_k, d8_k, power_d8_k, mu8_rows_k in blocks7:
            # (27)  d8[n,i] = a7[n,i] - mu8[i]
            np.subtract(a7_k, mu8_rows_k, out=d8_k)
            # (28)  v8[i] = sum[n](d8[n,i]**2/N)
            np.square(d8_k, out=power_d8_k)
        ones.dot(power_d8, out=v8)
        v8 *= one_over_N
        # (29)  s8[i] = sqrt(v8[i] + 1/100000)
        np.add(v8, c1e_05, out=s8)
        np.sqrt(s8, out=s8)
        s8_rows[...] = s8
        gamma8_rows[...] = gamma8
        beta8_rows[...] = beta8
        for _, d8_k, xhat8_k, a8_k, s8_rows_k, gamma8_rows_k, beta8_rows_k in blocks8:
            # (30)  xhat8[n,i] = d8[n,i]/s8[i]
            np.divide(d8_k, s8_rows_k, out=xhat8_k)
            # (31)  z8[n,i] = gamma8[i]*xhat8[n,i] + beta8[i]
            np.multiply(gamma8_rows_k, xhat8_k, out=a8_k)
            a8_k += beta8_rows_k
            # (32)  a8[n,i] = tanh(z8[n,i])
            np.tanh(a8_k, out=a8_k)
        # (33)  a9[n,i] = sum[j](W9[i,j]*a8[n,j])
        a8.dot(_turned(W9, turned5, N), out=a9)
        # (34)  mu10[i] = sum[n](a9[n,i]/N)
        ones.dot(a9, out=mu10)
        mu10 *= one_over_N
        mu10_rows[...] = mu10
        for _, a9_k, d10_k, power_d10_k, mu10_rows_k in blocks9:
            # (35)  d10[n,i] = a9[n,i] - mu10[i]
            np.subtract(a9_k, mu10_rows_k, out=d10_k)
            # (36)  v10[i] = sum[n](d10[n,i]**2/N)
            np.square(d10_k, out=power_d10_k)
        ones.dot(power_d10, out=v10)
        v10 *= one_over_N
        # (37)  s10[i] = sqrt(v10[i] + 1/100000)
        np.add(v10, c1e_05, out=s10)
        np.sqrt(s10, out=s10)
        s10_rows[...] = s10
        gamma10_rows[...] = gamma10
        beta10_rows[...] = beta10
        for (
            _,
            d10_k,
            xhat10_k,
            a10_k,
            s10_rows_k,
            gamma10_rows_k,
            beta10_rows_k,
        ) in blocks10:
            # (38)  xhat10[n,i] = d10[n,i]/s10[i]
            np.divide(d10_k, s10_rows_k, out=xhat10_k)
            # (39)  z10[n,i] = gamma10[i]*xhat10[n,i] + beta10[i]
            np.multiply(gamma10_rows_k, xhat10_k, out=a10_k)
            a10_k += beta10_rows_k
            # (40)  a10[n,i] = tanh(z10[n,i])
            np.tanh(a10_k, out=a10_k)
        # (41)  a11[n,i] = sum[j](W11[i,j]*a10[n,j])
        a10.dot(_turned(W11, turned6, N), out=a11)
        # (42)  mu12[i] = sum[n](a11[n,i]/N)
        ones.dot(a11, out=mu12)
        mu12 *= one_over_N
        mu12_rows[...] = mu12
        for _, a11_k, d12_k, power_d12_k, mu12_rows_k in blocks11:
            # (43)  d12[n,i] = a11[n,i] - mu12[i]
            np.subtract(a11_k, mu12_rows_k, out=d12_k)
            # (44)  v12[i] = sum[n](d12[n,i]**2/N)
            np.square(d12_k, out=power_d12_k)
        ones.dot(power_d12, out=v12)
        v12 *= one_over_N
        # (45)  s12[i] = sqrt(v12[i] + 1/100000)
        np.add(v12, c1e_05, out=s12)
        np.sqrt(s12, out=s12)
        s12_rows[...] = s12
        gamma12_rows[...] = gamma12
        beta12_rows[...] = beta12
        for (
            _,
            d12_k,
            xhat12_k,
            a12_k,
            s12_rows_k,
            gamma12_rows_k,
            beta12_rows_k,
        ) in blocks12:
            # (46)  xhat12[n,i] = d12[n,i]/s12[i]
            np.divide(d12_k, s12_rows_k, out=xhat12_k)
            # (47)  z12[n,i] = gamma12[i]*xhat12[n,i] + beta12[i]
            np.multiply(gamma12_rows_k, xhat12_k, out=a12_k)
            a12_k += beta12_rows_k
            # (48)  a12[n,i] = tanh(z12[n,i])
            np.tanh(a12_k, out=a12_k)
        # (49)  a13[n,i] = sum[j](W13[i,j]*a12[n,j])
        a12.dot(_turned(W13, turned7, N), out=a13)
        # (50)  mu14[i] = sum[n](a13[n,i]/N)
        ones.dot(a13, out=mu14)
        mu14 *= one_over_N
        mu14_rows[...] = mu14
        for _, a13_k, d14_k, power_d14_k, mu14_rows_k in blocks13:
            # (51)  d14[n,i] = a13[n,i] - mu14[i]
            np.subtract(a13_k, mu14_rows_k, out=d14_k)
            # (52)  v14[i] = sum[n](d14[n,i]**2/N)
            np.square(d14_k, out=power_d14_k)
        ones.dot(power_d14, out=v14)
        v14 *= one_over_N
        # (53)  s14[i] = sqrt(v14[i] + 1/100000)
        np.add(v14, c1e_05, out=s14)
        np.sqrt(s14, out=s14)
        s14_rows[...] = s14
        gamma14_rows[...] = gamma14
        beta14_rows[...] = beta14
        for (
            _,
            d14_k,
            xhat14_k,
            a14_k,
            s14_rows_k,
            gamma14_rows_k,
            beta14_rows_k,
        ) in blocks14:
            # (54)  xhat14[n,i] = d14[n,i]/s14[i]
            np.divide(d14_k, s14_rows_k, out=xhat14_k)
            # (55)  z14[n,i] = gamma14[i]*xhat14[n,i] + beta14[i]
            np.multiply(gamma14_rows_k, xhat14_k, out=a14_k)
            a14_k += beta14_rows_k
            # (56)  a14[n,i] = tanh(z14[n,i])
            np.tanh(a14_k, out=a14_k)
        # (57)  a15[n,i] = sum[j](W15[i,j]*a14[n,j])
        a14.dot(_turned(W15, turned8, N), out=a15)
        # (58)  mu16[i] = sum[n](a15[n,i]/N)
        ones.dot(a15, out=mu16)
        mu16 *= one_over_N
        mu16_rows[...] = mu16
        for _, a15_k, d16_k, power_d16_k, mu16_rows_k in blocks15:
            # (59)  d16[n,i] = a15[n,i] - mu16[i]
            np.subtract(a15_k, mu16_rows_k, out=d16_k)
            # (60)  v16[i] = sum[n](d16[n,i]**2/N)
            np.square(d16_k, out=power_d16_k)
        ones.dot(power_d16, out=v16)
        v16 *= one_over_N
        # (61)  s16[i] = sqrt(v16[i] + 1/100000)
        np.add(v16, c1e_05, out=s16)
        np.sqrt(s16, out=s16)
        s16_rows[...] = s16
        gamma16_rows[...] = gamma16
        beta16_rows[...] = beta16
        for (
            _,
            d16_k,
            xhat16_k,
            a16_k,
            s16_rows_k,
            gamma16_rows_k,
            beta16_rows_k,
        ) in blocks16:
            # (62)  xhat16[n,i] = d16[n,i]/s16[i]
            np.divide(d16_k, s16_rows_k, out=xhat16_k)
            # (63)  z16[n,i] = gamma16[i]*xhat16[n,i] + beta16[i]
            np.multiply(gamma16_rows_k, xhat16_k, out=a16_k)
            a16_k += beta16_rows_k
            # (64)  a16[n,i] = tanh(z16[n,i])
            np.tanh(a16_k, out=a16_k)
        # (65)  a17[n,i] = sum[j](W17[i,j]*a16[n,j])
        a16.dot(_turned(W17, turned9, N), out=a17)
        # (66)  mu18[i] = sum[n](a17[n,i]/N)
        ones.dot(a17, out=mu18)
        mu18 *= one_over_N
        mu18_rows[...] = mu18
        for _, a17_k, d18_k, power_d18_k, mu18_rows_k in blocks17:
            # (67)  d18[n,i] = a17[n,i] - mu18[i]
            np.subtract(a17_k, mu18_rows_k, out=d18_k)
            # (68)  v18[i] = sum[n](d18[n,i]**2/N)
            np.square(d18_k, out=power_d18_k)
        ones.dot(power_d18, out=v18)
        v18 *= one_over_N
        # (69)  s18[i] = sqrt(v18[i] + 1/100000)
        np.add(v18, c1e_05, out=s18)
        np.sqrt(s18, out=s18)
        s18_rows[...] = s18
        gamma18_rows[...] = gamma18
        beta18_rows[...] = beta18
        for (
            _,
            d18_k,
            xhat18_k,
            a18_k,
            s18_rows_k,
            gamma18_rows_k,
            beta18_rows_k,
        ) in blocks18:
            # (70)  xhat18[n,i] = d18[n,i]/s18[i]
            np.divide(d18_k, s18_rows_k, out=xhat18_k)
            # (71)  z18[n,i] = gamma18[i]*xhat18[n,i] + beta18[i]
            np.multiply(gamma18_rows_k, xhat18_k, out=a18_k)
            a18_k += beta18_rows_k
            # (72)  a18[n,i] = tanh(z18[n,i])
            np.tanh(a18_k, out=a18_k)
        # (73)  a19[n,i] = sum[j](W19[i,j]*a18[n,j])
        a18.dot(_turned(W19, turned10, N), out=a19)
        # (74)  mu20[i] = sum[n](a19[n,i]/N)
        ones.dot(a19, out=mu20)
        mu20 *= one_over_N
        mu20_rows[...] = mu20
        for _, a19_k, d20_k, power_d20_k, mu20_rows_k in blocks19:
            # (75)  d20[n,i] = a19[n,i] - mu20[i]
            np.subtract(a19_k, mu20_rows_k, out=d20_k)
            # (76)  v20[i] = sum[n](d20[n,i]**2/N)
            np.square(d20_k, out=power_d20_k)
        ones.dot(power_d20, out=v20)
        v20 *= one_over_N
        # (77)  s20[i] = sqrt(v20[i] + 1/100000)
        np.add(v20, c1e_05, out=s20)
        np.sqrt(s20, out=s20)
        s20_rows[...] = s20
        gamma20_rows[...] = gamma20
        beta20_rows[...] = beta20
        for (
            _,
            d20_k,
            xhat20_k,
            a20_k,
            s20_rows_k,
            gamma20_rows_k,
            beta20_rows_k,
        ) in blocks20:
            # (78)  xhat20[n,i] = d20[n,i]/s20[i]
            np.divide(d20_k, s20_rows_k, out=xhat20_k)
            # (79)  z20[n,i] = gamma20[i]*xhat20[n,i] + beta20[i]
            np.multiply(gamma20_rows_k, xhat20_k, out=a20_k)
            a20_k += beta20_rows_k
            # (80)  a20[n,i] = tanh(z20[n,i])
            np.tanh(a20_k, out=a20_k)
        # (81)  a21[n,i] = sum[j](W21[i,j]*a20[n,j])
        a20.dot(_turned(W21, turned11, N), out=a21)
        # (82)  mu22[i] = sum[n](a21[n,i]/N)
        ones.dot(a21, out=mu22)
        mu22 *= one_over_N
        mu22_rows[...] = mu22
        for _, a21_k, d22_k, power_d22_k, mu22_rows_k in blocks21:
            # (83)  d22[n,i] = a21[n,i] - mu22[i]
            np.subtract(a21_k, mu22_rows_k, out=d22_k)
            # (84)  v22[i] = sum[n](d22[n,i]**2/N)
            np.square(d22_k, out=power_d22_k)
        ones.dot(power_d22, out=v22)
        v22 *= one_over_N
        # (85)  s22[i] = sqrt(v22[i] + 1/100000)
        np.add(v22, c1e_05, out=s22)
        np.sqrt(s22, out=s22)
        s22_rows[...] = s22
        gamma22_rows[...] = gamma22
        beta22_rows[...] = beta22
        for (
            _,
            d22_k,
            xhat22_k,
            a22_k,
            s22_rows_k,
            gamma22_rows_k,
            beta22_rows_k,
        ) in blocks22:
            # (86)  xhat22[n,i] = d22[n,i]/s22[i]
            np.divide(d22_k, s22_rows_k, out=xhat22_k)
            # (87)  z22[n,i] = gamma22[i]*xhat22[n,i] + beta22[i]
            np.multiply(gamma22_rows_k, xhat22_k, out=a22_k)
            a22_k += beta22_rows_k
            # (88)  a22[n,i] = tanh(z22[n,i])
            np.tanh(a22_k, out=a22_k)
        # (89)  a23[n,i] = sum[j](W23[i,j]*a22[n,j])
        a22.dot(_turned(W23, turned12, N), out=a23)
        # (90)  mu24[i] = sum[n](a23[n,i]/N)
        ones.dot(a23, out=mu24)
        mu24 *= one_over_N
        mu24_rows[...] = mu24
        for _, a23_k, d24_k, power_d24_k, mu24_rows_k in blocks23:
            # (91)  d24[n,i] = a23[n,i] - mu24[i]
            np.subtract(a23_k, mu24_rows_k, out=d24_k)
            # (92)  v24[i] = sum[n](d24[n,i]**2/N)
            np.square(d24_k, out=power_d24_k)
        ones.dot(power_d24, out=v24)
        v24 *= one_over_N
        # (93)  s24[i] = sqrt(v24[i] + 1/100000)
        np.add(v24, c1e_05, out=s24)
        np.sqrt(s24, out=s24)
        s24_rows[...] = s24
        gamma24_rows[...] = gamma24
        beta24_rows[...] = beta24
        for (
            _,
            d24_k,
            xhat24_k,
            a24_k,
            s24_rows_k,
            gamma24_rows_k,
            beta24_rows_k,
        ) in blocks24:
            # (94)  xhat24[n,i] = d24[n,i]/s24[i]
            np.divide(d24_k, s24_rows_k, out=xhat24_k)
            # (95)  z24[n,i] = gamma24[i]*xhat24[n,i] + beta24[i]
            np.multiply(gamma24_rows_k, xhat24_k, out=a24_k)
            a24_k += beta24_rows_k
            # (96)  a24[n,i] = tanh(z24[n,i])
            np.tanh(a24_k, out=a24_k)
        # (97)  a25[n,i] = sum[j](W25[i,j]*a24[n,j])
        a24.dot(_turned(W25, turned13, N), out=a25)
        # (98)  mu26[i] = sum[n](a25[n,i]/N)
        ones.dot(a25, out=mu26)
        mu26 *= one_over_N
        mu26_rows[...] = mu26
        for _, a25_k, d26_k, power_d26_k, mu26_rows_k in blocks25:
            # (99)  d26[n,i] = a25[n,i] - mu26[i]
            np.subtract(a25_k, mu26_rows_k, out=d26_k)
            # (100)  v26[i] = sum[n](d26[n,i]**2/N)
            np.square(d26_k, out=power_d26_k)
        ones.dot(power_d26, out=v26)
        v26 *= one_over_N
        # (101)  s26[i] = sqrt(v26[i] + 1/100000)
        np.add(v26, c1e_05, out=s26)
        np.sqrt(s26, out=s26)
        s26_rows[...] = s26
        gamma26_rows[...] = gamma26
        beta26_rows[...] = beta26
        for (
            _,
            d26_k,
            xhat26_k,
            a26_k,
            s26_rows_k,
            gamma26_rows_k,
            beta26_rows_k,
        ) in blocks26:
            # (102)  xhat26[n,i] = d26[n,i]/s26[i]
            np.divide(d26_k, s26_rows_k, out=xhat26_k)
            # (103)  z26[n,i] = gamma26[i]*xhat26[n,i] + beta26[i]
            np.multiply(gamma26_rows_k, xhat26_k, out=a26_k)
            a26_k += beta26_rows_k
            # (104)  a26[n,i] = tanh(z26[n,i])
            np.tanh(a26_k, out=a26_k)
        # (105)  a27[n,i] = sum[j](W27[i,j]*a26[n,j])
        a26.dot(_turned(W27, turned14, N), out=a27)
        # (106)  mu28[i] = sum[n](a27[n,i]/N)
        ones.dot(a27, out=mu28)
        mu28 *= one_over_N
        mu28_rows[...] = mu28
        for _, a27_k, d28_k, power_d28_k, mu28_rows_k in blocks27:
            # (107)  d28[n,i] = a27[n,i] - mu28[i]
            np.subtract(a27_k, mu28_rows_k, out=d28_k)
            # (108)  v28[i] = sum[n](d28[n,i]**2/N)
            np.square(d28_k, out=power_d28_k)
        ones.dot(power_d28, out=v28)
        v28 *= one_over_N
        # (109)  s28[i] = sqrt(v28[i] + 1/100000)
        np.add(v28, c1e_05, out=s28)
        np.sqrt(s28, out=s28)
        s28_rows[...] = s28
        gamma28_rows[...] = gamma28
        beta28_rows[...] = beta28
        for (
            _,
            d28_k,
            xhat28_k,
            a28_k,
            s28_rows_k,
            gamma28_rows_k,
            beta28_rows_k,
        ) in blocks28:
            # (110)  xhat28[n,i] = d28[n,i]/s28[i]
            np.divide(d28_k, s28_rows_k, out=xhat28_k)
            # (111)  z28[n,i] = gamma28[i]*xhat28[n,i] + beta28[i]
            np.multiply(gamma28_rows_k, xhat28_k, out=a28_k)
            a28_k += beta28_rows_k
            # (112)  a28[n,i] = tanh(z28[n,i])
            np.tanh(a28_k, out=a28_k)
        # (113)  a29[n,i] = sum[j](W29[i,j]*a28[n,j])
        a28.dot(_turned(W29, turned15, N), out=a29)
        # (114)  mu30[i] = sum[n](a29[n,i]/N)
        ones.dot(a29, out=mu30)
        mu30 *= one_over_N
        mu30_rows[...] = mu30
        for _, a29_k, d30_k, power_d30_k, mu30_rows_k in blocks29:
            # (115)  d30[n,i] = a29[n,i] - mu30[i]
            np.subtract(a29_k, mu30_rows_k, out=d30_k)
            # (116)  v30[i] = sum[n](d30[n,i]**2/N)
            np.square(d30_k, out=power_d30_k)
        ones.dot(power_d30, out=v30)
        v30 *= one_over_N
        # (117)  s30[i] = sqrt(v30[i] + 1/100000)
        np.add(v30, c1e_05, out=s30)
        np.sqrt(s30, out=s30)
        s30_rows[...] = s30
        gamma30_rows[...] = gamma30
        beta30_rows[...] = beta30
        for (
            _,
            d30_k,
            xhat30_k,
            a30_k,
            s30_rows_k,
            gamma30_rows_k,
            beta30_rows_k,
        ) in blocks30:
            # (118)  xhat30[n,i] = d30[n,i]/s30[i]
            np.divide(d30_k, s30_rows_k, out=xhat30_k)
            # (119)  z30[n,i] = gamma30[i]*xhat30[n,i] + beta30[i]
            np.multiply(gamma30_rows_k, xhat30_k, out=a30_k)
            a30_k += beta30_rows_k
            # (120)  a30[n,i] = tanh(z30[n,i])
            np.tanh(a30_k, out=a30_k)
        # (121)  a31[n,i] = sum[j](W31[i,j]*a30[n,j])
        a30.dot(_turned(W31, turned16, N), out=a31)
        # (122)  mu32[i] = sum[n](a31[n,i]/N)
        ones.dot(a31, out=mu32)
        mu32 *= one_over_N
        mu32_rows[...] = mu32
        for _, a31_k, d32_k, power_d32_k, mu32_rows_k in blocks31:
            # (123)  d32[n,i] = a31[n,i] - mu32[i]
            np.subtract(a31_k, mu32_rows_k, out=d32_k)
            # (124)  v32[i] = sum[n](d32[n,i]**2/N)
            np.square(d32_k, out=power_d32_k)
        ones.dot(power_d32, out=v32)
        v32 *= one_over_N
        # (125)  s32[i] = sqrt(v32[i] + 1/100000)
        np.add(v32, c1e_05, out=s32)
        np.sqrt(s32, out=s32)
        s32_rows[...] = s32
        gamma32_rows[...] = gamma32
        beta32_rows[...] = beta32
        for (
            _,
            d32_k,
            xhat32_k,
            a32_k,
            s32_rows_k,
            gamma32_rows_k,
            beta32_rows_k,
        ) in blocks32:
            # (126)  xhat32[n,i] = d32[n,i]/s32[i]
            np.divide(d32_k, s32_rows_k, out=xhat32_k)
            # (127)  z32[n,i] = gamma32[i]*xhat32[n,i] + beta32[i]
            np.multiply(gamma32_rows_k, xhat32_k, out=a32_k)
            a32_k += beta32_rows_k
            # (128)  a32[n,i] = tanh(z32[n,i])
            np.tanh(a32_k, out=a32_k)
        # (129)  a33[n,i] = sum[j](W33[i,j]*a32[n,j])
        a32.dot(_turned(W33, turned17, N), out=a33)
        # (130)  mu34[i] = sum[n](a33[n,i]/N)
        ones.dot(a33, out=mu34)
        mu34 *= one_over_N
        mu34_rows[...] = mu34
        for _, a33_k, d34_k, power_d34_k, mu34_rows_k in blocks33:
            # (131)  d34[n,i] = a33[n,i] - mu34[i]
            np.subtract(a33_k, mu34_rows_k, out=d34_k)
            # (132)  v34[i] = sum[n](d34[n,i]**2/N)
            np.square(d34_k, out=power_d34_k)
        ones.dot(power_d34, out=v34)
        v34 *= one_over_N
        # (133)  s34[i] = sqrt(v34[i] + 1/100000)
        np.add(v34, c1e_05, out=s34)
        np.sqrt(s34, out=s34)
        s34_rows[...] = s34
        gamma34_rows[...] = gamma34
        beta34_rows[...] = beta34
        for (
            _,
            d34_k,
            xhat34_k,
            a34_k,
            s34_rows_k,
            gamma34_rows_k,
            beta34_rows_k,
        ) in blocks34:
            # (134)  xhat34[n,i] = d34[n,i]/s34[i]
            np.divide(d34_k, s34_rows_k, out=xhat34_k)
            # (135)  z34[n,i] = gamma34[i]*xhat34[n,i] + beta34[i]
            np.multiply(gamma34_rows_k, xhat34_k, out=a34_k)
            a34_k += beta34_rows_k
            # (136)  a34[n,i] = tanh(z34[n,i])
            np.tanh(a34_k, out=a34_k)
        # (137)  a35[n,i] = sum[j](W35[i,j]*a34[n,j])
        a34.dot(_turned(W35, turned18, N), out=a35)
        # (138)  mu36[i] = sum[n](a35[n,i]/N)
        ones.dot(a35, out=mu36)
        mu36 *= one_over_N
        mu36_rows[...] = mu36
        for _, a35_k, d36_k, power_d36_k, mu36_rows_k in blocks35:
            # (139)  d36[n,i] = a35[n,i] - mu36[i]
            np.subtract(a35_k, mu36_rows_k, out=d36_k)
            # (140)  v36[i] = sum[n](d36[n,i]**2/N)
            np.square(d36_k, out=power_d36_k)
        ones.dot(power_d36, out=v36)
        v36 *= one_over_N
        # (141)  s36[i] = sqrt(v36[i] + 1/100000)
        np.add(v36, c1e_05, out=s36)
        np.sqrt(s36, out=s36)
        s36_rows[...] = s36
        gamma36_rows[...] = gamma36
        beta36_rows[...] = beta36
        for (
            _,
            d36_k,
            xhat36_k,
            a36_k,
            s36_rows_k,
            gamma36_rows_k,
            beta36_rows_k,
        ) in blocks36:
            # (142)  xhat36[n,i] = d36[n,i]/s36[i]
            np.divide(d36_k, s36_rows_k, out=xhat36_k)
            # (143)  z36[n,i] = gamma36[i]*xhat36[n,i] + beta36[i]
            np.multiply(gamma36_rows_k, xhat36_k, out=a36_k)
            a36_k += beta36_rows_k
            # (144)  a36[n,i] = tanh(z36[n,i])
            np.tanh(a36_k, out=a36_k)
        # (145)  a37[n,i] = sum[j](W37[i,j]*a36[n,j])
        a36.dot(_turned(W37, turned19, N), out=a37)
        # (146)  mu38[i] = sum[n](a37[n,i]/N)
        ones.dot(a37, out=mu38)
        mu38 *= one_over_N
        mu38_rows[...] = mu38
        for _, a37_k, d38_k, power_d38_k, mu38_rows_k in blocks37:
            # (147)  d38[n,i] = a37[n,i] - mu38[i]
            np.subtract(a37_k, mu38_rows_k, out=d38_k)
            # (148)  v38[i] = sum[n](d38[n,i]**2/N)
            np.square(d38_k, out=power_d38_k)
        ones.dot(power_d38, out=v38)
        v38 *= one_over_N
        # (149)  s38[i] = sqrt(v38[i] + 1/100000)
        np.add(v38, c1e_05, out=s38)
        np.sqrt(s38, out=s38)
        s38_rows[...] = s38
        gamma38_rows[...] = gamma38
        beta38_rows[...] = beta38
        for (
            _,
            d38_k,
            xhat38_k,
            a38_k,
            s38_rows_k,
            gamma38_rows_k,
            beta38_rows_k,
        ) in blocks38:
            # (150)  xhat38[n,i] = d38[n,i]/s38[i]
            np.divide(d38_k, s38_rows_k, out=xhat38_k)
            # (151)  z38[n,i] = gamma38[i]*xhat38[n,i] + beta38[i]
            np.multiply(gamma38_rows_k, xhat38_k, out=a38_k)
            a38_k += beta38_rows_k
            # (152)  a38[n,i] = tanh(z38[n,i])
            np.tanh(a38_k, out=a38_k)
        # (153)  a39[n,i] = sum[j](W39[i,j]*a38[n,j])
        a38.dot(_turned(W39, turned20, N), out=a39)
        # (154)  mu40[i] = sum[n](a39[n,i]/N)
        ones.dot(a39, out=mu40)
        mu40 *= one_over_N
        mu40_rows[...] = mu40
        for _, a39_k, d40_k, power_d40_k, mu40_rows_k in blocks39:
            # (155)  d40[n,i] = a39[n,i] - mu40[i]
            np.subtract(a39_k, mu40_rows_k, out=d40_k)
            # (156)  v40[i] = sum[n](d40[n,i]**2/N)
            np.square(d40_k, out=power_d40_k)
        ones.dot(power_d40, out=v40)
        v40 *= one_over_N
        # (157)  s40[i] = sqrt(v40[i] + 1/100000)
        np.add(v40, c1e_05, out=s40)
        np.sqrt(s40, out=s40)
        s40_rows[...] = s40
        gamma40_rows[...] = gamma40
        beta40_rows[...] = beta40
        for (
            _,
            d40_k,
            xhat40_k,
            a40_k,
            s40_rows_k,
            gamma40_rows_k,
            beta40_rows_k,
        ) in blocks40:
            # (158)  xhat40[n,i] = d40[n,i]/s40[i]
            np.divide(d40_k, s40_rows_k, out=xhat40_k)
            # (159)  z40[n,i] = gamma40[i]*xhat40[n,i] + beta40[i]
            np.multiply(gamma40_rows_k, xhat40_k, out=a40_k)
            a40_k += beta40_rows_k
            # (160)  a40[n,i] = tanh(z40[n,i])
            np.tanh(a40_k, out=a40_k)
        # (161)  a41[n,i] = sum[j](W41[i,j]*a40[n,j])
        a40.dot(_turned(W41, turned21, N), out=a41)
        # (162)  mu42[i] = sum[n](a41[n,i]/N)
        ones.dot(a41, out=mu42)
        mu42 *= one_over_N
        mu42_rows[...] = mu42
        for _, a41_k, d42_k, power_d42_k, mu42_rows_k in blocks41:
            # (163)  d42[n,i] = a41[n,i] - mu42[i]
            np.subtract(a41_k, mu42_rows_k, out=d42_k)
            # (164)  v42[i] = sum[n](d42[n,i]**2/N)
            np.square(d42_k, out=power_d42_k)
        ones.dot(power_d42, out=v42)
        v42 *= one_over_N
        # (165)  s42[i] = sqrt(v42[i] + 1/100000)
        np.add(v42, c1e_05, out=s42)
        np.sqrt(s42, out=s42)
        s42_rows[...] = s42
        gamma42_rows[...] = gamma42
        beta42_rows[...] = beta42
        for (
            _,
            d42_k,
            xhat42_k,
            a42_k,
            s42_rows_k,
            gamma42_rows_k,
            beta42_rows_k,
        ) in blocks42:
            # (166)  xhat42[n,i] = d42[n,i]/s42[i]
            np.divide(d42_k, s42_rows_k, out=xhat42_k)
            # (167)  z42[n,i] = gamma42[i]*xhat42[n,i] + beta42[i]
            np.multiply(gamma42_rows_k, xhat42_k, out=a42_k)
            a42_k += beta42_rows_k
            # (168)  a42[n,i] = tanh(z42[n,i])
            np.tanh(a42_k, out=a42_k)
        # (169)  a43[n,i] = sum[j](W43[i,j]*a42[n,j])
        a42.dot(_turned(W43, turned22, N), out=a43)
        # (170)  mu44[i] = sum[n](a43[n,i]/N)
        ones.dot(a43, out=mu44)
        mu44 *= one_over_N
        mu44_rows[...] = mu44
        for _, a43_k, d44_k, power_d44_k, mu44_rows_k in blocks43:
            # (171)  d44[n,i] = a43[n,i] - mu44[i]
            np.subtract(a43_k, mu44_rows_k, out=d44_k)
            # (172)  v44[i] = sum[n](d44[n,i]**2/N)
            np.square(d44_k, out=power_d44_k)
        ones.dot(power_d44, out=v44)
        v44 *= one_over_N
        # (173)  s44[i] = sqrt(v44[i] + 1/100000)
        np.add(v44, c1e_05, out=s44)
        np.sqrt(s44, out=s44)
        s44_rows[...] = s44
        gamma44_rows[...] = gamma44
        beta44_rows[...] = beta44
        for (
            _,
            d44_k,
            xhat44_k,
            a44_k,
            s44_rows_k,
            gamma44_rows_k,
            beta44_rows_k,
        ) in blocks44:
            # (174)  xhat44[n,i] = d44[n,i]/s44[i]
            np.divide(d44_k, s44_rows_k, out=xhat44_k)
            # (175)  z44[n,i] = gamma44[i]*xhat44[n,i] + beta44[i]
            np.multiply(gamma44_rows_k, xhat44_k, out=a44_k)
            a44_k += beta44_rows_k
            # (176)  a44[n,i] = tanh(z44[n,i])
            np.tanh(a44_k, out=a44_k)
        # (177)  a45[n,i] = sum[j](W45[i,j]*a44[n,j])
        a44.dot(_turned(W45, turned23, N), out=a45)
        # (178)  mu46[i] = sum[n](a45[n,i]/N)
        ones.dot(a45, out=mu46)
        mu46 *= one_over_N
        mu46_rows[...] = mu46
        for _, a45_k, d46_k, power_d46_k, mu46_rows_k in blocks45:
            # (179)  d46[n,i] = a45[n,i] - mu46[i]
            np.subtract(a45_k, mu46_rows_k, out=d46_k)
            # (180)  v46[i] = sum[n](d46[n,i]**2/N)
            np.square(d46_k, out=power_d46_k)
        ones.dot(power_d46, out=v46)
        v46 *= one_over_N
        # (181)  s46[i] = sqrt(v46[i] + 1/100000)
        np.add(v46, c1e_05, out=s46)
        np.sqrt(s46, out=s46)
        s46_rows[...] = s46
        gamma46_rows[...] = gamma46
        beta46_rows[...] = beta46
        for (
            _,
            d46_k,
            xhat46_k,
            a46_k,
            s46_rows_k,
            gamma46_rows_k,
            beta46_rows_k,
        ) in blocks46:
            # (182)  xhat46[n,i] = d46[n,i]/s46[i]
            np.divide(d46_k, s46_rows_k, out=xhat46_k)
            # (183)  z46[n,i] = gamma46[i]*xhat46[n,i] + beta46[i]
            np.multiply(gamma46_rows_k, xhat46_k, out=a46_k)
            a46_k += beta46_rows_k
            # (184)  a46[n,i] = tanh(z46[n,i])
            np.tanh(a46_k, out=a46_k)
        # (185)  a47[n,i] = sum[j](W47[i,j]*a46[n,j])
        a46.dot(_turned(W47, turned24, N), out=a47)
        # (186)  mu48[i] = sum[n](a47[n,i]/N)
        ones.dot(a47, out=mu48)
        mu48 *= one_over_N
        mu48_rows[...] = mu48
        for _, a47_k, d48_k, power_d48_k, mu48_rows_k in blocks47:
            # (187)  d48[n,i] = a47[n,i] - mu48[i]
            np.subtract(a47_k, mu48_rows_k, out=d48_k)
            # (188)  v48[i] = sum[n](d48[n,i]**2/N)
            np.square(d48_k, out=power_d48_k)
        ones.dot(power_d48, out=v48)
        v48 *= one_over_N
        # (189)  s48[i] = sqrt(v48[i] + 1/100000)
        np.add(v48, c1e_05, out=s48)
        np.sqrt(s48, out=s48)
        s48_rows[...] = s48
        gamma48_rows[...] = gamma48
        beta48_rows[...] = beta48
        for (
            _,
            d48_k,
            xhat48_k,
            a48_k,
            s48_rows_k,
            gamma48_rows_k,
            beta48_rows_k,
        ) in blocks48:
            # (190)  xhat48[n,i] = d48[n,i]/s48[i]
            np.divide(d48_k, s48_rows_k, out=xhat48_k)
            # (191)  z48[n,i] = gamma48[i]*xhat48[n,i] + beta48[i]
            np.multiply(gamma48_rows_k, xhat48_k, out=a48_k)
            a48_k += beta48_rows_k
            # (192)  a48[n,i] = tanh(z48[n,i])
            np.tanh(a48_k, out=a48_k)
        # (193)  a49[n,i] = sum[j](W49[i,j]*a48[n,j])
        a48.dot(_turned(W49, turned25, N), out=a49)
        # (194)  mu50[i] = sum[n](a49[n,i]/N)
        ones.dot(a49, out=mu50)
        mu50 *= one_over_N
        mu50_rows[...] = mu50
        for _, a49_k, d50_k, power_d50_k, mu50_rows_k in blocks49:
            # (195)  d50[n,i] = a49[n,i] - mu50[i]
            np.subtract(a49_k, mu50_rows_k, out=d50_k)
            # (196)  v50[i] = sum[n](d50[n,i]**2/N)
            np.square(d50_k, out=power_d50_k)
        ones.dot(power_d50, out=v50)
        v50 *= one_over_N
        # (197)  s50[i] = sqrt(v50[i] + 1/100000)
        np.add(v50, c1e_05, out=s50)
        np.sqrt(s50, out=s50)
        s50_rows[...] = s50
        gamma50_rows[...] = gamma50
        beta50_rows[...] = beta50
        for (
            _,
            d50_k,
            xhat50_k,
            a50_k,
            s50_rows_k,
            gamma50_rows_k,
            beta50_rows_k,
        ) in blocks50:
            # (198)  xhat50[n,i] = d50[n,i]/s50[i]
            np.divide(d50_k, s50_rows_k, out=xhat50_k)
            # (199)  z50[n,i] = gamma50[i]*xhat50[n,i] + beta50[i]
            np.multiply(gamma50_rows_k, xhat50_k, out=a50_k)
            a50_k += beta50_rows_k
            # (200)  a50[n,i] = tanh(z50[n,i])
            np.tanh(a50_k, out=a50_k)
        # (201)  a51[n,i] = sum[j](W51[i,j]*a50[n,j])
        a50.dot(_turned(W51, turned26, N), out=a51)
        # (202)  mu52[i] = sum[n](a51[n,i]/N)
        ones.dot(a51, out=mu52)
        mu52 *= one_over_N
        mu52_rows[...] = mu52
        for _, a51_k, d52_k, power_d52_k, mu52_rows_k in blocks51:
            # (203)  d52[n,i] = a51[n,i] - mu52[i]
            np.subtract(a51_k, mu52_rows_k, out=d52_k)
            # (204)  v52[i] = sum[n](d52[n,i]**2/N)
            np.square(d52_k, out=power_d52_k)
        ones.dot(power_d52, out=v52)
        v52 *= one_over_N
        # (205)  s52[i] = sqrt(v52[i] + 1/100000)
        np.add(v52, c1e_05, out=s52)
        np.sqrt(s52, out=s52)
        s52_rows[...] = s52
        gamma52_rows[...] = gamma52
        beta52_rows[...] = beta52
        for (
            _,
            d52_k,
            xhat52_k,
            a52_k,
            s52_rows_k,
            gamma52_rows_k,
            beta52_rows_k,
        ) in blocks52:
            # (206)  xhat52[n,i] = d52[n,i]/s52[i]
            np.divide(d52_k, s52_rows_k, out=xhat52_k)
            # (207)  z52[n,i] = gamma52[i]*xhat52[n,i] + beta52[i]
            np.multiply(gamma52_rows_k, xhat52_k, out=a52_k)
            a52_k += beta52_rows_k
            # (208)  a52[n,i] = tanh(z52[n,i])
            np.tanh(a52_k, out=a52_k)
        # (209)  a53[n,i] = sum[j](W53[i,j]*a52[n,j])
        a52.dot(_turned(W53, turned27, N), out=a53)
        # (210)  mu54[i] = sum[n](a53[n,i]/N)
        ones.dot(a53, out=mu54)
        mu54 *= one_over_N
        mu54_rows[...] = mu54
        for _, a53_k, d54_k, power_d54_k, mu54_rows_k in blocks53:
            # (211)  d54[n,i] = a53[n,i] - mu54[i]
            np.subtract(a53_k, mu54_rows_k, out=d54_k)
            # (212)  v54[i] = sum[n](d54[n,i]**2/N)
            np.square(d54_k, out=power_d54_k)
        ones.dot(power_d54, out=v54)
        v54 *= one_over_N
        # (213)  s54[i] = sqrt(v54[i] + 1/100000)
        np.add(v54, c1e_05, out=s54)
        np.sqrt(s54, out=s54)
        s54_rows[...] = s54
        gamma54_rows[...] = gamma54
        beta54_rows[...] = beta54
        for (
            _,
            d54_k,
            xhat54_k,
            a54_k,
            s54_rows_k,
            gamma54_rows_k,
            beta54_rows_k,
        ) in blocks54:
            # (214)  xhat54[n,i] = d54[n,i]/s54[i]
            np.divide(d54_k, s54_rows_k, out=xhat54_k)
            # (215)  z54[n,i] = gamma54[i]*xhat54[n,i] + beta54[i]
            np.multiply(gamma54_rows_k, xhat54_k, out=a54_k)
            a54_k += beta54_rows_k
            # (216)  a54[n,i] = tanh(z54[n,i])
            np.tanh(a54_k, out=a54_k)
        # (217)  a55[n,i] = sum[j](W55[i,j]*a54[n,j])
        a54.dot(_turned(W55, turned28, N), out=a55)
        # (218)  mu56[i] = sum[n](a55[n,i]/N)
        ones.dot(a55, out=mu56)
        mu56 *= one_over_N
        mu56_rows[...] = mu56
        for _, a55_k, d56_k, power_d56_k, mu56_rows_k in blocks55:
            # (219)  d56[n,i] = a55[n,i] - mu56[i]
            np.subtract(a55_k, mu56_rows_k, out=d56_k)
            # (220)  v56[i] = sum[n](d56[n,i]**2/N)
            np.square(d56_k, out=power_d56_k)
        ones.dot(power_d56, out=v56)
        v56 *= one_over_N
        # (221)  s56[i] = sqrt(v56[i] + 1/100000)
        np.add(v56, c1e_05, out=s56)
        np.sqrt(s56, out=s56)
        s56_rows[...] = s56
        gamma56_rows[...] = gamma56
        beta56_rows[...] = beta56
        for (
            _,
            d56_k,
            xhat56_k,
            a56_k,
            s56_rows_k,
            gamma56_rows_k,
            beta56_rows_k,
        ) in blocks56:
            # (222)  xhat56[n,i] = d56[n,i]/s56[i]
            np.divide(d56_k, s56_rows_k, out=xhat56_k)
            # (223)  z56[n,i] = gamma56[i]*xhat56[n,i] + beta56[i]
            np.multiply(gamma56_rows_k, xhat56_k, out=a56_k)
            a56_k += beta56_rows_k
            # (224)  a56[n,i] = tanh(z56[n,i])
            np.tanh(a56_k, out=a56_k)
        # (225)  a57[n,i] = sum[j](W57[i,j]*a56[n,j])
        a56.dot(_turned(W57, turned29, N), out=a57)
        # (226)  mu58[i] = sum[n](a57[n,i]/N)
        ones.dot(a57, out=mu58)
        mu58 *= one_over_N
        mu58_rows[...] = mu58
        for _, a57_k, d58_k, power_d58_k, mu58_rows_k in blocks57:
            # (227)  d58[n,i] = a57[n,i] - mu58[i]
            np.subtract(a57_k, mu58_rows_k, out=d58_k)
            # (228)  v58[i] = sum[n](d58[n,i]**2/N)
            np.square(d58_k, out=power_d58_k)
        ones.dot(power_d58, out=v58)
        v58 *= one_over_N
        # (229)  s58[i] = sqrt(v58[i] + 1/100000)
        np.add(v58, c1e_05, out=s58)
        np.sqrt(s58, out=s58)
        s58_rows[...] = s58
        gamma58_rows[...] = gamma58
        beta58_rows[...] = beta58
        for (
            _,
            d58_k,
            xhat58_k,
            a58_k,
            s58_rows_k,
            gamma58_rows_k,
            beta58_rows_k,
        ) in blocks58:
            # (230)  xhat58[n,i] = d58[n,i]/s58[i]
            np.divide(d58_k, s58_rows_k, out=xhat58_k)
            # (231)  z58[n,i] = gamma58[i]*xhat58[n,i] + beta58[i]
            np.multiply(gamma58_rows_k, xhat58_k, out=a58_k)
            a58_k += beta58_rows_k
            # (232)  a58[n,i] = tanh(z58[n,i])
            np.tanh(a58_k, out=a58_k)
        # (233)  yhat[n,i] = sum[j](W59[i,j]*a58[n,j]) + b59[i]
        # in memory yhat[i,n], and all like it: maxima over i take rows together
        W59.dot(a58_T, out=yhat)
        spare[...] = b59[:, None]
        yhat += spare
        # (234)  m[n] = max[k](yhat[n,k])
        np.maximum.reduce(yhat, axis=0, out=m)
        # (235)  e[n,k] = exp(yhat[n,k] - m[n])
        e[...] = m
        np.subtract(yhat, e, out=e)
        np.exp(e, out=e)
        # (236)  s[n] = sum[k](e[n,k])
        ones2.dot(e, out=s)
        # (237)  lse[n] = m[n] + log(s[n])
        np.log(s, out=spare2)
        np.add(m, spare2, out=lse)
        # (238)  prob[n,k] = e[n,k]/s[n]
        spare3[...] = s
        np.divide(e, spare3, out=prob)
        # (239)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N)
        label[...] = y
        np.multiply(label, by_N, out=place)
        place += rows
        yhat.take(place, out=spare4, mode="clip")
        np.subtract(spare4, lse, out=difference)
        L = -float(difference.dot(ones)) / N
        # (240)  z59_bar[n,k] = prob[n,k]/N;  z59_bar[n,y[n]] += -1/N
        np.multiply(prob, one_over_N, out=z59_bar)
        z59_bar.take(place, out=z59_bar_at, mode="clip")
        z59_bar_at -= one_over_N
        z59_bar.put(place, z59_bar_at, "clip")
        # (241)  b59_bar[i] = sum[n](z59_bar[n,i])
        z59_bar.dot(ones, out=b59_bar)
        # (242)  W59_bar[i,j] = sum[n](z59_bar[n,i]*a58[n,j])
        z59_bar.dot(a58, out=W59_bar)
        # (243)  a58_bar[n,j] = sum[i](z59_bar[n,i]*W59[i,j])
        z59_bar_T.dot(W59, out=a58_bar)
        for _, a58_k, a58_bar_k, z58_bar_k in blocks59:
            # (244)  z58_bar[n,i] = a58_bar[n,i]*(1 - a58[n,i]**2)
            np.square(a58_k, out=a58_k)
            np.subtract(one, a58_k, out=a58_k)
            np.multiply(a58_bar_k, a58_k, out=z58_bar_k)
        # (245)  beta58_bar[i] = sum[n](z58_bar[n,i])
        ones.dot(z58_bar, out=beta58_bar)
        # (246)  gamma58_bar[i] = sum[n](z58_bar[n,i]*xhat58[n,i])
        np.multiply(z58_bar, xhat58, out=product)
        ones.dot(product, out=gamma58_bar)
        gamma58_rows2[...] = gamma58
        for _, z58_bar_k, xhat58_bar_k, gamma58_rows2_k in blocks60:
            # (247)  xhat58_bar[n,i] = z58_bar[n,i]*gamma58[i]
            np.multiply(z58_bar_k, gamma58_rows2_k, out=xhat58_bar_k)
        # (248)  xhat58_bar_moment[i] = gamma58_bar[i]*gamma58[i]/N
        np.multiply(gamma58_bar, gamma58, out=xhat58_bar_moment)
        xhat58_bar_moment *= one_over_N
        # (249)  xhat58_bar_mean[i] = beta58_bar[i]*gamma58[i]/N
        np.multiply(beta58_bar, gamma58, out=xhat58_bar_mean)
        xhat58_bar_mean *= one_over_N
        xhat58_bar_moment_rows[...] = xhat58_bar_moment
        xhat58_bar_mean_rows[...] = xhat58_bar_mean
        s58_rows2[...] = s58
        for (
            _,
            xhat58_k,
            xhat58_bar_k,
            z57_bar_k,
            xhat58_bar_moment_rows_k,
            xhat58_bar_mean_rows_k,
            s58_rows2_k,
        ) in blocks61:
            # (250)  z57_bar[n,i] = (xhat58_bar[n,i]
            #            - xhat58_bar_moment[i]*xhat58[n,i] - xhat58_bar_mean[i])/s58[i]
            xhat58_k *= xhat58_bar_moment_rows_k
            np.subtract(xhat58_bar_k, xhat58_k, out=z57_bar_k)
            z57_bar_k -= xhat58_bar_mean_rows_k
            z57_bar_k /= s58_rows2_k
        # (251)  W57_bar[i,j] = sum[n](z57_bar[n,i]*a56[n,j])
        z57_bar_T.dot(a56, out=W57_bar)
        # (252)  a56_bar[n,j] = sum[i](z57_bar[n,i]*W57[i,j])
        z57_bar.dot(W57, out=a56_bar)
        for _, a56_k, a56_bar_k, z56_bar_k in blocks62:
            # (253)  z56_bar[n,i] = a56_bar[n,i]*(1 - a56[n,i]**2)
            np.square(a56_k, out=a56_k)
            np.subtract(one, a56_k, out=a56_k)
            np.multiply(a56_bar_k, a56_k, out=z56_bar_k)
        # (254)  beta56_bar[i] = sum[n](z56_bar[n,i])
        ones.dot(z56_bar, out=beta56_bar)
        # (255)  gamma56_bar[i] = sum[n](z56_bar[n,i]*xhat56[n,i])
        np.multiply(z56_bar, xhat56, out=product2)
        ones.dot(product2, out=gamma56_bar)
        gamma56_rows2[...] = gamma56
        for _, z56_bar_k, xhat56_bar_k, gamma56_rows2_k in blocks63:
            # (256)  xhat56_bar[n,i] = z56_bar[n,i]*gamma56[i]
            np.multiply(z56_bar_k, gamma56_rows2_k, out=xhat56_bar_k)
        # (257)  xhat56_bar_moment[i] = gamma56_bar[i]*gamma56[i]/N
        np.multiply(gamma56_bar, gamma56, out=xhat56_bar_moment)
        xhat56_bar_moment *= one_over_N
        # (258)  xhat56_bar_mean[i] = beta56_bar[i]*gamma56[i]/N
        np.multiply(beta56_bar, gamma56, out=xhat56_bar_mean)
        xhat56_bar_mean *= one_over_N
        xhat56_bar_moment_rows[...] = xhat56_bar_moment
        xhat56_bar_mean_rows[...] = xhat56_bar_mean
        s56_rows2[...] = s56
        for (
            _,
            xhat56_k,
            xhat56_bar_k,
            z55_bar_k,
            xhat56_bar_moment_rows_k,
            xhat56_bar_mean_rows_k,
            s56_rows2_k,
        ) in blocks64:
            # (259)  z55_bar[n,i] = (xhat56_bar[n,i]
            #            - xhat56_bar_moment[i]*xhat56[n,i] - xhat56_bar_mean[i])/s56[i]
            xhat56_k *= xhat56_bar_moment_rows_k
            np.subtract(xhat56_bar_k, xhat56_k, out=z55_bar_k)
            z55_bar_k -= xhat56_bar_mean_rows_k
            z55_bar_k /= s56_rows2_k
        # (260)  W55_bar[i,j] = sum[n](z55_bar[n,i]*a54[n,j])
        z55_bar_T.dot(a54, out=W55_bar)
        # (261)  a54_bar[n,j] = sum[i](z55_bar[n,i]*W55[i,j])
        z55_bar.dot(W55, out=a54_bar)
        for _, a54_k, a54_bar_k, z54_bar_k in blocks65:
            # (262)  z54_bar[n,i] = a54_bar[n,i]*(1 - a54[n,i]**2)
            np.square(a54_k, out=a54_k)
            np.subtract(one, a54_k, out=a54_k)
            np.multiply(a54_bar_k, a54_k, out=z54_bar_k)
        # (263)  beta54_bar[i] = sum[n](z54_bar[n,i])
        ones.dot(z54_bar, out=beta54_bar)
        # (264)  gamma54_bar[i] = sum[n](z54_bar[n,i]*xhat54[n,i])
        np.multiply(z54_bar, xhat54, out=product3)
        ones.dot(product3, out=gamma54_bar)
        gamma54_rows2[...] = gamma54
        for _, z54_bar_k, xhat54_bar_k, gamma54_rows2_k in blocks66:
            # (265)  xhat54_bar[n,i] = z54_bar[n,i]*gamma54[i]
            np.multiply(z54_bar_k, gamma54_rows2_k, out=xhat54_bar_k)
        # (266)  xhat54_bar_moment[i] = gamma54_bar[i]*gamma54[i]/N
        np.multiply(gamma54_bar, gamma54, out=xhat54_bar_moment)
        xhat54_bar_moment *= one_over_N
        # (267)  xhat54_bar_mean[i] = beta54_bar[i]*gamma54[i]/N
        np.multiply(beta54_bar, gamma54, out=xhat54_bar_mean)
        xhat54_bar_mean *= one_over_N
        xhat54_bar_moment_rows[...] = xhat54_bar_moment
        xhat54_bar_mean_rows[...] = xhat54_bar_mean
        s54_rows2[...] = s54
        for (
            _,
            xhat54_k,
            xhat54_bar_k,
            z53_bar_k,
            xhat54_bar_moment_rows_k,
            xhat54_bar_mean_rows_k,
            s54_rows2_k,
        ) in blocks67:
            # (268)  z53_bar[n,i] = (xhat54_bar[n,i]
            #            - xhat54_bar_moment[i]*xhat54[n,i] - xhat54_bar_mean[i])/s54[i]
            xhat54_k *= xhat54_bar_moment_rows_k
            np.subtract(xhat54_bar_k, xhat54_k, out=z53_bar_k)
            z53_bar_k -= xhat54_bar_mean_rows_k
            z53_bar_k /= s54_rows2_k
        # (269)  W53_bar[i,j] = sum[n](z53_bar[n,i]*a52[n,j])
        z53_bar_T.dot(a52, out=W53_bar)
        # (270)  a52_bar[n,j] = sum[i](z53_bar[n,i]*W53[i,j])
        z53_bar.dot(W53, out=a52_bar)
        for _, a52_k, a52_bar_k, z52_bar_k in blocks68:
            # (271)  z52_bar[n,i] = a52_bar[n,i]*(1 - a52[n,i]**2)
            np.square(a52_k, out=a52_k)
            np.subtract(one, a52_k, out=a52_k)
            np.multiply(a52_bar_k, a52_k, out=z52_bar_k)
        # (272)  beta52_bar[i] = sum[n](z52_bar[n,i])
        ones.dot(z52_bar, out=beta52_bar)
        # (273)  gamma52_bar[i] = sum[n](z52_bar[n,i]*xhat52[n,i])
        np.multiply(z52_bar, xhat52, out=product4)
        ones.dot(product4, out=gamma52_bar)
        gamma52_rows2[...] = gamma52
        for _, z52_bar_k, xhat52_bar_k, gamma52_rows2_k in blocks69:
            # (274)  xhat52_bar[n,i] = z52_bar[n,i]*gamma52[i]
            np.multiply(z52_bar_k, gamma52_rows2_k, out=xhat52_bar_k)
        # (275)  xhat52_bar_moment[i] = gamma52_bar[i]*gamma52[i]/N
        np.multiply(gamma52_bar, gamma52, out=xhat52_bar_moment)
        xhat52_bar_moment *= one_over_N
        # (276)  xhat52_bar_mean[i] = beta52_bar[i]*gamma52[i]/N
        np.multiply(beta52_bar, gamma52, out=xhat52_bar_mean)
        xhat52_bar_mean *= one_over_N
        xhat52_bar_moment_rows[...] = xhat52_bar_moment
        xhat52_bar_mean_rows[...] = xhat52_bar_mean
        s52_rows2[...] = s52
        for (
            _,
            xhat52_k,
            xhat52_bar_k,
            z51_bar_k,
            xhat52_bar_moment_rows_k,
            xhat52_bar_mean_rows_k,
            s52_rows2_k,
        ) in blocks70:
            # (277)  z51_bar[n,i] = (xhat52_bar[n,i]
            #            - xhat52_bar_moment[i]*xhat52[n,i] - xhat52_bar_mean[i])/s52[i]
            xhat52_k *= xhat52_bar_moment_rows_k
            np.subtract(xhat52_bar_k, xhat52_k, out=z51_bar_k)
            z51_bar_k -= xhat52_bar_mean_rows_k
            z51_bar_k /= s52_rows2_k
        # (278)  W51_bar[i,j] = sum[n](z51_bar[n,i]*a50[n,j])
        z51_bar_T.dot(a50, out=W51_bar)
        # (279)  a50_bar[n,j] = sum[i](z51_bar[n,i]*W51[i,j])
        z51_bar.dot(W51, out=a50_bar)
        for _, a50_k, a50_bar_k, z50_bar_k in blocks71:
            # (280)  z50_bar[n,i] = a50_bar[n,i]*(1 - a50[n,i]**2)
            np.square(a50_k, out=a50_k)
            np.subtract(one, a50_k, out=a50_k)
            np.multiply(a50_bar_k, a50_k, out=z50_bar_k)
        # (281)  beta50_bar[i] = sum[n](z50_bar[n,i])
        ones.dot(z50_bar, out=beta50_bar)
        # (282)  gamma50_bar[i] = sum[n](z50_bar[n,i]*xhat50[n,i])
        np.multiply(z50_bar, xhat50, out=product5)
        ones.dot(product5, out=gamma50_bar)
        gamma50_rows2[...] = gamma50
        for _, z50_bar_k, xhat50_bar_k, gamma50_rows2_k in blocks72:
            # (283)  xhat50_bar[n,i] = z50_bar[n,i]*gamma50[i]
            np.multiply(z50_bar_k, gamma50_rows2_k, out=xhat50_bar_k)
        # (284)  xhat50_bar_moment[i] = gamma50_bar[i]*gamma50[i]/N
        np.multiply(gamma50_bar, gamma50, out=xhat50_bar_moment)
        xhat50_bar_moment *= one_over_N
        # (285)  xhat50_bar_mean[i] = beta50_bar[i]*gamma50[i]/N
        np.multiply(beta50_bar, gamma50, out=xhat50_bar_mean)
        xhat50_bar_mean *= one_over_N
        xhat50_bar_moment_rows[...] = xhat50_bar_moment
        xhat50_bar_mean_rows[...] = xhat50_bar_mean
        s50_rows2[...] = s50
        for (
            _,
            xhat50_k,
            xhat50_bar_k,
            z49_bar_k,
            xhat50_bar_moment_rows_k,
            xhat50_bar_mean_rows_k,
            s50_rows2_k,
        ) in blocks73:
            # (286)  z49_bar[n,i] = (xhat50_bar[n,i]
            #            - xhat50_bar_moment[i]*xhat50[n,i] - xhat50_bar_mean[i])/s50[i]
            xhat50_k *= xhat50_bar_moment_rows_k
            np.subtract(xhat50_bar_k, xhat50_k, out=z49_bar_k)
            z49_bar_k -= xhat50_bar_mean_rows_k
            z49_bar_k /= s50_rows2_k
        # (287)  W49_bar[i,j] = sum[n](z49_bar[n,i]*a48[n,j])
        z49_bar_T.dot(a48, out=W49_bar)
        # (288)  a48_bar[n,j] = sum[i](z49_bar[n,i]*W49[i,j])
        z49_bar.dot(W49, out=a48_bar)
        for _, a48_k, a48_bar_k, z48_bar_k in blocks74:
            # (289)  z48_bar[n,i] = a48_bar[n,i]*(1 - a48[n,i]**2)
            np.square(a48_k, out=a48_k)
            np.subtract(one, a48_k, out=a48_k)
            np.multiply(a48_bar_k, a48_k, out=z48_bar_k)
        # (290)  beta48_bar[i] = sum[n](z48_bar[n,i])
        ones.dot(z48_bar, out=beta48_bar)
        # (291)  gamma48_bar[i] = sum[n](z48_bar[n,i]*xhat48[n,i])
        np.multiply(z48_bar, xhat48, out=product6)
        ones.dot(product6, out=gamma48_bar)
        gamma48_rows2[...] = gamma48
        for _, z48_bar_k, xhat48_bar_k, gamma48_rows2_k in blocks75:
            # (292)  xhat48_bar[n,i] = z48_bar[n,i]*gamma48[i]
            np.multiply(z48_bar_k, gamma48_rows2_k, out=xhat48_bar_k)
        # (293)  xhat48_bar_moment[i] = gamma48_bar[i]*gamma48[i]/N
        np.multiply(gamma48_bar, gamma48, out=xhat48_bar_moment)
        xhat48_bar_moment *= one_over_N
        # (294)  xhat48_bar_mean[i] = beta48_bar[i]*gamma48[i]/N
        np.multiply(beta48_bar, gamma48, out=xhat48_bar_mean)
        xhat48_bar_mean *= one_over_N
        xhat48_bar_moment_rows[...] = xhat48_bar_moment
        xhat48_bar_mean_rows[...] = xhat48_bar_mean
        s48_rows2[...] = s48
        for (
            _,
            xhat48_k,
            xhat48_bar_k,
            z47_bar_k,
            xhat48_bar_moment_rows_k,
            xhat48_bar_mean_rows_k,
            s48_rows2_k,
        ) in blocks76:
            # (295)  z47_bar[n,i] = (xhat48_bar[n,i]
            #            - xhat48_bar_moment[i]*xhat48[n,i] - xhat48_bar_mean[i])/s48[i]
            xhat48_k *= xhat48_bar_moment_rows_k
            np.subtract(xhat48_bar_k, xhat48_k, out=z47_bar_k)
            z47_bar_k -= xhat48_bar_mean_rows_k
            z47_bar_k /= s48_rows2_k
        # (296)  W47_bar[i,j] = sum[n](z47_bar[n,i]*a46[n,j])
        z47_bar_T.dot(a46, out=W47_bar)
        # (297)  a46_bar[n,j] = sum[i](z47_bar[n,i]*W47[i,j])
        z47_bar.dot(W47, out=a46_bar)
        for _, a46_k, a46_bar_k, z46_bar_k in blocks77:
            # (298)  z46_bar[n,i] = a46_bar[n,i]*(1 - a46[n,i]**2)
            np.square(a46_k, out=a46_k)
            np.subtract(one, a46_k, out=a46_k)
            np.multiply(a46_bar_k, a46_k, out=z46_bar_k)
        # (299)  beta46_bar[i] = sum[n](z46_bar[n,i])
        ones.dot(z46_bar, out=beta46_bar)
        # (300)  gamma46_bar[i] = sum[n](z46_bar[n,i]*xhat46[n,i])
        np.multiply(z46_bar, xhat46, out=product7)
        ones.dot(product7, out=gamma46_bar)
        gamma46_rows2[...] = gamma46
        for _, z46_bar_k, xhat46_bar_k, gamma46_rows2_k in blocks78:
            # (301)  xhat46_bar[n,i] = z46_bar[n,i]*gamma46[i]
            np.multiply(z46_bar_k, gamma46_rows2_k, out=xhat46_bar_k)
        # (302)  xhat46_bar_moment[i] = gamma46_bar[i]*gamma46[i]/N
        np.multiply(gamma46_bar, gamma46, out=xhat46_bar_moment)
        xhat46_bar_moment *= one_over_N
        # (303)  xhat46_bar_mean[i] = beta46_bar[i]*gamma46[i]/N
        np.multiply(beta46_bar, gamma46, out=xhat46_bar_mean)
        xhat46_bar_mean *= one_over_N
        xhat46_bar_moment_rows[...] = xhat46_bar_moment
        xhat46_bar_mean_rows[...] = xhat46_bar_mean
        s46_rows2[...] = s46
        for (
            _,
            xhat46_k,
            xhat46_bar_k,
            z45_bar_k,
            xhat46_bar_moment_rows_k,
            xhat46_bar_mean_rows_k,
            s46_rows2_k,
        ) in blocks79:
            # (304)  z45_bar[n,i] = (xhat46_bar[n,i]
            #            - xhat46_bar_moment[i]*xhat46[n,i] - xhat46_bar_mean[i])/s46[i]
            xhat46_k *= xhat46_bar_moment_rows_k
            np.subtract(xhat46_bar_k, xhat46_k, out=z45_bar_k)
            z45_bar_k -= xhat46_bar_mean_rows_k
            z45_bar_k /= s46_rows2_k
        # (305)  W45_bar[i,j] = sum[n](z45_bar[n,i]*a44[n,j])
        z45_bar_T.dot(a44, out=W45_bar)
        # (306)  a44_bar[n,j] = sum[i](z45_bar[n,i]*W45[i,j])
        z45_bar.dot(W45, out=a44_bar)
        for _, a44_k, a44_bar_k, z44_bar_k in blocks80:
            # (307)  z44_bar[n,i] = a44_bar[n,i]*(1 - a44[n,i]**2)
            np.square(a44_k, out=a44_k)
            np.subtract(one, a44_k, out=a44_k)
            np.multiply(a44_bar_k, a44_k, out=z44_bar_k)
        # (308)  beta44_bar[i] = sum[n](z44_bar[n,i])
        ones.dot(z44_bar, out=beta44_bar)
        # (309)  gamma44_bar[i] = sum[n](z44_bar[n,i]*xhat44[n,i])
        np.multiply(z44_bar, xhat44, out=product8)
        ones.dot(product8, out=gamma44_bar)
        gamma44_rows2[...] = gamma44
        for _, z44_bar_k, xhat44_bar_k, gamma44_rows2_k in blocks81:
            # (310)  xhat44_bar[n,i] = z44_bar[n,i]*gamma44[i]
            np.multiply(z44_bar_k, gamma44_rows2_k, out=xhat44_bar_k)
        # (311)  xhat44_bar_moment[i] = gamma44_bar[i]*gamma44[i]/N
        np.multiply(gamma44_bar, gamma44, out=xhat44_bar_moment)
        xhat44_bar_moment *= one_over_N
        # (312)  xhat44_bar_mean[i] = beta44_bar[i]*gamma44[i]/N
        np.multiply(beta44_bar, gamma44, out=xhat44_bar_mean)
        xhat44_bar_mean *= one_over_N
        xhat44_bar_moment_rows[...] = xhat44_bar_moment
        xhat44_bar_mean_rows[...] = xhat44_bar_mean
        s44_rows2[...] = s44
        for (
            _,
            xhat44_k,
            xhat44_bar_k,
            z43_bar_k,
            xhat44_bar_moment_rows_k,
            xhat44_bar_mean_rows_k,
            s44_rows2_k,
        ) in blocks82:
            # (313)  z43_bar[n,i] = (xhat44_bar[n,i]
            #            - xhat44_bar_moment[i]*xhat44[n,i] - xhat44_bar_mean[i])/s44[i]
            xhat44_k *= xhat44_bar_moment_rows_k
            np.subtract(xhat44_bar_k, xhat44_k, out=z43_bar_k)
            z43_bar_k -= xhat44_bar_mean_rows_k
            z43_bar_k /= s44_rows2_k
        # (314)  W43_bar[i,j] = sum[n](z43_bar[n,i]*a42[n,j])
        z43_bar_T.dot(a42, out=W43_bar)
        # (315)  a42_bar[n,j] = sum[i](z43_bar[n,i]*W43[i,j])
        z43_bar.dot(W43, out=a42_bar)
        for _, a42_k, a42_bar_k, z42_bar_k in blocks83:
            # (316)  z42_bar[n,i] = a42_bar[n,i]*(1 - a42[n,i]**2)
            np.square(a42_k, out=a42_k)
            np.subtract(one, a42_k, out=a42_k)
            np.multiply(a42_bar_k, a42_k, out=z42_bar_k)
        # (317)  beta42_bar[i] = sum[n](z42_bar[n,i])
        ones.dot(z42_bar, out=beta42_bar)
        # (318)  gamma42_bar[i] = sum[n](z42_bar[n,i]*xhat42[n,i])
        np.multiply(z42_bar, xhat42, out=product9)
        ones.dot(product9, out=gamma42_bar)
        gamma42_rows2[...] = gamma42
        for _, z42_bar_k, xhat42_bar_k, gamma42_rows2_k in blocks84:
            # (319)  xhat42_bar[n,i] = z42_bar[n,i]*gamma42[i]
            np.multiply(z42_bar_k, gamma42_rows2_k, out=xhat42_bar_k)
        # (320)  xhat42_bar_moment[i] = gamma42_bar[i]*gamma42[i]/N
        np.multiply(gamma42_bar, gamma42, out=xhat42_bar_moment)
        xhat42_bar_moment *= one_over_N
        # (321)  xhat42_bar_mean[i] = beta42_bar[i]*gamma42[i]/N
        np.multiply(beta42_bar, gamma42, out=xhat42_bar_mean)
        xhat42_bar_mean *= one_over_N
        xhat42_bar_moment_rows[...] = xhat42_bar_moment
        xhat42_bar_mean_rows[...] = xhat42_bar_mean
        s42_rows2[...] = s42
        for (
            _,
            xhat42_k,
            xhat42_bar_k,
            z41_bar_k,
            xhat42_bar_moment_rows_k,
            xhat42_bar_mean_rows_k,
            s42_rows2_k,
        ) in blocks85:
            # (322)  z41_bar[n,i] = (xhat42_bar[n,i]
            #            - xhat42_bar_moment[i]*xhat42[n,i] - xhat42_bar_mean[i])/s42[i]
            xhat42_k *= xhat42_bar_moment_rows_k
            np.subtract(xhat42_bar_k, xhat42_k, out=z41_bar_k)
            z41_bar_k -= xhat42_bar_mean_rows_k
            z41_bar_k /= s42_rows2_k
        # (323)  W41_bar[i,j] = sum[n](z41_bar[n,i]*a40[n,j])
        z41_bar_T.dot(a40, out=W41_bar)
        # (324)  a40_bar[n,j] = sum[i](z41_bar[n,i]*W41[i,j])
        z41_bar.dot(W41, out=a40_bar)
        for _, a40_k, a40_bar_k, z40_bar_k in blocks86:
            # (325)  z40_bar[n,i] = a40_bar[n,i]*(1 - a40[n,i]**2)
            np.square(a40_k, out=a40_k)
            np.subtract(one, a40_k, out=a40_k)
            np.multiply(a40_bar_k, a40_k, out=z40_bar_k)
        # (326)  beta40_bar[i] = sum[n](z40_bar[n,i])
        ones.dot(z40_bar, out=beta40_bar)
        # (327)  gamma40_bar[i] = sum[n](z40_bar[n,i]*xhat40[n,i])
        np.multiply(z40_bar, xhat40, out=product10)
        ones.dot(product10, out=gamma40_bar)
        gamma40_rows2[...] = gamma40
        for _, z40_bar_k, xhat40_bar_k, gamma40_rows2_k in blocks87:
            # (328)  xhat40_bar[n,i] = z40_bar[n,i]*gamma40[i]
            np.multiply(z40_bar_k, gamma40_rows2_k, out=xhat40_bar_k)
        # (329)  xhat40_bar_moment[i] = gamma40_bar[i]*gamma40[i]/N
        np.multiply(gamma40_bar, gamma40, out=xhat40_bar_moment)
        xhat40_bar_moment *= one_over_N
        # (330)  xhat40_bar_mean[i] = beta40_bar[i]*gamma40[i]/N
        np.multiply(beta40_bar, gamma40, out=xhat40_bar_mean)
        xhat40_bar_mean *= one_over_N
        xhat40_bar_moment_rows[...] = xhat40_bar_moment
        xhat40_bar_mean_rows[...] = xhat40_bar_mean
        s40_rows2[...] = s40
        for (
            _,
            xhat40_k,
            xhat40_bar_k,
            z39_bar_k,
            xhat40_bar_moment_rows_k,
            xhat40_bar_mean_rows_k,
            s40_rows2_k,
        ) in blocks88:
            # (331)  z39_bar[n,i] = (xhat40_bar[n,i]
            #            - xhat40_bar_moment[i]*xhat40[n,i] - xhat40_bar_mean[i])/s40[i]
            xhat40_k *= xhat40_bar_moment_rows_k
            np.subtract(xhat40_bar_k, xhat40_k, out=z39_bar_k)
            z39_bar_k -= xhat40_bar_mean_rows_k
            z39_bar_k /= s40_rows2_k
        # (332)  W39_bar[i,j] = sum[n](z39_bar[n,i]*a38[n,j])
        z39_bar_T.dot(a38, out=W39_bar)
        # (333)  a38_bar[n,j] = sum[i](z39_bar[n,i]*W39[i,j])
        z39_bar.dot(W39, out=a38_bar)
        for _, a38_k, a38_bar_k, z38_bar_k in blocks89:
            # (334)  z38_bar[n,i] = a38_bar[n,i]*(1 - a38[n,i]**2)
            np.square(a38_k, out=a38_k)
            np.subtract(one, a38_k, out=a38_k)
            np.multiply(a38_bar_k, a38_k, out=z38_bar_k)
        # (335)  beta38_bar[i] = sum[n](z38_bar[n,i])
        ones.dot(z38_bar, out=beta38_bar)
        # (336)  gamma38_bar[i] = sum[n](z38_bar[n,i]*xhat38[n,i])
        np.multiply(z38_bar, xhat38, out=product11)
        ones.dot(product11, out=gamma38_bar)
        gamma38_rows2[...] = gamma38
        for _, z38_bar_k, xhat38_bar_k, gamma38_rows2_k in blocks90:
            # (337)  xhat38_bar[n,i] = z38_bar[n,i]*gamma38[i]
            np.multiply(z38_bar_k, gamma38_rows2_k, out=xhat38_bar_k)
        # (338)  xhat38_bar_moment[i] = gamma38_bar[i]*gamma38[i]/N
        np.multiply(gamma38_bar, gamma38, out=xhat38_bar_moment)
        xhat38_bar_moment *= one_over_N
        # (339)  xhat38_bar_mean[i] = beta38_bar[i]*gamma38[i]/N
        np.multiply(beta38_bar, gamma38, out=xhat38_bar_mean)
        xhat38_bar_mean *= one_over_N
        xhat38_bar_moment_rows[...] = xhat38_bar_moment
        xhat38_bar_mean_rows[...] = xhat38_bar_mean
        s38_rows2[...] = s38
        for (
            _,
            xhat38_k,
            xhat38_bar_k,
            z37_bar_k,
            xhat38_bar_moment_rows_k,
            xhat38_bar_mean_rows_k,
            s38_rows2_k,
        ) in blocks91:
            # (340)  z37_bar[n,i] = (xhat38_bar[n,i]
            #            - xhat38_bar_moment[i]*xhat38[n,i] - xhat38_bar_mean[i])/s38[i]
            xhat38_k *= xhat38_bar_moment_rows_k
            np.subtract(xhat38_bar_k, xhat38_k, out=z37_bar_k)
            z37_bar_k -= xhat38_bar_mean_rows_k
            z37_bar_k /= s38_rows2_k
        # (341)  W37_bar[i,j] = sum[n](z37_bar[n,i]*a36[n,j])
        z37_bar_T.dot(a36, out=W37_bar)
        # (342)  a36_bar[n,j] = sum[i](z37_bar[n,i]*W37[i,j])
        z37_bar.dot(W37, out=a36_bar)
        for _, a36_k, a36_bar_k, z36_bar_k in blocks92:
            # (343)  z36_bar[n,i] = a36_bar[n,i]*(1 - a36[n,i]**2)
            np.square(a36_k, out=a36_k)
            np.subtract(one, a36_k, out=a36_k)
            np.multiply(a36_bar_k, a36_k, out=z36_bar_k)
        # (344)  beta36_bar[i] = sum[n](z36_bar[n,i])
        ones.dot(z36_bar, out=beta36_bar)
        # (345)  gamma36_bar[i] = sum[n](z36_bar[n,i]*xhat36[n,i])
        np.multiply(z36_bar, xhat36, out=product12)
        ones.dot(product12, out=gamma36_bar)
        gamma36_rows2[...] = gamma36
        for _, z36_bar_k, xhat36_bar_k, gamma36_rows2_k in blocks93:
            # (346)  xhat36_bar[n,i] = z36_bar[n,i]*gamma36[i]
            np.multiply(z36_bar_k, gamma36_rows2_k, out=xhat36_bar_k)
        # (347)  xhat36_bar_moment[i] = gamma36_bar[i]*gamma36[i]/N
        np.multiply(gamma36_bar, gamma36, out=xhat36_bar_moment)
        xhat36_bar_moment *= one_over_N
        # (348)  xhat36_bar_mean[i] = beta36_bar[i]*gamma36[i]/N
        np.multiply(beta36_bar, gamma36, out=xhat36_bar_mean)
        xhat36_bar_mean *= one_over_N
        xhat36_bar_moment_rows[...] = xhat36_bar_moment
        xhat36_bar_mean_rows[...] = xhat36_bar_mean
        s36_rows2[...] = s36
        for (
            _,
            xhat36_k,
            xhat36_bar_k,
            z35_bar_k,
            xhat36_bar_moment_rows_k,
            xhat36_bar_mean_rows_k,
            s36_rows2_k,
        ) in blocks94:
            # (349)  z35_bar[n,i] = (xhat36_bar[n,i]
            #            - xhat36_bar_moment[i]*xhat36[n,i] - xhat36_bar_mean[i])/s36[i]
            xhat36_k *= xhat36_bar_moment_rows_k
            np.subtract(xhat36_bar_k, xhat36_k, out=z35_bar_k)
            z35_bar_k -= xhat36_bar_mean_rows_k
            z35_bar_k /= s36_rows2_k
        # (350)  W35_bar[i,j] = sum[n](z35_bar[n,i]*a34[n,j])
        z35_bar_T.dot(a34, out=W35_bar)
        # (351)  a34_bar[n,j] = sum[i](z35_bar[n,i]*W35[i,j])
        z35_bar.dot(W35, out=a34_bar)
        for _, a34_k, a34_bar_k, z34_bar_k in blocks95:
            # (352)  z34_bar[n,i] = a34_bar[n,i]*(1 - a34[n,i]**2)
            np.square(a34_k, out=a34_k)
            np.subtract(one, a34_k, out=a34_k)
            np.multiply(a34_bar_k, a34_k, out=z34_bar_k)
        # (353)  beta34_bar[i] = sum[n](z34_bar[n,i])
        ones.dot(z34_bar, out=beta34_bar)
        # (354)  gamma34_bar[i] = sum[n](z34_bar[n,i]*xhat34[n,i])
        np.multiply(z34_bar, xhat34, out=product13)
        ones.dot(product13, out=gamma34_bar)
        gamma34_rows2[...] = gamma34
        for _, z34_bar_k, xhat34_bar_k, gamma34_rows2_k in blocks96:
            # (355)  xhat34_bar[n,i] = z34_bar[n,i]*gamma34[i]
            np.multiply(z34_bar_k, gamma34_rows2_k, out=xhat34_bar_k)
        # (356)  xhat34_bar_moment[i] = gamma34_bar[i]*gamma34[i]/N
        np.multiply(gamma34_bar, gamma34, out=xhat34_bar_moment)
        xhat34_bar_moment *= one_over_N
        # (357)  xhat34_bar_mean[i] = beta34_bar[i]*gamma34[i]/N
        np.multiply(beta34_bar, gamma34, out=xhat34_bar_mean)
        xhat34_bar_mean *= one_over_N
        xhat34_bar_moment_rows[...] = xhat34_bar_moment
        xhat34_bar_mean_rows[...] = xhat34_bar_mean
        s34_rows2[...] = s34
        for (
            _,
            xhat34_k,
            xhat34_bar_k,
            z33_bar_k,
            xhat34_bar_moment_rows_k,
            xhat34_bar_mean_rows_k,
            s34_rows2_k,
        ) in blocks97:
            # (358)  z33_bar[n,i] = (xhat34_bar[n,i]
            #            - xhat34_bar_moment[i]*xhat34[n,i] - xhat34_bar_mean[i])/s34[i]
            xhat34_k *= xhat34_bar_moment_rows_k
            np.subtract(xhat34_bar_k, xhat34_k, out=z33_bar_k)
            z33_bar_k -= xhat34_bar_mean_rows_k
            z33_bar_k /= s34_rows2_k
        # (359)  W33_bar[i,j] = sum[n](z33_bar[n,i]*a32[n,j])
        z33_bar_T.dot(a32, out=W33_bar)
        # (360)  a32_bar[n,j] = sum[i](z33_bar[n,i]*W33[i,j])
        z33_bar.dot(W33, out=a32_bar)
        for _, a32_k, a32_bar_k, z32_bar_k in blocks98:
            # (361)  z32_bar[n,i] = a32_bar[n,i]*(1 - a32[n,i]**2)
            np.square(a32_k, out=a32_k)
            np.subtract(one, a32_k, out=a32_k)
            np.multiply(a32_bar_k, a32_k, out=z32_bar_k)
        # (362)  beta32_bar[i] = sum[n](z32_bar[n,i])
        ones.dot(z32_bar, out=beta32_bar)
        # (363)  gamma32_bar[i] = sum[n](z32_bar[n,i]*xhat32[n,i])
        np.multiply(z32_bar, xhat32, out=product14)
        ones.dot(product14, out=gamma32_bar)
        gamma32_rows2[...] = gamma32
        for _, z32_bar_k, xhat32_bar_k, gamma32_rows2_k in blocks99:
            # (364)  xhat32_bar[n,i] = z32_bar[n,i]*gamma32[i]
            np.multiply(z32_bar_k, gamma32_rows2_k, out=xhat32_bar_k)
        # (365)  xhat32_bar_moment[i] = gamma32_bar[i]*gamma32[i]/N
        np.multiply(gamma32_bar, gamma32, out=xhat32_bar_moment)
        xhat32_bar_moment *= one_over_N
        # (366)  xhat32_bar_mean[i] = beta32_bar[i]*gamma32[i]/N
        np.multiply(beta32_bar, gamma32, out=xhat32_bar_mean)
        xhat32_bar_mean *= one_over_N
        xhat32_bar_moment_rows[...] = xhat32_bar_moment
        xhat32_bar_mean_rows[...] = xhat32_bar_mean
        s32_rows2[...] = s32
        for (
            _,
            xhat32_k,
            xhat32_bar_k,
            z31_bar_k,
            xhat32_bar_moment_rows_k,
            xhat32_bar_mean_rows_k,
            s32_rows2_k,
        ) in blocks100:
            # (367)  z31_bar[n,i] = (xhat32_bar[n,i]
            #            - xhat32_bar_moment[i]*xhat32[n,i] - xhat32_bar_mean[i])/s32[i]
            xhat32_k *= xhat32_bar_moment_rows_k
            np.subtract(xhat32_bar_k, xhat32_k, out=z31_bar_k)
            z31_bar_k -= xhat32_bar_mean_rows_k
            z31_bar_k /= s32_rows2_k
        # (368)  W31_bar[i,j] = sum[n](z31_bar[n,i]*a30[n,j])
        z31_bar_T.dot(a30, out=W31_bar)
        # (369)  a30_bar[n,j] = sum[i](z31_bar[n,i]*W31[i,j])
        z31_bar.dot(W31, out=a30_bar)
        for _, a30_k, a30_bar_k, z30_bar_k in blocks101:
            # (370)  z30_bar[n,i] = a30_bar[n,i]*(1 - a30[n,i]**2)
            np.square(a30_k, out=a30_k)
            np.subtract(one, a30_k, out=a30_k)
            np.multiply(a30_bar_k, a30_k, out=z30_bar_k)
        # (371)  beta30_bar[i] = sum[n](z30_bar[n,i])
        ones.dot(z30_bar, out=beta30_bar)
        # (372)  gamma30_bar[i] = sum[n](z30_bar[n,i]*xhat30[n,i])
        np.multiply(z30_bar, xhat30, out=product15)
        ones.dot(product15, out=gamma30_bar)
        gamma30_rows2[...] = gamma30
        for _, z30_bar_k, xhat30_bar_k, gamma30_rows2_k in blocks102:
            # (373)  xhat30_bar[n,i] = z30_bar[n,i]*gamma30[i]
            np.multiply(z30_bar_k, gamma30_rows2_k, out=xhat30_bar_k)
        # (374)  xhat30_bar_moment[i] = gamma30_bar[i]*gamma30[i]/N
        np.multiply(gamma30_bar, gamma30, out=xhat30_bar_moment)
        xhat30_bar_moment *= one_over_N
        # (375)  xhat30_bar_mean[i] = beta30_bar[i]*gamma30[i]/N
        np.multiply(beta30_bar, gamma30, out=xhat30_bar_mean)
        xhat30_bar_mean *= one_over_N
        xhat30_bar_moment_rows[...] = xhat30_bar_moment
        xhat30_bar_mean_rows[...] = xhat30_bar_mean
        s30_rows2[...] = s30
        for (
            _,
            xhat30_k,
            xhat30_bar_k,
            z29_bar_k,
            xhat30_bar_moment_rows_k,
            xhat30_bar_mean_rows_k,
            s30_rows2_k,
        ) in blocks103:
            # (376)  z29_bar[n,i] = (xhat30_bar[n,i]
            #            - xhat30_bar_moment[i]*xhat30[n,i] - xhat30_bar_mean[i])/s30[i]
            xhat30_k *= xhat30_bar_moment_rows_k
            np.subtract(xhat30_bar_k, xhat30_k, out=z29_bar_k)
            z29_bar_k -= xhat30_bar_mean_rows_k
            z29_bar_k /= s30_rows2_k
        # (377)  W29_bar[i,j] = sum[n](z29_bar[n,i]*a28[n,j])
        z29_bar_T.dot(a28, out=W29_bar)
        # (378)  a28_bar[n,j] = sum[i](z29_bar[n,i]*W29[i,j])
        z29_bar.dot(W29, out=a28_bar)
        for _, a28_k, a28_bar_k, z28_bar_k in blocks104:
            # (379)  z28_bar[n,i] = a28_bar[n,i]*(1 - a28[n,i]**2)
            np.square(a28_k, out=a28_k)
            np.subtract(one, a28_k, out=a28_k)
            np.multiply(a28_bar_k, a28_k, out=z28_bar_k)
        # (380)  beta28_bar[i] = sum[n](z28_bar[n,i])
        ones.dot(z28_bar, out=beta28_bar)
        # (381)  gamma28_bar[i] = sum[n](z28_bar[n,i]*xhat28[n,i])
        np.multiply(z28_bar, xhat28, out=product16)
        ones.dot(product16, out=gamma28_bar)
        gamma28_rows2[...] = gamma28
        for _, z28_bar_k, xhat28_bar_k, gamma28_rows2_k in blocks105:
            # (382)  xhat28_bar[n,i] = z28_bar[n,i]*gamma28[i]
            np.multiply(z28_bar_k, gamma28_rows2_k, out=xhat28_bar_k)
        # (383)  xhat28_bar_moment[i] = gamma28_bar[i]*gamma28[i]/N
        np.multiply(gamma28_bar, gamma28, out=xhat28_bar_moment)
        xhat28_bar_moment *= one_over_N
        # (384)  xhat28_bar_mean[i] = beta28_bar[i]*gamma28[i]/N
        np.multiply(beta28_bar, gamma28, out=xhat28_bar_mean)
        xhat28_bar_mean *= one_over_N
        xhat28_bar_moment_rows[...] = xhat28_bar_moment
        xhat28_bar_mean_rows[...] = xhat28_bar_mean
        s28_rows2[...] = s28
        for (
            _,
            xhat28_k,
            xhat28_bar_k,
            z27_bar_k,
            xhat28_bar_moment_rows_k,
            xhat28_bar_mean_rows_k,
            s28_rows2_k,
        ) in blocks106:
            # (385)  z27_bar[n,i] = (xhat28_bar[n,i]
            #            - xhat28_bar_moment[i]*xhat28[n,i] - xhat28_bar_mean[i])/s28[i]
            xhat28_k *= xhat28_bar_moment_rows_k
            np.subtract(xhat28_bar_k, xhat28_k, out=z27_bar_k)
            z27_bar_k -= xhat28_bar_mean_rows_k
            z27_bar_k /= s28_rows2_k
        # (386)  W27_bar[i,j] = sum[n](z27_bar[n,i]*a26[n,j])
        z27_bar_T.dot(a26, out=W27_bar)
        # (387)  a26_bar[n,j] = sum[i](z27_bar[n,i]*W27[i,j])
        z27_bar.dot(W27, out=a26_bar)
        for _, a26_k, a26_bar_k, z26_bar_k in blocks107:
            # (388)  z26_bar[n,i] = a26_bar[n,i]*(1 - a26[n,i]**2)
            np.square(a26_k, out=a26_k)
            np.subtract(one, a26_k, out=a26_k)
            np.multiply(a26_bar_k, a26_k, out=z26_bar_k)
        # (389)  beta26_bar[i] = sum[n](z26_bar[n,i])
        ones.dot(z26_bar, out=beta26_bar)
        # (390)  gamma26_bar[i] = sum[n](z26_bar[n,i]*xhat26[n,i])
        np.multiply(z26_bar, xhat26, out=product17)
        ones.dot(product17, out=gamma26_bar)
        gamma26_rows2[...] = gamma26
        for _, z26_bar_k, xhat26_bar_k, gamma26_rows2_k in blocks108:
            # (391)  xhat26_bar[n,i] = z26_bar[n,i]*gamma26[i]
            np.multiply(z26_bar_k, gamma26_rows2_k, out=xhat26_bar_k)
        # (392)  xhat26_bar_moment[i] = gamma26_bar[i]*gamma26[i]/N
        np.multiply(gamma26_bar, gamma26, out=xhat26_bar_moment)
        xhat26_bar_moment *= one_over_N
        # (393)  xhat26_bar_mean[i] = beta26_bar[i]*gamma26[i]/N
        np.multiply(beta26_bar, gamma26, out=xhat26_bar_mean)
        xhat26_bar_mean *= one_over_N
        xhat26_bar_moment_rows[...] = xhat26_bar_moment
        xhat26_bar_mean_rows[...] = xhat26_bar_mean
        s26_rows2[...] = s26
        for (
            _,
            xhat26_k,
            xhat26_bar_k,
            z25_bar_k,
            xhat26_bar_moment_rows_k,
            xhat26_bar_mean_rows_k,
            s26_rows2_k,
        ) in blocks109:
            # (394)  z25_bar[n,i] = (xhat26_bar[n,i]
            #            - xhat26_bar_moment[i]*xhat26[n,i] - xhat26_bar_mean[i])/s26[i]
            xhat26_k *= xhat26_bar_moment_rows_k
            np.subtract(xhat26_bar_k, xhat26_k, out=z25_bar_k)
            z25_bar_k -= xhat26_bar_mean_rows_k
            z25_bar_k /= s26_rows2_k
        # (395)  W25_bar[i,j] = sum[n](z25_bar[n,i]*a24[n,j])
        z25_bar_T.dot(a24, out=W25_bar)
        # (396)  a24_bar[n,j] = sum[i](z25_bar[n,i]*W25[i,j])
        z25_bar.dot(W25, out=a24_bar)
        for _, a24_k, a24_bar_k, z24_bar_k in blocks110:
            # (397)  z24_bar[n,i] = a24_bar[n,i]*(1 - a24[n,i]**2)
            np.square(a24_k, out=a24_k)
            np.subtract(one, a24_k, out=a24_k)
            np.multiply(a24_bar_k, a24_k, out=z24_bar_k)
        # (398)  beta24_bar[i] = sum[n](z24_bar[n,i])
        ones.dot(z24_bar, out=beta24_bar)
        # (399)  gamma24_bar[i] = sum[n](z24_bar[n,i]*xhat24[n,i])
        np.multiply(z24_bar, xhat24, out=product18)
        ones.dot(product18, out=gamma24_bar)
        gamma24_rows2[...] = gamma24
        for _, z24_bar_k, xhat24_bar_k, gamma24_rows2_k in blocks111:
            # (400)  xhat24_bar[n,i] = z24_bar[n,i]*gamma24[i]
            np.multiply(z24_bar_k, gamma24_rows2_k, out=xhat24_bar_k)
        # (401)  xhat24_bar_moment[i] = gamma24_bar[i]*gamma24[i]/N
        np.multiply(gamma24_bar, gamma24, out=xhat24_bar_moment)
        xhat24_bar_moment *= one_over_N
        # (402)  xhat24_bar_mean[i] = beta24_bar[i]*gamma24[i]/N
        np.multiply(beta24_bar, gamma24, out=xhat24_bar_mean)
        xhat24_bar_mean *= one_over_N
        xhat24_bar_moment_rows[...] = xhat24_bar_moment
        xhat24_bar_mean_rows[...] = xhat24_bar_mean
        s24_rows2[...] = s24
        for (
            _,
            xhat24_k,
            xhat24_bar_k,
            z23_bar_k,
            xhat24_bar_moment_rows_k,
            xhat24_bar_mean_rows_k,
            s24_rows2_k,
        ) in blocks112:
            # (403)  z23_bar[n,i] = (xhat24_bar[n,i]
            #            - xhat24_bar_moment[i]*xhat24[n,i] - xhat24_bar_mean[i])/s24[i]
            xhat24_k *= xhat24_bar_moment_rows_k
            np.subtract(xhat24_bar_k, xhat24_k, out=z23_bar_k)
            z23_bar_k -= xhat24_bar_mean_rows_k
            z23_bar_k /= s24_rows2_k
        # (404)  W23_bar[i,j] = sum[n](z23_bar[n,i]*a22[n,j])
        z23_bar_T.dot(a22, out=W23_bar)
        # (405)  a22_bar[n,j] = sum[i](z23_bar[n,i]*W23[i,j])
        z23_bar.dot(W23, out=a22_bar)
        for _, a22_k, a22_bar_k, z22_bar_k in blocks113:
            # (406)  z22_bar[n,i] = a22_bar[n,i]*(1 - a22[n,i]**2)
            np.square(a22_k, out=a22_k)
            np.subtract(one, a22_k, out=a22_k)
            np.multiply(a22_bar_k, a22_k, out=z22_bar_k)
        # (407)  beta22_bar[i] = sum[n](z22_bar[n,i])
        ones.dot(z22_bar, out=beta22_bar)
        # (408)  gamma22_bar[i] = sum[n](z22_bar[n,i]*xhat22[n,i])
        np.multiply(z22_bar, xhat22, out=product19)
        ones.dot(product19, out=gamma22_bar)
        gamma22_rows2[...] = gamma22
        for _, z22_bar_k, xhat22_bar_k, gamma22_rows2_k in blocks114:
            # (409)  xhat22_bar[n,i] = z22_bar[n,i]*gamma22[i]
            np.multiply(z22_bar_k, gamma22_rows2_k, out=xhat22_bar_k)
        # (410)  xhat22_bar_moment[i] = gamma22_bar[i]*gamma22[i]/N
        np.multiply(gamma22_bar, gamma22, out=xhat22_bar_moment)
        xhat22_bar_moment *= one_over_N
        # (411)  xhat22_bar_mean[i] = beta22_bar[i]*gamma22[i]/N
        np.multiply(beta22_bar, gamma22, out=xhat22_bar_mean)
        xhat22_bar_mean *= one_over_N
        xhat22_bar_moment_rows[...] = xhat22_bar_moment
        xhat22_bar_mean_rows[...] = xhat22_bar_mean
        s22_rows2[...] = s22
        for (
            _,
            xhat22_k,
            xhat22_bar_k,
            z21_bar_k,
            xhat22_bar_moment_rows_k,
            xhat22_bar_mean_rows_k,
            s22_rows2_k,
        ) in blocks115:
            # (412)  z21_bar[n,i] = (xhat22_bar[n,i]
            #            - xhat22_bar_moment[i]*xhat22[n,i] - xhat22_bar_mean[i])/s22[i]
            xhat22_k *= xhat22_bar_moment_rows_k
            np.subtract(xhat22_bar_k, xhat22_k, out=z21_bar_k)
            z21_bar_k -= xhat22_bar_mean_rows_k
            z21_bar_k /= s22_rows2_k
        # (413)  W21_bar[i,j] = sum[n](z21_bar[n,i]*a20[n,j])
        z21_bar_T.dot(a20, out=W21_bar)
        # (414)  a20_bar[n,j] = sum[i](z21_bar[n,i]*W21[i,j])
        z21_bar.dot(W21, out=a20_bar)
        for _, a20_k, a20_bar_k, z20_bar_k in blocks116:
            # (415)  z20_bar[n,i] = a20_bar[n,i]*(1 - a20[n,i]**2)
            np.square(a20_k, out=a20_k)
            np.subtract(one, a20_k, out=a20_k)
            np.multiply(a20_bar_k, a20_k, out=z20_bar_k)
        # (416)  beta20_bar[i] = sum[n](z20_bar[n,i])
        ones.dot(z20_bar, out=beta20_bar)
        # (417)  gamma20_bar[i] = sum[n](z20_bar[n,i]*xhat20[n,i])
        np.multiply(z20_bar, xhat20, out=product20)
        ones.dot(product20, out=gamma20_bar)
        gamma20_rows2[...] = gamma20
        for _, z20_bar_k, xhat20_bar_k, gamma20_rows2_k in blocks117:
            # (418)  xhat20_bar[n,i] = z20_bar[n,i]*gamma20[i]
            np.multiply(z20_bar_k, gamma20_rows2_k, out=xhat20_bar_k)
        # (419)  xhat20_bar_moment[i] = gamma20_bar[i]*gamma20[i]/N
        np.multiply(gamma20_bar, gamma20, out=xhat20_bar_moment)
        xhat20_bar_moment *= one_over_N
        # (420)  xhat20_bar_mean[i] = beta20_bar[i]*gamma20[i]/N
        np.multiply(beta20_bar, gamma20, out=xhat20_bar_mean)
        xhat20_bar_mean *= one_over_N
        xhat20_bar_moment_rows[...] = xhat20_bar_moment
        xhat20_bar_mean_rows[...] = xhat20_bar_mean
        s20_rows2[...] = s20
        for (
            _,
            xhat20_k,
            xhat20_bar_k,
            z19_bar_k,
            xhat20_bar_moment_rows_k,
            xhat20_bar_mean_rows_k,
            s20_rows2_k,
        ) in blocks118:
            # (421)  z19_bar[n,i] = (xhat20_bar[n,i]
            #            - xhat20_bar_moment[i]*xhat20[n,i] - xhat20_bar_mean[i])/s20[i]
            xhat20_k *= xhat20_bar_moment_rows_k
            np.subtract(xhat20_bar_k, xhat20_k, out=z19_bar_k)
            z19_bar_k -= xhat20_bar_mean_rows_k
            z19_bar_k /= s20_rows2_k
        # (422)  W19_bar[i,j] = sum[n](z19_bar[n,i]*a18[n,j])
        z19_bar_T.dot(a18, out=W19_bar)
        # (423)  a18_bar[n,j] = sum[i](z19_bar[n,i]*W19[i,j])
        z19_bar.dot(W19, out=a18_bar)
        for _, a18_k, a18_bar_k, z18_bar_k in blocks119:
            # (424)  z18_bar[n,i] = a18_bar[n,i]*(1 - a18[n,i]**2)
            np.square(a18_k, out=a18_k)
            np.subtract(one, a18_k, out=a18_k)
            np.multiply(a18_bar_k, a18_k, out=z18_bar_k)
        # (425)  beta18_bar[i] = sum[n](z18_bar[n,i])
        ones.dot(z18_bar, out=beta18_bar)
        # (426)  gamma18_bar[i] = sum[n](z18_bar[n,i]*xhat18[n,i])
        np.multiply(z18_bar, xhat18, out=product21)
        ones.dot(product21, out=gamma18_bar)
        gamma18_rows2[...] = gamma18
        for _, z18_bar_k, xhat18_bar_k, gamma18_rows2_k in blocks120:
            # (427)  xhat18_bar[n,i] = z18_bar[n,i]*gamma18[i]
            np.multiply(z18_bar_k, gamma18_rows2_k, out=xhat18_bar_k)
        # (428)  xhat18_bar_moment[i] = gamma18_bar[i]*gamma18[i]/N
        np.multiply(gamma18_bar, gamma18, out=xhat18_bar_moment)
        xhat18_bar_moment *= one_over_N
        # (429)  xhat18_bar_mean[i] = beta18_bar[i]*gamma18[i]/N
        np.multiply(beta18_bar, gamma18, out=xhat18_bar_mean)
        xhat18_bar_mean *= one_over_N
        xhat18_bar_moment_rows[...] = xhat18_bar_moment
        xhat18_bar_mean_rows[...] = xhat18_bar_mean
        s18_rows2[...] = s18
        for (
            _,
            xhat18_k,
            xhat18_bar_k,
            z17_bar_k,
            xhat18_bar_moment_rows_k,
            xhat18_bar_mean_rows_k,
            s18_rows2_k,
        ) in blocks121:
            # (430)  z17_bar[n,i] = (xhat18_bar[n,i]
            #            - xhat18_bar_moment[i]*xhat18[n,i] - xhat18_bar_mean[i])/s18[i]
            xhat18_k *= xhat18_bar_moment_rows_k
            np.subtract(xhat18_bar_k, xhat18_k, out=z17_bar_k)
            z17_bar_k -= xhat18_bar_mean_rows_k
            z17_bar_k /= s18_rows2_k
        # (431)  W17_bar[i,j] = sum[n](z17_bar[n,i]*a16[n,j])
        z17_bar_T.dot(a16, out=W17_bar)
        # (432)  a16_bar[n,j] = sum[i](z17_bar[n,i]*W17[i,j])
        z17_bar.dot(W17, out=a16_bar)
        for _, a16_k, a16_bar_k, z16_bar_k in blocks122:
            # (433)  z16_bar[n,i] = a16_bar[n,i]*(1 - a16[n,i]**2)
            np.square(a16_k, out=a16_k)
            np.subtract(one, a16_k, out=a16_k)
            np.multiply(a16_bar_k, a16_k, out=z16_bar_k)
        # (434)  beta16_bar[i] = sum[n](z16_bar[n,i])
        ones.dot(z16_bar, out=beta16_bar)
        # (435)  gamma16_bar[i] = sum[n](z16_bar[n,i]*xhat16[n,i])
        np.multiply(z16_bar, xhat16, out=product22)
        ones.dot(product22, out=gamma16_bar)
        gamma16_rows2[...] = gamma16
        for _, z16_bar_k, xhat16_bar_k, gamma16_rows2_k in blocks123:
            # (436)  xhat16_bar[n,i] = z16_bar[n,i]*gamma16[i]
            np.multiply(z16_bar_k, gamma16_rows2_k, out=xhat16_bar_k)
        # (437)  xhat16_bar_moment[i] = gamma16_bar[i]*gamma16[i]/N
        np.multiply(gamma16_bar, gamma16, out=xhat16_bar_moment)
        xhat16_bar_moment *= one_over_N
        # (438)  xhat16_bar_mean[i] = beta16_bar[i]*gamma16[i]/N
        np.multiply(beta16_bar, gamma16, out=xhat16_bar_mean)
        xhat16_bar_mean *= one_over_N
        xhat16_bar_moment_rows[...] = xhat16_bar_moment
        xhat16_bar_mean_rows[...] = xhat16_bar_mean
        s16_rows2[...] = s16
        for (
            _,
            xhat16_k,
            xhat16_bar_k,
            z15_bar_k,
            xhat16_bar_moment_rows_k,
            xhat16_bar_mean_rows_k,
            s16_rows2_k,
        ) in blocks124:
            # (439)  z15_bar[n,i] = (xhat16_bar[n,i]
            #            - xhat16_bar_moment[i]*xhat16[n,i] - xhat16_bar_mean[i])/s16[i]
            xhat16_k *= xhat16_bar_moment_rows_k
            np.subtract(xhat16_bar_k, xhat16_k, out=z15_bar_k)
            z15_bar_k -= xhat16_bar_mean_rows_k
            z15_bar_k /= s16_rows2_k
        # (440)  W15_bar[i,j] = sum[n](z15_bar[n,i]*a14[n,j])
        z15_bar_T.dot(a14, out=W15_bar)
        # (441)  a14_bar[n,j] = sum[i](z15_bar[n,i]*W15[i,j])
        z15_bar.dot(W15, out=a14_bar)
        for _, a14_k, a14_bar_k, z14_bar_k in blocks125:
            # (442)  z14_bar[n,i] = a14_bar[n,i]*(1 - a14[n,i]**2)
            np.square(a14_k, out=a14_k)
            np.subtract(one, a14_k, out=a14_k)
            np.multiply(a14_bar_k, a14_k, out=z14_bar_k)
        # (443)  beta14_bar[i] = sum[n](z14_bar[n,i])
        ones.dot(z14_bar, out=beta14_bar)
        # (444)  gamma14_bar[i] = sum[n](z14_bar[n,i]*xhat14[n,i])
        np.multiply(z14_bar, xhat14, out=product23)
        ones.dot(product23, out=gamma14_bar)
        gamma14_rows2[...] = gamma14
        for _, z14_bar_k, xhat14_bar_k, gamma14_rows2_k in blocks126:
            # (445)  xhat14_bar[n,i] = z14_bar[n,i]*gamma14[i]
            np.multiply(z14_bar_k, gamma14_rows2_k, out=xhat14_bar_k)
        # (446)  xhat14_bar_moment[i] = gamma14_bar[i]*gamma14[i]/N
        np.multiply(gamma14_bar, gamma14, out=xhat14_bar_moment)
        xhat14_bar_moment *= one_over_N
        # (447)  xhat14_bar_mean[i] = beta14_bar[i]*gamma14[i]/N
        np.multiply(beta14_bar, gamma14, out=xhat14_bar_mean)
        xhat14_bar_mean *= one_over_N
        xhat14_bar_moment_rows[...] = xhat14_bar_moment
        xhat14_bar_mean_rows[...] = xhat14_bar_mean
        s14_rows2[...] = s14
        for (
            _,
            xhat14_k,
            xhat14_bar_k,
            z13_bar_k,
            xhat14_bar_moment_rows_k,
            xhat14_bar_mean_rows_k,
            s14_rows2_k,
        ) in blocks127:
            # (448)  z13_bar[n,i] = (xhat14_bar[n,i]
            #            - xhat14_bar_moment[i]*xhat14[n,i] - xhat14_bar_mean[i])/s14[i]
            xhat14_k *= xhat14_bar_moment_rows_k
            np.subtract(xhat14_bar_k, xhat14_k, out=z13_bar_k)
            z13_bar_k -= xhat14_bar_mean_rows_k
            z13_bar_k /= s14_rows2_k
        # (449)  W13_bar[i,j] = sum[n](z13_bar[n,i]*a12[n,j])
        z13_bar_T.dot(a12, out=W13_bar)
        # (450)  a12_bar[n,j] = sum[i](z13_bar[n,i]*W13[i,j])
        z13_bar.dot(W13, out=a12_bar)
        for _, a12_k, a12_bar_k, z12_bar_k in blocks128:
            # (451)  z12_bar[n,i] = a12_bar[n,i]*(1 - a12[n,i]**2)
            np.square(a12_k, out=a12_k)
            np.subtract(one, a12_k, out=a12_k)
            np.multiply(a12_bar_k, a12_k, out=z12_bar_k)
        # (452)  beta12_bar[i] = sum[n](z12_bar[n,i])
        ones.dot(z12_bar, out=beta12_bar)
        # (453)  gamma12_bar[i] = sum[n](z12_bar[n,i]*xhat12[n,i])
        np.multiply(z12_bar, xhat12, out=product24)
        ones.dot(product24, out=gamma12_bar)
        gamma12_rows2[...] = gamma12
        for _, z12_bar_k, xhat12_bar_k, gamma12_rows2_k in blocks129:
            # (454)  xhat12_bar[n,i] = z12_bar[n,i]*gamma12[i]
            np.multiply(z12_bar_k, gamma12_rows2_k, out=xhat12_bar_k)
        # (455)  xhat12_bar_moment[i] = gamma12_bar[i]*gamma12[i]/N
        np.multiply(gamma12_bar, gamma12, out=xhat12_bar_moment)
        xhat12_bar_moment *= one_over_N
        # (456)  xhat12_bar_mean[i] = beta12_bar[i]*gamma12[i]/N
        np.multiply(beta12_bar, gamma12, out=xhat12_bar_mean)
        xhat12_bar_mean *= one_over_N
        xhat12_bar_moment_rows[...] = xhat12_bar_moment
        xhat12_bar_mean_rows[...] = xhat12_bar_mean
        s12_rows2[...] = s12
        for (
            _,
            xhat12_k,
            xhat12_bar_k,
            z11_bar_k,
            xhat12_bar_moment_rows_k,
            xhat12_bar_mean_rows_k,
            s12_rows2_k,
        ) in blocks130:
            # (457)  z11_bar[n,i] = (xhat12_bar[n,i]
            #            - xhat12_bar_moment[i]*xhat12[n,i] - xhat12_bar_mean[i])/s12[i]
            xhat12_k *= xhat12_bar_moment_rows_k
            np.subtract(xhat12_bar_k, xhat12_k, out=z11_bar_k)
            z11_bar_k -= xhat12_bar_mean_rows_k
            z11_bar_k /= s12_rows2_k
        # (458)  W11_bar[i,j] = sum[n](z11_bar[n,i]*a10[n,j])
        z11_bar_T.dot(a10, out=W11_bar)
        # (459)  a10_bar[n,j] = sum[i](z11_bar[n,i]*W11[i,j])
        z11_bar.dot(W11, out=a10_bar)
        for _, a10_k, a10_bar_k, z10_bar_k in blocks131:
            # (460)  z10_bar[n,i] = a10_bar[n,i]*(1 - a10[n,i]**2)
            np.square(a10_k, out=a10_k)
            np.subtract(one, a10_k, out=a10_k)
            np.multiply(a10_bar_k, a10_k, out=z10_bar_k)
        # (461)  beta10_bar[i] = sum[n](z10_bar[n,i])
        ones.dot(z10_bar, out=beta10_bar)
        # (462)  gamma10_bar[i] = sum[n](z10_bar[n,i]*xhat10[n,i])
        np.multiply(z10_bar, xhat10, out=product25)
        ones.dot(product25, out=gamma10_bar)
        gamma10_rows2[...] = gamma10
        for _, z10_bar_k, xhat10_bar_k, gamma10_rows2_k in blocks132:
            # (463)  xhat10_bar[n,i] = z10_bar[n,i]*gamma10[i]
            np.multiply(z10_bar_k, gamma10_rows2_k, out=xhat10_bar_k)
        # (464)  xhat10_bar_moment[i] = gamma10_bar[i]*gamma10[i]/N
        np.multiply(gamma10_bar, gamma10, out=xhat10_bar_moment)
        xhat10_bar_moment *= one_over_N
        # (465)  xhat10_bar_mean[i] = beta10_bar[i]*gamma10[i]/N
        np.multiply(beta10_bar, gamma10, out=xhat10_bar_mean)
        xhat10_bar_mean *= one_over_N
        xhat10_bar_moment_rows[...] = xhat10_bar_moment
        xhat10_bar_mean_rows[...] = xhat10_bar_mean
        s10_rows2[...] = s10
        for (
            _,
            xhat10_k,
            xhat10_bar_k,
            z9_bar_k,
            xhat10_bar_moment_rows_k,
            xhat10_bar_mean_rows_k,
            s10_rows2_k,
        ) in blocks133:
            # (466)  z9_bar[n,i] = (xhat10_bar[n,i]
            #            - xhat10_bar_moment[i]*xhat10[n,i] - xhat10_bar_mean[i])/s10[i]
            xhat10_k *= xhat10_bar_moment_rows_k
            np.subtract(xhat10_bar_k, xhat10_k, out=z9_bar_k)
            z9_bar_k -= xhat10_bar_mean_rows_k
            z9_bar_k /= s10_rows2_k
        # (467)  W9_bar[i,j] = sum[n](z9_bar[n,i]*a8[n,j])
        z9_bar_T.dot(a8, out=W9_bar)
        # (468)  a8_bar[n,j] = sum[i](z9_bar[n,i]*W9[i,j])
        z9_bar.dot(W9, out=a8_bar)
        for _, a8_k, a8_bar_k, z8_bar_k in blocks134:
            # (469)  z8_bar[n,i] = a8_bar[n,i]*(1 - a8[n,i]**2)
            np.square(a8_k, out=a8_k)
            np.subtract(one, a8_k, out=a8_k)
            np.multiply(a8_bar_k, a8_k, out=z8_bar_k)
        # (470)  beta8_bar[i] = sum[n](z8_bar[n,i])
        ones.dot(z8_bar, out=beta8_bar)
        # (471)  gamma8_bar[i] = sum[n](z8_bar[n,i]*xhat8[n,i])
        np.multiply(z8_bar, xhat8, out=product26)
        ones.dot(product26, out=gamma8_bar)
        gamma8_rows2[...] = gamma8
        for _, z8_bar_k, xhat8_bar_k, gamma8_rows2_k in blocks135:
            # (472)  xhat8_bar[n,i] = z8_bar[n,i]*gamma8[i]
            np.multiply(z8_bar_k, gamma8_rows2_k, out=xhat8_bar_k)
        # (473)  xhat8_bar_moment[i] = gamma8_bar[i]*gamma8[i]/N
        np.multiply(gamma8_bar, gamma8, out=xhat8_bar_moment)
        xhat8_bar_moment *= one_over_N
        # (474)  xhat8_bar_mean[i] = beta8_bar[i]*gamma8[i]/N
        np.multiply(beta8_bar, gamma8, out=xhat8_bar_mean)
        xhat8_bar_mean *= one_over_N
        xhat8_bar_moment_rows[...] = xhat8_bar_moment
        xhat8_bar_mean_rows[...] = xhat8_bar_mean
        s8_rows2[...] = s8
        for (
            _,
            xhat8_k,
            xhat8_bar_k,
            z7_bar_k,
            xhat8_bar_moment_rows_k,
            xhat8_bar_mean_rows_k,
            s8_rows2_k,
        ) in blocks136:
            # (475)  z7_bar[n,i] = (xhat8_bar[n,i]
            #            - xhat8_bar_moment[i]*xhat8[n,i] - xhat8_bar_mean[i])/s8[i]
            xhat8_k *= xhat8_bar_moment_rows_k
            np.subtract(xhat8_bar_k, xhat8_k, out=z7_bar_k)
            z7_bar_k -= xhat8_bar_mean_rows_k
            z7_bar_k /= s8_rows2_k
        # (476)  W7_bar[i,j] = sum[n](z7_bar[n,i]*a6[n,j])
        z7_bar_T.dot(a6, out=W7_bar)
        # (477)  a6_bar[n,j] = sum[i](z7_bar[n,i]*W7[i,j])
        z7_bar.dot(W7, out=a6_bar)
        for _, a6_k, a6_bar_k, z6_bar_k in blocks137:
            # (478)  z6_bar[n,i] = a6_bar[n,i]*(1 - a6[n,i]**2)
            np.square(a6_k, out=a6_k)
            np.subtract(one, a6_k, out=a6_k)
            np.multiply(a6_bar_k, a6_k, out=z6_bar_k)
        # (479)  beta6_bar[i] = sum[n](z6_bar[n,i])
        ones.dot(z6_bar, out=beta6_bar)
        # (480)  gamma6_bar[i] = sum[n](z6_bar[n,i]*xhat6[n,i])
        np.multiply(z6_bar, xhat6, out=product27)
        ones.dot(product27, out=gamma6_bar)
        gamma6_rows2[...] = gamma6
        for _, z6_bar_k, xhat6_bar_k, gamma6_rows2_k in blocks138:
            # (481)  xhat6_bar[n,i] = z6_bar[n,i]*gamma6[i]
            np.multiply(z6_bar_k, gamma6_rows2_k, out=xhat6_bar_k)
        # (482)  xhat6_bar_moment[i] = gamma6_bar[i]*gamma6[i]/N
        np.multiply(gamma6_bar, gamma6, out=xhat6_bar_moment)
        xhat6_bar_moment *= one_over_N
        # (483)  xhat6_bar_mean[i] = beta6_bar[i]*gamma6[i]/N
        np.multiply(beta6_bar, gamma6, out=xhat6_bar_mean)
        xhat6_bar_mean *= one_over_N
        xhat6_bar_moment_rows[...] = xhat6_bar_moment
        xhat6_bar_mean_rows[...] = xhat6_bar_mean
        s6_rows2[...] = s6
        for (
            _,
            xhat6_k,
            xhat6_bar_k,
            z5_bar_k,
            xhat6_bar_moment_rows_k,
            xhat6_bar_mean_rows_k,
            s6_rows2_k,
        ) in blocks139:
            # (484)  z5_bar[n,i] = (xhat6_bar[n,i]
            #            - xhat6_bar_moment[i]*xhat6[n,i] - xhat6_bar_mean[i])/s6[i]
            xhat6_k *= xhat6_bar_moment_rows_k
            np.subtract(xhat6_bar_k, xhat6_k, out=z5_bar_k)
            z5_bar_k -= xhat6_bar_mean_rows_k
            z5_bar_k /= s6_rows2_k
        # (485)  W5_bar[i,j] = sum[n](z5_bar[n,i]*a4[n,j])
        z5_bar_T.dot(a4, out=W5_bar)
        # (486)  a4_bar[n,j] = sum[i](z5_bar[n,i]*W5[i,j])
        z5_bar.dot(W5, out=a4_bar)
        for _, a4_k, a4_bar_k, z4_bar_k in blocks140:
            # (487)  z4_bar[n,i] = a4_bar[n,i]*(1 - a4[n,i]**2)
            np.square(a4_k, out=a4_k)
            np.subtract(one, a4_k, out=a4_k)
            np.multiply(a4_bar_k, a4_k, out=z4_bar_k)
        # (488)  beta4_bar[i] = sum[n](z4_bar[n,i])
        ones.dot(z4_bar, out=beta4_bar)
        # (489)  gamma4_bar[i] = sum[n](z4_bar[n,i]*xhat4[n,i])
        np.multiply(z4_bar, xhat4, out=product28)
        ones.dot(product28, out=gamma4_bar)
        gamma4_rows2[...] = gamma4
        for _, z4_bar_k, xhat4_bar_k, gamma4_rows2_k in blocks141:
            # (490)  xhat4_bar[n,i] = z4_bar[n,i]*gamma4[i]
            np.multiply(z4_bar_k, gamma4_rows2_k, out=xhat4_bar_k)
        # (491)  xhat4_bar_moment[i] = gamma4_bar[i]*gamma4[i]/N
        np.multiply(gamma4_bar, gamma4, out=xhat4_bar_moment)
        xhat4_bar_moment *= one_over_N
        # (492)  xhat4_bar_mean[i] = beta4_bar[i]*gamma4[i]/N
        np.multiply(beta4_bar, gamma4, out=xhat4_bar_mean)
        xhat4_bar_mean *= one_over_N
        xhat4_bar_moment_rows[...] = xhat4_bar_moment
        xhat4_bar_mean_rows[...] = xhat4_bar_mean
        s4_rows2[...] = s4
        for (
            _,
            xhat4_k,
            xhat4_bar_k,
            z3_bar_k,
            xhat4_bar_moment_rows_k,
            xhat4_bar_mean_rows_k,
            s4_rows2_k,
        ) in blocks142:
            # (493)  z3_bar[n,i] = (xhat4_bar[n,i]
            #            - xhat4_bar_moment[i]*xhat4[n,i] - xhat4_bar_mean[i])/s4[i]
            xhat4_k *= xhat4_bar_moment_rows_k
            np.subtract(xhat4_bar_k, xhat4_k, out=z3_bar_k)
            z3_bar_k -= xhat4_bar_mean_rows_k
            z3_bar_k /= s4_rows2_k
        # (494)  W3_bar[i,j] = sum[n](z3_bar[n,i]*a2[n,j])
        z3_bar_T.dot(a2, out=W3_bar)
        # (495)  a2_bar[n,j] = sum[i](z3_bar[n,i]*W3[i,j])
        z3_bar.dot(W3, out=a2_bar)
        for _, a2_k, a2_bar_k, z2_bar_k in blocks143:
            # (496)  z2_bar[n,i] = a2_bar[n,i]*(1 - a2[n,i]**2)
            np.square(a2_k, out=a2_k)
            np.subtract(one, a2_k, out=a2_k)
            np.multiply(a2_bar_k, a2_k, out=z2_bar_k)
        # (497)  beta2_bar[i] = sum[n](z2_bar[n,i])
        ones.dot(z2_bar, out=beta2_bar)
        # (498)  gamma2_bar[i] = sum[n](z2_bar[n,i]*xhat2[n,i])
        np.multiply(z2_bar, xhat2, out=product29)
        ones.dot(product29, out=gamma2_bar)
        gamma2_rows2[...] = gamma2
        for _, z2_bar_k, xhat2_bar_k, gamma2_rows2_k in blocks144:
            # (499)  xhat2_bar[n,i] = z2_bar[n,i]*gamma2[i]
            np.multiply(z2_bar_k, gamma2_rows2_k, out=xhat2_bar_k)
        # (500)  xhat2_bar_moment[i] = gamma2_bar[i]*gamma2[i]/N
        np.multiply(gamma2_bar, gamma2, out=xhat2_bar_moment)
        xhat2_bar_moment *= one_over_N
        # (501)  xhat2_bar_mean[i] = beta2_bar[i]*gamma2[i]/N
        np.multiply(beta2_bar, gamma2, out=xhat2_bar_mean)
        xhat2_bar_mean *= one_over_N
        xhat2_bar_moment_rows[...] = xhat2_bar_moment
        xhat2_bar_mean_rows[...] = xhat2_bar_mean
        s2_rows2[...] = s2
        for (
            _,
            xhat2_k,
            xhat2_bar_k,
            z1_bar_k,
            xhat2_bar_moment_rows_k,
            xhat2_bar_mean_rows_k,
            s2_rows2_k,
        ) in blocks145:
            # (502)  z1_bar[n,i] = (xhat2_bar[n,i]
            #            - xhat2_bar_moment[i]*xhat2[n,i] - xhat2_bar_mean[i])/s2[i]
            xhat2_k *= xhat2_bar_moment_rows_k
            np.subtract(xhat2_bar_k, xhat2_k, out=z1_bar_k)
            z1_bar_k -= xhat2_bar_mean_rows_k
            z1_bar_k /= s2_rows2_k
        # (503)  W1_bar[i,j] = sum[n](z1_bar[n,i]*x[n,j])
        z1_bar_T.dot(x, out=W1_bar)
        if state is not None:
            _check_state(state, self.dtype)
            (
                mean2,
                variance2,
                mean4,
                variance4,
                mean6,
                variance6,
                mean8,
                variance8,
                mean10,
                variance10,
                mean12,
                variance12,
                mean14,
                variance14,
                mean16,
                variance16,
                mean18,
                variance18,
                mean20,
                variance20,
                mean22,
                variance22,
                mean24,
                variance24,
                mean26,
                variance26,
                mean28,
                variance28,
                mean30,
                variance30,
                mean32,
                variance32,
                mean34,
                variance34,
                mean36,
                variance36,
                mean38,
                variance38,
                mean40,
                variance40,
                mean42,
                variance42,
                mean44,
                variance44,
                mean46,
                variance46,
                mean48,
                variance48,
                mean50,
                variance50,
                mean52,
                variance52,
                mean54,
                variance54,
                mean56,
                variance56,
                mean58,
                variance58,
            ) = state
            mu2 *= c0_1
            np.multiply(mean2, c0_9, out=spare5)
            np.add(mu2, spare5, out=mean2)
            v2 *= c0_1
            np.multiply(variance2, c0_9, out=spare6)
            np.add(v2, spare6, out=variance2)
            mu4 *= c0_1
            np.multiply(mean4, c0_9, out=spare7)
            np.add(mu4, spare7, out=mean4)
            v4 *= c0_1
            np.multiply(variance4, c0_9, out=spare7)
            np.add(v4, spare7, out=variance4)
            mu6 *= c0_1
            np.multiply(mean6, c0_9, out=spare8)
            np.add(mu6, spare8, out=mean6)
            v6 *= c0_1
            np.multiply(variance6, c0_9, out=spare8)
            np.add(v6, spare8, out=variance6)
            mu8 *= c0_1
            np.multiply(mean8, c0_9, out=spare9)
            np.add(mu8, spare9, out=mean8)
            v8 *= c0_1
            np.multiply(variance8, c0_9, out=spare9)
            np.add(v8, spare9, out=variance8)
            mu10 *= c0_1
            np.multiply(mean10, c0_9, out=spare10)
            np.add(mu10, spare10, out=mean10)
            v10 *= c0_1
            np.multiply(variance10, c0_9, out=spare10)
            np.add(v10, spare10, out=variance10)
            mu12 *= c0_1
            np.multiply(mean12, c0_9, out=spare11)
            np.add(mu12, spare11, out=mean12)
            v12 *= c0_1
            np.multiply(variance12, c0_9, out=spare11)
            np.add(v12, spare11, out=variance12)
            mu14 *= c0_1
            np.multiply(mean14, c0_9, out=spare12)
            np.add(mu14, spare12, out=mean14)
            v14 *= c0_1
            np.multiply(variance14, c0_9, out=spare12)
            np.add(v14, spare12, out=variance14)
            mu16 *= c0_1
            np.multiply(mean16, c0_9, out=spare13)
            np.add(mu16, spare13, out=mean16)
            v16 *= c0_1
            np.multiply(variance16, c0_9, out=spare13)
            np.add(v16, spare13, out=variance16)
            mu18 *= c0_1
            np.multiply(mean18, c0_9, out=spare14)
            np.add(mu18, spare14, out=mean18)
            v18 *= c0_1
            np.multiply(variance18, c0_9, out=spare14)
            np.add(v18, spare14, out=variance18)
            mu20 *= c0_1
            np.multiply(mean20, c0_9, out=spare15)
            np.add(mu20, spare15, out=mean20)
            v20 *= c0_1
            np.multiply(variance20, c0_9, out=spare15)
            np.add(v20, spare15, out=variance20)
            mu22 *= c0_1
            np.multiply(mean22, c0_9, out=spare16)
            np.add(mu22, spare16, out=mean22)
            v22 *= c0_1
            np.multiply(variance22, c0_9, out=spare16)
            np.add(v22, spare16, out=variance22)
            mu24 *= c0_1
            np.multiply(mean24, c0_9, out=spare17)
            np.add(mu24, spare17, out=mean24)
            v24 *= c0_1
            np.multiply(variance24, c0_9, out=spare17)
            np.add(v24, spare17, out=variance24)
            mu26 *= c0_1
            np.multiply(mean26, c0_9, out=spare18)
            np.add(mu26, spare18, out=mean26)
            v26 *= c0_1
            np.multiply(variance26, c0_9, out=spare18)
            np.add(v26, spare18, out=variance26)
            mu28 *= c0_1
            np.multiply(mean28, c0_9, out=spare19)
            np.add(mu28, spare19, out=mean28)
            v28 *= c0_1
            np.multiply(variance28, c0_9, out=spare19)
            np.add(v28, spare19, out=variance28)
            mu30 *= c0_1
            np.multiply(mean30, c0_9, out=spare20)
            np.add(mu30, spare20, out=mean30)
            v30 *= c0_1
            np.multiply(variance30, c0_9, out=spare20)
            np.add(v30, spare20, out=variance30)
            mu32 *= c0_1
            np.multiply(mean32, c0_9, out=spare21)
            np.add(mu32, spare21, out=mean32)
            v32 *= c0_1
            np.multiply(variance32, c0_9, out=spare21)
            np.add(v32, spare21, out=variance32)
            mu34 *= c0_1
            np.multiply(mean34, c0_9, out=spare22)
            np.add(mu34, spare22, out=mean34)
            v34 *= c0_1
            np.multiply(variance34, c0_9, out=spare22)
            np.add(v34, spare22, out=variance34)
            mu36 *= c0_1
            np.multiply(mean36, c0_9, out=spare23)
            np.add(mu36, spare23, out=mean36)
            v36 *= c0_1
            np.multiply(variance36, c0_9, out=spare23)
            np.add(v36, spare23, out=variance36)
            mu38 *= c0_1
            np.multiply(mean38, c0_9, out=spare24)
            np.add(mu38, spare24, out=mean38)
            v38 *= c0_1
            np.multiply(variance38, c0_9, out=spare24)
            np.add(v38, spare24, out=variance38)
            mu40 *= c0_1
            np.multiply(mean40, c0_9, out=spare25)
            np.add(mu40, spare25, out=mean40)
            v40 *= c0_1
            np.multiply(variance40, c0_9, out=spare25)
            np.add(v40, spare25, out=variance40)
            mu42 *= c0_1
            np.multiply(mean42, c0_9, out=spare26)
            np.add(mu42, spare26, out=mean42)
            v42 *= c0_1
            np.multiply(variance42, c0_9, out=spare26)
            np.add(v42, spare26, out=variance42)
            mu44 *= c0_1
            np.multiply(mean44, c0_9, out=spare27)
            np.add(mu44, spare27, out=mean44)
            v44 *= c0_1
            np.multiply(variance44, c0_9, out=spare27)
            np.add(v44, spare27, out=variance44)
            mu46 *= c0_1
            np.multiply(mean46, c0_9, out=spare28)
            np.add(mu46, spare28, out=mean46)
            v46 *= c0_1
            np.multiply(variance46, c0_9, out=spare28)
            np.add(v46, spare28, out=variance46)
            mu48 *= c0_1
            np.multiply(mean48, c0_9, out=spare29)
            np.add(mu48, spare29, out=mean48)
            v48 *= c0_1
            np.multiply(variance48, c0_9, out=spare29)
            np.add(v48, spare29, out=variance48)
            mu50 *= c0_1
            np.multiply(mean50, c0_9, out=spare30)
            np.add(mu50, spare30, out=mean50)
            v50 *= c0_1
            np.multiply(variance50, c0_9, out=spare30)
            np.add(v50, spare30, out=variance50)
            mu52 *= c0_1
            np.multiply(mean52, c0_9, out=spare31)
            np.add(mu52, spare31, out=mean52)
            v52 *= c0_1
            np.multiply(variance52, c0_9, out=spare31)
            np.add(v52, spare31, out=variance52)
            mu54 *= c0_1
            np.multiply(mean54, c0_9, out=spare32)
            np.add(mu54, spare32, out=mean54)
            v54 *= c0_1
            np.multiply(variance54, c0_9, out=spare32)
            np.add(v54, spare32, out=variance54)
            mu56 *= c0_1
            np.multiply(mean56, c0_9, out=spare33)
            np.add(mu56, spare33, out=mean56)
            v56 *= c0_1
            np.multiply(variance56, c0_9, out=spare33)
            np.add(v56, spare33, out=variance56)
            mu58 *= c0_1
            np.multiply(mean58, c0_9, out=spare34)
            np.add(mu58, spare34, out=mean58)
            v58 *= c0_1
            np.multiply(variance58, c0_9, out=spare34)
            np.add(v58, spare34, out=variance58)
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
    _fits("v", v, (123146,), v.dtype)
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


def _check_state(state: State, dtype: np.dtype[Any]) -> None:
    """Raises ValueError unless the state fits."""
    shapes: tuple[tuple[int, ...], ...] = (
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
        (64,),
    )
    if len(state) != len(shapes):
        needed = ", ".join(State._fields)
        raise ValueError(
            f"state has {len(state)} arrays, needs {len(shapes)}: {needed}"
        )
    for name, a, shape in zip(State._fields, state, shapes, strict=True):
        _fits(f"state.{name}", a, shape, dtype)


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
