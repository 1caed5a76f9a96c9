"""The committed gallery: it is what symbp writes now, LaTeX sets it within its lines, a browser shows it whole."""

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
WIDTHS = (400, 800, 1400)


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


# A browser


@pytest.fixture
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "there is no Chromium: make browser-test installs it"
    return found


def browse(chromium: str, folder: Path, width: int, *arguments: str) -> str:
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    options += ["--disable-background-networking", "--disable-component-update", f"--window-size={width},2000"]
    command = [chromium, *options, f"--user-data-dir={folder / 'profile'}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


# Laid out in a frame of exactly the width asked for: a headless window is never narrower than about 500 pixels.
MEASURE = """<!doctype html><iframe id="page" src="page.html" style="width:%dpx;height:2000px;border:0"></iframe>
<script>
onload = () => {
  const page = document.getElementById("page").contentDocument;
  const flat = [...page.querySelectorAll("math")].filter(m => m.getBoundingClientRect().height < 5).length;
  document.title = [page.documentElement.scrollWidth, page.querySelectorAll("math").length, flat].join(" ");
};
</script>"""


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("example", EXAMPLES)
def test_a_browser_shows_every_formula_within_the_page(chromium: str, example: str, width: int, tmp_path: Path) -> None:
    shutil.copy(GENERATED / f"{example}.html", tmp_path / "page.html")
    outer = tmp_path / "measure.html"
    outer.write_text(MEASURE % width)
    dom = browse(chromium, tmp_path, width + 600, "--allow-file-access-from-files", "--dump-dom", outer.as_uri())
    (measured,) = re.findall(r"<title>(\d+) (\d+) (\d+)</title>", dom)
    page_width, formulas, flat = map(int, measured)
    assert page_width <= width
    assert formulas > 10
    assert flat == 0
