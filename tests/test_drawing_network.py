"""Networks in symbols and in numbers: labels that never touch, dots for wide layers, less where it gets crowded."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from symbp import mathtree as m
from symbp.printing.drawing import Column, Drawing, network_drawing, svg, tikz, typst_drawing
from symbp.printing.drawing.network import LABELLED_EDGES, TALLEST, Lines, is_labelled, is_labelled_throughout
from symbp.printing.drawing.placing import Box, around, on_lines
from symbp.printing.drawing.shapes import Circle
from tests.formulas import S
from tests.test_drawing import label_box, labels

VALUES = st.sampled_from(
    ["0", "1", "0.5", "-0.25", "0.3333333", "-0.0012345678", "0.000043859123", "-12345.678", "1e-12"]
)
SIZES = st.lists(st.integers(1, 9), min_size=2, max_size=9)


def in_numbers(sizes: list[int], numbers: list[str], digits: int = 3) -> Drawing:
    """A network whose numbers are taken from a list, one after the other."""
    taken = iter(range(10**6))

    def number(*_: int) -> m.Node:
        value = m.number(numbers[next(taken) % len(numbers)]).value
        return m.Number(value, digits)

    def both(*_: int) -> Lines:
        return (number(), "weight"), (number(), "gradient")

    columns = tuple(
        Column(n, lambda unit: S("a", "", (unit,)), f"layer {i}", "hidden", both if i else None, number)
        for i, n in enumerate(sizes)
    )
    return network_drawing(columns, both, "A network in numbers")


def assert_labels_are_apart(drawing: Drawing) -> None:
    boxes = [Box(*first, *last) for first, last in map(label_box, labels(drawing))]
    for a, b in combinations(boxes, 2):
        # the lines of one label stand closer to one another
        assert not a.touches(b, 1.9) or (a.left + a.right == pytest.approx(b.left + b.right) and not a.touches(b, 1.5))


@settings(max_examples=25, deadline=None)
@given(SIZES, st.lists(VALUES, min_size=1, max_size=7))
@example([3, 4, 2], ["-0.0012345678"])
@example([4, 4], ["0.000043859123", "0.3333333"])
@example([6, 6, 6], ["-0.000043859123"])
def test_no_label_of_a_network_touches_another(sizes: list[int], numbers: list[str]) -> None:
    drawing = in_numbers(sizes, numbers)
    assert_labels_are_apart(drawing)
    assert drawing.width <= 455
    for label in labels(drawing):
        (x, y), (u, v) = label_box(label)
        assert x >= 0
        assert u <= drawing.width
        assert y >= 0
        assert v <= drawing.height
        assert label.size >= 8


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 3), min_size=2, max_size=3), st.lists(VALUES, min_size=1, max_size=7))
def test_small_networks_have_a_number_and_a_gradient_on_every_edge(sizes: list[int], numbers: list[str]) -> None:
    drawing = in_numbers(sizes, numbers)
    edges = sum(a * b for a, b in pairwise(sizes))
    biases = sum(sizes[1:])
    assert sum(s.role == "gradient" for s in labels(drawing)) == edges + biases
    assert drawing.height <= TALLEST


def test_crowded_edges_have_no_numbers() -> None:
    assert LABELLED_EDGES < 5 * 5
    drawing = in_numbers([5, 5], ["0.5"])
    assert not is_labelled(drawing)
    assert is_labelled(in_numbers([5, 5, 2], ["0.5"]))
    assert not is_labelled_throughout(in_numbers([5, 5, 2], ["0.5"]))
    assert is_labelled_throughout(in_numbers([3, 3, 1], ["0.5"]))
    assert sum(s.role == "value" for s in labels(drawing)) == 10


def test_wide_and_deep_networks_in_numbers_are_abridged() -> None:
    drawing = in_numbers([50] * 20, ["0.5"])
    assert sum(isinstance(s, Circle) for s in drawing.shapes) == 6 * 4
    assert sum(s.content == "⋮" for s in labels(drawing)) == 6
    assert sum(s.content == "⋯" for s in labels(drawing)) == 1


def test_labels_find_places_apart_or_none() -> None:
    lines = [((0.0, 0.0), (100.0, 0.0)), ((0.0, 9.0), (100.0, 9.0))]
    found = on_lines([(20.0, 8.0)] * 2, lines, [around(33.0, 0.0, (10.0, 5.0))])
    assert found is not None
    boxes = [around(*place, (20.0, 8.0)) for place in found]
    assert not boxes[0].touches(boxes[1])
    assert on_lines([(80.0, 8.0)] * 2, lines, []) is None


def test_every_format_prints_a_network_in_numbers() -> None:
    drawing = in_numbers([2, 2, 1], ["0.25", "-0.00012345678"])
    assert tikz(drawing).count("text=symbp-gradient-line") == 9
    assert svg(drawing, "f").count('class="gradient"') >= 9
    assert typst_drawing(drawing).count("A8321E") == 9
    assert tikz(drawing) == tikz(in_numbers([2, 2, 1], ["0.25", "-0.00012345678"]))
