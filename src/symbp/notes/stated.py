"""The definitions of a derivation's final program as they stand on paper, step by step where there are steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from symbp.derivation import Derivation, Step, adjoint_name
from symbp.derive import named_program
from symbp.equation import Affine, Equation, Size, substitute_indices
from symbp.program import Tensor
from symbp.views.paper import Definition, Part, Timeline, is_row, row_of, running

LOCAL = ("local derivatives", "output reuse", "common subexpressions")


@dataclass(frozen=True)
class Stated:
    """What defines each tensor, without loops, and the steps of the derivation in the same form.

    Attributes:
        sizes: The run-time lengths.
    """

    base: Derivation
    timeline: Timeline
    sizes: Mapping[str, int]

    def definition(self, name: str) -> tuple[Equation, ...]:
        """The equations that write a tensor."""
        return tuple(e for part in self.parts(name) for e in part.equations)

    def parts(self, name: str) -> tuple[Part, ...]:
        """The definition of a tensor, part by part: for the steps that each is about."""
        return self._parts.get(name, ())

    def textbook(self, name: str) -> tuple[Part, ...]:
        """The parts of a definition, with sigma'(z) not yet put in where that is all that the rewrites did to it."""
        parts = self._parted(name, self._before_local(name))
        known = self._tensors.keys() - set(map(adjoint_name, self.base.rescaled))
        return parts if all(e.tensors_read <= known for part in parts for e in part.equations) else self.parts(name)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the derivation."""

        def told(equations: tuple[Equation, ...]) -> tuple[Equation, ...]:
            return tuple(map(self.timeline.on_paper, equations))

        return tuple(replace(s, before=told(s.before), after=told(s.after), new=told(s.new)) for s in self.base.steps)

    @cached_property
    def _tensors(self) -> Mapping[str, Tensor]:
        return named_program(self.base).tensor

    def _before_local(self, name: str) -> tuple[Equation, ...]:
        result = self.base.result.defining(name)
        steps = self.base.steps_of(name)
        first = next((k for k, s in enumerate(steps) if s.rule == "local derivatives"), None)
        if first is None:
            return result
        if len(result) == 1:
            return steps[first].before if all(s.rule in LOCAL for s in steps[first:]) else result
        return tuple(_before(steps[first:], e) for e in result)

    @cached_property
    def _parts(self) -> dict[str, tuple[Part, ...]]:
        names = dict.fromkeys(e.target for e in self.base.result.equations())
        return {name: self._parted(name, self.base.result.defining(name)) for name in names}

    def _parted(self, name: str, written: tuple[Equation, ...]) -> tuple[Part, ...]:
        """Equations that write a tensor, by the steps that they are about."""
        equations = tuple(map(self.timeline.on_paper, written))
        axes = self.timeline.axes.get(self._tensors[name].of or name, frozenset())
        if len(axes) != 1:
            return (Part(_of_one_place(equations)),)
        (axis,) = axes
        index = next((i for e in equations for i in e.lhs.indices[axis].indices()), None)
        steps = self._extent(index.extent) if index is not None else 0
        rows = [p for p in self._rows_read.get((name, axis), ()) if not 0 <= row_of(p, self.sizes) < steps]
        return Definition(equations, axis, steps, self.sizes, tuple(rows)).parts or (Part(equations),)

    def _extent(self, extent: int | Size) -> int:
        return self.sizes[extent.name] + extent.plus if isinstance(extent, Size) else extent

    @cached_property
    def _rows_read(self) -> dict[tuple[str, int], tuple[Affine, ...]]:
        """The single rows of adjoints that equations read, such as that of the state before the first step."""
        found: dict[tuple[str, int], dict[Affine, None]] = {}
        for equation in map(self.timeline.on_paper, self.base.result.equations()):
            for access in equation.accesses_read():
                for axis, position in enumerate(access.indices):
                    if is_row(position) and self._tensors[access.tensor].of:
                        found.setdefault((access.tensor, axis), {})[position] = None
        return {place: tuple(rows) for place, rows in found.items()}


def _of_one_place(equations: tuple[Equation, ...]) -> tuple[Equation, ...]:
    """The same equations, in which an index that has one place alone is that place where another equation says so.

    Of a kernel that reads one channel the gradient is written at ``[g,0,u,v]``, and a penalty adds to ``[i,j,u,v]``.
    """
    rows = {axis for e in equations for axis, position in enumerate(e.lhs.indices) if is_row(position)}
    return tuple(_with_places(e, rows) for e in equations)


def _with_places(equation: Equation, axes: Iterable[int]) -> Equation:
    found = (running(equation.lhs.indices[axis]) for axis in axes)
    places = {i: Affine.of(0) for i in found if i is not None and i.extent == 1}
    return replace(
        equation,
        lhs=equation.lhs.substitute(places),
        body=substitute_indices(equation.body, places),
        domain=tuple(i for i in equation.domain if i not in places),
        guards=tuple(g.substitute(places) for g in equation.guards),
    )


def _before(steps: Sequence[Step], equation: Equation) -> Equation:
    """What a contribution was before its local derivative was put in, or itself."""
    found = equation
    for step in reversed(steps):
        if step.rule in LOCAL and step.after == (found,) and len(step.before) == 1:
            found = step.before[0]
            if step.rule == "local derivatives":
                return found
    return equation
