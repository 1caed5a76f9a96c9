"""The activations: a table row each, constants as in PyTorch.

A pointwise activation is an expression in ``z``; softmax and log_softmax are a few equations over the
units of their layer, in textbook form (that they are invariant under a shift is for the rewrites).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import sympy

from symbp import functions as f
from symbp.errors import Fault, inside, quoted
from symbp.layers.fragment import Fragment, at, define, is_sequence, sample_axes
from symbp.names import Number, identifier, known_keys, one_of, real, shown, text
from symbp.parse import parse_expression
from symbp.program import Tensor

Expr: TypeAlias = sympy.Expr
Z = sympy.Symbol("z")

# Klambauer et al. (2017), Self-Normalizing Neural Networks, digits as in PyTorch
SELU_SCALE = sympy.Rational("1.0507009873554804934193349852946")
SELU_ALPHA = sympy.Rational("1.6732632423543772848170429916717")


@dataclass(frozen=True)
class ActivationRow:
    """One activation.

    Attributes:
        formula: The expression in ``z`` and the constants; ``None`` if it needs equations.
        constants: Names and default values of its constants.
        equations: What gives it from ``z`` over the units of its layer, where one expression cannot.
        relu_like: Whether weights before it are drawn by He (2015).
    """

    formula: Callable[..., Expr] | None
    constants: Mapping[str, Number] = field(default_factory=dict)
    equations: Callable[[Tensor, Tensor, str], Fragment] | None = None
    relu_like: bool = False


def _exponentials(z: Tensor, layer: int | None, total: str) -> tuple[Tensor, Tensor, Fragment]:
    """``e[n,i] = exp(z[n,i])`` and ``s[n] = sum[i](e[n,i])``, or what else the total is called; of a sequence at each
    of its steps."""
    *row, i = sample_axes(z)
    e = Tensor(f"e{layer}", z.shape, letter="e", layer=layer)
    s = Tensor(f"{total}{layer}", z.shape[:-1], letter=total, layer=layer)
    equations = (define(e, (*row, i), f.exp(at(z, *row, i))), define(s, tuple(row), at(e, *row, i), over=(i,)))
    return e, s, Fragment((e, s), equations)


def softmax(z: Tensor, out: Tensor, total: str = "s") -> Fragment:
    r"""The softmax of ``z`` over its units, as three equations; of a sequence, at each of its steps.

    .. math:: a_{ni} = e^{z_{ni}} / s_n, \qquad s_n = \sum_i e^{z_{ni}}

    Source: Bridle (1990), Neurocomputing, NATO ASI F68, 227-236.
    """
    *row, i = sample_axes(z)
    e, s, fragment = _exponentials(z, out.layer, total)
    return fragment + Fragment((out,), (define(out, (*row, i), at(e, *row, i) / at(s, *row)),))


def log_softmax(z: Tensor, out: Tensor, total: str = "s") -> Fragment:
    r"""The logarithm of the softmax: :math:`a_{ni} = z_{ni} - \ln s_n`."""
    *row, i = sample_axes(z)
    _, s, fragment = _exponentials(z, out.layer, total)
    return fragment + Fragment((out,), (define(out, (*row, i), at(z, *row, i) - f.log(at(s, *row))),))


def _gelu_tanh(z: Expr) -> Expr:
    """Hendrycks and Gimpel (2016), Gaussian Error Linear Units, section 2."""
    return z / 2 * (1 + f.tanh(sympy.sqrt(2 / sympy.pi) * (z + sympy.Rational("0.044715") * z**3)))


ACTIVATIONS: dict[str, ActivationRow] = {
    "identity": ActivationRow(lambda z: z),
    "sigmoid": ActivationRow(f.sigmoid),
    "tanh": ActivationRow(f.tanh),
    "relu": ActivationRow(f.relu, relu_like=True),
    "leaky_relu": ActivationRow(lambda z, slope: f.leaky_relu(z, slope), {"slope": 0.01}, relu_like=True),
    "elu": ActivationRow(lambda z, alpha: f.elu(z, alpha), {"alpha": 1}, relu_like=True),
    "selu": ActivationRow(lambda z: SELU_SCALE * f.elu(z, SELU_ALPHA)),
    "softplus": ActivationRow(f.softplus),
    "softsign": ActivationRow(f.softsign),
    "silu": ActivationRow(lambda z: z * f.sigmoid(z), relu_like=True),
    "gelu": ActivationRow(lambda z: z * f.normal_cdf(z), relu_like=True),
    "gelu_tanh": ActivationRow(_gelu_tanh, relu_like=True),
    "mish": ActivationRow(lambda z: z * f.tanh(f.softplus(z)), relu_like=True),
    "hard_sigmoid": ActivationRow(lambda z: f.clip(z / 6 + sympy.Rational(1, 2), 0, 1)),
    "hard_tanh": ActivationRow(lambda z: f.clip(z, -1, 1)),
    "relu6": ActivationRow(lambda z: f.clip(z, 0, 6), relu_like=True),
    "sin": ActivationRow(f.sin),
    "gaussian": ActivationRow(lambda z: f.exp(-(z**2))),
    "softmax": ActivationRow(None, equations=softmax),
    "log_softmax": ActivationRow(None, equations=log_softmax),
}


@dataclass(frozen=True)
class Activation:
    """A chosen activation with its constants: a row of the table, or an expression of the user's.

    Attributes:
        constants: Each constant of the row, as given or by default.
        expression: The user's expression as given; empty for a row of the table.
        body: The same, read.
    """

    name: str = "identity"
    constants: tuple[tuple[str, Number], ...] = ()
    expression: str = ""
    body: Expr | None = None

    @staticmethod
    def of(given: object) -> Activation:
        """The activation that a name, or a table such as ``{"name": "elu", "alpha": 2}``, stands for.

        >>> Activation.of("leaky_relu").constants
        (('slope', 0.01),)

        Raises:
            Fault: the name, a constant or the expression is at fault.
        """
        if isinstance(given, Activation):
            return given
        if isinstance(given, Mapping):
            return _from_table(given)
        if not isinstance(given, str):
            raise Fault(f"needs the name of an activation or a table with one, has {shown(given)}")
        name = one_of(given, ACTIVATIONS, "function")
        return Activation(name, tuple(ACTIVATIONS[name].constants.items()))

    @property
    def relu_like(self) -> bool:
        return not self.expression and ACTIVATIONS[self.name].relu_like

    @property
    def is_identity(self) -> bool:
        return not self.expression and self.name == "identity"

    @property
    def pointwise(self) -> bool:
        return self.body is not None or ACTIVATIONS[self.name].formula is not None

    def formula(self, z: Expr) -> Expr:
        """The expression in ``z`` of a pointwise activation."""
        if self.body is not None:
            return self.body.xreplace({Z: z})
        formula = ACTIVATIONS[self.name].formula
        if formula is None:
            raise TypeError(f"{self.name} is no function of one number")
        return formula(z, **{name: exact(value) for name, value in self.constants})

    def fragment(self, z: Tensor, out: Tensor, total: str = "s") -> Fragment:
        """The equations that give ``out`` from ``z``, which has the same shape; ``total`` is the letter of a sum.

        Raises:
            Fault: a softmax is asked for over more than one axis; a sequence has one at each of its steps.
        """
        equations = None if self.body is not None else ACTIVATIONS[self.name].equations
        if equations is None:
            axes = sample_axes(z)
            return Fragment((out,), (define(out, axes, self.formula(at(z, *axes))),))
        if len(z.shape) != 2 and not is_sequence(z.shape[1:]):
            shape = "x".join(map(str, z.shape[1:]))
            problem = f"{self.name} is a function of vectors, but here are {shape} values"
            raise Fault(problem, "Flatten them first, or choose a function of single numbers.", ("activation",))
        return equations(z, out, total)


def exact(value: Number) -> sympy.Rational:
    """The decimal that a user wrote, exactly: ``0.1`` is 1/10."""
    return sympy.Rational(repr(value))


def _from_table(given: Mapping[str, object]) -> Activation:
    if "name" not in given:
        raise Fault('"name" is missing', 'Write {name = "leaky_relu", slope = 0.2}, or {name = ..., expression = ...}.')
    if "expression" in given:
        return _from_expression(given)
    with inside("name"):
        name = one_of(given["name"], ACTIVATIONS, "function")
    defaults = ACTIVATIONS[name].constants
    known_keys(given, ["name", *defaults], f"constant of {name}")
    constants = []
    for constant, default in defaults.items():
        with inside(constant):
            constants.append((constant, real(given.get(constant, default))))
    return Activation(name, tuple(constants))


def _from_expression(given: Mapping[str, object]) -> Activation:
    known_keys(given, ("name", "expression"))
    with inside("name"):
        name = identifier(given["name"])
        if name in ACTIVATIONS:
            raise Fault(f"{quoted(name)} is an activation of symbp", "Give your expression another name.")
    with inside("expression"):
        expression = text(given["expression"])
        body = parse_expression(expression, {"z": Z})
    return Activation(name, (), expression, body)
