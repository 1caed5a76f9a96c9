"""Section 10: gradient descent, one step in numbers and the loss over all steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any

import mpmath
import numpy as np

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.equation import Program
from symbp.notes.gradients import most_entries
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Figure, Formula, Paragraph, Section, Sentence, Table
from symbp.printing.drawing import curve_plot
from symbp.reference import FLOAT, evaluate
from symbp.views.naming import LOSS
from symbp.views.scalar import Element

DIGITS = 50
MOST_STEPS = 200  # that are drawn: each evaluates the whole program by loops
MOST_WORK = 2_000_000  # scalar operations that the curve may cost
RATE = m.Symbol("eta")


def updates(subject: Subject) -> Section:
    """Each parameter before and after one step, and the loss before and after."""
    example = subject.derivation.network.example
    assert example is not None
    rate = mpmath.mpf(repr(example.learning_rate))
    clipped = _clipped(subject, rate)
    after = _step(subject, subject.derivation.given, subject.values, clipped)
    blocks: list[Block] = [
        Paragraph(
            (
                "Every parameter moves against its derivative, all of them at once, with the learning rate ",
                m.Comparison(RATE, "=", m.number(repr(example.learning_rate))),
                ":",
            )
        ),
        *_clipping(subject, rate, clipped),
        _rule(subject, clipped, after),
        _table(subject, after),
        _losses(subject, after),
    ]
    blocks += _curve(subject, example.steps, rate)
    return Section(("One step of gradient descent",), tuple(blocks))


def _length(subject: Subject, values: Mapping[str, Any]) -> Any:
    """The length of the gradient, all parameters together."""
    names = [adjoint_name(name) for name in _parameters(subject) if adjoint_name(name) in values]
    with mpmath.workdps(DIGITS):
        return mpmath.sqrt(mpmath.fsum(mpmath.mpf(v) ** 2 for name in names for v in np.ravel(values[name])))


def _clipped(subject: Subject, rate: Any, values: Mapping[str, Any] | None = None) -> Any:
    """The learning rate, smaller where the gradient is longer than the length that it is clipped to."""
    most = subject.network.regularization.clip_norm
    length = _length(subject, subject.values if values is None else values) if most is not None else 0
    with mpmath.workdps(DIGITS):
        return rate * mpmath.mpf(repr(most)) / length if most is not None and length > most else rate


def _clipping(subject: Subject, rate: Any, clipped: Any) -> Iterator[Block]:
    """What clipping does to this gradient."""
    most = subject.network.regularization.clip_norm
    if most is None:
        return
    length = m.Number(_length(subject, subject.values), subject.digits)
    done = (
        ("longer than that, so the step is shortened, as if the learning rate were ", m.Number(clipped, subject.digits))
        if clipped < rate
        else ("not longer than that, so nothing is changed",)
    )
    yield Paragraph(
        ("A gradient longer than ", m.number(repr(most)), ", all parameters together, is shortened to it. This one has "
         "the length ", length, ", ", *done, ".")
    )  # fmt: skip


def _parameters(subject: Subject) -> list[str]:
    return [t.name for t in subject.derivation.start.of_role("parameter")]


def _step(subject: Subject, given: Mapping[str, Any], values: Mapping[str, Any], rate: Any) -> dict[str, Any]:
    moved = dict(given)
    for name in _parameters(subject):
        gradient = values.get(adjoint_name(name))
        if gradient is not None:
            with mpmath.workdps(DIGITS):
                moved[name] = np.array(values[name] - rate * gradient, dtype=object)
    return moved


def _rule(subject: Subject, rate: Any, after: Mapping[str, Any]) -> Block:
    """The update of the first parameter, in symbols and numbers."""
    name = next(n for n in _parameters(subject) if adjoint_name(n) in subject.values)
    element = subject.elements(name)[0]
    old = subject.naming.symbol(element)
    new = _new(old)
    gradient = m.Number(subject.value(Element(adjoint_name(name), element.index)), subject.digits)
    lines = (
        m.Line(new, m.Sum((old, m.Negative(m.Product((RATE, m.Partial(LOSS, old))))))),
        m.Line(
            None,
            m.Sum((subject.number(element), m.Negative(m.Product((m.Number(rate, subject.digits), gradient), "dot")))),
        ),
        m.Line(None, m.Number(after[name][element.index], subject.digits)),
    )
    known = {**subject.symbols, RATE: rate, new: after[name][element.index]}
    partials = {(LOSS, old): gradient.value}
    return Formula(subject.show(lines, len(subject.numbers) + 1, env=m.Environment(known, partials)))


def _new(symbol: m.Symbol) -> m.Symbol:
    """The symbol of a parameter after the step."""
    sup = f"{symbol.sup} new" if symbol.sup else "new"
    return m.Symbol(symbol.base, sup, symbol.sub, symbol.accent, symbol.style)


def _table(subject: Subject, after: Mapping[str, Any]) -> Table:
    names = [n for n in _parameters(subject) if adjoint_name(n) in subject.values]
    total = sum(len(subject.elements(name)) for name in names)
    rows = [row for name in names for row in _rows(subject, name, after, most_entries(total, len(names)))]
    of_each = "One step, the first of each weight matrix and bias."
    caption = "One step, every parameter." if len(rows) == total else of_each
    header: tuple[Sentence, ...] = (("parameter",), ("before",), ("derivative",), ("after",))
    return Table((caption,), header, tuple(rows), ("center", "right", "right", "right"))


def _rows(subject: Subject, name: str, after: Mapping[str, Any], most: int) -> Iterator[tuple[Sentence, ...]]:
    for element in subject.elements(name)[:most]:
        yield (
            (subject.naming.symbol(element),),
            (subject.number(element),),
            (subject.number(Element(adjoint_name(name), element.index)),),
            (m.Number(after[name][element.index], subject.digits),),
        )


def _losses(subject: Subject, after: Mapping[str, Any]) -> Paragraph:
    before = m.Number(subject.values["L"][()], subject.digits)
    new = m.Number(subject.derivation.values_at(after)["L"][()], subject.digits)
    return Paragraph(("The loss was ", before, " before the step and is ", new, " after it."))


def _curve(subject: Subject, steps: int, rate: Any) -> Iterator[Block]:
    """The loss over the steps of the example, if it asks for more than one."""
    program = subject.derivation.result
    shown = min(steps, MOST_STEPS, MOST_WORK // max(1, _work(program, subject)))
    if shown < 2:
        return
    whole = {t.name for t in subject.derivation.start.tensors if t.dtype == "int"}
    given = {
        name: np.array(value, dtype=None if name in whole else float)
        for name, value in subject.derivation.given.items()
    }
    losses = []
    for _ in range(shown + 1):
        values = evaluate(program, given, subject.sizes, FLOAT)
        losses.append(float(values["L"]))
        given = _step(subject, given, values, float(_clipped(subject, rate, values)))
    caption = f"The loss over {shown} steps of gradient descent, from {losses[0]:.4g} to {losses[-1]:.4g}."
    yield Figure(curve_plot(losses, "step", "loss", "Loss over the steps of gradient descent"), (caption,))


def _work(program: Program, subject: Subject) -> int:
    """About how many scalar operations one evaluation takes."""
    return sum(
        reduce(lambda a, i: a * subject.extent(i.extent), (*e.domain, *e.over), 1) * (1 + len(e.reads))
        for e in program.equations()
    )
