"""Programs of equations that the tests share: each kind of network as equations, and random ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import sympy

from symbp import functions as f
from symbp.equation import Access, Affine, Equation, Guard, Index, Length, Read, Size, read
from symbp.program import Program, Scan, Statement, Tensor
from symbp.wellformed import check

N = Size("N")
n = Index("n", N)
Shapes = Mapping[str, tuple[Any, ...]]


def eq(
    lhs: Read, body: Any, over: tuple[Index, ...] = (), reduction: str = "sum", scan: Index | None = None, **more: Any
) -> Equation:
    """An equation whose domain is the indices of its left side, but for that of the scan around it."""
    domain = tuple(i for i in dict.fromkeys(lhs.access.index_atoms()) if i != scan)
    return Equation(lhs.access, sympy.S(body), domain, over, reduction if over else "", **more)  # type: ignore[arg-type]


def at_least_zero(*affine: Affine) -> tuple[Guard, ...]:
    return tuple(Guard(a, ">=") for a in affine)


def program(
    statements: tuple[Statement, ...],
    inputs: Shapes,
    between: Shapes,
    parameters: Shapes | None = None,
    targets: Shapes | None = None,
    integers: tuple[str, ...] = (),
) -> Program:
    """A checked program with the loss ``L``."""
    roles = {"input": inputs, "parameter": parameters or {}, "target": targets or {}, "intermediate": between}
    tensors = [
        Tensor(name, shape, role, "int" if name in integers else "float")  # type: ignore[arg-type]
        for role, shapes in roles.items()
        for name, shape in shapes.items()
    ]
    return check(Program((*tensors, Tensor("L", (), "loss")), statements))


def renamed(built: Program, new: Callable[[str], str]) -> Program:
    """The program with other names for its tensors."""

    def access(old: Access) -> Access:
        return replace(old, tensor=new(old.tensor))

    def equation(e: Equation) -> Equation:
        return replace(e, lhs=access(e.lhs), body=e.body.xreplace({r: Read(access(r.access)) for r in e.reads}))

    tensors = tuple(replace(t, name=new(t.name)) for t in built.tensors)
    return check(replace(built.map(equation), tensors=tensors))


def mean_square(name: str, shape: tuple[Any, ...]) -> Equation:
    """``L = sum (name - y)^2 / N``."""
    over = tuple(Index(letter, extent) for letter, extent in zip("nabc", shape, strict=False))
    return eq(read("L"), (read(name, *over) - read("y", *over)) ** 2 / Length("N"), over)


def dense(*widths: int, activation: Any = f.tanh) -> Program:
    """Dense layers with one activation and a mean square as loss."""
    statements: list[Statement] = []
    between: dict[str, tuple[Any, ...]] = {}
    parameters: dict[str, tuple[Any, ...]] = {}
    source = "x"
    for layer, (fan, units) in enumerate(zip(widths, widths[1:], strict=False), 1):
        i, j = Index("i", units), Index("j", fan)
        W, b, z, a = (f"{letter}{layer}" for letter in "Wbza")
        statements += [
            eq(read(z, n, i), read(W, i, j) * read(source, n, j), (j,)),
            eq(read(z, n, i), read(b, i), accumulate=True),
            eq(read(a, n, i), activation(read(z, n, i))),
        ]
        parameters |= {W: (units, fan), b: (units,)}
        between |= {z: (N, units), a: (N, units)}
        source = a
    statements.append(mean_square(source, (N, widths[-1])))
    return program(tuple(statements), {"x": (N, widths[0])}, between, parameters, {"y": (N, widths[-1])})


def convolution(side: int = 5, stride: int = 2, padding: int = 1, kernel: int = 3) -> Program:
    """A strided and padded 2-D convolution: padding is a guard."""
    out = (side + 2 * padding - kernel) // stride + 1
    o, m, r, c, u, v = (Index(*i) for i in (("o", 2), ("m", 3), ("r", out), ("c", out), ("u", kernel), ("v", kernel)))
    row = Affine.of(r) * stride + u - padding
    column = Affine.of(c) * stride + v - padding
    last = Affine.of(side - 1)
    guards = at_least_zero(row, column, last - row, last - column)
    h = eq(read("h", n, o, r, c), read("K", o, m, u, v) * read("x", n, m, row, column), (m, u, v), guards=guards)
    shape = (N, 2, out, out)
    return program(
        (h, mean_square("h", shape)),
        {"x": (N, 3, side, side)},
        {"h": shape},
        {"K": (2, 3, kernel, kernel)},
        {"y": shape},
    )


def max_pool() -> Program:
    """Overlapping windows of 3 with stride 2 in both directions."""
    r, c, u, v = Index("r", 2), Index("c", 2), Index("u", 3), Index("v", 3)
    window = read("x", n, Affine.of(r) * 2 + u, Affine.of(c) * 2 + v)
    p = eq(read("p", n, r, c), window, (u, v), "max")
    return program((p, mean_square("p", (N, 2, 2))), {"x": (N, 5, 5)}, {"p": (N, 2, 2)}, targets={"y": (N, 2, 2)})


def embedding() -> Program:
    """Rows of a table at tokens, projected: a token may occur more than once."""
    t, d, k = Index("t", 4), Index("d", 3), Index("k", 2)
    row = read("E", Access.of("tok", n, t), d)
    h = eq(read("h", n, k), row * read("W", k, t, d), (t, d))
    return program(
        (h, mean_square("h", (N, 2))),
        {"tok": (N, 4)},
        {"h": (N, 2)},
        {"E": (5, 3), "W": (2, 4, 3)},
        {"y": (N, 2)},
        ("tok",),
    )


def batch_normalisation() -> Program:
    """Mean and variance over the batch, two passes, then scale and shift."""
    c = Index("c", 3)
    centred = read("x", n, c) - read("mu", c)
    statements = (
        eq(read("mu", c), read("x", n, c) / Length("N"), (n,)),
        eq(read("var", c), centred**2 / Length("N"), (n,)),
        eq(read("xhat", n, c), centred / sympy.sqrt(read("var", c) + sympy.Rational(1, 1000))),
        eq(read("out", n, c), read("gamma", c) * read("xhat", n, c) + read("beta", c)),
        eq(read("L"), (f.tanh(read("out", n, c)) - read("y", n, c)) ** 2, (n, c)),
    )
    between = {"mu": (3,), "var": (3,), "xhat": (N, 3), "out": (N, 3)}
    return program(statements, {"x": (N, 3)}, between, {"gamma": (3,), "beta": (3,)}, {"y": (N, 3)})


def matrix_square() -> Program:
    """One tensor read twice in one equation: ``P = M M``."""
    i, j, k = Index("i", 3), Index("j", 3), Index("k", 3)
    statements = (
        eq(read("P", i, j), read("M", i, k) * read("M", k, j), (k,)),
        eq(read("L"), f.sin(read("P", i, j)) * read("x", n, i) * read("x", n, j), (n, i, j)),
    )
    return program(statements, {"x": (N, 3)}, {"P": (3, 3)}, {"M": (3, 3)})


def recurrence(steps: int = 5) -> Program:
    """A scan of ``steps`` steps: ``h[t+1] = tanh(W x[t] + U h[t] + b)`` from an initial row."""
    t, i, j, k = Index("t", steps), Index("i", 3), Index("j", 2), Index("k", 3)
    z, after = read("z", n, t, i), read("h", n, Affine.of(t) + 1, i)
    last = Index("l", steps)
    statements = (
        eq(read("h", n, 0, i), read("h0", i)),
        Scan(
            t,
            (
                eq(z, read("W", i, j) * read("x", n, t, j), (j,), scan=t),
                eq(z, read("U", i, k) * read("h", n, t, k), (k,), scan=t, accumulate=True),
                eq(z, read("b", i), scan=t, accumulate=True),
                eq(after, f.tanh(z), scan=t),
            ),
        ),
        eq(read("L"), (read("h", n, Affine.of(last) + 1, i) - read("y", n, last, i)) ** 2 / Length("N"), (n, last, i)),
    )
    parameters = {"W": (3, 2), "U": (3, 3), "b": (3,), "h0": (3,)}
    between = {"h": (N, steps + 1, 3), "z": (N, steps, 3)}
    return program(statements, {"x": (N, steps, 2)}, between, parameters, {"y": (N, steps, 3)})


def attention() -> Program:
    """One head of attention over 4 positions: softmax(q k / sqrt(d)) v."""
    t, s, d, j = Index("t", 4), Index("s", 4), Index("d", 3), Index("j", 2)
    projections = tuple(
        eq(read(name, n, t, d), read(f"W{name}", d, j) * read("x", n, t, j), (j,)) for name in ("q", "k", "v")
    )
    statements = (
        *projections,
        eq(read("u", n, t, s), read("q", n, t, d) * read("k", n, s, d) / sympy.sqrt(3), (d,)),
        eq(read("e", n, t, s), f.exp(read("u", n, t, s))),
        eq(read("s", n, t), read("e", n, t, s), (s,)),
        eq(read("p", n, t, s), read("e", n, t, s) / read("s", n, t)),
        eq(read("out", n, t, d), read("p", n, t, s) * read("v", n, s, d), (s,)),
        mean_square("out", (N, 4, 3)),
    )
    between = dict.fromkeys(("q", "k", "v", "out"), (N, 4, 3))
    between |= {"u": (N, 4, 4), "e": (N, 4, 4), "s": (N, 4), "p": (N, 4, 4)}
    weights = {f"W{name}": (3, 2) for name in ("q", "k", "v")}
    return program(statements, {"x": (N, 4, 2)}, between, weights, {"y": (N, 4, 3)})


def classifier(outputs: int = 4) -> Program:
    """A layer with softmax and cross-entropy; the rows of the target sum to one."""
    k, j = Index("k", outputs), Index("j", 3)
    statements = (
        eq(read("z", n, k), read("W", k, j) * read("x", n, j), (j,)),
        eq(read("e", n, k), f.exp(read("z", n, k))),
        eq(read("s", n), read("e", n, k), (k,)),
        eq(read("p", n, k), read("e", n, k) / read("s", n)),
        eq(read("L"), -read("y", n, k) * f.log(read("p", n, k)) / Length("N"), (n, k)),
    )
    between = {"z": (N, outputs), "e": (N, outputs), "s": (N,), "p": (N, outputs)}
    built = program(statements, {"x": (N, 3)}, between, {"W": (outputs, 3)}, {"y": (N, outputs)})
    tensors = tuple(replace(t, normalized=t.name == "y") for t in built.tensors)
    return replace(built, tensors=tensors)


GENERAL = {
    "convolution": convolution,
    "max pool": max_pool,
    "embedding": embedding,
    "batch normalisation": batch_normalisation,
    "matrix square": matrix_square,
    "recurrence": recurrence,
    "attention": attention,
    "dense": lambda: dense(3, 4, 2),
    "classifier": classifier,
}
ARGUMENTS: dict[str, tuple[float, ...]] = {
    "leaky_relu": (0.2,),
    "elu": (0.75,),
    "clip": (-0.8, 0.9),
    "maximum": (0.1,),
    "minimum": (0.1,),
    "huber": (0.7,),
}
POSITIVE = ("log", "log1p", "xlogx")  # functions of positive numbers


def applied(name: str, argument: sympy.Expr) -> sympy.Expr:
    """A row of the table of functions at an argument, its constants given; logarithms of what is positive."""
    if name in POSITIVE:
        argument = argument**2 + sympy.Rational(1, 2)
    constants = (sympy.Rational(str(c)) for c in ARGUMENTS.get(name, ()))
    return f.ROWS[name].function(argument, *constants)


def with_function(name: str) -> Program:
    """A tiny program around one row of the table: a weight, the function, a sum."""
    i, j = Index("i", 2), Index("j", 3)
    statements = (
        eq(read("z", n, i), read("W", i, j) * read("x", n, j), (j,)),
        eq(read("a", n, i), applied(name, read("z", n, i))),
        eq(read("L"), (read("a", n, i) + read("z", n, i)) ** 2 * read("y", n, i), (n, i)),
    )
    between = {"z": (N, 2), "a": (N, 2)}
    return program(statements, {"x": (N, 3)}, between, {"W": (2, 3)}, {"y": (N, 2)})


SMOOTH = ("tanh", "sigmoid", "sin", "softplus", "exp", "elu", "softsign", "normal_cdf")


def random_program(seed: int) -> Program:
    """Matrices computed from one another by random equations: contractions, products, shifts, maxima, functions."""
    rng = np.random.default_rng(seed)
    side = 3
    a, b, c = Index("a", side), Index("b", side), Index("c", side)
    names = ["x", "W"]
    statements: list[Statement] = []

    def pick() -> str:
        return str(rng.choice(names))

    def contraction(z: str) -> list[Equation]:
        return [eq(read(z, a, b), read(pick(), a, c) * read(pick(), c, b) / 2, (c,))]

    def function(z: str) -> list[Equation]:
        return [eq(read(z, a, b), applied(str(rng.choice(SMOOTH)), read(pick(), a, b) / 2))]

    def product(z: str) -> list[Equation]:
        return [eq(read(z, a, b), read(pick(), a, b) * read(pick(), b, a) - read(pick(), a, a))]

    def shift(z: str) -> list[Equation]:
        position = Affine.of(b) - 1
        return [eq(read(z, a, b), read(pick(), a, position), guards=at_least_zero(position)), *more(z)]

    def more(z: str) -> list[Equation]:
        return [eq(read(z, a, b), read(pick(), b, a) / 3, accumulate=True)]

    def maximum(z: str) -> list[Equation]:
        return [eq(read(z, a, b), read(pick(), a, c) + read(pick(), b, c), (c,), "max")]

    def scatter(z: str) -> list[Equation]:
        body, guards = read(pick(), a, c), at_least_zero(Affine.of(side - 1) - a - c)
        return [
            Equation(
                Access.of(z, Affine.of(a) + c, b), body * read(pick(), c, b), (a, c, b), guards=guards, accumulate=True
            )
        ]

    makers = (contraction, function, product, shift, maximum, scatter)
    for step in range(6):
        z = f"z{step + 1}"
        statements += makers[int(rng.integers(len(makers)))](z)
        names.append(z)
    total = sum((read(name, a, b) * f.sin(read(names[-1], b, a)) for name in names), sympy.Integer(0))
    statements.append(eq(read("L"), total, (a, b)))
    between = dict.fromkeys(names[2:], (side, side))
    return program(tuple(statements), {"x": (side, side)}, between, {"W": (side, side)})
