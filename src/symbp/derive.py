"""From a network to its derivation: the chain rule, the rewrites, and the questions people ask of the result."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import mpmath
import numpy as np
import sympy

from symbp.chain_rule import adjoint
from symbp.derivation import Derivation, adjoint_name
from symbp.errors import Fault, SpecError
from symbp.network import Described
from symbp.program import Program
from symbp.reference import evaluate, multiprecision, of_sum_one
from symbp.rewrite import REWRITES, rewrite
from symbp.rewrite.normalisation import KNOWN_SUMS
from symbp.views.marks import symbol_of
from symbp.views.naming import Naming
from symbp.views.partial import Partial, expand
from symbp.views.scalar import Element, ScalarView, scalars

__all__ = ["NetworkDerivation", "adjoint", "derive"]

DIVIDES_BY_ZERO = "with these numbers the loss, or a derivative of it, divides by zero"
NOT_REAL = "with these numbers the loss takes a logarithm, a root or a power of a negative number"
DIGITS = 50
TINY = mpmath.mpf("1e-40")
CHANGE_IT = "Change x, y or the parameters, or take a loss that suits the last activation."


@dataclass(frozen=True)
class NetworkDerivation(Derivation):
    """The derivation of all partial derivatives of a network's loss."""

    network: Described

    @cached_property
    def sizes(self) -> dict[str, int]:
        """The run-time sizes of the example; one sample where there is none."""
        return self.network.sizes

    @cached_property
    def given(self) -> dict[str, Any]:
        """The example's values of all given tensors, as they stand in the spec.

        Raises:
            SpecError: the network has no example.
        """
        return {**self.network.given, **self.network.parameter_values}

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The example's value of every tensor, adjoints included, in 50 digits."""
        return self.values_at(self.given)

    def values_at(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The value of every tensor for given inputs, targets and parameters, in 50 digits.

        What cancels to zero is zero: a value far below all others that more digits would change is rounding alone.
        """
        values = self._values_in(DIGITS, given)
        tiny = {name for name, v in values.items() if any(0 < abs(x) < TINY for x in np.ravel(v))}
        if tiny:
            sharper = self._values_in(DIGITS + 20, given)
            for name in tiny:
                noise = abs(values[name] - sharper[name]) > abs(sharper[name]) / 2
                values[name] = np.where(noise, mpmath.mpf(0), values[name])
        return values

    def _values_in(self, digits: int, given: Mapping[str, Any]) -> dict[str, Any]:
        arithmetic = multiprecision(digits)
        try:
            given = {**given, **self._normalized(given)}
            forward = evaluate(self.start, given, self.sizes, arithmetic)
            backward = evaluate(self.result, given, self.sizes, arithmetic)
        except ZeroDivisionError:
            raise Fault(DIVIDES_BY_ZERO, CHANGE_IT, ("example",)) from None
        if any(isinstance(number, mpmath.mpc) for array in forward.values() for number in array.ravel()):
            raise Fault(NOT_REAL, CHANGE_IT, ("example",))
        return {**forward, **backward}

    def _normalized(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The targets of which a rewrite assumes that they sum to one, made to: a third has no last decimal."""
        return {t.name: of_sum_one(given[t.name], DIGITS) for t in self.start.tensors if t.normalized}

    @cached_property
    def prediction(self) -> Program:
        """The equations of ``yhat`` when the network is used: those of the derivation, or others after the rewrites."""
        program = self.network.prediction()
        if program is None:
            return self.result
        return rewrite(Derivation(program, (), program, (), (program.output,), program)).result

    @cached_property
    def naming(self) -> Naming:
        notation = self.network.notation
        overrides = {name: symbol_of(mark) for name, mark in notation.symbols}
        return Naming(named_program(self), notation.numbering, self.sizes.get("N", 1), overrides).checked()

    @cached_property
    def view(self) -> ScalarView:
        """The neuron view of the example."""
        given = {t.name for t in self.start.of_role("input", "target") if t.dtype == "int"}
        computed = {t.name for t in self.result.of_role("intermediate") if t.dtype == "int"}
        integers = {name: self.values[name] for name in sorted(computed)} if computed else {}
        integers |= {name: _array(self.given[name]) for name in sorted(given)} if given else {}
        return ScalarView(self.told, self.sizes, integers)

    @cached_property
    def told(self) -> Derivation:
        """The derivation whose adjoints say how the loss is reached: without sums taken over from other gradients."""
        if not any(step.rule == KNOWN_SUMS for step in self.steps):
            return self
        rules = {step.rule for step in self.steps}
        return derive(self.network, [rule for rule in REWRITES if rule not in rules or rule == KNOWN_SUMS])

    def partial(self, name: str, *positions: int | str) -> Partial:
        """dL/dw for one scalar parameter: ``partial("W2", 1, 1)``, ``partial("w31")``; people count from 1.

        Raises:
            SpecError: there is no such parameter, or it is frozen.
        """
        element = self.naming.find((name, *positions))
        if adjoint_name(element.tensor) not in self.result.tensor:
            raise SpecError(f"{element.tensor} is frozen: it gets no gradient\n  Set frozen = false to derive one.")
        values = self.values if self.network.example else None
        return Partial(element, self.view, self.naming, values, self.digits)

    @property
    def digits(self) -> int:
        """How many significant digits are printed."""
        return self.network.example.digits if self.network.example else 4

    @property
    def loss(self) -> sympy.Expr:
        """The loss in named intermediates: ``(yhat - y)**2``."""
        return self.named(self.view.primal(Element("L")))

    def loss_expanded(self) -> sympy.Expr:
        """The loss in parameters, inputs and targets alone.

        Raises:
            SizeError: the expression would be too large to be of use.
        """
        return self.named(expand(self.view, self.view.primal(Element("L"))))

    def named(self, expression: sympy.Expr) -> sympy.Expr:
        """An expression with its scalars called as people type them."""
        return expression.xreplace({s: sympy.Symbol(self.naming.plain(s.element)) for s in scalars(expression)})


def named_program(derivation: Derivation) -> Program:
    """The forward program with the tensors declared that the rewrites have named."""
    tensors = {t.name: t for t in (*derivation.start.tensors, *derivation.result.tensors)}
    return replace(derivation.start, tensors=tuple(tensors.values()))


def derive(network: Described, without: Collection[str] = ()) -> NetworkDerivation:
    """The derivation of a network: the chain rule, then every rewrite but those in ``without``.

    Raises:
        SpecError: every parameter is frozen.

    >>> from symbp.network import Dense, Network
    >>> d = derive(Network("relay", 2, [Dense(2, "sigmoid"), Dense(1, "sigmoid")], "mse"))
    >>> d.loss
    (-y + yhat)**2
    >>> [str(factor) for factor in d.partial("W2", 1, 1).chain[0]]
    ['dL/dyhat = -2*y + 2*yhat', 'dyhat/dz2_1 = yhat*(1 - yhat)', 'dz2_1/dw2_11 = a1_1']
    """
    program = network.program()
    wrt = [t.name for t in program.of_role("parameter") if not t.frozen]
    if network.input_gradient:
        wrt += [t.name for t in program.of_role("input") if t.dtype == "float"]
    if not wrt:
        raise Fault(
            "every layer is frozen: there is nothing to differentiate by",
            "Set frozen = false in one of them, or input_gradient = true in [module].",
            ("layers",),
        )
    kept = [name for update in network.updates for name in sorted(update.tensors_read) if program.defining(name)]
    outputs = (*(["yhat"] if network.has_prediction else []), *dict.fromkeys(kept))
    d = rewrite(adjoint(program, wrt, outputs), without)
    return NetworkDerivation(d.start, d.steps, d.result, d.wrt, d.outputs, d.chain_result, network)


def _array(values: Any) -> Any:
    return np.array(values)
