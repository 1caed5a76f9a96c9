"""Merge of contributions: one textbook equation per adjoint, where the accesses allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from symbp.dependence import lag_between
from symbp.derivation import Derivation, Step
from symbp.equation import Access, Equation
from symbp.program import Program, Scan, Statement
from symbp.rewrite.patterns import align, exchange, fills, in_scans, tiles
from symbp.wellformed import apart, told

RULE = "merge of contributions"


def merge(derivation: Derivation) -> tuple[Program, tuple[Step, ...]]:
    """Contributions ``t += f``, ``t += g`` become ``t = f + g`` where the last one stood.

    An earlier one waits for the last one, unless it is read before that, as in a recurrence. A first contribution
    becomes ``=``: one that covers its tensor, or that writes a part of it which others, in a scan, may add to.
    """
    program = derivation.result
    recurrent = in_scans(program) | _read_between(program)
    names = [t.name for t in program.of_role("adjoint") if program.defining(t.name)]
    new: dict[int, tuple[Equation, ...]] = {}
    for name in names:
        if name not in recurrent:
            before = program.defining(name)
            new |= {**{id(e): () for e in before}, id(before[-1]): _textbook(program, before)}
    for equations, scan in _blocks(program):
        new |= _waited(equations, scan, recurrent.intersection(names))
    merged = exchange(program, new)
    merged = exchange(
        merged, {id(e): (replace(e, accumulate=False),) for e in _first(merged, recurrent.intersection(names))}
    )
    pairs = ((name, program.defining(name), merged.defining(name)) for name in names)
    return merged, tuple(Step(RULE, name, before, after) for name, before, after in pairs if before != after)


def _read_between(program: Program) -> frozenset[str]:
    """The tensors of which some part is read before another is written, as in a recurrence of one step."""
    read: set[str] = set()
    found: set[str] = set()
    for equation in program.equations():
        read |= equation.tensors_read
        found |= {equation.target} & read
    return frozenset(found)


def _blocks(program: Program) -> Iterator[tuple[tuple[Equation, ...], Scan | None]]:
    """The bodies of the scans, and the equations between two of them."""
    for is_scan, members in groupby(program.statements, key=lambda s: isinstance(s, Scan)):
        found = tuple(members)
        if is_scan:
            yield from ((s.body, s) for s in found if isinstance(s, Scan))
        else:
            yield tuple(s for s in found if isinstance(s, Equation)), None


def _waited(
    equations: tuple[Equation, ...], scan: Scan | None, names: frozenset[str]
) -> dict[int, tuple[Equation, ...]]:
    """The pointwise contributions to some tensors that are added to a later one: what takes the place of each."""
    new: dict[int, tuple[Equation, ...]] = {}
    last: list[tuple[int, Equation]] = []  # of each left side the number of the last contribution, and their sum
    for number, equation in enumerate(equations):
        if equation.target not in names or not _is_term(equation):
            continue
        for place, (earlier, other) in enumerate(last):
            aligned = align(other, equation) if other.target == equation.target else None
            if aligned is None or set(aligned.domain) != set(equation.domain):
                continue
            if not any(
                _meets(scan, other.lhs, access) for e in equations[earlier:number] for access in _touched(e, other)
            ):
                joined = replace(aligned, body=aligned.body + equation.body)
                new |= {id(equations[earlier]): (), id(equation): (joined,)}
                last[place] = (number, joined)
                break
        else:
            last.append((number, equation))
    return new


def _is_term(equation: Equation) -> bool:
    labelled = any(True for p in equation.lhs.indices for _ in p.reads())
    return equation.accumulate and not equation.reduction and not equation.guards and not labelled


def _touched(equation: Equation, contribution: Equation) -> Iterator[Access]:
    """Where an equation reads the target of a contribution."""
    return (a for a in equation.accesses_read() if a.tensor == contribution.target)


def _meets(scan: Scan | None, written: Access, read: Access) -> bool:
    """Whether a read may find what was written in the same round."""
    if scan is None:
        return not apart(written, read)
    lag = lag_between(scan, written, read)
    return lag.least <= 0 <= lag.most


def _gathered(contributions: Iterable[Equation]) -> tuple[Equation, ...]:
    """Reductions, then a pointwise equation for each form of the left side."""
    reductions: list[Equation] = []
    merged: list[Equation] = []
    for equation in contributions:
        if equation.reduction or equation.guards or any(True for p in equation.lhs.indices for _ in p.reads()):
            reductions.append(equation)
        else:
            _add(merged, equation)
    return (*reductions, *merged)


def _textbook(program: Program, contributions: tuple[Equation, ...]) -> tuple[Equation, ...]:
    """The contributions gathered, one that fills its tensor first; that one is ``=``, and one that is alone.

    Those to parts of a tensor that lie side by side, as to queries, keys and values, are ``=`` each.
    """
    tensor, gathered = program.tensor[contributions[0].target], _gathered(contributions)
    if tiles(gathered, tensor):
        parts = sorted(gathered, key=lambda e: [p.constant for p in e.lhs.indices])
        return tuple(replace(e, accumulate=False) for e in parts)
    ordered = sorted(gathered, key=lambda e: not fills(e, tensor))
    first = ordered[0]
    alone = len(ordered) == 1 and not first.guards and set(first.domain) <= told(first.lhs)
    if first.accumulate and (alone or fills(first, tensor)):
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


@dataclass(frozen=True)
class _Writer:
    """An equation that writes a tensor, and the scan that it stands in."""

    equation: Equation
    scan: Scan | None


def _first(program: Program, names: Iterable[str]) -> list[Equation]:
    """The contributions to tensors that scans write that find zero wherever they write, and each element once."""
    writers: dict[str, list[_Writer]] = {name: [] for name in names}
    for statement in program.statements:
        scan = statement if isinstance(statement, Scan) else None
        for equation in _equations(statement):
            if equation.target in writers:
                writers[equation.target].append(_Writer(equation, scan))
    return [
        w.equation for found in writers.values() for k, w in enumerate(found) if _opens(w, found[:k], found[k + 1 :])
    ]


def _equations(statement: Statement) -> tuple[Equation, ...]:
    return statement.body if isinstance(statement, Scan) else (statement,)


def _opens(writer: _Writer, before: Sequence[_Writer], after: Sequence[_Writer]) -> bool:
    equation, scan = writer.equation, writer.scan
    bound = {*equation.domain, *((scan.index,) if scan else ())}
    if not equation.accumulate or equation.guards or not bound <= told(equation.lhs):
        return False
    if not all(apart(equation.lhs, w.equation.lhs) for w in before):
        return False
    rounds = [lag_between(scan, equation.lhs, w.equation.lhs) for w in after if scan is not None and w.scan is scan]
    return not any(lag.reads_before(in_round=False) for lag in rounds)
