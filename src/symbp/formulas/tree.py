"""The syntax tree of a formula: what is typed, and where, whatever notation it is in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TypeAlias

from symbp.errors import Span


@dataclass(frozen=True)
class Number:
    """A decimal number, as it is typed."""

    text: str
    span: Span


@dataclass(frozen=True)
class Name:
    """The name of a quantity."""

    text: str
    span: Span


@dataclass(frozen=True)
class Derivative:
    """``dL/dz1``, or ``dz3/dw31``: one quantity by another."""

    of: str
    by: str
    span: Span


@dataclass(frozen=True)
class Access:
    """A quantity at positions: ``z1[n,i]``, ``dL/dz1[1]``."""

    base: Name | Derivative
    positions: tuple[Node, ...]
    span: Span


@dataclass(frozen=True)
class Call:
    """A function of arguments; ``prime`` is its derivative: ``sigma'(z1)``."""

    function: str
    prime: bool
    arguments: tuple[Node, ...]
    span: Span
    head: Span  # of the name


@dataclass(frozen=True)
class Reduce:
    """``sum[n,k](...)`` over indices, ``sum_n(...)`` over samples, and ``sum(...)`` over all there is."""

    kind: str
    indices: tuple[Name, ...]
    samples: bool
    body: Node
    span: Span
    head: Span


@dataclass(frozen=True)
class Sum:
    """Terms, each with its sign."""

    terms: tuple[tuple[int, Node], ...]
    span: Span


@dataclass(frozen=True)
class Factor:
    """A factor with the sign before it: ``*``, ``/``, ``@``, ``.*`` (entry by entry); a blank counts as ``*``."""

    sign: str
    node: Node
    span: Span  # of the sign


@dataclass(frozen=True)
class Product:
    """Factors from left to right."""

    first: Node
    others: tuple[Factor, ...]
    span: Span


@dataclass(frozen=True)
class Power:
    """A power of numbers, entry by entry."""

    base: Node
    exponent: Node
    span: Span


@dataclass(frozen=True)
class Transpose:
    """``W2^T``, ``W2.T``."""

    base: Node
    span: Span


Node: TypeAlias = Number | Name | Derivative | Access | Call | Reduce | Sum | Product | Power | Transpose
KINDS = (Number, Name, Derivative, Access, Call, Reduce, Sum, Product, Power, Transpose)


def children(node: Node) -> Iterator[Node]:
    """The parts of a node, from left to right; of an access only the positions."""
    if isinstance(node, Sum):
        yield from (term for _, term in node.terms)
    elif isinstance(node, Product):
        yield node.first
        yield from (factor.node for factor in node.others)
    elif isinstance(node, Access):
        yield from node.positions
    else:
        for field in fields(node):
            value = getattr(node, field.name)
            if isinstance(value, KINDS) and field.name != "indices":
                yield value
            elif field.name == "arguments":
                yield from value


def walk(node: Node) -> Iterator[Node]:
    """A node and all that it is made of, from left to right; positions of an access are not gone into."""
    yield node
    if not isinstance(node, Access):
        for child in children(node):
            yield from walk(child)
