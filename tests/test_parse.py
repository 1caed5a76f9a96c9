"""Expressions are read as they are meant, and nothing else is read."""

import builtins
import math
import string

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symbp import functions as f
from symbp.errors import Fault
from symbp.parse import parse_expression

z, u = sympy.Symbol("z"), sympy.Symbol("u")
R = sympy.Rational


def read(text: str) -> sympy.Expr:
    return parse_expression(text, {"z": z, "u": u})


READ = [
    ("z", z),
    (" -z ** 2 ", -(z**2)),
    ("2 - 3 - 4*z/2/4", -1 - z / 2),
    ("2**3**2*z", 512 * z),
    ("0.1 + .5 + 1e-3 + 1.e2", R("100.601")),
    ("0.12345678901234567", R("0.12345678901234567")),
    ("z\n + \t u", z + u),
    ("pi*z", sympy.pi * z),
    ("sqrt(z)", sympy.sqrt(z)),
    ("z**0.5", sympy.sqrt(z)),
    ("z**-64", z**-64),
    ("ln(z)", f.log(z)),
    ("min(z, u)", f.minimum(z, u)),
    ("clip(z, -1, 0.5)", f.clip(z, -1, R(1, 2))),
    ("2**z", f.exp(z * f.log(2))),
    ("z**u", f.exp(u * f.log(z))),
    ("1/(1 + exp(-z))", f.sigmoid(z)),
    ("1/(exp(z) + 1)", f.sigmoid(-z)),
    ("z/(1 + exp(-1.702*z))", z * f.sigmoid(R("1.702") * z)),
    ("1/(1 + exp(-z))**2", f.sigmoid(z) ** 2),
    ("exp(z)/(1 + exp(z))", f.sigmoid(z)),
    ("log(1 + exp(z))", f.softplus(z)),
    ("max(0, z)", f.relu(z)),
    ("max(z - u, 0)", f.relu(z - u)),
    ("max(z, u)", f.maximum(z, u)),
    ("z + " * 60 + "z", 61 * z),
]


@pytest.mark.parametrize(("text", "meant"), READ, ids=[text[:30] for text, _ in READ])
def test_what_is_read(text: str, meant: sympy.Expr) -> None:
    assert read(text) == meant


def test_a_written_out_sigmoid_does_not_overflow() -> None:
    for text in ("1/(1 + exp(-z))", "exp(z)/(1 + exp(z))", "log(1 + exp(z))"):
        expression = read(text)
        assert len(expression.args) == 1
        for point in (-1e4, 1e4):
            assert math.isfinite(f.ROWS[type(expression).__name__].numeric(point))


REFUSED = [
    (None, "z" + "+z" * 1000, "the expression has 2,001 characters; at most 2,000 are read"),
    (None, "z" + "*z" * 250, "the expression has 501 parts; at most 500 are read\n  Name a part of it."),
    (None, "exp(" * 41 + "z" + ")" * 41, "the expression is nested deeper than 40\n  Name a part of it."),
    (None, "-" * 1999 + "z", "the expression is nested deeper than 40\n  Name a part of it."),
    ("", "", "the expression is empty"),
    ("z=1\n ^", "z=1", 'unexpected character "="'),
    ("z # c\n  ^", "z # c", 'unexpected character "#"\n  Comments stand outside the text.'),
    ("f'z'\n ^", "f'z'", 'unexpected character "\'"'),
    (
        "z\N{MULTIPLICATION SIGN}2\n ^",
        "z\N{MULTIPLICATION SIGN}2",
        ('"\N{MULTIPLICATION SIGN}" is not an ASCII character but MULTIPLICATION SIGN\n  Write * for a product.'),
    ),
    (
        "\N{FULLWIDTH LATIN SMALL LETTER Z}\n^",
        "\N{FULLWIDTH LATIN SMALL LETTER Z}",
        (
            '"\N{FULLWIDTH LATIN SMALL LETTER Z}" is not an ASCII character but FULLWIDTH LATIN SMALL LETTER Z\n'
            "  Write z."
        ),
    ),
    ("z.__class__\n^^^^^^^^^^^", "z.__class__", "an attribute (a dot after a name) may not stand in an expression"),
    ("__import__(z)\n^^^^^^^^^^", "__import__(z)", None),
    ("eval(z)\n^^^^", "eval(z)", None),
    ("lambda\n^^^^^^", "lambda", "this is not an expression"),
    ("z if u else z\n^^^^^^^^^^^^^", "z if u else z", '"if" may not stand in an expression'),
    ("not z\n^^^^^", "not z", '"not" may not stand in an expression'),
    ("z and u\n^^^^^^^", "z and u", '"and" or "or" may not stand in an expression'),
    ("[z, u]\n^^^^^^", "[z, u]", "a list of values may not stand in an expression"),
    ("z // 2\n^^^^^^", "z // 2", '"//" is not an operator of expressions\n  Known: +, -, *, /, **'),
    ("z[0]\n^^^^", "z[0]", "an index may stand in equations only"),
    ("exp(*z)\n^^^^^^^", "exp(*z)", "the arguments of exp are expressions, without names or stars"),
    ("z(u)\n^", "z(u)", None),
    ("(z)(u)\n ^", "(z)(u)", None),
    ("exp(z)(u)\n^^^^^^", "exp(z)(u)", "only a function's name may stand before brackets"),
    ("exp\n^^^", "exp", '"exp" is a function\n  Write exp(...).'),
    ("True\n^^^^", "True", 'unknown name "True"\n  Known: pi, u, z'),
    ("None\n^^^^", "None", 'unknown name "None"\n  Known: pi, u, z'),
    ("nan + z\n^^^", "nan + z", 'unknown name "nan"\n  Known: pi, u, z'),
    ("0x10\n^^^^", "0x10", '"0x10" is not a decimal number'),
    ("1_000\n^^^^^", "1_000", '"1_000" is not a decimal number'),
    ("1j*z\n^^", "1j*z", '"1j" is not a decimal number'),
    ("1e-999\n^^^^^^", "1e-999", '"1e-999" is outside the range of a float'),
    ("z/(u - u)\n^^^^^^^^^", "z/(u - u)", '"z/(u - u)" divides by zero'),
    ("0**-1\n^^^^^", "0**-1", '"0**-1" divides by zero'),
    (
        "z + 1e308 + 1e308\n^^^^^^^^^^^^^^^^^",
        "z + 1e308 + 1e308",
        '"z + 1e308 + 1e308" is outside the range of a float',
    ),
    ("(1e308 + 1e308)*z\n ^^^^^^^^^^^^^", "(1e308 + 1e308)*z", '"1e308 + 1e308" is outside the range of a float'),
    ("1e308 + 1e308\n^^^^^^^^^^^^^", "1e308 + 1e308", '"1e308 + 1e308" is outside the range of a float'),
    ("(-8)**(1/3)\n^^^^^^^^^^^", "(-8)**(1/3)", '"(-8)**(1/3)" is not a real number'),
    ("10**9**9\n^^^^^^^^", "10**9**9", '"10**9**9" has the exponent 387420489; exponents go from -64 to 64'),
    ("((9**60)**60)\n ^^^^^^^^^^^", "((9**60)**60)", '"(9**60)**60" has a number of more than 2,048 bits'),
    (
        "z**64*(7*z)**64.5\n      ^^^^^^^^^^^",
        "z**64*(7*z)**64.5",
        ('"(7*z)**64.5" has the exponent 129/2; exponents go from -64 to 64'),
    ),
    ("relu(z, u)\n^^^^^^^^^^", "relu(z, u)", "relu takes 1 argument, not 2"),
    ("leaky_relu(z, u)\n              ^", "leaky_relu(z, u)", "argument 2 of leaky_relu must be a number"),
]


@pytest.mark.parametrize(("pointed", "text", "message"), REFUSED, ids=[text[:20] or "empty" for _, text, _ in REFUSED])
def test_what_is_refused(pointed: str | None, text: str, message: str | None) -> None:
    with pytest.raises(Fault) as caught:
        read(text)
    fault = caught.value
    if message is not None:
        assert "\n".join([fault.problem, *([f"  {fault.remedy}"] if fault.remedy else [])]) == message
    if pointed:
        assert str(fault).split("\n", 1)[1].startswith("".join(f"    {row}\n" for row in pointed.split("\n"))[:-1])


def test_a_misspelt_function_gets_the_nearest_name() -> None:
    with pytest.raises(Fault) as caught:
        parse_expression("sofplus(z)", {"z": z}, ("layers", 0, "expression"))
    assert str(caught.value).startswith(
        'layers[0].expression: unknown function "sofplus"\n'
        "    sofplus(z)\n"
        "    ^^^^^^^\n"
        '  Did you mean "softplus"? Known: abs, clip, '
    )


def test_products_of_exact_numbers_stay_bounded() -> None:
    with pytest.raises(Fault, match="more than 2,048 bits"):
        read("*".join(["(12345678901234567/98765432109876543)"] * 40))


@pytest.mark.parametrize("text", ["1e300*1e300*z", "z*(1e-200*1e-200)", "exp(exp(exp(100)))*z", "exp(-1000)"])
def test_constants_that_no_float_holds_are_refused(text: str) -> None:
    with pytest.raises(Fault, match="is outside the range of a float"):
        read(text)


WORDS = st.sampled_from(
    [
        *string.punctuation,
        *" z u 1 0.5 1e9 64 ** // exp( log( max( 0, sqrt( ( ) \n \x00 π е __class__ import lambda".split(" "),
    ]
)


@settings(max_examples=400, deadline=2000)
@given(st.lists(WORDS, max_size=25).map("".join) | st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        expression = read(text)
    except Fault as fault:
        assert "\n" not in fault.problem
        assert 0 <= fault.span[0] <= fault.span[1] <= len(text) + 1
    else:
        assert expression.free_symbols <= {z, u}
        assert all(type(a) in (sympy.Symbol, *NUMBERS) for a in expression.atoms())


NUMBERS = {type(n) for n in (*map(sympy.Integer, range(-2, 3)), R(1, 2), R(1, 3), sympy.pi)}


def test_nothing_is_evaluated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither ``eval`` nor ``exec`` is reached from an expression."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("evaluated")

    for name in ("eval", "exec"):
        monkeypatch.setattr(builtins, name, refuse)
    assert read("z*exp(2)/3 + max(0, u)") == z * f.exp(2) / 3 + f.relu(u)
