"""Exercises in numbers: a value, an error signal, the derivative by a weight, a step, a line that is wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import mpmath

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.notes.backward import is_closed
from symbp.notes.exercises.setting import MOST_TERMS, Exercise, Setting, is_workable, parameters
from symbp.notes.lines import power_of_ten, worked_lines
from symbp.notes.subject import Subject
from symbp.notes.updates import new_symbol
from symbp.printing.document import Paragraph
from symbp.views.naming import LOSS
from symbp.views.scalar import Element, scalars
from symbp.wording import Message, listed, say

RATE = m.Symbol("eta")
CLOSE = mpmath.mpf("0.001")  # so near a result must be that is computed from rounded numbers


def forward_value(setting: Setting) -> Exercise | None:
    """A weighted sum, and what is made of it."""
    subject = setting.numbers
    if subject is None:
        return None
    found = _computed_first(subject, setting)
    if found is None:
        return None
    first, then = found
    lines = list(worked_lines(subject, first, subject.view.final(first)))
    asked: Message = say("Compute {value}.", value=subject.naming.symbol(first))
    if then is not None:
        lines += worked_lines(subject, then, subject.view.final(then))
        asked = say(
            "Compute {first}, and from it {then}.",
            first=subject.naming.symbol(first),
            then=subject.naming.symbol(then),
        )
    return Exercise(say("A value on the way forward"), (Paragraph((asked,)),), (setting.solution(lines),))


def _computed_first(subject: Subject, setting: Setting) -> tuple[Element, Element | None] | None:
    """An element that is computed from what is given alone, and one that is computed from it."""
    elements = forward_elements(subject)
    reads = {e: {s.element for s in scalars(subject.view.final(e))} for e in elements}
    known = {e for e in elements if not reads[e]}  # a state before the first step
    given = {t.name for t in subject.base.start.tensors if not subject.base.start.defining(t.name)}

    def is_known(element: Element) -> bool:
        return element.tensor in given or element in known

    able = [
        e for e in elements if 1 < len(reads[e]) <= 3 * MOST_TERMS or any(map(_is_applied, [subject.view.final(e)]))
    ]
    first = [e for e in able if reads[e] and all(map(is_known, reads[e]))]
    if not first:
        return None
    chosen = setting.random.choice([e for e in first if e.tensor == first[0].tensor])
    near = (e for e in able if chosen in reads[e] and all(r == chosen or is_known(r) for r in reads[e]))
    return chosen, next(near, None)


def forward_elements(subject: Subject) -> list[Element]:
    """What the forward pass computes, in order, but the loss and whole numbers."""
    names = [n for n, _ in subject.definitions("forward") if subject.tensor(n).dtype == "float" and n != "L"]
    return [e for n in names for e in subject.elements(n)]


def _is_applied(expression: Any) -> bool:
    """Whether a formula is more than a copy."""
    return not expression.is_Symbol


LATER = ("p", "xhat", "c", "yhat")  # letters of what is worth computing in the middle of a pass


def later_value(setting: Setting) -> Exercise | None:
    """A softmax, a normalised number, a cell: from what it starts from, through all that is named between."""
    subject = setting.numbers
    if subject is None or subject.regular:
        return None
    elements = forward_elements(subject)
    for letter in LATER[:-1]:
        of_letter = [e for e in elements if subject.tensor(e.tensor).letter == letter]
        chosen = [e for e in of_letter if e.index == max(o.index for o in of_letter if o.tensor == e.tensor)]
        steps = leading_to(subject, chosen[0]) if chosen else []
        if 1 < len(steps) <= MOST_TERMS or (steps and letter == "c"):
            lines = [line for e in steps for line in worked_lines(subject, e, subject.view.final(e))]
            start = {s.element for e in steps for s in scalars(subject.view.final(e))} - set(steps)
            asked = say("Compute {value}.", value=subject.naming.symbol(chosen[0]))
            question = (Paragraph((*known_values(subject, sorted(start)), asked)),)
            return Exercise(say("A value in the middle"), question, (setting.solution(lines),))
    return None


STARTS = ("z", "a", "h", "x")


def leading_to(subject: Subject, element: Element) -> list[Element]:
    """What is named on the way to an element in its own layer, in order, after sums with weights and scores."""
    starts = (*STARTS, "s") if subject.attends(subject.tensor(element.tensor)) else STARTS
    found: dict[Element, None] = {}

    def visit(e: Element) -> None:
        for scalar in scalars(subject.view.final(e)):
            tensor = subject.tensor(scalar.element.tensor)
            if tensor.letter == "m" or (tensor.letter not in (*starts, "c") and _is_stated(subject, tensor.name)):
                visit(scalar.element)
        found[e] = None

    visit(element)
    return list(found)


def _is_stated(subject: Subject, name: str) -> bool:
    return bool(subject.base.start.defining(name))


def known_values(subject: Subject, elements: list[Element]) -> tuple[Message | str, ...]:
    """A sentence that says what some elements are worth; nothing where they are all given in the beginning."""
    computed = [e for e in elements if subject.base.result.defining(e.tensor)]
    if not computed:
        return ()
    values = [m.Comparison(called(subject, e), "=", subject.number(e)) for e in computed]
    for comparison in values:
        subject.show([m.Line(comparison.left, comparison.right)])
    return say("It is known that {values}.", values=listed(values)), " "


def called(subject: Subject, element: Element) -> m.Node:
    of = subject.tensor(element.tensor).of
    return (
        subject.naming.symbol(element)
        if of is None
        else m.Partial(LOSS, subject.naming.symbol(Element(of, element.index)))
    )


def is_stable(subject: Subject, element: Element) -> bool:
    """Whether four digits of what a derivative is computed from are enough for nearly as many of it."""
    with mpmath.workdps(50):
        total = mpmath.mpf(0)
        for link in subject.view.links(element):
            local = rounded_value(subject, link.local)
            adjoint = 1 if link.of is None else rounded(subject, Element(adjoint_name(link.of.tensor), link.of.index))
            total += local * adjoint
        exact = subject.value(Element(adjoint_name(element.tensor), element.index))
        return bool(abs(total - exact) <= CLOSE * abs(exact))


def rounded_value(subject: Subject, expression: Any) -> Any:
    known = {m.Symbol(s.name): rounded(subject, s.element) for s in scalars(expression)}
    return m.value(m.from_sympy(expression, lambda s: m.Symbol(s.name)), m.Environment(known))


def rounded(subject: Subject, element: Element) -> Any:
    """A value as it is printed."""
    return mpmath.mpf(str(subject.number(element).rounded))


def _needed(subject: Subject, element: Element, deep: bool) -> tuple[Message | str, ...]:
    """What the derivative by an element is computed from, with values."""
    found: dict[Element, None] = {}

    def visit(e: Element) -> None:
        for link in subject.view.links(e):
            for scalar in scalars(link.local):
                found[scalar.element] = None
            if link.of is not None and deep:
                visit(link.of)
            elif link.of is not None:
                found[Element(adjoint_name(link.of.tensor), link.of.index)] = None

    visit(element)
    return known_values(subject, sorted(found))


MOST_OPERATIONS = 14  # of a local derivative


def error_signal(setting: Setting) -> Exercise | None:
    """The derivative by a quantity between the parameters and the loss, from those of what it acts on."""
    subject = setting.numbers
    if subject is None:
        return None
    able: list[tuple[int, Element]] = []
    for name, _ in subject.definitions("backward"):
        of = subject.tensor(name).of
        if of is None or subject.tensor(of).role == "parameter" or of == "yhat" or is_closed(subject, name):
            continue
        workable = [e for e in subject.elements(of) if is_workable(subject, e) and is_stable(subject, e)]
        if workable:
            element = setting.random.choice(workable)
            size = sum(int(link.local.count_ops()) for link in subject.view.links(element))
            able.append((size, element))
    fitting = [(size, e) for size, e in able if size <= MOST_OPERATIONS]
    if not fitting:
        return None
    _, element = max(fitting, key=lambda pair: pair[0])
    lines = list(subject.partial(element).lines(deep=False))
    asked = say("Compute {derivative}.", derivative=m.Partial(LOSS, subject.naming.symbol(element)))
    question = (Paragraph((*_needed(subject, element, False), asked)),)
    return Exercise(say("An error signal"), question, (setting.solution(lines),))


def weight_gradient(setting: Setting) -> Exercise | None:
    """The derivative by one weight of the first layer, along every path."""
    subject = setting.numbers
    element = None if subject is None else _weight(setting, 0)
    if subject is None or element is None:
        return None
    deep = subject.regular
    lines = list(subject.partial(element).lines(deep=deep))
    bound = power_of_ten(subject.bound(element.tensor))
    lines[-1] = replace(lines[-1], check=say("rel. error {bound}", bound=bound))
    derivative = m.Partial(LOSS, subject.naming.symbol(element))
    asked = (
        say("Compute {derivative}. Write down every path from the loss to it first.", derivative=derivative)
        if deep
        else say("Compute {derivative}: the weight acts on several quantities.", derivative=derivative)
        if len(subject.view.links(element)) > 1
        else say("Compute {derivative}.", derivative=derivative)
    )
    known = _needed(subject, element, deep)
    return Exercise(say("The derivative by one weight"), (Paragraph((*known, asked)),), (setting.solution(lines),))


def _weight(setting: Setting, place: int) -> Element | None:
    """One of the weights of a tensor: each exercise has another one, if there are several."""
    assert setting.numbers is not None
    every = list(parameters(setting.numbers))
    tensors = list(dict.fromkeys(e.tensor for e in every))
    if not tensors:
        return None
    name = tensors[place % len(tensors)]
    chosen = setting.random.choice(setting.unused(e for e in every if e.tensor == name))
    setting.used.add(chosen)
    return chosen


def update_step(setting: Setting) -> Exercise | None:
    """One step of gradient descent."""
    subject = setting.numbers
    element = None if subject is None else _weight(setting, -1)
    if subject is None or element is None:
        return None
    old = subject.naming.symbol(element)
    new = new_symbol(setting.about, old)
    gradient = subject.value(Element(adjoint_name(element.tensor), element.index))
    with mpmath.workdps(50):
        value = subject.value(element) - gradient / 2
    rate = m.number("0.5")
    known = {**subject.symbols, RATE: rate.value, new: value}
    environment = m.Environment(known, {(LOSS, old): gradient})
    lines = [
        m.Line(new, m.Sum((old, m.Negative(m.Product((RATE, m.Partial(LOSS, old))))))),
        m.Line(
            None, m.Sum((subject.number(element), m.Negative(m.Product((rate, m.Number(gradient, subject.digits))))))
        ),
        m.Line(None, m.Number(value, subject.digits)),
    ]
    display = subject.show(lines, f"S{setting.number}", env=environment)
    asked = say(
        "The derivative {derivative} is {value}. What is {weight} after one step of gradient descent with the learning "
        "rate {rate}?",
        derivative=m.Partial(LOSS, old),
        value=m.Number(gradient, subject.digits),
        weight=old,
        rate=m.Comparison(RATE, "=", rate),
    )
    shown = setting.solution([])
    return Exercise(say("One step"), (Paragraph((asked,)),), (replace(shown, display=display),))
