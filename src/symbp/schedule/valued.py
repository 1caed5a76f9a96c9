"""The value of an equation over whole arrays: its body, its reduction, and masks for what is left of its guards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, TypeAlias

import sympy

from symbp.equation import Access, Equation, Guard, Index, Read
from symbp.functions import exp
from symbp.rewrite.patterns import guarded_definitions, guards_at
from symbp.schedule.arrays import Array, Axes, Guarded, Masked, Operand, Reduce, View
from symbp.schedule.contract import NeedsTaps, summed
from symbp.schedule.lower import Lowering, NoKernel
from symbp.schedule.order import is_negative, is_scalar
from symbp.schedule.taps import needs_taps, windows

Other: TypeAlias = Literal["0", "1", "-inf"]


def valued(lowering: Lowering, equation: Equation, outside: Other = "0") -> Array:
    """The array of the right side, over the domain.

    Args:
        outside: What stands where a guard fails that no reduced index enters.

    Raises:
        NeedsTaps: it reduces over windows that are no matrix product.
        NoKernel: it has no array form.
    """
    if not equation.guards:
        return _reduced(lowering, equation, ())
    over = set(equation.over)
    inner = tuple(g for g in equation.guards if over & set(g.affine.indices()))
    outer = tuple(g for g in equation.guards if g not in inner)
    scale, body = _scale(equation) if equation.reduction in ("", "sum") else (sympy.Integer(1), equation.body)
    if not equation.reduction and outside == "0":
        return lowering.scaled(scale, [_pointwise(lowering, body, outer)], [])
    value = _masked(lowering, _reduced(lowering, _with_body(equation, body), inner), outer, outside)
    return lowering.scaled(scale, [value], [])


def _pointwise(lowering: Lowering, body: sympy.Expr, guards: tuple[Guard, ...]) -> Array:
    """The body, but 0 where a guard fails; there nothing is divided by what may be zero, and no exponential is large.

    An exponential is that of -inf there, a divisor is 1.
    """
    if isinstance(body, exp) and not any(_is_label(lowering, g) for g in guards):
        return lowering.apply("exp", _masked(lowering, lowering.array(body.args[0]), guards, "-inf"))
    given = dict(lowering.given)
    exchange: dict[sympy.Expr, sympy.Expr] = {}
    for factor in sympy.Mul.make_args(body):
        if isinstance(factor, sympy.Pow) and is_negative(factor.exp) and not is_scalar(factor):
            symbol = sympy.Symbol(f"divisor {factor.base}")
            given[symbol] = _masked(lowering, lowering.array(factor.base), guards, "1")
            exchange[factor] = symbol**factor.exp
    value = replace(lowering, given=given).array(body.xreplace(exchange))
    return value if _vanishes(lowering, body, guards) else _masked(lowering, value, guards, "0")


def _vanishes(lowering: Lowering, body: sympy.Expr, guards: tuple[Guard, ...]) -> bool:
    """Whether the body is 0 where a guard fails, because a factor is: its own definition has the guard."""
    definitions = guarded_definitions(lowering.program)
    factors = [f for f in sympy.Mul.make_args(body) if isinstance(f, Read) and f.access.tensor in definitions]
    return any(set(guards) <= guards_at(definitions[f.access.tensor], f.access) for f in factors)


def _with_body(equation: Equation, body: sympy.Expr) -> Equation:
    return Equation(equation.lhs, body, equation.domain, equation.over, equation.reduction, accumulate=True)


def _scale(equation: Equation) -> tuple[sympy.Expr, sympy.Expr]:
    """A product as its numbers, of which one may be zero, and the rest."""
    factors = sympy.Mul.make_args(equation.body)
    return sympy.Mul(*filter(is_scalar, factors)), sympy.Mul(*(f for f in factors if not is_scalar(f)))


def _reduced(lowering: Lowering, equation: Equation, guards: tuple[Guard, ...]) -> Array:
    if equation.reduction == "sum" and not guards:
        return summed(lowering, equation.body, equation.over)
    if equation.reduction == "sum":
        product = _masked_product(lowering, equation, guards)
        if product is not None:
            return product
    value = lowering.array(equation.body)
    if not equation.reduction:
        return value
    value = _masked(lowering, value, guards, "0" if equation.reduction == "sum" else "-inf")
    if not set(equation.over) <= set(value.axes):
        raise NoKernel(f"{equation}: no array form of its {equation.reduction}")
    if any(needs_taps(view, equation.over) for view in windows(value)):
        raise NeedsTaps(f"{equation}: windows")
    return reduction(lowering, equation, value)


def _masked_product(lowering: Lowering, equation: Equation, guards: tuple[Guard, ...]) -> Array | None:
    """The sum with the mask put on a factor with which it vanishes: what is left may be a matrix product."""
    indices = {i for g in guards for i in g.affine.indices()}
    for read in equation.reads:
        vanishes = equation.body.xreplace({read: sympy.Integer(0)}) == 0
        if vanishes and indices <= set(read.access.index_atoms()) and not isinstance(equation.body, sympy.Add):
            symbol = sympy.Symbol(f"masked {read}")
            masked = _masked(lowering, lowering.array(read), guards, "0")
            given = replace(lowering, given={**lowering.given, symbol: masked})
            return summed(given, equation.body.xreplace({read: symbol}), equation.over)
    return None


def reduction(lowering: Lowering, equation: Equation, value: Array) -> Array:
    """``value`` reduced over the indices of the equation; an argmax counts them in their order, last of all."""
    axes = tuple(i for i in lowering.frame if i in value.axes and i not in equation.over)
    if equation.reduction == "argmax" and len(equation.over) > 1 and isinstance(value, Operand):
        value = lowering.view(Access.of(value.tensor, *value.axes))
    if equation.reduction == "argmax" and len(equation.over) > 1 and value.axes != (*axes, *equation.over):
        raise NoKernel(f"{equation}: its indices do not stand last")
    assert equation.reduction
    return Reduce(equation.reduction, value, equation.over, axes)


def _masked(lowering: Lowering, value: Array, guards: Iterable[Guard], other: Other) -> Array:
    """The value with ``other`` in it where a guard fails."""
    rest: list[Guard] = []
    for guard in guards:
        split = index_and_label(guard)
        if other == "0" and split is not None and _is_label(lowering, guard):
            index, label = split
            value = Masked(value, index, label, _axes(lowering, value, [index, *label.index_atoms()]))
        else:
            rest.append(guard)
    if not rest:
        return value
    for guard in rest:
        if sum(isinstance(atom, Access) for _, atom in guard.affine.terms) > 1:
            raise NoKernel(f"{guard}: two labels")
    labels = tuple((a, _label(lowering, a)) for g in rest for a in g.affine.reads())
    axes = _axes(lowering, value, [i for g in rest for i in g.affine.indices()])
    return Guarded(value, tuple(rest), labels, other, axes)


def _is_label(lowering: Lowering, guard: Guard) -> bool:
    """Whether a guard leaves out one element of each row: the value there is overwritten."""
    split = index_and_label(guard)
    return guard.relation == "!=" and split is not None and split[0] in lowering.frame


def _label(lowering: Lowering, access: Access) -> Operand | View:
    """What a guard reads, as an array; two labels in one guard have none."""
    array = lowering.read(access)
    if not isinstance(array, Operand | View):
        raise NoKernel(f"{access}: labels at labels")
    return array


def _axes(lowering: Lowering, value: Array, indices: Iterable[Index]) -> Axes:
    """The axes of a value that is masked: those of a tensor stay in the order in which it is stored."""
    found = {*value.axes, *indices}
    if isinstance(value, Operand) and len(found) == len(value.axes):
        return value.axes
    return tuple(i for i in lowering.frame if i in found)


def index_and_label(guard: Guard) -> tuple[Index, Access] | None:
    """``k`` and ``y[n]`` of a guard ``k - y[n]``, either sign."""
    terms = dict(guard.affine.terms)
    if guard.affine.constant or len(guard.affine.terms) != 2 or terms.keys() != {1, -1}:
        return None
    for index, label in ((terms[1], terms[-1]), (terms[-1], terms[1])):
        if isinstance(index, Index) and isinstance(label, Access) and label.plain_indices is not None:
            return None if index in label.plain_indices else (index, label)
    return None
