"""The published examples of ``examples/audit``, which others have printed and which ``symbp audit`` reads."""

from pathlib import Path
from runpy import run_path

import numpy as np

AUDIT = Path(__file__).parents[1] / "examples" / "audit"


def test_the_arrays_are_those_that_the_sources_draw() -> None:
    made = run_path(str(AUDIT / "make_arrays.py"))["MADE"]
    assert sorted(path.stem for path in AUDIT.glob("*.npz")) == sorted(made)
    for name, make in made.items():
        arrays = make()
        with np.load(AUDIT / f"{name}.npz") as stored:
            assert set(stored.files) == set(arrays)
            assert all(np.array_equal(stored[key], arrays[key]) for key in arrays), name
