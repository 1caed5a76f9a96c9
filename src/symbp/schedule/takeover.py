"""Memory of tensors whose values are needed no more, for those that a loop over steps is about to write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symbp.equation import Program, Tensor
from symbp.schedule.statements import Assign, Group, Recurrence, Room, Statement


def taken_over(program: Program, groups: tuple[Group, ...], outputs: frozenset[str]) -> tuple[Group, ...]:
    """The groups, in which a tensor that gets memory before a loop gets that of a dead one of its shape."""
    last: dict[str, int] = {}
    for number, group in enumerate(groups):
        for equation in group.equations:
            last |= dict.fromkeys((equation.target, *equation.tensors_read), number)
    free = [t.name for t in program.tensors if t.name in _owners(groups) - outputs]
    found: list[Group] = []
    for number, group in enumerate(groups):
        statements: list[Statement] = []
        for statement in group.statements:
            if isinstance(statement, Room) and group.scan is not None:
                alike = (n for n in free if _alike(program.tensor[n], program.tensor[statement.tensor]))
                over = next((n for n in alike if last[n] < number), "")
                free = [n for n in free if n != over]
                statement = replace(statement, over=over)
            statements.append(statement)
        found.append(replace(group, statements=tuple(statements)))
    return tuple(found)


def _alike(one: Tensor, other: Tensor) -> bool:
    return (one.shape, one.dtype) == (other.shape, other.dtype)


def _owners(groups: tuple[Group, ...]) -> set[str]:
    """The tensors with memory of their own, of which no other one is a view."""
    statements = [s for group in groups for s in _flat(group)]
    shared = {name for s in statements if isinstance(s, Assign) and s.shares for name in (s.tensor, s.value.tensor)}  # type: ignore[union-attr]
    return {s.tensor for s in statements} - shared


def _flat(group: Group) -> Iterator[Statement]:
    for statement in group.statements:
        if isinstance(statement, Recurrence):
            for inner in statement.groups:
                yield from _flat(inner)
        else:
            yield statement
