"""One thing that may have gone wrong, and which figures of the text it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log10
from typing import Literal, TypeAlias

from symbp.audit.verdicts import Judged
from symbp.rounding import exact

# The more telling of two that come to the same figures stands first.
Kind: TypeAlias = Literal["mistake", "training", "floats", "relation", "step", "as if", "slip", "elsewhere"]
ORDER: tuple[Kind, ...] = ("mistake", "training", "floats", "relation", "step", "as if", "slip", "elsewhere")
ZERO = 2.0  # how many digits a zero is worth, where the exact value is none
CLOSE = Fraction(1, 10**11)  # of a value that is computed in floats


@dataclass(frozen=True)
class Candidate:
    """One thing that may have gone wrong.

    Attributes:
        key: Its name in records: that of a mistake of the table, or ``digits-swapped``.
        told: What it is, in words.
        explains: The wrong figures that it comes to, by their positions among all.
        against: How many right figures would be others if it had been made from the beginning.
        strength: How many digits speak for it, more than chance would give one of its kind.
        spreads: Whether it is made in one place, from which other figures follow.
    """

    kind: Kind
    key: str
    told: str
    explains: frozenset[int]
    against: int
    strength: float
    spreads: bool = False

    @property
    def rank(self) -> tuple[float, int, float]:
        """What is small where the candidate is good."""
        return (self.against - len(self.explains), ORDER.index(self.kind), -self.strength)


def comes_to(figure: Judged, value: float | Fraction | None, open_: Fraction = Fraction(0)) -> bool:
    """Whether a value, known to within ``open_``, is that of a figure, and the exact one is not."""
    found = exact(value) if isinstance(value, float) else value
    if found is None:
        return False
    return figure.asked.printed.is_of(found, abs(found) * CLOSE + open_) and not figure.asked.printed.is_of(
        figure.value
    )


def weight(figures: Sequence[Judged]) -> float:
    """How many digits figures have that the exact values do not explain; what is printed twice counts once."""
    distinct = {(figure.asked.printed.value, figure.value): figure for figure in figures}
    return sum(_digits(figure) for figure in distinct.values())


def _digits(figure: Judged) -> float:
    printed = figure.asked.printed
    off = abs(printed.value - figure.value) / printed.half
    digits = float(printed.digits) if printed.value else ZERO
    return min(digits, log10(off.numerator) - log10(off.denominator) if off > 1 else 0.0)
