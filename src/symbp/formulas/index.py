"""Index notation: ``sum[n](delta1[n,i]*x[n,j])``, the language of docs/equations.md.

A value has an axis for each index that it depends on. Positions count from 0, as in equations. Where there is one
sample, its index may be left out of all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from symbp.equation import Size
from symbp.errors import Fault
from symbp.formulas.grammar import Condition
from symbp.formulas.letters import accesses, condition_letters, letters_of, shifted, tensor_text
from symbp.formulas.names import Ref
from symbp.formulas.reading import Reading, Run, Values, extents
from symbp.formulas.tree import (
    Access,
    Call,
    Derivative,
    Name,
    Node,
    Number,
    Product,
    Reduce,
    Sum,
    Transpose,
    walk,
)
from symbp.layers.fragment import BATCH

LARGEST = 20_000_000  # points of the largest array of one evaluation
RELATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


@dataclass(frozen=True)
class Axes:
    """A value with an axis for each of some indices, in the order of their names."""

    names: tuple[str, ...]
    array: Any


@dataclass(frozen=True)
class IndexReading(Reading):
    """A formula with indices; ``one`` where the index of the only sample is left out."""

    one: bool = False

    notation = "index"

    @property
    def of_any_size(self) -> bool:
        return not self.one

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters of the axes of what the gradient is by, that of the sample apart where it is left out."""
        return self.target.letters if self.target is not None else ()

    def value(self, values: Values) -> Any:
        run = IndexRun(self, values)
        with run.numbers.context():
            found = run.top()
        target = self.target
        if target is None:
            return found.array
        shape = extents(target.tensor, run.sizes)
        if target.is_number or not shape:
            return found.array.reshape(())
        wanted = shape[len(shape) - len(self.letters) :]
        return np.broadcast_to(run.spread(found, self.letters), wanted).reshape(shape)

    def part(self, node: Node, values: Values) -> Any:
        run = IndexRun(self, values)
        with run.numbers.context():
            run.bind(run.free_extents())
            return run.value(node).array


class IndexRun(Run):
    """One evaluation in index notation."""

    reading: IndexReading

    def __post_init__(self) -> None:
        super().__post_init__()
        self.bound: dict[str, int] = {}
        self.conditions: tuple[Condition, ...] = self.reading.read.conditions

    # Indices and how far they run

    def top(self) -> Axes:
        """The value of the whole formula, whose free indices are those of what the gradient is by."""
        self.bind(self.free_extents())
        found: Axes = self.value(self.reading.read.tree)
        for name in found.names:
            if self.reading.target is not None and name not in self.reading.letters:
                raise self._free(name)
        self._conditions_met()
        return found

    def _free(self, name: str) -> Fault:
        node = next(
            (n for n in walk(self.reading.read.tree) if isinstance(n, Access) and name in letters_of(n)),
            self.reading.read.tree,
        )
        letters = ", ".join(self.reading.letters) or "none"
        remedy = f"Sum over it, as in sum[{name}](...); the free indices of {self._asked} are: {letters}."
        return self.fault(f"index {name} is free", remedy, node.span)

    @property
    def _asked(self) -> str:
        target = self.reading.target
        return f"dL/d{target.asked}" if target is not None else "the formula"

    def bind(self, found: Mapping[str, int]) -> None:
        self.bound = {**self.bound, **found}

    def free_extents(self) -> dict[str, int]:
        """How far the free indices of the whole formula run."""
        found: dict[str, int] = {}
        target = self.reading.target
        if target is not None and self.reading.letters and not target.is_number:
            shape = extents(target.tensor, self.sizes)
            found = dict(zip(self.reading.letters, shape[len(shape) - len(self.reading.letters) :], strict=True))
        return self._extents(self.reading.read.tree, found)

    def _extents(self, tree: Node, known: Mapping[str, int]) -> dict[str, int]:
        """How far indices run, from the axes that they stand at; first where one stands alone."""
        found, first = dict(known), dict[str, Access]()
        places = list(self._places(tree))
        for access, letter, shift, extent, flexible in sorted(places, key=lambda p: p[2] != 0):
            if letter not in found:
                found[letter] = extent - shift if shift > 0 else extent
                first[letter] = access
            elif shift == 0 and extent != found[letter] and not flexible:
                raise self._conflict(letter, found[letter], extent, access, first.get(letter))
            elif shift == 0 and flexible:
                found[letter] = min(found[letter], extent)
        return found

    def _conflict(self, letter: str, one: int, other: int, access: Access, before: Access | None) -> Fault:
        text = self.reading.text
        if before is None:
            said = f"index {letter} runs over {one} in {self._asked}, and over {other} in {text[slice(*access.span)]}"
            return self.fault(said, "Give one of them another letter.", access.span)
        said = f"index {letter} runs over {one} in {text[slice(*before.span)]}, and over {other} here"
        return self.fault(said, "Give one of them another letter.", access.span, before.span)

    def _places(self, tree: Node) -> Iterator[tuple[Access, str, int, int, bool]]:
        """Where an index stands at an axis of a tensor, alone but for a number."""
        for access, hidden in accesses(tree):
            ref, shape = self._ref(access), self._shape(access)
            sizes = ref.tensor.shape[len(ref.tensor.shape) - len(shape) :]
            for position, extent, size in zip(access.positions, shape, sizes, strict=True):
                alone = shifted(position)
                if alone is not None and alone[0] not in hidden:
                    yield access, alone[0], alone[1], extent, isinstance(size, Size) and size.name != BATCH.name

    def _ref(self, node: Access) -> Ref:
        ref = self.reading.names.array(node.base)
        if ref is None:
            raise self.reading.names.unknown(node.base, self.reading.text)
        return ref

    def _shape(self, node: Access) -> tuple[int, ...]:
        """The extents of the axes that an access names."""
        tensor = self._ref(node).tensor
        shape = extents(tensor, self.sizes)
        if self.reading.one and tensor.shape[:1] == (BATCH,):
            shape = shape[1:]
        if len(node.positions) != len(shape):
            needed = f"{len(shape)} position{'s' if len(shape) != 1 else ''}"
            axes = ", ".join(map(str, tensor.shape[len(tensor.shape) - len(shape) :]))
            remedy = f"Its axes are {axes}." if axes else ""
            raise self.fault(f"{tensor_text(node)} takes {needed}, not {len(node.positions)}", remedy, node.span)
        return shape

    # Values

    def constant(self, value: Any) -> Axes:
        return Axes((), np.asarray(value))

    def name(self, node: Name) -> Axes:
        if node.text in self.bound:
            counted = self.numbers.array(np.arange(self.bound[node.text]))
            return Axes((node.text,), counted)
        found = self.common(node.text)
        if found is not None:
            return found  # type: ignore[no-any-return]
        return self._whole(node)

    def derivative(self, node: Derivative) -> Axes:
        return self._whole(node)

    def _whole(self, node: Name | Derivative) -> Axes:
        """A tensor without positions: one of no axes, of one sample perhaps."""
        ref = self.reading.names.array(node)
        if ref is None:
            if isinstance(node, Name) and len(node.text) == 1:
                remedy = "An index stands in a sum or in what the gradient is by."
                raise self.fault(f'index "{node.text}" is not bound', remedy, node.span)
            raise self.reading.names.unknown(node, self.reading.text)
        return self.access(Access(node, (), node.span))

    def access(self, node: Access) -> Axes:
        ref, shape = self._ref(node), self._shape(node)
        value = self.numbers.array(self.values[ref.tensor.name])
        if value.ndim > len(shape):
            value = value[0]
        if not shape:
            return Axes((), value)
        places = [self._position(position) for position in node.positions]
        names = tuple(sorted({name for place in places for name in place.names}))
        grids = [self.spread(place, names) for place in places]
        self._inside(node, grids, shape, names)
        clipped = [np.clip(g, 0, extent - 1) for g, extent in zip(grids, shape, strict=True)]
        return Axes(names, value[tuple(np.broadcast_arrays(*clipped))] if names else value[tuple(map(int, clipped))])

    def _inside(self, node: Access, grids: list[Any], shape: tuple[int, ...], names: tuple[str, ...]) -> None:
        """Positions lie inside the tensor at every point that the conditions leave."""
        allowed = self._allowed(names)
        for place, extent, position in zip(grids, shape, node.positions, strict=True):
            outside = ((place < 0) | (place >= extent)) & allowed
            if np.any(outside):
                found = int(np.broadcast_to(place, np.shape(outside))[np.nonzero(outside)][0]) if names else int(place)
                problem = f"position {found} lies outside the axis of {tensor_text(node)}: 0 to {extent - 1}"
                remedy = "Positions count from 0 among indices; a condition keeps them inside: ... where t >= 1."
                raise self.fault(problem, remedy, position.span)

    def _position(self, node: Node) -> Axes:
        """A position: whole numbers, made of indices, numbers and lengths."""
        if isinstance(node, Number) and node.text.isdigit():
            return Axes((), np.asarray(int(node.text)))
        if isinstance(node, Name) and node.text in self.bound:
            return Axes((node.text,), np.arange(self.bound[node.text]))
        if isinstance(node, Name) and self.reading.names.is_length(node.text):
            return Axes((), np.asarray(self.sizes[node.text]))
        if isinstance(node, Sum):
            total = Axes((), np.asarray(0))
            for sign, term in node.terms:
                value = self._position(term)
                total = self._joined(total, Axes(value.names, sign * value.array), np.add)
            return total
        if isinstance(node, Product) and all(f.sign == "*" for f in node.others):
            product = self._position(node.first)
            for factor in node.others:
                product = self._joined(product, self._position(factor.node), np.multiply)
            return product
        if isinstance(node, Access | Name):
            return self._label(node)
        raise self.fault("this is not a position", "A position is made of indices and whole numbers.", node.span)

    def _label(self, node: Access | Name) -> Axes:
        """A tensor of whole numbers in a position: ``E1[tok[n,t],d]``."""
        ref = self.reading.names.array(node.base if isinstance(node, Access) else node)
        if ref is None or ref.tensor.dtype != "int":
            known = ", ".join(sorted(self.bound)) or "none"
            text = self.reading.text[slice(*node.span)]
            raise self.fault(f'unknown index "{text}"', f"Indices here: {known}.", node.span)
        found = self.value(node if isinstance(node, Access) else Access(node, (), node.span))
        return Axes(found.names, np.asarray(found.array, dtype=int))

    def spread(self, value: Axes, names: tuple[str, ...]) -> Any:
        """An array with the axes of some indices, of one place where it does not depend on one."""
        order = sorted(value.names, key=names.index)
        array = np.transpose(value.array, [value.names.index(n) for n in order])
        sizes = dict(zip(order, array.shape, strict=True))
        return array.reshape([sizes.get(n, 1) for n in names])

    def _joined(self, one: Axes, other: Axes, operation: Callable[[Any, Any], Any]) -> Axes:
        names = tuple(sorted({*one.names, *other.names}))
        count = prod(self.bound.get(n, 1) for n in names)
        if count > LARGEST:
            problem = f"a product has {count:,} entries; at most {LARGEST:,} are computed"
            raise self.fault(problem, "Sum in parts, or compare in a smaller network.", self.reading.read.tree.span)
        return Axes(names, np.asarray(operation(self.spread(one, names), self.spread(other, names))))

    # Formulas

    def applied(self, function: Callable[..., Any], arguments: list[Any]) -> Axes:
        names = tuple(sorted({n for a in arguments for n in a.names}))
        return Axes(names, np.asarray(function(*(self.spread(a, names) for a in arguments))))

    def sum(self, node: Sum) -> Axes:
        total = self.constant(self.numbers.number(0))
        for sign, term in node.terms:
            total = self._joined(total, self.value(term), np.add if sign > 0 else np.subtract)
        return total

    def product(self, node: Product) -> Axes:
        total: Axes = self.value(node.first)
        for factor in node.others:
            total = self._joined(total, self.value(factor.node), np.divide if factor.sign == "/" else np.multiply)
        return total

    def reduce(self, node: Reduce) -> Axes:
        names = [index.text for index in node.indices]
        outer = self.bound
        free = {k: v for k, v in outer.items() if k not in names}
        inner = self._extents(node.body, free)
        for index in node.indices:
            if index.text not in inner:
                problem = f"nothing in this sum has the index {index.text}"
                raise self.fault(problem, "An index stands in the brackets of a tensor.", index.span)
        self.bound = inner
        body = self._kept(self.value(node.body), names)
        found = self._reduced(node, body, names)
        self.bound = outer
        return found

    def _reduced(self, node: Reduce, body: Axes, names: list[str]) -> Axes:
        every = tuple(sorted({*body.names, *names}))
        full = np.broadcast_to(self.spread(body, every), [self.bound[n] for n in every])
        axes = tuple(every.index(n) for n in names)
        left = tuple(n for n in every if n not in names)
        if node.kind == "max":
            return Axes(left, np.asarray(full.max(axis=axes)))
        total = np.asarray(full.sum(axis=axes))
        return Axes(left, total / prod(self.bound[n] for n in names) if node.kind == "mean" else total)

    def transpose(self, node: Transpose) -> Axes:
        raise self.fault("a tensor with indices is not transposed", "Exchange its indices.", node.span)

    def special(self, name: str, node: Call) -> Axes:
        found = super().special(name, node)
        assert isinstance(found, Axes)
        return found

    # Conditions

    def _kept(self, body: Axes, names: list[str]) -> Axes:
        """A body where the conditions hold that concern some indices; zero elsewhere."""
        for condition in self.conditions:
            concerned = condition_letters(condition)
            if concerned & set(names) and concerned <= set(self.bound):
                holds = self._holds(condition)
                body = self._joined(body, holds, lambda value, yes: np.where(yes, value, 0))
        return body

    def _allowed(self, names: tuple[str, ...]) -> Any:
        """Where all conditions hold that are on indices among some."""
        allowed: Any = np.asarray(True)
        for condition in self.conditions:
            if condition_letters(condition) <= set(names):
                allowed = allowed & self.spread(self._holds(condition), names)
        return allowed

    def _holds(self, condition: Condition) -> Axes:
        sides = [self._position(side) for side in condition.sides]
        found: Axes | None = None
        for left, relation, right in zip(sides[:-1], condition.relations, sides[1:], strict=True):
            holds = self._joined(left, right, RELATIONS[relation])
            found = holds if found is None else self._joined(found, holds, np.logical_and)
        assert found is not None
        return found

    def _conditions_met(self) -> None:
        """Every condition concerns some sum."""
        summed = [{i.text for i in n.indices} for n in walk(self.reading.read.tree) if isinstance(n, Reduce)]
        for condition in self.conditions:
            if not any(condition_letters(condition) & names for names in summed):
                raise self.fault("no sum runs over the indices of this condition", "", condition.span)
