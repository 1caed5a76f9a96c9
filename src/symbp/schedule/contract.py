"""Sums of products: which of them are matrix products, and what is pulled out of the sum first."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from symbp.equation import length
from symbp.schedule.arrays import ONE, Apply, Array, Axes, Dot, Einsum, MatMul, Operand, Reduce, Scalar
from symbp.schedule.lower import Lowering
from symbp.schedule.order import is_negative, is_scalar


def summed(lowering: Lowering, body: sympy.Expr, over: Axes) -> Array:
    """The array of ``sum[over](body)``.

    What does not depend on ``over`` is pulled out of the sum; an index that the body does not name
    multiplies by its length; a sum of terms of which one is a matrix product is summed term by term.

    Raises:
        NoKernel: the body has no array form.
    """
    if isinstance(body, sympy.Add) and any(_is_contraction(lowering, t, over) for t in body.args):
        return _summed_terms(lowering, body, over)
    factors = _factors(lowering, body)
    bound = [f for f in factors if set(f.array.axes) & set(over)]
    free = [f for f in factors if f not in bound and not isinstance(f.array, Scalar)]
    scale = sympy.Mul(*(f.array.value for f in factors if isinstance(f.array, Scalar)))
    used = {i for f in bound for i in f.array.axes}
    for index in over:
        scale = scale if index in used else scale * length(index.extent)
    total = [_bound_sum(lowering, bound, tuple(i for i in over if i in used))] if bound else []
    above = total + [f.array for f in free if not f.inverse]
    return lowering.scaled(scale, above, [f.array for f in free if f.inverse])


@dataclass(frozen=True)
class _Factor:
    """A factor of a product, or one that divides it."""

    array: Array
    inverse: bool = False


def _factors(lowering: Lowering, body: sympy.Expr) -> list[_Factor]:
    """The factors in textbook order; one with a negative exponent divides, numbers never do."""
    found: list[_Factor] = []
    for factor in lowering.order.factors(sympy.Mul.make_args(body)):
        divides = isinstance(factor, sympy.Pow) and is_negative(factor.exp) and not is_scalar(factor)
        found.append(_Factor(lowering.array(factor.base**-factor.exp if divides else factor), divides))
    return found


def _summed_terms(lowering: Lowering, body: sympy.Add, over: Axes) -> Array:
    terms = lowering.order.terms(body.args)
    total = summed(lowering, terms[0], over)
    for term in terms[1:]:
        negative = is_negative(term)
        value = summed(lowering, -term if negative else term, over)
        total = lowering.apply("subtract" if negative else "add", total, value)
    return total


def _is_contraction(lowering: Lowering, term: sympy.Expr, over: Axes) -> bool:
    """Whether no single factor has all the axes of a product: summing it at once would cost memory."""
    axes = [set(lowering.array(f).axes) for f in sympy.Mul.make_args(term)]
    whole = set().union(*axes)
    return bool(whole & set(over)) and whole not in axes


def _bound_sum(lowering: Lowering, bound: list[_Factor], over: Axes) -> Array:
    """The sum of a product all of whose factors depend on ``over``."""
    above = [f.array for f in bound if not f.inverse] or [ONE]
    if bound == [_Factor(above[0])]:
        return _sum_of_one(lowering, above[0], over)
    factors = _joined(lowering, above)
    for divisor in (f.array for f in bound if f.inverse):
        factors = _divided(lowering, factors, divisor)
    axes = tuple(i for i in lowering.axes(factors) if i not in over)
    if len(factors) == 2:
        found = _dot(factors[0], factors[1], axes) or _matmul(factors[0], factors[1], over, axes)
        if found is not None:
            return found
    if len(factors) > 1 and all(isinstance(f, Operand) for f in factors) and _is_spread(factors):
        return Einsum(tuple(factors), axes)
    return _reduced(lowering, lowering.scaled(sympy.Integer(1), factors, []), over)


def _sum_of_one(lowering: Lowering, array: Array, over: Axes) -> Array:
    """The sum of one factor; all the squares of an array are a dot product."""
    match array:
        case Apply("power", (base, Scalar(exponent))) if exponent == 2 and set(base.axes) == set(over):
            return Dot(base, base)
    return _reduced(lowering, array, over)


def _reduced(lowering: Lowering, arg: Array, over: Axes) -> Reduce:
    axes = tuple(sorted((i for i in arg.axes if i not in over), key=lowering.frame.index))
    return Reduce("sum", arg, over, axes)


def _joined(lowering: Lowering, factors: list[Array]) -> list[Array]:
    """Factors whose axes lie within another's multiplied into that one: they cost no further axes."""
    joined: list[Array] = []
    for factor in sorted(factors, key=lambda f: -len(f.axes)):
        for k, other in enumerate(joined):
            if set(factor.axes) <= set(other.axes) and (len(factors) > 2 or len(factor.axes) < len(other.axes)):
                joined[k] = lowering.apply("multiply", other, factor)
                break
        else:
            joined.append(factor)
    return joined


def _divided(lowering: Lowering, factors: list[Array], divisor: Array) -> list[Array]:
    """The factors with one of them divided: the first that has all the axes of the divisor, else the first."""
    hosts = [k for k, f in enumerate(factors) if set(divisor.axes) <= set(f.axes)]
    k = hosts[0] if hosts else 0
    return [*factors[:k], lowering.apply("divide", factors[k], divisor), *factors[k + 1 :]]


def _is_spread(factors: list[Array]) -> bool:
    """Whether the product has more axes than any one of its factors."""
    return all(len({i for f in factors for i in f.axes}) > len(f.axes) for f in factors)


def _dot(left: Array, right: Array, axes: Axes) -> Array | None:
    return Dot(left, right) if not axes and left.axes == right.axes else None


def _matmul(a: Array, b: Array, over: Axes, axes: Axes) -> Array | None:
    """``a`` and ``b`` as a matrix product whose result has ``axes``, or None.

    The indices are sorted by where they occur: batch in both and in the result, k in both and summed, m
    in the left one only, n in the right one only. One k, at most one n; all of m but the last is batch
    of the left factor alone, which NumPy broadcasts if the right factor has none.
    """
    if len(over) != 1 or over[0] not in a.axes or over[0] not in b.axes:
        return None
    k = over[0]
    if axes and axes[-1] in a.axes and (axes[-1] not in b.axes):
        a, b = b, a
    batch = tuple(i for i in axes if i in a.axes and i in b.axes)
    m = tuple(i for i in axes if i in a.axes and i not in b.axes)
    n = tuple(i for i in axes if i in b.axes and i not in a.axes)
    if len(n) > 1 or (batch and len(m) > 1) or axes != (*batch, *m, *n):
        return None
    if batch and not (m and n):
        return None
    return MatMul(a, b, (*batch, *m, k), (*batch, k, *n), axes)
