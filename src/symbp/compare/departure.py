"""Where a backward pass leaves the derivation, told from all the gradients that it gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from symbp.compare.causes import value_with
from symbp.compare.points import Measured
from symbp.derivation import adjoint_name, slice_program
from symbp.derive import NetworkDerivation
from symbp.mistakes import Seed, seeds


@dataclass(frozen=True)
class Departure:
    """The gradients of a backward pass at several points, and which of them are wrong.

    Attributes:
        measured: Each gradient at all points, from the loss on.
        right, wrong: Their names, in the same order.
        tolerance: How far two numbers that are equal may lie apart, relative to the largest of the array.
    """

    derivation: NetworkDerivation
    measured: Mapping[str, Sequence[Measured]]
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    tolerance: float

    @cached_property
    def causes(self) -> tuple[Seed, ...]:
        """The mistakes that give every gradient as it was given, in the order of the table."""
        return tuple(s for s in self._reaching(self.wrong) if self._gives(s, tuple(self.measured)))

    def causes_of(self, name: str) -> tuple[Seed, ...]:
        """The mistakes that give one of the gradients and leave the right ones right: of several mistakes, one."""
        return tuple(s for s in self._reaching((name,)) if self._gives(s, (name, *self.right)))

    @property
    def at(self) -> str:
        """The tensor at whose definition the derivation is left at the latest; empty if it is not."""
        if not self.wrong:
            return ""
        found = self.causes or self.causes_of(self.wrong[0])
        return found[0].at if found else self.between[-1]

    @cached_property
    def between(self) -> tuple[str, ...]:
        """The adjoints that all wrong gradients follow from, and no right one: one of their lines is not followed."""
        sources = [self._sources(name) for name in self.wrong]
        harmless = frozenset[str]().union(*(self._sources(name) for name in self.right))
        start = adjoint_name(self.derivation.start.output)
        common = sources[0].intersection(*sources) - harmless - {start}
        return tuple(name for name in self._order if name in common) or (adjoint_name(self.wrong[0]),)

    def _sources(self, name: str) -> frozenset[str]:
        """The adjoints that a gradient follows from, itself among them."""
        program = self.derivation.result
        computed = slice_program(program, (adjoint_name(name),)).equations()
        return frozenset(e.target for e in computed if program.tensor[e.target].of)

    @property
    def _order(self) -> list[str]:
        return list(dict.fromkeys(e.target for e in self.derivation.result.equations()))

    @cached_property
    def _seeds(self) -> tuple[Seed, ...]:
        return tuple(seeds(self.derivation))

    def _reaching(self, names: Sequence[str]) -> Iterator[Seed]:
        """The mistakes that can change all of these gradients."""
        adjoints = {adjoint_name(name) for name in names}
        return (s for s in self._seeds if adjoints and adjoints <= s.changed)

    def _gives(self, seed: Seed, names: Sequence[str]) -> bool:
        """Whether a mistake gives these gradients at every point; the one nearest to it is tried first."""
        changed = [name for name in self.measured if name in names and adjoint_name(name) in seed.changed]
        points = [m.point for m in self.measured[changed[0]]]
        order = sorted(range(len(points)), key=lambda k: prod(points[k].sizes.values()))
        return all(self._agrees(seed, name, self.measured[name][k]) for k in order for name in changed)

    def _agrees(self, seed: Seed, name: str, measured: Measured) -> bool:
        found = value_with(seed, adjoint_name(name), measured.point)
        if found is None or np.shape(found) != np.shape(measured.given):
            return False
        given = measured.given
        largest = max(float(np.abs(given).max(initial=0)), measured.scale * self.tolerance)
        return float(np.abs(found - given).max(initial=0)) <= self.tolerance * largest
