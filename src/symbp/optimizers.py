r"""The optimizers: a table row each, constants as in PyTorch.

A row says what becomes of one parameter :math:`w` in step :math:`k`, in equations that hold element by element and
are worked in their order. The module's functions and the notes are both made from it: nothing else in symbp knows
what an optimizer does. ``g`` is :math:`\partial L/\partial w`; ``m`` and ``v`` are kept from step to step and begin
at zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import sympy

from symbp.equation import Equation, Index
from symbp.errors import Fault, inside, quoted
from symbp.layers.activations import exact
from symbp.layers.fragment import at, define
from symbp.names import Number, known_keys, not_negative, one_of, positive, shown
from symbp.program import Program, Tensor
from symbp.wording import Message, say

Expr: TypeAlias = sympy.Expr
KEPT = ("m", "v")  # what an optimizer may keep, as large as the parameters
AFTER = "_new"  # behind the name of what a step begins with and changes

w, g, m, v = map(sympy.Symbol, ("w", *("g", *KEPT)))
m_hat, v_hat = map(sympy.Symbol, ("m_hat", "v_hat"))
k = sympy.Symbol("k")  # the number of the step, from 1
learning_rate, mu, alpha, beta1, beta2, epsilon, weight_decay = map(
    sympy.Symbol, "learning_rate mu alpha beta1 beta2 epsilon weight_decay".split()
)
_ORDER = (learning_rate, mu, alpha, beta1, beta2, m, v, m_hat, v_hat, g, weight_decay, w, epsilon, k)


@dataclass(frozen=True)
class Constant:
    """A constant of an optimizer.

    Attributes:
        default: Its value unless another one is given.
        below: What it must stay below, if anything.
        check: What else is asked of it in a spec.
    """

    symbol: sympy.Symbol
    default: Number
    below: Number | None = None
    check: Callable[[object], Number] = not_negative

    @property
    def name(self) -> str:
        return str(self.symbol.name)

    def checked(self, value: object) -> Number:
        """The value, if the constant may have it."""
        number = self.check(value)
        if self.below is not None and number >= self.below:
            raise Fault(f"needs a number from 0 on and less than {self.below}, has {shown(value)}")
        return number


@dataclass(frozen=True)
class Update:
    """One equation of an optimizer: what gets which value, and what that is, in a few words."""

    target: sympy.Symbol
    body: Expr
    remark: Message


@dataclass(frozen=True)
class OptimizerRow:
    """One optimizer.

    Attributes:
        title: What people call it.
        updates: Its equations; each reads what those before it have given, the last gives the parameter.
        rate: The learning rate of an example that names none.
        about: What it is for, in a sentence or two of the notes, without the last full stop.
        source: Where the equations are from.
    """

    title: Message
    updates: tuple[Update, ...]
    constants: tuple[Constant, ...]
    rate: Number
    about: Message
    source: str

    @property
    def kept(self) -> tuple[str, ...]:
        """What is kept from step to step: some of ``KEPT``."""
        written = {u.target.name for u in self.updates}
        return tuple(name for name in KEPT if name in written)

    @property
    def rank(self) -> dict[sympy.Symbol, float]:
        """The order in which symbols stand in a formula."""
        return {symbol: position for position, symbol in enumerate(_ORDER)}


_MEAN = Update(m, beta1 * m + (1 - beta1) * g, say("running mean of the derivative"))
_MEAN_SQUARE = Update(v, beta2 * v + (1 - beta2) * g**2, say("running mean of its square"))
_MOMENTS = (
    _MEAN,
    _MEAN_SQUARE,
    Update(m_hat, m / (1 - beta1**k), say("made up for the start at zero")),
    Update(v_hat, v / (1 - beta2**k), say("likewise")),
)
_MOMENTUM = (Constant(mu, 0.9, 1),)
_DECAYS = (Constant(beta1, 0.9, 1), Constant(beta2, 0.999, 1), Constant(epsilon, 1e-8, check=positive))
_QUOTIENT = m_hat / (sympy.sqrt(v_hat) + epsilon)

OPTIMIZERS: dict[str, OptimizerRow] = {
    "sgd": OptimizerRow(
        say("gradient descent"),
        (Update(w, w - learning_rate * g, say("against the derivative")),),
        (),
        0.1,
        say("Every parameter moves against its derivative, all of them at once"),
        "Robbins and Monro (1951), Annals of Mathematical Statistics 22, 400-407",
    ),
    "momentum": OptimizerRow(
        say("gradient descent with momentum"),
        (
            Update(m, mu * m + g, say("the velocity")),
            Update(w, w - learning_rate * m, say("against the velocity")),
        ),
        _MOMENTUM,
        0.1,
        say(
            "Every parameter has a velocity. Each step leaves a share of it and adds the derivative: steps grow where "
            "derivatives keep their sign, and cancel where they change it"
        ),
        "Polyak (1964), USSR Computational Mathematics and Mathematical Physics 4, 1-17",
    ),
    "nesterov": OptimizerRow(
        say("gradient descent with Nesterov's momentum"),
        (
            Update(m, mu * m + g, say("the velocity")),
            Update(w, w - learning_rate * (mu * m + g), say("where it will have gone")),
        ),
        _MOMENTUM,
        0.1,
        say(
            "Every parameter has a velocity. Each step leaves a share of it and adds the derivative, and then looks "
            "ahead: it already goes on as the next step would if no derivative came"
        ),
        "Sutskever, Martens, Dahl and Hinton (2013), ICML, section 2",
    ),
    "rmsprop": OptimizerRow(
        say("RMSprop"),
        (
            Update(v, alpha * v + (1 - alpha) * g**2, say("running mean of the squared derivative")),
            Update(w, w - learning_rate * g / (sympy.sqrt(v) + epsilon), say("in units of its usual size")),
        ),
        (Constant(alpha, 0.99, 1), Constant(epsilon, 1e-8, check=positive)),
        0.01,
        say(
            "Every derivative is divided by its own usual size, the root of a running mean of its squares: how long a "
            "step is does not depend on the scale of the loss"
        ),
        "Tieleman and Hinton (2012), COURSERA: Neural Networks for Machine Learning, 6.5",
    ),
    "adam": OptimizerRow(
        say("Adam"),
        (*_MOMENTS, Update(w, w - learning_rate * _QUOTIENT, say("mean by usual size"))),
        _DECAYS,
        0.001,
        say(
            "A running mean of each derivative is divided by its usual size, the root of a running mean of its "
            "squares. Both begin at zero and are made up for it. In the first step they are the derivative and its "
            "square themselves, so that every parameter whose derivative is not zero moves by about the learning rate"
        ),
        "Kingma and Ba (2015), ICLR, algorithm 1",
    ),
    "adamw": OptimizerRow(
        say("AdamW"),
        (*_MOMENTS, Update(w, w - learning_rate * (_QUOTIENT + weight_decay * w), say("and a share of itself"))),
        (*_DECAYS, Constant(weight_decay, 0.01)),
        0.001,
        say(
            "A step of Adam, and besides it every parameter, a bias too, loses a share of itself: this decay is no "
            "part of the gradient, so that nothing divides it"
        ),
        "Loshchilov and Hutter (2019), ICLR, algorithm 2",
    ),
}


@dataclass(frozen=True)
class Optimizer:
    """A chosen optimizer: a row of the table, with its constants."""

    name: str
    constants: tuple[tuple[str, Number], ...]

    @staticmethod
    def of(given: object) -> Optimizer:
        """The optimizer that a name, or a table such as ``{"name": "adam", "beta1": 0.8}``, stands for.

        >>> Optimizer.of({"name": "momentum", "mu": 0.5}).constants
        (('mu', 0.5),)

        Raises:
            Fault: the name or a constant is at fault.
        """
        if isinstance(given, Optimizer):
            return given
        if not isinstance(given, Mapping):
            return _chosen(one_of(given, OPTIMIZERS, "optimizer"), {})
        if "name" not in given:
            raise Fault('"name" is missing', 'Write {name = "adam", beta1 = 0.9}.')
        with inside("name"):
            name = one_of(given["name"], OPTIMIZERS, "optimizer")
        for key in given:
            if key in OPTIMIZERS:
                problem = f"{quoted(key)} is an optimizer of its own"
                raise Fault(problem, f"Write name = {quoted(key)}.", (key,), at_key=True)
        known_keys(given, ["name", *(c.name for c in OPTIMIZERS[name].constants)], f"constant of {name}")
        return _chosen(name, given)

    @property
    def row(self) -> OptimizerRow:
        return OPTIMIZERS[self.name]

    @cached_property
    def values(self) -> dict[sympy.Symbol, sympy.Rational]:
        """Each constant as the exact decimal that it was given as."""
        given = dict(self.constants)
        return {c.symbol: exact(given[c.name]) for c in self.row.constants}

    def program(self, count: int) -> Program:
        """One step of ``count`` elements, as a program: it gives ``w_new``, and ``m_new`` and ``v_new`` where kept.

        ``learning_rate`` and ``k`` are tensors without axes; the constants are numbers.
        """
        index = Index("i", count)
        shape = (count,)
        given = [Tensor(name, shape, "input") for name in ("w", "g", *self.row.kept)]
        given += [Tensor(s.name, (), "input") for s in (learning_rate, k)]
        reads: dict[sympy.Symbol, Expr] = {sympy.Symbol(t.name): at(t, index) if t.shape else at(t) for t in given}
        made: list[Tensor] = []
        equations: list[Equation] = []
        for update in self.row.updates:
            tensor = Tensor(after(update.target), shape, "intermediate")
            equations.append(define(tensor, (index,), update.body.xreplace({**self.values, **reads})))
            reads[update.target] = at(tensor, index)
            made.append(tensor)
        return Program((*given, *made), tuple(equations), made[-1].name)


def after(symbol: sympy.Symbol) -> str:
    """What the program of a step calls the value that the step gives a symbol: ``w_new``, but ``m_hat``."""
    return f"{symbol.name}{AFTER}" if symbol.name in ("w", *KEPT) else str(symbol.name)


def _chosen(name: str, given: Mapping[str, object]) -> Optimizer:
    constants = []
    for constant in OPTIMIZERS[name].constants:
        with inside(constant.name):
            constants.append((constant.name, constant.checked(given.get(constant.name, constant.default))))
    return Optimizer(name, tuple(constants))
