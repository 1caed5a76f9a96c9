"""One scalar parameter's derivative, as people ask for it: paths, factors, expression, value, LaTeX."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.errors import SizeError
from symbp.printing.latex import latex
from symbp.views.chain_lines import chain_lines
from symbp.views.naming import Naming
from symbp.views.nested import nested_sums
from symbp.views.scalar import MOST_PATHS, Element, Link, Scalar, ScalarView, scalars, value_of

MOST_NODES = 2000


def expand(view: ScalarView, expression: sympy.Expr) -> sympy.Expr:
    """An expression with every intermediate replaced by its formula, down to parameters, inputs and targets.

    Raises:
        SizeError: the result would have more than ``MOST_NODES`` nodes; it is not built.
    """
    if _expanded_size(view, expression, {}) > MOST_NODES:
        raise SizeError(
            f"expanded, this expression has more than {MOST_NODES:,} terms and factors\n"
            "  Ask for it in named intermediates instead."
        )
    while True:
        inner = {s: _formula(view, s.element) for s in scalars(expression) if _is_computed(view, s.element)}
        if not inner:
            return expression
        expression = expression.xreplace(inner)


def _is_computed(view: ScalarView, element: Element) -> bool:
    start, result = view.derivation.start, view.derivation.result
    return bool(start.defining(element.tensor) or result.defining(element.tensor))


def _formula(view: ScalarView, element: Element) -> sympy.Expr:
    """The forward formula of an element; that of a rewrite for what only a rewrite has named."""
    return view.primal(element) if view.derivation.start.defining(element.tensor) else view.final(element)


def _expanded_size(view: ScalarView, expression: sympy.Expr, known: dict[Element, int]) -> int:
    """The number of nodes an expression has when expanded, without expanding it; counted to ``MOST_NODES``."""
    size = 0
    for node in sympy.preorder_traversal(expression):
        size += 1
        if isinstance(node, Scalar) and _is_computed(view, node.element):
            if node.element not in known:
                known[node.element] = _expanded_size(view, _formula(view, node.element), known)
            size += known[node.element]
        if size > MOST_NODES:
            break
    return size


def _rounded(count: int) -> str:
    return f"{count:,}" if count < 10**6 else f"about 10^{len(str(count)) - 1}"


@dataclass(frozen=True)
class Factor:
    """One factor of a path: the derivative of one quantity by the next.

    >>> str(Factor("a1", "z1", sympy.Symbol("a1") * (1 - sympy.Symbol("a1"))))
    'da1/dz1 = a1*(1 - a1)'
    """

    of: str
    by: str
    expression: sympy.Expr
    value: Any = None  # at the example, in 50 digits

    def __str__(self) -> str:
        return f"d{self.of}/d{self.by} = {self.expression}"


@dataclass(frozen=True)
class Partial:
    """dL/dw for one scalar w, from one derivation.

    Attributes:
        element: The scalar; positions count from 0.
        values: The example's values of all tensors, where there is an example.
    """

    element: Element
    view: ScalarView
    naming: Naming
    values: Mapping[str, Any] | None
    digits: int = 4

    @property
    def path_count(self) -> int:
        """How many paths lead from the loss to the scalar."""
        return self.view.path_count(self.element)

    @cached_property
    def chain(self) -> tuple[tuple[Factor, ...], ...]:
        """Every path from the loss to the scalar: its factors, those nearest to the loss first.

        Raises:
            SizeError: there are more than 64 paths: see ``nested``.
        """
        self._check_paths("are listed one by one", "Ask for nested, the same as nested sums.")
        return tuple(tuple(self._factor(link) for link in path) for path in self.view.paths(self.element))

    @property
    def nested(self) -> m.Node:
        """The derivative as sums of products over all its paths, one sum for each layer that fans out."""
        return nested_sums(self.view, self.naming, self.element)

    def _check_paths(self, what: str, remedy: str) -> None:
        if self.path_count > MOST_PATHS:
            name = self.naming.plain(self.element)
            raise SizeError(
                f"{_rounded(self.path_count)} paths lead to {name}; at most {MOST_PATHS} {what}\n  {remedy}"
            )

    def _factor(self, link: Link) -> Factor:
        of = "L" if link.of is None else self.naming.plain(link.of)
        value = None if self.values is None else value_of(link.local, self.values)
        return Factor(of, self.naming.plain(link.by), self._named(link.local), value)

    def _named(self, expression: sympy.Expr) -> sympy.Expr:
        return expression.xreplace({s: sympy.Symbol(self._plain(s)) for s in scalars(expression)})

    def _plain(self, scalar: Scalar) -> str:
        tensor = self.view.derivation.result.tensor[scalar.element.tensor]
        if tensor.of is not None:
            return "dL_d" + self.naming.plain(Element(tensor.of, scalar.element.index))
        if scalar.element.tensor in self.naming.program.tensor:
            return self.naming.plain(scalar.element)
        return str(scalar)

    @cached_property
    def expression(self) -> sympy.Expr:
        """The derivative in named intermediates; in adjoints of the next quantities beyond 64 paths."""
        if self.path_count <= MOST_PATHS:
            return self._named(self.view.gradient(self.element))
        return self._named(self._one_level())

    def _one_level(self) -> sympy.Expr:
        terms = []
        for link in self.view.links(self.element):
            of = sympy.Integer(1) if link.of is None else Scalar(Element(adjoint_name(link.of.tensor), link.of.index))
            terms.append(of * link.local)
        return sympy.Add(*terms)

    def expanded(self) -> sympy.Expr:
        """The derivative in parameters, inputs and targets alone.

        Raises:
            SizeError: it would be too large to be of use.
        """
        self._check_paths("are expanded", "Ask for it in named intermediates instead.")
        return self._named(expand(self.view, self.view.gradient(self.element)))

    @property
    def value(self) -> Any:
        """The derivative at the example, in 50 digits (mpmath); ``None`` without an example."""
        if self.values is None:
            return None
        return self.values[adjoint_name(self.element.tensor)][self.element.index]

    def latex(self) -> str:
        """The derivation of this derivative, as an ``align*`` of LaTeX that needs amsmath and nothing else."""
        rows = []
        for line in self.lines():
            left = latex(line.left) + " " if line.left else ""
            rows.append(f"  {left}&= {latex(line.right)}")
        body = " \\\\\n".join(rows)
        return f"\\begin{{align*}}\n{body}\n\\end{{align*}}"

    def display(self, number: str = "") -> m.Display:
        """The derivation in lines: the chain rule, the local derivatives put in, the numbers, the result."""
        return m.Display(tuple(self.lines()), number)

    def lines(self, deep: bool = True) -> Iterator[m.Line]:
        """The lines of the derivation; ``deep`` follows each path to the loss, else to the next adjoints."""
        return chain_lines(self.view, self.naming, self.element, self.values, self.digits, deep)
