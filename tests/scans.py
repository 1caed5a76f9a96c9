"""Random scans that the tests share: recurrences as networks state them, and ones that read rows at any time."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy
from programs import eq

from symbp import functions as f
from symbp.equation import Affine, Equation, Index, read
from symbp.program import Program, Scan, Tensor
from symbp.wellformed import check

SIDE = 2
A, B = Index("a", SIDE), Index("b", SIDE)
NAMES = ("p", "q", "r", "s")  # the first three have a row for each step, the last has none


def random_scan(seed: int) -> Program:
    """A scan whose equations read and write rows of one another, before and after they are written."""
    rng = np.random.default_rng(seed)
    t = Index("t", int(rng.integers(1, 5)))

    def row(least: int, most: int) -> Affine:
        return Affine.of(t) + int(rng.integers(least, most + 1))

    def operand(index: Index) -> Any:
        name = str(rng.choice(("x", *NAMES)))
        if name == "s":
            return read("s", index)
        position = Affine((), int(rng.integers(0, 3))) if rng.random() < 0.15 else row(0, 2)
        return read(name, position, index)

    def body() -> tuple[sympy.Expr, tuple[Index, ...]]:
        if rng.random() < 0.4:
            return f.sin(operand(A)) + operand(A) / 2, ()
        return operand(B) * read("W", A, B), (B,)

    claimed: dict[str, bool] = {}  # whether an equation with = writes the tensor: then all write the same row
    equations: list[Equation] = []
    for _ in range(int(rng.integers(2, 7))):
        name = str(rng.choice(NAMES))
        accumulate = name == "s" or name in claimed or bool(rng.random() < 0.4)
        rows = (1, 1) if not claimed.setdefault(name, accumulate) else (0, 2)
        lhs = read("s", A) if name == "s" else read(name, row(*rows), A)
        value, over = body()
        if rng.random() < 0.2 and over:
            equations.append(eq(lhs, value, over, "max", scan=t, accumulate=accumulate))
        else:
            equations.append(eq(lhs, value, over, scan=t, accumulate=accumulate))
    length = t.extent + 2 if isinstance(t.extent, int) else 0
    tensors = [Tensor("x", (length, SIDE), "input"), Tensor("W", (SIDE, SIDE), "parameter"), Tensor("L", (), "loss")]
    tensors += [Tensor(name, (SIDE,) if name == "s" else (length, SIDE)) for name in NAMES]
    l = Index("l", length)  # noqa: E741
    start = [eq(read(name, 0, A), read("x", 0, A), accumulate=True) for name in NAMES[:3]]
    start.append(eq(read("s", A), read("x", 1, A), accumulate=True))
    loss = sum((read(name, l, A) * read("x", l, A) for name in NAMES[:3]), read("s", A))
    scan = Scan(t, tuple(equations), bool(rng.random() < 0.5))
    return Program(tuple(tensors), (*start, scan, eq(read("L"), loss, (l, A))))


def random_recurrence(seed: int) -> Program:
    """A scan in which every row is complete before it is read, as in all that a network states."""
    rng = np.random.default_rng(seed)
    steps = int(rng.integers(1, 5))
    t, reverse = Index("t", steps), bool(rng.random() < 0.5)
    old, new = (Affine.of(t) + 1, Affine.of(t)) if reverse else (Affine.of(t), Affine.of(t) + 1)
    body: list[Equation] = []
    for k, name in enumerate(NAMES[:3]):

        def operand(index: Index, known: tuple[str, ...] = NAMES[:k]) -> Any:
            choice = str(rng.choice(["x", *NAMES[:3], *known, *known]))
            row = new if choice in known and rng.random() < 0.7 else old
            return read(choice, row, index)

        for part in range(int(rng.integers(1, 4))):
            lhs, more = read(name, new, A), part > 0
            if rng.random() < 0.5:
                body.append(eq(lhs, f.sin(operand(A)) * operand(A), scan=t, accumulate=more))
            else:
                body.append(eq(lhs, operand(B) * read("W", A, B), (B,), scan=t, accumulate=more))
        body.append(eq(read("s", A), read(name, new, A) ** 2, scan=t, accumulate=True))
    last = read(NAMES[0], 0 if reverse else steps, A)
    tensors = [Tensor("x", (steps + 1, SIDE), "input"), Tensor("W", (SIDE, SIDE), "parameter"), Tensor("L", (), "loss")]
    tensors += [Tensor(name, (SIDE,) if name == "s" else (steps + 1, SIDE)) for name in NAMES]
    start = [eq(read(name, steps if reverse else 0, A), read("x", 0, A)) for name in NAMES[:3]]
    return check(
        Program(tuple(tensors), (*start, Scan(t, tuple(body), reverse), eq(read("L"), last * read("s", A), (A,))))
    )
