"""Drawings: one layout, three prints of it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbp import mathtree as m
from symbp.mathtree.extent import width
from symbp.mathtree.layout import layout
from symbp.printing.drawing import (
    Column,
    Drawing,
    GraphNode,
    bar_plot,
    curve_plot,
    graph_drawing,
    network_drawing,
    svg,
    tikz,
    tikz_colours,
    typst_drawing,
)
from symbp.printing.drawing.glyphs import plain, runs
from symbp.printing.drawing.placing import Lines
from symbp.printing.drawing.shapes import COLOURS, Blank, Circle, Label, Polygon, Polyline, Rectangle
from tests.formulas import S


def column(size: int, letter: str, role: str, bias: bool = False) -> Column:
    name = (lambda n: ((S("b", "", (n,)), "weight"),)) if bias else None
    return Column(size, lambda n: S(letter, "", (n,)), role, role, name)  # type: ignore[arg-type]


def weight(gap: int, to: int, source: int) -> Lines:
    return ((S("w", f"({gap})", (to, source)), "weight"),)


def network(*sizes: int) -> Drawing:
    roles = ["input", *["hidden"] * (len(sizes) - 2), "output"]
    columns = tuple(column(n, "a", role, bias=role != "input") for n, role in zip(sizes, roles, strict=True))
    return network_drawing(columns, weight, "The network")


NODE = GraphNode("z1", S("z", "", (1,)), m.number("0.33"), m.number("0.0001234567"), "hidden")
GRAPH = graph_drawing(
    ((GraphNode("x1", S("x", "", (1,))),), (NODE,), (replace(NODE, name="L", role="output"),)),
    (("x1", "z1"), ("z1", "L")),
    "The graph",
)
CURVE = curve_plot([0.02 * 0.9**n for n in range(61)], "step", "loss", "The loss")
BARS = bar_plot([10.0 ** (-n / 2) for n in range(12)], [m.Number(n) for n in range(12)], "layer", "size", "Gradients")
DRAWINGS = {
    "relay": network(2, 2, 1),
    "classes": network(3, 4, 2),
    "digits": network(64, 32, 10),
    "deep": network(*[4] * 13),
    "graph": GRAPH,
    "curve": CURVE,
    "bars": BARS,
}
every_drawing = pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)


def labels(drawing: Drawing) -> list[Label]:
    return [s for s in drawing.shapes if isinstance(s, Label)]


def label_box(label: Label) -> tuple[tuple[float, float], tuple[float, float]]:
    """The upper left and the lower right corner of a label."""
    wide = runs(label.content, label.size)[1]
    left = label.x - {"start": 0.0, "middle": wide / 2, "end": wide}[label.anchor]
    return (left, label.y - label.size / 2), (left + wide, label.y + label.size / 2)


@every_drawing
def test_everything_lies_within_the_drawing(drawing: Drawing) -> None:
    for shape in drawing.shapes:
        for x, y in corners(shape):
            assert -0.01 <= x <= drawing.width + 0.01
            assert -0.01 <= y <= drawing.height + 0.01


def corners(shape: object) -> list[tuple[float, float]]:
    match shape:
        case Circle(x, y, r):
            return [(x - r, y - r), (x + r, y + r)]
        case Rectangle(x, y, w, h) | Blank(x, y, w, h):
            return [(x, y), (x + w, y + h)]
        case Polyline(points) | Polygon(points):
            return list(points)
        case Label():
            return list(label_box(shape))
    raise AssertionError(shape)


@every_drawing
def test_labels_do_not_lie_on_one_another(drawing: Drawing) -> None:
    boxes = [corners(label) for label in labels(drawing)]
    for ((x, y), (u, v)), ((p, q), (r, s)) in combinations(boxes, 2):
        assert u <= p or r <= x or v <= q or s <= y


@every_drawing
def test_no_drawing_is_wider_than_a_page(drawing: Drawing) -> None:
    assert drawing.width <= 455


@every_drawing
def test_the_three_prints_have_every_shape(drawing: Drawing) -> None:
    count = len(drawing.shapes)
    assert len(re.findall(r"^  \\(?:filldraw|fill|draw|node)", tikz(drawing), re.M)) == count
    assert len(re.findall(r"^  #place", typst_drawing(drawing), re.M)) == count
    root = ET.fromstring(svg(drawing, "f"))
    tags = [e.tag for e in root]
    assert tags[:3] == ["title", "desc", "defs"]
    solid = sum(isinstance(s, Circle | Rectangle | Polyline | Blank) for s in drawing.shapes)
    assert sum(t in ("circle", "polyline") or (t == "rect") for t in tags) == solid + sum(
        label.cleared for label in labels(drawing)
    )


@every_drawing
def test_svg_says_in_words_what_it_shows(drawing: Drawing) -> None:
    root = ET.fromstring(svg(drawing, "f"))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "f-title f-desc"
    assert [e.text for e in root if e.tag in ("title", "desc")] == [plain(drawing.title), plain(drawing.description)]


def test_the_description_of_a_network() -> None:
    assert plain(DRAWINGS["relay"].description) == (
        "Layers from left to right: input: 2 units, hidden: 2 units, output: one unit. "
        "Every unit is connected to all units of the layer before it."
    )


def test_every_edge_of_a_small_network_has_its_weight() -> None:
    printed = [m.reading(label.content) for label in labels(DRAWINGS["classes"]) if isinstance(label.content, m.Node)]
    expected = {f"w^(1)_{i}{j}" for i in range(1, 5) for j in range(1, 4)}
    expected |= {f"w^(2)_{i}{j}" for i in range(1, 3) for j in range(1, 5)}
    assert {text for text in printed if text.startswith("w")} == expected


def test_wide_layers_are_drawn_with_dots_and_ask_for_nothing_else() -> None:
    asked: list[int] = []

    def label(n: int) -> m.Node:
        asked.append(n)
        return S("a", "", (n,))

    wide = Column(10**9, label, "wide", "hidden")
    drawing = network_drawing((wide, wide), lambda *_: (), "wide")
    assert sorted(set(asked)) == [1, 2, 3, 10**9]
    assert sum(label.content == "⋮" for label in labels(drawing)) == 2


def test_deep_networks_are_drawn_with_dots() -> None:
    assert sum(label.content == "⋯" for label in labels(DRAWINGS["deep"])) == 1
    assert len({round(s.x) for s in DRAWINGS["deep"].shapes if isinstance(s, Circle)}) == 6


def test_edges_end_at_the_rim_of_their_units() -> None:
    drawing = DRAWINGS["relay"]
    circles = [s for s in drawing.shapes if isinstance(s, Circle)]
    edges = [s for s in drawing.shapes if isinstance(s, Polyline) and s.points[0][0] != s.points[1][0]]
    assert len(edges) == 6
    for edge in edges:
        for (x, y), slack in zip(edge.points, (0.0, 1.0), strict=True):
            nearest = min(((x - c.x) ** 2 + (y - c.y) ** 2) ** 0.5 - c.radius for c in circles)
            assert abs(nearest - slack) < 1e-6


def test_a_graph_has_values_above_and_gradients_below() -> None:
    texts = {s.role: (s.y, m.reading(s.content)) for s in labels(GRAPH) if isinstance(s.content, m.Node)}
    assert texts["value"][1] == "0.33"
    assert texts["gradient"][1] == "1.235 × 10^(−4)"
    assert texts["value"][0] < texts["text"][0] < texts["gradient"][0]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 6), min_size=1, max_size=8), st.sampled_from(["0.5", "-0.0012345678", "0.000043859123"]))
def test_graphs_of_any_form_have_numbers_apart_and_large_enough(sizes: list[int], number: str) -> None:
    columns = tuple(
        tuple(replace(NODE, name=f"{i}.{j}", value=m.number(number), gradient=m.number(number)) for j in range(size))
        for i, size in enumerate(sizes)
    )
    drawing = graph_drawing(columns, (), "A graph")
    test_everything_lies_within_the_drawing(drawing)
    assert all(label.size >= 8 for label in labels(drawing))
    for ((x, y), (u, v)), ((p, q), (r, s)) in combinations(map(label_box, labels(drawing)), 2):
        assert u + 2 <= p or r + 2 <= x or v + 2 <= q or s + 2 <= y


def test_a_curve_has_the_shape_of_its_values() -> None:
    (line,) = (s for s in CURVE.shapes if isinstance(s, Polyline) and s.role == "first")
    heights = [y for _, y in line.points]
    assert len(heights) == 61
    assert heights == sorted(heights)  # y points down: a falling loss
    ratio = (heights[-1] - heights[0]) / (heights[-1] - heights[10])
    assert ratio == pytest.approx((1 - 0.9**60) / (0.9**10 - 0.9**60))


def test_bars_are_as_tall_as_the_logarithms_of_their_values() -> None:
    tops = [s.y for s in BARS.shapes if isinstance(s, Rectangle)]
    steps = [b - a for a, b in zip(tops, tops[1:], strict=False)]
    assert len(tops) == 12
    assert all(step == pytest.approx(steps[0]) for step in steps)


@pytest.mark.parametrize("values", [[0.0], [1.0], [0.0, 0.0], [3.0, 3.0], [-1.0, 2.0], [1e-9, 2e-9], [1e9, 0.0]])
def test_curves_of_any_values(values: list[float]) -> None:
    drawing = curve_plot(values, "step", "loss", "t")
    test_everything_lies_within_the_drawing(drawing)


@pytest.mark.parametrize("values", [[0.0], [1.0], [0.0, 1e-300], [1e-20, 1e20], [5.0, 5.0]])
def test_bars_of_any_values(values: list[float]) -> None:
    drawing = bar_plot(values, [m.Number(n) for n, _ in enumerate(values)], "layer", "size", "t")
    test_everything_lies_within_the_drawing(drawing)


def test_every_role_has_its_colour_in_tex() -> None:
    assert re.findall(r"definecolor\{symbp-(\w+)-fill\}", tikz_colours()) == list(COLOURS)


def test_the_runs_of_a_label_are_as_wide_as_its_formula() -> None:
    symbol = S("w", "(1)", (1, 2))
    glyphs, wide = runs(symbol, 10.0)
    assert wide == pytest.approx(10 * width(layout(symbol)))
    assert [(g.text, g.italic) for g in glyphs] == [
        ("w", True), ("1", False), ("2", False), ("(", False), ("1", False), (")", False),
    ]  # fmt: skip
    assert glyphs[1].y > 0 > glyphs[3].y


def test_hostile_words_are_escaped() -> None:
    drawing = curve_plot([1.0, 2.0], "<b>", r"\input{x}", "<script>")
    assert "<script" not in svg(drawing, "f")
    assert r"\input{" not in tikz(drawing)
