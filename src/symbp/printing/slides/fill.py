"""What is longer than a slide on several, each about as full as the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Unit = TypeVar("Unit")
STEPS = 20  # shares that are tried between an even one and a full slide


def shares(
    units: Sequence[Unit], height: Callable[[Unit], float], room: float, taken: float = 0.0
) -> list[tuple[Unit, ...]]:
    """The units in as few parts as have room, in order, evened out; of the first part's room some is taken.

    A unit that is taller than the room is a part of its own.

    >>> shares([1, 1, 1, 1, 1], float, 3)
    [(1, 1, 1), (1, 1)]
    """
    heights = [height(unit) for unit in units]
    fewest = _cut(heights, room, taken)
    if len(fewest) > 1:
        even = min(room, (sum(heights) + taken) / len(fewest))
        tries = (_cut(heights, even + (room - even) * n / STEPS, taken) for n in range(STEPS + 1))
        fewest = next(cut for cut in tries if len(cut) == len(fewest))
    return [tuple(units[a:b]) for a, b in fewest if a < b]


def beginning(units: Sequence[Unit], height: Callable[[Unit], float], room: float, taken: float) -> tuple[Unit, ...]:
    """As many of the first units as have room.

    >>> beginning([1, 1, 1, 1, 1], float, 4, 1)
    (1, 1, 1)
    """
    first, stop = _cut([height(unit) for unit in units], room, taken)[0]
    return tuple(units[first:stop])


def _cut(heights: Sequence[float], room: float, taken: float) -> list[tuple[int, int]]:
    """Where each part begins and ends if each is filled before the next."""
    begins, filled = [0], taken
    for place, height in enumerate(heights):
        if filled + height > room and place > begins[-1]:
            begins.append(place)
            filled = 0.0
        filled += height
    return list(zip(begins, [*begins[1:], len(heights)], strict=True))
