"""Windows over an input, drawn: numbers in their cells, grids apart, and large ones cut around the window."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import combinations

import pytest

from symbp import mathtree as m
from symbp.printing.drawing import Drawing, Grid, WindowPicture, svg, tikz, typst_drawing, windows_drawing
from symbp.printing.drawing.glyphs import plain, runs
from symbp.printing.drawing.shapes import DASH, Label, Polyline, Rectangle

Rows = list[list[float]]


def cells(rows: Rows) -> tuple[tuple[m.Node | None, ...], ...]:
    return tuple(tuple(m.Number(value) for value in row) for row in rows)


def filled(height: int, width: int, scale: float = 1) -> Rows:
    return [[((7 * i + 5 * j) % 19 - 9) * scale for j in range(width)] for i in range(height)]


def padded(rows: Rows, above: int, beside: int) -> Rows:
    zeros = [[0.0] * (len(rows[0]) + 2 * beside)] * above
    return [*zeros, *([0.0] * beside + row + [0.0] * beside for row in rows), *zeros]


def picture(
    size: tuple[int, int], window: tuple[int, int], at: tuple[int, int] = (0, 0), *,
    padding: int = 0, stride: int = 1, dilation: int = 1, operation: str = "∗", scale: float = 1,
) -> WindowPicture:  # fmt: skip
    """A picture with the numbers that the window gives everywhere."""
    (height, width), above = window, padding if size[0] > 1 else 0
    given = padded(filled(*size, scale), above, padding)
    kernel = filled(*window)
    rows = (len(given) - dilation * (height - 1) - 1) // stride + 1
    columns = (len(given[0]) - dilation * (width - 1) - 1) // stride + 1
    offsets = [(i, j) for i in range(height) for j in range(width)]

    def output(y: int, x: int) -> float:
        values = [given[y * stride + i * dilation][x * stride + j * dilation] for i, j in offsets]
        weights = [kernel[i][j] for i, j in offsets]
        return sum(v * w for v, w in zip(values, weights, strict=True)) if operation == "∗" else max(values)

    marked = frozenset((at[0] * stride + i * dilation, at[1] * stride + j * dilation) for i, j in offsets)
    return WindowPicture(
        Grid(cells(given), marked, (above, above, padding, padding), "input, channel 1"),
        Grid(cells(kernel), heading="kernel") if operation == "∗" else None,
        Grid(cells([[output(y, x) for x in range(columns)] for y in range(rows)]), frozenset({at}), heading="output"),
        operation,
    )


STRIDED = picture((5, 5), (3, 3), (0, 1), padding=1, stride=2)
POOLED = picture((6, 6), (2, 2), (1, 1), stride=2, operation="max")
PICTURES = {
    "strided": STRIDED,
    "row": picture((1, 8), (1, 3), (0, 3), padding=1),
    "long row": picture((1, 40), (1, 5), (0, 20)),
    "pooled row": picture((1, 40), (1, 2), (0, 10), stride=2, operation="max"),
    "large": picture((28, 28), (3, 3), (12, 9), padding=1),
    "corner": picture((28, 28), (3, 3), (27, 27), padding=1),
    "pooled": POOLED,
    "large pooled": picture((28, 28), (2, 2), (3, 4), stride=2, operation="max"),
    "dilated": picture((9, 9), (3, 3), (1, 1), dilation=2),
    "thirds": picture((8, 8), (3, 3), (1, 1), scale=1 / 3),
    "tiny": picture((12, 12), (3, 3), (5, 5), scale=1e-7 / 3),
    "huge window": picture((40, 40), (11, 11), (2, 2), stride=4),
    "biased": replace(STRIDED, added=m.number("0.125")),
    "one": picture((1, 1), (1, 1)),
    "wordy": replace(POOLED, output=replace(POOLED.output, heading="the output of the second pooling, channel 1")),
}
DRAWINGS = {name: windows_drawing(p, "A window") for name, p in PICTURES.items()}
every_drawing = pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)


def rectangles(drawing: Drawing) -> list[Rectangle]:
    return [s for s in drawing.shapes if isinstance(s, Rectangle)]


def labels(drawing: Drawing) -> list[Label]:
    return [s for s in drawing.shapes if isinstance(s, Label)]


def extent(label: Label) -> tuple[float, float, float, float]:
    half = runs(label.content, label.size)[1] / 2
    return label.x - half, label.y - label.size / 2, label.x + half, label.y + label.size / 2


def within(label: Label, cell: Rectangle) -> bool:
    return cell.x < label.x < cell.x + cell.width and cell.y < label.y < cell.y + cell.height


@every_drawing
def test_cells_lie_beside_one_another(drawing: Drawing) -> None:
    for a, b in combinations(rectangles(drawing), 2):
        beside = a.x + a.width <= b.x + 1e-6 or b.x + b.width <= a.x + 1e-6
        assert beside or a.y + a.height <= b.y + 1e-6 or b.y + b.height <= a.y + 1e-6


@every_drawing
def test_numbers_fit_their_cells_and_all_else_lies_beside_the_cells(drawing: Drawing) -> None:
    for label in labels(drawing):
        x, y, u, v = extent(label)
        homes = [cell for cell in rectangles(drawing) if within(label, cell)]
        assert all(c.x + 1 <= x and u <= c.x + c.width - 1 for c in homes)
        if not homes:
            assert all(u <= c.x or c.x + c.width <= x or v <= c.y or c.y + c.height <= y for c in rectangles(drawing))
    for a, b in combinations(map(extent, labels(drawing)), 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


@every_drawing
def test_numbers_are_large_enough_to_read(drawing: Drawing) -> None:
    assert all(label.size >= 8 for label in labels(drawing))


@every_drawing
def test_everything_lies_within_a_page(drawing: Drawing) -> None:
    assert drawing.width <= 430 and drawing.height <= 420
    for x, y, u, v in (
        *map(extent, labels(drawing)),
        *((c.x, c.y, c.x + c.width, c.y + c.height) for c in rectangles(drawing)),
    ):
        assert x >= 0 and y >= 0 and u <= drawing.width and v <= drawing.height


@every_drawing
def test_the_three_prints_have_every_shape(drawing: Drawing) -> None:
    count = len(drawing.shapes)
    assert len(re.findall(r"^  \\(?:filldraw|draw|node)", tikz(drawing), re.M)) == count
    assert len(re.findall(r"^  #place", typst_drawing(drawing), re.M)) == count
    assert sum(e.tag == "rect" for e in ET.fromstring(svg(drawing, "f"))) == len(rectangles(drawing))


@every_drawing
def test_cells_share_their_dashes(drawing: Drawing) -> None:
    for cell in rectangles(drawing):
        assert cell.width % (2 * DASH) == cell.height % (2 * DASH) == 0


def test_padding_is_dashed_and_the_window_lies_on_top() -> None:
    drawing = DRAWINGS["strided"]
    assert sum(cell.outline == "dashed" for cell in rectangles(drawing)) == 49 - 25
    grid = rectangles(drawing)[:49]
    assert [cell.role for cell in grid[-9:]] == ["hidden"] * 9
    assert [cell.outline for cell in grid[-9:]] == ["dashed"] * 3 + ["square"] * 6


def test_the_output_has_one_highlighted_cell_with_its_number() -> None:
    for name in ("strided", "large", "corner", "pooled", "dilated", "long row"):
        drawing, (at,) = DRAWINGS[name], PICTURES[name].output.highlighted
        (cell,) = (c for c in rectangles(drawing) if c.role == "output")
        (number,) = (label.content for label in labels(drawing) if within(label, cell))
        assert number == PICTURES[name].output.cells[at[0]][at[1]]


def test_the_highlighted_cells_have_the_numbers_of_the_window() -> None:
    drawing, given = DRAWINGS["large"], PICTURES["large"].input
    window = [c for c in rectangles(drawing) if c.role == "hidden"][:9]
    shown = [label.content for c in window for label in labels(drawing) if within(label, c)]
    assert shown == [given.cells[i][j] for i, j in sorted(given.highlighted)]


def test_large_grids_are_cut_around_the_window_with_dots_where_they_go_on() -> None:
    dots = [label.content for label in labels(DRAWINGS["large"]) if label.content in ("⋮", "⋯")]
    assert (dots.count("⋮"), dots.count("⋯")) == (4, 4)
    assert len(rectangles(DRAWINGS["large"])) <= 2 * 10 * 10 + 9
    corner = [label.content for label in labels(DRAWINGS["corner"]) if label.content in ("⋮", "⋯")]
    assert (corner.count("⋮"), corner.count("⋯")) == (2, 2)


def test_small_grids_are_shown_whole() -> None:
    for name in ("strided", "row", "pooled", "dilated"):
        grids = [g for g in (PICTURES[name].input, PICTURES[name].kernel, PICTURES[name].output) if g]
        assert len(rectangles(DRAWINGS[name])) == sum(g.rows * g.columns for g in grids)


def test_the_window_and_the_kernel_have_cells_of_one_size() -> None:
    for name in ("strided", "thirds", "tiny", "large"):
        assert len({(c.width, c.height) for c in rectangles(DRAWINGS[name]) if c.role == "hidden"}) == 1


def test_signs_stand_between_the_grids() -> None:
    def words(name: str) -> list[str]:
        return [label.content for label in labels(DRAWINGS[name]) if isinstance(label.content, str)]

    assert words("strided") == ["input, channel 1", "∗", "kernel", "=", "output"]
    assert words("biased") == ["input, channel 1", "∗", "kernel", "+", "=", "output"]
    assert words("pooled") == ["input, channel 1", "max", "output"]
    assert sum(isinstance(s, Polyline) and s.arrow for s in DRAWINGS["pooled"].shapes) == 1
    assert r"$\ast$" in tikz(DRAWINGS["strided"])


def test_an_empty_cell_has_no_number() -> None:
    row: tuple[tuple[m.Node | None, ...], ...] = ((None, m.Number(1), None),)
    grid = Grid(row, frozenset({(0, 1)}), (0, 0, 1, 1))
    drawing = windows_drawing(WindowPicture(grid, None, Grid(((m.Number(1),),), frozenset({(0, 0)})), "max"), "t")
    assert len(rectangles(drawing)) == 4
    assert sum(isinstance(label.content, m.Node) for label in labels(drawing)) == 2


def test_the_descriptions() -> None:
    assert plain(DRAWINGS["pooled"].description) == (
        "The input has 6 rows and 6 columns. The window is at rows 3 and 4, columns 3 and 4: −4, 1, 3, 8. "
        "The maximum of the window is the output at row 2, column 2: 8. The output has 3 rows and 3 columns."
    )
    assert plain(DRAWINGS["biased"].description) == (
        "The input has 7 rows and 7 columns, of them padding: 1 above, 1 below, 1 at the left and 1 at the right. "
        "The window is at rows 1 to 3, columns 3 to 5: 0, 0, 0, −4, 1, 6, 3, 8, −6. "
        "The kernel has 3 rows and 3 columns: −9, −4, 1, −2, 3, 8, 5, −9, −4. Added is 0.125. "
        "Their sum of products is the output at row 1, column 2: 26. The output has 3 rows and 3 columns."
    )
    assert "rows 2, 4 and 6, columns 2, 4 and 6: " in plain(DRAWINGS["dilated"].description)
    assert "The kernel has 11 rows and 11 columns. " in plain(DRAWINGS["huge window"].description)
    assert plain(DRAWINGS["one"].description).startswith("The input has one row and one column.")


def test_the_same_picture_gives_the_same_drawing() -> None:
    assert {name: windows_drawing(p, "A window") for name, p in PICTURES.items()} == DRAWINGS


def test_outlines_in_every_print() -> None:
    cells_ = tuple(Rectangle(20.0 * i, 0, 20, 20, "plain", outline) for i, outline in enumerate(("round", "dashed")))
    drawing = Drawing(40, 20, (*cells_, Rectangle(0, 0, 4, 4, "plain", "square")), "t", "d")
    assert re.findall(r"stroke-dasharray=\"2 2\"|rx=\"2\"", svg(drawing, "f")) == ['rx="2"', 'stroke-dasharray="2 2"']
    assert tikz(drawing).count("dash pattern=on 2bp off 2bp,dash phase=1bp") == 1
    assert tikz(drawing).count("rounded corners") == 1
    assert typst_drawing(drawing).count("dash: (array: (2pt, 2pt), phase: 1pt)") == 1
    assert typst_drawing(drawing).count("radius: 1.5pt") == 1
