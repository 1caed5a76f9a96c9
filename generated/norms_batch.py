"""norms_batch: Thirty layers with batch normalisation

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

    Where ``state`` is given, its running statistics are moved towards the batch's, in place.

    Raises:
        ValueError: an argument has another shape or dtype than it needs.
    """
    N = _check_inputs(p, X, p[0].dtype)
    _check_targets(Y, N, p[0].dtype)
    dtype = p[0].dtype
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
    # (238)  prob[n,k] = e[n,k]/s[n]
    prob = e / s[:, None]
    # (239)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N)
    L = -float(np.sum(yhat[np.arange(N), y] - lse)) / N
    # (240)  z59_bar[n,k] = prob[n,k]/N;  z59_bar[n,y[n]] += -1/N
    z59_bar = prob / N
    z59_bar[np.arange(N), y] += -1 / N
    # (241)  b59_bar[i] = sum[n](z59_bar[n,i])
    b59_bar = z59_bar.sum(axis=0)
    # (242)  W59_bar[i,j] = sum[n](z59_bar[n,i]*a58[n,j])
    W59_bar = z59_bar.T @ a58
    # (243)  a58_bar[n,j] = sum[i](z59_bar[n,i]*W59[i,j])
    a58_bar = z59_bar @ W59
    # (244)  z58_bar[n,i] = a58_bar[n,i]*(1 - a58[n,i]**2)
    z58_bar = a58_bar * (1 - a58**2)
    # (245)  beta58_bar[i] = sum[n](z58_bar[n,i])
    beta58_bar = z58_bar.sum(axis=0)
    # (246)  gamma58_bar[i] = sum[n](z58_bar[n,i]*xhat58[n,i])
    gamma58_bar = np.sum(z58_bar * xhat58, axis=0)
    # (247)  xhat58_bar[n,i] = z58_bar[n,i]*gamma58[i]
    xhat58_bar = z58_bar * gamma58
    # (248)  xhat58_bar_moment[i] = gamma58_bar[i]*gamma58[i]/N
    xhat58_bar_moment = gamma58_bar * gamma58 / N
    # (249)  xhat58_bar_mean[i] = beta58_bar[i]*gamma58[i]/N
    xhat58_bar_mean = beta58_bar * gamma58 / N
    # (250)  z57_bar[n,i] = (xhat58_bar[n,i] - xhat58_bar_moment[i]*xhat58[n,i]
    #            - xhat58_bar_mean[i])/s58[i]
    z57_bar = (xhat58_bar - xhat58_bar_moment * xhat58 - xhat58_bar_mean) / s58
    # (251)  W57_bar[i,j] = sum[n](z57_bar[n,i]*a56[n,j])
    W57_bar = z57_bar.T @ a56
    # (252)  a56_bar[n,j] = sum[i](z57_bar[n,i]*W57[i,j])
    a56_bar = z57_bar @ W57
    # (253)  z56_bar[n,i] = a56_bar[n,i]*(1 - a56[n,i]**2)
    z56_bar = a56_bar * (1 - a56**2)
    # (254)  beta56_bar[i] = sum[n](z56_bar[n,i])
    beta56_bar = z56_bar.sum(axis=0)
    # (255)  gamma56_bar[i] = sum[n](z56_bar[n,i]*xhat56[n,i])
    gamma56_bar = np.sum(z56_bar * xhat56, axis=0)
    # (256)  xhat56_bar[n,i] = z56_bar[n,i]*gamma56[i]
    xhat56_bar = z56_bar * gamma56
    # (257)  xhat56_bar_moment[i] = gamma56_bar[i]*gamma56[i]/N
    xhat56_bar_moment = gamma56_bar * gamma56 / N
    # (258)  xhat56_bar_mean[i] = beta56_bar[i]*gamma56[i]/N
    xhat56_bar_mean = beta56_bar * gamma56 / N
    # (259)  z55_bar[n,i] = (xhat56_bar[n,i] - xhat56_bar_moment[i]*xhat56[n,i]
    #            - xhat56_bar_mean[i])/s56[i]
    z55_bar = (xhat56_bar - xhat56_bar_moment * xhat56 - xhat56_bar_mean) / s56
    # (260)  W55_bar[i,j] = sum[n](z55_bar[n,i]*a54[n,j])
    W55_bar = z55_bar.T @ a54
    # (261)  a54_bar[n,j] = sum[i](z55_bar[n,i]*W55[i,j])
    a54_bar = z55_bar @ W55
    # (262)  z54_bar[n,i] = a54_bar[n,i]*(1 - a54[n,i]**2)
    z54_bar = a54_bar * (1 - a54**2)
    # (263)  beta54_bar[i] = sum[n](z54_bar[n,i])
    beta54_bar = z54_bar.sum(axis=0)
    # (264)  gamma54_bar[i] = sum[n](z54_bar[n,i]*xhat54[n,i])
    gamma54_bar = np.sum(z54_bar * xhat54, axis=0)
    # (265)  xhat54_bar[n,i] = z54_bar[n,i]*gamma54[i]
    xhat54_bar = z54_bar * gamma54
    # (266)  xhat54_bar_moment[i] = gamma54_bar[i]*gamma54[i]/N
    xhat54_bar_moment = gamma54_bar * gamma54 / N
    # (267)  xhat54_bar_mean[i] = beta54_bar[i]*gamma54[i]/N
    xhat54_bar_mean = beta54_bar * gamma54 / N
    # (268)  z53_bar[n,i] = (xhat54_bar[n,i] - xhat54_bar_moment[i]*xhat54[n,i]
    #            - xhat54_bar_mean[i])/s54[i]
    z53_bar = (xhat54_bar - xhat54_bar_moment * xhat54 - xhat54_bar_mean) / s54
    # (269)  W53_bar[i,j] = sum[n](z53_bar[n,i]*a52[n,j])
    W53_bar = z53_bar.T @ a52
    # (270)  a52_bar[n,j] = sum[i](z53_bar[n,i]*W53[i,j])
    a52_bar = z53_bar @ W53
    # (271)  z52_bar[n,i] = a52_bar[n,i]*(1 - a52[n,i]**2)
    z52_bar = a52_bar * (1 - a52**2)
    # (272)  beta52_bar[i] = sum[n](z52_bar[n,i])
    beta52_bar = z52_bar.sum(axis=0)
    # (273)  gamma52_bar[i] = sum[n](z52_bar[n,i]*xhat52[n,i])
    gamma52_bar = np.sum(z52_bar * xhat52, axis=0)
    # (274)  xhat52_bar[n,i] = z52_bar[n,i]*gamma52[i]
    xhat52_bar = z52_bar * gamma52
    # (275)  xhat52_bar_moment[i] = gamma52_bar[i]*gamma52[i]/N
    xhat52_bar_moment = gamma52_bar * gamma52 / N
    # (276)  xhat52_bar_mean[i] = beta52_bar[i]*gamma52[i]/N
    xhat52_bar_mean = beta52_bar * gamma52 / N
    # (277)  z51_bar[n,i] = (xhat52_bar[n,i] - xhat52_bar_moment[i]*xhat52[n,i]
    #            - xhat52_bar_mean[i])/s52[i]
    z51_bar = (xhat52_bar - xhat52_bar_moment * xhat52 - xhat52_bar_mean) / s52
    # (278)  W51_bar[i,j] = sum[n](z51_bar[n,i]*a50[n,j])
    W51_bar = z51_bar.T @ a50
    # (279)  a50_bar[n,j] = sum[i](z51_bar[n,i]*W51[i,j])
    a50_bar = z51_bar @ W51
    # (280)  z50_bar[n,i] = a50_bar[n,i]*(1 - a50[n,i]**2)
    z50_bar = a50_bar * (1 - a50**2)
    # (281)  beta50_bar[i] = sum[n](z50_bar[n,i])
    beta50_bar = z50_bar.sum(axis=0)
    # (282)  gamma50_bar[i] = sum[n](z50_bar[n,i]*xhat50[n,i])
    gamma50_bar = np.sum(z50_bar * xhat50, axis=0)
    # (283)  xhat50_bar[n,i] = z50_bar[n,i]*gamma50[i]
    xhat50_bar = z50_bar * gamma50
    # (284)  xhat50_bar_moment[i] = gamma50_bar[i]*gamma50[i]/N
    xhat50_bar_moment = gamma50_bar * gamma50 / N
    # (285)  xhat50_bar_mean[i] = beta50_bar[i]*gamma50[i]/N
    xhat50_bar_mean = beta50_bar * gamma50 / N
    # (286)  z49_bar[n,i] = (xhat50_bar[n,i] - xhat50_bar_moment[i]*xhat50[n,i]
    #            - xhat50_bar_mean[i])/s50[i]
    z49_bar = (xhat50_bar - xhat50_bar_moment * xhat50 - xhat50_bar_mean) / s50
    # (287)  W49_bar[i,j] = sum[n](z49_bar[n,i]*a48[n,j])
    W49_bar = z49_bar.T @ a48
    # (288)  a48_bar[n,j] = sum[i](z49_bar[n,i]*W49[i,j])
    a48_bar = z49_bar @ W49
    # (289)  z48_bar[n,i] = a48_bar[n,i]*(1 - a48[n,i]**2)
    z48_bar = a48_bar * (1 - a48**2)
    # (290)  beta48_bar[i] = sum[n](z48_bar[n,i])
    beta48_bar = z48_bar.sum(axis=0)
    # (291)  gamma48_bar[i] = sum[n](z48_bar[n,i]*xhat48[n,i])
    gamma48_bar = np.sum(z48_bar * xhat48, axis=0)
    # (292)  xhat48_bar[n,i] = z48_bar[n,i]*gamma48[i]
    xhat48_bar = z48_bar * gamma48
    # (293)  xhat48_bar_moment[i] = gamma48_bar[i]*gamma48[i]/N
    xhat48_bar_moment = gamma48_bar * gamma48 / N
    # (294)  xhat48_bar_mean[i] = beta48_bar[i]*gamma48[i]/N
    xhat48_bar_mean = beta48_bar * gamma48 / N
    # (295)  z47_bar[n,i] = (xhat48_bar[n,i] - xhat48_bar_moment[i]*xhat48[n,i]
    #            - xhat48_bar_mean[i])/s48[i]
    z47_bar = (xhat48_bar - xhat48_bar_moment * xhat48 - xhat48_bar_mean) / s48
    # (296)  W47_bar[i,j] = sum[n](z47_bar[n,i]*a46[n,j])
    W47_bar = z47_bar.T @ a46
    # (297)  a46_bar[n,j] = sum[i](z47_bar[n,i]*W47[i,j])
    a46_bar = z47_bar @ W47
    # (298)  z46_bar[n,i] = a46_bar[n,i]*(1 - a46[n,i]**2)
    z46_bar = a46_bar * (1 - a46**2)
    # (299)  beta46_bar[i] = sum[n](z46_bar[n,i])
    beta46_bar = z46_bar.sum(axis=0)
    # (300)  gamma46_bar[i] = sum[n](z46_bar[n,i]*xhat46[n,i])
    gamma46_bar = np.sum(z46_bar * xhat46, axis=0)
    # (301)  xhat46_bar[n,i] = z46_bar[n,i]*gamma46[i]
    xhat46_bar = z46_bar * gamma46
    # (302)  xhat46_bar_moment[i] = gamma46_bar[i]*gamma46[i]/N
    xhat46_bar_moment = gamma46_bar * gamma46 / N
    # (303)  xhat46_bar_mean[i] = beta46_bar[i]*gamma46[i]/N
    xhat46_bar_mean = beta46_bar * gamma46 / N
    # (304)  z45_bar[n,i] = (xhat46_bar[n,i] - xhat46_bar_moment[i]*xhat46[n,i]
    #            - xhat46_bar_mean[i])/s46[i]
    z45_bar = (xhat46_bar - xhat46_bar_moment * xhat46 - xhat46_bar_mean) / s46
    # (305)  W45_bar[i,j] = sum[n](z45_bar[n,i]*a44[n,j])
    W45_bar = z45_bar.T @ a44
    # (306)  a44_bar[n,j] = sum[i](z45_bar[n,i]*W45[i,j])
    a44_bar = z45_bar @ W45
    # (307)  z44_bar[n,i] = a44_bar[n,i]*(1 - a44[n,i]**2)
    z44_bar = a44_bar * (1 - a44**2)
    # (308)  beta44_bar[i] = sum[n](z44_bar[n,i])
    beta44_bar = z44_bar.sum(axis=0)
    # (309)  gamma44_bar[i] = sum[n](z44_bar[n,i]*xhat44[n,i])
    gamma44_bar = np.sum(z44_bar * xhat44, axis=0)
    # (310)  xhat44_bar[n,i] = z44_bar[n,i]*gamma44[i]
    xhat44_bar = z44_bar * gamma44
    # (311)  xhat44_bar_moment[i] = gamma44_bar[i]*gamma44[i]/N
    xhat44_bar_moment = gamma44_bar * gamma44 / N
    # (312)  xhat44_bar_mean[i] = beta44_bar[i]*gamma44[i]/N
    xhat44_bar_mean = beta44_bar * gamma44 / N
    # (313)  z43_bar[n,i] = (xhat44_bar[n,i] - xhat44_bar_moment[i]*xhat44[n,i]
    #            - xhat44_bar_mean[i])/s44[i]
    z43_bar = (xhat44_bar - xhat44_bar_moment * xhat44 - xhat44_bar_mean) / s44
    # (314)  W43_bar[i,j] = sum[n](z43_bar[n,i]*a42[n,j])
    W43_bar = z43_bar.T @ a42
    # (315)  a42_bar[n,j] = sum[i](z43_bar[n,i]*W43[i,j])
    a42_bar = z43_bar @ W43
    # (316)  z42_bar[n,i] = a42_bar[n,i]*(1 - a42[n,i]**2)
    z42_bar = a42_bar * (1 - a42**2)
    # (317)  beta42_bar[i] = sum[n](z42_bar[n,i])
    beta42_bar = z42_bar.sum(axis=0)
    # (318)  gamma42_bar[i] = sum[n](z42_bar[n,i]*xhat42[n,i])
    gamma42_bar = np.sum(z42_bar * xhat42, axis=0)
    # (319)  xhat42_bar[n,i] = z42_bar[n,i]*gamma42[i]
    xhat42_bar = z42_bar * gamma42
    # (320)  xhat42_bar_moment[i] = gamma42_bar[i]*gamma42[i]/N
    xhat42_bar_moment = gamma42_bar * gamma42 / N
    # (321)  xhat42_bar_mean[i] = beta42_bar[i]*gamma42[i]/N
    xhat42_bar_mean = beta42_bar * gamma42 / N
    # (322)  z41_bar[n,i] = (xhat42_bar[n,i] - xhat42_bar_moment[i]*xhat42[n,i]
    #            - xhat42_bar_mean[i])/s42[i]
    z41_bar = (xhat42_bar - xhat42_bar_moment * xhat42 - xhat42_bar_mean) / s42
    # (323)  W41_bar[i,j] = sum[n](z41_bar[n,i]*a40[n,j])
    W41_bar = z41_bar.T @ a40
    # (324)  a40_bar[n,j] = sum[i](z41_bar[n,i]*W41[i,j])
    a40_bar = z41_bar @ W41
    # (325)  z40_bar[n,i] = a40_bar[n,i]*(1 - a40[n,i]**2)
    z40_bar = a40_bar * (1 - a40**2)
    # (326)  beta40_bar[i] = sum[n](z40_bar[n,i])
    beta40_bar = z40_bar.sum(axis=0)
    # (327)  gamma40_bar[i] = sum[n](z40_bar[n,i]*xhat40[n,i])
    gamma40_bar = np.sum(z40_bar * xhat40, axis=0)
    # (328)  xhat40_bar[n,i] = z40_bar[n,i]*gamma40[i]
    xhat40_bar = z40_bar * gamma40
    # (329)  xhat40_bar_moment[i] = gamma40_bar[i]*gamma40[i]/N
    xhat40_bar_moment = gamma40_bar * gamma40 / N
    # (330)  xhat40_bar_mean[i] = beta40_bar[i]*gamma40[i]/N
    xhat40_bar_mean = beta40_bar * gamma40 / N
    # (331)  z39_bar[n,i] = (xhat40_bar[n,i] - xhat40_bar_moment[i]*xhat40[n,i]
    #            - xhat40_bar_mean[i])/s40[i]
    z39_bar = (xhat40_bar - xhat40_bar_moment * xhat40 - xhat40_bar_mean) / s40
    # (332)  W39_bar[i,j] = sum[n](z39_bar[n,i]*a38[n,j])
    W39_bar = z39_bar.T @ a38
    # (333)  a38_bar[n,j] = sum[i](z39_bar[n,i]*W39[i,j])
    a38_bar = z39_bar @ W39
    # (334)  z38_bar[n,i] = a38_bar[n,i]*(1 - a38[n,i]**2)
    z38_bar = a38_bar * (1 - a38**2)
    # (335)  beta38_bar[i] = sum[n](z38_bar[n,i])
    beta38_bar = z38_bar.sum(axis=0)
    # (336)  gamma38_bar[i] = sum[n](z38_bar[n,i]*xhat38[n,i])
    gamma38_bar = np.sum(z38_bar * xhat38, axis=0)
    # (337)  xhat38_bar[n,i] = z38_bar[n,i]*gamma38[i]
    xhat38_bar = z38_bar * gamma38
    # (338)  xhat38_bar_moment[i] = gamma38_bar[i]*gamma38[i]/N
    xhat38_bar_moment = gamma38_bar * gamma38 / N
    # (339)  xhat38_bar_mean[i] = beta38_bar[i]*gamma38[i]/N
    xhat38_bar_mean = beta38_bar * gamma38 / N
    # (340)  z37_bar[n,i] = (xhat38_bar[n,i] - xhat38_bar_moment[i]*xhat38[n,i]
    #            - xhat38_bar_mean[i])/s38[i]
    z37_bar = (xhat38_bar - xhat38_bar_moment * xhat38 - xhat38_bar_mean) / s38
    # (341)  W37_bar[i,j] = sum[n](z37_bar[n,i]*a36[n,j])
    W37_bar = z37_bar.T @ a36
    # (342)  a36_bar[n,j] = sum[i](z37_bar[n,i]*W37[i,j])
    a36_bar = z37_bar @ W37
    # (343)  z36_bar[n,i] = a36_bar[n,i]*(1 - a36[n,i]**2)
    z36_bar = a36_bar * (1 - a36**2)
    # (344)  beta36_bar[i] = sum[n](z36_bar[n,i])
    beta36_bar = z36_bar.sum(axis=0)
    # (345)  gamma36_bar[i] = sum[n](z36_bar[n,i]*xhat36[n,i])
    gamma36_bar = np.sum(z36_bar * xhat36, axis=0)
    # (346)  xhat36_bar[n,i] = z36_bar[n,i]*gamma36[i]
    xhat36_bar = z36_bar * gamma36
    # (347)  xhat36_bar_moment[i] = gamma36_bar[i]*gamma36[i]/N
    xhat36_bar_moment = gamma36_bar * gamma36 / N
    # (348)  xhat36_bar_mean[i] = beta36_bar[i]*gamma36[i]/N
    xhat36_bar_mean = beta36_bar * gamma36 / N
    # (349)  z35_bar[n,i] = (xhat36_bar[n,i] - xhat36_bar_moment[i]*xhat36[n,i]
    #            - xhat36_bar_mean[i])/s36[i]
    z35_bar = (xhat36_bar - xhat36_bar_moment * xhat36 - xhat36_bar_mean) / s36
    # (350)  W35_bar[i,j] = sum[n](z35_bar[n,i]*a34[n,j])
    W35_bar = z35_bar.T @ a34
    # (351)  a34_bar[n,j] = sum[i](z35_bar[n,i]*W35[i,j])
    a34_bar = z35_bar @ W35
    # (352)  z34_bar[n,i] = a34_bar[n,i]*(1 - a34[n,i]**2)
    z34_bar = a34_bar * (1 - a34**2)
    # (353)  beta34_bar[i] = sum[n](z34_bar[n,i])
    beta34_bar = z34_bar.sum(axis=0)
    # (354)  gamma34_bar[i] = sum[n](z34_bar[n,i]*xhat34[n,i])
    gamma34_bar = np.sum(z34_bar * xhat34, axis=0)
    # (355)  xhat34_bar[n,i] = z34_bar[n,i]*gamma34[i]
    xhat34_bar = z34_bar * gamma34
    # (356)  xhat34_bar_moment[i] = gamma34_bar[i]*gamma34[i]/N
    xhat34_bar_moment = gamma34_bar * gamma34 / N
    # (357)  xhat34_bar_mean[i] = beta34_bar[i]*gamma34[i]/N
    xhat34_bar_mean = beta34_bar * gamma34 / N
    # (358)  z33_bar[n,i] = (xhat34_bar[n,i] - xhat34_bar_moment[i]*xhat34[n,i]
    #            - xhat34_bar_mean[i])/s34[i]
    z33_bar = (xhat34_bar - xhat34_bar_moment * xhat34 - xhat34_bar_mean) / s34
    # (359)  W33_bar[i,j] = sum[n](z33_bar[n,i]*a32[n,j])
    W33_bar = z33_bar.T @ a32
    # (360)  a32_bar[n,j] = sum[i](z33_bar[n,i]*W33[i,j])
    a32_bar = z33_bar @ W33
    # (361)  z32_bar[n,i] = a32_bar[n,i]*(1 - a32[n,i]**2)
    z32_bar = a32_bar * (1 - a32**2)
    # (362)  beta32_bar[i] = sum[n](z32_bar[n,i])
    beta32_bar = z32_bar.sum(axis=0)
    # (363)  gamma32_bar[i] = sum[n](z32_bar[n,i]*xhat32[n,i])
    gamma32_bar = np.sum(z32_bar * xhat32, axis=0)
    # (364)  xhat32_bar[n,i] = z32_bar[n,i]*gamma32[i]
    xhat32_bar = z32_bar * gamma32
    # (365)  xhat32_bar_moment[i] = gamma32_bar[i]*gamma32[i]/N
    xhat32_bar_moment = gamma32_bar * gamma32 / N
    # (366)  xhat32_bar_mean[i] = beta32_bar[i]*gamma32[i]/N
    xhat32_bar_mean = beta32_bar * gamma32 / N
    # (367)  z31_bar[n,i] = (xhat32_bar[n,i] - xhat32_bar_moment[i]*xhat32[n,i]
    #            - xhat32_bar_mean[i])/s32[i]
    z31_bar = (xhat32_bar - xhat32_bar_moment * xhat32 - xhat32_bar_mean) / s32
    # (368)  W31_bar[i,j] = sum[n](z31_bar[n,i]*a30[n,j])
    W31_bar = z31_bar.T @ a30
    # (369)  a30_bar[n,j] = sum[i](z31_bar[n,i]*W31[i,j])
    a30_bar = z31_bar @ W31
    # (370)  z30_bar[n,i] = a30_bar[n,i]*(1 - a30[n,i]**2)
    z30_bar = a30_bar * (1 - a30**2)
    # (371)  beta30_bar[i] = sum[n](z30_bar[n,i])
    beta30_bar = z30_bar.sum(axis=0)
    # (372)  gamma30_bar[i] = sum[n](z30_bar[n,i]*xhat30[n,i])
    gamma30_bar = np.sum(z30_bar * xhat30, axis=0)
    # (373)  xhat30_bar[n,i] = z30_bar[n,i]*gamma30[i]
    xhat30_bar = z30_bar * gamma30
    # (374)  xhat30_bar_moment[i] = gamma30_bar[i]*gamma30[i]/N
    xhat30_bar_moment = gamma30_bar * gamma30 / N
    # (375)  xhat30_bar_mean[i] = beta30_bar[i]*gamma30[i]/N
    xhat30_bar_mean = beta30_bar * gamma30 / N
    # (376)  z29_bar[n,i] = (xhat30_bar[n,i] - xhat30_bar_moment[i]*xhat30[n,i]
    #            - xhat30_bar_mean[i])/s30[i]
    z29_bar = (xhat30_bar - xhat30_bar_moment * xhat30 - xhat30_bar_mean) / s30
    # (377)  W29_bar[i,j] = sum[n](z29_bar[n,i]*a28[n,j])
    W29_bar = z29_bar.T @ a28
    # (378)  a28_bar[n,j] = sum[i](z29_bar[n,i]*W29[i,j])
    a28_bar = z29_bar @ W29
    # (379)  z28_bar[n,i] = a28_bar[n,i]*(1 - a28[n,i]**2)
    z28_bar = a28_bar * (1 - a28**2)
    # (380)  beta28_bar[i] = sum[n](z28_bar[n,i])
    beta28_bar = z28_bar.sum(axis=0)
    # (381)  gamma28_bar[i] = sum[n](z28_bar[n,i]*xhat28[n,i])
    gamma28_bar = np.sum(z28_bar * xhat28, axis=0)
    # (382)  xhat28_bar[n,i] = z28_bar[n,i]*gamma28[i]
    xhat28_bar = z28_bar * gamma28
    # (383)  xhat28_bar_moment[i] = gamma28_bar[i]*gamma28[i]/N
    xhat28_bar_moment = gamma28_bar * gamma28 / N
    # (384)  xhat28_bar_mean[i] = beta28_bar[i]*gamma28[i]/N
    xhat28_bar_mean = beta28_bar * gamma28 / N
    # (385)  z27_bar[n,i] = (xhat28_bar[n,i] - xhat28_bar_moment[i]*xhat28[n,i]
    #            - xhat28_bar_mean[i])/s28[i]
    z27_bar = (xhat28_bar - xhat28_bar_moment * xhat28 - xhat28_bar_mean) / s28
    # (386)  W27_bar[i,j] = sum[n](z27_bar[n,i]*a26[n,j])
    W27_bar = z27_bar.T @ a26
    # (387)  a26_bar[n,j] = sum[i](z27_bar[n,i]*W27[i,j])
    a26_bar = z27_bar @ W27
    # (388)  z26_bar[n,i] = a26_bar[n,i]*(1 - a26[n,i]**2)
    z26_bar = a26_bar * (1 - a26**2)
    # (389)  beta26_bar[i] = sum[n](z26_bar[n,i])
    beta26_bar = z26_bar.sum(axis=0)
    # (390)  gamma26_bar[i] = sum[n](z26_bar[n,i]*xhat26[n,i])
    gamma26_bar = np.sum(z26_bar * xhat26, axis=0)
    # (391)  xhat26_bar[n,i] = z26_bar[n,i]*gamma26[i]
    xhat26_bar = z26_bar * gamma26
    # (392)  xhat26_bar_moment[i] = gamma26_bar[i]*gamma26[i]/N
    xhat26_bar_moment = gamma26_bar * gamma26 / N
    # (393)  xhat26_bar_mean[i] = beta26_bar[i]*gamma26[i]/N
    xhat26_bar_mean = beta26_bar * gamma26 / N
    # (394)  z25_bar[n,i] = (xhat26_bar[n,i] - xhat26_bar_moment[i]*xhat26[n,i]
    #            - xhat26_bar_mean[i])/s26[i]
    z25_bar = (xhat26_bar - xhat26_bar_moment * xhat26 - xhat26_bar_mean) / s26
    # (395)  W25_bar[i,j] = sum[n](z25_bar[n,i]*a24[n,j])
    W25_bar = z25_bar.T @ a24
    # (396)  a24_bar[n,j] = sum[i](z25_bar[n,i]*W25[i,j])
    a24_bar = z25_bar @ W25
    # (397)  z24_bar[n,i] = a24_bar[n,i]*(1 - a24[n,i]**2)
    z24_bar = a24_bar * (1 - a24**2)
    # (398)  beta24_bar[i] = sum[n](z24_bar[n,i])
    beta24_bar = z24_bar.sum(axis=0)
    # (399)  gamma24_bar[i] = sum[n](z24_bar[n,i]*xhat24[n,i])
    gamma24_bar = np.sum(z24_bar * xhat24, axis=0)
    # (400)  xhat24_bar[n,i] = z24_bar[n,i]*gamma24[i]
    xhat24_bar = z24_bar * gamma24
    # (401)  xhat24_bar_moment[i] = gamma24_bar[i]*gamma24[i]/N
    xhat24_bar_moment = gamma24_bar * gamma24 / N
    # (402)  xhat24_bar_mean[i] = beta24_bar[i]*gamma24[i]/N
    xhat24_bar_mean = beta24_bar * gamma24 / N
    # (403)  z23_bar[n,i] = (xhat24_bar[n,i] - xhat24_bar_moment[i]*xhat24[n,i]
    #            - xhat24_bar_mean[i])/s24[i]
    z23_bar = (xhat24_bar - xhat24_bar_moment * xhat24 - xhat24_bar_mean) / s24
    # (404)  W23_bar[i,j] = sum[n](z23_bar[n,i]*a22[n,j])
    W23_bar = z23_bar.T @ a22
    # (405)  a22_bar[n,j] = sum[i](z23_bar[n,i]*W23[i,j])
    a22_bar = z23_bar @ W23
    # (406)  z22_bar[n,i] = a22_bar[n,i]*(1 - a22[n,i]**2)
    z22_bar = a22_bar * (1 - a22**2)
    # (407)  beta22_bar[i] = sum[n](z22_bar[n,i])
    beta22_bar = z22_bar.sum(axis=0)
    # (408)  gamma22_bar[i] = sum[n](z22_bar[n,i]*xhat22[n,i])
    gamma22_bar = np.sum(z22_bar * xhat22, axis=0)
    # (409)  xhat22_bar[n,i] = z22_bar[n,i]*gamma22[i]
    xhat22_bar = z22_bar * gamma22
    # (410)  xhat22_bar_moment[i] = gamma22_bar[i]*gamma22[i]/N
    xhat22_bar_moment = gamma22_bar * gamma22 / N
    # (411)  xhat22_bar_mean[i] = beta22_bar[i]*gamma22[i]/N
    xhat22_bar_mean = beta22_bar * gamma22 / N
    # (412)  z21_bar[n,i] = (xhat22_bar[n,i] - xhat22_bar_moment[i]*xhat22[n,i]
    #            - xhat22_bar_mean[i])/s22[i]
    z21_bar = (xhat22_bar - xhat22_bar_moment * xhat22 - xhat22_bar_mean) / s22
    # (413)  W21_bar[i,j] = sum[n](z21_bar[n,i]*a20[n,j])
    W21_bar = z21_bar.T @ a20
    # (414)  a20_bar[n,j] = sum[i](z21_bar[n,i]*W21[i,j])
    a20_bar = z21_bar @ W21
    # (415)  z20_bar[n,i] = a20_bar[n,i]*(1 - a20[n,i]**2)
    z20_bar = a20_bar * (1 - a20**2)
    # (416)  beta20_bar[i] = sum[n](z20_bar[n,i])
    beta20_bar = z20_bar.sum(axis=0)
    # (417)  gamma20_bar[i] = sum[n](z20_bar[n,i]*xhat20[n,i])
    gamma20_bar = np.sum(z20_bar * xhat20, axis=0)
    # (418)  xhat20_bar[n,i] = z20_bar[n,i]*gamma20[i]
    xhat20_bar = z20_bar * gamma20
    # (419)  xhat20_bar_moment[i] = gamma20_bar[i]*gamma20[i]/N
    xhat20_bar_moment = gamma20_bar * gamma20 / N
    # (420)  xhat20_bar_mean[i] = beta20_bar[i]*gamma20[i]/N
    xhat20_bar_mean = beta20_bar * gamma20 / N
    # (421)  z19_bar[n,i] = (xhat20_bar[n,i] - xhat20_bar_moment[i]*xhat20[n,i]
    #            - xhat20_bar_mean[i])/s20[i]
    z19_bar = (xhat20_bar - xhat20_bar_moment * xhat20 - xhat20_bar_mean) / s20
    # (422)  W19_bar[i,j] = sum[n](z19_bar[n,i]*a18[n,j])
    W19_bar = z19_bar.T @ a18
    # (423)  a18_bar[n,j] = sum[i](z19_bar[n,i]*W19[i,j])
    a18_bar = z19_bar @ W19
    # (424)  z18_bar[n,i] = a18_bar[n,i]*(1 - a18[n,i]**2)
    z18_bar = a18_bar * (1 - a18**2)
    # (425)  beta18_bar[i] = sum[n](z18_bar[n,i])
    beta18_bar = z18_bar.sum(axis=0)
    # (426)  gamma18_bar[i] = sum[n](z18_bar[n,i]*xhat18[n,i])
    gamma18_bar = np.sum(z18_bar * xhat18, axis=0)
    # (427)  xhat18_bar[n,i] = z18_bar[n,i]*gamma18[i]
    xhat18_bar = z18_bar * gamma18
    # (428)  xhat18_bar_moment[i] = gamma18_bar[i]*gamma18[i]/N
    xhat18_bar_moment = gamma18_bar * gamma18 / N
    # (429)  xhat18_bar_mean[i] = beta18_bar[i]*gamma18[i]/N
    xhat18_bar_mean = beta18_bar * gamma18 / N
    # (430)  z17_bar[n,i] = (xhat18_bar[n,i] - xhat18_bar_moment[i]*xhat18[n,i]
    #            - xhat18_bar_mean[i])/s18[i]
    z17_bar = (xhat18_bar - xhat18_bar_moment * xhat18 - xhat18_bar_mean) / s18
    # (431)  W17_bar[i,j] = sum[n](z17_bar[n,i]*a16[n,j])
    W17_bar = z17_bar.T @ a16
    # (432)  a16_bar[n,j] = sum[i](z17_bar[n,i]*W17[i,j])
    a16_bar = z17_bar @ W17
    # (433)  z16_bar[n,i] = a16_bar[n,i]*(1 - a16[n,i]**2)
    z16_bar = a16_bar * (1 - a16**2)
    # (434)  beta16_bar[i] = sum[n](z16_bar[n,i])
    beta16_bar = z16_bar.sum(axis=0)
    # (435)  gamma16_bar[i] = sum[n](z16_bar[n,i]*xhat16[n,i])
    gamma16_bar = np.sum(z16_bar * xhat16, axis=0)
    # (436)  xhat16_bar[n,i] = z16_bar[n,i]*gamma16[i]
    xhat16_bar = z16_bar * gamma16
    # (437)  xhat16_bar_moment[i] = gamma16_bar[i]*gamma16[i]/N
    xhat16_bar_moment = gamma16_bar * gamma16 / N
    # (438)  xhat16_bar_mean[i] = beta16_bar[i]*gamma16[i]/N
    xhat16_bar_mean = beta16_bar * gamma16 / N
    # (439)  z15_bar[n,i] = (xhat16_bar[n,i] - xhat16_bar_moment[i]*xhat16[n,i]
    #            - xhat16_bar_mean[i])/s16[i]
    z15_bar = (xhat16_bar - xhat16_bar_moment * xhat16 - xhat16_bar_mean) / s16
    # (440)  W15_bar[i,j] = sum[n](z15_bar[n,i]*a14[n,j])
    W15_bar = z15_bar.T @ a14
    # (441)  a14_bar[n,j] = sum[i](z15_bar[n,i]*W15[i,j])
    a14_bar = z15_bar @ W15
    # (442)  z14_bar[n,i] = a14_bar[n,i]*(1 - a14[n,i]**2)
    z14_bar = a14_bar * (1 - a14**2)
    # (443)  beta14_bar[i] = sum[n](z14_bar[n,i])
    beta14_bar = z14_bar.sum(axis=0)
    # (444)  gamma14_bar[i] = sum[n](z14_bar[n,i]*xhat14[n,i])
    gamma14_bar = np.sum(z14_bar * xhat14, axis=0)
    # (445)  xhat14_bar[n,i] = z14_bar[n,i]*gamma14[i]
    xhat14_bar = z14_bar * gamma14
    # (446)  xhat14_bar_moment[i] = gamma14_bar[i]*gamma14[i]/N
    xhat14_bar_moment = gamma14_bar * gamma14 / N
    # (447)  xhat14_bar_mean[i] = beta14_bar[i]*gamma14[i]/N
    xhat14_bar_mean = beta14_bar * gamma14 / N
    # (448)  z13_bar[n,i] = (xhat14_bar[n,i] - xhat14_bar_moment[i]*xhat14[n,i]
    #            - xhat14_bar_mean[i])/s14[i]
    z13_bar = (xhat14_bar - xhat14_bar_moment * xhat14 - xhat14_bar_mean) / s14
    # (449)  W13_bar[i,j] = sum[n](z13_bar[n,i]*a12[n,j])
    W13_bar = z13_bar.T @ a12
    # (450)  a12_bar[n,j] = sum[i](z13_bar[n,i]*W13[i,j])
    a12_bar = z13_bar @ W13
    # (451)  z12_bar[n,i] = a12_bar[n,i]*(1 - a12[n,i]**2)
    z12_bar = a12_bar * (1 - a12**2)
    # (452)  beta12_bar[i] = sum[n](z12_bar[n,i])
    beta12_bar = z12_bar.sum(axis=0)
    # (453)  gamma12_bar[i] = sum[n](z12_bar[n,i]*xhat12[n,i])
    gamma12_bar = np.sum(z12_bar * xhat12, axis=0)
    # (454)  xhat12_bar[n,i] = z12_bar[n,i]*gamma12[i]
    xhat12_bar = z12_bar * gamma12
    # (455)  xhat12_bar_moment[i] = gamma12_bar[i]*gamma12[i]/N
    xhat12_bar_moment = gamma12_bar * gamma12 / N
    # (456)  xhat12_bar_mean[i] = beta12_bar[i]*gamma12[i]/N
    xhat12_bar_mean = beta12_bar * gamma12 / N
    # (457)  z11_bar[n,i] = (xhat12_bar[n,i] - xhat12_bar_moment[i]*xhat12[n,i]
    #            - xhat12_bar_mean[i])/s12[i]
    z11_bar = (xhat12_bar - xhat12_bar_moment * xhat12 - xhat12_bar_mean) / s12
    # (458)  W11_bar[i,j] = sum[n](z11_bar[n,i]*a10[n,j])
    W11_bar = z11_bar.T @ a10
    # (459)  a10_bar[n,j] = sum[i](z11_bar[n,i]*W11[i,j])
    a10_bar = z11_bar @ W11
    # (460)  z10_bar[n,i] = a10_bar[n,i]*(1 - a10[n,i]**2)
    z10_bar = a10_bar * (1 - a10**2)
    # (461)  beta10_bar[i] = sum[n](z10_bar[n,i])
    beta10_bar = z10_bar.sum(axis=0)
    # (462)  gamma10_bar[i] = sum[n](z10_bar[n,i]*xhat10[n,i])
    gamma10_bar = np.sum(z10_bar * xhat10, axis=0)
    # (463)  xhat10_bar[n,i] = z10_bar[n,i]*gamma10[i]
    xhat10_bar = z10_bar * gamma10
    # (464)  xhat10_bar_moment[i] = gamma10_bar[i]*gamma10[i]/N
    xhat10_bar_moment = gamma10_bar * gamma10 / N
    # (465)  xhat10_bar_mean[i] = beta10_bar[i]*gamma10[i]/N
    xhat10_bar_mean = beta10_bar * gamma10 / N
    # (466)  z9_bar[n,i] = (xhat10_bar[n,i] - xhat10_bar_moment[i]*xhat10[n,i]
    #            - xhat10_bar_mean[i])/s10[i]
    z9_bar = (xhat10_bar - xhat10_bar_moment * xhat10 - xhat10_bar_mean) / s10
    # (467)  W9_bar[i,j] = sum[n](z9_bar[n,i]*a8[n,j])
    W9_bar = z9_bar.T @ a8
    # (468)  a8_bar[n,j] = sum[i](z9_bar[n,i]*W9[i,j])
    a8_bar = z9_bar @ W9
    # (469)  z8_bar[n,i] = a8_bar[n,i]*(1 - a8[n,i]**2)
    z8_bar = a8_bar * (1 - a8**2)
    # (470)  beta8_bar[i] = sum[n](z8_bar[n,i])
    beta8_bar = z8_bar.sum(axis=0)
    # (471)  gamma8_bar[i] = sum[n](z8_bar[n,i]*xhat8[n,i])
    gamma8_bar = np.sum(z8_bar * xhat8, axis=0)
    # (472)  xhat8_bar[n,i] = z8_bar[n,i]*gamma8[i]
    xhat8_bar = z8_bar * gamma8
    # (473)  xhat8_bar_moment[i] = gamma8_bar[i]*gamma8[i]/N
    xhat8_bar_moment = gamma8_bar * gamma8 / N
    # (474)  xhat8_bar_mean[i] = beta8_bar[i]*gamma8[i]/N
    xhat8_bar_mean = beta8_bar * gamma8 / N
    # (475)  z7_bar[n,i] = (xhat8_bar[n,i] - xhat8_bar_moment[i]*xhat8[n,i]
    #            - xhat8_bar_mean[i])/s8[i]
    z7_bar = (xhat8_bar - xhat8_bar_moment * xhat8 - xhat8_bar_mean) / s8
    # (476)  W7_bar[i,j] = sum[n](z7_bar[n,i]*a6[n,j])
    W7_bar = z7_bar.T @ a6
    # (477)  a6_bar[n,j] = sum[i](z7_bar[n,i]*W7[i,j])
    a6_bar = z7_bar @ W7
    # (478)  z6_bar[n,i] = a6_bar[n,i]*(1 - a6[n,i]**2)
    z6_bar = a6_bar * (1 - a6**2)
    # (479)  beta6_bar[i] = sum[n](z6_bar[n,i])
    beta6_bar = z6_bar.sum(axis=0)
    # (480)  gamma6_bar[i] = sum[n](z6_bar[n,i]*xhat6[n,i])
    gamma6_bar = np.sum(z6_bar * xhat6, axis=0)
    # (481)  xhat6_bar[n,i] = z6_bar[n,i]*gamma6[i]
    xhat6_bar = z6_bar * gamma6
    # (482)  xhat6_bar_moment[i] = gamma6_bar[i]*gamma6[i]/N
    xhat6_bar_moment = gamma6_bar * gamma6 / N
    # (483)  xhat6_bar_mean[i] = beta6_bar[i]*gamma6[i]/N
    xhat6_bar_mean = beta6_bar * gamma6 / N
    # (484)  z5_bar[n,i] = (xhat6_bar[n,i] - xhat6_bar_moment[i]*xhat6[n,i]
    #            - xhat6_bar_mean[i])/s6[i]
    z5_bar = (xhat6_bar - xhat6_bar_moment * xhat6 - xhat6_bar_mean) / s6
    # (485)  W5_bar[i,j] = sum[n](z5_bar[n,i]*a4[n,j])
    W5_bar = z5_bar.T @ a4
    # (486)  a4_bar[n,j] = sum[i](z5_bar[n,i]*W5[i,j])
    a4_bar = z5_bar @ W5
    # (487)  z4_bar[n,i] = a4_bar[n,i]*(1 - a4[n,i]**2)
    z4_bar = a4_bar * (1 - a4**2)
    # (488)  beta4_bar[i] = sum[n](z4_bar[n,i])
    beta4_bar = z4_bar.sum(axis=0)
    # (489)  gamma4_bar[i] = sum[n](z4_bar[n,i]*xhat4[n,i])
    gamma4_bar = np.sum(z4_bar * xhat4, axis=0)
    # (490)  xhat4_bar[n,i] = z4_bar[n,i]*gamma4[i]
    xhat4_bar = z4_bar * gamma4
    # (491)  xhat4_bar_moment[i] = gamma4_bar[i]*gamma4[i]/N
    xhat4_bar_moment = gamma4_bar * gamma4 / N
    # (492)  xhat4_bar_mean[i] = beta4_bar[i]*gamma4[i]/N
    xhat4_bar_mean = beta4_bar * gamma4 / N
    # (493)  z3_bar[n,i] = (xhat4_bar[n,i] - xhat4_bar_moment[i]*xhat4[n,i]
    #            - xhat4_bar_mean[i])/s4[i]
    z3_bar = (xhat4_bar - xhat4_bar_moment * xhat4 - xhat4_bar_mean) / s4
    # (494)  W3_bar[i,j] = sum[n](z3_bar[n,i]*a2[n,j])
    W3_bar = z3_bar.T @ a2
    # (495)  a2_bar[n,j] = sum[i](z3_bar[n,i]*W3[i,j])
    a2_bar = z3_bar @ W3
    # (496)  z2_bar[n,i] = a2_bar[n,i]*(1 - a2[n,i]**2)
    z2_bar = a2_bar * (1 - a2**2)
    # (497)  beta2_bar[i] = sum[n](z2_bar[n,i])
    beta2_bar = z2_bar.sum(axis=0)
    # (498)  gamma2_bar[i] = sum[n](z2_bar[n,i]*xhat2[n,i])
    gamma2_bar = np.sum(z2_bar * xhat2, axis=0)
    # (499)  xhat2_bar[n,i] = z2_bar[n,i]*gamma2[i]
    xhat2_bar = z2_bar * gamma2
    # (500)  xhat2_bar_moment[i] = gamma2_bar[i]*gamma2[i]/N
    xhat2_bar_moment = gamma2_bar * gamma2 / N
    # (501)  xhat2_bar_mean[i] = beta2_bar[i]*gamma2[i]/N
    xhat2_bar_mean = beta2_bar * gamma2 / N
    # (502)  z1_bar[n,i] = (xhat2_bar[n,i] - xhat2_bar_moment[i]*xhat2[n,i]
    #            - xhat2_bar_mean[i])/s2[i]
    z1_bar = (xhat2_bar - xhat2_bar_moment * xhat2 - xhat2_bar_mean) / s2
    # (503)  W1_bar[i,j] = sum[n](z1_bar[n,i]*x[n,j])
    W1_bar = z1_bar.T @ x
    if state is not None:
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
        mean2[...] = 0.1 * mu2 + 0.9 * mean2
        variance2[...] = 0.1 * v2 + 0.9 * variance2
        mean4[...] = 0.1 * mu4 + 0.9 * mean4
        variance4[...] = 0.1 * v4 + 0.9 * variance4
        mean6[...] = 0.1 * mu6 + 0.9 * mean6
        variance6[...] = 0.1 * v6 + 0.9 * variance6
        mean8[...] = 0.1 * mu8 + 0.9 * mean8
        variance8[...] = 0.1 * v8 + 0.9 * variance8
        mean10[...] = 0.1 * mu10 + 0.9 * mean10
        variance10[...] = 0.1 * v10 + 0.9 * variance10
        mean12[...] = 0.1 * mu12 + 0.9 * mean12
        variance12[...] = 0.1 * v12 + 0.9 * variance12
        mean14[...] = 0.1 * mu14 + 0.9 * mean14
        variance14[...] = 0.1 * v14 + 0.9 * variance14
        mean16[...] = 0.1 * mu16 + 0.9 * mean16
        variance16[...] = 0.1 * v16 + 0.9 * variance16
        mean18[...] = 0.1 * mu18 + 0.9 * mean18
        variance18[...] = 0.1 * v18 + 0.9 * variance18
        mean20[...] = 0.1 * mu20 + 0.9 * mean20
        variance20[...] = 0.1 * v20 + 0.9 * variance20
        mean22[...] = 0.1 * mu22 + 0.9 * mean22
        variance22[...] = 0.1 * v22 + 0.9 * variance22
        mean24[...] = 0.1 * mu24 + 0.9 * mean24
        variance24[...] = 0.1 * v24 + 0.9 * variance24
        mean26[...] = 0.1 * mu26 + 0.9 * mean26
        variance26[...] = 0.1 * v26 + 0.9 * variance26
        mean28[...] = 0.1 * mu28 + 0.9 * mean28
        variance28[...] = 0.1 * v28 + 0.9 * variance28
        mean30[...] = 0.1 * mu30 + 0.9 * mean30
        variance30[...] = 0.1 * v30 + 0.9 * variance30
        mean32[...] = 0.1 * mu32 + 0.9 * mean32
        variance32[...] = 0.1 * v32 + 0.9 * variance32
        mean34[...] = 0.1 * mu34 + 0.9 * mean34
        variance34[...] = 0.1 * v34 + 0.9 * variance34
        mean36[...] = 0.1 * mu36 + 0.9 * mean36
        variance36[...] = 0.1 * v36 + 0.9 * variance36
        mean38[...] = 0.1 * mu38 + 0.9 * mean38
        variance38[...] = 0.1 * v38 + 0.9 * variance38
        mean40[...] = 0.1 * mu40 + 0.9 * mean40
        variance40[...] = 0.1 * v40 + 0.9 * variance40
        mean42[...] = 0.1 * mu42 + 0.9 * mean42
        variance42[...] = 0.1 * v42 + 0.9 * variance42
        mean44[...] = 0.1 * mu44 + 0.9 * mean44
        variance44[...] = 0.1 * v44 + 0.9 * variance44
        mean46[...] = 0.1 * mu46 + 0.9 * mean46
        variance46[...] = 0.1 * v46 + 0.9 * variance46
        mean48[...] = 0.1 * mu48 + 0.9 * mean48
        variance48[...] = 0.1 * v48 + 0.9 * variance48
        mean50[...] = 0.1 * mu50 + 0.9 * mean50
        variance50[...] = 0.1 * v50 + 0.9 * variance50
        mean52[...] = 0.1 * mu52 + 0.9 * mean52
        variance52[...] = 0.1 * v52 + 0.9 * variance52
        mean54[...] = 0.1 * mu54 + 0.9 * mean54
        variance54[...] = 0.1 * v54 + 0.9 * variance54
        mean56[...] = 0.1 * mu56 + 0.9 * mean56
        variance56[...] = 0.1 * v56 + 0.9 * variance56
        mean58[...] = 0.1 * mu58 + 0.9 * mean58
        variance58[...] = 0.1 * v58 + 0.9 * variance58
    g = Parameters(
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
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
            np.empty(batch * 85, self.dtype),
            np.empty(batch, np.intp),
            np.empty(batch, np.intp),
            np.empty(64, self.dtype),
            np.empty(64, self.dtype),
        )
        self._rows = np.arange(batch)
        self._views: dict[int, tuple[Array, ...]] = {}

    def _cut(self, N: int) -> tuple[Array, ...]:
        """The buffers cut to the shapes of the tensors that they hold in turn."""
        return (
            self._buffers[0][: N * 64].reshape(N, 64),  # a1
            self._buffers[1][:64],  # mu2
            self._buffers[2][: N * 64].reshape(N, 64),  # spare
            self._buffers[0][: N * 64].reshape(N, 64),  # d2
            self._buffers[2][: N * 64].reshape(N, 64),  # power_d2
            self._buffers[3][:64],  # v2
            self._buffers[4][:64],  # s2
            self._buffers[0][: N * 64].reshape(N, 64),  # xhat2
            self._buffers[2][: N * 64].reshape(N, 64),  # z2
            self._buffers[5][: N * 64].reshape(N, 64),  # spare2
            self._buffers[2][: N * 64].reshape(N, 64),  # a2
            self._buffers[5][: N * 64].reshape(N, 64),  # a3
            self._buffers[6][:64],  # mu4
            self._buffers[7][: N * 64].reshape(N, 64),  # spare3
            self._buffers[5][: N * 64].reshape(N, 64),  # d4
            self._buffers[7][: N * 64].reshape(N, 64),  # power_d4
            self._buffers[8][:64],  # v4
            self._buffers[9][:64],  # s4
            self._buffers[5][: N * 64].reshape(N, 64),  # xhat4
            self._buffers[7][: N * 64].reshape(N, 64),  # z4
            self._buffers[10][: N * 64].reshape(N, 64),  # spare4
            self._buffers[7][: N * 64].reshape(N, 64),  # a4
            self._buffers[10][: N * 64].reshape(N, 64),  # a5
            self._buffers[11][:64],  # mu6
            self._buffers[12][: N * 64].reshape(N, 64),  # spare5
            self._buffers[10][: N * 64].reshape(N, 64),  # d6
            self._buffers[12][: N * 64].reshape(N, 64),  # power_d6
            self._buffers[13][:64],  # v6
            self._buffers[14][:64],  # s6
            self._buffers[10][: N * 64].reshape(N, 64),  # xhat6
            self._buffers[12][: N * 64].reshape(N, 64),  # z6
            self._buffers[15][: N * 64].reshape(N, 64),  # spare6
            self._buffers[12][: N * 64].reshape(N, 64),  # a6
            self._buffers[15][: N * 64].reshape(N, 64),  # a7
            self._buffers[16][:64],  # mu8
            self._buffers[17][: N * 64].reshape(N, 64),  # spare7
            self._buffers[15][: N * 64].reshape(N, 64),  # d8
            self._buffers[17][: N * 64].reshape(N, 64),  # power_d8
            self._buffers[18][:64],  # v8
            self._buffers[19][:64],  # s8
            self._buffers[15][: N * 64].reshape(N, 64),  # xhat8
            self._buffers[17][: N * 64].reshape(N, 64),  # z8
            self._buffers[20][: N * 64].reshape(N, 64),  # spare8
            self._buffers[17][: N * 64].reshape(N, 64),  # a8
            self._buffers[20][: N * 64].reshape(N, 64),  # a9
            self._buffers[21][:64],  # mu10
            self._buffers[22][: N * 64].reshape(N, 64),  # spare9
            self._buffers[20][: N * 64].reshape(N, 64),  # d10
            self._buffers[22][: N * 64].reshape(N, 64),  # power_d10
            self._buffers[23][:64],  # v10
            self._buffers[24][:64],  # s10
            self._buffers[20][: N * 64].reshape(N, 64),  # xhat10
            self._buffers[22][: N * 64].reshape(N, 64),  # z10
            self._buffers[25][: N * 64].reshape(N, 64),  # spare10
            self._buffers[22][: N * 64].reshape(N, 64),  # a10
            self._buffers[25][: N * 64].reshape(N, 64),  # a11
            self._buffers[26][:64],  # mu12
            self._buffers[27][: N * 64].reshape(N, 64),  # spare11
            self._buffers[25][: N * 64].reshape(N, 64),  # d12
            self._buffers[27][: N * 64].reshape(N, 64),  # power_d12
            self._buffers[28][:64],  # v12
            self._buffers[29][:64],  # s12
            self._buffers[25][: N * 64].reshape(N, 64),  # xhat12
            self._buffers[27][: N * 64].reshape(N, 64),  # z12
            self._buffers[30][: N * 64].reshape(N, 64),  # spare12
            self._buffers[27][: N * 64].reshape(N, 64),  # a12
            self._buffers[30][: N * 64].reshape(N, 64),  # a13
            self._buffers[31][:64],  # mu14
            self._buffers[32][: N * 64].reshape(N, 64),  # spare13
            self._buffers[30][: N * 64].reshape(N, 64),  # d14
            self._buffers[32][: N * 64].reshape(N, 64),  # power_d14
            self._buffers[33][:64],  # v14
            self._buffers[34][:64],  # s14
            self._buffers[30][: N * 64].reshape(N, 64),  # xhat14
            self._buffers[32][: N * 64].reshape(N, 64),  # z14
            self._buffers[35][: N * 64].reshape(N, 64),  # spare14
            self._buffers[32][: N * 64].reshape(N, 64),  # a14
            self._buffers[35][: N * 64].reshape(N, 64),  # a15
            self._buffers[36][:64],  # mu16
            self._buffers[37][: N * 64].reshape(N, 64),  # spare15
            self._buffers[35][: N * 64].reshape(N, 64),  # d16
            self._buffers[37][: N * 64].reshape(N, 64),  # power_d16
            self._buffers[38][:64],  # v16
            self._buffers[39][:64],  # s16
            self._buffers[35][: N * 64].reshape(N, 64),  # xhat16
            self._buffers[37][: N * 64].reshape(N, 64),  # z16
            self._buffers[40][: N * 64].reshape(N, 64),  # spare16
            self._buffers[37][: N * 64].reshape(N, 64),  # a16
            self._buffers[40][: N * 64].reshape(N, 64),  # a17
            self._buffers[41][:64],  # mu18
            self._buffers[42][: N * 64].reshape(N, 64),  # spare17
            self._buffers[40][: N * 64].reshape(N, 64),  # d18
            self._buffers[42][: N * 64].reshape(N, 64),  # power_d18
            self._buffers[43][:64],  # v18
            self._buffers[44][:64],  # s18
            self._buffers[40][: N * 64].reshape(N, 64),  # xhat18
            self._buffers[42][: N * 64].reshape(N, 64),  # z18
            self._buffers[45][: N * 64].reshape(N, 64),  # spare18
            self._buffers[42][: N * 64].reshape(N, 64),  # a18
            self._buffers[45][: N * 64].reshape(N, 64),  # a19
            self._buffers[46][:64],  # mu20
            self._buffers[47][: N * 64].reshape(N, 64),  # spare19
            self._buffers[45][: N * 64].reshape(N, 64),  # d20
            self._buffers[47][: N * 64].reshape(N, 64),  # power_d20
            self._buffers[48][:64],  # v20
            self._buffers[49][:64],  # s20
            self._buffers[45][: N * 64].reshape(N, 64),  # xhat20
            self._buffers[47][: N * 64].reshape(N, 64),  # z20
            self._buffers[50][: N * 64].reshape(N, 64),  # spare20
            self._buffers[47][: N * 64].reshape(N, 64),  # a20
            self._buffers[50][: N * 64].reshape(N, 64),  # a21
            self._buffers[51][:64],  # mu22
            self._buffers[52][: N * 64].reshape(N, 64),  # spare21
            self._buffers[50][: N * 64].reshape(N, 64),  # d22
            self._buffers[52][: N * 64].reshape(N, 64),  # power_d22
            self._buffers[53][:64],  # v22
            self._buffers[54][:64],  # s22
            self._buffers[50][: N * 64].reshape(N, 64),  # xhat22
            self._buffers[52][: N * 64].reshape(N, 64),  # z22
            self._buffers[55][: N * 64].reshape(N, 64),  # spare22
            self._buffers[52][: N * 64].reshape(N, 64),  # a22
            self._buffers[55][: N * 64].reshape(N, 64),  # a23
            self._buffers[56][:64],  # mu24
            self._buffers[57][: N * 64].reshape(N, 64),  # spare23
            self._buffers[55][: N * 64].reshape(N, 64),  # d24
            self._buffers[57][: N * 64].reshape(N, 64),  # power_d24
            self._buffers[58][:64],  # v24
            self._buffers[59][:64],  # s24
            self._buffers[55][: N * 64].reshape(N, 64),  # xhat24
            self._buffers[57][: N * 64].reshape(N, 64),  # z24
            self._buffers[60][: N * 64].reshape(N, 64),  # spare24
            self._buffers[57][: N * 64].reshape(N, 64),  # a24
            self._buffers[60][: N * 64].reshape(N, 64),  # a25
            self._buffers[61][:64],  # mu26
            self._buffers[62][: N * 64].reshape(N, 64),  # spare25
            self._buffers[60][: N * 64].reshape(N, 64),  # d26
            self._buffers[62][: N * 64].reshape(N, 64),  # power_d26
            self._buffers[63][:64],  # v26
            self._buffers[64][:64],  # s26
            self._buffers[60][: N * 64].reshape(N, 64),  # xhat26
            self._buffers[62][: N * 64].reshape(N, 64),  # z26
            self._buffers[65][: N * 64].reshape(N, 64),  # spare26
            self._buffers[62][: N * 64].reshape(N, 64),  # a26
            self._buffers[65][: N * 64].reshape(N, 64),  # a27
            self._buffers[66][:64],  # mu28
            self._buffers[67][: N * 64].reshape(N, 64),  # spare27
            self._buffers[65][: N * 64].reshape(N, 64),  # d28
            self._buffers[67][: N * 64].reshape(N, 64),  # power_d28
            self._buffers[68][:64],  # v28
            self._buffers[69][:64],  # s28
            self._buffers[65][: N * 64].reshape(N, 64),  # xhat28
            self._buffers[67][: N * 64].reshape(N, 64),  # z28
            self._buffers[70][: N * 64].reshape(N, 64),  # spare28
            self._buffers[67][: N * 64].reshape(N, 64),  # a28
            self._buffers[70][: N * 64].reshape(N, 64),  # a29
            self._buffers[71][:64],  # mu30
            self._buffers[72][: N * 64].reshape(N, 64),  # spare29
            self._buffers[70][: N * 64].reshape(N, 64),  # d30
            self._buffers[72][: N * 64].reshape(N, 64),  # power_d30
            self._buffers[73][:64],  # v30
            self._buffers[74][:64],  # s30
            self._buffers[70][: N * 64].reshape(N, 64),  # xhat30
            self._buffers[72][: N * 64].reshape(N, 64),  # z30
            self._buffers[75][: N * 64].reshape(N, 64),  # spare30
            self._buffers[72][: N * 64].reshape(N, 64),  # a30
            self._buffers[75][: N * 64].reshape(N, 64),  # a31
            self._buffers[76][:64],  # mu32
            self._buffers[77][: N * 64].reshape(N, 64),  # spare31
            self._buffers[75][: N * 64].reshape(N, 64),  # d32
            self._buffers[77][: N * 64].reshape(N, 64),  # power_d32
            self._buffers[78][:64],  # v32
            self._buffers[79][:64],  # s32
            self._buffers[75][: N * 64].reshape(N, 64),  # xhat32
            self._buffers[77][: N * 64].reshape(N, 64),  # z32
            self._buffers[80][: N * 64].reshape(N, 64),  # spare32
            self._buffers[77][: N * 64].reshape(N, 64),  # a32
            self._buffers[80][: N * 64].reshape(N, 64),  # a33
            self._buffers[81][:64],  # mu34
            self._buffers[82][: N * 64].reshape(N, 64),  # spare33
            self._buffers[80][: N * 64].reshape(N, 64),  # d34
            self._buffers[82][: N * 64].reshape(N, 64),  # power_d34
            self._buffers[83][:64],  # v34
            self._buffers[84][:64],  # s34
            self._buffers[80][: N * 64].reshape(N, 64),  # xhat34
            self._buffers[82][: N * 64].reshape(N, 64),  # z34
            self._buffers[85][: N * 64].reshape(N, 64),  # spare34
            self._buffers[82][: N * 64].reshape(N, 64),  # a34
            self._buffers[85][: N * 64].reshape(N, 64),  # a35
            self._buffers[86][:64],  # mu36
            self._buffers[87][: N * 64].reshape(N, 64),  # spare35
            self._buffers[85][: N * 64].reshape(N, 64),  # d36
            self._buffers[87][: N * 64].reshape(N, 64),  # power_d36
            self._buffers[88][:64],  # v36
            self._buffers[89][:64],  # s36
            self._buffers[85][: N * 64].reshape(N, 64),  # xhat36
            self._buffers[87][: N * 64].reshape(N, 64),  # z36
            self._buffers[90][: N * 64].reshape(N, 64),  # spare36
            self._buffers[87][: N * 64].reshape(N, 64),  # a36
            self._buffers[90][: N * 64].reshape(N, 64),  # a37
            self._buffers[91][:64],  # mu38
            self._buffers[92][: N * 64].reshape(N, 64),  # spare37
            self._buffers[90][: N * 64].reshape(N, 64),  # d38
            self._buffers[92][: N * 64].reshape(N, 64),  # power_d38
            self._buffers[93][:64],  # v38
            self._buffers[94][:64],  # s38
            self._buffers[90][: N * 64].reshape(N, 64),  # xhat38
            self._buffers[92][: N * 64].reshape(N, 64),  # z38
            self._buffers[95][: N * 64].reshape(N, 64),  # spare38
            self._buffers[92][: N * 64].reshape(N, 64),  # a38
            self._buffers[95][: N * 64].reshape(N, 64),  # a39
            self._buffers[96][:64],  # mu40
            self._buffers[97][: N * 64].reshape(N, 64),  # spare39
            self._buffers[95][: N * 64].reshape(N, 64),  # d40
            self._buffers[97][: N * 64].reshape(N, 64),  # power_d40
            self._buffers[98][:64],  # v40
            self._buffers[99][:64],  # s40
            self._buffers[95][: N * 64].reshape(N, 64),  # xhat40
            self._buffers[97][: N * 64].reshape(N, 64),  # z40
            self._buffers[100][: N * 64].reshape(N, 64),  # spare40
            self._buffers[97][: N * 64].reshape(N, 64),  # a40
            self._buffers[100][: N * 64].reshape(N, 64),  # a41
            self._buffers[101][:64],  # mu42
            self._buffers[102][: N * 64].reshape(N, 64),  # spare41
            self._buffers[100][: N * 64].reshape(N, 64),  # d42
            self._buffers[102][: N * 64].reshape(N, 64),  # power_d42
            self._buffers[103][:64],  # v42
            self._buffers[104][:64],  # s42
            self._buffers[100][: N * 64].reshape(N, 64),  # xhat42
            self._buffers[102][: N * 64].reshape(N, 64),  # z42
            self._buffers[105][: N * 64].reshape(N, 64),  # spare42
            self._buffers[102][: N * 64].reshape(N, 64),  # a42
            self._buffers[105][: N * 64].reshape(N, 64),  # a43
            self._buffers[106][:64],  # mu44
            self._buffers[107][: N * 64].reshape(N, 64),  # spare43
            self._buffers[105][: N * 64].reshape(N, 64),  # d44
            self._buffers[107][: N * 64].reshape(N, 64),  # power_d44
            self._buffers[108][:64],  # v44
            self._buffers[109][:64],  # s44
            self._buffers[105][: N * 64].reshape(N, 64),  # xhat44
            self._buffers[107][: N * 64].reshape(N, 64),  # z44
            self._buffers[110][: N * 64].reshape(N, 64),  # spare44
            self._buffers[107][: N * 64].reshape(N, 64),  # a44
            self._buffers[110][: N * 64].reshape(N, 64),  # a45
            self._buffers[111][:64],  # mu46
            self._buffers[112][: N * 64].reshape(N, 64),  # spare45
            self._buffers[110][: N * 64].reshape(N, 64),  # d46
            self._buffers[112][: N * 64].reshape(N, 64),  # power_d46
            self._buffers[113][:64],  # v46
            self._buffers[114][:64],  # s46
            self._buffers[110][: N * 64].reshape(N, 64),  # xhat46
            self._buffers[112][: N * 64].reshape(N, 64),  # z46
            self._buffers[115][: N * 64].reshape(N, 64),  # spare46
            self._buffers[112][: N * 64].reshape(N, 64),  # a46
            self._buffers[115][: N * 64].reshape(N, 64),  # a47
            self._buffers[116][:64],  # mu48
            self._buffers[117][: N * 64].reshape(N, 64),  # spare47
            self._buffers[115][: N * 64].reshape(N, 64),  # d48
            self._buffers[117][: N * 64].reshape(N, 64),  # power_d48
            self._buffers[118][:64],  # v48
            self._buffers[119][:64],  # s48
            self._buffers[115][: N * 64].reshape(N, 64),  # xhat48
            self._buffers[117][: N * 64].reshape(N, 64),  # z48
            self._buffers[120][: N * 64].reshape(N, 64),  # spare48
            self._buffers[117][: N * 64].reshape(N, 64),  # a48
            self._buffers[120][: N * 64].reshape(N, 64),  # a49
            self._buffers[121][:64],  # mu50
            self._buffers[122][: N * 64].reshape(N, 64),  # spare49
            self._buffers[120][: N * 64].reshape(N, 64),  # d50
            self._buffers[122][: N * 64].reshape(N, 64),  # power_d50
            self._buffers[123][:64],  # v50
            self._buffers[124][:64],  # s50
            self._buffers[120][: N * 64].reshape(N, 64),  # xhat50
            self._buffers[122][: N * 64].reshape(N, 64),  # z50
            self._buffers[125][: N * 64].reshape(N, 64),  # spare50
            self._buffers[122][: N * 64].reshape(N, 64),  # a50
            self._buffers[125][: N * 64].reshape(N, 64),  # a51
            self._buffers[126][:64],  # mu52
            self._buffers[127][: N * 64].reshape(N, 64),  # spare51
            self._buffers[125][: N * 64].reshape(N, 64),  # d52
            self._buffers[127][: N * 64].reshape(N, 64),  # power_d52
            self._buffers[128][:64],  # v52
            self._buffers[129][:64],  # s52
            self._buffers[125][: N * 64].reshape(N, 64),  # xhat52
            self._buffers[127][: N * 64].reshape(N, 64),  # z52
            self._buffers[130][: N * 64].reshape(N, 64),  # spare52
            self._buffers[127][: N * 64].reshape(N, 64),  # a52
            self._buffers[130][: N * 64].reshape(N, 64),  # a53
            self._buffers[131][:64],  # mu54
            self._buffers[132][: N * 64].reshape(N, 64),  # spare53
            self._buffers[130][: N * 64].reshape(N, 64),  # d54
            self._buffers[132][: N * 64].reshape(N, 64),  # power_d54
            self._buffers[133][:64],  # v54
            self._buffers[134][:64],  # s54
            self._buffers[130][: N * 64].reshape(N, 64),  # xhat54
            self._buffers[132][: N * 64].reshape(N, 64),  # z54
            self._buffers[135][: N * 64].reshape(N, 64),  # spare54
            self._buffers[132][: N * 64].reshape(N, 64),  # a54
            self._buffers[135][: N * 64].reshape(N, 64),  # a55
            self._buffers[136][:64],  # mu56
            self._buffers[137][: N * 64].reshape(N, 64),  # spare55
            self._buffers[135][: N * 64].reshape(N, 64),  # d56
            self._buffers[137][: N * 64].reshape(N, 64),  # power_d56
            self._buffers[138][:64],  # v56
            self._buffers[139][:64],  # s56
            self._buffers[135][: N * 64].reshape(N, 64),  # xhat56
            self._buffers[137][: N * 64].reshape(N, 64),  # z56
            self._buffers[140][: N * 64].reshape(N, 64),  # spare56
            self._buffers[137][: N * 64].reshape(N, 64),  # a56
            self._buffers[140][: N * 64].reshape(N, 64),  # a57
            self._buffers[141][:64],  # mu58
            self._buffers[142][: N * 64].reshape(N, 64),  # spare57
            self._buffers[140][: N * 64].reshape(N, 64),  # d58
            self._buffers[142][: N * 64].reshape(N, 64),  # power_d58
            self._buffers[143][:64],  # v58
            self._buffers[144][:64],  # s58
            self._buffers[140][: N * 64].reshape(N, 64),  # xhat58
            self._buffers[142][: N * 64].reshape(N, 64),  # z58
            self._buffers[145][: N * 64].reshape(N, 64),  # spare58
            self._buffers[142][: N * 64].reshape(N, 64),  # a58
            self._buffers[145][: N * 10].reshape(N, 10),  # yhat
            self._buffers[145][N * 10 : N * 20].reshape(N, 10),  # spare59
            self._buffers[145][N * 10 : N * 11],  # m
            self._buffers[145][N * 11 : N * 21].reshape(N, 10),  # e
            self._buffers[145][N * 21 : N * 22],  # s
            self._buffers[145][N * 22 : N * 23],  # spare60
            self._buffers[145][N * 10 : N * 11],  # lse
            self._buffers[145][N * 22 : N * 32].reshape(N, 10),  # spare61
            self._buffers[145][N * 11 : N * 21].reshape(N, 10),  # prob
            self._buffers[146][:N],  # label
            self._buffers[147][:N],  # place
            self._buffers[145][N * 21 : N * 22],  # spare62
            self._buffers[145][N * 21 : N * 22],  # difference
            self._buffers[145][N * 11 : N * 21].reshape(N, 10),  # z59_bar
            self._buffers[145][:N],  # z59_bar_at
            self._buffers[145][N * 21 : N * 85].reshape(N, 64),  # a58_bar
            self._buffers[145][N * 21 : N * 85].reshape(N, 64),  # z58_bar
            self._buffers[142][: N * 64].reshape(N, 64),  # product
            self._buffers[145][N * 21 : N * 85].reshape(N, 64),  # xhat58_bar
            self._buffers[148][:64],  # xhat58_bar_moment
            self._buffers[149][:64],  # xhat58_bar_mean
            self._buffers[145][N * 21 : N * 85].reshape(N, 64),  # z57_bar
            self._buffers[140][: N * 64].reshape(N, 64),  # a56_bar
            self._buffers[140][: N * 64].reshape(N, 64),  # z56_bar
            self._buffers[137][: N * 64].reshape(N, 64),  # product2
            self._buffers[140][: N * 64].reshape(N, 64),  # xhat56_bar
            self._buffers[144][:64],  # xhat56_bar_moment
            self._buffers[148][:64],  # xhat56_bar_mean
            self._buffers[140][: N * 64].reshape(N, 64),  # z55_bar
            self._buffers[135][: N * 64].reshape(N, 64),  # a54_bar
            self._buffers[135][: N * 64].reshape(N, 64),  # z54_bar
            self._buffers[132][: N * 64].reshape(N, 64),  # product3
            self._buffers[135][: N * 64].reshape(N, 64),  # xhat54_bar
            self._buffers[139][:64],  # xhat54_bar_moment
            self._buffers[144][:64],  # xhat54_bar_mean
            self._buffers[135][: N * 64].reshape(N, 64),  # z53_bar
            self._buffers[130][: N * 64].reshape(N, 64),  # a52_bar
            self._buffers[130][: N * 64].reshape(N, 64),  # z52_bar
            self._buffers[127][: N * 64].reshape(N, 64),  # product4
            self._buffers[130][: N * 64].reshape(N, 64),  # xhat52_bar
            self._buffers[134][:64],  # xhat52_bar_moment
            self._buffers[139][:64],  # xhat52_bar_mean
            self._buffers[130][: N * 64].reshape(N, 64),  # z51_bar
            self._buffers[125][: N * 64].reshape(N, 64),  # a50_bar
            self._buffers[125][: N * 64].reshape(N, 64),  # z50_bar
            self._buffers[122][: N * 64].reshape(N, 64),  # product5
            self._buffers[125][: N * 64].reshape(N, 64),  # xhat50_bar
            self._buffers[129][:64],  # xhat50_bar_moment
            self._buffers[134][:64],  # xhat50_bar_mean
            self._buffers[125][: N * 64].reshape(N, 64),  # z49_bar
            self._buffers[120][: N * 64].reshape(N, 64),  # a48_bar
            self._buffers[120][: N * 64].reshape(N, 64),  # z48_bar
            self._buffers[117][: N * 64].reshape(N, 64),  # product6
            self._buffers[120][: N * 64].reshape(N, 64),  # xhat48_bar
            self._buffers[124][:64],  # xhat48_bar_moment
            self._buffers[129][:64],  # xhat48_bar_mean
            self._buffers[120][: N * 64].reshape(N, 64),  # z47_bar
            self._buffers[115][: N * 64].reshape(N, 64),  # a46_bar
            self._buffers[115][: N * 64].reshape(N, 64),  # z46_bar
            self._buffers[112][: N * 64].reshape(N, 64),  # product7
            self._buffers[115][: N * 64].reshape(N, 64),  # xhat46_bar
            self._buffers[119][:64],  # xhat46_bar_moment
            self._buffers[124][:64],  # xhat46_bar_mean
            self._buffers[115][: N * 64].reshape(N, 64),  # z45_bar
            self._buffers[110][: N * 64].reshape(N, 64),  # a44_bar
            self._buffers[110][: N * 64].reshape(N, 64),  # z44_bar
            self._buffers[107][: N * 64].reshape(N, 64),  # product8
            self._buffers[110][: N * 64].reshape(N, 64),  # xhat44_bar
            self._buffers[114][:64],  # xhat44_bar_moment
            self._buffers[119][:64],  # xhat44_bar_mean
            self._buffers[110][: N * 64].reshape(N, 64),  # z43_bar
            self._buffers[105][: N * 64].reshape(N, 64),  # a42_bar
            self._buffers[105][: N * 64].reshape(N, 64),  # z42_bar
            self._buffers[102][: N * 64].reshape(N, 64),  # product9
            self._buffers[105][: N * 64].reshape(N, 64),  # xhat42_bar
            self._buffers[109][:64],  # xhat42_bar_moment
            self._buffers[114][:64],  # xhat42_bar_mean
            self._buffers[105][: N * 64].reshape(N, 64),  # z41_bar
            self._buffers[100][: N * 64].reshape(N, 64),  # a40_bar
            self._buffers[100][: N * 64].reshape(N, 64),  # z40_bar
            self._buffers[97][: N * 64].reshape(N, 64),  # product10
            self._buffers[100][: N * 64].reshape(N, 64),  # xhat40_bar
            self._buffers[104][:64],  # xhat40_bar_moment
            self._buffers[109][:64],  # xhat40_bar_mean
            self._buffers[100][: N * 64].reshape(N, 64),  # z39_bar
            self._buffers[95][: N * 64].reshape(N, 64),  # a38_bar
            self._buffers[95][: N * 64].reshape(N, 64),  # z38_bar
            self._buffers[92][: N * 64].reshape(N, 64),  # product11
            self._buffers[95][: N * 64].reshape(N, 64),  # xhat38_bar
            self._buffers[99][:64],  # xhat38_bar_moment
            self._buffers[104][:64],  # xhat38_bar_mean
            self._buffers[95][: N * 64].reshape(N, 64),  # z37_bar
            self._buffers[90][: N * 64].reshape(N, 64),  # a36_bar
            self._buffers[90][: N * 64].reshape(N, 64),  # z36_bar
            self._buffers[87][: N * 64].reshape(N, 64),  # product12
            self._buffers[90][: N * 64].reshape(N, 64),  # xhat36_bar
            self._buffers[94][:64],  # xhat36_bar_moment
            self._buffers[99][:64],  # xhat36_bar_mean
            self._buffers[90][: N * 64].reshape(N, 64),  # z35_bar
            self._buffers[85][: N * 64].reshape(N, 64),  # a34_bar
            self._buffers[85][: N * 64].reshape(N, 64),  # z34_bar
            self._buffers[82][: N * 64].reshape(N, 64),  # product13
            self._buffers[85][: N * 64].reshape(N, 64),  # xhat34_bar
            self._buffers[89][:64],  # xhat34_bar_moment
            self._buffers[94][:64],  # xhat34_bar_mean
            self._buffers[85][: N * 64].reshape(N, 64),  # z33_bar
            self._buffers[80][: N * 64].reshape(N, 64),  # a32_bar
            self._buffers[80][: N * 64].reshape(N, 64),  # z32_bar
            self._buffers[77][: N * 64].reshape(N, 64),  # product14
            self._buffers[80][: N * 64].reshape(N, 64),  # xhat32_bar
            self._buffers[84][:64],  # xhat32_bar_moment
            self._buffers[89][:64],  # xhat32_bar_mean
            self._buffers[80][: N * 64].reshape(N, 64),  # z31_bar
            self._buffers[75][: N * 64].reshape(N, 64),  # a30_bar
            self._buffers[75][: N * 64].reshape(N, 64),  # z30_bar
            self._buffers[72][: N * 64].reshape(N, 64),  # product15
            self._buffers[75][: N * 64].reshape(N, 64),  # xhat30_bar
            self._buffers[79][:64],  # xhat30_bar_moment
            self._buffers[84][:64],  # xhat30_bar_mean
            self._buffers[75][: N * 64].reshape(N, 64),  # z29_bar
            self._buffers[70][: N * 64].reshape(N, 64),  # a28_bar
            self._buffers[70][: N * 64].reshape(N, 64),  # z28_bar
            self._buffers[67][: N * 64].reshape(N, 64),  # product16
            self._buffers[70][: N * 64].reshape(N, 64),  # xhat28_bar
            self._buffers[74][:64],  # xhat28_bar_moment
            self._buffers[79][:64],  # xhat28_bar_mean
            self._buffers[70][: N * 64].reshape(N, 64),  # z27_bar
            self._buffers[65][: N * 64].reshape(N, 64),  # a26_bar
            self._buffers[65][: N * 64].reshape(N, 64),  # z26_bar
            self._buffers[62][: N * 64].reshape(N, 64),  # product17
            self._buffers[65][: N * 64].reshape(N, 64),  # xhat26_bar
            self._buffers[69][:64],  # xhat26_bar_moment
            self._buffers[74][:64],  # xhat26_bar_mean
            self._buffers[65][: N * 64].reshape(N, 64),  # z25_bar
            self._buffers[60][: N * 64].reshape(N, 64),  # a24_bar
            self._buffers[60][: N * 64].reshape(N, 64),  # z24_bar
            self._buffers[57][: N * 64].reshape(N, 64),  # product18
            self._buffers[60][: N * 64].reshape(N, 64),  # xhat24_bar
            self._buffers[64][:64],  # xhat24_bar_moment
            self._buffers[69][:64],  # xhat24_bar_mean
            self._buffers[60][: N * 64].reshape(N, 64),  # z23_bar
            self._buffers[55][: N * 64].reshape(N, 64),  # a22_bar
            self._buffers[55][: N * 64].reshape(N, 64),  # z22_bar
            self._buffers[52][: N * 64].reshape(N, 64),  # product19
            self._buffers[55][: N * 64].reshape(N, 64),  # xhat22_bar
            self._buffers[59][:64],  # xhat22_bar_moment
            self._buffers[64][:64],  # xhat22_bar_mean
            self._buffers[55][: N * 64].reshape(N, 64),  # z21_bar
            self._buffers[50][: N * 64].reshape(N, 64),  # a20_bar
            self._buffers[50][: N * 64].reshape(N, 64),  # z20_bar
            self._buffers[47][: N * 64].reshape(N, 64),  # product20
            self._buffers[50][: N * 64].reshape(N, 64),  # xhat20_bar
            self._buffers[54][:64],  # xhat20_bar_moment
            self._buffers[59][:64],  # xhat20_bar_mean
            self._buffers[50][: N * 64].reshape(N, 64),  # z19_bar
            self._buffers[45][: N * 64].reshape(N, 64),  # a18_bar
            self._buffers[45][: N * 64].reshape(N, 64),  # z18_bar
            self._buffers[42][: N * 64].reshape(N, 64),  # product21
            self._buffers[45][: N * 64].reshape(N, 64),  # xhat18_bar
            self._buffers[49][:64],  # xhat18_bar_moment
            self._buffers[54][:64],  # xhat18_bar_mean
            self._buffers[45][: N * 64].reshape(N, 64),  # z17_bar
            self._buffers[40][: N * 64].reshape(N, 64),  # a16_bar
            self._buffers[40][: N * 64].reshape(N, 64),  # z16_bar
            self._buffers[37][: N * 64].reshape(N, 64),  # product22
            self._buffers[40][: N * 64].reshape(N, 64),  # xhat16_bar
            self._buffers[44][:64],  # xhat16_bar_moment
            self._buffers[49][:64],  # xhat16_bar_mean
            self._buffers[40][: N * 64].reshape(N, 64),  # z15_bar
            self._buffers[35][: N * 64].reshape(N, 64),  # a14_bar
            self._buffers[35][: N * 64].reshape(N, 64),  # z14_bar
            self._buffers[32][: N * 64].reshape(N, 64),  # product23
            self._buffers[35][: N * 64].reshape(N, 64),  # xhat14_bar
            self._buffers[39][:64],  # xhat14_bar_moment
            self._buffers[44][:64],  # xhat14_bar_mean
            self._buffers[35][: N * 64].reshape(N, 64),  # z13_bar
            self._buffers[30][: N * 64].reshape(N, 64),  # a12_bar
            self._buffers[30][: N * 64].reshape(N, 64),  # z12_bar
            self._buffers[27][: N * 64].reshape(N, 64),  # product24
            self._buffers[30][: N * 64].reshape(N, 64),  # xhat12_bar
            self._buffers[34][:64],  # xhat12_bar_moment
            self._buffers[39][:64],  # xhat12_bar_mean
            self._buffers[30][: N * 64].reshape(N, 64),  # z11_bar
            self._buffers[25][: N * 64].reshape(N, 64),  # a10_bar
            self._buffers[25][: N * 64].reshape(N, 64),  # z10_bar
            self._buffers[22][: N * 64].reshape(N, 64),  # product25
            self._buffers[25][: N * 64].reshape(N, 64),  # xhat10_bar
            self._buffers[29][:64],  # xhat10_bar_moment
            self._buffers[34][:64],  # xhat10_bar_mean
            self._buffers[25][: N * 64].reshape(N, 64),  # z9_bar
            self._buffers[20][: N * 64].reshape(N, 64),  # a8_bar
            self._buffers[20][: N * 64].reshape(N, 64),  # z8_bar
            self._buffers[17][: N * 64].reshape(N, 64),  # product26
            self._buffers[20][: N * 64].reshape(N, 64),  # xhat8_bar
            self._buffers[24][:64],  # xhat8_bar_moment
            self._buffers[29][:64],  # xhat8_bar_mean
            self._buffers[20][: N * 64].reshape(N, 64),  # z7_bar
            self._buffers[15][: N * 64].reshape(N, 64),  # a6_bar
            self._buffers[15][: N * 64].reshape(N, 64),  # z6_bar
            self._buffers[12][: N * 64].reshape(N, 64),  # product27
            self._buffers[15][: N * 64].reshape(N, 64),  # xhat6_bar
            self._buffers[19][:64],  # xhat6_bar_moment
            self._buffers[24][:64],  # xhat6_bar_mean
            self._buffers[15][: N * 64].reshape(N, 64),  # z5_bar
            self._buffers[10][: N * 64].reshape(N, 64),  # a4_bar
            self._buffers[10][: N * 64].reshape(N, 64),  # z4_bar
            self._buffers[7][: N * 64].reshape(N, 64),  # product28
            self._buffers[10][: N * 64].reshape(N, 64),  # xhat4_bar
            self._buffers[14][:64],  # xhat4_bar_moment
            self._buffers[19][:64],  # xhat4_bar_mean
            self._buffers[10][: N * 64].reshape(N, 64),  # z3_bar
            self._buffers[5][: N * 64].reshape(N, 64),  # a2_bar
            self._buffers[5][: N * 64].reshape(N, 64),  # z2_bar
            self._buffers[2][: N * 64].reshape(N, 64),  # product29
            self._buffers[5][: N * 64].reshape(N, 64),  # xhat2_bar
            self._buffers[9][:64],  # xhat2_bar_moment
            self._buffers[14][:64],  # xhat2_bar_mean
            self._buffers[5][: N * 64].reshape(N, 64),  # z1_bar
            self._buffers[0][: N * 64].reshape(N, 64),  # spare63
            self._buffers[4][:64],  # spare64
            self._buffers[1][:64],  # spare65
            self._rows[:N],  # rows
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
            a1,
            mu2,
            spare,
            d2,
            power_d2,
            v2,
            s2,
            xhat2,
            z2,
            spare2,
            a2,
            a3,
            mu4,
            spare3,
            d4,
            power_d4,
            v4,
            s4,
            xhat4,
            z4,
            spare4,
            a4,
            a5,
            mu6,
            spare5,
            d6,
            power_d6,
            v6,
            s6,
            xhat6,
            z6,
            spare6,
            a6,
            a7,
            mu8,
            spare7,
            d8,
            power_d8,
            v8,
            s8,
            xhat8,
            z8,
            spare8,
            a8,
            a9,
            mu10,
            spare9,
            d10,
            power_d10,
            v10,
            s10,
            xhat10,
            z10,
            spare10,
            a10,
            a11,
            mu12,
            spare11,
            d12,
            power_d12,
            v12,
            s12,
            xhat12,
            z12,
            spare12,
            a12,
            a13,
            mu14,
            spare13,
            d14,
            power_d14,
            v14,
            s14,
            xhat14,
            z14,
            spare14,
            a14,
            a15,
            mu16,
            spare15,
            d16,
            power_d16,
            v16,
            s16,
            xhat16,
            z16,
            spare16,
            a16,
            a17,
            mu18,
            spare17,
            d18,
            power_d18,
            v18,
            s18,
            xhat18,
            z18,
            spare18,
            a18,
            a19,
            mu20,
            spare19,
            d20,
            power_d20,
            v20,
            s20,
            xhat20,
            z20,
            spare20,
            a20,
            a21,
            mu22,
            spare21,
            d22,
            power_d22,
            v22,
            s22,
            xhat22,
            z22,
            spare22,
            a22,
            a23,
            mu24,
            spare23,
            d24,
            power_d24,
            v24,
            s24,
            xhat24,
            z24,
            spare24,
            a24,
            a25,
            mu26,
            spare25,
            d26,
            power_d26,
            v26,
            s26,
            xhat26,
            z26,
            spare26,
            a26,
            a27,
            mu28,
            spare27,
            d28,
            power_d28,
            v28,
            s28,
            xhat28,
            z28,
            spare28,
            a28,
            a29,
            mu30,
            spare29,
            d30,
            power_d30,
            v30,
            s30,
            xhat30,
            z30,
            spare30,
            a30,
            a31,
            mu32,
            spare31,
            d32,
            power_d32,
            v32,
            s32,
            xhat32,
            z32,
            spare32,
            a32,
            a33,
            mu34,
            spare33,
            d34,
            power_d34,
            v34,
            s34,
            xhat34,
            z34,
            spare34,
            a34,
            a35,
            mu36,
            spare35,
            d36,
            power_d36,
            v36,
            s36,
            xhat36,
            z36,
            spare36,
            a36,
            a37,
            mu38,
            spare37,
            d38,
            power_d38,
            v38,
            s38,
            xhat38,
            z38,
            spare38,
            a38,
            a39,
            mu40,
            spare39,
            d40,
            power_d40,
            v40,
            s40,
            xhat40,
            z40,
            spare40,
            a40,
            a41,
            mu42,
            spare41,
            d42,
            power_d42,
            v42,
            s42,
            xhat42,
            z42,
            spare42,
            a42,
            a43,
            mu44,
            spare43,
            d44,
            power_d44,
            v44,
            s44,
            xhat44,
            z44,
            spare44,
            a44,
            a45,
            mu46,
            spare45,
            d46,
            power_d46,
            v46,
            s46,
            xhat46,
            z46,
            spare46,
            a46,
            a47,
            mu48,
            spare47,
            d48,
            power_d48,
            v48,
            s48,
            xhat48,
            z48,
            spare48,
            a48,
            a49,
            mu50,
            spare49,
            d50,
            power_d50,
            v50,
            s50,
            xhat50,
            z50,
            spare50,
            a50,
            a51,
            mu52,
            spare51,
            d52,
            power_d52,
            v52,
            s52,
            xhat52,
            z52,
            spare52,
            a52,
            a53,
            mu54,
            spare53,
            d54,
            power_d54,
            v54,
            s54,
            xhat54,
            z54,
            spare54,
            a54,
            a55,
            mu56,
            spare55,
            d56,
            power_d56,
            v56,
            s56,
            xhat56,
            z56,
            spare56,
            a56,
            a57,
            mu58,
            spare57,
            d58,
            power_d58,
            v58,
            s58,
            xhat58,
            z58,
            spare58,
            a58,
            yhat,
            spare59,
            m,
            e,
            s,
            spare60,
            lse,
            spare61,
            prob,
            label,
            place,
            spare62,
            difference,
            z59_bar,
            z59_bar_at,
            a58_bar,
            z58_bar,
            product,
            xhat58_bar,
            xhat58_bar_moment,
            xhat58_bar_mean,
            z57_bar,
            a56_bar,
            z56_bar,
            product2,
            xhat56_bar,
            xhat56_bar_moment,
            xhat56_bar_mean,
            z55_bar,
            a54_bar,
            z54_bar,
            product3,
            xhat54_bar,
            xhat54_bar_moment,
            xhat54_bar_mean,
            z53_bar,
            a52_bar,
            z52_bar,
            product4,
            xhat52_bar,
            xhat52_bar_moment,
            xhat52_bar_mean,
            z51_bar,
            a50_bar,
            z50_bar,
            product5,
            xhat50_bar,
            xhat50_bar_moment,
            xhat50_bar_mean,
            z49_bar,
            a48_bar,
            z48_bar,
            product6,
            xhat48_bar,
            xhat48_bar_moment,
            xhat48_bar_mean,
            z47_bar,
            a46_bar,
            z46_bar,
            product7,
            xhat46_bar,
            xhat46_bar_moment,
            xhat46_bar_mean,
            z45_bar,
            a44_bar,
            z44_bar,
            product8,
            xhat44_bar,
            xhat44_bar_moment,
            xhat44_bar_mean,
            z43_bar,
            a42_bar,
            z42_bar,
            product9,
            xhat42_bar,
            xhat42_bar_moment,
            xhat42_bar_mean,
            z41_bar,
            a40_bar,
            z40_bar,
            product10,
            xhat40_bar,
            xhat40_bar_moment,
            xhat40_bar_mean,
            z39_bar,
            a38_bar,
            z38_bar,
            product11,
            xhat38_bar,
            xhat38_bar_moment,
            xhat38_bar_mean,
            z37_bar,
            a36_bar,
            z36_bar,
            product12,
            xhat36_bar,
            xhat36_bar_moment,
            xhat36_bar_mean,
            z35_bar,
            a34_bar,
            z34_bar,
            product13,
            xhat34_bar,
            xhat34_bar_moment,
            xhat34_bar_mean,
            z33_bar,
            a32_bar,
            z32_bar,
            product14,
            xhat32_bar,
            xhat32_bar_moment,
            xhat32_bar_mean,
            z31_bar,
            a30_bar,
            z30_bar,
            product15,
            xhat30_bar,
            xhat30_bar_moment,
            xhat30_bar_mean,
            z29_bar,
            a28_bar,
            z28_bar,
            product16,
            xhat28_bar,
            xhat28_bar_moment,
            xhat28_bar_mean,
            z27_bar,
            a26_bar,
            z26_bar,
            product17,
            xhat26_bar,
            xhat26_bar_moment,
            xhat26_bar_mean,
            z25_bar,
            a24_bar,
            z24_bar,
            product18,
            xhat24_bar,
            xhat24_bar_moment,
            xhat24_bar_mean,
            z23_bar,
            a22_bar,
            z22_bar,
            product19,
            xhat22_bar,
            xhat22_bar_moment,
            xhat22_bar_mean,
            z21_bar,
            a20_bar,
            z20_bar,
            product20,
            xhat20_bar,
            xhat20_bar_moment,
            xhat20_bar_mean,
            z19_bar,
            a18_bar,
            z18_bar,
            product21,
            xhat18_bar,
            xhat18_bar_moment,
            xhat18_bar_mean,
            z17_bar,
            a16_bar,
            z16_bar,
            product22,
            xhat16_bar,
            xhat16_bar_moment,
            xhat16_bar_mean,
            z15_bar,
            a14_bar,
            z14_bar,
            product23,
            xhat14_bar,
            xhat14_bar_moment,
            xhat14_bar_mean,
            z13_bar,
            a12_bar,
            z12_bar,
            product24,
            xhat12_bar,
            xhat12_bar_moment,
            xhat12_bar_mean,
            z11_bar,
            a10_bar,
            z10_bar,
            product25,
            xhat10_bar,
            xhat10_bar_moment,
            xhat10_bar_mean,
            z9_bar,
            a8_bar,
            z8_bar,
            product26,
            xhat8_bar,
            xhat8_bar_moment,
            xhat8_bar_mean,
            z7_bar,
            a6_bar,
            z6_bar,
            product27,
            xhat6_bar,
            xhat6_bar_moment,
            xhat6_bar_mean,
            z5_bar,
            a4_bar,
            z4_bar,
            product28,
            xhat4_bar,
            xhat4_bar_moment,
            xhat4_bar_mean,
            z3_bar,
            a2_bar,
            z2_bar,
            product29,
            xhat2_bar,
            xhat2_bar_moment,
            xhat2_bar_mean,
            z1_bar,
            spare63,
            spare64,
            spare65,
            rows,
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
        np.matmul(x, W1.T, out=a1)
        # (2)  mu2[i] = sum[n](a1[n,i]/N)
        a1.sum(axis=0, out=mu2)
        mu2 /= N
        # (3)  d2[n,i] = a1[n,i] - mu2[i]
        np.copyto(spare, mu2)
        np.subtract(a1, spare, out=d2)
        # (4)  v2[i] = sum[n](d2[n,i]**2/N)
        np.square(d2, out=power_d2)
        power_d2.sum(axis=0, out=v2)
        v2 /= N
        # (5)  s2[i] = sqrt(v2[i] + 1/100000)
        np.add(v2, 1e-05, out=s2)
        np.sqrt(s2, out=s2)
        # (6)  xhat2[n,i] = d2[n,i]/s2[i]
        np.copyto(spare, s2)
        np.divide(d2, spare, out=xhat2)
        # (7)  z2[n,i] = gamma2[i]*xhat2[n,i] + beta2[i]
        np.copyto(z2, gamma2)
        z2 *= xhat2
        np.copyto(spare2, beta2)
        z2 += spare2
        # (8)  a2[n,i] = tanh(z2[n,i])
        np.tanh(z2, out=a2)
        # (9)  a3[n,i] = sum[j](W3[i,j]*a2[n,j])
        np.matmul(a2, W3.T, out=a3)
        # (10)  mu4[i] = sum[n](a3[n,i]/N)
        a3.sum(axis=0, out=mu4)
        mu4 /= N
        # (11)  d4[n,i] = a3[n,i] - mu4[i]
        np.copyto(spare3, mu4)
        np.subtract(a3, spare3, out=d4)
        # (12)  v4[i] = sum[n](d4[n,i]**2/N)
        np.square(d4, out=power_d4)
        power_d4.sum(axis=0, out=v4)
        v4 /= N
        # (13)  s4[i] = sqrt(v4[i] + 1/100000)
        np.add(v4, 1e-05, out=s4)
        np.sqrt(s4, out=s4)
        # (14)  xhat4[n,i] = d4[n,i]/s4[i]
        np.copyto(spare3, s4)
        np.divide(d4, spare3, out=xhat4)
        # (15)  z4[n,i] = gamma4[i]*xhat4[n,i] + beta4[i]
        np.copyto(z4, gamma4)
        z4 *= xhat4
        np.copyto(spare4, beta4)
        z4 += spare4
        # (16)  a4[n,i] = tanh(z4[n,i])
        np.tanh(z4, out=a4)
        # (17)  a5[n,i] = sum[j](W5[i,j]*a4[n,j])
        np.matmul(a4, W5.T, out=a5)
        # (18)  mu6[i] = sum[n](a5[n,i]/N)
        a5.sum(axis=0, out=mu6)
        mu6 /= N
        # (19)  d6[n,i] = a5[n,i] - mu6[i]
        np.copyto(spare5, mu6)
        np.subtract(a5, spare5, out=d6)
        # (20)  v6[i] = sum[n](d6[n,i]**2/N)
        np.square(d6, out=power_d6)
        power_d6.sum(axis=0, out=v6)
        v6 /= N
        # (21)  s6[i] = sqrt(v6[i] + 1/100000)
        np.add(v6, 1e-05, out=s6)
        np.sqrt(s6, out=s6)
        # (22)  xhat6[n,i] = d6[n,i]/s6[i]
        np.copyto(spare5, s6)
        np.divide(d6, spare5, out=xhat6)
        # (23)  z6[n,i] = gamma6[i]*xhat6[n,i] + beta6[i]
        np.copyto(z6, gamma6)
        z6 *= xhat6
        np.copyto(spare6, beta6)
        z6 += spare6
        # (24)  a6[n,i] = tanh(z6[n,i])
        np.tanh(z6, out=a6)
        # (25)  a7[n,i] = sum[j](W7[i,j]*a6[n,j])
        np.matmul(a6, W7.T, out=a7)
        # (26)  mu8[i] = sum[n](a7[n,i]/N)
        a7.sum(axis=0, out=mu8)
        mu8 /= N
        # (27)  d8[n,i] = a7[n,i] - mu8[i]
        np.copyto(spare7, mu8)
        np.subtract(a7, spare7, out=d8)
        # (28)  v8[i] = sum[n](d8[n,i]**2/N)
        np.square(d8, out=power_d8)
        power_d8.sum(axis=0, out=v8)
        v8 /= N
        # (29)  s8[i] = sqrt(v8[i] + 1/100000)
        np.add(v8, 1e-05, out=s8)
        np.sqrt(s8, out=s8)
        # (30)  xhat8[n,i] = d8[n,i]/s8[i]
        np.copyto(spare7, s8)
        np.divide(d8, spare7, out=xhat8)
        # (31)  z8[n,i] = gamma8[i]*xhat8[n,i] + beta8[i]
        np.copyto(z8, gamma8)
        z8 *= xhat8
        np.copyto(spare8, beta8)
        z8 += spare8
        # (32)  a8[n,i] = tanh(z8[n,i])
        np.tanh(z8, out=a8)
        # (33)  a9[n,i] = sum[j](W9[i,j]*a8[n,j])
        np.matmul(a8, W9.T, out=a9)
        # (34)  mu10[i] = sum[n](a9[n,i]/N)
        a9.sum(axis=0, out=mu10)
        mu10 /= N
        # (35)  d10[n,i] = a9[n,i] - mu10[i]
        np.copyto(spare9, mu10)
        np.subtract(a9, spare9, out=d10)
        # (36)  v10[i] = sum[n](d10[n,i]**2/N)
        np.square(d10, out=power_d10)
        power_d10.sum(axis=0, out=v10)
        v10 /= N
        # (37)  s10[i] = sqrt(v10[i] + 1/100000)
        np.add(v10, 1e-05, out=s10)
        np.sqrt(s10, out=s10)
        # (38)  xhat10[n,i] = d10[n,i]/s10[i]
        np.copyto(spare9, s10)
        np.divide(d10, spare9, out=xhat10)
        # (39)  z10[n,i] = gamma10[i]*xhat10[n,i] + beta10[i]
        np.copyto(z10, gamma10)
        z10 *= xhat10
        np.copyto(spare10, beta10)
        z10 += spare10
        # (40)  a10[n,i] = tanh(z10[n,i])
        np.tanh(z10, out=a10)
        # (41)  a11[n,i] = sum[j](W11[i,j]*a10[n,j])
        np.matmul(a10, W11.T, out=a11)
        # (42)  mu12[i] = sum[n](a11[n,i]/N)
        a11.sum(axis=0, out=mu12)
        mu12 /= N
        # (43)  d12[n,i] = a11[n,i] - mu12[i]
        np.copyto(spare11, mu12)
        np.subtract(a11, spare11, out=d12)
        # (44)  v12[i] = sum[n](d12[n,i]**2/N)
        np.square(d12, out=power_d12)
        power_d12.sum(axis=0, out=v12)
        v12 /= N
        # (45)  s12[i] = sqrt(v12[i] + 1/100000)
        np.add(v12, 1e-05, out=s12)
        np.sqrt(s12, out=s12)
        # (46)  xhat12[n,i] = d12[n,i]/s12[i]
        np.copyto(spare11, s12)
        np.divide(d12, spare11, out=xhat12)
        # (47)  z12[n,i] = gamma12[i]*xhat12[n,i] + beta12[i]
        np.copyto(z12, gamma12)
        z12 *= xhat12
        np.copyto(spare12, beta12)
        z12 += spare12
        # (48)  a12[n,i] = tanh(z12[n,i])
        np.tanh(z12, out=a12)
        # (49)  a13[n,i] = sum[j](W13[i,j]*a12[n,j])
        np.matmul(a12, W13.T, out=a13)
        # (50)  mu14[i] = sum[n](a13[n,i]/N)
        a13.sum(axis=0, out=mu14)
        mu14 /= N
        # (51)  d14[n,i] = a13[n,i] - mu14[i]
        np.copyto(spare13, mu14)
        np.subtract(a13, spare13, out=d14)
        # (52)  v14[i] = sum[n](d14[n,i]**2/N)
        np.square(d14, out=power_d14)
        power_d14.sum(axis=0, out=v14)
        v14 /= N
        # (53)  s14[i] = sqrt(v14[i] + 1/100000)
        np.add(v14, 1e-05, out=s14)
        np.sqrt(s14, out=s14)
        # (54)  xhat14[n,i] = d14[n,i]/s14[i]
        np.copyto(spare13, s14)
        np.divide(d14, spare13, out=xhat14)
        # (55)  z14[n,i] = gamma14[i]*xhat14[n,i] + beta14[i]
        np.copyto(z14, gamma14)
        z14 *= xhat14
        np.copyto(spare14, beta14)
        z14 += spare14
        # (56)  a14[n,i] = tanh(z14[n,i])
        np.tanh(z14, out=a14)
        # (57)  a15[n,i] = sum[j](W15[i,j]*a14[n,j])
        np.matmul(a14, W15.T, out=a15)
        # (58)  mu16[i] = sum[n](a15[n,i]/N)
        a15.sum(axis=0, out=mu16)
        mu16 /= N
        # (59)  d16[n,i] = a15[n,i] - mu16[i]
        np.copyto(spare15, mu16)
        np.subtract(a15, spare15, out=d16)
        # (60)  v16[i] = sum[n](d16[n,i]**2/N)
        np.square(d16, out=power_d16)
        power_d16.sum(axis=0, out=v16)
        v16 /= N
        # (61)  s16[i] = sqrt(v16[i] + 1/100000)
        np.add(v16, 1e-05, out=s16)
        np.sqrt(s16, out=s16)
        # (62)  xhat16[n,i] = d16[n,i]/s16[i]
        np.copyto(spare15, s16)
        np.divide(d16, spare15, out=xhat16)
        # (63)  z16[n,i] = gamma16[i]*xhat16[n,i] + beta16[i]
        np.copyto(z16, gamma16)
        z16 *= xhat16
        np.copyto(spare16, beta16)
        z16 += spare16
        # (64)  a16[n,i] = tanh(z16[n,i])
        np.tanh(z16, out=a16)
        # (65)  a17[n,i] = sum[j](W17[i,j]*a16[n,j])
        np.matmul(a16, W17.T, out=a17)
        # (66)  mu18[i] = sum[n](a17[n,i]/N)
        a17.sum(axis=0, out=mu18)
        mu18 /= N
        # (67)  d18[n,i] = a17[n,i] - mu18[i]
        np.copyto(spare17, mu18)
        np.subtract(a17, spare17, out=d18)
        # (68)  v18[i] = sum[n](d18[n,i]**2/N)
        np.square(d18, out=power_d18)
        power_d18.sum(axis=0, out=v18)
        v18 /= N
        # (69)  s18[i] = sqrt(v18[i] + 1/100000)
        np.add(v18, 1e-05, out=s18)
        np.sqrt(s18, out=s18)
        # (70)  xhat18[n,i] = d18[n,i]/s18[i]
        np.copyto(spare17, s18)
        np.divide(d18, spare17, out=xhat18)
        # (71)  z18[n,i] = gamma18[i]*xhat18[n,i] + beta18[i]
        np.copyto(z18, gamma18)
        z18 *= xhat18
        np.copyto(spare18, beta18)
        z18 += spare18
        # (72)  a18[n,i] = tanh(z18[n,i])
        np.tanh(z18, out=a18)
        # (73)  a19[n,i] = sum[j](W19[i,j]*a18[n,j])
        np.matmul(a18, W19.T, out=a19)
        # (74)  mu20[i] = sum[n](a19[n,i]/N)
        a19.sum(axis=0, out=mu20)
        mu20 /= N
        # (75)  d20[n,i] = a19[n,i] - mu20[i]
        np.copyto(spare19, mu20)
        np.subtract(a19, spare19, out=d20)
        # (76)  v20[i] = sum[n](d20[n,i]**2/N)
        np.square(d20, out=power_d20)
        power_d20.sum(axis=0, out=v20)
        v20 /= N
        # (77)  s20[i] = sqrt(v20[i] + 1/100000)
        np.add(v20, 1e-05, out=s20)
        np.sqrt(s20, out=s20)
        # (78)  xhat20[n,i] = d20[n,i]/s20[i]
        np.copyto(spare19, s20)
        np.divide(d20, spare19, out=xhat20)
        # (79)  z20[n,i] = gamma20[i]*xhat20[n,i] + beta20[i]
        np.copyto(z20, gamma20)
        z20 *= xhat20
        np.copyto(spare20, beta20)
        z20 += spare20
        # (80)  a20[n,i] = tanh(z20[n,i])
        np.tanh(z20, out=a20)
        # (81)  a21[n,i] = sum[j](W21[i,j]*a20[n,j])
        np.matmul(a20, W21.T, out=a21)
        # (82)  mu22[i] = sum[n](a21[n,i]/N)
        a21.sum(axis=0, out=mu22)
        mu22 /= N
        # (83)  d22[n,i] = a21[n,i] - mu22[i]
        np.copyto(spare21, mu22)
        np.subtract(a21, spare21, out=d22)
        # (84)  v22[i] = sum[n](d22[n,i]**2/N)
        np.square(d22, out=power_d22)
        power_d22.sum(axis=0, out=v22)
        v22 /= N
        # (85)  s22[i] = sqrt(v22[i] + 1/100000)
        np.add(v22, 1e-05, out=s22)
        np.sqrt(s22, out=s22)
        # (86)  xhat22[n,i] = d22[n,i]/s22[i]
        np.copyto(spare21, s22)
        np.divide(d22, spare21, out=xhat22)
        # (87)  z22[n,i] = gamma22[i]*xhat22[n,i] + beta22[i]
        np.copyto(z22, gamma22)
        z22 *= xhat22
        np.copyto(spare22, beta22)
        z22 += spare22
        # (88)  a22[n,i] = tanh(z22[n,i])
        np.tanh(z22, out=a22)
        # (89)  a23[n,i] = sum[j](W23[i,j]*a22[n,j])
        np.matmul(a22, W23.T, out=a23)
        # (90)  mu24[i] = sum[n](a23[n,i]/N)
        a23.sum(axis=0, out=mu24)
        mu24 /= N
        # (91)  d24[n,i] = a23[n,i] - mu24[i]
        np.copyto(spare23, mu24)
        np.subtract(a23, spare23, out=d24)
        # (92)  v24[i] = sum[n](d24[n,i]**2/N)
        np.square(d24, out=power_d24)
        power_d24.sum(axis=0, out=v24)
        v24 /= N
        # (93)  s24[i] = sqrt(v24[i] + 1/100000)
        np.add(v24, 1e-05, out=s24)
        np.sqrt(s24, out=s24)
        # (94)  xhat24[n,i] = d24[n,i]/s24[i]
        np.copyto(spare23, s24)
        np.divide(d24, spare23, out=xhat24)
        # (95)  z24[n,i] = gamma24[i]*xhat24[n,i] + beta24[i]
        np.copyto(z24, gamma24)
        z24 *= xhat24
        np.copyto(spare24, beta24)
        z24 += spare24
        # (96)  a24[n,i] = tanh(z24[n,i])
        np.tanh(z24, out=a24)
        # (97)  a25[n,i] = sum[j](W25[i,j]*a24[n,j])
        np.matmul(a24, W25.T, out=a25)
        # (98)  mu26[i] = sum[n](a25[n,i]/N)
        a25.sum(axis=0, out=mu26)
        mu26 /= N
        # (99)  d26[n,i] = a25[n,i] - mu26[i]
        np.copyto(spare25, mu26)
        np.subtract(a25, spare25, out=d26)
        # (100)  v26[i] = sum[n](d26[n,i]**2/N)
        np.square(d26, out=power_d26)
        power_d26.sum(axis=0, out=v26)
        v26 /= N
        # (101)  s26[i] = sqrt(v26[i] + 1/100000)
        np.add(v26, 1e-05, out=s26)
        np.sqrt(s26, out=s26)
        # (102)  xhat26[n,i] = d26[n,i]/s26[i]
        np.copyto(spare25, s26)
        np.divide(d26, spare25, out=xhat26)
        # (103)  z26[n,i] = gamma26[i]*xhat26[n,i] + beta26[i]
        np.copyto(z26, gamma26)
        z26 *= xhat26
        np.copyto(spare26, beta26)
        z26 += spare26
        # (104)  a26[n,i] = tanh(z26[n,i])
        np.tanh(z26, out=a26)
        # (105)  a27[n,i] = sum[j](W27[i,j]*a26[n,j])
        np.matmul(a26, W27.T, out=a27)
        # (106)  mu28[i] = sum[n](a27[n,i]/N)
        a27.sum(axis=0, out=mu28)
        mu28 /= N
        # (107)  d28[n,i] = a27[n,i] - mu28[i]
        np.copyto(spare27, mu28)
        np.subtract(a27, spare27, out=d28)
        # (108)  v28[i] = sum[n](d28[n,i]**2/N)
        np.square(d28, out=power_d28)
        power_d28.sum(axis=0, out=v28)
        v28 /= N
        # (109)  s28[i] = sqrt(v28[i] + 1/100000)
        np.add(v28, 1e-05, out=s28)
        np.sqrt(s28, out=s28)
        # (110)  xhat28[n,i] = d28[n,i]/s28[i]
        np.copyto(spare27, s28)
        np.divide(d28, spare27, out=xhat28)
        # (111)  z28[n,i] = gamma28[i]*xhat28[n,i] + beta28[i]
        np.copyto(z28, gamma28)
        z28 *= xhat28
        np.copyto(spare28, beta28)
        z28 += spare28
        # (112)  a28[n,i] = tanh(z28[n,i])
        np.tanh(z28, out=a28)
        # (113)  a29[n,i] = sum[j](W29[i,j]*a28[n,j])
        np.matmul(a28, W29.T, out=a29)
        # (114)  mu30[i] = sum[n](a29[n,i]/N)
        a29.sum(axis=0, out=mu30)
        mu30 /= N
        # (115)  d30[n,i] = a29[n,i] - mu30[i]
        np.copyto(spare29, mu30)
        np.subtract(a29, spare29, out=d30)
        # (116)  v30[i] = sum[n](d30[n,i]**2/N)
        np.square(d30, out=power_d30)
        power_d30.sum(axis=0, out=v30)
        v30 /= N
        # (117)  s30[i] = sqrt(v30[i] + 1/100000)
        np.add(v30, 1e-05, out=s30)
        np.sqrt(s30, out=s30)
        # (118)  xhat30[n,i] = d30[n,i]/s30[i]
        np.copyto(spare29, s30)
        np.divide(d30, spare29, out=xhat30)
        # (119)  z30[n,i] = gamma30[i]*xhat30[n,i] + beta30[i]
        np.copyto(z30, gamma30)
        z30 *= xhat30
        np.copyto(spare30, beta30)
        z30 += spare30
        # (120)  a30[n,i] = tanh(z30[n,i])
        np.tanh(z30, out=a30)
        # (121)  a31[n,i] = sum[j](W31[i,j]*a30[n,j])
        np.matmul(a30, W31.T, out=a31)
        # (122)  mu32[i] = sum[n](a31[n,i]/N)
        a31.sum(axis=0, out=mu32)
        mu32 /= N
        # (123)  d32[n,i] = a31[n,i] - mu32[i]
        np.copyto(spare31, mu32)
        np.subtract(a31, spare31, out=d32)
        # (124)  v32[i] = sum[n](d32[n,i]**2/N)
        np.square(d32, out=power_d32)
        power_d32.sum(axis=0, out=v32)
        v32 /= N
        # (125)  s32[i] = sqrt(v32[i] + 1/100000)
        np.add(v32, 1e-05, out=s32)
        np.sqrt(s32, out=s32)
        # (126)  xhat32[n,i] = d32[n,i]/s32[i]
        np.copyto(spare31, s32)
        np.divide(d32, spare31, out=xhat32)
        # (127)  z32[n,i] = gamma32[i]*xhat32[n,i] + beta32[i]
        np.copyto(z32, gamma32)
        z32 *= xhat32
        np.copyto(spare32, beta32)
        z32 += spare32
        # (128)  a32[n,i] = tanh(z32[n,i])
        np.tanh(z32, out=a32)
        # (129)  a33[n,i] = sum[j](W33[i,j]*a32[n,j])
        np.matmul(a32, W33.T, out=a33)
        # (130)  mu34[i] = sum[n](a33[n,i]/N)
        a33.sum(axis=0, out=mu34)
        mu34 /= N
        # (131)  d34[n,i] = a33[n,i] - mu34[i]
        np.copyto(spare33, mu34)
        np.subtract(a33, spare33, out=d34)
        # (132)  v34[i] = sum[n](d34[n,i]**2/N)
        np.square(d34, out=power_d34)
        power_d34.sum(axis=0, out=v34)
        v34 /= N
        # (133)  s34[i] = sqrt(v34[i] + 1/100000)
        np.add(v34, 1e-05, out=s34)
        np.sqrt(s34, out=s34)
        # (134)  xhat34[n,i] = d34[n,i]/s34[i]
        np.copyto(spare33, s34)
        np.divide(d34, spare33, out=xhat34)
        # (135)  z34[n,i] = gamma34[i]*xhat34[n,i] + beta34[i]
        np.copyto(z34, gamma34)
        z34 *= xhat34
        np.copyto(spare34, beta34)
        z34 += spare34
        # (136)  a34[n,i] = tanh(z34[n,i])
        np.tanh(z34, out=a34)
        # (137)  a35[n,i] = sum[j](W35[i,j]*a34[n,j])
        np.matmul(a34, W35.T, out=a35)
        # (138)  mu36[i] = sum[n](a35[n,i]/N)
        a35.sum(axis=0, out=mu36)
        mu36 /= N
        # (139)  d36[n,i] = a35[n,i] - mu36[i]
        np.copyto(spare35, mu36)
        np.subtract(a35, spare35, out=d36)
        # (140)  v36[i] = sum[n](d36[n,i]**2/N)
        np.square(d36, out=power_d36)
        power_d36.sum(axis=0, out=v36)
        v36 /= N
        # (141)  s36[i] = sqrt(v36[i] + 1/100000)
        np.add(v36, 1e-05, out=s36)
        np.sqrt(s36, out=s36)
        # (142)  xhat36[n,i] = d36[n,i]/s36[i]
        np.copyto(spare35, s36)
        np.divide(d36, spare35, out=xhat36)
        # (143)  z36[n,i] = gamma36[i]*xhat36[n,i] + beta36[i]
        np.copyto(z36, gamma36)
        z36 *= xhat36
        np.copyto(spare36, beta36)
        z36 += spare36
        # (144)  a36[n,i] = tanh(z36[n,i])
        np.tanh(z36, out=a36)
        # (145)  a37[n,i] = sum[j](W37[i,j]*a36[n,j])
        np.matmul(a36, W37.T, out=a37)
        # (146)  mu38[i] = sum[n](a37[n,i]/N)
        a37.sum(axis=0, out=mu38)
        mu38 /= N
        # (147)  d38[n,i] = a37[n,i] - mu38[i]
        np.copyto(spare37, mu38)
        np.subtract(a37, spare37, out=d38)
        # (148)  v38[i] = sum[n](d38[n,i]**2/N)
        np.square(d38, out=power_d38)
        power_d38.sum(axis=0, out=v38)
        v38 /= N
        # (149)  s38[i] = sqrt(v38[i] + 1/100000)
        np.add(v38, 1e-05, out=s38)
        np.sqrt(s38, out=s38)
        # (150)  xhat38[n,i] = d38[n,i]/s38[i]
        np.copyto(spare37, s38)
        np.divide(d38, spare37, out=xhat38)
        # (151)  z38[n,i] = gamma38[i]*xhat38[n,i] + beta38[i]
        np.copyto(z38, gamma38)
        z38 *= xhat38
        np.copyto(spare38, beta38)
        z38 += spare38
        # (152)  a38[n,i] = tanh(z38[n,i])
        np.tanh(z38, out=a38)
        # (153)  a39[n,i] = sum[j](W39[i,j]*a38[n,j])
        np.matmul(a38, W39.T, out=a39)
        # (154)  mu40[i] = sum[n](a39[n,i]/N)
        a39.sum(axis=0, out=mu40)
        mu40 /= N
        # (155)  d40[n,i] = a39[n,i] - mu40[i]
        np.copyto(spare39, mu40)
        np.subtract(a39, spare39, out=d40)
        # (156)  v40[i] = sum[n](d40[n,i]**2/N)
        np.square(d40, out=power_d40)
        power_d40.sum(axis=0, out=v40)
        v40 /= N
        # (157)  s40[i] = sqrt(v40[i] + 1/100000)
        np.add(v40, 1e-05, out=s40)
        np.sqrt(s40, out=s40)
        # (158)  xhat40[n,i] = d40[n,i]/s40[i]
        np.copyto(spare39, s40)
        np.divide(d40, spare39, out=xhat40)
        # (159)  z40[n,i] = gamma40[i]*xhat40[n,i] + beta40[i]
        np.copyto(z40, gamma40)
        z40 *= xhat40
        np.copyto(spare40, beta40)
        z40 += spare40
        # (160)  a40[n,i] = tanh(z40[n,i])
        np.tanh(z40, out=a40)
        # (161)  a41[n,i] = sum[j](W41[i,j]*a40[n,j])
        np.matmul(a40, W41.T, out=a41)
        # (162)  mu42[i] = sum[n](a41[n,i]/N)
        a41.sum(axis=0, out=mu42)
        mu42 /= N
        # (163)  d42[n,i] = a41[n,i] - mu42[i]
        np.copyto(spare41, mu42)
        np.subtract(a41, spare41, out=d42)
        # (164)  v42[i] = sum[n](d42[n,i]**2/N)
        np.square(d42, out=power_d42)
        power_d42.sum(axis=0, out=v42)
        v42 /= N
        # (165)  s42[i] = sqrt(v42[i] + 1/100000)
        np.add(v42, 1e-05, out=s42)
        np.sqrt(s42, out=s42)
        # (166)  xhat42[n,i] = d42[n,i]/s42[i]
        np.copyto(spare41, s42)
        np.divide(d42, spare41, out=xhat42)
        # (167)  z42[n,i] = gamma42[i]*xhat42[n,i] + beta42[i]
        np.copyto(z42, gamma42)
        z42 *= xhat42
        np.copyto(spare42, beta42)
        z42 += spare42
        # (168)  a42[n,i] = tanh(z42[n,i])
        np.tanh(z42, out=a42)
        # (169)  a43[n,i] = sum[j](W43[i,j]*a42[n,j])
        np.matmul(a42, W43.T, out=a43)
        # (170)  mu44[i] = sum[n](a43[n,i]/N)
        a43.sum(axis=0, out=mu44)
        mu44 /= N
        # (171)  d44[n,i] = a43[n,i] - mu44[i]
        np.copyto(spare43, mu44)
        np.subtract(a43, spare43, out=d44)
        # (172)  v44[i] = sum[n](d44[n,i]**2/N)
        np.square(d44, out=power_d44)
        power_d44.sum(axis=0, out=v44)
        v44 /= N
        # (173)  s44[i] = sqrt(v44[i] + 1/100000)
        np.add(v44, 1e-05, out=s44)
        np.sqrt(s44, out=s44)
        # (174)  xhat44[n,i] = d44[n,i]/s44[i]
        np.copyto(spare43, s44)
        np.divide(d44, spare43, out=xhat44)
        # (175)  z44[n,i] = gamma44[i]*xhat44[n,i] + beta44[i]
        np.copyto(z44, gamma44)
        z44 *= xhat44
        np.copyto(spare44, beta44)
        z44 += spare44
        # (176)  a44[n,i] = tanh(z44[n,i])
        np.tanh(z44, out=a44)
        # (177)  a45[n,i] = sum[j](W45[i,j]*a44[n,j])
        np.matmul(a44, W45.T, out=a45)
        # (178)  mu46[i] = sum[n](a45[n,i]/N)
        a45.sum(axis=0, out=mu46)
        mu46 /= N
        # (179)  d46[n,i] = a45[n,i] - mu46[i]
        np.copyto(spare45, mu46)
        np.subtract(a45, spare45, out=d46)
        # (180)  v46[i] = sum[n](d46[n,i]**2/N)
        np.square(d46, out=power_d46)
        power_d46.sum(axis=0, out=v46)
        v46 /= N
        # (181)  s46[i] = sqrt(v46[i] + 1/100000)
        np.add(v46, 1e-05, out=s46)
        np.sqrt(s46, out=s46)
        # (182)  xhat46[n,i] = d46[n,i]/s46[i]
        np.copyto(spare45, s46)
        np.divide(d46, spare45, out=xhat46)
        # (183)  z46[n,i] = gamma46[i]*xhat46[n,i] + beta46[i]
        np.copyto(z46, gamma46)
        z46 *= xhat46
        np.copyto(spare46, beta46)
        z46 += spare46
        # (184)  a46[n,i] = tanh(z46[n,i])
        np.tanh(z46, out=a46)
        # (185)  a47[n,i] = sum[j](W47[i,j]*a46[n,j])
        np.matmul(a46, W47.T, out=a47)
        # (186)  mu48[i] = sum[n](a47[n,i]/N)
        a47.sum(axis=0, out=mu48)
        mu48 /= N
        # (187)  d48[n,i] = a47[n,i] - mu48[i]
        np.copyto(spare47, mu48)
        np.subtract(a47, spare47, out=d48)
        # (188)  v48[i] = sum[n](d48[n,i]**2/N)
        np.square(d48, out=power_d48)
        power_d48.sum(axis=0, out=v48)
        v48 /= N
        # (189)  s48[i] = sqrt(v48[i] + 1/100000)
        np.add(v48, 1e-05, out=s48)
        np.sqrt(s48, out=s48)
        # (190)  xhat48[n,i] = d48[n,i]/s48[i]
        np.copyto(spare47, s48)
        np.divide(d48, spare47, out=xhat48)
        # (191)  z48[n,i] = gamma48[i]*xhat48[n,i] + beta48[i]
        np.copyto(z48, gamma48)
        z48 *= xhat48
        np.copyto(spare48, beta48)
        z48 += spare48
        # (192)  a48[n,i] = tanh(z48[n,i])
        np.tanh(z48, out=a48)
        # (193)  a49[n,i] = sum[j](W49[i,j]*a48[n,j])
        np.matmul(a48, W49.T, out=a49)
        # (194)  mu50[i] = sum[n](a49[n,i]/N)
        a49.sum(axis=0, out=mu50)
        mu50 /= N
        # (195)  d50[n,i] = a49[n,i] - mu50[i]
        np.copyto(spare49, mu50)
        np.subtract(a49, spare49, out=d50)
        # (196)  v50[i] = sum[n](d50[n,i]**2/N)
        np.square(d50, out=power_d50)
        power_d50.sum(axis=0, out=v50)
        v50 /= N
        # (197)  s50[i] = sqrt(v50[i] + 1/100000)
        np.add(v50, 1e-05, out=s50)
        np.sqrt(s50, out=s50)
        # (198)  xhat50[n,i] = d50[n,i]/s50[i]
        np.copyto(spare49, s50)
        np.divide(d50, spare49, out=xhat50)
        # (199)  z50[n,i] = gamma50[i]*xhat50[n,i] + beta50[i]
        np.copyto(z50, gamma50)
        z50 *= xhat50
        np.copyto(spare50, beta50)
        z50 += spare50
        # (200)  a50[n,i] = tanh(z50[n,i])
        np.tanh(z50, out=a50)
        # (201)  a51[n,i] = sum[j](W51[i,j]*a50[n,j])
        np.matmul(a50, W51.T, out=a51)
        # (202)  mu52[i] = sum[n](a51[n,i]/N)
        a51.sum(axis=0, out=mu52)
        mu52 /= N
        # (203)  d52[n,i] = a51[n,i] - mu52[i]
        np.copyto(spare51, mu52)
        np.subtract(a51, spare51, out=d52)
        # (204)  v52[i] = sum[n](d52[n,i]**2/N)
        np.square(d52, out=power_d52)
        power_d52.sum(axis=0, out=v52)
        v52 /= N
        # (205)  s52[i] = sqrt(v52[i] + 1/100000)
        np.add(v52, 1e-05, out=s52)
        np.sqrt(s52, out=s52)
        # (206)  xhat52[n,i] = d52[n,i]/s52[i]
        np.copyto(spare51, s52)
        np.divide(d52, spare51, out=xhat52)
        # (207)  z52[n,i] = gamma52[i]*xhat52[n,i] + beta52[i]
        np.copyto(z52, gamma52)
        z52 *= xhat52
        np.copyto(spare52, beta52)
        z52 += spare52
        # (208)  a52[n,i] = tanh(z52[n,i])
        np.tanh(z52, out=a52)
        # (209)  a53[n,i] = sum[j](W53[i,j]*a52[n,j])
        np.matmul(a52, W53.T, out=a53)
        # (210)  mu54[i] = sum[n](a53[n,i]/N)
        a53.sum(axis=0, out=mu54)
        mu54 /= N
        # (211)  d54[n,i] = a53[n,i] - mu54[i]
        np.copyto(spare53, mu54)
        np.subtract(a53, spare53, out=d54)
        # (212)  v54[i] = sum[n](d54[n,i]**2/N)
        np.square(d54, out=power_d54)
        power_d54.sum(axis=0, out=v54)
        v54 /= N
        # (213)  s54[i] = sqrt(v54[i] + 1/100000)
        np.add(v54, 1e-05, out=s54)
        np.sqrt(s54, out=s54)
        # (214)  xhat54[n,i] = d54[n,i]/s54[i]
        np.copyto(spare53, s54)
        np.divide(d54, spare53, out=xhat54)
        # (215)  z54[n,i] = gamma54[i]*xhat54[n,i] + beta54[i]
        np.copyto(z54, gamma54)
        z54 *= xhat54
        np.copyto(spare54, beta54)
        z54 += spare54
        # (216)  a54[n,i] = tanh(z54[n,i])
        np.tanh(z54, out=a54)
        # (217)  a55[n,i] = sum[j](W55[i,j]*a54[n,j])
        np.matmul(a54, W55.T, out=a55)
        # (218)  mu56[i] = sum[n](a55[n,i]/N)
        a55.sum(axis=0, out=mu56)
        mu56 /= N
        # (219)  d56[n,i] = a55[n,i] - mu56[i]
        np.copyto(spare55, mu56)
        np.subtract(a55, spare55, out=d56)
        # (220)  v56[i] = sum[n](d56[n,i]**2/N)
        np.square(d56, out=power_d56)
        power_d56.sum(axis=0, out=v56)
        v56 /= N
        # (221)  s56[i] = sqrt(v56[i] + 1/100000)
        np.add(v56, 1e-05, out=s56)
        np.sqrt(s56, out=s56)
        # (222)  xhat56[n,i] = d56[n,i]/s56[i]
        np.copyto(spare55, s56)
        np.divide(d56, spare55, out=xhat56)
        # (223)  z56[n,i] = gamma56[i]*xhat56[n,i] + beta56[i]
        np.copyto(z56, gamma56)
        z56 *= xhat56
        np.copyto(spare56, beta56)
        z56 += spare56
        # (224)  a56[n,i] = tanh(z56[n,i])
        np.tanh(z56, out=a56)
        # (225)  a57[n,i] = sum[j](W57[i,j]*a56[n,j])
        np.matmul(a56, W57.T, out=a57)
        # (226)  mu58[i] = sum[n](a57[n,i]/N)
        a57.sum(axis=0, out=mu58)
        mu58 /= N
        # (227)  d58[n,i] = a57[n,i] - mu58[i]
        np.copyto(spare57, mu58)
        np.subtract(a57, spare57, out=d58)
        # (228)  v58[i] = sum[n](d58[n,i]**2/N)
        np.square(d58, out=power_d58)
        power_d58.sum(axis=0, out=v58)
        v58 /= N
        # (229)  s58[i] = sqrt(v58[i] + 1/100000)
        np.add(v58, 1e-05, out=s58)
        np.sqrt(s58, out=s58)
        # (230)  xhat58[n,i] = d58[n,i]/s58[i]
        np.copyto(spare57, s58)
        np.divide(d58, spare57, out=xhat58)
        # (231)  z58[n,i] = gamma58[i]*xhat58[n,i] + beta58[i]
        np.copyto(z58, gamma58)
        z58 *= xhat58
        np.copyto(spare58, beta58)
        z58 += spare58
        # (232)  a58[n,i] = tanh(z58[n,i])
        np.tanh(z58, out=a58)
        # (233)  yhat[n,i] = sum[j](W59[i,j]*a58[n,j]) + b59[i]
        np.matmul(a58, W59.T, out=yhat)
        np.copyto(spare59, b59)
        yhat += spare59
        # (234)  m[n] = max[k](yhat[n,k])
        yhat.max(axis=1, out=m)
        # (235)  e[n,k] = exp(yhat[n,k] - m[n])
        np.copyto(e, m[:, None])
        np.subtract(yhat, e, out=e)
        np.exp(e, out=e)
        # (236)  s[n] = sum[k](e[n,k])
        e.sum(axis=1, out=s)
        # (237)  lse[n] = m[n] + log(s[n])
        np.log(s, out=spare60)
        np.add(m, spare60, out=lse)
        # (238)  prob[n,k] = e[n,k]/s[n]
        np.copyto(spare61, s[:, None])
        np.divide(e, spare61, out=prob)
        # (239)  L = sum[n](-(yhat[n,y[n]] - lse[n])/N)
        np.copyto(label, y)
        np.multiply(rows, 10, out=place)
        place += label
        np.take(yhat, place, out=spare62, mode="clip")
        np.subtract(spare62, lse, out=difference)
        L = -float(difference.sum()) / N
        # (240)  z59_bar[n,k] = prob[n,k]/N;  z59_bar[n,y[n]] += -1/N
        np.divide(prob, N, out=z59_bar)
        np.take(z59_bar, place, out=z59_bar_at, mode="clip")
        z59_bar_at -= 1 / N
        np.put(z59_bar, place, z59_bar_at, mode="clip")
        # (241)  b59_bar[i] = sum[n](z59_bar[n,i])
        z59_bar.sum(axis=0, out=b59_bar)
        # (242)  W59_bar[i,j] = sum[n](z59_bar[n,i]*a58[n,j])
        np.matmul(z59_bar.T, a58, out=W59_bar)
        # (243)  a58_bar[n,j] = sum[i](z59_bar[n,i]*W59[i,j])
        np.matmul(z59_bar, W59, out=a58_bar)
        # (244)  z58_bar[n,i] = a58_bar[n,i]*(1 - a58[n,i]**2)
        np.square(a58, out=a58)
        np.subtract(1, a58, out=spare57)
        np.multiply(a58_bar, spare57, out=z58_bar)
        # (245)  beta58_bar[i] = sum[n](z58_bar[n,i])
        z58_bar.sum(axis=0, out=beta58_bar)
        # (246)  gamma58_bar[i] = sum[n](z58_bar[n,i]*xhat58[n,i])
        np.multiply(z58_bar, xhat58, out=product)
        product.sum(axis=0, out=gamma58_bar)
        # (247)  xhat58_bar[n,i] = z58_bar[n,i]*gamma58[i]
        np.copyto(spare57, gamma58)
        np.multiply(z58_bar, spare57, out=xhat58_bar)
        # (248)  xhat58_bar_moment[i] = gamma58_bar[i]*gamma58[i]/N
        np.multiply(gamma58_bar, gamma58, out=xhat58_bar_moment)
        xhat58_bar_moment /= N
        # (249)  xhat58_bar_mean[i] = beta58_bar[i]*gamma58[i]/N
        np.multiply(beta58_bar, gamma58, out=xhat58_bar_mean)
        xhat58_bar_mean /= N
        # (250)  z57_bar[n,i] = (xhat58_bar[n,i]
        #            - xhat58_bar_moment[i]*xhat58[n,i] - xhat58_bar_mean[i])/s58[i]
        np.copyto(spare57, xhat58_bar_moment)
        spare57 *= xhat58
        np.subtract(xhat58_bar, spare57, out=z57_bar)
        np.copyto(spare56, xhat58_bar_mean)
        z57_bar -= spare56
        np.copyto(spare56, s58)
        z57_bar /= spare56
        # (251)  W57_bar[i,j] = sum[n](z57_bar[n,i]*a56[n,j])
        np.matmul(z57_bar.T, a56, out=W57_bar)
        # (252)  a56_bar[n,j] = sum[i](z57_bar[n,i]*W57[i,j])
        np.matmul(z57_bar, W57, out=a56_bar)
        # (253)  z56_bar[n,i] = a56_bar[n,i]*(1 - a56[n,i]**2)
        np.square(a56, out=a56)
        np.subtract(1, a56, out=spare55)
        np.multiply(a56_bar, spare55, out=z56_bar)
        # (254)  beta56_bar[i] = sum[n](z56_bar[n,i])
        z56_bar.sum(axis=0, out=beta56_bar)
        # (255)  gamma56_bar[i] = sum[n](z56_bar[n,i]*xhat56[n,i])
        np.multiply(z56_bar, xhat56, out=product2)
        product2.sum(axis=0, out=gamma56_bar)
        # (256)  xhat56_bar[n,i] = z56_bar[n,i]*gamma56[i]
        np.copyto(spare55, gamma56)
        np.multiply(z56_bar, spare55, out=xhat56_bar)
        # (257)  xhat56_bar_moment[i] = gamma56_bar[i]*gamma56[i]/N
        np.multiply(gamma56_bar, gamma56, out=xhat56_bar_moment)
        xhat56_bar_moment /= N
        # (258)  xhat56_bar_mean[i] = beta56_bar[i]*gamma56[i]/N
        np.multiply(beta56_bar, gamma56, out=xhat56_bar_mean)
        xhat56_bar_mean /= N
        # (259)  z55_bar[n,i] = (xhat56_bar[n,i]
        #            - xhat56_bar_moment[i]*xhat56[n,i] - xhat56_bar_mean[i])/s56[i]
        np.copyto(spare55, xhat56_bar_moment)
        spare55 *= xhat56
        np.subtract(xhat56_bar, spare55, out=z55_bar)
        np.copyto(spare54, xhat56_bar_mean)
        z55_bar -= spare54
        np.copyto(spare54, s56)
        z55_bar /= spare54
        # (260)  W55_bar[i,j] = sum[n](z55_bar[n,i]*a54[n,j])
        np.matmul(z55_bar.T, a54, out=W55_bar)
        # (261)  a54_bar[n,j] = sum[i](z55_bar[n,i]*W55[i,j])
        np.matmul(z55_bar, W55, out=a54_bar)
        # (262)  z54_bar[n,i] = a54_bar[n,i]*(1 - a54[n,i]**2)
        np.square(a54, out=a54)
        np.subtract(1, a54, out=spare53)
        np.multiply(a54_bar, spare53, out=z54_bar)
        # (263)  beta54_bar[i] = sum[n](z54_bar[n,i])
        z54_bar.sum(axis=0, out=beta54_bar)
        # (264)  gamma54_bar[i] = sum[n](z54_bar[n,i]*xhat54[n,i])
        np.multiply(z54_bar, xhat54, out=product3)
        product3.sum(axis=0, out=gamma54_bar)
        # (265)  xhat54_bar[n,i] = z54_bar[n,i]*gamma54[i]
        np.copyto(spare53, gamma54)
        np.multiply(z54_bar, spare53, out=xhat54_bar)
        # (266)  xhat54_bar_moment[i] = gamma54_bar[i]*gamma54[i]/N
        np.multiply(gamma54_bar, gamma54, out=xhat54_bar_moment)
        xhat54_bar_moment /= N
        # (267)  xhat54_bar_mean[i] = beta54_bar[i]*gamma54[i]/N
        np.multiply(beta54_bar, gamma54, out=xhat54_bar_mean)
        xhat54_bar_mean /= N
        # (268)  z53_bar[n,i] = (xhat54_bar[n,i]
        #            - xhat54_bar_moment[i]*xhat54[n,i] - xhat54_bar_mean[i])/s54[i]
        np.copyto(spare53, xhat54_bar_moment)
        spare53 *= xhat54
        np.subtract(xhat54_bar, spare53, out=z53_bar)
        np.copyto(spare52, xhat54_bar_mean)
        z53_bar -= spare52
        np.copyto(spare52, s54)
        z53_bar /= spare52
        # (269)  W53_bar[i,j] = sum[n](z53_bar[n,i]*a52[n,j])
        np.matmul(z53_bar.T, a52, out=W53_bar)
        # (270)  a52_bar[n,j] = sum[i](z53_bar[n,i]*W53[i,j])
        np.matmul(z53_bar, W53, out=a52_bar)
        # (271)  z52_bar[n,i] = a52_bar[n,i]*(1 - a52[n,i]**2)
        np.square(a52, out=a52)
        np.subtract(1, a52, out=spare51)
        np.multiply(a52_bar, spare51, out=z52_bar)
        # (272)  beta52_bar[i] = sum[n](z52_bar[n,i])
        z52_bar.sum(axis=0, out=beta52_bar)
        # (273)  gamma52_bar[i] = sum[n](z52_bar[n,i]*xhat52[n,i])
        np.multiply(z52_bar, xhat52, out=product4)
        product4.sum(axis=0, out=gamma52_bar)
        # (274)  xhat52_bar[n,i] = z52_bar[n,i]*gamma52[i]
        np.copyto(spare51, gamma52)
        np.multiply(z52_bar, spare51, out=xhat52_bar)
        # (275)  xhat52_bar_moment[i] = gamma52_bar[i]*gamma52[i]/N
        np.multiply(gamma52_bar, gamma52, out=xhat52_bar_moment)
        xhat52_bar_moment /= N
        # (276)  xhat52_bar_mean[i] = beta52_bar[i]*gamma52[i]/N
        np.multiply(beta52_bar, gamma52, out=xhat52_bar_mean)
        xhat52_bar_mean /= N
        # (277)  z51_bar[n,i] = (xhat52_bar[n,i]
        #            - xhat52_bar_moment[i]*xhat52[n,i] - xhat52_bar_mean[i])/s52[i]
        np.copyto(spare51, xhat52_bar_moment)
        spare51 *= xhat52
        np.subtract(xhat52_bar, spare51, out=z51_bar)
        np.copyto(spare50, xhat52_bar_mean)
        z51_bar -= spare50
        np.copyto(spare50, s52)
        z51_bar /= spare50
        # (278)  W51_bar[i,j] = sum[n](z51_bar[n,i]*a50[n,j])
        np.matmul(z51_bar.T, a50, out=W51_bar)
        # (279)  a50_bar[n,j] = sum[i](z51_bar[n,i]*W51[i,j])
        np.matmul(z51_bar, W51, out=a50_bar)
        # (280)  z50_bar[n,i] = a50_bar[n,i]*(1 - a50[n,i]**2)
        np.square(a50, out=a50)
        np.subtract(1, a50, out=spare49)
        np.multiply(a50_bar, spare49, out=z50_bar)
        # (281)  beta50_bar[i] = sum[n](z50_bar[n,i])
        z50_bar.sum(axis=0, out=beta50_bar)
        # (282)  gamma50_bar[i] = sum[n](z50_bar[n,i]*xhat50[n,i])
        np.multiply(z50_bar, xhat50, out=product5)
        product5.sum(axis=0, out=gamma50_bar)
        # (283)  xhat50_bar[n,i] = z50_bar[n,i]*gamma50[i]
        np.copyto(spare49, gamma50)
        np.multiply(z50_bar, spare49, out=xhat50_bar)
        # (284)  xhat50_bar_moment[i] = gamma50_bar[i]*gamma50[i]/N
        np.multiply(gamma50_bar, gamma50, out=xhat50_bar_moment)
        xhat50_bar_moment /= N
        # (285)  xhat50_bar_mean[i] = beta50_bar[i]*gamma50[i]/N
        np.multiply(beta50_bar, gamma50, out=xhat50_bar_mean)
        xhat50_bar_mean /= N
        # (286)  z49_bar[n,i] = (xhat50_bar[n,i]
        #            - xhat50_bar_moment[i]*xhat50[n,i] - xhat50_bar_mean[i])/s50[i]
        np.copyto(spare49, xhat50_bar_moment)
        spare49 *= xhat50
        np.subtract(xhat50_bar, spare49, out=z49_bar)
        np.copyto(spare48, xhat50_bar_mean)
        z49_bar -= spare48
        np.copyto(spare48, s50)
        z49_bar /= spare48
        # (287)  W49_bar[i,j] = sum[n](z49_bar[n,i]*a48[n,j])
        np.matmul(z49_bar.T, a48, out=W49_bar)
        # (288)  a48_bar[n,j] = sum[i](z49_bar[n,i]*W49[i,j])
        np.matmul(z49_bar, W49, out=a48_bar)
        # (289)  z48_bar[n,i] = a48_bar[n,i]*(1 - a48[n,i]**2)
        np.square(a48, out=a48)
        np.subtract(1, a48, out=spare47)
        np.multiply(a48_bar, spare47, out=z48_bar)
        # (290)  beta48_bar[i] = sum[n](z48_bar[n,i])
        z48_bar.sum(axis=0, out=beta48_bar)
        # (291)  gamma48_bar[i] = sum[n](z48_bar[n,i]*xhat48[n,i])
        np.multiply(z48_bar, xhat48, out=product6)
        product6.sum(axis=0, out=gamma48_bar)
        # (292)  xhat48_bar[n,i] = z48_bar[n,i]*gamma48[i]
        np.copyto(spare47, gamma48)
        np.multiply(z48_bar, spare47, out=xhat48_bar)
        # (293)  xhat48_bar_moment[i] = gamma48_bar[i]*gamma48[i]/N
        np.multiply(gamma48_bar, gamma48, out=xhat48_bar_moment)
        xhat48_bar_moment /= N
        # (294)  xhat48_bar_mean[i] = beta48_bar[i]*gamma48[i]/N
        np.multiply(beta48_bar, gamma48, out=xhat48_bar_mean)
        xhat48_bar_mean /= N
        # (295)  z47_bar[n,i] = (xhat48_bar[n,i]
        #            - xhat48_bar_moment[i]*xhat48[n,i] - xhat48_bar_mean[i])/s48[i]
        np.copyto(spare47, xhat48_bar_moment)
        spare47 *= xhat48
        np.subtract(xhat48_bar, spare47, out=z47_bar)
        np.copyto(spare46, xhat48_bar_mean)
        z47_bar -= spare46
        np.copyto(spare46, s48)
        z47_bar /= spare46
        # (296)  W47_bar[i,j] = sum[n](z47_bar[n,i]*a46[n,j])
        np.matmul(z47_bar.T, a46, out=W47_bar)
        # (297)  a46_bar[n,j] = sum[i](z47_bar[n,i]*W47[i,j])
        np.matmul(z47_bar, W47, out=a46_bar)
        # (298)  z46_bar[n,i] = a46_bar[n,i]*(1 - a46[n,i]**2)
        np.square(a46, out=a46)
        np.subtract(1, a46, out=spare45)
        np.multiply(a46_bar, spare45, out=z46_bar)
        # (299)  beta46_bar[i] = sum[n](z46_bar[n,i])
        z46_bar.sum(axis=0, out=beta46_bar)
        # (300)  gamma46_bar[i] = sum[n](z46_bar[n,i]*xhat46[n,i])
        np.multiply(z46_bar, xhat46, out=product7)
        product7.sum(axis=0, out=gamma46_bar)
        # (301)  xhat46_bar[n,i] = z46_bar[n,i]*gamma46[i]
        np.copyto(spare45, gamma46)
        np.multiply(z46_bar, spare45, out=xhat46_bar)
        # (302)  xhat46_bar_moment[i] = gamma46_bar[i]*gamma46[i]/N
        np.multiply(gamma46_bar, gamma46, out=xhat46_bar_moment)
        xhat46_bar_moment /= N
        # (303)  xhat46_bar_mean[i] = beta46_bar[i]*gamma46[i]/N
        np.multiply(beta46_bar, gamma46, out=xhat46_bar_mean)
        xhat46_bar_mean /= N
        # (304)  z45_bar[n,i] = (xhat46_bar[n,i]
        #            - xhat46_bar_moment[i]*xhat46[n,i] - xhat46_bar_mean[i])/s46[i]
        np.copyto(spare45, xhat46_bar_moment)
        spare45 *= xhat46
        np.subtract(xhat46_bar, spare45, out=z45_bar)
        np.copyto(spare44, xhat46_bar_mean)
        z45_bar -= spare44
        np.copyto(spare44, s46)
        z45_bar /= spare44
        # (305)  W45_bar[i,j] = sum[n](z45_bar[n,i]*a44[n,j])
        np.matmul(z45_bar.T, a44, out=W45_bar)
        # (306)  a44_bar[n,j] = sum[i](z45_bar[n,i]*W45[i,j])
        np.matmul(z45_bar, W45, out=a44_bar)
        # (307)  z44_bar[n,i] = a44_bar[n,i]*(1 - a44[n,i]**2)
        np.square(a44, out=a44)
        np.subtract(1, a44, out=spare43)
        np.multiply(a44_bar, spare43, out=z44_bar)
        # (308)  beta44_bar[i] = sum[n](z44_bar[n,i])
        z44_bar.sum(axis=0, out=beta44_bar)
        # (309)  gamma44_bar[i] = sum[n](z44_bar[n,i]*xhat44[n,i])
        np.multiply(z44_bar, xhat44, out=product8)
        product8.sum(axis=0, out=gamma44_bar)
        # (310)  xhat44_bar[n,i] = z44_bar[n,i]*gamma44[i]
        np.copyto(spare43, gamma44)
        np.multiply(z44_bar, spare43, out=xhat44_bar)
        # (311)  xhat44_bar_moment[i] = gamma44_bar[i]*gamma44[i]/N
        np.multiply(gamma44_bar, gamma44, out=xhat44_bar_moment)
        xhat44_bar_moment /= N
        # (312)  xhat44_bar_mean[i] = beta44_bar[i]*gamma44[i]/N
        np.multiply(beta44_bar, gamma44, out=xhat44_bar_mean)
        xhat44_bar_mean /= N
        # (313)  z43_bar[n,i] = (xhat44_bar[n,i]
        #            - xhat44_bar_moment[i]*xhat44[n,i] - xhat44_bar_mean[i])/s44[i]
        np.copyto(spare43, xhat44_bar_moment)
        spare43 *= xhat44
        np.subtract(xhat44_bar, spare43, out=z43_bar)
        np.copyto(spare42, xhat44_bar_mean)
        z43_bar -= spare42
        np.copyto(spare42, s44)
        z43_bar /= spare42
        # (314)  W43_bar[i,j] = sum[n](z43_bar[n,i]*a42[n,j])
        np.matmul(z43_bar.T, a42, out=W43_bar)
        # (315)  a42_bar[n,j] = sum[i](z43_bar[n,i]*W43[i,j])
        np.matmul(z43_bar, W43, out=a42_bar)
        # (316)  z42_bar[n,i] = a42_bar[n,i]*(1 - a42[n,i]**2)
        np.square(a42, out=a42)
        np.subtract(1, a42, out=spare41)
        np.multiply(a42_bar, spare41, out=z42_bar)
        # (317)  beta42_bar[i] = sum[n](z42_bar[n,i])
        z42_bar.sum(axis=0, out=beta42_bar)
        # (318)  gamma42_bar[i] = sum[n](z42_bar[n,i]*xhat42[n,i])
        np.multiply(z42_bar, xhat42, out=product9)
        product9.sum(axis=0, out=gamma42_bar)
        # (319)  xhat42_bar[n,i] = z42_bar[n,i]*gamma42[i]
        np.copyto(spare41, gamma42)
        np.multiply(z42_bar, spare41, out=xhat42_bar)
        # (320)  xhat42_bar_moment[i] = gamma42_bar[i]*gamma42[i]/N
        np.multiply(gamma42_bar, gamma42, out=xhat42_bar_moment)
        xhat42_bar_moment /= N
        # (321)  xhat42_bar_mean[i] = beta42_bar[i]*gamma42[i]/N
        np.multiply(beta42_bar, gamma42, out=xhat42_bar_mean)
        xhat42_bar_mean /= N
        # (322)  z41_bar[n,i] = (xhat42_bar[n,i]
        #            - xhat42_bar_moment[i]*xhat42[n,i] - xhat42_bar_mean[i])/s42[i]
        np.copyto(spare41, xhat42_bar_moment)
        spare41 *= xhat42
        np.subtract(xhat42_bar, spare41, out=z41_bar)
        np.copyto(spare40, xhat42_bar_mean)
        z41_bar -= spare40
        np.copyto(spare40, s42)
        z41_bar /= spare40
        # (323)  W41_bar[i,j] = sum[n](z41_bar[n,i]*a40[n,j])
        np.matmul(z41_bar.T, a40, out=W41_bar)
        # (324)  a40_bar[n,j] = sum[i](z41_bar[n,i]*W41[i,j])
        np.matmul(z41_bar, W41, out=a40_bar)
        # (325)  z40_bar[n,i] = a40_bar[n,i]*(1 - a40[n,i]**2)
        np.square(a40, out=a40)
        np.subtract(1, a40, out=spare39)
        np.multiply(a40_bar, spare39, out=z40_bar)
        # (326)  beta40_bar[i] = sum[n](z40_bar[n,i])
        z40_bar.sum(axis=0, out=beta40_bar)
        # (327)  gamma40_bar[i] = sum[n](z40_bar[n,i]*xhat40[n,i])
        np.multiply(z40_bar, xhat40, out=product10)
        product10.sum(axis=0, out=gamma40_bar)
        # (328)  xhat40_bar[n,i] = z40_bar[n,i]*gamma40[i]
        np.copyto(spare39, gamma40)
        np.multiply(z40_bar, spare39, out=xhat40_bar)
        # (329)  xhat40_bar_moment[i] = gamma40_bar[i]*gamma40[i]/N
        np.multiply(gamma40_bar, gamma40, out=xhat40_bar_moment)
        xhat40_bar_moment /= N
        # (330)  xhat40_bar_mean[i] = beta40_bar[i]*gamma40[i]/N
        np.multiply(beta40_bar, gamma40, out=xhat40_bar_mean)
        xhat40_bar_mean /= N
        # (331)  z39_bar[n,i] = (xhat40_bar[n,i]
        #            - xhat40_bar_moment[i]*xhat40[n,i] - xhat40_bar_mean[i])/s40[i]
        np.copyto(spare39, xhat40_bar_moment)
        spare39 *= xhat40
        np.subtract(xhat40_bar, spare39, out=z39_bar)
        np.copyto(spare38, xhat40_bar_mean)
        z39_bar -= spare38
        np.copyto(spare38, s40)
        z39_bar /= spare38
        # (332)  W39_bar[i,j] = sum[n](z39_bar[n,i]*a38[n,j])
        np.matmul(z39_bar.T, a38, out=W39_bar)
        # (333)  a38_bar[n,j] = sum[i](z39_bar[n,i]*W39[i,j])
        np.matmul(z39_bar, W39, out=a38_bar)
        # (334)  z38_bar[n,i] = a38_bar[n,i]*(1 - a38[n,i]**2)
        np.square(a38, out=a38)
        np.subtract(1, a38, out=spare37)
        np.multiply(a38_bar, spare37, out=z38_bar)
        # (335)  beta38_bar[i] = sum[n](z38_bar[n,i])
        z38_bar.sum(axis=0, out=beta38_bar)
        # (336)  gamma38_bar[i] = sum[n](z38_bar[n,i]*xhat38[n,i])
        np.multiply(z38_bar, xhat38, out=product11)
        product11.sum(axis=0, out=gamma38_bar)
        # (337)  xhat38_bar[n,i] = z38_bar[n,i]*gamma38[i]
        np.copyto(spare37, gamma38)
        np.multiply(z38_bar, spare37, out=xhat38_bar)
        # (338)  xhat38_bar_moment[i] = gamma38_bar[i]*gamma38[i]/N
        np.multiply(gamma38_bar, gamma38, out=xhat38_bar_moment)
        xhat38_bar_moment /= N
        # (339)  xhat38_bar_mean[i] = beta38_bar[i]*gamma38[i]/N
        np.multiply(beta38_bar, gamma38, out=xhat38_bar_mean)
        xhat38_bar_mean /= N
        # (340)  z37_bar[n,i] = (xhat38_bar[n,i]
        #            - xhat38_bar_moment[i]*xhat38[n,i] - xhat38_bar_mean[i])/s38[i]
        np.copyto(spare37, xhat38_bar_moment)
        spare37 *= xhat38
        np.subtract(xhat38_bar, spare37, out=z37_bar)
        np.copyto(spare36, xhat38_bar_mean)
        z37_bar -= spare36
        np.copyto(spare36, s38)
        z37_bar /= spare36
        # (341)  W37_bar[i,j] = sum[n](z37_bar[n,i]*a36[n,j])
        np.matmul(z37_bar.T, a36, out=W37_bar)
        # (342)  a36_bar[n,j] = sum[i](z37_bar[n,i]*W37[i,j])
        np.matmul(z37_bar, W37, out=a36_bar)
        # (343)  z36_bar[n,i] = a36_bar[n,i]*(1 - a36[n,i]**2)
        np.square(a36, out=a36)
        np.subtract(1, a36, out=spare35)
        np.multiply(a36_bar, spare35, out=z36_bar)
        # (344)  beta36_bar[i] = sum[n](z36_bar[n,i])
        z36_bar.sum(axis=0, out=beta36_bar)
        # (345)  gamma36_bar[i] = sum[n](z36_bar[n,i]*xhat36[n,i])
        np.multiply(z36_bar, xhat36, out=product12)
        product12.sum(axis=0, out=gamma36_bar)
        # (346)  xhat36_bar[n,i] = z36_bar[n,i]*gamma36[i]
        np.copyto(spare35, gamma36)
        np.multiply(z36_bar, spare35, out=xhat36_bar)
        # (347)  xhat36_bar_moment[i] = gamma36_bar[i]*gamma36[i]/N
        np.multiply(gamma36_bar, gamma36, out=xhat36_bar_moment)
        xhat36_bar_moment /= N
        # (348)  xhat36_bar_mean[i] = beta36_bar[i]*gamma36[i]/N
        np.multiply(beta36_bar, gamma36, out=xhat36_bar_mean)
        xhat36_bar_mean /= N
        # (349)  z35_bar[n,i] = (xhat36_bar[n,i]
        #            - xhat36_bar_moment[i]*xhat36[n,i] - xhat36_bar_mean[i])/s36[i]
        np.copyto(spare35, xhat36_bar_moment)
        spare35 *= xhat36
        np.subtract(xhat36_bar, spare35, out=z35_bar)
        np.copyto(spare34, xhat36_bar_mean)
        z35_bar -= spare34
        np.copyto(spare34, s36)
        z35_bar /= spare34
        # (350)  W35_bar[i,j] = sum[n](z35_bar[n,i]*a34[n,j])
        np.matmul(z35_bar.T, a34, out=W35_bar)
        # (351)  a34_bar[n,j] = sum[i](z35_bar[n,i]*W35[i,j])
        np.matmul(z35_bar, W35, out=a34_bar)
        # (352)  z34_bar[n,i] = a34_bar[n,i]*(1 - a34[n,i]**2)
        np.square(a34, out=a34)
        np.subtract(1, a34, out=spare33)
        np.multiply(a34_bar, spare33, out=z34_bar)
        # (353)  beta34_bar[i] = sum[n](z34_bar[n,i])
        z34_bar.sum(axis=0, out=beta34_bar)
        # (354)  gamma34_bar[i] = sum[n](z34_bar[n,i]*xhat34[n,i])
        np.multiply(z34_bar, xhat34, out=product13)
        product13.sum(axis=0, out=gamma34_bar)
        # (355)  xhat34_bar[n,i] = z34_bar[n,i]*gamma34[i]
        np.copyto(spare33, gamma34)
        np.multiply(z34_bar, spare33, out=xhat34_bar)
        # (356)  xhat34_bar_moment[i] = gamma34_bar[i]*gamma34[i]/N
        np.multiply(gamma34_bar, gamma34, out=xhat34_bar_moment)
        xhat34_bar_moment /= N
        # (357)  xhat34_bar_mean[i] = beta34_bar[i]*gamma34[i]/N
        np.multiply(beta34_bar, gamma34, out=xhat34_bar_mean)
        xhat34_bar_mean /= N
        # (358)  z33_bar[n,i] = (xhat34_bar[n,i]
        #            - xhat34_bar_moment[i]*xhat34[n,i] - xhat34_bar_mean[i])/s34[i]
        np.copyto(spare33, xhat34_bar_moment)
        spare33 *= xhat34
        np.subtract(xhat34_bar, spare33, out=z33_bar)
        np.copyto(spare32, xhat34_bar_mean)
        z33_bar -= spare32
        np.copyto(spare32, s34)
        z33_bar /= spare32
        # (359)  W33_bar[i,j] = sum[n](z33_bar[n,i]*a32[n,j])
        np.matmul(z33_bar.T, a32, out=W33_bar)
        # (360)  a32_bar[n,j] = sum[i](z33_bar[n,i]*W33[i,j])
        np.matmul(z33_bar, W33, out=a32_bar)
        # (361)  z32_bar[n,i] = a32_bar[n,i]*(1 - a32[n,i]**2)
        np.square(a32, out=a32)
        np.subtract(1, a32, out=spare31)
        np.multiply(a32_bar, spare31, out=z32_bar)
        # (362)  beta32_bar[i] = sum[n](z32_bar[n,i])
        z32_bar.sum(axis=0, out=beta32_bar)
        # (363)  gamma32_bar[i] = sum[n](z32_bar[n,i]*xhat32[n,i])
        np.multiply(z32_bar, xhat32, out=product14)
        product14.sum(axis=0, out=gamma32_bar)
        # (364)  xhat32_bar[n,i] = z32_bar[n,i]*gamma32[i]
        np.copyto(spare31, gamma32)
        np.multiply(z32_bar, spare31, out=xhat32_bar)
        # (365)  xhat32_bar_moment[i] = gamma32_bar[i]*gamma32[i]/N
        np.multiply(gamma32_bar, gamma32, out=xhat32_bar_moment)
        xhat32_bar_moment /= N
        # (366)  xhat32_bar_mean[i] = beta32_bar[i]*gamma32[i]/N
        np.multiply(beta32_bar, gamma32, out=xhat32_bar_mean)
        xhat32_bar_mean /= N
        # (367)  z31_bar[n,i] = (xhat32_bar[n,i]
        #            - xhat32_bar_moment[i]*xhat32[n,i] - xhat32_bar_mean[i])/s32[i]
        np.copyto(spare31, xhat32_bar_moment)
        spare31 *= xhat32
        np.subtract(xhat32_bar, spare31, out=z31_bar)
        np.copyto(spare30, xhat32_bar_mean)
        z31_bar -= spare30
        np.copyto(spare30, s32)
        z31_bar /= spare30
        # (368)  W31_bar[i,j] = sum[n](z31_bar[n,i]*a30[n,j])
        np.matmul(z31_bar.T, a30, out=W31_bar)
        # (369)  a30_bar[n,j] = sum[i](z31_bar[n,i]*W31[i,j])
        np.matmul(z31_bar, W31, out=a30_bar)
        # (370)  z30_bar[n,i] = a30_bar[n,i]*(1 - a30[n,i]**2)
        np.square(a30, out=a30)
        np.subtract(1, a30, out=spare29)
        np.multiply(a30_bar, spare29, out=z30_bar)
        # (371)  beta30_bar[i] = sum[n](z30_bar[n,i])
        z30_bar.sum(axis=0, out=beta30_bar)
        # (372)  gamma30_bar[i] = sum[n](z30_bar[n,i]*xhat30[n,i])
        np.multiply(z30_bar, xhat30, out=product15)
        product15.sum(axis=0, out=gamma30_bar)
        # (373)  xhat30_bar[n,i] = z30_bar[n,i]*gamma30[i]
        np.copyto(spare29, gamma30)
        np.multiply(z30_bar, spare29, out=xhat30_bar)
        # (374)  xhat30_bar_moment[i] = gamma30_bar[i]*gamma30[i]/N
        np.multiply(gamma30_bar, gamma30, out=xhat30_bar_moment)
        xhat30_bar_moment /= N
        # (375)  xhat30_bar_mean[i] = beta30_bar[i]*gamma30[i]/N
        np.multiply(beta30_bar, gamma30, out=xhat30_bar_mean)
        xhat30_bar_mean /= N
        # (376)  z29_bar[n,i] = (xhat30_bar[n,i]
        #            - xhat30_bar_moment[i]*xhat30[n,i] - xhat30_bar_mean[i])/s30[i]
        np.copyto(spare29, xhat30_bar_moment)
        spare29 *= xhat30
        np.subtract(xhat30_bar, spare29, out=z29_bar)
        np.copyto(spare28, xhat30_bar_mean)
        z29_bar -= spare28
        np.copyto(spare28, s30)
        z29_bar /= spare28
        # (377)  W29_bar[i,j] = sum[n](z29_bar[n,i]*a28[n,j])
        np.matmul(z29_bar.T, a28, out=W29_bar)
        # (378)  a28_bar[n,j] = sum[i](z29_bar[n,i]*W29[i,j])
        np.matmul(z29_bar, W29, out=a28_bar)
        # (379)  z28_bar[n,i] = a28_bar[n,i]*(1 - a28[n,i]**2)
        np.square(a28, out=a28)
        np.subtract(1, a28, out=spare27)
        np.multiply(a28_bar, spare27, out=z28_bar)
        # (380)  beta28_bar[i] = sum[n](z28_bar[n,i])
        z28_bar.sum(axis=0, out=beta28_bar)
        # (381)  gamma28_bar[i] = sum[n](z28_bar[n,i]*xhat28[n,i])
        np.multiply(z28_bar, xhat28, out=product16)
        product16.sum(axis=0, out=gamma28_bar)
        # (382)  xhat28_bar[n,i] = z28_bar[n,i]*gamma28[i]
        np.copyto(spare27, gamma28)
        np.multiply(z28_bar, spare27, out=xhat28_bar)
        # (383)  xhat28_bar_moment[i] = gamma28_bar[i]*gamma28[i]/N
        np.multiply(gamma28_bar, gamma28, out=xhat28_bar_moment)
        xhat28_bar_moment /= N
        # (384)  xhat28_bar_mean[i] = beta28_bar[i]*gamma28[i]/N
        np.multiply(beta28_bar, gamma28, out=xhat28_bar_mean)
        xhat28_bar_mean /= N
        # (385)  z27_bar[n,i] = (xhat28_bar[n,i]
        #            - xhat28_bar_moment[i]*xhat28[n,i] - xhat28_bar_mean[i])/s28[i]
        np.copyto(spare27, xhat28_bar_moment)
        spare27 *= xhat28
        np.subtract(xhat28_bar, spare27, out=z27_bar)
        np.copyto(spare26, xhat28_bar_mean)
        z27_bar -= spare26
        np.copyto(spare26, s28)
        z27_bar /= spare26
        # (386)  W27_bar[i,j] = sum[n](z27_bar[n,i]*a26[n,j])
        np.matmul(z27_bar.T, a26, out=W27_bar)
        # (387)  a26_bar[n,j] = sum[i](z27_bar[n,i]*W27[i,j])
        np.matmul(z27_bar, W27, out=a26_bar)
        # (388)  z26_bar[n,i] = a26_bar[n,i]*(1 - a26[n,i]**2)
        np.square(a26, out=a26)
        np.subtract(1, a26, out=spare25)
        np.multiply(a26_bar, spare25, out=z26_bar)
        # (389)  beta26_bar[i] = sum[n](z26_bar[n,i])
        z26_bar.sum(axis=0, out=beta26_bar)
        # (390)  gamma26_bar[i] = sum[n](z26_bar[n,i]*xhat26[n,i])
        np.multiply(z26_bar, xhat26, out=product17)
        product17.sum(axis=0, out=gamma26_bar)
        # (391)  xhat26_bar[n,i] = z26_bar[n,i]*gamma26[i]
        np.copyto(spare25, gamma26)
        np.multiply(z26_bar, spare25, out=xhat26_bar)
        # (392)  xhat26_bar_moment[i] = gamma26_bar[i]*gamma26[i]/N
        np.multiply(gamma26_bar, gamma26, out=xhat26_bar_moment)
        xhat26_bar_moment /= N
        # (393)  xhat26_bar_mean[i] = beta26_bar[i]*gamma26[i]/N
        np.multiply(beta26_bar, gamma26, out=xhat26_bar_mean)
        xhat26_bar_mean /= N
        # (394)  z25_bar[n,i] = (xhat26_bar[n,i]
        #            - xhat26_bar_moment[i]*xhat26[n,i] - xhat26_bar_mean[i])/s26[i]
        np.copyto(spare25, xhat26_bar_moment)
        spare25 *= xhat26
        np.subtract(xhat26_bar, spare25, out=z25_bar)
        np.copyto(spare24, xhat26_bar_mean)
        z25_bar -= spare24
        np.copyto(spare24, s26)
        z25_bar /= spare24
        # (395)  W25_bar[i,j] = sum[n](z25_bar[n,i]*a24[n,j])
        np.matmul(z25_bar.T, a24, out=W25_bar)
        # (396)  a24_bar[n,j] = sum[i](z25_bar[n,i]*W25[i,j])
        np.matmul(z25_bar, W25, out=a24_bar)
        # (397)  z24_bar[n,i] = a24_bar[n,i]*(1 - a24[n,i]**2)
        np.square(a24, out=a24)
        np.subtract(1, a24, out=spare23)
        np.multiply(a24_bar, spare23, out=z24_bar)
        # (398)  beta24_bar[i] = sum[n](z24_bar[n,i])
        z24_bar.sum(axis=0, out=beta24_bar)
        # (399)  gamma24_bar[i] = sum[n](z24_bar[n,i]*xhat24[n,i])
        np.multiply(z24_bar, xhat24, out=product18)
        product18.sum(axis=0, out=gamma24_bar)
        # (400)  xhat24_bar[n,i] = z24_bar[n,i]*gamma24[i]
        np.copyto(spare23, gamma24)
        np.multiply(z24_bar, spare23, out=xhat24_bar)
        # (401)  xhat24_bar_moment[i] = gamma24_bar[i]*gamma24[i]/N
        np.multiply(gamma24_bar, gamma24, out=xhat24_bar_moment)
        xhat24_bar_moment /= N
        # (402)  xhat24_bar_mean[i] = beta24_bar[i]*gamma24[i]/N
        np.multiply(beta24_bar, gamma24, out=xhat24_bar_mean)
        xhat24_bar_mean /= N
        # (403)  z23_bar[n,i] = (xhat24_bar[n,i]
        #            - xhat24_bar_moment[i]*xhat24[n,i] - xhat24_bar_mean[i])/s24[i]
        np.copyto(spare23, xhat24_bar_moment)
        spare23 *= xhat24
        np.subtract(xhat24_bar, spare23, out=z23_bar)
        np.copyto(spare22, xhat24_bar_mean)
        z23_bar -= spare22
        np.copyto(spare22, s24)
        z23_bar /= spare22
        # (404)  W23_bar[i,j] = sum[n](z23_bar[n,i]*a22[n,j])
        np.matmul(z23_bar.T, a22, out=W23_bar)
        # (405)  a22_bar[n,j] = sum[i](z23_bar[n,i]*W23[i,j])
        np.matmul(z23_bar, W23, out=a22_bar)
        # (406)  z22_bar[n,i] = a22_bar[n,i]*(1 - a22[n,i]**2)
        np.square(a22, out=a22)
        np.subtract(1, a22, out=spare21)
        np.multiply(a22_bar, spare21, out=z22_bar)
        # (407)  beta22_bar[i] = sum[n](z22_bar[n,i])
        z22_bar.sum(axis=0, out=beta22_bar)
        # (408)  gamma22_bar[i] = sum[n](z22_bar[n,i]*xhat22[n,i])
        np.multiply(z22_bar, xhat22, out=product19)
        product19.sum(axis=0, out=gamma22_bar)
        # (409)  xhat22_bar[n,i] = z22_bar[n,i]*gamma22[i]
        np.copyto(spare21, gamma22)
        np.multiply(z22_bar, spare21, out=xhat22_bar)
        # (410)  xhat22_bar_moment[i] = gamma22_bar[i]*gamma22[i]/N
        np.multiply(gamma22_bar, gamma22, out=xhat22_bar_moment)
        xhat22_bar_moment /= N
        # (411)  xhat22_bar_mean[i] = beta22_bar[i]*gamma22[i]/N
        np.multiply(beta22_bar, gamma22, out=xhat22_bar_mean)
        xhat22_bar_mean /= N
        # (412)  z21_bar[n,i] = (xhat22_bar[n,i]
        #            - xhat22_bar_moment[i]*xhat22[n,i] - xhat22_bar_mean[i])/s22[i]
        np.copyto(spare21, xhat22_bar_moment)
        spare21 *= xhat22
        np.subtract(xhat22_bar, spare21, out=z21_bar)
        np.copyto(spare20, xhat22_bar_mean)
        z21_bar -= spare20
        np.copyto(spare20, s22)
        z21_bar /= spare20
        # (413)  W21_bar[i,j] = sum[n](z21_bar[n,i]*a20[n,j])
        np.matmul(z21_bar.T, a20, out=W21_bar)
        # (414)  a20_bar[n,j] = sum[i](z21_bar[n,i]*W21[i,j])
        np.matmul(z21_bar, W21, out=a20_bar)
        # (415)  z20_bar[n,i] = a20_bar[n,i]*(1 - a20[n,i]**2)
        np.square(a20, out=a20)
        np.subtract(1, a20, out=spare19)
        np.multiply(a20_bar, spare19, out=z20_bar)
        # (416)  beta20_bar[i] = sum[n](z20_bar[n,i])
        z20_bar.sum(axis=0, out=beta20_bar)
        # (417)  gamma20_bar[i] = sum[n](z20_bar[n,i]*xhat20[n,i])
        np.multiply(z20_bar, xhat20, out=product20)
        product20.sum(axis=0, out=gamma20_bar)
        # (418)  xhat20_bar[n,i] = z20_bar[n,i]*gamma20[i]
        np.copyto(spare19, gamma20)
        np.multiply(z20_bar, spare19, out=xhat20_bar)
        # (419)  xhat20_bar_moment[i] = gamma20_bar[i]*gamma20[i]/N
        np.multiply(gamma20_bar, gamma20, out=xhat20_bar_moment)
        xhat20_bar_moment /= N
        # (420)  xhat20_bar_mean[i] = beta20_bar[i]*gamma20[i]/N
        np.multiply(beta20_bar, gamma20, out=xhat20_bar_mean)
        xhat20_bar_mean /= N
        # (421)  z19_bar[n,i] = (xhat20_bar[n,i]
        #            - xhat20_bar_moment[i]*xhat20[n,i] - xhat20_bar_mean[i])/s20[i]
        np.copyto(spare19, xhat20_bar_moment)
        spare19 *= xhat20
        np.subtract(xhat20_bar, spare19, out=z19_bar)
        np.copyto(spare18, xhat20_bar_mean)
        z19_bar -= spare18
        np.copyto(spare18, s20)
        z19_bar /= spare18
        # (422)  W19_bar[i,j] = sum[n](z19_bar[n,i]*a18[n,j])
        np.matmul(z19_bar.T, a18, out=W19_bar)
        # (423)  a18_bar[n,j] = sum[i](z19_bar[n,i]*W19[i,j])
        np.matmul(z19_bar, W19, out=a18_bar)
        # (424)  z18_bar[n,i] = a18_bar[n,i]*(1 - a18[n,i]**2)
        np.square(a18, out=a18)
        np.subtract(1, a18, out=spare17)
        np.multiply(a18_bar, spare17, out=z18_bar)
        # (425)  beta18_bar[i] = sum[n](z18_bar[n,i])
        z18_bar.sum(axis=0, out=beta18_bar)
        # (426)  gamma18_bar[i] = sum[n](z18_bar[n,i]*xhat18[n,i])
        np.multiply(z18_bar, xhat18, out=product21)
        product21.sum(axis=0, out=gamma18_bar)
        # (427)  xhat18_bar[n,i] = z18_bar[n,i]*gamma18[i]
        np.copyto(spare17, gamma18)
        np.multiply(z18_bar, spare17, out=xhat18_bar)
        # (428)  xhat18_bar_moment[i] = gamma18_bar[i]*gamma18[i]/N
        np.multiply(gamma18_bar, gamma18, out=xhat18_bar_moment)
        xhat18_bar_moment /= N
        # (429)  xhat18_bar_mean[i] = beta18_bar[i]*gamma18[i]/N
        np.multiply(beta18_bar, gamma18, out=xhat18_bar_mean)
        xhat18_bar_mean /= N
        # (430)  z17_bar[n,i] = (xhat18_bar[n,i]
        #            - xhat18_bar_moment[i]*xhat18[n,i] - xhat18_bar_mean[i])/s18[i]
        np.copyto(spare17, xhat18_bar_moment)
        spare17 *= xhat18
        np.subtract(xhat18_bar, spare17, out=z17_bar)
        np.copyto(spare16, xhat18_bar_mean)
        z17_bar -= spare16
        np.copyto(spare16, s18)
        z17_bar /= spare16
        # (431)  W17_bar[i,j] = sum[n](z17_bar[n,i]*a16[n,j])
        np.matmul(z17_bar.T, a16, out=W17_bar)
        # (432)  a16_bar[n,j] = sum[i](z17_bar[n,i]*W17[i,j])
        np.matmul(z17_bar, W17, out=a16_bar)
        # (433)  z16_bar[n,i] = a16_bar[n,i]*(1 - a16[n,i]**2)
        np.square(a16, out=a16)
        np.subtract(1, a16, out=spare15)
        np.multiply(a16_bar, spare15, out=z16_bar)
        # (434)  beta16_bar[i] = sum[n](z16_bar[n,i])
        z16_bar.sum(axis=0, out=beta16_bar)
        # (435)  gamma16_bar[i] = sum[n](z16_bar[n,i]*xhat16[n,i])
        np.multiply(z16_bar, xhat16, out=product22)
        product22.sum(axis=0, out=gamma16_bar)
        # (436)  xhat16_bar[n,i] = z16_bar[n,i]*gamma16[i]
        np.copyto(spare15, gamma16)
        np.multiply(z16_bar, spare15, out=xhat16_bar)
        # (437)  xhat16_bar_moment[i] = gamma16_bar[i]*gamma16[i]/N
        np.multiply(gamma16_bar, gamma16, out=xhat16_bar_moment)
        xhat16_bar_moment /= N
        # (438)  xhat16_bar_mean[i] = beta16_bar[i]*gamma16[i]/N
        np.multiply(beta16_bar, gamma16, out=xhat16_bar_mean)
        xhat16_bar_mean /= N
        # (439)  z15_bar[n,i] = (xhat16_bar[n,i]
        #            - xhat16_bar_moment[i]*xhat16[n,i] - xhat16_bar_mean[i])/s16[i]
        np.copyto(spare15, xhat16_bar_moment)
        spare15 *= xhat16
        np.subtract(xhat16_bar, spare15, out=z15_bar)
        np.copyto(spare14, xhat16_bar_mean)
        z15_bar -= spare14
        np.copyto(spare14, s16)
        z15_bar /= spare14
        # (440)  W15_bar[i,j] = sum[n](z15_bar[n,i]*a14[n,j])
        np.matmul(z15_bar.T, a14, out=W15_bar)
        # (441)  a14_bar[n,j] = sum[i](z15_bar[n,i]*W15[i,j])
        np.matmul(z15_bar, W15, out=a14_bar)
        # (442)  z14_bar[n,i] = a14_bar[n,i]*(1 - a14[n,i]**2)
        np.square(a14, out=a14)
        np.subtract(1, a14, out=spare13)
        np.multiply(a14_bar, spare13, out=z14_bar)
        # (443)  beta14_bar[i] = sum[n](z14_bar[n,i])
        z14_bar.sum(axis=0, out=beta14_bar)
        # (444)  gamma14_bar[i] = sum[n](z14_bar[n,i]*xhat14[n,i])
        np.multiply(z14_bar, xhat14, out=product23)
        product23.sum(axis=0, out=gamma14_bar)
        # (445)  xhat14_bar[n,i] = z14_bar[n,i]*gamma14[i]
        np.copyto(spare13, gamma14)
        np.multiply(z14_bar, spare13, out=xhat14_bar)
        # (446)  xhat14_bar_moment[i] = gamma14_bar[i]*gamma14[i]/N
        np.multiply(gamma14_bar, gamma14, out=xhat14_bar_moment)
        xhat14_bar_moment /= N
        # (447)  xhat14_bar_mean[i] = beta14_bar[i]*gamma14[i]/N
        np.multiply(beta14_bar, gamma14, out=xhat14_bar_mean)
        xhat14_bar_mean /= N
        # (448)  z13_bar[n,i] = (xhat14_bar[n,i]
        #            - xhat14_bar_moment[i]*xhat14[n,i] - xhat14_bar_mean[i])/s14[i]
        np.copyto(spare13, xhat14_bar_moment)
        spare13 *= xhat14
        np.subtract(xhat14_bar, spare13, out=z13_bar)
        np.copyto(spare12, xhat14_bar_mean)
        z13_bar -= spare12
        np.copyto(spare12, s14)
        z13_bar /= spare12
        # (449)  W13_bar[i,j] = sum[n](z13_bar[n,i]*a12[n,j])
        np.matmul(z13_bar.T, a12, out=W13_bar)
        # (450)  a12_bar[n,j] = sum[i](z13_bar[n,i]*W13[i,j])
        np.matmul(z13_bar, W13, out=a12_bar)
        # (451)  z12_bar[n,i] = a12_bar[n,i]*(1 - a12[n,i]**2)
        np.square(a12, out=a12)
        np.subtract(1, a12, out=spare11)
        np.multiply(a12_bar, spare11, out=z12_bar)
        # (452)  beta12_bar[i] = sum[n](z12_bar[n,i])
        z12_bar.sum(axis=0, out=beta12_bar)
        # (453)  gamma12_bar[i] = sum[n](z12_bar[n,i]*xhat12[n,i])
        np.multiply(z12_bar, xhat12, out=product24)
        product24.sum(axis=0, out=gamma12_bar)
        # (454)  xhat12_bar[n,i] = z12_bar[n,i]*gamma12[i]
        np.copyto(spare11, gamma12)
        np.multiply(z12_bar, spare11, out=xhat12_bar)
        # (455)  xhat12_bar_moment[i] = gamma12_bar[i]*gamma12[i]/N
        np.multiply(gamma12_bar, gamma12, out=xhat12_bar_moment)
        xhat12_bar_moment /= N
        # (456)  xhat12_bar_mean[i] = beta12_bar[i]*gamma12[i]/N
        np.multiply(beta12_bar, gamma12, out=xhat12_bar_mean)
        xhat12_bar_mean /= N
        # (457)  z11_bar[n,i] = (xhat12_bar[n,i]
        #            - xhat12_bar_moment[i]*xhat12[n,i] - xhat12_bar_mean[i])/s12[i]
        np.copyto(spare11, xhat12_bar_moment)
        spare11 *= xhat12
        np.subtract(xhat12_bar, spare11, out=z11_bar)
        np.copyto(spare10, xhat12_bar_mean)
        z11_bar -= spare10
        np.copyto(spare10, s12)
        z11_bar /= spare10
        # (458)  W11_bar[i,j] = sum[n](z11_bar[n,i]*a10[n,j])
        np.matmul(z11_bar.T, a10, out=W11_bar)
        # (459)  a10_bar[n,j] = sum[i](z11_bar[n,i]*W11[i,j])
        np.matmul(z11_bar, W11, out=a10_bar)
        # (460)  z10_bar[n,i] = a10_bar[n,i]*(1 - a10[n,i]**2)
        np.square(a10, out=a10)
        np.subtract(1, a10, out=spare9)
        np.multiply(a10_bar, spare9, out=z10_bar)
        # (461)  beta10_bar[i] = sum[n](z10_bar[n,i])
        z10_bar.sum(axis=0, out=beta10_bar)
        # (462)  gamma10_bar[i] = sum[n](z10_bar[n,i]*xhat10[n,i])
        np.multiply(z10_bar, xhat10, out=product25)
        product25.sum(axis=0, out=gamma10_bar)
        # (463)  xhat10_bar[n,i] = z10_bar[n,i]*gamma10[i]
        np.copyto(spare9, gamma10)
        np.multiply(z10_bar, spare9, out=xhat10_bar)
        # (464)  xhat10_bar_moment[i] = gamma10_bar[i]*gamma10[i]/N
        np.multiply(gamma10_bar, gamma10, out=xhat10_bar_moment)
        xhat10_bar_moment /= N
        # (465)  xhat10_bar_mean[i] = beta10_bar[i]*gamma10[i]/N
        np.multiply(beta10_bar, gamma10, out=xhat10_bar_mean)
        xhat10_bar_mean /= N
        # (466)  z9_bar[n,i] = (xhat10_bar[n,i]
        #            - xhat10_bar_moment[i]*xhat10[n,i] - xhat10_bar_mean[i])/s10[i]
        np.copyto(spare9, xhat10_bar_moment)
        spare9 *= xhat10
        np.subtract(xhat10_bar, spare9, out=z9_bar)
        np.copyto(spare8, xhat10_bar_mean)
        z9_bar -= spare8
        np.copyto(spare8, s10)
        z9_bar /= spare8
        # (467)  W9_bar[i,j] = sum[n](z9_bar[n,i]*a8[n,j])
        np.matmul(z9_bar.T, a8, out=W9_bar)
        # (468)  a8_bar[n,j] = sum[i](z9_bar[n,i]*W9[i,j])
        np.matmul(z9_bar, W9, out=a8_bar)
        # (469)  z8_bar[n,i] = a8_bar[n,i]*(1 - a8[n,i]**2)
        np.square(a8, out=a8)
        np.subtract(1, a8, out=spare7)
        np.multiply(a8_bar, spare7, out=z8_bar)
        # (470)  beta8_bar[i] = sum[n](z8_bar[n,i])
        z8_bar.sum(axis=0, out=beta8_bar)
        # (471)  gamma8_bar[i] = sum[n](z8_bar[n,i]*xhat8[n,i])
        np.multiply(z8_bar, xhat8, out=product26)
        product26.sum(axis=0, out=gamma8_bar)
        # (472)  xhat8_bar[n,i] = z8_bar[n,i]*gamma8[i]
        np.copyto(spare7, gamma8)
        np.multiply(z8_bar, spare7, out=xhat8_bar)
        # (473)  xhat8_bar_moment[i] = gamma8_bar[i]*gamma8[i]/N
        np.multiply(gamma8_bar, gamma8, out=xhat8_bar_moment)
        xhat8_bar_moment /= N
        # (474)  xhat8_bar_mean[i] = beta8_bar[i]*gamma8[i]/N
        np.multiply(beta8_bar, gamma8, out=xhat8_bar_mean)
        xhat8_bar_mean /= N
        # (475)  z7_bar[n,i] = (xhat8_bar[n,i] - xhat8_bar_moment[i]*xhat8[n,i]
        #            - xhat8_bar_mean[i])/s8[i]
        np.copyto(spare7, xhat8_bar_moment)
        spare7 *= xhat8
        np.subtract(xhat8_bar, spare7, out=z7_bar)
        np.copyto(spare6, xhat8_bar_mean)
        z7_bar -= spare6
        np.copyto(spare6, s8)
        z7_bar /= spare6
        # (476)  W7_bar[i,j] = sum[n](z7_bar[n,i]*a6[n,j])
        np.matmul(z7_bar.T, a6, out=W7_bar)
        # (477)  a6_bar[n,j] = sum[i](z7_bar[n,i]*W7[i,j])
        np.matmul(z7_bar, W7, out=a6_bar)
        # (478)  z6_bar[n,i] = a6_bar[n,i]*(1 - a6[n,i]**2)
        np.square(a6, out=a6)
        np.subtract(1, a6, out=spare5)
        np.multiply(a6_bar, spare5, out=z6_bar)
        # (479)  beta6_bar[i] = sum[n](z6_bar[n,i])
        z6_bar.sum(axis=0, out=beta6_bar)
        # (480)  gamma6_bar[i] = sum[n](z6_bar[n,i]*xhat6[n,i])
        np.multiply(z6_bar, xhat6, out=product27)
        product27.sum(axis=0, out=gamma6_bar)
        # (481)  xhat6_bar[n,i] = z6_bar[n,i]*gamma6[i]
        np.copyto(spare5, gamma6)
        np.multiply(z6_bar, spare5, out=xhat6_bar)
        # (482)  xhat6_bar_moment[i] = gamma6_bar[i]*gamma6[i]/N
        np.multiply(gamma6_bar, gamma6, out=xhat6_bar_moment)
        xhat6_bar_moment /= N
        # (483)  xhat6_bar_mean[i] = beta6_bar[i]*gamma6[i]/N
        np.multiply(beta6_bar, gamma6, out=xhat6_bar_mean)
        xhat6_bar_mean /= N
        # (484)  z5_bar[n,i] = (xhat6_bar[n,i] - xhat6_bar_moment[i]*xhat6[n,i]
        #            - xhat6_bar_mean[i])/s6[i]
        np.copyto(spare5, xhat6_bar_moment)
        spare5 *= xhat6
        np.subtract(xhat6_bar, spare5, out=z5_bar)
        np.copyto(spare4, xhat6_bar_mean)
        z5_bar -= spare4
        np.copyto(spare4, s6)
        z5_bar /= spare4
        # (485)  W5_bar[i,j] = sum[n](z5_bar[n,i]*a4[n,j])
        np.matmul(z5_bar.T, a4, out=W5_bar)
        # (486)  a4_bar[n,j] = sum[i](z5_bar[n,i]*W5[i,j])
        np.matmul(z5_bar, W5, out=a4_bar)
        # (487)  z4_bar[n,i] = a4_bar[n,i]*(1 - a4[n,i]**2)
        np.square(a4, out=a4)
        np.subtract(1, a4, out=spare3)
        np.multiply(a4_bar, spare3, out=z4_bar)
        # (488)  beta4_bar[i] = sum[n](z4_bar[n,i])
        z4_bar.sum(axis=0, out=beta4_bar)
        # (489)  gamma4_bar[i] = sum[n](z4_bar[n,i]*xhat4[n,i])
        np.multiply(z4_bar, xhat4, out=product28)
        product28.sum(axis=0, out=gamma4_bar)
        # (490)  xhat4_bar[n,i] = z4_bar[n,i]*gamma4[i]
        np.copyto(spare3, gamma4)
        np.multiply(z4_bar, spare3, out=xhat4_bar)
        # (491)  xhat4_bar_moment[i] = gamma4_bar[i]*gamma4[i]/N
        np.multiply(gamma4_bar, gamma4, out=xhat4_bar_moment)
        xhat4_bar_moment /= N
        # (492)  xhat4_bar_mean[i] = beta4_bar[i]*gamma4[i]/N
        np.multiply(beta4_bar, gamma4, out=xhat4_bar_mean)
        xhat4_bar_mean /= N
        # (493)  z3_bar[n,i] = (xhat4_bar[n,i] - xhat4_bar_moment[i]*xhat4[n,i]
        #            - xhat4_bar_mean[i])/s4[i]
        np.copyto(spare3, xhat4_bar_moment)
        spare3 *= xhat4
        np.subtract(xhat4_bar, spare3, out=z3_bar)
        np.copyto(spare2, xhat4_bar_mean)
        z3_bar -= spare2
        np.copyto(spare2, s4)
        z3_bar /= spare2
        # (494)  W3_bar[i,j] = sum[n](z3_bar[n,i]*a2[n,j])
        np.matmul(z3_bar.T, a2, out=W3_bar)
        # (495)  a2_bar[n,j] = sum[i](z3_bar[n,i]*W3[i,j])
        np.matmul(z3_bar, W3, out=a2_bar)
        # (496)  z2_bar[n,i] = a2_bar[n,i]*(1 - a2[n,i]**2)
        np.square(a2, out=a2)
        np.subtract(1, a2, out=spare)
        np.multiply(a2_bar, spare, out=z2_bar)
        # (497)  beta2_bar[i] = sum[n](z2_bar[n,i])
        z2_bar.sum(axis=0, out=beta2_bar)
        # (498)  gamma2_bar[i] = sum[n](z2_bar[n,i]*xhat2[n,i])
        np.multiply(z2_bar, xhat2, out=product29)
        product29.sum(axis=0, out=gamma2_bar)
        # (499)  xhat2_bar[n,i] = z2_bar[n,i]*gamma2[i]
        np.copyto(spare, gamma2)
        np.multiply(z2_bar, spare, out=xhat2_bar)
        # (500)  xhat2_bar_moment[i] = gamma2_bar[i]*gamma2[i]/N
        np.multiply(gamma2_bar, gamma2, out=xhat2_bar_moment)
        xhat2_bar_moment /= N
        # (501)  xhat2_bar_mean[i] = beta2_bar[i]*gamma2[i]/N
        np.multiply(beta2_bar, gamma2, out=xhat2_bar_mean)
        xhat2_bar_mean /= N
        # (502)  z1_bar[n,i] = (xhat2_bar[n,i] - xhat2_bar_moment[i]*xhat2[n,i]
        #            - xhat2_bar_mean[i])/s2[i]
        np.copyto(spare, xhat2_bar_moment)
        spare *= xhat2
        np.subtract(xhat2_bar, spare, out=z1_bar)
        np.copyto(spare63, xhat2_bar_mean)
        z1_bar -= spare63
        np.copyto(spare63, s2)
        z1_bar /= spare63
        # (503)  W1_bar[i,j] = sum[n](z1_bar[n,i]*x[n,j])
        np.matmul(z1_bar.T, x, out=W1_bar)
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
            mu2 *= 0.1
            np.multiply(mean2, 0.9, out=spare64)
            np.add(mu2, spare64, out=mean2)
            v2 *= 0.1
            np.multiply(variance2, 0.9, out=spare65)
            np.add(v2, spare65, out=variance2)
            mu4 *= 0.1
            np.multiply(mean4, 0.9, out=spare65)
            np.add(mu4, spare65, out=mean4)
            v4 *= 0.1
            np.multiply(variance4, 0.9, out=spare65)
            np.add(v4, spare65, out=variance4)
            mu6 *= 0.1
            np.multiply(mean6, 0.9, out=spare65)
            np.add(mu6, spare65, out=mean6)
            v6 *= 0.1
            np.multiply(variance6, 0.9, out=spare65)
            np.add(v6, spare65, out=variance6)
            mu8 *= 0.1
            np.multiply(mean8, 0.9, out=spare65)
            np.add(mu8, spare65, out=mean8)
            v8 *= 0.1
            np.multiply(variance8, 0.9, out=spare65)
            np.add(v8, spare65, out=variance8)
            mu10 *= 0.1
            np.multiply(mean10, 0.9, out=spare65)
            np.add(mu10, spare65, out=mean10)
            v10 *= 0.1
            np.multiply(variance10, 0.9, out=spare65)
            np.add(v10, spare65, out=variance10)
            mu12 *= 0.1
            np.multiply(mean12, 0.9, out=spare65)
            np.add(mu12, spare65, out=mean12)
            v12 *= 0.1
            np.multiply(variance12, 0.9, out=spare65)
            np.add(v12, spare65, out=variance12)
            mu14 *= 0.1
            np.multiply(mean14, 0.9, out=spare65)
            np.add(mu14, spare65, out=mean14)
            v14 *= 0.1
            np.multiply(variance14, 0.9, out=spare65)
            np.add(v14, spare65, out=variance14)
            mu16 *= 0.1
            np.multiply(mean16, 0.9, out=spare65)
            np.add(mu16, spare65, out=mean16)
            v16 *= 0.1
            np.multiply(variance16, 0.9, out=spare65)
            np.add(v16, spare65, out=variance16)
            mu18 *= 0.1
            np.multiply(mean18, 0.9, out=spare65)
            np.add(mu18, spare65, out=mean18)
            v18 *= 0.1
            np.multiply(variance18, 0.9, out=spare65)
            np.add(v18, spare65, out=variance18)
            mu20 *= 0.1
            np.multiply(mean20, 0.9, out=spare65)
            np.add(mu20, spare65, out=mean20)
            v20 *= 0.1
            np.multiply(variance20, 0.9, out=spare65)
            np.add(v20, spare65, out=variance20)
            mu22 *= 0.1
            np.multiply(mean22, 0.9, out=spare65)
            np.add(mu22, spare65, out=mean22)
            v22 *= 0.1
            np.multiply(variance22, 0.9, out=spare65)
            np.add(v22, spare65, out=variance22)
            mu24 *= 0.1
            np.multiply(mean24, 0.9, out=spare65)
            np.add(mu24, spare65, out=mean24)
            v24 *= 0.1
            np.multiply(variance24, 0.9, out=spare65)
            np.add(v24, spare65, out=variance24)
            mu26 *= 0.1
            np.multiply(mean26, 0.9, out=spare65)
            np.add(mu26, spare65, out=mean26)
            v26 *= 0.1
            np.multiply(variance26, 0.9, out=spare65)
            np.add(v26, spare65, out=variance26)
            mu28 *= 0.1
            np.multiply(mean28, 0.9, out=spare65)
            np.add(mu28, spare65, out=mean28)
            v28 *= 0.1
            np.multiply(variance28, 0.9, out=spare65)
            np.add(v28, spare65, out=variance28)
            mu30 *= 0.1
            np.multiply(mean30, 0.9, out=spare65)
            np.add(mu30, spare65, out=mean30)
            v30 *= 0.1
            np.multiply(variance30, 0.9, out=spare65)
            np.add(v30, spare65, out=variance30)
            mu32 *= 0.1
            np.multiply(mean32, 0.9, out=spare65)
            np.add(mu32, spare65, out=mean32)
            v32 *= 0.1
            np.multiply(variance32, 0.9, out=spare65)
            np.add(v32, spare65, out=variance32)
            mu34 *= 0.1
            np.multiply(mean34, 0.9, out=spare65)
            np.add(mu34, spare65, out=mean34)
            v34 *= 0.1
            np.multiply(variance34, 0.9, out=spare65)
            np.add(v34, spare65, out=variance34)
            mu36 *= 0.1
            np.multiply(mean36, 0.9, out=spare65)
            np.add(mu36, spare65, out=mean36)
            v36 *= 0.1
            np.multiply(variance36, 0.9, out=spare65)
            np.add(v36, spare65, out=variance36)
            mu38 *= 0.1
            np.multiply(mean38, 0.9, out=spare65)
            np.add(mu38, spare65, out=mean38)
            v38 *= 0.1
            np.multiply(variance38, 0.9, out=spare65)
            np.add(v38, spare65, out=variance38)
            mu40 *= 0.1
            np.multiply(mean40, 0.9, out=spare65)
            np.add(mu40, spare65, out=mean40)
            v40 *= 0.1
            np.multiply(variance40, 0.9, out=spare65)
            np.add(v40, spare65, out=variance40)
            mu42 *= 0.1
            np.multiply(mean42, 0.9, out=spare65)
            np.add(mu42, spare65, out=mean42)
            v42 *= 0.1
            np.multiply(variance42, 0.9, out=spare65)
            np.add(v42, spare65, out=variance42)
            mu44 *= 0.1
            np.multiply(mean44, 0.9, out=spare65)
            np.add(mu44, spare65, out=mean44)
            v44 *= 0.1
            np.multiply(variance44, 0.9, out=spare65)
            np.add(v44, spare65, out=variance44)
            mu46 *= 0.1
            np.multiply(mean46, 0.9, out=spare65)
            np.add(mu46, spare65, out=mean46)
            v46 *= 0.1
            np.multiply(variance46, 0.9, out=spare65)
            np.add(v46, spare65, out=variance46)
            mu48 *= 0.1
            np.multiply(mean48, 0.9, out=spare65)
            np.add(mu48, spare65, out=mean48)
            v48 *= 0.1
            np.multiply(variance48, 0.9, out=spare65)
            np.add(v48, spare65, out=variance48)
            mu50 *= 0.1
            np.multiply(mean50, 0.9, out=spare65)
            np.add(mu50, spare65, out=mean50)
            v50 *= 0.1
            np.multiply(variance50, 0.9, out=spare65)
            np.add(v50, spare65, out=variance50)
            mu52 *= 0.1
            np.multiply(mean52, 0.9, out=spare65)
            np.add(mu52, spare65, out=mean52)
            v52 *= 0.1
            np.multiply(variance52, 0.9, out=spare65)
            np.add(v52, spare65, out=variance52)
            mu54 *= 0.1
            np.multiply(mean54, 0.9, out=spare65)
            np.add(mu54, spare65, out=mean54)
            v54 *= 0.1
            np.multiply(variance54, 0.9, out=spare65)
            np.add(v54, spare65, out=variance54)
            mu56 *= 0.1
            np.multiply(mean56, 0.9, out=spare65)
            np.add(mu56, spare65, out=mean56)
            v56 *= 0.1
            np.multiply(variance56, 0.9, out=spare65)
            np.add(v56, spare65, out=variance56)
            mu58 *= 0.1
            np.multiply(mean58, 0.9, out=spare65)
            np.add(mu58, spare65, out=mean58)
            v58 *= 0.1
            np.multiply(variance58, 0.9, out=spare65)
            np.add(v58, spare65, out=variance58)
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
