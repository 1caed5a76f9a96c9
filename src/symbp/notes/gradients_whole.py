"""Section 8 of a network that is not worked element by element: the gradient of each tensor, checked by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.notes.gradients import code_line
from symbp.notes.lines import power_of_ten
from symbp.notes.module import PLAIN
from symbp.notes.numbers import BOUND, length, told, too_large
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Paragraph, Section, Sentence, Table
from symbp.views.naming import LOSS
from symbp.wording import in_commas, say, sentences

MOST_ROWS = 24
HEADER: tuple[Sentence, ...] = (
    (say("derivative"),),
    (say("shape"),),
    (say("size"),),
    (say("relative error"),),
    (say("equation"),),
    (say("line of code"),),
)
T = TypeVar("T")


def gradients_whole(subject: Subject) -> Section:
    """The gradient of every parameter tensor at the network's full size: how large it is, and how it was checked.

    Raises:
        CheckFailed: a gradient is not what the forward equations give.
    """
    blocks: tuple[Block, ...] = ()
    if not subject.checked:
        blocks = (*_opening(subject), _table(subject)) if subject.runs else (_places(subject),)
    return Section((say("All gradients"),), blocks)


def _opening(subject: Subject) -> Iterator[Block]:
    yield Paragraph(
        (
            say(
                "So far every line has been checked in small numbers of each size. Here the network is run as it is. "
                "{drawn} The size of a gradient is the square root of the sum of the squares of its entries.",
                drawn=told(subject.full),
            ),
        )
    )
    yield Paragraph(
        (
            say(
                "The check knows no chain rule: a tensor of parameters is moved by a tiny imaginary step along a "
                "random direction, the forward equations are worked in complex numbers, and the imaginary part of "
                "the loss is compared with what the gradient says. In a large network a few tensors are moved "
                "together. Lines of code are counted in what {command} writes.",
                command=m.Mono(PLAIN),
            ),
        )
    )


def _table(subject: Subject) -> Table:
    full = subject.full
    full.check()
    names = [name for name in full.learned if adjoint_name(name) in subject.numbers]
    shown = spread(names, MOST_ROWS)
    rows = tuple(_row(subject, name) for name in shown)
    caption = (
        say("The gradient of every tensor of parameters.")
        if len(shown) == len(names)
        else say("The gradients of {shown} of the {count} tensors of parameters.", shown=len(shown), count=len(names))
    )
    return Table((caption,), HEADER, rows, ("center", "left", "right", "right", "center", "right"))


def _places(subject: Subject) -> Paragraph:
    """Where the gradients stand, of a network that is too large to be run."""
    names = [n for n in subject.derivation.wrt if adjoint_name(n) in subject.numbers]
    places = []
    for name in spread(names, MOST_ROWS):
        symbol = m.Partial(LOSS, subject.index_naming.whole(name), slash=True)
        places.append((symbol, " ", m.Reference(str(subject.numbers[adjoint_name(name)]))))
    told = say("The equations of its gradients, checked in small numbers of each size: {places}.",
               places=in_commas(places))  # fmt: skip
    return Paragraph(sentences(too_large(subject.derivation), told))


def _row(subject: Subject, name: str) -> tuple[Sentence, ...]:
    number, found = subject.numbers[adjoint_name(name)], subject.full.gradient(name)
    line = code_line(subject.code, number)
    symbol = subject.index_naming.whole(name)
    return (
        (m.Partial(LOSS, symbol),),
        (" × ".join(map(str, found.shape)) or say("one number"),),
        (m.Number(length(found), subject.digits),),
        (power_of_ten(BOUND),),
        (m.Reference(str(number)),),
        (str(line) if line else "",),
    )


def spread(items: Sequence[T], most: int) -> list[T]:
    """All of some things, or of many so many from the first to the last.

    >>> spread(range(10), 4)
    [0, 3, 6, 9]
    """
    if len(items) <= most:
        return list(items)
    return [items[round(k * (len(items) - 1) / (most - 1))] for k in range(most)]
