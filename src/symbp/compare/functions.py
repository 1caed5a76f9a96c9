"""Whether a user's function gives the right gradients: called here, or, if it is in a file, in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from symbp.compare import child
from symbp.compare.answers import Answer, Asked, answers, listed, validate
from symbp.compare.comparison import Comparison
from symbp.compare.departure import Departure
from symbp.compare.judge import compared
from symbp.compare.lines import place
from symbp.compare.points import Measured, Point, points
from symbp.compare.process import USUAL, Called, Limits, Returned, exception_text, run_file, target_of
from symbp.compare.subject import Subject, subjects
from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation
from symbp.errors import SpecError
from symbp.formulas.quantity import split_letters, without_derivative
from symbp.numpy_code import blueprint
from symbp.reference import shape_of
from symbp.reference.arithmetic import Array

Function: TypeAlias = Callable[..., Any]
Call: TypeAlias = Callable[[str, Sequence[Called]], Returned]
TOLERANCE = 1e-7  # of floats that somebody else has summed up in another order
SINGLE = 1e-4
PRECISION = {"float16": 1e-2, "float32": SINGLE}


def compare_function(derivation: NetworkDerivation, wrt: str, function: Function) -> Comparison:
    """Whether a function of Python gives the gradient by ``wrt``, and if not, where it differs and why.

    Args:
        wrt: A tensor or an element of one: ``W1``, ``w31``, ``W1[1,2]``.
        function: ``f(p, X, Y)``, or a function whose arguments are called like tensors, such as ``x``, ``W1``, ``a1``.
            It returns the gradient of ``wrt``, or of all parameters in their order (as a tuple, a NamedTuple or a
            dict), or the loss and these.

    Raises:
        SpecError: it raises, or what it returns is no such gradient.

    >>> from symbp.network import Dense, Network
    >>> from symbp.derive import derive
    >>> d = derive(Network("line", 2, [Dense(1)], "squared_error"))
    >>> compare_function(d, "W1", lambda x, y, yhat: 2 * (yhat - y).T @ x / len(x)).equal
    True
    >>> found = compare_function(d, "W1", lambda x, y, yhat: (yhat - y).T @ x / len(x))
    >>> [cause.mistake.key for cause in found.causes]
    ['half']
    """
    label = name_of(function)
    return _compared(derivation, wrt, label, lambda _, calls: called_here(function, calls, label))


def compare_file(derivation: NetworkDerivation, wrt: str, target: str, limits: Limits = USUAL) -> Comparison:
    """The same of a function in a file, ``FILE.py`` or ``FILE.py:function``, which runs in a process of its own.

    Raises:
        SpecError: it raises, does not return, or what it returns is no such gradient.
    """
    path, function = target_of(target)
    wrt = split_letters(without_derivative(wrt))[0]
    label = f"{path}: {function}" if function else str(path)
    return _compared(derivation, wrt, label, lambda tensor, calls: run_file(target, tensor, calls, limits))


def _compared(derivation: NetworkDerivation, wrt: str, label: str, call: Call) -> Comparison:
    """The comparison for the first thing that ``wrt`` may mean: an array, or else a number."""
    subject = subjects(derivation, wrt)[-1]
    at = points(subject.derivation, subject.tensor)
    calls = [called(point, subject.tensor) for point in at]
    returned = call(subject.tensor, calls)
    asked = Asked(subject.derivation, subject.tensor, _named(label, returned))
    found = [_filled(a, subject, p) for a, p in zip(answers(asked, returned), at, strict=True)]
    validate(asked.label, found, [p.chain for p in at], [where(p) for p in at])
    return Judged(subject.derivation, at, found).comparison(subject)


def _named(label: str, returned: Returned) -> str:
    """What a function is called in messages."""
    return f"{label}: {returned.function}" if returned.function and label.endswith(".py") else label


# --- calling it -----------------------------------------------------------------------------------------------------


def called(point: Point, wrt: str = "", dtype: Any = np.float64) -> Called:
    """What a function may ask for at a point: all that is given, the values of the forward pass, and adjoints.

    The gradients of parameters, and that of ``wrt``, are not among them.
    """
    plan = blueprint(point.derivation)
    hidden = {adjoint_name(name) for name in (*point.derivation.wrt, wrt)}
    values = {**point.given, **point.values, **point.chain}
    kept = {name: _cast(value, dtype) for name, value in values.items() if name not in hidden}
    statistics = {t.name: np.ones(shape_of(t, point.sizes), dtype) for t in plan.states if t.name not in kept}
    groups = ("parameters", "inputs", "targets", "masks", "states")
    roles = {("state" if g == "states" else g): [t.name for t in getattr(plan, g)] for g in groups}
    return Called({**kept, **statistics}, point.sizes, roles)


def _cast(value: Any, dtype: Any) -> Array:
    array = np.asarray(value)
    return array if array.dtype.kind in "iu" and array.dtype != object else array.astype(dtype)


def called_here(function: Function, calls: Sequence[Called], label: str, raising: bool = False) -> Returned:
    """What a function of Python returns, called in this process.

    Args:
        raising: Whether its exceptions pass as they are.

    Raises:
        SpecError: it cannot be called, or raises; the message has the line.
    """
    __tracebackhide__ = True
    arrays: list[Any] = []
    trees = []
    for call in calls:
        shapes = ""
        try:
            placed, named = child.arguments(function, call.everything, call.roles)
            shapes = child.shapes(placed, named)
            trees.append(child.record(function(*placed, **named), arrays))
        except child.Unfit as unfit:
            raise SpecError(f"{label}: {unfit.problem}" + (f"\n  {unfit.remedy}" if unfit.remedy else "")) from None
        except Exception as error:
            if raising:
                raise
            file = file_of(function)
            told = {**child.raised(error, file), "shapes": shapes}
            raise SpecError(exception_text(file or label, told)) from error
    return Returned(tuple(trees), tuple(arrays), getattr(function, "__name__", ""))


def file_of(function: Function) -> str:
    """The file that a function was written in, as Python knows it; empty if it does not."""
    code = getattr(getattr(function, "func", function), "__code__", None)
    return code.co_filename if code is not None else ""


def name_of(function: Function) -> str:
    """What a function is called in messages."""
    return str(getattr(function, "__qualname__", "") or type(function).__name__).rpartition("<locals>.")[2]


def where(point: Point) -> str:
    """What a point is called."""
    return "with the numbers of the example" if point.example else "with random numbers"


# --- judging what it says -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Judged:
    """The gradients that a function gave at several points, beside the right ones.

    Attributes:
        rtol: How far a number may be off, relative to the largest of its gradient.
        only: The one gradient that is looked at; empty for all.
    """

    derivation: NetworkDerivation
    points: Sequence[Point]
    answers: Sequence[Answer]
    rtol: float = TOLERANCE
    only: str = ""

    @cached_property
    def tolerance(self) -> float:
        """The tolerance of the precision in which the function computes."""
        names = {str(array.dtype) for answer in self.answers for array in answer.gradients.values()}
        return max(self.rtol, *(PRECISION.get(name, 0.0) for name in names))

    @cached_property
    def measured(self) -> Mapping[str, list[Measured]]:
        """Each gradient at all points, in the order of the way back."""
        given = self.answers[0].gradients
        names = sorted([self.only] if self.only else given, key=self._number)
        return {name: [self._measure(name, k) for k in range(len(self.points))] for name in names}

    def _number(self, name: str) -> int:
        return self.derivation.numbers.get(adjoint_name(name), 0)

    def _measure(self, name: str, at: int) -> Measured:
        point = self.points[at]
        given = np.asarray(self.answers[at].gradients[name], dtype=float)
        return Measured(point, given, np.asarray(point.chain[adjoint_name(name)], dtype=float), point.scale(name))

    @cached_property
    def wrong(self) -> list[str]:
        """The tensors whose gradients are wrong, from the loss on."""
        return [name for name, every in self.measured.items() if self.error(every) > self.tolerance]

    @property
    def right(self) -> list[str]:
        return [name for name in self.measured if name not in self.wrong]

    @staticmethod
    def error(every: Sequence[Measured]) -> float:
        return max(float(np.max(m.off, initial=0)) for m in every)

    @cached_property
    def wrong_loss(self) -> tuple[float, float, Point] | None:
        """A loss that is wrong, the right one, and where."""
        for point, answer in zip(self.points, self.answers, strict=True):
            right = float(point.chain[self.derivation.start.output])
            if answer.loss is not None and not abs(answer.loss - right) <= self.tolerance * max(abs(right), 1e-8):
                return answer.loss, right, point
        return None

    @cached_property
    def departure(self) -> Departure:
        """Where the function leaves the derivation."""
        return Departure(self.derivation, self.measured, tuple(self.right), tuple(self.wrong), self.tolerance)

    def comparison(self, subject: Subject) -> Comparison:
        """The comparison of one gradient; what it says of the others is among the remarks."""
        every = [_of_element(m, subject) for m in self.measured[subject.tensor]]
        whole = self.departure
        found = compared(subject, every, lambda *_: whole.causes or whole.causes_of(subject.tensor), self.tolerance)
        if not found.equal and not found.causes:
            leaves = None if self._between else place(subject, whole.at)
            found = replace(found, leaves=leaves, reached=self._between)
        return replace(found, remarks=(*found.remarks, *self.remarks))

    @property
    def _between(self) -> tuple[str, ...]:
        """The lines in one of which the mistake is, if there are several."""
        numbers = [self.derivation.numbers[name] for name in self.departure.between if name in self.derivation.numbers]
        if len(self.departure.between) == 1 or not numbers:
            return ()
        first, last = numbers[0], numbers[-1]
        place = f"in one of the lines ({first}) to ({last})" if first < last else f"on the way to line ({last})"
        return (f"It leaves the derivation {place}",)

    @property
    def _sorted(self) -> list[str]:
        """Which gradients are right, and which are wrong."""
        kinds = ((self.right, "right"), (self.wrong, "wrong"))
        return [f"{listed(names)} {'is' if len(names) == 1 else 'are'} {kind}" for names, kind in kinds if names]

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is right and what is not, if there are several gradients."""
        told = []
        if len(self.measured) > 1 and self.wrong:
            told.append(f"Among what it returns, {'; '.join(self._sorted)}.")
        if self.wrong_loss:
            told.append(told_loss(*self.wrong_loss))
        return tuple(told)


def told_loss(given: float, right: float, point: Point) -> str:
    return f"Its loss is {given:.6g}, and the right one {right:.6g}, {where(point)}."


def _of_element(measured: Measured, subject: Subject) -> Measured:
    if subject.index is None:
        return measured
    return replace(measured, given=measured.given[subject.index], right=measured.right[subject.index])


def _filled(answer: Answer, subject: Subject, point: Point) -> Answer:
    """A single number for an element that was asked for, among the right numbers of its tensor."""
    given, whole = answer.gradients[subject.tensor], point.chain[subject.adjoint]
    if subject.index is None or np.shape(given) != () or np.shape(whole) == ():
        return answer
    array = np.array(whole, dtype=float)
    array[subject.index] = given
    return replace(answer, gradients={**answer.gradients, subject.tensor: array})
