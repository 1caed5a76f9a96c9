"""A network of symbp's in PyTorch and in JAX: loss and gradients by differentiators that share nothing with symbp.

The layers are read from their descriptions alone: whom each reads, which parameters it takes, in the order of
the layers. Every kind is one row in each framework's table.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from stated import BY_LINES
from test_oracles import ACTIVATIONS, LOSSES

from symbp.layers import Layer
from symbp.network import Network

Array = np.ndarray[Any, Any]
Row = Callable[[Layer, Sequence[Any], Sequence[Any]], Any]  # a layer, its inputs, its parameters


# What a description says, whatever the framework.


def own_count(layer: Any) -> int:
    """How many parameters a layer has."""
    if layer.kind == "equations":
        return len(layer.tensors)
    if layer.kind.endswith("_norm"):
        return int(layer.scale) + int(layer.shift)
    if layer.kind == "dense" or layer.kind.startswith("conv"):
        return 1 + int(layer.bias)
    return 0


def owned(net: Network, names: Sequence[str]) -> list[list[str]]:
    """The names of the parameters that each layer reads; ``names`` has all of them in the order of the layers."""
    left: Iterator[str] = iter(names)
    found: list[list[str]] = []
    by_name: dict[str, list[str]] = {}
    for layer in net.layers:
        own = by_name[layer.shared] if layer.shared else [next(left) for _ in range(own_count(layer))]
        by_name |= {layer.name: own} if layer.name else {}
        found.append(own)
    assert next(left, None) is None
    return found


def weights(net: Network, names: Sequence[str]) -> list[str]:
    """The parameters that penalties count: once each, biases and normalisations left out."""
    rows = zip(net.layers, owned(net, names), strict=True)
    return [own[0] for layer, own in rows if layer.kind.startswith(("dense", "conv")) and not layer.shared]


def frozen(net: Network, names: Sequence[str]) -> set[str]:
    rows = zip(net.layers, owned(net, names), strict=True)
    return {name for layer, own in rows if getattr(layer, "frozen", False) for name in own}


def activation(net: Network, k: int) -> str:
    """The activation of a layer; a softmax before cross-entropy is part of PyTorch's loss."""
    name = net.layers[k].function.name
    return "identity" if k == len(net.layers) - 1 and name == net.loss.row.fused == "softmax" else name


def forward(net: Network, rows: Mapping[str, Row], activate: Mapping[str, Any], p: Any, values: Any) -> Any:
    """What the last layer gives: each layer once, after those that it reads."""
    own = owned(net, list(p))
    place = {layer.name: k for k, layer in enumerate(net.layers)}
    memo: dict[int, Any] = {}

    def value(k: int) -> Any:
        if k < 0:
            return values["x"]
        if k not in memo:
            layer: Any = net.layers[k]
            read = [-1 if name == "x" else place[name] for name in layer.input] or [k - 1]
            inputs = [value(j) for j in read]
            if layer.kind == "dropout":
                inputs.append(values[f"mask{k + 1}"])
            z = rows[layer.kind](layer, inputs, [p[name] for name in own[k]])
            memo[k] = activate[activation(net, k)](z)
        return memo[k]

    return value(len(net.layers) - 1)


def axes(value: Any, rank: int) -> tuple[int, ...]:
    return (value,) * rank if isinstance(value, int) else tuple(value)


def paddings(layer: Any, sizes: Sequence[int]) -> list[tuple[int, int]]:
    """Before and after each axis: ``"same"`` is JAX's, ceil(input/stride) places, the odd zero last."""
    rank = len(sizes)
    if layer.padding != "same":
        return [(p, p) for p in axes(layer.padding, rank)]
    stride = axes(layer.kernel if layer.stride is None else layer.stride, rank)
    found = []
    for size, kernel, step, dilation in zip(sizes, axes(layer.kernel, rank), stride, axes(layer.dilation, rank),
                                            strict=True):  # fmt: skip
        total = max(0, (-(-size // step) - 1) * step + dilation * (kernel - 1) + 1 - size)
        found.append((total // 2, total - total // 2))
    return found


def spread(values: Sequence[Any]) -> list[Any]:
    """Values that have only the first axes of the largest one, with axes of one for the others."""
    rank = max(v.ndim for v in values)
    return [v.reshape(tuple(v.shape) + (1,) * (rank - v.ndim)) for v in values]


# PyTorch


def torch_functions() -> Any:
    pytest.importorskip("torch")
    return importlib.import_module("torch.nn.functional")


def torch_convolution(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    F, x = torch_functions(), inputs[0]
    rank = x.ndim - 2
    bias = own[1] if layer.bias else None
    padding = layer.padding
    if padding == "same" and set(axes(layer.stride, rank)) != {1}:  # PyTorch has it for a stride of 1 alone
        x = torch_padded(layer, x, 0.0)
        padding = 0
    convolve = (F.conv1d, F.conv2d)[rank - 1]
    return convolve(x, own[0], bias, layer.stride, padding, layer.dilation, layer.groups)


def torch_transposed(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    F, x = torch_functions(), inputs[0]
    convolve = (F.conv_transpose1d, F.conv_transpose2d)[x.ndim - 3]
    bias = own[1] if layer.bias else None
    return convolve(x, own[0], bias, layer.stride, layer.padding, layer.output_padding, layer.groups, layer.dilation)


def torch_padded(layer: Any, x: Any, fill: float) -> Any:
    flat = [side for pair in reversed(paddings(layer, x.shape[2:])) for side in pair]
    return torch_functions().pad(x, flat, value=fill)


def torch_max_pool(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    F, x = torch_functions(), inputs[0]
    padding = layer.padding
    if padding == "same" or set(axes(layer.dilation, x.ndim - 2)) != {1}:  # PyTorch pads by half a kernel undilated
        x, padding = torch_padded(layer, x, -float("inf")), 0
    pool = (F.max_pool1d, F.max_pool2d)[x.ndim - 3]
    return pool(x, layer.kernel, layer.stride, padding, layer.dilation)


def torch_avg_pool(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    """PyTorch's average pooling; with dilation, which it has not, a depthwise convolution with equal weights."""
    torch, F, x = importlib.import_module("torch"), torch_functions(), inputs[0]
    padding = layer.padding
    if padding == "same":
        x, padding = torch_padded(layer, x, 0.0), 0
    rank, stride = x.ndim - 2, layer.kernel if layer.stride is None else layer.stride
    if set(axes(layer.dilation, rank)) == {1}:
        return (F.avg_pool1d, F.avg_pool2d)[rank - 1](x, layer.kernel, stride, padding)
    kernel = axes(layer.kernel, rank)
    equal = torch.full((x.shape[1], 1, *kernel), 1 / float(np.prod(kernel)), dtype=x.dtype)
    return (F.conv1d, F.conv2d)[rank - 1](x, equal, None, stride, padding, layer.dilation, x.shape[1])


def scale_and_shift(layer: Any, own: Sequence[Any]) -> tuple[Any, Any]:
    left = list(own)
    gamma = left.pop(0) if layer.scale else None
    return gamma, left.pop(0) if layer.shift else None


def torch_batch_norm(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    gamma, beta = scale_and_shift(layer, own)
    epsilon = float(layer.epsilon) or 1e-300  # it takes no 0
    return torch_functions().batch_norm(inputs[0], None, None, gamma, beta, True, 0.0, epsilon)


def torch_layer_norm(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    gamma, beta = scale_and_shift(layer, own)
    shape = inputs[0].shape[1:] if layer.axes is None else inputs[0].shape[-layer.axes :]
    return torch_functions().layer_norm(inputs[0], shape, gamma, beta, float(layer.epsilon))


def torch_rms_norm(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    gamma, beta = scale_and_shift(layer, own)
    shape = inputs[0].shape[1:] if layer.axes is None else inputs[0].shape[-layer.axes :]
    found = torch_functions().rms_norm(inputs[0], shape, gamma, float(layer.epsilon))
    return found if beta is None else found + beta


def torch_group_norm(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    gamma, beta = scale_and_shift(layer, own)
    if gamma is None:  # with a shift alone PyTorch 2.13 fails
        gamma = importlib.import_module("torch").ones(inputs[0].shape[1], dtype=inputs[0].dtype)
    return torch_functions().group_norm(inputs[0], layer.groups, gamma, beta, float(layer.epsilon))


def torch_global(pool: str) -> Row:
    return lambda layer, inputs, own: getattr(torch_functions(), pool)(inputs[0].flatten(2), 1)[:, :, 0]


def torch_stated(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    return BY_LINES[layer.lines].value(importlib.import_module("torch"), *inputs, *own)


def total(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    return sum(spread(inputs))


def product(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    first, *others = spread(inputs)
    for other in others:
        first = first * other
    return first


def dropped(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    x, mask = inputs
    return x * mask / (1 - layer.rate)


def affine(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    found = inputs[0] @ own[0].T
    return found + own[1] if layer.bias else found


TORCH: dict[str, Row] = {
    "dense": affine,
    "conv1d": torch_convolution,
    "conv2d": torch_convolution,
    "conv_transpose1d": torch_transposed,
    "conv_transpose2d": torch_transposed,
    "max_pool1d": torch_max_pool,
    "max_pool2d": torch_max_pool,
    "avg_pool1d": torch_avg_pool,
    "avg_pool2d": torch_avg_pool,
    "global_avg_pool": torch_global("adaptive_avg_pool1d"),
    "global_max_pool": torch_global("adaptive_max_pool1d"),
    "flatten": lambda layer, inputs, own: inputs[0].flatten(1),
    "batch_norm": torch_batch_norm,
    "layer_norm": torch_layer_norm,
    "rms_norm": torch_rms_norm,
    "group_norm": torch_group_norm,
    "dropout": dropped,
    "add": total,
    "multiply": product,
    "concatenate": lambda layer, inputs, own: importlib.import_module("torch").cat(list(inputs), layer.axis),  # type: ignore[attr-defined]
    "activation": lambda layer, inputs, own: inputs[0],
    "equations": torch_stated,
}


def torch_gradients(net: Network, values: Mapping[str, Array], names: Sequence[str]) -> dict[str, Array]:
    """``L`` and the gradients of all parameters ``names``, and of ``x``, by PyTorch in double precision."""
    torch = pytest.importorskip("torch")
    tensors = {name: torch.tensor(v, requires_grad=v.dtype.kind == "f") for name, v in values.items()}
    F = torch_functions()
    p = {name: tensors[name] for name in names}
    activate = {name: row(F) for name, row in ACTIVATIONS.items()}
    yhat = forward(net, TORCH, activate, p, tensors)
    L = LOSSES[net.loss.kind][2](F)(yhat, tensors["y"])
    for name in weights(net, names):
        L = L + net.regularization.l2 / 2 * (p[name] ** 2).sum() + net.regularization.l1 * p[name].abs().sum()
    L.backward()
    still = frozen(net, names)
    found = {name: t.grad.numpy() if t.grad is not None and name not in still else np.zeros(t.shape)
             for name, t in tensors.items() if name in (*names, "x")}  # fmt: skip
    return {"L": L.detach().numpy(), **found}


# JAX


def jax_library() -> Any:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    return jax


def letters(rank: int) -> tuple[str, str, str]:
    """Samples, channels, places; filters, channels, taps."""
    return ("NC" + "HW"[:rank], "OI" + "HW"[:rank], "NC" + "HW"[:rank])


def with_bias(layer: Any, found: Any, own: Sequence[Any]) -> Any:
    return found + own[1].reshape(-1, *(1,) * (found.ndim - 2)) if layer.bias else found


def jax_convolution(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    x, rank = inputs[0], inputs[0].ndim - 2
    padding = "SAME" if layer.padding == "same" else paddings(layer, x.shape[2:])
    found = jax_library().lax.conv_general_dilated(
        x,
        own[0],
        axes(layer.stride, rank),
        padding,
        rhs_dilation=axes(layer.dilation, rank),
        dimension_numbers=letters(rank),
        feature_group_count=layer.groups,
    )
    return with_bias(layer, found, own)


def jax_transposed(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    """The vector-Jacobian product of a convolution: what a transposed convolution is."""
    jax, x = jax_library(), inputs[0]
    rank = x.ndim - 2
    k, s, p, d, more = (
        axes(v, rank) for v in (layer.kernel, layer.stride, layer.padding, layer.dilation, layer.output_padding)
    )
    sizes = [(x.shape[2 + a] - 1) * s[a] - 2 * p[a] + d[a] * (k[a] - 1) + 1 + more[a] for a in range(rank)]

    def convolution(y: Any) -> Any:
        pads = [(p[a], p[a]) for a in range(rank)]
        return jax.lax.conv_general_dilated(
            y, own[0], s, pads, rhs_dilation=d, dimension_numbers=letters(rank), feature_group_count=layer.groups
        )

    _, back = jax.vjp(convolution, jax.numpy.zeros((x.shape[0], layer.filters, *sizes)))
    return with_bias(layer, back(x)[0], own)


def jax_windows(layer: Any, x: Any, start: float, larger: Any) -> Any:
    rank = x.ndim - 2
    stride = layer.kernel if layer.stride is None else layer.stride
    window, steps, dilation = ((1, 1, *axes(v, rank)) for v in (layer.kernel, stride, layer.dilation))
    padding = "SAME" if layer.padding == "same" else [(0, 0), (0, 0), *paddings(layer, x.shape[2:])]
    more = {} if set(dilation) == {1} else {"window_dilation": dilation}
    return jax_library().lax.reduce_window(x, start, larger, window, steps, padding, **more)


def jax_max_pool(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    return jax_windows(layer, inputs[0], -np.inf, jax_library().lax.max)


def jax_avg_pool(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    count = float(np.prod(axes(layer.kernel, inputs[0].ndim - 2)))
    return jax_windows(layer, inputs[0], 0.0, jax_library().lax.add) / count


def jax_normal(layer: Any, x: Any, over: tuple[int, ...], centred: bool = True) -> Any:
    jnp = jax_library().numpy
    d = x - x.mean(over, keepdims=True) if centred else x
    return d / jnp.sqrt((d**2).mean(over, keepdims=True) + float(layer.epsilon))


def jax_scaled(layer: Any, xhat: Any, own: Sequence[Any], of_channels: bool) -> Any:
    gamma, beta = scale_and_shift(layer, own)
    fit = (lambda v: v.reshape(-1, *(1,) * (xhat.ndim - 2))) if of_channels else (lambda v: v)
    found = xhat if gamma is None else fit(gamma) * xhat
    return found if beta is None else found + fit(beta)


def jax_batch_norm(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    x = inputs[0]
    return jax_scaled(layer, jax_normal(layer, x, (0, *range(2, x.ndim))), own, True)


def last_axes(layer: Any, x: Any) -> tuple[int, ...]:
    return tuple(range(1 if layer.axes is None else x.ndim - layer.axes, x.ndim))


def jax_layer_norm(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    x = inputs[0]
    return jax_scaled(layer, jax_normal(layer, x, last_axes(layer, x)), own, False)


def jax_rms_norm(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    x = inputs[0]
    return jax_scaled(layer, jax_normal(layer, x, last_axes(layer, x), centred=False), own, False)


def jax_group_norm(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    x = inputs[0]
    split = x.reshape(x.shape[0], layer.groups, -1, *x.shape[2:])
    xhat = jax_normal(layer, split, tuple(range(2, split.ndim))).reshape(x.shape)
    return jax_scaled(layer, xhat, own, True)


def jax_stated(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    return BY_LINES[layer.lines].value(jax_library().numpy, *inputs, *own)


JAX: dict[str, Row] = {
    "dense": affine,
    "conv1d": jax_convolution,
    "conv2d": jax_convolution,
    "conv_transpose1d": jax_transposed,
    "conv_transpose2d": jax_transposed,
    "max_pool1d": jax_max_pool,
    "max_pool2d": jax_max_pool,
    "avg_pool1d": jax_avg_pool,
    "avg_pool2d": jax_avg_pool,
    "global_avg_pool": lambda layer, inputs, own: inputs[0].reshape(*inputs[0].shape[:2], -1).mean(2),
    "global_max_pool": lambda layer, inputs, own: inputs[0].reshape(*inputs[0].shape[:2], -1).max(2),
    "flatten": lambda layer, inputs, own: inputs[0].reshape(inputs[0].shape[0], -1),
    "batch_norm": jax_batch_norm,
    "layer_norm": jax_layer_norm,
    "rms_norm": jax_rms_norm,
    "group_norm": jax_group_norm,
    "dropout": dropped,
    "add": total,
    "multiply": product,
    "concatenate": lambda layer, inputs, own: jax_library().numpy.concatenate(list(inputs), layer.axis),  # type: ignore[attr-defined]
    "activation": lambda layer, inputs, own: inputs[0],
    "equations": jax_stated,
}


def jax_gradients(net: Network, values: Mapping[str, Array], names: Sequence[str]) -> dict[str, Array]:
    """``L`` and the gradients of all parameters ``names``, and of ``x``, by JAX in double precision."""
    jax = jax_library()
    activate = {name: getattr(jax.nn, name) for name in ("identity", "tanh", "sigmoid", "relu", "softplus")}
    assert net.loss.kind == "mse"

    def loss(wrt: dict[str, Any]) -> Any:
        yhat = forward(net, JAX, activate, {name: wrt[name] for name in names}, {**values, "x": wrt["x"]})
        return ((yhat - values["y"]) ** 2).mean()

    L, g = jax.value_and_grad(loss)({name: jax.numpy.asarray(values[name]) for name in (*names, "x")})
    still = frozen(net, names)
    return {"L": L, **{name: np.zeros(v.shape) if name in still else np.asarray(v) for name, v in g.items()}}
