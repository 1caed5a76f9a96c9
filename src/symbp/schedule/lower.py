"""Scalar bodies lowered to array expressions: pointwise work, broadcast by the names of the indices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce

import sympy

from symbp.equation import Access, Affine, Index, IndexValue, Read, reads
from symbp.functions import Elementary, Prime, local_derivative, relu
from symbp.program import Program
from symbp.schedule.arrays import ONE, Apply, Array, Axes, Counted, Gather, Operand, Position, Scalar, View
from symbp.schedule.order import Order, common_factor, is_negative, is_scalar


class NoKernel(Exception):
    """No array form is known; the equation falls back to loops."""


@dataclass(frozen=True)
class Lowering:
    """Lowers the bodies of one equation.

    Attributes:
        frame: The indices of the equation in the order of the axes of its result, reduced ones last.
        given: Arrays that stand for symbols, for the stable forms of functions.
        outer: The order of the axes that a reduction leaves, if it is not that of the frame.
    """

    program: Program
    order: Order
    frame: Axes
    given: Mapping[sympy.Symbol, Array] = field(default_factory=dict)
    outer: Axes = ()

    @cached_property
    def _place(self) -> dict[Index, int]:
        return {index: k for k, index in enumerate(self.frame)}

    def axes(self, arrays: Iterable[Array]) -> Axes:
        """The union of the axes of some arrays, in the order of the frame."""
        union = {index for array in arrays for index in array.axes}
        return tuple(sorted(union, key=self._place.__getitem__))

    def left(self, arrays: Iterable[Array], over: Axes) -> Axes:
        """The axes of what is left of a product of some arrays once it is reduced."""
        axes = [i for i in self.axes(arrays) if i not in over]
        return tuple(sorted(axes, key=self.outer.index) if self.outer else axes)

    def in_memory_order(self, body: sympy.Expr) -> Lowering:
        """The lowering that keeps elementwise work in the order in which the largest operand lies in memory."""
        largest = max(reads(body), key=lambda r: len(set(r.access.index_atoms()) & set(self.frame)), default=None)
        if largest is None:
            return self
        first = [i for i in dict.fromkeys(largest.access.index_atoms()) if i in self._place]
        rest = [i for i in self.frame if i not in first]
        # what the operand lacks keeps its place in front of it, where NumPy broadcasts
        front = [i for i in rest if self._place[i] < min((self._place[j] for j in first), default=0)]
        order = (*front, *first, *(i for i in rest if i not in front))
        return replace(self, frame=order, outer=self.outer or self.frame)

    def apply(self, function: str, *args: Array) -> Apply:
        return Apply(function, args, self.axes(args))

    def array(self, body: sympy.Expr) -> Array:
        """The array of a scalar body over the frame.

        Raises:
            NoKernel: the body reads at positions that are no plain indices.
        """
        if body in self.given:
            return self.given[body]
        if self._is_scalar(body):
            return Scalar(body)
        if isinstance(body, Read):
            return self.read(body.access)
        if isinstance(body, IndexValue):
            return Counted(body.index, (body.index,) if body.index in self._place else ())
        if isinstance(body, sympy.Add):
            return self._sum(body)
        if isinstance(body, sympy.Mul):
            return self.product(body.args)
        if isinstance(body, sympy.Pow):
            return self._power(body)
        if isinstance(body, Prime):
            return self.array(local_derivative(body))
        if isinstance(body, Elementary):
            return self._function(type(body).__name__, body.args)
        raise NoKernel(f"no array form of {type(body).__name__}")

    def _is_scalar(self, body: sympy.Expr) -> bool:
        return is_scalar(body) and not body.free_symbols & self.given.keys()

    def read(self, access: Access) -> Array:
        plain = access.plain_indices
        if plain is not None and all(i in self._place for i in plain) and self._is_whole(access):
            return Operand(access.tensor, plain)
        if not any(True for p in access.indices for _ in p.reads()):
            return self.view(access)
        places = positions(access)
        found = dict.fromkeys(i for p in places for i in ([p] if isinstance(p, Index) else p.index_atoms()))
        axes = sorted((i for i in found if i in self._place), key=self._place.__getitem__)
        return Gather(access.tensor, places, tuple(axes))

    def _is_whole(self, access: Access) -> bool:
        """Whether plain indices run over all of their tensor, as one whose range a guard cuts does not."""
        shape = self.program.tensor[access.tensor].shape
        return all(p.index is not None and p.index.extent == e for p, e in zip(access.indices, shape, strict=True))

    def view(self, access: Access) -> View:
        found = dict.fromkeys(i for i in access.index_atoms() if i in self._place)
        axes = tuple(sorted(found, key=self._place.__getitem__))
        return View(access.tensor, self.program.tensor[access.tensor].shape, access.indices, axes)

    def _sum(self, body: sympy.Add) -> Array:
        factor, inner = common_factor(body)
        terms = self.order.terms(inner.args)
        return self.scaled(factor, [reduce(self.plus, terms[1:], self.array(terms[0]))], [])

    def plus(self, total: Array, term: sympy.Expr) -> Array:
        """``total + term``, or ``total - (-term)`` if the term has a minus sign."""
        if is_negative(term):
            return self.apply("subtract", total, self.array(-term))
        return self.apply("add", total, self.array(term))

    def product(self, factors: Iterable[sympy.Expr]) -> Array:
        """``number * factor * ... / divisor / ...``, the number and the lengths in front."""
        scalars: list[sympy.Expr] = []
        above: list[sympy.Expr] = []
        below: list[sympy.Expr] = []
        for factor in factors:
            if self._is_scalar(factor):
                scalars.append(factor)
            elif isinstance(factor, sympy.Pow) and is_negative(factor.exp):
                below.append(factor.base**-factor.exp)
            else:
                above.append(factor)
        tops = [self.array(f) for f in self.order.factors(above)]
        bottoms = [self.array(f) for f in self.order.factors(below)]
        return self.scaled(sympy.Mul(*scalars), tops, bottoms)

    def scaled(self, scale: sympy.Expr, above: list[Array], below: list[Array]) -> Array:
        """``scale * above[0] * ... / below[0] / ...``."""
        if above:
            value = reduce(lambda a, b: self.apply("multiply", a, b), above)
        elif below:
            value, below, scale = self.apply("divide", Scalar(scale), below[0]), below[1:], sympy.Integer(1)
        else:
            return Scalar(scale)
        value = reduce(lambda a, b: self.apply("divide", a, b), below, value)
        if isinstance(value, Apply) and value.function == "multiply" and isinstance(value.args[0], Scalar):
            scale, value = scale * value.args[0].value, value.args[1]
        if isinstance(value, Scalar):
            return Scalar(scale * value.value)
        if scale == 1:
            return value
        if scale == -1:
            return self.apply("negative", value)
        return self.apply("multiply", Scalar(scale), value)

    def _function(self, name: str, arguments: tuple[sympy.Expr, ...]) -> Array:
        if name == "step" and isinstance(arguments[0], relu):
            arguments = arguments[0].args  # relu(z) > 0 just where z > 0
        return self.apply(name, *(self.array(a) for a in arguments))

    def _power(self, body: sympy.Pow) -> Array:
        base, exponent = body.args
        if is_negative(exponent):
            return self.apply("divide", ONE, self.array(base**-exponent))
        if exponent == sympy.Rational(1, 2):
            return self.apply("sqrt", self.array(base))
        return self.apply("power", self.array(base), self.array(exponent))


def positions(access: Access) -> tuple[Position, ...]:
    """The positions of an access, each an index or an element of an integer tensor.

    Raises:
        NoKernel: a position is something else, or an index is used twice.
    """
    found = tuple(_position(p) for p in access.indices)
    plain = [p for p in found if isinstance(p, Index)]
    if len(set(plain)) < len(plain):
        raise NoKernel(f"{access} uses an index twice")
    return found


def _position(position: Affine) -> Position:
    if position.index is not None:
        return position.index
    if not position.constant and len(position.terms) == 1 and position.terms[0][0] == 1:
        atom = position.terms[0][1]
        if isinstance(atom, Access) and atom.plain_indices is not None:
            return atom
    raise NoKernel(f"{position} is shifted or strided")
