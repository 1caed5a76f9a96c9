"""What learning platforms do with questions: MathJax sets the formulas, and a reader of Moodle's files reads them."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest

from symbp.sheets.moodle import moodle
from symbp.sheets.prairielearn import prairielearn
from tests.mathjax import faults
from tests.quizzes import NASTY, choice, number, sheets, whole
from tests.test_quizzes import EXAMPLES
from tests.test_quizzes import sheets as drawn

pytestmark = pytest.mark.notebook


def formulas(html: str, inline: str, display: str) -> list[dict[str, Any]]:
    """The formulas of a page, of which patterns say where they stand."""
    text = unescape(re.sub(r"<span>.*?</span>", "", html))
    found = [{"tex": tex, "display": True} for tex in re.findall(display, text, re.DOTALL)]
    return found + [
        {"tex": tex, "display": False} for tex in re.findall(inline, re.sub(display, "", text, flags=re.DOTALL))
    ]


def of_moodle(source: str) -> list[dict[str, Any]]:
    texts = (element.text or "" for element in ElementTree.fromstring(source).iter("text"))
    # Embedded answers are entities of entities.
    return [f for text in texts for f in formulas(unescape(text), r"\\\((.*?)\\\)", r"\\\[(\\begin.*?)\\\]")]


def of_prairielearn(files: dict[str, bytes]) -> list[dict[str, Any]]:
    out = []
    for path, data in files.items():
        if path.endswith("variants.json"):
            for variant in json.loads(data):
                parts = [variant["params"]["text"], variant["params"]["solution"], *_answers(variant)]
                out += [f for part in parts for f in formulas(part, r"\$([^$]+)\$", r"\$\$(.*?)\$\$")]
    return out


def _answers(variant: dict[str, Any]) -> list[str]:
    answers = variant["params"]["answers"]
    options = [option for a in answers if "choice" in a for option in a["choice"]["options"]]
    labels = [a["number"]["label"] for a in answers if "number" in a]
    remarks = [mistake["remark"] for known in variant["mistakes"].values() for mistake in known]
    return [*labels, *remarks, *(option[part] for option in options for part in ("text", "why"))]


@pytest.mark.parametrize("text", ["plain", NASTY])
def test_all_formulas_are_set(text: str):
    made = sheets(text)
    for found in (of_moodle(moodle(made, "relay", text)), of_prairielearn(prairielearn(made, "relay", text))):
        assert len(found) > 50
        assert faults(found) == ""


@pytest.mark.parametrize("name", EXAMPLES)
def test_all_formulas_of_a_network_are_set(name: str):
    made = drawn(name)[:2]
    platforms = (moodle(made, name, name), prairielearn(made, name, name))
    found = {(f["tex"], f["display"]): f for f in (*of_moodle(platforms[0]), *of_prairielearn(platforms[1]))}
    assert len(found) > 50
    assert faults(list(found.values())) == ""


def test_a_reader_of_moodles_files_finds_the_answers():
    """The reader takes each pair of braces for an answer; those of which it knows no type are formulas."""
    from moodle_xml_parser import parser

    read = parser.parse_string(moodle(sheets("plain", 1), "relay", "plain"))
    (several,) = read["multichoice"]
    assert [option.score_fraction for option in several.options] == [100 * o.right for o in choice(1).options]
    assert several.single and not several.shuffle_answers and several.default_grade == 2
    numbers = [[gap for gap in question.gaps if gap.sub_type == "NUMERICAL"] for question in read["cloze"]]
    expected = [[number(1)], [number(1), whole(1)], [whole(1)], [whole(1)]]
    for gaps, asked in zip(numbers, expected, strict=True):
        assert [gap.options[0].score for gap in gaps] == [100] * len(asked)
        values = [float(gap.options[0].answer.partition(":")[0]) for gap in gaps]
        assert values == pytest.approx([float(one.exact) for one in asked])
        assert [len(gap.options) for gap in gaps] == [1 + len(one.wrong) for one in asked]
