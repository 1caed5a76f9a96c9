"""What notes are about: a network with the numbers of its example, or else its small likeness."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from itertools import islice

import numpy as np

from symbp.derivation import Derivation
from symbp.derive import NetworkDerivation, derive
from symbp.equation import Equation
from symbp.errors import CheckFailed, SizeError
from symbp.network import Network
from symbp.network.small import smaller_ones
from symbp.notes.subject import Subject, evaluated
from symbp.numpy_code import module_text
from symbp.printing.spelled import ENGLISH
from symbp.program import Program
from symbp.rewrite import REWRITES
from symbp.sizes import small_sizes
from symbp.verify.cases import NOT_FINITE
from symbp.verify.check import rederived
from symbp.verify.draw import draws
from symbp.verify.gradients import points
from symbp.views.scalar import MOST_SCALARS

MOST_POINTS = 1_000_000  # of sums, in the equations whose values the lines are checked by: some minutes
NUMBER = r"(?<![A-Za-z_0-9])[0-9]+"  # that is no part of a name
TRIED = 6  # of the smaller networks, the smallest first


def too_large(derivation: NetworkDerivation) -> bool:
    """Whether a network has too many elements to work them one by one."""
    scalars = sum(int(np.prod([e for e in t.shape if isinstance(e, int)])) for t in derivation.start.tensors)
    return scalars > MOST_SCALARS


def subject(derivation: NetworkDerivation, views: Collection[str], language: str = ENGLISH) -> Subject:
    """What notes of a derivation are about: its example, or the same network at small extents.

    Raises:
        SizeError: these are still too large to check every line.
    """
    if derivation.network.example is not None and not too_large(derivation):
        found = Subject(derivation, derivation, derivation.values, derivation.sizes, True, tuple(views))
    else:
        found = small_subject(derivation, views)
    return replace(found, code=module_text(derivation, "plain"), language=language)


def small_subject(derivation: NetworkDerivation, views: Collection[str]) -> Subject:
    """The same network at small extents, whatever its example.

    Raises:
        SizeError: these are still too large to check every line.
    """
    base = likeness(derivation)
    sizes = small_sizes(base.start)
    draw = next(draws(base.start, sizes, seed=0), None)
    if draw is None:
        raise CheckFailed(NOT_FINITE)
    return Subject(derivation, base, evaluated(base, draw.values, sizes), sizes, False, tuple(views))


def likeness(derivation: NetworkDerivation) -> Derivation:
    """The derivation of a smaller network that has the same equations but for numbers, backward too.

    The network itself, if no smaller one has.

    Raises:
        SizeError: it is still too large to check every line.
    """
    found = _likeness(derivation)
    visited = points(found.result, small_sizes(found.start))
    if visited > MOST_POINTS:
        raise SizeError(
            f"the notes of {derivation.network.name} check their lines at the smallest sizes that have the same "
            f"equations; these still take {visited:,} products and sums, and at most {MOST_POINTS:,} are done\n"
            "  Describe fewer layers, or fewer poolings and strides: the equations of each are the same."
        )
    return found


def _likeness(derivation: NetworkDerivation) -> Derivation:
    network, used = derivation.network, {step.rule for step in derivation.steps}
    if not isinstance(network, Network):
        return rederived(derivation)
    wanted = _shape_of(derivation.result)
    for small in islice(smaller_ones(network), TRIED):
        found = derive(small, without=[rule for rule in REWRITES if rule not in used])
        if _shape_of(found.result) == wanted:
            return found
    return derivation


def _shape_of(program: Program) -> list[str]:
    """The equations less their numbers; a position keeps the place of each, as 2 r + c is printed unlike r + c."""
    found: list[str] = []
    for e in program.equations():
        positions = [str(a) for a in (e.lhs, *e.accesses_read())]
        exact = (re.sub(NUMBER, "#", text) for text in (*sorted(positions), *map(str, e.guards)))
        found += [without_numbers(e), *exact]
    return found


def without_numbers(equation: Equation | None) -> str:
    """The text of an equation less its numbers: positions, conditions and means count in extents."""
    return re.sub(rf"{NUMBER}|[*/() ]", "", str(equation))
