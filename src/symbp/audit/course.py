"""The course of a training: the value of every tensor before the first step and after any number of steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import mpmath
import numpy as np

from symbp.derivation import adjoint_name
from symbp.derive import CHANGE_IT, DIVIDES_BY_ZERO, NOT_REAL, NetworkDerivation, derive
from symbp.errors import Fault
from symbp.network import Described
from symbp.optimizers import k, learning_rate
from symbp.program import Program
from symbp.reference import FLOAT, Arithmetic, evaluate, evaluate_grids, multiprecision, of_sum_one

DIGITS = 50
EXACT = multiprecision(DIGITS)
Values = Mapping[str, Any]

# Rewrites that a text does not make: its tensors have the values that the forward equations say, each has a name.
NOT_ON_PAPER = (
    "normalisation",
    "known sums",
    "log-sum-exp",
    "logarithm of a sigmoid",
    "identity",
    "softmax shift",
    "common subexpressions",
    "dead equations",
)


def textbook(network: Described) -> NetworkDerivation:
    """The derivation of a network as a text works it: ``a(1 - a)`` for a slope, ``p - y`` behind a softmax."""
    return derive(network, NOT_ON_PAPER)


@dataclass(frozen=True)
class Standing:
    """Where a training stands.

    Attributes:
        step: How many steps have been done.
        given: The values of all that the network is given, parameters among them.
        values: Those of every tensor, gradients among them.
        kept: What the optimizer keeps, by its name and the parameter's.
    """

    step: int
    given: Values
    values: Values
    kept: Mapping[str, Values]


@dataclass(frozen=True)
class Steps:
    """How steps of training are taken: programs of the values, the parameters that change, the arithmetic.

    Attributes:
        programs: What computes the values; a later one has the last word on a tensor that several compute.
        updated: The parameters that a step changes.
    """

    network: Described
    programs: tuple[Program, ...]
    sizes: Mapping[str, int]
    updated: tuple[str, ...]
    arithmetic: Arithmetic = EXACT

    def beginning(self, given: Values) -> Standing:
        """The standing before the first step."""
        values = self.values(given)
        assert self.network.example is not None
        row = self.network.example.optimizer.row
        kept = {name: {p: np.zeros_like(values[p]) for p in self.updated} for name in row.kept}
        return Standing(0, given, values, kept)

    def values(self, given: Values) -> dict[str, Any]:
        """The value of every tensor.

        Raises:
            Fault: with these numbers there is none.
        """
        found: dict[str, Any] = {}
        try:
            for program in self.programs:
                found |= self._evaluated(program, given)
        except ZeroDivisionError:
            raise Fault(DIVIDES_BY_ZERO, CHANGE_IT, ("example",)) from None
        if any(isinstance(number, mpmath.mpc) for array in found.values() for number in np.ravel(array)):
            raise Fault(NOT_REAL, CHANGE_IT, ("example",))
        return found

    def _evaluated(self, program: Program, given: Values) -> dict[str, Any]:
        if self.arithmetic is EXACT:
            return evaluate(program, given, self.sizes, EXACT)
        return evaluate_grids(program, given, self.sizes)

    def after(self, standing: Standing) -> Standing:
        """The standing one step later."""
        new, kept = stepped(self.network, standing, self.updated, self.arithmetic)
        given = {**standing.given, **new}
        return Standing(standing.step + 1, given, self.values(given), kept)


def stepped(
    network: Described, standing: Standing, updated: Sequence[str], arithmetic: Arithmetic
) -> tuple[dict[str, Any], dict[str, Values]]:
    """The parameters after a step of the example's optimizer, and what it keeps, by its equations."""
    example = network.example
    assert example is not None
    factor = _shortened(network, standing.values, updated, arithmetic)
    new: dict[str, Any] = {}
    kept: dict[str, dict[str, Any]] = {name: {} for name in standing.kept}
    for name in updated:
        value = standing.values[name]
        with arithmetic.context():
            gradient = factor * np.ravel(standing.values[adjoint_name(name)])
        given = {
            "w": np.ravel(value),
            "g": gradient,
            **{key: np.ravel(standing.kept[key][name]) for key in standing.kept},
            learning_rate.name: np.array(example.learning_rate),
            k.name: np.array(standing.step + 1),
        }
        found = evaluate(example.optimizer.program(np.size(value)), given, {}, arithmetic)
        new[name] = found["w_new"].reshape(np.shape(value))
        for key in kept:
            kept[key][name] = found[f"{key}_new"].reshape(np.shape(value))
    return new, dict(kept)


def _shortened(network: Described, values: Values, updated: Sequence[str], arithmetic: Arithmetic) -> Any:
    """What gradients are multiplied by: less than one where all together are longer than they may be."""
    most = network.regularization.clip_norm
    if most is None:
        return arithmetic.ratio(1, 1)
    with mpmath.workdps(DIGITS):
        parts = (np.ravel(values[adjoint_name(name)]) for name in updated)
        length = mpmath.sqrt(mpmath.fsum(mpmath.mpf(v) ** 2 for part in parts for v in part))
        limit = mpmath.mpf(repr(most))
        return arithmetic.number(limit / length) if length > limit else arithmetic.ratio(1, 1)


def exact_steps(derivation: NetworkDerivation, updated: tuple[str, ...]) -> Steps:
    """Steps in 50 digits, of every tensor that the chain rule or the textbook's form of it names."""
    programs = (derivation.chain_result, derivation.result)
    return Steps(derivation.network, programs, derivation.sizes, updated)


def given_exactly(derivation: NetworkDerivation) -> dict[str, Any]:
    """What the network is given; targets that a rewrite takes to sum to one do so in all digits."""
    given = dict(derivation.given)
    for tensor in derivation.start.tensors:
        if tensor.normalized:
            given[tensor.name] = of_sum_one(given[tensor.name], DIGITS)
    return given


def float_steps(derivation: NetworkDerivation, updated: tuple[str, ...]) -> Steps:
    """The same in floats, a whole equation at a time."""
    return replace(exact_steps(derivation, updated), arithmetic=FLOAT)
