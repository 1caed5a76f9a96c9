"""Loops over taps, padding and parts of tensors as text."""

from __future__ import annotations

from collections.abc import Iterator

from symbp.equation import Affine, Index, plus
from symbp.numpy_code.names import spelled
from symbp.numpy_code.scalars import extent_text
from symbp.numpy_code.windows import view_text
from symbp.schedule import Largest, Pad, Recurrence, Taps
from symbp.schedule.arrays import Array, Axes, Operand, Scalar, View, children, free_indices, is_read
from symbp.schedule.padding import Margin

FILL = {"0": "", "1": ", constant_values=1", "-inf": ", constant_values=-np.inf"}


def assignable(part: View, name: str = "") -> str:
    """A part of a tensor as the left side of an assignment."""
    name = name or spelled(part.tensor)
    text = view_text(part, name)
    return text if text.startswith(f"{name}[") and text.endswith("]") else f"{text}[...]"


def head_line(indices: Axes) -> str:
    """``for u, v in np.ndindex(3, 3):``."""
    names = ", ".join(spelled(i.name) for i in indices)
    extents = ", ".join(str(i.extent) for i in indices)
    points = f"range({extents})" if len(indices) == 1 else f"np.ndindex({extents})"
    return f"for {names} in {points}:"


def steps_head(loop: Recurrence) -> str:
    """``for t in range(T):``, ``for t in reversed(range(T)):``."""
    steps = f"range({extent_text(loop.index.extent)})"
    return f"for {spelled(loop.index.name)} in {f'reversed({steps})' if loop.reverse else steps}:"


def one_head(index: Index) -> str:
    """``for u in range(3):``: nested loops make no tuples, which is what a workspace needs."""
    return f"for {spelled(index.name)} in range({index.extent}):"


def hoistable(taps: Taps | Largest) -> list[Array]:
    """The largest parts of the values in a loop that do not depend on its indices, but for tensors as they are."""
    values = [taps.value] if isinstance(taps, Largest) else [s.value for s in taps.statements]
    return list(
        dict.fromkeys(part for value in values for part in _constant(value, frozenset(taps.indices), taps.tensor))
    )


def _constant(value: Array, taps: frozenset[Index], target: str) -> Iterator[Array]:
    if isinstance(value, Operand | Scalar | View):
        return
    if not free_indices(value) & taps and value.axes and not is_read(target, value):
        yield value
    else:
        for child in children(value):
            yield from _constant(child, taps, target)


def pad_text(pad: Pad) -> str:
    """``np.pad(x, ((0, 0), (1, 1)))``."""
    inner = pad_source(pad)
    widths = ", ".join(f"({m.before}, {m.after})" for m in pad.margins)
    trailing = "," if len(pad.margins) == 1 else ""
    return f"np.pad({view_text(inner, spelled(pad.source))}, ({widths}{trailing}){FILL[pad.fill]})"


def pad_source(pad: Pad) -> View:
    """What is copied of the tensor."""
    axes = _inner(pad.margins)
    positions = tuple(Affine.of(i) + m.first for i, m in zip(axes, pad.margins, strict=True))
    return View(pad.source, pad.shape, positions, axes)


def pad_place(pad: Pad) -> View:
    """Where it goes."""
    axes = _inner(pad.margins)
    positions = tuple(Affine.of(i) + m.before for i, m in zip(axes, pad.margins, strict=True))
    return View(pad.tensor, tuple(m.extent for m in pad.margins), positions, axes)


def _inner(margins: tuple[Margin, ...]) -> tuple[Index, ...]:
    return tuple(Index(f"axis{k}", plus(m.stop, -m.first)) for k, m in enumerate(margins))
