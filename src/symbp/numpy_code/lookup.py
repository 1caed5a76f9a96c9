"""Reads and writes at positions that are data, in the workspace: labels of samples, tokens of sequences."""

from __future__ import annotations

from collections.abc import Sequence

from symbp.equation import Access, Extent
from symbp.numpy_code.expression import position_text
from symbp.numpy_code.ops import Constant, Emitter, Lookups, Seen, Value, spelled_out, values_of
from symbp.numpy_code.plain import mask_position
from symbp.numpy_code.rows import count_text, numbered_rows, rows_of
from symbp.numpy_code.scalars import extent_text
from symbp.schedule import Scatter, terms
from symbp.schedule.arrays import Axes, Gather, Masked, Position


def gather(emitter: Emitter, node: Gather, out: Value) -> None:
    source = emitter.tensors[node.tensor]
    places = picked(emitter, node.positions, node.axes, source.extents[-1])
    label = rows_of(node.positions, node.axes, source.extents)
    if places is not None:
        emitter.emit('np.take({0}, {1}, out={out}, mode="clip")', (source, places), out)
    elif label is not None:
        emitter.emit('np.take({0}, {1}, axis=0, out={out}, mode="clip")', (source, _label(emitter, label)), out)
    else:
        where = position_text(node.positions, node.axes)
        used = [emitter.tensors[p.tensor] for p in node.positions if isinstance(p, Access)]
        emitter.emit(f"np.copyto({{out}}, {{0}}[{where}])", (source, *used), out)


def scatter(emitter: Emitter, statement: Scatter) -> None:
    target = emitter.aim(statement.tensor)
    places = picked(emitter, statement.positions, statement.axes, target.extents[-1])
    label = rows_of(statement.positions, statement.axes, target.extents)
    if places is not None and statement.distinct:
        taken = Value("", _extents(statement.axes), telling=f"{statement.tensor}_at", goal=target)
        emitter.emit('np.take({0}, {1}, out={out}, mode="clip")', (target, places), taken)
        for sign, term in terms(statement.value):
            emitter.binary(sign, taken, emitter.argument(term, statement.axes), taken)
        emitter.emit('np.put({out}, {0}, {1}, mode="clip")', (places, taken), target)
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
    emitter.emit('np.take({0}, {1}, axis=0, out={out}, mode="clip")', (table, _label(emitter, label)), place)
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
    places = picked(emitter, positions, rest, node.index.extent)
    if places is not None:
        emitter.emit('np.put({out}, {0}, 0, mode="clip")', (places,), out)
    else:
        emitter.emit(f"{{out}}[{mask_position(node)}] = 0", (emitter.tensors[node.label.tensor],), out)


def picked(emitter: Emitter, positions: Sequence[Position], axes: Axes, columns: Extent) -> Value | None:
    """Flat positions of ``t[n,y[n]]`` or ``t[n,t,y[n,t]]``, computed once for each length of a row; else None."""
    *rows, label = positions
    if tuple(rows) != axes or not isinstance(label, Access) or label.plain_indices != axes:
        return None
    known, key = emitter.lookups, (label, columns)
    if key not in known.places:
        extents = _extents(axes)
        known.places[key] = out = Value("", extents, "int", telling="place")
        if extents not in known.rows:
            known.rows[extents] = Value(emitter.names.fresh("rows"), extents, "int", "constant")
        taken = _label(emitter, label)
        emitter.binary("multiply", known.rows[extents], extent_text(columns), out)
        emitter.binary("add", out, taken, out)
    return known.places[key]


def _label(emitter: Emitter, label: Access) -> Value:
    """The labels as integers of the kind that NumPy counts with: it would convert others on each use."""
    known = emitter.lookups.labels
    if label not in known:
        known[label] = Value("", tuple(i.extent for i in label.plain_indices or ()), "int", telling="label")
        emitter.copy_of(Seen(emitter.tensors[label.tensor], "{}"), "", known[label])
    return known[label]


def _extents(axes: Axes) -> tuple[Extent, ...]:
    return tuple(i.extent for i in axes)


def row_views(lookups: Lookups) -> list[tuple[str, str]]:
    """Pairs of a name and the expression that cuts the numbers of rows to the batch."""
    found = []
    for extents, value in lookups.rows.items():
        cut = f"self._rows[:{extent_text(extents[0])}]"
        if len(extents) > 1:
            stop = count_text(extents)
            part = f": {stop}" if " " in stop else f":{stop}"
            cut = f"self._rows[{part}].reshape({', '.join(map(extent_text, extents))})"
        found.append((value.name, cut))
    return found


def most_rows(lookups: Lookups) -> str:
    """How many numbers of rows a workspace needs, in what its ``__init__`` knows; nothing if none."""
    counts = [count_text(extents, batch="batch") for extents in lookups.rows]
    return f"max({', '.join(counts)})" if len(counts) > 1 else "".join(counts)
