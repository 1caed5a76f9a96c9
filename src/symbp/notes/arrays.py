"""The arrays of the layer form: how vectors and matrices are printed, step by step, and what they are worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from symbp import mathtree as m
from symbp.equation import Access, Extent, Read
from symbp.layers.fragment import BATCH
from symbp.mathtree.nodes import Position
from symbp.notes.known import delta
from symbp.notes.lines import operand_order
from symbp.notes.subject import Subject
from symbp.program import Tensor
from symbp.rewrite.softmax import find_softmaxes
from symbp.views.layerform import ONES, LayerForm, Layout, NoMatrixForm
from symbp.views.naming import LOSS
from symbp.views.paper import running


@dataclass(frozen=True)
class Arrays:
    """The arrays of one layout: how they are printed, and what they are worth."""

    subject: Subject
    layout: Layout

    @cached_property
    def form(self) -> LayerForm:
        return LayerForm(
            self.subject.base.result, self.layout, self.array, self.subject.timeline, operand_order(self.subject)
        )

    @cached_property
    def softmaxes(self) -> dict[str, str]:
        """The tensors that are a softmax, and of what."""
        found = {}
        for softmax in find_softmaxes(self.subject.textbook.base.result):
            argument = softmax.e.body.args[0]
            if isinstance(argument, Read):
                found[softmax.p.target] = argument.access.tensor
        return found

    @cached_property
    def readers(self) -> Counter[str]:
        """How many definitions read each tensor."""
        of = self.subject.textbook_definition
        return Counter(n for name in self.subject.in_order for n in {n for e in of(name) for n in e.tensors_read})

    def array(self, access: Access) -> m.Node:
        """What an access reads as one array: of the step that it is at, and of a part the entries."""
        tensor = self.subject.tensor(access.tensor)
        steps = self.subject.timeline.axes.get(tensor.of or tensor.name, frozenset())
        sub: list[Position] = []
        for axis, (position, extent) in enumerate(zip(access.indices, tensor.shape, strict=True)):
            index = running(position)
            if axis in steps:
                sub.append(self.subject.index_naming.position(position))
            elif index is not None and index.extent != extent and isinstance(index.extent, int):
                if axis != self._unit_axis(tensor):
                    raise NoMatrixForm(f"{access} is a part of its rows")
                sub.append(part_text(position.constant, index.extent))
        return self.symbol(access.tensor, tuple(sub))

    def _unit_axis(self, tensor: Tensor) -> int:
        """The first axis of the entries of an array."""
        steps = self.subject.timeline.axes.get(tensor.of or tensor.name, frozenset())
        return next((a for a, e in enumerate(tensor.shape) if a not in steps and e != BATCH), -1)

    def symbol(self, name: str, sub: tuple[Position, ...] = ()) -> m.Node:
        """A tensor as one array; the adjoint of a pre-activation as an error signal, any other as a derivative."""
        tensor = self.subject.tensor(name)
        if tensor.of is None:
            return self._capital(tensor, sub)
        if tensor.letter == "z":  # by its usual letter, whatever the spec calls the pre-activation
            whole = self.subject.index_naming.whole(name)
            signal = delta(replace(whole, sub=(*whole.sub, *sub)))
            return replace(signal, base="Delta") if self.layout == "batch" else signal
        return m.Partial(LOSS, self._capital(self.subject.tensor(tensor.of), sub))

    def _capital(self, tensor: Tensor, sub: tuple[Position, ...] = ()) -> m.Symbol:
        whole = self.subject.index_naming.whole(tensor.name)
        symbol = replace(whole, sub=(*whole.sub, *sub))
        large = replace(whole, base=whole.base.upper())
        if self.layout == "batch" and _of_samples(tensor) and len(whole.base) == 1 and large not in self._of_weights:
            return replace(large, sub=symbol.sub)
        return symbol

    @cached_property
    def _of_weights(self) -> frozenset[m.Symbol]:
        """The symbols of what has no row for each sample: a large letter may be one of them."""
        naming = self.subject.index_naming
        return frozenset(naming.whole(t.name) for t in naming.program.tensors if t.of is None and not _of_samples(t))

    @cached_property
    def environment(self) -> m.Environment:
        if not self.subject.checked:
            return m.Environment({})
        symbols: dict[m.Symbol, Any] = {m.Symbol(name): size for name, size in self.subject.sizes.items()}
        symbols |= {m.Symbol(BATCH.name): self.samples, ONES: ((1,),) * self.samples}
        partials: dict[tuple[m.Symbol, m.Symbol], Any] = {}
        for tensor in self.subject.index_naming.program.tensor.values():
            for node, value in self._arrays(tensor):
                if isinstance(node, m.Partial):
                    partials[node.of, node.wrt] = value
                elif isinstance(node, m.Symbol):
                    symbols[node] = value
        return m.Environment(symbols, partials)

    def _arrays(self, tensor: Tensor) -> Iterator[tuple[m.Node, Any]]:
        """The arrays that a tensor is on paper, and their values: of a sequence, one for each step and two beyond."""
        if tensor.name not in self.values or tensor.dtype == "int" or len(self.flat(tensor)) > 2:
            return
        value = self.values[tensor.name]
        steps = self.subject.timeline.axes.get(tensor.of or tensor.name, frozenset())
        if len(steps) != 1:
            yield from self._with_parts(tensor, (), value) if not steps else ()
            return
        (axis,) = steps
        for row in range(-self.beyond, value.shape[axis] + self.beyond):
            at = self.subject.timeline.row(tensor.of or tensor.name, axis, row)
            inside = 0 <= row < value.shape[axis]
            rows = value.take(row, axis=axis) if inside else value.take(0, axis=axis) * 0
            yield from self._with_parts(tensor, (at,), rows)

    def _with_parts(self, tensor: Tensor, sub: tuple[Position, ...], value: Any) -> Iterator[tuple[m.Node, Any]]:
        yield self.symbol(tensor.name, sub), self._as_rows(tensor, value)
        axis = int(tensor.shape[:1] == (BATCH,))
        for first, count in self.parts_read.get(tensor.of or tensor.name, ()):
            part = value.take(range(first, first + count), axis=axis)
            yield self.symbol(tensor.name, (*sub, part_text(first, count))), self._as_rows(tensor, part)

    @cached_property
    def beyond(self) -> int:
        """How many steps before the first and after the last are read."""
        steps = self.subject.timeline
        every = (a for e in self.subject.base.result.equations() for a in (e.lhs, *e.accesses_read()))
        constants = (
            abs(a.indices[axis].constant) + 1
            for a in every
            for axis in steps.axes.get(a.tensor.removesuffix("_bar"), ())
            if axis < len(a.indices) and a.indices[axis].terms
        )
        return max(constants, default=0)

    @cached_property
    def parts_read(self) -> Mapping[str, frozenset[tuple[int, int]]]:
        """For each tensor, where the parts of it begin that equations read or write, and how many entries they have."""
        found: dict[str, set[tuple[int, int]]] = {}
        for equation in self.subject.base.result.equations():
            for access in (equation.lhs, *equation.accesses_read()):
                tensor = self.subject.tensor(access.tensor)
                axis = self._unit_axis(tensor)
                index = running(access.indices[axis]) if axis >= 0 else None
                if index is not None and isinstance(index.extent, int) and index.extent != tensor.shape[axis]:
                    part = (access.indices[axis].constant, index.extent)
                    found.setdefault(tensor.of or tensor.name, set()).add(part)
        return {name: frozenset(parts) for name, parts in found.items()}

    def flat(self, tensor: Tensor) -> tuple[Extent, ...]:
        """The shape of a tensor less its steps."""
        steps = self.subject.timeline.axes.get(tensor.of or tensor.name, frozenset())
        return tuple(e for axis, e in enumerate(tensor.shape) if axis not in steps)

    @property
    def samples(self) -> int:
        return 1 if self.layout == "column" else self.subject.samples

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The values of all tensors; for a column, those of the first sample alone."""
        if self.layout == "batch" or self.subject.samples == 1:
            return self.subject.values
        return self.subject.first_sample

    def _as_rows(self, tensor: Tensor, value: Any) -> Any:
        """A value as rows: a vector is a column, and so is one row of a batch in the column layout."""
        shape = self.flat(tensor)
        if not shape:
            return np.asarray(value)[()]
        if self.layout == "column" and shape[0] == BATCH:
            return m.matrix([[v] for v in value[0]]) if len(shape) == 2 else value[0]
        return m.matrix(value if value.ndim == 2 else [[v] for v in value])

    def shape(self, name: str) -> str:
        tensor = self.subject.derivation.result.tensor.get(name) or self.subject.derivation.start.tensor[name]
        shape = self.flat(tensor)
        if not shape:
            return "1"
        sizes = [str(e) for e in shape]
        if self.layout == "column" and shape[0] == BATCH:
            sizes = sizes[1:]
        return "×".join([*sizes, "1"] if len(sizes) == 1 else sizes) or "1"

    def shapes(self, name: str, right: m.Node) -> str:
        """The shape of a result and, where it is a product, those of its factors."""
        summands = (n.body if isinstance(n, m.BigSum) else n for n in (right, *terms_of(right)))
        product = next((n for n in summands if isinstance(n, m.MatrixProduct)), None)
        factors = [self._factor_shape(f) for f in product.factors] if product else []
        return self.shape(name) + (" = " + "".join(f"({f})" for f in factors) if factors and all(factors) else "")

    def _factor_shape(self, node: m.Node) -> str:
        if isinstance(node, m.Transpose):
            return "×".join(reversed(self._factor_shape(node.body).split("×")))
        return "N×1" if node == ONES else self._shape_of_node.get(_of_all_steps(node), "")

    @cached_property
    def _shape_of_node(self) -> dict[m.Node, str]:
        tensors = self.subject.index_naming.program.tensor
        return {_of_all_steps(self.symbol(name)): self.shape(tensors[name].of or name) for name in tensors}


def _of_all_steps(node: m.Node) -> m.Node:
    """An array without the step that it belongs to."""
    if isinstance(node, m.Partial):
        return replace(node, wrt=replace(node.wrt, sub=()))
    return replace(node, sub=()) if isinstance(node, m.Symbol) else node


def part_text(first: int, count: int) -> str:
    """The entries of a part, counted from 1: ``3…4``."""
    return f"{first + 1}…{first + count}" if count > 1 else str(first + 1)


def terms_of(node: m.Node) -> tuple[m.Node, ...]:
    """The terms of a sum, or the arrays that are multiplied entry by entry."""
    if isinstance(node, m.Sum):
        return node.terms
    return node.factors if isinstance(node, m.Hadamard) else ()


def _of_samples(tensor: Tensor) -> bool:
    """Whether a tensor has a row for each sample."""
    return tensor.shape[:1] == (BATCH,)
