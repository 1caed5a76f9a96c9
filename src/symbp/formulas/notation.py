"""Which notation a formula is in, from what stands in it; mixing two is a fault that names both pieces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import numpy as np

from symbp.errors import Fault
from symbp.formulas.names import ARRAY_FUNCTIONS, Names
from symbp.formulas.reading import extents
from symbp.formulas.tree import Access, Call, Derivative, Name, Node, Number, Product, Reduce, Transpose, walk

Notation: TypeAlias = Literal["neuron", "layer", "index"]
SAID = {"neuron": "of single neurons", "layer": "of whole arrays", "index": "with indices"}
ONLY_ARRAYS = ("@", ".*")


def evidence(tree: Node, names: Names, samples: int) -> Iterator[tuple[Notation, Node]]:
    """The pieces of a formula that can stand in one notation only."""
    for node in walk(tree):
        if isinstance(node, Reduce) and node.indices:
            yield "index", node
        elif isinstance(node, Reduce | Transpose) or isinstance(node, Call) and node.function in ARRAY_FUNCTIONS:
            yield "layer", node
        elif isinstance(node, Product):
            yield from (("layer", node) for f in node.others if f.sign in ONLY_ARRAYS)
        elif isinstance(node, Access):
            yield ("neuron" if all(isinstance(p, Number) for p in node.positions) else "index"), node
        elif isinstance(node, Name | Derivative):
            yield from _named(node, names, samples)


def _named(node: Name | Derivative, names: Names, samples: int) -> Iterator[tuple[Notation, Node]]:
    """A name that is that of one number only, or of an array of several only."""
    element = names.element(node, samples) is not None
    ref = names.array(node)
    if isinstance(node, Derivative) and node.of != "L" or element and ref is None:
        yield "neuron", node
    elif ref is not None and not element and ref.tensor.shape:
        sizes = {**names.derivation.sizes, "N": samples}
        if int(np.prod(extents(ref.tensor, sizes))) > 1:
            yield "layer", node


def notations(tree: Node, names: Names, samples: int, text: str, number: bool) -> tuple[Notation, ...]:
    """The notations that a formula may be in, the likeliest first.

    Args:
        samples: How many samples the names of neurons count.
        number: Whether it is the gradient by a single number.

    Raises:
        Fault: its pieces are of two notations.
    """
    first: dict[Notation, Node] = {}
    for notation, node in evidence(tree, names, samples):
        first.setdefault(notation, node)
    if "index" in first and isinstance(first.get("neuron"), Access):
        del first["neuron"]  # a number among indices is a position as any
    if "index" in first and isinstance(first.get("layer"), Name | Derivative):
        return ("index",)  # a name without its positions: that is said there
    if len(first) > 1:
        raise _mixed(first, text)
    if first:
        return tuple(first)
    return ("neuron", "layer") if number else ("layer", "neuron")


def _mixed(first: dict[Notation, Node], text: str) -> Fault:
    (one, a), (other, b) = sorted(first.items(), key=lambda item: item[1].span)[:2]
    pieces = [f'"{text[slice(*node.span)]}" is {SAID[notation]}' for notation, node in ((one, a), (other, b))]
    problem = f"two notations are mixed: {pieces[0]}, {pieces[1]}"
    return Fault(problem, "Write all of it in one of them.", (), text, a.span, also=b.span)
