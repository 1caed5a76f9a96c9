"""Formula trees: their values, the check of displayed lines, and the mistakes that it must find."""

from __future__ import annotations

import ast
import inspect
import math
from collections.abc import Iterator
from dataclasses import fields, replace
from fractions import Fraction

import mpmath
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from symbp import functions as f
from symbp import mathtree as m
from symbp.equation import Length, read
from symbp.errors import CheckFailed
from tests.formulas import ACTIVATION, CHAIN, DISPLAYS, ENVIRONMENT, FORWARD, LAYERS, L, S, V, Y, of, w

Z, X = S("z"), S("x")


def at(**numbers: object) -> m.Environment:
    return m.Environment({S(name): mpmath.mpf(number) for name, number in numbers.items()})


@pytest.mark.parametrize("display", DISPLAYS, ids=lambda d: d.number)
def test_the_lines_of_the_article_hold(display: m.Display) -> None:
    m.check_display(display, ENVIRONMENT)


# Seeded mistakes: every single change of a node that changes what is printed must be found.


def mistakes(node: m.Node) -> Iterator[m.Node]:
    """All trees that differ from this one by one mistake somewhere."""
    yield from _here(node)
    for field in fields(node):
        if not (isinstance(node, m.Underbrace) and field.name == "label" and isinstance(node.label, m.Text)):
            for changed in _content(getattr(node, field.name)):
                yield replace(node, **{field.name: changed})


def _content(content: object) -> Iterator[object]:
    if isinstance(content, m.Node):
        yield from mistakes(content)
    elif isinstance(content, tuple):
        for position, item in enumerate(content):
            for changed in _content(item):
                yield (*content[:position], changed, *content[position + 1 :])


def _here(node: m.Node) -> Iterator[m.Node]:
    if isinstance(node, m.Product | m.MatrixProduct | m.Hadamard):
        for position in range(len(node.factors)):
            yield replace(node, factors=node.factors[:position] + node.factors[position + 1 :])
    if isinstance(node, m.Sum):
        for position, term in enumerate(node.terms):
            flipped = term.body if isinstance(term, m.Negative) else m.Negative(term)
            yield replace(node, terms=(*node.terms[:position], flipped, *node.terms[position + 1 :]))
            yield replace(node, terms=node.terms[:position] + node.terms[position + 1 :])
    if isinstance(node, m.Number):
        yield replace(
            node, value=node.value + Fraction(1, 1000) if isinstance(node.value, Fraction) else node.value * 1.001
        )
    if isinstance(node, m.Power):
        yield node.base
        yield replace(node, exponent=m.Number(3))
    if isinstance(node, m.Transpose | m.Negative):
        yield node.body
    if isinstance(node, m.PrimeOf):
        yield m.Apply(node.function, node.args)
        yield replace(node, function="tanh")
    if isinstance(node, m.Apply):
        yield m.PrimeOf(node.function, node.args)
    if isinstance(node, m.Symbol) and len(node.sub) == 2 and node.sub[0] != node.sub[1]:
        yield replace(node, sub=(node.sub[1], node.sub[0]))
    if isinstance(node, m.Symbol) and len(node.sub) == 1 and isinstance(node.sub[0], int):
        yield replace(node, sub=(node.sub[0] % 3 + 1,))
    if isinstance(node, m.Symbol) and node.sup in ("(1)", "(2)"):
        yield replace(node, sup="(2)" if node.sup == "(1)" else "(1)")
    if isinstance(node, m.Bound):
        yield replace(node, upper=m.Number(1))
    if isinstance(node, m.Partial):
        yield node.of
    if isinstance(node, m.Norm):
        yield replace(node, order="1")


def exactly(node: m.Number) -> bool:
    return isinstance(node.value, Fraction)


def _is_harmless(node: m.Node) -> bool:
    """An empty product or sum is not a mistake one can print; a sign within a square is not one at all."""
    return any(
        (isinstance(n, m.Product | m.MatrixProduct | m.Hadamard) and not n.factors)
        or (isinstance(n, m.Sum) and not n.terms)
        for n in m.walk(node)
    )


def _value_is_same(line: m.Line, changed: m.Node) -> bool:
    try:
        pairs = [(a, b) for a in (1, 2) for b in (1, 2)]
        return all(
            m.value(changed, ENVIRONMENT, {"i": a, "j": b}) == m.value(line.right, ENVIRONMENT, {"i": a, "j": b})
            for a, b in pairs
        )
    except m.NoValue:
        return False


@pytest.mark.parametrize("display", DISPLAYS, ids=lambda d: d.number)
def test_every_seeded_mistake_is_found_and_its_equation_named(display: m.Display) -> None:
    seeded = 0
    for position, line in enumerate(display.lines):
        for changed in mistakes(line.right):
            if _is_harmless(changed) or _value_is_same(line, changed):
                continue
            lines = (*display.lines[:position], replace(line, right=changed), *display.lines[position + 1 :])
            with pytest.raises(CheckFailed, match=rf"^equation \({display.number}\.[a-z]\)"):
                m.check_display(replace(display, lines=lines), ENVIRONMENT)
            seeded += 1
    assert seeded >= 5


def test_the_mistakes_are_seeded_in_every_kind_of_node() -> None:
    kinds = {type(n).__name__ for d in DISPLAYS for line in d.lines for n in m.walk(line.right)}
    assert {"Product", "Sum", "Power", "Transpose", "Hadamard", "MatrixProduct", "Matrix", "BigSum", "PrimeOf",
            "Underbrace", "Box", "Quotient", "Apply", "Cases", "Indicator", "Number", "Symbol"} <= kinds  # fmt: skip


# Messages.


def failure(display: m.Display, environment: m.Environment = ENVIRONMENT) -> str:
    with pytest.raises(CheckFailed) as fault:
        m.check_display(display, environment)
    return str(fault.value)


def test_message_of_a_wrong_line() -> None:
    display = m.Display((m.Line(of("z", 1), of("z", 3)),), "12")
    assert failure(display) == ("equation (12), z_1 = z_3, does not hold: the left side is 0.33, the right 1.04123529")


def test_message_of_a_wrong_line_with_indices() -> None:
    i = m.Index("i")
    display = m.Display((m.Line(S("z", "", (i,)), of("z", 1)),), "4")
    assert failure(display) == (
        "equation (4), z_i = z_1, does not hold, at i = 2: the left side is 0.59, the right 0.33"
    )


def test_message_of_a_lost_transpose() -> None:
    line = LAYERS.lines[1]
    changed = replace(line, right=m.transform(line.right, lambda n: n.body if isinstance(n, m.Transpose) else n))
    assert failure(m.Display((changed,), "6.b")) == (
        "equation (6.b), ∂L/∂W^(1) = δ^(1) · x: shapes do not fit: 2×1 times 2×1"
    )


def test_message_of_a_wrong_matrix() -> None:
    rows = ((m.Number(1), m.Number(2)),)
    assert failure(m.Display((m.Line(S("W", "(2)"), m.Matrix(rows)),), "9")) == (
        "equation (9), W^(2) = [1, 2], does not hold: the left side is [[0.5, 0.7]], the right [[1.0, 2.0]]"
    )


def test_message_of_an_unknown_symbol() -> None:
    assert failure(m.Display((m.Line(L, S("q", "(2)", (1,))),), "3")) == (
        "equation (3), L = q^(2)_1: q^(2)_1 has no value"
    )


def test_message_of_an_unknown_derivative() -> None:
    assert failure(m.Display((m.Line(L, m.Partial(Y, L)),), "3")) == "equation (3), L = ∂y/∂L: ∂y/∂L has no value"


def test_message_of_an_index_that_nothing_binds() -> None:
    assert (
        failure(m.Display((m.Line(L, S("z", "", (m.Index("q"),))),), "3")) == "equation (3): the index q is not bound"
    )


def test_message_of_a_wrong_label_under_a_brace() -> None:
    line = m.Line(of("z", 1), m.Underbrace(of("z", 1), of("z", 3)))
    assert failure(m.Display((line,), "5")) == "equation (5), z_1 = z_1: z_1 is 0.33, and not z_3, 1.04123529"


def test_message_of_words_without_a_value() -> None:
    assert failure(m.Display((m.Line(L, m.Text("small")),), "5")) == "equation (5), L = small: “small” has no value"


def test_message_of_a_line_that_goes_on_from_nothing() -> None:
    assert failure(m.Display((m.Line(None, L),))) == (
        "a line without a number: there is no left side, and no line before it"
    )


def test_an_index_under_a_sum_is_its_own() -> None:
    """The k of a sum hides a k outside it."""
    k = m.Index("k")
    body = m.Sum((m.BigSum((m.Bound(k, m.Number(1), m.Number(3)),), k), k))
    assert m.free_indices(body) == ("k",)
    assert m.value(body, at(), {"k": 10}) == 16


# Values of single nodes.

ROWS = m.Matrix(((m.Number(1), m.Number(-2)), (m.Number(3), m.Number(4))))
VALUES: tuple[tuple[m.Node, object], ...] = (
    (m.Sum((m.Number(5), m.Negative(m.Number(2)))), 3),
    (m.Quotient(m.Number(1), m.Number(4)), 0.25),
    (m.Apply("sqrt", (m.Number(9),)), 3),
    (m.Apply("abs", (m.Number(-9),)), 9),
    (m.Apply("maximum", (m.Number(2), m.Number(7))), 7),
    (m.Apply("leaky_relu", (m.Number(-2), m.Number(Fraction(1, 4)))), -0.5),
    (m.Apply("relu", (ROWS,)), ((1, 0), (3, 4))),
    (m.PrimeOf("relu", (m.Number(0),)), 0),
    (m.PrimeOf("leaky_relu", (m.Number(0), m.Number(Fraction(1, 4)))), 0.25),
    (m.PrimeOf("abs", (m.Number(0),)), 0),
    (m.PrimeOf("sigmoid", (m.Number(0),)), 0.25),
    (m.PrimeOf("maximum", (m.Number(1), m.Number(1))), 1),
    (m.PrimeOf("maximum", (m.Number(1), m.Number(2)), 2), 1),
    (m.Norm(ROWS), mpmath.sqrt(30)),
    (m.Norm(ROWS, "1"), 10),
    (m.Transpose(ROWS), ((1, 3), (-2, 4))),
    (m.MatrixProduct((ROWS, ROWS)), ((-5, -10), (15, 10))),
    (m.Hadamard((ROWS, ROWS)), ((1, 4), (9, 16))),
    (m.Product((m.Number(2), ROWS)), ((2, -4), (6, 8))),
    (m.BigSum((m.Bound(m.Index("k"), m.Number(1), m.Number(4)),), m.Index("k"), "prod"), 24),
    (m.BigSum((m.Bound(m.Index("k"), m.Number(1), m.Number(4)),), m.Index("k"), "max"), 4),
    (m.BigSum((m.Bound(m.Index("k"), m.Number(2), m.Number(1)),), m.Index("k")), 0),
    (
        m.BigSum(
            (m.Bound(m.Index("k"), m.Number(1), m.Number(4)),),
            m.Index("k"),
            where=(m.Comparison(m.Index("k"), "≠", m.Number(3)),),
        ),
        7,
    ),
    (m.Apply("softmax", (m.Matrix(((m.Number(0),), (m.Number(0),))),)), ((0.5,), (0.5,))),
    (m.Apply("softmax", (m.Matrix(((m.Number(0), m.Number(0)),)),)), ((0.5, 0.5),)),
    (m.Indicator(m.Comparison(m.Number(1), "≤", m.Number(1))), 1),
)  # fmt: skip


@pytest.mark.parametrize(("node", "expected"), VALUES, ids=[m.reading(n) for n, _ in VALUES])
def test_the_value_of(node: m.Node, expected: object) -> None:
    found = m.value(node, at())
    flat = [e for row in found for e in row] if isinstance(found, tuple) else [found]
    wanted = [e for row in expected for e in row] if isinstance(expected, tuple) else [expected]
    assert len(flat) == len(wanted)
    assert all(abs(a - b) < 1e-14 for a, b in zip(flat, wanted, strict=True))


def test_values_carry_fifty_digits() -> None:
    third = m.value(m.Quotient(m.Number(1), m.Number(3)), at())
    assert abs(exact_fraction(third) - Fraction(1, 3)) < Fraction(1, 10**49)


def exact_fraction(number: mpmath.mpf) -> Fraction:
    sign, mantissa, exponent, _ = number._mpf_
    return Fraction(-int(mantissa) if sign else int(mantissa)) * Fraction(2) ** exponent


@pytest.mark.parametrize("name", sorted(f.ROWS))
def test_a_prime_is_the_derivative_by_its_definition(name: str) -> None:
    arguments = [mpmath.mpf("0.31"), mpmath.mpf("0.7"), mpmath.mpf("1.9")]
    size = len(inspect.signature(f.ROWS[name].partials[0]).parameters) - 1  # the last one is the output
    nodes = tuple(map(m.Number, arguments[:size]))
    formula = f.local_derivative(f.prime(name)(*sympy.symbols(f"u0:{size}")))
    tree = m.from_sympy(formula, lambda s: m.Number(arguments[int(s.name[1:])]))
    assert abs(m.value(m.PrimeOf(name, nodes), at()) - m.value(tree, at())) < 1e-30


# From SymPy, in a textbook's order.

z, a, y, weight = sympy.symbols("z a y w")
bar = read("z1_bar")


def named(symbol: sympy.Symbol) -> m.Node:
    return S("delta") if symbol.name == "z1_bar" else S(symbol.name)


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (2 * a - 2 * y, "2 · (a − y)"),
        ((2 * a - 2 * y) / Length("N"), "2/N · (a − y)"),
        (-a - y, "−(a + y)"),
        (1 - a**2, "1 − a^2"),
        (weight * bar * a * (1 - a), "δ · a · (1 − a) · w"),
        (weight * bar * f.prime("sigmoid")(z), "δ · σ′(z) · w"),
        (sympy.Rational(1, 2) * (a - y) ** 2, "1/2 · (a − y)^2"),
        (sympy.Rational(1, 100) * a, "0.01 · a"),
        (sympy.Rational(1, 5), "0.2"),
        (z / 6 + sympy.Rational(1, 2), "1/2 + z/6"),
        (-z / 3, "−z/3"),
        (1 / (1 + f.exp(-z)), "1/(1 + e^(−z))"),
        (f.exp(-(z**2) / 2) / sympy.sqrt(2 * sympy.pi), "√(2)/(2 · √(π)) · e^(−z^2/2)"),
        ((1 - y) / (1 - a) - y / a, "(1 − y)/(1 − a) − y/a"),
        (1 / (a * y), "1/(a · y)"),
        (a ** sympy.Rational(1, 2), "√(a)"),
        (a**-2, "1/a^2"),
        (f.elu(z, sympy.Integer(1)), "ELU_1(z)"),
        (f.abs_(a - y), "|a − y|"),
        (f.maximum(a, y), "max(a, y)"),
        (f.prime("maximum", 2)(a, y), "∂_2max(a, y)"),
        (sympy.Float("0.25") * a, "0.25 · a"),
    ],
)
def test_a_body_reads_as_in_a_textbook(expr: sympy.Expr, text: str) -> None:
    assert m.reading(m.from_sympy(expr, named)).replace(",", ", ").replace(",  ", ", ") == text


def test_operands_follow_the_order_asked_for() -> None:
    order = {"w": 0, "y": 1, "a": 2}.__getitem__
    assert m.reading(m.from_sympy(a * y * weight, named, lambda s: order(s.name))) == "w · y · a"


def test_an_unknown_function_is_refused() -> None:
    with pytest.raises(ValueError) as fault:
        m.from_sympy(sympy.gamma(z), named)
    assert str(fault.value) == "gamma is not a function of the table"


LEAVES = st.sampled_from([m.Number(2), m.Number(Fraction(-3, 2)), Z, X])


def _compound(inner: st.SearchStrategy[m.Node]) -> st.SearchStrategy[m.Node]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(m.Sum),
        several.map(m.Product),
        inner.map(m.Negative),
        st.tuples(inner, inner).map(lambda p: m.Quotient(*p)),
        inner.map(lambda b: m.Power(b, m.Number(2))),
        inner.map(lambda b: m.Apply("exp", (m.Apply("tanh", (b,)),))),
        inner.map(m.Bracket),
    )


NAMES = {"tanh": math.tanh, "z": 0.7, "x": -1.3, "e": math.e}
SYMBOLS = {"·": "*", "−": "-", "^": "**"}


@given(st.recursive(LEAVES, _compound, max_leaves=8))
def test_parentheses_stand_where_the_meaning_needs_them(node: m.Node) -> None:
    """What is printed, read again by the rules of arithmetic, has the value of the tree."""
    text = m.reading(node)
    for printed, code in SYMBOLS.items():
        text = text.replace(printed, code)
    try:
        found = _arithmetic(text)
        wanted = m.value(node, at(z=0.7, x=-1.3))
    except (ZeroDivisionError, OverflowError):
        return
    assert math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-9)


def _arithmetic(text: str) -> float:
    """The value of a line of arithmetic, by Python's precedence, which the printers know nothing of."""

    def run(node: ast.AST) -> float:
        match node:
            case ast.Expression(body=body):
                return run(body)
            case ast.Constant(value=value):
                return float(value)
            case ast.Name(id=name):
                return NAMES[name]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -run(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return _binary(op, run(left), run(right))
            case ast.Call(func=ast.Name(id=name), args=[argument]):
                return {"tanh": math.tanh}[name](run(argument))
        raise AssertionError(ast.dump(node))

    return run(ast.parse(text.strip(), mode="eval"))


def _binary(op: object, left: float, right: float) -> float:
    table = {
        ast.Add: lambda: left + right,
        ast.Sub: lambda: left - right,
        ast.Mult: lambda: left * right,
        ast.Div: lambda: left / right,
        ast.Pow: lambda: left**right,
    }
    return float(table[type(op)]())


def test_numbers_of_lines() -> None:
    assert FORWARD.numbers == ("1.a", "1.b", "1.c")
    assert m.Display((FORWARD.lines[0],), "1").numbers == ("1",)
    assert m.Display((m.Line(L, L),) * 28, "2").numbers[25:] == ("2.z", "2.aa", "2.ab")
    assert m.Display((m.Line(L, L, number="x"), m.Line(L, L))).numbers == ("x", "")


def test_anchors_have_no_special_characters() -> None:
    assert m.anchor("7.a") == "eq-7.a"
    assert m.anchor("7.w_{11}%") == "eq-7.w--11--"


def test_all_printed_nodes_take_part_in_the_value() -> None:
    """The value of a chain changes with each of its factors: none is decoration."""
    chain = CHAIN.lines[0].right
    assert isinstance(chain, m.Product)
    whole = m.value(chain, ENVIRONMENT)
    for position in range(len(chain.factors)):
        rest = chain.factors[:position] + chain.factors[position + 1 :]
        assert abs(m.value(m.Product(rest), ENVIRONMENT) - whole) > 1e-6
    assert V[of("a", 1)] == m.value(ACTIVATION.lines[0].right, ENVIRONMENT)
    assert w(1, 1) in V
