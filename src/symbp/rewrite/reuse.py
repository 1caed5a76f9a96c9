"""Output reuse: a function value that the forward pass has named is read, not computed again."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from symbp.derivation import Derivation, Step
from symbp.equation import Affine, Equation, Index, Read, reads, substitute_indices
from symbp.functions import Elementary, relu, step
from symbp.program import Program, Scan
from symbp.rewrite.patterns import rewrite_bodies
from symbp.wellformed import lies_within

RULE = "output reuse"
Key = tuple[str, tuple[str, ...]]


def _key(application: Elementary) -> Key:
    return type(application).__name__, tuple(r.access.tensor for r in reads(application))


@dataclass(frozen=True)
class _Place:
    """Where an equation stands: its number among all, and the scan that it is part of."""

    number: int
    scan: Scan | None


def reuse_outputs(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
    """Where ``a[n,i] = sigmoid(z[n,i])`` stands, a later ``sigmoid(z[n,i])`` becomes ``a[n,i]``.

    What a scan names may be read after it, and in the same round. A definition with guards is read
    only where they hold.
    """
    program = derivation.result
    places = _places(program)
    named: dict[Key, list[Equation]] = {}
    for equation in program.equations():
        if isinstance(equation.body, Elementary) and _names(equation):
            named.setdefault(_key(equation.body), []).append(equation)

    def reused(equation: Equation) -> sympy.Expr:
        exchange = {}
        for application in sorted(equation.body.atoms(Elementary), key=str):
            found = (_output(d, application, places, equation) for d in named.get(_key(application), ()))
            output = next(filter(None, found), None)
            if output is not None:
                exchange[application] = output
        body = equation.body.xreplace(exchange) if exchange else equation.body
        return _without_inner_relu(body)

    return rewrite_bodies(program, RULE, reused)


def _places(program: Program) -> dict[int, _Place]:
    found: dict[int, _Place] = {}
    for statement in program.statements:
        scan = statement if isinstance(statement, Scan) else None
        for equation in scan.body if scan else (statement,):
            found[id(equation)] = _Place(len(found), scan)
    return found


def _names(equation: Equation) -> bool:
    """Whether an equation alone writes elements of its tensor, each once: positions are indices, or beside them."""
    if equation.reduction or equation.accumulate:
        return False
    along = [_shifted(position) for position in equation.lhs.indices]
    return None not in along and len(set(along)) == len(along)


def _shifted(position: Affine) -> Index | None:
    """The index of ``t``, ``t+1``, ``t-2``."""
    return (position - position.constant).index


def _without_inner_relu(body: sympy.Expr) -> sympy.Expr:
    """``step(relu(u))`` as ``step(u)``: they agree, and an output that has no name is not computed for it."""
    steps = [s for s in sorted(body.atoms(step), key=str) if isinstance(s.args[0], relu)]
    return body.xreplace({s: step(s.args[0].args[0]) for s in steps}) if steps else body


def _output(
    definition: Equation, application: Elementary, places: dict[int, _Place], equation: Equation
) -> Read | None:
    """The read of the definition's target that equals an application in an equation, if there is one."""
    there, here = places[id(definition)], places[id(equation)]
    if there.number >= here.number:
        return None
    mapping: dict[Index, Affine] = {}
    for theirs, ours in zip(reads(definition.body), reads(application), strict=True):
        for position, actual in zip(theirs.access.indices, ours.access.indices, strict=True):
            index = _shifted(position)
            if index is not None:
                mapping[index] = actual - position.constant
    named = [i for position in definition.lhs.indices for i in position.indices()]
    if any(i not in mapping or not lies_within(mapping[i], i.extent) for i in named):
        return None
    if there.scan is not None and there.scan is here.scan and mapping[there.scan.index].index != there.scan.index:
        return None
    if substitute_indices(definition.body, mapping) != application:
        return None
    if not {guard.substitute(mapping) for guard in definition.guards} <= set(equation.guards):
        return None
    return Read(definition.lhs.substitute(mapping))
