"""The generated modules of the adding problem learn, and hand their errors back: train_adding.py, small."""

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from generated import adding_lstm, adding_rnn

EXAMPLES = Path(__file__).parents[1] / "examples"
Array = np.ndarray[Any, Any]


def sums(count: int, length: int, seed: int) -> tuple[Array, Array]:
    """Sequences of numbers, two of them marked, one in each half; and the sum of these two."""
    rng = np.random.default_rng(seed)
    numbers, marks = rng.uniform(size=(count, length)), np.zeros((count, length))
    marks[np.arange(count), rng.integers(0, length // 2, count)] = 1
    marks[np.arange(count), rng.integers(length // 2, length, count)] = 1
    X = np.stack([numbers, marks], axis=2).astype(np.float32)
    return X, (numbers * marks).sum(axis=1, keepdims=True).astype(np.float32)


def gradient_norms(module: ModuleType, p: Any, length: int) -> Array:
    """The norm of dL/dx at each step."""
    _, _, x_bar = module.loss_and_grad(p, *sums(20, length, 0))
    return np.asarray(np.sqrt((x_bar**2).sum(axis=(0, 2))))


def test_an_lstm_adds_two_marked_numbers_of_a_short_sequence() -> None:
    p = adding_lstm.init(0)
    state, workspace = adding_lstm.init_optimizer(p), adding_lstm.Workspace(batch=20, T=6, dtype=np.float32)
    for step in range(400):
        _, g, _ = workspace.loss_and_grad(p, *sums(20, 6, step + 1))
        p, state = adding_lstm.adam(p, g, state, 0.02)
    assert adding_lstm.loss(p, *sums(200, 6, 0)) < 1 / 60


def test_the_gradient_vanishes_on_its_way_through_a_simple_network() -> None:
    """A matrix U that halves every length at most passes on less than half of the error at each step."""
    p = adding_rnn.init(0)
    p = p._replace(U1=0.5 * np.linalg.qr(p.U1)[0].astype(np.float32))
    norms = gradient_norms(adding_rnn, p, 50)
    assert 0 < norms[9] / norms[-1] < 0.5**40 * np.linalg.cond(p.W1)


def test_it_does_not_through_an_lstm_whose_forget_gates_are_open() -> None:
    p = adding_lstm.init(0)
    p.b1[16:32] = 6
    norms = gradient_norms(adding_lstm, p, 50)
    assert 0.05 < norms[0] / norms[-1] < 20


@pytest.mark.parametrize("name", ["adding_lstm", "adding_rnn"])
def test_both_learn_under_the_same_spec_but_for_the_cell(name: str) -> None:
    text = (EXAMPLES / f"{name}.toml").read_text().splitlines()
    other = (EXAMPLES / "adding_lstm.toml").read_text().splitlines()
    different = [(a, b) for a, b in zip(text, other, strict=True) if a != b]
    assert all(a.split(" = ")[0] in ("name", "title", "kind") for a, _ in different)
