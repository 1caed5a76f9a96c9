"""A partial derivative as nested sums: one sum for each layer that fans out, however many paths there are.

The factors stand in the order from the weight to the loss, so that each sum runs over all that follows it and
needs no parentheses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import sympy

from symbp import mathtree as m
from symbp.program import Program
from symbp.views.naming import LOSS, Naming
from symbp.views.scalar import Element, Link, Scalar, ScalarView

LETTERS = "kjilpqrstuvgh"  # of the indices, from the weight to the loss
Positions = tuple[int | m.Index, ...]


@dataclass(frozen=True)
class _Place:
    """An element of a tensor at positions some of which are indices, and one such element to look at."""

    sample: Element
    positions: Positions


def treats_units_alike(program: Program) -> bool:
    """Whether one element of a tensor stands for all: no window, no part of a tensor, no condition on positions."""
    for equation in program.equations():
        if any(g.relation != "!=" for g in equation.guards):
            return False
        for access in (equation.lhs, *equation.accesses_read()):
            if any(p.index is None and not any(True for _ in p.reads()) for p in access.indices):
                return False
    return True


def nested_sums(view: ScalarView, naming: Naming, element: Element) -> m.Node:
    """dL/d(element) as sums of products of the derivatives along the way, in index notation.

    The sum for an index is found from one element that stands for all: layers treat their units alike.
    """
    place = _Place(element, naming.places(element))
    by_layers = replace(naming, numbering="layers")
    return _nested(view, by_layers, place, iter(_letters()))


def _letters() -> Iterator[str]:
    yield from LETTERS
    count = 1
    while True:
        yield f"k{count}"
        count += 1


def _nested(view: ScalarView, naming: Naming, place: _Place, letters: Iterator[str]) -> m.Node:
    terms: list[m.Node] = []
    groups: dict[str, list[Link]] = {}
    every = view.links(place.sample)
    for link in every:
        if link.of is None and len(every) > 1:
            terms.append(m.from_sympy(link.local, lambda s: _symbol(naming, place, s)))
        elif link.of is None:
            terms.append(m.Partial(LOSS, naming.at(place.sample.tensor, place.positions)))
        else:
            groups.setdefault(link.of.tensor, []).append(link)
    for links in groups.values():
        terms.append(_summed(view, naming, place, links, letters))
    return terms[0] if len(terms) == 1 else m.Sum(tuple(terms))


def _symbol(naming: Naming, place: _Place, symbol: sympy.Symbol) -> m.Symbol:
    """A scalar of what the loss itself adds: the weight in the derivative of its penalty."""
    assert isinstance(symbol, Scalar)
    if symbol.element == place.sample:
        return naming.at(place.sample.tensor, place.positions)
    return naming.symbol(symbol.element)


def _summed(view: ScalarView, naming: Naming, place: _Place, links: list[Link], letters: Iterator[str]) -> m.Node:
    """The sum over the elements of one tensor that an element acts on."""
    of = [link.of for link in links if link.of is not None]
    bounds: list[m.Bound] = []
    positions: list[int | m.Index] = []
    for axis in range(len(of[0].index)):
        values = {e.index[axis] for e in of}
        if len(values) > 1:
            index = m.Index(next(letters))
            bounds.append(m.Bound(index, m.Number(1), m.Number(len(values))))
            positions.append(index)
        else:
            positions.append(_carried(place, axis, of[0].index[axis]))
    next_place = _Place(of[-1], tuple(positions))
    factor = m.Partial(naming.at(of[0].tensor, next_place.positions), naming.at(place.sample.tensor, place.positions))
    rest = _nested(view, naming, next_place, letters)
    body = m.Product((factor, *(rest.factors if isinstance(rest, m.Product) else (rest,))))
    return m.BigSum(tuple(bounds), body) if bounds else body


def _carried(place: _Place, axis: int, value: int) -> int | m.Index:
    """A position that an element hands on: its own index on that axis, where the same unit or sample is meant."""
    if axis < len(place.positions) and place.sample.index[axis] == value:
        return place.positions[axis]
    return value + 1
