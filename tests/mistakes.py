"""Mistakes that people make when they write down a backward pass: what each does to a line, or to an equation.

Every mistake is a function from a displayed line, or from an equation of a derivation, to the wrong ones that it can be
made into. Where a mistake does not apply, there are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import mpmath
import sympy

from symbp import mathtree as m
from symbp.equation import Access, Affine, Equation, Index, Read, substitute_indices
from symbp.functions import sigmoid, tanh
from symbp.mathtree.values import scalar

Wrong = Iterator[m.Node]
Mistake = Callable[[m.Line], Iterator[m.Line]]
ONE = m.Number(1)
GATES = ("ifgo", "rzn")  # letters of the gates of a cell, any of which may be taken for another


# Ways to change one node of the right side.


def everywhere(change: Callable[[m.Node], Wrong]) -> Mistake:
    """A mistake that is made at one node of the right side, wherever the node stands."""

    def mistake(line: m.Line) -> Iterator[m.Line]:
        for node in dict.fromkeys(m.walk(line.right)):
            for wrong in change(node):
                yield replace(line, right=exchanged(line.right, node, wrong))

    return mistake


def exchanged(tree: m.Node, old: m.Node, new: m.Node) -> m.Node:
    """The tree with a node exchanged wherever it stands."""
    return m.transform(tree, lambda node: new if node == old else node)


def of_symbols(change: Callable[[m.Symbol], Iterator[m.Symbol]]) -> Mistake:
    """A mistake in what is named, in a derivative too."""
    return everywhere(lambda node: change(node) if isinstance(node, m.Symbol) else iter(()))


def parts_of(node: m.Node) -> tuple[m.Node, ...]:
    return node.factors if isinstance(node, m.Product | m.MatrixProduct | m.Hadamard) else ()


def without(node: m.Node, gone: int) -> m.Node:
    """A product without one of its factors."""
    rest = (*parts_of(node)[:gone], *parts_of(node)[gone + 1 :])
    return rest[0] if len(rest) == 1 else replace(node, factors=rest)  # type: ignore[call-arg]


def is_slope(node: m.Node) -> bool:
    """Whether a factor is a local derivative of an activation, by its name or under a brace: sigma'(z), 1 - a^2."""
    if isinstance(node, m.Underbrace):
        return is_slope(node.label)
    if isinstance(node, m.Apply) and node.function == "diag":
        return any(map(is_slope, node.args))
    return isinstance(node, m.PrimeOf) or (isinstance(node, m.Sum) and node.terms[0] == ONE)


# The mistakes.


def sign(line: m.Line) -> Iterator[m.Line]:
    yield replace(line, right=m.Negative(line.right))


def sign_of_a_term(node: m.Node) -> Wrong:
    if isinstance(node, m.Sum):
        for place, term in enumerate(node.terms):
            other = term.body if isinstance(term, m.Negative) else m.Negative(term)
            yield replace(node, terms=(*node.terms[:place], other, *node.terms[place + 1 :]))


def lost_factor(node: m.Node) -> Wrong:
    for place, factor in enumerate(parts_of(node)):
        if len(parts_of(node)) > 1 and not is_slope(factor):
            yield without(node, place)


def lost_slope(node: m.Node) -> Wrong:
    for place, factor in enumerate(parts_of(node)):
        if len(parts_of(node)) > 1 and is_slope(factor):
            yield without(node, place)


def slope_elsewhere(node: m.Node) -> Wrong:
    """sigma'(a) in place of sigma'(z)."""
    if isinstance(node, m.PrimeOf):
        at = m.Apply(node.function, node.args)
        yield replace(node, args=(at, *node.args[1:]))


def slope_as_value(node: m.Node) -> Wrong:
    """sigma(z) in place of sigma'(z)."""
    if isinstance(node, m.PrimeOf):
        yield m.Apply(node.function, node.args)


def other_function(node: m.Node) -> Wrong:
    if isinstance(node, m.Apply | m.PrimeOf) and node.function in ("tanh", "sigmoid"):
        yield replace(node, function={"tanh": "sigmoid", "sigmoid": "tanh"}[node.function])


def lost_transpose(node: m.Node) -> Wrong:
    if isinstance(node, m.Transpose):
        yield node.body


def added_transpose(node: m.Node) -> Wrong:
    if isinstance(node, m.MatrixProduct):
        for place, factor in enumerate(node.factors):
            if not isinstance(factor, m.Transpose):
                turned = m.Transpose(factor)
                yield replace(node, factors=(*node.factors[:place], turned, *node.factors[place + 1 :]))


def swapped_order(node: m.Node) -> Wrong:
    if isinstance(node, m.MatrixProduct):
        yield replace(node, factors=node.factors[::-1])


def entry_by_entry(node: m.Node) -> Wrong:
    """A product of matrices for one entry by entry, and the other way round."""
    if isinstance(node, m.MatrixProduct):
        yield m.Hadamard(node.factors)
    if isinstance(node, m.Hadamard):
        yield m.MatrixProduct(node.factors)


def missing_term(node: m.Node) -> Wrong:
    if isinstance(node, m.Sum) and len(node.terms) > 1:
        for place in range(len(node.terms)):
            rest = (*node.terms[:place], *node.terms[place + 1 :])
            yield rest[0] if len(rest) == 1 else replace(node, terms=rest)


def missing_sum(node: m.Node) -> Wrong:
    """The first unit, sample or step in place of all: a forgotten sum over the batch, over time, over paths."""
    if isinstance(node, m.BigSum) and node.operator == "sum" and not node.where:
        for bound in node.bounds:
            rest = tuple(b for b in node.bounds if b is not bound)
            inner = m.at_index(node.body, bound.index.name, 1)
            yield replace(node, bounds=rest, body=inner) if rest else inner


def bound_off_by_one(node: m.Node) -> Wrong:
    if isinstance(node, m.BigSum) and node.operator != "argmax":
        for place, bound in enumerate(node.bounds):
            if bound.lower is not None and bound.upper is not None:
                for wrong in (replace(bound, lower=plus(bound.lower, 1)), replace(bound, upper=plus(bound.upper, -1))):
                    yield replace(node, bounds=(*node.bounds[:place], wrong, *node.bounds[place + 1 :]))


def plus(node: m.Node, number: int) -> m.Node:
    if isinstance(node, m.Number):
        return m.Number(node.value + number)
    return m.Sum((node, m.Number(number)))


def half(line: m.Line) -> Iterator[m.Line]:
    yield replace(line, right=m.Product((m.Quotient(ONE, m.Number(2)), line.right)))


def lost_denominator(node: m.Node) -> Wrong:
    """1/N, 1/K or the size of a window, forgotten."""
    if isinstance(node, m.Quotient):
        yield node.numerator


def averaged(line: m.Line) -> Iterator[m.Line]:
    """An average where there should be a sum: 1/N, 1/T added."""
    for size in ("N", "T"):
        if any(isinstance(n, m.BigSum) for n in m.walk(line.right)):
            yield replace(line, right=m.Quotient(line.right, m.Symbol(size)))


def rows_for_columns(symbol: m.Symbol) -> Iterator[m.Symbol]:
    if len(symbol.sub) >= 2 and symbol.sub[-1] != symbol.sub[-2]:
        yield replace(symbol, sub=(*symbol.sub[:-2], *symbol.sub[:-3:-1]))


def other_layer(symbol: m.Symbol) -> Iterator[m.Symbol]:
    found = re.fullmatch(r"\((\d+)\)", symbol.sup) if isinstance(symbol.sup, str) else None
    for other in (int(found[1]) - 1, int(found[1]) + 1) if found else ():
        yield replace(symbol, sup=f"({other})")


def other_unit(symbol: m.Symbol) -> Iterator[m.Symbol]:
    """The unit after or before the one that is meant: a shifted position in a window, a step too late."""
    for place, position in enumerate(symbol.sub):
        for by in (-1, 1):
            moved = shifted(position, by)
            if moved is not None:
                yield replace(symbol, sub=(*symbol.sub[:place], moved, *symbol.sub[place + 1 :]))


def shifted(position: object, by: int) -> m.Node | int | None:
    if isinstance(position, int):
        return position + by
    if isinstance(position, m.Node) and not isinstance(position, m.Span):
        return m.Sum((position, m.Number(1) if by > 0 else m.Negative(m.Number(1))))
    return None


def lost_stride(symbol: m.Symbol) -> Iterator[m.Symbol]:
    for place, position in enumerate(symbol.sub):
        if isinstance(position, m.Node):
            for node in m.walk(position):
                if isinstance(node, m.Product) and isinstance(node.factors[0], m.Number):
                    moved = exchanged(position, node, without(node, 0))
                    yield replace(symbol, sub=(*symbol.sub[:place], moved, *symbol.sub[place + 1 :]))


def other_gate(symbol: m.Symbol) -> Iterator[m.Symbol]:
    for letters in GATES:
        if symbol.base in letters and symbol.sub:
            for other in letters:
                if other != symbol.base:
                    yield replace(symbol, base=other)


def input_for_output(symbol: m.Symbol) -> Iterator[m.Symbol]:
    """What goes into an activation in place of what comes out of it, and the other way round."""
    if symbol.base in "az" and not symbol.accent:
        yield replace(symbol, base={"a": "z", "z": "a"}[symbol.base])


def wrong_digit(node: m.Node) -> Wrong:
    """Another last digit, as a slip of the pen has it."""
    if isinstance(node, m.Number):
        text = str(node.rounded).partition("e")[0].lstrip("-")
        digits = len(text.partition(".")[2])
        exponent = node.rounded.exponent or 0
        with mpmath.workdps(50):
            unit = mpmath.mpf(10) ** (exponent - digits)
            yield replace(node, value=scalar(node.value) + unit)


def swapped_digits(node: m.Node) -> Wrong:
    """Two neighbouring digits exchanged."""
    if isinstance(node, m.Number) and node.rounded.exponent is None:
        text = node.rounded.mantissa
        for place in range(len(text) - 1):
            a, b = text[place : place + 2]
            if a != b and a.isdigit() and b.isdigit():
                yield m.number(f"{text[:place]}{b}{a}{text[place + 2 :]}")


def wrong_brace(node: m.Node) -> Wrong:
    """A wrong formula under a brace."""
    if isinstance(node, m.Underbrace) and not isinstance(node.label, m.Text | m.Reference):
        yield replace(node, label=m.Negative(node.label))
        yield replace(node, label=m.Product((m.Number(2), node.label)))


def lost_power(node: m.Node) -> Wrong:
    if isinstance(node, m.Power):
        yield node.base


def turned_fraction(node: m.Node) -> Wrong:
    if isinstance(node, m.Quotient):
        yield m.Quotient(node.denominator, node.numerator)


def lost_root(node: m.Node) -> Wrong:
    if isinstance(node, m.Apply) and node.function in ("sqrt", "exp", "log"):
        yield node.args[0]


def lost_epsilon(node: m.Node) -> Wrong:
    if isinstance(node, m.Sum) and len(node.terms) == 2:
        small = [t for t in node.terms if isinstance(t, m.Number) and 0 < abs(t.value) < 1e-4]
        for term in small:
            yield next(t for t in node.terms if t is not term)


def lost_condition(node: m.Node) -> Wrong:
    """Every place in place of the largest, every class in place of the right one, masked steps in place of none."""
    if isinstance(node, m.Indicator):
        yield ONE
    if isinstance(node, m.BigSum) and node.where:
        yield replace(node, where=())


def other_condition(node: m.Node) -> Wrong:
    if isinstance(node, m.Indicator):
        relation = {"=": "≠", "≠": "=", "≤": ">", "≥": "<"}[node.condition.relation]
        yield m.Indicator(replace(node.condition, relation=relation))


def smallest_for_largest(node: m.Node) -> Wrong:
    if isinstance(node, m.BigSum) and node.operator == "argmax":
        yield replace(node, body=m.Negative(node.body))
    if isinstance(node, m.BigSum) and node.operator == "max":
        yield m.Negative(replace(node, body=m.Negative(node.body)))


def mean_for_largest(node: m.Node) -> Wrong:
    if isinstance(node, m.BigSum) and node.operator == "max":
        yield replace(node, operator="sum")


def only_the_diagonal(node: m.Node) -> Wrong:
    """The Jacobian of a softmax, or of a normalisation, with what reaches an entry through the others left out."""
    if isinstance(node, m.Sum):
        kept = tuple(t for t in node.terms if not any(isinstance(n, m.BigSum) for n in m.walk(t)))
        if 0 < len(kept) < len(node.terms):
            yield kept[0] if len(kept) == 1 else replace(node, terms=kept)


def wrong_left_side(line: m.Line) -> Iterator[m.Line]:
    """The derivative by another quantity, or one that is upside down."""
    if isinstance(line.left, m.Partial):
        yield replace(line, left=m.Partial(line.left.wrt, line.left.of))
    if isinstance(line.left, m.Symbol) and line.left.sub:
        for other in other_unit(line.left):
            yield replace(line, left=other)


MISTAKES: dict[str, Mistake] = {
    "a sign": sign,
    "the sign of a term": everywhere(sign_of_a_term),
    "a lost factor": everywhere(lost_factor),
    "a lost local derivative": everywhere(lost_slope),
    "a local derivative at the output": everywhere(slope_elsewhere),
    "a function in place of its derivative": everywhere(slope_as_value),
    "another function": everywhere(other_function),
    "a lost transpose": everywhere(lost_transpose),
    "a transpose too many": everywhere(added_transpose),
    "factors in the other order": everywhere(swapped_order),
    "entry by entry for rows by columns": everywhere(entry_by_entry),
    "a missing term": everywhere(missing_term),
    "a missing sum": everywhere(missing_sum),
    "a bound off by one": everywhere(bound_off_by_one),
    "a half": half,
    "a lost denominator": everywhere(lost_denominator),
    "an average for a sum": averaged,
    "rows for columns": of_symbols(rows_for_columns),
    "another layer": of_symbols(other_layer),
    "another unit, place or step": of_symbols(other_unit),
    "a lost stride": of_symbols(lost_stride),
    "another gate": of_symbols(other_gate),
    "the input of an activation for its output": of_symbols(input_for_output),
    "a wrong digit": everywhere(wrong_digit),
    "two digits exchanged": everywhere(swapped_digits),
    "a wrong label under a brace": everywhere(wrong_brace),
    "a lost power": everywhere(lost_power),
    "a fraction upside down": everywhere(turned_fraction),
    "a lost root, exponential or logarithm": everywhere(lost_root),
    "a lost epsilon": everywhere(lost_epsilon),
    "a lost condition": everywhere(lost_condition),
    "the opposite condition": everywhere(other_condition),
    "the smallest for the largest": everywhere(smallest_for_largest),
    "a sum for the largest": everywhere(mean_for_largest),
    "the diagonal of a Jacobian alone": everywhere(only_the_diagonal),
    "a wrong left side": wrong_left_side,
}


# What they do to an equation of a derivation.

Slip = Callable[[Equation], Iterator[Equation]]


def of_body(change: Callable[[sympy.Expr], Iterator[sympy.Expr]]) -> Slip:
    """A mistake in what is computed at each point."""
    return lambda equation: (replace(equation, body=body) for body in change(equation.body))


def less_a_part(body: sympy.Expr, kind: type[sympy.Expr]) -> Iterator[sympy.Expr]:
    for part in sorted((p for p in sympy.preorder_traversal(body) if isinstance(p, kind)), key=str):
        for gone in part.args:
            yield body.xreplace({part: kind(*(a for a in part.args if a is not gone))})


def turned_reads(equation: Equation) -> Iterator[Equation]:
    for read in equation.reads:
        if len(read.access.indices) >= 2:
            *others, row, column = read.access.indices
            turned = Read(replace(read.access, indices=(*others, column, row)))
            yield replace(equation, body=equation.body.xreplace({read: turned}))


def first_for_all(equation: Equation) -> Iterator[Equation]:
    """One index of a sum stays at the first: one path, one sample, one step."""
    for gone in equation.over if equation.reduction == "sum" and not equation.guards else ():
        rest = tuple(i for i in equation.over if i != gone)
        body = substitute_indices(equation.body, {gone: Affine()})
        yield replace(equation, body=body, over=rest, reduction="sum" if rest else "")


def other_place(equation: Equation) -> Iterator[Equation]:
    """What a read, or the left side, is counted from, one place off: padding, steps."""
    for read in equation.reads:
        for axis, position in enumerate(read.access.indices):
            if position.index is None or position.index.name == "t":
                for by in (-1, 1):
                    moved = Read(at_axis(read.access, axis, position + by))
                    yield replace(equation, body=equation.body.xreplace({read: moved}))
    for axis, position in enumerate(equation.lhs.indices):
        if position.terms and position.index is None:
            yield replace(equation, lhs=at_axis(equation.lhs, axis, position + 1))
            yield replace(equation, lhs=at_axis(equation.lhs, axis, position - 1))


def at_axis(access: Access, axis: int, position: Affine) -> Access:
    return replace(access, indices=(*access.indices[:axis], position, *access.indices[axis + 1 :]))


def no_stride(equation: Equation) -> Iterator[Equation]:
    def plain(position: Affine) -> Affine:
        return Affine(tuple((1 if isinstance(a, Index) else c, a) for c, a in position.terms), position.constant)

    def unit(access: Access) -> Access:
        return replace(access, indices=tuple(map(plain, access.indices)))

    body = equation.body.xreplace({r: Read(unit(r.access)) for r in equation.reads})
    yield replace(equation, lhs=unit(equation.lhs), body=body)


def guards_less_one(equation: Equation) -> Iterator[Equation]:
    for gone in equation.guards:
        yield replace(equation, guards=tuple(g for g in equation.guards if g is not gone))


def guards_moved(equation: Equation) -> Iterator[Equation]:
    for old in equation.guards:
        moved = (replace(g, affine=g.affine + 1) if g is old else g for g in equation.guards)
        yield replace(equation, guards=tuple(moved))


def read_for_another(equation: Equation) -> Iterator[Equation]:
    """A stale activation, or another gate: one tensor read in place of another one of the same equation."""
    for one in equation.reads:
        for other in equation.reads:
            same = len(one.access.indices) == len(other.access.indices)
            if one.access.tensor != other.access.tensor and same:
                wrong = Read(replace(one.access, tensor=other.access.tensor))
                yield replace(equation, body=equation.body.xreplace({one: wrong}))


def without_epsilon(body: sympy.Expr) -> Iterator[sympy.Expr]:
    for number in sorted(body.atoms(sympy.Rational), key=str):
        if 0 < number < sympy.Rational(1, 1000):
            yield body.xreplace({number: sympy.Integer(0)})


def less_a_power(body: sympy.Expr) -> Iterator[sympy.Expr]:
    for power in sorted(body.atoms(sympy.Pow), key=str):
        yield body.xreplace({power: power.base})


def another_function(body: sympy.Expr) -> Iterator[sympy.Expr]:
    for one, other in ((tanh, sigmoid), (sigmoid, tanh)):
        if body.has(one):
            yield body.replace(one, other)


def a_constant_more(body: sympy.Expr) -> Iterator[sympy.Expr]:
    """Another constant: 2 for 1 in 1 - a^2."""
    for number in sorted(body.atoms(sympy.Integer), key=str):
        if number == 1:
            yield body.subs(number, 2)


SLIPS: dict[str, Slip] = {
    "a sign": of_body(lambda body: iter((-body,))),
    "a half": of_body(lambda body: iter((body / 2,))),
    "a lost factor": of_body(lambda body: less_a_part(body, sympy.Mul)),
    "a missing term": of_body(lambda body: less_a_part(body, sympy.Add)),
    "rows for columns": turned_reads,
    "a missing sum": first_for_all,
    "another place or step": other_place,
    "a lost stride": no_stride,
    "a lost condition": guards_less_one,
    "a condition off by one": guards_moved,
    "another tensor": read_for_another,
    "a lost epsilon": of_body(without_epsilon),
    "a lost power": of_body(less_a_power),
    "another function": of_body(another_function),
    "another constant": of_body(a_constant_more),
}
