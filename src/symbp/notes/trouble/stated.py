"""The size of the message at each quantity of a network that its equations state."""

from __future__ import annotations

from collections.abc import Iterator

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.notes.gradients_whole import spread
from symbp.notes.numbers import length
from symbp.notes.subject import Subject
from symbp.notes.trouble.start import clipping
from symbp.printing.document import Block, Paragraph, Table
from symbp.views.naming import LOSS
from symbp.wording import say

MOST_ROWS = 16


def quantities(subject: Subject) -> Iterator[Block]:
    """What arrives at each quantity and at each parameter, in the order in which they are computed."""
    full = subject.full
    start = subject.derivation.start
    computed = [n for n in dict.fromkeys(e.target for e in start.equations()) if n != start.output]
    names = [n for n in (*full.learned, *computed) if adjoint_name(n) in full.values]
    rows = tuple(
        (
            (m.Partial(LOSS, subject.index_naming.whole(name), slash=True),),
            (say("parameter") if name in full.learned else say("quantity"),),
            (m.Number(length(full.values[adjoint_name(name)]), subject.digits),),
        )
        for name in spread(names, MOST_ROWS)
    )
    yield Paragraph(
        (
            say(
                "A network that is given by its equations has no layers, so there is a row for each quantity. Its size "
                "is the square root of the sum of the squares of all its derivatives."
            ),
        )
    )
    header = ((say("derivative"),), (say("by"),), (say("size"),))
    yield Table((say("How large the message is where it arrives."),), header, rows, ("center", "left", "right"))
    yield from clipping(subject)
