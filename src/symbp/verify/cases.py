"""The rows of one derivation at one set of values: forward values, steps, gradients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from math import prod

import numpy as np

from symbp.derivation import Derivation, adjoint_name
from symbp.errors import ProgramError
from symbp.program import Program
from symbp.reference import evaluate, multiprecision, shape_of
from symbp.reference.loops import Sizes
from symbp.verify.draw import NEAR, Draw, Maker, draws
from symbp.verify.gradients import (
    MPMATH_TOLERANCE,
    TOLERANCE,
    Found,
    adjoints_of,
    complex_rows,
    find,
    mpmath_rows,
    points,
)
from symbp.verify.growth import growth
from symbp.verify.perturb import DIGITS
from symbp.verify.report import Row, relative_error
from symbp.verify.stable import STABLE
from symbp.verify.steps import FLOOR, NOISE, StepCheck, check_steps

NOT_FINITE = "no random values give a finite loss: does it suit what the network gives?"
GROWTH = 300.0  # rounding errors grow no more than this at the values that are preferred: 2e-5 in float32
WORK = 5e7  # points times elements up to which every element has a complex step of its own


@dataclass(frozen=True)
class Case:
    """A derivation at some values, with the references that everything is compared with.

    At ``generic`` values no sum is much smaller than its terms, so that floats have most of their digits.
    """

    derivation: Derivation
    sizes: Sizes
    draw: Draw
    found: Found
    at: str
    generic: bool = False
    reference: str = "complex step"

    @property
    def predicting(self) -> Program:
        """The equations of ``yhat`` when the network is used, as it states them."""
        network = getattr(self.derivation, "network", None)
        return (network.prediction() if network else None) or self.derivation.start

    def rows(self) -> Iterator[Row]:
        """Forward values, every rule, every gradient by both methods."""
        start, result, values = self.derivation.start, self.derivation.result, self.draw.values
        yield from _missing(self.derivation)
        yield _forward_row(self)
        yield from _step_rows(self)
        yield from complex_rows(start, result, values, self.sizes, self.found, self.at)
        if self.generic:
            yield from _exact_value_rows(self)
        if self.draw.smooth:
            yield from mpmath_rows(start, result, values, self.sizes, self.at)
        else:
            note = f"a kink lies within {NEAR:.0e}: the complex step took the documented branch"
            yield Row("gradients", f"mpmath differences{self.at}", None, MPMATH_TOLERANCE, note)


def affordable(derivation: Derivation, sizes: Sizes, work: float = WORK) -> bool:
    """Whether every element of every tensor can have its complex step at these sizes."""
    elements = sum(prod(shape_of(t, sizes)) for t in derivation.start.tensors)
    return elements * points(derivation.start, sizes) <= work


def case(derivation: Derivation, sizes: Sizes, draw: Draw, at: str, generic: bool = False) -> Case:
    """The case of a draw: every adjoint that the chain rule names is stepped through the forward program."""
    names = adjoints_of(derivation.start, derivation.chain_result)
    found = find(derivation.start, derivation.result, draw.values, sizes, names)
    return Case(derivation, sizes, draw, found, at, generic)


def case_by_direction(derivation: Derivation, sizes: Sizes, draw: Draw, at: str) -> Case:
    """The case of a draw whose references are the final program's own values: along a direction they are checked."""
    found = evaluate(derivation.result, draw.values, sizes)
    adjoints = {n: found[adjoint_name(n)] for n in adjoints_of(derivation.start, derivation.result)}
    return Case(derivation, sizes, draw, Found(draw.forward, found, adjoints), at, reference="final program")


def random_case(derivation: Derivation, sizes: Sizes, targets: Mapping[str, Maker], seed: int, at: str) -> Case:
    """A case at random values, where no gradient vanishes if an attempt finds such.

    Raises:
        ProgramError: no attempt gives finite values.
    """
    found = iter(draws(derivation.start, sizes, seed, targets))
    first = next(found, None)
    if first is None:
        raise ProgramError(NOT_FINITE)
    alive = (draw for draw in chain([first], found) if not _vanishing(derivation, sizes, draw))
    return case(derivation, sizes, well_conditioned(derivation, sizes, alive) or first, at, generic=True)


def well_conditioned(derivation: Derivation, sizes: Sizes, found: Iterable[Draw]) -> Draw | None:
    """The first draw at which floats keep the digits of every adjoint; if there is none, the best one."""
    best, least = None, np.inf
    for draw in found:
        grown = growth(derivation, sizes, draw.values, least)
        if grown < least:
            best, least = draw, grown
        if least < GROWTH:
            break
    return best


def _vanishing(derivation: Derivation, sizes: Sizes, draw: Draw) -> bool:
    """Whether a gradient is zero throughout, as behind units that are all dead: a reason to draw again."""
    found = evaluate(derivation.chain_result, draw.values, sizes)
    return not all(found[adjoint_name(n)].any() for n in derivation.wrt if adjoint_name(n) in found)


def _missing(derivation: Derivation) -> Iterator[Row]:
    """A row for each gradient that was asked for and that the final program does not compute."""
    for name in derivation.wanted:
        if not derivation.result.defining(name):
            yield Row(name, "final program", float("inf"), TOLERANCE, "nothing computes it")


def _forward_row(self: Case) -> Row:
    """Every tensor of the forward program that the final program still computes has kept its value."""
    start, found = self.derivation.start, self.found
    shifted = {s.target for s in self.derivation.steps if s.rule == "softmax shift"}
    shifted |= {e.target for e in start.equations() if e.tensors_read & shifted and e.reduction}
    kept = [
        t.name for t in start.tensors if start.defining(t.name) and t.name in found.result and t.name not in shifted
    ]
    errors = {name: relative_error(found.result[name], found.forward[name], FLOOR, NOISE) for name in kept}
    worst = max(errors, key=lambda name: errors[name])
    what = f"forward values of {len(kept)} tensors" if len(kept) > 1 else worst
    note = f"worst: {worst}" if errors[worst] else ""
    return Row(what, f"forward program{self.at}", errors[worst], TOLERANCE, note)


def _exact_value_rows(self: Case) -> Iterator[Row]:
    """The forward program in floats, and by the stable form of each function, against the same in 50 digits."""
    start, values = self.derivation.start, self.draw.values
    exact = evaluate(start, values, self.sizes, multiprecision(DIGITS))
    computed = [t.name for t in start.tensors if start.defining(t.name)]
    stable = evaluate(start, values, self.sizes, STABLE)
    for what, found in (("forward values", self.found.forward), ("forward values, stable forms", stable)):
        error = max(relative_error(found[name], exact[name], FLOOR, NOISE) for name in computed)
        yield Row(what, f"{DIGITS} digits{self.at}", error, TOLERANCE)


def _step_rows(self: Case) -> Iterator[Row]:
    """A row for each rule: the worst of its steps, each evaluated by itself."""
    adjoints = {adjoint_name(name): value for name, value in self.found.adjoints.items()}
    known = {**self.found.result, **self.found.forward, **adjoints}
    by_rule: dict[str, list[StepCheck]] = {}
    for check in check_steps(self.derivation.steps, known, self.sizes):
        by_rule.setdefault(check.step.rule, []).append(check)
    for rule, checks in by_rule.items():
        worst = max(checks, key=lambda c: c.error)
        note = "" if worst.error <= TOLERANCE else f"{worst.step} {worst.fault}".rstrip()
        count = f"{len(checks)} step{'s' if len(checks) > 1 else ''}"
        yield Row(f"{rule}, {count}", f"evaluation{self.at}", worst.error, TOLERANCE, note)
