"""An audit: the figures of a worked example, each judged by the exact value of what it is of."""

from __future__ import annotations

from pathlib import Path

from symbp.audit.asked import asking
from symbp.audit.course import exact_steps, given_exactly, textbook
from symbp.audit.explained import explained
from symbp.audit.figures import Audit, Figure
from symbp.audit.quantities import Quantities
from symbp.audit.reach import Advance, reached
from symbp.audit.verdicts import judged
from symbp.errors import Fault
from symbp.network import Described
from symbp.spec import faults_of, load, table_of

NO_TABLE = "Add [audit] with the figures of the text; docs/audit.md has an example."
NO_EXAMPLE = "An audit needs the numbers of the text: add [example] with x, y and the parameters."


def audit(path: str | Path, advance: Advance = lambda what, done, total: None) -> Audit:
    """The figures of a worked example, each judged: right, off in the last place, or wrong, and why.

    Args:
        path: A spec with an example and a table ``[audit]``.
        advance: Is told what is being done, how much of it is done, and how much there is.

    Raises:
        SpecError: the spec or its table is at fault, or the network has no such quantity.
    """
    network = load(path)
    with faults_of(path):
        table = table_of(path)
        if "audit" not in table:
            raise Fault("there is no [audit]", NO_TABLE)
        source, figures = audited(network, table["audit"], advance)
    return Audit(str(path), source, figures)


def audited(network: Described, table: object, advance: Advance) -> tuple[str, tuple[Figure, ...]]:
    """The text that the table ``[audit]`` of a network names, and its figures judged."""
    if network.example is None:
        raise Fault("the spec has no [example]", NO_EXAMPLE, ("audit",), at_key=True)
    derivation = textbook(network)
    beginning = exact_steps(derivation, ()).beginning(given_exactly(derivation))
    asked = asking(table, derivation, Quantities(derivation, beginning.values).find)
    marks = sorted({figure.after for figure in asked.figures})
    course = reached(derivation, asked.updated, marks, advance)
    found = [judged(figure, *course.at(figure)) for figure in asked.figures]
    return asked.source, explained(derivation, asked.updated, found, course.values, advance)
