"""Tensors that are computed where they are needed: at once in the part of another one that repeats them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from symbp.equation import Equation, Read
from symbp.program import Program, Scan, Statement
from symbp.schedule.affine import fills
from symbp.schedule.steps import OWN, equations_of
from symbp.wellformed import told


@dataclass(frozen=True)
class Stated:
    """A program as it is computed, and for each of its equations those of the derivation that it stands for.

    ``notes`` say of tensors that are stored or computed in a way of their own why that is so.
    """

    program: Program
    stated: tuple[tuple[Equation, ...], ...]
    notes: tuple[tuple[str, str], ...] = ()

    @staticmethod
    def of(program: Program) -> Stated:
        return Stated(program, tuple((e,) for e in program.equations()))


def placed(found: Stated, outputs: Iterable[str]) -> Stated:
    """``a_bar[n,t,i] = ...`` and ``h_bar[n,t+1,i] = a_bar[n,t,i]`` as ``h_bar[n,t+1,i] = ...``.

    Where nothing else reads the tensor, and nothing between the two touches the other one.
    """
    program = found.program
    free = {t.name for t in program.tensors if t.role in OWN and t.dtype == "float"} - set(outputs)
    statements, stated = list(program.statements), by_statement(found)
    touched = [_touched(s) for s in statements]
    uses: dict[str, list[int]] = {}
    for place, names in enumerate(touched):
        for name in names:
            uses.setdefault(name, []).append(place)
    gone: set[int] = set()
    for place, copy in enumerate(statements):
        source = _source(program, copy)
        if source is None or source not in free or not isinstance(copy, Equation):
            continue
        *writers, last = uses[source]
        before = range(writers[0], place) if writers else ()
        if last != place or not writers or any(copy.target in touched[k] for k in before):
            continue
        if not all(_writes(statements[k], source) for k in writers):
            continue
        for k in writers:
            statements[k] = _into(copy, statements[k])  # type: ignore[arg-type]
            touched[k] = _touched(statements[k])
        stated[writers[-1]] = ((*stated[writers[-1]][0], *stated[place][0]),)
        uses[copy.target] = sorted({*uses[copy.target], *writers} - {place})
        gone.add(place)
    kept = [k for k in range(len(statements)) if k not in gone]
    changed = replace(program, statements=tuple(statements[k] for k in kept))
    return replace(found, program=changed, stated=tuple(s for k in kept for s in stated[k])) if gone else found


def by_statement(found: Stated) -> list[tuple[tuple[Equation, ...], ...]]:
    """The stated equations of each equation of each statement."""
    rest = iter(found.stated)
    return [tuple(next(rest) for _ in equations_of(s)) for s in found.program.statements]


def _touched(statement: Statement) -> frozenset[str]:
    return frozenset(name for e in equations_of(statement) for name in (e.target, *e.tensors_read))


def _source(program: Program, statement: Statement) -> str | None:
    """The tensor all of which an equation repeats elsewhere, its axes in the same order: a product gives them so."""
    if isinstance(statement, Scan) or statement.guards or not isinstance(statement.body, Read):
        return None
    access = statement.body.access
    plain = access.plain_indices
    if plain is None or set(plain) != set(statement.domain) or not set(plain) <= told(statement.lhs):
        return None
    if tuple(dict.fromkeys(statement.lhs.index_atoms())) != plain or _is_whole(program, statement):
        return None
    return access.tensor if tuple(i.extent for i in plain) == program.tensor[access.tensor].shape else None


def _is_whole(program: Program, copy: Equation) -> bool:
    """Whether it writes all of its tensor, in another shape perhaps: an array has that for nothing."""
    return not copy.accumulate and fills(copy.lhs.indices, program.tensor[copy.target].shape, copy.domain)


def _writes(statement: Statement, name: str) -> bool:
    """Whether an equation outside any scan writes a tensor, at positions that are no data, and does not read it.

    A maximum stays where the equation of its place looks for it.
    """
    if isinstance(statement, Scan) or statement.target != name or name in statement.tensors_read:
        return False
    if statement.reduction == "max":
        return False
    return not any(True for p in statement.lhs.indices for _ in p.reads())


def _into(copy: Equation, equation: Equation) -> Equation:
    """The equation that writes at once where the copy would write."""
    assert isinstance(copy.body, Read) and copy.body.access.plain_indices is not None
    mapping = dict(zip(copy.body.access.plain_indices, equation.lhs.indices, strict=True))
    return replace(equation, lhs=copy.lhs.substitute(mapping), accumulate=equation.accumulate or copy.accumulate)
