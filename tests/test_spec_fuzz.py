"""Mutated specs with layers of all kinds and equations: a network, or one SpecError that names the file, and soon."""

import random
import re
import time
from dataclasses import fields
from pathlib import Path

import pytest

from symbp.errors import SpecError
from symbp.layers import KINDS, LAYERS, Equations
from symbp.network import Described
from symbp.spec import loads
from symbp.wellformed import check

DATA = Path(__file__).parent / "data"
EXAMPLES = Path(__file__).parents[1] / "examples"
GRAPH = """
name = "graph"
[input]
shape = [4, 6, 6]
[[layers]]
kind = "conv_transpose2d"
name = "up"
filters = 4
kernel = [3, 2]
stride = 2
padding = [1, 0]
output_padding = [1, 0]
groups = 2
[[layers]]
kind = "group_norm"
groups = 2
activation = "tanh"
[[layers]]
kind = "avg_pool2d"
kernel = 3
stride = 2
padding = "same"
[[layers]]
kind = "rms_norm"
name = "low"
axes = 1
[[layers]]
kind = "multiply"
name = "gated"
input = ["low", "x"]
[[layers]]
kind = "concatenate"
name = "both"
input = ["gated", "x"]
[[layers]]
kind = "layer_norm"
scale = false
[[layers]]
kind = "global_max_pool"
name = "largest"
[[layers]]
kind = "global_avg_pool"
input = "both"
name = "average"
[[layers]]
kind = "activation"
activation = {name = "elu", alpha = 2}
input = "average"
name = "bent"
[[layers]]
kind = "add"
input = ["largest", "bent"]
[loss]
kind = "huber"
delta = 0.5
[regularization]
l2 = 0.1
clip_norm = 1.5
"""
LINE = """
name = "line"
[input]
shape = [3, 12]
[[layers]]
kind = "conv1d"
filters = 4
kernel = 3
dilation = 2
name = "a"
[[layers]]
kind = "conv_transpose1d"
filters = 4
kernel = 2
stride = 2
[[layers]]
kind = "max_pool1d"
kernel = 2
[[layers]]
kind = "avg_pool1d"
kernel = 2
stride = 1
[[layers]]
kind = "flatten"
[loss]
kind = "mse"
"""
SEQUENCE = """
name = "sequence"
[input]
shape = ["T"]
dtype = "int"
[[layers]]
kind = "embedding"
tokens = 5
units = 4
[[layers]]
kind = "positional_encoding"
method = "learned"
length = 8
[[layers]]
kind = "attention"
heads = 2
causal = true
[[layers]]
kind = "gru"
units = 3
returns = "sequence"
initial = "given"
bidirectional = true
reset_after = false
[[layers]]
kind = "dense"
units = 5
[loss]
kind = "sparse_cross_entropy"
[example]
x = [1, 2, 0]
y = [2, 0, 4]
"""
SPECS = [
    GRAPH,
    LINE,
    SEQUENCE,
    *(path.read_text() for path in sorted(DATA.glob("*.toml"))),
    *((EXAMPLES / f"{name}.toml").read_text() for name in ("relay", "classes", "xor")),
]
TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9.]+|\s+|.", re.DOTALL)
WORDS = [
    *{token for spec in SPECS for token in TOKEN.findall(spec)},
    *("-1", "0", "1", "1000000000", "1e400", "nan", "inf", "true", "[]", "{}", '""', "9" * 40, "0x" + "f" * 4000),
    *("sum[i]", "max[k]", "argmax[j]", "mean[n]", "where", "+=", "exp(", "**2", "**-1", "/0", "log(0)", "[n,t]", "[i]"),
    *(
        "N",
        "T+1",
        "lambda",
        "__import__",
        "a.b",
        "x_bar",
        "é",
        "\u202e",
        "\\u0000",
        "\\\\",
        "'",
        '"""',
        "#",
        "\n",
        "\r",
    ),
]
WORDS.sort()


def mutated(draw: random.Random) -> str:
    """A spec with a few tokens or lines exchanged, left out, doubled or taken from another spec."""
    text = draw.choice(SPECS)
    for _ in range(draw.choice([1, 1, 2, 3, 8])):
        parts = TOKEN.findall(text) if draw.random() < 0.7 else text.splitlines(keepends=True)
        others = WORDS if draw.random() < 0.6 else draw.choice(SPECS).splitlines(keepends=True)
        place, change = draw.randrange(len(parts)), draw.randrange(8)
        if change > 4 and parts[place].isalnum():
            others = [word for word in WORDS if word.isdigit() == parts[place].isdigit() and word.isalnum()]
        if change == 0:
            del parts[place]
        elif change == 1:
            parts.insert(place, parts[draw.randrange(len(parts))])
        elif change == 2:
            parts.insert(place, draw.choice(others))
        else:
            parts[place] = draw.choice(others)
        text = "".join(parts)
    return text


def test_the_specs_have_every_kind_of_layer_and_are_valid() -> None:
    assert all(isinstance(loads(spec), Described) for spec in SPECS)
    kinds = {kind for kind in LAYERS for spec in SPECS if f'kind = "{kind}"' in spec}
    assert kinds == set(LAYERS) and Equations in KINDS


@pytest.mark.parametrize("seed", range(20))
def test_a_mutated_spec_is_a_network_or_a_spec_error(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(60):
        text = mutated(draw)
        start = time.process_time()
        try:
            assert isinstance(loads(text, "fuzz.toml"), Described)
        except SpecError as error:
            message = str(error)
            assert message.startswith("fuzz.toml")
            assert all(line.isprintable() and len(line) < 2000 for line in message.split("\n")), message
        assert time.process_time() - start < 5


VALUES = ["0", "1", "2", "3", "7", "-1", "1.5", "true", "[1, 2]", "[3]", "[2, 2, 2]", '"same"', '"a0"', '["a0", "a1"]']
SHAPES = ["[4]", "[6, 5]", "[4, 6, 5]", "[1, 1, 1]", "[2, 3, 2, 2]"]
SENSIBLE = {
    "units": ["1", "3", "4"],
    "filters": ["1", "2", "4"],
    "kernel": ["1", "2", "3", "[2, 1]"],
    "padding": ["0", "1", '"same"'],
    "groups": ["1", "2", "4"],
    "rate": ["0", "0.5"],
    "input": ['"x"', '"a0"', '"a1"', '["a0", "a1"]', '["x", "a0"]', '["a2", "x"]'],
    "share": ['"a0"', '"a1"'],
    "activation": ['"relu"', '"softmax"', '"identity"', '{name = "elu", alpha = 2}'],
    "lines": ['"h[n,i] = tanh(x[n,i])*w[i]"', '"h[n,i,r] = x[n,i,r] + w[i]"', '"h[n,i] = w[i]"'],
    "output": ['"h"'],
    "indices": ["{i = 4, r = 6}", "{i = 3, r = 2}"],
    "tensors": ['{w = {indices = "i", role = "parameter"}}', "{}"],
}
REQUIRED = {"units", "filters", "kernel", "rate", "groups", "activation", "lines", "output", "indices", "tensors"}


def built(draw: random.Random) -> str:
    """A spec of random layers, most of whose values make sense by themselves."""
    text = f'name = "built"\n[input]\nshape = {draw.choice(SHAPES)}\n[loss]\nkind = "mse"\n'
    for number in range(draw.randint(1, 5)):
        kind = draw.choice(KINDS)
        keys = [key.name for key in fields(kind) if key.name != "name"]
        text += f'[[layers]]\nkind = "{kind.kind}"\nname = "a{number}"\n'
        for key in keys:
            needed = key in REQUIRED or (key == "input" and kind.reads[0] > 1)
            if draw.random() < (0.97 if needed else 0.12):
                text += f"{key} = {draw.choice(SENSIBLE.get(key, VALUES) if draw.random() < 0.95 else VALUES)}\n"
    return text


@pytest.mark.parametrize("seed", range(10))
def test_random_layers_are_a_network_or_a_spec_error(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(100):
        text = built(draw)
        try:
            network = loads(text, "fuzz.toml")
        except SpecError as error:
            assert str(error).startswith("fuzz.toml:")
        else:
            assert check(network.program()) and network.draws.keys() <= {t.name for t in network.parameters}
