"""``loss_and_grad`` of small networks in numbers: what it reads, its loop over the samples, what it packs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import prod

from symbp.derivation import adjoint_name
from symbp.equation import Equation
from symbp.numpy_code.arguments import all_arguments, declaration, result_type
from symbp.numpy_code.blueprint import Blueprint, argument
from symbp.numpy_code.comments import comment_lines
from symbp.numpy_code.layout import INDENT, WIDTH, unpacking, wrapped
from symbp.numpy_code.names import Names, spelled
from symbp.numpy_code.straight import Straight, broken
from symbp.program import Tensor
from symbp.schedule import Group
from symbp.schedule.lower import NoKernel
from symbp.schedule.order import Order
from symbp.schedule.straight import BATCH, Parts, parts

_OUTSIDE, _INSIDE = 4, 5  # the depth of statements outside the loop over the samples and inside
_USED = "math enumerate iter next len max abs struct same row_sum dtype ValueError".split()


@dataclass(frozen=True)
class StraightPage:
    """``loss_and_grad`` in numbers."""

    plan: Blueprint
    parts: Parts

    @staticmethod
    def of(plan: Blueprint) -> StraightPage | None:
        """None if a network is large, or needs what has no form in numbers."""
        if plan.masks or plan.states or plan.updates or plan.sizes != (str(BATCH),) or plan.program.most:
            return None
        if any(BATCH not in plan.program.tensor[name].shape for name in plan.input_adjoints):
            return None
        labels = [t for t in (*plan.inputs, *plan.targets) if t.dtype == "int"]
        found = parts(plan.program, [w for w in plan.wanted if plan.program.defining(w)])
        if found is None or not all(isinstance(plan.label_extents.get(t.name), int) for t in labels):
            return None
        page = StraightPage(plan, found)
        try:
            return page if page.lines else None
        except NoKernel:  # a function that math has not
            return None

    @property
    def declaration(self) -> str:
        """That of the method in arrays, to which this one leaves what it cannot do."""
        arguments = f"self, {all_arguments(self.plan)}"
        told = f'{INDENT * 2}"""The loss and its gradient, computed in arrays."""'
        return "\n".join([*declaration("_in_arrays", arguments, result_type(self.plan), INDENT), told])

    @property
    def memory(self) -> list[str]:
        """The lines that make what the method writes to."""
        count = sum(self._count(t.name) for t in self.plan.parameters)
        lines = [
            f"self._few = min(batch, {self.parts.few})",
            f"flat = np.zeros({count}, self.dtype)",
            "self._gradient, self._memory = unflatten(flat), flat.data",
            f'self._pack = struct.Struct(f"{count}{{self.dtype.char}}").pack_into',
        ]
        for name in self.plan.input_adjoints:
            shape = ", ".join(map(str, ("self._few", *self._writer.extents(name))))
            pack = f'struct.Struct(f"{self._count(name)}{{self.dtype.char}}").pack_into'
            lines += [f"self._{name} = np.zeros(({shape}), self.dtype)", f"self._memory_{name} = self._{name}.data"]
            lines.append(f"self._pack_{name} = {pack}")
        return [part for line in lines for part in wrapped(INDENT * 2 + line)]

    def _count(self, tensor: str) -> int:
        return prod(self._writer.extents(tensor))

    @cached_property
    def _writer(self) -> Straight:
        names = Names({*_USED, *(spelled(t.name) for t in self.plan.program.tensors)})
        return Straight(self.parts.program, names, _OUTSIDE)

    @cached_property
    def lines(self) -> list[str]:
        """The body of the method."""
        plan = self.plan
        output = spelled(plan.program.output)
        inner = [
            *self._read(plan.parameters),
            *self._read(t for t in self._given if BATCH not in t.shape),
            *self._equations(self.parts.before),
            *self._zeros(),
            *self._loop(),
            *self._equations(self.parts.after),
            f"if math.isfinite({output}):",
            *self._results(),
        ]
        head = [
            *unpacking(tuple(map(self._array, plan.parameters)), "p", 3),
            f"{INDENT * 3}N = len({argument(self._batches[0])})",
            *(INDENT * 3 + line for line in broken("same = ", self._dtypes, 3)),
            *self._condition,
            *(INDENT * 4 + line for line in inner),
        ]
        call = f"self._in_arrays({', '.join(['p', *map(argument, self._given)])})"
        return [
            f"{INDENT * 2}# up to {self.parts.few} samples in floats, which is faster; rounded to the dtype at the end",
            f"{INDENT * 2}try:",
            *head,
            f"{INDENT * 2}except (ArithmeticError, AttributeError, TypeError, ValueError):",
            f"{INDENT * 3}pass  # arrays say what does not fit, and have numbers for what overflows",
            f"{INDENT * 2}return {call}",
        ]

    @property
    def _given(self) -> tuple[Tensor, ...]:
        return (*self.plan.inputs, *self.plan.targets)

    @property
    def _batches(self) -> list[Tensor]:
        return [t for t in self._given if BATCH in t.shape]

    def _array(self, tensor: Tensor) -> str:
        """What a given array is called: numbers without axes have the name of the tensor themselves."""
        if tensor not in self.plan.parameters:
            return argument(tensor)
        return spelled(tensor.name) + ("" if tensor.shape else "_array")

    @property
    def _dtypes(self) -> list[str]:
        """The dtypes are one; those of data are compared, as what was pickled has one of its own that is equal."""
        first, *others = map(self._array, self.plan.parameters)
        data = [argument(t) for t in self._given if t.dtype == "float"]
        rows = [*(f"is {name}.dtype" for name in others), *(f"== {name}.dtype" for name in data)]
        return [f"{first}.dtype", *rows, "== self.dtype"]

    @property
    def _condition(self) -> list[str]:
        """The arrays fit as far as their rows do not tell."""
        lengths = "".join(f" == len({argument(t)})" for t in self._batches[1:])
        conditions = ["same", f"0 < N{lengths} <= self._few"]
        conditions += [f'{argument(t)}.dtype.kind in "iu"' for t in self._given if t.dtype == "int"]
        line = f"{INDENT * 3}if {' and '.join(conditions)}:"
        if len(line) <= WIDTH:
            return [line]
        first, *rest = conditions
        rows = [first, *(f"and {c}" for c in rest)]
        return [f"{INDENT * 3}if (", *(INDENT * 4 + row for row in rows), f"{INDENT * 3}):"]

    def _read(self, tensors: Iterable[Tensor]) -> Iterator[str]:
        """The lines that give each number of some arrays a name."""
        for tensor in tensors:
            yield from self._unpacked(tensor.name, f"{self._array(tensor)}.tolist()", _OUTSIDE)

    def _unpacked(self, tensor: str, source: str, depth: int) -> Iterator[str]:
        """``(W1_11, W1_12), (W1_21, W1_22) = W1.tolist()``: it also says what the shape is."""
        names = iter(self._writer.elements(tensor))
        self._writer.started.update(self._writer.elements(tensor))
        nested = _nested(names, self._writer.extents(tensor))
        if isinstance(nested, str):
            yield f"{nested} = {source}"
        else:
            line = f"{_row(nested)[1:-1] if len(nested) > 1 else _row(nested)} = {source}"
            fits = len(INDENT * depth + line) <= WIDTH
            yield from [line] if fits else _rows(nested, "", f" = {source}", WIDTH - len(INDENT) * depth)

    def _equations(self, equations: Sequence[Equation]) -> Iterator[str]:
        order = Order.of(self.plan.program)
        for _, members in groupby(equations, key=lambda e: e.target):
            group = Group(tuple(members), ())
            yield from comment_lines(order, group, lambda e: self.plan.numbers.get(e[0].target), self._writer.depth)
            yield from self._writer.lines(group.equations)

    def _zeros(self) -> Iterator[str]:
        """The lines from which sums over the samples start."""
        for tensor in self.parts.summed:
            line = ""
            for name in self._writer.elements(tensor):
                if line and len(f"{INDENT * _OUTSIDE}{line}{name} = 0.0") > WIDTH:
                    yield f"{line}0.0"
                    line = ""
                line += f"{name} = "
            yield f"{line}0.0"
            self._writer.started.update(self._writer.elements(tensor))

    def _loop(self) -> Iterator[str]:
        """The loop over the samples; iterators side by side are faster than zip."""
        writer, (first, *others) = self._writer, self._batches
        iterators = {writer.names.fresh(f"{spelled(t.name)}s"): t for t in others}
        yield from (f"{name} = iter({argument(t)}.tolist())" for name, t in iterators.items())
        row, rows, sample = spelled(first.name), f"{argument(first)}.tolist()", ""
        if self.plan.input_adjoints:
            sample = writer.names.fresh("n")
            row, rows = f"{sample}, {row}", f"enumerate({rows})"
        yield f"for {row} in {rows}:"
        writer.depth = _INSIDE
        sources = {first: spelled(first.name), **{t: f"next({name})" for name, t in iterators.items()}}
        body = [*self._sample(sources), *self._packed_adjoints(sample)]
        yield from (INDENT + line for line in body)
        writer.depth = _OUTSIDE

    def _sample(self, sources: Mapping[Tensor, str]) -> Iterator[str]:
        """What is done for one sample, whose numbers have these sources."""
        for tensor, source in sources.items():
            if source != spelled(tensor.name) or self._writer.extents(tensor.name):
                yield from self._unpacked(tensor.name, source, _INSIDE)
            if tensor.dtype == "int":
                for name in self._writer.elements(tensor.name):
                    yield f"if not 0 <= {name} < {self.plan.label_extents[tensor.name]}:"
                    yield f"{INDENT}raise ValueError"
            if tensor.normalized:
                yield from self._sums_to_one(tensor)
        yield from self._equations(self.parts.sample)

    def _packed_adjoints(self, sample: str) -> Iterator[str]:
        """The lines that write the adjoints of inputs, which have a row for each sample."""
        for name in self.plan.input_adjoints:
            offset = f"{sample} * {self._count(name)} * self.dtype.itemsize"
            numbers = ", ".join(map(self._writer.value, self._writer.elements(name)))
            yield from self._writer.wrapped(f"self._pack_{name}(self._memory_{name}, {offset}, {numbers})")

    def _sums_to_one(self, tensor: Tensor) -> Iterator[str]:
        names, length = self._writer.elements(tensor.name), self._writer.extents(tensor.name)[-1]
        for start in range(0, len(names), length):
            first, *rest = names[start : start + length]
            yield from broken("row_sum = ", [first, *(f"+ {name}" for name in rest)], _INSIDE)
            yield "if abs(row_sum - 1.0) > 1e-4:"
            yield f"{INDENT}raise ValueError"

    def _results(self) -> Iterator[str]:
        plan, numbers = self.plan, []
        for tensor in plan.parameters:
            adjoint = adjoint_name(tensor.name)
            known = adjoint in plan.gradients and plan.program.defining(adjoint)
            names = self._writer.elements(adjoint) if known else ["0.0"] * self._count(tensor.name)
            numbers += list(map(self._writer.value, names))
        self._writer.depth = _INSIDE
        yield from (INDENT + x for x in self._writer.wrapped(f"self._pack(self._memory, 0, {', '.join(numbers)})"))
        adjoints = [f"self._{name}[:N]" for name in plan.input_adjoints]
        yield f"{INDENT}return {', '.join([spelled(plan.program.output), 'self._gradient', *adjoints])}"


_Nested = str | list["_Nested"]


def _nested(names: Iterator[str], extents: tuple[int, ...]) -> _Nested:
    """Names in rows, as an array prints as lists."""
    return [_nested(names, extents[1:]) for _ in range(extents[0])] if extents else next(names)


def _row(nested: _Nested) -> str:
    """``((a, b), (c, d))``."""
    if isinstance(nested, str):
        return nested
    return f"({', '.join(map(_row, nested))}{',' if len(nested) == 1 else ''})"


def _rows(nested: _Nested, margin: str, end: str, room: int) -> Iterator[str]:
    """Rows that do not fit in a line, each in a line of its own."""
    line = margin + _row(nested) + end
    if len(line) <= room and margin or isinstance(nested, str):
        yield line
    else:
        yield f"{margin}("
        for part in nested:
            yield from _rows(part, margin + INDENT, ",", room)
        yield f"{margin}){end}"
