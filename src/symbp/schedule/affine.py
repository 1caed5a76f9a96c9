"""Affine positions: what they reach, which indices tell them apart, and guards on a single index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from symbp.equation import Access, Affine, Equation, Extent, Guard, Index, Read, Size, plus, reads, substitute_indices


@dataclass(frozen=True)
class Reach:
    """The positions from ``low`` up to ``stop``, which is not among them."""

    low: int
    stop: Extent


def minus(a: Extent, b: Extent) -> int | None:
    """``a - b``, if it is a number."""
    if isinstance(a, Size) and isinstance(b, Size):
        return a.plus - b.plus if a.name == b.name else None
    return a - b if isinstance(a, int) and isinstance(b, int) else None


def reach(position: Affine) -> Reach | None:
    """What a position reaches while its indices run; None if that depends on data or on lengths in another way."""
    low, stop = position.constant, position.constant + 1
    sized: Extent | None = None
    for coefficient, atom in position.terms:
        if not isinstance(atom, Index):
            return None
        if isinstance(atom.extent, Size):
            if coefficient != 1 or sized is not None:
                return None
            sized = plus(atom.extent, -1)
        elif coefficient > 0:
            stop += coefficient * (atom.extent - 1)
        else:
            low += coefficient * (atom.extent - 1)
    return Reach(low, stop if sized is None else plus(sized, stop))


def digits(position: Affine, axes: Iterable[Index]) -> tuple[tuple[int, Index], ...]:
    """The terms of a position whose indices are among ``axes``, largest step first."""
    known = set(axes)
    found = [(c, a) for c, a in position.terms if isinstance(a, Index) and a in known]
    return tuple(sorted(found, key=lambda term: -abs(term[0])))


def counts(terms: tuple[tuple[int, Index], ...]) -> bool:
    """Whether the terms are the digits of a number, each one step above all that the smaller ones reach."""
    step = 1
    for k, (coefficient, index) in enumerate(reversed(terms)):
        if coefficient != step:
            return False
        if not isinstance(index.extent, int):
            return k == len(terms) - 1
        step *= index.extent
    return True


def split_range(position: Affine, axes: Iterable[Index]) -> range | None:
    """The positions that several indices count through, one after the other: a reshape of this part of the axis gives
    each an axis of its own."""
    terms = digits(position, axes)
    if len(terms) < 2 or len(terms) < len(position.terms) or position.constant < 0 or not counts(terms):
        return None
    first, index = terms[0]
    if not isinstance(index.extent, int):
        return None
    return range(position.constant, position.constant + first * index.extent)


def splits(position: Affine, extent: Extent, axes: Iterable[Index]) -> bool:
    """Whether several indices count through a whole axis."""
    found = split_range(position, axes)
    return found is not None and found.start == 0 and found.stop == extent


def fills(positions: Iterable[Affine], shape: Iterable[Extent], axes: Iterable[Index]) -> bool:
    """Whether each position is a whole axis, or several indices that count through it: a reshape."""
    known, found = tuple(axes), tuple(positions)
    if len({i for p in found for i in p.indices()}) < sum(len(p.terms) for p in found):
        return False
    return all(
        (p.index in known and p.index.extent == e) or splits(p, e, known) for p, e in zip(found, shape, strict=True)
    )


def overlaps(terms: tuple[tuple[int, Index], ...]) -> bool:
    """Whether two choices of the indices may give the same position."""
    reached = 0
    for k, (coefficient, index) in enumerate(reversed(terms)):
        if abs(coefficient) <= reached:
            return True
        if not isinstance(index.extent, int):
            return k < len(terms) - 1
        reached += abs(coefficient) * (index.extent - 1)
    return False


def may_be_empty(equation: Equation) -> bool:
    """Whether the guards may leave an element nothing to be reduced."""
    over = set(equation.over)
    inner = [g for g in equation.guards if over & set(g.affine.indices())]
    indices = dict.fromkeys(i for g in inner for i in g.affine.indices())
    outside = [i for i in indices if i not in over]
    extents = [i.extent for i in indices if isinstance(i.extent, int)]
    if not inner or all(always(replace(g, affine=_at_first(g.affine, over))) for g in inner):
        return False
    if (
        len(extents) < len(indices)
        or prod(extents) > _MOST_POINTS
        or any(True for g in inner for _ in g.affine.reads())
    ):
        return True
    full = {
        point[: len(outside)]
        for point in product(*(range(int(str(i.extent))) for i in (*outside, *(i for i in indices if i in over))))
        if all(_holds(g, dict(zip((*outside, *(i for i in indices if i in over)), point, strict=True))) for g in inner)
    }
    return len(full) < prod(int(str(i.extent)) for i in outside)


_MOST_POINTS = 20_000


def _at_first(affine: Affine, over: set[Index]) -> Affine:
    """The affine where each of some indices has its first value."""
    return affine.substitute({i: Affine() for i in over})


def _holds(guard: Guard, values: Mapping[Index, int]) -> bool:
    value = guard.affine.constant + sum(c * values[a] for c, a in guard.affine.terms if isinstance(a, Index))
    return {">=": value >= 0, "==": value == 0, "!=": value != 0}[guard.relation]


def without_ones(equation: Equation) -> Equation:
    """The equation without the indices of extent 1 that stand beside others in a position: there, or where reduced.

    A sum loses those that some of its factors lack, too, as the taps of a kernel of one: a product of matrices is left.
    """

    def lone(position: Affine) -> Affine:
        terms = tuple((c, a) for c, a in position.terms if not isinstance(a, Index) or a.extent != 1)
        return Affine(terms, position.constant) if len(position.terms) > 1 else position

    def access(old: Access) -> Access:
        return Access(old.tensor, tuple(map(lone, old.indices)))

    accesses = (equation.lhs, *(r.access for r in equation.reads))
    beside = {i for a in accesses for p in a.indices if len(p.terms) > 1 for i in p.indices()}
    ones = [i for i in equation.over if i.extent == 1]
    apart = {i for i in ones if any(i not in set(r.access.index_atoms()) for r in equation.reads)}
    zero = {i: Affine() for i in ones if i in beside or i in apart or equation.reduction != "sum"}
    body = substitute_indices(equation.body, zero)
    over = tuple(i for i in equation.over if i not in zero)
    return replace(
        equation,
        lhs=access(equation.lhs),
        body=body.xreplace({r: Read(access(r.access)) for r in reads(body)}),
        over=over,
        reduction=equation.reduction if over else "",
        guards=tuple(replace(g, affine=lone(g.affine.substitute(zero))) for g in equation.guards),
    )


def restricted(equation: Equation) -> Equation:
    """The equation without the guards on a single index, whose range they cut, and without those that always hold.

    The reduced indices of an argmax keep their ranges: its result counts them.
    """
    for guard in equation.guards:
        if always(guard):
            return restricted(replace(equation, guards=tuple(g for g in equation.guards if g is not guard)))
        cut = _cut(guard)
        ranged = equation.domain if equation.reduction == "argmax" else (*equation.domain, *equation.over)
        if cut is not None and cut[0] in ranged:
            return restricted(_within(equation, guard, *cut))
    return equation


def always(guard: Guard) -> bool:
    found = reach(guard.affine)
    return guard.relation == ">=" and found is not None and found.low >= 0


def never(guard: Guard) -> bool:
    """Whether a guard holds nowhere."""
    found = reach(guard.affine)
    return guard.relation == ">=" and found is not None and isinstance(found.stop, int) and found.stop <= 0


def _cut(guard: Guard) -> tuple[Index, int, Extent] | None:
    """An index, its first value and its new extent, if a guard says nothing else."""
    if guard.relation != ">=" or len(guard.affine.terms) != 1:
        return None
    ((coefficient, index),) = guard.affine.terms
    if not isinstance(index, Index):
        return None
    if coefficient > 0:
        first = max(0, -(guard.affine.constant // coefficient))
        left = plus(index.extent, -first)
    else:
        first, left = 0, guard.affine.constant // -coefficient + 1
        if isinstance(index.extent, Size):
            return None
    # an index without values is left to a mask
    return (index, first, left) if isinstance(left, Size) or left > 0 else None


def _within(equation: Equation, guard: Guard, index: Index, first: int, extent: Extent) -> Equation:
    new = Index(index.name, extent)
    mapping = {index: Affine.of(new) + first}
    return replace(
        equation,
        lhs=equation.lhs.substitute(mapping),
        body=substitute_indices(equation.body, mapping),
        domain=tuple(new if i == index else i for i in equation.domain),
        over=tuple(new if i == index else i for i in equation.over),
        guards=tuple(g.substitute(mapping) for g in equation.guards if g is not guard),
    )
