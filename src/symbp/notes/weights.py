"""One weight in full: the derivative by a parameter along its paths to the loss, with the numbers and the check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, repeat

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.errors import SizeError
from symbp.notes.chosen import MOST_KINDS, MOST_LAYERS
from symbp.notes.forward import MOST_IN_WINDOW
from symbp.notes.levels import Shown, in_levels
from symbp.notes.lines import index_lines, indices_of, power_of_ten
from symbp.notes.paths import paths_of
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Paragraph
from symbp.views.chain_lines import is_short
from symbp.views.naming import LOSS
from symbp.views.scalar import Element, Link, value_of
from symbp.wording import Message, say

MOST_BETWEEN = 6  # layers behind a weight of a chain: with more its paths are not written out
MOST_IN_FULL = 12  # parameters: a network with more shows one weight and one bias of each layer


def weights_in_full(subject: Subject) -> Iterator[Block]:
    """All parameters, or some that stand for the others, each with its chain rule, numbers and check."""
    chosen = tuple(_chosen(subject))
    yield Paragraph((_which(subject, chosen),))
    levels: Iterator[Shown] = chain((2,), repeat(1))
    for tensor in dict.fromkeys(e.tensor for e in chosen):
        lines: list[m.Line] = []
        if not subject.regular and subject.tensor(tensor).shape:
            lines += index_lines(subject, adjoint_name(tensor), say("chain rule"))
        for element in (e for e in chosen if e.tensor == tensor):
            lines += _one_in_full(subject, element)
            lines[-1] = replace(lines[-1], check=_check_text(subject, element))
        name = adjoint_name(tensor)
        yield in_levels(subject.show(lines, subject.numbers[name], indices_of(subject, name)), next(levels), others=0)
        yield from paths_of(subject, tensor, chosen)


def _count(subject: Subject) -> int:
    return sum(len(subject.elements(t.name)) for t in subject.derivation.start.of_role("parameter"))


def _is_short(subject: Subject, element: Element) -> bool:
    """Whether all paths to a parameter can be told."""
    try:
        return is_short(subject.view, element)
    except SizeError:
        return False


def _one_in_full(subject: Subject, element: Element) -> Iterator[m.Line]:
    """The derivative by one parameter: factor by factor, or as the sum that it is where that has many terms."""
    if subject.regular:
        between = subject.layers - (subject.tensor(element.tensor).layer or 0)
        yield from subject.partial(element).lines(deep=between <= MOST_BETWEEN)
        return
    links = subject.view.links(element)
    if len(links) <= MOST_IN_WINDOW:
        yield from subject.partial(element).lines(deep=_is_short(subject, element))
        return
    terms = tuple(_term(subject, link) for link in links)
    left = m.Partial(LOSS, subject.naming.symbol(element))
    yield m.Line(left, m.Sum(terms), remark=(say("{number} terms, in numbers", number=len(terms)),))
    yield m.Line(None, m.Box(subject.number(Element(adjoint_name(element.tensor), element.index))))


def _term(subject: Subject, link: Link) -> m.Node:
    """What one quantity that a parameter acts on adds to its derivative, in numbers."""
    factor = m.Number(value_of(link.local, subject.values), subject.digits)
    if link.of is None:
        return factor
    heard = _number_of(subject, link.of)
    return heard if link.local == 1 else m.Product((heard, factor))


def _number_of(subject: Subject, of: Element) -> m.Number:
    return subject.number(Element(adjoint_name(of.tensor), of.index))


def _which(subject: Subject, chosen: tuple[Element, ...]) -> Message:
    if len(chosen) == _count(subject):
        return say("Every parameter, with every path from the loss to it.")
    if not subject.regular:
        return say(
            "One entry of each parameter, from the derivatives by what it acts on; where few paths lead from the loss "
            "to it, along each of them. The others go the same way."
        )
    if subject.layers <= MOST_LAYERS:
        return say(
            "One weight and one bias of each layer, with every path from the loss to it; the others go the same way."
        )
    if subject.layers > MOST_BETWEEN + 1:
        return say(
            "One weight and one bias of the last layers, with every path from the loss to it, and of the first layer, "
            "from its error signal; the others go the same way."
        )
    return say(
        "One weight and one bias of the last layers and of the first, with every path from the loss to it; the others "
        "go the same way."
    )


def _chosen(subject: Subject) -> Iterator[Element]:
    """All parameters of a small network, from the last layer to the first; else one of each tensor."""
    tensors = [t for t in subject.derivation.start.of_role("parameter") if adjoint_name(t.name) in subject.numbers]
    total = sum(len(subject.elements(t.name)) for t in tensors)
    layers = sorted({t.layer or 0 for t in tensors}, reverse=True)
    for layer in (
        layers
        if len(layers) <= (MOST_LAYERS if subject.regular else MOST_KINDS)
        else (layers[0], layers[1], layers[-1])
    ):
        for tensor in tensors:
            if (tensor.layer or 0) == layer:
                every = subject.elements(tensor.name)
                yield from every if total <= MOST_IN_FULL else every[:1]


def _check_text(subject: Subject, element: Element) -> Message:
    return say("rel. error {bound}", bound=power_of_ten(subject.bound(element.tensor)))
