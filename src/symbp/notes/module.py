"""Section 9: the NumPy module in its plain style, with the same equation numbers in its comments."""

from __future__ import annotations

from symbp.mathtree import Mono
from symbp.notes.subject import Subject
from symbp.printing.document import Code, Paragraph, Section
from symbp.wording import say, sentences

MOST_LINES = 400
SHOWN = "def loss_and_grad"
PLAIN = "symbp code --style plain"


def module(subject: Subject) -> Section:
    """The function of the module that computes the loss and its gradient."""
    name = subject.derivation.network.name
    first, shown = _function(subject.code, SHOWN)
    opening = say(
        "The module {file} computes all of this with NumPy and nothing else. This is its function that gives the loss "
        "and its gradient, as {command} writes it, at line {line}. Without that option the module computes the same in "
        "memory that it keeps. Above each statement stands its equation, under the number that it has in these notes; "
        "samples are rows.",
        file=Mono(f"{name}.py"),
        command=Mono(PLAIN),
        line=first,
    )
    title = (say("The NumPy module"),)
    if shown.count("\n") > MOST_LINES:
        return Section(title, (Paragraph(sentences(opening, say("It is too long to be printed here."))),))
    return Section(title, (Paragraph((opening,)), Code(shown, first=first)))


def _function(code: str, start: str) -> tuple[int, str]:
    """One function of the module, and its first line: from its ``def`` to the next statement at the margin."""
    lines = code.splitlines()
    first = next((n for n, line in enumerate(lines) if line.startswith(start + "(")), None)
    if first is None:
        return 0, ""
    last = first + 1
    while last < len(lines) and (not lines[last] or lines[last][0] in " )"):
        last += 1
    return first + 1, "\n".join(lines[first:last]).rstrip()
