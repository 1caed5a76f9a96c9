"""A computational graph: a box for each node, its value above it and its gradient below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symbp.mathtree.nodes import Node
from symbp.printing.drawing.shapes import Drawing, Label, Polyline, Rectangle, Role, Shape, Text
from symbp.printing.drawing.words import listed, narrowed, sentences
from symbp.wording import Message, say

PAGE = 440.0
BOX = (36.0, 24.0)
ROW_GAP = 74.0
WIDEST_GAP = 86.0
SMALL = 8.0


@dataclass(frozen=True)
class GraphNode:
    """A quantity with its forward value and the gradient of the loss by it; either may be missing."""

    name: str
    label: Node
    value: Node | None = None
    gradient: Node | None = None
    role: Role = "plain"


def graph_drawing(
    columns: tuple[tuple[GraphNode, ...], ...], edges: tuple[tuple[str, str], ...], title: Text
) -> Drawing:
    """The graph in columns, from left to right; edges join nodes by their names."""
    gap = min(WIDEST_GAP, (PAGE - BOX[0] - 20) / max(1, len(columns) - 1))
    tallest = max(map(len, columns))
    height = tallest * ROW_GAP + 4
    at: dict[str, tuple[float, float]] = {}
    shapes: list[Shape] = []
    for i, column in enumerate(columns):
        for j, node in enumerate(column):
            x = BOX[0] / 2 + 14 + i * gap
            y = height / 2 + (j - (len(column) - 1) / 2) * ROW_GAP
            at[node.name] = (x, y)
            shapes += _node(node, x, y, gap)
    width = BOX[0] + 28 + (len(columns) - 1) * gap
    lines = tuple(_edge(at[a], at[b]) for a, b in edges)
    return Drawing(width, height, (*lines, *shapes), title, _description(columns))


def _node(node: GraphNode, x: float, y: float, gap: float) -> list[Shape]:
    out: list[Shape] = [
        Rectangle(x - BOX[0] / 2, y - BOX[1] / 2, *BOX, node.role),
        Label(x, y, node.label, size=11.0),
    ]
    for content, role, dy in _numbers(node):
        out.append(Label(x, y + dy, narrowed(content, gap - 3, SMALL), role, SMALL, cleared=True))
    return out


def _numbers(node: GraphNode) -> Iterator[tuple[Node, Role, float]]:
    """The value above a box and the gradient below it, and how far from its middle."""
    if node.value is not None:
        yield node.value, "value", -BOX[1] / 2 - 8
    if node.gradient is not None:
        yield node.gradient, "gradient", BOX[1] / 2 + 9


def _edge(a: tuple[float, float], b: tuple[float, float]) -> Polyline:
    return Polyline(((a[0] + BOX[0] / 2, a[1]), (b[0] - BOX[0] / 2 - 1, b[1])), arrow=True)


def _description(columns: tuple[tuple[GraphNode, ...], ...]) -> Message:
    """The nodes in their order, each with its value and its gradient."""
    told: list[Text] = [say("A computational graph, from left to right; a gradient is that of the loss.")]
    for node in (node for column in columns for node in column):
        parts: list[Text] = [node.label]
        if node.value is not None:
            parts.append(say("value {number}", number=node.value))
        if node.gradient is not None:
            parts.append(say("gradient {number}", number=node.gradient))
        told.append(say("{node}.", node=listed(parts)))
    return sentences(told)
