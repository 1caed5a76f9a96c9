"""The same network with small sizes: what is true of its equations can be seen there element by element."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import lcm

from symbp.equation import Size
from symbp.errors import Fault, ProgramError
from symbp.layers import Attention, Layer, Shape
from symbp.layers.fragment import fixed, is_sequence
from symbp.network.network import Network
from symbp.network.settings import Input

SIZE_KEYS = ("units", "filters", "groups", "tokens")
FEWEST = 2
MOST_SIDE = 64  # rows or columns that are tried


def smaller(network: Network) -> Network | None:
    """The network with the fewest rows, columns and units for which its equations are the same but for extents.

    ``None`` if no smaller network has the same equations.
    """
    return next(smaller_ones(network), None)


def smaller_ones(network: Network) -> Iterator[Network]:
    """Smaller networks with the same equations but for extents, the smallest first.

    Sizes that are equal stay equal, and others stay different, so that branches still fit together.
    """
    wanted = _without_numbers(network)
    for shape, sizes in _candidates(network):
        try:
            found = _resized(network, shape, sizes)
        except (Fault, ProgramError):
            continue
        if _without_numbers(found) == wanted:
            yield found


def _candidates(network: Network) -> Iterator[tuple[Shape, Mapping[int, int]]]:
    """Input shapes with new values for sizes, the smallest first; a run-time length stays one."""
    widths = [size for size in _widths(network) if size > 1]
    heads = lcm(*(layer.heads for layer in network.layers if isinstance(layer, Attention)))
    factors = dict.fromkeys((1, heads, 2 * heads)) if heads > 1 else (1,)  # what a head sees: 2 numbers, or a square
    for sizes in (*({size: k * few for few, size in enumerate(widths, FEWEST)} for k in factors), {}):
        for shape in _shapes(network.shapes[0], sizes):
            if shape != network.input.shape or sizes:
                yield shape, sizes


def _shapes(shape: Shape, sizes: Mapping[int, int]) -> Iterator[Shape]:
    """The input with new sizes: of a sequence each is a width, of others the first, with rows and columns behind it."""
    new = tuple(extent if isinstance(extent, Size) else sizes.get(extent, extent) for extent in shape)
    if is_sequence(shape):
        yield new
        return
    for sides in _sides(list(fixed(shape[1:]))):
        yield (*new[:1], *sides)


def _widths(network: Network) -> list[int]:
    """The sizes of layers, those of the input first, in order of appearance."""
    shape = network.shapes[0]
    found = list(fixed(shape if is_sequence(shape) else shape[:1]))
    found += [getattr(layer, key) for layer in network.layers for key in SIZE_KEYS if hasattr(layer, key)]
    return list(dict.fromkeys(found))


def _sides(sides: list[int]) -> Iterator[tuple[int, ...]]:
    """Rows and columns from few to all: where there are both, different numbers of them first."""
    for few in range(1, min(max(sides, default=1), MOST_SIDE) + 1):
        seconds = (few + 1, few + 2, few + 4, few + 8, few, 2 * few) if len(sides) > 1 else (few,)
        for second in dict.fromkeys(seconds):
            yield tuple(min(side, count) for side, count in zip(sides, (few, second), strict=False))


def _resized(network: Network, shape: Shape, sizes: Mapping[int, int]) -> Network:
    return Network(
        network.name,
        Input(shape, network.input.dtype),
        [_layer(layer, sizes) for layer in network.layers],
        network.loss,
        network.title,
        network.regularization,
        network.notation,
        None,
        network.input_gradient,
    )


def _layer(layer: Layer, sizes: Mapping[int, int]) -> Layer:
    new = {key: sizes.get(getattr(layer, key), getattr(layer, key)) for key in SIZE_KEYS if hasattr(layer, key)}
    return replace(layer, **new) if new else layer


def _without_numbers(network: Network) -> str:
    """The equations with every number taken out that is no part of a name."""
    programs = (network.program(), network.prediction())
    return "\n".join(re.sub(r"(?<![A-Za-z_0-9])[0-9]+", "#", str(p)) for p in programs if p is not None)
