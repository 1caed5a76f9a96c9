"""A derivation as a value: where it starts, the steps, where it ends."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from symbp.equation import Equation
from symbp.program import GIVEN, Program, Scan, Statement, Tensor
from symbp.wellformed import check


def adjoint_name(tensor: str) -> str:
    """The name of dL/dtensor."""
    return f"{tensor}_bar"


@dataclass(frozen=True)
class Assumption:
    """What a step takes for granted of a given tensor; the module validates it, the notes print it."""

    tensor: str
    text: str


@dataclass(frozen=True)
class Step:
    """One application of one rule: the definition of ``target`` before and after.

    The chain rule's ``before`` is the forward equation and its ``after`` the contribution to an adjoint;
    every other rule keeps the value of what it rewrites. Tensors that a rule names for the first time
    stand in ``new``.
    """

    rule: str
    target: str
    before: tuple[Equation, ...]
    after: tuple[Equation, ...]
    new: tuple[Equation, ...] = ()
    because: str = ""
    assumption: Assumption | None = None

    def __str__(self) -> str:
        return f"{self.rule}: " + "; ".join(map(str, self.after))


@dataclass(frozen=True)
class Derivation:
    """The forward program, the steps taken, and the program of values and gradients they end with.

    Attributes:
        start: The forward equations, as the network states them.
        steps: What was done, in order.
        result: Forward and adjoint equations, as the last step leaves them.
        wrt: The tensors that a gradient is asked for.
        outputs: The tensors besides gradients that the result must compute, L first.
        chain_result: The program as the chain rule left it, before any rewrite.
    """

    start: Program
    steps: tuple[Step, ...]
    result: Program
    wrt: tuple[str, ...]
    outputs: tuple[str, ...]
    chain_result: Program

    def then(self, result: Program, steps: Iterable[Step]) -> Derivation:
        """The derivation carried on to another program that means the same."""
        return replace(self, result=check(result), steps=(*self.steps, *steps))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each tensor's definition, in the order of the final program."""
        order: dict[str, int] = {}
        for equation in self.result.equations():
            order.setdefault(equation.target, len(order) + 1)
        return order

    @cached_property
    def assumptions(self) -> tuple[Assumption, ...]:
        found = [s.assumption for s in self.steps if s.assumption is not None]
        return tuple(dict.fromkeys(found))

    @cached_property
    def rescaled(self) -> frozenset[str]:
        """The exponentials, and their sums, that a softmax shift has divided by exp(m): they and their adjoints
        have other values than in the forward equations, and the chain rule's first form of what reads them."""
        shifted = {s.target for s in self.steps if s.rule == "softmax shift"}
        sums = {e.target for e in self.start.equations() if e.reduction == "sum" and e.tensors_read & shifted}
        return frozenset(shifted | (sums - {self.start.output}))

    def steps_of(self, target: str) -> tuple[Step, ...]:
        return tuple(s for s in self.steps if s.target == target)

    @cached_property
    def wanted(self) -> tuple[str, ...]:
        """What the final program must compute."""
        return (*self.outputs, *(adjoint_name(name) for name in self.wrt))


def slice_program(program: Program, outputs: Iterable[str]) -> Program:
    """The statements that ``outputs`` depend on, in order, and the tensors they touch.

    A tensor is kept with all that writes it, also where nobody reads what the last of it writes.
    """
    needed = set(outputs)
    waiting = list(needed)
    while waiting:
        for equation in program.defining(waiting.pop()):
            waiting += equation.tensors_read - needed
            needed |= equation.tensors_read
    kept = computing(program, needed).statements
    given = {t.name for t in program.of_role(*GIVEN)}
    touched = {e.target for s in kept for e in (s.body if isinstance(s, Scan) else (s,))}
    tensors = tuple(t for t in program.tensors if t.name in given or t.name in touched)
    return replace(program, tensors=tensors, statements=kept)


def computing(program: Program, names: Collection[str]) -> Program:
    """The program with the equations alone that compute some tensors; what else they read is then given."""
    kept: list[Statement] = []
    for statement in program.statements:
        if isinstance(statement, Scan):
            body = tuple(e for e in statement.body if e.target in names)
            kept += [replace(statement, body=body)] if body else []
        elif statement.target in names:
            kept.append(statement)
    return replace(program, statements=tuple(kept))


def following(program: Program, names: Iterable[str]) -> frozenset[str]:
    """Some tensors, and all that are computed from them."""
    found = set(names)
    while more := {e.target for e in program.equations() if e.tensors_read & found} - found:
        found |= more
    return frozenset(found)


def with_tensors(program: Program, tensors: Mapping[str, Tensor]) -> Program:
    """The program with further tensors declared."""
    new = tuple(t for name, t in tensors.items() if name not in program.tensor)
    return replace(program, tensors=program.tensors + new)
