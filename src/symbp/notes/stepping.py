"""Steps of an optimizer in numbers: where the training of the example stands, and where a step takes it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np

from symbp.derivation import adjoint_name
from symbp.network import Described
from symbp.notes.subject import Subject, Values
from symbp.optimizers import k, learning_rate
from symbp.reference import FLOAT, evaluate, multiprecision
from symbp.reference.arithmetic import Arithmetic
from symbp.views.scalar import Element

DIGITS = 50
EXACT = multiprecision(DIGITS)


@dataclass(frozen=True)
class Standing:
    """Where the training stands after some steps.

    Attributes:
        given: The values of all that the network is given, parameters among them.
        values: Those of every tensor, gradients among them.
        kept: What the optimizer keeps, by its name and the parameter's: ``kept["m"]["W1"]``.
        step: How many steps have been done.
    """

    given: Values
    values: Values
    kept: Mapping[str, Values]
    step: int = 0


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        before: Where it begins.
        worked: The value of every equation of the optimizer, by the name of the parameter and of the equation.
        factor: What the gradient is multiplied by: less than one where it is shortened.
    """

    before: Standing
    worked: Mapping[str, Values]
    factor: Any

    @property
    def given(self) -> dict[str, Any]:
        """What the network is given after the step."""
        return {**self.before.given, **{name: found["w_new"] for name, found in self.worked.items()}}

    @property
    def kept(self) -> dict[str, Values]:
        """What is kept after the step."""
        return {name: {p: found[f"{name}_new"] for p, found in self.worked.items()} for name in self.before.kept}


def beginning(subject: Subject) -> Standing:
    """The example as it is given, nothing kept yet."""
    assert subject.network.example is not None
    kept = {
        name: {p: np.zeros_like(subject.values[p]) for p in learned(subject)}
        for name in subject.network.example.optimizer.row.kept
    }
    return Standing(subject.derivation.given, subject.values, kept)


def learned(subject: Subject) -> list[str]:
    """The parameters that have a gradient."""
    parameters = subject.derivation.start.of_role("parameter")
    return [t.name for t in parameters if adjoint_name(t.name) in subject.values]


def step(subject: Subject, where: Standing, arithmetic: Arithmetic = EXACT) -> Step:
    """One step of the example's optimizer, by its equations."""
    factor = shortening(subject.network, where.values, learned(subject), arithmetic)
    worked = {name: update_of(subject.network, name, where, factor, arithmetic) for name in learned(subject)}
    return Step(where, worked, factor)


def update_of(network: Described, name: str, where: Standing, factor: Any, arithmetic: Arithmetic) -> dict[str, Any]:
    """What one parameter becomes in a step, and what the optimizer keeps of it: ``w_new``, ``m_new``, ..."""
    example = network.example
    assert example is not None
    value = where.values[name]
    with arithmetic.context():
        gradient = factor * np.ravel(where.values[adjoint_name(name)])
    given = {
        "w": np.ravel(value),
        "g": gradient,
        **{kept: np.ravel(where.kept[kept][name]) for kept in where.kept},
        learning_rate.name: np.array(example.learning_rate),
        k.name: np.array(where.step + 1),
    }
    program = example.optimizer.program(np.size(value))
    found = evaluate(program, given, {}, arithmetic)
    return {e.target: found[e.target].reshape(np.shape(value)) for e in program.equations()}


def after_step(subject: Subject, done: Step) -> Standing:
    """Where a step has led to, in 50 digits."""
    values = subject.derivation.values_at(done.given)
    return Standing(done.given, values, done.kept, done.before.step + 1)


def length(subject: Subject, values: Values) -> Any:
    """The length of the gradient, all parameters together."""
    return _length(values, learned(subject))


def _length(values: Values, names: Iterable[str]) -> Any:
    with mpmath.workdps(DIGITS):
        parts = (np.ravel(values[adjoint_name(name)]) for name in names)
        return mpmath.sqrt(mpmath.fsum(mpmath.mpf(v) ** 2 for part in parts for v in part))


def shortening(network: Described, values: Values, names: Iterable[str], arithmetic: Arithmetic) -> Any:
    """What gradients are multiplied by: less than one where all together are longer than they may be."""
    most = network.regularization.clip_norm
    whole = arithmetic.ratio(1, 1)
    if most is None:
        return whole
    found = _length(values, names)
    with mpmath.workdps(DIGITS):
        return arithmetic.number(mpmath.mpf(repr(most)) / found) if found > most else whole


@dataclass(frozen=True)
class Moment:
    """What the network is given after some steps, and the loss then, in floats."""

    given: Values
    loss: float


def training(subject: Subject, steps: int, moved: Collection[Element] = ()) -> list[Moment]:
    """The training of the example: before the first step and after each, in floats.

    Args:
        moved: The only parameters that learn; without any, all do.
    """
    program = subject.derivation.result
    whole = {t.name for t in subject.derivation.start.tensors if t.dtype == "int"}
    start = beginning(subject)
    given: Values = {
        name: np.array(value, dtype=None if name in whole else float) for name, value in start.given.items()
    }
    kept = start.kept
    found = []
    for number in range(steps + 1):
        values = evaluate(program, given, subject.sizes, FLOAT)
        found.append(Moment(given, float(values["L"])))
        if number < steps:
            done = step(subject, Standing(given, {**given, **values}, kept, number), FLOAT)
            given, kept = _moved(given, done.given, moved), done.kept
    return found


def _moved(before: Values, after: Values, moved: Collection[Element]) -> Values:
    """What is given after a step in which only some parameters learn."""
    if not moved:
        return after
    found = dict(before)
    for element in moved:
        found[element.tensor] = np.array(found[element.tensor])
        found[element.tensor][element.index] = after[element.tensor][element.index]
    return found
