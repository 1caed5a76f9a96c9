"""Figures that others have published for recurrent networks: right ones must come out, wrong ones must not.

``data/published_recurrent.json`` holds, for each source, what it calls a figure, the tensor and the position that it
is here, and the figure as printed; the numbers that go in are made here, as the sources make them. Gradients are those
of the module and of the derivation; ``h1_0_bar`` is the adjoint of a first state.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from emitted import DOT, Array, Arrays, Emitted, compared, errors, vjp
from test_published import rounds_to

from symbp.chain_rule import adjoint
from symbp.equation import Access, Equation, Index, read
from symbp.layers import Dense, Gru, Layer, Lstm, Rnn
from symbp.network import EquationNetwork, Network
from symbp.program import Tensor
from symbp.reference import evaluate

EXAMPLES = {e["id"]: e for e in json.loads((Path(__file__).parent / "data" / "published_recurrent.json").read_text())}


# What comes of a network: its own tensors, and all adjoints.


def derived(layers: list[Layer], values: Arrays, adjoint_of_yhat: Array, of_cell: Array | None = None) -> Arrays:
    """Every tensor of the chain rule alone; the loss is the product of yhat, and of the last cell, with adjoints."""
    shape = list(values["x"].shape[1:])
    net = Network("published", {"shape": shape}, layers, DOT, input_gradient=True)
    program = net.program()
    given = {**values, "y": adjoint_of_yhat * compared(net, adjoint_of_yhat)}
    if of_cell is not None:
        n, u = program.defining("yhat")[0].domain[0], Index("u", of_cell.shape[1])
        cell = Tensor("dc", (n.extent, u.extent), "input")
        last = read("dc", n, u) * read("c1", n, values["x"].shape[1], u)
        more = Equation(Access("L"), last, (), (n, u), "sum", (), accumulate=True)
        program = type(program)((*program.tensors, cell), (*program.statements, more))
        given["dc"] = of_cell
    wrt = [t.name for t in program.of_role("input", "parameter", "state") if t.name != "dc"]
    found = evaluate(adjoint(program, wrt).result, given, {"N": len(values["x"])})
    return {name: np.asarray(value, float) for name, value in found.items()}


def everything(layers: list[Layer], values: Arrays, adjoint_of_yhat: Array) -> Arrays:
    """The same, once the module agrees."""
    found = derived(layers, values, adjoint_of_yhat)
    emitted = vjp(layers, values, adjoint_of_yhat)
    wrt = [
        name.removesuffix("_bar") for name in found if name.endswith("_bar") and name.removesuffix("_bar") in emitted
    ]
    same = {name: found[f"{name}_bar"] for name in wrt if name not in ("L", "yhat")}
    assert max(errors({name: emitted[name] for name in same}, same).values()) < 1e-12
    return found


def stacked(parts: dict[str, Array], order: str) -> Array:
    return np.concatenate([parts[letter] for letter in order])


# What the sources compute on.


def coursera_rnn_cell() -> Arrays:
    rng = np.random.RandomState(1)
    x, a = rng.randn(3, 10), rng.randn(5, 10)
    Wax, Waa, _, _, _ = (rng.randn(*shape) for shape in ((5, 3), (5, 5), (2, 5), (5, 1), (2, 1)))
    da = rng.randn(5, 10)
    earlier = np.random.RandomState(1)
    *_, ba = (earlier.randn(*shape) for shape in ((3, 10, 4), (5, 10), (5, 5), (5, 3), (2, 5), (5, 1)))
    values = {"x": x.T[:, None], "h1_0": a.T, "W1": Wax, "U1": Waa, "b1": ba.ravel()}
    return everything([Rnn(5, returns="sequence", initial="given")], values, da.T[:, None])


def coursera_rnn() -> Arrays:
    rng = np.random.RandomState(1)
    shapes = ((3, 10, 4), (5, 10), (5, 3), (5, 5), (2, 5), (5, 1), (2, 1), (5, 10, 4))
    x, a0, Wax, Waa, _, ba, _, da = (rng.randn(*shape) for shape in shapes)
    values = {"x": x.transpose(1, 2, 0), "h1_0": a0.T, "W1": Wax, "U1": Waa, "b1": ba.ravel()}
    return everything([Rnn(5, returns="sequence", initial="given")], values, da.transpose(1, 2, 0))


def coursera_gates(rng: np.random.RandomState) -> Arrays:
    W, b = {}, {}
    for gate in "fioc":
        W[gate], b[gate] = rng.randn(5, 8), rng.randn(5, 1)
    both = stacked(W, "ifco")
    return {"W1": both[:, 5:], "U1": both[:, :5], "b1": stacked(b, "ifco").ravel()}


LSTM = [Lstm(5, returns="sequence", initial="given")]


def coursera_lstm_cell() -> Arrays:
    rng = np.random.RandomState(1)
    x, a, c = rng.randn(3, 10), rng.randn(5, 10), rng.randn(5, 10)
    gates = coursera_gates(rng)
    _, _, da, dc = (rng.randn(*shape) for shape in ((2, 5), (2, 1), (5, 10), (5, 10)))
    return derived(LSTM, {"x": x.T[:, None], "h1_0": a.T, "c1_0": c.T, **gates}, da.T[:, None], dc.T)


def coursera_lstm() -> Arrays:
    rng = np.random.RandomState(1)
    x, a0 = rng.randn(3, 10, 7), rng.randn(5, 10)
    gates = coursera_gates(rng)
    da = rng.randn(5, 10, 4)
    values = {"x": x.transpose(1, 2, 0)[:, :4], "h1_0": a0.T, "c1_0": np.zeros((10, 5)), **gates}
    return everything(LSTM, values, da.transpose(1, 2, 0))


def spaced(first: float, last: float, *shape: int) -> Array:
    return np.linspace(first, last, int(np.prod(shape))).reshape(shape)


def cs231n(layer: Layer, **values: Array) -> Arrays:
    """Their weights are the transposed ones, and their LSTM has the gates i, f, o, g."""
    H = layer.units  # type: ignore[attr-defined]
    order = [*range(2 * H), *range(3 * H, 4 * H), *range(2 * H, 3 * H)] if layer.kind == "lstm" else list(range(H))
    given = {**values, "W1": values["W1"].T[order], "U1": values["U1"].T[order], "b1": values["b1"][order]}
    return everything([layer], given, np.ones((*values["x"].shape[:2], H)))


def cs231n_rnn_step() -> Arrays:
    return cs231n(
        Rnn(4, returns="sequence", initial="given"),
        x=spaced(-0.4, 0.7, 3, 1, 10), h1_0=spaced(-0.2, 0.5, 3, 4), W1=spaced(-0.1, 0.9, 10, 4),
        U1=spaced(-0.3, 0.7, 4, 4), b1=spaced(-0.2, 0.4, 4),
    )  # fmt: skip


def cs231n_rnn() -> Arrays:
    return cs231n(
        Rnn(5, returns="sequence", initial="given"),
        x=spaced(-0.1, 0.3, 2, 3, 4), h1_0=spaced(-0.3, 0.1, 2, 5), W1=spaced(-0.2, 0.4, 4, 5),
        U1=spaced(-0.4, 0.1, 5, 5), b1=spaced(-0.7, 0.1, 5),
    )  # fmt: skip


def cs231n_lstm_step() -> Arrays:
    return cs231n(
        Lstm(5, returns="sequence", initial="given"),
        x=spaced(-0.4, 1.2, 3, 1, 4), h1_0=spaced(-0.3, 0.7, 3, 5), c1_0=spaced(-0.4, 0.9, 3, 5),
        W1=spaced(-2.1, 1.3, 4, 20), U1=spaced(-0.7, 2.2, 5, 20), b1=spaced(0.3, 0.7, 20),
    )  # fmt: skip


def cs231n_lstm() -> Arrays:
    return cs231n(
        Lstm(4, returns="sequence", initial="given"),
        x=spaced(-0.4, 0.6, 2, 3, 5), h1_0=spaced(-0.4, 0.8, 2, 4), c1_0=np.zeros((2, 4)),
        W1=spaced(-0.2, 0.9, 5, 16), U1=spaced(-0.3, 0.6, 4, 16), b1=spaced(0.2, 0.7, 16),
    )  # fmt: skip


def gomez_lstm() -> Arrays:
    """The loss is half the squared error of each step. Its figures were written down from memory, the article's page
    not being at hand: compare them with it before they are quoted."""
    W = {"g": [[0.45, 0.25]], "i": [[0.95, 0.8]], "f": [[0.7, 0.45]], "o": [[0.6, 0.4]]}
    U, b = (
        {"g": [[0.15]], "i": [[0.8]], "f": [[0.1]], "o": [[0.25]]},
        {"g": [0.2], "i": [0.65], "f": [0.15], "o": [0.1]},
    )
    values = {
        "x": np.array([[[1, 2], [0.5, 3]]]),
        **{name: stacked(parts, "ifgo") for name, parts in (("W1", W), ("U1", U), ("b1", b))},  # type: ignore[arg-type]
    }
    layers: list[Layer] = [Lstm(1, returns="sequence")]
    h = derived(layers, values, np.zeros((1, 2, 1)))["yhat"]
    return everything(layers, values, h - [[[0.5], [1.25]]])


def scalar_lstm() -> Arrays:
    values = {
        "x": np.array([[[1.0], [2], [3]]]),
        "W1": np.array([[0.6], [0.5], [0.7], [0.8]]),
        "U1": np.array([[0.2], [0.1], [0.3], [0.4]]),
        "W2": np.array([[4.0]]),
    }
    return everything([Lstm(1, bias=False), Dense(1, bias=False)], values, np.ones((1, 1)))


STEPS = np.array([[[0.2], [0.3], [0.4]]])


def thsis_rnn() -> Arrays:
    """The loss is half the squared error of the last step."""
    values = {"x": STEPS, "W1": np.array([[2.0], [1]]), "U1": np.array([[1.0, 2], [3, 4]]), "W2": np.array([[2.0, 4]])}
    layers: list[Layer] = [Rnn(2, bias=False), Dense(1, bias=False)]
    yhat = derived(layers, values, np.zeros((1, 1)))["yhat"]
    return everything(layers, values, yhat - 7)


def thsis_lstm() -> Arrays:
    """The loss is half the squared error of each step, and the rate of the gradient step 0.01."""
    W = {"i": [[3.1], [0.1]], "f": [[2.3], [0.2]], "g": [[0.2], [0.4]], "o": [[0.1], [3.1]]}
    U = {"i": [[1.5, 2.6], [2.1, 0.2]], "f": [[3.6, 4.1], [1.0, 0.9]], "g": [[1.8, 3.6], [4.7, 2.9]],
         "o": [[0.1, 0.9], [0.7, 4.3]]}  # fmt: skip
    values = {"x": STEPS, "W1": stacked(W, "ifgo"), "U1": stacked(U, "ifgo"), "W2": np.array([[2.0, 4]])}  # type: ignore[arg-type]
    layers: list[Layer] = [Lstm(2, bias=False, returns="sequence"), Dense(1, bias=False)]
    yhat = derived(layers, values, np.zeros((1, 3, 1)))["yhat"]
    found = everything(layers, values, yhat - 7)
    stepped = {name: values[name] - 0.01 * found[f"{name}_bar"] for name in ("W1", "U1", "W2")}
    return {**found, "yhat_after": derived(layers, {**values, **stepped}, np.zeros((1, 3, 1)))["yhat"]}


def tensorflow_book() -> Arrays:
    values = {
        "x": np.array([[[1.0], [2]]]),
        "W1": np.array([[0.5], [0.6]]),
        "U1": np.array([[0.1, 0.3], [0.2, 0.4]]),
        "b1": np.array([0.1, -0.1]),
        "W2": np.array([[1.0, 2]]),
        "b2": np.array([0.1]),
    }
    return everything([Rnn(2, returns="sequence"), Dense(1)], values, np.ones((1, 2, 1)))


def click4ai_gru() -> Arrays:
    z = -np.array([[0.3, 0.2, 0.1, 0.4], [0.1, 0.5, 0.3, 0.2]])
    r = np.array([[0.2, 0.4, 0.3, 0.1], [0.4, 0.1, 0.2, 0.3]])
    n = np.array([[0.5, 0.1, 0.2, 0.3], [0.2, 0.3, 0.4, 0.1]])
    both = np.concatenate([r, z, n])
    values = {"x": np.array([[[1.0, 0.5]]]), "W1": both[:, :2], "U1": both[:, 2:]}
    return everything([Gru(2, reset_after=False, bias=False, recurrent_bias=False)], values, np.ones((1, 2)))


GIVEN: dict[str, Callable[[], Arrays]] = {
    "coursera-rnn-cell": coursera_rnn_cell,
    "coursera-rnn": coursera_rnn,
    "coursera-lstm-cell": coursera_lstm_cell,
    "coursera-lstm": coursera_lstm,
    "cs231n-rnn-step": cs231n_rnn_step,
    "cs231n-rnn": cs231n_rnn,
    "cs231n-lstm-step": cs231n_lstm_step,
    "cs231n-lstm": cs231n_lstm,
    "gomez-lstm": gomez_lstm,
    "scalar-lstm": scalar_lstm,
    "thsis-rnn": thsis_rnn,
    "thsis-lstm": thsis_lstm,
    "tensorflow-book": tensorflow_book,
    "click4ai-gru": click4ai_gru,
}


@cache
def quantities(name: str) -> Arrays:
    return GIVEN[name]()


def figures(kind: str) -> list[Any]:
    return [
        pytest.param(name, *figure, id=f"{name}-{called}")
        for name, example in EXAMPLES.items()
        for called, *figure in example[kind]
    ]


@pytest.mark.parametrize(("name", "quantity", "position", "printed"), figures("right"))
def test_a_right_figure_comes_out(name: str, quantity: str, position: list[int], printed: str) -> None:
    value = quantities(name)[quantity][tuple(position)]
    assert rounds_to(mpmath.mpf(float(value)), printed), (value, printed)


@pytest.mark.parametrize(("name", "quantity", "position", "printed"), figures("wrong"))
def test_a_wrong_figure_does_not_come_out(name: str, quantity: str, position: list[int], printed: str) -> None:
    value = quantities(name)[quantity][tuple(position)]
    assert not rounds_to(mpmath.mpf(float(value)), printed), (value, printed)


def test_the_examples_of_the_file_are_those_that_are_given_here() -> None:
    assert EXAMPLES.keys() == GIVEN.keys()


# A linear recurrence, by hand and trained.

LINEAR = EquationNetwork(
    "linear",
    indices={"n": "N", "t": "T"},
    tensors={
        "x": {"indices": "n,t", "role": "input"},
        "y": {"indices": "n", "role": "target"},
        "u": {"indices": "", "role": "parameter"},
        "w": {"indices": "", "role": "parameter"},
    },
    lines="h[n,0] = 0\nh[n,t+1] = u*x[n,t] + w*h[n,t]\nL = mean[n]((h[n,T] - y[n])**2)",
    input_gradient=True,
)


@cache
def linear() -> Emitted:
    return Emitted(LINEAR)


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_a_linear_recurrence_by_its_closed_formula(steps: int) -> None:
    """h_T = sum over t of u w^(T-1-t) x_t, so that dh_T/dw = sum of u (T-1-t) w^(T-2-t) x_t."""
    rng = np.random.default_rng(steps)
    x, y, u, w = rng.normal(size=(3, steps)), rng.normal(size=3), 0.75, -1.25
    left = steps - 1.0 - np.arange(steps)
    error = (u * w**left * x).sum(1) - y
    expected = {
        "L": np.asarray((error**2).mean()),
        "u": np.asarray((2 / 3 * error * (w**left * x).sum(1)).sum()),
        "w": np.asarray((2 / 3 * error * (u * left * w ** (left - 1) * x).sum(1)).sum()),
        "x": 2 / 3 * error[:, None] * u * w**left,
    }
    found = linear()
    for call in (found.plain, found.workspace):
        assert max(errors(call({"x": x, "y": y, "u": np.array(u), "w": np.array(w)}), expected).values()) < 1e-12


def test_a_linear_recurrence_that_learns_to_count() -> None:
    """Roelants (2015), How to implement a recurrent neural network, part 1: resilient propagation, 500 rounds, of the
    number of ones in 20 sequences of 10. It prints wx = 1.00135554721 and wRec = 0.999674473785,
    as far as we remember: the page was not at hand."""
    rng = np.random.RandomState(1)
    x = np.array([np.around(rng.rand(10)) for _ in range(20)])
    weights, steps, signs = np.array([-1.5, 2.0]), np.array([0.001, 0.001]), np.zeros(2)
    module = linear().module
    for _ in range(500):
        _, g, _ = module.loss_and_grad(module.Parameters(*map(np.asarray, weights)), x, x.sum(1))
        now = np.sign([float(g.u), float(g.w)])
        steps = np.where(now == signs, steps * 1.2, steps * 0.5)
        weights, signs = weights - now * steps, now
    assert [
        rounds_to(mpmath.mpf(float(w)), p) for w, p in zip(weights, ("1.00135554721", "0.999674473785"), strict=True)
    ]
    assert np.abs(weights - [1.00135554721, 0.999674473785]).max() < 1e-11


# A gated recurrence with a bilinear gate, written as equations.


def bilinear_gate(values: Arrays) -> tuple[float, Arrays]:
    """One sample, one step and one unit at a time: h' = g h + (1 - g) tanh(W x), g = sigmoid(x B h + b)."""
    x, y, W, B, b = (values[name] for name in ("x", "y", "W", "B", "b"))
    (N, T, _), H = x.shape, len(b)
    L, bars = 0.0, {name: np.zeros_like(values[name]) for name in ("x", "W", "B", "b")}
    for n in range(N):
        hs, gs, vs = [np.zeros(H)], [], []
        for t in range(T):
            gs.append(np.array([1 / (1 + np.exp(-(x[n, t] @ B[i] @ hs[-1]) - b[i])) for i in range(H)]))
            vs.append(np.tanh(W @ x[n, t]))
            hs.append(gs[-1] * hs[-1] + (1 - gs[-1]) * vs[-1])
        L += ((hs[-1] - y[n]) ** 2).sum() / (N * H)
        h_bar = 2 * (hs[-1] - y[n]) / (N * H)
        for t in reversed(range(T)):
            h, g, v = hs[t], gs[t], vs[t]
            z_bar, v_bar = h_bar * (h - v) * g * (1 - g), h_bar * (1 - g) * (1 - v**2)
            bars["W"] += np.outer(v_bar, x[n, t])
            bars["b"] += z_bar
            h_bar = h_bar * g
            for i in range(H):
                bars["B"][i] += z_bar[i] * np.outer(x[n, t], h)
                bars["x"][n, t] += z_bar[i] * B[i] @ h + v_bar[i] * W[i]
                h_bar = h_bar + z_bar[i] * x[n, t] @ B[i]
    return L, bars


@pytest.mark.parametrize(("samples", "steps"), [(1, 1), (3, 4)])
def test_a_gated_recurrence_with_a_bilinear_gate(samples: int, steps: int) -> None:
    net = EquationNetwork(
        "gated",
        indices={"n": "N", "t": "T", "i": 3, "k": 3, "j": 2},
        tensors={
            "x": {"indices": "n,t,j", "role": "input"},
            "y": {"indices": "n,i", "role": "target"},
            "W": {"indices": "i,j", "role": "parameter"},
            "B": {"indices": "i,j,k", "role": "parameter"},
            "b": {"indices": "i", "role": "parameter"},
        },
        lines=(
            "h[n,0,i] = 0\n"
            "g[n,t,i] = 1/(1 + exp(-sum[j,k](B[i,j,k]*x[n,t,j]*h[n,t,k]) - b[i]))\n"
            "v[n,t,i] = tanh(sum[j](W[i,j]*x[n,t,j]))\n"
            "h[n,t+1,i] = g[n,t,i]*h[n,t,i] + (1 - g[n,t,i])*v[n,t,i]\n"
            "L = mean[n,i]((h[n,T,i] - y[n,i])**2)"
        ),
        input_gradient=True,
    )
    rng = np.random.default_rng(steps)
    shapes = {"x": (samples, steps, 2), "y": (samples, 3), "W": (3, 2), "B": (3, 2, 3), "b": (3,)}
    values = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    L, bars = bilinear_gate(values)
    found = Emitted(net)
    for call in (found.plain, found.workspace):
        assert max(errors(call(values), {"L": np.asarray(L), **bars}).values()) < 1e-12
