"""Whole equations at once mean what nested loops mean."""

import numpy as np
import pytest
from networks import every_kind

import symbp
from symbp.derive import NetworkDerivation, derive
from symbp.equation import Access, Equation, Index, Size, read
from symbp.errors import ProgramError
from symbp.program import Program, Tensor
from symbp.reference import evaluate, evaluate_grids
from symbp.verify.check import target_makers
from symbp.verify.draw import draws
from symbp.verify.perturb import STEP, complex_directional

NAMES = ("window", "standard", "lstm", "attention", "heat", "rbf")
KINDS = every_kind()


@pytest.mark.parametrize("name", NAMES)
def test_every_tensor_of_an_example_is_what_the_loops_give(name: str) -> None:
    d = derive(symbp.load(f"examples/{name}.toml"))
    _same(d)


@pytest.mark.parametrize("name", list(KINDS)[::9])
def test_every_kind_of_network_is_what_the_loops_give(name: str) -> None:
    _same(derive(KINDS[name]))


def _same(d: NetworkDerivation) -> None:
    sizes = dict.fromkeys(d.start.sizes, 2)
    values = next(draws(d.start, sizes, 0, target_makers(d))).values
    for program in (d.result, d.chain_result):
        expected, found = evaluate(program, values, sizes), evaluate_grids(program, values, sizes)
        assert expected.keys() == found.keys()
        for key, value in expected.items():
            np.testing.assert_allclose(found[key], value, rtol=1e-12, atol=1e-13, err_msg=key)


def test_a_lane_takes_a_complex_step() -> None:
    d = derive(symbp.load("examples/window.toml"))
    values = next(draws(d.start, {"N": 2}, 0, target_makers(d))).values
    along = np.ones(np.shape(values["W1"]))
    moved = {**values, "W1": (values["W1"] + 1j * STEP * along)[..., None]}
    slope = evaluate_grids(d.start, moved, {"N": 2})["L"][0].imag / STEP
    assert slope == pytest.approx(complex_directional(d.start, values, {"N": 2}, {"W1": along}), rel=1e-12)


def _sum() -> Program:
    i = Index("i", Size("N"))
    total = Equation(Access.of("L"), read("x", i), over=(i,), reduction="sum")
    return Program((Tensor("x", (Size("N"),), "input"), Tensor("L", (), "loss")), (total,))


def test_a_missing_value_is_named() -> None:
    with pytest.raises(ProgramError) as caught:
        evaluate_grids(_sum(), {}, {"N": 2})
    assert str(caught.value) == "x is given to the program, and no value for it was passed"


def test_a_value_of_another_shape_is_named() -> None:
    with pytest.raises(ProgramError) as caught:
        evaluate_grids(_sum(), {"x": np.zeros((3, 3, 3))}, {"N": 2})
    assert str(caught.value) == "x has a value of shape (3, 3, 3); x[N] needs (2,)"
