"""A network laid out in columns: its weights on the edges, in symbols or with their numbers and gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import hypot

from symbp.mathtree.nodes import Node
from symbp.printing.drawing.placing import Box, Lines, Segment, around, extent, on_lines, stacked
from symbp.printing.drawing.shapes import Blank, Circle, Drawing, Label, Polyline, Role, Shape, Text
from symbp.printing.drawing.words import listed, sentences, text_width
from symbp.wording import Message, say, say_many

PAGE = 430.0
TALLEST = 500.0
RADIUS = 15.0
SHOWN_UNITS = 6  # a wider layer is drawn as its first three units, dots, and the last one
SHOWN_COLUMNS = 7  # and a deeper network likewise
LABELLED_EDGES, LABELLED_OF_MANY = 16, 12  # between two columns; where one of them is abridged
NARROWEST_LABELLED = 85.0  # from one column to the next
LABEL_SIZE = 9.0
NUMBER_SIZE = 8.5
ABOVE = RADIUS + 8.0  # from the middle of a unit to its value
BELOW = RADIUS + 17.0  # and to its bias
TOP = 34.0
ROOMS = ((130.0, 62.0), (150.0, 77.0), (185.0, 90.0), (185.0, 110.0), (185.0, 140.0))  # between columns and rows


@dataclass(frozen=True)
class Column:
    """One layer: its number of units, and what stands in, above and below them; units count from 1.

    Attributes:
        label: What stands in a unit.
        heading: The words above the column.
        bias: What stands below a unit, at an arrow to it, in lines.
        value: The number above a unit.
    """

    size: int
    label: Callable[[int], Node]
    heading: Text
    role: Role
    bias: Callable[[int], Lines] | None = None
    value: Callable[[int], Node] | None = None


Weight = Callable[[int, int, int], Lines]  # (gap from 1, to, from) -> what stands on an edge, in lines


def network_drawing(columns: tuple[Column, ...], weight: Weight, title: Text) -> Drawing:
    """The network as columns of units. Layers of any size cost the same: what is not shown is not asked for.

    Between two columns with too many edges, or where there is no room for what stands on them, it is left out.
    """
    pages = [_Page(columns, weight, *room) for room in ROOMS]
    roomy = [p for p in pages if not p.is_crowded] or pages[-1:]
    fitting = [p for p in roomy if p.height <= TALLEST] or roomy[:1]
    page = next((p for p in fitting if None not in p.labels), fitting[0])
    edges = tuple(Polyline(line, arrow=True) for lines in page.edges for line in lines)
    labels = tuple(shape for found in page.labels for shape in found or ())
    return Drawing(page.width, page.height, (*edges, *labels, *page.units()), title, _description(columns))


def is_labelled(drawing: Drawing) -> bool:
    """Whether anything stands on the edges of a network."""
    return _on_edges(drawing) > 0


def is_labelled_throughout(drawing: Drawing) -> bool:
    """Whether something stands on every edge that is drawn."""
    lines = [s.points for s in drawing.shapes if isinstance(s, Polyline)]
    return _on_edges(drawing) == sum(line[0][0] != line[-1][0] for line in lines)


def _on_edges(drawing: Drawing) -> int:
    """On how many edges something stands."""
    columns = {shape.x for shape in drawing.shapes if isinstance(shape, Circle)}
    blanks = (s.x + s.width / 2 for s in drawing.shapes if isinstance(s, Blank))
    return sum(min(abs(x - column) for column in columns) > 1 for x in blanks)


def _shown(count: int, most: int, head: int) -> tuple[int | None, ...]:
    """The numbers drawn, from 1; ``None`` stands for dots."""
    if count <= most:
        return tuple(range(1, count + 1))
    tail = most - head - 1 if most > SHOWN_UNITS else 1
    return (*range(1, head + 1), None, *range(count - tail + 1, count + 1))


def _description(columns: tuple[Column, ...]) -> Message:
    """The layers, and the values of their units; of a wide layer those that are drawn."""
    layers = listed(say_many(c.size, "{layer}: one unit", "{layer}: {count} units", layer=c.heading) for c in columns)
    told = [
        say("Layers from left to right: {layers}.", layers=layers),
        say("Every unit is connected to all units of the layer before it."),
    ]
    for column in columns if len(columns) <= SHOWN_COLUMNS else ():
        if column.value is not None:
            values = (column.value(u) for u in _shown(column.size, SHOWN_UNITS, 3) if u is not None)
            told.append(say("Values of {layer}: {values}.", layer=column.heading, values=listed(values)))
    return sentences(told)


class _Page:
    """A network with its columns and rows so far apart."""

    def __init__(self, columns: tuple[Column, ...], weight: Weight, gap: float, row: float) -> None:
        self.columns, self.weight, self.row = columns, weight, row
        shown = _shown(len(columns), SHOWN_COLUMNS, 3)
        self.tallest = max(len(_shown(c.size, SHOWN_UNITS, 3)) for c in columns)
        self.placed = [_Placed(c, None if c is None else columns[c - 1], self) for c in shown]
        self.margin = max(1.6 * RADIUS, *(p.half_width + 2 for p in self.placed))
        self.gap = min(gap, (PAGE - 2 * self.margin) / max(1, len(shown) - 1))
        self.width = 2 * self.margin + (len(shown) - 1) * self.gap
        for i, placed in enumerate(self.placed):
            placed.x = self.margin + i * self.gap

    @cached_property
    def above(self) -> float:
        """From the middle of the uppermost unit to what is above it."""
        return RADIUS + (NUMBER_SIZE + 4.0 if any(c.value for c in self.columns) else 0.0)

    @cached_property
    def height(self) -> float:
        below = max(p.below for p in self.placed)
        return TOP - RADIUS + self.above + (self.tallest - 1) * self.row + below

    @property
    def middle(self) -> float:
        return TOP - RADIUS + self.above + (self.tallest - 1) * self.row / 2

    @cached_property
    def edges(self) -> list[tuple[Segment, ...]]:
        """The edges between neighbouring columns."""
        return [tuple(_trimmed(*ends) for _, _, ends in _pairs(a, b)) for a, b in pairwise(self.placed)]

    @cached_property
    def labels(self) -> list[tuple[Shape, ...] | None]:
        """What stands on the edges between neighbouring columns; ``None`` where there is no room for it."""
        return [self._labels(a, b, edges) for (a, b), edges in zip(pairwise(self.placed), self.edges, strict=True)]

    def _labels(self, a: _Placed, b: _Placed, edges: tuple[Segment, ...]) -> tuple[Shape, ...] | None:
        most = LABELLED_OF_MANY if None in (*a.units, *b.units) else LABELLED_EDGES
        if not 0 < len(edges) <= most or a.number is None or self.gap < NARROWEST_LABELLED:
            return ()
        every = [self.weight(a.number, to, source) for source, to, _ in _pairs(a, b)]
        wanted = [(lines, edge) for lines, edge in zip(every, edges, strict=True) if lines]
        sizes = [_padded(extent(lines, self.label_size)) for lines, _ in wanted]
        places = on_lines(sizes, [edge for _, edge in wanted], [*a.boxes, *b.boxes])
        if places is None:
            return None
        found = zip(wanted, places, strict=True)
        return tuple(shape for (lines, _), at in found for shape in stacked(lines, *at, self.label_size))

    @property
    def label_size(self) -> float:
        return NUMBER_SIZE if any(c.value for c in self.columns) else LABEL_SIZE

    @property
    def is_crowded(self) -> bool:
        """Whether what is at one unit touches what is at another."""
        return any(p.is_crowded for p in self.placed)

    def units(self) -> Iterator[Shape]:
        return (shape for p in self.placed for shape in p.shapes())


def _padded(size: tuple[float, float]) -> tuple[float, float]:
    return size[0] + 2, size[1] + 1


Ends = tuple[float, float, float, float]


def _pairs(a: _Placed, b: _Placed) -> list[tuple[int, int, Ends]]:
    """Every pair of units of two columns, from and to, with their places; none where dots stand for a column."""
    return [(i, j, (a.x, y, b.x, v)) for i, y in a.places() for j, v in b.places()]


class _Placed:
    """A column at its place; the column is ``None`` where dots stand for layers left out."""

    def __init__(self, number: int | None, column: Column | None, page: _Page) -> None:
        self.number, self.column, self.page, self.x = number, column, page, 0.0
        self.units = _shown(column.size, SHOWN_UNITS, 3) if column else ()
        self.biases = {u: column.bias(u) for u in self.units if u is not None and column and column.bias}
        self.values = {u: column.value(u) for u in self.units if u is not None and column and column.value}

    @cached_property
    def half_width(self) -> float:
        """Half the width of the widest text at a unit."""
        widths = [extent(lines, NUMBER_SIZE)[0] for lines in self.biases.values()]
        return max((*widths, *(text_width(v, NUMBER_SIZE) for v in self.values.values())), default=0.0) / 2

    @cached_property
    def below(self) -> float:
        """From the middle of a unit to the lower end of what is at it."""
        heights = [extent(lines, NUMBER_SIZE)[1] for lines in self.biases.values()]
        return BELOW - NUMBER_SIZE / 2 + max(heights) + 4 if heights else RADIUS + 4

    def y(self, position: int) -> float:
        return self.page.middle + (position - (len(self.units) - 1) / 2) * self.page.row

    def places(self) -> list[tuple[int, float]]:
        return [(unit, self.y(i)) for i, unit in enumerate(self.units) if unit is not None]

    @property
    def boxes(self) -> list[Box]:
        """What labels on edges may not touch."""
        size = 2 * RADIUS
        return [box for unit, y in self.places() for box in (around(self.x, y, (size, size)), *self._boxes(unit, y))]

    def _boxes(self, unit: int, y: float) -> Iterator[Box]:
        if unit in self.values:
            yield around(self.x, y - ABOVE, (text_width(self.values[unit], NUMBER_SIZE), NUMBER_SIZE))
        if unit in self.biases:
            width, height = extent(self.biases[unit], NUMBER_SIZE)
            yield around(self.x, y + BELOW + (height - NUMBER_SIZE) / 2, (width, height))

    @property
    def is_crowded(self) -> bool:
        """Whether what is below a unit touches what is above the next."""
        found = [list(self._boxes(unit, y)) for unit, y in self.places()]
        return any(a.touches(b) for upper, lower in pairwise(found) for a in upper for b in lower)

    def shapes(self) -> list[Shape]:
        if self.column is None:
            return [Label(self.x, self.page.middle, "⋯", size=16)]
        out: list[Shape] = [Label(self.x, 10.0, self.column.heading, "text", 10.0)]
        for position, unit in enumerate(self.units):
            y = self.y(position)
            out += [Label(self.x, y, "⋮", size=16)] if unit is None else self._unit(self.column, unit, y)
        return out

    def _unit(self, column: Column, unit: int, y: float) -> list[Shape]:
        out: list[Shape] = [Circle(self.x, y, RADIUS, column.role), Label(self.x, y, column.label(unit))]
        if unit in self.values:
            out.append(Label(self.x, y - ABOVE, self.values[unit], "value", NUMBER_SIZE, cleared=True))
        if unit in self.biases:
            lines = self.biases[unit]
            middle = y + BELOW + (extent(lines, NUMBER_SIZE)[1] - NUMBER_SIZE) / 2
            out += [Polyline(((self.x, y + RADIUS + 11), (self.x, y + RADIUS + 1)), arrow=True)]
            out += stacked(lines, self.x, middle, NUMBER_SIZE)
        return out


def _trimmed(x: float, y: float, u: float, v: float) -> Segment:
    """The edge from rim to rim of two units."""
    length = hypot(u - x, v - y)
    dx, dy = (u - x) / length, (v - y) / length
    return (x + dx * RADIUS, y + dy * RADIUS), (u - dx * (RADIUS + 1), v - dy * (RADIUS + 1))
