"""Figures that a program has printed with more digits than its floats are good for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symbp.audit.causes.candidate import Candidate
from symbp.audit.verdicts import Judged

STEPS = 4  # roundings that add up
KINDS = (("float64", "64-bit", Fraction(1, 2**53), 14), ("float32", "32-bit", Fraction(1, 2**24), 6))


def in_floats(figures: Sequence[Judged], i: int) -> Iterator[Candidate]:
    """The kind of floats whose rounding a figure is off by."""
    figure = figures[i]
    printed = figure.asked.printed
    for key, name, unit, digits in KINDS:
        if figure.off is not None and figure.off <= STEPS * unit and printed.digits > digits:
            told = f"the rounding of {name} floats, which are good for fewer digits"
            yield Candidate("floats", key, told, frozenset([i]), 0, float(printed.digits))
            return
