"""Formulas as they are said: (formula, words)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symbp import mathtree as m
from symbp.mathtree import pieces as lay
from symbp.mathtree.layout import layout
from symbp.printing.mathml import XML
from symbp.printing.speech import SAID, speaker
from tests.formulas import S

X, Z, L, W31 = S("x"), S("z"), S("L"), S("w", "", (3, 1))
K = m.Index("k")
A = lay.Letters("a")

SPOKEN = (
    (W31, "w sub 3 1"),
    (S("w", "(2)", (10, 3)), "w sub 10 , 3 superscript 2"),
    (m.Partial(L, W31), "the derivative of L by w sub 3 1"),
    (m.Partial(L, W31, slash=True), "the derivative of L by w sub 3 1"),
    (m.Product((X, Z)), "x times z"),
    (m.Product((m.Number(2), m.Number(Fraction(1, 2)))), "2 times 0.5"),
    (m.Sum((m.Number(1), m.Negative(X))), "1 minus x"),
    (m.Negative(X), "minus x"),
    (m.Power(X, m.Number(2)), "x squared"),
    (m.Power(X, m.Sum((Z, m.Number(1)))), "x to the power (z plus 1)"),
    (m.Quotient(m.Number(1), m.Sum((X, Z))), "1 over (x plus z)"),
    (m.Apply("sigmoid", (Z,)), "σ of z"),
    (m.Apply("sigmoid", (m.Sum((X, Z)),)), "σ of (x plus z)"),
    (m.PrimeOf("sigmoid", (Z,)), "σ prime of z"),
    (m.Transpose(S("W")), "W transposed"),
    (m.Hadamard((X, Z)), "x times, entry by entry, z"),
    (S("y", accent="hat"), "y hat"),
    (m.BigSum((m.Bound(K, m.Number(1), m.Number(2)),), X), "the sum over k = 1 to 2 of x"),
    (m.BigSum((m.Bound(K),), X, "max"), "max over k of x"),
    (m.Matrix(((m.Number(1), m.Number(2)), (m.Number(3), m.Number(4)))), "the matrix with the rows 1, 2; 3, 4"),
    (m.Matrix(((m.Number(1), m.Number(2)),)), "the row 1, 2"),
    (m.Underbrace(m.Partial(L, X), Z), "the derivative of L by x, which is z,"),
    (m.Box(m.Number(3)), "3"),
    (m.Apply("sqrt", (X,)), "the root of x"),
    (m.Comparison(X, "≤", Z), "x ≤ z"),
    (m.Number(Fraction(3, 10**6)), "3 times 10 to the power (minus 6)"),
    (lay.Typeset(lay.Root(A, lay.Digits("3"))), "the root of degree 3 of a"),
    (lay.Typeset(lay.Fraction(lay.Letters("d", "upright"), A)), "d over a"),
)


@pytest.mark.parametrize(("node", "words"), SPOKEN, ids=[words for _, words in SPOKEN])
def test_a_formula_is_said(node: m.Node, words: str) -> None:
    assert speaker("en")(layout(node)) == words


def test_cases_are_said_one_after_the_other() -> None:
    node = m.Cases(((X, m.Comparison(X, ">", m.Number(0))),), m.Number(0))
    assert speaker("en")(layout(node)) == "by cases: x, if x > 0; 0, otherwise"


def test_whatever_is_printed_can_be_said() -> None:
    assert SAID.keys() == XML.keys()
