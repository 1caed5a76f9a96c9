"""Mistakes with the derivative of an activation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy

from symbp.equation import Equation, Read
from symbp.functions import ROWS, Elementary, Prime, local_derivative
from symbp.mistakes.changing import Link, Way, factors, is_pointwise
from symbp.mistakes.slip import Slip
from symbp.wording import Message, say

NO_ACTIVATIONS = {"exp", "log", "sqrt"}  # of a softmax, a loss, a normalisation
EACH_OTHER = {"sigmoid": "tanh", "tanh": "sigmoid"}


@dataclass(frozen=True)
class Activation:
    """An activation on the way back: ``z_bar = a_bar f'(z)``, for each thing that its argument is made of."""

    links: tuple[Link, ...]

    @property
    def forward(self) -> Equation:
        return self.links[0].forward

    @property
    def output(self) -> Read:
        return Read(self.forward.lhs)

    @property
    def function(self) -> Elementary | None:
        """The activation, if the forward equation is nothing but ``a = f(...)``."""
        body = self.forward.body
        return body if isinstance(body, Elementary) and len(body.args) == 1 else None

    @property
    def slope(self) -> Prime:
        slope: Prime = min(self.links[0].local.atoms(Prime), key=str)
        return slope

    def with_slope(self, slope: sympy.Expr | int) -> dict[Equation, Equation | None]:
        """The contributions with something else in place of the derivative of the activation."""
        return {link.backward: link.with_local(_rest(link) * slope) for link in self.links}


def _rest(link: Link) -> sympy.Expr:
    """What else a local derivative is a product of besides the derivative of the activation."""
    return sympy.Mul(*(f for f in factors(link.local) if not f.has(Prime)))


def activations(way: Way) -> Iterator[Activation]:
    """The activations, in the order of the way back, but for exponentials, logarithms and roots."""
    found: dict[Equation, tuple[Link, ...]] = {}
    for link in way.links:
        names = {prime.of for prime in link.local.atoms(Prime)}
        if names - NO_ACTIVATIONS and is_pointwise(link.forward) and link.forward.target != way.program.output:
            found[link.forward] = (*found.get(link.forward, ()), link)
    return map(Activation, found.values())


def lost_slope(way: Way) -> Iterator[Slip]:
    """``z_bar = a_bar`` in place of ``a_bar f'(z)``: at one activation, and at all of them."""
    found = list(activations(way))
    for activation in found:
        told = say("The derivative of {a} by {z} is missing.", **_ends(way, activation))
        yield _slip(way, activation, told, 1)
    if len(found) > 1:
        told = say("The derivatives of all activations are missing.")
        together = {old: new for activation in found for old, new in activation.with_slope(1).items()}
        yield way.slip(found[0].links[0].target, told, together)


def slope_twice(way: Way) -> Iterator[Slip]:
    """``a_bar f'(z) f'(z)``: as ``(a - y) a (1 - a)`` where sigmoid and cross-entropy together give ``a - y``."""
    for activation in activations(way):
        told = say("The derivative of {a} by {z} is there twice.", **_ends(way, activation))
        yield _slip(way, activation, told, activation.slope**2)


def wrong_argument(way: Way) -> Iterator[Slip]:
    """``f'(a)`` in place of ``f'(z)``, and the formula for the output, as ``a(1 - a)``, with z put in."""
    for activation in activations(way):
        function, slope = activation.function, activation.slope
        if function is None:
            continue
        at_output = slope.func(activation.output)
        if slope.of != "relu":  # whose derivative at relu(z) is that at z
            told = say("The derivative of {a} is taken at {a} in place of {z}.", **_ends(way, activation))
            yield _slip(way, activation, told, at_output)
        if local_derivative(slope).has(function):
            told = say(
                "The formula for the derivative in terms of the output {a} has {z} in it.", **_ends(way, activation)
            )
            yield _slip(way, activation, told, local_derivative(slope).xreplace({function: slope.args[0]}))


def function_for_slope(way: Way) -> Iterator[Slip]:
    """``f(z)`` in place of ``f'(z)``."""
    found = [a for a in activations(way) if a.function is not None]
    for activation in found:
        told = say("The activation {a} stands in place of its derivative.", **_ends(way, activation))
        yield _slip(way, activation, told, activation.output)
    if len(found) > 1:
        told = say("All activations stand in place of their derivatives.")
        together = {old: new for a in found for old, new in a.with_slope(a.output).items()}
        yield way.slip(found[0].links[0].target, told, together)


def other_slope(way: Way) -> Iterator[Slip]:
    """The derivative of the sigmoid in terms of its output for that of tanh, and the other way round."""
    for activation in activations(way):
        other = EACH_OTHER.get(activation.function.func.__name__) if activation.function is not None else None
        if other is not None:
            told = say("The derivative at {a} is that of another activation.", **_ends(way, activation))
            yield _slip(way, activation, told, ROWS[other].partials[0](sympy.Dummy(), activation.output))


def _slip(way: Way, activation: Activation, told: Message, slope: sympy.Expr | int) -> Slip:
    return way.slip(activation.links[0].target, told, activation.with_slope(slope))


def _ends(way: Way, activation: Activation) -> dict[str, object]:
    link = activation.links[0]
    return {"a": way.named(link.forward.target), "z": way.named(way.of(link.target))}
