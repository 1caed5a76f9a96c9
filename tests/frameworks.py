"""A network of symbp's in PyTorch: loss and gradients by a differentiator that shares nothing with symbp.

The layers are read from their descriptions alone: whom each reads, which parameters it takes, in the order of
the layers. Every kind is one row in a table. What a description says is the same
for JAX, whose table is in ``frameworks_jax``.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from frameworks_sequences import TORCH_SEQUENCES, given_states
from frameworks_sequences import own_count as own_count_of_sequences
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
    return own_count_of_sequences(layer) if layer.kind in TORCH_SEQUENCES else 0


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
    """The parameters that penalties count: once each, biases, tables and normalisations left out."""
    rows = zip(net.layers, owned(net, names), strict=True)
    of_layers = [own for layer, own in rows if layer.kind != "equations" and not layer.shared]
    return [name for own in of_layers for name in own if name[0] in "WUOEP"]


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
            inputs += [values[name] for name in given_states(layer, k + 1)]
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


def normal_shape(layer: Any, x: Any, own: Sequence[Any]) -> Any:
    """The axes that are normalised together: those of the parameters, where there are some."""
    if own:
        return own[0].shape
    return x.shape[1:] if layer.axes is None else x.shape[-layer.axes :]


def torch_layer_norm(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    gamma, beta = scale_and_shift(layer, own)
    shape = normal_shape(layer, inputs[0], own)
    return torch_functions().layer_norm(inputs[0], shape, gamma, beta, float(layer.epsilon))


def torch_rms_norm(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    gamma, beta = scale_and_shift(layer, own)
    found = torch_functions().rms_norm(inputs[0], normal_shape(layer, inputs[0], own), gamma, float(layer.epsilon))
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
    "concatenate": lambda layer, inputs, own: importlib.import_module("torch").cat(list(inputs), layer.axis or 1),  # type: ignore[attr-defined]
    "activation": lambda layer, inputs, own: inputs[0],
    "equations": torch_stated,
    **TORCH_SEQUENCES,
}


def torch_gradients(net: Network, values: Mapping[str, Array], names: Sequence[str]) -> dict[str, Array]:
    """``L`` and the gradients of all parameters ``names``, and of ``x``, by PyTorch in double precision."""
    torch = pytest.importorskip("torch")
    tensors = {name: torch.tensor(v, requires_grad=v.dtype.kind == "f") for name, v in values.items()}
    F = torch_functions()
    p = {name: tensors[name] for name in names}
    activate = {name: row(F) for name, row in ACTIVATIONS.items()}
    yhat, y = forward(net, TORCH, activate, p, tensors), tensors["y"]
    if yhat.ndim == 3 and net.layers[-1].kind == "dense":  # each step by itself
        yhat, y = yhat.flatten(0, 1), y.flatten(0, 1)
    L = LOSSES[net.loss.kind][2](F)(yhat, y)
    for name in weights(net, names):
        L = L + net.regularization.l2 / 2 * (p[name] ** 2).sum() + net.regularization.l1 * p[name].abs().sum()
    L.backward()
    still = frozen(net, names)
    found = {name: t.grad.numpy() if t.grad is not None and name not in still else np.zeros(t.shape)
             for name, t in tensors.items() if name in (*names, "x")}  # fmt: skip
    return {"L": L.detach().numpy(), **found}
