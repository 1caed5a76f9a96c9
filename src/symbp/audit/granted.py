"""The values of a training that goes on with what a text prints, in floats: figures before it taken for granted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from symbp.audit.course import Standing, stepped
from symbp.audit.quantities import Quantity
from symbp.audit.said import going_on, put, with_places
from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation
from symbp.program import Program
from symbp.reference import FLOAT, evaluate_grids
from symbp.views.scalar import Element

Values: TypeAlias = Mapping[str, Any]
Granted: TypeAlias = Mapping[int, Mapping[Element, float]]  # what is printed, by the number of steps before it
NEAR = 12  # steps up to which one is taken after the other, each from what the one before gave


@dataclass(frozen=True)
class Run:
    """The values by the number of steps.

    Attributes:
        own: What each tensor is, by what is granted before it.
        on: What follows reads: the same with the granted elements put in.
    """

    own: Mapping[int, Values]
    on: Mapping[int, Values]

    def value(self, quantity: Quantity, after: int) -> float | None:
        """What a quantity is by all that is granted before it; ``None`` if this run has no such tensor."""
        values = self.own if quantity.tensor else self.on
        if after not in values or not quantity.reads <= set(values[after]):
            return None
        found = float(quantity.value(values[after]))
        return found if np.isfinite(found) else None


@dataclass(frozen=True)
class Trainer:
    """Runs a program, and the steps of its training, with printed elements put in.

    Attributes:
        program: Of values and gradients.
        tensors: The tensors of which elements can be granted.
        updated: The parameters that a step changes.
        starts: The parameters after more steps than ``NEAR``, by their number: there a run begins with them.
        stride: By what a step is multiplied.
    """

    derivation: NetworkDerivation
    program: Program
    tensors: frozenset[str]
    updated: tuple[str, ...]
    marks: tuple[int, ...]
    starts: Mapping[int, Values]
    stride: float = 1.0

    @cached_property
    def _placed(self) -> Program:
        return with_places(self.program, self.tensors)

    @cached_property
    def _given(self) -> dict[str, Any]:
        whole = {t.name for t in self.program.tensors if t.dtype == "int"}
        given = self.derivation.given
        return {name: np.array(value, np.int64 if name in whole else float) for name, value in given.items()}

    def run(self, granted: Granted, marks: Sequence[int] | None = None, **changed: Any) -> Run:
        """The values at all marks, or at some, with what is granted; ``changed`` are other values of what is given."""
        wanted = self.marks if marks is None else tuple(marks)
        own: dict[int, Values] = {}
        on: dict[int, Values] = {}
        given = {**self._given, **changed}
        near = [m for m in wanted if m not in self.starts]
        kept = self._nothing_kept()
        for step in range(max(near, default=-1) + 1):
            own[step] = self._values(given, granted.get(step, {}))
            on[step] = going_on(own[step])
            if step < max(near):
                standing = Standing(step, given, {**given, **on[step]}, kept)
                new, kept = stepped(self.derivation.network, standing, self.updated, FLOAT)
                given |= {name: given[name] + self.stride * (value - given[name]) for name, value in new.items()}
        for step in wanted:
            if step in self.starts:
                own[step] = self._values({**self._given, **self.starts[step], **changed}, granted.get(step, {}))
                on[step] = going_on(own[step])
        return Run(own, on)

    def _values(self, given: Values, granted: Mapping[Element, float]) -> Values:
        places = put(self.program, self.derivation.sizes, self.tensors, granted)
        return evaluate_grids(self._placed, {**given, **places}, self.derivation.sizes)

    def _nothing_kept(self) -> dict[str, Values]:
        example = self.derivation.network.example
        assert example is not None
        zeros = {name: np.zeros_like(self._given[name]) for name in self.updated}
        return dict.fromkeys(example.optimizer.row.kept, zeros)


def reaching_of(program: Program, updated: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """For each tensor all that it can depend on, itself among them, over steps of training too."""
    direct: dict[str, set[str]] = {name: {name} for name in program.tensor}
    for equation in program.equations():
        direct[equation.target] |= equation.tensors_read & set(direct)
    for name in updated:
        direct[name] |= {adjoint_name(name)} & set(direct)
    found = {name: set(reads) for name, reads in direct.items()}
    changing = True
    while changing:
        changing = False
        for reads in found.values():
            more = set().union(*(found[name] for name in reads)) - reads
            reads |= more
            changing = changing or bool(more)
    return {name: frozenset(reads) for name, reads in found.items()}
