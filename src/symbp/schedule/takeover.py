"""Memory of tensors whose values are needed no more, for those that a loop over steps is about to write.

A loop takes the memory of a dead tensor of the same shape. What one equation computes from a part of a tensor that
nothing else reads, as a gate from its pre-activation, lies in that part.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from symbp.dependence import lag_between
from symbp.equation import Access, Affine, Equation
from symbp.program import Program, Scan, Tensor
from symbp.schedule.arrays import View
from symbp.schedule.local import numbered
from symbp.schedule.statements import Assign, Group, Room
from symbp.schedule.steps import accesses, equations_of
from symbp.wellformed import apart


def taken_over(program: Program, groups: tuple[Group, ...], outputs: frozenset[str]) -> tuple[Group, ...]:
    """The groups, in which tensors that get memory before a loop get that of others where they can."""
    if not any(isinstance(s, Scan) for s in program.statements):
        return groups
    memory = _Memory(program, [t.name for t in program.tensors if t.name in _owners(groups) - outputs])
    found = []
    for group in groups:
        if group.scan is not None:
            rooms = tuple(memory.taken(group.scan, s) if isinstance(s, Room) else s for s in group.statements)
            group = replace(group, statements=rooms)
        found.append(group)
    return tuple(found)


Places: TypeAlias = tuple[tuple[int | None, int], ...]  # of each axis of the other tensor: which own one, how far on


@dataclass(frozen=True)
class _Use:
    """An access: the number of the statement, that of the equation in its scan, and the access."""

    place: int
    number: int
    equation: Equation
    access: Access

    @property
    def writes(self) -> bool:
        return self.access is self.equation.lhs


@dataclass(frozen=True)
class _Lodger:
    """A tensor in a part of another one: element for element, at ``places``."""

    tensor: str
    places: Places

    def there(self, access: Access, name: str) -> Access:
        """An access to the tensor as one to the same memory under the name of the other."""
        return Access(name, _at(self.places, access.indices))


@dataclass
class _Memory:
    """The tensors whose memory may be taken, in the order of the program, and who has been taken in."""

    program: Program
    free: list[str]
    lodgers: dict[str, list[_Lodger]] = field(default_factory=dict)
    uses: dict[str, list[_Use]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place, statement in enumerate(self.program.statements):
            for number, equation in enumerate(equations_of(statement)):
                for access in accesses(equation):
                    self.uses.setdefault(access.tensor, []).append(_Use(place, number, equation, access))

    def taken(self, scan: Scan, room: Room) -> Room:
        place = next(k for k, s in enumerate(self.program.statements) if s is scan)
        tensor = self.program.tensor[room.tensor]
        for name in self.free:
            if _alike(self.program.tensor[name], tensor) and self._is_dead(name, place, scan, tensor.name):
                self.free.remove(name)
                return replace(room, over=name)
        return self._part(place, scan, room)

    def _is_dead(self, name: str, place: int, scan: Scan, new: str) -> bool:
        """Whether nothing needs a tensor, or what lies in it, once a scan has begun to write a new one there."""
        if any(use.place >= place for use in self.uses[name]):
            return False
        return all(self._is_read_before(lodger, place, scan, new) for lodger in self.lodgers.get(name, ()))

    def _is_read_before(self, lodger: _Lodger, place: int, scan: Scan, new: str) -> bool:
        writers = [use for use in self.uses[new] if use.writes]
        for use in self.uses[lodger.tensor]:
            if use.place > place:
                return False
            for writer in writers if use.place == place else ():
                lag = lag_between(scan, writer.access, lodger.there(use.access, new))
                if writer.equation.accumulate or lag.reads_after(writer.number < use.number):
                    return False
        return True

    def _part(self, place: int, scan: Scan, room: Room) -> Room:
        """The room in a part of a tensor that the equation for it, and nothing else, reads."""
        writers = [use for use in self.uses[room.tensor] if use.writes]
        equation = writers[0].equation
        if len(writers) > 1 or writers[0].place != place or equation.reduction or equation.guards:
            return room
        for read in equation.reads:
            places = _places(equation.lhs, read.access)
            name = read.access.tensor
            if name in self.free and places and self._is_read_once(place, writers[0].number, read.access):
                self.lodgers.setdefault(name, []).append(_Lodger(room.tensor, places))
                self.free = [n for n in self.free if n != room.tensor]
                return replace(room, over=name, part=self._view(room.tensor, name, places))
        return room

    def _is_read_once(self, place: int, number: int, access: Access) -> bool:
        """Whether from an equation of a scan on nothing but it touches what it reads."""
        scan = self.program.statements[place]
        assert isinstance(scan, Scan)
        step = [p for p in access.indices if scan.index in p.indices()]
        others = (use for use in self.uses[access.tensor] if use.place >= place and not apart(use.access, access))
        for use in others:
            same = step == [p for p in use.access.indices if scan.index in p.indices()]
            before = use.place == place and use.number < number and same
            if not (use.place == place and use.number == number) and not (before and use.writes):
                return False
        return sum(a == access for a in accesses(equations_of(self.program.statements[place])[number])) == 1

    def _view(self, tensor: str, over: str, places: Places) -> View:
        axes = numbered(self.program.tensor[tensor].shape)
        return View(over, self.program.tensor[over].shape, _at(places, tuple(map(Affine.of, axes))), axes)


def _alike(one: Tensor, other: Tensor) -> bool:
    return (one.shape, one.dtype) == (other.shape, other.dtype)


def _places(here: Access, there: Access) -> Places:
    """Where an access lies in another one: how much further along each axis, or at which number; none if nowhere."""
    found: list[tuple[int | None, int]] = []
    own = 0
    for position in there.indices:
        further = position - here.indices[own] if own < len(here.indices) else position
        if own < len(here.indices) and not further.terms and further.constant >= 0:
            found.append((own, further.constant))
            own += 1
        elif not position.terms:
            found.append((None, position.constant))
        else:
            return ()
    return tuple(found) if own == len(here.indices) else ()


def _at(places: Places, positions: tuple[Affine, ...]) -> tuple[Affine, ...]:
    """The positions in the other tensor."""
    return tuple((Affine() if axis is None else positions[axis]) + number for axis, number in places)


def _owners(groups: tuple[Group, ...]) -> set[str]:
    """The tensors with memory of their own, of which no other one is a view."""
    statements = [s for group in groups for s in group.flat()]
    shared = {name for s in statements if isinstance(s, Assign) and s.shares for name in (s.tensor, s.value.tensor)}  # type: ignore[union-attr]
    return {s.tensor for s in statements} - shared
