"""Expressions over single numbers as Python text: floats, and the functions of ``math``."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import sympy

from symbp.functions import ROWS, Elementary, Prime, abs_, exp, expm1, local_derivative, log1p, relu, step
from symbp.numpy_code.names import Names, telling
from symbp.numpy_code.scalars import fraction_text, grouped, scalar_text
from symbp.program import Program
from symbp.schedule import terms
from symbp.schedule.arrays import ZERO, Apply, Array, Operand, Scalar, children, with_children
from symbp.schedule.lower import Lowering, NoKernel
from symbp.schedule.order import Order

CHOICE, SUM, PRODUCT, NEGATIVE, ATOM = range(5)
_choice = type("choice", (Elementary,), {})  # of u, yes and no: yes where u > 0, else no
_erfc = type("erfc", (Elementary,), {})
_EMPTY = Program((), ())


def choice(u: sympy.Expr, yes: sympy.Expr, no: sympy.Expr) -> sympy.Expr:
    return yes if yes == no else _choice(u, yes, no)


# The functions of the table for one number; what stands in none of the rows is computed as in arrays. What overflows
# raises an error. A number that is none chooses the last, where it stands itself.
_FORMS: dict[str, Callable[..., sympy.Expr]] = {
    "sigmoid": lambda z: 1 / (1 + exp(-z)),
    "softplus": lambda z: log1p(exp(z)),
    "relu": lambda z: choice(-z, sympy.S.Zero, z),
    "leaky_relu": lambda z, slope: choice(z, z, slope * z),
    "elu": lambda z, alpha: choice(z, z, alpha * expm1(z)),
    "clip": lambda z, low, high: choice(low - z, low, choice(z - high, high, z)),
    "maximum": lambda a, b: choice(b - a, b, a),
    "minimum": lambda a, b: choice(a - b, b, a),
    "sign": lambda z: choice(z, sympy.S.One, choice(-z, sympy.S.NegativeOne, z)),
    "huber": lambda z, delta: choice(abs_(z) - delta, delta * (abs_(z) - delta / 2), z**2 / 2),
    "normal_cdf": lambda z: _erfc(-z / sympy.sqrt(2)) / 2,
}
_ONCE = ("sigmoid", "softplus", "normal_cdf")  # an argument stands in them once


@dataclass
class Floats:
    """Turns bodies into arithmetic, choices and functions of ``math``.

    Attributes:
        given: What stands for reads and for values of indices.
        names: Those in use.
        room: How long a term may be.
        width: How long a text is once its reads have names.
        lines: The parts that have a name, computed before.
    """

    order: Order
    given: Mapping[sympy.Symbol, Operand]
    names: Names
    room: int
    width: Callable[[str], int]
    lines: list[tuple[str, Array]] = field(default_factory=list)
    _parts: dict[sympy.Expr, sympy.Symbol] = field(default_factory=dict)

    def value(self, body: sympy.Expr) -> Array:
        """The value of a body; parts that stand in several places, or are too long, are ``lines``."""
        return self._narrowed(self._lowered(self._formed(body)))

    def _lowered(self, body: sympy.Expr) -> Array:
        given = {**self.given, **{s: Operand(str(s)) for s in self._parts.values()}}
        return Lowering(_EMPTY, self.order, (), given).array(body)

    def _formed(self, body: sympy.Expr) -> sympy.Expr:
        """The body in which functions have their form for one number; a step is decided once for all of it."""
        body = body.xreplace({p: local_derivative(p) for p in body.atoms(Prime)})
        steps = sorted(body.atoms(step), key=str)
        if steps:
            inner = steps[0].args[0]
            inner = inner.args[0] if isinstance(inner, relu) else inner  # relu(z) > 0 just where z > 0
            yes, no = (self._formed(body.xreplace({steps[0]: sympy.Integer(k)})) for k in (1, 0))
            return choice(self._formed(inner), yes, no)
        if not body.args:
            return body
        args = [self._formed(a) for a in body.args]
        if isinstance(body, sympy.Pow) and body.exp.is_Integer:
            return (args[0] if abs(body.exp) == 1 else self._named(args[0])) ** body.exp
        return self._applied(body, args) if isinstance(body, Elementary) else body.func(*args)

    def _applied(self, body: Elementary, args: list[sympy.Expr]) -> sympy.Expr:
        name = type(body).__name__
        if name in _FORMS:
            return _FORMS[name](*args) if name in _ONCE else _FORMS[name](*map(self._named, args))
        stable = ROWS[name].stable
        return body.func(*args) if stable is None else self._formed(stable(*map(self._named, args)))

    def _named(self, body: sympy.Expr) -> sympy.Expr:
        """A name for what stands in several places."""
        if body.is_Symbol or body.is_number:
            return body
        if body not in self._parts:
            self._parts[body] = sympy.Symbol(self._kept(self._narrowed(self._lowered(body))))
        return self._parts[body]

    def _kept(self, node: Array) -> str:
        function = getattr(node, "function", "choice")
        name = self.names.fresh("value" if function == "choice" else telling(Apply(function, (), ())))
        self.lines.append((name, node))
        return name

    def _narrowed(self, node: Array) -> Array:
        """The node in which parts have names, so that each of its terms fits in a line."""
        while True:
            long = next((t for _, t in terms(node) if self._length(t) > self.room), None)
            part = None if long is None else self._largest(long)
            if part is None:
                return node
            node = _exchanged(node, part, Operand(self._kept(part)))

    def _largest(self, node: Array) -> Array | None:
        """The longest part that fits in a line itself."""
        parts = [p for p in _below(node) if isinstance(p, Apply) and self._length(p) <= self.room]
        return max(parts, key=self._length, default=None)

    def _length(self, node: Array) -> int:
        return self.width(text(node))


def _below(node: Array) -> Iterator[Array]:
    for child in children(node):
        yield child
        yield from _below(child)


def _exchanged(node: Array, old: Array, new: Array) -> Array:
    if node == old:
        return new
    return with_children(node, tuple(_exchanged(c, old, new) for c in children(node)))


def text(node: Array, level: int = CHOICE) -> str:
    """The expression, in parentheses if it binds less tightly than ``level``.

    >>> z, one = Operand("z1_1"), Scalar(sympy.S.One)
    >>> text(Apply("choice", (z, one, Apply("exp", (z,), ())), ()), SUM)
    '(1.0 if z1_1 > 0.0 else math.exp(z1_1))'
    """
    found, inner = printed(node)
    return inner if found >= level else f"({inner})"


def printed(node: Array) -> tuple[int, str]:
    """How tightly the expression binds, and its text."""
    match node:
        case Operand(name):
            return ATOM, name
        case Scalar(value):
            return _scalar(scalar_text(value))
        case Apply("multiply", (Scalar(value), right)):
            return _scaled(value, right)
        case Apply("multiply", (left, right)):
            return PRODUCT, f"{text(left, PRODUCT)} * {text(right, NEGATIVE)}"
        case Apply("divide", (left, right)):
            return PRODUCT, f"{text(left, PRODUCT)} / {text(right, NEGATIVE)}"
        case Apply("add", (left, right)):
            return SUM, f"{text(left, SUM)} + {text(right, PRODUCT)}"
        case Apply("subtract", (left, right)):
            return SUM, f"{text(left, SUM)} - {text(right, PRODUCT)}"
        case Apply("negative", (inner,)):
            return _scaled(sympy.S.NegativeOne, inner)
        case Apply("power", (base, Scalar(exponent))):
            return _power(base, exponent)
        case Apply("power", (base, exponent)):
            return ATOM, f"math.pow({text(base)}, {text(exponent)})"
        case Apply("choice", (u, yes, no)):
            return CHOICE, _chosen(*_compared(u), yes, no)
        case Apply(name, args):
            return ATOM, f"{'abs' if name == 'abs' else f'math.{_math_name(name)}'}({', '.join(map(text, args))})"
    raise NoKernel(f"{node} is no number")


def _math_name(name: str) -> str:
    """What ``math`` calls a function."""
    name = ROWS[name].ufunc if name in ROWS else name
    if not hasattr(math, name):
        raise NoKernel(f"math has no {name}")
    return name


def _scalar(inner: str) -> tuple[int, str]:
    """A number; beside floats Python is faster with 1.0 than with 1."""
    if inner.lstrip("-").isdigit():
        inner += ".0"
    return (PRODUCT if " " in inner else NEGATIVE if inner[0] == "-" else ATOM), inner


def _scaled(value: sympy.Expr, right: Array) -> tuple[int, str]:
    """``2.0 * right / N``."""
    top, bottom = fraction_text(value)
    inner = text(right, PRODUCT)
    core = f"-{inner}" if top == "-1" else f"{_scalar(top)[1]} * {inner}" if top else inner
    return PRODUCT, f"{core} / {_scalar(bottom)[1] if bottom.isdigit() else grouped(bottom)}" if bottom else core


def _power(base: Array, exponent: sympy.Expr) -> tuple[int, str]:
    """Squares and cubes as products, which are faster; no power of a float is a complex number."""
    inner = text(base, ATOM)
    if exponent in (2, 3):
        return PRODUCT, " * ".join([inner] * int(exponent))
    return ATOM, f"math.pow({inner}, {_scalar(scalar_text(exponent))[1]})"


def _compared(u: Array) -> tuple[Array, Array]:
    """``a`` and ``b`` of a choice by ``a > b``."""
    match u:
        case Apply("subtract", (left, right)):
            return left, right
        case Apply("negative", (inner,)):
            return ZERO, inner
    return u, ZERO


def _chosen(left: Array, right: Array, yes: Array, no: Array) -> str:
    """``yes if left > right else no``, a number behind the sign; the larger or smaller of two is told by what it is
    not, so that a number that is none stays, which it would not in ``max``."""
    condition = f"{text(left, SUM)} > {text(right, SUM)}"
    if isinstance(left, Scalar):
        condition = f"{text(right, SUM)} < {text(left, SUM)}"
    if (yes, no) in ((left, right), (right, left)):
        return f"{text(no, SUM)} if not {condition} else {text(yes)}"
    return f"{text(yes, SUM)} if {condition} else {text(no)}"
