"""What the symbols of displayed lines are worth: entries beyond the ends of a tensor, derivatives when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

import mpmath

from symbp import mathtree as m
from symbp.equation import Affine, Equation, Extent, Guard
from symbp.reference import extent_of
from symbp.views.naming import LOSS, Naming, elements
from symbp.views.scalar import Element

Places: TypeAlias = tuple[range, bool]  # of an axis, and whether what lies beyond them is read


class Padded(dict[m.Symbol, Any]):
    """The values of symbols; an entry beyond the ends of a tensor that windows or steps read is zero.

    Args:
        places: The positions that a tensor has, axis by axis, by its symbol without subscripts; for each axis also
            whether others are read.
    """

    def __init__(self, known: Mapping[m.Symbol, Any], places: Mapping[m.Symbol, tuple[Places, ...]]) -> None:
        super().__init__(known)
        self.places = places

    def __contains__(self, symbol: object) -> bool:
        return super().__contains__(symbol) or (isinstance(symbol, m.Symbol) and self.is_beyond(symbol))

    def __missing__(self, symbol: m.Symbol) -> Any:
        if self.is_beyond(symbol):
            return mpmath.mpf(0)
        raise KeyError(symbol)

    def is_beyond(self, symbol: m.Symbol) -> bool:
        """Whether a symbol is an entry beyond the ends of its tensor."""
        places = self.places.get(replace(symbol, sub=()))
        if places is None or len(places) != len(symbol.sub) or not all(isinstance(p, int) for p in symbol.sub):
            return False
        beyond = [padded for at, (inside, padded) in zip(symbol.sub, places, strict=True) if at not in inside]
        return bool(beyond) and all(beyond)


class Partials(Mapping[tuple[m.Symbol, m.Symbol], Any]):
    """The values of partial derivatives by what is printed of them, each computed when it is asked for."""

    def __init__(
        self,
        elements: Mapping[m.Symbol, Element],
        derivative: Callable[[Element, Element], Any],
        beyond: Callable[[m.Symbol], bool],
    ) -> None:
        self.elements, self.derivative, self.beyond = elements, derivative, beyond

    def __getitem__(self, key: tuple[m.Symbol, m.Symbol]) -> Any:
        if self.beyond(key[1]):
            return mpmath.mpf(0)
        of, by = (self.elements[symbol] for symbol in key)
        return self.derivative(of, by)

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, tuple):
            return False
        return all(symbol in self.elements for symbol in key) or self.beyond(key[1])

    def __iter__(self) -> Iterator[tuple[m.Symbol, m.Symbol]]:
        raise TypeError("derivatives are looked up, not listed")

    def __len__(self) -> int:
        raise TypeError("derivatives are looked up, not listed")


@dataclass(frozen=True)
class Entries:
    """What the printed entries of tensors are: which elements, and what these are worth.

    Attributes:
        index_naming: How entries are called in index notation.
        single: How single elements are called, where they are worked.
        tensors: The values of the tensors.
        sizes: The run-time sizes that belong to the values.
        truths: The integer tensors that only say yes or no: the others hold positions, which count from 1.
        beyond: The axes of tensors that something is read beyond the ends of: (tensor, axis).
    """

    index_naming: Naming
    single: Naming | None
    tensors: Mapping[str, Any]
    sizes: Mapping[str, int]
    truths: frozenset[str]
    beyond: frozenset[tuple[str, int]]

    @cached_property
    def values(self) -> dict[m.Symbol, Any]:
        """The value of every entry."""
        known: dict[m.Symbol, Any] = {}
        for name, tensor in self.index_naming.program.tensor.items():
            if name not in self.tensors:
                continue
            for element in elements(tensor, self.sizes):
                value = self.tensors[name][element.index]
                if tensor.dtype == "int":
                    value = int(value) + (name not in self.truths)
                if tensor.of is not None:
                    known[delta(self._entry(element))] = value
                    continue
                known[self._entry(element)] = value
                if self.single is not None and name in self.single.program.tensor:
                    known[self.single.symbol(element)] = value
        return known

    @cached_property
    def places(self) -> dict[m.Symbol, tuple[Places, ...]]:
        """The positions in the tensors that may be read beyond their ends, by their symbols without subscripts."""
        found: dict[m.Symbol, tuple[Places, ...]] = {}
        for tensor in self.index_naming.program.tensors:
            shape = tuple(extent_of(e, self.sizes) for e in tensor.shape)
            padded = tuple((tensor.name, axis) in self.beyond for axis in range(len(shape)))
            if any(padded):
                start = Element(tensor.name, (0,) * len(shape))
                symbol = replace(self._entry(start), sub=())
                ends = zip(self.index_naming.places(start), shape, padded, strict=True)
                places = tuple((range(first, first + extent), beyond) for first, extent, beyond in ends)
                dropped = self.index_naming.drops_batch(tensor)
                found[delta(symbol) if tensor.of is not None else symbol] = places[1:] if dropped else places
        return found

    @cached_property
    def elements(self) -> dict[m.Symbol, Element]:
        """The element that each entry is."""
        found: dict[m.Symbol, Element] = {LOSS: Element("L")}
        for tensor in self.index_naming.program.tensors:
            if tensor.of is None and tensor.name in self.tensors:
                for element in elements(tensor, self.sizes):
                    found[self._entry(element)] = element
                    if self.single is not None and tensor.name in self.single.program.tensor:
                        found[self.single.symbol(element)] = element
        return found

    def _entry(self, element: Element) -> m.Symbol:
        """An entry as index notation prints it, at given positions."""
        return self.index_naming.at(element.tensor, self.index_naming.places(element))


def delta(symbol: m.Symbol) -> m.Symbol:
    """The adjoint of an entry, as an error signal: delta^{(2)}_i for z^{(2)}_i."""
    return replace(symbol, base="delta" if symbol.base == "z" else f"{symbol.base} bar")


def shown_guards(equation: Equation, shape: Callable[[str], tuple[Extent, ...]]) -> tuple[Guard, ...]:
    """The conditions that must be said: that a window stays inside what it reads need not, where nothing lies outside.

    In a sum of products a factor that is zero beyond its ends says the same as the condition.

    Args:
        shape: The shape of a tensor.
    """
    if equation.reduction not in ("", "sum"):
        return equation.guards
    factors = [r.access for r in equation.reads if equation.body.subs(r, 0) == 0]
    places = [p for a in factors for p in zip(a.indices, shape(a.tensor), strict=True) if p[0].index is None]
    return tuple(g for g in equation.guards if not (g.relation == ">=" and any(_bounds(g, *p) for p in places)))


def _bounds(guard: Guard, position: Affine, extent: Extent) -> bool:
    """Whether a guard is ``position >= 0`` or ``extent - 1 - position >= 0``."""
    return Affine() in (guard.affine - position, guard.affine + position + 1 - extent)
