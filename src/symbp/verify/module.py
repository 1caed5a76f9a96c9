"""The emitted module, imported from its text and run, against complex steps of the forward program."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import numpy as np

from symbp.derivation import Derivation, adjoint_name
from symbp.derive import NetworkDerivation
from symbp.errors import ProgramError
from symbp.numpy_code import Blueprint, blueprint, texts_of
from symbp.program import GIVEN, Program, Tensor
from symbp.reference import evaluate, shape_of
from symbp.reference.arithmetic import Array
from symbp.reference.loops import Sizes
from symbp.verify.cases import Case
from symbp.verify.gradients import TOLERANCE
from symbp.verify.report import Row, relative_error
from symbp.verify.steps import FLOOR, NOISE, magnitude

SINGLE_TOLERANCE = 1e-4
SINGLE_NEAR = 1e-4  # numbers rounded to float32 may lie on the other side of a kink that is nearer
Arrays = Mapping[str, Array]


def imported(text: str) -> ModuleType:
    """The module of a text, from a file that is gone afterwards and under a name that nothing else sees."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "checked.py"
        path.write_text(text, encoding="utf-8")
        spec = importlib.util.spec_from_file_location("symbp_checked", path)
        if spec is None or spec.loader is None:
            raise ProgramError("Python cannot import a module from the temporary folder")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


def plan_of(derivation: Derivation) -> Blueprint:
    """The blueprint of a network's module, or of one made from equations alone: it predicts their last tensor."""
    if isinstance(derivation, NetworkDerivation):
        return blueprint(derivation)
    between = [t.name for t in derivation.start.of_role("intermediate") if derivation.result.defining(t.name)]
    asked = [name for name in derivation.outputs if name != derivation.start.output]
    last = (asked or between)[-1]
    return Blueprint("checked", "checked", derivation.result, derivation.numbers, derivation.wrt, last)


def module_rows(case: Case) -> Iterator[Row]:
    """What every function of the module gives at the values of a case.

    In double precision against complex steps; in single against the final program in double, at rounded values.
    """
    plan = plan_of(case.derivation)
    if not plan.gradients:
        yield Row("module", f"complex step{case.at}", None, TOLERANCE, "no parameter to differentiate by: no module")
        return
    texts = texts_of(plan)
    module, plain = imported(texts["fast"]), imported(texts["plain"])
    yield from _Run(module, plain, plan, case, np.float64, case.draw.values, case.found.adjoints, case.reference).rows()
    if plan.worked is not None and not case.generic:
        yield _example_row(module, plan, case)
    if case.draw.distance <= SINGLE_NEAR:
        yield Row("module", f"final program, float32{case.at}", None, SINGLE_TOLERANCE, "a kink lies too near")
        return
    values = _rounded(plan, case.draw.values)
    final = evaluate(case.derivation.result, values, case.sizes)  # which the rows before have checked
    adjoints = {name: final[adjoint_name(name)] for name in plan.wrt}
    yield from _Run(module, plain, plan, case, np.float32, values, adjoints, "final program").rows()


def _example_row(module: ModuleType, plan: Blueprint, case: Case) -> Row:
    """The numbers of the example that the module brings along."""
    p, *given = module.example()
    names = [t.name for t in (*plan.parameters, *plan.inputs, *plan.targets)]
    found = dict(zip(names, [*p, *given], strict=True))
    error = max(relative_error(value, case.draw.values[name]) for name, value in found.items())
    return Row("module: example", f"the spec{case.at}", error, TOLERANCE)


def _rounded(plan: Blueprint, values: Arrays) -> dict[str, Array]:
    """The values as single precision holds them, in double precision."""
    floats = {t.name for t in plan.program.tensors if t.dtype == "float"}
    return {n: np.float64(np.float32(v)) if n in floats else v for n, v in values.items()}


def updated(plan: Blueprint, values: Arrays, sizes: Mapping[str, int]) -> dict[str, Array]:
    """The running statistics after a batch: each update by itself, its left side under another name."""
    found = {}
    for update in plan.updates:
        name = update.target
        tensors = [replace(plan.with_updates.tensor[n], role="input") for n in sorted(update.tensors_read)]
        after = replace(plan.with_updates.tensor[name], name="after", role="intermediate")
        equation = replace(update, lhs=replace(update.lhs, tensor=after.name))
        program = Program((*tensors, after), (equation,), after.name)
        found[name] = evaluate(program, {t.name: values[t.name] for t in tensors}, sizes)[after.name]
    return found


@dataclass(frozen=True)
class _Run:
    """A module at some values in one width, with the gradients that it should give.

    ``plain`` is the same in the plain style, of which only ``loss_and_grad`` is another one.
    """

    module: ModuleType
    plain: ModuleType
    plan: Blueprint
    case: Case
    width: type[Any]
    values: Arrays
    adjoints: Arrays
    reference: str

    def rows(self) -> Iterator[Row]:
        forward = evaluate(self.case.derivation.start, self.values, self.case.sizes)
        loss = forward[self.plan.program.output]
        p, x, y = self._parameters(), self._arrays(self.plan.inputs), self._arrays(self.plan.targets)
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            if hasattr(self.module, "predict"):
                yield self._prediction_row(p, x, forward)
            yield self._row("loss", {"L": (np.float64(self.module.loss(p, *x, *y, **self._keywords())), loss)})
            for what, module in self._functions.items():
                yield self._row(what, self._compared(module.loss_and_grad(p, *x, *y, **self._keywords()), loss))
            if self.plan.sizes:
                yield self._row("Workspace", self._compared(self._workspace_result(p, x, y), loss))
            if hasattr(self.module.Workspace, "_in_arrays"):  # few samples it computes otherwise
                found = self._workspace()._in_arrays(p, *x, *y)
                yield self._row("Workspace, in arrays", self._compared(found, loss))
            if self.plan.updates:
                yield self._state_row(p, x, y, forward)

    @property
    def _functions(self) -> dict[str, ModuleType]:
        return {"loss_and_grad": self.module, "plain loss_and_grad": self.plain}

    def _keywords(self, sizes: Sizes | None = None) -> dict[str, Any]:
        """What the functions of training need besides: masks, and the states that the loss depends on."""
        found: dict[str, Any] = {}
        if self.plan.masks:
            found["masks"] = self.module.Masks(*self._arrays(self.plan.masks, sizes))
        if self.plan.read_states:
            found["state"] = self.module.State(*self._arrays(self.plan.states, sizes))
        return found

    @cached_property
    def _given(self) -> Arrays:
        """The values, and running statistics as some batches before may have left them."""
        rng = np.random.default_rng(1)
        shapes = {t.name: shape_of(t, self.case.sizes) for t in self.plan.states}
        return {name: rng.uniform(0.5, 1.5, shape) for name, shape in shapes.items()} | dict(self.values)

    @property
    def _states(self) -> Arrays:
        """Each time in new arrays: training moves them."""
        return dict(zip((t.name for t in self.plan.states), self._arrays(self.plan.states), strict=True))

    def _prediction_row(self, p: Any, x: list[Array], forward: Arrays) -> Row:
        """What the network gives when it is used: by the forward program, or by the equations of its own."""
        keywords: dict[str, Any] = {}
        if self.plan.predicting is not None:
            values = {**self._given, **self._states}
            given = {t.name: values[t.name] for t in self.plan.predicting.of_role(*GIVEN)}
            forward = evaluate(self.case.predicting, given, self.case.sizes)
        if self.plan.predicted_states:
            keywords["state"] = self.module.State(*self._states.values())
        name = self.plan.prediction
        return self._row("predict", {name: (self.module.predict(p, *x, **keywords), forward[name])})

    def _state_row(self, p: Any, x: list[Array], y: list[Array], forward: Arrays) -> Row:
        """The running statistics after a batch, by the function and by a workspace."""
        expected = updated(self.plan, {**self.values, **forward, **self._states}, self.case.sizes)
        pairs: dict[str, tuple[Array, Array]] = {}
        calls = {what: module.loss_and_grad for what, module in self._functions.items()}
        calls["Workspace"] = self._workspace().loss_and_grad
        for what, call in calls.items():
            found = self._states
            call(p, *x, *y, **{**self._keywords(), "state": self.module.State(*found.values())})
            pairs |= {f"{name}, {what}": (found[name], expected[name]) for name in expected}
        return self._row("running statistics", pairs)

    def _workspace(self) -> Any:
        sizes = self.case.sizes
        most = [sizes.get("N", 1) + 2, *(sizes[name] + 1 for name in self.plan.sizes if name != "N")]
        return self.module.Workspace(*most, self.width)

    def _parameters(self) -> Any:
        return self.module.Parameters(*self._arrays(self.plan.parameters))

    def _arrays(self, tensors: tuple[Tensor, ...], sizes: Sizes | None = None) -> list[Array]:
        """The values of given tensors, or the first of them along each run-time axis."""
        found = []
        for t in tensors:
            cut = tuple(map(slice, shape_of(t, self.case.sizes if sizes is None else sizes)))
            found.append(np.array(self._given[t.name][cut], dtype=np.int64 if t.dtype == "int" else self.width))
        return found

    def _workspace_result(self, p: Any, x: list[Array], y: list[Array]) -> Any:
        """Of the second call, after one on fewer samples and steps, in a workspace that could hold more."""
        workspace = self._workspace()
        fewer = {name: max(1, size - 1) for name, size in self.case.sizes.items()}
        given = self._arrays((*self.plan.inputs, *self.plan.targets), fewer)
        workspace.loss_and_grad(p, *given, **self._keywords(fewer))
        return workspace.loss_and_grad(p, *x, *y, **self._keywords())

    def _compared(self, result: Any, loss: Array) -> dict[str, tuple[Array, Array]]:
        """Each thing that a call gave, with what it should be."""
        value, g, *others = result
        inputs = [t.name for t in self.plan.inputs if t.name in self.plan.wrt]
        names = [t.name for t in self.plan.parameters]  # a field of Parameters may be spelled otherwise
        found = dict(zip([*names, *inputs], [*g, *others], strict=True))
        pairs = {name: (found[name], self.adjoints[name]) for name in self.plan.wrt}
        frozen = {name: (found[name], np.zeros(found[name].shape)) for name in names if name not in self.plan.wrt}
        return {"L": (np.float64(value), loss), **pairs, **frozen}

    def _row(self, function: str, pairs: Mapping[str, tuple[Array, Array]]) -> Row:
        tolerance = TOLERANCE if self.width is np.float64 else SINGLE_TOLERANCE
        errors = {name: self._error(name, *pair, tolerance) for name, pair in pairs.items()}
        worst = max(errors, key=lambda name: errors[name])
        note = "" if errors[worst] <= tolerance else f"worst: {worst}"
        how = f"{self.reference}, {self.width.__name__}{self.case.at}"
        return Row(f"module: {function}", how, errors[worst], tolerance, note)

    def _error(self, name: str, value: Array, reference: Array, tolerance: float) -> float:
        """The relative error; what cancels to zero is measured by its terms; widths must be kept."""
        if isinstance(value, np.ndarray) and value.dtype != self.width:
            return float("inf")
        error = relative_error(value, reference)
        result = self.case.derivation.result
        definition = result.defining(adjoint_name(name)) or result.defining(name)
        if error <= tolerance or not definition or name == self.plan.prediction and self.plan.predicting is not None:
            return error
        terms = max(magnitude(definition, self.case.found.result, self.case.sizes), FLOOR)
        return relative_error(value, reference, terms, NOISE)
