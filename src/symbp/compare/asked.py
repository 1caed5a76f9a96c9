"""Whether what somebody typed for a gradient is right: in every way in which it can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from symbp.compare.comparison import Comparison
from symbp.compare.figures import is_number, judge_number
from symbp.compare.functions import compare_function
from symbp.compare.judge import judge_at
from symbp.compare.lines import Style
from symbp.compare.path import followed, leaving
from symbp.compare.points import points
from symbp.compare.subject import Subject, subjects
from symbp.derive import NetworkDerivation
from symbp.errors import Fault
from symbp.formulas import Formula, readings
from symbp.formulas.quantity import split_letters, without_derivative
from symbp.layers.fragment import BATCH


def compare(derivation: NetworkDerivation, wrt: str, candidate: str | Callable[..., Any]) -> Comparison:
    """Whether a formula or a function is dL/d(wrt); if not, where and by how much it differs, and why.

    Args:
        wrt: A tensor or an element of one: ``W1``, ``w31``, ``W1[1,2]``, ``z1``, ``x``; ``W1[i,j]`` names the indices
            of a formula in index notation.
        candidate: A formula in neuron, layer or index notation, or a function ``f(p, X, Y)``, or one whose arguments
            are called like tensors, such as ``x``, ``W1``, ``a1``, ``z1_bar``; it returns the gradient, or those of
            all parameters, or the loss and these.

    Raises:
        SpecError: there is no such quantity, the formula is none, or what it gives has another shape.

    >>> from symbp.network import Dense, Network
    >>> from symbp.derive import derive
    >>> d = derive(Network("relay", 2, [Dense(2, "sigmoid"), Dense(1, "sigmoid")], "mse"))
    >>> compare(d, "W1", "(W2^T*delta2) .* sigma'(z1) * x^T").equal
    True
    >>> [seed.mistake.key for seed in compare(d, "W1", "(W2^T*delta2) * x^T").causes]
    ['lost-slope']
    """
    wrt = without_derivative(wrt)
    plain, letters = split_letters(wrt)
    if not isinstance(candidate, str):
        return compare_function(derivation, plain, candidate)
    best: Comparison | None = None
    first: Fault | None = None
    for attempt in _attempts(derivation, plain, candidate, letters, wrt):
        if isinstance(attempt, Fault):
            first = first or attempt
            continue
        if attempt.equal:
            return attempt
        if best is None or (attempt.causes and not best.causes):
            best = attempt
    if best is None:
        assert first is not None
        raise first
    return best


def _attempts(
    derivation: NetworkDerivation, plain: str, text: str, letters: tuple[str, ...], asked: str
) -> Iterator[Comparison | Fault]:
    """The formula in every way in which it and what it is the gradient by can be read."""
    for subject in subjects(derivation, plain, asked):
        if letters and subject.index is not None:
            continue
        try:
            found = readings(text, subject.derivation, (subject.tensor, subject.index), letters, asked)
        except Fault as fault:
            yield fault
            continue
        if is_number(found[0]) and subject.index is not None and subject.derivation.network.example is not None:
            yield judge_number(subject, text)
            return
        for formula in found:
            yield _judged(subject, formula)


def _judged(subject: Subject, formula: Formula) -> Comparison:
    """A comparison with the line at which the formula leaves the derivation, in its own notation."""
    neuron = formula.notation == "neuron"
    at = points(subject.derivation, subject.tensor, formula.sizes, formula.of_any_size, near=neuron)
    judged = judge_at(subject, formula.value, at)
    if judged.equal:
        return replace(judged, remarks=formula.remarks)
    along = followed(subject, formula, at)
    style = Style(formula.notation, formula.sizes.get(BATCH.name) == 1, formula.layout)
    place = leaving(subject, along, judged.causes, style)
    arrays = not (neuron and subject.derivation.naming.numbering == "neurons")
    told = along.told(subject)
    return replace(judged, remarks=formula.remarks, leaves=place, reached=told, arrays=arrays)
