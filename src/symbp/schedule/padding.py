"""Guards that state where positions lie, made part of the arrays: padding around what is read or written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import sympy

from symbp.equation import Access, Affine, Equation, Extent, Guard, Read, plus
from symbp.schedule.affine import Reach, minus, reach
from symbp.schedule.local import Locals

Fill = Literal["0", "1", "-inf"]


@dataclass(frozen=True)
class Margin:
    """What an axis of a padded copy holds: ``before`` fillings, the positions ``first`` up to ``stop``, ``after``."""

    before: int
    first: int
    stop: Extent
    after: int

    @property
    def extent(self) -> Extent:
        return plus(self.stop, self.before - self.first + self.after)

    @property
    def shift(self) -> int:
        """How much further a position lies in the copy."""
        return self.before - self.first


@dataclass(frozen=True)
class Pad:
    """``tensor`` is ``source`` with margins of ``fill`` around it."""

    tensor: str
    source: str
    shape: tuple[Extent, ...]
    margins: tuple[Margin, ...]
    fill: Fill


@dataclass(frozen=True)
class Unguarded:
    """An equation that is in range everywhere, the copies it reads, and what is left of its guards.

    Attributes:
        margins: Of the left side, if its tensor is the padded one of another.
    """

    equation: Equation
    pads: tuple[Pad, ...] = ()
    target: str | None = None
    margins: tuple[Margin, ...] = ()


def unguarded(local: Locals, equation: Equation) -> Unguarded:
    """The equation with padding in place of the guards that keep its positions inside their tensors."""
    equation, target, margins = _padded_target(local, equation)
    fill: dict[Read, Fill] = {}
    kept = list(equation.guards)
    for read in equation.reads:
        stated = [g for p in _moving(read.access) for g in equation.guards if _states(g, p)]
        found = _fill(equation, read, stated)
        if stated and found is not None:
            fill[read] = found
            kept = [g for g in kept if g not in stated]
    pads: list[Pad] = []
    exchange: dict[sympy.Basic, sympy.Basic] = {}
    for read in equation.reads:
        copy = _padded_read(local, equation, read, fill.get(read, "1"))
        if copy is not None:
            access, pad = copy
            exchange[read] = Read(access)
            pads += [pad] if pad is not None else []
    body = equation.body.xreplace(exchange)
    return Unguarded(replace(equation, body=body, guards=tuple(kept)), tuple(pads), target, margins)


def _moving(access: Access) -> Iterator[Affine]:
    """The positions of some index."""
    return (p for p in access.indices if p.terms)


def _states(guard: Guard, position: Affine) -> bool:
    """Whether a guard bounds a position and says nothing else."""
    if guard.relation != ">=":
        return False
    return not (position - guard.affine).terms or not (position + guard.affine).terms


def _bounds(equation: Equation, position: Affine, extent: Extent) -> Reach:
    """Where the guards let a position of an axis be."""
    low, stop = 0, extent
    for guard in equation.guards:
        if guard.relation != ">=":
            continue
        below, above = position - guard.affine, position + guard.affine
        if not below.terms:
            low = max(low, below.constant)
        elif not above.terms and isinstance(stop, int):
            stop = min(stop, above.constant + 1)
    return Reach(low, stop)


def _margin(equation: Equation, position: Affine, extent: Extent) -> Margin:
    """The margin that makes all positions lie inside, and empty where the guards forbid them."""
    whole = Margin(0, 0, extent, 0)
    found = reach(position)
    if found is None:
        return whole
    bounds = _bounds(equation, position, extent)
    first = bounds.low if found.low < bounds.low else 0
    first = min(first, extent) if isinstance(extent, int) else first
    over = minus(found.stop, bounds.stop)
    stop = bounds.stop if over is not None and over > 0 else extent
    stop = max(first, stop) if isinstance(stop, int) else stop  # guards that exclude one another leave nothing
    return Margin(max(0, first - found.low), first, stop, max(0, minus(found.stop, stop) or 0))


def _margins(local: Locals, equation: Equation, access: Access) -> tuple[Margin, ...] | None:
    """The margins of a tensor at an access; None if it needs none."""
    shape = local.program.tensor[access.tensor].shape
    found = tuple(_margin(equation, p, e) for p, e in zip(access.indices, shape, strict=True))
    needed = any(m != Margin(0, 0, e, 0) for m, e in zip(found, shape, strict=True))
    return found if needed else None


def _shifted(access: Access, tensor: str, margins: tuple[Margin, ...]) -> Access:
    return Access(tensor, tuple(p + m.shift for p, m in zip(access.indices, margins, strict=True)))


def _padded_target(local: Locals, equation: Equation) -> tuple[Equation, str | None, tuple[Margin, ...]]:
    """The equation with a left side around which there is room, if it needs some; guards on it are gone."""
    margins = _margins(local, equation, equation.lhs)
    stated = [g for p in _moving(equation.lhs) for g in equation.guards if _states(g, p)]
    if not stated or equation.reduction in ("max", "argmax"):
        return equation, None, ()
    kept = tuple(g for g in equation.guards if g not in stated)
    if margins is None:
        return replace(equation, guards=kept), None, ()
    room = local.add(f"{equation.target}_padded", equation.target, tuple(m.extent for m in margins))
    lhs = _shifted(equation.lhs, room.name, margins)
    # where the guards fail, a point now writes into the margin, at which nobody looks
    return replace(equation, lhs=lhs, guards=kept, accumulate=True), equation.target, margins


def _padded_read(local: Locals, equation: Equation, read: Read, fill: Fill) -> tuple[Access, Pad | None] | None:
    """The read from a padded copy, and the copy if it is new; None if no copy is needed."""
    margins = _margins(local, equation, read.access)
    if margins is None:
        return None
    source = read.access.tensor
    key = (source, margins, fill)
    if key in local.known:
        return _shifted(read.access, local.known[key].name, margins), None
    tensor = local.add(f"{source}_padded", source, tuple(m.extent for m in margins))
    local.known[key] = tensor
    pad = Pad(tensor.name, source, local.program.tensor[source].shape, margins, fill)
    return _shifted(read.access, tensor.name, margins), pad


def _fill(equation: Equation, read: Read, stated: list[Guard]) -> Fill | None:
    """What makes a point count for nothing if this read gives it; None if there is no such number."""
    body = equation.body
    if equation.reduction in ("", "sum"):
        return "0" if body.xreplace({read: sympy.Integer(0)}) == 0 else None
    over = set(equation.over)
    if all(over & set(g.affine.indices()) for g in stated) and not (body - read).has(read):
        return "-inf"
    return None
