"""Equations of recurrences as they stand on paper: without loops, each step counted by the row that it writes.

A scan says in which order its equations are computed. What they say is that each holds at every step:

    scan t:  h[n,t+1,i] = tanh(z[n,t,i])                 on paper  h_{t i} = tanh(z_{t i}),   t = 1 ... T
    scan t reversed:  U_bar[i,k] += sum[n](z_bar[n,t,i]*h[n,t,k])   dL/du_ik = sum_{n,t} delta_{t i} h_{t-1,k}

The state after step t is row t+1 of its array, since row 0 is the state before the first step. On paper it is h_t, and
h_0 is the state before. So in :func:`on_paper` the rows of such an axis are counted from what the first step writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import sympy

from symbp.equation import Access, Affine, Equation, Index, Read, Size, substitute_indices
from symbp.program import Program, Scan
from symbp.rewrite.patterns import replace_reads


@dataclass(frozen=True)
class Timeline:
    """How the steps of the recurrences of a program are counted.

    Attributes:
        first: For a tensor and an axis, the row that the first step writes, where that is not row 0.
        axes: The axes along which the rows of a tensor are steps.
    """

    first: Mapping[tuple[str, int], int]
    axes: Mapping[str, frozenset[int]]

    def row(self, tensor: str, axis: int, row: int) -> int:
        """A row of an array, counted from 0, as it is counted on paper: from 1, a first state from 0."""
        return row + 1 - self.first.get((tensor, axis), 0)

    def on_paper(self, equation: Equation) -> Equation:
        """The equation as it holds at every step, its rows counted from what the first step writes."""
        spread = _spread(equation)
        return replace(
            spread,
            lhs=self._counted(spread.lhs),
            body=replace_reads(spread.body, lambda access: Read(self._counted(access))) if self.first else spread.body,
        )

    def _counted(self, access: Access) -> Access:
        if not self.first:
            return access
        name = access.tensor.removesuffix("_bar")
        positions = (p - self.first.get((name, axis), 0) for axis, p in enumerate(access.indices))
        return replace(access, indices=tuple(positions))

    def offset(self, access: Access) -> int | None:
        """How far the row of an access on paper lies behind the index that counts its steps; ``None`` without one."""
        axes = self.axes.get(access.tensor.removesuffix("_bar"), ())
        rows = [access.indices[axis] for axis in sorted(axes) if running(access.indices[axis]) is not None]
        return rows[0].constant if len(rows) == 1 else None

    def lag(self, equation: Equation, read: Access) -> int:
        """How many steps before the one that an equation on paper writes a read lies; 0 where it is of no step."""
        own, other = self.offset(equation.lhs), self.offset(read)
        return 0 if own is None or other is None else own - other

    def indices(self, equation: Equation) -> tuple[Index, ...]:
        """The indices of an equation that count steps."""
        found: dict[Index, None] = {}
        for access in (equation.lhs, *equation.accesses_read()):
            for axis in sorted(self.axes.get(access.tensor.removesuffix("_bar"), ())):
                if axis < len(access.indices):
                    found.update(dict.fromkeys(access.indices[axis].indices()))
        return tuple(found)


NO_STEPS = Timeline({}, {})


def timeline(program: Program) -> Timeline:
    """The steps of the scans of a forward program.

    >>> from symbp.equation import Size, read
    >>> from symbp.program import Tensor
    >>> t = Index("t", Size("T"))
    >>> step = Equation(Access.of("h", Affine.of(t) + 1), read("h", t) / 2)
    >>> h = Tensor("h", (Size("T", 1),))
    >>> print(timeline(Program((h,), (Scan(t, (step,)),))).on_paper(step))
    h[t] = h[t-1]/2
    """
    first: dict[tuple[str, int], int] = {}
    axes: dict[str, set[int]] = {}
    for scan in (s for s in program.statements if isinstance(s, Scan)):
        for equation in scan.body:
            for axis, position in enumerate(equation.lhs.indices):
                if position.terms == ((1, scan.index),):
                    axes.setdefault(equation.target, set()).add(axis)
                    if position.constant:
                        first[equation.target, axis] = position.constant
    if axes:
        _follow(program, axes)
    return Timeline(first, {name: frozenset(found) for name, found in axes.items()})


def _follow(program: Program, axes: dict[str, set[int]]) -> None:
    """Add the axes that an index of steps runs along in other tensors, from their first row to their last."""
    learned = {t.name for t in program.of_role("parameter")}
    while True:
        before = sum(map(len, axes.values()))
        for equation in program.equations():
            places = [place for place in _places(equation) if place[0] not in learned]
            steps = {index for name, axis, index in places if axis in axes.get(name, ())}
            for name, axis, index in places:
                if index in steps and program.tensor[name].shape[axis] == index.extent:
                    axes.setdefault(name, set()).add(axis)
        if sum(map(len, axes.values())) == before:
            return


def _places(equation: Equation) -> Iterator[tuple[str, int, Index]]:
    """Where an index stands alone in a position, but for a constant."""
    for access in (equation.lhs, *equation.accesses_read()):
        for axis, position in enumerate(access.indices):
            index = running(position)
            if index is not None:
                yield access.tensor, axis, index


def _spread(equation: Equation) -> Equation:
    """An equation of a scan over all its steps: the index of the scan is in its domain, or is summed."""
    bound = {*equation.domain, *equation.over}
    free = tuple(i for i in dict.fromkeys(equation.indices()) if i not in bound)
    if not free:
        return equation
    named = tuple(dict.fromkeys(equation.lhs.index_atoms()))
    domain = (*(i for i in named if i in free or i in equation.domain), *(i for i in equation.domain if i not in named))
    summed = tuple(i for i in free if i not in named)
    if not summed:
        return replace(equation, domain=domain)
    return replace(equation, domain=domain, over=(*equation.over, *summed), reduction=equation.reduction or "sum")


@dataclass(frozen=True)
class Part:
    """What a definition says of some steps, in equations on paper that have one left side.

    Attributes:
        steps: The first and the last step, counted from 1; ``None`` for all that the indices run over.
        index: What counts the steps; ``None`` in equations of a single row.
    """

    equations: tuple[Equation, ...]
    steps: tuple[int, int] | None = None
    index: Index | None = None


@dataclass(frozen=True)
class Definition:
    """The equations on paper that define a tensor with one axis of steps, brought to one left side each.

    Args:
        axis: The axis of steps.
        steps: How many steps there are.
        sizes: The run-time lengths.
        rows: Further rows that somebody reads: -1 is the state before the first step.
    """

    equations: tuple[Equation, ...]
    axis: int
    steps: int
    sizes: Mapping[str, int]
    rows: tuple[Affine, ...] = ()

    @cached_property
    def parts(self) -> tuple[Part, ...] | None:
        """One part for the steps that all equations run over, one for each row that stands alone; ``None`` where a
        row is data.

        What reads beyond the last step there reads zero: nothing comes back from after the end.
        """
        running = tuple(e for e in self.equations if self._index(e) is not None)
        single = [self._position(e) for e in self.equations if self._index(e) is None]
        if not all(map(is_row, single)):
            return None
        fixed = {row_of(p, self.sizes): p for p in (*single, *self.rows, *self._partial_rows(running))}
        alone = tuple(self._alone(fixed[row], running) for row in sorted(fixed))
        if not running:
            return alone
        index = self._index(running[0])
        assert index is not None
        moved = _added(self._moved(e, Affine.of(index)) for e in running)
        whole = (1, self.steps)
        spans = _between(fixed.keys(), self.steps)
        every = (Part(moved, None if span == whole else span, index) for span in spans)
        return tuple(p for p in (*alone, *every) if p.equations)

    def _partial_rows(self, running: tuple[Equation, ...]) -> Iterator[Affine]:
        """Rows that only some of the running equations write, where what the others say would not be zero there."""
        for equation in running:
            index, shift = self._index(equation), self._position(equation).constant
            assert index is not None
            start = ((row, Affine((), row)) for row in range(min(shift, self.steps)))
            end = ((self.steps + row, Affine.of(index.extent) + row) for row in range(max(shift, -self.steps), 0))
            yield from (place for row, place in (*start, *end) if not self._is_silent(equation, row - shift))

    def _is_silent(self, equation: Equation, step: int) -> bool:
        """Whether the right side is zero at a step beyond the ends, where nothing that is read has a row."""
        index = self._index(equation)
        beyond = [
            r
            for r in equation.reads
            if any(running(p) == index and not 0 <= step + p.constant < self.steps for p in r.access.indices)
        ]
        return bool(equation.body.xreplace(dict.fromkeys(beyond, sympy.Integer(0))) == 0)

    def _alone(self, row: Affine, running: tuple[Equation, ...]) -> Part:
        """What all equations say of one row."""
        at = row_of(row, self.sizes)
        fixed = [e for e in self.equations if self._index(e) is None and row_of(self._position(e), self.sizes) == at]
        reaching = [e for e in running if 0 <= at - self._position(e).constant < self.steps]
        return Part(_added((*fixed, *(self._moved(e, row) for e in reaching))))

    def _position(self, equation: Equation) -> Affine:
        return equation.lhs.indices[self.axis]

    def _index(self, equation: Equation) -> Index | None:
        """The index that a row follows one by one."""
        return running(self._position(equation))

    def _moved(self, equation: Equation, row: Affine) -> Equation:
        """The equation for the row in question."""
        index = self._index(equation)
        assert index is not None
        at = {index: row - self._position(equation).constant}
        named = (row.index,) if row.index is not None else ()
        return replace(
            equation,
            lhs=equation.lhs.substitute(at),
            body=substitute_indices(equation.body, at),
            domain=tuple(j for i in equation.domain for j in (named if i == index else (i,))),
            guards=tuple(g.substitute(at) for g in equation.guards),
        )


def _between(rows: Iterable[int], steps: int) -> Iterator[tuple[int, int]]:
    """The first and the last step of each stretch without any of the rows: steps from 1, rows from 0.

    >>> list(_between([2, -1], 5))
    [(1, 2), (4, 5)]
    """
    ends = [-1, *sorted(row for row in rows if 0 <= row < steps), steps]
    yield from ((before + 2, row) for before, row in pairwise(ends) if before + 2 <= row)


def _added(equations: Iterable[Equation]) -> tuple[Equation, ...]:
    """Equations that write the same entries as one sum, whichever of them wrote its entries first."""
    out: list[Equation] = []
    for equation in equations:
        start = [p.constant for p in equation.lhs.indices]
        again = any([p.constant for p in e.lhs.indices] == start for e in out)
        out.append(replace(equation, accumulate=True) if again else equation)
    return tuple(out)


def running(position: Affine) -> Index | None:
    """The index of a position that runs along an axis, from its start or from a place further on."""
    if len(position.terms) != 1 or position.terms[0][0] != 1:
        return None
    atom = position.terms[0][1]
    return atom if isinstance(atom, Index) else None


def is_row(position: Affine) -> bool:
    """Whether a position is one row: a number, or the last row of a length."""
    return all(isinstance(atom, Size) for _, atom in position.terms)


def row_of(position: Affine, sizes: Mapping[str, int]) -> int:
    """The number of a row."""
    return position.constant + sum(c * sizes[atom.name] for c, atom in position.terms if isinstance(atom, Size))
