"""Figures that others have published for dense networks: right ones must come out, wrong ones must not.

A figure is right if the exact value rounds to it. ``data/published_dense.json`` holds each example's network,
the figures that its source prints and that are right, and those that it prints and that are wrong (or that
belong to a well-known mistake). Everything is computed at 50 digits from the derivation. A quantity's name is
that of its tensor, or one of these:

    W1_new     the parameter after one step of gradient descent        err1      the delta rule's error, -dL/dz1
    L_new      the loss after that step                                slope1    a1'(z1), as dL/dz1 over dL/da1
    E          half the squared error of each output                   path2     z2_bar[k] W2[k,j], unsummed
    L_weights_only   the loss after a step that leaves the biases as they were

``trained`` holds what comes out after many such steps; those are done by the generated module, in floats.
"""

import importlib
import json
import sys
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest

import symbp
from generated import relay
from symbp.chain_rule import adjoint
from symbp.program import Program
from symbp.reference import evaluate, multiprecision

EXAMPLES = {e["id"]: e for e in json.loads((Path(__file__).parent / "data" / "published_dense.json").read_text())}
DIGITS = 50
Values = dict[str, Any]


def figures(kind: str) -> list[tuple[str, str, list[int], str]]:
    return [(name, *figure) for name, example in EXAMPLES.items() for figure in example[kind]]


def network_of(record: Values) -> symbp.Network:
    layers = [symbp.Dense(units, activation) for units, activation in record["layers"]]
    return symbp.Network(name="published", input=record["input"], layers=layers, loss=record["loss"])


def numbers(nested: Any) -> Any:
    """The decimals of the file as exact numbers; labels, which are JSON integers, stay integers."""
    array = np.array(nested)
    return array if array.dtype.kind == "i" else np.vectorize(mpmath.mpf, otypes=[object])(array)


def given(record: Values) -> Values:
    values = {name: numbers(rows) for name, rows in record["parameters"].items()}
    x = numbers(record["x"])
    logarithm = np.vectorize(mpmath.log, otypes=[object])
    return {**values, "x": logarithm(x) if record.get("x_is") == "log" else x, "y": numbers(record["y"])}


def after_step(program: Program, values: Values, gradient: Values, rate: Any, moved: list[str]) -> tuple[Values, Any]:
    new = {name: values[name] - rate * gradient[f"{name}_bar"] for name in moved}
    return new, evaluate(program, {**values, **new}, {"N": len(values["x"])}, multiprecision(DIGITS))["L"]


def of_layers(found: Values, count: int) -> Iterator[tuple[str, Any]]:
    """What is not a tensor of the program but follows from one layer's tensors."""
    for layer in range(1, count + 1):
        activation = "yhat" if layer == count else f"a{layer}"
        if f"z{layer}_bar" not in found:
            continue
        z_bar = found[f"z{layer}_bar"]
        yield f"err{layer}", -z_bar
        yield f"slope{layer}", z_bar / found[f"{activation}_bar"] if np.all(found[f"{activation}_bar"]) else None
        yield f"path{layer}", z_bar[0][:, None] * found[f"W{layer}"]


@cache
def quantities(name: str) -> Values:
    record = EXAMPLES[name]["network"]
    with mpmath.workdps(DIGITS):
        program, values = network_of(record).program(), given(record)
        parameters = sorted(record["parameters"])
        result = adjoint(program, parameters).result
        found = evaluate(result, values, {"N": len(values["x"])}, multiprecision(DIGITS))
        rate = mpmath.mpf(record["learning_rate"])
        new, found["L_new"] = after_step(program, values, found, rate, parameters)
        weights = [p for p in parameters if p.startswith("W")]
        _, found["L_weights_only"] = after_step(program, values, found, rate, weights)
        found |= {f"{parameter}_new": value for parameter, value in new.items()}
        found |= dict(of_layers(found, len(record["layers"])))
        if found["y"].shape == found["yhat"].shape:
            found["E"] = (found["yhat"] - found["y"]) ** 2 / 2
    return found


def rounds_to(exact: Any, printed: str) -> bool:
    """Whether the exact value, rounded to the decimals of the printed figure, is that figure."""
    figure = Decimal(printed)
    value = Decimal(mpmath.nstr(exact, DIGITS, min_fixed=-mpmath.inf, max_fixed=mpmath.inf))
    return any(value.quantize(figure, rounding=mode) == figure for mode in (ROUND_HALF_EVEN, ROUND_HALF_UP))


def value_of(example: str, quantity: str, position: list[int]) -> Any:
    return np.asarray(quantities(example)[quantity], dtype=object)[tuple(position)]


@pytest.mark.parametrize(("example", "quantity", "position", "printed"), figures("right"))
def test_a_right_figure_comes_out(example: str, quantity: str, position: list[int], printed: str) -> None:
    exact = value_of(example, quantity, position)
    assert rounds_to(exact, printed), f"{quantity}{position} is {exact}, printed {printed}"


@pytest.mark.parametrize(("example", "quantity", "position", "printed"), figures("wrong"))
def test_a_wrong_figure_does_not_come_out(example: str, quantity: str, position: list[int], printed: str) -> None:
    exact = value_of(example, quantity, position)
    assert not rounds_to(exact, printed), f"{quantity}{position} is {exact}, and {printed} is known to be wrong"


def test_the_errors_of_the_outputs_sum_to_the_loss() -> None:
    found = quantities("mazur-222")
    with mpmath.workdps(DIGITS):
        assert abs(found["E"].sum() - found["L"][()]) < mpmath.mpf(10) ** -45


# The generated module, in floats


def written_module(example: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    symbp.write_module(symbp.derive(network_of(EXAMPLES[example]["network"])), folder)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "published", raising=False)
    return importlib.import_module("published")


def floats(record: Values, module: Any) -> tuple[Any, Any, Any]:
    values = given(record)
    p = module.Parameters(*(values[name].astype(np.float64) for name in module.Parameters._fields))
    y = values["y"]
    return p, values["x"].astype(np.float64), y if y.dtype.kind == "i" else y.astype(np.float64)


def module_figures() -> list[tuple[str, str, list[int], str]]:
    """The right figures that a module gives: the loss and the gradients of the parameters."""
    return [f for f in figures("right") if f[1] == "L" or f[1][0] in "Wb" and f[1].endswith("_bar")]


@pytest.mark.parametrize(("example", "quantity", "position", "printed"), module_figures())
def test_the_module_gives_the_figure(
    example: str,
    quantity: str,
    position: list[int],
    printed: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = written_module(example, tmp_path, monkeypatch)
    L, g = module.loss_and_grad(*floats(EXAMPLES[example]["network"], module))
    found = L if quantity == "L" else getattr(g, quantity.removesuffix("_bar"))[tuple(position)]
    assert rounds_to(mpmath.mpf(float(found)), printed)


def test_training_ends_at_the_right_figures_and_not_at_the_wrong_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The weights move and the biases stay, as in the post; its printed figures are those of a mistake."""
    record = EXAMPLES["mazur-222"]
    module = written_module("mazur-222", tmp_path, monkeypatch)
    p, X, Y = floats(record["network"], module)
    for _ in range(record["trained"]["steps"]):
        _, g = module.loss_and_grad(p, X, Y)
        p = module.sgd(p, g, float(record["network"]["learning_rate"]))._replace(b1=p.b1, b2=p.b2)
    found = {"L": np.asarray(module.loss(p, X, Y)), "yhat": module.predict(p, X)}
    for verdict in ("right", "wrong"):
        for quantity, position, printed in record["trained"][verdict]:
            exact = mpmath.mpf(float(found[quantity][tuple(position)]))
            assert rounds_to(exact, printed) == (verdict == "right"), (quantity, exact, printed)


def test_the_relay_of_the_gallery_gives_the_numbers_of_the_article() -> None:
    p, X, Y = relay.example()
    L, g = relay.loss_and_grad(p, X, Y)
    found = {"L": L, "yhat": relay.predict(p, X)[0, 0]}
    found |= {f"{name}_bar": array for name, array in g._asdict().items()}
    new = relay.sgd(p, g, 0.1)
    found |= {f"{name}_new": array for name, array in new._asdict().items()} | {"L_new": relay.loss(new, X, Y)}
    figures_of_relay = [f for f in EXAMPLES["relay-mse"]["right"] if f[0] in found]
    assert len(figures_of_relay) == 15
    for quantity, position, printed in figures_of_relay:
        index = tuple(position) if quantity != "yhat" else ()
        assert np.asarray(found[quantity])[index] == pytest.approx(float(printed), rel=1e-9)
