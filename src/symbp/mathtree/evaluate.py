"""The value of a formula, from its own layout tree, in 50 digits.

Values are scalars (mpmath) or matrices (tuples of rows). The environment knows what a symbol and a partial
derivative are worth *by what is printed of them*; nothing else about where a formula came from is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

import mpmath
import sympy

from symbp.functions import ROWS, local_derivative, prime
from symbp.mathtree import nodes as m
from symbp.mathtree.from_sympy import from_sympy
from symbp.mathtree.pieces import Typeset
from symbp.mathtree.reading import reading
from symbp.mathtree.values import (
    WHOLE,
    NoValue,
    Scalar,
    Value,
    close,
    elementwise,
    holds,
    longest,
    matmul,
    scalar,
    shape_text,
    show,
    times,
    total,
)
from symbp.mathtree.walks import free_indices

DIGITS = 50


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
    return v if isinstance(v, tuple) else scalar(v)


def _sum(node: m.Sum, scope: Scope) -> Value:
    """The total; a number that is written among arrays, as in 1 - z, is added to each of their entries."""
    values = [_value(term, scope) for term in node.terms]
    table = next((v for v in values if isinstance(v, tuple)), None)
    if table is not None:
        pairs = zip(node.terms, values, strict=True)
        values = [elementwise(lambda _, c=v: c, table) if isinstance(t, m.Number) else v for t, v in pairs]
    return total(iter(values))


def _product(node: m.Product, scope: Scope) -> Value:
    """A product; a condition that does not hold makes it zero whatever its other factors are, as Iverson's bracket."""
    if any(isinstance(f, m.Indicator) and _value(f, scope) == 0 for f in node.factors):
        return mpmath.mpf(0)
    return times([_value(f, scope) for f in node.factors])


def _matrix_product(node: m.MatrixProduct, scope: Scope) -> Value:
    result = _value(node.factors[0], scope)
    for factor in node.factors[1:]:
        result = matmul(result, _value(factor, scope))
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
        raise NoValue("shapes do not fit: " + " beside ".join(map(shape_text, blocks)))
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
    if node.order == "2" and isinstance(body, tuple):
        return longest(body)
    return mpmath.sqrt(mpmath.fsum(e * e for e in entries))


def _apply(node: m.Apply, scope: Scope) -> Value:
    args = [_value(a, scope) for a in node.args]
    if node.function in WHOLE:
        return WHOLE[node.function](*args)
    return elementwise(ROWS[node.function].mp, *args)


def _prime(node: m.PrimeOf, scope: Scope) -> Value:
    args = [_value(a, scope) for a in node.args]
    return elementwise(lambda *at: _slope(node.function, node.slot, at), *args)


def _slope(function: str, slot: int, at: tuple[Scalar, ...]) -> Scalar:
    """The derivative by its definition, which shares nothing with the table's formula; at a kink, that formula."""
    evaluate = ROWS[function].mp

    def along(z: Scalar) -> Scalar:
        return evaluate(*at[: slot - 1], z, *at[slot:])

    left, right = (mpmath.diff(along, at[slot - 1], direction=side) for side in (-1, 1))
    if close(left, right):
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
    key = (id(node), tuple(scope.bindings[name] for name in free_indices(node) if name in scope.bindings))
    if key not in scope.sums:
        scope.sums[key] = _reduced(node, scope)
    return scope.sums[key]


def _reduced(node: m.BigSum, scope: Scope) -> Value:
    values = [_value(node.body, inner) for inner in _bindings(node, scope)]
    if node.operator == "sum" or (node.operator == "max" and not values):  # of nothing: what nothing writes is zero
        return total(iter(values)) if values else mpmath.mpf(0)
    if node.operator == "argmax":
        return _place(node, scope)
    if node.operator == "prod" and values and all(isinstance(v, tuple) for v in values):
        return reduce(lambda product, later: matmul(later, product), values)
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
    m.Number: lambda n, s: scalar(n.value),
    m.Constant: lambda n, s: {"pi": +mpmath.pi, "e": +mpmath.e}[n.name],
    m.Index: _index,
    m.Symbol: _symbol,
    m.Partial: _partial,
    m.Sum: _sum,
    m.Negative: lambda n, s: elementwise(lambda v: -v, _value(n.body, s)),
    m.Product: _product,
    m.Quotient: lambda n, s: elementwise(lambda a, b: a / b, _value(n.numerator, s), _value(n.denominator, s)),
    m.Power: lambda n, s: elementwise(lambda a, b: a**b, _value(n.base, s), _value(n.exponent, s)),
    m.Apply: _apply,
    m.PrimeOf: _prime,
    m.Comparison: lambda n, s: mpmath.mpf(holds(_value(n.left, s), n.relation, _value(n.right, s))),
    m.BigSum: _big,
    m.Matrix: _matrix,
    m.Transpose: _transpose,
    m.MatrixProduct: _matrix_product,
    m.Hadamard: lambda n, s: elementwise(lambda *v: mpmath.fprod(v), *(_value(f, s) for f in n.factors)),
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
    Typeset: _wordless,
}
