"""The numbers of a network's example: one sample or a few, and a value for each parameter."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from symbp.equation import Extent, Size
from symbp.errors import Fault, inside, quoted
from symbp.layers import BATCH
from symbp.names import Number, known_keys, positive, real, shown, size
from symbp.network.targets import Target
from symbp.optimizers import Optimizer
from symbp.program import Tensor

Values: TypeAlias = "Number | tuple[Values, ...]"

MOST_DIGITS = 15
SEED = 0
KEPT = 0.8  # of the units, in a mask that is drawn
MOST_SHOWN = 8  # axes, in a message
OPTIONS = ("learning_rate", "steps", "digits", "optimizer", "parameters")


@dataclass(frozen=True, init=False)
class Example:
    """Samples with their targets, and what is done with them. Numbers are kept as they were given.

    Attributes:
        values: What is given by name: ``x``, ``y``, and what else a network reads.

    Args:
        x, y: One sample, or a list of samples.
        given: Values of further tensors by name: masks, states, the inputs of equations.
        learning_rate: Of each update step; that of the optimizer's row if ``None``.
        steps: How many update steps.
        digits: How many significant digits are printed.
        optimizer: A name of ``OPTIMIZERS``, or a table with its constants, ``{"name": "adam", "beta1": 0.8}``.
        parameters: Values by name, ``{"W1": [[0.4, 0.3], [0.6, 0.9]], ...}``; drawn if ``None``.

    Raises:
        Fault: one of these is at fault by itself.
    """

    values: tuple[tuple[str, Values], ...]
    learning_rate: Number
    steps: int
    digits: int
    optimizer: Optimizer
    parameters: tuple[tuple[str, Values], ...] | None

    def __init__(
        self,
        x: object = None,
        y: object = None,
        learning_rate: Number | None = None,
        steps: int = 1,
        digits: int = 4,
        optimizer: object = "sgd",
        parameters: Mapping[str, object] | Sequence[tuple[str, object]] | None = None,
        **given: object,
    ) -> None:
        named = {name: value for name, value in {"x": x, "y": y, **given}.items() if value is not None}
        object.__setattr__(self, "values", _by_name(named))
        with inside("optimizer"):
            chosen = Optimizer.of(optimizer)
        object.__setattr__(self, "optimizer", chosen)
        for key, check, value in (
            ("learning_rate", positive, chosen.row.rate if learning_rate is None else learning_rate),
            ("steps", size, steps),
            ("digits", _digits, digits),
            ("parameters", _by_name, parameters),
        ):
            with inside(key):
                object.__setattr__(self, key, check(value))

    def __getitem__(self, name: str) -> Values:
        return dict(self.values)[name]


def example_of(given: object) -> Example | None:
    """The example that a table describes; its keys are those of ``Example`` and the names of tensors."""
    if given is None or isinstance(given, Example):
        return given
    if not isinstance(given, Mapping):
        raise Fault(f"needs a table, has {shown(given)}")
    return Example(**given)


def _digits(value: object) -> int:
    digits = size(value)
    if digits > MOST_DIGITS:
        raise Fault(f"needs at most {MOST_DIGITS} digits, has {digits}", "A float holds no more.")
    return digits


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
                raise Fault(f"has the shape {shape_text(here)}, but the one at [0] before it has {shape_text(first)}")
    return (len(values), *first)


def samples_of(example: Example, x: Tensor) -> tuple[Values, dict[str, int]]:
    """``x`` as a list of samples, one also where one sample was given, and the run-time sizes that it tells."""
    given, sample = _needed(example, "x"), x.shape[1:]
    with inside("x"):
        if x.dtype == "int":
            _check_each(given, _position)
        shape = shape_of(given)
        if _suits(shape, sample):
            given, shape = (given,), (1, *shape)
        if not _suits(shape[1:], sample) or 0 in shape:
            raise Fault(
                f"has the shape {shape_text(shape)}, but the input has {shape_text(sample)}",
                f"Give one sample of {_counted(sample)}, or a list of such samples{_alike(sample)}.",
            )
    return given, {e.name: length for e, length in zip(x.shape, shape, strict=True) if isinstance(e, Size)}


def _suits(shape: Sequence[int], sample: Sequence[Extent]) -> bool:
    """Whether an array has the shape of a tensor, with any run-time lengths."""
    pairs = zip(shape, sample, strict=False)
    return len(shape) == len(sample) and all(isinstance(e, Size) or e == length for length, e in pairs)


def _alike(sample: Sequence[Extent]) -> str:
    """What samples of a run-time length have in common."""
    return ", all of the same length" if any(isinstance(e, Size) for e in sample) else ""


def _needed(example: Example, name: str) -> Values:
    values = dict(example.values)
    if name not in values:
        raise Fault(f"{quoted(name)} is missing", "Required: x, y")
    return values[name]


def targets_of(example: Example, x: Tensor, y: Tensor, yhat: Tensor, target: Target) -> Values:
    """``y`` as a list over the samples: arrays like the network's outputs, or whole-number labels."""
    given = _needed(example, "y")
    _, sizes = samples_of(example, x)
    alone = _suits(shape_of(_needed(example, "x")), x.shape[1:])
    wrapped = _depth(given) < len(y.shape) if y.dtype == "int" else alone or not isinstance(given, tuple)
    rows: tuple[Values, ...] = (given,) if wrapped else given  # type: ignore[assignment]
    try:
        _check_rows(rows, y, sizes, yhat.shape[-1], target, wrapped)
    except Fault as fault:
        raise fault.at(("y", *(fault.path[1:] if wrapped else fault.path))) from None
    return rows


def _depth(values: Values) -> int:
    """How deep the first of nested lists lies."""
    return 1 + _depth(values[0]) if isinstance(values, tuple) and values else 0


def _check_rows(
    rows: tuple[Values, ...], y: Tensor, sizes: Mapping[str, int], outputs: Extent, target: Target, wrapped: bool
) -> None:
    shape, needed = shape_of(rows), tuple(extent_of(e, sizes) for e in y.shape)
    if shape != needed:
        sides = (s[1:] if wrapped else s for s in (shape, needed))
        has, needs = (f"the shape {shape_text(side)}" if side else "a single number" for side in sides)
        one = f"one whole number for each {'sample' if len(needed) == 1 else 'step of each sample'}"
        what = one if y.dtype == "int" else f"{_counted(needed[1:])} for each sample"
        raise Fault(f"has {has}, but the samples and the network's outputs need {needs}", f"Give {what}.")
    assert isinstance(outputs, int)
    for position, values in enumerate(rows):
        if isinstance(values, tuple):
            with inside(position):
                _check_values(values, outputs, target)
    if len(needed) == 1:
        target.check(rows, outputs)  # type: ignore[arg-type]


def _check_values(values: tuple[Values, ...], outputs: int, target: Target) -> None:
    """The targets of a sample, row by row where it has several."""
    if not any(isinstance(value, tuple) for value in values):
        target.check(values, outputs)  # type: ignore[arg-type]
        return
    for position, row in enumerate(values):
        with inside(position):
            _check_values(row, outputs, target)  # type: ignore[arg-type]


def fitted(tensor: Tensor, given: Values, sizes: dict[str, int], truth: bool = False) -> Values:
    """The values of a tensor, if they have its shape; run-time sizes that they are the first to tell are noted.

    ``truth`` says that they are 0 or 1. One sample may stand for a batch of one.

    Raises:
        Fault: they have another shape.
    """
    with inside(tensor.name):
        shape = shape_of(given)
        plain = given
        if tensor.shape[:1] == (BATCH,) and len(shape) == len(tensor.shape) - 1:
            given, shape = (given,), (1, *shape)
        told = dict(sizes)
        if len(shape) == len(tensor.shape):
            for extent, length in zip(tensor.shape, shape, strict=True):
                if isinstance(extent, Size):
                    told.setdefault(extent.name, length - extent.plus)
        needed = tuple(told.get(e.name, 0) + e.plus if isinstance(e, Size) else e for e in tensor.shape)
        if shape != needed or any(length < 1 for length in told.values()):
            has = f"the shape {shape_text(shape)}" if shape else "a single number"
            known = ", ".join(f"{name} = {length}" for name, length in sizes.items())
            with_sizes = f" with {known}" if known and any(isinstance(e, Size) for e in tensor.shape) else ""
            raise Fault(
                f"has {has}, but {tensor.name} needs {shape_text(tensor.shape)}{with_sizes}", _remedy(tensor, sizes)
            )
        if tensor.dtype == "int":
            _check_each(plain, _position)
        if tensor.role == "mask":
            _check_each(plain, _kept)
        if truth:
            _check_each(plain, _seen)
        sizes.update(told)
    return given


def _remedy(tensor: Tensor, sizes: Mapping[str, int]) -> str:
    """What may stand for a tensor: a batch of one may be left out."""
    if tensor.shape[:1] != (BATCH,):
        return ""
    known = [e if isinstance(e, int) or e.name not in sizes else extent_of(e, sizes) for e in tensor.shape[1:]]
    one = _counted(known)
    if BATCH.name in sizes:
        return f"Give {one} for each sample."
    return f"Give one sample of {one}, or a list of such samples."


def _check_each(values: Values, check: Callable[[Number], str]) -> None:
    """Nothing, if each number suits; ``check`` says why one does not."""
    if isinstance(values, tuple):
        for position, value in enumerate(values):
            with inside(position):
                _check_each(value, check)
    elif check(values):
        raise Fault(check(values))


def _position(value: Number) -> str:
    within = isinstance(value, int) and value >= 0
    return "" if within else f"{value!r} is not a whole number from 0 on, as a position needs"


def _seen(value: Number) -> str:
    return "" if value in (0, 1) else f"{value!r} is neither 0 nor 1: a mask says what is seen"


def _kept(value: Number) -> str:
    return "" if value in (0, 1) else f"{value!r} is neither 0 nor 1: a mask keeps a unit or leaves it out"


def shape_text(shape: Sequence[Extent]) -> str:
    """The shape of a tensor as a message shows it: ``[N, 3]``; only the first of many axes."""
    return f"[{', '.join([*map(str, shape[:MOST_SHOWN]), *(['...'] if len(shape) > MOST_SHOWN else [])])}]"


def unseen(tensors: Sequence[Tensor], sizes: Mapping[str, int]) -> dict[str, Values]:
    """States of zeros, and masks that keep four of five, the same on every machine."""
    draw = random.Random(SEED)
    value = {"state": lambda: 0.0, "mask": lambda: int(draw.random() < KEPT)}
    return {t.name: _filled([extent_of(e, sizes) for e in t.shape], value[t.role]) for t in tensors}


def extent_of(extent: Extent, sizes: Mapping[str, int]) -> int:
    return sizes.get(extent.name, 1) + extent.plus if isinstance(extent, Size) else extent


def _filled(shape: Sequence[int], value: Callable[[], Number]) -> Values:
    return tuple(_filled(shape[1:], value) for _ in range(shape[0])) if shape else value()


def _counted(shape: Sequence[Extent]) -> str:
    if len(shape) > 1:
        return "x".join(map(str, shape)) + " numbers"
    count = shape[0] if shape else 1
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
                    f"{quoted(tensor.name)} is missing; it has the shape {shape_text(tensor.shape)}",
                    "Give all parameters, or none to have them drawn.",
                )
            with inside(tensor.name):
                shape = shape_of(given[tensor.name])
                if shape != tensor.shape:
                    sides = f"has the shape {shape_text(shape)}, but the network needs {shape_text(tensor.shape)}"
                    raise Fault(sides)


def drawn(tensor: Tensor, draw: random.Random) -> Values:
    """Values for a parameter with two decimals, none of them 0: Glorot uniform, and as wide for biases.

    Scales are near 1. Source: Glorot and Bengio (2010), AISTATS, (16).
    """
    shape = [extent for extent in tensor.shape if isinstance(extent, int)]
    if tensor.letter == "gamma":
        return _filled(shape, lambda: round(1 + draw.uniform(-0.5, 0.5), 2))
    taps = prod(shape[2:])
    bound = max(0.01, math.sqrt(6 / (sum(shape[:2]) * taps))) if len(shape) > 1 else 0.5
    return _filled(shape, lambda: round(draw.uniform(-bound, bound), 2) or 0.01)


def all_drawn(tensors: tuple[Tensor, ...]) -> dict[str, Values]:
    """A value for every parameter, the same on every machine: Python's own generator has a fixed seed."""
    draw = random.Random(SEED)
    return {t.name: drawn(t, draw) for t in tensors}
