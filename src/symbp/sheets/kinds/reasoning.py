"""What follows without computing: what is zero, what a batch does, what a sequence of one step learns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import mpmath
import numpy as np

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.layers import Attention, BatchNorm, LayerNorm
from symbp.layers.fragment import BATCH
from symbp.mathtree.nodes import Inline
from symbp.network import Network
from symbp.notes.exercises.numbers import at_other
from symbp.notes.exercises.reasoning import first_step, single_step_weights
from symbp.printing.document import Block, Paragraph
from symbp.sheets.asking import Ask, asked, number, options, shuffled, worked
from symbp.sheets.desk import Desk, gradient_of
from symbp.sheets.question import Choice, Option, Question
from symbp.views.naming import LOSS
from symbp.views.scalar import Element
from symbp.wording import Message, listed, say

WRONG = 3
FEWEST_LAYERS = 2
NOTHING = mpmath.mpf("1e-30")


# Units that are switched off.


def dead_relu(desk: Desk) -> Iterator[Ask]:
    """Which derivative is zero because a unit lets nothing through."""
    network = desk.subject.network
    if not isinstance(network, Network):
        return
    for place, layer in enumerate(network.layers, 1):
        name = f"z{place}"
        if layer.function.name != "relu" or adjoint_name(name) not in desk.chain:
            continue
        elements = desk.subject.elements(name)
        off = [e for e in elements if desk.subject.value(e) < 0 and not desk.exact(gradient_of(e))]
        live = [(e, say("This unit is on: its weighted sum is positive.")) for e in elements if _is_heard(desk, e)]
        after = [Element(f"a{place}", e.index) for e in elements]
        live += [(e, say("What comes back to the output of a unit is there, on or off.")) for e in after
                 if adjoint_name(e.tensor) in desk.subject.numbers and _is_heard(desk, e)]  # fmt: skip
        for dead in shuffled(desk, off if len(live) > 1 else ()):
            chosen = shuffled(desk, live)[:WRONG]
            told = [e for e, _ in chosen if e.tensor == name]
            yield Ask(partial(_switched_off, desk, dead, chosen, told), tells=frozenset([dead, *told]))


def _is_heard(desk: Desk, element: Element) -> bool:
    gradient = gradient_of(element)
    return gradient.tensor in desk.chain and bool(desk.exact(gradient))


def _switched_off(
    desk: Desk, dead: Element, live: Sequence[tuple[Element, Message]], told: Sequence[Element]
) -> Question:
    right = Option((desk.symbol(gradient_of(dead)),), True, (say("ReLU is flat where the weighted sum is negative."),))
    wrong = [Option((desk.symbol(gradient_of(e)),), False, (why,)) for e, why in live]
    sentence = say("Which of these derivatives is zero, whatever comes back from the loss?")
    why = say("A unit whose weighted sum is negative gives zero, and lets nothing back.")
    zero = m.Line(desk.symbol(gradient_of(dead)), m.Number(0))
    solution: tuple[Block, ...] = (Paragraph((why,)), worked(desk, [zero]))
    chosen = options(desk, right, wrong)
    return Question("", say("Switched off"), asked(desk, [dead, *told], sentence), (Choice(chosen),), solution)


# Sums that are known without computing.


def sums_to_zero(desk: Desk) -> Iterator[Ask]:
    """What derivatives by what a normalisation or a softmax reads add up to."""
    network = desk.subject.network
    if not isinstance(network, Network):
        return
    yield from _normalised(desk, network)
    logits = network.sites[-1].output if network.sites else ""
    name = next((n for n in (f"z{len(network.layers)}", logits) if _adds_up(desk, n)), "")
    if name and network.layers[-1].function.name in ("softmax", "identity", "log_softmax"):
        over = say("over the outputs of one sample")
        why = say(
            "If all logits grow by the same amount, the softmax gives the same probabilities; so the loss does not "
            "change."
        )
        yield Ask(partial(_zero_sum, desk, [gradient_of(e) for e in desk.subject.elements(name)], over, why))


def _normalised(desk: Desk, network: Network) -> Iterator[Ask]:
    centred = (BatchNorm, LayerNorm)
    place = next((k for k, layer in enumerate(network.layers, 1) if type(layer) in centred), None)
    if place is None:
        return
    (source,) = network.sources[place - 1]
    named = [n for n in (f"a{source}", f"z{source}") if adjoint_name(n) in desk.subject.numbers]
    name = next((n for n in named if adjoint_name(n) in desk.chain), "")
    if not name or len(desk.chain[name].shape) != 2:
        return
    values = desk.chain[adjoint_name(name)]
    batch = isinstance(network.layers[place - 1], BatchNorm)
    over = say("over the samples of the batch") if batch else say("over the numbers of one sample")
    why = say(
        "If all of these numbers grow by the same amount, their mean grows with them and nothing that is computed from "
        "their deviations changes; so the loss does not either."
    )
    for unit in range(values.shape[1]) if batch else (0,):
        places = [(n, unit) for n in range(len(values))] if batch else [(0, k) for k in range(values.shape[1])]
        elements = [Element(adjoint_name(name), at) for at in places]
        if abs(mpmath.fsum(desk.exact(e) for e in elements)) < NOTHING:
            yield Ask(partial(_zero_sum, desk, elements, over, why))


def _adds_up(desk: Desk, name: str) -> bool:
    """Whether the derivatives by the entries of a tensor add up to zero, and are not zero themselves."""
    if adjoint_name(name) not in desk.chain or adjoint_name(name) not in desk.subject.numbers:
        return False
    values = [desk.exact(gradient_of(e)) for e in desk.subject.elements(name)]
    return len(values) > 1 and any(values) and abs(mpmath.fsum(values)) < NOTHING


def _zero_sum(desk: Desk, elements: Sequence[Element], over: Message, why: Message) -> Question:
    derivatives = [desk.symbol(e) for e in elements]
    sentence = say("What do {derivatives}, {over}, add up to?", derivatives=listed(derivatives), over=over)
    wrong: tuple[tuple[Inline, Message], ...] = (
        (m.Number(1), say("Weights of a softmax add up to 1, and derivatives by what it reads do not.")),
        (LOSS, say("The loss is not the sum of its derivatives.")),
        (say("That depends on the numbers."), say("It does not: the same holds for all numbers.")),
    )
    slips = [Option((part,), False, (reason,)) for part, reason in wrong]
    chosen = options(desk, Option((m.Number(0),), True, (why,)), slips)
    line = m.Line(m.Sum(tuple(derivatives)), m.Number(0))
    solution = (Paragraph((why,)), worked(desk, [line]))
    return Question("", say("A sum that is known"), (Paragraph((sentence,)),), (Choice(chosen),), solution)


# Batches and sequences.


def same_sample_twice(desk: Desk) -> Iterator[Ask]:
    """What becomes of the gradient if each sample stands twice in the batch."""
    subject = desk.subject
    given = subject.base.start.of_role("input", "target", "mask")
    if given and all(subject.batched(t.name) for t in subject.base.start.of_role("input", "target")):
        yield Ask(partial(_twice, desk))


def _twice(desk: Desk) -> Question | None:
    subject = desk.subject
    given = subject.base.start.of_role("input", "target", "mask", "state")
    doubled = {t.name: np.concatenate([subject.values[t.name]] * 2) for t in given if subject.batched(t.name)}
    values = at_other(subject, doubled, {BATCH.name: 2 * subject.samples})
    names = [adjoint_name(t.name) for t in subject.base.start.of_role("parameter") if adjoint_name(t.name) in values]
    factors = {f for f in (1, 2) if all(_is(values[n], f * subject.values[n]) for n in names)}
    if len(factors) != 1:
        return None
    told: dict[int, tuple[Message, Message]] = {
        1: (
            say("They stay as they are."),
            say("The sum over the samples has twice as many terms, and the loss divides it by twice the number."),
        ),
        2: (
            say("They double."),
            say("The sum over the samples has twice as many terms, and the loss divides it by nothing."),
        ),
        0: (say("They are halved."), say("The sum over the samples has more terms, and not fewer.")),
        4: (say("They grow fourfold."), say("Each sample adds its term once more, and not more than that.")),
    }
    (factor,) = factors
    wrong = [Option((text,), False, (told[factor][1],)) for key, (text, _) in told.items() if key != factor]
    chosen = options(desk, Option((told[factor][0],), True, (told[factor][1],)), wrong)
    sentence = say("Now every sample stands twice in the batch. What becomes of the derivatives by the parameters?")
    solution = (Paragraph((told[factor][1],)),)
    return Question("", say("The same sample twice"), (Paragraph((sentence,)),), (Choice(chosen),), solution)


def _is(one: Any, other: Any) -> bool:
    return bool(np.all(abs(one - other) <= NOTHING))


def single_step(desk: Desk) -> Iterator[Ask]:
    """Which weights learn nothing from a sequence of one step."""
    weights, length = single_step_weights(desk.subject)
    if weights:
        values = at_other(desk.subject, dict(first_step(desk.subject, length)), {length: 1})
        for tensor in weights:
            if not np.any(values[adjoint_name(tensor.name)]):
                live = [
                    t.name
                    for t in desk.subject.base.start.of_role("parameter")
                    if adjoint_name(t.name) in desk.subject.numbers and np.any(values[adjoint_name(t.name)])
                ]
                if len(live) > 1:
                    yield Ask(partial(_one_step, desk, tensor.name, live, length))


def _one_step(desk: Desk, dead: str, live: Sequence[str], length: str) -> Question:
    def derivative(name: str) -> m.Node:
        return m.Partial(LOSS, desk.subject.index_naming.whole(name))

    why = say(
        "At the first step these weights multiply the state before the first step, which is zero. They learn from the "
        "second step on."
    )
    wrong = [
        Option((derivative(name),), False, (say("This does not multiply a state that is zero."),))
        for name in shuffled(desk, live)[:WRONG]
    ]
    chosen = options(desk, Option((derivative(dead),), True, (why,)), wrong)
    sentence = say(
        "A sequence has a single step, {steps}. Which of these derivatives is zero then?",
        steps=m.Comparison(m.Symbol(length), "=", m.Number(1)),
    )
    return Question("", say("A single step"), (Paragraph((sentence,)),), (Choice(chosen),), (Paragraph((why,)),))


def looks_ahead(desk: Desk) -> Iterator[Ask]:
    """Which weight of attention is zero where no step sees a later one."""
    network = desk.subject.network
    if not isinstance(network, Network) or not network.layers or not isinstance(network.layers[0], Attention):
        return
    if network.layers[0].causal:
        weights = desk.subject.elements("p1")
        ahead = [e for e in weights if e.index[-1] > e.index[-2]]
        if all(not desk.subject.value(e) for e in ahead):
            for element in shuffled(desk, ahead):
                yield Ask(partial(_ahead, desk, element, [e for e in weights if desk.subject.value(e)]))


def _ahead(desk: Desk, element: Element, seen: Sequence[Element]) -> Question:
    why = say("A step does not see a later one; the weights of those that it sees add up to one.")
    wrong = [Option((desk.symbol(e),), False, (say("This step may be seen."),)) for e in shuffled(desk, seen)[:WRONG]]
    chosen = options(desk, Option((desk.symbol(element),), True, (why,)), wrong)
    sentence = say("Which of these attention weights is zero, whatever has been learned?")
    solution = (Paragraph((why,)), worked(desk, [m.Line(desk.symbol(element), m.Number(0))]))
    return Question("", say("What a step sees"), (Paragraph((sentence,)),), (Choice(chosen),), solution)


# Depth.


def vanishing(desk: Desk) -> Iterator[Ask]:
    """How little of an error signal can be left after some layers of sigmoids."""
    network = desk.problem.about.network
    if isinstance(network, Network):
        count = sum(layer.function.name == "sigmoid" for layer in network.layers)
        for layers in shuffled(desk, range(FEWEST_LAYERS, max(count, FEWEST_LAYERS) + 1)) if count > 1 else ():
            yield Ask(partial(_vanishing, desk, layers))


def _vanishing(desk: Desk, layers: int) -> Question | None:
    quarter, z = mpmath.mpf("0.25"), m.Symbol("z")
    value = quarter**layers
    slope = m.PrimeOf("sigmoid", (m.Number(0),))
    left = m.Power(slope, m.Number(layers))
    lines = [m.Line(left, m.Power(m.number("0.25"), m.Number(layers))), m.Line(None, m.Number(value))]
    wrong = [
        (quarter, say("This is the slope of one layer.")),
        (quarter * layers, say("The slopes of layers are multiplied, and not added.")),
        (mpmath.mpf("0.5") ** layers, say("The sigmoid is one half there, and its slope is one quarter.")),
    ]
    found = number(desk, say("factor"), value, value, wrong)
    if found is None:
        return None
    sentence = say(
        "On its way back an error signal is multiplied by {slope} at each of {count} layers with a sigmoid. How large "
        "can all of these factors together be at most?",
        slope=m.PrimeOf("sigmoid", (z,)),
        count=layers,
    )
    solution = (worked(desk, lines, m.Environment({})),)
    return Question("", say("Why a gradient vanishes"), (Paragraph((sentence,)),), (found,), solution)
