"""Sums, maxima and places of maxima over axes in the workspace."""

from __future__ import annotations

from symbp.numpy_code.expression import axis_text, kept_axes, merged_text
from symbp.numpy_code.views import in_rows, transposed
from symbp.numpy_code.windows import product_text
from symbp.numpy_code.workspace.constants import ones
from symbp.numpy_code.workspace.ops import FLAT, Emitter, Seen, Value
from symbp.schedule.arrays import Array, Axes, Reduce, memory_axes

_REDUCED = {  # the ufuncs' own methods; x.max() is Python code that calls them
    "sum": "np.add.reduce({}, {}, out={{out}})",
    "max": "np.maximum.reduce({}, {}, out={{out}})",
    "argmax": "{}.argmax({}, out={{out}})",
}


def reduce(emitter: Emitter, node: Reduce, out: Value) -> None:
    kept = kept_axes(node)
    target = out if kept == node.axes else emitter.fresh(node, kept, "int" if node.kind == "argmax" else "float")
    # of a view that is no mere reshape NumPy would make a copy of its own
    whole = memory_axes(node.arg) == node.arg.axes
    source = emitter.seen(node.arg) if whole else Seen(emitter.value(node.arg), "{}")
    first, last = _ends(node)
    summed = node.kind == "sum" and source.kind == "float"
    if summed and first + kept + last == node.arg.axes:
        _dotones(emitter, node, source, target)
    elif summed and not first and not last and (before := _before(node)):
        _ones_between(emitter, node, source, target, before)
    elif node.kind == "max" and len(node.arg.axes) > 3 and node.over == node.arg.axes[-2:-1]:
        # along one of four axes NumPy takes a kilobyte of memory for itself
        first, after = node.arg.axes[:-2], node.arg.axes[-1:]
        largest = _as(emitter, Seen(target, "{}"), (first, after))
        args = (_as(emitter, source, (first, node.over, after)),)
        emitter.emit(_REDUCED["max"].format("{0}", "axis=1"), args, largest)
    else:
        inner, call = merged_text(node, source.text.replace("{}", "{0}")), _REDUCED[node.kind]
        rows = inner == "{0}" and in_rows(node.arg.axes, kept)
        emitter.emit(call.format(inner, axis_text(node)), (source.value,), target, rows=rows)
    if target is not out:
        emitter.emit(f"{{out}}[...] = {{0}}{transposed(kept, node.axes)}", (target,), out)


def is_total(node: Array) -> bool:
    """Whether it is the sum of all that an array has."""
    return isinstance(node, Reduce) and node.kind == "sum" and not node.axes and bool(node.arg.axes)


def total(emitter: Emitter, node: Reduce) -> tuple[Value, Value]:
    """Two vectors whose product is the sum of an array: its sums over the last axis, and ones."""
    rows, last = node.arg.axes[:-1], node.arg.axes[-1:]
    summed = Reduce("sum", node.arg, last, rows) if rows else node.arg
    return _flat(emitter, emitter.value(summed), summed.axes), ones(emitter, summed.axes)


def _ends(node: Reduce) -> tuple[Axes, Axes]:
    """The axes that are summed in front of those that are kept, and behind them."""
    axes = node.arg.axes
    places = [k for k, i in enumerate(axes) if i not in node.over]
    return axes[: places[0]], axes[places[-1] + 1 :]


def _dotones(emitter: Emitter, node: Reduce, source: Seen, out: Value) -> None:
    """Sums over the last or the first axes as products with ones, which BLAS computes three times as fast and more.

    OpenBLAS, one thread, float32, us: sum(axis=0) of (32, 10) 1.5, ones.dot 0.3; of (1024, 256) 36 and 13;
    sum(axis=1) 58 and 15.
    """
    kept, (first, last) = kept_axes(node), _ends(node)
    if last:
        sums = out if not first else emitter.fresh(node, first + kept)
        rows = _as(emitter, source, (first + kept, last))
        into = _flat(emitter, sums, first + kept)
        emitter.emit("{0}.dot({1}, out={out})", (rows, ones(emitter, last)), into, rows=into is sums)
        source = Seen(sums, "{}")
    if first:
        rows = _as(emitter, source, (first, kept))
        emitter.emit("{0}.dot({1}, out={out})", (ones(emitter, first), rows), _flat(emitter, out, kept))


def _before(node: Reduce) -> Axes:
    """The axes in front of those that are summed, if these stand side by side."""
    axes = node.arg.axes
    start = min(map(axes.index, node.over))
    return axes[:start] if set(axes[start : start + len(node.over)]) == set(node.over) else ()


def _ones_between(emitter: Emitter, node: Reduce, source: Seen, out: Value, before: Axes) -> None:
    """Sums over axes in the middle as one product with ones for each place before them.

    Us: sum(axis=1) of (4, 1600, 128) 162, with ones 56; of (16, 64, 64) 23 and 4.
    """
    axes = node.arg.axes
    over, after = axes[len(before) : len(before) + len(node.over)], axes[len(before) + len(node.over) :]
    matrices = _as(emitter, source, (before, over, after))
    sums = _as(emitter, Seen(out, "{}"), (before, after))
    rows = sums is out and matrices is source.value
    emitter.emit("np.matmul({0}, {1}, out={out})", (ones(emitter, over), matrices), sums, rows=rows)


def _as(emitter: Emitter, source: Seen, groups: tuple[Axes, ...]) -> Value:
    """An array with each group of its axes as one."""
    if all(len(group) == 1 for group in groups):
        return emitter.view(source)
    shape = ", ".join(product_text(tuple(i.extent for i in axes)) for axes in groups)
    return emitter.view(Seen(source.value, f"{source.text}.reshape({shape})"))


def _flat(emitter: Emitter, value: Value, axes: Axes) -> Value:
    return emitter.view(Seen(value, "{}" + FLAT if len(axes) > 1 else "{}"))
