"""The arithmetic of somebody who writes down every intermediate value with four significant digits."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import numpy as np

from symbp.functions import Row
from symbp.reference import Arithmetic

DIGITS = 4


def short(value: float) -> float:
    """A number with four significant digits.

    >>> short(0.123456), short(-98765.0)
    (0.1235, -98760.0)
    """
    return float(f"{value:.{DIGITS - 1}e}")


class Rough(float):
    """A number that has four significant digits after every operation."""

    def __new__(cls, value: Any) -> Rough:
        return super().__new__(cls, short(float(value)))

    def __add__(self, other: Any) -> Rough:
        return Rough(float(self) + float(other))

    __radd__ = __add__

    def __mul__(self, other: Any) -> Rough:
        return Rough(float(self) * float(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Rough:
        return Rough(float(self) / float(other))

    def __rtruediv__(self, other: Any) -> Rough:
        return Rough(float(other) / float(self))


def _function(row: Row) -> Any:
    return lambda *arguments: Rough(row.numeric(*map(np.float64, arguments)))


ROUGH = Arithmetic(
    name="four digits",
    number=Rough,
    cells=lambda array, rank: [Rough(v) for v in array.astype(float).ravel().tolist()],
    array=lambda cells, shape: np.array([float(c) for c in cells]).reshape(shape),
    function=_function,
    power=lambda base, exponent: Rough(float(base) ** float(exponent)),
    larger=lambda a, b: b if b > a else a,
    exceeds=lambda a, b: float(a) > float(b),
    ratio=lambda p, q: Rough(p / q),
    pi=lambda: Rough(np.pi),
    context=nullcontext,
)
