"""The bare products of a training step: what no program can leave out, into memory that is there, and nothing else.

Weights are ``(out, in)`` and batches ``(samples, units)``, as a step has them; nothing is copied to be read faster.
"""

from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.ladders.case import Case, Program
from benchmarks.rungs import Array, Rung

Product = tuple[Array, Array, Array]


def products(case: Case) -> Program:
    rng = np.random.default_rng(3)

    def some(*shape: int) -> Array:
        return rng.normal(size=shape).astype(case.dtype)

    listed = [(a, b, np.empty((a @ b).shape, case.dtype)) for a, b in _FAMILIES[case.rung.family](case.rung, some)]

    def step() -> None:
        for a, b, out in listed:
            np.matmul(a, b, out=out)

    return Program(step, None)


Some = Callable[..., Array]
Operands = Iterator[tuple[Array, Array]]


def layer(some: Some, rows: int, inputs: int, outputs: int, first: bool = False) -> Operands:
    """Of a dense layer: what it gives, the gradient of its weight and, but for the first, that of its input."""
    x, W, z_bar = some(rows, inputs), some(outputs, inputs), some(rows, outputs)
    yield x, W.T
    yield z_bar.T, x
    if not first:
        yield z_bar, W


def dense(rung: Rung, some: Some) -> Operands:
    for k, (inputs, outputs) in enumerate(zip(rung.widths, rung.widths[1:], strict=False)):
        yield from layer(some, rung.batch, inputs, outputs, first=k == 0)


def recurrent(rung: Rung, some: Some) -> Operands:
    """The first state is zero: one product with it less on the way there and on the way back."""
    (inputs, units), rows = rung.widths, rung.batch
    gates = units * (4 if rung.family == "lstm" else 1)
    yield from layer(some, rung.steps * rows, inputs, gates, first=True)
    h, U, z_bar = some(rung.steps, rows, units), some(gates, units), some(rung.steps, rows, gates)
    for t in range(rung.steps - 1):
        yield h[t], U.T
        yield z_bar[t], U
    yield z_bar[1:].reshape(-1, gates).T, h[1:].reshape(-1, units)


def conv(rung: Rung, some: Some) -> Operands:
    """Windows stand side by side already, batch innermost; of what a pooling drops there is no product."""
    channels, *filters, classes = rung.widths
    side = rung.steps
    for k, count in enumerate(filters):
        side = (side - 2) // 2
        places = rung.batch * (2 * side) ** 2
        columns, W, z_bar = some(9 * channels, places), some(count, 9 * channels), some(count, places)
        yield W, columns
        yield z_bar, columns.T
        if k:
            yield W.T, z_bar
        channels = count
    yield from layer(some, rung.batch, channels * side * side, classes)


def block(rung: Rung, some: Some) -> Operands:
    features, times = rung.widths
    rows, heads = rung.batch * rung.steps, rung.heads
    for inputs, outputs in ((1, 3), (1, 1), (1, times), (times, 1)):
        yield from layer(some, rows, inputs * features, outputs * features)
    q, k, v, o_bar = (some(rung.batch, heads, rung.steps, features // heads) for _ in range(4))
    s, p = (some(rung.batch, heads, rung.steps, rung.steps) for _ in range(2))
    yield q, k.mT
    yield p, v
    yield o_bar, v.mT
    yield p.mT, o_bar
    yield s, k
    yield s.mT, q


_FAMILIES: dict[str, Callable[[Rung, Some], Operands]] = {
    "dense": dense,
    "rnn": recurrent,
    "lstm": recurrent,
    "conv": conv,
    "block": block,
}
