"""Recurrent layers against PyTorch's own modules, with their own weights, and against scans of JAX.

The loss, the gradients to every parameter and to the input, by both ways to call the module, in double precision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from emitted import Arrays, Emitted, errors
from layer_cases import TOLERANCE, Table, kind

from symbp.network import Network
from symbp.verify.draw import draws

pytestmark = pytest.mark.oracles


@dataclass(frozen=True)
class Case:
    """Layers of one kind, one on the other.

    Attributes:
        sizes: Samples, steps, features, units.
        layers: How many; all but the last give sequences.
        keys: Of each layer.
        returns: Of the last one.
        length: Whether the number of steps is known at run time only.
    """

    kind: str
    sizes: tuple[int, int, int, int] = (3, 4, 2, 3)
    layers: int = 1
    keys: tuple[tuple[str, Any], ...] = ()
    returns: str = "last"
    length: bool = False

    @property
    def tables(self) -> list[Table]:
        keys = {"units": self.sizes[3], **dict(self.keys)}
        returns = [*["sequence"] * (self.layers - 1), self.returns]
        return [kind(self.kind, returns=r, **keys) for r in returns]

    def get(self, key: str, default: Any = False) -> Any:
        return dict(self.keys).get(key, default)


def keys(**given: Any) -> tuple[tuple[str, Any], ...]:
    return tuple(given.items())


BOTH, GIVEN, BIASES = keys(bidirectional=True), keys(initial="given"), keys(recurrent_bias=True)
SMALL = {"one of each": (1, 1, 1, 1), "one step": (3, 1, 2, 2), "one unit": (2, 4, 3, 1), "one sample": (1, 3, 1, 2)}


def cases() -> Iterator[tuple[str, Case]]:
    for of in ("rnn", "lstm", "gru"):
        yield of, Case(of)
        for name, sizes in SMALL.items():
            yield f"{of} {name}", Case(of, sizes, keys=BOTH + GIVEN)
        yield f"{of} sequence", Case(of, returns="sequence", keys=BIASES, length=True)
        yield f"{of} both ways", Case(of, keys=BOTH + GIVEN + BIASES, length=True)
        yield f"{of} two layers", Case(of, layers=2, keys=GIVEN, length=True)
        yield f"{of} two layers both ways", Case(of, layers=2, keys=BOTH + GIVEN + BIASES, returns="sequence")
        yield f"{of} without a bias", Case(of, keys=keys(bias=False, recurrent_bias=False), returns="sequence")
    yield "rnn relu", Case("rnn", keys=keys(activation="relu") + BIASES, returns="sequence")
    yield "rnn relu both ways", Case("rnn", (2, 5, 2, 4), keys=keys(activation="relu", bidirectional=True))
    yield "gru reset before", Case("gru", keys=keys(reset_after=False), returns="sequence")
    yield "gru reset before both ways", Case("gru", keys=keys(reset_after=False, recurrent_bias=False) + BOTH + GIVEN)
    yield "lstm of some steps", Case("lstm", (2, 20, 3, 5), length=True)


CASES = dict(cases())


@cache
def emitted(name: str) -> tuple[Emitted, Arrays]:
    case = CASES[name]
    N, T, features, _ = case.sizes
    shape = ["T" if case.length else T, features]
    found = Emitted(Network("walk", {"shape": shape}, case.tables, "mse", input_gradient=True))
    return found, dict(next(draws(found.net.program(), {"N": N, "T": T}, 0)).values)


def directions(case: Case) -> list[tuple[int, str]]:
    """The number and the mark of each direction of each layer, in PyTorch's order."""
    return [(k, mark) for k in range(1, case.layers + 1) for mark in ("", "r")[: 1 + case.get("bidirectional")]]


# PyTorch


def torch_module(case: Case) -> Any:
    torch = pytest.importorskip("torch")
    options = {"nonlinearity": case.get("activation", "tanh")} if case.kind == "rnn" else {}
    options |= {"bias": case.get("bias", True), "bidirectional": case.get("bidirectional"), "batch_first": True}
    _, _, features, units = case.sizes
    made = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[case.kind]
    return made(features, units, case.layers, **options).double()


SPELLED = {"W": "weight_ih", "U": "weight_hh", "b": "bias_ih", "bh": "bias_hh"}


def torch_names(case: Case) -> dict[str, str]:
    """The name of each parameter of the module, by the name that it has here."""
    return {
        f"{letter}{mark}{k}": f"{SPELLED[letter]}_l{k - 1}{'_reverse' if mark else ''}"
        for k, mark in directions(case)
        for letter in SPELLED
    }


def torch_results(case: Case, values: Arrays) -> Arrays:
    torch = pytest.importorskip("torch")
    model, names = torch_module(case), torch_names(case)
    p = dict(model.named_parameters())
    with torch.no_grad():
        for mine, theirs in names.items():
            if theirs in p:
                p[theirs].copy_(torch.tensor(values.get(mine, np.zeros(p[theirs].shape))))
    x = torch.tensor(values["x"], requires_grad=True)
    letters = "hc" if case.kind == "lstm" else "h"
    starts = []
    for letter in letters if case.get("initial") else "":
        rows = [torch.tensor(values[f"{letter}{mark}{k}_0"]) for k, mark in directions(case)]
        starts.append(torch.stack(rows))
    output, last = model(x, *([tuple(starts) if case.kind == "lstm" else starts[0]] if starts else []))
    h = last[0] if case.kind == "lstm" else last
    ways = 1 + case.get("bidirectional")
    yhat = output if case.returns == "sequence" else torch.cat(list(h[-ways:]), dim=1)
    L = ((yhat - torch.tensor(values["y"])) ** 2).mean()
    L.backward()
    found = {mine: p[theirs].grad.numpy() for mine, theirs in names.items() if mine in values}
    return {"L": L.detach().numpy(), "x": x.grad.numpy(), **found}


# JAX


def jax_library() -> Any:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    return jax


def jax_rnn(jax: Any, case: Case, p: dict[str, Any], state: Any, x: Any) -> Any:
    (h,) = state
    f = jax.numpy.tanh if case.get("activation", "tanh") == "tanh" else jax.nn.relu
    return (f(x @ p["W"].T + p["b"] + h @ p["U"].T + p["bh"]),)


def jax_lstm(jax: Any, case: Case, p: dict[str, Any], state: Any, x: Any) -> Any:
    h, c = state
    i, f, g, o = jax.numpy.split(x @ p["W"].T + p["b"] + h @ p["U"].T + p["bh"], 4, axis=1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jax.numpy.tanh(g)
    return jax.nn.sigmoid(o) * jax.numpy.tanh(c), c


def jax_gru(jax: Any, case: Case, p: dict[str, Any], state: Any, x: Any) -> Any:
    (h,) = state
    xr, xz, xn = jax.numpy.split(x @ p["W"].T + p["b"], 3, axis=1)
    Ur, Uz, Un = jax.numpy.split(p["U"], 3)
    cr, cz, cn = jax.numpy.split(p["bh"], 3)
    r, z = jax.nn.sigmoid(xr + h @ Ur.T + cr), jax.nn.sigmoid(xz + h @ Uz.T + cz)
    reset = r * (h @ Un.T + cn) if case.get("reset_after", True) else (r * h) @ Un.T + cn
    return ((1 - z) * jax.numpy.tanh(xn + reset) + z * h,)


STEPS: dict[str, Callable[..., Any]] = {"rnn": jax_rnn, "lstm": jax_lstm, "gru": jax_gru}


def jax_results(case: Case, values: Arrays) -> Arrays:
    jax = jax_library()
    jnp = jax.numpy
    units, letters = case.sizes[3], "hc" if case.kind == "lstm" else "h"

    def way(wrt: dict[str, Any], x: Any, k: int, mark: str) -> Any:
        p = {letter: wrt.get(f"{letter}{mark}{k}", 0.0) for letter in ("W", "U", "b", "bh")}
        height = p["W"].shape[0]
        p |= {letter: p[letter] + jnp.zeros(height) for letter in ("b", "bh")}
        start = tuple(values.get(f"{s}{mark}{k}_0", jnp.zeros((x.shape[0], units))) for s in letters)

        def step(state: Any, row: Any) -> Any:
            after = STEPS[case.kind](jax, case, p, state, row)
            return after, after[0]

        last, rows = jax.lax.scan(step, start, x.transpose(1, 0, 2), reverse=bool(mark))
        return last[0], rows.transpose(1, 0, 2)

    def loss(wrt: dict[str, Any]) -> Any:
        found = wrt["x"]
        for k in range(1, case.layers + 1):
            ways = [way(wrt, found, k, mark) for j, mark in directions(case) if j == k]
            found = jnp.concatenate([rows for _, rows in ways], axis=2)
        yhat = found if case.returns == "sequence" else jnp.concatenate([last for last, _ in ways], axis=1)
        return ((yhat - values["y"]) ** 2).mean()

    names = [name for name in values if name not in ("x", "y") and not name.endswith("_0")]
    L, g = jax.value_and_grad(loss)({name: jnp.asarray(values[name]) for name in (*names, "x")})
    return {"L": np.asarray(L), **{name: np.asarray(v) for name, v in g.items()}}


FRAMEWORKS: dict[str, Callable[[Case, Arrays], Arrays]] = {"pytorch": torch_results, "jax": jax_results}
IN_JAX = ("both ways", "reset before", "one of each")  # each scan is compiled, which takes its time
COMPARED = [
    *(("pytorch", name) for name in CASES if "before" not in name),
    *(("jax", name) for name, case in CASES.items() if case.layers == 1 and name.endswith(IN_JAX)),
]


@pytest.mark.parametrize(("framework", "name"), COMPARED)
def test_the_loss_and_every_gradient(framework: str, name: str) -> None:
    found, values = emitted(name)
    reference = FRAMEWORKS[framework](CASES[name], values)
    for call in (found.plain, found.workspace):
        worst = errors(call(values), reference)
        assert max(worst.values()) < TOLERANCE, worst


@pytest.mark.parametrize("of", ["rnn", "lstm", "gru"])
def test_parameters_of_a_module_of_pytorch_as_they_are(of: str) -> None:
    """With both biases ``Parameters`` takes them in their order; one bias is the sum of PyTorch's two."""
    case = Case(of, (2, 3, 2, 4), 2, BOTH + BIASES, "sequence")
    torch = pytest.importorskip("torch")
    torch.manual_seed(1)
    model = torch_module(case)
    x = torch.randn(2, 3, 2, dtype=torch.float64)
    expected = model(x)[0].detach().numpy()
    module = Emitted(Network("walk", {"shape": ["T", 2]}, case.tables)).module
    p = module.Parameters(*(w.detach().numpy() for w in model.parameters()))
    assert errors({"yhat": module.predict(p, x.numpy())}, {"yhat": expected})["yhat"] < TOLERANCE
    if of != "gru":
        tables = [{**table, "recurrent_bias": False} for table in case.tables]
        single = Emitted(Network("walk", {"shape": ["T", 2]}, tables)).module
        fields = {name: value for name, value in p._asdict().items() if not name.startswith("bh")}
        fields |= {name: value + getattr(p, f"bh{name[1:]}") for name, value in fields.items() if name[0] == "b"}
        yhat = single.predict(single.Parameters(**fields), x.numpy())
        assert errors({"yhat": yhat}, {"yhat": expected})["yhat"] < TOLERANCE


@pytest.mark.parametrize("steps", [1, 4])
def test_a_tagger_with_a_label_at_each_step(steps: int) -> None:
    """An LSTM both ways, a dense layer at each step, and the mean of the cross-entropies over samples and steps."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(2)
    case = Case("lstm", (3, steps, 2, 4), 1, BOTH + BIASES, "sequence")
    model, head = torch_module(case), torch.nn.Linear(8, 3).double()
    found = Emitted(Network("tagger", {"shape": ["T", 2]}, [*case.tables, kind("dense", units=3)],
                            "sparse_cross_entropy", input_gradient=True))  # fmt: skip
    x = torch.randn(3, steps, 2, dtype=torch.float64, requires_grad=True)
    y = torch.randint(0, 3, (3, steps))
    L = torch.nn.functional.cross_entropy(head(model(x)[0]).flatten(0, 1), y.flatten())
    L.backward()
    parameters = [*model.parameters(), *head.parameters()]
    p = found.module.Parameters(*(w.detach().numpy() for w in parameters))
    gradients = dict(zip(p._fields, (w.grad.numpy() for w in parameters), strict=True))
    values = {"x": x.detach().numpy(), "y": y.numpy(), **p._asdict()}
    reference = {"L": L.detach().numpy(), "x": x.grad.numpy(), **gradients}
    for call in (found.plain, found.workspace):
        assert max(errors(call(values), reference).values()) < TOLERANCE
