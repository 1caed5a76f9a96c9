"""What a figure is of: an element of a tensor, a whole tensor, or a formula of such, and its value from all values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import mpmath
import numpy as np

from symbp.derive import NetworkDerivation
from symbp.errors import Fault
from symbp.formulas import Formula, quantities, readings
from symbp.views.scalar import Element

Values = Mapping[str, Any]
Position = tuple[int, ...]
FAR, ASIDE = mpmath.mpf("1.015625"), mpmath.mpf("0.00048828125")  # what values are moved by to see if they matter
_NAME = re.compile(r"[\w'∂Δδ./ ]+(\[[\d, ]*\])?")  # what is no formula
_REDUCED = re.compile(r"(?P<by>mean|sum)\((?P<of>[^()]*)\)")  # of all elements, samples among them


@dataclass(frozen=True)
class Quantity:
    """A quantity of a network.

    Attributes:
        text: What it is called, as somebody types it.
        shape: Of what its value is, the sample left out if there is one; nothing for a single number.
        reads: The tensors that it is computed from.
        tensor: The tensor that it is, or is an element of; empty if it is a formula.
        index: Its position there, from 0; of a whole tensor, the beginning that all elements have in common.
        formula: Its value from those of all tensors, whole or of one element.
        solved: The element that a formula says the value of, if it does.
    """

    text: str
    shape: Position
    reads: frozenset[str]
    tensor: str
    index: Position
    formula: Callable[[Values], Any]
    solved: Element | None = None

    def at(self, position: Position) -> Quantity:
        """One element of it, counted from 0."""
        if not position:
            return self
        text = f"{self.text}[{','.join(str(i + 1) for i in position)}]"
        index = (*self.index, *position) if self.tensor else ()
        return replace(self, text=text, shape=self.shape[len(position) :], index=index, formula=_At(self, position))

    def value(self, values: Values) -> Any:
        """Its value, from those of all tensors."""
        return self.formula(values)

    @property
    def element(self) -> Element | None:
        """The element of a tensor that it is."""
        return Element(self.tensor, self.index) if self.tensor and not self.shape else None


@dataclass(frozen=True)
class _At:
    """The value of an element of a quantity."""

    whole: Quantity
    position: Position

    def __call__(self, values: Values) -> Any:
        return np.asarray(self.whole.value(values))[self.position]


@dataclass(frozen=True)
class _Reduced:
    """The sum or the mean of all elements of a quantity."""

    whole: Quantity
    by: str

    def __call__(self, values: Values) -> Any:
        found = np.asarray(self.whole.value(values))
        total = found.sum()
        return total / found.size if self.by == "mean" else total


@dataclass(frozen=True)
class _Part:
    """An element of a tensor, or all of it behind the position given."""

    tensor: str
    index: Position

    def __call__(self, values: Values) -> Any:
        return np.asarray(values[self.tensor])[self.index]


@dataclass(frozen=True)
class Quantities:
    """The quantities of a network by what people type for them.

    Attributes:
        values: The value of every tensor: a formula is worked once to see what shape it has.
    """

    derivation: NetworkDerivation
    values: Values

    def find(self, text: str, whole: bool = False) -> Quantity:
        """The quantity that a text names: ``z1[1]``, ``W1``, ``w31``, ``dL/dW1[1,2]``, ``delta1[1]*W1[1,2]``, ``loss``.

        Args:
            whole: Whether an array is meant, where an array and an element are called the same.

        Raises:
            Fault: the network has no such quantity, or the text is no formula.
        """
        reduced = _REDUCED.fullmatch(text.strip())
        if reduced and _NAME.fullmatch(reduced["of"].strip()):
            whole_one = self.find(reduced["of"], whole=True)
            return replace(
                whole_one, text=text, shape=(), tensor="", index=(), formula=_Reduced(whole_one, reduced["by"])
            )
        typed = self.derivation.start.output if text.strip() == "loss" else text
        try:
            found = quantities(typed, self.derivation)
        except Fault:
            if _NAME.fullmatch(text.strip()):
                raise
            return self._formula(text)
        chosen = (named for named in found if named[1] is None) if whole else iter(found)
        return self._tensor(text, *next(chosen, found[0]))

    def _tensor(self, text: str, tensor: str, index: Position | None) -> Quantity:
        whole = np.shape(self.values[tensor])
        if index is None:
            batched = self.derivation.naming.drops_batch(self._declared(tensor))
            index = (0,) if batched else ()
        return Quantity(text, whole[len(index) :], frozenset({tensor}), tensor, index, _Part(tensor, index))

    def _declared(self, tensor: str) -> Any:
        programs = (self.derivation.result, self.derivation.chain_result)
        return next(program.tensor[tensor] for program in programs if tensor in program.tensor)

    def _formula(self, text: str) -> Quantity:
        found = readings(text, self.derivation, None)
        formula = next((each for each in found if each.sizes == self.derivation.sizes), found[0])
        return Quantity(text, np.shape(formula.value(self.values)), self._reads(formula), "", (), formula.value)

    def _reads(self, formula: Formula) -> frozenset[str]:
        """The tensors whose values matter to a formula: without which it has another value."""
        before = np.asarray(formula.value(self.values))
        found = set()
        for name, value in self.values.items():
            array = np.asarray(value)
            moved = array * FAR + ASIDE if array.dtype == object else array
            if np.any(np.asarray(formula.value({**self.values, name: moved})) != before):
                found.add(name)
        return frozenset(found)


def positions(shape: Position) -> Iterator[Position]:
    """The positions of an array, row by row."""
    return iter(np.ndindex(*shape))
