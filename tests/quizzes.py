"""Sheets made by hand, with everything in them that a learning platform might read as something else."""

from __future__ import annotations

from typing import Any

import mpmath

from symbp import mathtree as m
from symbp.mathtree.nodes import Emphasis, Mono, Strong
from symbp.printing.document import Code, Figure, Formula, Items, Paragraph, Remark, Table
from symbp.printing.drawing import Drawing
from symbp.printing.drawing.shapes import Circle
from symbp.sheets.question import Choice, Number, Option, Question, Sheet
from symbp.wording import say

NASTY = "<b>bold</b> {1:SHORTANSWER:=x} {#1} {{params.text}} $a$ $$b$$ \\(c\\) \\[d\\] ]]> ~#=%50% &amp; \"'"
W = m.Symbol("w", "(1)", (1, 2))
Z = m.Symbol("z", "", (1,))
HARD = m.Quotient(m.Cases(((W, m.Comparison(Z, ">", m.Number(0))),), m.Number(0)), m.Power(W, m.Number(2)))
DRAWING = Drawing(40.0, 30.0, (Circle(20.0, 15.0, 8.0, "input"),), NASTY, "A circle.")
STUDENTS = 3


def number(student: int) -> Number:
    exact = mpmath.mpf(-student) / 7
    wrong = ((exact * 2, say("Twice as much as {w} is.", w=W)), (-exact, say("Not {nasty}.", nasty=NASTY)))
    return Number(m.Partial(m.Symbol("L"), W), exact, 4, abs(exact) / 1000, wrong)


def whole(student: int) -> Number:
    return Number(say("Size"), student + 3, 4, 0, ((student + 1, say("chain rule")),))


def choice(student: int) -> Choice:
    """Options with formulas, text that is not what it looks like, and the number of a line."""

    def parts(n: int) -> tuple[Any, ...]:
        return (m.Power(HARD, m.Number(n)), m.Reference("E1.a"), f" ~ {n} # ", Mono("}"), NASTY)

    return Choice(tuple(Option(parts(n), n == student % 4, (f"{n} ", HARD, NASTY)) for n in range(4)))


def blocks(text: str) -> tuple[Any, ...]:
    """One of each kind of block."""
    line = m.Line(m.Partial(m.Symbol("L"), W), HARD, "=", (say("chain rule"), ", ", text))
    return (
        Paragraph((text, W, Strong(text), Emphasis(say("chain rule")))),
        Formula(m.Display((line, m.Line(None, m.Number(mpmath.mpf(1) / 3))), "7")),
        Table((text,), ((text,), (W,)), (((HARD,), (text,)),), ("left", "right")),
        Figure(DRAWING, (text,)),
        Code(text + "\n  two\n"),
        Items(((text,), (W,)), ordered=True),
        Remark((text,), (Paragraph((text,)),)),
    )


def sheets(text: str = NASTY, students: int = STUDENTS) -> tuple[Sheet, ...]:
    """A sheet for each student: a number, a choice, both at once, and a question that is the same for all."""
    return tuple(_sheet(student, text) for student in range(1, students + 1))


def _sheet(student: int, text: str) -> Sheet:
    told, solved = blocks(f"{student} {text}"), blocks(text)
    one, several = number(student), choice(student)
    questions = (
        Question("slope", say("local derivatives"), told, (one,), solved),
        Question("which", say("chain rule"), told, (several,), solved, 2),
        Question("both", say("derivative"), told[:2], (several, one, whole(student)), solved[:2], 6),
        Question("same", say("numbers"), (), (whole(1),), ()),
        Question(("even", "odd")[student % 2], say(("even", "odd")[student % 2]), (), (whole(1),), ()),
    )
    opening = (Paragraph((text,)),)
    return Sheet(student, opening, questions)
