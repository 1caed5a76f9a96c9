"""The derivative of one number of a network by another one, from the forward equations alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symbp.derive import NetworkDerivation
from symbp.formulas.numbers import Numbers
from symbp.views.scalar import Element, ScalarView, scalars

MOST = 5_000  # numbers between the two


def total_derivative(
    derivation: NetworkDerivation,
    sizes: Mapping[str, int],
    of: Element,
    by: Element,
    values: Mapping[str, Any],
    numbers: Numbers,
) -> Any:
    """d(of)/d(by) at given values of all tensors, over every path; ``None`` if the one does not depend on the other."""
    whole = {t.name for t in derivation.start.tensors if t.dtype == "int"}
    integers = {name: np.asarray(values[name]).astype(int) for name in whole if name in values}
    view = ScalarView(derivation.told, sizes, integers)
    known: dict[Element, Any] = {by: numbers.number(1)}

    def found(element: Element) -> Any:
        if element not in known:
            known[element] = None
            if derivation.start.defining(element.tensor) and len(known) < MOST:
                formula = view.primal(element)
                at = {s: numbers.array(np.asarray(values[s.element.tensor])[s.element.index]) for s in scalars(formula)}
                for s in at:
                    inner = found(s.element)
                    if inner is not None:
                        term = numbers.expression(formula.diff(s), at) * inner
                        known[element] = term if known[element] is None else known[element] + term
        return known[element]

    return found(of)
