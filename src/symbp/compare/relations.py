"""What a candidate is besides the mistakes of the table: a multiple of the gradient, its transpose, another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from symbp.compare.points import Measured
from symbp.compare.subject import Subject
from symbp.layers.fragment import BATCH
from symbp.rounding import rounded

SAME = 1e-9


def relations(subject: Subject, every: Sequence[Measured]) -> tuple[str, ...]:
    """What the candidate is at every point, in words."""
    if not all(np.isfinite(m.given).all() for m in every):
        return ("not a finite number",)
    kinds = (_zero, _multiple, _updated, _transposed, _another)
    return tuple(dict.fromkeys(text for kind in kinds for text in kind(subject, every)))


def _alike(one: Any, other: Any) -> bool:
    one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    if one.shape != other.shape:
        return False
    largest = np.abs(other).max(initial=0)
    return bool(largest > 0 and np.abs(one - other).max(initial=0) <= SAME * largest)


def _zero(subject: Subject, every: Sequence[Measured]) -> Iterator[str]:
    if not any(m.given.any() for m in every):
        yield "zero everywhere"


def _multiple(subject: Subject, every: Sequence[Measured]) -> Iterator[str]:
    """A factor that is the same for all elements: a number, a length, the learning rate."""
    factors = [_factor(m) for m in every]
    if any(f is None for f in factors):
        return
    named = next((name for name, values in _named(subject, every) if np.allclose(factors, values, rtol=SAME)), "")
    if named == "-1":
        yield "the right gradient with the other sign"
    elif named:
        yield f"{named} times the right gradient"
    elif np.allclose(factors, factors[0], rtol=SAME):
        yield f"{rounded(factors[0])} times the right gradient"


def _factor(measured: Measured) -> Any:
    """The factor from the gradient to the candidate; ``None`` if there is not one for all elements."""
    right, given = measured.right.ravel(), measured.given.ravel()
    if not right.any():
        return None
    at = int(np.abs(right).argmax())
    factor = given[at] / right[at]
    return factor if factor and _alike(given, factor * right) else None


def _named(subject: Subject, every: Sequence[Measured]) -> Iterator[tuple[str, list[float]]]:
    """Factors with a name, and their values at each point."""
    one = np.ones(len(every))
    for name, value in (("2", 2), ("1/2", 0.5), ("-1", -1), ("-2", -2), ("-1/2", -0.5), ("4", 4), ("1/4", 0.25)):
        yield name, list(value * one)
    for size in dict.fromkeys([BATCH.name, *sorted(every[0].point.sizes)]):
        if size in every[0].point.sizes:
            values = np.array([float(m.point.sizes[size]) for m in every])
            if len(set(values)) > 1 or values[0] > 1:
                for name, k in ((size, values), (f"1/{size}", 1 / values)):
                    for sign in ("", "-"):
                        yield sign + name, list(-k if sign else k)
    for extent in dict.fromkeys(every[0].right.shape):
        if extent > 1 and len({m.right.shape for m in every}) == 1:
            yield f"1/{extent}", list(one / extent)
    rate = subject.derivation.network.example.learning_rate if subject.derivation.network.example else None
    if rate:
        yield f"the learning rate {rate}", list(float(rate) * one)
        yield f"minus the learning rate {rate}", list(-float(rate) * one)


def _updated(subject: Subject, every: Sequence[Measured]) -> Iterator[str]:
    """The parameter after a step, in place of its gradient."""
    example = subject.derivation.network.example
    if example is None or not example.learning_rate:
        return
    for sign, what in ((-1, "after one step against the gradient"), (1, "after a step along the gradient")):
        values = [_own(subject, m) + sign * float(example.learning_rate) * m.right for m in every]
        if all(_alike(m.given, v) for m, v in zip(every, values, strict=True)):
            yield f"{subject.asked} {what}, not the gradient"


def _own(subject: Subject, measured: Measured) -> Any:
    value = measured.point.chain[subject.tensor]
    return value if subject.index is None else value[subject.index]


def _transposed(subject: Subject, every: Sequence[Measured]) -> Iterator[str]:
    if all(m.right.ndim == 2 and len(set(m.right.shape)) == 1 and _alike(m.given, m.right.T) for m in every):
        yield "the transpose of the right gradient"


def _another(subject: Subject, every: Sequence[Measured]) -> Iterator[str]:
    """The value of another quantity of the derivation, or of another element of the same gradient."""
    program = subject.derivation.chain_result
    for tensor in program.tensors:
        name = f"dL/d{tensor.of}" if tensor.of else tensor.name
        if tensor.dtype == "float" and all(_alike(m.given, m.point.chain[tensor.name]) for m in every):
            yield f"the value of {name}"
        elif subject.index is not None and tensor.of and tensor.name == subject.adjoint:
            yield from _other_element(subject, every)


def _other_element(subject: Subject, every: Sequence[Measured]) -> Iterator[str]:
    shape = every[0].point.chain[subject.adjoint].shape
    for at in np.ndindex(shape) if np.prod(shape) <= 10_000 else ():
        values = [m.point.chain[subject.adjoint][at] for m in every]
        if at != subject.index and all(_alike(m.given, v) for m, v in zip(every, values, strict=True)):
            yield f"the value of dL/d{subject.tensor}[{','.join(str(k + 1) for k in at)}]"
