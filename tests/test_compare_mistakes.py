"""Mistakes as people write them down, in three notations: each is told from the truth and named."""

from functools import cache
from pathlib import Path

import pytest

from symbp import compare, load
from symbp.derive import NetworkDerivation, derive

EXAMPLES = Path(__file__).parents[1] / "examples"


@cache
def derivation(name: str) -> NetworkDerivation:
    return derive(load(EXAMPLES / f"{name}.toml"))


# network, by what, what is typed, the mistake, the line that it leaves
WRONG = [
    ("relay", "w11", "2*(yhat-y)*yhat*(1-yhat)*w31*x1", "lost-slope", 11),
    ("relay", "w31", "2*(yhat-y)*a1", "lost-slope", 7),
    ("relay", "w31", "2*(y-yhat)*yhat*(1-yhat)*a1", "sign", 6),
    ("relay", "w31", "(yhat-y)*yhat*(1-yhat)*a1", "half", 6),
    ("relay", "w31", "2*(yhat-y)*sigma'(yhat)*a1", "slope-argument", 7),
    ("relay", "w31", "2*(yhat-y)*z3*(1-z3)*a1", "slope-argument", 7),
    ("relay", "w31", "2*(yhat-y)*sigma(z3)*a1", "function-for-slope", 7),
    ("relay", "w31", "2*(yhat-y)*yhat*(1-yhat)*z1", "pre-activation-input", 9),
    ("relay", "w11", "2*(yhat-y)*yhat*(1-yhat)*w31*a1*(1-a1)*a1*(1-a1)*x1", "slope-twice", 13),
    ("relay", "w11", "delta3*(w31 - eta*delta3*a1)*sigma'(z1)*x1", "updated-weights", 10),
    ("relay", "x1", "delta1*w11", "lost-unit", 14),
    ("relay", "W1", "x*delta1^T", "transposed", 13),
    ("relay", "W1", "delta1*a1^T", "own-output", 13),
    ("relay", "W2", "delta2*x^T", "other-layer", 9),
    ("deep", "W5", "((W6*delta6) .* tanh'(z5))*a4^T", "transposed", 54),
    ("deep", "W5", "delta5*z4^T", "pre-activation-input", 57),
    ("classes", "W2", "dL/dyhat .* yhat .* (1-yhat) * a1^T", "softmax-diagonal", 10),
    ("classes", "W2", "((yhat-y) .* yhat .* (1-yhat))*a1^T", "slope-twice", 12),
    ("classes", "W1", "(W2^T*(yhat-y))*x^T", "lost-slope", 14),
    ("xor", "W2", "sum_n((yhat-y)*a1^T)", "batch-mean", 6),
    ("xor", "w2_11", "delta2_11*a1_11", "batch-sum", 8),
    ("relay", "W1[i,j]", "sum[n](dL/da1[n,i]*x[n,j])", "lost-slope", 11),
    ("relay", "W1[i,j]", "sum[n](delta1[n,j]*x[n,i])", "transposed", 13),
    ("rnn", "u1_11", "dL/dz1_31*h1_21", "time-sum", 12),
    ("rnn", "U1[i,k]", "sum[n,t](delta1[n,t,i]*h1[n,t+1,k])", "wrong-step", 12),
    ("rnn", "U1[i,k]", "sum[n,t](dL/da1[n,t,i]*tanh'(z1[n,t,i])*h1[n,t,k])", "not-carried", 10),
    ("rnn", "W1[i,j]", "sum[n,t](dL/dh1[n,t+1,i]*x[n,t,j])", "lost-slope", 11),
    ("lstm", "b2", "2*sum[n](dL/dz2[n,i])", "half", 13),
    ("attention", "O1[i,j]", "sum[n,t](dL/dyhat[n,t,j]*g1[n,t,i])", "transposed", 16),
    (
        "window",
        "W1[o,m,u,v]",
        "sum[n,r,c](delta1[n,o,r,c]*x[n,m,r+1-u,c+1-v]) where 0<=r+1-u<4, 0<=c+1-v<4",
        "flipped-kernel",
        21,
    ),
    ("window", "b1[o]", "sum[n,r,c](dL/da1[n,o,r,c])", "lost-slope", 19),
    ("standard", "W1[i,j]", "sum[n](gamma2[i]*dL/dz2[n,i]/s2[i]*x[n,j])", "constant-statistics", 21),
]


SLOW = {"window", "deep"}  # they have hundreds of places for mistakes
CASES = [
    pytest.param(*case, id=f"{case[0]} {case[3]} {case[2][:40]}", marks=[pytest.mark.slow] if case[0] in SLOW else [])
    for case in WRONG
]


@pytest.mark.parametrize(("name", "wrt", "text", "key", "line"), CASES)
def test_a_mistake_is_told_and_named(name: str, wrt: str, text: str, key: str, line: int) -> None:
    found = compare(derivation(name), wrt, text)
    assert not found.equal
    assert key in {seed.mistake.key for seed in found.causes}, found.text()
    assert found.leaves is not None and found.leaves.number == line, found.text()
