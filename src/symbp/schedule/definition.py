"""The statements of one definition: its equations joined into as few assignments as may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from symbp.equation import Equation
from symbp.program import Tensor
from symbp.rewrite.patterns import align, fills, tiles
from symbp.schedule.arrays import Apply, Array, Scalar, View
from symbp.schedule.filled import is_filled
from symbp.schedule.kernel import kernel
from symbp.schedule.local import Locals
from symbp.schedule.lower import Lowering
from symbp.schedule.order import is_negative
from symbp.schedule.statements import Assign, Largest, Room, Statement, Taps, Zero


def statements_of(local: Locals, equations: tuple[Equation, ...], written: set[str]) -> Iterator[Statement]:
    """The statements of one definition; terms over the whole tensor are joined into one assignment."""
    fresh = equations[0].target not in written
    like = next((e for e in equations if e.lhs.plain_indices is not None), equations[0])
    pending: Assign | None = None
    found = [kernel(local, e if e is like else align(e, like) or e) for e in equations]
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
                elif fresh and not isinstance(statement, Largest | Zero):
                    yield _start(local, equations, found)
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
    tensor = local.program.tensor[name]
    parts = all(isinstance(s, Assign) and not s.accumulate for s in own)
    if (parts and tiles(equations, tensor)) or _is_by_taps(equations, own, tensor):
        return Room(name)
    return Zero(name) if any(map(_adds_up, own)) else memory(local, name)


def _adds_up(statement: Statement) -> bool:
    """Whether a loop over taps adds to what is there."""
    return isinstance(statement, Taps) and any(isinstance(s, Assign) and s.accumulate for s in statement.statements)


def _is_by_taps(equations: tuple[Equation, ...], own: list[Statement], tensor: Tensor) -> bool:
    """Whether the rounds of a loop over taps write all of a tensor, each its part of it."""
    match own:
        case [Taps(statements=(Assign(accumulate=False),))]:
            return len(equations) == 1 and fills(replace(equations[0], guards=()), tensor)
    return False


def memory(local: Locals, name: str) -> Statement:
    """What a tensor starts as, if it is not written at once."""
    return Room(name) if is_filled(local.program, name) else Zero(name)


def with_parts_joined(local: Locals, statements: Iterable[Statement]) -> Iterator[Statement]:
    """The statements, in which what is added to the part that was just written is added at once."""
    last: Statement | None = None
    for statement in statements:
        match last, statement:
            case Assign(part=View() as part, axes=axes), Assign(part=View() as other, axes=more, accumulate=True) if (
                last.tensor,
                part,
                axes,
            ) == (statement.tensor, other, more):
                last = _joined(local, last, statement)
            case _:
                if last is not None:
                    yield last
                last = statement
    if last is not None:
        yield last


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
