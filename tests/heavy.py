"""The examples that take long: make slow-test has them, make test the others."""

from collections.abc import Iterable

import pytest

HEAVY = (
    "adding_lstm",
    "adding_rnn",
    "charmodel",
    "norms_batch",
    "norms_relu",
    "norms_residual",
    "norms_tanh",
    "transformer",
)


def every_third(values: Iterable[object]) -> list[object]:
    """Parameters of a test that takes long for each of many: one in three is in make test, others are slow."""
    return [value if at % 3 == 0 else pytest.param(value, marks=pytest.mark.slow) for at, value in enumerate(values)]


def marked(name: str, value: object = None) -> object:
    """An example as a parameter of a test, under its name."""
    marks = [pytest.mark.slow] if name in HEAVY else []
    return pytest.param(name if value is None else value, id=name, marks=marks)
