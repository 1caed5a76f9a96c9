"""Sheets as documents: what a student fills in, and the same with solutions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symbp import mathtree as m
from symbp.mathtree.nodes import Inline, Strong
from symbp.printing.document import Block, Document, Formula, Items, Paragraph, Remark, Section, Sentence
from symbp.sheets.question import Answer, Choice, Question, Sheet
from symbp.wording import Message, say, say_many

PLACE = m.Gap(14)
SHORT_PLACE = m.Gap(5)
SHORT = 16  # lines


def sheet_document(sheet: Sheet, title: str, seed: int) -> Document:
    """What a student gets: the network, the numbers, the questions, and places to fill in."""
    points = _points(sheet)
    name = Paragraph((say("Name:"), " ", m.Gap(40), " ", say("Points:"), " ", SHORT_PLACE, " / ", str(points)))
    subtitle = say_many(
        points,
        "Exercises, sheet {student} of seed {seed}, {count} point",
        "Exercises, sheet {student} of seed {seed}, {count} points",
        student=sheet.student,
        seed=seed,
    )
    asked = tuple(Remark(_title(q, k), (*q.text, *_places(q)), whole=True) for k, q in enumerate(sheet.questions, 1))
    return Document(title, (Section((), (name,), level=2), *_sections(sheet, asked)), subtitle)


def solution_document(sheet: Sheet, title: str, seed: int) -> Document:
    """What a lecturer gets: the same with answers, what mistakes give, and every question worked."""
    subtitle = say("Solutions, sheet {student} of seed {seed}", student=sheet.student, seed=seed)
    solved = [(*q.text, *_solved(q)) for q in sheet.questions]
    told = tuple(
        Remark(_title(q, k), blocks, whole=_is_short(blocks))
        for k, (q, blocks) in enumerate(zip(sheet.questions, solved, strict=True), 1)
    )
    return Document(title, _sections(sheet, told), subtitle)


def _points(sheet: Sheet) -> int:
    return sum(q.points for q in sheet.questions)


def _sections(sheet: Sheet, questions: tuple[Block, ...]) -> tuple[Section, ...]:
    return (
        Section((say("The network"),), sheet.opening, key="network"),
        Section((say("Questions"),), questions, key="questions"),
    )


def _title(question: Question, place: int) -> Sentence:
    points = say_many(question.points, "{count} point", "{count} points")
    return (say("Question {number}: {title} ({points}).", number=place, title=question.title, points=points),)


def _is_short(blocks: tuple[Block, ...]) -> bool:
    """Whether blocks take less than a third of a page."""
    return sum(map(_lines, blocks)) < SHORT


def _lines(block: Block) -> float:
    """About how many lines of text a block takes."""
    if isinstance(block, Formula):
        return 2.2 * len(block.display.lines)
    return 1.2 * len(block.items) if isinstance(block, Items) else 2


def _places(question: Question) -> Iterator[Block]:
    """What is to be chosen from, and where the answers go."""
    for answer in question.answers:
        if isinstance(answer, Choice):
            yield Items(tuple(option.parts for option in answer.options), ordered=True, tight=True)
            yield Paragraph((say("Number of the right answer:"), " ", SHORT_PLACE))
        else:
            yield Paragraph((*labelled(answer.label), PLACE))


def labelled(label: Inline) -> Sentence:
    """What stands before a value: a formula and an equals sign, or words and a colon."""
    return (label, " = ") if isinstance(label, m.Node) else (label, ": ")


def _solved(question: Question) -> Iterator[Block]:
    for answer in question.answers:
        if isinstance(answer, Choice):
            yield Items(tuple(option.parts for option in answer.options), ordered=True, tight=True)
    said = [block.parts for block in question.solution if isinstance(block, Paragraph)]
    yield Paragraph((Strong(say("Solution.")), " ", *(p for a in question.answers for p in _told(a, said))))
    yield from question.solution
    for answer in question.answers:
        wrong = tuple(_wrong(answer))
        if wrong:
            yield Paragraph((_leads(answer, len(question.answers) > 1),))
            yield Items(wrong, tight=True)


def _leads(answer: Answer, among_others: bool) -> Message:
    """What leads to what is wrong."""
    if isinstance(answer, Choice):
        return say("The others:")
    if among_others:
        return say("What mistakes give ({label}):", label=answer.label)
    return say("What mistakes give:")


def _told(answer: Answer, said: Sequence[Sentence]) -> Sentence:
    """The answer in a sentence, and why it is right unless the solution says it."""
    if isinstance(answer, Choice):
        place = right_place(answer)
        why = answer.options[place - 1].why
        return (say("The answer is number {number}.", number=place), " ", *(_spaced(why) if why not in said else ()))
    value = m.Number(answer.exact, answer.digits)
    shown: tuple[Inline, ...] = (*labelled(answer.label), value)
    if answer.is_whole:
        return (*shown, ". ")
    accepted = say("accepted: ± {tolerance}", tolerance=m.Number(answer.tolerance, 2))
    return (*shown, " (", accepted, "). ")


def _spaced(sentence: Sentence) -> Sentence:
    return (*sentence, " ") if sentence else ()


def right_place(answer: Choice) -> int:
    """The number of the right option, from 1."""
    return next(place for place, option in enumerate(answer.options, 1) if option.right)


def _wrong(answer: Answer) -> Iterator[Sentence]:
    """What is wrong, and why."""
    if isinstance(answer, Choice):
        for place, option in enumerate(answer.options, 1):
            if not option.right:
                yield (say("Number {number}.", number=place), " ", *option.why)
        return
    for value, why in answer.wrong:
        yield (m.Number(value, answer.digits), ": ", why)


def answer_rows(sheet: Sheet) -> Iterator[tuple[str, ...]]:
    """The answer key: student, question, kind, answer, tolerance; of a choice the number of the right option."""
    for place, question in enumerate(sheet.questions, 1):
        for letter, answer in zip("abcdefgh", question.answers, strict=False):
            number = f"{place}{letter if len(question.answers) > 1 else ''}"
            yield (str(sheet.student), number, question.key, *_key(answer))


def _key(answer: Answer) -> tuple[str, str]:
    if isinstance(answer, Choice):
        return str(right_place(answer)), ""
    if answer.is_whole:
        return str(answer.exact), "0"
    return _text(answer.exact, 8), _text(answer.tolerance, 3)


def _text(value: object, digits: int) -> str:
    rounded = m.Number(value, digits).rounded
    return str(rounded)
