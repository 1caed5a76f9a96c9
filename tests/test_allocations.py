"""What a step of a workspace allocates: nothing that it keeps, and about a kilobyte that it gives back at once."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from emitted import Emitted

from symbp.network import Network

Table = dict[str, Any]
MOST = (
    1024 + 256
)  # the record of one of NumPy's own reductions, or a view of windows, and the numbers that are compared
BATCH = 32


def dense(units: int, activation: str = "identity") -> Table:
    return {"kind": "dense", "units": units, "activation": activation}


LAYERS: dict[str, tuple[tuple[int, ...], list[Table], str]] = {
    "relu": ((64,), [dense(32, "relu"), dense(10)], "sparse_cross_entropy"),
    "tanh": ((8,), [dense(64, "tanh"), dense(64, "gelu_tanh"), dense(8)], "mse"),
    "probabilities": ((8,), [dense(64, "softplus"), dense(5)], "cross_entropy"),
    "convolution": (
        (2, 10, 10),
        [
            {"kind": "conv2d", "filters": 4, "kernel": 3, "activation": "relu"},
            {"kind": "max_pool2d", "kernel": 2},
            {"kind": "flatten"},
            dense(10),
        ],
        "sparse_cross_entropy",
    ),
    "lstm": ((6, 8), [{"kind": "lstm", "units": 16}, dense(1)], "mse"),
    "gru": ((6, 8), [{"kind": "gru", "units": 16, "returns": "sequence"}, dense(4)], "mse"),
    "attention": (
        (6, 16),
        [{"kind": "layer_norm", "axes": 1}, {"kind": "attention", "heads": 2, "causal": True}, dense(16)],
        "mse",
    ),
    "batch norm": ((16,), [dense(32), {"kind": "batch_norm", "activation": "relu"}, dense(4)], "mse"),
}


def peak_and_kept(call: Callable[[], object]) -> tuple[int, int]:
    """Bytes that a call holds at most, and bytes that it keeps; Python's own ends are met by the first ones."""
    call()
    tracemalloc.start()
    try:
        call()
        call()
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        call()
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return peak - before, after - before


@pytest.mark.parametrize("name", LAYERS)
def test_a_step_allocates_nothing(name: str) -> None:
    shape, layers, loss = LAYERS[name]
    found = Emitted(Network("net", {"shape": list(shape)}, layers, loss))
    rng = np.random.default_rng(0)
    module = found.module
    p, step = module.init(), module.Workspace(BATCH)
    X = rng.normal(size=(BATCH, *shape)).astype(np.float32)
    program = found.derivation.result
    (target,) = program.of_role("target")
    sides = (BATCH, *target.shape[1:])
    Y = rng.integers(0, 5, sides) if target.dtype == "int" else rng.random(sides).astype(np.float32)
    if target.normalized:
        Y /= Y.sum(axis=-1, keepdims=True)
    peak, kept = peak_and_kept(lambda: step.loss_and_grad(p, X, Y))
    assert kept <= 64  # nothing: the numbers that are compared
    assert peak < MOST
