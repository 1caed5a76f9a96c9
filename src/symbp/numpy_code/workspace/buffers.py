"""Which memory each value of the workspace lies in: a buffer is taken over as soon as its value is dead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod

from symbp.equation import Extent, Size
from symbp.numpy_code.names import Names
from symbp.numpy_code.workspace.ops import Kind, Op, Value


@dataclass(frozen=True)
class Amount:
    """How many elements: ``count`` times the product of run-time sizes."""

    count: int
    sizes: tuple[Size, ...]

    @staticmethod
    def of(extents: tuple[Extent, ...]) -> Amount:
        count = prod(e for e in extents if isinstance(e, int))
        return Amount(count, tuple(sorted(e for e in extents if isinstance(e, Size))))


@dataclass(frozen=True)
class Buffer:
    kind: Kind
    amount: Amount


@dataclass(frozen=True, order=True)
class Region:
    """A part of a buffer: ``count`` times the product of its run-time sizes, from ``start`` times that on."""

    buffer: int
    start: int
    count: int

    @property
    def stop(self) -> int:
        return self.start + self.count


@dataclass(frozen=True)
class View:
    """A name in the code: a part of a buffer of the workspace, in a shape, perhaps through a view: ``.T``.

    Such a one is a ``text`` with the name of what it shows, too: ``h.reshape(T * N, 3)``.
    """

    name: str
    region: Region
    extents: tuple[Extent, ...]
    through: str = ""
    text: str = ""


@dataclass(frozen=True)
class Plan:
    """The buffers, the views of them that the code names, and the name of each value."""

    buffers: tuple[Buffer, ...]
    views: tuple[View, ...]
    names: dict[Value, str]


@dataclass(frozen=True)
class _Life:
    """The first write and the last use of each value, as positions in the list of operations.

    Its memory is free after ``end``: what a loop over blocks uses up in one block it needs again in the next.
    """

    first: dict[Value, int]
    last: dict[Value, int]
    end: dict[Value, int]

    @staticmethod
    def of(ops: Sequence[Op]) -> _Life:
        first: dict[Value, int] = {}
        last: dict[Value, int] = {}
        end: dict[Value, int] = {}
        for k, op in enumerate(ops):
            for value in op.touched:
                first.setdefault(value, k)
                end[value] = len(ops) if value.place == "pinned" else k
                if not op.closes:
                    last[value] = end[value]
        return _Life(first, last, end)


@dataclass
class _Pool:
    """Buffers made so far, the parts of them that are free, and where values lie."""

    life: _Life
    ops: Sequence[Op]
    buffers: list[Buffer] = field(default_factory=list)
    free: list[Region] = field(default_factory=list)
    home: dict[Value, Region | Value] = field(default_factory=dict)
    lodger: dict[Value, Value] = field(default_factory=dict)

    def place(self, value: Value, k: int) -> None:
        """Finds room for a value that operation ``k`` writes first."""
        home = self._taken_over(value, k)
        if home is None:
            home = self._lodging(value, k)
        self.home[value] = self._found(value) if home is None else home
        if isinstance(home, Value):
            self.lodger[home] = value

    def _taken_over(self, value: Value, k: int) -> Region | Value | None:
        """The place of an argument that dies in this very operation and lies just like the result."""
        op = self.ops[k]
        if not op.elementwise or value.place == "pinned":
            return None
        for argument in op.args:
            home = self.home.get(argument)
            alike = argument.extents == value.extents and argument.kind == value.kind
            if home is None or not alike or self.life.last[argument] != k:
                continue
            if isinstance(home, Region) or self._may_lodge(value, home):
                return home
        return None

    def _lodging(self, value: Value, k: int) -> Value | None:
        """The gradient that the value is a step towards, if its array is not in use yet."""
        goal = value.goal
        if goal is None or goal.place != "gradient" or not self._may_lodge(value, goal):
            return None
        lodger = self.lodger.get(goal)
        return goal if lodger is None or self.life.last[lodger] < k else None

    def _may_lodge(self, value: Value, goal: Value) -> bool:
        if value.extents != goal.extents or value.kind != goal.kind:
            return False
        begin, end = self.life.first[goal], self.life.last[value]
        return end < begin or (end == begin and self.ops[end].elementwise)

    def _found(self, value: Value) -> Region:
        """Free memory for the same run-time sizes: the smallest part that is large enough, or more behind the largest.

        What is left of a part stays free.
        """
        need = Amount.of(value.extents)
        fitting = [r for r in self.free if self._suits(r, value.kind, need)] if value.place != "pinned" else []
        large = [r for r in fitting if r.count >= need.count]
        last = [r for r in fitting if r.stop == self.buffers[r.buffer].amount.count]
        if large:
            best = min(large, key=lambda r: (r.count, r.buffer, r.start))
        elif last:
            best = max(last, key=lambda r: (r.count, r.buffer))
            self.buffers[best.buffer] = Buffer(value.kind, Amount(best.start + need.count, need.sizes))
        else:
            self.buffers.append(Buffer(value.kind, need))
            return Region(len(self.buffers) - 1, 0, need.count)
        self.free.remove(best)
        if best.count > need.count:
            self.free.append(Region(best.buffer, best.start + need.count, best.count - need.count))
        return Region(best.buffer, best.start, need.count)

    def _suits(self, region: Region, kind: Kind, need: Amount) -> bool:
        buffer = self.buffers[region.buffer]
        return buffer.kind == kind and buffer.amount.sizes == need.sizes

    def release(self, k: int) -> None:
        """Frees the memory of what operation ``k`` used last, unless the result has taken it over."""
        op = self.ops[k]
        kept = {self.home.get(v) for v in op.touched if self.life.end[v] > k}
        for value in dict.fromkeys(op.touched):
            home = self.home.get(value)
            if isinstance(home, Region) and self.life.end[value] == k and home not in kept:
                kept.add(home)
                self._freed(home)

    def _freed(self, region: Region) -> None:
        """One more free part, joined with those beside it."""
        for other in [r for r in self.free if r.buffer == region.buffer]:
            if other.stop == region.start or region.stop == other.start:
                self.free.remove(other)
                region = Region(region.buffer, min(region.start, other.start), region.count + other.count)
        self.free.append(region)


def planned(ops: Sequence[Op], names: Names) -> Plan:
    """Buffers for all planned and pinned values of some operations, none of them larger or more than needed."""
    pool = _Pool(_Life.of(ops), ops)
    for k, op in enumerate(ops):
        for value in dict.fromkeys(op.touched):
            if value.place in ("planned", "pinned") and value.extents and pool.life.first[value] == k:
                pool.place(value, k)
        pool.release(k)
    return _named(pool, names)


def _named(pool: _Pool, names: Names) -> Plan:
    """The plan with a name for each value: its tensor's, or that of a tensor in the same memory."""
    telling = _worth_a_name(pool.ops)
    views: dict[str, View] = {}
    spare: dict[tuple[object, ...], str] = {}
    found: dict[Value, str] = {}
    group: dict[Value, int] = {}
    for op in pool.ops:
        for value in op.touched:
            if value.shown is not None:
                continue
            group.setdefault(value, op.group)
            if value not in found:
                found[value] = _name(pool, names, value, value in telling, op, spare, found)
            home = pool.home.get(value)
            if isinstance(home, Region) and found[value] not in views:
                views[found[value]] = View(found[value], home, value.extents)
    shown: dict[str, str] = {}
    for value in dict.fromkeys(v for op in pool.ops for v in op.touched if v.shown is not None):
        found[value] = _view_name(names, value, views, found, shown)
    return Plan(tuple(pool.buffers), tuple(views.values()), found)


def _view_name(
    names: Names, value: Value, views: dict[str, View], found: dict[Value, str], shown: dict[str, str]
) -> str:
    """The name of a view of the workspace's memory, which is cut with it; of other memory its text."""
    assert value.shown is not None
    base = found.get(value.shown.value, value.shown.value.name)
    text = value.shown.text.replace("{}", base)
    if base not in views:
        return text
    if text not in shown:
        shown[text] = name = value.name or names.fresh(f"{base}_{_seen_as(text)}")
        through = views[base].through + text.removeprefix(base)
        views[name] = replace(views[base], name=name, through=through, text=text)
    return shown[text]


def _seen_as(text: str) -> str:
    """What a person would call a view: ``2d``, ``2d_T``, ``flat``, ``slabs``."""
    if "_slab(" in text:
        return "slabs"
    shape = re.search(r"\.reshape\(([^.]*)\)", text)
    form = [] if shape is None else ["flat"] if shape[1] == "-1" else [f"{shape[1].count(',') + 1}d"]
    return "_".join([*form, *(["T"] if text.endswith("T") else ["turned"] if ".transpose(" in text else [])]) or "part"


def _worth_a_name(ops: Sequence[Op]) -> set[Value]:
    """Values that are more than a step of one elementwise formula: used twice, or reduced, or multiplied."""
    uses: dict[Value, int] = {}
    for op in (op for op in ops if op.template):
        for argument in op.args:
            value = argument if argument.shown is None else argument.shown.value
            uses[value] = uses.get(value, 0) + (1 if op.elementwise or argument in op.scratch else 2)
    return {value for value, count in uses.items() if count > 1}


def _name(
    pool: _Pool,
    names: Names,
    value: Value,
    shared: bool,
    op: Op,
    spare: dict[tuple[object, ...], str],
    found: Mapping[Value, str],
) -> str:
    if value.name:
        return value.name
    home = pool.home[value]
    for other in (value.goal, *op.args):
        same = other is not None and pool.home.get(other, other) == home and other.extents == value.extents
        if same and other is not None and other.name:
            return other.name
    for other in () if shared else op.args:
        if pool.home.get(other) == home and other.extents == value.extents and other in found:
            return found[other]
    key = (home, value.extents, value.telling if shared else "")
    if key not in spare:
        spare[key] = names.fresh(value.telling if shared or value.kind != "float" else "spare")
    return spare[key]
