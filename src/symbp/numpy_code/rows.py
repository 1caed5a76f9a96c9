"""Rows of tensors that labels or tokens pick, and the places of their elements in memory."""

from __future__ import annotations

from collections.abc import Sequence

from symbp.equation import Access, Extent
from symbp.numpy_code.scalars import extent_text
from symbp.numpy_code.windows import product_text
from symbp.schedule.arrays import Axes, Position


def rows_of(positions: Sequence[Position], axes: Axes, shape: Sequence[Extent]) -> Access | None:
    """The labels ``tok[n,t]`` of ``E[tok[n,t],i]``, if it is whole rows that are picked, in the order of ``axes``."""
    label, *rest = positions
    if not isinstance(label, Access) or label.plain_indices is None or not rest:
        return None
    whole = all(not isinstance(p, Access) and p.extent == e for p, e in zip(rest, shape[1:], strict=True))
    known = all(isinstance(extent, int) for extent in shape)
    return label if whole and known and axes == (*label.plain_indices, *rest) else None


def numbered_rows(shape: Sequence[Extent]) -> str:
    """The places of all elements: ``np.arange(28).reshape(7, 4)``."""
    return f"np.arange({product_text(tuple(shape))}).reshape({', '.join(map(extent_text, shape))})"
