"""Section 10 of a network that is not worked element by element: a step of the optimizer, tensor by tensor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import sympy

from symbp import mathtree as m
from symbp import optimizers as o
from symbp.derivation import adjoint_name
from symbp.notes.gradients_whole import spread
from symbp.notes.numbers import Numbers, length
from symbp.notes.subject import Subject
from symbp.notes.updates import RATE, letters_of, new_symbol
from symbp.optimizers import OPTIMIZERS, Optimizer
from symbp.printing.document import Block, Figure, Formula, Paragraph, Section, Sentence, Table
from symbp.printing.drawing import curve_plot
from symbp.reference import evaluate, evaluate_grids, multiprecision
from symbp.reference.arithmetic import Array
from symbp.views.naming import LOSS
from symbp.wording import Message, say, sentences

MOST_ROWS = 24
STEPS = 20  # that are drawn
MOST_PLACES = 4  # of the share of a step that was too long
INDICES = "ijuvw"
TOO_LONG = say(
    "A step against the gradient makes the loss smaller only if it is short enough, and this one was too long."
)
DIGITS = 50
HEADER: tuple[Sentence, ...] = (
    (say("parameter"),),
    (say("size before"),),
    (say("size of its gradient"),),
    (say("size of its step"),),
    (say("step by size"),),
)


def updates_whole(subject: Subject) -> Section:
    """What a step does to each tensor of parameters, and to the loss."""
    told = _Told(subject)
    blocks = [told.opening(), *told.displays()]
    if not subject.checked and subject.runs:
        blocks += told.numbers()
    return Section((say("One step of {optimizer}", optimizer=told.row.title),), tuple(blocks))


@dataclass(frozen=True)
class _Told:
    """A step of the optimizer: that of the example, or else plain gradient descent at its usual rate."""

    subject: Subject

    @cached_property
    def optimizer(self) -> Optimizer:
        example = self.subject.network.example
        return Optimizer.of("sgd") if example is None else example.optimizer

    @property
    def row(self) -> o.OptimizerRow:
        return self.optimizer.row

    @property
    def rate(self) -> Any:
        example = self.subject.network.example
        return OPTIMIZERS[self.optimizer.name].rate if example is None else example.learning_rate

    def opening(self) -> Paragraph:
        rate = m.Comparison(RATE, "=", m.number(repr(self.rate)))
        return Paragraph(
            (say("{about}. The learning rate is {rate}; every entry of every parameter moves so:", about=self.row.about,
                 rate=rate),)
        )  # fmt: skip

    # the equations, entry by entry

    @cached_property
    def name(self) -> str:
        """The parameter whose equations are shown."""
        return next(t.name for t in self.subject.network.parameters if adjoint_name(t.name) in self.subject.numbers)

    @cached_property
    def at(self) -> tuple[m.Index, ...]:
        """The indices of one of its entries."""
        return tuple(map(m.Index, INDICES[: len(self.subject.shape(self.name))]))

    def displays(self) -> Iterator[Block]:
        ranges = {i.name: range(1, self.subject.extent(e) + 1) for i, e in zip(self.at, self._shape, strict=True)}
        environment = m.Environment(self._known, self._gradients, ranges) if self.subject.checked else None
        written: set[sympy.Symbol] = set()
        for number, update in enumerate(self.row.updates, len(self.subject.numbers) + 1):
            body = m.from_sympy(update.body, lambda s: self._node(s, written), self.row.rank.__getitem__)  # noqa: B023
            written.add(update.target)
            line = m.Line(self._symbol(update.target, written), body, remark=(update.remark,))
            yield Formula(self.subject.show([line], number, env=environment))

    @property
    def _shape(self) -> tuple[Any, ...]:
        return self.subject.shape(self.name)

    @property
    def _old(self) -> m.Symbol:
        return self.subject.index_naming.at(self.name, self.at)

    def _node(self, symbol: sympy.Symbol, written: set[sympy.Symbol]) -> m.Node:
        return m.Partial(LOSS, self._old) if symbol == o.g else self._symbol(symbol, written)

    def _symbol(self, symbol: sympy.Symbol, written: set[sympy.Symbol]) -> m.Symbol:
        """An entry of what the optimizer moves or keeps, or one of its constants."""
        if symbol == o.w:
            return new_symbol(self.subject, self._old) if symbol in written else self._old
        letters, kept = letters_of(self.subject), {o.m: o.m, o.v: o.v, o.m_hat: o.m, o.v_hat: o.v}
        if symbol not in kept:
            return letters[symbol]
        entry = replace(letters[kept[symbol]], sub=self.at, accent="hat" if symbol in (o.m_hat, o.v_hat) else "")
        return new_symbol(self.subject, entry) if symbol in written and not entry.accent else entry

    @cached_property
    def _known(self) -> dict[m.Symbol, Any]:
        """What the symbols of the first step are worth, at every entry."""
        letters, values = letters_of(self.subject), self.subject.values
        known: dict[m.Symbol, Any] = {**self.subject.symbols, letters[o.k]: 1, RATE: m.number(repr(self.rate)).value}
        known |= {letters[s]: m.number(str(v)).value for s, v in self.optimizer.values.items()}
        found = self._step(values[self.name], values[adjoint_name(self.name)])
        before = {o.w: values[self.name], **{sympy.Symbol(k): 0 * values[self.name] for k in self.row.kept}}
        everything = set(before)
        for index in np.ndindex(values[self.name].shape):
            for symbol, array in before.items():
                known[self._closed(symbol, set(), index)] = array[index]
            for update in self.row.updates:
                known[self._closed(update.target, everything, index)] = found[o.after(update.target)][index]
        return known

    def _closed(self, symbol: sympy.Symbol, written: set[sympy.Symbol], index: tuple[int, ...]) -> m.Symbol:
        entry = self._symbol(symbol, written)
        return replace(entry, sub=(*entry.sub[: len(entry.sub) - len(self.at)], *(i + 1 for i in index)))

    @property
    def _gradients(self) -> dict[tuple[m.Symbol, m.Symbol], Any]:
        gradient = self.subject.values[adjoint_name(self.name)]
        return {(LOSS, self._closed(o.w, set(), index)): gradient[index] for index in np.ndindex(gradient.shape)}

    def _step(self, value: Array, gradient: Array) -> dict[str, Array]:
        """The first step, in 50 digits."""
        program = self.optimizer.program(value.size)
        given = {"w": value.ravel(), "g": gradient.ravel(), "learning_rate": np.array(self.rate), "k": np.array(1)}
        given |= {kept: 0 * value.ravel() for kept in self.row.kept}
        found = evaluate(program, given, {}, multiprecision(DIGITS))
        return {e.target: found[e.target].reshape(value.shape) for e in program.equations()}

    # the numbers

    def numbers(self) -> Iterator[Block]:
        full = self.subject.full
        first = self.after(full, _Stand(full.given, {}, 0))
        yield from self._clipping(full)
        yield self._table(full, first)
        yield self._change(full, first)
        yield from self._curve(full)

    def _change(self, full: Numbers, first: _Stand) -> Paragraph:
        """The loss before and after the step, and after a part of a step that was too long."""
        digits, after = self.subject.digits, full.loss_at(first.given)
        told = say("The loss was {before} before the step and is {after} after it.",
                   before=m.Number(full.loss, digits), after=m.Number(after, digits))  # fmt: skip
        if after < full.loss:
            return Paragraph((told,))
        return Paragraph(sentences(told, TOO_LONG, *self._shorter(full, first)))

    def _shorter(self, full: Numbers, first: _Stand) -> Iterator[Message]:
        """The longest step that makes the loss smaller, among a tenth of the step, a hundredth, and so on."""
        for places in range(1, MOST_PLACES + 1):
            share = 10.0**-places
            part = {name: full.given[name] + share * (first.given[name] - full.given[name]) for name in full.learned}
            found = full.loss_at(part)
            if found < full.loss:
                loss, length_of = m.Number(found, self.subject.digits), m.number(f"0.{'0' * (places - 1)}1")
                yield say("After {share} of this step it would be {loss}.", share=length_of, loss=loss)
                return

    def after(self, full: Numbers, where: _Stand) -> _Stand:
        """Where a step leads to, in floats, by the module's own gradient."""
        assert full.module is not None
        _, gradients = full.module(where.given)
        most = self.subject.network.regularization.clip_norm
        size = length(*(gradients[name] for name in full.learned))
        factor = most / size if most is not None and size > most else 1.0
        given, kept = dict(where.given), {}
        for name in full.learned:
            program = self.optimizer.program(given[name].size)
            known = where.kept.get(name) or {k: np.zeros(given[name].size) for k in self.row.kept}
            values = {"w": given[name].ravel(), "g": factor * gradients[name].ravel(), **known}
            values |= {"learning_rate": np.array(float(self.rate)), "k": np.array(where.step + 1.0)}
            found = evaluate_grids(program, values, {})
            given[name] = found["w_new"].reshape(given[name].shape)
            kept[name] = {k: found[f"{k}_new"] for k in self.row.kept}
        return _Stand(given, kept, where.step + 1)

    def _clipping(self, full: Numbers) -> Iterator[Block]:
        most = self.subject.network.regularization.clip_norm
        if most is None:
            return
        size, limit = m.Number(full.length, self.subject.digits), m.number(repr(most))
        if full.length > most:
            factor = m.Number(most / full.length, self.subject.digits)
            yield Paragraph(
                (say("A gradient longer than {limit}, all parameters together, is shortened to it. This one has the "
                     "length {size}, longer than that, so every derivative is multiplied by {factor}.", limit=limit,
                     size=size, factor=factor),)
            )  # fmt: skip
        else:
            yield Paragraph(
                (say("A gradient longer than {limit}, all parameters together, is shortened to it. This one has the "
                     "length {size}, not longer than that, so nothing is changed.", limit=limit, size=size),)
            )  # fmt: skip

    def _table(self, full: Numbers, first: _Stand) -> Table:
        names = spread(full.learned, MOST_ROWS)
        rows = tuple(self._row(full, first, name) for name in names)
        every = len(names) == len(full.learned)
        caption = (
            say("One step, every tensor of parameters.") if every else say("One step, some tensors of parameters.")
        )
        return Table((caption,), HEADER, rows, ("center", "right", "right", "right", "right"))

    def _row(self, full: Numbers, first: _Stand, name: str) -> tuple[Sentence, ...]:
        digits = self.subject.digits
        before, step = length(full.given[name]), length(first.given[name] - full.given[name])
        ratio: Sentence = (m.Number(step / before, digits),) if before else ("–",)
        sizes = (before, length(full.gradient(name)), step)
        return ((self.subject.index_naming.whole(name),), *((m.Number(s, digits),) for s in sizes), ratio)

    def _curve(self, full: Numbers) -> Iterator[Block]:
        assert full.module is not None
        where = _Stand(full.given, {}, 0)
        found = [full.module(where.given)[0]]
        for _ in range(STEPS):
            where = self.after(full, where)
            found.append(full.module(where.given)[0])
        if not np.isfinite(found).all():
            return
        falls = all(b < a for a, b in pairwise(found))
        always = say("Every step makes it smaller.") if falls else say("Not every step makes it smaller.")
        caption = say(
            "The loss of this batch over {steps} steps of {optimizer}, from {first} to {last}.",
            steps=STEPS, optimizer=self.row.title, first=f"{found[0]:.4g}", last=f"{found[-1]:.4g}",
        )  # fmt: skip
        title = say("Loss over the steps of {optimizer}", optimizer=self.row.title)
        labels = (say("step"), say("loss"))
        yield Figure(curve_plot(found, *labels, title), sentences(caption, always))


@dataclass(frozen=True)
class _Stand:
    """Where some steps have led to, and what the optimizer keeps of each parameter."""

    given: Mapping[str, Array]
    kept: Mapping[str, Mapping[str, Array]]
    step: int
