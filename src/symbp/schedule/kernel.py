"""The array statement of one equation, recognised from its indices alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import sympy

from symbp.equation import Access, Affine, Equation, Guard, Index, Program, Scan, substitute_indices
from symbp.rewrite.patterns import covers
from symbp.schedule.arrays import Array, Axes, Masked, Position, Reduce
from symbp.schedule.contract import summed
from symbp.schedule.lower import Lowering, NoKernel, positions
from symbp.schedule.order import Order, is_scalar


@dataclass(frozen=True)
class Assign:
    """``tensor = value`` or ``tensor += value``, over the whole tensor with these axes."""

    tensor: str
    axes: Axes
    value: Array
    accumulate: bool = False


@dataclass(frozen=True)
class Scatter:
    """``tensor[positions] += value``; ``distinct`` if no element is hit twice."""

    tensor: str
    positions: tuple[Position, ...]
    value: Array
    axes: Axes
    distinct: bool


@dataclass(frozen=True)
class Zero:
    """The tensor starts as zero: what follows does not write all of it, or adds to it."""

    tensor: str


@dataclass(frozen=True)
class Loop:
    """No array form is known: plain loops, correct and slow."""

    statement: Equation | Scan


Statement: TypeAlias = Assign | Scatter | Zero | Loop


def kernel(program: Program, order: Order, equation: Equation) -> Statement:
    """The statement of an equation; a :class:`Loop` if no array form of it is known."""
    try:
        return _statement(program, order, _pinned(_summing(equation)))
    except NoKernel:
        return Loop(equation)


def _summing(equation: Equation) -> Equation:
    """The equation with the points that it adds to one element written as a sum."""
    named = set(equation.lhs.index_atoms())
    stray = tuple(i for i in equation.domain if i not in named)
    if not stray:
        return equation
    if equation.reduction not in ("", "sum"):
        raise NoKernel(f"{equation}: a {equation.reduction} added up")
    domain = tuple(i for i in equation.domain if i in named)
    return replace(equation, domain=domain, over=(*equation.over, *stray), reduction="sum")


def _pinned(equation: Equation) -> Equation:
    """The equation with each guard ``k == label`` put in: the label in place of k, which is no longer bound."""
    for guard in equation.guards:
        split = _index_and_label(guard)
        if guard.relation == "==" and split is not None:
            return _pinned(_pin(equation, guard, *split))
    return equation


def _pin(equation: Equation, guard: Guard, index: Index, label: Access) -> Equation:
    """The label in place of ``index``; what is summed and now stands on the left side is no longer summed."""
    mapping = {index: Affine.of(label)}
    lhs = equation.lhs.substitute(mapping)
    named = set(lhs.index_atoms())
    freed = tuple(i for i in equation.over if i in named)
    over = tuple(i for i in equation.over if i not in named and i != index)
    if freed and (equation.reduction != "sum" or not equation.accumulate):
        raise NoKernel(f"{equation}: {index} is fixed by what is reduced")
    return replace(
        equation,
        lhs=lhs,
        body=substitute_indices(equation.body, mapping),
        domain=(*(i for i in equation.domain if i != index), *freed),
        over=over,
        reduction=equation.reduction if over else "",
        guards=tuple(g.substitute(mapping) for g in equation.guards if g is not guard),
    )


def _index_and_label(guard: Guard) -> tuple[Index, Access] | None:
    """``k`` and ``y[n]`` of a guard ``k - y[n]``, either sign."""
    terms = dict(guard.affine.terms)
    if guard.affine.constant or len(guard.affine.terms) != 2 or terms.keys() != {1, -1}:
        return None
    for index, label in ((terms[1], terms[-1]), (terms[-1], terms[1])):
        if isinstance(index, Index) and isinstance(label, Access) and label.plain_indices is not None:
            return None if index in label.plain_indices else (index, label)
    return None


def _statement(program: Program, order: Order, equation: Equation) -> Statement:
    plain = equation.lhs.plain_indices
    frame = plain if plain is not None else equation.domain
    if set(frame) != set(equation.domain):
        raise NoKernel(f"{equation}: the left side is not its domain")
    lowering = Lowering(program, order, (*frame, *equation.over))
    value = _value(lowering, equation)
    if plain is None:
        places = positions(equation.lhs)
        return Scatter(equation.target, places, value, frame, _distinct(places, frame))
    if not covers(replace(equation, guards=()), program.tensor[equation.target]):
        raise NoKernel(f"{equation}: the left side is a part of its tensor")
    return Assign(equation.target, frame, value)


def _distinct(places: tuple[Position, ...], domain: Axes) -> bool:
    """Whether different points write different elements: each index stands by itself in some position."""
    return set(domain) <= {p for p in places if isinstance(p, Index)}


def _value(lowering: Lowering, equation: Equation) -> Array:
    if equation.reduction == "sum" and not equation.guards:
        return summed(lowering, equation.body, equation.over)
    scale, body = _scale(equation.body) if equation.reduction in ("", "sum") else (sympy.Integer(1), equation.body)
    value = lowering.array(body)
    for index, label in _masks(equation):
        axes = tuple(i for i in lowering.frame if i in {*value.axes, index, *label.index_atoms()})
        value = Masked(value, index, label, axes)
    return lowering.scaled(scale, [_reduced(lowering, equation, value) if equation.reduction else value], [])


def _scale(body: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """A product as its numbers, of which one may be zero, and the rest."""
    factors = sympy.Mul.make_args(body)
    return sympy.Mul(*filter(is_scalar, factors)), sympy.Mul(*(f for f in factors if not is_scalar(f)))


def _masks(equation: Equation) -> Iterator[tuple[Index, Access]]:
    for guard in equation.guards:
        split = _index_and_label(guard)
        if guard.relation != "!=" or split is None or equation.reduction in ("max", "argmax"):
            raise NoKernel(f"{equation}: no array form of its guards")
        yield split


def _reduced(lowering: Lowering, equation: Equation, value: Array) -> Array:
    if not set(equation.over) <= set(value.axes) or (equation.reduction == "argmax" and len(equation.over) > 1):
        raise NoKernel(f"{equation}: no array form of its {equation.reduction}")
    axes = tuple(i for i in lowering.frame if i in value.axes and i not in equation.over)
    assert equation.reduction
    return Reduce(equation.reduction, value, equation.over, axes)
