"""The values of a training at each step that some figure is of, and how well they are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symbp.audit.asked import Asked
from symbp.audit.course import Steps, exact_steps, float_steps, given_exactly
from symbp.audit.longrun import LongRun, moved_aside
from symbp.audit.verdicts import fraction
from symbp.derive import NetworkDerivation
from symbp.verify.gradients import points

Values = Mapping[str, Any]
Advance = Callable[[str, int, int], None]
MOST_STEPS = 50  # that are taken in 50 digits
MOST_POINTS = 1_500_000  # numbers that are computed in 50 digits, all steps together
SAFETY = 100  # by how much rounding may carry the parameters farther than a run from a little aside
FLOATS = Fraction(1, 10**12)  # what floats are good for


@dataclass(frozen=True)
class Reached:
    """Where the training stands at some steps.

    Attributes:
        values: Those of all tensors, by the number of steps.
        aside: The same from parameters a little aside, at steps that are reached in floats.
        parameters: Those at these steps.
    """

    values: Mapping[int, Values]
    aside: Mapping[int, Values]
    parameters: Mapping[int, Values]

    def at(self, asked: Asked) -> tuple[Values, Fraction]:
        """The values that a figure is of, and how far from it rounding may have carried its quantity."""
        values = self.values[asked.after]
        if asked.after not in self.aside:
            return values, Fraction(0)
        found, other = (fraction(asked.quantity.value(v)) for v in (values, self.aside[asked.after]))
        if found is None or other is None:
            return values, Fraction(0)
        return values, SAFETY * abs(found - other) + FLOATS * abs(found)


def reached(derivation: NetworkDerivation, updated: tuple[str, ...], marks: Sequence[int], advance: Advance) -> Reached:
    """The values of all tensors after each number of steps of ``marks``."""
    given = given_exactly(derivation)
    size = sum(points(program, derivation.sizes) for program in (derivation.chain_result, derivation.result))
    if size > MOST_POINTS:
        return _by_floats(float_steps(derivation, updated), derivation, given, marks, advance)
    near = [m for m in marks if m <= MOST_STEPS and (m + 1) * size <= MOST_POINTS]
    exact = exact_steps(derivation, updated)
    values = _taken(exact, given, near, advance)
    far = [m for m in marks if m not in near]
    if not far:
        return Reached(values, {}, {})
    found = _by_floats(exact, derivation, given, far, advance)
    return Reached({**values, **found.values}, found.aside, found.parameters)


def _taken(steps: Steps, given: Values, marks: Sequence[int], advance: Advance) -> dict[int, Values]:
    """Step after step."""
    found: dict[int, Values] = {}
    standing = steps.beginning(given)
    last = max(marks, default=0)
    for done in range(last + 1):
        if done in marks:
            found[done] = standing.values
        if done < last:
            advance("steps of training", done, last)
            standing = steps.after(standing)
    return found


def _by_floats(
    steps: Steps, derivation: NetworkDerivation, given: Values, marks: Sequence[int], advance: Advance
) -> Reached:
    """By the emitted module, twice."""
    run = LongRun.of(derivation, steps.updated)
    starts = (given, moved_aside(given, [t.name for t in run.plan.parameters]))
    one, other = (run.parameters(start, marks, advance) for start in starts)
    values = {m: steps.values({**given, **one[m]}) for m in marks}
    aside = {m: steps.values({**starts[1], **other[m]}) for m in marks}
    return Reached(values, aside, one)
