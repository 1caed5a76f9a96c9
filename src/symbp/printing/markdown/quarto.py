"""Documents as Quarto Markdown, for pages and for PDF by LaTeX."""

from __future__ import annotations

import json

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
from symbp.printing.markdown.mathematics import aligned, mathematics
from symbp.printing.markdown.myst import figure_path, figures
from symbp.printing.markdown.page import SHARED, Page, Printer, anchors, rows_of
from symbp.printing.markdown.text import APART, printable


def quarto_files(document: Document, name: str) -> dict[str, str]:
    """The page ``NAME.qmd``, and its figures in ``NAME-figures/``."""
    document = numbered(document)
    page = Page(name, anchors(document, name), PRINTERS, mathematics(), APART)
    parts = [_head(document, page), *(_section(section, page) for section in document.sections)]
    return {f"{name}.qmd": "\n\n".join(parts) + "\n", **figures(document, name)}


def _head(document: Document, page: Page) -> str:
    """The front matter; Quarto reads titles as Markdown, within quotes that YAML reads as JSON does."""
    title, subtitle = (_quoted(page.line((str(text),))) for text in (document.title, document.subtitle))
    return (
        f"---\ntitle: {title}\nsubtitle: {subtitle}\nlang: {document.language}\n"
        "from: markdown-smart\n"  # quotes and dashes are printed as they are
        "number-sections: true\nformat:\n  html:\n    toc: true\n    html-math-method: mathjax\n"
        "  pdf:\n    toc: true\n---"
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _section(section: Section, page: Page) -> str:
    there = f" {{#sec-{page.name}-{section.key}}}" if section.key else " {.unnumbered}"
    return f"{'#' * section.level} {page.line(section.title)}{there}\n\n{page.blocks(section.blocks)}".rstrip()


def _div(attributes: str, body: str) -> str:
    """A division; its colons are more than those of any in it."""
    most = max((len(line) - len(line.lstrip(":")) for line in body.splitlines()), default=0)
    fence = ":" * max(3, most + 1)
    return f"{fence} {{{attributes}}}\n{body}\n{fence}"


def _formula(block: Formula, page: Page) -> str:
    there, shown = page.anchor(block.display), aligned(block.display, page.tex)
    return _div(f"#{there}", shown) if there else shown


def _table(block: Table, page: Page) -> str:
    return f"{rows_of(block, page)}\n\n: {page.line(block.caption)} {{#tbl-{page.name}-{block.number}}}"


def _figure(block: Figure, page: Page) -> str:
    alt = printable(str(block.drawing.title)).replace("\\", "\\\\").replace('"', '\\"')
    path = figure_path(block, page.name)
    return f'![{page.line(block.caption)}]({path}){{#fig-{page.name}-{block.number} fig-alt="{alt}"}}'


def _callout(kind: str, title: Sentence, blocks: tuple[Block, ...], page: Page) -> str:
    return _div(kind, f"## {page.line(title)}\n\n{page.blocks(blocks)}")


def _remark(block: Remark, page: Page) -> str:
    return _callout(".callout-note icon=false", block.title, block.blocks, page)


def _solution(block: Solution, page: Page) -> str:
    return _callout('.callout-tip collapse="true" icon=false', block.title, block.blocks, page)


PRINTERS: dict[str, Printer] = {
    **SHARED,
    "formula": _formula,
    "table": _table,
    "figure": _figure,
    "remark": _remark,
    "solution": _solution,
}
