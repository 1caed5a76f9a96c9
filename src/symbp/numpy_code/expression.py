"""Array expressions printed as NumPy expressions, the way a textbook writes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import sympy

from symbp.equation import Access, Extent, Index
from symbp.functions import ROWS, Elementary
from symbp.numpy_code.conditions import condition_text, is_product
from symbp.numpy_code.names import spelled
from symbp.numpy_code.powers import by_products, power_text, product_text
from symbp.numpy_code.scalars import extent_text, fraction_text, grouped, scalar_text
from symbp.numpy_code.views import aligned, transposed
from symbp.numpy_code.windows import affine_text, copies, group_extents, grouped_text, subscript, view_text
from symbp.schedule.arrays import (
    ZERO,
    Apply,
    Array,
    Axes,
    Counted,
    Dot,
    Einsum,
    Gather,
    Guarded,
    Masked,
    MatMul,
    Operand,
    Position,
    Reduce,
    Scalar,
    View,
    children,
    memory_axes,
)

SUM, PRODUCT, NEGATIVE, POWER, ATOM = range(1, 6)
_INFIX = {"add": (SUM, "+"), "subtract": (SUM, "-"), "multiply": (PRODUCT, "*"), "divide": (PRODUCT, "/")}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def text(node: Array) -> str:
    """The expression as Python text; what has no axes is a Python number."""
    return _print(node)[1]


def inside(node: Array, level: int) -> str:
    """The expression, in parentheses if it binds less tightly than ``level``."""
    found, inner = _print(node)
    return inner if found >= level else f"({inner})"


def _print(node: Array) -> tuple[int, str]:
    """How tightly the expression binds, and its text."""
    return _PRINTERS[type(node)](node)


def _scalar(node: Scalar) -> tuple[int, str]:
    inner = scalar_text(node.value)
    if " / " in inner or " * " in inner:
        return PRODUCT, inner
    return (NEGATIVE if inner.startswith("-") else ATOM), inner


def counted_text(node: Counted, dtype: str) -> str:
    """``np.arange(T, dtype=dtype)``."""
    return f"np.arange({extent_text(node.index.extent)}, dtype={dtype})"


def _counted(node: Counted) -> tuple[int, str]:
    return ATOM, counted_text(node, "dtype") if node.axes else spelled(node.index.name)


def _operand(node: Operand) -> tuple[int, str]:
    return ATOM, spelled(node.tensor)


def operand(node: Array, axes: Axes, level: int) -> str:
    """An argument brought into the axes of what it is part of."""
    view = aligned(node.axes, axes)
    return inside(node, ATOM) + view if view else inside(node, level)


def _apply(node: Apply) -> tuple[int, str]:
    if node.function == "multiply":
        return PRODUCT, _product(node)
    if node.function in _INFIX:
        level, sign = _INFIX[node.function]
        left, right = node.args
        return level, f"{operand(left, node.axes, level)} {sign} {operand(right, node.axes, level + 1)}"
    if node.function == "negative":
        return NEGATIVE, "-" + operand(node.args[0], node.axes, ATOM)
    if node.function == "power":
        return _power(node)
    return ATOM, _as_number(node, _call(node))


def _product(node: Apply) -> str:
    left, right = node.args
    if isinstance(left, Scalar):
        top, bottom = fraction_text(left.value)
        core = operand(right, node.axes, ATOM if top == "-1" else POWER if top else PRODUCT)
        core = f"-{core}" if top == "-1" else f"{top} * {core}" if top else core
        return f"{core} / {grouped(bottom)}" if bottom else core
    return f"{_factor(left, right, node.axes, PRODUCT)} * {_factor(right, left, node.axes, POWER)}"


def _factor(node: Array, other: Array, axes: Axes, level: int) -> str:
    """A factor; a step beside a float array is the comparison itself, which NumPy multiplies as 0 or 1."""
    if is_step(node) and other.axes and not is_step(other):
        return comparison(node, axes)
    return operand(node, axes, level)


def is_step(node: Array) -> bool:
    return isinstance(node, Apply) and node.function == "step"


def comparison(node: Array, axes: Axes) -> str:
    """``(z > 0)`` of a step; differences are compared directly."""
    left, right, inner = compared(node)
    sign = ">"
    if isinstance(left, Scalar):
        left, right, sign = right, left, "<"
    return f"({operand(left, inner, SUM)} {sign} {operand(right, inner, SUM)})" + aligned(inner, axes)


def compared(node: Array) -> tuple[Array, Array, Axes]:
    """``a``, ``b`` and their axes, where the step is 1 for ``a > b``."""
    assert isinstance(node, Apply)
    inner = node.args[0]
    if isinstance(inner, Apply) and inner.function == "subtract":
        return *inner.args, inner.axes  # type: ignore[return-value]
    return inner, ZERO, inner.axes


def _power(node: Apply) -> tuple[int, str]:
    """A power; a small one of a named array is written as products, which NumPy computes far sooner."""
    base, exponent = node.args
    left, n = operand(base, node.axes, ATOM), by_products(node)
    if n and isinstance(base, Operand):
        return (PRODUCT if n % 2 else POWER), product_text(left, n)
    return POWER, power_text(left, operand(exponent, node.axes, ATOM))


def _call(node: Apply) -> str:
    if node.function == "sqrt":
        return f"np.sqrt({operand(node.args[0], node.axes, SUM)})"
    if node.function == "step":
        return f"np.heaviside({operand(node.args[0], node.axes, SUM)}, 0.0)"
    inline = inlined(node)
    if inline is not None:
        return _call(inline)
    arguments = ", ".join(operand(a, node.axes, SUM) for a in node.args)
    return f"{function_text(node.function)}({arguments})"


def _as_number(node: Array, inner: str) -> str:
    """What NumPy gives without axes is a NumPy scalar, which is no Python number."""
    return inner if node.axes else f"float({inner})"


def has_ufunc(name: str) -> bool:
    """Whether NumPy itself has the function: otherwise the module defines it."""
    row = ROWS[name]
    return row.stable is None and hasattr(np, row.ufunc)


def is_one_call(node: Array) -> bool:
    """Whether one operation of NumPy, after all that it reads is done, writes the values of a function of the table."""
    return (
        isinstance(node, Apply)
        and node.function in ROWS
        and (has_ufunc(node.function) or ROWS[node.function].stable is not None)
    )


def function_text(name: str) -> str:
    return f"np.{ROWS[name].ufunc}" if has_ufunc(name) else f"_{name}"


@cache
def stable_form(name: str, count: int) -> tuple[tuple[sympy.Symbol, ...], sympy.Expr] | None:
    """The arguments and the stable expression of a function of the table that has one."""
    stable = ROWS[name].stable
    if stable is None:
        return None
    letters = tuple(sympy.Symbol(f"argument{k}") for k in range(count))
    return letters, stable(*letters)


def inlined(node: Apply) -> Apply | None:
    """A call whose stable form is nothing but calls, such as relu, written out."""
    found = stable_form(node.function, len(node.args))
    if found is None or not _only_calls(found[1]):
        return None
    given = dict(zip(found[0], node.args, strict=True))
    result = _called(found[1], given, node.axes)
    return result if isinstance(result, Apply) else None


def _only_calls(body: sympy.Expr) -> bool:
    if isinstance(body, Elementary):
        return all(_only_calls(a) for a in body.args)
    return isinstance(body, sympy.Symbol) or bool(body.is_Number)


def _called(body: sympy.Expr, given: dict[sympy.Symbol, Array], axes: Axes) -> Array:
    if isinstance(body, sympy.Symbol):
        return given[body]
    if isinstance(body, Elementary):
        return Apply(type(body).__name__, tuple(_called(a, given, axes) for a in body.args), axes)
    return Scalar(body)


def _matmul(node: MatMul) -> tuple[int, str]:
    return (
        (ATOM, reshaped_text(node, tuple(i.extent for i in node.axes)))
        if merges(node)
        else (PRODUCT, _product_of(node))
    )


def _product_of(node: MatMul) -> str:
    left, right = (_viewed(*matrix(a, g), POWER) for a, g in matrices(node))
    return f"{left} @ {right}"


def reshaped_text(node: Array, shape: tuple[Extent, ...]) -> str:
    """An array in another shape: a product is given its own at once."""
    extents = ", ".join(map(extent_text, shape))
    inner = f"({_product_of(node)})" if isinstance(node, MatMul) else inside(node, ATOM)
    return f"{inner}.reshape({extents})"


def matrices(node: MatMul) -> tuple[tuple[Array, tuple[Axes, ...]], tuple[Array, tuple[Axes, ...]]]:
    return (node.left, node.left_groups), (node.right, node.right_groups)


def matrix(node: Array, groups: tuple[Axes, ...]) -> tuple[Array, str]:
    """A factor of a product, and what brings it into the groups that the product needs."""
    memory = memory_axes(node)
    if isinstance(node, View) and memory is not None and not copies(memory, groups):  # one reshape does both
        whole = Operand(node.tensor, memory)
        return whole, grouped_text(whole.axes, groups, always=True)
    return node, grouped_text(node.axes, groups)


def result_groups(node: MatMul) -> tuple[Axes, ...]:
    """The axes of the product itself: those of the batch one by one, then the rows and the columns."""
    summed = set(node.left_groups[-1])
    rows = node.left_groups[-2:-1] if len(node.left_groups) > 1 else ()
    columns = node.right_groups[-1:] if not summed & set(node.right_groups[-1]) else ()
    inner = tuple(g for g in (*rows, *columns) if g)
    named = {i for g in inner for i in g}
    return (*((i,) for i in node.axes if i not in named), *inner)


def merges(node: MatMul) -> bool:
    """Whether an axis of the product stands for several indices."""
    return any(len(group) > 1 for group in result_groups(node))


def result_text(node: MatMul) -> str:
    """What gives an array with the axes of the node the shape of the product."""
    return f".reshape({group_extents(result_groups(node))})" if merges(node) else ""


def _viewed(node: Array, view: str, level: int) -> str:
    return inside(node, ATOM) + view if view else inside(node, level)


def _dot(node: Dot) -> tuple[int, str]:
    left, right = inside(node.left, ATOM), text(node.right)
    if len(node.left.axes) == len(node.right.axes) == 1:
        return ATOM, f"float({left}.dot({right}))"
    return ATOM, f"float(np.vdot({text(node.left)}, {right}))"


def sum_text(node: Array) -> str:
    """The text of the only sum over all elements of arrays in an expression without axes; empty if it has none."""
    found = _sums(node)
    return text(found[0]) if len(found) == 1 else ""


def _sums(node: Array) -> list[Array]:
    """The sums over all elements of arrays in an expression."""
    if isinstance(node, Dot) or (isinstance(node, Reduce) and node.kind == "sum" and not node.axes):
        return [node]
    return [part for child in children(node) for part in _sums(child)]


def subscripts(node: Einsum) -> str:
    """The indices of an Einsum as letters: ``ni,nj->ij``."""
    letters: dict[Index, str] = {}
    for index in (i for o in node.operands for i in o.axes):
        if index not in letters:
            free = (c for c in index.name + _LETTERS if c in _LETTERS and c not in letters.values())
            letters[index] = next(free)
    sides = ["".join(letters[i] for i in o.axes) for o in node.operands]
    return f"{','.join(sides)}->{''.join(letters[i] for i in node.axes)}"


def _einsum(node: Einsum) -> tuple[int, str]:
    inner = f'np.einsum("{subscripts(node)}", {", ".join(text(o) for o in node.operands)})'
    return ATOM, _as_number(node, inner)


def merged_text(node: Reduce, inner: str) -> str:
    """The argument of a reduction; an argmax counts along one axis, so that it needs its last ones as one."""
    if node.kind != "argmax" or len(node.over) < 2:
        return inner
    return f"{inner}.reshape({group_extents((*((i,) for i in node.axes), node.over))})"


def axis_text(node: Reduce) -> str:
    if node.kind == "argmax" and len(node.over) > 1:
        return f"axis={len(node.axes)}"
    places = tuple(sorted(node.arg.axes.index(i) for i in node.over))
    return f"axis={places[0] if len(places) == 1 else places}"


def kept_axes(node: Reduce) -> Axes:
    """The axes of a reduction in the order in which NumPy leaves them."""
    return tuple(i for i in node.arg.axes if i not in node.over)


def _reduce(node: Reduce) -> tuple[int, str]:
    where = axis_text(node) if kept_axes(node) else ""
    inner = merged_text(node, text(node.arg))
    if inner.isidentifier() or inner[0] == "{":
        call = f"{inner}.{node.kind}({where})"
    else:
        call = f"np.{node.kind}({', '.join(filter(None, [inner, where]))})"
    return ATOM, _as_number(node, call + transposed(kept_axes(node), node.axes))


def position_text(positions: tuple[Position, ...], axes: Axes) -> str:
    """The index of a gather or scatter whose result has ``axes``: ``np.arange(N), y`` or ``tok``."""
    first = positions[0]
    rest = tuple(p for p in positions[1:] if isinstance(p, Index))
    if isinstance(first, Access) and axes == (*(i for i in first.plain_indices or () if i in axes), *rest):
        return _label(first, axes)
    return ", ".join(_position(p, axes) for p in positions)


def _position(position: Position, axes: Axes) -> str:
    if isinstance(position, Access):
        return _label(position, axes) + aligned(tuple(i for i in position.plain_indices or () if i in axes), axes)
    if position not in axes:
        return spelled(position.name)
    return f"np.arange({extent_text(position.extent)}){aligned((position,), axes)}"


def _label(label: Access, axes: Axes) -> str:
    """The labels, at the step of the loops around the statement: ``tok``, ``tok[:, t]``."""
    return spelled(label.tensor) + subscript([":" if p.index in axes else affine_text(p) for p in label.indices])


def _gather(node: Gather) -> tuple[int, str]:
    return ATOM, f"{spelled(node.tensor)}[{position_text(node.positions, node.axes)}]"


def _view(node: View) -> tuple[int, str]:
    return ATOM, _as_number(node, view_text(node, spelled(node.tensor)))


def _guarded(node: Guarded) -> tuple[int, str]:
    if is_product(node):
        return PRODUCT, f"({condition_text(node)}) * {operand(node.arg, node.axes, POWER)}"
    other = {"0": "0", "1": "1", "-inf": "-np.inf"}[node.other]
    return ATOM, f"np.where({condition_text(node)}, {operand(node.arg, node.axes, SUM)}, {other})"


def _masked(node: Masked) -> tuple[int, str]:
    raise AssertionError("a masked array is a statement of its own")


_PRINTERS: dict[type, Callable[..., tuple[int, str]]] = {
    Scalar: _scalar,
    Counted: _counted,
    Operand: _operand,
    Apply: _apply,
    MatMul: _matmul,
    Dot: _dot,
    Einsum: _einsum,
    Reduce: _reduce,
    Gather: _gather,
    Masked: _masked,
    View: _view,
    Guarded: _guarded,
}
