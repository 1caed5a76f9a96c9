"""The description of a network, validated, and the forward program that it states."""

from symbp.layers import Dense
from symbp.network.network import Input, Network, Notation, Regularization

__all__ = ["Dense", "Input", "Network", "Notation", "Regularization"]
