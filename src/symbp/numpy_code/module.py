"""The text of a module: a template filled with the statements of the schedules."""

from __future__ import annotations

from symbp.derive import NetworkDerivation
from symbp.errors import Fault, ProgramError
from symbp.numpy_code.blueprint import Blueprint, blueprint
from symbp.numpy_code.checks import ChecksPage
from symbp.numpy_code.coefficients import BOTTOM32, BOTTOM64, NEAR, TOP32, TOP64
from symbp.numpy_code.comments import one_line
from symbp.numpy_code.functions import SPECIAL, called, functions_in, helpers
from symbp.numpy_code.functions_page import PlainPage
from symbp.numpy_code.keywords import KeywordsPage
from symbp.numpy_code.optimizers import OptimizersPage
from symbp.numpy_code.parameters import ParametersPage
from symbp.numpy_code.straight_page import StraightPage
from symbp.numpy_code.workspace_page import WorkspacePage
from symbp.schedule import schedule, schedule_in_place
from symbp.templates import environment


def module_text(derivation: NetworkDerivation) -> str:
    """The NumPy module of a derivation, as Python source.

    It imports NumPy alone, is a fixed point of ``ruff format`` (88 columns) and passes ``mypy --strict``.
    The same derivation gives the same text.

    Raises:
        Fault: the network has no parameters.
    """
    if not derivation.network.parameters:
        raise Fault("the network has no parameters, and a module is about them", "Add a layer that has some.")
    return text_of(blueprint(derivation))


def text_of(plan: Blueprint) -> str:
    """The module of any blueprint: a network's, or one made from bare equations.

    Raises:
        ProgramError: the program has no parameter.
    """
    if not plan.parameters:
        raise ProgramError(f"{plan.name}: a module needs a parameter to differentiate by")
    wanted = [w for w in plan.wanted if plan.program.defining(w)]
    backward, in_place = schedule(plan.program, wanted), schedule_in_place(plan.program, wanted)
    functions = tuple(dict.fromkeys((*functions_in(plan.program), *functions_in(plan.predicting or plan.program))))
    plain, workspace = PlainPage(plan, backward), WorkspacePage(plan, in_place)
    straight = StraightPage.of(plan)
    code = [*plain.predict, *plain.loss, *plain.loss_and_grad, *workspace.lines]
    return (
        environment("python")
        .get_template("numpy/module.py.j2")
        .render(
            name=plan.name,
            title=one_line(plan.title) or plan.name,
            parameters=ParametersPage(plan),
            plain=plain,
            workspace=workspace,
            straight=straight,
            checks=ChecksPage(plan),
            keywords=KeywordsPage(plan),
            optimizers=OptimizersPage(plan),
            helpers=called(helpers(functions), code),
            windows=any("_windows(" in line for line in code),
            special=[name for name in functions if name in SPECIAL],
            tails=(("d", TOP64, BOTTOM64), ("f", TOP32, BOTTOM32)),
            near=NEAR,
        )
    )
