"""The evaluator: statements, bodies, positions and guards as closures over the elements of the tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from math import prod
from operator import add, itemgetter, mul
from typing import Any, TypeAlias

import numpy as np
import sympy

from symbp.equation import Access, Affine, Atom, Equation, Extent, Guard, Index, IndexValue, Length, Read, Size
from symbp.errors import ProgramError
from symbp.functions import ROWS, Elementary, Prime, local_derivative
from symbp.program import GIVEN, Program, Scan, Tensor
from symbp.reference.arithmetic import FLOAT, Arithmetic, Array, Number

Point: TypeAlias = tuple[int, ...]  # the values of the bound indices, then of domain and over
Values: TypeAlias = Mapping[str, Any]
Sizes: TypeAlias = Mapping[str, int]


def evaluate(program: Program, values: Values, sizes: Sizes, arithmetic: Arithmetic = FLOAT) -> dict[str, Array]:
    """The value of every tensor of a program, by nested loops.

    Args:
        program: A well-formed program; every tensor that is not given starts at zero.
        values: Arrays by name, of the tensors' shapes: inputs, targets, parameters and states, and any other
            tensor that no statement writes. In ``LANES`` an array may have one more axis, the lanes.
        sizes: The run-time sizes by name, ``{"N": 4}``.
        arithmetic: ``FLOAT`` unless stated.

    Returns:
        All tensors by name: float arrays, object arrays of mpmath numbers, or complex arrays ``(*shape, lanes)``;
        integer tensors as integers.

    Raises:
        ProgramError: a value or a size is missing or does not fit, a position lies outside its tensor,
            or ``=`` meets an element that is already written.

    >>> from symbp.equation import Equation, Index, read
    >>> from symbp.program import Program, Tensor
    >>> i, j = Index("i", 2), Index("j", 2)
    >>> square = Equation(Access.of("L"), read("x", i) * read("x", i), over=(i,), reduction="sum")
    >>> program = Program((Tensor("x", (2,), "input"), Tensor("L", (), "loss")), (square,))
    >>> float(evaluate(program, {"x": [3.0, 4.0]}, {})["L"])
    25.0
    """
    with arithmetic.context():
        stores = _stores(program, values, sizes, arithmetic)
        for statement in program.statements:
            for run in _runs(statement, _Compiler(stores, sizes, arithmetic)):
                run()
        return {name: store.array(arithmetic) for name, store in stores.items()}


def shape_of(tensor: Tensor, sizes: Sizes) -> tuple[int, ...]:
    """The shape of a tensor as integers."""
    return tuple(extent_of(e, sizes) for e in tensor.shape)


def extent_of(extent: Extent, sizes: Sizes) -> int:
    """An extent as an integer."""
    if not isinstance(extent, Size):
        return extent
    if extent.name not in sizes:
        raise ProgramError(f"the size {extent.name} has no value; given are {', '.join(sorted(sizes)) or 'none'}")
    return sizes[extent.name] + extent.plus


# The storage of one tensor: its elements row by row, and which of them an equation has written.


@dataclass(frozen=True)
class _Store:
    tensor: Tensor
    shape: tuple[int, ...]
    cells: list[Number]
    written: bytearray

    def array(self, arithmetic: Arithmetic) -> Array:
        if self.tensor.dtype == "int":
            return np.array(self.cells, dtype=np.int64).reshape(self.shape)
        return arithmetic.array(self.cells, self.shape)


def _stores(program: Program, values: Values, sizes: Sizes, arithmetic: Arithmetic) -> dict[str, _Store]:
    targets = {e.target for e in program.equations()}
    stores = {}
    for tensor in program.tensors:
        shape = shape_of(tensor, sizes)
        if tensor.name in values:
            if tensor.name in targets:
                raise ProgramError(f"{tensor.name} has a given value, and the program writes it")
            cells = _given_cells(tensor, shape, values[tensor.name], arithmetic)
        elif tensor.role in GIVEN and tensor.name not in targets:
            raise ProgramError(f"{tensor.name} is given to the program, and no value for it was passed")
        else:
            cells = [0 if tensor.dtype == "int" else arithmetic.number(0)] * prod(shape)
        stores[tensor.name] = _Store(tensor, shape, cells, bytearray(len(cells)))
    return stores


def _given_cells(tensor: Tensor, shape: tuple[int, ...], value: Any, arithmetic: Arithmetic) -> list[Number]:
    array = np.asarray(value)
    laned = arithmetic.lanes and tensor.dtype == "float" and array.ndim == len(shape) + 1
    if (array.shape[:-1] if laned else array.shape) != shape:
        raise ProgramError(f"{tensor.name} has a value of shape {array.shape}; {tensor} needs {shape}")
    if tensor.dtype == "float":
        return arithmetic.cells(array, len(shape))
    integers = [int(v) for v in array.ravel().tolist()]
    if integers != array.ravel().tolist():
        raise ProgramError(f"{tensor.name} holds integers, and its value does not")
    return integers


# Statements -> what to run, in order.


def _runs(statement: Equation | Scan, compiler: _Compiler) -> Iterator[Callable[[], None]]:
    if isinstance(statement, Equation):
        yield compiler.equation(statement, ())
        return
    times = range(extent_of(statement.index.extent, compiler.sizes))
    bodies = [compiler.equation(e, (statement.index,)) for e in statement.body]
    for t in reversed(times) if statement.reverse else times:
        for body in bodies:
            yield lambda body=body, t=t: body(t)  # type: ignore[misc]


@dataclass(frozen=True)
class _Compiler:
    """Turns equations into closures over the stores, once per equation."""

    stores: dict[str, _Store]
    sizes: Sizes
    arithmetic: Arithmetic

    def equation(self, equation: Equation, bound: tuple[Index, ...]) -> Callable[..., None]:
        """A function of the bound indices' values that visits the domain once."""
        slots = {index: k for k, index in enumerate((*bound, *equation.domain, *equation.over))}
        names = {index.name: k for index, k in slots.items()}
        scope = _Scope(self, names)
        guards = [scope.guard(g) for g in equation.guards]
        body = scope.body(equation.body)
        domain, over = self._ranges(equation.domain), self._ranges(equation.over)
        start = len(bound) + len(domain)
        reduction = _REDUCTIONS[equation.reduction](self.arithmetic, start, over)
        place = scope.offset(equation.lhs)
        write = _writer(self.stores[equation.target], equation)

        def run(*outer: int) -> None:
            for point in product(*domain):
                visited = ((*outer, *point, *inner) for inner in product(*over))
                held = (p for p in visited if all(g(p) for g in guards)) if guards else visited
                value = reduction(held, body)
                if value is not None:
                    write(place((*outer, *point)), value)

        return run

    def _ranges(self, indices: tuple[Index, ...]) -> tuple[range, ...]:
        return tuple(range(extent_of(i.extent, self.sizes)) for i in indices)


def _writer(store: _Store, equation: Equation) -> Callable[[int, Number], None]:
    cells, written = store.cells, store.written

    def accumulate(flat: int, value: Number) -> None:
        cells[flat] = cells[flat] + value
        written[flat] = 1

    def claim(flat: int, value: Number) -> None:
        if written[flat]:
            raise ProgramError(f"{equation}: an element is already written; that needs +=")
        cells[flat] = value
        written[flat] = 1

    return accumulate if equation.accumulate else claim


# The reductions: the points at which the guards hold -> the value of the left side, None where there are no points.

Body: TypeAlias = Callable[[Point], Number]
Reducer: TypeAlias = Callable[[Iterator[Point], Body], Number]


def _single(arithmetic: Arithmetic, start: int, over: tuple[range, ...]) -> Reducer:
    return lambda points, body: next(map(body, points), None)


def _folding(operation: Callable[[Number, Number], Number]) -> Reducer:
    def value(points: Iterator[Point], body: Body) -> Number:
        values = map(body, points)
        first = next(values, None)
        return None if first is None else reduce(operation, values, first)

    return value


def _sum(arithmetic: Arithmetic, start: int, over: tuple[range, ...]) -> Reducer:
    return _folding(add)


def _max(arithmetic: Arithmetic, start: int, over: tuple[range, ...]) -> Reducer:
    return _folding(arithmetic.larger)


def _argmax(arithmetic: Arithmetic, start: int, over: tuple[range, ...]) -> Reducer:
    """The flat position, over all points of ``over``; the reduced indices stand from ``start`` on in a point."""

    def value(points: Iterator[Point], body: Body) -> Number:
        best, where = None, None
        for point in points:
            candidate = body(point)
            if where is None or arithmetic.exceeds(candidate, best):
                best, where = candidate, point[start:]
        return (
            None
            if where is None
            else reduce(lambda flat, at: flat * len(at[1]) + at[0], zip(where, over, strict=True), 0)
        )

    return value


_REDUCTIONS: dict[str, Callable[[Arithmetic, int, tuple[range, ...]], Reducer]] = {
    "": _single,
    "sum": _sum,
    "max": _max,
    "argmax": _argmax,
}


# Bodies, positions and guards -> functions of the point.


@dataclass(frozen=True)
class _Scope:
    compiler: _Compiler
    slots: dict[str, int]

    def body(self, node: sympy.Expr) -> Callable[[Point], Number]:
        for kind, method in _NODES:
            if isinstance(node, kind):
                return method(self, node)
        raise ProgramError(f"{node} has no meaning in a body: it is a {type(node).__name__}")

    def constant(self, value: Number) -> Callable[[Point], Number]:
        return lambda point: value

    def read(self, node: Read) -> Callable[[Point], Number]:
        offset, cells = self.offset(node.access), self.compiler.stores[node.access.tensor].cells
        return lambda point: cells[offset(point)]

    def length(self, node: Length) -> Callable[[Point], Number]:
        return self.constant(self.compiler.arithmetic.number(extent_of(Size(node.name), self.compiler.sizes)))

    def index_value(self, node: IndexValue) -> Callable[[Point], Number]:
        slot, number = self.slots[node.name], self.compiler.arithmetic.number
        return lambda point: number(point[slot])

    def rational(self, node: sympy.Rational) -> Callable[[Point], Number]:
        return self.constant(self.compiler.arithmetic.ratio(int(node.p), int(node.q)))

    def float(self, node: sympy.Float) -> Callable[[Point], Number]:
        return self.constant(self.compiler.arithmetic.number(float(node)))

    def pi(self, node: sympy.Expr) -> Callable[[Point], Number]:
        return self.constant(self.compiler.arithmetic.pi())

    def add(self, node: sympy.Add) -> Callable[[Point], Number]:
        return _folded(add, [self.body(a) for a in node.args])

    def mul(self, node: sympy.Mul) -> Callable[[Point], Number]:
        return _folded(mul, [self.body(a) for a in node.args])

    def power(self, node: sympy.Pow) -> Callable[[Point], Number]:
        base = self.body(node.base)
        if isinstance(node.exp, sympy.Integer):
            return _integer_power(base, int(node.exp), self.compiler.arithmetic.number(1))
        exponent, power = self.body(node.exp), self.compiler.arithmetic.power
        return lambda point: power(base(point), exponent(point))

    def elementary(self, node: Elementary) -> Callable[[Point], Number]:
        function = self.compiler.arithmetic.function(ROWS[node.func.__name__])
        arguments = [self.body(a) for a in node.args]
        return lambda point: function(*[a(point) for a in arguments])

    def prime(self, node: Prime) -> Callable[[Point], Number]:
        return self.body(local_derivative(node))

    def offset(self, access: Access) -> Callable[[Point], int]:
        """The place of an element among the cells of its tensor; a position outside is an error."""
        store = self.compiler.stores[access.tensor]
        axes = [(self.affine(p), extent) for p, extent in zip(access.indices, store.shape, strict=True)]

        def flat(point: Point) -> int:
            total = 0
            for position, extent in axes:
                at = position(point)
                if not 0 <= at < extent:
                    raise ProgramError(
                        f"{access}: position {at} lies outside an axis of {store.tensor}: 0 to {extent - 1}"
                    )
                total = total * extent + at
            return total

        return flat

    def affine(self, affine: Affine) -> Callable[[Point], int]:
        if affine.index is not None:
            return itemgetter(self.slots[affine.index.name])
        terms = [(c, self._atom(atom)) for c, atom in affine.terms]
        constant = affine.constant
        return lambda point: constant + sum(c * atom(point) for c, atom in terms)

    def _atom(self, atom: Atom) -> Callable[[Point], int]:
        if isinstance(atom, Size):
            extent = extent_of(atom, self.compiler.sizes)
            return lambda point: extent
        return itemgetter(self.slots[atom.name]) if isinstance(atom, Index) else self.read(Read(atom))

    def guard(self, guard: Guard) -> Callable[[Point], bool]:
        affine, relation = self.affine(guard.affine), _RELATIONS[guard.relation]
        return lambda point: relation(affine(point))


_RELATIONS: dict[str, Callable[[int], bool]] = {
    ">=": lambda v: v >= 0,
    "==": lambda v: v == 0,
    "!=": lambda v: v != 0,
}
_NODES: tuple[tuple[Any, Callable[[_Scope, Any], Callable[[Point], Number]]], ...] = (
    (Read, _Scope.read),
    (Length, _Scope.length),
    (IndexValue, _Scope.index_value),
    (sympy.Rational, _Scope.rational),
    (sympy.Float, _Scope.float),
    (type(sympy.pi), _Scope.pi),
    (sympy.Add, _Scope.add),
    (sympy.Mul, _Scope.mul),
    (sympy.Pow, _Scope.power),
    (Elementary, _Scope.elementary),
    (Prime, _Scope.prime),
)


def _folded(operation: Callable[[Number, Number], Number], parts: Sequence[Any]) -> Callable[[Point], Number]:
    first, second, *rest = parts
    if not rest:
        return lambda point: operation(first(point), second(point))
    return lambda point: reduce(operation, [p(point) for p in parts])


def _integer_power(base: Callable[[Point], Number], exponent: int, one: Number) -> Callable[[Point], Number]:
    """Repeated squaring: exact in every arithmetic, and complex lanes keep their tiny imaginary part."""

    def power(value: Number, n: int) -> Number:
        if n == 1:
            return value
        half = power(value, n // 2)
        return half * half * value if n % 2 else half * half

    if exponent < 0:
        return lambda point: one / power(base(point), -exponent)
    return lambda point: power(base(point), exponent)
