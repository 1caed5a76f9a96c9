"""Somebody's own backward pass: a right one is never called wrong, and a wrong one is told where it leaves the path."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from backward import mutants, same_numbers, with_mistake
from emitted import Emitted, values_for

from symbp.compare.functions import compare_function
from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation
from symbp.mistakes import Seed, same, seeds
from symbp.reference import evaluate_grids
from symbp.spec import load
from symbp.testing import assert_gradient

EXAMPLES = Path(__file__).parents[1] / "examples"
QUICK = ("classes", "heat", "relay", "rnn", "standard", "xor")
NAMES = [
    pytest.param(path.stem, marks=pytest.mark.slow if path.stem not in QUICK else ())
    for path in sorted(EXAMPLES.glob("*.toml"))
]


@cache
def emitted(name: str) -> Emitted:
    return Emitted(load(EXAMPLES / f"{name}.toml"))


@pytest.mark.parametrize("name", NAMES)
def test_the_modules_are_right_in_both_styles_and_both_precisions(name: str) -> None:
    found = emitted(name)
    assert_gradient(found.module, found.derivation)
    assert_gradient(found.plain_module, found.derivation, points=1, seed=1)
    assert_gradient(found.module, found.derivation, points=1, dtype=np.float32)
    for parameter in found.derivation.wrt[:2]:
        assert compare_function(found.derivation, parameter, found.plain_module.loss_and_grad).equal


def changes_nothing(seed: Seed, derivation: NetworkDerivation, values: Mapping[str, Any]) -> bool:
    """Whether a mistake makes no difference to any gradient, as the sign of what is added to zero."""
    sizes = emitted(derivation.network.name).sizes(values)
    right = evaluate_grids(derivation.chain_result, values, sizes)
    found = seed.floats(values, sizes, *map(adjoint_name, derivation.wrt))
    return all(same(found[adjoint_name(name)], right[adjoint_name(name)]) for name in derivation.wrt)


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("relay", 2),
        ("xor", 10),
        ("classes", 10),
        ("lstm", 50),
        pytest.param("relay", 1, marks=pytest.mark.slow),
        pytest.param("xor", 1, marks=pytest.mark.slow),
        pytest.param("classes", 1, marks=pytest.mark.slow),
        pytest.param("lstm", 5, marks=pytest.mark.slow),
        pytest.param("attention", 2, marks=pytest.mark.slow),
        pytest.param("digits_conv", 20, marks=pytest.mark.slow),
        pytest.param("norms_batch", 200, marks=pytest.mark.slow),
    ],
)
def test_a_mistake_of_the_table_is_told_from_the_truth_and_named(name: str, step: int) -> None:
    d = emitted(name).derivation
    values = values_for(emitted(name).net, 3, seed=7)
    for seed in [*seeds(d)][::step]:
        if changes_nothing(seed, d, values):
            continue
        function = with_mistake(seed, d)
        with pytest.raises(AssertionError) as caught:
            assert_gradient(function, d, points=2)
        text = str(caught.value)
        assert text.startswith("mistaken gives "), text
        assert seed.mistake.title.text in text or "more, which give the same" in text, (seed.told, text)


@pytest.mark.parametrize("name", ["relay", "classes", pytest.param("lstm", marks=pytest.mark.slow),
                                  pytest.param("attention", marks=pytest.mark.slow),
                                  pytest.param("digits_conv", marks=pytest.mark.slow)])  # fmt: skip
def test_a_change_in_a_module_is_caught(name: str) -> None:
    found = emitted(name)
    values = values_for(found.net, 3, seed=7)
    arguments = found._arguments(values)
    right = found.plain_module.loss_and_grad(arguments[0], *arguments[1], **arguments[2])
    caught = 0
    for mutant in mutants(found.texts["plain"]):
        module = mutant.module()
        try:
            other = module.loss_and_grad(module.Parameters(*arguments[0]), *arguments[1], **arguments[2])
        except (ValueError, IndexError, TypeError, AttributeError):
            continue
        if not same_numbers(other, right):
            with pytest.raises(AssertionError):
                assert_gradient(module, found.derivation, points=2)
            caught += 1
    assert caught > 5
