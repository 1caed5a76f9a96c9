"""Numbers of expressions: exact, finite, real, and small enough to be held exactly."""

from __future__ import annotations

import math
import re
import sys

import mpmath
import sympy

MOST_DIGITS = 17
MOST_BITS = 2_048
PLAIN_BITS = 1_000  # a quotient of whole numbers of so many bits is in the range of a float
LARGEST_EXPONENT = 64
LARGEST = sys.float_info.max
SMALLEST = math.ulp(0.0)

_DECIMAL = re.compile(r"(?P<mantissa>[0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


class NumberFault(Exception):
    """Why a number cannot be; the reader of the expression knows where it stands."""


def literal(text: str) -> sympy.Rational:
    """A decimal literal, exactly.

    >>> literal("0.1")
    1/10

    Raises:
        NumberFault: another base, more than 17 digits, or outside the range of a float.
    """
    match = _DECIMAL.fullmatch(text)
    if not match:
        raise NumberFault("is not a decimal number")
    digits = match["mantissa"].replace(".", "").lstrip("0")
    if len(digits) > MOST_DIGITS:
        raise NumberFault(f"has {len(digits)} digits; a float holds at most {MOST_DIGITS}")
    value = float(text)
    if math.isinf(value) or (value == 0 and digits):
        raise NumberFault("is outside the range of a float")
    return sympy.Rational(text)


def checked(value: sympy.Expr) -> sympy.Expr:
    """The expression itself, if the numbers in it are finite, real and of at most 2,048 bits.

    Raises:
        NumberFault: a division by zero, the square root of a negative number, or a huge or a tiny number.
    """
    if value.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo):
        raise NumberFault("divides by zero")
    if value.has(sympy.I):
        raise NumberFault("is not a real number")
    numbers = [value] if value.is_Rational else [a for a in value.args if a.is_Rational]
    if any(_bits(n) > MOST_BITS for n in numbers):
        raise NumberFault(f"has a number of more than {MOST_BITS:,} bits")
    large = [n for n in numbers if _bits(n) > PLAIN_BITS]
    if any(not _is_a_float(number) for number in ([value] if value.is_number else large)):
        raise NumberFault("is outside the range of a float")
    return value


def _is_a_float(number: sympy.Expr) -> bool:
    """Whether a number is zero or of a size that a float can have."""
    size = abs(mpmath.mpmathify(sympy.N(number, 25)))
    return bool(size == 0 or SMALLEST <= size <= LARGEST)


def power(base: sympy.Expr, exponent: sympy.Rational) -> sympy.Expr:
    """``base**exponent`` for an exact exponent within the limits.

    Raises:
        NumberFault: the exponent is beyond 64 (nested powers counted together), or the result too large.
    """
    together = exponent * (base.exp if base.is_Pow and base.exp.is_Rational else 1)
    if abs(exponent) > LARGEST_EXPONENT or abs(together) > LARGEST_EXPONENT:
        shown = together if abs(exponent) <= LARGEST_EXPONENT else exponent
        raise NumberFault(f"has the exponent {_short(shown)}; exponents go from -64 to 64")
    bits = max((_bits(n) for n in base.atoms(sympy.Rational)), default=0) if base.is_number or base.is_Mul else 0
    if bits * abs(exponent) > MOST_BITS:
        raise NumberFault(f"has a number of more than {MOST_BITS:,} bits")
    if base.is_negative and not exponent.is_Integer:
        raise NumberFault("is not a real number")
    if base.is_zero and exponent < 0:
        raise NumberFault("divides by zero")
    return base**exponent


def _bits(number: sympy.Rational) -> int:
    return max(int(number.p).bit_length(), int(number.q).bit_length())


def _short(number: sympy.Rational) -> str:
    text = str(number)
    return text if len(text) <= 12 else f"{float(number):.3g}"
