"""How a module declares, draws and states its parameters, as text."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from symbp.equation import Tensor
from symbp.network.described import Draw
from symbp.numpy_code.blueprint import Blueprint, argument
from symbp.numpy_code.layout import INDENT, WIDTH, wrapped
from symbp.numpy_code.literals import array_lines
from symbp.numpy_code.names import spelled
from symbp.numpy_code.scalars import shape_text

_DRAWS: dict[Draw, str] = {
    "glorot_uniform": "Glorot uniform",
    "he_normal": "He normal before relu-like activations",
    "standard_normal": "N(0, 1) for embeddings",
    "zeros": "zero biases",
    "ones": "scales of one",
}

_CALLS: dict[Draw, str] = {
    "zeros": "np.zeros({shape}, dtype)",
    "ones": "np.ones({shape}, dtype)",
    "standard_normal": "rng.standard_normal({shape}).astype(dtype)",
}
_DRAWN = "_{draw}(rng, {shape}, dtype)"


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
        default: Draw = "glorot_uniform" if len(tensor.shape) > 1 else "zeros"
        return self.plan.draws.get(tensor.name, default)

    @property
    def _all_draws(self) -> set[Draw]:
        return {self._draw(t) for t in self.plan.parameters}

    @property
    def draws(self) -> str:
        return ", ".join(text for draw, text in _DRAWS.items() if draw in self._all_draws) or "none"

    @property
    def glorot(self) -> bool:
        return "glorot_uniform" in self._all_draws

    @property
    def he(self) -> bool:
        return "he_normal" in self._all_draws

    @property
    def normal(self) -> bool:
        return "standard_normal" in self._all_draws

    @property
    def random(self) -> bool:
        return self.glorot or self.he or self.normal

    @property
    def kernels(self) -> bool:
        """Whether a random start is that of a kernel: an output then has more inputs than the second axis says."""
        drawn = (t for t in self.plan.parameters if self._draw(t) in ("glorot_uniform", "he_normal"))
        return any(len(t.shape) != 2 for t in drawn)

    @property
    def init(self) -> list[str]:
        lines = []
        for tensor in self.plan.parameters:
            shape, draw = shape_text(tensor.shape), self._draw(tensor)
            lines.append(f"{spelled(tensor.name)}={_CALLS.get(draw, _DRAWN).format(draw=draw, shape=shape)},")
        return lines

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
