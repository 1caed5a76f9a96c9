"""Numbers to run a step on: their values do not matter to what it costs, if they are of the kind that it needs."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

from symbp.derive import NetworkDerivation
from symbp.numpy_code import Blueprint
from symbp.program import Program, Tensor
from symbp.reference import shape_of
from symbp.verify.check import target_makers
from symbp.verify.draw import label_range, probabilities

Sizes = Mapping[str, int]


def arguments(
    module: ModuleType, plan: Blueprint, derivation: NetworkDerivation, sizes: Sizes, dtype: type[Any]
) -> tuple[list[Any], dict[str, Any]]:
    """What ``loss_and_grad`` of a workspace is called with: parameters, inputs and targets; masks and state."""
    rng = np.random.default_rng(0)
    makers = target_makers(derivation)

    def drawn(tensor: Tensor) -> Any:
        shape = shape_of(tensor, sizes)
        value = makers[tensor.name](rng, shape) if tensor.name in makers else _drawn(plan.program, tensor, sizes, rng)
        return np.asarray(value, np.int64 if tensor.dtype == "int" else dtype)

    keywords: dict[str, Any] = {}
    if plan.masks:
        keywords["masks"] = module.Masks(*map(drawn, plan.masks))
    if plan.states:
        keywords["state"] = module.State(*map(drawn, plan.states))
    return [module.init(0, dtype), *map(drawn, (*plan.inputs, *plan.targets))], keywords


def _drawn(program: Program, tensor: Tensor, sizes: Sizes, rng: np.random.Generator) -> Any:
    shape = shape_of(tensor, sizes)
    if tensor.dtype == "int":
        return rng.integers(0, label_range(program, tensor.name, sizes), shape)
    if tensor.role == "mask":
        return rng.random(shape) < 0.7
    if tensor.normalized:
        return probabilities(rng, shape)
    return rng.uniform(0.1, 0.9, shape)


def most(sizes: Sizes, plan: Blueprint) -> list[int]:
    """What a workspace for these sizes is made with: the batch, then the other run-time lengths."""
    return [sizes.get("N", 1), *(sizes[name] for name in plan.sizes if name != "N")]
