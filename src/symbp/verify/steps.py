"""Each recorded step by itself, at reference values of everything that it reads.

A rewrite must keep the value of its target. A step of the chain rule must give the contribution of the read
that it names: the derivative of ``sum y_bar*y`` when this read alone is perturbed, by complex step. The
adjoints that a step reads come from complex steps through the whole forward program, not from other steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sympy

from symbp.derivation import Step
from symbp.equation import Access, Equation, Read
from symbp.errors import ProgramError
from symbp.functions import abs_
from symbp.program import Program, Tensor
from symbp.reference import LANES, evaluate, extent_of
from symbp.reference.arithmetic import Array
from symbp.reference.loops import Sizes
from symbp.verify.perturb import STEP
from symbp.verify.report import largest, relative_error

NOISE = 1e-12  # a sum this much smaller than its terms is zero, but for rounding
FLOOR = 1e-3  # what terms count for at least, among values of order one: zeros that come of zeros are zeros
WRITTEN = "#"  # what a step writes is kept apart from the reference value of the same name


@dataclass(frozen=True)
class StepCheck:
    """The relative error of one step."""

    step: Step
    error: float
    fault: str = ""


def check_steps(steps: Iterable[Step], known: Mapping[str, Array], sizes: Sizes) -> tuple[StepCheck, ...]:
    """The error of every step, in order.

    Args:
        steps: Steps of a derivation.
        known: Reference values by name: of the given tensors, of the forward program, and of the adjoints.
        sizes: The run-time sizes.
    """
    values = dict(known)
    checks = []
    for step in steps:
        try:
            error, new = _checked(step, values, sizes)
            checks.append(StepCheck(step, error))
            values.update(new)
        except (ProgramError, KeyError) as fault:
            checks.append(StepCheck(step, float("inf"), str(fault)))
    return tuple(checks)


def _checked(step: Step, values: Mapping[str, Array], sizes: Sizes) -> tuple[float, dict[str, Array]]:
    new = values_of(step.new, values, sizes)
    renewed = max((relative_error(new[n], values[n], 1.0, NOISE) for n in new if n in values), default=0.0)
    known = {**values, **new}
    return max(renewed, CLAIMS.get(step.rule, _same_value)(step, known, sizes)), new


def values_of(equations: tuple[Equation, ...], values: Mapping[str, Array], sizes: Sizes) -> dict[str, Array]:
    """What some equations write when everything else has its reference value.

    An equation reads what an earlier one has written, but for its own target: that is a recurrence, or a
    contribution that another round of a scan has made.
    """
    if not equations:
        return {}
    targets = dict.fromkeys(e.target for e in equations)
    written: set[str] = set()
    apart: list[Equation] = []
    for equation in map(closed, equations):
        fresh = written - {equation.target}
        apart.append(_renamed(equation, fresh))
        written.add(equation.target)
    given = _needed(apart, values)
    tensors = [_tensor(name, value) for name, value in given.items()]
    tensors += [replace(_declared(name, equations, values, sizes), name=name + WRITTEN) for name in targets]
    result = evaluate(Program(tuple(tensors), tuple(apart)), given, sizes)
    return {name: result[name + WRITTEN] for name in targets}


def _needed(equations: Iterable[Equation], values: Mapping[str, Array]) -> dict[str, Array]:
    """The values of what some equations read, less what they write themselves."""
    read = {name for e in equations for name in e.tensors_read if not name.endswith(WRITTEN)}
    return {name: values[name] for name in sorted(read)}


def closed(equation: Equation) -> Equation:
    """The equation with the index of its scan, which it does not bind itself, added to its domain."""
    bound = {*equation.domain, *equation.over}
    free = tuple(dict.fromkeys(i for i in equation.indices() if i not in bound))
    return replace(equation, domain=free + equation.domain)


def _renamed(equation: Equation, fresh: set[str]) -> Equation:
    exchange = {r: Read(replace(r.access, tensor=r.access.tensor + WRITTEN)) for r in equation.reads}
    body = equation.body.xreplace({r: new for r, new in exchange.items() if r.access.tensor in fresh})
    return replace(equation, body=body, lhs=replace(equation.lhs, tensor=equation.target + WRITTEN))


def _tensor(name: str, value: Array) -> Tensor:
    array = np.asarray(value)
    return Tensor(name, array.shape, "input", "int" if array.dtype.kind in "iu" else "float")


def _declared(name: str, equations: tuple[Equation, ...], values: Mapping[str, Array], sizes: Sizes) -> Tensor:
    if name in values:
        return replace(_tensor(name, values[name]), role="intermediate")
    equation = next(e for e in equations if e.target == name)
    extents = [p.index.extent if p.index else None for p in equation.lhs.indices]
    if None in extents:
        raise ProgramError(f"{equation}: the shape of {name} is not known")
    dtype: Any = "int" if equation.reduction == "argmax" else "float"
    return Tensor(name, tuple(extent_of(e, sizes) for e in extents if e is not None), dtype=dtype)


def _same_value(step: Step, values: Mapping[str, Array], sizes: Sizes) -> float:
    before = values_of(step.before, values, sizes)[step.target]
    after = values_of((*step.new, *step.after), values, sizes)[step.target]
    return relative_error(after, before, FLOOR, NOISE)


def _same_up_to_a_factor(step: Step, values: Mapping[str, Array], sizes: Sizes) -> float:
    """A softmax is shifted: its exponentials change by one factor in each row, which cancels; zeros stay zeros."""
    before, after = (values_of(found, values, sizes)[step.target] for found in (step.before, step.after))
    axis = [p.index for p in step.after[0].lhs.indices].index(step.new[0].over[0])
    total, new_total = before.sum(axis, keepdims=True), after.sum(axis, keepdims=True)
    factor = np.broadcast_to(np.where(total > 0, new_total, 1) / np.where(total > 0, total, 1), before.shape)
    ratio = np.divide(after, before, out=factor.copy(), where=before != 0)
    return float("inf") if after[before == 0].any() else relative_error(ratio, factor)


def _nothing(step: Step, values: Mapping[str, Array], sizes: Sizes) -> float:
    """A dead equation has no value that anybody reads: the program after it is checked whole."""
    return 0.0


def _chain_rule(step: Step, values: Mapping[str, Array], sizes: Sizes) -> float:
    """``after`` against the derivative of ``sum y_bar*y`` in the read that it contributes for."""
    name = step.target.removesuffix("_bar")
    operand = Access(name, step.after[0].lhs.indices)
    reference = sum(_contribution(closed(e), operand, values, sizes) for e in step.before)
    terms = magnitude(step.after, values, sizes)
    return relative_error(values_of(step.after, values, sizes)[step.target], reference, terms, NOISE)


def _contribution(equation: Equation, operand: Access, values: Mapping[str, Array], sizes: Sizes) -> Array:
    """d(sum y_bar*y) by one read."""
    shape = np.shape(values[operand.tensor])
    step = replace(operand, tensor=f"{operand.tensor}{WRITTEN}step")
    moved = replace(equation, body=equation.body.xreplace({Read(operand): Read(operand) + Read(step)}))
    lanes = 1j * STEP * np.eye(int(np.prod(shape))).reshape(*shape, -1)
    given = _needed([equation], values)
    tensors = [_tensor(name, value) for name, value in given.items()]
    tensors += [Tensor(step.tensor, shape, "input"), Tensor(WRITTEN, np.shape(values[equation.target]))]
    target = replace(moved, lhs=replace(moved.lhs, tensor=WRITTEN))
    out = evaluate(Program(tuple(tensors), (target,)), {**given, step.tensor: lanes}, sizes, LANES)[WRITTEN]
    slope = np.imag(out) / STEP * np.asarray(values[f"{equation.target}_bar"])[..., np.newaxis]
    total = slope.reshape(-1, slope.shape[-1]).sum(axis=0)
    return np.broadcast_to(total, (lanes.shape[-1],)).reshape(shape)


def magnitude(equations: Iterable[Equation], values: Mapping[str, Array], sizes: Sizes) -> float:
    """The largest sum of the magnitudes of the terms in a definition: what its rounding is measured by."""
    return float(largest(_magnitudes(tuple(equations), values, sizes)))


def rounding(
    program: Program, name: str, values: Mapping[str, Array], sizes: Sizes, known: dict[str, Array] | None = None
) -> Array:
    """The magnitudes of the terms of a definition, where what it reads has cancelled to zero: of that one's terms.

    The query of a sequence of one step has no gradient: ``p*(p_bar - p_bar)`` times the key, which rounding blurs.

    Args:
        known: The magnitudes found at these values before, to which those found now are added.
    """
    known = {} if known is None else known
    known[name] = values[name]  # what a recurrence reads of itself is taken as it is
    equations = program.defining(name)
    read = {t for e in equations for t in e.tensors_read if program.defining(t) and t != name}
    nothing = sorted(t for t in read if largest(values[t]) < NOISE)
    blurred = {t: known[t] if t in known else rounding(program, t, values, sizes, known) for t in nothing}
    known[name] = _magnitudes(equations, {**values, **blurred}, sizes)
    return known[name]


def _magnitudes(equations: tuple[Equation, ...], values: Mapping[str, Array], sizes: Sizes) -> Array:
    positive = tuple(replace(e, body=_absolute(e.body), accumulate=True) for e in equations)
    return values_of(positive, values, sizes)[positive[0].target]


def _absolute(body: sympy.Expr) -> sympy.Expr:
    return sum((abs_(term) for term in sympy.Add.make_args(sympy.expand(body))), sympy.Integer(0))


Claim = Callable[[Step, Mapping[str, Array], Sizes], float]
CLAIMS: dict[str, Claim] = {
    "chain rule": _chain_rule,
    "softmax shift": _same_up_to_a_factor,
    "dead equations": _nothing,
}
