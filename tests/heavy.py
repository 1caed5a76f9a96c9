"""The examples that take long: make slow-test has them, make test the others."""

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


def marked(name: str, value: object = None) -> object:
    """An example as a parameter of a test, under its name."""
    marks = [pytest.mark.slow] if name in HEAVY else []
    return pytest.param(name if value is None else value, id=name, marks=marks)
