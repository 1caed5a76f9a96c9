"""The size of the message at each layer of this network, why, and what another activation makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Any

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.layers import Recurrent
from symbp.layers.fragment import BATCH
from symbp.network import Network
from symbp.notes.arrays import Arrays
from symbp.notes.described import KINDS
from symbp.notes.gradients_whole import spread
from symbp.notes.numbers import too_large
from symbp.notes.subject import Subject
from symbp.notes.trouble.compared import Compared
from symbp.notes.trouble.lines import delta_of, named, slope_node
from symbp.notes.trouble.measured import Heard, Verdict, factors, heard, in_all, of_base, per_layer, verdict
from symbp.notes.trouble.variants import Variant, hidden, normalised, skipped
from symbp.printing.document import Alignment, Block, Figure, Formula, Items, Paragraph, Sentence, Table
from symbp.printing.drawing.plot import gradient_norms_plot
from symbp.views.naming import LOSS
from symbp.wording import Message, say, sentences

MOST_ROWS = 12
DEEPER = 20  # layers more, of which the notes say what they would do
NOTHING: Sentence = ("–",)

VERDICTS: dict[Verdict, Callable[[m.Node], Message]] = {
    "silent": lambda ratio: say("Here nothing arrives at the first layer at all: its gradient is exactly zero."),
    "vanishing": lambda ratio: say(
        "In this network the gradient vanishes: at the first layer the message has {ratio} times the size that it has "
        "at the last one, less than one hundredth.", ratio=ratio
    ),
    "exploding": lambda ratio: say(
        "In this network the gradient explodes: at the first layer the message is {ratio} times as large as at the "
        "last one, more than a hundred times.", ratio=ratio
    ),
    "neither": lambda ratio: say(
        "In this network the gradient neither vanishes nor explodes: at the first layer the message is {ratio} times "
        "as large as at the last one. These notes speak of vanishing below one hundredth, and of exploding above a "
        "hundred.", ratio=ratio
    ),
}  # fmt: skip
COMPARED: dict[Verdict, Callable[[Message, m.Node], Message]] = {
    "silent": lambda name, ratio: say("{name}: nothing arrives at the first layer.", name=name),
    "vanishing": lambda name, ratio: say(
        "{name}: it vanishes; the first layer hears {ratio} times what the last one does.", name=name, ratio=ratio
    ),
    "exploding": lambda name, ratio: say(
        "{name}: it explodes; the first layer hears {ratio} times what the last one does.", name=name, ratio=ratio
    ),
    "neither": lambda name, ratio: say(
        "{name}: the first layer hears {ratio} times what the last one does.", name=name, ratio=ratio
    ),
}
ALONE = say(
    "A network of a single layer hears its loss directly: between layers there is no way on which a message could "
    "vanish or explode."
)
BESIDE = say("For comparison, the same parameters in other networks, each derived and run like this one:")
TOLD = {
    True: say("The size of the message and of the gradient at each layer. The factor is the message by that of the "
              "layer after it."),
    False: say("The size of the message at each layer, before its activation, and of the gradient by its parameters."),
}  # fmt: skip


@dataclass(frozen=True)
class Sizes:
    """The sizes of the messages in a network of layers."""

    subject: Subject
    other: Compared

    @cached_property
    def network(self) -> Network:
        assert isinstance(self.subject.network, Network)
        return self.subject.network

    @cached_property
    def rows(self) -> list[Heard]:
        return heard(self.subject.full)

    @cached_property
    def bounded(self) -> bool:
        """Whether the recursion of a chain bounds each factor: each hidden unit has a slope of its own."""
        return self.subject.regular and all(layer.function.pointwise for layer in self.network.layers[:-1])

    def blocks(self) -> Iterator[Block]:
        if self.bounded and len(self.network.layers) > 1:
            yield from self._bound()
        if self.subject.checked and not self.subject.worked:
            return  # the numbers are those of the network at its full size
        if not self.subject.runs:
            yield Paragraph((too_large(self.subject.derivation),))
            return
        yield self._table()
        yield from self._judged()

    # why

    def _bound(self) -> Iterator[Block]:
        """What the recursion says of sizes, at the first two layers."""
        arrays = Arrays(self.subject, "column" if self.subject.samples == 1 else "batch")
        signal, after = (adjoint_name(f"z{number}") for number in (1, 2))
        if not {signal, after} <= set(self.subject.index_naming.program.tensor):
            return
        weights = self.network.sites[1].parameters
        left, right = (m.Norm(arrays.symbol(name)) for name in (signal, after))
        slope = self._largest_slope()
        whole = m.Norm(arrays.symbol(f"W{weights}"), "2")
        line = m.Line(left, m.Product((slope, whole, right)), "≤", (say("slope, weights, message"),))
        lines = [line, *self._worked((slope, whole, right), arrays)]
        number = self.subject.numbers.get(signal)
        yield Paragraph(
            (say(
                "By equation {equation}, the message at a layer is the one after it, brought through the weights and "
                "multiplied by the slope of the activation. Weights make a vector longer by at most their largest "
                "singular value, and a slope is at most the largest one among the units:",
                equation=m.Reference(str(number)) if number else self.delta(1),
            ),)
        )  # fmt: skip
        environment = self._environment(arrays) if self.subject.checked else None
        yield Formula(self.subject.show(lines, "G1", env=environment))

    def _largest_slope(self) -> m.Node:
        units = m.Index("i")
        body = m.Apply("abs", (slope_node(self.subject, 1, units),))
        bounds = [m.Bound(units, extent=self.subject.extent(self.subject.shape("z1")[-1]))]
        if self.subject.samples > 1:
            bounds.insert(0, m.Bound(m.Index("n"), extent=self.subject.samples))
        return m.BigSum(tuple(bounds), body, "max")

    def _worked(self, parts: tuple[m.Node, ...], arrays: Arrays) -> Iterator[m.Line]:
        """The three factors in numbers, and their product."""
        if not self.subject.worked:
            return
        digits = self.subject.digits
        every = (*parts, m.Product(parts))
        *found, product = (m.Number(m.value(part, self._environment(arrays)), digits) for part in every)
        yield m.Line(None, m.Product(tuple(found), "dot"))
        yield m.Line(None, product)

    def _environment(self, arrays: Arrays) -> m.Environment:
        known: dict[m.Symbol, Any] = {**self.subject.symbols, **arrays.environment.symbols}
        return m.Environment(known, arrays.environment.partials)

    def delta(self, layer: int) -> m.Node:
        return delta_of(self.subject, layer)

    # the table

    @property
    def _columns(self) -> list[tuple[Sentence, Alignment]]:
        signal = m.Symbol("z", m.Index("l"))
        found: list[tuple[Sentence, Alignment]] = [((say("layer"),), "center")]
        if not self.subject.regular:
            found.append(((say("kind"),), "left"))
        of_signal = m.Partial(LOSS, signal, slash=True)
        found.append(((say("message {signal}", signal=of_signal),), "right"))
        found.append(((say("gradient of its parameters"),), "right"))
        if self.bounded:
            found += [((say("factor"),), "right"), ((say("at most"),), "right")]
        return found

    def _table(self) -> Table:
        rows = spread(range(len(self.rows)), MOST_ROWS)
        limits = [f.bound for f in factors(self.subject.full)] if self.bounded else []
        cells = tuple(self._cells(place, limits) for place in rows)
        header, alignment = zip(*self._columns, strict=True)
        return Table((TOLD[self.bounded],), header, cells, alignment)

    def _cells(self, place: int, limits: list[float]) -> tuple[Sentence, ...]:
        row, last = self.rows[place], place + 1 == len(self.rows)
        cells: list[Sentence] = [(str(row.layer),)]
        if not self.subject.regular:
            cells.append((KINDS[self.network.layers[row.layer - 1].kind],))
        cells += [self._number(row.signal), self._number(row.weights)]
        if self.bounded:
            after = 0.0 if last else self.rows[place + 1].signal
            cells.append(self._number(row.signal / after) if after else NOTHING)
            cells.append(NOTHING if last else self._number(limits[place]))
        return tuple(cells)

    def _number(self, value: float) -> Sentence:
        return (m.Number(value, self.subject.digits),) if isfinite(value) else NOTHING

    # what becomes of it

    def _judged(self) -> Iterator[Block]:
        ratio = in_all(self.rows)
        if len(self.rows) == 1:
            yield Paragraph(sentences(ALONE, *self._steps()))
        elif isfinite(ratio):
            told = VERDICTS[verdict(ratio)](m.Number(ratio, 3))
            yield Paragraph(sentences(told, *self._deeper(), *self._steps()))
        yield from self._beside()

    def _deeper(self) -> Iterator[Any]:
        """What many more such layers would do."""
        factor = per_layer(self.rows)
        if not self.subject.regular or not isfinite(factor) or not factor > 0 or len(self.rows) > DEEPER:
            return
        power = m.Comparison(m.Power(m.Number(factor, 3), m.Number(DEEPER)), "≈", m.Number(factor**DEEPER, 3))
        few = len(self.rows) < 4
        yield (
            say("So few factors say little of depth. But a factor like this, {count} times over, would be {power}.",
                count=DEEPER, power=power)
            if few
            else say("A layer multiplies by {factor}, as a geometric mean; {count} layers more of this kind would "
                     "multiply by {power}.", factor=m.Number(factor, 3), count=DEEPER, power=power)
        )  # fmt: skip

    def _steps(self) -> Iterator[Message]:
        """Where the sizes at the steps of a recurrence are told."""
        if any(isinstance(layer, Recurrent) for layer in self.network.layers):
            yield say("Within a recurrent layer the message travels from step to step as well; how large it is at "
                      "each of them is told in the section on the backward pass.")  # fmt: skip

    # side by side

    @cached_property
    def variants(self) -> list[tuple[Message, Variant]]:
        """Networks with the same parameters whose messages are drawn beside those of this one."""
        found: list[tuple[Message, Variant]] = []
        if len(self.rows) > 3:
            over_batch = self.subject.full.sizes.get(BATCH.name, 1) > 1
            extra = normalised(self.network, over_batch, everywhere=True)
            if extra is not None and self.subject.regular and over_batch:
                found.append((say("normalised"), extra))
            around = skipped(self.network)
            if around is not None:
                found.append((say("residual"), around))
        return found

    @cached_property
    def compared(self) -> list[tuple[Message, list[Heard]]]:
        """What arrives at each layer of these."""
        found = []
        if self.other.found is not None:
            rows = heard(self.other.numbers)
            found.append((say("with {activation}", activation=named(self.other.there)), rows))
        full = self.subject.full
        return found + [(name, of_base(variant, heard(variant.numbers(full)))) for name, variant in self.variants]

    def _beside(self) -> Iterator[Block]:
        """The messages drawn, beside those of the same network with other activations."""
        here = [row.signal for row in self.rows]
        if not self.compared and len(here) < 4:
            return
        own = self._own_name()
        series = [(own, here), *((name, [r.signal for r in rows]) for name, rows in self.compared)]
        drawing = gradient_norms_plot(series, y_label=say("size of the message"))
        caption = say("The size of the message at each layer, on a logarithmic axis; it travels from right to left.")
        if self.compared:
            yield Paragraph((BESIDE,))
            yield Items(tuple((message,) for message in self._comparison()))
        yield Figure(drawing, (caption,))

    def _own_name(self) -> Message:
        places = hidden(self.network)
        if not places:
            return say("this network")
        return say("with {activation}", activation=named(self.network.layers[places[0]].function.name))

    def _comparison(self) -> Iterator[Message]:
        for name, rows in self.compared:
            ratio = in_all(rows)
            if isfinite(ratio):
                yield COMPARED[verdict(ratio)](name, m.Number(ratio, 3))
            else:
                yield say("{name}: the last layer hears nothing.", name=name)
