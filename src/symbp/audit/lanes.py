"""Several runs at once, in complex lanes of floats: an axis behind those of each tensor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, TypeAlias

import numpy as np

from symbp.derivation import adjoint_name
from symbp.network import Described
from symbp.optimizers import k, learning_rate
from symbp.program import Program
from symbp.reference import evaluate_grids
from symbp.verify.gradients import points

Values: TypeAlias = Mapping[str, Any]
MOST_LANES = 64
MOST_POINTS = 2_000_000  # numbers that runs at once may compute


def lanes_at_once(program: Program, sizes: Mapping[str, int]) -> int:
    """How many runs of a program are made at once."""
    return max(1, min(MOST_LANES, MOST_POINTS // max(1, points(program, sizes))))


def lane_of(values: Values, number: int) -> dict[str, Any]:
    """The values of one lane; they themselves where there are no lanes."""
    arrays = {name: np.asarray(value) for name, value in values.items()}
    laned = any(array.dtype.kind == "c" for array in arrays.values())
    return {name: _lane(array, number) for name, array in arrays.items()} if laned else arrays


def _lane(value: Any, number: int) -> Any:
    return value if value.dtype.kind == "i" else value[..., number if value.shape[-1] > 1 else 0].real


def in_lanes(value: Any, others: Sequence[Any]) -> Any:
    """A value in each lane: the other one where there is one."""
    plain = np.asarray(value, float)
    return np.stack([plain if other is None else np.asarray(other, float) for other in others], axis=-1) + 0j


def stepped_in_floats(
    network: Described, shapes: Mapping[str, tuple[int, ...]], values: Values, kept: Mapping[str, Values], step: int
) -> tuple[dict[str, Any], dict[str, Values]]:
    """The parameters after a step of the example's optimizer, and what it keeps, in each lane.

    Args:
        shapes: Those of the parameters that a step changes.
        values: Parameters and gradients, by name; a gradient to which nothing contributes is zero.
    """
    example = network.example
    assert example is not None
    sloped = {name: values.get(adjoint_name(name), np.zeros(shape)) for name, shape in shapes.items()}
    read = [(each[name], shape) for name, shape in shapes.items() for each in (values, sloped)]
    lanes = max((np.shape(value)[-1] for value, shape in read if _laned(value, shape)), default=0)
    gradients = {name: _flat(sloped[name], shape, lanes) for name, shape in shapes.items()}
    factor = _shortened(network, gradients)
    new: dict[str, Any] = {}
    after: dict[str, dict[str, Any]] = {name: {} for name in kept}
    for name, shape in shapes.items():
        given = {
            "w": _flat(values[name], shape, lanes),
            "g": gradients[name] * factor,
            **{key: _flat(kept[key][name], shape, lanes) for key in kept},
            learning_rate.name: np.array(float(example.learning_rate)),
            k.name: np.array(float(step + 1)),
        }
        found = evaluate_grids(example.optimizer.program(prod(shape)), given, {})
        new[name] = found["w_new"].reshape(*shape, *found["w_new"].shape[1:])
        for key in kept:
            after[key][name] = found[f"{key}_new"].reshape(*shape, *found[f"{key}_new"].shape[1:])
    return new, dict(after)


def _laned(value: Any, shape: tuple[int, ...]) -> bool:
    return np.ndim(value) > len(shape)


def _flat(value: Any, shape: tuple[int, ...], lanes: int) -> Any:
    """The elements in a row, in each lane if there are some."""
    array = np.asarray(value)
    if not lanes:
        return array.reshape(prod(shape))
    wide = array if _laned(array, shape) else array[..., None]
    return np.broadcast_to(wide.reshape(prod(shape), wide.shape[-1]) + 0j, (prod(shape), lanes))


def _shortened(network: Described, gradients: Values) -> Any:
    """What gradients are multiplied by, in each lane: less than one where together they are longer than they may be."""
    most = network.regularization.clip_norm
    if most is None:
        return 1.0
    length = np.sqrt(sum((gradient.real**2).sum(axis=0) for gradient in gradients.values()))
    return np.minimum(1.0, float(most) / length)
