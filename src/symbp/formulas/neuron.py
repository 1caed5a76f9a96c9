"""Neuron notation: every name is one number, ``2*(yhat - y)*yhat*(1 - yhat)*a1``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from symbp.formulas.locals import total_derivative
from symbp.formulas.quantity import position
from symbp.formulas.reading import Reading, Run, Values
from symbp.formulas.tree import Access, Derivative, Name, Node, Number, Product, Reduce, Sum, Transpose
from symbp.layers.fragment import BATCH
from symbp.views.scalar import Element


@dataclass(frozen=True)
class NeuronReading(Reading):
    """A formula of single numbers."""

    notation = "neuron"

    def value(self, values: Values) -> Any:
        found = self.part(self.read.tree, values)
        if self.target is None or self.target.is_number:
            return found
        shape = np.shape(values[self.target.tensor.name])
        return np.reshape(found, shape) if int(np.prod(shape)) == 1 else found

    def part(self, node: Node, values: Values) -> Any:
        run = NeuronRun(self, values)
        with run.numbers.context():
            return run.value(node)

    @property
    def samples(self) -> int:
        return int(self.sizes.get(BATCH.name, 1))


class NeuronRun(Run):
    """One evaluation in neuron notation."""

    reading: NeuronReading

    def name(self, node: Name) -> Any:
        found = self.common(node.text)
        if found is not None:
            return found
        element = self.reading.names.element(node, self.reading.samples)
        if element is not None:
            return self._of(element)
        ref = self.reading.names.array(node)
        if ref is None:
            raise self.reading.names.unknown(node, self.reading.text)
        shape = np.shape(self.values[ref.tensor.name])
        if int(np.prod(shape)) == 1:
            return self.numbers.array(self.values[ref.tensor.name]).reshape(())
        raise self.fault(
            f"{node.text} is a whole array of {'x'.join(map(str, shape))} numbers",
            "Name one of them in neuron notation, or write all in layer notation.",
            node.span,
        )

    def _of(self, element: Element) -> Any:
        return self.numbers.array(np.asarray(self.values[element.tensor])[element.index])

    def derivative(self, node: Derivative) -> Any:
        names, samples = self.reading.names, self.reading.samples
        element = names.element(node, samples)
        if element is not None:
            return self._of(element)
        if node.of != "L":
            of, by = (names.element(Name(n, node.span), samples) for n in (node.of, node.by))
            if of is not None and by is not None:
                return self._local(node, of, by)
        ref = names.array(node)
        if ref is not None and int(np.prod(np.shape(self.values[ref.tensor.name]))) == 1:
            return self.numbers.array(self.values[ref.tensor.name]).reshape(())
        raise names.unknown(node, self.reading.text)

    def _local(self, node: Derivative, of: Element, by: Element) -> Any:
        found = total_derivative(self.reading.derivation, self.sizes, of, by, self.values, self.numbers)
        if found is None:
            problem = f"{node.of} does not depend on {node.by}"
            raise self.fault(problem, "A factor of the chain rule is of one quantity by an earlier one.", node.span)
        return found

    def access(self, node: Access) -> Any:
        ref = self.reading.names.array(node.base)
        if ref is None:
            raise self.reading.names.unknown(node.base, self.reading.text)
        numbers = []
        for place in node.positions:
            if not isinstance(place, Number) or not place.text.isdigit():
                raise self.fault("a position is a number, counted from 1", "Such as W1[1,2].", place.span)
            numbers.append(int(place.text))
        at = position(ref.tensor, tuple(numbers), self.reading.derivation, self.sizes, self.reading.text, node.span)
        return self._of(Element(ref.tensor.name, at))

    def sum(self, node: Sum) -> Any:
        total = self.numbers.number(0)
        for sign, term in node.terms:
            total = total + self.value(term) if sign > 0 else total - self.value(term)
        return total

    def product(self, node: Product) -> Any:
        total = self.value(node.first)
        for factor in node.others:
            value = self.value(factor.node)
            if factor.sign == "/" and self.numbers.exact and value == 0:
                raise self.fault("this divides by zero", "", factor.node.span)
            total = total / value if factor.sign == "/" else total * value
        return total

    def reduce(self, node: Reduce) -> Any:
        raise self.fault(
            "there is nothing to sum in neuron notation", "Write the terms, with + between them.", node.head
        )

    def transpose(self, node: Transpose) -> Any:
        raise self.fault("a single number is not transposed", "Leave ^T out.", node.span)
