"""What several rewrites ask of an equation, and how they put one in place of another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import sympy

from symbp.derivation import Step
from symbp.equation import Access, Affine, Atom, Equation, Extent, Guard, Index, Read, Size, reads
from symbp.program import Program, Scan, Statement, Tensor


def covers(equation: Equation, tensor: Tensor) -> bool:
    """Whether the equation writes every element of its tensor, once: plain indices of full extent, no guard."""
    plain = equation.lhs.plain_indices
    if plain is None or equation.guards or set(plain) != set(equation.domain):
        return False
    return tuple(i.extent for i in plain) == tensor.shape


def fills(equation: Equation, tensor: Tensor) -> bool:
    """Whether the equation writes every element of its tensor, once, where positions may be digits: ``12*m+4*r+c``."""
    if equation.guards or sum(len(p.terms) for p in equation.lhs.indices) != len(equation.domain):
        return False
    if set(equation.lhs.index_atoms()) != set(equation.domain):
        return False
    return all(_counts_to(p, extent) for p, extent in zip(equation.lhs.indices, tensor.shape, strict=True))


def _counts_to(position: Affine, extent: Extent) -> bool:
    """Whether a position takes each value of an axis once: each digit steps over all smaller ones."""
    if position.index is not None:
        return position.index.extent == extent
    return _counted(position) == (0, extent)


def _counted(position: Affine) -> tuple[int, int] | None:
    """The first value of a position, and how many follow from it on, if it takes each of them once."""
    step = 1
    for coefficient, atom in reversed(_by_step(position)):
        if coefficient != step or not isinstance(atom, Index) or not isinstance(atom.extent, int):
            return None
        step *= atom.extent
    return position.constant, step


def tiles(equations: Sequence[Equation], tensor: Tensor) -> bool:
    """Whether several equations write every element of a tensor once: along one axis, each its part of it.

    >>> i, j, x = Index("i", 2), Index("j", 3), Tensor("x", (5,))
    >>> parts = [Equation(Access.of("x", p), sympy.Integer(0), (k,)) for k, p in ((j, Affine.of(j) + 2), (i, i))]
    >>> tiles(parts, x)
    True
    """
    if len(equations) < 2 or any(e.guards for e in equations):
        return False
    for equation in equations:
        terms = sum(len(p.terms) for p in equation.lhs.indices)
        if terms != len(equation.domain) or set(equation.lhs.index_atoms()) != set(equation.domain):
            return False
    axes = range(len(tensor.shape))
    parted = [k for k in axes if not all(_counts_to(e.lhs.indices[k], tensor.shape[k]) for e in equations)]
    return len(parted) == 1 and _follow(
        [_counted(e.lhs.indices[parted[0]]) for e in equations], tensor.shape[parted[0]]
    )


def _follow(parts: Sequence[tuple[int, int] | None], extent: Extent) -> bool:
    """Whether parts of an axis, each with its start and its length, fill it without a gap."""
    stop = 0
    for start, count in sorted(part or (-1, 0) for part in parts):
        if start != stop:
            return False
        stop += count
    return stop == extent


def pointwise_definitions(program: Program) -> dict[str, Equation]:
    """The tensors defined by one pointwise equation that covers them, outside any scan."""
    return {
        s.target: s
        for s in program.statements
        if isinstance(s, Equation)
        and not s.reduction
        and len(program.defining(s.target)) == 1
        and covers(s, program.tensor[s.target])
    }


def guarded_definitions(program: Program) -> dict[str, Equation]:
    """The tensors defined by one pointwise equation outside any scan, which covers them where its guards hold: they
    are zero elsewhere."""
    return {
        s.target: s
        for s in program.statements
        if isinstance(s, Equation)
        and not s.reduction
        and len(program.defining(s.target)) == 1
        and covers(replace(s, guards=()), program.tensor[s.target])
    }


def guards_at(definition: Equation, access: Access) -> frozenset[Guard]:
    """The guards of a covering definition at one of its reads: the element is zero unless they hold."""
    mapping = index_map(definition, access)
    return frozenset(g.substitute(mapping) for g in definition.guards)


def index_map(definition: Equation, access: Access) -> Mapping[Index, Affine]:
    """The indices of a covering definition in terms of those at one of its reads."""
    plain = definition.lhs.plain_indices
    assert plain is not None
    return dict(zip(plain, access.indices, strict=True))


def rename_apart(equation: Equation, taken: Iterable[Index]) -> Equation:
    """The equation with its reduced indices renamed so that none of them is spelled like one of ``taken``."""
    names = {i.name for i in taken} | {i.name for i in equation.domain}
    mapping: dict[Index, Index] = {}
    for index in equation.over:
        name = index.name
        while name in names:
            name += "_"
        names.add(name)
        if name != index.name:
            mapping[index] = replace(index, name=name)
    return equation.rename(mapping) if mapping else equation


def align(equation: Equation, like: Equation) -> Equation | None:
    """The equation with its indices renamed so that its left side reads as that of ``like``."""
    mapping = matching(equation.lhs, like.lhs)
    if mapping is None:
        return None
    clash = {i.name for i in mapping.values()}
    for index in equation.over:
        if index.name in clash:
            mapping[index] = replace(index, name=index.name + "_")
    return equation.rename({old: new for old, new in mapping.items() if old != new})


def matching(access: Access, like: Access) -> dict[Index, Index] | None:
    """The renaming of indices that turns one access into another, if there is one.

    >>> n, i, k = Index("n", 4), Index("i", 3), Index("k", 3)
    >>> matching(Access.of("z", n, Affine.of(i) * 2), Access.of("d", n, Affine.of(k) * 2)) == {n: n, i: k}
    True
    """
    mapping: dict[Index, Index] = {}
    if len(access.indices) != len(like.indices):
        return None
    for mine, theirs in zip(access.indices, like.indices, strict=True):
        if mine.constant != theirs.constant or len(mine.terms) != len(theirs.terms):
            return None
        for (a, old), (b, new) in zip(_by_step(mine), _by_step(theirs), strict=True):
            if a == b and isinstance(old, Size) and old == new:
                continue
            if a != b or not isinstance(old, Index) or not isinstance(new, Index) or old.extent != new.extent:
                return None
            if mapping.setdefault(old, new) != new:
                return None
    return mapping if len(set(mapping.values())) == len(mapping) else None


def _by_step(position: Affine) -> list[tuple[int, Atom]]:
    """The terms of a position, the largest coefficient first: those of one coefficient as they are written."""
    return sorted(position.terms, key=lambda term: -term[0])


def spelled_like(equation: Equation, anchors: Iterable[Access]) -> Equation | None:
    """The equation with its indices renamed so that it touches the tensors of ``anchors`` at just these elements."""
    mapping: dict[Index, Index] = {}
    touched = (equation.lhs, *(r.access for r in equation.reads))
    for anchor in anchors:
        for access in (a for a in touched if a.tensor == anchor.tensor):
            found = matching(access, anchor)
            if found is None or any(mapping.setdefault(old, new) != new for old, new in found.items()):
                return None
    if set(equation.indices()) != set(mapping) or len(set(mapping.values())) < len(mapping):
        return None
    return equation.rename(mapping)


def rewrite_bodies(
    program: Program, rule: str, change: Callable[[Equation], sympy.Expr], because: str = ""
) -> tuple[Program, tuple[Step, ...]]:
    """The program with each body replaced by ``change(equation)``; a step for each that differs."""
    steps: list[Step] = []

    def changed(equation: Equation) -> Equation:
        body = change(equation)
        if body == equation.body:
            return equation
        after = replace(equation, body=body)
        steps.append(Step(rule, equation.target, (equation,), (after,), because=because))
        return after

    return program.map(changed), tuple(steps)


def replace_reads(body: sympy.Expr, change: Callable[[Access], sympy.Expr | None]) -> sympy.Expr:
    """The body with reads exchanged where ``change`` gives something else."""
    exchange: dict[Read, sympy.Expr] = {}
    for operand in reads(body):
        new = change(operand.access)
        if new is not None:
            exchange[operand] = new
    return body.xreplace(exchange) if exchange else body


def readers(program: Program) -> dict[str, tuple[Equation, ...]]:
    """For each tensor the equations that read it, in order."""
    found: dict[str, list[Equation]] = {}
    for equation in program.equations():
        for name in sorted(equation.tensors_read):
            found.setdefault(name, []).append(equation)
    return {name: tuple(equations) for name, equations in found.items()}


def without(program: Program, equations: Iterable[Equation]) -> Program:
    """The program less some equations (by identity)."""
    gone = {id(e) for e in equations}
    return program.map(lambda e: () if id(e) in gone else e)


def exchange(program: Program, new: Mapping[int, tuple[Equation, ...]], tensors: Iterable[Tensor] = ()) -> Program:
    """The program with equations, named by identity, replaced; and further tensors declared."""
    changed = program.map(lambda e: new.get(id(e), (e,)))
    known = {t.name for t in program.tensors}
    return replace(changed, tensors=program.tensors + tuple(t for t in tensors if t.name not in known))


def top_level(program: Program) -> tuple[Equation, ...]:
    return tuple(s for s in program.statements if isinstance(s, Equation))


def in_scans(program: Program) -> frozenset[str]:
    """The tensors that a scan writes."""
    scans: list[Statement] = [s for s in program.statements if isinstance(s, Scan)]
    return frozenset(e.target for s in scans if isinstance(s, Scan) for e in s.body)


def fresh_name(program: Program, wanted: str) -> str:
    """``wanted``, with a number behind it if the program already has such a tensor."""
    if wanted not in program.tensor:
        return wanted
    count = 2
    while f"{wanted}_{count}" in program.tensor:
        count += 1
    return f"{wanted}_{count}"
