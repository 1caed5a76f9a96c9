"""Nodes that several lines of this section are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import sympy

from symbp import mathtree as m
from symbp.derivation import adjoint_name
from symbp.network import Network
from symbp.notes.known import delta
from symbp.notes.subject import Subject
from symbp.views.naming import LOSS

Z = sympy.Symbol("z")
TILDE = replace(LOSS, accent="tilde")  # the loss with a penalty


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


def with_penalty(line: m.Line) -> m.Line:
    """A line about the loss with a penalty, which is printed with a tilde."""

    def change(node: m.Node) -> m.Node:
        return replace(node, of=TILDE) if isinstance(node, m.Partial) and node.of == LOSS else node

    left = None if line.left is None else m.transform(line.left, change)
    return replace(line, left=left, right=m.transform(line.right, change))


class PenaltyPartials(Mapping[tuple[m.Symbol, m.Symbol], Any]):
    """The derivatives of the loss with a penalty, under the symbol that it is printed with."""

    def __init__(self, subject: Subject) -> None:
        self.partials = subject.partials

    def __getitem__(self, key: tuple[m.Symbol, m.Symbol]) -> Any:
        return self.partials[_plain(key)]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, tuple) and _plain(key) in self.partials

    def __iter__(self) -> Iterator[tuple[m.Symbol, m.Symbol]]:
        raise TypeError("derivatives are looked up, not listed")

    def __len__(self) -> int:
        raise TypeError("derivatives are looked up, not listed")


def _plain(key: tuple[m.Symbol, m.Symbol]) -> tuple[m.Symbol, m.Symbol]:
    """The key of the derivative itself; that of the loss without the penalty is not known."""
    of, by = key
    return (LOSS if of == TILDE else replace(of, accent="bar"), by)


def named(activation: str) -> str:
    """An activation as people say it."""
    return "ReLU" if activation == "relu" else activation.replace("_", " ")
