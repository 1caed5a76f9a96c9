"""Where weights begin, and what is done with a gradient that is too long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod, sqrt

import numpy as np

from symbp import mathtree as m
from symbp.notes.gradients_whole import spread
from symbp.notes.numbers import length
from symbp.notes.subject import Subject
from symbp.notes.trouble.remedy import Remedy
from symbp.printing.document import Block, Paragraph, Sentence, Table
from symbp.wording import Message, say

MOST_ROWS = 6


@dataclass(frozen=True)
class Start(Remedy):
    """Where weights begin, and what is done with a gradient that is too long."""

    @property
    def title(self) -> Message:
        return say("A good start, and short steps")

    def blocks(self) -> Iterator[Block]:
        n, q = m.Symbol("n"), m.Symbol("q")
        if not self.shows_numbers:
            return
        yield Paragraph(
            (say("Let the weights of a layer be drawn independently, with mean zero and the variance {v}. A weighted "
                 "sum of {n} numbers with the mean square {q} then has the variance {product}: forward, sizes stay as "
                 "they are if {forward}. On the way back the sums run over the {m} outputs, and they stay if "
                 "{backward}. Glorot and Bengio choose the middle, {glorot}; He and others take {he} before ReLU, "
                 "which halves the mean square.", v=m.Symbol("v"), n=n, q=q, product=m.Product((n, m.Symbol("v"), q)),
                 forward=m.Comparison(m.Product((n, m.Symbol("v"))), "=", m.Number(1)), m=m.Symbol("m"),
                 backward=m.Comparison(m.Product((m.Symbol("m"), m.Symbol("v"))), "=", m.Number(1)),
                 glorot=m.Comparison(m.Symbol("v"), "=", _over(m.Sum((n, m.Symbol("m"))))),
                 he=m.Comparison(m.Symbol("v"), "=", _over(n))),)
        )  # fmt: skip
        yield self._table()
        yield from clipping(self.subject)

    def _table(self) -> Table:
        full, digits = self.subject.full, self.subject.digits
        weights = [t.name for t in self.network.parameters if t.letter in "WU" and t.name in full.given]
        rows: list[tuple[Sentence, ...]] = []
        for name in spread(weights, MOST_ROWS):
            shape = np.shape(full.given[name])
            taps = prod(shape[2:])
            inputs, outputs = shape[1] * taps, shape[0] * taps
            here = length(full.given[name]) / sqrt(prod(shape))
            numbers = (sqrt(2 / (inputs + outputs)), sqrt(2 / inputs), here)
            symbol = self.subject.index_naming.whole(name)
            rows.append(((symbol,), (str(inputs),), (str(outputs),), *((m.Number(v, digits),) for v in numbers)))
        header = (
            (say("weights"),),
            (say("inputs {n}", n=m.Symbol("n")),),
            (say("outputs {m}", m=m.Symbol("m")),),
            (say("Glorot"),),
            (say("He"),),
            (say("here"),),
        )
        caption = say("The standard deviations that the two rules give, and the root mean square of the weights here.")
        return Table((caption,), header, tuple(rows), ("center", *["right"] * 5))  # type: ignore[arg-type]


def clipping(subject: Subject) -> Iterator[Block]:
    """What is done with a gradient that is too long: what this network does, or what it could do."""
    full, digits = subject.full, subject.digits
    size = m.Number(full.length, digits)
    most = subject.network.regularization.clip_norm
    g, c = m.Symbol("g"), m.Symbol("c")
    factor = m.Quotient(c, m.Norm(g))
    if most is not None:
        yield Paragraph(
            (say("Against a gradient that explodes a step can be kept short. This network does so: a gradient {g} "
                 "longer than {c}, all parameters together, is multiplied by {factor}, and keeps its direction. "
                 "Here it has the length {size}.", g=g, c=m.Comparison(c, "=", m.number(repr(most))), factor=factor,
                 size=size),)
        )  # fmt: skip
        return
    half = m.Number(full.length / 2, digits)
    yield Paragraph(
        (say("Against a gradient that explodes a step can be kept short: a gradient {g} longer than some {c}, all "
             "parameters together, is multiplied by {factor}, and keeps its direction. Here it has the length "
             "{size}; a limit of {half} would halve every derivative.", g=g, c=c, factor=factor, size=size,
             half=half),)
    )  # fmt: skip


def _over(below: m.Node) -> m.Node:
    return m.Quotient(m.Number(2), below)
