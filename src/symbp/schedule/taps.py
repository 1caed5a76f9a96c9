"""Taps: the few small indices that a Python loop runs over, so that all inside it are slices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod

from symbp.equation import Access, Equation, Index, Program
from symbp.schedule.affine import digits, splits
from symbp.schedule.arrays import Array, Axes, View, children

MOST = 4096  # rounds of such a loop


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


def needs_taps(view: View, over: Axes) -> bool:
    """Whether reducing a view over some indices is slow as it stands: NumPy reduces short inner axes slowly.

    What is reduced is fine as it stands if it is the end of the tensor, split into digits.
    """
    reduced = True
    for position, extent in zip(reversed(view.positions), reversed(view.shape), strict=True):
        terms = digits(position, view.axes)
        if len(terms) > 1 and not splits(position, extent, view.axes):
            return True
        for _, index in reversed(terms):
            if index in over and not reduced and len(terms) > 1:
                return True
            reduced = reduced and index in over
    return False


def window_indices(
    program: Program, equation: Equation, accesses: Iterable[Access], axes: Axes, split: bool = False
) -> tuple[Index, ...]:
    """All but the longest index of each position that has several; what guards read labels at is taken for longest.

    Args:
        split: Whether digits that count through a whole axis are taken, too.
    """
    labelled = {i for g in equation.guards for a in g.affine.reads() for i in a.index_atoms()}
    found: dict[Index, None] = {}
    for access in accesses:
        for position, extent in zip(access.indices, program.tensor[access.tensor].shape, strict=True):
            terms = digits(position, [i for i in axes if i not in found])
            if len(terms) < 2 or (not split and splits(position, extent, axes)):
                continue
            longest = max((index for _, index in terms), key=lambda i: (i in labelled, _length(i)))
            found |= dict.fromkeys(index for _, index in terms if index is not longest)
    return tuple(i for i in axes if i in found)


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
