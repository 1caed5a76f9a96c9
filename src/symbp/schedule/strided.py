"""The statements of an equation whose positions are affine: slices, windows, padding and loops over taps."""

from __future__ import annotations

from dataclasses import replace

from symbp.equation import Access, Affine, Equation, Extent, Index, Read, plus, substitute_indices
from symbp.rewrite.patterns import covers
from symbp.schedule.affine import digits, may_be_empty, overlaps
from symbp.schedule.arrays import Array, Axes, View
from symbp.schedule.columns import with_columns
from symbp.schedule.contract import NeedsTaps
from symbp.schedule.local import Locals, loop_index, numbered, plain_name
from symbp.schedule.lower import Lowering, NoKernel, positions
from symbp.schedule.padding import Unguarded, unguarded
from symbp.schedule.statements import Assign, Filled, Largest, Scatter, Statement, Taps, Zero
from symbp.schedule.taps import are_few, splitting_indices, window_indices
from symbp.schedule.valued import valued


def array_statements(local: Locals, equation: Equation) -> tuple[Statement, ...]:
    """The statements that compute an equation.

    Raises:
        NoKernel: no array form is known.
    """
    if any(True for p in equation.lhs.indices for _ in p.reads()):
        return (_scattered(local, equation),)
    if equation.reduction == "max" and may_be_empty(equation):
        return _filled(local, equation)
    free = unguarded(local, equation)
    found = _written(local, free.equation)
    if free.target is not None:
        found = (Zero(free.equation.target), *found, _cropped(local, free, free.target))
    return (*free.pads, *found)


def _filled(local: Locals, equation: Equation) -> tuple[Statement, ...]:
    """A maximum with 0 where there is nothing to take it of; in a tensor of its own, unless it is all of one."""
    axes = _frame(equation)
    alone = not equation.accumulate and not _has_others(local, equation)
    if alone and covers(replace(equation, guards=()), local.program.tensor[equation.target]):
        free = unguarded(local, equation)
        return (*free.pads, *_written(local, free.equation), Filled(equation.target, axes))
    tensor = local.add(f"{equation.target}_max", equation.target, tuple(i.extent for i in axes))
    inner = replace(equation, lhs=Access.of(tensor.name, *axes), domain=axes, accumulate=False)
    free = unguarded(local, inner)
    found = _written(local, free.equation)
    outer = Equation(equation.lhs, Read(inner.lhs), equation.domain, accumulate=equation.accumulate)
    return (*free.pads, *found, Filled(tensor.name, axes), *_gathered(local, outer))


def _scattered(local: Locals, equation: Equation) -> Scatter:
    """``E_bar[tok[n,t],d] += value``."""
    frame = equation.domain
    places = positions(equation.lhs)
    value = valued(Lowering(local.program, local.order, (*frame, *equation.over)), equation)
    # different points write different elements if each index stands by itself in some position
    distinct = set(frame) <= {p for p in places if isinstance(p, Index)}
    return Scatter(equation.target, places, value, frame, distinct)


def _cropped(local: Locals, free: Unguarded, target: str) -> Assign:
    """What a padded target holds inside its margins, added to the tensor."""
    room = free.equation.target
    axes = numbered(tuple(plus(m.extent, -m.before - m.after) for m in free.margins))
    inside = tuple(Affine.of(i) + m.before for i, m in zip(axes, free.margins, strict=True))
    whole = tuple(Affine.of(i) + m.first for i, m in zip(axes, free.margins, strict=True))
    value = View(room, _shape(local, room), inside, axes)
    return _assigned(local, Access(target, whole), axes, value, accumulate=True)


def _shape(local: Locals, name: str) -> tuple[Extent, ...]:
    return local.program.tensor[name].shape


def _written(local: Locals, equation: Equation) -> tuple[Statement, ...]:
    """The statements of an equation all of whose positions lie inside their tensors."""
    collides = any(overlaps(digits(p, equation.domain)) for p in equation.lhs.indices)
    labelled = any(True for g in equation.guards for _ in g.affine.reads())
    taps = window_indices(local.program, equation, [equation.lhs], equation.domain)
    if not taps or not (collides or labelled or equation.over):
        return _gathered(local, equation)
    if not are_few(taps) or equation.reduction in ("max", "argmax"):
        raise NoKernel(f"{equation}: different points write the same elements")
    before: tuple[Statement, ...] = ()
    if equation.over:
        before, equation = _columns(local, equation, taps)
    return (*before, _tapped(local, equation, taps, adds=collides or _has_others(local, equation)))


def _has_others(local: Locals, equation: Equation) -> bool:
    """Whether more equations write the tensor than this one."""
    return len(local.program.defining(equation.target)) > 1


def _columns(local: Locals, equation: Equation, taps: Axes) -> tuple[tuple[Statement, ...], Equation]:
    """What is summed at each point computed first."""
    order = _with_taps(equation, tuple(dict.fromkeys(i for i in equation.lhs.index_atoms() if i not in taps)), taps)
    tensor = local.add(f"{plain_name(equation.target)}_columns", equation.target, tuple(i.extent for i in order))
    inner = replace(equation, lhs=Access.of(tensor.name, *order), domain=order, accumulate=False)
    columns = Read(Access.of(tensor.name, *order))
    outer = Equation(equation.lhs, columns, equation.domain, accumulate=True)
    return _started(_gathered(local, inner), tensor.name), outer


def _with_taps(equation: Equation, named: Axes, taps: Axes) -> Axes:
    """The indices of columns: the taps behind what stands beside them in a kernel, else before what they shift."""
    together = [set(r.access.index_atoms()) for r in equation.reads if set(taps) <= set(r.access.index_atoms())]
    places = [k for k, index in enumerate(named) if any(index in indices for indices in together)]
    moved = {i for p in equation.lhs.indices if set(taps) & set(p.indices()) for i in p.indices()}
    if places:
        return (*named[: places[-1] + 1], *taps, *named[places[-1] + 1 :])
    return (*(i for i in named if i not in moved), *taps, *(i for i in named if i in moved))


def _started(statements: tuple[Statement, ...], tensor: str) -> tuple[Statement, ...]:
    """The statements that compute a tensor of the schedule, which starts as zero if they add to it from the first."""
    first = next(s for s in statements if s.tensor == tensor)
    return (Zero(tensor), *statements) if isinstance(first, Taps) else statements


def _gathered(local: Locals, equation: Equation) -> tuple[Statement, ...]:
    """The statements of an equation whose points write different elements."""
    lowering = _lowering(local, equation)
    try:
        value = valued(lowering, equation)
    except NeedsTaps:
        return _BY_TAPS[equation.reduction](local, equation)
    columns, value = with_columns(local, value)
    # where a mask leaves 0 another equation may have written
    adds = equation.accumulate or (bool(equation.guards) and _has_others(local, equation))
    return (*columns, _assigned(local, equation.lhs, _frame(equation), value, adds))


def _frame(equation: Equation) -> Axes:
    """The indices of the domain in the order of the left side, those of a position by their steps."""
    named = (index for p in equation.lhs.indices for _, index in digits(p, equation.domain))
    return tuple(dict.fromkeys(named))


def _lowering(local: Locals, equation: Equation) -> Lowering:
    return Lowering(local.program, local.order, (*_frame(equation), *equation.over))


def _assigned(local: Locals, lhs: Access, axes: Axes, value: Array, accumulate: bool) -> Assign:
    tensor = local.program.tensor[lhs.tensor]
    if covers(Equation(lhs, Read(lhs), axes), tensor):
        return Assign(lhs.tensor, axes, value, accumulate)
    return Assign(lhs.tensor, axes, value, accumulate, View(lhs.tensor, tensor.shape, lhs.indices, axes))


def _tapped(local: Locals, equation: Equation, taps: Axes, adds: bool = True) -> Taps:
    """A loop over the taps, in which they are numbers and what they give is added up, or put in its place."""
    taps, equation = _as_numbers(local, equation, taps)
    value = valued(_lowering(local, equation), equation)
    inner = _assigned(local, equation.lhs, _frame(equation), value, adds)
    return Taps(taps, (inner,))


def _as_numbers(local: Locals, equation: Equation, taps: Axes) -> tuple[Axes, Equation]:
    """The taps under names that a loop may have, and the equation in which they are bound no more."""
    renaming = {i: loop_index(local.program, i) for i in taps}
    mapping = {old: Affine.of(new) for old, new in renaming.items()}
    over = tuple(i for i in equation.over if i not in taps)
    inner = replace(
        equation,
        lhs=equation.lhs.substitute(mapping),
        body=substitute_indices(equation.body, mapping),
        domain=tuple(i for i in equation.domain if i not in taps),
        over=over,
        reduction=equation.reduction if over else "",
        guards=tuple(g.substitute(mapping) for g in equation.guards),
    )
    return tuple(renaming.values()), inner


def _summed_by_taps(local: Locals, equation: Equation) -> tuple[Statement, ...]:
    everything = (*_frame(equation), *equation.over)
    found = window_indices(local.program, equation, [r.access for r in equation.reads], everything)
    splitting = splitting_indices(local.program, equation)
    taps = tuple(i for i in everything if i in found or i in splitting)
    return (_tapped(local, equation, _few(equation, taps)),)


def _largest_by_taps(local: Locals, equation: Equation) -> tuple[Statement, ...]:
    """For each tap ``a = maximum(a, x[...])``."""
    whole = covers(replace(equation, guards=()), local.program.tensor[equation.target])
    over = set(equation.over)
    outer = any(not over & set(g.affine.indices()) for g in equation.guards)
    if equation.accumulate or not whole or outer:
        return _apart(local, equation, "max")
    taps, inner = _as_numbers(local, equation, _few(equation, _windowed(equation)))
    value = valued(_lowering(local, inner), inner, outside="-inf")
    return (Largest(equation.target, _frame(inner), taps, value),)


def _apart(local: Locals, equation: Equation, kind: str) -> tuple[Statement, ...]:
    """The reduction in a tensor of its own, from where it goes into a part of another one."""
    axes, over = _frame(equation), set(equation.over)
    tensor = local.add(f"{equation.target}_{kind}", equation.target, tuple(i.extent for i in axes))
    outside = tuple(g for g in equation.guards if not over & set(g.affine.indices()))
    guards = tuple(g for g in equation.guards if g not in outside)
    inner = replace(equation, lhs=Access.of(tensor.name, *axes), domain=axes, accumulate=False, guards=guards)
    outer = Equation(equation.lhs, Read(inner.lhs), equation.domain, guards=outside, accumulate=equation.accumulate)
    return (*_started(_gathered(local, inner), tensor.name), *_gathered(local, outer))


def _place_by_taps(local: Locals, equation: Equation) -> tuple[Statement, ...]:
    """The number of the tap of the maximum, and with it the maximum itself."""
    axes = _frame(equation)
    whole = covers(replace(equation, guards=()), local.program.tensor[equation.target])
    if equation.accumulate or not whole:
        raise NoKernel(f"{equation}: a part of its tensor")
    tensor = local.add(f"{equation.target}_max", equation.target, tuple(i.extent for i in axes))
    taps, inner = _as_numbers(local, equation, _few(equation, equation.over))
    value = valued(_lowering(local, inner), inner, outside="-inf")
    return (Largest(tensor.name, axes, taps, value, equation.target),)


def _windowed(equation: Equation) -> Axes:
    """The reduced indices that share a position with another one."""
    found = {i for r in equation.reads for p in r.access.indices if len(p.terms) > 1 for i in p.indices()}
    return tuple(i for i in equation.over if i in found)


def _few(equation: Equation, taps: Axes) -> Axes:
    if not taps or not are_few(taps):
        raise NoKernel(f"{equation}: no few indices to run over")
    return taps


_BY_TAPS = {"sum": _summed_by_taps, "max": _largest_by_taps, "argmax": _place_by_taps}
