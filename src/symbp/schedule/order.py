"""The order in which a textbook writes factors and terms, which SymPy does not keep.

Products: adjoint, then parameters, then other tensors, then compound factors. Sums: positive terms first,
numbers before tensors, biases and tiny numbers last, then the order in which the program declares the tensors.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sympy

from symbp.equation import IndexValue, Read
from symbp.program import Program

_ROLE_RANK = {"adjoint": 0, "parameter": 1}
_SMALL = sympy.Rational(1, 100)
_OTHER, _COMPOUND, _SUM = 2, 3, 4


def is_scalar(expression: sympy.Expr) -> bool:
    """Whether nothing is read, and no index counts: a number, perhaps with run-time lengths in it."""
    return not expression.has(Read, IndexValue)


def is_negative(term: sympy.Expr) -> bool:
    """Whether a term carries a minus sign in front."""
    return bool(term.as_coeff_Mul()[0].is_negative)


def common_factor(body: sympy.Add) -> tuple[sympy.Expr, sympy.Expr]:
    """The number in front of every term alike, and what is left: ``2*a - 2*b -> (2, a - b)``.

    >>> a, b = sympy.symbols("a b")
    >>> common_factor(-2*a + 2*b), common_factor(a/6 + 1)
    ((2, -a + b), (1, a/6 + 1))
    """
    sizes = {abs(term.as_coeff_Mul()[0]) for term in body.args}
    if len(sizes) > 1:
        return sympy.Integer(1), body
    size = sizes.pop()
    return size, sympy.Add(*(term / size for term in body.args)) if size != 1 else body


@dataclass(frozen=True)
class Order:
    """Sorts the arguments of sums and products of one program."""

    rank: dict[str, tuple[int, int]]

    @staticmethod
    def of(program: Program) -> Order:
        pairs = enumerate(program.tensors)
        return Order({t.name: (_ROLE_RANK.get(t.role, _OTHER), k) for k, t in pairs})

    def factors(self, arguments: Iterable[sympy.Expr]) -> list[sympy.Expr]:
        return sorted(arguments, key=self._factor_key)

    def terms(self, arguments: Iterable[sympy.Expr]) -> list[sympy.Expr]:
        return sorted(arguments, key=self._term_key)

    def _factor_key(self, factor: sympy.Expr) -> tuple[int, int]:
        if isinstance(factor, Read):
            return self.rank[factor.access.tensor]
        if is_scalar(factor):
            return (-1, -1)
        return (_SUM if isinstance(factor, sympy.Add) else _COMPOUND, self._first(factor)[1])

    def _term_key(self, term: sympy.Expr) -> tuple[bool, bool, bool, int, int]:
        """Positive terms first; numbers before tensors, but for one that only keeps a root from zero: ``v + 0.00001``.

        A bias stands last: ``gamma*xhat + beta``.
        """
        small = bool(term.is_Rational and 0 < term < _SMALL)
        shape = (2 if self._is_parameter(term) else 0) if isinstance(term, Read) else 1
        return (is_negative(term), small, term.has(Read), shape, self._first(term)[1])

    def _is_parameter(self, term: Read) -> bool:
        return self.rank[term.access.tensor][0] == _ROLE_RANK["parameter"]

    def _first(self, expression: sympy.Expr) -> tuple[int, int]:
        """The least rank of what is read."""
        places = [self.rank[r.access.tensor] for r in expression.atoms(Read)]
        return min(places, default=(0, -1))
