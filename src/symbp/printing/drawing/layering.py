"""A directed acyclic graph in rows: every node below all that it comes from, and what is too much left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import product
from typing import TypeAlias

Edge: TypeAlias = tuple[str, str]
Slot: TypeAlias = tuple[str, int]  # a node, and one of the rows that it takes

TAILS = (3, 4, 2)  # how many rows are kept at the end of a deep graph; best first


@dataclass(frozen=True)
class Graph:
    """Nodes in their order and the edges between them; ``hidden`` names what each node of dots stands for."""

    names: tuple[str, ...]
    edges: tuple[Edge, ...]
    hidden: dict[str, tuple[str, ...]]

    def before(self, name: str) -> tuple[str, ...]:
        return tuple(a for a, b in self.edges if b == name)

    def after(self, name: str) -> tuple[str, ...]:
        return tuple(b for a, b in self.edges if a == name)


def row_numbers(graph: Graph) -> dict[str, int]:
    """The row of each node: one below the lowest that it comes from; a further input right above where it goes.

    Raises:
        graphlib.CycleError: The graph has a cycle.
    """
    before: dict[str, list[str]] = {name: [] for name in graph.names}
    for a, b in graph.edges:
        before[b].append(a)
    rows: dict[str, int] = {}
    for name in TopologicalSorter(before).static_order():
        rows[name] = 1 + max((rows[a] for a in before[name]), default=-1)
    for name in graph.names:
        if not before[name]:
            rows[name] = min((rows[b] - 1 for b in graph.after(name)), default=0)
    return rows


def crossing(graph: Graph, rows: dict[str, int], above: int) -> tuple[Edge, ...]:
    """The edges from the first ``above`` rows to the others."""
    return tuple((a, b) for a, b in graph.edges if rows[a] < above <= rows[b])


def _sources(graph: Graph, rows: dict[str, int], above: int) -> int:
    return len({a for a, _ in crossing(graph, rows, above)})


def abridged(graph: Graph, most: int, across: int) -> Graph:
    """The graph with dots in place of the rows in the middle of a deep one, and of the middle of wide rows."""
    return _narrowed(_shortened(graph, most), across)


def _shortened(graph: Graph, most: int) -> Graph:
    """The graph in at most so many rows, cut where the edges come from the fewest nodes: between blocks."""
    rows = row_numbers(graph)
    count = max(rows.values()) + 1
    if count <= most:
        return graph
    head, tail = min(
        ((most - 1 - tail - fewer, tail) for fewer, tail in product(range(min(4, most - 5)), TAILS)),
        key=lambda ends: _sources(graph, rows, ends[0]) + _sources(graph, rows, count - ends[1]),
    )
    return _contracted(graph, lambda name: "rows" if head <= rows[name] < count - tail else None)


def _narrowed(graph: Graph, across: int) -> Graph:
    rows = row_numbers(graph)
    groups: dict[str, str] = {}
    for row in range(max(rows.values()) + 1):
        names = [name for name in graph.names if rows[name] == row and name not in graph.hidden]
        if len(names) > across:
            groups |= dict.fromkeys(names[across - 2 : -1], f"row {row}")
    return _contracted(graph, groups.get)


def _contracted(graph: Graph, group: Callable[[str], str | None]) -> Graph:
    """The graph with one node of dots for each group, at the place of its first node."""
    groups: dict[str, list[str]] = {}
    for name in graph.names:
        key = group(name)
        if key is not None:
            groups.setdefault(key, []).append(name)
    stands = {name: " ".join(("…", *names)) for names in groups.values() for name in names}
    names = tuple(dict.fromkeys(stands.get(name, name) for name in graph.names))
    edges = tuple(dict.fromkeys((stands.get(a, a), stands.get(b, b)) for a, b in graph.edges))
    hidden = {stands[names[0]]: tuple(names) for names in groups.values()}
    return Graph(names, tuple((a, b) for a, b in edges if a != b), graph.hidden | hidden)


def slots(graph: Graph, rows: dict[str, int]) -> tuple[tuple[Slot, ...], ...]:
    """The rows from left to right. A branch that ends early keeps its place in the rows until it is merged."""
    last = dict(rows)
    for name in graph.names:
        after = graph.after(name)
        if len(after) == 1:
            last[name] = rows[after[0]] - 1
    place: dict[str, float] = {}
    out: list[tuple[Slot, ...]] = []
    for row in range(max(rows.values()) + 1):
        names = [name for name in graph.names if rows[name] <= row <= last[name]]
        order = sorted(names, key=lambda name: _middle(graph, name, place))
        place |= {name: i - (len(order) - 1) / 2 for i, name in enumerate(order)}
        out.append(tuple((name, row) for name in order))
    return tuple(out)


def _middle(graph: Graph, name: str, place: dict[str, float]) -> float:
    """Where a node would stand straight below what it comes from, or below itself in the row before."""
    if name in place:
        return place[name]
    above = [place[a] for a in graph.before(name)]
    return sum(above) / len(above) if above else 0.0
