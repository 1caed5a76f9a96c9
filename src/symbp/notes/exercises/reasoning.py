"""Exercises on why: what a batch does, where a gradient vanishes, what stays zero. Each answer is evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mpmath
import numpy as np

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.equation import Size
from symbp.errors import CheckFailed
from symbp.layers import Attention, BatchNorm, Layer, LayerNorm
from symbp.layers.fragment import BATCH
from symbp.network import Network
from symbp.notes.exercises.numbers import at_other
from symbp.notes.exercises.setting import Exercise, Setting
from symbp.notes.subject import Subject
from symbp.printing.document import Formula, Paragraph
from symbp.program import GIVEN, Tensor
from symbp.views.naming import LOSS
from symbp.views.recurrence import recurrences
from symbp.wording import listed, say

LARGEST = {"sigmoid": "0.25", "tanh": "1"}  # the slope at zero, where it is largest
FEWEST_LAYERS = 2


def same_sample_twice(setting: Setting) -> Exercise | None:
    """What a batch does in which the sample stands twice: nothing, where the loss is a mean."""
    subject = setting.numbers
    if subject is None or any(not subject.batched(t.name) for t in subject.base.start.of_role("input", "target")):
        return None
    given = subject.base.start.of_role("input", "target", "mask", "state")
    doubled = {t.name: np.concatenate([subject.values[t.name]] * 2) for t in given if subject.batched(t.name)}
    values = at_other(subject, doubled, {BATCH.name: 2 * subject.samples})
    names = [adjoint_name(t.name) for t in subject.base.start.of_role("parameter") if adjoint_name(t.name) in values]
    with mpmath.workdps(50):
        factors = {factor for factor in (1, 2) if all(_is(values[n], factor * subject.values[n]) for n in names)}
    if len(factors) != 1:
        return None
    asked = say("Now every sample stands twice in the batch. What becomes of the derivatives by the parameters?")
    told = (
        say("Nothing: the sum over the samples has twice as many terms, and the loss divides it by twice the number.")
        if factors == {1}
        else say("They double: the sum over the samples has twice as many terms, and the loss divides it by nothing.")
    )
    return Exercise(say("The same sample twice"), (Paragraph((asked,)),), (Paragraph((told,)),))


def _is(one: Any, other: Any) -> bool:
    return bool(np.all(abs(one - other) <= mpmath.mpf(10) ** -30))


def vanishing(setting: Setting) -> Exercise | None:
    """How little of an error signal can be left after all layers of one activation."""
    network = setting.about.network
    if not isinstance(network, Network):
        return None
    names = [layer.function.name for layer in network.layers if layer.function.name == "sigmoid"]
    if len(names) < FEWEST_LAYERS:
        return None
    z, largest = m.Symbol("z"), m.number(LARGEST["sigmoid"])
    slope = m.PrimeOf("sigmoid", (m.Number(0),))
    lines = [m.Line(slope, m.Product((m.Quotient(m.Number(1), m.Number(2)),) * 2, "dot")), m.Line(None, largest)]
    left = m.Power(slope, m.Number(len(names)))
    with mpmath.workdps(50):
        value = mpmath.mpf(LARGEST["sigmoid"]) ** len(names)
    lines += [m.Line(left, m.Power(largest, m.Number(len(names)))), m.Line(None, m.Number(value))]
    display = setting.about.show(lines, f"S{setting.number}", env=m.Environment({}))
    asked = say(
        "On its way back an error signal is multiplied by {slope} at each of the {count} layers with a sigmoid. How "
        "large can this factor be at one layer, and how large are all of them together at most?",
        slope=m.PrimeOf("sigmoid", (z,)),
        count=len(names),
    )
    told = say(
        "The slope is {formula}, which is largest where {place}. So the activations alone make a signal at least this "
        "much smaller; only large weights can make up for it.",
        formula=m.Product((m.Apply("sigmoid", (z,)), m.Sum((m.Number(1), m.Negative(m.Apply("sigmoid", (z,))))))),
        place=m.Comparison(z, "=", m.Number(0)),
    )
    return Exercise(say("Why a gradient vanishes"), (Paragraph((asked,)),), (Paragraph((told,)), Formula(display)))


def switched_off(setting: Setting) -> Exercise | None:
    """Which units of a ReLU let nothing through."""
    subject = setting.numbers
    if subject is None or not isinstance(subject.network, Network):
        return None
    number = next((k for k, layer in enumerate(subject.network.layers, 1) if layer.function.name == "relu"), None)
    name = f"z{number}"
    if number is None or adjoint_name(name) not in subject.values:
        return None
    off = [e for e in subject.elements(name) if subject.value(e) < 0]
    if not off or len(off) > 4:
        return None
    if any(subject.values[adjoint_name(name)][e.index] != 0 for e in off):
        raise CheckFailed(f"equation (S{setting.number}): a unit that is switched off has an error signal")
    lines = [line for e in off for line in (m.Line(subject.naming.symbol(e), subject.number(e)),
             m.Line(m.Partial(LOSS, subject.naming.symbol(e)), m.Number(0)))]  # fmt: skip
    layer = say("layer {number}", number=number)
    asked = say(
        "At which units of {layer} is the error signal zero, whatever comes back to them, and why?", layer=layer
    )
    told = say("Where the weighted sum is negative: there ReLU is flat, and its slope is zero.")
    return Exercise(say("Switched off"), (Paragraph((asked,)),), (Paragraph((told,)), setting.solution(lines)))


def single_step(setting: Setting) -> Exercise | None:
    """A sequence of one step gives the recurrent weights no gradient."""
    subject = setting.numbers
    if subject is None:
        return None
    weights, length = single_step_weights(subject)
    if not weights:
        return None
    values = at_other(subject, dict(first_step(subject, length)), {length: 1})
    if any(np.any(values[adjoint_name(t.name)]) for t in weights):
        return None
    derivatives = [m.Partial(LOSS, subject.index_naming.whole(t.name)) for t in weights]
    asked = say("The sequence has a single step, {steps}. What is {derivatives}?",
                steps=m.Comparison(m.Symbol(length), "=", m.Number(1)), derivatives=listed(derivatives))  # fmt: skip
    told = say(
        "Zero: at the first step these weights multiply the state before the first step, which is zero. They learn "
        "from the second step on."
    )
    return Exercise(say("A single step"), (Paragraph((asked,)),), (Paragraph((told,)),))


def single_step_weights(subject: Subject) -> tuple[list[Tensor], str]:
    """The weights of a recurrence, which multiply its state, and the length of its sequence; none if it has none."""
    lengths = {e.name for t in subject.base.start.tensors for e in t.shape if isinstance(e, Size)} - {BATCH.name}
    found = [r for r in recurrences(subject.index_naming.program, subject.timeline) if not r.backwards]
    weights = [
        t
        for t in subject.base.start.of_role("parameter")
        if t.letter == "U" and adjoint_name(t.name) in subject.numbers
    ]
    return (weights, lengths.pop()) if len(lengths) == 1 and found else ([], "")


def first_step(subject: Subject, length: str) -> Iterator[tuple[str, Any]]:
    """What is given, with its first step alone."""
    for tensor in subject.base.start.of_role(*GIVEN):
        value = subject.values[tensor.name]
        for axis, extent in enumerate(tensor.shape):
            if isinstance(extent, Size) and extent.name == length:
                value = value.take(range(1 + extent.plus), axis=axis)
        yield tensor.name, value


def sums_to_zero(setting: Setting) -> Exercise | None:
    """The derivatives by what a normalisation reads add up to zero."""
    subject = setting.numbers
    network = None if subject is None else subject.network
    if subject is None or not isinstance(network, Network):
        return None
    centred = (BatchNorm, LayerNorm)
    number = next((k for k, n in enumerate(network.layers, 1) if type(n) in centred), None)  # not an RMS norm
    if number is None:
        return None
    (source,) = network.sources[number - 1]
    if sum(source in read for read in network.sources) > 1:  # what others send back does not cancel
        return None
    name = next((n for n in (f"a{source}", f"z{source}") if adjoint_name(n) in subject.values), None)
    if name is None or len(subject.tensor(name).shape) != 2:
        return None
    batch = isinstance(network.layers[number - 1], BatchNorm)
    bound = m.Index("n" if batch else "i")
    at = subject.index_naming.at(name, (m.Index("n"), m.Index("i")))
    extent = subject.values[name].shape[0 if batch else 1]
    line = m.Line(m.BigSum((m.Bound(bound, m.Number(1), m.Number(extent)),), m.Partial(LOSS, at)), m.Number(0))
    free = {"n": range(1, subject.samples + 1), "i": range(1, subject.values[name].shape[1] + 1)}
    environment = m.Environment(subject.symbols, subject.partials, free)
    display = subject.show([line], f"S{setting.number}", env=environment)
    over = say("over the samples of the batch") if batch else say("over the numbers of one sample")
    asked = say(
        "Add up the derivatives {derivative} by what the normalisation reads, {over}. What comes out, and why?",
        derivative=m.Partial(LOSS, at),
        over=over,
    )
    told = say(
        "Zero. If all of these numbers grow by the same amount, their mean grows with them and nothing that is "
        "computed from their deviations changes; so the loss does not either."
    )
    return Exercise(say("A sum that is zero"), (Paragraph((asked,)),), (Paragraph((told,)), Formula(display)))


def looks_ahead(setting: Setting) -> Exercise | None:
    """Which weights of attention are zero where no step sees a later one, and what a row adds up to."""
    subject = setting.numbers
    if subject is None or not isinstance(subject.network, Network):
        return None
    layer: Layer = subject.network.layers[0]
    if not isinstance(layer, Attention) or not layer.causal:
        return None
    weights = subject.values["p1"][0, 0]
    ahead = [(t, u) for t in range(len(weights)) for u in range(len(weights)) if u > t]
    if any(weights[at] for at in ahead):
        return None
    symbols = [subject.index_naming.at("p1", (1, 1, t + 1, u + 1)) for t, u in ahead]
    lines = [m.Line(symbol, m.Number(0)) for symbol in symbols]
    row = m.Sum(tuple(subject.index_naming.at("p1", (1, 1, 2, u + 1)) for u in range(len(weights))))
    asked = say(
        "Which of the attention weights are zero before anything is learned, and what do the weights of one query add "
        "up to?"
    )
    told = say(
        "Those of later steps, which a step does not see. The weights of a query are a softmax, and add up to one."
    )
    lines.append(m.Line(row, m.Number(1)))
    return Exercise(say("What a step sees"), (Paragraph((asked,)),), (Paragraph((told,)), setting.solution(lines)))
