"""From tokens to a syntax tree.

Grammar::

    formula ::= sum ["where" condition, ...]
    sum     ::= ["+" | "-"] product (("+" | "-") product) ...
    product ::= power (("*" | "/" | "@" | ".*" | "") power) ...
    power   ::= postfix ["^" ["-"] power]           postfix ::= primary ("^T" | ".T" | "'") ...
    primary ::= number | name | name "[" sum, ... "]" | derivative | function ["'"] "(" sum, ... ")"
              | ("sum" | "mean" | "max") "[" index, ... "]" "(" sum ")" | ("sum_n" | "mean_n") "(" sum ")" | "(" sum ")"
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from symbp.errors import Fault, Span
from symbp.formulas.tokens import DERIVATIVE, END, NAME, NUMBER, SIGN, Token, tokens
from symbp.formulas.tree import (
    Access,
    Call,
    Derivative,
    Factor,
    Name,
    Node,
    Number,
    Power,
    Product,
    Reduce,
    Sum,
    Transpose,
)

DEEPEST = 40
REDUCTIONS = {"sum": ("sum", False), "mean": ("mean", False), "max": ("max", False)}
OVER_SAMPLES = {"sum_n": ("sum", True), "mean_n": ("mean", True)}
RELATIONS = ("<", ">", "=", "!")


@dataclass(frozen=True)
class Condition:
    """``0 <= r+u-1 < 8``: sides, and the relations between them."""

    sides: tuple[Node, ...]
    relations: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class Read:
    """A formula as it is typed: its tree, and the conditions under which its sums run."""

    tree: Node
    conditions: tuple[Condition, ...] = ()


def read(text: str, functions: Collection[str]) -> Read:
    """The syntax tree of a formula.

    Args:
        functions: The names that are functions: others before a bracket are factors.

    Raises:
        Fault: the text is no formula, or exceeds a limit; it points at the characters.
    """
    return _Reader(text, tokens(text), functions).formula()


class _Reader:
    def __init__(self, text: str, found: list[Token], functions: Collection[str]) -> None:
        self.text, self.tokens, self.functions = text, found, functions
        self.place = self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.next
        self.place += 1
        return token

    def has(self, *signs: str) -> bool:
        return self.next.kind == SIGN and self.next.text in signs

    def fault(self, problem: str, remedy: str = "", span: Span | None = None) -> Fault:
        return Fault(problem, remedy, (), self.text, span or self.next.span)

    def formula(self) -> Read:
        tree = self.sum()
        conditions = self.conditions() if self.next.kind == NAME and self.next.text == "where" else ()
        if self.next.kind != END:
            raise self._stray()
        return Read(tree, conditions)

    def _stray(self) -> Fault:
        if self.has(")", "]"):
            return self.fault(f'"{self.next.text}" closes no bracket')
        if self.has("="):
            remedy = "Write the right side alone: what it is the gradient of is said before it."
            return self.fault("a formula has no =", remedy)
        before = self.tokens[self.place - 1].kind if self.place else ""
        remedy = "Write a decimal point." if self.has(",") and before == NUMBER else ""
        return self.fault(f'"{self.next.text}" may not stand here', remedy)

    # Sums, products, powers

    def sum(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fault(f"the formula is nested deeper than {DEEPEST}", "Name a part of it.")
        start = self.next.span[0]
        terms = [self._signed(1)]
        while self.has("+", "-"):
            terms.append(self._signed(1))
        self.depth -= 1
        if len(terms) == 1 and terms[0][0] == 1:
            return terms[0][1]
        return Sum(tuple(terms), (start, self._end()))

    def _signed(self, sign: int) -> tuple[int, Node]:
        while self.has("+", "-"):
            sign = -sign if self.take().text == "-" else sign
        return sign, self.product()

    def product(self) -> Node:
        start = self.next.span[0]
        first, others = self.power(), []
        while True:
            if self.has("*", "/", "@", ".*"):
                sign = self.take()
                others.append(Factor(sign.text, self._factor(), sign.span))
            elif self.next.kind in (NUMBER, NAME, DERIVATIVE) or self.has("("):
                if self.next.kind == NAME and self.next.text == "where":
                    break
                span = (self._end(), self.next.span[0] + 1)
                others.append(Factor("*", self.power(), span))
            else:
                break
        return Product(first, tuple(others), (start, self._end())) if others else first

    def _factor(self) -> Node:
        """A factor, with the sign that may stand before it: ``2*-a``."""
        start, sign = self.next.span[0], 1
        while self.has("+", "-"):
            sign = -sign if self.take().text == "-" else sign
        node = self.power()
        return node if sign == 1 else Sum(((-1, node),), (start, self._end()))

    def power(self) -> Node:
        start = self.next.span[0]
        base = self.postfix()
        if not self.has("^"):
            return base
        self.take()
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fault(f"the formula is nested deeper than {DEEPEST}", "Name a part of it.")
        exponent = self._exponent()
        self.depth -= 1
        return self._transposed(Power(base, exponent, (start, self._end())), start)

    def _exponent(self) -> Node:
        start = self.next.span[0]
        if self.has("-", "+"):
            sign = -1 if self.take().text == "-" else 1
            return Sum(((sign, self.power()),), (start, self._end()))
        return self.power()

    def postfix(self) -> Node:
        start = self.next.span[0]
        return self._transposed(self.primary(), start)

    def _transposed(self, node: Node, start: int) -> Node:
        while self.has("^T", "'"):
            self.take()
            node = Transpose(node, (start, self._end()))
        return node

    # Numbers, names, functions

    def primary(self) -> Node:
        token = self.take()
        if token.kind == NUMBER:
            return Number(token.text, token.span)
        if token.kind == DERIVATIVE:
            return self._accessed(Derivative(token.text, token.by, token.span))
        if token.kind == NAME:
            return self._named(token)
        if token.kind == SIGN and token.text == "(":
            inner = self.sum()
            self._close(token, ")")
            return replace(inner, span=(token.span[0], self._end()))
        self.place -= 1
        raise self._missing()

    def _missing(self) -> Fault:
        before = self.tokens[self.place - 1] if self.place else None
        if self.next.kind == END and before is not None:
            return self.fault(f'the formula ends after "{before.text}"', "", before.span)
        if self.has(")", "]") and before is not None and before.text in ("(", "["):
            return self.fault("there is nothing in these brackets", "", (before.span[0], self.next.span[1]))
        return self.fault(f'a number, a name or a bracket is missing before "{self.next.text}"')

    def _named(self, token: Token) -> Node:
        word = token.text
        if word in OVER_SAMPLES or (word in REDUCTIONS and self.has("[")):
            return self._reduced(token)
        prime = self.has("'") and self.tokens[self.place + 1].text == "("
        if prime and word in self.functions:
            self.take()
            return self._called(token, True)
        if self.has("(") and word in REDUCTIONS and word != "max":
            return self._reduced(token)
        if self.has("(") and word in self.functions:
            return self._called(token, False)
        if word in ("sum", "mean") and not self.has("("):
            raise self.fault(f"what {word} is taken of stands in brackets", f"Such as {word}(...).", token.span)
        if word in self.functions and not self.has("["):
            known = f"{word}'" if self.has("'") else word
            raise self.fault(f'"{known}" is a function', f"Write {known}(...).", token.span)
        if prime:
            raise self.fault(f'unknown function "{word}"', "Known: sigma, relu, tanh, exp and others.", token.span)
        return self._accessed(Name(word, token.span))

    def _accessed(self, base: Name | Derivative) -> Node:
        if not self.has("["):
            return base
        opened = self.take()
        positions = self._listed(opened, "]")
        return Access(base, positions, (base.span[0], self._end()))

    def _called(self, token: Token, prime: bool) -> Node:
        arguments = self._listed(self.take(), ")")
        return Call(token.text, prime, arguments, (token.span[0], self._end()), token.span)

    def _reduced(self, token: Token) -> Node:
        kind, samples = {**REDUCTIONS, **OVER_SAMPLES}[token.text]
        indices: tuple[Name, ...] = ()
        if self.has("["):
            opened = self.take()
            for node in self._listed(opened, "]"):
                if not isinstance(node, Name):
                    raise self.fault("an index is a letter", f"Such as {kind}[n](...).", node.span)
                indices += (node,)
        if not self.has("("):
            raise self.fault(
                f"what {token.text} is taken of stands in brackets", f"Such as {token.text}(...).", token.span
            )
        opened = self.take()
        body = self.sum()
        self._close(opened, ")")
        return Reduce(kind, indices, samples, body, (token.span[0], self._end()), token.span)

    def _listed(self, opened: Token, closing: str) -> tuple[Node, ...]:
        found = [self.sum()]
        while self.has(","):
            self.take()
            found.append(self.sum())
        self._close(opened, closing)
        return tuple(found)

    def _close(self, opened: Token, closing: str) -> None:
        if self.has(closing):
            self.take()
            return
        before = self.tokens[self.tokens.index(opened) - 1] if self.tokens.index(opened) else None
        if self.has(",") and opened.text == "(" and before is not None and before.kind == NAME:
            remedy = "Known: sigma, relu, tanh, exp, log, sqrt, softmax, diag, sum and others; a product is a*b^T."
            raise self.fault(f'unknown function "{before.text}"', remedy, before.span)
        if self.next.kind == END:
            raise self.fault("this bracket is not closed", "", opened.span)
        raise self._stray() if self.has(")", "]") else self.fault(f'"{self.next.text}" may not stand here')

    def _end(self) -> int:
        return self.tokens[self.place - 1].span[1]

    # Conditions

    def conditions(self) -> tuple[Condition, ...]:
        self.take()
        found = [self._condition()]
        while self.has(","):
            self.take()
            found.append(self._condition())
        return tuple(found)

    def _condition(self) -> Condition:
        start = self.next.span[0]
        sides, relations = [self.sum()], []
        while self.has(*RELATIONS):
            relation = self.take().text
            if self.has("="):
                relation += self.take().text
            if relation not in ("<", "<=", ">", ">=", "==", "!="):
                raise self.fault("this relation is not one of conditions", "Known: <, <=, >, >=, ==, !=")
            relations.append(relation)
            sides.append(self.sum())
        if not relations:
            raise self.fault("this is not a condition", "Such as r + u - 1 >= 0.", (start, self._end()))
        return Condition(tuple(sides), tuple(relations), (start, self._end()))
