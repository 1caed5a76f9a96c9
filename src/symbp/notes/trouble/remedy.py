"""What the remedies have in common: the network in which their lines are checked, and the one that is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from symbp import mathtree as m
from symbp.layers import Layer
from symbp.network import Network
from symbp.notes.lines import index_lines, indices_of
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Formula, Sentence
from symbp.wording import Message, say


@dataclass(frozen=True)
class Remedy:
    """What all have in common: the network that the lines are checked in, and the one that is told."""

    subject: Subject

    @property
    def title(self) -> Message:
        raise NotImplementedError

    def blocks(self) -> Iterator[Block]:
        raise NotImplementedError

    @property
    def network(self) -> Network:
        assert isinstance(self.subject.network, Network)
        return self.subject.network

    @cached_property
    def base(self) -> Network:
        """The network whose lines are evaluated: at full size the network itself."""
        found = getattr(self.subject.base, "network", self.network)
        assert isinstance(found, Network)
        return found

    @property
    def shows_numbers(self) -> bool:
        """Whether numbers of the network itself are told here."""
        return self.subject.runs and (self.subject.worked or not self.subject.checked)

    def first(self, *kinds: type[Layer]) -> int | None:
        """The first layer of some kinds, from 1."""
        return next((k for k, layer in enumerate(self.network.layers, 1) if isinstance(layer, kinds)), None)

    def reference(self, name: str) -> Sentence:
        """The equation of a tensor, where it has a number."""
        number = self.subject.numbers.get(name)
        return (m.Reference(str(number)),) if number else (say("above"),)


def shown(about: Subject, names: list[str], number: str) -> Iterator[Block]:
    """The definitions of some tensors of a variant, as one display."""
    lines = [line for name in names if about.definition(name) for line in index_lines(about, name)]
    indices = [i for name in names for i in indices_of(about, name)]
    if lines:
        yield Formula(about.show(lines, number, indices))
