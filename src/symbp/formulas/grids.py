"""Arrays of the layer notation: matrices, columns and numbers, and what their products may mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from symbp.layers.fragment import BATCH
from symbp.program import Tensor

Layout: TypeAlias = Literal["column", "rows", "samples"]
Kind: TypeAlias = Literal["scale", "matrix", "entries", "outer", "inner"]


@dataclass(frozen=True)
class Grid:
    """A number (no axes) or a matrix in the last two axes; ``samples`` where there is one for each sample in front."""

    array: Any
    samples: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape, the samples apart."""
        return tuple(np.shape(self.array))[1:] if self.samples else tuple(np.shape(self.array))

    @property
    def is_number(self) -> bool:
        return self.shape in ((), (1, 1))

    @property
    def is_column(self) -> bool:
        return len(self.shape) == 2 and self.shape[1] == 1


def grid_of(tensor: Tensor, value: Any, layout: Layout) -> Grid:
    """A tensor's value as a matrix: a vector is a column, or samples are rows."""
    batched = tensor.shape[:1] == (BATCH,)
    if batched and layout == "column":
        value, batched = value[0], False
    if not batched:
        return Grid(value[:, None] if np.ndim(value) == 1 else value)
    if layout == "rows":
        return Grid(value[:, None] if np.ndim(value) == 1 else value)
    while np.ndim(value) < 3:
        value = value[..., None]
    return Grid(value, samples=True)


def shape_of_grid(tensor: Tensor, extents: tuple[int, ...], layout: Layout) -> tuple[int, ...]:
    """The shape, the samples apart, that a tensor of given extents has as a matrix."""
    return grid_of(tensor, np.zeros(extents), layout).shape


def meanings(a: Grid, b: Grid, layout: Layout) -> tuple[Kind, ...]:
    """What ``a * b`` may mean, the usual meaning first."""
    found: list[Kind] = []
    if () in (a.shape, b.shape):
        return ("scale",)
    if len(a.shape) != 2 or len(b.shape) != 2:
        return (*(("matrix",) if _stacked(a, b) else ()), *(("entries",) if a.shape == b.shape else ()))
    (m, n), (p, q) = a.shape, b.shape
    if n == p:
        found.append("matrix")
    if (m, n) == (p, q) and n != p or (m, n) == (p, q) and m > 1 and n > 1:
        found.append("entries")
    if layout == "rows" and (m == p and 1 in (n, q) and n != q) and n != p:
        found.append("entries")
    if n == q == 1 and p != 1:
        found += ["outer"] if m != p else ["outer", "inner"]
    if (a.is_number or b.is_number) and "matrix" not in found:
        found.insert(0, "scale")
    return tuple(dict.fromkeys(found))


def _stacked(a: Grid, b: Grid) -> bool:
    """Whether two stacks of matrices can be multiplied matrix by matrix."""
    if len(a.shape) < 2 or len(b.shape) < 2 or a.shape[-1] != b.shape[-2]:
        return False
    try:
        np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError:
        return False
    return True


def times(kind: Kind, a: Grid, b: Grid) -> Grid:
    """The product of two grids in one of its meanings."""
    samples = a.samples or b.samples
    left, right = _aligned(a, b)
    return Grid(PRODUCTS[kind](left, right), samples)


def _aligned(a: Grid, b: Grid) -> tuple[Any, Any]:
    """Two arrays that broadcast along their samples: a number for each sample gets the axes of a matrix."""
    left, right = a.array, b.array
    for one, other in ((a, b), (b, a)):
        if one.samples and np.ndim(one.array) == 1 and np.ndim(other.array) >= 2:
            spread = one.array[:, None, None]
            left, right = (spread, right) if one is a else (left, spread)
    return left, right


def turned(array: Any) -> Any:
    return np.swapaxes(array, -1, -2)


def matrix_product(a: Any, b: Any) -> Any:
    """``a @ b``, of objects as well."""
    if a.dtype != object and b.dtype != object:
        return np.matmul(a, b)
    return (a[..., :, :, None] * b[..., None, :, :]).sum(axis=-2)


PRODUCTS: dict[Kind, Callable[[Any, Any], Any]] = {
    "scale": lambda a, b: a * b,
    "entries": lambda a, b: a * b,
    "matrix": matrix_product,
    "outer": lambda a, b: matrix_product(a, turned(b)),
    "inner": lambda a, b: matrix_product(turned(a), b),
}


def added(a: Grid, b: Grid, sign: int, layout: Layout) -> Grid | None:
    """``a + b`` or ``a - b``; a number is added to every entry, in a batch a vector to every row. ``None`` if not."""
    left, right = _aligned(a, b)
    if a.shape != b.shape and () not in (a.shape, b.shape):
        if layout != "rows" or len(a.shape) != 2 or len(b.shape) != 2:
            return None
        left, right = _repeated(left, right), _repeated(right, left)
        if left.shape != right.shape and not _rowwise(left, right):
            return None
    return Grid(left + right if sign > 0 else left - right, a.samples or b.samples)


def _repeated(one: Any, other: Any) -> Any:
    """A column of as many entries as another has columns, as a row that is the same for all samples."""
    return (
        turned(one) if one.shape[1] == 1 and one.shape[0] == other.shape[1] and other.shape[0] != one.shape[0] else one
    )


def _rowwise(one: Any, other: Any) -> bool:
    pairs = zip(one.shape, other.shape, strict=True)
    return all(m == n or 1 in (m, n) for m, n in pairs)
