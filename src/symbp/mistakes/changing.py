"""Ways to change a program in one place, which the mistakes are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from symbp.derive import NetworkDerivation
from symbp.equation import Equation
from symbp.program import Program

Change = Callable[[Equation], Equation | Iterable[Equation]]


@dataclass(frozen=True)
class Link:
    """One contribution of the chain rule: the forward equation, and what one of its reads gets from its adjoint."""

    forward: Equation
    backward: Equation


def links(derivation: NetworkDerivation) -> Iterator[Link]:
    """The contributions in the order of the way back."""
    present = set(derivation.chain_result.equations())
    for step in derivation.steps:
        if step.rule == "chain rule" and step.after[0] in present:
            yield Link(step.before[0], step.after[0])


def exchanged(program: Program, exchange: dict[Equation, Equation | None]) -> Program:
    """The program with equations exchanged, or left out where there is nothing in their place."""

    def change(equation: Equation) -> Equation | tuple[Equation, ...]:
        new = exchange.get(equation, equation)
        return () if new is None else new

    return program.map(change)
