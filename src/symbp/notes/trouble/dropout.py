"""Dropout: a message goes only where the baton went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.layers import Dropout
from symbp.layers.fragment import BATCH
from symbp.notes.trouble.remedy import Remedy, shown
from symbp.notes.trouble.variants import RATE, Variant, dropped
from symbp.printing.document import Block, Paragraph, Sentence, Table
from symbp.wording import Message, say

MOST_UNITS = 6  # of a layer whose mask is shown unit by unit


@dataclass(frozen=True)
class Dropped(Remedy):
    """Dropout."""

    @property
    def title(self) -> Message:
        return say("Dropout")

    def blocks(self) -> Iterator[Block]:
        place = self.first(Dropout)
        if place is not None:
            yield from self._there(place)
            return
        variant = dropped(self.base)
        if variant is None:
            return
        out, read = f"a{variant.place}", f"a{variant.place - 1}"
        about = variant.subject(self.subject, (out, adjoint_name(read)))
        mask = about.index_naming.whole(f"mask{variant.place}")
        yield Paragraph(
            (say("In a race in which each runner may be missing, nobody can rely on a single other one. Dropout leaves "
                 "out each unit of a layer with the probability {rate}, anew for every sample, and makes up for it by "
                 "dividing the others by the share that stays. With a mask {mask} of zeros and ones after layer "
                 "{layer}, forward and back:", rate=m.number(repr(RATE)), mask=mask, layer=variant.place - 1),)
        )  # fmt: skip
        yield from shown(about, [out, adjoint_name(read)], "G6")
        yield Paragraph(
            (say("The message goes only where the baton went: a unit that was left out hears nothing, and for this "
                 "sample its weights do not move."),)
        )  # fmt: skip
        yield from self._numbers(variant)

    def _there(self, place: int) -> Iterator[Block]:
        layer = self.network.layers[place - 1]
        assert isinstance(layer, Dropout)
        (source,) = self.network.sources[place - 1]
        yield Paragraph(
            (say("In a race in which each runner may be missing, nobody can rely on a single other one. Layer {layer} "
                 "of this network is such a dropout, with the probability {rate}: its mask stands in equation "
                 "{forward}, and in equation {backward} the same mask lets the message through only where the baton "
                 "went. A unit that was left out hears nothing, and for this sample its weights do not move.",
                 layer=place,
                 rate=m.number(repr(layer.rate)), forward=self.reference(f"a{place}"),
                 backward=self.reference(adjoint_name(f"a{source}"))),)
        )  # fmt: skip

    def _numbers(self, variant: Variant) -> Iterator[Block]:
        """A drawn mask, and what each unit hears."""
        units = self.network.shapes[variant.place - 1][-1]
        if not self.subject.worked or not isinstance(units, int) or units > MOST_UNITS:
            return
        full = self.subject.full
        if full.sizes.get(BATCH.name, 1) > 1:
            return
        found = variant.numbers(full)
        mask = found.given[f"mask{variant.place}"][0]
        arrives, goes = (found.values[adjoint_name(f"a{k}")][0] for k in (variant.place, variant.place - 1))
        own = found.values[adjoint_name(f"z{variant.place - 1}")][0]
        digits = self.subject.digits
        rows: list[tuple[Sentence, ...]] = []
        for unit, kept in enumerate(mask):
            sizes = (m.Number(float(v[unit]), digits) for v in (arrives, goes, own))
            rows.append(((str(unit + 1),), (str(int(kept)),), *((size,) for size in sizes)))
        header = (
            (say("unit"),),
            (say("mask"),),
            (say("message that arrives"),),
            (say("message after the mask"),),
            (say("after the activation"),),
        )
        yield Table(
            (say("A mask that was drawn, and what the units hear."),),
            header,
            tuple(rows),
            ("center", "center", "right", "right", "right"),
        )
