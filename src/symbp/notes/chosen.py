"""Which elements and layers are shown in numbers: in a large network some stand for the others."""

from __future__ import annotations

from symbp.derivation import adjoint_name
from symbp.notes.subject import Subject
from symbp.reference import extent_of
from symbp.views.scalar import Element

MOST_COMPUTED = 12  # numbers of one forward pass that are all worked
MOST_LAYERS = 4  # that are all shown
MOST_KINDS = 12  # the same, of a network whose layers are of several kinds
MOST_WORKED = 4  # elements of one tensor that are worked one by one


def in_full(subject: Subject, name: str) -> tuple[Element, ...]:
    """The elements of a tensor that are worked in numbers: all, the first, or none.

    A small network is worked in full. In a larger one the first unit stands for its layer, and in a deep
    one the first two layers and the last stand for all: the others go the same way.
    """
    if not subject.worked or "neuron" not in subject.views:
        return ()
    elements = subject.elements(name)
    whole = subject.computed <= MOST_COMPUTED and len(elements) <= MOST_WORKED
    if whole and (subject.tensor(name).of or name) not in subject.timeline.axes:
        return elements
    return (representative(subject, name),) if is_representative(subject, name) else ()


def representative(subject: Subject, name: str) -> Element:
    """The element that stands for all of a tensor: the first, of a sequence at the second step; of rows and columns
    one near the middle that the loss depends on."""
    every = subject.elements(name)
    if subject.regular:
        return every[0]
    if name in subject.timeline.axes:
        return min(every, key=lambda e: _from_second_step(subject, name, e))
    leader = f"z{subject.tensor(name).layer}"
    if leader != name and leader in subject.values and subject.tensor(leader).shape == subject.tensor(name).shape:
        return Element(name, representative(subject, leader).index)
    sides = subject.tensor(name).shape[2:] if subject.batched(name) else ()
    middle = [extent_of(e, subject.sizes) // 2 for e in sides]
    heard = subject.values.get(adjoint_name(name))

    def rank(element: Element) -> tuple[bool, tuple[int, ...], int]:
        silent = heard is not None and not heard[element.index]
        away = sum(abs(at - half) for at, half in zip(element.index[2:], middle, strict=False))
        return silent, element.index[:2], away

    return min(every, key=rank)


def _from_second_step(subject: Subject, name: str, element: Element) -> tuple[int, ...]:
    """How far an element is from the second step, which hears from others on either side."""
    axes = subject.timeline.axes[name]
    away = (abs(subject.timeline.row(name, axis, element.index[axis]) - 2) for axis in axes)
    return (*away, *element.index)


def is_representative(subject: Subject, name: str) -> bool:
    """Whether a tensor's layer is one that stands for others: any of a few, of many the first two and the last."""
    layer, last = subject.tensor(name).layer, subject.layers
    return layer is None or last <= (MOST_LAYERS if subject.regular else MOST_KINDS) or layer in (1, 2, last)
