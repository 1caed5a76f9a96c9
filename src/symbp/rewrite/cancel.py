"""Sigmoid with binary cross-entropy, and whatever else cancels when one adjoint is put into the next."""

from __future__ import annotations

from dataclasses import replace

import sympy

from symbp.derivation import Derivation, Step
from symbp.equation import Access, Equation, reads, substitute_indices
from symbp.program import Program
from symbp.rewrite.patterns import exchange, index_map, pointwise_definitions, readers, replace_reads

RULE = "sigmoid + binary cross-entropy"


def cancel_quotients(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
    """``a_bar*a*(1 - a)`` with ``a_bar = (1 - y)/(1 - a) - y/a`` becomes ``a - y``.

    An adjoint whose formula divides by values of the network is put into the one equation that reads it,
    if no such division is left.
    """
    program = derivation.result
    pointwise = pointwise_definitions(program)
    read_by = readers(program)
    new: dict[int, tuple[Equation, ...]] = {}
    steps: list[Step] = []
    for name, definition in pointwise.items():
        if program.tensor[name].role != "adjoint" or name in derivation.wanted or not _divides(definition.body):
            continue
        using = read_by.get(name, ())
        if len(using) != 1 or using[0].reduction or using[0].guards:
            continue
        body = sympy.factor_terms(sympy.cancel(sympy.together(_inlined(using[0], definition))))
        if not _divides(body):
            after = replace(using[0], body=body)
            new[id(using[0])] = (after,)
            steps.append(Step(RULE, after.target, using, (after,), because="the quotients cancel"))
    return exchange(program, new), tuple(steps)


def _divides(body: sympy.Expr) -> bool:
    """Whether something that is read stands in a denominator."""
    return any(p.exp.is_negative and reads(p.base) for p in body.atoms(sympy.Pow))


def _inlined(equation: Equation, definition: Equation) -> sympy.Expr:
    def value(access: Access) -> sympy.Expr | None:
        if access.tensor != definition.target:
            return None
        return substitute_indices(definition.body, index_map(definition, access))

    return replace_reads(equation.body, value)
