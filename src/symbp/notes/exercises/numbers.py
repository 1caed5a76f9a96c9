"""Other numbers for a network, or a smaller one of its kind: short decimals, drawn from the name of the spec."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from random import Random
from typing import Any

import numpy as np

from symbp.derive import NetworkDerivation, derive
from symbp.equation import Size
from symbp.errors import SymbpError
from symbp.layers import (
    Attention,
    BatchNorm,
    Conv1d,
    Conv2d,
    Dense,
    Flatten,
    Gru,
    Layer,
    LayerNorm,
    Lstm,
    Rnn,
)
from symbp.network import Described, Network
from symbp.network.example import Example
from symbp.network.losses import Loss
from symbp.network.targets import TARGETS
from symbp.notes.subject import Subject, evaluated
from symbp.program import GIVEN, Tensor
from symbp.reference import extent_of
from symbp.verify.draw import placed

MOST_NUMBERS = 40  # that an exercise may start from
TRIED = 8  # draws, until one has no kink and no derivative that is zero throughout
STEPS = 2  # of a sequence
SAMPLES = 3  # where they are normalised together: two would come out as one and minus one
PARTS = [-0.6, -0.5, -0.4, -0.3, -0.2, -0.1, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
INPUTS = [-3, -2, -0.5, 0.5, 2, 3]  # a factor of one would hide that it is there
TARGETS_OF: dict[str, list[float]] = {"any": [0.1, 0.3, 0.5, 0.7, 0.9], "sign": [-1, 1], "probability": [0, 1],
                                      "count": [0, 1, 2, 3]}  # fmt: skip
POSITIVE = ("gamma",)  # letters of what is near one


@dataclass(frozen=True)
class Pools:
    """What parameters, inputs and what is near one are drawn from; none is one, which would hide a factor."""

    parts: Sequence[float] = tuple(PARTS)
    inputs: Sequence[float] = tuple(INPUTS)
    positive: Sequence[float] = (0.5, 1.5, 2)


SHORT = Pools()

# The smallest network that shows what a kind of layer does; of several kinds in a network the first one here counts.
SMALL: dict[type[Layer], Callable[[Any], tuple[list[Any], list[Layer]]]] = {
    Attention: lambda given: ([2, 2], [Attention(heads=1, causal=given.causal)]),
    Lstm: lambda given: (["T", 1], [Lstm(1, returns="sequence")]),
    Gru: lambda given: (["T", 1], [Gru(1, returns="sequence")]),
    Rnn: lambda given: (["T", 1], [Rnn(2, returns="sequence"), Dense(1)]),
    Conv2d: lambda given: ([1, 3, 3], [Conv2d(1, 2, activation=given.activation), Flatten(), Dense(1)]),
    Conv1d: lambda given: ([1, 5], [Conv1d(1, 3, activation=given.activation), Flatten(), Dense(1)]),
    BatchNorm: lambda given: ([2], [Dense(1, bias=False), BatchNorm(), Dense(1)]),
    LayerNorm: lambda given: ([2], [Dense(3, bias=False), LayerNorm(), Dense(1)]),
    Dense: lambda given: ([2], [Dense(2, given.activation), Dense(2)]),
}


def with_numbers(about: Subject, random: Random) -> Subject | None:
    """The network of the notes with other numbers, or else a smaller one of its kind."""
    derivation = about.derivation
    if about.worked and count(derivation) <= MOST_NUMBERS:
        return _drawn(derivation, random)
    small = small_one(derivation.network)
    return None if small is None else _drawn(small, random)


def small_one(network: Described) -> NetworkDerivation | None:
    """The smallest network that shows what a layer of this one does; none for a network that equations state."""
    if not isinstance(network, Network):
        return None
    for kind, made in SMALL.items():
        given = next((layer for layer in network.layers if isinstance(layer, kind)), None)
        if given is not None:
            shape, layers = made(given)
            return _derived(tuple(shape), tuple(layers), network.loss if kind is Dense else Loss.of("mse"))
    return None


@lru_cache(maxsize=8)
def _derived(shape: tuple[Any, ...], layers: tuple[Layer, ...], loss: Loss) -> NetworkDerivation:
    return derive(Network("exercise", {"shape": list(shape)}, list(layers), loss))


def count(derivation: NetworkDerivation) -> int:
    """How many numbers the forward pass starts from, for the samples that exercises have."""
    sizes = sizes_of(derivation)
    given = derivation.start.of_role("input", "target", "parameter", "mask")
    return sum(int(np.prod([extent_of(e, sizes) for e in t.shape])) for t in given)


def sizes_of(derivation: NetworkDerivation) -> dict[str, int]:
    """The run-time sizes that exercises have: few steps, and one sample unless samples are normalised together."""
    network = derivation.network
    several = isinstance(network, Network) and any(isinstance(layer, BatchNorm) for layer in network.layers)
    lengths = {e.name for t in derivation.start.tensors for e in t.shape if isinstance(e, Size)}
    return {**dict.fromkeys(lengths, STEPS), "N": SAMPLES if several else 1}


def _drawn(derivation: NetworkDerivation, random: Random) -> Subject | None:
    """The first draw in which no function is at a kink and some signal comes back to the first layer."""
    for _ in range(TRIED):
        try:
            found = _at(derivation, drawn_example(derivation, random))
        except SymbpError:
            continue
        if found is not None:
            return found
    return None


def _at(derivation: NetworkDerivation, example: Example) -> Subject | None:
    """A network at the numbers of an example, if they suit."""
    new = at_example(derivation, example)
    given = {name: np.array(value) for name, value in new.given.items()}
    if not placed(new.start, given, new.sizes).smooth:
        return None
    subject = Subject(new, new, new.values, new.sizes, True, ("neuron", "layer"))
    heard = all(np.any(new.values[name]) for name in subject.numbers)
    summed = all(np.all(new.values[n]) for n in subject.numbers if subject.tensor(n).letter == "z" and n.find("_") < 0)
    return subject if heard and summed else None


def at_example(derivation: NetworkDerivation, example: Example) -> NetworkDerivation:
    """The same derivation at the numbers of another example.

    Raises:
        Fault: they do not fit the network.
    """
    network = object.__new__(type(derivation.network))
    for field in fields(derivation.network):  # type: ignore[arg-type]
        object.__setattr__(network, field.name, getattr(derivation.network, field.name))
    object.__setattr__(network, "example", example)
    network.check_example()
    return replace(derivation, network=network)


def drawn_example(derivation: NetworkDerivation, random: Random, pools: Pools = SHORT) -> Example:
    """Numbers for all that is given to a network."""
    sizes = sizes_of(derivation)
    start = derivation.start
    values = {t.name: _values(derivation, t, sizes, random, pools) for t in start.of_role("input", "target", "mask")}
    parameters = {t.name: _values(derivation, t, sizes, random, pools) for t in start.of_role("parameter")}
    return Example(**values, parameters=parameters, learning_rate=0.5)


def _values(derivation: NetworkDerivation, tensor: Tensor, sizes: dict[str, int], random: Random, pools: Pools) -> Any:
    """A tensor in nested lists."""
    shape = [extent_of(e, sizes) for e in tensor.shape]
    if tensor.role == "target" and derivation.network.target is TARGETS["distribution"]:
        return _one_hot(shape, random)
    values = list(_choices(derivation, tensor, random, int(np.prod(shape)), pools))
    return np.array(values).reshape(shape).tolist()


def _choices(
    derivation: NetworkDerivation, tensor: Tensor, random: Random, count: int, pools: Pools
) -> Iterator[float]:
    network = derivation.network
    known: list[float] = list(pools.parts)
    if tensor.role == "input":
        known = [0, 1] if tensor.dtype == "int" else list(pools.inputs)
    elif tensor.role == "mask":
        known = [0, 1]
    elif tensor.role == "target":
        kind = next(name for name, target in TARGETS.items() if target is network.target)
        known = [0, 1] if kind == "label" else TARGETS_OF[kind]
    elif tensor.letter in POSITIVE:
        known = list(pools.positive)
    if count <= len(known) and tensor.role in ("input", "parameter"):  # all different, so that none stands for another
        yield from random.sample(known, count)
        return
    for _ in range(count):
        yield random.choice(known)


def _one_hot(shape: list[int], random: Random) -> Any:
    rows = np.zeros((int(np.prod(shape[:-1])), shape[-1]), dtype=int)
    for row in rows:
        row[random.randrange(shape[-1])] = 1
    return rows.reshape(shape).tolist()


def at_other(subject: Subject, given: dict[str, Any], sizes: dict[str, int]) -> dict[str, Any]:
    """The values of all tensors where some of what is given, and its lengths, are others."""
    known = {t.name: subject.values[t.name] for t in subject.base.start.of_role(*GIVEN)}
    return dict(evaluated(subject.base, {**known, **given}, {**subject.sizes, **sizes}))
