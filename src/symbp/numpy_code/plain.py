"""Statements as a textbook writes them: one NumPy expression an equation, a new array each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from symbp.numpy_code.conditions import condition_text
from symbp.numpy_code.expression import ATOM, inside, position_text, reshaped_text, text
from symbp.numpy_code.layout import INDENT, WIDTH
from symbp.numpy_code.loops import loop_lines
from symbp.numpy_code.names import Names, spelled, telling
from symbp.numpy_code.powers import by_products
from symbp.numpy_code.rows import numbered_rows, rows_of
from symbp.numpy_code.scalars import extent_text, scalar_text, shape_text
from symbp.numpy_code.taps import assignable, head_line, hoistable, pad_text, steps_head
from symbp.numpy_code.views import aligned
from symbp.numpy_code.windows import affine_text, view_text
from symbp.program import Program
from symbp.schedule import (
    Assign,
    Condition,
    Filled,
    Group,
    Largest,
    Loop,
    Pad,
    Recurrence,
    Room,
    Scatter,
    Taps,
    Zero,
    negated,
    terms,
)
from symbp.schedule.arrays import (
    Apply,
    Array,
    Axes,
    Dot,
    Einsum,
    Guarded,
    Masked,
    MatMul,
    Operand,
    Reduce,
    Scalar,
    View,
    children,
    is_read,
)
from symbp.schedule.taps import is_window

_ROOM = WIDTH - len(INDENT)


Comments: TypeAlias = Callable[[Group, int], Iterable[str]]  # those above a group, so many loops deep


def plain_lines(program: Program, names: Names, group: Group, comments: Comments) -> Iterator[str]:
    """The lines, without indentation, that compute one group; ``comments`` are for the groups of a loop."""
    program = replace(program, tensors=(*program.tensors, *group.tensors))
    names.used |= {spelled(t.name) for t in group.tensors}
    for statement in group.statements:
        if isinstance(statement, Recurrence):
            yield from _recurrence(program, names, statement, comments)
        else:
            yield from _LINES[type(statement)](program, names, statement)


def _recurrence(program: Program, names: Names, statement: Recurrence, comments: Comments) -> Iterator[str]:
    """A loop over steps: each definition under its number."""
    names.used.add(spelled(statement.index.name))
    yield steps_head(statement)
    for group in statement.groups:
        yield from (INDENT + line for line in comments(group, 1))
        for inner in group.statements:
            lines = _LINES[type(inner)]
            more = (_ROOM - len(INDENT),) if isinstance(inner, Assign) else ()
            yield from (INDENT + line for line in lines(program, names, inner, *more))


def _zero(program: Program, names: Names, statement: Zero) -> Iterator[str]:
    tensor = program.tensor[statement.tensor]
    kind = "np.int64" if tensor.dtype == "int" else "dtype"
    value = f"np.zeros({shape_text(tensor.shape)}, {kind})" if tensor.shape else "0.0"
    yield f"{spelled(tensor.name)} = {value}"


def _room(program: Program, names: Names, statement: Room) -> Iterator[str]:
    tensor, over = program.tensor[statement.tensor], spelled(statement.over)
    if not over:
        value = f"np.empty({shape_text(tensor.shape)}, dtype)"
    else:
        value = f"{view_text(statement.part, over) if statement.part else over}  # in its memory"
    yield f"{spelled(tensor.name)} = {value}"


def _assign(program: Program, names: Names, statement: Assign, room: int = _ROOM) -> Iterator[str]:
    if statement.part is not None and not (statement.is_whole and not statement.accumulate):
        yield from _assign_part(names, statement, room)
        return
    head = f"{spelled(statement.tensor)} = "
    first, *rest = (("add", statement.value),)
    itself = is_read(statement.tensor, statement.value)
    if not itself and (statement.accumulate or len(head + text_or_long(statement.value)) > room):
        first, *rest = terms(statement.value)
    if statement.accumulate:
        rest = [first, *rest]
    else:
        value = first[1] if first[0] == "add" else negated(first[1])
        lines, value = hoisted(names, value, room - len(head), room)
        yield from [*lines, head + _whole(statement, value)]
    if rest:
        lines, name = _place(names, statement)
        yield from [*lines, *_added(names, name, statement.axes, rest, room)]


def _place(names: Names, statement: Assign) -> tuple[list[str], str]:
    """What is assigned to; a view that is no mere subscript has a name first."""
    if statement.part is None:
        return [], spelled(statement.tensor)
    place = assignable(statement.part)
    if not place.endswith("[...]"):
        return [], place
    name = names.fresh(telling(statement.part))
    return [f"{name} = {place.removesuffix('[...]')}"], f"{name}[...]"


def _added(names: Names, name: str, axes: Axes, rest: Iterable[tuple[str, Array]], room: int) -> Iterator[str]:
    """Lines that add and subtract terms."""
    for sign, term in rest:
        left = room - len(name) - 4 - len(aligned(term.axes, axes))
        lines, term = hoisted(names, term, left, room)
        if len(text(term)) > left:
            part = names.fresh(telling(term))
            lines, term = [*lines, f"{part} = {text(term)}"], Operand(part, term.axes)
        yield from lines
        yield f"{name} {'+=' if sign == 'add' else '-='} {viewed(term, axes)}"


def _assign_part(names: Names, statement: Assign, room: int) -> Iterator[str]:
    """``t[:, 1:] = first``, ``t[:, 1:] += second``."""
    if isinstance(statement.value, Operand) and not statement.accumulate:
        assert statement.part is not None
        line = f"{assignable(statement.part)} = {viewed(statement.value, statement.axes)}"
        if len(line) <= room:
            yield line
            return
    before, name = _place(names, statement)
    yield from before
    if statement.accumulate:
        itself = is_read(statement.tensor, statement.value)
        found = (("add", statement.value),) if itself else terms(statement.value)
        yield from _added(names, name, statement.axes, found, room)
        return
    left = room - len(name) - 3 - len(aligned(statement.value.axes, statement.axes))
    lines, value = hoisted(names, statement.value, left, room)
    yield from [*lines, f"{name} = {viewed(value, statement.axes)}"]


def text_or_long(value: Array) -> str:
    """The text of a value; a masked one has none and counts as too long."""
    return " " * WIDTH if _masked(value) is not None else text(value)


def _whole(statement: Assign, value: Array) -> str:
    """The value with all the axes of its tensor, as an array of its own."""
    if statement.part is not None:
        if value.axes == statement.axes and not isinstance(value, Operand | View):
            return reshaped_text(value, statement.part.shape)
        whole = _whole(replace(statement, part=None), value)
        return f"{whole}.reshape({', '.join(map(extent_text, statement.part.shape))})"
    shape = shape_text(tuple(i.extent for i in statement.axes))
    if not statement.axes:
        return text(value)
    if isinstance(value, Scalar):
        return f"np.full({shape}, {scalar_text(value.value)}, dtype)"
    if value.axes == statement.axes and not isinstance(value, Operand | View):
        return text(value)
    inner = viewed(value, statement.axes)
    if set(value.axes) == set(statement.axes):
        return inner if statement.shares else f"{inner}.copy()"
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
    name, shape = spelled(statement.tensor), program.tensor[statement.tensor].shape
    label = rows_of(statement.positions, statement.axes, shape)
    if statement.distinct:
        yield f"{name}[{where}] += {inner}"
    elif label is not None and value.axes == statement.axes:
        place = names.fresh("place")
        yield f"{place} = {numbered_rows(shape)}[{spelled(label.tensor)}]"
        if not isinstance(value, Operand):
            part = names.fresh(telling(value))
            yield f"{part} = {inner}"
            inner = part
        yield f"np.add.at({name}.reshape(-1), {place}.reshape(-1), {inner}.reshape(-1))"
    else:
        index = f"({where})" if ", " in where else where
        yield f"np.add.at({name}, {index}, {inner})"


def _loop(program: Program, names: Names, statement: Loop) -> Iterator[str]:
    yield from loop_lines(program, names, statement.equation)


def _condition(program: Program, names: Names, statement: Condition) -> Iterator[str]:
    yield f"{spelled(statement.tensor)} = {condition_text(statement.node)}"


def _filled(program: Program, names: Names, statement: Filled) -> Iterator[str]:
    name = spelled(statement.tensor)
    yield f"{name}[{name} == -np.inf] = 0" if statement.axes else f"{name} = {name} if {name} > -np.inf else 0.0"


def _pad(program: Program, names: Names, statement: Pad) -> Iterator[str]:
    yield f"{spelled(statement.tensor)} = {pad_text(statement)}"


def _taps(program: Program, names: Names, statement: Taps) -> Iterator[str]:
    """A loop; what does not depend on its indices is computed before it."""
    inner = statement
    for part in hoistable(statement):
        name = names.fresh(telling(part))
        yield from _named(names, name, part)
        inner = exchanged_in(inner, part, Operand(name, part.axes))
    yield head_line(statement.indices)
    for found in inner.statements:
        lines = _LINES[type(found)](program, names, found, _ROOM - len(INDENT))
        yield from (INDENT + line for line in lines)


def exchanged_in(taps: Taps, old: Array, new: Array) -> Taps:
    """The loop with a part of its values replaced."""
    return replace(taps, statements=tuple(replace(s, value=exchanged(s.value, old, new)) for s in taps.statements))


def _maxima(program: Program, names: Names, statement: Largest) -> Iterator[str]:
    """A loop: where a value is larger than all before it, its number takes the place of theirs."""
    name, shape = spelled(statement.largest), shape_text(tuple(i.extent for i in statement.axes))
    inner = statement.value
    yield f"{name} = np.full({shape}, -np.inf, dtype)"
    for part in hoistable(statement):
        known = names.fresh(telling(part))
        yield from _named(names, known, part)
        inner = exchanged(inner, part, Operand(known, part.axes))
    if statement.place:
        yield f"{spelled(statement.place)} = np.zeros({shape}, {'np.uint8' if statement.is_small else 'np.int64'})"
    yield head_line(statement.indices)
    lines, inner = hoisted(names, inner, _ROOM - len(INDENT) - 2 * len(name) - 24)
    value = viewed(inner, statement.axes)
    if statement.place:
        tap = names.fresh("tap")
        lines, value = [*lines, f"{tap} = {value}"], tap
        lines += [_mark_line(statement, tap)]
    yield from (INDENT + line for line in [*lines, f"np.maximum({name}, {value}, out={name})"])


def _mark_line(statement: Largest, value: str) -> str:
    """``place = np.maximum(place, (tap > largest) * number)``: numbers grow from round to round."""
    place, number = spelled(statement.place), affine_text(statement.number)
    number = f"np.uint8({number})" if statement.is_small else f"({number})" if " " in number else number
    return f"np.maximum({place}, ({value} > {spelled(statement.largest)}) * {number}, out={place})"


_LINES: dict[type, Callable[..., Iterator[str]]] = {
    Zero: _zero,
    Room: _room,
    Largest: _maxima,
    Filled: _filled,
    Condition: _condition,
    Pad: _pad,
    Assign: _assign,
    Scatter: _scatter,
    Taps: _taps,
    Loop: _loop,
}


def hoisted(names: Names, value: Array, room: int, line: int = _ROOM) -> tuple[list[str], Array]:
    """Statements for the parts of a value that need a name, and the value in terms of these names.

    A part needs a name if it is masked, if it occurs twice (what is raised to a power by products does), or if
    the line would be too long.

    Args:
        room: For the value; ``line`` is that for a whole line.
    """
    lines: list[str] = []
    while True:
        part = (
            _masked(value)
            or _window(value)
            or _raised(value)
            or _repeated(value)
            or (_largest(value) if len(text(value)) > room else None)
        )
        if part is None:
            return lines, value
        name = names.fresh(telling(part.arg if isinstance(part, Masked) else part))
        lines += _named(names, name, part, line)
        value = exchanged(value, part, Operand(name, part.axes))


def _named(names: Names, name: str, part: Array, line: int = _ROOM) -> list[str]:
    inner = part.arg if isinstance(part, Masked) else part
    lines, inner = ([], inner) if isinstance(part, View) else hoisted(names, inner, line - len(name) - 3, line)
    copies = isinstance(part, Masked) or (isinstance(part, View) and is_window(part))
    whole = _whole(Assign(name, part.axes, inner), inner) if copies else text(inner)
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


def _window(value: Array) -> View | None:
    """A view of windows that a matrix product takes: NumPy would copy it anyhow."""
    if isinstance(value, MatMul):
        for side in (value.left, value.right):
            if isinstance(side, View) and is_window(side):
                return side
    return next((found for c in children(value) if (found := _window(c)) is not None), None)


def _raised(value: Array) -> Array | None:
    """What is raised to a power by products and has no name."""
    if by_products(value) and not isinstance(base := children(value)[0], Operand):
        return base
    return next((found for c in children(value) if (found := _raised(c)) is not None), None)


def _parts(value: Array) -> Iterator[Array]:
    """The proper parts that are computed, outermost first."""
    for child in children(value):
        in_product = isinstance(value, MatMul) and isinstance(child, View)  # its reshape is the product's own
        if not isinstance(child, Operand | Scalar) and not in_product:
            yield child
            yield from _parts(child)


def _repeated(value: Array) -> Array | None:
    counts = Counter(_parts(value))
    computed = (p for p, count in counts.items() if count > 1 and not isinstance(p, View))
    return next((part for part in computed if part.axes), None)


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
        case Reduce(arg=arg) | Masked(arg=arg) | Guarded(arg=arg):
            return replace(value, arg=exchanged(arg, old, new))
        case MatMul(left=left, right=right) | Dot(left=left, right=right):
            return replace(value, left=exchanged(left, old, new), right=exchanged(right, old, new))
    return value
