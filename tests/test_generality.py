"""The core is general: networks that symbp has no layers for, as programs of equations.

Each goes through the reference evaluator (against plain NumPy), the chain rule, every rewrite, and the check.
"""

from collections.abc import Callable

import numpy as np
import pytest
from programs import (
    GENERAL,
    SMOOTH,
    N,
    convolution,
    dense,
    eq,
    max_pool,
    n,
    program,
    random_program,
    recurrence,
    renamed,
)

from symbp import functions as f
from symbp.chain_rule import adjoint
from symbp.derivation import Derivation
from symbp.equation import Affine, Index, read
from symbp.program import Program
from symbp.reference import evaluate, shape_of
from symbp.rewrite import REWRITES, rewrite
from symbp.sizes import small_sizes
from symbp.verify import check_derivation, check_gradients
from symbp.verify.draw import draws
from symbp.verify.perturb import complex_tangent, taylor_remainders, weighted
from symbp.verify.report import Row
from symbp.verify.shrink import shrunken
from symbp.wellformed import check

Values = dict[str, np.ndarray]


def values_of(built: Program, seed: int = 0) -> Values:
    return dict(next(draws(built, small_sizes(built), seed)).values)


def differentiated(built: Program) -> Derivation:
    """By every float tensor that is given and no target."""
    wrt = [t.name for t in built.of_role("parameter", "input", "state") if t.dtype == "float"]
    return adjoint(built, wrt)


def failures(rows: tuple[Row, ...]) -> list[Row]:
    return [row for row in rows if not row.passed]


# What the forward programs mean, in NumPy.


def numpy_convolution(v: Values) -> np.ndarray:
    x = np.pad(v["x"], ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(2, 3))[:, :, ::2, ::2]
    return np.einsum("nmrcuv,omuv->norc", windows, v["K"])


def numpy_max_pool(v: Values) -> np.ndarray:
    windows = np.lib.stride_tricks.sliding_window_view(v["x"], (3, 3), axis=(1, 2))[:, ::2, ::2]
    return windows.max(axis=(3, 4))


def numpy_batch_normalisation(v: Values) -> np.ndarray:
    x = v["x"]
    return v["gamma"] * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-3) + v["beta"]


def numpy_recurrence(v: Values) -> np.ndarray:
    h = [np.broadcast_to(v["h0"], (len(v["x"]), 3))]
    for t in range(5):
        h.append(np.tanh(v["x"][:, t] @ v["W"].T + h[-1] @ v["U"].T + v["b"]))
    return np.stack(h, axis=1)


def numpy_attention(v: Values) -> np.ndarray:
    q, k, values = (v["x"] @ v[f"W{name}"].T for name in ("q", "k", "v"))
    u = q @ k.transpose(0, 2, 1) / np.sqrt(3)
    e = np.exp(u - u.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True) @ values


def numpy_embedding(v: Values) -> np.ndarray:
    return np.einsum("ntd,ktd->nk", v["E"][v["tok"]], v["W"])


MEANINGS: dict[str, tuple[str, Callable[[Values], np.ndarray]]] = {
    "convolution": ("h", numpy_convolution),
    "max pool": ("p", numpy_max_pool),
    "embedding": ("h", numpy_embedding),
    "batch normalisation": ("out", numpy_batch_normalisation),
    "matrix square": ("P", lambda v: v["M"] @ v["M"]),
    "recurrence": ("h", numpy_recurrence),
    "attention": ("out", numpy_attention),
}


@pytest.mark.parametrize("name", MEANINGS)
def test_the_forward_program_means_what_numpy_computes(name: str) -> None:
    built, (output, numpy) = GENERAL[name](), MEANINGS[name]
    values = values_of(built)
    found = evaluate(built, values, small_sizes(built))[output]
    np.testing.assert_allclose(found, numpy(values), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", GENERAL)
def test_every_step_and_gradient_of_the_chain_rule_passes_the_check(name: str) -> None:
    report = check_derivation(differentiated(GENERAL[name]()))
    assert report.passed, report.table()


@pytest.mark.parametrize("name", GENERAL)
def test_every_step_and_gradient_after_all_rewrites_passes_the_check(name: str) -> None:
    report = check_derivation(rewrite(differentiated(GENERAL[name]())))
    assert report.passed, report.table()


@pytest.mark.parametrize("left_out", REWRITES)
@pytest.mark.parametrize("name", ["classifier", "attention", "dense"])
def test_each_rewrite_can_be_switched_off_alone(name: str, left_out: str) -> None:
    """The values stay, the steps are gone."""
    derivation = differentiated(GENERAL[name]())
    without = rewrite(derivation, without=[left_out])
    assert left_out not in {step.rule for step in without.steps}
    values, sizes = values_of(derivation.start), small_sizes(derivation.start)
    full = evaluate(rewrite(derivation).result, values, sizes)
    found = evaluate(without.result, values, sizes)
    for wanted in derivation.wanted:
        np.testing.assert_allclose(found[wanted], full[wanted], rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("seed", range(8))
def test_random_programs_pass_the_check_before_and_after_all_rewrites(seed: int) -> None:
    derivation = differentiated(random_program(seed))
    for each in (derivation, rewrite(derivation)):
        report = check_derivation(each)
        assert report.passed, f"{each.start}\n\n{report.table()}"


@pytest.mark.parametrize("name", GENERAL)
def test_the_adjoint_passes_the_dot_product_test(name: str) -> None:
    """<J u, v> = <u, J^T v> with J u by complex step and J^T v by the chain rule, for a whole output."""
    built = GENERAL[name]()
    output = next(reversed([t.name for t in built.tensors if t.role == "intermediate"]))
    sizes, values = small_sizes(built), values_of(built)
    rng = np.random.default_rng(7)
    wrt = differentiated(built).wrt
    u = {w: rng.normal(size=np.shape(values[w])) for w in wrt}
    v = rng.normal(size=shape_of(built.tensor[output], sizes))
    forward = weighted(built, output)
    transposed = evaluate(adjoint(forward, wrt).result, {**values, "weights#": v}, sizes)
    left = float((complex_tangent(built, values, sizes, u, output) * v).sum())
    right = sum(float((u[w] * transposed[f"{w}_bar"]).sum()) for w in wrt if f"{w}_bar" in transposed)
    assert left == pytest.approx(right, rel=1e-11)


@pytest.mark.parametrize("name", ["convolution", "recurrence", "attention", "batch normalisation"])
def test_the_gradient_passes_the_taylor_test(name: str) -> None:
    """What the gradient leaves of L is of second order: a tenth of the step leaves a hundredth."""
    derivation = rewrite(differentiated(GENERAL[name]()))
    sizes, values = small_sizes(derivation.start), values_of(derivation.start)
    found = evaluate(derivation.result, values, sizes)
    rng = np.random.default_rng(3)
    along = {w: rng.integers(-8, 8, np.shape(values[w])) / 8 for w in derivation.wrt}
    gradient = {w: found[f"{w}_bar"] for w in derivation.wrt}
    remainders = taylor_remainders(derivation.start, values, sizes, gradient, along)
    ratios = [a / b for a, b in zip(remainders, remainders[1:], strict=False)]
    assert ratios == pytest.approx([100, 100], rel=0.05)


# What is particular to each kind.


@pytest.mark.parametrize(
    ("side", "stride", "padding", "kernel"), [(5, 1, 0, 3), (6, 3, 1, 2), (4, 2, 2, 3), (5, 1, 1, 1)]
)
def test_convolutions_of_other_geometry(side: int, stride: int, padding: int, kernel: int) -> None:
    report = check_derivation(rewrite(differentiated(convolution(side, stride, padding, kernel))))
    assert report.passed, report.table()


def test_a_tie_of_a_maximum_goes_to_the_first_in_row_major_order() -> None:
    """All elements equal: each overlapping window sends its adjoint to its own upper left corner."""
    built = max_pool()
    values = {"x": np.ones((1, 5, 5)), "y": np.array([[[0.0, 0.5], [-1.0, 2.0]]])}
    found = evaluate(rewrite(differentiated(built)).result, values, {"N": 1})["x_bar"]
    expected = np.zeros((1, 5, 5))
    expected[0, ::2, ::2][:2, :2] = 2 * (1 - values["y"][0])
    np.testing.assert_allclose(found, expected)


def test_ties_inside_overlapping_windows_agree_with_the_complex_step() -> None:
    built = max_pool()
    rng = np.random.default_rng(0)
    values = {"x": rng.integers(0, 3, (2, 5, 5)).astype(float), "y": rng.normal(size=(2, 2, 2))}
    derivation = rewrite(differentiated(built))
    rows = check_gradients(built, derivation.result, values, {"N": 2})
    assert not [row for row in failures(rows) if row.how.startswith("complex step")]


def test_a_repeated_token_adds_up_its_contributions() -> None:
    derivation = rewrite(differentiated(GENERAL["embedding"]()))
    values = {name: value[:3] if name in ("tok", "y") else value for name, value in values_of(derivation.start).items()}
    values["tok"] = np.array([[1, 1, 4, 1], [0, 1, 1, 1], [4, 4, 4, 4]])
    assert not failures(check_gradients(derivation.start, derivation.result, values, {"N": 3}))
    found = evaluate(derivation.result, values, {"N": 3})
    expected = np.zeros((5, 3))
    rows = np.einsum("nk,ktd->ntd", found["h_bar"], values["W"])
    np.add.at(expected, values["tok"], rows)
    np.testing.assert_allclose(found["E_bar"], expected, rtol=1e-12)
    assert not found["E_bar"][[2, 3]].any()


def test_a_tensor_read_twice_gets_both_contributions() -> None:
    derivation = rewrite(differentiated(GENERAL["matrix square"]()))
    values = values_of(derivation.start)
    found = evaluate(derivation.result, values, small_sizes(derivation.start))
    P_bar, M = found["P_bar"], values["M"]
    np.testing.assert_allclose(found["M_bar"], P_bar @ M.T + M.T @ P_bar, rtol=1e-12)


def test_the_adjoint_of_a_recurrence_is_backpropagation_through_time() -> None:
    derivation = rewrite(differentiated(recurrence()))
    values = values_of(derivation.start)
    found = evaluate(derivation.result, values, small_sizes(derivation.start))
    delta = np.zeros((len(values["x"]), 3))
    U_bar = np.zeros((3, 3))
    for t in reversed(range(5)):
        h, after = found["h"][:, t], found["h"][:, t + 1]
        h_bar = 2 * (after - values["y"][:, t]) / len(after) + delta
        z_bar = h_bar * (1 - after**2)
        U_bar += z_bar.T @ h
        delta = z_bar @ values["U"]
    np.testing.assert_allclose(found["U_bar"], U_bar, rtol=1e-12)
    np.testing.assert_allclose(found["h0_bar"], delta.sum(axis=0), rtol=1e-12)


def test_an_input_before_a_normalisation_has_a_gradient_that_sums_to_zero() -> None:
    """The check measures a sum that cancels to zero by its terms, not by its rounding."""
    c = Index("c", 3)
    statements = GENERAL["batch normalisation"]().statements
    shifted = eq(read("x", n, c), read("x0", n, c) + read("shift", c))
    built = GENERAL["batch normalisation"]()
    between = {t.name: t.shape for t in built.of_role("intermediate")} | {"x": (N, 3)}
    parameters = {"gamma": (3,), "beta": (3,), "shift": (3,)}
    whole = program((shifted, *statements), {"x0": (N, 3)}, between, parameters, {"y": (N, 3)})
    derivation = rewrite(differentiated(whole))
    report = check_derivation(derivation)
    assert report.passed, report.table()


def test_the_adjoint_program_is_a_program_again() -> None:
    """Differentiated twice: the gradient of <dL/dW, v> is a Hessian-vector product."""
    built = dense(2, 3, 1)
    gradient = rewrite(adjoint(built, ["W1", "b1"])).result
    again = weighted(renamed(gradient, lambda name: name.replace("_bar", "_gradient")), "W1_gradient")
    values, sizes = values_of(built), small_sizes(built)
    values["weights#"] = np.random.default_rng(1).normal(size=(3, 2))
    derivation = adjoint(again, ["W1", "b1"])
    assert not failures(check_gradients(again, derivation.result, values, sizes))
    assert evaluate(derivation.result, values, sizes)["b1_bar"].any()


@pytest.mark.parametrize("name", GENERAL)
def test_a_shrunken_program_is_well_formed_and_small(name: str) -> None:
    small = check(shrunken(GENERAL[name]()))
    assert all(e <= 7 for t in small.tensors for e in t.shape if isinstance(e, int))


def test_shrunken_extents_are_distinct_and_the_batch_is_another() -> None:
    small = shrunken(dense(64, 32, 32, 10))
    widths = [small.tensor[name].shape[1] for name in ("x", "z1", "z2", "z3")]
    assert len({*widths, small_sizes(small)["N"]}) == 5


@pytest.mark.parametrize("name", SMOOTH)
def test_dense_networks_of_every_smooth_function(name: str) -> None:
    activation = f.ROWS[name].function
    constants = {"elu": (1,)}.get(name, ())
    built = dense(3, 2, 2, activation=lambda z: activation(z, *constants))
    report = check_derivation(rewrite(differentiated(built)))
    assert report.passed, report.table()


def test_positions_may_stand_in_any_affine_order() -> None:
    """A transposed, reversed and strided read."""
    i, j = Index("i", 3), Index("j", 2)
    position = Affine.of(4) - Affine.of(i) * 2
    built = program(
        (eq(read("z", n, i, j), f.sin(read("x", n, j, position))), eq(read("L"), read("z", n, i, j) ** 2, (n, i, j))),
        {"x": (N, 2, 5)},
        {"z": (N, 3, 2)},
    )
    report = check_derivation(rewrite(differentiated(built)))
    assert report.passed, report.table()
