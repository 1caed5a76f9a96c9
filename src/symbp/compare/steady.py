"""How much rounding changes gradients: what a comparison in single precision may find without anything being wrong."""

from __future__ import annotations

import numpy as np

from symbp.compare.points import Point
from symbp.derivation import adjoint_name
from symbp.reference import evaluate_grids
from symbp.reference.arithmetic import Array
from symbp.verify.perturb import perturbation_name, perturbed


def unsteadiness(point: Point, rounding: float) -> float:
    """The largest change of a gradient, relative to its largest number, when every number is changed by a rounding.

    All that is given is changed, and all that is computed, forward and backward: a difference of two numbers that are
    nearly equal loses its digits only where it is taken.

    Args:
        rounding: The relative change: 1e-7 of single precision.
    """
    derivation, rng = point.derivation, np.random.default_rng(0)
    program = derivation.result
    first = evaluate_grids(program, point.given, point.sizes)

    def change(value: Array) -> Array:
        return np.asarray(value) * rounding * rng.choice([-1.0, 1.0], np.shape(value))

    moving = {t.name for t in program.of_role("input", "parameter") if t.dtype != "int"}
    given = {name: value + change(value) if name in moving else value for name, value in point.given.items()}
    computed = [t.name for t in program.tensors if t.dtype != "int" and program.defining(t.name)]
    changes = {perturbation_name(name): change(first[name]) for name in computed}
    second = evaluate_grids(perturbed(program, computed), {**given, **changes}, point.sizes)
    names = [adjoint_name(name) for name in derivation.wrt]
    return max((_relative(second[name] - first[name], first[name]) for name in names), default=0.0)


def _relative(change: Array, value: Array) -> float:
    found = float(np.abs(change).max(initial=0)) / (float(np.abs(value).max(initial=0)) or 1.0)
    return found if np.isfinite(found) else np.inf
