"""Layers without numbers of their own: branches brought together, shapes changed, a function applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from math import prod
from operator import add, mul
from typing import ClassVar

import sympy

from symbp.equation import Access, Affine, Equation, Read, Size
from symbp.errors import Fault
from symbp.layers.activations import Activation
from symbp.layers.fragment import Fragment, Shape, Site, at, define, fixed, is_sequence, sample_axes, steps
from symbp.layers.layer import MANY, ActivationLike, Layer, Sequences, option, optional, times
from symbp.names import size
from symbp.program import Tensor


@dataclass(frozen=True)
class Elementwise(Layer):
    """Branches of one shape, entry by entry; one that has only the first axes of it counts for all further ones."""

    reads: ClassVar[tuple[int, int]] = MANY
    sequences: ClassVar[Sequences] = "passed"

    activation: ActivationLike = option(Activation.of, default="identity")

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        largest = max(inputs, key=len)
        if any(shape != largest[: len(shape)] for shape in inputs):
            problem = f"{self.kind} needs inputs of one shape, has {' and '.join(map(times, inputs))}"
            raise Fault(problem, "A smaller one may have the first axes of the larger.", ("input",))
        return next((shape for shape in inputs if shape == largest and is_sequence(shape)), largest)

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

    >>> Concatenate(input=["a", "b"]).output_shape(((steps(5), 3), (steps(5), 4)))
    (5, 7)

    Args:
        axis: Along which; 1 is the first axis of a sample, 0 would be the batch. If left out, the first axis, and of
            sequences that of their features, 2.
    """

    kind: ClassVar[str] = "concatenate"
    reads: ClassVar[tuple[int, int]] = MANY
    sequences: ClassVar[Sequences] = "passed"

    axis: int | None = option(optional(size), default=None)
    activation: ActivationLike = option(Activation.of, default="identity")

    def along(self, shapes: Sequence[Shape]) -> int:
        """The axis, counted with the batch as 0."""
        if self.axis is not None:
            return self.axis
        return 2 if any(map(is_sequence, shapes)) else 1

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        axis = self.along(inputs)
        place, has = axis - 1, " and ".join(map(times, inputs))
        if axis > min(map(len, inputs)):
            problem = f"the inputs {has} do not all have an axis {axis}"
            raise Fault(problem, "1 is the first axis of a sample.", ("axis",))
        if any(isinstance(shape[place], Size) for shape in inputs):
            problem = f"the inputs {has} have a run-time length along axis {axis}, and so the sum of their lengths"
            raise Fault(problem, "Leave axis out: the features stand one after the other.", ("axis",))
        rest = {(shape[:place], shape[place + 1 :]) for shape in inputs}
        if len(rest) > 1:
            raise Fault(f"concatenate needs inputs that agree but for axis {axis}, has {has}", "", ("input",))
        first = next(filter(is_sequence, inputs), inputs[0])
        total = sum(fixed(shape[place] for shape in inputs))
        return (*first[:place], steps(total) if is_sequence(first) and place == 0 else total, *first[place + 1 :])

    def equations(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        equations, before, axis = [], 0, self.along([source.shape[1:] for source in sources])
        for source in sources:
            axes = sample_axes(source)
            positions = [Affine.of(i) for i in axes]
            positions[axis] += before
            equations.append(Equation(Access(out.name, tuple(positions)), at(source, *axes), axes))
            extent = source.shape[axis]
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
        return (prod(fixed(inputs[0])),)

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
    sequences: ClassVar[Sequences] = "passed"

    activation: ActivationLike = option(Activation.of)

    def output_shape(self, inputs: tuple[Shape, ...]) -> Shape:
        return inputs[0]

    def activated(self, sources: tuple[Tensor, ...], own: tuple[Tensor, ...], out: Tensor, site: Site) -> Fragment:
        return self.function.fragment(sources[0], out)

    predicted = activated
