"""Tensors stored with a short last axis as their first one: maxima along it then go through whole columns at once.

NumPy takes the maximum of each row by itself, which costs some 50 ns a row, ten times as much as a row of ten classes
is worth. ``yhat[n,k]`` of the equations is ``yhat[k, n]`` in the arrays, and so is all that an equation connects with
it element by element; products of matrices read and write either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from symbp.equation import Access, Affine, Equation, Index
from symbp.program import Program, Scan
from symbp.schedule.placed import Stated
from symbp.schedule.steps import OWN, accesses, with_first
from symbp.schedule.valued import index_and_label

_LONGEST = 256  # numbers in a row; the maximum of a longer one is fast along it, too


def turned(found: Stated, outputs: Iterable[str]) -> Stated:
    """The program with some tensors turned; ``outputs`` and what scans go through stay as they are."""
    program = found.program
    search = _Search(program, frozenset(outputs))
    moved: dict[str, int] = {}
    notes: list[tuple[str, str]] = []
    for equation in program.equations():
        name = search.begins(equation)
        if name is not None and name not in moved and (together := search.connected(name)):
            moved |= dict.fromkeys(together, len(program.tensor[name].shape) - 1)
            notes += [_note(e) for e in program.equations() if e.target in together][:1]
    return replace(found, program=with_first(program, moved), notes=(*found.notes, *notes)) if moved else found


def _note(equation: Equation) -> tuple[str, str]:
    """What is said of the first tensor that is turned."""
    *rows, column = equation.lhs.indices
    places = ",".join(map(str, (column, *rows)))
    told = f"in memory {equation.target}[{places}], and all like it: maxima over {column} take all rows at once"
    return equation.target, told


@dataclass(frozen=True)
class _Search:
    program: Program
    outputs: frozenset[str]

    @cached_property
    def free(self) -> frozenset[str]:
        scans = (s for s in self.program.statements if isinstance(s, Scan))
        inside = {a.tensor for scan in scans for e in scan.body for a in accesses(e)}
        own = {t.name for t in self.program.tensors if t.role in OWN and t.dtype == "float"}
        return frozenset(own - inside - self.outputs)

    @cached_property
    def touching(self) -> Mapping[str, list[Equation]]:
        """The equations that write or read each tensor."""
        found: dict[str, list[Equation]] = defaultdict(list)
        for equation in self.program.equations():
            for name in {a.tensor for a in accesses(equation)}:
                found[name].append(equation)
        return found

    def begins(self, equation: Equation) -> str | None:
        """The tensor whose short rows an equation takes the maxima of."""
        if equation.reduction != "max" or len(equation.over) != 1 or len(equation.reads) != 1:
            return None
        (read,) = equation.reads
        short = isinstance(equation.over[0].extent, int) and equation.over[0].extent <= _LONGEST
        rows = read.access.plain_indices or ()
        return read.access.tensor if short and len(rows) > 1 and rows[-1:] == equation.over else None

    def connected(self, name: str) -> frozenset[str]:
        """The tensors that are turned with one; none, if an equation needs rows of one of them.

        Given tensors keep their rows: what they meet costs a turned copy each, so that few of them are worth it.
        """
        found, waiting, seen = {name}, [name], set()
        maxima = copies = 0
        while waiting:
            member = waiting.pop()
            if member not in self.free:
                return frozenset()
            for equation in self.touching[member]:
                if id(equation) in seen:
                    continue
                seen.add(id(equation))
                met = _met(equation, member)
                if met is None:
                    return frozenset()
                maxima += equation.reduction == "max"
                copies += len(met - self.free)
                new = (met & self.free) - found
                found |= new
                waiting += sorted(new)
        return frozenset(found) if copies <= 2 * maxima else frozenset()


def _met(equation: Equation, member: str) -> frozenset[str] | None:
    """What has the same rows and the same place in them as a tensor in an equation; None if that needs its rows."""
    own = next(a for a in accesses(equation) if a.tensor == member)
    cut = _row(own)
    if cut is None or equation.reduction == "argmax" or any(index_and_label(g) is None for g in equation.guards):
        return None
    rows, column = cut
    met: set[str] = set()
    for access in accesses(equation):
        atoms = set(access.index_atoms())
        if _row(access) == cut:
            met.add(access.tensor)
        elif column in atoms and atoms & set(rows):
            return None
    return frozenset(met)


def _row(access: Access) -> tuple[tuple[Index, ...], Index | Access] | None:
    """The indices of rows and the place in them, an index or a label of these rows, if an access is no more."""
    *before, last = access.indices or (Affine(),)
    rows = tuple(p.index for p in before if p.index is not None)
    if len(rows) < len(before) or not rows or len(set(rows)) < len(rows):
        return None
    if last.index is not None:
        return None if last.index in rows else (rows, last.index)
    ((coefficient, atom),) = last.terms if len(last.terms) == 1 else ((0, None),)
    if coefficient == 1 and not last.constant and isinstance(atom, Access) and atom.plain_indices == rows:
        return rows, atom
    return None
