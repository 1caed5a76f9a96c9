"""The course of a training: the value of every tensor before the first step and after any number of steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import mpmath
import numpy as np

from symbp.derive import CHANGE_IT, DIVIDES_BY_ZERO, NOT_REAL, NetworkDerivation, derive
from symbp.errors import Fault
from symbp.network import Described
from symbp.notes.stepping import Standing, shortening, update_of
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
        return Standing(given, values, kept)

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
        return Standing(given, self.values(given), kept, standing.step + 1)


def stepped(
    network: Described, standing: Standing, updated: Sequence[str], arithmetic: Arithmetic
) -> tuple[dict[str, Any], dict[str, Values]]:
    """The parameters after a step of the example's optimizer, and what it keeps, by its equations."""
    factor = shortening(network, standing.values, updated, arithmetic)
    new: dict[str, Any] = {}
    kept: dict[str, dict[str, Any]] = {name: {} for name in standing.kept}
    for name in updated:
        found = update_of(network, name, standing, factor, arithmetic)
        new[name] = found["w_new"]
        for key in kept:
            kept[key][name] = found[f"{key}_new"]
    return new, dict(kept)


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
