"""How far a formula reaches above and below its line, roughly: for what fits on a slide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from symbp.mathtree import pieces as lay
from symbp.mathtree.extent import SCRIPT

Reach: TypeAlias = tuple[float, float]  # em above and below the baseline

TEXT: Reach = (0.7, 0.2)
AXIS = 0.25  # em: the height of a fraction's rule
GRID_ROW = 1.45  # em: the least distance of a matrix' rows


def reach(piece: lay.Piece) -> Reach:
    """Em above and below the baseline, rather too much than too little.

    >>> above, below = reach(lay.Digits("1"))
    >>> reach(lay.Fraction(lay.Digits("1"), lay.Digits("2"))) > (above, below)
    True
    """
    found = REACH.get(type(piece))
    return found(piece) if found else TEXT


def _highest(pieces: tuple[lay.Piece, ...]) -> Reach:
    reaches = [TEXT, *map(reach, pieces)]
    return max(above for above, _ in reaches), max(below for _, below in reaches)


def _around(piece: lay.Piece, more: float) -> Reach:
    above, below = reach(piece)
    return above + more, below + more


def _fraction(piece: lay.Fraction) -> Reach:
    return 0.68 + reach(piece.numerator)[0], 0.69 + reach(piece.denominator)[1]


def _script(piece: lay.Script) -> Reach:
    above, below = reach(piece.base)
    raised = max(above - 0.3, 0.41) + SCRIPT * reach(piece.sup)[0] if piece.sup else 0.0
    lowered = max(below - 0.05, 0.2) + SCRIPT * reach(piece.sub)[1] if piece.sub else 0.0
    return max(above, raised), max(below, lowered)


def _big(piece: lay.Big) -> Reach:
    over = SCRIPT * sum(reach(piece.over)) + 0.15 if piece.over else 0.0
    return 0.95 + over, 0.6 + SCRIPT * sum(reach(piece.under))


def _grid(piece: lay.Grid) -> Reach:
    total = sum(max(GRID_ROW, sum(_highest(row)) + 0.15) for row in piece.rows)
    return total / 2 + AXIS, total / 2 - AXIS


def _braced(piece: lay.Braced) -> Reach:
    above, below = reach(piece.body)
    return above, below + 0.6 + SCRIPT * sum(reach(piece.label))


REACH: dict[type[lay.Piece], Callable[[Any], Reach]] = {
    lay.Row: lambda p: _highest(p.items),
    lay.Fraction: _fraction,
    lay.Script: _script,
    lay.Big: _big,
    lay.Accented: lambda p: (reach(p.base)[0] + 0.2, reach(p.base)[1]),
    lay.Fence: lambda p: _around(p.body, 0.1),
    lay.Root: lambda p: _around(p.body, 0.2),
    lay.Grid: _grid,
    lay.Framed: lambda p: _around(p.body, 0.35),
    lay.Braced: _braced,
}
