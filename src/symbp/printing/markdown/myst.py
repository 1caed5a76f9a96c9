"""Documents as MyST Markdown, for Sphinx, Jupyter Book and mystmd."""

from __future__ import annotations

import json
from itertools import count

from symbp.printing.document import (
    Block,
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
from symbp.printing.markdown.mathematics import aligned, mathematics
from symbp.printing.markdown.page import SHARED, Page, Printer, anchors, fenced, rows_of
from symbp.printing.markdown.text import printable

EXERCISES = "exercises"  # the section whose remarks are exercises


def myst_files(document: Document, name: str) -> dict[str, str]:
    """The page ``NAME.md``, and its figures in ``NAME-figures/``."""
    document = numbered(document)
    page = Page(name, anchors(document, name), PRINTERS, mathematics())
    # Numbers are those of the other formats, so mystmd shall count no equations.
    head = f"---\nnumbering:\n  equation: false\nlang: {document.language}\n---\n"
    title = f"({name})=\n# {page.line((document.title,))}"
    subtitle = page.line((str(document.subtitle),))
    parts = [head, title, subtitle, *(_section(section, page) for section in document.sections)]
    return {f"{name}.md": "\n\n".join(filter(None, parts)) + "\n", **figures(document, name)}


def figures(document: Document, name: str) -> dict[str, str]:
    """The figures of a numbered document as files."""
    drawn = [block for block in document.blocks() if isinstance(block, Figure)]
    return {figure_path(f, name): svg_file(f.drawing, f"figure-{f.number}") for f in drawn}


def figure_path(figure: Figure, name: str) -> str:
    return f"{name}-figures/figure-{figure.number}.svg"


def _section(section: Section, page: Page) -> str:
    target = f"({page.name}-{section.key})=\n" if section.key else ""
    heading = f"{target}{'#' * (section.level + 1)} {page.line(section.title)}"
    body = _exercises(section.blocks, page) if section.key == EXERCISES else page.blocks(section.blocks)
    return "\n\n".join(filter(None, (heading, body)))


def _exercises(blocks: tuple[Block, ...], page: Page) -> str:
    """Remarks as exercises, each with the solutions that stand in it or follow it."""
    numbers, printed, label = count(1), [], ""
    for block in blocks:
        if isinstance(block, Remark):
            label = f"{page.name}-exercise-{next(numbers)}"
            asked = tuple(b for b in block.blocks if not isinstance(b, Solution))
            printed.append(
                _directive(f"exercise}} {page.line(block.title)}", (f":label: {label}", ":nonumber:"), asked, page)
            )
            solved = [b for b in block.blocks if isinstance(b, Solution)]
        else:
            solved = [block] if isinstance(block, Solution) and label else []
            printed += [] if solved else [page.block(block)]
        for solution in solved:
            options = (f":label: {label}-solution", ":class: dropdown")
            printed.append(_directive(f"solution}} {label}", options, solution.blocks, page))
    return "\n\n".join(filter(None, printed))


def _directive(head: str, options: tuple[str, ...], blocks: tuple[Block, ...], page: Page) -> str:
    return _fence(f"{{{head}", "\n".join((*options, "", page.blocks(blocks))).strip("\n"))


def _fence(head: str, body: str) -> str:
    """A directive around a body; a colon fence would be longer than one inside it too."""
    return fenced(head, body)


def _formula(block: Formula, page: Page) -> str:
    there = page.anchor(block.display)
    return (f"({there})=\n" if there else "") + aligned(block.display, page.tex)


def _table(block: Table, page: Page) -> str:
    name = f":name: {page.name}-table-{block.number}"
    return _fence(f"{{table}} {_argument(block.caption, page)}", f"{name}\n\n{rows_of(block, page)}")


def _argument(parts: Sentence, page: Page) -> str:
    return page.line(parts)


def _figure(block: Figure, page: Page) -> str:
    alt = json.dumps(printable(str(block.drawing.title)), ensure_ascii=False)
    options = f":name: {page.name}-figure-{block.number}\n:alt: {alt}"
    return _fence(f"{{figure}} {figure_path(block, page.name)}", f"{options}\n\n{page.line(block.caption)}")


def _remark(block: Remark, page: Page) -> str:
    return _directive(f"admonition}} {page.line(block.title)}", (), block.blocks, page)


def _solution(block: Solution, page: Page) -> str:
    return _directive(f"admonition}} {page.line(block.title)}", (":class: dropdown",), block.blocks, page)


PRINTERS: dict[str, Printer] = {
    **SHARED,
    "formula": _formula,
    "table": _table,
    "figure": _figure,
    "remark": _remark,
    "solution": _solution,
}
