"""Padding, parts of tensors, conditions and loops over taps in the workspace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from symbp.equation import Access, Affine, Extent, Guard, Index, Size
from symbp.numpy_code.conditions import grid_text, guard_text, is_product, sides
from symbp.numpy_code.expression import counted_text
from symbp.numpy_code.scalars import extent_text
from symbp.numpy_code.taps import assignable, hoistable, one_head, pad_place, pad_source
from symbp.numpy_code.views import aligned
from symbp.numpy_code.windows import affine_text, view_text
from symbp.numpy_code.workspace.ops import Argument, Constant, Emitter, Kind, Seen, Value, spelled_out, values_of
from symbp.schedule import Assign, Condition, Filled, Largest, Pad, Taps, negated, terms
from symbp.schedule.arrays import Array, Axes, Counted, Guarded

_FILL = {"0": "0", "1": "1", "-inf": "-np.inf"}


def filled(emitter: Emitter, statement: Filled) -> None:
    tensor = emitter.tensors[statement.tensor]
    if not tensor.extents:
        emitter.emit(f"{tensor.name} = {tensor.name} if {tensor.name} > -np.inf else 0.0", (), None)
        return
    empty = Value("", tensor.extents, "bool", telling="empty")
    emitter.binary("equal", tensor, "-np.inf", empty)
    emitter.emit("np.copyto({out}, 0, where={0})", (empty, tensor), tensor)


def pad(emitter: Emitter, statement: Pad) -> None:
    target, source = emitter.aim(statement.tensor), emitter.tensors[statement.source]
    emitter.emit(f"{{out}}.fill({_FILL[statement.fill]})", (), target)
    inner = view_text(pad_source(statement), "{0}")
    emitter.emit(f"{assignable(pad_place(statement), '{out}')} = {inner}", (source,), target)


def assign_part(emitter: Emitter, statement: Assign) -> None:
    """``t[:, 1:] = first``; a sum, or what is added, is put together in an array of ours and goes there at last."""
    assert statement.part is not None
    target = emitter.tensors[statement.tensor]
    place = assignable(statement.part, "{out}")
    parts = list(terms(statement.value))
    if not statement.axes:
        _assign_element(emitter, statement, place, target)
        return
    if statement.accumulate:
        parts.insert(0, ("add", statement.part))
    (sign, first), *rest = parts
    source = _whole(emitter, first if sign == "add" else negated(first), statement.axes, bool(rest))
    for sign, term in rest:
        assert isinstance(source, Seen)
        emitter.binary(sign, source.value, emitter.argument(term, statement.axes), source.value)
    args = values_of([source])
    inner = spelled_out(source, args)
    emitter.emit(f"{place} = {inner}", (*args, target), target)


def _assign_element(emitter: Emitter, statement: Assign, place: str, target: Value) -> None:
    accumulate = statement.accumulate
    for sign, term in terms(statement.value):
        negative = sign == "subtract" and not accumulate
        number = emitter.argument(negated(term) if negative else term, ())
        args = values_of([number])
        head = {"add": "+=", "subtract": "-="}[sign] if accumulate else "="
        emitter.emit(f"{place} {head} {spelled_out(number, args)}", (*args, target), target)
        accumulate = True


def _whole(emitter: Emitter, node: Array, axes: Axes, changes: bool) -> Argument | Seen:
    """A value over some axes: what is changed afterwards in an array of its own."""
    if not changes:
        return _spread(emitter, node, axes)
    taken = Value("", _extents(axes), telling="taken")
    source = _spread(emitter, node, axes)
    if isinstance(source, Seen):
        emitter.copy_of(source, "", taken)
    else:
        emitter.emit(f"{{out}}.fill({source})", (), taken)
    return Seen(taken, "{}")


def taps(emitter: Emitter, statement: Taps) -> None:
    """A loop; what does not depend on its indices is computed before it."""
    emitter.aim(statement.tensor)
    for part in hoistable(statement):
        emitter.value(part)
    with _rounds(emitter, statement.indices):
        for inner in statement.statements:
            emitter.statement(inner)


@contextmanager
def _rounds(emitter: Emitter, indices: Axes) -> Iterator[None]:
    """The rounds of a loop: what they need again must live until its end."""
    start = len(emitter.ops)
    before = {v for op in emitter.ops for v in op.touched}
    with emitter.remembered():
        for index in indices:
            emitter.emit(one_head(index), (), None)
            emitter.depth += 1
        yield
        emitter.depth -= len(indices)
    used = dict.fromkeys(v for op in emitter.ops[start:] for v in op.touched)
    emitter.emit("", [v for v in used if v in before or v.place != "planned"], None)


def largest(emitter: Emitter, statement: Largest) -> None:
    """A loop: where a value is larger than all before it, its number takes the place of theirs."""
    target = emitter.aim(statement.largest)
    emitter.emit("{out}.fill(-np.inf)", (), target)
    place = emitter.tensors[statement.place] if statement.place else None
    if place is not None:
        if statement.is_small:
            place = emitter.tensors[statement.place] = replace(place, kind="byte")
        emitter.emit("{out}.fill(0)", (), place)
    for part in hoistable(statement):
        emitter.value(part)
    with _rounds(emitter, statement.indices):
        value = emitter.argument(statement.value, statement.axes)
        if place is not None:
            _mark(emitter, statement, value, place)
        emitter.binary("maximum", target, value, target)


def _mark(emitter: Emitter, statement: Largest, value: Argument, place: Value) -> None:
    """The number of a round where its value is the largest so far: numbers grow from round to round."""
    hit = Value("", place.extents, "bool", telling="hit")
    number = Value("", place.extents, place.kind, telling="number")
    emitter.binary("greater", value, emitter.tensors[statement.largest], hit)
    if place.kind == "byte":
        source = emitter.view(Seen(hit, "{}.view(np.uint8)"))
    else:
        emitter.copy_of(Seen(hit, "{}"), "", number)
        source = number
    emitter.binary("multiply", source, affine_text(statement.number), number)
    emitter.binary("maximum", place, number, place)


def guarded(emitter: Emitter, node: Guarded, out: Value) -> None:
    """The value where the guards hold: times 0 or 1 where a label decides, which is far faster than a masked copy."""
    if is_product(node):
        value = emitter.argument(node.arg, node.axes)
        _copied(emitter, _condition(emitter, node), out)
        emitter.binary("multiply", out, value, out)
        return
    mask = _condition(emitter, node)
    if node.other == "-inf" and node.arg.axes and isinstance(mask, Seen):
        _capped(emitter, node, mask, out)
        return
    source = _spread(emitter, node.arg, node.axes)
    emitter.emit(f"{{out}}.fill({_FILL[node.other]})", (), out)
    args = values_of([source, mask])
    emitter.emit(f"np.copyto({{out}}, {spelled_out(source, args)}, where={spelled_out(mask, args)})", (*args, out), out)


def _capped(emitter: Emitter, node: Guarded, mask: Seen, out: Value) -> None:
    """The least of a value and inf where the guards hold, -inf elsewhere: a third of the time of a masked copy."""
    value = emitter.argument(node.arg, node.axes)
    made = next((c.made for c in emitter.constants if c.value is mask.value), None)
    if made is not None:
        cap = _constant_like(emitter, mask.value, f"np.where({made}, np.inf, -np.inf).astype(self.dtype)")
    else:
        cap = Value("", mask.value.extents, telling="cap")
        emitter.emit("{out}.fill(-np.inf)", (), cap)
        emitter.emit("np.copyto({out}, np.inf, where={0})", (mask.value, cap), cap)
    emitter.copy_of(Seen(cap, mask.text), "", out)
    emitter.binary("minimum", out, value, out)


def _constant_like(emitter: Emitter, mask: Value, made: str) -> Value:
    """What is made of a constant, cut as that is."""
    known = next((c.value for c in emitter.constants if c.made == made), None)
    if known is None:
        cut = next(c.cut for c in emitter.constants if c.value is mask)
        known = Value(emitter.names.fresh("cap"), mask.extents, "float", "constant")
        emitter.constants.append(Constant(known, made, cut))
    return known


def _spread(emitter: Emitter, node: Array, axes: Axes) -> Argument | Seen:
    """A value ready to be broadcast over some axes."""
    if not node.axes:
        return emitter.argument(node, axes)
    source = emitter.seen(node)
    return Seen(source.value, source.text + aligned(node.axes, axes))


def condition(emitter: Emitter, statement: Condition) -> None:
    """What several statements ask for: a constant of the workspace, or computed into an array of its own."""
    found = _condition(emitter, statement.node)
    target = Value(emitter.tensors[statement.tensor].name, _extents(statement.axes), "bool")
    if isinstance(found, Seen) and found.text == "{}" and found.value.place == "constant":
        target = found.value
    else:
        _copied(emitter, found, target)
    emitter.tensors[statement.tensor] = target


def _condition(emitter: Emitter, node: Guarded) -> Seen | str:
    """Where all guards of a node hold, as an array of truth values that is broadcast over its axes."""
    if node.known is not None:
        return Seen(emitter.tensors[node.known.tensor], "{}" + aligned(node.known.axes, node.axes))
    masks = [_mask(emitter, node, guard) for guard in node.guards]
    if len(masks) == 1:
        return masks[0]
    total = Value("", _extents(node.axes), "bool", telling="mask")
    for k, mask in enumerate(masks):
        if k:
            more = Value("", total.extents, "bool", telling="mask")
            _copied(emitter, mask, more)
            emitter.binary("logical_and", total, more, total)
        else:
            _copied(emitter, mask, total)
    return total if isinstance(total, str) else Seen(total, "{}")


def _copied(emitter: Emitter, source: Seen | str, out: Value) -> None:
    if isinstance(source, str):
        emitter.emit(f"{{out}}[...] = {source.removeprefix('(').removesuffix(')')}", (), out)
    else:
        emitter.copy_of(source, "", out)


def _mask(emitter: Emitter, node: Guarded, guard: Guard) -> Seen | str:
    """Where one guard holds: what it reads is compared with a number, or with one for each point."""
    left, relation, right = sides(guard, node.axes)
    if not any(True for _ in left.reads()):
        return _constant_mask(emitter, node, guard)
    ((_, access),) = left.terms
    assert isinstance(access, Access)
    label = dict(node.labels)[access]
    varying = any(i in node.axes for i in right.indices())
    names = tuple(i for i in node.axes if i in {*label.axes, *right.indices()})
    number: Argument = _grid(emitter, right, names) if varying else affine_text(right)
    mask = Value("", _extents(names), "bool", telling="mask")
    known = emitter.argument(label, names)
    if varying and isinstance(known, Value) and known.kind == "byte":
        known = _as_whole_numbers(emitter, known)
    emitter.binary(_UFUNCS[relation], known, number, mask)
    return Seen(mask, "{}" + aligned(names, node.axes))


def _as_whole_numbers(emitter: Emitter, bytes_: Value) -> Value:
    """Bytes as NumPy's own integers, for a comparison with such."""
    out = Value("", bytes_.extents, "int", telling="place")
    emitter.copy_of(Seen(bytes_, "{}"), "", out)
    return out


_UFUNCS = {">=": "greater_equal", "<=": "less_equal", "==": "equal", "!=": "not_equal"}


def _constant_mask(emitter: Emitter, node: Guarded, guard: Guard) -> Seen | str:
    """A condition on indices alone: made with the workspace, unless it depends on a loop."""
    names = tuple(i for i in node.axes if i in set(guard.affine.indices()))
    if set(guard.affine.indices()) - set(names):
        return f"({guard_text(node, guard)})"
    most = Guard(_of_workspace(guard.affine), guard.relation)
    made = guard_text(replace(node, axes=tuple(map(_most, names)), labels=()), most)
    return Seen(_constant(emitter, "mask", made, names, "bool"), "{}" + aligned(names, node.axes))


def _grid(emitter: Emitter, affine: Affine, names: Axes) -> Argument:
    """The values of an affine expression, made with the workspace, unless it depends on a loop."""
    own = tuple(i for i in names if i in set(affine.indices()))
    if set(affine.indices()) - set(own):
        each = Value("", _extents(names), "int", telling="place")
        emitter.emit(f"{{out}}[...] = {grid_text(affine, names, {})}", (), each)
        return each
    made = grid_text(_of_workspace(affine), tuple(map(_most, own)), {})
    constant = _constant(emitter, "place", made, own, "int")
    if own == names:
        return constant
    out = Value("", _extents(names), "int", telling="place")
    emitter.copy_of(Seen(constant, "{}"), aligned(own, names), out)
    return out


def counted(emitter: Emitter, node: Counted) -> Value:
    """The values of an index as floats, made with the workspace."""
    most = Counted(_most(node.index), (_most(node.index),))
    return _constant(emitter, "count", counted_text(most, "self.dtype"), node.axes, "float")


def _constant(emitter: Emitter, telling: str, made: str, axes: Axes, kind: Kind) -> Value:
    """An array that the workspace makes once, as large as it will ever need it."""
    for known in emitter.constants:
        if known.made == made:
            return known.value
    value = Value(emitter.names.fresh(telling), _extents(axes), kind, "constant")
    cut = ", ".join(f":{extent_text(i.extent)}" if isinstance(i.extent, Size) else ":" for i in axes)
    sized = any(isinstance(i.extent, Size) for i in axes)
    emitter.constants.append(Constant(value, made, f"[{cut}]" if sized else ""))
    return value


def _of_workspace(affine: Affine) -> Affine:
    return affine.substitute({i: Affine.of(_most(i)) for i in affine.indices()})


def _most(index: Index) -> Index:
    """The index with the largest extent: in a workspace the batch is called so."""
    extent = index.extent
    return Index(index.name, Size("batch", extent.plus)) if extent == Size("N", getattr(extent, "plus", 0)) else index


def _extents(axes: Axes) -> tuple[Extent, ...]:
    return tuple(i.extent for i in axes)
