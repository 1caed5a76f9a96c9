"""Conditions that a program asks for several times, such as which keys a query sees: each is computed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from symbp.equation import Access, Guard
from symbp.program import GIVEN, Program, Tensor
from symbp.rewrite.patterns import fresh_name
from symbp.schedule.arrays import Array, Axes, Dot, Einsum, Guarded, MatMul, Operand, View, children, with_children
from symbp.schedule.statements import Assign, Condition, Group, Statement

Key: TypeAlias = tuple[tuple[Guard, ...], tuple[tuple[Access, Operand | View], ...]]
NAME = "allowed"
PRODUCTS = (MatMul, Dot, Einsum)  # a mask on a factor stands beside it


def named_conditions(program: Program, groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """The groups, in which conditions on indices and on what is given that occur more than once have a name."""
    given = {t.name for t in program.of_role(*GIVEN)}
    found = [node for group in groups for s in group.statements for node in _conditions(s) if _may_be(node, given)]
    counts = Counter(map(_key, found))
    first = {_key(node): node for node in reversed(found) if counts[_key(node)] > 1}
    names: dict[Key, Operand] = {}
    return tuple(_with_names(program, group, first, names) for group in groups)


def _conditions(statement: Statement) -> Iterator[Guarded]:
    if isinstance(statement, Assign):
        yield from _within(statement.value)


def _within(node: Array) -> Iterator[Guarded]:
    if isinstance(node, Guarded):
        yield node
    for child in () if isinstance(node, PRODUCTS) else children(node):
        yield from _within(child)


def _may_be(node: Guarded, given: set[str]) -> bool:
    """Whether a condition never changes, and is no loop's: what it reads is given, whole."""
    indices = {i for g in node.guards for i in g.affine.indices()}
    return indices <= set(node.axes) and all(isinstance(a, Operand) and a.tensor in given for _, a in node.labels)


def _key(node: Guarded) -> Key:
    return node.guards, node.labels


def _own_axes(node: Guarded) -> Axes:
    indices = {i for g in node.guards for i in g.affine.indices()}
    return tuple(i for i in node.axes if i in indices)


def _with_names(program: Program, group: Group, first: dict[Key, Guarded], names: dict[Key, Operand]) -> Group:
    made: list[Condition] = []

    def named(node: Array) -> Array:
        if isinstance(node, PRODUCTS):
            return node
        node = with_children(node, tuple(map(named, children(node))))
        if not isinstance(node, Guarded) or _key(node) not in first:
            return node
        key = _key(node)
        if key not in names:
            axes = _own_axes(first[key])
            taken = {o.tensor for o in names.values()}
            name = fresh_name(program, NAME) if not taken else fresh_name(program, f"{NAME}_{len(taken) + 1}")
            names[key] = Operand(name, axes)
            made.append(Condition(name, axes, replace(node, axes=axes)))
        return replace(node, known=names[key])

    statements = tuple(replace(s, value=named(s.value)) if isinstance(s, Assign) else s for s in group.statements)
    tensors = tuple(Tensor(c.tensor, tuple(i.extent for i in c.axes), dtype="int") for c in made)
    return (
        replace(group, statements=(*made, *statements), tensors=(*group.tensors, *tensors))
        if made
        else replace(group, statements=statements)
    )
