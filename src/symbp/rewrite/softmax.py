"""Softmax, and softmax with cross-entropy: ``p - y``, derived by substitution and cancellation.

A softmax is three equations, ``e = exp(u)``, ``s = sum[k] e``, ``p = e/s``. Putting ``e = p*s`` into what the
chain rule gives leaves ``u_bar = p*(p_bar - m)`` with ``m = sum[k](p_bar*p)``; if ``p_bar`` is itself
something over ``p``, as it is for a cross-entropy, the ``p`` cancels. Source: Bridle (1990), NATO ASI F68, 227.

Where ``e`` has guards, as in causal attention, ``p`` is zero at all other points, and so is ``u_bar``: it needs none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import sympy

from symbp.derivation import Assumption, Derivation, Step, adjoint_name
from symbp.equation import Access, Equation, Index, Read, body_indices, reads, substitute_indices
from symbp.functions import exp
from symbp.program import Program, Tensor
from symbp.rewrite.patterns import (
    covers,
    exchange,
    fills,
    fresh_name,
    guarded_definitions,
    guards_at,
    index_map,
    readers,
    replace_reads,
)

SOFTMAX = "softmax"
CROSS_ENTROPY = "softmax + cross-entropy"


@dataclass(frozen=True)
class Softmax:
    """The three equations of a softmax."""

    e: Equation
    s: Equation
    p: Equation

    @property
    def index(self) -> Index:
        """The index that is summed, as the equation of ``p`` spells it."""
        rows = set(self.row.index_atoms())
        return next(i for i in self.p.domain if i not in rows)

    @property
    def row(self) -> Access:
        """The access to ``s`` at a point of ``p``."""
        return next(r.access for r in self.p.reads if r.access.tensor == self.s.target)


def find_softmaxes(program: Program) -> tuple[Softmax, ...]:
    """Every softmax of a program, in the order of its equations."""
    pointwise = guarded_definitions(program)
    found = []
    for p in pointwise.values():
        names = [r.access.tensor for r in p.reads]
        if len(names) != 2:
            continue
        for numerator, denominator in (names, names[::-1]):
            e, s = pointwise.get(numerator), program.defining(denominator)
            if e is not None and len(s) == 1 and _is_softmax(e, s[0], p):
                found.append(Softmax(e, s[0], p))
    return tuple(found)


def for_each_softmax(
    program: Program, change: Callable[[Program, Softmax], tuple[Program, list[Step]]]
) -> tuple[Program, tuple[Step, ...]]:
    """The program after a change at each of its softmaxes in turn, and the steps of all of them."""
    steps: list[Step] = []
    for softmax in find_softmaxes(program):
        program, taken = change(program, softmax)
        steps += taken
    return program, tuple(steps)


def _is_softmax(e: Equation, s: Equation, p: Equation) -> bool:
    return (
        isinstance(e.body, exp)
        and s.reduction == "sum"
        and not s.guards
        and isinstance(s.body, Read)
        and s.body.access.tensor == e.target
        and len(s.over) == 1
        and p.body == Read(replace(p.lhs, tensor=e.target)) / next(r for r in p.reads if r.access.tensor == s.target)
        and set(p.guards) <= guards_at(e, replace(p.lhs, tensor=e.target))
    )


def backward_softmax(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
    """``u_bar = e_bar*e`` becomes ``p*(p_bar - m)``; ``e_bar`` and ``s_bar`` are no longer needed."""
    return for_each_softmax(derivation.result, _one_backward)


def _one_backward(program: Program, softmax: Softmax) -> tuple[Program, list[Step]]:
    e_bar, s_bar, p_bar = (adjoint_name(q.target) for q in (softmax.e, softmax.s, softmax.p))
    e_bar_definition, s_bar_definition = program.defining(e_bar), program.defining(s_bar)
    if len(s_bar_definition) != 1 or not program.defining(p_bar) or not e_bar_definition:
        return program, []
    if not _serves_alone(program, softmax, e_bar_definition, {p_bar, softmax.s.target, s_bar}):
        return program, []
    mean, tensor = _mean(program, softmax, p_bar)
    formulas = _in_terms_of_p(softmax, mean)

    def put_in(access: Access) -> sympy.Expr | None:
        formula = formulas.get(access.tensor)
        return None if formula is None else substitute_indices(formula, index_map(softmax.p, access))

    steps: list[Step] = []
    new: dict[int, tuple[Equation, ...]] = {id(s_bar_definition[0]): (s_bar_definition[0], mean)}
    for equation in readers(program).get(e_bar, ()):
        body = sympy.factor_terms(replace_reads(equation.body, put_in))
        after = _without_guards(program, softmax, replace(equation, body=body))
        new[id(equation)] = (after,)
        steps.append(Step(SOFTMAX, equation.target, (equation,), (after,), (mean,), because="e = p s"))
    return exchange(program, new, [tensor]), steps


def _serves_alone(program: Program, softmax: Softmax, definition: tuple[Equation, ...], operands: set[str]) -> bool:
    """Whether ``e_bar`` is all from the softmax, and is asked for only where ``e`` is not zero by its guards."""
    e_bar = program.tensor[definition[0].target]
    for equation in definition:
        whole = replace(equation, guards=())
        if not covers(whole, e_bar) or not set(equation.guards) <= guards_at(softmax.e, _of(softmax.e, equation.lhs)):
            return False
    if frozenset().union(*(e.tensors_read for e in definition)) - _labels(softmax.e) != operands:
        return False  # e or s is read by more than the softmax
    return all(
        guards_at(softmax.e, _of(softmax.e, r.access)) <= set(equation.guards)
        for equation in readers(program).get(e_bar.name, ())
        for r in equation.reads
        if r.access.tensor == e_bar.name
    )


def _of(equation: Equation, access: Access) -> Access:
    """The element of an equation's target that stands where ``access`` does."""
    return replace(access, tensor=equation.target)


def _labels(equation: Equation) -> frozenset[str]:
    """The tensors that the guards of an equation read."""
    return frozenset(a.tensor for g in equation.guards for a in g.affine.reads())


def _without_guards(program: Program, softmax: Softmax, equation: Equation) -> Equation:
    """``u_bar`` without the guards of ``e``: it is a multiple of ``p``, which is zero unless they hold."""
    found = [r for r in equation.reads if r.access.tensor == softmax.p.target]
    if len(found) != 1 or equation.body.xreplace({found[0]: sympy.Integer(0)}) != 0:
        return equation
    implied = guards_at(softmax.e, _of(softmax.e, found[0].access))
    after = replace(equation, guards=tuple(g for g in equation.guards if g not in implied))
    alone = len(program.defining(equation.target)) == 1 and fills(after, program.tensor[equation.target])
    return replace(after, accumulate=after.accumulate and not alone)


def _mean(program: Program, softmax: Softmax, p_bar: str) -> tuple[Equation, Tensor]:
    """``m[n] = sum[k](p_bar[n,k]*p[n,k])``, the mean of p_bar under p."""
    p, rows = softmax.p, softmax.row
    name = fresh_name(program, f"{p_bar}_mean")
    body = Read(replace(p.lhs, tensor=p_bar)) * Read(p.lhs)
    domain = tuple(i for i in p.domain if i != softmax.index)
    equation = Equation(Access(name, rows.indices), body, domain, (softmax.index,), "sum")
    shape = program.tensor[softmax.s.target].shape
    tensor = Tensor(name, shape, "adjoint", letter="μ", layer=program.tensor[p.target].layer)
    return equation, tensor


def _in_terms_of_p(softmax: Softmax, mean: Equation) -> dict[str, sympy.Expr]:
    """What a read of ``e`` and one of ``e_bar`` are at a point of ``p``: ``p*s`` and ``(p_bar - m)/s``."""
    p, s = Read(softmax.p.lhs), Read(softmax.row)
    p_bar = Read(replace(softmax.p.lhs, tensor=adjoint_name(softmax.p.target)))
    return {softmax.e.target: p * s, adjoint_name(softmax.e.target): (p_bar - Read(mean.lhs)) / s}


def fuse_cross_entropy(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
    """``u_bar = p*(p_bar - m)`` becomes ``(p - y)/N`` where ``p_bar`` is something over ``p``."""
    return for_each_softmax(derivation.result, _one_fused)


def _one_fused(program: Program, softmax: Softmax) -> tuple[Program, list[Step]]:
    p, p_bar = softmax.p, adjoint_name(softmax.p.target)
    means = program.defining(f"{p_bar}_mean")
    numerators = [_times_p(c, p) for c in program.defining(p_bar)]
    used = [
        e for e in readers(program).get(p_bar, ()) if e.target != f"{p_bar}_mean" and e.target not in _adjoints(softmax)
    ]
    if len(means) != 1 or len(used) != 1 or used[0].reduction or None in numerators:
        return program, []
    taken = [n for n in numerators if n is not None]
    parts = [_mean_part(program, softmax, means[0], n) for n in taken]
    mean = (replace(parts[0][0], accumulate=False), *(replace(e, accumulate=True) for e, _ in parts[1:]))
    after = _fused_gradient(used[0], p, mean, taken)
    assumption = next((a for _, a in parts if a is not None), None)
    step = Step(CROSS_ENTROPY, after[0].target, tuple(used), after, mean, "the p cancels", assumption)
    return exchange(program, {id(used[0]): after, id(means[0]): mean}), [step]


def _adjoints(softmax: Softmax) -> tuple[str, ...]:
    return adjoint_name(softmax.e.target), adjoint_name(softmax.s.target)


def _times_p(contribution: Equation, p: Equation) -> Equation | None:
    """The contribution to p_bar times p, if that leaves no p: the numerator of a cross-entropy."""
    if contribution.reduction or contribution.guards:
        return None
    body = sympy.expand(contribution.body * Read(replace(contribution.lhs, tensor=p.target)))
    if any(r.access.tensor == p.target for r in reads(body)):
        return None
    return replace(contribution, body=body)


def _mean_part(
    program: Program, softmax: Softmax, mean: Equation, numerator: Equation
) -> tuple[Equation, Assumption | None]:
    """What a numerator adds to ``m``: its sum over k, or one term where it picks a k by a label."""
    axis = next(a for a, q in enumerate(softmax.p.lhs.indices) if q.index == softmax.index)
    positions = numerator.lhs.indices
    lhs = Access(mean.target, positions[:axis] + positions[axis + 1 :])
    k = positions[axis].index
    domain = tuple(i for i in numerator.domain if i != k)
    if k is None:
        return replace(numerator, lhs=lhs, domain=domain), None
    body, assumption = _sum_of_targets(program, numerator.body, k)
    over = (k,) if assumption is None else ()
    return replace(numerator, lhs=lhs, body=body, domain=domain, over=over, reduction="sum" if over else ""), assumption


def _sum_of_targets(program: Program, body: sympy.Expr, k: Index) -> tuple[sympy.Expr, Assumption | None]:
    """``sum[k](c*y[n,k])`` is ``c`` where the rows of y are known to sum to one."""
    for operand in reads(body):
        tensor = program.tensor[operand.access.tensor]
        rest = body / operand
        if tensor.normalized and operand.access.indices[-1].index == k and not _mentions(rest, k):
            return rest, Assumption(tensor.name, "rows sum to one")
    return body, None


def _mentions(body: sympy.Expr, index: Index) -> bool:
    return index in body_indices(body)


def _fused_gradient(
    used: Equation, p: Equation, mean: tuple[Equation, ...], numerators: list[Equation]
) -> tuple[Equation, ...]:
    """``u_bar`` with ``p*p_bar`` replaced by the numerators, and ``m`` put in where it is one number a row."""
    at = {r.access.tensor: r for r in used.reads}
    p_bar, m = at[adjoint_name(p.target)], at[mean[0].target]
    body = sympy.expand(used.body)
    coefficient = body.coeff(p_bar) / Read(replace(p_bar.access, tensor=p.target))
    body = body.coeff(p_bar, 0)
    if len(mean) == 1 and not mean[0].reduction:
        body = body.xreplace({m: substitute_indices(mean[0].body, index_map(mean[0], m.access))})
    scattered: list[Equation] = []
    for numerator in numerators:
        if numerator.lhs.plain_indices is not None:
            body += coefficient * substitute_indices(numerator.body, index_map(numerator, p_bar.access))
            continue
        there = {q.index: a for q, a in zip(p_bar.access.indices, numerator.lhs.indices, strict=True) if q.index}
        term = substitute_indices(coefficient, there) * numerator.body
        lhs = replace(numerator.lhs, tensor=used.target)
        scattered.append(replace(numerator, lhs=lhs, body=term, accumulate=True))
    return (replace(used, body=sympy.factor_terms(sympy.expand(body))), *scattered)
