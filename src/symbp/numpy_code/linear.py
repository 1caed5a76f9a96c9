"""The schedule as a list of operations that write into given arrays and allocate nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import sympy

from symbp.equation import Access, Equation, Extent, Index, Program, Scan
from symbp.functions import ROWS
from symbp.numpy_code.expression import (
    axis_text,
    compared,
    has_ufunc,
    kept_axes,
    position_text,
    stable_form,
    subscripts,
    text,
)
from symbp.numpy_code.loops import loop_lines
from symbp.numpy_code.names import Names, spelled, telling
from symbp.numpy_code.ops import Kind, Op, Place, Value
from symbp.numpy_code.plain import exchanged, mask_position
from symbp.numpy_code.scalars import extent_text, fraction_text, scalar_text
from symbp.numpy_code.views import aligned, transposed
from symbp.schedule import Assign, Loop, Scatter, Schedule, Zero, negated, terms
from symbp.schedule.arrays import (
    Apply,
    Array,
    Axes,
    Einsum,
    Gather,
    Masked,
    MatMul,
    Operand,
    Position,
    Reduce,
    Scalar,
    children,
)
from symbp.schedule.lower import Lowering
from symbp.schedule.order import Order

_SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
_LARGEST_POWER = 16  # beyond it np.power is faster than products
_SCRATCH = {"erf": 3, "normal_cdf": 3}  # arrays that the emitted helpers need besides the result


class Linear:
    """Takes the statements of a schedule apart, in order; ``ops`` is what comes of it."""

    def __init__(self, schedule: Schedule, names: Names, places: dict[str, Place]) -> None:
        self.program: Program = schedule.program
        self.order = Order.of(schedule.program)
        self.names = names
        self.ops: list[Op] = []
        self.tensors = {t.name: self._tensor(t.name, places.get(t.name, "planned")) for t in self.program.tensors}
        self.rows: Value | None = None
        self._known: dict[Array | tuple[Array, Axes], Value] = {}
        self._rows: dict[tuple[Access, Extent], Value] = {}
        self._goal: Value | None = None
        for self._group, group in enumerate(schedule.groups):
            self._known = {}
            for statement in group.statements:
                _STATEMENTS[type(statement)](self, statement)

    def _tensor(self, name: str, place: Place) -> Value:
        tensor = self.program.tensor[name]
        return Value(spelled(name), tensor.shape, tensor.dtype, place)

    def _emit(self, template: str, args: Iterable[Value], out: Value | None, **more: object) -> None:
        self.ops.append(Op(template, tuple(args), out, self._group, **more))  # type: ignore[arg-type]

    def _fresh(self, node: Array, axes: Axes, kind: Kind = "float") -> Value:
        return Value("", _extents(axes), kind, telling=telling(node), goal=self._goal)

    # statements

    def zero(self, statement: Zero) -> None:
        tensor = self.tensors[statement.tensor]
        if tensor.extents:
            self._emit("{out}.fill(0)", (), tensor)
        else:
            self._emit(f"{tensor.name} = 0.0", (), None)

    def assign(self, statement: Assign) -> None:
        target = self._goal = self.tensors[statement.tensor]
        if not statement.axes:
            self._assign_number(statement)
        elif statement.accumulate:
            for sign, term in terms(statement.value):
                self._binary(sign, target, self._argument(term, statement.axes), target)
        elif statement.value.axes == statement.axes:
            self.into(statement.value, target)
        else:
            self.assign_spread(statement.value, statement.axes, target)

    def assign_spread(self, node: Array, axes: Axes, out: Value) -> None:
        """An expression with fewer axes, or in another order, into an array with ``axes``."""
        if not node.axes:
            self._emit(f"{{out}}.fill({self._number_name(node)})", (), out)
        else:
            self._emit(f"np.copyto({{out}}, {{0}}{aligned(node.axes, axes)})", (self.value(node),), out)

    def _assign_number(self, statement: Assign) -> None:
        name, accumulate = spelled(statement.tensor), statement.accumulate
        for sign, term in terms(statement.value):
            first_negative = sign == "subtract" and not accumulate
            template, args = self._number(negated(term) if first_negative else term)
            head = {"add": "+=", "subtract": "-="}[sign] if accumulate else "="
            self._emit(f"{name} {head} {template}", args, None)
            accumulate = True

    def scatter(self, statement: Scatter) -> None:
        target = self._goal = self.tensors[statement.tensor]
        columns = self.program.tensor[statement.tensor].shape[-1]
        rows = self._row_positions(statement.positions, statement.axes, columns)
        if rows is None or not statement.distinct:
            self._scatter_anywhere(statement, target)
            return
        taken = Value("", _extents(statement.axes), telling=f"{statement.tensor}_at", goal=target)
        self._emit('np.take({0}, {1}, out={out}, mode="clip")', (target, rows), taken)
        for sign, term in terms(statement.value):
            self._binary(sign, taken, self._argument(term, statement.axes), taken)
        self._emit('np.put({out}, {0}, {1}, mode="clip")', (rows, taken), target)

    def _scatter_anywhere(self, statement: Scatter, target: Value) -> None:
        where = position_text(statement.positions, statement.axes)
        value = self._argument(statement.value, statement.axes)
        args = (value,) if isinstance(value, Value) else ()
        inner = "{0}" if args else str(value)
        used = (*args, *(self.tensors[p.tensor] for p in statement.positions if isinstance(p, Access)))
        if statement.distinct:
            self._emit(f"{{out}}[{where}] += {inner}", used, target)
        else:
            index = f"({where})" if ", " in where else where
            self._emit(f"np.add.at({{out}}, {index}, {inner})", used, target)

    def loop(self, statement: Loop) -> None:
        inner = statement.statement
        equations = inner.body if isinstance(inner, Scan) else (inner,)
        lines = "\n".join(loop_lines(self.program, self.names, inner))
        args = [self.tensors[name] for e in equations for name in sorted(e.tensors_read | {e.target})]
        self._emit(lines.replace("{", "{{").replace("}", "}}"), args, None, scratch=self._written(equations))

    def _written(self, equations: tuple[Equation, ...]) -> tuple[Value, ...]:
        return tuple(self.tensors[name] for name in dict.fromkeys(e.target for e in equations))

    # expressions

    def value(self, node: Array) -> Value:
        """The array that holds an expression; computed once in a group."""
        if isinstance(node, Operand):
            return self.tensors[node.tensor]
        if node not in self._known:
            out = self._fresh(node, node.axes)
            self.into(node, out)
            self._known[node] = out
        return self._known[node]

    def into(self, node: Array, out: Value) -> None:
        """Computes an expression into an array that has its axes."""
        _EXPRESSIONS[type(node)](self, node, out)

    def _argument(self, node: Array, axes: Axes) -> Value | str:
        """An argument of an elementwise operation over ``axes``: an array of just these, or a number's text.

        NumPy's loops over broadcast arguments allocate a buffer on each call; a copy into one of ours is as fast.
        """
        if not node.axes:
            return self._number_name(node)
        value = self.value(node)
        if node.axes == axes:
            return value
        key = (node, axes)
        if key not in self._known:
            self._known[key] = self._fresh(node, axes)
            self._emit(f"np.copyto({{out}}, {{0}}{aligned(node.axes, axes)})", (value,), self._known[key])
        return self._known[key]

    def _number_name(self, node: Array) -> str:
        """A number as an argument; what is computed from arrays is computed first and gets a name."""
        template, args = self._number(node)
        if not args:
            return template
        name = self.names.fresh(telling(node))
        self._emit(f"{name} = {template}", args, None)
        return name

    def _number(self, node: Array) -> tuple[str, list[Value]]:
        """The text of an expression without axes, {0}, {1}, ... where it needs arrays, and these."""
        args: list[Value] = []
        for part in _arrays_in(node):
            value = self.value(part)
            if value not in args:
                args.append(value)
            node = exchanged(node, part, Operand(f"{{{args.index(value)}}}", part.axes))
        return text(node), args

    def copy(self, node: Operand, out: Value) -> None:
        self._emit("np.copyto({out}, {0})", (self.tensors[node.tensor],), out)

    def apply(self, node: Apply, out: Value) -> None:
        if node.function == "multiply" and isinstance(node.args[0], Scalar):
            self._scale(node, node.args[0], out)
        elif node.function == "step":
            self._step(node, out)
        elif node.function == "power":
            self._power(node, out)
        elif node.function in _SIGNS:
            left, right = self._arguments(node)
            self._binary(node.function, left, right, out)
        elif node.function in ROWS and ROWS[node.function].stable is not None:
            self._stable(node, out)
        else:
            self._call(node, out)

    def _arguments(self, node: Apply) -> list[Value | str]:
        """The arguments, the largest computed first: it needs the most scratch."""
        order = sorted(range(len(node.args)), key=lambda k: -_size(node.args[k]))
        found = {k: self._argument(node.args[k], node.axes) for k in order}
        return [found[k] for k in range(len(node.args))]

    def _binary(self, function: str, left: Value | str, right: Value | str, out: Value) -> None:
        args = [a for a in (left, right) if isinstance(a, Value)]
        texts = [f"{{{args.index(a)}}}" if isinstance(a, Value) else a for a in (left, right)]
        sign = _SIGNS.get(function, "") if isinstance(left, Value) else ""
        template = f"np.{function}({', '.join(texts)}, out={{out}})"
        self._emit(template, args, out, elementwise=True, sign=sign, operand=texts[1])

    def _scale(self, node: Apply, scale: Scalar, out: Value) -> None:
        inner = self._argument(node.args[1], node.axes)
        top, bottom = fraction_text(scale.value)
        if bottom and not top:
            self._binary("divide", inner, bottom, out)
        else:
            self._binary("multiply", inner, scalar_text(scale.value), out)

    def _step(self, node: Apply, out: Value) -> None:
        left, right, axes = compared(node)
        mask = Value("", _extents(axes), "bool", telling="mask", goal=self._goal)
        ends = [self._argument(a, axes) for a in (left, right)]
        self._binary("greater", ends[0], ends[1], mask)
        self._emit(f"np.copyto({{out}}, {{0}}{aligned(axes, node.axes)})", (mask,), out)

    def _power(self, node: Apply, out: Value) -> None:
        base, exponent = node.args
        n = int(exponent.value) if isinstance(exponent, Scalar) and exponent.value.is_Integer else 0
        if n == 2:
            self._emit("np.square({0}, out={out})", (self.value(base),), out, elementwise=True)
        elif 2 < n <= _LARGEST_POWER and n % 2:
            self.into(Apply("multiply", (_powered(base, n - 1, node.axes), base), node.axes), out)
        elif 2 < n <= _LARGEST_POWER:
            self.into(_powered(_powered(base, n // 2, node.axes), 2, node.axes), out)
        else:
            left, right = self._arguments(node)
            self._binary("power", left, right, out)

    def _stable(self, node: Apply, out: Value) -> None:
        """A function of the table through its stable form."""
        found = stable_form(node.function, len(node.args))
        assert found is not None
        given = dict(zip(found[0], node.args, strict=True))
        self.into(Lowering(self.program, self.order, node.axes, given).array(found[1]), out)

    def _call(self, node: Apply, out: Value) -> None:
        arguments = self._arguments(node)
        args = [a for a in arguments if isinstance(a, Value)]
        texts = [f"{{{args.index(a)}}}" if isinstance(a, Value) else a for a in arguments]
        if node.function not in ROWS or has_ufunc(node.function):
            name = ROWS[node.function].ufunc if node.function in ROWS else node.function
            self._emit(f"np.{name}({', '.join(texts)}, out={{out}})", args, out, elementwise=True)
            return
        count = _SCRATCH[node.function]
        scratch = tuple(Value("", out.extents, goal=self._goal) for _ in range(count))
        places = [f"{{{len(args) + k}}}" for k in range(count)]
        call = f"_{node.function}_into({', '.join([*texts, '{out}', *places])})"
        self._emit(call, (*args, *scratch), out, scratch=scratch)

    def matmul(self, node: MatMul, out: Value) -> None:
        left, right = self.value(node.left), self.value(node.right)
        views = transposed(node.left.axes, node.left_axes), transposed(node.right.axes, node.right_axes)
        self._emit(f"np.matmul({{0}}{views[0]}, {{1}}{views[1]}, out={{out}})", (left, right), out)

    def einsum(self, node: Einsum, out: Value) -> None:
        operands = [self.value(o) for o in node.operands]
        places = ", ".join(f"{{{k}}}" for k in range(len(operands)))
        self._emit(f'np.einsum("{subscripts(node)}", {places}, out={{out}})', operands, out)

    def reduce(self, node: Reduce, out: Value) -> None:
        kept = kept_axes(node)
        target = out if kept == node.axes else self._fresh(node, kept)
        self._emit(f"{{0}}.{node.kind}({axis_text(node)}, out={{out}})", (self.value(node.arg),), target)
        if target is not out:
            self._emit(f"np.copyto({{out}}, {{0}}{transposed(kept, node.axes)})", (target,), out)

    def gather(self, node: Gather, out: Value) -> None:
        source = self.tensors[node.tensor]
        rows = self._row_positions(node.positions, node.axes, self.program.tensor[node.tensor].shape[-1])
        if rows is not None:
            self._emit('np.take({0}, {1}, out={out}, mode="clip")', (source, rows), out)
            return
        where = position_text(node.positions, node.axes)
        used = [self.tensors[p.tensor] for p in node.positions if isinstance(p, Access)]
        self._emit(f"np.copyto({{out}}, {{0}}[{where}])", (source, *used), out)

    def masked(self, node: Masked, out: Value) -> None:
        if node.arg.axes == node.axes:
            self.into(node.arg, out)
        else:
            self.assign_spread(node.arg, node.axes, out)
        rest = tuple(i for i in node.axes if i != node.index)
        places = tuple(node.label if i == node.index else i for i in node.axes)
        rows = self._row_positions(places, rest, node.index.extent)
        if rows is not None:
            self._emit('np.put({out}, {0}, 0, mode="clip")', (rows,), out)
        else:
            self._emit(f"{{out}}[{mask_position(node)}] = 0", (self.tensors[node.label.tensor],), out)

    def _row_positions(self, positions: tuple[Position, ...], axes: Axes, columns: Extent) -> Value | None:
        """Flat positions of ``t[n,y[n]]`` in a matrix, computed once for each length of its rows; else None."""
        match positions:
            case (Index() as n, Access() as label) if axes == (n,) and label.plain_indices == (n,):
                pass
            case _:
                return None
        key = (label, columns)
        if key not in self._rows:
            label_value = Value("", (n.extent,), "int", telling="label")
            self._rows[key] = out = Value("", (n.extent,), "int", telling="place")
            self.rows = self.rows or Value(self.names.fresh("rows"), (n.extent,), "int", "constant")
            self._emit("np.copyto({out}, {0})", (self.tensors[label.tensor],), label_value)
            self._binary("multiply", self.rows, extent_text(columns), out)
            self._binary("add", out, label_value, out)
        return self._rows[key]


def _extents(axes: Axes) -> tuple[Extent, ...]:
    return tuple(i.extent for i in axes)


def _powered(base: Array, n: int, axes: Axes) -> Apply:
    return Apply("power", (base, Scalar(sympy.Integer(n))), axes)


def _size(node: Array) -> int:
    return 1 + sum(map(_size, children(node)))


def _arrays_in(node: Array) -> list[Array]:
    """The outermost parts with axes of an expression without."""
    if node.axes:
        return [node]
    return [part for child in children(node) for part in _arrays_in(child)]


_STATEMENTS: dict[type, Callable[..., None]] = {
    Zero: Linear.zero,
    Assign: Linear.assign,
    Scatter: Linear.scatter,
    Loop: Linear.loop,
}

_EXPRESSIONS: dict[type, Callable[..., None]] = {
    Operand: Linear.copy,
    Apply: Linear.apply,
    MatMul: Linear.matmul,
    Einsum: Linear.einsum,
    Reduce: Linear.reduce,
    Gather: Linear.gather,
    Masked: Linear.masked,
}
