"""Layers: each a frozen description, and a function that returns its equations and nothing else."""

from symbp.layers.activations import ACTIVATIONS, Activation
from symbp.layers.dense import Dense, dense
from symbp.layers.fragment import BATCH, Fragment, Site

LAYERS = {"dense": Dense}

__all__ = ["ACTIVATIONS", "BATCH", "LAYERS", "Activation", "Dense", "Fragment", "Site", "dense"]
