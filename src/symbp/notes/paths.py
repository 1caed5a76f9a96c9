"""One weight's paths to the loss, drawn: the graph of a small network faint, what the weight acts on in colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import sympy

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.errors import SizeError
from symbp.mathtree.extent import height
from symbp.mathtree.layout import layout
from symbp.notes.graph import graph_columns, graph_edges
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Figure
from symbp.printing.drawing import Factor, GraphNode, Paths, paths_drawing
from symbp.printing.drawing.placing import Lines
from symbp.printing.drawing.shapes import Role
from symbp.printing.drawing.words import text_width
from symbp.views.scalar import Element, Link, Scalar, value_of
from symbp.wording import say

MOST_PICTURES = 3  # of the notes: of the last, the first and one layer between
MOST_FACTORS, MOST_COLUMNS, MOST_IN_COLUMN = 16, 7, 5
DIGITS = 3
WIDEST_FACTOR = 46.0  # of a formula on an edge
LOSS = Element("L")
ROLES: dict[str, Role] = {"x": "input", "yhat": "output", "L": "plain"}


def paths_of(subject: Subject, tensor: str, chosen: Sequence[Element]) -> Iterator[Block]:
    """The picture for the parameters of a tensor that are told in full, if it has one.

    It is that of the first weight of its layer; of many layers the last, the first and one between them have one.
    """
    first: dict[int | None, Element] = {}
    for element in chosen:
        if element.index:
            first.setdefault(subject.tensor(element.tensor).layer, element)
    every = list(first.values())
    few = every if len(every) <= MOST_PICTURES else (every[0], every[len(every) // 2], every[-1])
    for element in few:
        if element.tensor == tensor:
            yield from _highlighted(subject, element)


def _highlighted(subject: Subject, element: Element) -> Iterator[Block]:
    """The paths from a parameter to the loss, where they are few and there is room for their factors."""
    try:
        found = _Found(subject, element)
        arrangements = tuple(found.arrangements()) if found.links else ()
    except SizeError:
        return
    title = say("The paths from {weight} to the loss", weight=subject.naming.symbol(element))
    for columns in arrangements:
        drawing = paths_drawing(found.paths(columns), title)
        if drawing is not None:
            caption = say(
                "The paths from {weight} to the loss. On each edge stands the derivative of what it leads to by what "
                "it comes from; along a path they are multiplied, and the products of all paths are added.",
                weight=subject.naming.symbol(element),
            )
            yield Figure(drawing, (caption,))
            return


@dataclass(frozen=True)
class _Found:
    """What lies between a parameter and the loss."""

    subject: Subject
    element: Element

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Every factor on a path, each once, from the parameter on.

        Raises:
            SizeError: there are too many.
        """
        waiting, seen = [self.element], {self.element}
        out: list[Link] = []
        while waiting:
            for link in self.subject.view.links(waiting.pop(0)):
                out.append(link)
                if link.of not in (None, LOSS) and link.of not in seen:  # at the loss every path ends
                    seen.add(link.of)
                    waiting.append(link.of)
            if len(out) > MOST_FACTORS:
                raise SizeError("too many factors for a picture")
        return tuple(out)

    @cached_property
    def marked(self) -> dict[Element, int]:
        """What lies on paths, and the length of the longest way to it."""
        place = {self.element: 0}
        changed = True
        while changed:
            changed = False
            for link in self.links:
                further = place[link.by] + 1 if link.by in place else 0
                if further > place.get(link.of or LOSS, -1):
                    place[link.of or LOSS] = further
                    changed = True
        return place

    def arrangements(self) -> Iterator[tuple[tuple[Element, ...], ...]]:
        """The columns of the picture, best first: the whole graph, or what lies on paths alone."""
        columns = graph_columns(self.subject) if self.subject.regular else ()
        every = {element for column in columns for element in column}
        if columns and set(self.marked) - {self.element} <= every:
            yield self._with_parameter(list(columns))
        last = max(self.marked.values())
        alone = tuple(tuple(e for e, at in self.marked.items() if at == i) for i in range(last + 1))
        if len(alone) <= MOST_COLUMNS and max(map(len, alone)) <= MOST_IN_COLUMN:
            yield alone

    def _with_parameter(self, columns: list[tuple[Element, ...]]) -> tuple[tuple[Element, ...], ...]:
        """The columns with the parameter in the one before what it acts on: above the others, or below them.

        What the paths pass by is left out, such as the shares of a softmax that the loss has taken in.
        """
        acts_on = next(link.of or LOSS for link in self.links)
        at = next(i for i, column in enumerate(columns) if acts_on in column)
        before, upper = columns[at - 1], 2 * columns[at].index(acts_on) < len(columns[at])
        columns[at - 1] = (self.element, *before) if upper else (*before, self.element)
        return tuple(column for i, column in enumerate(columns) if i < at or set(column) & set(self.marked))

    def paths(self, columns: tuple[tuple[Element, ...], ...]) -> Paths:
        drawn = frozenset(element for column in columns for element in column)
        beside = drawn > set(self.marked)
        edges = graph_edges(self.subject, columns, drawn - {self.element}) if beside else ()
        nodes = tuple(tuple(self._node(element) for element in column) for column in columns)
        return Paths(nodes, edges, tuple(map(self._factor, self.links)), str(self.element))

    def _node(self, element: Element) -> GraphNode:
        naming, values = self.subject.naming, self.subject.values
        gradient = None
        if element == self.element:
            gradient = m.Number(values[adjoint_name(element.tensor)][element.index], DIGITS)
        role: Role = "plain" if element == self.element else ROLES.get(element.tensor, "hidden")
        return GraphNode(str(element), naming.symbol(element), None, gradient, role)

    def _factor(self, link: Link) -> Factor:
        number = m.Number(value_of(link.local, self.subject.values), DIGITS)
        choices: tuple[Lines, ...] = (((number, "gradient"),),)
        formula = next((f for f in map(self._formula, (link.raw, link.local)) if _is_short(f)), None)
        told: m.Node = number
        if formula is not None and not isinstance(formula, m.Number):
            told = m.Comparison(formula, "=", number)
            choices = (((formula, "gradient"), (number, "gradient")), *choices)
        return Factor(str(link.by), str(link.of or LOSS), choices, told)

    def _formula(self, expression: sympy.Expr) -> m.Node:
        def symbol(s: sympy.Symbol) -> m.Node:
            assert isinstance(s, Scalar)
            return self.subject.naming.symbol(s.element)

        return m.from_sympy(expression, symbol)


def _is_short(formula: m.Node) -> bool:
    """Whether a formula is one narrow line, without fractions."""
    return height(layout(formula)) < 2 and text_width(formula, 8.0) <= WIDEST_FACTOR
