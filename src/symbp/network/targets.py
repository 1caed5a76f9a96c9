"""What the values of ``y`` must be for each loss, and the position of the first that is not."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from symbp.errors import Fault
from symbp.names import Number

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Target:
    """A kind of targets.

    Attributes:
        element: Why one value does not suit, given the number of outputs; empty if it does.
        row: Why the values of one sample together do not suit; empty if they do.
    """

    element: Callable[[Number, int], str] = lambda value, outputs: ""
    row: Callable[[tuple[Number, ...]], str] = lambda values: ""

    def check(self, values: tuple[Number, ...], outputs: int) -> None:
        """Nothing, if the values of one sample suit.

        Raises:
            Fault: at the position of the first value that does not.
        """
        for position, value in enumerate(values):
            problem = self.element(value, outputs)
            if problem:
                raise Fault(problem, path=(position,))
        problem = self.row(values)
        if problem:
            raise Fault(problem)


def _label(value: Number, outputs: int) -> str:
    if not isinstance(value, int):
        return f"{value!r} is not a whole number; a label counts the classes from 0"
    within = 0 <= value < outputs
    count = "1 output" if outputs == 1 else f"{outputs} outputs"
    return "" if within else f"the label {value} is not among 0 to {outputs - 1}: the network has {count}"


def _sign(value: Number, outputs: int) -> str:
    return "" if value in (-1, 1) else f"{value!r} is neither -1 nor 1, as the hinge loss needs"


def _probability(value: Number, outputs: int) -> str:
    return "" if 0 <= value <= 1 else f"{value!r} is not a probability between 0 and 1"


def _count(value: Number, outputs: int) -> str:
    return "" if value >= 0 else f"{value!r} is negative; a Poisson target is a count"


def _sums_to_one(values: tuple[Number, ...]) -> str:
    total = math.fsum(values)
    return "" if abs(total - 1) <= TOLERANCE else f"the row sums to {total:.6g}; the targets of a sample sum to 1"


def rows_of_sum_one(values: Any) -> tuple[Any, ...]:
    """Rows that were rounded, such as three times 0.3333, divided by their sums; others as they are.

    >>> rows_of_sum_one(((0.33333333, 0.66666666), (0, 1)))
    ((0.3333333333333333, 0.6666666666666666), (0, 1))
    """
    if isinstance(values[0], tuple):
        return tuple(map(rows_of_sum_one, values))
    total = math.fsum(values)
    return tuple(values) if total == 1 else tuple(value / total for value in values)


TARGETS = {
    "any": Target(),
    "label": Target(_label),
    "sign": Target(_sign),
    "probability": Target(_probability),
    "count": Target(_count),
    "distribution": Target(_probability, _sums_to_one),
}
