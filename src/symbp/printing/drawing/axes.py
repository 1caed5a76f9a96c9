"""Axes of plots: linear or logarithmic, with ticks at round numbers that people can read between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, isfinite, log10
from typing import TypeAlias

from symbp.mathtree.nodes import Node, Number, Power, Product

Tick: TypeAlias = tuple[float, Node]  # a value, and what stands beside it

TICKS = 5  # about so many intervals between ticks
FINE_DECADES = 2  # an axis of fewer decades has ticks between the powers of ten
SMALLEST = 1e-300  # smaller numbers count as zero, so that no exponent leaves the range of floats
ZERO_GAP = 0.12  # of the axis, between zero and the lowest positive number
MARGIN = 0.02  # of the axis, between the outermost numbers and its ends


@dataclass(frozen=True)
class Axis:
    """What an axis shows: from ``low`` to ``high``, which are exponents of ten on a logarithmic one.

    ``zero`` says that a logarithmic axis begins with the number zero, apart from all others.
    """

    low: float
    high: float
    ticks: tuple[Tick, ...]
    logarithmic: bool = False
    zero: bool = False

    def at(self, value: float) -> float:
        """Where a value lies: 0 at the beginning of the axis, 1 at its end."""
        if not self.logarithmic:
            return (value - self.low) / (self.high - self.low)
        if value < SMALLEST:
            return 0.0
        first = ZERO_GAP if self.zero else 0.0
        return first + (1 - first) * (log10(value) - self.low) / (self.high - self.low)


def linear_axis(values: Iterable[float]) -> Axis:
    """An axis from a tick at or below the least value to one at or above the greatest; zero is on it if it is near.

    >>> [str(t.rounded) for _, t in linear_axis([0.0, 0.23]).ticks]
    ['0', '0.05', '0.1', '0.15', '0.2', '0.25']
    """
    finite = [v for v in values if isfinite(v)] or [0.0]
    low, high = min(finite), max(finite)
    if high - low >= 0.3 * max(abs(low), abs(high)):
        low, high = min(low, 0.0), max(high, 0.0)
    step = round_step(_span(low, high) / TICKS)
    first, last = floor(Fraction(low) / step), ceil(Fraction(high) / step)
    last = max(last, first + 1)
    ticks = tuple((float(step * i), Number(step * i, 6)) for i in range(first, last + 1))
    return Axis(ticks[0][0], ticks[-1][0], ticks)


def inner_axis(low: float, high: float, intervals: int = TICKS) -> Axis:
    """An axis that ends exactly at two numbers, with the round numbers between them as ticks.

    >>> [str(t.rounded) for _, t in inner_axis(0.13, 0.71).ticks]
    ['0.2', '0.4', '0.6']
    """
    step = round_step(_span(low, high) / intervals)
    inside = range(ceil(Fraction(low) / step), floor(Fraction(high) / step) + 1)
    return Axis(low, high, tuple((float(step * i), Number(step * i, 6)) for i in inside))


def _span(low: float, high: float) -> float:
    """The length of an axis that is not empty, and long enough for floats to tell its ticks apart."""
    return max(high - low, 1e-9 * max(abs(low), abs(high)), SMALLEST) if high > low else max(abs(high), 1.0)


def round_step(rough: float) -> Fraction:
    """The least of 1, 2 and 5 times a power of ten that is not below a length, exactly.

    >>> round_step(0.03), round_step(2.0), round_step(70.0)
    (Fraction(1, 20), Fraction(2, 1), Fraction(100, 1))
    """
    power = Fraction(10) ** floor(log10(rough))
    return power * next(m for m in (1, 2, 5, 10) if m * power >= Fraction(rough) * Fraction(999, 1000))


def whole_axis(first: int, last: int, most: int = TICKS + 1) -> Axis:
    """An axis of counted things, such as steps: its first and its last number, and round ones between them.

    >>> [int(value) for value, _ in whole_axis(1, 60).ticks]
    [1, 10, 20, 30, 40, 50, 60]
    """
    step = max(1, int(round_step(max(last - first, 1) / most)))
    inside = range(first - first % step + step, last + 1, step)
    near = [first, *(n for n in inside if n - first >= step / 2)] if step > 1 else [*range(first, last + 1)]
    return Axis(first, max(last, first + 1), tuple((float(n), Number(n)) for n in near))


def log_axis(values: Iterable[float]) -> Axis:
    """A logarithmic axis around the positive values; if some are zero, it begins with zero.

    >>> [value for value, _ in log_axis([0.003, 40.0]).ticks]
    [0.01, 0.1, 1.0, 10.0]
    """
    finite = [v for v in values if isfinite(v)]
    positive = [v for v in finite if v >= SMALLEST] or [1.0]
    low, high = log10(min(positive)), log10(max(positive))
    if high - low < 0.5:
        low, high = (low + high) / 2 - 0.25, (low + high) / 2 + 0.25
    margin = MARGIN * (high - low)
    low, high = low - margin, high + margin
    zero = any(v < SMALLEST for v in finite)
    ticks = fine_ticks(low, high) if high - low < FINE_DECADES else _powers(low, high)
    return Axis(low, high, (((0.0, Number(0)),) if zero else ()) + ticks, True, zero)


def _powers(low: float, high: float) -> tuple[Tick, ...]:
    """Powers of ten, at most about six of them, at exponents that are multiples of one number."""
    step = max(1, int(round_step((high - low) / (TICKS + 1))))
    return tuple((10.0**e, power_of_ten(e)) for e in range(ceil(low / step) * step, floor(high) + 1, step))


def fine_ticks(low: float, high: float) -> tuple[Tick, ...]:
    """1, 2 and 5 times powers of ten, between two exponents of ten."""
    found = [(m, e) for e in range(floor(low), ceil(high) + 1) for m in (1, 2, 5)]
    return tuple((m * 10.0**e, _times_power(m, e)) for m, e in found if low <= log10(m) + e <= high)


def _times_power(mantissa: int, exponent: int) -> Node:
    if -3 <= exponent <= 3:
        return Number(mantissa * Fraction(10) ** exponent)
    return power_of_ten(exponent) if mantissa == 1 else Product((Number(mantissa), power_of_ten(exponent)), "times")


def power_of_ten(exponent: int) -> Node:
    """A power of ten as it is written at an axis."""
    return Number(10**exponent) if exponent in (0, 1) else Power(Number(10), Number(exponent))


def apart(wanted: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Places near those wanted, at least so far apart and within two bounds, in the order of those wanted.

    >>> apart([5.0, 6.0, 20.0], 4.0, 0.0, 30.0)
    [3.5, 7.5, 20.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    groups: list[tuple[float, int]] = []  # the middle of neighbours that touch one another, and their number
    for i in order:
        groups.append((wanted[i], 1))
        while len(groups) > 1 and groups[-1][0] - groups[-2][0] < least * (groups[-1][1] + groups[-2][1]) / 2 - 1e-9:
            (b, m), (a, n) = groups.pop(), groups.pop()
            groups.append((_within((a * n + b * m) / (n + m), least * (n + m - 1) / 2, low, high), n + m))
    places = [middle + least * (k - (n - 1) / 2) for middle, n in groups for k in range(n)]
    return [places[order.index(i)] for i in range(len(wanted))]


def _within(middle: float, half: float, low: float, high: float) -> float:
    return max(low + half, min(middle, high - half))
