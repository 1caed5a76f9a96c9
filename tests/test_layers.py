"""Each kind of layer: its equations against a direct computation, its shape, and no gradient written by hand."""

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symbp.chain_rule import adjoint
from symbp.errors import Fault
from symbp.layers import (
    KINDS,
    LAYERS,
    Add,
    Apply,
    Attention,
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
    Embedding,
    Equations,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    GroupNorm,
    Gru,
    Layer,
    LayerNorm,
    Lstm,
    MaxPool1d,
    MaxPool2d,
    Multiply,
    PositionalEncoding,
    RMSNorm,
    Rnn,
)
from symbp.network import Input, Network
from symbp.reference import evaluate

SOURCE = Path(__file__).parents[1] / "src" / "symbp"
Arrays = dict[str, Any]
Shape = tuple[int, ...]


def network_of(*layers: Layer, shape: Shape) -> Network:
    tokens = layers[0].reads_tokens
    return Network("one", Input(shape, "int" if tokens else "float"), layers, "mse", input_gradient=not tokens)


def drawn(network: Network, samples: int, seed: int = 0) -> Arrays:
    """Values of all that a network is given, in training and in use."""
    rng = np.random.default_rng(seed)
    given = {t.name: t for t in (*network.program().tensors, *network.states) if t.role in GIVEN}
    values = {}
    for name, tensor in given.items():
        shape = tuple(e if isinstance(e, int) else samples for e in tensor.shape)
        values[name] = rng.normal(size=shape) if tensor.role != "mask" else rng.integers(0, 2, shape).astype(float)
        values[name] = np.abs(values[name]) + 0.5 if tensor.letter == "variance" else values[name]
    return values


GIVEN = ("input", "target", "parameter", "state", "mask")


def forward(layer: Layer, shape: Shape, samples: int = 2) -> tuple[Arrays, np.ndarray]:
    """The values that a layer was given, and what its equations make of them."""
    network = network_of(layer, shape=shape)
    values = drawn(network, samples)
    program = network.program()
    given = {t.name: values[t.name] for t in program.of_role(*GIVEN)}  # type: ignore[arg-type]
    found = np.asarray(evaluate(program, given, {"N": samples})["yhat"], float)
    assert found.shape[1:] == layer.output_shape((shape,))
    return values, found


def close(found: np.ndarray, expected: np.ndarray) -> None:
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


# Convolutions, place by place.


def pads(size: int, kernel: int, stride: int, dilation: int, padding: int | str) -> tuple[int, int]:
    """The zeros before and after an axis; "same" makes ceil(size/stride) places, the odd zero last."""
    if isinstance(padding, int):
        return padding, padding
    places = (size + stride - 1) // stride
    total = max(0, (places - 1) * stride + dilation * (kernel - 1) + 1 - size)
    return total // 2, total - total // 2


def starts(size: int, span: int, stride: int) -> list[int]:
    """Where windows begin that lie within an axis."""
    return [start for start in range(0, size, stride) if start + span <= size]


def windows(x: Any, sides: Sequence[Any], fill: float) -> Iterator[tuple[tuple[int, ...], np.ndarray]]:
    """Each place, and the window there; ``sides`` are kernel, stride, dilation and padding of each axis."""
    edges = [pads(size, *side) for size, side in zip(x.shape[2:], sides, strict=True)]
    padded: Any = np.pad(x, [(0, 0), (0, 0), *edges], constant_values=fill)
    spans = [dilation * (kernel - 1) + 1 for kernel, _, dilation, _ in sides]
    begins = [starts(n, span, s[1]) for n, span, s in zip(padded.shape[2:], spans, sides, strict=True)]
    for place in product(*(range(len(b)) for b in begins)):
        cut: Any = (
            slice(b[p], b[p] + span, side[2]) for b, p, span, side in zip(begins, place, spans, sides, strict=True)
        )
        yield place, padded[:, :, *cut]


def gathered(values: dict[tuple[int, ...], Any]) -> Any:
    """``[n, channels]`` at each place as one array ``[n, channels, places...]``."""
    shape = np.max(list(values), axis=0) + 1
    first = next(iter(values.values()))
    out: Any = np.empty((*first.shape, *shape))
    for place, value in values.items():
        out[:, :, *place] = value
    return out


def convolved(x: Any, W: Any, sides: Sequence[Any], groups: int = 1) -> Any:
    outputs, inputs = W.shape[0] // groups, x.shape[1] // groups
    values = {}
    for place, window in windows(x, sides, 0.0):
        parts = []
        for g in range(groups):
            own = window[:, g * inputs : (g + 1) * inputs].reshape(len(x), -1)
            parts.append(own @ W[g * outputs : (g + 1) * outputs].reshape(outputs, -1).T)
        values[place] = np.concatenate(parts, axis=1)
    return gathered(values)


def along(x: np.ndarray) -> tuple[int, ...]:
    """The shape of one number a channel, against samples and places."""
    return (1, -1, *[1] * (x.ndim - 2))


CONVOLUTIONS: list[tuple[Layer, Shape]] = [
    (Conv2d(2, 3), (1, 5, 4)),
    (Conv2d(1, 1), (1, 1, 1)),
    (Conv2d(2, [5, 4]), (3, 5, 4)),  # kernel = input
    (Conv2d(2, 2, stride=3), (2, 7, 8)),  # stride > kernel
    (Conv2d(2, 3, stride=2, padding=1), (2, 5, 6)),
    (Conv2d(2, [3, 2], stride=[2, 1], padding=[2, 0]), (1, 4, 5)),
    (Conv2d(2, 3, padding="same"), (2, 4, 5)),
    (Conv2d(2, 2, padding="same"), (1, 3, 3)),  # an odd zero
    (Conv2d(1, 3, stride=2, padding="same"), (2, 5, 4)),
    (Conv2d(1, 3, stride=3, padding="same", dilation=2), (1, 7, 6)),
    (Conv2d(1, 5, padding="same"), (1, 2, 3)),  # kernel > input
    (Conv2d(1, 2, stride=4, padding="same"), (1, 6, 5)),
    (Conv2d(2, 2, dilation=[2, 3]), (1, 5, 5)),
    (Conv2d(4, 2, groups=2), (6, 3, 3)),
    (Conv2d(3, 2, groups=3), (3, 3, 4)),  # depthwise
    (Conv2d(6, 2, groups=3, padding=1, stride=2), (3, 3, 4)),
    (Conv2d(3, 2, groups=3), (6, 3, 3)),
    (Conv2d(2, 2, bias=False), (1, 3, 3)),
    (Conv1d(2, 3), (1, 7)),
    (Conv1d(3, 7), (2, 7)),
    (Conv1d(2, 2, stride=5, padding=1), (2, 9)),
    (Conv1d(4, 3, stride=2, padding="same", dilation=2, groups=2), (2, 8)),
]


def sides_of(layer: Any, rank: int) -> list[tuple[Any, ...]]:
    """Kernel, stride, dilation and padding of each axis."""
    keys = (layer.kernel, layer.kernel if layer.stride is None else layer.stride, layer.dilation, layer.padding)
    each = [[key] * rank if isinstance(key, int | str) else list(key) for key in keys]
    return list(zip(*each, strict=True))


@pytest.mark.parametrize(("layer", "shape"), CONVOLUTIONS, ids=str)
def test_a_convolution_is_what_each_window_gives(layer: Any, shape: Shape) -> None:
    values, found = forward(layer, shape)
    expected = convolved(values["x"], values["W1"], sides_of(layer, len(shape) - 1), layer.groups)
    if layer.bias:
        expected = expected + values["b1"].reshape(along(expected))
    close(found, expected)


def scattered(x: Any, W: Any, layer: Any, shape: Shape) -> np.ndarray:
    """Each entry spreads its kernel over the output; the padding is cut off in the end."""
    rank, groups = len(shape) - 1, layer.groups
    more = [layer.output_padding] * rank if isinstance(layer.output_padding, int) else layer.output_padding
    sides = list(zip(sides_of(layer, rank), more, shape[1:], strict=True))
    full = [(n - 1) * s + d * (k - 1) + 1 + m for (k, s, d, _), m, n in sides]
    outputs, inputs = W.shape[1], x.shape[1] // groups
    out = np.zeros((len(x), outputs * groups, *full))
    for place in product(*(range(n) for n in shape[1:])):
        cut: Any = [
            slice(p * s, p * s + d * (k - 1) + 1, d) for p, ((k, s, d, _), _, _) in zip(place, sides, strict=True)
        ]
        for g in range(groups):
            entries = x[:, g * inputs : (g + 1) * inputs][:, :, *place]
            kernel = W[g * inputs : (g + 1) * inputs]
            out[:, g * outputs : (g + 1) * outputs, *cut] += np.tensordot(entries, kernel, axes=(1, 0))
    inner = [slice(p, n - p) for ((_, _, _, p), _, _), n in zip(sides, full, strict=True)]
    return out[:, :, *inner]


TRANSPOSED: list[tuple[Layer, Shape]] = [
    (ConvTranspose2d(2, 3), (1, 2, 3)),
    (ConvTranspose2d(1, 1), (1, 1, 1)),
    (ConvTranspose2d(2, 2, stride=2), (2, 3, 2)),
    (ConvTranspose2d(2, 2, stride=3), (1, 3, 2)),  # stride > kernel
    (ConvTranspose2d(2, 3, stride=2, padding=1, output_padding=1), (2, 3, 4)),
    (ConvTranspose2d(1, [3, 2], stride=[3, 2], padding=[0, 1], output_padding=[2, 0]), (1, 2, 3)),
    (ConvTranspose2d(1, 2, dilation=2, padding=1), (1, 3, 3)),
    (ConvTranspose2d(4, 2, groups=2), (6, 2, 2)),
    (ConvTranspose2d(3, 2, groups=3, stride=2), (3, 2, 2)),
    (ConvTranspose2d(6, 2, groups=3, padding=1), (3, 3, 3)),
    (ConvTranspose2d(3, 3, groups=3, bias=False), (6, 2, 2)),
    (ConvTranspose1d(2, 4, stride=2, padding=1), (3, 5)),
    (ConvTranspose1d(2, 3, stride=2, dilation=2, groups=2), (4, 3)),
]


@pytest.mark.parametrize(("layer", "shape"), TRANSPOSED, ids=str)
def test_a_transposed_convolution_spreads_each_entry(layer: Any, shape: Shape) -> None:
    values, found = forward(layer, shape)
    expected = scattered(values["x"], values["W1"], layer, shape)
    if layer.bias:
        expected = expected + values["b1"].reshape(along(expected))
    close(found, expected)


@pytest.mark.parametrize(
    ("shape", "keys"),
    [
        ((2, 5, 6), {"kernel": 3}),
        ((2, 5, 7), {"kernel": 3, "stride": 2, "padding": 1}),
        ((4, 5, 5), {"kernel": [2, 3], "dilation": 2, "groups": 2}),
        ((2, 8, 8), {"kernel": 2, "stride": 3}),
    ],
    ids=str,
)
def test_a_transposed_convolution_is_the_transpose(shape: Shape, keys: dict[str, Any]) -> None:
    """<conv(x), u> = <x, transposed(u)> with the same weights, where no row of the input is left over."""
    straight = Conv2d(4, bias=False, **keys)
    sizes = straight.output_shape((shape,))
    values, y = forward(straight, shape)
    back = ConvTranspose2d(shape[0], bias=False, **keys)
    network = network_of(back, shape=sizes)
    u = np.random.default_rng(1).normal(size=y.shape)
    given = {"x": u, "y": np.zeros((2, *back.output_shape((sizes,)))), "W1": values["W1"]}
    z = np.asarray(evaluate(network.program(), given, {"N": 2})["yhat"], float)
    reached = values["x"][:, :, : z.shape[2], : z.shape[3]]
    assert np.vdot(y, u) == pytest.approx(np.vdot(reached, z), rel=1e-12)


# Pooling.

POOLS: list[tuple[Layer, Shape]] = [
    (kind(*arguments, **keys), shape)
    for kind in (MaxPool2d, AvgPool2d)
    for shape, arguments, keys in (
        ((2, 4, 6), (2,), {}),
        ((1, 5, 5), (3,), {"stride": 2}),  # windows overlap
        ((2, 5, 4), ([5, 4],), {}),  # kernel = input
        ((1, 7, 7), (2,), {"stride": 3}),  # stride > kernel
        ((2, 4, 5), (3,), {"stride": 2, "padding": 1}),
        ((1, 5, 6), (2,), {"padding": "same"}),
        ((1, 4, 4), (3,), {"stride": 2, "padding": "same"}),
        ((1, 5, 5), (2,), {"stride": 1, "dilation": 2}),
        ((1, 1, 1), (1,), {}),
    )
] + [(MaxPool1d(3, stride=2, padding=1), (2, 6)), (AvgPool1d(3, stride=2, padding=1), (2, 6))]


@pytest.mark.parametrize(("layer", "shape"), POOLS, ids=str)
def test_pooling_takes_the_largest_or_the_mean_of_each_window(layer: Any, shape: Shape) -> None:
    values, found = forward(layer, shape)
    largest = "max" in layer.kind
    sides = sides_of(layer, len(shape) - 1)
    axes = tuple(range(2, len(shape) + 1))
    each = windows(values["x"], sides, -np.inf if largest else 0.0)
    close(found, gathered({place: w.max(axis=axes) if largest else w.mean(axis=axes) for place, w in each}))


def test_on_ties_the_gradient_goes_to_the_first_largest_of_a_window() -> None:
    network = network_of(MaxPool1d(3), shape=(1, 6))
    derivation = adjoint(network.program(), ["x"])
    given = {"x": np.array([[[1.0, 2.0, 2.0, 3.0, 3.0, 3.0]]]), "y": np.zeros((1, 1, 2))}
    found = np.asarray(evaluate(derivation.result, given, {"N": 1})["x_bar"], float)
    close(found, np.array([[[0.0, 2.0, 0.0, 3.0, 0.0, 0.0]]]))


@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 2), (1, 1, 1), (2, 1, 3, 2)], ids=str)
def test_global_pooling_leaves_one_number_a_channel(shape: Shape) -> None:
    axes = tuple(range(2, len(shape) + 1))
    values, found = forward(GlobalAvgPool(), shape)
    close(found, values["x"].mean(axis=axes))
    values, found = forward(GlobalMaxPool(), shape)
    close(found, values["x"].max(axis=axes))


# Normalisation.


def standard(x: Any, axes: tuple[int, ...], epsilon: float, centred: bool = True) -> Any:
    deviation = x - x.mean(axis=axes, keepdims=True) if centred else x
    return deviation / np.sqrt((deviation**2).mean(axis=axes, keepdims=True) + epsilon)


def affine(xhat: np.ndarray, values: Arrays, shape: tuple[int, ...]) -> np.ndarray:
    """``gamma*xhat + beta`` with those that there are."""
    gamma, beta = (values.get(name) for name in ("gamma1", "beta1"))
    scaled = xhat if gamma is None else gamma.reshape(shape) * xhat
    return scaled if beta is None else scaled + beta.reshape(shape)


@pytest.mark.parametrize("shape", [(3,), (1,), (2, 4), (2, 3, 2)], ids=str)
@pytest.mark.parametrize("keys", [{}, {"epsilon": 0.1, "scale": False}, {"shift": False}], ids=str)
def test_batch_norm_is_over_the_batch_and_all_places_of_a_channel(shape: Shape, keys: dict[str, Any]) -> None:
    values, found = forward(BatchNorm(**keys), shape, samples=4)
    axes = (0, *range(2, len(shape) + 1))
    x = values["x"]
    close(found, affine(standard(x, axes, keys.get("epsilon", 1e-5)), values, along(x) if x.ndim > 1 else (1, -1)))


@pytest.mark.parametrize("shape", [(3,), (2, 3, 2)], ids=str)
def test_batch_norm_in_use_takes_its_running_statistics_and_training_moves_them(shape: Shape) -> None:
    network = network_of(BatchNorm(momentum=0.25), shape=shape)
    values = drawn(network, 4)
    later = network.prediction()
    assert later is not None
    given = {t.name: values[t.name] for t in later.of_role(*GIVEN)}  # type: ignore[arg-type]
    found = np.asarray(evaluate(later, given, {"N": 4})["yhat"], float)
    x = values["x"]
    mean, variance = (values[name].reshape(along(x)) for name in ("mean1", "variance1"))
    close(found, affine((x - mean) / np.sqrt(variance + 1e-5), values, along(x)))
    assert [str(update) for update in network.updates] == [
        "mean1[i] = 3*mean1[i]/4 + mu1[i]/4",
        "variance1[i] = v1[i]/4 + 3*variance1[i]/4",
    ]


@pytest.mark.parametrize(("shape", "axes"), [((4,), None), ((2, 3), None), ((2, 3), 1), ((2, 3, 2), 2)], ids=str)
@pytest.mark.parametrize("kind", [LayerNorm, RMSNorm])
def test_layer_and_rms_norm_are_over_the_last_axes_of_a_sample(
    kind: type[LayerNorm], shape: Shape, axes: int | None
) -> None:
    values, found = forward(kind(axes), shape)
    last = tuple(range(-(axes or len(shape)), 0))
    xhat = standard(values["x"], last, 1e-5, centred=kind is LayerNorm)
    close(found, affine(xhat, values, shape[last[0] :]))
    assert ("beta1" in values) == (kind is LayerNorm)


@pytest.mark.parametrize(("shape", "groups"), [((4,), 2), ((6, 2), 3), ((4, 3, 2), 1), ((3, 2, 2), 3)], ids=str)
def test_group_norm_is_over_the_channels_of_a_group(shape: Shape, groups: int) -> None:
    values, found = forward(GroupNorm(groups), shape)
    x = values["x"]
    parted = x.reshape(len(x), groups, -1)
    close(found, affine(standard(parted, (2,), 1e-5).reshape(x.shape), values, along(x)))


# The rest.


@pytest.mark.parametrize("activation", ["identity", "tanh", "softmax"])
@pytest.mark.parametrize("bias", [True, False])
def test_a_dense_layer_is_an_affine_map_and_a_function(activation: str, bias: bool) -> None:
    values, found = forward(Dense(2, activation, bias), (3,))
    z = values["x"] @ values["W1"].T + (values["b1"] if bias else 0)
    e = np.exp(z)
    close(found, {"identity": z, "tanh": np.tanh(z), "softmax": e / e.sum(axis=1, keepdims=True)}[activation])


@pytest.mark.parametrize("shape", [(3,), (2, 3), (1, 2, 2)], ids=str)
def test_dropout_divides_what_the_mask_keeps_and_in_use_leaves_nothing_out(shape: Shape) -> None:
    values, found = forward(Dropout(0.25), shape)
    close(found, values["mask1"] * values["x"] / 0.75)
    network = network_of(Dropout(0.25), shape=shape)
    later = network.prediction()
    assert later is not None and network.kept == {"mask1": 0.75}
    close(np.asarray(evaluate(later, {"x": values["x"]}, {"N": 2})["yhat"], float), values["x"])


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 1, 3), (2, 2, 1, 2)], ids=str)
def test_flatten_goes_row_by_row(shape: Shape) -> None:
    values, found = forward(Flatten(), shape)
    close(found, values["x"].reshape(2, -1))


def test_a_function_as_a_layer() -> None:
    values, found = forward(Apply("sin"), (2, 3))
    close(found, np.sin(values["x"]))


SMALL = {"(2,)": (2,), "(2, 3)": (2, 3), "(2, 3, 2)": (2, 3, 2)}


@pytest.mark.parametrize("shape", SMALL.values(), ids=str)
@pytest.mark.parametrize("kind", [Add, Multiply])
def test_branches_meet_entry_by_entry(kind: type[Layer], shape: Shape) -> None:
    """The smaller branch is a number for each channel."""
    pool = [GlobalAvgPool(name="s")] if len(shape) > 1 else [Apply("tanh", name="s")]
    network = network_of(*pool, kind(input=["x", "s", "x"]), shape=shape)
    values = drawn(network, 2)
    found = np.asarray(evaluate(network.program(), {k: values[k] for k in ("x", "y")}, {"N": 2})["yhat"], float)
    x = values["x"]
    s = x.mean(axis=tuple(range(2, x.ndim))).reshape(2, *along(x)[1:]) if len(shape) > 1 else np.tanh(x)
    close(found, x + s + x if kind is Add else x * s * x)


@pytest.mark.parametrize(("shape", "axis"), [((2,), 1), ((2, 3), 1), ((2, 3), 2), ((2, 3, 2), 3)], ids=str)
def test_branches_one_after_the_other(shape: Shape, axis: int) -> None:
    network = network_of(Apply("sin", name="s"), Concatenate(axis, input=["x", "s", "x"]), shape=shape)
    values = drawn(network, 2)
    found = np.asarray(evaluate(network.program(), {k: values[k] for k in ("x", "y")}, {"N": 2})["yhat"], float)
    close(found, np.concatenate([values["x"], np.sin(values["x"]), values["x"]], axis=axis))


def test_a_layer_of_the_user_s_own_equations() -> None:
    """A bilinear form of two inputs: h = x1^T A x2."""
    layer = Equations(
        "h[n,i] = sum[j,k](A[i,j,k]*x1[n,j]*x2[n,k])",
        "h",
        {"i": 2, "j": 3, "k": 3},
        {"A": {"indices": "i,j,k", "role": "parameter"}},
        input=["x", "s"],
    )
    network = network_of(Apply("sin", name="s"), layer, shape=(3,))
    values = drawn(network, 2)
    found = np.asarray(evaluate(network.program(), values, {"N": 2})["yhat"], float)
    close(found, np.einsum("ijk,nj,nk->ni", values["A1"], values["x"], np.sin(values["x"])))


# Shapes.


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (Conv2d(8, 5, stride=2), (1, 28, 28), "kernel 5, stride 2, padding 0"),
        (Conv2d(8, [5, 3], padding="same"), (1, 28, 28), "kernel 5x3, stride 1, padding 2x1"),
        (Conv2d(8, 2, padding="same"), (1, 4, 4), "kernel 2, stride 1, padding 0 and 1"),
        (Conv1d(4, 3, dilation=2, groups=2), (2, 9), "kernel 3, stride 1, padding 0, dilation 2, groups 2"),
        (
            ConvTranspose2d(3, 2, stride=2, output_padding=1),
            (8, 7, 7),
            "kernel 2, stride 2, padding 0, output padding 1",
        ),
        (MaxPool2d(2), (8, 6, 6), "kernel 2, stride 2, padding 0"),
        (Dense(3), (4,), "units 3"),
        (Flatten(), (2, 3), ""),
    ],
    ids=str,
)
def test_a_layer_tells_what_its_shape_follows_from(layer: Layer, shape: Shape, words: str) -> None:
    assert layer.arithmetic((shape,)) == words


@pytest.mark.parametrize(("layer", "shape"), [(Conv2d(1, 4), (1, 3, 5)), (AvgPool1d(3, dilation=3), (1, 6))], ids=str)
def test_a_window_must_fit(layer: Layer, shape: Shape) -> None:
    with pytest.raises(Fault, match="leaves no place for a window of"):
        layer.output_shape((shape,))


@pytest.mark.parametrize("padding", [1, "same"])
def test_a_maximum_of_nothing_but_padding_is_no_window(padding: int | str) -> None:
    """A dilation beyond the input steps over all of it; a mean of padding is 0."""
    with pytest.raises(Fault) as caught:
        MaxPool1d(2, stride=1, padding=padding, dilation=2).output_shape(((3, 1),))
    assert str(caught.value) == (
        "padding: max_pool1d: input 1, kernel 2, stride 1, padding 1, dilation 2 has a window of nothing but padding\n"
        "  It has no largest value: pad less, or make the dilation smaller."
    )
    assert MaxPool1d(2, stride=1, padding=1, dilation=2).output_shape(((3, 2),)) == (3, 2)
    assert AvgPool1d(2, stride=1, padding=padding, dilation=2).output_shape(((3, 1),)) == (3, 1)


# Gradients come out of the chain rule alone.

SAMPLES: dict[type[Layer], tuple[Layer, Shape]] = {
    type(layer): (layer, shape)
    for layer, shape in [
        (Dense(2, "softmax"), (3,)),
        (Conv1d(2, 2, padding="same"), (2, 3)),
        (Conv2d(2, 2, stride=2, padding=1), (1, 3, 3)),
        (ConvTranspose1d(2, 2, stride=2), (1, 2)),
        (ConvTranspose2d(2, 2), (1, 2, 2)),
        (MaxPool1d(2), (1, 4)),
        (MaxPool2d(2), (1, 4, 4)),
        (AvgPool1d(2), (1, 4)),
        (AvgPool2d(2), (1, 4, 4)),
        (GlobalAvgPool(), (2, 2)),
        (GlobalMaxPool(), (2, 2)),
        (Flatten(), (2, 2)),
        (BatchNorm(activation="relu"), (2,)),
        (LayerNorm(), (2, 2)),
        (RMSNorm(), (2,)),
        (GroupNorm(2), (4,)),
        (Rnn(2), (3, 2)),
        (Lstm(2), (2, 2)),
        (Gru(2, bidirectional=True), (2, 2)),
        (Embedding(5, 2), (3,)),
        (PositionalEncoding("learned", 4), (3, 2)),
        (Attention(2, causal=True), (3, 4)),
        (Dropout(0.5), (2,)),
        (Add(input=["x", "x"]), (2,)),
        (Multiply(input=["x", "x"]), (2,)),
        (Concatenate(input=["x", "x"]), (2,)),
        (Apply("gelu"), (2,)),
        (Equations("h[n,i] = sin(x[n,i])", "h", {"i": 2}), (2,)),
    ]
}


def test_every_kind_of_layer_is_tested() -> None:
    assert SAMPLES.keys() == set(KINDS) and {kind.kind for kind in KINDS} == LAYERS.keys()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_every_adjoint_is_a_contribution_of_the_chain_rule(kind: type[Layer]) -> None:
    """Each equation of the backward program is the step of one rule, from one equation of the layer."""
    layer, shape = SAMPLES[kind]
    program = network_of(layer, shape=shape).program()
    wanted = [t.name for t in program.of_role("parameter", "input") if t.dtype == "float"]
    derivation = adjoint(program, wanted)
    assert {step.rule for step in derivation.steps} == {"chain rule"}
    contributions = {str(e): step.before for step in derivation.steps for e in step.after}
    backward = [e for e in derivation.result.equations() if e.target.endswith("_bar")]
    assert str(backward[0]) == "L_bar = 1"
    assert backward[1:] and all(str(e) in contributions for e in backward[1:])
    assert all(set(before) <= set(program.equations()) for before in contributions.values())


def spelled(path: Path) -> Iterator[str]:
    """The names in a file's code, and its texts but for docstrings."""
    tree = ast.parse(path.read_text())
    documented = ast.Module | ast.ClassDef | ast.FunctionDef
    bodies = (node.body for node in ast.walk(tree) if isinstance(node, documented))
    docstrings = {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value
        for key in ("id", "attr", "name", "arg", "module"):
            if isinstance(getattr(node, key, None), str):
                yield getattr(node, key)


BACKWARD = re.compile(r"_bar\b|_bar$|adjoint|backward|gradient|\bdiff\b|derivative|\bvjp\b|tangent|chain_rule")
LAYER_FILES = sorted((SOURCE / "layers").rglob("*.py"))


@pytest.mark.parametrize("path", LAYER_FILES, ids=lambda path: path.stem)
def test_no_layer_says_anything_of_its_gradient(path: Path) -> None:
    assert [name for name in spelled(path) if BACKWARD.search(name)] == []


def builds_equations(path: Path) -> bool:
    calls = (node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return any(isinstance(f, ast.Name) and f.id in ("Equation", "define", "contribution") for f in calls)


def test_one_module_makes_equations_of_adjoints() -> None:
    """Rewrites and schedules transform what the chain rule made, checks weigh outputs, optimizers step along a
    gradient, mistakes spoil what the chain rule made, notes read the matrix of a step off it, and differentiate an
    activation; nothing else that speaks of adjoints builds an equation."""
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if builds_equations(path) and any(BACKWARD.search(name) for name in spelled(path))
    }
    others = ("rewrite/", "schedule/", "verify/", "optimizers", "mistakes/", "notes/jacobian", "notes/trouble/slopes")
    assert {path for path in found if not path.startswith(others)} == {"chain_rule.py"}
