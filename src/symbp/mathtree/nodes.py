"""The tree of a displayed formula: layout and meaning at once.

Every node prints exactly the fields it is evaluated from (:mod:`symbp.mathtree.evaluate`), so a formula
that is printed wrong is one that evaluates wrong. Trees are immutable; factors and terms keep their order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from symbp import rounding
from symbp.mathtree.numbering import letters
from symbp.wording import Message, say

Accent: TypeAlias = Literal["", "hat", "bar", "tilde", "dot", "vec", "overline"]
Style: TypeAlias = Literal["", "bold", "upright", "script", "double"]
Dot: TypeAlias = Literal["", "dot", "times"]
Relation: TypeAlias = Literal["=", "≈", ":=", "<", "≤", ">", "≥", "≠", ""]
Operator: TypeAlias = Literal["sum", "prod", "max", "argmax"]


@dataclass(frozen=True)
class Node:
    """What all nodes of a formula have in common."""


Position: TypeAlias = int | str | Node  # an entry of a subscript


@dataclass(frozen=True)
class Number(Node):
    """A number, held in full and rounded only in print: its text is a pure function of its value and digits.

    Attributes:
        of: What it is the value of, such as ``("W1_bar", (0, 1))``: the name of a tensor and a place in it, or of what
            else code computes. It is not printed, and numbers of the same value are equal.
    """

    value: Any  # int | Fraction | mpmath.mpf
    digits: int = rounding.DIGITS
    of: tuple[str, tuple[int, ...]] | None = field(default=None, compare=False, repr=False)

    @property
    def rounded(self) -> rounding.Rounded:
        return rounding.rounded(self.value, self.digits)


@dataclass(frozen=True)
class Constant(Node):
    """A number that has a name."""

    name: Literal["pi", "e"]


@dataclass(frozen=True)
class Index(Node):
    """An index variable, such as the k under a sum."""

    name: str


@dataclass(frozen=True)
class Symbol(Node):
    """A quantity, known by what is printed of it: ``Symbol("w", "(2)", (1, Index("k")))`` is w^{(2)}_{1k}.

    ``base`` is a letter, the name of a Greek letter, or a word. ``sup`` is text such as ``(2)`` or
    ``new``; a node there is a layer index and is printed in parentheses.
    """

    base: str
    sup: str | Node = ""
    sub: tuple[Position, ...] = ()
    accent: Accent = ""
    style: Style = ""


@dataclass(frozen=True)
class Partial(Node):
    """The partial derivative of one quantity by another, as a fraction: ∂L/∂w. ``slash`` prints it in a line."""

    of: Symbol
    wrt: Symbol
    slash: bool = False


@dataclass(frozen=True)
class Sum(Node):
    """Terms one after the other; a :class:`Negative` term is subtracted."""

    terms: tuple[Node, ...]


@dataclass(frozen=True)
class Negative(Node):
    body: Node


@dataclass(frozen=True)
class Product(Node):
    """Scalar factors in their order; ``dot`` asks for a sign between all of them."""

    factors: tuple[Node, ...]
    dot: Dot = ""


@dataclass(frozen=True)
class Quotient(Node):
    numerator: Node
    denominator: Node


@dataclass(frozen=True)
class Power(Node):
    base: Node
    exponent: Node


@dataclass(frozen=True)
class Apply(Node):
    """A function of the table, or ``sqrt``, ``softmax``, ``log_softmax``, applied element by element; or ``diag``, the
    matrix with a column on its diagonal.

    Arguments that the function has no derivative by, such as a slope, are printed as its subscript.
    """

    function: str
    args: tuple[Node, ...]


@dataclass(frozen=True)
class PrimeOf(Node):
    """The derivative of a function of the table, at its arguments: σ′(z). ``slot`` counts from 1."""

    function: str
    args: tuple[Node, ...]
    slot: int = 1


@dataclass(frozen=True)
class Comparison(Node):
    left: Node
    relation: Relation
    right: Node


@dataclass(frozen=True)
class Bound(Node):
    """The range of an index, both ends included; without ends it runs over its whole axis.

    Attributes:
        extent: How long that axis is, which is not printed.
    """

    index: Index
    lower: Node | None = None
    upper: Node | None = None
    extent: int | None = None


@dataclass(frozen=True)
class BigSum(Node):
    """A reduction of ``body`` over its bounds, where the conditions hold: a sum, a product, a maximum.

    In a product of matrices each further one stands to the left of those before it.
    """

    bounds: tuple[Bound, ...]
    body: Node
    operator: Operator = "sum"
    where: tuple[Comparison, ...] = ()


@dataclass(frozen=True)
class Matrix(Node):
    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True)
class Transpose(Node):
    body: Node


@dataclass(frozen=True)
class MatrixProduct(Node):
    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Hadamard(Node):
    """The product element by element, ⊙; a matrix product binds more tightly."""

    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Span(Node):
    """Places from one to another, both included, as an entry of a subscript: 2h−1…2h."""

    first: Node
    last: Node


@dataclass(frozen=True)
class Each(Node):
    """A matrix for each value of an index from 1 to ``count``, within :class:`Beside`: O_1 … O_8."""

    index: Index
    count: int
    body: Node


@dataclass(frozen=True)
class Beside(Node):
    """Matrices side by side, as one matrix."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class RowSoftmax(Node):
    """The softmax of each row of a matrix over the columns at which the conditions hold; zero at the others."""

    body: Node
    row: Index
    column: Index
    where: tuple[Comparison, ...]


@dataclass(frozen=True)
class Norm(Node):
    """The square root of the sum of squares of all entries; of order ``1``, the sum of their magnitudes.

    Of order ``2`` it is the most by which a matrix makes a vector longer, its largest singular value.
    """

    body: Node
    order: Literal["", "1", "2", "F"] = ""


@dataclass(frozen=True)
class Bracket(Node):
    """Parentheses that are wanted although nothing needs them."""

    body: Node
    kind: Literal["(", "["] = "("


@dataclass(frozen=True)
class Underbrace(Node):
    """A body with a brace under it. A label that is a formula must have the value of the body."""

    body: Node
    label: Node


@dataclass(frozen=True)
class Box(Node):
    """A framed result."""

    body: Node


@dataclass(frozen=True)
class Indicator(Node):
    """One where the condition holds, else zero: Iverson's bracket [k = y]."""

    condition: Comparison


@dataclass(frozen=True)
class Cases(Node):
    """The value of the first branch whose condition holds, else ``otherwise``; the words stand beside the values."""

    branches: tuple[tuple[Node, Comparison], ...]
    otherwise: Node
    holds: str | Message = say("if")
    holds_not: str | Message = say("otherwise")


@dataclass(frozen=True)
class Text(Node):
    """Words, without a value."""

    text: str | Message


@dataclass(frozen=True)
class Reference(Node):
    """The number of an equation, in parentheses, linked to where it stands."""

    number: str


@dataclass(frozen=True)
class Mono:
    """A name of code, within a sentence."""

    text: str


@dataclass(frozen=True)
class Emphasis:
    """Stressed words, within a sentence."""

    text: str | Message


@dataclass(frozen=True)
class Strong:
    """Words in bold, within a sentence."""

    text: str | Message


@dataclass(frozen=True)
class Hyperlink:
    """Words that lead to a page of the web; an address has ASCII characters alone and begins with ``https://``."""

    text: str
    address: str


@dataclass(frozen=True)
class Gap:
    """A place to fill in by hand, within a sentence; its width is about that of so many letters."""

    letters: int = 12

    @property
    def text(self) -> str:
        return "_" * self.letters


Inline: TypeAlias = str | Node | Mono | Emphasis | Strong | Hyperlink | Gap | Message  # what a sentence is made of


@dataclass(frozen=True)
class Line:
    """One displayed line ``left relation right``; without a left side it goes on from the line before.

    Attributes:
        remark: Why the line holds, in at most about 40 characters, printed at its right.
        number: Its number, where the display does not give it one.
        check: By what the value was checked; printed after a tick.
        ranges: The values that each free index takes, where the line says it itself; not printed.

    A line of a lecturer's own text may be without a relation, which is then empty.
    """

    left: Node | None
    right: Node
    relation: Relation = "="
    remark: tuple[Inline, ...] = ()
    number: str = ""
    check: str | Message = ""
    ranges: tuple[tuple[str, range], ...] = ()


@dataclass(frozen=True)
class Display:
    """Displayed lines that belong together, aligned at their relations.

    A display numbered 7 numbers its only line (7), or its lines (7.a), (7.b), ...

    Attributes:
        own: Whether it is of a lecturer's own text: it has no value then, and nobody checks it.
    """

    lines: tuple[Line, ...]
    number: str = ""
    own: bool = False

    @property
    def numbers(self) -> tuple[str, ...]:
        """The number of each line; empty where it has none.

        >>> Display((Line(None, Number(1)), Line(None, Number(1))), "7").numbers
        ('7.a', '7.b')
        """
        if len(self.lines) == 1:
            return (self.lines[0].number or self.number,)
        return tuple(
            line.number or (f"{self.number}.{letters(position)}" if self.number else "")
            for position, line in enumerate(self.lines)
        )


def number(value: Any, digits: int = rounding.DIGITS) -> Number:
    """The node of a number; a string is read as an exact decimal.

    >>> number("0.1")
    Number(value=Fraction(1, 10), digits=4)
    """
    return Number(Fraction(value) if isinstance(value, str) else value, digits)
