"""The schedule of a program: for each definition, the array statements that compute it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from symbp.derivation import slice_program
from symbp.equation import Equation, Program, Scan, Tensor
from symbp.rewrite.patterns import align, tiles
from symbp.schedule.arrays import Apply, Array, Operand, Scalar, View, memory_axes
from symbp.schedule.kernel import kernel
from symbp.schedule.local import Locals
from symbp.schedule.lower import Lowering
from symbp.schedule.order import Order, is_negative
from symbp.schedule.statements import Assign, Loop, Lowest, Room, Statement, Zero
from symbp.schedule.taps import is_window, is_windowed


@dataclass(frozen=True)
class Group:
    """The statements under one numbered comment; ``tensors`` are those that they add to the program."""

    equations: tuple[Equation, ...]
    statements: tuple[Statement, ...]
    scan: Scan | None = None
    tensors: tuple[Tensor, ...] = ()


@dataclass(frozen=True)
class Schedule:
    program: Program
    groups: tuple[Group, ...]

    @cached_property
    def computed(self) -> frozenset[str]:
        """The tensors that some statement writes."""
        return frozenset(e.target for g in self.groups for e in g.equations)


def schedule(program: Program, outputs: Iterable[str]) -> Schedule:
    """The array statements for what ``outputs`` depend on, in the order of the program.

    Never fails: an equation without an array form becomes a :class:`Loop`.
    """
    outputs = tuple(outputs)
    alive = slice_program(program, outputs)
    local = Locals(program, Order.of(program))
    written: set[str] = set()
    groups: list[Group] = []
    for kind, members in groupby(alive.statements, key=_group_key):
        found = tuple(members)
        if kind == "scan":
            groups += [_scanned(s, written) for s in found if isinstance(s, Scan)]
        else:
            equations = tuple(e for e in found if isinstance(e, Equation))
            count = len(local.made)
            statements = tuple(_statements(local, equations, written))
            groups.append(Group(equations, statements, tensors=tuple(local.made[count:])))
        for name in {e.target for g in groups[-1:] for e in g.equations}:
            written.add(name)
            local.forget(name)
    return Schedule(program, _sharing(program, tuple(groups), frozenset(outputs)))


def _sharing(program: Program, groups: tuple[Group, ...], outputs: frozenset[str]) -> tuple[Group, ...]:
    """The groups, in which a view of what changes no more is marked as such; what is returned is memory of its own."""
    later: set[str] = set()
    found: list[Group] = []
    for group in reversed(groups):
        later |= {e.target for e in group.equations}
        found.append(replace(group, statements=tuple(_shared(program, s, later, outputs) for s in group.statements)))
    return tuple(reversed(found))


def _shared(program: Program, statement: Statement, later: set[str], outputs: frozenset[str]) -> Statement:
    match statement:
        case Assign(tensor, _, View(source) | Operand(source) as value, False, part) if (
            tensor not in outputs
            and source not in later
            and len(program.defining(tensor)) == 1
            and (memory_axes(value) is not None or _is_split(value))
            and (isinstance(value, View) or part is not None)
        ):
            return replace(statement, shares=True)
    return statement


def _is_split(value: Array) -> bool:
    """Whether a value is a part of a tensor, an axis of it split into several: queries, keys or values by heads."""
    return isinstance(value, View) and is_windowed(value) and not is_window(value)


def _group_key(statement: Equation | Scan) -> str:
    return "scan" if isinstance(statement, Scan) else f"= {statement.target}"


def _scanned(scan: Scan, written: set[str]) -> Group:
    targets = [t for t in dict.fromkeys(e.target for e in scan.body) if t not in written]
    written.update(targets)
    return Group(scan.body, (*(Zero(t) for t in targets), Loop(scan)), scan)


def _statements(local: Locals, equations: tuple[Equation, ...], written: set[str]) -> Iterator[Statement]:
    """The statements of one definition; terms over the whole tensor are joined into one assignment."""
    fresh = equations[0].target not in written
    like = next((e for e in equations if e.lhs.plain_indices is not None), equations[0])
    pending: Assign | None = None
    found = [kernel(local, e if e is like else align(e, like) or e) for e in equations]
    start = _start(local, equations, found)
    for equation, statements in zip(equations, found, strict=True):
        for statement in statements:
            if statement.tensor != equation.target:
                yield statement  # a tensor of the schedule's own
            elif _joins(pending, statement):
                assert isinstance(statement, Assign)
                pending = _joined(local, pending, statement) if pending else statement
                pending = replace(pending, accumulate=not fresh)
            else:
                if pending is not None:
                    yield pending
                elif fresh and not isinstance(statement, Lowest | Zero):
                    yield start
                if isinstance(statement, Assign) and statement.is_whole:
                    statement = replace(statement, accumulate=True)
                yield statement
                pending, fresh = None, False
    if pending is not None:
        yield pending
    elif fresh:
        yield Zero(equations[0].target)


def _start(local: Locals, equations: tuple[Equation, ...], found: list[tuple[Statement, ...]]) -> Statement:
    """What a tensor starts as: zero, unless its parts are written side by side."""
    name = equations[0].target
    own = [s for statements in found for s in statements if s.tensor == name]
    parts = all(isinstance(s, Assign) and not s.accumulate for s in own)
    return Room(name) if parts and tiles(equations, local.program.tensor[name]) else Zero(name)


def _joins(pending: Assign | None, statement: Statement) -> bool:
    """Whether a statement can be one with what is pending: over the whole tensor in the same shape."""
    if not isinstance(statement, Assign) or not statement.is_whole:
        return False
    return pending is None or (pending.part, pending.axes) == (statement.part, statement.axes)


def _joined(local: Locals, first: Assign, second: Assign) -> Assign:
    """``t = first`` and ``t += second`` as ``t = first + second``."""
    lowering = Lowering(local.program, local.order, first.axes)
    joined = first.value
    for sign, value in terms(second.value):
        joined = lowering.apply(sign, joined, value)
    return replace(first, value=joined)


def terms(value: Array) -> tuple[tuple[str, Array], ...]:
    """The terms of a sum, each with ``add`` or ``subtract``."""
    match value:
        case Apply("add" | "subtract" as sign, (left, right)):
            return (*terms(left), (sign, right))
    return (_without_sign(value),)


def negated(value: Array) -> Array:
    """Minus the value, the sign in its number if it has one."""
    match value:
        case Apply("multiply", (Scalar(scale), inner), axes):
            return Apply("multiply", (Scalar(-scale), inner), axes)
        case Scalar(scale):
            return Scalar(-scale)
    return Apply("negative", (value,), value.axes)


def _without_sign(value: Array) -> tuple[str, Array]:
    """How a term joins a sum, and the term without the minus sign that this takes care of."""
    match value:
        case Apply("negative", (inner,)):
            return "subtract", inner
        case Apply("multiply", (Scalar(scale), inner), axes) if is_negative(scale):
            return "subtract", Apply("multiply", (Scalar(-scale), inner), axes) if scale != -1 else inner
        case Scalar(scale) if is_negative(scale):
            return "subtract", Scalar(-scale)
    return "add", value
