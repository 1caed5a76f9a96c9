"""The layer view: matrices and vectors recognised from index equations.

Two layouts of the same equation. For one sample a layer is a column: ``z = W x + b``. For a batch the samples
are rows: ``Z = X W^T + 1 b^T``. Nothing here knows a layer: a product of two reads summed over one index is a
matrix product, and which side is transposed follows from where the indices stand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import sympy

from symbp import mathtree as m
from symbp.equation import Access, Equation, Index, Program, Read, reads
from symbp.layers.fragment import BATCH

Layout = Literal["column", "batch"]
ArrayOf = Callable[[str], m.Node]
ONES = m.Symbol("1", style="bold")


class NoMatrixForm(Exception):
    """An equation that no matrix notation says: the index view says it."""


@dataclass(frozen=True)
class LayerForm:
    """How the equations of a program are written with matrices.

    Args:
        layout: ``column`` for one sample, ``batch`` for samples as rows.
        array_of: What a tensor is printed as, or the formula to put in its place.
    """

    program: Program
    layout: Layout
    array_of: ArrayOf

    def right_side(self, equations: tuple[Equation, ...]) -> m.Node:
        """The right side of a definition.

        Raises:
            NoMatrixForm: there is none.
        """
        terms = [self._term(e) for e in equations]
        return terms[0] if len(terms) == 1 else m.Sum(tuple(terms))

    def _term(self, equation: Equation) -> m.Node:
        if equation.guards or equation.lhs.plain_indices is None or equation.reduction not in ("", "sum"):
            raise NoMatrixForm(str(equation))
        for access in (equation.lhs, *(r.access for r in equation.reads)):
            if tuple(i.extent for i in access.plain_indices or ()) != self.program.tensor[access.tensor].shape:
                raise NoMatrixForm(f"{access} is a part of its tensor")
        if equation.reduction:
            return self._contraction(equation)
        return self._elementwise(equation.body, equation)

    def _contraction(self, equation: Equation) -> m.Node:
        """``sum[over](c * f * g)`` as a product of matrices, or ``sum[n](c * f)`` as a sum over the samples."""
        coefficient, factors = _factors(equation.body)
        lhs = tuple(i for i in equation.lhs.plain_indices or () if i.extent != BATCH)
        over = tuple(i for i in equation.over if i.extent != BATCH)
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
        array = self.array_of(factor.tensor)
        return array if self.layout == "column" else _matmul(m.Transpose(array), ONES)

    def _outer(self, factors: tuple[Access, ...], lhs: tuple[Index, ...]) -> m.Node:
        """``sum[n](d[n,i]*x[n,j])``: ``d x^T`` for a column, ``D^T X`` for a batch."""
        first = next((f for f in factors if _units(f) == (lhs[0],)), None)
        second = next((f for f in factors if f is not first and _units(f) == (lhs[1],)), None)
        if first is None or second is None:
            raise NoMatrixForm("the factors are not vectors")
        d, x = self.array_of(first.tensor), self.array_of(second.tensor)
        return _matmul(d, m.Transpose(x)) if self.layout == "column" else _matmul(m.Transpose(d), x)

    def _times_vector(self, factors: tuple[Access, ...], to: Index, over: Index) -> m.Node:
        """``sum[j](W[i,j]*x[n,j])``: ``W x`` for a column, ``X W^T`` for a batch."""
        matrix = next((f for f in factors if set(_units(f)) == {to, over} and len(f.indices) == 2), None)
        vector = next((f for f in factors if f is not matrix and _units(f) == (over,)), None)
        if matrix is None or vector is None:
            raise NoMatrixForm("the factors are not a matrix and a vector")
        w, x = self.array_of(matrix.tensor), self.array_of(vector.tensor)
        straight = _units(matrix) == (to, over)
        per_sample = any(i.extent == BATCH for i in vector.index_atoms())
        if self.layout == "column" or not per_sample:
            return _matmul(w if straight else m.Transpose(w), x)
        return _matmul(x, m.Transpose(w) if straight else w)

    def _elementwise(self, body: sympy.Expr, equation: Equation) -> m.Node:
        """A body over whole arrays: products become ⊙, functions apply to each entry."""
        lhs = tuple(i for i in equation.lhs.plain_indices or () if i.extent != BATCH)
        for r in equation.reads:
            if _units(r.access) != lhs:
                raise NoMatrixForm(f"{r} is not over {', '.join(map(str, lhs))}")
        bias = not any(i.extent == BATCH for r in equation.reads for i in r.access.index_atoms())
        per_sample = any(i.extent == BATCH for i in equation.lhs.plain_indices or ())
        whole = [any(i.extent == BATCH for i in r.access.index_atoms()) for r in equation.reads]
        if self.layout == "batch" and len(set(whole)) > 1:
            raise NoMatrixForm("numbers of a sample and of all samples side by side")
        node = _hadamard(m.from_sympy(body, self._operand))
        if self.layout == "batch" and bias and per_sample and equation.reads:
            return _matmul(ONES, m.Transpose(node))
        return node

    def _operand(self, symbol: sympy.Symbol) -> m.Node:
        return self.array_of(symbol.access.tensor) if isinstance(symbol, Read) else m.Symbol(symbol.name)

    def _number(self, coefficient: sympy.Expr) -> m.Node:
        return m.from_sympy(coefficient, lambda s: m.Symbol(s.name))


def _units(access: Access) -> tuple[Index, ...]:
    """The indices of an access but for the batch."""
    plain = access.plain_indices
    if plain is None:
        raise NoMatrixForm(str(access))
    return tuple(i for i in plain if i.extent != BATCH)


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


def _matmul(*factors: m.Node) -> m.MatrixProduct:
    flat: list[m.Node] = []
    for factor in factors:
        flat += factor.factors if isinstance(factor, m.MatrixProduct) else (factor,)
    return m.MatrixProduct(tuple(flat))


def _hadamard(node: m.Node) -> m.Node:
    """Products of arrays as ⊙; numbers stay where they are."""

    def change(node: m.Node) -> m.Node:
        if isinstance(node, m.Product):
            scalars = tuple(f for f in node.factors if is_number(f))
            arrays = tuple(f for f in node.factors if not is_number(f))
            product = m.Hadamard(arrays) if len(arrays) > 1 else arrays[0] if arrays else None
            if product is None:
                return node
            return m.Product((*scalars, product)) if scalars else product
        if isinstance(node, m.Sum) and len({is_number(t) for t in node.terms}) > 1:
            raise NoMatrixForm("a number is added to an array")
        return node

    return m.transform(node, change)


def is_number(node: m.Node) -> bool:
    """Whether a formula is a number: it names no array. Lengths such as N are numbers."""
    return all(not isinstance(n, m.Symbol) or n == m.Symbol(BATCH.name) for n in m.walk(node))
