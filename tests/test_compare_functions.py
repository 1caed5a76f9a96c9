"""Somebody's own backward pass: a right one is never called wrong, and a wrong one is told where it leaves the path."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pytest
from backward import file_with_mistake, mutants, same_numbers, with_mistake
from click.testing import CliRunner
from emitted import Emitted, values_for

from symbp.cli import main
from symbp.compare.functions import compare_file, compare_function
from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation
from symbp.errors import SpecError
from symbp.mistakes import Seed, same, seeds
from symbp.reference import evaluate_grids
from symbp.spec import load
from symbp.testing import assert_gradient

EXAMPLES = Path(__file__).parents[1] / "examples"
QUICK = ("classes", "heat", "relay", "rnn", "standard", "xor")
NAMES = [
    pytest.param(path.stem, marks=pytest.mark.slow if path.stem not in QUICK else ())
    for path in sorted(EXAMPLES.glob("*.toml"))
]


@cache
def emitted(name: str) -> Emitted:
    return Emitted(load(EXAMPLES / f"{name}.toml"))


@pytest.mark.parametrize("name", NAMES)
def test_the_modules_are_right_in_both_styles_and_both_precisions(name: str) -> None:
    found = emitted(name)
    assert_gradient(found.module, found.derivation)
    assert_gradient(found.plain_module, found.derivation, points=1, seed=1)
    assert_gradient(found.module, found.derivation, points=1, dtype=np.float32)
    for parameter in found.derivation.wrt[:2]:
        assert compare_function(found.derivation, parameter, found.plain_module.loss_and_grad).equal


def changes_nothing(seed: Seed, derivation: NetworkDerivation, values: Mapping[str, Any]) -> bool:
    """Whether a mistake makes no difference to any gradient, as the sign of what is added to zero."""
    sizes = emitted(derivation.network.name).sizes(values)
    right = evaluate_grids(derivation.chain_result, values, sizes)
    found = seed.floats(values, sizes, *map(adjoint_name, derivation.wrt))
    return all(same(found[adjoint_name(name)], right[adjoint_name(name)]) for name in derivation.wrt)


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("relay", 7),
        ("classes", 17),
        ("rnn", 24),
        pytest.param("relay", 1, marks=pytest.mark.slow),
        pytest.param("xor", 1, marks=pytest.mark.slow),
        pytest.param("classes", 1, marks=pytest.mark.slow),
        pytest.param("lstm", 5, marks=pytest.mark.slow),
        pytest.param("attention", 2, marks=pytest.mark.slow),
        pytest.param("digits_conv", 60, marks=pytest.mark.slow),
    ],
)
def test_a_mistake_of_the_table_is_told_from_the_truth_and_named(name: str, step: int) -> None:
    d = emitted(name).derivation
    values = values_for(emitted(name).net, 3, seed=7)
    for seed in [*seeds(d)][::step]:
        if changes_nothing(seed, d, values):
            continue
        function = with_mistake(seed, d)
        with pytest.raises(AssertionError) as caught:
            assert_gradient(function, d, points=2)
        text = str(caught.value)
        assert text.startswith("mistaken gives "), text
        assert seed.mistake.title.text in text or "more, which give the same" in text, (seed.told, text)


LONGER = [
    pytest.param(name, step, marks=pytest.mark.slow)
    for name, step in (("relay", 1), ("classes", 3), ("lstm", 15), ("attention", 8), ("digits_conv", 30))
]


@pytest.mark.parametrize(("name", "step"), [("relay", 4), *LONGER])
def test_a_change_in_a_module_is_caught(name: str, step: int) -> None:
    found = emitted(name)
    values = values_for(found.net, 3, seed=7)
    arguments = found._arguments(values)
    right = found.plain_module.loss_and_grad(arguments[0], *arguments[1], **arguments[2])
    caught = 0
    for mutant in [*mutants(found.texts["plain"])][::step]:
        module = mutant.module()
        try:
            other = module.loss_and_grad(module.Parameters(*arguments[0]), *arguments[1], **arguments[2])
        except (ValueError, IndexError, TypeError, AttributeError):
            continue
        if not same_numbers(other, right):
            with pytest.raises(AssertionError):
                assert_gradient(module, found.derivation, points=2)
            caught += 1
    assert caught > 0


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("relay", 30),
        pytest.param("relay", 3, marks=pytest.mark.slow),
        pytest.param("classes", 5, marks=pytest.mark.slow),
        pytest.param("xor", 7, marks=pytest.mark.slow),
        pytest.param("digits_conv", 75, marks=pytest.mark.slow),
        pytest.param("lstm", 20, marks=pytest.mark.slow),
        pytest.param("attention", 15, marks=pytest.mark.slow),
        pytest.param("norms_tanh", 500, marks=pytest.mark.slow),
    ],
)
def test_a_file_with_a_mistake_is_told_from_the_truth(name: str, step: int, tmp_path: Path) -> None:
    d = emitted(name).derivation
    values = values_for(emitted(name).net, 3, seed=7)
    right = evaluate_grids(d.chain_result, values, emitted(name).sizes(values))
    file = tmp_path / "mine.py"
    for seed in [*seeds(d)][::step]:
        found = seed.floats(values, emitted(name).sizes(values), *map(adjoint_name, d.wrt))
        wrong = [w for w in d.wrt if not same(found[adjoint_name(w)], right[adjoint_name(w)])]
        text = file_with_mistake(seed, d)
        if "N_ - 1" in text:  # the last sample alone: of no network, so that no module can say it
            continue
        file.write_text(text)
        untouched = [w for w in d.wrt if adjoint_name(w) not in seed.changed]
        for parameter in [*wrong[:1], *untouched[:1]]:
            compared = compare_file(d, parameter, str(file))
            assert compared.equal == (parameter not in wrong)
            assert compared.equal or seed.mistake.key in [cause.mistake.key for cause in compared.causes]


def test_one_number_is_compared_as_such() -> None:
    d = emitted("relay").derivation
    assert compare_function(d, "w31", lambda a1, z2_bar: (z2_bar[:, 0] * a1[:, 0]).sum()).equal
    assert not compare_function(d, "w32", lambda a1, z2_bar: (z2_bar[:, 0] * a1[:, 0]).sum()).equal
    assert compare_function(d, "W2[1,2]", lambda a1, z2_bar: z2_bar.T @ a1).equal
    assert compare_function(d, "z1", lambda W2, a1, z2_bar: z2_bar @ W2 * a1 * (1 - a1)).equal


def test_the_gradient_that_is_asked_for_is_not_given() -> None:
    message = "<lambda>: its argument W1_bar is called like no tensor of the network\n"
    with pytest.raises(SpecError, match=f"^{re.escape(message)}"):
        compare_function(emitted("relay").derivation, "W1", lambda W1_bar: W1_bar)


def raising(W1: Any) -> Any:
    return np.linalg.inv(W1[0])


def test_an_exception_is_told_with_its_line() -> None:
    line = raising.__code__.co_firstlineno + 1
    with pytest.raises(SpecError) as caught:
        compare_function(emitted("relay").derivation, "W1", raising)
    assert str(caught.value) == (
        f"{__file__}, line {line}: raises LinAlgError: "
        "1-dimensional array given. Array must be at least two-dimensional\n"
        "    return np.linalg.inv(W1[0])\n"
        "  It was called with W1 (2, 2)."
    )


def test_all_gradients_that_a_function_returns_tell_where_it_leaves_the_path() -> None:
    found = emitted("relay")

    def mine(p: Any, X: Any, Y: Any) -> Any:
        loss, g = found.plain_module.loss_and_grad(p, X, Y)
        return 3 * loss, g._replace(W1=g.W1**3, b1=g.b1**3)

    def changed(p: Any, X: Any, Y: Any) -> Any:
        loss, g = found.plain_module.loss_and_grad(p, X, Y)
        return loss, g._replace(W1=g.W1**3)

    compared = compare_function(found.derivation, "W1", mine)
    assert compared.leaves is None
    assert compared.reached == ("It leaves the derivation in one of the lines (10) to (11)",)
    alone = compare_function(found.derivation, "W1", changed)
    assert alone.leaves is not None and alone.leaves.tensor == "W1_bar"
    assert compared.remarks == (
        "Among what it returns, b2 and W2 are right; b1 and W1 are wrong.",
        "Its loss is 0.0580367, and the right one 0.0193456, with the numbers of the example.",
    )
    assert compare_function(found.derivation, "W2", mine).equal


DOCUMENT = (Path(__file__).parents[1] / "docs" / "compare.md").read_text(encoding="utf-8")
MINE = DOCUMENT.partition("```python\n# mine.py\n")[2].partition("```")[0]
SAID = DOCUMENT.partition("    $ symbp compare relay.toml W1 mine.py --run\n")[2].partition("\n\n")[0]
SLOW = "\ndef slow(x):\n    while True:\n        pass\n"


def run(*arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(main, ["compare", str(EXAMPLES / "relay.toml"), *arguments])
    return found.exit_code, found.output


def test_a_file_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    monkeypatch.chdir(tmp_path)
    assert run("W2", "mine.py", "--run") == (
        0,
        "equal: this is dL/dW2\n  Among what it returns, b2 and W2 are right; b1 and W1 are wrong.\n",
    )
    assert run("dL/dW1", "mine.py:backward", "--run") == (1, dedent(SAID) + "\n")
    code, text = run("w31", "mine.py:backward", "--run", "--json")
    assert code == 0 and json.loads(text)["equal"]


def test_a_file_runs_only_where_the_user_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.py").write_text(MINE + SLOW)
    monkeypatch.chdir(tmp_path)
    message = (
        "mine.py: is code, which symbp runs only with --run\n"
        "  It runs in a process of its own, but with your rights: read it first if it is not yours.\n"
    )
    assert run("W1", "mine.py") == (1, message)
    assert run("W1", "mine.py:slow", "--run", "--timeout", "1.5") == (
        1,
        "mine.py: did not return within 1.5 seconds\n  --timeout SECONDS gives it more time.\n",
    )
    assert run("W1", "mine.py:sigmoid", "--run") == (
        1,
        "mine.py: sigmoid: its argument z is called like no tensor of the network\n"
        "  There are W1, b1, W2, b2, x and y, and the values of the forward pass.\n",
    )
    assert run("W1", "other.py", "--run") == (1, "other.py: cannot be read: No such file or directory\n")
    code, text = run("W1", "mine.py", "--run", "--timeout", "0")
    assert code == 2 and "Invalid value for '--timeout': 0.0 is not in the range x>0." in text
    assert run("W1", "delta1*x^T", "--run") == (1, "delta1*x^T: --run is for a file of Python, FILE.py\n")


def test_what_a_file_returns_is_validated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text("def dW1(x, z1_bar):\n    return x.T @ z1_bar @ [[1], [0]]\n")
    assert run("W1", "mine.py", "--run") == (
        1,
        "mine.py: dW1 returns the gradient of W1 with the shape (2, 1); W1 has the shape (2, 2)\n",
    )
    (tmp_path / "mine.py").write_text("def dW1(x):\n    return [[0, 1], [float('nan'), 0]]\n")
    assert run("W1", "mine.py", "--run") == (
        1,
        "mine.py: dW1 gives nan as the gradient of W1[2,1], with the numbers of the example\n",
    )
