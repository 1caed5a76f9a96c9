"""Which lines of a display are told as result, factors and proof."""

from __future__ import annotations

import re
from pathlib import Path

from symbp import mathtree as m
from symbp.derive import derive
from symbp.notes import notes
from symbp.notes.levels import in_levels, whole
from symbp.printing.document import Fold, Formula
from symbp.printing.html_display import Places, html_formula
from symbp.spec import load
from tests.formulas import S

EXAMPLES = Path(__file__).parents[1] / "examples"

A, B, L = S("a"), S("b"), S("L")
FACTORS = m.Line(A, m.Product((m.Underbrace(m.Partial(L, B), B), B)))
NUMBERS = m.Line(None, m.Number(2))
RESULT = m.Line(None, m.Box(m.Number(2)))
PLAIN = m.Line(B, A)


def test_each_derivation_that_ends_in_a_box_is_folded() -> None:
    display = m.Display((PLAIN, FACTORS, NUMBERS, RESULT, PLAIN, NUMBERS, NUMBERS, FACTORS, NUMBERS, RESULT))
    assert in_levels(display, first=2, others=0).folds == (Fold(1, 2, 4, 2), Fold(7, 8, 10, 0))


def test_the_factors_end_with_the_line_that_has_braces() -> None:
    nested = (m.Line(A, m.Sum((A, B))), m.Line(None, FACTORS.right), NUMBERS, RESULT)
    assert in_levels(m.Display(nested)).folds == (Fold(0, 2, 4, 1),)
    assert in_levels(m.Display((PLAIN, NUMBERS, RESULT))).folds == (Fold(0, 1, 3, 1),)


def test_what_is_read_at_a_glance_is_not_folded() -> None:
    display = m.Display((FACTORS, RESULT))
    assert in_levels(display) == whole(display) == Formula(display)
    assert whole(m.Display((PLAIN, NUMBERS, NUMBERS)), 2).folds == (Fold(0, 3, 3, 2),)


def test_the_first_derivation_is_shown_in_full_and_every_result_is_in_sight() -> None:
    sections = {section.title[0]: section for section in notes(derive(load(EXAMPLES / "relay.toml"))).sections}
    for title, others in (("Backward pass", {1}), ("One weight in full", {0, 1})):
        folds = [fold for b in sections[title].blocks if isinstance(b, Formula) for fold in b.folds]
        assert folds[0].shown == 2
        assert {fold.shown for fold in folds[1:]} == others
    (display,) = (b for b in sections["One weight in full"].blocks if isinstance(b, Formula) if b.display.number == "9")
    page = html_formula(display, Places(words={"proof": "proof"}))
    assert re.findall(r"<summary><span class=.spoken.>([^<]*)<", page) == ["∂L/∂w_31 = 0.03121", "∂L/∂w_32 = 0.03451"]


def test_no_line_is_in_two_folds_and_none_is_lost() -> None:
    found = notes(derive(load(EXAMPLES / "relay.toml")))
    for block in (b for b in found.blocks() if isinstance(b, Formula)):
        places = [k for fold in block.folds for k in range(fold.first, fold.stop)]
        assert places == sorted(set(places))
        page = html_formula(block, Places(words={"proof": "proof"}))
        assert page.count('class="row') == len(block.display.lines)
