"""The plain functions of a module, ``predict``, ``loss`` and ``loss_and_grad``, as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from symbp.derivation import adjoint_name
from symbp.equation import Equation
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
from symbp.numpy_code.pages.keywords import (
    KeywordsPage,
    gradient_keywords,
    loss_keywords,
    mask_lines,
    prediction_keywords,
    state_lines,
    update_lines,
)
from symbp.numpy_code.pages.parameters import call_lines
from symbp.numpy_code.plain import plain_lines
from symbp.numpy_code.scalars import shape_text
from symbp.program import Program, Scan, Tensor
from symbp.schedule import Group, Schedule, schedule, stored
from symbp.schedule.order import Order


@dataclass(frozen=True)
class _Given:
    """The tensors that a function is given besides the parameters."""

    inputs: tuple[Tensor, ...]
    targets: tuple[Tensor, ...]
    states: tuple[Tensor, ...]
    masks: tuple[Tensor, ...]


@dataclass(frozen=True)
class PlainPage:
    """Plain functions: a new array for every equation."""

    plan: Blueprint

    @cached_property
    def backward(self) -> Schedule:
        """The statements of ``loss_and_grad`` in the plain style."""
        return schedule(self.plan.program, self.plan.wanted)

    @property
    def by_steps(self) -> bool:
        """Whether some tensors are stored with the steps as their first axis."""
        return any(isinstance(s, Scan) for s in self._program.statements) and self._moved

    @property
    def by_rows(self) -> bool:
        """Whether some tensors are stored by rows, with the samples as their last axis."""
        return not any(isinstance(s, Scan) for s in self._program.statements) and self._moved

    @property
    def _moved(self) -> bool:
        tensor = self._program.tensor
        return any(tensor[t.name].shape != t.shape for t in self.plan.program.tensors if t.name in tensor)

    @cached_property
    def _program(self) -> Program:
        """The program with each tensor as it is stored."""
        return stored(self.plan.program, self.plan.wanted)

    @property
    def predict_declaration(self) -> str:
        return "\n".join(
            declaration("predict", input_arguments(self.plan) + prediction_keywords(self.plan), "Array", "")
        )

    @property
    def loss_declaration(self) -> str:
        return "\n".join(declaration("loss", all_arguments(self.plan) + loss_keywords(self.plan), "float", ""))

    @property
    def gradient_declaration(self) -> str:
        return "\n".join(
            declaration(
                "loss_and_grad",
                all_arguments(self.plan) + gradient_keywords(self.plan),
                result_type(self.plan),
                "",
            )
        )

    @property
    def prediction(self) -> str:
        return self.plan.prediction

    @property
    def prediction_shape(self) -> str:
        program = self.plan.predicting or self.plan.program
        return shape_text(program.tensor[self.plan.prediction].shape)

    @cached_property
    def predict(self) -> list[str]:
        program = self.plan.predicting or self.plan.program
        if self.plan.prediction not in program.tensor:
            return []
        found = schedule(program, [self.plan.prediction])
        unknown = {t.name for t in (*self.plan.targets, *self.plan.masks)}  # when a network is used
        if any(unknown & e.tensors_read for g in found.groups for e in g.equations):
            return []
        name = spelled(self.plan.prediction)
        given = _Given(self.plan.inputs, (), self.plan.predicted_states, ())
        return _annotated(name, self._function(found, given, [f"{INDENT}return {name}"]))

    @cached_property
    def loss(self) -> list[str]:
        found = schedule(self.plan.program, [self.plan.program.output])
        end = [f"{INDENT}return {spelled(self.plan.program.output)}"]
        return self._function(found, self._training, end)

    @property
    def _training(self) -> _Given:
        plan = self.plan
        return _Given(plan.inputs, plan.targets, plan.read_states, plan.masks)

    @cached_property
    def loss_and_grad(self) -> list[str]:
        gradients = [self._gradient(t) for t in self.plan.parameters]
        made = [line[len(INDENT) :] for line in call_lines("g = Parameters", gradients)]
        adjoints = [spelled(name) for name in self.plan.input_adjoints]
        returned = f"return {', '.join([spelled(self.plan.program.output), 'g', *adjoints])}"
        end = [*update_lines(self.plan), *indented([*made, returned])]
        return self._function(self.backward, self._training, end)

    def _gradient(self, tensor: Tensor) -> str:
        adjoint = adjoint_name(tensor.name)
        if adjoint not in self.backward.computed or tensor.name not in self.plan.wrt:
            return f"np.zeros_like({spelled(tensor.name)})"
        return spelled(adjoint) if tensor.shape else f"np.array({spelled(adjoint)}, dtype)"

    def _function(self, found: Schedule, given: _Given, end: list[str]) -> list[str]:
        """The body of a plain function: checks, local names, the groups under their numbers, the end."""
        order = Order.of(found.program)
        names = Names({spelled(t.name) for t in (*self.plan.program.tensors, *found.program.tensors)})
        body: list[str] = []

        def comments(group: Group, depth: int) -> Iterator[str]:
            return comment_lines(order, group, self._number, depth + 1)

        for group in found.groups:
            body += indented(comments(group, 0))
            body += indented(plain_lines(found.program, names, group, comments))
        body += end
        return [*self._head(given, body), *body]

    def _number(self, equations: tuple[Equation, ...]) -> int | None:
        """The number of a definition, if it is that of the derivation."""
        target = equations[0].target
        same = set(equations) <= set(self.plan.program.defining(target))
        return self.plan.numbers.get(target) if same else None

    def _head(self, given: _Given, body: list[str]) -> Iterator[str]:
        """Checks, run-time sizes and local names, those that the body uses."""
        sizes = KeywordsPage(self.plan).mask_sizes
        further = [
            *state_lines(self.plan, given.states, "dtype", 1),
            *(mask_lines(self.plan, f"_chosen_masks(masks, rng, {sizes}, dtype)", 1) if given.masks else ()),
        ]
        used = words([*further, *body])
        yield from indented(check_calls(self.plan, given.inputs, given.targets, used, "p[0].dtype"))
        if "dtype" in used:
            yield f"{INDENT}dtype = p[0].dtype"
        yield from further
        yield from local_names(self.plan, given.inputs, given.targets, used, 1)

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
