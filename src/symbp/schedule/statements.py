"""The statements of a schedule: what is done with whole arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from symbp.equation import Affine, Equation, Index
from symbp.program import Scan, Tensor
from symbp.schedule.affine import fills
from symbp.schedule.arrays import Array, Axes, Guarded, Position, View
from symbp.schedule.padding import Pad


@dataclass(frozen=True)
class Assign:
    """``tensor = value`` or ``tensor += value``, over the whole tensor with these axes, or over a ``part`` of it.

    ``shares`` if the value may stay the memory that it is a view of: neither changes afterwards.
    """

    tensor: str
    axes: Axes
    value: Array
    accumulate: bool = False
    part: View | None = None
    shares: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether every element of the tensor is written: its part may give it another shape."""
        return self.part is None or fills(self.part.positions, self.part.shape, self.axes)


@dataclass(frozen=True)
class Scatter:
    """``tensor[positions] += value``; ``distinct`` if no element is hit twice."""

    tensor: str
    positions: tuple[Position, ...]
    value: Array
    axes: Axes
    distinct: bool


@dataclass(frozen=True)
class Zero:
    """The tensor starts as zero: what follows does not write all of it, or adds to it."""

    tensor: str


@dataclass(frozen=True)
class Room:
    """The tensor has memory, all of which the following statements write part by part.

    ``over`` names a tensor whose values are needed no more, and whose memory it takes: all of it, or a ``part``.
    """

    tensor: str
    over: str = ""
    part: View | None = None


@dataclass(frozen=True)
class Filled:
    """0 where the tensor is still -inf: there was nothing to take the maximum of."""

    tensor: str
    axes: Axes


@dataclass(frozen=True)
class Taps:
    """A loop over few small indices, inside which they are numbers."""

    indices: Axes
    statements: tuple[Assign, ...]

    @property
    def tensor(self) -> str:
        return self.statements[-1].tensor


@dataclass(frozen=True)
class Largest:
    """The largest of a value while few small indices run, in a loop; ``place`` is where it stood, the first of equals.

    Attributes:
        largest: The tensor of the maxima.
        place: That of their numbers among all points of the loop, if they are asked for.
    """

    largest: str
    axes: Axes
    indices: Axes
    value: Array
    place: str = ""

    @property
    def tensor(self) -> str:
        return self.place or self.largest

    @property
    def number(self) -> Affine:
        """The number of a point of the loop, the last index fastest."""
        total = Affine()
        for index in self.indices:
            assert isinstance(index.extent, int)
            total = total * index.extent + index
        return total

    @property
    def is_small(self) -> bool:
        """Whether the numbers of all points are bytes."""
        return prod(i.extent for i in self.indices if isinstance(i.extent, int)) <= _BYTES


_BYTES = 256


@dataclass(frozen=True)
class Condition:
    """The tensor holds where the guards of ``node`` hold: several statements ask for it."""

    tensor: str
    axes: Axes
    node: Guarded


@dataclass(frozen=True)
class Loop:
    """No array form is known: plain loops, correct and slow."""

    equation: Equation

    @property
    def tensor(self) -> str:
        return self.equation.target


@dataclass(frozen=True)
class Group:
    """The statements under one numbered comment.

    Attributes:
        equations: Those of the derivation that they compute.
        scan: The scan that they are the loop of, as it is stored.
        tensors: What they add to the program.
        note: Why they are as they are, if that is no part of the derivation.
    """

    equations: tuple[Equation, ...]
    statements: tuple[Statement, ...]
    scan: Scan | None = None
    tensors: tuple[Tensor, ...] = ()
    note: str = ""

    def flat(self) -> Iterator[Statement]:
        """The statements, those inside loops over steps one by one."""
        for statement in self.statements:
            if isinstance(statement, Recurrence):
                for group in statement.groups:
                    yield from group.flat()
            else:
                yield statement

    @property
    def written(self) -> frozenset[str]:
        """The tensors that are written, which need not be those that the equations define."""
        places = {s.largest for s in self.flat() if isinstance(s, Largest)}
        return frozenset(places | {s.tensor for s in self.flat()})


@dataclass(frozen=True)
class Recurrence:
    """A loop over the steps of a scan, whose index is a number inside; downwards if ``reverse``.

    Attributes:
        lasting: The tensors that one round leaves to the next ones, or to what comes after the loop.
    """

    index: Index
    groups: tuple[Group, ...]
    reverse: bool
    lasting: tuple[str, ...]

    @property
    def tensor(self) -> str:
        return self.groups[-1].equations[-1].target


Statement: TypeAlias = Assign | Scatter | Zero | Largest | Filled | Pad | Taps | Loop | Room | Condition | Recurrence
