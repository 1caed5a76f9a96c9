"""Sheets as questions of a PrairieLearn course: a folder for each kind, with a variant for each student."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from symbp.printing.drawing import Drawing
from symbp.printing.drawing.glyphs import plain
from symbp.printing.markdown.text import printable
from symbp.printing.spelled import catalogue, in_words
from symbp.sheets.cloze import numeral
from symbp.sheets.hypertext import Hypertext, figure_name, figure_size, figures, html_attribute
from symbp.sheets.pools import Openings, Pool, Variant, pools
from symbp.sheets.question import Answer, Choice, Number, Sheet
from symbp.templates import folder
from symbp.wording import say

Files = dict[str, bytes]  # what each file holds, by its path
ALIKE = ("question.html", "server.py")  # the same for every question
MORE = 2  # digits of a shown answer beyond those that are asked for


def prairielearn(sheets: Sequence[Sheet], name: str, title: str, language: str = "en") -> Files:
    """The questions of all sheets, ``questions/NAME/KIND/``, and a homework of them, ``assessments/NAME/``.

    Args:
        name: The name of the network, and of the folder that holds those of the questions.
        title: The title of the homework.
    """
    found = pools(sheets, language)
    most = max((len(sheet.questions) for sheet in sheets), default=0)
    topic = str(in_words(say("Backpropagation"), catalogue(language)))
    openings = Openings(PRAIRIELEARN)
    out: Files = {}
    for pool in found:
        info = {
            "uuid": _uuid(f"{name}/{pool.key}"),
            "title": f"{printable(pool.title)} ({printable(title)})",
            "topic": topic,
            "tags": ["symbp", name],
            "type": "v3",
        }
        for path, data in _question(pool, info, openings).items():
            out[f"questions/{name}/{pool.key}/{path}"] = data
    return out | {f"assessments/{name}/infoAssessment.json": _json(_assessment(found, most, name, title))}


def _question(pool: Pool, info: dict[str, Any], openings: Openings) -> Files:
    alike = {file: (folder() / "quizzes" / file).read_bytes() for file in ALIKE}
    pictures = {
        f"clientFilesQuestion/{file}": data
        for variant in pool.variants
        for file, data in figures((*variant.blocks, *variant.question.solution))
    }
    return {"info.json": _json(info), **alike, "variants.json": _json(_variants(pool, openings)), **pictures}


def _assessment(found: Sequence[Pool], most: int, name: str, title: str) -> dict[str, Any]:
    """A homework in which each student has as many questions as on a sheet."""
    questions = []
    for pool in found:
        points = max(variant.question.points for variant in pool.variants)
        questions.append({"id": f"{name}/{pool.key}", "autoPoints": points, "maxAutoPoints": points})
    return {
        "uuid": _uuid(name),
        "type": "Homework",
        "title": printable(title),
        "set": "Homework",
        "number": "1",
        "zones": [{"numberChoose": min(most, len(found)), "questions": questions}],
    }


def _uuid(path: str) -> str:
    """The identifier of a question or a homework: the same whenever it is written again."""
    return str(uuid5(NAMESPACE_URL, f"https://symbp.invalid/{path}"))


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _picture(drawing: Drawing) -> str:
    alt, width = html_attribute(plain(drawing.title)), figure_size(drawing)
    return f'<pl-figure file-name="{figure_name(drawing)}" alt="{alt}" width="{width}px"></pl-figure>'


PRAIRIELEARN = Hypertext(("$", "$"), ("$$", "$$"), _picture)


def _variants(pool: Pool, openings: Openings) -> list[dict[str, Any]]:
    """What differs between the students, each variant once."""
    found = (_variant(variant, openings) for variant in pool.variants)
    return list({json.dumps(variant): variant for variant in found}.values())


def _variant(variant: Variant, openings: Openings) -> dict[str, Any]:
    """What ``server.py`` gives to ``question.html``."""
    question = variant.question
    answers = list(_named(question.answers))
    numbers = {name: answer for name, answer in answers if isinstance(answer, Number)}
    return {
        "params": {
            "text": f"{openings.of(variant.sheet)}\n{PRAIRIELEARN.blocks(question.text)}",
            "answers": [_place(name, answer) for name, answer in answers],
            "solution": PRAIRIELEARN.blocks(question.solution),
        },
        "correct_answers": {name: n.exact if n.is_whole else float(n.exact) for name, n in numbers.items()},
        "mistakes": {name: list(_mistakes(answer)) for name, answer in numbers.items()},
    }


def _named(answers: Sequence[Answer]) -> Iterator[tuple[str, Answer]]:
    for number, answer in enumerate(answers, 1):
        yield f"{'choice' if isinstance(answer, Choice) else 'number'}{number}", answer


def _place(name: str, answer: Answer) -> dict[str, Any]:
    """What the template needs of an answer; what is right of a choice, the element for it says itself."""
    if isinstance(answer, Choice):
        options = [
            {
                "right": "true" if option.right else "false",
                "why": PRAIRIELEARN.sentence(option.why),
                "text": PRAIRIELEARN.sentence(option.parts),
            }
            for option in answer.options
        ]
        return {"choice": {"name": name, "options": options}}
    asked = {"name": name, "label": PRAIRIELEARN.equals(answer.label)}
    if answer.is_whole:
        return {"whole": asked}
    exact, tolerance = abs(answer.exact), answer.tolerance
    # Of its own, PrairieLearn tells a student of too few digits by the relative tolerance.
    relative, absolute = (tolerance / exact, 0) if exact else (0, tolerance)
    shown = f".{answer.digits + MORE}g"
    return {"number": {**asked, "rtol": numeral(relative), "atol": numeral(absolute), "format": shown}}


def _mistakes(number: Number) -> Iterator[dict[str, Any]]:
    """The values that known mistakes give, with what is then told."""
    for value, *told in number.wrong:
        remark = PRAIRIELEARN.sentence(tuple(told))
        yield {"value": float(value), "tolerance": float(number.tolerance), "remark": remark}
