"""What a question of a sheet is: its text, its answer, its solution. Printers of sheets and quizzes know no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from symbp.mathtree.nodes import Inline
from symbp.printing.document import Block, Sentence
from symbp.wording import Message


@dataclass(frozen=True)
class Number:
    """One number that is asked for.

    Attributes:
        label: What stands before the place to fill in and the sign ``=``: a formula such as dL/dw, or a few words.
        exact: The exact value (mpmath) at the numbers that the sheet prints; a count is an ``int``.
        digits: How many significant digits are asked for.
        tolerance: How far an answer may be off, so that somebody is right who rounds every intermediate value to
            ``digits`` digits; 0 where the answer is a whole number.
        wrong: What typical mistakes give instead, each farther from the right value and from one another than is
            tolerated, with why.
    """

    label: Inline
    exact: Any
    digits: int
    tolerance: Any
    wrong: tuple[tuple[Any, Message], ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether a whole number is asked for."""
        return isinstance(self.exact, int)


@dataclass(frozen=True)
class Option:
    """One option of a choice: what it says, and why it is right or wrong."""

    parts: Sentence
    right: bool
    why: Sentence = ()


@dataclass(frozen=True)
class Choice:
    """Options of which exactly one is right, in the order in which they are printed."""

    options: tuple[Option, ...]


Answer: TypeAlias = Number | Choice


@dataclass(frozen=True)
class Question:
    """One question of a sheet.

    Attributes:
        key: The kind of question: ``forward-value``, ``wrong-line``.
        title: What it is about, in a few words.
        text: What is asked.
        answers: What is to be filled in or chosen; at least one.
        solution: How it is worked, every line checked.
        points: What it counts.
    """

    key: str
    title: Message
    text: tuple[Block, ...]
    answers: tuple[Answer, ...]
    solution: tuple[Block, ...]
    points: int = 1


@dataclass(frozen=True)
class Sheet:
    """The questions of one student.

    Attributes:
        student: The student's number, from 1.
        opening: What all questions are about: the network, its numbers.
        questions: In order, numbered from 1.
    """

    student: int
    opening: tuple[Block, ...]
    questions: tuple[Question, ...]
