"""Lines of mathematics from equations: in index notation, element by element, and with numbers put in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

import sympy

from symbp import mathtree as m
from symbp.derivation import Step
from symbp.equation import Access, Affine, Atom, Equation, Extent, Guard, Index, IndexValue, Length, Read, Size
from symbp.layers.fragment import BATCH
from symbp.mathtree.nodes import Operator, Relation
from symbp.notes.known import delta, shown_guards
from symbp.notes.subject import Subject
from symbp.rewrite.gather import gathered
from symbp.views.naming import LOSS
from symbp.views.paper import Part, is_row, running
from symbp.views.scalar import Element, Scalar
from symbp.wording import Message

LETTERS = "lmpqrstuvabcdefgh"  # for indices that need another letter
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
RELATIONS: dict[str, Relation] = {">=": "≥", "==": "=", "!=": "≠"}


def index_line(
    subject: Subject, equations: tuple[Equation, ...], remark: Message | None = None, left: Access | None = None
) -> m.Line:
    """A definition in index notation: z^{(1)}_i = sum_j w^{(1)}_{ij} x_j + b^{(1)}_i.

    Args:
        left: What stands on the left; the first equation's left side, unless that picks by a label.
    """
    first = left or equations[0].lhs
    terms: list[m.Node] = []
    for equation in equations:
        terms += _terms(subject, equation, first)
    right = terms[0] if len(terms) == 1 else m.Sum(tuple(terms))
    told = (remark,) if remark else ()
    return m.Line(entry(subject, first), right, remark=told, ranges=_ranges(subject, first.index_atoms()))


def _ranges(subject: Subject, indices: Iterable[Index]) -> tuple[tuple[str, range], ...]:
    return tuple((i.name, range(1, subject.extent(i.extent) + 1)) for i in indices)


def index_lines(subject: Subject, name: str, remark: Message | None = None) -> list[m.Line]:
    """The definition of a tensor in index notation: one line, or one for each part of the tensor; none if none says it.

    What adds to positions that are sums of indices is gathered: each element says what reaches it.
    """
    parts = subject.stated.parts(name)
    return [line for part in parts for line in part_lines(subject, part, remark, len(parts) > 1)]


def part_lines(subject: Subject, part: Part, remark: Message | None, among_others: bool) -> list[m.Line]:
    """The lines of a part of a definition; ``among_others`` says for which steps it holds."""
    equations = part.equations
    if len(equations) > 1 and (not any(e.accumulate for e in equations) or are_apart(equations)):
        return [at_steps(subject, part, _stated_line(subject, e, remark), among_others) for e in equations]
    if len(equations) == 1 and not equations[0].accumulate and not is_indexable(equations):
        return [_stated_line(subject, equations[0], remark)]
    equations = tuple(_gathered(subject, e) for e in equations)
    if len(equations) == 1 and not is_indexable(equations):
        equations = (_by_label(subject, equations[0]),)
    if not is_indexable(equations):
        return []
    return [at_steps(subject, part, index_line(subject, equations, remark), among_others)]


def are_apart(equations: tuple[Equation, ...]) -> bool:
    """Whether several equations write pieces of a tensor one behind the other, as the gates of a cell do."""
    first = equations[0].lhs.indices
    axes = {axis for e in equations for axis, p in enumerate(e.lhs.indices) if p != first[axis]}
    if len(axes) != 1:
        return False
    (axis,) = axes
    spans = [_span(e.lhs.indices[axis]) for e in equations]
    known = sorted(span for span in spans if span is not None)
    return len(known) == len(spans) and all(a[1] <= b[0] for a, b in pairwise(known))


def _span(position: Affine) -> tuple[int, int] | None:
    """Where the places of a position begin and end, if it runs from one to the next."""
    index = running(position)
    if index is None or not isinstance(index.extent, int):
        return None
    return position.constant, position.constant + index.extent


def at_steps(subject: Subject, part: Part, line: m.Line, said: bool) -> m.Line:
    """The line of a part for the steps that it is about; its remark says them if it should."""
    index = part.index
    if index is None:
        return line
    first, last = part.steps or (1, subject.extent(index.extent))
    ranges = {**dict(line.ranges), index.name: range(first, last + 1)}
    remark = (*line.remark, ", " if line.remark else "", *steps_text(subject, part)) if said else line.remark
    return replace(line, remark=remark, ranges=tuple(ranges.items()))


def steps_text(subject: Subject, part: Part) -> tuple[m.Inline, ...]:
    """Which steps a part is about: t = 1, …, T − 1."""
    index = part.index
    assert index is not None
    length = subject.extent(index.extent)
    first, last = part.steps or (1, length)
    start = m.Comparison(m.Index(index.name), "=", m.Number(first))
    if first == last:
        return (start,)
    end: m.Node = m.Symbol(index.extent.name) if isinstance(index.extent, Size) else m.Number(index.extent)
    if last < length:
        end = m.Sum((end, m.Negative(m.Number(length - last)))) if isinstance(index.extent, Size) else m.Number(last)
    return (start, ", …, ", end)


def _stated_line(subject: Subject, equation: Equation, remark: Message | None) -> m.Line:
    """An equation with the positions of its left side as they are: f_{n,12(i-1)+4(r-1)+c} = x_{nirc}."""
    body = _reduced(subject, equation)
    ranges = _ranges(subject, equation.domain)
    return m.Line(entry(subject, equation.lhs), body, remark=(remark,) if remark else (), ranges=ranges)


def _gathered(subject: Subject, equation: Equation) -> Equation:
    if all(is_row(p) or _picks(p) for p in equation.lhs.indices):
        return equation
    return gathered(equation, subject.base.result.tensor[equation.target]) or equation


def _by_label(subject: Subject, equation: Equation) -> Equation:
    """What reaches a row of a table: the sum over the points whose label names it."""
    shape, taken = subject.base.result.tensor[equation.target].shape, {i.name for i in equation.indices()}
    letters = (c for c in f"v{LETTERS}" if c not in taken)
    positions, guards = list(equation.lhs.indices), list(equation.guards)
    for axis, position in enumerate(positions):
        if position.index is None and _picks(position):
            row = Affine.of(Index(next(letters), shape[axis]))
            guards.append(Guard(row - position, "=="))
            positions[axis] = row
    lhs = replace(equation.lhs, indices=tuple(positions))
    named = tuple(lhs.index_atoms())
    over = (*equation.over, *(i for i in equation.domain if i not in named))
    if equation.reduction not in ("", "sum") or not over:
        return equation
    return replace(equation, lhs=lhs, domain=named, over=over, reduction="sum", guards=tuple(guards))


def indices_of(subject: Subject, name: str) -> list[Index]:
    """Every index that a line of a definition may name."""
    equations = subject.definition(name)
    every = [*equations, *(_gathered(subject, e) for e in equations), *(_by_label(subject, e) for e in equations)]
    return [i for e in every for i in e.indices()]


def is_indexable(equations: tuple[Equation, ...]) -> bool:
    """Whether one line of index notation says a definition: the first left side is plain, the others pick by labels."""
    first = equations[0].lhs
    named = replace(first, indices=tuple(p for p in first.indices if not is_row(p)))
    return named.plain_indices is not None and all(_fits(e.lhs, first) for e in equations)


def is_whole(textbook: Subject, step: Step) -> bool:
    """Whether a step shows all that a tensor is made of: where other layers add to it, they are not in its lines."""
    left = [_text(textbook.on_paper(e)) for e in textbook.base.chain_result.defining(step.target)]
    for earlier in (s for s in textbook.stated.steps if s.target == step.target):
        if earlier is step:
            break
        if all(e.target == step.target for e in earlier.before):
            gone = set(map(_text, earlier.before))
            left = [text for text in left if text not in gone] + list(map(_text, earlier.after))
    return set(left) <= set(map(_text, step.before))


def _text(equation: Equation) -> str:
    """An equation, whether or not another one stands before it."""
    return str(replace(equation, accumulate=False))


def _fits(lhs: Access, first: Access) -> bool:
    pairs = zip(lhs.indices, first.indices, strict=True)
    return all(_picks(mine) or mine == theirs for mine, theirs in pairs)


def _picks(position: Affine) -> bool:
    return position.index is not None or (len(position.terms) == 1 and not position.constant)


def _terms(subject: Subject, equation: Equation, first: Access) -> list[m.Node]:
    """What an equation adds to the element that ``first`` names; a label's pick is an Iverson bracket [k = y]."""
    equation = _apart(equation, first)
    mapping: dict[Index, Index] = {}
    picks: list[m.Node] = []
    for mine, theirs in zip(equation.lhs.indices, first.indices, strict=True):
        index = theirs.index
        if index is None:
            continue
        if mine.index is not None:
            mapping[mine.index] = index
            if mine.index.extent != index.extent and not _is_zero_beyond(subject, equation, mine.index):
                picks.append(m.Indicator(m.Comparison(m.Index(index.name), "≤", _length(subject, mine.index.extent))))
        else:
            label = _total([subject.index_naming.entry(a) for _, a in mine.terms if isinstance(a, Access)])
            picks.append(m.Indicator(m.Comparison(m.Index(index.name), "=", label)))
    equation = equation.rename({a: b for a, b in mapping.items() if a != b})
    if not equation.over:  # a sum carries its conditions itself
        picks += [m.Indicator(_condition(subject, g)) for g in shown_guards(equation, subject.shape)]
    body = _reduced(subject, equation)
    if not picks:
        return list(body.terms) if isinstance(body, m.Sum) else [body]
    named = {i.name for i in first.index_atoms()}
    summed = [i for i in equation.domain if i.name not in named and not _is_single_sample(subject, i)]
    if isinstance(body, m.Negative):
        return [m.Negative(_over_points(subject, equation, summed, m.Product((body.body, *picks))))]
    return [_over_points(subject, equation, summed, m.Product((body, *picks)))]


def _is_zero_beyond(subject: Subject, equation: Equation, index: Index) -> bool:
    """Whether what is read with an index counts as zero beyond its range; what is learned for more places than a
    sequence has does not."""
    places = {
        (a.tensor, axis) for a in equation.accesses_read() for axis, at in enumerate(a.indices) if index in at.indices()
    }
    return bool(places) and places <= subject.read_beyond


def _length(subject: Subject, extent: Extent) -> m.Node:
    return m.Number(extent) if isinstance(extent, int) else subject.index_naming.atom(extent)


def _over_points(subject: Subject, equation: Equation, summed: list[Index], body: m.Node) -> m.Node:
    """What all points of an equation add, where a label says to which element: a sum of Iverson brackets."""
    return m.BigSum(tuple(_bound(subject, equation, i) for i in summed), body) if summed else body


def _is_single_sample(subject: Subject, index: Index) -> bool:
    return index.extent == BATCH and subject.samples == 1


def _apart(equation: Equation, first: Access) -> Equation:
    """The equation with other letters for summed indices that are spelled like one of the line's left side."""
    taken = {i.name for i in first.index_atoms()}
    free = (c for c in LETTERS if c not in taken | {i.name for i in equation.indices()})
    return equation.rename({i: replace(i, name=next(free)) for i in equation.over if i.name in taken})


def entry(subject: Subject, access: Access) -> m.Node:
    """A read in index notation; an adjoint as the derivative that it is, or as delta."""
    tensor = subject.tensor(access.tensor)
    if tensor.of is None:
        return subject.index_naming.entry(access)
    if tensor.letter == "z":  # by its usual letter, whatever the spec calls the pre-activation
        return delta(subject.index_naming.entry(access))
    return m.Partial(LOSS, subject.index_naming.entry(Access(tensor.of, access.indices)))


def _reduced(subject: Subject, equation: Equation) -> m.Node:
    body = m.from_sympy(
        without_single_sample(subject, equation.body), lambda s: _symbol(subject, s), operand_order(subject)
    )
    over = [i for i in equation.over if not _is_single_sample(subject, i)]
    if not over:
        return body
    bounds = tuple(_bound(subject, equation, i) for i in over)
    operator: Operator = equation.reduction or "sum"
    conditions = tuple(_condition(subject, g) for g in shown_guards(equation, subject.shape))
    if operator == "sum" and len(conditions) > 1:  # more than one has no room below the sign
        factors = body.factors if isinstance(body, m.Product) else (body,)
        return m.BigSum(bounds, m.Product((*map(m.Indicator, conditions), *factors)), operator)
    return m.BigSum(bounds, body, operator, conditions)


def without_single_sample(subject: Subject, body: sympy.Expr) -> sympy.Expr:
    """A body in which N is 1, where there is one sample: L = (yhat - y)^2."""
    return body if subject.samples > 1 else of_one_sample(body)


def of_one_sample(body: sympy.Expr) -> sympy.Expr:
    return body.xreplace({n: sympy.Integer(1) for n in body.atoms(Length) if n.name == BATCH.name})


def _bound(subject: Subject, equation: Equation, index: Index) -> m.Bound:
    """From 1 to a number, or to a width by its name where the network is evaluated at other sizes than its own."""
    upper: m.Node
    if subject.widths is None:  # the letter says what it runs over
        return m.Bound(m.Index(index.name), extent=subject.extent(index.extent))
    if index.extent == BATCH:
        upper = m.Symbol(BATCH.name)
    elif subject.worked:
        upper = m.Number(subject.extent(index.extent))
    else:
        upper = subject.widths.of(equation, index)
    return m.Bound(m.Index(index.name), m.Number(1), upper)


def _condition(subject: Subject, guard: Guard) -> m.Comparison:
    """A guard between what stands with a plus and what stands with a minus sign: k ≠ y_n."""
    sides: dict[bool, list[m.Node]] = {True: [], False: []}
    for coefficient, atom in sorted(guard.affine.terms, key=lambda term: -abs(term[0])):
        node = subject.index_naming.atom(atom)
        size = abs(coefficient)
        sides[coefficient > 0].append(node if size == 1 else m.Product((m.Number(size), node)))
    truths = subject.base.start.truths  # yes or no, which nothing counts
    whole = (c for c, atom in guard.affine.terms if not isinstance(atom, Size) and not _is_of(atom, truths))
    offset = guard.affine.constant - sum(whole)
    if offset:
        sides[offset > 0].append(m.Number(abs(offset)))
    left, right = (_total(sides[sign]) for sign in (True, False))
    if guard.relation == ">=" and isinstance(left, m.Index) and isinstance(right, m.Index):
        return m.Comparison(right, "≤", left)
    return m.Comparison(left, RELATIONS[guard.relation], right)


def conditions_of(subject: Subject, equation: Equation) -> tuple[m.Comparison, ...]:
    """The conditions of an equation, as they are printed."""
    return tuple(_condition(subject, g) for g in equation.guards)


def _is_of(atom: Atom, names: frozenset[str]) -> bool:
    return isinstance(atom, Access) and atom.tensor in names


def _total(terms: list[m.Node]) -> m.Node:
    return m.Number(0) if not terms else terms[0] if len(terms) == 1 else m.Sum(tuple(terms))


def _symbol(subject: Subject, symbol: sympy.Symbol) -> m.Node:
    if isinstance(symbol, IndexValue):  # indices count from 1 on paper
        return m.Sum((m.Index(symbol.name), m.Negative(m.Number(1))))
    return entry(subject, symbol.access) if isinstance(symbol, Read) else m.Symbol(symbol.name)


def element_symbol(subject: Subject, symbol: sympy.Symbol) -> m.Node:
    """A scalar as it is printed; an adjoint as a derivative of the loss."""
    assert isinstance(symbol, Scalar)
    tensor = subject.tensor(symbol.element.tensor)
    if tensor.of is not None:
        return m.Partial(LOSS, subject.naming.symbol(Element(tensor.of, symbol.element.index)))
    return subject.naming.symbol(symbol.element)


def worked_lines(
    subject: Subject, element: Element, expression: sympy.Expr, remark: Message | None = None
) -> Iterator[m.Line]:
    """An element in symbols, in numbers, and its value."""
    symbols = m.from_sympy(expression, lambda s: element_symbol(subject, s), operand_order(subject))
    yield m.Line(subject.naming.symbol(element), symbols, remark=(remark,) if remark else ())
    numbers, value = m.from_sympy(expression, _number_of(subject), operand_order(subject)), subject.number(element)
    if numbers != value:
        yield m.Line(None, numbers)
    yield m.Line(None, value)


def operand_order(subject: Subject) -> Callable[[sympy.Symbol], tuple[bool, int, int, str]]:
    """The order of operands: as they are spelled, but a shift is added last.

    In a recurrence parameters come first and what an earlier step has left comes last: f_t c_{t-1}.
    """

    def key(symbol: sympy.Symbol) -> tuple[bool, int, int, str]:
        name = symbol.access.tensor if isinstance(symbol, Read) else getattr(symbol, "element", Element("")).tensor
        known = subject.index_naming.program.tensor.get(name)
        last = known is not None and known.letter == "beta" and known.of is None
        first = known is not None and known.letter == "q" and subject.attends(known)  # a query before its keys
        return last, *subject.standing(symbol, name), "" if first else symbol.name

    return key


def _number_of(subject: Subject) -> Callable[[sympy.Symbol], m.Node]:
    def number(symbol: sympy.Symbol) -> m.Node:
        assert isinstance(symbol, Scalar)
        return subject.number(symbol.element)

    return number


def power_of_ten(bound: str) -> str:
    """A bound as people write it.

    >>> power_of_ten("< 1e-11")
    '< 10⁻¹¹'
    """
    before, _, exponent = bound.partition("1e")
    return f"{before}10{exponent.translate(RAISED)}" if exponent else bound
