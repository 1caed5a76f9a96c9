"""The same spec gives the same bytes, whatever the seed of Python's hashes and whichever the folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WRITTEN = (".html", ".ipynb", ".md", ".pdf", ".py", ".qmd", ".tex", "-slides.tex")


def built(example: str, folder: Path, seed: str, path: str) -> dict[str, bytes]:
    """What ``symbp build`` writes in a process of its own, under a seed of its hashes and a search path."""
    command = [sys.executable, "-m", "symbp", "build", str(ROOT / "examples" / f"{example}.toml"), "-o", str(folder)]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PATH": path, "LC_ALL": "C" if seed == "1" else "C.UTF-8"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def assert_same_bytes(example: str, folder: Path, path: str) -> None:
    first = built(example, folder / "first", "1", path)
    second = built(example, folder / "elsewhere" / "second", "4242", path)
    assert {f"{example}{end}" for end in WRITTEN} == {name for name in first if "/" not in name}
    assert {name.split("/")[0] for name in first if "/" in name} == {f"{example}-equations", f"{example}-figures"}
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []


@pytest.mark.slow
@pytest.mark.parametrize("example", ["attention"])
def test_the_seed_of_the_hashes_changes_no_byte(example: str, tmp_path: Path) -> None:
    assert_same_bytes(example, tmp_path, path="")  # no TeX is found, so the PDF comes from Typst


@pytest.mark.tex
def test_the_seed_of_the_hashes_changes_no_byte_of_a_pdf_from_tex(tmp_path: Path) -> None:
    assert_same_bytes("relay", tmp_path, path=os.environ["PATH"])
