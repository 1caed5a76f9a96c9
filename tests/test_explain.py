"""``symbp explain``: what a step does is counted right, and what has no fast form is told."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from symbp.cli import main
from symbp.derive import derive
from symbp.explain import Account, account, table
from symbp.explain.lines import headings
from symbp.explain.timing import timed
from symbp.explain.watched import Call, watcher
from symbp.layers import Dense
from symbp.network import EquationNetwork
from symbp.numpy_code import module_text
from symbp.numpy_code.loops import NOTE
from tests.networks import every_layer, network

EXAMPLES = Path(__file__).parents[1] / "examples"
SAMPLES, INPUTS, HIDDEN = 20, 30, 40


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["explain", *map(str, arguments)])


@pytest.fixture(scope="module")
def dense() -> Account:
    net = network(Dense(HIDDEN, "tanh"), Dense(2), inputs=INPUTS)
    return account(derive(net), {"N": SAMPLES}, "float64", run=True)


def products(found: Account) -> int:
    """The flops of the matrix products of 30-40-2: twice forward, thrice backward, none for the input."""
    return 2 * SAMPLES * (2 * INPUTS * HIDDEN + 3 * HIDDEN * 2)


def test_products_are_most_of_the_flops(dense: Account) -> None:
    assert products(dense) < dense.flops < 1.2 * products(dense)


def test_each_equation_has_its_line(dense: Account) -> None:
    numbers = sorted(n for step in dense.steps for n in step.numbers)
    assert numbers == sorted(set(numbers)) and numbers[0] == 1
    assert not any(step.slow for step in dense.steps)


def test_results_lie_in_buffers_or_gradients(dense: Account) -> None:
    gradients = [step for step in dense.steps if step.text.startswith("W")]
    assert len(gradients) == 2 and all("gradient" in step.buffers for step in gradients)
    assert dense.parameters == 8 * (HIDDEN * INPUTS + HIDDEN + 2 * HIDDEN + 2)
    assert dense.memory >= 8 * SAMPLES * HIDDEN


def test_times_are_measured(dense: Account) -> None:
    assert dense.seconds is not None and dense.seconds > 0
    assert all(step.seconds is not None and step.seconds > 0 for step in dense.steps)
    assert "share" in table(dense) and "a step takes" in table(dense)


@pytest.mark.parametrize("kind", sorted(every_layer()))
def test_every_kind_of_layer_has_an_account(kind: str) -> None:
    derivation = derive(every_layer()[kind])
    found = account(derivation, {"N": 3})
    numbered = {n for step in found.steps for n in step.numbers}
    computed = {number for name, number in derivation.numbers.items() if derivation.result.defining(name)}
    assert numbered <= computed and len(numbered) > len(computed) / 2


DIAGONAL = """
d[n] = sum[i](W[i,i]*x[n,i])
L = sum[n](d[n]**2)
"""


def test_slow_kernels_are_marked() -> None:
    tensors = {"x": {"indices": "n,i", "role": "input"}, "W": {"indices": "i,i", "role": "parameter"}}
    net = EquationNetwork("loops", indices={"n": "N", "i": 4}, tensors=tensors, lines=DIAGONAL)
    found = account(derive(net), {"N": 100})
    slow = [step for step in found.steps if step.slow]
    assert slow and all("einsum" in dict(step.kernels) for step in slow)
    text = table(found, lambda line: f"<{line}>")
    assert text.count(">\n") == len(slow)
    assert f"no fast form is known for {len(slow)} of {len(found.steps)}" in text


def test_plain_loops_are_told_by_their_comment() -> None:
    source = f"def f():\n    # (3)  a = b\n    {NOTE}\n    for i in range(3):\n        a = 1\n"
    assert {h.fallback for h in headings(source).values()} == {True}
    assert {h.numbers for h in headings(source).values()} == {(3,)}


def test_small_networks_compute_in_floats() -> None:
    found = account(derive(network(Dense(2, "tanh"), inputs=2)), {"N": 3}, run=True)
    assert {step.kernels for step in found.steps} == {(("floats", 1),)}
    first = found.steps[0]
    assert first.flops == 3 * 2 * 4  # of each of three samples two units with two weights and a bias
    assert first.seconds is not None and first.seconds > 0


def test_headings_follow_the_comments() -> None:
    source = """def f():
    # (3)  a = b
    #          + c
    a = 1
    # (4)  d = a
    # (5)  e = d
    d = 2
    e = 3
def g():
    x = 1
"""
    found = headings(source)
    assert {line: heading.numbers for line, heading in found.items()} == {4: (3,), 7: (4, 5), 8: (4, 5)}
    assert found[4].text == "a = b + c"


def test_a_watched_array_gives_what_numpy_gives() -> None:
    calls: list[Call] = []
    kind = watcher(calls.append, lambda: 7)
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 5))
    out = np.empty((3, 5)).view(kind)
    a.view(kind).dot(b.view(kind), out)
    assert np.array_equal(np.asarray(out), a @ b)
    out += np.float64(1.0)
    out[...] = out.sum(axis=0)
    assert np.allclose(np.asarray(out)[0], (a @ b + 1).sum(axis=0))
    found = np.einsum("ij,jk->ik", a.view(kind), b.view(kind))
    assert isinstance(found, kind) and np.allclose(np.asarray(found), a @ b)
    counted = [(c.kernel, c.shape, c.flops) for c in calls]
    assert counted == [
        ("dot", (3, 5), 120),
        ("add", (3, 5), 15),
        ("sum", (5,), 15),
        ("copy", (3, 5), 0),
        ("einsum", (3, 5), 120),
    ]
    assert calls[0].moved == 8 * (12 + 20 + 15)


def test_a_clocked_module_is_the_module_with_clocks() -> None:
    source = module_text(derive(network(Dense(2, "tanh"))))
    assert source.count("_clock()") == 0 and timed(source).count("_laps[") > 10


def test_the_command_prints_a_table() -> None:
    result = run(EXAMPLES / "digits.toml", "--batch", 8)
    assert result.exit_code == 0
    assert result.stdout.startswith("digits: one training step of the workspace, N = 8, float32\n\nequation")
    assert "(1) z1[n,i]" in result.stdout and "bytes of parameters" in result.stdout


def test_json_has_the_whole_account() -> None:
    result = run(EXAMPLES / "rnn.toml", "--batch", 2, "--length", "T=3", "--json")
    found = json.loads(result.stdout)
    assert found["sizes"] == {"N": 2, "T": 3}
    assert sum(step["flops"] for step in found["steps"]) == found["flops"] > 0


def test_unknown_lengths_are_refused() -> None:
    result = run(EXAMPLES / "rnn.toml", "--length", "U=3")
    assert result.exit_code == 1
    assert result.stderr == f"{EXAMPLES}/rnn.toml: the network has no run-time length U\n  Its lengths: T.\n"


def test_too_large_a_step_is_refused() -> None:
    result = run(EXAMPLES / "digits.toml", "--batch", 100_000_000)
    assert result.exit_code == 1
    assert "explain runs one of at most 500,000,000\n  Choose a smaller batch or shorter sequences.\n" in result.stderr


@pytest.mark.parametrize("arguments", [("--length", "T"), ("--length", "T=0"), ("--batch", "0"), ("--dtype", "int8")])
def test_wrong_use(arguments: tuple[str, ...]) -> None:
    assert run(EXAMPLES / "rnn.toml", *arguments).exit_code == 2
