"""The sheets of many students by question: what stands at one place of all sheets is one question with variants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symbp.printing.document import Block
from symbp.printing.spelled import catalogue, in_words
from symbp.sheets.question import Question, Sheet
from symbp.wording import say


@dataclass(frozen=True)
class Variant:
    """A question as one student has it, with what it is about."""

    student: int
    opening: tuple[Block, ...]
    question: Question

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All that is read before the question is answered."""
        return (*self.opening, *self.question.text)


@dataclass(frozen=True)
class Pool:
    """What stands at one place of all sheets.

    Attributes:
        number: The place, from 1.
        key: The kind of question; empty where students are asked questions of several kinds.
        title: What it is about; of several kinds, its number.
        variants: One for each student.
    """

    number: int
    key: str
    title: str
    variants: tuple[Variant, ...]

    @property
    def name(self) -> str:
        """The pool as the name of a folder; in the order of the alphabet, pools are in theirs.

        >>> Pool(3, "forward-value", "Forward value", ()).name
        '03-forward-value'
        """
        return f"{self.number:02}-{self.key}" if self.key else f"{self.number:02}"


def pools(sheets: Sequence[Sheet], language: str) -> tuple[Pool, ...]:
    """The questions of all sheets, place by place, in a language."""
    most = max((len(sheet.questions) for sheet in sheets), default=0)
    said = [in_words(sheet, catalogue(language)) for sheet in sheets]
    return tuple(_pool(number, said, language) for number in range(1, most + 1))


def _pool(number: int, sheets: Sequence[Sheet], language: str) -> Pool:
    variants = tuple(
        Variant(sheet.student, sheet.opening, sheet.questions[number - 1])
        for sheet in sheets
        if len(sheet.questions) >= number
    )
    first = variants[0].question
    alike = all(variant.question.key == first.key for variant in variants)
    title = first.title if alike else in_words(say("Question {number}", number=number), catalogue(language))
    return Pool(number, first.key if alike else "", str(title), variants)
