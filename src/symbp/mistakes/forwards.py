"""Mistakes of the forward pass, from which wrong gradients follow by right formulas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symbp.equation import Access, Equation, Read, reads
from symbp.functions import ROWS, Elementary
from symbp.mistakes.changing import Way, is_pointwise, put, swapped
from symbp.mistakes.products import square_axes
from symbp.mistakes.slip import Slip
from symbp.mistakes.slopes import EACH_OTHER, NO_ACTIVATIONS
from symbp.wording import say


def forward_equations(way: Way) -> Iterator[Equation]:
    for equation in way.program.equations():
        if way.program.tensor[equation.target].of is None and equation.target != way.program.output:
            yield equation


def lost_bias(way: Way) -> Iterator[Slip]:
    """A bias that is not added."""
    found = [e for e in forward_equations(way) if _is_bias(way, e)]
    for equations in ([found] if len(found) > 1 else []) + [[e] for e in found]:
        told = (
            say("No bias is added.")
            if len(equations) > 1
            else say("The bias {b} is not added.", b=way.named(equations[0].reads[0].access.tensor))
        )
        yield way.slip(equations[0].target, told, dict.fromkeys(equations))


def _is_bias(way: Way, equation: Equation) -> bool:
    lone = isinstance(equation.body, Read) and way.is_parameter(equation.body.access.tensor)
    return equation.accumulate and lone and not equation.reduction


def activations(way: Way) -> Iterator[tuple[Equation, Elementary]]:
    for equation in forward_equations(way):
        body = equation.body
        named = isinstance(body, Elementary) and body.func.__name__ not in NO_ACTIVATIONS
        if named and is_pointwise(equation) and len(body.args) == 1 and isinstance(body.args[0], Read):
            yield equation, body


def lost_activation(way: Way) -> Iterator[Slip]:
    """``a = z``."""
    for equation, body in activations(way):
        told = say("The activation is missing in {a}.", a=way.named(equation.target))
        yield way.slip(equation.target, told, {equation: replace(equation, body=body.args[0])})


def other_activation(way: Way) -> Iterator[Slip]:
    """The sigmoid for tanh, and the other way round."""
    for equation, body in activations(way):
        other = EACH_OTHER.get(body.func.__name__)
        if other is not None:
            told = say("{a} has another activation than is stated.", a=way.named(equation.target))
            yield way.slip(equation.target, told, {equation: replace(equation, body=ROWS[other].function(*body.args))})


def exponent_sign(way: Way) -> Iterator[Slip]:
    """``1/(1 + e^z)`` for ``1/(1 + e^-z)``."""
    for equation, body in activations(way):
        if body.func.__name__ == "sigmoid":
            told = say("The exponent in {a} has the wrong sign.", a=way.named(equation.target))
            yield way.slip(equation.target, told, {equation: replace(equation, body=body.func(-body.args[0]))})


def transposed_forward(way: Way) -> Iterator[Slip]:
    """Weights read by columns in place of rows, on the way there."""
    for equation in forward_equations(way):
        for operand in reads(equation.body) if equation.reduction == "sum" else ():
            if not way.is_parameter(operand.access.tensor):
                continue
            for one, other in square_axes(way, operand.access):
                told = say(
                    "{W} is transposed in {z}.", W=way.named(operand.access.tensor), z=way.named(equation.target)
                )
                turned: Access = swapped(operand.access, one, other)
                yield way.slip(
                    equation.target,
                    told,
                    {equation: replace(equation, body=put(equation.body, {operand: Read(turned)}))},
                )
