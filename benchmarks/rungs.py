"""The rungs of the ladder: which networks, of which sizes, on which data. One table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Rung:
    """A network and the batch that it is trained on.

    ``family`` is what the programs have one function for. ``widths`` are, of ``dense``, the numbers of units from the
    input on; of ``rnn`` and ``lstm`` inputs and units; of ``conv`` channels of the image and of each convolution, and
    classes; of ``block`` the features, and how many times as many the layer between has. ``last`` is the activation
    of the last dense layer. ``labels`` says whether the loss is the cross-entropy of whole numbers, or else the mean
    square error of everything that the network gives. ``steps`` is the length of sequences, or the side of images.
    """

    name: str
    title: str
    family: str
    widths: tuple[int, ...]
    activation: str
    batch: int
    last: str = "identity"
    labels: bool = False
    steps: int = 0
    heads: int = 0


def _dense(name: str, title: str, widths: tuple[int, ...], activation: str, batch: int, last: str = "") -> Rung:
    """Dense layers: with a last activation for a mean square error, without one for a cross-entropy."""
    return Rung(name, title, "dense", widths, activation, batch, last or "identity", labels=not last)


RUNGS: dict[str, Rung] = {
    rung.name: rung
    for rung in (
        _dense("R1", "2-2-1 sigmoid, mse, batch 1", (2, 2, 1), "sigmoid", 1, "sigmoid"),
        _dense("R1b", "the same, batch 4", (2, 2, 1), "sigmoid", 4, "sigmoid"),
        _dense("R2", "64-32-10 relu, cross-entropy, batch 32", (64, 32, 10), "relu", 32),
        _dense("R3", "784-256-128-10 relu, cross-entropy, batch 128", (784, 256, 128, 10), "relu", 128),
        _dense("R3b", "the same, batch 1024", (784, 256, 128, 10), "relu", 1024),
        _dense("R4", "fifty layers of 64 tanh, mse, batch 64", (64,) * 51, "tanh", 64, "tanh"),
        _dense("R5", "2048-2048-2048-10 relu, cross-entropy, batch 256", (2048, 2048, 2048, 10), "relu", 256),
        Rung(
            "R6r", "simple RNN, 50 steps, 32 to 128, mse of the last, batch 32", "rnn", (32, 128), "tanh", 32, steps=50
        ),
        Rung("R6l", "LSTM, 50 steps, 32 to 128, mse of the last, batch 32", "lstm", (32, 128), "tanh", 32, steps=50),
        Rung(
            "R7",
            "1x28x28, conv 8 and 16 of 3x3, relu, maxpool 2, dense 10, cross-entropy, batch 64",
            "conv",
            (1, 8, 16, 10),
            "relu",
            64,
            labels=True,
            steps=28,
        ),
        Rung(
            "R8",
            "pre-norm attention block, 64 steps of 64, 4 heads, MLP x4 gelu_tanh, residuals, mse, batch 16",
            "block",
            (64, 4),
            "gelu_tanh",
            16,
            steps=64,
            heads=4,
        ),
        _dense("R9t", "256-256-256 gelu (tanh form), mse, batch 4096", (256, 256, 256), "gelu_tanh", 4096, "gelu_tanh"),
        _dense("R9e", "256-256-256 gelu (erf form), mse, batch 4096", (256, 256, 256), "gelu", 4096, "gelu"),
    )
}


def spec(rung: Rung) -> str:
    """The text of the spec, whose module is called ``ladder_`` and the rung."""
    shape, layers = _SPECS[rung.family](rung)
    head = f'name = "ladder_{rung.name}"\n\n[input]\nshape = {shape}\n'
    loss = "sparse_cross_entropy" if rung.labels else "mse"
    return "\n".join([head, *layers, f'[loss]\nkind = "{loss}"\n'])


def _layer(kind: str, **keys: object) -> str:
    """One ``[[layers]]``; Python's lists, numbers and, with other quotes, strings are TOML's."""
    lines = [f"{key} = {value!r}".replace("'", '"') for key, value in ({"kind": kind} | keys).items()]
    return "\n".join(["[[layers]]", *lines, ""])


def activations(rung: Rung) -> list[str]:
    """Those of the dense layers, in order."""
    return [rung.activation] * (len(rung.widths) - 2) + [rung.last]


def _dense_spec(rung: Rung) -> tuple[str, list[str]]:
    pairs = zip(rung.widths[1:], activations(rung), strict=True)
    return f"[{rung.widths[0]}]", [_layer("dense", units=units, activation=name) for units, name in pairs]


def _recurrent_spec(rung: Rung) -> tuple[str, list[str]]:
    return f'["T", {rung.widths[0]}]', [_layer(rung.family, units=rung.widths[1])]


def _conv_spec(rung: Rung) -> tuple[str, list[str]]:
    channels, *filters, classes = rung.widths
    shape = f"[{channels}, {rung.steps}, {rung.steps}]"
    stages = [
        text
        for count in filters
        for text in (
            _layer("conv2d", filters=count, kernel=3, activation=rung.activation),
            _layer("max_pool2d", kernel=2),
        )
    ]
    return shape, [*stages, _layer("flatten"), _layer("dense", units=classes)]


def _block_spec(rung: Rung) -> tuple[str, list[str]]:
    features, times = rung.widths
    return f'["T", {features}]', [
        _layer("layer_norm"),
        _layer("attention", heads=rung.heads, name="seen"),
        _layer("add", input=["x", "seen"], name="middle"),
        _layer("layer_norm"),
        _layer("dense", units=times * features, activation=rung.activation),
        _layer("dense", units=features, name="thought"),
        _layer("add", input=["middle", "thought"]),
    ]


_SPECS = {
    "dense": _dense_spec,
    "rnn": _recurrent_spec,
    "lstm": _recurrent_spec,
    "conv": _conv_spec,
    "block": _block_spec,
}


def data(rung: Rung) -> tuple[Array, Array]:
    """``X`` and ``Y`` in float64, labels as whole numbers; the same in every process."""
    rng = np.random.default_rng(1)
    inputs, outputs = _SHAPES[rung.family](rung)
    X = rng.normal(size=(rung.batch, *inputs))
    if rung.labels:
        return X, rng.integers(0, rung.widths[-1], rung.batch)
    return X, rng.uniform(0.1, 0.9, (rung.batch, *outputs))


_SHAPES: dict[str, Callable[[Rung], tuple[tuple[int, ...], tuple[int, ...]]]] = {
    "dense": lambda rung: ((rung.widths[0],), (rung.widths[-1],)),
    "rnn": lambda rung: ((rung.steps, rung.widths[0]), (rung.widths[1],)),
    "lstm": lambda rung: ((rung.steps, rung.widths[0]), (rung.widths[1],)),
    "conv": lambda rung: ((rung.widths[0], rung.steps, rung.steps), (rung.widths[-1],)),
    "block": lambda rung: ((rung.steps, rung.widths[0]), (rung.steps, rung.widths[0])),
}


def parameters(initial: tuple[Array, ...]) -> tuple[Array, ...]:
    """What a module's ``init`` draws, with biases and scales moved a little, so that none is only zero or one."""
    rng = np.random.default_rng(2)
    return tuple(value + 0.05 * rng.normal(size=value.shape) * (value.ndim == 1) for value in initial)
