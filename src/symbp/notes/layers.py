"""Section 7: the layer form, for one sample and for a batch, with shapes and where transposes come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from symbp import mathtree as m
from symbp.equation import Read, Tensor
from symbp.layers.fragment import BATCH
from symbp.notes.lines import of_one_sample
from symbp.notes.subject import MOST_LAYERS, Subject, delta
from symbp.printing.document import Block, Formula, Paragraph, Section
from symbp.rewrite.softmax import find_softmaxes
from symbp.views.layerform import ONES, LayerForm, Layout, NoMatrixForm, is_number
from symbp.views.naming import LOSS

# Of the number of an equation: its vector form, its matrix form. Single lines have small letters.
SUFFIX = {"column": "V", "batch": "M"}


def layer_form(subject: Subject) -> tuple[Section, ...]:
    """The equations of the derivation with matrices; nothing where no line has such a form."""
    column, batch = _Arrays(subject, "column"), _Arrays(subject, "batch")
    if subject.regular:
        blocks: list[Block] = [Paragraph((_OPENING,)), *_displays(column), *_without_form(column), _transposes(subject)]
        return (Section(("Layer form",), (*blocks, Paragraph((_BATCH,)), *_displays(batch))),)
    shown = tuple(_displays(batch))
    if not any(isinstance(n, m.MatrixProduct) for b in shown for n in _formulas(b)):
        return ()
    return (Section(("Layer form",), (Paragraph((_SOME,)), *shown)),)


def _formulas(block: Block) -> Iterator[m.Node]:
    if isinstance(block, Formula):
        for line in block.display.lines:
            yield from m.walk(line.right)


_SOME = (
    "Where a layer holds vectors, its equations can be written a whole layer at a time: the samples are the rows of a "
    "matrix, written with a capital letter, and a circle with a dot multiplies entry by entry. The shapes stand at the "
    "right, and (1.M) is equation (1) in matrix form. What has further axes, or a number for each sample or each unit "
    "alone, stays in index form."
)


_OPENING = (
    "The same equations, a whole layer at a time, for one sample: vectors are columns, a circle with a dot multiplies "
    "entry by entry. The shapes stand at the right, and (1.V) is equation (1) in vector form."
)
_BATCH = (
    "With a batch the samples are the rows of a matrix, written with a capital letter. A weight matrix now stands on "
    "the right of what it multiplies, and a sum over the samples is a product too: this is what the module computes. "
    "These are the equations in matrix form, (1.M) and so on."
)


def _without_form(arrays: _Arrays) -> Iterator[Block]:
    """Which error signals have no form with matrices, so that nobody looks for them."""
    subject = arrays.subject
    names = [n for n in subject.numbers if subject.tensor(n).of and subject.tensor(n).letter == "z"]
    for name in (n for n in names if _line(arrays, n) is None):
        signal, number = arrays.symbol(name), m.Reference(str(subject.numbers[name]))
        yield Paragraph(
            ("For ", signal, " see equation ", number, ": it picks entries by labels, which no product does.")
        )


def _transposes(subject: Subject) -> Paragraph:
    weight = next(t for t in subject.derivation.start.of_role("parameter") if len(t.shape) == 2)
    w = subject.index_naming.whole(weight.name)
    return Paragraph(
        (
            "Where do the transposes come from? On the way forward ", m.Index("i"), " stays and the sum runs over the "
            "second index of ", w, ", along its rows. On the way back the input's index ", m.Index("j"), " stays and "
            "the sum runs over the first index, down its columns: that is the product with ", m.Transpose(w), ". The "
            "gradient of a weight has one index from the error signal and one from the input, and no sum at all for "
            "one sample: a column times a row.",
        )
    )  # fmt: skip


@dataclass(frozen=True)
class _Arrays:
    """The arrays of one layout: how they are printed, and what they are worth."""

    subject: Subject
    layout: Layout

    @cached_property
    def form(self) -> LayerForm:
        return LayerForm(self.subject.base.result, self.layout, self.symbol)

    @cached_property
    def softmaxes(self) -> dict[str, str]:
        """The tensors that are a softmax, and of what."""
        found = {}
        for softmax in find_softmaxes(self.subject.textbook.base.result):
            argument = softmax.e.body.args[0]
            if isinstance(argument, Read):
                found[softmax.p.target] = argument.access.tensor
        return found

    def symbol(self, name: str) -> m.Node:
        """A tensor as one array; the adjoint of a pre-activation as an error signal, any other as a derivative."""
        tensor = self.subject.tensor(name)
        if tensor.of is None:
            return self._capital(tensor)
        if tensor.letter == "z":  # by its usual letter, whatever the spec calls the pre-activation
            signal = delta(self.subject.index_naming.whole(name))
            return replace(signal, base="Delta") if self.layout == "batch" else signal
        return m.Partial(LOSS, self._capital(self.subject.tensor(tensor.of)))

    def _capital(self, tensor: Tensor) -> m.Symbol:
        symbol = self.subject.index_naming.whole(tensor.name)
        batched = bool(tensor.shape) and tensor.shape[0] == BATCH
        if self.layout == "batch" and batched and len(symbol.base) == 1:
            return replace(symbol, base=symbol.base.upper())
        return symbol

    @cached_property
    def environment(self) -> m.Environment:
        if not self.subject.checked:
            return m.Environment({})
        symbols: dict[m.Symbol, Any] = {m.Symbol(BATCH.name): self.samples, ONES: ((1,),) * self.samples}
        partials: dict[tuple[m.Symbol, m.Symbol], Any] = {}
        for name, tensor in self.subject.index_naming.program.tensor.items():
            if name not in self.values or tensor.dtype == "int" or len(tensor.shape) > 2:
                continue
            node, value = self.symbol(name), self._array(tensor, self.values[name])
            if isinstance(node, m.Partial):
                partials[node.of, node.wrt] = value
            elif isinstance(node, m.Symbol):
                symbols[node] = value
        return m.Environment(symbols, partials)

    @property
    def samples(self) -> int:
        return 1 if self.layout == "column" else self.subject.samples

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The values of all tensors; for a column, those of the first sample alone."""
        if self.layout == "batch" or self.subject.samples == 1:
            return self.subject.values
        return self.subject.first_sample

    def _array(self, tensor: Tensor, value: Any) -> Any:
        """A value as rows: a vector is a column, and so is one row of a batch in the column layout."""
        if not tensor.shape:
            return value[()]
        batched = tensor.shape[0] == BATCH
        if self.layout == "column" and batched:
            return m.matrix([[v] for v in value[0]]) if len(tensor.shape) == 2 else value[0]
        return m.matrix(value if value.ndim == 2 else [[v] for v in value])

    def shape(self, name: str) -> str:
        tensor = self.subject.derivation.result.tensor.get(name) or self.subject.derivation.start.tensor[name]
        if not tensor.shape:
            return "1"
        sizes = [str(e) for e in tensor.shape]
        if self.layout == "column" and tensor.shape[0] == BATCH:
            sizes = sizes[1:]
        return "×".join([*sizes, "1"] if len(sizes) == 1 else sizes)

    def shapes(self, name: str, right: m.Node) -> str:
        """The shape of a result and, where it is a product, those of its factors."""
        product = next((n for n in (right, *_terms(right)) if isinstance(n, m.MatrixProduct)), None)
        factors = [self._factor_shape(f) for f in product.factors] if product else []
        return self.shape(name) + (" = " + "".join(f"({f})" for f in factors) if factors and all(factors) else "")

    def _factor_shape(self, node: m.Node) -> str:
        if isinstance(node, m.Transpose):
            return "×".join(reversed(self._factor_shape(node.body).split("×")))
        return "N×1" if node == ONES else self._shape_of_node.get(node, "")

    @cached_property
    def _shape_of_node(self) -> dict[m.Node, str]:
        tensors = self.subject.index_naming.program.tensor
        return {self.symbol(name): self.shape(tensors[name].of or name) for name in tensors}


def _terms(node: m.Node) -> tuple[m.Node, ...]:
    """The terms of a sum, or the arrays that are multiplied entry by entry."""
    if isinstance(node, m.Sum):
        return node.terms
    return node.factors if isinstance(node, m.Hadamard) else ()


def _displays(arrays: _Arrays) -> Iterator[Block]:
    """Forward equations, error signals, then gradients of parameters, each kind in one display."""
    forward: list[m.Line] = []
    backward: list[m.Line] = []
    subject = arrays.subject
    everywhere = "index" not in subject.views  # no other section has the equations of the layers between
    for name in subject.numbers:
        line = _line(arrays, name) if everywhere or subject.is_representative(name) else None
        if line is not None:
            (backward if subject.tensor(name).of else forward).append(line)
    for lines in (forward, backward):
        if lines:
            yield Formula(subject.show(lines, env=arrays.environment))
    last = subject.layers
    if subject.regular and not everywhere and last > MOST_LAYERS:
        yield Paragraph((f"Layers 3 to {last - 1} go the same way as layer 2.",))


def _line(arrays: _Arrays, name: str) -> m.Line | None:
    """The definition of a tensor with matrices, if it has such a form; an adjoint that only leads on is left out."""
    tensor = arrays.subject.tensor(name)
    if name == "L" or tensor.letter == "e" or _is_passed_on(arrays.subject, name) or _has_no_units(tensor):
        return None
    if not _is_flat(arrays.subject, name):
        return None
    try:
        right = _right(arrays, name)
    except NoMatrixForm:
        return None
    if is_number(right):  # the same in every entry: the index view says it
        return None
    left = arrays.symbol(name)
    number = f"{arrays.subject.numbers[name]}.{SUFFIX[arrays.layout]}"
    return m.Line(left, right, remark=(arrays.shapes(tensor.of or name, right),), number=number)


def _is_flat(subject: Subject, name: str) -> bool:
    """Whether a definition and all that it reads are vectors and matrices."""
    read = {n for e in subject.textbook_definition(name) for n in e.tensors_read}
    return all(len(subject.tensor(n).shape) <= 2 for n in (name, *read))


def _is_passed_on(subject: Subject, name: str) -> bool:
    """Whether an array is the adjoint of an activation, which only leads on to an error signal."""
    tensor = subject.tensor(name)
    return tensor.of is not None and tensor.letter == "a" and name not in subject.derivation.wanted


def _has_no_units(tensor: Tensor) -> bool:
    """Whether a tensor has one number a sample, such as the sum in a softmax: a step of what one name says."""
    return len(tensor.shape) == 1 and tensor.shape[0] == BATCH


def _right(arrays: _Arrays, name: str) -> m.Node:
    """The right side, with the adjoint of an activation put in where it is used."""

    def array_of(other: str) -> m.Node:
        passed_on = _is_passed_on(arrays.subject, other) and other in arrays.subject.numbers
        return _right(arrays, other) if passed_on else arrays.symbol(other)

    softmax = arrays.softmaxes.get(name)
    if softmax is not None and (arrays.layout == "column" or arrays.subject.tensor(name).shape[-1] != 1):
        return m.Apply("softmax", (arrays.symbol(softmax),))
    form = replace(arrays.form, array_of=array_of)
    equations = arrays.subject.textbook_definition(name)
    if arrays.layout == "column":  # one sample: N is 1
        equations = tuple(replace(e, body=of_one_sample(e.body)) for e in equations)
    return form.right_side(equations)
