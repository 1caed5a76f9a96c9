"""Taps: the few small indices that a Python loop runs over, so that all inside it are slices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import prod

from symbp.equation import Access, Equation, Index
from symbp.program import Program
from symbp.schedule.affine import digits, split_range
from symbp.schedule.arrays import Array, Axes, View, children

MOST = 4096  # rounds of such a loop
_FEW = 128


def windows(array: Array) -> Iterator[View]:
    """The views within an expression that take several indices along one axis."""
    if isinstance(array, View):
        if any(len(digits(p, array.axes)) > 1 for p in array.positions):
            yield array
    else:
        for child in children(array):
            yield from windows(child)


def is_windowed(array: Array) -> bool:
    return any(True for _ in windows(array))


def is_window(view: View) -> bool:
    """Whether the positions overlap, or an index stands twice: others are parts of the axes, split into digits."""
    terms = [digits(p, view.axes) for p in view.positions]
    indices = [i for t in terms for _, i in t]
    split = all(len(t) < 2 or split_range(p, view.axes) for p, t in zip(view.positions, terms, strict=True))
    return any(len(t) > 1 for t in terms) and not (split and len(set(indices)) == len(indices))


def needs_taps(view: View, over: Axes) -> bool:
    """Whether reducing a view over some indices is slow as it stands: NumPy reduces short inner axes slowly.

    What is reduced is fine as it stands if it is the end of the tensor, split into digits.
    """
    reduced = True
    for position in reversed(view.positions):
        terms = digits(position, view.axes)
        if len(terms) > 1 and split_range(position, view.axes) is None:
            return True
        for _, index in reversed(terms):
            if index in over and not reduced and len(terms) > 1:
                return True
            reduced = reduced and index in over
    return False


def window_indices(program: Program, equation: Equation, accesses: Sequence[Access], axes: Axes) -> tuple[Index, ...]:
    """All but one index of each position of a window, those that make the shortest loop.

    The indices of a window are unlike the digits of a number: no other read takes them together. Indices that
    one read takes stay together where they can, as those of a kernel do: then what is left is a matrix product.
    A kernel of a moderate size is preferred to positions in an image, however few these are.
    """
    found = list(_windows(equation, accesses, axes))
    everything = {i for window in found for i in window}
    labelled = {i for g in equation.guards for a in g.affine.reads() for i in a.index_atoms()}
    sides = [everything.intersection(r.access.index_atoms()) for r in equation.reads]
    choices = [side for own in sides for side in (own, everything - own)]
    whole = [c for c in choices if all(len(set(w) - c) == 1 for w in found) and not c & labelled]
    of_samples = _with_samples(equation, accesses)
    chosen = min(
        whole, key=lambda c: (bool(c & of_samples) and _rounds(everything - c) <= _FEW, _rounds(c)), default=None
    )
    if chosen is None:
        chosen = _all_but_the_longest(found, labelled)
    return tuple(i for i in axes if i in chosen)


def _with_samples(equation: Equation, windows: Iterable[Access]) -> set[Index]:
    """The indices that stand beside a run-time length, as the positions of an image do beside the batch."""
    others = {equation.lhs, *(r.access for r in equation.reads)} - set(windows)
    sampled = [set(a.index_atoms()) for a in others]
    return {i for s in sampled if any(not isinstance(j.extent, int) for j in s) for i in s}


def _windows(equation: Equation, accesses: Iterable[Access], axes: Axes) -> Iterator[tuple[Index, ...]]:
    for access in accesses:
        for position in access.indices:
            terms = digits(position, axes)
            split = split_range(position, axes) is not None
            if len(terms) > 1 and not (split and _taken_together(equation, access, terms)):
                yield tuple(index for _, index in terms)


def _rounds(taps: set[Index]) -> float:
    return prod(map(_length, taps))


def _all_but_the_longest(found: list[tuple[Index, ...]], labelled: set[Index]) -> set[Index]:
    """For each window by itself; what guards read labels at is taken for longest."""
    chosen: set[Index] = set()
    for window in found:
        left = [i for i in window if i not in chosen]
        if len(left) > 1:
            longest = max(left, key=lambda i: (i in labelled, _length(i)))
            chosen |= set(left) - {longest}
    return chosen


def _taken_together(equation: Equation, access: Access, terms: tuple[tuple[int, Index], ...]) -> bool:
    """Whether another access takes two of the indices of a position, too."""
    indices = {index for _, index in terms}
    others = (equation.lhs, *(r.access for r in equation.reads))
    return any(len(indices & set(other.index_atoms())) > 1 for other in others if other != access)


def _length(index: Index) -> float:
    return index.extent if isinstance(index.extent, int) else float("inf")


def are_few(taps: Axes) -> bool:
    """Whether a loop over the indices is short, whatever the lengths at run time."""
    extents = [i.extent for i in taps if isinstance(i.extent, int)]
    return len(extents) == len(taps) and prod(extents) <= MOST


def splitting_indices(program: Program, equation: Equation) -> tuple[Index, ...]:
    """The digits of positions that a reduction had better run over one by one: those that are reduced."""
    found: dict[Index, None] = {}
    for read in equation.reads:
        for position in read.access.indices:
            terms = digits(position, (*equation.domain, *equation.over))
            if len(terms) > 1:
                found |= dict.fromkeys(i for _, i in terms[1:] if i in equation.over)
    return tuple(i for i in equation.over if i in found)
