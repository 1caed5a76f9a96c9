"""What a module gives, by the name of each tensor: the loss and every gradient, by both ways to call it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import numpy as np
from modules import imported

from symbp.derive import NetworkDerivation, derive
from symbp.equation import Size
from symbp.layers.fragment import is_sequence
from symbp.network import Described, Network
from symbp.network.targets import TARGETS
from symbp.numpy_code import Style, blueprint, texts_of
from symbp.program import GIVEN
from symbp.reference import shape_of
from symbp.verify.check import MAKERS
from symbp.verify.draw import draws

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]
DOT = {"expression": "yhat*y", "reduction": "sum"}  # whose adjoint of yhat is y/N


@dataclass(frozen=True)
class Emitted:
    """A network with its derivation and its module."""

    net: Described

    @cached_property
    def derivation(self) -> NetworkDerivation:
        return derive(self.net)

    @cached_property
    def texts(self) -> dict[Style, str]:
        return texts_of(blueprint(self.derivation))

    @property
    def text(self) -> str:
        return self.texts["fast"]

    @cached_property
    def module(self) -> ModuleType:
        return self._imported("fast")

    @cached_property
    def plain_module(self) -> ModuleType:
        return self._imported("plain")

    def _imported(self, style: Style) -> ModuleType:
        with TemporaryDirectory() as folder:
            return imported(Path(folder), self.net.name, self.texts[style])

    def plain(self, values: Mapping[str, Array]) -> Arrays:
        """``L``, and the gradient of each parameter (and of each input) under its name, in the plain style."""
        p, given, keywords = self._arguments(values)
        return self._named(self.plain_module.loss_and_grad(p, *given, **keywords))

    def kept(self, values: Mapping[str, Array]) -> Arrays:
        """The same in the fast style, by the workspace that the module keeps."""
        p, given, keywords = self._arguments(values)
        return self._named(self.module.loss_and_grad(p, *given, **keywords))

    def workspace(self, values: Mapping[str, Array]) -> Arrays:
        """The same of a workspace that could hold more samples and steps, and was used for fewer before."""
        p, given, keywords = self._arguments(values)
        sizes = self.sizes(values)
        step = self.module.Workspace(*(size + 2 for size in sizes.values()), np.float64)
        fewer = {name: max(1, size - 1) for name, size in sizes.items()}
        shapes = {t.name: shape_of(t, fewer) for t in self.net.program().of_role(*GIVEN)}
        few = {name: np.asarray(values[name][tuple(map(slice, shape))]) for name, shape in shapes.items()}
        p, given_few, keywords_few = self._arguments(few)
        step.loss_and_grad(p, *given_few, **keywords_few)
        return self._named(step.loss_and_grad(p, *given, **keywords))

    def sizes(self, values: Mapping[str, Array]) -> dict[str, int]:
        """The run-time sizes that the inputs tell, the batch first."""
        found: dict[str, int] = {}
        for tensor in self.net.program().of_role("input"):
            for extent, length in zip(tensor.shape, values[tensor.name].shape, strict=True):
                found |= {extent.name: length} if isinstance(extent, Size) else {}
        return found

    def predict(self, values: Mapping[str, Array], **keywords: Any) -> Array:
        p, given, own = self._arguments(values)
        own.pop("masks", None)
        inputs = given[: len(self.net.program().of_role("input"))]
        found: Array = self.module.predict(p, *inputs, **own | keywords)
        return found

    def _arguments(self, values: Mapping[str, Array]) -> tuple[Any, list[Array], dict[str, Any]]:
        program = self.net.program()
        p = self.module.Parameters(*(values[name] for name in self.module.Parameters._fields))
        given = [values[t.name] for t in (*program.of_role("input"), *program.of_role("target"))]
        masks = [values[t.name] for t in program.of_role("mask")]
        states = [values[t.name] for t in program.of_role("state")]
        statistics = [t for t in self.net.states if t.name not in values] if states else []  # no part of the loss
        states += [np.ones(shape_of(t, {})) for t in statistics]
        keywords = {"masks": self.module.Masks(*masks)} if masks else {}
        return p, given, keywords | ({"state": self.module.State(*states)} if states else {})

    def _named(self, result: Any) -> Arrays:
        loss, g, *others = result
        inputs = [t.name for t in self.net.program().of_role("input") if t.name in self.derivation.wrt]
        return {"L": np.asarray(loss), **g._asdict(), **dict(zip(inputs, others, strict=True))}


def values_for(net: Network, samples: int, seed: int = 0, length: int = 4) -> Arrays:
    """Random values for all that is given, away from kinks, that suit the loss."""
    return next(values_of(net, samples, seed, length))


def values_of(net: Network, samples: int, seed: int, length: int = 4) -> Iterator[Arrays]:
    """Random values, the best ones first; sequences of a run-time length have ``length`` steps."""
    kind = next(name for name, target in TARGETS.items() if target is net.target)
    makers = {"y": MAKERS[kind]} if kind in MAKERS else {}
    return (dict(draw.values) for draw in draws(net.program(), {"N": samples, "T": length}, seed, makers))


def lively_values(found: Emitted, samples: int, seed: int, length: int = 4) -> Arrays:
    """Random values at which as few gradients as can be are zero throughout: behind dead units nothing is compared."""
    best, most = None, -1
    for values in values_of(found.net, samples, seed, length):
        alive = sum(bool(v.any()) for v in found.plain(values).values())
        if alive > most:
            best, most = values, alive
        if alive == 1 + len(found.derivation.wrt):
            break
    assert best is not None and most > 1
    return best


def errors(found: Mapping[str, Array], expected: Mapping[str, Array]) -> dict[str, float]:
    """For each tensor max |difference| / max |reference|; absolute where the reference is zero."""
    assert found.keys() == expected.keys()
    return {name: _error(np.asarray(found[name]), np.asarray(expected[name])) for name in expected}


def _error(found: Array, expected: Array) -> float:
    assert found.shape == expected.shape
    scale = np.max(np.abs(expected), initial=0)
    error = float(np.max(np.abs(found - expected), initial=0) / (scale or 1.0))
    return error if np.isfinite(error) else float("inf")


def compared(net: Network, adjoint: Array) -> int:
    """How many comparisons the loss is the mean of: one a sample, or one a step of it."""
    steps = adjoint.shape[1] if is_sequence(net.shapes[-1]) else 1
    return len(adjoint) * steps


def vjp(layers: list[Any], values: Arrays, adjoint: Array) -> Arrays:
    """``yhat``, and what an adjoint of it comes to at every parameter and at the input."""
    shape = list(values["x"].shape[1:])
    found = Emitted(Network("published", {"shape": shape}, layers, DOT, input_gradient=True))
    given = {**values, "y": adjoint * compared(found.net, adjoint)}
    plain, workspace = found.plain(given), found.workspace(given)
    assert max(errors(plain, workspace).values()) < 1e-12
    return {**plain, "yhat": found.predict(given), "yhat_bar": adjoint}
