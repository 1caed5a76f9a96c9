"""What a workspace cuts once for a batch size must stay a view: a reshape that copies would keep old numbers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
from networks import every_layer
from programs import convolution
from test_affine_programs import CASES, derived

from symbp.derive import derive
from symbp.numpy_code import text_of
from symbp.rewrite import rewrite
from symbp.verify.module import imported, plan_of
from tests.test_generality import differentiated

GEOMETRY = {f"convolution {g}": g for g in ((5, 1, 1, 1), (6, 3, 1, 2), (4, 2, 2, 3))}
SAMPLES, STEPS = 3, 4


@cache
def workspace(name: str) -> Any:
    if name in GEOMETRY:
        derivation = rewrite(differentiated(convolution(*GEOMETRY[name])))
    else:
        derivation = derive(every_layer()[name]) if name in every_layer() else derived(name)
    module = imported(text_of(plan_of(derivation)))
    return module.Workspace(*([SAMPLES] + [STEPS] * (len(plan_of(derivation).sizes) - 1)))


def arrays(value: Any) -> Iterator[np.ndarray[Any, Any]]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from arrays(inner)


@pytest.mark.parametrize("name", [*every_layer(), *CASES, *GEOMETRY])
def test_views_are_views(name: str) -> None:
    made = workspace(name)
    if not hasattr(made, "_cut"):
        return
    memory = [*made._buffers, *made._gradient]
    sizes = [SAMPLES] + [STEPS] * (made._cut.__code__.co_argcount - 2)
    for view in arrays(made._cut(*sizes)):
        number = view.size == 1 or view.dtype.kind == "i"  # made for a batch size: 2/N, the starts of rows
        assert number or any(np.may_share_memory(view, buffer) for buffer in memory), view.shape
