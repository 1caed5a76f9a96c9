"""Whether numbers can tell a function with a kink from one without: some of its arguments lie on either side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation
from symbp.equation import Equation
from symbp.functions import Elementary

KINKED = ("relu", "leaky_relu", "elu", "abs")  # at zero


def kinked(derivation: NetworkDerivation) -> frozenset[str]:
    """The outputs of functions with a kink at zero that a gradient goes back through."""
    return frozenset(e.target for e in _equations(derivation))


def told_apart(derivation: NetworkDerivation, values: Mapping[str, Any]) -> frozenset[str]:
    """Those whose arguments lie on both sides of zero, where a gradient arrives at all."""
    found = set()
    for equation in _equations(derivation):
        arguments = values[equation.reads[0].access.tensor]
        arrives = values[adjoint_name(equation.target)] != 0
        if arguments.shape != arrives.shape:  # such as the rows of a state
            found.add(equation.target)
            continue
        seen = arguments[arrives]
        if np.any(seen > 0) and np.any(seen < 0):
            found.add(equation.target)
    return frozenset(found)


def _equations(derivation: NetworkDerivation) -> Iterator[Equation]:
    for equation in derivation.start.equations():
        body, read = equation.body, equation.reads[:1]
        plain = isinstance(body, Elementary) and type(body).__name__ in KINKED and body.args[:1] == read
        if plain and adjoint_name(equation.target) in derivation.chain_result.tensor:
            yield equation
