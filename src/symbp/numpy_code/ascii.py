"""Equations as one ASCII line, in the order of a textbook: the comment above the code that computes them."""

from __future__ import annotations

from collections.abc import Iterator

import sympy

from symbp.equation import Affine, Equation, Guard, Read
from symbp.functions import Prime
from symbp.mathtree.from_sympy import root_below
from symbp.program import Scan
from symbp.schedule.order import Order, common_factor, is_negative

_SUM, _PRODUCT, _NEGATIVE, _POWER, _ATOM = range(5)


def definition_text(order: Order, equations: tuple[Equation, ...]) -> str:
    """A definition as one line: the terms of ``=`` and ``+=`` joined where they run over the same points.

    >>> from symbp.equation import Access, Index, read
    >>> from symbp.program import Program, Tensor
    >>> i = Index("i", 2)
    >>> z, b = Tensor("z", (2,)), Tensor("b", (2,), "parameter")
    >>> order = Order.of(Program((z, b), ()))
    >>> first = Equation(Access.of("z", i), read("b", i)**2, (i,))
    >>> second = Equation(Access.of("z", i), -read("b", i), (i,), accumulate=True)
    >>> definition_text(order, (first, second))
    'z[i] = b[i]**2 - b[i]'
    """
    first = equations[0]
    line = f"{first.lhs} {'+=' if first.accumulate else '='} {right_side(order, first)}"
    for equation in equations[1:]:
        if equation.lhs == first.lhs and not equation.guards and not first.guards:
            term = right_side(order, equation)
            line += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
        else:
            sign = "+=" if equation.accumulate else "="
            line += f";  {equation.lhs} {sign} {right_side(order, equation)}"
    return line


def scan_text(scan: Scan) -> str:
    """What a loop goes through: ``for t = T-1 .. 0``."""
    first, last = "0", f"{Affine.of(scan.index.extent) - 1}"
    return f"for {scan.index} = {f'{last} .. {first}' if scan.reverse else f'{first} .. {last}'}"


def right_side(order: Order, equation: Equation) -> str:
    body = body_text(order, equation.body)
    if equation.reduction:
        body = f"{equation.reduction}[{','.join(i.name for i in equation.over)}]({body})"
    where = ", ".join(guard_texts(equation.guards))
    return f"{body} where {where}" if where else body


def guard_texts(guards: tuple[Guard, ...]) -> Iterator[str]:
    """Each guard, two that bound the same position as one: ``0 <= r+u-1 < 8``."""
    left = list(guards)
    while left:
        guard = left.pop(0)
        sums = {g: guard.affine + g.affine for g in left if g.relation == guard.relation == ">="}
        other = next((g for g, total in sums.items() if not total.terms), None)
        if other is None:
            yield guard_text(guard)
        else:
            left.remove(other)
            low, high = (guard, other) if _leads(guard) else (other, guard)
            yield f"0 <= {_sorted(low.affine)} < {(low.affine + high.affine).constant + 1}"


def _leads(guard: Guard) -> bool:
    """Whether the first coefficient is positive: then the guard is the lower bound."""
    return guard.affine.terms[0][0] > 0


def _sorted(affine: Affine) -> Affine:
    """The affine with its largest steps first."""
    return Affine(tuple(sorted(affine.terms, key=lambda term: -abs(term[0]))), affine.constant)


def guard_text(guard: Guard) -> str:
    """``k != y[n]`` for the guard ``k - y[n] != 0``."""
    terms = _sorted(guard.affine).terms
    above = Affine(tuple((c, a) for c, a in terms if c > 0), max(guard.affine.constant, 0))
    below = Affine(tuple((-c, a) for c, a in terms if c < 0), max(-guard.affine.constant, 0))
    return f"{above} {guard.relation} {below}"


def body_text(order: Order, body: sympy.Expr) -> str:
    return _text(order, body)[1]


def _inside(order: Order, body: sympy.Expr, level: int) -> str:
    found, text = _text(order, body)
    return text if found >= level else f"({text})"


def _text(order: Order, body: sympy.Expr) -> tuple[int, str]:
    """How tightly the text binds, and the text."""
    if isinstance(body, Read):
        return _ATOM, str(body.access)
    if isinstance(body, sympy.Add):
        return _add(order, body)
    if isinstance(body, sympy.Mul):
        return _mul(order, body)
    if isinstance(body, sympy.Pow):
        return _pow(order, body)
    if isinstance(body, sympy.Rational) and not body.is_Integer:
        return _PRODUCT, str(body)
    if isinstance(body, sympy.Function):
        inner = ", ".join(body_text(order, a) for a in body.args)
        return _ATOM, f"{_function_name(body)}({inner})"
    text = str(body)
    return (_NEGATIVE if text.startswith("-") else _ATOM), text


def _function_name(body: sympy.Function) -> str:
    return f"{body.of}'" if isinstance(body, Prime) else type(body).__name__


def _add(order: Order, body: sympy.Add) -> tuple[int, str]:
    factor, inner = common_factor(body)
    if factor != 1:
        return _quotient(order, [factor, inner])
    text = ""
    for term in order.terms(body.args):
        negative = is_negative(term)
        inner_text = _inside(order, -term if negative else term, _PRODUCT)
        sign = (" - " if negative else " + ") if text else ("-" if negative else "")
        text += sign + inner_text
    return _SUM, text


def _mul(order: Order, body: sympy.Mul) -> tuple[int, str]:
    number, rest = body.as_coeff_Mul()
    factors: list[sympy.Expr] = [number]
    for factor in sympy.Mul.make_args(rest):
        if isinstance(factor, sympy.Add):
            common, factor = common_factor(factor)
            factors[0] *= common
        factors.append(factor)
    return _quotient(order, factors)


def _quotient(order: Order, factors: list[sympy.Expr]) -> tuple[int, str]:
    """``number * factors / divisors``, the sign in front."""
    number = sympy.Rational(1)
    above: list[sympy.Expr] = []
    below: list[sympy.Expr] = []
    for factor in factors:
        if isinstance(factor, sympy.Rational):
            number *= factor
        elif isinstance(factor, sympy.Pow) and is_negative(factor.exp):
            below.append(factor.base**-factor.exp)
        else:
            above.append(factor)
    root = root_below(abs(number), above) if not below else None
    if root is not None:
        above, number = root[1], sympy.sign(number)
    top = [_inside(order, f, _POWER) for f in order.factors(above)]
    bottom = [_inside(order, f, _POWER) for f in order.factors(below)]
    top = [str(abs(number.p)), *top] if abs(number.p) != 1 or not top else top
    bottom = [str(number.q), *bottom] if number.q != 1 else bottom
    bottom += [f"sqrt({root[0]})"] if root is not None else []
    text = "*".join(top)
    if bottom:
        text += "/" + (bottom[0] if len(bottom) == 1 else f"({'*'.join(bottom)})")
    return (_NEGATIVE, "-" + text) if number < 0 else (_PRODUCT, text)


def _pow(order: Order, body: sympy.Pow) -> tuple[int, str]:
    base, exponent = body.args
    if exponent == sympy.Rational(1, 2):
        return _ATOM, f"sqrt({body_text(order, base)})"
    if is_negative(exponent):
        return _quotient(order, [body])
    return _POWER, f"{_inside(order, base, _ATOM)}**{_inside(order, exponent, _ATOM)}"
