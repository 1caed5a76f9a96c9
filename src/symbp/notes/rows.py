"""The layer form of sequences: for one sample the steps are the rows of a matrix, with one for each head."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from symbp import mathtree as m
from symbp.equation import Equation, Guard, Read
from symbp.layers.fragment import BATCH
from symbp.mathtree.nodes import Position
from symbp.mathtree.numbering import letters
from symbp.notes.alike import repeated
from symbp.notes.chosen import is_representative
from symbp.notes.known import delta
from symbp.notes.lines import are_apart, conditions_of, of_one_sample, operand_order
from symbp.notes.rowvalues import ALL, RowPartials, RowValues
from symbp.notes.subject import Subject
from symbp.printing.document import Block as Shown
from symbp.printing.document import Formula, Paragraph, Sentence
from symbp.program import Tensor
from symbp.rewrite.softmax import Softmax, find_softmaxes
from symbp.views.layerform import NoMatrixForm, is_number
from symbp.views.naming import LOSS
from symbp.views.rowform import Axes, Block, Found, Part, RowForm, Shape, fixed_axes, row_axes
from symbp.wording import listed, say, say_many

ROWS = "R"  # of the number of an equation: its form with steps as rows
OPENING = say(
    "The same equations with matrices, for one sample: what has two axes is a matrix, whose rows are the steps where "
    "it is a sequence, with a capital letter unless this is another quantity's; what has one axis is a column. A "
    "further index counts matrices of one name, such as those of several heads. Two numbers with dots between them are "
    "the rows that are meant or, after a dot, the columns. A bold 1 is a column of ones, as many as its subscript "
    "says: it repeats a row or a column, and sums. A circle with a dot multiplies entry by entry, a fraction divides "
    "so, and a number is added to each entry. The shapes stand at the right, and (1.R) is equation (1) in this form."
)


@dataclass(frozen=True)
class Rows:
    """The matrices of one sample: how they are printed, and what they are worth."""

    subject: Subject

    @cached_property
    def fixed(self) -> Axes:
        return fixed_axes(self.subject.index_naming.program.tensors, self._equations)

    @cached_property
    def row_axes(self) -> Axes:
        return row_axes(self.subject.index_naming.program.tensors, self._equations)

    @property
    def _equations(self) -> tuple[Equation, ...]:
        return tuple(self.subject.base.result.equations())

    @cached_property
    def form(self) -> RowForm:
        return RowForm(self.subject.index_naming.program, self.fixed, self.array, operand_order(self.subject))

    @cached_property
    def softmaxes(self) -> tuple[Softmax, ...]:
        return find_softmaxes(self.subject.textbook.base.result)

    @cached_property
    def names(self) -> dict[str, m.Symbol]:
        """What a tensor is called as one array: a matrix has a capital letter, unless that is another tensor's."""
        tensors = [t for t in self.subject.index_naming.program.tensors if t.of is None]
        plain = {t.name: self.subject.index_naming.whole(t.name) for t in tensors}
        taken = set(plain.values())
        found = {}
        for tensor in tensors:
            symbol = plain[tensor.name]
            capital = replace(symbol, base=symbol.base.upper())
            single = len(symbol.base) == 1 and symbol.base.isascii() and len(self.free(tensor)) > 1
            found[tensor.name] = capital if single and capital not in taken else symbol
            taken.add(found[tensor.name])
        return found

    def free(self, tensor: Tensor) -> tuple[int, ...]:
        """The axes of rows and columns of a tensor."""
        fixed = self.fixed.get(tensor.name, frozenset())
        return tuple(a for a, e in enumerate(tensor.shape) if e != BATCH and a not in fixed)

    @cached_property
    def sequences(self) -> frozenset[str]:
        """The tensors whose definition writes or reads what has rows in each sample."""
        read = {
            name: {name, *(n for e in self.subject.textbook_definition(name) for n in e.tensors_read)}
            for name in self.subject.numbers
        }
        return frozenset(name for name, names in read.items() if name != "L" and names & self.row_axes.keys())

    def array(self, block: Block) -> m.Node:
        """An array of an equation, as it is printed."""
        position = self.subject.index_naming.position
        sub: list[Position] = [position(p) for p in block.fixed]
        spans = [self._span(part) for part in block.parts]
        if len(spans) == 2 and spans[1] is not None:
            sub += [spans[0] or ALL, spans[1]]
        else:
            sub += [span for span in spans if span is not None]
        return self.symbol(block.tensor, tuple(sub))

    def _span(self, part: Part | None) -> Position | None:
        if part is None:
            return None
        first, last = (self.subject.index_naming.position(part.first + k) for k in (0, part.extent - 1))
        return m.Span(_node(first), _node(last)) if part.extent > 1 else first

    def symbol(self, name: str, sub: tuple[Position, ...] = ()) -> m.Node:
        """A tensor as one array; the adjoint of a pre-activation as an error signal, any other as a derivative."""
        tensor = self.subject.tensor(name)
        if tensor.of is not None and tensor.letter != "z":
            whole = self.names[tensor.of]
            return m.Partial(LOSS, replace(whole, sub=(*whole.sub, *sub)))
        whole = self.names[name] if tensor.of is None else self._signal(name)
        return replace(whole, sub=(*whole.sub, *sub))

    def _signal(self, name: str) -> m.Symbol:
        return replace(delta(self.subject.index_naming.whole(name)), base="Delta")

    @cached_property
    def environment(self) -> m.Environment:
        subject = self.subject
        if not subject.checked:
            return m.Environment({})
        values = subject.first_sample if subject.samples > 1 else subject.values
        known: dict[m.Symbol, tuple[Any, tuple[int, ...]]] = {}
        partials: dict[m.Symbol, tuple[Any, tuple[int, ...]]] = {}
        for tensor in subject.index_naming.program.tensors:
            if tensor.name not in values or tensor.dtype == "int" or not tensor.shape:
                continue
            sampled = tensor.shape[0] == BATCH
            fixed = tuple(a - sampled for a in sorted(self.fixed.get(tensor.name, ())))
            value = values[tensor.name][0] if sampled else values[tensor.name]
            node = self.symbol(tensor.name)
            if isinstance(node, m.Partial):
                partials[node.wrt] = value, fixed
            elif isinstance(node, m.Symbol):
                known[node] = value, fixed
        sizes = {**subject.sizes, BATCH.name: 1}
        return m.Environment(RowValues(known, sizes), RowPartials(LOSS, RowValues(partials, sizes)))

    def definition(self, name: str) -> tuple[Equation, ...]:
        """The equations of a tensor for one sample."""
        return tuple(replace(e, body=of_one_sample(e.body)) for e in self.subject.textbook_definition(name))

    def lines(self, name: str) -> list[m.Line]:
        """The definition of a tensor with matrices; nothing where it has no such form."""
        lines = self._lines(name)
        number = f"{self.subject.numbers[name]}.{ROWS}"
        if len(lines) == 1:
            return [replace(lines[0], number=number)]
        return [replace(line, number=f"{number}{letters(k)}") for k, line in enumerate(lines)]

    def _lines(self, name: str) -> list[m.Line]:
        """The array as a whole, with what is put in for a part that it copies; or each of its parts."""
        equations = self.definition(name)
        try:
            found = self._softmax(name) or self.form.right_side(equations)
        except NoMatrixForm:
            return self._pieces(equations) if are_apart(equations) else []
        if is_number(found.node, frozenset(self.subject.sizes)):
            return []
        block = self.form.block(equations[0], equations[0].lhs)
        line = self._line(equations, replace(block, parts=(None,) * len(block.parts)), found)
        put_in = self._put_in(equations)
        return [line] if put_in is None else [line, replace(self._line(equations, block, put_in), left=None)]

    def _pieces(self, equations: tuple[Equation, ...]) -> list[m.Line]:
        try:
            return [self._line((e,), self.form.block(e, e.lhs), self.form.piece(e)) for e in equations]
        except NoMatrixForm:
            return []

    def _line(self, equations: tuple[Equation, ...], block: Block, found: Found) -> m.Line:
        shapes = self._shapes(block, found)
        remark = (*_rows_of(found.node), shapes)
        return m.Line(self.array(block), found.node, remark=remark, ranges=self._ranges(equations))

    def _ranges(self, equations: tuple[Equation, ...]) -> tuple[tuple[str, range], ...]:
        counted = {i for e in equations for i in e.indices() if i.extent != BATCH}
        return tuple((i.name, range(1, self.subject.extent(i.extent) + 1)) for i in sorted(counted, key=str))

    def _softmax(self, name: str) -> Found | None:
        """A softmax over the last axis, as one; the conditions under which an entry is seen stand below its name."""
        softmax = next((s for s in self.softmaxes if s.p.target == name), None)
        if softmax is None or softmax.p.guards or not isinstance(softmax.e.body.args[0], Read):
            return None
        block = self.form.block(softmax.e, softmax.e.body.args[0].access)
        if len(block.axes) != 2 or softmax.p.lhs.indices[-1].index != softmax.index or not block.is_whole:
            return None
        if block.axes != self.form.block(softmax.e, softmax.e.lhs).axes or any(_is_read(g) for g in softmax.e.guards):
            return None
        row, column = (m.Index(i.name) for i in block.axes)
        return Found(m.RowSoftmax(self.array(block), row, column, conditions_of(self.subject, softmax.e)))

    def _put_in(self, equations: tuple[Equation, ...]) -> Found | None:
        """The product of matrices that defines the part of an array that is copied."""
        (equation, *others) = equations
        if others or not isinstance(equation.body, Read):
            return None
        block = self.form.block(equation, equation.body.access)
        found = () if block.is_whole else self.form.put_in(equation, self.definition(block.tensor))
        try:
            product = self.form.right_side(found) if found else None
        except NoMatrixForm:
            return None
        return product if product is not None and product.factors else None

    def _shapes(self, block: Block, found: Found) -> str:
        """The shape of a result and, where it is a product, those of its factors."""
        tensor = self.subject.tensor(block.tensor)
        whole = (tensor.shape[a] for a in self.free(tensor))
        own = tuple(e if part is None else part.extent for e, part in zip(whole, block.parts, strict=True))
        factors = "".join(f"({_times(f)})" for f in found.factors)
        return _times(own if len(own) > 1 else (*own, 1)) + (f" = {factors}" if factors else "")


def row_blocks(rows: Rows) -> Iterator[Shown]:
    """The equations of sequences with matrices, forward and back, and which are left; nothing without a product."""
    subject = rows.subject
    shown: dict[bool, list[m.Line]] = {False: [], True: []}
    without: list[str] = []
    elsewhere = repeated(subject)
    for name in subject.in_order:
        if name in elsewhere or name not in rows.sequences or not is_representative(subject, name):
            continue
        lines = [] if _is_within(rows, name) else rows.lines(name)
        shown[subject.tensor(name).role == "adjoint"].extend(lines)
        if not lines:
            without.append(name)
    if not any(isinstance(n, m.MatrixProduct) for line in shown[False] + shown[True] for n in m.walk(line.right)):
        return
    yield Paragraph((OPENING,))
    for lines in shown.values():
        if lines:
            yield Formula(subject.show(lines, env=rows.environment))
    if without:
        yield Paragraph(_left(subject, without))


def _is_within(rows: Rows, name: str) -> bool:
    """Whether a tensor is a step within a softmax, which the softmax itself says."""
    return any(name in (s.e.target, s.s.target) for s in rows.softmaxes)


def _left(subject: Subject, names: list[str]) -> Sentence:
    """Which equations stay in index form."""
    return (
        say_many(
            len(names),
            "Equation {numbers} stays in index form, as steps within a softmax or as what no matrices say.",
            "Equations {numbers} stay in index form, as steps within a softmax or as what no matrices say.",
            numbers=listed(m.Reference(str(subject.numbers[name])) for name in names),
        ),
    )


def _is_read(guard: Guard) -> bool:
    """Whether a condition is about what is read, such as a mask."""
    return next(iter(guard.affine.reads()), None) is not None


def _rows_of(node: m.Node) -> Sentence:
    """What a softmax is of."""
    if not isinstance(node, m.RowSoftmax):
        return ()
    told = say("row {row}, columns {column}", row=node.row, column=node.column) if node.where else say("row by row")
    return told, ": "


def _node(position: m.Node | int) -> m.Node:
    return m.Number(position) if isinstance(position, int) else position


def _times(shape: Shape) -> str:
    return "×".join(map(str, shape))
