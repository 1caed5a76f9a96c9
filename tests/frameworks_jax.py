"""A network of symbp's in JAX: as ``frameworks`` has it for PyTorch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from frameworks import (
    Array,
    Row,
    affine,
    axes,
    dropped,
    forward,
    frozen,
    paddings,
    product,
    scale_and_shift,
    total,
)
from stated import BY_LINES

from symbp.network import Network


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


def last_axes(layer: Any, x: Any, own: Sequence[Any]) -> tuple[int, ...]:
    """The axes that are normalised together: those of the parameters, where there are some."""
    count = own[0].ndim if own else x.ndim - 1 if layer.axes is None else layer.axes
    return tuple(range(x.ndim - count, x.ndim))


def jax_layer_norm(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    x = inputs[0]
    return jax_scaled(layer, jax_normal(layer, x, last_axes(layer, x, own)), own, False)


def jax_rms_norm(layer: Any, inputs: Sequence[Any], own: Sequence[Any]) -> Any:
    x = inputs[0]
    return jax_scaled(layer, jax_normal(layer, x, last_axes(layer, x, own), centred=False), own, False)


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
    "concatenate": lambda layer, inputs, own: jax_library().numpy.concatenate(list(inputs), layer.axis or 1),  # type: ignore[attr-defined]
    "activation": lambda layer, inputs, own: inputs[0],
    "equations": jax_stated,
}


def jax_gradients(net: Network, values: Mapping[str, Array], names: Sequence[str]) -> dict[str, Array]:
    """``L`` and the gradients of all parameters ``names``, and of ``x``, by JAX in double precision."""
    jax = jax_library()
    activate = {name: getattr(jax.nn, name) for name in ("identity", "tanh", "sigmoid", "relu", "softplus", "softmax")}
    assert net.loss.kind == "mse"

    def loss(wrt: dict[str, Any]) -> Any:
        yhat = forward(net, JAX, activate, {name: wrt[name] for name in names}, {**values, "x": wrt["x"]})
        return ((yhat - values["y"]) ** 2).mean()

    L, g = jax.value_and_grad(loss)({name: jax.numpy.asarray(values[name]) for name in (*names, "x")})
    still = frozen(net, names)
    return {"L": L, **{name: np.zeros(v.shape) if name in still else np.asarray(v) for name, v in g.items()}}
