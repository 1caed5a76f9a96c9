"""Images in emitted code: stored by rows, pooled before what keeps their order, and no further than they are read."""

from __future__ import annotations

import re
import tracemalloc
from functools import cache

import numpy as np
import pytest
import sympy
from emitted import Arrays, Emitted, errors

from symbp import functions as f
from symbp.equation import Index, Size, read
from symbp.layers import (
    AvgPool2d,
    BatchNorm,
    Conv1d,
    Conv2d,
    ConvTranspose2d,
    Dense,
    Flatten,
    GlobalMaxPool,
    LayerNorm,
    MaxPool1d,
    MaxPool2d,
)
from symbp.layers.layer import Layer
from symbp.network import Network
from symbp.numpy_code import module_text
from symbp.program import GIVEN
from symbp.reference import evaluate, shape_of
from symbp.schedule import Largest, Schedule, schedule
from symbp.schedule.pooled import increases

HEAD: list[Layer] = [Flatten(), Dense(2)]
NETWORKS: dict[str, tuple[tuple[int, ...], list[Layer]]] = {
    "edges": ((1, 8, 8), [Conv2d(2, 2, activation="relu"), MaxPool2d(2), Conv2d(2, 2), MaxPool2d(2), *HEAD]),
    "overlapping": ((1, 6, 5), [Conv2d(2, 3, padding=1, activation="leaky_relu"), MaxPool2d(3, 2, 1), *HEAD]),
    "by the pre-activation": ((1, 5, 5), [Conv2d(2, 2, activation="softplus"), MaxPool2d(2), *HEAD]),
    "whole": ((1, 5, 4), [Conv2d(2, 2, activation="tanh"), GlobalMaxPool(), Dense(2)]),
    "lines": ((2, 9), [Conv1d(2, 3, activation="elu"), MaxPool1d(2), Conv1d(2, 2), MaxPool1d(2), *HEAD]),
    "normalised": (
        (1, 5, 5),
        [Conv2d(2, 2, bias=False), BatchNorm(activation="relu"), MaxPool2d(2), LayerNorm(), *HEAD],
    ),
    "no order kept": ((1, 5, 5), [Conv2d(2, 2, activation="silu"), MaxPool2d(2), *HEAD]),
    "means": ((1, 6, 6), [Conv2d(2, 2, activation="tanh"), AvgPool2d(2), Conv2d(2, 2, stride=2), *HEAD]),
    "a power of two": ((1, 16, 16), [Conv2d(2, 5, 4, activation="relu"), *HEAD]),
    "one by one": ((2, 4, 3), [Conv2d(3, 2, activation="tanh"), Conv2d(2, 1), *HEAD]),
    "transposed": ((2, 3, 4), [ConvTranspose2d(3, 2, 2)]),
    "there and back": ((1, 4, 4), [Conv2d(2, 3, 2, 1, activation="relu"), ConvTranspose2d(1, 4, 2, 1)]),
}


@cache
def emitted(name: str) -> Emitted:
    shape, layers = NETWORKS[name]
    return Emitted(Network("images", {"shape": list(shape)}, layers, "mse", input_gradient=True))


@cache
def scheduled(name: str) -> Schedule:
    derivation = emitted(name).derivation
    return schedule(derivation.result, ["L", *(f"{n}_bar" for n in derivation.wrt)])


SAMPLES = {"N": 2}


def values_of(name: str, seed: int = 0) -> Arrays:
    rng, tensors = np.random.default_rng(seed), emitted(name).net.program().of_role(*GIVEN)
    return {t.name: rng.normal(size=shape_of(t, SAMPLES)) for t in tensors}


@cache
def stated(name: str) -> Arrays:
    """What the equations of the derivation give, by nested loops."""
    return evaluate(emitted(name).derivation.result, values_of(name), SAMPLES)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_program_that_is_computed_means_what_the_derivation_states(name: str) -> None:
    computed = evaluate(scheduled(name).program, values_of(name), SAMPLES)
    outputs = ["L", *(f"{n}_bar" for n in emitted(name).derivation.wrt)]
    worst = errors({n: computed[n] for n in outputs}, {n: stated(name)[n] for n in outputs})
    assert max(worst.values()) < 1e-12, worst


@pytest.mark.parametrize("name", NETWORKS)
def test_the_module_computes_what_the_derivation_states(name: str) -> None:
    found = emitted(name)
    expected = {"L": stated(name)["L"], **{n: stated(name)[f"{n}_bar"] for n in found.derivation.wrt}}
    for call in (found.plain, found.workspace):
        worst = errors(call(values_of(name)), expected)
        assert max(worst.values()) < 1e-12, worst


def shapes(name: str) -> dict[str, tuple[object, ...]]:
    return {t.name: t.shape for t in scheduled(name).program.tensors}


N = Size("N")


def test_images_lie_by_rows_with_the_samples_innermost() -> None:
    found = shapes("edges")
    assert found["x_rows"] == (8, 1, 8, N)
    assert found["z1"] == (6, 2, 6, N)
    assert found["a5"] == (N, 2), "what is flattened is a row for each sample"
    assert shapes("lines")["z1"] == (2, 6, N), "a line has no rows: all channels are one matrix"


def test_a_bias_and_an_activation_are_computed_of_what_a_pool_leaves() -> None:
    """So is the derivative of the activation, and what is summed up for the bias."""
    computed = scheduled("edges").computed
    assert "a1" not in computed and "a1_bar" not in computed
    (relu,) = (e for e in scheduled("edges").program.equations() if e.body.has(f.relu))
    assert relu.target == "a2" and {r.access.tensor for r in relu.reads} == {"z1_max", "b1"}
    (bias,) = scheduled("edges").program.defining("b1_bar")
    assert [r.access.tensor for r in bias.reads] == ["z1_max_bar"]


def test_a_derivative_by_the_pre_activation_reads_what_the_pool_leaves_of_it() -> None:
    computed = scheduled("by the pre-activation").computed
    assert "z1_level" in computed and "a1" not in computed and "a1_bar" not in computed


def test_what_does_not_keep_the_order_stays_before_the_pool() -> None:
    assert "a1" in scheduled("no order kept").computed
    assert "a2" not in scheduled("normalised").computed, "an activation behind a scale of either sign does"


def test_nothing_is_computed_that_is_not_read() -> None:
    """Of 7 rows of the convolution a pool takes 6; so do its adjoint and the sums for the weights."""
    found = shapes("edges")
    assert found["z1"] == found["z1_bar"] == (6, 2, 6, N)
    (weights,) = scheduled("edges").program.defining("W1_bar")
    assert {i.name: i.extent for i in weights.over} == {"n": N, "r": 6, "c": 6}
    assert shapes("overlapping")["z1"] == (6, 2, 5, N), "all of them are read"


def test_wide_products_are_taken_in_parts_of_their_columns() -> None:
    """A step of 256 samples, whose products are cut, beside two of 128, whose are not: the means of both."""
    net = Network("images", {"shape": [2, 12, 12]}, [Conv2d(24, 3, activation="relu"), Conv2d(8, 3), *HEAD], "mse")
    found = Emitted(net)
    rng, module = np.random.default_rng(0), found.module
    values = {**module.init(0, np.float64)._asdict(), "x": rng.normal(size=(256, 2, 12, 12))}
    values["y"] = rng.normal(size=(256, 2))
    module._ONE_THREAD = True
    assert ".reshape(10, 24, -1, _slab(N * 10, 432))" in found.text and module._slab(2560, 432) == 1280
    assert ".reshape(8, 2, 108, -1, _slab(N * 8, 864))" in found.text, "8 rows by 216 columns in two blocks"
    whole = found.workspace(values)
    parts = (slice(0, 128), slice(128, 256))
    halves = [found.workspace({**values, "x": values["x"][part], "y": values["y"][part]}) for part in parts]
    worst = errors({name: (halves[0][name] + halves[1][name]) / 2 for name in whole}, whole)
    assert max(worst.values()) < 1e-12, worst


def test_the_taps_of_a_kernel_of_one_are_no_indices_of_a_product() -> None:
    assert "einsum" not in emitted("one by one").text


def test_a_step_with_images_holds_less_than_a_kilobyte() -> None:
    module, values = emitted("overlapping").module, values_of("overlapping")
    p = module.Parameters(*(values[name] for name in module.Parameters._fields))
    step = module.Workspace(2, np.float64)
    for _ in range(3):
        step.loss_and_grad(p, values["x"], values["y"])
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    step.loss_and_grad(p, values["x"], values["y"])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak - before < 1024


def test_samples_a_power_of_two_apart_are_turned_with_room_between_them() -> None:
    assert "[:, :256].reshape(N, 1, 16, 16)" in re.sub(r"\n *", "", emitted("a power of two").text)
    assert "_apart" not in emitted("edges").text


def test_a_maximum_and_its_place_are_found_in_one_loop_of_bytes() -> None:
    maxima = [s for g in scheduled("overlapping").groups for s in g.statements if isinstance(s, Largest)]
    assert [(s.largest, s.place, s.is_small) for s in maxima] == [("z1_max", "a2_at", True)]
    text = module_text(emitted("overlapping").derivation, "plain")
    assert "a2_at = np.zeros((3, 2, 3, N), np.uint8)" in text
    assert "np.maximum(a2_at, (tap > z1_max) * np.uint8(3 * u + v), out=a2_at)" in text


z, b = read("z", Index("i", 3)), read("b", Index("i", 3))
RISING = [z, f.relu(z), 2 * f.tanh(z / 3 + 1), f.leaky_relu(z, sympy.Rational(1, 2)), f.clip(z / 6 + 1, 0, 1), z + b]
OTHERS = [-z, z**2, z * f.sigmoid(z), f.leaky_relu(z, -1), f.relu(-z), b * z, f.clip(z, b, 1)]


@pytest.mark.parametrize("body", RISING, ids=str)
def test_what_rises(body: sympy.Expr) -> None:
    assert increases(body, z)


@pytest.mark.parametrize("body", OTHERS, ids=str)
def test_what_may_fall(body: sympy.Expr) -> None:
    assert not increases(body, z)


def test_the_first_of_equal_maxima_has_the_gradient() -> None:
    """Whole numbers have ties, of which relu makes more; the gradient goes to the first of what is positive."""
    found = emitted("edges")
    values = {name: np.round(2 * v) for name, v in values_of("edges").items()}
    expected = evaluate(found.derivation.result, values, SAMPLES)
    assert max(errors({"x": found.workspace(values)["x"]}, {"x": expected["x_bar"]}).values()) < 1e-12
