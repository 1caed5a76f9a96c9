"""Section 7: the layer form, for one sample and for a batch, with shapes and where transposes come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symbp import mathtree as m
from symbp.equation import Access, Equation
from symbp.layers.fragment import BATCH
from symbp.mathtree.numbering import letters
from symbp.notes.alike import repeated
from symbp.notes.arrays import Arrays
from symbp.notes.chosen import MOST_LAYERS, is_representative
from symbp.notes.lines import are_apart, at_steps, of_one_sample
from symbp.notes.rows import Rows, row_blocks
from symbp.notes.subject import Subject
from symbp.printing.document import Block, Formula, Paragraph, Section
from symbp.program import Tensor
from symbp.views.layerform import NoMatrixForm, is_number
from symbp.views.paper import Part
from symbp.wording import say

# Of the number of an equation: its vector form, its matrix form. Single lines have small letters.
SUFFIX = {"column": "V", "batch": "M"}


def layer_form(subject: Subject) -> tuple[Section, ...]:
    """The equations of the derivation with matrices; nothing where no line has such a form."""
    column, batch = Arrays(subject, "column"), Arrays(subject, "batch")
    if subject.regular:
        blocks: list[Block] = [Paragraph((_OPENING,)), *_displays(column), *_without_form(column), _transposes(subject)]
        return (Section((say("Layer form"),), (*blocks, Paragraph((_BATCH,)), *_displays(batch))),)
    if subject.timeline.axes:
        shown = (*_displays(column), Paragraph((_STEPS_BATCH,)), *_displays(batch))
        opening = _STEPS
    else:
        rows = Rows(subject)
        blocks_of_rows = tuple(row_blocks(rows))
        shown, opening = tuple(_displays(batch, rows.sequences if blocks_of_rows else frozenset())), _SOME
        if blocks_of_rows:
            others = (Paragraph((_SOME,)), *shown) if _has_products(shown) else ()
            return (Section((say("Layer form"),), (*blocks_of_rows, *others)),)
    if not _has_products(shown):
        return ()
    return (Section((say("Layer form"),), (Paragraph((opening,)), *shown)),)


def _has_products(blocks: tuple[Block, ...]) -> bool:
    return any(isinstance(n, m.MatrixProduct) for b in blocks for n in _formulas(b))


def _formulas(block: Block) -> Iterator[m.Node]:
    if isinstance(block, Formula):
        for line in block.display.lines:
            yield from m.walk(line.right)


_SOME = say(
    "Where a layer holds vectors, its equations can be written a whole layer at a time: the samples are the rows of a "
    "matrix, written with a capital letter, and a circle with a dot multiplies entry by entry. The shapes stand at the "
    "right, and (1.M) is equation (1) in matrix form. What has further axes, or a number for each sample or each unit "
    "alone, stays in index form."
)


_STEPS = say(
    "The same equations, a whole layer at a time, for one sample: there is a column for each step t, and a circle with "
    "a dot multiplies entry by entry. The shapes stand at the right, and (1.V) is equation (1) in vector form; two "
    "numbers with dots between them are the entries that are meant. What comes after the last step counts as zero."
)
_STEPS_BATCH = say(
    "With a batch there is a matrix for each step, written with a capital letter, whose rows are the samples. This is "
    "what the module computes, but that it does for all steps at once what the loop does not need."
)
_OPENING = say(
    "The same equations, a whole layer at a time, for one sample: vectors are columns, a circle with a dot multiplies "
    "entry by entry. The shapes stand at the right, and (1.V) is equation (1) in vector form."
)
_BATCH = say(
    "With a batch the samples are the rows of a matrix, written with a capital letter. A weight matrix now stands on "
    "the right of what it multiplies, and a sum over the samples is a product too: this is what the module computes. "
    "These are the equations in matrix form, (1.M) and so on."
)


def _without_form(arrays: Arrays) -> Iterator[Block]:
    """Which error signals have no form with matrices, so that nobody looks for them."""
    subject = arrays.subject
    names = [n for n in subject.numbers if subject.tensor(n).of and subject.tensor(n).letter == "z"]
    for name in (n for n in names if not _lines(arrays, n)):
        signal, number = arrays.symbol(name), m.Reference(str(subject.numbers[name]))
        yield Paragraph(
            (
                say(
                    "For {signal} see equation {number}: it picks entries by labels, which no product does.",
                    signal=signal,
                    number=number,
                ),
            )
        )


def _transposes(subject: Subject) -> Paragraph:
    weight = next(t for t in subject.derivation.start.of_role("parameter") if len(t.shape) == 2)
    w = subject.index_naming.whole(weight.name)
    return Paragraph(
        (
            say(
                "Where do the transposes come from? On the way forward {i} stays and the sum runs over the second "
                "index of {w}, along its rows. On the way back the input's index {j} stays and the sum runs over the "
                "first index, down its columns: that is the product with {transposed}. The gradient of a weight has "
                "one index from the error signal and one from the input, and no sum at all for one sample: a column "
                "times a row.",
                i=m.Index("i"),
                j=m.Index("j"),
                w=w,
                transposed=m.Transpose(w),
            ),
        )
    )


def _displays(arrays: Arrays, told: frozenset[str] = frozenset()) -> Iterator[Block]:
    """Forward equations, error signals, then gradients of parameters, each kind in one display; without those that are
    told elsewhere."""
    forward: list[m.Line] = []
    backward: list[m.Line] = []
    subject = arrays.subject
    everywhere = "index" not in subject.views  # no other section has the equations of the layers between
    elsewhere = told | repeated(subject)
    for name in (n for n in subject.in_order if n not in elsewhere):
        lines = _lines(arrays, name) if everywhere or is_representative(subject, name) else []
        (backward if subject.tensor(name).of else forward).extend(lines)
    for lines in (forward, backward):
        if lines:
            yield Formula(subject.show(lines, env=arrays.environment))
    last = subject.layers
    if subject.regular and not everywhere and last > MOST_LAYERS:
        yield Paragraph((say("Layers 3 to {last} go the same way as layer 2.", last=last - 1),))


def _lines(arrays: Arrays, name: str) -> list[m.Line]:
    """The definition of a tensor with matrices, part by part, as far as these have such a form; an adjoint that only
    leads on is left out."""
    subject, tensor = arrays.subject, arrays.subject.tensor(name)
    if name == "L" or tensor.letter == "e" or _is_passed_on(arrays, name) or _has_no_units(arrays, tensor):
        return []
    if len(subject.timeline.axes.get(tensor.of or name, ())) > 1 or not _is_flat(arrays, name):
        return []
    number = f"{subject.numbers[name]}.{SUFFIX[arrays.layout]}"
    found = [line for part in subject.stated.textbook(name) for line in array_lines(arrays, name, part)]
    if len(found) < 2:
        return [replace(line, number=number) for line in found]
    return [replace(line, number=f"{number}{letters(k)}") for k, line in enumerate(found)]


def array_lines(arrays: Arrays, name: str, part: Part) -> Iterator[m.Line]:
    """One line, or one for each piece of the array where no two equations write the same entries."""
    pieces = [(e,) for e in part.equations] if are_apart(part.equations) else [part.equations]
    for equations in pieces:
        try:
            right = _right(arrays, name, equations)
        except NoMatrixForm:
            continue
        if is_number(right, frozenset(arrays.subject.sizes)):  # the same in every entry: the index view says it
            continue
        tensor = arrays.subject.tensor(name)
        shapes = arrays.shapes(tensor.of or name, right) if len(pieces) == 1 else ""
        counted = arrays.subject.timeline.indices(equations[0])
        ranges = tuple((i.name, range(1, arrays.subject.extent(i.extent) + 1)) for i in counted)
        line = m.Line(arrays.array(equations[0].lhs), right, remark=(shapes,) if shapes else (), ranges=ranges)
        yield at_steps(arrays.subject, part, line, part.steps is not None)


def _is_flat(arrays: Arrays, name: str) -> bool:
    """Whether a definition and all that it reads are vectors and matrices, at each step."""
    read = {n for e in arrays.subject.textbook_definition(name) for n in e.tensors_read}
    return all(len(arrays.flat(arrays.subject.tensor(n))) <= 2 for n in (name, *read))


def _is_passed_on(arrays: Arrays, name: str) -> bool:
    """Whether an array is the adjoint of an activation, which only leads on to one error signal, as a whole."""
    subject, tensor = arrays.subject, arrays.subject.tensor(name)
    if arrays.readers[name] > 1:
        return False
    if tensor.of in subject.timeline.axes or tensor.of in arrays.parts_read:
        return False
    return tensor.of is not None and tensor.letter == "a" and name not in subject.derivation.wanted


def _has_no_units(arrays: Arrays, tensor: Tensor) -> bool:
    """Whether a tensor has one number a sample, such as the sum in a softmax: a step of what one name says."""
    return arrays.flat(tensor) == (BATCH,)


def _right(arrays: Arrays, name: str, equations: tuple[Equation, ...]) -> m.Node:
    """The right side, with the adjoint of an activation put in where it is used."""

    def array_of(access: Access) -> m.Node:
        other = access.tensor
        passed_on = _is_passed_on(arrays, other) and other in arrays.subject.numbers
        if not passed_on:
            return arrays.array(access)
        return _right(arrays, other, arrays.subject.textbook_definition(other))

    softmax = arrays.softmaxes.get(name)
    if softmax is not None and (arrays.layout == "column" or arrays.subject.tensor(name).shape[-1] != 1):
        return m.Apply("softmax", (arrays.array(replace(equations[0].lhs, tensor=softmax)),))
    form = replace(arrays.form, array_of=array_of)
    if arrays.layout == "column":  # one sample: N is 1
        equations = tuple(replace(e, body=of_one_sample(e.body)) for e in equations)
    return form.right_side(equations)
