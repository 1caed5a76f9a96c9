"""Mistakes with signs and constant factors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sympy

from symbp.equation import Affine, Equation, Index, Length, length, substitute_indices
from symbp.mistakes.changing import Link, Way, factors
from symbp.mistakes.slip import Slip
from symbp.wording import say


def sign(way: Way) -> Iterator[Slip]:
    """The target minus the output for the output minus the target; the sign of one path; that of a gradient."""
    if way.at_the_loss:
        told = say("The derivative of the loss has the wrong sign, as if the output were subtracted from the target.")
        yield way.slip(way.at_the_loss[0].target, told, {k.backward: k.times(-1) for k in way.at_the_loss})
    for link in way.links:
        if link in way.at_the_loss:
            continue
        told = say("What {adjoint} gets has the wrong sign.", adjoint=way.named(link.target))
        if len(way.to[link.target]) > 1:
            told = say(
                "What {adjoint} gets through {through} has the wrong sign.",
                adjoint=way.named(link.target),
                through=way.named(link.forward.target),
            )
        yield way.slip(link.target, told, {link.backward: link.times(-1)})


def half(way: Way) -> Iterator[Slip]:
    """The 2 of a square's derivative lost, or the 1/2 before the square."""
    squared = [k for k in way.at_the_loss if k.forward.body.has(sympy.Pow) and _is_square(k)]
    if squared:
        told = say("A factor 2 is missing: as if the loss had 1/2 before its square.")
        yield way.slip(squared[0].target, told, {k.backward: k.times(sympy.Rational(1, 2)) for k in squared})
        told = say("There is a factor 2 too many: as if the loss had no 1/2 before its square.")
        yield way.slip(squared[0].target, told, {k.backward: k.times(2) for k in squared})


def _is_square(link: Link) -> bool:
    return any(p.exp == 2 for p in link.forward.body.atoms(sympy.Pow))


def batch_mean(way: Way) -> Iterator[Slip]:
    """1/N forgotten where the loss is a mean over the samples, or put in twice."""
    if "N" in way.program.sizes:
        yield from _mean(way, Length("N"))


def step_mean(way: Way) -> Iterator[Slip]:
    """1/T forgotten where the loss is a mean over the steps, or put in where it is a sum."""
    for name in way.program.sizes:
        if name != "N":
            yield from _mean(way, Length(name))


def output_mean(way: Way) -> Iterator[Slip]:
    """1/K forgotten where the loss is a mean over the outputs, or put in where it is a sum."""
    shape = way.program.tensor["yhat"].shape if "yhat" in way.program.tensor else ()
    if len(shape) > 1 and isinstance(shape[-1], int) and shape[-1] > 1:
        yield from _mean(way, length(shape[-1]))


def _mean(way: Way, size: sympy.Expr) -> Iterator[Slip]:
    if not way.at_the_loss:
        return
    links, at = way.at_the_loss, way.at_the_loss[0].target
    told = say("There is a factor {size} too many: a mean is taken for a sum.", size=str(size))
    yield way.slip(at, told, {k.backward: k.times(size) for k in links})
    told = say("There is a factor 1/{size} too many: a sum is taken for a mean.", size=str(size))
    yield way.slip(at, told, {k.backward: k.times(1 / size) for k in links})


def lost_factor(way: Way) -> Iterator[Slip]:
    """A factor of a contribution that is lost: the weight, the activation, the other of two that are multiplied."""
    for link in way.links:
        if link in way.at_the_loss or link in way.penalties:
            continue
        named = [f for f in factors(link.local) if f.is_Symbol and hasattr(f, "access")]
        for factor in named:
            told = say(
                "The factor {factor} is missing in what {adjoint} gets.",
                factor=way.named(factor.access.tensor),
                adjoint=way.named(link.target),
            )
            yield way.slip(link.target, told, {link.backward: link.with_local(link.local / factor)})


def lost_scale(way: Way) -> Iterator[Slip]:
    """A constant factor of a contribution that is lost, as the 1/sqrt(d) of attention."""
    for link in (k for k in way.links if k not in way.penalties):
        constant, rest = link.local.as_coeff_Mul()
        roots = [f for f in factors(rest) if f.is_number]
        whole = sympy.Mul(constant, *roots)
        products = [f for f in factors(rest) if not f.is_number]
        if abs(whole) != 1 and len(products) == 1 and products[0].is_Symbol and hasattr(products[0], "access"):
            told = say("The constant factor of {adjoint} is missing.", adjoint=way.named(link.target))
            yield way.slip(link.target, told, {link.backward: link.with_local(products[0])})


def penalty(way: Way) -> Iterator[Slip]:
    """The penalty's part of a gradient lost, or with a factor 2 too many, or with the wrong sign."""
    for change, told in (
        (None, say("The penalty is missing in the gradient.")),
        (2, say("The penalty's part of the gradient is twice what it should be.")),
        (-1, say("The penalty's part of the gradient has the wrong sign.")),
    ):
        if way.penalties:
            new = {k.backward: None if change is None else k.times(change) for k in way.penalties}
            yield way.slip(way.penalties[-1].target, told, new)


def counted_again(way: Way) -> Iterator[Slip]:
    """The gradient of a bias times what it is summed over already, times its units, or that of all units in each."""
    for link in (k for k in way.at_parameters if k.local == 1):
        every, named = way.to[link.target], {"adjoint": way.named(link.target)}
        for index in (*link.backward.over, *([link.scan] if link.scan else [])):
            if index.extent != 1:
                told = say("{adjoint} is multiplied by {count} besides being summed.", count=str(index.extent), **named)
                yield way.slip(link.target, told, {k.backward: k.times(length(index.extent)) for k in every})
        units = way.program.tensor[way.of(link.target)].shape
        if len(units) == 1 and way.size(units[0]) > 1:
            told = say("{adjoint} is counted once for each unit.", **named)
            yield way.slip(link.target, told, {k.backward: k.times(length(units[0])) for k in every})
            told = say("{adjoint} is summed over the units of the layer too, as if they had one bias.", **named)
            yield way.slip(link.target, told, {k.backward: _over_units(k) for k in every})


def _over_units(link: Link) -> Equation:
    """The gradient of a vector with the sum of all its entries in each of them."""
    unit = link.backward.lhs.indices[0].index
    if unit is None:
        return link.backward
    other = Index(f"{unit.name}_other", unit.extent)
    body = substitute_indices(link.backward.body, {unit: Affine.of(other)})
    return replace(link.backward, body=body, over=(*link.backward.over, other), reduction="sum")
