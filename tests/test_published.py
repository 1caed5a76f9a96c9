"""Figures that others have published for dense networks: right ones must come out, wrong ones must not.

A figure is right if the exact value rounds to it. ``data/published_dense.json`` holds each example's network,
the figures that its source prints and that are right, and those that it prints and that are wrong (or that
belong to a well-known mistake). Everything is computed at 50 digits from the derivation. A quantity's name is
that of its tensor, or one of these:

    W1_new     the parameter after one step of gradient descent        err1      the delta rule's error, -dL/dz1
    L_new      the loss after that step                                slope1    a1'(z1), as dL/dz1 over dL/da1
    E          half the squared error of each output                   path2     z2_bar[k] W2[k,j], unsummed
    L_weights_only   the loss after a step that leaves the biases as they were
"""

import json
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest

import symbp
from symbp.chain_rule import adjoint
from symbp.equation import Program
from symbp.reference import evaluate, multiprecision

EXAMPLES = {e["id"]: e for e in json.loads((Path(__file__).parent / "data" / "published_dense.json").read_text())}
DIGITS = 50
Values = dict[str, Any]


def figures(kind: str) -> list[tuple[str, str, list[int], str]]:
    return [(name, *figure) for name, example in EXAMPLES.items() for figure in example[kind]]


def forward(record: Values) -> Program:
    layers = [symbp.Dense(units, activation) for units, activation in record["layers"]]
    return symbp.Network(name="published", input=record["input"], layers=layers, loss=record["loss"]).program()


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
        program, values = forward(record), given(record)
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
