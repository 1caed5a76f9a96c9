"""Tensors that need not start as zero: definitions with ``=`` write all of them before anything is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from symbp.dependence import lag_between
from symbp.equation import Affine, Equation
from symbp.program import Program, Scan
from symbp.schedule.affine import split_range
from symbp.schedule.arrays import Axes
from symbp.wellformed import ends, told

Interval: TypeAlias = tuple[Affine, Affine]  # the first position and that behind the last one


def is_filled(program: Program, name: str) -> bool:
    """Whether the definitions of a tensor are parts of it, side by side along one axis, which make up the whole."""
    scans = [s for s in program.statements if isinstance(s, Scan)]
    boxes: list[tuple[Interval, ...]] = []
    for equation in program.defining(name):
        if not equation.accumulate:
            box = _box(equation, next((s for s in scans if equation in s.body), None))
            if box is None:
                return False
            boxes.append(box)
    return bool(boxes) and _make_up(boxes, tuple((Affine(), Affine.of(e)) for e in program.tensor[name].shape))


def _box(equation: Equation, scan: Scan | None) -> tuple[Interval, ...] | None:
    """The positions that an equation writes, if that is all of a box, and nothing in its scan reads them before."""
    bound = {*equation.domain, *((scan.index,) if scan else ())}
    simple = all(_is_dense(p) for p in equation.lhs.indices) and not any(
        _is_window(p, equation.over) for r in equation.reads for p in r.access.indices
    )  # what runs over taps adds to zeros
    named = list(equation.lhs.index_atoms())
    if equation.guards or not bound <= told(equation.lhs) or len(set(named)) < len(named) or not simple:
        return None
    for number, other in enumerate(scan.body if scan else ()):
        assert scan is not None
        reads = [a for a in other.accesses_read() if a.tensor == equation.target]
        before = number <= scan.body.index(equation)
        if any(lag_between(scan, equation.lhs, a).reads_before(before) for a in reads):
            return None
    found = [ends(p) for p in equation.lhs.indices]
    return tuple((e[0], e[1] + 1) for e in found if e is not None) if None not in found else None


def _is_dense(position: Affine) -> bool:
    """Whether a position takes each value between its ends."""
    steps = [c for c, _ in position.terms]
    return len(steps) < 2 and abs(sum(steps)) <= 1


def _is_window(position: Affine, over: Axes) -> bool:
    """Whether a position needs taps: windows overlap, or one of its digits is reduced."""
    if _is_dense(position):
        return False
    reduced = len(position.terms) > 1 and bool(set(position.indices()) & set(over))
    return reduced or split_range(position, position.indices()) is None


def _make_up(boxes: Sequence[tuple[Interval, ...]], whole: tuple[Interval, ...]) -> bool:
    """Whether boxes are the whole: they differ along one axis, and follow one another there."""
    axes = [k for k, interval in enumerate(whole) if any(box[k] != interval for box in boxes)]
    if len(axes) > 1:
        return False
    if not axes:
        return len(boxes) == 1
    follows = {str(box[axes[0]][0]): box[axes[0]][1] for box in boxes}
    position, end = whole[axes[0]]
    for _ in boxes:
        if str(position) not in follows:
            return False
        position = follows.pop(str(position))
    return str(position) == str(end)
