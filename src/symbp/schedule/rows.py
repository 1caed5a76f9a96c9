"""Tensors of a scan of which one row is enough: nothing reads a step again once the loop has left it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from symbp.components import components
from symbp.dependence import lag_between
from symbp.equation import Access, Affine, Equation, Index
from symbp.program import Program, Scan
from symbp.schedule.affine import split_range
from symbp.schedule.placed import Stated, by_statement
from symbp.schedule.steps import OWN, accesses, axis_of, beside, equations_of, mapped

T = TypeVar("T")


@dataclass(frozen=True)
class _Row:
    """A tensor kept as the row of one step.

    Attributes:
        axis: The axis of the steps.
        then: What is added to the index of the scan where the next round's row is written, if it is this round that
            writes it: it takes the place of this round's.
    """

    axis: int
    then: int | None = None


@dataclass(frozen=True)
class Rowed:
    """A program with rows in its scans.

    Attributes:
        single: The tensors that have a row for each round.
        lasting: Those that carry a row from round to round.
    """

    found: Stated
    single: frozenset[str]
    lasting: frozenset[str]


def as_rows(found: Stated, outputs: Iterable[str]) -> Rowed:
    """The program with one row in place of tensors of its scans.

    A tensor that is touched at one step of each round alone needs a row for that round. One that carries a step to the
    next keeps one, too: what is written for the next round takes its place when this round has read it.
    """
    program = found.program
    free = {t.name for t in program.tensors if t.role in OWN and t.dtype == "float"} - set(outputs)
    statements = list(program.statements)
    stated = by_statement(found)
    rows: dict[str, _Row] = {}
    for place, scan in enumerate(statements):
        if isinstance(scan, Scan):
            own, statements[place], order = _rows(program, place, scan, free)
            stated[place] = tuple(stated[place][k] for k in order)
            rows |= own

    def cut(old: Access) -> Access:
        return replace(old, indices=_without(old.indices, rows[old.tensor])) if old.tensor in rows else old

    tensors = tuple(replace(t, shape=_without(t.shape, rows[t.name])) if t.name in rows else t for t in program.tensors)
    lasting = frozenset(name for name, row in rows.items() if row.then is not None)
    changed = replace(mapped(replace(program, statements=tuple(statements)), cut), tensors=tensors)
    last = replace(found, program=changed, stated=tuple(e for s in stated for e in s))
    return Rowed(last if rows else found, frozenset(rows) - lasting, lasting)


def _without(items: tuple[T, ...], row: _Row) -> tuple[T, ...]:
    return (*items[: row.axis], *items[row.axis + 1 :])


def _rows(program: Program, place: int, scan: Scan, free: set[str]) -> tuple[dict[str, _Row], Scan, tuple[int, ...]]:
    """The rows of a scan, which goes on in the order in which rows are written when they are no longer read."""
    rows: dict[str, _Row] = {}
    thens: dict[str, int] = {}
    order = tuple(range(len(scan.body)))
    for name in dict.fromkeys(e.target for e in scan.body if e.target in free):
        row = _row(program, place, scan, name)
        if row is not None and row.then is not None:
            found = _in_order(scan, {**thens, name: row.then})
            if not found:
                continue
            order, thens[name] = found, row.then
        if row is not None:
            rows[name] = row
    scan = replace(scan, body=tuple(scan.body[k] for k in order))
    for name, then in thens.items():
        scan = _replaced(scan, name, then)
    return rows, scan, order


def _row(program: Program, place: int, scan: Scan, name: str) -> _Row | None:
    """The tensor as a row, if the positions of all that touches it allow it."""
    inside = [a for e in scan.body for a in accesses(e) if a.tensor == name]
    axes = {axis_of(a, scan.index) for a in inside}
    axis = axes.pop()
    if axes or axis is None:
        return None
    touched = {beside(a.indices[axis], scan.index) for a in inside}
    written = {beside(e.lhs.indices[axis], scan.index) for e in scan.body if e.target == name}
    around = [(k, e) for k, s in enumerate(program.statements) if k != place for e in equations_of(s)]
    outside = [(k < place, a is e.lhs, a.indices[axis]) for k, e in around for a in accesses(e) if a.tensor == name]
    if None in touched:
        return None
    if len(touched) == 1 and not outside:
        return _Row(axis)
    step = -1 if scan.reverse else 1
    for then in sorted(number for number in written if number is not None):
        row = _Row(axis, then)
        if touched <= {then, then - step} and all(_is_end(scan, then, *o) for o in outside):
            return row
    return None


def _is_end(scan: Scan, then: int, before: bool, writes: bool, position: Affine) -> bool:
    """Whether a scan's first round finds what is written before it at a position, or its last round leaves that."""
    if before != writes:
        return False
    last = Affine.of(scan.index.extent) + (then - 1)
    if scan.reverse:
        return position == (last + 1 if before else Affine((), then))
    return position == (Affine((), then - 1) if before else last)


def _in_order(scan: Scan, thens: Mapping[str, int]) -> tuple[int, ...]:
    """The numbers of the equations so that all that touches this round's rows is done when the next ones are written.

    None if there is no such order, or if one of these rows is not written at once.
    """
    needs: list[set[int]] = [set() for _ in scan.body]
    for number, equation in enumerate(scan.body):
        needs[number] |= {k for k in range(number) if _conflict(scan, scan.body[k], equation)}
    writers = {name: _writers(scan, name, then) for name, then in thens.items()}
    for name, then in thens.items():
        for number, equation in enumerate(scan.body):
            now = any(a.tensor == name and not _touches(a, scan.index, then) for a in accesses(equation))
            for writer in writers[name] - {number} if now and number not in writers[name] else ():
                needs[writer].add(number)
    groups = components(needs)
    if len(groups) < len(scan.body):
        return ()
    order = tuple(number for (number,) in groups)
    places = [[order.index(k) for k in found] for found in writers.values()]
    at_once = all(max(found) - min(found) < len(found) for found in places)
    simple = not any(scan.body[k].guards or _is_windowed(scan.body[k]) for found in writers.values() for k in found)
    return order if at_once and simple else ()


def _writers(scan: Scan, name: str, then: int) -> set[int]:
    """The equations that write the next round's row of a tensor."""
    return {k for k, e in enumerate(scan.body) if e.target == name and _touches(e.lhs, scan.index, then)}


def _replaced(scan: Scan, name: str, then: int) -> Scan:
    """The scan in which the first that writes the next row puts it in the place of this one."""
    first = min(_writers(scan, name, then))
    return replace(
        scan, body=tuple(replace(e, accumulate=e.accumulate and k != first) for k, e in enumerate(scan.body))
    )


def _touches(access: Access, index: Index, number: int) -> bool:
    return any(beside(p, index) == number for p in access.indices)


def _is_windowed(equation: Equation) -> bool:
    """Whether indices meet in a position, other than as the digits of a number."""
    places = [p for a in accesses(equation) for p in a.indices if len(p.terms) > 1]
    return any(split_range(p, p.indices()) is None for p in places)


def _conflict(scan: Scan, first: Equation, second: Equation) -> bool:
    """Whether one of two equations touches in the same round what the other writes, but for sums of both."""
    pairs = [(first.lhs, a) for a in second.accesses_read()] + [(second.lhs, a) for a in first.accesses_read()]
    if not (first.accumulate and second.accumulate):
        pairs.append((first.lhs, second.lhs))
    lags = [lag_between(scan, written, other) for written, other in pairs if written.tensor == other.tensor]
    return any(lag.least <= 0 <= lag.most for lag in lags)
