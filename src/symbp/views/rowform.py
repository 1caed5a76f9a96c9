"""Matrices of a sequence, for one sample: its steps are the rows. ``Q_h = X W^T + 1 b^T``, ``S_h = Q_h K_h^T``.

Nothing here knows a layer. A tensor of more than two axes, the batch apart, is a matrix for each value of all but its
last two: ``s[n,h,t,u]`` is S_h. What an index of such a fixed axis runs along elsewhere is fixed there too. A product
of two reads summed over one index is a matrix product, and which side is transposed follows from where the indices
stand; a vector among matrices is repeated along the axis that it has not, by a vector of ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import sympy

from symbp import mathtree as m
from symbp.equation import Access, Affine, Equation, Extent, Index, IndexValue, Read, reads, substitute_indices
from symbp.layers.fragment import BATCH
from symbp.mathtree.from_sympy import Order, spelling
from symbp.program import Program, Tensor
from symbp.views.layerform import NoMatrixForm, hadamard, is_number, matmul

Shape: TypeAlias = tuple[Extent, ...]
Axes: TypeAlias = Mapping[str, frozenset[int]]


@dataclass(frozen=True)
class Part:
    """The places of an axis that an access reads: ``extent`` of them from ``first`` on, a formula of fixed indices."""

    first: Affine
    extent: int


@dataclass(frozen=True)
class Block:
    """An access as one array.

    Attributes:
        fixed: Its positions at the fixed axes.
        axes: The indices of its rows and columns, or of the entries of a vector.
        parts: For each of these axes the part that is read, ``None`` for all.
    """

    tensor: str
    fixed: tuple[Affine, ...]
    axes: tuple[Index, ...]
    parts: tuple[Part | None, ...]

    @property
    def is_whole(self) -> bool:
        return not any(self.parts)


@dataclass(frozen=True)
class Found:
    """The right side of an equation, and the shapes of the factors of its first matrix product."""

    node: m.Node
    factors: tuple[Shape, ...] = ()


def fixed_axes(tensors: Iterable[Tensor], equations: Iterable[Equation]) -> Axes:
    """The axes of each tensor that are no rows or columns of a matrix.

    >>> from symbp.equation import read
    >>> h, t, u = Index("h", 2), Index("t", 3), Index("u", 4)
    >>> sums = Equation(Access.of("r", h, t), read("e", h, t, u), (h, t), (u,), "sum")
    >>> found = fixed_axes((Tensor("e", (2, 3, 4)), Tensor("r", (2, 3))), (sums,))
    >>> {name: sorted(axes) for name, axes in found.items()}
    {'e': [0], 'r': [0]}
    """
    return _followed({t.name: frozenset(_own(t)[:-2]) for t in tensors}, equations)


def row_axes(tensors: Iterable[Tensor], equations: Iterable[Equation]) -> Axes:
    """The axes along which the rows of a sample's matrices are counted, in what has only this axis too."""
    batched = (t for t in tensors if t.shape and t.shape[0] == BATCH)
    return _followed({t.name: frozenset(_own(t)[-2:-1]) for t in batched}, equations)


def _own(tensor: Tensor) -> list[int]:
    return [axis for axis, extent in enumerate(tensor.shape) if extent != BATCH]


def _followed(start: Axes, equations: Iterable[Equation]) -> Axes:
    """The axes, and those of other tensors that their indices run along."""
    found = {name: set(axes) for name, axes in start.items()}
    places = [list(_places(e)) for e in equations]
    while True:
        before = sum(map(len, found.values()))
        for equation in places:
            known = {index for name, axis, index in equation if axis in found.get(name, ())}
            for name, axis, index in equation:
                if index in known:
                    found.setdefault(name, set()).add(axis)
        if sum(map(len, found.values())) == before:
            return {name: frozenset(axes) for name, axes in found.items() if axes}


def _places(equation: Equation) -> Iterator[tuple[str, int, Index]]:
    """Where an index stands alone in a position."""
    for access in (equation.lhs, *equation.accesses_read()):
        for axis, position in enumerate(access.indices):
            if position.index is not None and position.index.extent != BATCH:
                yield access.tensor, axis, position.index


@dataclass(frozen=True)
class RowForm:
    """How the equations of a program are written with matrices whose rows are the steps.

    Args:
        fixed: The fixed axes of its tensors.
        array_of: What an array is printed as.
        order: A sort key of operands.
    """

    program: Program
    fixed: Axes
    array_of: Callable[[Block], m.Node]
    order: Order = spelling

    def right_side(self, equations: Sequence[Equation]) -> Found:
        """The right side of a definition of one sample.

        Raises:
            NoMatrixForm: there is none.
        """
        left = [self.block(e, e.lhs) for e in equations]
        if not all(block.is_whole for block in left):
            return self._beside(equations, left)
        if len({(block.fixed, tuple(i.extent for i in block.axes)) for block in left}) > 1:
            raise NoMatrixForm("terms over several axes")
        terms = [self._term(e, block.axes) for e, block in zip(equations, left, strict=True)]
        factors = next((t.factors for t in terms if t.factors), ())
        return Found(terms[0].node if len(terms) == 1 else m.Sum(tuple(t.node for t in terms)), factors)

    def piece(self, equation: Equation) -> Found:
        """The right side of an equation that writes a part of an array.

        Raises:
            NoMatrixForm: there is none.
        """
        return self._term(equation, self.block(equation, equation.lhs).axes)

    def block(self, equation: Equation, access: Access) -> Block:
        """An access of an equation as one array.

        Raises:
            NoMatrixForm: it is none.
        """
        tensor, fixed = self.program.tensor[access.tensor], self._fixed_indices(equation)
        at: list[Affine] = []
        axes: list[Index] = []
        parts: list[Part | None] = []
        for axis, (position, extent) in enumerate(zip(access.indices, tensor.shape, strict=True)):
            if extent == BATCH and position.index is not None and position.index.extent == BATCH:
                continue
            if not all(isinstance(atom, Index) for _, atom in position.terms):
                raise NoMatrixForm(f"{access} is picked by what is read")
            free = [(c, atom) for c, atom in position.terms if atom not in fixed]
            if axis in self.fixed.get(access.tensor, ()):
                if free:
                    raise NoMatrixForm(f"{access} is no matrix")
                at.append(position)
                continue
            if len(free) != 1 or free[0][0] != 1 or free[0][1] in axes:
                raise NoMatrixForm(str(access))
            index = free[0][1]
            assert isinstance(index, Index)
            axes.append(index)
            parts.append(_part(position - index, index.extent, extent))
        return Block(access.tensor, tuple(at), tuple(axes), tuple(parts))

    def _fixed_indices(self, equation: Equation) -> frozenset[Index]:
        return frozenset(i for name, axis, i in _places(equation) if axis in self.fixed.get(name, ()))

    def _term(self, equation: Equation, lhs: tuple[Index, ...]) -> Found:
        if equation.guards or equation.reduction not in ("", "sum"):
            raise NoMatrixForm(str(equation))
        over = tuple(i for i in equation.over if i.extent != BATCH)
        if over != equation.over and not self._is_gradient(equation.target):
            raise NoMatrixForm(f"{equation.target} is of all samples")
        if not over:
            return Found(self._elementwise(equation, equation.body, lhs))
        if len(over) > 1 or over[0] in self._fixed_indices(equation):
            raise NoMatrixForm("a sum over several axes")
        coefficient, rest = _coefficient(equation.body)
        product = self._product(equation, rest, lhs, over[0]) or self._sum_along(equation, rest, lhs, over[0])
        if coefficient == 1:
            return product
        return replace(product, node=m.Product((m.from_sympy(coefficient, lambda s: m.Symbol(s.name)), product.node)))

    def _is_gradient(self, name: str) -> bool:
        of = self.program.tensor[name].of
        return of is not None and self.program.tensor[of].role == "parameter"

    def _product(self, equation: Equation, body: sympy.Expr, lhs: tuple[Index, ...], over: Index) -> Found | None:
        """``sum[c](f[a,c]*g[c,b])`` as a product of two matrices, each transposed if its axes stand otherwise."""
        factors = sympy.Mul.make_args(body)
        if len(factors) != 2 or not all(isinstance(f, Read) for f in factors) or len(lhs) not in (1, 2):
            return None
        blocks = [self.block(equation, f.access) for f in factors]
        for first, second in (blocks, blocks[::-1]):
            if set(first.axes) == {lhs[0], over} and set(second.axes) == {over, *lhs[1:]}:
                left = self._oriented(first, (lhs[0], over))
                right = self._oriented(second, (over, *lhs[1:]))
                sizes = ((lhs[0].extent, over.extent), (over.extent, lhs[1].extent if len(lhs) > 1 else 1))
                return Found(matmul(left, right), sizes)
        return None

    def _sum_along(self, equation: Equation, body: sympy.Expr, lhs: tuple[Index, ...], over: Index) -> Found:
        """``sum[c] f[a,c]`` as the product with a vector of ones."""
        if len(lhs) != 1:
            raise NoMatrixForm(str(equation))
        axes = next((b.axes for b in self._blocks(equation, body) if set(b.axes) == {lhs[0], over}), None)
        if axes is None:
            raise NoMatrixForm("a sum of what has not both axes")
        node = self._elementwise(equation, body, axes)
        table = node if axes[1] == over else m.Transpose(node)
        return Found(matmul(table, ones(over.extent)), ((lhs[0].extent, over.extent), (over.extent, 1)))

    def _blocks(self, equation: Equation, body: sympy.Expr) -> Iterator[Block]:
        for operand in sorted(reads(body), key=str):
            yield self.block(equation, operand.access)

    def _elementwise(self, equation: Equation, body: sympy.Expr, axes: tuple[Index, ...]) -> m.Node:
        """A body over whole arrays: products become ⊙, functions apply to each entry."""

        def operand(symbol: sympy.Symbol) -> m.Node:
            if isinstance(symbol, Read):
                return self._repeated(self.block(equation, symbol.access), axes)
            return m.Symbol(symbol.name)

        if not reads(body) or body.atoms(IndexValue):
            raise NoMatrixForm("entries by their places")
        lengths = frozenset(self.program.sizes)
        node = m.from_sympy(body, operand, self.order)
        return hadamard(entrywise(node, lengths, ("exp", "sqrt") if len(axes) > 1 else ("exp",)), lengths, among=True)

    def _repeated(self, block: Block, axes: tuple[Index, ...]) -> m.Node:
        """An array over the axes of a matrix: itself, turned, or a vector once for each row or column."""
        if set(block.axes) == set(axes):
            return self._oriented(block, axes)
        array = self.array_of(block)
        if len(axes) == 2 and block.axes == axes[:1]:
            return matmul(array, m.Transpose(ones(axes[1].extent)))
        if len(axes) == 2 and block.axes == axes[1:]:
            return matmul(ones(axes[0].extent), m.Transpose(array))
        raise NoMatrixForm(f"{block.tensor} is not over {', '.join(map(str, axes))}")

    def _oriented(self, block: Block, axes: tuple[Index, ...]) -> m.Node:
        return self.array_of(block) if block.axes == axes else m.Transpose(self.array_of(block))

    def _beside(self, equations: Sequence[Equation], left: Sequence[Block]) -> Found:
        """Pieces of columns, one behind the other: ``G = [O_1 O_2]``."""
        pieces = sorted(zip(left, equations, strict=True), key=lambda pair: _start(pair[0]))
        parts: list[m.Node] = []
        end = 0
        for block, equation in pieces:
            part = block.parts[-1]
            if len(block.parts) != 2 or block.parts[0] is not None or part is None or part.first.constant != end:
                raise NoMatrixForm("pieces that are not side by side")
            node = self.piece(equation).node
            for stride, atom in part.first.terms:
                if stride != part.extent or len(part.first.terms) > 1:
                    raise NoMatrixForm("pieces that are not side by side")
                assert isinstance(atom, Index) and isinstance(atom.extent, int)
                node = m.Each(m.Index(atom.name), atom.extent, node)
                end += part.extent * (atom.extent - 1)
            end += part.extent
            parts.append(node)
        if end != self.program.tensor[left[0].tensor].shape[-1]:
            raise NoMatrixForm("pieces that leave a gap")
        return Found(m.Beside(tuple(parts)))

    def put_in(self, equation: Equation, definition: Sequence[Equation]) -> tuple[Equation, ...]:
        """A copy of a part of an array by what defines the array: ``q[n,h,t,d] = sum[j](W[2*h+d,j]*x[n,t,j])``.

        Nothing where that is not one term for each equation of the definition.
        """
        copied = equation.body
        if not isinstance(copied, Read) or equation.reduction:
            return ()
        taken = {i.name for i in equation.indices()}
        found = []
        for e in definition:
            if e.lhs.plain_indices is None or e.guards or any(i.name in taken for i in e.over):
                return ()
            at = dict(zip(e.lhs.plain_indices, copied.access.indices, strict=True))
            body = substitute_indices(e.body, at)
            found.append(replace(e, lhs=equation.lhs, body=body, domain=equation.domain))
        return tuple(found)


def entrywise(node: m.Node, lengths: frozenset[str], others: tuple[str, ...]) -> m.Node:
    """A formula of entries as one of arrays: a square is X ⊙ X, since X² is another matrix.

    Args:
        others: Functions that are others of matrices, such as e^X.

    Raises:
        NoMatrixForm: an array is raised to another power, or in one of these.
    """

    def change(inner: m.Node) -> m.Node:
        raised = isinstance(inner, m.Power) or (isinstance(inner, m.Apply) and inner.function in others)
        if not raised or is_number(inner, lengths):
            return inner
        if isinstance(inner, m.Power) and inner.exponent == m.Number(2):
            return m.Product((inner.base, inner.base))
        raise NoMatrixForm("a power of an array")

    return m.transform(node, change)


def ones(extent: Extent) -> m.Symbol:
    """A column of ones; its subscript says how many."""
    return m.Symbol("1", "", (str(extent),), style="bold")


def _part(first: Affine, extent: Extent, whole: Extent) -> Part | None:
    if extent == whole and not first.terms and not first.constant:
        return None
    if not isinstance(extent, int):
        raise NoMatrixForm("a part of steps")
    return Part(first, extent)


def _start(block: Block) -> int:
    return next((part.first.constant for part in block.parts if part is not None), 0)


def _coefficient(body: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """The factors that are numbers or lengths, and the others."""
    factors = sympy.Mul.make_args(body)
    numbers = [f for f in factors if not reads(f)]
    return sympy.Mul(*numbers), sympy.Mul(*(f for f in factors if reads(f)))
