"""Small networks in numbers: the same values as in arrays, wherever they are computed."""

from __future__ import annotations

import pickle
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symbp.chain_rule import adjoint
from symbp.derive import derive
from symbp.equation import Access, Affine, Equation, Guard, Index, Size, read
from symbp.layers import Dense
from symbp.network import Network
from symbp.numpy_code import blueprint
from symbp.numpy_code.pages.straight import StraightPage
from symbp.program import Program, Scan, Tensor
from symbp.rewrite import rewrite
from symbp.schedule.straight import parts
from symbp.wellformed import check
from tests.modules import arguments, bare, both, error, random_values, worst_error
from tests.test_module import TARGETS, peak_and_kept, run

EVERY = (
    "sin(z) + cos(z)*log(1 + z**2) + erf(z) + expm1(-abs(z)) + maximum(z, 0.3) - minimum(z, 0.1*z**3) + sqrt(1 + z**2)"
)
KINKS = "huber(z, 0.5) + clip(z, -1, 2) + sign(z)*log1p(exp(-abs(z))) + step(z) + leaky_relu(z, 0.1) + elu(z, 0.7)"
NETWORKS = {
    "relay": Network("relay", 2, [Dense(2, "sigmoid"), Dense(1, "sigmoid")], "mse"),
    "classes": Network("classes", 2, [Dense(3, "relu"), Dense(3)], "sparse_cross_entropy", regularization={"l1": 0.1}),
    "shares": Network("shares", 2, [Dense(2, "tanh"), Dense(3)], "cross_entropy"),
    "divergence": Network("divergence", 2, [Dense(2, "elu"), Dense(2, "softmax")], "kl_divergence"),
    "margins": Network("margins", 2, [Dense(3, "gelu"), Dense(3)], "multiclass_hinge"),
    "inputs": Network("inputs", 3, [Dense(2, "mish"), Dense(1)], "log_cosh", input_gradient=True),
    "frozen": Network("frozen", 2, [Dense(3, "softplus", frozen=True), Dense(2, bias=False)], "mae"),
    "counts": Network("counts", 2, [Dense(2, "silu"), Dense(2)], "poisson", regularization={"l2": 0.1}),
    "every": Network("every", 2, [Dense(2, {"name": "u", "expression": EVERY}), Dense(1)], "hinge"),
    "kinks": Network("kinks", 2, [Dense(2, {"name": "v", "expression": KINKS}), Dense(1)], "huber"),
}
POISSON = ("counts",)  # the exponential of a large number overflows, in arrays too


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("straight")


@pytest.fixture(scope="module")
def derivations() -> dict[str, Any]:
    return {name: derive(network) for name, network in NETWORKS.items()}


@pytest.fixture(scope="module")
def modules(derivations: dict[str, Any], folder: Path) -> dict[str, Any]:
    return {name: both(folder, name, blueprint(d)) for name, d in derivations.items()}


def few(derivation: Any) -> int:
    found = parts(derivation.result, ["L", *(f"{w}_bar" for w in derivation.wrt)])
    return found.few if found else 0


def values_of(name: str, batch: int, seed: int = 1) -> dict[str, Any]:
    network = NETWORKS[name]
    return random_values(network.program(), batch, seed, TARGETS.get(network.loss.kind, ""))


def workspace(module: Any, batch: int, dtype: Any, arrays: bool = False) -> Any:
    """A workspace that computes in numbers, and does not hand on to arrays."""

    def refused(*given: Any) -> Any:
        raise AssertionError("arrays were used")

    step = module.Workspace(batch, dtype)
    if not arrays:
        step._in_arrays = refused
    return step


@pytest.mark.parametrize("name", NETWORKS)
def test_numbers_agree_with_arrays_and_the_reference(name, derivations, modules):
    module, derivation = modules[name], derivations[name]
    most = few(derivation)
    assert most >= 3
    step = workspace(module, most + 2, np.float64)
    for batch in (1, 2, most):
        values = values_of(name, batch, seed=batch)
        given = arguments(module, derivation.start, values)
        found = step.loss_and_grad(*given)
        assert worst_error(found, derivation.result, values, batch) < 1e-12
        arrays = workspace(module, batch, np.float64, arrays=True)._in_arrays(*given)
        for result in (arrays, module.plain.loss_and_grad(*given), module.loss_and_grad(*given)):
            assert error(found[0], result[0]) < 1e-12
            pairs = zip((*found[1], *found[2:]), (*result[1], *result[2:]), strict=True)
            assert max(error(a, b) for a, b in pairs) < 1e-12
    with pytest.raises(AssertionError, match="arrays were used"):
        step.loss_and_grad(*arguments(module, derivation.start, values_of(name, most + 1)))


@pytest.mark.parametrize("name", NETWORKS)
def test_single_precision_is_rounded_at_the_end(name, derivations, modules):
    module, start = modules[name], derivations[name].start
    given = arguments(module, start, values_of(name, 2), np.float32)
    loss, gradient, *adjoints = workspace(module, 2, np.float32).loss_and_grad(*given)
    double = [a.astype(float) if a.dtype == np.float32 else a for a in (*given[0], *given[1:])]
    p, others = module.Parameters(*double[: len(given[0])]), double[len(given[0]) :]
    expected = workspace(module, 2, np.float64).loss_and_grad(p, *others)
    assert type(loss) is float and loss == expected[0]
    for found, exact in zip((*gradient, *adjoints), (*expected[1], *expected[2:]), strict=True):
        assert found.dtype == np.float32 and np.array_equal(found, exact.astype(np.float32))


@pytest.mark.parametrize("name", [n for n in NETWORKS if n not in POISSON])
@pytest.mark.parametrize("scale", [30.0, 1e4])
def test_far_out_there_is_no_warning_and_no_exception(name, scale, derivations, modules):
    module, start = modules[name], derivations[name].start
    for dtype in (np.float32, np.float64):
        values = values_of(name, 3)
        values |= {t.name: scale * np.sign(values[t.name]) for t in start.of_role("parameter") if t.letter == "b"}
        given = arguments(module, start, values, dtype)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found, expected = (module.Workspace(3, dtype).loss_and_grad(*given), module.plain.loss_and_grad(*given))
        tolerance = 1e-12 if dtype == np.float64 else 1e-4
        assert error(found[0], expected[0]) < tolerance
        assert all(error(a, b) < tolerance for a, b in zip(found[1], expected[1], strict=True))


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e200])
def test_what_is_no_number_is_so_in_both(name, value, derivations, modules):
    module, start = modules[name], derivations[name].start
    given = arguments(module, start, values_of(name, 2))
    given[1][1, 0] = value
    with np.errstate(all="ignore"):
        found = module.Workspace(2, np.float64).loss_and_grad(*given)
        expected = module.Workspace(2, np.float64)._in_arrays(*given)
    for a, b in zip((found[0], *found[1]), (expected[0], *expected[1]), strict=True):
        assert np.allclose(a, b, rtol=1e-12, equal_nan=True)


def test_arguments_that_do_not_fit_are_told_without_what_was_tried_before(modules, derivations):
    module, start = modules["classes"], derivations["classes"].start
    p, X, Y = arguments(module, start, values_of("classes", 3))
    step = module.Workspace(3, np.float64)
    wrong = [
        ((p, X[0], Y), "X has shape (2,), one sample without a batch axis; needs (N, 2): X[None] is a batch of one"),
        ((p, X[:0], Y[:0]), "X has shape (0, 2), needs at least one sample"),
        ((p, X[:, :1], Y), "X has shape (3, 1), needs (3, 2)"),
        ((p, X[:, None], Y), "X has shape (3, 1, 2), needs (N, 2)"),
        ((p, X, Y - 3), f"Y has labels from {Y.min() - 3} to {Y.max() - 3}, needs 0 to 2"),
        ((p, X, Y + 2), f"Y has labels from {Y.min() + 2} to {Y.max() + 2}, needs 0 to 2"),
        ((p, X, Y + 0.0), "Y has dtype float64, needs integers"),
        ((p, X, Y[:2]), "Y has shape (2,), needs (3,)"),
        ((p, X, Y[:, None]), "Y has shape (3, 1), needs (3,)"),
        ((p._replace(b2=p.b2[None]), X, Y), "p.b2 has shape (1, 3), needs (3,)"),
        ((p._replace(W1=p.W1.T), X, Y), "p.W1 has shape (2, 3), needs (3, 2)"),
        ((p._replace(W2=p.W2.astype("f")), X, Y), "p.W2 has dtype float32, needs float64"),
        ((p[:3], X, Y), "p has 3 arrays, needs 4: W1, b1, W2, b2"),
        ((p, np.concatenate([X, X]), Y), "the batch has 6 samples, this workspace holds 3"),
    ]
    for given, message in wrong:
        with pytest.raises(ValueError) as caught:
            step.loss_and_grad(*given)
        assert str(caught.value) == message
        assert caught.value.__context__ is None
    module, start = modules["shares"], derivations["shares"].start
    p, X, Y = arguments(module, start, values_of("shares", 2))
    with pytest.raises(ValueError) as caught:
        module.Workspace(2, np.float64).loss_and_grad(p, X, np.full((2, 3), 0.5))
    assert str(caught.value) == "Y[0] sums to 1.5, needs to sum to 1"


@pytest.mark.parametrize("name", NETWORKS)
def test_little_memory_is_taken_and_none_kept(name, derivations, modules):
    module = modules[name]
    for batch in (1, few(derivations[name])):
        given = arguments(module, derivations[name].start, values_of(name, batch), np.float32)
        step = workspace(module, batch, np.float32)
        peak, kept = peak_and_kept(lambda given=given, step=step: step.loss_and_grad(*given))
        assert kept < 100
        assert peak < 1024


def test_a_function_that_math_has_not_is_left_to_arrays(derivations, monkeypatch):
    plan = blueprint(derivations["shares"])
    assert StraightPage.of(plan) is not None
    monkeypatch.delattr("math.tanh")
    assert StraightPage.of(plan) is None


def test_data_that_was_pickled_is_as_good(modules, derivations):
    p, X, Y = arguments(modules["relay"], derivations["relay"].start, values_of("relay", 3))
    step = workspace(modules["relay"], 3, np.float64)
    expected = step.loss_and_grad(p, X, Y)[0]
    assert step.loss_and_grad(p, *pickle.loads(pickle.dumps((X, Y))))[0] == expected


def test_form_of_the_modules(modules, folder):
    assert run(sys.executable, "-m", "ruff", "format", "--isolated", "--check", str(folder)) == ""
    assert run(sys.executable, "-m", "ruff", "check", "--isolated", str(folder)) == ""


def test_a_number_has_the_name_of_its_place(modules):
    text = Path(modules["relay"].__file__).read_text()
    assert "z1_2 = W1_21 * x_1 + W1_22 * x_2 + b1_2\n" in text
    assert "a1_2 = 1.0 / (1.0 + math.exp(-z1_2))\n" in text


N = Size("N")
n, k, m, t = Index("n", N), Index("k", 3), Index("m", N), Index("t", 4)


def program(*equations: Any, tensors: tuple[Tensor, ...] = (), length: Any = 3) -> Program:
    given = (Tensor("x", (N, length), "input"), Tensor("w", (3,), "parameter"), Tensor("L", (), "loss"))
    return Program((*given, *tensors), equations)


def loss(body: Any, *over: Index, **more: Any) -> Equation:
    return Equation(Access.of("L"), body, over=over, reduction="sum", **more)


def test_what_has_no_form_in_numbers():
    short = loss(read("w", k) * read("x", n, k), n, k)
    assert parts(program(short), ["L"]) is not None
    mean = Equation(Access.of("mean", k), read("x", n, k), (k,), (n,), "sum")
    inner = Equation(Access.of("z", n, k), read("x", n, k) - read("mean", k), (n, k))
    several = (Tensor("mean", (3,)), Tensor("z", (N, 3)))
    refused = {
        "samples meet in what each of them reads": program(
            mean, inner, loss(read("z", n, k) * read("w", k), n, k), tensors=several
        ),
        "two samples at a time": program(loss(read("x", n, k) * read("x", m, k) * read("w", k), n, m, k)),
        "a length": program(loss(read("x", n, Index("s", Size("S"))), n, Index("s", Size("S"))), length=Size("S")),
        "other samples": program(
            loss(read("x", Affine.of(n) - 1, k), n, k, guards=(Guard(Affine.of(n) - 1, ">="),)),
        ),
        "the largest of all samples": program(
            Equation(Access.of("L"), read("x", n, k) * read("w", k), over=(n, k), reduction="max")
        ),
        "too many numbers": program(loss(read("x", n, Index("k", 400)), n, Index("k", 400)), length=400),
        "steps": program(
            Scan(t, (Equation(Access.of("z", n, t), read("x", n, 0), (n,)),)),
            loss(read("z", n, t), n, t),
            tensors=(Tensor("z", (N, 4)),),
        ),
    }
    assert {name: parts(built, ["L"]) for name, built in refused.items()} == dict.fromkeys(refused)


def test_places_conditions_and_a_scalar(folder):
    """Shifted positions, a condition on a place, one on a label, a table of rows, a parameter without axes."""
    j, c = Index("j", 2), Index("c", 2)
    x, w, s, table = read("x", n, k), read("w", j), read("s"), read("E", Access.of("y", n), c)
    near = (Guard(Affine.of(k) + j - 1, ">="), Guard(Affine.of(3) - k - j, ">="))
    equations = (
        Equation(Access.of("z", n, k), w * read("x", n, Affine.of(k) + j - 1), (n, k), (j,), "sum", near),
        Equation(
            Access.of("z", n, k), s, (n, k), guards=(Guard(Affine.of(k) - Access.of("y", n), "!="),), accumulate=True
        ),
        loss(read("z", n, k) ** 2 * x, n, k),
        Equation(Access.of("L"), table * s, over=(n, c), reduction="sum", accumulate=True),
    )
    tensors = (
        Tensor("x", (N, 3), "input"),
        Tensor("y", (N,), "target", "int"),
        *(Tensor(name, shape, "parameter") for name, shape in (("w", (2,)), ("s", ()), ("E", (3, 2)))),
        Tensor("z", (N, 3)),
        Tensor("L", (), "loss"),
    )
    built = check(Program(tensors, equations))
    derivation = rewrite(adjoint(built, ["w", "s", "E"]))
    assert parts(derivation.result, ["L", "w_bar", "s_bar", "E_bar"]) is not None
    module = both(folder, "places", bare(derivation, "places"))
    for batch in (1, 3):
        values = random_values(built, batch, seed=batch)
        found = workspace(module, 3, np.float64).loss_and_grad(*arguments(module, built, values))
        assert worst_error(found, derivation.result, values, batch) < 1e-12
