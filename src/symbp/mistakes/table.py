"""The rows of the table of mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sympy

from symbp.derive import NetworkDerivation
from symbp.functions import Prime
from symbp.mistakes.changing import exchanged, links
from symbp.mistakes.seed import Mistake, Seed, Slip
from symbp.wording import say


def seeds(derivation: NetworkDerivation) -> Iterator[Seed]:
    """Every mistake of the table at every place of a derivation where it can be made."""
    for mistake in MISTAKES:
        for slip in mistake.slips(derivation):
            yield Seed(mistake, slip)


def lost_slope(derivation: NetworkDerivation) -> Iterator[Slip]:
    """``z_bar = a_bar * sigma'(z)`` without the second factor."""
    for link in links(derivation):
        if link.backward.body.has(Prime):
            body = link.backward.body.replace(lambda node: isinstance(node, Prime), lambda node: sympy.Integer(1))
            program = exchanged(derivation.chain_result, {link.backward: replace(link.backward, body=body)})
            z, a = (derivation.naming.whole(name) for name in (link.backward.target, link.forward.target))
            told = say("The local derivative of {a} is missing.", a=a)
            yield Slip(link.backward.target, program, told)


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "lost-slope",
        say("lost local derivative of an activation"),
        say("What arrives at the output of an activation has to be multiplied by its derivative."),
        lost_slope,
    ),
)
