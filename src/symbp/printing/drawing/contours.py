"""A surface seen from above: lines of equal height with their heights, and a path over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from math import hypot, log10

import numpy as np
from contourpy import contour_generator
from numpy.typing import NDArray

from symbp.mathtree.nodes import Node
from symbp.printing.drawing.axes import fine_ticks, inner_axis, log_axis
from symbp.printing.drawing.placing import Box, Point, around
from symbp.printing.drawing.plot import LEFT, SMALL, TOP, Frame
from symbp.printing.drawing.shapes import Circle, Drawing, Label, Polyline, Rectangle, Shape, Text
from symbp.printing.drawing.words import sentences, text_width
from symbp.wording import Message, say

CELLS = 40  # of the grid, to a side
SIDE = 6.0 * CELLS  # a grid line is a whole number of points, so that rounding is the same on every machine
RIGHT, BOTTOM = 24.0, 42.0
NUMBER = 8.0
EXACT = 10  # digits of a height
LEVELS, MOST_LEVELS = 10, 14
STEEP = 30.0  # greatest by least height, from which on the levels are those of a logarithmic axis
SHORT = 1.5  # points of a line that lie nearer to one another are one
MOST_DOTS = 24  # steps of the path that have a mark each
CLOSE = 6.0  # to the rim of the plot no height is written


@dataclass(frozen=True)
class Surface:
    """Heights over two quantities.

    Attributes:
        names: The two quantities.
        ranges: From where to where each goes.
        heights: Row by row, the first quantity along a row; 41 by 41.
        path: Where it leads, in the two quantities.
        ends: The heights at which the path starts and ends.
    """

    names: tuple[Node, Node]
    ranges: tuple[tuple[float, float], tuple[float, float]]
    heights: NDArray[np.float64]
    path: tuple[Point, ...]
    ends: tuple[float, float]

    @property
    def levels(self) -> tuple[tuple[float, Node], ...]:
        """The heights that have a line: round numbers, about ten of them."""
        low, high = float(self.heights.min()), float(self.heights.max())
        if low > 0 and high / low > STEEP:
            ticks = fine_ticks(log10(low), log10(high))
            return ticks if len(ticks) <= MOST_LEVELS else log_axis([low, high]).ticks
        return tuple(tick for tick in inner_axis(low, high, LEVELS).ticks if low < tick[0] < high)


def surface_plot(surface: Surface, title: Text) -> Drawing:
    """The surface as contour lines with their heights, and the path with its start and its end."""
    page = _Page(replace(surface, heights=_rounded(surface.heights)))
    shapes = (*page.frame.shapes(*surface.names), *page.lines(), *page.route(), *page.heights())
    return Drawing(LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM, shapes, title, _description(surface))


def _rounded(heights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The heights without the last digits, in which floats differ from machine to machine."""
    return np.array([float(f"{h:.{EXACT}g}") for h in heights.ravel().tolist()]).reshape(heights.shape)


class _Page:
    """The surface at its place."""

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        x, y = (inner_axis(*ends) for ends in surface.ranges)
        self.frame = Frame(x, y, right=LEFT + SIDE, bottom=TOP + SIDE)

    @cached_property
    def contours(self) -> list[tuple[Node, list[tuple[Point, ...]]]]:
        """The lines of each level in points, and its height."""
        x, y = (LEFT + 6.0 * np.arange(CELLS + 1), TOP + SIDE - 6.0 * np.arange(CELLS + 1))
        found = contour_generator(x, y, self.surface.heights, name="serial")
        return [
            (height, [thin for line in found.lines(level) if len(thin := _thinned(np.asarray(line))) > 1])
            for level, height in self.surface.levels
        ]

    def lines(self) -> Iterator[Shape]:
        right, top = self.frame.right, self.frame.top
        yield Polyline(((LEFT, top), (right, top), (right, self.frame.bottom)), "axis")
        for _, lines in self.contours:
            for line in lines:
                yield Polyline(line, "first")

    @cached_property
    def path(self) -> tuple[Point, ...]:
        return tuple((round(x, 1), round(y, 1)) for x, y in (self.frame.at(*point) for point in self.surface.path))

    def route(self) -> Iterator[Shape]:
        """The path with a dot at each of a few steps; a disc at the start and a square at the end."""
        line = _thinned(np.array(self.path))
        if len(line) > 1:
            yield Polyline(line, "second", line="thick")
        if len(self.path) <= MOST_DOTS:
            yield from (Circle(x, y, 1.4, "second") for x, y in self.path[1:-1])
        (x, y), (u, v) = self.path[0], self.path[-1]
        yield Circle(x, y, 3.2, "second")
        yield Rectangle(u - 3, v - 3, 6, 6, "second", "square")
        yield from self.end_labels

    @cached_property
    def end_labels(self) -> tuple[Label, ...]:
        """The words at both ends of the path, away from it and from each other."""
        found: list[Label] = []
        words: list[Box] = []
        taken = [around(x, y, (6.0, 6.0)) for x, y in self.path]
        for word, (x, y) in ((say("start"), self.path[0]), (say("end"), self.path[-1])):
            size = (text_width(word, SMALL), SMALL)
            places: list[Point] = [(x + dx * (size[0] / 2 + 6), y + dy * 11) for dx, dy in AROUND]
            inside = [p for p in places if self._is_inside(around(*p, size), 2.0)] or places
            boxes = {p: around(*p, size) for p in inside}
            apart = [p for p in inside if not any(boxes[p].touches(word) for word in words)] or inside
            at = min(apart, key=lambda p: sum(boxes[p].touches(b, 0.0) for b in taken))
            words.append(boxes[at])
            found.append(Label(*at, word, "second", SMALL, cleared=True))
        return tuple(found)

    def _is_inside(self, box: Box, rim: float) -> bool:
        frame = self.frame
        across = frame.left + rim <= box.left and box.right <= frame.right - rim
        return across and frame.top + rim <= box.top and box.bottom <= frame.bottom - rim

    def heights(self) -> Iterator[Shape]:
        """The height of each level, once, where a line has room for it."""
        taken = [around(x, y, (4.0, 4.0)) for x, y in self.path]
        taken += [around(s.x, s.y, (text_width(s.content, SMALL), SMALL)) for s in self.end_labels]
        for height, lines in self.contours:
            size = (text_width(height, NUMBER) + 2, NUMBER)
            for point in _along(max(lines, key=_length, default=())):
                box = around(*point, size)
                if self._is_inside(box, CLOSE) and not any(box.touches(other) for other in taken):
                    taken.append(box)
                    yield Label(*point, height, "first", NUMBER, cleared=True)
                    break


AROUND: tuple[Point, ...] = ((1, -1), (-1, -1), (1, 1), (-1, 1), (1, 0), (-1, 0), (0, -1), (0, 1))


def _thinned(line: NDArray[np.float64]) -> tuple[Point, ...]:
    """The points of a line to a tenth of a point, less those that lie next to the one before."""
    out: list[Point] = []
    last = len(line) - 1
    for place, (x, y) in enumerate(line.tolist()):
        point = (round(x, 1), round(y, 1))
        if not out or hypot(point[0] - out[-1][0], point[1] - out[-1][1]) >= SHORT:
            out.append(point)
        elif place == last and len(out) > 1:
            out[-1] = point
    return tuple(out)


def _length(line: tuple[Point, ...]) -> float:
    return sum(hypot(u - x, v - y) for (x, y), (u, v) in pairwise(line))


def _along(line: tuple[Point, ...]) -> Sequence[Point]:
    """The points of a line from its middle outwards."""
    middle = len(line) // 2
    return sorted(line, key=lambda point: abs(line.index(point) - middle))


def _description(surface: Surface) -> Message:
    (x, y), ((left, right), (low, high)) = surface.names, surface.ranges
    row, column = divmod(int(surface.heights.argmin()), CELLS + 1)
    least = (left + (right - left) * column / CELLS, low + (high - low) * row / CELLS)
    first, last = surface.path[0], surface.path[-1]
    place = "({}, {})"
    return sentences(
        [
            say(
                "Contour lines over {x} from {left} to {right} and {y} from {low} to {high}.",
                **{"x": x, "y": y, "left": _read(left), "right": _read(right), "low": _read(low), "high": _read(high)},
            ),
            say(
                "The least height is {least} at {place}, the greatest {greatest}.",
                least=_read(float(surface.heights.min())),
                place=place.format(*map(_read, least)),
                greatest=_read(float(surface.heights.max())),
            ),
            say(
                "The path leads from {start}, where the loss is {before}, to {end}, where it is {after}.",
                start=place.format(*map(_read, first)),
                before=_read(surface.ends[0]),
                end=place.format(*map(_read, last)),
                after=_read(surface.ends[1]),
            ),
        ]
    )


def _read(value: float) -> str:
    return f"{value:.3g}"
