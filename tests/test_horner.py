"""Polynomials in fewer passes: which form is taken, that its value is the same, and that no digits are lost."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from symbp.equation import Index
from symbp.numpy_code.expression import text
from symbp.numpy_code.workspace.horner import shorter
from symbp.program import Program
from symbp.schedule.arrays import Operand
from symbp.schedule.lower import Lowering
from symbp.schedule.order import Order

Z, S = sympy.symbols("z s")
AXES = (Index("i", 3),)
FORMS = [
    (4 * (Z + Z**3 / 8), "(4 + z**2 / 2) * z"),
    (Z**4 + 3 * Z**2 + 2, "2 + (3 + z**2) * z**2"),
    (5 * Z * (1 + 2 * Z**2) * (1 - S**2), "(5 + 10 * z**2) * z * (1 - s**2)"),
    (S * (1 - S), "s * (1 - s)"),
    ((1 + S) * (1 - S), "(1 + s) * (1 - s)"),
    (1 - S**2, "1 - s**2"),
    (3 * Z, "3 * z"),
    (Z + S + Z**3, None),
]


def lowered(body):
    given = {Z: Operand("z", AXES), S: Operand("s", AXES)}
    return Lowering(Program((), ()), Order({}), AXES, given).array(body)


@pytest.mark.parametrize(("body", "form"), FORMS, ids=str)
def test_polynomials(body, form):
    z, s = np.array([0.3, -1.2, 2.0]), np.array([0.1, 0.9, -0.4])
    node = shorter(lowered(body))
    found = eval(text(node), {"np": np, "z": z, "s": s})
    expected = sympy.lambdify((Z, S), body)(z, s)
    assert np.allclose(found, expected, rtol=1e-14, atol=0)
    assert form is None or text(node) == form
