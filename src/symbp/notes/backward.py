"""Section 6: the backward pass, equation by equation, and one weight of each layer in full."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symbp import mathtree as m
from symbp.derivation import Step, adjoint_name
from symbp.document import Block, Formula, Paragraph, Section, Sentence
from symbp.equation import Equation
from symbp.notes.lines import index_line, is_indexable
from symbp.notes.subject import MOST_LAYERS, MOST_WORKED, Subject
from symbp.scalar import Element

FUSIONS = ("softmax", "softmax + cross-entropy", "sigmoid + binary cross-entropy")
TOLD = {"merge of contributions": "chain rule", "output reuse": "local derivatives", **dict.fromkeys(FUSIONS, "")}
MOST_IN_FULL = 12  # parameters: a network with more shows one weight and one bias of each layer


def backward(subject: Subject) -> tuple[Section, ...]:
    """The error signals, from the loss to the input; then parameters in full."""
    sections = [Section(("Backward pass",), tuple(_signals(subject)))]
    story = tuple(_fusions(subject))
    if story:
        sections.append(Section(("Where terms cancel",), story, level=2))
    if subject.worked and "neuron" in subject.views:
        sections.append(Section(("One weight in full",), tuple(_in_full(subject))))
    return tuple(sections)


def _signals(subject: Subject) -> Iterator[Block]:
    yield Paragraph(
        (
            "From the loss back to the first layer: each line takes the derivative by a later quantity, which is "
            "known already, times a local derivative.",
        )
    )
    for name, equations in subject.definitions("backward"):
        of = subject.tensor(name).of
        if of is None or (subject.worked and subject.tensor(of).role == "parameter"):
            continue
        elements = tuple(e for e in subject.in_full(of) if len(subject.view.links(e)) <= MOST_WORKED)
        lines: list[m.Line] = []
        if len(elements) < len(subject.elements(of)):
            lines += _in_index_notation(subject, name, equations)
        for element in elements:
            lines += subject.partial(element).lines(deep=False)
        indices = [i for e in (*equations, *subject.textbook_definition(name)) for i in (*e.domain, *e.over)]
        if lines:
            yield Formula(subject.show(lines, subject.numbers[name], indices))


def _in_index_notation(subject: Subject, name: str, equations: tuple[Equation, ...]) -> Iterator[m.Line]:
    """The definition of an adjoint with sigma'(z), and with the local derivative put in."""
    if not is_indexable(equations):
        return
    final = index_line(subject, equations)
    first = index_line(subject, subject.textbook_definition(name))
    if first.right != final.right:
        yield replace(first, remark=("chain rule",))
        yield replace(final, left=None, remark=("local derivative",))
    else:
        yield final


def _fusions(subject: Subject) -> Iterator[Block]:
    """How softmax and cross-entropy, or sigmoid and binary cross-entropy, come down to a difference."""
    told = [s for s in subject.base.steps if s.rule in FUSIONS and s.target in subject.numbers]
    for target in dict.fromkeys(s.target for s in told):
        steps = [s for s in told if s.target == target]
        yield Paragraph(_why(subject, target, steps))
        yield from _story(subject.textbook, target)


def _why(subject: Subject, target: str, steps: list[Step]) -> Sentence:
    assumption = next((s.assumption for s in steps if s.assumption), None)
    symbol = subject.index_naming.whole(assumption.tensor) if assumption else m.Symbol("y")
    because = (", given that the rows of ", symbol, " sum to one") if assumption else ()
    return (
        "Equation ", m.Reference(str(subject.numbers[target])), " is not what the chain rule gives first. This is how "
        "it comes out of it", *because, ":",
    )  # fmt: skip


def _story(textbook: Subject, target: str) -> Iterator[Block]:
    """The adjoints that the final equation no longer needs, then the lines that lead to it."""
    dead = [n for n, _ in textbook.adjoints() if n not in textbook.numbers and textbook.tensor(n).of != "L"]
    for name in dead:
        yield from _unnumbered(textbook, textbook.base.result.defining(name), "chain rule")
    steps = [s for s in textbook.base.steps_of(target) if s.rule in TOLD and is_indexable(s.after)]
    indices = [i for s in steps for e in s.after for i in (*e.domain, *e.over)]
    lines: list[m.Line] = []
    for step in steps:
        line = index_line(textbook, step.after, TOLD[step.rule] or step.because)
        if not lines or line.right != lines[-1].right:
            lines.append(line if not lines else replace(line, left=None))
    if lines:
        yield Formula(textbook.show(lines, "", indices))


def _unnumbered(subject: Subject, equations: tuple[Equation, ...], remark: str) -> Iterator[Block]:
    if equations and is_indexable(equations):
        indices = [i for e in equations for i in (*e.domain, *e.over)]
        yield Formula(subject.show([index_line(subject, equations, remark)], "", indices))


def _in_full(subject: Subject) -> Iterator[Block]:
    chosen = tuple(_chosen(subject))
    yield Paragraph((_which(subject, chosen),))
    for tensor in dict.fromkeys(e.tensor for e in chosen):
        lines: list[m.Line] = []
        for element in (e for e in chosen if e.tensor == tensor):
            lines += subject.partial(element).lines()
            lines[-1] = replace(lines[-1], check=_check_text(subject, element))
        yield Formula(subject.show(lines, subject.numbers[adjoint_name(tensor)]))


def _which(subject: Subject, chosen: tuple[Element, ...]) -> str:
    total = sum(len(subject.elements(t.name)) for t in subject.derivation.start.of_role("parameter"))
    if len(chosen) == total:
        return "Every parameter, with every path from the loss to it."
    which = (
        "One weight and one bias of each layer"
        if len(subject.derivation.network.layers) <= MOST_LAYERS
        else ("One weight and one bias of the last layers and of the first")
    )
    return f"{which}, with every path from the loss to it; the others go the same way."


def _chosen(subject: Subject) -> Iterator[Element]:
    """All parameters of a small network, from the last layer to the first; else one of each tensor."""
    tensors = [t for t in subject.derivation.start.of_role("parameter") if adjoint_name(t.name) in subject.numbers]
    total = sum(len(subject.elements(t.name)) for t in tensors)
    layers = sorted({t.layer or 0 for t in tensors}, reverse=True)
    for layer in layers if len(layers) <= MOST_LAYERS else (layers[0], layers[1], layers[-1]):
        for tensor in tensors:
            if (tensor.layer or 0) == layer:
                every = subject.elements(tensor.name)
                yield from every if total <= MOST_IN_FULL else every[:1]


def _check_text(subject: Subject, element: Element) -> str:
    return f"rel. error {subject.bound(element.tensor)}"
