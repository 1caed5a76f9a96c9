"""The HTML pages of the gallery in real browsers, and as a validator and a checker of accessibility see them.

What they need is installed by ``make browser-test`` and ``make html-test``, in ``tests/browser/``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
BROWSER = ROOT / "tests" / "browser"
PAGES = sorted(Path(os.environ.get("SYMBP_PAGES", ROOT / "generated")).glob("*.html"))
BROWSERS = {"chromium": ("chromium", "chromium-browser", "google-chrome"), "firefox": ("firefox-esr", "firefox")}
SIZES = {(theme, width) for theme in ("light", "dark") for width in (360, 800, 1400)}

Report = dict[str, Any]


def command(kind: str) -> str:
    found = next(filter(None, map(shutil.which, BROWSERS[kind])), None)
    assert found, f"there is no {kind}: make browser-test installs it"
    return found


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    """What each browser saw, side by side: each page at every width in both themes."""
    script = ["node", str(BROWSER / "measure.mjs")]
    running = {
        kind: subprocess.Popen([*script, kind, command(kind), *map(str, PAGES)], stdout=subprocess.PIPE, text=True)
        for kind in BROWSERS
    }
    return {kind: json.loads(process.communicate(timeout=900)[0]) for kind, process in running.items()}


def test_there_are_pages() -> None:
    assert len(PAGES) == len(list((ROOT / "examples").glob("*.toml")))


@pytest.mark.browser
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
@pytest.mark.parametrize("kind", BROWSERS)
def test_no_formula_is_missing_clipped_or_covered(reports: dict[str, Report], kind: str, page: Path) -> None:
    layouts = reports[kind]["pages"][str(page)]["layouts"]
    assert {(seen["theme"], seen["size"]) for seen in layouts} == SIZES
    for seen in layouts:
        assert seen["formulas"] > 10
        faults = {name: seen[name][:5] for name in ("missing", "clipped", "covered") if seen[name]}
        assert not faults, (seen["theme"], seen["size"])
        assert seen["width"] <= seen["room"], f"at {seen['size']} pixels the page is scrolled sideways"


@pytest.mark.browser
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_accessible_in_both_themes(reports: dict[str, Report], page: Path) -> None:
    assert reports["chromium"]["pages"][str(page)]["violations"] == []


@pytest.mark.browser
@pytest.mark.parametrize("kind", BROWSERS)
def test_a_link_opens_what_its_target_is_folded_in(reports: dict[str, Report], kind: str) -> None:
    printed = True if kind == "chromium" else None  # Firefox cannot be asked
    assert reports[kind]["folded"] == {"closed": True, "opened": True, "printed": printed}


@pytest.mark.browser
def test_faults_of_a_page_are_seen(tmp_path: Path) -> None:
    """The measurements notice what they are there for: a page is spoiled in several ways."""
    page = tmp_path / "page.html"
    spoiled = "math:first-of-type { overflow: clip; max-width: 1px; height: 0 } .display { overflow: clip; width: 6em }"
    wide = ".row { column-gap: 0 } .number { margin-left: -8em } nav { width: 90rem } .why { color: #999 }"
    text = next(p for p in PAGES if p.stem == "relay").read_text()
    page.write_text(text.replace("</style>", f"{spoiled} {wide}</style>", 1).replace(' lang="en"', ""))
    script = ["node", str(BROWSER / "measure.mjs"), "chromium", command("chromium"), str(page)]
    report = json.loads(subprocess.run(script, stdout=subprocess.PIPE, text=True, check=True, timeout=300).stdout)
    found = report["pages"][str(page)]
    seen = found["layouts"][0]
    assert seen["missing"] and seen["clipped"] and seen["covered"]
    assert seen["width"] > seen["room"]
    assert {text.split(": ")[1] for text in found["violations"]} >= {"color-contrast", "html-has-lang"}


@pytest.mark.html
def test_every_page_is_valid() -> None:
    jar = BROWSER / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    assert jar.is_file(), "there is no validator: make html-test installs it"
    validator = ["java", "-Xss4m", "-jar", str(jar), "--format", "json", *map(str, PAGES)]
    done = subprocess.run(validator, capture_output=True, text=True, timeout=600)
    messages = json.loads(done.stderr)["messages"]
    told = [f"{Path(m['url']).name}:{m['lastLine']}: {m['type']}: {m['message']}" for m in messages]
    assert told == []
    assert done.returncode == 0
