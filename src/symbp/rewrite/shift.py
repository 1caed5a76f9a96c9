"""A softmax does not change when the same number is subtracted from all its arguments: take the maximum.

Replacing ``e = exp(u)`` by ``exp(u - m)`` divides ``e`` and ``s`` by ``C = exp(m)``, one C a row. Whatever is
computed from them is divided by a power of C, its *degree*; the rewrite holds if every equation has a degree
and everything the program is asked for has degree zero. ``ln s`` becomes ``m + ln s``. No derivative of m is
needed: the value does not depend on it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy

from symbp.derivation import Derivation, Step
from symbp.equation import Access, Affine, Equation, Read, reads
from symbp.functions import exp, log
from symbp.program import Program, Tensor
from symbp.rewrite.patterns import exchange, fresh_name, guarded_definitions, in_scans

RULE = "softmax shift"
_SCALE = sympy.Dummy("C", positive=True)
_DEGREES = (0, 1, -1, 2, -2)


@dataclass(frozen=True)
class _Pair:
    """``e = exp(u)``, ``s = sum[k] e``, and the position of k among the indices of e."""

    e: Equation
    s: Equation
    axis: int

    def row(self, access: Access) -> tuple[Affine, ...]:
        """The positions of a read of e, s or what follows from them that say which row it belongs to."""
        if len(access.indices) < len(self.e.lhs.indices):
            return access.indices
        return access.indices[: self.axis] + access.indices[self.axis + 1 :]


def shift_softmax(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
    """``exp(u[n,k])`` that is summed over k becomes ``exp(u[n,k] - m[n])``, ``m[n] = max[k] u[n,k]``."""
    program = derivation.result
    steps: list[Step] = []
    for pair in _pairs(program):
        maximum, tensor = _maximum(program, pair)
        logs = _balance(program, pair, tensor.name, frozenset(derivation.wanted))
        if logs is None:
            continue
        after = replace(pair.e, body=exp(pair.e.body.args[0] - Read(maximum.lhs)))
        program = exchange(program, {**logs, id(pair.e): (maximum, after)}, [tensor])
        steps.append(Step(RULE, after.target, (pair.e,), (after,), (maximum,), because="the factor exp(m) cancels"))
    return program, tuple(steps)


def _pairs(program: Program) -> list[_Pair]:
    pointwise, scanned = guarded_definitions(program), in_scans(program)
    pairs = []
    for s in program.equations():
        if s.reduction == "sum" and isinstance(s.body, Read) and len(s.over) == 1 and s.target not in scanned:
            e = pointwise.get(s.body.access.tensor)
            plain = s.body.access.plain_indices
            if plain and e is not None and isinstance(e.body, exp) and len(program.defining(s.target)) == 1:
                pairs.append(_Pair(e, s, plain.index(s.over[0])))
    return pairs


def _maximum(program: Program, pair: _Pair) -> tuple[Equation, Tensor]:
    """``m[n] = max[k] u[n,k]``, spelled with the indices of ``e``, where e has its guards."""
    s = program.tensor[pair.s.target]
    tensor = replace(s, name=fresh_name(program, f"m{s.name[1:]}"), letter="m")
    plain = pair.e.lhs.plain_indices
    assert plain is not None
    k = plain[pair.axis]
    domain = tuple(i for i in pair.e.domain if i != k)
    lhs = Access(tensor.name, pair.row(pair.e.lhs))
    return Equation(lhs, pair.e.body.args[0], domain, (k,), "max", pair.e.guards), tensor


def _balance(
    program: Program, pair: _Pair, shift: str, wanted: frozenset[str]
) -> dict[int, tuple[Equation, ...]] | None:
    """The equations whose logarithms must change, or None if some C would be left over."""
    degree = {pair.e.target: 1, pair.s.target: 1}
    changed: dict[int, tuple[Equation, ...]] = {}
    for equation in program.equations():
        scaled = [r for r in equation.reads if degree.get(r.access.tensor)]
        if not scaled or equation in (pair.e, pair.s):
            continue
        rows = {pair.row(r.access) for r in scaled}
        logs = _logs(equation, pair, shift)
        power = _degree(equation, degree, set(logs))
        if power is None or len(rows) > 1 or degree.setdefault(equation.target, power) != power:
            return None
        if power and (equation.target in wanted or _sums_rows(equation, rows)):
            return None
        if logs:
            changed[id(equation)] = (replace(equation, body=equation.body.xreplace(logs)),)
    return changed


def _logs(equation: Equation, pair: _Pair, shift: str) -> dict[sympy.Expr, sympy.Expr]:
    """``ln s`` as ``m + ln s``."""
    found = {}
    for application in sorted(equation.body.atoms(log), key=str):
        argument = application.args[0]
        if isinstance(argument, Read) and argument.access.tensor == pair.s.target:
            found[application] = Read(replace(argument.access, tensor=shift)) + application
    return found


def _degree(equation: Equation, degree: dict[str, int], logs: set[sympy.Expr]) -> int | None:
    """The power of C that the body carries when each operand carries its own."""
    body = equation.body.xreplace({a: sympy.Dummy() for a in logs})
    scaled = body.xreplace({r: r * _SCALE ** degree.get(r.access.tensor, 0) for r in reads(body)})
    for power in _DEGREES:
        if sympy.expand(scaled - body * _SCALE**power) == 0:
            return power
    return None


def _sums_rows(equation: Equation, rows: set[tuple[Affine, ...]]) -> bool:
    """Whether an equation adds up different rows, each with a C of its own."""
    return any(i in equation.over for row in rows for position in row for i in position.indices())
