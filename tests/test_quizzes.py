"""Sheets of real networks on learning platforms: read back, a question takes what its sheet takes and nothing else."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from heavy import every_third

import symbp
from symbp.derive import derive
from symbp.sheets.moodle import moodle
from symbp.sheets.prairielearn import prairielearn
from symbp.sheets.problem import problem
from symbp.sheets.question import Choice, Number, Question, Sheet
from symbp.sheets.sheet import sheet_of
from symbp.spec import loads
from tests.cloze import Place, read

STUDENTS, QUESTIONS, SEED = 4, 10, 7
QUICK = ("relay", "attention", "digits_conv")
EXAMPLES = sorted(path.stem for path in Path("examples").glob("*.toml"))
NETWORKS = [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in EXAMPLES if name not in QUICK)]


@cache
def sheets(name: str) -> tuple[Sheet, ...]:
    about = problem(derive(symbp.load(f"examples/{name}.toml")))
    return tuple(sheet_of(about, student, SEED, QUESTIONS) for student in range(1, STUDENTS + 1))


def asked(name: str) -> dict[tuple[str, int], Question]:
    """The questions by the student and the title of their kind, which no sheet of so few questions has twice."""
    found = {}
    for sheet in sheets(name):
        titles = Counter(question.title.text for question in sheet.questions)
        assert set(titles.values()) == {1}
        found |= {(question.title.text, sheet.student): question for question in sheet.questions}
    return found


@pytest.mark.parametrize("name", NETWORKS)
def test_moodle_has_the_questions_of_all_sheets(name: str) -> None:
    expected, met = asked(name), set()
    for element in ElementTree.fromstring(moodle(sheets(name), name, name)):
        if element.attrib["type"] == "category":
            continue
        title, _, number = (element.findtext("name/text") or "").rpartition(" ")
        question = expected[title, int(number.strip("()"))]
        met.add(title)
        _, places = read(element.findtext("questiontext/text") or "")
        if element.attrib["type"] == "multichoice":
            (choice,) = question.answers
            assert isinstance(choice, Choice) and not places
            _compare(choice, [(a.attrib["fraction"], a.findtext("text") or "") for a in element.findall("answer")])
            continue
        for answer, place in zip(question.answers, places, strict=True):
            if isinstance(answer, Number):
                _taken(answer, place)
            else:
                _compare(answer, [(f"{a.percent:g}", a.answer) for a in place.alternatives])
    assert met == {title for title, _ in expected}


def _compare(choice: Choice, shown: list[tuple[str, str]]) -> None:
    """One option is right, and all are told apart."""
    assert [worth for worth, _ in shown] == ["100" if option.right else "0" for option in choice.options]
    assert len({text for _, text in shown}) == len(shown) and [worth for worth, _ in shown].count("100") == 1


def _taken(number: Number, place: Place) -> None:
    """The right value is taken as far as it is tolerated, and those of mistakes are not."""
    exact, tolerance = float(number.exact), float(number.tolerance)
    right, *wrong = place.alternatives
    assert [right.percent, *(w.percent for w in wrong)] == [100, *(0 for _ in number.wrong)]
    near = 1e-3 * tolerance + 1e-10 * abs(exact)
    assert right.span == pytest.approx((exact - tolerance, exact + tolerance), rel=0, abs=near)
    for value, *_ in number.wrong:
        chosen = place.chosen(float(value))
        assert chosen and chosen.percent == 0 and chosen.feedback


@pytest.mark.parametrize("name", NETWORKS)
def test_prairielearn_has_the_questions_of_all_sheets(name: str) -> None:
    files = prairielearn(sheets(name), name, name)
    kinds = {question.key for question in asked(name).values()}
    assert {path.split("/")[2] for path in files if path.startswith("questions/")} == kinds
    for kind in kinds:
        numbers = [
            [float(answer.exact) for answer in question.answers if isinstance(answer, Number)]
            for question in asked(name).values()
            if question.key == kind
        ]
        variants = json.loads(files[f"questions/{name}/{kind}/variants.json"])
        found = [list(variant["correct_answers"].values()) for variant in variants]
        assert all(values in numbers for values in found) and all(values in found for values in numbers)
        for variant in variants:
            for answer in variant["params"]["answers"]:
                options = answer.get("choice", {}).get("options", [{"right": "true", "text": ""}])
                assert [option["right"] for option in options].count("true") == 1
                assert len({option["text"] for option in options}) == len(options)


# What sheets of other networks once stopped at.
AWKWARD = {
    "an output that need not be a probability, in logarithms, one of them times zero": """
input = {shape = [2]}
layers = [{kind = "dense", units = 2, activation = "tanh"}, {kind = "dense", units = 1}]
loss = {kind = "binary_cross_entropy"}
""",
    "a layer that reads two side by side": """
input = {shape = [2]}
layers = [
    {kind = "dense", units = 2, activation = "tanh", name = "one"},
    {kind = "dense", units = 2, activation = "tanh", name = "other", input = "x"},
    {kind = "concatenate", input = ["one", "other"]},
    {kind = "dense", units = 1},
]
loss = {kind = "squared_error"}
""",
    "a first state that is given, for each sample": """
input = {shape = [2, 1]}
layers = [{kind = "rnn", units = 2, initial = "given"}, {kind = "flatten"}, {kind = "dense", units = 1}]
loss = {kind = "squared_error"}
""",
    "sums of the input alone, which are large": """
input = {shape = [4]}
layers = [{kind = "add", input = ["x", "x", "x", "x"], activation = "tanh"}, {kind = "dense", units = 1}]
loss = {kind = "squared_error"}
""",
}


@pytest.mark.parametrize("text", every_third(AWKWARD.values()), ids=AWKWARD)
def test_sheets_of_awkward_networks(text: str) -> None:
    about = problem(derive(loads(f'name = "awkward"\n{text}', "awkward.toml")))
    assert [len(sheet_of(about, student, SEED, QUESTIONS).questions) for student in (1, 2, 3, 4)] == [QUESTIONS] * 4
