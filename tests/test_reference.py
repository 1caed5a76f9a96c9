"""The meaning of a program, against NumPy and against what its grammar promises."""

import mpmath
import numpy as np
import pytest
import sympy
from programs import N, at_least_zero, dense, eq, n, program

from symbp import functions as f
from symbp.equation import Access, Affine, Equation, Guard, Index, Length, Size, read
from symbp.errors import ProgramError
from symbp.program import Program, Scan, Tensor
from symbp.reference import FLOAT, LANES, Arithmetic, evaluate, multiprecision

i, j, k = Index("i", 3), Index("j", 3), Index("k", 4)
ARITHMETICS = [FLOAT, LANES, multiprecision(30)]


def run(*statements, arithmetic: Arithmetic = FLOAT, sizes=None, shapes=None, integers=(), **values):
    """Statements evaluated with their tensors declared by the shapes of what is given, and by ``shapes``."""
    given = [Tensor(name, np.shape(v), "input", "int" if name in integers else "float") for name, v in values.items()]
    written = [Tensor(name, shape, dtype="int" if name in integers else "float") for name, shape in shapes.items()]
    return evaluate(Program((*given, *written), statements, next(iter(shapes))), values, sizes or {}, arithmetic)


def floats(array):
    """Values of any arithmetic as floats."""
    return np.vectorize(lambda v: float(np.real(v)) if isinstance(v, complex) else float(v))(array)


def scalar(body, arithmetic=FLOAT, **values):
    """The value of one body of scalars."""
    return floats(run(Equation(Access("L"), body), arithmetic=arithmetic, shapes={"L": ()}, **values)["L"]).item()


@pytest.mark.parametrize("arithmetic", ARITHMETICS, ids=lambda a: a.name)
def test_a_dense_network_is_its_matrix_products(arithmetic: Arithmetic) -> None:
    rng = np.random.default_rng(0)
    shapes = {"x": (4, 5), "y": (4, 2), "W1": (3, 5), "b1": (3,), "W2": (2, 3), "b2": (2,)}
    values = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    found = evaluate(dense(5, 3, 2), values, {"N": 4}, arithmetic)
    a1 = np.tanh(values["x"] @ values["W1"].T + values["b1"])
    yhat = np.tanh(a1 @ values["W2"].T + values["b2"])
    a2 = found["a2"][..., 0] if arithmetic.lanes else found["a2"]
    np.testing.assert_allclose(floats(a2), yhat, rtol=1e-13)
    np.testing.assert_allclose(floats(found["L"]).item(), ((yhat - values["y"]) ** 2).sum() / 4, rtol=1e-13)


def test_a_tensor_starts_at_zero_and_plus_equals_adds() -> None:
    lines = (eq(read("z", i), read("x", i)), eq(read("z", i), 2 * read("x", i), accumulate=True))
    found = run(*lines, x=[1.0, 2.0, 3.0], shapes={"z": (3,), "never": (2,)})
    assert found["z"].tolist() == [3.0, 6.0, 9.0]
    assert found["never"].tolist() == [0.0, 0.0]


def test_an_index_that_the_body_does_not_name_still_counts() -> None:
    assert run(eq(read("L"), read("x"), (k,)), x=2.0, shapes={"L": ()})["L"] == 8.0
    summed = Equation(Access("L"), read("x"), domain=(k,), accumulate=True)
    assert run(summed, x=2.0, shapes={"L": ()})["L"] == 8.0


def test_guards_choose_the_points() -> None:
    before = Affine.of(i) - 1
    line = eq(read("z", i), read("x", before), guards=at_least_zero(before))
    assert run(line, x=[1.0, 2.0, 3.0], shapes={"z": (3,)})["z"].tolist() == [0.0, 1.0, 2.0]
    others = eq(read("z", i), read("x", j), (j,), guards=(Guard(Affine.of(i) - j, "!="),))
    assert run(others, x=[1.0, 2.0, 4.0], shapes={"z": (3,)})["z"].tolist() == [6.0, 5.0, 3.0]
    same = eq(read("z", i), read("x", j), (j,), guards=(Guard(Affine.of(i) - j, "=="),))
    assert run(same, x=[1.0, 2.0, 4.0], shapes={"z": (3,)})["z"].tolist() == [1.0, 2.0, 4.0]


@pytest.mark.parametrize("arithmetic", ARITHMETICS, ids=lambda a: a.name)
def test_argmax_is_the_flat_position_of_the_first_maximum(arithmetic: Arithmetic) -> None:
    x = np.array([[1.0, 5.0, 2.0], [5.0, 0.0, 5.0], [-1.0, 2.0, 3.0]])
    lines = (eq(read("m"), read("x", i, j), (i, j), "max"), eq(read("at"), read("x", i, j), (i, j), "argmax"))
    found = run(*lines, x=x, shapes={"m": (), "at": ()}, integers=("at",), arithmetic=arithmetic)
    assert float(np.real(complex(found["m"].item()))) == 5.0
    assert found["at"] == 1 and found["at"].dtype == np.int64


def test_argmax_counts_the_points_that_a_guard_leaves_out() -> None:
    guards = at_least_zero(Affine.of(i) - 1)
    found = run(
        eq(read("at"), read("x", i), (i,), "argmax", guards=guards),
        x=[9.0, 1.0, 4.0],
        shapes={"at": ()},
        integers=("at",),
    )
    assert found["at"] == 2


def test_a_maximum_over_no_points_writes_nothing() -> None:
    never = at_least_zero(Affine((), -1))
    assert run(eq(read("m"), read("x", i), (i,), "max", guards=never), x=[1.0, 2.0, 3.0], shapes={"m": ()})["m"] == 0.0


def test_lanes_that_disagree_about_the_maximum_are_an_error() -> None:
    lanes = np.array([[1.0, 2.0], [2.0, 1.0], [0.0, 0.0]])
    with pytest.raises(ProgramError) as error:
        evaluate(
            Program(
                (Tensor("x", (3,), "input"), Tensor("at", (), dtype="int")),
                (eq(read("at"), read("x", i), (i,), "argmax"),),
            ),
            {"x": lanes},
            {},
            LANES,
        )
    assert str(error.value) == "lanes disagree about which element is the maximum: their real parts must be the same"


def test_reads_and_writes_at_the_positions_that_an_integer_tensor_holds() -> None:
    tok = np.array([2, 0, 2])
    rows = eq(read("h", i, j), read("E", Access.of("tok", i), j))
    E = np.arange(9.0).reshape(3, 3)
    found = run(rows, E=E, tok=tok, integers=("tok",), shapes={"h": (3, 3)})
    assert found["h"].tolist() == E[tok].tolist()
    scatter = Equation(Access.of("c", Affine.of(Access.of("tok", i))), read("x", i), (i,), accumulate=True)
    assert run(scatter, x=[1.0, 10.0, 100.0], tok=tok, integers=("tok",), shapes={"c": (3,)})["c"].tolist() == [
        10,
        0,
        101,
    ]


@pytest.mark.parametrize(("reverse", "expected"), [(False, [0, 1, 3, 6]), (True, [6, 5, 3, 0])])
def test_a_scan_runs_in_order(reverse: bool, expected: list[float]) -> None:
    before, after = (0, 1) if not reverse else (1, 0)
    body = read("h", Affine.of(i) + before) + read("x", i)
    line = eq(read("h", Affine.of(i) + after), body, scan=i)
    found = run(Scan(i, (line,), reverse), x=[1.0, 2.0, 3.0], shapes={"h": (4,)})
    assert found["h"].tolist() == expected


def test_run_time_sizes_are_lengths_of_loops_and_numbers_in_bodies() -> None:
    t = Index("t", Size("T", 1))
    mean = eq(read("L"), read("x", t) / Length("T"), (t,))
    given = Program((Tensor("x", (Size("T", 1),), "input"), Tensor("L", ())), (mean,))
    assert evaluate(given, {"x": [1.0, 2.0, 3.0]}, {"T": 2})["L"] == 3.0


X = read("x")
BODIES = [
    (sympy.Rational(1, 3) * X, 0.5 / 3),
    (sympy.pi * X, np.pi / 2),
    (sympy.Float("0.1") + X, 0.6),
    (X**5, 0.5**5),
    (X**-3, 8.0),
    (sympy.sqrt(X), 0.5**0.5),
    (1 / sympy.sqrt(X), 2**0.5),
    (X ** sympy.Rational(3, 4), 0.5**0.75),
    (X**X, 0.5**0.5),
    (f.sigmoid(X).diff(X), np.exp(-0.5) / (1 + np.exp(-0.5)) ** 2),
    (f.tanh(X) * X - X / 7 - 1, np.tanh(0.5) * 0.5 - 0.5 / 7 - 1),
    (sympy.Integer(3), 3.0),
]


@pytest.mark.parametrize("arithmetic", ARITHMETICS, ids=lambda a: a.name)
@pytest.mark.parametrize(("body", "expected"), BODIES, ids=lambda v: str(v))
def test_bodies(body: sympy.Expr, expected: float, arithmetic: Arithmetic) -> None:
    assert scalar(body, arithmetic, x=0.5) == pytest.approx(expected, rel=1e-15)


def test_floats_enter_mpmath_by_their_decimal() -> None:
    found = run(Equation(Access("L"), 3 * X), x=0.1, shapes={"L": ()}, arithmetic=multiprecision(40))
    with mpmath.workdps(40):
        assert found["L"].item() == mpmath.mpf("0.1") * 3


def test_one_run_takes_the_complex_step_along_many_lanes() -> None:
    h = 1e-100
    x = np.array([0.3, -0.8, 1.2])
    body = f.tanh(read("x", i)) * read("x", 0) / sympy.sqrt(1 + read("x", i) ** 2)
    found = run(eq(read("L"), body, (i,)), x=x, shapes={"L": ()})["L"]
    declared = Program((Tensor("x", (3,), "input"), Tensor("L", ())), (eq(read("L"), body, (i,)),))
    lanes = evaluate(declared, {"x": x[:, None] + 1j * h * np.eye(3)}, {}, LANES)["L"]
    assert lanes.real == pytest.approx(np.full(3, found))
    for lane, unit in enumerate(np.eye(3) * 1e-6):
        both = (evaluate(declared, {"x": x + side * unit}, {})["L"] for side in (1, -1))
        plus, minus = both
        assert lanes[lane].imag / h == pytest.approx((plus - minus) / 2e-6, rel=1e-8)


def test_overflow_gives_infinity_without_a_warning(recwarn: pytest.WarningsRecorder) -> None:
    assert scalar(f.exp(X) ** 2, x=1000.0) == np.inf
    assert not recwarn.list


def _error(call) -> str:
    with pytest.raises(ProgramError) as error:
        call()
    return str(error.value)


READS_OUTSIDE = eq(read("z", i), read("x", Affine.of(i) + 1))
TOKEN = eq(read("z", i), read("x", Access.of("tok", i)))
ERRORS = {
    "z[i] = x[i+1]": (
        lambda: run(READS_OUTSIDE, x=[1.0, 2.0, 3.0], shapes={"z": (3,)}),
        "x[i+1]: position 3 lies outside an axis of x[3]: 0 to 2",
    ),
    "a negative token does not wrap around": (
        lambda: run(TOKEN, x=[1.0, 2.0, 3.0], tok=[0, -1, 2], integers=("tok",), shapes={"z": (3,)}),
        "x[tok[i]]: position -1 lies outside an axis of x[3]: 0 to 2",
    ),
    "an element is claimed twice": (
        lambda: run(eq(read("z", i), 1), eq(read("z", i), 2), shapes={"z": (3,)}),
        "z[i] = 2: an element is already written; that needs +=",
    ),
    "a missing value": (
        lambda: evaluate(program((eq(read("L"), X),), {"x": ()}, {}), {}, {}),
        "x is given to the program, and no value for it was passed",
    ),
    "a missing size": (
        lambda: evaluate(program((eq(read("L"), read("x", n), (n,)),), {"x": (N,)}, {}), {"x": [1.0]}, {"T": 2}),
        "the size N has no value; given are T",
    ),
    "a value of the wrong shape": (
        lambda: evaluate(program((eq(read("L"), read("x", i), (i,)),), {"x": (3,)}, {}), {"x": [1.0, 2.0]}, {}),
        "x has a value of shape (2,); x[3] needs (3,)",
    ),
    "a label that is no integer": (
        lambda: run(TOKEN, x=[1.0, 2.0, 3.0], tok=[0, 1.5, 2], integers=("tok",), shapes={"z": (3,)}),
        "tok holds integers, and its value does not",
    ),
    "a value for what the program computes": (
        lambda: run(eq(read("x"), 1), x=2.0, shapes={"L": ()}),
        "x has a given value, and the program writes it",
    ),
    "a body that nothing evaluates": (
        lambda: run(eq(read("L"), sympy.Symbol("q") + X), x=2.0, shapes={"L": ()}),
        "q has no meaning in a body: it is a Symbol",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name: str) -> None:
    call, message = ERRORS[name]
    assert _error(call) == message
