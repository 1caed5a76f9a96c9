"""The arithmetic of formulas: NumPy's floats, or mpmath's numbers in arrays of objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import add, mul
from typing import Any

import mpmath
import numpy as np
import sympy

from symbp.functions import ROWS, Elementary, Prime, local_derivative

DIGITS = 50


@dataclass(frozen=True)
class Numbers:
    """How numbers enter and functions are applied; ``exact`` is in 50 digits."""

    exact: bool

    def context(self) -> AbstractContextManager[Any]:
        return mpmath.workdps(DIGITS) if self.exact else np.errstate(all="ignore")

    def number(self, text: str | int) -> Any:
        """A number as an array without axes."""
        if self.exact:
            ratio = Fraction(text)
            return self.array(mpmath.mpf(ratio.numerator) / ratio.denominator)
        return np.float64(text)

    def array(self, value: Any) -> Any:
        """Numbers as an array of this arithmetic."""
        if not self.exact:
            return np.asarray(value, dtype=float)
        given = np.asarray(value, dtype=object)
        out = np.empty(given.shape, dtype=object)
        out.ravel()[:] = [_exact(v) for v in given.ravel()]
        return out

    def function(self, name: str, arguments: list[Any]) -> Any:
        """A function of the table, entry by entry."""
        row = ROWS[name]
        return self._each(row.mp, arguments) if self.exact else np.asarray(row.numeric(*arguments))

    def power(self, base: Any, exponent: Any) -> Any:
        if self.exact:
            return self._each(_power, [base, exponent])
        return np.power(np.asarray(base, dtype=float), exponent)

    def sqrt(self, value: Any) -> Any:
        return self._each(_root, [value]) if self.exact else np.sqrt(value)

    def derivative(self, name: str, arguments: list[Any]) -> Any:
        """The derivative of a function by its first argument, by the formula of the table."""
        row = ROWS[name]
        symbols = [sympy.Dummy() for _ in arguments]
        output = sympy.Dummy()
        values = dict(zip(symbols, arguments, strict=True)) | {output: self.function(name, arguments)}
        return self.expression(row.partials[0](*symbols, output), values) + 0 * arguments[0]

    def expression(self, node: sympy.Expr, values: Mapping[sympy.Basic, Any]) -> Any:
        """The value of a formula of the table."""
        if node in values:
            return values[node]
        if isinstance(node, sympy.Rational):
            return self.number(f"{node.p}/{node.q}") if self.exact else np.float64(node.p / node.q)
        if node == sympy.pi:
            return self.array(+mpmath.pi) if self.exact else np.float64(np.pi)
        if isinstance(node, sympy.Float):
            return self.number(str(node))
        if isinstance(node, Prime):
            return self.expression(local_derivative(node), values)
        arguments = [self.expression(a, values) for a in node.args]
        if isinstance(node, sympy.Add | sympy.Mul):
            return reduce(add if isinstance(node, sympy.Add) else mul, arguments)
        if isinstance(node, sympy.Pow):
            return self.sqrt(arguments[0]) if node.exp == sympy.Rational(1, 2) else self.power(*arguments)
        assert isinstance(node, Elementary)
        return self.function(type(node).__name__, arguments)

    def _each(self, function: Callable[..., Any], arguments: list[Any]) -> Any:
        """A function of single numbers at all entries of arrays that are broadcast."""
        arrays = np.broadcast_arrays(*(np.asarray(a, dtype=object) for a in arguments))
        out = np.empty(arrays[0].shape, dtype=object)
        for at in np.ndindex(out.shape):
            out[at] = function(*(_exact(a[at]) for a in arrays))
        return out


def arithmetic_of(values: Mapping[str, Any]) -> Numbers:
    """The arithmetic that values are in."""
    return Numbers(any(np.asarray(v).dtype == object for v in values.values()))


def _exact(value: Any) -> Any:
    if isinstance(value, mpmath.mpf | mpmath.mpc):
        return value
    return mpmath.mpf(int(value)) if isinstance(value, int | np.integer) else mpmath.mpf(repr(float(value)))


def _power(base: Any, exponent: Any) -> Any:
    if base == 0 and exponent < 0:
        return mpmath.nan
    found = base ** (int(exponent) if exponent == int(exponent) and abs(exponent) < 1000 else exponent)
    return found if isinstance(found, mpmath.mpf) else mpmath.nan


def _root(value: Any) -> Any:
    return mpmath.sqrt(value) if value >= 0 else mpmath.nan
