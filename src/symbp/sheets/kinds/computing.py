"""Numbers to compute: on the way forward, the loss, error signals, derivatives, a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any

import mpmath

from symbp import mathtree as m
from symbp.notes.lines import worked_lines
from symbp.notes.updates import new_symbol
from symbp.printing.document import Formula
from symbp.sheets.asking import (
    PATHS,
    Ask,
    asked,
    computed,
    derivation,
    in_symbols,
    is_deep,
    mistaken,
    number,
    on_calculator,
    parameters,
    reads,
    shuffled,
    wobble,
    workable,
    worked,
)
from symbp.sheets.desk import Desk, gradient_of
from symbp.sheets.question import Question
from symbp.sheets.variants import local_lines, variant_values, variants
from symbp.views.naming import LOSS
from symbp.views.scalar import Element, scalars
from symbp.wording import Message, say

MOST_OPERATIONS = 24  # of a formula that is worked by hand
RATES = ("0.1", "0.2", "0.5")
RATE = m.Symbol("eta")


# Forward.


def forward_value(desk: Desk) -> Iterator[Ask]:
    """An element of the forward pass, from what it reads."""
    return _forward(desk, [n for n in _forward_names(desk) if n != "L"], say("A value on the way forward"))


def loss_value(desk: Desk) -> Iterator[Ask]:
    """The loss, from the output."""
    return _forward(desk, ["L"], say("The loss"))


def _forward_names(desk: Desk) -> Iterator[str]:
    for name, _ in desk.subject.definitions("forward"):
        if desk.subject.tensor(name).dtype == "float" and name in desk.chain:
            yield name


def _forward(desk: Desk, names: Iterable[str], title: Message) -> Iterator[Ask]:
    for name in shuffled(desk, names):
        for element in shuffled(desk, desk.subject.elements(name))[:2]:
            formula = desk.subject.view.final(element)
            if formula.is_number or formula.is_Symbol or not desk.exact(element):
                continue
            if int(formula.count_ops()) > MOST_OPERATIONS or not on_calculator(formula):
                continue
            elements = [s.element for s in scalars(formula)]
            if any(desk.exact(e) == desk.exact(element) for e in elements):  # as ReLU hands on
                continue
            tells = computed(desk, elements)
            yield Ask(partial(_value, desk, element, tells, title), frozenset([element]), tells)


def _value(desk: Desk, element: Element, tells: frozenset[Element], title: Message) -> Question | None:
    symbol = desk.symbol(element)
    lines = list(worked_lines(desk.subject, element, desk.subject.view.final(element)))
    told = wobble(desk, lines[0].right, tells)
    found = number(desk, symbol, desk.exact(element), desk.roughly(element), mistaken(desk, element, tells), told)
    if found is None:
        return None
    text = asked(desk, tells, say("Compute {value}.", value=symbol))
    return Question("", title, text, (found,), (worked(desk, lines),))


# Backward.


def error_signal(desk: Desk) -> Iterator[Ask]:
    """The derivative by a quantity between the parameters and the loss, from those of what it acts on."""
    for element in shuffled(desk, _between(desk)):
        yield _one_level(desk, element, say("An error signal"))


def _between(desk: Desk) -> Iterator[Element]:
    for name, _ in desk.subject.definitions("backward"):
        of = desk.subject.tensor(name).of
        if of is None or of == "L" or desk.subject.tensor(of).role in ("parameter", "input"):
            continue
        for element in desk.subject.elements(of):
            if workable(desk, element) and not _is_copy(desk, element):
                yield element


def _is_copy(desk: Desk, element: Element) -> bool:
    """Whether a derivative is only that of another quantity, handed on as it is."""
    links = desk.subject.view.links(element)
    return len(links) == 1 and links[0].of is not None and not scalars(links[0].local)


def weight_gradient(desk: Desk) -> Iterator[Ask]:
    """The derivative by one entry of a parameter, from those of what it acts on."""
    for element in shuffled(desk, parameters(desk)):
        if not _is_copy(desk, element):
            yield _one_level(desk, element, say("The derivative by one weight"))


def _one_level(desk: Desk, element: Element, title: Message) -> Ask:
    tells = reads(desk, element, 1)
    return Ask(partial(_derivative, desk, element, tells, title, False), frozenset([gradient_of(element)]), tells)


def path_gradient(desk: Desk) -> Iterator[Ask]:
    """The derivative by one entry of a parameter, along every path from the loss to it."""
    view = desk.subject.view
    for element in shuffled(desk, parameters(desk)):
        if any(link.of is None for link in view.links(element)) or not is_deep(desk, element):
            continue
        tells = reads(desk, element, PATHS)
        title = say("The derivative by one weight, from the loss on")
        yield Ask(partial(_derivative, desk, element, tells, title, True), frozenset([gradient_of(element)]), tells)


def _derivative(desk: Desk, element: Element, tells: frozenset[Element], title: Message, deep: bool) -> Question | None:
    gradient = gradient_of(element)
    derivative = desk.symbol(gradient)
    if sum(int(link.local.count_ops()) for link in desk.subject.view.links(element)) > MOST_OPERATIONS:
        return None
    near = local_lines(desk, element)
    slips = variant_values(desk, variants(desk, near[1].right)) if near and not deep else ()
    wrong = chain(mistaken(desk, gradient, tells), slips)
    lines = derivation(desk, element, deep)
    told = wobble(desk, in_symbols(desk, element, lines), tells)
    found = number(desk, derivative, desk.exact(gradient), desk.roughly(gradient), wrong, told)
    if found is None:
        return None
    sentence = _sentence(desk, element, derivative, deep)
    return Question("", title, asked(desk, tells, sentence), (found,), (worked(desk, lines),))


def _sentence(desk: Desk, element: Element, derivative: m.Node, deep: bool) -> Message:
    if deep:
        return say("Compute {derivative}. Write down every path from the loss to it first.", derivative=derivative)
    if len(desk.subject.view.links(element)) > 1:
        symbol = desk.symbol(element)
        return say("Compute {derivative}: {symbol} acts on several quantities.", derivative=derivative, symbol=symbol)
    return say("Compute {derivative}.", derivative=derivative)


# A local derivative.


def local_derivative(desk: Desk) -> Iterator[Ask]:
    """The slope of an activation at one element."""
    for name in shuffled(desk, _forward_names(desk)):
        for element in shuffled(desk, desk.subject.elements(name))[:2]:
            for link in desk.subject.view.links(element):
                if link.of is None or not scalars(link.local) or not _depends_alone(desk, link.of, element):
                    continue
                if not on_calculator(link.local):
                    continue
                tells = computed(desk, [s.element for s in scalars(link.local)])
                yield Ask(partial(_slope, desk, element, link, tells), tells=tells)


def _depends_alone(desk: Desk, of: Element, by: Element) -> bool:
    """Whether one element is a function of the other and of nothing else."""
    return {s.element for s in scalars(desk.subject.view.primal(of))} == {by}


def _slope(desk: Desk, element: Element, link: Any, tells: frozenset[Element]) -> Question | None:
    of, by = desk.symbol(link.of), desk.symbol(element)
    assert isinstance(of, m.Symbol) and isinstance(by, m.Symbol)
    tree = m.from_sympy(link.local, lambda s: desk.symbol(s.element))
    derivative = m.Partial(of, by)
    exact = m.value(tree, desk.environment)
    rough = m.value(_rounded(desk, link.local), m.Environment({}))
    found = number(desk, derivative, exact, rough)
    if found is None:
        return None
    if abs(exact) == 1:  # as that of ReLU
        return None
    numbers = m.from_sympy(link.local, lambda s: desk.subject.number(s.element))
    lines = [m.Line(derivative, tree), m.Line(None, numbers), m.Line(None, m.Number(exact, desk.subject.digits))]
    text = asked(desk, tells, say("Compute the local derivative {derivative}.", derivative=derivative))
    return Question("", say("A local derivative"), text, (found,), (worked(desk, lines),))


def _rounded(desk: Desk, expression: Any) -> m.Node:
    """The formula with each number as it is printed."""
    return m.from_sympy(
        expression, lambda s: m.Number(mpmath.mpf(str(desk.subject.number(s.element).rounded)), desk.subject.digits)
    )


# A step.


def update_step(desk: Desk) -> Iterator[Ask]:
    """One step of gradient descent, from the error signals."""
    for element in shuffled(desk, parameters(desk)):
        tells = frozenset([gradient_of(element)])
        new = Element(f"{element.tensor} new", element.index)
        rate = desk.random.choice(RATES)
        yield Ask(partial(_step, desk, element, tells, rate), frozenset([new]), tells)


def _step(desk: Desk, element: Element, tells: frozenset[Element], rate: str) -> Question | None:
    gradient = gradient_of(element)
    old, slope, eta = desk.symbol(element), desk.symbol(gradient), m.number(rate)
    assert isinstance(old, m.Symbol) and isinstance(slope, m.Partial)
    new = new_symbol(desk.subject, old)
    with mpmath.workdps(50):
        step = mpmath.mpf(rate) * desk.exact(gradient)
        start = mpmath.mpf(desk.subject.value(element))
        value = start - step
        wrong = [
            (start + step, say("The step goes uphill: it must be subtracted.")),
            (start - desk.exact(gradient), say("The learning rate is missing.")),
            (-step, say("This is the step alone, and not the new weight.")),
        ]
        rough = start - mpmath.mpf(rate) * desk.roughly(gradient)
    if abs(value) < abs(step) / 20:  # what nearly cancels
        return None
    found = number(desk, new, value, rough, wrong)
    if found is None or found.tolerance > abs(step) / 4:
        return None
    environment = m.Environment(
        {**desk.subject.symbols, RATE: eta.value, new: value}, {(LOSS, old): desk.exact(gradient)}
    )
    shown = m.Number(desk.exact(gradient), desk.subject.digits)
    lines = [
        m.Line(new, m.Sum((old, m.Negative(m.Product((RATE, slope)))))),
        m.Line(None, m.Sum((desk.subject.number(element), m.Negative(m.Product((eta, shown)))))),
        m.Line(None, m.Number(value, desk.subject.digits)),
    ]
    sentence = say(
        "What is {weight} after one step of gradient descent with the learning rate {rate}?",
        weight=old,
        rate=m.Comparison(RATE, "=", eta),
    )
    solution: Formula = worked(desk, lines, environment)
    return Question("", say("One step"), asked(desk, tells, sentence), (found,), (solution,))


# What a derivative says.

CHANGES = ("0.01", "0.02", "0.05", "-0.01", "-0.02")
CHANGE = m.Symbol("Delta")


def small_change(desk: Desk) -> Iterator[Ask]:
    """About how much the loss changes with one entry of a parameter."""
    for element in shuffled(desk, parameters(desk)):
        tells = frozenset([gradient_of(element)])
        yield Ask(partial(_change, desk, element, tells, desk.random.choice(CHANGES)), tells=tells)


def _change(desk: Desk, element: Element, tells: frozenset[Element], change: str) -> Question | None:
    gradient = gradient_of(element)
    slope, step, exact = desk.symbol(gradient), m.number(change), desk.exact(gradient)
    with mpmath.workdps(50):
        moved = mpmath.mpf(change)
        value = exact * moved
        wrong = [
            (-value, say("Where the derivative is positive, the loss grows with the weight.")),
            (exact, say("This is the change for each unit that the weight grows by.")),
            (exact / moved, say("The derivative is multiplied by the change, and not divided by it.")),
        ]
        found = number(desk, say("change of the loss"), value, desk.roughly(gradient) * moved, wrong)
    if found is None:
        return None
    shown = m.Number(exact, desk.subject.digits)
    lines = [
        m.Line(m.Product((slope, CHANGE), "dot"), m.Product((shown, step), "dot")),
        m.Line(None, m.Number(value, desk.subject.digits)),
    ]
    known = m.Environment({**desk.subject.symbols, CHANGE: step.value}, desk.subject.partials)
    sentence = say(
        "About how much does the loss change if {weight} alone is changed by {change}?",
        weight=desk.symbol(element),
        change=m.Comparison(CHANGE, "=", step),
    )
    return Question("", say("A small change"), asked(desk, tells, sentence), (found,), (worked(desk, lines, known),))
