"""Documents as Jupyter notebooks: text with mathematics, figures, and code that computes each number again."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from html import escape
from itertools import pairwise
from typing import Any

from symbp.printing.document import (
    Code,
    Document,
    Figure,
    Formula,
    Remark,
    Section,
    Sentence,
    Solution,
    Table,
    numbered,
)
from symbp.printing.markdown.figures import svg_file
from symbp.printing.markdown.library import Chunk, Library, chunks
from symbp.printing.markdown.mathematics import Link, aligned, mathematics
from symbp.printing.markdown.mathematics import words as in_formula
from symbp.printing.markdown.page import SHARED, Page, Printer, anchors, rows_of
from symbp.printing.markdown.rechecks import Chapter, Rechecks
from symbp.printing.markdown.text import APART, printable
from symbp.printing.pages import WORDS, in_language

NOTEBOOK = 4, 5  # the version of nbformat: the first with ids of cells
LONGEST_ID = 40
PYTHON = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


def notebook_source(document: Document, name: str) -> str:
    """The notebook as nbformat 4.5, without outputs: the same bytes on every machine.

    After each section stand the cells of :attr:`Document.cells` with its key, and one that compares what the section
    has printed, every ``Number`` that says what it is, with what the cells have computed so far.
    """
    document = numbered(document)
    found = anchors(document, name)
    words = in_language(WORDS, document.language)
    page = Page(name, found, PRINTERS, mathematics(_linked(found)), APART, words)
    cells = [cell | {"id": f"{_id(key)}-{n}"} for n, (key, cell) in enumerate(_cells(document, page), 1)]
    major, minor = NOTEBOOK
    metadata = {**PYTHON, "title": printable(document.title)}
    book = {"cells": cells, "metadata": metadata, "nbformat": major, "nbformat_minor": minor}
    return json.dumps(book, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _linked(found: dict[str, str]) -> Link:
    r"""How the number of an equation within a formula is linked: MathJax has ``\href``."""

    def link(number: str) -> str:
        shown = in_formula(f"({number})")
        return rf"\href{{#{found[number]}}}{{{shown}}}" if number in found else shown

    return link


def _id(key: str) -> str:
    """A key as the beginning of a cell's id."""
    return re.sub("[^A-Za-z0-9_-]", "-", key)[:LONGEST_ID]


Keyed = tuple[str, dict[str, Any]]


def _cells(document: Document, page: Page) -> Iterator[Keyed]:
    """All cells, each with the key of its section."""
    library, known = Library(document.module), set[str]()
    for key, cell in _told(document, page, library):
        if cell["cell_type"] == "code":
            text = "".join(cell["source"])
            for needed, hidden in _needed(library, text, known):
                yield key, _code(needed, hidden)
            known |= {name for chunk in chunks(text) for name in chunk.defines}
        yield key, cell


def _needed(library: Library, text: str, known: set[str]) -> Iterator[tuple[str, bool]]:
    """What code needs of the module: imports, what only the module itself calls, hidden, and what is called here."""
    needed = library.needed(text, known)
    known |= {name for chunk in needed for name in chunk.defines}
    private = [chunk for chunk in needed if chunk.private]
    imports = [chunk for chunk in needed if chunk.imports and private]
    public = [chunk for chunk in needed if chunk not in private and chunk not in imports]
    for part, hidden in ((imports, False), (private, True), (public, False)):
        if part:
            yield "".join(_spaced(part)), hidden


def _spaced(part: list[Chunk]) -> Iterator[str]:
    """Statements as they stand in a file: two empty lines around functions and classes, one after imports."""
    yield part[0].text
    for before, chunk in pairwise(part):
        short = "\n" not in before.text + chunk.text
        yield ("\n" if before.imports == chunk.imports else "\n\n") if short else "\n\n\n"
        yield chunk.text


def _told(document: Document, page: Page, library: Library) -> Iterator[Keyed]:
    """The cells of the document, without what they need of the module."""
    title, subtitle = (page.line((str(text),)) for text in (document.title, document.subtitle))
    yield "title", _markdown(f"# {title}\n\n{subtitle}".rstrip())
    chapters = _chapters(document.sections)
    rechecks = Rechecks(chapters, document.cells)
    yield from _run("start", 0, rechecks, page)
    for number, (key, sections) in enumerate(chapters, 1):
        for section in sections:
            yield from ((key, cell) for cell in _section(section, number, library, page))
        yield from _run(key, number, rechecks, page)


def _chapters(sections: tuple[Section, ...]) -> tuple[Chapter, ...]:
    """Sections with those within them, by the key of the first."""
    starts = [place for place, section in enumerate(sections) if section.level == 1 or place == 0]
    runs = zip(starts, [*starts[1:], len(sections)], strict=True)
    return tuple((sections[first].key or f"section-{first + 1}", sections[first:last]) for first, last in runs)


def _run(key: str, stop: int, rechecks: Rechecks, page: Page) -> Iterator[Keyed]:
    """The code that stands after a section, and what compares its numbers."""
    for cell in rechecks.cells_at(stop):
        if cell.about:
            yield key, _markdown(page.line(cell.about))
        yield key, _code(cell.text)
    again = rechecks.text_at(stop)
    if again:
        yield key, _code(again)


def _section(section: Section, number: int, library: Library, page: Page) -> Iterator[dict[str, Any]]:
    """The blocks of a section: text in few cells, a figure and code that can be run in one each."""
    heading = f"### {page.line(section.title)}"
    if section.level == 1:
        target = f'<a id="{page.name}-{escape(section.key)}"></a>\n\n' if section.key else ""
        heading = f"{target}## {number}. {page.line(section.title)}"
    texts = [heading]
    for block in section.blocks:
        if isinstance(block, Code) and library.holds(block.text):
            yield from (_markdown("\n\n".join(texts)) for _ in texts[:1])
            yield _code(block.text)
            texts = []
        elif isinstance(block, Figure):
            yield from (_markdown("\n\n".join(texts)) for _ in texts[:1])
            yield _markdown(page.block(block))
            texts = []
        else:
            texts.append(page.block(block))
    yield from (_markdown("\n\n".join(texts)) for _ in texts[:1])


def _markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(text: str, hidden: bool = False) -> dict[str, Any]:
    """A code cell that has not been run; a hidden one shows its code when it is asked for."""
    metadata = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]} if hidden else {}
    source = text.rstrip("\n").splitlines(keepends=True)
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": source}


def _formula(block: Formula, page: Page) -> str:
    there = page.anchor(block.display)
    return (f'<a id="{there}"></a>\n' if there else "") + aligned(block.display, page.tex)


def _table(block: Table, page: Page) -> str:
    return f"{_caption('table', block.number, block.caption, page)}\n\n{rows_of(block, page)}"


def _figure(block: Figure, page: Page) -> str:
    picture = b64encode(svg_file(block.drawing, f"figure-{block.number}").encode()).decode()
    alt = page.text(str(block.drawing.title))
    caption = _caption("figure", block.number, block.caption, page)
    return f"![{alt}](data:image/svg+xml;base64,{picture})\n\n{caption}"


def _caption(kind: str, number: int, caption: Sentence, page: Page) -> str:
    return f"**{page.words[kind]} {number}.** {page.inline(caption)}"


def _remark(block: Remark, page: Page) -> str:
    """A box; the empty lines inside it let its text be Markdown."""
    return f'<div class="alert alert-info">\n\n**{page.inline(block.title)}**\n\n{page.blocks(block.blocks)}\n\n</div>'


def _solution(block: Solution, page: Page) -> str:
    """Blocks that open when their title is clicked on: there, text is HTML."""
    title = page.inline(block.title)
    return f"<details>\n<summary>\n\n{title}\n\n</summary>\n\n{page.blocks(block.blocks)}\n\n</details>"


PRINTERS: dict[str, Printer] = {
    **SHARED,
    "formula": _formula,
    "table": _table,
    "figure": _figure,
    "remark": _remark,
    "solution": _solution,
}
