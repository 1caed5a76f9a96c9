"""Numbers and run-time lengths as Python text."""

from __future__ import annotations

from functools import lru_cache

import sympy

from symbp.equation import Extent, Length, Size
from symbp.errors import SpecError

_LARGEST = 10**6
_DIGITS = 15
_TOO_LARGE = (
    "a number of the derivation is outside the range of a float\n  Make the constants of the expressions smaller."
)


@lru_cache(maxsize=4096)
def fraction_text(value: sympy.Expr) -> tuple[str, str]:
    """The factor before an array and the divisor after it, each empty if it is 1: ``2/(3*N)`` -> ("2", "3 * N").

    Numbers that are no short fraction become one float literal: a NumPy scalar would turn
    single precision into double.
    """
    number, lengths = value.as_coeff_Mul()
    if not lengths.has(Length):
        number, lengths = value, sympy.Integer(1)
    constants = [f for f in sympy.Mul.make_args(lengths) if not f.has(Length)]
    number, lengths = number * sympy.Mul(*constants), lengths / sympy.Mul(*constants)
    top, bottom = _number_text(number)
    above, below = lengths.as_numer_denom()
    return _product_text(top, above), _product_text(bottom, below)


def scalar_text(value: sympy.Expr) -> str:
    """The number as one Python expression.

    >>> scalar_text(sympy.Rational(1, 3)), scalar_text(sympy.Rational(1, 100)), scalar_text(sympy.sqrt(2))
    ('1 / 3', '0.01', '1.4142135623730951')
    """
    if isinstance(value, sympy.Rational) and not value.is_Integer and _decimal(int(value.p), int(value.q)):
        return _decimal(int(value.p), int(value.q))
    top, bottom = fraction_text(value)
    if not bottom:
        return top or "1"
    return f"{top or '1'} / {grouped(bottom)}"


def grouped(text: str) -> str:
    return f"({text})" if " " in text else text


def _number_text(number: sympy.Expr) -> tuple[str, str]:
    if not isinstance(number, sympy.Rational):
        return repr(float(sympy.N(number, 25))), ""
    p, q = int(number.p), int(number.q)
    if max(abs(p), q) >= _LARGEST:
        decimal = _decimal(p, q)
        return decimal or repr(p / q), ""
    if q > 9 and _decimal(p, q):
        return _decimal(p, q), ""
    return "" if p == 1 else str(p), "" if q == 1 else str(q)


def _decimal(p: int, q: int) -> str:
    """The exact value as a short decimal, if it has one."""
    try:
        text = repr(p / q)
    except OverflowError:
        raise SpecError(_TOO_LARGE) from None
    return text if len(text) <= _DIGITS and sympy.Rational(text) == sympy.Rational(p, q) else ""


def _product_text(number: str, lengths: sympy.Expr) -> str:
    if lengths == 1:
        return number
    text = _length_text(lengths)
    return f"{number} * {text}" if number else text


def _length_text(value: sympy.Expr) -> str:
    """A polynomial in run-time lengths."""
    if isinstance(value, sympy.Add):
        terms = sorted(value.args, key=lambda t: (not t.has(Length), str(t)))
        text = " + ".join(_length_text(t) for t in terms).replace("+ -", "- ")
        return f"({text})"
    if isinstance(value, sympy.Mul):
        factors = sorted(value.args, key=lambda f: (isinstance(f, sympy.Add), str(f)))
        return " * ".join(map(_length_text, factors))
    if isinstance(value, sympy.Pow):
        return f"{_length_text(value.base)}**{value.exp}"
    return str(value)


def extent_text(extent: Extent) -> str:
    """An extent as an argument: ``3``, ``N``, ``T + 1``; a length is at least 1, and nothing less than none."""
    if isinstance(extent, Size) and extent.plus < -1:
        return f"max({extent.name} - {-extent.plus}, 0)"
    if isinstance(extent, Size) and extent.plus:
        return f"{extent.name} {'+' if extent.plus > 0 else '-'} {abs(extent.plus)}"
    return str(extent)


def shape_text(extents: tuple[Extent, ...]) -> str:
    """A shape as a tuple: ``(N, 3)``, ``(3,)``."""
    inner = ", ".join(map(extent_text, extents))
    return f"({inner},)" if len(extents) == 1 else f"({inner})"
