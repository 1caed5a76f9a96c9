"""The functions of the table that NumPy lacks, as functions of the module that needs them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sympy

from symbp.equation import Index
from symbp.functions import ROWS, Elementary, Prime, local_derivative
from symbp.numpy_code.arguments import words
from symbp.numpy_code.expression import has_ufunc, stable_form, text
from symbp.numpy_code.layout import INDENT, WIDTH
from symbp.numpy_code.names import Names
from symbp.numpy_code.plain import hoisted
from symbp.program import Program
from symbp.schedule.arrays import Array, Operand
from symbp.schedule.lower import Lowering
from symbp.schedule.order import Order

SPECIAL = frozenset({"erf", "normal_cdf"})  # functions/NAME.py.j2 holds them
_EMPTY = Program((), ())
_POINT = (Index("i", 1),)


@dataclass(frozen=True)
class Helper:
    """A function of the module: ``arguments`` as they are declared, the lines of its body."""

    name: str
    arguments: str
    formula: str
    lines: tuple[str, ...]
    value: str


def functions_in(program: Program) -> tuple[str, ...]:
    """The functions of the table that a program applies, those inside stable forms included, sorted."""
    found: set[str] = set()
    for equation in program.equations():
        found |= _applied(equation.body)
    return tuple(sorted(found))


def _applied(body: sympy.Expr) -> set[str]:
    found: set[str] = set()
    for prime in body.atoms(Prime):
        found |= _applied(local_derivative(prime))
    for application in body.atoms(Elementary):
        found.add(type(application).__name__)
        form = stable_form(type(application).__name__, len(application.args))
        if form is not None:
            found |= _applied(form[1])
    return found


def helpers(names: tuple[str, ...]) -> tuple[Helper, ...]:
    """The functions among ``names`` that the module defines by their stable form."""
    return tuple(_helper(n) for n in names if n not in SPECIAL and n != "step" and not has_ufunc(n))


def _helper(name: str) -> Helper:
    stable = ROWS[name].stable
    assert stable is not None, f"{name} is no ufunc of NumPy and has no stable form"
    arguments = stable.__code__.co_varnames[: stable.__code__.co_argcount]
    letters = {sympy.Symbol(a): Operand(a, _POINT if a == arguments[0] else ()) for a in arguments}
    order = Order({})
    body: Array = Lowering(_EMPTY, order, _POINT, dict(letters)).array(stable(*letters))
    used = Names(set(arguments))
    lines, value = hoisted(used, body, WIDTH - len(INDENT) - len("result: Array = "))
    declared = ", ".join([f"{arguments[0]}: Array", *(f"{a}: float" for a in arguments[1:])])
    return Helper(name, declared, f"{name}({', '.join(arguments)})", tuple(lines), text(value))


def called(defined: tuple[Helper, ...], lines: Iterable[str]) -> tuple[Helper, ...]:
    """The helpers that lines of code call, directly or through one another."""
    used = words(lines)
    while True:
        found = [h for h in defined if f"_{h.name}" in used]
        wider = used.union(*(words([*h.lines, h.value]) for h in found))
        if wider == used:
            return tuple(found)
        used = wider
