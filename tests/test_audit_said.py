"""Programs that go on with printed figures: what is put in is what follows reads, and nothing else changes."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symbp
from symbp.audit.course import textbook
from symbp.audit.said import going_on, put, with_places
from symbp.derive import NetworkDerivation
from symbp.program import Program
from symbp.reference import evaluate, evaluate_grids
from symbp.views.scalar import Element

EXAMPLES = Path(__file__).parents[1] / "examples"
NETWORKS = ["relay", "classes", "rnn", "lstm", "attention", "residual"]


@cache
def derivation(name: str) -> NetworkDerivation:
    return textbook(symbp.load(EXAMPLES / f"{name}.toml"))


def given(d: NetworkDerivation) -> dict[str, Any]:
    whole = {t.name for t in d.start.tensors if t.dtype == "int"}
    return {name: np.array(value, np.int64 if name in whole else float) for name, value in d.given.items()}


def computed(program: Program) -> list[str]:
    targets = {e.target for e in program.equations()}
    return [t.name for t in program.tensors if t.name in targets and t.dtype == "float"]


@pytest.mark.parametrize("name", NETWORKS)
def test_right_figures_change_nothing(name: str) -> None:
    d = derivation(name)
    for program in (d.chain_result, d.result):
        names = computed(program)
        plain = evaluate_grids(program, given(d), d.sizes)
        figures = {Element(n, at): plain[n][at] for n in names for at in np.ndindex(*np.shape(plain[n]))}
        found = evaluate_grids(
            with_places(program, names), {**given(d), **put(program, d.sizes, names, figures)}, d.sizes
        )
        for n in names:
            assert np.allclose(found[n], plain[n], rtol=1e-12, atol=1e-15), n
            assert np.allclose(going_on(found)[n], plain[n], rtol=1e-12, atol=1e-15), n


@pytest.mark.parametrize("name", NETWORKS)
def test_the_loops_and_the_grids_agree_about_what_follows(name: str) -> None:
    d = derivation(name)
    names = [n for n in computed(d.chain_result) if n[0] in "zh" and n[1:2].isdigit()]
    program = with_places(d.chain_result, names)
    figures = {Element(n, tuple(0 for _ in d.chain_result.tensor[n].shape)): 0.25 for n in names}
    values = {**given(d), **put(d.chain_result, d.sizes, names, figures)}
    grids, loops = evaluate_grids(program, values, d.sizes), evaluate(program, values, d.sizes)
    assert all(np.allclose(grids[n], loops[n], rtol=1e-11, atol=1e-14) for n in computed(d.chain_result))


def test_what_follows_reads_what_is_printed() -> None:
    d = derivation("relay")
    names = ["z2", "a1"]
    values = {**given(d), **put(d.result, d.sizes, names, {Element("z2", (0, 0)): 0.5, Element("a1", (0, 1)): 0.6})}
    found = evaluate_grids(with_places(d.result, names), values, d.sizes)
    assert found["z2"][0, 0] == pytest.approx(0.5 * 0.5817593768 + 0.7 * 0.6 + 0.3)  # its own value, by what is before
    assert found["yhat"][0, 0] == pytest.approx(1 / (1 + np.exp(-0.5)))
    assert found["z1_bar"][0, 1] == pytest.approx(found["a1_bar"][0, 1] * 0.6 * 0.4)


def test_a_state_that_is_printed_is_carried_on() -> None:
    d = derivation("rnn")
    first = Element("h1", (0, 1, 0))
    values = {**given(d), **put(d.result, d.sizes, ["h1"], {first: 0.125})}
    found = evaluate_grids(with_places(d.result, ["h1"]), values, d.sizes)
    plain = evaluate_grids(d.result, given(d), d.sizes)
    after = plain["z1"][0, 1] + given(d)["U1"][:, 0] * (0.125 - plain["h1"][0, 1, 0])
    assert np.allclose(found["z1"][0, 1], after)
    assert found["h1"][first.index] == pytest.approx(plain["h1"][first.index])
