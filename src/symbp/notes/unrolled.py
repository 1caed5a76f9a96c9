"""The picture of a recurrence unrolled over its steps, with the numbers of the example where they are few."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.equation import Access, Equation, Size
from symbp.mathtree.nodes import Position
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Figure, Paragraph, Sentence
from symbp.printing.drawing import Unrolled, UnrolledState, UnrolledStep, unrolled_drawing
from symbp.views.paper import is_row, row_of
from symbp.views.recurrence import Recurrence, recurrences
from symbp.wording import say, sentences

MOST_STEPS, HEAD, TAIL = 6, 3, 2  # more steps are drawn as the first and the last ones
MOST_NUMBERS = 3  # of a state
MOST_PICTURES = 2
DIGITS = 3
OPENING = say(
    "Unrolled over the steps of a sequence a recurrence is a deep network, whose layers all have the same weights. "
    "Each box is a step and holds the state that it leaves; it reads the sequence from below and the state from beside "
    "it."
)


def unrolled(subject: Subject) -> Iterator[Block]:
    """A picture of the first recurrence, and of the first that runs from the last step to the first."""
    every = recurrences(subject.index_naming.program, subject.timeline)
    first = {found.backwards: found for found in reversed(every)}
    for found in sorted(first.values(), key=every.index)[:MOST_PICTURES]:
        picture = _Picture(subject, found)
        if not picture.is_drawable:
            continue
        if found is every[0]:
            yield Paragraph((OPENING,))
        yield Figure(unrolled_drawing(picture.unrolled, say("A recurrence unrolled over its steps")), picture.caption)


@dataclass(frozen=True)
class _Picture:
    subject: Subject
    recurrence: Recurrence

    @property
    def is_drawable(self) -> bool:
        """Whether each step reads the one next to it, and nothing has two axes of steps."""
        lags = {
            self.recurrence.timeline.lag(e, r.access)
            for e in self.recurrence.equations
            for r in e.reads
            if r.access.tensor in self.recurrence.states
        }
        single = all(len(axes) == 1 for axes in self.recurrence.timeline.axes.values())
        return single and bool(self.recurrence.states) and lags <= {0, -1 if self.recurrence.backwards else 1}

    @property
    def caption(self) -> Sentence:
        text = (
            say("The recurrence unrolled, from the last step to the first.")
            if self.recurrence.backwards
            else say("The recurrence unrolled over its steps.")
        )
        if not self._numbered:
            return (text,)
        numbers = say(
            "In each box stand the numbers of the state at the left, and at the right the derivatives of the loss."
        )
        return sentences(
            text, numbers, say("They are those of the first sample.") if self.subject.samples > 1 else None
        )

    @property
    def unrolled(self) -> Unrolled:
        program = self.subject.index_naming.program
        read = {n: None for name in self.recurrence.inputs for n in self.recurrence.beside(name, program, False)}
        kept = (self.recurrence.beside(name, program, True) for name in self.recurrence.states)
        before = self._length + 1 if self.recurrence.backwards else 0
        return Unrolled(
            before=tuple(self._at(name, self._shown_step(before)) for name in self.recurrence.states),
            steps=tuple(None if step is None else self._step(step) for step in self._steps),
            read=tuple(map(self.subject.index_naming.whole, read)),
            kept=tuple(tuple(map(self.subject.index_naming.whole, names)) for names in kept),
            top=self.subject.index_naming.whole(program.output),
            backwards=self.recurrence.backwards,
        )

    @property
    def _extent(self) -> Any:
        return self.recurrence.scan.index.extent

    @property
    def _length(self) -> int:
        return self.subject.extent(self._extent)

    @property
    def _is_open(self) -> bool:
        """Whether the number of steps is not known, not even from an example."""
        return isinstance(self._extent, Size) and not self.subject.worked

    @property
    def _steps(self) -> tuple[int | None, ...]:
        """The steps that are drawn; in place of a length that is not known stand three steps."""
        if self._is_open:
            return (1, 2, None, self._length)
        if self._length <= MOST_STEPS:
            return tuple(range(1, self._length + 1))
        return (*range(1, HEAD + 1), None, *range(self._length - TAIL + 1, self._length + 1))

    def _shown_step(self, step: int) -> Position:
        """A step as it is printed: counted from the end where nobody knows where that is."""
        if not self._is_open or step < self._length:
            return step
        end = m.Symbol(self._extent.name)
        return end if step == self._length else m.Sum((end, m.Number(step - self._length)))

    def _at(self, name: str, step: Position) -> m.Symbol:
        """A tensor at a step."""
        whole = self.subject.index_naming.whole(name)
        return replace(whole, sub=(*whole.sub, step)) if name in self.recurrence.timeline.axes else whole

    def _step(self, step: int) -> UnrolledStep:
        shown = self._shown_step(step)
        states = tuple(
            UnrolledState(self._at(name, shown), self._numbers(name, step)) for name in self.recurrence.states
        )
        inputs = tuple(self._at(name, shown) for name in self.recurrence.inputs)
        return UnrolledStep(states, inputs, self._above(step))

    @cached_property
    def _numbered(self) -> bool:
        return self.subject.worked and all(self._numbers(name, 1) for name in self.recurrence.states)

    def _numbers(self, name: str, step: int) -> tuple[tuple[m.Node, m.Node | None], ...]:
        """The numbers of a state of the first sample and the gradients by them, where they are few."""
        if not self.subject.worked:
            return ()
        value = self._row(name, name, step)
        if value is None or value.ndim != 1 or value.size > MOST_NUMBERS:
            return ()
        gradient = self._row(adjoint_name(name), name, step)
        slopes = [None if gradient is None else m.Number(g, DIGITS) for g in (value if gradient is None else gradient)]
        return tuple(zip((m.Number(v, DIGITS) for v in value), slopes, strict=True))

    def _row(self, name: str, primal: str, step: int) -> Any:
        """The entries of a tensor at a step, of the first sample."""
        if name not in self.subject.values:
            return None
        (axis,) = self.recurrence.timeline.axes[primal]
        row = step - self.recurrence.timeline.row(primal, axis, 0)
        rows = self.subject.values[name].take(row, axis=axis)
        return np.atleast_1d(rows[0] if self.subject.batched(primal) else rows)

    def _above(self, step: int) -> m.Node | None:
        """What is computed of the states of a step outside the recurrence."""
        for equation in self._readers:
            for read in equation.reads:
                if read.access.tensor in self.recurrence.written and self._reads_step(read.access, step):
                    return self._at(equation.target, self._shown_step(step))
        return None

    def _reads_step(self, access: Access, step: int) -> bool:
        (axis,) = self.recurrence.timeline.axes[access.tensor]
        position = access.indices[axis]
        return not is_row(position) or row_of(position, self.subject.sizes) == step - 1

    @cached_property
    def _readers(self) -> tuple[Equation, ...]:
        program = self.subject.index_naming.program
        written = self.recurrence.written
        every = (self.subject.on_paper(e) for e in program.equations() if e.target not in written)
        return tuple(e for e in every if e.tensors_read & set(written))
