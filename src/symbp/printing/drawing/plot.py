"""Plots: curves and bars on linear and logarithmic axes, with a name at the end of each curve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from symbp.mathtree.nodes import Node
from symbp.printing.drawing.axes import Axis, apart, linear_axis, log_axis, whole_axis
from symbp.printing.drawing.shapes import (
    Circle,
    Drawing,
    Label,
    LineStyle,
    Polygon,
    Polyline,
    Rectangle,
    Role,
    Shape,
    Text,
    Told,
)
from symbp.printing.drawing.words import listed, sentences, text_width
from symbp.wording import Message, say

WIDTH, HEIGHT = 360.0, 200.0
LEFT, RIGHT, TOP, BOTTOM = 62.0, 14.0, 26.0, 42.0
SMALL = 9.0
LINE = 12.0  # between the names of two curves
WIDEST_NAME = 130.0
MARK = 2.6  # half the size of a mark
MOST_MARKS = 24
STEEP = 1000.0  # the greatest value by the least, from which on a curve has a logarithmic axis
MOST_READ = 16  # numbers of one curve that the description reads out

NORMS, NORM, LAYER = say("The size of the gradient in each layer"), say("size of the gradient"), say("layer")

# A curve is known by its name, its dashes and its marks, and not by its colour alone.
STYLES: tuple[tuple[Role, LineStyle, str], ...] = (
    ("first", "thick", "circle"),
    ("second", "dashed", "square"),
    ("third", "dotted", "triangle"),
    ("fourth", "dashdot", "cross"),
)


@dataclass(frozen=True)
class Series:
    """Points in their order with a name; what is not finite interrupts the curve."""

    name: Text
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Frame:
    """The place of a plot within its drawing, and its axes."""

    x: Axis
    y: Axis
    left: float = LEFT
    right: float = WIDTH - RIGHT
    top: float = TOP
    bottom: float = HEIGHT - BOTTOM

    def at(self, x: float, y: float) -> tuple[float, float]:
        return (
            self.left + (self.right - self.left) * self.x.at(x),
            self.bottom - (self.bottom - self.top) * self.y.at(y),
        )

    def shapes(self, x_label: Text, y_label: Text) -> Iterator[Shape]:
        """The axes with their ticks; the name of the vertical one stands above it."""
        yield Polyline(((self.left, self.top), (self.left, self.bottom), (self.right, self.bottom)), "axis")
        for value, content in self.y.ticks:
            y = self.bottom - (self.bottom - self.top) * self.y.at(value)
            yield Polyline(((self.left - 3, y), (self.left, y)), "axis")
            yield Label(self.left - 6, y, content, "axis", SMALL, "end")
        for value, content in self.x.ticks:
            x = self.left + (self.right - self.left) * self.x.at(value)
            yield Polyline(((x, self.bottom), (x, self.bottom + 3)), "axis")
            yield Label(x, self.bottom + 11, content, "axis", SMALL)
        yield Label((self.left + self.right) / 2, self.bottom + 30, x_label, "axis", SMALL)
        if text_width(y_label, SMALL) < self.left - 6:
            yield Label(self.left - 6, self.top - 18, y_label, "axis", SMALL, "end")
        else:
            yield Label(6.0, self.top - 18, y_label, "axis", SMALL, "start")


def line_plot(series: Sequence[Series], x: Axis, y: Axis, x_label: Text, y_label: Text, title: Text) -> Drawing:
    """Curves over one another; each has its own dashes and marks, and its name at its end."""
    names = [s.name for s in series if s.name]
    room = min(WIDEST_NAME, max((text_width(name, SMALL) for name in names), default=0.0)) + (10.0 if names else 0.0)
    frame = Frame(x, y, right=WIDTH - RIGHT)
    shapes = [*frame.shapes(x_label, y_label)]
    for number, curve in enumerate(series):
        shapes += _curve(frame, curve, number)
    shapes += _names(frame, series)
    return Drawing(WIDTH + room, HEIGHT, tuple(shapes), title, _description(series, x_label, y_label, y))


def _curve(frame: Frame, series: Series, number: int) -> Iterator[Shape]:
    """The line through the points, and a mark at each where they are few."""
    role, line, mark = STYLES[number % len(STYLES)]
    for piece in _pieces(series):
        places = tuple(frame.at(*point) for point in piece)
        if len(places) > 1:
            yield Polyline(places, role, line=line)
        if len(series.points) <= MOST_MARKS:
            for place in places:
                yield from MARKS[mark](*place, role)


def _pieces(series: Series) -> Iterator[tuple[tuple[float, float], ...]]:
    """The points between those that are not finite."""
    piece: list[tuple[float, float]] = []
    for point in (*series.points, (0.0, float("nan"))):
        if isfinite(point[1]):
            piece.append(point)
        elif piece:
            yield tuple(piece)
            piece = []


def _disc(x: float, y: float, role: Role) -> Iterator[Shape]:
    yield Circle(x, y, MARK, role)


def _square(x: float, y: float, role: Role) -> Iterator[Shape]:
    yield Rectangle(x - MARK, y - MARK, 2 * MARK, 2 * MARK, role, "square")


def _triangle(x: float, y: float, role: Role) -> Iterator[Shape]:
    yield Polygon(((x, y - 1.3 * MARK), (x + 1.2 * MARK, y + MARK), (x - 1.2 * MARK, y + MARK)), role)


def _cross(x: float, y: float, role: Role) -> Iterator[Shape]:
    yield Polyline(((x - MARK, y - MARK), (x + MARK, y + MARK)), role, line="thick")
    yield Polyline(((x - MARK, y + MARK), (x + MARK, y - MARK)), role, line="thick")


MARKS = {"circle": _disc, "square": _square, "triangle": _triangle, "cross": _cross}


def _names(frame: Frame, series: Sequence[Series]) -> Iterator[Shape]:
    """The name of each curve at the height of its last point, or as near to that as the others leave room."""
    named = [(i, s) for i, s in enumerate(series) if s.name]
    ends = [next((p for p in reversed(s.points) if isfinite(p[1])), (0.0, float("nan"))) for _, s in named]
    heights = [frame.at(*p)[1] if isfinite(p[1]) else frame.top for p in ends]
    for (number, curve), y in zip(named, apart(heights, LINE, frame.top, frame.bottom), strict=True):
        yield Label(frame.right + 10, y, curve.name, STYLES[number % len(STYLES)][0], SMALL, "start")


def _description(series: Sequence[Series], x_label: Text, y_label: Text, y: Axis) -> Message:
    told = [
        say("{y} against {x}, on a logarithmic axis.", y=y_label, x=x_label)
        if y.logarithmic
        else say("{y} against {x}.", y=y_label, x=x_label)
    ]
    for curve in series:
        values = _values([v for _, v in curve.points])
        named = say("{name}: {values}", name=curve.name, values=values) if curve.name else values
        told.append(say("{values}.", values=named))
    return sentences(told)


def _values(values: Sequence[float]) -> Message | Told:
    """Numbers as they are read out: all of a few, of many where they begin and end, and their bounds."""
    if len(values) <= MOST_READ:
        return listed(map(_read, values))
    finite = [v for v in values if isfinite(v)] or [0.0]
    return say(
        "from {first} to {last}; the least value is {least}, the greatest {greatest}",
        first=_read(values[0]),
        last=_read(values[-1]),
        least=_read(min(finite)),
        greatest=_read(max(finite)),
    )


def _read(value: float) -> str:
    return f"{value:.3g}"


def curve_plot(values: Sequence[float], x_label: Text, y_label: Text, title: Text, *, start: int = 0) -> Drawing:
    """The values against their numbers from ``start``, such as a loss against its steps.

    The vertical axis begins at zero; of values that fall or rise by many powers of ten it is logarithmic.
    """
    points = tuple((float(start + i), float(v)) for i, v in enumerate(values))
    finite = [v for _, v in points if isfinite(v)]
    steep = bool(finite) and min(finite) > 0 and max(finite) > STEEP * min(finite)
    axis = log_axis(finite) if steep else linear_axis([0.0, *finite])
    return line_plot([Series("", points)], whole_axis(start, start + len(values) - 1), axis, x_label, y_label, title)


def gradient_norms_plot(
    series: Sequence[tuple[Text, Sequence[float]]],
    title: Text = NORMS,
    x_label: Text = LAYER,
    y_label: Text = NORM,
) -> Drawing:
    """The size of the gradient in each layer, for one or more networks side by side, on a logarithmic axis.

    A gradient that vanishes is a curve that falls towards the first layer, one that explodes a curve that rises.

    Args:
        series: For each network, such as the same one with another activation, its name (at most about 25
            characters; it stands at the end of the curve) and the norm of the gradient in each layer, from layer 1 on.
            At most four networks. Zero has a place of its own below the others; infinity and NaN leave a gap.
    """
    curves = [Series(name, tuple((float(i), float(v)) for i, v in enumerate(values, 1))) for name, values in series]
    deepest = max(len(s.points) for s in curves)
    y = log_axis([v for s in curves for _, v in s.points])
    return line_plot(curves, whole_axis(1, deepest, 12), y, x_label, y_label, title)


def bar_plot(values: Sequence[float], labels: Sequence[Node], x_label: Text, y_label: Text, title: Text) -> Drawing:
    """Values that are not negative as bars on a logarithmic axis, such as the length of a gradient at each step."""
    bars = [(float(i), float(v)) for i, v in enumerate(values)]
    y = log_axis([v for _, v in bars])
    slot = (WIDTH - LEFT - RIGHT) / len(bars)
    step = next(n for n in range(1, len(bars) + 1) if _fit(labels[::n], n * slot))
    x = Axis(-0.5, len(bars) - 0.5, tuple((float(i), label) for i, label in enumerate(labels) if i % step == 0))
    frame = Frame(x, y)
    shapes = [*frame.shapes(x_label, y_label)]
    for place, value in bars:
        if isfinite(value) and value > 0:
            middle, top = frame.at(place, value)
            shapes.append(Rectangle(middle - 0.3 * slot, top, 0.6 * slot, frame.bottom - top, "input"))
    named = (say("{name}: {value}", name=label, value=_read(v)) for label, (_, v) in zip(labels, bars, strict=True))
    told = say("{y} against {x}, on a logarithmic axis: {values}.", y=y_label, x=x_label, values=listed(named))
    return Drawing(WIDTH, HEIGHT, tuple(shapes), title, told)


def _fit(labels: Sequence[Node], room: float) -> bool:
    """Whether labels stand side by side without touching."""
    return len(labels) == 1 or max(text_width(label, SMALL) for label in labels) + 4 <= room
