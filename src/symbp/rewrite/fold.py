"""Constant folding: a tensor that is one number is put in where it is read, as dL/dL = 1."""

from __future__ import annotations

import sympy

from symbp.derivation import Derivation, Step
from symbp.equation import Access, Equation
from symbp.program import Program
from symbp.rewrite.patterns import pointwise_definitions, replace_reads, rewrite_bodies

RULE = "constant folding"


def fold(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
    """Reads of intermediates and adjoints whose definition holds no read become their number."""
    program = derivation.result
    constant = {
        name: equation.body
        for name, equation in pointwise_definitions(program).items()
        if not equation.reads and name not in derivation.outputs and equation.lhs.plain_indices is not None
    }

    def value(access: Access) -> sympy.Expr | None:
        return constant.get(access.tensor)

    def folded(equation: Equation) -> sympy.Expr:
        return equation.body if equation.target in constant else replace_reads(equation.body, value)

    return rewrite_bodies(program, RULE, folded)
