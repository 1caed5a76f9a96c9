"""The index form: the equations that everything else is made from, one line each."""

from __future__ import annotations

from dataclasses import replace

from symbp import mathtree as m
from symbp.notes.lines import index_line, is_indexable
from symbp.notes.subject import Subject
from symbp.printing.document import Formula, Paragraph, Section

OPENING = (
    "One line for each equation, over all its units at once: an index that the left side does not name is summed. This "
    "is the form that the derivation works on, and (1.I) is equation (1) in it. An index belongs to its line: the same "
    "letter may run over another layer in the next one."
)


def index_form(subject: Subject) -> Section:
    """Every definition of the derivation in index notation."""
    lines = tuple(_line(subject, name) for name in subject.numbers if is_indexable(subject.base.result.defining(name)))
    return Section(("Index form",), (Paragraph((OPENING,)), Formula(m.Display(lines))))


def _line(subject: Subject, name: str) -> m.Line:
    """One definition, checked by itself, since its indices are its own."""
    equations = subject.base.result.defining(name)
    line = replace(index_line(subject, equations), number=f"{subject.numbers[name]}.I")
    indices = [i for e in equations for i in (*e.domain, *e.over)]
    subject.show([line], "", indices)
    return line
