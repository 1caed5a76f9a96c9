"""What the functions of a module are called with in a notebook: the numbers of the example, or random ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from textwrap import dedent
from typing import Any

from symbp.derive import NetworkDerivation
from symbp.network import Network
from symbp.network.targets import TARGETS
from symbp.numpy_code import Blueprint
from symbp.numpy_code.blueprint import argument
from symbp.numpy_code.literals import array_lines
from symbp.numpy_code.names import spelled
from symbp.numpy_code.scalars import shape_text
from symbp.program import Tensor
from symbp.verify.draw import label_range

SAMPLES = 4  # of random data
STEPS = 5  # of random sequences

# How random numbers of a kind are drawn; of the shape, {rest} is all but the last axis.
DATA = {
    "any": "rng.uniform(-1.0, 1.0, {shape})",
    "sign": "rng.choice([-1.0, 1.0], {shape})",
    "probability": "rng.uniform(0.1, 0.9, {shape})",
    "count": "rng.integers(0, 6, {shape}).astype(float)",
    "distribution": "rng.dirichlet(np.ones({last}), {rest})",
}


@dataclass(frozen=True)
class Arguments:
    """The statements that make the arguments of a module's functions, and calls of these.

    Attributes:
        plan: The blueprint of the module.
    """

    derivation: NetworkDerivation
    plan: Blueprint

    def call(self, function: str, parameters: str) -> str:
        """A call of ``loss`` or ``loss_and_grad`` at some parameters."""
        keywords = [f"{name}={name}" for name in self._keywords]
        return f"{function}({', '.join([parameters, *self._names, *keywords])})"

    @property
    def lines(self) -> list[str]:
        """The statements that make all arguments."""
        keywords = [line for lines in self._keywords.values() for line in lines]
        if self._given:
            return [f"{', '.join(['p', *self._names])} = example()", *keywords]
        sizes = [f"{size} = {length}" for size, length in self._sizes.items()]
        data = [f"{argument(t)} = {self._random(t)}" for t in (*self.plan.inputs, *self.plan.targets)]
        return [*sizes, "rng = np.random.default_rng(0)", "p = init(seed=0, dtype=np.float64)", *data, *keywords]

    @property
    def _given(self) -> bool:
        return self.derivation.network.example is not None

    @property
    def _names(self) -> list[str]:
        return [argument(t) for t in (*self.plan.inputs, *self.plan.targets)]

    @property
    def _sizes(self) -> dict[str, int]:
        return {size: SAMPLES if size == "N" else STEPS for size in self.plan.sizes}

    @cached_property
    def _keywords(self) -> dict[str, list[str]]:
        """The keywords that the loss depends on, each with the statements that make its value."""
        found: dict[str, list[str]] = {}
        if self.plan.masks:
            drawn = ["masks = " + self._fresh("draw_masks", self.plan.masks, "rng=0, ")]
            found["masks"] = self._arrays("masks", "Masks", self.plan.masks) if self._given else drawn
        if self.plan.read_states:
            fresh = ["state = " + self._fresh("init_state", self.plan.states)]
            found["state"] = self._state(fresh) if self._given else fresh
        return found

    def _fresh(self, function: str, tensors: tuple[Tensor, ...], more: str = "") -> str:
        """A call that draws or makes arrays; it is told the run-time sizes in their shapes."""
        named = {getattr(e, "name", "") for t in tensors for e in t.shape}
        sizes = "".join(f"{size}, " for size in self.plan.sizes if size in named)
        return f"{function}({sizes}{more}dtype=np.float64)"

    def _state(self, fresh: list[str]) -> list[str]:
        """The state with the rows of the example; running statistics as they start."""
        lengths = [f"{size} = {self._names[0]}.shape[0]" for size in ("N",) if f"({size}, " in fresh[0]]
        rows = [line for t in self.plan.read_states for line in self._array(t)]
        replaced = ", ".join(f"{spelled(t.name)}={spelled(t.name)}" for t in self.plan.read_states)
        return [*lengths, *fresh, *rows, f"state = state._replace({replaced})"]

    def _arrays(self, name: str, kind: str, tensors: tuple[Tensor, ...]) -> list[str]:
        """The statements that make a named tuple of arrays of the example."""
        lines = [line for t in tensors for line in self._array(t)]
        return [*lines, f"{name} = {kind}({', '.join(spelled(t.name) for t in tensors)})"]

    def _array(self, tensor: Tensor) -> list[str]:
        value: Any = self.derivation.given[tensor.name]
        return dedent("\n".join(array_lines(spelled(tensor.name), value, "float"))).split("\n")

    def _random(self, tensor: Tensor) -> str:
        """The call that draws an input or target of the kind that it has to be."""
        shape = shape_text(tensor.shape)
        if tensor.dtype == "int":
            return f"rng.integers(0, {label_range(self.plan.program, tensor.name, self._sizes)}, {shape})"
        kind = "distribution" if tensor.normalized else self._kind if tensor.role == "target" else "any"
        *rest, last = [str(extent) for extent in tensor.shape] or [""]
        return DATA[kind].format(shape=shape, rest=f"({', '.join(rest)},)" if rest else "()", last=last)

    @property
    def _kind(self) -> str:
        """The kind of targets that the loss needs."""
        network = self.derivation.network
        if not isinstance(network, Network):
            return "any"
        found = next(name for name, target in TARGETS.items() if target is network.target)
        return found if found in DATA else "any"
