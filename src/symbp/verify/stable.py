"""Floats in which every function is computed by its stable form, as the emitted module computes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from symbp.equation import Access, Equation, read
from symbp.functions import Row
from symbp.program import Program, Tensor
from symbp.reference import FLOAT, evaluate


def stable_function(row: Row) -> Callable[..., Any]:
    """The stable form of a row as a function of numbers; a primitive is the function itself.

    >>> from symbp.functions import ROWS
    >>> float(stable_function(ROWS["sigmoid"])(-1e4))
    0.0
    """
    form = row.stable
    if form is None:
        return row.numeric

    @cache
    def program(count: int) -> Program:
        arguments = [read(f"a{place}") for place in range(count)]
        tensors = (*(Tensor(a.name, (), "input") for a in arguments), Tensor("L", ()))
        return Program(tensors, (Equation(Access("L"), form(*arguments)),))

    def value(*arguments: Any) -> Any:
        given = {f"a{place}": argument for place, argument in enumerate(arguments)}
        return evaluate(program(len(arguments)), given, {}, STABLE)["L"][()]

    return value


STABLE = replace(FLOAT, name="float64, stable forms", function=stable_function)
