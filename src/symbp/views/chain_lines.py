"""A partial derivative in lines: the chain rule, the local derivatives put in, the numbers, the result.

A few factors are written out, path by path. More of them are written as nested sums, and the lines after that
start from the derivatives by the next quantities.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sympy

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.views.naming import LOSS, Naming
from symbp.views.nested import nested_sums, treats_units_alike
from symbp.views.scalar import MOST_PATHS, Element, Link, Scalar, ScalarView, value_of
from symbp.wording import Message, say, say_many

MOST_FACTORS = 9  # of all paths, to be written out


def chain_lines(
    view: ScalarView, naming: Naming, element: Element, values: Mapping[str, Any] | None, digits: int, deep: bool
) -> Iterator[m.Line]:
    """The lines for one element; ``deep`` follows each path to the loss, else to the next adjoints."""
    left: m.Node | None = m.Partial(LOSS, naming.symbol(element))
    written_out = deep and _factor_count(view, element) <= MOST_FACTORS
    direct = all(link.of is None for link in view.links(element))
    if deep and not written_out and view.path_count(element) > 1 and treats_units_alike(view.derivation.start):
        count = view.path_count(element)
        yield m.Line(
            left,
            nested_sums(view, naming, element),
            remark=(say_many(count, "{count} path, as nested sums", "{count} paths, as nested sums"),),
        )
        left = None
    remark = _paths(view.path_count(element)) if written_out else say("chain rule")
    symbols = _tree(view, element, _Local(naming), written_out)
    if direct:
        yield m.Line(left, symbols, remark=(say("derivative of the loss"),))
    else:
        yield m.Line(left, _tree(view, element, _Chain(naming), written_out), remark=(remark,))
        yield m.Line(None, symbols, remark=(say("local derivatives"),))
    if values is not None:
        style = (_Put if direct else _Numbers)(naming, values, digits)
        numbers = _tree(view, element, style, written_out)
        result = _adjoint(element, values, digits)
        if not isinstance(numbers, m.Number):  # a single number is the result itself
            yield m.Line(None, numbers, remark=(say("numbers"),))
        yield m.Line(None, m.Box(result))


def is_short(view: ScalarView, element: Element) -> bool:
    """Whether all paths to an element can be written out."""
    return _factor_count(view, element) <= MOST_FACTORS


def _paths(count: int) -> Message:
    return say_many(count, "chain rule", "chain rule, {count} paths")


def _factor_count(view: ScalarView, element: Element) -> int:
    if view.path_count(element) > MOST_PATHS:
        return MOST_FACTORS + 1
    return sum(1 + (0 if link.of is None else _factor_count(view, link.of)) for link in view.links(element))


def _tree(view: ScalarView, element: Element, style: _Style, deep: bool) -> m.Node:
    """The derivative as sums of products, the links of every path inside one another."""
    return _joined(list(_terms(view, element, style, deep)))


def _terms(view: ScalarView, element: Element, style: _Style, deep: bool) -> Iterator[m.Node]:
    links = view.links(element)
    for link in links:
        factor = style.addend(link) if link.of is None and len(links) > 1 else style.factor(link)
        if link.of is None:
            yield factor
        elif deep and not view.path_count(link.of):
            continue  # a dead end: the loss does not depend on it
        elif deep:
            yield _product([_tree(view, link.of, style, deep), factor])
        else:
            yield _product([style.adjoint(link.of), factor])


def _joined(terms: list[m.Node]) -> m.Node:
    if not terms:
        return m.Number(0)
    return terms[0] if len(terms) == 1 else m.Sum(tuple(terms))


def _product(factors: list[m.Node]) -> m.Node:
    """The factors in one row, less those that are plainly 1."""
    flat: list[m.Node] = []
    for factor in factors:
        flat += factor.factors if isinstance(factor, m.Product) else (factor,)
    kept = [f for f in flat if f != m.Number(1)] or flat[:1]
    return kept[0] if len(kept) == 1 else m.Product(tuple(kept))


class _Style:
    """How the factors of a path are written in one line."""

    def __init__(self, naming: Naming, values: Mapping[str, Any] | None = None, digits: int = 4) -> None:
        self.naming = naming
        self.values = values or {}
        self.digits = digits

    def factor(self, link: Link) -> m.Node:
        raise NotImplementedError

    def addend(self, link: Link) -> m.Node:
        """What the loss itself adds to the paths through other quantities, as a penalty on a weight does."""
        return self.factor(link)

    def adjoint(self, element: Element) -> m.Node:
        return m.Partial(LOSS, self.naming.symbol(element))

    def formula(self, expression: sympy.Expr) -> m.Node:
        return m.from_sympy(expression, self.symbol)

    def symbol(self, symbol: sympy.Symbol) -> m.Node:
        assert isinstance(symbol, Scalar)
        return self.naming.symbol(symbol.element)


class _Chain(_Style):
    """Each factor as a fraction of differentials, with what it is under a brace."""

    def factor(self, link: Link) -> m.Node:
        of = LOSS if link.of is None else self.naming.symbol(link.of)
        return m.Underbrace(m.Partial(of, self.naming.symbol(link.by)), self.formula(link.raw))

    def addend(self, link: Link) -> m.Node:
        """Its formula: dL/dw is the name of the whole sum."""
        return self.formula(link.local)


class _Local(_Style):
    """Each factor as its formula in named intermediates."""

    def factor(self, link: Link) -> m.Node:
        return self.formula(link.local)


class _Numbers(_Style):
    """Each factor as its value."""

    def factor(self, link: Link) -> m.Node:
        if link.local == 1:
            return m.Number(1)
        return m.Number(value_of(link.local, self.values), self.digits)

    def adjoint(self, element: Element) -> m.Node:
        return _adjoint(element, self.values, self.digits)


class _Put(_Style):
    """Each factor as its formula with the numbers put in."""

    def factor(self, link: Link) -> m.Node:
        return m.from_sympy(link.local, lambda s: _put_in(s, self.values, self.digits))


def _adjoint(element: Element, values: Mapping[str, Any], digits: int) -> m.Number:
    """The derivative of the loss by an element, in numbers."""
    return _value(Element(adjoint_name(element.tensor), element.index), values, digits)


def _put_in(symbol: sympy.Symbol, values: Mapping[str, Any], digits: int) -> m.Number:
    assert isinstance(symbol, Scalar)
    return _value(symbol.element, values, digits)


def _value(element: Element, values: Mapping[str, Any], digits: int) -> m.Number:
    return m.Number(values[element.tensor][element.index], digits, (element.tensor, element.index))
