"""Derivations told in levels: which lines of a display are the factors of a result, and which its proof."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from symbp import mathtree as m
from symbp.printing.document import Fold, Formula

FEWEST = 3  # lines: a shorter derivation is read at a glance

Shown = Literal[0, 1, 2]


def in_levels(display: m.Display, first: Shown = 1, others: Shown = 1) -> Formula:
    """A display in which every derivation that ends in a boxed result is told in levels.

    Args:
        first, others: How many levels of the first derivation, and of those after it, are in sight at first.
    """
    spans = [(start, stop) for start, stop in _derivations(display) if stop - start >= FEWEST]
    boxed = [span for span in spans if isinstance(display.lines[span[1] - 1].right, m.Box)]
    folds = (
        Fold(start, _proof(display, start, stop), stop, others if place else first)
        for place, (start, stop) in enumerate(boxed)
    )
    return Formula(display, tuple(folds))


def whole(display: m.Display, shown: Shown = 1) -> Formula:
    """A display that is one proof from its first line to its result, in a single level."""
    count = len(display.lines)
    return Formula(display, (Fold(0, count, count, shown),) if count >= FEWEST else ())


def _derivations(display: m.Display) -> Iterator[tuple[int, int]]:
    """Where the lines of each left side begin and end."""
    starts = [place for place, line in enumerate(display.lines) if line.left is not None]
    return zip(starts, [*starts[1:], len(display.lines)], strict=True)


def _proof(display: m.Display, start: int, stop: int) -> int:
    """Where the proof begins: after the line whose factors have braces, or else after the first line."""
    braced = (k for k in range(start, stop) if any(isinstance(n, m.Underbrace) for n in m.walk(display.lines[k].right)))
    return next(braced, start) + 1
