"""Section 10: the steps of the optimizer, in equations and numbers, and the loss over all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import sympy

from symbp import mathtree as m
from symbp import optimizers as o
from symbp.derivation import adjoint_name
from symbp.network.example import Example
from symbp.notes.gradients import most_entries
from symbp.notes.stepping import Standing, Step, after_step, beginning, learned, length, step, training
from symbp.notes.subject import Subject
from symbp.notes.surface import MOST_WORK as MOST_SURFACE_WORK
from symbp.notes.surface import surface
from symbp.optimizers import OptimizerRow, Update
from symbp.printing.document import Block, Figure, Formula, Paragraph, Section, Sentence, Table
from symbp.printing.drawing import curve_plot
from symbp.program import Program
from symbp.views.naming import LOSS
from symbp.views.scalar import Element
from symbp.wording import Message, in_commas, listed, say, sentences

MOST_STEPS = 200  # that are drawn: each evaluates the whole program by loops
MOST_WORK = 2_000_000  # scalar operations that the curve may cost
RATE = m.Symbol("eta")
FACTOR = sympy.Symbol("c")
WORKED = 2  # steps that are worked in numbers, where something is kept from one to the next

LETTERS = {
    o.learning_rate: RATE,
    o.mu: m.Symbol("mu"),
    o.alpha: m.Symbol("alpha"),
    o.beta1: m.Symbol("beta", "", (1,)),
    o.beta2: m.Symbol("beta", "", (2,)),
    o.epsilon: m.Symbol("epsilon"),
    o.weight_decay: m.Symbol("lambda"),
    o.k: m.Symbol("k"),
    FACTOR: m.Symbol("c"),
}


def updates(subject: Subject) -> Section:
    """Each parameter before and after one step, and the loss before and after."""
    example = subject.network.example
    assert example is not None
    row = example.optimizer.row
    first = step(subject, beginning(subject))
    blocks: list[Block] = [Paragraph((_opening(subject, example, row),)), *_clipping(subject, first)]
    blocks += _displays(subject, first)
    blocks += [_table(subject, first), _change(subject, first)]
    if row.kept and example.steps >= WORKED:
        blocks += _second(subject, after_step(subject, first))
    blocks += [*_curve(subject, example.steps, row.title), *_surface(subject, example.steps, row.title)]
    return Section((say("One step of {optimizer}", optimizer=row.title),), tuple(blocks))


def _opening(subject: Subject, example: Example, row: OptimizerRow) -> Message:
    """What the optimizer does, and its constants."""
    rate = m.Comparison(RATE, "=", m.number(repr(example.learning_rate)))
    if not row.kept:
        return say("{about}, with the learning rate {rate}:", about=row.about, rate=rate)
    letters, given = letters_of(subject), dict(example.optimizer.constants)
    constants = [m.Comparison(letters[c.symbol], "=", m.number(repr(given[c.name]))) for c in row.constants]
    starts = [m.Comparison(replace(letters[sympy.Symbol(name)], sub=(0,)), "=", m.Number(0)) for name in row.kept]
    return say(
        "{about}. The learning rate is {constants}; in the beginning {starts}:",
        about=row.about,
        constants=in_commas([rate, *constants]),
        starts=listed(starts),
    )


def _clipping(subject: Subject, first: Step) -> Iterator[Block]:
    """What clipping does to this gradient."""
    most = subject.network.regularization.clip_norm
    if most is None:
        return
    size = m.Number(length(subject, subject.values), subject.digits)
    factor = m.Comparison(letters_of(subject)[FACTOR], "=", m.Number(first.factor, subject.digits))
    told = say("A gradient longer than {most}, all parameters together, is shortened to it.", most=m.number(repr(most)))
    done = (
        say(
            "This one has the length {size}, longer than that, so every derivative is multiplied by {factor}.",
            size=size,
            factor=factor,
        )
        if first.factor < 1
        else say("This one has the length {size}, not longer than that, so nothing is changed.", size=size)
    )
    yield Paragraph(sentences(told, done))


def letters_of(subject: Subject) -> dict[sympy.Symbol, m.Symbol]:
    """The letters of constants, and of what is kept; in script where the network has the letter itself."""
    taken = {symbol.base for symbol in subject.symbols if not symbol.sup}
    every = LETTERS | {s: m.Symbol(s.name) for s in (o.m, o.v)}
    return {
        symbol: replace(letter, style="script") if letter.base in taken and letter != RATE else letter
        for symbol, letter in every.items()
    }


@dataclass(frozen=True)
class _Worked:
    """The equations of a step at one element of a parameter.

    Attributes:
        first: The number of the first of them.
    """

    subject: Subject
    step: Step
    element: Element
    first: int

    def displays(self) -> Iterator[Block]:
        example = self.subject.network.example
        assert example is not None
        written: set[sympy.Symbol] = set()
        for number, update in enumerate(example.optimizer.row.updates, self.first):
            lines = tuple(self._lines(update, written))
            yield Formula(self.subject.show(lines, number, env=self._environment))
            written.add(update.target)

    def _lines(self, update: Update, written: set[sympy.Symbol]) -> Iterator[m.Line]:
        """An equation in symbols, in numbers, and its value."""
        body = update.body
        if self.step.factor < 1:
            body = body.xreplace({o.g: FACTOR * o.g})
        rank = {**self._row.rank, FACTOR: self._row.rank[o.g] - 0.5}
        target = self._symbol(update.target, written | {update.target})
        told = (update.remark,) if self._row.kept else ()
        yield m.Line(target, m.from_sympy(body, lambda s: self._node(s, written), rank.__getitem__), remark=told)
        yield m.Line(None, m.from_sympy(body, lambda s: self._number(s, written), rank.__getitem__))
        yield m.Line(None, self._number(update.target, written | {update.target}))

    @property
    def _row(self) -> OptimizerRow:
        assert self.subject.network.example is not None
        return self.subject.network.example.optimizer.row

    @property
    def _old(self) -> m.Symbol:
        return self.subject.naming.symbol(self.element)

    def _node(self, symbol: sympy.Symbol, written: set[sympy.Symbol]) -> m.Node:
        return m.Partial(LOSS, self._old) if symbol == o.g else self._symbol(symbol, written)

    def _symbol(self, symbol: sympy.Symbol, written: set[sympy.Symbol]) -> m.Symbol:
        """What a symbol is printed as: m_0 before its equation, m_1 after it."""
        letters, count = letters_of(self.subject), self.step.before.step
        if symbol == o.w:
            return new_symbol(self.subject, self._old) if symbol in written else self._old
        if symbol in (o.m, o.v):
            return replace(letters[symbol], sub=(count + (symbol in written),))
        if symbol in (o.m_hat, o.v_hat):
            return replace(letters[{o.m_hat: o.m, o.v_hat: o.v}[symbol]], sub=(count + 1,), accent="hat")
        return letters[symbol]

    def _number(self, symbol: sympy.Symbol, written: set[sympy.Symbol]) -> m.Node:
        if symbol == o.k:
            return m.Number(self.step.before.step + 1)
        if symbol in self._constants:
            return m.number(self._constants[symbol])
        return m.Number(self._value(symbol, written), self.subject.digits, self._known_as(symbol, written))

    def _known_as(self, symbol: sympy.Symbol, written: set[sympy.Symbol]) -> tuple[str, tuple[int, ...]] | None:
        """What code calls a value: p1 are the parameters after the first step, g0 is the gradient before it."""
        before, after = self.step.before.step, self.step.before.step + (symbol in written)
        wholes = {o.w: f"p{after}", o.g: f"g{before}", o.m: f"kept{after}.m", o.v: f"kept{after}.v"}
        if symbol == o.w and after == 0:
            return self.element.tensor, self.element.index
        return (f"{wholes[symbol]}.{self.element.tensor}", self.element.index) if symbol in wholes else None

    @property
    def _constants(self) -> dict[sympy.Symbol, str]:
        example = self.subject.network.example
        assert example is not None
        given = dict(example.optimizer.constants)
        found = {c.symbol: repr(given[c.name]) for c in self._row.constants}
        return {**found, o.learning_rate: repr(example.learning_rate)}

    def _value(self, symbol: sympy.Symbol, written: set[sympy.Symbol]) -> Any:
        before, name, at = self.step.before, self.element.tensor, self.element.index
        if symbol in written:
            return self.step.worked[name][o.after(symbol)][at]
        if symbol == FACTOR:
            return self.step.factor
        if symbol == o.g:
            return before.values[adjoint_name(name)][at]
        return before.values[name][at] if symbol == o.w else before.kept[symbol.name][name][at]

    @property
    def _environment(self) -> m.Environment:
        """What every symbol of the equations is worth."""
        letters = letters_of(self.subject)
        known = {**self.subject.symbols, letters[FACTOR]: self.step.factor, letters[o.k]: self.step.before.step + 1}
        known |= {letters[symbol]: m.number(text).value for symbol, text in self._constants.items()}
        targets = {update.target for update in self._row.updates}
        for symbol in targets:
            known[self._symbol(symbol, targets)] = self._value(symbol, targets)
        for symbol in targets & {o.w, o.m, o.v}:
            known[self._symbol(symbol, set())] = self._value(symbol, set())
        return m.Environment(known, {(LOSS, self._old): self._value(o.g, set())})


def _displays(subject: Subject, done: Step) -> Iterator[Block]:
    """The step of the first parameter, in symbols and numbers."""
    example = subject.network.example
    assert example is not None
    element = subject.elements(learned(subject)[0])[0]
    count = done.before.step
    first = len(subject.numbers) + 1 + count * len(example.optimizer.row.updates)
    yield from _Worked(subject, done, element, first).displays()


def _second(subject: Subject, where: Standing) -> Iterator[Block]:
    """The second step, which begins with what the first has left."""
    done = step(subject, where)
    old = subject.naming.symbol(subject.elements(learned(subject)[0])[0])
    yield Paragraph(
        (
            say(
                "In the second step {old} is what the first has made of it, its derivative is that at the new "
                "parameters, and what was kept counts:",
                old=old,
            ),
        )
    )
    yield from _displays(subject, done)


def new_symbol(subject: Subject, symbol: m.Symbol) -> m.Symbol:
    """The symbol of a parameter after the step."""
    new = subject.text(say("new"))
    sup = f"{symbol.sup} {new}" if symbol.sup else new
    return m.Symbol(symbol.base, sup, symbol.sub, symbol.accent, symbol.style)


def _table(subject: Subject, done: Step) -> Table:
    names = learned(subject)
    total = sum(len(subject.elements(name)) for name in names)
    rows = [row for name in names for row in _rows(subject, name, done, most_entries(total, len(names)))]
    of_each = say("One step, the first of each weight matrix and bias.")
    caption = say("One step, every parameter.") if len(rows) == total else of_each
    header: tuple[Sentence, ...] = ((say("parameter"),), (say("before"),), (say("derivative"),), (say("after"),))
    return Table((caption,), header, tuple(rows), ("center", "right", "right", "right"))


def _rows(subject: Subject, name: str, done: Step, most: int) -> Iterator[tuple[Sentence, ...]]:
    for element in subject.elements(name)[:most]:
        yield (
            (subject.naming.symbol(element),),
            (subject.number(element),),
            (subject.number(Element(adjoint_name(name), element.index)),),
            (m.Number(done.given[name][element.index], subject.digits, (f"p1.{name}", element.index)),),
        )


def _change(subject: Subject, done: Step) -> Paragraph:
    before = subject.number(Element("L"))
    new = m.Number(subject.derivation.values_at(done.given)["L"][()], subject.digits, ("L1", ()))
    return Paragraph((say("The loss was {old} before the step and is {new} after it.", old=before, new=new),))


def _curve(subject: Subject, steps: int, title: Message) -> Iterator[Block]:
    """The loss over the steps of the example, if it asks for more than one."""
    shown = min(steps, MOST_STEPS, MOST_WORK // max(1, _work(subject.derivation.result, subject)))
    if shown < 2:
        return
    found = [moment.loss for moment in training(subject, shown)]
    caption = say(
        "The loss over {number} steps of {optimizer}, from {first} to {last}.",
        number=shown,
        optimizer=title,
        first=m.Number(found[0], subject.digits, ("losses", (0,))),
        last=m.Number(found[-1], subject.digits, ("losses", (shown,))),
    )
    over = say("Loss over the steps of {optimizer}", optimizer=title)
    yield Figure(curve_plot(found, say("step"), say("loss"), over), (caption,))


def _surface(subject: Subject, steps: int, title: Message) -> Iterator[Block]:
    """The loss as a surface, where it is found quickly."""
    if _work(subject.derivation.result, subject) <= MOST_SURFACE_WORK:
        yield from surface(subject, steps, title)


def _work(program: Program, subject: Subject) -> int:
    """About how many scalar operations one evaluation takes."""
    return sum(
        reduce(lambda a, i: a * subject.extent(i.extent), (*e.domain, *e.over), 1) * (1 + len(e.reads))
        for e in program.equations()
    )
