"""``loss_and_grad`` of a fast module: the step of a workspace that each thread keeps, copied into new arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from symbp.equation import Size
from symbp.numpy_code.arguments import all_arguments, check_calls, declaration
from symbp.numpy_code.blueprint import Blueprint, argument
from symbp.numpy_code.layout import INDENT, WIDTH, indented, wrapped
from symbp.numpy_code.names import Names, spelled
from symbp.numpy_code.pages.keywords import gradient_names


@dataclass(frozen=True)
class KeptPage:
    """The function, and the one that gives it the workspace of the calling thread."""

    plan: Blueprint

    @cached_property
    def loss_and_grad(self) -> list[str]:
        """The body: a workspace returns its own memory, which is copied."""
        keywords = [f"{name}={name}" for name in gradient_names(self.plan)]
        call = f"_kept_workspace({', '.join(self._given)}).loss_and_grad({', '.join([*self._given, *keywords])})"
        adjoints = [spelled(name) for name in self.plan.input_adjoints]
        loss = spelled(self.plan.program.output)
        copies = ["Parameters(*(a.copy() for a in g))", *(f"{name}.copy()" for name in adjoints)]
        return list(indented([f"{', '.join([loss, 'g', *adjoints])} = {call}", f"return {', '.join([loss, *copies])}"]))

    @property
    def _given(self) -> list[str]:
        return ["p", *map(argument, (*self.plan.inputs, *self.plan.targets))]

    @property
    def declaration(self) -> str:
        return "\n".join(declaration("_kept_workspace", all_arguments(self.plan), "Workspace", ""))

    @property
    def workspace(self) -> list[str]:
        """The body of the function that finds the workspace, or makes one for arguments that fit."""
        plan = self.plan
        name = Names(set(self._given)).fresh("kept")
        checks = check_calls(plan, plan.inputs, plan.targets, set(plan.sizes), "p[0].dtype")
        most = ["N" if "N" in plan.sizes else "1", *(s for s in plan.sizes if s != "N"), "p[0].dtype"]
        return [
            f"{INDENT}try:",
            f"{INDENT * 2}{name}: Workspace = _thread.workspace",
            *_condition([f"{name}.dtype == p[0].dtype", *self._fits(name)]),
            f"{INDENT * 3}return {name}",
            f"{INDENT}except (AttributeError, IndexError, TypeError):",
            f"{INDENT * 2}pass  # there is none yet, or an argument has no such shape",
            *indented(checks),
            *wrapped(f"{INDENT}{name} = _thread.workspace = Workspace({', '.join(most)})"),
            f"{INDENT}return {name}",
        ]

    def _fits(self, workspace: str) -> Iterator[str]:
        """For each run-time size that the workspace holds it; the first input that names a size tells it."""
        known: set[str] = set()
        for tensor in self.plan.inputs:
            for axis, extent in enumerate(tensor.shape):
                if isinstance(extent, Size) and extent.name not in known:
                    known.add(extent.name)
                    most = "batch" if extent.name == "N" else f"_most_{extent.name}"
                    plus = f" + {extent.plus}" if extent.plus > 0 else f" - {-extent.plus}" if extent.plus else ""
                    yield f"{argument(tensor)}.shape[{axis}] <= {workspace}.{most}{plus}"


def _condition(conditions: list[str]) -> list[str]:
    """``if a and b:``, with a line for each condition if one line will not do."""
    line = f"{INDENT * 2}if {' and '.join(conditions)}:"
    if len(line) <= WIDTH:
        return [line]
    rows = [f"{INDENT * 3}{'and ' if k else ''}{condition}" for k, condition in enumerate(conditions)]
    return [f"{INDENT * 2}if (", *rows, f"{INDENT * 2}):"]
