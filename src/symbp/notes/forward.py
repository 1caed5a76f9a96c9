"""Section 4: the forward pass, in symbols and in numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from symbp import mathtree as m
from symbp.equation import Equation
from symbp.layers.fragment import BATCH
from symbp.notes.alike import alike_blocks, repeated
from symbp.notes.chosen import in_full
from symbp.notes.leads import Seen, forward_lead
from symbp.notes.lines import index_lines, indices_of, worked_lines
from symbp.notes.looking import looking
from symbp.notes.meanings import meaning
from symbp.notes.stepwise import step_table
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Formula, Paragraph, Section, Sentence, Table
from symbp.program import Tensor
from symbp.views.scalar import Element
from symbp.wording import Message, say, say_many, sentences

MOST_TERMS = 6  # of a sum that is written out with numbers
MOST_OF_STEPS = 3  # terms of a loss over the steps of a sequence
MOST_ROWS = 40
MOST_GIVEN = 80  # numbers of the example that are listed
MOST_IN_BRACKETS = 30  # operations of a sum that cannot be broken
MOST_IN_WINDOW = 12  # the same, where windows are summed
REMARKS = {"z": say("weighted sum"), "a": say("activation"), "yhat": say("output"), "L": say("loss")}


def forward(subject: Subject) -> Section:
    """Each forward equation with its number, worked where it is small, and a table of all values."""
    blocks: list[Block] = [*given_numbers(subject), Paragraph(_opening(subject)), *alike_blocks(subject)]
    elsewhere = repeated(subject)
    seen: Seen = {}
    for name, equations in subject.definitions("forward"):
        shown = () if name in elsewhere else tuple(_definition(subject, name, equations))
        blocks += [*forward_lead(subject, name, seen), *shown] if shown else []
        blocks += looking(subject, name)
    if subject.worked:
        blocks += _values(subject)
    return Section((say("Forward pass"),), tuple(blocks))


def _opening(subject: Subject) -> Sentence:
    if not subject.worked:
        return (say("The equations of the network, in the order in which the module computes them."),)
    return (
        say_many(
            subject.samples,
            "From the input to the loss, in symbols and then in numbers for the sample.",
            "From the input to the loss, in symbols and then in numbers for the first of {count} samples.",
        ),
    )


def given_numbers(subject: Subject) -> Iterator[Block]:
    """The numbers that the example starts from, where they are few."""
    given = subject.base.start.of_role("input", "target", "parameter", "mask")
    tensors = [t for t in given if t.dtype != "int"]
    if not subject.worked or sum(subject.values[t.name].size for t in tensors) > MOST_GIVEN:
        return
    slices = [found for t in tensors for found in _slices(subject, t)]
    lines = [m.Line(symbol, _matrix(rows)) for symbol, rows in slices]
    known = {symbol: m.matrix([[n.value for n in row] for row in rows]) for symbol, rows in slices}
    yield Paragraph(
        (
            say_many(
                subject.samples,
                "The sample and the parameters that the numbers below start from:",
                "The samples, one a row, and the parameters that the numbers below start from:",
            ),
        )
    )
    yield Formula(subject.show(lines, env=m.Environment(known)))


def _slices(subject: Subject, tensor: Tensor) -> Iterator[tuple[m.Symbol, list[list[m.Number]]]]:
    """A tensor as matrices, one for each of the positions that stand before the last two: channels, and samples.

    A single sample and a bias are a column.
    """
    value = np.empty(np.shape(subject.values[tensor.name]), object)
    for index in np.ndindex(value.shape):
        value[index] = subject.number(Element(tensor.name, index))
    if subject.batched(tensor.name) and subject.samples == 1:
        value = np.asarray(value[0])
    symbol = subject.index_naming.whole(tensor.name)
    if value.ndim <= 2:
        yield symbol, [list(row) for row in (value if value.ndim == 2 else value.reshape(-1, 1))]
        return
    for place in np.ndindex(value.shape[:-2]):
        yield replace(symbol, sub=(*symbol.sub, *(at + 1 for at in place))), [list(row) for row in value[place]]


def _matrix(rows: list[list[m.Number]]) -> m.Node:
    """The rows in brackets; a column lies down, to take one line."""
    column = len(rows) > 1 and len(rows[0]) == 1
    shown = zip(*rows, strict=True) if column else rows
    matrix = m.Matrix(tuple(map(tuple, shown)))
    return m.Transpose(matrix) if column else matrix


def _definition(subject: Subject, name: str, equations: tuple[Equation, ...]) -> Iterator[Block]:
    number = subject.numbers[name]
    shift = say("less the maximum: nothing changes") if subject.tensor(name).letter == "e" else None
    elements = in_full(subject, name) if _has_few_terms(subject, name, equations) else ()
    lines: list[m.Line] = []
    if not subject.worked or len(elements) < len(subject.elements(name)) or name in subject.timeline.axes:
        lines += index_lines(subject, name, shift or remark_of(subject, name))
    if lines and not elements and not subject.tensor(name).shape and subject.worked:
        lines.append(m.Line(None, subject.number(Element(name))))
    told = None if lines else shift or remark_of(subject, name)
    for element in elements:
        lines += worked_lines(subject, element, subject.view.final(element), told)
    if lines:
        yield Formula(subject.show(lines, number, indices_of(subject, name)))


def remark_of(subject: Subject, name: str) -> Message | None:
    """What a quantity is, beside its first line."""
    tensor = subject.tensor(name)
    return REMARKS.get(name) or (REMARKS.get(tensor.letter) if subject.regular else meaning(subject.network, tensor))


def _has_few_terms(subject: Subject, name: str, equations: tuple[Equation, ...]) -> bool:
    """Whether a definition can be written out with numbers: in a chain of dense layers not what sums over samples."""
    if subject.tensor(name).dtype == "int":
        return False
    if subject.regular and subject.samples > 1 and any(i.extent == BATCH for e in equations for i in e.over):
        return False
    terms = 1
    for equation in equations:
        size = 1
        for index in equation.over:
            size *= subject.extent(index.extent)
        terms = max(terms, size)
    if any(_does_not_break(e, terms) for e in equations):
        return False
    most = MOST_IN_WINDOW if not subject.regular and not subject.timeline.axes else MOST_TERMS
    return terms <= (most if subject.tensor(name).shape or not subject.timeline.axes else MOST_OF_STEPS)


def _does_not_break(equation: Equation, terms: int) -> bool:
    """Whether a sum is too long for a line: a number before it holds it together in brackets."""
    number, body = equation.body.as_coeff_Mul()
    return bool(number != 1 and terms * (body.count_ops() + 1) > MOST_IN_BRACKETS)


def _values(subject: Subject) -> Iterator[Block]:
    """The value of every forward quantity of the first sample, and its equation; of a sequence, step by step."""
    names = [name for name, _ in subject.definitions("forward")]
    steps = [name for name in names if len(subject.timeline.axes.get(name, ())) == 1]
    tables = tuple(step_table(subject, steps, say("Values of the forward pass, step by step."))) if steps else ()
    yield from tables
    others = [name for name in names if not (tables and name in steps)]
    if others != [subject.base.start.output]:
        yield from _listed(subject, others)


def _listed(subject: Subject, names: list[str]) -> Iterator[Block]:
    rows: list[tuple[Sentence, ...]] = []
    every = {name: subject.elements(name) for name in names}
    total = sum(map(len, every.values()))
    most = total if total <= MOST_ROWS else max(1, MOST_ROWS // len(every))
    for name, elements in every.items():
        where = m.Reference(str(subject.numbers[name]))
        rows += [((subject.naming.symbol(e),), (subject.number(e),), (where,)) for e in elements[:most]]
    caption = sentences(
        say_many(
            subject.digits,
            "Values of the forward pass, {count} significant digit.",
            "Values of the forward pass, {count} significant digits.",
        ),
        say_many(most, "The first of each quantity.", "The first {count} of each quantity.")
        if len(rows) < total
        else None,
    )
    header: tuple[Sentence, ...] = ((say("quantity"),), (say("value"),), (say("equation"),))
    yield Table(caption, header, tuple(rows), ("center", "right", "center"))
