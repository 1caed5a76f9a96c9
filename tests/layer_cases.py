"""Networks around one layer each, over a grid of shapes, for the comparison with other frameworks.

The grid has a batch of one, kernels as large as the input, strides beyond the kernel, odd sizes, one channel, one unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from stated import STATED

TOLERANCE = 1e-10
TWO_SAMPLES = 1e-9  # batch normalisation over two samples: each is nearly +-1, whatever it was
Table = dict[str, Any]
Shape = tuple[int, ...]
HEAD: list[Table] = [{"kind": "flatten"}, {"kind": "dense", "units": 2}]


@dataclass(frozen=True)
class Case:
    """A network around a layer.

    Attributes:
        layers: Tables as in a spec.
        shape: Of one sample.
        ties: Whether the input holds small whole numbers, so that windows have several largest values.
        others: Whether JAX can do it too.
    """

    layers: Sequence[Table]
    shape: Shape
    batch: int = 3
    tolerance: float = TOLERANCE
    ties: bool = False
    jax: bool = True


def kind(of: str, /, **keys: Any) -> Table:
    return {"kind": of, **keys}


def told(keys: Table) -> str:
    return " ".join(f"{key}={value}".replace(" ", "") for key, value in keys.items())


def over(
    of: str, *grid: tuple[Shape, int, Table], head: Sequence[Table] = (), **more: Any
) -> Iterator[tuple[str, Case]]:
    """A case for each shape of a sample, batch and keys of the layer."""
    for shape, batch, keys in grid:
        name = f"{of} {'x'.join(map(str, (batch, *shape)))} {told(keys)}".strip()
        yield name, Case([kind(of, **keys), *head], shape, batch, **more)


CONVOLUTIONS: list[tuple[Shape, int, Table]] = [
    ((2, 5, 6), 3, {"filters": 3, "kernel": 3}),
    ((2, 5, 6), 1, {"filters": 3, "kernel": 3, "padding": 1}),
    ((2, 5, 7), 2, {"filters": 2, "kernel": [3, 2], "stride": 2, "padding": 1}),
    ((2, 5, 7), 2, {"filters": 2, "kernel": [3, 2], "stride": [1, 3], "padding": [2, 0], "bias": False}),
    ((2, 4, 5), 2, {"filters": 3, "kernel": [4, 5]}),  # as large as its input
    ((2, 4, 5), 1, {"filters": 1, "kernel": [4, 5], "padding": 1}),
    ((1, 7, 7), 2, {"filters": 1, "kernel": 2, "stride": 3}),  # rows that no window covers
    ((3, 7, 9), 2, {"filters": 2, "kernel": 1, "stride": 2}),
    ((3, 3, 3), 2, {"filters": 2, "kernel": 1}),
    ((1, 1, 1), 1, {"filters": 1, "kernel": 1}),
    ((1, 1, 5), 2, {"filters": 2, "kernel": [1, 3], "padding": [0, 2]}),
    ((2, 1, 1), 2, {"filters": 2, "kernel": 3, "padding": 1}),  # a window of which only its centre is there
    ((2, 7, 6), 2, {"filters": 2, "kernel": 3, "dilation": 2}),
    ((2, 7, 8), 2, {"filters": 2, "kernel": [2, 3], "dilation": [3, 2], "stride": 2, "padding": 2}),
    ((4, 5, 5), 2, {"filters": 6, "kernel": 3, "groups": 2}),
    ((3, 5, 5), 2, {"filters": 3, "kernel": 3, "groups": 3, "padding": 1}),  # depthwise
    ((3, 5, 4), 2, {"filters": 6, "kernel": 2, "groups": 3, "stride": 2}),  # with a multiplier
    ((4, 5, 5), 1, {"filters": 2, "kernel": 3, "groups": 2, "dilation": 2, "padding": 2, "bias": False}),
    ((2, 5, 6), 2, {"filters": 3, "kernel": 3, "padding": "same"}),
    ((2, 5, 6), 2, {"filters": 3, "kernel": [2, 4], "padding": "same"}),  # the odd zero last
    ((2, 6, 5), 1, {"filters": 2, "kernel": 3, "padding": "same", "dilation": 2}),
    ((2, 5, 6), 2, {"filters": 2, "kernel": 3, "padding": "same", "stride": 2}),
    ((2, 7, 8), 2, {"filters": 2, "kernel": [2, 3], "padding": "same", "stride": [3, 2]}),
    ((2, 7, 8), 2, {"filters": 2, "kernel": 2, "padding": "same", "stride": 4}),
    ((4, 6, 7), 2, {"filters": 4, "kernel": 3, "padding": "same", "stride": 2, "groups": 2}),
    ((2, 6, 6), 2, {"filters": 2, "kernel": 3, "padding": 1, "activation": "tanh"}),
    ((2, 3, 3), 2, {"filters": 2, "kernel": 3, "padding": 5}),  # padding beyond the kernel
]

LINES: list[tuple[Shape, int, Table]] = [
    ((2, 6), 3, {"filters": 3, "kernel": 3}),
    ((2, 7), 1, {"filters": 2, "kernel": 3, "stride": 2, "padding": 1}),
    ((1, 7), 2, {"filters": 1, "kernel": 7}),
    ((1, 9), 2, {"filters": 2, "kernel": 2, "stride": 4, "bias": False}),
    ((2, 9), 2, {"filters": 2, "kernel": 3, "dilation": 3, "padding": 2}),
    ((4, 6), 2, {"filters": 4, "kernel": 3, "groups": 4}),
    ((4, 6), 2, {"filters": 6, "kernel": 2, "groups": 2, "padding": "same"}),
    ((2, 7), 2, {"filters": 3, "kernel": 4, "padding": "same"}),
    ((2, 7), 2, {"filters": 3, "kernel": 4, "padding": "same", "stride": 2}),
    ((2, 8), 2, {"filters": 3, "kernel": 3, "padding": "same", "stride": 2, "dilation": 2}),
    ((1, 1), 1, {"filters": 1, "kernel": 1}),
]

TRANSPOSED: list[tuple[Shape, int, Table]] = [
    ((2, 3, 4), 2, {"filters": 3, "kernel": 3}),
    ((2, 3, 4), 1, {"filters": 3, "kernel": 2, "stride": 2}),
    ((2, 3, 4), 2, {"filters": 2, "kernel": 3, "stride": 2, "padding": 1}),
    ((2, 3, 4), 2, {"filters": 2, "kernel": 3, "stride": 2, "padding": 1, "output_padding": 1}),
    ((2, 3, 2), 2, {"filters": 2, "kernel": 2, "stride": 3, "output_padding": 2}),  # rows that nothing reaches
    ((2, 3, 2), 2, {"filters": 2, "kernel": [3, 2], "stride": [1, 2], "padding": [2, 0], "output_padding": [0, 1]}),
    ((2, 3, 4), 2, {"filters": 2, "kernel": 2, "dilation": 2}),
    ((2, 3, 4), 2, {"filters": 2, "kernel": 3, "dilation": [2, 1], "stride": 2, "padding": 1, "bias": False}),
    ((4, 3, 3), 2, {"filters": 6, "kernel": 2, "groups": 2, "stride": 2}),
    ((3, 3, 3), 2, {"filters": 3, "kernel": 3, "groups": 3, "padding": 1}),
    ((3, 2, 3), 2, {"filters": 6, "kernel": 2, "groups": 3, "bias": False}),
    ((2, 3, 3), 2, {"filters": 3, "kernel": 1}),
    ((2, 3, 3), 2, {"filters": 3, "kernel": 1, "stride": 2}),
    ((1, 1, 1), 1, {"filters": 1, "kernel": 3}),
    ((2, 4, 4), 2, {"filters": 2, "kernel": 3, "padding": 1, "activation": "tanh"}),
]

TRANSPOSED_LINES: list[tuple[Shape, int, Table]] = [
    ((2, 4), 2, {"filters": 3, "kernel": 3}),
    ((2, 4), 1, {"filters": 2, "kernel": 4, "stride": 2, "padding": 1}),
    ((2, 4), 2, {"filters": 2, "kernel": 2, "stride": 3, "output_padding": 1, "bias": False}),
    ((4, 3), 2, {"filters": 2, "kernel": 3, "groups": 2, "dilation": 2, "padding": 1}),
    ((1, 1), 1, {"filters": 1, "kernel": 1}),
]

POOLS: list[tuple[Shape, int, Table]] = [
    ((2, 6, 4), 3, {"kernel": 2}),
    ((2, 5, 7), 1, {"kernel": 2}),  # odd: a row that no window covers
    ((2, 6, 7), 2, {"kernel": 3, "stride": 1}),
    ((2, 6, 7), 2, {"kernel": 3, "stride": 2}),
    ((2, 6, 7), 2, {"kernel": 3, "stride": 2, "padding": 1}),
    ((2, 6, 7), 2, {"kernel": [2, 4], "stride": [1, 2], "padding": [1, 2]}),
    ((1, 4, 5), 2, {"kernel": [4, 5]}),
    ((1, 7, 7), 2, {"kernel": 2, "stride": 3}),
    ((2, 3, 3), 2, {"kernel": 1}),
    ((2, 5, 6), 2, {"kernel": 1, "stride": 2}),
    ((1, 1, 1), 1, {"kernel": 1}),
    ((2, 5, 6), 2, {"kernel": 2, "padding": "same"}),
    ((2, 5, 6), 2, {"kernel": 3, "stride": 2, "padding": "same"}),
    ((2, 5, 6), 2, {"kernel": [2, 3], "stride": 1, "padding": "same"}),
]

DILATED_POOLS: list[tuple[Shape, int, Table]] = [
    ((2, 6, 7), 2, {"kernel": 2, "dilation": 2}),
    ((2, 6, 7), 2, {"kernel": 2, "stride": 1, "dilation": [3, 2], "padding": 1}),
]

ONE_ROW: list[tuple[Shape, int, Table]] = [
    ((2, 3, 5), 2, {"kernel": 3, "stride": 1}),
    ((2, 5, 4), 2, {"kernel": [2, 4], "stride": 1, "padding": [1, 0]}),
]

LINE_POOLS: list[tuple[Shape, int, Table]] = [
    ((2, 6), 3, {"kernel": 2}),
    ((2, 7), 1, {"kernel": 3, "stride": 2, "padding": 1}),
    ((2, 7), 2, {"kernel": 3, "stride": 1}),
    ((1, 7), 2, {"kernel": 7}),
    ((2, 9), 2, {"kernel": 2, "stride": 4}),
    ((2, 7), 2, {"kernel": 4, "stride": 3, "padding": "same"}),
]

WHOLE: list[tuple[Shape, int, Table]] = [((3, 4, 5), 2, {}), ((1, 1, 1), 1, {}), ((2, 7), 3, {}), ((2, 1), 2, {})]

BATCH_NORMS: list[tuple[Shape, int, Table]] = [
    ((3,), 5, {}),
    ((1,), 4, {}),
    ((3,), 4, {"epsilon": 0}),
    ((3,), 4, {"epsilon": 0.1, "scale": False}),
    ((3,), 4, {"shift": False}),
    ((3, 4), 3, {}),
    ((2, 3, 4), 3, {}),
    ((2, 3, 4), 1, {}),  # one sample: its places have statistics
    ((2, 3, 4), 2, {"epsilon": 0, "shift": False}),
    ((1, 3, 3), 2, {"activation": "relu"}),
    ((2, 1, 1), 3, {}),
]

SAMPLE_NORMS: list[tuple[Shape, int, Table]] = [
    ((4,), 3, {}),
    ((4,), 1, {"epsilon": 0}),
    ((5,), 2, {"scale": False}),
    ((5,), 2, {"shift": False}),
    ((2,), 3, {"epsilon": 0.01}),
    ((3, 4), 2, {}),
    ((3, 4), 2, {"axes": 1}),
    ((2, 3, 4), 2, {}),
    ((2, 3, 4), 2, {"axes": 2}),
    ((2, 3, 4), 1, {"axes": 1, "epsilon": 0}),
    ((3, 4), 2, {"axes": 2, "activation": "tanh"}),
]

ROOT_MEAN_SQUARES = [
    *SAMPLE_NORMS,
    ((1,), 2, {}),
    ((4,), 2, {"shift": True}),
    ((4,), 2, {"scale": False, "shift": True}),
]

GROUP_NORMS: list[tuple[Shape, int, Table]] = [
    ((4,), 3, {"groups": 2}),
    ((4,), 1, {"groups": 1}),
    ((4, 3), 2, {"groups": 2}),
    ((4, 3, 2), 2, {"groups": 2}),
    ((4, 3, 2), 1, {"groups": 4}),  # each channel by itself
    ((6, 2, 2), 2, {"groups": 3, "epsilon": 0}),
    ((6, 2, 2), 2, {"groups": 3, "scale": False}),
    ((6, 2, 2), 2, {"groups": 2, "shift": False}),
    ((1, 3, 3), 2, {"groups": 1, "activation": "tanh"}),
]


def branches(*paths: Table, then: Sequence[Table]) -> list[Table]:
    """Layers ``a``, ``b``, ... that all read the input, and what brings them together."""
    return [*({**path, "name": name, "input": "x"} for name, path in zip("abcd", paths, strict=False)), *then]


CONV = kind("conv2d", filters=2, kernel=3, padding=1)
GRAPHS: dict[str, Case] = {
    "residual": Case(branches(kind("dense", units=4, activation="tanh"), then=[kind("add", input=["x", "a"])]), (4,)),
    "residual block": Case(
        [
            {**CONV, "activation": "relu"},
            {**CONV, "name": "f", "bias": False},
            kind("batch_norm", name="g"),
            kind("add", input=["g", "x"], activation="relu"),
            *HEAD,
        ],
        (2, 4, 4),
    ),
    "a layer added to itself": Case([kind("dense", units=3, name="a"), kind("add", input=["a", "a"])], (3,)),
    "a layer times itself": Case([kind("dense", units=3, name="a"), kind("multiply", input=["a", "a"])], (3,)),
    "three added": Case(
        branches(kind("dense", units=3), kind("dense", units=3, activation="tanh"),
                 then=[kind("add", input=["a", "b", "x"])]), (3,)
    ),  # fmt: skip
    "a bias for each channel": Case(
        branches(CONV, kind("global_avg_pool"), then=[kind("add", input=["a", "b"])]), (2, 3, 4)
    ),
    "a gate for each channel": Case(
        [
            {**CONV, "name": "a"},
            kind("global_avg_pool", name="m"),
            kind("dense", units=2, activation="sigmoid", name="gate"),
            kind("multiply", input=["a", "gate"]),
        ],
        (2, 3, 4),
    ),
    "a gate before its channels": Case(
        branches(kind("global_max_pool"), CONV, then=[kind("multiply", input=["a", "b", "x"])]), (2, 3, 3)
    ),
    "three multiplied": Case(
        branches(kind("dense", units=3), kind("dense", units=3, activation="tanh"),
                 then=[kind("multiply", input=["a", "x", "b"])]), (3,)
    ),  # fmt: skip
    "vectors side by side": Case(
        branches(
            kind("dense", units=2), kind("dense", units=1), then=[kind("concatenate", input=["a", "x", "b", "a"])]
        ),
        (3,),
    ),
    "channels side by side": Case(
        branches(CONV, kind("max_pool2d", kernel=3, stride=1, padding=1), then=[kind("concatenate", input=["a", "b"])]),
        (2, 3, 4),
    ),
    "rows side by side": Case(
        branches(CONV, {**CONV, "filters": 3, "kernel": [1, 3], "padding": [0, 1]},
                 kind("conv2d", filters=2, kernel=[2, 3], padding=[0, 1]),
                 then=[kind("concatenate", input=["a", "c", "x"], axis=2, name="d"),
                       kind("flatten", input="b", name="e"), kind("flatten", input="d", name="f"),
                       kind("concatenate", input=["f", "e"])]),
        (2, 3, 4),
    ),  # fmt: skip
    "columns side by side": Case(
        branches(CONV, kind("conv2d", filters=2, kernel=[3, 2], padding=[1, 0]),
                 then=[kind("concatenate", input=["b", "a"], axis=3, activation="tanh")]), (2, 3, 4)
    ),  # fmt: skip
    "shared dense": Case(
        [kind("dense", units=3, name="a", activation="tanh"), kind("dense", units=3, share="a", activation="sigmoid"),
         kind("dense", units=3, share="a")], (3,)
    ),  # fmt: skip
    "shared convolution": Case(
        [{**CONV, "name": "a", "activation": "tanh"}, {**CONV, "share": "a", "stride": 2, "padding": 0}], (2, 5, 5)
    ),
    "shared by two branches": Case(
        [
            {**CONV, "name": "a"},
            {**CONV, "name": "b", "input": "x", "share": "a", "dilation": 2, "padding": 2, "activation": "tanh"},
            kind("add", input=["a", "b"]),
        ],
        (2, 4, 5),
    ),
    "shared normalisation": Case(
        [kind("layer_norm", name="a", activation="tanh"), kind("dense", units=4), kind("layer_norm", share="a")], (4,)
    ),
    "shared equations": Case(
        [{**STATED["polynomial"].table((3,)), "name": "a"}, {**STATED["polynomial"].table((3,)), "share": "a"}], (3,)
    ),
    "frozen convolution": Case([{**CONV, "frozen": True}, {**CONV, "activation": "tanh"}], (2, 3, 3)),
    "frozen normalisation": Case([kind("dense", units=3, bias=False), kind("batch_norm", frozen=True)], (2,), 4),
    "dropout of units": Case([kind("dense", units=5), kind("dropout", rate=0.3), kind("dense", units=2)], (3,)),
    "dropout of places": Case([CONV, kind("dropout", rate=0.5, activation="tanh"), CONV], (2, 4, 3)),
    "no dropout": Case([kind("dropout", rate=0), kind("dense", units=2)], (3,), 1),
    "two dropouts": Case(
        [kind("dropout", rate=0.2), kind("dense", units=4), kind("dropout", rate=0.6), kind("dense", units=1)], (4,), 5
    ),
    "an activation by itself": Case([kind("dense", units=3), kind("activation", activation="softplus")], (2,)),
    "a softmax by itself": Case(
        [kind("dense", units=3), kind("activation", activation="softmax"), kind("dense", units=2)], (2,), jax=False
    ),
    "flat columns": Case([{**CONV, "activation": "tanh"}, *HEAD], (3, 2, 5)),
    "a flat vector": Case([kind("flatten"), kind("dense", units=2)], (3,)),
    "one unit": Case([kind("dense", units=1)], (1,), 1),
    "lenet": Case(
        [kind("conv2d", filters=2, kernel=3, padding=1, activation="tanh"), kind("avg_pool2d", kernel=2),
         kind("conv2d", filters=3, kernel=2, activation="tanh"), kind("max_pool2d", kernel=2, stride=1),
         kind("flatten"), kind("dense", units=4, activation="tanh"), kind("dense", units=3)], (1, 7, 7)
    ),  # fmt: skip
    "autoencoder": Case(
        [kind("conv2d", filters=3, kernel=3, stride=2, padding=1, activation="tanh"),
         kind("conv_transpose2d", filters=2, kernel=3, stride=2, padding=1, output_padding=1)], (2, 4, 6)
    ),  # fmt: skip
    "batch normalisation behind itself": Case(
        [kind("batch_norm", activation="tanh"), kind("dense", units=3, bias=False), kind("batch_norm")], (3,), 5
    ),
}  # fmt: skip


def stated_cases() -> Iterator[tuple[str, Case]]:
    shapes = {1: (3,), 2: (2, 5), 3: (3, 2, 4)}
    for name, stated in STATED.items():
        shape = shapes[stated.rank]
        if stated.inputs == 1:
            yield name, Case([stated.table(shape), *HEAD], shape)
        else:
            two = branches(
                kind("dense", units=3, activation="tanh"), then=[{**stated.table(shape), "input": ["a", "x"]}]
            )
            yield name, Case(two, shape)


CASES: dict[str, Case] = {
    **dict(over("conv2d", *CONVOLUTIONS)),
    **dict(over("conv1d", *LINES)),
    **dict(over("conv_transpose2d", *TRANSPOSED)),
    **dict(over("conv_transpose1d", *TRANSPOSED_LINES)),
    **dict(over("max_pool2d", *POOLS, *ONE_ROW, head=HEAD)),
    **dict(over("max_pool2d", *DILATED_POOLS, head=HEAD, jax=False)),
    **dict(over("max_pool1d", *LINE_POOLS, head=HEAD)),
    **dict(over("avg_pool2d", *POOLS, *ONE_ROW, *DILATED_POOLS, head=HEAD)),
    **dict(over("avg_pool1d", *LINE_POOLS, head=HEAD)),
    **dict(over("global_max_pool", *WHOLE, head=HEAD[1:])),
    **dict(over("global_avg_pool", *WHOLE, head=HEAD[1:])),
    **{f"ties {name}": case for name, case in over("max_pool2d", *POOLS, head=HEAD, ties=True)},
    **{f"ties {name}": case for name, case in over("max_pool2d", *DILATED_POOLS, head=HEAD, ties=True, jax=False)},
    **{f"ties {name}": case for name, case in over("max_pool1d", *LINE_POOLS, head=HEAD, ties=True)},
    **{f"ties {name}": case for name, case in over("global_max_pool", *WHOLE, head=HEAD[1:], ties=True, jax=False)},
    **dict(over("batch_norm", *BATCH_NORMS, head=HEAD)),
    **dict(over("batch_norm", ((3,), 2, {}), ((3,), 2, {"shift": False}), head=HEAD, tolerance=TWO_SAMPLES)),
    **dict(over("layer_norm", *SAMPLE_NORMS, head=HEAD)),
    **dict(over("rms_norm", *ROOT_MEAN_SQUARES, head=HEAD)),
    **dict(over("group_norm", *GROUP_NORMS, head=HEAD)),
    **GRAPHS,
    **dict(stated_cases()),
}
