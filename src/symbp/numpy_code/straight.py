"""Equations written out number by number: ``z1_1 = W1_11 * x_1 + W1_12 * x_2 + b1_1``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TypeAlias

import sympy

from symbp.equation import Access, Affine, Equation, Guard, Index, IndexValue, Read, index_values, reads
from symbp.numpy_code.floats import ATOM, PRODUCT, Floats, printed, text
from symbp.numpy_code.layout import INDENT, WIDTH, wrapped
from symbp.numpy_code.names import Names, spelled
from symbp.program import Program
from symbp.schedule import terms
from symbp.schedule.arrays import Operand
from symbp.schedule.order import Order
from symbp.schedule.straight import BATCH, fixed, label

Place: TypeAlias = tuple[int, ...]
Term: TypeAlias = tuple[str, int, str]  # add or subtract, how tightly the text binds, the text


@dataclass(frozen=True)
class _Form:
    """The body of an equation as text with slots for what it reads.

    Attributes:
        before: The parts that have a name, each with its text.
        terms: The terms of its sum.
    """

    slots: tuple[sympy.Symbol, ...]
    before: tuple[tuple[str, str], ...]
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class _Instance:
    """A form at one point; ``condition`` is what a label must be for it to count."""

    before: tuple[str, ...]
    terms: tuple[Term, ...]
    condition: str


@dataclass
class Straight:
    """Writes out the equations of one program, at some depth of indentation.

    ``started`` are the numbers that have a value.
    """

    program: Program
    names: Names
    depth: int
    started: set[str] = field(default_factory=set)
    _elements: dict[tuple[str, Place], str] = field(default_factory=dict)
    _picked: dict[tuple[str, tuple[object, ...]], str] = field(default_factory=dict)

    def element(self, tensor: str, place: Place) -> str:
        """The name of a number, counted from 1: ``W1_12``; the batch has no part in it."""
        if not place:
            return spelled(tensor)
        if (tensor, place) not in self._elements:
            between = "_" if max(self.extents(tensor)) > 9 else ""
            name = f"{tensor}_{between.join(str(k + 1) for k in place)}"
            self._elements[tensor, place] = self.names.fresh(name)
        return self._elements[tensor, place]

    def elements(self, tensor: str) -> list[str]:
        """The names of all numbers of a tensor, row by row."""
        return [self.element(tensor, place) for place in product(*map(range, self.extents(tensor)))]

    def extents(self, tensor: str) -> tuple[int, ...]:
        """The shape of a tensor of one sample."""
        return tuple(int(str(e)) for e in self.program.tensor[tensor].shape if e != BATCH)

    def value(self, name: str) -> str:
        """A number; what no equation has written is zero."""
        return name if name in self.started else "0.0"

    def lines(self, equations: Sequence[Equation]) -> Iterator[str]:
        """The statements of one definition."""
        found: dict[str, list[_Instance]] = {}
        late: list[tuple[Equation, dict[str, int], list[_Instance]]] = []
        before: list[str] = []
        for equation in equations:
            form = self._form(equation)
            for point in _points(equation.domain):
                instances = list(self._instances(equation, form, point, before))
                if any(map(label, equation.lhs.indices)):
                    late.append((equation, point, instances))
                elif equation.reduction == "max":
                    before += self._largest(self._target(equation.lhs, point), instances)
                elif instances or self._is_inside(equation.lhs, point):
                    found.setdefault(self._target(equation.lhs, point), []).extend(instances)
        yield from before
        for target, instances in found.items():
            yield from self._assigned(target, instances)
        for equation, point, instances in late:
            yield from self._scattered(equation, point, instances)

    def _is_inside(self, access: Access, point: dict[str, int]) -> bool:
        """Whether an access lies in its tensor, as one need not where a guard fails."""
        pairs = zip(self.places(access, point), self.extents(access.tensor), strict=True)
        return all(not isinstance(place, int) or 0 <= place < extent for place, extent in pairs)

    def _form(self, equation: Equation) -> _Form:
        slots = (*reads(equation.body), *index_values(equation.body))
        given = {s: Operand(f"{{{k}}}") for k, s in enumerate(slots)}
        longest = [self._longest(s) for s in slots]
        room = self._room(equation)
        order = Order.of(self.program)
        floats = Floats(order, given, self.names, room, lambda written: len(written.format(*longest)))
        found = terms(floats.value(equation.body))
        parts = tuple((name, text(node)) for name, node in floats.lines)
        return _Form(slots, parts, tuple((sign, *printed(node)) for sign, node in found))

    def _room(self, equation: Equation) -> int:
        """How long a term may be: alone it stands in the line of its target, perhaps under a condition."""
        within = WIDTH - len(INDENT) * (self.depth + bool(equation.guards))
        last = self.element(equation.target, tuple(e - 1 for e in self.extents(equation.target)))
        return within - max(len(f"{last} += "), len(f"{INDENT}+ "), len("difference00 = "))

    def _longest(self, slot: sympy.Symbol) -> str:
        if isinstance(slot, IndexValue):
            return "0" * 4
        return "0" * len(self.element(slot.access.tensor, tuple(e - 1 for e in self.extents(slot.access.tensor))))

    def _instances(
        self, equation: Equation, form: _Form, point: dict[str, int], before: list[str]
    ) -> Iterator[_Instance]:
        for inner in _points(equation.over):
            full = point | inner
            conditions = [_condition(g, full, self) for g in equation.guards]
            if False not in conditions:
                names = [self._slot(s, full, before) for s in form.slots]
                yield _Instance(
                    tuple(f"{name} = {written.format(*names)}" for name, written in form.before),
                    tuple((sign, level, written.format(*names)) for sign, level, written in form.terms),
                    " and ".join(c for c in conditions if isinstance(c, str)),
                )

    def _slot(self, slot: sympy.Symbol, point: dict[str, int], before: list[str]) -> str:
        if isinstance(slot, IndexValue):
            return f"{point[slot.index.name]}.0"
        assert isinstance(slot, Read)
        places = self.places(slot.access, point)
        if not any(isinstance(p, str) for p in places):
            return self.value(self.element(slot.access.tensor, tuple(p for p in places if isinstance(p, int))))
        key = (slot.access.tensor, places)
        if key not in self._picked:
            self._picked[key] = self.names.fresh(f"{slot.access.tensor}_at")
            before += self._pick(self._picked[key], slot.access.tensor, places)
        return self._picked[key]

    def _pick(self, name: str, tensor: str, places: tuple[int | str, ...]) -> Iterator[str]:
        """The lines that pick a number by a label."""
        (at, by), *more = [(k, p) for k, p in enumerate(places) if isinstance(p, str)]
        assert not more
        options = [self.value(self.element(tensor, place)) for place in self._options(tensor, places, at)]
        line = f"{name} = ({', '.join(options)}{',' if len(options) == 1 else ''})[{by}]"
        if len(INDENT * self.depth + line) <= WIDTH:
            yield line
        else:
            row = self.names.fresh(f"{tensor}_row")
            yield from self.wrapped(f"{row} = ({', '.join(options)})")
            yield f"{name} = {row}[{by}]"

    def _options(self, tensor: str, places: tuple[int | str, ...], at: int) -> Iterator[Place]:
        for k in range(self.extents(tensor)[at]):
            yield tuple(k if axis == at else int(p) for axis, p in enumerate(places))

    def places(self, access: Access, point: dict[str, int]) -> tuple[int | str, ...]:
        """Where an element stands in its tensor of one sample: a number, or the label that picks it."""
        shape = self.program.tensor[access.tensor].shape
        pairs = zip(access.indices, shape, strict=True)
        return tuple(self._at(position, point) for position, extent in pairs if extent != BATCH)

    def _at(self, position: Affine, point: dict[str, int]) -> int | str:
        found = label(position)
        return _number(position, point) if found is None else self._target(found, point)

    def _target(self, access: Access, point: dict[str, int]) -> str:
        return self.element(access.tensor, tuple(int(p) for p in self.places(access, point)))

    def _assigned(self, target: str, instances: Iterable[_Instance]) -> Iterator[str]:
        """``target`` as a sum: what needs parts, or stands under a condition, is added after the rest."""
        alone = [i for i in instances if i.before or i.condition]
        joined = [term for i in instances if not (i.before or i.condition) for term in i.terms]
        if not joined and alone and target not in self.started and not alone[0].condition:
            first, *alone = alone
            yield from first.before
            joined = list(first.terms)
        if joined or target not in self.started:
            yield from self._sum(target, joined)
        for instance in alone:
            yield from instance.before
            yield from self._under(instance.condition, target, instance.terms)

    def _under(self, condition: str, target: str, found: Sequence[Term], word: str = "if") -> Iterator[str]:
        """Terms added under a condition, if there is one."""
        if condition:
            yield f"{word} {condition}:"
            yield from (INDENT + line for line in self._sum(target, found, self.depth + 1))
        else:
            yield from self._sum(target, found)

    def _sum(self, target: str, found: Sequence[Term], depth: int | None = None) -> Iterator[str]:
        """``target = ...``, or ``+=``, or ``-=`` if there is nothing but minus signs."""
        sign = "="
        if target in self.started:
            minus = all(s == "subtract" for s, *_ in found)
            sign = "-=" if minus else "+="
            found = [("add", *rest) for _, *rest in found] if minus else found  # type: ignore[misc]
        self.started.add(target)
        pieces = [_piece(term, len(found) > 1) for term in found] or ["+ 0.0"]
        first = pieces[0].removeprefix("+ ")
        first = f"-{first[2:]}" if first.startswith("- ") else first
        yield from self._fitted(f"{target} {sign} ", [first, *pieces[1:]], depth or self.depth)

    def _fitted(self, head: str, pieces: list[str], depth: int) -> Iterator[str]:
        """A sum; two terms that do not fit in a line are two statements."""
        if len(pieces) == 2 and len(f"{INDENT * depth}{head}{' '.join(pieces)}") > WIDTH:
            target, *_ = head.split()
            yield head + pieces[0]
            yield f"{target} {pieces[1][0]}= {pieces[1][2:]}"
        else:
            yield from broken(head, pieces, depth)

    def _largest(self, target: str, instances: list[_Instance]) -> Iterator[str]:
        """The largest of some values."""
        self.started.add(target)
        values = []
        for instance in instances:
            yield from instance.before
            (sign, _, value), *more = instance.terms
            if more or sign == "subtract":
                value = self.names.fresh("value")
                yield from self._sum(value, instance.terms)
            values.append(value)
        line = f"{target} = {values[0]}" if len(values) == 1 else f"{target} = max({', '.join(values)})"
        yield from self.wrapped(line)

    def wrapped(self, line: str) -> Iterator[str]:
        margin = INDENT * self.depth
        yield from (part.removeprefix(margin) for part in wrapped(margin + line))

    def _scattered(self, equation: Equation, point: dict[str, int], instances: list[_Instance]) -> Iterator[str]:
        """What is added to the number that a label picks."""
        tensor, places = equation.target, self.places(equation.lhs, point)
        (at,) = [k for k, p in enumerate(places) if isinstance(p, str)]
        found: Sequence[Term] = instances[0].terms
        if len(instances) > 1 or instances[0].before or instances[0].condition or len(found) > 1:
            value = self.names.fresh("value")
            yield from self._assigned(value, instances)
            found = [("add", ATOM, value)]
        names = {place: self.element(tensor, place) for place in self._options(tensor, places, at)}
        for name in names.values():
            if name not in self.started:
                yield from self._sum(name, [])
        for place, name in names.items():
            yield from self._under(f"{places[at]} == {place[at]}", name, found, "elif" if place[at] else "if")


def _piece(term: Term, several: bool) -> str:
    """A term with its sign in front, in parentheses where it is one of several or has a minus sign."""
    sign, level, written = term
    if level < PRODUCT and (several or sign == "subtract"):
        written = f"({written})"
    return f"{'-' if sign == 'subtract' else '+'} {written}"


def _points(indices: Iterable[Index]) -> Iterator[dict[str, int]]:
    """The points of some indices besides that of the samples."""
    own = fixed(indices)
    for values in product(*(range(int(str(i.extent))) for i in own)):
        yield {i.name: k for i, k in zip(own, values, strict=True)}


def _number(affine: Affine, point: dict[str, int]) -> int:
    """The value of an affine expression besides its label."""
    known = ((c, a) for c, a in affine.terms if isinstance(a, Index))
    return affine.constant + sum(c * point[a.name] for c, a in known)


def _condition(guard: Guard, point: dict[str, int], straight: Straight) -> bool | str:
    """Whether a condition holds, or what a label must be for it."""
    number = _number(guard.affine, point)
    found = label(guard.affine)
    if found is None:
        return {">=": number >= 0, "==": number == 0, "!=": number != 0}[guard.relation]
    (sign,) = [c for c, a in guard.affine.terms if a == found]
    return f"{straight._target(found, point)} {guard.relation} {-sign * number}"


def broken(head: str, pieces: list[str], depth: int) -> Iterator[str]:
    """A statement whose value is a sum, in parentheses if it is too long, then one term a line.

    >>> list(broken("a = ", ["b", "+ c"], 0))
    ['a = b + c']
    """
    line = head + " ".join(pieces)
    if len(INDENT * depth + line) <= WIDTH:
        yield line
        return
    inner = INDENT + " ".join(pieces)
    yield f"{head}("
    yield from [inner] if len(INDENT * depth + inner) <= WIDTH else [INDENT + p for p in pieces]
    yield ")"
