"""The losses: a table row each, as the textbook writes them.

Every row gives equations that end in ``L``, a mean over the ``N`` samples, and over the steps of sequences. Stable
forms (log-sum-exp, softmax with cross-entropy) are for the rewrites.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import sympy

from symbp import functions as f
from symbp.equation import Access, Affine, Equation, Guard, Index, length
from symbp.errors import Fault, inside
from symbp.layers.activations import exact
from symbp.layers.fragment import BATCH, Fragment, at, define, is_sequence
from symbp.names import Number, identifier, known_keys, not_negative, one_of, positive, shown, text
from symbp.network.settings import Regularization
from symbp.network.targets import TARGETS, Target
from symbp.parse import parse_expression
from symbp.program import Tensor

Expr: TypeAlias = sympy.Expr
Reduction: TypeAlias = Literal["mean", "sum"]
LOSS = Tensor("L", (), "loss", letter="L")
YHAT, Y = sympy.Symbol("yhat"), sympy.Symbol("y")


@dataclass(frozen=True)
class Sides:
    """What a loss compares: ``yhat[N, K]``, of sequences ``yhat[N, T, K]``, with ``y``, and the indices of both."""

    yhat: Tensor
    y: Tensor

    @property
    def each(self) -> tuple[Index, ...]:
        """The indices that every loss is a mean over: ``n``, and of sequences the step ``t``."""
        n, shape = Index("n", BATCH), self.yhat.shape[1:]
        return (n, Index("t", shape[0])) if is_sequence(shape) else (n,)

    @property
    def k(self) -> Index:
        return self.outputs[0]

    @property
    def outputs(self) -> tuple[Index, ...]:
        """The indices of what is compared: ``k``, and those of further axes."""
        shape = self.yhat.shape[len(self.each) :]
        return tuple(Index(name, extent) for name, extent in zip("krch", shape, strict=False))

    @property
    def count(self) -> Expr:
        """How many samples, or steps of samples, a mean is over."""
        return sympy.prod([length(i.extent) for i in self.each])

    @property
    def label(self) -> Affine:
        """``y[n]``, read as a position."""
        return Affine.of(Access.of(self.y.name, *self.each))


@dataclass(frozen=True)
class LossRow:
    """One loss.

    Attributes:
        term: The expression in ``yhat``, ``y`` and the constants of one element; ``None`` if it needs equations.
        reduction: Over the outputs of a sample; over the batch it is the mean.
        constants: Names, default values and checks of its constants.
        equations: What gives it where one expression cannot.
        target: What the values of ``y`` must be.
        labels: Whether ``y`` holds one whole number a sample, or a step.
        fused: The last activation whose output this loss takes as it is: probabilities.
    """

    term: Callable[..., Expr] | None = None
    reduction: Reduction = "mean"
    constants: Mapping[str, Number] = field(default_factory=dict)
    equations: Callable[[Sides, bool, dict[str, Expr]], Fragment] | None = None
    target: Target = TARGETS["any"]
    labels: bool = False
    fused: str = ""


def pointwise(sides: Sides, term: Callable[[Expr, Expr], Expr], reduction: Reduction) -> Fragment:
    """``L = sum[n,k](term(yhat[n,k], y[n,k])/(N*K))``, or without the ``K`` for a sum over the outputs; of sequences
    the mean is over their steps too."""
    over = (*sides.each, *sides.outputs)
    count = sympy.prod([length(i.extent) for i in (over if reduction == "mean" else sides.each)])
    body = term(at(sides.yhat, *over), at(sides.y, *over)) / count
    return Fragment((LOSS,), (define(LOSS, (), body, over=over),))


def probabilities(sides: Sides) -> tuple[Tensor, Fragment]:
    """The softmax of the logits ``yhat``: ``e``, its sum ``s`` and the quotient ``prob``."""
    each, k = sides.each, sides.k
    e = Tensor("e", sides.yhat.shape, letter="e")
    s = Tensor("s", sides.yhat.shape[:-1], letter="s")
    prob = Tensor("prob", sides.yhat.shape, letter="prob")
    equations = (
        define(e, (*each, k), f.exp(at(sides.yhat, *each, k))),
        define(s, each, at(e, *each, k), over=(k,)),
        define(prob, (*each, k), at(e, *each, k) / at(s, *each)),
    )
    return prob, Fragment((e, s, prob), equations)


def _given_probabilities(sides: Sides, fused: bool) -> tuple[Sides, Fragment]:
    if fused:
        return sides, Fragment()
    prob, fragment = probabilities(sides)
    return replace(sides, yhat=prob), fragment


def cross_entropy(sides: Sides, fused: bool, constants: dict[str, Expr]) -> Fragment:
    r"""The cross-entropy of the softmax: :math:`L = -\frac1N \sum_{nk} y_{nk} \ln p_{nk}`.

    Source: Bishop (2006), Pattern Recognition and Machine Learning, (4.108).
    """
    sides, fragment = _given_probabilities(sides, fused)
    return fragment + pointwise(sides, lambda p, y: -y * f.log(p), "sum")


def sparse_cross_entropy(sides: Sides, fused: bool, constants: dict[str, Expr]) -> Fragment:
    r"""The cross-entropy at whole-number labels: :math:`L = -\frac1N \sum_n \ln p_{n y_n}`."""
    sides, fragment = _given_probabilities(sides, fused)
    body = -f.log(at(sides.yhat, *sides.each, sides.label)) / sides.count
    return fragment + Fragment((LOSS,), (define(LOSS, (), body, over=sides.each),))


def kl_divergence(sides: Sides, fused: bool, constants: dict[str, Expr]) -> Fragment:
    r"""The divergence from the softmax: :math:`L = \frac1N \sum_{nk} y_{nk} \ln(y_{nk}/p_{nk})`, 0 ln 0 = 0.

    Source: Kullback and Leibler (1951), Annals of Mathematical Statistics 22, 79-86.
    """
    sides, fragment = _given_probabilities(sides, fused)
    return fragment + pointwise(sides, lambda p, y: f.xlogx(y) - y * f.log(p), "sum")


def _two_sided(p: Expr, y: Expr) -> Expr:
    return -y * f.log(p) - (1 - y) * f.log(1 - p)


def binary_cross_entropy_with_logits(sides: Sides, fused: bool, constants: dict[str, Expr]) -> Fragment:
    r"""The mean of :math:`-y \ln p - (1 - y) \ln(1 - p)` with :math:`p = \sigma(\hat y)`."""
    over = (*sides.each, sides.k)
    prob = Tensor("prob", sides.yhat.shape, letter="prob")
    fragment = Fragment((prob,), (define(prob, over, f.sigmoid(at(sides.yhat, *over))),))
    return fragment + pointwise(replace(sides, yhat=prob), _two_sided, "mean")


def multiclass_hinge(sides: Sides, fused: bool, constants: dict[str, Expr]) -> Fragment:
    r""":math:`L = \frac1N \sum_n \sum_{k \ne y_n} \max(0, \hat y_{nk} - \hat y_{n y_n} + m)`.

    Source: Weston and Watkins (1999), Support Vector Machines for Multi-Class Pattern Recognition.
    """
    each, k = sides.each, sides.k
    gap = at(sides.yhat, *each, k) - at(sides.yhat, *each, sides.label) + constants["margin"]
    guard = Guard(Affine.of(k) - sides.label, "!=")
    equation = define(LOSS, (), f.relu(gap) / sides.count, over=(*each, k))
    return Fragment((LOSS,), (replace(equation, guards=(guard,)),))


LOSSES: dict[str, LossRow] = {
    "mse": LossRow(lambda p, y: (p - y) ** 2),
    "squared_error": LossRow(lambda p, y: (p - y) ** 2, "sum"),
    "half_squared_error": LossRow(lambda p, y: (p - y) ** 2 / 2, "sum"),
    "mae": LossRow(lambda p, y: f.abs_(p - y)),
    "huber": LossRow(lambda p, y, delta: f.huber(p - y, delta), constants={"delta": 1}),
    "log_cosh": LossRow(lambda p, y: f.log_cosh(p - y)),
    "hinge": LossRow(lambda p, y: f.relu(1 - y * p), target=TARGETS["sign"]),
    "multiclass_hinge": LossRow(
        equations=multiclass_hinge, constants={"margin": 1}, target=TARGETS["label"], labels=True
    ),
    "binary_cross_entropy": LossRow(_two_sided, target=TARGETS["probability"], fused="sigmoid"),
    "binary_cross_entropy_with_logits": LossRow(
        equations=binary_cross_entropy_with_logits, target=TARGETS["probability"]
    ),
    "cross_entropy": LossRow(equations=cross_entropy, target=TARGETS["distribution"], fused="softmax"),
    "sparse_cross_entropy": LossRow(
        equations=sparse_cross_entropy, target=TARGETS["label"], labels=True, fused="softmax"
    ),
    "kl_divergence": LossRow(equations=kl_divergence, target=TARGETS["distribution"], fused="softmax"),
    "poisson": LossRow(lambda p, y: f.exp(p) - y * p, target=TARGETS["count"]),
}
_CHECKS: dict[str, Callable[[object], Number]] = {"delta": positive, "margin": not_negative}


@dataclass(frozen=True)
class Loss:
    """A chosen loss with its constants: a row of the table, or an expression in ``yhat`` and ``y``.

    Attributes:
        expression: The user's expression as given; empty for a row of the table.
        reduction: ``mean`` over outputs and batch, or ``sum`` over outputs and mean over the batch.
        body: The expression, read.
    """

    kind: str = "mse"
    constants: tuple[tuple[str, Number], ...] = ()
    expression: str = ""
    reduction: Reduction = "mean"
    body: Expr | None = None

    @staticmethod
    def of(given: object) -> Loss:
        """The loss that a name, or a table such as ``{"kind": "huber", "delta": 2}``, stands for.

        >>> Loss.of("huber").constants
        (('delta', 1),)

        Raises:
            Fault: the kind, a constant or the expression is at fault.
        """
        if isinstance(given, Loss):
            return given
        if isinstance(given, str):
            return _from_kind({"kind": one_of(given, LOSSES, "loss")})
        if not isinstance(given, Mapping):
            raise Fault(f"needs the name of a loss or a table with one, has {shown(given)}")
        return _from_expression(given) if "expression" in given else _from_kind(given)

    @property
    def row(self) -> LossRow:
        return LossRow() if self.body is not None else LOSSES[self.kind]

    def target(self, yhat: Tensor) -> Tensor:
        """The tensor ``y`` that suits the outputs ``yhat[N, K]``, or ``yhat[N, T, K]``."""
        if self.row.labels:
            each = tuple(i.extent for i in Sides(yhat, yhat).each)
            return Tensor("y", each, "target", "int", letter="y")
        return Tensor("y", yhat.shape, "target", letter="y", normalized=self.row.target is TARGETS["distribution"])

    def fragment(self, yhat: Tensor, y: Tensor, last: str) -> Fragment:
        """The equations of ``L``; ``last`` is the name of the last activation."""
        sides = Sides(yhat, y)
        if self.body is not None:
            body = self.body
            return pointwise(sides, lambda p, t: body.xreplace({YHAT: p, Y: t}), self.reduction)
        row = self.row
        if len(sides.outputs) != 1 and row.equations is not None:
            shape = "x".join(map(str, yhat.shape[1:]))
            remedy = "Flatten it or pool it before the last layer, or choose another loss."
            raise Fault(f"{self.kind} compares vectors, but the network gives {shape}", remedy, ("loss",))
        constants = {name: exact(value) for name, value in self.constants}
        if row.equations is not None:
            return row.equations(sides, last == row.fused, constants)
        term = row.term
        assert term is not None
        return pointwise(sides, lambda p, t: term(p, t, **constants), row.reduction)


def _from_kind(given: Mapping[str, object]) -> Loss:
    if "kind" not in given:
        raise Fault("needs a kind, or an expression", f"Known kinds: {', '.join(sorted(LOSSES))}")
    with inside("kind"):
        kind = one_of(given["kind"], LOSSES, "loss")
    row = LOSSES[kind]
    known_keys(given, ["kind", *row.constants], f"key of {kind}")
    constants = []
    for name, default in row.constants.items():
        with inside(name):
            constants.append((name, _CHECKS[name](given.get(name, default))))
    return Loss(kind, tuple(constants), reduction=row.reduction)


def _from_expression(given: Mapping[str, object]) -> Loss:
    known_keys(given, ("kind", "expression", "reduction"))
    with inside("kind"):
        kind = identifier(given.get("kind", "custom"))
        if kind in LOSSES:
            raise Fault(f"{kind} is a loss of symbp, and an expression is given too", "Leave one of the two out.")
    with inside("reduction"):
        reduction = one_of(given.get("reduction", "mean"), ("mean", "sum"), "reduction")
    with inside("expression"):
        expression = text(given["expression"])
        body = parse_expression(expression, {"yhat": YHAT, "y": Y})
        if YHAT not in body.free_symbols:
            raise Fault("the loss does not depend on yhat", text=expression, span=(0, len(expression)))
    return Loss(kind, (), expression, "mean" if reduction == "mean" else "sum", body)


def penalties(weights: Sequence[Tensor], regularization: Regularization) -> tuple[Equation, ...]:
    r"""What weights add to the loss: :math:`\frac{\lambda_2}{2} \sum W_{ij}^2 + \lambda_1 \sum |W_{ij}|`.

    Source: Goodfellow, Bengio and Courville (2016), Deep Learning, section 7.1.
    """
    l1, l2 = regularization.l1, regularization.l2
    found = []
    for weight in weights:
        over = tuple(Index(name, extent) for name, extent in zip("ijuvw", weight.shape, strict=False))
        w = at(weight, *over)
        terms = ((l2, exact(l2) / 2 * w**2), (l1, exact(l1) * f.abs_(w)))
        found += [define(LOSS, (), body, over=over, accumulate=True) for factor, body in terms if factor]
    return tuple(found)
