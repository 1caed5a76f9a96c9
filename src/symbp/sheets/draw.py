"""Numbers for one student: short decimals with which all that is asked for can be worked on a pocket calculator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any, TypeAlias

import numpy as np

from symbp.derive import NetworkDerivation
from symbp.errors import SymbpError
from symbp.network.example import Example
from symbp.notes.exercises.numbers import Pools, drawn_example, sizes_of
from symbp.program import Program
from symbp.reference import evaluate_grids, extent_of
from symbp.verify.draw import placed

Values: TypeAlias = Mapping[str, Any]
TRIED = 200
AT_ONCE = 8
LARGEST = 100
PATIENCE = 25  # draws, after which ten times as large values are allowed
NOISE = 1e-12  # what cancels to zero but for rounding
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
    for tries, (example, values) in enumerate(_draws(derivation, random)):
        smallest = _smallest(derivation, values, tries // PATIENCE)
        if smallest and (best is None or smallest > best[0]) and _is_smooth(derivation, example):
            best = (smallest, example)
        if best is not None and best[0] >= wanted(tries):
            return best[1]
    raise SymbpError(
        f"{derivation.network.name}: no numbers were found at which the network can be worked by hand\n"
        "  Describe a network with fewer layers, or with other activations."
    )


def _draws(derivation: NetworkDerivation, random: Random) -> Iterator[tuple[Example, Values]]:
    """Draws, each with the values of all tensors: several are evaluated at once, where no place depends on numbers."""
    program, sizes = derivation.chain_result, sizes_of(derivation)
    places = any(t.dtype == "int" for t in program.tensors) or any(e.reduction == "max" for e in program.equations())
    count = 1 if places else AT_ONCE
    for _ in range(TRIED // count):
        examples = [drawn_example(derivation, random, POOLS) for _ in range(count)]
        given = [_given(derivation, example) for example in examples]
        if places:
            yield examples[0], evaluate_grids(program, given[0], sizes)
            continue
        lanes = {name: np.stack([g[name] for g in given], axis=-1).astype(complex) for name in given[0]}
        found = evaluate_grids(program, lanes, sizes)
        for lane, example in enumerate(examples):
            yield example, {name: value[..., lane].real for name, value in found.items()}


def wanted(tries: int) -> float:
    """The smallest value between the input and the gradients that is wanted after some tries.

    Four decimals show two digits of 0.001; less is wanted only where no draw has that.
    """
    return max(0.006 * 0.7**tries, 0.001 if tries < TRIED // 4 else 0.0001)


def _smallest(derivation: NetworkDerivation, values: Values, waited: int) -> float:
    """The smallest magnitude of what is computed and not zero; zero if the numbers do not suit.

    Args:
        waited: How often patience has run out. After that, a quantity need not take part, which a bias before a
            normalisation never does.
    """
    program = derivation.chain_result
    moderate = is_moderate(program, values, LARGEST * 10.0**waited, waited)
    if not moderate or (not waited and not _is_heard(derivation, values)):
        return 0.0
    computed = {e.target for e in program.equations()}
    found = [abs(v[abs(v) > NOISE]) for n, v in values.items() if n in computed and v.dtype == float]
    return min((float(v.min()) for v in found if v.size), default=0.0)


def _is_smooth(derivation: NetworkDerivation, example: Example) -> bool:
    """Whether nothing is at a kink, and everything has a value, zero times the logarithm of a negative number too."""
    given, sizes = _given(derivation, example), sizes_of(derivation)
    if not placed(derivation.start, given, sizes).smooth:
        return False
    return all(np.isfinite(value).all() for value in evaluate_grids(derivation.start, given, sizes).values())


def _given(derivation: NetworkDerivation, example: Example) -> dict[str, Any]:
    """What the network starts from; states before the first step are zero."""
    sizes = sizes_of(derivation)
    states = {t.name: np.zeros([extent_of(e, sizes) for e in t.shape]) for t in derivation.start.of_role("state")}
    numbers = {**dict(example.values), **dict(example.parameters or {})}
    return {**states, **{name: np.array(value) for name, value in numbers.items()}}


def is_moderate(program: Program, values: Values, largest: float, waited: int = 0) -> bool:
    """Whether no value is too large, and no weighted sum is zero or saturates a sigmoid."""
    steepest = STEEPEST * 1.5**waited
    for tensor in program.tensors:
        value = values[tensor.name]
        if value.dtype != float:
            continue
        if not np.isfinite(value).all() or abs(value).max(initial=0) > largest:
            return False
        is_sum = tensor.letter == "z" and tensor.of is None
        if is_sum and (abs(value).max() > steepest or not (waited or value.all())):
            return False
    return True


def _is_heard(derivation: NetworkDerivation, values: Values) -> bool:
    """Whether every quantity takes part."""
    known = [values[name] for name in derivation.numbers if name in values]
    return all(np.any(abs(value) > NOISE) for value in known if value.dtype == float)
