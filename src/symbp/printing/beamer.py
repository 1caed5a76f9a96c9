"""Documents as slides for LaTeX's Beamer: ``templates/notes/slides.tex.j2`` and its filters."""

from __future__ import annotations

from symbp.mathtree.lines import DisplayRow
from symbp.mathtree.numbering import anchor
from symbp.printing.document import Document, Sentence, numbered
from symbp.printing.drawing import tikz_colours
from symbp.printing.latex import latex_remark, latex_text, piece_latex
from symbp.printing.pages import Filters, are_many, filled
from symbp.printing.slides import Slide, Steps, heading, slides
from symbp.printing.spelled import catalogue, in_words
from symbp.printing.tex import FILTERS
from symbp.wording import say

DIGIT = 0.55  # em of a number at the right of a row


def slides_source(document: Document) -> str:
    """The document as Beamer slides that need nothing beyond TeX Live's recommended packages and pictures."""
    document = numbered(document)

    def title(slide: Slide) -> Sentence:
        whole = heading(slide)
        if not slide.continues:
            return whole
        found: Sentence = in_words((say("{heading} (continued)", heading=whole),), catalogue(document.language))
        return found

    shown = slides(document)
    filters: Filters = {**FILTERS, "steps": _steps, "title": title}
    titles = [slide.section for slide in shown if slide.section]
    half = (len(titles) + 1) // 2
    contents = (titles[:half], titles[half:]) if are_many(document) else ()
    return filled("tex", "slides.tex.j2", filters, document, slides=shown, colours=tikz_colours(), contents=contents)


def _steps(block: Steps) -> str:
    r"""The rows of a display, with a ``\pause`` between its lines."""
    lefts = dict.fromkeys(piece_latex(row.left) for row in block.rows if row.left)
    digits = max((len(row.number) + 2 for row in block.rows if row.number), default=0)
    begin = rf"\symbpleft=0pt \symbpnumbers={digits * DIGIT:.1f}em " + "".join(rf"\symbpwide{{{tex}}}" for tex in lefts)
    lines = ["".join(map(_row, line)) for line in block.lines]
    name = rf"\symbpname{{{block.name}}}{{{latex_text(block.number)}}}" if block.name else ""
    return name + begin + "\n" + "\\pause\n".join(lines)


def _row(row: DisplayRow) -> str:
    left = piece_latex(row.left) if row.left else ""
    relation = piece_latex(row.relation).strip() if row.relation else r"\quad{}"
    right = rf"\symbpfit{{{piece_latex(row.right)}}}" if row.too_wide else piece_latex(row.right)
    remark = latex_remark(row)
    beside = "" if row.remark_below else remark
    number = rf"\symbpnumbered{{{anchor(row.number)}}}{{{latex_text(row.number)}}}" if row.number else ""
    below = f"\\symbpbelow{{{remark}}}\n" if row.remark_below and remark else ""
    space = "\\vskip5pt\n" if row.begins else ""
    return f"{space}\\symbprow{{{left}}}{{{relation} {right}}}{{{beside}}}{{{number}}}\n{below}"
