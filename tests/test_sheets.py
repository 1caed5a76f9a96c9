"""Sheets of exercises: each student has other numbers and questions, and every answer follows from what is printed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import mpmath
import numpy as np
import pytest
from click.testing import CliRunner

import symbp
from symbp import mathtree as m
from symbp.cli import main
from symbp.derivation import adjoint_name
from symbp.derive import derive
from symbp.errors import Fault, OutputError
from symbp.layers import BatchNorm, Dense
from symbp.network import Network
from symbp.printing.document import Block, Figure, Formula, Paragraph
from symbp.reference import evaluate, multiprecision
from symbp.sheets.draw import LARGEST, drawn, is_moderate
from symbp.sheets.kinds import KINDS
from symbp.sheets.problem import Problem, problem
from symbp.sheets.question import Choice, Number, Question, Sheet
from symbp.sheets.sheet import sheet, sheet_of
from symbp.sheets.write import write_sheets
from symbp.spec import loads
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


def test_thirty_students_have_other_numbers_and_other_questions() -> None:
    every = [sheet_for("relay", student) for student in range(1, STUDENTS + 1)]
    assert all(len(found.questions) == 10 for found in every)
    assert len({str(found.opening) for found in every}) == STUDENTS
    assert len({tuple(q.key for q in found.questions) for found in every}) > STUDENTS // 2
    assert len(Counter(q.key for found in every for q in found.questions)) >= 14
    assert all(len({q.key for q in found.questions}) >= 8 for found in every)


def test_answers_of_thirty_students_follow_from_the_printed_numbers() -> None:
    assert check_answers("relay", range(1, STUDENTS + 1)) > 3 * STUDENTS


@pytest.mark.parametrize("name", QUICK[1:])
def test_answers_about_other_networks_follow_from_the_printed_numbers(name: str) -> None:
    assert check_answers(name, range(1, 3)) >= 4


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in QUICK])
def test_answers_about_every_example_follow_from_the_printed_numbers(name: str) -> None:
    assert check_answers(name, range(1, 4)) >= 6


def check_choices(found: Sheet) -> None:
    for _, choice in choices(found):
        assert sum(option.right for option in choice.options) == 1
        assert len({option.parts for option in choice.options}) == len(choice.options) >= 2
        assert all(option.right or option.why for option in choice.options)


def check_numbers(found: Sheet) -> None:
    for question in found.questions:
        for answer in (a for a in question.answers if isinstance(a, Number)):
            close = [value for value, _ in answer.wrong if abs(value - answer.exact) <= 2 * answer.tolerance]
            shown = [str(m.Number(v, answer.digits).rounded) for v in (answer.exact, *(w for w, _ in answer.wrong))]
            assert not close and len(set(shown)) == len(shown)
            assert answer.is_whole or 0 < answer.tolerance <= mpmath.mpf("0.0201") * abs(answer.exact)


@pytest.mark.parametrize("name", QUICK)
def test_one_option_is_right_and_no_mistake_is_accepted(name: str) -> None:
    for student in range(1, STUDENTS + 1 if name == "relay" else 3):
        check_choices(sheet_for(name, student))
        check_numbers(sheet_for(name, student))


def test_values_to_choose_from_are_far_apart() -> None:
    seen = 0
    for student in range(1, STUDENTS + 1):
        for question, choice in choices(sheet_for("relay", student)):
            if question.key == "gradient-choice":
                values = sorted(o.parts[0].value for o in choice.options if isinstance(o.parts[0], m.Number))
                assert all(b - a > max(abs(a), abs(b)) / 250 for a, b in zip(values, values[1:], strict=False))
                assert len(values) == len({str(m.Number(v).rounded) for v in values}) == 4
                seen += 1
    assert seen > 5


@pytest.mark.parametrize("name", QUICK)
def test_numbers_fit_a_pocket_calculator(name: str) -> None:
    for student in range(1, STUDENTS + 1 if name == "relay" else 3):
        found = sheet_for(name, student)
        for number in numbers_of(found.opening):
            assert len(re.sub(r"[-.]|^0+", "", str(number.rounded)).lstrip("0")) <= 3
        for question in found.questions:
            for number in numbers_of(question.text):
                assert number.value == 0 or 1e-4 <= abs(number.value) < 1e4
                assert len(number.rounded.mantissa.lstrip("-0.").replace(".", "")) <= 4


def test_somebody_who_rounds_every_value_to_four_digits_is_right() -> None:
    """Two layers worked by hand in floats, every intermediate value rounded."""

    def r(value: Any) -> Any:
        return np.vectorize(lambda v: float(f"{v:.3e}"))(value)

    seen = 0
    for student in range(1, STUDENTS + 1):
        found = sheet_for("relay", student)
        at = given("relay", found)
        x, y, w1, b1, w2, b2 = (at[n] for n in ("x", "y", "W1", "b1", "W2", "b2"))
        a1 = r(1 / (1 + r(np.exp(-r(r(w1 @ x[0]) + b1)))))
        out = r(1 / (1 + r(np.exp(-r(r(w2 @ a1) + b2)))))
        delta2 = r(r(2 * r(out - y[0])) * r(out * r(1 - out)))
        delta1 = r(r(w2[0] * delta2) * r(a1 * r(1 - a1)))
        values = {"W1": r(np.outer(delta1, x[0])), "b1": delta1, "W2": r(np.outer(delta2, a1)), "b2": delta2}
        for _, answer, element, gradient in answers("relay", found):
            if gradient and element.tensor in values:
                assert abs(values[element.tensor][element.index] - float(answer.exact)) <= float(answer.tolerance)
                seen += 1
    assert seen > 20


def test_no_question_tells_what_another_one_asks() -> None:
    for student in range(1, STUDENTS + 1):
        found = sheet_for("relay", student)
        asked = {
            answer.label
            for question in found.questions
            for answer in question.answers
            if isinstance(answer, Number) and isinstance(answer.label, m.Node)
        }
        told = {
            node.left
            for question in found.questions
            for block in question.text
            if isinstance(block, Paragraph)
            for node in inside(block.parts)
            if isinstance(node, m.Comparison)
        }
        assert not asked & told


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_has_ten_questions_for_each_of_some_students(name: str) -> None:
    every = [sheet_for(name, student) for student in range(1, 7)]
    for found in every:
        assert len(found.questions) == 10
        check_choices(found)
        check_numbers(found)
    assert len({q.key for found in every for q in found.questions}) >= 10


def test_a_large_network_is_asked_about_in_words_and_a_small_one_in_numbers() -> None:
    found = sheet_for("digits_conv", 1)
    first = found.opening[0]
    assert isinstance(first, Paragraph) and "smaller network of the same kind" in str(first.parts)
    assert about("digits_conv").is_smaller and not about("relay").is_smaller


def test_the_same_seed_gives_the_same_sheet_and_another_one_another() -> None:
    derivation = derive(symbp.load("examples/relay.toml"))
    assert sheet(derivation, 3, SEED) == sheet_for("relay", 3)
    assert sheet_for("relay", 3, SEED + 1) != sheet_for("relay", 3)


def test_there_are_pictures_where_there_is_room_for_them() -> None:
    assert any(isinstance(block, Figure) for block in sheet_for("relay", 1).opening)


def test_keys_of_kinds_are_distinct() -> None:
    assert len({kind.key for kind in KINDS}) == len(KINDS) >= 20


def files(folder: Path, seed: int = SEED, **more: Any) -> dict[str, bytes]:
    derivation = derive(symbp.load("examples/relay.toml"))
    write_sheets(derivation, folder, 2, seed, **{"formats": ("tex", "html"), **more})
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_files_and_the_key_of_answers(tmp_path: Path) -> None:
    found = files(tmp_path / "a")
    stems = [f"relay-{k:02}-{what}.{e}" for k in (1, 2) for what in ("sheet", "solutions") for e in ("html", "tex")]
    assert sorted(found) == sorted([*stems, "relay-answers.csv"])
    rows = [row.split(",") for row in found["relay-answers.csv"].decode().splitlines()]
    assert rows[0] == ["student", "question", "kind", "answer", "tolerance"]
    assert len(rows) >= 21 and {row[0] for row in rows[1:]} == {"1", "2"}
    sheets = {k: sheet_for("relay", k) for k in (1, 2)}
    for student, place, kind, answer, tolerance in rows[1:]:
        question = sheets[int(student)].questions[int(place.rstrip("ab")) - 1]
        assert kind == question.key
        first = question.answers[0]
        if isinstance(first, Number):
            assert abs(mpmath.mpf(answer) - first.exact) <= mpmath.mpf(tolerance) / 100
        else:
            assert first.options[int(answer) - 1].right and not tolerance
    assert "Solution" not in found["relay-01-sheet.tex"].decode().partition("begin{document}")[2]
    assert "Solution." in found["relay-01-solutions.html"].decode()


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    one, same, other = files(tmp_path / "a"), files(tmp_path / "b"), files(tmp_path / "c", SEED + 1)
    assert one == same
    assert all(one[name] != other[name] for name in one)


def test_sheets_in_german(tmp_path: Path) -> None:
    text = files(tmp_path, language="de")["relay-01-sheet.html"].decode()
    assert 'lang="de"' in text


@pytest.mark.parametrize(
    ("students", "seed", "questions", "told"),
    [
        (0, 1, 10, "students: 0 is not a whole number from 1 to 1,000"),
        (10_000_000, 1, 10, "students: 10000000 is not a whole number from 1 to 1,000"),
        (1, -1, 10, "the seed: -1 is not a whole number from 0 to 2,147,483,647"),
        (1, 1.5, 10, "the seed: 1.5 is not a whole number from 0 to 2,147,483,647"),
        (1, 1, 0, "questions: 0 is not a whole number from 1 to 50"),
        (1, True, 10, "the seed: True is not a whole number from 0 to 2,147,483,647"),
    ],
)
def test_counts_that_make_no_sense(tmp_path: Path, students: Any, seed: Any, questions: Any, told: str) -> None:
    with pytest.raises(Fault) as fault:
        write_sheets(derive(symbp.load("examples/relay.toml")), tmp_path, students, seed, questions)
    assert str(fault.value) == told


def test_an_unknown_format_and_a_folder_that_is_a_file(tmp_path: Path) -> None:
    derivation = derive(symbp.load("examples/relay.toml"))
    with pytest.raises(OutputError) as error:
        write_sheets(derivation, tmp_path, 1, 1, formats=("docx",))
    assert str(error.value) == 'unknown format "docx"\n  Known: tex, html, pdf, moodle, prairielearn'
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError) as error:
        write_sheets(derivation, tmp_path / "file", 1, 1)
    assert str(error.value) == (
        f"{tmp_path}/file: cannot be the output folder, because {tmp_path}/file is a file\n"
        "  Name another folder with -o, or move that file away."
    )


def test_more_questions_than_there_are(tmp_path: Path) -> None:
    derivation = derive(Network("one", 1, [Dense(1)], "mse"))
    with pytest.raises(Fault) as fault:
        write_sheets(derivation, tmp_path, 1, 1, 50)
    count = re.search(r"there are (\d+)", str(fault.value))
    assert count is not None
    assert str(fault.value) == (
        f"50 questions are asked for, and there are {count[1]} about this network\n  Ask for 1 to {count[1]} questions."
    )
    assert len(sheet(derivation, 1, 1, int(count[1])).questions) == int(count[1])
    assert not list(tmp_path.iterdir())


def test_a_network_of_equations_that_is_too_large() -> None:
    text = """
name = "wide"
[indices]
i = 50
[tensors]
x = {indices = "i", role = "input"}
w = {indices = "i", role = "parameter"}
[equations]
lines = "L = sum[i](w[i]*x[i])**2"
"""
    with pytest.raises(Fault) as fault:
        problem(derive(loads(text)))
    assert str(fault.value) == (
        "the network starts from 100 numbers, and at most 40 can be worked by hand\n"
        "  Describe it in layers, so that a smaller one of the same kind can be taken, or make it smaller."
    )


def test_what_no_pocket_calculator_has_is_not_asked() -> None:
    """GELU needs the distribution function of the normal distribution: its values are told, and never asked."""
    at = problem(derive(Network("gelu", 2, [Dense(2, "gelu"), Dense(1)], "mse")))
    for student in (1, 2, 3):
        found = sheet_of(at, student, SEED)
        labels = [a.label for q in found.questions for a in q.answers if isinstance(a, Number)]
        assert not any(isinstance(label, m.Symbol) and label.base == "a" for label in labels)
        shown = [
            n for q in found.questions for d in displays(q.solution) for line in d.lines for n in m.walk(line.right)
        ]
        assert not any(isinstance(node, m.Apply) and node.function in ("normal_cdf", "erf") for node in shown)


def test_a_bias_that_a_normalisation_takes_out_keeps_no_sheet_from_being_made() -> None:
    layers = [Dense(2), BatchNorm(), Dense(1)]
    at = problem(derive(Network("norm", 2, layers, "mse")))
    found = sheet_of(at, 1, SEED)
    zero = m.Partial(LOSS, m.Symbol("b", "(1)", (1,)))
    assert len(found.questions) == 10
    assert not any(isinstance(a, Number) and a.label == zero for q in found.questions for a in q.answers)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["exercises", "examples/relay.toml", *arguments])


def test_the_command_writes_what_it_names(tmp_path: Path) -> None:
    done = run("--students", "1", "--seed", "3", "--format", "html", "-o", str(tmp_path))
    names = ("relay-01-sheet.html", "relay-01-solutions.html", "relay-answers.csv")
    assert done.exit_code == 0
    assert done.output == "".join(f"wrote {tmp_path / name}\n" for name in names)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["--students", "0"], 1, "students: 0 is not a whole number from 1 to 1,000\n"),
        (["--seed", "-1"], 1, "the seed: -1 is not a whole number from 0 to 2,147,483,647\n"),
        (["--questions", "51"], 1, "questions: 51 is not a whole number from 1 to 50\n"),
        (["--seed", "half"], 2, "Error: Invalid value for '--seed': 'half' is not a valid integer.\n"),
        (
            ["--format", "docx"],
            2,
            "Error: Invalid value for '--format': 'docx' is not one of tex, html, pdf, moodle, prairielearn.\n",
        ),
    ],
)
def test_the_command_says_what_makes_no_sense(tmp_path: Path, arguments: list[str], status: int, told: str) -> None:
    done = run(*arguments, "-o", str(tmp_path / "new"))
    assert (done.exit_code, done.output[-len(told) :]) == (status, told)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["relay", "rnn", "digits_conv"])
def test_numbers_neither_saturate_nor_vanish(name: str) -> None:
    for student in range(1, 11):
        at = about(name).at(drawn(about(name).derivation, Random(student)))
        values = {n: v.astype(float) for n, v in at.values.items()}
        assert is_moderate(at.base.start, values, LARGEST)
        computed = {e.target for e in at.base.result.equations()}
        assert min(abs(values[n][values[n] != 0]).min() for n in computed if values[n].any()) >= 0.001
