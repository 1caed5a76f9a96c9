"""The run-time sizes at which a formula is read: one sample, or several."""

from __future__ import annotations

from symbp.derive import NetworkDerivation
from symbp.layers.fragment import BATCH
from symbp.program import Program

FEWEST = 3  # two samples are too few: a normalised pair is always (-1, 1)


def free_sizes(program: Program) -> dict[str, int]:
    """Run-time sizes that are no extent of the program, the smallest from 3 on; a limit is kept."""
    taken = {e for t in program.tensors for e in t.shape if isinstance(e, int)}
    sizes: dict[str, int] = {}
    for name in program.sizes:
        free = next(e for e in range(FEWEST, FEWEST + len(taken) + 1) if e not in taken)
        sizes[name] = min(free, program.most.get(name, free))
        taken.add(sizes[name])
    return sizes


def are_coupled(derivation: NetworkDerivation) -> bool:
    """Whether samples act on one another, as where a batch is normalised: one sample alone is then another network."""
    start = derivation.start
    return any(i.extent == BATCH for e in start.equations() if e.target != start.output for i in e.over)


def sizes_of_one(derivation: NetworkDerivation) -> dict[str, int]:
    """Run-time sizes with one sample, and every other length as in the example, or else small."""
    own = derivation.sizes if derivation.network.example is not None else {}
    one = {BATCH.name: 1} if BATCH.name in derivation.start.sizes else {}
    return {**free_sizes(derivation.start), **own, **one}


def sizes_of_several(derivation: NetworkDerivation) -> dict[str, int]:
    """Run-time sizes with several samples, as many as nothing else is long."""
    found = sizes_of_one(derivation)
    if BATCH.name in found:
        others = {e for t in derivation.start.tensors for e in t.shape if isinstance(e, int)}
        others |= {n + k for name, n in found.items() if name != BATCH.name for k in (0, 1)}
        own = derivation.sizes.get(BATCH.name, 1)
        free = (n for n in range(FEWEST, FEWEST + len(others) + 1) if n not in others)
        found[BATCH.name] = own if own >= FEWEST and own not in others else next(free)
    return found
