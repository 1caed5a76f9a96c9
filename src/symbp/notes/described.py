"""A network in words: how many runners of which kinds, how many strides, and who judges."""

from __future__ import annotations

from collections import Counter
from math import prod

from symbp.layers.layer import times
from symbp.network import Described, Network

KINDS = {
    "dense": "dense layer",
    "rnn": "recurrent layer",
    "lstm": "LSTM",
    "gru": "GRU",
    "embedding": "embedding",
    "positional_encoding": "positional encoding",
    "attention": "attention",
    "conv1d": "convolution",
    "conv2d": "convolution",
    "conv_transpose1d": "transposed convolution",
    "conv_transpose2d": "transposed convolution",
    "max_pool1d": "max pooling",
    "max_pool2d": "max pooling",
    "avg_pool1d": "average pooling",
    "avg_pool2d": "average pooling",
    "global_avg_pool": "global average pooling",
    "global_max_pool": "global max pooling",
    "flatten": "flattening",
    "batch_norm": "batch normalisation",
    "layer_norm": "layer normalisation",
    "rms_norm": "RMS normalisation",
    "group_norm": "group normalisation",
    "dropout": "dropout",
    "add": "sum of branches",
    "multiply": "product of branches",
    "concatenate": "concatenation of branches",
    "activation": "activation",
    "equations": "layer given by equations",
}
LOSSES = {
    "mse": "mean squared error",
    "squared_error": "squared error",
    "half_squared_error": "squared error, halved",
    "mae": "mean absolute error",
    "cross_entropy": "cross-entropy",
    "sparse_cross_entropy": "cross-entropy of the label",
    "binary_cross_entropy": "binary cross-entropy",
    "binary_cross_entropy_with_logits": "binary cross-entropy of the sigmoid",
    "kl_divergence": "Kullback-Leibler divergence",
}
BRANCHING = (
    "Not all runners stand in one line, and that changes little: one who hands on to several others hears from each of "
    "them, and adds up what they say."
)


def described(network: Described) -> str:
    """What the network is made of."""
    strides = count(sum(prod(e for e in t.shape if isinstance(e, int)) for t in network.parameters), "number")
    if not isinstance(network, Network):
        quantities = count(len({e.target for e in network.program().equations()}), "quantity", "quantities")
        return (
            f"The network of these notes is given by its equations: {quantities}, each computed from others. Its "
            f"strides are {strides}, the parameters."
        )
    if network.is_dense_chain:
        return (
            f"The network of these notes has {count(network.widths[0], 'input')}, "
            f"{count(len(network.layers), 'layer')} of runners and {count(network.widths[-1], 'output')}. "
            f"Its strides are {strides}, the parameters. {_functions(network)}"
        )
    branches = any(numbers != (number,) for number, numbers in enumerate(network.sources))
    sentences = [
        f"The network of these notes takes a sample of {_shape(network, 0)} and gives {_shape(network, -1)}.",
        f"Its runners: {_runners(network)}.",
        *([BRANCHING] if branches else []),
        f"Their strides are {strides}, the parameters; the judge is {_loss(network)}.",
    ]
    return " ".join(sentences)


def _shape(network: Network, place: int) -> str:
    shape = network.shapes[place]
    if place == 0 and network.input.dtype == "int":
        return f"{times(shape).replace('x', ' × ')} tokens"
    return count(network.widths[place], "number") if len(shape) == 1 else f"{times(shape).replace('x', ' × ')} numbers"


def _runners(network: Network) -> str:
    """How many layers there are of each kind, in the order in which the kinds come first."""
    kinds = Counter(KINDS[layer.kind] for layer in network.layers)
    parts = [f"{number} × {kind}" if number > 1 else f"one {kind}" for kind, number in kinds.items()]
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def count(number: int, what: str, many: str = "") -> str:
    """A number of things, in words."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {many or what + 's'}"


def _functions(network: Network) -> str:
    """The activation of every layer and the loss, in words."""
    names = [_spaced(layer.function.name, layer.function.expression) for layer in network.layers]
    used = list(dict.fromkeys(names))
    if len(used) == 1:
        told = f"Every layer uses {used[0]}" if len(names) > 1 else f"The layer uses {used[0]}"
    elif len(set(names[:-1])) == 1:
        told = f"The hidden {'layer uses' if len(names) == 2 else 'layers use'} {names[0]}, the last one {names[-1]}"
    else:
        told = "The layers use, in order, " + ", ".join(names)
    return f"{told}; the judge is {_loss(network)}."


def _spaced(name: str, expression: str) -> str:
    shown = name.replace("_", " ")
    if name == "identity":
        return "no activation function"
    return f"the function {shown} (of one's own)" if expression else f"the function {shown}"


def _loss(network: Network) -> str:
    loss = network.loss
    if loss.expression:
        return "a loss of one's own"
    penalties = [f"an {name.upper()} penalty" for name in ("l2", "l1") if getattr(network.regularization, name)]
    return "the " + " plus ".join([LOSSES.get(loss.kind, loss.kind.replace("_", " ") + " loss"), *penalties])
