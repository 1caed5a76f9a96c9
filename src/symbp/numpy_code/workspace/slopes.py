"""The slope of an activation, computed where its arguments still are in the cache: on the way forward.

Of ``z_bar = a_bar*(Phi(z) + z*exp(-z**2/2)/sqrt(2*pi))`` all but ``a_bar`` is known as soon as ``z`` and ``Phi(z)``
are. Where nothing else needs these later, their memory is free, and the way back has one array to read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from symbp.numpy_code.names import Names
from symbp.numpy_code.workspace.ops import Op, Value

Lines = Callable[[int, int], Sequence[str]]


@dataclass(frozen=True)
class _Slope:
    """A factor of an adjoint, the operations that compute it, and the place among all where it moves."""

    factor: Value
    product: int
    steps: tuple[int, ...]
    place: int


def slopes_early(ops: Sequence[Op], names: Names, comments: Lines) -> list[Op]:
    """The operations, those of each such factor behind the last use of what it is computed from."""
    found = {s.product: s for s in _Search.of(ops).slopes()}
    before: dict[int, list[Op]] = {}
    named: dict[Value, Value] = {}
    for slope in found.values():
        product = ops[slope.product]
        other = next(v for v in product.args if v is not slope.factor)
        name = names.fresh(f"{other.name.removesuffix('_bar')}_slope")
        named[slope.factor] = replace(slope.factor, name=name, goal=None)
        group = ops[slope.place - 1].group
        number = re.match(r"# (\(\d+\))", [*comments(product.group, 0), ""][0])
        note = f"# {name}, the factor of {other.name}{f' in {number[1]}' if number else ''}: all it needs is at hand"
        steps = [replace(_renamed(ops[k], named), group=group) for k in slope.steps]
        before.setdefault(slope.place, []).extend([Op(note, (), None, group), *steps])
    moved = {k for slope in found.values() for k in slope.steps}
    result: list[Op] = []
    for k, op in enumerate(ops):
        result += before.get(k, [])
        result += [] if k in moved else [_renamed(op, named)]
    return result


def _renamed(op: Op, named: dict[Value, Value]) -> Op:
    out = None if op.out is None else named.get(op.out, op.out)
    return replace(op, args=tuple(named.get(v, v) for v in op.args), out=out) if {*op.touched} & {*named} else op


@dataclass(frozen=True)
class _Search:
    """Where each value is written and touched, as positions among the operations."""

    ops: Sequence[Op]
    writes: dict[Value, list[int]]
    touches: dict[Value, list[int]]

    @staticmethod
    def of(ops: Sequence[Op]) -> _Search:
        writes: dict[Value, list[int]] = {}
        touches: dict[Value, list[int]] = {}
        for k, op in enumerate(ops):
            for value in dict.fromkeys(op.touched):
                touches.setdefault(value, []).append(k)
            for value in dict.fromkeys((*op.scratch, *(() if op.out is None else (op.out,)))):
                writes.setdefault(value, []).append(k)
        return _Search(ops, writes, touches)

    def slopes(self) -> Iterable[_Slope]:
        for k, op in enumerate(self.ops):
            if op.elementwise and op.sign == "*" and len(op.args) == 2 and not op.depth:
                for factor, other in (op.args, op.args[::-1]):
                    slope = self._slope(k, factor) if other.name.endswith("_bar") else None
                    if slope is not None:
                        yield slope

    def _slope(self, product: int, factor: Value) -> _Slope | None:
        steps: set[int] = set()
        leaves: set[Value] = set()
        if not self._collect(factor, product, steps, leaves) or not steps:
            return None
        first = min(steps)
        known = max((k for v in leaves for k in self.writes.get(v, ())), default=-1)
        used = {v: [k for k in self.touches[v] if k not in steps] for v in leaves}
        dying = [v for v in leaves if v.place == "planned" and used[v][-1] < first]
        place = max((k for ks in used.values() for k in ks if k < first), default=-1) + 1
        while place < first and self._by_rows(place) and self.ops[place].group == self.ops[place - 1].group:
            place += 1
        together = all(self._by_rows(k) for k in range(known + 1, place))
        apart = any(not self._by_rows(k) for k in range(place, first))
        if known < 0 or len(dying) < 2 or not together or not apart or self.ops[known].depth:
            return None
        return _Slope(factor, product, tuple(sorted(steps)), place)

    def _collect(self, value: Value, user: int, steps: set[int], leaves: set[Value]) -> bool:
        """Whether a value is computed element by element from arrays of its shape, for nothing but its user."""
        for k in () if value.name else self.writes.get(value, ()):
            op = self.ops[k]
            plain = op.elementwise and not op.depth and not op.scratch and op.out is value and value not in op.args
            once = self.writes[value] == [k] and all(t in (k, user) or t in steps for t in self.touches[value])
            if not plain or not once or value.place != "planned":
                return False
            steps.add(k)
            arrays = [v for v in op.args if v.extents]
            if any(v.extents != value.extents for v in arrays):
                return False
            return all(self._collect(v, k, steps, leaves) for v in arrays)
        leaves.add(value)
        return value.shown is None

    def _by_rows(self, k: int) -> bool:
        op = self.ops[k]
        return (op.elementwise or op.rows) and not op.depth
