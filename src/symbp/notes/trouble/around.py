"""Residual connections: a way back whose factor is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.layers import Add
from symbp.notes.trouble.measured import heard, in_all
from symbp.notes.trouble.remedy import Remedy, shown
from symbp.notes.trouble.variants import skipped
from symbp.printing.document import Block, Paragraph
from symbp.wording import Message, say


@dataclass(frozen=True)
class Around(Remedy):
    """Residual connections."""

    @property
    def title(self) -> Message:
        return say("A way around")

    def blocks(self) -> Iterator[Block]:
        place = self.first(Add)
        if place is not None:
            yield Paragraph(
                (say("Layer {layer} of this network adds branches. The derivative of a sum by each of its terms is "
                     "one, so the message goes into every branch as it is: along a branch without weights it comes "
                     "back neither smaller nor larger, however deep the network.", layer=place),)
            )  # fmt: skip
            return
        variant = skipped(self.base)
        if variant is None:
            return
        about = variant.subject(self.subject, (adjoint_name(f"a{variant.place - 1}"),))
        inside = variant.place
        yield Paragraph(
            (say("A residual connection hands the baton around a layer as well as through it: the layer {layer} gives "
                 "what it computed plus what it was given. Back come the message through its weights, and the message "
                 "itself, whose factor is one:", layer=inside),)
        )  # fmt: skip
        yield from shown(about, [adjoint_name(f"a{inside - 1}")], "G8")
        if self.shows_numbers:
            numbers = skipped(self.network)
            assert numbers is not None
            ratio = in_all(
                [
                    r
                    for r, origin in zip(heard(numbers.numbers(self.subject.full)), numbers.origins, strict=True)
                    if origin is not None
                ]
            )
            before = in_all(heard(self.subject.full))
            yield Paragraph(
                (say("With such a way around every hidden layer that has as many outputs as inputs, the message at the "
                     "first layer is {there} times that at the last one, where it was {here} times.",
                     there=m.Number(ratio, 3), here=m.Number(before, 3)),)
            )  # fmt: skip
