"""What helps, each remedy with the gradient that it has in this network."""

from __future__ import annotations

from symbp.network import Network
from symbp.notes.subject import Subject
from symbp.notes.trouble.around import Around
from symbp.notes.trouble.decay import Decay
from symbp.notes.trouble.dropout import Dropped
from symbp.notes.trouble.normal import Normal
from symbp.notes.trouble.remedy import Remedy
from symbp.notes.trouble.start import Start
from symbp.printing.document import Section

REMEDIES: tuple[type[Remedy], ...] = (Decay, Dropped, Normal, Around, Start)  # in the order in which they are told


def remedies(subject: Subject) -> list[Section]:
    """A heading for each remedy: what it adds to the network, or what it does in it already."""
    assert isinstance(subject.network, Network)
    tellers = [kind(subject) for kind in REMEDIES]
    found = [(teller.title, tuple(teller.blocks())) for teller in tellers]
    return [Section((title,), blocks, level=2) for title, blocks in found if blocks]
