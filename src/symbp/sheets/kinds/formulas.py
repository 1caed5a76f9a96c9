"""Formulas to choose from: the derivative by one element, and a factor that is missing in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from symbp import mathtree as m
from symbp.printing.document import Formula, Paragraph
from symbp.sheets.asking import Ask, derivation, options, parameters, shuffled, worked
from symbp.sheets.desk import Desk, gradient_of
from symbp.sheets.question import Choice, Option, Question
from symbp.sheets.variants import Variant, apart, local_lines, siblings, turned, variants
from symbp.views.scalar import Element
from symbp.wording import say

WRONG = 3
LARGEST = 14  # nodes of a formula that is an option
MISSING = m.Box(m.Text(" ? "))


def which_formula(desk: Desk) -> Iterator[Ask]:
    """Which formula is the derivative by one entry of a parameter."""
    for element in shuffled(desk, parameters(desk)):
        yield Ask(partial(_among_formulas, desk, element))


def _among_formulas(desk: Desk, element: Element) -> Question | None:
    lines = local_lines(desk, element)
    if lines is None or sum(1 for _ in m.walk(lines[1].right)) > LARGEST * 2:
        return None
    tree = lines[1].right
    wrong = apart(desk, tree, variants(desk, tree), WRONG)
    if len(wrong) < WRONG:
        return None
    chosen = options(desk, Option((tree,), True), [Option((node,), False, (why,)) for node, why in wrong])
    sentence = say("Which formula is {derivative}?", derivative=desk.symbol(gradient_of(element)))
    return Question(
        "",
        say("Which formula"),
        (Paragraph((sentence,)),),
        (Choice(chosen),),
        (_solved(desk, element),),
    )


def missing_factor(desk: Desk) -> Iterator[Ask]:
    """Which factor is missing in the derivative by one entry of a parameter."""
    for element in shuffled(desk, parameters(desk)):
        yield Ask(partial(_among_factors, desk, element))


def _among_factors(desk: Desk, element: Element) -> Question | None:
    lines = local_lines(desk, element)
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
        wrong = apart(desk, factor, shuffled(desk, _in_its_place(desk, factor, terms)), WRONG)
        if len(wrong) < WRONG:
            continue
        gap = replace(product, factors=(*product.factors[:at], MISSING, *product.factors[at + 1 :]))
        shown = gap if len(terms) == 1 else m.Sum((*terms[:row], gap, *terms[row + 1 :]))
        chosen = options(desk, Option((factor,), True), [Option((n,), False, (why,)) for n, why in wrong])
        sentence = say("Which factor stands in the place of the question mark?")
        display = Formula(m.Display((m.Line(desk.symbol(gradient_of(element)), shown),)))
        solution = (_solved(desk, element),)
        return Question("", say("A missing factor"), (Paragraph((sentence,)), display), (Choice(chosen),), solution)
    return None


def _in_its_place(desk: Desk, factor: m.Node, terms: Sequence[m.Node]) -> Iterator[Variant]:
    """What could stand where a factor belongs: other entries, other factors, the same with another sign."""
    yield from (make() for make in siblings(desk, factor))
    for term in terms:
        for other in term.factors if isinstance(term, m.Product) else (term,):
            if not isinstance(other, m.Number):
                yield other, say("{factor} is a factor of this line, but not here.", factor=other)
    yield turned(factor)
    yield m.Product((m.Number(2), factor)), say("The factor 2 does not belong here.")
    if not isinstance(factor, m.Sum | m.Partial):
        rest = m.Sum((m.Number(1), m.Negative(factor)))
        yield rest, say("{wrong} stands where {right} belongs.", wrong=rest, right=factor)


def _solved(desk: Desk, element: Element) -> Formula:
    """The derivative in symbols."""
    return worked(desk, derivation(desk, element, False)[:2])
