"""Statements as a textbook writes them: one NumPy expression an equation, a new array each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from symbp.equation import Program
from symbp.numpy_code.expression import ATOM, inside, position_text, text
from symbp.numpy_code.layout import INDENT, WIDTH
from symbp.numpy_code.loops import loop_lines
from symbp.numpy_code.names import Names, spelled, telling
from symbp.numpy_code.scalars import scalar_text, shape_text
from symbp.numpy_code.views import aligned
from symbp.schedule import Assign, Group, Loop, Scatter, Zero, negated, terms
from symbp.schedule.arrays import Apply, Array, Axes, Einsum, Gather, Masked, Operand, Reduce, Scalar, children

_ROOM = WIDTH - len(INDENT)


def plain_lines(program: Program, names: Names, group: Group) -> Iterator[str]:
    """The lines, without indentation, that compute one group."""
    for statement in group.statements:
        yield from _LINES[type(statement)](program, names, statement)


def _zero(program: Program, names: Names, statement: Zero) -> Iterator[str]:
    tensor = program.tensor[statement.tensor]
    kind = "np.int64" if tensor.dtype == "int" else "dtype"
    value = f"np.zeros({shape_text(tensor.shape)}, {kind})" if tensor.shape else "0.0"
    yield f"{spelled(tensor.name)} = {value}"


def _assign(program: Program, names: Names, statement: Assign) -> Iterator[str]:
    head = f"{spelled(statement.tensor)} = "
    first, *rest = (("add", statement.value),)
    if statement.accumulate or len(head + text_or_long(statement.value)) > _ROOM:
        first, *rest = terms(statement.value)
    if statement.accumulate:
        rest = [first, *rest]
    else:
        value = first[1] if first[0] == "add" else negated(first[1])
        lines, value = hoisted(names, value, _ROOM - len(head))
        yield from [*lines, head + _whole(statement, value)]
    for sign, term in rest:
        lines, term = hoisted(names, term, _ROOM - len(head) - 1)
        yield from lines
        yield f"{spelled(statement.tensor)} {'+=' if sign == 'add' else '-='} {viewed(term, statement.axes)}"


def text_or_long(value: Array) -> str:
    """The text of a value; a masked one has none and counts as too long."""
    return " " * WIDTH if _masked(value) is not None else text(value)


def _whole(statement: Assign, value: Array) -> str:
    """The value with all the axes of its tensor, as an array of its own."""
    shape = shape_text(tuple(i.extent for i in statement.axes))
    if not statement.axes:
        return text(value)
    if isinstance(value, Scalar):
        return f"np.full({shape}, {scalar_text(value.value)}, dtype)"
    if value.axes == statement.axes and not isinstance(value, Operand):
        return text(value)
    inner = viewed(value, statement.axes)
    if set(value.axes) == set(statement.axes):
        return f"{inner}.copy()"
    return f"np.full({shape}, {inner}{'' if value.axes else ', dtype'})"


def viewed(value: Array, axes: Axes) -> str:
    """The value, ready to be broadcast over some axes."""
    view = aligned(value.axes, axes)
    return inside(value, ATOM) + view if view else text(value)


def _scatter(program: Program, names: Names, statement: Scatter) -> Iterator[str]:
    where = position_text(statement.positions, statement.axes)
    lines, value = hoisted(names, statement.value, _ROOM - len(where) - len(statement.tensor) - 10)
    yield from lines
    inner = viewed(value, statement.axes)
    if statement.distinct:
        yield f"{spelled(statement.tensor)}[{where}] += {inner}"
    else:
        index = f"({where})" if ", " in where else where
        yield f"np.add.at({spelled(statement.tensor)}, {index}, {inner})"


def _loop(program: Program, names: Names, statement: Loop) -> Iterator[str]:
    yield from loop_lines(program, names, statement.statement)


_LINES: dict[type, Callable[..., Iterator[str]]] = {Zero: _zero, Assign: _assign, Scatter: _scatter, Loop: _loop}


def hoisted(names: Names, value: Array, room: int) -> tuple[list[str], Array]:
    """Statements for the parts of a value that need a name, and the value in terms of these names.

    A part needs a name if it is masked, if it occurs twice, or if the line would be too long.
    """
    lines: list[str] = []
    while True:
        part = _masked(value) or _repeated(value) or (_largest(value) if len(text(value)) > room else None)
        if part is None:
            return lines, value
        name = names.fresh(telling(part.arg if isinstance(part, Masked) else part))
        lines += _named(names, name, part)
        value = exchanged(value, part, Operand(name, part.axes))


def _named(names: Names, name: str, part: Array) -> list[str]:
    inner = part.arg if isinstance(part, Masked) else part
    lines, inner = hoisted(names, inner, _ROOM - len(name) - 3)
    whole = _whole(Assign(name, part.axes, inner), inner) if isinstance(part, Masked) else text(inner)
    lines.append(f"{name} = {whole}")
    if isinstance(part, Masked):
        lines.append(f"{name}[{mask_position(part)}] = 0")
    return lines


def mask_position(node: Masked) -> str:
    """Where a masked array is 0: ``np.arange(N), y``."""
    rest = tuple(i for i in node.axes if i != node.index)
    return position_text(tuple(node.label if i == node.index else i for i in node.axes), rest)


def _masked(value: Array) -> Masked | None:
    """The innermost masked part."""
    for child in children(value):
        found = _masked(child)
        if found is not None:
            return found
    return value if isinstance(value, Masked) else None


def _parts(value: Array) -> Iterator[Array]:
    """The proper parts that are computed, outermost first."""
    for child in children(value):
        if not isinstance(child, Operand | Scalar):
            yield child
            yield from _parts(child)


def _repeated(value: Array) -> Array | None:
    counts = Counter(_parts(value))
    return next((part for part, count in counts.items() if count > 1 and part.axes), None)


def _largest(value: Array) -> Array | None:
    """The longest part, the value itself excepted."""
    return max(_parts(value), key=lambda p: len(text(p)), default=None)


def exchanged(value: Array, old: Array, new: Array) -> Array:
    """The value with one of its parts replaced wherever it occurs."""
    if value == old:
        return new
    match value:
        case Apply(args=args):
            return replace(value, args=tuple(exchanged(a, old, new) for a in args))
        case Einsum(operands=operands):
            return replace(value, operands=tuple(exchanged(o, old, new) for o in operands))
        case Reduce(arg=arg) | Masked(arg=arg):
            return replace(value, arg=exchanged(arg, old, new))
        case Scalar() | Operand() | Gather():
            return value
    return replace(value, left=exchanged(value.left, old, new), right=exchanged(value.right, old, new))
