"""For tests of somebody's own backward pass: every gradient compared with the derivation's.

from symbp.testing import assert_gradient

def test_backward() -> None:
    assert_gradient(backward, "relay.toml")
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from symbp.compare.answers import Asked, answers, validate
from symbp.compare.functions import SINGLE, TOLERANCE, Judged, called, called_here, name_of, told_loss, where
from symbp.compare.judge import worst_of
from symbp.compare.lines import place
from symbp.compare.points import Point, drawn_point, rough_points
from symbp.compare.relations import relations
from symbp.compare.steady import unsteadiness
from symbp.compare.subject import Subject
from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation, derive
from symbp.errors import SpecError
from symbp.layers.fragment import BATCH
from symbp.mistakes import Seed
from symbp.mistakes.plain import plainly
from symbp.network import Described
from symbp.rounding import rounded
from symbp.sizes import small_sizes
from symbp.spec import load
from symbp.verify.check import example_values
from symbp.wording import english

Spec: TypeAlias = str | Path | Described | NetworkDerivation
MOST_TOLD = 10  # wrong gradients in a report
NOISE = 1e-13  # of the largest number of a gradient
MOST_CAUSES = 5
MOST_LINES = 6  # of the derivation
TRIES = 4  # draws for each point, until no gradient is zero throughout

__all__ = ["assert_gradient"]


def assert_gradient(
    function: Any,
    spec: Spec,
    *,
    wrt: str | None = None,
    rtol: float | None = None,
    points: int = 3,
    samples: int = 5,
    seed: int = 0,
    dtype: npt.DTypeLike = np.float64,
) -> None:
    """Nothing, if a backward pass gives the gradients of a network's loss.

    It is compared with the derivation's gradients at the numbers of the spec's example, if it has one, and at random
    ones: the largest difference in a gradient must be at most ``rtol`` times its largest number. A loss that is
    returned as well is compared too.

    Args:
        function: A module with a function ``loss_and_grad(p, X, Y)``, or a function: ``f(p, X, Y)``, where ``p`` is a
            NamedTuple of the parameters, or one whose arguments are called like tensors, such as ``x``, ``W1``, ``a1``.
            It returns the gradients of all parameters in their order, as a tuple, a NamedTuple or a dict, alone or
            behind the loss; or one gradient.
        spec: A path, a network or a derivation.
        wrt: The parameter whose gradient alone is compared; without it each must be there.
        rtol: By default 1e-7, and 1e-4 for what is computed in float32.
        points: How many random points there are.
        samples: The size of the batch at each of them.
        seed: What they are drawn from.
        dtype: The precision of all that the function is called with: float64 or float32.

    Raises:
        AssertionError: a gradient is wrong; the text says which, where, by how much, and which mistake it looks like.
        SpecError: the spec is at fault.

    >>> from symbp.network import Dense, Network
    >>> line = Network("line", 2, [Dense(1)], "squared_error")
    >>> def backward(x, y, W1, b1):
    ...     delta = 2 * (x @ W1.T + b1 - y) / len(x)
    ...     return delta.T @ x, delta.sum(axis=0)
    >>> assert_gradient(backward, line)
    >>> def without_mean(x, y, W1, b1):
    ...     delta = 2 * (x @ W1.T + b1 - y)
    ...     return delta.T @ x, delta.sum(axis=0)
    >>> assert_gradient(without_mean, line)
    Traceback (most recent call last):
    AssertionError: ...
    """
    __tracebackhide__ = True
    text = _report(
        function, _derivation(spec), wrt or "", rtol, Drawn(points, samples, TRIES * points * seed), np.dtype(dtype)
    )
    if text:
        raise AssertionError(text)


@dataclass(frozen=True)
class Drawn:
    """How many random points there are, of how many samples each, and the first of their seeds."""

    points: int
    samples: int
    first: int


def _derivation(spec: Spec) -> NetworkDerivation:
    if isinstance(spec, NetworkDerivation):
        return spec
    return derive(load(spec) if isinstance(spec, str | Path) else spec)


def _report(
    given: Any,
    derivation: NetworkDerivation,
    wrt: str,
    rtol: float | None,
    drawn: Drawn,
    dtype: np.dtype[Any],
) -> str:
    """What is wrong with a function; empty if nothing is."""
    __tracebackhide__ = True
    function = _function(given)
    asked = Asked(derivation, wrt, _label(given, function))
    if wrt and adjoint_name(wrt) not in derivation.chain_result.tensor:
        raise SpecError(f"there is no gradient of {wrt} to compare with; there are those of {', '.join(asked.learned)}")
    usual = SINGLE if dtype == np.float32 else TOLERANCE
    tolerance = usual if rtol is None else rtol
    tried = _points(derivation, drawn, dtype, tolerance)
    at = [one.point for one in tried]
    calls = [called(point, wrt, dtype) for point in at]
    try:
        returned = called_here(function, calls, asked.label, raising=True)
        found = answers(asked, returned)
        validate(asked.label, found, [p.chain for p in at], [where(p) for p in at])
    except SpecError as error:
        return str(error)
    judged = Judged(derivation, at, found, max(tolerance, *(4 * one.unsteady for one in tried)), wrt)
    return "\n".join(_lines(asked, judged))


def _function(given: Any) -> Callable[..., Any]:
    found = getattr(given, "loss_and_grad", given)
    if not callable(found):
        raise TypeError(f"needs a function, or a module with loss_and_grad(p, X, Y); has {type(given).__name__}")
    return found  # type: ignore[no-any-return]


def _label(given: Any, function: Callable[..., Any]) -> str:
    return f"{given.__name__}.loss_and_grad" if hasattr(given, "loss_and_grad") else name_of(function)


# --- where ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Tried:
    """A point, whether every gradient moves there, and how much rounding alone changes them."""

    point: Point
    alive: bool
    unsteady: float


def _points(derivation: NetworkDerivation, drawn: Drawn, dtype: np.dtype[Any], rtol: float) -> list[_Tried]:
    """The example, and random points; of these first such at which no gradient is zero throughout, or all rounding."""
    sizes = small_sizes(derivation.start)
    if BATCH.name in sizes:
        sizes[BATCH.name] = drawn.samples
    random = (drawn_point(derivation, sizes, drawn.first + k) for k in range(TRIES * drawn.points))
    good: list[_Tried] = []
    others: list[_Tried] = []
    for tried in (_tried(point, dtype) for point in random if point is not None):
        (good if tried.alive and tried.unsteady <= rtol else others).append(tried)
        if len(good) == drawn.points:
            break
    others.sort(key=lambda one: (one.unsteady > rtol, not one.alive, one.unsteady))
    rough = [one for one in (_tried(p, dtype) for p in rough_points(derivation, sizes)) if one.unsteady <= rtol]
    found = [*(_tried(point, dtype) for point in _example(derivation)), *[*good, *others][: drawn.points], *rough]
    if not found:
        raise SpecError("no random numbers give a finite loss\n  Does the loss suit what the network gives?")
    return found


def _tried(exact: Point, dtype: np.dtype[Any]) -> _Tried:
    point = _rounded(exact, dtype)
    alive = all(point.chain[adjoint_name(name)].any() for name in point.derivation.wrt)
    return _Tried(point, alive, unsteadiness(point, float(np.finfo(dtype).eps)) if dtype != np.float64 else 0.0)


def _example(derivation: NetworkDerivation) -> Iterator[Point]:
    if derivation.network.example is not None:
        yield Point(derivation, example_values(derivation), derivation.sizes, True)


def _rounded(point: Point, dtype: np.dtype[Any]) -> Point:
    """The point whose numbers are those of a dtype."""
    if dtype == np.float64:
        return point
    floats = {t.name for t in point.derivation.start.tensors if t.dtype == "float"}
    given = {n: np.asarray(v, dtype).astype(float) if n in floats else v for n, v in point.given.items()}
    return Point(point.derivation, given, point.sizes, point.example)


# --- what is told ---------------------------------------------------------------------------------------------------


def _lines(asked: Asked, judged: Judged) -> Iterator[str]:
    missing = [name for name in asked.learned if name not in judged.measured] if not asked.wrt else []
    alone = len(judged.measured) == 1 and not asked.wrt and len(judged.answers[0].gradients) == 1
    if missing and not alone:
        yield f"{asked.label} returns no gradient of {', '.join(missing)}"
    if judged.wrong_loss:
        yield f"{asked.label} gives another loss"
        yield f"  {told_loss(*judged.wrong_loss)}"
    if judged.wrong:
        yield from _wrong(asked, judged)


def _wrong(asked: Asked, judged: Judged) -> Iterator[str]:
    names = judged.wrong
    yield f"{asked.label} gives {'a wrong gradient' if len(names) == 1 else f'{len(names)} wrong gradients'}"
    if judged.right:
        yield f"  right: {', '.join(judged.right)}"
    yield f"  wrong: {', '.join(names)}"
    for name in names[:MOST_TOLD]:
        yield f"  {_difference(judged, name)}"
    if len(names) > MOST_TOLD:
        yield "  ..."
    whole = judged.departure
    if whole.causes or len(names) == 1:
        yield from _mistakes(judged.derivation, whole.causes, "It")
    else:
        for name in names[:MOST_TOLD]:
            yield from _mistakes(judged.derivation, whole.causes_of(name), f"dL/d{name}")
    if not whole.causes:
        yield from _relations(judged, names[0])
    subject = _subject(judged, names[0])
    known = whole.causes or whole.causes_of(names[0])
    lines = (whole.at,) if known else whole.between[-MOST_LINES:]
    yield "It leaves the derivation here:" if len(lines) == 1 else "It leaves the derivation in one of these lines:"
    yield from (f"  {place(subject, name)}" for name in lines)


def _difference(judged: Judged, name: str) -> str:
    worst = worst_of(_subject(judged, name), judged.measured[name], judged.tolerance)
    position = f"[{','.join(map(str, worst.position))}]" if worst.position else ""
    scale = max(one.scale for one in judged.measured[name])
    given, right = _apart(_without_noise(worst.given, scale), _without_noise(worst.right, scale))
    numbers = "the numbers of the example" if worst.example else "random numbers"
    return f"dL/d{name}{position}: given {given}, right {right}, with {numbers}"


def _without_noise(value: float, scale: float) -> float:
    """Zero in place of what rounding leaves of it."""
    return 0.0 if abs(value) <= NOISE * scale else value


def _apart(one: float, other: float) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to tell them apart."""
    for digits in range(4, 17):
        pair = str(rounded(one, digits)), str(rounded(other, digits))
        if pair[0] != pair[1]:
            return pair
    return repr(one), repr(other)


def _subject(judged: Judged, name: str) -> Subject:
    return Subject(judged.derivation, name, None, name)


def _mistakes(derivation: NetworkDerivation, seeds: Sequence[Seed], what: str) -> Iterator[str]:
    """The mistakes that give what was given, each kind explained once."""
    for number, seed in enumerate(seeds[:MOST_CAUSES]):
        head = f"{what} looks like" if not number else "or like"
        yield f"{head}: {english(seed.mistake.title)}. {plainly(derivation, seed.told)}"
        if seed.mistake not in [other.mistake for other in seeds[:number]]:
            yield f"  {english(seed.mistake.explained)}"
    if len(seeds) > MOST_CAUSES:
        yield f"or like {len(seeds) - MOST_CAUSES} more, which give the same"


def _relations(judged: Judged, name: str) -> Iterator[str]:
    """What the first wrong gradient is besides, such as a multiple of the right one."""
    for relation in relations(_subject(judged, name), judged.measured[name]):
        yield f"dL/d{name} is {relation}"
