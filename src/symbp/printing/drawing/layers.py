"""The layers of a network as boxes, from top to bottom, with branches, merges and what skips layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from symbp.mathtree.nodes import Node
from symbp.printing.drawing.layering import Edge, Graph, abridged, row_numbers, slots
from symbp.printing.drawing.placing import Lines
from symbp.printing.drawing.shapes import Drawing, Label, Outline, Polyline, Rectangle, Role, Shape, Text
from symbp.printing.drawing.strips import BESIDE, PAGE, Boxes, in_strips
from symbp.printing.drawing.words import broken, joined, listed, text_width
from symbp.wording import Message, english, say, say_many

Words: TypeAlias = Callable[[Message], str]

LOWEST = 560.0
ATTEMPTS = (  # rows and boxes in a row at most, and the room for lanes
    (12, 5, 30.0),
    (12, 5, 70.0),
    (12, 4, 120.0),
    (9, 4, 120.0),
    (9, 3, 120.0),
    (6, 3, 120.0),
)
HEADING, SMALL = 9.5, 8.5
LINE, SMALL_LINE = 11.5, 12.5
INSIDE = 6.0  # from the rim of a box to its words
NARROWEST = 56.0


@dataclass(frozen=True)
class LayerBox:
    """A layer, or a tensor: its own name, what it does, and the shape and the symbol of what it gives.

    Attributes:
        heading: What it does; with the shape it may be empty.
        more: What stands in further lines, each item in its colour.
        told: What the description says in place of the heading.
    """

    name: str
    heading: Text
    shape: str
    label: Node | None
    role: Role
    more: tuple[Lines, ...] = ()
    told: Text = ""

    @property
    def lines(self) -> tuple[Lines, ...]:
        """The lines below the heading, each of items side by side."""
        parts: tuple[tuple[Text | None, Role], ...] = ((self.label, "text"), (self.shape, "axis"))
        own: Lines = tuple((part, role) for part, role in parts if part)
        return tuple(line for line in (own, *self.more) if line)


def layers_drawing(
    boxes: tuple[LayerBox, ...], edges: tuple[Edge, ...], title: Text, words: Words = english
) -> Drawing:
    """The layers below what they come from; edges join boxes by their names, and what they skip they go around.

    A tall drawing goes on in a strip beside it. Of more than twelve rows the first and the last ones are drawn,
    and dots for the others; of more than five boxes in a row, likewise. ``words`` puts what stands in boxes into the
    language of the drawing at once, since its width decides the layout.

    Raises:
        graphlib.CycleError: The edges form a cycle.
    """
    given = Graph(tuple(box.name for box in boxes), edges, {})
    for most, across, lanes in ATTEMPTS:
        drawing = _attempt(boxes, abridged(given, most, across), lanes, title, words)
        if drawing.width <= PAGE and drawing.height <= LOWEST:
            break
    return drawing


def _attempt(boxes: tuple[LayerBox, ...], graph: Graph, lanes: float, title: Text, words: Words) -> Drawing:
    known = {box.name: box for box in boxes}
    known |= {name: LayerBox(name, words(_more(many)), "", None, "plain") for name, many in graph.hidden.items()}
    rows = slots(graph, row_numbers(graph))
    across = max(map(len, rows))
    card = _Card(known, graph, max(NARROWEST, (PAGE - lanes - (across - 1) * BESIDE) / across))
    strips = in_strips(graph, rows, Boxes(card.width, tuple(max(card.height(n) for n, _ in row) for row in rows)))
    lines = tuple(Polyline(points, arrow=True) for points in strips.edges())
    cards = tuple(shape for name, place in strips.places().items() for shape in card.shapes(name, place))
    return Drawing(strips.width, strips.height, (*lines, *cards), title, _description(graph, known))


def _more(hidden: tuple[str, ...]) -> Message:
    return say("… {count} more …", count=len(hidden))


class _Card:
    """What all boxes have in common: their width, and how their words stand in them."""

    def __init__(self, known: dict[str, LayerBox], graph: Graph, room: float) -> None:
        self.boxes = {name: known[name] for name in graph.names}
        self.hidden = graph.hidden
        self.lines = {name: broken(box.heading, room - 2 * INSIDE, HEADING) for name, box in self.boxes.items()}
        words = [text_width(line, HEADING) for lines in self.lines.values() for line in lines]
        self.width = max(
            NARROWEST, 2 * INSIDE + max((*words, *(_wide(line) for box in self.boxes.values() for line in box.lines)))
        )

    def height(self, name: str) -> float:
        return 6.0 + LINE * len(self.lines[name]) + SMALL_LINE * len(self.boxes[name].lines)

    def shapes(self, name: str, place: tuple[tuple[float, float], float]) -> list[Shape]:
        """A box around its middle, of the height of its row."""
        (x, y), height = place
        box, lines = self.boxes[name], self.lines[name]
        outline: Outline = "dashed" if name in self.hidden else "round"
        out: list[Shape] = [Rectangle(x - self.width / 2, y - height / 2, self.width, height, box.role, outline)]
        top = y + 3.0 - self.height(name) / 2
        out += [Label(x, top + LINE * (i + 0.5), line, size=HEADING) for i, line in enumerate(lines)]
        top += LINE * len(lines)
        for i, items in enumerate(box.lines):
            out += _side_by_side(items, x - _wide(items) / 2, top + SMALL_LINE * (i + 0.5))
        return out


def _wide(items: Lines) -> float:
    """The width of items side by side."""
    return sum(text_width(content, SMALL) for content, _ in items) + SMALL * (len(items) - 1)


def _side_by_side(items: Lines, left: float, y: float) -> list[Shape]:
    out: list[Shape] = []
    for content, role in items:
        wide = text_width(content, SMALL)
        out.append(Label(left + wide / 2, y, content, role, SMALL))
        left += wide + SMALL
    return out


def _named(box: LayerBox) -> Text:
    """What the description calls a box."""
    told = box.told or box.heading
    return say("{name}: {heading}", name=box.name, heading=told) if told else box.name


def _description(graph: Graph, known: dict[str, LayerBox]) -> Message:
    """The boxes in their order, each with what it comes from."""
    titles: dict[str, Text] = {
        name: say_many(len(many), "one layer that is not drawn", "{count} layers that are not drawn")
        for name, many in graph.hidden.items()
    }
    told: list[Text] = []
    for name in graph.names:
        box = known[name]
        parts: list[Text] = [part for part in (box.label, box.shape) if part]
        title = titles.get(name) or _named(box)
        before = [titles.get(a, a) for a in graph.before(name)]
        if before:
            parts.append(say("from {boxes}", boxes=joined(tuple(before))))
        told += ["; "] if told else []
        told += listed([title, *parts])
    return say("The boxes from top to bottom. {boxes}.", boxes=tuple(told))
