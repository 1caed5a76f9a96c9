"""Run-time sizes at which a program is small, and no two of its axes are mixed up."""

from __future__ import annotations

from symbp.program import Program

FEWEST = 3  # two samples are too few: a normalised pair is always (-1, 1)


def small_sizes(program: Program) -> dict[str, int]:
    """Run-time sizes that are no extent of the program, the smallest from 3 on; a limit is kept.

    >>> from symbp.equation import Size
    >>> from symbp.program import Tensor
    >>> small_sizes(Program((Tensor("x", (Size("N"), 3), "input"),), ()))
    {'N': 4}
    """
    taken = {e for t in program.tensors for e in t.shape if isinstance(e, int)}
    sizes: dict[str, int] = {}
    for name in program.sizes:
        free = next(e for e in range(FEWEST, FEWEST + len(taken) + 1) if e not in taken)
        sizes[name] = min(free, program.most.get(name, free))
        taken.add(sizes[name])
    return sizes
