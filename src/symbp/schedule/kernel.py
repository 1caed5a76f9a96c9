"""The array statement of one equation, recognised from its indices alone."""

from __future__ import annotations

from dataclasses import replace

from symbp.equation import Access, Affine, Equation, Guard, Index, substitute_indices
from symbp.program import GIVEN, Program
from symbp.schedule.affine import never, restricted, without_ones
from symbp.schedule.local import Locals
from symbp.schedule.lower import NoKernel
from symbp.schedule.statements import Loop, Statement, Zero
from symbp.schedule.strided import array_statements
from symbp.schedule.valued import index_and_label


def kernel(local: Locals, equation: Equation) -> tuple[Statement, ...]:
    """The statements of an equation, none if its guards hold nowhere; a :class:`Loop` if no array form is known."""
    if any(map(never, equation.guards)):
        return ()
    if equation.reduction == "argmax" and all(i.extent == 1 for i in equation.over):
        return (Zero(equation.target),)
    mark = local.mark()
    try:
        normal = restricted(_pinned(local.program, without_ones(_summing(without_ones(equation)))))
        return array_statements(local, normal)
    except NoKernel:
        local.back_to(mark)
        return (Loop(equation),)


def _summing(equation: Equation) -> Equation:
    """The equation with the points that it adds to one element written as a sum."""
    named = set(equation.lhs.index_atoms())
    stray = tuple(i for i in equation.domain if i not in named)
    if not stray:
        return equation
    if equation.reduction not in ("", "sum"):
        raise NoKernel(f"{equation}: a {equation.reduction} added up")
    domain = tuple(i for i in equation.domain if i in named)
    single = {i: Affine() for i in stray if i.extent == 1}  # one point is no sum
    over = (*equation.over, *(i for i in stray if i not in single))
    return replace(
        equation,
        domain=domain,
        body=substitute_indices(equation.body, single),
        guards=tuple(g.substitute(single) for g in equation.guards),
        over=over,
        reduction="sum" if over else "",
    )


def _pinned(program: Program, equation: Equation) -> Equation:
    """The equation with each guard ``k == label`` put in: the label in place of k, which is no longer bound.

    Only labels that are data: an argmax is one for each element of a tensor, where a comparison is as fast.
    """
    for guard in equation.guards:
        split = index_and_label(guard)
        if guard.relation == "==" and split is not None and _is_data(program, split[1].tensor):
            return _pinned(program, _pin(equation, guard, *split))
    return equation


def _is_data(program: Program, name: str) -> bool:
    return program.tensor[name].role in GIVEN


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
