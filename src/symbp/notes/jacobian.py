"""How the states of one step depend on those of the step before: matrices, by the chain rule over the step's equations.

For ``z_t = W x_t + b + U h_{t-1}`` and ``h_t = tanh(z_t)`` the two links of the chain rule give

    dh_t/dh_{t-1} = diag(tanh'(z_t)) U

No cell is known here. Each contribution of the chain rule, ``h_bar[n,t,k] += sum[i](z_bar[n,t,i]*U[i,k])``, is one
link: what multiplies the later adjoint is the derivative of the later quantity by the earlier one. The links of a step
are followed from a state back to the states before it. Their values are found without any chain rule, from the forward
equations with one entry of a state moved and the other states held.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeGuard

import mpmath
import numpy as np

from symbp import mathtree as m
from symbp.equation import Access, Affine, Equation, Index, Read, substitute_indices
from symbp.layers.fragment import BATCH
from symbp.notes.arrays import Arrays, part_text
from symbp.program import GIVEN
from symbp.reference import evaluate, multiprecision
from symbp.verify.perturb import perturbation_name, perturbed
from symbp.views.layerform import NoMatrixForm
from symbp.views.paper import running
from symbp.views.recurrence import Recurrence

STEP = mpmath.mpc(0, "1e-40")  # its square is lost beside any number of 50 digits
IDENTITY = m.Symbol("I")
Span = tuple[int, int]  # the first entry of a part, and how many


@dataclass(frozen=True)
class Link:
    """What a quantity of a step is made of: the derivative of ``of`` by ``by``, which is read ``lag`` steps before.

    Attributes:
        local: The equation of the derivative's entries: a matrix, or what stands on a diagonal.
        part: The entries of ``by`` that are read, where these are not all.
    """

    of: str
    by: str
    lag: int
    local: Equation
    part: Span | None


@dataclass(frozen=True)
class StepJacobian:
    """The derivatives of the states of a step by those of the step before, for one sample.

    Args:
        arrays: In the column layout.
    """

    arrays: Arrays
    recurrence: Recurrence

    @cached_property
    def lines(self) -> tuple[m.Line, ...]:
        """One line for each pair of states, as far as one depends on the other.

        Raises:
            NoMatrixForm: a link is no matrix.
        """
        index = self.recurrence.scan.index
        found = []
        for of in self.recurrence.states:
            for by in self.recurrence.states:
                right = self._derivative(of, by, None)
                if right is not None:
                    found.append(m.Line(self.partial(of, by), right, ranges=((index.name, self.steps),)))
        return tuple(found)

    @property
    def steps(self) -> range:
        """The steps that have one before them, or a first state."""
        return range(1, self.arrays.subject.extent(self.recurrence.scan.index.extent) + 1)

    @property
    def _back(self) -> int:
        return -1 if self.recurrence.backwards else 1

    def partial(self, of: str, by: str) -> m.Partial:
        """The derivative of a state of step t by one of the step before."""
        t = m.Index(self.recurrence.scan.index.name)
        before = m.Sum((t, m.Negative(m.Number(1)) if self._back == 1 else m.Number(1)))
        return m.Partial(self._state(of, t), self._state(by, before))

    def _state(self, name: str, step: m.Node | int) -> m.Symbol:
        symbol = self.arrays.symbol(name, (step,))
        assert isinstance(symbol, m.Symbol)
        return symbol

    def _derivative(self, of: str, by: str, part: Span | None) -> m.Node | None:
        """d(of at t)/d(by at t-1), or of a part of its entries; ``None`` if it does not depend on it."""
        terms = [term for link in self._links.get(of, ()) for term in self._terms(link, by, part)]
        return None if not terms else terms[0] if len(terms) == 1 else m.Sum(tuple(terms))

    def _terms(self, link: Link, by: str, part: Span | None) -> tuple[m.Node, ...]:
        """What a link adds to a derivative: its matrix times what it leads on to, term by term."""
        if link.lag:
            here = (link.by, link.lag) == (by, self._back)
            return (self._local(link, part) or self._identity,) if here else ()
        rest: m.Node | None
        if link.by in self.recurrence.states and link.part is None:
            rest = self.partial(link.by, by) if self._derivative(link.by, by, None) is not None else None
        else:
            rest = self._derivative(link.by, by, link.part)
        if rest is None:
            return ()
        local, terms = self._local(link, part), rest.terms if isinstance(rest, m.Sum) else (rest,)
        return terms if local is None else tuple(_product(local, term) for term in terms)

    @property
    def _identity(self) -> m.Node:
        """The identity matrix, where states are all of one size and nothing else has its letter."""
        tensors = self.arrays.subject.index_naming.program.tensor
        sizes = {tensors[name].shape[-1] for name in self.recurrence.states}
        if len(sizes) != 1 or any(self.arrays.symbol(name) == IDENTITY for name in tensors):
            raise NoMatrixForm("an identity matrix")
        return IDENTITY

    @property
    def is_chain(self) -> bool:
        """Whether a step reads the states of the step before it alone."""
        return {link.lag for links in self._links.values() for link in links} <= {0, self._back}

    def _local(self, link: Link, part: Span | None) -> m.Node | None:
        """The matrix of a link; ``None`` for that of the identity."""
        if link.local.reduction == "sum":
            return self._matrix(link, part)
        if part is not None:
            raise NoMatrixForm("a part of what is computed entry by entry")
        right = self.arrays.form.right_side((link.local,))
        if right == m.Number(1):
            return None
        if not any(isinstance(n, m.Symbol) for n in m.walk(right)):
            raise NoMatrixForm("a number on the diagonal")
        return m.Apply("diag", (right,))

    def _matrix(self, link: Link, part: Span | None) -> m.Node:
        """The weights of a contraction, or the rows of them that lead to a part."""
        (weights,) = link.local.reads if len(link.local.reads) == 1 else (None,)
        if weights is None or link.local.body != weights or link.part is not None:
            raise NoMatrixForm(str(link.local))
        to, source = link.local.over
        units = tuple(running(p) for p in weights.access.indices)
        if units != (to, source):
            raise NoMatrixForm(f"{weights} is not from {source} to {to}")
        symbol = self.arrays.array(weights.access)
        if part is None or not isinstance(symbol, m.Symbol):
            return symbol
        if symbol.sub:
            raise NoMatrixForm("a part of a part")
        return replace(symbol, sub=(part_text(*part),))

    @cached_property
    def _links(self) -> Mapping[str, tuple[Link, ...]]:
        """The links of a step by what they lead from, in the order of the forward equations."""
        base, written = self.arrays.subject.base, set(self.recurrence.written)
        found: dict[str, list[Link]] = {}
        for contribution in base.chain_result.equations():
            tensor = self.arrays.subject.index_naming.program.tensor.get(contribution.target)
            by = contribution.target.removesuffix("_bar")
            if by not in written or tensor is None and by == contribution.target:
                continue
            equation = self.arrays.subject.on_paper(contribution)
            of = [r for r in equation.reads if r.access.tensor.removesuffix("_bar") in written and _is_bar(r)]
            if len(of) == 1:
                link = self._link(equation, of[0])
                found.setdefault(link.of, []).append(link)
        return {name: tuple(reversed(links)) for name, links in found.items()}

    def _link(self, equation: Equation, later: Read) -> Link:
        """A contribution as a link; its equation is that of the factor beside the later adjoint."""
        timeline = self.recurrence.timeline
        index = self.recurrence.scan.index
        own, at = timeline.offset(later.access), timeline.offset(equation.lhs)
        if own is None or at is None or equation.guards:
            raise NoMatrixForm(str(equation))
        shift = {index: Affine.of(index) - own}
        body = substitute_indices(equation.body.diff(later), shift)
        of, by = later.access.tensor.removesuffix("_bar"), equation.target.removesuffix("_bar")
        to, source = (self._unit(a) for a in (later.access, equation.lhs))
        part = self._part(by, equation.lhs)
        lhs = Access(of, tuple(p.substitute(shift) for p in later.access.indices))
        same = to == source
        local = Equation(lhs, body, () if same else (), () if same else (to, source), "" if same else "sum")
        return Link(of, by, own - at, local, part)

    def _unit(self, access: Access) -> Index:
        """The one index of the entries of an array."""
        (unit,) = self._units(access)
        return unit

    def _units(self, access: Access) -> Iterator[Index]:
        tensor = self.arrays.subject.index_naming.program.tensor[access.tensor.removesuffix("_bar")]
        steps = self.recurrence.timeline.axes.get(tensor.name, frozenset())
        found = [
            running(p)
            for axis, (p, extent) in enumerate(zip(access.indices, tensor.shape, strict=True))
            if axis not in steps and extent != BATCH
        ]
        if len(found) != 1 or found[0] is None:
            raise NoMatrixForm(f"{access} is no vector")
        yield found[0]

    def _part(self, name: str, access: Access) -> Span | None:
        unit = self._unit(access)
        extent = self.arrays.subject.index_naming.program.tensor[name].shape[-1]
        (position,) = (p for p in access.indices if running(p) == unit)
        return None if unit.extent == extent else (position.constant, int(unit.extent))  # type: ignore[arg-type]

    @cached_property
    def environment(self) -> m.Environment:
        """What the lines are worth: arrays, parts of weights, and derivatives from the forward equations alone."""
        known = self.arrays.environment
        symbols = dict(known.symbols)
        for line in self.lines:
            for node in m.walk(line.right):
                if isinstance(node, m.Symbol) and node not in symbols and len(node.sub) == 1:
                    whole = symbols.get(replace(node, sub=()))
                    if whole is not None:
                        symbols[node] = _rows(whole, str(node.sub[0]))
        size = self.arrays.values[self.recurrence.states[0]].shape[-1]
        symbols.setdefault(IDENTITY, m.matrix(np.eye(size)))
        partials = {**known.partials, **dict(self._independent())}
        return m.Environment(symbols, partials, {self.recurrence.scan.index.name: self.steps})

    def _independent(self) -> Iterator[tuple[tuple[m.Symbol, m.Symbol], Any]]:
        """Derivatives of states by earlier ones, by complex step."""
        for (of, end, by, start), jacobian in self.jacobians.items():
            yield (self._state(of, end), self._state(by, start)), m.matrix(jacobian)

    @cached_property
    def jacobians(self) -> Mapping[tuple[str, int, str, int], Any]:
        """d(of at ``end``)/d(by at ``start``) for the next step and for the last, as arrays of numbers."""
        count, back = len(self.steps), self._back
        starts, end = (range(count), count) if back == 1 else (range(count + 1, 1, -1), 1)
        found: dict[tuple[str, int, str, int], Any] = {}
        for by in self.recurrence.states:
            for start in starts:
                moved = self._moved(by, start)
                for of in self.recurrence.states:
                    found |= {(of, at, by, start): self._rows_of(moved, of, at) for at in {start + back, end}}
        return found

    def _moved(self, name: str, step: int) -> list[Mapping[str, Any]]:
        """All values along a small move of each entry of a state, its other entries and the other states held."""
        units = self.arrays.values[name].shape[-1]
        return [self._along(name, step, unit) for unit in range(units)]

    def _along(self, name: str, step: int, unit: int) -> Mapping[str, Any]:
        """The values with one entry of a state moved, and the other states of its step moved back."""
        moves = {other: np.full(self._shape(other), mpmath.mpf(0), dtype=object) for other in self.recurrence.states}
        moves[name][0, self._row(name, step), unit] = STEP
        values = self._forward(moves)
        for _ in range(len(moves) - 1):  # a state may follow from another one that is moved back
            for other in moves.keys() - {name}:
                place = (0, self._row(other, step))
                with mpmath.workdps(self.arrays.subject.precision):
                    moves[other][place] -= [mpmath.mpc(0, mpmath.im(v)) for v in values[other][place]]
            values = self._forward(moves)
        return values

    def _forward(self, moves: Mapping[str, Any]) -> Mapping[str, Any]:
        """The forward equations with something added to each state."""
        subject = self.arrays.subject
        start = subject.base.start
        given = {t.name: self.arrays.values[t.name] for t in start.of_role(*GIVEN)}
        given |= {perturbation_name(name): move for name, move in moves.items()}
        sizes = {**subject.sizes, BATCH.name: 1}
        return evaluate(perturbed(start, moves), given, sizes, multiprecision(subject.precision))

    def _shape(self, name: str) -> tuple[int, ...]:
        return (1, *self.arrays.values[name].shape[1:])

    def _row(self, name: str, step: int) -> int:
        (axis,) = self.recurrence.timeline.axes[name]
        return step - self.recurrence.timeline.row(name, axis, 0)

    def _rows_of(self, moved: list[Mapping[str, Any]], name: str, step: int) -> Any:
        row = self._row(name, step)
        with mpmath.workdps(self.arrays.subject.precision):
            columns = [[mpmath.im(v) / STEP.imag for v in values[name][0, row]] for values in moved]
        return np.array(columns, dtype=object).T


def _product(local: m.Node, rest: m.Node) -> m.Node:
    """A matrix times a product of others; diagonal ones side by side are one."""
    first, *further = rest.factors if isinstance(rest, m.MatrixProduct) else (rest,)
    if _is_diagonal(local) and _is_diagonal(first):
        local = _diagonal_of(local, first)
    else:
        further = [first, *further]
    return m.MatrixProduct((local, *further)) if further else local


def _is_diagonal(node: m.Node) -> TypeGuard[m.Apply]:
    return isinstance(node, m.Apply) and node.function == "diag"


def _diagonal_of(*factors: m.Apply) -> m.Apply:
    """The product of diagonal matrices."""
    columns = [f.args[0] for f in factors]
    flat = [c for column in columns for c in (column.factors if isinstance(column, m.Hadamard) else (column,))]
    return m.Apply("diag", (m.Hadamard(tuple(flat)),))


def _is_bar(read: Read) -> bool:
    return read.access.tensor.endswith("_bar")


def _rows(matrix: Any, text: str) -> Any:
    """The rows ``3…4`` of a matrix."""
    first, _, last = text.partition("…")
    return matrix[int(first) - 1 : int(last or first)]
