"""The loss as a surface: lines where the heights are, labels apart, and a path that goes down."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from symbp.derive import derive
from symbp.notes.about import subject
from symbp.notes.surface import surface
from symbp.printing.document import Figure
from symbp.printing.drawing import svg, tikz, typst_drawing
from symbp.printing.drawing.contours import CELLS, SIDE, Surface, surface_plot
from symbp.printing.drawing.glyphs import plain
from symbp.printing.drawing.placing import Box
from symbp.printing.drawing.plot import LEFT, TOP
from symbp.printing.drawing.shapes import Circle, Drawing, Polyline
from symbp.spec import load
from tests.formulas import S
from tests.test_drawing import label_box, labels

EXAMPLES = Path(__file__).parents[1] / "examples"


def bowl(x: float = 0.0, y: float = 0.0, steep: float = 1.0, base: float = 1.0) -> Surface:
    """A bowl around a point, over the square from -1 to 1."""
    steps = np.linspace(-1, 1, CELLS + 1)
    across, along = np.meshgrid(steps, steps)
    heights = base + steep * ((across - x) ** 2 + (along - y) ** 2)
    return Surface((S("x"), S("y")), ((-1, 1), (-1, 1)), heights, ((0.8, 0.8), (0.5, 0.4), (x, y)), (3.0, base))


def place(x: float, y: float) -> tuple[float, float]:
    """Where a point of the square lies in the drawing."""
    return LEFT + SIDE * (x + 1) / 2, TOP + SIDE * (1 - y) / 2


def test_lines_of_a_bowl_are_circles_of_the_right_radius() -> None:
    drawing = surface_plot(bowl(), "bowl")
    lines = [s for s in drawing.shapes if isinstance(s, Polyline) and s.role == "first"]
    middle = place(0, 0)
    radii = []
    for line in lines:
        distances = [np.hypot(x - middle[0], y - middle[1]) / (SIDE / 2) for x, y in line.points]
        assert max(distances) - min(distances) < 0.012
        radii.append(float(np.mean(distances)))
    levels = [level - 1 for level, _ in bowl().levels]
    assert {round(r, 2) for r in radii} <= {round(float(np.sqrt(v)) + d, 2) for v in levels for d in (-0.01, 0, 0.01)}
    assert len(levels) == 9


def test_the_path_starts_at_a_disc_and_ends_at_a_square() -> None:
    drawing = surface_plot(bowl(), "bowl")
    (line,) = (s for s in drawing.shapes if isinstance(s, Polyline) and s.role == "second")
    assert line.points[0] == pytest.approx(place(0.8, 0.8), abs=0.06)
    assert line.points[-1] == pytest.approx(place(0, 0), abs=0.06)
    words = [plain(s.content) for s in labels(drawing) if s.role == "second"]
    assert words == ["start", "end"]
    assert max(s.radius for s in drawing.shapes if isinstance(s, Circle)) > 3
    assert plain(drawing.description) == (
        "Contour lines over x from -1 to 1 and y from -1 to 1. The least height is 1 at (0, 0), the greatest 3. "
        "The path leads from (0.8, 0.8), where the loss is 3, to (0, 0), where it is 1."
    )


@settings(max_examples=15, deadline=None)
@example(0.5, 0.71875, 1.0, 0.0)  # an end near the start
@given(st.floats(-0.95, 0.95), st.floats(-0.95, 0.95), st.floats(1e-6, 1e6), st.sampled_from([0.0, 1e-6, 1.0, 1e4]))
def test_no_height_touches_another_or_leaves_the_plot(x: float, y: float, steep: float, base: float) -> None:
    drawing = surface_plot(bowl(x, y, steep, base), "bowl")
    boxes = [Box(*first, *last) for first, last in map(label_box, labels(drawing))]
    assert not any(a.touches(b) for a, b in combinations(boxes, 2))
    for s in labels(drawing):
        if s.role == "first":
            (left, top), (right, bottom) = label_box(s)
            assert LEFT < left < right < LEFT + SIDE
            assert TOP < top < bottom < TOP + SIDE


def test_the_prints_are_the_same_whatever_the_last_bits_are() -> None:
    there = bowl()
    noise = np.random.default_rng(0).uniform(-1e-13, 1e-13, there.heights.shape)
    other = Surface(there.names, there.ranges, there.heights + noise, there.path, there.ends)
    for printed in (tikz, typst_drawing):
        assert printed(surface_plot(there, "bowl")) == printed(surface_plot(other, "bowl"))
    assert svg(surface_plot(there, "bowl"), "f") == svg(surface_plot(other, "bowl"), "f")


def drawn(name: str, steps: int = 30) -> Drawing:
    about = subject(derive(load(EXAMPLES / f"{name}.toml")), ("neuron",))
    (figure,) = surface(about, steps, "gradient descent")
    assert isinstance(figure, Figure)
    return figure.drawing


def test_the_path_of_the_relay_crosses_lines_at_right_angles_and_goes_down() -> None:
    drawing = drawn("relay")
    assert plain(drawing.title) == "The loss over w_32 and w_31"
    (route,) = (s for s in drawing.shapes if isinstance(s, Polyline) and s.role == "second")
    first, last = np.array(route.points[0]), np.array(route.points[-1])
    lines = [s.points for s in drawing.shapes if isinstance(s, Polyline) and s.role == "first"]
    longest = max(lines, key=len)
    along = np.array(longest[-1]) - np.array(longest[0])
    way = last - first
    assert abs(way @ along) < 0.1 * np.linalg.norm(way) * np.linalg.norm(along)
    heights = [float(plain(s.content)) for s in labels(drawing) if s.role == "first"]
    assert len(heights) >= 4
    assert all(0 < h < 0.1 for h in heights)


def test_steps_of_gradient_descent_go_down_on_the_slice() -> None:
    told = re.search(r"where the loss is (\S+), to .*, where it is (\S+)\.$", plain(drawn("xor", 60).description))
    assert told is not None
    assert float(told[2]) < float(told[1]) == pytest.approx(0.7136, abs=5e-4)


def test_a_network_of_which_no_two_weights_learn_has_no_surface() -> None:
    about = subject(derive(load(EXAMPLES / "relay.toml")), ("neuron",))
    silent = {name: value * 0 if name.endswith("_bar") else value for name, value in about.values.items()}
    assert list(surface(replace(about, values=silent), 10, "gradient descent")) == []
