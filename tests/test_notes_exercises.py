"""Exercises: worked right, with short numbers, one right answer each, the same for the same spec."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

import numpy as np
import pytest

import symbp
from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.derive import derive
from symbp.errors import CheckFailed
from symbp.layers import Add, Dense, LayerNorm, RMSNorm
from symbp.network import Network
from symbp.notes import VIEWS
from symbp.notes.about import subject
from symbp.notes.agreement import check_numbers
from symbp.notes.exercises import BUILDERS, exercises
from symbp.notes.exercises.choosing import which_transpose
from symbp.notes.exercises.numbers import MOST_NUMBERS, with_numbers
from symbp.notes.exercises.reasoning import sums_to_zero
from symbp.notes.exercises.setting import Setting
from symbp.notes.exercises.spoiling import wrong_line
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Document, Formula, Items, Paragraph, Remark, Section, Solution
from symbp.printing.html import html_source
from symbp.printing.solutions import solutions_last
from symbp.printing.spelled import spelled
from symbp.printing.tex import tex_source
from symbp.program import GIVEN
from symbp.verify.perturb import complex_step

EXAMPLES = ("relay", "classes", "digits_conv", "rnn", "lstm", "attention", "standard", "residual", "heat")


@cache
def about(name: str) -> Subject:
    return subject(derive(symbp.load(f"examples/{name}.toml")), VIEWS)


@cache
def section(name: str) -> Section:
    (found,) = exercises(about(name))
    return found


@cache
def numbers(name: str) -> Subject:
    found = with_numbers(about(name).evaluated_as or about(name), Random(f"exercises of {about(name).network.name}"))
    assert found is not None
    return found


def remarks(name: str) -> list[Remark]:
    return [block for block in section(name).blocks if isinstance(block, Remark)]


def inside(block: Block) -> Iterator[Block]:
    yield block
    for inner in block.blocks if isinstance(block, Remark | Solution) else ():
        yield from inside(inner)


def displays(blocks: Any) -> list[m.Display]:
    return [b.display for block in blocks for b in inside(block) if isinstance(b, Formula)]


@pytest.mark.parametrize("name", EXAMPLES)
def test_there_are_some_exercises_each_with_its_solution(name: str) -> None:
    found = remarks(name)
    assert (4 if name == "heat" else 7) <= len(found) <= 8
    assert all(isinstance(remark.blocks[-1], Solution) and remark.blocks[-1].blocks for remark in found)


@pytest.mark.parametrize("name", EXAMPLES)
def test_their_numbers_are_what_the_forward_equations_give(name: str) -> None:
    """By complex step, along random directions, as the notes check their own."""
    check_numbers(numbers(name))


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_derivative_in_a_solution_is_found_without_the_chain_rule(name: str) -> None:
    """The last line of each derivation by a parameter against a complex step in floats."""
    at = numbers(name)
    given = {t.name: at.values[t.name] for t in at.base.start.of_role(*GIVEN)}
    floats = {n: v.astype(int if at.tensor(n).dtype == "int" else float) for n, v in given.items()}
    names = [n for n in at.base.wrt if adjoint_name(n) in at.numbers]
    slopes = complex_step(at.base.start, floats, at.sizes, names)
    seen = 0
    for display in displays(remarks(name)):
        left = display.lines[0].left
        if display.number.startswith("S") and isinstance(left, m.Partial) and left.wrt in at.entries.elements:
            element = at.entries.elements[left.wrt]
            last = display.lines[-1].right
            result = last.body if isinstance(last, m.Box) else last
            if element.tensor in slopes and isinstance(result, m.Number):
                assert float(result.value) == pytest.approx(slopes[element.tensor][element.index], rel=1e-9)
                seen += 1
    assert seen >= (0 if name == "heat" else 1)


def test_the_answers_of_a_small_network_by_hand() -> None:
    """Forward and backward in plain NumPy."""
    at = numbers("relay")
    x, y, w1, b1, w2, b2 = (np.array(at.values[n], dtype=float) for n in ("x", "y", "W1", "b1", "W2", "b2"))
    a1 = 1 / (1 + np.exp(-(w1 @ x[0] + b1)))
    out = 1 / (1 + np.exp(-(w2 @ a1 + b2)))
    delta2 = 2 * (out - y[0]) * out * (1 - out)
    delta1 = w2[0] * delta2[0] * a1 * (1 - a1)
    known = {**{f"z_{k}": z for k, z in enumerate(w1 @ x[0] + b1, 1)}, **{f"a_{k}": a for k, a in enumerate(a1, 1)}}
    known |= {f"∂L/∂w_{i + 1}{j + 1}": delta1[i] * x[0, j] for i in range(2) for j in range(2)}
    known |= {f"∂L/∂w_3{j + 1}": delta2[0] * a1[j] for j in range(2)} | {"∂L/∂z_3": delta2[0]}
    found = list(results(displays(remarks("relay"))))
    agree = [key for key, value in found if key in known and value == pytest.approx(known[key], rel=1e-9)]
    assert len(agree) >= 4 and all(key in agree for key, _ in found if key in known)


def results(shown: list[m.Display]) -> Iterator[tuple[str, float]]:
    """What each derivation of a solution comes to, by its left side."""
    for display in shown:
        left = ""
        for place, line in enumerate(display.lines):
            left = m.reading(line.left) if line.left is not None else left
            ends = place + 1 == len(display.lines) or display.lines[place + 1].left is not None
            right = line.right.body if isinstance(line.right, m.Box) else line.right
            if ends and isinstance(right, m.Number) and display.number.startswith("S"):
                yield left, float(right.value)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_pocket_calculator_will_do(name: str) -> None:
    """What is given has at most one decimal, and there is not much of it."""
    at = numbers(name)
    given = [float(v) for t in at.base.start.of_role("input", "target", "parameter") for v in at.values[t.name].ravel()]
    assert len(given) <= MOST_NUMBERS
    assert all(abs(v * 10 - round(v * 10)) < 1e-12 and abs(v) < 10 for v in given)


@pytest.mark.parametrize("name", ["relay", "classes", "rnn"])
def test_the_numbers_are_not_those_of_the_example(name: str) -> None:
    here, there = numbers(name).values, about(name).values
    assert all(here[t.name].shape != there[t.name].shape or np.any(here[t.name] != there[t.name])
               for t in about(name).base.start.of_role("parameter"))  # fmt: skip


def settings(name: str) -> Iterator[Setting]:
    for seed in range(12):
        yield Setting(about(name), numbers(name), Random(seed), 1)


@pytest.mark.parametrize("name", ["relay", "classes", "rnn", "residual", "attention"])
def test_exactly_one_line_is_wrong(name: str) -> None:
    places = set()
    for setting in settings(name):
        exercise = wrong_line(setting)
        assert exercise is not None
        (display,) = displays(exercise.question)
        environment = m.Environment(numbers(name).symbols, numbers(name).partials)
        held = []
        before = None
        for line in display.lines:
            try:
                m.check_line(line, environment, before)
                held.append(True)
            except CheckFailed:
                held.append(False)
            before = line.right
        assert held.count(False) == 1
        places.add(held.index(False))
    assert len(places) > 1


@pytest.mark.parametrize("name", ["relay", "classes", "residual"])
def test_exactly_one_answer_is_right(name: str) -> None:
    """Each product by NumPy, with the columns that its symbols stand for."""
    at = numbers(name)
    for setting in settings(name):
        exercise = which_transpose(setting)
        assert exercise is not None
        (items,) = [b for b in exercise.question if isinstance(b, Items)]
        (solved,) = displays(exercise.solution)
        left = solved.lines[0].left
        assert isinstance(left, m.Partial)
        (tensor,) = [t.name for t in at.base.start.of_role("parameter") if at.index_naming.whole(t.name) == left.wrt]
        right = np.array(at.values[adjoint_name(tensor)], dtype=float)
        fits = [_is(_product(at, answer[0]), right) for answer in items.items]
        assert fits.count(True) == 1 and len(fits) == 4


def _is(found: Any, right: Any) -> bool:
    return found is not None and found.shape == right.shape and np.allclose(found, right, rtol=1e-9)


def _product(at: Subject, node: Any) -> Any:
    try:
        return np.linalg.multi_dot([_array(at, factor) for factor in node.factors])
    except ValueError:
        return None


def _array(at: Subject, node: m.Node) -> Any:
    if isinstance(node, m.Transpose):
        return _array(at, node.body).T
    for tensor in at.index_naming.program.tensors:
        whole = at.index_naming.whole(tensor.name)
        if tensor.of is not None and whole.base == "z":
            whole = m.Symbol("delta", whole.sup)
        if node == whole and tensor.name in at.values:
            value = np.array(at.values[tensor.name], dtype=float)
            return value.reshape(-1, 1) if at.batched(tensor.name) or value.ndim == 1 else value
    raise AssertionError(m.reading(node))


def test_the_label_is_given() -> None:
    """It counts from 1 on paper."""
    (found,) = exercises(about("digits"))
    label = int(with_numbers(about("digits"), Random("exercises of digits")).values["y"][0])  # type: ignore[union-attr]
    parts = [p for b in spelled(Document("t", (found,))).blocks() if isinstance(b, Paragraph) for p in b.parts]
    assert [m.reading(p) for p in parts if isinstance(p, m.Comparison)][0] == f"y = {label + 1}"


def test_the_same_spec_gives_the_same_exercises() -> None:
    assert exercises(about("relay")) == exercises(about("relay"))


def test_a_sum_that_is_not_zero_is_no_exercise() -> None:
    """An RMS normalisation takes no mean away, and what others send back to a layer does not cancel."""
    branch = [Dense(3, "tanh", name="a"), LayerNorm(name="b"), Add(input=["a", "b"]), Dense(1)]
    data = {"x": [0.5, 0.25], "y": [0.5]}
    centred, alone = ([Dense(3), norm, Dense(1)] for norm in (LayerNorm(), RMSNorm()))
    for layers, there in ((centred, True), (alone, False), (branch, False)):
        about = subject(derive(Network("other", 2, layers, example=data)), VIEWS)
        setting = Setting(about, with_numbers(about, Random(0)), Random(0), 1)
        assert (sums_to_zero(setting) is not None) == there


def test_another_name_gives_others() -> None:
    net = symbp.load("examples/relay.toml")
    other = Network("other", net.input, net.layers, net.loss, "t", notation=net.notation, example=net.example)
    (found,) = exercises(subject(derive(other), VIEWS))
    assert displays(found.blocks)[0] != displays(section("relay").blocks)[0]


def test_every_kind_of_exercise_is_set_somewhere() -> None:
    seen = {b for name in (*EXAMPLES, "digits") for b in BUILDERS
            if b(Setting(about(name), with_numbers(about(name), Random(3)), Random(3)))}  # fmt: skip
    assert {b.__name__ for b in BUILDERS} == {b.__name__ for b in seen}


def test_a_wrong_line_that_is_right_is_no_exercise() -> None:
    setting = Setting(about("relay"), numbers("relay"), Random(0), 4)
    one = m.Line(m.Number(1), m.Number(1))
    with pytest.raises(CheckFailed) as fault:
        setting.with_mistake((one, m.Line(None, m.Number(1))), 1)
    assert str(fault.value) == "equation (E4): the wrong line of this exercise is right"


# As pages.


def test_a_screen_hides_solutions_and_paper_has_them_last() -> None:
    document = spelled(Document("t", (section("relay"),)))
    page, paper = html_source(document), tex_source(document)
    count = len(remarks("relay"))
    assert page.count('<details class="solution">') == count
    assert paper.index("Solution of exercise 1") > paper.index(f"Exercise {count}:")
    first, last = solutions_last(document).sections
    assert last.title == ("Solutions",) and last.level == 2 and len(last.blocks) == count
    assert not any(isinstance(b, Solution) for block in first.blocks for b in inside(block))


def test_a_document_without_exercises_has_no_solutions() -> None:
    document = Document("t", (Section(("A",), ()),))
    assert solutions_last(document) == document
