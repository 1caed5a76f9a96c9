"""A mistake that people make when they write down a backward pass, and a derivation with it in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import mpmath
import numpy as np

from symbp.derivation import slice_program
from symbp.program import Program
from symbp.reference import evaluate, evaluate_grids, multiprecision
from symbp.wording import Message

if TYPE_CHECKING:
    from symbp.derive import NetworkDerivation

Values: TypeAlias = Mapping[str, Any]
Sizes: TypeAlias = Mapping[str, int]
DIGITS = 50


@dataclass(frozen=True)
class Slip:
    """One place where a mistake is made: the tensor whose definition it changes, and what the program is then.

    Attributes:
        at: The tensor whose definition is wrong: an adjoint ``z1_bar``, or a forward tensor.
        program: The program of the chain rule with the mistake in it; all else follows from it.
        told: What is wrong there, as a student is told: "The factor sigma'(z) is missing in ...".
    """

    at: str
    program: Program
    told: Message


@dataclass(frozen=True)
class Mistake:
    """A row of the table of mistakes.

    Attributes:
        key: Its name in options, in records and in tests: ``lost-slope``.
        title: Its name as people read it: "lost local derivative of an activation".
        explained: Why it is wrong, and what is right, in one or two sentences.
        slips: The places of a derivation where it can be made; none where it does not apply.
    """

    key: str
    title: Message
    explained: Message
    slips: Callable[[NetworkDerivation], Iterator[Slip]]


@dataclass(frozen=True)
class Seed:
    """A mistake made at one place of a derivation (or in all places of its kind), and what comes of it."""

    mistake: Mistake
    slip: Slip

    @property
    def at(self) -> str:
        return self.slip.at

    @property
    def program(self) -> Program:
        return self.slip.program

    @property
    def told(self) -> Message:
        return self.slip.told

    @cached_property
    def changed(self) -> frozenset[str]:
        """The tensors that can have another value because of it: the one at fault and all that follows from it."""
        found = {self.at}
        before = 0
        while len(found) > before:
            before = len(found)
            found |= {e.target for e in self.program.equations() if e.tensors_read & found}
        return frozenset(found)

    def floats(self, given: Values, sizes: Sizes, *wanted: str) -> dict[str, Any]:
        """The value of every tensor that ``wanted`` follow from, in floats."""
        return evaluate_grids(self._leading_to(wanted), given, sizes)

    def digits(self, given: Values, sizes: Sizes, *wanted: str) -> dict[str, Any]:
        """The same in 50 digits; what is given in decimals is taken as such."""
        with mpmath.workdps(DIGITS):
            return evaluate(self._leading_to(wanted), given, sizes, multiprecision(DIGITS))

    def _leading_to(self, wanted: tuple[str, ...]) -> Program:
        return slice_program(self.program, wanted) if wanted else self.program


def same(one: Any, other: Any, tolerance: float = 1e-9) -> bool:
    """Whether two arrays are equal to within ``tolerance`` of the largest number of the second."""
    one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    if one.shape != other.shape or not np.isfinite(one).all():
        return False
    return bool(abs(one - other).max(initial=0) <= tolerance * abs(other).max(initial=0))
