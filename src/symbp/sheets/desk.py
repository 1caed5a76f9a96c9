"""What one student's questions are drawn from: the network at the student's numbers, each value found three times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

import mpmath
import numpy as np

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.errors import CheckFailed
from symbp.mistakes import Seed
from symbp.notes.subject import Subject
from symbp.program import GIVEN
from symbp.reference import evaluate, multiprecision
from symbp.sheets.draw import NOISE, drawn
from symbp.sheets.problem import Problem, floats
from symbp.sheets.rough import ROUGH
from symbp.verify.perturb import complex_step
from symbp.views.naming import LOSS
from symbp.views.scalar import Element

DIGITS = 50
TINY = mpmath.mpf("1e-30")
CLOSE = 1e-8  # to a complex step in floats


@dataclass(frozen=True)
class Desk:
    """One student's numbers, and what chooses among questions.

    Attributes:
        subject: The network at the student's numbers.
        random: What chooses: the same for the same student and seed.
        chain: The value of every tensor of the chain rule's program, in 50 digits.
        rough: The same of somebody who rounds every intermediate value to four digits.
    """

    problem: Problem
    subject: Subject
    random: Random
    chain: Mapping[str, Any]
    rough: Mapping[str, Any]

    @cached_property
    def floats(self) -> dict[str, Any]:
        """The value of every tensor, as floats."""
        return {name: v if v.dtype.kind == "i" else v.astype(float) for name, v in self.chain.items()}

    def wrong(self, seed: Seed, name: str) -> Any:
        """What a tensor is worth where a mistake is made, in floats."""
        return seed.floats(self.floats, self.subject.sizes, name)[name]

    @cached_property
    def environment(self) -> m.Environment:
        """The value of every symbol and derivative of a formula."""
        return m.Environment(self.subject.symbols, self.subject.partials)

    def is_given(self, element: Element) -> bool:
        """Whether an element is one of the numbers that the sheet begins with."""
        return self.subject.tensor(element.tensor).role in GIVEN

    def symbol(self, element: Element) -> m.Symbol | m.Partial:
        """What an element is called: of an adjoint, the derivative that it is."""
        tensor = self.subject.tensor(element.tensor)
        if tensor.of is None:
            return self.subject.naming.symbol(element)
        return m.Partial(LOSS, self.subject.naming.symbol(Element(tensor.of, element.index)))

    def exact(self, element: Element) -> Any:
        """The value of an element, which three computations agree on."""
        return self.chain[element.tensor][element.index]

    def roughly(self, element: Element) -> Any:
        """What somebody finds who rounds every intermediate value."""
        return mpmath.mpf(float(self.rough[element.tensor][element.index]))


def gradient_of(element: Element) -> Element:
    """The derivative of the loss by an element, as an element."""
    return Element(adjoint_name(element.tensor), element.index)


def desk(problem: Problem, student: int, seed: int) -> Desk:
    """The desk of a student.

    Raises:
        CheckFailed: the derivation, the reference evaluator and the complex step do not agree on a value.
    """
    random = Random(f"symbp exercises {problem.derivation.network.name} {seed} {student}")
    subject = problem.at(drawn(problem.derivation, random))
    given, program = subject.derivation.given, subject.derivation.chain_result
    chain = _without_noise(evaluate(program, given, subject.sizes, multiprecision(DIGITS)))
    _check(subject, chain)
    rough = evaluate(program, floats(given), subject.sizes, ROUGH)
    return Desk(problem, subject, random, chain, rough)


def _without_noise(values: dict[str, Any]) -> dict[str, Any]:
    """Values of which those are zero that only rounding keeps from it."""
    return {n: v if v.dtype.kind == "i" else np.where(abs(v) < TINY, mpmath.mpf(0), v) for n, v in values.items()}


def _check(subject: Subject, chain: Mapping[str, Any]) -> None:
    """Nothing, if the values of the derivation's end are those of the chain rule, and its gradients those of a step."""
    derivation = subject.derivation
    adjoints = [t for t in derivation.chain_result.tensors if t.of is not None and t.dtype == "float"]
    for name in derivation.numbers:
        if name in chain and subject.tensor(name).dtype == "float" and not _agree(subject.values[name], chain[name]):
            raise CheckFailed(f"the derivation and the reference evaluator have other values of {name}")
    names = [t.of for t in adjoints if t.of is not None and t.name in derivation.numbers]
    slopes = complex_step(derivation.start, floats(derivation.given), subject.sizes, names)
    for name in names:
        found = chain[adjoint_name(name)].astype(float)
        if not np.allclose(found, slopes[name], rtol=CLOSE, atol=NOISE):
            raise CheckFailed(f"the derivation and a complex step have other values of the derivative by {name}")


def _agree(one: Any, other: Any) -> bool:
    with mpmath.workdps(DIGITS):
        return all(abs(a - b) <= TINY * max(1, abs(b)) for a, b in zip(np.ravel(one), np.ravel(other), strict=True))
