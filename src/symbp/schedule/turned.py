"""Tensors stored with their last axis further in front: maxima along it then go through many rows at once.

NumPy takes the maximum of each row by itself, which costs some 50 ns a row, ten times as much as a row of ten classes
is worth. ``yhat[n,k]`` of the equations is ``yhat[k, n]`` in the arrays, and so is all that an equation connects with
it element by element; products of matrices read and write either. Where products are taken for each sample, as those
of attention are, the samples stay in front: ``s[n,h,t,u]`` is ``s[n, h, u, t]``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from symbp.equation import Access, Affine, Equation, Extent, Index, Size
from symbp.program import Program, Scan
from symbp.schedule.placed import Stated
from symbp.schedule.steps import OWN, accesses, mapped

_LONGEST = 256  # numbers in a row; the maximum of a longer one is fast along it, too
_FEWEST = 16  # rows that are side by side, where it is not the whole batch
T = TypeVar("T")


def turned(found: Stated, outputs: Iterable[str]) -> Stated:
    """The program with some tensors turned; ``outputs`` and what scans go through stay as they are."""
    program = found.program
    search = _Search(program, frozenset(outputs))
    places: dict[str, int] = {}
    notes: list[tuple[str, str]] = []
    for equation in program.equations():
        name = search.begins(equation)
        if name is None or name in places:
            continue
        together, place = search.connected(name)
        places |= dict.fromkeys(together, place)
        notes += [_note(e, place) for e in program.equations() if e.target in together][:1]
    return replace(found, program=_turned(program, places), notes=(*found.notes, *notes)) if places else found


def _note(equation: Equation, place: int) -> tuple[str, str]:
    """What is said of the first tensor that is turned."""
    column = equation.lhs.indices[-1]
    order = ",".join(map(str, _moved(equation.lhs.indices, place)))
    told = f"in memory {equation.target}[{order}], and all like it: maxima over {column} take rows together"
    return equation.target, told


def _turned(program: Program, places: Mapping[str, int]) -> Program:
    """The program with the last axis of some tensors at other places."""

    def access(old: Access) -> Access:
        return replace(old, indices=_moved(old.indices, places[old.tensor])) if old.tensor in places else old

    tensors = (replace(t, shape=_moved(t.shape, places[t.name])) if t.name in places else t for t in program.tensors)
    return replace(mapped(program, access), tensors=tuple(tensors))


def _moved(items: tuple[T, ...], place: int) -> tuple[T, ...]:
    return (*items[:place], items[-1], *items[place:-1])


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
        """The tensor of whose rows an equation takes the maxima."""
        if equation.reduction != "max" or len(equation.over) != 1 or len(equation.reads) != 1:
            return None
        (read,) = equation.reads
        indices = read.access.plain_indices or ()
        return read.access.tensor if len(indices) > 1 and indices[-1:] == equation.over else None

    def connected(self, name: str) -> tuple[frozenset[str], int]:
        """The tensors that are turned with one, and the place of their last axis; none, if something needs their rows.

        Given tensors keep their rows: what they meet costs a turned copy each, so that few of them are worth it.
        """
        found, waiting, seen = {name}, [name], set()
        maxima = copies = place = 0
        while waiting:
            for equation in self.touching[waiting.pop()]:
                if id(equation) in seen:
                    continue
                seen.add(id(equation))
                meeting = _meeting(equation, found)
                if meeting is None:
                    return frozenset(), 0
                maxima += equation.reduction == "max"
                copies += len(meeting.alike - self.free)
                place = max(place, meeting.front)
                new = (meeting.alike & self.free) - found
                found |= new
                waiting += sorted(new)
        pays = name in self.free and copies <= 2 * maxima and _pays(self.program.tensor[name].shape, place)
        return (frozenset(found), place) if pays else (frozenset(), 0)


def _pays(shape: tuple[Extent, ...], place: int) -> bool:
    """Whether the rows are short, and those enough that come to lie side by side."""
    *rows, last = shape
    if not place:
        return isinstance(last, int) and last <= _LONGEST
    beside = rows[place:]
    return beside == [last] and (isinstance(last, Size) or last >= _FEWEST)


@dataclass(frozen=True)
class _Meeting:
    """What an equation makes of a tensor's rows.

    Attributes:
        alike: The tensors with the same rows and the same place in them.
        front: How many of the first axes something else has together with the last one: they stay in front.
    """

    alike: frozenset[str]
    front: int


def _meeting(equation: Equation, members: Iterable[str]) -> _Meeting | None:
    """What becomes of the rows of tensors that an equation touches; None if it needs them as they are."""
    own = next(a for a in accesses(equation) if a.tensor in members)
    cut = _row(own)
    if cut is None or equation.reduction == "argmax":
        return None
    rows, column = cut
    alike: set[str] = set()
    front = 0
    for access in accesses(equation):
        atoms = set(access.index_atoms())
        if _row(access) == cut:
            alike.add(access.tensor)
        elif column in atoms:
            meets = [row in atoms for row in rows]
            front = max(front, sum(meets))
            if meets != sorted(meets, reverse=True) or all(meets):
                return None
    return _Meeting(frozenset(alike), front)


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
