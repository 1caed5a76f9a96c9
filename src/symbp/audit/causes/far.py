"""What is done otherwise over thousands of steps: the emitted module of a derivation with the mistake in it is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from symbp.audit.causes.hypotheses import Hypothesis
from symbp.audit.granted import NEAR, Trainer
from symbp.audit.longrun import LongRun
from symbp.errors import Fault, ProgramError

Advance = Callable[[str, int, int], None]
# A program with a mistake in it need not be one that a module can be made of.
NO_MODULE = (ProgramError, ArithmeticError, LookupError, NameError, TypeError, ValueError, OSError)
ALWAYS = ("updated-weights", "other-updated", "step-counted")  # that are tried where nothing speaks for them yet


@dataclass(frozen=True)
class Far:
    """The steps of a text that are many."""

    marks: Sequence[int]
    advance: Advance

    def reached(self, hypothesis: Hypothesis) -> Hypothesis:
        """The hypothesis with the parameters that it leads to after many steps."""
        marks = [mark + hypothesis.later for mark in self.marks]
        starts = parameters(hypothesis.trainer, hypothesis.changed, marks, self.advance)
        return replace(hypothesis, trainer=replace(hypothesis.trainer, starts=starts))


def parameters(
    trainer: Trainer, changed: Mapping[str, Any], marks: Sequence[int], advance: Advance
) -> dict[int, Mapping[str, Any]]:
    """The parameters after many steps of a trainer's program; none if no module can be made of it.

    They are no numbers where the training does not stay finite.
    """
    derivation = replace(trainer.derivation, result=trainer.program)
    try:
        run = LongRun.of(derivation, trainer.updated)
        return dict(run.parameters({**derivation.given, **changed}, marks, advance))
    except Fault:
        lost = {name: np.full_like(trainer.given[name], np.nan) for name in trainer.updated}
        return dict.fromkeys(marks, lost)
    except NO_MODULE:
        return {}


def is_far(mark: int) -> bool:
    """Whether a mark is not reached step by step."""
    return mark > NEAR
