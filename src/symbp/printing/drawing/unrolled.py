"""A recurrence unrolled: a box for each step, from left to right, with what it reads below it and the loss above.

A box holds the states that its step leaves; beside each number of a state may stand its gradient. Dots stand for
steps that are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from symbp.mathtree.nodes import Node
from symbp.printing.drawing.shapes import Drawing, Label, Polyline, Rectangle, Role, Shape, Text
from symbp.printing.drawing.words import listed, narrowed, sentences, text_width
from symbp.wording import Message, say

PAGE = 440.0
WIDEST = 126.0  # from one step to the next
GAP = 30.0  # between two boxes
FIRST = 40.0  # the width of what stands before the first step
SYMBOL, NUMBER, LABEL, SMALLEST = 11.0, 8.0, 8.5, 8.0
LINE, ROW = 17.0, 10.5  # the height of a symbol, and of a number below it
TOP, BELOW = 26.0, 36.0  # the height of the bar above, and the room for an arrow
INPUT = 20.0
ROOM = 60.0  # that two columns of numbers need
MARGIN = 2.0
BESIDE = 30.0  # the room for what stands beside an arrow


@dataclass(frozen=True)
class UnrolledState:
    """One state of a step: its symbol, and its numbers with the gradients of the loss by them, where they are few."""

    label: Node
    numbers: tuple[tuple[Node, Node | None], ...] = ()


@dataclass(frozen=True)
class UnrolledStep:
    """A step.

    Attributes:
        states: What it leaves, the same states at every step.
        inputs: What it reads of the sequence.
        above: What is computed of its states outside the recurrence; ``None`` where nothing is.
    """

    states: tuple[UnrolledState, ...]
    inputs: tuple[Node, ...] = ()
    above: Node | None = None


@dataclass(frozen=True)
class Unrolled:
    """A recurrence over all its steps.

    Attributes:
        before: The states before the first step.
        steps: In the order of the sequence; dots stand for those that are left out.
        read, kept: What stands beside the arrows from the inputs, and on those from each state to the next step.
        top: What all that stands above leads to, such as the loss.
        backwards: Whether it runs from the last step to the first.
    """

    before: tuple[Node, ...]
    steps: tuple[UnrolledStep | None, ...]
    read: tuple[Node, ...]
    kept: tuple[tuple[Node, ...], ...]
    top: Node
    backwards: bool = False

    @property
    def drawn(self) -> tuple[UnrolledStep, ...]:
        """The steps that are not left out."""
        return tuple(step for step in self.steps if step is not None)


def unrolled_drawing(picture: Unrolled, title: Text) -> Drawing:
    """The recurrence from left to right; its steps in the order of the sequence."""
    steps = picture.steps
    pitch = min(WIDEST, (PAGE - FIRST - GAP - 2 * MARGIN) / len(steps))
    box = pitch - GAP
    numbered = box >= ROOM
    lines = [LINE + (ROW * len(s.numbers) if numbered and s.numbers else 0.0) for s in picture.drawn[0].states]
    above = any(step.above is not None for step in picture.drawn)
    top = TOP + BELOW + (INPUT + BELOW if above and _has_own(picture) else 0.0)
    page = _Page(picture, numbered, top, tuple(lines), box)
    lefts = [MARGIN + i * pitch + (0.0 if picture.backwards else FIRST + GAP) for i in range(len(steps))]
    before = lefts[-1] + pitch if picture.backwards else MARGIN
    shapes = [*page.bar(lefts[0], lefts[-1] + box), *page.before(before)]
    for left, step in zip(lefts, steps, strict=True):
        shapes += page.step(left, step) if step is not None else page.dots(left)
    ends = [*lefts, before] if picture.backwards else [before, *lefts]
    shapes += page.arrows(ends, FIRST)
    right = before + FIRST if picture.backwards else max(lefts[-1] + box, lefts[-1] + box / 2 + BESIDE)
    return Drawing(right + MARGIN, page.bottom + BELOW + INPUT + 4, tuple(shapes), title, _description(picture))


def _has_own(picture: Unrolled) -> bool:
    """Whether what stands above a step is not the top itself."""
    return any(step.above not in (None, picture.top) for step in picture.drawn)


def _description(picture: Unrolled) -> Message:
    states = listed(s.label for s in picture.drawn[0].states)
    if picture.backwards:
        order = say(
            "Steps side by side, from the last step to the first each handing its state on; the first of them has "
            "{states}.",
            states=states,
        )
    else:
        order = say(
            "Steps side by side, from the first step to the last each handing its state on; the first of them has "
            "{states}.",
            states=states,
        )
    around = say("Below each step stands what it reads, above all of them {top}.", top=picture.top)
    return sentences([order, around])


@dataclass(frozen=True)
class _Page:
    """Where the rows of the drawing lie."""

    picture: Unrolled
    numbered: bool
    top: float
    lines: tuple[float, ...]
    box: float

    @property
    def bottom(self) -> float:
        return self.top + sum(self.lines) + 6

    def middle(self, state: int) -> float:
        """The height of a state's symbol."""
        return self.top + 3 + sum(self.lines[:state]) + LINE / 2

    def bar(self, left: float, right: float) -> Iterator[Shape]:
        yield Rectangle(left, 2, right - left, TOP - 4, "plain")
        yield Label((left + right) / 2, TOP / 2, self.picture.top, size=SYMBOL)

    def before(self, left: float) -> Iterator[Shape]:
        """The states that the first step finds."""
        yield Rectangle(left, self.top, FIRST, self.bottom - self.top, "plain")
        for place, label in enumerate(self.picture.before):
            yield _fitted(left + FIRST / 2, self.middle(place), label, SYMBOL, FIRST - 6)

    def dots(self, left: float) -> Iterator[Shape]:
        yield Label(left + self.box / 2, self.middle(0), "⋯", size=16)

    def step(self, left: float, step: UnrolledStep) -> Iterator[Shape]:
        yield Rectangle(left, self.top, self.box, self.bottom - self.top, "hidden")
        for place, state in enumerate(step.states):
            y = self.middle(place)
            yield _fitted(left + self.box / 2, y, state.label, SYMBOL, self.box - 6)
            if self.numbered:
                yield from self._numbers(left, y + LINE / 2 + ROW / 2 - 2, state)
        yield from self._inputs(left + self.box / 2, step)
        if step.above is not None:
            yield from self._above(left + self.box / 2, step.above)

    def _numbers(self, left: float, y: float, state: UnrolledState) -> Iterator[Shape]:
        half = self.box / 2
        for place, (value, gradient) in enumerate(state.numbers):
            at = y + place * ROW
            room, x = (half - 7, left + half / 2 + 1) if gradient is not None else (self.box - 6, left + half)
            yield _fitted(x, at, value, NUMBER, room, "value")
            if gradient is not None:
                yield _fitted(left + 1.5 * half - 1, at, gradient, NUMBER, room, "gradient")

    def _inputs(self, x: float, step: UnrolledStep) -> Iterator[Shape]:
        """What a step reads, in one box, with an arrow to it."""
        y = self.bottom + BELOW
        if not step.inputs:
            return
        yield Polyline(((x, y), (x, self.bottom + 1)), arrow=True)
        for place, label in enumerate(self.picture.read):
            yield Label(x + 5 + 16 * place, y - BELOW / 2 + 2, label, "weight", LABEL, "start")
        width = min(self.box + GAP - 4, 34.0 * len(step.inputs))
        yield Rectangle(x - width / 2, y, width, INPUT, "input")
        for place, label in enumerate(step.inputs):
            at = x + (place - (len(step.inputs) - 1) / 2) * width / len(step.inputs)
            yield _fitted(at, y + INPUT / 2, label, SYMBOL, width / len(step.inputs) - 4)

    def _above(self, x: float, label: Node) -> Iterator[Shape]:
        """The way from a step to the top, over what is computed of it alone."""
        if label == self.picture.top:
            yield Polyline(((x, self.top), (x, TOP - 1)), arrow=True)
            return
        y = TOP + BELOW
        width = min(self.box, 44.0)
        yield Polyline(((x, self.top), (x, y + INPUT + 1)), arrow=True)
        yield Polyline(((x, y), (x, TOP - 1)), arrow=True)
        yield Rectangle(x - width / 2, y, width, INPUT, "output")
        yield _fitted(x, y + INPUT / 2, label, SYMBOL, width - 4)

    def arrows(self, lefts: list[float], first: float) -> Iterator[Shape]:
        """From each step to the one that reads its states."""
        for place, labels in enumerate(self.picture.kept):
            y = self.middle(place)
            for number, (a, b) in enumerate(pairwise(lefts)):
                start = a + (first if number == 0 and not self.picture.backwards else self.box)
                ends = ((start, y), (b - 1, y))
                if self.picture.backwards:
                    ends = ((b, y), (a + self.box + 1, y))
                yield Polyline(ends, arrow=True)
                for above, label in enumerate(labels[:1]):
                    yield _fitted((start + b) / 2, y - 8 - 9 * above, label, LABEL, GAP - 2, "weight")


def _fitted(x: float, y: float, content: Node, size: float, room: float, role: Role = "text") -> Label:
    """A label no wider than the room: a number has fewer digits, a formula is smaller."""
    shown = narrowed(content, room, size)
    return Label(x, y, shown, role, max(SMALLEST, min(size, size * room / text_width(shown, size))))
