"""Sheets of exercises: each student has other numbers and questions, and every answer follows from what is printed."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
import pytest

import symbp
from symbp import mathtree as m
from symbp.derive import derive
from symbp.printing.document import Figure, Paragraph
from symbp.sheets.kinds import KINDS
from symbp.sheets.question import Number
from symbp.sheets.sheet import sheet
from tests.sheets import (
    EXAMPLES,
    QUICK,
    SEED,
    STUDENTS,
    about,
    answers,
    check_answers,
    check_choices,
    check_numbers,
    choices,
    given,
    inside,
    numbers_of,
    sheet_for,
)


def test_thirty_students_have_other_numbers_and_other_questions() -> None:
    every = [sheet_for("relay", student) for student in range(1, STUDENTS + 1)]
    assert all(len(found.questions) == 10 for found in every)
    assert len({str(found.opening) for found in every}) == STUDENTS
    assert len({tuple(q.key for q in found.questions) for found in every}) > STUDENTS // 2
    assert len(Counter(q.key for found in every for q in found.questions)) >= 14
    assert all(len({q.key for q in found.questions}) >= 8 for found in every)


def test_answers_of_thirty_students_follow_from_the_printed_numbers() -> None:
    assert check_answers("relay", range(1, STUDENTS + 1)) > 3 * STUDENTS


@pytest.mark.parametrize("name", QUICK[1:])
def test_answers_about_other_networks_follow_from_the_printed_numbers(name: str) -> None:
    assert check_answers(name, range(1, 3)) >= 4


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in QUICK])
def test_answers_about_every_example_follow_from_the_printed_numbers(name: str) -> None:
    assert check_answers(name, range(1, 4)) >= 6


@pytest.mark.parametrize("name", QUICK)
def test_one_option_is_right_and_no_mistake_is_accepted(name: str) -> None:
    for student in range(1, STUDENTS + 1 if name == "relay" else 3):
        check_choices(sheet_for(name, student))
        check_numbers(sheet_for(name, student))


def test_values_to_choose_from_are_far_apart() -> None:
    seen = 0
    for student in range(1, STUDENTS + 1):
        for question, choice in choices(sheet_for("relay", student)):
            if question.key == "gradient-choice":
                values = sorted(o.parts[0].value for o in choice.options if isinstance(o.parts[0], m.Number))
                assert all(b - a > max(abs(a), abs(b)) / 250 for a, b in zip(values, values[1:], strict=False))
                assert len(values) == len({str(m.Number(v).rounded) for v in values}) == 4
                seen += 1
    assert seen > 5


@pytest.mark.parametrize("name", QUICK)
def test_numbers_fit_a_pocket_calculator(name: str) -> None:
    for student in range(1, STUDENTS + 1 if name == "relay" else 3):
        found = sheet_for(name, student)
        for number in numbers_of(found.opening):
            assert len(re.sub(r"[-.]|^0+", "", str(number.rounded)).lstrip("0")) <= 3
        for question in found.questions:
            for number in numbers_of(question.text):
                assert number.value == 0 or 1e-4 <= abs(number.value) < 1e4
                assert len(number.rounded.mantissa.lstrip("-0.").replace(".", "")) <= 4


def test_somebody_who_rounds_every_value_to_four_digits_is_right() -> None:
    """Two layers worked by hand in floats, every intermediate value rounded."""

    def r(value: Any) -> Any:
        return np.vectorize(lambda v: float(f"{v:.3e}"))(value)

    seen = 0
    for student in range(1, STUDENTS + 1):
        found = sheet_for("relay", student)
        at = given("relay", found)
        x, y, w1, b1, w2, b2 = (at[n] for n in ("x", "y", "W1", "b1", "W2", "b2"))
        a1 = r(1 / (1 + r(np.exp(-r(r(w1 @ x[0]) + b1)))))
        out = r(1 / (1 + r(np.exp(-r(r(w2 @ a1) + b2)))))
        delta2 = r(r(2 * r(out - y[0])) * r(out * r(1 - out)))
        delta1 = r(r(w2[0] * delta2) * r(a1 * r(1 - a1)))
        values = {"W1": r(np.outer(delta1, x[0])), "b1": delta1, "W2": r(np.outer(delta2, a1)), "b2": delta2}
        for _, answer, element, gradient in answers("relay", found):
            if gradient and element.tensor in values:
                assert abs(values[element.tensor][element.index] - float(answer.exact)) <= float(answer.tolerance)
                seen += 1
    assert seen > 20


def test_no_question_tells_what_another_one_asks() -> None:
    for student in range(1, STUDENTS + 1):
        found = sheet_for("relay", student)
        asked = {
            answer.label
            for question in found.questions
            for answer in question.answers
            if isinstance(answer, Number) and isinstance(answer.label, m.Node)
        }
        told = {
            node.left
            for question in found.questions
            for block in question.text
            if isinstance(block, Paragraph)
            for node in inside(block.parts)
            if isinstance(node, m.Comparison)
        }
        assert not asked & told


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_has_ten_questions_for_each_of_some_students(name: str) -> None:
    every = [sheet_for(name, student) for student in range(1, 7)]
    for found in every:
        assert len(found.questions) == 10
        check_choices(found)
        check_numbers(found)
    assert len({q.key for found in every for q in found.questions}) >= 10


def test_a_large_network_is_asked_about_in_words_and_a_small_one_in_numbers() -> None:
    found = sheet_for("digits_conv", 1)
    first = found.opening[0]
    assert isinstance(first, Paragraph) and "smaller network of the same kind" in str(first.parts)
    assert about("digits_conv").is_smaller and not about("relay").is_smaller


def test_the_same_seed_gives_the_same_sheet_and_another_one_another() -> None:
    derivation = derive(symbp.load("examples/relay.toml"))
    assert sheet(derivation, 3, SEED) == sheet_for("relay", 3)
    assert sheet_for("relay", 3, SEED + 1) != sheet_for("relay", 3)


def test_there_are_pictures_where_there_is_room_for_them() -> None:
    assert any(isinstance(block, Figure) for block in sheet_for("relay", 1).opening)


def test_keys_of_kinds_are_distinct() -> None:
    assert len({kind.key for kind in KINDS}) == len(KINDS) >= 20
