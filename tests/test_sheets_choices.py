"""Choices of sheets: one formula, one factor and one line are what is asked for, at the printed numbers."""

from __future__ import annotations

import mpmath

from symbp import mathtree as m
from symbp.printing.document import Paragraph
from symbp.sheets.question import Choice
from tests.sheets import (
    STUDENTS,
    choices,
    displays,
    environment,
    inside,
    sheet_for,
)


def test_of_formulas_one_has_the_value_of_the_derivative() -> None:
    seen = 0
    for student in range(1, STUDENTS + 1):
        found = sheet_for("relay", student)
        known = environment("relay", found)
        for question, choice in choices(found):
            if question.key == "which-formula":
                (asked,) = [n for b in question.text if isinstance(b, Paragraph) for n in inside(b.parts)]
                wanted = m.value(asked, known)
                for option in choice.options:
                    assert isinstance(option.parts[0], m.Node)
                    assert (abs(m.value(option.parts[0], known) - wanted) < mpmath.mpf("1e-40")) == option.right
                seen += 1
    assert seen > 5


def test_one_factor_makes_the_line_right() -> None:
    seen = 0
    for student in range(1, STUDENTS + 1):
        found = sheet_for("relay", student)
        known = environment("relay", found)
        for question, choice in choices(found):
            if question.key == "missing-factor":
                (line,) = next(displays(question.text)).lines
                assert line.left is not None
                wanted = m.value(line.left, known)
                for option in choice.options:
                    filled = m.transform(line.right, lambda n, o=option: o.parts[0] if isinstance(n, m.Box) else n)
                    assert (abs(m.value(filled, known) - wanted) < mpmath.mpf("1e-40")) == option.right
                seen += 1
    assert seen > 5


def test_exactly_the_line_that_is_wrong_does_not_follow() -> None:
    seen = 0
    for student in range(1, STUDENTS + 1):
        found = sheet_for("relay", student)
        known = environment("relay", found)
        for place, question in enumerate(found.questions, 1):
            if question.key == "wrong-line":
                (display,) = displays(question.text)
                values = [m.value(line.right, known) for line in display.lines[1:]]
                values.insert(0, m.value(display.lines[0].left, known))  # type: ignore[arg-type]
                follows = [abs(b - a) < mpmath.mpf("1e-40") for a, b in zip(values, values[1:], strict=False)]
                (choice,) = question.answers
                assert isinstance(choice, Choice)
                assert [option.right for option in choice.options] == [not yes for yes in follows]
                assert display.number == f"E{place}"
                seen += 1
    assert seen > 5
