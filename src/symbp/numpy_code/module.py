"""The text of a module: a template filled with the statements of the schedules."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from symbp.derive import NetworkDerivation
from symbp.errors import Fault, ProgramError
from symbp.numpy_code.blueprint import Blueprint, blueprint
from symbp.numpy_code.coefficients import BOTTOM32, BOTTOM64, NEAR, TOP32, TOP64
from symbp.numpy_code.comments import one_line
from symbp.numpy_code.functions import SPECIAL, called, functions_in, helpers
from symbp.numpy_code.pages.checks import ChecksPage
from symbp.numpy_code.pages.functions import PlainPage
from symbp.numpy_code.pages.kept import KeptPage
from symbp.numpy_code.pages.keywords import KeywordsPage
from symbp.numpy_code.pages.optimizers import OptimizersPage
from symbp.numpy_code.pages.parallel import ParallelPage
from symbp.numpy_code.pages.parameters import ParametersPage
from symbp.numpy_code.pages.straight import StraightPage
from symbp.numpy_code.pages.workspace import WorkspacePage
from symbp.schedule import schedule_in_place
from symbp.templates import environment

Style: TypeAlias = Literal["fast", "plain"]
STYLES: tuple[Style, ...] = get_args(Style)


def module_text(derivation: NetworkDerivation, style: Style = "fast") -> str:
    """The NumPy module of a derivation, as Python source.

    The fast style has a ``Workspace``; ``loss_and_grad`` is the step of one that each thread keeps. In the plain
    style this function is the textbook form, a new array for every equation, and there is no workspace. Both import
    NumPy and the standard library alone, are fixed points of ``ruff format`` (88 columns) and pass ``mypy --strict``.
    The same derivation gives the same text.

    Raises:
        Fault: the network has no parameters, or there is no such style.
    """
    if style not in STYLES:
        raise Fault(f"there is no style {style!r}", f"Choose one of {', '.join(STYLES)}.")
    if not derivation.network.parameters:
        raise Fault("the network has no parameters, and a module is about them", "Add a layer that has some.")
    return text_of(blueprint(derivation), style)


def text_of(plan: Blueprint, style: Style = "fast") -> str:
    """The module of any blueprint: a network's, or one made from bare equations.

    Raises:
        ProgramError: the program has no parameter.
    """
    return texts_of(plan, (style,))[style]


def texts_of(plan: Blueprint, styles: tuple[Style, ...] = STYLES) -> dict[Style, str]:
    """The module of a blueprint in several styles, which have most of the work in common."""
    if not plan.parameters:
        raise ProgramError(f"{plan.name}: a module needs a parameter to differentiate by")
    plain = PlainPage(plan)
    texts = {"fast": lambda: _fast_text(plan, plain), "plain": lambda: _text(plan, plain)}
    return {style: texts[style]() for style in styles}


def _fast_text(plan: Blueprint, plain: PlainPage) -> str:
    in_place = schedule_in_place(plan.program, plan.wanted)
    straight = StraightPage.of(plan)
    parallel = None if straight else ParallelPage.of(plan)
    return _text(plan, plain, KeptPage(plan), WorkspacePage(plan, in_place), straight, parallel)


def _text(
    plan: Blueprint,
    plain: PlainPage,
    kept: KeptPage | None = None,
    workspace: WorkspacePage | None = None,
    straight: StraightPage | None = None,
    parallel: ParallelPage | None = None,
) -> str:
    """The template, filled: with a workspace, what keeps one for each thread, and its short or its parallel form."""
    functions = tuple(dict.fromkeys((*functions_in(plan.program), *functions_in(plan.predicting or plan.program))))
    step = (kept or plain).loss_and_grad
    code = [*plain.predict, *plain.loss, *step, *(workspace.lines if workspace else ())]
    return (
        environment("python")
        .get_template("numpy/module.py.j2")
        .render(
            name=plan.name,
            title=one_line(plan.title) or plan.name,
            parameters=ParametersPage(plan),
            plain=plain,
            step=step,
            kept=kept,
            workspace=workspace,
            straight=straight,
            parallel=parallel,
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
