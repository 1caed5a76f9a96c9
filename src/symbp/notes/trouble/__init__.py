"""Section 11: what can go wrong with gradients, in the numbers of this network, and what helps."""

from __future__ import annotations

from symbp.network import Network
from symbp.notes.subject import Subject
from symbp.notes.trouble.sizes import Sizes
from symbp.notes.trouble.stated import quantities
from symbp.printing.document import Block, Paragraph, Section
from symbp.wording import say


def trouble(subject: Subject) -> list[Section]:
    """What becomes of the message on its way back, and what changes that; each remedy with its own gradient."""
    blocks: list[Block] = [Paragraph((say(RELAY),))]
    if isinstance(subject.network, Network):
        blocks += Sizes(subject).blocks()
    elif subject.worked or not subject.checked:
        blocks += quantities(subject)
    return [Section((say("What can go wrong"),), tuple(blocks))]


RELAY = (
    "On the way back a message goes from runner to runner, and each of them makes it larger or smaller before handing "
    "it on. If most make it smaller, the first runners hear almost nothing, and do not learn: the gradient vanishes. "
    "If most make it larger, the first runners hear a roar, and one step throws them off the course: the gradient "
    "explodes. Which of the two it is, if any, is a matter of numbers."
)
