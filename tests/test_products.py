"""How the workspace multiplies matrices and adds up rows: which calls, on which views, and that they are right."""

from __future__ import annotations

import re
import tracemalloc
from functools import cache

import numpy as np
import pytest
from emitted import Emitted

from symbp.layers import Dense, Rnn
from symbp.network import Network


@cache
def dense(shape: tuple[int, ...], *units: int) -> Emitted:
    return Emitted(Network("rows", {"shape": list(shape)}, [Dense(u, "tanh") for u in units], "mse"))


@cache
def recurrent(units: int) -> Emitted:
    return Emitted(Network("steps", {"shape": ["T", 3]}, [Rnn(units, returns="sequence")], "mse"))


def calls(found: Emitted, pattern: str) -> list[str]:
    """The lines of the workspace's step that a pattern matches."""
    return [line.strip() for line in found.text.split("class Workspace")[1].splitlines() if re.search(pattern, line)]


def test_small_products_and_sums_of_rows_go_straight_to_blas() -> None:
    found = dense((5,), 4, 3)
    assert calls(found, r"W\d_bar\)|b\d_bar\)|matmul|W\d\.T") == [
        "x.dot(W1.T, out=z1)",
        "a1.dot(W2.T, out=z2)",
        "ones.dot(z2_bar, out=b2_bar)",
        "z2_bar_T.dot(a1, out=W2_bar)",
        "ones.dot(z1_bar, out=b1_bar)",
        "z1_bar_T.dot(x, out=W1_bar)",
    ]


def test_all_rows_of_a_sequence_are_one_matrix() -> None:
    found = dense((6, 5), 4, 3)
    assert calls(found, r"\.dot\(|matmul") == [
        "x.reshape(N * 6, 5).dot(W1.T, out=z1_2d)",
        "a1_2d.dot(W2.T, out=z2_2d)",
        "ones.dot(z2_bar_2d, out=b2_bar)",
        "z2_bar_2d_T.dot(a1_2d, out=W2_bar)",
        "z2_bar_2d.dot(W2, out=a1_bar_2d)",
        "ones.dot(z1_bar_2d, out=b1_bar)",
        "z1_bar_2d_T.dot(x.reshape(N * 6, 5), out=W1_bar)",
    ]


def test_a_transposed_weight_is_copied_where_that_costs_less_than_it_gains() -> None:
    """By sizes: 64 to 64 units for many samples; few units never; in a loop over steps once for all."""
    assert calls(dense((64,), 64, 64), "W2, turned") == ["a1.dot(_turned(W2, turned, N), out=z2)"]
    assert not calls(dense((5,), 4, 3), "turned")
    copied, product = calls(recurrent(8), r"U1\.T|\.dot\(U1_T")
    assert copied == "U1_T[...] = U1.T"
    assert ".dot(U1_T, out=" in product


@pytest.mark.parametrize("samples", [31, 32, 244, 245])
def test_the_samples_decide_about_a_copy(samples: int) -> None:
    """Of a 64 by 64 matrix from 32 samples on, but not where BLAS rearranges it anyway."""
    module = dense((64,), 64, 64).module
    W, copy = np.arange(64.0 * 64).reshape(64, 64), np.zeros((64, 64))
    assert np.array_equal(module._turned(W, copy, samples), W.T)
    assert copy.any() == (samples in (32, 244))


@pytest.mark.parametrize("samples", [7, 24, 40])
@pytest.mark.parametrize("one_thread", [False, True])
def test_slabs_of_rows(samples: int, one_thread: bool) -> None:
    """192 to 192 units: on one thread 24 rows at a time, fewer if the batch is no multiple, or all."""
    found = dense((192,), 192, 192)
    assert calls(found, "matmul") == ["np.matmul(z2_bar_slabs, W2, out=a1_bar_slabs)"]
    module = found.module
    module._ONE_THREAD = one_thread  # type: ignore[attr-defined]
    rng = np.random.default_rng(samples)
    p = module.init(0, np.float64)
    X, Y = rng.normal(size=(2, samples, 192))
    step = module.Workspace(40, np.float64)
    expected, g = module.loss_and_grad(p, X, Y)
    result, h = step.loss_and_grad(p, X, Y)
    assert abs(result - expected) < 1e-12 * expected
    assert all(np.abs(a - b).max() < 1e-12 * np.abs(b).max() for a, b in zip(h, g, strict=True))
    assert module._slab(samples, 192 * 192) == ({7: 7, 24: 24, 40: 20}[samples] if one_thread else samples)


def test_nothing_is_allocated() -> None:
    module = dense((6, 5), 4, 3).module
    p, step = module.init(0), module.Workspace(8)
    X, Y = np.ones((8, 6, 5), np.float32), np.ones((8, 6, 3), np.float32)
    step.loss_and_grad(p, X, Y)
    tracemalloc.start()
    try:
        step.loss_and_grad(p, X, Y)
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        step.loss_and_grad(p, X, Y)
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after == before
    assert peak - before < 1024
