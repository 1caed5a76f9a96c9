"""Mistakes with the derivative of an activation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy

from symbp.equation import Read
from symbp.functions import ROWS, Elementary, Prime, local_derivative
from symbp.mistakes.changing import Link, Way, factors, is_pointwise, one_by_one_and_all
from symbp.mistakes.seed import Slip
from symbp.wording import say

NO_ACTIVATIONS = {"exp", "log", "sqrt"}  # of a softmax, a loss, a normalisation
EACH_OTHER = {"sigmoid": "tanh", "tanh": "sigmoid"}


@dataclass(frozen=True)
class Activation:
    """A contribution through an activation: ``z_bar = a_bar * f'(z)``."""

    link: Link

    @property
    def output(self) -> Read:
        return Read(self.link.forward.lhs)

    @property
    def slopes(self) -> list[Prime]:
        return sorted(self.link.local.atoms(Prime), key=str)

    @property
    def function(self) -> Elementary | None:
        """The activation, if the forward equation is nothing but ``a = f(z)``."""
        body = self.link.forward.body
        return body if isinstance(body, Elementary) and len(body.args) == 1 else None


def activations(way: Way) -> Iterator[Activation]:
    """The contributions that pass an activation, but for exponentials, logarithms and roots."""
    for link in way.links:
        names = {prime.of for prime in link.local.atoms(Prime)}
        if names - NO_ACTIVATIONS and is_pointwise(link.forward) and link.forward.target != way.program.output:
            yield Activation(link)


def lost_slope(way: Way) -> Iterator[Slip]:
    """``z_bar = a_bar`` in place of ``a_bar * f'(z)``: at one activation, and at all of them."""
    for link, exchange in one_by_one_and_all((a.link, a.link.with_local(_rest(a.link))) for a in activations(way)):
        told = (
            say("The derivatives of all activations are missing.")
            if len(exchange) > 1
            else say("The derivative of {a} by {z} is missing.", **_ends(way, link))
        )
        yield way.slip(link.target, told, exchange)


def _rest(link: Link) -> sympy.Expr:
    """What else a local derivative is a product of besides the derivative of the activation."""
    return sympy.Mul(*(f for f in factors(link.local) if not f.has(Prime)))


def wrong_argument(way: Way) -> Iterator[Slip]:
    """``f'(a)`` in place of ``f'(z)``, and the formula for the output, as ``a(1 - a)``, with z put in."""
    for activation in activations(way):
        function, link = activation.function, activation.link
        if function is None or len(activation.slopes) != 1:
            continue
        (slope,) = activation.slopes
        told = say("The derivative of {a} is taken at {a} in place of {z}.", **_ends(way, link))
        at_output = slope.func(activation.output)
        if _differs(at_output, slope):
            yield way.slip(link.target, told, {link.backward: link.with_local(at_output)})
        of_output = local_derivative(slope).xreplace({function: slope.args[0]})
        told = say(
            "The formula for the derivative in terms of the output {a} is used with {z} in it.", **_ends(way, link)
        )
        if local_derivative(slope).has(function):
            yield way.slip(link.target, told, {link.backward: link.with_local(of_output)})


def _differs(one: Prime, other: Prime) -> bool:
    """Whether a derivative taken elsewhere can have another value: that of relu is the same at z and relu(z)."""
    return one.of != "relu" and one != other


def function_for_slope(way: Way) -> Iterator[Slip]:
    """``f(z)`` in place of ``f'(z)``."""
    found = [a for a in activations(way) if a.function is not None]
    for link, exchange in one_by_one_and_all((a.link, a.link.with_local(a.output)) for a in found):
        told = say("The activation {a} stands in place of its derivative.", **_ends(way, link))
        yield way.slip(link.target, told, exchange)


def other_slope(way: Way) -> Iterator[Slip]:
    """The derivative of the sigmoid in terms of its output for that of tanh, and the other way round."""
    for activation in activations(way):
        function, link, a = activation.function, activation.link, activation.output
        other = EACH_OTHER.get(function.func.__name__) if function is not None else None
        if other is not None:
            formula = ROWS[other].partials[0](sympy.Dummy(), a)
            told = say("The derivative at {a} is that of another activation.", **_ends(way, link))
            yield way.slip(link.target, told, {link.backward: link.with_local(formula)})


def _ends(way: Way, link: Link) -> dict[str, object]:
    return {"a": way.named(link.forward.target), "z": way.named(way.of(link.target))}
