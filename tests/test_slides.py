"""Slides: what stands on each, that nothing of a derivation is lost, and how they are written for Beamer."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from symbp import mathtree as m
from symbp.mathtree.layout import layout
from symbp.mathtree.rise import reach
from symbp.printing import pdf
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
from symbp.printing.pdf import tex_fault, tex_pdf
from symbp.printing.slides import Slide, heading, slides
from symbp.printing.slides.brief import point, sentences
from symbp.printing.slides.fill import shares
from symbp.printing.slides.heights import ROOM, block_height
from symbp.printing.slides.shown import Grid, Picture, Steps
from symbp.printing.spelled import spelled
from tests.formulas import S, of
from tests.test_render import HOSTILE_DOCUMENT, SAMPLE, table

Z = S("z")
VALUES = tuple(m.Line(of("z", n), m.Number(n / 7)) for n in range(1, 4))
CHAIN = tuple(m.Line(Z if n == 0 else None, m.Quotient(m.Number(n), m.Number(n + 1))) for n in range(30))


def shown(*blocks: object, title: str = "Forward pass") -> tuple[Slide, ...]:
    return slides(numbered(Document("Net", (Section((title,), blocks),))))  # type: ignore[arg-type]


# The gist of a text.


@pytest.mark.parametrize(
    ("parts", "cut"),
    [
        (("One.",), [("One.",)]),
        (("One. Two! Three?",), [("One.",), ("Two!",), ("Three?",)]),
        (("It is 0.5 of it, e.g. half. Next.",), [("It is 0.5 of it, e.g. half.",), ("Next.",)]),
        (("The sum ", Z, " grows. Then it ", Z, "."), [("The sum ", Z, " grows."), ("Then it ", Z, ".")]),
        (("It is so. ", Z, " is not."), [("It is so.",), (Z, " is not.")]),
        ((Z,), [(Z,)]),
        ((), []),
    ],
)
def test_a_text_falls_apart_into_its_sentences(parts: tuple, cut: list) -> None:
    assert sentences(parts) == cut


@given(st.lists(st.one_of(st.text("aB .!?:", max_size=12), st.just(Z)), max_size=5).map(tuple))
def test_sentences_lose_nothing_but_space(parts: tuple) -> None:
    def letters(text: tuple) -> str:
        return "".join("z" if part is Z else part for part in text).replace(" ", "")

    assert "".join(map(letters, sentences(parts))) == letters(parts)


def test_a_slide_shows_the_first_sentence_or_the_one_that_leads_on() -> None:
    text = ("First of all. And then, for the sample:",)
    assert point(text) == ("First of all.",)
    assert point(text, leads=True) == ("And then, for the sample:",)


# What fits on a slide.


@example([4, 1, 1, 4, 1], 5, 7)
@given(st.lists(st.integers(1, 5), max_size=30), st.integers(1, 9), st.integers(0, 9))
def test_shares_are_in_order_within_the_room_and_as_few_as_can_be(units: list, room: int, taken: int) -> None:
    parts = shares(units, float, room, taken)
    assert [unit for part in parts for unit in part] == units
    assert all(parts)
    assert all(len(part) == 1 or sum(part) <= room for part in parts)
    greedy, filled = 1 if units else 0, taken
    for place, unit in enumerate(units):
        if filled + unit > room and place:
            greedy, filled = greedy + 1, 0
        filled += unit
    assert len(parts) in (greedy, greedy - 1)  # one less where what is taken leaves no room at all for the first


def test_what_is_taller_reaches_further() -> None:
    flat, fraction = m.Number(1), m.Quotient(m.Number(1), m.Number(2))
    tall = [flat, fraction, m.Quotient(fraction, flat), m.Matrix(((fraction,), (fraction,), (fraction,)))]
    heights = [sum(reach(layout(node))) for node in tall]
    assert heights == sorted(heights)
    assert len(set(heights)) == len(heights)


def test_everything_on_a_slide_has_room() -> None:
    for slide in slides(numbered(SAMPLE)):
        fixed = [b for b in slide.blocks if not isinstance(b, Picture | Grid)]
        if len(fixed) == len(slide.blocks) and not any(isinstance(b, Steps) and len(b.lines) == 1 for b in fixed):
            assert sum(map(block_height, fixed)) <= ROOM


# What stands on slides.


def test_each_line_of_the_document_stands_on_one_slide() -> None:
    printed = [row.number for s in slides(numbered(SAMPLE)) for b in s.blocks if isinstance(b, Steps) for row in b.rows]
    expected = [number for display in SAMPLE.displays() for number in display.numbers if number]
    assert [number for number in printed if number] == expected


def test_a_derivation_that_is_longer_than_a_slide_begins_each_time_with_its_left_side() -> None:
    found = shown(Formula(m.Display(CHAIN, "7")))
    assert len(found) > 2
    assert {slide.blocks[0].rows[0].left for slide in found} == {layout(Z)}  # type: ignore[union-attr]
    assert [slide.continues for slide in found] == [False] + [True] * (len(found) - 1)
    assert {heading(slide) for slide in found} == {("Forward pass", ": ", Z)}


def test_one_line_displays_share_a_slide_and_derivations_do_not() -> None:
    lines = tuple(Formula(m.Display((line,))) for line in VALUES)
    (together,) = shown(*lines)
    assert [len(block.lines) for block in together.blocks] == [3]  # type: ignore[union-attr]
    derivations = tuple(Formula(m.Display(CHAIN[:2], str(n))) for n in range(3))
    assert len(shown(*derivations)) == 3


def test_what_leads_to_a_formula_stands_above_it_and_the_whole_is_spoken() -> None:
    text = ("Long words. The formula:",)
    (slide,) = shown(Paragraph(text), Formula(m.Display(VALUES[:1], "1")))
    assert slide.blocks[0] == Paragraph(("The formula:",))
    assert slide.spoken == (text,)


def test_texts_without_a_formula_are_a_list() -> None:
    (slide,) = shown(Paragraph(("One. More.",)), Paragraph(("Two. More.",)))
    assert slide.blocks == (Items((("One.",), ("Two.",))),)


def test_an_exercise_is_shown_in_full_and_its_solution_comes_after_it() -> None:
    task, answer = Paragraph(("Find it. Then say why.",)), Paragraph(("It is 1. That is why.",))
    first, second = shown(Remark(("Exercise 1.",), (task, Solution(("Solution",), (answer,)))))
    assert (heading(first), first.blocks) == (("Exercise 1",), (task,))
    assert (heading(second), second.blocks) == (("Solution",), (answer,))


def test_a_long_table_is_cut_and_a_very_long_one_abridged() -> None:
    rows = [len(s.blocks[0].table.rows) for s in shown(table(20))]  # type: ignore[union-attr]
    assert sum(rows) == 20
    assert len(rows) > 1
    (slide,) = shown(table(200))
    rows_shown = slide.blocks[0].table.rows  # type: ignore[union-attr]
    assert rows_shown[-1] == ((m.Text("⋮"),),) * 3
    assert len(rows_shown) >= max(rows), "as many as have room"


def test_code_is_divided_before_comments() -> None:
    text = "\n".join(f"# ({n})\na = {n}\nb = {n}" for n in range(20))
    found = [slide.blocks[0].text for slide in shown(Code(text))]  # type: ignore[union-attr]
    assert "\n".join(found) == text
    assert len(found) > 2
    assert all(part.startswith("#") for part in found)


# As LaTeX.


def test_each_frame_has_a_heading_and_a_pause_between_its_lines() -> None:
    source = slides_source(SAMPLE)
    frames = re.findall(r"\\begin\{frame\}\{(.+)\}\n((?:.*\n)*?)\\end\{frame\}", source)
    found = slides(numbered(SAMPLE))
    assert len(frames) == len(found)
    lines = [[len(b.lines) for b in slide.blocks if isinstance(b, Steps)] for slide in found]
    assert [body.count(r"\pause") for _, body in frames] == [sum(counts) - len(counts) for counts in lines]
    assert sum(map(sum, lines)) > 20


def test_every_label_of_the_slides_is_there_once() -> None:
    source = slides_source(SAMPLE)
    labels = re.findall(r"\\symbpn(?:ame|umbered)\{(eq-[^}]+)\}", source)
    assert len(labels) == len(set(labels)) > 20


def test_sections_are_listed_in_two_columns_where_there_are_many() -> None:
    def listed(count: int) -> list[str]:
        text = Paragraph(("Text.",))
        source = slides_source(Document("Net", tuple(Section((f"Part {n}",), (text,)) for n in range(count))))
        return re.findall(r"\\setcounter\{enumi\}\{(\d+)\}|\\item (Part \d+)", source)

    assert listed(7) == [
        ("0", ""),
        *[("", f"Part {n}") for n in range(4)],
        ("4", ""),
        *[("", f"Part {n}") for n in (4, 5, 6)],
    ]
    assert listed(2) == []


def test_a_hostile_document_is_text_on_slides() -> None:
    source = slides_source(HOSTILE_DOCUMENT)
    assert r"\input{" not in source
    assert r"\input\{" not in source.replace(r"\textbackslash{}input\{", "").replace(r"\char92{}input\char123{}", "")


def test_headings_are_in_the_language_of_the_document() -> None:
    document = Document("Netz", (Section(("Kette",), (Formula(m.Display(CHAIN, "7")),)),))
    assert "(continued)" in slides_source(spelled(document, "en"))


def test_a_document_of_every_block_is_printed() -> None:
    kinds = {Paragraph, Formula, Table, Figure, Code, Items, Remark, Solution}
    assert {type(block) for block in SAMPLE.blocks()} == kinds
    assert slides_source(SAMPLE).count("tikzpicture") == 2 * sum(isinstance(b, Figure) for b in SAMPLE.blocks())


@pytest.mark.tex
@pytest.mark.parametrize("document", [SAMPLE, HOSTILE_DOCUMENT], ids=["sample", "hostile"])
def test_latex_prints_slides_within_their_edges(document: Document) -> None:
    engine = pdf.tex_engine()
    assert engine
    printed = tex_pdf(slides_source(document), engine)
    assert printed.pdf, tex_fault(printed.log)
    assert overfull(printed.log) == []


@pytest.mark.tex
def test_the_lines_of_a_derivation_appear_one_by_one(tmp_path: Path) -> None:
    engine = pdf.tex_engine()
    assert engine
    lines = tuple(m.Line(Z if n == 0 else None, m.Number(100 + n)) for n in range(4))
    document = Document("Net", (Section(("Forward pass",), (Formula(m.Display(lines, "7")),)),))
    (tmp_path / "slides.pdf").write_bytes(tex_pdf(slides_source(document), engine).pdf or b"")
    text = subprocess.run(["pdftotext", tmp_path / "slides.pdf", "-"], capture_output=True, text=True, check=True)
    pages = [re.findall(r"\b10\d\b", page) for page in text.stdout.split("\f")]
    assert pages == [[], ["100"], ["100", "101"], ["100", "101", "102"], ["100", "101", "102", "103"], []]


@pytest.mark.tex
def test_what_is_said_to_the_slides_can_be_shown() -> None:
    engine = pdf.tex_engine()
    assert engine
    source = slides_source(SAMPLE).replace(r"\title{", r"\setbeameroption{show notes}\title{", 1)
    shown, hidden = tex_pdf(source, engine), tex_pdf(slides_source(SAMPLE), engine)
    assert shown.pdf, tex_fault(shown.log)
    notes = sum(bool(slide.spoken) for slide in slides(numbered(SAMPLE)))
    assert pages_of(shown.log) == pages_of(hidden.log) + notes


def pages_of(log: str) -> int:
    return int(re.findall(r"\((\d+) pages", log)[-1])


def overfull(log: str) -> list[str]:
    """The boxes that are more than a point too wide or too high, and slides that were made to fit by much."""
    found = re.findall(r"Overfull \\[hv]box \((?:[2-9]|\d\d|1\.)[\d.]*pt.*", log)
    return found + [line for line in re.findall(r"symbp: a slide of ([\d.]+)pt", log) if float(line) > 240]
