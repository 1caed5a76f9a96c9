"""Where a candidate is compared with the right gradient: the example's own numbers, and random ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import sympy

from symbp.compare.telling import kinked, told_apart
from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation
from symbp.errors import Fault
from symbp.layers.fragment import BATCH
from symbp.program import GIVEN
from symbp.reference import evaluate_grids
from symbp.sizes import small_sizes
from symbp.verify.check import example_values, target_makers
from symbp.verify.draw import ATTEMPTS, KINKS, Attempt, drawn, draws
from symbp.verify.gradients import points as visited

TRIED = 2  # draws from a seed that are looked at for arguments on both sides of kinks
MOST_KEPT = 8  # sets of points of one derivation that are kept for the next formula
RANDOM = 3  # random points besides the example
SEEDS = range(1, 12)
ROUGH = range(21, 31)  # seeds of points that may lie near kinks
NEARER = (0.3, 0.1, 0.03, 0.003)  # how far points near the example may lie from it
MOST_LOOPS = 20_000  # points of a program up to which it is watched for kinks, loop by loop
ROUNDING = 1e-6  # two ways to compute a gradient differ by more only where it is nothing but rounding
MODERATE = 100.0  # numbers that floats sum up without losing more than a few digits

Sizes = Mapping[str, int]


@dataclass(frozen=True)
class Point:
    """Numbers at which every quantity of a derivation has a value.

    Attributes:
        given: Inputs, targets, parameters.
        example: Whether they are the numbers of the spec's example.
    """

    derivation: NetworkDerivation
    given: Mapping[str, Any]
    sizes: Sizes
    example: bool = False

    @cached_property
    def chain(self) -> dict[str, Any]:
        """The value of every tensor by the chain rule's own equations."""
        return evaluate_grids(self.derivation.chain_result, self.given, self.sizes)

    @cached_property
    def values(self) -> dict[str, Any]:
        """The value of every tensor of the derivation; what a rewrite has scaled is as the last equations say."""
        final = self._final
        return {**self.chain, **{k: v for k, v in final.items() if k not in self.chain or k in self._rescaled}}

    @cached_property
    def textbook(self) -> dict[str, Any]:
        """The same; but what a rewrite has scaled is as the chain rule's equations say."""
        return {**self.values, **self.chain}

    @cached_property
    def _final(self) -> dict[str, Any]:
        return evaluate_grids(self.derivation.result, self.given, self.sizes)

    @property
    def _rescaled(self) -> frozenset[str]:
        return frozenset(adjoint_name(n) for n in self.derivation.rescaled) | self.derivation.rescaled

    def scale(self, name: str) -> float:
        """The largest number of an adjoint; where that is nothing but rounding, the largest of all.

        What cancels to zero is another number by the chain rule's equations than by the last ones.
        """
        own = self.chain[adjoint_name(name)]
        other = self._final.get(adjoint_name(name), own)
        if _largest(own - other) <= ROUNDING * _largest(own):
            return _largest(own)
        return max(_largest(v) for k, v in self.chain.items() if k.endswith("_bar"))


def _largest(value: Any) -> float:
    return float(np.abs(value).max(initial=0))


def points(
    derivation: NetworkDerivation,
    wrt: str,
    sizes: Sizes | None = None,
    of_any_size: bool = False,
    near: bool = False,
) -> tuple[Point, ...]:
    """The example, where there is one of these sizes, and three random points.

    Args:
        wrt: The tensor whose gradient is compared: it vanishes nowhere, if that can be.
        sizes: The run-time sizes; without them the example has its own, and the random points small ones.
        of_any_size: Whether the example may have its own sizes all the same.
        near: Whether labels, and where maxima are found, have to be those of the example: single neurons are told so.

    Raises:
        Fault: no random numbers give a finite loss.
    """
    at = dict(sizes) if sizes is not None else small_sizes(derivation.start)
    kept: dict[Any, tuple[Point, ...]] = derivation.__dict__.setdefault("_points", {})
    key = (wrt, tuple(sorted(at.items())), sizes is None or of_any_size, near)
    if key not in kept:
        while len(kept) >= MOST_KEPT:
            del kept[next(iter(kept))]
        kept[key] = _points(derivation, wrt, at, None if of_any_size else sizes, near)
    return kept[key]


def _points(
    derivation: NetworkDerivation, wrt: str, at: Sizes, of_example: Sizes | None, near: bool
) -> tuple[Point, ...]:
    found = [*_example(derivation, of_example)]
    if near and found and any(v.dtype == np.int64 for v in found[0].chain.values()):
        return (*found, *_near(found[0], wrt))
    drawn_ones = list(_random(derivation, wrt, at))
    drawn_ones += _telling(derivation, at, [*found, *drawn_ones])
    if not drawn_ones and not found:
        raise Fault("no random numbers give a finite loss", "Does the loss suit what the network gives?")
    return (*found, *drawn_ones, *rough_points(derivation, at))


def _example(derivation: NetworkDerivation, sizes: Sizes | None) -> Iterator[Point]:
    """The example at its own sizes, or the first of its samples where one is wanted."""
    if derivation.network.example is None:
        return
    own, given = derivation.sizes, example_values(derivation)
    wanted = dict(own if sizes is None else sizes)
    if BATCH.name in own and wanted == {**own, BATCH.name: 1} != own:
        axes = {t.name: t.shape[:1] == (BATCH,) for t in derivation.start.tensors}
        yield Point(derivation, {k: v[:1] if axes[k] else v for k, v in given.items()}, wanted, True)
    elif wanted == own:
        yield Point(derivation, given, own, True)


def _random(derivation: NetworkDerivation, wrt: str, sizes: Sizes) -> Iterator[Point]:
    """Three points where the gradient is not zero throughout; if there are not as many, others."""
    dead: list[Point] = []
    count = 0
    for seed in SEEDS:
        point = drawn_point(derivation, sizes, seed)
        if point is None:
            continue
        if not point.chain[adjoint_name(wrt)].any():
            dead.append(point)
            continue
        yield point
        count += 1
        if count == RANDOM:
            return
    yield from dead[: RANDOM - count]


def _telling(derivation: NetworkDerivation, sizes: Sizes, have: list[Point]) -> Iterator[Point]:
    """Further points, if at those there are some function with a kink has no argument on one of its sides."""
    wanted = kinked(derivation).difference(*(told_apart(derivation, point.chain) for point in have))
    for seed, attempt in product(SEEDS, ATTEMPTS[:TRIED]) if wanted else ():
        point = _attempted(derivation, sizes, seed, attempt)
        found = told_apart(derivation, point.chain) if point is not None else frozenset()
        if point is not None and found & wanted:
            wanted -= found
            yield point
        if not wanted:
            return


def _near(example: Point, wrt: str) -> Iterator[Point]:
    """Three points near the example, with the same whole numbers: labels, tokens, places of maxima."""
    whole = {name: v for name, v in example.chain.items() if v.dtype == np.int64}
    masks = {t.name for t in example.derivation.start.of_role("mask")}
    count = 0
    for seed, spread in product(SEEDS, NEARER):
        rng = np.random.default_rng([seed, NEARER.index(spread)])
        given = {
            name: v if name in whole or name in masks else v + spread * rng.uniform(-1, 1, np.shape(v))
            for name, v in sorted(example.given.items())
        }
        given |= {t.name: of_one(given[t.name]) for t in example.derivation.start.tensors if t.normalized}
        point = Point(example.derivation, given, example.sizes)
        alike = all(np.array_equal(point.chain[name], v) for name, v in whole.items())
        if alike and all(np.isfinite(v).all() for v in point.chain.values()):
            yield point
            count += 1
        if count == RANDOM:
            return


def of_one(rows: Any) -> Any:
    """Positive numbers whose rows sum to one, made of others."""
    positive = np.abs(rows) + 0.01
    return positive / positive.sum(axis=-1, keepdims=True)


def drawn_point(derivation: NetworkDerivation, sizes: Sizes, seed: int) -> Point | None:
    """A point from a seed: away from kinks where the program is small enough to look; ``None`` if none is finite."""
    targets = target_makers(derivation)
    if visited(derivation.start, sizes) <= MOST_LOOPS:
        draw = next(draws(derivation.start, sizes, seed, targets), None)
        return None if draw is None else Point(derivation, draw.values, sizes)
    best, least = None, np.inf
    for attempt in sorted(ATTEMPTS, key=lambda one: one.positive):  # where all is positive, no relu stops anything
        point = _attempted(derivation, sizes, seed, attempt)
        size = max(map(_largest, point.chain.values())) if point is not None else np.inf
        if size < least:
            best, least = point, size
        if least < MODERATE:
            break
    return best


def _attempted(derivation: NetworkDerivation, sizes: Sizes, seed: int, attempt: Attempt) -> Point | None:
    """The point of an attempt; ``None`` if a number there is not finite."""
    program, rng = derivation.start, np.random.default_rng([seed, ATTEMPTS.index(attempt)])
    names = [t for t in program.tensors if t.role in GIVEN and not program.defining(t.name)]
    targets = target_makers(derivation)
    point = Point(derivation, {t.name: drawn(program, t, sizes, rng, attempt, targets) for t in names}, sizes)
    return point if all(np.isfinite(v).all() for v in point.chain.values()) else None


def rough_points(derivation: NetworkDerivation, sizes: Sizes) -> tuple[Point, ...]:
    """A point where units are dead and windows empty, if the network has kinks.

    Where a smooth point is, the largest of a window is never zero: whether a gradient stops there is not seen.
    """
    program = derivation.start
    kinks = any(e.reduction == "max" or _has_kink(e.body) for e in program.equations())
    if not kinks:
        return ()
    tried = ROUGH if visited(program, sizes) <= MOST_LOOPS else ROUGH[:2]
    found = [p for seed in tried if (p := _attempted(derivation, sizes, seed, ATTEMPTS[0])) is not None]
    alive = [p for p in found if all(p.chain[adjoint_name(name)].any() for name in derivation.wrt)]
    return tuple(sorted(alive, key=_zeros)[-1:])


def _has_kink(body: Any) -> bool:
    return any(node.func.__name__ in KINKS for node in sympy.preorder_traversal(body))


def _zeros(point: Point) -> int:
    """How many of the numbers that the forward equations compute are zero."""
    program = point.derivation.start
    computed = [t.name for t in program.tensors if t.dtype == "float" and program.defining(t.name)]
    return sum(int(np.sum(point.chain[name] == 0)) for name in computed)


@dataclass(frozen=True)
class Measured:
    """A candidate beside the gradient at one point; both are one number for an element."""

    point: Point
    given: Any
    right: Any
    scale: float

    @property
    def off(self) -> Any:
        """How far each element is off, relative to the largest of the gradient."""
        with np.errstate(all="ignore"):
            off = np.abs(self.given - self.right) / (self.scale or 1.0)
        return np.where(np.isfinite(self.given), off, np.inf)
