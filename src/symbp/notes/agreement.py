"""The numbers of the notes against the forward equations alone.

A line is checked in the numbers of the derivation; if these were wrong throughout, every line would still agree
with every other. So they are compared with what the network's own equations give, before a line is built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import zip_longest
from typing import Any

import mpmath
import numpy as np

from symbp.derive import derive
from symbp.equation import Equation
from symbp.errors import CheckFailed
from symbp.notes.about import without_numbers
from symbp.notes.subject import Subject, evaluated
from symbp.program import GIVEN, Program
from symbp.reference import evaluate, multiprecision
from symbp.reference.arithmetic import Array
from symbp.rewrite import REWRITES
from symbp.rewrite.shift import RULE as SHIFT
from symbp.verify.draw import placed
from symbp.verify.gradients import random_direction
from symbp.verify.perturb import perturbation_name, perturbed
from symbp.verify.report import largest

TOLERANCE = mpmath.mpf(10) ** -20
NOTHING = mpmath.mpf(10) ** -28  # of steps through formulas that carry 50 digits, beside the largest value
SMALLEST = mpmath.mpf(10) ** -6  # adjoints down to this count the same when all are compared at once
NEARBY = 1024
STEP = mpmath.mpc(0, "1e-40")  # its square is lost beside any number of 50 digits; branches look at the real part
Comparison = tuple[str, Any, Any, Any]  # a tensor, what it comes to, what it should, the size of its terms


def check_numbers(subject: Subject) -> None:
    """Nothing, if every quantity has the value, and every adjoint the slope, that the forward equations give.

    A tensor is compared along one random direction. What has no finite value in the textbook's form, such as the
    logarithm of a rounded zero, is not compared; nor are slopes where a kink is met at nearby values too, so that
    rounding decides between its branches.

    Raises:
        CheckFailed: one has not; the message names its equation.
    """
    _check_equations(subject)
    with mpmath.workdps(subject.precision):
        nothing = NOTHING * max(1.0, *(largest(subject.values[name]) for name in subject.numbers))
        for name, found, expected, scale in (*_values(subject), *_smooth_slopes(subject, nothing)):
            if not _agrees(found, expected, scale, nothing):
                raise CheckFailed(
                    f"equation ({subject.numbers[name]}): {name} is not what the forward equations give: "
                    f"along a random direction {mpmath.nstr(found, 10)}, and not {mpmath.nstr(expected, 10)}"
                )


def _agrees(found: Any, expected: Any, scale: Any, nothing: Any) -> bool:
    """Whether two numbers are the same, as far as the second is one."""
    return not mpmath.isfinite(expected) or bool(abs(found - expected) <= TOLERANCE * scale + nothing)


def _check_equations(subject: Subject) -> None:
    """The derivation has the equations that its own steps give, and at small extents stand the same ones.

    Extents are no part of their text, but for those of windows and of positions that are put together: then they are
    derived again at full size, and compared with the small ones but for numbers.
    """
    expected = subject.base.result
    if not subject.worked:
        used = {step.rule for step in subject.derivation.steps}
        expected = derive(subject.network, [rule for rule in REWRITES if rule not in used]).result
        _same(subject, expected, subject.base.result, without_numbers)
    _same(subject, subject.derivation.result, expected, str)
    _check_stated(subject)


def _check_stated(subject: Subject) -> None:
    """What no slope and no forward equation says is what some step has made it: places of a maximum, which are whole
    numbers, and what a softmax shift divides by, which cancels whatever it is.
    """
    base = subject.base
    first = next((k for k, s in enumerate(base.steps) if s.rule == SHIFT), len(base.steps))
    shifts = [s for s in base.steps if s.rule == SHIFT]
    shifted = {e.target for s in shifts for e in (*s.after, *s.new)}
    since = {_text(e) for s in base.steps[first:] for e in (*s.after, *s.new)}
    places = {t.name for t in base.result.tensors if t.dtype == "int" and base.result.defining(t.name)}
    made = (e for s in base.steps for e in (*s.after, *s.new))
    stated = {_text(e) for e in (*base.start.equations(), *base.chain_result.equations(), *made)}
    for equation in base.result.equations():
        known = since if equation.target in shifted else stated if equation.target in places else None
        if known is not None and _text(equation) not in known:
            raise CheckFailed(f"equation ({subject.numbers[equation.target]}): no step gives {equation}")


def _text(equation: Equation) -> str:
    return str(replace(equation, accumulate=False))


def _same(subject: Subject, one: Program, other: Program, text: Callable[[Equation | None], str]) -> None:
    for found, expected in zip_longest(one.equations(), other.equations()):
        if text(found) != text(expected):
            name = (found or expected).target
            raise CheckFailed(
                f"equation ({subject.numbers.get(name, name)}): the derivation has {found}, its steps give {expected}"
            )


def _values(subject: Subject) -> Iterator[Comparison]:
    """Each computed tensor of the network, along a direction."""
    forward = _forward(subject, subject.base.start, {})
    for name in subject.numbers:
        if subject.base.start.defining(name) and name not in subject.base.rescaled:
            along = random_direction({name: forward[name].shape})[name]
            found, expected = _along(subject.values[name], along), _along(forward[name], along)
            yield name, found, expected, _size(forward[name], along)


def _smooth_slopes(subject: Subject, nothing: Any) -> Iterator[Comparison]:
    """The slopes at the values of the notes, or nearby if a kink lies there: each, unless all together agree."""
    nearby = subject if _is_smooth(subject) else _moved(subject)
    if _is_smooth(nearby) and not _slopes_together(nearby, nothing):
        yield from _slopes(nearby)


def _is_smooth(subject: Subject) -> bool:
    given = {t.name: subject.values[t.name] for t in subject.base.start.of_role(*GIVEN)}
    integers = {t.name for t in subject.base.start.tensors if t.dtype == "int"}
    floats = {name: value.astype(int if name in integers else float) for name, value in given.items()}
    return placed(subject.base.start, floats, subject.sizes).smooth


def _moved(subject: Subject) -> Subject:
    """The same with inputs and parameters a little elsewhere."""
    moved = {t.name: subject.values[t.name] for t in subject.base.start.of_role(*GIVEN)}
    for tensor in subject.base.start.of_role("input", "parameter", "state"):
        if tensor.dtype == "float":
            step = random_direction({tensor.name: moved[tensor.name].shape})[tensor.name] / NEARBY
            moved[tensor.name] = moved[tensor.name] + step
    return replace(subject, values=evaluated(subject.base, moved, subject.sizes, subject.precision))


def _slopes_together(subject: Subject, nothing: Any) -> bool:
    """Whether one step along directions in all tensors at once, each as long as counts, changes the loss as it should.

    One evaluation instead of one for each adjoint; which one is wrong it does not say.
    """
    directions = dict(_directions(subject))
    sizes = {name: _size(subject.values[name], along) for name, along in directions.items()}
    longer = {name: along / max(sizes[name], SMALLEST) for name, along in directions.items()}
    of = {str(subject.tensor(name).of): along for name, along in longer.items()}
    found = mpmath.fsum(_along(subject.values[name], along) for name, along in longer.items())
    expected = _slope(subject, of)
    return bool(mpmath.isfinite(expected)) and _agrees(found, expected, 1, nothing)


def _slopes(subject: Subject) -> Iterator[Comparison]:
    """Each adjoint along a direction, and the slope of the loss there by complex step."""
    for name, along in _directions(subject):
        value = subject.values[name]
        yield name, _along(value, along), _slope(subject, {str(subject.tensor(name).of): along}), _size(value, along)


def _directions(subject: Subject) -> Iterator[tuple[str, Array]]:
    """A direction for each adjoint that is shown."""
    for name in subject.numbers:
        of = subject.tensor(name).of
        if of is not None and of not in subject.base.rescaled:
            yield name, random_direction({of: subject.values[name].shape})[of]


def _slope(subject: Subject, along: Mapping[str, Array]) -> Any:
    """dL along directions in tensors, given or computed, by complex step."""
    start = subject.base.start
    moved = {perturbation_name(name) if start.defining(name) else name: step * STEP for name, step in along.items()}
    moved |= {name: subject.values[name] + moved[name] for name in along if not start.defining(name)}
    loss = _forward(subject, perturbed(start, along), moved)[start.output].item()
    return mpmath.im(loss) / STEP.imag


def _forward(subject: Subject, program: Program, moved: dict[str, Array]) -> dict[str, Array]:
    given = subject.base.start.of_role(*GIVEN)
    values = {t.name: subject.values[t.name] for t in given}
    return evaluate(program, {**values, **moved}, subject.sizes, multiprecision(subject.precision))


def _along(value: Array, along: Array) -> Any:
    return mpmath.fsum(np.ravel(value * along))


def _size(value: Array, along: Array) -> Any:
    return mpmath.fsum(map(abs, np.ravel(value * along)))
