"""Edges at right angles between boxes in rows: straight down, over a track between two rows, or around in a lane.

Heights are not known before it is known how many tracks lie between the rows. A route is therefore made of
stops, whose height is a place by name, and becomes a line when the heights are there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import inf
from typing import Literal, TypeAlias

from symbp.printing.drawing.layering import Edge, Graph, Slot

Side: TypeAlias = Literal[-1, 1]  # left, right

GAP = 16.0  # between two rows, with at most one track in it
FIRST_TRACK, TRACK = 7.0, 6.0
FIRST_LANE, LANE = 11.0, 8.0
PORT = 9.0  # from one arrow into the top of a box to the next
DOOR = "door"  # the port of the edge from one strip to the next
CORNER = 4.0  # and stays so far from its corners
RIM = 1.0  # an arrow ends this far before the rim


@dataclass(frozen=True)
class Stop:
    """A point of a route: in a row a part of the way down a box, above its boxes, or on a track below them."""

    x: float
    row: int
    where: Literal["box", "above", "track"]
    at: float = 0.0


@dataclass(frozen=True)
class Hop:
    """A piece of an edge within one gap, from one x to another; the last one enters the top of a box."""

    edge: Edge
    gap: int
    start: float
    end: float
    enters: bool = False


@dataclass(frozen=True)
class Lane:
    """A vertical line beside the rows, along which edges of one source go around boxes."""

    source: str
    targets: tuple[str, ...]
    side: Side
    x: float
    span: tuple[float, float]


@dataclass(frozen=True)
class Rows:
    """Boxes of one width in rows, centred at ``x``; the edges among them, and at which sides a strip is entered."""

    graph: Graph
    numbers: dict[str, int]
    slots: tuple[tuple[Slot, ...], ...]
    x: dict[Slot, float]
    half: float
    doors: tuple[tuple[str, Side], ...] = ()

    def outermost(self, name: str, side: Side) -> bool:
        """Whether nothing stands beside a box, so that an edge may leave it there."""
        row = self.slots[self.numbers[name]]
        return row[0 if side < 0 else -1][0] == name

    def reach(self, first: int, last: int) -> float:
        """How far the boxes of some rows reach from the middle, to either side."""
        return max(abs(self.x[slot]) for row in self.slots[first : last + 1] for slot in row) + self.half


class Routes:
    """The edges of some rows as stops, with the tracks and lanes that they need."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.lanes = _lanes(rows)
        hops = [hop for edge in rows.graph.edges for hop in self._hops(edge)]
        self.hops, merged = _with_ports(rows, hops)
        self.tracks, counts = _tracks(self.hops, merged, len(rows.slots))
        self.gaps = tuple(GAP + TRACK * max(0, n - 1) for n in counts)
        self.ports = _side_ports(rows, self.lanes)

    def left(self) -> float:
        return min(-self.rows.reach(0, len(self.gaps)), *(lane.x for lane in self.lanes), 0.0)

    def right(self) -> float:
        return max(self.rows.reach(0, len(self.gaps)), *(lane.x for lane in self.lanes), 0.0)

    def lane(self, edge: Edge) -> Lane | None:
        return next((lane for lane in self.lanes if lane.source == edge[0] and edge[1] in lane.targets), None)

    def _hops(self, edge: Edge) -> Iterable[Hop]:
        (a, b), rows = edge, self.rows
        lane = self.lane(edge)
        first, last = rows.numbers[a], rows.numbers[b] - 1
        if lane is None:
            for gap in range(first, last + 1):
                yield Hop(
                    edge, gap, rows.x[a, gap], rows.x[a, gap + 1] if gap < last else rows.x[b, last + 1], gap == last
                )
            return
        if not rows.outermost(a, lane.side):
            yield Hop(edge, first, rows.x[a, first], lane.x)
        if not rows.outermost(b, lane.side):
            yield Hop(edge, last, lane.x, rows.x[b, last + 1], True)

    def stops(self, edge: Edge) -> tuple[Stop, ...]:
        """Where an edge turns, from the rim of its first box to the rim of its second."""
        (a, b), rows = edge, self.rows
        first, last = rows.numbers[a], rows.numbers[b]
        hops = [hop for hop in self.hops if hop.edge == edge]
        inner = [stop for hop in hops for stop in self._turns(hop)]
        head = [Stop(rows.x[a, first], first, "box", 1.0)]
        tail = [Stop(hops[-1].end, last, "above")] if hops else []
        lane = self.lane(edge)
        if lane is not None and rows.outermost(a, lane.side):
            head = [self.door(a, lane.side, a), replace(self.door(a, lane.side, a), x=lane.x)]
        if lane is not None and rows.outermost(b, lane.side):
            tail = [replace(self.door(b, lane.side, a), x=lane.x), self.door(b, lane.side, a, RIM)]
        return (*head, *inner, *tail)

    def door(self, name: str, side: Side, source: str, before: float = 0.0) -> Stop:
        """Where an edge from ``source`` is attached to the side of a box."""
        row = self.rows.numbers[name]
        x = self.rows.x[name, row] + side * (self.rows.half + before)
        return Stop(x, row, "box", self.ports[name, side, source])

    def _turns(self, hop: Hop) -> tuple[Stop, ...]:
        if hop not in self.tracks:
            return ()
        track = float(self.tracks[hop])
        return Stop(hop.start, hop.gap, "track", track), Stop(hop.end, hop.gap, "track", track)


def _lanes(rows: Rows) -> tuple[Lane, ...]:
    """A lane for each source with edges over more than one row, the shortest ones nearest to the boxes."""
    targets = {a: tuple(b for b in rows.graph.after(a) if _is_long(rows, (a, b))) for a in rows.graph.names}
    lanes: list[Lane] = []
    lengths = {a: max(rows.numbers[b] for b in bs) - rows.numbers[a] for a, bs in targets.items() if bs}
    for name in sorted(lengths, key=lambda name: lengths[name]):
        sides = [_lane(rows, name, targets[name], side, lanes) for side in (1, -1)]
        lanes.append(min(sides, key=lambda lane: abs(lane.x)))
    return tuple(lanes)


def _is_long(rows: Rows, edge: Edge) -> bool:
    """Whether an edge goes around boxes; that of a branch that ends early goes straight down in its own place."""
    return rows.numbers[edge[1]] - rows.numbers[edge[0]] > 1 and len(rows.graph.after(edge[0])) > 1


def _lane(rows: Rows, source: str, targets: tuple[str, ...], side: Side, lanes: list[Lane]) -> Lane:
    """The lane next to the boxes, or to the lanes that are there."""
    first, last = rows.numbers[source], max(rows.numbers[b] for b in targets)
    start = first + (0.1 if rows.outermost(source, side) else 0.2)
    lowest = [b for b in targets if rows.numbers[b] == last]
    end = last - (0.1 if all(rows.outermost(b, side) for b in lowest) else 0.2)
    x = rows.reach(first, last) + FIRST_LANE
    taken = [abs(o.x) for o in lanes if o.side == side and o.span[0] < end and start < o.span[1]]
    while any(abs(x - other) < LANE for other in taken):
        x += LANE
    return Lane(source, targets, side, side * x, (start, end))


def _with_ports(rows: Rows, hops: list[Hop]) -> tuple[tuple[Hop, ...], frozenset[str]]:
    """The hops with their ends at the tops of boxes; and the boxes whose edges join before their one arrow."""
    ends: dict[Hop, float] = {}
    merged: set[str] = set()
    for name in rows.graph.names:
        into = sorted((hop for hop in hops if hop.edge[1] == name and hop.enters), key=lambda hop: hop.start)
        beside = [hop for hop in hops if into and hop.gap == into[0].gap]
        own = {hop.edge[0] for hop in into}
        offsets = _offsets([hop.start - hop.end for hop in into], rows.half - CORNER)
        if all(sum(hop.edge[0] == a for hop in beside) == 1 for a in own):
            merged.add(name)
            offsets = [0.0] * len(into)
        taken = {hop.start - rows.x[name, rows.numbers[name]] for hop in beside if hop.edge[0] not in own}
        offsets = _shifted(offsets, taken, rows.half - CORNER)
        ends |= {hop: hop.end + offset for hop, offset in zip(into, offsets, strict=True)}
    return tuple(replace(hop, end=ends.get(hop, hop.end)) for hop in hops), frozenset(merged)


def _offsets(starts: list[float], room: float) -> list[float]:
    """Where edges enter a box, from its middle: in the order that they come from, a straight one in the middle."""
    if len(starts) < 2:
        return [0.0] * len(starts)
    left = sum(start < 0 for start in starts)
    middle = left if 0 in starts else left - 0.5
    apart = min(PORT, 2 * room / (len(starts) - 1))
    out = [(i - middle) * apart for i in range(len(starts))]
    inwards = max(0.0, -room - out[0]) - max(0.0, out[-1] - room)
    return [offset + inwards for offset in out]


def _shifted(offsets: list[float], taken: set[float], room: float) -> list[float]:
    """The offsets, moved a little where another edge comes down just there."""
    for step in range(8):
        for shift in (step * PORT / 3, -step * PORT / 3):
            moved = [offset + shift for offset in offsets]
            if not taken.intersection(moved) and all(abs(offset) <= room for offset in moved):
                return moved
    return offsets


def _tracks(hops: tuple[Hop, ...], merged: frozenset[str], rows: int) -> tuple[dict[Hop, int], list[int]]:
    """The track of each hop that goes sideways, and the number of tracks in each gap.

    Hops share one where they come from one box, or where they all go into one; and where they lie apart.
    """
    groups: dict[tuple[int, str, str], list[Hop]] = {}
    for hop in hops:
        a, b = hop.edge
        key = (hop.gap, "into", b) if hop.enters and b in merged else (hop.gap, "from", a)
        if hop.start != hop.end:
            groups.setdefault(key, []).append(hop)
    above = {key: [o for o in groups if o != key and _must_lie_above(groups[o], groups[key])] for key in groups}
    spans = {key: _span(group) for key, group in groups.items()}
    tracks: dict[tuple[int, str, str], int] = {}
    waiting = sorted(spans, key=lambda key: spans[key][1] - spans[key][0])
    while waiting:
        key = next((key for key in waiting if all(o in tracks for o in above[key])), waiting[0])
        waiting.remove(key)
        track = max((tracks[o] + 1 for o in above[key] if o in tracks), default=0)
        beside = [o for o in tracks if o[0] == key[0] and _touch(spans[o], spans[key])]
        while any(tracks[o] == track for o in beside):
            track += 1
        tracks[key] = track
    counts = [max((t + 1 for key, t in tracks.items() if key[0] == gap), default=0) for gap in range(rows - 1)]
    return {hop: track for key, track in tracks.items() for hop in groups[key]}, counts


def _must_lie_above(upper: list[Hop], lower: list[Hop]) -> bool:
    """Whether one group of hops comes down at an x where another one goes on down: it must turn before that."""
    return upper[0].gap == lower[0].gap and bool({hop.start for hop in upper} & {hop.end for hop in lower})


def _touch(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return a[0] < b[1] + 2 and b[0] < a[1] + 2


def _span(hops: list[Hop]) -> tuple[float, float]:
    ends = [x for hop in hops for x in (hop.start, hop.end)]
    return min(ends), max(ends)


def _side_ports(rows: Rows, lanes: tuple[Lane, ...]) -> dict[tuple[str, Side, str], float]:
    """Where on the side of a box an edge is attached, from 0 at the top to 1: what comes in above what goes out.

    Of what comes in, the nearest lane is uppermost: then no edge crosses another one.
    """
    ports: dict[tuple[str, Side], list[tuple[bool, float, str]]] = {}
    for lane in lanes:
        for name, out in ((lane.source, True), *((b, False) for b in lane.targets)):
            if rows.outermost(name, lane.side):
                ports.setdefault((name, lane.side), []).append((out, abs(lane.x), lane.source))
    for name, side in rows.doors:
        ports.setdefault((name, side), []).append((side > 0, inf, DOOR))
    return {
        (name, side, source): (i + 1) / (len(entries) + 1)
        for (name, side), entries in ports.items()
        for i, (_, _, source) in enumerate(sorted(entries))
    }
