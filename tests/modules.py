"""Emitted modules, imported from their text, and arguments that suit them."""

from __future__ import annotations

import importlib.util
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from symbp.equation import Size
from symbp.numpy_code import Blueprint, texts_of
from symbp.program import Program
from symbp.reference import evaluate


def imported(folder: Path, name: str, text: str) -> types.ModuleType:
    """The module of a text, imported from a file as a user would."""
    path = folder / f"{name}.py"
    path.write_text(text, encoding="ascii")
    specification = importlib.util.spec_from_file_location(f"emitted_{name}", path)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module  # dataclass-like machinery looks modules up by name
    specification.loader.exec_module(module)
    return module


def both(folder: Path, name: str, plan: Blueprint) -> types.ModuleType:
    """The module in the fast style, with that in the plain style as its attribute ``plain``."""
    texts = texts_of(plan)
    module = imported(folder, name, texts["fast"])
    module.plain = imported(folder, f"{name}_plain", texts["plain"])  # type: ignore[attr-defined]
    return module


def bare(derivation: Any, name: str = "bare") -> Blueprint:
    """The blueprint of a derivation without a network."""
    return Blueprint(name, name, derivation.result, derivation.numbers, derivation.wrt)


def random_values(program: Program, batch: int, seed: int, targets: str = "") -> dict[str, Any]:
    """A value for every given tensor; integers below 2, targets as their loss needs them."""
    rng = np.random.default_rng(seed)
    draw = {
        "probabilities": lambda shape: rng.dirichlet(np.ones(shape[-1]), size=shape[:-1]),
        "signs": lambda shape: rng.choice([-1.0, 1.0], size=shape),
        "unit": lambda shape: rng.uniform(0.1, 0.9, size=shape),
        "": lambda shape: rng.normal(size=shape),
    }
    values: dict[str, Any] = {}
    for tensor in program.of_role("input", "target", "parameter", "state"):
        shape = tuple(batch if isinstance(e, Size) else e for e in tensor.shape)
        if tensor.dtype == "int":
            values[tensor.name] = rng.integers(0, 2, size=shape)
        else:
            kind = "probabilities" if tensor.normalized else targets if tensor.role == "target" else ""
            values[tensor.name] = draw[kind](shape)
    return values


def arguments(module: types.ModuleType, program: Program, values: Mapping[str, Any], dtype: Any = np.float64) -> Any:
    """``(p, X, ..., Y)``: the parameters, then the inputs and targets, in one dtype."""

    def cast(value: Any) -> Any:
        return value.astype(dtype) if value.dtype.kind == "f" else value

    p = module.Parameters(*(cast(values[t.name]) for t in program.of_role("parameter")))
    given = (*program.of_role("input", "state"), *program.of_role("target"))
    return (p, *(cast(values[t.name]) for t in given))


def error(found: Any, expected: Any) -> float:
    """max |difference| / max |reference|; absolute where the reference is zero."""
    expected = np.asarray(expected, float)
    scale = np.max(np.abs(expected))
    return float(np.max(np.abs(np.asarray(found, float) - expected)) / (scale if scale else 1.0))


def worst_error(result: Any, program: Program, values: Mapping[str, Any], batch: int) -> float:
    """The largest error of ``(L, g)`` against the reference evaluator on the same program."""
    reference = evaluate(program, values, {"N": batch})
    loss, gradient = result[0], result[1]
    errors = [error(loss, reference["L"])]
    for name, found in zip(gradient._fields, gradient, strict=True):
        adjoint = f"{name}_bar"
        errors.append(error(found, reference[adjoint] if adjoint in reference else np.zeros_like(found)))
    return max(errors)
