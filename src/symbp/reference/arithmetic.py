"""Three arithmetics in which the loops run: floats, complex lanes and mpmath.

In ``LANES`` each element is a complex vector, so that one run of the loops takes the complex step along many
directions at once. In ``multiprecision(digits)`` a float enters by its decimal spelling. Branches look at the
real part.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeAlias

import mpmath
import numpy as np

from symbp.errors import ProgramError
from symbp.functions import Row

Array: TypeAlias = Any  # an ndarray of floats, integers, complex lanes or mpmath numbers
Number: TypeAlias = Any  # one element of such an array


@dataclass(frozen=True)
class Arithmetic:
    """How numbers enter, and what the few operations are that ``+`` and ``*`` do not cover.

    Attributes:
        number: An element from a float, an integer or an element.
        cells: The elements of a given array, row by row.
        array: The array of the given shape, from its elements.
        function: The implementation of a row of the table.
        power: ``base ** exponent`` for an exponent that is not an integer.
        larger: The larger of two elements, the first on ties.
        exceeds: Whether the first element is larger, as one truth value.
        ratio: A fraction from its numerator and denominator.
        pi: The circle's constant, in the working precision.
        context: What must surround the loops: a precision, or a treatment of overflow.
        lanes: Whether given arrays may carry one more axis, of lanes.
    """

    name: str
    number: Callable[[Any], Number]
    cells: Callable[[Array, int], list[Number]]
    array: Callable[[list[Number], tuple[int, ...]], Array]
    function: Callable[[Row], Callable[..., Number]]
    power: Callable[[Number, Number], Number]
    larger: Callable[[Number, Number], Number]
    exceeds: Callable[[Number, Number], bool]
    ratio: Callable[[int, int], Number]
    pi: Callable[[], Number]
    context: Callable[[], AbstractContextManager[Any]]
    lanes: bool = False


def _numpy_power(base: Number, exponent: Number) -> Number:
    if np.ndim(exponent) == 0 and abs(exponent) == 0.5:  # np.power loses half the digits of a tiny imaginary part
        return np.sqrt(base) if exponent > 0 else 1 / np.sqrt(base)
    return np.power(base, exponent)


def _exceeds(a: Number, b: Number) -> bool:
    larger = np.real(a) > np.real(b)
    if np.ndim(larger) and larger.any() != larger.all():
        raise ProgramError("lanes disagree about which element is the maximum: their real parts must be the same")
    return bool(np.all(larger))


def _lane_cells(array: Array, rank: int) -> list[Number]:
    flat = array.astype(complex)
    return list(flat.reshape(-1, array.shape[-1]) if array.ndim > rank else flat.ravel())


def _lane_array(cells: list[Number], shape: tuple[int, ...]) -> Array:
    lanes = max((np.size(c) for c in cells), default=1)
    out = np.empty((len(cells), lanes), dtype=complex)
    for row, cell in zip(out, cells, strict=True):
        row[...] = cell
    return out.reshape(*shape, lanes)


FLOAT = Arithmetic(
    name="float64",
    number=np.float64,
    cells=lambda array, rank: list(array.astype(np.float64).ravel()),
    array=lambda cells, shape: np.array(cells, dtype=np.float64).reshape(shape),
    function=lambda row: row.numeric,
    power=_numpy_power,
    larger=lambda a, b: b if b > a else a,
    exceeds=_exceeds,
    ratio=lambda p, q: np.float64(p / q),
    pi=lambda: np.float64(np.pi),
    context=lambda: np.errstate(all="ignore"),
)
LANES = Arithmetic(
    name="complex lanes",
    number=np.float64,
    cells=_lane_cells,
    array=_lane_array,
    function=lambda row: row.numeric,
    power=_numpy_power,
    larger=lambda a, b: np.asarray(np.where(np.real(b) > np.real(a), b, a))[()],
    exceeds=_exceeds,
    ratio=lambda p, q: np.float64(p / q),
    pi=lambda: np.float64(np.pi),
    context=lambda: np.errstate(all="ignore"),
    lanes=True,
)


def _decimal(value: Any) -> Number:
    """A number of mpmath; a float enters as the shortest decimal that it prints as."""
    if isinstance(value, mpmath.mpf | mpmath.mpc):
        return +value
    return mpmath.mpf(int(value)) if isinstance(value, int | np.integer) else mpmath.mpf(repr(float(value)))


def _object_array(cells: list[Number], shape: tuple[int, ...]) -> Array:
    out = np.empty(len(cells), dtype=object)
    out[:] = cells
    return out.reshape(shape)


def multiprecision(digits: int = 50) -> Arithmetic:
    """Arithmetic of mpmath with ``digits`` decimal digits; ``0.1`` means one tenth."""
    return Arithmetic(
        name=f"mpmath, {digits} digits",
        number=_decimal,
        cells=lambda array, rank: [_decimal(v) for v in array.ravel().tolist()],
        array=_object_array,
        function=lambda row: row.mp,
        power=lambda base, exponent: base**exponent,
        larger=lambda a, b: b if mpmath.re(b) > mpmath.re(a) else a,
        exceeds=lambda a, b: bool(mpmath.re(a) > mpmath.re(b)),
        ratio=lambda p, q: mpmath.mpf(p) / q,
        pi=lambda: +mpmath.pi,
        context=lambda: mpmath.workdps(digits),
    )


def of_sum_one(rows: Any, digits: int) -> Array:
    """Numbers divided by their sums along the last axis: a third has no last decimal."""
    given = np.asarray(rows)
    with mpmath.workdps(digits):
        exact = _object_array([_decimal(value) for value in given.ravel().tolist()], given.shape)
        return exact / exact.sum(axis=-1, keepdims=True)
