"""Polynomials in one array with fewer passes over it: ``0.8*(z + 0.045*z**3)`` as ``z*(0.036*z**2 + 0.8)``.

No product of sums is expanded: ``s*(1 - s)`` has all its digits where ``s`` is nearly 1, and ``s - s**2`` has not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce
from typing import TypeAlias

import sympy

from symbp.schedule.arrays import Apply, Array, Axes, Scalar

_HIGHEST = 16
_ONE, _ZERO = sympy.Integer(1), sympy.Integer(0)
_Terms: TypeAlias = dict[int, sympy.Expr]  # coefficients by exponent, none of them zero
_Polynomial: TypeAlias = tuple[Array | None, _Terms]  # in one array; a number is one in none


def shorter(node: Array) -> Array:
    """The expression with polynomials, and products of them, in Horner's form where that takes less time."""
    if not isinstance(node, Apply):
        return node
    plain = replace(node, args=tuple(map(shorter, node.args)))
    return min([plain, *_nested(node)], key=lambda form: _cost([form]))


def _nested(node: Apply) -> Iterator[Array]:
    """The product of the polynomials that an expression is, number and powers drawn into one of them in turn."""
    factors = [_polynomial(f, node.axes) for f in _factors(node)]
    if all(terms and max(terms) <= _HIGHEST for _, terms in factors):
        yield from (_drawn(factors, k, node.axes) for k, (_, terms) in enumerate(factors) if len(terms) > 1)


def _drawn(factors: list[_Polynomial], long: int, axes: Axes) -> Array:
    base, total = factors[long]
    apart: list[_Polynomial] = []
    for k, (other, terms) in enumerate(factors):
        if k != long and len(terms) == 1 and other in (None, base):
            total = _times(total, terms)
        elif k != long:
            apart.append((other, terms))
    parts = [_horner(shorter(b), terms, axes) for b, terms in ((base, total), *apart) if b is not None]
    scales = [Scalar(terms[0]) for b, terms in apart if b is None]
    return reduce(lambda a, b: Apply("multiply", (a, b), axes), [*scales, *parts])


def _factors(node: Array) -> Iterator[Array]:
    if isinstance(node, Apply) and node.function == "multiply":
        for argument in node.args:
            yield from _factors(argument)
    else:
        yield node


def _polynomial(node: Array, axes: Axes) -> _Polynomial:
    """A number, a polynomial in one array, or else the expression itself as such an array."""
    if isinstance(node, Scalar) and not node.value.free_symbols:
        return None, {0: node.value}
    found = _combined(node, axes) if isinstance(node, Apply) and node.axes == axes else None
    return found or (node, {1: _ONE})


def _combined(node: Apply, axes: Axes) -> _Polynomial | None:
    function, args = node.function, node.args
    if function == "power":
        exponent = args[1].value if isinstance(args[1], Scalar) else _ZERO
        base, terms = _polynomial(args[0], axes)
        whole = exponent.is_Integer and 0 < exponent <= _HIGHEST and len(terms) == 1
        return (base, reduce(_times, [terms] * int(exponent))) if whole else None
    if function not in ("add", "subtract", "multiply"):
        return None
    (left, first), (right, second) = (_polynomial(a, axes) for a in args)
    expanded = function == "multiply" and min(len(first), len(second)) > 1
    if expanded or (left is not None and right is not None and left != right):
        return None
    terms = _times(first, second) if function == "multiply" else _plus(first, second, 1 if function == "add" else -1)
    return (right if left is None else left), terms


def _times(first: _Terms, second: _Terms) -> _Terms:
    product: _Terms = {}
    for e, c in first.items():
        product = _plus(product, {e + f: c * d for f, d in second.items()}, 1)
    return product


def _plus(first: _Terms, second: _Terms, sign: int) -> _Terms:
    total = {e: first.get(e, _ZERO) + sign * second.get(e, _ZERO) for e in (*first, *second)}
    return {e: c for e, c in total.items() if c != 0}


def _horner(x: Array, terms: _Terms, axes: Axes) -> Array:
    """``x**a * (d + y*(b + c*y))``, where ``y`` is ``x``, or its square if all exponents differ by even numbers."""
    lowest, highest = min(terms), max(terms)
    step = 2 if all((e - lowest) % 2 == 0 for e in terms) else 1
    y = _power(x, step, axes)
    total: Array = Scalar(terms[highest])
    for e in range(highest - step, lowest - 1, -step):
        negative = total == Scalar(-_ONE) and e in terms
        total = y if negative else _product(total, y, axes)
        total = Apply("subtract" if negative else "add", (Scalar(terms[e]), total), axes) if e in terms else total
    return _product(total, _power(x, lowest, axes), axes) if lowest else total


def _power(x: Array, exponent: int, axes: Axes) -> Array:
    return x if exponent == 1 else Apply("power", (x, Scalar(sympy.Integer(exponent))), axes)


def _product(left: Array, right: Array, axes: Axes) -> Array:
    return right if left == Scalar(_ONE) else Apply("multiply", (left, right), axes)


def _cost(nodes: Iterable[Array]) -> int:
    """The passes over arrays, those over two of them twice; what is the same is computed once."""
    found: dict[Array, int] = {}
    rest = list(nodes)
    while rest:
        node = rest.pop()
        if isinstance(node, Apply) and node not in found:
            arrays = sum(bool(a.axes) for a in node.args)
            power = node.args[1].value if node.function == "power" and isinstance(node.args[1], Scalar) else 2
            found[node] = arrays if node.function != "power" else 2 * max(1, int(power).bit_length() - 1 + power % 2)
            rest += node.args
    return sum(found.values())
