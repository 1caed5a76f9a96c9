"""The optimizers of a module as text, each from its row of the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from symbp import mathtree as m
from symbp.names import Number
from symbp.numpy_code.arguments import declaration
from symbp.numpy_code.blueprint import Blueprint
from symbp.numpy_code.expression import ATOM, NEGATIVE, POWER, PRODUCT, SUM
from symbp.numpy_code.layout import INDENT, WIDTH, wrapped
from symbp.numpy_code.names import spelled
from symbp.numpy_code.powers import power_text
from symbp.optimizers import OPTIMIZERS, OptimizerRow
from symbp.wording import english


@dataclass(frozen=True)
class OptimizerFunction:
    """One function of a module: a step of an optimizer."""

    name: str
    row: OptimizerRow
    clip_norm: str

    @property
    def title(self) -> str:
        return english(self.row.title)

    @property
    def stateful(self) -> bool:
        return bool(self.row.kept)

    @property
    def declaration(self) -> str:
        given = ["p: Parameters", "g: Parameters", *(["state: OptimizerState"] if self.stateful else [])]
        constants = [f"{c.name}: float = {_number(c.default)}" for c in self.row.constants]
        given += ["learning_rate: float", *constants, f"clip_norm: float | None = {self.clip_norm}"]
        result = "tuple[Parameters, OptimizerState]" if self.stateful else "Parameters"
        return "\n".join(declaration(self.name, ", ".join(given), result, ""))

    @property
    def source(self) -> list[str]:
        return wrap(f"{self.row.source}.", WIDTH - len(INDENT))

    @property
    def checks(self) -> Iterator[str]:
        yield 'learning_rate = _constant("learning_rate", learning_rate)'
        for c in self.row.constants:
            below = "" if c.below is None else f", {_number(c.below)}"
            yield f'{c.name} = _constant("{c.name}", {c.name}{below})'

    @property
    def equations(self) -> Iterator[str]:
        """The statements of a step, one for each equation of the row."""
        for update in self.row.updates:
            yield f"{update.target} = {self._text(update.body)}"

    @property
    def result(self) -> str:
        """What the last equation gives, as an expression."""
        return self._text(self.row.updates[-1].body)

    def _text(self, body: Any) -> str:
        tree = m.from_sympy(body, lambda s: m.Symbol(s.name), self.row.rank.__getitem__)
        return _printed(tree)[1]


@dataclass(frozen=True)
class OptimizersPage:
    """All optimizers of a module, and what stays as it is."""

    plan: Blueprint

    @property
    def functions(self) -> list[OptimizerFunction]:
        clip_norm = "None" if self.plan.clip_norm is None else _number(self.plan.clip_norm)
        return [OptimizerFunction(name, row, clip_norm) for name, row in OPTIMIZERS.items()]

    @property
    def frozen(self) -> list[str]:
        """The line that keeps frozen parameters as they are, which decay would shrink."""
        frozen = [spelled(t.name) for t in self.plan.parameters if t.name not in self.plan.wrt]
        line = f"{INDENT}w = w._replace({', '.join(f'{name}=p.{name}' for name in frozen)})"
        return wrapped(line) if frozen else []


def _number(value: Number) -> str:
    return repr(float(value))


def _printed(node: m.Node) -> tuple[int, str]:
    """How tightly a formula of the table binds, and its text in NumPy."""
    match node:
        case m.Symbol(base):
            return ATOM, base
        case m.Number(value):
            return ATOM, str(value)
        case m.Apply("sqrt", (body,)):
            return ATOM, f"np.sqrt({_inside(body, SUM)})"
        case m.Power(base, exponent):
            return POWER, power_text(_inside(base, ATOM), _inside(exponent, ATOM))
        case m.Product(factors):
            return PRODUCT, " * ".join(_inside(f, PRODUCT if f is factors[0] else NEGATIVE) for f in factors)
        case m.Quotient(top, bottom):
            return PRODUCT, f"{_inside(top, PRODUCT)} / {_inside(bottom, NEGATIVE)}"
        case m.Sum(terms):
            return SUM, "".join(_term(term, first=term is terms[0]) for term in terms)
    raise ValueError(f"{type(node).__name__} is not in the table of optimizers")


def _term(term: m.Node, first: bool) -> str:
    if isinstance(term, m.Negative):
        return f" - {_inside(term.body, PRODUCT)}"
    return ("" if first else " + ") + _inside(term, SUM)


def _inside(node: m.Node, level: int) -> str:
    found, text = _printed(node)
    return text if found >= level else f"({text})"
