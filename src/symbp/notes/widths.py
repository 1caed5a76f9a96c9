"""The widths of a chain of dense layers: n_0 that of the input, and which of them an index runs up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from symbp import mathtree as m
from symbp.equation import Equation, Index
from symbp.network import Network
from symbp.program import Program


def width(layer: int) -> m.Symbol:
    """The width of a layer, where it is not printed as a number: n_0 for the input."""
    return m.Symbol("n", "", (layer,))


@dataclass(frozen=True)
class Widths:
    """The widths of a network's layers, as the program that is evaluated has them."""

    network: Network
    program: Program

    @cached_property
    def values(self) -> Mapping[m.Symbol, int]:
        names = ("x", *(f"z{number}" for number in range(1, len(self.network.layers) + 1)))
        shapes = (self.program.tensor[name].shape for name in names)
        return {width(layer): int(shape[-1]) for layer, shape in enumerate(shapes)}  # type: ignore[arg-type]

    def of(self, equation: Equation, index: Index) -> m.Symbol:
        """The width that an index of an equation runs over."""
        for access in (equation.lhs, *(r.access for r in equation.reads)):
            for axis, at in enumerate(access.indices):
                if at.index == index:
                    return width(self._layer[self.program.tensor[access.tensor].of or access.tensor, axis])
        raise KeyError(index.name)

    @cached_property
    def _layer(self) -> Mapping[tuple[str, int], int]:
        """The layer whose width an axis of a tensor has; 0 is the input."""
        last = len(self.network.layers)
        layers = {("x", 1): 0, ("y", 1): last}
        for site in self.network.sites:
            layers[f"W{site.parameters}", 0] = layers[f"b{site.parameters}", 0] = site.number
            layers[f"W{site.parameters}", 1] = site.number - 1
        for name, tensor in self.program.tensor.items():
            layers.setdefault((name, len(tensor.shape) - 1), last if tensor.layer is None else tensor.layer)
        return layers
