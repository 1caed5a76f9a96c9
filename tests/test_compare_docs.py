"""What docs/compare.md shows on a terminal is what the command prints."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from symbp.cli import main

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(r"^```console\n(.*?)^```", (ROOT / "docs" / "compare.md").read_text(), re.DOTALL | re.MULTILINE)
RUNS = [run for block in BLOCKS for run in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]


def test_there_are_runs_in_every_notation() -> None:
    assert len(RUNS) >= 10


@pytest.mark.parametrize("run", RUNS, ids=[run.split("\n")[0][:60] for run in RUNS])
def test_a_run_prints_what_the_document_shows(run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command, _, shown = run.partition("\n")
    monkeypatch.chdir(ROOT / "examples")
    program, *words = shlex.split(command)
    done = CliRunner().invoke(main, words)
    assert program == "symbp" and done.output == shown
    assert done.exit_code == (0 if shown.startswith("equal") else 1)
