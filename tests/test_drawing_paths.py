"""The paths of one weight to the loss: their factors multiply and add up to its derivative, and labels stand apart."""

from __future__ import annotations

import re
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbp import mathtree as m
from symbp.derive import derive
from symbp.notes import notes
from symbp.printing.document import Document, Figure
from symbp.printing.drawing import Drawing, Factor, GraphNode, Paths, paths_drawing, svg, tikz, typst_drawing
from symbp.printing.drawing.glyphs import plain
from symbp.printing.drawing.placing import Box
from symbp.printing.drawing.shapes import Polyline, Rectangle
from symbp.spec import load
from tests.formulas import S
from tests.test_drawing import label_box, labels

EXAMPLES = Path(__file__).parents[1] / "examples"


def layered(sizes: list[int], number: str) -> Paths:
    """A graph in which everything of a column acts on everything of the next; all of it lies on paths."""
    value = m.Number(m.number(number).value, 3)
    columns = tuple(
        tuple(GraphNode(f"{i}.{j}", S("a", f"({i})", (j,)), None, value) for j in range(size))
        for i, size in enumerate([1, *sizes, 1])
    )
    lines = ((S("w"), "gradient"), (value, "gradient")), ((value, "gradient"),)
    factors = tuple(
        Factor(a.name, b.name, lines, "told")  # type: ignore[arg-type]
        for left, right in zip(columns, columns[1:], strict=False)
        for a in left
        for b in right
    )
    return Paths(columns, (), factors, "0.0")


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 3), max_size=4), st.sampled_from(["0.5", "-0.0012345678", "0.000043859123"]))
def test_no_factor_touches_another_or_a_box(sizes: list[int], number: str) -> None:
    drawing = paths_drawing(layered(sizes, number), "paths")
    if drawing is None:
        assert max(sizes) > 1
        return
    boxes = [Box(*first, *last) for first, last in map(label_box, labels(drawing))]
    for a, b in combinations(boxes, 2):
        assert not a.touches(b, 1.9) or a.left + a.right == pytest.approx(b.left + b.right)
    assert all(b.left >= 0 and b.right <= drawing.width and b.bottom <= drawing.height for b in boxes)
    nodes = [Box(s.x, s.y, s.x + s.width, s.y + s.height) for s in drawing.shapes if isinstance(s, Rectangle)]
    factors = [Box(*first, *last) for first, last in (label_box(s) for s in labels(drawing) if s.role == "gradient")]
    assert not any(a.touches(b, 0.0) for a in nodes for b in factors)
    assert drawing.width <= 455


@cache
def document(name: str) -> Document:
    return notes(derive(load(EXAMPLES / f"{name}.toml")))


def pictures(name: str) -> list[Drawing]:
    figures = (b.drawing for s in document(name).sections for b in s.blocks if isinstance(b, Figure))
    return [drawing for drawing in figures if str(drawing.title).startswith("The paths")]


def test_each_layer_of_the_relay_has_a_picture() -> None:
    assert [d.title for d in pictures("relay")] == [
        "The paths from w_31 to the loss",
        "The paths from w_11 to the loss",
    ]


def test_the_description_of_a_path() -> None:
    assert pictures("relay")[0].description == (
        "The paths from w_31 to the loss, with the factor of each edge. from w_31 to z_3: a_1 = 0.582, "
        "from z_3 to y\u0302: σ′(z_3) = 0.193, from y\u0302 to L: 2 · (y\u0302 − y) = 0.278. "
        "The sum over all paths is 0.0312."
    )


@pytest.mark.parametrize("name", ["relay", "classes", "xor", "rnn"])
def test_the_products_along_all_paths_add_up_to_the_derivative(name: str) -> None:
    for drawing in pictures(name):
        told = re.sub(r" × 10\^\(−(\d+)\)", r"e-\1", str(drawing.description)).replace("−", "-")
        edges = re.findall(r"from (\S+) to (\S+): (?:[^,]*? = )?(-?[\d.e-]*\d)(?=[,.] )", told)
        (total,) = re.findall(r"The sum over all paths is (.*)\.$", told)
        known = {"L": 1.0}
        while len(known) < len({a for a, _, _ in edges}) + 1:
            for node in {a for a, _, _ in edges}:
                after = [(b, float(value)) for a, b, value in edges if a == node]
                if node not in known and all(b in known for b, _ in after):
                    known[node] = sum(known[b] * value for b, value in after)
        assert known[edges[0][0]] == pytest.approx(float(total), rel=0.02)


def test_what_is_on_no_path_is_faint() -> None:
    drawing = pictures("relay")[1]
    faint = [s for s in drawing.shapes if isinstance(s, Rectangle) and s.role == "faint"]
    assert len(faint) == 4
    thick = [s for s in drawing.shapes if isinstance(s, Polyline) and s.line == "thick"]
    assert len(thick) == 5
    assert all(s.role == "gradient" and s.arrow for s in thick)
    assert plain(labels(drawing)[0].content) == "w_11"


def test_every_format_prints_the_paths() -> None:
    drawing = pictures("relay")[0]
    assert tikz(drawing).count("symbp-gradient-line,->,line width=1.2bp") == 3
    assert svg(drawing, "f").count('marker-end="url(#f-gradient)"') == 3
    assert 'id="f-gradient"' in svg(drawing, "f")
    assert typst_drawing(drawing).count("1.2pt + rgb") == 3


@pytest.mark.parametrize("name", ["relay", "classes", "xor", "rnn"])
def test_what_stands_in_the_pictures_of_the_notes_is_large_enough_and_apart(name: str) -> None:
    figures = [b.drawing for s in document(name).sections for b in s.blocks if isinstance(b, Figure)]
    assert len(figures) >= 4
    for drawing in figures:
        assert drawing.width <= 455
        assert all(s.size >= 8 for s in labels(drawing)), drawing.title
        boxes = [Box(*first, *last) for first, last in map(label_box, labels(drawing))]
        assert not any(a.touches(b, 0.0) for a, b in combinations(boxes, 2)), drawing.title
