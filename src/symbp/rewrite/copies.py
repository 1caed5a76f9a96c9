"""Copies: a tensor that only repeats another one takes over that one's definition."""

from __future__ import annotations

from dataclasses import replace

from symbp.derivation import Derivation, Step
from symbp.equation import Access, Equation, Read
from symbp.program import Program
from symbp.rewrite.patterns import in_scans, pointwise_definitions, replace_reads

RULE = "identity"


def remove_copies(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
    """``yhat[n,k] = z2[n,k]`` (the identity) goes, and what was called z2 is called yhat throughout."""
    program = derivation.result
    scanned = in_scans(program)
    new_name: dict[str, str] = {}
    copies: dict[str, Equation] = {}
    for name, equation in pointwise_definitions(program).items():
        source = _source(equation)
        if source is None or not _removable(derivation, source, scanned) or source in new_name:
            continue
        if program.tensor[source].shape != program.tensor[name].shape:  # it repeats the first part alone
            continue
        new_name[source] = name
        copies[name] = equation
    for source in new_name:  # a copy of a copy ends at the last name
        while new_name[source] in new_name:
            new_name[source] = new_name[new_name[source]]
    return _renamed(program, new_name, copies)


def _source(equation: Equation) -> str | None:
    body = equation.body
    if isinstance(body, Read) and body.access.indices == equation.lhs.indices:
        return body.access.tensor
    return None


def _removable(derivation: Derivation, name: str, scanned: frozenset[str]) -> bool:
    tensor = derivation.result.tensor[name]
    return tensor.role in ("intermediate", "adjoint") and name not in derivation.wanted and name not in scanned


def _renamed(
    program: Program, new_name: dict[str, str], copies: dict[str, Equation]
) -> tuple[Program, tuple[Step, ...]]:
    steps = [
        Step(RULE, target, (copy,), tuple(_rename(e, new_name) for e in program.defining(_source(copy) or "")))
        for target, copy in copies.items()
        if target not in new_name
    ]
    gone = {id(e) for e in copies.values()}

    def changed(equation: Equation) -> tuple[Equation, ...]:
        return () if id(equation) in gone else (_rename(equation, new_name),)

    return program.map(changed), tuple(steps)


def _rename(equation: Equation, new_name: dict[str, str]) -> Equation:
    def renamed(access: Access) -> Read | None:
        return Read(replace(access, tensor=new_name[access.tensor])) if access.tensor in new_name else None

    lhs = replace(equation.lhs, tensor=new_name.get(equation.target, equation.target))
    return replace(equation, lhs=lhs, body=replace_reads(equation.body, renamed))
