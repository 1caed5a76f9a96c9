"""Plain Python loops for equations of which no array form is known: correct, and slow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sympy

from symbp.equation import Access, Affine, Equation, Guard, Index, Program, Read, Scan
from symbp.functions import Elementary, Prime, local_derivative
from symbp.numpy_code.expression import function_text, stable_form
from symbp.numpy_code.layout import INDENT
from symbp.numpy_code.names import TAKEN, Names, spelled
from symbp.numpy_code.scalars import extent_text, scalar_text
from symbp.schedule.order import is_scalar

NOTE = "# no array form of this equation is known: plain loops, correct and slow"


def loop_lines(program: Program, names: Names, statement: Equation | Scan) -> Iterator[str]:
    """The loops that compute one equation, or a scan with all its equations."""
    yield NOTE
    if isinstance(statement, Equation):
        yield from _Loops(program, names, _spelling(program, statement.indices())).lines(statement, 0)
        return
    indices = [statement.index, *(i for e in statement.body for i in e.indices())]
    loops = _Loops(program, names, _spelling(program, indices))
    rounds = f"range({extent_text(statement.index.extent)})"
    yield f"for {loops.spelling[statement.index]} in {f'reversed({rounds})' if statement.reverse else rounds}:"
    for equation in statement.body:
        yield from loops.lines(equation, 1)


def _spelling(program: Program, indices: Iterator[Index] | list[Index]) -> dict[Index, str]:
    """Names of loop variables that are no tensor's."""
    taken = {spelled(t.name) for t in program.tensors} | TAKEN
    spelling: dict[Index, str] = {}
    for index in indices:
        name = index.name
        while name in taken:
            name += "_"
        spelling[index] = name
    return spelling


class _Loops:
    """Prints the loops of equations over indices spelled in one way."""

    def __init__(self, program: Program, names: Names, spelling: Mapping[Index, str]) -> None:
        self.program, self.names, self.spelling = program, names, spelling

    def lines(self, equation: Equation, depth: int) -> Iterator[str]:
        for index in equation.domain:
            yield self._head(index, depth)
            depth += 1
        yield from _REDUCTIONS[equation.reduction](self, equation, depth)

    def _head(self, index: Index, depth: int) -> str:
        return f"{INDENT * depth}for {self.spelling[index]} in range({extent_text(index.extent)}):"

    def _points(self, equation: Equation, depth: int) -> Iterator[str]:
        """The loops over the reduced indices, and the guards."""
        for index in equation.over:
            yield self._head(index, depth)
            depth += 1
        if equation.guards:
            yield f"{INDENT * depth}if {' and '.join(map(self._guard, equation.guards))}:"

    def _within(self, equation: Equation, depth: int) -> str:
        return INDENT * (depth + len(equation.over) + bool(equation.guards))

    def pointwise(self, equation: Equation, depth: int) -> Iterator[str]:
        yield from self._points(equation, depth)
        yield f"{self._within(equation, depth)}{self._write(equation, self.body(equation.body))}"

    def sum(self, equation: Equation, depth: int) -> Iterator[str]:
        total = self.names.fresh("total")
        yield f"{INDENT * depth}{total} = 0.0"
        yield from self._points(equation, depth)
        yield f"{self._within(equation, depth)}{total} += {self.body(equation.body)}"
        yield INDENT * depth + self._write(equation, total)

    def max(self, equation: Equation, depth: int) -> Iterator[str]:
        largest, value = self.names.fresh("largest"), self.names.fresh("value")
        yield f"{INDENT * depth}{largest} = -np.inf"
        yield from self._points(equation, depth)
        within = self._within(equation, depth)
        yield f"{within}{value} = {self.body(equation.body)}"
        yield f"{within}if {value} > {largest}:"
        yield f"{within}{INDENT}{largest} = {value}"
        yield INDENT * depth + self._write(equation, largest)

    def argmax(self, equation: Equation, depth: int) -> Iterator[str]:
        largest, value, place = (self.names.fresh(n) for n in ("largest", "value", "place"))
        yield f"{INDENT * depth}{largest} = -np.inf"
        yield f"{INDENT * depth}{place} = 0"
        yield from self._points(equation, depth)
        within = self._within(equation, depth)
        yield f"{within}{value} = {self.body(equation.body)}"
        yield f"{within}if {value} > {largest}:"
        yield f"{within}{INDENT}{largest} = {value}"
        yield f"{within}{INDENT}{place} = {self._flat(equation.over)}"
        yield INDENT * depth + self._write(equation, place)

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
        return f"{self.access(equation.lhs)} {sign} {value}"

    def _guard(self, guard: Guard) -> str:
        return f"{self.affine(guard.affine)} {guard.relation} 0"

    def affine(self, affine: Affine) -> str:
        text = ""
        for coefficient, atom in affine.terms:
            name = self.spelling[atom] if isinstance(atom, Index) else self.access(atom)
            size = name if abs(coefficient) == 1 else f"{abs(coefficient)} * {name}"
            sign = "-" if coefficient < 0 else "+"
            text = f"{text} {sign} {size}" if text else size if sign == "+" else f"-{size}"
        constant = affine.constant
        if not text:
            return str(constant)
        return f"{text} {'+' if constant > 0 else '-'} {abs(constant)}" if constant else text

    def access(self, access: Access) -> str:
        name = spelled(access.tensor)
        return f"{name}[{', '.join(map(self.affine, access.indices))}]" if access.indices else name

    def body(self, body: sympy.Expr) -> str:
        """The scalar body; every compound argument stands in parentheses of its own."""
        if isinstance(body, Read):
            return self.access(body.access)
        if is_scalar(body):
            return scalar_text(body)
        if isinstance(body, Prime):
            return self.body(local_derivative(body))
        if isinstance(body, sympy.Add):
            return " + ".join(map(self._argument, body.args))
        if isinstance(body, sympy.Mul):
            return " * ".join(map(self._argument, body.args))
        if isinstance(body, sympy.Pow):
            return self._power(body)
        assert isinstance(body, Elementary)
        return self._call(type(body).__name__, body.args)

    def _argument(self, body: sympy.Expr) -> str:
        text = self.body(body)
        return f"({text})" if " " in text and not isinstance(body, Read | Elementary) else text

    def _power(self, body: sympy.Pow) -> str:
        base = self._argument(body.base)
        if body.exp == sympy.Rational(1, 2):
            return f"np.sqrt({self.body(body.base)})"
        exponent = self._argument(body.exp)
        return f"{base} ** {exponent}"

    def _call(self, name: str, arguments: tuple[sympy.Expr, ...]) -> str:
        if name == "step":
            return f"np.heaviside({self.body(arguments[0])}, 0.0)"
        found = stable_form(name, len(arguments))
        if found is not None:
            return f"_{name}({', '.join(map(self.body, arguments))})"
        return f"{function_text(name)}({', '.join(map(self.body, arguments))})"


_REDUCTIONS = {"": _Loops.pointwise, "sum": _Loops.sum, "max": _Loops.max, "argmax": _Loops.argmax}
