"""Curves and bars, from one list of points."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, floor, log10

from symbp.mathtree.nodes import Node, Number, Power
from symbp.printing.drawing.shapes import Drawing, Label, Polyline, Rectangle, Shape

WIDTH, HEIGHT = 360.0, 200.0
LEFT, RIGHT, TOP, BOTTOM = 62.0, 12.0, 26.0, 42.0
SMALL = 9.0
TICKS = 5
MOST_BAR_LABELS = 16


def curve_plot(values: Sequence[float], x_label: str, y_label: str, title: str, *, start: int = 0) -> Drawing:
    """The values against their numbers from ``start``, such as a loss against its steps; y begins at zero."""
    ticks = _ticks(min(0.0, *values), max(0.0, *values))
    last = start + len(values) - 1
    axis = _Axis(ticks[0], ticks[-1])
    points = tuple((_x(i, max(1, len(values) - 1)), axis.y(v)) for i, v in enumerate(values))
    marks = _whole(start, last)
    x_ticks = [(_x(m - start, max(1, last - start)), Number(m)) for m in marks]
    shapes = _frame([(axis.y(t), Number(_clean(t))) for t in ticks], x_ticks, x_label, y_label)
    text = f"{y_label} against {x_label}: from {values[0]:.3g} to {values[-1]:.3g}."
    return Drawing(WIDTH, HEIGHT, (*shapes, Polyline(points, "value")), title, text)


def bar_plot(values: Sequence[float], labels: Sequence[Node], x_label: str, y_label: str, title: str) -> Drawing:
    """Positive values as bars on a logarithmic axis, such as the size of the gradient in each layer."""
    positive = [v for v in values if v > 0] or [1.0]
    low, high = floor(log10(min(positive)) - 0.3), ceil(log10(max(positive)) + 1e-9)
    axis = _Axis(low, max(high, low + 1))
    exponents = range(low, axis.high + 1, max(1, (axis.high - low) // TICKS)) if isinstance(axis.high, int) else ()
    slot = (WIDTH - LEFT - RIGHT) / len(values)
    step = ceil(len(values) / MOST_BAR_LABELS)
    x_ticks = [(LEFT + (i + 0.5) * slot, label) for i, label in enumerate(labels) if i % step == 0]
    shapes = _frame([(axis.y(e), _power_of_ten(e)) for e in exponents], x_ticks, x_label, y_label)
    bars = [_bar(LEFT + (i + 0.2) * slot, 0.6 * slot, axis.y(log10(v))) for i, v in enumerate(values) if v > 0]
    text = f"{y_label} against {x_label}: " + ", ".join(f"{v:.2g}" for v in values) + "."
    return Drawing(WIDTH, HEIGHT, (*shapes, *bars), title, text)


def _power_of_ten(exponent: int) -> Node:
    return Number(10**exponent) if exponent in (0, 1) else Power(Number(10), Number(exponent))


def _bar(x: float, width: float, top: float) -> Rectangle:
    return Rectangle(x, top, width, HEIGHT - BOTTOM - top, "input")


class _Axis:
    """The vertical axis, from one number to another."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - self.low) / (self.high - self.low)


def _x(position: float, last: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * position / last


def _frame(
    y_ticks: Sequence[tuple[float, Node]], x_ticks: Sequence[tuple[float, Node]], x_label: str, y_label: str
) -> list[Shape]:
    bottom = HEIGHT - BOTTOM
    out: list[Shape] = [Polyline(((LEFT, TOP), (LEFT, bottom), (WIDTH - RIGHT, bottom)), "axis")]
    for y, content in y_ticks:
        out += [Polyline(((LEFT - 3, y), (LEFT, y)), "axis"), Label(LEFT - 6, y, content, "axis", SMALL, "end")]
    for x, content in x_ticks:
        out += [Polyline(((x, bottom), (x, bottom + 3)), "axis"), Label(x, bottom + 11, content, "axis", SMALL)]
    middle = (LEFT + WIDTH - RIGHT) / 2
    out += [Label(middle, HEIGHT - 10, x_label, "axis", SMALL), Label(LEFT, 5, y_label, "axis", SMALL)]
    return out


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers that cover the range: 1, 2 or 5 times a power of ten apart."""
    if high == low:
        high = low + 1.0
    rough = (high - low) / TICKS
    power = 10.0 ** floor(log10(rough))
    step = power * next(m for m in (1, 2, 5, 10) if m * power >= rough * 0.999)
    return [step * i for i in range(floor(low / step + 1e-9), ceil(high / step - 1e-9) + 1)]


def _clean(tick: float) -> float:
    """The tick without the rounding error of its multiplication."""
    return float(f"{tick:.6g}")


def _whole(first: int, last: int) -> list[int]:
    marks = [round(t) for t in _ticks(first, last) if t == round(t)]
    inside = sorted({first, *(m for m in marks if first <= m <= last)})
    return [a for a, b in pairwise([*inside, last + 1]) if a == first or b > a]
