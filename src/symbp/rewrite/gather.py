"""The gather form of a contribution: what each element receives, in place of where each point sends.

The chain rule *scatters*: every point of a convolution sends to the input element that it has read,

    x_bar[n,m,r+u-1,c+v-1] += sum[o](W[o,m,u,v]*z_bar[n,o,r,c])

Solved for ``r`` and ``c`` the same says what one element gathers, and the kernel has come out flipped:

    x_bar[n,m,p,q] += sum[o,u,v](W[o,m,u,v]*z_bar[n,o,p-u+1,q-v+1]) where p-u+1 >= 0, ...

Where a position does not tell its first index, as under a stride, that index stays and is summed over the points
that meet the element: ``where 2*r+u-p == 0``. The notes show this form; code is made from the other. Source:
Dumoulin and Visin (2016), A guide to convolution arithmetic for deep learning, chapter 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from symbp.equation import Access, Affine, Equation, Guard, Index, Read, substitute_indices
from symbp.program import Tensor
from symbp.rewrite.patterns import fills, replace_reads

LETTERS = "pqabcdefghklmrstuvwxyz"  # for the positions of the element that gathers


@dataclass(frozen=True)
class _Left:
    """A left side with an index for each position, and what that says of the indices of the domain.

    Attributes:
        positions: The new left side.
        solved: The indices that a position tells, in terms of the others.
        equalities: The positions that tell none, less the element's index: zero where a point meets the element.
        element: The element's index by these positions.
    """

    positions: tuple[Affine, ...]
    solved: dict[Index, Affine]
    equalities: tuple[Guard, ...]
    element: dict[Affine, Affine]


def gathered(equation: Equation, tensor: Tensor) -> Equation | None:
    """The same contribution with an index of its own for each position of the left side.

    A position that names no index of the domain (``h_bar[n,0,i]``) stays.

    Args:
        equation: One that writes ``tensor``.

    Returns:
        None where the left side has such indices already, and for a maximum.

    >>> from symbp.equation import read
    >>> r, u = Index("r", 4), Index("u", 3)
    >>> x_bar, body = Access.of("x_bar", Affine.of(r) + u), read("W", u) * read("z_bar", r)
    >>> print(gathered(Equation(x_bar, body, (r, u), accumulate=True), Tensor("x_bar", (6,))))
    x_bar[p] += sum[u](W[u]*z_bar[p-u]) where p-u >= 0, -p+u+3 >= 0
    """
    left = _left(equation, tensor)
    if equation.reduction not in ("", "sum") or left.positions == equation.lhs.indices:
        return None
    lhs = Access(equation.target, left.positions)
    named, outside = tuple(lhs.index_atoms()), set(equation.lhs.index_atoms()) - set(equation.domain)
    over = (*equation.over, *(i for i in equation.domain if i not in named and i not in left.solved))
    body = substitute_indices(equation.body, left.solved)
    return Equation(
        lhs,
        replace_reads(body, lambda access: Read(_at(access, left.element))),
        tuple(i for i in named if i not in outside),
        over,
        "sum" if over else "",
        _conditions(left, equation.guards),
        accumulate=equation.accumulate or not fills(equation, tensor),
    )


def _left(equation: Equation, tensor: Tensor) -> _Left:
    """Position by position: kept, solved for its first index, or set equal to the element's."""
    kept = _kept(equation, tensor)
    left: list[Affine] = []
    equalities: list[Guard] = []
    solved: dict[Index, Affine] = {}
    element: dict[Affine, Affine] = {}
    letters = _fresh(equation)
    for axis, (position, extent) in enumerate(zip(equation.lhs.indices, tensor.shape, strict=True)):
        if kept.get(position.index) == axis or not set(position.indices()) & set(equation.domain):
            left.append(position)
            continue
        free = [i for i in equation.domain if i not in kept and i not in solved]
        new = Index(position.index.name if position.index in free else next(letters), extent)
        left.append(Affine.of(new))
        here = position.substitute(solved)
        index = _told(here, free)
        if index is None:
            equalities.append(Guard(here - new, "=="))
            element[here] = Affine.of(new)
        else:
            value = _solution(here, index, new)
            solved = {old: known.substitute({index: value}) for old, known in solved.items()} | {index: value}
    return _Left(tuple(left), solved, tuple(equalities), element)


def _kept(equation: Equation, tensor: Tensor) -> dict[Index | None, int]:
    """The indices of the domain that already are a position by themselves, over all of its axis, and that axis."""
    kept: dict[Index | None, int] = {}
    for axis, (position, extent) in enumerate(zip(equation.lhs.indices, tensor.shape, strict=True)):
        if position.index in equation.domain and position.index.extent == extent:
            kept.setdefault(position.index, axis)
    return kept


def _at(read: Access, element: dict[Affine, Affine]) -> Access:
    """The read, by the element's own index where it is at the same position: ``x[n,2*r+u]`` is ``x[n,p]``."""
    return replace(read, indices=tuple(element.get(p, p) for p in read.indices))


def _fresh(equation: Equation) -> Iterator[str]:
    taken = {i.name for i in equation.indices()}
    yield from (letter for letter in LETTERS if letter not in taken)
    yield from (name for name in (f"p{k}" for k in range(1, 100)) if name not in taken)


def _told(position: Affine, free: Iterable[Index]) -> Index | None:
    """The first index of the domain in a position, if the position tells it: coefficient 1 or -1, outside all reads."""
    inside = {i for a in position.reads() for i in a.index_atoms()}
    steps = {atom: coefficient for coefficient, atom in position.terms if isinstance(atom, Index)}
    first = next((i for i in free if i in steps), None)
    if first is None or first in inside or abs(steps[first]) != 1 or not isinstance(first.extent, int):
        return None  # a bound that is known only at run time is no guard
    return first


def _solution(position: Affine, index: Index, new: Index) -> Affine:
    """The index where a position is that of the element, beginning with this: ``p-u+1``."""
    coefficient = next(c for c, atom in position.terms if atom == index)
    return (Affine.of(new) - (position - Affine.of(index) * coefficient)) * coefficient


def _conditions(left: _Left, others: tuple[Guard, ...]) -> tuple[Guard, ...]:
    """The ranges of what was solved for, the equalities, and of the other guards those that do not follow.

    The ranges stand first: another guard may read an integer tensor at what they allow.
    """
    ranges = [Guard(bound, ">=") for i, value in left.solved.items() for bound in (value, _last(i) - value)]
    equal = [g.substitute(left.solved) for g in left.equalities]
    rest = [g.substitute(left.solved) for g in others]
    told = [[g for g in guards if not _follows(g, equal)] for guards in (ranges, rest)]
    return tuple(dict.fromkeys((*told[0], *equal, *told[1])))


def _last(index: Index) -> Affine:
    assert isinstance(index.extent, int)
    return Affine((), index.extent - 1)


def _follows(guard: Guard, equalities: list[Guard]) -> bool:
    """Whether a bound holds by the extents of its indices, also after adding what is zero."""
    zeros = [e.affine * sign for e in equalities for sign in (1, -1)]
    return guard.relation == ">=" and any(_never_negative(guard.affine + zero) for zero in (Affine(), *zeros))


def _never_negative(affine: Affine) -> bool:
    bound: int = affine.constant
    for coefficient, atom in affine.terms:
        if not isinstance(atom, Index) or (coefficient < 0 and not isinstance(atom.extent, int)):
            return False
        bound += min(0, coefficient) * (atom.extent - 1 if isinstance(atom.extent, int) else 0)
    return bound >= 0
