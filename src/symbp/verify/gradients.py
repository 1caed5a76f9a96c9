"""The gradients of a program that has some, against derivatives of the forward program alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import prod

import mpmath
import numpy as np

from symbp.derivation import adjoint_name, slice_program
from symbp.equation import Equation, Index
from symbp.errors import ProgramError
from symbp.program import Program, Scan
from symbp.reference import evaluate, extent_of, multiprecision, of_sum_one, shape_of
from symbp.reference.arithmetic import Array
from symbp.reference.loops import Sizes, Values
from symbp.verify.perturb import (
    DIGITS,
    Direction,
    Floats,
    central_difference,
    central_differences,
    complex_directional,
    complex_step,
    decimals,
)
from symbp.verify.report import Row, largest, relative_error
from symbp.verify.steps import FLOOR, NOISE, rounding

TOLERANCE = 1e-11
MPMATH_TOLERANCE = 1e-20
MPMATH_ZERO = mpmath.mpf("1e-45")  # a gradient this small, in 50 digits, is a sum that cancels to zero
MPMATH_WORK = 250_000  # points visited in mpmath before single elements give way to one direction


@dataclass(frozen=True)
class Found:
    """What the final program computes, and what the forward program says it should be.

    Attributes:
        forward: The value of each tensor of the forward program.
        result: The value of each tensor of the final program.
        adjoints: dL/dT by complex step, for each tensor of the forward program that has an adjoint.
    """

    forward: Mapping[str, Array]
    result: Mapping[str, Array]
    adjoints: Mapping[str, Floats]


def adjoints_of(start: Program, result: Program) -> tuple[str, ...]:
    """The tensors of the forward program whose adjoint the final program computes."""
    return tuple(t.name for t in start.tensors if t.dtype == "float" and result.defining(adjoint_name(t.name)))


def find(start: Program, result: Program, values: Values, sizes: Sizes, names: Iterable[str]) -> Found:
    """Both programs evaluated, and the adjoints of ``names`` by complex step through the forward one."""
    forward = evaluate(start, values, sizes)
    return Found(forward, evaluate(result, values, sizes), complex_step(start, values, sizes, names))


def rescaled(start: Program, found: Found) -> tuple[str, ...]:
    """The intermediates whose value the rewrites have changed, as a softmax shift changes its exponentials."""
    common = [t.name for t in start.of_role("intermediate") if t.name in found.result]
    return tuple(name for name in common if not _agrees(found, name))


def _agrees(found: Found, name: str) -> bool:
    return relative_error(found.result[name], found.forward[name]) < TOLERANCE


def check_gradients(start: Program, result: Program, values: Values, sizes: Sizes, at: str = "") -> tuple[Row, ...]:
    """A row for the loss, and one for each gradient by each method: complex step and mpmath differences.

    Args:
        start: The forward program.
        result: A program that computes ``T_bar`` for tensors ``T`` of the forward program as well.
        values, sizes: The given tensors, away from kinks, and the run-time sizes.
        at: What to call these values in the rows.
    """
    names = adjoints_of(start, result)
    try:
        found = find(start, result, values, sizes, names)
    except ProgramError as fault:
        return (Row("the final program", f"evaluation{at}", float("inf"), TOLERANCE, str(fault)),)
    loss = relative_error(found.result[start.output], found.forward[start.output])
    return (
        Row(start.output, f"forward program{at}", loss, TOLERANCE),
        *complex_rows(start, result, values, sizes, found, at),
        *mpmath_rows(start, result, values, sizes, at),
    )


def complex_rows(
    start: Program, result: Program, values: Values, sizes: Sizes, found: Found, at: str = ""
) -> tuple[Row, ...]:
    """The gradients of the final program against complex steps of the forward program."""
    references = {**found.adjoints, **_rescaled_references(start, result, values, sizes, found)}
    references = {n: r for n, r in references.items() if result.defining(adjoint_name(n))}
    errors = {n: _error(result, sizes, found, n, r) for n, r in references.items()}
    rows = _rows(start, errors, f"complex step{at}", TOLERANCE)
    zero = {f"dL/d{name}" for name, reference in references.items() if not reference.any()}
    return tuple(replace(row, note="zero throughout") if row.what in zero else row for row in rows)


def _error(result: Program, sizes: Sizes, found: Found, name: str, reference: Array) -> float:
    """The relative error of one adjoint; one that cancels to zero is measured by its terms."""
    adjoint, computed = adjoint_name(name), found.result[adjoint_name(name)]
    error = relative_error(computed, reference)
    if error <= TOLERANCE:
        return error
    terms = max(float(largest(rounding(result, adjoint, found.result, sizes))), FLOOR)
    return relative_error(computed, reference, terms, NOISE)


def _rescaled_references(
    start: Program, result: Program, values: Values, sizes: Sizes, found: Found
) -> dict[str, Floats]:
    """Adjoints of shifted exponentials, by complex step through the forward equations of the final program."""
    changed = [n for n in rescaled(start, found) if n in found.adjoints and result.defining(adjoint_name(n))]
    return complex_step(slice_program(result, [result.output]), values, sizes, changed)


def _rows(start: Program, errors: Mapping[str, float], how: str, tolerance: float) -> Iterator[Row]:
    """A row for each given tensor, and one for all the intermediates."""
    between = {name: error for name, error in errors.items() if start.defining(name)}
    for name, error in errors.items():
        if name not in between:
            yield Row(f"dL/d{name}", how, error, tolerance)
    if between:
        worst = max(between, key=lambda name: between[name])
        what = f"adjoints of {len(between)} intermediates" if len(between) > 1 else f"dL/d{worst}"
        yield Row(what, how, between[worst], tolerance, f"worst: dL/d{worst}" if len(between) > 1 else "")


def mpmath_rows(start: Program, result: Program, values: Values, sizes: Sizes, at: str = "") -> tuple[Row, ...]:
    """Gradients in 50 digits against central differences in 50 digits.

    Element by element where that is quick; else along one random direction for each tensor, or for some tensors
    and all of them together. Intermediates are left to the complex step.
    """
    names = [n for n in adjoints_of(start, result) if not start.defining(n)]
    room = max(1, MPMATH_WORK // (2 * points(start, sizes)))
    every = sum(prod(shape_of(start.tensor[n], sizes)) for n in names) <= room
    differences = _every_element if every else _one_direction
    how = f"mpmath differences{'' if every else ', one direction'}{at}"
    with mpmath.workdps(DIGITS):
        normalized = {t.name: of_sum_one(values[t.name], DIGITS) for t in start.tensors if t.normalized}
        exact_values = {n: decimals(v) for n, v in values.items()} | normalized
        exact = evaluate(result, exact_values, sizes, multiprecision(DIGITS))
        chosen = names if len(names) <= room else _spread(names, room)
        errors = {n: differences(start, exact_values, sizes, n, exact[adjoint_name(n)]) for n in chosen}
        rows = tuple(_rows(start, errors, how, MPMATH_TOLERANCE))
        if len(chosen) == len(names):
            return rows
        together = _together(start, exact_values, sizes, {n: exact[adjoint_name(n)] for n in names})
    return (*rows, Row(f"{len(names)} gradients together", how, together, MPMATH_TOLERANCE))


def _spread(names: list[str], count: int) -> list[str]:
    """So many of the names, from the first to the last."""
    return [names[place * (len(names) - 1) // max(1, count - 1)] for place in range(count)]


def _together(start: Program, values: Values, sizes: Sizes, gradients: Mapping[str, Array]) -> float:
    along = random_direction({name: gradient.shape for name, gradient in gradients.items()})
    total = mpmath.fsum((gradient * along[name]).sum() for name, gradient in gradients.items())
    return relative_error(total, central_difference(start, values, sizes, along))


def _every_element(start: Program, values: Values, sizes: Sizes, name: str, gradient: Array) -> float:
    return _exact_error(gradient, central_differences(start, values, sizes, name, _digits(gradient)))


def _one_direction(start: Program, values: Values, sizes: Sizes, name: str, gradient: Array) -> float:
    along = random_direction({name: gradient.shape})
    slope = central_difference(start, values, sizes, along, _digits(gradient))
    return _exact_error((gradient * along[name]).sum(), slope)


def _digits(gradient: Array) -> int:
    """As many digits more than 50 as the gradient is small: a difference of losses of order one must show it."""
    size = largest(gradient)
    return DIGITS + (max(0, int(-mpmath.log10(size))) if MPMATH_ZERO < size < 1 else 0)


def _exact_error(gradient: Array, reference: Array) -> float:
    """The relative error; where the gradient is zero, a difference quotient is its own error."""
    if largest(gradient) <= MPMATH_ZERO:
        return float(largest(reference - gradient))
    return relative_error(gradient, reference)


def random_direction(shapes: Mapping[str, tuple[int, ...]]) -> Direction:
    """Positive and negative numbers of order one, the same each time, short enough to be exact as decimals."""
    rng = np.random.default_rng(len(shapes))
    return {name: rng.choice([-1.0, 1.0], shape) * rng.integers(64, 192, shape) / 128 for name, shape in shapes.items()}


def directional_row(start: Program, result: Program, values: Values, sizes: Sizes, at: str) -> Row:
    """All gradients of given tensors at once, along one random direction, by complex step."""
    names = [n for n in adjoints_of(start, result) if not start.defining(n)]
    along = random_direction({n: shape_of(start.tensor[n], sizes) for n in names})
    computed = evaluate(result, values, sizes)
    slope = complex_directional(start, values, sizes, along)
    size = sum(float(np.abs(computed[adjoint_name(n)] * along[n]).sum()) for n in names)
    sum_of = sum(float((computed[adjoint_name(n)] * along[n]).sum()) for n in names)
    error = abs(sum_of - slope) / size if size else abs(slope)
    return Row("dL along a direction", f"complex step{at}", error, TOLERANCE)


def points(program: Program, sizes: Sizes) -> int:
    """How many points the nested loops of a program visit."""
    total = 0
    for statement in program.statements:
        rounds = extent_of(statement.index.extent, sizes) if isinstance(statement, Scan) else 1
        equations = statement.body if isinstance(statement, Scan) else (statement,)
        total += rounds * sum(_points(e, sizes) for e in equations)
    return total


def _points(equation: Equation, sizes: Sizes) -> int:
    indices: tuple[Index, ...] = (*equation.domain, *equation.over)
    return prod(extent_of(i.extent, sizes) for i in indices)
