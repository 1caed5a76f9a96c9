"""A figure in place of a formula: compared with the example's gradient, rounded to as many digits."""

from __future__ import annotations

import re
from decimal import Decimal

import mpmath

from symbp.compare.comparison import Comparison
from symbp.compare.lines import Style, place
from symbp.compare.subject import Subject
from symbp.compare.verdict import Difference
from symbp.formulas import Formula
from symbp.formulas.reading import constant_of

_FIGURE = re.compile(r"\s*(?P<sign>[-+]?)\s*(?P<digits>[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)\s*")


def is_number(formula: Formula) -> bool:
    """Whether a formula is nothing but one decimal number."""
    return constant_of(formula.reading.read.tree) is not None and _FIGURE.fullmatch(formula.text) is not None


def judge_number(subject: Subject, text: str) -> Comparison:
    """Whether a figure is the gradient by one weight in the numbers of the example, as far as its digits go."""
    match = _FIGURE.fullmatch(text)
    assert match is not None and subject.index is not None
    figure = Decimal(match["sign"] + match["digits"])
    exact = subject.derivation.values_at(subject.derivation.given)[subject.adjoint][subject.index]
    exponent = figure.as_tuple().exponent
    assert isinstance(exponent, int)
    with mpmath.workdps(50):
        given = mpmath.mpf(str(figure))
        off = abs(given - exact)
        equal = bool(off <= mpmath.mpf(10) ** exponent / 2)
    error = float(off / abs(exact)) if exact else float(off)
    remark = ("compared with the example's number, rounded to as many digits",)
    if equal:
        return Comparison(subject.asked, True, error, remarks=remark)
    difference = Difference(subject.asked, (), float(given), float(exact), True)
    line = place(subject, subject.adjoint, Style("neuron", True))
    return Comparison(subject.asked, False, error, difference, leaves=line, remarks=remark)
