"""Modules of networks: their numbers, their memory, their messages, their form."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symbp.derive import derive
from symbp.layers import Dense
from symbp.layers.activations import ACTIVATIONS
from symbp.network import Network
from symbp.network.losses import LOSSES
from symbp.numpy_code import blueprint, module_text
from symbp.reference import evaluate
from tests.modules import arguments, both, error, imported, random_values, worst_error

TARGETS = {"hinge": "signs", "binary_cross_entropy": "unit", "binary_cross_entropy_with_logits": "unit"}
LAST = {"binary_cross_entropy": "sigmoid"}  # that loss takes probabilities
FUSED = [("cross_entropy", "softmax"), ("sparse_cross_entropy", "softmax")]
RELAY = {
    "x": [0.5, 0.1],
    "y": [0.6],
    "parameters": {"W1": [[0.4, 0.3], [0.6, 0.9]], "b1": [0.1, 0.2], "W2": [[0.5, 0.7]], "b2": [0.3]},
}


def networks() -> dict[str, Network]:
    """Every activation, hidden and last; every loss, regularised; depths, shares, frozen layers, no bias."""
    found = {f"act_{a}": Network(f"act_{a}", 2, [Dense(3, a), Dense(2, a)], "mse") for a in ACTIVATIONS}
    pairs = [(loss, LAST.get(loss, "identity")) for loss in LOSSES] + FUSED
    for loss, last in pairs:
        name = f"loss_{loss}_{last}"
        layers = [Dense(4, "tanh"), Dense(3, last)]
        found[name] = Network(name, 2, layers, loss, regularization={"l1": 0.01, "l2": 0.001})
    found["linear"] = Network("linear", 1, [Dense(1)], "half_squared_error")
    found["no_bias"] = Network("no_bias", 3, [Dense(3, "silu", bias=False), Dense(1, bias=False)], "huber")
    found["frozen"] = Network("frozen", 2, [Dense(3, "tanh", frozen=True), Dense(1)], "mse")
    shared = [Dense(3, "tanh"), Dense(3, "tanh", name="core"), Dense(3, "sigmoid", share="core"), Dense(2)]
    found["shared"] = Network("shared", 2, shared, "mse", regularization={"l2": 0.1})
    found["deep"] = Network("deep", 2, [Dense(2, "tanh") for _ in range(30)], "mse")
    found["inputs"] = Network("inputs", 2, [Dense(3, "gelu"), Dense(1)], "mse", input_gradient=True)
    found["user"] = Network("user", 2, [Dense(3, {"name": "u", "expression": "erf(z)*z"}), Dense(1)], "mse")
    return found


NETWORKS = networks()


@pytest.fixture(scope="session")
def derivations() -> dict[str, Any]:
    return {name: derive(network) for name, network in NETWORKS.items()}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("modules")


@pytest.fixture(scope="session")
def modules(derivations: dict[str, Any], folder: Path) -> dict[str, Any]:
    return {name: both(folder, name, blueprint(d)) for name, d in derivations.items()}


@pytest.fixture(scope="session")
def relay(folder: Path) -> Any:
    network = Network("relay", 2, [Dense(2, "sigmoid"), Dense(1, "sigmoid")], "mse", example=RELAY)
    return both(folder, "relay", blueprint(derive(network)))


def values_of(name: str, batch: int, seed: int = 1) -> dict[str, Any]:
    network = NETWORKS[name]
    return random_values(network.program(), batch, seed, TARGETS.get(network.loss.kind, ""))


@pytest.mark.parametrize("name", NETWORKS)
def test_both_emissions_agree_with_the_reference(name, derivations, modules):
    module, derivation = modules[name], derivations[name]
    workspace = module.Workspace(7, np.float64)
    for batch in (1, 5):
        values = values_of(name, batch)
        given = arguments(module, derivation.start, values)
        for call in (module.plain.loss_and_grad, module.loss_and_grad, workspace.loss_and_grad):
            assert worst_error(call(*given), derivation.result, values, batch) < 1e-12
        assert module.loss(*given) == module.plain.loss(*given) == module.plain.loss_and_grad(*given)[0]
        expected = evaluate(derivation.result, values, {"N": batch})["yhat"]
        assert error(module.predict(*given[:2]), expected) < 1e-12


@pytest.mark.parametrize("seed", range(12))
def test_random_networks(seed, folder):
    """Any depth, widths, activations, loss, bias, penalty and batch."""
    rng = np.random.default_rng(seed)
    loss = str(rng.choice([kind for kind in LOSSES if kind != "binary_cross_entropy"]))
    hidden = [
        Dense(int(rng.integers(1, 6)), str(rng.choice(list(ACTIVATIONS))), bias=bool(rng.integers(2)))
        for _ in range(rng.integers(0, 5))
    ]
    last = Dense(int(rng.integers(2, 5)), "tanh")
    penalty = {"l1": float(rng.integers(2)) / 50, "l2": float(rng.integers(2)) / 10}
    network = Network(f"random{seed}", int(rng.integers(1, 5)), [*hidden, last], loss, regularization=penalty)
    derivation = derive(network)
    module = both(folder, network.name, blueprint(derivation))
    batch = int(rng.integers(1, 8))
    values = random_values(network.program(), batch, seed, TARGETS.get(loss, ""))
    given = arguments(module, derivation.start, values)
    for call in (module.plain.loss_and_grad, module.Workspace(8, np.float64).loss_and_grad):
        assert worst_error(call(*given), derivation.result, values, batch) < 1e-12


@pytest.mark.parametrize("name", NETWORKS)
def test_single_precision_stays_single(name, derivations, modules):
    module, start = modules[name], derivations[name].start
    values = values_of(name, 3)
    loss, gradient = module.plain.loss_and_grad(*arguments(module, start, values))[:2]
    given = arguments(module, start, values, np.float32)
    for found in (module.plain.loss_and_grad(*given), module.loss_and_grad(*given)):
        assert type(found[0]) is float
        assert [a.dtype for a in found[1]] == [np.dtype(np.float32)] * len(gradient)
        assert error(found[0], loss) < 1e-5
        assert max(error(a, b) for a, b in zip(found[1], gradient, strict=True)) < 1e-4
    assert module.predict(*given[:2]).dtype == np.float32
    assert type(module.loss(*given)) is float


def peak_and_kept(call: Any) -> tuple[int, int]:
    """Bytes that a call holds at most, and bytes that ten calls keep: of several rounds the least, as some allocate
    for the numbers that are compared, or for Python's own ends."""
    rounds = []
    call()
    tracemalloc.start()
    try:
        for _ in range(4):
            before = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            for _ in range(10):
                call()
            after, peak = tracemalloc.get_traced_memory()
            rounds.append((peak - before, after - before))
    finally:
        tracemalloc.stop()
    return min(peak for peak, _ in rounds), min(kept for _, kept in rounds)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_workspace_allocates_nothing(name, derivations, modules):
    module = modules[name]
    values = values_of(name, 300)  # large enough that one forgotten temporary shows
    given = arguments(module, derivations[name].start, values, np.float32)
    workspace = module.Workspace(300)
    peak, kept = peak_and_kept(lambda: workspace.loss_and_grad(*given))
    assert kept < 100  # nothing: the numbers that are compared
    assert peak < 1024 + 128  # the record of NumPy's own reductions, whatever the batch, and the numbers compared


def test_the_plain_function_is_seen_to_allocate(modules, derivations):
    given = arguments(modules["act_tanh"], derivations["act_tanh"].start, values_of("act_tanh", 300), np.float32)
    assert peak_and_kept(lambda: modules["act_tanh"].plain.loss_and_grad(*given))[0] > 1536


def test_a_shorter_batch_between_longer_ones(modules, derivations):
    module, d = modules["loss_cross_entropy_softmax"], derivations["loss_cross_entropy_softmax"]
    workspace = module.Workspace(6, np.float64)
    for batch in (6, 2, 6, 1):
        values = values_of("loss_cross_entropy_softmax", batch, seed=batch)
        found = workspace.loss_and_grad(*arguments(module, d.start, values))
        assert worst_error(found, d.result, values, batch) < 1e-12


def test_two_workspaces_share_nothing(modules, derivations):
    module, d = modules["act_gelu"], derivations["act_gelu"]
    values = [values_of("act_gelu", batch, seed=batch) for batch in (4, 9)]
    given = [arguments(module, d.start, v) for v in values]
    spaces = [module.Workspace(batch, np.float64) for batch in (4, 9)]
    found = [space.loss_and_grad(*g) for space, g in zip(spaces, given, strict=True)]
    for result, v, batch in zip(found, values, (4, 9), strict=True):
        assert worst_error(result, d.result, v, batch) < 1e-12


def test_arguments_are_left_as_they_are(modules, derivations):
    for name in ("loss_multiclass_hinge_identity", "act_softmax", "shared"):
        module, d = modules[name], derivations[name]
        given = arguments(module, d.start, values_of(name, 3))
        before = [a.copy() for a in (*given[0], *given[1:])]
        module.loss_and_grad(*given)
        module.plain.loss_and_grad(*given)
        assert all(np.array_equal(a, b) for a, b in zip((*given[0], *given[1:]), before, strict=True))


@pytest.mark.parametrize("name", [n for n in NETWORKS if n != "loss_poisson_identity"])
def test_no_warning_and_no_nan_far_out(name, modules, derivations):
    module, start = modules[name], derivations[name].start
    for dtype in (np.float32, np.float64):
        values = values_of(name, 4)
        values |= {t.name: 1e4 * np.sign(values[t.name]) for t in start.of_role("parameter") if t.letter == "b"}
        values["x"] = np.sign(values["x"])
        given = arguments(module, start, values, dtype)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            results = (module.plain.loss_and_grad(*given), module.loss_and_grad(*given))
        for result in results:
            assert all(np.isfinite(a).all() for a in (result[0], *result[1]))


def test_input_gradient(modules, derivations):
    module, d = modules["inputs"], derivations["inputs"]
    values = values_of("inputs", 3)
    given = arguments(module, d.start, values)
    expected = evaluate(d.result, values, {"N": 3})["x_bar"]
    for result in (module.plain.loss_and_grad(*given), module.loss_and_grad(*given)):
        assert len(result) == 3
        assert result[2].shape == (3, 2)
        assert error(result[2], expected) < 1e-12


def test_frozen_parameters_have_zero_gradients_and_stay(modules, derivations):
    module = modules["frozen"]
    given = arguments(module, derivations["frozen"].start, values_of("frozen", 3))
    for _, g in (module.plain.loss_and_grad(*given), module.loss_and_grad(*given)):
        assert not g.W1.any() and not g.b1.any() and g.W2.all()
        updated = module.sgd(given[0], g, 0.5)
        assert np.array_equal(updated.W1, given[0].W1)
        assert np.array_equal(updated.W2, given[0].W2 - 0.5 * g.W2)


def test_published_numbers_of_the_relay(relay):
    p, X, Y = relay.example()
    L, g = relay.loss_and_grad(p, X, Y)
    assert abs(L - 0.01934555127) < 5e-12
    assert g.W2[0] == pytest.approx([0.03120713068, 0.03451182908], abs=5e-12)
    assert g.W1.ravel() == pytest.approx([0.003263022446, 0.0006526044892, 0.004307842397, 0.0008615684794], abs=5e-13)
    assert relay.loss(relay.sgd(p, g, 0.1), X, Y) == pytest.approx(0.018828957788, abs=5e-13)


def test_flatten_and_back(relay):
    p = relay.init(3, np.float64)
    v = relay.flatten(p)
    assert v.shape == (9,)
    assert list(v[:5]) == [*p.W1.ravel(), p.b1[0]]
    assert all(np.array_equal(a, b) for a, b in zip(relay.unflatten(v), p, strict=True))


def test_sgd_keeps_the_dtype(relay):
    p = relay.init()
    assert {a.dtype for a in relay.sgd(p, p, np.float64(0.1))} == {np.dtype(np.float32)}


def test_draws(folder):
    network = Network("draws", 400, [Dense(300, "relu"), Dense(200, "tanh"), Dense(10)], "mse")
    module = imported(folder, "draws", module_text(derive(network)))
    assert "Glorot uniform, He normal before relu-like activations, zero biases" in module.init.__doc__
    p = module.init(seed=1)
    assert np.std(p.W1) == pytest.approx((2 / 400) ** 0.5, rel=0.01)
    assert abs(p.W2).max() == pytest.approx((6 / 500) ** 0.5, rel=0.001)
    assert not p.b1.any() and not p.b3.any()
    assert np.array_equal(p.W1, module.init(seed=1).W1) and not np.array_equal(p.W1, module.init(seed=2).W1)
    assert np.array_equal(module.init(1, np.float64).W2.astype(np.float32), p.W2)


X1 = np.zeros((3, 2))
Y1 = np.zeros((3, 1))
ONE = "one sample without a batch axis"
WRONG: list[tuple[Any, Any, type[Exception], str]] = [
    (
        X1[0],
        Y1,
        ValueError,
        "X has shape (2,), one sample without a batch axis; needs (N, 2): X[None] is a batch of one",
    ),
    (X1[None], Y1, ValueError, "X has shape (1, 3, 2), needs (N, 2)"),
    (np.zeros((3, 4)), Y1, ValueError, "X has shape (3, 4), needs (3, 2)"),
    (X1[:0], Y1, ValueError, "X has shape (0, 2), needs at least one sample"),
    (X1.astype(np.float32), Y1, ValueError, "X has dtype float32, needs float64"),
    (X1.tolist(), Y1, TypeError, "X is a list, needs an array (N, 2)"),
    (X1, Y1[:2], ValueError, "Y has shape (2, 1), needs (3, 1)"),
    (X1, Y1[:, 0], ValueError, "Y has shape (3,), needs (3, 1)"),
    (X1, Y1.astype(int), ValueError, "Y has dtype int64, needs float64"),
    (X1, 3.0, TypeError, "Y is a float, needs an array (3, 1)"),
]


@pytest.mark.parametrize(("X", "Y", "kind", "message"), WRONG)
def test_messages_of_wrong_arguments(relay, X, Y, kind, message):
    p = relay.init(dtype=np.float64)
    step = relay.Workspace(3, np.float64)
    for call in (relay.loss, relay.loss_and_grad, relay.plain.loss_and_grad, step.loss_and_grad):
        with pytest.raises(kind) as caught:
            call(p, X, Y)
        assert str(caught.value) == message


def test_messages_of_wrong_parameters(relay):
    p = relay.init(dtype=np.float64)
    cases = {
        "p.W1 has shape (2, 3), needs (2, 2)": p._replace(W1=np.zeros((2, 3))),
        "p.b2 has dtype float32, needs float64": p._replace(b2=p.b2.astype(np.float32)),
        "p.W1 has dtype int64, needs float32 or float64": relay.Parameters(*(a.astype(int) for a in p)),
    }
    for message, wrong in cases.items():
        with pytest.raises(ValueError) as caught:
            relay.predict(wrong, X1)
        assert str(caught.value) == message
    with pytest.raises(ValueError) as caught:
        relay.unflatten(np.zeros(8))
    assert str(caught.value) == "v has shape (8,), needs (9,)"


def test_messages_of_a_workspace(relay):
    with pytest.raises(ValueError) as caught:
        relay.Workspace(0)
    assert str(caught.value) == "batch is 0, needs a whole number from 1 on"
    with pytest.raises(ValueError) as caught:
        relay.Workspace(2, np.int32)
    assert str(caught.value) == "dtype is int32, needs float32 or float64"
    with pytest.raises(ValueError) as caught:
        relay.Workspace(2, np.float64).loss_and_grad(relay.init(dtype=np.float64), X1, Y1)
    assert str(caught.value) == "the batch has 3 samples, this workspace holds 2"
    with pytest.raises(ValueError) as caught:
        relay.Workspace(3).loss_and_grad(relay.init(dtype=np.float64), X1, Y1)
    assert str(caught.value) == "p.W1 has dtype float64, needs float32"


def test_messages_of_labels_and_probabilities(modules, derivations):
    module, start = (
        modules["loss_sparse_cross_entropy_identity"],
        derivations["loss_sparse_cross_entropy_identity"].start,
    )
    p, X, Y = arguments(module, start, values_of("loss_sparse_cross_entropy_identity", 3))
    cases = {
        "Y has labels from -1 to 1, needs 0 to 2": np.array([-1, 0, 1]),
        "Y has labels from 0 to 3, needs 0 to 2": np.array([0, 3, 1]),
        "Y has dtype float64, needs integers": np.zeros(3),
        "Y has shape (4,), needs (3,)": np.zeros(4, int),
    }
    for message, wrong in cases.items():
        with pytest.raises(ValueError) as caught:
            module.loss_and_grad(p, X, wrong)
        assert str(caught.value) == message
    name = "loss_cross_entropy_identity"
    module = modules[name]
    p, X, Y = arguments(module, derivations[name].start, values_of(name, 3))
    Y[1] = [0.5, 0.5, 0.5]
    for call in (module.loss_and_grad, module.Workspace(4, np.float64).loss_and_grad):
        with pytest.raises(ValueError) as caught:
            call(p, X, Y)
        assert str(caught.value) == "Y[1] sums to 1.5, needs to sum to 1"


HOSTILE = [
    '"""',
    "\\",
    'a"""\nimport os\n"""',
    "\r\n\t\0",
    "é\u2028\U0001f600",
    "{{ 1 }} {% x %}",
    "x\\N{DASH}",
    " ",
    "'''",
]


def test_a_hostile_title_is_text(folder, monkeypatch):
    network = Network("titled", 2, [Dense(1)], "mse")
    for k, title in enumerate(HOSTILE):
        object.__setattr__(network, "title", title)  # past the checks of the spec: the module must not rely on them
        module = imported(folder, f"titled{k}", module_text(derive(network)))
        assert module.__doc__.splitlines()[0] == f"titled: {title.strip() or 'titled'}".splitlines()[0]
        assert not hasattr(module, "os")


CACHE = Path(__file__).parent.parent / ".mypy_cache"  # NumPy's stubs take most of the time


@pytest.mark.parametrize("name", NETWORKS)
def test_every_function_that_is_defined_is_called(name, modules):
    for module in (modules[name], modules[name].plain):
        source = Path(module.__file__).read_text()
        private = [line[4 : line.index("(")] for line in source.splitlines() if line.startswith("def _")]
        assert [f for f in private if source.count(f"{f}(") < 2] == []


def test_an_example_with_many_numbers_is_a_block_of_text(folder):
    example = {"x": [[0.25, -1e-7] * 5, [1.5] * 10], "y": [1, 2]}
    layers = [Dense(20, "tanh"), Dense(3)]
    network = Network("many", 10, layers, "sparse_cross_entropy", example=example)
    module = imported(folder, "many", module_text(derive(network)))
    p, X, Y = module.example()
    assert p.W1.tolist() == [list(row) for row in network.parameter_values["W1"]]
    assert X.tolist() == example["x"]
    assert Y.tolist() == [1, 2] and Y.dtype == np.int64
    assert module.example(np.float32)[0].W1.dtype == np.float32


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_form_of_all_modules(modules, folder):
    python = [sys.executable, "-m"]
    assert run(*python, "ruff", "format", "--isolated", "--check", str(folder)) == ""
    assert run(*python, "ruff", "check", "--isolated", str(folder)) == ""
    typed = sorted(folder.glob("*.py"))[::18]  # of both styles; mypy takes long
    files = map(str, typed)
    assert run(*python, "mypy", "--strict", "--config-file=", "--cache-dir", str(CACHE), *files) == ""


def test_it_imports_numpy_alone(relay):
    code = """from __future__ import annotations
import sys, typing, numpy
known = set(sys.modules)
sys.path.insert(0, sys.argv[1])
import relay
print(sorted(m for m in set(sys.modules) - known if m.partition(".")[0] not in {"numpy", *sys.stdlib_module_names}))"""
    command = [sys.executable, "-c", code, str(Path(relay.__file__).parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['relay']"


def test_the_text_grows_linearly_with_the_depth():
    def size(depth: int) -> int:
        return len(module_text(derive(Network("deep", 2, [Dense(2, "tanh") for _ in range(depth)], "mse"))))

    small, middle, large = (size(depth) for depth in (10, 20, 30))
    assert large - middle == pytest.approx(middle - small, rel=0.05)


def test_width_does_not_matter():
    narrow, wide = (module_text(derive(Network("w", 10, [Dense(n, "tanh"), Dense(1)], "mse"))) for n in (100, 10_000))
    assert len(narrow.splitlines()) == len(wide.splitlines())
