"""What layers and losses do at each step of a sequence, against PyTorch and JAX.

One sample, one step and one unit are among the sizes; the number of steps is known beforehand, or to the run alone.
"""

from functools import cache
from typing import Any

import pytest
from emitted import Emitted, errors, values_for
from frameworks import torch_gradients
from frameworks_jax import jax_gradients
from test_oracles import LOSSES
from test_sequences import LAST, RESIDUAL, SIZES

from symbp.network import Network

pytestmark = pytest.mark.oracles
TOLERANCE = 1e-10
LAYERS: list[dict[str, Any]] = [{**t, "axis": 2} if t["kind"] == "concatenate" else t for t in RESIDUAL]


@cache
def emitted(loss: str, first: int | str = "T", features: int = 3, units: int = 3, activation: str = "") -> Emitted:
    last = {"kind": "dense", "units": units, "activation": activation or LAST.get(loss, "identity")}
    return Emitted(Network("steps", {"shape": [first, features]}, [*LAYERS, last], loss, input_gradient=True))


def assert_as(reference: Any, found: Emitted, samples: int, count: int) -> None:
    values = values_for(found.net, samples, length=count)  # type: ignore[arg-type]
    expected = reference(found.net, values, found.module.Parameters._fields)
    for call in (found.plain, found.workspace):
        worst = errors(call(values), expected)
        assert max(worst.values()) < TOLERANCE, worst


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_as_in_pytorch(loss: str) -> None:
    for samples, count in SIZES:
        assert_as(torch_gradients, emitted(loss), samples, count)


@pytest.mark.parametrize("activation", ["softmax", "log_softmax", "gelu", "identity"])
@pytest.mark.parametrize("features", [1, 3])
def test_layers_as_in_pytorch(activation: str, features: int) -> None:
    for samples, count in SIZES:
        assert_as(torch_gradients, emitted("mse", "T", features, 1 if features == 1 else 3, activation), samples, count)
    assert_as(torch_gradients, emitted("mse", 3, features, 2, activation), 2, 3)


@pytest.mark.parametrize(("samples", "count"), SIZES)
def test_layers_as_in_jax(samples: int, count: int) -> None:
    assert_as(jax_gradients, emitted("mse", "T", 3, 2, "tanh"), samples, count)
    assert_as(jax_gradients, emitted("mse", "T", 1, 1, "sigmoid"), samples, count)
