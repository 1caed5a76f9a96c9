"""Normalisation: what is left of a message that comes back through it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.layers import BatchNorm, GroupNorm, LayerNorm, RMSNorm
from symbp.layers.fragment import BATCH
from symbp.notes.numbers import sizes_of
from symbp.notes.subject import Subject
from symbp.notes.trouble.measured import heard
from symbp.notes.trouble.remedy import Remedy, shown
from symbp.notes.trouble.variants import normalised
from symbp.printing.document import Block, Paragraph
from symbp.rewrite.normalisation import RULE
from symbp.wording import Message, say, sentences

FEWEST_UNITS = 3  # that a normalisation over the units of a layer leaves anything of
SHORT = (
    "constant folding",
    "merge of contributions",
    "local derivatives",
    RULE,
    "identity",
    "dead equations",
)  # what a normalisation's line needs
NORMALISATIONS = (BatchNorm, LayerNorm, GroupNorm)


@dataclass(frozen=True)
class Normal(Remedy):
    """Normalisation."""

    @property
    def title(self) -> Message:
        return say("Normalisation")

    @property
    def over_batch(self) -> bool:
        return sizes_of(self.subject.derivation).get(BATCH.name, 1) > 1

    def blocks(self) -> Iterator[Block]:
        place = self.first(*NORMALISATIONS)
        if place is not None:
            yield from self._there(place)
            return
        variant = normalised(self.base, self.over_batch)
        if variant is None:
            return
        kind = say("batch normalisation") if self.over_batch else say("layer normalisation")
        before = f"z{variant.place - 1}"
        about = variant.subject(self.subject, (adjoint_name(before),), SHORT)
        yield Paragraph(
            (say("A normalisation takes the mean away from the weighted sums and divides by their standard deviation, "
                 "so that the activation always works where it has a slope. With {kind} before the activation of layer "
                 "{layer}, the message back through it has three terms: itself, less its mean, less its share along "
                 "what was normalised.", kind=kind, layer=variant.place - 1),)
        )  # fmt: skip
        names = [n for n in _means(about, adjoint_name(before)) if about.definition(n)]
        yield from shown(about, [*names, adjoint_name(before)], "G7")
        yield from self._numbers()

    def _there(self, place: int) -> Iterator[Block]:
        alone = isinstance(self.network.layers[place - 1], RMSNorm)
        yield Paragraph(sentences(_by_root_mean_square(place) if alone else _by_deviation(place), *self._around(place)))

    def _around(self, place: int) -> Iterator[Message]:
        """The sizes of the messages on both sides of it."""
        (source,) = self.network.sources[place - 1]
        if not self.shows_numbers or not source:
            return
        rows, digits = heard(self.subject.full), self.subject.digits
        arrives, leaves = rows[place - 1].signal, rows[source - 1].signal
        if np.isfinite([arrives, leaves]).all():
            yield say("Here a message of the size {arrives} arrives at it, and {leaves} goes on to the layer that it "
                      "reads.", arrives=m.Number(arrives, digits), leaves=m.Number(leaves, digits))  # fmt: skip

    def _numbers(self) -> Iterator[Block]:
        """What it does to the sizes of the messages in this network."""
        if not self.shows_numbers:
            return
        variant = normalised(self.network, self.over_batch)
        assert variant is not None
        units = int(self.network.shapes[variant.place - 1][-1])  # type: ignore[arg-type]
        if not self.over_batch and units < FEWEST_UNITS:
            yield Paragraph(
                (say("With a single sample there is no batch to normalise over, and {units} units are too few to "
                     "normalise over these: they always become plus and minus one, whatever they were, so that no "
                     "message passes. In this network it would do harm.", units=units),)
            )  # fmt: skip
            return
        here, there = (heard(n)[variant.place - 2] for n in (self.subject.full, variant.numbers(self.subject.full)))
        digits = self.subject.digits
        yield Paragraph(
            (say("At the same parameters the message at layer {layer} has the size {here} without it, and {there} with "
                 "it; the gradient of its parameters {of_here} and {of_there}.", layer=here.layer,
                 here=m.Number(here.signal, digits), there=m.Number(there.signal, digits),
                 of_here=m.Number(here.weights, digits), of_there=m.Number(there.weights, digits)),)
        )  # fmt: skip


def _means(about: Subject, name: str) -> list[str]:
    """The means that the line of a normalisation reads, in their order."""
    read = {n for e in about.base.result.defining(name) for n in e.tensors_read}
    order = dict.fromkeys(e.target for e in about.base.result.equations())
    return [n for n in order if n in read and about.tensor(n).of is None and n not in about.base.start.tensor]


def _by_root_mean_square(place: int) -> Message:
    """What a normalisation by the root mean square alone does to a message: there is no mean."""
    return say(
        "This network normalises in layer {layer}. What that does to a message is told in the section on the backward "
        "pass: of all that arrives it passes on what is left when its share along the normalised values is taken away, "
        "divided by the root mean square.",
        layer=place,
    )


def _by_deviation(place: int) -> Message:
    """What a normalisation does to a message."""
    return say(
        "This network normalises in layer {layer}. What that does to a message is told in the section on the backward "
        "pass: of all that arrives it passes on what is left when its mean and its share along the normalised values "
        "are taken away, divided by the standard deviation.",
        layer=place,
    )
