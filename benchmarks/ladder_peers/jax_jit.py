"""JAX: ``jit(value_and_grad(loss))``, waited for."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from benchmarks.ladders.case import Case, Program
from benchmarks.rungs import Rung, activations

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "identity": lambda z: z,
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "gelu": lambda z: jax.nn.gelu(z, approximate=False),
    "gelu_tanh": lambda z: jax.nn.gelu(z, approximate=True),
}


def jit(case: Case) -> Program:
    jax.config.update("jax_enable_x64", case.dtype == "float64")
    forward = _FAMILIES[case.rung.family]
    measure = cross_entropy if case.rung.labels else mse

    def loss(p: Any, X: Any, Y: Any) -> Any:
        return measure(forward(case.rung, p, X), Y)

    compiled = jax.jit(jax.value_and_grad(loss))
    p, X, Y = tuple(jnp.asarray(one) for one in case.p), jnp.asarray(case.X), jnp.asarray(case.Y)
    return Program(
        lambda: jax.block_until_ready(compiled(p, X, Y)),
        lambda result: (float(result[0]), [np.asarray(one) for one in result[1]]),
    )


def cross_entropy(yhat: Any, y: Any) -> Any:
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(yhat), y[:, None], axis=1))


def mse(yhat: Any, y: Any) -> Any:
    return jnp.mean((yhat - y) ** 2)


def dense(rung: Rung, p: Any, x: Any) -> Any:
    for W, b, name in zip(p[::2], p[1::2], activations(rung), strict=True):
        x = ACTIVATIONS[name](x @ W.T + b)
    return x


def rnn(rung: Rung, p: Any, x: Any) -> Any:
    W, U, b = p
    z = jnp.swapaxes(x @ W.T + b, 0, 1)
    first = jnp.zeros((x.shape[0], rung.widths[1]), x.dtype)
    return lax.scan(lambda h, z: (jnp.tanh(z + h @ U.T), None), first, z)[0]


def lstm(rung: Rung, p: Any, x: Any) -> Any:
    W, U, b = p

    def advance(carry: Any, z: Any) -> Any:
        h, c = carry
        i, f, g, o = jnp.split(z + h @ U.T, 4, axis=1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

    first = jnp.zeros((x.shape[0], rung.widths[1]), x.dtype)
    return lax.scan(advance, (first, first), jnp.swapaxes(x @ W.T + b, 0, 1))[0][0]


def conv(rung: Rung, p: Any, x: Any) -> Any:
    *convolutions, W, b = p
    for kernel, bias in zip(convolutions[::2], convolutions[1::2], strict=True):
        z = lax.conv(x, kernel, (1, 1), "VALID") + bias[:, None, None]
        a = ACTIVATIONS[rung.activation](z)
        x = lax.reduce_window(a, -jnp.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")
    return x.reshape(x.shape[0], -1) @ W.T + b


def layer_norm(x: Any, gamma: Any, beta: Any) -> Any:
    d = x - x.mean(axis=-1, keepdims=True)
    return gamma * d * lax.rsqrt((d**2).mean(axis=-1, keepdims=True) + 1e-5) + beta


def block(rung: Rung, p: Any, x: Any) -> Any:
    gamma1, beta1, W, b, O, bo, gamma2, beta2, W1, b1, W2, b2 = p  # noqa: E741
    x = x + attention(rung, layer_norm(x, gamma1, beta1) @ W.T + b) @ O.T + bo
    return x + ACTIVATIONS[rung.activation](layer_norm(x, gamma2, beta2) @ W1.T + b1) @ W2.T + b2


def attention(rung: Rung, z: Any) -> Any:
    N, T, J = z.shape
    q, k, v = z.reshape(N, T, 3, rung.heads, -1).transpose(2, 0, 3, 1, 4)
    weights = jax.nn.softmax(q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1]).astype(z.dtype), axis=-1)
    return (weights @ v).swapaxes(1, 2).reshape(N, T, J // 3)


_FAMILIES: dict[str, Callable[[Rung, Any, Any], Any]] = {
    "dense": dense,
    "rnn": rnn,
    "lstm": lstm,
    "conv": conv,
    "block": block,
}
