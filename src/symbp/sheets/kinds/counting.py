"""Whole numbers: parameters, paths, terms of a derivative, places of a window."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import prod

from symbp import mathtree as m
from symbp.layers import Conv2d
from symbp.mathtree.nodes import Inline
from symbp.network import Network
from symbp.notes.exercises.counting import COUNT, is_plain_window, pair, parameter_count_lines
from symbp.printing.document import Block, Formula, Paragraph
from symbp.sheets.asking import Ask, parameters, shuffled
from symbp.sheets.desk import Desk, gradient_of
from symbp.sheets.question import Number, Question
from symbp.views.scalar import Element
from symbp.wording import Message, listed, say, say_many

MOST_PATHS_COUNTED = 12
MOST_COUNTED = 8  # parameters whose sizes are added in a line


def whole(label: Inline, value: int, *wrong: tuple[int, Message]) -> Number:
    """A whole number that is asked for, and what mistakes give."""
    seen: dict[int, Message] = {}
    for other, why in wrong:
        if other != value and other > 0:
            seen.setdefault(other, why)
    return Number(label, value, len(str(value)), 0, tuple(seen.items()))


def parameter_count(desk: Desk) -> Iterator[Ask]:
    """How many numbers the network learns."""
    tensors = desk.problem.pattern.base.start.of_role("parameter")
    if 1 < len(tensors) <= MOST_COUNTED:
        yield Ask(partial(_parameters, desk))


def _parameters(desk: Desk) -> Question:
    about = desk.problem.pattern
    tensors = about.derivation.start.of_role("parameter")
    sizes = {t.name: prod(e for e in t.shape if isinstance(e, int)) for t in tensors}
    total = sum(sizes.values())
    vectors = sum(sizes[t.name] for t in tensors if len(t.shape) == 1)
    units = sum(t.shape[0] for t in tensors if len(t.shape) == 1 and isinstance(t.shape[0], int))
    wrong = [
        (total - vectors, say("The biases are not counted.")),
        (units, say("These are the units, and not the weights.")),
        (total - sizes[tensors[-1].name], say("The last parameter is not counted.")),
    ]
    name = say("parameters")
    lines = parameter_count_lines(about)
    named = listed([about.index_naming.whole(t.name) for t in tensors])
    solution: tuple[Block, ...] = (
        Paragraph((say("One term for each of {tensors}:", tensors=named),)),
        Formula(about.show(lines, env=m.Environment({COUNT: total}))),
    )
    text: tuple[Block, ...] = (Paragraph((say("How many parameters does the network have in all?"),)),)
    return Question("", say("Counting parameters"), text, (whole(name, total, *wrong),), solution)


def path_count(desk: Desk) -> Iterator[Ask]:
    """How many paths lead from the loss to one entry of a parameter."""
    view = desk.subject.view
    for element in shuffled(desk, parameters(desk)):
        if 1 < view.path_count(element) <= MOST_PATHS_COUNTED:
            yield Ask(partial(_paths, desk, element))


def _paths(desk: Desk, element: Element) -> Question:
    view = desk.subject.view
    count, links = view.path_count(element), view.links(element)
    direct = tuple(view.path_count(link.of) if link.of is not None else 1 for link in links)
    symbol = desk.symbol(element)
    wrong = [
        (len(links), say("These are the quantities that it acts on directly.")),
        (1, say("This is one path; there are others.")),
        (count + len(links), say("Paths are counted, and not the steps of a path.")),
    ]
    sentence = say(
        "How many paths lead from the loss to {symbol}, through single quantities of the network?", symbol=symbol
    )
    said = say_many(
        len(links),
        "It acts on one quantity directly; as many paths lead to it as to that:",
        "It acts on {count} quantities directly; the paths to each of them add up:",
    )
    shown = m.Sum(tuple(map(m.Number, direct))) if len(direct) > 1 else m.Number(count)
    lines = [m.Line(PATHS, shown)] + ([m.Line(None, m.Number(count))] if len(direct) > 1 else [])
    solution = (Paragraph((said,)), Formula(desk.subject.show(lines, env=m.Environment({PATHS: count}))))
    return Question(
        "", say("Counting paths"), (Paragraph((sentence,)),), (whole(say("paths"), count, *wrong),), solution
    )


PATHS = m.Symbol("p")


def term_count(desk: Desk) -> Iterator[Ask]:
    """On how many quantities one entry of a parameter acts: so many terms has the derivative by it."""
    for element in shuffled(desk, parameters(desk)):
        if len(desk.subject.view.links(element)) > 1:
            yield Ask(partial(_terms, desk, element))


def _terms(desk: Desk, element: Element) -> Question:
    links = desk.subject.view.links(element)
    symbol = desk.symbol(element)
    count = len(links)
    wrong = [
        (1, say("The same weight is used several times, and each use counts.")),
        (count + 1, say("This is one too many.")),
        (count * 2, say("Each use is counted twice.")),
    ]
    sentence = say(
        "How many terms does {derivative} have, one for each quantity that {symbol} acts on directly?",
        derivative=desk.symbol(gradient_of(element)),
        symbol=symbol,
    )
    reached = [desk.symbol(link.of) for link in links if link.of is not None]
    told = say("{symbol} acts on {quantities}.", symbol=symbol, quantities=listed(reached))
    return Question(
        "",
        say("How often a weight acts"),
        (Paragraph((sentence,)),),
        (whole(say("terms"), count, *wrong),),
        (Paragraph((told,)),),
    )


def window_sizes(desk: Desk) -> Iterator[Ask]:
    """How many rows a convolution gives, and in how many places each of its weights acts."""
    network = desk.problem.about.network
    if not isinstance(network, Network):
        return
    numbers = [k for k, layer in enumerate(network.layers, 1) if is_plain_window(layer)]
    for number in shuffled(desk, numbers):
        layer = network.layers[number - 1]
        assert isinstance(layer, Conv2d)
        yield Ask(partial(_windows, desk, number, layer))


def _windows(desk: Desk, number: int, layer: Conv2d) -> Question | None:
    about = desk.problem.about
    network = about.network
    assert isinstance(network, Network)
    (read,), given = network.inputs(number), network.shapes[number]
    sides = [e for e in given[1:] if isinstance(e, int)]
    first = [e for e in read[1:] if isinstance(e, int)]
    kernel, stride, padding = (pair(v)[0] for v in (layer.kernel, layer.stride, layer.padding))
    if (first[0] + 2 * padding - kernel) % stride:
        return None
    rows = m.Symbol("r")
    padded = m.Product((m.Number(2), m.Number(padding)), "dot")
    reached = m.Sum((m.Number(first[0]), padded, m.Negative(m.Number(kernel))))
    lines = [
        m.Line(rows, m.Sum((m.Quotient(reached, m.Number(stride)), m.Number(1)))),
        m.Line(None, m.Number(sides[0])),
    ]
    wrong = [
        (sides[0] - 1, say("One is missing: the first place counts as well.")),
        (first[0], say("This is what the layer reads.")),
        (first[0] - kernel + 1, say("The padding or the stride is forgotten.")),
    ]
    places = prod(sides)
    slips = [
        (sides[0], say("These are the places of one row alone.")),
        (prod(first), say("These are the pixels that the layer reads.")),
    ]
    sentence = say(
        "Layer {number} of the whole network is a convolution with a kernel of {kernel} rows, the stride {stride} and "
        "a padding of {padding}. It reads {read} rows and as many columns. How many rows {rows} does it give, and in "
        "how many places of one image does each weight of a kernel act?",
        number=number, kernel=kernel, stride=stride, padding=padding, read=first[0], rows=rows,
    )  # fmt: skip
    answers = (whole(rows, sides[0], *wrong), whole(say("places"), places, *slips))
    solution = (
        Formula(about.show(lines, env=m.Environment({rows: sides[0]}))),
        Paragraph((say("Each weight acts at every one of the {places} places.", places=places),)),
    )
    return Question("", say("Windows"), (Paragraph((sentence,)),), answers, solution)
