"""Sheets as files: what is written and named, the same bytes for the same seed, and what makes no sense."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import mpmath
import pytest
from click.testing import CliRunner

import symbp
from symbp import mathtree as m
from symbp.cli import main
from symbp.derive import derive
from symbp.errors import Fault, OutputError
from symbp.layers import BatchNorm, Dense
from symbp.network import Network
from symbp.sheets.draw import LARGEST, drawn, is_moderate
from symbp.sheets.problem import problem
from symbp.sheets.question import Number
from symbp.sheets.sheet import sheet, sheet_of
from symbp.sheets.write import write_sheets
from symbp.spec import loads
from symbp.views.naming import LOSS
from tests.sheets import (
    SEED,
    about,
    displays,
    sheet_for,
)


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


def processor_time(*command: str) -> float:
    """Seconds of processor time of a program, the least of three runs."""
    found = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *command], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(found)


@pytest.mark.slow
def test_thirty_sheets_take_no_longer_than_twenty_imports_of_sympy(tmp_path: Path) -> None:
    sheets = ("exercises", "examples/relay.toml", "--students", "30", "--seed", "7", "--format", "tex,html")
    taken = processor_time("-m", "symbp", *sheets, "-o", str(tmp_path))
    assert taken <= 20 * processor_time("-c", "import sympy")
    assert len(list(tmp_path.iterdir())) == 121


@pytest.mark.slow
@pytest.mark.parametrize("name", ["relay", "lstm", "digits_conv"])
def test_the_bytes_do_not_follow_the_order_of_hashes(tmp_path: Path, name: str) -> None:
    found = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        command = ["exercises", f"examples/{name}.toml", "--students", "3", "--format", "tex,html,moodle,prairielearn"]
        surroundings = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-m", "symbp", *command, "-o", str(folder)], check=True, env=surroundings)
        found.append({str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()})
    assert found[0] == found[1] and len(found[0]) > 13
