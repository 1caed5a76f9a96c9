"""What nobody reads is not computed: the edge of a convolution that a pool leaves out, and its adjoint, zero there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import sympy

from symbp.equation import Access, Equation, Extent, Index, Read
from symbp.program import Program, Scan
from symbp.schedule.affine import Reach, reach
from symbp.schedule.placed import Stated
from symbp.schedule.steps import OWN

Stops = list[Extent]  # for each axis of a tensor, the position behind the last one


def cropped(found: Stated, outputs: Iterable[str]) -> Stated:
    """The program with axes as long as they are read, and indices that end where all they lead to is zero."""
    program = found.program
    if any(isinstance(s, Scan) for s in program.statements):
        return found
    free = {t.name for t in program.tensors if t.role in OWN} - set(outputs)
    return replace(found, program=_as_long_as_read(_within_what_is_written(program, free), free))


def _within_what_is_written(program: Program, free: set[str]) -> Program:
    """The program in which no index runs beyond where what it reads was written: all is zero there."""
    written: dict[str, Stops] = {}

    def change(equation: Equation) -> Equation:
        equation = equation.rename(_zero_beyond(program, equation, written, free))
        if equation.target in free:
            shape = program.tensor[equation.target].shape
            own = written.setdefault(equation.target, [0] * len(shape))
            written[equation.target] = [_longer(a, b) for a, b in zip(own, _stops(equation.lhs, shape), strict=True)]
        return equation

    return program.map(change)


def _zero_beyond(
    program: Program, equation: Equation, written: Mapping[str, Stops], free: set[str]
) -> dict[Index, Index]:
    """The indices of an equation from some value on of which all it computes is zero, and these cut there."""
    found: dict[Index, Index] = {}
    if equation.reduction not in ("", "sum"):
        return found
    whole = equation.accumulate or (equation.target in free and len(program.defining(equation.target)) == 1)
    for factor in sympy.Mul.make_args(equation.body):
        if not isinstance(factor, Read) or factor.access.tensor not in written:
            continue
        for position, stop in zip(factor.access.indices, written[factor.access.tensor], strict=True):
            index = position.index
            if index is None or not isinstance(stop, int) or not isinstance(index.extent, int):
                continue
            if 0 < stop < found.get(index, index).extent and (whole or index in equation.over):  # type: ignore[operator]
                found[index] = replace(index, extent=stop)
    return found


def _as_long_as_read(program: Program, free: set[str]) -> Program:
    """The program without the ends of axes that nothing reads: of what comes last, first."""
    needed: dict[str, Stops] = {}
    shapes: dict[str, tuple[Extent, ...]] = {}
    statements: list[Equation] = []
    for equation in reversed(list(program.equations())):
        name = equation.target
        if name in free and name not in shapes:
            shapes[name] = _needed_shape(program, name, needed.get(name))
        if name in shapes:
            equation = _cut(equation, shapes[name])
        statements.insert(0, equation)
        for access in equation.accesses_read():
            stops = _stops(access, program.tensor[access.tensor].shape)
            own = needed.get(access.tensor, [0] * len(stops))
            needed[access.tensor] = [_longer(a, b) for a, b in zip(own, stops, strict=True)]
    tensors = tuple(replace(t, shape=shapes.get(t.name, t.shape)) for t in program.tensors)
    return replace(program, tensors=tensors, statements=tuple(statements))


def _needed_shape(program: Program, name: str, needed: Stops | None) -> tuple[Extent, ...]:
    """The shape of a tensor as far as it is read, or written at positions that are more than an index."""
    shape, defining = program.tensor[name].shape, program.defining(name)
    if needed is None or any(name in e.tensors_read for e in defining):
        return shape
    found = list(needed)
    for equation in defining:
        for axis, (position, stop) in enumerate(zip(equation.lhs.indices, _stops(equation.lhs, shape), strict=True)):
            found[axis] = found[axis] if position.index is not None else _longer(found[axis], stop)
    return tuple(min(a, b) if _are_numbers(a, b) else b for a, b in zip(found, shape, strict=True))


def _are_numbers(*extents: Extent) -> bool:
    return all(isinstance(e, int) for e in extents)


def _cut(equation: Equation, shape: Sequence[Extent]) -> Equation:
    """The equation with indices that end with the axes that they count."""
    found: dict[Index, Index] = {}
    for position, extent in zip(equation.lhs.indices, shape, strict=True):
        index = position.index
        if index is not None and _are_numbers(index.extent, extent) and index.extent > extent:  # type: ignore[operator]
            found[index] = replace(index, extent=extent)
    return equation.rename(found) if found else equation


def _stops(access: Access, shape: Sequence[Extent]) -> Stops:
    """How far an access reaches along each axis; all of it where that depends on data."""
    return [_stop(reach(p), extent) for p, extent in zip(access.indices, shape, strict=True)]


def _stop(reached: Reach | None, extent: Extent) -> Extent:
    if reached is None or not isinstance(reached.stop, int) or not isinstance(extent, int):
        return extent
    return min(max(reached.stop, 1), extent)


def _longer(a: Extent, b: Extent) -> Extent:
    if isinstance(a, int) and isinstance(b, int):
        return max(a, b)
    return b if isinstance(a, int) else a
