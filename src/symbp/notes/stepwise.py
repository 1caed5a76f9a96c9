"""Tables of sequences: a row for each entry of a quantity, a column for each step."""

from __future__ import annotations

from collections.abc import Iterator

from symbp import mathtree as m
from symbp.notes.subject import Subject
from symbp.printing.document import Alignment, Block, Sentence, Table
from symbp.views.naming import LOSS
from symbp.views.scalar import Element
from symbp.wording import Message

MOST_COLUMNS = 7
MOST_ROWS = 40


def step_table(subject: Subject, names: list[str], caption: Message) -> Iterator[Block]:
    """The entries of tensors as rows, with a column for each step, where these are few."""
    rows = [row for name in names for row in _rows(subject, name)]
    steps = sorted({step for _, numbers in rows for step in numbers})
    if not rows or len(steps) > MOST_COLUMNS or len(rows) > MOST_ROWS:
        return
    header: tuple[Sentence, ...] = (("",), *((m.Comparison(m.Index("t"), "=", m.Number(k)),) for k in steps))
    cells = tuple((head, *((numbers[k],) if k in numbers else ("",) for k in steps)) for head, numbers in rows)
    center: Alignment = "center"
    right: Alignment = "right"
    yield Table((caption,), header, cells, (center, *((right,) * len(steps))))


def _rows(subject: Subject, name: str) -> Iterator[tuple[Sentence, dict[int, m.Node]]]:
    """One row for each entry of a tensor, its numbers by their steps."""
    primal = subject.tensor(name).of or name
    (axis,) = subject.timeline.axes[primal]
    found: dict[tuple[int, ...], dict[int, m.Node]] = {}
    for element in subject.elements(name):
        entry = (*element.index[:axis], *element.index[axis + 1 :])
        step = subject.timeline.row(primal, axis, element.index[axis])
        if not (primal != name and step < 1):
            found.setdefault(entry, {})[step] = subject.number(element)
    naming = subject.index_naming
    for entry, numbers in found.items():
        at = Element(primal, (*entry[:axis], 0, *entry[axis:]))
        places = naming.places(at)
        positions: tuple[int | m.Index, ...] = (*places[:axis], m.Index("t"), *places[axis + 1 :])
        symbol = naming.at(primal, positions)
        yield ((m.Partial(LOSS, symbol, slash=True) if primal != name else symbol,), numbers)
