"""Expressions of the user's as SymPy objects, built by a walk over a whitelist of syntax.

Grammar::

    expression ::= number | name | function "(" expression, ... ")" | ("+" | "-") expression
                 | expression ("+" | "-" | "*" | "/" | "**") expression | "(" expression ")"

A number is a decimal, taken exactly. A power with an exponent that is no number is ``exp(b*log(a))``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import partial

import sympy

from symbp import functions as f
from symbp.errors import Path, quoted
from symbp.errors import inside as placed
from symbp.names import nearest
from symbp.parse.numbers import NumberFault, checked, literal, power
from symbp.parse.recognise import recognised_call, recognised_power, recognised_product
from symbp.parse.source import Source, syntax_tree

ALIASES = {"ln": "log", "max": "maximum", "min": "minimum"}
CONSTANTS = {"pi": sympy.pi}
FUNCTIONS = tuple(sorted([*f.ROWS, *ALIASES, "sqrt"]))
ARITIES = {"leaky_relu": 2, "elu": 2, "clip": 3, "maximum": 2, "minimum": 2, "huber": 2}


def parse_expression(text: str, names: Mapping[str, sympy.Expr], place: Path = ()) -> sympy.Expr:
    """The expression that a text states, in the symbols that its names stand for.

    >>> z = sympy.Symbol("z")
    >>> parse_expression("z/(1 + exp(-1.702*z))", {"z": z})
    z*sigmoid(851*z/500)

    Args:
        text: What the user wrote.
        names: The names that may occur, besides ``pi``, and what they stand for.
        place: The keys that lead to the text, for messages.

    Raises:
        Fault: the text is no expression of the grammar, or exceeds a limit; it points at the characters.
    """
    with placed(*place):
        source = Source.whole(text)
        return Reader(source, names).read(syntax_tree(source))


class Reader:
    """Reads syntax trees over one source; a reader of equations adds accesses and reductions."""

    def __init__(self, source: Source, names: Mapping[str, sympy.Expr]) -> None:
        self.source = source
        self.names = names

    def read(self, node: ast.expr) -> sympy.Expr:
        """The expression of one node, its numbers checked."""
        read = _READERS.get(type(node))
        if read is None:
            raise self.source.fault_at(node, f"{_KINDS.get(type(node), 'this')} may not stand in an expression")
        return self._within(node, lambda: read(self)(node))

    def _within(self, node: ast.expr, compute: Callable[[], sympy.Expr]) -> sympy.Expr:
        """What is computed for a node, if its numbers keep within their limits."""
        try:
            return checked(compute())
        except NumberFault as fault:
            raise self.source.fault_at(node, f"{quoted(self.source.literal(node))} {fault}") from None

    def constant(self, node: ast.Constant) -> sympy.Expr:
        if isinstance(node.value, bool) or node.value in (None, ...):
            return self.unknown(node, self.source.literal(node))
        return literal(self.source.literal(node))

    def name(self, node: ast.Name) -> sympy.Expr:
        if node.id in self.names:
            return self.names[node.id]
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        return self.unknown(node, node.id)

    def unknown(self, node: ast.expr, name: str) -> sympy.Expr:
        if name in FUNCTIONS:
            raise self.source.fault_at(node, f"{quoted(name)} is a function", f"Write {name}(...).")
        remedy = nearest(name, [*self.names, *CONSTANTS])
        raise self.source.fault_at(node, f"unknown name {quoted(name)}", remedy)

    def unary(self, node: ast.UnaryOp) -> sympy.Expr:
        operand = self.read(node.operand)
        if isinstance(node.op, ast.USub):
            return -operand
        if isinstance(node.op, ast.UAdd):
            return operand
        raise self.source.fault_at(node, '"not" may not stand in an expression')

    def binary(self, node: ast.BinOp) -> sympy.Expr:
        """A chain of operators from left to right, without recursion: a long sum is not deep."""
        chain = [node]
        while isinstance(chain[-1].left, ast.BinOp):
            chain.append(chain[-1].left)
        terms = [self.read(chain[-1].left)]
        for link in reversed(chain):
            if isinstance(link.op, ast.Add | ast.Sub):  # collected: adding them one by one takes the square of the time
                right = self.read(link.right)
                terms.append(right if isinstance(link.op, ast.Add) else -right)
            else:
                terms = [self._operated(link, self._within(link.left, partial(sympy.Add, *terms)))]
        return sympy.Add(*terms)

    def _operated(self, node: ast.BinOp, left: sympy.Expr) -> sympy.Expr:
        operate = _OPERATORS.get(type(node.op))
        if operate is None:
            sign = _SIGNS.get(type(node.op), "this operator")
            raise self.source.fault_at(node, f"{sign} is not an operator of expressions", "Known: +, -, *, /, **")
        return self._within(node, lambda: operate(left, self.read(node.right)))

    def call(self, node: ast.Call) -> sympy.Expr:
        if not isinstance(node.func, ast.Name):
            return self.reduction(node)
        name = node.func.id
        if name not in FUNCTIONS:
            raise self.source.fault_at(node.func, f"unknown function {quoted(name)}", nearest(name, FUNCTIONS))
        if node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
            raise self.source.fault_at(node, f"the arguments of {name} are expressions, without names or stars")
        needed = ARITIES.get(ALIASES.get(name, name), 1)
        if len(node.args) != needed:
            raise self.source.fault_at(node, f"{name} takes {_count(needed)}, not {len(node.args)}")
        return self._applied(node, ALIASES.get(name, name), tuple(self.read(a) for a in node.args))

    def _applied(self, node: ast.Call, name: str, arguments: tuple[sympy.Expr, ...]) -> sympy.Expr:
        if name == "sqrt":
            return power(arguments[0], sympy.Rational(1, 2))
        for number, argument in enumerate(arguments[len(f.ROWS[name].partials) :], len(f.ROWS[name].partials)):
            if not argument.is_number:
                raise self.source.fault_at(node.args[number], f"argument {number + 1} of {name} must be a number")
        pole = {"log": 0, "log1p": -1}.get(name)
        if pole is not None and arguments[0].is_Rational and arguments[0] <= pole:
            raise NumberFault("is not a finite real number")
        return recognised_call(name, arguments) or f.ROWS[name].function(*arguments)

    def reduction(self, node: ast.Call) -> sympy.Expr:
        raise self.source.fault_at(node.func, "only a function's name may stand before brackets")

    def subscript(self, node: ast.Subscript) -> sympy.Expr:
        raise self.source.fault_at(node, "an index may stand in equations only")


def _quotient(a: sympy.Expr, b: sympy.Expr) -> sympy.Expr:
    return recognised_product(a * recognised_power(power(b, sympy.Integer(-1))))


def _power(a: sympy.Expr, b: sympy.Expr) -> sympy.Expr:
    if b.is_Rational:
        return recognised_power(power(a, b))
    if a.is_number and not a.is_positive:
        raise NumberFault("raises a number that is not positive to a power that varies")
    return f.exp(b * f.log(a))


def _count(number: int) -> str:
    return "1 argument" if number == 1 else f"{number} arguments"


_OPERATORS: dict[type, Callable[[sympy.Expr, sympy.Expr], sympy.Expr]] = {
    ast.Mult: lambda a, b: recognised_product(a * b),
    ast.Div: _quotient,
    ast.Pow: _power,
}
_SIGNS: dict[type, str] = {ast.FloorDiv: '"//"'}
_KINDS = {
    ast.Attribute: "an attribute (a dot after a name)",
    ast.Tuple: "a list of values",
    ast.List: "a list of values",
    ast.Compare: "a comparison",
    ast.BoolOp: '"and" or "or"',
    ast.IfExp: '"if"',
    ast.Starred: "a star before a value",
    ast.Await: '"await"',
    ast.Yield: '"yield"',
    ast.GeneratorExp: '"for"',
    ast.ListComp: '"for"',
    ast.Slice: "a slice",
}
_READERS: dict[type, Callable[[Reader], Callable[..., sympy.Expr]]] = {
    ast.Constant: lambda reader: reader.constant,
    ast.Name: lambda reader: reader.name,
    ast.UnaryOp: lambda reader: reader.unary,
    ast.BinOp: lambda reader: reader.binary,
    ast.Call: lambda reader: reader.call,
    ast.Subscript: lambda reader: reader.subscript,
}
