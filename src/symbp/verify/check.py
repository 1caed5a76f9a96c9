"""The whole check of a derivation: every step and every gradient, at random values and at the example's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

import numpy as np

from symbp.chain_rule import adjoint
from symbp.derivation import Derivation
from symbp.derive import NetworkDerivation, derive
from symbp.errors import ProgramError
from symbp.layers import BATCH
from symbp.network import Network
from symbp.network.small import smaller
from symbp.network.targets import TARGETS
from symbp.reference import evaluate
from symbp.reference.arithmetic import Array
from symbp.reference.loops import Sizes
from symbp.rewrite import REWRITES, rewrite
from symbp.sizes import FEWEST, small_sizes
from symbp.verify.cases import NOT_FINITE, Case, affordable, case, case_by_direction, random_case
from symbp.verify.draw import ATTEMPTS, Maker, attempts, draws, placed, probabilities
from symbp.verify.gradients import TOLERANCE, directional_row, points
from symbp.verify.module import module_rows
from symbp.verify.report import Report, Row
from symbp.verify.shrink import shrunken

Advance: TypeAlias = Callable[[str, int, int], None]
RowsOf: TypeAlias = Callable[[Case], Iterable[Row]]
Stage: TypeAlias = tuple[str, Callable[[], Iterable[Row]]]
NOT_FINITE_HERE = "the example's loss is not finite: does it suit what the network gives?"
FAULTS = (ProgramError, LookupError, ArithmeticError, ValueError, TypeError, AttributeError, NameError, SyntaxError)
SMALL_WORK = 2e9  # as WORK, for a network that has no smaller one with the same equations: a minute
MOST_POINTS = 6_000_000  # as LOOP_POINTS, where nothing else can be compared: some minutes
LOOP_POINTS = 1_500_000  # more than this the nested loops are not asked to visit: ten seconds

MAKERS: dict[str, Maker] = {
    "any": lambda rng, shape: rng.uniform(-1.0, 1.0, shape),
    "sign": lambda rng, shape: rng.choice([-1.0, 1.0], shape),
    "probability": lambda rng, shape: rng.uniform(0.1, 0.9, shape),
    "count": lambda rng, shape: rng.integers(0, 6, shape).astype(float),
    "distribution": probabilities,
}


def check_derivation(derivation: Derivation, advance: Advance | None = None, seed: int = 1) -> Report:
    """The report on a derivation.

    Steps, gradients and the emitted module are compared with complex steps and high-precision differences of the
    forward program at random values and at the example's; a network that is too large for that is compared
    at small extents, and at its own along one direction.

    Args:
        advance: Called with what is done next, how many stages are done, and how many there are.
        seed: Of the random values.
    """
    return _report(_stages(derivation, seed, _with_module), advance)


def check_equations(derivation: Derivation, advance: Advance | None = None, seed: int = 1) -> Report:
    """The report on a derivation alone, without the module that is emitted from it."""
    return _report(_stages(derivation, seed, Case.rows), advance)


def _with_module(here: Case) -> Iterator[Row]:
    yield from here.rows()
    yield from _attempted("the module", lambda: module_rows(here))


def _report(stages: Iterable[Stage], advance: Advance | None) -> Report:
    rows: list[Row] = []
    stages = tuple(stages)
    for done, (title, stage) in enumerate(stages):
        if advance is not None:
            advance(title, done, len(stages))
        rows += _attempted(title, stage)
    return Report(tuple(rows))


def _attempted(title: str, stage: Callable[[], Iterable[Row]]) -> Iterator[Row]:
    """The rows of a stage; a program that cannot be evaluated, or a module that cannot run, is a row that fails."""
    try:
        yield from stage()
    except FAULTS as fault:
        text = str(fault) if isinstance(fault, ProgramError) else f"{type(fault).__name__}: {fault}"
        yield Row(title, "evaluation", float("inf"), TOLERANCE, text)


def _stages(derivation: Derivation, seed: int, rows_of: RowsOf) -> Iterator[Stage]:
    targets, sizes = target_makers(derivation), small_sizes(derivation.start)
    if affordable(derivation, sizes):
        yield "random values", lambda: rows_of(random_case(derivation, sizes, targets, seed, ", random values"))
        yield from _one_step(derivation, sizes, targets, seed, rows_of)
    else:
        yield "small extents", lambda: _small_extents(derivation, targets, seed, rows_of)
        yield "full size", lambda: _along_a_direction(derivation, sizes, targets, seed, "full size", LOOP_POINTS)
    if isinstance(derivation, NetworkDerivation) and derivation.network.example is not None:
        yield "the example", lambda: _example(derivation, rows_of)


def _one_step(
    derivation: Derivation, sizes: Sizes, targets: Mapping[str, Maker], seed: int, rows_of: RowsOf
) -> Iterator[Stage]:
    """The shortest sequences: every run-time length but the batch is one."""
    lengths = sorted(name for name in sizes if name != BATCH.name)
    if lengths:
        at = ", ".join(f"{name} = 1" for name in lengths)
        short = {**sizes, **dict.fromkeys(lengths, 1)}
        yield at, lambda: rows_of(random_case(derivation, short, targets, seed, f", {at}"))


def _small_extents(derivation: Derivation, targets: Mapping[str, Maker], seed: int, rows_of: RowsOf) -> Iterator[Row]:
    small = rederived(derivation)
    same = [(s.rule, s.target) for s in small.steps] == [(s.rule, s.target) for s in derivation.steps]
    yield Row("rules and targets of the steps", "small extents", 0.0 if same else float("inf"), TOLERANCE)
    sizes = small_sizes(small.start)
    if affordable(small, sizes, SMALL_WORK):
        yield from rows_of(random_case(small, sizes, targets, seed, ", small extents"))
        for _, stage in _one_step(small, sizes, targets, seed, rows_of):
            yield from stage()
        return
    sizes = dict.fromkeys(sizes, FEWEST)
    yield from _along_a_direction(small, sizes, targets, seed, "small extents", MOST_POINTS)
    if rows_of is _with_module and points(small.result, sizes) <= MOST_POINTS:
        draw = next(iter(draws(small.start, sizes, seed, targets)))
        here = case_by_direction(small, sizes, draw, ", small extents")
        yield from _attempted("the module", lambda: module_rows(here))


def rederived(derivation: Derivation) -> Derivation:
    """The chain rule and the rewrites again, for the same network, or the same program, at small extents."""
    used = {step.rule for step in derivation.steps}
    if isinstance(derivation, NetworkDerivation) and isinstance(derivation.network, Network):
        small = None if derivation.network.is_dense_chain else smaller(derivation.network)
        if small is not None:
            return derive(small, without=[rule for rule in REWRITES if rule not in used])
    again = adjoint(shrunken(derivation.start), derivation.wrt, derivation.outputs[1:])
    return rewrite(again, without=[rule for rule in REWRITES if rule not in used])


def target_makers(derivation: Derivation) -> dict[str, Maker]:
    """How to draw targets that suit the loss of a network; a program's own tensors say what they need."""
    if not isinstance(derivation, NetworkDerivation):
        return {}
    kind = next(name for name, target in TARGETS.items() if target is derivation.network.target)
    return {"y": MAKERS[kind]} if kind in MAKERS else {}


def _along_a_direction(
    derivation: Derivation, sizes: Sizes, targets: Mapping[str, Maker], seed: int, at: str, most: int
) -> Iterator[Row]:
    visited = points(derivation.result, sizes)
    if visited > most:
        note = f"{visited:.0e} points are too many for the reference loops"
        yield Row("dL along a direction", f"complex step, {at}", None, TOLERANCE, note)
        return
    small_first = attempts(derivation.start, sizes, seed, targets, reversed(ATTEMPTS))  # rounding errors grow less
    draw = next(small_first, None)
    if draw is None:
        raise ProgramError(NOT_FINITE)
    yield directional_row(derivation.start, derivation.result, draw.values, sizes, f", {at}")


def _example(derivation: NetworkDerivation, rows_of: RowsOf) -> Iterator[Row]:
    values, sizes = example_values(derivation), derivation.sizes
    if affordable(derivation, sizes):
        if not np.isfinite(evaluate(derivation.start, values, sizes)[derivation.start.output]):
            raise ProgramError(NOT_FINITE_HERE)
        draw = placed(derivation.start, values, sizes)
        yield from rows_of(case(derivation, sizes, draw, ", the example"))
    elif points(derivation.result, sizes) <= LOOP_POINTS:
        yield directional_row(derivation.start, derivation.result, values, sizes, ", the example")
    else:
        note = "too many points for the reference loops"
        yield Row("dL along a direction", "complex step, the example", None, TOLERANCE, note)


def example_values(derivation: NetworkDerivation) -> dict[str, Array]:
    """The example's inputs, targets and parameters as arrays."""
    return {name: np.array(value) for name, value in derivation.given.items()}
