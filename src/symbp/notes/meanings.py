"""What quantities are, in a few words: by their letter, and by the kind of layer that they belong to."""

from __future__ import annotations

from symbp.network import Described, Network
from symbp.program import Tensor
from symbp.wording import Message, say

GENERAL = {
    "x": say("input"),
    "y": say("target"),
    "yhat": say("output of the network"),
    "W": say("weights"),
    "b": say("biases"),
    "z": say("weighted sums (pre-activations)"),
    "a": say("activations"),
    "e": say("exponentials in a softmax"),
    "s": say("sum of the exponentials"),
    "t": say("sum of the exponentials"),
    "m": say("the largest argument of a softmax"),
    "lse": say("logarithm of a sum of exponentials"),
    "prob": say("probabilities, the softmax of the output"),
    "L": say("loss"),
}
_NORMAL = {
    "mu": say("mean"),
    "d": say("deviation from the mean"),
    "v": say("variance"),
    "s": say("standard deviation"),
    "xhat": say("standardized values"),
    "gamma": say("scales"),
    "beta": say("shifts"),
    "z": say("scaled and shifted values"),
    "a": say("scaled and shifted values"),
}
_KERNEL = {"W": say("kernels"), "z": say("convolution")}
_LARGEST = {
    "a": say("largest of each window"),
    "k": say("place of the largest in its window"),
    "z": say("largest of each window"),
}
_MEAN = {"a": say("mean of each window"), "z": say("mean of each window")}
_STATE = {
    "W": say("weights of the input"),
    "U": say("weights of the state"),
    "b": say("biases"),
    "bh": say("biases of the state"),
    "h": say("states"),
    "a": say("outputs"),
}
_GATED = {
    "i": say("input gate"),
    "f": say("forget gate"),
    "g": say("candidates for the cell"),
    "o": say("output gate"),
    "c": say("cells"),
    "s": say("cells, between -1 and 1"),
    "z": say("weighted sums of all gates"),
}
_RESET = {
    "r": say("reset gate"),
    "z": say("how much of the state stays"),
    "n": say("candidates for the state"),
    "p": say("weighted sums of the input, of all gates"),
    "q": say("weighted sums of the state, of all gates"),
    "s": say("state that the candidates see"),
    "v": say("weighted sums of what they see"),
}
_ATTENTION = {
    "W": say("weights of queries, keys and values"),
    "b": say("biases of queries, keys and values"),
    "O": say("weights of the output"),
    "bo": say("biases of the output"),
    "z": say("queries, keys and values, side by side"),
    "w": say("keys and values, side by side"),
    "q": say("queries"),
    "k": say("keys"),
    "v": say("values"),
    "s": say("scores of queries and keys"),
    "m": say("largest scores of the queries"),
    "e": say("exponentials of the scores"),
    "r": say("sums of the exponentials"),
    "p": say("weights of the values"),
    "o": say("means of the values"),
    "g": say("means of all heads, side by side"),
    "a": say("what attention gives"),
}
WEIGHTED = ("dense", "conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d")
OWN = ("yhat", "L")  # the names that mean the same in equations of one's own
BY_KIND: dict[str, dict[str, Message]] = {
    "rnn": _STATE,
    "lstm": {**_STATE, **_GATED},
    "gru": {**_STATE, **_RESET},
    "batch_norm": _NORMAL,
    "layer_norm": _NORMAL,
    "group_norm": _NORMAL,
    "rms_norm": {**_NORMAL, "v": say("mean square"), "s": say("root mean square")},
    "conv1d": _KERNEL,
    "conv2d": _KERNEL,
    "conv_transpose1d": {**_KERNEL, "z": say("transposed convolution")},
    "conv_transpose2d": {**_KERNEL, "z": say("transposed convolution")},
    **dict.fromkeys(("max_pool1d", "max_pool2d", "global_max_pool"), _LARGEST),
    **dict.fromkeys(("avg_pool1d", "avg_pool2d", "global_avg_pool"), _MEAN),
    "embedding": {"E": say("a row for each token"), "a": say("rows of the tokens")},
    "positional_encoding": {"P": say("a vector for each place"), "a": say("what stands at each place, with its place")},
    "attention": _ATTENTION,
    "flatten": {"a": say("all entries as one vector")},
    "dropout": {"a": say("what dropout keeps"), "r": say("mask: 1 keeps a unit, 0 leaves it out")},
    "add": {"a": say("sum of the branches"), "z": say("sum of the branches")},
    "multiply": {"a": say("product of the branches"), "z": say("product of the branches")},
    "concatenate": {"a": say("the branches side by side"), "z": say("the branches side by side")},
}


def meaning(network: Described, tensor: Tensor) -> Message | None:
    """What a tensor of a network is; nothing if nothing is known but its equation.

    In a layer with an activation the letter a is the activation's value, whatever the layer computes.
    """
    kind, activated = _kind(network, tensor)
    told = BY_KIND.get(kind, {})
    if kind in WEIGHTED and tensor.letter == "a" and not activated:
        return told.get("z", GENERAL["z"])
    if tensor.letter in told and not (tensor.letter == "a" and activated):
        return told[tensor.letter]
    if kind == "equations":
        return GENERAL[tensor.name] if tensor.name in OWN else None
    return GENERAL.get(tensor.name) or GENERAL.get(tensor.letter)


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
