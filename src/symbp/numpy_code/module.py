"""The text of a module: a template filled with the statements of the schedules."""

from __future__ import annotations

from symbp.derive import NetworkDerivation
from symbp.errors import ProgramError
from symbp.numpy_code.blueprint import Blueprint, blueprint
from symbp.numpy_code.page import Page
from symbp.templates import environment


def module_text(derivation: NetworkDerivation) -> str:
    """The NumPy module of a derivation, as Python source.

    It imports NumPy alone, is a fixed point of ``ruff format`` (88 columns) and passes ``mypy --strict``.
    The same derivation gives the same text.
    """
    return text_of(blueprint(derivation))


def text_of(plan: Blueprint) -> str:
    """The module of any blueprint: a network's, or one made from bare equations.

    Raises:
        ProgramError: the program has no parameter.
    """
    if not plan.parameters:
        raise ProgramError(f"{plan.name}: a module needs a parameter to differentiate by")
    return environment("python").get_template("numpy/module.py.j2").render(page=Page(plan))
