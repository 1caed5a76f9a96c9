"""The optimizers: what the module's functions do, against loops of their own, published figures and PyTorch.

One table of equations makes the functions, the reference program and the notes. The loops here share nothing with it.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from symbp import mathtree as m
from symbp.derive import derive
from symbp.layers import Dense
from symbp.network import Network
from symbp.notes import notes
from symbp.notes.about import subject
from symbp.notes.stepping import training
from symbp.numpy_code import module_text
from symbp.optimizers import OPTIMIZERS, Optimizer
from symbp.printing.document import Formula
from symbp.reference import evaluate
from symbp.spec import loads
from symbp.wellformed import check
from symbp.wording import english
from tests.modules import imported

Array = np.ndarray[Any, Any]
SPEC = (Path(__file__).parents[1] / "examples" / "relay.toml").read_text()
STEPS = 20
RATES = {"sgd": 0.1, "momentum": 0.05, "nesterov": 0.05, "rmsprop": 0.01, "adam": 0.02, "adamw": 0.02}
STATEFUL = [name for name in OPTIMIZERS if name != "sgd"]


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    network = Network("net", 3, [Dense(4, "tanh"), Dense(2)], "mse")
    return imported(tmp_path_factory.mktemp("optimizers"), "net", module_text(derive(network)))


def batch(seed: int = 0) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(5, 3)), rng.normal(size=(5, 2))


def trained(net: ModuleType, name: str, **constants: float) -> Iterator[Any]:
    """The parameters after each of the steps."""
    p, (X, Y) = net.init(1, np.float64), batch()
    state = net.init_optimizer(p)
    for _ in range(STEPS):
        _, g = net.loss_and_grad(p, X, Y)
        if name == "sgd":
            p = net.sgd(p, g, RATES[name], **constants)
        else:
            p, state = getattr(net, name)(p, g, state, RATES[name], **constants)
        yield p


# Loops of their own: a step of one array, in place; ``s`` is a dictionary for what it keeps.


def by_hand_sgd(w: Array, g: Array, s: dict[str, Array], k: int, eta: float) -> None:
    w -= eta * g


def by_hand_momentum(w: Array, g: Array, s: dict[str, Array], k: int, eta: float, mu: float = 0.9) -> None:
    s["velocity"] = s.get("velocity", 0) * mu - eta * g  # the rate within: the same while it is constant
    w += s["velocity"]


def by_hand_nesterov(w: Array, g: Array, s: dict[str, Array], k: int, eta: float, mu: float = 0.9) -> None:
    """The form of Bengio, Boulanger-Lewandowski and Pascanu (2013), (7): with the velocity before and after."""
    before = s.get("velocity", np.zeros_like(w))
    s["velocity"] = mu * before - eta * g
    w += mu * s["velocity"] - eta * g


def by_hand_rmsprop(w: Array, g: Array, s: dict[str, Array], k: int, eta: float) -> None:
    s["history"] = np.stack([*s.get("history", []), g * g])
    ages = np.arange(k - 1, -1, -1).reshape(-1, *(1 for _ in g.shape))
    w -= eta * g / (np.sqrt((0.01 * 0.99**ages * s["history"]).sum(axis=0)) + 1e-8)


def by_hand_adam(w: Array, g: Array, s: dict[str, Array], k: int, eta: float, decay: float = 0.0) -> None:
    """Means weighted by age, the weights divided by their sum: that is what the correction comes to."""
    s["history"] = np.stack([*s.get("history", []), g])
    ages = np.arange(k - 1, -1, -1)
    mean = np.average(s["history"], axis=0, weights=0.9**ages)
    square = np.average(s["history"] ** 2, axis=0, weights=0.999**ages)
    w *= 1 - eta * decay
    w -= eta * mean / (np.sqrt(square) + 1e-8)


def by_hand_adamw(w: Array, g: Array, s: dict[str, Array], k: int, eta: float) -> None:
    by_hand_adam(w, g, s, k, eta, decay=0.01)


BY_HAND: dict[str, Callable[..., None]] = {name: globals()[f"by_hand_{name}"] for name in OPTIMIZERS}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_twenty_steps_are_those_of_a_loop_by_hand(net: ModuleType, name: str) -> None:
    p, (X, Y) = net.init(1, np.float64), batch()
    kept: list[dict[str, Array]] = [{} for _ in p]
    for k, found in enumerate(trained(net, name), 1):
        _, g = net.loss_and_grad(p, X, Y)
        for w, d, s in zip(p, g, kept, strict=True):
            BY_HAND[name](w, d, s, k, RATES[name])
        assert all(np.allclose(a, b, rtol=1e-12, atol=1e-13) for a, b in zip(found, p, strict=True))
    assert net.loss(p, X, Y) < net.loss(net.init(1, np.float64), X, Y)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_program_of_a_step_is_well_formed_and_does_what_the_function_does(net: ModuleType, name: str) -> None:
    p, (X, Y) = net.init(2, np.float64), batch(1)
    _, g = net.loss_and_grad(p, X, Y)
    m0, v0 = (net.Parameters(*(a**2 + 0.1 for a in net.init(seed, np.float64))) for seed in (3, 4))
    state = net.OptimizerState(m0, v0, 4)
    after = getattr(net, name)(p, g, state, 0.1) if name != "sgd" else (net.sgd(p, g, 0.1), state)
    program = check(Optimizer.of(name).program(p.W1.size))
    given = {"w": p.W1, "g": g.W1, "m": m0.W1, "v": v0.W1, "learning_rate": np.array(0.1), "k": np.array(5)}
    values = {t.name: np.ravel(given[t.name]) if t.shape else given[t.name] for t in program.of_role("input")}
    found = evaluate(program, values, {})
    expected = {"w_new": after[0].W1, "m_new": after[1].m.W1, "v_new": after[1].v.W1} if name != "sgd" else {}
    expected = expected or {"w_new": after[0].W1}
    for key in expected.keys() & found.keys():
        assert np.allclose(found[key].reshape(p.W1.shape), expected[key], rtol=1e-14)


# Published figures


def one_parameter(start: float, minimum: float, folder: Path) -> tuple[ModuleType, Any, Array, Array]:
    """``(w - minimum)**2`` as a network: one weight, one sample with x = 1."""
    network = Network("parabola", 1, [Dense(1, bias=False)], "mse")
    module = imported(folder, "parabola", module_text(derive(network)))
    return module, module.Parameters(np.array([[start]])), np.array([[1.0]]), np.array([[minimum]])


def test_the_published_path_of_momentum(tmp_path: Path) -> None:
    """f(x) = (x - 4)^2 from 10 with rate 0.2: University of Saida, e-learning, "Momentum Gradient Descent"."""
    module, p, X, Y = one_parameter(10.0, 4.0, tmp_path)
    state, path = module.init_optimizer(p), []
    for _ in range(4):
        _, g = module.loss_and_grad(p, X, Y)
        p, state = module.momentum(p, g, state, 0.2)
        path.append((float(p.W1[0, 0]), float(-0.2 * state.m.W1[0, 0])))
    assert np.allclose(path, [(7.6, -2.4), (4.0, -3.6), (0.76, -3.24), (-0.86, -1.62)], atol=1e-12)


def test_the_published_first_step_of_adam(tmp_path: Path) -> None:
    """f(w) = w^2 from 5 with rate 0.1: Basran, ADAM Machine Learning Deepdive, page 12, and g_1 = 4 of q4quant."""
    module, p, X, Y = one_parameter(5.0, 0.0, tmp_path)
    _, g = module.loss_and_grad(p, X, Y)
    after, state = module.adam(p, g, module.init_optimizer(p), 0.1)
    assert (g.W1.item(), state.m.W1.item(), state.v.W1.item()) == pytest.approx((10, 1, 0.1), rel=1e-12)
    assert after.W1.item() == pytest.approx(4.9, rel=1e-9)
    g = module.Parameters(np.array([[4.0]]))
    after, state = module.adam(p, g, module.init_optimizer(p), 0.1, epsilon=0.0)
    assert (state.m.W1.item(), state.v.W1.item(), after.W1.item()) == pytest.approx((0.4, 0.016, 4.9), rel=1e-12)


# What holds of them


@pytest.mark.parametrize("name", ["momentum", "nesterov"])
def test_without_momentum_it_is_gradient_descent(net: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RATES, name, RATES["sgd"])
    for plain, other in zip(trained(net, "sgd"), trained(net, name, mu=0.0), strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(plain, other, strict=True))


def test_without_decay_adamw_is_adam(net: ModuleType) -> None:
    for plain, other in zip(trained(net, "adam"), trained(net, "adamw", weight_decay=0.0), strict=True):
        assert all(np.allclose(a, b, rtol=1e-13, atol=1e-15) for a, b in zip(plain, other, strict=True))


@pytest.mark.parametrize("name", STATEFUL)
def test_nothing_given_is_changed_and_widths_are_kept(net: ModuleType, name: str) -> None:
    p = net.init(0, np.float32)
    state = net.init_optimizer(p)
    p, g = (net.Parameters(*(a + np.float32(0.5) for a in p)) for _ in range(2))
    before = [a.copy() for a in (*p, *g, *state.m, *state.v)]
    new, after = getattr(net, name)(p, g, state, np.float64(0.1), clip_norm=np.float64(0.1))
    assert all(np.array_equal(a, b) for a, b in zip(before, (*p, *g, *state.m, *state.v), strict=True))
    assert {a.dtype for a in (*new, *after.m, *after.v)} == {np.dtype(np.float32)}
    assert (state.step, after.step) == (0, 1)


def test_a_long_gradient_is_shortened_before_it_is_kept(net: ModuleType) -> None:
    p = net.init(0, np.float64)
    g = net.Parameters(*(np.full(a.shape, 3.0) for a in p))
    size = float(np.linalg.norm(net.flatten(g)))
    _, state = net.momentum(p, g, net.init_optimizer(p), 0.1, clip_norm=size / 4)
    assert np.allclose(net.flatten(state.m), 0.75)
    _, state = net.momentum(p, g, net.init_optimizer(p), 0.1, clip_norm=size * 1.01)
    assert np.array_equal(net.flatten(state.m), net.flatten(g))
    assert np.array_equal(net.flatten(net.sgd(p, g, 0.1, 0.0)), net.flatten(p))


def test_frozen_parameters_do_not_decay(tmp_path: Path) -> None:
    network = Network("half", 2, [Dense(3, "tanh", frozen=True), Dense(1)], "mse")
    half = imported(tmp_path, "half", module_text(derive(network)))
    p = half.init(0)
    _, g = half.loss_and_grad(p, np.ones((2, 2), np.float32), np.ones((2, 1), np.float32))
    after, _ = half.adamw(p, g, half.init_optimizer(p), 0.1, weight_decay=0.5)
    assert np.array_equal(after.W1, p.W1) and np.array_equal(after.b1, p.b1)
    assert not np.array_equal(after.W2, p.W2)


def test_parameters_of_no_axes_stay_arrays(tmp_path: Path) -> None:
    text = """
name = "scalar"
[indices]
n = "N"
[tensors]
x = {indices = "n", role = "input"}
y = {indices = "n", role = "target"}
a = {indices = "", role = "parameter"}
[equations]
lines = "L = mean[n]((a*x[n] - y[n])**2)"
"""
    scalar = imported(tmp_path, "scalar", module_text(derive(loads(text))))
    p, X, Y = scalar.init(0), np.ones(3, np.float32), np.zeros(3, np.float32)
    state = scalar.init_optimizer(p)
    for _ in range(2):
        _, g = scalar.loss_and_grad(p, X, Y)
        p = scalar.sgd(p, g, 0.1)
        p, state = scalar.adam(p, g, state, 0.1)
    assert isinstance(p.a, np.ndarray) and p.a.shape == () and p.a.dtype == np.float32


def test_wrong_arguments(net: ModuleType, tmp_path: Path) -> None:
    p = net.init(0, np.float64)
    state = net.init_optimizer(p)
    other = imported(tmp_path, "other", module_text(derive(Network("other", 3, [Dense(4), Dense(1)], "mse"))))
    deep = imported(tmp_path, "deep", module_text(derive(Network("deep", 3, [Dense(2)], "mse"))))

    def raised(call: Callable[[], object]) -> str:
        with pytest.raises(ValueError) as caught:
            call()
        return str(caught.value)

    from_other = other.init_optimizer(other.init(0, np.float64))
    from_deep = deep.init_optimizer(deep.init(0, np.float64))
    from_single = net.init_optimizer(net.init(0))
    assert raised(lambda: net.adam(p, p, from_other, 0.1)) == "state.m.W2 has shape (1, 4), needs (2, 4)"
    assert raised(lambda: net.adam(p, p, from_deep, 0.1)) == "state.m has 2 arrays, needs 4: W1, b1, W2, b2"
    assert raised(lambda: net.adam(p, p, from_single, 0.1)) == "state.m.W1 has dtype float32, needs float64"
    assert raised(lambda: net.sgd(p, other.init(0, np.float64), 0.1)) == "g.W2 has shape (1, 4), needs (2, 4)"
    range_0 = "needs a finite number from 0 on"
    assert raised(lambda: net.sgd(p, p, -0.1)) == f"learning_rate is -0.1, {range_0}"
    assert raised(lambda: net.sgd(p, p, float("nan"))) == f"learning_rate is nan, {range_0}"
    assert raised(lambda: net.sgd(p, p, 0.1, -1)) == f"clip_norm is -1, {range_0}"
    assert raised(lambda: net.momentum(p, p, state, 0.1, mu=1.0)) == f"mu is 1.0, {range_0} and less than 1"
    assert raised(lambda: net.adam(p, p, state, 0.1, beta2=1)) == f"beta2 is 1, {range_0} and less than 1"
    assert raised(lambda: net.adamw(p, p, state, 0.1, weight_decay=np.inf)) == f"weight_decay is inf, {range_0}"


# PyTorch


def torch_optimizer(torch: Any, name: str, leaves: list[Any]) -> Any:
    """PyTorch's own, with its own constants; they are the table's."""
    rate, optim = RATES[name], torch.optim
    return {
        "sgd": lambda: optim.SGD(leaves, lr=rate),
        "momentum": lambda: optim.SGD(leaves, lr=rate, momentum=0.9),
        "nesterov": lambda: optim.SGD(leaves, lr=rate, momentum=0.9, nesterov=True),
        "rmsprop": lambda: optim.RMSprop(leaves, lr=rate),
        "adam": lambda: optim.Adam(leaves, lr=rate),
        "adamw": lambda: optim.AdamW(leaves, lr=rate),
    }[name]()


@pytest.mark.oracles
@pytest.mark.parametrize("clip_norm", [None, 0.5])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_twenty_steps_are_those_of_pytorch(net: ModuleType, name: str, clip_norm: float | None) -> None:
    torch = pytest.importorskip("torch")
    X, Y = map(torch.tensor, batch())
    leaves = [torch.tensor(a, requires_grad=True) for a in net.init(1, np.float64)]
    optimizer = torch_optimizer(torch, name, leaves)
    for found in trained(net, name, clip_norm=clip_norm):  # type: ignore[arg-type]
        optimizer.zero_grad()
        a = torch.tanh(X @ leaves[0].T + leaves[1])
        torch.nn.functional.mse_loss(a @ leaves[2].T + leaves[3], Y).backward()
        if clip_norm is not None:
            size = float(torch.cat([leaf.grad.ravel() for leaf in leaves]).norm())
            for leaf in leaves:
                leaf.grad *= min(1.0, clip_norm / size)
        optimizer.step()
        for array, leaf in zip(found, leaves, strict=True):
            expected = leaf.detach().numpy()
            assert np.abs(array - expected).max() <= 1e-12 * np.abs(expected).max()


# The notes


def noted(name: str, more: str = "", steps: int = 3) -> list[str]:
    """The lines of the section on updates of the notes of a relay that is trained so."""
    text = SPEC.replace("learning_rate = 0.1", f"optimizer = {name}\nsteps = {steps}")
    sections = notes(derive(loads(text.replace("[example]\n", f"{more}[example]\n")))).sections
    section = next(s for s in sections if s.key == "updates")
    displays = [block.display for block in section.blocks if isinstance(block, Formula)]
    return [section.title[0], *(m.line_reading(line) for d in displays for line in d.lines)]


def test_the_notes_of_adam_have_its_equations_in_numbers() -> None:
    found = noted('"adam"', steps=1)
    assert found == [
        "One step of Adam",
        "m_1 = β_1 · m_0 + (1 − β_1) · ∂L/∂w_11", "= 0.9 · 0 + (1 − 0.9) · 0.003263", "= 3.263 × 10^(−4)",
        "v_1 = β_2 · v_0 + (1 − β_2) · (∂L/∂w_11)^2", "= 0.999 · 0 + (1 − 0.999) · 0.003263^2", "= 1.065 × 10^(−8)",
        "m\u0302_1 = m_1/(1 − β^k_1)", "= (3.263 × 10^(−4))/(1 − 0.9^1)", "= 0.003263",
        "v\u0302_1 = v_1/(1 − β^k_2)", "= (1.065 × 10^(−8))/(1 − 0.999^1)", "= 1.065 × 10^(−5)",
        "w^new_11 = w_11 − (η · m\u0302_1)/(√(v\u0302_1) + ε)",
        "= 0.4 − (0.001 · 0.003263)/(√(1.065 × 10^(−5)) + 10^(−8))", "= 0.3990",
    ]  # fmt: skip


def test_a_second_step_goes_on_from_what_the_first_has_kept() -> None:
    assert noted('{name = "momentum", mu = 0.5}')[1:] == [
        "m_1 = μ · m_0 + ∂L/∂w_11", "= 0.5 · 0 + 0.003263", "= 0.003263",
        "w^new_11 = w_11 − η · m_1", "= 0.4 − 0.1 · 0.003263", "= 0.3997",
        "m_2 = μ · m_1 + ∂L/∂w_11", "= 0.5 · 0.003263 + 0.003214", "= 0.004846",
        "w^new_11 = w_11 − η · m_2", "= 0.3997 − 0.1 · 0.004846", "= 0.3992",
    ]  # fmt: skip


@pytest.mark.parametrize("name", STATEFUL)
def test_the_notes_tell_of_a_shortened_gradient(name: str) -> None:
    found = noted(f'"{name}"', "[regularization]\nclip_norm = 0.05\n")
    assert found[0] == f"One step of {english(OPTIMIZERS[name].title)}"
    assert any("c · ∂L/∂w_11" in line or "c^2" in line for line in found)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_curve_of_the_notes_is_that_of_the_module(name: str, tmp_path: Path) -> None:
    text = SPEC.replace("learning_rate = 0.1", f'optimizer = "{name}"\nlearning_rate = 0.05\nsteps = 4')
    derivation = derive(loads(text))
    module = imported(tmp_path, f"relay_{name}", module_text(derivation))
    p, X, Y = module.example()
    state, expected = module.init_optimizer(p), [module.loss(p, X, Y)]
    for _ in range(4):
        _, g = module.loss_and_grad(p, X, Y)
        if name == "sgd":
            p = module.sgd(p, g, 0.05)
        else:
            p, state = getattr(module, name)(p, g, state, 0.05)
        expected.append(module.loss(p, X, Y))
    found = [moment.loss for moment in training(subject(derivation, ("neuron",)), 4)]
    assert found == pytest.approx(expected, rel=1e-12)


def test_letters_that_the_network_has_are_the_networks() -> None:
    """A network with parameters m, v, beta and mu: the optimizer's are printed in script."""
    text = """
name = "letters"
[indices]
n = "N"
i = 2
[tensors]
x = {indices = "n,i", role = "input"}
y = {indices = "n", role = "target"}
m = {indices = "i", role = "parameter"}
v = {indices = "i", role = "parameter"}
beta = {indices = "i", role = "parameter"}
[equations]
lines = "L = mean[n]((sum[i](m[i]*tanh(v[i]*x[n,i] + beta[i])) - y[n])**2)"
[example]
x = [1, 2]
y = 0.5
optimizer = "adam"
"""
    section = next(s for s in notes(derive(loads(text))).sections if s.key == "updates")
    first = next(b for b in section.blocks if isinstance(b, Formula)).display.lines[0]
    assert isinstance(first.left, m.Symbol) and first.left.style == "script"
