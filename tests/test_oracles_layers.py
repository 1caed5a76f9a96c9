"""Every kind of layer against PyTorch and JAX: the loss, the gradients to parameters and to the input.

Each row of ``CASES`` is a network around one layer, over a grid of shapes: a batch of one, a kernel as large as its
input, strides beyond the kernel, odd sizes, one channel, one unit. Both ways to call the module are compared.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from emitted import Arrays, Emitted, errors, values_for
from frameworks import jax_gradients, torch_gradients
from stated import STATED

import symbp

pytestmark = pytest.mark.oracles
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
    ((2, 3, 5), 2, {"kernel": 3, "stride": 1}),  # one row of windows, which overlap
    ((2, 5, 4), 2, {"kernel": [2, 4], "stride": 1, "padding": [1, 0]}),
    ((2, 5, 6), 2, {"kernel": 2, "padding": "same"}),
    ((2, 5, 6), 2, {"kernel": 3, "stride": 2, "padding": "same"}),
    ((2, 5, 6), 2, {"kernel": [2, 3], "stride": 1, "padding": "same"}),
]

DILATED_POOLS: list[tuple[Shape, int, Table]] = [
    ((2, 6, 7), 2, {"kernel": 2, "dilation": 2}),
    ((2, 6, 7), 2, {"kernel": 2, "stride": 1, "dilation": [3, 2], "padding": 1}),
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
    **dict(over("max_pool2d", *POOLS, head=HEAD)),
    **dict(over("max_pool2d", *DILATED_POOLS, head=HEAD, jax=False)),
    **dict(over("max_pool1d", *LINE_POOLS, head=HEAD)),
    **dict(over("avg_pool2d", *POOLS, *DILATED_POOLS, head=HEAD)),
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
FRAMEWORKS: dict[str, Callable[..., Arrays]] = {"pytorch": torch_gradients, "jax": jax_gradients}
COMPARED = [(f, name) for name, case in CASES.items() for f in FRAMEWORKS if f == "pytorch" or case.jax]


@cache
def emitted(name: str) -> tuple[Emitted, Arrays]:
    """The module of a case, and values for it."""
    case = CASES[name]
    net = symbp.Network("oracle_net", {"shape": list(case.shape)}, list(case.layers), "mse", input_gradient=True)
    values = values_for(net, case.batch)
    if case.ties:
        values["x"] = np.random.default_rng(1).integers(0, 3, values["x"].shape).astype(float)
    return Emitted(net), values


@pytest.mark.parametrize(("framework", "name"), COMPARED)
def test_the_loss_and_every_gradient(framework: str, name: str) -> None:
    found, values = emitted(name)
    reference = FRAMEWORKS[framework](found.net, values, found.module.Parameters._fields)
    for call in (found.plain, found.workspace):
        worst = errors(call(values), reference)
        assert max(worst.values()) < CASES[name].tolerance, worst


def test_a_bias_before_batch_normalisation_has_no_gradient() -> None:
    """The mean takes it off again: what PyTorch and symbp give is rounding alone."""
    layers = [kind("dense", units=3), kind("batch_norm", activation="tanh"), kind("dense", units=2)]
    found = Emitted(symbp.Network("oracle_net", 4, layers, "mse"))
    values = values_for(found.net, 5)
    reference = torch_gradients(found.net, values, found.module.Parameters._fields)
    for gradients in (found.plain(values), found.workspace(values), reference):
        assert np.abs(gradients["b1"]).max() < 1e-15


# The network in use, and weights of PyTorch's own modules.


@pytest.mark.parametrize("shape", [(3,), (3, 4), (3, 2, 3)], ids=str)
def test_prediction_by_running_statistics(shape: Shape) -> None:
    F = pytest.importorskip("torch.nn.functional")
    torch = pytest.importorskip("torch")
    found = Emitted(symbp.Network("oracle_net", {"shape": list(shape)}, [kind("batch_norm", epsilon=0.01), *HEAD]))
    values = values_for(found.net, 4)
    rng = np.random.default_rng(2)
    mean, variance = rng.normal(size=3), rng.uniform(0.5, 2, size=3)
    t = {name: torch.tensor(v) for name, v in {**values, "mean": mean, "variance": variance}.items()}
    normal = F.batch_norm(t["x"], t["mean"], t["variance"], t["gamma1"], t["beta1"], False, 0.0, 0.01)
    expected = normal.flatten(1) @ t["W2"].T + t["b2"]
    yhat = found.predict(values, state=found.module.State(mean, variance))
    assert errors({"yhat": yhat}, {"yhat": expected.numpy()})["yhat"] < TOLERANCE


@pytest.mark.parametrize(("shape", "momentum"), [((3,), 0.1), ((3, 2, 3), 0.25), ((3, 4), 1)], ids=str)
def test_running_statistics_after_two_batches(shape: Shape, momentum: float) -> None:
    """PyTorch's variance is the unbiased one: M/(M - 1) times the biased one of each batch."""
    torch = pytest.importorskip("torch")
    F = pytest.importorskip("torch.nn.functional")
    found = Emitted(symbp.Network("oracle_net", {"shape": list(shape)}, [kind("batch_norm", momentum=momentum), *HEAD]))
    state = found.module.init_state(np.float64)
    workspace_state = found.module.init_state(np.float64)
    mean, variance = torch.zeros(3, dtype=torch.float64), torch.ones(3, dtype=torch.float64)
    biased = np.ones(3)
    step = found.module.Workspace(5, np.float64)
    for batch in (5, 4):
        values = values_for(found.net, batch, seed=batch)
        p = found.module.Parameters(*(values[name] for name in found.module.Parameters._fields))
        found.module.loss_and_grad(p, values["x"], values["y"], state=state)
        step.loss_and_grad(p, values["x"], values["y"], state=workspace_state)
        before = variance.numpy().copy()
        F.batch_norm(torch.tensor(values["x"]), mean, variance, None, None, True, momentum)
        count = batch * int(np.prod(shape[1:]))
        of_batch = (variance.numpy() - (1 - momentum) * before) * (count - 1) / count
        biased = (1 - momentum) * biased + of_batch
    for mine in (state, workspace_state):
        worst = errors(mine._asdict(), {"mean1": mean.numpy(), "variance1": biased})
        assert max(worst.values()) < TOLERANCE, worst


def torch_modules() -> dict[str, tuple[Callable[[Any], list[Any]], list[Table], Shape]]:
    """PyTorch's modules in a row, symbp's layers that are the same, and the shape of a sample."""
    return {
        "convolutions": (
            lambda nn: [nn.Conv2d(4, 6, 3, 2, 1, groups=2), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(3, 2, 1),
                        nn.ConvTranspose2d(6, 4, 3, 2, 1, 1, groups=2), nn.GroupNorm(2, 4), nn.Tanh(),
                        nn.AvgPool2d(2), nn.Flatten(), nn.Linear(16, 3)],
            [kind("conv2d", filters=6, kernel=3, stride=2, padding=1, groups=2), kind("batch_norm", activation="relu"),
             kind("max_pool2d", kernel=3, stride=2, padding=1),
             kind("conv_transpose2d", filters=4, kernel=3, stride=2, padding=1, output_padding=1, groups=2),
             kind("group_norm", groups=2, activation="tanh"), kind("avg_pool2d", kernel=2), kind("flatten"),
             kind("dense", units=3)],
            (4, 8, 8),
        ),
        "sequences": (
            lambda nn: [nn.Conv1d(2, 4, 3, dilation=2), nn.LayerNorm([4, 5]), nn.GELU(), nn.ConvTranspose1d(4, 2, 2, 2),
                        nn.RMSNorm([10]), nn.Flatten(), nn.Linear(20, 2)],
            [kind("conv1d", filters=4, kernel=3, dilation=2), kind("layer_norm", activation="gelu"),
             kind("conv_transpose1d", filters=2, kernel=2, stride=2), kind("rms_norm", axes=1, epsilon=2.0**-52),
             kind("flatten"), kind("dense", units=2)],
            (2, 9),
        ),
    }  # fmt: skip


@pytest.mark.parametrize("name", torch_modules())
def test_weights_of_pytorch_modules_as_they_are(name: str) -> None:
    """``Parameters`` of a module's own parameters, in their order: the same loss, gradients and prediction."""
    torch = pytest.importorskip("torch")
    of_torch, layers, shape = torch_modules()[name]
    torch.manual_seed(3)
    model = torch.nn.Sequential(*of_torch(torch.nn)).double()
    found = Emitted(symbp.Network("oracle_net", {"shape": list(shape)}, layers, "mse", input_gradient=True))
    x = torch.randn(3, *shape, dtype=torch.float64, requires_grad=True)
    yhat = model(x)
    y = torch.randn(yhat.shape, dtype=torch.float64)
    L = torch.nn.functional.mse_loss(yhat, y)
    L.backward()
    p = found.module.Parameters(*(w.detach().numpy() for w in model.parameters()))
    gradients = dict(zip(p._fields, (w.grad.numpy() for w in model.parameters()), strict=True))
    reference = {"L": L.detach().numpy(), "x": x.grad.numpy(), **gradients}
    values = {"x": x.detach().numpy(), "y": y.numpy(), **p._asdict()}
    for call in (found.plain, found.workspace):
        worst = errors(call(values), reference)
        # the bias before batch normalisation has no gradient: what is left of it is rounding
        worst = {k: v for k, v in worst.items() if np.abs(reference[k]).max() > 1e-15}
        assert max(worst.values()) < TOLERANCE, worst
    model.eval()
    keywords = {}
    if hasattr(found.module, "State"):
        norm = model[1]
        keywords["state"] = found.module.State(norm.running_mean.numpy(), norm.running_var.numpy())
    expected = model(x).detach().numpy()
    assert errors({"yhat": found.predict(values, **keywords)}, {"yhat": expected})["yhat"] < TOLERANCE
