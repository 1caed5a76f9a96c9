"""Affine positions as NumPy text: slices, reshapes and windows."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from symbp.equation import Access, Affine, Extent, Index, Size
from symbp.numpy_code.names import spelled
from symbp.numpy_code.scalars import extent_text, grouped
from symbp.numpy_code.views import transposed
from symbp.schedule.affine import digits, split_range
from symbp.schedule.arrays import Axes, View
from symbp.schedule.blocks import runs
from symbp.schedule.taps import is_window

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def view_text(view: View, source: str) -> str:
    """The view of an array called ``source``: ``x[:, 1:27]``, ``f.reshape(N, 3, 4)``, ``_windows(x, ...)``."""
    terms = [digits(p, view.axes) for p in view.positions]
    if any(len(t) > 1 for t in terms):
        return _windows(view, source, terms) if is_window(view) else _reshaped(view, source, terms)
    cut = source + subscript([_slice(p, e, view.axes) for p, e in zip(view.positions, view.shape, strict=True)])
    cut += subscript(["::-1" if t[0][0] < 0 else ":" for t in terms if t])
    natural = tuple(t[0][1] for t in terms if t)
    if len(set(natural)) < len(natural):
        return _diagonal(cut, natural, view.axes)
    return cut + transposed(natural, view.axes)


def _reshaped(view: View, source: str, terms: Sequence[tuple[tuple[int, Index], ...]]) -> str:
    """Axes split into digits, after the part of each that is split was cut out; the others are cut afterwards."""
    extents: list[str] = []
    parts: list[str] = []
    split_parts: list[str] = []
    for position, extent, found in zip(view.positions, view.shape, terms, strict=True):
        split_parts.append(_range_text(split_range(position, view.axes), extent))
        split = len(found) > 1
        extents += [extent_text(i.extent) for _, i in found] if split else [extent_text(extent)]
        parts += [":"] * len(found) if split else [_slice(position, extent, view.axes)]
    flips = ["::-1" if t[0] < 0 and len(found) == 1 else ":" for found in terms for t in found]
    natural = tuple(index for found in terms for _, index in found)
    text = f"{source}{subscript(split_parts)}.reshape({', '.join(extents)})"
    return text + subscript(parts) + subscript(flips) + transposed(natural, view.axes)


def _range_text(part: range | None, extent: Extent) -> str:
    """A range of an axis as a slice: ``:4``, ``4:8``, ``8:``."""
    if part is None:
        return ":"
    return f"{part.start or ''}:{'' if part.stop == extent else part.stop}"


def _windows(view: View, source: str, terms: Sequence[tuple[tuple[int, Index], ...]]) -> str:
    """``_windows(x, (0, 1, N), (1, 2, 13), (1, 1, 3))``: for each axis which one it steps along, how far, how often."""
    starts = [_start(p, view.axes) for p in view.positions]
    kept = [k for k, t in enumerate(terms) if t]
    steps = {index: (axis, step) for axis, k in enumerate(kept) for step, index in terms[k]}
    axes = ", ".join(f"({steps[i][0]}, {steps[i][1]}, {extent_text(i.extent)})" for i in view.axes)
    cut = subscript(
        [f"{_spaced(s)}:" if t and s != "0" else s if not t else ":" for s, t in zip(starts, terms, strict=True)]
    )
    return f"_windows({source}{cut}, {axes})"


def _spaced(text: str) -> str:
    return f"{text} " if " " in text else text


def _diagonal(source: str, natural: Axes, axes: Axes) -> str:
    letters = dict(zip(dict.fromkeys(natural), _LETTERS, strict=False))
    sides = ["".join(letters[i] for i in side) for side in (natural, axes)]
    return f'np.einsum("{sides[0]}->{sides[1]}", {source})'


def subscript(parts: Sequence[str]) -> str:
    parts = list(parts)
    while parts and parts[-1] == ":":
        parts.pop()
    return f"[{', '.join(parts)}]" if parts else ""


def _scalar_part(position: Affine, axes: Axes) -> Affine:
    return Affine(tuple((c, a) for c, a in position.terms if a not in axes), position.constant)


def _start(position: Affine, axes: Axes) -> str:
    return affine_text(_scalar_part(position, axes))


def _slice(position: Affine, extent: Extent, axes: Axes) -> str:
    """One axis of a subscript: a number, or a slice of as many steps as its index takes."""
    terms = digits(position, axes)
    low = _scalar_part(position, axes)
    if not terms:
        return affine_text(low)
    ((step, index),) = terms
    if step < 0:
        low, step = low + (Affine.of(index.extent) - 1) * step, -step
    start = "" if not low.terms and not low.constant else affine_text(low)
    stop = "" if _reaches_end(low, step, index.extent, extent) else _stop(low, step, index.extent)
    wide = any(" " in part for part in (start, stop))
    colon = " : " if wide else ":"
    text = colon.join([start, stop, *([str(step)] if step > 1 else [])])
    return text.strip() if wide else text


def _reaches_end(low: Affine, step: int, count: Extent, extent: Extent) -> bool:
    """Whether the next step would leave the axis: then a slice needs no end."""
    if low.terms:
        return False
    if isinstance(count, int) and isinstance(extent, int):
        return low.constant + step * count >= extent
    if isinstance(count, Size) and isinstance(extent, Size) and count.name == extent.name and step == 1:
        return low.constant + count.plus >= extent.plus
    return False


def _stop(low: Affine, step: int, count: Extent) -> str:
    if isinstance(count, int):
        return affine_text(low + (step * (count - 1) + 1))
    stop = low + Affine.of(count) * step
    return affine_text(stop) if stop.constant >= -1 or len(stop.terms) > 1 else f"max({affine_text(stop)}, 0)"


def affine_text(affine: Affine) -> str:
    """An affine expression in the variables of loops: ``2 * u + 1``."""
    terms, constant = sorted(affine.terms, key=lambda term: -abs(term[0])), affine.constant
    first = str(constant) if constant > 0 and terms and terms[0][0] < 0 else ""
    text, constant = first, 0 if first else constant
    for coefficient, atom in terms:
        name = access_text(atom) if isinstance(atom, Access) else spelled(atom.name)
        size = name if abs(coefficient) == 1 else f"{abs(coefficient)} * {name}"
        sign = "-" if coefficient < 0 else "+"
        text = f"{text} {sign} {size}" if text else size if sign == "+" else f"-{size}"
    if not text:
        return str(constant)
    return f"{text} {'+' if constant > 0 else '-'} {abs(constant)}" if constant else text


def access_text(access: Access) -> str:
    return spelled(access.tensor)


# groups of axes, for matrix products


def grouped_text(have: Axes, groups: Sequence[Axes], always: bool = False) -> str:
    """What brings an array with axes ``have`` into groups, each one axis; a reshape ``always``, or if it must be."""
    flat = tuple(i for group in groups for i in group)
    if all(len(group) == 1 for group in groups) and not always:
        return transposed(have, flat)
    found = runs(have, groups)
    if not found:
        return f"{transposed(have, flat)}.reshape({group_extents(groups)})"
    if found == tuple(g for g in groups if g):
        return f".reshape({group_extents(groups)})"
    names = {run: Index(f"group{k}", 0) for k, run in enumerate(found)}
    view = transposed(tuple(names[r] for r in found), tuple(names[g] for g in groups if g))
    spread = subscript([":" if g else "None" for g in groups]) if not all(groups) else ""
    merged = f".reshape({group_extents(found)})" if always or any(len(run) > 1 for run in found) else ""
    return merged + view + spread


def copies(have: Axes, groups: Sequence[Axes]) -> bool:
    """Whether NumPy copies an array to bring it into groups."""
    return any(len(group) > 1 for group in groups) and not runs(have, groups)


def group_extents(groups: Sequence[Axes]) -> str:
    """The shape of an array of groups: ``N, 9, 676``."""
    return ", ".join(product_text(tuple(i.extent for i in group)) for group in groups)


def product_text(extents: tuple[Extent, ...]) -> str:
    """The product of extents: ``9``, ``N * 676``."""
    count = prod(e for e in extents if isinstance(e, int))
    sizes = [grouped(extent_text(e)) for e in extents if isinstance(e, Size)]
    factors = [*sizes, *([str(count)] if count != 1 or not sizes else [])]
    return extent_text(extents[0]) if len(extents) == 1 else " * ".join(factors)
