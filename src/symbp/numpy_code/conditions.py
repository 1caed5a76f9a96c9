"""Guards as arrays of truth values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from symbp.equation import Access, Affine, Guard, Index, Size
from symbp.numpy_code.names import spelled
from symbp.numpy_code.scalars import extent_text
from symbp.numpy_code.views import aligned
from symbp.numpy_code.windows import affine_text, product_text, view_text
from symbp.schedule.affine import counts, digits
from symbp.schedule.arrays import Axes, Guarded, Operand, View


def is_product(node: Guarded) -> bool:
    """Whether a label alone decides: then NumPy multiplies by 0 or 1 far faster than it copies where a mask says so."""
    return bool(node.labels) and node.other == "0" and len(node.guards) == 1


def condition_text(node: Guarded) -> str:
    """Where all guards of a node hold, ready to be broadcast over its axes."""
    if node.known is not None:
        return operand_text(node.known) + aligned(node.known.axes, node.axes)
    texts = [guard_text(node, guard) for guard in node.guards]
    return reduce(lambda a, b: f"np.logical_and({a}, {b})", texts)


def guard_text(node: Guarded, guard: Guard) -> str:
    """One guard over the axes of a node: ``a_at == 3 * u + v``."""
    left, relation, right = sides(guard, node.axes)
    labels = {a: operand_text(label) + aligned(label.axes, node.axes) for a, label in node.labels}
    return f"{grid_text(left, node.axes, labels)} {relation} {grid_text(right, node.axes, labels)}"


def operand_text(label: Operand | View) -> str:
    """An integer tensor or a part of it."""
    name = spelled(label.tensor)
    return view_text(label, name) if isinstance(label, View) else name


def sides(guard: Guard, axes: Axes) -> tuple[Affine, str, Affine]:
    """A guard as a comparison: what it reads of a tensor on the left, or else what varies over the axes."""
    label = next((term for term in guard.affine.terms if isinstance(term[1], Access) and abs(term[0]) == 1), None)
    if label is not None:
        left = Affine((label,))
    else:
        varying = [(c, a) for c, a in guard.affine.terms if isinstance(a, Access) or a in axes]
        left = Affine(tuple(term for term in varying if term[0] > 0 or len(varying) == 1))
    right = (guard.affine - left) * -1
    if left.terms and left.terms[0][0] < 0:
        return left * -1, MIRRORED[guard.relation], right * -1
    return left, guard.relation, right


MIRRORED = {">=": "<=", "==": "==", "!=": "!="}


def grid_text(affine: Affine, axes: Axes, labels: Mapping[Access, str]) -> str:
    """The values of an affine expression over the axes."""
    counted = digits(affine, axes)
    if len(counted) > 1 and len(counted) == len(affine.terms) and counts(counted) and not affine.constant:
        own = tuple(index for _, index in counted)
        extents = ", ".join(extent_text(i.extent) for i in own)
        return f"np.arange({product_text(tuple(i.extent for i in own))}).reshape({extents}){aligned(own, axes)}"
    parts: list[str] = []
    for coefficient, atom in sorted(affine.terms, key=lambda term: -abs(term[0])):
        name = labels[atom] if isinstance(atom, Access) else index_text(atom, axes)
        size = name if abs(coefficient) == 1 else f"{abs(coefficient)} * {name}"
        sign = "-" if coefficient < 0 else "+"
        parts.append(f" {sign} {size}" if parts else size if sign == "+" else f"-{size}")
    constant = affine.constant
    if not parts:
        return str(constant)
    if constant:
        parts.append(f" {'+' if constant > 0 else '-'} {abs(constant)}")
    return "".join(parts)


def index_text(index: Index | Size, axes: Axes) -> str:
    """An index as the numbers that it runs over, or as the number that it is in a loop."""
    if isinstance(index, Size) or index not in axes:
        return affine_text(Affine.of(index))
    return f"np.arange({extent_text(index.extent)}){aligned((index,), axes)}"
