"""Notes of every kind of layer: each line has been evaluated, and says what a reader of that layer looks for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from heavy import every_third
from networks import network

from symbp import mathtree as m
from symbp.derive import derive
from symbp.equation import Access, Read
from symbp.errors import CheckFailed
from symbp.layers import Add, Dense, Layer
from symbp.mathtree.reading import line_reading
from symbp.notes import notes, subtitle
from symbp.notes.about import subject
from symbp.printing.document import Document, Figure, Paragraph
from symbp.wording import english
from tests.layered import LAYERS, layered, line


def lines(document: Document) -> list[str]:
    return [line_reading(line) for display in document.displays() for line in display.lines]


def titles(document: Document) -> list[str]:
    return [str(section.title[0]) for section in document.sections]


@pytest.mark.parametrize("name", every_third(LAYERS))
def test_every_kind_has_notes_with_numbers_and_without(name: str) -> None:
    """The notes evaluate each line before it is there: that they are made at all is the test."""
    worked = notes(derive(layered(name)))
    general = notes(derive(layered(name, example=False)))
    assert len(lines(worked)) > len(lines(general)) > 10
    assert all(display.lines for document in (worked, general) for display in document.displays())
    assert {"Forward pass", "Backward pass", "One weight in full", "All gradients"} <= set(titles(worked))
    assert "One weight in full" not in titles(general)


def test_a_network_of_equations_has_notes() -> None:
    document = notes(derive(line()))
    assert "u_i = ∑[k] w_k · t_ki" in lines(document) or "u_i = ∑[k] t_ki · w_k" in lines(document)
    assert document.subtitle == "Backpropagation in a network given by its equations"


def test_a_convolution_in_index_form() -> None:
    found = lines(notes(derive(layered("convolution", samples=1))))
    assert "z^(1)_irc = ∑[j,u,v] w^(1)_ijuv · x_{j,r + u − 2,c + v − 2} + b^(1)_i" in found
    assert "∂L/∂w^(1)_ijuv = ∑[r,c] δ^(1)_irc · x_{j,r + u − 2,c + v − 2}" in found


def test_the_kernel_is_read_backwards_on_the_way_back() -> None:
    found = lines(notes(derive(layered("convolution", samples=1, input_gradient=True))))
    assert "∂L/∂x_jpq = ∑[i,u,v] δ^(1)_{i,p − u + 2,q − v + 2} · w^(1)_ijuv" in found


def test_pooling_names_the_place_of_the_largest() -> None:
    found = lines(notes(derive(layered("overlapping max pooling", samples=1, input_gradient=True))))
    assert "k^(1)_irc = arg max[u,v] x_{i,2 · r + u − 2,2 · c + v − 2}" in found
    assert any("[2 · r + u = p + 2]" in text and "k^(1)_irc" in text for text in found)


def test_the_closed_form_of_a_normalisation_comes_out_step_by_step() -> None:
    document = notes(derive(layered("batch normalisation")))
    assert "How the derivative of a normalisation comes out" in titles(document)
    displays = [d for d in document.displays() if d.number.startswith("M")]
    remarks = [line.remark[0] for d in displays for line in d.lines if line.remark]
    assert remarks == [
        "a name for this mean",
        "chain rule",
        "deviation put in, mean named",
        "chain rule",
        "put in",
        "chain rule",
        "deviation put in",
        "a name for this mean",
        "chain rule",
        "deviations sum to zero, mean named",
        "chain rule",
        "both put in",
    ]


def test_running_statistics_are_told_where_they_are_used() -> None:
    document = notes(derive(layered("batch normalisation")))
    assert "When the network is used" in titles(document)
    found = lines(document)
    assert "mean^(2) new_i = 0.9 · mean^(2)_i + 0.1 · μ^(2)_i" in found
    assert "When the network is used" not in titles(notes(derive(layered("layer normalisation"))))


def test_what_cancels_to_zero_is_printed_as_zero() -> None:
    """A bias before a batch normalisation changes nothing: the mean takes it off again."""
    about = subject(derive(layered("batch normalisation")), ("neuron", "layer", "index"))
    assert not about.values["b1_bar"].any()


def test_branches_are_drawn_and_told() -> None:
    document = notes(derive(layered("residual")))
    drawings = [block.drawing for block in document.blocks() if isinstance(block, Figure)]
    assert "sum of branches" in drawings[0].description
    told = " ".join(str(part) for b in document.blocks() if isinstance(b, Paragraph) for part in b.parts)
    assert "no factor that could make the message small" in told


@pytest.mark.parametrize("name", ["convolution", "padded max pooling"])
def test_a_window_is_drawn_with_its_numbers(name: str) -> None:
    document = notes(derive(layered(name, samples=1)))
    drawings = [block.drawing for block in document.blocks() if isinstance(block, Figure)]
    assert any("window" in drawing.title for drawing in drawings)


def test_subtitles() -> None:
    assert english(subtitle(layered("convolution"))) == "Backpropagation in a network of 3 layers with convolution"
    assert english(subtitle(layered("equations"))) == "Backpropagation in a network of 2 layers"


def test_the_sizes_in_a_line_are_those_of_the_network() -> None:
    """Lines are evaluated at small sizes, where a flattened image has other strides than here."""
    found = lines(notes(derive(layered("convolution", example=False))))
    assert "a^(2)_{n,16 · i + 4 · r + c − 20} = a^(1)_nirc" in found


def test_a_wrong_padding_stops_the_notes() -> None:
    """The gradient of a kernel whose windows lie one column to the right."""
    derivation = derive(layered("convolution", samples=1))
    (wrong,) = derivation.result.defining("W1_bar")
    (window,) = (r for r in wrong.reads if r.access.tensor == "x")
    *others, column = window.access.indices
    moved = Read(Access("x", (*others, column + 1)))
    guards = tuple(replace(g, affine=g.affine + 1) if "c" in str(g) and "-c" not in str(g) else g for g in wrong.guards)
    guards = tuple(replace(g, affine=g.affine - 1) if "-c" in str(g) else g for g in guards)
    shifted = replace(wrong, body=wrong.body.xreplace({window: moved}), guards=guards)
    result = derivation.result.map(lambda e: shifted if e is wrong else e)
    with pytest.raises(CheckFailed, match="W1_bar"):
        notes(replace(derivation, result=result))


def test_an_entry_beyond_the_ends_counts_as_zero() -> None:
    about = subject(derive(layered("convolution", samples=1)), ("neuron", "layer", "index"))
    beyond = about.index_naming.indexed("x", (1, 0, 3))
    assert about.symbols[beyond] == 0
    with pytest.raises(KeyError):
        about.symbols[m.Symbol("q", "", (1, 0, 3))]


def test_the_layer_form_of_many_ways_around_stays_short() -> None:
    """What comes back around a block has a name: no line holds those of all later blocks."""
    blocks: list[Layer] = []
    for k in range(1, 6):
        blocks += [Dense(3, "tanh", name=f"f{k}"), Add(input=["x" if k == 1 else f"a{k - 1}", f"f{k}"], name=f"a{k}")]
    document = notes(derive(network(*blocks, Dense(2))))
    products = [
        sum(isinstance(n, m.MatrixProduct) for n in m.walk(line.right))
        for display in document.displays()
        for line in display.lines
    ]
    assert "Δ^(1) = (Δ^(3) · W^(2) + ∂L/∂A^(3)) ⊙ tanh′(Z^(1))" in lines(document)
    assert max(products) <= 2


@pytest.mark.parametrize("penalty", [{}, {"l2": 0.01}])
def test_a_penalty_on_a_kernel_of_one_channel(penalty: dict[str, float]) -> None:
    """The gradient is written at [g,1,u,v], the penalty adds to [i,j,u,v]: on paper j is the one channel."""
    document = notes(derive(layered("depthwise convolution", regularization=penalty)))
    found = [text for text in lines(document) if "0.01 · w^(1)" in text]
    gradient = "∑[n,r,c] δ^(1)_ngrc · x_{n,g,r + u − 1,c + v − 1}"
    told = gradient.replace("g,r", "i,r").replace("ngrc", "nirc")
    there = f"∂L/∂w^(1)_g1uv = {gradient} + 0.01 · w^(1)_g1uv"
    assert there in found if penalty else f"∂L̃/∂w^(1)_i1uv = 0.01 · w^(1)_i1uv + {told}" in found
    assert not any("w^(1)_gj" in text or "w^(1)_ij" in text for text in found)
