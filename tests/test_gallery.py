"""The committed gallery: it is what symbp writes now, and LaTeX sets it within its lines."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from heavy import marked

from symbp.cli import main

ROOT = Path(__file__).parents[1]
GENERATED = ROOT / "generated"
EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.toml"))


@pytest.mark.parametrize("example", [marked(name) for name in EXAMPLES])
def test_the_gallery_is_what_symbp_writes_now(example: str, tmp_path: Path) -> None:
    spec = str(ROOT / "examples" / f"{example}.toml")
    result = CliRunner().invoke(main, ["build", spec, "-o", str(tmp_path), "--format", "tex,html,py"])
    assert result.exit_code == 0, result.output
    stale = [p.name for p in sorted(tmp_path.iterdir()) if p.read_bytes() != (GENERATED / p.name).read_bytes()]
    assert not stale, f"make generated, and read the diff: {stale}"


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_page_has_no_script_and_loads_nothing(example: str) -> None:
    page = (GENERATED / f"{example}.html").read_text()
    assert not re.search(r"<script|javascript:|\son\w+=|<link|@import|<img[^>]+src=\"(?!data:)", page)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_reference_of_the_page_leads_to_one_place(example: str) -> None:
    page = (GENERATED / f"{example}.html").read_text()
    places = re.findall(r'\bid="([^"]+)"', page)
    assert len(places) == len(set(places)), sorted({place for place in places if places.count(place) > 1})
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(places)


def test_windows_are_gathered_once_and_maxima_taken_once() -> None:
    page = (GENERATED / "digits_conv.html").read_text()
    plain = page[page.index("def loss_and_grad(") :]
    in_place = (GENERATED / "digits_conv.py").read_text().partition("class Workspace")[2]
    assert plain.count(" = _windows(") == 2, "one for each convolution, forwards and backwards"
    assert plain.count("-np.inf") == 2, "one for each pooling"
    assert "np.maximum(z1_max, tap, out=z1_max)" in in_place, "a maximum needs no other place"


# LaTeX


def typeset(source: Path, folder: Path) -> str:
    """The log of LaTeX, run often enough for its references."""
    shutil.copy(source, folder)
    command = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", source.name]
    for _ in range(3):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace")
        assert done.returncode == 0, done.stdout[-3000:]
    return (folder / source.with_suffix(".log").name).read_text(errors="replace")


@pytest.mark.tex
@pytest.mark.parametrize("example", EXAMPLES)
def test_latex_sets_the_notes_without_overfull_lines(example: str, tmp_path: Path) -> None:
    log = typeset(GENERATED / f"{example}.tex", tmp_path)
    overfull = [float(points) for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]
    assert not [points for points in overfull if points > 1]
    assert "undefined references" not in log
    assert "multiply defined" not in log
