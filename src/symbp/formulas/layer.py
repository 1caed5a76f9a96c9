"""Layer notation: whole arrays, ``(W2^T*delta2) .* sigma'(z1) * x^T``.

Three layouts, as in the notes: one sample, whose vectors are columns; a batch, whose samples are rows; and columns of
several samples, which ``sum_n`` or what the gradient is by sums. What a product means follows from the shapes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from symbp.errors import Fault, Span
from symbp.formulas.grids import Grid, Kind, Layout, added, grid_of, meanings, shape_of_grid, times, turned
from symbp.formulas.reading import Reading, Run, Values, extents, shape_text
from symbp.formulas.tree import Access, Call, Derivative, Factor, Name, Node, Product, Reduce, Sum, Transpose, walk
from symbp.program import Tensor

MOST_TRIED = 64  # ways to understand the products of a formula
ONES = "ones"
SIGNS: Mapping[str, tuple[Kind, ...]] = {"@": ("matrix",), ".*": ("entries", "scale"), "*": ()}
SAID = {"outer": "the outer product", "inner": "the inner product", "entries": "a product entry by entry"}


class Undecided(Exception):
    """A product that may mean several things."""

    def __init__(self, span: Span, kinds: tuple[Kind, ...]) -> None:
        super().__init__(str(kinds))
        self.span, self.kinds = span, kinds


@dataclass(frozen=True)
class LayerReading(Reading):
    """A formula of whole arrays.

    Attributes:
        kinds: What each product means, by the place of its sign.
    """

    layout: Layout = "column"
    kinds: tuple[tuple[Span, Kind], ...] = ()

    notation = "layer"

    @property
    def of_any_size(self) -> bool:
        return self.layout != "column"

    def value(self, values: Values) -> Any:
        run = LayerRun(self, values, dict(self.kinds))
        with run.numbers.context():
            return run.shaped(run.value(self.read.tree))

    def part(self, node: Node, values: Values) -> Any:
        run = LayerRun(self, values, dict(self.kinds), lenient=True)
        with run.numbers.context():
            return run.value(node).array


def layer_readings(reading: LayerReading, dummy: Values) -> Iterator[LayerReading]:
    """Every way to understand the products of a formula that gives the shape that is wanted.

    Args:
        dummy: Arrays of the right shapes.

    Raises:
        Fault: there is none; it is the fault of the most usual way.
    """
    waiting: list[dict[Span, Kind]] = [{}]
    first: Fault | None = None
    found = False
    for _ in range(MOST_TRIED):
        if not waiting:
            break
        run = LayerRun(reading, dummy, waiting.pop())
        given = dict(run.kinds)
        try:
            with run.numbers.context():
                run.shaped(run.value(reading.read.tree))
        except Undecided as choice:
            waiting += [{**given, choice.span: kind} for kind in reversed(choice.kinds)]
        except Fault as fault:
            first = first or fault
        else:
            found = True
            remarks = tuple(_remark(reading, given[span]) for span in given if given[span] in ("outer", "inner"))
            yield replace(reading, kinds=tuple(run.kinds.items()), remarks=(*reading.remarks, *dict.fromkeys(remarks)))
    if not found and first is not None:
        raise first


def _remark(reading: LayerReading, kind: Kind) -> str:
    return f"a product of two vectors is read as {SAID[kind]}"


class LayerRun(Run):
    """One evaluation in layer notation."""

    reading: LayerReading

    def __init__(self, reading: LayerReading, values: Values, kinds: dict[Span, Kind], lenient: bool = False) -> None:
        super().__init__(reading, values)
        self.kinds, self.lenient = kinds, lenient
        self.summed = False

    @property
    def layout(self) -> Layout:
        return self.reading.layout

    @property
    def samples(self) -> int:
        return self.sizes.get("N", 1)

    def constant(self, value: Any) -> Grid:
        return Grid(np.asarray(value))

    def text(self, node: Node | Factor) -> str:
        return self.reading.text[slice(*node.span)]

    # Names

    def name(self, node: Name) -> Grid:
        found = self.common(node.text)
        if found is not None:
            return found  # type: ignore[no-any-return]
        ref = self.reading.names.array(node)
        if ref is None and node.text == ONES:
            return Grid(self.numbers.array(np.ones((self.samples, 1))))
        return self._of(node, ref)

    def derivative(self, node: Derivative) -> Grid:
        return self._of(node, self.reading.names.array(node))

    def _of(self, node: Name | Derivative, ref: Any) -> Grid:
        if ref is None:
            raise self.reading.names.unknown(node, self.reading.text)
        value = self.values[ref.tensor.name]
        if ref.tensor.dtype == "int" and ref.tensor.role == "target":
            return self._labels(ref.tensor, value)
        return grid_of(ref.tensor, self.numbers.array(value), self.layout)

    def _labels(self, tensor: Tensor, value: Any) -> Grid:
        """Labels as the rows of a unit matrix: 1 at the label, 0 elsewhere."""
        outputs = self.reading.names.tensors["yhat"].shape[-1] if "yhat" in self.reading.names.tensors else 1
        size = outputs if isinstance(outputs, int) else int(np.max(value)) + 1
        labels = np.clip(np.asarray(value).astype(int), 0, size - 1)
        return grid_of(
            replace(tensor, shape=(*tensor.shape, size)), self.numbers.array(np.eye(size)[labels]), self.layout
        )

    def access(self, node: Access) -> Grid:
        raise self.fault("an array has no positions in layer notation", "Write all of it with indices.", node.span)

    # Functions

    def applied(self, function: Any, arguments: list[Any]) -> Grid:
        samples = any(a.samples for a in arguments)
        return Grid(np.asarray(function(*(a.array for a in arguments))), samples)

    def special(self, name: str, node: Call) -> Grid:
        inner = self.value(node.arguments[0])
        if name == "sqrt":
            return self.applied(self.numbers.sqrt, [inner])
        if name == "diag":
            return self._diagonal(node, inner)
        axis = -2 if self.layout != "rows" and inner.is_column else -1
        if np.ndim(inner.array) < 2:
            raise self.fault("softmax is of a vector", "", node.span)
        exponentials = self.numbers.function("exp", [inner.array])
        return Grid(exponentials / exponentials.sum(axis=axis, keepdims=True), inner.samples)

    def _diagonal(self, node: Call, inner: Grid) -> Grid:
        if not inner.is_column:
            shape = shape_text(inner.shape)
            raise self.fault(f"diag takes a column, and this is {shape}", "", node.arguments[0].span)
        size = inner.shape[0]
        eye = self.numbers.array(np.eye(size))
        return Grid(inner.array * eye, inner.samples)

    def reduce(self, node: Reduce) -> Grid:
        inner = self.value(node.body)
        if node.samples:
            return self._over_samples(node, inner)
        if self.layout == "rows" and not inner.is_number:
            options: tuple[Kind, ...] = ("inner", "outer")  # along a row, or over the samples
            if self._kind(node.head, options) == "outer":
                return self._over_samples(node, inner)
            total = inner.array.sum(axis=-1, keepdims=True)
            return Grid(total / inner.shape[-1] if node.kind == "mean" else total)
        axes = tuple(range(1, np.ndim(inner.array))) if inner.samples else None
        total = np.asarray(inner.array.sum(axis=axes))
        count = int(np.prod(inner.shape))
        return Grid(total / count if node.kind == "mean" else total, inner.samples)

    def _over_samples(self, node: Reduce, inner: Grid) -> Grid:
        rows = self.layout == "rows" and inner.shape[:1] == (self.samples,)
        if not rows and not inner.samples:
            raise self.fault(f"what {node.kind}_n is taken of is not of one sample each", "", node.body.span)
        self.summed = True
        total = inner.array.sum(axis=0)
        if node.kind == "mean":
            total = total / self.samples
        return Grid(total[:, None] if rows and np.ndim(total) == 1 else total)

    def transpose(self, node: Transpose) -> Grid:
        inner = self.value(node.base)
        return inner if inner.shape == () else Grid(turned(inner.array), inner.samples)

    # Sums and products

    def sum(self, node: Sum) -> Grid:
        total: Grid | None = None
        before = node.terms[0][1].span[0]
        for sign, term in node.terms:
            value = self.value(term)
            if total is None:
                total = value if sign > 0 else Grid(-value.array, value.samples)
                continue
            joined = added(total, value, sign, self.layout)
            if joined is None:
                shapes = f"{shape_text(total.shape)} and {shape_text(value.shape)}"
                problem = f"these cannot be added: {shapes}"
                raise self.fault(problem, "Both sides of + and - have one shape.", (before, term.span[1]))
            total = joined
        assert total is not None
        return total

    def product(self, node: Product) -> Grid:
        start = node.first.span
        total: Grid = self.value(node.first)
        for factor in node.others:
            total = self._times(total, self.value(factor.node), factor, start[0])
        return total

    def _times(self, a: Grid, b: Grid, factor: Factor, start: int) -> Grid:
        if factor.sign == "/":
            return self._divided(a, b, factor, start)
        allowed = SIGNS[factor.sign]
        kinds = tuple(k for k in meanings(a, b, self.layout) if not allowed or k in allowed)
        if factor.sign == ".*" and a.shape == b.shape:
            kinds = ("entries",)
        if not kinds:
            left = self.reading.text[start : factor.span[0]].strip()
            said = f"{left} is {shape_text(a.shape)}, and {self.text(factor.node)} is {shape_text(b.shape)}"
            problem = "cannot be multiplied entry by entry" if factor.sign == ".*" else "cannot be multiplied"
            remedy = "A product of matrices needs as many columns on the left as rows on the right."
            if factor.sign == ".*":
                remedy = "Entry by entry, both have one shape."
            raise self.fault(f"these {problem}: {said}", remedy, (start, factor.node.span[1]))
        return times(self._kind(factor.span, kinds), a, b)

    def _kind(self, span: Span, kinds: tuple[Kind, ...]) -> Kind:
        """What a product means: as it was decided, or the only thing that it can mean."""
        decided = self.kinds.get(span)
        if decided is not None and (decided in kinds or not self.lenient):
            return decided
        if len(kinds) > 1 and not self.lenient:
            raise Undecided(span, kinds)
        self.kinds[span] = kinds[0]
        return kinds[0]

    def _divided(self, a: Grid, b: Grid, factor: Factor, start: int) -> Grid:
        rows = self.layout == "rows" and len(a.shape) == len(b.shape) == 2 and b.shape == (a.shape[0], 1)
        if not (b.is_number or a.shape == b.shape or a.shape == () or rows):
            shapes = f"{shape_text(a.shape)} by {shape_text(b.shape)}"
            raise self.fault(f"these cannot be divided: {shapes}", "", (start, factor.node.span[1]))
        inverse = Grid(self.numbers.number(1) / b.array, b.samples)
        return times("scale", a, inverse)

    # The shape that is wanted

    def shaped(self, found: Grid) -> Any:
        """The value in the shape of what the gradient is by.

        Raises:
            Fault: it has another one; both are said.
        """
        target = self.reading.target
        if target is None:
            return found.array
        wanted, given = self._wanted(), found.shape
        if found.samples and not target.batched:
            if self.summed:
                raise self.fault("the samples are not summed in all of this", "", self.reading.read.tree.span)
            found = Grid(found.array.sum(axis=0))
        if given == () and wanted == (1, 1):
            found = Grid(found.array.reshape((*np.shape(found.array), 1, 1)), found.samples)
        elif given != wanted and not self._is_row(given, wanted):
            raise self._wrong_shape(given, wanted)
        shape = extents(target.tensor, self.sizes)
        return found.array.reshape(() if target.is_number else shape)

    def _wanted(self) -> tuple[int, ...]:
        target = self.reading.target
        assert target is not None
        return (
            (1, 1)
            if target.is_number
            else shape_of_grid(target.tensor, extents(target.tensor, self.sizes), self.layout)
        )

    def _is_row(self, given: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
        """Whether a vector stands as a row where samples are rows."""
        return self.layout == "rows" and len(given) == 2 and given == wanted[::-1] and wanted[1:] == (1,)

    def _wrong_shape(self, given: tuple[int, ...], wanted: tuple[int, ...]) -> Fault:
        target = self.reading.target
        assert target is not None
        problem = f"this is {shape_text(given)}, and dL/d{target.asked} is {shape_text(wanted)}"
        remedy = "Its transpose has the right shape." if len(given) == 2 and given[::-1] == wanted else ""
        return self.fault(problem, remedy, self.reading.read.tree.span)


def mentions_batch(tree: Node) -> bool:
    """Whether a formula says something of several samples."""
    return any(
        (isinstance(n, Name) and n.text in ("N", ONES)) or (isinstance(n, Reduce) and n.samples) for n in walk(tree)
    )
