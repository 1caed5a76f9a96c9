"""The description of a network, validated, and the forward program that it states."""

from symbp.layers import Dense
from symbp.network.described import Described
from symbp.network.equations import EquationNetwork
from symbp.network.network import Network
from symbp.network.settings import Input, Notation, Regularization

__all__ = ["Dense", "Described", "EquationNetwork", "Input", "Network", "Notation", "Regularization"]
