"""Equations in an order in which they can be computed; those that read what they define become scans."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from symbp.components import components
from symbp.equation import Access, Affine, Equation, Index
from symbp.program import Scan, Statement


@dataclass(frozen=True)
class Late:
    """A read of a recurrence that comes too late: the row is there after the step, or after a later one.

    Attributes:
        number: That of the equation that reads.
        access: What it reads.
        allowed: The last row that it may read.
        index: That of the steps.
        same: Whether it is the row of the step itself, which waits for what the equation gives.
    """

    number: int
    access: Access
    allowed: Access
    index: Index
    same: bool


class NoOrder(Exception):
    """Equations depend on one another in a circle that no index unrolls; holds their numbers."""

    def __init__(self, numbers: Sequence[int], late: Late | None = None) -> None:
        super().__init__(f"equations {list(numbers)} have no order")
        self.numbers, self.late = tuple(numbers), late


def circle(equations: Sequence[Equation], numbers: Sequence[int]) -> str:
    """How equations of given numbers wait for one another: ``z reads h, which reads z``."""
    reads: dict[str, set[str]] = {}
    for number in numbers:
        reads.setdefault(equations[number].target, set()).update(equations[number].tensors_read)
    start = equations[numbers[0]].target
    paths = [[start]]
    seen: set[str] = set()
    for path in paths:
        for name in sorted(reads[path[-1]] & reads.keys() - seen):
            seen.add(name)
            paths.append([*path, name])
            if name == start:
                return f"{start} reads " + (", which reads ".join(path[1:] + [start]) if path[1:] else "itself")
    return f"{start} depends on itself"


def ordered(equations: Sequence[Equation]) -> tuple[Statement, ...]:
    """The equations sorted so that each reads what is written before it, circles turned into scans.

    Raises:
        NoOrder: some equations depend on one another, and not along one index.
    """
    needs = [_needs(number, equations) for number in range(len(equations))]
    return tuple(_statement(group, equations, group[0] in needs[group[0]]) for group in components(needs))


def _needs(number: int, equations: Sequence[Equation]) -> list[int]:
    """The equations that must come before: writers of what is read, and the ``=`` before its ``+=``."""
    equation = equations[number]
    read = equation.tensors_read
    return [n for n, other in enumerate(equations) if other.target in read or _opens(other, equation)]


def _opens(first: Equation, then: Equation) -> bool:
    return then.accumulate and not first.accumulate and first.target == then.target


def _sorted(items: Sequence[int], before: Callable[[int], set[int]]) -> list[int]:
    """The items in their order, but each after those that ``before`` names.

    Raises:
        NoOrder: there is a circle.
    """
    waiting = {item: before(item) for item in items}
    order: list[int] = []
    while waiting:
        ready = next((item for item, needed in waiting.items() if not needed & waiting.keys()), None)
        if ready is None:
            raise NoOrder(sorted(waiting))
        order.append(ready)
        del waiting[ready]
    return order


def _statement(group: Sequence[int], equations: Sequence[Equation], circular: bool) -> Statement:
    if len(group) == 1 and not circular:
        return equations[group[0]]
    members = [equations[number] for number in group]
    for index in _indices(members):
        for reverse in (False, True):
            body = _scan_body(members, index, reverse)
            if body:
                return Scan(index, tuple(_inside(e, index) for e in body), reverse)
    raise NoOrder(group, next(filter(None, (_late(group, members, i) for i in _indices(members))), None))


def _indices(members: Sequence[Equation]) -> Iterable[Index]:
    """The indices that a scan might run over."""
    return dict.fromkeys(members[0].lhs.index_atoms())


def _late(group: Sequence[int], members: Sequence[Equation], index: Index) -> Late | None:
    """The read that keeps equations from being a recurrence upwards, where some row is written from the one before.

    Of a row of the same step it is the read of a state: of what is written a row behind the step.
    """
    rows = _rows(members, index)
    if rows is None:
        return None
    found: list[tuple[int, Late]] = []
    for number, equation in zip(group, members, strict=True):
        for access in equation.accesses_read():
            lag = _lag(access, rows[access.tensor], index) if access.tensor in rows else None
            axis, offset = rows.get(access.tensor, (0, 0))
            if lag is not None and (lag < 0 or (lag == 0 and offset)):
                before = Affine.of(index) + (offset - 1)
                allowed = replace(access, indices=(*access.indices[:axis], before, *access.indices[axis + 1 :]))
                found.append((lag, Late(number, access, allowed, index, not lag)))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _inside(equation: Equation, index: Index) -> Equation:
    return replace(equation, domain=tuple(i for i in equation.domain if i != index))


def _scan_body(members: Sequence[Equation], index: Index, reverse: bool) -> list[Equation] | None:
    """The equations in the order of one round of a scan, if a scan along the index computes them."""
    rows = _rows(members, index)
    if rows is None or any(index in e.over for e in members):
        return None
    same_round: dict[int, set[int]] = {}
    for number, equation in enumerate(members):
        needed = {n for n, other in enumerate(members) if _opens(other, equation)}
        for access in equation.accesses_read():
            if access.tensor in rows:
                lag = _lag(access, rows[access.tensor], index)
                lag = -lag if lag is not None and reverse else lag
                if lag is None or lag < 0:
                    return None
                needed |= {n for n, e in enumerate(members) if not lag and e.target == access.tensor}
        same_round[number] = needed
    try:
        return [members[n] for n in _sorted(range(len(members)), lambda n: same_round[n])]
    except NoOrder:
        return None


def _rows(members: Sequence[Equation], index: Index) -> dict[str, tuple[int, int]] | None:
    """For each tensor written: the axis that the index runs along, and the offset of the row written."""
    rows: dict[str, tuple[int, int]] = {}
    for equation in members:
        along = [(axis, p.constant) for axis, p in enumerate(equation.lhs.indices) if p.terms == ((1, index),)]
        if len(along) != 1 or rows.setdefault(equation.target, along[0]) != along[0]:
            return None
    return rows


def _lag(access: Access, row: tuple[int, int], index: Index) -> int | None:
    """How many rounds before this one, upwards, the row that is read was written; ``None`` if that varies."""
    axis, offset = row
    position = access.indices[axis]
    if position.terms == ((1, index),):
        return offset - position.constant
    fixed = not position.terms and position.constant < offset
    return 1 if fixed and Affine.of(index) != position else None
