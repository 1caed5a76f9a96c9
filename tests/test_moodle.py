"""The file for Moodle: read by readers that are not ours, it holds what the sheets hold and nothing else."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
from functools import cache
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from symbp.sheets.cloze import escaped
from symbp.sheets.moodle import MOODLE, moodle
from tests.cloze import Place, read
from tests.quizzes import NASTY, choice, number, sheets, whole

VOID = {"img"}
OURS = {"p", "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "ol", "li", "pre", "code", "span", "img"}
OURS |= {"figure", "figcaption", "strong", "em"}


class Page(HTMLParser):
    """HTML read by a parser: its text, its elements with their attributes, all of which are closed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.elements, self.open = "", [], []  # type: ignore[var-annotated]
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.open += [tag] if tag not in VOID else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@cache
def questions(text: str = NASTY) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(moodle(sheets(text), "relay", text)))


def found(element: ElementTree.Element, path: str) -> str:
    text = element.findtext(path)
    assert text is not None, path
    return text


def asked(student: int, title: str) -> ElementTree.Element:
    """The question of a student in a category."""
    (there,) = (q for q in questions() if q.findtext("name/text") == f"{title} ({student:03})")
    return there


SLOPE, WHICH, BOTH = "local derivatives", "chain rule", "derivative"


def places(student: int, title: str) -> tuple[Place, ...]:
    return read(found(asked(student, title), "questiontext/text"))[1]


def test_a_category_for_each_kind_of_question_holds_a_variant_for_each_student():
    listed = [
        (q.attrib["type"], q.findtext("category/text") if q.attrib["type"] == "category" else q.findtext("name/text"))
        for q in questions("Text")
    ]
    assert listed == [
        ("category", "$course$/top/Text/local derivatives"),
        *(("cloze", f"local derivatives ({n:03})") for n in (1, 2, 3)),
        ("category", "$course$/top/Text/chain rule"),
        *(("multichoice", f"chain rule ({n:03})") for n in (1, 2, 3)),
        ("category", "$course$/top/Text/derivative"),
        *(("cloze", f"derivative ({n:03})") for n in (1, 2, 3)),
        ("category", "$course$/top/Text/numbers"),
        ("cloze", "numbers (001)"),  # it is the same for all
        ("category", "$course$/top/Text/odd"),
        ("cloze", "odd (001)"),
        ("category", "$course$/top/Text/even"),
        ("cloze", "even (002)"),
    ]


def test_two_questions_of_a_kind_have_names_of_their_own():
    (sheet,) = sheets("x", 1)
    first, other = sheet.questions[:2]
    twice = replace(sheet, questions=(first, replace(other, key=first.key)))
    read_back = ElementTree.fromstring(moodle([twice], "relay", "Text")).iterfind("question/name/text")
    assert [name.text for name in read_back] == ["local derivatives (001)", "local derivatives (001-2)"]


def test_a_slash_in_a_title_does_not_part_a_category():
    assert found(questions("a/b")[0], "category/text") == "$course$/top/a//b/local derivatives"


@pytest.mark.parametrize("student", [1, 2, 3])
@pytest.mark.parametrize(("title", "answer"), [(SLOPE, 0), (BOTH, 1)])
def test_a_number_is_taken_within_its_tolerance_and_known_mistakes_are_told(student: int, title: str, answer: int):
    asked_for, gap = number(student), places(student, title)[answer]
    exact, tolerance = float(asked_for.exact), float(asked_for.tolerance)
    assert gap.kind == "NUMERICAL"
    for value in (exact, exact + 0.99 * tolerance, exact - 0.99 * tolerance):
        assert gap.chosen(value) is gap.alternatives[0] and gap.alternatives[0].percent == 100
    assert gap.chosen(exact + 1.01 * tolerance) is None and gap.chosen(exact - 1.01 * tolerance) is None
    twice, negative = gap.chosen(2 * exact), gap.chosen(-exact)
    assert twice and twice.percent == 0 and twice.feedback == "Twice as much as w<sub>12</sub><sup>(1)</sup> is."
    assert negative and negative.percent == 0 and Page(negative.feedback).text == f"Not {NASTY}."


def test_a_whole_number_is_exact():
    _, _, gap = places(2, BOTH)
    assert gap.alternatives[0].span == (5, 5) and whole(2).exact == 5
    assert Page(found(asked(2, BOTH), "questiontext/text")).text.count("Size = {2:NUMERICAL") == 1


@pytest.mark.parametrize("student", [1, 2, 3])
def test_a_choice_among_other_answers_is_read_back_as_it_was(student: int):
    gap, expected = places(student, BOTH)[0], choice(student)
    assert gap.kind == "MULTICHOICE_V"
    assert [a.percent == 100 for a in gap.alternatives] == [option.right for option in expected.options]
    for alternative, option in zip(gap.alternatives, expected.options, strict=True):
        assert Page(alternative.answer).text == Page(MOODLE.sentence(option.parts)).text
        assert NASTY in Page(alternative.answer).text and NASTY in Page(alternative.feedback).text
        assert "(E1.a)" in Page(alternative.answer).text
        assert "\\(" not in alternative.feedback  # where it is shown, no MathJax looks


@pytest.mark.parametrize("student", [1, 2, 3])
def test_a_choice_alone_is_a_question_of_its_own_type(student: int):
    question, expected = asked(student, WHICH), choice(student)
    assert read(found(question, "questiontext/text"))[1] == ()
    answers = question.findall("answer")
    assert [a.attrib for a in answers] == [
        {"fraction": "100" if option.right else "0", "format": "html"} for option in expected.options
    ]
    assert [found(a, "text") for a in answers] == [MOODLE.sentence(option.parts) for option in expected.options]
    assert [found(a, "feedback/text") for a in answers] == [MOODLE.sentence(option.why) for option in expected.options]
    names = ("single", "shuffleanswers", "answernumbering", "defaultgrade")
    assert [question.findtext(name) for name in names] == ["true", "false", "abc", "2"]


def test_what_a_user_writes_is_text_and_nothing_else():
    for question in questions():
        if question.attrib["type"] == "category":
            continue
        text, gaps = read(found(question, "questiontext/text"))
        assert len(gaps) == {WHICH: 0, BOTH: 3}.get(found(question, "name/text")[:-6], 1)
        assert re.findall(r"\{#[^\s}]*\}", text) == [f"{{#{n}}}" for n in range(1, len(gaps) + 1)]
        for html in (text, found(question, "generalfeedback/text")):
            page = Page(html)
            assert {tag for tag, _ in page.elements} <= OURS
            assert NASTY in page.text or "generalfeedback" in html or question.attrib["type"] == "cloze"
            raw = re.sub(r"\\\[.*?\\\]|\\\(.*?\\\)", "", html, flags=re.S)  # without our own formulas
            assert "$" not in raw.replace("<span>&#36;</span>", "") and "\\" not in raw


def test_formulas_are_those_of_the_document():
    text = unescape(found(asked(1, SLOPE), "questiontext/text"))
    assert r"\(w_{12}^{(1)}\)" in text and r"\(\partial L/\partial w_{12}^{(1)} =\) {1:NUMERICAL" in text
    assert r"\[\begin{align*}" in text and r"\tag{7.a}" in text


def test_pictures_come_with_the_question():
    question = asked(1, SLOPE)
    for part in ("questiontext", "generalfeedback"):
        (picture,) = (attrs for tag, attrs in Page(found(question, f"{part}/text")).elements if tag == "img")
        (file,) = question.findall(f"{part}/file")
        assert picture["src"] == f"@@PLUGINFILE@@/{file.attrib['name']}" and picture["alt"] == NASTY
        svg = b64decode(file.text or "").decode()
        assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
        assert ".drawing .input{fill:#E8F0FE" in svg and ".drawing .gradient" not in svg


def test_the_same_sheets_give_the_same_text():
    assert moodle(sheets(), "relay", NASTY) == moodle(sheets(), "relay", NASTY)


def test_no_sheet_is_no_question():
    assert list(ElementTree.fromstring(moodle((), "relay", "Relay"))) == []


def test_the_words_are_those_of_a_language():
    german = list(ElementTree.fromstring(moodle(sheets("x"), "relay", "Staffel", "de")))
    assert found(german[0], "category/text") == "$course$/top/Staffel/lokale Ableitungen"
    assert "Kettenregel" in found(german[1], "questiontext/text")


@pytest.mark.parametrize(
    "text", ["}", "~", "#", "\\", "&", "&#125;", "&amp;#125;", "\\}", "\\#", "a#b~c}d", "%50%", "="]
)
def test_no_sign_ends_an_answer(text: str):
    html = MOODLE.sentence((text,))
    _, (place,) = read(f"{{1:MULTICHOICE_V:%0%{escaped(html)}#{escaped(html)}~%100%x}}")
    first, second = place.alternatives
    assert Page(first.answer).text == Page(first.feedback).text == text and second.answer == "x"
