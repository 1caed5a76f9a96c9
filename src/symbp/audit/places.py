"""Where a figure stands in the computation: the element of a tensor that it gives, by itself or through a formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np

from symbp.audit.course import DIGITS
from symbp.audit.quantities import positions
from symbp.audit.verdicts import Judged, fraction
from symbp.program import GIVEN, Program
from symbp.views.scalar import Element

MOST_ELEMENTS = 64  # of a tensor that a formula is tried to be solved for
STEP = mpmath.mpf("0.001")
EXACTLY = Fraction(1, 10**20)


@dataclass(frozen=True)
class Place:
    """An element that a figure gives.

    Attributes:
        printed: Its value by the figure.
        exact: Its exact value.
        half: How far from ``printed`` it may lie, for the digits that are printed.
    """

    element: Element
    printed: Fraction
    exact: Fraction
    half: Fraction


def places(figures: Sequence[Judged], values: Mapping[int, Mapping[str, Any]], program: Program) -> dict[int, Place]:
    """The places of figures, by their positions: those of elements, and of formulas that are solved for one.

    An element that is printed itself is not taken from a formula.
    """
    found: dict[int, Place] = {}
    taken = set()
    for i, figure in enumerate(figures):
        element, printed = figure.asked.quantity.element, figure.asked.printed
        if element is not None:
            found[i] = Place(element, printed.value, figure.value, printed.half)
            taken.add((figure.asked.after, element))
    for i, figure in enumerate(figures):
        if i not in found and figure.asked.after in values:
            place = _solved(figure, values[figure.asked.after], program)
            if place is not None and (figure.asked.after, place.element) not in taken:
                found[i] = place
                taken.add((figure.asked.after, place.element))
    return found


def _solved(figure: Judged, values: Mapping[str, Any], program: Program) -> Place | None:
    """The only computed element that a formula depends on, if it is a constant times it and a constant."""
    computed = [name for name in figure.asked.quantity.reads if not _is_given(program, name)]
    if len(computed) != 1 or np.size(values[computed[0]]) > MOST_ELEMENTS:
        return None
    with mpmath.workdps(DIGITS):
        moving = list(_moving(figure, values, computed[0]))
        if len(moving) != 1:
            return None
        at, once, twice = moving[0]
        if abs(twice - 2 * once) > EXACTLY * abs(once):
            return None
        exact = fraction(np.asarray(values[computed[0]])[at])
        slope = once / fraction(STEP)  # type: ignore[operator]
    if exact is None:
        return None
    printed = figure.asked.printed
    value = exact + (printed.value - figure.value) / slope
    return Place(Element(computed[0], at), value, exact, printed.half / abs(slope))


def _moving(
    figure: Judged, values: Mapping[str, Any], name: str
) -> Iterator[tuple[tuple[int, ...], Fraction, Fraction]]:
    """The elements of a tensor that a formula depends on, and what it moves by if one does, once and twice as far."""
    before = fraction(figure.asked.quantity.value(values))
    for at in positions(np.shape(values[name])):
        moved = []
        for far in (1, 2):
            array = np.array(values[name], dtype=object)
            array[at] += far * STEP
            moved.append(fraction(figure.asked.quantity.value({**values, name: array})))
        if before is None or moved[0] is None or moved[1] is None:
            continue
        if moved[0] != before:
            yield at, moved[0] - before, moved[1] - before


def _is_given(program: Program, name: str) -> bool:
    return name not in program.tensor or program.tensor[name].role in GIVEN
