"""Section 6: the backward pass, equation by equation, and one weight of each layer in full."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, count, repeat
from math import prod

from symbp import mathtree as m
from symbp.derivation import Step, adjoint_name
from symbp.equation import Access, Equation, Read
from symbp.notes.alike import repeated
from symbp.notes.chosen import MOST_WORKED, in_full
from symbp.notes.forward import MOST_IN_WINDOW
from symbp.notes.leads import Seen, backward_lead
from symbp.notes.levels import Shown, in_levels, whole
from symbp.notes.lines import (
    entry,
    index_line,
    index_lines,
    indices_of,
    is_indexable,
    is_whole,
    part_lines,
    worked_lines,
)
from symbp.notes.subject import Subject
from symbp.notes.weights import weights_in_full
from symbp.printing.document import Block, Formula, Paragraph, Section, Sentence
from symbp.rewrite.normalisation import RULE as NORMALISATION
from symbp.rewrite.softmax import Softmax, find_softmaxes
from symbp.views.scalar import Element
from symbp.wording import Message, say, sentences

FUSIONS = ("softmax", "softmax + cross-entropy", "sigmoid + binary cross-entropy")
TOLD: dict[str, Message | None] = {
    "merge of contributions": say("chain rule"),
    "output reuse": say("local derivatives"),
    **dict.fromkeys(FUSIONS),
}
ASSUMED = {"rows sum to one": say("rows sum to one")}
REASONS = {"the quotients cancel": say("the quotients cancel")}  # of a rewrite, where there is no softmax


def backward(subject: Subject) -> tuple[Section, ...]:
    """The error signals, from the loss to the input; then parameters in full."""
    sections = [Section((say("Backward pass"),), tuple(_signals(subject)))]
    story = tuple(_fusions(subject))
    if story:
        sections.append(Section((say("Where terms cancel"),), story, level=2))
    if subject.worked and "neuron" in subject.views:
        sections.append(Section((say("One weight in full"),), tuple(weights_in_full(subject))))
    return tuple(sections)


def _signals(subject: Subject) -> Iterator[Block]:
    yield Paragraph(
        (
            say(
                "From the loss back to the first layer: each line takes the derivative by a later quantity, which is "
                "known already, times a local derivative."
            ),
        )
    )
    seen: Seen = {}
    levels: Iterator[Shown] = chain((2,), repeat(1))
    elsewhere = repeated(subject)
    for name in (n for n, _ in subject.definitions("backward") if n not in elsewhere):
        of = subject.tensor(name).of
        if of is None:
            yield from _named(subject, name)
            continue
        if subject.worked and subject.tensor(of).role == "parameter":
            continue
        elements = () if is_closed(subject, name) else _with_few_links(subject, of)
        lines: list[m.Line] = []
        if not subject.worked or len(elements) < len(subject.elements(of)) or of in subject.timeline.axes:
            lines += _in_index_notation(subject, name)
        for element in elements:
            lines += subject.partial(element).lines(deep=False)
        indices = [i for e in subject.textbook_definition(name) for i in e.indices()]
        if lines:
            yield from backward_lead(subject, of, seen)
            display = subject.show(lines, subject.numbers[name], [*indices, *indices_of(subject, name)])
            yield in_levels(display, first=next(levels))


def _named(subject: Subject, name: str) -> Iterator[Block]:
    """A quantity that a rewrite has named, such as a mean under the weights of a softmax."""
    lines = index_lines(subject, name, say("a name for this sum"))
    for element in in_full(subject, name) if subject.worked else ():
        if _is_short_sum(subject, name):
            lines += worked_lines(subject, element, subject.view.final(element))
    if lines:
        yield Formula(subject.show(lines, subject.numbers[name], indices_of(subject, name)))


def _is_short_sum(subject: Subject, name: str) -> bool:
    extents = [subject.extent(i.extent) for e in subject.definition(name) for i in e.over]
    return prod(extents) <= _most_links(subject)


def is_closed(subject: Subject, name: str) -> bool:
    """Whether an adjoint sums paths that the chain rule has one by one: in a normalisation, and around a layer."""
    if any(step.rule == NORMALISATION for step in subject.base.steps_of(name)):
        return True
    first, last = (
        {n for e in program.defining(name) for n in e.tensors_read if program.tensor[n].of not in (None, "L")}
        for program in (subject.base.chain_result, subject.base.result)
    )
    return 0 < len(last) < len(first)


def _with_few_links(subject: Subject, of: str) -> tuple[Element, ...]:
    """The elements of a tensor whose derivative is written out with its factors."""
    return tuple(e for e in in_full(subject, of) if len(subject.view.links(e)) <= _most_links(subject))


def _most_links(subject: Subject) -> int:
    """How many factors the derivative of one element may be written out with."""
    return MOST_WORKED if subject.regular else MOST_IN_WINDOW


def _in_index_notation(subject: Subject, name: str) -> Iterator[m.Line]:
    """The definition of an adjoint with sigma'(z), and with the local derivative put in."""
    parts, textbook = subject.stated.parts(name), subject.stated.textbook(name)
    if len(parts) != len(textbook):
        textbook = parts
    for part, before in zip(parts, textbook, strict=True):
        several = len(parts) > 1
        final = part_lines(subject, part, None, several)
        first = part_lines(subject, before, say("chain rule"), several)
        if len(final) != len(first):
            yield from part_lines(subject, part, say("chain rule"), several)
            continue
        for told, put_in in zip(first, final, strict=True):
            if told.right != put_in.right:
                yield told
                yield replace(put_in, left=None, remark=(say("local derivative"),))
            else:
                yield put_in if is_indexable(part.equations) and not several else told


def _fusions(subject: Subject) -> Iterator[Block]:
    """How softmax and cross-entropy, or sigmoid and binary cross-entropy, come down to a difference."""
    told = [s for s in subject.base.steps if s.rule in FUSIONS]
    numbers = count(1)
    for target in dict.fromkeys(s.target for s in told):
        kept = kept_as(subject, target)
        fused = [s for s in subject.textbook.stated.steps if s.target == target and s.rule in FUSIONS]
        if kept is not None and all(is_whole(subject.textbook, s) for s in fused):
            yield Paragraph(_why(subject, kept, [s for s in told if s.target == target], kept != target))
            yield from _story(subject.named_twice, target, numbers)


def kept_as(subject: Subject, target: str) -> str | None:
    """The numbered adjoint that a result of a fusion is: its own, or that of a weighted sum handed on as it is."""
    same = (s.target for s in subject.base.steps if s.rule == "identity" and s.before[0].tensors_read == {target})
    return next((name for name in (target, *same) if name in subject.numbers), None)


def _why(subject: Subject, target: str, steps: list[Step], handed_on: bool) -> Sentence:
    assumption = next((s.assumption for s in steps if s.assumption), None)
    number = m.Reference(str(subject.numbers[target]))
    first = say("Equation {number} is not what the chain rule gives first.", number=number)
    if assumption is None:
        told = say("This is how it comes out of it.") if handed_on else say("This is how it comes out of it:")
    else:
        rows = subject.index_naming.whole(assumption.tensor)
        told = (
            say("This is how it comes out of it, given that the rows of {rows} sum to one.", rows=rows)
            if handed_on
            else say("This is how it comes out of it, given that the rows of {rows} sum to one:", rows=rows)
        )
    passed = say("The last layer hands on its weighted sums as they are, so both have the same derivative:")
    return sentences(first, told, passed if handed_on else None)


def _story(textbook: Subject, target: str, numbers: Iterator[int]) -> Iterator[Block]:
    """The adjoints that the final equation no longer needs, then the lines that lead to it."""
    softmax = _softmax_before(textbook, target)
    dead = _leading_to(textbook, target)
    means = [n for n in dead if textbook.tensor(n).of is None]
    known = [n for n, _ in textbook.adjoints() if n in textbook.numbers and textbook.tensor(n).of is None]
    named = [n for n in known if any(n == e.target for s in textbook.base.steps_of(target) for e in s.new)]
    losses = [n for n in dead if n not in means and (softmax is None or n == _by_share(textbook, softmax))]
    others = [n for n in dead if n not in means and n not in losses]
    for name in (*losses, *means, *others):
        lines = _defining_lines(textbook, name, [s for s in textbook.stated.steps if s.target == target])
        if lines and softmax is not None and name in others and not any(e.guards for e in textbook.definition(name)):
            lines += _in_terms_of_mean(textbook, softmax, name, means or named)
        yield from _displayed(textbook, lines, name, numbers)
    steps = [s for s in textbook.stated.steps if s.target == target and s.rule in TOLD and is_indexable(s.after)]
    lines = []
    for step in steps:
        line = replace(index_line(textbook, step.after), remark=_told(textbook, step, softmax))
        if not lines or line.right != lines[-1].right:
            lines.append(line if not lines else replace(line, left=None))
    yield from _displayed(textbook, lines, target, numbers)


def _leading_to(textbook: Subject, target: str) -> list[str]:
    """The adjoints without a number that the steps of a target start from, directly or through one another."""
    dead = [n for n, _ in textbook.adjoints() if n not in textbook.numbers and textbook.tensor(n).of != "L"]
    found = [e for s in textbook.base.steps_of(target) for e in (*s.before, *s.new)]
    leading: set[str] = set()
    while found:
        new = {name for e in found for name in e.tensors_read if name in dead} - leading
        leading |= new
        found = [e for name in sorted(new) for e in textbook.base.result.defining(name)]
    return [name for name in dead if name in leading]


def _told(textbook: Subject, step: Step, softmax: Softmax | None) -> Sentence:
    """Why a step holds, in the symbols of the network."""
    told = TOLD[step.rule]
    if told is not None:
        return (told,)
    if softmax is None:
        return (REASONS[step.because],)
    if step.rule == "softmax":
        return (say("{stated} put in", stated=_exponential(textbook, softmax)),)
    return (say("{share} cancels", share=textbook.index_naming.whole(softmax.p.target)),)


def _exponential(textbook: Subject, softmax: Softmax) -> m.Node:
    """That an exponential is its share of the sum, times the sum."""
    e, s, p = (textbook.index_naming.whole(q.target) for q in (softmax.e, softmax.s, softmax.p))
    return m.Comparison(e, "=", m.Product((p, s)))


def _softmax_before(textbook: Subject, target: str) -> Softmax | None:
    """The softmax whose argument an adjoint belongs to."""
    for softmax in find_softmaxes(textbook.base.result):
        argument = softmax.e.body.args[0]
        if isinstance(argument, Read) and adjoint_name(argument.access.tensor) == target:
            return softmax
    return None


def _defining_lines(textbook: Subject, name: str, steps: list[Step]) -> list[m.Line]:
    """A definition in index notation; of a quantity that a rewrite named, also what it came to be."""
    named = [(e, s.assumption) for s in steps for e in s.new if e.target == name]
    lines: list[m.Line] = []
    for equation, assumption in named:
        remark = say("a name for this sum") if not lines else ASSUMED[assumption.text] if assumption else None
        line = index_line(textbook, (equation,), remark)
        lines.append(replace(line, left=None) if lines else line)
    if named:
        return lines
    equations = textbook.definition(name)
    left = None if is_indexable(equations) else _plain_access(textbook, name)
    if not equations or (left is None and not is_indexable(equations)):
        return []
    return [index_line(textbook, equations, say("chain rule"), left)]


def _plain_access(textbook: Subject, name: str) -> Access | None:
    """A place where a tensor is read with plain indices."""
    every = map(textbook.on_paper, textbook.base.result.equations())
    reads = (r.access for e in every for r in e.reads if r.access.tensor == name)
    return next((access for access in reads if access.plain_indices is not None), None)


def _in_terms_of_mean(textbook: Subject, softmax: Softmax, name: str, means: list[str]) -> Iterator[m.Line]:
    """The adjoints of the sum and of the exponentials of a softmax by what the rewrite named."""
    definition = textbook.definition(name)[0]
    row = Access(softmax.s.target, definition.lhs.indices[: len(softmax.row.indices)])
    for mean in means[:1]:
        mu, s = (entry(textbook, replace(row, tensor=t)) for t in (mean, softmax.s.target))
        above: m.Node = m.Negative(mu)
        if name != adjoint_name(softmax.s.target):
            by_share = entry(textbook, replace(definition.lhs, tensor=_by_share(textbook, softmax)))
            above = m.Sum((by_share, m.Negative(mu)))
        right = m.Quotient(above, s) if isinstance(above, m.Sum) else m.Negative(m.Quotient(mu, s))
        yield m.Line(None, right, remark=(_exponential(textbook, softmax),))


def _by_share(textbook: Subject, softmax: Softmax) -> str:
    """The adjoint of the shares, as that of the exponentials reads it: where a layer hands them on, of its copy."""
    e_bar, s_bar = (adjoint_name(q.target) for q in (softmax.e, softmax.s))
    read = {r.access.tensor for e in textbook.definition(e_bar) for r in e.reads} - {softmax.s.target, s_bar}
    p_bar = adjoint_name(softmax.p.target)
    return p_bar if p_bar in read or not read else min(read)


def _displayed(subject: Subject, lines: list[m.Line], name: str, numbers: Iterator[int]) -> Iterator[Block]:
    if lines:
        steps = [e for s in subject.stated.steps for e in (*s.after, *s.new) if s.target == name or e.target == name]
        told = (*subject.definition(name), *steps, *_readers(subject, name))
        indices = {i.name: i for e in told for i in (*e.domain, *e.over)}
        yield whole(subject.show(lines, f"C{next(numbers)}", indices.values()))


def _readers(subject: Subject, name: str) -> Iterator[Equation]:
    return (e for e in map(subject.on_paper, subject.base.result.equations()) if name in e.tensors_read)
