"""A small network's displayed lines, with every value they need: what several tests print and check."""

from __future__ import annotations

from fractions import Fraction

import mpmath

from symbp import mathtree as m

S = m.Symbol
L, Y, YHAT, ETA = S("L"), S("y"), S("y", "", (), "hat"), S("eta")
HALF, TENTH = Fraction(1, 2), Fraction(1, 10)


def w(i: int, j: int) -> S:
    return S("w", "", (i, j))


def of(letter: str, i: int) -> S:
    return S(letter, "", (i,))


def layer(letter: str, number: int) -> S:
    return S(letter, f"({number})")


def relay() -> m.Environment:
    """The article's network, computed here by hand: 2 inputs, 2 hidden neurons, neuron 3 the output."""
    with mpmath.workdps(50):
        v: dict[S, object] = {w(3, 1): HALF, w(3, 2): Fraction(7, 10), of("x", 1): HALF, of("x", 2): TENTH}
        v |= {w(1, 1): Fraction(4, 10), w(1, 2): Fraction(3, 10), w(2, 1): Fraction(6, 10), w(2, 2): Fraction(9, 10)}
        v |= {
            of("b", 1): TENTH,
            of("b", 2): Fraction(2, 10),
            of("b", 3): Fraction(3, 10),
            Y: Fraction(6, 10),
            ETA: TENTH,
        }
        v = {symbol: mpmath.mpf(q.numerator) / q.denominator for symbol, q in v.items()}  # type: ignore[attr-defined]
        for i in (1, 2):
            v[of("z", i)] = v[w(i, 1)] * v[of("x", 1)] + v[w(i, 2)] * v[of("x", 2)] + v[of("b", i)]  # type: ignore[operator]
            v[of("a", i)] = 1 / (1 + mpmath.exp(-v[of("z", i)]))  # type: ignore[operator]
        v[of("z", 3)] = v[w(3, 1)] * v[of("a", 1)] + v[w(3, 2)] * v[of("a", 2)] + v[of("b", 3)]  # type: ignore[operator]
        v[YHAT] = 1 / (1 + mpmath.exp(-v[of("z", 3)]))  # type: ignore[operator]
        v[L] = (v[YHAT] - v[Y]) ** 2  # type: ignore[operator]
        p = _partials(v)
        _matrices(v, p)
    return m.Environment(v, p, {"i": range(1, 3), "j": range(1, 3), "k": range(1, 3)})


def _partials(v: dict) -> dict:
    p = {(L, YHAT): 2 * (v[YHAT] - v[Y]), (YHAT, of("z", 3)): v[YHAT] * (1 - v[YHAT])}
    p[L, of("z", 3)] = p[L, of("b", 3)] = p[L, YHAT] * p[YHAT, of("z", 3)]
    for i in (1, 2):
        a, z = of("a", i), of("z", i)
        p[of("z", 3), a], p[of("z", 3), w(3, i)], p[a, z] = v[w(3, i)], v[a], v[a] * (1 - v[a])
        p[L, w(3, i)], p[L, a] = p[L, of("z", 3)] * v[a], p[L, of("z", 3)] * v[w(3, i)]
        p[L, z] = p[L, of("b", i)] = p[L, a] * p[a, z]
        for j in (1, 2):
            p[z, w(i, j)], p[L, w(i, j)] = v[of("x", j)], p[L, z] * v[of("x", j)]
    return p


def _matrices(v: dict, p: dict) -> None:
    v[layer("W", 1)] = tuple(tuple(v[w(i, j)] for j in (1, 2)) for i in (1, 2))
    v[layer("W", 2)] = ((v[w(3, 1)], v[w(3, 2)]),)
    for letter in "za":
        v[layer(letter, 1)] = tuple((v[of(letter, i)],) for i in (1, 2))
    v[S("x", style="bold")] = tuple((v[of("x", i)],) for i in (1, 2))
    v[layer("delta", 2)] = ((p[L, of("z", 3)],),)
    v[layer("delta", 1)] = tuple((p[L, of("z", i)],) for i in (1, 2))
    p[L, layer("W", 1)] = tuple(tuple(p[L, w(i, j)] for j in (1, 2)) for i in (1, 2))


ENVIRONMENT = relay()
i, j, k = m.Index("i"), m.Index("j"), m.Index("k")
ZERO, ONE, TWO = m.Number(0), m.Number(1), m.Number(2)
WIJ = S("w", "", (i, j))
V, P = ENVIRONMENT.symbols, ENVIRONMENT.partials


def minus(term: m.Node) -> m.Negative:
    return m.Negative(term)


def number(value: object) -> m.Number:
    return m.Number(value)


def _sigmoid(z: m.Node) -> m.Apply:
    return m.Apply("sigmoid", (z,))


Z1, A1, Z3 = of("z", 1), of("a", 1), of("z", 3)
SQUARE = m.Power(m.Sum((YHAT, minus(Y))), TWO)

FORWARD = m.Display(
    (
        m.Line(Z1, m.Sum((m.Product((w(1, 1), of("x", 1))), m.Product((w(1, 2), of("x", 2))), of("b", 1)))),
        m.Line(
            None,
            m.Sum(
                (
                    m.Product((number(Fraction(4, 10)), number(HALF))),
                    m.Product((number(Fraction(3, 10)), number(TENTH))),
                    number(TENTH),
                )
            ),
            remark=("numbers",),
        ),
        m.Line(None, m.Box(number(V[Z1]))),
    ),
    "1",
)
ACTIVATION = m.Display(
    (
        m.Line(A1, _sigmoid(Z1)),
        m.Line(None, m.Quotient(ONE, m.Sum((ONE, m.Apply("exp", (minus(number(V[Z1])),)))))),
        m.Line(None, number(V[A1]), "≈"),
    ),
    "2",
)
LOSS = m.Display((m.Line(L, SQUARE), m.Line(None, number(V[L]), "≈")), "3")
INDEXED = m.Display(
    (
        m.Line(
            S("z", "", (i,)),
            m.Sum(
                (m.BigSum((m.Bound(j, ONE, TWO),), m.Product((S("w", "", (i, j)), S("x", "", (j,))))), S("b", "", (i,)))
            ),
        ),
        m.Line(m.Partial(S("z", "", (i,)), S("w", "", (i, j))), S("x", "", (j,)), remark=("the input",)),
    ),
    "4",
)
CHAIN = m.Display(
    (
        m.Line(
            m.Partial(L, w(1, 1)),
            m.Product(
                (
                    m.Underbrace(m.Partial(L, YHAT), m.Product((TWO, m.Sum((YHAT, minus(Y)))))),
                    m.Underbrace(m.Partial(YHAT, Z3), m.PrimeOf("sigmoid", (Z3,))),
                    m.Underbrace(m.Partial(Z3, A1), w(3, 1)),
                    m.Underbrace(m.Partial(A1, Z1), m.PrimeOf("sigmoid", (Z1,))),
                    m.Underbrace(m.Partial(Z1, w(1, 1)), of("x", 1)),
                )
            ),
            remark=("chain rule, 1 path",),
        ),
        m.Line(
            None,
            m.Product((number(P[L, YHAT]), number(P[YHAT, Z3]), number(HALF), number(P[A1, Z1]), number(HALF))),
            "≈",
        ),
        m.Line(None, m.Box(number(P[L, w(1, 1)])), "≈", check="complex step, rel. err. < 1e-11"),
    ),
    "5",
)
LAYERS = m.Display(
    (
        m.Line(
            layer("delta", 1),
            m.Hadamard(
                (
                    m.MatrixProduct((m.Transpose(layer("W", 2)), layer("delta", 2))),
                    m.PrimeOf("sigmoid", (layer("z", 1),)),
                )
            ),
            ":=",
            remark=("2×1",),
        ),
        m.Line(
            m.Partial(L, layer("W", 1)),
            m.MatrixProduct((layer("delta", 1), m.Transpose(S("x", style="bold")))),
            remark=("same shape as ", layer("W", 1)),
        ),
        m.Line(None, m.Matrix(tuple(tuple(number(P[L, w(r, c)]) for c in (1, 2)) for r in (1, 2))), "≈"),
    ),
    "6",
)
NORMS = m.Display(
    (
        m.Line(
            m.Power(m.Norm(layer("W", 2), "F"), TWO),
            m.Sum((m.Power(w(3, 1), TWO), m.Power(w(3, 2), TWO))),
        ),
        m.Line(
            m.Apply("relu", (minus(Z1),)), m.Cases(((minus(Z1), m.Comparison(minus(Z1), ">", number(0))),), number(0))
        ),
        m.Line(m.PrimeOf("relu", (Z1,)), m.Indicator(m.Comparison(Z1, ">", number(0)))),
    ),
    "7",
)
DISPLAYS = (FORWARD, ACTIVATION, LOSS, INDEXED, CHAIN, LAYERS, NORMS)
