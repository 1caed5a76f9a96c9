"""Loops over blocks of rows in the workspace: the same numbers, little memory, equations above their statements."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import pytest

from symbp.layers import Dense, Dropout, LayerNorm
from symbp.network import Network
from symbp.numpy_code.workspace import blocked
from tests.emitted import Emitted, errors, values_for

WIDE = 64
NETWORKS = {
    "tanh": (2, [Dense(WIDE, "tanh"), Dense(1)], "mse"),
    "gelu": (2, [Dense(WIDE, "gelu"), Dense(1)], "mse"),
    "gelu_tanh": (2, [Dense(WIDE, "gelu_tanh"), Dense(1)], "mse"),
    "relu": (2, [Dense(WIDE, "relu"), Dropout(0.5), Dense(1)], "mse"),
    "outputs": (2, [Dense(WIDE)], "mse"),
    "classes": (2, [Dense(WIDE)], "cross_entropy"),
    "normalised": (2, [Dense(WIDE), LayerNorm(), Dense(1)], "mse"),
}


@lru_cache
def emitted(name: str) -> Emitted:
    """The module with blocks of four rows."""
    inputs, layers, loss = NETWORKS[name]
    found = Emitted(Network(name, inputs, layers, loss))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocked, "_BLOCK", 4 * WIDE)
        assert found.text
    return found


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("samples", [3, 10])
def test_blocks_of_rows_give_what_whole_arrays_give(name, samples):
    found = emitted(name)
    values = values_for(found.net, samples)
    assert max(errors(found.workspace(values), found.plain(values)).values()) < 1e-12


def step_of(name: str) -> str:
    return emitted(name).text.split("class Workspace")[1].split("class Optimizer")[0]


@pytest.mark.parametrize("name", NETWORKS)
def test_each_equation_stands_above_its_statements_once(name):
    numbers = [int(n) for n in re.findall(r"^ +# \((\d+)\)  ", step_of(name), re.M)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_run_is_one_loop():
    loop = step_of("gelu_tanh").split("in blocks:\n")[1].split("# (4)")[0]
    assert [line for line in loop.splitlines() if line and not line.startswith(" " * 12)] == [" " * 8]
    assert "z1_k += b1_rows_k" in loop and "# (3)  a1[n,i]" in loop


def test_what_only_a_block_needs_is_as_large_as_a_block():
    module = emitted("gelu").module
    step = module.Workspace(64, np.float64)
    whole = [b for b in step._buffers if b.size == 64 * WIDE]
    assert len(whole) == 2  # z1 and a1, which its slope and its adjoint take over
    assert all(b.size <= 4 * WIDE for b in step._buffers if all(b is not w for w in whole))


@pytest.mark.parametrize("name", ["gelu", "gelu_tanh"])
def test_a_slope_of_what_nothing_else_needs_is_computed_forward(name):
    forward, backward = step_of(name).split("# (4)  ")
    assert "# a1_slope, the factor of a1_bar in (" in forward and "out=a1_slope_k)" in forward
    assert "np.multiply(a1_bar, a1_slope, out=z1_bar)" in backward


def test_the_normal_distribution_and_its_density_share_an_exponential():
    assert step_of("gelu").count("np.exp(") == 1


def test_a_slope_of_what_is_kept_anyway_is_computed_backward():
    assert "slope" not in step_of("tanh") + step_of("relu")


def test_the_difference_of_a_loss_is_that_of_its_gradient():
    loop = step_of("outputs").split("in blocks:\n")[1].split("ones.dot")[0]
    assert re.findall(r".*\by\[at\].*", loop) == [" " * 12 + "yhat_k -= y[at]"]
    assert "total += float(np.vdot(yhat_k, yhat_k))" in loop


def test_small_layers_have_no_loops():
    assert "_blocks" not in Emitted(Network("small", 2, [Dense(32, "tanh"), Dense(1)], "mse")).text
