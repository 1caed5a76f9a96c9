"""Notebooks run in Jupyter, MyST pages are built by Sphinx, Quarto's Markdown is read by pandoc: for every example."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from symbp.build import derivation_of
from symbp.notes import notes
from symbp.printing.document import Document
from symbp.printing.markdown import myst_files, notebook_source, quarto_files
from tests.mathjax import faults

pytestmark = pytest.mark.notebook
ROOT = Path(__file__).parents[1]
EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.toml"))
CONF = """
project = "notes"
extensions = ["myst_parser", "sphinx_exercise"]
myst_enable_extensions = ["dollarmath", "amsmath"]
numfig = True
"""


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_in_each_format(name: str, tmp_path: Path) -> None:
    document = notes(derivation_of(ROOT / "examples" / f"{name}.toml"))
    source = notebook_source(document, name)
    told = executed(source)
    assert ("as printed" in told) == bool(document_numbers(document))
    assert "relative error" in told
    assert set_formulas(source) == ""
    built_by_sphinx(tmp_path / "book", [myst_files(document, name)])
    read_by_pandoc(tmp_path, quarto_files(document, name), name)


def test_two_networks_in_one_book(tmp_path: Path) -> None:
    """Labels are known to all pages of a book: those of one network do not meet those of another."""
    built_by_sphinx(
        tmp_path / "book",
        [myst_files(notes(derivation_of(ROOT / "examples" / f"{name}.toml")), name) for name in ("relay", "xor")],
    )


def document_numbers(document: Document) -> list[str]:
    return [name for cell in document.cells for name, _ in cell.gives]


def executed(source: str) -> str:
    """What the cells of a notebook print, run from top to bottom in a kernel of Jupyter."""
    import nbclient
    import nbformat

    notebook = nbformat.reads(source, as_version=4)
    nbformat.validate(notebook)
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    return "".join(output.get("text", "") for output in outputs)


def set_formulas(source: str) -> str:
    """What MathJax and KaTeX have to say on the formulas of a notebook; nothing if they can set them all."""
    texts = ["".join(c["source"]) for c in json.loads(source)["cells"] if c["cell_type"] == "markdown"]
    text = re.sub(r"\(data:[^)]*\)|`[^`\n]*`|<span>.*?</span>", "", "\n\n".join(texts))
    display = re.compile(r"\\begin\{align\*\}.*?\\end\{align\*\}", re.DOTALL)
    formulas = [{"tex": found, "display": True} for found in display.findall(text)]
    inline = re.findall(r"\$((?:\\\$|[^$])+)\$", display.sub("", text))
    formulas += [{"tex": found, "display": False} for found in inline]
    return faults(formulas)


def built_by_sphinx(folder: Path, pages: list[dict[str, str]]) -> None:
    """Nothing, if Sphinx makes a book of pages without any warning, references that lead nowhere included."""
    written(folder, {path: text for page in pages for path, text in page.items()})
    names = [path.removesuffix(".md") for page in pages for path in page if path.endswith(".md")]
    tree = "\n".join(["# Book", "", "```{toctree}", *names, "```", ""])
    written(folder, {"conf.py": CONF, "index.md": tree})
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-n", "-q", "-b", "html", ".", "out"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    for name in names:
        page = (folder / "out" / f"{name}.html").read_text()
        links = set(re.findall(r'href="#([^"]+)"', page))
        assert links
        assert links <= set(re.findall(r'id="([^"]+)"', page)) | {""}


def read_by_pandoc(folder: Path, files: dict[str, str], name: str) -> None:
    """Nothing, if pandoc makes HTML and LaTeX of Quarto's Markdown without a warning, and all links lead somewhere."""
    import pypandoc

    written(folder, files)
    for target in ("html", "latex"):
        options = ["--from=markdown-smart", f"--to={target}", "--mathjax", "--standalone", "--fail-if-warnings"]
        command = [pypandoc.get_pandoc_path(), *options, f"{name}.qmd", f"--output={name}.{target}"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
    page = (folder / f"{name}.html").read_text()
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert links
    assert links <= set(re.findall(r'id="([^"]+)"', page))


def written(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def test_node_is_there() -> None:
    assert shutil.which("node"), "make notebook-test installs it"
