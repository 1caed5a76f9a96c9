"""What the matrices of a sequence are worth, by what is printed of them: S_2 is a slice, W_{3…4} two rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from symbp import mathtree as m
from symbp.mathtree.nodes import Position

ALL = "·"  # in a subscript: all rows
Slices = Mapping[m.Symbol, tuple[Any, tuple[int, ...]]]


class RowValues(Mapping[m.Symbol, Any]):
    """The values of arrays of one sample, cut out by the subscripts that are printed.

    Args:
        arrays: For each symbol its array, and which of the array's axes a subscript fixes.
        sizes: The values of lengths.
    """

    def __init__(self, arrays: Slices, sizes: Mapping[str, int]) -> None:
        self.arrays, self.sizes = arrays, sizes

    def __getitem__(self, symbol: m.Symbol) -> Any:
        if (symbol.base, symbol.style) == ("1", "bold") and len(symbol.sub) == 1:
            (count,) = symbol.sub
            return ((1,),) * (self.sizes[str(count)] if count in self.sizes else int(str(count)))
        if symbol == m.Symbol(symbol.base) and symbol.base in self.sizes:
            return self.sizes[symbol.base]
        for own in range(len(symbol.sub) + 1):
            found = self.arrays.get(replace(symbol, sub=symbol.sub[:own]))
            if found is not None:
                return _cut(*found, symbol.sub[own:])
        raise KeyError(symbol)

    def __contains__(self, symbol: object) -> bool:
        try:
            self[symbol]  # type: ignore[index]
        except (KeyError, IndexError, ValueError):
            return False
        return True

    def __iter__(self) -> Iterator[m.Symbol]:
        raise TypeError("values are looked up, not listed")

    def __len__(self) -> int:
        raise TypeError("values are looked up, not listed")


class RowPartials(Mapping[tuple[m.Symbol, m.Symbol], Any]):
    """The derivatives of one quantity by arrays, in the same way."""

    def __init__(self, of: m.Symbol, values: RowValues) -> None:
        self.of, self.values_of = of, values

    def __getitem__(self, key: tuple[m.Symbol, m.Symbol]) -> Any:
        if key[0] != self.of:
            raise KeyError(key)
        return self.values_of[key[1]]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, tuple) and key[0] == self.of and key[1] in self.values_of

    def __iter__(self) -> Iterator[tuple[m.Symbol, m.Symbol]]:
        raise TypeError("derivatives are looked up, not listed")

    def __len__(self) -> int:
        raise TypeError("derivatives are looked up, not listed")


def _cut(array: Any, fixed: tuple[int, ...], sub: tuple[Position, ...]) -> Any:
    """The rows that remain of an array: a number for each fixed axis, then spans of the others; a vector is a column,
    and so is one number.

    Raises:
        KeyError: the subscripts are not those of the array.
    """
    at, spans = sub[: len(fixed)], sub[len(fixed) :]
    rest = array.ndim - len(fixed)
    if len(at) < len(fixed) or len(spans) > rest:
        raise KeyError(sub)
    places: list[Any] = [slice(None)] * array.ndim
    free = [a for a in range(array.ndim) if a not in fixed]
    for axis, place in zip(fixed, at, strict=True):
        if not isinstance(place, int) or not 1 <= place <= array.shape[axis]:
            raise KeyError(sub)
        places[axis] = place - 1
    for axis, place in zip(free, spans, strict=False):
        places[axis] = _slice(place, array.shape[axis])
    found = np.asarray(array[tuple(places)])
    return m.matrix(found if found.ndim == 2 else [[v] for v in found.ravel()])


def _slice(place: Position, extent: int) -> slice:
    if place == ALL:
        return slice(None)
    first, _, last = str(place).partition("…")
    start, end = int(first), int(last or first)
    if not 1 <= start <= end <= extent:
        raise KeyError(place)
    return slice(start - 1, end)
