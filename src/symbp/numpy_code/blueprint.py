"""What a module is made from: programs with numbered equations, and what is known of their network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any

from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation
from symbp.equation import Access, Equation, Extent, Index, Size
from symbp.layers.draw import Draw
from symbp.names import Number
from symbp.network import Described
from symbp.program import Program, Tensor

_ARGUMENTS = {"x": "X", "y": "Y"}


@dataclass(frozen=True)
class Worked:
    """The numbers of an example, as they were given."""

    parameters: Mapping[str, Any]
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Blueprint:
    """A module before it is text.

    Attributes:
        program: Forward and adjoint equations; dL/dW is called ``W_bar``.
        numbers: The number of each tensor's definition.
        prediction: The tensor that ``predict`` returns.
        wrt: The parameters that have a gradient, and the inputs whose adjoint is returned too.
        draws: How ``init`` draws each parameter.
        predicting: The program of ``predict``, if it is another one.
        updates: What the running statistics are after a batch; the right side reads the old ones.
        kept: The share of the units that each mask keeps.
        clip_norm: The length to which ``sgd`` shortens a longer gradient, unless told otherwise.
    """

    name: str
    title: str
    program: Program
    numbers: Mapping[str, int]
    wrt: tuple[str, ...]
    prediction: str = "yhat"
    draws: Mapping[str, Draw] = field(default_factory=dict)
    worked: Worked | None = None
    predicting: Program | None = None
    updates: tuple[Equation, ...] = ()
    kept: Mapping[str, Number] = field(default_factory=dict)
    clip_norm: Number | None = None

    @cached_property
    def parameters(self) -> tuple[Tensor, ...]:
        return self.program.of_role("parameter")

    @cached_property
    def inputs(self) -> tuple[Tensor, ...]:
        return self.program.of_role("input")

    @cached_property
    def masks(self) -> tuple[Tensor, ...]:
        return self.program.of_role("mask")

    @cached_property
    def states(self) -> tuple[Tensor, ...]:
        """Running statistics, and rows that a recurrence begins with: each once."""
        later = self.predicting.of_role("state") if self.predicting else ()
        return tuple(dict.fromkeys((*self.program.of_role("state"), *later)))

    @property
    def read_states(self) -> tuple[Tensor, ...]:
        """The states that the loss depends on."""
        return self.program.of_role("state")

    @property
    def predicted_states(self) -> tuple[Tensor, ...]:
        """The states that ``predict`` depends on."""
        return self.predicting.of_role("state") if self.predicting else self.read_states

    @property
    def with_updates(self) -> Program:
        """The program with the tensors that the updates write declared."""
        known = set(self.program.tensors)
        return replace(self.program, tensors=(*self.program.tensors, *(t for t in self.states if t not in known)))

    @cached_property
    def targets(self) -> tuple[Tensor, ...]:
        return self.program.of_role("target")

    @property
    def input_adjoints(self) -> tuple[str, ...]:
        return tuple(adjoint_name(t.name) for t in self.inputs if t.name in self.wrt)

    @property
    def gradients(self) -> tuple[str, ...]:
        """The adjoints of parameters that the program computes."""
        return tuple(adjoint_name(t.name) for t in self.parameters if t.name in self.wrt)

    @property
    def wanted(self) -> tuple[str, ...]:
        """What ``loss_and_grad`` computes."""
        named = (self.program.output, *self.gradients, *self.input_adjoints)
        return tuple(name for name in named if self.program.defining(name))

    @cached_property
    def sizes(self) -> tuple[str, ...]:
        """The run-time sizes, in the order in which the inputs and targets name them."""
        extents = chain.from_iterable(t.shape for t in (*self.inputs, *self.targets, *self.states))
        return tuple(dict.fromkeys(e.name for e in extents if isinstance(e, Size)))

    @cached_property
    def label_extents(self) -> dict[str, Extent]:
        """For each given integer tensor how many values it may take: the axis that it picks from."""
        found: dict[str, Extent] = {}
        for equation in self.program.equations():
            for name, extent in _picks(self.program, equation):
                found.setdefault(name, extent)
        return found


def argument(tensor: Tensor) -> str:
    """What a function of the module calls an input or target: ``x`` is ``X``."""
    return _ARGUMENTS.get(tensor.name, tensor.name)


def _picks(program: Program, equation: Equation) -> list[tuple[str, Extent]]:
    """The integer tensors that the equation uses as positions, each with the extent of the axis."""
    picks: list[tuple[str, Extent]] = []
    accesses = (equation.lhs, *(r.access for r in equation.reads))
    for access in accesses:
        for position, extent in zip(access.indices, program.tensor[access.tensor].shape, strict=True):
            picks += [(label.tensor, extent) for label in position.reads()]
    for guard in equation.guards:
        atoms = [atom for _, atom in guard.affine.terms]
        indices = [a for a in atoms if isinstance(a, Index)]
        picks += [(a.tensor, i.extent) for a in atoms if isinstance(a, Access) for i in indices]
    return picks


def blueprint(derivation: NetworkDerivation) -> Blueprint:
    """The blueprint of a network's module."""
    network = derivation.network
    return Blueprint(
        network.name,
        network.title,
        derivation.result,
        derivation.numbers,
        derivation.wrt,
        draws=network.draws,
        worked=_worked(network),
        predicting=None if network.prediction() is None else derivation.prediction,
        updates=network.updates,
        kept=network.kept,
        clip_norm=network.regularization.clip_norm,
    )


def _worked(network: Described) -> Worked | None:
    return None if network.example is None else Worked(network.parameter_values, network.given)
