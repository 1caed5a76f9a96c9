"""Heat maps: as dark as their numbers are large, legible in every format, with a word on what is not seen."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbp.printing.document import Figure
from symbp.printing.drawing import Drawing, HeatMap, Words, heat_maps, svg, tikz, typst_drawing
from symbp.printing.drawing.glyphs import plain
from symbp.printing.drawing.heatmap import STRONGEST
from symbp.printing.drawing.placing import Box
from symbp.printing.drawing.shapes import Tint
from tests.test_drawing import label_box, labels
from tests.test_notes_attention import document

WORDS = Words("query", "key", "weight", "masked")


def causal(size: int, heads: int = 1) -> Drawing:
    rows = tuple(tuple(1 / (t + 1) if u <= t else None for u in range(size)) for t in range(size))
    return heat_maps([HeatMap(f"head {h + 1}", rows) for h in range(heads)], WORDS, "weights")


def cells(drawing: Drawing) -> list[Tint]:
    """The cells that have a number, without those of the legend."""
    return [s for s in drawing.shapes if isinstance(s, Tint) and s.role == "first" and s.width > 5]


def test_a_cell_is_as_dark_as_its_number_is_large() -> None:
    found = cells(causal(3))
    assert [s.strength for s in found] == [round(STRONGEST * v, 4) for v in (1, 0.5, 0.5, 1 / 3, 1 / 3, 1 / 3)]


def test_what_is_not_seen_is_crossed_and_told() -> None:
    drawing = causal(3)
    assert sum(isinstance(s, Tint) and s.role == "edge" and s.width > 15 for s in drawing.shapes) == 3
    assert "masked" in [plain(s.content) for s in labels(drawing)]
    assert plain(drawing.description) == (
        "head 1: query 1: 1, masked, masked, query 2: 0.5, 0.5, masked, query 3: 0.33, 0.33, 0.33."
    )
    assert "masked" not in [plain(s.content) for s in labels(heat_maps([HeatMap("h", ((1.0,),))], WORDS, "t"))]


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 40),
    st.integers(1, 8),
    st.lists(st.sampled_from([None, 0.0, 1.0, 0.333333, 1e-9, 0.0123456]), min_size=1),
)
def test_no_label_of_a_heat_map_touches_another(size: int, heads: int, values: list[float | None]) -> None:
    rows = tuple(tuple(values[(3 * t + u) % len(values)] for u in range(size)) for t in range(size))
    drawing = heat_maps([HeatMap(f"head {h + 1}", rows) for h in range(heads)], WORDS, "weights")
    boxes = [Box(*first, *last) for first, last in map(label_box, labels(drawing))]
    assert not any(a.touches(b) for a, b in combinations(boxes, 2))
    assert all(b.left >= 0 and b.right <= drawing.width and b.bottom <= drawing.height for b in boxes)
    assert drawing.width <= 455
    assert all(s.size >= 8 for s in labels(drawing))


def test_large_matrices_have_no_numbers_and_are_cut() -> None:
    assert len(cells(causal(20))) == 20 * 21 / 2
    assert len(labels(causal(20))) < 30
    assert len(cells(causal(100))) == 28 * 29 / 2


def test_every_format_prints_tints() -> None:
    drawing = causal(2)
    assert r"\fill[symbp-first-line!55!white]" in tikz(drawing)
    assert 'class="tint first"' in svg(drawing, "f")
    assert 'fill-opacity="0.55"' in svg(drawing, "f")
    assert 'fill: rgb("1F4E9E").lighten(45%)' in typst_drawing(drawing)
    assert tikz(causal(2)) == tikz(drawing)


def test_the_notes_of_attention_show_where_it_looks() -> None:
    figures = [
        b for s in document("attention").sections if s.key == "forward" for b in s.blocks if isinstance(b, Figure)
    ]
    (drawing,) = (f.drawing for f in figures)
    assert drawing.title == "The weights of attention in layer 1"
    assert len(cells(drawing)) == 2 * 6
    assert str(drawing.description).startswith("head 1: query 1: 1, masked, masked, query 2: 0.44, 0.56, masked, ")
    rows = re.findall(r"query \d: ([^a-z]*?)(?:, (?:masked|query)|\.(?: |$))", str(drawing.description))
    assert len(rows) == 6
    for row in rows:
        assert sum(map(float, row.split(", "))) == pytest.approx(1, abs=0.02)
