"""The table of mistakes: each row does to a derivation what people do by hand, and is told in words."""

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symbp.derive import NetworkDerivation, derive
from symbp.layers import Conv2d, Dense, Flatten, MaxPool2d, Rnn
from symbp.mistakes import MISTAKES, plainly, same, seeds
from symbp.network import Network
from symbp.reference import evaluate_grids
from symbp.spec import load
from symbp.verify.check import target_makers
from symbp.verify.draw import draws
from symbp.wellformed import check

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))
Arrays = dict[str, Any]


@cache
def of_example(path: Path) -> NetworkDerivation:
    return derive(load(path))


def random_values(d: NetworkDerivation, sizes: dict[str, int], seed: int = 3) -> Arrays:
    """True values of all tensors at a random point."""
    drawn = next(iter(draws(d.start, sizes, seed, target_makers(d))))
    return evaluate_grids(d.chain_result, drawn.values, sizes)


def test_there_are_more_than_twenty_and_each_has_its_name() -> None:
    keys = [mistake.key for mistake in MISTAKES]
    assert len(keys) > 30
    assert len(set(keys)) == len(keys)
    assert len({mistake.title for mistake in MISTAKES}) == len({mistake.explained for mistake in MISTAKES}) == len(keys)


def test_each_mistake_can_be_made_in_some_example() -> None:
    names = ["relay", "xor", "classes", "rnn", "lstm", "attention", "standard", "residual", "digits_conv"]
    found = {s.mistake.key for name in names for s in seeds(of_example(ROOT / "examples" / f"{name}.toml"))}
    networks = [pooled(), penalised(), shared()]
    found |= {seed.mistake.key for network in networks for seed in seeds(derive(network))}
    assert found == {mistake.key for mistake in MISTAKES}


def pooled() -> Network:
    layers = [Conv2d(2, 2, stride=2, activation="tanh"), MaxPool2d(2), Flatten(), Dense(2)]
    return Network("pooled", {"shape": [1, 8, 8]}, layers, "half_squared_error")


def shared() -> Network:
    layers = [Dense(2, "tanh", name="first"), Dense(2, "tanh", share="first")]
    return Network("shared", 2, layers, "mse")


def penalised() -> Network:
    return Network("penalised", 2, [Dense(2, "tanh"), Dense(2)], "mse", regularization={"l2": 0.1})


QUICK = ("relay", "xor", "rnn", "residual", "attention")  # networks in which few mistakes can be made


def quick_or_slow(names: Iterable[str]) -> list[object]:
    return [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in names]


@pytest.mark.parametrize("name", quick_or_slow(path.stem for path in EXAMPLES))
def test_a_program_with_a_mistake_is_well_formed_and_the_mistake_is_told(name: str) -> None:
    d = of_example(ROOT / "examples" / f"{name}.toml")
    for seed in seeds(d):
        check(seed.program)
        assert seed.at in seed.program.tensor
        told = plainly(d, seed.told)
        assert told.endswith(".")
        assert "{" not in told and "(" not in told.replace("p(", "")


SOME = ("relay", "xor", "classes", "rnn", "lstm", "attention", "standard", "heat")


@pytest.mark.parametrize("name", quick_or_slow(SOME))
def test_what_a_mistake_does_not_change_keeps_its_value(name: str) -> None:
    """The short way, from the right values on, gives what the whole program gives; the rest is as it was."""
    d = of_example(ROOT / "examples" / f"{name}.toml")
    true = evaluate_grids(d.chain_result, d.given, d.sizes)
    wanted = [f"{w}_bar" for w in d.wrt]
    for seed in seeds(d):
        whole = seed.floats(d.given, d.sizes)
        short = seed.floats(true, d.sizes, *wanted)
        assert all(same(short[w], whole[w]) for w in wanted)
        assert all(same(whole[n], true[n]) for n in true if n not in seed.changed and np.size(true[n]))


# Backward passes written by hand, each with one mistake, as people make them.


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def mlp(v: Arrays, wrong: str = "") -> Arrays:
    """Two dense layers of sigmoids, mean squared error."""
    W1, b1, W2, b2, x, y = (v[k] for k in ("W1", "b1", "W2", "b2", "x", "y"))
    n, k = y.shape
    z1 = x @ (W1 if wrong == "transposed-forward" else W1.T) + (0 if wrong == "lost-bias" else b1)
    a1 = z1 if wrong == "lost-activation" else sigmoid(-z1 if wrong == "exponent-sign" else z1)
    z2 = a1 @ W2.T + b2
    yhat = sigmoid(z2)
    slope = {
        "lost-slope": 1,
        "function-for-slope": a1,
        "slope-argument": z1 * (1 - z1),
        "other-slope": 1 - a1**2,
        "exponent-sign": sigmoid(z1) * (1 - sigmoid(z1)),
        "lost-activation": sigmoid(z1) * (1 - sigmoid(z1)),
    }.get(wrong, a1 * (1 - a1))
    scale = {"half": 1, "batch-mean": 2 * n, "output-mean": 2 * k, "sign": -2}.get(wrong, 2)
    z2_bar = scale * (yhat - y) / (n * k) * yhat * (1 - yhat)
    W2_bar = z2_bar.T @ a1
    back = W2 - 0.1 * W2_bar if wrong == "updated-weights" else W2.T if wrong == "transposed" else W2
    a1_bar = z2_bar[:, :1] @ back[:1] if wrong == "lost-unit" else z2_bar @ back
    if wrong == "lost-factor":
        a1_bar = z2_bar.sum(axis=1, keepdims=True) + np.zeros_like(a1)
    z1_bar = a1_bar * slope
    given = {"stale-activation": np.broadcast_to(x[-1], x.shape), "own-output": a1}.get(wrong, x)
    W1_bar = z1_bar[-1:].T @ x[-1:] if wrong == "batch-sum" else z1_bar.T @ given
    return {
        "W1": W1_bar,
        "b1": z1_bar.sum(axis=0) * (n if wrong == "counted-again" else 1)
        if wrong != "counted-again-one-bias"
        else z1_bar.sum() + np.zeros(2),
        "W2": z2_bar.T @ {"pre-activation-input": z1, "other-layer": x}.get(wrong, a1),
        "b2": z2_bar.sum(axis=0),
    }


IN_AN_MLP = {
    "b1": "lost-slope function-for-slope slope-argument other-slope half batch-mean output-mean counted-again "
    "counted-again-one-bias",
    "W1": "sign updated-weights transposed lost-unit lost-factor stale-activation own-output batch-sum lost-bias "
    "lost-activation exponent-sign transposed-forward",
    "W2": "pre-activation-input other-layer",
}


def with_mistakes(d: NetworkDerivation, values: Arrays, sizes: dict[str, int]) -> list[tuple[str, Arrays]]:
    """The adjoints that each mistake changes, with the mistake's name."""
    found = []
    for seed in seeds(d):
        adjoints = [f"{name}_bar" for name in (*d.wrt, "a3", "s1") if f"{name}_bar" in seed.changed]
        found.append((seed.mistake.key, seed.floats(values, sizes, *adjoints)))
    return found


def named(tried: list[tuple[str, Arrays]], wrt: str, found: Any) -> set[str]:
    """The mistakes that give the same gradient."""
    return {key for key, adjoints in tried if f"{wrt}_bar" in adjoints and same(adjoints[f"{wrt}_bar"], found)}


Case = tuple[str, str, str]  # a parameter, what is done wrong by hand, and the mistake that it is


def told_apart(network: Network, sizes: dict[str, int], by_hand: Callable[..., Arrays], cases: Iterable[Case]) -> None:
    """The right pass is right, and each wrong one is wrong and has its name."""
    d = derive(network)
    values = random_values(d, sizes)
    right = by_hand(values)
    for name in d.wrt:
        assert np.allclose(right[name], values[f"{name}_bar"], rtol=1e-10, atol=1e-13), name
    tried = with_mistakes(d, values, sizes)
    for wrt, wrong, mistake in cases:
        found = by_hand(values, wrong)[wrt]
        assert not same(found, values[f"{wrt}_bar"]), wrong
        assert mistake in named(tried, wrt, found), wrong


def cases(rows: dict[str, str]) -> list[Case]:
    return [
        (wrt, mistake, mistake.removesuffix("-one-bias"))
        for wrt, mistakes in rows.items()
        for mistake in mistakes.split()
    ]


def test_mistakes_of_a_hand_written_multilayer_perceptron_are_named() -> None:
    network = Network("mlp", 2, [Dense(2, "sigmoid"), Dense(2, "sigmoid")], "mse")
    told_apart(network, {"N": 3}, mlp, cases(IN_AN_MLP))


def recurrent(v: Arrays, wrong: str = "") -> Arrays:
    """A recurrent layer whose last state is the output, half the squared error."""
    W, U, b, x, y = (v[k] for k in ("W1", "U1", "b1", "x", "y"))
    n, steps, _ = x.shape
    h = [np.zeros((n, U.shape[0]))]
    for t in range(steps):
        h.append(np.tanh(x[:, t] @ W.T + h[t] @ U.T + b))
    carried = (h[-1] - y) / n
    W_bar, U_bar, b_bar = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    for t in reversed(range(steps)):
        z_bar = carried * (1 if wrong == "lost-slope" else 1 - h[t + 1] ** 2)
        if wrong == "time-sum":
            W_bar *= 0
        W_bar += z_bar.T @ x[:, t]
        U_bar += z_bar.T @ (h[t + 1] if wrong == "wrong-step" else h[-1] if wrong == "stale-activation" else h[t])
        b_bar += z_bar.sum(axis=0)
        carried = 0 * carried if wrong == "not-carried" else z_bar @ (U.T if wrong == "transposed" else U)
    return {"W1": W_bar, "U1": U_bar, "b1": b_bar * (steps if wrong == "counted-again" else 1)}


def test_mistakes_of_hand_written_backpropagation_through_time_are_named() -> None:
    network = Network("rnn", {"shape": ["T", 2]}, [Rnn(2)], "half_squared_error")
    rows = {
        "W1": "lost-slope not-carried time-sum transposed",
        "U1": "wrong-step stale-activation",
        "b1": "counted-again",
    }
    told_apart(network, {"N": 2, "T": 3}, recurrent, cases(rows))


def convolution(v: Arrays, wrong: str = "") -> Arrays:
    """A kernel of 2 x 2 with stride 2 over 8 x 8, tanh, a maximum of 2 x 2, a dense layer."""
    W, b, V, c, x, y = (v[k] for k in ("W1", "b1", "W2", "b2", "x", "y"))
    n, m = len(x), W.shape[0]
    z = np.zeros((n, m, 4, 4))
    for r in range(4):
        for s in range(4):
            z[:, :, r, s] = np.einsum("njuv,ijuv->ni", x[:, :, 2 * r : 2 * r + 2, 2 * s : 2 * s + 2], W) + b
    a = np.tanh(z)
    blocks = a.reshape(n, m, 2, 2, 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(n, m, 2, 2, 4)
    best = blocks.argmax(-1)
    flat = blocks.max(-1).reshape(n, -1)
    out_bar = (flat @ V.T + c - y) / n
    pooled_bar = (out_bar @ V).reshape(n, m, 2, 2)
    a_bar = np.zeros_like(a)
    for i in np.ndindex(n, m, 2, 2):
        for place in range(4) if wrong == "pool-routing" else [best[i]]:
            a_bar[i[0], i[1], 2 * i[2] + place // 2, 2 * i[3] + place % 2] += pooled_bar[i]
    z_bar = a_bar * (1 - a**2)
    W_bar = np.zeros_like(W)
    for r in range(1 if wrong == "place-sum" else 4):
        for s in range(1 if wrong == "place-sum" else 4):
            step = 1 if wrong == "stride" else 2
            rows = slice(step * r, step * r + 2)
            part = x[:, :, rows, 2 * s : 2 * s + 2]
            W_bar += np.einsum("ni,njuv->ijuv", z_bar[:, :, r, s], part)
    if wrong == "flipped-kernel":
        W_bar = W_bar[:, :, ::-1, ::-1]
    return {"W1": W_bar, "b1": z_bar.sum(axis=(0, 2, 3)), "W2": out_bar.T @ flat, "b2": out_bar.sum(axis=0)}


def test_mistakes_of_a_hand_written_convolution_are_named() -> None:
    told_apart(pooled(), {"N": 2}, convolution, cases({"W1": "pool-routing place-sum stride flipped-kernel"}))


def test_mistakes_of_a_softmax_and_of_a_normalisation_are_named() -> None:
    """``p p_bar``, ``p (1 - p) p_bar``, and layer normalisation whose statistics are constants."""
    d = of_example(ROOT / "examples" / "attention.toml")
    v = random_values(d, {"N": 2})
    tried = with_mistakes(d, v, {"N": 2})
    p, p_bar = v["p1"], v["p1_bar"]
    for s_bar in (p * p_bar, p * (1 - p) * p_bar):
        assert "softmax-diagonal" in named(tried, "s1", s_bar)
    d = of_example(ROOT / "examples" / "residual.toml")
    v = random_values(d, {"N": 2})
    tried = with_mistakes(d, v, {"N": 2})
    constant = v["xhat4_bar"] / v["s4"][:, None]
    assert "constant-statistics" in named(tried, "a3", constant)
    variance_only = constant - constant.mean(axis=1, keepdims=True)
    assert "constant-statistics" in named(tried, "a3", variance_only)
