"""Derivatives of a forward program by perturbing it: nothing here knows a chain rule or a partial derivative.

An input is perturbed in place; a tensor that the program computes starts at a given perturbation instead of
zero, which all its equations then add to. Complex step: Squire and Trapp (1998), SIAM Review 40, 110-112.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import accumulate
from typing import TypeAlias

import mpmath
import numpy as np
from numpy.typing import NDArray

from symbp.equation import Access, Affine, Equation, Index, Read
from symbp.program import Program, Statement, Tensor
from symbp.reference import LANES, evaluate, multiprecision, shape_of
from symbp.reference.arithmetic import Array
from symbp.reference.loops import Sizes, Values

Floats: TypeAlias = NDArray[np.float64]
Direction: TypeAlias = Mapping[str, Array]

STEP = 1e-100  # its square is lost beside any number of float64, so no branch and no real part sees it
LANES_AT_ONCE = 256
DIGITS = 50


def perturbation_name(tensor: str) -> str:
    return f"{tensor}#"


def perturbed(program: Program, names: Iterable[str]) -> Program:
    """The program with a given tensor ``T#`` added to each computed tensor ``T`` of ``names``.

    >>> from symbp.equation import read
    >>> square = Equation(Access("L"), read("x") ** 2)
    >>> program = Program((Tensor("x", (), "input"), Tensor("L", (), "loss")), (square,))
    >>> print(perturbed(program, ["L"]))
    L += L#
    L += x**2
    """
    opened = [name for name in names if program.defining(name)]
    starts = [_start(program.tensor[name]) for name in opened]
    chosen = frozenset(opened)

    def adding(equation: Equation) -> Equation:
        return replace(equation, accumulate=True) if equation.target in chosen else equation

    tensors = tuple(_perturbation(program.tensor[name]) for name in opened)
    statements: list[Statement] = [*starts, *program.map(adding).statements]
    return replace(program, tensors=program.tensors + tensors, statements=tuple(statements))


def _perturbation(tensor: Tensor) -> Tensor:
    return Tensor(perturbation_name(tensor.name), tensor.shape, "input")


def _start(tensor: Tensor) -> Equation:
    axes = tuple(Index(f"#{axis}", extent) for axis, extent in enumerate(tensor.shape))
    positions = tuple(Affine.of(axis) for axis in axes)
    body = Read(Access(perturbation_name(tensor.name), positions))
    return Equation(Access(tensor.name, positions), body, axes, accumulate=True)


def complex_step(program: Program, values: Values, sizes: Sizes, names: Iterable[str]) -> dict[str, Floats]:
    """dL/dT for every tensor ``T`` of ``names``, element by element, from the forward program alone."""
    names = tuple(names)
    if not names:
        return {}
    opened = perturbed(program, names)
    shapes = {name: shape_of(program.tensor[name], sizes) for name in names}
    counts = [int(np.prod(shapes[name])) for name in names]
    ends = list(accumulate(counts))
    gradient = np.empty(sum(counts))
    for first in range(0, len(gradient), LANES_AT_ONCE):
        lanes = range(first, min(first + LANES_AT_ONCE, len(gradient)))
        laned = dict(values)
        for name, count, end in zip(names, counts, ends, strict=True):
            key, base = _slot(program, values, name, shapes[name])
            laned[key] = _with_lanes(base, end - count, lanes)
        gradient[lanes.start : lanes.stop] = _slope(evaluate(opened, laned, sizes, LANES)[program.output], len(lanes))
    parts = np.split(gradient, ends[:-1])
    return {name: part.reshape(shapes[name]) for name, part in zip(names, parts, strict=True)}


def _slot(program: Program, values: Values, name: str, shape: tuple[int, ...]) -> tuple[str, Floats]:
    """Where a perturbation enters, and what stands there without one."""
    if program.defining(name):
        return perturbation_name(name), np.zeros(shape)
    return name, np.asarray(values[name])


def _with_lanes(base: Floats, offset: int, lanes: range) -> Array:
    """The array, with one lane for each number of ``lanes`` that steps along one element each."""
    inside = range(max(lanes.start, offset), min(lanes.stop, offset + base.size))
    if not inside:
        return base
    out = np.repeat(base.reshape(-1, 1).astype(complex), len(lanes), axis=1)
    for lane in inside:
        out[lane - offset, lane - lanes.start] += 1j * STEP
    return out.reshape(*base.shape, len(lanes))


def _slope(loss: Array, lanes: int) -> Floats:
    """dL/d(step) of each lane; one that nothing depends on has a single lane."""
    return np.broadcast_to(np.imag(loss).reshape(-1) / STEP, (lanes,))


def complex_directional(program: Program, values: Values, sizes: Sizes, direction: Direction) -> float:
    """The derivative of L along one direction in all the tensors that it names at once."""
    opened = perturbed(program, direction)
    moved = dict(values)
    for name, along in direction.items():
        key, base = _slot(program, values, name, np.shape(along))
        moved[key] = (base + 1j * STEP * np.asarray(along))[..., np.newaxis]
    return float(_slope(evaluate(opened, moved, sizes, LANES)[program.output], 1)[0])


def complex_tangent(program: Program, values: Values, sizes: Sizes, direction: Direction, output: str) -> Floats:
    """J u: the derivative of a whole tensor along one direction."""
    moved = dict(values)
    for name, along in direction.items():
        moved[name] = (np.asarray(values[name], dtype=np.float64) + 1j * STEP * np.asarray(along))[..., np.newaxis]
    slope: Floats = np.imag(evaluate(program, moved, sizes, LANES)[output][..., 0]) / STEP
    return slope


def central_difference(
    program: Program, values: Values, sizes: Sizes, direction: Direction, digits: int = DIGITS
) -> mpmath.mpf:
    """(L(+h) - L(-h)) / 2h along one direction, in 50 digits with h = 1e-15: right to 30 digits if of order one."""
    opened = perturbed(program, direction)
    with mpmath.workdps(digits):
        step = mpmath.mpf(10) ** -15
        ends = [_moved(program, values, sizes, direction, sign * step) for sign in (1, -1)]
        plus, minus = (evaluate(opened, v, sizes, multiprecision(digits))[program.output].item() for v in ends)
        return (plus - minus) / (2 * step)


def _moved(program: Program, values: Values, sizes: Sizes, direction: Direction, step: mpmath.mpf) -> Values:
    moved = dict(values)
    for name, along in direction.items():
        key, base = _slot(program, values, name, np.shape(along))
        moved[key] = decimals(base) + decimals(along) * step
    return moved


def decimals(array: Array) -> Array:
    """The array in mpmath, each float as the decimal that it prints as; integers stay."""
    array = np.asarray(array)
    if array.dtype.kind in "iuO":
        return array
    numbers = np.empty(array.size, dtype=object)
    numbers[:] = [mpmath.mpf(repr(v)) for v in array.ravel().tolist()]
    return numbers.reshape(array.shape)


def central_differences(program: Program, values: Values, sizes: Sizes, name: str, digits: int = DIGITS) -> Array:
    """dL/dT by central differences, element by element."""
    shape = shape_of(program.tensor[name], sizes)
    out = np.empty(int(np.prod(shape)), dtype=object)
    out[:] = [central_difference(program, values, sizes, {name: unit}, digits) for unit in units(shape)]
    return out.reshape(shape)


def units(shape: tuple[int, ...]) -> Iterator[Floats]:
    """The arrays of a shape that are one at one place and zero elsewhere, row by row."""
    for place in range(int(np.prod(shape))):
        unit = np.zeros(int(np.prod(shape)))
        unit[place] = 1
        yield unit.reshape(shape)


def weighted(program: Program, output: str, weights: str = "weights#") -> Program:
    """The program whose loss is ``sum weights*output``: its gradient is J^T weights."""
    tensor = program.tensor[output]
    axes = tuple(Index(f"#{axis}", extent) for axis, extent in enumerate(tensor.shape))
    body = Read(Access.of(weights, *axes)) * Read(Access.of(output, *axes))
    total = Equation(Access("L#"), body, (), axes, "sum" if axes else "")
    tensors = (*program.tensors, Tensor(weights, tensor.shape, "input"), Tensor("L#", (), "loss"))
    return Program(tensors, (*program.statements, total), "L#")


def taylor_remainders(
    program: Program, values: Values, sizes: Sizes, gradient: Mapping[str, Array], direction: Direction
) -> tuple[float, ...]:
    """|L(p + hu) - L(p) - h<g, u>| for h = 1e-3, 1e-4, 1e-5 in 50 digits: each about 100 times the next."""
    opened = perturbed(program, direction)

    def loss(step: mpmath.mpf) -> mpmath.mpf:
        moved = _moved(program, values, sizes, direction, step)
        return evaluate(opened, moved, sizes, multiprecision(DIGITS))[program.output].item()

    with mpmath.workdps(DIGITS):
        slope = mpmath.fsum((decimals(gradient[name]) * decimals(along)).sum() for name, along in direction.items())
        steps = [mpmath.mpf(10) ** -k for k in (3, 4, 5)]
        return tuple(float(abs(loss(h) - loss(mpmath.mpf(0)) - h * slope)) for h in steps)
