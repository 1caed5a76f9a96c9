"""Weight decay: what a penalty on large weights adds to their gradient, and what it makes of a step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import mpmath
import numpy as np

from symbp import mathtree as m
from symbp import optimizers as o
from symbp.derivation import adjoint_name
from symbp.notes.lines import index_lines, indices_of
from symbp.notes.subject import Subject
from symbp.notes.trouble.lines import TILDE, PenaltyPartials, with_penalty
from symbp.notes.trouble.remedy import Remedy, shown
from symbp.notes.trouble.variants import LAMBDA, decayed
from symbp.notes.updates import RATE as ETA
from symbp.notes.updates import letters_of, new_symbol
from symbp.optimizers import OPTIMIZERS
from symbp.printing.document import Block, Formula, Paragraph
from symbp.views.naming import LOSS
from symbp.views.scalar import Element
from symbp.wording import Message, say

FOLDED = ("constant folding",)  # what a line without dL/dL needs


@dataclass(frozen=True)
class Decay(Remedy):
    """Weight decay."""

    @property
    def title(self) -> Message:
        return say("Weight decay")

    def blocks(self) -> Iterator[Block]:
        learned = [t.name for t in self.network.parameters if adjoint_name(t.name) in self.subject.numbers]
        weights = [n for n in learned if self.subject.tensor(n).letter in "WUOE"]
        if not weights:
            return
        if not self.subject.worked:  # of the last one less is to be evaluated
            weights.reverse()
        if self.network.regularization.l2:
            yield from self._there(weights)
            return
        found = ((name, self._decayed(name)) for name in weights)
        told, variant = next((pair for pair in found if index_lines(pair[1], adjoint_name(pair[0]))), (None, None))
        if told is None or variant is None:
            return
        penalty = m.Number(m.number(repr(LAMBDA)).value)
        lam = letters_of(self.subject)[o.weight_decay]
        loss = m.Comparison(
            TILDE,
            "=",
            m.Sum(
                (
                    LOSS,
                    m.Product(
                        (
                            m.Quotient(lam, m.Number(2)),
                            m.BigSum((m.Bound(m.Index("w")),), m.Power(m.Symbol("w"), m.Number(2))),
                        )
                    ),
                )
            ),
        )
        yield Paragraph(
            (say("Large weights make large factors and saturated units, and let a network learn its samples by heart. "
                 "Weight decay makes them dear: the loss becomes {loss}, with a sum over all weights but not the "
                 "biases. Here is what the chain rule then gives in this network, with {value}:", loss=loss,
                 value=m.Comparison(lam, "=", penalty)),)
        )  # fmt: skip
        yield from self._derived(variant, told)
        yield from self._step(variant, told, lam)

    def _decayed(self, name: str) -> Subject:
        """The network with the penalty, and the gradient of one tensor."""
        return decayed(self.base).subject(self.subject, (adjoint_name(name),), FOLDED)

    def _there(self, weights: list[str]) -> Iterator[Block]:
        """The network has the penalty."""
        told = next((n for n in weights if index_lines(self.subject.textbook, adjoint_name(n))), None)
        if told is None:
            return
        lam = letters_of(self.subject)[o.weight_decay]
        value = m.number(repr(self.network.regularization.l2))
        yield Paragraph(
            (say("Large weights make large factors and saturated units, and let a network learn its samples by heart. "
                 "This network has a penalty against them, with {value}: the derivative by a weight has a term of its "
                 "own for it, {lam} times the weight. A step of gradient descent so takes away a share of every weight "
                 "before the samples are heard:", value=m.Comparison(lam, "=", value), lam=lam),)
        )  # fmt: skip
        yield from shown(self.subject.textbook, [adjoint_name(told)], "G4")

    def _derived(self, variant: Subject, name: str) -> Iterator[Block]:
        """The derivative of the loss with the penalty."""
        lines = [with_penalty(line) for line in index_lines(variant, adjoint_name(name))]
        ranges = {i.name: range(1, variant.extent(i.extent) + 1) for i in indices_of(variant, adjoint_name(name))}
        known = m.Environment(variant.symbols, PenaltyPartials(variant), ranges) if variant.checked else None
        yield Formula(variant.show(lines, "G4", env=known))

    def _step(self, variant: Subject, name: str, lam: m.Symbol) -> Iterator[Block]:
        """One step of gradient descent with it, in the derivatives of the loss without it."""
        subject, one = self.subject, m.Number(1)
        rate = m.number(repr(OPTIMIZERS["sgd"].rate))
        entry, element, ranges = self._entry(name)
        gradient, new = m.Partial(LOSS, entry), new_symbol(subject, entry)
        decay = m.Sum((gradient, m.Product((lam, entry))))
        first = m.Sum((entry, m.Negative(m.Product((ETA, m.Bracket(decay))))))
        share = m.Sum((one, m.Negative(m.Product((ETA, lam)))))
        second = m.Sum((m.Product((m.Bracket(share), entry)), m.Negative(m.Product((ETA, gradient)))))
        lines = [
            m.Line(new, first, remark=(say("against both"),)),
            m.Line(None, second, remark=(say("first it shrinks"),)),
        ]
        known = self._known(variant, name, lam, rate) if subject.checked else None
        if element is not None and known is not None:
            lines += self._in_numbers(element, rate, known, second)
        environment = replace(known, indices=ranges) if known is not None else None
        yield Paragraph(
            (say("In the derivatives of the loss itself, a step of gradient descent with the rate {rate} is a "
                 "shrinking and then the usual step:", rate=m.Comparison(ETA, "=", rate)),)
        )  # fmt: skip
        yield Formula(subject.show(lines, "G5", env=environment))

    def _entry(self, name: str) -> tuple[m.Symbol, Element | None, dict[str, range]]:
        """A weight that stands for all: the first one in numbers, or one with indices."""
        subject = self.subject
        if subject.worked:
            element = subject.elements(name)[0]
            return subject.naming.symbol(element), element, {}
        indices = tuple(map(m.Index, "ijuv"[: len(subject.shape(name))]))
        extents = map(subject.extent, subject.shape(name))
        ranges = {i.name: range(1, extent + 1) for i, extent in zip(indices, extents, strict=True)}
        return subject.index_naming.at(name, indices), None, ranges

    def _known(self, variant: Subject, name: str, lam: m.Symbol, rate: m.Number) -> m.Environment:
        """What the symbols are worth: the new weight by the derivation with the penalty, all else without it."""
        subject = self.subject
        known: dict[m.Symbol, Any] = {**subject.symbols, lam: m.number(repr(LAMBDA)).value, ETA: rate.value}
        partials: dict[tuple[m.Symbol, m.Symbol], Any] = {}
        penalised = variant.values[adjoint_name(name)]
        with mpmath.workdps(50):
            step = mpmath.mpf(rate.value.numerator) / rate.value.denominator
            for index in np.ndindex(penalised.shape):
                names = {subject.index_naming.at(name, tuple(i + 1 for i in index))}
                names |= {subject.naming.symbol(Element(name, index))} if subject.worked else set()
                for symbol in names:
                    known[new_symbol(subject, symbol)] = subject.values[name][index] - step * penalised[index]
                    partials[LOSS, symbol] = subject.values[adjoint_name(name)][index]
        return m.Environment(known, partials)

    def _in_numbers(self, element: Element, rate: m.Number, known: m.Environment, second: m.Node) -> Iterator[m.Line]:
        subject, lam = self.subject, m.number(repr(LAMBDA))
        gradient = subject.number(Element(adjoint_name(element.tensor), element.index))
        share = m.Bracket(m.Sum((m.Number(1), m.Negative(m.Product((rate, lam), "dot")))))
        shrunk = m.Product((share, subject.number(element)), "dot")
        yield m.Line(None, m.Sum((shrunk, m.Negative(m.Product((rate, gradient), "dot")))))
        yield m.Line(None, m.Number(m.value(second, known), subject.digits))
