"""Kernels recognised from the indices of equations, seen in the plain statements they become."""

from __future__ import annotations

import pytest
import sympy

from symbp import functions as f
from symbp.equation import Access, Affine, Equation, Guard, Index, Length, Size, read
from symbp.numpy_code.ascii import definition_text
from symbp.numpy_code.names import Names
from symbp.numpy_code.plain import plain_lines
from symbp.program import Program, Tensor
from symbp.schedule import Loop, Scatter, schedule
from symbp.schedule.order import Order
from tests.programs import eq

N = Size("N")
n, i, j, k, t = Index("n", N), Index("i", 3), Index("j", 4), Index("k", 3), Index("t", 5)
y = Access.of("y", n)
TENSORS = (
    Tensor("x", (N, 4), "input"),
    Tensor("y", (N,), "target", "int"),
    Tensor("tok", (N, 5), "input", "int"),
    Tensor("W", (3, 4), "parameter"),
    Tensor("b", (3,), "parameter"),
    Tensor("E", (9, 4), "parameter"),
    Tensor("z", (N, 3)),
    Tensor("a", (N, 3)),
    Tensor("q", (N, 5, 4)),
    Tensor("s", (N,)),
    Tensor("z_bar", (N, 3), "adjoint"),
    Tensor("r", (N, 3)),
    Tensor("u", (N, 5, 3)),
    Tensor("A", (3, 3)),
    Tensor("M", (3, 3)),
    Tensor("x4", (N, 2, 5, 5)),
    Tensor("K", (3, 2, 2, 3), "parameter"),
    Tensor("H", (N, 3, 4, 3)),
    Tensor("P", (N, 2, 4, 3)),
    Tensor("L", (), "loss"),
)
SCALE = 1 / (3 * Length("N"))
W, x, b, z, a, A = read("W", i, j), read("x", n, j), read("b", i), read("z", n, i), read("a", n, i), read("A", i, k)


def target(name: str, *positions: object) -> object:
    return read(name, *positions)  # type: ignore[arg-type]


def lines(*equations: Equation) -> list[str]:
    """The plain statements of a program in which everything else is given."""
    name = equations[-1].target
    tensors = tuple(
        t if t.name == name or t.role != "intermediate" else Tensor(t.name, t.shape, "input") for t in TENSORS
    )
    built = Program(tensors, equations, name)
    found = schedule(built, [name])
    names = Names({t.name for t in found.program.tensors})
    return [line for group in found.groups for line in plain_lines(found.program, names, group, lambda *_: ())]


def plus(*arguments: object, **more: object) -> Equation:
    return eq(*arguments, accumulate=True, **more)  # type: ignore[arg-type]


CASES: list[tuple[str, tuple[Equation, ...], list[str]]] = [
    ("layer", (eq(target("r", n, i), W * x, (j,)), plus(target("r", n, i), b)), ["r = x @ W.T + b"]),
    ("transposed result", (eq(target("A", i, k), z * read("a", n, k), (n,)),), ["A = z.T @ a"]),
    ("batched", (eq(target("u", n, t, i), W * read("q", n, t, j), (j,)),), ["u = q @ W.T"]),
    (
        "scaled product",
        (eq(target("A", i, k), 2 * z * read("a", n, k) * SCALE, (n,)),),
        ["A = 2 * (z.T @ a) / (3 * N)"],
    ),
    ("factor pulled out", (eq(target("r", n, i), W * x / read("s", n), (j,)),), ["r = x @ W.T / s[:, None]"]),
    ("squares", (eq(target("L"), z**2 * SCALE, (n, i)),), ["L = float(np.vdot(z, z)) / (3 * N)"]),
    ("products", (eq(target("L"), -z * a, (n, i)),), ["L = -float(np.vdot(z, a))"]),
    ("sum over the batch", (eq(target("b", i), z, (n,)),), ["b = z.sum(axis=0)"]),
    ("maximum", (eq(target("s", n), z, (i,), "max"),), ["s = z.max(axis=1)"]),
    ("rows", (eq(target("r", n, i), f.exp(z - read("s", n))),), ["r = np.exp(z - s[:, None])"]),
    ("index not in the body", (eq(target("s", n), read("s", n) * 0 + 2, (i,)),), ["s = np.full((N,), 6, dtype)"]),
    (
        "three factors",
        (eq(target("A", i, k), z * read("a", n, k) * read("s", n), (n,)),),
        ["A = (z.T * s) @ a"],
    ),
    ("unit of a gate", (eq(target("r", n, i), f.relu(z)),), ["r = np.maximum(z, 0)"]),
    ("slope of a gate", (eq(target("r", n, i), read("z_bar", n, i) * f.step(z)),), ["r = z_bar * (z > 0)"]),
    ("a step alone is float", (eq(target("r", n, i), 2 * f.step(z)),), ["r = 2 * np.heaviside(z, 0.0)"]),
    ("transposed operand", (eq(target("A", i, k), f.exp(read("M", k, i)) * 2),), ["A = 2 * np.exp(M.T)"]),
    ("rows of a table", (eq(target("q", n, t, j), read("E", Access.of("tok", n, t), j)),), ["q = E[tok]"]),
    ("labels", (eq(target("s", n), read("z", n, y)),), ["s = z[np.arange(N), y]"]),
    (
        "all but the label",
        (eq(target("r", n, k), f.exp(read("z", n, k)), guards=(Guard(Affine.of(k) - y, "!="),)),),
        ["exp_z = np.exp(z)", "exp_z[np.arange(N), y] = 0", "r = exp_z.copy()"],
    ),
    (
        "scatter to the label",
        (eq(target("r", n, i), z / Length("N")), plus(target("r", n, y), sympy.Integer(-1) / Length("N"))),
        ["r = z / N", "r[np.arange(N), y] += -1 / N"],
    ),
    (
        "repeated tokens",
        (plus(target("E", Access.of("tok", n, t), j), read("q", n, t, j)),),
        [
            "E = np.zeros((9, 4), dtype)",
            "place = np.arange(36).reshape(9, 4)[tok]",
            "np.add.at(E.reshape(-1), place.reshape(-1), q.reshape(-1))",
        ],
    ),
    (
        "two contributions",
        (plus(target("r", n, i), W * x, (j,)), plus(target("r", n, i), -2 * z)),
        ["r = x @ W.T - 2 * z"],
    ),
]
u, v, r, c = Index("u", 2), Index("v", 3), Index("r", 4), Index("c", 3)
o, m, g = Index("o", 3), Index("m", 2), Index("g", 2)
row, column = Affine.of(r) + u, Affine.of(c) + v
inside = (Guard(Affine.of(r) + u - 1, ">="), Guard(Affine.of(4) - r - u, ">="))
CASES += [
    ("a slice", (eq(target("s", n), read("q", n, 0, 3)),), ["s = q[:, 0, 3].copy()"]),
    (
        "a part",
        (eq(target("u", n, 0, i), b), eq(target("u", n, Affine.of(r) + 1, i), read("z", n, i))),
        ["u = np.empty((N, 5, 3), dtype)", "u[:, 0] = b", "u[:, 1:] = z[:, None, :]"],
    ),
    ("reversed", (eq(target("r", n, i), read("z", n, Affine.of(2) - i)),), ["r = z[:, ::-1].copy()"]),
    ("a diagonal", (eq(target("b", i), read("A", i, i)),), ['b = np.einsum("aa->a", A).copy()']),
    (
        "a guard on one index",
        (eq(target("b", i), read("s", 0), guards=(Guard(Affine.of(i) - 1, ">="),)),),
        ["b = np.zeros((3,), dtype)", "b[1:] = float(s[0])"],
    ),
    (
        "a triangle",
        (eq(target("r", n, i), A * read("z", n, k), (k,), guards=(Guard(Affine.of(i) - k, ">="),)),),
        ["r = z @ np.where(np.arange(3)[:, None] >= np.arange(3), A, 0).T"],
    ),
    (
        "convolution",
        (
            eq(target("H", n, o, r, c), read("K", o, m, u, v) * read("x4", n, m, row, column), (m, u, v)),
            plus(target("H", n, o, r, c), read("b", o)),
        ),
        [
            "x4_rows = x4.transpose(2, 1, 3, 0).copy()",
            "x4_columns = _windows(x4_rows, (0, 1, 4), (1, 1, 2), (0, 1, 2), (2, 1, 3), (2, 1, 3), (3, 1, N)).copy()",
            "H_rows = (K.reshape(3, 12) @ x4_columns.reshape(4, 12, N * 3)).reshape(4, 3, 3, N)",
            "H_rows += b[:, None, None]",
            "H = H_rows.transpose(3, 1, 0, 2).copy()",
        ],
    ),
    (
        "its adjoint",
        (plus(target("x4", n, m, row, column), read("K", o, m, u, v) * read("H", n, o, r, c), (o,)),),
        [
            "x4_columns = "
            "(K.reshape(3, 12).T @ H.transpose(2, 1, 3, 0).reshape(4, 3, N * 3)).reshape(4, 2, 2, 3, 3, N)",
            "x4_rows = np.zeros((5, 2, 5, N), dtype)",
            "for uu, v in np.ndindex(2, 3):",
            "    x4_rows[uu : uu + 4, :, v : v + 3] += x4_columns[:, :, uu, v]",
            "x4 = x4_rows.transpose(3, 1, 0, 2).copy()",
        ],
    ),
    (
        "padded on one side",
        (eq(target("P", n, m, r, c), read("x4", n, m, row - 1, c), (u,), "max", guards=inside[:1]),),
        [
            "x4_rows = x4.transpose(1, 3, 2, 0).copy()",
            "x4_rows_padded = np.pad(x4_rows, ((0, 0), (0, 0), (1, 0), (0, 0)), constant_values=-np.inf)",
            "P_rows = np.full((2, 3, 4, N), -np.inf, dtype)",
            "for uu in range(2):",
            "    np.maximum(P_rows, x4_rows_padded[:, :3, uu : uu + 4], out=P_rows)",
            "P = P_rows.transpose(3, 0, 2, 1).copy()",
        ],
    ),
]


@pytest.mark.parametrize(("equations", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_statements(equations, expected):
    assert lines(*equations) == expected


LOOPS = {
    "labels of labels": eq(read("b", i), read("E", Access.of("y", Access.of("tok", i, 0)), i)),
    "a labelled shift": eq(read("s", n), read("q", n, Affine.of(y) + 1, 0)),
}


@pytest.mark.parametrize("equation", LOOPS.values(), ids=LOOPS.keys())
def test_what_has_no_kernel_becomes_a_loop(equation):
    (group,) = schedule(Program(TENSORS, (equation,), equation.target), [equation.target]).groups
    assert isinstance(group.statements[-1], Loop)


def test_a_label_guard_is_a_scatter():
    """``z_bar[n,k] += s_bar[n] where k == y[n]`` writes one element a row."""
    equation = plus(read("r", n, k), read("s", n), guards=(Guard(Affine.of(k) - y, "=="),))
    (group,) = schedule(Program(TENSORS, (equation,), "r"), ["r"]).groups
    scatter = group.statements[-1]
    assert isinstance(scatter, Scatter) and scatter.distinct
    assert scatter.positions == (n, y)


def test_an_argmax_guard_is_a_comparison():
    place = Tensor("place", (N,), dtype="int")
    guard = Guard(Affine.of(k) - Access.of("place", n), "==")
    equation = plus(read("r", n, k), read("s", n), guards=(guard,))
    (group,) = schedule(Program((*TENSORS, place), (equation,), "r"), ["r"]).groups
    text = list(plain_lines(Program((*TENSORS, place), ()), Names(), group, lambda *_: ()))
    assert text == ["r = (place[:, None] == np.arange(3)) * s[:, None]"]


def test_only_what_is_asked_for_is_scheduled():
    unused = eq(read("a", n, i), f.exp(z))
    wanted = eq(read("r", n, i), f.tanh(z))
    groups = schedule(Program(TENSORS, (unused, wanted), "r"), ["r"]).groups
    assert [g.equations for g in groups] == [(wanted,)]


ORDER = Order.of(Program(TENSORS, ()))
TEXTS = [
    (
        eq(read("r", n, i), read("z", n, i) * (1 - read("z", n, i)) * read("z_bar", n, i)),
        "r[n,i] = z_bar[n,i]*z[n,i]*(1 - z[n,i])",
    ),
    (eq(read("r", n, i), x * W, (j,)), "r[n,i] = sum[j](W[i,j]*x[n,j])"),
    (eq(read("r", n, i), (2 * z - 2 * a) * SCALE), "r[n,i] = 2*(z[n,i] - a[n,i])/(3*N)"),
    (eq(read("r", n, i), b - z), "r[n,i] = b[i] - z[n,i]"),
    (eq(read("r", n, i), -z - b), "r[n,i] = -b[i] - z[n,i]"),
    (eq(read("r", n, i), f.exp(-(z**2) / 2)), "r[n,i] = exp(-z[n,i]**2/2)"),
    (eq(read("r", n, i), sympy.sqrt(z) / read("s", n)), "r[n,i] = sqrt(z[n,i])/s[n]"),
    (eq(read("r", n, i), z / (b * read("s", n))), "r[n,i] = z[n,i]/(b[i]*s[n])"),
    (eq(read("r", n, i), (z - b) ** 2), "r[n,i] = (z[n,i] - b[i])**2"),
    (eq(read("r", n, i), f.tanh(z).diff(z)), "r[n,i] = tanh'(z[n,i])"),
    (eq(read("s", n), z, (i,), "max"), "s[n] = max[i](z[n,i])"),
    (eq(read("r", n, k), read("z", n, k), guards=(Guard(Affine.of(k) - y, "!="),)), "r[n,k] = z[n,k] where k != y[n]"),
]


@pytest.mark.parametrize(("equation", "text"), TEXTS, ids=[t[1] for t in TEXTS])
def test_equations_as_ascii(equation, text):
    assert definition_text(ORDER, (equation,)) == text


def test_a_definition_is_one_line():
    parts = (eq(read("r", n, i), W * x, (j,)), plus(read("r", n, i), b), plus(read("r", n, i), -z))
    assert definition_text(ORDER, parts) == "r[n,i] = sum[j](W[i,j]*x[n,j]) + b[i] - z[n,i]"
