"""Documents as files: .tex, .html, .pdf and others, written whole, with a word on each that could not be made."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from symbp.errors import OutputError
from symbp.files import make_folder, write_files
from symbp.printing import typst_pdf
from symbp.printing.beamer import slides_source
from symbp.printing.document import Document
from symbp.printing.html import html_source
from symbp.printing.markdown import myst_files, notebook_source, quarto_files
from symbp.printing.pdf import Printed, tex_engine, tex_fault, tex_pdf
from symbp.printing.snippets import snippets
from symbp.printing.tex import tex_source
from symbp.printing.typst import typst_source

Format: TypeAlias = str
Files: TypeAlias = dict[str, str]  # the text of each file, by its path within the folder

# What a document of a name is as files, by the name of the format.
SOURCES: dict[Format, Callable[[Document, str], Files]] = {
    "tex": lambda document, name: {f"{name}.tex": tex_source(document)},
    "html": lambda document, name: {f"{name}.html": html_source(document)},
    "slides": lambda document, name: {f"{name}-slides.tex": slides_source(document)},
    "snippets": snippets,
    "ipynb": lambda document, name: {f"{name}.ipynb": notebook_source(document, name)},
    "myst": myst_files,
    "quarto": quarto_files,
    "typ": lambda document, name: {f"{name}.typ": typst_source(document)},
}
# Those that are written where none is named.
FORMATS: tuple[Format, ...] = ("tex", "html", "pdf", "slides", "snippets", "ipynb", "myst", "quarto")
INSTALL = "install TeX (on Debian: texlive-latex-recommended texlive-pictures)"


@dataclass(frozen=True)
class LeftOut:
    """A file that was asked for and not written, and why."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{self.path} was not written: {self.reason}"


@dataclass(frozen=True)
class Written:
    """What :func:`write_document` did.

    Attributes:
        files: The files that were written; a format that is a folder of files is that folder.
        left_out: What was not written, and why.
        remarks: What was done otherwise than one may expect.
    """

    files: tuple[Path, ...]
    left_out: tuple[LeftOut, ...] = ()
    remarks: tuple[str, ...] = ()


def write_document(document: Document, folder: str | Path, name: str, formats: tuple[Format, ...] = FORMATS) -> Written:
    """Write the document in each format under the name of its network: all of them, or none.

    A PDF comes from a TeX engine on PATH, else from the Typst wheel; a PDF that neither could make is left
    out, and the result says why and what to install.

    Raises:
        OutputError: The folder or a file in it cannot be written, or a format is unknown.
    """
    unknown = [f for f in formats if f not in KNOWN]
    if unknown:
        raise OutputError(f'unknown format "{unknown[0]}"\n  Known: {", ".join(KNOWN)}')
    folder = Path(folder)
    make_folder(folder)
    texts = {path: text for f in formats if f in SOURCES for path, text in SOURCES[f](document, name).items()}
    contents = {folder / path: text.encode() for path, text in texts.items()}
    left_out: list[LeftOut] = []
    remarks: list[str] = []
    for ending, make in (PDFS[f] for f in formats if f in PDFS):
        printed, words = make(document)
        remarks += words
        if printed.pdf is None:
            left_out.append(LeftOut(folder / f"{name}{ending}", printed.log))
        else:
            contents[folder / f"{name}{ending}"] = printed.pdf
    write_files(contents)
    if "snippets" in formats:
        _remove_stale(folder / f"{name}-equations", name, contents)
    written = dict.fromkeys(folder / path.relative_to(folder).parts[0] for path in contents)
    return Written(tuple(written), tuple(left_out), tuple(remarks))


def _remove_stale(folder: Path, name: str, written: Collection[Path]) -> None:
    """Remove the files of equations that the network no longer has, which say what is not true any more."""
    for path in folder.glob("eq-*.tex"):
        if path not in written and f"{{{name}:eq-" in path.read_text("utf-8", errors="replace"):
            path.unlink(missing_ok=True)


def pdf(document: Document) -> tuple[Printed, tuple[str, ...]]:
    """The document as PDF, and remarks on an engine that failed before another one did it."""
    engine = tex_engine()
    remarks: tuple[str, ...] = ()
    if engine is not None:
        printed = tex_pdf(tex_source(document), engine)
        if printed.pdf is not None:
            return printed, ()
        remarks = (f"{engine.program} could not print the notes: {tex_fault(printed.log)}",)
    if typst_pdf.is_available():
        return typst_pdf.typst_pdf(typst_source(document)), remarks
    return Printed("", None, f"there is no PDF engine; {INSTALL}, or `pip install typst`"), remarks


def slides_pdf(document: Document) -> tuple[Printed, tuple[str, ...]]:
    """The slides as PDF, which need TeX with Beamer."""
    engine = tex_engine()
    if engine is None:
        return Printed("", None, f"slides need a TeX engine; {INSTALL}"), ()
    printed = tex_pdf(slides_source(document), engine)
    if printed.pdf is None:
        reason = f"{engine.program} could not print the slides: {tex_fault(printed.log)}; {INSTALL}"
        printed = Printed(printed.engine, None, reason)
    return printed, ()


# What is made of a document as PDF: the ending of the file's name, and the maker.
PDFS: dict[Format, tuple[str, Callable[[Document], tuple[Printed, tuple[str, ...]]]]] = {
    "pdf": (".pdf", pdf),
    "slides-pdf": ("-slides.pdf", slides_pdf),
}
KNOWN = tuple(sorted([*SOURCES, *PDFS]))
