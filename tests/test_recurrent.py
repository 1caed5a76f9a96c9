"""The recurrent layers: their equations against loops over the steps, and both ways to call the module."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from emitted import Arrays, Emitted, errors

from symbp.derive import derive
from symbp.equation import Size
from symbp.functions import Elementary, step
from symbp.layers import BatchNorm, Dense, Gru, Layer, Lstm, Recurrent, Rnn
from symbp.network import Network
from symbp.reference import evaluate
from symbp.verify import check_derivation
from symbp.verify.draw import draws

Array = np.ndarray[Any, Any]
Step = Callable[[Any, Array, tuple[Array, ...], dict[str, Array]], tuple[Array, ...]]


def sigma(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def rnn(layer: Rnn, x: Array, state: tuple[Array, ...], p: dict[str, Array]) -> tuple[Array, ...]:
    (h,) = state
    z = x @ p["W"].T + p.get("b", 0) + h @ p["U"].T + p.get("bh", 0)
    return (np.maximum(z, 0) if layer.activation.name == "relu" else np.tanh(z),)  # type: ignore[union-attr]


def lstm(layer: Lstm, x: Array, state: tuple[Array, ...], p: dict[str, Array]) -> tuple[Array, ...]:
    h, c = state
    z = x @ p["W"].T + p.get("b", 0) + h @ p["U"].T + p.get("bh", 0)
    i, f, g, o = np.split(z, 4, axis=1)
    c = sigma(f) * c + sigma(i) * np.tanh(g)
    return sigma(o) * np.tanh(c), c


def gru(layer: Gru, x: Array, state: tuple[Array, ...], p: dict[str, Array]) -> tuple[Array, ...]:
    (h,) = state
    H = h.shape[1]
    px = x @ p["W"].T + p.get("b", 0)
    bh = p.get("bh", np.zeros(3 * H))
    q = h @ p["U"].T + bh
    r, z = sigma(px[:, :H] + q[:, :H]), sigma(px[:, H : 2 * H] + q[:, H : 2 * H])
    reset = r * q[:, 2 * H :] if layer.reset_after else (r * h) @ p["U"][2 * H :].T + bh[2 * H :]
    return ((1 - z) * np.tanh(px[:, 2 * H :] + reset) + z * h,)


SIZES = {"N": 2, "T": 3}
STEPS: dict[type[Layer], Any] = {Rnn: rnn, Lstm: lstm, Gru: gru}


def walked(layer: Any, values: Arrays, mark: str) -> Array:
    """What one direction gives at each step, in the order of the sequence."""
    x = values["x"]
    p = {letter: values[f"{letter}{mark}1"] for letter in ("W", "U", "b", "bh") if f"{letter}{mark}1" in values}
    letters = ("h", "c")[: 2 if layer.kind == "lstm" else 1]
    zero = np.zeros((len(x), layer.units))
    state = tuple(values.get(f"{letter}{mark}1_0", zero) for letter in letters)
    found: dict[int, Array] = {}
    for t in range(x.shape[1])[:: -1 if mark else 1]:
        state = STEPS[type(layer)](layer, x[:, t], state, p)
        found[t] = state[0]
    return np.stack([found[t] for t in sorted(found)], axis=1)


def expected(layer: Any, values: Arrays) -> Array:
    sides = [(walked(layer, values, mark), mark) for mark in layer.marks]
    if layer.returns == "sequence":
        return np.concatenate([side for side, _ in sides], axis=2)
    return np.concatenate([side[:, 0 if mark else -1] for side, mark in sides], axis=1)


LAYERS: list[tuple[Any, tuple[int | str, int]]] = [
    (Rnn(3), (4, 2)),
    (Rnn(1, bias=False), (1, 1)),
    (Rnn(2, "relu", returns="sequence", recurrent_bias=True), (3, 2)),
    (Rnn(2, bidirectional=True, initial="given"), (3, 2)),
    (Lstm(3), (4, 2)),
    (Lstm(1, returns="sequence"), (1, 1)),
    (Lstm(2, returns="sequence", initial="given", bidirectional=True, recurrent_bias=True), (3, 2)),
    (Lstm(2, bias=False), (2, 3)),
    (Gru(3), (4, 2)),
    (Gru(1, returns="sequence"), (1, 1)),
    (Gru(2, initial="given", bidirectional=True), (3, 2)),
    (Gru(2, reset_after=False, returns="sequence", initial="given"), (3, 2)),
    (Gru(2, reset_after=False, recurrent_bias=False, bidirectional=True), (3, 2)),
    (Rnn(2, bidirectional=True), ("T", 2)),
    (Lstm(2, returns="sequence", initial="given", bidirectional=True), ("T", 2)),
    (Gru(2), ("T", 1)),
]


@cache
def emitted(layer: Recurrent, shape: tuple[int | str, int]) -> tuple[Emitted, Arrays]:
    net = Network("walk", {"shape": list(shape)}, [layer], "squared_error", input_gradient=True)
    return Emitted(net), dict(next(draws(net.program(), SIZES, 0)).values)


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=str)
def test_a_cell_goes_through_the_steps(layer: Any, shape: tuple[int | str, int]) -> None:
    found, values = emitted(layer, shape)
    yhat = np.asarray(evaluate(found.net.program(), values, SIZES)["yhat"], float)
    assert yhat.shape[1:] == tuple(SIZES["T"] if isinstance(e, Size) else e for e in found.net.shapes[-1])
    np.testing.assert_allclose(yhat, expected(layer, values), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=str)
def test_the_module_computes_the_gradient_of_the_equations(layer: Any, shape: tuple[int | str, int]) -> None:
    found, values = emitted(layer, shape)
    final = evaluate(found.derivation.result, values, SIZES)
    reference = {name: np.asarray(final[f"{name}_bar"], float) for name in found.derivation.wrt}
    reference["L"] = np.asarray(final["L"], float)
    for call in (found.plain, found.workspace):
        assert max(errors(call(values), reference).values()) < 1e-12


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=str)
def test_backwards_no_activation_is_computed_again(layer: Any, shape: tuple[int | str, int]) -> None:
    """What the steps have named is read: ``1 - h**2``, ``f*(1 - f)``."""
    found, _ = emitted(layer, shape)
    backward = [e for e in found.derivation.result.equations() if e.target.endswith("_bar")]
    assert backward and {type(a) for e in backward for a in e.body.atoms(Elementary)} <= {step}


# How a module begins.


def test_gates_are_drawn_one_by_one() -> None:
    """W by the fan of one gate, U orthogonal in each, a bias of one for the forget gates alone."""
    layers = [Lstm(40, returns="sequence", recurrent_bias=True, bidirectional=True), Gru(20), Dense(1)]
    module = Emitted(Network("drawn", {"shape": [2, 30]}, layers)).module
    p = module.init(seed=3, dtype=np.float64)
    for W, bound in ((p.W1, 6 / 70), (p.Wr1, 6 / 70), (p.W2, 6 / 100)):
        assert 0.95 * bound < np.abs(W).max() ** 2 <= bound
    for U, gates in ((p.U1, 4), (p.Ur1, 4), (p.U2, 3)):
        for block in np.split(U, gates):
            np.testing.assert_allclose(block @ block.T, np.eye(len(block)), atol=1e-12)
    assert [block.tolist() for block in np.split(p.b1, 4)] == [[0] * 40, [1] * 40, [0] * 40, [0] * 40]
    assert p.br1.tolist() == p.b1.tolist() and not p.bh1.any() and not p.b2.any()
    assert " ".join((module.init.__doc__ or "").split()) == (
        "New parameters. Glorot uniform, orthogonal from state to state, zero biases, biases of one for forget gates "
        "alone."
    )


def test_penalties_count_what_is_read_and_what_is_recalled() -> None:
    net = Network("net", {"shape": [2, 2]}, [Gru(2, bidirectional=True), Dense(1)], regularization={"l2": 1})
    penalised = [e.reads[0].access.tensor for e in net.program().defining("L")[1:]]
    assert penalised == ["W1", "U1", "Wr1", "Ur1", "W2"]


# First states that are given.


@pytest.fixture(scope="module")
def stateful() -> Emitted:
    layers = [Lstm(3, initial="given", bidirectional=True), BatchNorm(), Dense(1)]
    return Emitted(Network("stateful", {"shape": ["T", 2]}, layers))


def test_first_states_and_running_statistics_are_one_state(stateful: Emitted) -> None:
    module, p = stateful.module, stateful.module.init(dtype=np.float64)
    state = module.init_state(4, np.float64)
    assert state._fields == ("h1_0", "c1_0", "hr1_0", "cr1_0", "mean2", "variance2")
    assert [a.shape for a in state] == [(4, 3)] * 4 + [(6,)] * 2 and not np.concatenate(state[:4]).any()
    X, Y = np.random.default_rng(0).normal(size=(4, 5, 2)), np.ones((4, 1))
    plain = stateful.plain_module.loss_and_grad(p, X, Y, state=module.State(*map(np.copy, state)))
    workspace = module.Workspace(6, 7, np.float64).loss_and_grad(p, X, Y, state=state)
    np.testing.assert_allclose(plain[1].U1, workspace[1].U1, rtol=1e-12)
    assert state.mean2.any() and not np.concatenate(state[:4]).any()


@pytest.mark.parametrize(
    ("change", "samples", "message"),
    [
        ({}, 3, "state.h1_0 has shape (4, 3), needs (3, 3)"),
        ({"cr1_0": np.zeros((4, 2))}, 4, "state.cr1_0 has shape (4, 2), needs (4, 3)"),
        ({"c1_0": np.zeros((4, 3), np.float32)}, 4, "state.c1_0 has dtype float32, needs float64"),
    ],
)
def test_a_state_of_another_batch_is_refused(stateful: Emitted, change: Arrays, samples: int, message: str) -> None:
    module = stateful.module
    p, state = module.init(dtype=np.float64), module.init_state(4, np.float64)._replace(**change)
    X, Y = np.zeros((samples, 5, 2)), np.zeros((samples, 1))
    calls = (module.loss, module.loss_and_grad, module.Workspace(4, 5, np.float64).loss_and_grad)
    for call in (*calls, lambda p, X, Y, state: module.predict(p, X, state=state)):
        with pytest.raises(ValueError) as caught:
            call(p, X, Y, state=state)
        assert str(caught.value) == message


def test_a_sequence_has_at_least_one_step(stateful: Emitted) -> None:
    module = stateful.module
    with pytest.raises(ValueError) as caught:
        module.predict(module.init(dtype=np.float64), np.zeros((4, 0, 2)), state=module.init_state(4, np.float64))
    assert str(caught.value) == "X has shape (4, 0, 2), needs at least one step"


# Parameters that are shared, or stay as they are.


def test_two_layers_share_a_cell() -> None:
    layers = [Lstm(2, name="cell", returns="sequence", bidirectional=False), Lstm(2, share="cell", initial="given")]
    found = Emitted(Network("shared", {"shape": [3, 2]}, layers, input_gradient=True))
    assert found.module.Parameters._fields == ("W1", "U1", "b1")
    values = dict(next(draws(found.net.program(), SIZES, 0)).values)
    final = evaluate(found.derivation.result, values, SIZES)
    reference = {name: np.asarray(final[f"{name}_bar"], float) for name in ("W1", "U1", "b1", "x")}
    assert max(errors(found.plain(values), {"L": np.asarray(final["L"], float), **reference}).values()) < 1e-12
    by_hand = walked(layers[0], values, "")
    again = walked(Lstm(2), {**values, "x": by_hand, "h1_0": values["h2_0"], "c1_0": values["c2_0"]}, "")
    np.testing.assert_allclose(found.predict(values), again[:, -1], rtol=1e-12)


def test_a_frozen_cell_has_no_gradient_and_passes_one_on() -> None:
    layers = [Gru(2, frozen=True, returns="sequence", name="cell"), Dense(1)]
    found = Emitted(Network("frozen", {"shape": [3, 2]}, layers, input_gradient=True))
    gradients = found.plain(dict(next(draws(found.net.program(), SIZES, 0)).values))
    assert not any(gradients[name].any() for name in ("W1", "U1", "b1", "bh1")) and gradients["x"].all()


def test_names_of_a_cell_meet_no_other_layer_s() -> None:
    """Parameters are numbered by themselves: the second of some may have the number of the layer before."""
    kinds = [{"kind": "attention"}, {"kind": "gru", "units": 2}, {"kind": "layer_norm"}, {"kind": "rnn", "units": 2}]
    for after in ({**kind, **({"returns": "sequence"} if "units" in kind else {})} for kind in kinds):
        for cell in (Lstm, Gru, Rnn):
            first = cell(2, returns="sequence", initial="given", recurrent_bias=True, bidirectional=True)
            layers = [{"kind": "activation", "activation": "tanh"}, first, after, Dense(1)]
            names = [t.name for t in Network("net", {"shape": ["T", 2]}, layers).program().tensors]
            assert len(set(names)) == len(names)


# Checked independently: complex step, and differences at fifty digits.

CHECKED: list[tuple[list[Any], tuple[int | str, int]]] = [
    ([Rnn(2, returns="sequence"), Rnn(2, bidirectional=True)], ("T", 2)),
    ([Lstm(2, bidirectional=True, initial="given", recurrent_bias=True, returns="sequence")], (3, 2)),
    ([Gru(2, returns="sequence"), Gru(1, reset_after=False, initial="given")], ("T", 1)),
]


@pytest.mark.parametrize(("layers", "shape"), CHECKED, ids=["rnn", "lstm", "gru"])
def test_the_derivation_and_the_module_pass_their_check(layers: list[Any], shape: tuple[int | str, int]) -> None:
    report = check_derivation(derive(Network("walk", {"shape": list(shape)}, layers, input_gradient=True)))
    assert report.passed, str(report)
    assert {"dL/dx", "dL/dU1", "module: Workspace"} <= {row.what for row in report.rows}
