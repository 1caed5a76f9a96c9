"""Whether a function of a derivation's quantities is the gradient: compared at several points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from symbp.compare.causes import causes
from symbp.compare.comparison import Comparison
from symbp.compare.lines import place
from symbp.compare.path import route
from symbp.compare.points import Measured, Point, Sizes, points
from symbp.compare.relations import relations
from symbp.compare.subject import Subject, subjects
from symbp.compare.verdict import Difference, Place, Position
from symbp.derive import NetworkDerivation
from symbp.errors import Fault
from symbp.mistakes import Seed
from symbp.views.scalar import Element

Candidate: TypeAlias = Callable[[Mapping[str, Any]], Any]
Explain: TypeAlias = Callable[[Subject, list[Measured]], tuple[Seed, ...]]
TOLERANCE = 1e-9


class WrongShape(Fault):
    """The candidate gives an array of another shape than the gradient's."""


def judge(derivation: NetworkDerivation, wrt: str, candidate: Candidate, sizes: Sizes | None = None) -> Comparison:
    """Whether a candidate is dL/d(wrt), and if not, where it differs and which mistake it looks like.

    Args:
        wrt: A tensor or an element of one: ``W1``, ``w31``, ``W1[1,2]``, ``z1``, ``x``.
        candidate: Gives an array of the shape of ``wrt`` from the right value of every tensor of the derivation.
        sizes: The run-time sizes at which to compare; without them there are several samples.

    Raises:
        Fault: there is no such quantity, or the candidate gives an array of another shape.

    >>> from symbp.network import Dense, Network
    >>> from symbp.derive import derive
    >>> d = derive(Network("relay", 2, [Dense(2, "sigmoid"), Dense(1, "sigmoid")], "mse"))
    >>> judge(d, "W1", lambda v: v["z1_bar"].T @ v["x"]).equal
    True
    >>> judge(d, "W1", lambda v: 5 * v["z1_bar"].T @ v["x"]).relations
    ('5 times the right gradient',)
    """
    *others, last = reversed(subjects(derivation, wrt))  # arrays first: a name may be that of a neuron too
    for subject in others:
        try:
            return judge_subject(subject, candidate, sizes)
        except WrongShape:
            continue
    return judge_subject(last, candidate, sizes)


def judge_subject(subject: Subject, candidate: Candidate, sizes: Sizes | None = None) -> Comparison:
    """The comparison of a candidate with the gradient by a quantity that is known."""
    return judge_at(subject, candidate, points(subject.derivation, subject.tensor, sizes))


def judge_at(subject: Subject, candidate: Candidate, at: Sequence[Point]) -> Comparison:
    """The comparison at some points.

    Where a rewrite has scaled a quantity, its name may mean what it was before as well as what it is now.
    """
    every = [measured(subject, candidate, point, point.values) for point in at]
    if subject.derivation.rescaled and _error(every) > TOLERANCE:
        textbook = [measured(subject, candidate, point, point.textbook) for point in at]
        every = textbook if _error(textbook) <= TOLERANCE else every
    return compared(subject, every)


def compared(
    subject: Subject, every: list[Measured], explain: Explain = causes, tolerance: float = TOLERANCE
) -> Comparison:
    """The comparison of a candidate with the gradient at several points, and what explains the difference."""
    error = _error(every)
    if error <= tolerance:
        return Comparison(subject.asked, True, error)
    right, wrong = _sorted(every, tolerance)
    found = explain(subject, every)
    way = route(subject)
    name = next((seed.at for seed in found if seed.at in way), subject.adjoint)
    leaves: Place | None = place(subject, name)
    others = () if found else relations(subject, every)
    return Comparison(
        subject.asked, False, error, worst_of(subject, every, tolerance), right, wrong, found, others, leaves
    )


def _error(every: Sequence[Measured]) -> float:
    return max(float(np.max(m.off, initial=0)) for m in every)


def measured(subject: Subject, candidate: Candidate, point: Point, values: Mapping[str, Any]) -> Measured:
    """A candidate and the gradient at one point.

    Raises:
        Fault: the candidate gives an array of another shape.
    """
    whole = np.asarray(point.chain[subject.adjoint], dtype=float)
    right = whole if subject.index is None else whole[subject.index]
    with np.errstate(all="ignore"):
        given = np.asarray(candidate(values), dtype=float)
    if given.shape != np.shape(right):
        raise WrongShape(f"the candidate is {_spelled(given)}; dL/d{subject.asked} is {_spelled(right)}")
    return Measured(point, given, np.asarray(right), point.scale(subject.tensor))


def _spelled(array: Any) -> str:
    shape = np.shape(array)
    return f"an array of the shape {' x '.join(map(str, shape))}" if shape else "one number"


def _sorted(every: list[Measured], tolerance: float) -> tuple[tuple[Position, ...], tuple[Position, ...]]:
    """The elements that are right at every point, and the others, from 1; none where points differ in their shapes."""
    if len({m.right.shape for m in every}) > 1 or not every[0].right.shape:
        return (), ()
    fine = np.all([m.off <= tolerance for m in every], axis=0)
    one_based = [tuple(int(k) + 1 for k in p) for p in np.argwhere(fine)]
    return tuple(one_based), tuple(tuple(int(k) + 1 for k in p) for p in np.argwhere(~fine))


def worst_of(subject: Subject, every: list[Measured], tolerance: float) -> Difference:
    """The element that is farthest off: in the numbers of the example, if the candidate differs there."""
    shown = [m for m in every if m.point.example and np.max(m.off, initial=0) > tolerance]
    chosen = (shown or sorted(every, key=lambda m: -np.max(m.off, initial=0)))[0]
    at = tuple(int(k) for k in np.unravel_index(int(np.argmax(chosen.off)), chosen.off.shape))
    index = at if subject.index is None else subject.index
    naming = subject.derivation.naming
    try:
        name = naming.plain(Element(subject.tensor, index))
    except (KeyError, IndexError):
        name = subject.asked
    return Difference(
        name, tuple(k + 1 for k in at), float(chosen.given[at]), float(chosen.right[at]), chosen.point.example
    )
