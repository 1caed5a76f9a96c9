"""Figures that are off by the same factor, or parameters that have gone too far by the same share of a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from symbp.audit.causes.candidate import Candidate
from symbp.audit.verdicts import Judged, fraction

FEWEST = 2  # figures that are alike
CERTAIN = 5  # by how many times more than its digits leave open a factor differs from one


def alike(
    figures: Sequence[Judged], own: Sequence[int], values: Mapping[int, Mapping[str, Any]]
) -> Iterator[Candidate]:
    """The factors that two or more wrong figures of a tensor have in common."""
    groups: dict[tuple[str, int], list[int]] = {}
    for i in own:
        asked = figures[i].asked
        if asked.quantity.tensor:
            groups.setdefault((asked.quantity.tensor, asked.after), []).append(i)
    for (tensor, after), some in groups.items():
        yield from _in_common(figures, some, [Fraction(0)] * len(some), "common-factor", "{} times what it should be")
        before = [_before(figures[i], values.get(after - 1, {})) for i in some]
        if after and all(value is not None for value in before):
            told = f"the step of {tensor} is {{}} times as long"
            yield from _in_common(figures, some, before, "step-length", told)  # type: ignore[arg-type]


def _before(figure: Judged, values: Mapping[str, Any]) -> Fraction | None:
    """What a parameter was one step before."""
    quantity = figure.asked.quantity
    return fraction(np.asarray(values[quantity.tensor])[quantity.index]) if quantity.tensor in values else None


def _in_common(
    figures: Sequence[Judged], some: Sequence[int], zeros: Sequence[Fraction], key: str, told: str
) -> Iterator[Candidate]:
    """The factor that all figures differ by from the exact values, counted from what is no difference."""
    bounds = []
    for i, zero in zip(some, zeros, strict=True):
        printed, length = figures[i].asked.printed, figures[i].value - zero
        if not length:
            return
        sides = [(printed.value - zero + sign * printed.half) / length for sign in (-1, 1)]
        bounds.append((min(sides), max(sides)))
    low, high = max(low for low, _ in bounds), min(high for _, high in bounds)
    if len(some) < FEWEST or low > high or min(abs(low - 1), abs(high - 1)) <= CERTAIN * (high - low):
        return
    factor = f"{float((low + high) / 2):.4g}"
    yield Candidate("relation", key, told.format(factor), frozenset(some), 0, float(len(some) - 1))
