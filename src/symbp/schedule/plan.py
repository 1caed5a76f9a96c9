"""The schedule of a program: for each definition, the array statements that compute it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from symbp.derivation import slice_program
from symbp.equation import Equation
from symbp.program import Program, Scan
from symbp.schedule.arrays import Array, Operand, View, is_block, memory_axes
from symbp.schedule.conditions import named_conditions
from symbp.schedule.cropped import cropped
from symbp.schedule.definition import statements_of
from symbp.schedule.images import by_rows
from symbp.schedule.local import Locals
from symbp.schedule.order import Order
from symbp.schedule.parts import by_parts
from symbp.schedule.placed import Stated, by_statement, placed
from symbp.schedule.places import with_places
from symbp.schedule.pooled import pooled
from symbp.schedule.recurrence import recurrence
from symbp.schedule.rows import as_rows
from symbp.schedule.statements import Assign, Group, Statement
from symbp.schedule.steps import by_steps
from symbp.schedule.takeover import taken_over
from symbp.schedule.taps import is_window, is_windowed
from symbp.schedule.turned import turned


@dataclass(frozen=True)
class Schedule:
    program: Program
    groups: tuple[Group, ...]

    @cached_property
    def computed(self) -> frozenset[str]:
        """The tensors that some statement writes."""
        return frozenset(name for g in self.groups for name in g.written)


def schedule(program: Program, outputs: Iterable[str]) -> Schedule:
    """The array statements for what ``outputs`` depend on, in the order of the program.

    Never fails: an equation without an array form becomes a :class:`Loop`.
    """
    outputs = tuple(outputs)
    return _scheduled(_stored(program, outputs), outputs)


def schedule_in_place(program: Program, outputs: Iterable[str]) -> Schedule:
    """The same for a workspace: tensors are stored as it is fastest, which a reader of plain functions would not do."""
    outputs = tuple(outputs)
    found = turned(_stored(program, outputs), outputs)
    return _scheduled(replace(found, program=by_parts(found.program, outputs)), outputs)


def stored(program: Program, outputs: Iterable[str]) -> Program:
    """The program that ``schedule`` begins with: each tensor as it is stored."""
    return _stored(program, tuple(outputs)).program


def _stored(program: Program, outputs: tuple[str, ...]) -> Stated:
    """What is alive of the program, each tensor where it is stored."""
    alive = replace(program, statements=slice_program(program, outputs).statements)
    first = by_rows(placed(cropped(pooled(Stated.of(alive), outputs), outputs), outputs), outputs)
    return replace(first, program=by_steps(first.program, outputs))


def _scheduled(whole: Stated, outputs: tuple[str, ...]) -> Schedule:
    stored = as_rows(whole, outputs)
    found = stored.found
    local = Locals(found.program, Order.of(found.program))
    written: set[str] = set()
    notes = dict(found.notes)
    groups: list[Group] = []
    for _, members in groupby(zip(found.program.statements, by_statement(found), strict=True), key=_group_key):
        statements, stated = zip(*members, strict=True)
        if isinstance(statements[0], Scan):
            groups.append(recurrence(local, statements[0], stated[0], written, stored))
        else:
            count = len(local.made)
            assigned = tuple(statements_of(local, statements, written))
            equations = tuple(e for one in stated for e in one[0])
            note = notes.get(statements[0].target, "")
            groups.append(Group(equations, assigned, tensors=tuple(local.made[count:]), note=note))
        made = {t.name for t in groups[-1].tensors}  # from now on they stay as they are
        for name in sorted(groups[-1].written):
            written.add(name)
            if name not in made:
                local.forget(name)
    shared = _sharing(found.program, with_places(groups), frozenset(outputs))
    placed_over = taken_over(found.program, shared, frozenset(outputs))
    return Schedule(found.program, named_conditions(found.program, placed_over))


def _sharing(program: Program, groups: tuple[Group, ...], outputs: frozenset[str]) -> tuple[Group, ...]:
    """The groups, in which a view of what changes no more is marked as such; what is returned is memory of its own."""
    later: set[str] = set()
    found: list[Group] = []
    for group in reversed(groups):
        later |= group.written
        found.append(replace(group, statements=tuple(_shared(program, s, later, outputs) for s in group.statements)))
    return tuple(reversed(found))


def _shared(program: Program, statement: Statement, later: set[str], outputs: frozenset[str]) -> Statement:
    match statement:
        case Assign(tensor, _, View(source) | Operand(source) as value, False, part) if (
            tensor not in outputs
            and source not in later
            and len(program.defining(tensor)) == 1
            and (memory_axes(value) is not None or _is_split(value) or (isinstance(value, View) and is_block(value)))
            and (isinstance(value, View) or part is not None)
        ):
            return replace(statement, shares=True)
    return statement


def _is_split(value: Array) -> bool:
    """Whether a value is a part of a tensor, an axis of it split into several: queries, keys or values by heads."""
    return isinstance(value, View) and is_windowed(value) and not is_window(value)


def _group_key(pair: tuple[Equation | Scan, object]) -> str:
    """Equations of one definition are one group; each scan is one by itself."""
    statement = pair[0]
    return f"scan {id(statement)}" if isinstance(statement, Scan) else f"= {statement.target}"
