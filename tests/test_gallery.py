"""The committed gallery: it is what symbp writes now, and LaTeX sets it within its lines."""

import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from heavy import marked

from symbp.cli import main
from symbp.printing.pdf import RERUN

ROOT = Path(__file__).parents[1]
GENERATED = ROOT / "generated"
FURTHER = ("--format", "slides,snippets,ipynb,myst,quarto")
EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.toml"))


@pytest.mark.parametrize("example", [marked(name) for name in EXAMPLES])
def test_the_gallery_is_what_symbp_writes_now(example: str, tmp_path: Path) -> None:
    spec = str(ROOT / "examples" / f"{example}.toml")
    result = CliRunner().invoke(main, ["build", spec, "-o", str(tmp_path), "--format", "tex,html,py"])
    assert result.exit_code == 0, result.output
    stale = [p.name for p in sorted(tmp_path.iterdir()) if p.read_bytes() != (GENERATED / p.name).read_bytes()]
    assert not stale, f"make generated, and read the diff: {stale}"


def test_one_example_is_there_in_every_format(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["notes", str(ROOT / "examples" / "relay.toml"), "-o", str(tmp_path), *FURTHER])
    assert result.exit_code == 0, result.output
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert len(made) > 50
    stale = [str(path) for path, text in sorted(made.items()) if text != (GENERATED / path).read_bytes()]
    assert not stale, f"make generated, and read the diff: {stale}"
    folders = {path.parts[0] for path in made if len(path.parts) > 1}
    there = {p.relative_to(GENERATED) for folder in folders for p in (GENERATED / folder).iterdir()}
    assert there == {path for path in made if len(path.parts) > 1}, "files of an older network"


def test_a_sheet_of_exercises_is_there_with_its_solutions(tmp_path: Path) -> None:
    words = [
        "exercises",
        str(ROOT / "examples" / "relay.toml"),
        "--seed",
        "7",
        "-o",
        str(tmp_path),
        "--format",
        "tex,html",
    ]
    assert CliRunner().invoke(main, words).exit_code == 0
    folder = GENERATED / "relay-exercises"
    made = sorted(p.name for p in tmp_path.iterdir())
    assert made == sorted(p.name for p in folder.iterdir() if p.suffix != ".pdf")
    assert not [name for name in made if (tmp_path / name).read_bytes() != (folder / name).read_bytes()]


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


@pytest.mark.parametrize("example", EXAMPLES)
def test_no_sentence_of_a_module_is_printed_as_python_shows_it(example: str) -> None:
    text = (GENERATED / f"{example}.py").read_text()
    assert "Message(" not in text
    assert '"""One step of gradient descent.' in text


def test_windows_are_gathered_once_and_maxima_taken_once() -> None:
    page = (GENERATED / "digits_conv.html").read_text()
    plain = page[page.index("def loss_and_grad(") :]
    in_place = (GENERATED / "digits_conv.py").read_text().partition("class Workspace")[2]
    assert plain.count(" = _windows(") == 2, "one for each convolution, forwards and backwards"
    assert plain.count("-np.inf") == 2, "one for each pooling"
    assert "np.maximum(z1_max, tap, out=z1_max)" in in_place, "a maximum needs no other place"


# LaTeX


def typeset(source: Path) -> str:
    """The log of LaTeX, run often enough for its references."""
    command = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", source.name]
    for _ in range(4):
        done = subprocess.run(command, cwd=source.parent, capture_output=True, text=True, errors="replace")
        assert done.returncode == 0, done.stdout[-3000:]
        log = source.with_suffix(".log").read_text(errors="replace")
        if not RERUN.search(log):
            break
    return log


def faults(log: str) -> list[str]:
    """What is more than a point too wide or too high, what is undefined or doubled, what a slide has no room for."""
    found = re.findall(r"Overfull \\[hv]box \((?:[2-9]|\d\d|1\.)[\d.]*pt.*", log)
    found += re.findall(r".*(?:undefined references|multiply defined|destination with the same|Missing char).*", log)
    return found + [f"a slide of {h} pt" for h in re.findall(r"symbp: a slide of ([\d.]+)pt", log) if float(h) > 240]


def unknown(source: str) -> set[str]:
    """The equations that a text refers to and does not have."""
    there = re.findall(r"\\(?:label|symbpname|symbpnumbered)\{([^}]*)\}", source)
    return set(re.findall(r"\\symbpref\{([^}]*)\}", source)) - set(there)


@pytest.mark.tex
@pytest.mark.parametrize("example", ["relay", "classes", "digits_conv", "lstm", "attention", "heat"])
def test_latex_sets_sheets_of_exercises_within_their_lines(example: str, tmp_path: Path) -> None:
    words = [
        "exercises",
        str(ROOT / "examples" / f"{example}.toml"),
        "--seed",
        "3",
        "-o",
        str(tmp_path),
        "--format",
        "tex",
    ]
    assert CliRunner().invoke(main, words).exit_code == 0
    sources = sorted(tmp_path.glob("*.tex"))
    assert len(sources) == 2
    assert not [found for source in sources for found in faults(typeset(source))]


@pytest.mark.tex
@pytest.mark.parametrize("example", EXAMPLES)
def test_latex_sets_the_notes_the_slides_and_the_equations_within_their_lines(example: str, tmp_path: Path) -> None:
    spec = str(ROOT / "examples" / f"{example}.toml")
    result = CliRunner().invoke(main, ["notes", spec, "-o", str(tmp_path), "--format", "tex,slides,snippets"])
    assert result.exit_code == 0, result.output
    article, slides = tmp_path / f"{example}.tex", tmp_path / f"{example}-slides.tex"
    assert not unknown(article.read_text())
    assert not unknown(slides.read_text())
    for source in (article, slides, tmp_path / f"{example}-equations" / "all.tex"):
        assert not faults(typeset(source)), source.name
