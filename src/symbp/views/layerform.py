"""The layer view: matrices and vectors recognised from index equations.

Two layouts of the same equation. For one sample a layer is a column: ``z = W x + b``. For a batch the samples
are rows: ``Z = X W^T + 1 b^T``. Nothing here knows a layer: a product of two reads summed over one index is a
matrix product, and which side is transposed follows from where the indices stand.

In a sequence there is one such array for each step: ``z_t = W x_t + b + U h_{t-1}``. A tensor may be read in part, as
the gates of an LSTM read theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import sympy

from symbp import mathtree as m
from symbp.equation import Access, Equation, Index, IndexValue, Read, Size, reads
from symbp.layers.fragment import BATCH
from symbp.mathtree.from_sympy import Order, spelling
from symbp.program import Program
from symbp.views.paper import NO_STEPS, Timeline, running

Layout = Literal["column", "batch"]
ArrayOf = Callable[[Access], m.Node]
ONES = m.Symbol("1", style="bold")


class NoMatrixForm(Exception):
    """An equation that no matrix notation says: the index view says it."""


@dataclass(frozen=True)
class LayerForm:
    """How the equations of a program are written with matrices.

    Args:
        layout: ``column`` for one sample, ``batch`` for samples as rows.
        array_of: What an array is printed as, or the formula to put in its place.
        timeline: Which axes count steps.
        order: A sort key of operands.
    """

    program: Program
    layout: Layout
    array_of: ArrayOf
    timeline: Timeline = NO_STEPS
    order: Order = spelling

    def right_side(self, equations: tuple[Equation, ...]) -> m.Node:
        """The right side of a definition.

        Raises:
            NoMatrixForm: there is none.
        """
        if len({tuple(i.extent for i in self._units(e.lhs)) for e in equations}) > 1:
            raise NoMatrixForm("pieces of several sizes")
        terms = [self._term(e) for e in equations]
        return terms[0] if len(terms) == 1 else m.Sum(tuple(terms))

    def _term(self, equation: Equation) -> m.Node:
        if equation.guards or equation.reduction not in ("", "sum"):
            raise NoMatrixForm(str(equation))
        counting = self.timeline.indices(equation)
        if len(counting) > 1:
            raise NoMatrixForm("steps of two sequences side by side")
        every = (equation.lhs, *(r.access for r in equation.reads))
        if any(set(self._units(access)) & set(counting) for access in every if counting):
            raise NoMatrixForm("what counts steps counts units too")
        if equation.reduction:
            return self._over_steps(self._contraction(equation, counting), equation, counting)
        return self._elementwise(equation.body, equation)

    def _over_steps(self, product: m.Node, equation: Equation, counting: tuple[Index, ...]) -> m.Node:
        """A product, or the sum of one over all steps."""
        summed = [i for i in equation.over if i in counting]
        if not summed:
            return product
        (step,) = summed
        return m.BigSum((step_bound(step),), product)

    def _contraction(self, equation: Equation, counting: tuple[Index, ...]) -> m.Node:
        """``sum[over](c * f * g)`` as a product of matrices, or ``sum[n](c * f)`` as a sum over the samples."""
        coefficient, factors = _factors(equation.body)
        lhs = self._units(equation.lhs)
        over = tuple(i for i in equation.over if i.extent != BATCH and i not in counting)
        samples = any(i.extent == BATCH for i in equation.over)
        if len(factors) == 1 and samples and not over and len(lhs) == 1:
            product = self._sum_over_samples(factors[0])
        elif len(factors) == 2 and samples and not over and len(lhs) == 2:
            product = self._outer(factors, lhs)
        elif len(factors) == 2 and not samples and len(over) == 1 and len(lhs) == 1:
            product = self._times_vector(factors, lhs[0], over[0])
        else:
            raise NoMatrixForm(str(equation))
        return product if coefficient == 1 else m.Product((self._number(coefficient), product))

    def _sum_over_samples(self, factor: Access) -> m.Node:
        array = self.array_of(factor)
        return array if self.layout == "column" else matmul(m.Transpose(array), ONES)

    def _outer(self, factors: tuple[Access, ...], lhs: tuple[Index, ...]) -> m.Node:
        """``sum[n](d[n,i]*x[n,j])``: ``d x^T`` for a column, ``D^T X`` for a batch."""
        first = next((f for f in factors if self._units(f) == (lhs[0],)), None)
        second = next((f for f in factors if f is not first and self._units(f) == (lhs[1],)), None)
        if first is None or second is None:
            raise NoMatrixForm("the factors are not vectors")
        d, x = self.array_of(first), self.array_of(second)
        return matmul(d, m.Transpose(x)) if self.layout == "column" else matmul(m.Transpose(d), x)

    def _times_vector(self, factors: tuple[Access, ...], to: Index, over: Index) -> m.Node:
        """``sum[j](W[i,j]*x[n,j])``: ``W x`` for a column, ``X W^T`` for a batch."""
        matrix = next((f for f in factors if set(self._units(f)) == {to, over} and len(f.indices) == 2), None)
        vector = next((f for f in factors if f is not matrix and self._units(f) == (over,)), None)
        if matrix is None or vector is None:
            raise NoMatrixForm("the factors are not a matrix and a vector")
        w, x = self.array_of(matrix), self.array_of(vector)
        straight = self._units(matrix) == (to, over)
        per_sample = any(i.extent == BATCH for i in vector.index_atoms())
        if self.layout == "column" or not per_sample:
            return matmul(w if straight else m.Transpose(w), x)
        return matmul(x, m.Transpose(w) if straight else w)

    def _elementwise(self, body: sympy.Expr, equation: Equation) -> m.Node:
        """A body over whole arrays: products become ⊙, functions apply to each entry."""
        lhs = self._units(equation.lhs)
        for r in equation.reads:
            if self._units(r.access) != lhs:
                raise NoMatrixForm(f"{r} is not over {', '.join(map(str, lhs))}")
        bias = not any(i.extent == BATCH for r in equation.reads for i in r.access.index_atoms())
        per_sample = any(i.extent == BATCH for i in equation.lhs.index_atoms())
        whole = [any(i.extent == BATCH for i in r.access.index_atoms()) for r in equation.reads]
        if self.layout == "batch" and len(set(whole)) > 1:
            raise NoMatrixForm("numbers of a sample and of all samples side by side")
        lengths, among = frozenset(self.program.sizes), bool(self.timeline.axes)
        node = hadamard(m.from_sympy(body, self._operand, self.order), lengths, among)
        if self.layout == "batch" and bias and per_sample and equation.reads:
            return matmul(ONES, m.Transpose(node))
        return node

    def _operand(self, symbol: sympy.Symbol) -> m.Node:
        if isinstance(symbol, IndexValue):
            raise NoMatrixForm(f"the value of {symbol}")
        return self.array_of(symbol.access) if isinstance(symbol, Read) else m.Symbol(symbol.name)

    def _units(self, access: Access) -> tuple[Index, ...]:
        """The indices of the entries of an array: those of an access, but for the batch and the step.

        Each runs over a whole axis, or over a part of it: ``z[n,t,u+4]``.
        """
        tensor = self.program.tensor[access.tensor]
        steps = self.timeline.axes.get(tensor.of or tensor.name, frozenset())
        if len(steps) > 1:
            raise NoMatrixForm(f"{access} has two axes of steps")
        found: list[Index] = []
        for axis, (position, extent) in enumerate(zip(access.indices, tensor.shape, strict=True)):
            if axis in steps:
                continue
            index = running(position)
            if index is None or (index.extent == BATCH) != (extent == BATCH) or index in found:
                raise NoMatrixForm(str(access))
            if extent != BATCH:
                found.append(index)
        return tuple(found)

    def _number(self, coefficient: sympy.Expr) -> m.Node:
        return m.from_sympy(coefficient, lambda s: m.Symbol(s.name))


def step_bound(index: Index) -> m.Bound:
    """All steps, from the first to the last."""
    extent = index.extent
    last = m.Symbol(extent.name) if isinstance(extent, Size) else m.Number(extent)
    return m.Bound(m.Index(index.name), m.Number(1), last)


def _factors(body: sympy.Expr) -> tuple[sympy.Expr, tuple[Access, ...]]:
    """A product as its coefficient (numbers, lengths) and the accesses it multiplies."""
    coefficient, factors = sympy.Integer(1), []
    for factor in sympy.Mul.make_args(body):
        if isinstance(factor, Read):
            factors.append(factor.access)
        elif not reads(factor):
            coefficient *= factor
        else:
            raise NoMatrixForm(str(body))
    return coefficient, tuple(factors)


def matmul(*factors: m.Node) -> m.MatrixProduct:
    flat: list[m.Node] = []
    for factor in factors:
        flat += factor.factors if isinstance(factor, m.MatrixProduct) else (factor,)
    return m.MatrixProduct(tuple(flat))


def hadamard(node: m.Node, lengths: frozenset[str], among: bool) -> m.Node:
    """Products of arrays as ⊙; numbers stay where they are.

    Args:
        among: Whether a number may be added to an array, as in 1 - z: to each of its entries.
    """

    def is_scalar(node: m.Node) -> bool:
        return is_number(node, lengths)

    def change(node: m.Node) -> m.Node:
        if isinstance(node, m.Product):
            scalars = tuple(f for f in node.factors if is_scalar(f))
            arrays = tuple(f for f in node.factors if not is_scalar(f))
            product = m.Hadamard(arrays) if len(arrays) > 1 else arrays[0] if arrays else None
            if product is None:
                return node
            return m.Product((*scalars, product)) if scalars else product
        if (
            isinstance(node, m.Sum)
            and len({is_scalar(t) for t in node.terms}) > 1
            and not (among and all(isinstance(t, m.Number) for t in node.terms if is_scalar(t)))
        ):
            raise NoMatrixForm("a number is added to an array")
        return node

    return m.transform(node, change)


def is_number(node: m.Node, lengths: frozenset[str] = frozenset({BATCH.name})) -> bool:
    """Whether a formula is a number: it names no array. Lengths such as N are numbers."""
    return all(not isinstance(n, m.Symbol) or n.base in lengths and n == m.Symbol(n.base) for n in m.walk(node))
