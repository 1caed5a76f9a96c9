"""Backpropagation through time: the way back step by step, and what many steps do to a gradient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest
from math import prod
from typing import Any

import numpy as np

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.functions import ROWS
from symbp.layers.fragment import BATCH
from symbp.notes.about import small_subject
from symbp.notes.arrays import Arrays
from symbp.notes.backwards import backwards, by_step
from symbp.notes.jacobian import StepJacobian
from symbp.notes.printed import same_but_for_sizes
from symbp.notes.subject import Subject
from symbp.printing.document import Alignment, Block, Figure, Formula, Paragraph, Section, Sentence, Table
from symbp.printing.drawing import bar_plot
from symbp.verify.gradients import points
from symbp.views.layerform import NoMatrixForm
from symbp.views.naming import LOSS
from symbp.views.recurrence import Recurrence, recurrences
from symbp.wording import Message, say, sentences

MOST_POINTS = 400_000  # of sums, in all evaluations that a matrix of one step takes: seconds
MOST_ROWS = 12
FEWEST_BARS = 5
LARGEST = {"tanh": "1", "sigmoid": "1/4"}  # the largest slope of a function

T, S = m.Index("t"), m.Index("s")
PATHS = say(
    "The weights of a recurrence act at every step. At step {t} a weight changes the state of this step; that reaches "
    "the loss directly, where the loss looks at this step, and through the next state at every later step. So a path "
    "leads from the loss at step {s} back to the weight at step {t} for every {s} that is not before {t}, and there "
    "are many: one for each way through the units of the steps between. Nobody needs to list them.",
    t=T,
    s=S,
)
ONE_STEP = say(
    "How does a state depend on the one before? The chain rule over the equations of one step says it in matrices; "
    "diag puts a column on the diagonal of a square matrix."
)
HELD = say("Of several states the others are held fixed.")
PRODUCT = say("Over several steps these matrices are multiplied, each later one to the left:")
CHAINED = say("Over several steps these matrices are multiplied, those of all states side by side.")
SIZES = say(
    "Between bars stands the length of a vector, and of a matrix the most by which it makes a vector longer: its "
    "largest singular value."
)
GATE_COLUMN = say(
    "The last column is the product of the gates from the next step to the last, for the unit that keeps most."
)


def through_time(subject: Subject) -> tuple[Section, ...]:
    """What comes back through the steps of the first recurrence; nothing where there is none."""
    every = recurrences(subject.index_naming.program, subject.timeline)
    told = next((r for r in every if not r.backwards), every[0] if every else None)
    if told is None or not told.states or len(told.timeline.axes[told.states[-1]]) != 1:
        return ()
    if any(subject.shape(name)[0] != BATCH for name in told.states):
        return ()
    tale = _Tale(subject, told)
    blocks = [*tale.paths(), *backwards(tale.arrays, told), *by_step(subject, told), *tale.steps(), *tale.sizes()]
    if len(every) > 1:
        blocks.append(Paragraph((say("The other recurrences of the network go the same way."),)))
    return (Section((say("Backpropagation through time"),), tuple(blocks)),)


@dataclass(frozen=True)
class _Tale:
    """The story of one recurrence."""

    subject: Subject
    recurrence: Recurrence

    @cached_property
    def arrays(self) -> Arrays:
        return Arrays(self.subject, "column")

    @cached_property
    def jacobian(self) -> StepJacobian | None:
        """The matrices of one step, where they have a form."""
        jacobian = StepJacobian(self.arrays, self.recurrence)
        try:
            return jacobian if jacobian.lines else None
        except NoMatrixForm:
            return None

    @cached_property
    def is_affordable(self) -> bool:
        """Whether the matrices of all steps can be found without any chain rule: each entry of a state is moved.

        Small extents are evaluated in any case.
        """
        if not self.subject.worked:
            return True
        units = [self.subject.tensor(name).shape[-1] for name in self.recurrence.states]
        times = sum(u for u in units if isinstance(u, int)) * len(units) * self._count
        return times * points(self.subject.base.start, self.subject.sizes) <= MOST_POINTS

    @cached_property
    def small(self) -> _Tale:
        """The same story of a smaller network, whose lines can be evaluated."""
        about = small_subject(self.subject.derivation, self.subject.views)
        here = recurrences(self.subject.index_naming.program, self.subject.timeline)
        there = recurrences(about.index_naming.program, about.timeline)
        return _Tale(about, there[here.index(self.recurrence)])

    def shown(self, lines: tuple[m.Line, ...], number: str) -> m.Display:
        """Lines of matrices of this network, evaluated here or in the smaller one."""
        assert self.jacobian is not None
        if not self.subject.checked or not self.is_affordable:
            return replace(self.subject, checked=False).show(lines, number)
        return self.subject.show(lines, number, env=self.jacobian.environment)

    def state(self, name: str, step: m.Node | int) -> m.Symbol:
        symbol = self.arrays.symbol(name, (step,))
        assert isinstance(symbol, m.Symbol)
        return symbol

    def paths(self) -> Iterator[Block]:
        name = adjoint_name(self.recurrence.states[-1])
        number = self.subject.numbers.get(name)
        where = say("The way back") if number is None else say("Equation {number}", number=m.Reference(str(number)))
        gathered = say(
            "{equation} adds, for one step, what comes from the loss at this step to what comes back from the step "
            "after it. Taken from the last step to the first, it gathers all of these paths. A weight is the same at "
            "every step, so its gradient is a sum over the steps.",
            equation=where,
        )
        yield Paragraph(sentences(PATHS, gathered))

    def steps(self) -> Iterator[Block]:
        """The matrices of one step, and of several."""
        if self.jacobian is None:
            return
        several = len(self.recurrence.states) > 1
        displays = self.matrices()
        if self.subject.checked and not self.is_affordable:
            for shown, evaluated in zip_longest(displays, self.small.matrices()):
                same_but_for_sizes(shown, evaluated)
        yield Paragraph(sentences(ONE_STEP, HELD if several else None))
        yield Formula(displays[0])
        if self._is_chain:
            yield Paragraph((CHAINED if several else PRODUCT,))
        yield from map(Formula, displays[1:])

    def matrices(self) -> tuple[m.Display, ...]:
        """The lines of one step; of a single state, also that of several steps."""
        if self.jacobian is None:
            return ()
        one = self.shown(self.jacobian.lines, "T1")
        if len(self.recurrence.states) > 1 or not self._is_chain:
            return (one,)
        return one, self.shown((self._product(self.jacobian),), "T2")

    def _product(self, jacobian: StepJacobian) -> m.Line:
        """The derivative of the last state by an earlier one."""
        (name,), index = self.recurrence.states, self.recurrence.scan.index
        t, s = m.Index(index.name), m.Index("s" if index.name != "s" else "r")
        last = self.arrays.subject.index_naming.atom(index.extent) if not isinstance(index.extent, int) else None
        end: m.Node | int = index.extent if last is None else last  # type: ignore[assignment]
        (line,) = jacobian.lines
        assert line.left is not None
        short = line.right if self._slope is not None else line.left
        step = m.transform(short, lambda node: s if node == t else node)
        upper = m.Number(end) if isinstance(end, int) else end
        body = m.BigSum((m.Bound(s, m.Sum((t, m.Number(1))), upper),), step, "prod")
        before = range(0, len(jacobian.steps))
        left = m.Partial(self.state(name, end), self.state(name, t))
        return m.Line(left, body, ranges=((index.name, before),))

    def sizes(self) -> Iterator[Block]:
        """How much of the loss arrives at each step, and why."""
        if self.subject.worked:
            gated = self._slope is None and self._gate is not None and self._is_chain
            yield Paragraph(sentences(SIZES, GATE_COLUMN if gated else None))
            yield self._table()
            yield from self._bars()
        yield Paragraph(sentences(*self._reasons()))

    @property
    def _is_chain(self) -> bool:
        """Whether each step reads the one before it alone, the first of them first."""
        return self.jacobian is not None and self.jacobian.is_chain and not self.recurrence.backwards

    @cached_property
    def _gate(self) -> tuple[str, m.Apply] | None:
        """A state that is handed on by a gate alone, without weights, and that gate's diagonal."""
        for line in () if self.jacobian is None else self.jacobian.lines:
            assert isinstance(line.left, m.Partial)
            terms = line.right.terms if isinstance(line.right, m.Sum) else (line.right,)
            diagonals = [t for t in terms if isinstance(t, m.Apply) and isinstance(t.args[0], m.Symbol)]
            own = replace(line.left.of, sub=()) == replace(line.left.wrt, sub=())
            if own and diagonals:
                name = next(n for n in self.recurrence.states if self.state(n, m.Index("t")).base == line.left.of.base)
                return name, diagonals[0]
        return None

    @cached_property
    def _slope(self) -> tuple[m.PrimeOf, m.Symbol] | None:
        """The local derivative and the weights of a step that is nothing but these: diag(tanh'(z)) U."""
        if self.jacobian is None or len(self.jacobian.lines) != 1 or not self.jacobian.is_chain:
            return None
        right = self.jacobian.lines[0].right
        if not isinstance(right, m.MatrixProduct) or len(right.factors) != 2:
            return None
        diagonal, weights = right.factors
        if not isinstance(diagonal, m.Apply) or not isinstance(weights, m.Symbol):
            return None
        slope = diagonal.args[0]
        return (slope, weights) if isinstance(slope, m.PrimeOf) else None

    def _lengths(self, name: str) -> list[Any]:
        """The length of dL/d(state) at each step, of the first sample."""
        values = self.arrays.values[adjoint_name(name)][0]
        first = 1 - self.recurrence.timeline.row(name, 1, 0)
        return [_length(values[first + k]) for k in range(self._count)]

    @property
    def _count(self) -> int:
        return self.subject.extent(self.recurrence.scan.index.extent)

    @property
    def _states(self) -> list[str]:
        """The states that have a gradient."""
        return [name for name in self.recurrence.states if adjoint_name(name) in self.arrays.values]

    def _table(self) -> Table:
        t, last = m.Index(self.recurrence.scan.index.name), 1 if self.recurrence.backwards else self._count
        columns: list[tuple[Sentence, list[Any]]] = [
            ((m.Norm(m.Partial(LOSS, self.state(name, t), slash=True)),), self._lengths(name)) for name in self._states
        ]
        if self.jacobian is not None and self._is_chain and self.is_affordable:
            (*others, state) = self.recurrence.states
            what = m.Norm(m.Partial(self.state(state, last), self.state(state, t), slash=True))
            head: Sentence = (say("all states, t to {last}", last=last),) if others else (what,)
            columns.append((head, self._stretches(self.jacobian)))
        columns += self._further_columns()
        shown = _some(self._count)
        digits = self.subject.digits
        rows = tuple(_row(k, [m.Number(numbers[k], digits) for _, numbers in columns]) for k in reversed(shown))
        header: tuple[Sentence, ...] = ((say("step {t}", t=t),), *(head for head, _ in columns))
        caption = (
            say("What arrives at each step.")
            if len(shown) == self._count
            else say("What arrives at each step; the steps between are left out.")
        )
        sample = say("The first sample.") if self.subject.samples > 1 else None
        right: Alignment = "right"
        alignment = (right,) * len(header)
        return Table(sentences(caption, sample), header, rows, alignment)

    def _stretches(self, jacobian: StepJacobian) -> list[Any]:
        """The size of d(all states at the last step)/d(all states at t)."""
        names, last = self.recurrence.states, self._count
        out = []
        for t in range(1, last):
            rows = [[np.array(jacobian.jacobians[of, last, by, t], dtype=float) for by in names] for of in names]
            out.append(float(np.linalg.norm(np.block(rows), 2)))
        return [*out, 1.0]

    def _further_columns(self) -> Iterator[tuple[Sentence, list[Any]]]:
        if self._slope is not None and self._is_chain:
            factor = self._largest_slope * self._largest_weight
            yield (say("at most"),), [factor ** (self._count - k) for k in range(1, self._count + 1)]
        elif self._gate is not None and self._is_chain:
            _, gate = self._gate
            yield (say("gates {gate}", gate=gate.args[0]),), self._gate_products(gate)

    def _gate_products(self, gate: m.Apply) -> list[Any]:
        """The largest entry of the product of a gate's values from the next step to the last."""
        columns = [
            np.array([row[0] for row in m.value(gate.args[0], self.arrays.environment, {"t": k})], dtype=float)
            for k in range(1, self._count + 1)
        ]
        return [float(np.max(prod(columns[k:], start=np.ones_like(columns[0])))) for k in range(1, self._count + 1)]

    @property
    def _largest_slope(self) -> float:
        assert self._slope is not None
        slope, _ = self._slope
        t = self.recurrence.scan.index.name
        every = [m.value(slope, self.arrays.environment, {t: k}) for k in range(1, self._count + 1)]
        return float(max(abs(row[0]) for rows in every for row in rows))

    @property
    def _largest_weight(self) -> float:
        assert self._slope is not None
        _, weights = self._slope
        return float(np.linalg.norm(np.array(self.arrays.environment.symbols[weights], dtype=float), 2))

    def _bars(self) -> Iterator[Block]:
        if self._count < FEWEST_BARS:
            return
        name = self._states[-1]
        lengths = [float(v) for v in self._lengths(name)]
        if not any(lengths):
            return
        labels = [m.Number(k) for k in range(1, self._count + 1)]
        symbol = self.state(name, m.Index(self.recurrence.scan.index.name))
        caption = say(
            "The length of {slope} at each step, on a logarithmic axis.", slope=m.Partial(LOSS, symbol, slash=True)
        )
        step, length = (self.subject.text(word) for word in (say("step"), say("length")))
        yield Figure(bar_plot(lengths, labels, step, length, say("The gradient through time")), (caption,))

    def _reasons(self) -> Iterator[Message]:
        """Why gradients vanish and explode, in terms of this recurrence."""
        if self._slope is not None:
            yield from self._by_slope(*self._slope)
        elif self._gate is not None:
            yield self._by_gate(*self._gate)
        else:
            yield say(
                "What a step hears of a late loss has been multiplied once for each step between. Where each factor is "
                "below one, it dies out like a power of that factor: the gradient vanishes, and the weights learn from "
                "the last steps alone. Where the factors are above one it grows in the same way: the gradient explodes."
            )

    def _by_slope(self, slope: m.PrimeOf, weights: m.Symbol) -> Iterator[Message]:
        name = f"{ROWS[slope.function].text}′"
        if self.subject.worked:
            digits = self.subject.digits
            factor = m.Number(self._largest_slope * self._largest_weight, digits)
            product = m.Product((m.Number(self._largest_weight, digits), m.Number(self._largest_slope, digits)), "dot")
            yield say(
                "A step makes a vector longer by at most the largest singular value of {weights}, times the largest "
                "{slope}, here {product}. The last column is this number, once for each step between.",
                weights=weights,
                slope=name,
                product=m.Comparison(product, "=", factor),
            )
        else:
            yield say(
                "A step makes a vector longer by at most the largest singular value of {weights}, times the largest "
                "{slope}.",
                weights=weights,
                slope=name,
            )
        yield say(
            "Where that is below one, what an early step hears of a late loss dies out like its powers: the gradient "
            "vanishes, and the weights learn from the last steps alone. Where it is above one the product can grow in "
            "the same way: the gradient explodes, and a single update throws the weights far off; then it helps to "
            "shorten a gradient that is too long."
        )
        if slope.function in LARGEST:
            yield say(
                "{slope} is at most {largest}, and smaller wherever a unit is saturated, so a recurrence with this "
                "function forgets more often than it explodes.",
                slope=name,
                largest=LARGEST[slope.function],
            )

    def _by_gate(self, name: str, gate: m.Apply) -> Message:
        return say(
            "Along {state} alone a message passes no weights and no activation on its way back: it is multiplied, unit "
            "by unit, by the gates {gates} of the steps between. Where these are near one it arrives as it was sent, "
            "over many steps; where one is near zero it is cut, at that step and for that unit. So the network learns "
            "for itself how long a gradient lasts. All other ways lead through weights and activations, and along them "
            "a message dies out or grows as in any recurrence, like a power of the factor of one step.",
            state=replace(self.state(name, 0), sub=()),
            gates=gate.args[0],
        )


def _length(vector: Any) -> Any:
    return float(np.sqrt(np.sum(np.array(vector, dtype=float) ** 2)))


def _row(step: int, numbers: list[m.Number]) -> tuple[Sentence, ...]:
    return (str(step + 1),), *((number,) for number in numbers)


def _some(count: int) -> list[int]:
    """All steps, or the first and the last ones, from 0."""
    if count <= MOST_ROWS:
        return list(range(count))
    half = MOST_ROWS // 2
    return [*range(half), *range(count - half, count)]
