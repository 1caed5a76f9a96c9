"""Programs that go on with what a text prints: where a tensor is complete, its printed elements stand for the computed.

Whatever is computed from a tensor ``z1`` reads a tensor ``z1 as printed`` instead, which is ``z1`` with the printed
elements put in. So one run gives both what each tensor is, given the figures printed before it, and what goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from symbp.equation import Access, Affine, Equation, Index, Read
from symbp.program import GIVEN, Program, Scan, Statement, Tensor
from symbp.reference import shape_of
from symbp.views.scalar import Element

PUT, IS_PUT, SAID = "put in", "is put in", "as printed"
Values = Mapping[str, Any]


def with_places(program: Program, names: Iterable[str]) -> Program:
    """The program with places to put in printed elements of the tensors named; of what is given, too.

    Beside its values it needs those of :func:`put`.
    """
    wanted = [name for name in program.tensor if name in set(names)]
    return _Placing(program, tuple(wanted)).program()


def put(program: Program, sizes: Mapping[str, int], names: Iterable[str], figures: Mapping[Element, Any]) -> Values:
    """What a program with places needs: the printed elements, and where there are some.

    A figure may be an array of lanes; those of a tensor then are.
    """
    found: dict[str, Any] = {}
    lanes = max((np.size(value) for value in figures.values()), default=1)
    wide = {element.tensor for element, value in figures.items() if np.ndim(value)}
    for name in names:
        if name in program.tensor:
            shape = shape_of(program.tensor[name], sizes)
            found[f"{name} {PUT}"] = np.zeros((*shape, lanes), complex) if name in wide else np.zeros(shape)
            found[f"{name} {IS_PUT}"] = np.zeros(shape)
    for element, value in figures.items():
        if f"{element.tensor} {PUT}" in found:
            found[f"{element.tensor} {PUT}"][element.index] = value
            found[f"{element.tensor} {IS_PUT}"][element.index] = 1.0
    return found


def said(name: str) -> str:
    """What the whole of a tensor is called as it is printed."""
    return f"{name} {SAID}"


def going_on(values: Values) -> dict[str, Any]:
    """The values of all tensors by their names, as what follows reads them."""
    plain = {name: value for name, value in values.items() if " " not in name}
    return plain | {name.removesuffix(f" {SAID}"): v for name, v in values.items() if name.endswith(f" {SAID}")}


@dataclass
class _Placing:
    """The places of one program.

    Attributes:
        parts: Tensors that hold the rows of a scan as they are printed, by the access that reads them.
    """

    source: Program
    names: tuple[str, ...]
    parts: list[Tensor] = field(default_factory=list)

    def program(self) -> Program:
        last = self._last_writers()
        statements: list[Statement] = []
        for name in self.names:
            if self.source.tensor[name].role in GIVEN:
                statements.append(self._whole(name))
        for position, statement in enumerate(self.source.statements):
            statements.append(self._reading(statement))
            statements += [self._whole(name) for name in self.names if last.get(name) == position]
        return replace(self.source, tensors=(*self.source.tensors, *self._new()), statements=tuple(statements))

    def _last_writers(self) -> dict[str, int]:
        """Behind which statement each tensor is complete."""
        found: dict[str, int] = {}
        for position, statement in enumerate(self.source.statements):
            for equation in statement.body if isinstance(statement, Scan) else (statement,):
                found[equation.target] = position
        return found

    def _new(self) -> Iterator[Tensor]:
        for name in self.names:
            tensor = self.source.tensor[name]
            yield replace(tensor, name=f"{name} {PUT}", role="input")
            yield replace(tensor, name=f"{name} {IS_PUT}", role="input")
            yield replace(tensor, name=said(name), role="intermediate")
        yield from self.parts

    def _whole(self, name: str) -> Equation:
        """All of a tensor as it is printed."""
        tensor = self.source.tensor[name]
        indices = tuple(Index(f"i{axis}", extent) for axis, extent in enumerate(tensor.shape))
        return self._filled(name, said(name), tuple(map(Affine.of, indices)), indices)

    def _filled(self, name: str, target: str, at: tuple[Affine, ...], domain: tuple[Index, ...]) -> Equation:
        own, new, is_new = (Read(Access(n, at)) for n in (name, f"{name} {PUT}", f"{name} {IS_PUT}"))
        return Equation(Access(target, at), own + is_new * (new - own), domain)

    def _reading(self, statement: Statement) -> Statement:
        """A statement that reads tensors as they are printed."""
        if isinstance(statement, Equation):
            return _renamed(statement, {name: said(name) for name in self.names})
        own = {e.target for e in statement.body}
        before = {name: said(name) for name in self.names if name not in own}
        body: list[Equation] = []
        for equation in statement.body:
            renamed = _renamed(equation, before)
            for access in self._accesses(equation, own):
                target = _part(equation, access)
                if target not in {part.name for part in self.parts}:
                    body.append(self._row(statement, equation, access, target))
                    self.parts.append(replace(self.source.tensor[access.tensor], name=target, role="intermediate"))
                renamed = _exchanged(renamed, access, target)
            body.append(renamed)
        return replace(statement, body=tuple(body))

    def _accesses(self, equation: Equation, own: set[str]) -> Sequence[Access]:
        """What an equation of a scan reads of the tensors that the scan itself writes."""
        found = (access for access in equation.accesses_read() if access.tensor in own)
        return tuple(dict.fromkeys(a for a in found if a.tensor in self.names and a.tensor != equation.target))

    def _row(self, scan: Scan, equation: Equation, access: Access, target: str) -> Equation:
        """The row of a tensor that a round of a scan reads, as it is printed."""
        free = tuple(dict.fromkeys(i for i in access.index_atoms() if i != scan.index))
        row = self._filled(access.tensor, target, access.indices, free)
        known = {*free, scan.index}
        return replace(row, guards=tuple(g for g in equation.guards if set(g.affine.indices()) <= known))


def _part(equation: Equation, access: Access) -> str:
    """What rows of a tensor are called as an equation reads them, whatever else its program holds."""
    guards = "".join(f" where {guard}" for guard in equation.guards)
    return f"{access} {SAID} for {equation.target}{guards}"


def _renamed(equation: Equation, names: Mapping[str, str]) -> Equation:
    """The equation with tensors that it reads exchanged."""
    exchange = {
        r: Read(replace(r.access, tensor=names[r.access.tensor]))
        for r in equation.reads
        if r.access.tensor in names and r.access.tensor != equation.target
    }
    return replace(equation, body=equation.body.xreplace(exchange)) if exchange else equation


def _exchanged(equation: Equation, access: Access, target: str) -> Equation:
    return replace(equation, body=equation.body.xreplace({Read(access): Read(replace(access, tensor=target))}))
