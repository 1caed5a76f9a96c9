"""What the kinds of questions share: elements that can be asked for, what is known, tolerances, values of mistakes."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import mpmath
import sympy

from symbp import mathtree as m
from symbp.functions import Elementary, Prime
from symbp.mathtree.nodes import Inline
from symbp.mistakes import Seed
from symbp.notes.known import Padded
from symbp.printing.document import Block, Formula, Paragraph
from symbp.sheets.desk import Desk, gradient_of
from symbp.sheets.question import Number, Option, Question
from symbp.views.chain_lines import is_short
from symbp.views.scalar import Element, scalars
from symbp.wording import Message, listed, say

SHARE = mpmath.mpf("0.002")  # of a value, by which an answer may always be off
LARGEST_SHARE = mpmath.mpf("0.02")  # where rounding is worth more, something else is asked for
SAFETY = 3  # times the error of somebody who rounds every step
DOUBLED = 2  # times what all told values together make of their missing digits
HALF_A_DIGIT = mpmath.mpf("5e-5")  # the largest share that the fifth digit of a value is
APART = mpmath.mpf("2.5")  # tolerances between two values that must not be taken for one another
MOST_WRONG = 4
MOST_IN_FULL = 5  # terms of which the chain rule is written down
MOST_MADE = 8  # mistakes that are tried
MOST_TOLD = 16  # values of intermediate quantities
MOST_TERMS = 9  # of a sum that is worked by hand
Group: TypeAlias = Literal["numbers", "choices"]


@dataclass(frozen=True)
class Ask:
    """A question that can be asked.

    Attributes:
        build: Makes it; none if its numbers do not suit.
        asks: The elements whose values are the answer: no other question may tell them.
        tells: The elements whose values it tells.
    """

    build: Callable[[], Question | None]
    asks: frozenset[Element] = frozenset()
    tells: frozenset[Element] = frozenset()


@dataclass(frozen=True)
class Kind:
    """A kind of question.

    Attributes:
        key: Its name in records and in answer keys.
        group: Whether numbers are to be computed, or something is to be chosen.
        points: What it counts.
        asks: The questions of this kind that can be asked at a desk, in random order.
    """

    key: str
    group: Group
    points: int
    asks: Callable[[Desk], Iterator[Ask]]


def shuffled(desk: Desk, items: Iterable[Any]) -> list[Any]:
    """The items in random order."""
    found = list(items)
    desk.random.shuffle(found)
    return found


# What is known.


def computed(desk: Desk, elements: Iterable[Element]) -> frozenset[Element]:
    """The elements that must be told because they are not among the numbers that the sheet begins with."""
    return frozenset(e for e in elements if not desk.is_given(e))


def known(desk: Desk, tells: Iterable[Element]) -> tuple[Inline, ...]:
    """A sentence that says what some elements are worth; nothing where there are none.

    Raises:
        CheckFailed: one is worth something else.
    """
    told = sorted(tells)
    if not told:
        return ()
    lines = [m.Line(desk.symbol(e), desk.subject.number(e)) for e in told]
    for line in lines:
        desk.subject.show([line])
    values = [m.Comparison(line.left, "=", line.right) for line in lines if line.left is not None]
    return say("It is known that {values}.", values=listed(values)), " "


def reads(desk: Desk, element: Element, depth: int) -> frozenset[Element]:
    """What the derivative by an element is computed from, some levels deep: adjoints, what local derivatives read."""
    found: set[Element] = set()
    for link in desk.subject.view.links(element):
        found |= {s.element for s in scalars(link.local)}
        if link.of is not None and depth > 1:
            found |= reads(desk, link.of, depth - 1)
        elif link.of is not None:
            found.add(gradient_of(link.of))
    return computed(desk, found)


PATHS = 99  # levels: down to the loss
TABULATED = ("erf", "normal_cdf")  # functions that no pocket calculator has


def on_calculator(expression: sympy.Expr) -> bool:
    """Whether a pocket calculator has every function of a formula."""
    return not any(node.func.__name__ in TABULATED for node in expression.atoms(Elementary, Prime))


def fits(desk: Desk, element: Element, depth: int) -> bool:
    """Whether a derivative can be worked on a pocket calculator, so many levels deep."""
    return all(
        on_calculator(link.local) and (depth == 1 or link.of is None or fits(desk, link.of, depth - 1))
        for link in desk.subject.view.links(element)
    )


def is_deep(desk: Desk, element: Element) -> bool:
    """Whether a derivative can be worked by hand along every path from the loss."""
    return is_short(desk.subject.view, element) and fits(desk, element, PATHS)


def reads_far(desk: Desk, element: Element) -> frozenset[Element]:
    """The same as deep as few values have to be told: along every path from the loss, if that can be worked."""
    if is_deep(desk, element):
        return reads(desk, element, PATHS)
    deep = reads(desk, element, 2)
    return deep if len(deep) <= MOST_TOLD and fits(desk, element, 2) else reads(desk, element, 1)


def workable(desk: Desk, element: Element) -> bool:
    """Whether the derivative by an element can be worked by hand, and is not zero."""
    gradient = gradient_of(element)
    if gradient.tensor not in desk.chain or gradient.tensor not in desk.subject.numbers:
        return False
    few = 0 < len(desk.subject.view.links(element)) <= MOST_TERMS
    return few and bool(desk.exact(gradient)) and fits(desk, element, 1)


def parameters(desk: Desk) -> Iterator[Element]:
    """The entries of parameters whose derivative can be worked."""
    for tensor in desk.subject.base.start.of_role("parameter"):
        yield from (e for e in desk.subject.elements(tensor.name) if workable(desk, e))


# Answers.


def tolerance(exact: Any, rough: Any, told: Any = 0) -> Any:
    """How far an answer may be off; none if rounding would be worth more than a little.

    Args:
        rough: What somebody finds who rounds every step.
        told: By how much the digits may be off that a question does not tell.
    """
    with mpmath.workdps(15):
        error = max(SHARE * abs(exact), SAFETY * abs(exact - rough), DOUBLED * told)
        return error if 0 < error <= LARGEST_SHARE * abs(exact) else None


def wobble(desk: Desk, formula: m.Node, tells: Iterable[Element]) -> Any:
    """By how much a formula may be off because the values in it are told with few digits."""
    symbols, partials = desk.subject.symbols, desk.subject.partials
    exact, total = m.value(formula, desk.environment), mpmath.mpf(0)
    for element in sorted(tells):
        name, value = desk.symbol(element), desk.exact(element) * (1 + HALF_A_DIGIT)
        if isinstance(name, m.Partial):
            environment = m.Environment(symbols, ChainMap({(name.of, name.wrt): value}, partials))  # type: ignore[arg-type]
        else:
            environment = m.Environment(Padded({**symbols, name: value}, symbols.places), partials)
        total += abs(m.value(formula, environment) - exact)
    return total


def derivation(desk: Desk, element: Element, deep: bool) -> list[m.Line]:
    """The lines of a derivative; where it has many terms, from the local derivatives on."""
    found = list(desk.subject.partial(element).lines(deep=deep))
    if _begins_with_factors(desk, element) and len(desk.subject.view.links(element)) > MOST_IN_FULL:
        return [replace(found[1], left=found[0].left), *found[2:]]
    return found


def in_symbols(desk: Desk, element: Element, lines: Sequence[m.Line]) -> m.Node:
    """The line of a derivation that has the local derivatives in it."""
    few = len(desk.subject.view.links(element)) <= MOST_IN_FULL
    return lines[1 if few and _begins_with_factors(desk, element) else 0].right


def _begins_with_factors(desk: Desk, element: Element) -> bool:
    """Whether the derivation begins with the chain rule: something stands between the element and the loss."""
    return any(link.of is not None for link in desk.subject.view.links(element))


def number(
    desk: Desk, label: Inline, exact: Any, rough: Any, wrong: Iterable[tuple[Any, Message]] = (), told: Any = 0
) -> Number | None:
    """A number that is asked for, with what mistakes give; none if rounding would be worth too much."""
    allowed = tolerance(exact, rough, told)
    if allowed is None:
        return None
    return Number(label, exact, desk.subject.digits, allowed, tuple(distinct(exact, allowed, wrong, MOST_WRONG)))


def are_apart(one: Any, other: Any, allowed: Any) -> bool:
    """Whether nobody takes one value for the other: neither within what is allowed, nor with rounded digits."""
    return bool(abs(one - other) > APART * max(allowed, SHARE * max(abs(one), abs(other))))


def distinct(
    exact: Any, allowed: Any, wrong: Iterable[tuple[Any, Message]], most: int
) -> Iterator[tuple[Any, Message]]:
    """The wrong values that are far from the right one and from one another."""
    seen = [exact]
    for value, why in wrong:
        if len(seen) > most:
            return
        if mpmath.isfinite(value) and value and all(are_apart(value, other, allowed) for other in seen):
            seen.append(value)
            yield value, why


def mistaken(
    desk: Desk, element: Element, tells: Iterable[Element], most: int = MOST_MADE
) -> Iterator[tuple[Any, Message]]:
    """What mistakes of the table make of an element's value, each with what is wrong; in random order."""
    for value, seed in mistakes(desk, element, tells, most):
        yield value, seed.told


def mistakes(desk: Desk, element: Element, tells: Iterable[Element], most: int) -> Iterator[tuple[Any, Seed]]:
    """The same with the mistakes: those that leave alone what a question tells."""
    name, told = element.tensor, {e.tensor for e in tells}
    able = [seed for seed in desk.problem.seeds if name in seed.changed and not told & seed.changed]
    exact = desk.exact(element)
    found = 0
    for seed in shuffled(desk, able):
        value = mpmath.mpf(float(desk.wrong(seed, name)[element.index]))
        if mpmath.isfinite(value) and abs(value - exact) > SHARE * abs(exact):
            yield value, seed
            found += 1
        if found == most:
            return


def options(desk: Desk, right: Option, wrong: Sequence[Option]) -> tuple[Option, ...]:
    """The options in random order."""
    return tuple(shuffled(desk, [right, *wrong]))


def asked(desk: Desk, tells: Iterable[Element], sentence: Message) -> tuple[Block, ...]:
    """What is known, and what is asked."""
    return (Paragraph((*known(desk, tells), sentence)),)


def worked(desk: Desk, lines: Iterable[m.Line], env: m.Environment | None = None) -> Formula:
    """Lines of a solution, each evaluated.

    Raises:
        CheckFailed: one does not hold.
    """
    return Formula(desk.subject.show(lines, env=env))
