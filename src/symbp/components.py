"""Things that wait for one another: the circles among them, and an order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def components(needs: Sequence[Iterable[int]]) -> tuple[tuple[int, ...], ...]:
    """The numbers ``0, 1, ...`` in groups, each after all that it needs; those of a group need one another.

    Groups and their members keep the order of the numbers where that will do.

    >>> components([[2], [0], [1], [], [2]])
    ((0, 1, 2), (3,), (4,))

    Args:
        needs: For each number those that come before it.
    """
    direct = [sum(1 << other for other in set(others)) for others in needs]
    reach = _closed(direct)
    home: dict[int, int] = {}
    groups: dict[int, list[int]] = {}
    for number in range(len(direct)):
        first = next((f for f in groups if reach[f] >> number & 1 and reach[number] >> f & 1), number)
        groups.setdefault(first, []).append(number)
        home[number] = first
    waiting = {first: {home[o] for n in group for o in _bits(direct[n])} - {first} for first, group in groups.items()}
    found: list[tuple[int, ...]] = []
    while waiting:
        ready = next(first for first, needed in waiting.items() if not needed & waiting.keys())
        found.append(tuple(groups[ready]))
        del waiting[ready]
    return tuple(found)


def _closed(needs: Sequence[int]) -> list[int]:
    """The transitive closure, as bits."""
    reach, changed = list(needs), True
    while changed:
        changed = False
        for number, bits in enumerate(reach):
            grown = bits
            for other in _bits(bits):
                grown |= reach[other]
            if grown != bits:
                reach[number], changed = grown, True
    return reach


def _bits(number: int) -> Iterator[int]:
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low
