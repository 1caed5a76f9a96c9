"""The loops over time in emitted code: one product a step for each recurrent matrix, and nothing to be hoisted."""

from __future__ import annotations

import ast
import random
import re
import subprocess
import sys
import tracemalloc
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy
from emitted import Emitted, errors, values_for
from heavy import every_third
from modules import bare, both, error
from programs import eq
from scans import random_recurrence

from symbp import functions as f
from symbp.chain_rule import adjoint
from symbp.equation import Affine, Index, read
from symbp.layers import Dense, Dropout, Gru, LayerNorm, Lstm, Rnn
from symbp.network import Network
from symbp.program import Program, Scan, Tensor
from symbp.reference import evaluate
from symbp.rewrite import rewrite
from symbp.schedule.parts import by_parts
from symbp.schedule.steps import by_steps

KINDS: dict[str, Any] = {"rnn": Rnn, "lstm": Lstm, "gru": Gru}
FUNCTIONS = ("predict", "loss", "loss_and_grad", "Workspace.loss_and_grad")
PRODUCTS = {"matmul", "dot", "vdot", "einsum", "tensordot", "inner", "outer", "sum"}


@cache
def emitted(kind: str, units: int = 4, **keys: Any) -> Emitted:
    return Emitted(Network("loops", {"shape": ["T", 3]}, [KINDS[kind](units, **keys)], "mse"))


def written(found: Emitted, name: str) -> str:
    """The text in which a function has its own statements."""
    return found.texts["plain" if name == "loss_and_grad" else "fast"]


def function(text: str, name: str) -> ast.FunctionDef:
    """A function of a module, or a method of one of its classes."""
    body: list[ast.stmt] = ast.parse(text).body
    for part in name.split("."):
        found = next(n for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == part)
        body = found.body
    assert isinstance(found, ast.FunctionDef)
    return found


def loops(*nodes: ast.AST) -> list[ast.For]:
    return [n for node in nodes for n in ast.walk(node) if isinstance(n, ast.For)]


def products(node: ast.AST) -> list[str]:
    """The text of each product or sum over an axis: ``a @ b``, ``np.matmul(a, b, out=c)``, and what would hide one."""
    found = []
    for n in ast.walk(node):
        called = n.func.attr if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) else ""
        if (isinstance(n, ast.BinOp) and isinstance(n.op, ast.MatMult)) or called in PRODUCTS:
            found.append(ast.unparse(n))
    return found


def matrices(loop: ast.For) -> list[str]:
    """The recurrent matrices of the products in a loop, or copies of them that lie transposed."""
    return sorted(name for product in products(loop) for name in re.findall(r"\b(Ur?1)(?:_T|_turned)?\b", product))


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("bidirectional", [False, True], ids=["up", "both"])
@pytest.mark.parametrize("kind", KINDS)
def test_one_product_a_step_for_each_recurrent_matrix(kind: str, bidirectional: bool, name: str) -> None:
    """Gates together, forward and backward; the input's product and the gradients of weights stand outside."""
    time = loops(function(written(emitted(kind, returns="sequence", bidirectional=bidirectional), name), name))
    both = [["U1"], ["Ur1"]] if bidirectional else [["U1"]]
    expected = both * (2 if "grad" in name else 1)
    assert sorted(map(matrices, time)) == sorted(expected)
    assert not loops(*(statement for loop in time for statement in loop.body))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_reads_the_reset_state_is_a_product_of_its_own(name: str) -> None:
    """``n = tanh(p + U (r h))``: the candidate's third of U cannot go with the gates."""
    time = loops(function(written(emitted("gru", reset_after=False, returns="sequence"), name), name))
    assert [matrices(loop) for loop in time] == [["U1", "U1"]] * (2 if "grad" in name else 1)


def test_a_scan_that_states_everything_is_emitted_like_one_that_states_the_recurrence() -> None:
    """The text of an LSTM's loop, forwards and backwards: what one would write by hand."""
    text = emitted("lstm", units=2, returns="sequence").texts["plain"]
    lines = [ast.unparse(loop) for loop in loops(function(text, "loss_and_grad"))]
    assert lines == [
        """\
for t in range(T):
    z1[t] += h1[t] @ U1.T
    i1[t] = _sigmoid(z1[t, :, :2])
    f1[t] = _sigmoid(z1[t, :, 2:4])
    g1[t] = np.tanh(z1[t, :, 4:6])
    o1[t] = _sigmoid(z1[t, :, 6:])
    c1[t + 1] = c1[t] * f1[t] + i1[t] * g1[t]
    s1[t] = np.tanh(c1[t + 1])
    h1[t + 1] = o1[t] * s1[t]""",
        """\
for t in reversed(range(T)):
    o1_bar = h1_bar[t + 1] * s1[t]
    s1_bar = h1_bar[t + 1] * o1[t]
    c1_bar += s1_bar * (1 - s1[t] ** 2)
    f1_bar = c1_bar * c1[t]
    g1_bar = c1_bar * i1[t]
    i1_bar = c1_bar * g1[t]
    c1_bar = c1_bar * f1[t]
    z1_bar[t, :, 6:] = o1_bar * o1[t] * (1 - o1[t])
    z1_bar[t, :, 4:6] = g1_bar * (1 - g1[t] ** 2)
    z1_bar[t, :, 2:4] = f1_bar * f1[t] * (1 - f1[t])
    z1_bar[t, :, :2] = i1_bar * i1[t] * (1 - i1[t])
    h1_bar[t] += z1_bar[t] @ U1""",
    ]


def test_what_is_used_once_a_step_is_one_row() -> None:
    """Without a gradient nothing but the state goes on; with one, each step keeps what backwards reads."""
    text = emitted("gru", units=2).text
    (loop,) = loops(function(text, "predict"))
    assert (
        ast.unparse(loop)
        == """\
for t in range(T):
    q1 = h1 @ U1.T + bh1
    r1 = _sigmoid(p1[t, :, :2] + q1[:, :2])
    z1 = _sigmoid(p1[t, :, 2:4] + q1[:, 2:4])
    n1 = np.tanh(p1[t, :, 4:] + q1[:, 4:] * r1)
    h1 = h1 * z1 + n1 * (1 - z1)"""
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_workspace_cuts_no_memory_in_its_loops(kind: str) -> None:
    """The blocks of each step are made once for a batch; gates are blocks, too."""
    time = loops(function(emitted(kind, returns="sequence").text, "Workspace.loss_and_grad"))
    assert len(time) == 2
    assert not [ast.unparse(n) for loop in time for n in ast.walk(loop) if isinstance(n, ast.Subscript)]


@pytest.mark.parametrize(("kind", "name", "count"), [("lstm", "z1", 4), ("gru", "q1", 3)])
def test_each_gate_of_a_step_is_a_block(kind: str, name: str, count: int) -> None:
    """And of an adjoint, which is summed over the steps afterwards, all steps of a gate; what has no parts stays."""
    derivation = emitted(kind, returns="sequence").derivation
    program = by_steps(derivation.result, [f"{w}_bar" for w in derivation.wrt])
    shape = by_parts(program, []).tensor
    assert list(map(str, shape[name].shape)) == ["T", str(count), "N", "4"]
    assert list(map(str, shape[f"{name}_bar"].shape)) == [str(count), "T", "N", "4"]
    assert shape["h1"] == program.tensor["h1"]
    assert by_parts(by_steps(emitted("rnn").derivation.result, []), []).tensor["z1"].shape[-1] == 4


def test_a_workspace_keeps_the_blocks_of_a_few_sizes_alone() -> None:
    """Of 16 lengths at a time: each has a view for every step."""
    module = emitted("rnn").module
    p, step = module.init(0), module.Workspace(2, 40)
    for length in (*range(1, 41), 3):
        X, Y = np.ones((2, length, 3), np.float32), np.zeros((2, 4), np.float32)
        loss, g = step.loss_and_grad(p, X, Y)
        assert loss == pytest.approx(module.loss(p, X, Y), rel=1e-5)
    assert len(step._views) <= 16


# Values.


def random_network(seed: int) -> Network:
    """Recurrent layers of all sorts, and others between and behind them."""
    rng = random.Random(seed)
    layers: list[Any] = []
    count = rng.randint(1, 3)
    for place in range(count):
        kind = KINDS[rng.choice(list(KINDS))]
        keys = {
            "returns": "sequence" if place < count - 1 or rng.random() < 0.5 else "last",
            "bidirectional": rng.random() < 0.4,
            "initial": rng.choice(["zero", "zero", "given"]),
            "bias": rng.random() < 0.8,
            "recurrent_bias": rng.random() < 0.5,
        }
        keys |= {"reset_after": rng.random() < 0.5} if kind is Gru else {}
        keys |= {"activation": rng.choice(["tanh", "relu", "sigmoid"])} if kind is Rnn else {}
        layers.append(kind(rng.choice([1, 2, 3]), **keys))
        if keys["returns"] == "sequence":
            layers += rng.choice([[], [], [LayerNorm()], [Dense(2, "tanh")], [Dropout(0.3)]])
    layers += [Dense(2)] if rng.random() < 0.5 else []
    shape = [rng.choice(["T", "T", 1, 3]), rng.choice([1, 2])]
    loss = rng.choice(["mse", "cross_entropy", "sparse_cross_entropy"])
    return Network("net", {"shape": shape}, layers, loss, input_gradient=rng.random() < 0.5)


@cache
def random_emitted(seed: int) -> Emitted:
    return Emitted(random_network(seed))


@pytest.mark.parametrize("seed", every_third(range(12)))
def test_networks_of_recurrent_layers_compute_their_equations(seed: int) -> None:
    """Plain and in place, in a workspace made for more samples and steps, and used for fewer before."""
    found = random_emitted(seed)
    assert not [style for style, text in found.texts.items() if "plain loops" in text]
    for samples, length in ((2, 3), (1, 1)):
        values = values_for(found.net, samples, seed, length)
        final = evaluate(found.derivation.result, values, {"N": samples, "T": length})
        reference = {name: np.asarray(final[f"{name}_bar"], float) for name in found.derivation.wrt}
        reference["L"] = np.asarray(final["L"], float)
        for call in (found.plain, found.workspace):
            assert max(errors(call(values), reference).values()) < 1e-11


@pytest.mark.parametrize("seed", every_third(range(24)))
def test_random_recurrences_compute_what_the_reference_loops_do(seed: int, tmp_path: Path) -> None:
    """As the chain rule leaves them, where an adjoint has many contributions, and after all rewrites."""
    program = random_recurrence(seed)
    rng = np.random.default_rng(seed)
    values = {t.name: rng.uniform(-1, 1, t.shape) for t in program.of_role("input", "parameter")}
    for d in (adjoint(program, ["W"]), rewrite(adjoint(program, ["W"]))):
        module = both(tmp_path, "bare", bare(d))
        expected = evaluate(d.result, values, {})
        p, x = module.Parameters(values["W"]), values["x"]
        step = module.Workspace(1, np.float64)
        step.loss_and_grad(module.Parameters(2 * values["W"]), 3 * x)
        assert error(module.loss(p, x), expected["L"]) < 1e-11
        for loss, gradient in (module.plain.loss_and_grad(p, x), step.loss_and_grad(p, x)):
            assert error(loss, expected["L"]) < 1e-11
            assert error(gradient.W, expected["W_bar"]) < 1e-11


@pytest.mark.slow
def test_the_text_is_as_ruff_would_have_it(tmp_path: Path) -> None:
    for seed in range(12):
        for style, text in random_emitted(seed).texts.items():
            (tmp_path / f"net{seed}_{style}.py").write_text(text)
    for command in (("format", "--check"), ("check",)):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", str(tmp_path)], capture_output=True, text=True
        )
        assert not done.returncode, done.stdout + done.stderr


# Memory.


@pytest.mark.parametrize("kind", KINDS)
def test_a_workspace_for_sequences_allocates_nothing(kind: str) -> None:
    module = emitted(kind, units=32, returns="sequence", bidirectional=True).module
    rng = np.random.default_rng(0)
    X, Y = (rng.normal(size=(40, 5, width)).astype(np.float32) for width in (3, 64))
    p, step = module.init(0), module.Workspace(40, 6)
    step.loss_and_grad(p, X, Y)
    tracemalloc.start()
    try:
        step.loss_and_grad(p, X, Y)
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        step.loss_and_grad(p, X, Y)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak < 2048  # a row of one step alone has 5,120 bytes


@pytest.mark.parametrize("returns", ["sequence", "last"])
def test_an_lstm_keeps_at_most_twice_its_stored_activations(returns: str) -> None:
    """Four gates, c, tanh c and h: seven rows a step; T = 500, batch 32, 128 units."""
    found = emitted("lstm", units=128, returns=returns)
    module, plain = found.module, found.plain_module
    stored = 7 * 500 * 32 * 128 * 4
    step = module.Workspace(32, 500)
    assert sum(b.nbytes for b in step._buffers) <= 2 * stored
    rng = np.random.default_rng(0)
    X = rng.normal(size=(32, 500, 3)).astype(np.float32)
    Y = np.zeros((32, 500, 128) if returns == "sequence" else (32, 128), np.float32)
    p = module.init(0)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        plain.loss_and_grad(p, X, Y)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak <= 2 * stored


def test_a_gate_in_the_place_of_what_it_is_made_of_reads_it_to_the_end(tmp_path: Path) -> None:
    """erf is computed in several calls, of which the first ones write already; W moves no gate, and z is not kept."""
    t, i, k, l = Index("t", 3), Index("i", 2), Index("k", 2), Index("l", 4)  # noqa: E741
    after = Affine.of(t) + 1
    body = (
        eq(read("z", t, i), read("x", t, i), scan=t),
        eq(read("z", t, i), read("g", t, i), scan=t, accumulate=True),
        eq(read("a", t, i), f.erf(read("z", t, i)), scan=t),
        eq(read("g", after, i), read("a", t, i) * read("x", t, i), scan=t),
        eq(read("h", after, i), read("h", t, i) * read("a", t, i), scan=t),
        eq(read("h", after, i), read("W", i, k) * read("x", t, k), (k,), scan=t, accumulate=True),
    )
    shapes = {"z": (3, 2), "a": (3, 2), "g": (4, 2), "h": (4, 2)}
    tensors = [Tensor("x", (3, 2), "input"), Tensor("W", (2, 2), "parameter"), Tensor("L", (), "loss")]
    tensors += [Tensor(name, shape) for name, shape in shapes.items()]
    start = [eq(read(name, 0, i), sympy.Integer(1)) for name in "gh"]
    program = Program(tuple(tensors), (*start, Scan(t, body), eq(read("L"), read("h", l, i) ** 2, (l, i))))
    d = rewrite(adjoint(program, ["W"]))
    module = both(tmp_path, "bare", bare(d))
    values = {t.name: np.random.default_rng(0).uniform(-2, 2, t.shape) for t in program.of_role("input", "parameter")}
    expected = evaluate(d.result, values, {})
    loss, gradient = module.Workspace(1, np.float64).loss_and_grad(module.Parameters(values["W"]), values["x"])
    assert error(loss, expected["L"]) < 1e-11
    assert error(gradient.W, expected["W_bar"]) < 1e-11
