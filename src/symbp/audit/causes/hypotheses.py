"""Whole passes with something done otherwise: a mistake of the table, other numbers, another training."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from symbp.audit.causes.candidate import Kind
from symbp.audit.causes.words import as_clause, plain
from symbp.audit.granted import Granted, Run, Trainer
from symbp.audit.lanes import in_lanes
from symbp.audit.quantities import positions
from symbp.errors import ProgramError
from symbp.mistakes import Seed, seeds
from symbp.views.scalar import Element

MOST_ELEMENTS = 40  # of a tensor that is taken otherwise one by one
MOST_PAIRS = 45  # of elements that are exchanged


@dataclass(frozen=True)
class Hypothesis:
    """Something that may have been done otherwise in the whole example.

    Attributes:
        trainer: What computes all values then.
        changed: Other values of what is given.
        later: How many steps more have been done than is said.
        touched: The tensors that have other values at once; all if empty.
    """

    kind: Kind
    key: str
    told: str
    trainer: Trainer
    changed: Mapping[str, Any] = field(default_factory=dict)
    later: int = 0
    touched: frozenset[str] = frozenset()

    def run(self, granted: Granted, marks: Sequence[int]) -> Run | None:
        """The values at some marks; ``None`` if there are none."""
        trainer = self.trainer if granted else self.trainer.plain
        try:
            return trainer.run(granted, [m + self.later for m in marks if m + self.later >= 0], **self.changed)
        except (ProgramError, ZeroDivisionError):
            return None


@dataclass(frozen=True)
class Together:
    """Hypotheses that differ in what is given alone: they are run at once, each in a lane."""

    members: tuple[Hypothesis, ...]
    _runs: dict[tuple[int, tuple[int, ...]], Run] = field(default_factory=dict)

    def run(self, number: int, granted: Granted, marks: Sequence[int]) -> Run | None:
        """The values of one of them at some marks."""
        key = (id(granted), tuple(marks))
        if key not in self._runs:
            trainer = self.members[0].trainer if granted else self.members[0].trainer.plain
            names = dict.fromkeys(name for member in self.members for name in member.changed)
            changed = {
                name: in_lanes(trainer.given[name], [member.changed.get(name) for member in self.members])
                for name in names
            }
            self._runs[key] = trainer.run(granted, marks, **changed)
        return self._runs[key].lane(number)


Runner = Callable[[Granted, Sequence[int]], "Run | None"]


def with_runners(every: Sequence[Hypothesis]) -> Iterator[tuple[Hypothesis, Runner]]:
    """Each hypothesis with what runs it: by itself, or together with others."""
    yield from ((each, each.run) for each in every if not each.changed)
    others = [each for each in every if each.changed]
    at_once = others[0].trainer.at_once if others else 1
    for start in range(0, len(others), at_once):
        together = Together(tuple(others[start : start + at_once]))
        for number, each in enumerate(together.members):
            yield each, partial(together.run, number)


def hypotheses(trainers: Sequence[Trainer], learned: Sequence[str]) -> Iterator[Hypothesis]:
    """All that is tried: mistakes of the table, other ways of training, other numbers.

    Args:
        trainers: The textbook's equations, then those of the chain rule.
        learned: The parameters that have a gradient.
    """
    textbook, chain = trainers
    for seed in seeds(textbook.derivation):
        yield _mistaken(seed, chain)
    if max(textbook.marks):
        yield from _trained_otherwise(textbook, learned)
    yield from _other_numbers(textbook)


def _mistaken(seed: Seed, chain: Trainer) -> Hypothesis:
    tensors = chain.tensors & set(seed.program.tensor)
    told = f"{plain(seed.mistake.title)}: {as_clause(plain(seed.told))}"
    trainer = replace(chain, program=seed.program, tensors=tensors, base=chain, changed=frozenset(seed.slip.touched))
    return Hypothesis("mistake", seed.mistake.key, told, trainer, touched=seed.changed)


STRIDES = (
    (-1.0, "step-sign", "the step goes along the gradient and not against it"),
    (2.0, "step-length", "the step is twice as long"),
    (0.5, "step-length", "the step is half as long"),
    (10.0, "step-length", "the step is ten times as long"),
    (0.1, "step-length", "the step is a tenth as long"),
)


def _trained_otherwise(trainer: Trainer, learned: Sequence[str]) -> Iterator[Hypothesis]:
    tensor = trainer.program.tensor
    weights = tuple(name for name in learned if not tensor[name].letter.startswith("b"))
    for updated, told in (
        (tuple(learned), "all parameters are updated"),
        (weights, "only weights are updated, and no biases"),
        (tuple(learned[-2:]), "only the last layer is updated"),
    ):
        if set(updated) != set(trainer.updated):
            yield Hypothesis("training", "other-updated", told, replace(trainer, updated=updated))
    for stride, key, told in STRIDES:
        yield Hypothesis("step", key, told, replace(trainer, stride=stride))
    for later, told in ((-1, "one step fewer than is said"), (1, "one step more than is said")):
        yield Hypothesis("training", "step-counted", told, trainer, later=later)
    example = trainer.derivation.network.example
    if example is not None:
        rate = 1 / float(example.learning_rate)
        yield Hypothesis("step", "no-rate", "the learning rate is left out", replace(trainer, stride=rate))
    yield Hypothesis("step", "no-step", "nothing is updated", replace(trainer, stride=0.0))


def _other_numbers(trainer: Trainer) -> Iterator[Hypothesis]:
    """What is given taken otherwise: whole parameters, or single numbers left out, negated, exchanged."""
    whole = list(_whole(trainer))
    yield from whole
    for one, other in combinations(whole, 2):
        if not set(one.changed) & set(other.changed):
            told = f"{one.told} and {other.told}"
            changed = {**one.changed, **other.changed}
            touched = one.touched | other.touched
            yield Hypothesis("as if", f"{one.key}+{other.key}", told, trainer, changed, touched=touched)
    for tensor in trainer.derivation.start.of_role("parameter", "input"):
        if tensor.dtype != "int":
            yield from _single(trainer, tensor.name)


def _whole(trainer: Trainer) -> Iterator[Hypothesis]:
    """Whole parameters taken otherwise."""
    for tensor in trainer.derivation.start.of_role("parameter"):
        value = np.array(trainer.derivation.given[tensor.name], float)
        touched = frozenset({tensor.name})
        if value.ndim == 2 and value.shape[0] == value.shape[1] and (value != value.T).any():
            told = f"{tensor.name} is transposed"
            yield Hypothesis("as if", "transposed-forward", told, trainer, {tensor.name: value.T}, touched=touched)
        if value.ndim == 1 and value.any():
            told = f"{tensor.name} is left out"
            yield Hypothesis("as if", "left-out", told, trainer, {tensor.name: 0 * value}, touched=touched)


def _single(trainer: Trainer, tensor: str) -> Iterator[Hypothesis]:
    """Single numbers of a tensor left out, negated, and exchanged."""
    value = np.array(trainer.derivation.given[tensor], float)
    if value.size > MOST_ELEMENTS:
        return
    name = {at: element_name(trainer, Element(tensor, at)) for at in positions(value.shape)}
    for at in name:
        if value[at]:
            yield _changed(trainer, tensor, "left-out", f"{name[at]} is left out", {at: 0.0})
            yield _changed(trainer, tensor, "sign-of-term", f"{name[at]} has the wrong sign", {at: -value[at]})
    for one, other in list(combinations(name, 2))[:MOST_PAIRS]:
        if value[one] != value[other]:
            told = f"{name[one]} and {name[other]} are exchanged"
            yield _changed(trainer, tensor, "exchanged", told, {one: value[other], other: value[one]})


def _changed(trainer: Trainer, name: str, key: str, told: str, elements: Mapping[tuple[int, ...], float]) -> Hypothesis:
    value = np.array(trainer.derivation.given[name], float)
    for at, new in elements.items():
        value[at] = new
    return Hypothesis("as if", key, told, trainer, {name: value}, touched=frozenset({name}))


def element_name(trainer: Trainer, element: Element) -> str:
    """An element as somebody types it: ``W1[1,2]``, ``dL/dz1[2]``; the sample left out where there is one."""
    naming = trainer.derivation.naming
    tensor = naming.program.tensor[element.tensor]
    places = list(naming.places(element))
    places = places[1:] if naming.drops_batch(tensor) else places
    stem = f"dL/d{tensor.of}" if tensor.of else element.tensor
    return f"{stem}[{','.join(map(str, places))}]" if places else stem
