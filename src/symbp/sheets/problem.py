"""What the questions of all students are about: a network that is small enough to be worked by hand, derived once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from random import Random
from typing import Any

import numpy as np

from symbp import mathtree as m
from symbp.derive import NetworkDerivation, derive
from symbp.errors import Fault
from symbp.mistakes import Seed, seeds
from symbp.network import Network
from symbp.network.example import Example
from symbp.network.small import smaller_ones
from symbp.notes.arrays import Arrays
from symbp.notes.exercises.choosing import others, outer_products
from symbp.notes.exercises.numbers import MOST_NUMBERS, at_example, count, sizes_of, small_one
from symbp.notes.subject import FOR_THE_MACHINE, Subject
from symbp.printing.document import Block
from symbp.printing.spelled import ENGLISH
from symbp.rewrite.copies import RULE as IDENTITY
from symbp.sheets.draw import drawn
from symbp.sheets.opening import opening
from symbp.wording import Message

TRIED = 6  # smaller networks, the smallest first
VIEWS = ("neuron", "layer")
KEPT = ("dead equations",)  # of the rewrites that a textbook does without: nobody reads what they remove
# What a derivation and a subject keep, whatever the numbers.
OF_DERIVATION = ("told", "numbers", "naming")
OF_SUBJECT = ("index_naming", "label_naming", "stated", "in_order", "regular", "read_beyond", "widths")


@dataclass(frozen=True)
class Problem:
    """A network to set questions about.

    Attributes:
        about: The network of the spec at its full size, in symbols.
        derivation: What is worked in numbers: the same network as a textbook derives it, or a smaller one of its kind.
        is_smaller: Whether it is a smaller one.
    """

    about: Subject
    derivation: NetworkDerivation
    is_smaller: bool

    @property
    def sizes(self) -> dict[str, int]:
        return sizes_of(self.derivation)

    @cached_property
    def seeds(self) -> tuple[Seed, ...]:
        """Every mistake at every place."""
        return tuple(seeds(self.derivation))

    @cached_property
    def pattern(self) -> Subject:
        """The network at some numbers, the same for all students: what is compared there holds in general."""
        return self.at(drawn(self.derivation, Random("pattern")), first=True)

    @cached_property
    def opening(self) -> tuple[Block, ...]:
        """What a sheet says of the network."""
        return tuple(opening(self.pattern, self.about.network.title if self.is_smaller else ""))

    @cached_property
    def second(self) -> Subject:
        """The network at other numbers."""
        return self.at(drawn(self.derivation, Random("second")))

    @cached_property
    def products(self) -> tuple[tuple[m.Line, tuple[tuple[m.Node, Message], ...]], ...]:
        """The derivatives by weight matrices as products of two matrices, each with those that are wrong and why."""
        return tuple(products(self.pattern))

    def at(self, example: Example, first: bool = False) -> Subject:
        """The network at the numbers of an example."""
        derivation = at_example(self.derivation, example)
        known = None if first else self.pattern
        if known is not None:
            vars(derivation).update({name: getattr(known.derivation, name) for name in OF_DERIVATION})
            if not _has_integers(derivation):
                vars(derivation)["view"] = known.derivation.view
        values, language = derivation.values, self.about.language
        subject = Subject(derivation, derivation, values, derivation.sizes, True, VIEWS, language=language)
        if known is not None:
            vars(subject).update({name: getattr(known, name) for name in OF_SUBJECT})
            vars(subject.entries)["elements"] = known.entries.elements
        return subject


def problem(derivation: NetworkDerivation, language: str = ENGLISH) -> Problem:
    """What questions are set about: the network itself, or a smaller one of its kind where it has too many numbers.

    Args:
        language: What the words in drawings are in.

    Raises:
        Fault: it has too many, and no smaller one is known.
    """
    numbers = count(derivation)
    small = next(_small_enough(derivation), None)
    if small is None:
        raise Fault(
            f"the network starts from {numbers:,} numbers, and at most {MOST_NUMBERS} can be worked by hand",
            "Describe it in layers, so that a smaller one of the same kind can be taken, or make it smaller.",
        )
    textbook = derive(small.network, without=[*(rule for rule in FOR_THE_MACHINE if rule not in KEPT), IDENTITY])
    about = Subject(derivation, derivation, {}, derivation.sizes, False, VIEWS, language=language)
    return Problem(about, textbook, small is not derivation)


def _small_enough(derivation: NetworkDerivation) -> Iterator[NetworkDerivation]:
    """The network, a smaller one of its kind, or itself with fewer units: what starts from few numbers."""
    if count(derivation) <= MOST_NUMBERS:
        yield derivation
    kind = small_one(derivation.network)
    if kind is not None:
        yield kind
    if isinstance(derivation.network, Network):
        for network in islice(smaller_ones(derivation.network), TRIED):
            found = derive(network)
            if count(found) <= MOST_NUMBERS:
                yield found


def _has_integers(derivation: NetworkDerivation) -> bool:
    """Whether the view of single elements depends on labels or places, and so on the numbers."""
    return any(t.dtype == "int" for t in (*derivation.start.tensors, *derivation.result.tensors))


def products(subject: Subject) -> Iterator[tuple[m.Line, tuple[tuple[m.Node, Message], ...]]]:
    """Products of two matrices that are derivatives by weight matrices, and the same with other transposes."""
    arrays = Arrays(subject, "column")
    for line in outer_products(subject, arrays):
        if isinstance(line.right, m.MatrixProduct) and line.left is not None:
            subject.show([line], env=arrays.environment)
            yield line, tuple(others(line.right, m.value(line.right, arrays.environment), arrays))


def floats(given: Mapping[str, Any]) -> dict[str, Any]:
    """Given values as arrays."""
    return {name: np.array(value) for name, value in given.items()}
