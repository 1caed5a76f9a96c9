"""The schedule of a scan: its equations as array statements at one step, inside a loop over the steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import TypeAlias

from symbp.equation import Affine, Equation, Index, substitute_indices
from symbp.program import Scan
from symbp.schedule.definition import memory, statements_of, with_parts_joined
from symbp.schedule.local import Locals, loop_index
from symbp.schedule.rows import Rowed
from symbp.schedule.statements import Group, Recurrence

Pair: TypeAlias = tuple[Equation, tuple[Equation, ...]]  # as it is computed, and as the derivation has it


def recurrence(
    local: Locals, scan: Scan, stated: tuple[tuple[Equation, ...], ...], written: set[str], stored: Rowed
) -> Group:
    """The loop, and before it the memory of what it writes.

    Args:
        scan: Over arrays as they are stored; ``stated`` are its equations as the derivation has them.
        written: The tensors that something before it has written; those that outlast a round join them.
        stored: Which tensors are rows.
    """
    index = loop_index(local.program, scan.index)
    pairs = [(_at(e, scan.index, index), s) for e, s in zip(scan.body, stated, strict=True)]
    kept = tuple(dict.fromkeys(e.target for e in scan.body if e.target not in stored.single))
    before = tuple(memory(local, name) for name in kept if name not in written)
    written |= set(kept)
    count = len(local.made)
    groups = tuple(_round(local, pairs, set(written), stored))
    equations = tuple(e for one in stated for e in one)
    return Group(equations, (*before, Recurrence(index, groups, scan.reverse, kept)), scan, tuple(local.made[count:]))


def _round(local: Locals, pairs: list[Pair], written: set[str], stored: Rowed) -> Iterator[Group]:
    """The equations of a round, those that write one part of a tensor together."""
    for _, members in groupby(pairs, key=lambda pair: _part(pair[0], stored)):
        equations, stated = zip(*members, strict=True)
        target = equations[0].target
        if target in stored.lasting and not equations[0].accumulate:
            written.discard(target)  # the next row takes the place of this one
        count = len(local.made)
        statements = tuple(with_parts_joined(local, statements_of(local, equations, written)))
        written.add(target)
        local.forget(target)
        yield Group(tuple(e for one in stated for e in one), statements, tensors=tuple(local.made[count:]))


def _part(equation: Equation, stored: Rowed) -> tuple[object, ...]:
    """What tells one part of a tensor from another, whatever the letters of its indices.

    What reads the part that it adds to, and is no row that goes over into the next one, stands alone.
    """
    lhs = equation.lhs
    along = tuple((p.constant, [c for c, _ in p.terms]) for p in lhs.indices)
    again = lhs.tensor not in stored.lasting and any(
        a.tensor == lhs.tensor and all(_meet(p, q) for p, q in zip(a.indices, lhs.indices, strict=True))
        for a in equation.accesses_read()
    )
    return lhs.tensor, along, id(equation) if again else None


def _meet(one: Affine, other: Affine) -> bool:
    """Whether two positions may be the same: not if they are beside one another by a number."""
    return not (one.terms == other.terms and one.constant != other.constant)


def _at(equation: Equation, old: Index, new: Index) -> Equation:
    """The equation with the index of the scan under the name of the loop's variable."""
    if old == new:
        return equation
    mapping = {old: Affine.of(new)}
    return replace(
        equation,
        lhs=equation.lhs.substitute(mapping),
        body=substitute_indices(equation.body, mapping),
        guards=tuple(g.substitute(mapping) for g in equation.guards),
    )
