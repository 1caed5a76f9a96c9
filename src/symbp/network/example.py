"""The numbers of a network's example: one sample or a few, and a value for each parameter."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from symbp.equation import Tensor
from symbp.errors import Fault, inside, quoted
from symbp.names import Number, known_keys, one_of, positive, real, shown, size
from symbp.network.targets import Target

Values: TypeAlias = "Number | tuple[Values, ...]"
Sample: TypeAlias = tuple[Number, ...]

OPTIMIZERS = ("sgd",)
MOST_DIGITS = 15
SEED = 0


@dataclass(frozen=True, init=False)
class Example:
    """Samples with their targets, and what is done with them. Numbers are kept as they were given.

    Args:
        x, y: One sample, or a list of samples.
        learning_rate: Of each update step.
        steps: How many update steps.
        digits: How many significant digits are printed.
        optimizer: ``"sgd"``.
        parameters: Values by name, ``{"W1": [[0.4, 0.3], [0.6, 0.9]], ...}``; drawn if ``None``.

    Raises:
        Fault: one of these is at fault by itself.
    """

    x: Values
    y: Values
    learning_rate: Number
    steps: int
    digits: int
    optimizer: str
    parameters: tuple[tuple[str, Values], ...] | None

    def __init__(
        self,
        x: object,
        y: object,
        learning_rate: Number = 0.1,
        steps: int = 1,
        digits: int = 4,
        optimizer: str = "sgd",
        parameters: Mapping[str, object] | Sequence[tuple[str, object]] | None = None,
    ) -> None:
        for key, check, value in (
            ("x", numbers, x),
            ("y", numbers, y),
            ("learning_rate", positive, learning_rate),
            ("steps", size, steps),
            ("digits", _digits, digits),
            ("optimizer", _optimizer, optimizer),
            ("parameters", _by_name, parameters),
        ):
            with inside(key):
                object.__setattr__(self, key, check(value))

    @property
    def batched(self) -> bool:
        """Whether ``x`` is a list of samples."""
        return isinstance(self.x, tuple) and any(isinstance(row, tuple) for row in self.x)


def _digits(value: object) -> int:
    digits = size(value)
    if digits > MOST_DIGITS:
        raise Fault(f"needs at most {MOST_DIGITS} digits, has {digits}", "A float holds no more.")
    return digits


def _optimizer(value: object) -> str:
    return one_of(value, OPTIMIZERS, "optimizer")


def _by_name(given: object) -> tuple[tuple[str, Values], ...] | None:
    if given is None:
        return None
    table = given if isinstance(given, Mapping) else dict(given) if isinstance(given, tuple | list) else None
    if table is None:
        raise Fault(f"needs a table of values by name, has {shown(given)}")
    values = []
    for name, value in table.items():
        with inside(name):
            values.append((name, numbers(value)))
    return tuple(values)


def numbers(given: object) -> Values:
    """Nested tuples of the finite numbers given, each as it is.

    Raises:
        Fault: at the first value that is neither a finite number nor a list.
    """
    if not isinstance(given, list | tuple):
        return real(given)
    values = []
    for position, item in enumerate(given):
        with inside(position):
            values.append(numbers(item))
    return tuple(values)


def shape_of(values: Values) -> tuple[int, ...]:
    """The lengths of nested lists.

    Raises:
        Fault: at the first list whose shape is not that of the first beside it.
    """
    if not isinstance(values, tuple):
        return ()
    if not values:
        return (0,)
    with inside(0):
        first = shape_of(values[0])
    for position, value in enumerate(values[1:], 1):
        with inside(position):
            here = shape_of(value)
            if here != first:
                raise Fault(f"has the shape {list(here)}, but the one at [0] before it has {list(first)}")
    return (len(values), *first)


def samples_of(example: Example, width: int) -> tuple[Sample, ...]:
    """``x`` as a list of samples of the network's width, one also where one sample was given."""
    with inside("x"):
        shape = shape_of(example.x)
        if len(shape) not in (1, 2) or shape[-1] != width or 0 in shape:
            raise Fault(
                f"has the shape {list(shape)}, but the input has {[width]}",
                f"Give one sample of {_numbers(width)}, or a list of such samples.",
            )
    return example.x if len(shape) == 2 else (example.x,)  # type: ignore[return-value]


def targets_of(example: Example, count: int, outputs: int, target: Target, labels: bool) -> tuple[Values, ...]:
    """``y`` as a list over the samples: rows of the network's outputs, or whole-number labels."""
    wrapped = not isinstance(example.y, tuple) or (not labels and not example.batched)
    rows: tuple[Values, ...] = (example.y,) if wrapped else example.y  # type: ignore[assignment]
    try:
        _check_rows(rows, (count,) if labels else (count, outputs), outputs, target, wrapped)
    except Fault as fault:
        path = fault.path[1:] if wrapped else fault.path
        raise Fault(fault.problem, fault.remedy, ("y", *path)) from None
    return rows


def _check_rows(rows: tuple[Values, ...], needed: tuple[int, ...], outputs: int, target: Target, wrapped: bool) -> None:
    shape = shape_of(rows)
    if shape != needed:
        sides = (list(s[1:] if wrapped else s) for s in (shape, needed))
        has, needs = ("a single number" if not side else f"the shape {side}" for side in sides)
        what = f"{_numbers(outputs)} for each sample" if len(needed) == 2 else "one whole number for each sample"
        raise Fault(f"has {has}, but the samples and the network's outputs need {needs}", f"Give {what}.")
    for position, values in enumerate(rows):
        if isinstance(values, tuple):
            with inside(position):
                target.check(values, outputs)  # type: ignore[arg-type]
    if len(needed) == 1:
        target.check(rows, outputs)  # type: ignore[arg-type]


def _numbers(count: int) -> str:
    return "1 number" if count == 1 else f"{count} numbers"


def parameters_of(example: Example, tensors: tuple[Tensor, ...]) -> None:
    """Nothing, if the parameters given are those of the network, in their shapes.

    Raises:
        Fault: at the first that is unknown, missing or of another shape.
    """
    if example.parameters is None:
        return
    given = dict(example.parameters)
    with inside("parameters"):
        known_keys(given, [t.name for t in tensors], "parameter")
        for tensor in tensors:
            if tensor.name not in given:
                raise Fault(
                    f"{quoted(tensor.name)} is missing; it has the shape {list(tensor.shape)}",
                    "Give all parameters, or none to have them drawn.",
                )
            with inside(tensor.name):
                shape = shape_of(given[tensor.name])
                if shape != tensor.shape:
                    raise Fault(f"has the shape {list(shape)}, but the network needs {list(tensor.shape)}")


def drawn(tensor: Tensor, draw: random.Random) -> Values:
    """Values for a parameter with two decimals, none of them 0: Glorot uniform, and as wide for biases.

    Source: Glorot and Bengio (2010), AISTATS, (16).
    """
    shape = [extent for extent in tensor.shape if isinstance(extent, int)]
    fan = sum(shape)
    bound = max(0.01, math.sqrt(6 / fan)) if len(tensor.shape) == 2 else 0.5

    def value() -> float:
        return round(draw.uniform(-bound, bound), 2) or 0.01

    if len(tensor.shape) == 1:
        return tuple(value() for _ in range(shape[0]))
    rows, columns = shape
    return tuple(tuple(value() for _ in range(columns)) for _ in range(rows))


def all_drawn(tensors: tuple[Tensor, ...]) -> dict[str, Values]:
    """A value for every parameter, the same on every machine: Python's own generator has a fixed seed."""
    draw = random.Random(SEED)
    return {t.name: drawn(t, draw) for t in tensors}
