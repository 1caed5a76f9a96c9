"""Every row of the table of functions, against mpmath: values, stable forms, first and second derivatives, kinks."""

from dataclasses import replace

import mpmath
import numpy as np
import pytest
import sympy
from programs import ARGUMENTS, POSITIVE

from symbp import functions as f
from symbp.equation import Access, Equation, read
from symbp.functions import ROWS, Elementary, Row
from symbp.program import Program, Tensor
from symbp.reference import FLOAT, Arithmetic, evaluate, multiprecision
from symbp.verify.draw import KINKS

NAMES = sorted(ROWS)
STABLE = [name for name in NAMES if ROWS[name].stable]
GENERIC = [-7.3, -3.1, -1.6, -1.4, -0.83, -0.31, -1e-3, 2e-4, 0.17, 0.62, 1.45, 1.7, 4.4, 9.2]
WIDE = [*GENERIC, -1e4, -3e2, -40.0, -1e-8, -1e-300, 0.0, 1e-300, 1e-8, 40.0, 3e2, 1e4]
EMITTED = ("erf", "normal_cdf", "step")  # functions that NumPy lacks and the module brings along
STEP = 1e-100


def inside(name: str, points: list[float]) -> list[float]:
    """The points of the function's domain."""
    least = -1.0 if name == "log1p" else 0.0 if name in POSITIVE else -np.inf
    return [z for z in points if z > least]


def constants(name: str) -> tuple[float, ...]:
    return ARGUMENTS.get(name, ())


def applied(name: str, z: sympy.Expr) -> sympy.Expr:
    return ROWS[name].function(z, *(sympy.Float(str(c)) for c in constants(name)))


def at(body: sympy.Expr, z: object, arithmetic: Arithmetic) -> object:
    """The value of a body of ``x`` at one point."""
    program = Program((Tensor("x", (), "input"), Tensor("L", ())), (Equation(Access("L"), body),))
    return evaluate(program, {"x": z}, {}, arithmetic)["L"].item()


def exact(name: str, z: float) -> mpmath.mpf:
    return ROWS[name].mp(mpmath.mpf(z), *map(mpmath.mpf, constants(name)))


@pytest.mark.parametrize("name", NAMES)
def test_the_numeric_value_is_that_of_mpmath(name: str) -> None:
    with mpmath.workdps(40):
        for z in inside(name, GENERIC):
            value, reference = ROWS[name].numeric(np.float64(z), *constants(name)), exact(name, z)
            assert abs(value - reference) <= 2e-14 * abs(reference), z


@pytest.mark.parametrize("name", NAMES)
def test_the_numeric_value_of_an_array_is_that_of_its_elements(name: str) -> None:
    z = np.array(inside(name, GENERIC))
    single = [ROWS[name].numeric(np.float64(v), *constants(name)) for v in z]
    np.testing.assert_allclose(ROWS[name].numeric(z, *constants(name)), single, rtol=1e-15)


@pytest.mark.parametrize("name", NAMES)
def test_the_complex_step_of_the_numeric_value_is_its_derivative(name: str) -> None:
    z = np.array(inside(name, GENERIC))
    slope = np.imag(ROWS[name].numeric(z + 1j * STEP, *constants(name))) / STEP
    with mpmath.workdps(40):
        for v, found in zip(z, slope, strict=True):
            reference = mpmath.diff(lambda u: ROWS[name].mp(u, *constants(name)), mpmath.mpf(v))
            assert abs(found - reference) <= 1e-13 * max(abs(reference), mpmath.mpf("1e-12")), v


def _ufunc(row: Row) -> object:
    return row.numeric if row.name in EMITTED else getattr(np, row.ufunc)


def _stable(row: Row, number: object) -> object:
    """What emitted code computes for a row: its stable form, down to NumPy's functions."""
    if row.stable is None:
        return _ufunc(row)
    arguments = [read(letter) for letter in "abc"[: row.stable.__code__.co_argcount]]
    body = row.stable(*arguments)
    tensors = (*(Tensor(a.name, (), "input") for a in arguments), Tensor("L", ()))
    program = Program(tensors, (Equation(Access("L"), body),))

    def value(*values: float) -> float:
        given = {a.name: v for a, v in zip(arguments, values, strict=True)}
        return evaluate(program, given, {}, _emitted(number))["L"].item()

    return value


def _emitted(number: object) -> Arithmetic:
    """Floats of one width, whose every overflow and invalid operation is an error."""
    return replace(
        FLOAT,
        number=number,
        cells=lambda array, rank: [number(v) for v in array.ravel()],
        ratio=lambda p, q: number(p / q),
        array=lambda cells, shape: np.array(cells).reshape(shape),
        function=lambda row: _stable(row, number),
        context=lambda: np.errstate(over="raise", invalid="raise", divide="raise"),
    )


@pytest.mark.parametrize(("number", "digits"), [(np.float64, 4e-15), (np.float32, 2e-6)], ids=["float64", "float32"])
@pytest.mark.parametrize("name", STABLE)
def test_the_stable_form_keeps_its_digits_from_minus_to_plus_10_000(name: str, number: object, digits: float) -> None:
    """No overflow, no cancellation: also just beside zero, where a difference would have no digits left."""
    smallest = 1e-290 if number is np.float64 else 1e-30
    with mpmath.workdps(40):
        for z in (float(number(v)) for v in inside(name, WIDE)):
            narrow = [float(number(c)) for c in constants(name)]
            reference = ROWS[name].mp(mpmath.mpf(z), *map(mpmath.mpf, narrow))
            value = _stable(ROWS[name], number)(z, *narrow)
            assert abs(value - reference) <= digits * abs(reference) + smallest, z


def test_x_ln_x_is_zero_at_zero() -> None:
    assert _stable(ROWS["xlogx"], np.float64)(0.0) == 0.0 == ROWS["xlogx"].numeric(0.0) == ROWS["xlogx"].mp(0)


@pytest.mark.parametrize("name", NAMES)
def test_a_row_is_a_ufunc_or_has_a_stable_form_and_a_spelling(name: str) -> None:
    row = ROWS[name]
    assert row.latex and row.text and row.partials
    assert row.stable or row.ufunc in EMITTED or row.name in EMITTED or isinstance(getattr(np, row.ufunc), np.ufunc)


SLOTS = [(name, slot) for name in NAMES for slot in range(len(ROWS[name].partials))]


@pytest.mark.parametrize(("name", "slot"), SLOTS, ids=lambda v: str(v))
def test_each_partial_derivative_is_that_of_the_value(name: str, slot: int) -> None:
    x = read("x")
    others = list(constants(name))
    arguments = [sympy.Float(str(c)) for c in others]
    arguments.insert(slot, x)
    derivative = ROWS[name].function(*arguments).diff(x)
    with mpmath.workdps(50):
        spread = [mpmath.mpf(str(c)) for c in others]

        def along(u: mpmath.mpf) -> mpmath.mpf:
            return ROWS[name].mp(*spread[:slot], u, *spread[slot:])

        for z in inside(name, GENERIC):
            reference = mpmath.diff(along, mpmath.mpf(str(z)), h=mpmath.mpf("1e-15"))
            found = at(derivative, z, multiprecision(50))
            assert abs(found - reference) <= mpmath.mpf("1e-12") * max(1, abs(reference)), z


@pytest.mark.parametrize("name", NAMES)
def test_the_second_derivative_is_that_of_the_value(name: str) -> None:
    x = read("x")
    second = applied(name, x).diff(x).diff(x)
    with mpmath.workdps(60):
        for z in inside(name, GENERIC):
            reference = mpmath.diff(lambda u: exact(name, u), mpmath.mpf(str(z)), 2, h=mpmath.mpf("1e-12"))
            found = at(second, z, multiprecision(60)) if second.free_symbols else mpmath.mpf(float(second))
            assert abs(found - reference) <= mpmath.mpf("1e-10") * max(1, abs(reference)), z


X = read("x")
KINK_VALUES = [
    (f.relu(X), 0.0, 0.0),
    (f.leaky_relu(X, sympy.Rational(1, 4)), 0.0, 0.25),
    (f.elu(X, sympy.Rational(3, 4)), 0.0, 0.75),
    (f.abs_(X), 0.0, 0.0),
    (f.softsign(X), 0.0, 1.0),
    (f.log_cosh(X), 0.0, 0.0),
    (f.sign(X), 0.0, 0.0),
    (f.step(X), 0.0, 0.0),
    (f.clip(X, -1, 2), -1.0, 0.0),
    (f.clip(X, -1, 2), 2.0, 0.0),
    (f.huber(X, 1), 1.0, 1.0),
    (f.huber(X, 1), -1.0, -1.0),
    (f.maximum(X, 1), 1.0, 1.0),
    (f.maximum(1, X), 1.0, 0.0),
    (f.minimum(X, 1), 1.0, 1.0),
    (f.minimum(1, X), 1.0, 0.0),
    (f.maximum(X, X / 2), 0.0, 1.0),
    (f.minimum(X, X / 2), 0.0, 1.0),
]


@pytest.mark.parametrize(("body", "point", "slope"), KINK_VALUES, ids=lambda v: str(v))
def test_kinks_are_as_documented(body: Elementary, point: float, slope: float) -> None:
    """By the table, and by the branch that the complex step takes."""
    assert at(body.diff(X), point, FLOAT) == slope
    row = ROWS[type(body).__name__]
    stepped = row.numeric(*(np.complex128(complex(a.subs(X, point + sympy.I * 1e-30))) for a in body.args))
    assert float(np.imag(stepped)) / 1e-30 == pytest.approx(slope, abs=1e-15)


def test_every_function_whose_derivative_jumps_is_watched_for_kinks() -> None:
    """Random values of a check must stay away from kinks; a row with a jump in its derivative must say where."""
    smooth_at_the_jump = {"softsign", "huber"}  # |z| and clip stand in the derivative itself, which is continuous
    z = sympy.Symbol("z")
    for name in NAMES:
        derivative = applied(name, z).diff(z)
        inner = derivative.doit() if derivative.is_number else f.local_derivative(derivative)
        jumps = {type(a).__name__ for a in sympy.preorder_traversal(inner) if isinstance(a, Elementary)}
        if jumps & {"step", "sign"}:
            assert name in KINKS or name in smooth_at_the_jump


def test_a_constant_of_a_function_has_no_derivative() -> None:
    with pytest.raises(ValueError) as error:
        f.leaky_relu(2, X).diff(X)
    assert str(error.value) == "leaky_relu has no derivative by argument 2: it must be a constant"
