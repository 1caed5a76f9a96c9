"""Section 11: what can go wrong with gradients, in the numbers of this network, and what helps."""

from __future__ import annotations

from symbp.network import Network
from symbp.notes.subject import Subject
from symbp.notes.trouble.activations import Slopes
from symbp.notes.trouble.compared import Compared
from symbp.notes.trouble.remedies import remedies
from symbp.notes.trouble.sizes import Sizes
from symbp.notes.trouble.stated import quantities
from symbp.printing.document import Paragraph, Section
from symbp.wording import say


def trouble(subject: Subject) -> list[Section]:
    """What becomes of the message on its way back, and what changes that; each remedy with its own gradient."""
    opening, title = Paragraph((RELAY,)), (say("What can go wrong"),)
    if not isinstance(subject.network, Network):
        told = quantities(subject) if subject.runs and (subject.worked or not subject.checked) else ()
        return [Section(title, (opening, *told))]
    other = Compared(subject)
    sections = [Section(title, (opening, *Sizes(subject, other).blocks()))]
    changed = tuple(Slopes(subject, other).blocks())
    if changed:
        sections.append(Section((say("What the activation does"),), changed, level=2))
    return [*sections, *remedies(subject)]


RELAY = say(
    "On the way back a message goes from runner to runner, and each of them makes it larger or smaller before handing "
    "it on. If most make it smaller, the first runners hear almost nothing, and do not learn: the gradient vanishes. "
    "If most make it larger, the first runners hear a roar, and one step throws them off the course: the gradient "
    "explodes. Which of the two it is, if any, is a matter of numbers."
)
