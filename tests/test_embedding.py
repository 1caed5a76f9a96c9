"""Embeddings: rows of a table, what their gradients add up to, and tokens that there are not."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from emitted import Emitted, errors, values_for
from test_module import peak_and_kept

from symbp.network import Network
from symbp.verify import check_derivation

TOKENS, UNITS = 7, 3


@cache
def emitted(steps: int | str = "T") -> Emitted:
    layers = [{"kind": "embedding", "tokens": TOKENS, "units": UNITS}, {"kind": "dense", "units": 2}]
    return Emitted(Network("words", {"shape": [steps], "dtype": "int"}, layers, "mse"))


def test_its_equation_and_its_gradient() -> None:
    result = emitted().derivation.result
    assert [str(e) for e in result.defining("a1")] == ["a1[n,t,i] = E1[x[n,t],i]"]
    assert [str(e) for e in result.defining("E1_bar")] == ["E1_bar[x[n,t],i] += a1_bar[n,t,i]"]


@pytest.mark.parametrize("steps", ["T", 1, 4])
def test_every_derivative(steps: int | str) -> None:
    report = check_derivation(emitted(steps).derivation)
    assert not [row for row in report.rows if not row.error <= row.tolerance]


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8])
def test_what_a_token_gets_at_several_places_adds_up(kind: Any) -> None:
    found = emitted()
    net = found.net
    assert isinstance(net, Network)
    values = values_for(net, 2)
    values["x"] = np.array([[1, 1, 5, 1], [5, 0, 1, 1]], kind)
    plain, workspace = found.plain(values), found.workspace(values)
    at_each = (values["W2"].T @ (2 * (found.predict(values) - values["y"]) / values["y"].size)[..., None])[..., 0]
    expected = np.zeros((TOKENS, UNITS))
    for token, gradient in zip(values["x"].ravel(), at_each.reshape(-1, UNITS), strict=True):
        expected[token] += gradient
    np.testing.assert_allclose(plain["E1"], expected, rtol=1e-12)
    assert max(errors(workspace, plain).values()) < 1e-13
    assert not plain["E1"][[2, 3, 4, 6]].any()


@pytest.mark.parametrize("token", [-1, TOKENS, 10**6])
@pytest.mark.parametrize("call", ["predict", "loss", "loss_and_grad", "Workspace"])
def test_tokens_that_there_are_not(call: str, token: int) -> None:
    module = emitted().module
    p, X = module.init(), np.array([[1, 2, 3], [0, token, 0]])
    Y = np.zeros((2, 3, 2), np.float32)
    function = module.Workspace(2, 3).loss_and_grad if call == "Workspace" else getattr(module, call)
    with pytest.raises(ValueError) as caught:
        function(p, X, *([] if call == "predict" else [Y]))
    low, high = min(0, token), max(3, token)
    assert str(caught.value) == f"X has labels from {low} to {high}, needs 0 to {TOKENS - 1}"


def test_how_it_starts() -> None:
    start = emitted().module.init(seed=1, dtype=np.float64)
    assert start.E1.dtype == np.float64 and 0.5 < start.E1.std() < 1.5
    assert "N(0, 1) for embeddings" in emitted().text


def test_the_workspace_keeps_its_memory() -> None:
    """What ``np.add.at`` holds while it runs does not depend on the batch."""
    module = emitted().module
    p, rng, peaks = module.init(), np.random.default_rng(0), []
    for samples in (30, 300):
        X, Y = rng.integers(0, TOKENS, (samples, 9)), np.zeros((samples, 9, 2), np.float32)
        step = module.Workspace(samples, 9)
        peak, kept = peak_and_kept(lambda step=step, X=X, Y=Y: step.loss_and_grad(p, X, Y))
        assert kept < 100
        peaks.append(peak)
    assert max(peaks) < 8000
