"""SymPy bodies as formula trees, in the order a textbook would write them.

Numbers first, then the adjoint, then local derivatives, then operands in the order asked for; positive
terms before negative ones; 1/2 as a fraction, 1/100 as 0.01; negative powers as fractions.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

import mpmath
import sympy

from symbp.equation import Length
from symbp.functions import Elementary, Prime
from symbp.mathtree import nodes as m
from symbp.rounding import DIGITS

Expr: TypeAlias = Any  # sympy.Expr, whose types are incomplete
SymbolOf: TypeAlias = Callable[[sympy.Symbol], m.Node]
Order: TypeAlias = Callable[[sympy.Symbol], Any]  # a sort key

SMALL = sympy.Rational(1, 100)
LARGEST_FRACTION = 8  # denominators that are powers of two are fractions up to 1/8, decimals beyond
LONGEST_DECIMAL = 6
LONGEST_DENOMINATOR = 10**15  # beyond this a fraction is printed rounded


def is_adjoint(symbol: sympy.Symbol) -> bool:
    """Whether a read is spelled as an adjoint: ``z1_bar[n,i]``."""
    return bool(symbol.name.split("[")[0].endswith("_bar"))


def spelling(symbol: sympy.Symbol) -> str:
    return str(symbol.name)


def from_sympy(expr: Expr, symbol_of: SymbolOf, order: Order = spelling, digits: int = DIGITS) -> m.Node:
    """The tree of a SymPy expression made of numbers, symbols, arithmetic and functions of the table.

    Args:
        symbol_of: What a symbol (a read, a length) is printed as.
        order: A sort key of symbols: the order of operands within a product and of terms within a sum.
        digits: Significant digits of its floats.

    Raises:
        ValueError: The expression has a function that the table does not.

    >>> a, y = sympy.symbols("a y")
    >>> from symbp.mathtree.reading import reading
    >>> reading(from_sympy(sympy.diff((a - y)**2 / 2, a), lambda s: m.Symbol(s.name)))
    'a − y'
    """
    return _Translation(symbol_of, order, digits).node(expr)


class _Translation:
    """One way to translate, carried down the expression."""

    def __init__(self, symbol_of: SymbolOf, order: Order, digits: int) -> None:
        self.symbol_of, self.order, self.digits = symbol_of, order, digits

    def node(self, expr: Expr) -> m.Node:
        for kind, translate in KINDS:
            if isinstance(expr, kind):
                return translate(self, expr)
        raise ValueError(f"{type(expr).__name__} is not a function of the table")

    def key(self, expr: Expr) -> tuple[Any, ...]:
        """Numbers, adjoints, primes, operands as ordered, compound operands after plain ones."""
        symbols = sorted(expr.free_symbols, key=lambda s: (self.order(s), s.name))
        tier = 0 if not symbols else 1 if any(map(is_adjoint, symbols)) else 2 if expr.has(Prime) else 3
        shape = 0 if expr.is_Symbol else 1 if expr.is_Function else 2 if expr.is_Pow else 3
        return (tier, [self.order(s) for s in symbols[:1]], shape, str(expr))

    def add(self, expr: Expr) -> m.Node:
        content, root, body = _content(expr)
        if content != 1 or root:
            return self.product(content, [*root, body])
        terms = sorted(body.args, key=lambda t: (_negative(t), _is_small(t), *self.key(t)))
        return m.Sum(tuple(m.Negative(self.node(-t)) if _negative(t) else self.node(t) for t in terms))

    def mul(self, expr: Expr) -> m.Node:
        coefficient, rest = expr.as_coeff_Mul()
        factors = []
        for factor in sympy.Mul.make_args(rest):
            content, root, body = _content(factor)
            coefficient *= content
            factors += [*root, body]
        return self.product(coefficient, factors)

    def product(self, coefficient: Expr, factors: list[Expr]) -> m.Node:
        if coefficient.is_negative:
            return m.Negative(self.product(-coefficient, factors))
        root = root_below(coefficient, factors)
        if root is not None:
            return self.over_root(*root)
        below = [1 / f for f in factors if _is_reciprocal(f)]
        above = sorted((f for f in factors if not _is_reciprocal(f)), key=self.key)
        if not below and not _is_halved(coefficient, above):
            return _times([*self.coefficient(coefficient), *map(self.node, above)])
        constant = [f for f in above if not f.free_symbols]
        varying = above[len(constant) :]
        if below and varying and all(map(_is_scalar, below)):  # a coefficient such as 2/N stands in front
            return _times([self.fraction(coefficient, constant, below), *map(self.node, varying)])
        before = [f for f in above if f.is_Symbol and is_adjoint(f)]  # no fraction of derivatives within a fraction
        after = [f for f in above if f not in before]
        return _times([*map(self.node, before), self.fraction(coefficient, after, below)])

    def over_root(self, square: Expr, factors: list[Expr]) -> m.Node:
        """A product divided by a root: what is plain stands above the line."""
        below, above = m.Apply("sqrt", (m.Number(int(square)),)), sorted(factors, key=self.key)
        if len(above) == 1 and above[0].is_Symbol:
            return m.Quotient(self.node(above[0]), below)
        return _times([m.Quotient(m.Number(1), below), *map(self.node, above)])

    def fraction(self, coefficient: Expr, above: list[Expr], below: list[Expr]) -> m.Node:
        rational = coefficient.is_Rational
        p, q = (sympy.Integer(coefficient.p), coefficient.q) if rational else (coefficient, 1)
        top = [*self.coefficient(p), *map(self.node, above)]
        bottom = [*self.coefficient(sympy.Integer(q)), *map(self.node, sorted(below, key=self.key))]
        return m.Quotient(_times(top), _times(bottom))

    def coefficient(self, number: Expr) -> list[m.Node]:
        return [] if number == 1 else [self.node(number)]

    def power(self, expr: Expr) -> m.Node:
        base, exponent = expr.as_base_exp()
        if _is_reciprocal(expr):
            return m.Quotient(m.Number(1), self.node(1 / expr))
        if exponent == sympy.Rational(1, 2):
            return m.Apply("sqrt", (self.node(base),))
        return m.Power(self.node(base), self.node(exponent))

    def args(self, expr: Expr) -> tuple[m.Node, ...]:
        return tuple(map(self.node, expr.args))

    def rational(self, expr: Expr) -> m.Node:
        if expr.p < 0:
            return m.Negative(self.rational(-expr))
        if _is_decimal(expr):
            shown = self.digits if _is_long(expr) else self.digits + LONGEST_DECIMAL
            return m.Number(sympy_fraction(expr), shown)
        return m.Quotient(m.Number(int(expr.p)), m.Number(int(expr.q)))


def sympy_fraction(expr: Expr) -> Any:
    """A SymPy rational as a fraction of Python's."""
    return Fraction(int(expr.p), int(expr.q))


def root_below(coefficient: Expr, factors: list[Expr]) -> tuple[Expr, list[Expr]] | None:
    """``sqrt(2)/4`` as ``1/sqrt(8)``: the number under the root, and the other factors; ``None`` if it is none such.

    SymPy brings roots of whole numbers above the line, a textbook leaves them below.

    >>> root_below(sympy.Rational(1, 4), [sympy.sqrt(2)])
    (8, [])
    """
    if not coefficient.is_Rational or coefficient.p != 1 or any(map(_is_reciprocal, factors)):
        return None
    for place, factor in enumerate(factors):
        root = factor.is_Pow and factor.base.is_Integer and factor.exp == sympy.Rational(1, 2)
        if root and coefficient.q % factor.base == 0:
            return sympy.Integer(coefficient.q**2 // factor.base), [*factors[:place], *factors[place + 1 :]]
    return None


def _times(factors: list[m.Node]) -> m.Node:
    if not factors:
        return m.Number(1)
    return factors[0] if len(factors) == 1 else m.Product(tuple(factors))


def _is_reciprocal(expr: Expr) -> bool:
    return bool(expr.is_Pow and expr.exp.as_coeff_Mul()[0].is_negative)


def _is_scalar(expr: Expr) -> bool:
    return all(isinstance(s, Length) for s in expr.free_symbols)


def _is_halved(coefficient: Expr, factors: list[Expr]) -> bool:
    """Whether a fraction reads best with its only factor on top: z^2/2, but 1/2 (a - y)^2."""
    plain = len(factors) == 1 and (factors[0].is_Symbol or (factors[0].is_Pow and factors[0].base.is_Symbol))
    return bool(plain and coefficient.is_Rational and coefficient.q > 1 and not _is_decimal(coefficient))


def _negative(term: Expr) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)


def _is_small(term: Expr) -> bool:
    """Whether a term only keeps a root or a quotient away from zero: it stands last, as in v + 0.00001."""
    return bool(term.is_Rational and 0 < term < SMALL)


def _content(expr: Expr) -> tuple[Expr, list[Expr], Expr]:
    """``2*a - 2*y`` as (2, [], a - y), ``sqrt(2)*a + sqrt(2)*y`` as (1, [sqrt(2)], a + y): SymPy spreads a number over
    a sum, a textbook does not."""
    if not expr.is_Add:
        return sympy.Integer(1), [], expr
    numbers = [_number_in(term) for term in expr.args]
    size = abs(numbers[0])
    content = -size if all(n.is_negative for n in numbers) else size
    if content == 1 or any(abs(n) != size for n in numbers):
        return sympy.Integer(1), [], expr
    rational, root = content.as_coeff_Mul()
    return rational, [root] if root != 1 else [], sympy.Add(*(t / content for t in expr.args))


def _number_in(term: Expr) -> Expr:
    """The number in front of a term: a rational one, times roots."""
    return sympy.Mul(*(f for f in sympy.Mul.make_args(term) if f.is_Rational or (f.is_Pow and f.is_number)))


def _is_long(expr: Expr) -> bool:
    """Whether nobody would read a positive fraction digit by digit, such as the constants of selu."""
    return bool(expr.q > LONGEST_DENOMINATOR)


def _is_decimal(expr: Expr) -> bool:
    """Whether a positive fraction ends as a short decimal and is not one like 1/2 or 3/8, or is long."""
    if _is_long(expr):
        return True
    twos = sympy.multiplicity(2, expr.q)
    fives = sympy.multiplicity(5, expr.q)
    if 2**twos * 5**fives != expr.q or (not fives and expr.q <= LARGEST_FRACTION):
        return False
    return bool(max(twos, fives) <= LONGEST_DECIMAL)


KINDS: tuple[tuple[type, Callable[[_Translation, Any], m.Node]], ...] = (
    (sympy.Symbol, lambda t, e: t.symbol_of(e)),
    (sympy.Integer, lambda t, e: m.Number(int(e)) if e >= 0 else m.Negative(m.Number(-int(e)))),
    (sympy.Rational, _Translation.rational),
    (sympy.Float, lambda t, e: m.Number(mpmath.mpf(e._mpf_), t.digits)),
    (type(sympy.pi), lambda t, e: m.Constant("pi")),
    (type(sympy.E), lambda t, e: m.Constant("e")),
    (sympy.Add, _Translation.add),
    (sympy.Mul, _Translation.mul),
    (sympy.Pow, _Translation.power),
    (Elementary, lambda t, e: m.Apply(e.func.__name__, t.args(e))),
    (Prime, lambda t, e: m.PrimeOf(e.of, t.args(e), e.slot)),
)
