"""Figures that are those of another quantity of the network: another unit, a transposed position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import log10
from typing import Any

import numpy as np

from symbp.audit.causes.candidate import Candidate
from symbp.audit.causes.hypotheses import element_name
from symbp.audit.granted import Trainer
from symbp.audit.verdicts import Judged
from symbp.views.scalar import Element

MOST_ELEMENTS = 2000  # of a tensor that is looked through
NEEDED = 1.0  # digits beyond those that chance may give


def elsewhere(figures: Sequence[Judged], i: int, values: Mapping[str, Any], trainer: Trainer) -> Iterator[Candidate]:
    """The quantities whose exact value a wrong figure is; first those of the same tensor."""
    asked = figures[i].asked
    own = asked.quantity.tensor
    names = [name for name in values if name != own and not name.startswith("_")]
    for some, key in (([own] if own in values else [], "other-element"), (names, "other-quantity")):
        found, count = _found(some, values, float(asked.printed.value), float(asked.printed.half))
        if found and not asked.printed.is_of(figures[i].value):
            told = f"the value of {element_name(trainer, found[0])}"
            strength = asked.printed.digits - log10(count) - NEEDED
            yield Candidate("elsewhere", key, told, frozenset([i]), 0, strength)
            return


def _found(names: Sequence[str], values: Mapping[str, Any], printed: float, half: float) -> tuple[list[Element], int]:
    found: list[Element] = []
    count = 1
    for name in names:
        array = np.asarray(values[name], float)
        if array.size <= MOST_ELEMENTS:
            count += array.size
            found += [Element(name, tuple(map(int, at))) for at in np.argwhere(abs(array - printed) <= half)]
    return found, count
