"""Tensors of a recurrence stored part by part: each gate of the stacked ones is a block of memory in each step.

Where the equations of a scan read ``z[t,n,u]``, ``z[t,n,u+128]``, ... the arrays have ``z[t,g,n,u]``: what was a part
of each row, with those of the others between, is one block. A product with stacked weights is one for each gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from symbp.equation import Access, Affine, Equation, Index, body_indices, index_values, substitute_indices
from symbp.program import Program, Scan, Tensor
from symbp.schedule.steps import OWN, accesses, mapped


@dataclass(frozen=True)
class _Parts:
    """An axis in ``count`` parts of ``width`` elements; the parts become axis ``place``."""

    axis: int
    count: int
    width: int
    place: int

    def shape(self, tensor: Tensor) -> Tensor:
        extents = list(tensor.shape)
        extents[self.axis] = self.width
        extents.insert(self.place, self.count)
        return replace(tensor, shape=tuple(extents))

    def access(self, access: Access) -> Access:
        positions = list(access.indices)
        divided = _divided(positions[self.axis], self.width)
        assert divided is not None, access
        part, inside = divided
        positions[self.axis] = inside
        positions.insert(self.place, part)
        return replace(access, indices=tuple(positions))


def by_parts(program: Program, outputs: Iterable[str]) -> Program:
    """The program with the parts of axes that its scans go through part by part as axes of their own.

    The steps stay in front, so that all parts of a step are one block, unless a later equation sums over the steps:
    then all steps of a part lie together.
    """
    parts = _parts(program, outputs)
    while True:
        spoilt = {name for e in program.equations() for name in _spoilt(program, e, parts)}
        if not spoilt:
            break
        parts = {name: p for name, p in parts.items() if name not in spoilt}
    if not parts:
        return program
    split = program.map(lambda e: _split(program, e, parts))
    tensors = tuple(parts[t.name].shape(t) if t.name in parts else t for t in split.tensors)
    return replace(
        mapped(split, lambda a: parts[a.tensor].access(a) if a.tensor in parts else a),
        tensors=tensors,
    )


def _parts(program: Program, outputs: Iterable[str]) -> dict[str, _Parts]:
    """The tensors that scans touch part by part, all parts being of one width."""
    free = {t.name for t in program.tensors if t.role in OWN and t.dtype == "float"} - set(outputs)
    widths: dict[str, set[tuple[int, int]]] = {}
    for scan in (s for s in program.statements if isinstance(s, Scan)):
        for access in (a for e in scan.body for a in accesses(e) if a.tensor in free):
            widths.setdefault(access.tensor, set()).update(_cuts(program, access))
    found: dict[str, _Parts] = {}
    for name, cuts in widths.items():
        if len(cuts) == 1:
            ((axis, width),) = cuts
            extent = program.tensor[name].shape[axis]
            assert isinstance(extent, int)
            if axis > 0 and extent % width == 0:
                place = 0 if _is_summed_over_steps(program, name) else 1
                found[name] = _Parts(axis, extent // width, width, place)
    return found


def _cuts(program: Program, access: Access) -> Iterator[tuple[int, int]]:
    """The axes of which an access takes a part, each with its width: at a multiple of this from its beginning."""
    for axis, (position, extent) in enumerate(zip(access.indices, program.tensor[access.tensor].shape, strict=True)):
        if len(position.terms) == 1 and position.terms[0][0] == 1 and isinstance(extent, int):
            index = position.terms[0][1]
            if isinstance(index, Index) and isinstance(index.extent, int) and 1 < index.extent < extent:
                yield axis, index.extent


def _is_summed_over_steps(program: Program, name: str) -> bool:
    """Whether an equation outside all scans adds up what a tensor is at the steps, its first axis."""
    return any(
        a.tensor == name and a.indices[0].index in e.over
        for e in program.statements
        if isinstance(e, Equation)
        for a in accesses(e)
    )


def _spoilt(program: Program, equation: Equation, parts: dict[str, _Parts]) -> Iterator[str]:
    """The tensors that an equation touches so that it cannot go through them part by part."""
    whole = _whole(equation, parts)
    fixed = {i for g in equation.guards for i in g.affine.indices()} | {o.index for o in index_values(equation.body)}
    for access in accesses(equation):
        if access.tensor in parts:
            found = parts[access.tensor]
            position = access.indices[found.axis]
            apart = _divided(position.substitute(_digits(equation, whole)), found.width)
            if apart is None or fixed & set(position.indices()):
                yield access.tensor
        elif not equation.reduction and program.tensor[access.tensor].role in OWN and whole.keys() & _atoms(access):
            yield from (a.tensor for a in accesses(equation) if a.tensor in parts)  # it has to be apart, too


def _atoms(access: Access) -> set[Index]:
    return set(access.index_atoms())


def _whole(equation: Equation, parts: dict[str, _Parts]) -> dict[Index, int]:
    """The indices that go through all parts of an axis, each with the width of the parts."""
    found: dict[Index, int] = {}
    for access in accesses(equation):
        if access.tensor in parts:
            index = access.indices[parts[access.tensor].axis].index
            if index is not None and index.extent != parts[access.tensor].width:
                found.setdefault(index, parts[access.tensor].width)
    return found


def _digits(equation: Equation, whole: dict[Index, int]) -> dict[Index, Affine]:
    """Each index that goes through all parts as the number of the part and the place in it."""
    taken = {i.name for i in (*equation.domain, *equation.over, *equation.lhs.index_atoms())}
    taken |= {i.name for i in body_indices(equation.body)}
    found: dict[Index, Affine] = {}
    for index, width in whole.items():
        assert isinstance(index.extent, int)
        part, inside = (_fresh(letter, taken) for letter in ("g", "u"))
        found[index] = Affine.of(Index(part, index.extent // width)) * width + Index(inside, width)
    return found


def _fresh(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _divided(position: Affine, width: int) -> tuple[Affine, Affine] | None:
    """The number of the part in which a position lies, and its place there; None if that is not told by its terms."""
    part = tuple((c // width, a) for c, a in position.terms if c % width == 0)
    inside = tuple((c, a) for c, a in position.terms if c % width)
    if len(inside) != 1 or inside[0][0] != 1 or getattr(inside[0][1], "extent", None) != width:
        return None
    number, rest = divmod(position.constant, width)
    return None if rest else (Affine(part, number), Affine(inside))


def _split(program: Program, equation: Equation, parts: dict[str, _Parts]) -> Equation:
    """The equation with the indices that go through all parts in their digits."""
    mapping = _digits(equation, _whole(equation, parts))
    if not mapping:
        return equation
    places = {index: tuple(position.indices()) for index, position in mapping.items()}
    return replace(
        equation,
        lhs=equation.lhs.substitute(mapping),
        body=substitute_indices(equation.body, mapping),
        domain=tuple(new for i in equation.domain for new in places.get(i, (i,))),
        over=tuple(new for i in equation.over for new in places.get(i, (i,))),
    )
