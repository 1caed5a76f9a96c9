"""Tensors of a recurrence stored step by step: what one round of the loop touches lies together in memory.

``h[n,t,i]`` of the equations is ``h[t, n, i]`` in the arrays, so that ``h[t]`` is one block. What is computed from
such tensors, or leads to them, at the same step is stored in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from symbp.equation import Access, Affine, Equation, Index, Read
from symbp.program import Program, Scan, Statement, Tensor
from symbp.rewrite.patterns import replace_reads

OWN = ("intermediate", "adjoint")
T = TypeVar("T")


def by_steps(program: Program, outputs: Iterable[str]) -> Program:
    """The program with the steps as the first axis of the tensors that its scans go through, but for ``outputs``."""
    free = {t.name for t in program.tensors if t.role in OWN and t.dtype == "float"} - set(outputs)
    along = _spread(program, _scanned(program, free), free)
    moved = {name: axis for name, axis in along.items() if axis}
    return _with_first(program, moved) if moved else program


def _scanned(program: Program, free: set[str]) -> dict[str, int]:
    """The tensors that scans touch at the step of the round, or beside it, each with the axis of the steps."""
    along: dict[str, int] = {}
    spoilt: set[str] = set()
    for scan in (s for s in program.statements if isinstance(s, Scan)):
        for access in (a for e in scan.body for a in accesses(e) if a.tensor in free):
            axis = axis_of(access, scan.index)
            if axis is None or along.setdefault(access.tensor, axis) != axis:
                spoilt.add(access.tensor)
    return {name: axis for name, axis in along.items() if name not in spoilt}


def axis_of(access: Access, index: Index) -> int | None:
    """The axis along which an index goes, by itself: ``h[n,t+1,i]`` goes along axis 1 with t."""
    found = [k for k, p in enumerate(access.indices) if index in p.indices()]
    if len(found) != 1 or [c for c, a in access.indices[found[0]].terms if a == index] not in ([1], [-1]):
        return None
    return found[0] if len(access.indices[found[0]].terms) == 1 else None


def _spread(program: Program, along: dict[str, int], free: set[str]) -> dict[str, int]:
    """The tensors and those that an equation connects with them at the same step."""
    equations = [s for s in program.statements if isinstance(s, Equation)]
    while True:
        found = dict(along)
        for equation in equations:
            for index in equation.domain:
                _connect(program, equation, index, found, free)
        if found == along:
            return found
        along = found


def _connect(program: Program, equation: Equation, index: Index, along: dict[str, int], free: set[str]) -> None:
    """All that an equation touches along an index is stored alike, if some of it is stored step by step already."""
    axes = {a.tensor: axis_of(a, index) for a in accesses(equation)}
    if any(axis is not None and along.get(name) == axis for name, axis in axes.items()):
        for name, axis in axes.items():
            if axis is not None and name in free and _once(program.tensor[name], axis):
                along.setdefault(name, axis)


def _once(tensor: Tensor, axis: int) -> bool:
    """Whether no other axis of a tensor has that extent at run time, as the scores of an attention have."""
    return [getattr(e, "name", k) for k, e in enumerate(tensor.shape)].count(
        getattr(tensor.shape[axis], "name", axis)
    ) == 1


def accesses(equation: Equation) -> Iterator[Access]:
    """What an equation writes, then what its body reads."""
    yield equation.lhs
    yield from (r.access for r in equation.reads)


def _with_first(program: Program, moved: Mapping[str, int]) -> Program:
    """The program with an axis of some tensors as their first one."""

    def tensor(old: Tensor) -> Tensor:
        return replace(old, shape=_first(old.shape, moved[old.name])) if old.name in moved else old

    def access(old: Access) -> Access:
        return replace(old, indices=_first(old.indices, moved[old.tensor])) if old.tensor in moved else old

    return replace(mapped(program, access), tensors=tuple(map(tensor, program.tensors)))


def _first(items: tuple[T, ...], place: int) -> tuple[T, ...]:
    return (items[place], *items[:place], *items[place + 1 :])


def mapped(program: Program, change: Callable[[Access], Access]) -> Program:
    """The program with each access to a float tensor changed; the equations stay in their order, one for each."""

    def equation(old: Equation) -> Equation:
        body = replace_reads(old.body, lambda a: Read(change(a)))
        return replace(old, lhs=change(old.lhs), body=body)

    return program.map(equation)


def beside(position: Affine, index: Index) -> int | None:
    """The number beside an index: 1 of ``t+1``; None of anything else."""
    return position.constant if position.terms == ((1, index),) else None


def equations_of(statement: Statement) -> tuple[Equation, ...]:
    return statement.body if isinstance(statement, Scan) else (statement,)
