"""The ladder: its networks load, what it compares computes the same, and its tables say what they do."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.ladder_peers import PEERS, maker
from benchmarks.ladders import report
from benchmarks.ladders.case import disagreement
from benchmarks.ladders.goals import missed
from benchmarks.ladders.prepare import prepare
from benchmarks.ladders.race import Settings, Timed, summary
from benchmarks.more_rungs import rung
from benchmarks.rungs import RUNGS, spec
from benchmarks.sections import write_section
from symbp import load

# Each family at a size that costs nothing.
SMALL = (
    "R1",
    "dense:6-5-4-3:relu:labels:7",
    "dense:6-5-4:gelu_tanh:mse:7",
    "rnn:3-4:5:2",
    "lstm:3-4:5:2",
    "conv:2-3-4-5:14:2",
    "block:8-2:2:5:3",
)


@pytest.mark.parametrize("name", RUNGS)
def test_the_spec_of_every_rung_loads(name: str, tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    path.write_text(spec(RUNGS[name]))
    assert load(path).name == f"ladder_{name}"


@pytest.mark.parametrize("text", SMALL)
def test_a_module_agrees_with_a_textbook(text: str, tmp_path: Path) -> None:
    prepared = prepare(rung(text), tmp_path)
    reference = dict(np.load(prepared.reference))
    for peer in ("naive", "symbp", "plain", "parallel"):
        if peer != "parallel" or hasattr(prepared.module(), "ParallelWorkspace"):
            assert disagreement(maker(peer)(prepared.case("float64", 2)), reference) < 1e-12
    maker("floor")(prepared.case("float64", 1)).step()


def test_a_wrong_gradient_is_seen(tmp_path: Path) -> None:
    prepared = prepare(rung("dense:3-2-2:relu:labels:4"), tmp_path)
    reference = dict(np.load(prepared.reference))
    program = maker("naive")(prepared.case("float64", 1))
    assert disagreement(program, reference | {"g3": 1.001 * reference["g3"]}) == pytest.approx(1e-3, rel=1e-2)
    assert disagreement(program, {name: value for name, value in reference.items() if name != "g3"}) == float("inf")


def test_what_is_no_rung_is_refused() -> None:
    with pytest.raises(ValueError, match="^'R99' is none of R1, R1b, .*, nor of the form\ndense:"):
        rung("R99")


def test_every_program_is_in_a_file_of_its_own() -> None:
    folder = Path(report.__file__).parents[1] / "ladder_peers"
    assert {f"{peer.module}.py" for peer in PEERS.values()} == {one.name for one in folder.glob("[a-z]*.py")}


def test_the_table_has_ratios_of_medians() -> None:
    blocks = [{"median": value, "best": value / 2} for value in (1e-3, 3e-3, 2e-3)]
    row = {"symbp": summary(blocks), "eager": Timed(4e-3), "jax": Timed(remark="skipped: no module named jax")}
    assert row["symbp"] == Timed(2e-3, 0.5e-3, 1e-3, 3e-3)
    text = report.text({"R3": row}, Settings(1, "float32", 3, 0.25, "wall"))
    assert "| R3 | 2 ms (-50% +50%) | 0.50 (4 ms) | skipped |" in text
    assert "* JAX: skipped: no module named jax (R3)" in text
    assert "Every goal that was measured is kept." in text


def test_missed_goals_are_told() -> None:
    row = {"symbp": Timed(1.0), "eager": Timed(0.9), "floor": Timed(0.5), "plain": Timed(2.0)}
    assert [(number, peer) for number, peer, _, _ in missed("R3", row, 1)] == [
        ("1", "eager"),
        ("2", "eager"),
        ("3", "floor"),
        ("4", "plain"),
    ]


def test_of_several_threads_the_faster_class_counts() -> None:
    row = {"symbp": Timed(2.0), "parallel": Timed(1.0), "eager": Timed(4.0)}
    assert "| R3 | 1 s (-100% -100%) | 0.50 (2 s) | 1.00 (1 s) | 0.25 (4 s) |" in report.table({"R3": row})


def test_sections_are_written_by_themselves(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    for name, text in (("one", "old"), ("two", "more"), ("one", "new")):
        write_section(path, name, text)
    assert path.read_text() == (
        "# Benchmarks\n\n<!-- one -->\n\nnew\n\n<!-- end of one -->\n\n<!-- two -->\n\nmore\n\n<!-- end of two -->\n"
    )


def test_numbers_of_other_rungs_stay(tmp_path: Path) -> None:
    path = tmp_path / "numbers.json"
    report.kept(path, {"R2": {"symbp": Timed(1.0)}, "R3": {"symbp": Timed(1.0)}})
    assert report.kept(path, {"R1": {"symbp": Timed(3.0)}, "R3": {"symbp": Timed(2.0)}}) == {
        "R1": {"symbp": Timed(3.0)},
        "R2": {"symbp": Timed(1.0)},
        "R3": {"symbp": Timed(2.0)},
    }
