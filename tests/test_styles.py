"""The two styles of a module: one that computes in memory which each thread keeps, and one as a textbook has it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import symbp
from symbp.derive import derive
from symbp.layers import Dense
from symbp.network import Network
from symbp.notes import notes
from symbp.numpy_code import blueprint, module_text
from tests.emitted import Emitted, errors, values_for
from tests.modules import both
from tests.test_module import peak_and_kept

RELAY = Path(__file__).parents[1] / "examples" / "relay.toml"
NETWORK = Network("net", 6, [Dense(20, "tanh"), Dense(3)], "cross_entropy", input_gradient=True)


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return both(tmp_path_factory.mktemp("styles"), "net", blueprint(derive(NETWORK)))


@pytest.fixture
def net(module: ModuleType) -> ModuleType:
    """A module that has kept nothing yet."""
    vars(module._thread).clear()
    return module


def given(module: ModuleType, batch: int, seed: int = 0, dtype: Any = np.float64) -> tuple[Any, ...]:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(batch, 6)).astype(dtype), rng.dirichlet(np.ones(3), batch).astype(dtype)
    return module.init(seed, dtype), x, y


def bits(result: tuple[Any, ...]) -> list[bytes]:
    loss, g, x_bar = result
    return [np.float64(loss).tobytes(), *(a.tobytes() for a in g), x_bar.tobytes()]


# What the fast function keeps.


def test_what_it_returns_is_new(net: ModuleType) -> None:
    first = net.loss_and_grad(*given(net, 4))
    before = bits(first)
    second = net.loss_and_grad(*given(net, 4, seed=1))
    assert bits(first) == before != bits(second)
    buffers = [*net._thread.workspace._buffers, *net._thread.workspace._gradient]
    assert not any(np.shares_memory(a, b) for a in (*second[1], second[2]) for b in buffers)


def test_it_keeps_a_workspace_for_the_largest_batch_so_far(net: ModuleType) -> None:
    kept = []
    for batch, dtype in ((4, np.float64), (3, np.float64), (5, np.float64), (5, np.float32), (2, np.float32)):
        arguments = given(net, batch, batch, dtype)
        found, expected = net.loss_and_grad(*arguments), net.plain.loss_and_grad(*arguments)
        for a, b in zip((*found[1], found[2]), (*expected[1], expected[2]), strict=True):
            assert a.dtype == dtype
            np.testing.assert_allclose(a, b, rtol=1e-12 if dtype is np.float64 else 1e-4, atol=1e-7)
        kept.append(net._thread.workspace)
    assert [step.batch for step in kept] == [4, 4, 5, 5, 5]
    assert [a is b for a, b in zip(kept, kept[1:], strict=False)] == [True, False, False, True]


def test_it_allocates_what_it_returns_and_nothing_else(net: ModuleType) -> None:
    arguments = given(net, 400, dtype=np.float32)
    returned = sum(a.nbytes for a in (*arguments[0], arguments[1]))
    peak, kept = peak_and_kept(lambda: net.loss_and_grad(*arguments))
    assert kept < 2048  # tuples that Python has ready for the next call
    assert peak < returned + 4096 < peak_and_kept(lambda: net.plain.loss_and_grad(*arguments))[0]


def test_states_masks_and_lengths_go_through() -> None:
    layers: list[Any] = [{"kind": "rnn", "units": 3, "initial": "given"}, {"kind": "batch_norm"}]
    layers += [{"kind": "dropout", "rate": 0.5}, {"kind": "dense", "units": 2}]
    found = Emitted(Network("net", {"shape": ["T", 2]}, layers, "mse", input_gradient=True))
    assert isinstance(found.net, Network)
    for samples, length in ((3, 4), (2, 6), (3, 2), (5, 1)):
        values = values_for(found.net, samples, length=length)
        assert max(errors(found.kept(values), found.plain(values)).values()) < 1e-12
    p, X, Y = found.module.init(dtype=np.float64), values["x"], values["y"]
    states = [found.module.init_state(5, np.float64) for _ in "ab"]
    for module, state in zip((found.module, found.plain_module), states, strict=True):
        module.loss_and_grad(p, X, Y, state=state, rng=7)
    assert states[0].mean2.any()
    for a, b in zip(*states, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


X, Y = np.zeros((4, 6)), np.full((4, 3), 1 / 3)
WRONG: dict[str, tuple[Any, Any]] = {
    "no array": ([[0.0] * 6], Y),
    "a number": (0.0, Y),
    "nothing": (None, Y),
    "no sample": (X[:0], Y[:0]),
    "no batch": (X[0], Y[0]),
    "one number": (np.array(1.0), Y),
    "an axis more": (X[None], Y),
    "a width": (np.zeros((4, 5)), Y),
    "single precision": (X.astype(np.float32), Y),
    "whole numbers": (X.astype(int), Y),
    "many samples without targets": (np.zeros((1000, 6)), Y),
    "many samples of another width": (np.zeros((1000, 5)), np.zeros((1000, 3))),
    "many targets that sum to nothing": (np.zeros((1000, 6)), np.zeros((1000, 3))),
    "targets that sum to nothing": (X, 0 * Y),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_said_as_in_the_plain_style_and_leaves_what_is_kept(wrong: str, net: ModuleType) -> None:
    p = net.init(dtype=np.float64)
    for _ in range(2):
        before = dict(vars(net._thread))
        for faulty in (p, p._replace(b1=p.b1[1:]), (), net.Parameters(*(a.astype(int) for a in p)), [1.0]):
            with pytest.raises(Exception) as plain:
                net.plain.loss_and_grad(faulty, *WRONG[wrong])
            with pytest.raises(type(plain.value)) as fast:
                net.loss_and_grad(faulty, *WRONG[wrong])
            assert str(fast.value) == str(plain.value)
        assert vars(net._thread) == before
        net.loss_and_grad(p, X, Y)  # from now on there is a workspace


def test_threads_equal_one_after_another_bit_for_bit(net: ModuleType) -> None:
    """Each calls the function and a workspace of its own, for batches of several sizes, all at once."""
    cases = [given(net, batch, batch) for batch in (9, 3, 30, 17)]
    expected = [bits(net.loss_and_grad(*case)) for case in cases]
    together = Barrier(4)

    def wrong(first: int) -> int:
        step, count = net.Workspace(30, np.float64), 0
        together.wait()
        for k in range(first, first + 400):
            case = cases[k % 4]
            count += bits(net.loss_and_grad(*case)) != expected[k % 4]
            count += bits(step.loss_and_grad(*case)) != expected[k % 4]
        return count

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(wrong, range(4))) == [0] * 4
    assert net.__doc__ is not None and "Several threads may call its functions at once" in net.__doc__


# The plain style.


def test_the_plain_style_has_no_workspace_and_the_same_rest() -> None:
    d = derive(symbp.load(RELAY))
    fast, plain = module_text(d), module_text(d, "plain")
    public = [set(re.findall(r"^(?:def|class) ([A-Za-z]\w*)", text, re.MULTILINE)) for text in (fast, plain)]
    assert public[0] - public[1] == {"Workspace"} and not public[1] - public[0]
    assert "W1_bar = z1_bar.T @ x" in plain and "W1_bar = z1_bar.T @ x" not in fast
    assert not re.search("workspace|thread(?!s may)", plain, re.IGNORECASE)


def test_there_are_two_styles(tmp_path: Path) -> None:
    with pytest.raises(symbp.SymbpError) as caught:
        symbp.write_module(derive(symbp.load(RELAY)), tmp_path, "quick")  # type: ignore[arg-type]
    assert str(caught.value) == "there is no style 'quick'\n  Choose one of fast, plain."


def test_the_notes_print_the_plain_style_and_say_where_it_begins() -> None:
    d = derive(symbp.load(RELAY))
    section = next(s for s in notes(d).sections if s.title == ("The NumPy module",))
    opening, shown = section.blocks
    told = " ".join(str(part) for part in opening.parts)  # type: ignore[union-attr]
    line = int(re.findall(r"symbp code --style plain.* at line (\d+)\.", told)[0])
    code = module_text(d, "plain").splitlines()
    assert shown.text.splitlines()[0] == code[line - 1]  # type: ignore[union-attr]
    assert code[line - 1].startswith("def loss_and_grad(")
