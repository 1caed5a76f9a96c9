"""What the activation of this network changes: its slope, the units that pass nothing on, and another one beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import mpmath
import numpy as np
import sympy

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.layers import Activation, Dense
from symbp.network import Network
from symbp.notes.numbers import Numbers
from symbp.notes.subject import Subject
from symbp.notes.trouble.compared import Compared
from symbp.notes.trouble.lines import named
from symbp.notes.trouble.slopes import slopes, slopes_at
from symbp.notes.trouble.variants import hidden
from symbp.printing.document import Block, Figure, Formula, Paragraph
from symbp.printing.drawing import Drawing
from symbp.printing.drawing.axes import linear_axis
from symbp.printing.drawing.plot import Series, line_plot
from symbp.reference.arithmetic import Array
from symbp.views.naming import LOSS
from symbp.views.scalar import Element
from symbp.wording import Message, say, say_many, sentences

REACH = 4.0  # of the plot of slopes, to either side of zero
POINTS = 61
JUMP = 0.1  # of a slope from one point to the next: more is looked at closely
CLOSER = 7  # times, each some sixty times as close
MOST_NAMED = 4  # units and derivatives that are listed one by one
Z = sympy.Symbol("z")
SATURATING = ("sigmoid", "tanh", "softsign")  # steepest at zero, and flat far from it
SWITCHING = ("relu", "relu6", "hard_sigmoid", "hard_tanh")  # whose slope is zero on one side or both


@dataclass(frozen=True)
class Slopes:
    """The slopes of the hidden activations of a network, and of another one in their place."""

    subject: Subject
    compared: Compared

    @cached_property
    def network(self) -> Network:
        assert isinstance(self.subject.network, Network)
        return self.subject.network

    @cached_property
    def places(self) -> list[int]:
        """The layers that have the activation which is told, from 1."""
        first = self.network.layers[hidden(self.network)[0]].function
        return [k + 1 for k in hidden(self.network) if self.network.layers[k].function == first]

    @property
    def function(self) -> Activation:
        return self.network.layers[self.places[0] - 1].function

    def blocks(self) -> Iterator[Block]:
        """Nothing where no hidden layer applies a function to each number."""
        if not hidden(self.network):
            return
        yield Paragraph((self._kind(),))
        if self.function.name in SATURATING and not self.function.expression:
            yield Formula(self.subject.show([self._steepest()], "G2", env=m.Environment({})))
        if not self.subject.runs or (self.subject.checked and not self.subject.worked):
            return
        here = self.subject.full
        yield Paragraph(sentences(self._range(here), *self._silent_ones(here)))
        yield from self._zeros(here)
        yield from self._other()

    def _kind(self) -> Message:
        """What the slope of this kind of activation does to a message."""
        name, activation = "" if self.function.expression else self.function.name, named(self.function.name)
        if name in SATURATING:
            return say(
                "The slope of {activation} is largest at zero, and falls towards nothing on either side: a unit whose "
                "weighted sum is far from zero is saturated, and lets hardly any of the message through.",
                activation=activation,
            )
        if name in SWITCHING:
            return say(
                "Where {activation} is flat its slope is exactly zero, and the message stops there; where it is not, "
                "the message passes. At the kink itself these notes and the module take the slope zero.",
                activation=activation,
            )
        return say(
            "How much of a message passes a unit is the slope of {activation} at its weighted sum.",
            activation=activation,
        )

    def _steepest(self) -> m.Line:
        """The slope at zero."""
        slope = sympy.diff(self.function.formula(Z), Z)
        at_zero = m.from_sympy(slope, lambda symbol: m.Number(0))
        with mpmath.workdps(50):
            value = m.value(at_zero, m.Environment({}))
        return m.Line(at_zero, m.Number(value, self.subject.digits), remark=(say("the steepest place"),))

    def _ends(self, numbers: Numbers) -> tuple[m.Number, m.Number]:
        """The least and the largest slope."""
        found = np.concatenate([np.abs(slopes(numbers, place)).ravel() for place in self.places])
        return m.Number(float(found.min()), self.subject.digits), m.Number(float(found.max()), self.subject.digits)

    def _range(self, numbers: Numbers) -> Message:
        low, high = self._ends(numbers)
        return say("In this network, at these numbers, the slopes lie between {low} and {high}.", low=low, high=high)

    # units that pass nothing on

    def silent(self, numbers: Numbers) -> list[tuple[int, int]]:
        """The units of dense layers whose slope is zero for every sample: the layer and the unit, each from 1.

        A slope that only rounds to zero, of a saturated sigmoid, lets a little through.
        """
        network, found = numbers.derivation.network, []
        assert isinstance(network, Network)
        for place in self.places:
            layer = network.layers[place - 1]
            if isinstance(layer, Dense) and layer.function.name in SWITCHING:
                flat = np.abs(slopes(numbers, place)).reshape(-1, self.network.widths[place]).max(axis=0)
                found += [(place, int(unit) + 1) for unit in np.flatnonzero(flat == 0)]
        return found

    @cached_property
    def _units(self) -> int:
        """How many units the dense layers among these have."""
        layers = [p for p in self.places if isinstance(self.network.layers[p - 1], Dense)]
        return sum(self.network.widths[p] for p in layers)

    def _silent_ones(self, numbers: Numbers) -> Iterator[Message]:
        found = self.silent(numbers)
        if not self._units or (not found and self.function.name not in SWITCHING):
            return
        if not found:
            yield say("None of the {units} hidden units is silent, with the slope zero for every sample.",
                      units=self._units)  # fmt: skip
            return
        yield say_many(
            len(found),
            "One of the {units} hidden units has the slope zero for every sample: it is silent.",
            "Of the {units} hidden units {count} have the slope zero for every sample: they are silent.",
            units=self._units,
        )
        if self._is_exact:
            yield say("The derivatives by all weights that lead to a silent unit are exactly zero; for these samples "
                      "it does not learn.")  # fmt: skip

    @property
    def _is_exact(self) -> bool:
        """Whether nothing but the message reaches a weight: no penalty, and no other layer that has it too."""
        penalties = self.network.regularization
        return not (penalties.l1 or penalties.l2) and all(layer.shared is None for layer in self.network.layers)

    def _zeros(self, numbers: Numbers) -> Iterator[Block]:
        """Derivatives that are exactly zero since they lead to a silent unit."""
        found = self.silent(numbers)
        if not found or not self.subject.worked or not self._is_exact:
            return
        layer, unit = found[0]
        name = f"W{self.network.sites[layer - 1].parameters}"
        if adjoint_name(name) not in self.subject.values:
            return
        every = (e for e in self.subject.elements(name) if e.index[0] == unit - 1)
        lines = [self._zero(element) for element in islice(every, MOST_NAMED)]
        yield Formula(self.subject.show(lines, "G3"))

    def _zero(self, element: Element) -> m.Line:
        return m.Line(m.Partial(LOSS, self.subject.naming.symbol(element)), m.Number(0))

    # another activation

    def _other(self) -> Iterator[Block]:
        numbers, there = self.compared.numbers, self.compared.there
        found = self.silent(numbers)
        low, high = self._ends(numbers)
        here = {"activation": named(there), "low": low}
        told = (
            say("With {activation} in its place, and the same parameters, every slope is {low}.", **here)
            if low == high
            else say(
                "With {activation} in its place, and the same parameters, they lie between {low} and {high}.",
                **here,
                high=high,
            )
        )
        units = (
            say_many(
                len(found),
                "One of the {units} units is then silent.",
                "Of the {units} units {count} are then silent.",
                units=self._units,
            )
            if self._units and found
            else None
        )
        yield Paragraph(sentences(told, units))
        yield Figure(self._drawn(there), (say("The slopes of the two activations."),))

    def _drawn(self, there: str) -> Drawing:
        curves = [
            Series(say("with {activation}", activation=named(function.name)), slope_curve(function))
            for function in (self.function, Activation.of(there))
        ]
        y = linear_axis([0.0, *(v for s in curves for _, v in s.points)])
        title = say("The slopes of two activations")
        return line_plot(curves, linear_axis([-REACH, REACH]), y, m.Symbol("z"), say("slope"), title)


def slope_curve(function: Activation) -> tuple[tuple[float, float], ...]:
    """The slope around zero; where it jumps, both ends of the jump are points, so that it is drawn upright."""

    def rises(z: Array) -> Array:
        return np.abs(np.diff(slopes_at(function, z)))

    def ends(z: Array) -> list[float]:
        for _ in range(CLOSER):
            at = int(np.argmax(rises(z)))
            z = np.linspace(z[at], z[at + 1], POINTS)
        at = int(np.argmax(rises(z)))
        return z[at : at + 2].tolist() if rises(z)[at] > JUMP else []

    even = np.linspace(-REACH, REACH, POINTS)
    steep = np.flatnonzero(rises(even) > JUMP)
    z = sorted([*even.tolist(), *(place for at in steep for place in ends(even[at : at + 2]))])
    return tuple(zip(z, slopes_at(function, np.array(z)).tolist(), strict=True))
