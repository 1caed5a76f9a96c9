"""Which whole numbers, and how many steps, a network can be given: no token beyond a table, no place beyond another."""

from __future__ import annotations

from collections.abc import Mapping

from symbp.errors import Fault, inside
from symbp.network.example import Values
from symbp.program import Program


def choices(program: Program) -> dict[str, int]:
    """For each given integer tensor that picks along an axis of known length how many values it may take."""
    found: dict[str, int] = {}
    for equation in program.equations():
        for access in (equation.lhs, *equation.accesses_read()):
            for position, extent in zip(access.indices, program.tensor[access.tensor].shape, strict=True):
                for label in position.reads():
                    if isinstance(extent, int):
                        found[label.tensor] = min(extent, found.get(label.tensor, extent))
    return found


def check_choices(program: Program, given: Mapping[str, Values], sizes: Mapping[str, int]) -> None:
    """Nothing, if no whole number of the inputs is beyond what it picks from, and no sequence longer than a table.

    Raises:
        Fault: at the first that is.
    """
    for name, most in program.most.items():
        if sizes.get(name, 0) > most:
            problem = f"the sequences have {sizes[name]} steps, but there is a table of {most} places"
            raise Fault(problem, "Shorten them, or make the length of the learned positions larger.", ("x",))
    counts = choices(program)
    for tensor in program.of_role("input"):
        if tensor.name in counts and tensor.name in given:
            with inside(tensor.name):
                _check_below(given[tensor.name], counts[tensor.name])


def _check_below(values: Values, count: int) -> None:
    if isinstance(values, tuple):
        for place, value in enumerate(values):
            with inside(place):
                _check_below(value, count)
    elif values >= count:
        raise Fault(f"{values} is outside: there are {count}, from 0 to {count - 1}")
