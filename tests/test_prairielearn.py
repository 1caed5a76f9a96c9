"""The folder for PrairieLearn: files that pass their schemas, code that runs by itself, pages that hold the sheets."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import chevron
import jsonschema
import mpmath
import pytest

from symbp.sheets.prairielearn import PRAIRIELEARN, prairielearn
from symbp.sheets.question import Choice, Number, Question
from tests.quizzes import NASTY, STUDENTS, sheets

# What PrairieLearn's documentation says of the keys that are used here; others are refused.
UUID = {"type": "string", "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"}
TEXT, POINTS = {"type": "string"}, {"type": "number", "minimum": 0}
INFO = {
    "type": "object",
    "additionalProperties": False,
    "required": ["uuid", "type", "title", "topic"],
    "properties": {
        "uuid": UUID,
        "type": {"enum": ["v3"]},
        "title": TEXT,
        "topic": TEXT,
        "tags": {"type": "array", "items": TEXT},
    },
}
ASSESSMENT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["uuid", "type", "title", "set", "number"],
    "properties": {
        "uuid": UUID,
        "type": {"enum": ["Homework", "Exam"]},
        "title": TEXT,
        "set": TEXT,
        "number": TEXT,
        "zones": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["questions"],
                "properties": {
                    "numberChoose": {"type": "integer", "minimum": 0},
                    "questions": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {"id": TEXT, "autoPoints": POINTS, "maxAutoPoints": POINTS},
                        },
                    },
                },
            },
        },
    },
}
# The attributes that PrairieLearn's elements take, of those that are used here, and the ones that they want.
ELEMENTS = {
    "pl-question-panel": (set(), set()),
    "pl-submission-panel": (set(), set()),
    "pl-answer-panel": (set(), set()),
    "pl-number-input": (
        {"answers-name"},
        {"label", "comparison", "rtol", "atol", "custom-format", "size", "suffix", "placeholder", "show-help-text"},
    ),
    "pl-integer-input": ({"answers-name"}, {"label", "size", "suffix", "placeholder", "show-help-text"}),
    "pl-multiple-choice": ({"answers-name"}, {"order", "display", "hide-letter-keys"}),
    "pl-answer": (set(), {"correct", "feedback", "score"}),
    "pl-figure": ({"file-name"}, {"alt", "width", "directory", "display"}),
}
HTML = {"p", "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "ol", "li", "pre", "code", "span"}
HTML |= {"figure", "figcaption", "strong", "em"}
SEEDS = (0, 1, 2, 3, 4, 17, 2**31 - 1)
# Nothing but the standard library is there: no folder of the caller (-I), no installed packages (-S).
DRIVER = """
import json, sys
source, path, calls = open(sys.argv[1]).read(), sys.argv[2], json.loads(sys.argv[3])
out = []
for data in calls:
    names = {}
    exec(compile(source, "server.py", "exec"), names)
    data["options"] = {"question_path": path}
    if data.pop("graded"):
        names["grade"](data)
    else:
        names["generate"](data)
    out.append(data)
print(json.dumps(out))
"""


@cache
def files() -> dict[str, bytes]:
    return prairielearn(sheets(), "relay", NASTY)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files in a folder."""
    folder = tmp_path_factory.mktemp("course")
    for path, data in files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


VARIED = ["slope", "which", "both"]  # the others are the same for all students
FOLDERS = [*VARIED, "same", "odd", "even"]


def run(question: Path, calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What ``server.py`` makes of data, called as by PrairieLearn: as text, the path of the question in its data."""
    arguments = [str(question / "server.py"), str(question), json.dumps(calls)]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", DRIVER, *arguments], capture_output=True, text=True, check=True
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def generated(question: Path, seeds: tuple[int, ...] = SEEDS) -> list[dict[str, Any]]:
    empty = {"params": {}, "correct_answers": {}, "feedback": {}, "graded": False}
    return run(question, [{**empty, "variant_seed": str(seed)} for seed in seeds])


class Page(HTMLParser):
    """The elements of a rendered page, each with its attributes and the text within it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append((tag, dict(attrs), []))
        self.elements.append(self.open[-1])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, _, text in self.open:
            text.append(data)

    def all(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attrs, "".join(text)) for name, attrs, text in self.elements if name == tag]


def rendered(question: Path, data: dict[str, Any]) -> Page:
    return Page(chevron.render((question / "question.html").read_text(), data))


def questions(folder: str) -> list[Question]:
    asked = [question for sheet in sheets() for question in sheet.questions if question.key == folder]
    return asked if folder in VARIED else asked[:1]


def test_the_files_are_a_folder_for_each_question_and_a_homework():
    within = {path.removeprefix("questions/relay/").rpartition("/")[0] for path in files()}
    pictures = {f"{folder}/clientFilesQuestion" for folder in ("slope", "which")}
    assert within == {*FOLDERS, *pictures, "assessments/relay"}
    for folder in FOLDERS:
        names = {path.rpartition("/")[2] for path in files() if path.rpartition("/")[0] == f"questions/relay/{folder}"}
        assert names == {"info.json", "question.html", "server.py", "variants.json"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_information_passes_its_schema(folder: str):
    info = json.loads(files()[f"questions/relay/{folder}/info.json"])
    jsonschema.validate(info, INFO)
    assert NASTY in info["title"] and info["tags"] == ["symbp", "relay"]


def test_the_homework_passes_its_schema_and_has_all_questions():
    homework = json.loads(files()["assessments/relay/infoAssessment.json"])
    jsonschema.validate(homework, ASSESSMENT)
    (zone,) = homework["zones"]
    asked = [(q["id"], q["autoPoints"]) for q in zone["questions"]]
    assert zone["numberChoose"] == 5  # as many as on a sheet
    assert asked == [
        ("relay/slope", 1),
        ("relay/which", 2),
        ("relay/both", 6),
        ("relay/same", 1),
        ("relay/odd", 1),
        ("relay/even", 1),
    ]


def test_identifiers_differ_and_stay():
    infos = [json.loads(data) for path, data in files().items() if path.endswith(("info.json", "infoAssessment.json"))]
    assert len({info["uuid"] for info in infos}) == len(FOLDERS) + 1
    again = prairielearn(sheets("other", 2), "relay", "Other")
    assert {json.loads(again[p])["uuid"] for p in again if p.endswith(("info.json", "infoAssessment.json"))} == {
        info["uuid"] for info in infos
    }


@pytest.mark.parametrize("folder", FOLDERS)
def test_seeds_choose_among_all_variants_and_the_same_seed_the_same_one(course: Path, folder: str):
    question = course / "questions" / "relay" / folder
    variants = json.loads((question / "variants.json").read_text())
    assert len(variants) == (STUDENTS if folder in VARIED else 1)
    made = generated(question)
    assert [data["params"] for data in made] == [variants[seed % len(variants)]["params"] for seed in SEEDS]
    assert generated(question) == made


@pytest.mark.parametrize("folder", FOLDERS)
def test_elements_have_the_attributes_that_prairielearn_takes(course: Path, folder: str):
    question = course / "questions" / "relay" / folder
    for data in generated(question):
        for tag, attrs, _ in rendered(question, data).elements:
            if tag in ELEMENTS:
                wanted, allowed = ELEMENTS[tag]
                assert wanted <= set(attrs) <= wanted | allowed
            else:
                assert tag in HTML and set(attrs) <= {"class", "scope", "style"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_numbers_and_choices_are_those_of_the_sheet(course: Path, folder: str):
    question = course / "questions" / "relay" / folder
    asked = questions(folder)
    for seed, data in zip(SEEDS, generated(question), strict=True):
        answers = asked[seed % len(asked)].answers
        page = rendered(question, data)
        numbers = [answer for answer in answers if isinstance(answer, Number)]
        _compare_numbers(page.all("pl-number-input"), [n for n in numbers if not n.is_whole], data)
        _compare_numbers(page.all("pl-integer-input"), [n for n in numbers if n.is_whole], data)
        assert len(numbers) == len(data["correct_answers"])
        _compare_choices(page, [answer for answer in answers if isinstance(answer, Choice)])


def _compare_numbers(inputs: list[Any], numbers: list[Number], data: dict[str, Any]) -> None:
    """Each place for a number takes what the sheet takes."""
    for (attrs, text), number in zip(inputs, numbers, strict=True):
        right = data["correct_answers"][attrs["answers-name"]]
        assert right == pytest.approx(float(number.exact), rel=1e-15) and text == ""
        assert type(right) is (int if number.is_whole else float)
        if not number.is_whole:
            assert attrs["comparison"] == "relabs"
            taken = float(attrs["rtol"]) * abs(right) + float(attrs["atol"])
            assert taken == pytest.approx(float(number.tolerance), rel=1e-9)


def _compare_choices(page: Page, choices: list[Choice]) -> None:
    shown = page.all("pl-answer")
    options = [option for choice in choices for option in choice.options]
    assert len(page.all("pl-multiple-choice")) == len(choices)
    assert [attrs["correct"] == "true" for attrs, _ in shown] == [option.right for option in options]
    for (attrs, text), option in zip(shown, options, strict=True):
        assert text == "".join(Page(f"<p>{PRAIRIELEARN.sentence(option.parts)}</p>").elements[0][2])
        assert attrs["feedback"] == PRAIRIELEARN.sentence(option.why)
    assert all(attrs["order"] == "fixed" for attrs, _ in page.all("pl-multiple-choice"))


@pytest.mark.parametrize("folder", ["slope", "which"])
def test_what_a_user_writes_is_text_and_nothing_else(course: Path, folder: str):
    question = course / "questions" / "relay" / folder
    for data in generated(question, (0,)):
        page = rendered(question, data)
        for panel in ("pl-question-panel", "pl-answer-panel"):
            ((_, text),) = page.all(panel)
            assert text.count(NASTY) >= 5
        for part in (data["params"]["text"], data["params"]["solution"]):
            apart = part.replace("<span>&#36;</span>", "").replace("<span>&#92;</span>", "")
            outside = apart.split("$$")[::2]  # without displayed formulas, then without those within lines
            assert "\\" not in "".join("".join(piece.split("$")[::2]) for piece in outside)
            assert "{{" not in part


def test_pictures_lie_beside_the_question(course: Path):
    question = course / "questions" / "relay" / "slope"
    (data,) = generated(question, (1,))
    for attrs, _ in rendered(question, data).all("pl-figure"):
        file = question / "clientFilesQuestion" / (attrs["file-name"] or "")
        assert file.read_text().startswith("<svg") and attrs["alt"] == NASTY


def graded(question: Path, seed: int, **answers: Any) -> list[str]:
    """What is remarked on answers of which PrairieLearn has found those that are right."""
    (data,) = generated(question, (seed,))
    right = {name: value == data["correct_answers"][name] for name, value in answers.items()}
    scores = {name: {"score": 1 if right[name] else 0} for name in answers}
    found = run(question, [{**data, "submitted_answers": answers, "partial_scores": scores, "graded": True}])
    remarks: list[str] = found[0]["feedback"]["remarks"]
    return remarks


def test_known_mistakes_are_told(course: Path):
    question = course / "questions" / "relay" / "slope"
    exact = -2 / 7
    twice = r"Twice as much as $w_{12}^{(1)}$ is."
    assert graded(question, 1, number1=2 * exact) == [twice]
    assert graded(question, 1, number1={"_type": "np_scalar", "_value": str(2 * exact + 0.0001)}) == [twice]
    assert graded(question, 1, number1=-exact) == [PRAIRIELEARN.sentence((f"Not {NASTY}.",))]
    assert graded(question, 1, number1=exact) == graded(question, 1, number1=17) == graded(question, 1) == []
    assert graded(question, 1, number1=None) == graded(question, 1, number1={}) == []


def test_the_remark_is_shown_with_the_submission(course: Path):
    question = course / "questions" / "relay" / "slope"
    (data,) = generated(question, (1,))
    data["feedback"]["remarks"] = ["One & $a$"]
    ((_, text),) = rendered(question, data).all("pl-submission-panel")
    assert text.strip() == "One & $a$"


def test_the_same_sheets_give_the_same_files():
    assert prairielearn(sheets(), "relay", NASTY) == files()


def test_the_words_are_those_of_a_language():
    german = prairielearn(sheets("x"), "relay", "Staffel", "de")
    assert json.loads(german["questions/relay/slope/info.json"])["title"] == "lokale Ableitungen (Staffel)"
    assert "Kettenregel" in german["questions/relay/slope/variants.json"].decode()


def test_a_number_that_is_zero_has_an_absolute_tolerance():
    (sheet,) = sheets("x", 1)
    zero = Number("L", mpmath.mpf(0), 4, mpmath.mpf("0.001"))
    made = prairielearn([replace(sheet, questions=(replace(sheet.questions[0], answers=(zero,)),))], "relay", "x")
    (variant,) = json.loads(made["questions/relay/slope/variants.json"])
    (answer,) = variant["params"]["answers"]
    assert answer["number"] | {"rtol": "0", "atol": "0.001"} == answer["number"]
