"""Hoisting: what a recurrence does not need inside its loop goes before it or after it, for all steps at once.

The equations of a scan depend on one another through the tensors that they write. Those that depend on
themselves, over some steps, are the recurrence; every other one can be computed for all values of the index at
once, once all that it reads is there. This is the distribution of a loop over its statements: Allen and
Kennedy, Automatic translation of Fortran programs to vector form (1987), section 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symbp.components import components
from symbp.dependence import dependences
from symbp.derivation import Derivation, Step
from symbp.equation import Equation, Index
from symbp.program import Program, Scan, Statement

RULE = "hoisting"
BEFORE = "nothing in it comes from the recurrence over {t}: it is computed for all {t} at once, before the loop"
AFTER = "the recurrence over {t} does not read it: it is computed for all {t} at once, after the loop"


def hoist(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
    """``scan t: z[n,t,i] = W x; z[n,t,i] += U h; h[n,t+1,i] = ...`` keeps the last two; the first is done before.

    A contribution ``U_bar[i,k] += sum[n](...)`` that the scan makes in each step becomes one sum over n and t after
    it. A scan that holds several recurrences, none of which is part of another, becomes several scans.
    """
    statements: list[Statement] = []
    steps: list[Step] = []
    for statement in derivation.result.statements:
        if isinstance(statement, Scan):
            found = distributed(statement)
            statements += found
            steps += _steps(statement, found)
        else:
            statements.append(statement)
    return replace(derivation.result, statements=tuple(statements)), tuple(steps)


def distributed(scan: Scan) -> tuple[Statement, ...]:
    """The scan as statements that mean the same: a smaller scan for each recurrence, all else outside.

    >>> from symbp.equation import Access, Affine, read
    >>> t, T = Index("t", 4), Index("t", 4)
    >>> after = Affine.of(t) + 1
    >>> body = (
    ...     Equation(Access.of("z", t), read("x", t) * read("w")),
    ...     Equation(Access.of("h", after), read("z", t) * read("h", t)),
    ...     Equation(Access.of("s"), read("h", t), accumulate=True),
    ... )
    >>> for statement in distributed(Scan(t, body)):
    ...     print(statement)
    z[t] = w*x[t]
    scan t:
        h[t+1] = h[t]*z[t]
    s += sum[t](h[t])
    """
    needs = dependences(scan)
    found: list[Statement] = []
    for group in components(needs):
        members = tuple(scan.body[k] for k in sorted(group))
        if len(group) > 1 or group[0] in needs[group[0]]:
            found.append(replace(scan, body=members))
        else:
            found.append(outside(members[0], scan.index))
    return tuple(found)


def outside(equation: Equation, index: Index) -> Equation:
    """An equation of a scan for all values of the scan's index at once: a point of the domain, or one more term."""
    if equation.reduction in ("max", "argmax") or index in equation.lhs.index_atoms():
        return replace(equation, domain=_with(equation.domain, index, equation))
    return replace(equation, over=_with(equation.over, index, equation), reduction="sum")


def _with(indices: tuple[Index, ...], index: Index, equation: Equation) -> tuple[Index, ...]:
    """The indices and one more, in the order in which a tensor of the equation has them."""
    accesses = (equation.lhs, *(r.access for r in equation.reads))
    around = next((tuple(a.index_atoms()) for a in accesses if index in a.index_atoms()), (index,))
    earlier = around[: around.index(index)]
    place = max((k + 1 for k, i in enumerate(indices) if i in earlier), default=0)
    return (*indices[:place], index, *indices[place:])


def _steps(scan: Scan, found: Sequence[Statement]) -> Iterator[Step]:
    """One step for each tensor whose equations have left the scan, in their new order."""
    scans = [k for k, s in enumerate(found) if isinstance(s, Scan)]
    inside = [e for k in scans for e in found[k].body]
    loose = [(k, s) for k, s in enumerate(found) if isinstance(s, Equation)]
    for target in dict.fromkeys(e.target for _, e in loose):
        moved = [(k, e) for k, e in loose if e.target == target]
        kept = [e for e in inside if e.target == target]
        because = AFTER if scans and moved[0][0] > scans[0] else BEFORE
        before = tuple(e for e in scan.body if e.target == target)
        after = (*(e for _, e in moved), *kept)
        yield Step(RULE, target, before, after, because=because.format(t=scan.index))
