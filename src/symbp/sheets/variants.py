"""Formulas that are nearly right: a factor or a path lost, another entry of the same quantity, another sign."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from symbp import mathtree as m
from symbp.notes.exercises.spoiling import is_apart, mistakes_of
from symbp.notes.subject import Subject
from symbp.sheets.desk import Desk
from symbp.views.chain_lines import chain_lines
from symbp.views.naming import LOSS
from symbp.views.scalar import Element
from symbp.wording import Message, say

Variant = tuple[m.Node, Message]


def local_lines(desk: Desk, element: Element) -> tuple[m.Line, ...] | None:
    """The chain rule and the local derivatives, one level deep; none where there is nothing between."""
    subject = desk.subject
    found = tuple(chain_lines(subject.view, subject.naming, element, None, subject.digits, False))
    return found if len(found) > 1 and isinstance(found[1].right, m.Product | m.Sum) else None


def variants(desk: Desk, tree: m.Node) -> Iterator[Variant]:
    """Formulas that are nearly the right one, in random order, each made when it is wanted."""
    made: list[Callable[[], Variant]] = [lambda v=v: v for v in mistakes_of(tree)]  # type: ignore[misc]
    made += [*siblings(desk, tree), lambda: turned(tree)]
    desk.random.shuffle(made)
    return (make() for make in made)


def turned(tree: m.Node) -> Variant:
    """The same with the other sign."""
    if isinstance(tree, m.Negative):
        return tree.body, say("The sign is wrong.")
    return m.Negative(m.Bracket(tree) if isinstance(tree, m.Sum) else tree), say("The sign is wrong.")


def siblings(desk: Desk, tree: m.Node) -> Iterator[Callable[[], Variant]]:
    """The formula with another entry of the same quantity in place of one; each is made when it is wanted."""
    elements = desk.subject.entries.elements
    nodes = tuple(dict.fromkeys(m.walk(tree)))
    within = {side for node in nodes if isinstance(node, m.Partial) for side in (node.of, node.wrt)}
    for node in (n for n in nodes if n not in within):
        symbol = node.wrt if isinstance(node, m.Partial) and node.of == LOSS else node
        element = elements.get(symbol) if isinstance(symbol, m.Symbol) else None
        for sibling in desk.subject.elements(element.tensor) if element else ():
            other: m.Node = desk.subject.naming.symbol(sibling)
            if sibling == element or other == symbol:
                continue
            if isinstance(node, m.Partial) and isinstance(other, m.Symbol):
                other = replace(node, wrt=other)
            yield partial(_exchanged, tree, node, other)


def _exchanged(tree: m.Node, right: m.Node, wrong: m.Node) -> Variant:
    changed = m.transform(tree, lambda node: wrong if node == right else node)
    return changed, say("{wrong} stands where {right} belongs.", wrong=wrong, right=right)


def variant_values(desk: Desk, found: Iterable[Variant]) -> Iterator[tuple[Any, Message]]:
    """What nearly right formulas give."""
    for node, why in found:
        try:
            yield m.value(node, desk.environment), why
        except m.NoValue:
            continue


def apart(desk: Desk, right: m.Node, found: Iterable[Variant], most: int) -> list[Variant]:
    """The first of some formulas whose values differ from the right one and from one another, at any numbers."""
    subjects = (desk.subject, desk.problem.pattern, desk.problem.second)
    kept, chosen = [right], list[Variant]()
    for node, why in found:
        if len(chosen) == most:
            break
        if node not in kept and all(_differs(subject, node, kept) for subject in subjects):
            kept.append(node)
            chosen.append((node, why))
    return chosen


def _differs(subject: Subject, node: m.Node, others: Sequence[m.Node]) -> bool:
    """Whether a formula has another value than others at some numbers."""
    environment = m.Environment(subject.symbols, subject.partials)
    try:
        value = m.value(node, environment)
        return all(is_apart(value, m.value(other, environment)) for other in others)
    except m.NoValue:
        return False
