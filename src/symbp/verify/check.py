"""The whole check of a derivation: every step and every gradient, at random values and at the example's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import TypeAlias

import numpy as np

from symbp.chain_rule import adjoint
from symbp.derivation import Derivation
from symbp.derive import NetworkDerivation
from symbp.errors import ProgramError
from symbp.reference.arithmetic import Array
from symbp.rewrite import rewrite
from symbp.targets import TARGETS
from symbp.verify.cases import Case, affordable, case, random_case
from symbp.verify.draw import Maker, draws, placed, probabilities
from symbp.verify.gradients import TOLERANCE, directional_row, points
from symbp.verify.module import module_rows
from symbp.verify.report import Report, Row
from symbp.verify.shrink import shrunken, small_sizes

Advance: TypeAlias = Callable[[str, int, int], None]
Stage: TypeAlias = tuple[str, Callable[[], Iterable[Row]]]
FAULTS = (ProgramError, LookupError, ArithmeticError, ValueError, TypeError, AttributeError, NameError, SyntaxError)
LOOP_POINTS = 2_000_000  # more than this the nested loops are not asked to visit

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
    rows: list[Row] = []
    stages = tuple(_stages(derivation, seed))
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
        yield Row(title, "evaluation", float("inf"), TOLERANCE, f"{type(fault).__name__}: {fault}")


def _stages(derivation: Derivation, seed: int) -> Iterator[Stage]:
    targets = target_makers(derivation)
    whole = affordable(derivation, small_sizes(derivation.start))
    subject = derivation if whole else rederived(derivation)
    at = "random values" if whole else "small extents"

    @cache
    def here() -> Case:
        return random_case(subject, small_sizes(subject.start), targets, seed, f", {at}")

    yield at, lambda: here().rows()
    yield "the module", lambda: module_rows(here())
    if not whole:
        yield "full size", lambda: _full_size(derivation, targets, seed)
    if isinstance(derivation, NetworkDerivation) and derivation.network.example is not None:
        yield "the example", lambda: _example(derivation)


def rederived(derivation: Derivation) -> Derivation:
    """The chain rule and the rewrites again, for the same program at small extents."""
    return rewrite(adjoint(shrunken(derivation.start), derivation.wrt, derivation.outputs[1:]))


def target_makers(derivation: Derivation) -> dict[str, Maker]:
    """How to draw targets that suit the loss of a network; a program's own tensors say what they need."""
    if not isinstance(derivation, NetworkDerivation):
        return {}
    row = derivation.network.loss.row
    kind = next(name for name, target in TARGETS.items() if target is row.target)
    return {"y": MAKERS[kind]} if kind in MAKERS else {}


def _full_size(derivation: Derivation, targets: Mapping[str, Maker], seed: int) -> Iterator[Row]:
    sizes = small_sizes(derivation.start)
    visited = points(derivation.result, sizes)
    if visited > LOOP_POINTS:
        note = f"{visited:.0e} points are too many for the reference loops: see the small extents"
        yield Row("dL along a direction", "complex step, full size", None, TOLERANCE, note)
        return
    draw = next(draws(derivation.start, sizes, seed, targets), None)
    if draw is None:
        raise ProgramError("no random values give a finite loss")
    yield directional_row(derivation.start, derivation.result, draw.values, sizes, ", full size")


def _example(derivation: NetworkDerivation) -> Iterator[Row]:
    values, sizes = example_values(derivation), derivation.sizes
    if affordable(derivation, sizes):
        draw = placed(derivation.start, values, sizes)
        here = case(derivation, sizes, draw, ", the example")
        yield from here.rows()
        yield from module_rows(here)
    elif points(derivation.result, sizes) <= LOOP_POINTS:
        yield directional_row(derivation.start, derivation.result, values, sizes, ", the example")
    else:
        note = "too many points for the reference loops"
        yield Row("dL along a direction", "complex step, the example", None, TOLERANCE, note)


def example_values(derivation: NetworkDerivation) -> dict[str, Array]:
    """The example's inputs, targets and parameters as arrays."""
    return {name: np.array(value) for name, value in derivation.given.items()}
