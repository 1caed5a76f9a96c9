"""Programs: tensors, and the equations and scans that compute them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeAlias

from symbp.equation import Equation, Extent, Guard, Index, Size

Role: TypeAlias = Literal["input", "target", "parameter", "state", "mask", "intermediate", "loss", "adjoint"]
GIVEN: tuple[Role, ...] = ("input", "target", "parameter", "state", "mask")  # what no equation computes


@dataclass(frozen=True)
class Tensor:
    """A named array of the program.

    ``letter`` and ``layer`` say what a reader calls it: ``W`` of layer 2; a ``mark`` tells it from another one that is
    called so, as the weights of the way back ``Wr2`` from those of the way there. An adjoint is ``of`` its primal. The
    rows of a ``normalized`` tensor, along its last axis, sum to one: the spec says so and the module checks it.
    """

    name: str
    shape: tuple[Extent, ...]
    role: Role = "intermediate"
    dtype: Literal["float", "int"] = "float"
    letter: str = ""
    layer: int | None = None
    mark: str = ""
    of: str | None = None
    frozen: bool = False
    normalized: bool = False

    def __str__(self) -> str:
        return f"{self.name}[{','.join(map(str, self.shape))}]"


@dataclass(frozen=True)
class Scan:
    """Equations run once per value of ``index``, upwards, or downwards if ``reverse``."""

    index: Index
    body: tuple[Equation, ...]
    reverse: bool = False

    def __str__(self) -> str:
        head = f"scan {self.index}{' reversed' if self.reverse else ''}:"
        return "\n".join([head, *(f"    {e}" for e in self.body)])


Statement: TypeAlias = Equation | Scan


@dataclass(frozen=True)
class Program:
    """Tensors and the statements that compute them, in order; ``output`` is the scalar loss.

    ``limits`` says how long run-time lengths may be, by their names: a table of places has only so many.
    """

    tensors: tuple[Tensor, ...]
    statements: tuple[Statement, ...]
    output: str = "L"
    limits: tuple[tuple[str, int], ...] = ()

    @cached_property
    def most(self) -> dict[str, int]:
        """The largest value of each run-time length that has one."""
        found: dict[str, int] = {}
        for name, limit in self.limits:
            found[name] = min(limit, found.get(name, limit))
        return found

    @cached_property
    def tensor(self) -> dict[str, Tensor]:
        return {t.name: t for t in self.tensors}

    def equations(self) -> Iterator[Equation]:
        """All equations in order, those inside scans included."""
        for statement in self.statements:
            yield from statement.body if isinstance(statement, Scan) else (statement,)

    def defining(self, name: str) -> tuple[Equation, ...]:
        """The equations that write one tensor, in order."""
        return self._writers.get(name, ())

    @cached_property
    def _writers(self) -> dict[str, tuple[Equation, ...]]:
        writers: dict[str, list[Equation]] = {}
        for equation in self.equations():
            writers.setdefault(equation.target, []).append(equation)
        return {name: tuple(equations) for name, equations in writers.items()}

    def of_role(self, *roles: Role) -> tuple[Tensor, ...]:
        return tuple(t for t in self.tensors if t.role in roles)

    @cached_property
    def truths(self) -> frozenset[str]:
        """The given integer tensors that only say yes or no: they stand in conditions, compared with zero alone."""
        integers = {t.name for t in self.of_role(*GIVEN) if t.dtype == "int"}
        alone: set[str] = set()
        others: set[str] = set()
        for equation in self.equations():
            for guard in equation.guards:
                found = {a.tensor for a in guard.affine.reads()}
                (alone if _is_truth(guard) else others).update(found)
            for access in (equation.lhs, *(r.access for r in equation.reads)):
                others.update(a.tensor for position in access.indices for a in position.reads())
        return frozenset(integers & alone - others)

    @cached_property
    def sizes(self) -> tuple[str, ...]:
        """Names of the run-time sizes, sorted."""
        return tuple(sorted({e.name for t in self.tensors for e in t.shape if isinstance(e, Size)}))

    def map(self, change: Callable[[Equation], Equation | Iterable[Equation]]) -> Program:
        """The program with each equation replaced by what ``change`` gives for it."""

        def changed(equations: Iterable[Equation]) -> tuple[Equation, ...]:
            out: list[Equation] = []
            for equation in equations:
                result = change(equation)
                out.extend((result,) if isinstance(result, Equation) else result)
            return tuple(out)

        statements: list[Statement] = []
        for statement in self.statements:
            if isinstance(statement, Scan):
                statements.append(replace(statement, body=changed(statement.body)))
            else:
                statements.extend(changed([statement]))
        return replace(self, statements=tuple(statements))

    def __str__(self) -> str:
        return "\n".join(map(str, self.statements))


def _is_truth(guard: Guard) -> bool:
    """Whether a guard asks if an element of a tensor is zero."""
    lone = len(guard.affine.terms) == 1 and not guard.affine.constant
    return lone and guard.relation in ("==", "!=")
