"""PDF from a TeX engine, or from the Typst wheel: the same bytes from the same source."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TIMEOUT = 120  # seconds; a document of notes takes a few
RUNS = 4  # at most: until references and the columns of long tables have settled
RERUN = re.compile("Rerun (LaTeX|to get)|has changed|have changed")


@dataclass(frozen=True)
class Engine:
    """A TeX engine: its program, its options, and how often it must be run."""

    program: str
    options: tuple[str, ...]
    runs: int


COMMON = ("-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape")
ENGINES = (
    Engine("latexmk", ("-pdf", "-norc", *COMMON), 1),
    Engine("pdflatex", COMMON, RUNS),
    Engine("lualatex", COMMON, RUNS),
    Engine("tectonic", ("--untrusted", "--keep-logs"), 1),
)


@dataclass(frozen=True)
class Printed:
    """What an engine made of a document: a PDF, or the reason why there is none."""

    engine: str
    pdf: bytes | None
    log: str


def tex_engine(path: str | None = None) -> Engine | None:
    """The first TeX engine on PATH, or on ``path``."""
    return next((e for e in ENGINES if shutil.which(e.program, path=path)), None)


def tex_pdf(source: str, engine: Engine) -> Printed:
    """The PDF of a LaTeX document, made in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="symbp-tex-") as name:
        folder = Path(name)
        (folder / "notes.tex").write_text(source, encoding="utf-8")
        for _ in range(engine.runs):
            text, failed = _run(engine, folder)
            if failed or not RERUN.search(text):
                break
        pdf = folder / "notes.pdf"
        done = pdf.exists() and not failed
        return Printed(engine.program, pdf.read_bytes() if done else None, text)


def _run(engine: Engine, folder: Path) -> tuple[str, bool]:
    """The log of one run, and whether it failed."""
    command = [engine.program, *engine.options, "notes.tex"]
    try:
        done = subprocess.run(
            command, cwd=folder, env=_surroundings(os.environ), capture_output=True, timeout=TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        return str(fault), True
    log = folder / "notes.log"
    text = log.read_bytes() if log.exists() else done.stdout + done.stderr
    return text.decode("utf-8", errors="replace"), done.returncode != 0


def _surroundings(current: Mapping[str, str]) -> dict[str, str]:
    """The environment of an engine: its clock stands still, and it neither reads nor writes outside its folder."""
    fixed = {"SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1", "openin_any": "p", "openout_any": "p"}
    return {**current, **fixed}


def tex_fault(log: str) -> str:
    """The first error of a TeX log, in one line."""
    lines = log.splitlines()
    at = next((i for i, line in enumerate(lines) if line.startswith("!")), None)
    if at is None:
        return lines[-1].strip() if lines else "it gave no reason"
    place = next((line for line in lines[at:] if line.startswith("l.")), "")
    return f"{lines[at].lstrip('! ')} {place}".strip()
