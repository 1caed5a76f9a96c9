"""Layers: each a frozen description, whose methods return equations and nothing else."""

from symbp.layers.activations import ACTIVATIONS, Activation
from symbp.layers.attention import Attention
from symbp.layers.combination import Add, Apply, Concatenate, Flatten, Multiply
from symbp.layers.convolution import Conv1d, Conv2d, Convolution, ConvTranspose1d, ConvTranspose2d
from symbp.layers.dense import Dense
from symbp.layers.dropout import Dropout
from symbp.layers.embedding import Embedding
from symbp.layers.equations import Equations
from symbp.layers.fragment import BATCH, Fragment, Shape, Site
from symbp.layers.layer import INPUT, Layer, Trained
from symbp.layers.normalisation import BatchNorm, GroupNorm, LayerNorm, RMSNorm
from symbp.layers.pooling import AvgPool1d, AvgPool2d, GlobalAvgPool, GlobalMaxPool, MaxPool1d, MaxPool2d, Pooling
from symbp.layers.positions import PositionalEncoding
from symbp.layers.recurrent import Gru, Lstm, Recurrent, Rnn

KINDS: tuple[type[Layer], ...] = (
    Dense,
    Conv1d,
    Conv2d,
    ConvTranspose1d,
    ConvTranspose2d,
    MaxPool1d,
    MaxPool2d,
    AvgPool1d,
    AvgPool2d,
    GlobalAvgPool,
    GlobalMaxPool,
    Flatten,
    BatchNorm,
    LayerNorm,
    RMSNorm,
    GroupNorm,
    Rnn,
    Lstm,
    Gru,
    Dropout,
    Embedding,
    PositionalEncoding,
    Attention,
    Add,
    Multiply,
    Concatenate,
    Apply,
    Equations,
)
LAYERS: dict[str, type[Layer]] = {kind.kind: kind for kind in KINDS}

__all__ = [
    "ACTIVATIONS",
    "BATCH",
    "INPUT",
    "KINDS",
    "LAYERS",
    "Activation",
    "Add",
    "Apply",
    "Attention",
    "AvgPool1d",
    "AvgPool2d",
    "BatchNorm",
    "Concatenate",
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "Convolution",
    "Dense",
    "Dropout",
    "Embedding",
    "Equations",
    "Flatten",
    "Fragment",
    "GlobalAvgPool",
    "GlobalMaxPool",
    "GroupNorm",
    "Gru",
    "Layer",
    "LayerNorm",
    "Lstm",
    "MaxPool1d",
    "MaxPool2d",
    "Multiply",
    "Pooling",
    "PositionalEncoding",
    "RMSNorm",
    "Recurrent",
    "Rnn",
    "Shape",
    "Site",
    "Trained",
]
