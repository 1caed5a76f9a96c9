"""The value of a formula, from its own layout tree, in 50 digits.

Values are scalars (mpmath) or matrices (tuples of rows). The environment knows what a symbol and a partial
derivative are worth *by what is printed of them*; nothing else about where a formula came from is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import reduce
from typing import Any, TypeAlias

import mpmath
import sympy

from symbp.functions import ROWS, local_derivative, prime
from symbp.mathtree import nodes as m
from symbp.mathtree.from_sympy import from_sympy
from symbp.mathtree.reading import reading

Scalar: TypeAlias = Any  # mpmath.mpf, which has no types of its own
Rows: TypeAlias = tuple[tuple[Scalar, ...], ...]
Value: TypeAlias = Any  # Scalar | Rows

DIGITS = 50
TOLERANCE = mpmath.mpf(10) ** -25  # relative; values carry 50 digits
NOTHING = mpmath.mpf(10) ** -35  # what is smaller than this is zero, where it is compared with zero


class NoValue(Exception):
    """A formula without a value: an unknown symbol, or shapes that do not fit."""


@dataclass(frozen=True)
class Environment:
    """What symbols and partial derivatives are worth, and which values a free index takes.

    Symbols arrive closed: their subscripts are integers (from 1), their superscripts text.
    """

    symbols: Mapping[m.Symbol, Value]
    partials: Mapping[tuple[m.Symbol, m.Symbol], Value] = field(default_factory=dict)
    indices: Mapping[str, range] = field(default_factory=dict)


@dataclass(frozen=True)
class Scope:
    """An environment, the values of bound indices, and the values of inner sums that are known already."""

    environment: Environment
    bindings: Mapping[str, int]
    sums: dict[tuple[int, tuple[int, ...]], Value] = field(default_factory=dict)


def matrix(rows: Any) -> Rows:
    """Rows of numbers (nested sequences, or a two-dimensional array) as a value."""
    return tuple(tuple(_scalar(entry) for entry in row) for row in rows)


def value(node: m.Node, environment: Environment, bindings: Mapping[str, int] | None = None) -> Value:
    """The value of a formula.

    Args:
        environment: The values of its symbols and partial derivatives.
        bindings: The values of its free indices.

    Raises:
        NoValue: A symbol is unknown, the shapes of matrices do not fit, or a denominator is zero.

    >>> w, x = m.Symbol("w", "", (m.Index("i"),)), m.Symbol("x")
    >>> known = Environment({m.Symbol("w", "", (2,)): mpmath.mpf(3), x: mpmath.mpf(2)})
    >>> value(m.Product((w, x)), known, {"i": 2})
    mpf('6.0')
    """
    with mpmath.workdps(DIGITS):
        try:
            return _value(node, Scope(environment, bindings or {}))
        except ZeroDivisionError:
            raise NoValue(f"in {DIGITS} digits something is divided by zero") from None


def _value(node: m.Node, scope: Scope) -> Value:
    return VALUES[type(node)](node, scope)


def _scalar(number: Any) -> Scalar:
    if isinstance(number, Fraction):
        return mpmath.mpf(number.numerator) / number.denominator
    return mpmath.mpf(number) if not isinstance(number, mpmath.mpf) else number


def _integer(node: m.Node, scope: Scope) -> int:
    result = _value(node, scope)
    if isinstance(result, tuple) or result != int(result):
        raise NoValue(f"{reading(node)} must be a whole number")
    return int(result)


def _index(node: m.Index, scope: Scope) -> Value:
    if node.name not in scope.bindings:
        raise NoValue(f"the index {node.name} is not bound")
    return mpmath.mpf(scope.bindings[node.name])


def _closed(symbol: m.Symbol, scope: Scope) -> m.Symbol:
    sub = tuple(_place_of(p, scope) for p in symbol.sub)
    sup = symbol.sup if isinstance(symbol.sup, str) else f"({_integer(symbol.sup, scope)})"
    return replace(symbol, sub=sub, sup=sup)


def _place_of(position: m.Position, scope: Scope) -> int | str:
    """An entry of a subscript as a number, or as the text of a span: 3…4."""
    if isinstance(position, m.Span):
        return f"{_integer(position.first, scope)}…{_integer(position.last, scope)}"
    return _integer(position, scope) if isinstance(position, m.Node) else position


def _symbol(node: m.Symbol, scope: Scope) -> Value:
    closed = _closed(node, scope)
    if closed not in scope.environment.symbols:
        raise NoValue(f"{reading(closed)} has no value")
    return _known(scope.environment.symbols[closed])


def _partial(node: m.Partial, scope: Scope) -> Value:
    of, wrt = _closed(node.of, scope), _closed(node.wrt, scope)
    if (of, wrt) not in scope.environment.partials:
        raise NoValue(f"{reading(m.Partial(of, wrt))} has no value")
    return _known(scope.environment.partials[of, wrt])


def _known(v: Value) -> Value:
    return v if isinstance(v, tuple) else _scalar(v)


def _elementwise(function: Callable[..., Scalar], *operands: Value) -> Value:
    """A function of scalars over matrices of one shape; scalars among matrices are repeated."""
    tables = [o for o in operands if isinstance(o, tuple)]
    if not tables:
        return function(*operands)
    shape = _shape(tables[0])
    if any(_shape(t) != shape for t in tables):
        raise NoValue("shapes do not fit: " + " and ".join(_shape_text(t) for t in tables))
    at = [o if isinstance(o, tuple) else ((o,) * shape[1],) * shape[0] for o in operands]
    return tuple(tuple(function(*(o[r][c] for o in at)) for c in range(shape[1])) for r in range(shape[0]))


def _shape(table: Rows) -> tuple[int, int]:
    return len(table), len(table[0]) if table else 0


def _shape_text(operand: Value) -> str:
    return "{}×{}".format(*_shape(operand)) if isinstance(operand, tuple) else "a scalar"


def _add(a: Value, b: Value) -> Value:
    if isinstance(a, tuple) != isinstance(b, tuple):
        raise NoValue(f"shapes do not fit: {_shape_text(a)} and {_shape_text(b)}")
    return _elementwise(lambda p, q: p + q, a, b)


def _total(terms: Iterator[Value]) -> Value:
    total = next(terms)
    for term in terms:
        total = _add(total, term)
    return total


def _sum(node: m.Sum, scope: Scope) -> Value:
    """The total; a number that is written among arrays, as in 1 - z, is added to each of their entries."""
    values = [_value(term, scope) for term in node.terms]
    table = next((v for v in values if isinstance(v, tuple)), None)
    if table is not None:
        pairs = zip(node.terms, values, strict=True)
        values = [_elementwise(lambda _, c=v: c, table) if isinstance(t, m.Number) else v for t, v in pairs]
    return _total(iter(values))


def _times(factors: list[Value]) -> Value:
    if sum(isinstance(f, tuple) for f in factors) > 1:
        raise NoValue("a product of scalars has two matrices in it")
    return _elementwise(lambda *numbers: mpmath.fprod(numbers), *factors)


def _matmul(a: Value, b: Value) -> Value:
    if not isinstance(a, tuple) or not isinstance(b, tuple) or _shape(a)[1] != _shape(b)[0]:
        raise NoValue(f"shapes do not fit: {_shape_text(a)} times {_shape_text(b)}")
    columns = tuple(zip(*b, strict=True))
    return tuple(tuple(mpmath.fdot(row, column) for column in columns) for row in a)


def _product(node: m.Product, scope: Scope) -> Value:
    """A product; a condition that does not hold makes it zero whatever its other factors are, as Iverson's bracket."""
    if any(isinstance(f, m.Indicator) and _value(f, scope) == 0 for f in node.factors):
        return mpmath.mpf(0)
    return _times([_value(f, scope) for f in node.factors])


def _matrix_product(node: m.MatrixProduct, scope: Scope) -> Value:
    result = _value(node.factors[0], scope)
    for factor in node.factors[1:]:
        result = _matmul(result, _value(factor, scope))
    return result


def _transpose(node: m.Transpose, scope: Scope) -> Value:
    body = _value(node.body, scope)
    return tuple(zip(*body, strict=True)) if isinstance(body, tuple) else body


def _matrix(node: m.Matrix, scope: Scope) -> Value:
    return tuple(tuple(_value(entry, scope) for entry in row) for row in node.rows)


def _beside(node: m.Beside, scope: Scope) -> Value:
    """The rows of matrices side by side, one behind the other."""
    blocks = [block for part in node.parts for block in _blocks(part, scope)]
    if len({len(b) if isinstance(b, tuple) else 0 for b in blocks}) != 1 or not isinstance(blocks[0], tuple):
        raise NoValue("shapes do not fit: " + " beside ".join(map(_shape_text, blocks)))
    return tuple(tuple(entry for row in rows for entry in row) for rows in zip(*blocks, strict=True))


def _blocks(part: m.Node, scope: Scope) -> Iterator[Value]:
    if not isinstance(part, m.Each):
        yield _value(part, scope)
        return
    for at in range(1, part.count + 1):
        yield _value(part.body, replace(scope, bindings={**scope.bindings, part.index.name: at}))


def _row_softmax(node: m.RowSoftmax, scope: Scope) -> Value:
    """Row by row: e^s over the columns where the conditions hold, less the row's largest, over their sum."""
    table = _value(node.body, scope)
    if not isinstance(table, tuple):
        raise NoValue("softmax needs a matrix")
    return tuple(_softmax_where(node, r, row, scope) for r, row in enumerate(table, start=1))


def _softmax_where(node: m.RowSoftmax, r: int, row: tuple[Scalar, ...], scope: Scope) -> tuple[Scalar, ...]:
    def held(column: int) -> bool:
        bindings = {**scope.bindings, node.row.name: r, node.column.name: column}
        return all(_value(condition, replace(scope, bindings=bindings)) for condition in node.where)

    seen = [held(c) for c in range(1, len(row) + 1)]
    if not any(seen):
        raise NoValue(f"no column of row {r} is seen")
    largest = max(e for e, yes in zip(row, seen, strict=True) if yes)
    exps = [mpmath.exp(e - largest) if yes else mpmath.mpf(0) for e, yes in zip(row, seen, strict=True)]
    return tuple(e / mpmath.fsum(exps) for e in exps)


def _norm(node: m.Norm, scope: Scope) -> Value:
    body = _value(node.body, scope)
    entries = [entry for row in body for entry in row] if isinstance(body, tuple) else [body]
    if node.order == "1":
        return mpmath.fsum(abs(e) for e in entries)
    return mpmath.sqrt(mpmath.fsum(e * e for e in entries))


def _softmax(z: Value) -> Value:
    """The softmax of a column, or of each row of a batch."""
    if not isinstance(z, tuple):
        raise NoValue("softmax needs a vector")
    if _shape(z)[1] == 1 and len(z) > 1:
        return tuple(zip(*_softmax(tuple(zip(*z, strict=True))), strict=True))
    exps = [[mpmath.exp(e - max(row)) for e in row] for row in z]
    return tuple(tuple(e / mpmath.fsum(row) for e in row) for row in exps)


def _apply(node: m.Apply, scope: Scope) -> Value:
    args = [_value(a, scope) for a in node.args]
    if node.function in WHOLE:
        return WHOLE[node.function](*args)
    return _elementwise(ROWS[node.function].mp, *args)


def _diagonal(z: Value) -> Value:
    """The square matrix with the entries of a column on its diagonal."""
    if not isinstance(z, tuple) or _shape(z)[1] != 1:
        raise NoValue("diag needs a column")
    return tuple(tuple(z[r][0] if r == c else mpmath.mpf(0) for c in range(len(z))) for r in range(len(z)))


WHOLE: dict[str, Callable[..., Value]] = {
    "sqrt": lambda z: _elementwise(mpmath.sqrt, z),
    "diag": _diagonal,
    "softmax": _softmax,
    "log_softmax": lambda z: _elementwise(mpmath.log, _softmax(z)),
}


def _prime(node: m.PrimeOf, scope: Scope) -> Value:
    args = [_value(a, scope) for a in node.args]
    return _elementwise(lambda *at: _slope(node.function, node.slot, at), *args)


def _slope(function: str, slot: int, at: tuple[Scalar, ...]) -> Scalar:
    """The derivative by its definition, which shares nothing with the table's formula; at a kink, that formula."""
    evaluate = ROWS[function].mp

    def along(z: Scalar) -> Scalar:
        return evaluate(*at[: slot - 1], z, *at[slot:])

    left, right = (mpmath.diff(along, at[slot - 1], direction=side) for side in (-1, 1))
    if _close(left, right):
        return mpmath.diff(along, at[slot - 1])
    names = [sympy.Symbol(f"u{i}") for i in range(len(at))]
    formula = local_derivative(prime(function, slot)(*names))
    known = {m.Symbol(name.name): number for name, number in zip(names, at, strict=True)}
    return value(from_sympy(formula, lambda s: m.Symbol(s.name)), Environment(known))


def _bindings(node: m.BigSum, scope: Scope) -> Iterator[Scope]:
    """The scopes of a sum: later bounds may depend on earlier ones."""
    scopes = [scope]
    for bound in node.bounds:
        scopes = [replace(s, bindings={**s.bindings, bound.index.name: at}) for s in scopes for at in _range(bound, s)]
    return (s for s in scopes if all(_value(condition, s) for condition in node.where))


def _range(bound: m.Bound, scope: Scope) -> range:
    if bound.lower and bound.upper:
        return range(_integer(bound.lower, scope), _integer(bound.upper, scope) + 1)
    if bound.extent is not None:
        return range(1, bound.extent + 1)
    if bound.index.name not in scope.environment.indices:
        raise NoValue(f"the range of the index {bound.index.name} is not known")
    return scope.environment.indices[bound.index.name]


def _big(node: m.BigSum, scope: Scope) -> Value:
    """A sum inside another one is worked out once for each value of the indices that it depends on."""
    key = (id(node), tuple(scope.bindings[name] for name in m.free_indices(node) if name in scope.bindings))
    if key not in scope.sums:
        scope.sums[key] = _reduced(node, scope)
    return scope.sums[key]


def _reduced(node: m.BigSum, scope: Scope) -> Value:
    values = [_value(node.body, inner) for inner in _bindings(node, scope)]
    if node.operator == "sum" or (node.operator == "max" and not values):  # of nothing: what nothing writes is zero
        return _total(iter(values)) if values else mpmath.mpf(0)
    if node.operator == "argmax":
        return _place(node, scope)
    if node.operator == "prod" and values and all(isinstance(v, tuple) for v in values):
        return reduce(lambda product, later: _matmul(later, product), values)
    if any(isinstance(v, tuple) for v in values) or not values:
        raise NoValue(f"{reading(node)} is not over scalars")
    return mpmath.fprod(values) if node.operator == "prod" else max(values)


def _place(node: m.BigSum, scope: Scope) -> Value:
    """The place of the largest value, counted from 1 over all values of the indices, the last one fastest."""
    every = [s.bindings for s in _bindings(replace(node, where=()), scope)]
    held = [s.bindings for s in _bindings(node, scope)]
    largest = max(held, key=lambda bindings: _value(node.body, replace(scope, bindings=bindings)))
    return mpmath.mpf(every.index(largest) + 1)


def _underbrace(node: m.Underbrace, scope: Scope) -> Value:
    body = _value(node.body, scope)
    if not isinstance(node.label, m.Text | m.Reference):
        label = _value(node.label, scope)
        if not holds(body, "=", label):
            raise NoValue(f"{reading(node.body)} is {show(body)}, and not {reading(node.label)}, {show(label)}")
    return body


def _cases(node: m.Cases, scope: Scope) -> Value:
    for body, condition in node.branches:
        if _value(condition, scope):
            return _value(body, scope)
    return _value(node.otherwise, scope)


def _wordless(node: m.Node, scope: Scope) -> Value:
    raise NoValue(f"“{reading(node)}” has no value")


VALUES: dict[type[m.Node], Callable[[Any, Scope], Value]] = {
    m.Number: lambda n, s: _scalar(n.value),
    m.Constant: lambda n, s: {"pi": +mpmath.pi, "e": +mpmath.e}[n.name],
    m.Index: _index,
    m.Symbol: _symbol,
    m.Partial: _partial,
    m.Sum: _sum,
    m.Negative: lambda n, s: _elementwise(lambda v: -v, _value(n.body, s)),
    m.Product: _product,
    m.Quotient: lambda n, s: _elementwise(lambda a, b: a / b, _value(n.numerator, s), _value(n.denominator, s)),
    m.Power: lambda n, s: _elementwise(lambda a, b: a**b, _value(n.base, s), _value(n.exponent, s)),
    m.Apply: _apply,
    m.PrimeOf: _prime,
    m.Comparison: lambda n, s: mpmath.mpf(holds(_value(n.left, s), n.relation, _value(n.right, s))),
    m.BigSum: _big,
    m.Matrix: _matrix,
    m.Transpose: _transpose,
    m.MatrixProduct: _matrix_product,
    m.Hadamard: lambda n, s: _elementwise(lambda *v: mpmath.fprod(v), *(_value(f, s) for f in n.factors)),
    m.Beside: _beside,
    m.RowSoftmax: _row_softmax,
    m.Norm: _norm,
    m.Bracket: lambda n, s: _value(n.body, s),
    m.Underbrace: _underbrace,
    m.Box: lambda n, s: _value(n.body, s),
    m.Indicator: lambda n, s: _value(n.condition, s),
    m.Cases: _cases,
    m.Text: _wordless,
    m.Reference: _wordless,
}


def _close(a: Scalar, b: Scalar, scale: Scalar | None = None) -> bool:
    scale = max(abs(a), abs(b)) if scale is None else scale
    return bool(abs(a - b) <= TOLERANCE * scale or max(abs(a), abs(b)) <= NOTHING)


def _equal(a: Value, b: Value) -> bool:
    """Equality up to rounding: entry by entry, relative to the largest entry."""
    a, b = _unwrap(a), _unwrap(b)
    if not isinstance(a, tuple) or not isinstance(b, tuple):
        return not isinstance(a, tuple) and not isinstance(b, tuple) and _close(a, b)
    if _shape(a) != _shape(b):
        return False
    pairs = [(p, q) for r, s in zip(a, b, strict=True) for p, q in zip(r, s, strict=True)]
    largest = max((max(abs(p), abs(q)) for p, q in pairs), default=mpmath.mpf(0))
    return all(_close(p, q, largest) for p, q in pairs)


def _unwrap(v: Value) -> Value:
    """A matrix of one entry is a number: what a network with one output has everywhere."""
    return v[0][0] if isinstance(v, tuple) and _shape(v) == (1, 1) else v


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


def holds(left: Value, relation: m.Relation, right: Value) -> bool:
    """Whether two values stand in a relation, up to rounding."""
    return RELATIONS[relation](left, right)


def show(v: Value) -> str:
    """A value in a message."""
    if not isinstance(v, tuple):
        return str(mpmath.nstr(v, 10))
    return "[" + ", ".join("[" + ", ".join(mpmath.nstr(e, 6) for e in row) + "]" for row in v) + "]"
