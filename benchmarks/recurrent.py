"""Training steps of recurrent layers in float32: emitted modules beside NumPy written by hand and tuned.

``python -m benchmarks.recurrent lstm hand`` runs the one by hand, ``... lstm FOLDER`` the workspace of the module
``lstm`` in that folder, ``... lstm products`` nothing but the matrix products, all of them equally often.
"""

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

STEPS, INPUTS, UNITS, BATCH = 50, 32, 128, 32
REPEATS = {"rnn": 150, "lstm": 40}
GATES = {"rnn": 1, "lstm": 4}
Array = np.ndarray[Any, np.dtype[np.float32]]


def spec(kind: str) -> str:
    """The layer alone, every step compared with a target."""
    return f"""
name = "{kind}"

[input]
shape = ["T", {INPUTS}]

[[layers]]
kind = "{kind}"
units = {UNITS}
returns = "sequence"

[loss]
kind = "mse"
"""


def data(gates: int) -> tuple[tuple[Array, Array, Array], Array, Array]:
    """``(W, U, b)``, ``X`` and ``Y``."""
    rng = np.random.default_rng(0)
    shapes = ((gates * UNITS, INPUTS), (gates * UNITS, UNITS), (gates * UNITS,))
    weights = tuple((0.1 * rng.normal(size=shape)).astype(np.float32) for shape in shapes)
    X, Y = (rng.normal(size=(BATCH, STEPS, width)).astype(np.float32) for width in (INPUTS, UNITS))
    return weights, X, Y  # type: ignore[return-value]


def empty(*shape: int) -> Array:
    return np.zeros(shape, np.float32)


@dataclass
class Hand:
    """What both cells need: memory made once, stored step by step."""

    gates: int
    x: Array = field(default_factory=lambda: empty(STEPS, BATCH, INPUTS))
    h: Array = field(default_factory=lambda: empty(STEPS + 1, BATCH, UNITS))
    h_bar: Array = field(default_factory=lambda: empty(STEPS, BATCH, UNITS))
    row: Array = field(default_factory=lambda: empty(BATCH, UNITS))
    other: Array = field(default_factory=lambda: empty(BATCH, UNITS))
    back: Array = field(default_factory=lambda: empty(BATCH, UNITS))

    def __post_init__(self) -> None:
        self.z = empty(STEPS, BATCH, self.gates * UNITS)
        self.product = empty(BATCH, self.gates * UNITS)

    def loss_and_grad(self, p: tuple[Array, Array, Array], X: Array, Y: Array) -> tuple[float, tuple[Array, ...]]:
        W, U, b = p
        flat = self.z.reshape(STEPS * BATCH, -1)
        self.x[...] = X.transpose(1, 0, 2)
        np.matmul(self.x.reshape(STEPS * BATCH, INPUTS), W.T, out=flat)
        self.z += b
        self.forward(U.T)
        np.subtract(self.h[1:], Y.transpose(1, 0, 2), out=self.h_bar)
        loss = float(np.vdot(self.h_bar, self.h_bar)) / self.h_bar.size
        self.h_bar *= 2 / self.h_bar.size
        self.backward(U)
        U_bar = flat.T @ self.h[:-1].reshape(STEPS * BATCH, UNITS)
        return loss, (flat.T @ self.x.reshape(STEPS * BATCH, INPUTS), U_bar, flat.sum(axis=0))

    def forward(self, UT: Array) -> None:
        raise NotImplementedError

    def backward(self, U: Array) -> None:
        raise NotImplementedError


class HandRnn(Hand):
    def forward(self, UT: Array) -> None:
        for t in range(STEPS):
            np.matmul(self.h[t], UT, out=self.product)
            z = self.z[t]
            z += self.product
            np.tanh(z, out=self.h[t + 1])

    def backward(self, U: Array) -> None:
        """The adjoint of ``z`` takes its place."""
        self.back.fill(0)
        for t in reversed(range(STEPS)):
            self.back += self.h_bar[t]
            z = self.z[t]
            np.square(self.h[t + 1], out=z)
            np.subtract(1, z, out=z)
            z *= self.back
            np.matmul(z, U, out=self.back)


def sigmoid(z: Array) -> None:
    """In place; what overflows is far beyond these numbers."""
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1
    np.divide(1, z, out=z)


class HandLstm(Hand):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.c = empty(STEPS + 1, BATCH, UNITS)
        self.s = empty(STEPS, BATCH, UNITS)
        self.c_bar = empty(BATCH, UNITS)

    def forward(self, UT: Array) -> None:
        for t in range(STEPS):
            np.matmul(self.h[t], UT, out=self.product)
            z, c = self.z[t], self.c[t + 1]
            z += self.product
            i, f, g, o = (z[:, k * UNITS : (k + 1) * UNITS] for k in range(4))
            sigmoid(z[:, : 2 * UNITS])
            np.tanh(g, out=g)
            sigmoid(o)
            np.multiply(f, self.c[t], out=c)
            np.multiply(i, g, out=self.row)
            c += self.row
            np.tanh(c, out=self.s[t])
            np.multiply(o, self.s[t], out=self.h[t + 1])

    def backward(self, U: Array) -> None:
        """The adjoints of the gates take their places."""
        row, other, back = self.row, self.other, self.back
        back.fill(0)
        self.c_bar.fill(0)
        for t in reversed(range(STEPS)):
            z, s = self.z[t], self.s[t]
            i, f, g, o = (z[:, k * UNITS : (k + 1) * UNITS] for k in range(4))
            back += self.h_bar[t]
            np.multiply(back, o, out=row)
            np.square(s, out=other)
            np.subtract(1, other, out=other)
            row *= other
            self.c_bar += row
            back *= s
            self.gate(o, back)
            np.multiply(self.c_bar, self.c[t], out=back)
            np.multiply(self.c_bar, i, out=s)
            np.multiply(self.c_bar, g, out=other)
            self.c_bar *= f
            self.gate(f, back)
            self.gate(i, other)
            np.square(g, out=row)
            np.subtract(1, row, out=row)
            np.multiply(s, row, out=g)
            np.matmul(z, U, out=back)

    def gate(self, gate: Array, adjoint: Array) -> None:
        """``adjoint*gate*(1 - gate)`` in the place of the gate."""
        np.subtract(1, gate, out=self.row)
        gate *= self.row
        gate *= adjoint


def products(p: tuple[Array, Array, Array], X: Array) -> Callable[[], object]:
    """The matrix products of a training step and nothing else."""
    W, U, b = p
    z, h, back = empty(STEPS, BATCH, len(b)), empty(STEPS, BATCH, UNITS), empty(BATCH, UNITS)
    flat, product = z.reshape(STEPS * BATCH, -1), empty(BATCH, len(b))
    rows, inputs = h.reshape(STEPS * BATCH, UNITS), X.reshape(STEPS * BATCH, INPUTS)

    def run() -> None:
        np.matmul(inputs, W.T, out=flat)
        for t in range(STEPS):
            np.matmul(h[t], U.T, out=product)
        for t in range(STEPS):
            np.matmul(z[t], U, out=back)
        flat.T @ rows
        flat.T @ inputs

    return run


def steps(kind: str, how: str) -> Callable[[], object]:
    """A training step by hand, of the module in a folder, or its products alone."""
    p, X, Y = data(GATES[kind])
    if how == "products":
        return products(p, X)
    if how == "hand":
        hand = {"rnn": HandRnn, "lstm": HandLstm}[kind](GATES[kind])
        return lambda: hand.loss_and_grad(p, X, Y)
    sys.path.insert(0, how)
    module = importlib.import_module(kind)
    workspace, parameters = module.Workspace(BATCH, STEPS), module.Parameters(*p)
    return lambda: workspace.loss_and_grad(parameters, X, Y)


def main() -> None:
    kind, how = sys.argv[1:]
    step = steps(kind, how)
    for _ in range(REPEATS[kind]):
        step()


if __name__ == "__main__":
    main()
