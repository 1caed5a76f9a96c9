"""The run-time sizes at which a formula is read: one sample, or several."""

from __future__ import annotations

from symbp.derive import NetworkDerivation
from symbp.layers.fragment import BATCH
from symbp.sizes import FEWEST, small_sizes


def are_coupled(derivation: NetworkDerivation) -> bool:
    """Whether samples act on one another, as where a batch is normalised: one sample alone is then another network."""
    start = derivation.start
    return any(i.extent == BATCH for e in start.equations() if e.target != start.output for i in e.over)


def sizes_of_one(derivation: NetworkDerivation) -> dict[str, int]:
    """Run-time sizes with one sample, and every other length as in the example, or else small."""
    own = derivation.sizes if derivation.network.example is not None else {}
    one = {BATCH.name: 1} if BATCH.name in derivation.start.sizes else {}
    return {**small_sizes(derivation.start), **own, **one}


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
