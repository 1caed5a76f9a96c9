"""Which mistakes of the table give what a candidate gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from symbp.compare.points import Measured, Point
from symbp.compare.subject import Subject
from symbp.derivation import computing, slice_program
from symbp.derive import NetworkDerivation
from symbp.mistakes import Seed, seeds
from symbp.reference import evaluate_grids

SAME = 1e-9
MOST_WORK = 120_000  # equations of all mistakes that are tried


def causes(subject: Subject, every: Sequence[Measured]) -> tuple[Seed, ...]:
    """The mistakes whose gradient is the candidate's at every point, in the order of the table."""
    if not all(np.isfinite(m.given).all() for m in every):
        return ()
    ordered = sorted(every, key=lambda m: m.right.size)
    return tuple(s for s in _nearest(subject) if any(all(_agrees(s, subject, m, k) for m in ordered) for k in _kept(s)))


def _nearest(subject: Subject) -> tuple[Seed, ...]:
    """The mistakes that change the gradient; of very many, those nearest to it on the way back, and to the loss."""
    found = [s for s in _seeds(subject.derivation) if subject.adjoint in s.changed]
    order = {e.target: place for place, e in enumerate(subject.derivation.chain_result.equations())}
    most = MOST_WORK // len(order)
    if len(found) <= most:
        return tuple(found)
    ranked = sorted(range(len(found)), key=lambda k: (-order.get(found[k].at, -1), k))
    chosen = {*ranked[: most * 3 // 4], *[k for k in ranked if found[k].at.endswith("_bar")][-most // 4 :]}
    return tuple(found[k] for k in sorted(chosen))


def _seeds(derivation: NetworkDerivation) -> tuple[Seed, ...]:
    """All mistakes of a derivation, made once for all formulas that are compared with it."""
    if "_seeds" not in derivation.__dict__:
        derivation.__dict__["_seeds"] = tuple(seeds(derivation))
    made: tuple[Seed, ...] = derivation.__dict__["_seeds"]
    return made


def _kept(seed: Seed) -> Iterator[frozenset[str]]:
    """The tensors that keep their right values though a mistake changes them.

    None do; or in a recurrence those that the wrong one follows from: the mistake is then made once, with right values.
    """
    yield frozenset()
    found, waiting = {seed.at}, [seed.at]
    while waiting:
        for equation in seed.program.defining(waiting.pop()):
            new = equation.tensors_read - found
            found |= new
            waiting += sorted(new)
    again = frozenset(name for name in found & seed.changed - {seed.at} if name.endswith("_bar"))
    if again:
        yield again


def _agrees(seed: Seed, subject: Subject, measured: Measured, kept: frozenset[str]) -> bool:
    found = value_with(seed, subject.adjoint, measured.point, kept)
    if found is None:
        return False
    value = found if subject.index is None else found[subject.index]
    largest = max(float(np.abs(measured.given).max(initial=0)), measured.scale * SAME)
    return bool(
        np.shape(value) == measured.given.shape and np.abs(value - measured.given).max(initial=0) <= SAME * largest
    )


def value_with(seed: Seed, wanted: str, point: Point, kept: frozenset[str] = frozenset()) -> Any:
    """A tensor's value with a mistake made; only what follows from it is computed. ``None`` if nothing computes it.

    Args:
        kept: Tensors that have their right values all the same.
    """
    program = slice_program(seed.program, (wanted,))
    computed = {e.target for e in program.equations()}
    if wanted not in computed:
        return None
    known = point.chain
    changed = {name for name in computed if name in seed.changed and name not in kept}
    needed = changed | {name for name in computed if name not in known}
    if wanted not in needed:
        return None
    shorter = computing(program, needed)
    given = {t.name: known[t.name] for t in program.tensors if t.name in known and t.name not in needed}
    found = evaluate_grids(shorter, {**point.given, **given}, point.sizes)[wanted]
    return found if np.isfinite(found).all() else None
