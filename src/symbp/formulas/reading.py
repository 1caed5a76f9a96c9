"""What the three notations have in common: sums, functions, numbers; each says what names and products are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import sympy

from symbp.derive import NetworkDerivation
from symbp.equation import Size
from symbp.errors import Fault, Span
from symbp.formulas.grammar import Read
from symbp.formulas.names import Names
from symbp.formulas.numbers import Numbers, arithmetic_of
from symbp.formulas.tree import Access, Call, Derivative, Name, Node, Number, Power, Product, Reduce, Sum, Transpose
from symbp.functions import ROWS
from symbp.layers.fragment import BATCH
from symbp.parse.expression import ARITIES
from symbp.parse.numbers import LARGEST_EXPONENT, NumberFault, literal
from symbp.program import Tensor

Values = Mapping[str, Any]
SINGLE = frozenset({"sqrt", "softmax", "diag"})
PI = sympy.pi


@dataclass(frozen=True)
class Target:
    """What a formula is the gradient by: a tensor and perhaps an element of it, and the letters of its axes."""

    tensor: Tensor
    index: tuple[int, ...] | None = None
    letters: tuple[str, ...] = ()
    asked: str = ""

    @property
    def is_number(self) -> bool:
        return self.index is not None

    @property
    def batched(self) -> bool:
        return self.tensor.shape[:1] == (BATCH,)


@dataclass(frozen=True)
class Reading:
    """A formula in one notation.

    Attributes:
        sizes: The run-time sizes at which it is to be evaluated.
        remarks: How it is read, where that is not plain.
    """

    text: str
    read: Read
    names: Names
    sizes: Mapping[str, int]
    target: Target | None
    remarks: tuple[str, ...] = ()

    notation = ""

    @property
    def derivation(self) -> NetworkDerivation:
        return self.names.derivation

    @property
    def of_any_size(self) -> bool:
        """Whether it may be evaluated at other sizes than its own."""
        return False

    def value(self, values: Values) -> Any:
        """The value of the formula, in the shape of what it is the gradient by."""
        raise NotImplementedError

    def part(self, node: Node, values: Values) -> Any:
        """The value of a part of it, in any shape."""
        raise NotImplementedError

    def fault(self, problem: str, remedy: str, span: Span, also: Span | None = None) -> Fault:
        return Fault(problem, remedy, (), self.text, span, also=also)


@dataclass
class Run:
    """One evaluation of a reading; a notation overrides what differs."""

    reading: Reading
    values: Values
    numbers: Numbers = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = arithmetic_of(self.values)

    @cached_property
    def sizes(self) -> dict[str, int]:
        """The run-time sizes of the values."""
        found = dict(self.reading.sizes)
        for name, tensor in self.reading.names.tensors.items():
            if name in self.values:
                pairs = zip(tensor.shape, np.shape(self.values[name]), strict=False)
                found |= {e.name: n - e.plus for e, n in pairs if isinstance(e, Size)}
        return found

    def value(self, node: Node) -> Any:
        return HANDLERS[type(node)](self, node)

    def fault(self, problem: str, remedy: str, span: Span, also: Span | None = None) -> Fault:
        return self.reading.fault(problem, remedy, span, also)

    # What is the same in all notations

    def number(self, node: Number) -> Any:
        try:
            literal(node.text)
        except NumberFault as fault:
            raise self.fault(f'"{node.text}" {fault}', "", node.span) from None
        return self.constant(self.numbers.number(node.text))

    def common(self, name: str) -> Any:
        """The value of a name that all notations have: the loss, a length, the learning rate; else nothing."""
        names = self.reading.names
        if name == "L":
            return self.constant(self.numbers.array(self.values["L"]))
        if names.is_length(name):
            return self.constant(self.numbers.number(self.sizes[name]))
        example = self.reading.derivation.network.example
        if names.is_rate(name) and name not in names.tensors and example is not None:
            return self.constant(self.numbers.number(str(example.learning_rate)))
        if name == "pi":
            return self.constant(self.numbers.expression(PI, {}))
        return None

    def constant(self, value: Any) -> Any:
        """A single number, as the notation holds values."""
        return value

    def call(self, node: Call) -> Any:
        reading = self.reading
        name = reading.names.function(node.function, reading.text, node.head)
        if name in SINGLE:
            if node.prime:
                raise self.fault(f"{name} has no entrywise derivative", "Write it out.", node.head)
            self._arity(node, 1)
            return self.special(name, node)
        arguments = [self.value(a) for a in node.arguments]
        needed = ARITIES.get(name, 1)
        constants = reading.names.constants.get(name, ())
        if len(arguments) == len(ROWS[name].partials) and len(arguments) + len(constants) == needed:
            arguments += [self.constant(self.numbers.number(str(c))) for c in constants]
        elif len(arguments) != needed:
            self._arity(node, needed)
        compute = self.numbers.derivative if node.prime else self.numbers.function
        return self.applied(lambda *v: compute(name, list(v)), arguments)

    def _arity(self, node: Call, needed: int) -> None:
        if len(node.arguments) != needed:
            takes = "1 argument" if needed == 1 else f"{needed} arguments"
            raise self.fault(f"{node.function} takes {takes}, not {len(node.arguments)}", "", node.span)

    def special(self, name: str, node: Call) -> Any:
        if name == "sqrt":
            return self.applied(self.numbers.sqrt, [self.value(node.arguments[0])])
        raise self.fault(f"{name} is of whole arrays", "Write them in layer notation.", node.head)

    def applied(self, function: Callable[..., Any], arguments: list[Any]) -> Any:
        """A function, entry by entry."""
        return function(*arguments)

    def power(self, node: Power) -> Any:
        exponent = constant_of(node.exponent)
        if exponent is not None and not abs(exponent) <= LARGEST_EXPONENT:
            problem = f"the exponent {self.reading.text[slice(*node.exponent.span)]} is too large"
            raise self.fault(
                problem, f"Exponents go from -{LARGEST_EXPONENT} to {LARGEST_EXPONENT}.", node.exponent.span
            )
        return self.applied(self.numbers.power, [self.value(node.base), self.value(node.exponent)])

    # What each notation says

    def name(self, node: Name) -> Any:
        raise NotImplementedError

    def derivative(self, node: Derivative) -> Any:
        raise NotImplementedError

    def access(self, node: Access) -> Any:
        raise NotImplementedError

    def sum(self, node: Sum) -> Any:
        raise NotImplementedError

    def product(self, node: Product) -> Any:
        raise NotImplementedError

    def reduce(self, node: Reduce) -> Any:
        raise NotImplementedError

    def transpose(self, node: Transpose) -> Any:
        raise NotImplementedError


HANDLERS: dict[type, Callable[[Run, Any], Any]] = {
    Number: lambda run, node: run.number(node),
    Name: lambda run, node: run.name(node),
    Derivative: lambda run, node: run.derivative(node),
    Access: lambda run, node: run.access(node),
    Call: lambda run, node: run.call(node),
    Reduce: lambda run, node: run.reduce(node),
    Sum: lambda run, node: run.sum(node),
    Product: lambda run, node: run.product(node),
    Power: lambda run, node: run.power(node),
    Transpose: lambda run, node: run.transpose(node),
}


def constant_of(node: Node) -> float | None:
    """The value of what has no names in it; ``None`` for all else. Infinite where it is too large for a float."""
    try:
        return _constant(node)
    except OverflowError:
        return float("inf")
    except ZeroDivisionError:
        return float("nan")


def _constant(node: Node) -> float | None:
    if isinstance(node, Number):
        return float(node.text)
    if isinstance(node, Sum):
        terms = [(sign, _constant(term)) for sign, term in node.terms]
        return None if any(v is None for _, v in terms) else float(sum(s * v for s, v in terms if v is not None))
    if isinstance(node, Product):
        total = _constant(node.first)
        for factor in node.others:
            value = _constant(factor.node)
            if total is None or value is None:
                return None
            total = total / value if factor.sign == "/" else total * value
        return total
    if isinstance(node, Power):
        base, exponent = _constant(node.base), _constant(node.exponent)
        if base is None or exponent is None:
            return None
        found = base**exponent
        return found if isinstance(found, float) else float("nan")
    return None


def extents(tensor: Tensor, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """The shape of a tensor at given sizes."""
    return tuple(sizes[e.name] + e.plus if isinstance(e, Size) else e for e in tensor.shape)


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape as a message says it."""
    return "x".join(map(str, shape)) if shape and shape != (1, 1) else "one number"


def same_shape(array: Any, shape: tuple[int, ...]) -> bool:
    return bool(np.shape(array) == shape)
