"""The sheets of many students by kind of question: each kind is one question with variants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from symbp.printing.document import Block
from symbp.printing.spelled import catalogue, in_words
from symbp.sheets.hypertext import Hypertext
from symbp.sheets.question import Question, Sheet


@dataclass(frozen=True)
class Variant:
    """A question as one student has it.

    Attributes:
        name: The student's number, and which question of its kind it is on his sheet, where it is not the first.
        sheet: The sheet that it stands on.
    """

    name: str
    sheet: Sheet
    question: Question

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All that is read before the question is answered."""
        return (*self.sheet.opening, *self.question.text)


@dataclass(frozen=True)
class Pool:
    """The questions of one kind.

    Attributes:
        key: The kind, by its name.
        title: What it is about, in the language of the sheets.
    """

    key: str
    title: str
    variants: tuple[Variant, ...]


def pools(sheets: Sequence[Sheet], language: str) -> tuple[Pool, ...]:
    """The questions of all sheets by their kinds, in a language; kinds in about the order in which sheets have them."""
    found: dict[str, list[Variant]] = {}
    places: dict[str, list[float]] = {}
    for sheet in sheets:
        said = in_words(sheet, catalogue(language))
        for place, variant in enumerate(_variants(said)):
            found.setdefault(variant.question.key, []).append(variant)
            places.setdefault(variant.question.key, []).append(place / len(said.questions))
    ordered = sorted(found, key=lambda key: sum(places[key]) / len(places[key]))
    return tuple(Pool(key, str(found[key][0].question.title), tuple(found[key])) for key in ordered)


def _variants(sheet: Sheet) -> Iterator[Variant]:
    counts: Counter[str] = Counter()
    for question in sheet.questions:
        counts[question.key] += 1
        again = counts[question.key]
        yield Variant(f"{sheet.student:03}" + (f"-{again}" if again > 1 else ""), sheet, question)


@dataclass(frozen=True)
class Openings:
    """What sheets begin with, as a platform takes it, each printed once."""

    html: Hypertext
    printed: dict[int, str] = field(default_factory=dict)

    def of(self, sheet: Sheet) -> str:
        if sheet.student not in self.printed:
            self.printed[sheet.student] = self.html.blocks(sheet.opening)
        return self.printed[sheet.student]
