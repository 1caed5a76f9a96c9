"""A derivation in which one line is wrong on purpose: a factor or a path is lost, or a sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import mpmath

from symbp import mathtree as m
from symbp.mathtree.numbering import letters
from symbp.notes.exercises.setting import Exercise, Setting, parameters
from symbp.notes.subject import Subject
from symbp.printing.document import Paragraph
from symbp.views.scalar import Element
from symbp.wording import Message, say

NEARLY = mpmath.mpf("0.01")  # two values less apart than this share are not told apart by four digits, or by eye


def wrong_line(setting: Setting) -> Exercise | None:
    """A derivation in which one line does not follow from the line before it."""
    subject = setting.numbers
    if subject is None:
        return None
    every = setting.unused(parameters(subject))
    setting.random.shuffle(every)
    for element in every:
        lines = plain_lines(subject, element)
        found = list(spoiled(subject, lines)) if lines else []
        if found:
            setting.used.add(element)
            at = setting.random.choice(sorted({place for _, place, _ in found}))
            wrong, place, why = setting.random.choice([s for s in found if s[1] == at])
            right = (replace(lines[place], left=lines[0].left), *lines[place + 1 :])
            asked = say("One of these lines does not follow from the line before it. Which one, and what is right?")
            line = m.Reference(f"E{setting.number}.{letters(place)}")
            told = say("Line {line} is wrong. {why} This is right:", line=line, why=why)
            question = (Paragraph((asked,)), setting.with_mistake(wrong, place))
            return Exercise(say("Find the mistake"), question, (Paragraph((told,)), setting.solution(right)))
    return None


def plain_lines(subject: Subject, element: Element) -> tuple[m.Line, ...]:
    """The chain rule, the local derivatives, the numbers, and the result: four lines, or none if there are not four."""
    deep = subject.regular
    found = list(subject.partial(element).lines(deep=deep))
    if any(isinstance(n, m.BigSum) for line in found for n in m.walk(line.right)) or len(found) < 3:
        return ()
    chain = m.transform(found[0].right, lambda n: n.body if isinstance(n, m.Underbrace) else n)
    local = found[1].right
    numbers = in_numbers(subject, local)
    result = m.Number(m.value(local, _environment(subject)), subject.digits)
    return (
        m.Line(found[0].left, chain),
        m.Line(None, local),
        m.Line(None, numbers),
        m.Line(None, result),
    )


def _environment(subject: Subject) -> m.Environment:
    return m.Environment(subject.symbols, subject.partials)


def in_numbers(subject: Subject, tree: m.Node) -> m.Node:
    """A formula with the number in place of each symbol and of each derivative."""
    if isinstance(tree, m.Symbol | m.Partial):
        return m.Number(m.value(tree, _environment(subject)), subject.digits)
    if isinstance(tree, m.Apply):
        return replace(tree, args=tuple(in_numbers(subject, a) for a in tree.args))
    if isinstance(tree, m.Product):
        return replace(tree, factors=tuple(in_numbers(subject, f) for f in tree.factors))
    if isinstance(tree, m.Sum):
        return replace(tree, terms=tuple(in_numbers(subject, t) for t in tree.terms))
    if isinstance(tree, m.Negative):
        return m.Negative(in_numbers(subject, tree.body))
    if isinstance(tree, m.Power):
        return m.Power(in_numbers(subject, tree.base), tree.exponent)
    if isinstance(tree, m.Quotient):
        return m.Quotient(in_numbers(subject, tree.numerator), in_numbers(subject, tree.denominator))
    return tree


Spoiled = tuple[tuple[m.Line, ...], int, Message]


def spoiled(subject: Subject, lines: tuple[m.Line, ...]) -> Iterator[Spoiled]:
    """The lines with one mistake that changes the value by more than a little; what comes after it follows from it."""
    right = m.value(lines[1].right, _environment(subject))
    if not right:
        return
    for wrong, why in mistakes_of(lines[1].right):
        if is_apart(m.value(wrong, _environment(subject)), right):
            numbers = m.Line(None, in_numbers(subject, wrong))
            yield _once((lines[0], m.Line(None, wrong), numbers, _result(subject, wrong))), 1, why
    for wrong, why in mistakes_of(lines[2].right):
        if is_apart(m.value(wrong, _environment(subject)), right):
            yield _once((lines[0], lines[1], m.Line(None, wrong), _result(subject, wrong))), 2, why
    yield (*lines[:3], m.Line(None, m.Number(-right, subject.digits))), 3, say("The sign is wrong.")


def _once(lines: tuple[m.Line, ...]) -> tuple[m.Line, ...]:
    """The lines, the last one left out if it says the same as the one before it."""
    return lines[:-1] if lines[-1].right == lines[-2].right else lines


def _result(subject: Subject, tree: m.Node) -> m.Line:
    return m.Line(None, m.Number(m.value(tree, _environment(subject)), subject.digits))


def is_apart(one: Any, other: Any) -> bool:
    return bool(one and other and abs(one - other) > NEARLY * max(abs(one), abs(other)))


def mistakes_of(tree: m.Node) -> Iterator[tuple[m.Node, Message]]:
    """A formula without one of its factors, or without one of its paths."""
    if isinstance(tree, m.Product) and len(tree.factors) > 1:
        for place, factor in enumerate(tree.factors):
            rest = (*tree.factors[:place], *tree.factors[place + 1 :])
            shorter = rest[0] if len(rest) == 1 else replace(tree, factors=rest)
            yield shorter, say("The factor {factor} is lost.", factor=factor)
    if isinstance(tree, m.Sum) and all(isinstance(t, m.Product) for t in tree.terms) and len(tree.terms) > 1:
        for place, term in enumerate(tree.terms):
            rest = (*tree.terms[:place], *tree.terms[place + 1 :])
            shorter = rest[0] if len(rest) == 1 else replace(tree, terms=rest)
            yield shorter, say("The path that adds {term} is lost.", term=term)
