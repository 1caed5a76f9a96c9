"""The graph of layers, drawn: every edge from rim to rim, around all boxes, and told apart from the others."""

from __future__ import annotations

from graphlib import CycleError
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbp import mathtree as m
from symbp.printing.drawing import Drawing, LayerBox, layers_drawing, svg, tikz, typst_drawing
from symbp.printing.drawing.glyphs import plain, runs
from symbp.printing.drawing.layering import Graph, abridged, row_numbers, slots
from symbp.printing.drawing.shapes import Label, Polyline, Rectangle
from symbp.printing.drawing.words import broken, joined, text_width
from tests.formulas import S

Edges = tuple[tuple[str, str], ...]
Point = tuple[float, float]


def box(name: str, heading: str = "", shape: str = "8×8×8", label: m.Node | None = None) -> LayerBox:
    return LayerBox(name, heading or name, shape, label, "hidden")


def path(*names: str) -> Edges:
    return tuple(pairwise(names))


def drawn(edges: Edges, headings: dict[str, str] | None = None) -> Drawing:
    names = dict.fromkeys(name for edge in edges for name in edge)
    boxes = tuple(box(name, (headings or {}).get(name, "")) for name in names)
    return layers_drawing(boxes, edges, "The layers")


def residual(blocks: int) -> Edges:
    """Blocks of two convolutions and what goes around them, between an input and an output."""
    edges, last = [("x", "stem")], "stem"
    for k in map(str, range(blocks)):
        edges += [*path(last, "a" + k, "b" + k, "add" + k), (last, "add" + k)]
        last = "add" + k
    return (*edges, (last, "y"))


INCEPTION = (
    *path("x", "p", "cat", "add", "y"),
    *path("x", "q", "qq", "cat"),
    *path("x", "r", "rr", "rrr", "cat"),
    ("x", "add"),
)
CASES: dict[str, Edges] = {
    "chain": path("x", "c1", "c2", "flat", "y"),
    "residual": residual(1),
    "blocks": residual(3),
    "branches": (*path("x", "l", "cat", "y"), *path("x", "r", "cat")),
    "uneven": (*path("x", "l", "cat", "y"), *path("x", "r", "rr", "cat")),
    "inception": INCEPTION,
    "twelve": path(*(f"l{n}" for n in range(12))),
    "fourteen": path(*(f"l{n}" for n in range(14))),
    "heads": tuple(edge for n in range(9) for edge in path("x", f"h{n}", "cat")),
    "dense": tuple(combinations("abcdefgh", 2)),
    "crossed": (*path("x", "a", "c"), *path("x", "b", "d"), ("a", "d"), ("b", "c"), ("c", "y"), ("d", "y")),
    "two inputs": (*path("x", "a", "b", "join", "y"), ("u", "join")),
    "two outputs": (*path("x", "a", "b", "y"), ("a", "early")),
    "deep blocks": residual(9),
    "deep and dense": tuple(combinations([f"l{n}" for n in range(16)], 2)),
}
DRAWINGS = {name: drawn(edges) for name, edges in CASES.items()}
every_drawing = pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)


def boxes(drawing: Drawing) -> list[Rectangle]:
    return [s for s in drawing.shapes if isinstance(s, Rectangle)]


def lines(drawing: Drawing) -> list[tuple[Point, ...]]:
    return [s.points for s in drawing.shapes if isinstance(s, Polyline)]


def labels(drawing: Drawing) -> list[Label]:
    return [s for s in drawing.shapes if isinstance(s, Label)]


def texts(drawing: Drawing) -> list[str]:
    return [label.content if isinstance(label.content, str) else m.reading(label.content) for label in labels(drawing)]


def inside(a: Rectangle, x: float, y: float, by: float) -> bool:
    return a.x - by <= x <= a.x + a.width + by and a.y - by <= y <= a.y + a.height + by


def near(drawing: Drawing, point: Point, by: float) -> int:
    """Which box has a point within a distance from its rim."""
    (found,) = (i for i, b in enumerate(boxes(drawing)) if inside(b, *point, by + 0.01) and not inside(b, *point, -0.1))
    return found


def ends(drawing: Drawing) -> list[tuple[int, int]]:
    return [(near(drawing, line[0], 0.0), near(drawing, line[-1], 1.0)) for line in lines(drawing)]


def check(drawing: Drawing) -> None:
    """What is true of every drawing of layers."""
    check_boxes(drawing)
    for line in lines(drawing):
        for (x, y), (u, v) in pairwise(line):
            assert abs(x - u) < 1e-9 or abs(y - v) < 1e-9, "edges run at right angles"
            for b in boxes(drawing):
                apart = max(x, u) <= b.x + 0.1 or min(x, u) >= b.x + b.width - 0.1
                assert apart or max(y, v) <= b.y + 0.1 or min(y, v) >= b.y + b.height - 0.1, "an edge in a box"
        for x, y in line:
            assert 0 <= x <= drawing.width and 0 <= y <= drawing.height
    for (line, (a, b)), (other, (c, d)) in combinations(zip(lines(drawing), ends(drawing), strict=True), 2):
        assert (a, b) != (c, d)
        if a != c and b != d:
            assert not any(overlap(p, q) for p in pairwise(line) for q in pairwise(other)), "edges on one another"


def check_boxes(drawing: Drawing) -> None:
    for a, b in combinations(boxes(drawing), 2):
        beside = a.x + a.width + 8 <= b.x or b.x + b.width + 8 <= a.x
        assert beside or a.y + a.height + 8 <= b.y or b.y + b.height + 8 <= a.y
    places = []
    for label in labels(drawing):
        half = runs(label.content, label.size)[1] / 2
        (home,) = (b for b in boxes(drawing) if inside(b, label.x, label.y, 0.0))
        assert home.x + 2 <= label.x - half and label.x + half <= home.x + home.width - 2
        assert home.y + label.size / 2 <= label.y <= home.y + home.height - label.size / 2
        assert label.size >= 8
        places.append((label.x - half, label.y - label.size / 2, label.x + half, label.y + label.size / 2))
    for (x, y, u, v), (p, q, r, s) in combinations(places, 2):
        assert u <= p or r <= x or v <= q or s <= y
    for b in boxes(drawing):
        assert b.x >= 0 and b.y >= 0 and b.x + b.width <= drawing.width and b.y + b.height <= drawing.height


def overlap(p: tuple[Point, ...], q: tuple[Point, ...]) -> bool:
    """Whether two segments lie on one another along more than a point."""
    for along, across in ((0, 1), (1, 0)):
        level = {round(point[across], 3) for point in (*p, *q)}
        (a, b), (c, d) = sorted(x[along] for x in p), sorted(x[along] for x in q)
        if len(level) == 1 and min(b, d) - max(a, c) > 0.5:
            return True
    return False


@every_drawing
def test_boxes_lie_apart_and_edges_go_around_them(drawing: Drawing) -> None:
    check(drawing)


@every_drawing
def test_a_drawing_fits_a_page(drawing: Drawing) -> None:
    assert drawing.width <= 430 and drawing.height <= 560
    assert drawing.height <= 560


@st.composite
def graphs(draw: st.DrawFn) -> Edges:
    size = draw(st.integers(2, 14))
    edges: list[tuple[str, str]] = []
    for b in range(1, size):
        sources = draw(st.sets(st.integers(0, b - 1), min_size=1, max_size=4))
        edges += [(f"l{a}", f"l{b}") for a in sorted(sources)]
    return tuple(edges)


@settings(max_examples=100, deadline=None)
@given(graphs())
def test_graphs_of_any_form(edges: Edges) -> None:
    drawing = drawn(edges)
    check(drawing)
    assert drawing.width <= 430 and drawing.height <= 560


@pytest.mark.parametrize("name", ["chain", "residual", "blocks", "branches", "inception", "dense", "crossed"])
def test_a_small_network_has_all_its_boxes_and_edges(name: str) -> None:
    edges, drawing = CASES[name], DRAWINGS[name]
    names = list(dict.fromkeys(n for edge in edges for n in edge))
    headings = [text for text in texts(drawing) if text != "8×8×8"]
    assert sorted(headings) == sorted(names)
    at = {i: next(t for t, s in zip(texts(drawing), labels(drawing), strict=True) if inside(b, s.x, s.y, 0))
          for i, b in enumerate(boxes(drawing))}  # fmt: skip
    assert sorted((at[a], at[b]) for a, b in ends(drawing)) == sorted(edges)


def test_a_skip_goes_beside_its_block_and_enters_the_sum_from_the_side() -> None:
    (skip,) = (line for line in lines(DRAWINGS["residual"]) if len(line) == 4)
    right = max(b.x + b.width for b in boxes(DRAWINGS["residual"]))
    assert skip[1][0] == skip[2][0] > right
    assert skip[0][0] == right
    assert skip[3][0] == right + 1


def test_branches_stand_beside_one_another_and_join_before_one_arrow() -> None:
    drawing = DRAWINGS["branches"]
    second = sorted({round(b.y) for b in boxes(drawing)})[1]
    assert sum(round(b.y) == second for b in boxes(drawing)) == 2
    assert len(lines(drawing)) == 5
    assert len({line[-1] for line in lines(drawing)}) == 4


def test_a_branch_that_ends_early_keeps_its_place() -> None:
    graph = Graph(("x", "l", "r", "rr", "cat"), (*path("x", "l", "cat"), *path("x", "r", "rr", "cat")), {})
    assert slots(graph, row_numbers(graph)) == (
        (("x", 0),), (("l", 1), ("r", 1)), (("l", 2), ("rr", 2)), (("cat", 3),),
    )  # fmt: skip


def test_a_further_input_stands_right_above_where_it_goes() -> None:
    graph = Graph(("x", "a", "b", "join", "u"), (*path("x", "a", "b", "join"), ("u", "join")), {})
    assert row_numbers(graph)["u"] == 2


def test_a_long_chain_goes_on_in_a_strip_beside_it() -> None:
    drawing = DRAWINGS["twelve"]
    assert len({round(b.x) for b in boxes(drawing)}) == 2
    assert drawing.height < 320
    assert len(boxes(drawing)) == 12


def test_a_deep_network_keeps_its_first_layers_and_the_last() -> None:
    drawing = DRAWINGS["fourteen"]
    headings = [text for text in texts(drawing) if text != "8×8×8"]
    assert headings == [*(f"l{n}" for n in range(8)), "… 3 more …", "l11", "l12", "l13"]
    assert [b.outline for b in boxes(drawing)].count("dashed") == 1


def test_a_deep_network_is_cut_between_its_blocks() -> None:
    edges = residual(9)
    names = tuple(dict.fromkeys(name for edge in edges for name in edge))
    (hidden,) = abridged(Graph(names, edges, {}), 12, 5).hidden.values()
    assert (hidden[0], hidden[-1]) == ("a1", "add7")


def test_a_wide_row_keeps_its_first_boxes_and_the_last() -> None:
    headings = [text for text in texts(DRAWINGS["heads"]) if text != "8×8×8"]
    assert headings == ["x", "h0", "h1", "h2", "… 5 more …", "h8", "cat"]


def test_long_headings_are_broken_where_boxes_stand_beside_one_another() -> None:
    words = "conv2d 16, 3x3, stride 2, padding 1"
    drawing = drawn(INCEPTION, dict.fromkeys("pqr", words))
    check(drawing)
    assert drawing.width <= 430 and drawing.height <= 560
    assert " ".join(texts(drawing)).count("stride 2") == 3


def test_a_box_has_its_symbol_and_its_shape_below_its_heading() -> None:
    boxes_ = (box("x", "input", "1×5×5", S("x")), box("y", "dense 3", "", S("a", "(1)")), box("z", "sum", ""))
    drawing = layers_drawing(boxes_, path("x", "y", "z"), "t")
    check(drawing)
    assert texts(drawing) == ["input", "x", "1×5×5", "dense 3", "a^(1)", "sum"]


def test_the_description_says_what_each_layer_comes_from() -> None:
    assert plain(DRAWINGS["residual"].description) == (
        "The boxes from top to bottom. x: x, 8×8×8; stem: stem, 8×8×8, from x; a0: a0, 8×8×8, from stem; "
        "b0: b0, 8×8×8, from a0; add0: add0, 8×8×8, from b0 and stem; y: y, 8×8×8, from add0."
    )
    assert "; 3 layers that are not drawn, from l7; l11: l11" in plain(DRAWINGS["fourteen"].description)
    assert DRAWINGS["chain"].title == "The layers"


def test_the_same_layers_give_the_same_drawing() -> None:
    assert {name: drawn(edges) for name, edges in CASES.items()} == DRAWINGS


def test_a_single_layer() -> None:
    drawing = layers_drawing((box("x"),), (), "t")
    check(drawing)
    assert len(drawing.shapes) == 3


def test_a_cycle_is_an_error() -> None:
    with pytest.raises(CycleError):
        drawn((*path("a", "b", "a"),))


def test_arrows_with_corners_in_every_print() -> None:
    drawing = DRAWINGS["residual"]
    assert svg(drawing, "f").count("marker-end") == 6
    assert svg(drawing, "f").count(' open" points') == 6  # which the style sheet leaves unfilled
    assert tikz(drawing).count(",->]") == 6
    assert typst_drawing(drawing).count("arrow(") == 6
    assert typst_drawing(drawing).count("place(top + left, path-of(") == 1


def test_words_are_broken_at_spaces_and_cut_where_there_are_none() -> None:
    for width in (30.0, 50.0, 90.0):
        for line in broken("conv2d 8, 3x3 averyverylongword", width, 9.0):
            assert text_width(line, 9.0) <= width
    assert broken("", 30.0, 9.0) == ()
    assert [plain(joined(items)) for items in ((), ("a",), ("a", "b"))] == ["", "a", "a and b"]
