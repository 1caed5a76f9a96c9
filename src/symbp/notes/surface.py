"""The loss as a surface over two weights, and the path of the training over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symbp.derivation import adjoint_name
from symbp.errors import ProgramError
from symbp.mathtree.nodes import Node
from symbp.network import Network
from symbp.notes.stepping import Moment, learned, training
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Figure
from symbp.printing.drawing.contours import CELLS, Surface, surface_plot
from symbp.printing.drawing.shapes import Text
from symbp.reference import LANES, evaluate
from symbp.views.scalar import Element
from symbp.wording import Message, say

MOST_WORK = 4000  # scalar operations of one evaluation
FEWEST_STEPS, MOST_STEPS = 30, 100  # that are drawn, however few or many the example asks for
WIDER = 2.4  # the side of the surface, in lengths of the path
LEAST_SIDE = 0.02


def surface(subject: Subject, steps: int, title: Text) -> Iterator[Block]:
    """The loss over the two weights with the largest derivatives, and the path on which they alone learn."""
    pair = _chosen(subject)
    if pair is None:
        return
    steps = min(max(steps, FEWEST_STEPS), MOST_STEPS)
    moments = training(subject, steps, pair)
    path = tuple((_number(moment, pair[0]), _number(moment, pair[1])) for moment in moments)
    if not np.isfinite([*path, *((moment.loss, 0.0) for moment in moments)]).all():
        return
    ranges = _ranges(path)
    heights = _heights(subject, pair, ranges)
    if heights is None or heights.max() <= heights.min():
        return
    x, y = (subject.naming.symbol(element) for element in pair)
    found = Surface((x, y), ranges, heights, path, (moments[0].loss, moments[-1].loss))
    yield Figure(
        surface_plot(found, say("The loss over {x} and {y}", x=x, y=y)), (_caption(subject, x, y, steps, title),)
    )


def _number(moment: Moment, element: Element) -> float:
    return float(moment.given[element.tensor][element.index])


def _caption(subject: Subject, x: Node, y: Node, steps: int, title: Text) -> Message:
    these = (
        say("the two weights with the largest derivatives")
        if isinstance(subject.network, Network)
        else say("the two parameters with the largest derivatives")
    )
    return say(
        "The loss over {x} and {y}, {these}, as lines of equal loss: a slice of the whole surface, as all other "
        "parameters stay as they are in the example. The path is that of {steps} steps of {optimizer} in which these "
        "two alone learn, so that it lies on the slice.",
        x=x,
        y=y,
        these=these,
        steps=steps,
        optimizer=title,
    )


def _chosen(subject: Subject) -> tuple[Element, Element] | None:
    """The two weights with the largest derivatives, of equal ones the first; where equations state the network, the two
    parameters.
    """
    whole = isinstance(subject.network, Network)
    names = [name for name in learned(subject) if not whole or np.ndim(subject.values[name]) > 1]
    sized = [
        (-abs(float(subject.values[adjoint_name(e.tensor)][e.index])), place, e)
        for place, e in enumerate(e for name in names for e in subject.elements(name))
    ]
    if len(sized) < 2 or min(sized)[0] == 0:
        return None
    first, second = sorted(sized)[:2]
    return first[2], second[2]


Range = tuple[float, float]


def _ranges(path: Sequence[tuple[float, float]]) -> tuple[Range, Range]:
    """A square around the path, so that a step along the gradient is at a right angle to the lines."""
    ends = [(min(axis), max(axis)) for axis in zip(*path, strict=True)]
    half = max(LEAST_SIDE, *(WIDER * (high - low) for low, high in ends)) / 2
    first, second = ((low + high) / 2 for low, high in ends)
    return (first - half, first + half), (second - half, second + half)


def _heights(
    subject: Subject, pair: tuple[Element, Element], ranges: tuple[Range, Range]
) -> NDArray[np.float64] | None:
    """The loss at each point of the grid, the first weight along a row; ``None`` where it has no finite value."""
    steps = np.arange(CELLS + 1) / CELLS
    lines = [low + (high - low) * steps for low, high in ranges]
    across, along = np.meshgrid(*lines)
    program = subject.derivation.start
    whole = {t.name for t in program.tensors if t.dtype == "int"}
    given: dict[str, Any] = {
        name: np.asarray(value) if name in whole else np.asarray(value, dtype=float)
        for name, value in subject.derivation.given.items()
    }
    for element, grid in zip(pair, (across, along), strict=True):
        value = given[element.tensor]
        if value.ndim == len(element.index):
            value = np.repeat(value[..., None], grid.size, axis=-1)
        value[element.index] = grid.ravel()
        given[element.tensor] = value
    try:
        loss = np.real(evaluate(program, given, subject.sizes, LANES)[program.output])
    except ProgramError:  # the lanes of the evaluation go different ways
        return None
    heights = np.broadcast_to(loss.reshape(-1), (across.size,)).reshape(across.shape)
    return heights if np.isfinite(heights).all() else None
