"""Runs of statements that work row by row, as loops over blocks of rows that stay in the cache.

``z += b``, ``tanh(z)``, ``a*z``, ... over arrays of millions of elements fetch each of them from memory again and
again; over a block of rows at a time they find it where they have just left it, and what is only needed between
them is no larger than a block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from math import prod

from symbp.equation import Extent, Size
from symbp.numpy_code.arguments import words
from symbp.numpy_code.names import Names
from symbp.numpy_code.workspace.ops import Op, Run, Value, verbatim

_BLOCK = 1 << 16  # elements of the widest array of a block: a call takes its time, and several such fit in the cache
_ROW = 64  # shorter rows are left alone: many of them are few elements
Lines = Callable[[int, int], Sequence[str]]


@dataclass(frozen=True)
class Blocked:
    """Operations with loops over blocks.

    Attributes:
        inside: The groups whose comment stands in a loop.
        runs: The loops.
        short: What is used of arrays of one number instead: as many rows of it as a block has.
    """

    ops: tuple[Op, ...]
    inside: frozenset[int]
    runs: tuple[Run, ...]
    short: Mapping[Value, tuple[Value, ...]]


@dataclass
class _Found:
    """A run as it grows: what stands in the loop, and what is moved before it.

    Attributes:
        within: Operations row by row, and numbers that are sums over rows.
        before: Copies of a row over all rows, and what has to do with none of them.
        stop: The position of the first operation behind it.
    """

    extent: Size
    stop: int
    within: list[Op] = field(default_factory=list)
    before: list[Op] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)

    def takes(self, op: Op) -> bool:
        """Whether the next operation may be one of the run; if so, it is from now on."""
        if op.depth or self.numbers & words([op.template]):
            return False
        if _total(op, self.extent):
            self.numbers.add(op.template.split(" ", 1)[0])
            self.within.append(op)
        elif _by_rows(op, self.extent) or op.template.startswith("#"):
            self.within.append(op)
        elif self._stands_alone(op):
            self.before.append(op)
        else:
            return False
        return True

    def _stands_alone(self, op: Op) -> bool:
        """Whether it computes a number from numbers, which may as well be known before the run."""
        used = any(op.out in other.touched for other in (*self.within, *self.before))
        number = op.template.partition(" = ")[0].isidentifier() if op.out is None else not op.out.extents and not used
        return number and not op.args and not op.scratch


def in_blocks(ops: Sequence[Op], names: Names, comments: Lines, stops: frozenset[int]) -> Blocked:
    """The operations with each run of them that is worth it as a loop.

    Args:
        comments: The lines above a group at a depth of loops.
        stops: Groups that begin something new: no run goes on into them.
    """
    users: dict[Value, list[Op]] = {}
    for op in ops:
        for value in dict.fromkeys(op.touched):
            users.setdefault(value, []).append(op)
    made = _Made(users, names, comments)
    k = 0
    while k < len(ops):
        found = _run_at(ops, k, stops)
        if found is None:
            made.ops.append(ops[k])
            k += 1
        else:
            made.loop(found, {ops[k - 1].group} if k else set())
            k = found.stop
    return Blocked(tuple(made.ops), frozenset(made.inside), tuple(made.runs), made.constants())


def _run_at(ops: Sequence[Op], start: int, stops: frozenset[int]) -> _Found | None:
    """The longest run that begins at a position, if it is worth a loop."""
    first = ops[start].out
    if first is None or not first.extents or not isinstance(first.extents[0], Size):
        return None
    found = _Found(first.extents[0], start)
    for op in ops[start:]:
        if (op.group in stops and op.group != ops[start].group) or not found.takes(op):
            break
        found.stop += 1
    while found.stop > start and ops[found.stop - 1] in found.before:  # what follows the last row by row may stay
        found.stop -= 1
        found.before.remove(ops[found.stop])
    return found if _worth_it(found) else None


def _worth_it(found: _Found) -> bool:
    widest = max((_row(v) for op in found.within for v in op.touched if _has_rows(v, found.extent)), default=0)
    return len(found.within) > 1 and widest >= _ROW


def _row(value: Value) -> int:
    return prod(e for e in value.extents[1:] if isinstance(e, int))


def _has_rows(value: Value, extent: Extent) -> bool:
    return value.extents[:1] == (extent,)


def _by_rows(op: Op, extent: Size) -> bool:
    """Whether it writes rows, each from the same row of its arguments."""
    known = all(isinstance(e, int) for v in op.touched for e in v.extents[1:])
    named = all(v.shown is None and (v.place == "planned" or v.name.isidentifier()) for v in op.touched)
    return (op.rows or op.elementwise) and op.out is not None and _has_rows(op.out, extent) and known and named


def _total(op: Op, extent: Size) -> bool:
    """Whether it is a number that a sum over rows makes: ``L = float(np.vdot(d, d)) / N``."""
    return bool(op.partial) and " = " in op.template and all(_has_rows(v, extent) for v in op.touched)


@dataclass
class _Made:
    """What the operations become."""

    users: dict[Value, list[Op]]
    names: Names
    comments: Lines
    ops: list[Op] = field(default_factory=list)
    inside: set[int] = field(default_factory=set)
    runs: list[Run] = field(default_factory=list)
    equal: dict[tuple[Value, Size], Value] = field(default_factory=dict)
    moved: set[Op] = field(default_factory=set)

    def constants(self) -> dict[Value, tuple[Value, ...]]:
        """The arrays of one number in place of each, itself among them if it is still used."""
        found: dict[Value, tuple[Value, ...]] = {}
        for (value, _), short in self.equal.items():
            whole = () if self.moved.issuperset(self.users[value]) else (value,)
            found[value] = (*found.get(value, whole), short)
        return found

    def loop(self, found: _Found, begun: set[int]) -> None:
        run = self._run(found)
        body = set(found.within)
        self.moved |= body
        hoisted = [op for op in found.within if self._is_spread(op, found, body)]
        lasting = [op for op in found.within if op not in hoisted]
        short = self._short(found, body, run, hoisted)
        short |= {
            op.out: replace(short[op.out], name=self.names.fresh(f"{op.args[0].name or op.args[0].telling}_rows"))
            for op in hoisted
            if op.out is not None
        }
        short |= self._equal(found, run)
        first = found.within[0].group
        self.ops += [replace(_moved(op, short), group=first) for op in (*found.before, *hoisted)]
        totals = {op: self.names.fresh("total") for op in lasting if op.partial}
        self.ops += [Op(f"{name} = 0.0", (), None, first) for name in totals.values()]
        self.ops += self._body(lasting, short, run, totals, begun)
        last = lasting[-1].group
        self.ops.append(Op("", tuple(short[op.out] for op in hoisted if op.out), None, last))
        outlasting = dict.fromkeys(v for op in lasting for v in op.touched if v not in short)
        self.ops.append(Op("", tuple(outlasting), None, last, closes=True))
        self.ops += [
            replace(op, template=op.template.replace(op.partial, name), args=(), partial="", group=last)
            for op, name in totals.items()
        ]

    def _equal(self, found: _Found, run: Run) -> dict[Value, Value]:
        """For each array of one number one of a block's size."""
        values = dict.fromkeys(v for op in found.within for v in op.touched if v.place == "constant")
        for value in (v for v in values if _has_rows(v, found.extent) and (v, run.block) not in self.equal):
            name = self.names.fresh(f"{value.name}_rows")
            self.equal[value, run.block] = replace(value, name=name, extents=(run.block, *value.extents[1:]))
        return {value: short for (value, block), short in self.equal.items() if block == run.block}

    def _run(self, found: _Found) -> Run:
        widest = max(_row(v) for op in found.within for v in op.touched if _has_rows(v, found.extent))
        most = max(1, _BLOCK // widest)
        block = next((r.block for r in self.runs if (r.most, r.extent) == (most, found.extent)), None)
        run = Run(found.extent, block or Size(self.names.fresh("block")), most, self.names.fresh("blocks"))
        self.runs.append(run)
        return run

    def _is_spread(self, op: Op, found: _Found, body: set[Op]) -> bool:
        """Whether it copies what is the same for all rows into memory that nothing else of the program touches."""
        same = bool(op.rows and op.args) and not any(_has_rows(v, found.extent) for v in op.args)
        if op.out is None or op.out.place != "planned" or not same:
            return False
        users = self.users[op.out]
        return all(u is op or (u in body and op.out not in (u.out, *u.scratch)) for u in users)

    def _short(self, found: _Found, body: set[Op], run: Run, hoisted: list[Op]) -> dict[Value, Value]:
        """What is needed in one block at a time, and in its place an array of so many rows."""
        values = dict.fromkeys(v for op in found.within for v in op.touched if _has_rows(v, found.extent))
        inner = {v for v in values if v.place == "planned" and body.issuperset(self.users[v])}
        replaced: set[Op] = set()
        for op in found.within:  # what takes the place of an array that dies lies in its memory, so it stays whole
            if op.elementwise and any(v not in inner and self._takes_over(op, v) for v in op.args):
                replaced.add(op)
                inner -= {op.out}
        goals = self._goals([op for op in found.within if op not in replaced], inner - {op.out for op in hoisted})
        return {v: goals.get(v) or replace(v, extents=(run.block, *v.extents[1:])) for v in values if v in inner}

    def _goals(self, ops: list[Op], steps: set[Value]) -> dict[Value, Value]:
        """Steps towards an array that outlasts the run, which are made in its memory, each with that array."""
        goals: dict[Value, Value] = {}
        for op in reversed(ops):
            goal = None if op.out is None else goals.get(op.out, None if op.out in steps else op.out)
            if goal is not None and op.out is not None and op.elementwise and self.users[op.out][0] is op:
                taken = [v for v in op.args if v in steps and v not in goals and self._takes_over(op, v)]
                goals |= dict.fromkeys(taken[:1], goal)
        return goals

    def _takes_over(self, op: Op, value: Value) -> bool:
        """Whether the result of an operation may lie where an argument lies that nothing needs afterwards."""
        alike = op.out is not None and (value.extents, value.kind) == (op.out.extents, op.out.kind)
        return alike and value.place == "planned" and self.users[value][-1] is op

    def _body(
        self, lasting: list[Op], short: dict[Value, Value], run: Run, totals: dict[Op, str], begun: set[int]
    ) -> Iterator[Op]:
        for group, ops in groupby(lasting, key=lambda op: op.group):
            if group not in begun:
                self.inside.add(group)
                yield Op(verbatim(self.comments(group, 1)), (), None, group, depth=1, run=run)
            for op in ops:
                template = f"{totals[op]} += {op.partial}" if op in totals else op.template
                yield replace(_moved(op, short), template=template, depth=1, run=run)


def _moved(op: Op, short: dict[Value, Value]) -> Op:
    """The operation on the arrays of a block's size, where there are such."""
    args = tuple(short.get(v, v) for v in op.args)
    scratch = tuple(short.get(v, v) for v in op.scratch)
    return replace(op, args=args, scratch=scratch, out=None if op.out is None else short.get(op.out, op.out))
