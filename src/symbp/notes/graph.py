"""The computational graph of a small network, element by element: its nodes in columns, and its edges."""

from __future__ import annotations

from symbp.network import Network
from symbp.notes.subject import Subject
from symbp.views.scalar import Element, scalars

MOST_NODES = 36
MOST_IN_COLUMN, MOST_COLUMNS = 6, 8


def graph_columns(subject: Subject) -> tuple[tuple[Element, ...], ...]:
    """What is drawn for the first sample, from the inputs to the loss, a column for each tensor; none if it is much."""
    computed = [name for name, _ in subject.definitions("forward") if _is_drawn(subject, name)]
    inputs = [t.name for t in subject.derivation.start.of_role("input")]
    columns = tuple(subject.elements(name) for name in (*inputs, *computed))
    many = sum(map(len, columns)) > MOST_NODES or max(map(len, columns)) > MOST_IN_COLUMN
    return () if many or len(columns) > MOST_COLUMNS or not computed else columns


def _is_drawn(subject: Subject, name: str) -> bool:
    """Whether a quantity is one of the network itself, and not a step within a softmax or a named function value."""
    if not isinstance(subject.network, Network):
        return subject.tensor(name).dtype == "float"
    return name in ("yhat", "L") or subject.tensor(name).letter in ("z", "a", "prob")


def graph_edges(
    subject: Subject, columns: tuple[tuple[Element, ...], ...], drawn: frozenset[Element]
) -> tuple[tuple[str, str], ...]:
    """The edges between what is drawn, by its names."""
    found: dict[Element, tuple[Element, ...]] = {}

    def sources(element: Element) -> tuple[Element, ...]:
        """What an element is computed from, as far as it is drawn: past what stands between."""
        if element not in found:
            before = [scalar.element for scalar in scalars(subject.view.primal(element))]
            near = (e for b in before for e in ((b,) if b in drawn else sources(b)))
            found[element] = tuple(dict.fromkeys(near))
        return found[element]

    every = [element for column in columns for element in column if element in drawn]
    return tuple((str(a), str(b)) for b in every for a in sources(b))
