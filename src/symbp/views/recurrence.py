"""The recurrences of a program: what each step leaves to the next, what it reads besides, and by which parameters."""

from __future__ import annotations

from dataclasses import dataclass

from symbp.equation import Equation
from symbp.program import Program, Scan
from symbp.views.paper import Timeline


@dataclass(frozen=True)
class Recurrence:
    """One scan of a forward program, its equations as they stand on paper.

    Attributes:
        equations: What holds at each step, what is computed for all steps at once before the loop included.
        written: The tensors that a step computes, in order.
        states: Those that other steps read.
        inputs: The sequences that a step reads besides.
    """

    scan: Scan
    timeline: Timeline
    equations: tuple[Equation, ...]
    written: tuple[str, ...]
    states: tuple[str, ...]
    inputs: tuple[str, ...]

    @property
    def backwards(self) -> bool:
        """Whether it runs from the last step to the first."""
        return self.scan.reverse

    def beside(self, name: str, program: Program, earlier: bool) -> tuple[str, ...]:
        """The parameters in the equations that read a tensor, at another step or at their own."""
        found: dict[str, None] = {}
        for equation in self.equations:
            if any(
                r.access.tensor == name and bool(self.timeline.lag(equation, r.access)) == earlier
                for r in equation.reads
            ):
                found.update((n, None) for n in sorted(equation.tensors_read) if program.tensor[n].role == "parameter")
        return tuple(found)


def recurrences(program: Program, timeline: Timeline) -> tuple[Recurrence, ...]:
    """The recurrences of a forward program, in order."""
    return tuple(_recurrence(program, timeline, s) for s in program.statements if isinstance(s, Scan))


def _recurrence(program: Program, timeline: Timeline, scan: Scan) -> Recurrence:
    written = tuple(dict.fromkeys(e.target for e in scan.body))
    every = (timeline.on_paper(e) for e in program.equations() if e.target in written)
    equations = tuple(e for e in every if timeline.offset(e.lhs) is not None)
    reads = [(e, r.access) for e in equations for r in e.reads]
    states = {access.tensor for e, access in reads if access.tensor in written and timeline.lag(e, access)}
    inputs = dict.fromkeys(
        access.tensor for _, access in reads if access.tensor not in written and timeline.axes.get(access.tensor)
    )
    return Recurrence(scan, timeline, equations, written, tuple(n for n in written if n in states), tuple(inputs))
