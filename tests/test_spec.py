"""Specs that load, and what any text whatever in one comes to: a network or a SpecError."""

import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbp.errors import SpecError
from symbp.network import Network
from symbp.reference import evaluate
from symbp.spec import load, loads

EXAMPLES = Path(__file__).parents[1] / "examples"
SPEC = (EXAMPLES / "relay.toml").read_text()


def test_the_article_s_network() -> None:
    network = load(EXAMPLES / "relay.toml")
    x, y = network.samples
    found = evaluate(network.program(), {"x": x, "y": y, **network.parameter_values}, {"N": 1})
    for name, expected in (("yhat", 0.7390882859), ("L", 0.01934555127)):
        assert float(np.squeeze(found[name])) == pytest.approx(expected, rel=1e-9)
    assert network.example is not None and network.example.learning_rate == 0.1
    assert (network.title, network.notation.numbering) == ("Three neurons in a relay", "neurons")


SHAPES = {"relay": (2, 2, 1), "xor": (2, 2, 1), "classes": (3, 4, 2), "digits": (64, 32, 10), "deep": (3, *[3] * 11, 1)}


@pytest.mark.parametrize("name", SHAPES)
def test_the_examples_load(name: str) -> None:
    network = load(EXAMPLES / f"{name}.toml")
    assert (network.name, network.widths) == (name, SHAPES[name])
    assert network.program().output == "L"


def test_xor_is_solved_after_the_steps_of_its_example() -> None:
    network = load(EXAMPLES / "xor.toml")
    (X, Y), example = (np.array(side, float) for side in network.samples), network.example
    assert example is not None
    W1, b1, W2, b2 = (np.array(value, float) for value in network.parameter_values.values())
    for _ in range(example.steps):
        h = np.tanh(X @ W1.T + b1)
        d = (1 / (1 + np.exp(-h @ W2.T - b2)) - Y) / 4
        e = d @ W2 * (1 - h * h)
        steps = (e.T @ X, e.sum(0), d.T @ h, d.sum(0))
        W1, b1, W2, b2 = (p - example.learning_rate * g for p, g in zip((W1, b1, W2, b2), steps, strict=True))
    yhat = 1 / (1 + np.exp(-np.tanh(X @ W1.T + b1) @ W2.T - b2))
    assert np.max(np.abs(yhat - Y)) < 0.03


def test_a_spec_and_python_state_the_same_network() -> None:
    table = {"kind": "dense", "units": 2, "activation": "sigmoid"}
    network = Network("relay", 2, [table, {**table, "units": 1}], "mse", "Three neurons in a relay")
    text = SPEC.split("[notation]")[0]
    assert loads(text) == network
    assert loads(text.replace("\n", "\r\n")) == network


def test_later_keys_and_the_module_table() -> None:
    network = loads("version = 1\n" + SPEC + '[notes]\nlanguage = "en"\n[module]\ninput_gradient = true\n')
    assert network.input_gradient


def written(folder: Path, example: str, **arrays: object) -> Path:
    np.savez(folder / "data.npz", **arrays)  # type: ignore[arg-type]
    path = folder / "net.toml"
    path.write_text(SPEC.split("[example]")[0] + example)
    return path


PARAMETERS = {"W1": [[1.0, 2], [3, 4]], "b1": [0.5, 0.25], "W2": [[1.0, -1]], "b2": [0.0]}


def test_arrays_from_a_file_beside_the_spec(tmp_path: Path) -> None:
    everything = {"x": [[0.5, 0.1]], "y": [[0.6]], **PARAMETERS}
    network = load(written(tmp_path, '[example]\nfile = "data.npz"\n', **everything))
    assert network.samples == (((0.5, 0.1),), ((0.6,),))
    assert network.parameter_values["W1"] == ((1.0, 2.0), (3.0, 4.0))
    own = "[example]\nx = [1, 2]\ny = [3]\n[example.parameters]\n"
    network = load(written(tmp_path, own + 'file = "data.npz"\n', **PARAMETERS))
    assert network.parameter_values["b1"] == (0.5, 0.25)


def test_a_first_state_from_a_file_beside_the_spec(tmp_path: Path) -> None:
    np.savez(tmp_path / "states.npz", x=[[1.0], [2.0]], y=[1.0], h1_0=[0.25], c1_0=[-0.5])
    path = tmp_path / "net.toml"
    layer = '[[layers]]\nkind = "lstm"\nunits = 1\ninitial = "given"\n[loss]\nkind = "mse"\n'
    path.write_text(f'name = "net"\n[input]\nshape = ["T", 1]\n{layer}[example]\nfile = "states.npz"\n')
    given = load(path).given
    assert (given["h1_0"], given["c1_0"]) == (((0.25,),), ((-0.5,),))


NPZ: list[tuple[str, dict[str, object], str]] = [
    (
        "../data.npz",
        {},
        (
            'example.file: "../data.npz" is not the name of an .npz file beside the spec\n'
            '    file = "../data.npz"\n'
            "            ^^^^^^^^^^^\n"
            '  Such as "data.npz".'
        ),
    ),
    (
        "other.npz",
        {},
        ('example.file: there is no file "other.npz" beside the spec\n    file = "other.npz"\n            ^^^^^^^^^'),
    ),
    (
        "net.npz",
        {},
        (
            'example.file: "net.npz" is not an .npz file of numbers (BadZipFile)\n'
            '    file = "net.npz"\n'
            "            ^^^^^^^"
        ),
    ),
    (
        "data.npz",
        {"x": np.array(["a"])},
        (
            'example.file: the array "x" has the dtype <U1; numbers are needed\n'
            '    file = "data.npz"\n'
            "            ^^^^^^^^"
        ),
    ),
    (
        "data.npz",
        {"x": np.array([{}])},
        (
            'example.file: "data.npz" is not an .npz file of numbers (ValueError)\n'
            '    file = "data.npz"\n'
            "            ^^^^^^^^"
        ),
    ),
    (
        "data.npz",
        {"x": np.zeros(9 * 2**20)},
        (
            'example.file: "data.npz" holds 75,497,600 bytes; at most 67,108,864 are read\n'
            '    file = "data.npz"\n'
            "            ^^^^^^^^"
        ),
    ),
]


@pytest.mark.parametrize(("name", "arrays", "message"), NPZ, ids=[row[2][14:50] for row in NPZ])
def test_files_of_arrays_at_fault(tmp_path: Path, name: str, arrays: dict[str, object], message: str) -> None:
    (tmp_path / "net.npz").write_text("no zip")
    path = written(tmp_path, f'[example]\nfile = "{name}"\n', **arrays)
    with pytest.raises(SpecError) as caught:
        load(path)
    assert str(caught.value) == f"{path}:24: {message}"


def test_an_array_that_stands_twice(tmp_path: Path) -> None:
    path = written(tmp_path, '[example]\nx = [1, 2]\ny = [1]\nfile = "data.npz"\n', x=[1.0, 2.0])
    with pytest.raises(SpecError) as caught:
        load(path)
    assert str(caught.value) == (
        f'{path}:26: example.file: "x" stands here and in the file\n    file = "data.npz"\n            ^^^^^^^^\n'
        "  Leave one of the two out."
    )


FULL = """
name = {0}
title = {1}
[input]
shape = [2]
dtype = {2}
[[layers]]
kind = {3}
units = 2
name = {4}
activation = {5}
[[layers]]
kind = "dense"
units = 2
share = {6}
activation = {{name = {7}, expression = {8}}}
[loss]
kind = {9}
expression = {10}
reduction = {11}
[notation]
numbering = {12}
[notation.symbols]
W1 = {13}
[example]
x = [1, 2]
y = [0, 1]
optimizer = {14}
[notes]
language = {15}
"""
VALID = [
    "net",
    "title",
    "float",
    "dense",
    "first",
    "tanh",
    "first",
    "mine",
    "z*sigmoid(z)",
    "custom",
    "(yhat - y)**2",
    "mean",
    "neurons",
    r"\hat{W}",
    "sgd",
    "en",
]
HOSTILE = [
    r"\input{/etc/passwd}",
    "<script>alert(1)</script>",
    '"""',
    "a\rb",
    "\x00",
    "\u202e",
    "__import__('os')",
    "../../x",
    "{{ 7*7 }}",
    "$x$",
    "%",
    "a" * 5000,
    "\N{CYRILLIC SMALL LETTER A}",
    "9" * 400,
    "(" * 300,
    "class",
    "é\n\n",
]


def toml_string(text: str) -> str:
    plain = (c if c.isalnum() and c.isascii() else f"\\U{ord(c):08x}" for c in text)
    return '"' + "".join(plain) + '"'


def outcome(texts: list[str]) -> Network | str:
    try:
        return loads(FULL.format(*map(toml_string, texts)), "fuzz.toml")
    except SpecError as error:
        return str(error)


def test_the_spec_that_is_fuzzed_is_valid() -> None:
    assert isinstance(outcome(VALID), Network)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, len(VALID) - 1),
    st.sampled_from(HOSTILE + VALID) | st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
)
def test_every_text_key_takes_any_text(key: int, text: str) -> None:
    """A network, or one fault in printable lines: never a traceback."""
    found = outcome([*VALID[:key], text, *VALID[key + 1 :]])
    if isinstance(found, str):
        assert found.startswith("fuzz.toml:")
        assert all(line.isprintable() and len(line) < 1000 for line in found.split("\n"))
    elif key == 1:
        assert found.title == text


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60), st.integers(0, len(SPEC)))
def test_any_bytes_are_a_network_or_a_spec_error(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, cut: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "noise.toml"
    path.write_bytes(SPEC[:cut].encode() + noise + SPEC[cut:].encode())
    try:
        assert isinstance(load(path), Network)
    except SpecError as error:
        assert str(error).startswith(str(path))


NUMBERS = [
    "0",
    "-1",
    "true",
    "1.0",
    "1000000000000",
    "inf",
    "nan",
    '"2"',
    "[]",
    "{}",
    "1979-05-27",
    "1e999",
    "9" * 4000,
]
PLACES: list[Callable[[str], str]] = [
    lambda v: SPEC.replace("units = 2", f"units = {v}"),
    lambda v: SPEC.replace("shape = [2]", f"shape = {v}"),
    lambda v: SPEC.replace("shape = [2]", f"shape = [{v}]"),
    lambda v: SPEC.replace("x = [0.5, 0.1]", f"x = {v}"),
    lambda v: SPEC.replace("y = [0.6]", f"y = [{v}]"),
    lambda v: SPEC.replace("learning_rate = 0.1", f"learning_rate = {v}"),
    lambda v: SPEC.replace("learning_rate = 0.1", f"steps = {v}"),
    lambda v: SPEC.replace("b2 = [0.3]", f"b2 = [{v}]"),
    lambda v: SPEC.replace('kind = "mse"', f'kind = "huber"\ndelta = {v}'),
    lambda v: SPEC.replace("[notation]", f"[regularization]\nl1 = {v}\n[notation]"),
    lambda v: SPEC.replace("[notation]", f"[[notation]]\na = {v}\n"),
    lambda v: SPEC.replace("[loss]\nkind", f"[loss]\nloss = {v}\nkind"),
]


@pytest.mark.parametrize("place", range(len(PLACES)))
def test_odd_values_are_refused_or_used(place: int) -> None:
    for value in NUMBERS:
        try:
            network = loads(PLACES[place](value))
        except SpecError as error:
            assert str(error).startswith("spec.toml")
        else:
            assert all(math.isfinite(v) for row in network.samples[0] for v in row)


def test_messages_do_not_depend_on_the_hash_seed() -> None:
    code = (
        "from symbp.spec import loads\n"
        "from symbp.errors import SpecError\n"
        "try: loads('nme = 1')\n"
        "except SpecError as error: print(error)\n"
        f"print(loads({SPEC!r}).program())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] != b""
