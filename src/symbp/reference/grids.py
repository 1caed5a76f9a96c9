"""The meaning of a program a whole equation at a time: for programs that nested loops would take minutes over.

Every equation is evaluated at once on the grid of its indices, in NumPy; nothing is scheduled, and sums of products are
taken as they stand. A float tensor has one more axis behind its own, of lanes: each is another perturbation of the
same values, so that one run takes a complex step along many directions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from math import prod
from typing import Any, TypeAlias

import numpy as np
import sympy

from symbp.equation import Access, Affine, Equation, Guard, Index, IndexValue, Length, Read, Size
from symbp.errors import ProgramError
from symbp.functions import ROWS, Elementary, Prime, local_derivative
from symbp.program import GIVEN, Program, Scan
from symbp.reference.arithmetic import FLOAT, Array
from symbp.reference.loops import Sizes, Values, extent_of, shape_of

Bindings: TypeAlias = Mapping[str, int]  # the values of indices that enclosing scans have bound
RELATIONS = {">=": np.greater_equal, "==": np.equal, "!=": np.not_equal}


def evaluate_grids(program: Program, values: Values, sizes: Sizes) -> dict[str, Array]:
    """The value of every tensor of a program, as ``evaluate`` gives it in floats.

    Args:
        program: A well-formed program.
        values: Arrays by name, of the tensors' shapes; one of floats may have one more axis, of complex lanes.
        sizes: The run-time sizes by name.

    Returns:
        Arrays by name, with an axis of lanes if some value has one.

    Raises:
        ProgramError: a value is missing, or has another shape.

    >>> from symbp.equation import read
    >>> from symbp.program import Tensor
    >>> i = Index("i", 2)
    >>> square = Equation(Access.of("L"), read("x", i) * read("x", i), over=(i,), reduction="sum")
    >>> program = Program((Tensor("x", (2,), "input"), Tensor("L", (), "loss")), (square,))
    >>> float(evaluate_grids(program, {"x": [3.0, 4.0]}, {})["L"])
    25.0
    """
    arrays, laned = _stored(program, values, sizes)
    with np.errstate(all="ignore"):
        for statement in program.statements:
            for equation, bindings in _runs(statement, sizes):
                _Grid(arrays, sizes, equation, bindings).run()
    floats = {t.name for t in program.tensors if t.dtype == "float"}
    return {name: a[..., 0] if name in floats and not laned else a for name, a in arrays.items()}


def _stored(program: Program, values: Values, sizes: Sizes) -> tuple[dict[str, Array], bool]:
    """An array for every tensor, zero where it is computed, and whether there are lanes."""
    arrays: dict[str, Array] = {}
    targets = {e.target for e in program.equations()}
    for tensor in program.tensors:
        shape = shape_of(tensor, sizes)
        if tensor.name not in values or tensor.name in targets:
            if tensor.role in GIVEN and tensor.name not in targets:
                raise ProgramError(f"{tensor.name} is given to the program, and no value for it was passed")
            continue
        value = np.asarray(values[tensor.name])
        laned = tensor.dtype == "float" and value.ndim == len(shape) + 1
        if (value.shape[:-1] if laned else value.shape) != shape:
            raise ProgramError(f"{tensor.name} has a value of shape {value.shape}; {tensor} needs {shape}")
        kind = np.int64 if tensor.dtype == "int" else complex if laned else float
        arrays[tensor.name] = value.astype(kind) if laned or tensor.dtype == "int" else value.astype(kind)[..., None]
    lanes = [a.shape[-1] for a in arrays.values() if a.dtype == complex]
    for name in targets:
        tensor = program.tensor[name]
        shape = shape_of(tensor, sizes)
        whole = tensor.dtype == "int"
        one = (*shape, lanes[0] if lanes else 1)
        arrays[name] = np.zeros(shape, np.int64) if whole else np.zeros(one, complex if lanes else float)
    return arrays, bool(lanes)


def _runs(statement: Equation | Scan, sizes: Sizes) -> Iterator[tuple[Equation, Bindings]]:
    if isinstance(statement, Equation):
        yield statement, {}
        return
    rounds = range(extent_of(statement.index.extent, sizes))
    for at in reversed(rounds) if statement.reverse else rounds:
        for equation in statement.body:
            yield equation, {statement.index.name: at}


@dataclass
class _Grid:
    """One equation on the grid of its indices: an axis for each of ``domain``, of ``over``, and one of lanes."""

    arrays: dict[str, Array]
    sizes: Sizes
    equation: Equation
    bindings: Bindings
    known: dict[sympy.Expr, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        indices = (*self.equation.domain, *self.equation.over)
        self.extents = tuple(extent_of(i.extent, self.sizes) for i in indices)
        self.axis = {index.name: axis for axis, index in enumerate(indices)}

    def run(self) -> None:
        """Add what the equation says to its left side."""
        value = REDUCTIONS[self.equation.reduction](self)
        target, lhs = self.arrays[self.equation.target], self.equation.lhs
        if target.dtype == np.int64:
            value = value[..., 0].real.astype(np.int64)
        domain = self.extents[: len(self.equation.domain)]
        lanes = target.shape[len(lhs.indices) :]
        places = self.places(lhs)
        flat = tuple(p.reshape(p.shape[: len(domain)]) if isinstance(p, np.ndarray) else p for p in places)
        value = np.broadcast_to(value, (*domain, *lanes))
        if lhs.plain_indices is not None and set(lhs.plain_indices) == set(self.equation.domain):
            part = target[tuple(slice(extent_of(i.extent, self.sizes)) for i in lhs.plain_indices)]
            part += value.transpose(*(self.axis[i.name] for i in lhs.plain_indices), *range(len(domain), value.ndim))
        elif not any(isinstance(p, np.ndarray) for p in flat):
            target[flat] += value.sum(axis=tuple(range(len(domain))))
        else:
            np.add.at(target, tuple(np.broadcast_to(p, domain) for p in flat), value)

    def full(self) -> Array:
        """The body at every point of the grid."""
        value = self.body(self.equation.body)
        return np.broadcast_to(value, (*self.extents, value.shape[-1]))

    @property
    def over(self) -> tuple[int, ...]:
        """The axes that are reduced."""
        return tuple(range(len(self.equation.domain), len(self.extents)))

    def allowed(self) -> Array | None:
        """Where on the grid all guards hold; nothing if there are none."""
        if not self.equation.guards:
            return None
        found = reduce(np.logical_and, map(self.guard, self.equation.guards))
        return np.broadcast_to(found, self.extents)

    def guard(self, guard: Guard) -> Any:
        return RELATIONS[guard.relation](self.position(guard.affine), 0)

    def position(self, affine: Affine) -> Any:
        """A position at every point of the grid, as a number or as an array with an axis for each index."""
        total: Any = affine.constant
        for coefficient, atom in affine.terms:
            if isinstance(atom, Size):
                total = total + coefficient * extent_of(atom, self.sizes)
            elif isinstance(atom, Index):
                total = total + coefficient * self.index(atom)
            else:
                total = total + coefficient * self.read(atom)
        return total

    def places(self, access: Access) -> list[Any]:
        """The positions of an access; what guards keep out because it lies outside is moved to the end of its axis."""
        found = [self.position(p) for p in access.indices]
        if not self.equation.guards:
            return found
        return [np.clip(p, 0, e - 1) for p, e in zip(found, self.arrays[access.tensor].shape, strict=False)]

    def index(self, index: Index) -> Any:
        if index.name in self.bindings:
            return self.bindings[index.name]
        axis = self.axis[index.name]
        shape = [1] * len(self.extents)
        shape[axis] = self.extents[axis]
        return np.arange(self.extents[axis]).reshape(shape)

    def read(self, access: Access) -> Array:
        """A tensor at positions of the grid, as an array with an axis for each index."""
        array, places = self.arrays[access.tensor], self.places(access)
        if not access.indices:
            found = array
        elif access.plain_indices and self._is_whole(array, access.plain_indices):
            found = self._spread(array, access.plain_indices)
        else:
            found = array[tuple(places)]
        wanted = len(self.extents) + (array.ndim > len(access.indices))
        return found.reshape((1,) * (wanted - found.ndim) + found.shape)

    def _is_whole(self, array: Array, indices: tuple[Index, ...]) -> bool:
        """Whether indices run over all of a tensor, none of them bound by a scan."""
        free = not any(i.name in self.bindings for i in indices)
        return free and tuple(self.extents[self.axis[i.name]] for i in indices) == array.shape[: len(indices)]

    def _spread(self, array: Array, indices: tuple[Index, ...]) -> Array:
        """A tensor whose axes are those of indices, as a view with the axes of the grid."""
        order = sorted(range(len(indices)), key=lambda k: self.axis[indices[k].name])
        shape = [1] * len(self.extents)
        for index in indices:
            shape[self.axis[index.name]] = self.extents[self.axis[index.name]]
        lanes = array.shape[len(indices) :]
        return array.transpose(*order, *range(len(indices), array.ndim)).reshape(*shape, *lanes)

    # The value of an expression at every point; an axis has length 1 where nothing depends on it.

    def body(self, node: sympy.Expr) -> Array:
        if node not in self.known:
            self.known[node] = next(method for kind, method in NODES if isinstance(node, kind))(self, node)
        return self.known[node]

    def number(self, value: Any) -> Array:
        return np.reshape(np.asarray(value), (1,) * (len(self.extents) + 1))

    def power(self, node: sympy.Pow) -> Array:
        base = self.body(node.base)
        if isinstance(node.exp, sympy.Integer):
            count = int(node.exp)
            whole = reduce(np.multiply, [base] * abs(count)) if count else np.ones_like(base)
            return 1 / whole if count < 0 else whole
        exponent = self.body(node.exp)
        return FLOAT.power(base, exponent.item() if exponent.size == 1 else exponent)

    def elementary(self, node: Elementary) -> Array:
        return np.asarray(ROWS[node.func.__name__].numeric(*map(self.body, node.args)))

    def floats(self, node: Read) -> Array:
        found = self.read(node.access)
        whole = self.arrays[node.access.tensor].dtype == np.int64
        return found[..., None].astype(float) if whole else found

    def index_value(self, node: IndexValue) -> Array:
        value = self.index(node.index)
        return self.number(value) if not isinstance(value, np.ndarray) else value[..., None].astype(float)


NODES: tuple[tuple[Any, Any], ...] = (
    (Read, _Grid.floats),
    (Length, lambda grid, node: grid.number(float(grid.sizes[node.name]))),
    (IndexValue, _Grid.index_value),
    (sympy.Rational, lambda grid, node: grid.number(node.p / node.q)),
    (sympy.Float, lambda grid, node: grid.number(float(node))),
    (type(sympy.pi), lambda grid, node: grid.number(np.pi)),
    (sympy.Add, lambda grid, node: reduce(np.add, map(grid.body, node.args))),
    (sympy.Mul, lambda grid, node: reduce(np.multiply, map(grid.body, node.args))),
    (sympy.Pow, _Grid.power),
    (Elementary, _Grid.elementary),
    (Prime, lambda grid, node: grid.body(local_derivative(node))),
)


def _kept(grid: _Grid) -> Array:
    allowed = grid.allowed()
    return grid.full() if allowed is None else np.where(allowed[..., None], grid.full(), 0)


def _largest(grid: _Grid) -> Array:
    """The largest by its real part, the first of several; zero where there is none."""
    value, places = grid.full(), _places(grid)
    flat = value.reshape(*value.shape[: len(grid.equation.domain)], -1, value.shape[-1])
    found = np.take_along_axis(flat, places[..., None], axis=-2)[..., 0, :]
    allowed = grid.allowed()
    return found if allowed is None else np.where(allowed.any(axis=grid.over)[..., None], found, 0)


def _places(grid: _Grid) -> Array:
    """Where the largest stands, counted over all values of the reduced indices, with an axis of one place."""
    real = grid.full()[..., 0].real
    allowed = grid.allowed()
    real = real if allowed is None else np.where(allowed, real, -np.inf)
    counts = real.shape[: len(grid.equation.domain)]
    return real.reshape(*counts, prod(grid.extents[len(counts) :])).argmax(axis=-1)[..., None]


REDUCTIONS: dict[str, Any] = {
    "": _kept,
    "sum": lambda grid: _kept(grid).sum(axis=grid.over),
    "max": _largest,
    "argmax": _places,
}
