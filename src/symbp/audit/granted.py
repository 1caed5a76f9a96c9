"""The values of a training that goes on with what a text prints, in floats: figures before it taken for granted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from symbp.audit.lanes import lane_of, lanes_at_once, stepped_in_floats
from symbp.audit.quantities import Quantity
from symbp.audit.said import going_on, put, said, with_places
from symbp.derivation import adjoint_name, computing, following, slice_program
from symbp.derive import NetworkDerivation
from symbp.program import Program, Scan
from symbp.reference import evaluate_grids, extent_of
from symbp.views.scalar import Element

Values: TypeAlias = Mapping[str, Any]
Granted: TypeAlias = Mapping[int, Mapping[Element, Any]]  # what is printed, by the number of steps before it
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
        found = float(quantity.value(self._unsaid(quantity, after) if quantity.solved else values[after]))
        return found if np.isfinite(found) else None

    def _unsaid(self, quantity: Quantity, after: int) -> Values:
        """What follows reads, but of the element that a formula says the value of what it is before that."""
        assert quantity.solved is not None
        name, index = quantity.solved.tensor, quantity.solved.index
        array = np.array(self.on[after][name])
        array[index] = self.own[after][name][index]
        return {**self.on[after], name: array}

    def lane(self, number: int) -> Run:
        """One of several runs that were made at once."""
        own, on = ({after: lane_of(values, number) for after, values in some.items()} for some in (self.own, self.on))
        return Run(own, on)


@dataclass(frozen=True)
class Trainer:
    """Runs a program, and the steps of its training, with printed elements put in.

    Attributes:
        program: Of values and gradients.
        tensors: The tensors of which elements can be granted.
        updated: The parameters that a step changes.
        wanted: The tensors whose values somebody asks for.
        marks: The numbers of steps at which values are wanted.
        starts: The parameters after more steps than ``NEAR``, by their number: there a run begins with them.
        stride: By what a step is multiplied.
        base: A trainer that differs only in its program, and there only in the tensors ``changed``: before the
            first step all else has its values.
    """

    derivation: NetworkDerivation
    program: Program
    tensors: frozenset[str]
    updated: tuple[str, ...]
    wanted: frozenset[str]
    marks: tuple[int, ...]
    starts: Mapping[int, Values]
    stride: float = 1.0
    base: Trainer | None = None
    changed: frozenset[str] = frozenset()

    @cached_property
    def last(self) -> Program:
        """The program with places to put in what is printed, as far as it is wanted."""
        return self._towards(self.wanted)

    @cached_property
    def before_a_step(self) -> Program:
        """The same, with the gradients that a step needs."""
        return self._towards(self.wanted | {name for u in self.updated for name in (u, adjoint_name(u))})

    def _towards(self, wanted: frozenset[str]) -> Program:
        placed = with_places(self.program, self.tensors)
        names = {name for name in wanted if name in placed.tensor}
        return slice_program(placed, names | {said(name) for name in names if said(name) in placed.tensor})

    @cached_property
    def at_once(self) -> int:
        """How many runs are made at once, in lanes."""
        return lanes_at_once(self.program, self.derivation.sizes)

    @cached_property
    def work(self) -> int:
        """How many equations a run evaluates, over its steps and the rounds of its scans."""
        sizes = self.derivation.sizes
        rounds = (
            extent_of(s.index.extent, sizes) * len(s.body) if isinstance(s, Scan) else 1
            for s in self.program.statements
        )
        return sum(rounds) * (1 + max((mark for mark in self.marks if mark <= NEAR), default=0))

    @cached_property
    def plain(self) -> Trainer:
        """The same without such places."""
        base = None if self.base is None else self.base.plain
        return replace(self, tensors=frozenset(), base=base) if self.tensors else self

    @cached_property
    def given(self) -> dict[str, Any]:
        """What the network is given, in floats."""
        whole = {t.name for t in self.program.tensors if t.dtype == "int"}
        given = self.derivation.given
        return {name: np.array(value, np.int64 if name in whole else float) for name, value in given.items()}

    def run(self, granted: Granted, marks: Sequence[int] | None = None, **otherwise: Any) -> Run:
        """The values at all marks, or at some, with what is granted; ``otherwise`` are other values of what is given.

        Granted elements and what is given otherwise may have one more axis, of complex lanes: a run in each.
        """
        wanted = self.marks if marks is None else tuple(marks)
        own: dict[int, Values] = {}
        given = {**self.given, **otherwise}
        near = [m for m in wanted if m not in self.starts]
        kept = self._nothing_kept()
        for step in range(max(near, default=-1) + 1):
            program = self.before_a_step if step < max(near) else self.last
            known = self.base is not None and step == 0 and not otherwise
            own[step] = self._first(granted, program) if known else self._values(program, given, granted, step)
            if step < max(near):
                shapes = {name: self.given[name].shape for name in self.updated}
                on = {**given, **going_on(own[step])}
                new, kept = stepped_in_floats(self.derivation.network, shapes, on, kept, step)
                given |= {name: self._strode(given[name], value) for name, value in new.items()}
        for step in wanted:
            if step in self.starts:
                start = {**self.given, **self.starts[step], **otherwise}
                own[step] = self._values(self.last, start, granted, step)
        return Run(own, {step: going_on(values) for step, values in own.items()})

    def _strode(self, old: Any, new: Any) -> Any:
        """Where a step leads that is longer or shorter."""
        return (
            new
            if self.stride == 1.0
            else (old if np.ndim(old) == np.ndim(new) else old[..., None]) * (1 - self.stride) + self.stride * new
        )

    def _values(self, program: Program, given: Values, granted: Granted, step: int) -> Values:
        places = put(self.program, self.derivation.sizes, self.tensors, granted.get(step, {}))
        return evaluate_grids(program, {**given, **places}, self.derivation.sizes)

    def _first(self, granted: Granted, program: Program) -> Values:
        """The values before the first step: those of the base, and anew what differs."""
        assert self.base is not None
        known = self.base.first(granted)
        others = {e.target for e in program.equations()} - known.keys()  # rows that the base reads otherwise
        differing = _differing(program, self.changed | others)
        names = {t.name for t in differing.tensors}
        targets = {e.target for e in differing.equations()}
        given = {name: value for name, value in known.items() if name in names and name not in targets}
        return {**known, **evaluate_grids(differing, given, self.derivation.sizes)}

    def first(self, granted: Granted) -> Values:
        """The values of all tensors before the first step, computed once."""
        key = tuple((e.tensor, e.index, float(value)) for e, value in granted.get(0, {}).items())
        memo: dict[Any, Values] = self.__dict__.setdefault("_firsts", {})
        if key not in memo:
            memo[key] = self._values(with_places(self.program, self.tensors), self.given, granted, 0)
        return memo[key]

    def _nothing_kept(self) -> dict[str, Values]:
        example = self.derivation.network.example
        assert example is not None
        zeros = {name: np.zeros_like(self.given[name]) for name in self.updated}
        return dict.fromkeys(example.optimizer.row.kept, zeros)


def _differing(program: Program, changed: frozenset[str]) -> Program:
    """The statements of a program whose values are others if those of some tensors are."""
    differing = computing(program, following(program, changed))
    read = {name for e in differing.equations() for name in (*e.tensors_read, e.target)}
    return replace(differing, tensors=tuple(t for t in program.tensors if t.name in read))


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
