"""Output reuse: a function value that the forward pass has named is read, not computed again."""

from __future__ import annotations

import sympy

from symbp.derivation import Derivation, Step
from symbp.equation import Access, Equation, Program, Read, reads, substitute_indices
from symbp.functions import Elementary, relu, step
from symbp.rewrite.patterns import pointwise_definitions, rewrite_bodies

RULE = "output reuse"
Key = tuple[str, tuple[str, ...]]


def _key(application: Elementary) -> Key:
    return type(application).__name__, tuple(r.access.tensor for r in reads(application))


def reuse_outputs(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
    """Where ``a[n,i] = sigmoid(z[n,i])`` stands, a later ``sigmoid(z[n,i])`` becomes ``a[n,i]``."""
    program = derivation.result
    place = {id(equation): number for number, equation in enumerate(program.equations())}
    named: dict[Key, Equation] = {}
    for equation in pointwise_definitions(program).values():
        if isinstance(equation.body, Elementary):
            named.setdefault(_key(equation.body), equation)

    def reused(equation: Equation) -> sympy.Expr:
        exchange = {}
        for application in sorted(equation.body.atoms(Elementary), key=str):
            definition = named.get(_key(application))
            if definition is None or place[id(definition)] >= place[id(equation)]:
                continue
            output = _output(definition, application)
            if output is not None:
                exchange[application] = output
        body = equation.body.xreplace(exchange) if exchange else equation.body
        return _without_inner_relu(body)

    return rewrite_bodies(program, RULE, reused)


def _without_inner_relu(body: sympy.Expr) -> sympy.Expr:
    """``step(relu(u))`` as ``step(u)``: they agree, and an output that has no name is not computed for it."""
    steps = [s for s in sorted(body.atoms(step), key=str) if isinstance(s.args[0], relu)]
    return body.xreplace({s: step(s.args[0].args[0]) for s in steps}) if steps else body


def _output(definition: Equation, application: Elementary) -> Read | None:
    """The read of the definition's target that equals an application, if there is one."""
    mapping = {}
    for theirs, ours in zip(reads(definition.body), reads(application), strict=True):
        for position, actual in zip(theirs.access.indices, ours.access.indices, strict=True):
            if position.index is not None:
                mapping[position.index] = actual
    plain = definition.lhs.plain_indices or ()
    if any(i not in mapping for i in plain) or substitute_indices(definition.body, mapping) != application:
        return None
    return Read(Access(definition.target, tuple(mapping[i] for i in plain)))
