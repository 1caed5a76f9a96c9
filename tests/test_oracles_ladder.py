"""What the ladder compares with computes the same, as far as it is installed."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.ladder_peers import PEERS, installed, maker
from benchmarks.ladders.case import disagreement
from benchmarks.ladders.prepare import prepare
from benchmarks.more_rungs import rung
from tests.test_ladder import SMALL

pytestmark = pytest.mark.oracles
COMPILED = ("compile", "pytensor", "pytensor_c")  # they take minutes


@pytest.mark.parametrize("text", SMALL)
def test_every_program_agrees_with_the_module(text: str, tmp_path: Path) -> None:
    prepared = prepare(rung(text), tmp_path)
    reference = dict(np.load(prepared.reference))
    for peer in PEERS:
        if installed(peer) and PEERS[peer].runs(prepared.rung, 1) and peer not in COMPILED:
            assert disagreement(maker(peer)(prepared.case("float64", 1)), reference) < 1e-10, peer
