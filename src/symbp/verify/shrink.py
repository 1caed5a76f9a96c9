"""The same program with small extents, pairwise distinct where that is possible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import TypeAlias

import sympy

from symbp.equation import Affine, Equation, Extent, Index
from symbp.program import Program, Scan, Statement, Tensor

Slot: TypeAlias = tuple[str, str]  # an axis of a tensor, or an index of a statement
OWN_EXTENTS = 6  # as many axes get an extent of their own; further ones differ from those that they meet


def shrunken(program: Program) -> Program:
    """The program with every free extent above 1 made small and distinct from those that it meets.

    Axes keep their extent where an equation does arithmetic on their positions (a convolution, a step of a
    recurrence). A mean stays a mean. Other lengths that stand in bodies as numbers stay: the program then means
    something else, and is as good a program to check a derivation by.
    """
    sites = tuple(_sites(program))
    classes = _classes(link for site in sites for link in site.links())
    kept = {classes.get(slot, slot) for site in sites for slot in site.kept()}
    chosen = _chosen(sites, classes, kept)
    extents = {slot: chosen[root] for slot, root in classes.items() if root in chosen}
    resized = iter([site.resized(extents) for site in sites])
    tensors = (replace(t, shape=_shape(t, extents)) for t in program.tensors)
    statements = (_with_equations(s, resized) for s in program.statements)
    return replace(program, tensors=tuple(tensors), statements=tuple(statements))


@dataclass(frozen=True)
class _Site:
    """An equation, where it stands, and the scan around it."""

    equation: Equation
    key: str
    scan: Index | None
    scan_key: str

    def slot(self, index: Index) -> Slot:
        return (self.scan_key if index == self.scan else self.key, index.name)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The indices, in order of appearance."""
        return tuple(dict.fromkeys(self.slot(i) for i in self.equation.indices()))

    def positions(self) -> Iterator[tuple[Slot, Affine]]:
        """Each position of each access, with the axis that it is a position of."""
        for access in (self.equation.lhs, *self.equation.accesses_read()):
            for axis, position in enumerate(access.indices):
                yield _axis(access.tensor, axis), position

    def links(self) -> Iterator[tuple[Slot, Slot]]:
        """Axes and indices that have the same extent, because a position is an index and nothing else."""
        yield from ((axis, self.slot(p.index)) for axis, p in self.positions() if p.index)

    def kept(self) -> Iterator[Slot]:
        """Axes and indices whose extent is tied to other numbers, counts rounds, is no number, or 1."""
        yield from (self.slot(i) for i in self.equation.indices() if i == self.scan or not _is_free(i))
        for axis, position in self.positions():
            if position.index is None and not _is_lookup(position):
                yield axis
                yield from (self.slot(i) for i in position.indices())
        for guard in self.equation.guards:
            if not any(True for _ in guard.affine.reads()):
                yield from (self.slot(i) for i in guard.affine.indices())

    def resized(self, extents: Mapping[Slot, int]) -> Equation:
        indices = dict.fromkeys(self.equation.indices())
        new = self.equation.rename({i: replace(i, extent=extents.get(self.slot(i), i.extent)) for i in indices})
        count = _count(self.equation)
        mean = self.equation.body.as_coeff_Mul()[0] * count == 1
        return replace(new, body=new.body * count / _count(new)) if mean else new


def _count(equation: Equation) -> sympy.Integer:
    """How many points a reduction has, run-time sizes apart."""
    return sympy.Integer(prod(i.extent for i in equation.over if isinstance(i.extent, int)))


def _axis(tensor: str, axis: int) -> Slot:
    return (tensor, f"axis {axis}")


def _is_free(index: Index) -> bool:
    return isinstance(index.extent, int) and index.extent > 1


def _is_lookup(position: Affine) -> bool:
    """Whether a position is what an integer tensor holds, and nothing else."""
    return len(position.terms) == 1 and position.constant == 0 and any(True for _ in position.reads())


def _sites(program: Program) -> Iterator[_Site]:
    for number, statement in enumerate(program.statements):
        scan = statement.index if isinstance(statement, Scan) else None
        equations = statement.body if isinstance(statement, Scan) else (statement,)
        for part, equation in enumerate(equations):
            yield _Site(equation, f"#{number}.{part}", scan, f"#{number}")


def _classes(links: Iterable[tuple[Slot, Slot]]) -> dict[Slot, Slot]:
    """The slots that links join, each with one that stands for all it is joined to."""
    parent: dict[Slot, Slot] = {}

    def root(slot: Slot) -> Slot:
        while parent.setdefault(slot, slot) != slot:
            parent[slot] = parent[parent[slot]]
            slot = parent[slot]
        return slot

    for a, b in links:
        parent[root(b)] = root(a)
    return {slot: root(slot) for slot in list(parent)}


def _chosen(sites: tuple[_Site, ...], classes: Mapping[Slot, Slot], kept: set[Slot]) -> dict[Slot, int]:
    """A small extent for each class that is not kept: its own, or else one that no class has that it meets."""
    meets: dict[Slot, set[Slot]] = {}
    for site in sites:
        together = {classes.get(slot, slot) for slot in site.slots}
        for slot in together:
            meets.setdefault(slot, set()).update(together)
    extents: dict[Slot, int] = {}
    for site in sites:
        for slot in (classes.get(s, s) for s in site.slots):
            if slot not in kept and slot not in extents:
                others = extents.values() if len(extents) < OWN_EXTENTS else {extents.get(m) for m in meets[slot]}
                extents[slot] = next(e for e in range(2, len(extents) + 3) if e not in others)
    return extents


def _shape(tensor: Tensor, extents: Mapping[Slot, int]) -> tuple[Extent, ...]:
    return tuple(extents.get(_axis(tensor.name, axis), extent) for axis, extent in enumerate(tensor.shape))


def _with_equations(statement: Statement, equations: Iterator[Equation]) -> Statement:
    """The statement with its equations, one or many, taken from an iterator."""
    if isinstance(statement, Scan):
        return replace(statement, body=tuple(next(equations) for _ in statement.body))
    return next(equations)
