"""What comes of comparing a candidate with the right gradient, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from symbp.mistakes import Seed

Position: TypeAlias = tuple[int, ...]  # of an element, counted from 1


@dataclass(frozen=True)
class Difference:
    """The element that is farthest off, and what it is instead.

    Attributes:
        name: The element as it is typed.
        position: Its position in the tensor, from 1; empty for a single number.
        given, right: What the candidate gives, and the derivative.
        example: Whether these are numbers of the spec's example.
    """

    name: str
    position: Position
    given: float
    right: float
    example: bool


@dataclass(frozen=True)
class Place:
    """A line of the derivation: its number, its tensor, and what it says.

    Attributes:
        number: The number of the line in the notes; ``None`` if no line has it.
        within: Whether a rewrite has put the line into the one of this number.
    """

    number: int | None
    tensor: str
    line: str
    within: bool = False

    def __str__(self) -> str:
        if self.number is None:
            return self.line
        return f"{self.line}, which goes into ({self.number})" if self.within else f"({self.number})  {self.line}"


@dataclass(frozen=True)
class Verdict:
    """Whether a candidate is the gradient, and if not, where and by how much it differs, and what it looks like.

    Attributes:
        wrt: What the loss is differentiated by, as it was asked for.
        equal: Whether the candidate is right at every point.
        error: The largest relative error: of an element, relative to the largest element of the gradient.
        difference: The element that is farthest off.
        right, wrong: The elements that are right at every point, and those that are not, counted from 1.
        causes: The mistakes of the table that give the candidate's value at every point, all of them.
        relations: What else the candidate is: "2 times the right gradient".
        leaves: The first line of the derivation that the candidate does not follow.
        reached: Up to where it follows the derivation, in words.
        remarks: How the candidate was read.
        arrays: Whether names are those of arrays; else ``z2`` is a neuron.
    """

    wrt: str
    equal: bool
    error: float
    difference: Difference | None = None
    right: tuple[Position, ...] = ()
    wrong: tuple[Position, ...] = ()
    causes: tuple[Seed, ...] = ()
    relations: tuple[str, ...] = ()
    leaves: Place | None = None
    reached: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    arrays: bool = True

    def __bool__(self) -> bool:
        return self.equal
