"""The index form: the equations that everything else is made from, one line each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symbp import mathtree as m
from symbp.notes.alike import repeated
from symbp.notes.lines import index_lines, indices_of
from symbp.notes.subject import Subject
from symbp.printing.document import Formula, Paragraph, Section
from symbp.wording import say

OPENING = say(
    "One line for each equation, over all its units at once: an index that the left side does not name is summed. This "
    "is the form that the derivation works on, and (1.I) is equation (1) in it. An index belongs to its line: the same "
    "letter may run over another layer in the next one."
)


def index_form(subject: Subject) -> Section:
    """Every definition of the derivation in index notation."""
    elsewhere = repeated(subject)
    lines = tuple(line for name in subject.numbers if name not in elsewhere for line in _lines(subject, name))
    return Section((say("Index form"),), (Paragraph((OPENING,)), Formula(m.Display(lines))))


def _lines(subject: Subject, name: str) -> Iterator[m.Line]:
    """One definition, checked by itself, since its indices are its own."""
    for place, line in enumerate(index_lines(subject, name)):
        subject.show([line], "", indices_of(subject, name))
        yield line if place else replace(line, number=f"{subject.numbers[name]}.I")
