"""Sections 1 and 2: what is being learned and how, and the notation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from symbp import mathtree as m
from symbp.equation import Extent, Size
from symbp.functions import ROWS
from symbp.mathtree import Mono
from symbp.mathtree.nodes import Inline
from symbp.network import Network
from symbp.notes.chosen import MOST_LAYERS
from symbp.notes.described import described
from symbp.notes.known import delta
from symbp.notes.meanings import GENERAL, layer_of, meaning
from symbp.notes.subject import Subject
from symbp.notes.widths import width
from symbp.printing.document import Items, Paragraph, Section, Sentence, Table
from symbp.program import GIVEN, Tensor
from symbp.views.naming import LOSS
from symbp.views.scalar import Element
from symbp.wording import Message, in_commas, say, sentences

EVALUATED = say(
    "Every displayed line below was evaluated before it was printed, from the very formula that is shown, and "
    "compared with its left side and with the line above it. Gradients were compared with values found without any "
    "chain rule."
)
COUNTED_IN_CODE = say(
    "In code the samples are the first axis of an array, and positions count from 0; on paper from 1."
)
EVALUATED_SMALL = say(
    "Every displayed line below was evaluated before it was printed, and compared with its left side and with the line "
    "above it: in the same network with fewer rows, columns and units, since this one has too many numbers. Sizes that "
    "stand in a line are those of this network. Gradients were compared with values found without any chain rule."
)


def introduction(subject: Subject) -> Section:
    """What is being learned, in plain words."""
    network = subject.derivation.network
    relay = say(
        "Think of a relay race. The first runner takes the baton, the input, and hands on something that depends on "
        "it; each runner after that does the same with what arrives, and the last one crosses the line with the "
        "output. That is the forward pass. A judge at the line, the loss, says how far off the output was. Then the "
        "message travels back: each runner hears from the next one how a small change in what they handed over would "
        "have changed the judge's number, works out from this what a small change in their own stride would have "
        "done, and passes the message on to the runner before. That is the backward pass, and no runner needs to know "
        "the whole course."
    )
    return Section(
        (say("What is learned, and how"),),
        (
            Paragraph((relay,)),
            Paragraph(
                sentences(
                    *described(network),
                    say(
                        "Learning means: for every parameter {w}, find the derivative {slope} of the loss, and move "
                        "the parameter a little against it. The chain rule gives all of these derivatives in one "
                        "backward pass, each from the ones that were found before it.",
                        w=m.Symbol("w"),
                        slope=m.Partial(LOSS, m.Symbol("w")),
                    ),
                )
            ),
            Paragraph((EVALUATED if subject.worked or subject.regular else EVALUATED_SMALL,)),
        ),
    )


def notation(subject: Subject) -> Section:
    """Every symbol with its shape and meaning, and the conventions."""
    return Section((say("Notation and shapes"),), (_symbols(subject), Items(tuple(_conventions(subject)))))


def _symbols(subject: Subject) -> Table:
    program = subject.derivation.result
    named = {t.name: t for t in (*subject.derivation.start.tensors, *program.tensors)}
    given = [t for t in named.values() if t.role in GIVEN]
    computed = [t for t in named.values() if t.of is None and t.role not in (*GIVEN, "adjoint")]
    rows = [_row(subject, run) for group in (given, computed) for run in _runs(subject, group)]
    header: tuple[Sentence, ...] = (
        (say("symbol"),),
        (say("in code"),),
        (say("shape"),),
        (say("meaning"),),
    )
    return Table(
        (say("All quantities. N is the number of samples.") if subject.sizes else say("All quantities."),),
        header,
        tuple(rows),
        ("center", "left", "left", "wrap"),
    )


def _runs(subject: Subject, tensors: list[Tensor]) -> list[list[Tensor]]:
    """The tensors one by one; in a deep network those of like layers together, in the order of their letters."""
    if len({t.layer for t in tensors}) <= MOST_LAYERS:
        return [[t] for t in tensors]
    runs: list[list[Tensor]] = []
    for tensor in tensors:
        found = next((run for run in runs if _goes_on(subject, run[-1], tensor)), None)
        if found is None:
            runs.append([tensor])
        else:
            found.append(tensor)
    return runs


def _goes_on(subject: Subject, last: Tensor, tensor: Tensor) -> bool:
    """Whether a tensor is the same as the last one, a layer later."""
    if last.layer is None or tensor.layer != last.layer + 1 or last.letter not in GENERAL or tensor.name == "yhat":
        return False
    if meaning(subject.network, last) != meaning(subject.network, tensor):
        return False
    return (last.letter, last.shape, last.frozen) == (tensor.letter, tensor.shape, tensor.frozen)


def _row(subject: Subject, run: list[Tensor]) -> tuple[Sentence, ...]:
    """One tensor, or the first and the last of several that differ in their layers alone."""
    symbols = [subject.index_naming.whole(t.name) for t in run]
    return (
        (_ends(symbols),),
        (_ends([Mono(t.name) for t in run]),),
        (_shape(run[0].shape),),
        (_meaning(subject, run),),
    )


def _ends(parts: Sequence[Inline]) -> Inline:
    """One thing or two; of more the first and the last."""
    if len(parts) > 2:
        return say("{first} to {last}", first=parts[0], last=parts[-1])
    return in_commas(parts)


def _shape(shape: tuple[Extent, ...]) -> Inline:
    return " × ".join(map(str, shape)) or say("one number")


ROLES = {
    "input": say("input"),
    "target": say("target"),
    "parameter": say("parameter"),
    "mask": say("mask"),
    "state": say("state"),
}


def _meaning(subject: Subject, run: list[Tensor]) -> Message:
    tensor = run[0]
    function = _function_of(tensor)
    text = meaning(subject.network, tensor) or ROLES.get(tensor.role, say("intermediate"))
    if function:
        text = say("a value of {function} that several equations use", function=ROWS[function].text)
    first, last = (layer_of(subject.network, t) or t.layer or 0 for t in (tensor, run[-1]))
    if tensor.layer is not None and tensor.name != "yhat":
        text = (
            say("{what} of layer {number}", what=text, number=first)
            if len(run) == 1
            else say("{what} of layers {first} to {last}", what=text, first=first, last=last)
        )
    return say("{what}, kept fixed", what=text) if tensor.frozen else text


def _function_of(tensor: Tensor) -> str:
    """The function whose value a tensor such as ``normal_cdf_z1`` names; empty if it names none."""
    return max((name for name in ROWS if tensor.name.startswith(f"{name}_")), key=len, default="")


def _conventions(subject: Subject) -> list[Sentence]:
    items: list[Sentence] = [
        *_to_and_from(subject),
        *_windows(subject),
        *_steps(subject),
        *_error_signal(subject, m.Index("i")),
        (_in_code(subject),),
        (
            say(
                "Equations are numbered in the order in which the module computes them. The notes tell some of them in "
                "another order; their numbers stay."
            ),
        ),
    ]
    if subject.derivation.network.notation.numbering == "neurons" and subject.worked:
        items.append(_neurons(subject))
    if any(t.dtype == "int" for t in subject.derivation.start.of_role("target")):
        items.append((say("A label is the number of an output: in code from 0, on paper from 1."),))
    if not subject.worked and subject.regular:
        items.append(_widths(subject))
    elif subject.samples > 1 and subject.regular and subject.worked:
        x = subject.naming.symbol(Element("x", (1, 0)))
        items.append(
            (
                say(
                    "There are {number} samples. Where a quantity has a value for each of them, the first subscript "
                    "counts the sample and the second the unit: {x} is the first input of the second sample.",
                    number=subject.samples,
                    x=x,
                ),
            )
        )
    return items


def _in_code(subject: Subject) -> Message:
    """How arrays are counted in code."""
    if subject.regular:
        return say("In code samples are rows: an array of shape N × units; a single sample on paper is a column.")
    return COUNTED_IN_CODE if subject.sizes else say("In code positions count from 0; on paper from 1.")


def _to_and_from(subject: Subject) -> Iterator[Sentence]:
    """Which index of a weight is where it leads to."""
    weight = next((t for t in subject.derivation.start.of_role("parameter") if t.letter == "W"), None)
    if weight is None or not isinstance(subject.network, Network):
        return
    i, j, further = m.Index("i"), m.Index("j"), tuple(map(m.Index, "uvw"))
    if len(weight.shape) == 2:
        entry = subject.index_naming.at(weight.name, (i, j))
        yield (
            say(
                "A weight {entry} leads to unit {i} from unit {j}: rows count where it goes, columns where it comes "
                "from.",
                entry=entry,
                i=i,
                j=j,
            ),
        )
        return
    entry = subject.index_naming.at(weight.name, (i, j, *further[: len(weight.shape) - 2]))
    yield (
        say(
            "A weight {entry} of a kernel leads to channel {i} from channel {j}; the further indices count the places "
            "of the kernel. An index without bounds runs over its whole axis: n over the samples, i and j over "
            "channels or units, r and c over rows and columns, u and v over the kernel or the window, and g and q "
            "over groups and what is in a group. It belongs to its line, or to its sum: in another one the same "
            "letter may have another range.",
            entry=entry,
            i=i,
            j=j,
        ),
    )


def _windows(subject: Subject) -> Iterator[Sentence]:
    if subject.padded:
        yield (say("What lies beyond the rows and columns of an array counts as zero: that is the padding."),)


def _steps(subject: Subject) -> Iterator[Sentence]:
    """How steps are counted, and what stands before the first and after the last."""
    states = [place for place, first in subject.timeline.first.items() if first == 1]
    for name, axis in states[-1:]:
        tensor, count = subject.tensor(name), subject.timeline.row(name, axis, 0)
        length = tensor.shape[axis]
        last = m.Symbol(length.name) if isinstance(length, Size) else m.Number(length - 1)
        t, whole = m.Index("t"), subject.index_naming.whole(name)

        def at(step: m.Node | int, whole: m.Symbol = whole) -> m.Symbol:
            return replace(whole, sub=(*whole.sub, step))

        before = at(m.Sum((t, m.Negative(m.Number(1)))))
        yield (
            say(
                "An index {t} counts the steps of a sequence, from 1 to {last}: {state} is the state after step {t}, "
                "which was made of {before}, and {first} is the state before the first step. In code it is row 0, so "
                "that {state} is row {t}. What would stand after the last step counts as zero.",
                t=t,
                last=last,
                state=at(t),
                before=before,
                first=at(count),
            ),
        )
    primed = [t for t in subject.index_naming.program.tensors if t.mark and t.name in subject.timeline.axes]
    for tensor in [t for t in primed if t.letter == "h"][:1]:
        whole = subject.index_naming.whole(tensor.name)
        t = m.Index("t")
        here, after = (replace(whole, sub=(step,)) for step in (t, m.Sum((t, m.Number(1)))))
        yield (
            say(
                "A prime marks what belongs to the way from the last step to the first: {here} is made of {after}.",
                here=here,
                after=after,
            ),
        )
    if subject.timeline.axes and not states:
        yield (say("An index {t} counts the steps of a sequence.", t=m.Index("t")),)


def _error_signal(subject: Subject, unit: m.Index) -> Iterator[Sentence]:
    """What delta stands for, at the first layer that has one."""
    signals = [t for t in subject.index_naming.program.tensors if t.of is not None and t.letter == "z"]
    for tensor in sorted(signals, key=lambda t: t.layer or 0)[:1]:
        assert tensor.of is not None
        z, signal = (replace(subject.index_naming.whole(name), sub=(unit,)) for name in (tensor.of, tensor.name))
        slope = m.Partial(LOSS, z)
        yield (say("The error signal {delta} is the derivative {slope}.", delta=delta(signal), slope=slope),)


def _widths(subject: Subject) -> Sentence:
    assert isinstance(subject.network, Network)
    runs = [(size, [layer for layer, _ in run]) for size, run in groupby(enumerate(subject.network.widths), _size)]
    return (
        say(
            "The widths of the layers: {widths}. N counts the samples, and the first subscript of an activation is its "
            "sample.",
            widths=in_commas([part for size, layers in runs for part in _of_one_width(size, layers)]),
        ),
    )


def _size(layer: tuple[int, int]) -> int:
    return layer[1]


def _of_one_width(size: int, layers: list[int]) -> list[m.Inline]:
    """The widths of layers that follow one another and are as wide: each, or of many the first and the last."""
    each: list[m.Inline] = [m.Comparison(width(layer), "=", m.Number(size)) for layer in layers]
    return each if len(each) <= MOST_LAYERS else [say("{first} to {last}", first=width(layers[0]), last=each[-1])]


def _neurons(subject: Subject) -> Sentence:
    matrices: list[m.Inline] = []
    for tensor in subject.derivation.start.of_role("parameter"):
        if len(tensor.shape) == 2 and len(subject.elements(tensor.name)) <= 12:
            rows: dict[int, list[m.Node]] = {}
            for element in subject.elements(tensor.name):
                rows.setdefault(element.index[0], []).append(subject.naming.symbol(element))
            table = m.Matrix(tuple(tuple(r) for r in rows.values()))
            matrices += [m.Comparison(subject.index_naming.whole(tensor.name), "=", table), "; "]
    return (
        say(
            "Neurons are numbered through the network, and so are their weights: {matrices}. Where an index runs over "
            "the units of a layer, the layer is named instead.",
            matrices=tuple(matrices[:-1]),
        ),
    )
