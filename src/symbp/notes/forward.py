"""Section 4: the forward pass, in symbols and in numbers."""

from __future__ import annotations

from collections.abc import Iterator

from symbp import mathtree as m
from symbp.document import Block, Formula, Paragraph, Section, Sentence, Table
from symbp.equation import Equation
from symbp.layers.fragment import BATCH
from symbp.notes.lines import index_line, is_indexable, worked_lines
from symbp.notes.subject import Subject
from symbp.scalar import Element

MOST_TERMS = 6  # of a sum that is written out with numbers
MOST_ROWS = 40


def forward(subject: Subject) -> Section:
    """Each forward equation with its number, worked where it is small, and a table of all values."""
    blocks: list[Block] = [Paragraph(_opening(subject))]
    for name, equations in subject.definitions("forward"):
        blocks += _definition(subject, name, equations)
    if subject.worked:
        blocks.append(_values(subject))
    return Section(("Forward pass",), tuple(blocks))


def _opening(subject: Subject) -> Sentence:
    if not subject.worked:
        return ("The equations of the network, in the order in which the module computes them.",)
    which = "the sample" if subject.samples == 1 else f"the first of {subject.samples} samples"
    return (f"From the input to the loss, in symbols and then in numbers for {which}.",)


def _definition(subject: Subject, name: str, equations: tuple[Equation, ...]) -> Iterator[Block]:
    number = subject.numbers[name]
    shift = "subtracting the maximum changes nothing" if subject.tensor(name).letter == "e" else ""
    elements = subject.in_full(name) if _has_few_terms(subject, equations) else ()
    lines: list[m.Line] = []
    if len(elements) < len(subject.elements(name)) and is_indexable(equations):
        lines.append(index_line(subject, equations, shift))
    if lines and not elements and not subject.tensor(name).shape and subject.worked:
        lines.append(m.Line(None, subject.number(Element(name))))
    for element in elements:
        lines += worked_lines(subject, element, subject.view.final(element), "" if lines else shift)
    indices = [i for e in equations for i in (*e.domain, *e.over)]
    if lines:
        yield Formula(subject.show(lines, number, indices))


def _has_few_terms(subject: Subject, equations: tuple[Equation, ...]) -> bool:
    """Whether a definition can be written out with numbers: not what sums over several samples."""
    if subject.samples > 1 and any(i.extent == BATCH for e in equations for i in e.over):
        return False
    terms = 1
    for equation in equations:
        size = 1
        for index in equation.over:
            size *= subject.extent(index.extent)
        terms = max(terms, size)
    return terms <= MOST_TERMS


def _values(subject: Subject) -> Table:
    """The value of every forward quantity of the first sample, and its equation."""
    rows: list[tuple[Sentence, ...]] = []
    for name, _ in subject.definitions("forward"):
        elements = subject.elements(name)
        for element in elements[: MOST_ROWS // 4 if len(elements) > MOST_ROWS // 4 else None]:
            where = m.Reference(str(subject.numbers[name]))
            rows.append(((subject.naming.symbol(element),), (subject.number(element),), (where,)))
    caption = f"Values of the forward pass, {subject.digits} significant digits."
    if len(rows) > MOST_ROWS:
        rows = [*rows[: MOST_ROWS - 1], rows[-1]]
        caption += " The first ones of each layer."
    return Table((caption,), (("quantity",), ("value",), ("equation",)), tuple(rows), ("center", "right", "center"))
