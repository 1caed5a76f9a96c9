"""A network laid out in columns, with its weights on the edges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from symbp.mathtree.extent import width as em_width
from symbp.mathtree.layout import layout
from symbp.mathtree.nodes import Node
from symbp.printing.drawing.shapes import Circle, Drawing, Label, Polyline, Role, Shape

PAGE = 430.0
RADIUS = 15.0
COLUMN_GAP = 130.0
ROW_GAP = 62.0
SHOWN_UNITS = 6  # a wider layer is drawn as its first three units, dots, and the last one
SHOWN_COLUMNS = 7  # and a deeper network likewise
LABELLED_EDGES = 12  # between two columns
NARROWEST_LABELLED = 85.0
LABEL_SIZE = 9.0
ALONG = (0.3, 0.36, 0.42, 0.24, 0.5, 0.58, 0.66, 0.72)  # where on an edge its label may stand, best first


@dataclass(frozen=True)
class Column:
    """One layer: its number of units, and what stands in, below and above them; units count from 1."""

    size: int
    label: Callable[[int], Node]
    heading: str
    role: Role
    bias: Callable[[int], Node] | None = None


Weight = Callable[[int, int, int], Node | None]  # (gap from 1, to, from) -> the label of an edge


def network_drawing(columns: tuple[Column, ...], weight: Weight, title: str) -> Drawing:
    """The network as columns of units. Layers of any size cost the same: what is not shown is not asked for."""
    shown = _shown(len(columns), SHOWN_COLUMNS, 3)
    gap = min(COLUMN_GAP, (PAGE - 3 * RADIUS) / max(1, len(shown) - 1))
    tallest = max(len(_shown(c.size, SHOWN_UNITS, 3)) for c in columns)
    height = 34.0 + (tallest - 1) * ROW_GAP + 2 * RADIUS + 26.0
    placed = [
        _Placed(c, None if c is None else columns[c - 1], 1.6 * RADIUS + i * gap, height) for i, c in enumerate(shown)
    ]
    width = placed[-1].x + 1.6 * RADIUS
    edges = [_edges(a, b, weight, gap) for a, b in pairwise(placed)]
    lines = tuple(shape for group in edges for shape in group)
    units = tuple(shape for p in placed for shape in p.shapes())
    return Drawing(width, height, lines + units, title, _description(columns))


def _shown(count: int, most: int, head: int) -> tuple[int | None, ...]:
    """The numbers drawn, from 1; ``None`` stands for dots."""
    if count <= most:
        return tuple(range(1, count + 1))
    tail = most - head - 1 if most > SHOWN_UNITS else 1
    return (*range(1, head + 1), None, *range(count - tail + 1, count + 1))


def _description(columns: tuple[Column, ...]) -> str:
    counts = ", ".join(f"{c.heading}: {c.size} {'unit' if c.size == 1 else 'units'}" for c in columns)
    return f"Layers from left to right: {counts}. Every unit is connected to all units of the layer before it."


class _Placed:
    """A column at its place; the column is ``None`` where dots stand for layers left out."""

    def __init__(self, number: int | None, column: Column | None, x: float, height: float) -> None:
        self.number, self.column, self.x = number, column, x
        self.middle = (34.0 + RADIUS + height - 26.0 - RADIUS) / 2
        self.units = _shown(column.size, SHOWN_UNITS, 3) if column else (None,)

    def y(self, position: int) -> float:
        return self.middle + (position - (len(self.units) - 1) / 2) * ROW_GAP

    def places(self) -> list[tuple[int, float]]:
        return [(unit, self.y(i)) for i, unit in enumerate(self.units) if unit is not None]

    def shapes(self) -> list[Shape]:
        if self.column is None:
            return [Label(self.x, self.middle, "⋯", size=16)]
        out: list[Shape] = [Label(self.x, 10.0, self.column.heading, "text", 10.0)]
        for position, unit in enumerate(self.units):
            y = self.y(position)
            out += [Label(self.x, y, "⋮", size=16)] if unit is None else self._unit(self.column, unit, y)
        return out

    def _unit(self, column: Column, unit: int, y: float) -> list[Shape]:
        circle: list[Shape] = [Circle(self.x, y, RADIUS, column.role), Label(self.x, y, column.label(unit))]
        if column.bias is None:
            return circle
        arrow = Polyline(((self.x, y + RADIUS + 11), (self.x, y + RADIUS + 1)), arrow=True)
        return [*circle, arrow, Label(self.x, y + RADIUS + 17, column.bias(unit), "weight", LABEL_SIZE)]


def _edges(a: _Placed, b: _Placed, weight: Weight, gap: float) -> list[Shape]:
    if a.number is None or b.number is None:
        return []
    ends = [(i, j, _trimmed(a.x, y, b.x, v)) for i, y in a.places() for j, v in b.places()]
    lines: list[Shape] = [Polyline(points, arrow=True) for _, _, points in ends]
    if len(ends) > LABELLED_EDGES or gap < NARROWEST_LABELLED:
        return lines
    labels: list[Label] = []
    for i, j, points in ends:
        content = weight(a.number, j, i)
        if content is not None:
            labels.append(_edge_label(content, points, labels, [p for _, _, p in ends if p != points]))
    return [*lines, *labels]


Segment = tuple[tuple[float, float], tuple[float, float]]


def _trimmed(x: float, y: float, u: float, v: float) -> Segment:
    """The edge from rim to rim of two units."""
    length = hypot(u - x, v - y)
    dx, dy = (u - x) / length, (v - y) / length
    return (x + dx * RADIUS, y + dy * RADIUS), (u - dx * (RADIUS + 1), v - dy * (RADIUS + 1))


def _edge_label(content: Node, edge: Segment, placed: list[Label], others: list[Segment]) -> Label:
    """The label at the place along its edge where it hides least."""
    half = (em_width(layout(content)) * LABEL_SIZE / 2 + 2, LABEL_SIZE * 0.75)

    def at(t: float) -> Label:
        (x, y), (u, v) = edge
        return Label(x + t * (u - x), y + t * (v - y), content, "weight", LABEL_SIZE, cleared=True)

    def cost(t: float) -> tuple[int, int]:
        label = at(t)
        hidden = sum(abs(label.x - o.x) < 2 * half[0] and abs(label.y - o.y) < 2 * half[1] for o in placed)
        return hidden, sum(_crosses(label, half, other) for other in others)

    return at(min(ALONG, key=lambda t: (*cost(t), ALONG.index(t))))


def _crosses(label: Label, half: tuple[float, float], edge: Segment) -> bool:
    """Whether an edge runs through the box of a label: seen at its closest points to the label's centre line."""
    (x, y), (u, v) = edge
    for shift in (-half[0], 0.0, half[0]):
        t = (label.x + shift - x) / (u - x)
        if 0 <= t <= 1 and abs(y + t * (v - y) - label.y) < half[1]:
            return True
    return False
