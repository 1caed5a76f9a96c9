"""The equations as statements outside any function: what a reader runs one after the other, each array in sight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from symbp.equation import Equation, Size
from symbp.numpy_code.arguments import local_names, words
from symbp.numpy_code.blueprint import Blueprint, argument
from symbp.numpy_code.comments import comment_lines
from symbp.numpy_code.layout import indented, unpacking
from symbp.numpy_code.names import Names, spelled
from symbp.numpy_code.plain import plain_lines
from symbp.schedule import Group, Schedule, schedule
from symbp.schedule.order import Order


@dataclass(frozen=True)
class StatementsPage:
    """Every numbered tensor of a program by statements of its own, stored as the equations have it.

    The functions of a module keep some tensors in another order of axes, or not at all; here each is an output.
    """

    plan: Blueprint

    @cached_property
    def given(self) -> str:
        """The lengths and the names of the equations, from what the functions of the module are called with."""
        plan = self.plan
        every = words([*self._forward, *self._backward])
        lines = [line for line in self._sizes() if line.partition(" ")[0] in every]
        lines += ["dtype = p[0].dtype"] if "dtype" in every else []
        lines += local_names(plan, plan.inputs, plan.targets, every, 0)
        for tensors, whole in ((plan.masks, "masks"), (plan.read_states, "state")):
            lines += unpacking(tuple(spelled(t.name) for t in tensors), whole, 0) if tensors else []
        return "\n".join(lines)

    @cached_property
    def forward(self) -> str:
        return "\n".join(self._forward)

    @cached_property
    def backward(self) -> str:
        return "\n".join(self._backward)

    @cached_property
    def names(self) -> dict[str, str]:
        """What the statements give, by the name of the tensor: its name in code."""
        given = (*self.plan.parameters, *self.plan.inputs, *self.plan.targets, *self.plan.masks, *self.plan.read_states)
        known = [*(t.name for t in given), *self._wanted]
        return {name: spelled(name) for name in known}

    def is_backward(self, name: str) -> bool:
        return self.plan.program.tensor[name].role == "adjoint"

    @cached_property
    def _wanted(self) -> tuple[str, ...]:
        return tuple(name for name in self.plan.numbers if self.plan.program.defining(name))

    @cached_property
    def _schedule(self) -> Schedule:
        return schedule(self.plan.program, self._wanted)

    @cached_property
    def _lines(self) -> list[tuple[bool, list[str]]]:
        """The lines of each group, and whether it belongs to the way back, which begins with the first adjoint."""
        found, program = self._schedule, self._schedule.program
        order = Order.of(program)
        names = Names({spelled(t.name) for t in (*self.plan.program.tensors, *program.tensors)})

        def number(equations: tuple[Equation, ...]) -> int | None:
            return self.plan.numbers.get(equations[0].target)

        def comments(group: Group, depth: int) -> Iterator[str]:
            return comment_lines(order, group, number, depth)

        out, back = [], False
        for group in found.groups:
            back = back or any(program.tensor[e.target].role == "adjoint" for e in group.equations)
            lines = [*indented(comments(group, 0), 0), *indented(plain_lines(program, names, group, comments), 0)]
            out.append((back, lines))
        return out

    @property
    def _forward(self) -> list[str]:
        return [line for back, lines in self._lines if not back for line in lines]

    @property
    def _backward(self) -> list[str]:
        return [line for back, lines in self._lines if back for line in lines]

    def _sizes(self) -> Iterator[str]:
        """Each run-time size from the shape of an argument that has it."""
        told: set[str] = set()
        for tensor in (*self.plan.inputs, *self.plan.targets):
            for axis, extent in enumerate(tensor.shape):
                if isinstance(extent, Size) and extent.name not in told:
                    told.add(extent.name)
                    less = f" - {extent.plus}" if extent.plus else ""
                    yield f"{extent.name} = {argument(tensor)}.shape[{axis}]{less}"
