"""How the derivative of a normalisation comes down to one line: the rewrite's steps, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from symbp import mathtree as m
from symbp.derivation import Step
from symbp.notes.lines import index_line, is_indexable, is_whole
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Formula, Paragraph, Section
from symbp.rewrite.normalisation import RULE, Normalisation, find_normalisations
from symbp.rewrite.patterns import align
from symbp.wording import Message, say

REASONS = {
    "d = xhat s put in; the mean gets a name": say("deviation put in, mean named"),
    "the adjoint of s put in": say("put in"),
    "d = xhat s put in": say("deviation put in"),
    "the deviations sum to zero; the mean gets a name": say("deviations sum to zero, mean named"),
    "both adjoints put in": say("both put in"),
}


def normalising(subject: Subject) -> tuple[Section, ...]:
    """The story of the first normalisation of a network; the others go the same way."""
    steps = [s for s in subject.stated.steps if s.rule == RULE]
    textbook = subject.with_copies
    found = find_normalisations(textbook.base.result)
    told = [norm for norm in found if any(_is_of(step, norm) for step in steps)]
    if not told:
        return ()
    norm = told[0]
    own = [s for s in textbook.stated.steps if s.rule == RULE and _is_of(s, norm)]
    blocks: list[Block] = [Paragraph((_opening(textbook, norm),)), *_displays(textbook, own)]
    if len(told) > 1:
        blocks.append(Paragraph((say("The other normalisations go the same way."),)))
    return (Section((say("How the derivative of a normalisation comes out"),), tuple(blocks), level=2),)


def _is_of(step: Step, norm: Normalisation) -> bool:
    """Whether a step is about a normalisation: it reads or writes the adjoints of what belongs to it."""
    names = {f"{norm.xhat.target}_bar", f"{norm.s.access.tensor}_bar", f"{norm.v.access.tensor}_bar"}
    touched = {n for e in (*step.before, *step.after, *step.new) for n in (e.target, *e.tensors_read)}
    return bool(names & touched)


def _opening(textbook: Subject, norm: Normalisation) -> Message:
    d, xhat, s = (
        textbook.index_naming.whole(n) for n in (norm.d.access.tensor, norm.xhat.target, norm.s.access.tensor)
    )
    stated = m.Comparison(d, "=", m.Product((xhat, s)))
    if norm.mu is None:
        return say(
            "Through a normalisation the loss depends on a number in two ways: through its own value and through the "
            "root mean square. The chain rule follows both, and one fact brings its lines down to one. It is the "
            "definition of what is standardized: a value is {stated}.",
            stated=stated,
        )
    return say(
        "Through a normalisation the loss depends on a number in three ways: through its own deviation, through the "
        "standard deviation, and through the mean. The chain rule follows all three, and two facts bring its lines "
        "down to one. The first is the definition of what is standardized: a deviation is {stated}; the second, that "
        "the deviations from a mean sum to zero, and so does every multiple of them.",
        stated=stated,
    )


def _displays(textbook: Subject, steps: list[Step]) -> Iterator[Block]:
    numbers = count(1)
    named: set[str] = set()
    for step in steps:
        for equation in step.new:
            if equation.target not in named and is_indexable((equation,)):
                named.add(equation.target)
                line = index_line(textbook, (equation,), say("a name for this mean"))
                yield _display(textbook, [line], (step,), f"M{next(numbers)}")
        if not (is_indexable(step.before) and is_indexable(step.after) and is_whole(textbook, step)):
            continue
        before = index_line(textbook, step.before, say("chain rule"))
        same = tuple(align(e, step.before[0]) or e for e in step.after)  # the left side stands in the first line alone
        after = replace(index_line(textbook, same), left=None, remark=(REASONS[step.because],))
        yield _display(textbook, [before, after], (step,), f"M{next(numbers)}")


def _display(textbook: Subject, lines: list[m.Line], steps: tuple[Step, ...], number: str) -> Formula:
    equations = [e for step in steps for e in (*step.before, *step.after, *step.new)]
    return Formula(textbook.show(lines, number, [i for e in equations for i in e.indices()]))
