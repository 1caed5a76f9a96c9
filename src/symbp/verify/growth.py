"""How much rounding errors grow on their way through a program: what tells values that floats keep from others.

Every number, those between included, is changed by a relative ``CHANGE`` at random, as rounding changes them by 1e-16;
what the gradients then change by, over ``CHANGE``, is how many times their own rounding error the others amount to.
A change of parameters and inputs alone would miss a bias before a normalisation, which moves nothing that is there.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from symbp.derivation import Derivation, adjoint_name
from symbp.reference import evaluate
from symbp.reference.arithmetic import Array
from symbp.reference.loops import Sizes, Values
from symbp.verify.gradients import adjoints_of
from symbp.verify.perturb import perturbation_name, perturbed
from symbp.verify.report import relative_error
from symbp.verify.steps import FLOOR, NOISE, rounding

CHANGE = 1e-9  # relative, of every number
TRIALS = 2  # signs of the changes: those of one trial may happen to make up for each other
SUSPECT = 1e3  # what has grown more may be a sum that cancels to zero
BETWEEN = 50.0  # as many times more may grow what only double precision is asked for: (1e-11/1e-16) / (1e-4/6e-8)


def growth(derivation: Derivation, sizes: Sizes, values: Values, enough: float) -> float:
    """The largest growth in a gradient that is asked for, or one part in ``BETWEEN`` of that in an adjoint between.

    A gradient that cancels to zero is measured by its terms, as the check measures it.

    Args:
        enough: Growth that is too much already, however the signs of the changes fall: no others are tried.
    """
    first, largest = evaluate(derivation.result, values, sizes), 0.0
    for seed in range(TRIALS):
        second = _changed(derivation, sizes, values, first, seed)
        largest = max(largest, _largest(derivation, sizes, first, second))
        if largest >= enough:
            break
    return largest


def _largest(derivation: Derivation, sizes: Sizes, first: Mapping[str, Array], second: Mapping[str, Array]) -> float:
    known: dict[str, Array] = {}
    grown = {
        name: _relative(derivation, sizes, first, second, adjoint_name(name), known)
        for name in adjoints_of(derivation.start, derivation.result)
    }
    return max((g if n in derivation.wrt else g / BETWEEN for n, g in grown.items()), default=0.0)


def _changed(
    derivation: Derivation, sizes: Sizes, values: Values, first: Mapping[str, Array], seed: int
) -> Mapping[str, Array]:
    """What the final program gives where every number of it is changed a little."""
    rng, result = np.random.default_rng(seed), derivation.result

    def change(value: Array) -> Array:
        return value * CHANGE * rng.choice([-1.0, 1.0], np.shape(value))

    moving = {t.name for t in result.tensors if t.role in ("input", "parameter") and t.dtype != "int"}
    given = {n: v + change(v) if n in moving else v for n, v in values.items()}
    computed = [t.name for t in result.tensors if t.dtype != "int" and result.defining(t.name)]
    changes = {perturbation_name(name): change(first[name]) for name in computed}
    return evaluate(perturbed(result, computed), {**given, **changes}, sizes)


def _relative(
    derivation: Derivation,
    sizes: Sizes,
    first: Mapping[str, Array],
    second: Mapping[str, Array],
    adjoint: str,
    known: dict[str, Array],
) -> float:
    grown = relative_error(second[adjoint], first[adjoint]) / CHANGE
    if grown <= SUSPECT:
        return grown
    if adjoint not in known:
        rounding(derivation.result, adjoint, first, sizes, known)
    terms = max(float(np.max(known[adjoint], initial=0)), FLOOR)
    return relative_error(second[adjoint], first[adjoint], terms, NOISE) / CHANGE
