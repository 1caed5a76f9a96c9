"""Numba: loops over samples and units by hand, compiled, gradients in new arrays."""

import math
from typing import Any

import numba
import numpy as np

from benchmarks.ladders.case import Case, Program


@numba.njit  # type: ignore[untyped-decorator,unused-ignore]
def two_layers(W1: Any, b1: Any, W2: Any, b2: Any, X: Any, Y: Any) -> Any:
    N, (H, J), K = X.shape[0], W1.shape, W2.shape[0]
    W1_bar, b1_bar, W2_bar, b2_bar = np.zeros_like(W1), np.zeros_like(b1), np.zeros_like(W2), np.zeros_like(b2)
    a, a_bar, loss = np.empty_like(b1), np.empty_like(b1), 0.0
    for n in range(N):
        for i in range(H):
            z = b1[i]
            for j in range(J):
                z += W1[i, j] * X[n, j]
            a[i] = 1 / (1 + math.exp(-z))
            a_bar[i] = 0
        for k in range(K):
            z = b2[k]
            for i in range(H):
                z += W2[k, i] * a[i]
            yhat = 1 / (1 + math.exp(-z))
            loss += (yhat - Y[n, k]) ** 2 / (N * K)
            z_bar = 2 * (yhat - Y[n, k]) / (N * K) * yhat * (1 - yhat)
            b2_bar[k] += z_bar
            for i in range(H):
                W2_bar[k, i] += z_bar * a[i]
                a_bar[i] += z_bar * W2[k, i]
        for i in range(H):
            z_bar = a_bar[i] * a[i] * (1 - a[i])
            b1_bar[i] += z_bar
            for j in range(J):
                W1_bar[i, j] += z_bar * X[n, j]
    return loss, (W1_bar, b1_bar, W2_bar, b2_bar)


def loops(case: Case) -> Program:
    return Program(lambda: two_layers(*case.p, case.X, case.Y), lambda result: result)
