"""What the notes say beside their displayed lines: the numbers of tables and the formulas within sentences, checked."""

from __future__ import annotations

from collections.abc import Iterator

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.errors import CheckFailed
from symbp.mathtree.nodes import Inline
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Items, Paragraph, Section, Sentence, Table
from symbp.wording import Message

TABLES = ("forward", "gradients", "updates")  # sections whose tables list quantities, each with its value behind it
SENTENCES = ("notation", "forward", "local", "backward", "layers")  # sections whose formulas are about these numbers

FLOATS = 1e-12  # how near two sides are, relative to the right one, where floats stand in them


def check_facts(subject: Subject, sections: tuple[Section, ...]) -> None:
    """Nothing, if each value in a table is that of the quantity before it, each reference in such a row leads to that
    quantity's equation, and each equality within a sentence holds, as far as its symbols have a value.

    Raises:
        CheckFailed: one is wrong; the message names what it is about.
    """
    key = ""
    for section in sections if subject.worked else ():
        key = section.key or key
        for block in section.blocks:
            if key in TABLES and isinstance(block, Table):
                for row in block.rows:
                    _check_row(subject, row)
            for comparison in _comparisons(block) if key in SENTENCES else ():
                _check_comparison(subject, comparison)


def _check_row(subject: Subject, row: tuple[Sentence, ...]) -> None:
    if len(row) < 2 or len(row[0]) != 1 or len(row[1]) != 1:
        return
    (quantity,), (found,) = row[0], row[1]
    if not isinstance(quantity, m.Symbol | m.Partial) or not isinstance(found, m.Number):
        return
    whole = quantity.wrt if isinstance(quantity, m.Partial) else quantity
    element = subject.entries.elements.get(whole)
    if element is None:
        return
    name = adjoint_name(element.tensor) if isinstance(quantity, m.Partial) else element.tensor
    number = str(subject.numbers.get(name, ""))
    subject.show([m.Line(quantity, found)], number)
    for cell in row[2:]:
        for reference in (part for part in cell if isinstance(part, m.Reference)):
            if reference.number != number:
                raise CheckFailed(
                    f"equation ({number}): a table leads from {m.reading(quantity)} to equation ({reference.number})"
                )


def _check_comparison(subject: Subject, comparison: m.Comparison) -> None:
    environment = m.Environment(subject.symbols, subject.partials)
    floats = any(isinstance(n, m.Number) and isinstance(n.value, float) for n in m.walk(comparison))
    try:
        left, right = (m.value(side, environment) for side in (comparison.left, comparison.right))
        holds = m.value(comparison, environment) or (floats and abs(left - right) <= FLOATS * abs(right))
    except m.NoValue:
        return
    if not holds:
        raise CheckFailed(f"a sentence says {m.reading(comparison)}, which does not hold")


def _comparisons(block: Block) -> Iterator[m.Comparison]:
    """The equalities within the sentences of a block."""
    sentences = (block.parts,) if isinstance(block, Paragraph) else block.items if isinstance(block, Items) else ()
    for sentence in sentences:
        yield from (c for part in sentence for c in _within(part) if c.relation == "=")


def _within(part: Inline | tuple[Inline, ...]) -> Iterator[m.Comparison]:
    if isinstance(part, m.Comparison):
        yield part
    elif isinstance(part, Message):
        yield from (c for _, inner in part.parts for c in _within(inner))
    elif isinstance(part, tuple):
        yield from (c for inner in part for c in _within(inner))
