"""The schedule as a list of operations that write into given arrays and allocate nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from symbp.equation import Equation, Extent
from symbp.numpy_code.expression import is_one_call, sum_text, text
from symbp.numpy_code.loops import loop_lines
from symbp.numpy_code.names import Names, spelled, telling
from symbp.numpy_code.plain import Comments, exchanged
from symbp.numpy_code.taps import steps_head
from symbp.numpy_code.views import aligned, in_rows
from symbp.numpy_code.windows import view_text
from symbp.numpy_code.workspace import elementwise, lookup, products, steps, strided, sums
from symbp.numpy_code.workspace.apart import through_copy_apart
from symbp.numpy_code.workspace.constants import as_array
from symbp.numpy_code.workspace.horner import shorter
from symbp.numpy_code.workspace.memory import Memory
from symbp.numpy_code.workspace.ops import (
    COPY,
    SIGNS,
    Argument,
    Constant,
    Kind,
    Lookups,
    Numbers,
    Op,
    Place,
    Seen,
    Value,
    spelled_out,
    values_of,
    verbatim,
)
from symbp.numpy_code.workspace.rounds import BlockNames, Rounds
from symbp.program import Program
from symbp.schedule import (
    Assign,
    Condition,
    Filled,
    Group,
    Largest,
    Loop,
    Pad,
    Recurrence,
    Room,
    Scatter,
    Schedule,
    Taps,
    Zero,
    negated,
    terms,
)
from symbp.schedule.arrays import (
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
    Reduce,
    View,
    children,
    is_elementwise,
    is_read,
    tensors_in,
)
from symbp.schedule.order import Order


class Linear(Memory):
    """Takes the statements of a schedule apart, in order; ``ops`` is what comes of it."""

    def __init__(self, schedule: Schedule, names: Names, places: dict[str, Place], comments: Comments) -> None:
        self.program: Program = schedule.program
        self.order = Order.of(schedule.program)
        self.names = names
        self.ops: list[Op] = []
        tensors = (
            Value(spelled(t.name), t.shape, t.dtype, places.get(t.name, "planned")) for t in self.program.tensors
        )
        super().__init__(dict(zip((t.name for t in self.program.tensors), tensors, strict=True)))
        self.lookups = Lookups()
        self.numbers = Numbers()
        self.known: dict[Array | tuple[Array, Axes], Value] = {}
        self.constants: list[Constant] = []
        self.goal: Value | None = None
        self.block_names = BlockNames(names)
        self.comments = comments
        names.used |= {spelled(t.name) for g in schedule.groups for t in g.tensors}
        for self._group, group in enumerate(schedule.groups):
            self.known = {}
            self.group(group)

    def group(self, group: Group) -> None:
        self.tensors |= {
            t.name: Value(spelled(t.name), t.shape, t.dtype) for t in group.tensors if t.name not in self.tensors
        }
        for statement in group.statements:
            self.statement(statement)

    def statement(self, statement: object) -> None:
        _STATEMENTS[type(statement)](self, statement)

    @contextmanager
    def remembered(self) -> Iterator[None]:
        """What is computed inside is forgotten: it depends on a loop."""
        known = dict(self.known)
        yield
        self.known = known

    def forget(self, written: Iterable[str]) -> None:
        """What was computed from tensors that are written now, or that lie in the same memory, is out of date."""
        memory = {self.base(name) for name in written}
        self.known = {
            key: value
            for key, value in self.known.items()
            if not memory & {self.base(name) for name in tensors_in(key[0] if isinstance(key, tuple) else key)}
        }

    @contextmanager
    def round_of(self, loop: Recurrence) -> Iterator[None]:
        """What is computed inside are the rounds of a loop, whose head names the blocks of memory that they touch."""
        start = len(self.ops)
        self.emit(verbatim([steps_head(loop)]), (), None)
        self.rounds.append(Rounds(loop, self.block_names))
        self.depth += 1
        yield
        self.depth -= 1
        if self.rounds[-1].found:
            head = self.rounds[-1].lines(self.ops[start + 1 :])
            self.ops[start] = replace(self.ops[start], template=verbatim(head))

    def aim(self, tensor: str) -> Value:
        """The tensor that the next operations lead to."""
        self.goal = self.tensors[tensor]
        return self.goal

    def emit(
        self, template: str, args: Iterable[Value], out: Value | None, scratch: tuple[Value, ...] = (), **more: object
    ) -> None:
        args = tuple(args)
        wholes = (self.whole[v] for v in (*args, *scratch, *((out,) if out else ())) if v in self.whole)
        scratch = (*scratch, *dict.fromkeys(wholes))
        self.ops.append(Op(template, args, out, self._group, scratch=scratch, depth=self.depth, **more))  # type: ignore[arg-type]

    def fresh(self, node: Array, axes: Axes, kind: Kind = "float") -> Value:
        return Value("", _extents(axes), kind, telling=telling(node), goal=self.goal)

    # statements

    def room(self, statement: Room) -> None:
        """Memory is planned; a part of another tensor is taken if its steps, each one block, are all that is used."""
        after = (e for e in self.program.statements if isinstance(e, Equation))
        if statement.part is not None and not any(statement.tensor in e.tensors_read for e in after):
            whole, tensor = self.tensors[statement.over], self.tensors[statement.tensor]
            part = replace(tensor, place="view", shown=Seen(whole, view_text(statement.part, "{}")))
            self.tensors[statement.tensor], self.whole[part] = part, whole
            self.emit("", (part,), None)

    def zero(self, statement: Zero) -> None:
        tensor = self.tensors[statement.tensor]
        if tensor.extents:
            self.emit("{out}.fill(0)", (), tensor)
        else:
            self.emit(f"{tensor.name} = 0.0", (), None)

    def assign(self, statement: Assign) -> None:
        target = self.aim(statement.tensor)
        if statement.shares and statement.part is None and self._shared(statement):
            return
        block = self.block(statement.part)
        if statement.part is not None and block is None:
            strided.assign_part(self, statement)
        elif block is not None:
            self._assign_array(statement, block)
        elif not statement.axes:
            self._assign_number(statement)
        else:
            self._assign_array(statement, target)

    def _shared(self, statement: Assign) -> bool:
        """Whether the tensor is one block of another one, under a name of its own."""
        block = self.block(statement.value)
        if block is None or statement.value.axes != statement.axes:
            return False
        name = spelled(statement.tensor)
        self.emit(f"{name} = {block.name}", (self.whole[block],), None)
        self.tensors[statement.tensor] = named = replace(block, name=name)
        self.whole[named] = self.whole[block]
        return True

    def _assign_array(self, statement: Assign, target: Value) -> None:
        value, axes = shorter(statement.value), statement.axes
        if statement.accumulate:
            itself = is_read(statement.tensor, value)
            for sign, term in (("add", value),) if itself else terms(value):
                self.binary(sign, target, self.argument(term, axes), target)
        elif value.axes != axes:
            self.assign_spread(value, axes, target)
        elif self._lies_in(value, statement.tensor) and not (is_elementwise(value) or is_one_call(value)):
            self.emit(COPY, (self.value(value),), target)  # it is read until the last
        else:
            self.into(value, target)

    def _lies_in(self, value: Array, tensor: str) -> bool:
        """Whether an expression reads memory that a tensor lies in, under any name."""
        return any(self.base(name) is self.base(tensor) for name in tensors_in(value))

    def assign_spread(self, node: Array, axes: Axes, out: Value) -> None:
        """An expression with fewer axes, or in another order, into an array with ``axes``."""
        if not node.axes:
            self.emit(f"{{out}}.fill({self._number_name(node)})", (), out)
        elif not through_copy_apart(self, node, axes, out):
            self.copy_of(self.seen(node), aligned(node.axes, axes), out, in_rows(node.axes, axes))

    def _assign_number(self, statement: Assign) -> None:
        name, accumulate = spelled(statement.tensor), statement.accumulate
        for sign, term in terms(statement.value):
            first_negative = sign == "subtract" and not accumulate
            node, args = self._number(negated(term) if first_negative else term)
            head = {"add": "+=", "subtract": "-="}[sign] if accumulate else "="
            self.emit(f"{name} {head} {text(node)}", args, None, partial=sum_text(node))
            accumulate = True

    def loop(self, statement: Loop) -> None:
        equation = statement.equation
        args = [self.tensors[name] for name in sorted(equation.tensors_read | {equation.target})]
        scratch = (self.tensors[equation.target],)
        self.emit(verbatim(loop_lines(self.program, self.names, equation)), args, None, scratch=scratch)

    # expressions

    def value(self, node: Array) -> Value:
        """The array that holds an expression; computed once in a group."""
        if isinstance(node, Operand):
            return self.tensors[node.tensor]
        if isinstance(node, Counted):
            return strided.counted(self, node)
        block = self.block(node)
        if block is not None:
            return block
        if node not in self.known:
            out = self.fresh(node, node.axes, self._kind(node))
            self.into(node, out)
            self.known[node] = out
        return self.known[node]

    def _kind(self, node: Array) -> Kind:
        if isinstance(node, View):
            return self.tensors[node.tensor].kind
        return "int" if isinstance(node, Reduce) and node.kind == "argmax" else "float"

    def into(self, node: Array, out: Value) -> None:
        """Computes an expression into an array that has its axes."""
        _EXPRESSIONS[type(node)](self, node, out)

    def argument(self, node: Array, axes: Axes) -> Argument:
        """An argument of an elementwise operation over ``axes``: an array of just these, or a number's text.

        NumPy's loops over views and broadcast arguments allocate a buffer on each call; a copy into one of ours is
        as fast.
        """
        if not node.axes:
            return self._number_name(node)
        if node.axes == axes:
            return self.value(node)
        key = (node, axes)
        if key not in self.known:
            source = self.seen(node)
            self.known[key] = self.fresh(node, axes, source.kind)
            self.copy_of(source, aligned(node.axes, axes), self.known[key], in_rows(node.axes, axes))
        return self.known[key]

    def seen(self, node: Array) -> Seen:
        """The array that holds an expression; a read at affine positions is a view of its tensor."""
        if isinstance(node, View):
            return Seen(self.tensors[node.tensor], view_text(node, "{}"))
        return Seen(self.value(node), "{}")

    def copy_of(self, source: Seen, view: str, out: Value, rows: bool = False) -> None:
        line = f"{{out}}[...] = {source.text.replace('{}', '{0}')}{view}"
        self.emit(line, (source.value,), out, rows=rows and source.text == "{}")

    def _number_name(self, node: Array) -> str:
        """A number as an argument; what is computed from arrays is computed first and gets a name."""
        number, args = self._number(node)
        if not args:
            return text(number)
        name = self.names.fresh(telling(node))
        self.emit(f"{name} = {text(number)}", args, None, partial=sum_text(number))
        return name

    def _number(self, node: Array) -> tuple[Array, list[Value]]:
        """An expression without axes that reads {0}, {1}, ... where it needs arrays, and these."""
        args: list[Value] = []

        def place(value: Value) -> str:
            if value not in args:
                args.append(value)
            return f"{{{args.index(value)}}}"

        for part in _arrays_in(node):
            new: Array
            if isinstance(part, View) and not part.axes:
                new = replace(part, tensor=place(self.seen(part).value))
            elif isinstance(part, Reduce) and not part.axes:
                left, right = sums.total(self, part)
                new = Dot(Operand(place(left), part.over[:1]), Operand(place(right), part.over[:1]))
            else:
                new = Operand(place(self.value(part)), part.axes)
            node = exchanged(node, part, new)
        return node, args

    def copy(self, node: Operand | View | Counted, out: Value) -> None:
        self.copy_of(self.seen(node), "", out, rows=True)

    def binary(self, function: str, left: Argument, right: Argument, out: Value) -> None:
        kinds = [a.kind for a in (left, right) if isinstance(a, Value)]
        left, right = (as_array(self, a, (*kinds, out.kind)[0]) for a in (left, right))
        args = values_of([left, right])
        texts = [spelled_out(a, args) for a in (left, right)]
        sign = SIGNS.get(function, "") if isinstance(left, Value) else ""
        template = f"np.{function}({', '.join(texts)}, out={{out}})"
        self.emit(template, args, out, elementwise=True, sign=sign, operand=texts[1])


def _extents(axes: Axes) -> tuple[Extent, ...]:
    return tuple(i.extent for i in axes)


def _arrays_in(node: Array) -> list[Array]:
    """The outermost parts with axes of an expression without, its sums, and the elements of tensors in it."""
    if node.axes or isinstance(node, View) or sums.is_total(node):
        return [node]
    return [part for child in children(node) for part in _arrays_in(child)]


_STATEMENTS: dict[type, Callable[..., None]] = {
    Zero: Linear.zero,
    Room: Linear.room,
    Recurrence: steps.recurrence,
    Largest: strided.largest,
    Filled: strided.filled,
    Condition: strided.condition,
    Pad: strided.pad,
    Assign: Linear.assign,
    Scatter: lookup.scatter,
    Taps: strided.taps,
    Loop: Linear.loop,
}

_EXPRESSIONS: dict[type, Callable[..., None]] = {
    Counted: Linear.copy,
    Operand: Linear.copy,
    View: Linear.copy,
    Apply: elementwise.apply,
    MatMul: products.matmul,
    Einsum: products.einsum,
    Reduce: sums.reduce,
    Gather: lookup.gather,
    Masked: lookup.masked,
    Guarded: strided.guarded,
}
