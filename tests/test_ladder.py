"""The ladder of the benchmarks: its networks load, and what it compares computes the same."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.ladder_peers.naive import naive
from benchmarks.ladders.case import Case, disagreement
from benchmarks.ladders.prepare import prepare
from benchmarks.rungs import RUNGS

CHEAP = ("R1", "R1b", "R2", "R6r", "R7", "R8")


@pytest.mark.parametrize("name", CHEAP)
def test_a_module_agrees_with_a_textbook(name: str, tmp_path: Path) -> None:
    prepared = prepare(RUNGS[name], tmp_path)
    arrays = dict(np.load(prepared.arrays))
    p = tuple(arrays[f"p{k}"] for k in range(sum(key.startswith("p") for key in arrays)))
    case = Case(RUNGS[name], "float64", 1, p, arrays["X"], arrays["Y"], prepared.module)
    assert disagreement(naive(case), arrays) < 1e-12
