"""The check as a whole: what it compares, what it says, and that it finds what is wrong with a module."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import mpmath
import numpy as np
import pytest
import sympy
from heavy import every_third, marked
from programs import GENERAL, N, classifier, dense, embedding, eq, n, program

import symbp
from symbp import functions as f
from symbp.chain_rule import adjoint
from symbp.derive import NetworkDerivation
from symbp.equation import Affine, Guard, Index, read
from symbp.functions import ROWS
from symbp.layers.activations import ACTIVATIONS
from symbp.network import Dense, Network
from symbp.network.losses import LOSSES
from symbp.reference import evaluate
from symbp.rewrite import rewrite
from symbp.sizes import small_sizes
from symbp.verify import Report, Row, check_derivation, check_equations, relative_error
from symbp.verify import module as module_check
from symbp.verify.draw import attempts, draws, label_range, placed
from symbp.verify.growth import growth
from symbp.verify.perturb import (
    central_difference,
    central_differences,
    complex_directional,
    complex_step,
    perturbed,
    units,
)
from symbp.verify.steps import check_steps

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.toml"))


def derived(*layers: Dense, loss: object = "mse", **more: object) -> NetworkDerivation:
    return symbp.derive(Network("net", 3, list(layers), loss, **more))


def assert_passes(report: Report) -> None:
    assert report.passed, report.table()


# Whole derivations.


@pytest.mark.parametrize("path", [marked(path.stem, path) for path in EXAMPLES])
def test_every_example_passes_with_1e_11_in_float64(path: Path) -> None:
    report = check_derivation(symbp.derive(symbp.load(path)))
    assert_passes(report)
    assert all(row.tolerance <= 1e-11 for row in report.rows if "float32" not in row.how)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("last", ["identity", "sigmoid", "softmax", "relu"])
def test_every_loss_passes(loss: str, last: str) -> None:
    assert_passes(check_equations(derived(Dense(4, "tanh"), Dense(2, last), loss=loss)))


@pytest.mark.parametrize("loss", LOSSES)
def test_the_module_of_every_loss_passes(loss: str) -> None:
    assert_passes(check_derivation(derived(Dense(2, "sigmoid"), loss=loss)))


@pytest.mark.parametrize("activation", every_third(ACTIVATIONS))
def test_every_activation_passes_inside_a_regularised_network(activation: str) -> None:
    layers = (Dense(4, activation), Dense(3, activation), Dense(2))
    assert_passes(check_derivation(derived(*layers, regularization={"l2": 0.1, "l1": 0.01})))


NETWORKS: dict[str, Callable[[], NetworkDerivation]] = {
    "frozen, and the gradient of the input": lambda: derived(
        Dense(4, "tanh", frozen=True), Dense(2), input_gradient=True
    ),
    "shared": lambda: derived(Dense(3, "tanh", name="a"), Dense(3, "tanh", share="a"), Dense(2, bias=False)),
    "one weight": lambda: symbp.derive(Network("net", 1, [Dense(1, bias=False)], "mae")),
    "expressions of the user's": lambda: derived(
        Dense(3, {"name": "swish", "expression": "z/(1 + exp(-1.7*z))"}),
        Dense(2),
        loss={"expression": "(yhat - y)**4 + exp(-yhat)", "reduction": "sum"},
    ),
    "many relus": lambda: derived(*[Dense(3, "relu")] * 12, Dense(1)),
    "thirty layers": lambda: derived(*[Dense(2, "tanh")] * 30),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_pass(name: str) -> None:
    assert_passes(check_derivation(NETWORKS[name]()))


def test_no_gradient_is_compared_at_zero_behind_many_relus() -> None:
    report = check_equations(NETWORKS["many relus"]())
    assert not [row for row in report.rows if row.note == "zero throughout"]


def test_an_unusable_combination_is_a_row_that_fails_and_says_why() -> None:
    """A log-softmax is never a probability: the cross-entropy of its output is nowhere finite."""
    report = check_equations(derived(Dense(2, "log_softmax"), loss="binary_cross_entropy"))
    expected = "no random values give a finite loss: does it suit what the network gives?"
    assert [row.note for row in report.failures] == [expected]


def test_a_wide_network_is_checked_at_small_extents_and_along_a_direction() -> None:
    report = check_equations(derived(Dense(120, "relu"), Dense(90, "tanh"), Dense(10, "softmax"), loss="cross_entropy"))
    assert_passes(report)
    hows = {row.how for row in report.rows}
    assert {"complex step, small extents", "mpmath differences, small extents", "complex step, full size"} <= hows
    assert not any("random values" in how for how in hows)


def test_a_network_too_large_for_any_loop_says_so() -> None:
    report = check_equations(derived(Dense(10_000, "relu"), Dense(1000)))
    assert_passes(report)
    row = report.rows[-1]
    assert (row.what, row.how, row.error) == ("dL along a direction", "complex step, full size", None)
    assert row.note == "1e+08 points are too many for the reference loops"


def test_progress_is_told_of_every_stage() -> None:
    told = []
    check_equations(symbp.derive(symbp.load(EXAMPLES[0].with_name("relay.toml"))), lambda *what: told.append(what))
    assert told == [("random values", 0, 2), ("the example", 1, 2)]


def test_the_same_derivation_gives_the_same_report() -> None:
    derivation = derived(Dense(2, "tanh"))
    assert check_equations(derivation) == check_equations(derivation)
    assert check_equations(derivation, seed=2) != check_equations(derivation)


# Kinks.


def test_an_example_at_a_kink_is_compared_with_the_documented_branch() -> None:
    """yhat = y exactly, so that |yhat - y| has its kink there: its derivative is 0, as documented."""
    example = {"x": [1.0, 2.0, 0.0], "y": [2.0], "parameters": {"W1": [[0.5, 0.75, 1.0]], "b1": [0.0]}}
    derivation = derived(Dense(1), loss="mae", example=example)
    report = check_derivation(derivation)
    assert_passes(report)
    notes = [row.note for row in report.rows if row.how == "mpmath differences, the example"]
    assert notes == ["a kink lies within 1e-06: the complex step took the documented branch"]
    zero = {row.what for row in report.rows if row.how == "complex step, the example" and row.note == "zero throughout"}
    assert zero == {"dL/dW1", "dL/db1", "dL/dz1"}


@pytest.mark.parametrize("name", ["relu", "abs", "clip", "maximum", "leaky_relu", "elu", "minimum", "sign", "step"])
def test_the_distance_from_the_nearest_kink_is_noted(name: str) -> None:
    arguments = {"clip": (-1, 2), "maximum": (0,), "minimum": (0,), "leaky_relu": (0.1,), "elu": (1,)}.get(name, ())
    built = program((eq(read("L"), ROWS[name].function(read("x"), *map(sympy.S, arguments))),), {"x": ()}, {})
    kink = -1.0 if name == "clip" else 0.0
    assert placed(built, {"x": kink + 3e-7}, {}).distance == pytest.approx(3e-7, rel=1e-6)
    assert not placed(built, {"x": kink + 3e-7}, {}).smooth
    assert placed(built, {"x": kink + 1e-3}, {}).smooth


def test_the_gap_of_a_maximum_counts_as_a_kink() -> None:
    i = Index("i", 3)
    built = program((eq(read("L"), read("x", i), (i,), "max"),), {"x": (3,)}, {})
    assert placed(built, {"x": [1.0, 1.0 + 4e-7, 0.0]}, {}).distance == pytest.approx(4e-7, rel=1e-6)


# Random values.


def test_draws_are_the_same_each_time_and_differ_by_seed() -> None:
    built = dense(3, 4, 2)
    one, again, other = (next(draws(built, {"N": 3}, seed)).values for seed in (5, 5, 6))
    assert all((one[name] == again[name]).all() for name in one)
    assert not (one["W1"] == other["W1"]).all()


def test_draws_are_finite_moderate_and_away_from_kinks_where_that_is_possible() -> None:
    first = next(draws(dense(3, 4, 2, activation=f.relu), {"N": 3}, 0))
    assert first.finite and first.smooth and first.moderate


def test_normalised_targets_sum_to_one_exactly_and_are_positive() -> None:
    y = next(attempts(classifier(7), {"N": 4}, 0, {})).values["y"]
    assert (y.sum(axis=1) == 1).all() and (y > 0).all()
    with mpmath.workdps(50):
        assert all(mpmath.fsum(mpmath.mpf(repr(float(v))) for v in row) == 1 for row in y)


def test_labels_stay_inside_what_they_index_or_are_compared_with() -> None:
    assert label_range(embedding(), "tok", {"N": 2}) == 5
    k = Index("k", 4)
    guards = (Guard(Affine.of(k) - read("y", n).access, "!="),)
    compared = program(
        (eq(read("L"), read("x", n, k), (n, k), guards=guards),), {"x": (N, 4)}, {}, None, {"y": (N,)}, ("y",)
    )
    assert label_range(compared, "y", {"N": 2}) == 4
    assert set(np.unique(next(attempts(compared, {"N": 50}, 0, {})).values["y"])) == {0, 1, 2, 3}


@pytest.mark.parametrize(("b", "least", "most"), [(-1.0, 0.5, 10.0), (1.0 - 1e-3, 500.0, 5000.0)])
def test_rounding_errors_grow_where_a_difference_cancels(b: float, least: float, most: float) -> None:
    difference = eq(read("d"), read("a") - read("b"))
    built = program((difference, eq(read("L"), read("d") ** 2 / 2)), {"a": (), "b": ()}, {"d": ()})
    values = {"a": np.array(1.0), "b": np.array(b)}
    assert least < growth(rewrite(adjoint(built, ["a", "b"])), {}, values, np.inf) < most


def test_a_gradient_that_is_zero_by_cancelling_does_not_count_as_growth() -> None:
    equations = (eq(read("d"), read("a") - read("a") * read("b")), eq(read("L"), read("d") + read("b")))
    built = program(equations, {"a": (), "b": ()}, {"d": ()})
    values = {"a": np.array(1.0), "b": np.array(1.0 - 1e-15)}  # dL/da is 1 - b: what rounding leaves of a zero
    assert growth(adjoint(built, ["a", "b"]), {}, values, np.inf) < 100


# Perturbation: the independent derivatives themselves, against one another and against what is known.


def test_complex_step_and_mpmath_differences_agree_for_inputs_and_intermediates() -> None:
    built, sizes = dense(2, 3, 1), {"N": 2}
    values = next(draws(built, sizes, 0)).values
    steps = complex_step(built, values, sizes, ["W1", "z1", "a2"])
    for name, found in steps.items():
        with mpmath.workdps(50):
            assert relative_error(found, central_differences(built, values, sizes, name)) < 1e-14


def test_the_adjoint_of_an_intermediate_is_known_in_closed_form() -> None:
    built, sizes = dense(2, 3, 1), {"N": 2}
    values = next(draws(built, sizes, 0)).values
    forward = evaluate(built, values, sizes)
    found = complex_step(built, values, sizes, ["a2", "z2"])
    a2_bar = 2 * (forward["a2"] - values["y"]) / 2
    np.testing.assert_allclose(found["a2"], a2_bar, rtol=1e-13)
    np.testing.assert_allclose(found["z2"], a2_bar * (1 - forward["a2"] ** 2), rtol=1e-13)


def test_many_lanes_are_taken_in_several_runs() -> None:
    k = Index("k", 600)
    built = program((eq(read("L"), f.sin(read("x", k)), (k,)),), {"x": (600,)}, {})
    x = np.linspace(-3, 3, 600)
    np.testing.assert_allclose(complex_step(built, {"x": x}, {}, ["x"])["x"], np.cos(x), rtol=1e-14)


def test_a_direction_takes_all_tensors_at_once() -> None:
    built, sizes = dense(2, 3, 1), {"N": 2}
    values = next(draws(built, sizes, 0)).values
    steps = complex_step(built, values, sizes, ["W1", "z2"])
    along = {"W1": np.full((3, 2), 0.5), "z2": np.array([[1.0], [-2.0]])}
    expected = sum((steps[name] * along[name]).sum() for name in along)
    assert complex_directional(built, values, sizes, along) == pytest.approx(expected, rel=1e-13)
    assert float(central_difference(built, values, sizes, along)) == pytest.approx(expected, rel=1e-13)


def test_a_perturbation_of_zero_changes_nothing() -> None:
    built = GENERAL["recurrence"]()
    sizes = small_sizes(built)
    draw = next(draws(built, sizes, 0))
    opened = perturbed(built, ["h", "z"])
    zeros = {"h#": np.zeros_like(draw.forward["h"]), "z#": np.zeros_like(draw.forward["z"])}
    assert evaluate(opened, {**draw.values, **zeros}, sizes)["L"] == pytest.approx(draw.forward["L"], rel=1e-15)


def test_units_are_the_columns_of_the_identity() -> None:
    assert np.array([u.ravel() for u in units((2, 3))]).tolist() == np.eye(6).tolist()


# Single steps.


def test_a_step_whose_tensors_are_unknown_is_a_fault_of_that_step() -> None:
    derivation = adjoint(dense(2, 1), ("W1",))
    checks = check_steps(derivation.steps, {}, {"N": 2})
    assert all(c.error == np.inf and c.fault for c in checks)


# The module.


def spoiled(old: str, new: str) -> Callable[..., dict[str, str]]:
    right = module_check.texts_of

    def texts(plan: object) -> dict[str, str]:
        before = right(plan)
        assert any(old in text for text in before.values())
        return {style: text.replace(old, new) for style, text in before.items()}

    return texts


WRONG_MODULES = {
    "a sign": ("yhat = _sigmoid(z2)", "yhat = _sigmoid(-z2)"),
    "a transpose": ("W2_bar = z2_bar.T @ a1", "W2_bar = z2_bar.T @ x"),
    "a factor in the workspace alone": ("z1_bar_T.dot(x, out=W1_bar)", "z1_bar_T.dot(2 * x, out=W1_bar)"),
    "an index of few numbers alone": ("W1_bar_11 += z1_bar_1 * x_1", "W1_bar_11 += z1_bar_1 * x_2"),
    "a width": ("b1_bar = z1_bar.sum(axis=0)", "b1_bar = z1_bar.sum(axis=0).astype(np.float64)"),
    "an exception": ("_check_targets(Y, N, p[0].dtype)", "raise ValueError('no')"),
    "an example": ("[[0.4, 0.3], [0.6, 0.9]]", "[[0.4, 0.3], [0.6, 0.8]]"),
    "a form that overflows": ("np.exp(np.minimum(z, 40))", "np.exp(1000 * z)"),
    "syntax": ("class Workspace:", "class Workspace"),
}


@pytest.mark.parametrize("fault", WRONG_MODULES)
def test_a_wrong_module_fails(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module_check, "texts_of", spoiled(*WRONG_MODULES[fault]))
    derivation = symbp.derive(symbp.load(EXAMPLES[0].with_name("relay.toml")))
    report = check_derivation(derivation)
    assert not report.passed
    assert all(row.what.startswith(("module", "the module")) for row in report.failures)


def test_the_module_computes_a_changed_stable_form_and_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROWS, "sigmoid", replace(ROWS["sigmoid"], stable=lambda z: 1 / (1 + f.exp(-z * 1.001))))
    report = check_derivation(derived(Dense(2, "sigmoid")))
    assert {row.what.split(":")[0] for row in report.failures} == {"module", "forward values, stable forms"}


def test_a_program_without_parameters_has_no_module() -> None:
    report = check_derivation(adjoint(GENERAL["max pool"](), ("x",)))
    assert_passes(report)
    assert [row.note for row in report.rows if row.what == "module"] == ["no parameter to differentiate by: no module"]


# The report.


def test_the_table_of_a_report() -> None:
    rows = (
        Row("dL/dW1", "complex step", 2.5e-16, 1e-11),
        Row("dL/db1", "complex step", 0.25, 1e-11, "worst"),
        Row("gradients", "mpmath differences", None, 1e-20, "a kink"),
    )
    assert Report(rows).table() == (
        "what       checked against     worst error  tolerance\n"
        "---------  ------------------  -----------  ---------\n"
        "dL/dW1     complex step        2.5e-16      1e-11\n"
        "dL/db1     complex step        2.5e-01      1e-11      FAILED  worst\n"
        "gradients  mpmath differences  not run      1e-20      a kink\n"
        "\n"
        "1 of 2 comparisons FAILED\n"
    )


def test_many_gradients_that_passed_share_a_line_and_one_that_failed_does_not() -> None:
    rows = [Row(f"dL/dW{k}", "complex step", k * 1e-16, 1e-11) for k in range(1, 13)]
    table = Report(tuple(rows)).table()
    assert "12 gradients  complex step     1.2e-15      1e-11      worst: dL/dW12" in table
    assert "dL/dW7" not in table
    rows[6] = replace(rows[6], error=1.0)
    assert "dL/dW7        complex step     1.0e+00      1e-11      FAILED" in Report(tuple(rows)).table()


def test_a_report_passes_if_something_was_compared_and_nothing_failed() -> None:
    good, bad, skipped = (Row("q", "h", error, 1e-11) for error in (0.0, 1.0, None))
    assert Report((good, skipped)).passed
    assert not Report((good, bad)).passed
    assert not Report((skipped,)).passed
    assert not Report(()).passed
    assert Report((skipped,)).summary() == "nothing was compared"
    assert Report((good, good)).summary() == "all 2 comparisons passed"
    assert Report((good, bad)).failures == (bad,)


def test_a_row_gives_its_error_as_a_bound() -> None:
    bounds = [Row("q", "h", error, 1e-11).bound for error in (3e-16, 0.5, None)]
    assert bounds == ["< 1e-11", "5.0e-01", "not run"]
    assert Row("q", "h", 0.0, 1e-4).bound == "< 1e-4"


def test_the_worst_row_of_a_thing() -> None:
    rows = (Row("q", "a", 1e-13, 1e-11), Row("q", "b", 1e-12, 1e-4), Row("r", "a", 1.0, 1e-11))
    assert Report(rows).worst("q") == rows[0]
    assert Report(rows).worst("nothing") is None


@pytest.mark.parametrize(
    ("value", "reference", "expected"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([1.0, 2.0], [1.0, 4.0], 0.5),
        ([1e-3], [0.0], 1e-3),
        ([np.nan], [1.0], np.inf),
        ([1.0], [np.nan], np.inf),
        ([np.inf], [1.0], np.inf),
        ([1.0], [1.0, 1.0], np.inf),
        ([], [], 0.0),
    ],
)
def test_relative_errors(value: list[float], reference: list[float], expected: float) -> None:
    assert relative_error(np.array(value), np.array(reference)) == expected


def test_relative_errors_in_mpmath_keep_their_digits() -> None:
    with mpmath.workdps(50):
        one = np.array([mpmath.mpf(1)], dtype=object)
        assert 0.9e-40 < relative_error(one + mpmath.mpf("1e-40"), one) < 1.1e-40
