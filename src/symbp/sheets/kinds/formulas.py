"""Formulas to choose from: the derivative by one element, and a factor that is missing in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from symbp import mathtree as m
from symbp.notes.exercises.spoiling import is_apart, mistakes_of
from symbp.notes.subject import Subject
from symbp.printing.document import Formula, Paragraph
from symbp.sheets.asking import Ask, options, parameters, shuffled, worked
from symbp.sheets.desk import Desk, gradient_of
from symbp.sheets.question import Choice, Option, Question
from symbp.views.naming import LOSS
from symbp.views.scalar import Element
from symbp.wording import Message, say

WRONG = 3
LARGEST = 14  # nodes of a formula that is an option
MISSING = m.Box(m.Text(" ? "))
Variant = tuple[m.Node, Message]


def which_formula(desk: Desk) -> Iterator[Ask]:
    """Which formula is the derivative by one entry of a parameter."""
    for element in shuffled(desk, parameters(desk)):
        yield Ask(partial(_among_formulas, desk, element))


def _among_formulas(desk: Desk, element: Element) -> Question | None:
    lines = _lines(desk, element)
    if lines is None or sum(1 for _ in m.walk(lines[1].right)) > LARGEST * 2:
        return None
    tree = lines[1].right
    wrong = _wrong(desk, tree, [*mistakes_of(tree), *_with_siblings(desk, tree), _turned(tree)])
    if len(wrong) < WRONG:
        return None
    chosen = options(desk, Option((tree,), True), [Option((node,), False, (why,)) for node, why in wrong])
    sentence = say("Which formula is {derivative}?", derivative=desk.symbol(gradient_of(element)))
    return Question("", say("Which formula"), (Paragraph((sentence,)),), (Choice(chosen),), (worked(desk, lines[:2]),))


def missing_factor(desk: Desk) -> Iterator[Ask]:
    """Which factor is missing in the derivative by one entry of a parameter."""
    for element in shuffled(desk, parameters(desk)):
        yield Ask(partial(_among_factors, desk, element))


def _among_factors(desk: Desk, element: Element) -> Question | None:
    lines = _lines(desk, element)
    if lines is None:
        return None
    tree = lines[1].right
    terms = tree.terms if isinstance(tree, m.Sum) else (tree,)
    able = [
        (row, at)
        for row, term in enumerate(terms)
        if isinstance(term, m.Product)
        for at, factor in enumerate(term.factors)
        if not isinstance(factor, m.Number)
    ]
    for row, at in shuffled(desk, able):
        product = terms[row]
        assert isinstance(product, m.Product)
        factor = product.factors[at]
        wrong = _wrong(desk, factor, _in_its_place(desk, factor, terms))
        if len(wrong) < WRONG:
            continue
        gap = replace(product, factors=(*product.factors[:at], MISSING, *product.factors[at + 1 :]))
        shown = gap if len(terms) == 1 else m.Sum((*terms[:row], gap, *terms[row + 1 :]))
        chosen = options(desk, Option((factor,), True), [Option((n,), False, (why,)) for n, why in wrong])
        sentence = say("Which factor stands in the place of the question mark?")
        display = Formula(m.Display((m.Line(desk.symbol(gradient_of(element)), shown),)))
        solution = (worked(desk, lines[:2]),)
        return Question("", say("A missing factor"), (Paragraph((sentence,)), display), (Choice(chosen),), solution)
    return None


def _in_its_place(desk: Desk, factor: m.Node, terms: Sequence[m.Node]) -> Iterator[Variant]:
    """What could stand where a factor belongs: other entries, other factors, the same with another sign."""
    yield from _with_siblings(desk, factor)
    for term in terms:
        for other in term.factors if isinstance(term, m.Product) else (term,):
            if not isinstance(other, m.Number):
                yield other, say("{factor} is a factor of this line, but not here.", factor=other)
    yield _turned(factor)
    yield m.Product((m.Number(2), factor)), say("The factor 2 does not belong here.")
    if not isinstance(factor, m.Sum | m.Partial):
        turned = m.Sum((m.Number(1), m.Negative(factor)))
        yield turned, say("{wrong} stands where {right} belongs.", wrong=turned, right=factor)


def _lines(desk: Desk, element: Element) -> tuple[m.Line, ...] | None:
    """The chain rule and the local derivatives, one level deep; none where there is nothing between."""
    found = list(desk.subject.partial(element).lines(deep=False))
    tree = found[1].right if len(found) > 2 else None
    return tuple(found) if isinstance(tree, m.Product | m.Sum) else None


def _turned(tree: m.Node) -> Variant:
    return m.Negative(tree if not isinstance(tree, m.Sum) else m.Bracket(tree)), say("The sign is wrong.")


def _with_siblings(desk: Desk, tree: m.Node) -> Iterator[Variant]:
    """The formula with another entry of the same quantity in place of one."""
    elements = desk.subject.entries.elements
    for node in dict.fromkeys(m.walk(tree)):
        symbol = node.wrt if isinstance(node, m.Partial) and node.of == LOSS else node
        element = elements.get(symbol) if isinstance(symbol, m.Symbol) else None
        for sibling in desk.subject.elements(element.tensor) if element else ():
            if sibling == element or not isinstance(symbol, m.Symbol):
                continue
            other: m.Node = desk.subject.naming.symbol(sibling)
            if isinstance(node, m.Partial) and isinstance(other, m.Symbol):
                other = replace(node, wrt=other)
            changed = m.transform(tree, lambda n, a=node, b=other: b if n == a else n)  # type: ignore[misc]
            yield changed, say("{wrong} stands where {right} belongs.", wrong=other, right=node)


def _wrong(desk: Desk, right: m.Node, variants: Iterator[Variant] | Sequence[Variant]) -> list[Variant]:
    """Some variants in random order whose values differ from the right one and from one another, at any numbers."""
    subjects = (desk.subject, desk.problem.pattern, desk.problem.second)
    found: list[Variant] = []
    kept = [right]
    for node, why in shuffled(desk, variants):
        if len(found) == WRONG:
            break
        if node in kept or not all(_differs(subject, node, kept) for subject in subjects):
            continue
        kept.append(node)
        found.append((node, why))
    return found


def _differs(subject: Subject, node: m.Node, others: Sequence[m.Node]) -> bool:
    """Whether a formula has another value than others at some numbers."""
    environment = m.Environment(subject.symbols, subject.partials)
    try:
        value = m.value(node, environment)
        return all(is_apart(value, m.value(other, environment)) for other in others)
    except m.NoValue:
        return False
