"""Parts of the code generator: numbers as text, broken lines, names, buffers, special functions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import mpmath
import numpy as np
import pytest
import sympy

from symbp.derive import derive
from symbp.equation import Length, Size
from symbp.layers import Dense
from symbp.network import Network
from symbp.numpy_code import module_text
from symbp.numpy_code.layout import arguments, unpacking, wrapped
from symbp.numpy_code.names import Names
from symbp.numpy_code.scalars import extent_text, fraction_text, scalar_text, shape_text
from symbp.numpy_code.workspace.buffers import planned
from symbp.numpy_code.workspace.linear import Linear
from symbp.schedule import schedule
from tests.modules import arguments as arguments_of
from tests.modules import imported, random_values, worst_error

N, T = Length("N"), Length("T")
ROOT = Path(__file__).parent.parent

NUMBERS = [
    (sympy.Integer(3), "3"),
    (sympy.Integer(-1), "-1"),
    (sympy.Rational(1, 2), "0.5"),
    (sympy.Rational(-1, 2), "-0.5"),
    (sympy.Rational(1, 3), "1 / 3"),
    (sympy.Rational(2, 3), "2 / 3"),
    (sympy.Rational("0.044715"), "0.044715"),
    (sympy.Rational(1, 2**126), "1.1754943508222875e-38"),
    (sympy.Integer(10) ** 30, "1e+30"),
    (sympy.pi, "3.141592653589793"),
    (sympy.sqrt(2 / sympy.pi), "0.7978845608028654"),
    (1 / N, "1 / N"),
    (-2 / (3 * N), "-2 / (3 * N)"),
    (N * T, "N * T"),
    (1 / (N * (T + 1)), "1 / (N * (T + 1))"),
    (sympy.sqrt(2) / N, "1.4142135623730951 / N"),
]


@pytest.mark.parametrize(("value", "text"), NUMBERS, ids=[t for _, t in NUMBERS])
def test_numbers_as_text(value, text):
    assert scalar_text(value) == text


@pytest.mark.parametrize("value", [v for v, _ in NUMBERS if not v.free_symbols], ids=str)
def test_a_number_reads_back_as_the_nearest_float(value):
    numerator, _, denominator = scalar_text(value).partition(" / ")
    assert float(numerator) / float(denominator or 1) == float(sympy.N(value, 30))


def test_factors_and_divisors():
    assert fraction_text(2 / (3 * N)) == ("2", "3 * N")
    assert fraction_text(sympy.Rational(1, 6)) == ("", "6")
    assert fraction_text(sympy.Rational(3, 100)) == ("0.03", "")


def test_extents():
    assert extent_text(Size("T", 1)) == "T + 1"
    assert shape_text((Size("N"), 3)) == "(N, 3)"
    assert shape_text((3,)) == "(3,)"
    assert shape_text(()) == "()"


def formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def test_lines_are_broken_as_ruff_breaks_them():
    long = "a" * 30
    lines = [
        f"np.add({long}, {long}, {long})",
        f"np.add({long}, {long}, {long}, {long})",
        f"x = np.array([[{', '.join(['0.123456789'] * 9)}], [1, 2]], dtype)",
        f"x = f(g({long}, {long}, {long}, {long}), {long})",
        f"x = ({', '.join(['(1, 2)'] * 20)})",
        f"x = ({long}[:, None] == {long}[None, :, :, :]) * {long}[:, None]",
        f"{long}[{', '.join(':' * 12)}][...] = {long}",
    ]
    text = "".join("\n".join(wrapped(line)) + "\n" for line in lines)
    assert formatted(text) == text
    names = tuple(f"tensor{k}" for k in range(20))
    text = "def f():\n" + "\n".join([*unpacking(names, "p"), *unpacking(names[:1], "p")]) + "\n"
    assert formatted(text) == text


def test_arguments_are_split_outside_brackets():
    assert arguments("a, f(b, c), [d, (e, g)]") == ["a", "f(b, c)", "[d, (e, g)]"]


def test_fresh_names_are_new():
    names = Names({"tanh_z1"})
    assert [names.fresh(n) for n in ("tanh_z1", "tanh_z1", "spare", "lambda", "X")] == [
        "tanh_z12",
        "tanh_z13",
        "spare",
        "lambda2",
        "X2",
    ]


def test_whole_powers_are_products(tmp_path):
    """``np.power`` takes twenty times as long; what is raised has a name then."""
    bodies = ["z**3", "(1 + z**2)**4", "(sin(z) - z)**-5", "z**16", "z**17"]
    layers = [Dense(2, {"name": "powers", "expression": body}) for body in bodies]
    d = derive(Network("powers", 2, layers, "mse"))
    text = module_text(d, "plain")
    for line in (
        "a1 = z1**2 * z1",
        "a2 = (total**2) ** 2",
        "a3 = 1 / ((difference**2) ** 2 * difference)",
        "a4 = (((z4**2) ** 2) ** 2) ** 2",
        "yhat = z5**17",
    ):
        assert f"    {line}\n" in text
    module = imported(tmp_path, "powers", text)
    values = random_values(d.start, 3, seed=2)
    values |= {name: np.abs(v) for name, v in values.items() if name != "y"}
    given = arguments_of(module, d.start, values)
    assert worst_error(module.loss_and_grad(*given), d.result, values, 3) < 1e-12


def buffers_of(depth: int, width: int) -> int:
    """How many numbers a sample of a tanh network takes in its workspace."""
    d = derive(Network("deep", width, [Dense(width, "tanh") for _ in range(depth)], "mse"))
    places = {t.name: "given" for t in d.result.of_role("input", "target", "parameter")}
    places |= {f"{name}_bar": "gradient" for name in d.wrt}
    linear = Linear(schedule(d.result, d.wanted), Names(set()), places, lambda *_: ())  # type: ignore[arg-type]
    plan = planned(linear.ops, Names(set()))
    return sum(b.amount.count for b in plan.buffers)


def test_buffers_are_shared():
    """A layer keeps its activation until its gradient; z, z_bar and a_bar live in what is free."""
    assert buffers_of(20, 8) - buffers_of(10, 8) == 10 * 8


@pytest.fixture(scope="module")
def special(tmp_path_factory):
    layers = [Dense(2, {"name": "e", "expression": "erf(z)"}), Dense(2, "gelu")]
    text = module_text(derive(Network("special", 2, layers, "mse")))
    return imported(tmp_path_factory.mktemp("special"), "special", text)


def exact(function, points):
    with mpmath.workdps(40):
        return [function(mpmath.mpf(float(z))) for z in points]


def relative(found, expected):
    with mpmath.workdps(40):
        return max(float(abs(mpmath.mpf(float(a)) / b - 1)) for a, b in zip(found, expected, strict=True))


def test_erf_to_the_last_digits(special):
    points = np.concatenate([np.linspace(-6, 6.01, 400), [1e-300, 1e-9, -1e-9, 0.9999999, 1.0, 1.0000001, 1e4, -1e4]])
    assert relative(special._erf(points), exact(mpmath.erf, points)) < 5e-16
    assert special._erf(np.zeros(1))[0] == 0


def test_the_normal_distribution_to_the_last_digits(special):
    points = np.concatenate([np.linspace(-37.5, 9, 600), [1e-300, -1e-9, 0.0]])
    assert relative(special._normal_cdf(points), exact(mpmath.ncdf, points)) < 1e-15
    assert list(special._normal_cdf(np.array([-1e4, -50.0, 50.0, 1e4]))) == [0, 0, 1, 1]


def test_special_functions_in_single_precision(special):
    points = np.linspace(-12, 5, 300, dtype=np.float32)
    for function, reference in ((special._erf, mpmath.erf), (special._normal_cdf, mpmath.ncdf)):
        found = function(points)
        assert found.dtype == np.float32
        assert relative(found, exact(reference, points)) < 1e-6


def test_the_coefficients_are_what_the_script_gives():
    script = ROOT / "tools" / "erf_coefficients.py"
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert done.stdout == (ROOT / "src/symbp/numpy_code/coefficients.py").read_text()


@pytest.mark.slow
def test_the_text_does_not_depend_on_hash_seeds():
    code = """
from symbp.derive import derive
from symbp.layers import Dense
from symbp.network import Network
from symbp.numpy_code import module_text
layers = [Dense(3, "gelu"), Dense(2, "mish"), Dense(3)]
print(module_text(derive(Network("seeded", 2, layers, "multiclass_hinge", regularization={"l1": 0.1, "l2": 0.2}))))
"""
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src")},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(texts) == 1
