"""Sums of products: which of them are matrix products, and what is pulled out of the sum first."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from symbp.equation import length
from symbp.schedule.arrays import ONE, Apply, Array, Axes, Dot, Einsum, MatMul, Operand, Reduce, Scalar, View
from symbp.schedule.blocks import block_product
from symbp.schedule.lower import Lowering, NoKernel
from symbp.schedule.order import is_negative, is_scalar
from symbp.schedule.taps import is_windowed, needs_taps, windows


class NeedsTaps(NoKernel):
    """A reduction over windows is slow as one operation; it needs a loop over their few indices."""


def summed(lowering: Lowering, body: sympy.Expr, over: Axes) -> Array:
    """The array of ``sum[over](body)``.

    What does not depend on ``over`` is pulled out of the sum; an index that the body does not name
    multiplies by its length; a sum of terms of which one is a matrix product is summed term by term.

    Raises:
        NoKernel: the body has no array form.
    """
    if isinstance(body, sympy.Add) and any(_is_contraction(lowering, t, over) for t in body.args):
        return _summed_terms(lowering, body, over)
    memory = lowering.in_memory_order(body)
    factors = _factors(memory, body)
    bound = [f for f in factors if set(f.array.axes) & set(over)]
    free = [f for f in factors if f not in bound and not isinstance(f.array, Scalar)]
    scale = sympy.Mul(*(f.array.value for f in factors if isinstance(f.array, Scalar)))
    used = {i for f in bound for i in f.array.axes}
    for index in over:
        scale = scale if index in used else scale * length(index.extent)
    total = [_bound_sum(memory, bound, tuple(i for i in over if i in used))] if bound else []
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
    axes = lowering.left(factors, over)
    if len(factors) == 2:
        found = _dot(factors[0], factors[1], axes) or _product(factors[0], factors[1], over, axes)
        if found is not None:
            return found
    if len(factors) > 2:
        pair = _pair(factors, over)
        return _pairwise(lowering, factors, *pair, over) if pair else _two_as_one(lowering, factors, over)
    if len(factors) > 1 and all(_is_stored(f) for f in factors) and _is_spread(factors):
        return Einsum(tuple(factors), axes)
    return _reduced(lowering, lowering.scaled(sympy.Integer(1), factors, []), over)


def _product(a: Array, b: Array, over: Axes, axes: Axes) -> Array | None:
    return _matmul(a, b, over, axes) or block_product(a, b, over, axes)


def _is_stored(factor: Array) -> bool:
    """Whether an einsum reads the factor as it lies in memory."""
    return isinstance(factor, Operand | View) and not is_windowed(factor)


def _pair(factors: list[Array], over: Axes) -> tuple[int, int, Axes] | None:
    """Two factors of several that share a summed index with each other alone, and all such indices."""
    for index in over:
        holders = [k for k, f in enumerate(factors) if index in f.axes]
        if len(holders) == 2:
            a, b = holders
            rest = [f for k, f in enumerate(factors) if k not in holders]
            both = set(factors[a].axes) & set(factors[b].axes)
            return a, b, tuple(i for i in over if i in both and not any(i in f.axes for f in rest))
    return None


def _two_as_one(lowering: Lowering, factors: list[Array], over: Axes) -> Array:
    """The product of more than two factors, the two with the fewest axes between them multiplied first."""
    pairs = [(a, b) for b in range(len(factors)) for a in range(b)]
    a, b = min(pairs, key=lambda p: len({*factors[p[0]].axes, *factors[p[1]].axes}))
    joined = lowering.apply("multiply", factors[a], factors[b])
    rest = [f for k, f in enumerate(factors) if k not in (a, b)]
    return _bound_sum(lowering, [_Factor(f) for f in (*rest, joined)], over)


def _pairwise(lowering: Lowering, factors: list[Array], a: int, b: int, inner: Axes, over: Axes) -> Array:
    """The product of more than two factors, two of them contracted first."""
    first = _bound_sum(lowering, [_Factor(factors[a]), _Factor(factors[b])], inner)
    rest = [_Factor(f) for k, f in enumerate(factors) if k not in (a, b)]
    outer = tuple(i for i in over if i not in inner)
    factors_left = [_Factor(first), *rest]
    if outer:
        return _bound_sum(lowering, factors_left, outer)
    return lowering.scaled(sympy.Integer(1), [f.array for f in factors_left], [])


def _sum_of_one(lowering: Lowering, array: Array, over: Axes) -> Array:
    """The sum of one factor; all the squares of an array are a dot product."""
    match array:
        case Apply("power", (base, Scalar(exponent))) if exponent == 2 and set(base.axes) == set(over):
            return Dot(base, base)
    return _reduced(lowering, array, over)


def _reduced(lowering: Lowering, arg: Array, over: Axes) -> Reduce:
    if any(needs_taps(view, over) for view in windows(arg)):
        raise NeedsTaps(f"a sum over windows of {over}")
    return Reduce("sum", arg, over, lowering.left([arg], over))


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
    left, right = (*batch, *m, k), (*batch, k, *n)
    return MatMul(a, b, tuple((i,) for i in left), tuple((i,) for i in right), axes)
