"""Index-notation equations: the one language that everything in symbp is said in.

Grammar::

    program   ::= statement ...
    statement ::= equation | scan
    scan      ::= "scan" index ["reversed"] ":" equation ...
    equation  ::= access ("=" | "+=") [reduction "[" index, ... "]"] "(" body ")" ["where" guard, ...]
    reduction ::= "sum" | "max" | "argmax"
    access    ::= tensor "[" affine, ... "]"
    affine    ::= integer + integer * (index | length | access to an integer tensor) + ...
    guard     ::= affine (">=" | "==" | "!=") 0
    body      ::= a SymPy expression whose atoms are numbers, lengths, values of indices and reads of accesses

The meaning: every tensor starts as zero. An equation visits each point of ``domain`` x ``over`` at which
all its guards hold and reduces ``body`` over ``over``; ``=`` states that nothing else writes that
element, ``+=`` adds to it. A scan runs its equations once for each value of its index, in order.
Equations are in this file; tensors, scans and whole programs in :mod:`symbp.program`.

Example (one dense layer)::

    z1[n,i] = sum[j](W1[i,j]*x[n,j])
    z1[n,i] += b1[i]
    a1[n,i] = sigmoid(z1[n,i])
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeAlias

import sympy

Reduction: TypeAlias = Literal["", "sum", "max", "argmax"]
Relation: TypeAlias = Literal[">=", "==", "!="]


@dataclass(frozen=True, order=True)
class Size:
    """A length known only at run time, such as the batch ``N``; ``plus`` is for ``T+1``."""

    name: str
    plus: int = 0

    def __str__(self) -> str:
        return f"{self.name}{self.plus:+d}" if self.plus else self.name


Extent: TypeAlias = int | Size


def plus(extent: Extent, number: int) -> Extent:
    """An extent with further places."""
    return replace(extent, plus=extent.plus + number) if isinstance(extent, Size) else extent + number


@dataclass(frozen=True, order=True)
class Index:
    """A bound variable that runs over ``0 .. extent-1``."""

    name: str
    extent: Extent

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Affine:
    """``constant + sum coefficient * atom``; an atom is an index, a run-time length or a read of an integer tensor.

    >>> print(Affine.of(Index("t", Size("T"))) * -1 + Size("T", -1))
    -t+T-1
    """

    terms: tuple[tuple[int, Atom], ...] = ()
    constant: int = 0

    @staticmethod
    def of(value: Affine | Atom | int) -> Affine:
        if isinstance(value, Affine):
            return value
        if isinstance(value, int):
            return Affine((), value)
        if isinstance(value, Size):
            return Affine(((1, replace(value, plus=0)),), value.plus)
        return Affine(((1, value),))

    def __add__(self, other: Affine | Atom | int) -> Affine:
        other = Affine.of(other)
        total: dict[Atom, int] = {}
        for coefficient, atom in self.terms + other.terms:
            total[atom] = total.get(atom, 0) + coefficient
        terms = tuple((c, atom) for atom, c in total.items() if c)
        return Affine(terms, self.constant + other.constant)

    def __mul__(self, factor: int) -> Affine:
        if not factor:
            return Affine()
        return Affine(tuple((factor * c, atom) for c, atom in self.terms), factor * self.constant)

    def __sub__(self, other: Affine | Atom | int) -> Affine:
        return self + Affine.of(other) * -1

    @cached_property
    def index(self) -> Index | None:
        """The index that this is, if it is nothing but one index."""
        if len(self.terms) == 1 and not self.constant and self.terms[0][0] == 1:
            atom = self.terms[0][1]
            return atom if isinstance(atom, Index) else None
        return None

    def indices(self) -> Iterator[Index]:
        """The indices in order of appearance, those inside reads of integer tensors included."""
        for _, atom in self.terms:
            if isinstance(atom, Index):
                yield atom
            elif isinstance(atom, Access):
                yield from atom.index_atoms()

    def reads(self) -> Iterator[Access]:
        """The reads of integer tensors in order of appearance, nested ones included."""
        for _, atom in self.terms:
            if isinstance(atom, Access):
                yield atom
                for position in atom.indices:
                    yield from position.reads()

    def substitute(self, mapping: Mapping[Index, Affine]) -> Affine:
        result = Affine((), self.constant)
        for coefficient, atom in self.terms:
            if isinstance(atom, Index):
                result += mapping.get(atom, Affine.of(atom)) * coefficient
            else:
                result += Affine.of(atom if isinstance(atom, Size) else atom.substitute(mapping)) * coefficient
        return result

    def __str__(self) -> str:
        text = ""
        for coefficient, atom in self.terms:
            magnitude = str(atom) if abs(coefficient) == 1 else f"{abs(coefficient)}*{atom}"
            sign = "-" if coefficient < 0 else "+" if text else ""
            text += sign + magnitude
        if self.constant or not text:
            text += f"{self.constant:+d}" if text else str(self.constant)
        return text


@dataclass(frozen=True)
class Access:
    """One element of a tensor, at positions that are affine in the indices: ``x[n,2*r+u-1]``."""

    tensor: str
    indices: tuple[Affine, ...] = ()

    @staticmethod
    def of(tensor: str, *positions: Affine | Atom | int) -> Access:
        return Access(tensor, tuple(Affine.of(p) for p in positions))

    def index_atoms(self) -> Iterator[Index]:
        for position in self.indices:
            yield from position.indices()

    @cached_property
    def plain_indices(self) -> tuple[Index, ...] | None:
        """The indices, if each position is one index of its own; ``None`` otherwise."""
        plain = tuple(p.index for p in self.indices)
        if None in plain or len(set(plain)) != len(plain):
            return None
        return plain  # type: ignore[return-value]

    def substitute(self, mapping: Mapping[Index, Affine]) -> Access:
        return Access(self.tensor, tuple(p.substitute(mapping) for p in self.indices))

    def __str__(self) -> str:
        return self.tensor + (f"[{','.join(map(str, self.indices))}]" if self.indices else "")


Atom: TypeAlias = Index | Size | Access


class Read(sympy.Symbol):  # type: ignore[misc]
    """The value of an access, as an atom of SymPy: two reads are the same if their accesses are.

    The access is part of the identity, not its spelling alone: SymPy caches products by equality, and the
    ``W1[i,j]`` of another network has other extents.
    """

    __slots__ = ("access", "extents")
    access: Access
    extents: str  # SymPy orders atoms by their content, so it must have an order: text has one

    def __new__(cls, access: Access) -> Read:
        self: Read = sympy.Symbol.__xnew__(cls, str(access))
        self.access = access
        self.extents = ",".join(str(i.extent) for i in access.index_atoms())
        return self

    def _hashable_content(self) -> tuple[str, str]:
        return (self.name, self.extents)

    def __getnewargs_ex__(self) -> tuple[tuple[Access], dict[str, object]]:
        return (self.access,), {}


class Length(sympy.Symbol):  # type: ignore[misc]
    """A run-time size as a number in a body, as the ``N`` of ``1/N``."""

    __slots__ = ()

    def __new__(cls, name: str) -> Length:
        self: Length = sympy.Symbol.__xnew__(cls, name, positive=True, integer=True)
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        return (self.name,), {}


class IndexValue(sympy.Symbol):  # type: ignore[misc]
    """The value of an index as a number in a body, from 0 on, as the ``t`` of ``sin(t)``."""

    __slots__ = ("extents", "index")
    index: Index
    extents: str

    def __new__(cls, index: Index) -> IndexValue:
        self: IndexValue = sympy.Symbol.__xnew__(cls, index.name, nonnegative=True, integer=True)
        self.index = index
        self.extents = str(index.extent)
        return self

    def _hashable_content(self) -> tuple[str, str]:
        return (self.name, self.extents)

    def __getnewargs_ex__(self) -> tuple[tuple[Index], dict[str, object]]:
        return (self.index,), {}


def index_values(expression: sympy.Basic) -> tuple[IndexValue, ...]:
    """The indices whose values stand in an expression, sorted by their names."""
    return tuple(sorted(expression.atoms(IndexValue), key=lambda o: o.name))


def number(affine: Affine) -> sympy.Expr:
    """The value of an affine expression as a number in a body."""
    return sympy.Add(affine.constant, *(c * _number(atom) for c, atom in affine.terms))


def _number(atom: Atom) -> sympy.Expr:
    if isinstance(atom, Index):
        return IndexValue(atom)
    return length(atom) if isinstance(atom, Size) else Read(atom)


def length(extent: Extent) -> sympy.Expr:
    """The extent as a SymPy number."""
    if isinstance(extent, Size):
        return Length(extent.name) + extent.plus
    return sympy.Integer(extent)


def read(tensor: str, *positions: Affine | Atom | int) -> Read:
    return Read(Access.of(tensor, *positions))


def reads(expression: sympy.Basic) -> tuple[Read, ...]:
    """The distinct reads of an expression, sorted by their spelling (sets have no order)."""
    return tuple(sorted(expression.atoms(Read), key=lambda r: r.name))


@dataclass(frozen=True)
class Guard:
    """A condition on a point of the domain: ``affine relation 0``."""

    affine: Affine
    relation: Relation

    def substitute(self, mapping: Mapping[Index, Affine]) -> Guard:
        return replace(self, affine=self.affine.substitute(mapping))

    def __str__(self) -> str:
        return f"{self.affine} {self.relation} 0"


@dataclass(frozen=True)
class Equation:
    """``lhs (=|+=) reduction[over](body) where guards``, over the points of ``domain``.

    ``domain`` holds the indices of the left side that are not bound by an enclosing scan; an index may
    stand in it that the left side does not name only in an accumulating equation.
    """

    lhs: Access
    body: sympy.Expr
    domain: tuple[Index, ...] = ()
    over: tuple[Index, ...] = ()
    reduction: Reduction = ""
    guards: tuple[Guard, ...] = ()
    accumulate: bool = False

    @property
    def target(self) -> str:
        return self.lhs.tensor

    @cached_property
    def reads(self) -> tuple[Read, ...]:
        """The distinct float reads of the body."""
        return reads(self.body)

    @cached_property
    def tensors_read(self) -> frozenset[str]:
        """Names of all tensors read: in the body, in positions and in guards."""
        return frozenset(a.tensor for a in self.accesses_read())

    def accesses_read(self) -> Iterator[Access]:
        for r in self.reads:
            yield r.access
            for position in r.access.indices:
                yield from position.reads()
        for position in self.lhs.indices:
            yield from position.reads()
        for guard in self.guards:
            yield from guard.affine.reads()

    def indices(self) -> Iterator[Index]:
        """Every index that occurs anywhere in the equation, with repetitions."""
        yield from self.domain
        yield from self.over
        yield from self.lhs.index_atoms()
        yield from body_indices(self.body)
        for guard in self.guards:
            yield from guard.affine.indices()

    def rename(self, mapping: Mapping[Index, Index]) -> Equation:
        """The same equation with its indices renamed."""
        affine = {old: Affine.of(new) for old, new in mapping.items()}
        return replace(
            self,
            lhs=self.lhs.substitute(affine),
            body=substitute_indices(self.body, affine),
            domain=tuple(mapping.get(i, i) for i in self.domain),
            over=tuple(mapping.get(i, i) for i in self.over),
            guards=tuple(g.substitute(affine) for g in self.guards),
        )

    def __str__(self) -> str:
        over = f"[{','.join(map(str, self.over))}]" if self.over else ""
        body = f"{self.reduction}{over}({self.body})" if self.reduction else str(self.body)
        where = " where " + ", ".join(map(str, self.guards)) if self.guards else ""
        return f"{self.lhs} {'+=' if self.accumulate else '='} {body}{where}"


def body_indices(body: sympy.Expr) -> Iterator[Index]:
    """Every index of a body, with repetitions: those of positions, then those that are numbers themselves."""
    for r in reads(body):
        yield from r.access.index_atoms()
    yield from (o.index for o in index_values(body))


def substitute_indices(body: sympy.Expr, mapping: Mapping[Index, Affine]) -> sympy.Expr:
    """The body with affine expressions put in place of indices."""
    exchange: dict[sympy.Basic, sympy.Basic] = {r: Read(r.access.substitute(mapping)) for r in reads(body)}
    exchange |= {o: number(mapping[o.index]) for o in index_values(body) if o.index in mapping}
    return body.xreplace({old: new for old, new in exchange.items() if old != new})
