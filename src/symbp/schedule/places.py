"""Maxima and their places found in one loop: the place is where a larger one than all before it stood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symbp.schedule.statements import Group, Largest


def with_places(groups: Iterable[Group]) -> tuple[Group, ...]:
    """The groups, in which a maximum and its place that follow one another are one."""
    found: list[Group] = []
    for group in groups:
        joined = _joined(found[-1], group) if found else None
        if joined is None:
            found.append(group)
        else:
            found[-1] = joined
    return tuple(found)


def _joined(first: Group, second: Group) -> Group | None:
    """Both groups as one, if the second looks for the place of what the first takes the maximum of."""
    match first.statements, second.statements:
        case (*before, Largest(place="") as maximum), (Largest() as place,) if place.place:
            if replace(place, largest=maximum.largest, place="") != maximum:
                return None
            own = tuple(t for t in second.tensors if t.name != place.largest)
            statements = (*before, replace(place, largest=maximum.largest))
            equations = (*first.equations, *second.equations)
            return replace(first, equations=equations, statements=statements, tensors=(*first.tensors, *own))
    return None
