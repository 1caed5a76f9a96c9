"""Local derivatives: the table's formula in place of each f'(z)."""

from __future__ import annotations

import sympy

from symbp.derivation import Derivation, Step
from symbp.equation import Equation
from symbp.functions import Prime, local_derivative
from symbp.program import Program
from symbp.rewrite.patterns import rewrite_bodies

RULE = "local derivatives"


def put_in_local_derivatives(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
    """``sigmoid'(z)`` becomes ``sigmoid(z)*(1 - sigmoid(z))``, and so on down the table."""

    def expanded(equation: Equation) -> sympy.Expr:
        primes = sorted(equation.body.atoms(Prime), key=str)
        return equation.body.xreplace({p: local_derivative(p) for p in primes}) if primes else equation.body

    return rewrite_bodies(derivation.result, RULE, expanded)
