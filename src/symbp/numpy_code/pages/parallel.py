"""The class ``ParallelWorkspace`` of a module as text: a batch in parts, a workspace and a thread for each."""

from __future__ import annotations

from dataclasses import dataclass

from symbp.equation import Size
from symbp.numpy_code.arguments import all_arguments, check_calls, declaration, result_type
from symbp.numpy_code.blueprint import Blueprint, argument
from symbp.numpy_code.layout import INDENT, indented, wrapped
from symbp.numpy_code.names import spelled
from symbp.numpy_code.pages.keywords import KeywordsPage, gradient_keywords, state_check
from symbp.numpy_code.pages.separable import separable
from symbp.program import Tensor

_BODY = INDENT * 2


@dataclass(frozen=True)
class ParallelPage:
    """A class for batches whose samples do not know of one another."""

    plan: Blueprint

    @staticmethod
    def of(plan: Blueprint) -> ParallelPage | None:
        """None if the samples of a batch are not computed one by one, or the loss is no mean over them."""
        return ParallelPage(plan) if separable(plan) else None

    @property
    def rest(self) -> tuple[str, ...]:
        """The run-time sizes besides the batch."""
        return tuple(s for s in self.plan.sizes if s != "N")

    @property
    def init(self) -> str:
        rest = "".join(f", {s}: int" for s in self.rest)
        arguments = f"self, batch: int{rest}, dtype: npt.DTypeLike = np.float32, threads: int = 2"
        return "\n".join(declaration("__init__", arguments, "None", INDENT))

    @property
    def part(self) -> str:
        """How the workspace of a part is made."""
        return f"Workspace({', '.join(['share', *self.rest, 'dtype'])})"

    @property
    def declaration(self) -> str:
        arguments = f"self, {all_arguments(self.plan)}{gradient_keywords(self.plan)}"
        return "\n".join(declaration("loss_and_grad", arguments, result_type(self.plan), INDENT))

    @property
    def checks(self) -> list[str]:
        """The lines that look at all arguments before any part begins."""
        plan = self.plan
        of_inputs, *of_targets = check_calls(plan, plan.inputs, plan.targets, set(plan.sizes), "self.dtype")
        limit = f"{_BODY}{INDENT}raise ValueError("
        message = f'{INDENT * 4}f"the batch has {{N}} samples, this workspace holds {{self.batch}}"'
        lines = [*indented([of_inputs], 2), f"{_BODY}if N > self.batch:", limit, message, f"{_BODY}{INDENT})"]
        lines += indented(of_targets, 2)
        if plan.read_states:
            lines.append(state_check(plan, "self.dtype", 2))
        if plan.masks:
            chosen = f"masks = _chosen_masks(masks, rng, {KeywordsPage(plan).mask_sizes}, self.dtype)"
            lines += wrapped(_BODY + chosen)
        return lines

    @property
    def given(self) -> list[str]:
        """The lines of the arguments of a part, which are those of the samples in ``cut``."""
        names = [self._cut(argument(t), t) for t in (*self.plan.inputs, *self.plan.targets)]
        lines = ["p", *names]
        if self.plan.read_states:
            lines.append(
                f"state=State({', '.join(self._cut(f'state.{spelled(t.name)}', t) for t in self.plan.states)})"
            )
        if self.plan.masks:
            lines.append("masks=Masks(*(mask[cut] for mask in masks))")
        return [part for line in lines for part in wrapped(f"{INDENT * 4}{line},")]

    def _cut(self, name: str, tensor: Tensor) -> str:
        return f"{name}[cut]" if tensor.shape and tensor.shape[0] == Size("N") else name

    @property
    def unpacked(self) -> str:
        """What a step returns, by name: ``L, g, x_bar``."""
        return ", ".join([self.loss, "g", *self.adjoints])

    @property
    def first(self) -> str:
        """What the first part gives, by name; adjoints of inputs are put together afterwards."""
        return ", ".join([self.loss, "g", *("_" for _ in self.adjoints)])

    @property
    def whole(self) -> list[str]:
        """The lines that put the adjoints of inputs together."""
        lines: list[str] = []
        for place, name in enumerate(self.adjoints, 2):
            lines += [
                f"{_BODY}{name} = np.concatenate(",
                f"{_BODY}{INDENT}[w * step.result()[{place}] for step, w in zip(steps, weights, strict=True)]",
                f"{_BODY})",
            ]
        return lines

    @property
    def loss(self) -> str:
        return spelled(self.plan.program.output)

    @property
    def adjoints(self) -> list[str]:
        return [spelled(name) for name in self.plan.input_adjoints]
