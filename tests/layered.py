"""Small networks of every kind of layer, each with an example: what the notes are tried on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symbp.layers import (
    Add,
    Apply,
    AvgPool1d,
    AvgPool2d,
    BatchNorm,
    Concatenate,
    Conv1d,
    Conv2d,
    ConvTranspose1d,
    ConvTranspose2d,
    Dense,
    Dropout,
    Equations,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    GroupNorm,
    Layer,
    LayerNorm,
    MaxPool1d,
    MaxPool2d,
    Multiply,
    RMSNorm,
)
from symbp.network import EquationNetwork, Network

IMAGE = [Flatten(), Dense(2, "softmax")]
RBF = Equations(
    lines="d[n,i] = sum[j]((x[n,j] - c[i,j])**2)\nh[n,i] = exp(-d[n,i])",
    output="h",
    indices={"i": 2, "j": 3},
    tensors={"c": {"indices": "i,j", "role": "parameter"}},
)
LAYERS: dict[str, tuple[list[int], Callable[[], list[Layer]]]] = {
    "convolution": ([1, 4, 4], lambda: [Conv2d(2, 3, padding=1, activation="relu"), *IMAGE]),
    "strided convolution": ([2, 5, 4], lambda: [Conv2d(1, 3, stride=2, padding=1, activation="tanh"), *IMAGE]),
    "dilated convolution": ([1, 5, 5], lambda: [Conv2d(1, 2, dilation=2, activation="tanh", bias=False), *IMAGE]),
    "same convolution": ([1, 4, 3], lambda: [Conv2d(1, (3, 2), stride=2, padding="same", activation="tanh"), *IMAGE]),
    "grouped convolution": ([4, 3, 3], lambda: [Conv2d(2, 2, groups=2, activation="tanh"), *IMAGE]),
    "depthwise convolution": ([2, 3, 3], lambda: [Conv2d(2, 2, groups=2), Apply("tanh"), *IMAGE]),
    "convolution of a line": ([1, 6], lambda: [Conv1d(2, 3, padding=1, activation="relu"), MaxPool1d(2), *IMAGE]),
    "transposed convolution": ([2, 2, 2], lambda: [ConvTranspose2d(1, 3, stride=2, padding=1), Apply("tanh"), *IMAGE]),
    "transposed, a line": ([2, 3], lambda: [ConvTranspose1d(1, 2, stride=2, activation="tanh"), *IMAGE]),
    "overlapping max pooling": ([1, 5, 5], lambda: [MaxPool2d(3, stride=2), *IMAGE]),
    "padded max pooling": ([1, 4, 4], lambda: [MaxPool2d(3, stride=2, padding=1), *IMAGE]),
    "average pooling": ([1, 4, 4], lambda: [AvgPool2d(2, stride=1, padding=1), *IMAGE]),
    "average pooling of a line": ([2, 5], lambda: [AvgPool1d(2), *IMAGE]),
    "global pooling": ([2, 3, 3], lambda: [Conv2d(2, 2, activation="tanh"), GlobalAvgPool(), Dense(2, "softmax")]),
    "global max pooling": ([2, 3, 3], lambda: [GlobalMaxPool(), Dense(2, "softmax")]),
    "batch normalisation": ([3], lambda: [Dense(2), BatchNorm(activation="tanh"), Dense(2, "softmax")]),
    "of images": ([2, 2, 2], lambda: [Conv2d(2, 1), BatchNorm(activation="tanh"), *IMAGE]),
    "layer normalisation": ([3], lambda: [Dense(3), LayerNorm(), Dense(2, "softmax")]),
    "of the last axis": ([2, 3], lambda: [LayerNorm(axes=1), *IMAGE]),
    "RMS normalisation": ([3], lambda: [Dense(3), RMSNorm(activation="tanh"), Dense(2, "softmax")]),
    "group normalisation": ([4, 2, 1], lambda: [GroupNorm(2, scale=False), *IMAGE]),
    "two normalisations": ([3], lambda: [Dense(3), LayerNorm(), Dense(3, "tanh"), BatchNorm(), Dense(2, "softmax")]),
    "dropout": ([3], lambda: [Dense(4, "tanh"), Dropout(0.25), Dense(2, "softmax")]),
    "residual": ([3], lambda: [Dense(3, "tanh"), Dense(3, name="f"), Add(input=["x", "f"]), Dense(2, "softmax")]),
    "gate": (
        [3],
        lambda: [
            Dense(3, "tanh", name="a"),
            Dense(3, "sigmoid", input="x", name="g"),
            Multiply(input=["a", "g"]),
            Dense(2, "softmax"),
        ],
    ),
    "concatenation": (
        [3],
        lambda: [
            Dense(2, "tanh", name="a"),
            Dense(1, "relu", input="x", name="b"),
            Concatenate(input=["b", "x", "a"]),
            Dense(2, "softmax"),
        ],
    ),
    "shared": ([3], lambda: [Dense(3, "tanh", name="a"), Dense(3, "tanh", share="a"), Dense(2, "softmax")]),
    "equations": ([3], lambda: [RBF, Dense(2, "softmax")]),
    "softmax inside": ([3], lambda: [Dense(3), Apply("softmax"), LayerNorm(), Dense(2, "softmax")]),
}


def layered(name: str, samples: int = 3, example: bool = True, **more: Any) -> Network:
    """A network of the table, with an example of some samples."""
    shape, layers = LAYERS[name]
    rng = np.random.default_rng(5)
    x = np.round(rng.uniform(-1, 1, (samples, *shape)), 2).tolist()
    y = [[1, 0] if k % 2 else [0, 1] for k in range(samples)]
    numbers = {"x": x, "y": y} if example else None
    return Network("net", {"shape": shape}, layers(), "cross_entropy", example=numbers, **more)


def line(**more: Any) -> EquationNetwork:
    """The residual of u'' = f on a grid, for a u of two bumps."""
    return EquationNetwork(
        "rod",
        {"i": 6, "k": 2},
        {
            "x": {"indices": "i", "role": "input"},
            "w": {"indices": "k", "role": "parameter"},
            "a": {"indices": "k", "role": "parameter"},
        },
        "u[i] = sum[k](w[k]*tanh(a[k]*x[i]))\n"
        "r[i] = 25*(u[i+1] - 2*u[i] + u[i-1]) - 1 where 1 <= i < 5\n"
        "L = mean[i](r[i]**2) + u[0]**2",
        example={"x": [0, 0.2, 0.4, 0.6, 0.8, 1], "parameters": {"w": [0.5, -0.3], "a": [1, 2]}},
        **more,
    )
