"""Something to choose: a value, the mistake behind a value, the wrong line, a transpose, a shape."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, permutations
from typing import Any

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.equation import Extent
from symbp.layers.fragment import BATCH
from symbp.mathtree.numbering import letters
from symbp.mistakes import Seed
from symbp.notes.exercises.setting import Setting
from symbp.notes.exercises.spoiling import plain_lines, spoiled
from symbp.notes.known import delta
from symbp.printing.document import Formula, Paragraph
from symbp.program import Tensor
from symbp.sheets.asking import (
    PATHS,
    Ask,
    are_apart,
    asked,
    derivation,
    distinct,
    fits,
    in_symbols,
    is_deep,
    mistaken,
    mistakes,
    options,
    parameters,
    reads_far,
    shuffled,
    tolerance,
    wobble,
    worked,
)
from symbp.sheets.desk import Desk, gradient_of
from symbp.sheets.question import Choice, Option, Question
from symbp.sheets.variants import local_lines, variant_values, variants
from symbp.views.naming import LOSS
from symbp.views.scalar import Element
from symbp.wording import Message, say, sentences

WRONG = 3  # options beside the right one
MOST_SEEDS = 10


# Values.


def gradient_choice(desk: Desk) -> Iterator[Ask]:
    """Which of some values is the derivative by one entry of a parameter."""
    for element in shuffled(desk, parameters(desk)):
        tells = reads_far(desk, element)
        yield Ask(partial(_among_values, desk, element, tells), frozenset([gradient_of(element)]), tells)


def _among_values(desk: Desk, element: Element, tells: frozenset[Element]) -> Question | None:
    gradient = gradient_of(element)
    derivative, exact = desk.symbol(gradient), desk.exact(gradient)
    lines = derivation(desk, element, is_deep(desk, element))
    allowed = tolerance(exact, desk.roughly(gradient), wobble(desk, in_symbols(desk, element, lines), tells))
    if allowed is None:
        return None
    near = local_lines(desk, element)
    slips = variant_values(desk, variants(desk, near[1].right)) if near else ()
    wrong = list(distinct(exact, allowed, chain(mistaken(desk, gradient, tells), slips), WRONG))
    if len(wrong) < WRONG:
        return None
    digits = desk.subject.digits
    right = Option((m.Number(exact, digits),), True)
    chosen = options(desk, right, [Option((m.Number(value, digits),), False, (why,)) for value, why in wrong])
    text = asked(desk, tells, say("Which of these is {derivative}?", derivative=derivative))
    return Question("", say("Which value"), text, (Choice(chosen),), (worked(desk, lines),))


def which_mistake(desk: Desk) -> Iterator[Ask]:
    """Which mistake gives a value that is wrong."""
    for element in shuffled(desk, parameters(desk)):
        tells = reads_far(desk, element)
        yield Ask(partial(_among_mistakes, desk, element, tells), frozenset([gradient_of(element)]), tells)


def _among_mistakes(desk: Desk, element: Element, tells: frozenset[Element]) -> Question | None:
    gradient = gradient_of(element)
    exact = desk.exact(gradient)
    lines = derivation(desk, element, is_deep(desk, element))
    allowed = tolerance(exact, desk.roughly(gradient), wobble(desk, in_symbols(desk, element, lines), tells))
    found = _apart(desk, gradient, tells, allowed) if allowed is not None else []
    if len(found) <= WRONG:
        return None
    value, seed = found[0]
    digits = desk.subject.digits
    wrong = [Option((other.told,), False, (_gives(v, digits),)) for v, other in found[1 : WRONG + 1]]
    chosen = options(desk, Option((seed.told,), True, (_gives(value, digits),)), wrong)
    derivative = desk.symbol(gradient)
    sentence = say(
        "Somebody has found {wrong} for {derivative}, and the right value is {value}. Which mistake was made?",
        wrong=m.Number(value, digits),
        derivative=derivative,
        value=m.Number(exact, digits),
    )
    right = Paragraph((say("This is right:"),))
    return Question(
        "", say("Which mistake"), asked(desk, tells, sentence), (Choice(chosen),), (right, worked(desk, lines))
    )


def _gives(value: Any, digits: int) -> Message:
    return say("That would give {value}.", value=m.Number(value, digits))


def _apart(desk: Desk, gradient: Element, tells: frozenset[Element], allowed: Any) -> list[tuple[Any, Seed]]:
    """Mistakes in random order that give values far from the right one and from one another, told in other words."""
    exact = desk.exact(gradient)
    found: list[tuple[Any, Seed]] = []
    for value, seed in mistakes(desk, gradient, tells, MOST_SEEDS):
        if not value or seed.told in [other.told for _, other in found]:
            continue
        if all(are_apart(value, other, allowed) for other in (exact, *(v for v, _ in found))):
            found.append((value, seed))
        if len(found) > WRONG:
            break
    return found


# Lines.


def wrong_line(desk: Desk) -> Iterator[Ask]:
    """Which line of a derivation does not follow from the one before it."""
    depth = PATHS if desk.subject.regular else 1
    for element in (e for e in shuffled(desk, parameters(desk)) if fits(desk, e, depth)):
        yield Ask(partial(_spoiled_line, desk, element), frozenset([gradient_of(element)]))


def _spoiled_line(desk: Desk, element: Element) -> Question | None:
    subject = desk.subject
    lines = plain_lines(subject, element)
    found = [s for s in (spoiled(subject, lines) if lines else ()) if len(s[0]) > WRONG]
    if not found:
        return None
    at = desk.random.choice(sorted({line for _, line, _ in found}))
    wrong, line, why = desk.random.choice([s for s in found if s[1] == at])
    setting = Setting(subject, subject, desk.random, number=0)
    shown = setting.with_mistake(wrong, line)
    chosen = tuple(
        Option(
            (say("Line {line}.", line=m.Reference(f"E{setting.number}.{letters(k)}")),),
            k == line,
            (why,) if k == line else (say("This line follows from the one before it."),),
        )
        for k in range(1, len(wrong))
    )
    sentence = say("One of these lines does not follow from the line before it. Which one?")
    right = (replace(lines[line], left=lines[0].left), *lines[line + 1 :])
    solution = (Paragraph((say("This is right:"),)), worked(desk, right))
    return Question("", say("Find the mistake"), (Paragraph((sentence,)), shown), (Choice(chosen),), solution)


# Layers.


def which_transpose(desk: Desk) -> Iterator[Ask]:
    """Which product of matrices is the derivative by a weight matrix."""
    for line, wrong in shuffled(desk, desk.problem.products):
        if len(wrong) >= WRONG:
            yield Ask(partial(_among_products, desk, line, wrong))


def _among_products(desk: Desk, line: m.Line, wrong: Sequence[tuple[m.Node, Any]]) -> Question:
    slips = [Option((node,), False, (say("Here {why}.", why=why),)) for node, why in shuffled(desk, wrong)[:WRONG]]
    chosen = options(desk, Option((line.right,), True), slips)
    assert line.left is not None
    sentence = say("Which of these is {derivative}, for one sample?", derivative=line.left)
    signals = tuple(_signals(desk, line.right))
    told = say("Rows count where a weight leads to, columns where it comes from:")
    shown = Formula(m.Display((m.Line(line.left, line.right, remark=line.remark),)))
    return Question(
        "",
        say("Which transpose"),
        (Paragraph(sentences(*signals, sentence)),),
        (Choice(chosen),),
        (Paragraph((told,)), shown),
    )


def _signals(desk: Desk, product: m.Node) -> Iterator[Message]:
    """What the error signals in a formula are."""
    naming = desk.problem.pattern.index_naming
    for tensor in desk.subject.base.start.tensors:
        whole = naming.whole(tensor.name)
        if tensor.letter == "z" and delta(whole) in m.walk(product):
            yield say(
                "The error signal {delta} is {derivative}.", delta=delta(whole), derivative=m.Partial(LOSS, whole)
            )


# Shapes.

ASKED = ("", "x", "z", "a", "h", "c", "q", "p", "yhat")  # letters of what has a shape worth asking for


def shape(desk: Desk) -> Iterator[Ask]:
    """The shape of a quantity, or of the derivative by it."""
    about = desk.problem.pattern
    given = {t.name for t in about.derivation.start.of_role("input", "parameter")}
    able = [
        t
        for t in about.derivation.start.tensors
        if len(t.shape) > 1 and t.dtype == "float" and t.name in {*given, *about.numbers}
        if t.role == "parameter" or t.letter in ASKED
    ]
    for tensor in shuffled(desk, able):
        yield Ask(partial(_among_shapes, desk, tensor))


def _among_shapes(desk: Desk, tensor: Tensor) -> Question | None:
    about = desk.problem.pattern
    right = _text(tensor.shape)
    wrong = {_text(found): why for found, why in _other_shapes(desk, tensor) if _text(found) != right}
    if len(wrong) < WRONG:
        return None
    slips = [Option((text,), False, (why,)) for text, why in shuffled(desk, wrong.items())[:WRONG]]
    chosen = options(desk, Option((right,), True), slips)
    whole = about.index_naming.whole(tensor.name)
    by = adjoint_name(tensor.name) in about.numbers
    asked_for = m.Partial(LOSS, whole) if by else whole
    code = m.Mono(adjoint_name(tensor.name) if by else tensor.name)
    samples = say(", with {batch} samples", batch=m.Symbol(BATCH.name)) if _has_samples(desk) else ""
    sentence = say(
        "Which shape has the array of {quantity} ({code} in code{samples})?",
        quantity=asked_for,
        code=code,
        samples=samples,
    )
    told = (
        say("A derivative of the loss has the shape of what it is taken by: {shape}.", shape=right)
        if by
        else say("It is {shape}.", shape=right)
    )
    return Question("", say("A shape"), (Paragraph((sentence,)),), (Choice(chosen),), (Paragraph((told,)),))


def _text(extents: Sequence[Extent]) -> str:
    return " × ".join(map(str, extents))


def _has_samples(desk: Desk) -> bool:
    return any(t.shape[:1] == (BATCH,) for t in desk.subject.base.start.of_role("input", "target"))


def _other_shapes(desk: Desk, tensor: Tensor) -> Iterator[tuple[Sequence[Extent], Message]]:
    for turned in permutations(tensor.shape):
        yield turned, say("The axes are in another order.")
    if tensor.role == "parameter" and _has_samples(desk):
        yield (BATCH, *tensor.shape), say("The derivatives of all samples are added up: there is no axis for them.")
        yield (BATCH, tensor.shape[0]), say("This is the shape of what the layer gives.")
        yield (BATCH, tensor.shape[1]), say("This is the shape of what the layer reads.")
    elif tensor.shape[0] == BATCH:
        yield tensor.shape[1:], say("The axis of the samples is missing.")
        yield (tensor.shape[-1], tensor.shape[-1]), say("This would be a matrix of weights, and not one row a sample.")
    yield (*tensor.shape, tensor.shape[-1]), say("This is one axis too many.")
    yield tensor.shape[:1], say("This is one axis too few.")
    yield tensor.shape[1:], say("This is one axis too few.")
