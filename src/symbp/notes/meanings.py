"""What quantities are, in a few words: by their letter, and by the kind of layer that they belong to."""

from __future__ import annotations

from symbp.network import Described, Network
from symbp.program import Tensor

GENERAL = {
    "x": "input",
    "y": "target",
    "yhat": "output of the network",
    "W": "weights",
    "b": "biases",
    "z": "weighted sums (pre-activations)",
    "a": "activations",
    "e": "exponentials in a softmax",
    "s": "sum of the exponentials",
    "t": "sum of the exponentials",
    "m": "the largest argument of a softmax",
    "lse": "logarithm of a sum of exponentials",
    "prob": "probabilities, the softmax of the output",
    "L": "loss",
}
_NORMAL = {
    "mu": "mean",
    "d": "deviation from the mean",
    "v": "variance",
    "s": "standard deviation",
    "xhat": "standardized values",
    "gamma": "scales",
    "beta": "shifts",
    "z": "scaled and shifted values",
    "a": "scaled and shifted values",
}
_KERNEL = {"W": "kernels", "z": "convolution"}
_LARGEST = {"a": "largest of each window", "k": "place of the largest in its window", "z": "largest of each window"}
_MEAN = {"a": "mean of each window", "z": "mean of each window"}
_STATE = {
    "W": "weights of the input",
    "U": "weights of the state",
    "b": "biases",
    "bh": "biases of the state",
    "h": "states",
    "a": "outputs",
}
_GATED = {
    "i": "input gate",
    "f": "forget gate",
    "g": "candidates for the cell",
    "o": "output gate",
    "c": "cells",
    "s": "cells, between -1 and 1",
    "z": "weighted sums of all gates",
}
_RESET = {
    "r": "reset gate",
    "z": "how much of the state stays",
    "n": "candidates for the state",
    "p": "weighted sums of the input, of all gates",
    "q": "weighted sums of the state, of all gates",
    "s": "state that the candidates see",
    "v": "weighted sums of what they see",
}
_ATTENTION = {
    "W": "weights of queries, keys and values",
    "b": "biases of queries, keys and values",
    "O": "weights of the output",
    "bo": "biases of the output",
    "z": "queries, keys and values, side by side",
    "w": "keys and values, side by side",
    "q": "queries",
    "k": "keys",
    "v": "values",
    "s": "scores of queries and keys",
    "m": "largest scores of the queries",
    "e": "exponentials of the scores",
    "r": "sums of the exponentials",
    "p": "weights of the values",
    "o": "means of the values",
    "g": "means of all heads, side by side",
    "a": "what attention gives",
}
WEIGHTED = ("dense", "conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d")
OWN = ("yhat", "L")  # the names that mean the same in equations of one's own
BY_KIND: dict[str, dict[str, str]] = {
    "rnn": _STATE,
    "lstm": {**_STATE, **_GATED},
    "gru": {**_STATE, **_RESET},
    "batch_norm": _NORMAL,
    "layer_norm": _NORMAL,
    "group_norm": _NORMAL,
    "rms_norm": {**_NORMAL, "v": "mean square", "s": "root mean square"},
    "conv1d": _KERNEL,
    "conv2d": _KERNEL,
    "conv_transpose1d": {**_KERNEL, "z": "transposed convolution"},
    "conv_transpose2d": {**_KERNEL, "z": "transposed convolution"},
    **dict.fromkeys(("max_pool1d", "max_pool2d", "global_max_pool"), _LARGEST),
    **dict.fromkeys(("avg_pool1d", "avg_pool2d", "global_avg_pool"), _MEAN),
    "embedding": {"E": "a row for each token", "a": "rows of the tokens"},
    "positional_encoding": {"P": "a vector for each place", "a": "what stands at each place, with its place"},
    "attention": _ATTENTION,
    "flatten": {"a": "all entries as one vector"},
    "dropout": {"a": "what dropout keeps", "r": "mask: 1 keeps a unit, 0 leaves it out"},
    "add": {"a": "sum of the branches", "z": "sum of the branches"},
    "multiply": {"a": "product of the branches", "z": "product of the branches"},
    "concatenate": {"a": "the branches side by side", "z": "the branches side by side"},
}


def meaning(network: Described, tensor: Tensor) -> str:
    """What a tensor of a network is; empty if nothing is known but its equation.

    In a layer with an activation the letter a is the activation's value, whatever the layer computes.
    """
    kind, activated = _kind(network, tensor)
    told = BY_KIND.get(kind, {})
    if kind in WEIGHTED and tensor.letter == "a" and not activated:
        return told.get("z", GENERAL["z"])
    if tensor.letter in told and not (tensor.letter == "a" and activated):
        return told[tensor.letter]
    if kind == "equations":
        return GENERAL[tensor.name] if tensor.name in OWN else ""
    return GENERAL.get(tensor.name) or GENERAL.get(tensor.letter, "")


def layer_of(network: Described, tensor: Tensor) -> int | None:
    """The number of the layer that a tensor belongs to: parameters may be numbered on their own."""
    if not isinstance(network, Network):
        return tensor.layer
    for site in network.sites:
        own = tensor.role == "parameter" and tensor.layer == site.parameters and site.owner
        if (own and network.own(site.number)) or (tensor.role != "parameter" and tensor.layer == site.number):
            return site.number
    return None


def _kind(network: Described, tensor: Tensor) -> tuple[str, bool]:
    """The kind of the layer that a tensor belongs to, and whether it has an activation."""
    if not isinstance(network, Network):
        return "equations", False
    number = layer_of(network, tensor)
    if number is None:
        return "", False
    layer = network.layers[number - 1]
    return layer.kind, not layer.function.is_identity
