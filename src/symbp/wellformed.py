"""Whether a program of equations is well formed: the checker that runs after every pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import gcd
from types import MappingProxyType
from typing import TypeAlias

from symbp.equation import Access, Affine, Equation, Extent, Index, Size
from symbp.errors import ProgramError
from symbp.program import GIVEN, Program, Scan

NO_LIMITS: Mapping[str, int] = MappingProxyType({})


def check(program: Program) -> Program:
    """The program itself, if it is well formed: the checker that runs after every pass.

    Raises:
        ProgramError: a name is declared twice or not at all, an access has another rank than its tensor,
            an index is free, has two extents or is bound twice, a position may lie outside its tensor,
            a tensor is read before it is written, or two equations claim the same elements.
    """
    seen: set[str] = set()
    for tensor in program.tensors:
        if tensor.name in seen:
            raise ProgramError(f"tensor {tensor.name} is declared twice")
        seen.add(tensor.name)
    known = {t.name for t in program.of_role(*GIVEN)}
    written: dict[str, list[_Claim]] = {}
    for statement in program.statements:
        bound: tuple[Index, ...] = ()
        body: tuple[Equation, ...] = (statement,) if isinstance(statement, Equation) else statement.body
        if isinstance(statement, Scan):
            bound = (statement.index,)
            known.update(e.target for e in body)
        for equation in body:
            _check_names(program, equation, known)
            _check_indices(equation, bound)
            _check_bounds(program, equation)
            claim = _Claim(equation, _ranges(equation.lhs))
            _check_claim(claim, bound, written.get(equation.target, []))
            written.setdefault(equation.target, []).append(claim)
            known.add(equation.target)
    if program.output not in program.tensor:
        raise ProgramError(f"the output {program.output} is not declared")
    return program


def needed(program: Program) -> frozenset[str]:
    """The tensors that the output depends on, itself among them."""
    found = {program.output}
    for statement in reversed(program.statements):
        body = (statement,) if isinstance(statement, Equation) else statement.body
        if any(equation.target in found for equation in body):
            found.update(name for equation in body for name in equation.tensors_read)
    return frozenset(found)


def _check_names(program: Program, equation: Equation, known: set[str]) -> None:
    for access in (equation.lhs, *equation.accesses_read()):
        tensor = program.tensor.get(access.tensor)
        if tensor is None:
            raise ProgramError(f"no tensor is called {access.tensor}", equation, access)
        if len(access.indices) != len(tensor.shape):
            problem = f"{access} has {len(access.indices)} positions, {tensor} needs {len(tensor.shape)}"
            raise ProgramError(problem, equation, access)
    for access in equation.accesses_read():
        if access.tensor not in known:
            raise ProgramError(f"{access.tensor} is read before any equation writes it", equation, access)


def _check_indices(equation: Equation, bound: tuple[Index, ...]) -> None:
    domain = (*bound, *equation.domain, *equation.over)
    names = [i.name for i in domain]
    if len(set(names)) != len(names):
        raise ProgramError(f"an index is bound twice in {', '.join(names)}", equation)
    extents = {i.name: i.extent for i in domain}
    for index in equation.indices():
        if index.name not in extents:
            raise ProgramError(f"index {index} is free; bound are {', '.join(names) or 'none'}", equation)
        if extents[index.name] != index.extent:
            raise ProgramError(f"index {index} has extent {index.extent} and {extents[index.name]}", equation)
    if bool(equation.reduction) != bool(equation.over):
        raise ProgramError("a reduction needs its indices, and indices a reduction", equation)
    lhs = set(equation.lhs.index_atoms())
    stray = [i for i in equation.over if i in lhs]
    if stray:
        raise ProgramError(f"index {stray[0]} is reduced and stands on the left side", equation)
    if not equation.accumulate and not set(equation.domain) <= lhs:
        raise ProgramError("the left side does not name every index of the domain; that needs +=", equation)


def _check_bounds(program: Program, equation: Equation) -> None:
    for access in (equation.lhs, *equation.accesses_read()):
        for position, extent in zip(access.indices, program.tensor[access.tensor].shape, strict=True):
            if any(True for _ in position.reads()):
                continue  # the value of an integer tensor is data: the module checks it
            if lies_within(position, extent):
                continue
            reached = (position, _last(extent) - position)
            if not all(_at_least_zero(end, equation, program.most) for end in reached):
                raise _outside(program, equation, access, position, extent)


def _outside(program: Program, equation: Equation, access: Access, position: Affine, extent: Extent) -> ProgramError:
    """Both sides: which positions an access goes through, and which there are."""
    reached, last = ends(position), _last(extent)
    if reached and list(position.indices()):
        sides = f"{position} goes from {reached[0]} to {reached[1]}, and that axis from 0 to {last}"
    else:
        sides = f"{position} is no position of that axis, which goes from 0 to {last}"
    problem = f"{access} may lie outside {program.tensor[access.tensor]}: {sides}"
    remedy = "Use another index, or a longer axis."
    if isinstance(extent, int) and position.terms:
        below = "0 <= " if _minimum(position) < 0 else ""
        above = f" < {extent}" if _minimum(_last(extent) - position) < 0 else ""
        remedy = f"Use another index, or add the condition: where {below}{position}{above}"
    return ProgramError(problem, equation, access, remedy=remedy)


@lru_cache(maxsize=4096)
def ends(position: Affine) -> Ends | None:
    """The least and the largest value of a position, in run-time lengths; ``None`` if it is data."""
    low = high = Affine((), position.constant)
    for coefficient, atom in position.terms:
        if isinstance(atom, Size):
            low, high = low + Affine.of(atom) * coefficient, high + Affine.of(atom) * coefficient
        elif isinstance(atom, Index):
            end = _last(atom.extent) * coefficient
            low, high = (low, high + end) if coefficient > 0 else (low + end, high)
        else:
            return None
    return low, high


@lru_cache(maxsize=4096)
def _last(extent: Extent) -> Affine:
    """The last position of an extent."""
    return Affine.of(extent) - 1


def _at_least_zero(affine: Affine, equation: Equation, most: Mapping[str, int]) -> bool:
    """Whether an affine position is never negative: by itself, or because a guard says so."""
    if any(g.relation == ">=" and _minimum(affine - g.affine, most) >= 0 for g in equation.guards):
        return True
    return _minimum(affine, most) >= 0


@lru_cache(maxsize=4096)
def lies_within(position: Affine, extent: Extent) -> bool:
    """Whether a position, that of no data, is one of an axis for all values of its indices."""
    if position.index is not None and position.index.extent == extent:
        return True
    return _minimum(position) >= 0 and _minimum(_last(extent) - position) >= 0


def _minimum(affine: Affine, most: Mapping[str, int] = NO_LIMITS) -> float:
    """A lower bound over the box of the indices; run-time sizes are from 1 to ``most``, but cancel first."""
    bound: float = affine.constant
    sizes: dict[str, int] = {}
    for coefficient, atom in affine.terms:
        if isinstance(atom, Access):
            return float("-inf")
        if isinstance(atom, Size):
            sizes[atom.name] = sizes.get(atom.name, 0) + coefficient
        elif coefficient < 0 and isinstance(atom.extent, Size):
            sizes[atom.extent.name] = sizes.get(atom.extent.name, 0) + coefficient
            bound += coefficient * (atom.extent.plus - 1)
        elif coefficient < 0:
            bound += coefficient * (fixed - 1 if isinstance(fixed := atom.extent, int) else 0)
    for name, total in sizes.items():
        bound += total * (1 if total >= 0 else most.get(name, float("inf")))
    return bound


Ends: TypeAlias = tuple[Affine, Affine]  # the least and the largest value of a position, in run-time lengths
Ranges: TypeAlias = tuple[Ends | None, ...]  # along each axis; none where a position is data


def apart(one: Access, other: Access) -> bool:
    """Whether two accesses to a tensor never meet: one lies before the other, or between its steps, along some axis."""
    return _disjoint(_ranges(one), _ranges(other)) or any(map(_between, one.indices, other.indices))


def _between(one: Affine, other: Affine) -> bool:
    """Whether two positions never agree because both go in steps, as those of even and odd numbers do."""
    terms = (*one.terms, *other.terms)
    step = gcd(*(coefficient for coefficient, _ in terms))
    return step > 1 and (one.constant - other.constant) % step != 0


def _disjoint(ranges: Ranges, others: Ranges) -> bool:
    """Whether all of one lies before all of the other, along some axis."""
    pairs = zip(ranges, others, strict=True)
    return any(a and b and (_minimum(a[0] - b[1]) > 0 or _minimum(b[0] - a[1]) > 0) for a, b in pairs)


def _ranges(access: Access) -> Ranges:
    return tuple(map(ends, access.indices))


@dataclass(frozen=True)
class _Claim:
    """An equation, with the ranges that it writes."""

    equation: Equation
    ranges: Ranges


def span(position: Affine) -> tuple[float, float]:
    """The least and the largest value of a position, whatever the run-time lengths."""
    return _minimum(position), -_minimum(position * -1)


def _check_claim(claim: _Claim, bound: tuple[Index, ...], before: list[_Claim]) -> None:
    """``=`` claims elements that nothing else writes: another writer must keep to other positions of some axis.

    Nor may two points of its own meet: the positions of the left side must tell every index.
    """
    equation = claim.equation
    if equation.accumulate:
        return
    known = told(equation.lhs)
    for index in (*bound, *equation.domain):
        if index not in known:
            problem = f"points that differ in {index} may write the same element; that needs +="
            raise ProgramError(problem, equation, equation.lhs, remedy=f"Write {equation.lhs} += ...")
    for other in before:
        steps = any(map(_between, equation.lhs.indices, other.equation.lhs.indices))
        if not steps and not _disjoint(claim.ranges, other.ranges):
            problem = f"{other.equation} writes the same elements; that needs +="
            raise ProgramError(problem, equation, equation.lhs, other.equation)


@lru_cache(maxsize=4096)
def told(access: Access) -> frozenset[Index]:
    """The indices whose values follow from the positions of an access, as those of digits do from a number."""
    found = frozenset(i for i in access.index_atoms() if i.extent == 1)  # there is no other value
    while True:
        more = found.union(*(_digits(position, found) for position in access.indices))
        if more == found:
            return found
        found = more


def _digits(position: Affine, known: frozenset[Index]) -> frozenset[Index]:
    """The indices of a position that it tells: each steps over all that the smaller ones can reach together."""
    terms = [(abs(c), atom) for c, atom in position.terms if atom not in known and not isinstance(atom, Size)]
    indices = [atom for _, atom in terms if isinstance(atom, Index)]
    if len(indices) < len(terms):
        return frozenset()
    reach = 0
    sized = sorted(terms, key=lambda term: (not isinstance(term[1].extent, int), term[0]))  # type: ignore[union-attr]
    for place, (step, index) in enumerate(sized):
        assert isinstance(index, Index)
        if step <= reach or not (isinstance(index.extent, int) or place == len(sized) - 1):
            return frozenset()
        reach += step * (index.extent - 1) if isinstance(index.extent, int) else 0
    return frozenset(indices)
