"""The numbers of a network at its full size: those of its example, or drawn ones.

The notes of a network that has no example, or is too large to name each quantity, are evaluated at small extents. How
large a gradient is, and what a step does to the loss, is told of the network itself, in floats: its parameters are
those that the module's ``init(0)`` draws, its batch is drawn. Everything is evaluated a whole equation at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np

from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation
from symbp.errors import CheckFailed
from symbp.explain.given import arguments
from symbp.mathtree import Mono
from symbp.numpy_code import Blueprint, blueprint
from symbp.program import Program
from symbp.reference import evaluate_grids
from symbp.reference.arithmetic import Array
from symbp.verify.gradients import points, random_direction
from symbp.verify.module import imported
from symbp.verify.perturb import STEP
from symbp.wording import Message, say, say_many

BATCH = 8  # samples that are drawn
STEPS = 8  # of a sequence that is drawn
MOST_LANE_POINTS = 8_000_000  # numbers that one run with several directions may compute
MOST_POINTS = 20_000_000  # of sums, in the forward equations of a network that is run as it is
EXPONENT = -9  # of the bound that errors are compared with and that is printed: floats keep more digits than that
BOUND = f"< 1e{EXPONENT}"
NOISE = 1e-6  # of the largest: what is smaller may be a sum that cancels to zero
NOTHING = 1e-15  # what rounding leaves of a zero


@dataclass(frozen=True)
class Numbers:
    """Values of all that is given to a network, and everything that follows.

    Attributes:
        given: Inputs, targets, masks, states and parameters, as arrays.
        sizes: The run-time sizes.
        module: The module's own function: the loss and the gradients at other values of parameters.
    """

    derivation: NetworkDerivation
    given: Mapping[str, Array]
    sizes: Mapping[str, int]
    module: Callable[[Mapping[str, Array]], tuple[float, Mapping[str, Array]]] | None = None

    @cached_property
    def values(self) -> Mapping[str, Array]:
        """The value of every tensor that the chain rule names, adjoints included, before any rewrite."""
        return evaluate_grids(self.derivation.chain_result, self.given, self.sizes)

    @property
    def loss(self) -> float:
        return float(self.values[self.derivation.start.output])

    @property
    def learned(self) -> tuple[str, ...]:
        """The parameters that have a gradient, in their order."""
        parameters = [t.name for t in self.derivation.start.of_role("parameter")]
        return tuple(name for name in parameters if name in self.derivation.wrt)

    def gradient(self, name: str) -> Array:
        """dL/d(a parameter)."""
        return self.values[adjoint_name(name)]

    @property
    def length(self) -> float:
        """The length of the gradient, all parameters together."""
        return length(*map(self.gradient, self.learned))

    def loss_at(self, changes: Mapping[str, Array]) -> float:
        """The loss after a change, from the forward equations alone."""
        start = self.derivation.start
        return float(evaluate_grids(start, {**self.given, **changes}, self.sizes)[start.output])

    def check(self) -> None:
        """Nothing, if the gradient of every parameter is what complex steps of the forward equations give.

        Each tensor, or in a large network a few of them together, is moved along one random direction.

        Raises:
            CheckFailed: one is not; the message names its equation.
        """
        start, names = self.derivation.start, self.learned
        count = max(1, min(len(names), MOST_LANE_POINTS // max(1, points(start, self.sizes))))
        groups = [names[lane::count] for lane in range(count)]
        along = {name: random_direction({name: self.given[name].shape})[name] for name in names}
        parts = {name: self.gradient(name) * along[name] for name in names}
        sizes = [sum(float(np.abs(parts[name]).sum()) for name in group) for group in groups]
        slopes = self._slopes(start, groups, along)
        if _is_nothing(*sizes, *slopes):
            return
        for group, slope, size in zip(groups, slopes, sizes, strict=True):
            found = sum(float(parts[name].sum()) for name in group)
            if not abs(found - slope) <= 10.0**EXPONENT * max(size, NOISE * max(sizes)):
                numbers = [str(self.derivation.numbers[adjoint_name(name)]) for name in group]
                raise CheckFailed(
                    f"equation ({', '.join(numbers)}): the gradient by {', '.join(group)} is not what the forward "
                    f"equations give: along a random direction {found:.10g}, and not {slope:.10g}"
                )

    def _slopes(self, start: Program, groups: list[tuple[str, ...]], along: Mapping[str, Array]) -> Array:
        """dL along the directions of each group, one lane a group."""
        moved = dict(self.given)
        for lane, group in enumerate(groups):
            for name in group:
                moved[name] = np.repeat(self.given[name][..., None].astype(complex), len(groups), axis=-1)
                moved[name][..., lane] += 1j * STEP * along[name]
        return evaluate_grids(start, moved, self.sizes)[start.output].imag / STEP


def _is_nothing(*numbers: float) -> bool:
    """Whether all numbers are zero but for rounding: in p - y of a sole class numbers of order one cancel."""
    return all(abs(number) <= NOTHING for number in numbers)


def length(*arrays: Array) -> float:
    """The square root of the sum of all squares."""
    return float(np.sqrt(sum(float(np.sum(np.square(np.abs(a.astype(float))))) for a in arrays)))


def of_example(derivation: NetworkDerivation) -> Numbers:
    """The numbers of an example, as floats."""
    whole = {t.name for t in derivation.start.tensors if t.dtype == "int"}
    given = {name: np.array(v, np.int64 if name in whole else float) for name, v in derivation.given.items()}
    return Numbers(derivation, given, derivation.sizes)


def sizes_of(derivation: NetworkDerivation) -> dict[str, int]:
    """The run-time sizes at which a network is run: those of its example, or of a batch that is drawn."""
    if derivation.network.example is not None:
        return derivation.sizes
    most = derivation.start.most
    return {n: min(BATCH if n == "N" else STEPS, most.get(n, STEPS)) for n in derivation.start.sizes}


def is_affordable(derivation: NetworkDerivation) -> bool:
    """Whether a network is run as it is in some seconds."""
    return points(derivation.start, sizes_of(derivation)) <= MOST_POINTS


def at_full_size(derivation: NetworkDerivation, code: str) -> Numbers:
    """The numbers of an example, or drawn ones, compared with what the module makes of them.

    Raises:
        CheckFailed: the module gives another loss or another gradient than the equations.
    """
    module, plan = imported(code), blueprint(derivation)
    found = of_example(derivation) if derivation.network.example is not None else _drawn(derivation, module, plan)

    def run(values: Mapping[str, Array]) -> tuple[float, Mapping[str, Array]]:
        given = {**found.given, **values}
        parameters, *others = _arguments(module, plan, given)
        loss, gradient, *_ = module.loss_and_grad(parameters, *others, **_keywords(module, plan, given))
        return float(loss), dict(zip([t.name for t in plan.parameters], gradient, strict=True))

    _compare(found, *run({}))
    return replace(found, module=run)


def _arguments(module: ModuleType, plan: Blueprint, given: Mapping[str, Array]) -> list[Any]:
    others = [given[t.name] for t in (*plan.inputs, *plan.targets)]
    return [module.Parameters(*(given[t.name] for t in plan.parameters)), *others]


def _keywords(module: ModuleType, plan: Blueprint, given: Mapping[str, Array]) -> dict[str, Any]:
    """Masks, and the states that the loss depends on."""
    kinds = {"masks": ("Masks", plan.masks), "state": ("State", plan.states if plan.read_states else ())}
    made = {key: (kind, [given[t.name] for t in tensors]) for key, (kind, tensors) in kinds.items() if tensors}
    return {key: getattr(module, kind)(*arrays) for key, (kind, arrays) in made.items()}


def _drawn(derivation: NetworkDerivation, module: ModuleType, plan: Blueprint) -> Numbers:
    """The parameters are what the module's ``init(0)`` gives; all else is drawn as the checks draw."""
    sizes = sizes_of(derivation)
    (parameters, *others), keywords = arguments(module, plan, derivation, sizes, np.dtype(float).type)
    given = dict(zip([t.name for t in plan.parameters], parameters, strict=True))
    given |= dict(zip([t.name for t in (*plan.inputs, *plan.targets)], others, strict=True))
    given |= dict(zip([t.name for t in plan.masks], keywords.get("masks", ()), strict=True))
    if plan.read_states:
        given |= dict(zip([t.name for t in plan.states], keywords["state"], strict=True))
    return Numbers(derivation, given, sizes)


def _compare(found: Numbers, loss: float, gradient: Mapping[str, Array]) -> None:
    size = {name: float(np.abs(found.gradient(name)).max(initial=0)) for name in found.learned}
    given = [loss, *(float(np.abs(gradient[name]).max(initial=0)) for name in found.learned)]
    if _is_nothing(found.loss, *size.values(), *given):
        return
    if not abs(loss - found.loss) <= 10.0**EXPONENT * abs(found.loss):
        raise CheckFailed(f"the module gives the loss {loss:.10g}, and the equations {found.loss:.10g}")
    for name in found.learned:
        error = np.abs(gradient[name] - found.gradient(name)).max(initial=0)
        if not error <= 10.0**EXPONENT * max(size[name], NOISE * max(size.values())):
            raise CheckFailed(f"the module gives another gradient by {name} than the equations")


def too_large(derivation: NetworkDerivation) -> Message:
    """Why the notes have no numbers of a network."""
    count = sum(int(np.prod([e for e in t.shape if isinstance(e, int)])) for t in derivation.start.of_role("parameter"))
    return say("This network has {count} parameters, too many to run it for these notes.", count=count)


def told(numbers: Numbers) -> Message:
    """Where numbers come from, in a sentence."""
    if numbers.derivation.network.example is not None:
        return say("Parameters and samples are those of the example.")
    count = numbers.sizes.get("N", 1)
    if "T" in numbers.sizes:
        return say_many(
            count,
            "The parameters are those that the module's {init} draws; the batch is one drawn sample of {steps} steps.",
            "The parameters are those that the module's {init} draws; the batch is {count} drawn samples of {steps} "
            "steps.",
            init=Mono("init(0)"), steps=numbers.sizes["T"],
        )  # fmt: skip
    return say_many(
        count,
        "The parameters are those that the module's {init} draws; the batch is one drawn sample.",
        "The parameters are those that the module's {init} draws; the batch is {count} drawn samples.",
        init=Mono("init(0)"),
    )
