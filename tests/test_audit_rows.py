"""Rows of a recurrence as a text prints them: called the same in a derivation and in one with a mistake in it."""

from symbp.audit.said import SAID, with_places
from symbp.derive import derive
from symbp.equation import Equation
from symbp.layers import Gru
from symbp.mistakes import seeds
from symbp.network import Network
from symbp.program import Program


def rows(program: Program, names: set[str]) -> dict[str, Equation]:
    placed = with_places(program, names)
    return {e.target: e for e in placed.equations() if f" {SAID} for " in e.target}


def test_rows_of_one_name_are_the_same_rows() -> None:
    """What a mistake does not change is taken over from the right derivation by its name."""
    network = Network(
        "both", {"shape": [2, 1]}, [Gru(2, bidirectional=True)], "mse", example={"x": [[1], [2]], "y": [0] * 4}
    )
    derivation = derive(network)
    names = {t.name for t in derivation.chain_result.tensors}
    right = rows(derivation.chain_result, names)
    assert len(right) > 20
    shared = 0
    for seed in list(seeds(derivation))[::4]:
        found = rows(seed.program, names)
        both = found.keys() & right.keys()
        assert all(found[name] == right[name] for name in both), seed.slip.at
        shared += len(both)
    assert shared > 200
