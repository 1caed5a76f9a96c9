"""What tests of sheets share: sheets of the examples, what a student reads on them, and answers computed again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest

import symbp
from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.derive import derive
from symbp.printing.document import Block, Formula, Paragraph
from symbp.reference import evaluate, multiprecision
from symbp.sheets.problem import Problem, problem
from symbp.sheets.question import Choice, Number, Question, Sheet
from symbp.sheets.sheet import sheet_of
from symbp.verify.perturb import complex_step
from symbp.views.naming import LOSS, elements
from symbp.views.scalar import Element

STUDENTS = 30
SEED = 7
EXAMPLES = sorted(path.stem for path in Path("examples").glob("*.toml"))
QUICK = ("relay", "classes", "digits_conv", "rnn", "standard")


@cache
def about(name: str) -> Problem:
    return problem(derive(symbp.load(f"examples/{name}.toml")))


@cache
def sheet_for(name: str, student: int, seed: int = SEED) -> Sheet:
    return sheet_of(about(name), student, seed)


def displays(blocks: tuple[Block, ...]) -> Iterator[m.Display]:
    return (block.display for block in blocks if isinstance(block, Formula))


def numbers_of(blocks: tuple[Block, ...]) -> Iterator[m.Number]:
    """Every number that blocks print."""
    for block in blocks:
        nodes: list[Any] = []
        if isinstance(block, Formula):
            nodes = [side for line in block.display.lines for side in (line.left, line.right) if side is not None]
        elif isinstance(block, Paragraph):
            nodes = list(inside(block.parts))
        yield from (n for node in nodes for n in m.walk(node) if isinstance(n, m.Number))


def inside(parts: Any) -> Iterator[m.Node]:
    """The formulas of a sentence, those inside of messages too."""
    for part in parts if isinstance(parts, tuple) else (parts,):
        if isinstance(part, m.Node):
            yield part
        elif hasattr(part, "parts"):
            yield from inside(tuple(inner for _, inner in part.parts))
        elif isinstance(part, tuple):
            yield from inside(part)


def given(name: str, found: Sheet) -> dict[str, Any]:
    """What a student reads at the beginning of a sheet: the tensors, from their printed matrices."""
    start, sizes = about(name).derivation.start, about(name).sizes
    naming = about(name).pattern.index_naming
    lines = [line for display in displays(found.opening) for line in display.lines]
    values = {}
    for tensor in start.of_role("input", "target", "parameter", "mask"):
        symbol = naming.whole(tensor.name)
        read = [entries(line.right) for line in lines if line.left is not None and same_symbol(line.left, symbol)]
        shape = [sizes[e.name] + e.plus if not isinstance(e, int) else e for e in tensor.shape]
        if tensor.dtype == "float":
            values[tensor.name] = np.array([v for rows in read for v in rows]).reshape(shape)
        else:
            values[tensor.name] = labels(about(name), found, tensor.name, shape)
    for tensor in start.of_role("state"):
        shape = [sizes[e.name] + e.plus if not isinstance(e, int) else e for e in tensor.shape]
        values[tensor.name] = np.zeros(shape)
    return values


def same_symbol(left: m.Node, symbol: m.Symbol) -> bool:
    """Whether a symbol is that of a whole tensor, or of one of its matrices."""
    if not isinstance(left, m.Symbol) or (left.base, left.sup, left.accent) != (symbol.base, symbol.sup, symbol.accent):
        return False
    rest = left.sub[len(symbol.sub) :]
    return left.sub[: len(symbol.sub)] == symbol.sub and all(isinstance(place, int) for place in rest)


def entries(matrix: m.Node) -> list[Any]:
    if isinstance(matrix, m.Transpose):
        matrix = matrix.body
    if not isinstance(matrix, m.Matrix):
        return []
    return [float(str(n.rounded)) for row in matrix.rows for n in row if isinstance(n, m.Number)]


def labels(at: Problem, found: Sheet, name: str, shape: list[int]) -> Any:
    """Labels and tokens, which a sentence tells, counted from 1."""
    told = {
        node.left: int(str(node.right.rounded))
        for block in found.opening
        if isinstance(block, Paragraph)
        for node in inside(block.parts)
        if isinstance(node, m.Comparison) and isinstance(node.right, m.Number)
    }
    values = np.zeros(shape, int)
    for element in elements(at.derivation.start.tensor[name], at.sizes):
        values[element.index] = told[at.pattern.naming.symbol(element)] - 1
    return values


def element_named(name: str, symbol: m.Node) -> Element | None:
    """The element of the forward pass that a symbol is."""
    at = about(name)
    for tensor in at.derivation.start.tensors:
        for element in elements(tensor, at.sizes):
            if at.pattern.naming.symbol(element) == symbol:
                return element
    return None


def answers(name: str, found: Sheet) -> Iterator[tuple[Question, Number, Element, bool]]:
    """The numbers that are values of elements, or of derivatives of the loss by them."""
    for question in found.questions:
        for answer in question.answers:
            if isinstance(answer, Number):
                gradient = isinstance(answer.label, m.Partial) and answer.label.of == LOSS
                symbol = answer.label.wrt if isinstance(answer.label, m.Partial) else answer.label
                element = element_named(name, symbol) if isinstance(symbol, m.Node) else None
                if element is not None and (gradient or not isinstance(answer.label, m.Partial)):
                    yield question, answer, element, gradient


def choices(found: Sheet) -> Iterator[tuple[Question, Choice]]:
    for question in found.questions:
        yield from ((question, answer) for answer in question.answers if isinstance(answer, Choice))


def check_answers(name: str, students: range) -> int:
    """How many answers were computed again from the printed numbers: by the reference evaluator and a complex step."""
    program = about(name).derivation.chain_result
    seen = 0
    for student in students:
        found = sheet_for(name, student)
        numbers = given(name, found)
        sizes = about(name).sizes
        values = evaluate(program, numbers, sizes, multiprecision(50))
        floats = {k: v.astype(float) if v.dtype.kind == "f" else v for k, v in numbers.items()}
        slopes: dict[str, Any] = {}
        for _, answer, element, gradient in answers(name, found):
            tensor = adjoint_name(element.tensor) if gradient else element.tensor
            assert abs(values[tensor][element.index] - answer.exact) < mpmath.mpf(10) ** -40
            if gradient:
                if element.tensor not in slopes:
                    slopes |= complex_step(about(name).derivation.start, floats, sizes, [element.tensor])
                assert float(answer.exact) == pytest.approx(slopes[element.tensor][element.index], rel=1e-9)
            seen += 1
        for question, choice in choices(found):
            if question.key == "gradient-choice":
                seen += right_value(name, question, choice, values)
    return seen


def right_value(name: str, question: Question, choice: Choice, values: Any) -> int:
    """Whether the right one of some values is the derivative that is asked for."""
    (last,) = [p for p in question.text if isinstance(p, Paragraph)]
    partials = [node for node in inside(last.parts) if isinstance(node, m.Partial)]
    element = element_named(name, partials[-1].wrt)
    (right,) = [option for option in choice.options if option.right]
    assert element is not None and isinstance(right.parts[0], m.Number)
    assert abs(right.parts[0].value - values[adjoint_name(element.tensor)][element.index]) < mpmath.mpf(10) ** -40
    return 1


def environment(name: str, found: Sheet) -> m.Environment:
    """The values of all symbols and derivatives, from the numbers that a sheet prints."""
    at = about(name)
    values = evaluate(at.derivation.chain_result, given(name, found), at.sizes, multiprecision(50))
    symbols: dict[m.Symbol, Any] = {}
    partials = {}
    for tensor in at.derivation.start.tensors:
        for element in elements(tensor, at.sizes):
            symbol = at.pattern.naming.symbol(element)
            symbols[symbol] = values[tensor.name][element.index]
            if adjoint_name(tensor.name) in values:
                partials[LOSS, symbol] = values[adjoint_name(tensor.name)][element.index]
    return m.Environment(symbols, partials)


def check_choices(found: Sheet) -> None:
    for _, choice in choices(found):
        assert sum(option.right for option in choice.options) == 1
        assert len({option.parts for option in choice.options}) == len(choice.options) >= 3
        assert all(option.right or option.why for option in choice.options)


def check_numbers(found: Sheet) -> None:
    for question in found.questions:
        for answer in (a for a in question.answers if isinstance(a, Number)):
            close = [value for value, _ in answer.wrong if abs(value - answer.exact) <= 2 * answer.tolerance]
            shown = [str(m.Number(v, answer.digits).rounded) for v in (answer.exact, *(w for w, _ in answer.wrong))]
            assert not close and len(set(shown)) == len(shown)
            assert answer.is_whole or 0 < answer.tolerance <= mpmath.mpf("0.0201") * abs(answer.exact)
