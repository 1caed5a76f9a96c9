"""Where labels stand beside lines so that no two touch: the same place each time, found by trying few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from symbp.printing.drawing.shapes import Blank, Label, Role, Shape, Text
from symbp.printing.drawing.words import text_width

Point: TypeAlias = tuple[float, float]
Segment: TypeAlias = tuple[Point, Point]
Lines: TypeAlias = tuple[tuple[Text, Role], ...]  # one below the other, each in its colour

LEAST = 2.0  # between two labels
LEADING = 1.25  # from one line to the next, times the size
ALONG = tuple(k / 36 for k in range(5, 32))  # where on a line its label may stand
BEST = 0.33
SWEEPS = 3
MOST_HIDDEN = 0.5  # lines that a label may hide a part of, on average


@dataclass(frozen=True)
class Box:
    """The place of a label."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Box, least: float = LEAST) -> bool:
        """Whether two labels are closer to one another than they may be."""
        return (
            self.left < other.right + least
            and other.left < self.right + least
            and self.top < other.bottom + least
            and other.top < self.bottom + least
        )

    def crossed_by(self, line: Segment) -> bool:
        """Whether a line from left to right runs through the place."""
        (x, y), (u, v) = line
        first, last = max(self.left, min(x, u)), min(self.right, max(x, u))
        if first > last or x == u:
            return x == u and first <= last and min(y, v) < self.bottom and max(y, v) > self.top
        heights = [y + (at - x) * (v - y) / (u - x) for at in (first, last)]
        return min(heights) < self.bottom and max(heights) > self.top


def around(x: float, y: float, size: tuple[float, float]) -> Box:
    """The box of a width and a height around a point."""
    return Box(x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2)


def extent(lines: Lines, size: float) -> tuple[float, float]:
    """The width and the height of lines below one another."""
    return max(text_width(content, size) for content, _ in lines), size * (1 + LEADING * (len(lines) - 1))


def stacked(lines: Lines, x: float, y: float, size: float) -> tuple[Shape, ...]:
    """Labels below one another, around a point, which hide what is under them."""
    width, height = extent(lines, size)
    top = y - size * LEADING * (len(lines) - 1) / 2
    blank = Blank(x - width / 2 - 1, y - height / 2 - 1, width + 2, height + 2)
    labels = (Label(x, top + i * size * LEADING, content, role, size) for i, (content, role) in enumerate(lines))
    return blank, *labels


def on_lines(
    sizes: Sequence[tuple[float, float]], lines: Sequence[Segment], taken: Sequence[Box]
) -> tuple[Point, ...] | None:
    """A place on each line for a label of a size; ``None`` if none are found.

    No label touches another or what is taken, and few hide a part of another line.
    """
    options = [_options(size, line, i, lines, taken) for i, (size, line) in enumerate(zip(sizes, lines, strict=True))]
    if not all(options):
        return None
    chosen: list[_Option | None] = [None] * len(options)
    for _ in range(SWEEPS):
        before = list(chosen)
        for i, own in enumerate(options):
            others = [o.box for j, o in enumerate(chosen) if o is not None and j != i]
            chosen[i] = min(own, key=lambda o: (sum(o.box.touches(b) for b in others), o.cost))
        if chosen == before:
            break
    found = [o for o in chosen if o is not None]
    if any(a.box.touches(b.box) for i, a in enumerate(found) for b in found[:i]):
        return None
    if sum(o.cost[0] for o in found) > MOST_HIDDEN * len(found):
        return None
    return tuple(o.point for o in found)


@dataclass(frozen=True)
class _Option:
    point: Point
    box: Box
    cost: tuple[int, float]


def _options(
    size: tuple[float, float], line: Segment, number: int, lines: Sequence[Segment], taken: Sequence[Box]
) -> list[_Option]:
    """The places for one label, each with the number of lines that it would hide and how far it is from the best."""
    (x, y), (u, v) = line
    out = []
    for t in ALONG:
        point = (x + t * (u - x), y + t * (v - y))
        box = around(*point, size)
        if not any(box.touches(other) for other in taken):
            hidden = sum(box.crossed_by(other) for i, other in enumerate(lines) if i != number)
            out.append(_Option(point, box, (hidden, abs(t - BEST))))
    return out
