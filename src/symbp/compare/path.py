"""Up to where a formula follows the derivation: its parts, matched with the derivation's quantities by their values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from symbp.compare.lines import Style, ancestors, chain_view, named, number_name, place
from symbp.compare.points import Point
from symbp.compare.subject import Subject
from symbp.compare.verdict import Place
from symbp.derivation import adjoint_name
from symbp.formulas import Formula, Part
from symbp.formulas.tree import Access, Derivative, Name, Node, Number, Transpose, walk
from symbp.mistakes import Seed
from symbp.views.scalar import Element

SAME = 1e-9
At: TypeAlias = tuple[int, ...] | None
MOST_ELEMENTS = 2_000  # of a tensor whose elements are looked at one by one


@dataclass(frozen=True)
class Followed:
    """What of a derivation a formula has.

    Attributes:
        reached: What its parts are, from the loss on: the text of a part, an adjoint, what it is called.
        behind: The adjoints up to the last one that it has.
        leaves: The first line that it does not follow.
    """

    reached: tuple[tuple[str, str, str], ...]
    behind: tuple[str, ...]
    leaves: str

    def told(self, subject: Subject) -> tuple[str, ...]:
        """Each part with what it is, in words."""
        numbers = subject.derivation.numbers
        found = []
        for text, tensor, name in self.reached:
            number = f", line ({numbers[tensor]})" if tensor in numbers else ""
            found.append(f"{text} is {name}{number}")
        return tuple(found)


def route(subject: Subject) -> tuple[str, ...]:
    """The adjoints that a gradient follows from, in the order of the way back; the gradient itself is the last."""
    program = subject.derivation.chain_result
    order = list(dict.fromkeys(e.target for e in program.equations() if e.target.endswith("_bar")))
    needed, waiting = {subject.adjoint}, [subject.adjoint]
    while waiting:
        for equation in program.defining(waiting.pop()):
            new = {name for name in equation.tensors_read if name.endswith("_bar")} - needed
            needed |= new
            waiting += sorted(new)
    start = adjoint_name(subject.derivation.start.output)
    others = [name for name in order if name in needed and name not in (start, subject.adjoint)]
    return (*others, subject.adjoint)


def followed(subject: Subject, formula: Formula, points: Sequence[Point]) -> Followed:
    """Up to where a formula follows the way back."""
    way = route(subject)
    reached: dict[str, tuple[str, str, str]] = {}
    on_the_way = _elements(subject, formula)
    for part in formula.parts:
        if not is_plain(part.node):
            for name, at in _matches(part, way[:-1], points):
                element = Element(name, at or (0,) * points[0].chain[name].ndim)
                said = named(name) if at is None and not on_the_way else number_name(subject, element)
                if not on_the_way or element in on_the_way:
                    reached.setdefault(name, (part.text, name, said))
    present = {*reached, *_named_in(formula, way)}
    last = max((way.index(name) for name in present), default=-1)
    last_of = {reached[name][0]: name for name in way if name in reached}  # what is handed on as it is has several
    listed = tuple(reached[name] for name in last_of.values())
    return Followed(listed, way[: last + 1], way[min(last + 1, len(way) - 1)])


def _elements(subject: Subject, formula: Formula) -> frozenset[Element]:
    """The adjoints of single neurons that a gradient by one follows from; none if they are not told one by one."""
    if formula.notation != "neuron" or subject.index is None or subject.derivation.network.example is None:
        return frozenset()
    return frozenset(ancestors(subject, chain_view(subject)))


def is_plain(node: Node) -> bool:
    """Whether a part of a formula is nothing but a name, perhaps transposed."""
    return is_plain(node.base) if isinstance(node, Transpose) else isinstance(node, Name | Derivative | Access | Number)


def _named_in(formula: Formula, way: tuple[str, ...]) -> Iterator[str]:
    """The adjoints that stand in a formula by name."""
    reading = formula.reading
    for node in walk(reading.read.tree):
        base = getattr(node, "base", node)
        if isinstance(base, Name | Derivative):
            name = _tensor_of(formula, base)
            if name in way:
                yield name


def _tensor_of(formula: Formula, node: Name | Derivative) -> str:
    reading = formula.reading
    if reading.notation == "neuron":
        element = reading.names.element(node, int(reading.sizes.get("N", 1)))
        return element.tensor if element else ""
    ref = reading.names.array(node)
    return ref.tensor.name if ref else ""


def _matches(part: Part, way: Sequence[str], points: Sequence[Point]) -> Iterator[tuple[str, At]]:
    """The adjoints that a part is, as a whole or one element of it, at every point."""
    values = [part.value(point.values) for point in points]
    if any(v is None or not np.isfinite(np.asarray(v, dtype=float)).all() for v in values):
        return
    if not all(np.any(v) for v in values):
        return
    for name in way:
        rights = [point.chain[name] for point in points]
        if any(all(_alike(v, r, turned) for v, r in zip(values, rights, strict=True)) for turned in (False, True)):
            yield name, None
        elif np.size(values[0]) == 1 < rights[0].size <= MOST_ELEMENTS:
            at = _element([float(np.squeeze(v)) for v in values], rights)
            if at is not None:
                yield name, at


def _element(values: Sequence[float], rights: Sequence[Any]) -> At:
    """The element of a tensor that has given values at all points."""
    near = np.abs(rights[0] - values[0]) <= SAME * abs(values[0])
    for found in np.argwhere(near):
        at = tuple(map(int, found))
        if all(r.shape == rights[0].shape and _alike(v, r[at]) for v, r in zip(values, rights, strict=True)):
            return at
    return None


def _alike(value: Any, right: Any, turned: bool = False) -> bool:
    one, other = np.squeeze(np.asarray(value, dtype=float)), np.squeeze(np.asarray(right))
    one = one.T if turned else one
    largest = np.abs(other).max(initial=0)
    return one.shape == other.shape and largest > 0 and bool(np.abs(one - other).max(initial=0) <= SAME * largest)


def leaving(subject: Subject, found: Followed, causes: Sequence[Seed], style: Style) -> Place:
    """The line at which a formula leaves the derivation: of a mistake behind what it has, or the first one."""
    way = route(subject)
    ahead = [seed.at for seed in causes if seed.at not in found.behind]
    at = next((at for at in ahead if at in way), found.leaves)
    return place(subject, at, style)
