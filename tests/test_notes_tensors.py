"""The computational graph tensor by tensor: its edges are what the equations read, its lengths those of the values."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from symbp.derive import derive
from symbp.mathtree import Number
from symbp.notes.about import subject
from symbp.notes.subject import Subject
from symbp.notes.tensors import tensor_graph
from symbp.printing.document import Figure
from symbp.printing.drawing import Drawing, svg, tikz, typst_drawing
from symbp.printing.drawing.glyphs import plain
from symbp.printing.drawing.shapes import Label, Polyline, Rectangle
from symbp.spec import load

EXAMPLES = Path(__file__).parents[1] / "examples"


@cache
def about(name: str) -> Subject:
    return subject(derive(load(EXAMPLES / f"{name}.toml")), ("neuron", "layer"))


def drawn(name: str) -> Drawing | None:
    figures = [block for block in tensor_graph(about(name).at_full_size) if isinstance(block, Figure)]
    return figures[0].drawing if figures else None


@pytest.mark.parametrize("name", ["attention", "heat", "window"])
def test_every_tensor_has_a_box_and_comes_from_what_its_equations_read(name: str) -> None:
    drawing, known = drawn(name), about(name)
    assert drawing is not None
    told = plain(drawing.description)
    names = [n for n, _ in known.definitions("forward")]
    silent = ("parameter", "target")
    for n in names:
        reads = {r for e in known.definition(n) for r in e.tensors_read if known.tensor(r).role not in silent} - {n}
        (entry,) = (
            part for part in told.split(". ", 1)[1].rstrip(".").split("; ") if part.startswith((f"{n}:", f"{n},"))
        )
        assert set(entry.split(", from ")[1].replace(" and ", ", ").split(", ")) == reads
    boxes = [s for s in drawing.shapes if isinstance(s, Rectangle)]
    assert len(boxes) >= len(names) + 1
    assert all(s.arrow for s in drawing.shapes if isinstance(s, Polyline))


def test_the_lengths_are_roots_of_sums_of_squares() -> None:
    drawing, known = drawn("attention"), about("attention")
    assert drawing is not None
    numbers = [
        (s.role, float(s.content.value))
        for s in drawing.shapes
        if isinstance(s, Label) and isinstance(s.content, Number)
    ]
    for role, name in (("value", "s1"), ("gradient", "s1_bar"), ("value", "q1"), ("gradient", "q1_bar")):
        length = math.sqrt(sum(float(v) ** 2 for v in np.ravel(known.values[name])))
        assert any(r == role and v == pytest.approx(length) for r, v in numbers)


def test_a_large_network_shows_the_inside_of_its_attention() -> None:
    (paragraph, figure) = tensor_graph(about("transformer").at_full_size)
    assert isinstance(figure, Figure)
    assert plain(figure.caption[0]) == "The computational graph within layer 4, tensor by tensor."
    assert "Below stand" not in plain(paragraph.parts)  # type: ignore[union-attr]
    assert "q4: queries, q^(4), 2×T×4, from z4" in plain(figure.drawing.description)


@pytest.mark.parametrize("name", ["relay", "rnn", "digits_conv"])
def test_where_the_picture_of_the_layers_says_it_all_there_is_no_other(name: str) -> None:
    assert drawn(name) is None


def test_every_format_prints_a_graph_of_tensors() -> None:
    drawing = drawn("heat")
    assert drawing is not None
    for text in (tikz(drawing), svg(drawing, "f"), typst_drawing(drawing)):
        assert "gradient" in text or "A8321E" in text
    assert tikz(drawing) == tikz(drawn("heat") or drawing)
