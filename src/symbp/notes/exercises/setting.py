"""What an exercise is, and what it is set about: a network with numbers that a pocket calculator can work with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import TypeAlias

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.equation import Index
from symbp.errors import CheckFailed
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Formula, Remark, Solution
from symbp.views.scalar import Element
from symbp.wording import Message, say

MOST_TERMS = 9  # of a sum that is worked by hand


@dataclass(frozen=True)
class Exercise:
    """A question and its solution, each already checked.

    Attributes:
        title: What it is about, in a few words.
    """

    title: Message
    question: tuple[Block, ...]
    solution: tuple[Block, ...]


@dataclass(frozen=True)
class Setting:
    """What exercises are set about.

    Attributes:
        about: The network of the notes.
        numbers: The network that is worked in numbers, or ``None`` if there is none small enough.
        random: What chooses; the same for the same network.
        number: The number of the exercise that is set.
        used: The elements whose derivative an exercise has asked for: another one does not give it away.
    """

    about: Subject
    numbers: Subject | None
    random: Random
    number: int = 1
    used: set[Element] = field(default_factory=set, compare=False)

    def unused(self, elements: Iterable[Element]) -> list[Element]:
        """The elements that no exercise has asked for yet, or all if there are none."""
        every = list(elements)
        return [e for e in every if e not in self.used] or every

    def question(self, lines: Iterable[m.Line], indices: Iterable[Index] = ()) -> Formula:
        """Lines that the question displays."""
        return self._shown(lines, f"E{self.number}", indices)

    def solution(self, lines: Iterable[m.Line], indices: Iterable[Index] = ()) -> Formula:
        """Lines that the solution displays."""
        return self._shown(lines, f"S{self.number}", indices)

    def _shown(self, lines: Iterable[m.Line], number: str, indices: Iterable[Index]) -> Formula:
        assert self.numbers is not None
        return Formula(self.numbers.show(lines, number, indices))

    def with_mistake(self, lines: tuple[m.Line, ...], wrong: int) -> Formula:
        """Lines of which exactly one does not follow from the one before it.

        Raises:
            CheckFailed: another one does not follow, or this one does.
        """
        assert self.numbers is not None
        first, after = lines[:wrong], lines[wrong:]
        self.numbers.show(first, f"E{self.number}")
        if len(after) > 1:
            self.numbers.show((replace(after[0], left=after[0].right), *after[1:]), f"E{self.number}")
        try:
            self.numbers.show((first[-1], after[0]), f"E{self.number}")
        except CheckFailed:
            return Formula(m.Display(lines, f"E{self.number}"))
        raise CheckFailed(f"equation (E{self.number}): the wrong line of this exercise is right")


Builder: TypeAlias = Callable[[Setting], Exercise | None]


def numbered(exercise: Exercise, number: int) -> Remark:
    """An exercise as a block, with its solution inside."""
    title = say("Exercise {number}: {title}.", number=number, title=exercise.title)
    solved = Solution((say("Solution of exercise {number}", number=number),), exercise.solution)
    return Remark((title,), (*exercise.question, solved))


def parameters(subject: Subject) -> Iterator[Element]:
    """The entries of parameters whose gradient is not zero, and can be worked."""
    for tensor in subject.base.start.of_role("parameter"):
        if adjoint_name(tensor.name) in subject.numbers and len(tensor.shape) > 1:
            yield from (e for e in subject.elements(tensor.name) if is_workable(subject, e))


def is_workable(subject: Subject, element: Element) -> bool:
    """Whether the derivative of the loss by an element can be worked by hand, and is not zero."""
    if not subject.values[adjoint_name(element.tensor)][element.index]:
        return False
    return 0 < len(subject.view.links(element)) <= MOST_TERMS
