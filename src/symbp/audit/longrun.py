"""Thousands of steps of training, in floats, by the module that symbp emits.

How far rounding can have carried the parameters is told by a second run that begins a little aside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from symbp.derive import NetworkDerivation
from symbp.errors import Fault
from symbp.numpy_code import Blueprint, blueprint, module_text
from symbp.verify.module import imported

Values = Mapping[str, Any]
Advance = Callable[[str, int, int], None]
ASIDE = 1e-14  # of each parameter: more than rounding takes it in one step
SEED = 0
DIVERGES = (
    "the training does not stay finite: a parameter, or the loss, is too large for a float after at most {} steps"
)
FEWER = "Compare learning_rate, updated and after with the text."


@dataclass(frozen=True)
class LongRun:
    """Training by an emitted module.

    Attributes:
        derivation: Whose module it is.
        updated: The parameters that a step changes.
    """

    derivation: NetworkDerivation
    updated: tuple[str, ...]
    module: ModuleType
    plan: Blueprint

    @staticmethod
    def of(derivation: NetworkDerivation, updated: tuple[str, ...]) -> LongRun:
        return LongRun(derivation, updated, imported(module_text(derivation)), blueprint(derivation))

    def parameters(self, given: Values, marks: Sequence[int], advance: Advance) -> dict[int, dict[str, Any]]:
        """The parameters after each number of steps of ``marks``."""
        plan, module = self.plan, self.module
        others = [self._floats(given, t.name, t.dtype) for t in (*plan.inputs, *plan.targets)]
        keywords = self._keywords(given)
        names = [t.name for t in plan.parameters]
        p = module.Parameters(*(self._floats(given, name) for name in names))
        step = self._stepping(p)
        found = {}
        for done in range(max(marks) + 1):
            if done in marks:
                found[done] = {name: value for name, value in zip(names, p, strict=True) if name in self.updated}
            if done % 100 == 0:
                advance("training", done, max(marks))
            if done % 100 == 0 or done in marks:
                _checked(p, done)
            if done < max(marks):
                with _finite(done):
                    p = step(p, module.loss_and_grad(p, *others, **keywords)[1])
        return found

    def _floats(self, given: Values, name: str, dtype: str = "float") -> Any:
        return np.array(given[name], np.int64 if dtype == "int" else np.float64)

    def _keywords(self, given: Values) -> dict[str, Any]:
        plan = self.plan
        kinds = {"masks": ("Masks", plan.masks), "state": ("State", plan.states if plan.read_states else ())}
        made = {key: (kind, tensors) for key, (kind, tensors) in kinds.items() if tensors}
        return {
            key: getattr(self.module, kind)(*(self._floats(given, t.name) for t in tensors))
            for key, (kind, tensors) in made.items()
        }

    def _stepping(self, p: Any) -> Callable[[Any, Any], Any]:
        """A step of the example's optimizer, which leaves alone what is not updated."""
        example, clip = self.derivation.network.example, self.derivation.network.regularization.clip_norm
        assert example is not None
        optimizer, constants = getattr(self.module, example.optimizer.name), dict(example.optimizer.constants)
        state = [self.module.init_optimizer(p)] if example.optimizer.row.kept else []
        moved = [t.name in self.updated for t in self.plan.parameters]

        def step(p: Any, gradient: Any) -> Any:
            g = type(p)(*(v if m else np.zeros_like(v) for v, m in zip(gradient, moved, strict=True)))
            done = optimizer(p, g, *state, example.learning_rate, **constants, clip_norm=clip)
            new, state[:] = (done[0], [done[1]]) if state else (done, [])
            return type(p)(*(n if m else old for n, old, m in zip(new, p, moved, strict=True)))

        return step


@contextmanager
def _finite(step: int) -> Iterator[None]:
    """For one step of training.

    Raises:
        Fault: a number in it is too large for a float.
    """
    try:
        with np.errstate(all="ignore"):
            yield
    except OverflowError:
        raise _diverged(step + 1) from None


def _checked(parameters: Sequence[Any], steps: int) -> None:
    if not all(np.isfinite(value).all() for value in parameters):
        raise _diverged(steps)


def _diverged(steps: int) -> Fault:
    return Fault(DIVERGES.format(f"{steps:,}"), FEWER, ("example",))


def moved_aside(given: Values, names: Sequence[str]) -> dict[str, Any]:
    """The values with parameters a little aside, each up or down by chance."""
    rng = np.random.default_rng(SEED)
    found = dict(given)
    for name in names:
        value = np.array(given[name], np.float64)
        found[name] = value * (1 + ASIDE * rng.choice([-1.0, 1.0], value.shape))
    return found
