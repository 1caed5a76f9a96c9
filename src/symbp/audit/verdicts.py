"""The figures of a text, each judged by its exact value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np

from symbp.audit.asked import Asked
from symbp.audit.printed import Verdict
from symbp.errors import Fault
from symbp.rounding import exact

MOST_BITS = 1000  # before the point, or after it
TINY = Fraction(1, 10**40)  # what cancels to less than this is zero


@dataclass(frozen=True)
class Judged:
    """A figure with the exact value of its quantity, known to within ``allowed``, and what it is by it."""

    asked: Asked
    value: Fraction
    allowed: Fraction
    verdict: Verdict

    @property
    def off(self) -> Fraction | None:
        """How far the figure is from the exact value, in units of it; ``None`` where that is zero."""
        return abs(self.asked.printed.value - self.value) / abs(self.value) if self.value else None


def judged(asked: Asked, values: Mapping[str, Any], allowed: Fraction = Fraction(0)) -> Judged:
    """A figure judged by the values of all tensors.

    Raises:
        Fault: its quantity has no finite value.
    """
    value = fraction(asked.quantity.value(values))
    if value is None:
        raise Fault(f"{asked.quantity.text} has no finite value with these numbers", path=(*asked.path[:3], "of"))
    return Judged(asked, value, allowed, asked.printed.verdict(value, allowed))


def fraction(number: Any) -> Fraction | None:
    """A number as a fraction; ``None`` if it is not real or beyond floats, zero if it is below all digits."""
    number = np.asarray(number)[()]
    if isinstance(number, mpmath.mpc | complex):
        return None
    if isinstance(number, mpmath.mpf) and number and not -MOST_BITS < mpmath.mag(number) < MOST_BITS:
        return Fraction(0) if abs(number) < 1 else None
    plain = number if isinstance(number, mpmath.mpf) else float(number)
    found = exact(plain)
    return Fraction(0) if found is not None and abs(found) < TINY else found
