"""What a sheet begins with: the network, its equations, and the student's numbers."""

from __future__ import annotations

from collections.abc import Iterator

from symbp import mathtree as m
from symbp.functions import Elementary
from symbp.network import Network
from symbp.notes.forward import given_numbers, remark_of
from symbp.notes.lines import index_lines, indices_of
from symbp.notes.local import PLAIN
from symbp.notes.pictures import network_figure
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Formula, Paragraph
from symbp.wording import listed, say, sentences

MOST_DRAWN = 12  # units and inputs of a network that is drawn


def opening(subject: Subject, instead_of: str) -> Iterator[Block]:
    """The network, which is the same for all students: what it is, its equations, a drawing where there is room.

    Args:
        instead_of: The title of the network that this is a smaller one of, or nothing.

    Raises:
        CheckFailed: an equation does not hold.
    """
    smaller = say("All questions in numbers are about a smaller network of the same kind as {title}.", title=instead_of)
    told = say("The network computes its output and the loss like this:")
    yield Paragraph(sentences(smaller if instead_of else None, told))
    lines: list[m.Line] = []
    indices = []
    for name, _ in subject.definitions("forward"):
        lines += index_lines(subject, name, remark_of(subject, name))
        indices += indices_of(subject, name)
    yield Formula(subject.show(lines, indices=indices))
    functions = {f.func.__name__ for e in subject.base.result.equations() for f in e.body.atoms(Elementary)}
    plain = [told for name, told in PLAIN.items() if name in functions]
    if plain:
        yield Paragraph(sentences(*plain))
    network = subject.network
    if subject.regular and isinstance(network, Network) and sum(network.widths) <= MOST_DRAWN:
        yield network_figure(subject)


def student_numbers(subject: Subject) -> Iterator[Block]:
    """The numbers of one student."""
    yield from given_numbers(subject)
    labels = [
        e for t in subject.base.start.of_role("target", "input") if t.dtype == "int" for e in subject.elements(t.name)
    ]
    known = [m.Comparison(subject.naming.symbol(e), "=", subject.number(e)) for e in labels]
    given = say("It is known that {values}.", values=listed(known)) if known else None
    sizes = [m.Comparison(m.Symbol(name), "=", m.Number(size)) for name, size in subject.sizes.items() if size > 1]
    lengths = say("Here {sizes}.", sizes=listed(sizes)) if sizes else None
    digits = say("A pocket calculator will do: write down four digits of every value, and give four digits.")
    yield Paragraph(sentences(lengths, given, digits))
