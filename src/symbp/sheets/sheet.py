"""A sheet: questions of several kinds about one student's numbers, none of which gives another one away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from itertools import zip_longest
from typing import Any

from symbp import mathtree as m
from symbp.derive import NetworkDerivation
from symbp.errors import Fault
from symbp.printing.document import Formula, Paragraph
from symbp.printing.spelled import ENGLISH
from symbp.sheets.asking import MOST_TOLD, Ask, Kind, shuffled
from symbp.sheets.desk import Desk, desk
from symbp.sheets.kinds import KINDS
from symbp.sheets.opening import student_numbers
from symbp.sheets.problem import Problem, problem
from symbp.sheets.question import Choice, Option, Question, Sheet
from symbp.views.scalar import Element
from symbp.wording import Message

QUESTIONS = 10


def sheet(
    derivation: NetworkDerivation, student: int, seed: int, questions: int = QUESTIONS, language: str = ENGLISH
) -> Sheet:
    """The questions of one student about a network, or about a smaller one of its kind.

    The same student and seed have the same sheet; others have other numbers and another choice of questions.

    Args:
        student: The student's number, from 1.
        language: What the words in drawings are in; all else is put into a language when it is printed.

    Raises:
        Fault: there are not as many questions, or the network is too large for all that.
        CheckFailed: an answer is not what an independent computation gives.
    """
    return sheet_of(problem(derivation, language), student, seed, questions)


def sheet_of(about: Problem, student: int, seed: int, questions: int = QUESTIONS) -> Sheet:
    """The same for a network that has been derived already."""
    at = desk(about, student, seed)
    draw = _Draw(at)
    draw.fill(questions)
    if len(draw.found) < questions:
        raise Fault(
            f"{questions} questions are asked for, and there are {len(draw.found)} about this network",
            f"Ask for 1 to {len(draw.found)} questions.",
        )
    numbers = tuple(student_numbers(at.subject))
    return Sheet(student, (*about.opening, *numbers), tuple(_numbered(draw.found)))


@dataclass
class _Draw:
    """The questions drawn so far, and what they ask and tell.

    Attributes:
        pending: What of each kind can still be asked.
        late: What would give another question away, or be given away: asked only if there is nothing else.
    """

    desk: Desk
    found: list[Question] = field(default_factory=list)
    asked: set[Element] = field(default_factory=set)
    told: set[Element] = field(default_factory=set)
    pending: dict[str, Iterator[Ask]] = field(default_factory=dict)
    late: list[tuple[Kind, Ask]] = field(default_factory=list)

    def fill(self, wanted: int) -> None:
        """Draw questions: of each kind one, in random order, and then again of each."""
        self.pending = {kind.key: kind.asks(self.desk) for kind in KINDS}
        kinds = self._mixed()
        while kinds and len(self.found) < wanted:
            kinds = [kind for kind in kinds if len(self.found) < wanted and self._one(kind)]
        for kind, ask in self.late:
            if len(self.found) < wanted and not ask.asks & self.asked:
                self._built(kind, ask)

    def _mixed(self) -> list[Kind]:
        """The kinds in random order: in turn some to compute and some to choose from, as long as there are both."""
        groups = [shuffled(self.desk, [k for k in KINDS if k.group == group]) for group in ("numbers", "choices")]
        return [kind for pair in zip_longest(*groups) for kind in pair if kind is not None]

    def _one(self, kind: Kind) -> bool:
        """Draw a question of a kind, if there is one that fits the others."""
        for ask in (a for a in self.pending[kind.key] if len(a.tells) <= MOST_TOLD):
            if ask.asks & (self.told | self.asked) or ask.tells & self.asked:
                self.late.append((kind, ask))
            elif self._built(kind, ask):
                return True
        return False

    def _built(self, kind: Kind, ask: Ask) -> bool:
        question = ask.build()
        if question is None:
            return False
        self.found.append(replace(question, key=kind.key, points=kind.points))
        self.asked |= ask.asks
        self.told |= ask.tells
        return True


ORDER = {kind.key: place for place, kind in enumerate(KINDS)}


def _numbered(questions: list[Question]) -> Iterator[Question]:
    """The questions in the order of their kinds; the displays that they refer to are numbered as they are."""
    for place, question in enumerate(sorted(questions, key=lambda q: ORDER[q.key]), 1):
        yield _renumbered(question, f"E{place}")


def _renumbered(content: Any, number: str) -> Any:
    """A question with its own number in place of ``E0``, in displays and in what refers to their lines."""
    if isinstance(content, m.Reference):
        return replace(content, number=content.number.replace("E0", number))
    if isinstance(content, m.Display):
        return replace(content, number=content.number.replace("E0", number))
    if isinstance(content, tuple):
        return tuple(_renumbered(item, number) for item in content)
    if isinstance(content, Question | Choice | Option | Formula | Paragraph | Message):
        return replace(content, **{f.name: _renumbered(getattr(content, f.name), number) for f in fields(content)})
    return content
