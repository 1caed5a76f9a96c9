"""Logarithms that must not be taken of a rounded zero: of a softmax and of a sigmoid."""

from __future__ import annotations

from dataclasses import replace

import sympy

from symbp.derivation import Derivation, Step
from symbp.equation import Access, Equation, Read, reads, substitute_indices
from symbp.functions import log, sigmoid, softplus
from symbp.program import Program
from symbp.rewrite.patterns import exchange, fresh_name, index_map, pointwise_definitions, rewrite_bodies
from symbp.rewrite.softmax import Softmax, for_each_softmax

LOG_SUM_EXP = "log-sum-exp"
LOG_SIGMOID = "logarithm of a sigmoid"


def log_of_softmax(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
    """``log(p[n,k])`` becomes ``u[n,k] - lse[n]`` with ``lse[n] = log(s[n])``."""
    return for_each_softmax(derivation.result, _one_softmax)


def _one_softmax(program: Program, softmax: Softmax) -> tuple[Program, list[Step]]:
    logs = _logs_of(program, softmax.p.target)
    if not logs:
        return program, []
    row = softmax.s.lhs.indices
    tensor = replace(
        program.tensor[softmax.s.target], name=fresh_name(program, f"lse{softmax.s.target[1:]}"), letter="lse"
    )
    named = Equation(Access(tensor.name, row), log(Read(softmax.s.lhs)), softmax.s.domain)
    value = softmax.e.body.args[0] - Read(Access(tensor.name, softmax.row.indices))
    steps: list[Step] = []
    new: dict[int, tuple[Equation, ...]] = {id(softmax.s): (softmax.s, named)}
    for equation in logs:
        body = equation.body.xreplace(
            {
                a: substitute_indices(value, index_map(softmax.p, a.args[0].access))
                for a in _applications(equation, softmax.p.target)
            }
        )
        after = replace(equation, body=body)
        new[id(equation)] = (after,)
        steps.append(Step(LOG_SUM_EXP, equation.target, (equation,), (after,), (named,), because="ln(e/s) = u - ln s"))
    return exchange(program, new, [tensor]), steps


def _applications(equation: Equation, target: str) -> list[sympy.Expr]:
    found = [a for a in equation.body.atoms(log) if isinstance(a.args[0], Read) and a.args[0].access.tensor == target]
    return sorted(found, key=str)


def _logs_of(program: Program, target: str) -> list[Equation]:
    return [e for e in program.equations() if target in e.tensors_read and _applications(e, target)]


def log_of_sigmoid(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
    """``log(a)`` becomes ``-softplus(-z)``, and ``log(1 - a)`` becomes ``-softplus(z)``, where a = sigmoid(z)."""
    program = derivation.result
    sigmoids = {n: e for n, e in pointwise_definitions(program).items() if isinstance(e.body, sigmoid)}

    def stable(equation: Equation) -> sympy.Expr:
        if not sigmoids.keys() & equation.tensors_read:
            return equation.body
        values = {a: _log_sigmoid(a.args[0], sigmoids) for a in sorted(equation.body.atoms(log), key=str)}
        return equation.body.xreplace({a: v for a, v in values.items() if v is not None})

    return rewrite_bodies(program, LOG_SIGMOID, stable, because="computed from the logits")


def _log_sigmoid(argument: sympy.Expr, sigmoids: dict[str, Equation]) -> sympy.Expr | None:
    for operand in reads(argument):
        definition = sigmoids.get(operand.access.tensor)
        if definition is None:
            continue
        logit = substitute_indices(definition.body.args[0], index_map(definition, operand.access))
        if argument == operand:
            return -softplus(-logit)
        if argument == 1 - operand:
            return -softplus(logit)
    return None
