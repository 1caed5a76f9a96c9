"""What the template of a module lays out: every statement already text, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod

from symbp.derivation import adjoint_name
from symbp.equation import Tensor
from symbp.numpy_code.blueprint import Blueprint, Draw, argument
from symbp.numpy_code.checks import input_checks, target_checks
from symbp.numpy_code.coefficients import CENTRE, NEAR, TAIL
from symbp.numpy_code.comments import comment_lines, one_line
from symbp.numpy_code.functions import SPECIAL, Helper, functions_in, helpers
from symbp.numpy_code.inplace import InPlace, in_place
from symbp.numpy_code.layout import INDENT, WIDTH, indented, unpacking, wrapped
from symbp.numpy_code.literals import array_lines
from symbp.numpy_code.names import Names, spelled
from symbp.numpy_code.ops import Place
from symbp.numpy_code.plain import plain_lines
from symbp.numpy_code.scalars import shape_text
from symbp.schedule import Group, Schedule, schedule
from symbp.schedule.order import Order

_DRAWS: dict[Draw, str] = {
    "glorot_uniform": "Glorot uniform",
    "he_normal": "He normal before relu-like activations",
    "zeros": "zero biases",
}


@dataclass(frozen=True)
class Page:
    """The fields of ``numpy/module.py.j2``."""

    plan: Blueprint

    @property
    def name(self) -> str:
        return self.plan.name

    @property
    def title(self) -> str:
        return one_line(self.plan.title) or self.plan.name

    # parameters

    @property
    def fields(self) -> list[str]:
        return [f"{spelled(t.name)}: Array  # {shape_text(t.shape)}" for t in self.plan.parameters]

    @property
    def shapes(self) -> str:
        shapes = [shape_text(t.shape) for t in self.plan.parameters]
        inner = ", ".join(shapes) + ("," if len(shapes) == 1 else "")
        line = f"_SHAPES: tuple[tuple[int, ...], ...] = ({inner})"
        if len(line) <= WIDTH and "\n" not in line:
            return line
        return "\n".join([line[: line.index("= (") + 3], *(f"{INDENT}{s}," for s in shapes), ")"])

    @property
    def count(self) -> int:
        return sum(prod(int(str(e)) for e in t.shape) for t in self.plan.parameters)

    def _draw(self, tensor: Tensor) -> Draw:
        default: Draw = "glorot_uniform" if len(tensor.shape) == 2 else "zeros"
        return self.plan.draws.get(tensor.name, default)

    @property
    def _all_draws(self) -> set[Draw]:
        return {self._draw(t) for t in self.plan.parameters}

    @property
    def draws(self) -> str:
        return ", ".join(text for draw, text in _DRAWS.items() if draw in self._all_draws) or "none"

    @property
    def draws_glorot(self) -> bool:
        return "glorot_uniform" in self._all_draws

    @property
    def draws_he(self) -> bool:
        return "he_normal" in self._all_draws

    @property
    def draws_random(self) -> bool:
        return self.draws_glorot or self.draws_he

    @property
    def init(self) -> list[str]:
        lines = []
        for tensor in self.plan.parameters:
            shape, draw = shape_text(tensor.shape), self._draw(tensor)
            call = f"np.zeros({shape}, dtype)" if draw == "zeros" else f"_{draw}(rng, {shape}, dtype)"
            lines.append(f"{spelled(tensor.name)}={call},")
        return lines

    # example

    @property
    def given(self) -> str:
        return ", ".join(argument(t) for t in (*self.plan.inputs, *self.plan.targets))

    @property
    def example_types(self) -> str:
        return ", ".join(["Parameters", *("Array" for _ in (*self.plan.inputs, *self.plan.targets))])

    @property
    def example(self) -> list[str]:
        worked = self.plan.worked
        if worked is None:
            return []
        lines: list[str] = []
        for tensor in self.plan.parameters:
            lines += array_lines(spelled(tensor.name), worked.parameters[tensor.name], "dtype")
        for tensor in (*self.plan.inputs, *self.plan.targets):
            kind = "np.int64" if tensor.dtype == "int" else "dtype"
            lines += array_lines(argument(tensor), worked.given[tensor.name], kind)
        made = _call("p = Parameters", [spelled(t.name) for t in self.plan.parameters])
        return [*lines, *made, f"{INDENT}return p, {self.given}"]

    # plain functions

    @cached_property
    def _backward(self) -> Schedule:
        computed = {e.target for e in self.plan.program.equations()}
        wanted = [self.plan.program.output, *self.plan.gradients, *self.plan.input_adjoints]
        return schedule(self.plan.program, [w for w in wanted if w in computed])

    @cached_property
    def _computed(self) -> set[str]:
        return {e.target for g in self._backward.groups for e in g.equations}

    @cached_property
    def _order(self) -> Order:
        return Order.of(self.plan.program)

    @property
    def input_arguments(self) -> str:
        return ", ".join(["p: Parameters", *(f"{argument(t)}: Array" for t in self.plan.inputs)])

    @property
    def arguments(self) -> str:
        return ", ".join([self.input_arguments, *(f"{argument(t)}: Array" for t in self.plan.targets)])

    @property
    def prediction(self) -> str:
        return self.plan.prediction

    @property
    def prediction_shape(self) -> str:
        return shape_text(self.plan.program.tensor[self.plan.prediction].shape)

    @cached_property
    def predict(self) -> list[str]:
        if self.plan.prediction not in self.plan.program.tensor:
            return []
        found = schedule(self.plan.program, [self.plan.prediction])
        targets = {t.name for t in self.plan.targets}
        if any(targets & e.tensors_read for g in found.groups for e in g.equations):
            return []
        name = spelled(self.plan.prediction)
        return _annotated(name, self._function(found, self.plan.inputs, (), [f"return {name}"]))

    @cached_property
    def loss(self) -> list[str]:
        found = schedule(self.plan.program, [self.plan.program.output])
        end = [f"return {spelled(self.plan.program.output)}"]
        return self._function(found, self.plan.inputs, self.plan.targets, end)

    @cached_property
    def loss_and_grad(self) -> list[str]:
        gradients = [self._gradient(t) for t in self.plan.parameters]
        made = [line[len(INDENT) :] for line in _call("g = Parameters", gradients)]
        adjoints = [spelled(name) for name in self.plan.input_adjoints]
        end = [*made, f"return {', '.join([spelled(self.plan.program.output), 'g', *adjoints])}"]
        return self._function(self._backward, self.plan.inputs, self.plan.targets, end)

    def _gradient(self, tensor: Tensor) -> str:
        adjoint = adjoint_name(tensor.name)
        if adjoint not in self._computed or tensor.name not in self.plan.wrt:
            return f"np.zeros_like({spelled(tensor.name)})"
        return spelled(adjoint) if tensor.shape else f"np.array({spelled(adjoint)}, dtype)"

    def _function(
        self, found: Schedule, inputs: tuple[Tensor, ...], targets: tuple[Tensor, ...], end: list[str]
    ) -> list[str]:
        """The body of a plain function: checks, local names, the groups under their numbers, the end."""
        names = Names({spelled(t.name) for t in self.plan.program.tensors})
        body: list[str] = []
        for group in found.groups:
            body += indented(comment_lines(self._order, group, self._number(group), 1))
            body += indented(plain_lines(self.plan.program, names, group))
        body += indented(end)
        return [*self._head(inputs, targets, body), *body]

    def _number(self, group: Group) -> int | None:
        return self.plan.numbers.get(group.equations[0].target)

    def _head(self, inputs: tuple[Tensor, ...], targets: tuple[Tensor, ...], body: list[str]) -> list[str]:
        """Checks, run-time sizes and local names, those that the body uses."""
        words = _words(body)
        lines = list(indented(self._check_calls(inputs, targets, words)))
        if "dtype" in words:
            lines.append(f"{INDENT}dtype = {self._dtype}")
        lines += self._locals(inputs, targets, words)
        return lines

    @property
    def _dtype(self) -> str:
        """The expression of the dtype that all arguments share."""
        if self.plan.parameters:
            return "p[0].dtype"
        floats = [t for t in self.plan.inputs if t.dtype == "float"]
        return f"{argument(floats[0])}.dtype"

    def _check_calls(
        self, inputs: tuple[Tensor, ...], targets: tuple[Tensor, ...], words: set[str], dtype: str = ""
    ) -> Iterator[str]:
        dtype = dtype or self._dtype
        call = f"_check_inputs({', '.join(['p', *map(argument, inputs), dtype])})"
        sizes = self.plan.sizes
        used = bool(words & set(sizes)) or bool(targets and self.plan.targets)
        yield f"{', '.join(sizes)} = {call}" if sizes and used else call
        if targets:
            yield f"_check_targets({', '.join([*map(argument, targets), *sizes, dtype])})"

    def _locals(self, inputs: tuple[Tensor, ...], targets: tuple[Tensor, ...], words: set[str]) -> Iterator[str]:
        names = tuple(spelled(t.name) for t in self.plan.parameters)
        if words & set(names):
            yield from unpacking(names, "p")
        pairs = [(spelled(t.name), argument(t)) for t in (*inputs, *targets)]
        pairs = [(a, b) for a, b in pairs if a != b and a in words]
        if pairs:
            yield f"{INDENT}{', '.join(a for a, _ in pairs)} = {', '.join(b for _, b in pairs)}"

    @property
    def result_types(self) -> str:
        return ", ".join(["float", "Parameters", *("Array" for _ in self.plan.input_adjoints)])

    @property
    def signature(self) -> str:
        return "\n".join(_declaration("loss_and_grad", self.arguments, f"tuple[{self.result_types}]", ""))

    @property
    def and_adjoints(self) -> str:
        return "".join(f", and {name}" for name in self.plan.input_adjoints)

    @property
    def frozen(self) -> str:
        return ", ".join(spelled(t.name) for t in self.plan.parameters if t.name not in self.plan.wrt)

    # workspace

    @cached_property
    def _in_place(self) -> InPlace:
        names = Names({spelled(t.name) for t in self.plan.program.tensors})
        places: dict[str, Place] = {
            t.name: "given" for t in self.plan.program.of_role("input", "target", "parameter", "state")
        }
        places |= dict.fromkeys(self.plan.gradients, "gradient")
        places |= dict.fromkeys(self.plan.input_adjoints, "pinned")
        return in_place(self._backward, names, places)

    @property
    def _rest(self) -> tuple[str, ...]:
        """The run-time sizes besides the batch."""
        return tuple(s for s in self.plan.sizes if s != "N")

    @property
    def workspace_init(self) -> str:
        rest = "".join(f", {s}: int" for s in self._rest)
        arguments = f"self, batch: int{rest}, dtype: npt.DTypeLike = np.float32"
        return "\n".join(_declaration("__init__", arguments, "None", INDENT))

    @property
    def buffers(self) -> list[str]:
        made = self._in_place.buffers
        head = f"{INDENT * 2}self._buffers: tuple[Array, ...] = ("
        lines = [head, *(f"{INDENT * 3}{b}," for b in made), f"{INDENT * 2})"]
        if len(made) < 2:
            lines = [f"{head}{''.join(f'{b},' for b in made)})"]
        if any("self._rows" in view for _, view in self._in_place.views):
            lines.append(f"{INDENT * 2}self._rows = np.arange(batch)")
        if self.has_normalized:
            lines.append(f"{INDENT * 2}self._sums = np.empty(batch, self.dtype)")
        key = "int" if len(self.plan.sizes) < 2 else f"tuple[{', '.join('int' for _ in self.plan.sizes)}]"
        return [*lines, f"{INDENT * 2}self._views: dict[{key}, tuple[Array, ...]] = {{}}"]

    @property
    def _key(self) -> str:
        sizes = self.plan.sizes
        return sizes[0] if len(sizes) == 1 else f"({', '.join(sizes)})" if sizes else "0"

    @property
    def views(self) -> list[str]:
        if not self._in_place.views:
            return []
        sizes = "".join(f", {s}: int" for s in self.plan.sizes)
        lines = [
            f"{INDENT}def _cut(self{sizes}) -> tuple[Array, ...]:",
            f'{INDENT * 2}"""The buffers cut to the shapes of the tensors that they hold in turn."""',
            f"{INDENT * 2}return (",
        ]
        lines += [f"{INDENT * 3}{view},  # {name}" for name, view in self._in_place.views]
        return [*lines, f"{INDENT * 2})", ""]

    @property
    def workspace_signature(self) -> str:
        return "\n".join(
            _declaration("loss_and_grad", f"self, {self.arguments}", f"tuple[{self.result_types}]", INDENT)
        )

    @cached_property
    def workspace(self) -> list[str]:
        plan, depth = self.plan, 2
        body: list[str] = []
        for group, lines in zip(self._backward.groups, self._in_place.groups, strict=True):
            body += indented(comment_lines(self._order, group, self._number(group), depth), depth)
            body += indented(lines, depth)
        for tensor in plan.parameters:
            if not tensor.shape and adjoint_name(tensor.name) in self._computed:
                body.append(f"{INDENT * 2}self._gradient.{spelled(tensor.name)}[...] = {spelled(tensor.name)}_bar")
        adjoints = [spelled(name) for name in plan.input_adjoints]
        body.append(f"{INDENT * 2}return {', '.join([spelled(plan.program.output), 'self._gradient', *adjoints])}")
        return [*self._workspace_head(body), *body]

    def _workspace_head(self, body: list[str]) -> Iterator[str]:
        plan, words = self.plan, _words(body)
        words |= set(plan.sizes)
        for line in indented(self._check_calls(plan.inputs, plan.targets, words, "self.dtype")):
            yield INDENT + line.replace("sums)", "self._sums[:N])")
        if "N" in plan.sizes:
            yield f"{INDENT * 2}if N > self.batch:"
            message = '"the batch has {N} samples, this workspace holds {self.batch}"'
            yield from wrapped(f"{INDENT * 3}raise ValueError(f{message})")
        if "dtype" in words:
            yield f"{INDENT * 2}dtype = self.dtype"
        yield from (INDENT + line for line in self._locals(plan.inputs, plan.targets, words))
        yield from self._view_lines()
        gradients = tuple(self._unpacked(t) for t in plan.parameters)
        if set(gradients) - {"_"}:
            yield from unpacking(gradients, "self._gradient", 2)

    def _view_lines(self) -> Iterator[str]:
        names = tuple(name for name, _ in self._in_place.views)
        if names:
            yield f"{INDENT * 2}if {self._key} not in self._views:"
            yield f"{INDENT * 3}self._views[{self._key}] = self._cut({', '.join(self.plan.sizes)})"
            yield from unpacking(names, f"self._views[{self._key}]", 2)

    def _unpacked(self, tensor: Tensor) -> str:
        adjoint = adjoint_name(tensor.name)
        return spelled(adjoint) if tensor.shape and adjoint in self._computed else "_"

    # what the module defines besides

    @cached_property
    def _functions(self) -> tuple[str, ...]:
        return functions_in(self.plan.program)

    @property
    def helpers(self) -> tuple[Helper, ...]:
        return helpers(self._functions)

    @property
    def special(self) -> list[str]:
        return [name for name in self._functions if name in SPECIAL]

    @property
    def centre(self) -> int:
        return CENTRE

    @property
    def tail(self) -> tuple[float, ...]:
        return TAIL

    @property
    def near(self) -> tuple[float, ...]:
        return NEAR

    @property
    def check_inputs(self) -> list[str]:
        sizes = self.plan.sizes
        arguments = ", ".join([self.input_arguments, "dtype: np.dtype[Any]"])
        result = {0: "None", 1: "int"}.get(len(sizes), f"tuple[{', '.join('int' for _ in sizes)}]")
        lines = _declaration("_check_inputs", arguments, result, "")
        lines.append(f'{INDENT}"""The run-time sizes, of arguments that fit."""')
        first = f"p.{spelled(self.plan.parameters[0].name)}" if self.plan.parameters else "The input"
        lines += [
            f'{INDENT}if dtype.char not in "fd":',
            *wrapped(f'{INDENT * 2}raise ValueError(f"{first} has dtype {{dtype}}, needs float32 or float64")'),
            f"{INDENT}for name, a, shape in zip(Parameters._fields, p, _SHAPES, strict=True):",
            f'{INDENT * 2}_fits(f"p.{{name}}", a, shape, dtype)',
            *indented(input_checks(self.plan)),
        ]
        return [*lines, f"{INDENT}return {', '.join(sizes)}"] if sizes else lines

    @property
    def check_targets(self) -> list[str]:
        if not self.plan.targets:
            return []
        arguments = [f"{argument(t)}: Array" for t in self.plan.targets]
        arguments += [f"{s}: int" for s in self.plan.sizes] + ["dtype: np.dtype[Any]"]
        arguments += ["sums: Array | None = None"] if self.has_normalized else []
        return [
            *_declaration("_check_targets", ", ".join(arguments), "None", ""),
            f'{INDENT}"""Raises ValueError unless the targets fit the inputs."""',
            *indented(target_checks(self.plan)),
        ]

    @property
    def _given(self) -> tuple[Tensor, ...]:
        return (*self.plan.inputs, *self.plan.targets)

    @property
    def has_sizes(self) -> bool:
        return bool(self.plan.sizes)

    @property
    def has_labels(self) -> bool:
        return any(t.dtype == "int" for t in self._given)

    @property
    def has_normalized(self) -> bool:
        return any(t.normalized for t in self._given)


def _annotated(name: str, lines: list[str]) -> list[str]:
    """The lines with the type of ``name`` declared: NumPy's functions are typed as returning anything."""
    head = f"{INDENT}{name} = "
    k = next(k for k, line in enumerate(lines) if line.startswith(head))
    typed = lines[k].replace(head, f"{INDENT}{name}: Array = ", 1)
    fits = len(typed) <= WIDTH and not typed.endswith("(")
    return [*lines[:k], *([typed] if fits else [f"{INDENT}{name}: Array", lines[k]]), *lines[k + 1 :]]


def _words(lines: Iterable[str]) -> set[str]:
    """The identifiers in lines of code, comments left out."""
    code = (line for line in lines if not line.lstrip().startswith("#"))
    return {word for line in code for word in re.findall(r"[A-Za-z_]\w*", line)}


def _call(head: str, arguments: list[str]) -> list[str]:
    return wrapped(f"{INDENT}{head}({', '.join(arguments)})")


def _declaration(name: str, arguments: str, result: str, margin: str) -> list[str]:
    """A function's first lines, broken as ``ruff format`` breaks them."""
    line = f"{margin}def {name}({arguments}) -> {result}:"
    if len(line) <= WIDTH:
        return [line]
    inner = f"{margin}{INDENT}{arguments}"
    if len(inner) <= WIDTH:
        return [f"{margin}def {name}(", inner, f"{margin}) -> {result}:"]
    parts = [f"{margin}{INDENT}{a}," for a in arguments.split(", ")]
    return [f"{margin}def {name}(", *parts, f"{margin}) -> {result}:"]
