"""Functions of each element in the workspace: arithmetic, powers, the table of functions."""

from __future__ import annotations

import sympy

from symbp.equation import Extent
from symbp.functions import ROWS
from symbp.numpy_code.expression import compared, has_ufunc, stable_form
from symbp.numpy_code.powers import LARGEST
from symbp.numpy_code.scalars import scalar_text
from symbp.numpy_code.views import aligned, in_rows
from symbp.numpy_code.workspace.constants import WITHOUT_SIMD, as_array, as_full_array
from symbp.numpy_code.workspace.ops import SIGNS, Argument, Emitter, Kind, Seen, Value, spelled_out, values_of
from symbp.schedule.arrays import Apply, Array, Axes, Scalar, children
from symbp.schedule.lower import Lowering

# the kinds of arrays that the emitted helpers need besides the result
_SCRATCH: dict[str, tuple[Kind, ...]] = {
    "erf": ("float", "float", "float"),
    "normal_cdf": ("float", "float", "float", "bool"),
}


def apply(emitter: Emitter, node: Apply, out: Value) -> None:
    if node.function == "multiply" and isinstance(node.args[0], Scalar):
        _scale(emitter, node, node.args[0], out)
    elif node.function == "step":
        _step(emitter, node, out)
    elif node.function == "power":
        _power(emitter, node, out)
    elif node.function in SIGNS:
        left, right = _arguments(emitter, node)
        emitter.binary(node.function, left, right, out)
    elif node.function in ROWS and ROWS[node.function].stable is not None:
        _stable(emitter, node, out)
    else:
        _call(emitter, node, out)


def _arguments(emitter: Emitter, node: Apply) -> list[Argument]:
    """The arguments, the largest computed first: it needs the most scratch."""
    order = sorted(range(len(node.args)), key=lambda k: -_size(node.args[k]))
    found = {k: emitter.argument(node.args[k], node.axes) for k in order}
    return [found[k] for k in range(len(node.args))]


def _scale(emitter: Emitter, node: Apply, scale: Scalar, out: Value) -> None:
    inner = emitter.argument(node.args[1], node.axes)
    emitter.binary("multiply", inner, scalar_text(scale.value), out)


def _step(emitter: Emitter, node: Apply, out: Value) -> None:
    left, right, axes = compared(node)
    mask = Value("", _extents(axes), "bool", telling="mask", goal=emitter.goal)
    ends = [emitter.argument(a, axes) for a in (left, right)]
    emitter.binary("greater", ends[0], ends[1], mask)
    emitter.copy_of(Seen(mask, "{}"), aligned(axes, node.axes), out, in_rows(axes, node.axes))


def _power(emitter: Emitter, node: Apply, out: Value) -> None:
    base, exponent = node.args
    n = int(exponent.value) if isinstance(exponent, Scalar) and exponent.value.is_Integer else 0
    if n == 2:
        emitter.emit("np.square({0}, out={out})", values_of([emitter.argument(base, node.axes)]), out, elementwise=True)
    elif 2 < n <= LARGEST and n % 2:
        emitter.into(Apply("multiply", (_powered(base, n - 1, node.axes), base), node.axes), out)
    elif 2 < n <= LARGEST:
        emitter.into(_powered(_powered(base, n // 2, node.axes), 2, node.axes), out)
    else:
        left, right = _arguments(emitter, node)
        emitter.binary("power", left, right, out)


def _stable(emitter: Emitter, node: Apply, out: Value) -> None:
    """A function of the table through its stable form."""
    found = stable_form(node.function, len(node.args))
    assert found is not None
    given = dict(zip(found[0], node.args, strict=True))
    emitter.into(Lowering(emitter.program, emitter.order, node.axes, given).array(found[1]), out)


def _call(emitter: Emitter, node: Apply, out: Value) -> None:
    arguments = _as_arrays(emitter, node, _arguments(emitter, node), out)
    if node.function == "normal_cdf":
        arguments.append(emitter.argument(_density(node), node.axes))
    args = values_of(arguments)
    texts = [spelled_out(a, args) for a in arguments]
    if node.function not in ROWS or has_ufunc(node.function):
        name = ROWS[node.function].ufunc if node.function in ROWS else node.function
        emitter.emit(f"np.{name}({', '.join(texts)}, out={{out}})", args, out, elementwise=True)
        return
    scratch = tuple(Value("", out.extents, kind, telling="mask", goal=emitter.goal) for kind in _SCRATCH[node.function])
    places = [f"{{{len(args) + k}}}" for k in range(len(scratch))]
    call = f"_{node.function}_into({', '.join([*texts, '{out}', *places])})"
    emitter.emit(call, (*args, *scratch), out, scratch=scratch, rows=True)


def _density(node: Apply) -> Apply:
    """``exp(-z**2/2)`` of ``normal_cdf(z)``, as it stands in the derivative: it is computed once for both."""
    square = _powered(node.args[0], 2, node.axes)
    return Apply("exp", (Apply("multiply", (Scalar(sympy.Rational(-1, 2)), square), node.axes),), node.axes)


def _as_arrays(emitter: Emitter, node: Apply, arguments: list[Argument], out: Value) -> list[Argument]:
    """The arguments of a call, numbers as arrays too."""
    if node.function in WITHOUT_SIMD:
        return [as_full_array(emitter, a, out) for a in arguments]
    return [as_array(emitter, a, out.kind) for a in arguments]


def _extents(axes: Axes) -> tuple[Extent, ...]:
    return tuple(i.extent for i in axes)


def _powered(base: Array, n: int, axes: Axes) -> Apply:
    return Apply("power", (base, Scalar(sympy.Integer(n))), axes)


def _size(node: Array) -> int:
    return 1 + sum(map(_size, children(node)))
