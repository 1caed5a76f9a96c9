"""Rows of boxes on a page: in one strip from top to bottom, or in strips beside one another."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from symbp.printing.drawing.layering import Edge, Graph, Slot, crossing, row_numbers
from symbp.printing.drawing.routes import DOOR, FIRST_TRACK, RIM, TRACK, Routes, Rows, Side, Stop

PAGE = 430.0
TALL = 320.0  # what is taller is drawn in strips, where a single edge joins them
MOST_STRIPS = 3
WORTH = 0.7  # the height of strips that are worth their edges, compared to that of one
BESIDE = 16.0  # between two boxes of a row
GUTTER = 30.0  # between two strips
MARGIN = 2.0

Point = tuple[float, float]
SlotRows = tuple[tuple[Slot, ...], ...]
Doors = tuple[tuple[str, Side], ...]


def in_strips(graph: Graph, rows: SlotRows, boxes: Boxes) -> Strips:
    """The graph in the fewest strips that are not tall; where more strips would hardly be lower, in one."""
    choices = [Strips(graph, rows, boxes, cuts) for cuts in _choices(graph, rows)]
    low = [choice for choice in choices if choice.height <= TALL and choice.width <= PAGE]
    worth = [c for c in choices if c.height <= WORTH * choices[0].height and c.width <= PAGE]
    return (*low, *worth, *choices)[0]


def _choices(graph: Graph, rows: SlotRows) -> list[tuple[int, ...]]:
    """Where to cut for one strip, for two and for three: as evenly as the cuts allow."""
    numbers = row_numbers(graph)
    cuts = [above for above in range(1, len(rows)) if _is_cut(graph, numbers, rows, above)]
    out: list[tuple[int, ...]] = []
    for strips in range(1, MOST_STRIPS + 1):
        ideal = [len(rows) * i / strips for i in range(1, strips)]
        chosen = sorted({min(cuts, key=lambda cut: (abs(cut - at), -cut)) for at in ideal if cuts})
        lowest = [max(numbers[b] for _, b in crossing(graph, numbers, cut)) for cut in chosen]
        if len(chosen) == strips - 1 and all(low < cut for low, cut in zip(lowest, chosen[1:], strict=False)):
            out.append(tuple(chosen))
    return out


def _is_cut(graph: Graph, numbers: dict[str, int], rows: SlotRows, above: int) -> bool:
    """Whether a strip may end: below a box alone in its row, from which all edges go on, to the first of later rows."""
    edges = crossing(graph, numbers, above)
    alone = len(rows[above - 1]) == len(rows[above]) == 1
    return alone and all(a == rows[above - 1][0][0] and rows[numbers[b]][0][0] == b for a, b in edges)


@dataclass(frozen=True)
class Boxes:
    """The width of all boxes, and the height of those in each row."""

    width: float
    heights: tuple[float, ...]


class Strips:
    """The strips from left to right; the size of all of them, the middles of the boxes, the lines of the edges."""

    def __init__(self, graph: Graph, rows: SlotRows, boxes: Boxes, cuts: tuple[int, ...]) -> None:
        numbers = row_numbers(graph)
        self.joints = [crossing(graph, numbers, cut) for cut in cuts]
        ends: list[Doors] = [tuple((b, -1) for _, b in joint) for joint in self.joints]
        starts: list[Doors] = [((joint[0][0], 1),) for joint in self.joints]
        self.strips: list[Strip] = []
        for (first, last), into, out in zip(pairwise((0, *cuts, len(rows))), [(), *ends], [*starts, ()], strict=True):
            left = self.strips[-1].right + GUTTER if self.strips else MARGIN
            self.strips.append(Strip(graph, rows[first:last], boxes, left, (*into, *out)))
        self.width = self.strips[-1].right + MARGIN
        self.height = max(strip.bottom for strip in self.strips) + MARGIN

    def places(self) -> dict[str, tuple[Point, float]]:
        """The middle of each box, and its height."""
        return {name: place for strip in self.strips for name, place in strip.places().items()}

    def edges(self) -> list[tuple[Point, ...]]:
        inner = [strip.line(edge) for strip in self.strips for edge in strip.edges]
        pairs = zip(pairwise(self.strips), self.joints, strict=True)
        return inner + [_between(a, b, edge) for (a, b), joint in pairs for edge in joint]


class Strip:
    """Some rows of the graph at their place, from ``left`` to the right."""

    def __init__(self, graph: Graph, rows: SlotRows, boxes: Boxes, left: float, doors: Doors) -> None:
        above = rows[0][0][1]
        slots = tuple(tuple((name, row - above) for name, row in each) for each in rows)
        self.numbers: dict[str, int] = {}
        for name, row in (slot for each in slots for slot in each):
            self.numbers.setdefault(name, row)
        self.edges = tuple((a, b) for a, b in graph.edges if a in self.numbers and b in self.numbers)
        self.x = {
            slot: (i - (len(each) - 1) / 2) * (boxes.width + BESIDE) for each in slots for i, slot in enumerate(each)
        }
        names = tuple(name for name in graph.names if name in self.numbers)
        self.routes = Routes(Rows(Graph(names, self.edges, {}), self.numbers, slots, self.x, boxes.width / 2, doors))
        self.shift = left - self.routes.left()
        self.heights = boxes.heights[above : above + len(slots)]
        self.right = self.routes.right() + self.shift
        self.tops = [MARGIN]
        for height, gap in zip(self.heights, self.routes.gaps, strict=False):
            self.tops.append(self.tops[-1] + height + gap)
        self.bottom = self.tops[-1] + self.heights[-1]

    def places(self) -> dict[str, tuple[Point, float]]:
        """The middle of each box, and its height."""
        return {
            name: (self.at(Stop(self.x[name, row], row, "box", 0.5)), self.heights[row])
            for name, row in self.numbers.items()
        }

    def line(self, edge: Edge) -> tuple[Point, ...]:
        """The edge from rim to rim."""
        return tuple(self.at(stop) for stop in self.routes.stops(edge))

    def at(self, stop: Stop) -> Point:
        """The point of a stop."""
        height = self.heights[stop.row]
        below = {"box": stop.at * height, "above": -RIM, "track": height + FIRST_TRACK + stop.at * TRACK}
        return stop.x + self.shift, self.tops[stop.row] + below[stop.where]


def _between(a: Strip, b: Strip, edge: Edge) -> tuple[Point, ...]:
    """The edge from the last box of a strip to a box of the strip beside it."""
    start, end = a.at(a.routes.door(edge[0], 1, DOOR)), b.at(b.routes.door(edge[1], -1, DOOR, RIM))
    middle = a.right + GUTTER / 2
    return start, (middle, start[1]), (middle, end[1]), end
