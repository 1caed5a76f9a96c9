"""Documents as files: what is written, what is not, and what the files hold."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from symbp import mathtree as m
from symbp.errors import OutputError
from symbp.files import write_files
from symbp.printing import pdf, render, typst_pdf
from symbp.printing.beamer import slides_source
from symbp.printing.document import (
    Code,
    Document,
    Figure,
    Formula,
    Items,
    Paragraph,
    Remark,
    Section,
    Solution,
    Table,
    numbered,
)
from symbp.printing.html import html_source
from symbp.printing.pdf import Engine, Printed, tex_fault, tex_pdf
from symbp.printing.render import write_document
from symbp.printing.tex import tex_source
from symbp.printing.typst import typst_source
from tests.formulas import DISPLAYS, S, of
from tests.test_drawing import DRAWINGS
from tests.test_printers import HOSTILE, LONG

Z = S("z")
CODE = "def loss(p):\n    # (6)  W1_bar = 1\n    return \"a\" + 'b'  # <b> \\x $y$ ~ `\n"


def table(rows: int) -> Table:
    body = tuple(((of("z", n),), (m.Number(n / 7),), ("what it means, in a few words",)) for n in range(1, rows + 1))
    return Table(("Values of ", Z, "."), (("node",), ("value",), ("meaning",)), body, ("left", "right", "wrap"))


SAMPLE = Document(
    "Three neurons in a relay",
    (
        Section(
            ("The network and ", m.Partial(S("L"), S("w", "", (1, 1)))),
            (
                Paragraph(("See ", m.Reference("5.a"), " and ", m.Reference("5"), ", not ", m.Reference("99"), ".")),
                *(Figure(d, (name, " drawn")) for name, d in DRAWINGS.items()),
                *map(Formula, DISPLAYS),
                Formula(m.Display((m.Line(Z, LONG, remark=("a remark of forty characters, just fits",)),), "8")),
                Formula(m.Display((m.Line(Z, m.Matrix((tuple(m.Number(n / 7) for n in range(30)),))),), "9")),
            ),
        ),
        Section(("Below",), (table(4), Items((("one ", Z), ("two",))), Items((("first",),), ordered=True)), 2),
        Section(
            ("Code",),
            (Code(CODE), Remark(("Exercise 1.",), (Paragraph(("Do.",)), Solution(("Solution",), (table(60),))))),
        ),
    ),
    subtitle="Notes",
)
TINY = Document("Tiny", (Section(("One",), (Formula(DISPLAYS[0]),)),))


# Files.


def test_each_format_is_a_file_named_after_the_network(tmp_path: Path) -> None:
    written = write_document(TINY, tmp_path / "new" / "folder", "tiny", ("tex", "html", "typ"))
    names = [tmp_path / "new" / "folder" / f"tiny.{f}" for f in ("tex", "html", "typ")]
    assert list(written.files) == names
    assert all(path.read_text(encoding="utf-8") for path in names)
    assert sorted(os.listdir(tmp_path / "new" / "folder")) == ["tiny.html", "tiny.tex", "tiny.typ"]


def test_new_files_may_be_read_by_whom_the_umask_lets(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        write_files({tmp_path / "a": b"a"})
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o644


def refusal(document: Document, folder: Path, name: str = "tiny") -> str:
    with pytest.raises(OutputError) as fault:
        write_document(document, folder, name, ("html",))
    return str(fault.value)


def test_message_of_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    expected = (
        f"{tmp_path}/out: cannot be the output folder, because {tmp_path}/out is a file\n"
        "  Name another folder with -o, or move that file away."
    )
    assert refusal(TINY, tmp_path / "out") == expected
    assert refusal(TINY, tmp_path / "out" / "below") == expected.replace("/out: cannot", "/out/below: cannot")
    assert (tmp_path / "out").read_text() == "mine"


def test_message_of_a_file_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "tiny.html").mkdir()
    assert refusal(TINY, tmp_path) == (
        f"{tmp_path}/tiny.html: cannot be written, because it is a folder\n"
        "  Name another folder with -o, or move that folder away."
    )


needs_permissions = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)


@needs_permissions
def test_message_of_a_read_only_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert refusal(TINY, tmp_path) == (
            f"{tmp_path}/tiny.html: cannot be written: Permission denied\n"
            "  Name a folder with -o in which you may write."
        )
        assert refusal(TINY, tmp_path / "below") == (
            f"{tmp_path}/below: the output folder cannot be made: Permission denied\n"
            "  Name a folder with -o in which you may write."
        )
    finally:
        tmp_path.chmod(0o700)


def test_message_of_a_folder_that_the_system_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert refusal(TINY, tmp_path / "below") == (
        f"{tmp_path}/below: the output folder cannot be made: Permission denied\n"
        "  Name a folder with -o in which you may write."
    )


def test_message_of_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("symbp.files.tempfile.mkstemp", full)
    assert refusal(TINY, tmp_path) == (
        f"{tmp_path}/tiny.html: cannot be written: No space left on device\n"
        "  Name a folder with -o in which you may write."
    )


def test_message_of_an_unknown_format(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as fault:
        write_document(TINY, tmp_path, "tiny", ("docx",))  # type: ignore[arg-type]
    known = "html, ipynb, myst, pdf, quarto, slides, slides-pdf, snippets, tex, typ"
    assert str(fault.value) == f'unknown format "docx"\n  Known: {known}'


@pytest.mark.parametrize(
    "fault", [OSError(5, "Input/output error"), KeyboardInterrupt()], ids=["failing", "interrupted"]
)
def test_a_write_that_stops_midway_leaves_every_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    paths = [tmp_path / "a", tmp_path / "b"]
    write_files(dict.fromkeys(paths, b"old"))
    opened = os.fdopen
    calls: Iterator[int] = iter(range(9))

    def stop_at_second(*args: object, **kwargs: object) -> object:
        if next(calls) == 1:
            raise fault
        return opened(*args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr("symbp.files.os.fdopen", stop_at_second)
    with pytest.raises((OutputError, KeyboardInterrupt)):
        write_files(dict.fromkeys(paths, b"new"))
    assert [path.read_bytes() for path in paths] == [b"old", b"old"]
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]


# PDF.


def only(monkeypatch: pytest.MonkeyPatch, engine: Engine | None, wheel: bool) -> None:
    monkeypatch.setattr(render, "tex_engine", lambda: engine)
    monkeypatch.setattr(typst_pdf, "typst", typst_pdf.typst if wheel else None)


def test_without_tex_the_wheel_makes_the_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, None, wheel=True)
    written = write_document(SAMPLE, tmp_path, "relay", ("html", "pdf"))
    assert [p.name for p in written.files] == ["relay.html", "relay.pdf"]
    assert not written.left_out
    assert not written.remarks
    assert (tmp_path / "relay.pdf").read_bytes().startswith(b"%PDF")


def test_without_any_engine_the_rest_is_written_and_the_remedy_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, None, wheel=False)
    written = write_document(TINY, tmp_path, "tiny", ("tex", "html", "pdf"))
    assert [p.name for p in written.files] == ["tiny.tex", "tiny.html"]
    assert [str(left) for left in written.left_out] == [
        f"{tmp_path}/tiny.pdf was not written: there is no PDF engine; "
        "install TeX (on Debian: texlive-latex-recommended texlive-pictures), or `pip install typst`"
    ]


def test_without_tex_there_are_no_slides_as_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, None, wheel=True)
    written = write_document(TINY, tmp_path, "tiny", ("slides", "slides-pdf"))
    assert [p.name for p in written.files] == ["tiny-slides.tex"]
    assert [str(left) for left in written.left_out] == [
        f"{tmp_path}/tiny-slides.pdf was not written: slides need a TeX engine; "
        "install TeX (on Debian: texlive-latex-recommended texlive-pictures)"
    ]


def test_slides_that_tex_cannot_print_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = "open('notes.log', 'w').write('! LaTeX Error: no beamer.cls'); raise SystemExit(1)"
    only(monkeypatch, engine_that(tmp_path, script), wheel=True)
    written = write_document(TINY, tmp_path / "out", "tiny", ("slides-pdf",))
    assert not written.files
    assert [left.reason for left in written.left_out] == [
        f"{tmp_path}/pretend-tex could not print the slides: LaTeX Error: no beamer.cls; "
        "install TeX (on Debian: texlive-latex-recommended texlive-pictures)"
    ]


def engine_that(folder: Path, script: str) -> Engine:
    path = folder / "pretend-tex"
    path.write_text(f"#!{sys.executable}\n{script}\n")
    path.chmod(0o755)
    return Engine(str(path), (), 1)


def test_an_engine_that_fails_is_named_and_the_wheel_takes_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = r"open('notes.log', 'w').write('start\n! Undefined control sequence.\nl.7 \\oops\n'); raise SystemExit(1)"
    only(monkeypatch, engine_that(tmp_path, script), wheel=True)
    written = write_document(TINY, tmp_path / "out", "tiny", ("pdf",))
    assert [p.name for p in written.files] == ["tiny.pdf"]
    assert written.remarks == (
        f"{tmp_path}/pretend-tex could not print the notes: Undefined control sequence. l.7 \\oops",
    )


def test_an_engine_that_fails_with_no_other_leaves_the_pdf_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, engine_that(tmp_path, "raise SystemExit(1)"), wheel=False)
    written = write_document(TINY, tmp_path / "out", "tiny", ("html", "pdf"))
    assert [p.name for p in written.files] == ["tiny.html"]
    assert "could not print the notes: it gave no reason" in written.remarks[0]
    assert "there is no PDF engine" in written.left_out[0].reason


def test_an_engine_runs_in_a_folder_of_its_own_with_its_clock_stopped(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "keys = ('SOURCE_DATE_EPOCH', 'FORCE_SOURCE_DATE', 'openout_any')\n"
        "files = sorted(os.listdir())\n"
        "open('notes.pdf', 'w').write(repr([files, sys.argv[1:], [os.environ[k] for k in keys]]))"
    )
    printed = tex_pdf("x", engine_that(tmp_path, script))
    assert printed.pdf == b"[['notes.tex'], ['notes.tex'], ['0', '1', 'p']]"


def test_no_engine_may_run_programs() -> None:
    for engine in pdf.ENGINES:
        assert {"-no-shell-escape", "--untrusted"} & set(engine.options)


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        ("", "it gave no reason"),
        ("a\nlast words\n", "last words"),
        ("a\n! Missing $ inserted.\nx\nl.12 a_\n", "Missing $ inserted. l.12 a_"),
    ],
)
def test_the_reason_why_tex_failed(log: str, reason: str) -> None:
    assert tex_fault(log) == reason


def test_a_wrong_typst_source_is_a_message() -> None:
    printed = typst_pdf.typst_pdf("#nonsense")
    assert printed.pdf is None
    assert "unknown variable: nonsense" in printed.log


def test_the_wheel_gives_the_same_bytes_twice() -> None:
    source = typst_source(SAMPLE)
    first = typst_pdf.typst_pdf(source)
    assert isinstance(first, Printed)
    assert first.pdf == typst_pdf.typst_pdf(source).pdf
    assert b"/CreationDate" not in (first.pdf or b"")


# Pages.


class Outline(HTMLParser):
    """Checks that elements are closed in order, and collects what a page links to and carries."""

    VOID = ("meta", "wbr")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        self.ids += [v for v in (found.get("id"),) if v]
        self.links += [v[1:] for v in (found.get("href"),) if v]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(document: Document) -> Outline:
    parser = Outline()
    parser.feed(html_source(document))
    parser.close()
    assert not parser.open
    return parser


def test_the_page_is_one_file_that_needs_nothing_else() -> None:
    page = html_source(SAMPLE)
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert not re.search(r"<script|<link|@import|url\((?!#)|https?://|<img|<iframe", page)
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page


def test_the_page_is_well_formed_and_its_ids_are_its_own() -> None:
    page = outline(SAMPLE)
    assert len(page.ids) == len(set(page.ids))
    assert set(page.links) <= set(page.ids) | {"eq-99"}
    assert {"eq-5", "eq-5.a", "section-1", "section-2"} <= set(page.ids)


def test_tables_say_what_their_headings_head() -> None:
    heads = [found.get("scope") for tag, found in outline(SAMPLE).tags if tag == "th"]
    assert heads == (["col"] * 3 + ["row"] * 4) + (["col"] * 3 + ["row"] * 60)


def test_headings_are_in_order() -> None:
    tags = [tag for tag, _ in outline(SAMPLE).tags if re.fullmatch(r"h\d", tag)]
    assert tags == ["h1", "h2", "h3", "h2"]


def test_drawings_of_a_page_are_svg() -> None:
    found = re.findall(r"<svg.*?</svg>", html_source(SAMPLE), re.S)
    assert len(found) == len(DRAWINGS)
    for text in found:
        ET.fromstring(text)


def test_tables_and_figures_are_numbered_alike_in_every_format() -> None:
    for source in (html_source(SAMPLE), tex_source(SAMPLE), typst_source(SAMPLE)):
        assert re.findall(r"Figure\W+(\d+)\.", source) == [str(n + 1) for n in range(len(DRAWINGS))]
        assert re.findall(r"Table\W+(\d+)\.", source) == ["1", "2"]


def test_numbering_reaches_into_remarks() -> None:
    numbers = [b.number for b in numbered(SAMPLE).blocks() if isinstance(b, Table)]
    assert numbers == [1, 2]
    assert [d.number for d in SAMPLE.displays()] == [*(d.number for d in DISPLAYS), "8", "9"]


HOSTILE_DOCUMENT = Document(
    HOSTILE,
    (
        Section(
            (HOSTILE, m.Text(HOSTILE)),
            (
                Paragraph((HOSTILE,)),
                Table((HOSTILE,), ((HOSTILE,),), (((HOSTILE,),),), ("left",)),
                Code(HOSTILE, "python"),
                Items(((HOSTILE,),)),
                Remark((HOSTILE,), (Paragraph((m.Mono(HOSTILE),)),)),
                Formula(m.Display((m.Line(S("q"), m.Text(HOSTILE), remark=(HOSTILE,), check=HOSTILE),), "1")),
            ),
        ),
    ),
    subtitle=HOSTILE,
)


def test_a_hostile_document_is_text() -> None:
    page = html_source(HOSTILE_DOCUMENT)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    tex = tex_source(HOSTILE_DOCUMENT)
    assert r"\input{" not in tex
    assert r"\input\{" not in tex.replace(r"\textbackslash{}input\{", "")
    assert typst_pdf.typst_pdf(typst_source(HOSTILE_DOCUMENT)).pdf


def test_code_keeps_its_lines_and_spaces() -> None:
    assert "    # (6)  W1_bar" in html_source(SAMPLE)
    assert r"\symbpcode{}{2.100}{\#\ (6)\ \ W1\_bar\ =\ 1}" in tex_source(SAMPLE)
    assert r"def loss(p):\n    # (6)  W1_bar = 1\n" in typst_source(SAMPLE)


def test_counted_lines_of_code_have_their_numbers() -> None:
    counted = Document("Tiny", (Section(("One",), (Code("a\nb\n", first=9),)),))
    for source in (tex_source(counted), slides_source(counted)):
        assert re.findall(r"\\symbpcode\{(.*?)\}\{0.000\}\{(.)\}", source) == [("9", "a"), ("10", "b")]


def test_sections_are_listed_where_there_are_many() -> None:
    def of(count: int) -> str:
        return tex_source(Document("Net", tuple(Section((f"Part {n}",), ()) for n in range(count))))

    assert r"\tableofcontents" in of(8)
    assert r"\tableofcontents" not in of(3)


def test_a_document_says_its_language() -> None:
    german = replace(TINY, language="de")
    assert all("pdflang={de}" in source for source in (tex_source(german), slides_source(german)))
    assert 'lang: "de"' in typst_source(german)


def test_sources_do_not_depend_on_the_hash_seed() -> None:
    program = (
        "import hashlib; from tests.test_render import *;"
        "print([hashlib.sha256(f(SAMPLE).encode()).hexdigest() for f in (tex_source, html_source, typst_source)])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            cwd=Path(__file__).parent.parent,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


# With a TeX engine or a browser.


@pytest.mark.tex
def test_latex_prints_the_sample_without_an_overfull_line() -> None:
    engine = pdf.tex_engine()
    assert engine
    printed = tex_pdf(tex_source(SAMPLE), engine)
    assert printed.pdf
    assert re.findall(r"Overfull \\hbox \((?:[2-9]|\d\d)[\d.]*pt.*|Overfull \\hbox \(1\.\d+pt.*", printed.log) == []
    assert re.findall(r"multiply defined|destination with the same|Missing character", printed.log) == []
    assert "undefined" not in printed.log, "a number that no equation has is printed, and is no link"


@pytest.mark.tex
def test_latex_prints_a_hostile_document() -> None:
    engine = pdf.tex_engine()
    assert engine
    printed = tex_pdf(tex_source(HOSTILE_DOCUMENT), engine)
    assert printed.pdf, tex_fault(printed.log)


@pytest.mark.tex
def test_a_tex_engine_gives_the_same_bytes_twice() -> None:
    engine = pdf.tex_engine()
    assert engine
    source = tex_source(SAMPLE)
    assert tex_pdf(source, engine).pdf == tex_pdf(source, engine).pdf


CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.mark.browser
@pytest.mark.parametrize("width", [400, 800, 1400])
def test_a_browser_shows_no_page_wider_than_its_window(tmp_path: Path, width: int) -> None:
    """Wide formulas scroll in boxes of their own: a script added for the test writes the page's width down."""
    (tmp_path / "page.html").write_text(
        html_source(SAMPLE).replace(
            "</body>", "<script>document.title = 'wide ' + document.documentElement.scrollWidth</script></body>"
        ),
        encoding="utf-8",
    )
    browser = next(filter(None, map(shutil.which, CHROMIUM)))
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--window-size={width},900", "--hide-scrollbars"]
    options += [f"--user-data-dir={tmp_path / 'profile'}", "--disable-background-networking", "--no-first-run"]
    done = subprocess.run(
        [browser, *options, "--dump-dom", (tmp_path / "page.html").as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
    )
    found = re.search(r"<title>wide (\d+)</title>", done.stdout)
    assert found, done.stderr
    assert int(found[1]) <= max(width, 500)  # a headless window is never narrower than that
