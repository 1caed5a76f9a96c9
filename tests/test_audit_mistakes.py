"""Texts with a mistake in them: a mistake of the table is put into a network, its figures are printed and audited.

From the place of the mistake on figures must be wrong, those at that place by themselves and for that reason, and
all that follows right given them; what the mistake does not touch must be right.
"""

from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symbp
from symbp.audit import Figure
from symbp.audit.auditing import audited
from symbp.audit.course import textbook
from symbp.derive import NetworkDerivation
from symbp.mistakes import Seed, seeds
from symbp.reference import evaluate_grids

EXAMPLES = Path(__file__).parents[1] / "examples"
DIGITS = 5
FEWEST = 0.95  # of the mistakes that are named


@cache
def network(name: str) -> Any:
    return symbp.load(EXAMPLES / f"{name}.toml")


@cache
def derivation(name: str) -> NetworkDerivation:
    return textbook(network(name))


def given(d: NetworkDerivation) -> dict[str, Any]:
    whole = {t.name for t in d.start.tensors if t.dtype == "int"}
    return {name: np.array(value, np.int64 if name in whole else float) for name, value in d.given.items()}


def printed(value: float) -> str:
    """A number in five significant digits."""
    return f"{value:.{DIGITS - 1}e}"


def text(d: NetworkDerivation, seed: Seed) -> list[tuple[str, dict[str, Any]]]:
    """The figures of a text that makes a mistake, all of them, each with its tensor."""
    right = evaluate_grids(d.chain_result, given(d), d.sizes)
    wrong = {**right, **seed.floats(given(d), d.sizes)}
    names = dict.fromkeys(e.target for e in d.chain_result.equations())
    found = []
    for name in names:
        tensor = d.chain_result.tensor[name]
        of = f"dL/d{tensor.of}" if tensor.of else name
        for at in product(*map(range, np.shape(right[name]))):
            places = at[1:] if d.naming.drops_batch(tensor) else at
            position = f"[{','.join(str(place + 1) for place in places)}]" if places else ""
            found.append((name, {"of": of + position, "printed": printed(float(np.asarray(wrong[name])[at]))}))
    return found


def judged(name: str, seed: Seed) -> list[tuple[str, Figure]]:
    figures = text(derivation(name), seed)
    _, found = audited(network(name), {"figures": [table for _, table in figures]}, lambda *done: None)
    return [(tensor, figure) for (tensor, _), figure in zip(figures, found, strict=True)]


def chosen(name: str, *keys: str) -> list[Any]:
    """The mistakes of some kinds, or all of them, in an example."""
    some = [seed for seed in seeds(derivation(name)) if not keys or seed.mistake.key in keys]
    return [pytest.param(name, seed, id=f"{name}-{seed.mistake.key}-{seed.at}") for seed in some]


FEW = [*chosen("relay", "lost-slope", "updated-weights", "lost-bias"), *chosen("classes", "half", "lost-activation")]
ALL = [*chosen("relay"), *chosen("classes")]


@pytest.mark.parametrize(("name", "seed"), FEW)
def test_a_mistake_is_found_where_it_was_made(name: str, seed: Seed) -> None:
    for tensor, figure in judged(name, seed):
        if tensor not in seed.changed:
            assert figure.verdict == "right", figure
        if figure.by_itself:
            assert tensor in seed.slip.touched and seed.mistake.key in figure.causes, figure


@pytest.mark.slow
def test_nearly_all_mistakes_are_named() -> None:
    named = []
    for name, seed in (parameter.values for parameter in ALL):
        found = judged(name, seed)
        assert all(figure.verdict == "right" for tensor, figure in found if tensor not in seed.changed)
        own = [figure for _, figure in found if figure.by_itself]
        if own:
            named.append(all(seed.mistake.key in figure.causes for figure in own))
            assert {tensor for tensor, figure in found if figure.by_itself} <= set(seed.slip.touched), seed
    assert sum(named) >= FEWEST * len(named) > 60
