"""Layers without numbers of their own: branches brought together, shapes changed, a function applied."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from math import prod
from operator import add, mul
from typing import ClassVar

import sympy

from symbp.equation import Access, Affine, Equation, Read, Tensor
from symbp.errors import Fault
from symbp.layers.activations import Activation
from symbp.layers.fragment import Fragment, Shape, Site, at, define, sample_axes
from symbp.layers.layer import MANY, ActivationLike, Layer, option, times
from symbp.names import size


@dataclass(frozen=True)
class Elementwise(Layer):
    """Branches of one shape, entry by entry; one that has only the first axes of it counts for all further ones."""

    reads: ClassVar[tuple[int, int]] = MANY

    activation: ActivationLike = option(Activation.of, default="identity")

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        largest = max(inputs, key=len)
        if any(shape != largest[: len(shape)] for shape in inputs):
            problem = f"{self.kind} needs inputs of one shape, has {' and '.join(map(times, inputs))}"
            raise Fault(problem, "A smaller one may have the first axes of the larger.", ("input",))
        return largest

    def combined(self, values: list[Read]) -> sympy.Expr:
        raise NotImplementedError

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        axes = sample_axes(out)
        values = [at(source, *axes[: len(source.shape)]) for source in sources]
        return Fragment((out,), (define(out, axes, self.combined(values)),))


@dataclass(frozen=True)
class Add(Elementwise):
    """The sum of branches, as in a residual connection: ``a = x + f(x)``.

    >>> Add(input=["x", "f"]).output_shape(((8,), (8,)))
    (8,)

    Source: He, Zhang, Ren and Sun (2016), Deep Residual Learning for Image Recognition, section 3.2.
    """

    kind: ClassVar[str] = "add"

    def combined(self, values: list[Read]) -> sympy.Expr:
        return reduce(add, values)


@dataclass(frozen=True)
class Multiply(Elementwise):
    """The product of branches, entry by entry: a gate.

    >>> Multiply(input=["x", "gate"]).output_shape(((8, 4, 4), (8,)))
    (8, 4, 4)
    """

    kind: ClassVar[str] = "multiply"

    def combined(self, values: list[Read]) -> sympy.Expr:
        return reduce(mul, values)


@dataclass(frozen=True)
class Concatenate(Layer):
    """Branches one after the other along an axis.

    >>> Concatenate(input=["a", "b"]).output_shape(((8, 4, 4), (2, 4, 4)))
    (10, 4, 4)

    Args:
        axis: Along which; 1 is the first axis of a sample, 0 would be the batch.
    """

    kind: ClassVar[str] = "concatenate"
    reads: ClassVar[tuple[int, int]] = MANY

    axis: int = option(size, default=1)
    activation: ActivationLike = option(Activation.of, default="identity")

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        place = self.axis - 1
        if self.axis > min(map(len, inputs)):
            problem = f"the inputs {' and '.join(map(times, inputs))} do not all have an axis {self.axis}"
            raise Fault(problem, "1 is the first axis of a sample.", ("axis",))
        rest = {(shape[:place], shape[place + 1 :]) for shape in inputs}
        if len(rest) > 1:
            has = " and ".join(map(times, inputs))
            raise Fault(f"concatenate needs inputs that agree but for axis {self.axis}, has {has}", "", ("input",))
        return (*inputs[0][:place], sum(shape[place] for shape in inputs), *inputs[0][place + 1 :])

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        equations, before = [], 0
        for source in sources:
            axes = sample_axes(source)
            positions = [Affine.of(i) for i in axes]
            positions[self.axis] += before
            equations.append(Equation(Access(out.name, tuple(positions)), at(source, *axes), axes))
            extent = source.shape[self.axis]
            assert isinstance(extent, int)
            before += extent
        return Fragment((out,), tuple(equations))


@dataclass(frozen=True)
class Flatten(Layer):
    """All entries of a sample as one vector, row by row.

    >>> Flatten().output_shape(((8, 4, 4),))
    (128,)
    """

    kind: ClassVar[str] = "flatten"

    activation: ActivationLike = option(Activation.of, default="identity")

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        return (prod(inputs[0]),)

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        n, *axes = sample_axes(sources[0])
        position = Affine()
        for index in axes:
            assert isinstance(index.extent, int)
            position = position * index.extent + index
        lhs = Access.of(out.name, n, position)
        return Fragment((out,), (Equation(lhs, at(sources[0], n, *axes), (n, *axes)),))


@dataclass(frozen=True)
class Apply(Layer):
    """A function of each entry, as a layer of its own.

    >>> Apply("relu").output_shape(((8,),))
    (8,)
    """

    kind: ClassVar[str] = "activation"

    activation: ActivationLike = option(Activation.of)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        return inputs[0]

    def activated(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        return self.function.fragment(sources[0], out)

    predicted = activated
