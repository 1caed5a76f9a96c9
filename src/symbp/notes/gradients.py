"""Section 8: every gradient in one table, with an independent value beside it."""

from __future__ import annotations

from collections.abc import Iterator

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.notes.lines import power_of_ten
from symbp.notes.module import PLAIN
from symbp.notes.pictures import in_numbers
from symbp.notes.subject import Subject
from symbp.printing.document import Paragraph, Section, Sentence, Table
from symbp.views.naming import LOSS
from symbp.views.scalar import Element
from symbp.wording import say

MOST_ROWS = 40
ROUNDING = 1e-15  # of a difference of losses of order one, divided by the move
HEADER: tuple[Sentence, ...] = (
    (say("derivative"),),
    (say("by the chain rule"),),
    (say("independently"),),
    (say("relative error"),),
    (say("equation"),),
    (say("line of code"),),
)


def gradients(subject: Subject) -> Section:
    """The gradient of every parameter: by its equation, by an independent method, and where the module has it."""
    names = [name for name in subject.derivation.wrt if adjoint_name(name) in subject.numbers]
    total = sum(len(subject.elements(name)) for name in names)
    rows = [row for name in names for row in _rows(subject, name, subject.code, most_entries(total, len(names)))]
    opening = say(
        "The independent values come from the forward equations alone: each parameter is moved a little, the loss is "
        "computed again, and the difference is divided by the move. An error is the largest difference over a whole "
        "tensor, relative to its largest entry. Lines of code are counted in what {command} writes.",
        command=m.Mono(PLAIN),
    )
    of_each = say("Gradients: the first of each weight matrix and bias.")
    caption = say("Every gradient.") if total == len(rows) else of_each
    table = Table((caption,), HEADER, tuple(rows), ("center", "right", "right", "right", "center", "right"))
    return Section((say("All gradients"),), (Paragraph((opening,)), table, *in_numbers(subject)))


def most_entries(total: int, tensors: int) -> int:
    """How many entries of each tensor a table of all parameters has room for."""
    return total if total <= MOST_ROWS else max(1, MOST_ROWS // tensors)


def _rows(subject: Subject, name: str, code: str, most: int) -> Iterator[tuple[Sentence, ...]]:
    few = subject.elements(name)[:most]
    line = code_line(code, subject.numbers[adjoint_name(name)])
    for element in few:
        yield (
            (_symbol(subject, element),),
            (subject.number(_adjoint(element)),),
            (_found(subject, element),),
            (power_of_ten(subject.bound(name)),),
            (m.Reference(str(subject.numbers[adjoint_name(name)])),),
            (str(line) if line else "",),
        )


def _found(subject: Subject, element: Element) -> m.Number:
    """The independent value; next to a derivative that is zero, what rounding alone has left of it is zero too."""
    value = subject.independent(element)
    nothing = subject.value(_adjoint(element)) == 0 and abs(value) < ROUNDING
    return m.Number(0) if nothing else m.Number(value, subject.digits)


def _symbol(subject: Subject, element: Element) -> m.Node:
    return m.Partial(LOSS, subject.naming.symbol(element))


def _adjoint(element: Element) -> Element:
    return Element(adjoint_name(element.tensor), element.index)


def code_line(code: str, number: int) -> int | None:
    """The first line of the module that carries an equation's number."""
    return next((n for n, line in enumerate(code.splitlines(), 1) if line.lstrip().startswith(f"# ({number})")), None)
