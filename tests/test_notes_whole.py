"""Networks without an example: gradients and updates at their full size, from numbers that are drawn."""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from math import nan
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from networks import network

import symbp
from symbp import mathtree as m
from symbp.derive import NetworkDerivation, derive
from symbp.errors import CheckFailed
from symbp.layers import BatchNorm, Dense, Dropout
from symbp.network import Network
from symbp.notes import VIEWS, notes
from symbp.notes.about import subject
from symbp.notes.gradients_whole import spread
from symbp.notes.numbers import Numbers, _compare, at_full_size, length
from symbp.notes.updates_whole import _Stand, _Told
from symbp.numpy_code import module_text
from symbp.printing.document import Document, Figure, Paragraph, Section, Table
from symbp.reference import evaluate
from symbp.verify.perturb import complex_step


@cache
def example(name: str) -> NetworkDerivation:
    return derive(symbp.load(f"examples/{name}.toml"))


@cache
def document(name: str) -> Document:
    return notes(example(name))


@cache
def numbers(name: str) -> Numbers:
    return at_full_size(example(name), module_text(example(name), "plain"))


def section(doc: Document, key: str) -> Section:
    (found,) = (s for s in doc.sections if s.key == key)
    return found


def table(doc: Document, key: str) -> Table:
    (found,) = (b for b in section(doc, key).blocks if isinstance(b, Table))
    return found


def small(**more: object) -> NetworkDerivation:
    return derive(
        Network("small", 3, [Dense(4, "tanh"), BatchNorm(activation="relu"), Dropout(0.25), Dense(2)], **more)
    )


def test_the_sizes_of_gradients_are_those_of_complex_steps() -> None:
    full = numbers("digits")
    names = full.learned
    expected = complex_step(example("digits").start, full.given, full.sizes, ("b1", "W2", "b2"))
    rows = dict(zip(names, table(document("digits"), "gradients").rows, strict=True))
    for name, gradient in expected.items():
        _, shape, size, error, *_ = rows[name]
        assert shape == (" × ".join(map(str, gradient.shape)),)
        assert size[0].value == pytest.approx(np.linalg.norm(gradient), rel=1e-11)
        assert error == ("< 10⁻⁹",)


def test_the_lines_of_code_are_those_of_the_equations() -> None:
    lines = module_text(example("digits"), "plain").splitlines()
    for *_, equation, line in table(document("digits"), "gradients").rows:
        number = m.reading(equation[0]).strip("()").split(".")[0]
        assert lines[int(line[0]) - 1].lstrip().startswith(f"# ({number})")


def test_the_step_of_each_tensor_is_the_rate_times_its_gradient() -> None:
    for _, before, gradient, step, ratio in table(document("digits"), "updates").rows:
        assert step[0].value == pytest.approx(0.1 * gradient[0].value, rel=1e-9)
        if before[0].value:
            assert ratio[0].value == pytest.approx(step[0].value / before[0].value, rel=1e-9)
        else:
            assert ratio == ("–",)


def test_the_loss_before_and_after_a_step() -> None:
    full, d = numbers("digits"), example("digits")
    moved = {name: full.given[name] - 0.1 * full.gradient(name) for name in full.learned}
    after = float(evaluate(d.start, {**full.given, **moved}, full.sizes)["L"])
    (told,) = (
        b for b in section(document("digits"), "updates").blocks if isinstance(b, Paragraph) and "before" in str(b)
    )
    found = [part.value for part in told.parts if isinstance(part, m.Number)]
    assert found == pytest.approx([full.loss, after], rel=1e-11)


def test_a_step_that_is_too_long_is_told() -> None:
    """Inputs of a hundred make gradients of a hundred, and a step of one tenth of that overshoots."""
    net = Network("steep", 60, [Dense(40), Dense(1)])
    d = derive(net)
    told = _Told(replace(subject(d, VIEWS)).at_full_size)
    full = told.subject.full
    first = told.after(full, _Stand(full.given, {}, 0))
    assert full.loss_at(first.given) > full.loss
    (last,) = told._shorter(full, first)
    parts = dict(last.parts)
    share, loss = float(parts["share"].value), parts["loss"].value
    assert loss < full.loss and share in (0.1, 0.01, 0.001, 0.0001)
    moved = {
        factor: {name: full.given[name] - factor * 0.1 * full.gradient(name) for name in full.learned}
        for factor in (share, 10 * share)
    }
    assert loss == pytest.approx(full.loss_at(moved[share]), rel=1e-9)
    assert full.loss_at(moved[10 * share]) >= full.loss


def test_the_curve_begins_with_the_loss_and_says_whether_it_falls() -> None:
    (figure,) = (b for b in section(document("digits"), "updates").blocks if isinstance(b, Figure))
    text = "".join(map(str, figure.caption))
    assert f"from {numbers('digits').loss:.4g}" in text and text.endswith("Every step makes it smaller.")


@pytest.mark.parametrize("more", [{}, {"regularization": {"l2": 0.1, "clip_norm": 0.01}}], ids=str)
def test_masks_states_and_penalties_have_their_numbers(more: dict[str, object]) -> None:
    doc = notes(small(**more))
    rows = table(doc, "updates").rows
    assert len(rows) == 6
    clipped = "regularization" in more
    lengths = [row[3][0].value for row in rows]
    assert (np.linalg.norm(lengths) == pytest.approx(0.1 * 0.01, rel=1e-9)) == clipped
    assert ("shortened" in str(section(doc, "updates"))) == clipped


@pytest.mark.parametrize(
    "optimizer", ["adam", *(pytest.param(name, marks=pytest.mark.slow) for name in ("momentum", "rmsprop", "adamw"))]
)
def test_an_example_that_is_too_large_to_be_worked_has_its_own_optimizer(optimizer: str) -> None:
    """Its equations stand entry by entry, and were evaluated in a smaller network."""
    units, wide = 60, 400
    rng = np.random.default_rng(0)
    data = {"x": rng.uniform(size=wide).tolist(), "y": [0.5], "optimizer": optimizer}
    d = derive(Network("wide", wide, [Dense(units, "tanh"), Dense(1)], example=data))
    doc = notes(d)
    texts = [m.line_reading(line) for display in doc.displays() for line in display.lines]
    assert sum("new_ij = " in text for text in texts) >= 2
    start = at_full_size(d, module_text(d, "plain"))
    assert start.loss == pytest.approx(float(evaluate(d.start, start.given, start.sizes)["L"]), rel=1e-12)
    assert "Parameters and samples are those of the example." in str(section(doc, "gradients"))


def test_a_wrong_gradient_is_found_at_full_size() -> None:
    full = numbers("digits")
    wrong = replace(full)
    object.__setattr__(wrong, "values", {**full.values, "b2_bar": 1.001 * full.values["b2_bar"]})
    with pytest.raises(CheckFailed) as caught:
        wrong.check()
    number = example("digits").numbers["b2_bar"]
    assert str(caught.value).startswith(
        f"equation ({number}): the gradient by b2 is not what the forward equations give: along a random direction "
    )


def test_a_module_that_computes_something_else_is_found() -> None:
    d = small()
    code = module_text(d, "plain")
    (right,) = (line for line in code.splitlines() if line.startswith("    b3_bar = "))
    with pytest.raises(CheckFailed) as caught:
        at_full_size(d, code.replace(right, f"{right} + 1"))
    assert str(caught.value) == "the module gives another gradient by b3 than the equations"
    right = next(line for line in code.splitlines() if line.startswith("    L = "))
    with pytest.raises(CheckFailed) as caught:
        at_full_size(d, code.replace(right, f"{right} + 1"))
    assert str(caught.value).startswith("the module gives the loss ")


def test_many_things_are_spread_from_the_first_to_the_last() -> None:
    found = spread(range(100), 24)
    assert len(found) == 24 and found[0] == 0 and found[-1] == 99
    assert all(a < b for a, b in pairwise(found))
    assert spread(range(3), 24) == [0, 1, 2]


def test_the_length_of_several_arrays_is_that_of_one_long_vector() -> None:
    assert length(np.array([3.0]), np.array([[0.0, 4.0]])) == 5.0


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["digits_conv", "transformer", "charmodel", "norms_tanh", "norms_relu", "norms_batch", "norms_residual"]
)
def test_every_large_example_has_gradients_and_updates(name: str) -> None:
    doc = document(name)
    assert table(doc, "gradients").rows and table(doc, "updates").rows
    assert all(number.value >= 0 for row in table(doc, "gradients").rows for number in row[2])


def test_a_sole_class_has_neither_loss_nor_gradient() -> None:
    """p - y is zero but for rounding, which the module and the equations do in another order."""
    found = notes(derive(network(Dense(3, "tanh"), Dense(1), loss="sparse_cross_entropy")))
    assert section(found, "gradients")


@pytest.mark.parametrize(("size", "given"), [(1.0, 1 + 1e-8), (1e-13, 1.5e-13), (1e-16, nan)])
def test_small_gradients_are_compared_as_strictly_as_large_ones(size: float, given: float) -> None:
    found = SimpleNamespace(loss=1.0, learned=("W1",), gradient=lambda name: np.array([size]))
    with pytest.raises(CheckFailed, match="another gradient by W1"):
        _compare(cast(Numbers, found), 1.0, {"W1": np.array([given])})
    _compare(cast(Numbers, found), 1.0, {"W1": np.array([size])})
