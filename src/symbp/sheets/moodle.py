"""Sheets as one file of questions for Moodle: a category for each kind, in it a variant for each student."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from symbp.printing.document import Block
from symbp.printing.drawing import Drawing
from symbp.printing.drawing.glyphs import plain
from symbp.printing.markdown.text import printable
from symbp.sheets.cloze import embedded
from symbp.sheets.hypertext import Hypertext, figure_name, figure_size, figures, html_attribute
from symbp.sheets.pools import Openings, Pool, Variant, pools
from symbp.sheets.question import Answer, Choice, Sheet
from symbp.templates import environment

Files = tuple[tuple[str, str], ...]  # names, and what they hold in base 64


@dataclass(frozen=True)
class MoodleOption:
    """An option of a choice, as HTML."""

    text: str
    why: str
    right: bool


@dataclass(frozen=True)
class MoodleQuestion:
    """A question as the file has it.

    Attributes:
        type: ``multichoice`` where the only answer is a choice: options stand in elements of their own there, and may
            hold any formula; else ``cloze``, with the answers embedded in the text.
        files, solution_files: The pictures of the text and of the solution.
        points: What a ``multichoice`` counts; a ``cloze`` counts what its answers do.
        options: Those of a ``multichoice``.
    """

    type: str
    name: str
    text: str
    solution: str
    files: Files
    solution_files: Files
    points: int
    options: tuple[MoodleOption, ...] = ()


@dataclass(frozen=True)
class MoodlePool:
    category: str
    questions: tuple[MoodleQuestion, ...]


def moodle(sheets: Sequence[Sheet], name: str, title: str, language: str = "en") -> str:
    """The questions of all sheets in Moodle's XML format.

    Args:
        name: The name of the network, by which the questions are tagged.
        title: The category that holds those of the questions.
    """
    overlay = environment("html").overlay()
    overlay.filters = {**overlay.filters, "cdata": _cdata}
    openings = Openings(MOODLE)
    found = [_moodle_pool(pool, title, openings) for pool in pools(sheets, language)]
    return overlay.get_template("quizzes/moodle.xml.j2").render(pools=found, tag=printable(name))


def _cdata(text: str) -> Markup:
    """Text as it is; what would end it is parted."""
    return Markup(f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>")


def _picture(drawing: Drawing) -> str:
    alt, width = html_attribute(plain(drawing.title)), figure_size(drawing)
    return f'<img src="@@PLUGINFILE@@/{figure_name(drawing)}" alt="{alt}" width="{width}" class="img-fluid">'


MOODLE = Hypertext((r"\(", r"\)"), (r"\[", r"\]"), _picture)


def _moodle_pool(pool: Pool, title: str, openings: Openings) -> MoodlePool:
    """A category, with variants that differ."""
    top, inner = (printable(text).strip().replace("/", "//") for text in (title, pool.title))
    found: dict[tuple[str, ...], MoodleQuestion] = {}
    for variant in pool.variants:
        question = _moodle_question(pool, variant, openings)
        found.setdefault((question.text, *(option.text for option in question.options)), question)
    return MoodlePool(f"$course$/top/{top}/{inner}", tuple(found.values()))


def _moodle_question(pool: Pool, variant: Variant, openings: Openings) -> MoodleQuestion:
    question = variant.question
    name = f"{printable(pool.title)} ({variant.name})"
    text = f"{openings.of(variant.sheet)}\n{MOODLE.blocks(question.text)}"
    only = question.answers[0]
    choice = only if isinstance(only, Choice) and len(question.answers) == 1 else None
    if choice is None:
        points = max(1, question.points // len(question.answers))  # whole numbers, as Moodle wants them
        text += "\n" + "\n".join(_place(answer, points) for answer in question.answers)
    return MoodleQuestion(
        "multichoice" if choice else "cloze",
        name,
        text,
        MOODLE.blocks(question.solution),
        _files(variant.blocks),
        _files(question.solution),
        question.points,
        tuple(_options(choice)) if choice else (),
    )


def _options(choice: Choice) -> Iterator[MoodleOption]:
    for option in choice.options:
        yield MoodleOption(MOODLE.sentence(option.parts), MOODLE.sentence(option.why), option.right)


def _place(answer: Answer, points: int) -> str:
    """A line with what is asked for and the place for it."""
    place = embedded(answer, points, MOODLE)
    return f"<div>{place}</div>" if isinstance(answer, Choice) else f"<p>{MOODLE.equals(answer.label)} {place}</p>"


def _files(blocks: Iterable[Block]) -> Files:
    return tuple((name, b64encode(data).decode()) for name, data in dict(figures(blocks)).items())
