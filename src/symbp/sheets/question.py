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
        label: What stands before the place to fill in: a formula such as ``dL/dw = ``'s left side.
        exact: The exact value (mpmath), computed from the printed numbers.
        digits: How many significant digits are asked for.
        tolerance: How far an answer may be off: that of somebody who rounds every intermediate value to ``digits`` + 1.
        wrong: What typical mistakes give instead, each another number than the right one, with why.
    """

    label: Inline
    exact: Any
    digits: int
    tolerance: Any
    wrong: tuple[tuple[Any, Message], ...] = ()


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
    """

    key: str
    title: Message
    text: tuple[Block, ...]
    answers: tuple[Answer, ...]
    solution: tuple[Block, ...]


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
