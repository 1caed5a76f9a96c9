"""Mistakes with sums: over paths, over samples, over steps, over places."""

from __future__ import annotations

from collections.abc import Iterator

from symbp.equation import Affine, Index, Size
from symbp.mistakes.changing import Way, last, only, other_than
from symbp.mistakes.recurrences import carried
from symbp.mistakes.slip import Slip
from symbp.wording import Message, say

MOST_UNITS = 4  # units that a path is lost through, each by itself
JACOBIANS = {"e", "d", "mu", "v", "s"}  # letters of softmax and normalisation, which have mistakes of their own


def lost_path(way: Way) -> Iterator[Slip]:
    """One of several ways from a quantity to the loss left out."""
    through_time = carried(way)
    for adjoint, links in way.to.items():
        if len(links) < 2 or way.letter(adjoint) in JACOBIANS or way.is_parameter(way.of(adjoint)):
            continue
        for link in links:
            if link not in through_time:
                told = say(
                    "The path from {of} through {through} is missing.",
                    of=way.named(way.of(adjoint)),
                    through=way.named(link.forward.target),
                )
                yield way.slip(adjoint, told, {link.backward: None})


def shared_once(way: Way) -> Iterator[Slip]:
    """A parameter that is used in several places, with the gradient of one of them."""
    for adjoint, links in way.to.items():
        uses = [k for k in links if k.forward.target != way.program.output]
        if way.is_parameter(way.of(adjoint)) and len(uses) > 1:
            for link in uses:
                told = say(
                    "Of {parameter}, which is used several times, the use in {through} is missing.",
                    parameter=way.named(way.of(adjoint)),
                    through=way.named(link.forward.target),
                )
                yield way.slip(adjoint, told, {link.backward: None})


def lost_unit(way: Way) -> Iterator[Slip]:
    """A sum over the units of the next layer of which one is left out, or only one is kept."""
    for link in way.links:
        if way.is_parameter(way.of(link.target)) or link in way.at_the_loss:
            continue
        for index in link.backward.over:
            if isinstance(index.extent, Size) or index.extent < 2:
                continue
            named = {"of": way.named(way.of(link.target)), "through": way.named(link.forward.target)}
            for place in range(index.extent) if index.extent <= MOST_UNITS else ():
                told = say("The path from {of} through unit {unit} of {through} is missing.", unit=place + 1, **named)
                yield way.slip(link.target, told, {link.backward: link.only_where(other_than(index, place))})
            for place in dict.fromkeys((0, index.extent - 1)):
                told = say(
                    "Only the path from {of} through unit {unit} of {through} is there.", unit=place + 1, **named
                )
                if index.extent > 2:
                    yield way.slip(link.target, told, {link.backward: link.only_where(only(index, place))})


def batch_sum(way: Way) -> Iterator[Slip]:
    """The gradient of one sample in place of the sum over all."""
    yield from _one_of(way, "N", 0, say("Of the sum over the samples only the first is there."))
    yield from _one_of(way, "N", -1, say("Of the sum over the samples only the last is there."))


def time_sum(way: Way) -> Iterator[Slip]:
    """The gradient of one step in place of the sum over all: a variable overwritten where it should be added to."""
    for name in (name for name in way.program.sizes if name != "N"):
        yield from _one_of(way, name, 0, say("Of the sum over the steps only the first is there."))
        yield from _one_of(way, name, -1, say("Of the sum over the steps only the last is there."))


def _one_of(way: Way, size: str, place: int, told: Message) -> Iterator[Slip]:
    """Each gradient with one term of its sum over a run-time size."""
    for adjoint, links in way.to.items():
        if not way.is_parameter(way.of(adjoint)):
            continue
        exchange = {}
        for link in links:
            index = next((i for i in _summed(link.backward.over, link.scan) if _length(i) == size), None)
            if index is not None:
                exchange[link.backward] = link.only_where(only(index, Affine.of(0) if place == 0 else last(index)))
        if exchange:
            yield way.slip(adjoint, told, exchange)


def _summed(over: tuple[Index, ...], scan: Index | None) -> tuple[Index, ...]:
    return (*over, scan) if scan is not None else over


def _length(index: Index) -> str:
    return index.extent.name if isinstance(index.extent, Size) else ""


def place_sum(way: Way) -> Iterator[Slip]:
    """The gradient of a kernel from one place of the image in place of the sum over all."""
    for link in way.at_parameters:
        places = [i for i in link.backward.over if not isinstance(i.extent, Size) and i.extent > 1]
        if places:
            told = say("Of the sum over the places only the first is there.")
            yield way.slip(link.target, told, {link.backward: link.only_where(*(only(i, 0) for i in places))})
