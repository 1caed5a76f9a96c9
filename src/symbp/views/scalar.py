"""The neuron view: every element of every tensor is a symbol of its own.

A :class:`ScalarView` reads one derivation at given sizes. The *primal* of an element is its forward formula
in named intermediates; its *links* are how dL reaches it: the elements that it acts on, each with the local
derivative that the derivation ends with. Paths from the loss to a weight are chains of links.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import sympy

from symbp import mathtree as m
from symbp.derivation import Derivation, adjoint_name
from symbp.equation import Access, Affine, Atom, Equation, Extent, Guard, Index, Length, Read, Size, index_values, reads
from symbp.errors import SizeError
from symbp.functions import maximum
from symbp.program import Program, Scan

MOST_SCALARS = 5000
MOST_PATHS = 64
Point = Mapping[str, int]


@dataclass(frozen=True, order=True)
class Element:
    """One element of a tensor; positions count from 0."""

    tensor: str
    index: tuple[int, ...] = ()

    def __str__(self) -> str:
        return self.tensor + (f"[{','.join(map(str, self.index))}]" if self.index else "")


class Scalar(sympy.Symbol):  # type: ignore[misc]
    """The value of an element, as an atom of SymPy."""

    __slots__ = ("element",)
    element: Element

    def __new__(cls, element: Element) -> Scalar:
        self: Scalar = sympy.Symbol.__xnew__(cls, str(element))
        self.element = element
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[Element], dict[str, object]]:
        return (self.element,), {}


def scalars(expression: sympy.Basic) -> tuple[Scalar, ...]:
    """The distinct scalars of an expression, sorted."""
    return tuple(sorted(expression.atoms(Scalar), key=lambda s: s.element))


def value_of(expression: sympy.Expr, values: Mapping[str, Any]) -> Any:
    """The value of a local derivative, from its own formula."""
    symbols = {m.Symbol(s.name): values[s.element.tensor][s.element.index] for s in scalars(expression)}
    return m.value(m.from_sympy(expression, lambda s: m.Symbol(s.name)), m.Environment(symbols))


@dataclass(frozen=True)
class Link:
    """One factor of the chain rule: d(of)/d(by), as the chain rule gave it and as the derivation leaves it.

    ``of`` is None at the loss itself: the factor is then dL/d(by), as far as it reaches it directly.
    """

    of: Element | None
    by: Element
    raw: sympy.Expr
    local: sympy.Expr


@dataclass(frozen=True)
class ScalarView:
    """One derivation, element by element.

    Args:
        derivation: Where the formulas come from.
        sizes: The run-time sizes: ``{"N": 4}``.
        integers: The values of integer tensors, which positions depend on.
    """

    derivation: Derivation
    sizes: Mapping[str, int]
    integers: Mapping[str, Any]

    def __post_init__(self) -> None:
        object.__setattr__(self, "_memo", {})

    def primal(self, element: Element) -> sympy.Expr:
        """The forward formula of an element, as the network states it."""
        return self._definition(self.derivation.start, element)

    def final(self, element: Element) -> sympy.Expr:
        """The formula of an element as the derivation ends with it."""
        return self._definition(self.derivation.result, element)

    def links(self, element: Element) -> tuple[Link, ...]:
        """How the loss depends on an element: one link for each element that it acts on, and one for L itself; none
        where the loss does not depend on it at all.

        Raises:
            SizeError: more than ``MOST_SCALARS`` elements take part.
        """
        memo: dict[Any, Any] = self._memo  # type: ignore[attr-defined]
        key = ("links", element)
        if key not in memo:
            if sum(1 for k in memo if k[0] == "links") > MOST_SCALARS:
                raise SizeError(f"more than {MOST_SCALARS} scalars take part: use the layer or the index view")
            memo[key] = tuple(self._links(element))
        found: tuple[Link, ...] = memo[key]
        return found

    def _links(self, element: Element) -> Iterator[Link]:
        adjoint = Element(adjoint_name(element.tensor), element.index)
        if not self._is_reached(adjoint):
            return
        total = self._without_means(self._definition(self.derivation.result, adjoint))
        raw = self._raw(adjoint)
        used = {}
        for scalar in scalars(total):
            tensor = self.derivation.result.tensor[scalar.element.tensor]
            if tensor.of is not None:
                used[scalar] = Element(tensor.of, scalar.element.index)
        direct = total.xreplace({scalar: sympy.Integer(0) for scalar in used})
        if direct != 0 or not used:
            yield Link(None, element, direct, direct)
        for scalar, of in used.items():
            local = total.diff(scalar)
            yield Link(of, element, raw.get(scalar, local), local)

    def _is_reached(self, adjoint: Element) -> bool:
        """Whether anything adds to an adjoint: nothing does to that of an entry which no window has kept."""
        program = self.derivation.result
        equations = program.defining(adjoint.tensor)
        return not equations or any(True for e in equations for _ in self._terms(program, e, adjoint))

    def _raw(self, adjoint: Element) -> dict[Scalar, sympy.Expr]:
        """The local derivatives as the chain rule first gave them."""
        raw: dict[Scalar, sympy.Expr] = {}
        for step in self.derivation.steps_of(adjoint.tensor):
            if step.rule != "chain rule":
                continue
            for equation in step.after:
                expression = self._instances(self.derivation.chain_result, equation, adjoint)
                for scalar in scalars(expression):
                    name = scalar.element.tensor
                    of = self.derivation.chain_result.tensor[name].of
                    if of is not None and of not in self.derivation.rescaled:
                        raw[scalar] = raw.get(scalar, sympy.Integer(0)) + expression.diff(scalar)
        return raw

    def _without_means(self, expression: sympy.Expr) -> sympy.Expr:
        """Adjoints that belong to no tensor, such as the mean in a softmax, put in by their definition."""
        result = self.derivation.result
        while True:
            inner = {
                s: self._definition(result, s.element)
                for s in scalars(expression)
                if result.tensor[s.element.tensor].role == "adjoint" and result.tensor[s.element.tensor].of is None
            }
            if not inner:
                return expression
            expression = expression.xreplace(inner)

    def path_count(self, element: Element) -> int:
        """How many paths lead from the loss to an element."""
        memo: dict[Any, Any] = self._memo  # type: ignore[attr-defined]
        key = ("paths", element)
        if key not in memo:
            memo[key] = sum(1 if link.of is None else self.path_count(link.of) for link in self.links(element))
        count: int = memo[key]
        return count

    def paths(self, element: Element) -> tuple[tuple[Link, ...], ...]:
        """Every path from the loss to an element: its links, those nearest to the loss first.

        Raises:
            SizeError: there are more than ``MOST_PATHS``.
        """
        count = self.path_count(element)
        if count > MOST_PATHS:
            raise SizeError(f"{count} paths lead to {element}: at most {MOST_PATHS} are listed one by one")
        return tuple(self._paths(element))

    def _paths(self, element: Element) -> Iterator[tuple[Link, ...]]:
        for link in self.links(element):
            if link.of is None:
                yield (link,)
            else:
                for before in self._paths(link.of):
                    yield (*before, link)

    def gradient(self, element: Element) -> sympy.Expr:
        """dL/d(element) in named intermediates: sums of products, common factors taken out path by path."""
        terms = []
        for link in self.links(element):
            terms.append(link.local if link.of is None else self.gradient(link.of) * link.local)
        return sympy.Add(*terms)

    def _definition(self, program: Program, element: Element) -> sympy.Expr:
        memo: dict[Any, Any] = self._memo  # type: ignore[attr-defined]
        key = (id(program), element)
        if key not in memo:
            equations = program.defining(element.tensor)
            if equations and equations[0].reduction == "max":
                terms = tuple(self._terms(program, equations[0], element))
                value = reduce(maximum, terms) if terms else sympy.Integer(0)  # nothing writes the element
            else:
                value = sympy.Add(*(self._instances(program, e, element) for e in equations))
            memo[key] = value
        found: sympy.Expr = memo[key]
        return found

    def _instances(self, program: Program, equation: Equation, element: Element) -> sympy.Expr:
        """What an equation adds to an element."""
        return sympy.Add(*self._terms(program, equation, element))

    def _terms(self, program: Program, equation: Equation, element: Element) -> Iterator[sympy.Expr]:
        for point in self._points(program, equation, element):
            if all(self._holds(g, point) for g in equation.guards):
                yield self._body(equation, point)

    def _points(self, program: Program, equation: Equation, element: Element) -> Iterator[dict[str, int]]:
        """The points of an equation that write an element."""
        scan = _scan_of(program, equation)
        bound = (*((scan.index,) if scan else ()), *equation.domain, *equation.over)
        places = list(zip(equation.lhs.indices, element.index, strict=True))
        yield from self._solved(places, {i.name: i for i in bound}, {})

    def _solved(
        self, places: list[tuple[Affine, int]], free: dict[str, Index], point: dict[str, int]
    ) -> Iterator[dict[str, int]]:
        """The points at which positions have given values: an index that is alone in one follows from it."""
        for position, value in places:
            unknown = [i for i in dict.fromkeys(position.indices()) if i.name in free]
            if len(unknown) == 1 and not any(True for _ in position.reads()):
                found = self._follows(position, value, unknown[0], point)
                if found is not None:
                    rest = {name: i for name, i in free.items() if name != unknown[0].name}
                    yield from self._solved(places, rest, {**point, unknown[0].name: found})
                return
        if free:
            name, index = next(iter(free.items()))
            rest = {other: i for other, i in free.items() if other != name}
            for at in range(self._extent(index.extent)):
                yield from self._solved(places, rest, {**point, name: at})
        elif all(self._position(position, point) == value for position, value in places):
            yield point

    def _follows(self, position: Affine, value: int, index: Index, point: dict[str, int]) -> int | None:
        """The value of the only unknown index of a position; ``None`` if it has none."""
        step = sum(c for c, atom in position.terms if atom == index)
        at, left = divmod(value - self._position(position, {**point, index.name: 0}), step)
        return at if not left and 0 <= at < self._extent(index.extent) else None

    def _body(self, equation: Equation, point: Point) -> sympy.Expr:
        exchange: dict[sympy.Symbol, sympy.Expr] = {r: self._scalar(r, point) for r in reads(equation.body)}
        for size in equation.body.atoms(Length):
            exchange[size] = sympy.Integer(self.sizes[size.name])
        for index_value in index_values(equation.body):
            exchange[index_value] = sympy.Integer(point[index_value.name])
        return equation.body.xreplace(exchange)

    def _scalar(self, read: Read, point: Point) -> Scalar:
        positions = tuple(self._position(p, point) for p in read.access.indices)
        return Scalar(Element(read.access.tensor, positions))

    def _holds(self, guard: Guard, point: Point) -> bool:
        value = self._position(guard.affine, point)
        return {">=": value >= 0, "==": value == 0, "!=": value != 0}[guard.relation]

    def _position(self, affine: Affine, point: Point) -> int:
        total = affine.constant
        for coefficient, atom in affine.terms:
            total += coefficient * self._value(atom, point)
        return total

    def _value(self, atom: Atom, point: Point) -> int:
        if isinstance(atom, Size):
            return self._extent(atom)
        return point[atom.name] if isinstance(atom, Index) else self._integer(atom, point)

    def _integer(self, access: Access, point: Point) -> int:
        return int(self.integers[access.tensor][tuple(self._position(p, point) for p in access.indices)])

    def _extent(self, extent: Extent) -> int:
        return self.sizes[extent.name] + extent.plus if isinstance(extent, Size) else extent


def _scan_of(program: Program, equation: Equation) -> Scan | None:
    return next((s for s in program.statements if isinstance(s, Scan) and any(e is equation for e in s.body)), None)
