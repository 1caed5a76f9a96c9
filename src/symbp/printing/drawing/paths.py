"""The paths from one quantity to the loss in a computational graph: in colour, with a factor on each edge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from symbp.printing.drawing.graph import GraphNode
from symbp.printing.drawing.placing import Box, Lines, Point, Segment, around, extent, on_lines, stacked
from symbp.printing.drawing.shapes import Drawing, Label, Polyline, Rectangle, Role, Shape, Text
from symbp.printing.drawing.words import listed, sentences, text_width
from symbp.wording import Message, say

PAGE = 452.0
BOX = (32.0, 22.0)
WIDEST_GAP = 100.0
ROW_GAPS = (46.0, 60.0, 78.0, 96.0)
TALLEST = 420.0
SIZE, SYMBOL = 8.0, 11.0
MARGIN = 2.0
BELOW = 15.0  # from the rim of the first box to the result below it


@dataclass(frozen=True)
class Factor:
    """An edge on a path: its ends by their names, and what may stand on it, best first.

    ``told`` says in words what the factor is.
    """

    start: str
    end: str
    choices: tuple[Lines, ...]
    told: Text


@dataclass(frozen=True)
class Paths:
    """A computational graph with the paths from one of its nodes.

    Attributes:
        columns: Its nodes from left to right; the gradient of the first node of the paths stands below it.
        edges: All edges, by the names of their ends; those on paths need not be among them.
        factors: The edges on paths.
        first: The name of the node from which they lead.
    """

    columns: tuple[tuple[GraphNode, ...], ...]
    edges: tuple[tuple[str, str], ...]
    factors: tuple[Factor, ...]
    first: str


def paths_drawing(paths: Paths, title: Text) -> Drawing | None:
    """The graph with its paths; ``None`` where there is no room for a factor on each edge."""
    most = max(len(f.choices) for f in paths.factors)
    for choice, row in product(range(most), ROW_GAPS):
        page = _Page(paths, row)
        labels = page.labels(choice)
        if page.height > TALLEST or labels is None or page.is_crossed:
            continue
        shapes = (*page.faint(), *page.marked(), *page.nodes(), *labels)
        return Drawing(page.width, page.height, shapes, title, _description(paths))
    return None


class _Page:
    """The graph with its rows so far apart."""

    def __init__(self, paths: Paths, row: float) -> None:
        self.paths = paths
        columns = len(paths.columns)
        results = (n.gradient for column in paths.columns for n in column if n.name == paths.first and n.gradient)
        margin = max([MARGIN, *((text_width(result, SIZE) - BOX[0]) / 2 + 1 for result in results)])
        gap = min(WIDEST_GAP, (PAGE - BOX[0] - 2 * margin) / max(1, columns - 1))
        tallest = max(map(len, paths.columns))
        self.width = BOX[0] + 2 * margin + (columns - 1) * gap
        self.height = (tallest - 1) * row + BOX[1] + 2 * BELOW
        self.at: dict[str, Point] = {
            node.name: (
                margin + BOX[0] / 2 + i * gap,
                self.height / 2 + (j - (len(column) - 1) / 2) * row,
            )
            for i, column in enumerate(paths.columns)
            for j, node in enumerate(column)
        }
        self.on_paths = {name for f in paths.factors for name in (f.start, f.end)}

    def _segment(self, start: str, end: str) -> Segment:
        (x, y), (u, v) = self.at[start], self.at[end]
        return (x + BOX[0] / 2, y), (u - BOX[0] / 2 - 1, v)

    @property
    def _boxes(self) -> dict[str, Box]:
        return {name: around(*place, BOX) for name, place in self.at.items()}

    @property
    def is_crossed(self) -> bool:
        """Whether an edge on a path runs through the box of a node that it does not join."""
        return any(
            box.crossed_by(self._segment(f.start, f.end))
            for f in self.paths.factors
            for name, box in self._boxes.items()
            if name not in (f.start, f.end)
        )

    def labels(self, choice: int) -> tuple[Shape, ...] | None:
        """The factors on their edges, each told so; ``None`` where there is no room."""
        chosen = [f.choices[min(choice, len(f.choices) - 1)] for f in self.paths.factors]
        sizes = [extent(lines, SIZE) for lines in chosen]
        edges = [self._segment(f.start, f.end) for f in self.paths.factors]
        places = on_lines([(w + 2, h + 1) for w, h in sizes], edges, [*self._boxes.values(), *self._result_box()])
        if places is None:
            return None
        return tuple(s for lines, at in zip(chosen, places, strict=True) for s in stacked(lines, *at, SIZE))

    def _result_box(self) -> Iterator[Box]:
        for label in self._result():
            yield around(label.x, label.y, (extent(((label.content, label.role),), SIZE)[0], SIZE))

    def _result(self) -> Iterator[Label]:
        """The derivative that the paths sum to, below the node from which they lead."""
        for node in (node for column in self.paths.columns for node in column):
            if node.name == self.paths.first and node.gradient is not None:
                x, y = self.at[node.name]
                yield Label(x, y + BOX[1] / 2 + 9, node.gradient, "gradient", SIZE, cleared=True)

    def faint(self) -> Iterator[Shape]:
        marked = {(f.start, f.end) for f in self.paths.factors}
        for edge in self.paths.edges:
            if edge not in marked:
                yield Polyline(self._segment(*edge), "faint")

    def marked(self) -> Iterator[Shape]:
        for f in self.paths.factors:
            yield Polyline(self._segment(f.start, f.end), "gradient", arrow=True, line="thick")

    def nodes(self) -> Iterator[Shape]:
        for node in (node for column in self.paths.columns for node in column):
            x, y = self.at[node.name]
            on_path = node.name in self.on_paths
            role: Role = node.role if on_path else "faint"
            yield Rectangle(x - BOX[0] / 2, y - BOX[1] / 2, *BOX, role)
            yield Label(x, y, node.label, "text" if on_path else "axis", SYMBOL)
        yield from self._result()


def _description(paths: Paths) -> Message:
    """The edges on paths with their factors."""
    known = {node.name: node for column in paths.columns for node in column}
    first = known[paths.first]
    steps = listed(
        say("from {start} to {end}: {factor}", start=known[f.start].label, end=known[f.end].label, factor=f.told)
        for f in paths.factors
    )
    told: list[Text] = [
        say("The paths from {first} to the loss, with the factor of each edge.", first=first.label),
        say("{steps}.", steps=steps),
    ]
    if first.gradient is not None:
        told.append(say("The sum over all paths is {gradient}.", gradient=first.gradient))
    return sentences(told)
