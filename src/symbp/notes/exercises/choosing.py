"""Which of several products of matrices is the derivative by a weight: one is, the others are the usual slips."""

from __future__ import annotations

from collections.abc import Iterator

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.mathtree.values import shape_text
from symbp.notes.arrays import Arrays
from symbp.notes.exercises.setting import Exercise, Setting
from symbp.notes.layers import array_lines
from symbp.notes.subject import Subject
from symbp.printing.document import Formula, Items, Paragraph, Sentence
from symbp.wording import Message, say

SHOWN = 4  # answers to choose from


def which_transpose(setting: Setting) -> Exercise | None:
    """The derivative by a weight matrix for one sample, among products with other transposes."""
    subject = setting.numbers
    if subject is None:
        return None
    arrays = Arrays(subject, "column")
    for line in outer_products(subject, arrays):
        product = line.right if isinstance(line.right, m.MatrixProduct) else None
        if product is None or line.left is None:
            continue
        right = m.value(product, arrays.environment)
        wrong = list(others(product, right, arrays))
        if len(wrong) < SHOWN - 1:
            continue
        setting.random.shuffle(wrong)
        answers: list[tuple[m.Node, Message | None]] = [(product, None), *wrong[: SHOWN - 1]]
        setting.random.shuffle(answers)
        return _asked(setting, line, arrays, answers)
    return None


def outer_products(subject: Subject, arrays: Arrays) -> Iterator[m.Line]:
    """The lines of weight gradients that are one product of two matrices."""
    for tensor in subject.base.start.of_role("parameter"):
        name = adjoint_name(tensor.name)
        if name in subject.numbers and len(tensor.shape) == 2:
            for part in subject.stated.textbook(name):
                yield from (line for line in array_lines(arrays, name, part) if not line.ranges)


def others(product: m.MatrixProduct, right: object, arrays: Arrays) -> Iterator[tuple[m.Node, Message]]:
    """The products with other transposes or in the other order that have another value, or none, and why."""
    one, other = product.factors[0], product.factors[-1]
    if len(product.factors) != 2:
        return
    candidates = ((a, b) for a, b in ((one, other), (other, one), (_turned(other), _turned(one)), (_turned(one), other),
                                      (one, _turned(other)), (_turned(other), one), (other, _turned(one))))  # fmt: skip
    for factors in dict.fromkeys(candidates):
        node = m.MatrixProduct(factors)
        try:
            found = m.value(node, arrays.environment)
        except m.NoValue:
            yield node, say("the shapes do not fit together")
            continue
        if shape_text(found) != shape_text(right):
            yield node, say("this is {shape}, and not {wanted}", shape=shape_text(found), wanted=shape_text(right))
        elif not _is_same(found, right):
            yield node, say("the shape fits by chance, and the values are others")


def _is_same(one: object, other: object) -> bool:
    return bool(m.value(m.Comparison(_known(one), "=", _known(other)), m.Environment({})))


def _known(value: object) -> m.Node:
    rows = value if isinstance(value, tuple) else ((value,),)
    return m.Matrix(tuple(tuple(m.Number(v) for v in row) for row in rows))


def _turned(node: m.Node) -> m.Node:
    return node.body if isinstance(node, m.Transpose) else m.Transpose(node)


def _asked(setting: Setting, line: m.Line, arrays: Arrays, answers: list[tuple[m.Node, Message | None]]) -> Exercise:
    subject = setting.numbers
    assert subject is not None and line.left is not None
    items = tuple((node,) for node, _ in answers)
    right = next(place for place, (_, why) in enumerate(answers, 1) if why is None)
    slips: tuple[Sentence, ...] = tuple(
        (say("Number {number} is wrong: {why}.", number=place, why=why),)
        for place, (_, why) in enumerate(answers, 1)
        if why
    )
    display = subject.show(
        [m.Line(line.left, line.right, remark=line.remark)], f"S{setting.number}", env=arrays.environment
    )
    asked = say("Which of these is {derivative}, for one sample?", derivative=line.left)
    told = say(
        "Number {number} is right: rows count where a weight leads to, columns where it comes from.", number=right
    )
    return Exercise(
        say("Which transpose"),
        (Paragraph((asked,)), Items(items, ordered=True)),
        (Paragraph((told,)), Formula(display), Items(slips)),
    )
