"""How an array's axes are brought into the order that an operation needs, as text behind its name."""

from __future__ import annotations

from symbp.schedule.arrays import Axes


def aligned(have: Axes, want: Axes) -> str:
    """The view that lets an array with axes ``have`` be broadcast over ``want``: ``[:, None]``, ``.T``.

    Missing axes in front need nothing: NumPy broadcasts them.
    """
    order = tuple(i for i in want if i in have)
    return transposed(have, order) + _spread(order, want)


def in_rows(have: Axes, want: Axes) -> bool:
    """Whether a row of what has axes ``want`` needs the same row, or all, of what has axes ``have``: never another."""
    first = {i.extent for i in want[:1]}
    return want[:1] == have[:1] or (want[0] not in have and not first & {i.extent for i in have[:1]})


def transposed(have: Axes, want: Axes) -> str:
    """The view with the same axes in another order."""
    if have == want:
        return ""
    if len(have) == 2:
        return ".T"
    if have[:-2] == want[:-2] and have[-2:] == want[:-3:-1]:
        return ".mT"
    return f".transpose({', '.join(str(have.index(i)) for i in want)})"


def _spread(have: Axes, want: Axes) -> str:
    if not have:
        return ""
    inner = want[want.index(have[0]) :]
    if inner == have:
        return ""
    return "[" + ", ".join(":" if i in have else "None" for i in inner) + "]"
