"""The published examples of ``examples/audit``: each figure is judged as it is known to be.

``data/audited.json`` holds what is known, made by an evaluation of its own (in 50 digits, from the equations of the
chain rule), and for the first examples by people: how many figures of a file are right, and which are not.
"""

import json
from functools import cache
from pathlib import Path
from runpy import run_path
from typing import Any

import numpy as np
import pytest

from symbp.audit import Figure, audit
from symbp.audit.lanes import stepped_in_floats
from symbp.spec import load

ROOT = Path(__file__).parents[1]
AUDIT = ROOT / "examples" / "audit"
KNOWN = json.loads((ROOT / "tests" / "data" / "audited.json").read_text())
VERDICTS = ("right", "last place", "wrong")
LONG = {  # seconds: mostly the search for the causes of many wrong figures
    "cat_sleeps", "coursera_conv", "coursera_lstm", "coursera_lstm_v1", "cs231n_captioning", "lynx", "mazur", "melfm",
    "relay_half", "schiendorfer", "schiendorfer_batch", "thsis_lstm", "thsis_rnn", "toyai", "toyai_batch",
    "toyai_block", "toyai_feed_forward",
}  # fmt: skip
CAUSES = [  # of figures that are wrong by themselves, where we know what went wrong
    ("mazur", "L", 1, "updated-weights"),
    ("mazur", "L", 10_000, "step-counted"),
    ("mazur", "yhat[1]", 10_000, "updated-weights"),
    ("mazur", "yhat[2]", 10_000, "updated-weights"),
    ("macleod", "-delta1[1]", 0, "updated-weights"),
    ("macleod", "z2[1]", 0, "rounded"),
    ("macleod", "W2[1,1]", 1, "rounded"),
    ("primelearn", "z2[1]", 0, "transposed-forward+left-out"),
    ("primelearn", "z2[2]", 0, "transposed-forward+left-out"),
    ("interview_prep", "dL/dz2[1]", 0, "slope-twice"),
    ("relay_half", "L", 0, "factor"),
    ("relay_half", "dL/dw31", 0, "factor"),
    *(("coursera_lstm_v1", f"dL/d{of}", 0, "not-carried") for of in ("x[3,1,2]", "U1[9,2]", "U1[2,3]", "b1[10]")),
    ("karim", "yhat[1,2]", 0, "rounded"),
    ("toyai", "dL/ds1[1,2,1]", 0, "rounded"),
    *(("toyai_block", of, 0, "sample-variance") for of in ("a3[1,1]", "a3[2,1]", "a7[1,1]", "a7[2,2]")),
    *(("toyai_feed_forward", of, 0, "other-element") for of in ("a1[1,1]", "a1[1,2]")),  # of the other row
    *(("schiendorfer_batch", f"W2[{position}]", 1, "step-length") for position in ("1,1", "1,2", "2,1", "2,2")),
    ("toyai", "dL/dv1[1,1,2]", 0, "other-element"),  # of the other token, whose weight is 0.502
]
FOLLOWS = [  # of figures that are wrong, and right (or off in the last place) given another one that is printed
    ("postnetwork", "yhat[1]", 0, ["z4 = 0.185"], "last place"),
    ("postnetwork", "yhat[2]", 0, ["z4 = 0.185"], "last place"),
    ("primelearn", "a1[2]", 0, ["net_h2 = 0.3900"], "right"),
    ("melfm", "a1[1]", 0, ["z1 = 0.3275"], "right"),
    ("melfm", "dL/dyhat[1]", 0, ["yhat1 = 0.7491"], "right"),
    ("macleod", "W1[1,1]", 1, ["error 1 = -2.406e-3"], "right"),
    ("interview_prep", "dL/dW2[1,1]", 0, ["dL/dz2[1] = 0.138"], "right"),
    ("relay_half", "w31", 1, ["dL/dw31 without the half = 0.03120713068"], "right"),
    ("lynx", "s[1,2]", 0, ["XX^T[1,2] = -0.04"], "right"),
    ("toyai", "dL/dk1[1,1,2]", 0, ["dL/dscores[0] = 0.002497"], "right"),
    ("toyai_block", "a6[1,1]", 0, ["norm1[0][0] = 0.707", "ffn_output[0][0] = 0.01414"], "right"),
    ("toyai_batch", "-ln(prob[2,4])", 0, ["probs2[3] = 0.0008"], "right"),
    ("perceptron_spanish", "yhat[1]", 4, ["h1 = 1.17"], "right"),
    ("perceptron_spanish", "L", 5, ["output = 0.5825"], "right"),
]


def examples(rows: list[tuple[Any, ...]]) -> list[Any]:
    """The rows of a table whose first column is an example; what takes long is marked so."""
    return [pytest.param(*row, marks=pytest.mark.slow if row[0] in LONG else ()) for row in rows]


@cache
def judged(name: str) -> tuple[Figure, ...]:
    return audit(AUDIT / f"{name}.toml").figures


def wrong(name: str, of: str, after: int) -> Figure:
    (figure,) = [f for f in judged(name) if (f.quantity, f.after, f.verdict) == (of, after, "wrong")]
    return figure


@pytest.mark.parametrize("name", examples([(name,) for name in sorted(KNOWN)]))
def test_each_figure_is_judged_as_it_is_known_to_be(name: str) -> None:
    figures = judged(name)
    found = {verdict: [[f.quantity, f.after] for f in figures if f.verdict == verdict] for verdict in VERDICTS}
    assert len(found["right"]) == KNOWN[name]["right"]
    assert {v: sorted(found[v]) for v in VERDICTS[1:]} == {v: sorted(KNOWN[name].get(v, [])) for v in VERDICTS[1:]}


@pytest.mark.parametrize(("name", "of", "after", "key"), examples(CAUSES))
def test_the_cause_is_named(name: str, of: str, after: int, key: str) -> None:
    assert key in wrong(name, of, after).causes


@pytest.mark.parametrize(("name", "of", "after", "figures", "given"), examples(FOLLOWS))
def test_what_follows_from_a_printed_figure(name: str, of: str, after: int, figures: list[str], given: str) -> None:
    found = wrong(name, of, after)
    assert (list(found.follows), found.given) == (figures, given)


def test_a_step_by_gradients_in_lanes_from_parameters_that_have_none() -> None:
    values = {"W1": np.array([[1.0, 2.0]]), "W1_bar": np.array([[[1.0, 0.0], [1.0, 0.0]]]) + 0j}
    new, _ = stepped_in_floats(load(AUDIT / "gad.toml"), {"W1": (1, 2)}, values, {}, 0)
    assert new["W1"].real.tolist() == [[[0.99, 1.0], [1.99, 2.0]]]


def test_a_step_by_a_gradient_that_nothing_contributes_to() -> None:
    values = {"W1": np.array([[1.0, 2.0]])}
    new, _ = stepped_in_floats(load(AUDIT / "gad.toml"), {"W1": (1, 2)}, values, {}, 0)
    assert new["W1"].tolist() == [[1.0, 2.0]]


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
