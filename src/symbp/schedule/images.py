"""Tensors that windows slide over, stored by rows with the samples innermost.

``a[n,i,r,c]`` of the equations is ``a[r, i, c, n]`` in the arrays: what a window takes at one of its places is then
made of long runs of memory, and all channels of a row are one matrix. What is computed from such tensors, or leads to
them, at the same place is stored in the same way; what is given or returned is copied once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Literal, TypeAlias

import sympy

from symbp.equation import Access, Affine, Equation, Index, Read, Size
from symbp.program import GIVEN, Program, Scan, Statement, Tensor
from symbp.rewrite.patterns import fresh_name, replace_reads
from symbp.schedule.affine import digits, overlaps
from symbp.schedule.placed import Stated, by_statement
from symbp.schedule.steps import OWN

Part: TypeAlias = Literal["sample", "row", "column", ""]  # what an axis of an image counts; "" is a channel
Parts: TypeAlias = tuple[Part, ...]
_PLACE: dict[Part, int] = {"row": 0, "": 1, "column": 2, "sample": 3}
NOTE = "stored by rows, the samples innermost: what a window takes are long runs of memory"


def by_rows(found: Stated, outputs: Iterable[str]) -> Stated:
    """The program with the images among its tensors stored by rows."""
    program = found.program
    if any(isinstance(s, Scan) for s in program.statements):
        return found
    images = _images(program)
    if not images:
        return found
    order = {name: _order(parts) for name, parts in images.items()}
    copied = [t for t in program.tensors if t.name in order and (t.role in GIVEN or t.name in set(outputs))]
    return _stored(found, order, copied)


def _order(parts: Parts) -> tuple[int, ...]:
    """The axes by rows, channels, columns and samples."""
    return tuple(sorted(range(len(parts)), key=lambda k: _PLACE[parts[k]]))


def _images(program: Program) -> dict[str, Parts]:
    """The tensors that windows overlap in, and those that are computed from them or lead to them place by place."""
    equations = [s for s in program.statements if isinstance(s, Equation)]
    found: dict[str, Parts] = {}
    picked = {a.tensor for e in equations for a in _accesses(e) if any(True for p in a.indices for _ in p.reads())}
    for access in (a for e in equations for a in _accesses(e)):
        parts = _windowed(access)
        if parts and access.tensor not in picked:
            found.setdefault(access.tensor, parts)
    while True:
        before = len(found)
        for equation in equations:
            _spread(program, equation, found, picked)
        if len(found) == before:
            return found


def _accesses(equation: Equation) -> Iterator[Access]:
    yield equation.lhs
    yield from equation.accesses_read()


def _windowed(access: Access) -> Parts:
    """The parts of an access to an image, if windows overlap along some of its axes and samples stand along another."""
    sliding = [k for k, p in enumerate(access.indices) if overlaps(digits(p, p.indices()))]
    samples = [k for k, p in enumerate(access.indices) if p.index is not None and isinstance(p.index.extent, Size)]
    if not sliding or len(samples) != 1 or any(isinstance(i.extent, Size) for k in sliding for i in _at(access, k)):
        return ()
    parts: dict[int, Part] = dict.fromkeys(sliding, "row")
    parts |= {sliding[-1]: "column", samples[0]: "sample"}
    return tuple(parts.get(k, "") for k in range(len(access.indices)))


def _at(access: Access, axis: int) -> Iterator[Index]:
    return access.indices[axis].indices()


def _spread(program: Program, equation: Equation, found: dict[str, Parts], picked: set[str]) -> None:
    """The tensors that an equation touches place by place join the images that it touches."""
    known: dict[Index, Part] = {}
    accesses = tuple(_accesses(equation))
    for access in accesses:
        for axis, part in enumerate(found.get(access.tensor, ())):
            known |= {i: part for i in _at(access, axis) if part}
    for access in accesses:
        tensor = program.tensor[access.tensor]
        if tensor.name in found or tensor.name in picked or tensor.role not in OWN:
            continue
        parts = tuple(_part(access, axis, known) for axis in range(len(access.indices)))
        if parts.count("sample") == 1 and len(set(parts) - {""}) > 1 and None not in parts:
            found[tensor.name] = parts  # type: ignore[assignment]


def _part(access: Access, axis: int, known: dict[Index, Part]) -> Part | None:
    """What an axis counts, from the indices of its position; None if it counts several things."""
    parts = {known.get(i, "") for i in _at(access, axis)} or {""}
    return parts.pop() if len(parts) == 1 else None


def _stored(found: Stated, order: dict[str, tuple[int, ...]], copied: list[Tensor]) -> Stated:
    """The program with some tensors in another order of their axes, and copies of those that must keep theirs."""
    program = found.program
    names = {t.name: fresh_name(program, f"{t.name}_rows") for t in copied}

    def moved(old: Access) -> Access:
        indices = tuple(_mapped(p, moved) for p in old.indices)
        if old.tensor not in order:
            return replace(old, indices=indices)
        return Access(names.get(old.tensor, old.tensor), tuple(indices[k] for k in order[old.tensor]))

    def shaped(old: Tensor) -> Tensor:
        shape = tuple(old.shape[k] for k in order.get(old.name, range(len(old.shape))))
        return replace(old, name=names.get(old.name, old.name), shape=shape)

    def stored(old: Tensor) -> tuple[Tensor, ...]:
        return (old, replace(shaped(old), role="intermediate")) if old in copied else (shaped(old),)

    tensors = tuple(t for old in program.tensors for t in stored(old))
    statements, stated = list(program.statements), by_statement(found)
    lines: list[tuple[Statement, tuple[tuple[Equation, ...], ...]]] = []
    given = [t for t in copied if t.role in GIVEN]
    lines += [(_copy(t, names[t.name], order[t.name], there=True), ((),)) for t in given]
    last = {s.target: k for k, s in enumerate(statements) if isinstance(s, Equation)}
    for place, (statement, own) in enumerate(zip(statements, stated, strict=True)):
        assert isinstance(statement, Equation)
        lines.append((_equation(statement, moved), own))
        lines += [
            (_copy(t, names[t.name], order[t.name], there=False), ((),))
            for t in copied
            if t not in given and last[t.name] == place
        ]
    changed = replace(program, tensors=tensors, statements=tuple(s for s, _ in lines))
    notes = tuple((names[t.name], f"{t.name} {NOTE}") for t in given)
    return Stated(changed, tuple(e for _, own in lines for e in own), (*found.notes, *notes))


def _copy(tensor: Tensor, name: str, order: tuple[int, ...], *, there: bool) -> Equation:
    """The equation that copies a tensor into the one stored by rows, or back."""
    axes = tuple(Index(f"axis{k}", extent) for k, extent in enumerate(tensor.shape))
    whole, rows = Access.of(tensor.name, *axes), Access.of(name, *(axes[k] for k in order))
    lhs, source = (rows, whole) if there else (whole, rows)
    return Equation(lhs, Read(source), tuple(lhs.index_atoms()))


def _equation(old: Equation, moved: Callable[[Access], Access]) -> Equation:
    body: sympy.Expr = replace_reads(old.body, lambda a: Read(moved(a)))
    guards = tuple(replace(g, affine=_mapped(g.affine, moved)) for g in old.guards)
    return replace(old, lhs=moved(old.lhs), body=body, guards=guards)


def _mapped(old: Affine, moved: Callable[[Access], Access]) -> Affine:
    return replace(old, terms=tuple((c, moved(a) if isinstance(a, Access) else a) for c, a in old.terms))
