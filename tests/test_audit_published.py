"""The published examples of ``examples/audit``: each figure is judged as it is known to be.

``data/audited.json`` holds what is known, made by an evaluation of its own (in 50 digits, from the equations of the
chain rule), and for the first examples by people: how many figures of a file are right, and which are not.
"""

import json
from pathlib import Path
from runpy import run_path

import numpy as np
import pytest

from symbp.audit import Figure, audit

ROOT = Path(__file__).parents[1]
AUDIT = ROOT / "examples" / "audit"
KNOWN = json.loads((ROOT / "tests" / "data" / "audited.json").read_text())
LONG = {  # seconds: mostly the search for the causes of many wrong figures
    "cat_sleeps", "coursera_conv", "coursera_lstm_v1", "cs231n_captioning", "mazur", "relay_half", "schiendorfer_batch",
    "thsis_lstm", "thsis_rnn", "toyai",
}  # fmt: skip
EXAMPLES = [pytest.param(name, marks=pytest.mark.slow if name in LONG else ()) for name in sorted(KNOWN)]


def judged(name: str) -> tuple[Figure, ...]:
    return audit(AUDIT / f"{name}.toml").figures


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_figure_is_judged_as_it_is_known_to_be(name: str) -> None:
    figures = judged(name)
    found = {verdict: [[f.quantity, f.after] for f in figures if f.verdict == verdict] for verdict in VERDICTS}
    assert len(found["right"]) == KNOWN[name]["right"]
    assert {v: sorted(found[v]) for v in VERDICTS[1:]} == {v: sorted(KNOWN[name].get(v, [])) for v in VERDICTS[1:]}


VERDICTS = ("right", "last place", "wrong")


def test_every_file_is_known() -> None:
    assert sorted(path.stem for path in AUDIT.glob("*.toml")) == sorted(KNOWN)


def test_the_table_of_the_folder_counts_what_is_known() -> None:
    rows = [line.split("|")[1:-1] for line in (AUDIT / "README.md").read_text().splitlines() if line.startswith("| [")]
    table = {row[0].strip(" []").partition("]")[0]: [int(cell.strip() or 0) for cell in row[-4:]] for row in rows}
    counted = {name: [len(known.get(verdict, [])) for verdict in VERDICTS[1:]] for name, known in KNOWN.items()}
    assert table == {n: [KNOWN[n]["right"] + sum(c), KNOWN[n]["right"], *c] for n, c in counted.items()}


def test_the_arrays_are_those_that_the_sources_draw() -> None:
    made = run_path(str(AUDIT / "make_arrays.py"))["MADE"]
    assert sorted(path.stem for path in AUDIT.glob("*.npz")) == sorted(made)
    for name, make in made.items():
        arrays = make()
        with np.load(AUDIT / f"{name}.npz") as stored:
            assert set(stored.files) == set(arrays)
            assert all(np.array_equal(stored[key], arrays[key]) for key in arrays), name
