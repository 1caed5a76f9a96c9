"""Numbers as people read them: a few significant digits, computed exactly and rounded once, when printed.

An exact integer or a short exact decimal is printed as it is; everything else has ``digits`` significant
digits, in scientific notation when it is small or large. Nothing but zero is ever printed as zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias

import mpmath

Real: TypeAlias = Any  # int | Fraction | float | Decimal | mpmath.mpf, which has no types of its own

DIGITS = 4
EXACT_DIGITS = 15  # a value that agrees with a short decimal to this many digits is that decimal
SMALLEST_FIXED = -3  # 0.001 is written out, 0.0001 is not ...
SMALLEST_EXACT = -4  # ... unless it is exact
LARGEST_FIXED = 6  # and 1e6 neither, unless it is an integer


@dataclass(frozen=True)
class Rounded:
    """``mantissa * 10**exponent``; the exponent is ``None`` where the mantissa says all."""

    mantissa: str
    exponent: int | None = None

    def __str__(self) -> str:
        return self.mantissa if self.exponent is None else f"{self.mantissa}e{self.exponent}"

    @property
    def negative(self) -> bool:
        return self.mantissa.startswith("-")


def exact(value: Real) -> Fraction | None:
    """The value as a fraction, without any rounding; ``None`` for infinities and NaN."""
    if isinstance(value, mpmath.mpf):
        if not mpmath.isfinite(value):
            return None
        sign, mantissa, exponent, _ = value._mpf_
        scaled = Fraction(int(mantissa) << max(exponent, 0), 1 << max(-exponent, 0))
        return -scaled if sign else scaled
    if isinstance(value, float) and value - value != 0:
        return None
    return Fraction(value)


@lru_cache(maxsize=4096, typed=True)
def rounded(value: Real, digits: int = DIGITS) -> Rounded:
    """The value with ``digits`` significant digits, or exactly if that is as short.

    >>> [str(rounded(v)) for v in (Fraction(1, 3), 0.5, 2, 12345.678, 0.00043859, Fraction(1, 10**5), 0)]
    ['0.3333', '0.5', '2', '1.235e4', '4.386e-4', '1e-5', '0']
    """
    fraction = exact(value)
    if fraction is None:
        return Rounded(_not_finite(value))
    if fraction.denominator == 1 and (isinstance(value, int) or abs(fraction) < 10**LARGEST_FIXED):
        return Rounded(str(fraction.numerator))
    precise = _decimal(fraction, EXACT_DIGITS).normalize()
    if len(precise.as_tuple().digits) <= digits:
        return _fixed_or_scientific(precise, SMALLEST_EXACT, LARGEST_FIXED)
    return _fixed_or_scientific(_decimal(fraction, digits), SMALLEST_FIXED, digits)


def is_faithful(value: Real, printed: Rounded, digits: int = DIGITS) -> bool:
    """Whether a print has the value: within half a unit of its last digit, and no more digits short than asked for.

    >>> [is_faithful(Fraction(2, 3), Rounded(text)) for text in ("0.6667", "0.6666", "0.67")]
    [True, False, False]
    """
    fraction = exact(value)
    if fraction is None:
        return printed == Rounded(_not_finite(value))
    error = abs(Fraction(printed.mantissa) * Fraction(10) ** (printed.exponent or 0) - fraction)
    if error * 10 ** (EXACT_DIGITS - 1) <= abs(fraction):
        return True
    unit = Fraction(10) ** ((printed.exponent or 0) - len(printed.mantissa.partition(".")[2]))
    significant = printed.mantissa.lstrip("-0.").replace(".", "")
    return len(significant) >= digits and 2 * error <= unit + unit / 10**EXACT_DIGITS


def bound(error: Real, floor: int = -11) -> int:
    """The least exponent e, from ``floor`` on, with ``|error| < 10**e``.

    Errors of float computations differ from machine to machine in their last bits; their bounds do not.

    >>> bound(3e-14), bound(2.5e-9), bound(0)
    (-11, -8, -11)
    """
    fraction = exact(error)
    if fraction is None:
        raise ValueError(f"an error of {error} has no bound")
    exponent = floor
    while abs(fraction) >= Fraction(10) ** exponent:
        exponent += 1
    return exponent


def _not_finite(value: Real) -> str:
    if value != value:
        return "undefined"
    return "∞" if value > 0 else "-∞"


def _decimal(fraction: Fraction, digits: int) -> Decimal:
    """The fraction rounded once, half away from zero, with trailing zeros up to ``digits``."""
    generous = Context(prec=digits + 40)
    quotient = generous.divide(Decimal(fraction.numerator), Decimal(fraction.denominator))
    short = Context(prec=digits, rounding=ROUND_HALF_UP).plus(quotient)
    if not short:
        return Decimal(0)
    return short.quantize(Decimal(1).scaleb(short.adjusted() - digits + 1), context=generous)


def _fixed_or_scientific(value: Decimal, smallest: int, largest: int) -> Rounded:
    exponent = value.adjusted()
    if smallest <= exponent < largest:
        return Rounded(f"{value:f}")
    return Rounded(f"{value.scaleb(-exponent):f}", exponent)
