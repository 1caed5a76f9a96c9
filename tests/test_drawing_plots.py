"""Plots: axes with round ticks, curves that are told apart without colours, names that do not touch."""

from __future__ import annotations

import math
import re
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbp import mathtree as m
from symbp.printing.drawing import Drawing, Series, curve_plot, gradient_norms_plot, line_plot, svg, tikz, typst_drawing
from symbp.printing.drawing.axes import apart, inner_axis, linear_axis, log_axis, round_step, whole_axis
from symbp.printing.drawing.glyphs import plain
from symbp.printing.drawing.shapes import Circle, Polygon, Polyline, Rectangle
from tests.test_drawing import label_box, labels

VANISHING = gradient_norms_plot([("sigmoid", [0.25 ** (12 - n) for n in range(12)]), ("relu", [0.5] * 12)])
numbers = st.floats(-1e9, 1e9) | st.sampled_from([0.0, 1.0, 1e-12, -1e-12, 1e200])
sizes = st.floats(0, 1e9) | st.sampled_from([0.0, 1e-300, 1e-12, 1e200, math.inf, math.nan])


def test_the_gradient_in_each_layer_of_two_networks() -> None:
    first, second = (s for s in VANISHING.shapes if isinstance(s, Polyline) and s.role in ("first", "second"))
    rises = [b - a for (_, a), (_, b) in pairwise(first.points)]
    assert all(rise == pytest.approx(rises[0]) for rise in rises)  # on a logarithmic axis
    assert rises[0] < 0
    assert len({y for _, y in second.points}) == 1
    assert plain(VANISHING.description).startswith(
        "size of the gradient against layer, on a logarithmic axis. sigmoid: 5.96e-08"
    )


def test_curves_differ_in_more_than_their_colours() -> None:
    drawing = gradient_norms_plot([(name, [1.0 * n, 2.0]) for n, name in enumerate("abcd", 1)])
    lines = [s for s in drawing.shapes if isinstance(s, Polyline) and s.role in ("first", "second", "third", "fourth")]
    assert {s.line for s in lines} == {"thick", "dashed", "dotted", "dashdot"}
    marks = [s for s in drawing.shapes if isinstance(s, Circle | Polygon) or getattr(s, "outline", "") == "square"]
    assert [type(s) for s in marks] == [Circle] * 2 + [Rectangle] * 2 + [Polygon] * 2


def test_names_stand_at_the_ends_of_their_curves() -> None:
    names = {s.content: s for s in labels(VANISHING) if s.content in ("sigmoid", "relu")}
    for name, role in (("sigmoid", "first"), ("relu", "second")):
        end = next(s for s in VANISHING.shapes if isinstance(s, Polyline) and s.role == role).points[-1]
        assert names[name].role == role
        assert abs(names[name].y - end[1]) <= 12


def test_zero_lies_below_all_other_numbers_of_a_logarithmic_axis() -> None:
    drawing = gradient_norms_plot([("relu", [0.0, 1e-5, 1.0])])
    (line,) = (s for s in drawing.shapes if isinstance(s, Polyline) and s.role == "first")
    zero, low, high = (y for _, y in line.points)
    assert zero - low > 5
    assert low > high
    assert "0" in [m.reading(s.content) for s in labels(drawing) if isinstance(s.content, m.Node)]


def test_what_is_not_finite_leaves_a_gap() -> None:
    drawing = gradient_norms_plot([("x", [1.0, 2.0, math.inf, 4.0, 8.0, math.nan])])
    lines = [s for s in drawing.shapes if isinstance(s, Polyline) and s.role == "first"]
    assert [len(s.points) for s in lines] == [2, 2]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["tanh", "relu", "a longer name"]), st.lists(sizes, min_size=1)),
        min_size=1,
        max_size=4,
    )
)
def test_no_label_of_a_plot_touches_another(series: list[tuple[str, list[float]]]) -> None:
    drawing = gradient_norms_plot(series)
    for ((x, y), (u, v)), ((p, q), (r, s)) in combinations([label_box(s) for s in labels(drawing)], 2):
        assert u + 2 <= p or r + 2 <= x or v + 1 <= q or s + 1 <= y
    assert all(0 <= x <= drawing.width for label in labels(drawing) for x, _ in label_box(label))


@given(st.lists(numbers, min_size=1))
def test_a_linear_axis_covers_its_values_with_few_round_ticks(values: list[float]) -> None:
    axis = linear_axis(values)
    assert all(-1e-9 <= axis.at(v) <= 1 + 1e-9 for v in values)
    assert 2 <= len(axis.ticks) <= 8
    assert len({m.reading(t) for _, t in axis.ticks}) == len(axis.ticks)


@given(st.lists(sizes, min_size=1))
def test_a_logarithmic_axis_covers_its_values(values: list[float]) -> None:
    axis = log_axis(values)
    assert all(0 <= axis.at(v) <= 1 for v in values if math.isfinite(v))
    assert 1 <= len(axis.ticks) <= 9
    assert [v for v, _ in axis.ticks] == sorted({v for v, _ in axis.ticks})
    assert all(0 <= axis.at(v) <= 1 for v, _ in axis.ticks)


@given(st.integers(0, 10), st.integers(0, 500))
def test_an_axis_of_steps_has_its_first_step_and_whole_numbers(first: int, more: int) -> None:
    axis = whole_axis(first, first + more)
    assert axis.ticks[0][0] == first
    assert all(v == int(v) and first <= v <= first + more for v, _ in axis.ticks)
    assert len(axis.ticks) <= 9


@given(st.floats(1e-100, 1e100))
def test_a_round_step_is_1_2_or_5_times_a_power_of_ten(rough: float) -> None:
    step = round_step(rough)
    assert str(max(step.numerator, step.denominator)).rstrip("0") in ("1", "2", "5")
    assert 0.998 * rough <= step <= 2.51 * rough


def test_an_inner_axis_ends_at_its_numbers() -> None:
    axis = inner_axis(0.13, 0.71)
    assert (axis.at(0.13), axis.at(0.71)) == (0.0, 1.0)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=8))
def test_places_are_pushed_apart_and_keep_their_order(wanted: list[float]) -> None:
    places = apart(wanted, 12.0, 0.0, 100.0)
    for (a, b), (p, q) in zip(combinations(wanted, 2), combinations(places, 2), strict=True):
        assert abs(p - q) >= 12 - 1e-6
        assert a == b or (a < b) == (p < q)


def test_dashes_are_printed_in_every_format() -> None:
    drawing = line_plot(
        [Series("a", ((0, 1), (1, 2))), Series("b", ((0, 2), (1, 1)))],
        whole_axis(0, 1),
        linear_axis([0, 2]),
        "x",
        "y",
        "t",
    )
    assert "line width=1.2bp,dash pattern=on 4bp off 2bp" in tikz(drawing)
    assert 'stroke-width="1.2" stroke-dasharray="4 2"' in svg(drawing, "f")
    assert "thickness: 1.2pt, dash: (4pt, 2pt)" in typst_drawing(drawing)


def test_plots_are_the_same_each_time() -> None:
    again: Drawing = gradient_norms_plot([("sigmoid", [0.25 ** (12 - n) for n in range(12)]), ("relu", [0.5] * 12)])
    assert tikz(again) == tikz(VANISHING)
    assert not re.search(r"\d\.\d{3}", tikz(again))  # two decimals: the same on every machine


def test_a_loss_that_falls_by_many_powers_of_ten_has_a_logarithmic_axis() -> None:
    steep = curve_plot([10.0**-n for n in range(8)], "step", "loss", "The loss")
    (line,) = (s for s in steep.shapes if isinstance(s, Polyline) and s.role == "first")
    falls = [b - a for (_, a), (_, b) in pairwise(line.points)]
    assert all(fall == pytest.approx(falls[0]) for fall in falls)
    assert "logarithmic" in plain(steep.description)
    assert "logarithmic" not in plain(curve_plot([1.0, 0.5], "step", "loss", "The loss").description)
