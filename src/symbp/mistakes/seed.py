"""A mistake that people make when they write down a backward pass, and a derivation with it in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

import mpmath
import numpy as np

from symbp.derivation import computing, following, slice_program
from symbp.mistakes.changing import Way
from symbp.mistakes.slip import Slip
from symbp.program import Program
from symbp.reference import evaluate, evaluate_grids, multiprecision
from symbp.wording import Message

Values: TypeAlias = Mapping[str, Any]
Sizes: TypeAlias = Mapping[str, int]
DIGITS = 50


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
    slips: Callable[[Way], Iterator[Slip]]


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
        """The tensors that can have another value because of it: those at fault and all that follows from them."""
        return following(self.program, self.slip.touched)

    def floats(self, given: Values, sizes: Sizes, *wanted: str) -> dict[str, Any]:
        """The value of every tensor that ``wanted`` follow from, in floats.

        What ``given`` holds of computed tensors is kept, but for those that the mistake changes: with all right values
        in it only what follows from the mistake is computed.
        """
        program = self._needed(given, wanted)
        return evaluate_grids(program, _but_for(program, given), sizes)

    def digits(self, given: Values, sizes: Sizes, *wanted: str) -> dict[str, Any]:
        """The same in 50 digits; what is given in decimals is taken as such."""
        with mpmath.workdps(DIGITS):
            program = self._needed(given, wanted)
            return evaluate(program, _but_for(program, given), sizes, multiprecision(DIGITS))

    def _needed(self, given: Values, wanted: tuple[str, ...]) -> Program:
        """The program without what is known already, and without what ``wanted`` does not follow from."""
        known = set(given) - self.changed
        left = computing(self.program, {e.target for e in self.program.equations()} - known)
        if not wanted:
            return left
        sliced = slice_program(left, wanted)
        read = {name for e in sliced.equations() for name in (*e.tensors_read, e.target)} | set(wanted)
        return replace(sliced, tensors=tuple(t for t in self.program.tensors if t.name in read))


def _but_for(program: Program, given: Values) -> Values:
    """What is given and read, and not computed by a program."""
    written = {e.target for e in program.equations()}
    return {name: value for name, value in given.items() if name in program.tensor and name not in written}


def same(one: Any, other: Any, tolerance: float = 1e-9) -> bool:
    """Whether two arrays are equal to within ``tolerance`` of the largest number of the second."""
    one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    if one.shape != other.shape or not np.isfinite(one).all():
        return False
    return bool(abs(one - other).max(initial=0) <= tolerance * abs(other).max(initial=0))
