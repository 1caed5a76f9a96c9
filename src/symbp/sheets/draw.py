"""Numbers for one student: short decimals with which all that is asked for can be worked on a pocket calculator."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

import numpy as np

from symbp.derive import NetworkDerivation
from symbp.errors import SymbpError
from symbp.network.example import Example
from symbp.notes.exercises.numbers import Pools, drawn_example, sizes_of
from symbp.program import Program
from symbp.reference import evaluate_grids, extent_of
from symbp.verify.draw import placed

TRIED = 200
LARGEST = 100
PATIENCE = 25  # draws, after which ten times as large values are allowed
STEEPEST = 3.0  # a weighted sum beyond it saturates a sigmoid
POOLS = Pools(
    parts=tuple(k / 20 for k in range(-18, 19) if abs(k) > 1),
    inputs=(-2.5, -2, -1.5, -0.8, -0.5, 0.4, 0.5, 0.8, 1.2, 1.5, 2, 2.5),
    positive=(0.5, 0.8, 1.2, 1.5, 2),
)


def drawn(derivation: NetworkDerivation, random: Random) -> Example:
    """The first of some draws whose values are neither too small nor too large, nor at a kink.

    Raises:
        SymbpError: none of them is.
    """
    best: tuple[float, Example] | None = None
    for tries in range(TRIED):
        example = drawn_example(derivation, random, POOLS)
        smallest = _smallest(derivation, example, LARGEST * 10.0 ** (tries // PATIENCE))
        if smallest is not None and (best is None or smallest > best[0]):
            best = (smallest, example)
        if best is not None and best[0] >= wanted(tries):
            return best[1]
    raise SymbpError(
        f"{derivation.network.name}: no numbers were found at which the network can be worked by hand\n"
        "  Describe a network with fewer layers, or with other activations."
    )


def wanted(tries: int) -> float:
    """The smallest value between the input and the gradients that is wanted after some tries.

    Four decimals show two digits of 0.001; less is wanted only where no draw has that.
    """
    return max(0.006 * 0.7**tries, 0.001 if tries < TRIED // 4 else 0.0001)


def _smallest(derivation: NetworkDerivation, example: Example, largest: float) -> float | None:
    """The smallest magnitude of what is computed and not zero; none if the numbers do not suit."""
    given, sizes = _given(derivation, example), sizes_of(derivation)
    if not is_moderate(derivation.start, evaluate_grids(derivation.start, given, sizes), largest):
        return None
    values = evaluate_grids(derivation.chain_result, given, sizes)
    if not is_moderate(derivation.chain_result, values, largest) or not _is_heard(derivation, values):
        return None
    if not placed(derivation.start, given, sizes).smooth:
        return None
    computed = {e.target for e in derivation.chain_result.equations()}
    magnitudes = [abs(v[v != 0]).min() for n, v in values.items() if n in computed and v.dtype == float and np.any(v)]
    return float(min(magnitudes))


def _given(derivation: NetworkDerivation, example: Example) -> dict[str, Any]:
    """What the network starts from; states before the first step are zero."""
    sizes = sizes_of(derivation)
    states = {t.name: np.zeros([extent_of(e, sizes) for e in t.shape]) for t in derivation.start.of_role("state")}
    numbers = {**dict(example.values), **dict(example.parameters or {})}
    return {**states, **{name: np.array(value) for name, value in numbers.items()}}


def is_moderate(program: Program, values: Mapping[str, Any], largest: float) -> bool:
    """Whether no value is too large, and no weighted sum is zero or saturates a sigmoid."""
    for tensor in program.tensors:
        value = values[tensor.name]
        if value.dtype != float:
            continue
        if not np.isfinite(value).all() or abs(value).max(initial=0) > largest:
            return False
        if tensor.letter == "z" and tensor.of is None and (abs(value).max() > STEEPEST or not value.all()):
            return False
    return True


def _is_heard(derivation: NetworkDerivation, values: Mapping[str, Any]) -> bool:
    """Whether every quantity takes part."""
    return all(np.any(values[name]) for name in derivation.numbers if name in values and values[name].dtype == float)
