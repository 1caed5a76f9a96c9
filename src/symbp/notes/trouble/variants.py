"""The network of the notes with one thing changed: another activation, a penalty, a layer put in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import mpmath
import numpy as np

from symbp.derivation import Derivation, slice_program
from symbp.derive import derive
from symbp.layers import Add, BatchNorm, Dense, Dropout, Layer, LayerNorm
from symbp.network import Network
from symbp.network.example import all_drawn, unseen
from symbp.network.settings import Notation, Regularization
from symbp.notes.numbers import Numbers
from symbp.notes.subject import Subject
from symbp.program import Tensor
from symbp.reference import evaluate, multiprecision
from symbp.reference.arithmetic import Array
from symbp.rewrite import REWRITES

LAMBDA = 0.01  # of a penalty that is put in
RATE = 0.5  # of a dropout that is put in
BEFORE = "before"  # what a layer is called that a residual connection reads
# What stands in place of an activation, for comparison: of those that saturate one that does not, and the other way.
CONTRASTS = {
    "sigmoid": "relu", "tanh": "relu", "softsign": "relu", "hard_sigmoid": "relu", "hard_tanh": "relu", "sin": "relu",
    "gaussian": "relu", "relu": "sigmoid", "leaky_relu": "sigmoid", "relu6": "sigmoid", "elu": "sigmoid",
    "selu": "sigmoid", "softplus": "relu", "silu": "sigmoid", "gelu": "sigmoid", "gelu_tanh": "sigmoid",
    "mish": "sigmoid",
}  # fmt: skip


@dataclass(frozen=True)
class Variant:
    """A network that another one has been changed to.

    Attributes:
        base: What it was before.
        origins: For each of its layers, which one of the base that was, from 0; none for one that was put in.
        place: The layer that was put in, or is told, from 1.
    """

    base: Network
    network: Network
    origins: tuple[int | None, ...]
    place: int = 1

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What each parameter was called before."""
        found: dict[str, str] = {}
        for site, origin in zip(self.network.sites, self.origins, strict=True):
            if origin is not None:
                pairs = zip(self.network.own(site.number), self.base.own(origin + 1), strict=True)
                found |= {mine.name: theirs.name for mine, theirs in pairs}
        return found

    @cached_property
    def derivation(self) -> Derivation:
        """What the chain rule gives, without any rewrite."""
        return derive(self.network, without=tuple(REWRITES))

    def numbers(self, full: Numbers) -> Numbers:
        """The numbers of the variant at the values of the base, whose scales are one and whose shifts are zero."""
        new = {t.name: _neutral(t, full.sizes) for t in self._new}
        return Numbers(derive(self.network, without=tuple(REWRITES)), {**self._kept(full.given), **new}, full.sizes)

    def subject(self, about: Subject, wanted: tuple[str, ...], rules: tuple[str, ...] = ()) -> Subject:
        """What lines of the variant are about; where lines are evaluated, in 50 digits at the values of the base.

        Args:
            wanted: The tensors whose definitions are shown: they and what they are made of have values.
            rules: Rewrites that bring its equations to the form in which they are shown.
        """
        derivation = derive(self.network, without=[rule for rule in REWRITES if rule not in rules])
        alike = about.worked and self.network.example is not None
        values: Mapping[str, Any] = {}
        if about.checked:
            given = {**self._kept(about.values), **{t.name: _generic(t, about.sizes) for t in self._new}}
            needed = slice_program(derivation.result, wanted)
            values = evaluate(needed, given, about.sizes, multiprecision(about.precision))
        return Subject(
            derivation, derivation, values, about.sizes, alike, about.views, about.checked, language=about.language
        )

    @property
    def _new(self) -> list[Tensor]:
        """What was not given to the base."""
        known = {*self.names, *self._common}
        return [t for t in self.network.program().of_role("parameter", "mask", "state") if t.name not in known]

    @property
    def _common(self) -> list[str]:
        """What both are given besides parameters."""
        before = self.base.program().tensor
        return [
            t.name
            for t in self.network.program().of_role("input", "target", "mask", "state")
            if before.get(t.name) == t
        ]

    def _kept(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {name: given[old] for name, old in {**{n: n for n in self._common}, **self.names}.items()}


def _neutral(tensor: Tensor, sizes: Mapping[str, int]) -> Array:
    if tensor.role != "parameter":
        return np.array(unseen([tensor], sizes)[tensor.name], dtype=float)
    shape = tuple(e for e in tensor.shape if isinstance(e, int))
    return np.ones(shape) if tensor.letter == "gamma" else np.zeros(shape)


def _generic(tensor: Tensor, sizes: Mapping[str, int]) -> Any:
    """Values at which a mistake in an equation shows."""
    found = all_drawn((tensor,)) if tensor.role == "parameter" else unseen([tensor], sizes)
    return np.vectorize(lambda v: mpmath.mpf(repr(v)), otypes=[object])(np.array(found[tensor.name]))


def made(base: Network, layers: list[Layer], origins: list[int | None], place: int = 1) -> Variant:
    """The network with other layers, without its example: that has numbers for its own parameters alone."""
    notation = Notation()
    found = replace(base, layers=tuple(layers), example=None, notation=notation, input_gradient=False)
    symbols = dict(base.notation.symbols)
    variant = Variant(base, found, tuple(origins), place)
    kept = {name: symbols[old] for name, old in {"x": "x", "y": "y", **variant.names}.items() if old in symbols}
    if not kept:
        return variant
    return replace(variant, network=replace(found, notation=Notation("layers", tuple(kept.items()))))


def hidden(network: Network) -> list[int]:
    """The layers but the last that apply a function number by number, from 0."""
    every = list(enumerate(network.layers))[:-1]
    return [k for k, layer in every if layer.function.pointwise and not layer.function.is_identity]


def contrast(network: Network) -> tuple[Variant, str, str] | None:
    """The network with another activation in its hidden layers; the names of both. Nothing if it has none."""
    places = hidden(network)
    if not places:
        return None
    function = network.layers[places[0]].function
    name = function.name
    other = CONTRASTS.get("" if function.expression else name, "relu")
    layers = [
        replace(layer, activation=other) if k in places and layer.function == function else layer  # type: ignore[call-arg]
        for k, layer in enumerate(network.layers)
    ]
    return made(network, layers, list(range(len(layers)))), name, other


def decayed(network: Network) -> Variant:
    """The network with an L2 penalty."""
    penalty = replace(network.regularization, l2=LAMBDA)
    assert isinstance(penalty, Regularization)
    return Variant(network, replace(network, regularization=penalty), tuple(range(len(network.layers))))


def _learns(network: Network, count: int) -> bool:
    """Whether one of the first layers has a parameter that learns: only then a message comes back to them."""
    return any(not t.frozen for site in network.sites[:count] for t in network.own(site.number))


def _first_hidden(network: Network) -> int | None:
    """The first hidden dense layer that hears a message and whose only reader is the layer after it, from 0."""
    return next((k for k in hidden(network) if _learns(network, k + 1) and _is_passed_on(network, k)), None)


def _is_passed_on(network: Network, k: int) -> bool:
    """Whether the only reader of a layer, a dense one, is the layer after it: another one may stand between them."""
    reads = [number for number, read in enumerate(network.sources, 1) if k + 1 in read]
    follows = k + 1 < len(network.layers) and not network.layers[k + 1].input
    return reads == [k + 2] and follows and isinstance(network.layers[k], Dense) and len(network.shapes[k + 1]) == 1


def dropped(network: Network) -> Variant | None:
    """The network with a dropout after its first hidden layer."""
    k = _first_hidden(network)
    if k is None:
        return None
    layers = [*network.layers[: k + 1], Dropout(RATE), *network.layers[k + 1 :]]
    return made(network, layers, _shifted(len(network.layers), k + 1), k + 2)


def normalised(network: Network, batch: bool, everywhere: bool = False) -> Variant | None:
    """The network with a normalisation between the weighted sums and the activation of its first hidden layer.

    Args:
        batch: Whether it is over the batch, or else over the units of a layer.
        everywhere: Whether every hidden layer gets one that only the layer after it reads.
    """
    first = _first_hidden(network)
    if first is None:
        return None
    kind = BatchNorm if batch else LayerNorm
    layers: list[Layer] = []
    origins: list[int | None] = []
    for k, layer in enumerate(network.layers):
        origins.append(k)
        if k == first or everywhere and k in hidden(network) and _is_passed_on(network, k):
            assert isinstance(layer, Dense)
            layers += [replace(layer, activation="identity"), kind(activation=layer.activation)]
            origins.append(None)
        else:
            layers.append(layer)
    return made(network, layers, origins, first + 2)


def skipped(network: Network) -> Variant | None:
    """A chain of dense layers with a connection around every hidden layer that has as many outputs as inputs."""
    if not network.is_dense_chain or any(layer.name for layer in network.layers):
        return None
    widths = network.widths
    around = [k for k in hidden(network) if widths[k] == widths[k + 1] and _learns(network, k)]
    if not around:
        return None
    layers: list[Layer] = []
    origins: list[int | None] = []
    for k, layer in enumerate(network.layers):
        layers.append(replace(layer, name=f"layer{len(layers)}") if k in around or k + 1 in around else layer)
        origins.append(k)
        if k in around:
            before = layers[-2].name
            layers.append(Add(input=[before, layers[-1].name], name=f"layer{len(layers)}"))  # type: ignore[list-item]
            origins.append(None)
    return made(network, layers, origins, around[0] + 1)


def _shifted(count: int, place: int) -> list[int | None]:
    """The layers of a network and one that stands before the layer at a place."""
    return [*range(place), None, *range(place, count)]
