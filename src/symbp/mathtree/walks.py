"""Walks through the tree of a formula: what is in it, the tree changed, and the indices that are free in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

from symbp.mathtree.nodes import BigSum, Each, Index, Node, Number, RowSoftmax, Symbol


def children(node: Node) -> Iterator[Node]:
    """The nodes directly inside a node, in the order of its fields."""
    for field in fields(node):
        yield from _nodes(getattr(node, field.name))


def _nodes(content: object) -> Iterator[Node]:
    if isinstance(content, Node):
        yield content
    elif isinstance(content, tuple):
        for item in content:
            yield from _nodes(item)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything inside it, outermost first."""
    yield node
    for child in children(node):
        yield from walk(child)


def transform(node: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with each node, innermost first, replaced by what ``change`` gives for it."""

    def within(content: Any) -> Any:
        if isinstance(content, Node):
            return transform(content, change)
        return tuple(map(within, content)) if isinstance(content, tuple) else content

    changed = {field.name: within(getattr(node, field.name)) for field in fields(node)}
    same = all(changed[field.name] == getattr(node, field.name) for field in fields(node))
    return change(node if same else replace(node, **changed))


def free_indices(node: Node) -> tuple[str, ...]:
    """Names of the index variables that no sum inside the node binds, in order of appearance."""
    found = dict.fromkeys(_free(node, frozenset()))
    return tuple(found)


def _free(node: Node, bound: frozenset[str]) -> Iterator[str]:
    if isinstance(node, Index):
        if node.name not in bound:
            yield node.name
        return
    inner = bound | frozenset(i.name for i in _bound_by(node))
    for child in children(node):
        yield from _free(child, inner)


def _bound_by(node: Node) -> tuple[Index, ...]:
    """The indices to which a node itself gives values."""
    if isinstance(node, BigSum):
        return tuple(b.index for b in node.bounds)
    if isinstance(node, RowSoftmax):
        return node.row, node.column
    return (node.index,) if isinstance(node, Each) else ()


def at_index(node: Node, name: str, value: int) -> Node:
    """The formula at one value of an index."""

    def change(inner: Node) -> Node:
        if isinstance(inner, Symbol):
            sub = tuple(value if p in (Index(name), Number(value)) else p for p in inner.sub)
            return replace(inner, sub=sub)
        return Number(value) if inner == Index(name) else inner

    return transform(node, change)
