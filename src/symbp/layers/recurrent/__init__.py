"""Recurrent layers: each a cell whose equations run in one scan over the steps of a sequence."""

from symbp.layers.recurrent.cell import Recurrent
from symbp.layers.recurrent.gru import Gru
from symbp.layers.recurrent.lstm import Lstm
from symbp.layers.recurrent.rnn import Rnn

__all__ = ["Gru", "Lstm", "Recurrent", "Rnn"]
