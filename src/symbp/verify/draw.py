"""Random values at which a program is generic: finite, of order one, away from kinks, and nothing vanishes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from symbp.equation import Access, Affine, Index
from symbp.functions import Row
from symbp.program import GIVEN, Program, Tensor
from symbp.reference import FLOAT, Arithmetic, evaluate, extent_of, shape_of
from symbp.reference.arithmetic import Array
from symbp.reference.loops import Sizes

NEAR = 1e-6
LEAST_ROOT = 1e-2
MODERATE = 8.0  # beyond this sigmoid(z) is so near to 1 that 1 - sigmoid(z) has lost digits
Maker: TypeAlias = Callable[[np.random.Generator, tuple[int, ...]], Array]

# The distance of an argument from the nearest kink, for each function that has one.
KINKS: dict[str, Callable[..., Any]] = {
    "abs": lambda z: z,
    "sign": lambda z: z,
    "step": lambda z: z,
    "relu": lambda z: z,
    "leaky_relu": lambda z, slope: z,
    "elu": lambda z, alpha: z,
    "clip": lambda z, low, high: min(abs(z - low), abs(z - high)),
    "maximum": lambda a, b: a - b,
    "minimum": lambda a, b: a - b,
}


@dataclass(frozen=True)
class Draw:
    """Values for the given tensors of a program.

    Attributes:
        values: Arrays by name.
        forward: The value of every tensor there.
        distance: How far the nearest kink is.
        root: The smallest number that a root is taken of: near zero a root, and what it divides, has lost digits.
    """

    values: Mapping[str, Array]
    forward: Mapping[str, Array]
    distance: float
    root: float = np.inf

    @property
    def smooth(self) -> bool:
        """Whether differences over a tiny step see no kink."""
        return self.distance > NEAR

    @property
    def finite(self) -> bool:
        return all(np.isfinite(v).all() for v in self.forward.values())

    @property
    def largest(self) -> float:
        return max(float(np.max(np.abs(v), initial=0)) for v in self.forward.values())

    @property
    def moderate(self) -> bool:
        return self.finite and self.largest < MODERATE and self.root > LEAST_ROOT


def placed(program: Program, values: Mapping[str, Array], sizes: Sizes) -> Draw:
    """The draw that holds given values, with what the program makes of them."""
    nearest, roots = [np.inf], [np.inf]
    forward = evaluate(program, values, sizes, _watching(nearest, roots))
    return Draw(values, forward, float(nearest[0]), float(roots[0]))


def _watching(nearest: list[float], roots: list[float]) -> Arithmetic:
    """Floats that note the smallest distance from a kink of a function or of a maximum, and the smallest root."""

    def note(distance: Any) -> None:
        nearest[0] = min(nearest[0], abs(distance))

    def power(base: Any, exponent: Any) -> Any:
        roots[0] = min(roots[0], abs(base))
        return FLOAT.power(base, exponent)

    def function(row: Row) -> Callable[..., Any]:
        kink = KINKS.get(row.name)
        if kink is None:
            return row.numeric

        def noted(*arguments: Any) -> Any:
            note(kink(*arguments))
            return row.numeric(*arguments)

        return noted

    def larger(a: Any, b: Any) -> Any:
        note(a - b)
        return FLOAT.larger(a, b)

    return replace(FLOAT, function=function, larger=larger, power=power)


def draws(program: Program, sizes: Sizes, seed: int, targets: Mapping[str, Maker] | None = None) -> Iterator[Draw]:
    """Finite draws from a seed, the best ones first: smooth and moderate, then smooth, then the others.

    Args:
        targets: How to draw the tensors that cannot be any number, by name; a target whose rows must sum to
            one, and integers that index a tensor, are known from the program.
    """
    later: list[Draw] = []
    for draw in attempts(program, sizes, seed, targets or {}):
        if draw.smooth and draw.moderate:
            yield draw
        else:
            later.append(draw)
    yield from sorted(later, key=lambda d: (not d.smooth, d.root <= LEAST_ROOT, d.largest))


@dataclass(frozen=True)
class Attempt:
    """How to draw: the scales of weights, of biases and of all else, and how many of them are positive."""

    weights: float
    biases: float
    others: float
    positive: float


SHARES = (0.5, 0.6, 0.8, 1.0)  # relus of mostly positive weights do not die
ATTEMPTS = tuple(Attempt(scale, scale, scale, share) for scale in (1.0, 0.7, 0.4, 0.15) for share in SHARES)
# Samples that differ more than anything else moves them: what normalises them divides by no small number.
WIDER = tuple(Attempt(*scales, share) for scales in ((1.0, 0.3, 2.0), (0.7, 0.35, 3.0)) for share in SHARES)
EVERY = (*ATTEMPTS, *WIDER)


def attempts(
    program: Program,
    sizes: Sizes,
    seed: int,
    targets: Mapping[str, Maker],
    tried: Iterable[Attempt] = EVERY,
) -> Iterator[Draw]:
    """Finite draws from a seed, in the order in which they are tried."""
    for attempt in tried:
        rng = np.random.default_rng([seed, EVERY.index(attempt)])
        values = {t.name: drawn(program, t, sizes, rng, attempt, targets) for t in _given(program)}
        draw = placed(program, values, sizes)
        if draw.finite:
            yield draw


def _given(program: Program) -> tuple[Tensor, ...]:
    return tuple(t for t in program.tensors if t.role in GIVEN and not program.defining(t.name))


def drawn(
    program: Program,
    tensor: Tensor,
    sizes: Sizes,
    rng: np.random.Generator,
    attempt: Attempt,
    targets: Mapping[str, Maker],
) -> Array:
    """Random values of the kind that a tensor of a program needs: labels, masks, probabilities, or any numbers."""
    shape = shape_of(tensor, sizes)
    if tensor.name in targets:
        return targets[tensor.name](rng, shape)
    if tensor.dtype == "int":
        return rng.integers(0, label_range(program, tensor.name, sizes), shape)
    if tensor.role == "mask":
        return (rng.random(shape) < 0.7).astype(float)
    if tensor.role == "target":
        return probabilities(rng, shape) if tensor.normalized else rng.uniform(0.1, 0.9, shape)
    learned = tensor.role == "parameter"
    fan = np.prod(shape[1:]) if learned else 1.0
    scale = attempt.others if not learned else attempt.weights if len(shape) > 1 else attempt.biases
    signs = np.where(rng.random(shape) < attempt.positive, 1.0, -1.0)
    return signs * rng.uniform(0.5, 1.5, shape) * scale / np.sqrt(fan)


def probabilities(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Positive numbers whose rows, along the last axis, sum to one exactly: multiples of a power of two."""
    total = 2 ** (4 + shape[-1].bit_length())
    shares = rng.multinomial(total - shape[-1], np.full(shape[-1], 1 / shape[-1]), shape[:-1]) + 1
    return shares / total


def label_range(program: Program, name: str, sizes: Sizes) -> int:
    """One more than the largest value of an integer tensor that stays inside all that it indexes."""
    extents = [*_indexed(program, name), *_compared(program, name)]
    return min((extent_of(e, sizes) for e in extents), default=2)


def _indexed(program: Program, name: str) -> Iterator[Any]:
    for equation in program.equations():
        for access in (equation.lhs, *equation.accesses_read()):
            for position, extent in zip(access.indices, program.tensor[access.tensor].shape, strict=True):
                if _mentions(position, name):
                    yield extent


def _compared(program: Program, name: str) -> Iterator[Any]:
    for equation in program.equations():
        for guard in equation.guards:
            if _mentions(guard.affine, name):
                yield from (atom.extent for _, atom in guard.affine.terms if isinstance(atom, Index))


def _mentions(position: Affine, name: str) -> bool:
    return any(isinstance(atom, Access) and atom.tensor == name for _, atom in position.terms)
