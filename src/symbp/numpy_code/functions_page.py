"""The plain functions of a module, ``predict``, ``loss`` and ``loss_and_grad``, as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from symbp.derivation import adjoint_name
from symbp.equation import Tensor
from symbp.numpy_code.arguments import (
    all_arguments,
    check_calls,
    declaration,
    input_arguments,
    local_names,
    result_type,
    words,
)
from symbp.numpy_code.blueprint import Blueprint
from symbp.numpy_code.comments import comment_lines
from symbp.numpy_code.layout import INDENT, WIDTH, indented
from symbp.numpy_code.names import Names, spelled
from symbp.numpy_code.parameters import call_lines
from symbp.numpy_code.plain import plain_lines
from symbp.numpy_code.scalars import shape_text
from symbp.schedule import Schedule, schedule
from symbp.schedule.order import Order


@dataclass(frozen=True)
class PlainPage:
    """Plain functions: a new array for every equation."""

    plan: Blueprint
    backward: Schedule

    @cached_property
    def _order(self) -> Order:
        return Order.of(self.plan.program)

    @property
    def predict_declaration(self) -> str:
        return "\n".join(declaration("predict", input_arguments(self.plan), "Array", ""))

    @property
    def loss_declaration(self) -> str:
        return "\n".join(declaration("loss", all_arguments(self.plan), "float", ""))

    @property
    def gradient_declaration(self) -> str:
        return "\n".join(declaration("loss_and_grad", all_arguments(self.plan), result_type(self.plan), ""))

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
        made = [line[len(INDENT) :] for line in call_lines("g = Parameters", gradients)]
        adjoints = [spelled(name) for name in self.plan.input_adjoints]
        end = [*made, f"return {', '.join([spelled(self.plan.program.output), 'g', *adjoints])}"]
        return self._function(self.backward, self.plan.inputs, self.plan.targets, end)

    def _gradient(self, tensor: Tensor) -> str:
        adjoint = adjoint_name(tensor.name)
        if adjoint not in self.backward.computed or tensor.name not in self.plan.wrt:
            return f"np.zeros_like({spelled(tensor.name)})"
        return spelled(adjoint) if tensor.shape else f"np.array({spelled(adjoint)}, dtype)"

    def _function(
        self, found: Schedule, inputs: tuple[Tensor, ...], targets: tuple[Tensor, ...], end: list[str]
    ) -> list[str]:
        """The body of a plain function: checks, local names, the groups under their numbers, the end."""
        names = Names({spelled(t.name) for t in self.plan.program.tensors})
        body: list[str] = []
        for group in found.groups:
            body += indented(comment_lines(self._order, group, self.plan.numbers.get(group.equations[0].target), 1))
            body += indented(plain_lines(self.plan.program, names, group))
        body += indented(end)
        return [*self._head(inputs, targets, body), *body]

    def _head(self, inputs: tuple[Tensor, ...], targets: tuple[Tensor, ...], body: list[str]) -> Iterator[str]:
        """Checks, run-time sizes and local names, those that the body uses."""
        used = words(body)
        yield from indented(check_calls(self.plan, inputs, targets, used, "p[0].dtype"))
        if "dtype" in used:
            yield f"{INDENT}dtype = p[0].dtype"
        yield from local_names(self.plan, inputs, targets, used, 1)

    @property
    def and_adjoints(self) -> str:
        return "".join(f", and {name}" for name in self.plan.input_adjoints)

    @property
    def frozen(self) -> str:
        return ", ".join(spelled(t.name) for t in self.plan.parameters if t.name not in self.plan.wrt)


def _annotated(name: str, lines: list[str]) -> list[str]:
    """The lines with the type of ``name`` declared: NumPy's functions are typed as returning anything."""
    head = f"{INDENT}{name} = "
    k = next(k for k, line in enumerate(lines) if line.startswith(head))
    typed = lines[k].replace(head, f"{INDENT}{name}: Array = ", 1)
    fits = len(typed) <= WIDTH and not typed.endswith("(")
    return [*lines[:k], *([typed] if fits else [f"{INDENT}{name}: Array", lines[k]]), *lines[k + 1 :]]
