"""Single equations for another LaTeX document: their files, their labels, and documents of two networks."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from symbp import mathtree as m
from symbp.printing.document import Document, Formula, Section
from symbp.printing.render import write_document
from symbp.printing.snippets import snippets
from tests.formulas import S, of
from tests.test_render import HOSTILE_DOCUMENT, SAMPLE

LINES = (
    m.Line(of("z", 1), m.Number(1), number="1.V"),
    m.Line(None, m.Number(2)),
    m.Line(None, m.Number(3), number="2.V"),
)
REFERS = m.Display((m.Line(S("q"), m.Underbrace(of("z", 1), m.Reference("5"))),), "8")
SMALL = Document("Small", (Section(("One",), (Formula(m.Display(LINES)), Formula(REFERS))),))


def test_each_numbered_equation_is_a_file_and_so_is_a_numbered_line_of_others() -> None:
    found = snippets(SMALL, "net")
    names = ["preamble", "all", "eq-1.V", "eq-2.V", "eq-8"]
    assert sorted(found) == sorted(f"net-equations/{name}.tex" for name in names)
    assert found["net-equations/eq-2.V.tex"].count("z_{1} &= 3") == 1, "with the left side of the lines before"
    assert re.findall(r"\\input\{(eq-.*?)\}", found["net-equations/all.tex"]) == ["eq-1.V", "eq-2.V", "eq-8"]


def test_labels_begin_with_the_name_of_the_network() -> None:
    text = "".join(text for path, text in snippets(SAMPLE, "net").items() if "/eq-" in path)
    labels = re.findall(r"\\(?:label|symbpname)\{(.*?)\}", text)
    assert len(labels) == len(set(labels)) > 20
    assert all(label.startswith("net:eq-") for label in labels)
    assert r"\symbpref{net:eq-5}{5}" in snippets(SMALL, "net")["net-equations/eq-8.tex"]
    assert "{eq-" not in text


def test_the_numbers_are_those_of_the_notes() -> None:
    texts = [text for path, text in snippets(SAMPLE, "net").items() if Path(path).name.startswith("eq-")]
    printed = re.findall(r"\\(?:tag|symbptag\{[^{}]*\}\{(?:[^{}]|\{[^{}]*\})*\}\{[^{}]*\})\{([^{}]+)\}", "".join(texts))
    assert printed == [number for display in SAMPLE.displays() for number in display.numbers if number]


def test_an_equation_that_is_gone_has_no_file_any_more(tmp_path: Path) -> None:
    """Files of others in that folder are left alone, and so is all where no single equations are written."""
    write_document(SAMPLE, tmp_path, "net", ("snippets",))
    folder = tmp_path / "net-equations"
    others = [folder / "eq-mine.tex", folder / "notes.tex", folder / "eq-9.tex"]
    for other in others:
        other.write_text("of somebody else")
    before = {path.name for path in folder.iterdir()}
    first = Document("t", (Section(("s",), (Formula(m.Display((m.Line(S("z"), S("a")),), "1")),)),))
    write_document(first, tmp_path, "net", ("tex",))
    assert {path.name for path in folder.iterdir()} == before
    write_document(first, tmp_path, "net", ("snippets",))
    kept = {"preamble.tex", "all.tex", "eq-1.tex", *(path.name for path in others)}
    assert {path.name for path in folder.iterdir()} == kept != before


def test_a_hostile_document_is_text_in_snippets() -> None:
    found = snippets(HOSTILE_DOCUMENT, "net")
    assert all(r"\input{" not in text for path, text in found.items() if "/eq-" in path)


# With a TeX engine.

DOCUMENT = r"""\documentclass%s
\input{one-equations/preamble}
\input{two-equations/preamble}
%s
\begin{document}
%s
Text before.
\input{one-equations/eq-8}
Text between, which refers to \ref{one:eq-5} and \eqref{one:eq-5.b} and \eqref{two:eq-5}.
\begin{equation}\label{own} x = 1 \end{equation}
\input{one-equations/eq-5}
\input{two-equations/eq-5}
\[ \symbpref{one:eq-99}{99} \]
%s
\end{document}
"""
FRAME = (r"\begin{frame}[allowframebreaks]{Equations}", r"\end{frame}")
CLASSES = {
    "article": ("{article}", "", "", ""),
    "with links": ("[twoside]{report}", r"\usepackage{hyperref}", "", ""),
    "beamer": ("[aspectratio=169]{beamer}", "", *FRAME),
}


@pytest.mark.tex
@pytest.mark.parametrize("kind", CLASSES)
def test_equations_of_two_networks_go_into_one_document(kind: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        for path, text in snippets(SAMPLE, name).items():
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_text(text)
    (tmp_path / "doc.tex").write_text(DOCUMENT % CLASSES[kind])
    command = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "doc.tex"]
    for _ in range(2):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace")
        assert done.returncode == 0, done.stdout[-3000:]
    log = (tmp_path / "doc.log").read_text(errors="replace")
    assert not re.findall(r"undefined on|undefined ref|multiply|Label\(s\)", log)
    written = (tmp_path / "doc.aux").read_text()
    labels = dict(re.findall(r"\\newlabel\{(.*?)\}\{\{+(.*?)\}", written))
    assert (labels["one:eq-5"], labels["one:eq-5.b"], labels["own"]) == ("5", "5.b", "1")
