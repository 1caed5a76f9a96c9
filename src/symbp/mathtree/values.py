"""The values of formulas, scalars and matrices: arithmetic with them, and when two stand in a relation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import mpmath

from symbp.mathtree.nodes import Relation

Scalar: TypeAlias = Any  # mpmath.mpf, which has no types of its own
Rows: TypeAlias = tuple[tuple[Scalar, ...], ...]
Value: TypeAlias = Any  # Scalar | Rows

TOLERANCE = mpmath.mpf(10) ** -25  # relative; values carry 50 digits
NOTHING = mpmath.mpf(10) ** -35  # what is smaller than this is zero, where it is compared with zero


class NoValue(Exception):
    """A formula without a value: an unknown symbol, or shapes that do not fit."""


def matrix(rows: Any) -> Rows:
    """Rows of numbers (nested sequences, or a two-dimensional array) as a value."""
    return tuple(tuple(scalar(entry) for entry in row) for row in rows)


def scalar(number: Any) -> Scalar:
    """A number as a value."""
    if isinstance(number, Fraction):
        return mpmath.mpf(number.numerator) / number.denominator
    return mpmath.mpf(number) if not isinstance(number, mpmath.mpf) else number


def elementwise(function: Callable[..., Scalar], *operands: Value) -> Value:
    """A function of scalars over matrices of one shape; scalars among matrices are repeated."""
    tables = [o for o in operands if isinstance(o, tuple)]
    if not tables:
        return function(*operands)
    rows, columns = shape(tables[0])
    if any(shape(t) != (rows, columns) for t in tables):
        raise NoValue("shapes do not fit: " + " and ".join(shape_text(t) for t in tables))
    at = [o if isinstance(o, tuple) else ((o,) * columns,) * rows for o in operands]
    return tuple(tuple(function(*(o[r][c] for o in at)) for c in range(columns)) for r in range(rows))


def shape(table: Rows) -> tuple[int, int]:
    """How many rows and columns a matrix has."""
    return len(table), len(table[0]) if table else 0


def shape_text(operand: Value) -> str:
    """A shape in a message."""
    return "{}×{}".format(*shape(operand)) if isinstance(operand, tuple) else "a scalar"


def _add(a: Value, b: Value) -> Value:
    if isinstance(a, tuple) != isinstance(b, tuple):
        raise NoValue(f"shapes do not fit: {shape_text(a)} and {shape_text(b)}")
    return elementwise(lambda p, q: p + q, a, b)


def total(terms: Iterator[Value]) -> Value:
    """The sum of some values, which are all scalars or all matrices of one shape."""
    result = next(terms)
    for term in terms:
        result = _add(result, term)
    return result


def times(factors: list[Value]) -> Value:
    """The product of scalars, with one matrix among them at most."""
    if sum(isinstance(f, tuple) for f in factors) > 1:
        raise NoValue("a product of scalars has two matrices in it")
    return elementwise(lambda *numbers: mpmath.fprod(numbers), *factors)


def matmul(a: Value, b: Value) -> Value:
    """The product of two matrices."""
    if not isinstance(a, tuple) or not isinstance(b, tuple) or shape(a)[1] != shape(b)[0]:
        raise NoValue(f"shapes do not fit: {shape_text(a)} times {shape_text(b)}")
    columns = tuple(zip(*b, strict=True))
    return tuple(tuple(mpmath.fdot(row, column) for column in columns) for row in a)


def longest(table: Rows) -> Scalar:
    """The most by which a matrix makes a vector longer: its largest singular value."""
    wide = len(table) < len(table[0])
    rows = table if wide else tuple(zip(*table, strict=True))
    square = mpmath.matrix([[mpmath.fdot(a, b) for b in rows] for a in rows])
    return mpmath.sqrt(max(mpmath.eigsy(square, eigvals_only=True)))


def _softmax(z: Value) -> Value:
    """The softmax of a column, or of each row of a batch."""
    if not isinstance(z, tuple):
        raise NoValue("softmax needs a vector")
    if shape(z)[1] == 1 and len(z) > 1:
        return tuple(zip(*_softmax(tuple(zip(*z, strict=True))), strict=True))
    exps = [[mpmath.exp(e - max(row)) for e in row] for row in z]
    return tuple(tuple(e / mpmath.fsum(row) for e in row) for row in exps)


def _diagonal(z: Value) -> Value:
    """The square matrix with the entries of a column on its diagonal."""
    if not isinstance(z, tuple) or shape(z)[1] != 1:
        raise NoValue("diag needs a column")
    return tuple(tuple(z[r][0] if r == c else mpmath.mpf(0) for c in range(len(z))) for r in range(len(z)))


WHOLE: dict[str, Callable[..., Value]] = {
    "sqrt": lambda z: elementwise(mpmath.sqrt, z),
    "diag": _diagonal,
    "softmax": _softmax,
    "log_softmax": lambda z: elementwise(mpmath.log, _softmax(z)),
}


def close(a: Scalar, b: Scalar, scale: Scalar | None = None) -> bool:
    """Equality of two numbers up to rounding, relative to ``scale`` or else to the larger one."""
    scale = max(abs(a), abs(b)) if scale is None else scale
    return bool(abs(a - b) <= TOLERANCE * scale or max(abs(a), abs(b)) <= NOTHING)


def _equal(a: Value, b: Value) -> bool:
    """Equality up to rounding: entry by entry, relative to the largest entry."""
    a, b = _unwrap(a), _unwrap(b)
    if not isinstance(a, tuple) or not isinstance(b, tuple):
        return not isinstance(a, tuple) and not isinstance(b, tuple) and close(a, b)
    if shape(a) != shape(b):
        return False
    pairs = [(p, q) for r, s in zip(a, b, strict=True) for p, q in zip(r, s, strict=True)]
    largest = max((max(abs(p), abs(q)) for p, q in pairs), default=mpmath.mpf(0))
    return all(close(p, q, largest) for p, q in pairs)


def _unwrap(v: Value) -> Value:
    """A matrix of one entry is a number: what a network with one output has everywhere."""
    return v[0][0] if isinstance(v, tuple) and shape(v) == (1, 1) else v


RELATIONS: dict[str, Callable[[Value, Value], bool]] = {
    "=": _equal,
    "≈": _equal,  # the value is held in full: what is approximate is its print
    ":=": _equal,
    "≠": lambda a, b: not _equal(a, b),
    "<": lambda a, b: bool(a < b),
    "≤": lambda a, b: bool(a <= b) or _equal(a, b),
    ">": lambda a, b: bool(a > b),
    "≥": lambda a, b: bool(a >= b) or _equal(a, b),
}


def holds(left: Value, relation: Relation, right: Value) -> bool:
    """Whether two values stand in a relation, up to rounding."""
    return RELATIONS[relation](left, right)


def show(v: Value) -> str:
    """A value in a message."""
    if not isinstance(v, tuple):
        return str(mpmath.nstr(v, 10))
    return "[" + ", ".join("[" + ", ".join(mpmath.nstr(e, 6) for e in row) + "]" for row in v) + "]"
