"""Equations at affine positions: both emissions agree with the reference loops, and none of them loops itself."""

from __future__ import annotations

import numpy as np
import pytest
from heavy import every_third

from symbp.chain_rule import adjoint
from symbp.numpy_code import texts_of
from symbp.rewrite import rewrite
from tests.affine import OTHERS, WINDOWS, random_affine
from tests.modules import arguments, bare, both, random_values, worst_error
from tests.test_module import peak_and_kept
from tests.test_numpy_code import formatted

SLOW = "plain loops"
SEEDS = range(16)
CASES = WINDOWS | OTHERS | {f"random {seed}": random_affine(seed) for seed in SEEDS}


def derived(name, simplified=True):
    built = CASES[name]
    derivation = adjoint(built, [t.name for t in built.of_role("parameter")])
    return rewrite(derivation) if simplified else derivation


@pytest.mark.parametrize("simplified", [False, True], ids=["raw", "rewritten"])
@pytest.mark.parametrize("name", every_third(CASES))
def test_both_emissions_agree_with_the_reference(name, simplified, tmp_path):
    derivation = derived(name, simplified)
    module = both(tmp_path, "bare", bare(derivation))
    assert not [path for path in tmp_path.glob("*.py") if SLOW in path.read_text()]
    workspace = module.Workspace(3, np.float64)
    for batch in (3, 1, 3):
        values = random_values(CASES[name], batch, seed=batch)
        if "max" in name or "random" in name:
            values = {k: np.round(v) for k, v in values.items()}  # ties
        given = arguments(module, CASES[name], values)
        assert worst_error(module.plain.loss_and_grad(*given), derivation.result, values, batch) < 1e-11
        assert worst_error(workspace.loss_and_grad(*given), derivation.result, values, batch) < 1e-11


@pytest.mark.parametrize("name", every_third(CASES))
def test_single_precision_and_no_allocation(name, tmp_path):
    module = both(tmp_path, "bare", bare(derived(name)))
    given = arguments(module, CASES[name], random_values(CASES[name], 300, seed=5), np.float32)
    workspace = module.Workspace(300)
    for loss, gradient in (module.plain.loss_and_grad(*given), workspace.loss_and_grad(*given)):
        assert type(loss) is float
        assert {a.dtype for a in gradient} == {np.dtype(np.float32)}
    peak, kept = peak_and_kept(lambda: workspace.loss_and_grad(*given))
    assert kept < 100
    assert peak < 4096  # views and the records of NumPy's own loops, whatever the batch


@pytest.mark.parametrize("name", every_third(CASES))
def test_the_text_is_formatted(name):
    text = "\n\n".join(texts_of(bare(derived(name))).values())
    assert formatted(text) == text
