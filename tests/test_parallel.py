"""``ParallelWorkspace``: a batch in parts gives what the whole batch gives, and only where samples are apart."""

import re
from functools import cache

import numpy as np
import pytest

from symbp.derive import derive
from symbp.equation import Size
from symbp.layers import BatchNorm, Conv2d, Dense, Dropout, Flatten, LayerNorm, Lstm, MaxPool2d
from symbp.network import EquationNetwork, Input
from symbp.numpy_code import blueprint, module_text
from symbp.numpy_code.pages.separable import separable
from symbp.verify.module import imported
from tests.networks import network
from tests.test_numpy_code import formatted

WIDE = 40
NETWORKS = {
    "dense": lambda: network(Dense(WIDE, "tanh"), Dense(4), inputs=30, regularization={"l2": 0.1}),
    "labels": lambda: network(Dense(WIDE, "relu"), Dense(4), inputs=30, loss="sparse_cross_entropy"),
    "probabilities": lambda: network(Dense(WIDE, "relu"), Dense(4, "softmax"), inputs=30, loss="cross_entropy"),
    "dropout": lambda: network(Dense(WIDE, "relu"), Dropout(0.5), Dense(4), inputs=30, loss="sparse_cross_entropy"),
    "layer norm, with adjoints of the input": lambda: network(
        Dense(WIDE), LayerNorm(), Dense(4), inputs=30, loss="mse", input_gradient=True
    ),
    "images": lambda: network(
        Conv2d(8, 3, activation="relu"),
        MaxPool2d(2),
        Flatten(),
        Dense(4),
        inputs=Input((2, 8, 8)),
        loss="sparse_cross_entropy",
    ),
    "steps": lambda: network(Lstm(8, initial="given"), Dense(4), inputs=Input((Size("T"), 20)), loss="mse"),
}


@cache
def module_of(name):
    return imported(module_text(derive(NETWORKS[name]())))


def given(module, name, samples, rng):
    x = {"images": (2, 8, 8), "steps": (3, 20)}.get(name, (30,))
    X = rng.normal(size=(samples, *x))
    y = rng.integers(0, 4, samples) if name in ("labels", "dropout", "images") else rng.random((samples, 4))
    if name == "probabilities":
        y /= y.sum(axis=1, keepdims=True)
    keywords = {}
    if name == "dropout":
        keywords["masks"] = module.draw_masks(samples, 0, np.float64)
    if name == "steps":
        keywords["state"] = module.State(*(rng.normal(size=(samples, 8)) for _ in range(2)))
    return X, y, keywords


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("name", NETWORKS)
def test_parts_give_what_the_whole_gives(name, threads):
    module, rng = module_of(name), np.random.default_rng(3)
    p = module.init(0, np.float64)
    lengths = (9, 3) if name == "steps" else (9,)
    parts = module.ParallelWorkspace(*lengths, np.float64, threads)
    for samples in (9, 2, 1, 7):
        X, y, keywords = given(module, name, samples, rng)
        loss, gradient, *adjoint = module.loss_and_grad(p, X, y, **keywords)
        found, parts_gradient, *parts_adjoint = parts.loss_and_grad(p, X, y, **keywords)
        assert found == pytest.approx(loss, rel=1e-13)
        for a, b in zip([*parts_gradient, *parts_adjoint], [*gradient, *adjoint], strict=True):
            assert np.abs(a - b).max() <= 1e-12 * np.abs(b).max()


def test_the_same_threads_give_the_same_bits():
    module, rng = module_of("dense"), np.random.default_rng(0)
    X, y, _ = given(module, "dense", 9, rng)
    p = module.init(0, np.float64)
    runs = [module.ParallelWorkspace(9, np.float64).loss_and_grad(p, X, y) for _ in range(3)]
    assert all(run[0] == runs[0][0] for run in runs)
    assert all(np.array_equal(a, b) for run in runs for a, b in zip(run[1], runs[0][1], strict=True))


def test_masks_may_be_drawn():
    module, rng = module_of("dropout"), np.random.default_rng(0)
    X, y, _ = given(module, "dropout", 8, rng)
    p = module.init(0, np.float64)
    loss, _ = module.ParallelWorkspace(8, np.float64).loss_and_grad(p, X, y, rng=5)
    assert loss == pytest.approx(module.loss(p, X, y, rng=5), rel=1e-13)


TENSORS = {
    "x": {"indices": "n,j", "role": "input"},
    "y": {"indices": "n", "role": "target"},
    "W": {"indices": "j", "role": "parameter"},
}
LINES = {
    "d[n] = sum[j](W[j]*x[n,j]) - y[n]\nL = mean[n](d[n]**2)": True,
    "d[n] = sum[j](W[j]*x[n,j]) - y[n]\nL = mean[n](d[n]**2) + sum[j](W[j]**2)": True,
    "d[n] = sum[j](W[j]*x[n,j]) - y[n]\nL = sum[n](d[n]**2)": False,
    "d[n] = sum[j](W[j]*x[n,j]) - y[n]\nm = mean[n](d[n])\nL = mean[n]((d[n] - m)**2)": False,
    "d[n] = sum[j](W[j]*x[n,j]) - y[n]\nm = sum[j](W[j])\nL = mean[n]((d[n] - m)**2)": True,
}


@pytest.mark.parametrize("lines", LINES)
def test_samples_are_apart_or_not(lines):
    net = EquationNetwork("net", indices={"n": "N", "j": 3}, tensors=TENSORS, lines=lines)
    assert separable(blueprint(derive(net))) is LINES[lines]


def test_batch_normalisation_is_not_cut():
    text = module_text(derive(network(Dense(WIDE), BatchNorm(), Dense(4), inputs=30)))
    assert "ParallelWorkspace" not in text and "class Workspace" in text


def test_few_numbers_are_not_worth_a_thread():
    assert "ParallelWorkspace" not in module_text(derive(network(Dense(2, "tanh"))))


@pytest.mark.parametrize("threads", [0, 1.5, "2"])
def test_a_number_of_threads_is_needed(threads):
    with pytest.raises(ValueError, match=re.escape(f"threads is {threads!r}, needs a whole number from 1 on")):
        module_of("dense").ParallelWorkspace(4, threads=threads)


def test_other_faults_are_those_of_a_workspace():
    module = module_of("dense")
    with pytest.raises(ValueError, match="batch is 0, needs a whole number from 1 on"):
        module.ParallelWorkspace(0)
    with pytest.raises(ValueError, match="dtype is int64, needs float32 or float64"):
        module.ParallelWorkspace(4, np.int64)
    parts, rng = module.ParallelWorkspace(4, np.float64), np.random.default_rng(0)
    X, y, _ = given(module, "dense", 5, rng)
    with pytest.raises(ValueError, match="the batch has 5 samples, this workspace holds 4"):
        parts.loss_and_grad(module.init(0, np.float64), X, y)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_text_is_formatted(name):
    text = module_text(derive(NETWORKS[name]()))
    assert formatted(text) == text
