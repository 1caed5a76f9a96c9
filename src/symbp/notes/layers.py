"""Section 7: the layer form, for one sample and for a batch, with shapes and where transposes come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from symbp import mathtree as m
from symbp.equation import Access, Equation, Extent, Read, Tensor
from symbp.layers.fragment import BATCH
from symbp.mathtree.nodes import Position, letters
from symbp.notes.lines import are_apart, at_steps, of_one_sample, operand_order
from symbp.notes.subject import MOST_LAYERS, Subject, delta
from symbp.printing.document import Block, Formula, Paragraph, Section
from symbp.rewrite.softmax import find_softmaxes
from symbp.views.layerform import ONES, LayerForm, Layout, NoMatrixForm, is_number
from symbp.views.naming import LOSS
from symbp.views.paper import Part, running

# Of the number of an equation: its vector form, its matrix form. Single lines have small letters.
SUFFIX = {"column": "V", "batch": "M"}


def layer_form(subject: Subject) -> tuple[Section, ...]:
    """The equations of the derivation with matrices; nothing where no line has such a form."""
    column, batch = _Arrays(subject, "column"), _Arrays(subject, "batch")
    if subject.regular:
        blocks: list[Block] = [Paragraph((_OPENING,)), *_displays(column), *_without_form(column), _transposes(subject)]
        return (Section(("Layer form",), (*blocks, Paragraph((_BATCH,)), *_displays(batch))),)
    if subject.timeline.axes:
        shown = (*_displays(column), Paragraph((_STEPS_BATCH,)), *_displays(batch))
        opening = _STEPS
    else:
        shown, opening = tuple(_displays(batch)), _SOME
    if not any(isinstance(n, m.MatrixProduct) for b in shown for n in _formulas(b)):
        return ()
    return (Section(("Layer form",), (Paragraph((opening,)), *shown)),)


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


_STEPS = (
    "The same equations, a whole layer at a time, for one sample: there is a column for each step t, and a circle with "
    "a dot multiplies entry by entry. The shapes stand at the right, and (1.V) is equation (1) in vector form; two "
    "numbers with dots between them are the entries that are meant. What comes after the last step counts as zero."
)
_STEPS_BATCH = (
    "With a batch there is a matrix for each step, written with a capital letter, whose rows are the samples. This is "
    "what the module computes, but that it does for all steps at once what the loop does not need."
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
    for name in (n for n in names if not _lines(arrays, n)):
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
        return LayerForm(
            self.subject.base.result, self.layout, self.array, self.subject.timeline, operand_order(self.subject)
        )

    @cached_property
    def softmaxes(self) -> dict[str, str]:
        """The tensors that are a softmax, and of what."""
        found = {}
        for softmax in find_softmaxes(self.subject.textbook.base.result):
            argument = softmax.e.body.args[0]
            if isinstance(argument, Read):
                found[softmax.p.target] = argument.access.tensor
        return found

    def array(self, access: Access) -> m.Node:
        """What an access reads as one array: of the step that it is at, and of a part the entries."""
        tensor = self.subject.tensor(access.tensor)
        steps = self.subject.timeline.axes.get(tensor.of or tensor.name, frozenset())
        sub: list[Position] = []
        for axis, (position, extent) in enumerate(zip(access.indices, tensor.shape, strict=True)):
            index = running(position)
            if axis in steps:
                sub.append(self.subject.index_naming.position(position))
            elif index is not None and index.extent != extent and isinstance(index.extent, int):
                sub.append(part_text(position.constant, index.extent))
        return self.symbol(access.tensor, tuple(sub))

    def symbol(self, name: str, sub: tuple[Position, ...] = ()) -> m.Node:
        """A tensor as one array; the adjoint of a pre-activation as an error signal, any other as a derivative."""
        tensor = self.subject.tensor(name)
        if tensor.of is None:
            return self._capital(tensor, sub)
        if tensor.letter == "z":  # by its usual letter, whatever the spec calls the pre-activation
            whole = self.subject.index_naming.whole(name)
            signal = delta(replace(whole, sub=(*whole.sub, *sub)))
            return replace(signal, base="Delta") if self.layout == "batch" else signal
        return m.Partial(LOSS, self._capital(self.subject.tensor(tensor.of), sub))

    def _capital(self, tensor: Tensor, sub: tuple[Position, ...] = ()) -> m.Symbol:
        whole = self.subject.index_naming.whole(tensor.name)
        symbol = replace(whole, sub=(*whole.sub, *sub))
        batched = bool(tensor.shape) and tensor.shape[0] == BATCH
        if self.layout == "batch" and batched and len(symbol.base) == 1:
            return replace(symbol, base=symbol.base.upper())
        return symbol

    @cached_property
    def environment(self) -> m.Environment:
        if not self.subject.checked:
            return m.Environment({})
        symbols: dict[m.Symbol, Any] = {m.Symbol(name): size for name, size in self.subject.sizes.items()}
        symbols |= {m.Symbol(BATCH.name): self.samples, ONES: ((1,),) * self.samples}
        partials: dict[tuple[m.Symbol, m.Symbol], Any] = {}
        for tensor in self.subject.index_naming.program.tensor.values():
            for node, value in self._arrays(tensor):
                if isinstance(node, m.Partial):
                    partials[node.of, node.wrt] = value
                elif isinstance(node, m.Symbol):
                    symbols[node] = value
        return m.Environment(symbols, partials)

    def _arrays(self, tensor: Tensor) -> Iterator[tuple[m.Node, Any]]:
        """The arrays that a tensor is on paper, and their values: of a sequence, one for each step and two beyond."""
        if tensor.name not in self.values or tensor.dtype == "int" or len(self.flat(tensor)) > 2:
            return
        value = self.values[tensor.name]
        steps = self.subject.timeline.axes.get(tensor.of or tensor.name, frozenset())
        if not steps:
            yield from self._with_parts(tensor, (), value)
            return
        (axis,) = steps
        for row in range(-self.beyond, value.shape[axis] + self.beyond):
            at = self.subject.timeline.row(tensor.of or tensor.name, axis, row)
            inside = 0 <= row < value.shape[axis]
            rows = value.take(row, axis=axis) if inside else value.take(0, axis=axis) * 0
            yield from self._with_parts(tensor, (at,), rows)

    def _with_parts(self, tensor: Tensor, sub: tuple[Position, ...], value: Any) -> Iterator[tuple[m.Node, Any]]:
        yield self.symbol(tensor.name, sub), self._as_rows(tensor, value)
        axis = int(tensor.shape[:1] == (BATCH,))
        for first, count in self.parts_read.get(tensor.of or tensor.name, ()):
            part = value.take(range(first, first + count), axis=axis)
            yield self.symbol(tensor.name, (*sub, part_text(first, count))), self._as_rows(tensor, part)

    @cached_property
    def beyond(self) -> int:
        """How many steps before the first and after the last are read."""
        steps = self.subject.timeline
        every = (a for e in self.subject.base.result.equations() for a in (e.lhs, *e.accesses_read()))
        constants = (
            abs(a.indices[axis].constant) + 1
            for a in every
            for axis in steps.axes.get(a.tensor.removesuffix("_bar"), ())
            if axis < len(a.indices) and a.indices[axis].terms
        )
        return max(constants, default=0)

    @cached_property
    def parts_read(self) -> Mapping[str, frozenset[tuple[int, int]]]:
        """For each tensor, where the parts of it begin that equations read or write, and how many entries they have."""
        found: dict[str, set[tuple[int, int]]] = {}
        for equation in self.subject.base.result.equations():
            for access in (equation.lhs, *equation.accesses_read()):
                tensor = self.subject.tensor(access.tensor)
                steps = self.subject.timeline.axes.get(tensor.of or tensor.name, frozenset())
                for axis, (position, extent) in enumerate(zip(access.indices, tensor.shape, strict=True)):
                    index = running(position)
                    if (
                        axis not in steps
                        and index is not None
                        and isinstance(index.extent, int)
                        and index.extent != extent
                    ):
                        part = (position.constant, index.extent)
                        found.setdefault(tensor.of or tensor.name, set()).add(part)
        return {name: frozenset(parts) for name, parts in found.items()}

    def flat(self, tensor: Tensor) -> tuple[Extent, ...]:
        """The shape of a tensor less its steps."""
        steps = self.subject.timeline.axes.get(tensor.of or tensor.name, frozenset())
        return tuple(e for axis, e in enumerate(tensor.shape) if axis not in steps)

    @property
    def samples(self) -> int:
        return 1 if self.layout == "column" else self.subject.samples

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The values of all tensors; for a column, those of the first sample alone."""
        if self.layout == "batch" or self.subject.samples == 1:
            return self.subject.values
        return self.subject.first_sample

    def _as_rows(self, tensor: Tensor, value: Any) -> Any:
        """A value as rows: a vector is a column, and so is one row of a batch in the column layout."""
        shape = self.flat(tensor)
        if not shape:
            return value[()]
        if self.layout == "column" and shape[0] == BATCH:
            return m.matrix([[v] for v in value[0]]) if len(shape) == 2 else value[0]
        return m.matrix(value if value.ndim == 2 else [[v] for v in value])

    def shape(self, name: str) -> str:
        tensor = self.subject.derivation.result.tensor.get(name) or self.subject.derivation.start.tensor[name]
        shape = self.flat(tensor)
        if not shape:
            return "1"
        sizes = [str(e) for e in shape]
        if self.layout == "column" and shape[0] == BATCH:
            sizes = sizes[1:]
        return "×".join([*sizes, "1"] if len(sizes) == 1 else sizes) or "1"

    def shapes(self, name: str, right: m.Node) -> str:
        """The shape of a result and, where it is a product, those of its factors."""
        summands = (n.body if isinstance(n, m.BigSum) else n for n in (right, *_terms(right)))
        product = next((n for n in summands if isinstance(n, m.MatrixProduct)), None)
        factors = [self._factor_shape(f) for f in product.factors] if product else []
        return self.shape(name) + (" = " + "".join(f"({f})" for f in factors) if factors and all(factors) else "")

    def _factor_shape(self, node: m.Node) -> str:
        if isinstance(node, m.Transpose):
            return "×".join(reversed(self._factor_shape(node.body).split("×")))
        return "N×1" if node == ONES else self._shape_of_node.get(_of_all_steps(node), "")

    @cached_property
    def _shape_of_node(self) -> dict[m.Node, str]:
        tensors = self.subject.index_naming.program.tensor
        return {_of_all_steps(self.symbol(name)): self.shape(tensors[name].of or name) for name in tensors}


def _of_all_steps(node: m.Node) -> m.Node:
    """An array without the step that it belongs to."""
    if isinstance(node, m.Partial):
        return replace(node, wrt=replace(node.wrt, sub=()))
    return replace(node, sub=()) if isinstance(node, m.Symbol) else node


def part_text(first: int, count: int) -> str:
    """The entries of a part, counted from 1: ``3…4``."""
    return f"{first + 1}…{first + count}" if count > 1 else str(first + 1)


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
        lines = _lines(arrays, name) if everywhere or subject.is_representative(name) else []
        (backward if subject.tensor(name).of else forward).extend(lines)
    for lines in (forward, backward):
        if lines:
            yield Formula(subject.show(lines, env=arrays.environment))
    last = subject.layers
    if subject.regular and not everywhere and last > MOST_LAYERS:
        yield Paragraph((f"Layers 3 to {last - 1} go the same way as layer 2.",))


def _lines(arrays: _Arrays, name: str) -> list[m.Line]:
    """The definition of a tensor with matrices, part by part, as far as these have such a form; an adjoint that only
    leads on is left out."""
    subject, tensor = arrays.subject, arrays.subject.tensor(name)
    if name == "L" or tensor.letter == "e" or _is_passed_on(arrays, name) or _has_no_units(arrays, tensor):
        return []
    if not _is_flat(arrays, name):
        return []
    number = f"{subject.numbers[name]}.{SUFFIX[arrays.layout]}"
    found = [line for part in subject.textbook_parts(name) for line in _part_lines(arrays, name, part)]
    if len(found) < 2:
        return [replace(line, number=number) for line in found]
    return [replace(line, number=f"{number}{letters(k)}") for k, line in enumerate(found)]


def _part_lines(arrays: _Arrays, name: str, part: Part) -> Iterator[m.Line]:
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
        line = m.Line(arrays.array(equations[0].lhs), right, remark=(shapes,) if shapes else ())
        yield at_steps(arrays.subject, part, line, part.steps is not None)


def _is_flat(arrays: _Arrays, name: str) -> bool:
    """Whether a definition and all that it reads are vectors and matrices, at each step."""
    read = {n for e in arrays.subject.textbook_definition(name) for n in e.tensors_read}
    return all(len(arrays.flat(arrays.subject.tensor(n))) <= 2 for n in (name, *read))


def _is_passed_on(arrays: _Arrays, name: str) -> bool:
    """Whether an array is the adjoint of an activation, which only leads on to an error signal, as a whole."""
    subject, tensor = arrays.subject, arrays.subject.tensor(name)
    if tensor.of in subject.timeline.axes or tensor.of in arrays.parts_read:
        return False
    return tensor.of is not None and tensor.letter == "a" and name not in subject.derivation.wanted


def _has_no_units(arrays: _Arrays, tensor: Tensor) -> bool:
    """Whether a tensor has one number a sample, such as the sum in a softmax: a step of what one name says."""
    return arrays.flat(tensor) == (BATCH,)


def _right(arrays: _Arrays, name: str, equations: tuple[Equation, ...]) -> m.Node:
    """The right side, with the adjoint of an activation put in where it is used."""

    def array_of(access: Access) -> m.Node:
        other = access.tensor
        passed_on = _is_passed_on(arrays, other) and other in arrays.subject.numbers
        if not passed_on:
            return arrays.array(access)
        return _right(arrays, other, arrays.subject.textbook_definition(other))

    softmax = arrays.softmaxes.get(name)
    if softmax is not None and (arrays.layout == "column" or arrays.subject.tensor(name).shape[-1] != 1):
        return m.Apply("softmax", (arrays.symbol(softmax),))
    form = replace(arrays.form, array_of=array_of)
    if arrays.layout == "column":  # one sample: N is 1
        equations = tuple(replace(e, body=of_one_sample(e.body)) for e in equations)
    return form.right_side(equations)
