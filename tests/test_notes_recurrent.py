"""Notes of recurrences: what a textbook writes comes out of the equations, and a wrong line stops them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from symbp import load
from symbp.chain_rule import adjoint
from symbp.derive import NetworkDerivation, derive
from symbp.equation import Access, Affine, Equation, Index, Read, Size, read
from symbp.errors import CheckFailed
from symbp.layers import LAYERS
from symbp.mathtree import Display, Line, check_display, transform
from symbp.mathtree import Index as Letter
from symbp.mathtree.reading import line_reading
from symbp.network import EquationNetwork, Network
from symbp.notes import notes
from symbp.notes.about import subject
from symbp.notes.arrays import Arrays
from symbp.notes.jacobian import StepJacobian
from symbp.printing.document import Document, Figure, Table
from symbp.printing.drawing import svg, tikz, typst_drawing
from symbp.program import Program, Scan, Tensor
from symbp.views.paper import Definition, timeline
from symbp.views.recurrence import recurrences

EXAMPLES = Path(__file__).parent.parent / "examples"
LINES = """
h[n,0,i] = 0
z[n,t,i] = sum[j](W[i,j]*x[n,t,j]) + b[i] + sum[k](U[i,k]*h[n,t,k])
h[n,t+1,i] = tanh(z[n,t,i])
L = mean[n,t,i]((h[n,t+1,i] - y[n,t,i])**2)
"""
INDICES = {"n": "N", "t": "T", "i": 2, "k": 2, "j": 1}
TENSORS = {
    "x": {"indices": "n,t,j", "role": "input"},
    "y": {"indices": "n,t,i", "role": "target"},
    "W": {"indices": "i,j", "role": "parameter"},
    "U": {"indices": "i,k", "role": "parameter"},
    "b": {"indices": "i", "role": "parameter"},
}
EXAMPLE = {"x": [[[0.5], [-0.2]]], "y": [[[0.1, 0.4], [0.3, -0.2]]]}


@lru_cache
def of_equations() -> NetworkDerivation:
    """A recurrence that is written as equations."""
    return derive(EquationNetwork("stated", INDICES, TENSORS, LINES, example=EXAMPLE))


@lru_cache
def example(name: str) -> NetworkDerivation:
    return derive(load(EXAMPLES / f"{name}.toml"))


@lru_cache
def notes_of(name: str) -> Document:
    return notes(of_equations() if name == "equations" else example(name))


def small(kind: str, steps: int | str = "T", numbers: bool = True, **options: Any) -> NetworkDerivation:
    """One recurrent layer and its notes' numbers; two steps where their number is open."""
    length = steps if isinstance(steps, int) else 2
    layer = LAYERS[kind](**{"units": 1, **options})
    network = Network("net", {"shape": [steps, 1]}, [layer], "mse")
    if not numbers:
        return derive(network)
    width = network.shapes[-1][-1]
    y: Any = [0.1] * int(width)  # type: ignore[arg-type]
    if len(network.shapes[-1]) == 2:
        y = [y] * length
    given = {"x": [[0.3 * k - 0.4] for k in range(length)], "y": y}
    return derive(Network("net", {"shape": [steps, 1]}, [layer], "mse", example=given))


def lines(document: Document) -> list[str]:
    return [line_reading(line) for display in document.displays() for line in display.lines]


def titles(document: Document) -> list[str]:
    return [str(section.title[0]) for section in document.sections]


TEXTBOOK: Mapping[str, tuple[str, ...]] = {
    "equations": (
        "h_0i = 0",
        "h_ti = tanh(z_ti)",
        "z_ti = ∑[j] w_ij · x_tj + b_i + ∑[k] u_ik · h_{t − 1,k}",
        "∂L/∂h_ti = 1/T · (h_ti − y_ti) + ∑[l] δ_{t + 1,l} · u_li",
        "δ_ti = ∂L/∂h_ti · tanh′(z_ti)",
        "∂L/∂u_ik = ∑[t] δ_ti · h_{t − 1,k}",
        "z_t = W · x_t + b + U · h_{t − 1}",
        "δ_t = ∂L/∂h_t ⊙ tanh′(z_t)",
        "∂L/∂U = ∑[t=1..T] δ_t · h⊤_{t − 1}",
        "∂L/∂b = ∑[t=1..T] δ_t",
        "∂h_t/∂h_{t − 1} = diag(tanh′(z_t)) · U",
        "∂h_T/∂h_t = ∏[s=t + 1..T] diag(tanh′(z_s)) · U",
    ),
    "rnn": (
        "z_t = W · x_t + b + U · h_{t − 1}",
        "h_t = tanh(z_t)",
        "∂L/∂h_t = ∂L/∂a_t + U⊤ · δ_{t + 1}",
        "∂L/∂W = ∑[t=1..T] δ_t · x⊤_t",
        "∂L/∂h_2 = ∂L/∂a_2 + U⊤ · δ_3",
    ),
    "lstm": (
        "z_t = W · x_t + b + U · h_{t − 1}",
        "i_t = σ(z_{t,1…2})",
        "g_t = tanh(z_{t,5…6})",
        "c_t = i_t ⊙ g_t + f_t ⊙ c_{t − 1}",
        "h_t = o_t ⊙ s_t",
        "∂L/∂h_T = V⊤ · δ^(2)",
        "∂L/∂h_t = U⊤ · δ_{t + 1}",
        "∂L/∂c_t = ∂L/∂s_t ⊙ tanh′(c_t) + ∂L/∂c_{t + 1} ⊙ f_{t + 1}",
        "∂L/∂f_t = ∂L/∂c_t ⊙ c_{t − 1}",
        "δ_{t,3…4} = ∂L/∂f_t ⊙ σ′(z_{t,3…4})",
        "∂c_t/∂c_{t − 1} = diag(f_t)",
    ),
}


@pytest.mark.parametrize("name", TEXTBOOK)
def test_the_lines_of_a_textbook_come_out(name: str) -> None:
    missing = [line for line in TEXTBOOK[name] if line not in lines(notes_of(name))]
    assert not missing


def test_the_sections_and_tables_of_a_recurrence() -> None:
    document = notes_of("rnn")
    assert "Backpropagation through time" in titles(document)
    captions = [str(block.caption[0]) for block in document.blocks() if isinstance(block, Table)]
    assert "Values of the forward pass, step by step." in captions
    assert "The derivatives of the loss, step by step." in captions
    assert "What arrives at each step." in captions


def test_a_recurrence_is_drawn_unrolled_in_every_format() -> None:
    (drawing,) = (
        b.drawing for b in notes_of("rnn").blocks() if isinstance(b, Figure) and "unrolled" in b.drawing.title
    )
    assert "first step to the last" in drawing.description
    assert all("h_" in picture for picture in (tikz(drawing), typst_drawing(drawing)))
    assert svg(drawing, "d").count("<rect") == 11  # the loss, h_0, and for each step its box, its input and its output


def test_many_steps_are_drawn_with_dots() -> None:
    derivation = small("rnn", steps=9, returns="sequence")
    drawings = [b.drawing for b in notes(derivation).blocks() if isinstance(b, Figure)]
    (unrolled,) = (d for d in drawings if "unrolled" in d.title)
    assert "⋯" in svg(unrolled, "d")
    assert any("gradient through time" in d.title for d in drawings)


def test_without_numbers_the_last_step_is_t() -> None:
    found = lines(notes(small("lstm", numbers=False)))
    assert any(line.startswith("∂L/∂H^(1)_T = 2/N") for line in found)
    assert "∂L/∂H^(1)_t = Δ^(1)_{t + 1} · U^(1)" in found


KINDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("rnn", {"steps": 1}),
    ("rnn", {"steps": 2, "bidirectional": True, "returns": "sequence"}),
    ("rnn", {"initial": "given", "activation": "relu"}),
    ("gru", {"returns": "sequence"}),
    ("gru", {"reset_after": False}),
    ("lstm", {"numbers": False, "units": 128}),
)


@pytest.mark.parametrize(("kind", "options"), KINDS)
def test_every_kind_of_recurrence_has_notes(kind: str, options: dict[str, Any]) -> None:
    """The notes evaluate each line before it is there: that they are made at all is the test."""
    assert "Backpropagation through time" in titles(notes(small(kind, **options)))


STATED = {
    "two steps back": "h[n,0,i] = 0\nh[n,1,i] = 0\nz[n,t,i] = sum[j](W[i,j]*x[n,t,j]) + b[i] + sum[k](U[i,k]*h[n,t,k])"
    "\nh[n,t+2,i] = tanh(z[n,t,i] + 0.1*h[n,t+1,i])\nL = mean[n,t,i]((h[n,t+2,i] - y[n,t,i])**2)",
    "backwards": "h[n,T,i] = b[i]\nz[n,t,i] = sum[j](W[i,j]*x[n,t,j]) + sum[k](U[i,k]*h[n,t+1,k])"
    "\nh[n,t,i] = tanh(z[n,t,i])\nL = mean[n,t,i]((h[n,t,i] - y[n,t,i])**2)",
    "residual": "h[n,0,i] = b[i]\nh[n,t+1,i] = h[n,t,i] + sum[k](U[i,k]*h[n,t,k]) + sum[j](W[i,j]*x[n,t,j])"
    "\nL = mean[n,t,i]((h[n,t+1,i] - y[n,t,i])**2)",
}


@pytest.mark.parametrize("name", STATED)
def test_recurrences_of_ones_own_have_notes(name: str) -> None:
    network = EquationNetwork("stated", INDICES, TENSORS, STATED[name], example=EXAMPLE)
    found = lines(notes(derive(network)))
    assert any(line.startswith("∂h_t/∂h_{t") for line in found)


def test_a_given_state_beside_running_statistics() -> None:
    layers = [LAYERS["rnn"](1, initial="given"), LAYERS["batch_norm"](), LAYERS["dense"](1)]
    given = {"x": [[[0.5], [0.1]], [[0.2], [-0.4]]], "y": [[0.1], [0.3]]}
    document = notes(derive(Network("net", {"shape": ["T", 1]}, layers, "mse", example=given)))
    assert "When the network is used" in titles(document)


def test_one_recurrent_weight_over_time() -> None:
    """Its derivative is a sum over the steps; the value is that of the gradient."""
    found = example("rnn").partial("U1", 1, 2)
    assert line_reading(next(found.lines())).startswith("∂L/∂U_12 = ∂L/∂z_11 · ∂z_11/∂U_12 + ∂L/∂z_21")
    assert found.value == example("rnn").values["U1_bar"][0, 1]
    assert found.path_count > 3


# Wrong lines.


def shifted(equation: Equation, tensor: str, by: int) -> Equation:
    """The equation with one tensor read at another step."""
    reads = {r: r for r in equation.reads if r.access.tensor == tensor}
    moved = {r: Read(Access(tensor, tuple(p + by if "t" in str(p) else p for p in r.access.indices))) for r in reads}
    return replace(equation, body=equation.body.xreplace(moved))


@pytest.mark.parametrize(("target", "tensor"), [("U_bar", "h"), ("z_bar", "h_bar")])
def test_a_wrong_step_stops_the_notes(target: str, tensor: str) -> None:
    """A gradient that reads a state, or an adjoint, one step beside the right one."""
    derivation = of_equations()
    (wrong,) = derivation.result.defining(target)
    by = 1 if tensor == "h" else -1
    result = derivation.result.map(lambda e: shifted(e, tensor, by) if e is wrong else e)
    with pytest.raises(CheckFailed, match="h_bar" if tensor == "h_bar" else target):
        notes(replace(derivation, result=result))


@pytest.mark.parametrize("number", ["10.V", "12.V", "T1", "T2"])
def test_a_displayed_line_at_a_wrong_step_does_not_hold(number: str) -> None:
    """Each line of vectors is evaluated as it is printed: with t + 1 in place of t on the right it is another one."""
    about = subject(example("rnn"), ("neuron", "layer", "index"))
    arrays = Arrays(about, "column")
    (recurrence,) = recurrences(about.index_naming.program, about.timeline)
    environment = StepJacobian(arrays, recurrence).environment
    (line,) = (
        line
        for display in notes_of("rnn").displays()
        for line, own in zip(display.lines, display.numbers, strict=True)
        if own == number
    )
    check_display(Display((line,)), environment)
    with pytest.raises(CheckFailed):
        check_display(Display((_later(line),)), environment)


def _later(line: Line) -> Line:
    """The line with its right side one letter off: s for t, which stands for the first step."""
    symbols = {"t": Letter("t")}

    def change(node: Any) -> Any:
        sub = getattr(node, "sub", None)
        if not sub or not any(p == symbols["t"] or "t" in str(p) or "s" in str(p) for p in sub):
            return node
        return replace(node, sub=(1, *sub[1:]))

    return replace(line, right=transform(line.right, change))


# Equations on paper.


def test_rows_are_counted_from_what_the_first_step_writes() -> None:
    t = Index("t", Size("T"))
    up = Equation(Access.of("h", Affine.of(t) + 1), read("h", t) * read("w", t))
    tensors = (Tensor("h", (Size("T", 1),)), Tensor("w", (Size("T"),), "input"))
    counted = timeline(Program(tensors, (Scan(t, (up,)),)))
    assert str(counted.on_paper(up)) == "h[t] = h[t-1]*w[t]"
    assert counted.row("h", 0, 0) == 0 and counted.row("w", 0, 0) == 1
    assert counted.axes == {"h": frozenset({0}), "w": frozenset({0})}


def test_a_gradient_of_all_steps_is_a_sum_over_them() -> None:
    t, i = Index("t", Size("T")), Index("i", 2)
    step = Equation(Access.of("h", Affine.of(t) + 1, i), read("h", t, i) * read("w", i), (i,))
    last = Equation(Access("L"), read("h", Size("T"), i), over=(i,), reduction="sum")
    tensors = (Tensor("h", (Size("T", 1), 2)), Tensor("w", (2,), "parameter"), Tensor("L", (), "loss"))
    start = Program(tensors, (Scan(t, (step,)), last))
    backward = adjoint(start, ["w"]).result
    (equation,) = backward.defining("w_bar")
    assert str(timeline(start).on_paper(equation)) == "w_bar[i] += sum[t](h[t-1,i]*h_bar[t,i])"


def test_parts_of_a_definition_say_for_which_steps_they_are() -> None:
    t = Index("t", Size("T"))
    end = Equation(Access("h_bar", (Affine.of(Size("T")) - 1,)), read("a_bar"), accumulate=True)
    before = Equation(Access("h_bar", (Affine.of(t) - 1,)), read("z_bar", t), (t,), accumulate=True)
    parts = Definition((end, before), 0, 4, {"T": 4}).parts
    assert parts is not None
    assert [str(e) for part in parts for e in part.equations] == ["h_bar[T-1] += a_bar", "h_bar[t] += z_bar[t+1]"]
    assert [part.steps for part in parts] == [None, (1, 3)]
