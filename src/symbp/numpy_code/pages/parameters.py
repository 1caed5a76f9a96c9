"""How a module declares, draws and states its parameters, as text."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from math import prod

from symbp.layers.draw import Draw, Rule
from symbp.numpy_code.blueprint import Blueprint, argument
from symbp.numpy_code.layout import INDENT, WIDTH, wrapped
from symbp.numpy_code.literals import array_lines
from symbp.numpy_code.names import spelled
from symbp.numpy_code.scalars import shape_text
from symbp.program import Tensor

_DRAWS: dict[Rule, str] = {
    "glorot_uniform": "Glorot uniform",
    "he_normal": "He normal before relu-like activations",
    "standard_normal": "N(0, 1) for embeddings",
    "orthogonal": "orthogonal from state to state",
    "zeros": "zero biases",
    "forget": "biases of one for forget gates alone",
    "ones": "scales of one",
}
_CALLED: tuple[Rule, ...] = ("glorot_uniform", "he_normal", "orthogonal")  # by functions of the module


@dataclass(frozen=True)
class ParametersPage:
    """``Parameters``, ``init`` and ``example``."""

    plan: Blueprint

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
        default = Draw("glorot_uniform" if len(tensor.shape) > 1 else "zeros")
        return self.plan.draws.get(tensor.name, default)

    @property
    def _all_rules(self) -> set[Rule]:
        return {self._draw(t).rule for t in self.plan.parameters}

    @property
    def draws(self) -> list[str]:
        """The docstring of ``init``, in one line if that will do."""
        told = ", ".join(text for rule, text in _DRAWS.items() if rule in self._all_rules) or "none"
        line = f'{INDENT}"""New parameters: {told}."""'
        if len(line) <= WIDTH:
            return [line]
        body = textwrap.wrap(f"{told[0].upper()}{told[1:]}.", WIDTH - len(INDENT))
        return [f'{INDENT}"""New parameters.', "", *(INDENT + row for row in body), f'{INDENT}"""']

    @property
    def glorot(self) -> bool:
        return "glorot_uniform" in self._all_rules

    @property
    def he(self) -> bool:
        return "he_normal" in self._all_rules

    @property
    def orthogonal(self) -> bool:
        return "orthogonal" in self._all_rules

    @property
    def random(self) -> bool:
        return bool(self._all_rules.intersection((*_CALLED, "standard_normal")))

    @property
    def kernels(self) -> bool:
        """Whether a random start is that of a kernel: an output then has more inputs than the second axis says."""
        drawn = (t for t in self.plan.parameters if self._draw(t).rule in _CALLED)
        return any(len(t.shape) != 2 for t in drawn)

    @property
    def gates(self) -> bool:
        """Whether matrices stand one below the other."""
        return any(self._draw(t) == Draw("glorot_uniform", self._draw(t).gates) for t in self._stacked)

    @property
    def _stacked(self) -> list[Tensor]:
        return [t for t in self.plan.parameters if self._draw(t).gates > 1]

    @property
    def init(self) -> list[str]:
        drawn = ((t, self._drawn(self._draw(t), t)) for t in self.plan.parameters)
        return [line for t, call in drawn for line in wrapped(f"{INDENT * 2}{spelled(t.name)}={call},")]

    def _drawn(self, draw: Draw, tensor: Tensor) -> str:
        """The call that draws a tensor."""
        shape = shape_text(tensor.shape)
        if draw.rule == "forget":
            (height,) = tensor.shape
            ones = ", ".join("1" if gate == 1 else "0" for gate in range(draw.gates))
            return f"np.repeat(np.array([{ones}], dtype), {int(str(height)) // draw.gates})"
        if draw.rule == "standard_normal":
            return f"rng.standard_normal({shape}).astype(dtype)"
        if draw.rule in _CALLED:
            gates = f", gates={draw.gates}" if draw.gates > 1 else ""
            return f"_{draw.rule}(rng, {shape}, dtype{gates})"
        return f"np.{draw.rule}({shape}, dtype)"

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
        made = call_lines("p = Parameters", [spelled(t.name) for t in self.plan.parameters])
        return [*lines, *made, f"{INDENT}return p, {self.given}"]


def call_lines(head: str, arguments: list[str]) -> list[str]:
    """A call, indented once."""
    return wrapped(f"{INDENT}{head}({', '.join(arguments)})")
