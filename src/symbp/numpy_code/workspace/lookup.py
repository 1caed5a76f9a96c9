"""Reads and writes at positions that are data, in the workspace: labels of samples, tokens of sequences."""

from __future__ import annotations

from collections.abc import Sequence

from symbp.equation import Access, Extent, Index
from symbp.numpy_code.expression import position_text
from symbp.numpy_code.plain import mask_position
from symbp.numpy_code.rows import numbered_rows, rows_of
from symbp.numpy_code.scalars import extent_text, grouped
from symbp.numpy_code.windows import product_text
from symbp.numpy_code.workspace.ops import Constant, Emitter, Seen, Value, spelled_out, values_of
from symbp.schedule import Scatter, terms
from symbp.schedule.arrays import Axes, Gather, Masked, Position


def gather(emitter: Emitter, node: Gather, out: Value) -> None:
    source = emitter.tensors[node.tensor]
    places = picked(emitter, node.positions, node.axes, source.extents)
    label = rows_of(node.positions, node.axes, source.extents)
    if places is not None:
        emitter.emit('{0}.take({1}, out={out}, mode="clip")', (source, places), out)
    elif label is not None:
        emitter.emit('{0}.take({1}, axis=0, out={out}, mode="clip")', (source, _label(emitter, label)), out)
    else:
        where = position_text(node.positions, node.axes)
        used = [emitter.tensors[p.tensor] for p in node.positions if isinstance(p, Access)]
        emitter.emit(f"{{out}}[...] = {{0}}[{where}]", (source, *used), out)


def scatter(emitter: Emitter, statement: Scatter) -> None:
    target = emitter.aim(statement.tensor)
    places = picked(emitter, statement.positions, statement.axes, target.extents)
    label = rows_of(statement.positions, statement.axes, target.extents)
    if places is not None and statement.distinct:
        taken = Value("", _extents(statement.axes), telling=f"{statement.tensor}_at", goal=target)
        emitter.emit('{0}.take({1}, out={out}, mode="clip")', (target, places), taken)
        for sign, term in terms(statement.value):
            emitter.binary(sign, taken, emitter.argument(term, statement.axes), taken)
        emitter.emit('{out}.put({0}, {1}, "clip")', (places, taken), target)
    elif label is not None and not statement.distinct:
        _add_rows(emitter, statement, label, target)
    else:
        _scatter_anywhere(emitter, statement, target)


def _add_rows(emitter: Emitter, statement: Scatter, label: Access, target: Value) -> None:
    """Rows added up at the places of their elements, one index each: far faster than row by row."""
    value = emitter.argument(statement.value, statement.axes)
    made = numbered_rows(target.extents)
    table = next((c.value for c in emitter.constants if c.made == made), None)
    if table is None:
        table = Value(emitter.names.fresh("places"), target.extents, "int", "constant")
        emitter.constants.append(Constant(table, made, ""))
    place = Value("", _extents(statement.axes), "int", telling="place")
    emitter.emit('{0}.take({1}, axis=0, out={out}, mode="clip")', (table, _label(emitter, label)), place)
    args = values_of([place, value])
    flat = [f"{spelled_out(a, args)}.reshape(-1)" for a in (place, value) if not isinstance(a, str)]
    flat += [value] if isinstance(value, str) else []
    emitter.emit(f"np.add.at({{out}}.reshape(-1), {', '.join(flat)})", args, target)


def _scatter_anywhere(emitter: Emitter, statement: Scatter, target: Value) -> None:
    where = position_text(statement.positions, statement.axes)
    value = emitter.argument(statement.value, statement.axes)
    args = tuple(values_of([value]))
    inner = spelled_out(value, args)
    used = (*args, *(emitter.tensors[p.tensor] for p in statement.positions if isinstance(p, Access)))
    if statement.distinct:
        emitter.emit(f"{{out}}[{where}] += {inner}", used, target)
    else:
        index = f"({where})" if ", " in where else where
        emitter.emit(f"np.add.at({{out}}, {index}, {inner})", used, target)


def masked(emitter: Emitter, node: Masked, out: Value) -> None:
    if node.arg.axes == node.axes:
        emitter.into(node.arg, out)
    else:
        emitter.assign_spread(node.arg, node.axes, out)
    rest = tuple(i for i in node.axes if i != node.index)
    positions = tuple(node.label if i == node.index else i for i in node.axes)
    places = picked(emitter, positions, rest, _extents(node.axes))
    if places is not None:
        emitter.emit('np.put({out}, {0}, 0, mode="clip")', (places,), out)
    else:
        emitter.emit(f"{{out}}[{mask_position(node)}] = 0", (emitter.tensors[node.label.tensor],), out)


def picked(emitter: Emitter, positions: Sequence[Position], axes: Axes, extents: tuple[Extent, ...]) -> Value | None:
    """Flat positions of ``t[n,y[n]]``, ``t[n,t,y[n,t]]`` or ``t[y[n],n]`` in an array; computed once. Else None."""
    labels = [p for p in positions if isinstance(p, Access)]
    rows = tuple(p for p in positions if isinstance(p, Index))
    if len(labels) != 1 or rows != axes or labels[0].plain_indices != axes:
        return None
    first, last = labels[0] is positions[0], labels[0] is positions[-1]
    known, key = emitter.lookups.places, (labels[0], extents)
    if key not in known and (first or last):
        out = known[key] = Value("", _extents(axes), "int", telling="place")
        taken = _label(emitter, labels[0])
        if last:
            emitter.binary("add", _starts(emitter, _extents(axes), extent_text(extents[-1])), taken, out)
        else:
            emitter.binary("multiply", taken, product_text(_extents(axes)), out)
            emitter.binary("add", out, _starts(emitter, _extents(axes), "1"), out)
    return known.get(key)


def _starts(emitter: Emitter, extents: tuple[Extent, ...], step: str) -> Value:
    """The places where rows of ``step`` numbers begin, as many as there are points of some axes."""
    count = product_text(extents)
    made = f"np.arange({count})" if step == "1" else f"np.arange(0, {count} * {grouped(step)}, {step})"
    if len(extents) > 1:
        made += f".reshape({', '.join(map(extent_text, extents))})"
    known = next((c.value for c in emitter.constants if c.cut == made), None)
    if known is None:
        known = Value(emitter.names.fresh("starts" if step != "1" else "rows"), extents, "int", "constant")
        emitter.constants.append(Constant(known, "", made))
    return known


def _label(emitter: Emitter, label: Access) -> Value:
    """The labels as integers of the kind that NumPy counts with: it would convert others on each use."""
    known = emitter.lookups.labels
    if label not in known:
        known[label] = Value("", tuple(i.extent for i in label.plain_indices or ()), "int", telling="label")
        emitter.copy_of(Seen(emitter.tensors[label.tensor], "{}"), "", known[label])
    return known[label]


def _extents(axes: Axes) -> tuple[Extent, ...]:
    return tuple(i.extent for i in axes)
