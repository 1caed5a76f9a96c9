"""The generated modules learn: what the scripts of the examples do, small enough for every run of the tests."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import symbp
from examples import write_norms
from generated import digits, digits_conv, heat, norms_batch, norms_relu, norms_residual, norms_tanh

ROOT = Path(__file__).parents[1]


def test_the_script_solves_xor_from_any_folder(tmp_path: Path) -> None:
    script = ROOT / "examples" / "train_xor.py"
    done = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.rstrip().endswith("solved")


def test_a_workspace_learns_random_labels_by_heart() -> None:
    """Plain gradient descent with mini-batches, the last one shorter, as train_digits.py does it."""
    rng = np.random.default_rng(0)
    X, Y = rng.uniform(size=(50, 64)).astype(np.float32), rng.integers(10, size=50)
    p, workspace = digits.init(seed=1), digits.Workspace(batch=16, dtype=np.float32)
    first = digits.loss(p, X, Y)
    for _ in range(300):
        for start in range(0, 50, 16):
            _, g = workspace.loss_and_grad(p, X[start : start + 16], Y[start : start + 16])
            p = digits.sgd(p, g, 0.2)
    assert digits.loss(p, X, Y) < first / 4
    assert np.mean(digits.predict(p, X).argmax(axis=1) == Y) > 0.95


def test_a_convolution_with_dropout_learns_random_labels_by_heart() -> None:
    """Every batch has masks of its own, and a learning rate that falls, as in train_digits_conv.py."""
    rng = np.random.default_rng(0)
    X, Y = rng.uniform(size=(40, 1, 8, 8)).astype(np.float32), rng.integers(10, size=40)
    p, workspace = digits_conv.init(seed=1), digits_conv.Workspace(batch=16, dtype=np.float32)
    for epoch in range(100):
        for start in range(0, 40, 16):
            _, g = workspace.loss_and_grad(p, X[start : start + 16], Y[start : start + 16], rng=rng)
            p = digits_conv.sgd(p, g, 0.1 * (1 - epoch / 100))
    assert np.mean(digits_conv.predict(p, X).argmax(axis=1) == Y) > 0.95


# Thirty layers


@pytest.mark.parametrize("name", write_norms.TITLES)
def test_the_specs_of_thirty_layers_are_what_their_script_writes(name: str) -> None:
    assert (ROOT / "examples" / f"{name}.toml").read_text() == write_norms.spec(name)


@pytest.mark.parametrize("name", write_norms.TITLES)
def test_they_have_thirty_layers_of_weights_of_the_same_shapes(name: str) -> None:
    network = symbp.load(ROOT / "examples" / f"{name}.toml")
    shapes = [t.shape for t in network.parameters if t.letter == "W"]
    assert shapes == [(64, 64)] * 29 + [(10, 64)]


def common_start(module: ModuleType) -> Any:
    """Weights uniform within 1/sqrt(inputs), as train_norms.py begins."""
    rng = np.random.default_rng(0)
    bounds = [w.shape[1] ** -0.5 if w.ndim == 2 else None for w in module.init()]
    return module.Parameters(
        *(
            w if bound is None else rng.uniform(-bound, bound, w.shape).astype(np.float32)
            for w, bound in zip(module.init(), bounds, strict=True)
        )
    )


def first_to_last(module: ModuleType, p: Any) -> float:
    """The norm of the gradient at the shift of the first layer, over that at the last."""
    rng = np.random.default_rng(1)
    X, Y = rng.normal(size=(32, 64)).astype(np.float32), rng.integers(10, size=32)
    _, g = module.loss_and_grad(p, X, Y)
    shifts = [part for name, part in zip(g._fields, g, strict=True) if name.startswith("b")]
    assert len(shifts) == 30
    return float(np.linalg.norm(shifts[0]) / np.linalg.norm(shifts[-1]))


def test_the_gradient_vanishes_through_thirty_layers_of_tanh() -> None:
    """Each layer passes on a third of the variance: after 29 of them 3**-14.5 of the error is left."""
    assert 3**-14.5 / 30 < first_to_last(norms_tanh, common_start(norms_tanh)) < 3**-14.5 * 30
    assert first_to_last(norms_relu, common_start(norms_relu)) < 1e-8


def test_it_does_not_with_a_normalisation_a_way_around_or_a_start_made_for_relu() -> None:
    for module, p in (
        (norms_batch, common_start(norms_batch)),
        (norms_residual, common_start(norms_residual)),
        (norms_relu, norms_relu.init()),
    ):
        assert 0.01 < first_to_last(module, p) < 100


def test_running_statistics_serve_a_network_in_use_after_training() -> None:
    """One batch is learned by heart; predict is told its mean and variance by the state alone."""
    rng = np.random.default_rng(2)
    X, Y = rng.normal(size=(32, 64)).astype(np.float32), rng.integers(10, size=32)
    p, state = common_start(norms_batch), norms_batch.init_state()
    workspace = norms_batch.Workspace(batch=32, dtype=np.float32)
    for _ in range(60):
        _, g = workspace.loss_and_grad(p, X, Y, state=state)
        p = norms_batch.sgd(p, g, 0.2)
    for _ in range(100):  # the statistics catch up
        norms_batch.loss_and_grad(p, X, Y, state=state)
    assert np.mean(norms_batch.predict(p, X, state=state).argmax(axis=1) == Y) > 0.9


# Equations


def test_the_rod_comes_near_the_temperature_that_its_law_asks_for() -> None:
    """No temperature is told: the loss is the law alone. Its linear equations, solved, say what it should be."""
    p, x, f = heat.example()
    first = heat.loss(p, x, f)
    for _ in range(20_000):
        _, g = heat.loss_and_grad(p, x, f)
        p = heat.sgd(p, g, 2e-4)
    assert heat.loss(p, x, f) < first / 20
    u = np.tanh(np.outer(x, p.w) + p.b) @ p.a
    differences = 49 * (np.eye(6, k=1) - 2 * np.eye(6) + np.eye(6, k=-1))
    assert np.allclose(u[1:-1], np.linalg.solve(differences, -f), atol=0.03)
