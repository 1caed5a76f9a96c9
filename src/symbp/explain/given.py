"""Numbers to run a step on: their values do not matter to what it costs, if they are of the kind that it needs."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

from symbp.derive import NetworkDerivation
from symbp.numpy_code import Blueprint
from symbp.program import Tensor
from symbp.verify.check import target_makers
from symbp.verify.draw import ATTEMPTS, drawn

Sizes = Mapping[str, int]


def arguments(
    module: ModuleType, plan: Blueprint, derivation: NetworkDerivation, sizes: Sizes, dtype: type[Any]
) -> tuple[list[Any], dict[str, Any]]:
    """What ``loss_and_grad`` of a workspace is called with: parameters, inputs and targets; masks and state."""
    rng = np.random.default_rng(0)
    makers = target_makers(derivation)

    def value(tensor: Tensor) -> Any:
        found = drawn(plan.program, tensor, sizes, rng, ATTEMPTS[0], makers)
        return np.asarray(found, np.int64 if tensor.dtype == "int" else dtype)

    keywords: dict[str, Any] = {}
    if plan.masks:
        keywords["masks"] = module.Masks(*map(value, plan.masks))
    if plan.states:
        keywords["state"] = module.State(*map(value, plan.states))
    return [module.init(0, dtype), *map(value, (*plan.inputs, *plan.targets))], keywords


def most(sizes: Sizes, plan: Blueprint) -> list[int]:
    """What a workspace for these sizes is made with: the batch, then the other run-time lengths."""
    return [sizes.get("N", 1), *(sizes[name] for name in plan.sizes if name != "N")]
