r"""Maxima of windows taken before what keeps their order: :math:`\max f(z + b) = f(\max z + b)` where f increases.

So the bias and the activation of a convolution are computed of what a pool leaves, and so are their adjoints: what
leads to the largest of a window passes through the one place where it stood. Ties that f makes, as relu does of all
that is negative, lie where its derivative is zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod
from typing import TypeAlias

import sympy

from symbp.equation import Affine, Equation, Index, Read, body_indices, read, substitute_indices
from symbp.functions import Elementary
from symbp.program import Program, Scan, Statement, Tensor
from symbp.rewrite.patterns import covers, fresh_name, readers
from symbp.schedule.affine import may_be_empty
from symbp.schedule.placed import Stated, by_statement
from symbp.schedule.steps import OWN

_INCREASING = ("relu", "sigmoid", "tanh", "softplus", "softsign", "clip", "exp", "log")
_WITH_SLOPE = ("leaky_relu", "elu")  # they increase if their constant is not negative
NOTE = "its maxima come first: what follows keeps the order of numbers"


def pooled(found: Stated, outputs: Iterable[str]) -> Stated:
    """The program with pools before what is computed of each element and keeps the order."""
    program, kept = found.program, set(outputs)
    if any(isinstance(s, Scan) for s in program.statements):
        return found
    by_reader = readers(program)
    for statement in program.statements:
        if isinstance(statement, Equation) and statement.reduction == "max":
            pool = _Pool.of(program, statement, by_reader, kept)
            if pool is not None:
                return pooled(_exchanged(found, pool), kept)
    return found


@dataclass(frozen=True)
class _Pool:
    """A pool and what it is moved before: ``a = f(z)``, ``p = max a``, and the adjoints of both.

    Attributes:
        biases: The equations that add to z what is the same at all places of a window.
        place: The equation of the place of the maximum.
        spread: ``a_bar += p_bar`` at that place.
        slope: ``z_bar = a_bar f'``.
        sums: The equations that sum up ``z_bar`` over all places.
    """

    maximum: Equation
    function: Equation
    biases: tuple[Equation, ...]
    place: Equation | None = None
    spread: Equation | None = None
    slope: Equation | None = None
    sums: tuple[Equation, ...] = ()

    @property
    def source(self) -> str:
        """The tensor that the activation is computed of."""
        return self.function.reads[0].access.tensor

    @property
    def reads_source(self) -> bool:
        """Whether the derivative is computed from the pre-activation."""
        return self.slope is not None and self.source in self.slope.tensors_read

    @staticmethod
    def of(program: Program, maximum: Equation, by: Mapping[str, Sequence[Equation]], kept: set[str]) -> _Pool | None:
        """The pool of an equation, if all that reads what it takes the maximum of is known."""
        if not isinstance(maximum.body, Read) or not _is_whole(program, maximum) or may_be_empty(maximum):
            return None
        function = _function(program, maximum.body.access.tensor, kept)
        if function is None or not _is_fewer(program, maximum):
            return None
        (source,) = function.reads
        z, a = source.access.tensor, function.target
        others = [e for e in dict.fromkeys((*by.get(a, ()), *by.get(z, ()))) if e is not maximum and e is not function]
        biases = tuple(e for e in program.defining(z) if _is_level(e, maximum))
        return _with_adjoints(program, _Pool(maximum, function, biases), others, by, kept)


def _is_whole(program: Program, equation: Equation) -> bool:
    """Whether a maximum is all of its tensor."""
    alone = len(program.defining(equation.target)) == 1 and not equation.accumulate
    return alone and covers(replace(equation, guards=()), program.tensor[equation.target])


def _is_fewer(program: Program, maximum: Equation) -> bool:
    """Whether a pool leaves fewer elements than it reads."""
    assert isinstance(maximum.body, Read)
    before, after = (program.tensor[name].shape for name in (maximum.body.access.tensor, maximum.target))
    return prod(e for e in after if isinstance(e, int)) < prod(e for e in before if isinstance(e, int))


def _is_own(program: Program, name: str, kept: set[str]) -> bool:
    tensor = program.tensor[name]
    return tensor.role in OWN and tensor.dtype == "float" and name not in kept


def _function(program: Program, name: str, kept: set[str]) -> Equation | None:
    """The only equation of a tensor, if it is an increasing function of another tensor, element for element."""
    found = program.defining(name)
    if len(found) != 1 or not _is_own(program, name, kept):
        return None
    (equation,) = found
    if equation.reduction or len(equation.reads) != 1 or not covers(equation, program.tensor[name]):
        return None
    (source,) = equation.reads
    same = source.access.indices == equation.lhs.indices and _is_own(program, source.access.tensor, kept)
    return equation if same and increases(equation.body, source) else None


def increases(body: sympy.Expr, source: Read) -> bool:
    """Whether an expression never falls where what it reads rises."""
    if body == source:
        return True
    if isinstance(body, sympy.Add):
        varying = [t for t in body.args if t.has(source)]
        return len(varying) == 1 and increases(varying[0], source)
    if isinstance(body, sympy.Mul):
        scale, rest = body.as_coeff_Mul()
        return bool(scale.is_positive) and rest != body and increases(rest, source)
    if not isinstance(body, Elementary) or any(a.has(Read) for a in body.args[1:]):
        return False
    name = type(body).__name__
    rises = name in _INCREASING or (name in _WITH_SLOPE and bool(body.args[1].is_nonnegative))
    return rises and increases(body.args[0], source)


def _fixed(maximum: Equation) -> frozenset[int]:
    """The axes of what a maximum is taken of along which a window has one position."""
    assert isinstance(maximum.body, Read)
    indices = [p.index for p in maximum.body.access.indices]
    return frozenset(k for k, i in enumerate(indices) if i is not None and i not in maximum.over)


def _is_level(equation: Equation, maximum: Equation) -> bool:
    """Whether an equation adds the same to all places of a window."""
    plain = equation.lhs.plain_indices
    if plain is None or not equation.accumulate or equation.reduction or equation.guards:
        return False
    return set(body_indices(equation.body)) <= {plain[k] for k in _fixed(maximum)}


def _with_adjoints(
    program: Program, pool: _Pool, others: list[Equation], by: Mapping[str, Sequence[Equation]], kept: set[str]
) -> _Pool | None:
    """The pool with the equations of its adjoints, none if it is used alone; None if something else reads its input."""
    place = next((e for e in others if _is_place(e, pool.maximum)), None)
    rest = [e for e in others if e is not place]
    if place is None:
        return None if rest else pool
    spreads = [e for e in by.get(place.target, ()) if _is_spread(e, place)]
    if len(spreads) != 1 or len(by[place.target]) != 1 or len(program.defining(spreads[0].target)) != 1:
        return None
    adjoint = spreads[0].target
    slopes = by.get(adjoint, ())
    if len(slopes) != 1 or any(e is not slopes[0] for e in rest):
        return None
    if not _is_slope(program, slopes[0], pool, adjoint, kept):
        return None
    sums = tuple(e for e in by.get(slopes[0].target, ()) if _is_sum(e, slopes[0], pool.maximum))
    return replace(pool, place=place, spread=spreads[0], slope=slopes[0], sums=sums)


def _is_place(equation: Equation, maximum: Equation) -> bool:
    return equation == replace(maximum, lhs=replace(maximum.lhs, tensor=equation.target), reduction="argmax")


def _is_spread(equation: Equation, place: Equation) -> bool:
    """Whether an equation puts each element of a pool's adjoint where the maximum stood."""
    if not isinstance(equation.body, Read) or equation.reduction or not isinstance(place.body, Read):
        return False
    plain, own = equation.body.access.plain_indices, place.lhs.plain_indices
    if plain is None or own is None or len(plain) != len(own):
        return False
    mapping = {old: Affine.of(new) for old, new in zip(plain, own, strict=True)}
    return equation.lhs.substitute(mapping).indices == place.body.access.indices


def _is_slope(program: Program, equation: Equation, pool: _Pool, adjoint: str, kept: set[str]) -> bool:
    """Whether an equation is ``z_bar = a_bar f'``, where f' depends on a or z at the same place alone."""
    plain = equation.lhs.plain_indices
    alone = len(program.defining(equation.target)) == 1 and _is_own(program, equation.target, kept)
    if plain is None or not alone or not _is_own(program, adjoint, kept) or equation.reduction or equation.guards:
        return False
    factors = [f for f in sympy.Mul.make_args(equation.body) if isinstance(f, Read) and f.access.tensor == adjoint]
    known = {adjoint, pool.function.target, pool.function.reads[0].access.tensor}
    here = all(r.access.tensor in known and r.access.indices == equation.lhs.indices for r in equation.reads)
    return here and len(factors) == 1 and not (equation.body / factors[0]).has(factors[0])


def _is_sum(equation: Equation, slope: Equation, maximum: Equation) -> bool:
    """Whether an equation sums up the adjoint of what is pooled, over all places at least."""
    if equation.reduction != "sum" or equation.guards or not isinstance(equation.body, Read):
        return False
    plain = equation.body.access.plain_indices
    if plain is None or tuple(i.extent for i in plain) != tuple(p.index.extent for p in slope.lhs.indices if p.index):
        return False
    return all(plain[k] in equation.over for k in range(len(plain)) if k not in _fixed(maximum))


def _exchanged(found: Stated, pool: _Pool) -> Stated:
    """The program with the pool first."""
    program = found.program
    told = dict(zip(map(id, program.statements), (own[0] for own in by_statement(found)), strict=True))
    tensors, lines = _lines(program, pool, told)
    statements: list[Statement] = []
    stated: list[tuple[Equation, ...]] = []
    for statement in program.statements:
        for new, own in lines.get(id(statement), ((statement, told[id(statement)]),)):
            statements.append(new)
            stated.append(own)
    changed = replace(program, tensors=(*program.tensors, *tensors), statements=tuple(statements))
    return Stated(changed, tuple(stated), (*found.notes, (pool.source, NOTE)))


Lines: TypeAlias = dict[int, list[tuple[Equation, tuple[Equation, ...]]]]  # of a statement: what stands there instead


def _lines(program: Program, pool: _Pool, told: Mapping[int, tuple[Equation, ...]]) -> tuple[list[Tensor], Lines]:
    """The tensors of a pool that stands first, and its equations in place of the old ones, with what these say."""
    maximum, function = pool.maximum, pool.function
    first = program.defining(pool.source)[0]
    lines: Lines = {id(e): [] for e in (function, *pool.biases)}
    lines[id(first)] = [(first, tuple(e for one in (first, *pool.biases) for e in told[id(one)]))]
    shape = program.tensor[maximum.target].shape
    largest = Tensor(fresh_name(program, f"{pool.source}_max"), shape)
    level = Tensor(fresh_name(program, f"{pool.source}_level"), shape) if pool.reads_source else largest
    said = (*told[id(function)], *told[id(maximum)])
    after = [(_applied(pool, largest.name, level.name), said)]
    if level is not largest:
        after.insert(0, (_lifted(pool, largest.name, level.name), ()))
    lines[id(maximum)] = [(_of_source(pool, maximum, largest.name), ()), *after]
    if pool.place is None or pool.spread is None or pool.slope is None:
        return [largest], lines
    if _follows(program, maximum, pool.place):  # the place is found beside the maximum
        lines[id(maximum)], between = lines[id(maximum)][:1], after
    else:
        between = []
    lines[id(pool.place)] = [(_of_source(pool, pool.place, pool.place.target), told[id(pool.place)]), *between]
    adjoint = Tensor(fresh_name(program, f"{largest.name}_bar"), shape, "adjoint")
    both = (*told[id(pool.spread)], *told[id(pool.slope)])
    lines[id(pool.spread)] = [(_sloped(pool, adjoint.name, level.name), both), (_spread(pool, adjoint.name), ())]
    lines[id(pool.slope)] = []
    lines |= {id(e): [(_summed(pool, e, adjoint.name), told[id(e)])] for e in pool.sums}
    return list(dict.fromkeys((largest, level, adjoint))), lines


def _follows(program: Program, one: Equation, other: Equation) -> bool:
    return any(a is one and b is other for a, b in pairwise(program.statements))


def _of_source(pool: _Pool, equation: Equation, target: str) -> Equation:
    """The maximum or its place, of what the activation was computed of."""
    assert isinstance(equation.body, Read)
    body = Read(replace(equation.body.access, tensor=pool.source))
    return replace(equation, lhs=replace(equation.lhs, tensor=target), body=body)


def _raised(pool: _Pool, largest: str) -> sympy.Expr:
    """The maximum with the biases."""
    assert isinstance(pool.maximum.body, Read)
    positions = pool.maximum.body.access.indices
    value: sympy.Expr = Read(replace(pool.maximum.lhs, tensor=largest))
    for bias in pool.biases:
        fixed = _fixed(pool.maximum)
        mapping = {p.index: positions[k] for k, p in enumerate(bias.lhs.indices) if k in fixed and p.index}
        value += substitute_indices(bias.body, mapping)
    return value


def _lifted(pool: _Pool, largest: str, level: str) -> Equation:
    return Equation(replace(pool.maximum.lhs, tensor=level), _raised(pool, largest), pool.maximum.domain)


def _applied(pool: _Pool, largest: str, level: str) -> Equation:
    """The activation of the maximum."""
    own = Read(replace(pool.maximum.lhs, tensor=level))
    value = _raised(pool, largest) if level == largest else own
    body = pool.function.body.xreplace({pool.function.reads[0]: value})
    return Equation(pool.maximum.lhs, body, pool.maximum.domain)


def _sloped(pool: _Pool, adjoint: str, level: str) -> Equation:
    """``m_bar = p_bar f'``."""
    assert pool.slope is not None and pool.spread is not None and isinstance(pool.spread.body, Read)
    given = pool.spread.body.access
    exchange = {
        r: Read(replace(given, tensor=name))
        for r in pool.slope.reads
        for old, name in ((pool.function.target, pool.maximum.target), (pool.source, level), (pool.spread.target, ""))
        if r.access.tensor == old and name
    }
    (through,) = (r for r in pool.slope.reads if r.access.tensor == pool.spread.target)
    body = pool.slope.body.xreplace({**exchange, through: pool.spread.body})
    plain = given.plain_indices
    assert plain is not None
    return Equation(replace(given, tensor=adjoint), body, plain)


def _spread(pool: _Pool, adjoint: str) -> Equation:
    """``z_bar += m_bar`` at the place of the maximum."""
    assert pool.spread is not None and pool.slope is not None and isinstance(pool.spread.body, Read)
    body = Read(replace(pool.spread.body.access, tensor=adjoint))
    return replace(pool.spread, lhs=replace(pool.spread.lhs, tensor=pool.slope.target), body=body)


def _summed(pool: _Pool, equation: Equation, adjoint: str) -> Equation:
    """The sum over all places of windows, in place of that over all places."""
    assert isinstance(pool.maximum.body, Read) and isinstance(equation.body, Read)
    fixed = {p.index: k for k, p in enumerate(pool.maximum.body.access.indices) if k in _fixed(pool.maximum)}
    own = equation.body.access.plain_indices
    assert own is not None
    kept = {own[k] for k in fixed.values()}
    names = {i.name for i in kept} | {i.name for i in equation.domain}
    positions: list[Index] = []
    for position in pool.maximum.lhs.indices:
        index = position.index
        assert index is not None
        if index in fixed:
            positions.append(own[fixed[index]])
        else:
            positions.append(replace(index, name=index.name + "_" if index.name in names else index.name))
    over = (*(i for i in equation.over if i in kept), *(i for i in positions if i not in kept))
    return replace(equation, body=read(adjoint, *positions), over=over)
