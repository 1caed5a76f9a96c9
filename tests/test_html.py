"""Displays and code as HTML: what they link to, in which levels they are told, where a narrow page breaks them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from fractions import Fraction

import pytest

from symbp import mathtree as m
from symbp.printing.document import Code, Fold, Formula
from symbp.printing.html_code import html_code, lines_of
from symbp.printing.html_display import Places, html_formula
from tests.formulas import S
from tests.test_printers import LONG

Z, A = S("z"), S("a")


def test_a_display_in_html_names_each_line() -> None:
    page = html_formula(Formula(m.Display((m.Line(Z, A), m.Line(None, m.Number(1), check="a < b")), "7")), Places())
    root = ET.fromstring(page)
    formulas = [[f.get("alttext") for f in row.iter("math")] for row in root]
    assert formulas == [["z =", "a"], ["=", "1"]]
    assert [e.get("id") for e in root.iter() if e.get("id")] == ["eq-7", "eq-7.a", "eq-7.b"]
    assert "✓ a &lt; b" in page


DERIVATION = m.Display(
    (
        m.Line(A, Z),
        m.Line(Z, A, remark=("chain rule",)),
        m.Line(None, m.Sum((A, A))),
        m.Line(None, m.Box(m.Number(3)), check="rel. error"),
        m.Line(A, m.Number(2)),
    ),
    "7",
)
PLACES = Places({"7": 57}, {"proof": "the proof", "line": "line {line}"})


def test_a_derivation_in_html_has_levels() -> None:
    root = ET.fromstring(html_formula(Formula(DERIVATION, (Fold(1, 2, 4),)), PLACES))
    before, fold, after = root
    assert (before.tag, fold.tag, after.tag) == ("div", "details", "div")
    assert [e.text for e in fold[0].iter("span") if e.get("class") == "spoken"] == ["z = 3"]
    assert "".join(fold[0].itertext()).endswith(" ✓ rel. error")
    assert [part.tag for part in fold] == ["summary", "div", "details"]
    assert [f.get("alttext") for f in fold[1].iter("math")] == ["z =", "a"]
    assert fold[2][0].text == "the proof"
    assert [f.get("alttext") for f in fold[2].iter("math")] == ["=", "a + a", "=", "3"]
    assert [e.get("id") for e in root.iter() if e.get("id")] == ["eq-7", *(f"eq-7.{c}" for c in "abcde")]
    assert not [e for e in root.iter("details") if e.get("open") is not None]


@pytest.mark.parametrize(("fold", "levels"), [(Fold(0, 0, 5), 1), (Fold(0, 5, 5), 1), (Fold(0, 2, 5), 2)])
def test_a_derivation_has_as_many_levels_as_it_says(fold: Fold, levels: int) -> None:
    page = html_formula(Formula(DERIVATION, (replace(fold, shown=2),)), PLACES)
    assert page.count("<details") == page.count(" open>") == levels
    assert page.count('class="number"') == 5


def test_a_number_leads_to_the_line_of_code_where_a_statement_begins() -> None:
    root = ET.fromstring(html_formula(Formula(DERIVATION), PLACES))
    links = {link.text: (link.get("href"), link.get("title")) for link in root.iter("a")}
    assert links == {f"(7.{c})": ("#line-57", "line 57") for c in "abe"}


def test_code_leads_to_the_equations_that_a_page_has() -> None:
    code = Code("# (7)  z = <a>\nz = a\n# (8)  b = 1\n    # (9)  c\n# (7)  z += 1", first=12)
    assert lines_of(code) == {"7": 12, "8": 14, "9": 15}
    assert lines_of(replace(code, first=0)) == {}
    root = ET.fromstring(f"<pre>{html_code(code, {'eq-7', 'eq-9.M'})}</pre>")
    assert [line.get("id") for line in root] == [f"line-{n}" for n in range(12, 17)]
    assert [(a.get("href"), a.text) for a in root.iter("a")] == [("#eq-7", "(7)"), ("#eq-9.M", "(9)"), ("#eq-7", "(7)")]
    assert "".join(root.itertext()) == code.text


def test_a_narrow_page_may_break_a_formula_before_its_terms() -> None:
    page = html_formula(Formula(m.Display((m.Line(Z, LONG),), "1")), Places())
    root = ET.fromstring(page.replace("<wbr>", "<wbr/>"))
    (right,) = (e for e in root.iter() if e.get("class") == "formula")
    assert len(list(right.iter("math"))) >= len(LONG.terms)
    assert "tabindex" not in page


def test_what_no_page_can_break_is_scrolled_by_keyboard_too() -> None:
    wide = m.Matrix((tuple(m.Number(Fraction(1, 7)) for _ in range(30)),))
    page = html_formula(Formula(m.Display((m.Line(Z, wide),), "1")), Places())
    assert '<div class="display" tabindex="0" role="group" aria-label="[0.1429, ' in page


def test_columns_that_together_are_too_wide_are_scrolled_by_keyboard_too() -> None:
    """A wide left side in one row and a wide right side in another: each of the rows would fit alone."""
    row_of_7 = m.Matrix((tuple(m.Number(k) for k in range(1, 8)),))
    rows = m.Line(row_of_7, m.Number(1)), m.Line(Z, row_of_7)
    alone = [html_formula(Formula(m.Display((row,), "1")), Places()) for row in rows]
    together = html_formula(Formula(m.Display(rows, "1")), Places())
    assert ["tabindex" in page for page in (*alone, together)] == [False, False, True]
