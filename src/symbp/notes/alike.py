"""Layers that are alike: in a network of many layers the equations of the first of them stand for the others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symbp import mathtree as m
from symbp.network import Network
from symbp.notes.chosen import MOST_KINDS, MOST_LAYERS, is_representative
from symbp.notes.meanings import layer_of
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Paragraph, Sentence, Table
from symbp.wording import say

Likeness = dict[int, int]  # layers, and the first layer that has the same equations


def likeness(subject: Subject) -> Likeness:
    """The layers whose equations, forward and back, are those of an earlier layer but for numbers and names.

    Empty for a network of few layers. Of a chain of dense layers in numbers those that are worked are told themselves.
    """
    in_numbers = subject.regular and subject.worked
    if subject.layers <= (MOST_LAYERS if in_numbers else MOST_KINDS):
        return {}
    first: dict[tuple[str, ...], int] = {}
    found: Likeness = {}
    for layer, names in sorted(_by_layer(subject).items()):
        form = tuple(_form(subject, name) for name in names)
        if form not in first or (in_numbers and is_representative(subject, names[0])):
            first[form] = layer
        else:
            found[layer] = first[form]
    return found


def repeated(subject: Subject) -> frozenset[str]:
    """The quantities whose equations are not told, since those of an earlier layer stand for them."""
    alike = likeness(subject)
    return frozenset(name for layer, names in _by_layer(subject).items() if layer in alike for name in names)


def alike_blocks(subject: Subject) -> Iterator[Block]:
    """Which layers are told by which, and the numbers of their equations."""
    alike = likeness(subject)
    if not alike:
        return
    yield Paragraph(
        (
            say(
                "Many layers of this network are alike. Their equations are the same but for the number of the layer, "
                "so those of the first of them stand for all. The table says which layer goes like which, and what "
                "numbers its equations have in the module."
            ),
        )
    )
    header: tuple[Sentence, ...] = ((say("layer"),), (say("goes like"),), (say("forward"),), (say("back"),))
    every = _by_layer(subject)
    rows: list[tuple[Sentence, ...]] = [
        (
            (str(layer),),
            (say("layer {number}", number=like),),
            *(_numbers(subject, every[layer], b) for b in (False, True)),
        )
        for layer, like in alike.items()
    ]
    caption = (say("Layers that are told by others, and the numbers of their equations."),)
    yield Table(caption, header, tuple(rows), ("center", "center", "left", "left"))


def _by_layer(subject: Subject) -> dict[int, list[str]]:
    """The quantities that have a number, by their layer; a derivative is of the layer of what it is taken by."""
    found: dict[int, list[str]] = {}
    if isinstance(subject.network, Network):
        for name in subject.in_order:
            layer = layer_of(subject.network, subject.tensor(subject.tensor(name).of or name))
            if layer is not None:
                found.setdefault(layer, []).append(name)
    return found


def _form(subject: Subject, name: str) -> str:
    """A definition less its numbers, those in names too, with the shape of what it defines."""
    tensor = subject.tensor(name)
    equations = (*subject.definition(name), *subject.textbook_definition(name))
    return re.sub(r"[0-9]+", "", " ".join((tensor.letter, *map(str, equations)))) + str(tensor.shape)


def _numbers(subject: Subject, names: list[str], back: bool) -> Sentence:
    """The numbers of the equations of one direction, in runs: (3) to (5), (9)."""
    numbers = sorted(subject.numbers[n] for n in names if (subject.tensor(n).role == "adjoint") == back)
    parts: list[m.Inline] = []
    for run in _runs(numbers):
        parts += [", "] if parts else []
        ends = [m.Reference(str(number)) for number in dict.fromkeys((run[0], run[-1]))]
        parts.append(ends[0] if len(ends) == 1 else say("{first} to {last}", first=ends[0], last=ends[1]))
    return tuple(parts)


def _runs(numbers: list[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run
