"""Merge of contributions: one textbook equation per adjoint, where the accesses allow."""

from __future__ import annotations

from dataclasses import replace

from symbp.derivation import Derivation, Step
from symbp.equation import Equation, Program, Statement
from symbp.rewrite.patterns import align, fills, in_scans

RULE = "merge of contributions"


def merge(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
    """Contributions ``t += f``, ``t += g`` become ``t = f + g`` where the last one stood.

    Where nothing reads an adjoint before its last contribution, the earlier ones may wait for it. Only
    contributions outside scans move; a first one that covers its tensor becomes ``=``.
    """
    program = derivation.result
    scanned = in_scans(program) | _read_between(program)
    merged: dict[str, tuple[Equation, ...]] = {}
    steps: list[Step] = []
    for tensor in program.of_role("adjoint"):
        before = program.defining(tensor.name)
        if not before or tensor.name in scanned:
            continue
        after = _textbook(program, before)
        merged[tensor.name] = after
        if after != before:
            steps.append(Step(RULE, tensor.name, before, after))
    last = {program.defining(name)[-1]: name for name in merged}
    statements: list[Statement] = []
    for statement in program.statements:
        if isinstance(statement, Equation) and statement.target in merged:
            if last.get(statement) == statement.target:
                statements += merged[statement.target]
        else:
            statements.append(statement)
    return replace(program, statements=tuple(statements)), tuple(steps)


def _read_between(program: Program) -> frozenset[str]:
    """The tensors of which some part is read before another is written, as in a recurrence of one step."""
    read: set[str] = set()
    found: set[str] = set()
    for equation in program.equations():
        read |= equation.tensors_read
        found |= {equation.target} & read
    return frozenset(found)


def _textbook(program: Program, contributions: tuple[Equation, ...]) -> tuple[Equation, ...]:
    """Reductions first, then a pointwise equation for each form of the left side; the first is ``=`` if it fills."""
    reductions: list[Equation] = []
    merged: list[Equation] = []
    for equation in contributions:
        if equation.reduction or equation.guards or any(True for p in equation.lhs.indices for _ in p.reads()):
            reductions.append(equation)
        else:
            _add(merged, equation)
    ordered = sorted(reductions + merged, key=lambda e: not fills(e, program.tensor[e.target]))
    first = ordered[0]
    if first.accumulate and fills(first, program.tensor[first.target]):
        ordered[0] = replace(first, accumulate=False)
    return tuple(ordered)


def _add(merged: list[Equation], equation: Equation) -> None:
    """One more contribution: added to one that writes the same elements, if there is such."""
    for place, other in enumerate(merged):
        aligned = align(equation, other)
        if aligned is not None and set(aligned.domain) == set(other.domain):
            merged[place] = replace(other, body=other.body + aligned.body)
            return
    merged.append(equation)
