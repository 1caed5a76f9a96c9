"""How large the message is on its way back: the size of the gradient at each layer, and what becomes of it in all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Literal

import numpy as np

from symbp.derivation import adjoint_name
from symbp.layers import Site
from symbp.network import Network
from symbp.notes.numbers import Numbers, length
from symbp.notes.trouble.slopes import slopes
from symbp.notes.trouble.variants import Variant

FAINT, LOUD = 1e-2, 1e2  # of the message at the first layer, by that at the last one: vanishing, exploding
Verdict = Literal["silent", "vanishing", "exploding", "neither"]


@dataclass(frozen=True)
class Heard:
    """What arrives at one layer on the way back.

    Attributes:
        layer: Its number.
        signal: The size of the derivative of the loss by what it gives, before its activation; not a number where the
            network has no such derivative.
        weights: That of the derivative by its parameters; not a number where it has none.
        name: The tensor whose adjoint the signal is.
    """

    layer: int
    signal: float
    weights: float
    name: str


def heard(numbers: Numbers) -> list[Heard]:
    """What arrives at each layer, from the first to the last; nothing in a network that equations state."""
    network = numbers.derivation.network
    return [_heard(numbers, network, site) for site in network.sites] if isinstance(network, Network) else []


def _heard(numbers: Numbers, network: Network, site: Site) -> Heard:
    values = numbers.values
    names = [n for n in (f"z{site.number}", site.output, f"h{site.number}") if adjoint_name(n) in values]
    own = [adjoint_name(t.name) for t in network.own(site.number) if site.owner and adjoint_name(t.name) in values]
    signal = length(values[adjoint_name(names[0])]) if names else nan
    return Heard(site.number, signal, length(*(values[n] for n in own)) if own else nan, names[0] if names else "")


def in_all(rows: Sequence[Heard]) -> float:
    """The size of the message at the first layer, by its size at the last; not a number if there is no such."""
    signals = [row.signal for row in rows if isfinite(row.signal)]
    return signals[0] / signals[-1] if signals and signals[-1] else nan


def verdict(ratio: float) -> Verdict:
    """What becomes of a message that is so many times as large at the first layer as at the last.

    >>> [verdict(r) for r in (0.0, 1e-3, 0.3, 1e3)]
    ['silent', 'vanishing', 'neither', 'exploding']
    """
    if ratio == 0:
        return "silent"
    return "vanishing" if ratio < FAINT else "exploding" if ratio > LOUD else "neither"


def per_layer(rows: Sequence[Heard]) -> float:
    """The factor that one layer multiplies by, as their geometric mean; not a number if there is one layer."""
    steps = sum(isfinite(row.signal) for row in rows) - 1
    return in_all(rows) ** (1 / steps) if steps > 0 else nan


@dataclass(frozen=True)
class Factor:
    """What a layer of a chain multiplies the message by, at most: two factors of it.

    Attributes:
        weights: How much longer the weights of the layer after it make a vector at most: their largest singular value.
        slope: The largest slope of its own activation at the numbers of this batch.
    """

    weights: float
    slope: float

    @property
    def bound(self) -> float:
        return self.weights * self.slope


def factors(numbers: Numbers) -> Iterator[Factor]:
    """The factors of all layers of a dense chain but the last, where each has one slope for each unit."""
    network = numbers.derivation.network
    assert isinstance(network, Network)
    for layer, after in zip(network.sites, network.sites[1:], strict=False):
        weights = numbers.given[f"W{after.parameters}"]
        yield Factor(float(np.linalg.norm(weights, 2)), float(np.max(np.abs(slopes(numbers, layer.number)))))


def of_base(variant: Variant, rows: list[Heard]) -> list[Heard]:
    """The rows of the layers that a network has had before others were put in."""
    return [row for row, origin in zip(rows, variant.origins, strict=True) if origin is not None]
