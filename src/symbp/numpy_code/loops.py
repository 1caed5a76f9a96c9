"""Plain Python loops for equations of which no array form is known: correct, and slow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import sympy

from symbp.equation import Access, Affine, Atom, Equation, Guard, Index, IndexValue, Length, Read, Size
from symbp.functions import Elementary, Prime, local_derivative
from symbp.numpy_code.expression import function_text, stable_form
from symbp.numpy_code.layout import INDENT, WIDTH
from symbp.numpy_code.names import Names, is_taken, spelled
from symbp.numpy_code.powers import power_text
from symbp.numpy_code.scalars import extent_text, scalar_text
from symbp.program import Program
from symbp.schedule.order import is_negative

_MARGIN = 2 * len(INDENT)  # the deepest indentation of a function's body
_COMPOUND = (sympy.Add, sympy.Mul, sympy.Pow, Elementary)
NOTE = "# no array form of this equation is known: plain loops, correct and slow"


def loop_lines(program: Program, names: Names, equation: Equation) -> Iterator[str]:
    """The loops that compute one equation."""
    yield NOTE
    yield from _Loops(program, names, _spelling(program, equation.indices())).lines(equation, 0)


def _spelling(program: Program, indices: Iterable[Index]) -> dict[Index, str]:
    """Names of loop variables, each its own and no tensor's."""
    taken = {spelled(t.name) for t in program.tensors} | set(program.sizes)
    spelling: dict[Index, str] = {}
    for index in dict.fromkeys(indices):
        name = index.name
        while name in taken or is_taken(name):
            name += "_"
        taken.add(name)
        spelling[index] = name
    return spelling


def _is_number(body: sympy.Expr) -> bool:
    return all(isinstance(s, Length) for s in body.free_symbols)


class _Loops:
    """Prints the loops of equations over indices spelled in one way."""

    def __init__(self, program: Program, names: Names, spelling: Mapping[Index, str]) -> None:
        self.program, self.names, self.spelling = program, names, spelling

    def lines(self, equation: Equation, depth: int) -> Iterator[str]:
        """The loop over the domain; a guard that no reduced index enters decides on the whole point, its write too."""
        over = set(equation.over)
        inner = tuple(g for g in equation.guards if over.intersection(g.affine.indices()))
        outer = tuple(g for g in equation.guards if g not in inner)
        depth_inside = depth + bool(equation.domain)
        yield from self._head(equation.domain, depth)
        yield from self._conditions(outer, INDENT * depth_inside)
        reduced = replace(equation, guards=inner)
        yield from _REDUCTIONS[equation.reduction](self, reduced, depth_inside + bool(outer))

    def _head(self, indices: tuple[Index, ...], depth: int) -> Iterator[str]:
        """One loop over the points of some indices."""
        names = ", ".join(self.spelling[i] for i in indices)
        extents = ", ".join(extent_text(i.extent) for i in indices)
        if indices:
            points = "range" if len(indices) == 1 else "np.ndindex"
            yield f"{INDENT * depth}for {names} in {points}({extents}):"

    def _points(self, equation: Equation, depth: int) -> Iterator[str]:
        """The loop over the reduced indices, and the guards."""
        yield from self._head(equation.over, depth)
        yield from self._conditions(equation.guards, INDENT * (depth + bool(equation.over)))

    def _conditions(self, conditions: tuple[Guard, ...], margin: str) -> Iterator[str]:
        guards = list(map(self._guard, conditions))
        line = f"{margin}if {' and '.join(guards)}:"
        if len(line) + _MARGIN <= WIDTH:
            yield from [line] if guards else []
        else:
            lines = [f"{margin}{INDENT}{'and ' if k else ''}{g}" for k, g in enumerate(guards)]
            yield from [f"{margin}if (", *lines, f"{margin}):"]

    def _within(self, equation: Equation, depth: int) -> str:
        return INDENT * (depth + bool(equation.over) + bool(equation.guards))

    def pointwise(self, equation: Equation, depth: int) -> Iterator[str]:
        yield from self._points(equation, depth)
        within = self._within(equation, depth)
        head = self._write(equation, "")
        lines, value = self._split(equation.body, WIDTH - len(within) - len(head) - _MARGIN)
        yield from (within + line for line in [*lines, self._write(equation, value)])

    def sum(self, equation: Equation, depth: int) -> Iterator[str]:
        total = self.names.fresh("total")
        yield f"{INDENT * depth}{total} = 0.0"
        yield from self._points(equation, depth)
        yield from self._valued(equation, depth, f"{total} +=")
        yield INDENT * depth + self._write(equation, total)

    def max(self, equation: Equation, depth: int) -> Iterator[str]:
        largest, value = self.names.fresh("largest"), self.names.fresh("value")
        yield f"{INDENT * depth}{largest} = -np.inf"
        yield from self._points(equation, depth)
        within = self._within(equation, depth)
        yield from self._valued(equation, depth, f"{value} =")
        yield f"{within}{largest} = max({largest}, {value})"
        yield INDENT * depth + self._write(equation, largest)

    def argmax(self, equation: Equation, depth: int) -> Iterator[str]:
        largest, value, place = (self.names.fresh(n) for n in ("largest", "value", "place"))
        yield f"{INDENT * depth}{largest} = -np.inf"
        yield f"{INDENT * depth}{place} = 0"
        yield from self._points(equation, depth)
        within = self._within(equation, depth)
        yield from self._valued(equation, depth, f"{value} =")
        yield f"{within}if {value} > {largest}:"
        yield f"{within}{INDENT}{largest} = {value}"
        yield f"{within}{INDENT}{place} = {self._flat(equation.over)}"
        yield INDENT * depth + self._write(equation, place)

    def _valued(self, equation: Equation, depth: int, head: str) -> Iterator[str]:
        """The body at one point, after ``head``."""
        within = self._within(equation, depth)
        lines, value = self._split(equation.body, WIDTH - len(within) - len(head) - _MARGIN - 1)
        yield from (within + line for line in [*lines, f"{head} {value}"])

    def _split(self, body: sympy.Expr, room: int) -> tuple[list[str], str]:
        """The body's text, and the lines before it that name parts of it, so that no line is too long."""
        lines: list[str] = []
        while len(self.body(body)) > room:
            part = self._largest(body, room)
            if part is None:
                break
            symbol = sympy.Symbol(self.names.fresh("part"))
            lines.append(f"{symbol} = {self.body(part)}")
            body = body.xreplace({part: symbol})
        return lines, self.body(body)

    def _largest(self, body: sympy.Expr, room: int) -> sympy.Expr | None:
        """The longest part that fits in a line itself."""
        parts = [p for p in sympy.preorder_traversal(body) if p is not body and isinstance(p, _COMPOUND)]
        texts = {p: len(self.body(p)) for p in parts if p.has(Read)}
        fitting = [p for p, size in texts.items() if size <= room]
        if fitting:
            return max(fitting, key=lambda p: texts[p])
        if isinstance(body, sympy.Add | sympy.Mul):  # many short arguments: the first half of them
            half = body.args[: len(body.args) // 2]
            return body.func(*half) if len(half) > 1 else None
        return None

    def _flat(self, over: tuple[Index, ...]) -> str:
        """The row-major position of a point of the reduced indices."""
        text = self.spelling[over[0]]
        for index in over[1:]:
            extent = extent_text(index.extent)
            head = f"({text})" if " " in text else text
            text = f"{head} * {extent if extent.isalnum() else f'({extent})'} + {self.spelling[index]}"
        return text

    def _write(self, equation: Equation, value: str) -> str:
        # what a program writes starts as zero, and = claims elements that nothing else writes
        sign = "+=" if equation.accumulate else "="
        if not equation.lhs.indices and value.isidentifier():
            value = f"float({value})"
        return f"{self.access(equation.lhs)} {sign} {value}"

    def _guard(self, guard: Guard) -> str:
        return f"{self.affine(guard.affine)} {guard.relation} 0"

    def affine(self, affine: Affine) -> str:
        text = ""
        for coefficient, atom in affine.terms:
            name = self._atom(atom)
            size = name if abs(coefficient) == 1 else f"{abs(coefficient)} * {name}"
            sign = "-" if coefficient < 0 else "+"
            text = f"{text} {sign} {size}" if text else size if sign == "+" else f"-{size}"
        constant = affine.constant
        if not text:
            return str(constant)
        return f"{text} {'+' if constant > 0 else '-'} {abs(constant)}" if constant else text

    def _atom(self, atom: Atom) -> str:
        if isinstance(atom, Size):
            return spelled(atom.name)
        return self.spelling[atom] if isinstance(atom, Index) else self.access(atom)

    def access(self, access: Access) -> str:
        name = spelled(access.tensor)
        return f"{name}[{', '.join(map(self.affine, access.indices))}]" if access.indices else name

    def body(self, body: sympy.Expr) -> str:
        """The scalar body; every compound argument stands in parentheses of its own."""
        if isinstance(body, Read):
            return self.access(body.access)
        if isinstance(body, IndexValue):
            return self.spelling[body.index]
        if isinstance(body, sympy.Symbol) and not isinstance(body, Length):
            return str(body)
        if isinstance(body, Prime):
            return self.body(local_derivative(body))
        if isinstance(body, sympy.Add):
            return self._sum(body)
        if isinstance(body, sympy.Mul) and not _is_number(body):
            return self._product(body)
        if isinstance(body, sympy.Pow) and not _is_number(body):
            return self._power(body)
        if isinstance(body, Elementary):
            return self._call(type(body).__name__, body.args)
        return scalar_text(body)

    def _sum(self, body: sympy.Add) -> str:
        text = ""
        for term in sorted(body.args, key=is_negative):
            negative = is_negative(term)
            inner = self._argument(-term if negative else term)
            text += f" {'-' if negative else '+'} {inner}" if text else f"-{inner}" if negative else inner
        return text

    def _product(self, body: sympy.Mul) -> str:
        if body.args[0] == -1:
            return "-" + self._argument(-body)
        return " * ".join(map(self._argument, body.args))

    def _argument(self, body: sympy.Expr) -> str:
        text = self.body(body)
        compound = (" " in text or text[0] == "-") and not isinstance(body, Read | Elementary)
        return f"({text})" if compound else text

    def _power(self, body: sympy.Pow) -> str:
        if body.exp == sympy.Rational(1, 2):
            return f"np.sqrt({self.body(body.base)})"
        base, exponent = self._argument(body.base), self._argument(body.exp)
        if is_negative(body.exp):
            inverse = self._argument(body.base**-body.exp)
            return f"1 / {inverse}"
        return power_text(base, exponent)

    def _call(self, name: str, arguments: tuple[sympy.Expr, ...]) -> str:
        if name == "step":
            return f"np.heaviside({self.body(arguments[0])}, 0.0)"
        found = stable_form(name, len(arguments))
        if found is not None:
            return f"_{name}({', '.join(map(self.body, arguments))})"
        return f"{function_text(name)}({', '.join(map(self.body, arguments))})"


_REDUCTIONS = {"": _Loops.pointwise, "sum": _Loops.sum, "max": _Loops.max, "argmax": _Loops.argmax}
