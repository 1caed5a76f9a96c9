"""The way back through a sequence in numbers: vectors step by step from the last to the first, and tables by steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.mathtree.nodes import Position
from symbp.notes.arrays import Arrays
from symbp.notes.layers import array_lines
from symbp.notes.stepwise import step_table
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Formula, Paragraph
from symbp.views.paper import Part, is_row
from symbp.views.recurrence import Recurrence
from symbp.wording import say

MOST_UNITS = 4  # of a state, for its numbers to be written out
FEW = 3  # quantities of a step that are all told
MOST_STEPS = 4
TWO = 2  # steps that are told where there are many, or many quantities

BACKWARDS = say("Backwards from the last step, in numbers:")
SOME = say("The first steps backwards from the last, in numbers; the others go the same way:")


def backwards(arrays: Arrays, recurrence: Recurrence) -> Iterator[Block]:
    """The adjoints of a recurrence in vector form with numbers put in, from the last step on."""
    subject = arrays.subject
    if not subject.worked or not _are_few(arrays, recurrence):
        return
    names = [n for n in subject.numbers if (subject.tensor(n).of or "") in recurrence.written]
    of_states = [adjoint_name(name) for name in reversed(recurrence.states)]
    told = names if len(names) <= FEW else [name for name in of_states if name in names]
    count = subject.extent(recurrence.scan.index.extent)
    steps = list(range(1, count + 1)) if recurrence.backwards else list(range(count, 0, -1))
    shown = steps if len(names) <= FEW and count <= MOST_STEPS else steps[:TWO]
    lines = [line for step in shown for name in told for line in _worked(arrays, name, recurrence, step)]
    if lines:
        yield Paragraph((BACKWARDS if len(shown) == count else SOME,))
        yield Formula(subject.show(lines, "T0", env=arrays.environment))


def _are_few(arrays: Arrays, recurrence: Recurrence) -> bool:
    """Whether the states are short vectors."""
    shapes = [arrays.flat(arrays.subject.tensor(name)) for name in recurrence.states]
    return all(len(shape) == 2 and isinstance(shape[1], int) and shape[1] <= MOST_UNITS for shape in shapes)


def _worked(arrays: Arrays, name: str, recurrence: Recurrence, step: int) -> Iterator[m.Line]:
    """The definition of an adjoint at one step: in symbols, in numbers term by term, and its value."""
    index = recurrence.scan.index.name
    for part in arrays.subject.stated.textbook(name):
        if not _is_about(arrays, part, name, step):
            continue
        for line in array_lines(arrays, name, part):
            assert line.left is not None
            left, right = (_at(side, index, step, arrays.environment) for side in (line.left, line.right))
            yield m.Line(left, right)
            numbers = _numbers(right, arrays)
            value = _value(right, arrays)
            if numbers != value:
                yield m.Line(None, numbers)
            yield m.Line(None, value)


def _is_about(arrays: Arrays, part: Part, name: str, step: int) -> bool:
    """Whether a part of a definition is about a step."""
    if part.index is not None:
        first, last = part.steps or (1, arrays.subject.extent(part.index.extent))
        return first <= step <= last
    lhs = part.equations[0].lhs
    steps = arrays.subject.timeline.axes[name.removesuffix("_bar")]
    if not all(is_row(lhs.indices[axis]) for axis in steps):
        return False  # rows in another order, or picked by data
    left = arrays.array(lhs)
    symbol = left.wrt if isinstance(left, m.Partial) else left
    assert isinstance(symbol, m.Symbol)
    return bool(symbol.sub) and _closed(symbol.sub[-1], {}, arrays.environment) == step


def _at(node: m.Node, index: str, step: int, environment: m.Environment) -> m.Node:
    """A formula at one step: h_{t-1} becomes h_2."""

    def change(inner: m.Node) -> m.Node:
        if isinstance(inner, m.Symbol):
            return replace(inner, sub=tuple(_closed(p, {index: step}, environment) for p in inner.sub))
        return inner

    return m.transform(node, change)


def _closed(position: Position, bindings: dict[str, int], environment: m.Environment) -> Position:
    return int(m.value(position, environment, bindings)) if isinstance(position, m.Node) else position


def _numbers(node: m.Node, arrays: Arrays) -> m.Node:
    """The terms, and the factors that are multiplied entry by entry, as numbers."""
    if isinstance(node, m.Sum):
        return replace(node, terms=tuple(_numbers(t, arrays) for t in node.terms))
    if isinstance(node, m.Hadamard):
        return replace(node, factors=tuple(_numbers(f, arrays) for f in node.factors))
    return _value(node, arrays)


def _value(node: m.Node, arrays: Arrays) -> m.Node:
    value = m.value(node, arrays.environment)
    digits = arrays.subject.digits
    if not isinstance(value, tuple):
        return m.Number(value, digits)
    return m.Matrix(tuple(tuple(m.Number(v, digits) for v in row) for row in value))


def by_step(subject: Subject, recurrence: Recurrence) -> Iterator[Block]:
    """The adjoints of a recurrence at every step, for the first sample."""
    if subject.worked:
        names = [n for n in subject.numbers if (subject.tensor(n).of or "") in recurrence.written]
        yield from step_table(subject, names, say("The derivatives of the loss, step by step."))
