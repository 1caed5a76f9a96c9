"""Exercises without a calculator: shapes, how many parameters there are, how often a weight of a kernel is used."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.equation import Extent
from symbp.layers import Conv2d
from symbp.network import Network
from symbp.notes.exercises.setting import Exercise, Setting
from symbp.notes.subject import Subject
from symbp.printing.document import Formula, Items, Paragraph, Sentence, Table
from symbp.program import Tensor
from symbp.views.naming import LOSS
from symbp.wording import listed, say, say_many

MOST_ASKED = 4  # shapes
ASKED = ("", "x", "z", "a", "h", "c", "q", "p", "yhat")  # letters of what has a shape worth asking for
MOST_COUNTED = 8  # parameters whose sizes are added in a line


def shapes(setting: Setting) -> Exercise | None:
    """The shapes of a few quantities and of derivatives by them."""
    subject = setting.about
    tensors = [t for t in subject.derivation.start.tensors if _is_asked(subject, t)]
    if len(tensors) < 2:
        return None
    learned = [t for t in tensors if t.role == "parameter"]
    chosen = setting.random.sample(learned, min(2, len(learned)))
    others = [t for t in tensors if t not in chosen and t.letter in ASKED]
    chosen += setting.random.sample(others, min(MOST_ASKED - len(chosen), len(others)))
    by = {t.name for t in chosen[:3] if adjoint_name(t.name) in subject.numbers}
    setting.random.shuffle(chosen)
    named: list[Sentence] = [(_asked(subject, t, t.name in by),) for t in chosen]
    code = [t.name if t.name not in by else adjoint_name(t.name) for t in chosen]
    rows = tuple(
        ((*what, " "), (m.Mono(name),), (_shape(t.shape),)) for what, name, t in zip(named, code, chosen, strict=True)
    )
    question = say("Which shapes do the arrays of these have in code, with {batch} samples?", batch=m.Symbol("N"))
    header: tuple[Sentence, ...] = ((say("quantity"),), (say("in code"),), (say("shape"),))
    told = say("A derivative of the loss has the shape of what it is taken by.")
    table = Table((say("The shapes."),), header, rows, ("center", "left", "left"))
    return Exercise(say("Shapes"), (Paragraph((question,)), Items(tuple(named))), (Paragraph((told,)), table))


def _is_asked(subject: Subject, tensor: Tensor) -> bool:
    return bool(tensor.shape) and tensor.dtype == "float" and tensor.name in {*_given(subject), *subject.numbers}


def _given(subject: Subject) -> Iterator[str]:
    return (t.name for t in subject.derivation.start.of_role("input", "parameter"))


def _asked(subject: Subject, tensor: Tensor, by: bool) -> m.Node:
    whole = subject.index_naming.whole(tensor.name)
    return m.Partial(LOSS, whole) if by else whole


def _shape(shape: tuple[Extent, ...]) -> str:
    return " × ".join(map(str, shape))


def parameter_count(setting: Setting) -> Exercise | None:
    """How many numbers the network learns."""
    subject = setting.about
    tensors = subject.derivation.start.of_role("parameter")
    if not 1 < len(tensors) <= MOST_COUNTED:
        return None
    lines = parameter_count_lines(subject)
    display = subject.show(lines, f"S{setting.number}", env=m.Environment({COUNT: _counted(subject)}))
    asked = say("How many parameters does the network have in all?")
    told = say("One term for each of {tensors}:", tensors=_named(subject, tensors))
    return Exercise(say("Counting parameters"), (Paragraph((asked,)),), (Paragraph((told,)), Formula(display)))


COUNT = m.Symbol("P")  # of parameters


def parameter_count_lines(subject: Subject) -> list[m.Line]:
    """The number of parameters: one term for each of them, and the sum."""
    tensors = subject.derivation.start.of_role("parameter")
    sizes = [[e for e in t.shape if isinstance(e, int)] for t in tensors]
    total = m.Number(sum(map(prod, sizes)))
    return [m.Line(COUNT, m.Sum(tuple(map(_product, sizes)))), m.Line(None, total)]


def _counted(subject: Subject) -> int:
    """The same number from the arrays of the network, where there are some."""
    from_shapes = sum(prod(e for e in t.shape if isinstance(e, int)) for t in subject.network.parameters)
    if not subject.worked:
        return from_shapes
    return sum(subject.values[t.name].size for t in subject.network.parameters)


def _product(sizes: list[int]) -> m.Node:
    factors = tuple(map(m.Number, sizes or [1]))
    return factors[0] if len(factors) == 1 else m.Product(factors, "dot")


def _named(subject: Subject, tensors: tuple[Tensor, ...]) -> m.Inline:
    return listed([subject.index_naming.whole(t.name) for t in tensors])


def window_sizes(setting: Setting) -> Exercise | None:
    """How many rows and columns a convolution gives, and how often it uses each weight."""
    network = setting.about.network
    if not isinstance(network, Network):
        return None
    number = next((k for k, layer in enumerate(network.layers, 1) if is_plain_window(layer)), None)
    if number is None:
        return None
    layer = network.layers[number - 1]
    assert isinstance(layer, Conv2d)
    (read,), given = network.inputs(number), network.shapes[number]
    sides = [e for e in given[1:] if isinstance(e, int)]
    first = [e for e in read[1:] if isinstance(e, int)]
    kernel, stride, padding = (pair(v) for v in (layer.kernel, layer.stride, layer.padding))
    rows = m.Symbol("r")
    reached = m.Sum(
        (m.Number(first[0]), m.Product((m.Number(2), m.Number(padding[0])), "dot"), m.Negative(m.Number(kernel[0])))
    )
    left = (first[0] + 2 * padding[0] - kernel[0]) % stride[0]
    if left:
        return None
    lines = [
        m.Line(rows, m.Sum((m.Quotient(reached, m.Number(stride[0])), m.Number(1)))),
        m.Line(None, m.Number(sides[0])),
    ]
    display = setting.about.show(lines, f"S{setting.number}", env=m.Environment({rows: sides[0]}))
    asked = say(
        "Layer {number} is a convolution with a kernel of {kernel} rows, the stride {stride} and a padding of "
        "{padding}. It reads {read} rows. How many rows {rows} does it give, and in how many places of one image does "
        "each weight of a kernel act?",
        number=number, kernel=kernel[0], stride=stride[0], padding=padding[0], read=first[0], rows=rows,
    )  # fmt: skip
    places = prod(sides)
    told = say_many(
        places,
        "The kernel acts at {count} place. The derivative by a weight has one term for each place in each sample.",
        "The kernel acts at {count} places, one for each number that a filter gives. The derivative by a weight has "
        "one term for each place in each sample.",
    )
    return Exercise(say("Windows"), (Paragraph((asked,)),), (Formula(display), Paragraph((told,))))


def is_plain_window(layer: object) -> bool:
    if not isinstance(layer, Conv2d) or isinstance(layer.padding, str):
        return False
    return pair(layer.dilation) == (1, 1)


def pair(value: object) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else tuple(value)  # type: ignore[arg-type, return-value]
