"""Nodes that several lines of this section are made of."""

from __future__ import annotations

import sympy

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.network import Network
from symbp.notes.known import delta
from symbp.notes.subject import Subject

Z = sympy.Symbol("z")


def delta_of(subject: Subject, layer: int) -> m.Symbol:
    """The message at a layer, as an error signal."""
    return delta(subject.index_naming.whole(adjoint_name(f"z{layer}")))


def slope_node(subject: Subject, layer: int, unit: m.Index) -> m.Node:
    """The slope of the activation of a layer at one of its units."""
    network = subject.network
    assert isinstance(network, Network)
    function = network.layers[layer - 1].function
    z = subject.index_naming.at(f"z{layer}", (m.Index("n"), unit))
    return m.from_sympy(sympy.diff(function.formula(Z), Z), lambda symbol: z)
