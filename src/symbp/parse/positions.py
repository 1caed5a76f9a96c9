"""Accesses, positions and guards of equations: everything that stands in square brackets or after ``where``.

Grammar::

    access   ::= tensor | tensor "[" position, ... "]"
    position ::= integer | index | length | integer "*" position | access to an integer tensor
               | position ("+" | "-") position | "-" position | "(" position ")"
    guards   ::= position (relation position) ..., ...
    relation ::= "<" | "<=" | ">" | ">=" | "==" | "!="
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from symbp.equation import Access, Affine, Guard, Index, Size
from symbp.errors import quoted
from symbp.names import LARGEST_SIZE, nearest
from symbp.parse.source import Source, syntax_tree


@dataclass(frozen=True)
class Scope:
    """What the names of equations stand for.

    Attributes:
        indices: The indices by name, in the order of their table.
        ranks: How many positions each tensor has, those included that an equation defines.
        integers: Names of the integer tensors: only they may stand in positions.
        sizes: Names of the run-time lengths.
    """

    indices: Mapping[str, Index]
    ranks: Mapping[str, int]
    integers: frozenset[str]
    sizes: frozenset[str]

    def ordered(self, found: set[Index]) -> tuple[Index, ...]:
        """Indices in the order of their table."""
        return tuple(i for i in self.indices.values() if i in found)


def access_of(node: ast.expr, source: Source, scope: Scope) -> Access:
    """The access that a node states.

    Raises:
        Fault: the tensor is unknown or has another rank, or a position is not affine.
    """
    name = node.value if isinstance(node, ast.Subscript) else node
    if not isinstance(name, ast.Name):
        raise source.fault_at(node, "a tensor's name is missing before the brackets")
    if name.id not in scope.ranks:
        problem = f"no equation defines {quoted(name.id)}, and it is not given"
        raise source.fault_at(name, problem, nearest(name.id, scope.ranks))
    items = slices(node) if isinstance(node, ast.Subscript) else []
    if len(items) != scope.ranks[name.id]:
        raise source.fault_at(node, f"{name.id} takes {counted(scope.ranks[name.id])}, not {len(items)}")
    return Access(name.id, tuple(position(item, source, scope) for item in items))


def slices(node: ast.Subscript) -> list[ast.expr]:
    """What stands between the brackets."""
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]


def position(node: ast.expr, source: Source, scope: Scope) -> Affine:
    """The position that a node states: affine in indices, run-time lengths and reads of integer tensors."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
        return _small(Affine((), node.value), node, source)
    if isinstance(node, ast.Name) and node.id in scope.indices:
        return Affine.of(scope.indices[node.id])
    if isinstance(node, ast.Name) and node.id in scope.sizes:
        return Affine.of(Size(node.id))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return position(node.operand, source, scope) * -1
    if isinstance(node, ast.BinOp):
        return _small(_combined(node, source, scope), node, source)
    if isinstance(node, ast.Name | ast.Subscript):
        return _integer(node, source, scope)
    raise source.fault_at(node, f"{quoted(source.literal(node))} is not a position", _AFFINE)


_AFFINE = "A position is made of indices and whole numbers, such as 2*r + u - 1."


def _small(found: Affine, node: ast.expr, source: Source) -> Affine:
    """The position, if its numbers are no larger than sizes may be."""
    if max([abs(found.constant), *(abs(c) for c, _ in found.terms)]) > LARGEST_SIZE:
        problem = f"{quoted(source.literal(node))} has a number larger than {LARGEST_SIZE:,}"
        raise source.fault_at(node, problem, "No tensor is that long.")
    return found


def _combined(node: ast.BinOp, source: Source, scope: Scope) -> Affine:
    left, right = (position(side, source, scope) for side in (node.left, node.right))
    if isinstance(node.op, ast.Add):
        return left + right
    if isinstance(node.op, ast.Sub):
        return left - right
    if isinstance(node.op, ast.Mult) and not (left.terms and right.terms):
        return left * right.constant if left.terms else right * left.constant
    raise source.fault_at(node, f"{quoted(source.literal(node))} is not a position", _AFFINE)


def _integer(node: ast.Name | ast.Subscript, source: Source, scope: Scope) -> Affine:
    name = node.value if isinstance(node, ast.Subscript) else node
    if isinstance(name, ast.Name) and name.id not in scope.ranks:
        known = [*scope.indices, *scope.integers]
        raise source.fault_at(name, f"unknown index {quoted(name.id)}", nearest(name.id, known))
    access = access_of(node, source, scope)
    if access.tensor not in scope.integers:
        problem = f"{access.tensor} holds numbers; only a tensor of whole numbers can stand in a position"
        raise source.fault_at(node, problem, 'Declare it with dtype = "int".')
    return Affine.of(access)


def guards_of(source: Source, scope: Scope) -> tuple[Guard, ...]:
    """The guards after ``where``; a chain such as ``0 <= r+u-1 < 8`` states two."""
    alone = _ALONE.search(source.part)
    if alone:
        raise source.fault("= states no condition", "Write == for equality.", alone.start(), alone.end())
    tree = syntax_tree(source, relations=True)
    items = tree.elts if isinstance(tree, ast.Tuple) else [tree]
    return tuple(guard for item in items for guard in _chain(item, source, scope))


def _chain(node: ast.expr, source: Source, scope: Scope) -> Iterator[Guard]:
    if not isinstance(node, ast.Compare):
        remedy = "Such as r + u - 1 >= 0; commas stand between conditions that must all hold."
        raise source.fault_at(node, f"{quoted(source.literal(node))} is not a condition", remedy)
    nodes = (node.left, *node.comparators)
    sides = [position(side, source, scope) for side in nodes]
    for side, found in zip(nodes, sides, strict=True):
        length = next((atom for _, atom in found.terms if isinstance(atom, Size)), None)
        if length is not None:
            problem = f"{length} is known at run time only; conditions are on whole numbers and indices"
            raise source.fault_at(side, problem, "Let an index run over what the condition leaves.")
    for relation, left, right in zip(node.ops, sides[:-1], sides[1:], strict=True):
        if type(relation) not in _GUARDS:
            raise source.fault_at(node, "this relation is not one of conditions", "Known: <, <=, >, >=, ==, !=")
        yield _GUARDS[type(relation)](left, right)


_ALONE = re.compile(r"(?<![<>=!])=(?!=)")
_GUARDS: dict[type, Callable[[Affine, Affine], Guard]] = {
    ast.GtE: lambda a, b: Guard(a - b, ">="),
    ast.Gt: lambda a, b: Guard(a - b - 1, ">="),
    ast.LtE: lambda a, b: Guard(b - a, ">="),
    ast.Lt: lambda a, b: Guard(b - a - 1, ">="),
    ast.Eq: lambda a, b: Guard(a - b, "=="),
    ast.NotEq: lambda a, b: Guard(a - b, "!="),
}


def counted(number: int) -> str:
    return "1 position" if number == 1 else f"{number} positions"
